"""What one input does when it is changed and the others are left alone.

What comes in: a model and one of its options, or draws. What goes out: the bars of a tornado, dominance; for
the values at which another option becomes the best see `roi.responses`. Changing an input is not the same as
learning it: learning says something about correlated inputs too (`roi.sensitivity`), changing does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roi.distributions import Z10, Array
from roi.engine import cash_flow
from roi.measures import net_present_value
from roi.model import Model, Option
from roi.sampling import Sampler


@dataclass(frozen=True)
class Bar:
    """NPV of one option with one input low, at its median and high, the others at their medians.

    For an event (a tool given up) low is “it does not happen” and high “it happens”, 0 and 1.
    """

    name: str
    low: float
    high: float
    npv_low: float
    npv_middle: float
    npv_high: float

    @property
    def swing(self) -> float:
        """How much of NPV the input moves."""
        return abs(self.npv_high - self.npv_low)


def tornado(model: Model, option: Option) -> list[Bar]:
    """The bars of one option, the widest first; inputs that do not move it are left out.

    Args:
        model: complete.
        option: one of its options.
    """
    sampler = Sampler(model)
    inputs = sampler.inputs
    events = [name for name in sampler.loadings if name not in inputs]
    names = [*inputs, *events]
    rows = 2 * len(names) + 1  # the last is the one in the middle
    happens = float(option.abandon_probability >= 0.5)
    values = {name: np.full(rows, float(item.at(np.zeros(())))) for name, item in inputs.items()}
    values |= {name: np.full(rows, happens) for name in events}
    for place, name in enumerate(names):
        ends = inputs[name].at(np.array([-Z10, Z10])) if name in inputs else np.array([0.0, 1.0])
        values[name][2 * place : 2 * place + 2] = ends
    if not names:
        return []
    npv = np.broadcast_to(net_present_value(cash_flow(model, option, values), model), (rows,))
    bars = []
    for place, name in enumerate(names):
        ends, found = (array[2 * place : 2 * place + 2] for array in (values[name], npv))
        bars.append(
            Bar(name, float(ends[0]), float(ends[1]), float(found[0]), float(npv[-1]), float(found[1]))
        )
    return sorted((bar for bar in bars if bar.swing > 0), key=lambda bar: (-bar.swing, bar.name))


def dominates(one: Array, other: Array) -> int:
    """Stochastic dominance of one option's draws over another's: 1 first order, 2 second, 0 none.

    First order: whatever the target, it is at least as likely to reach it. Second order: whoever dislikes
    risk prefers it. Both compare sorted draws of equal number, so equal samples do not dominate each other.

    >>> import numpy as np
    >>> better, calmer = np.array([1.0, 3.0]), np.array([2.0, 2.0])
    >>> dominates(better, np.array([0.0, 3.0])), dominates(calmer, np.array([0.0, 4.0]))
    (1, 2)
    """
    difference = np.sort(one) - np.sort(other)
    if not difference.any():
        return 0
    if difference.min() >= 0:
        return 1
    return 2 if np.add.accumulate(difference).min() >= 0 else 0


def chance_of_beating(npv: Sequence[Array]) -> Array:
    """P(row option beats column option), shape (options, options); ties count for neither."""
    draws = np.stack(list(npv))
    return np.asarray((draws[:, None, :] > draws[None, :, :]).mean(axis=2))
