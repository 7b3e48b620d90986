"""Total cost of ownership, were one to stop looking after one, three or five years.

What comes in: a `Run` and a horizon. What goes out: what an option costs until then, by category and by
whether a quote would show it, on every draw. The lines, and what leaving costs, are those of the model with
that horizon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from roi.distributions import Array
from roi.engine import cash_flow, needs_by_line
from roi.measures import Part, added_up, monthly_factors, parts_of
from roi.model import Option
from roi.sampling import first_of_each
from roi.series import weighted
from roi.simulation import BLOCK, Run

DRAWS = 4096  # for a horizon that is not the run's own


@dataclass(frozen=True)
class Ownership:
    """What one option costs over some years, each of shape (draws,).

    Attributes:
        nominal: money of the day it is paid in.
        present: discounted.
        parts: of `nominal`, by category and whether it is hidden.
        user_months: users summed over the months.
    """

    nominal: Array
    present: Array
    parts: Mapping[Part, Array]
    user_months: Array


def ownership(run: Run, option: Option, years: int) -> Ownership:
    """The cost of one option until a horizon.

    Args:
        run: whose draws are used: all of them for its own horizon, of which it has the cost already, `DRAWS`
            of them for another.
        option: one of its model's.
        years: 1 or more.
    """
    if years == run.model.years:
        drawn = run.results[option.id].draws
        return Ownership(drawn.costs, drawn.pv_costs, drawn.parts, drawn.user_months)
    model = replace(run.model, years=years)
    rows = first_of_each(run.draws, DRAWS)
    gains = {*model.lines, *(line.id for line in model.extra)}
    charged = frozenset(needs_by_line(model, option).keys() - gains)
    ones, factors = np.ones(model.months + 1), monthly_factors(model)
    parts: dict[Part, Array] = {}
    blocks = []
    for some in np.split(rows, range(BLOCK, rows.size, BLOCK)):
        block = {name: values[some] for name, values in run.inputs.items()}
        flow = cash_flow(model, option, block, charged)
        parts = added_up(parts_of(flow), weighted(flow.charges.values(), ones))
        present = sum(weighted(flow.charges.values(), factors), np.zeros(1))
        sums = [*parts.values(), present, flow.user_months]
        blocks.append(np.stack([np.broadcast_to(one, some.shape) for one in sums]))
    *nominal, present, user_months = np.concatenate(blocks, axis=1)
    return Ownership(
        sum(nominal, np.zeros(rows.size)), present, dict(zip(parts, nominal, strict=True)), user_months
    )
