"""How the cumulative net flow of an option runs over the months.

What comes in: a `Run`. What goes out: the flow added up month by month, nominal, on some of the draws.
"""

from __future__ import annotations

import numpy as np

from roi.distributions import Array
from roi.engine import cash_flow
from roi.model import Option
from roi.sampling import first_of_each
from roi.series import total
from roi.simulation import Run

DRAWS = 2048  # enough for a picture of quantiles


def cumulative_net(run: Run, option: Option) -> Array:
    """Benefits less costs up to and including each month, nominal.

    Args:
        run: whose draws are used, `DRAWS` of them.
        option: one of its model's.

    Returns:
        Shape (H + 1, draws or 1).
    """
    rows = first_of_each(run.draws, DRAWS)
    flow = cash_flow(run.model, option, {name: values[rows] for name, values in run.inputs.items()})
    shape = (run.model.months + 1, rows.size)
    net = total(flow.gains.values(), shape) - total(flow.charges.values(), shape)
    return np.asarray(np.add.accumulate(net))
