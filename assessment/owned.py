"""Total cost of ownership side by side: after one, three and five years and at the case's own horizon.

What comes in: a run. What goes out: `OwnershipRecord`s, one for each option that costs anything and each
horizon.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from assessment.records import Record
from assessment.said import SpreadRecord
from roi.distributions import Array
from roi.model import Category
from roi.ownership import ownership
from roi.simulation import Run

HORIZONS = (1, 3, 5)  # years


class PartRecord(Record):
    """What one category costs, nominal, where a quote shows it or where none does."""

    category: Category
    hidden: bool
    cost: SpreadRecord


class OwnershipRecord(Record):
    """What one option costs until a horizon.

    Attributes:
        option: which.
        years: the horizon.
        nominal: money of the day it is paid in.
        present: discounted.
        per_user_month: mean nominal cost ÷ mean user-months; None without users.
        parts: of `nominal`, the dearest first.
    """

    option: str
    years: int
    nominal: SpreadRecord
    present: SpreadRecord
    per_user_month: float | None
    parts: list[PartRecord]


def owned(run: Run) -> Iterator[OwnershipRecord]:
    """Every option that costs anything, for each horizon."""
    for option in run.model.options:
        if option.kind == "status_quo":
            continue
        for years in sorted({*HORIZONS, run.model.years}):
            found = ownership(run, option, years)
            months = float(found.user_months.mean())
            parts = [
                PartRecord(category=category, hidden=hidden, cost=_spread(cost))
                for (category, hidden), cost in found.parts.items()
            ]
            yield OwnershipRecord(
                option=option.id,
                years=years,
                nominal=_spread(found.nominal),
                present=_spread(found.present),
                per_user_month=float(found.nominal.mean()) / months if months else None,
                parts=sorted(parts, key=lambda part: (-part.cost.mean, part.category, part.hidden)),
            )


def _spread(costs: Array) -> SpreadRecord:
    low, high = np.quantile(costs, [0.05, 0.95])
    return SpreadRecord(mean=float(costs.mean()), p5=float(low), p95=float(high))
