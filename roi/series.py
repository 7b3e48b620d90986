"""A quantity over months as what varies between draws times what varies between months.

What comes in: factors. What goes out: a `Series` on which the formulas run as on an array; a product stays a
pair until somebody needs it multiplied out. So a line that is a dozen numbers of a draw times the share of
adoption in each month costs one small product, and two lines with the same profile share its sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from roi.distributions import Array


class Series(NDArrayOperatorsMixin):
    """`scale` × `profile`, of shapes (draws,) and (months, draws or 1); one more axis may stand between.

    >>> import numpy as np
    >>> adopted = 0.5 * Series(1.0, np.array([[0.0], [0.4], [1.0]]))
    >>> saved = np.array([100.0, 200.0]) * adopted
    >>> saved.scale, saved.profile is adopted.profile
    (array([ 50., 100.]), True)
    >>> saved.whole().tolist()
    [[0.0, 0.0], [20.0, 40.0], [50.0, 100.0]]
    """

    __slots__ = ("profile", "scale")

    def __init__(self, scale: Any, profile: Any) -> None:
        self.scale, self.profile = scale, profile

    def whole(self) -> Array:
        """Multiplied out, shape (months, draws or 1)."""
        unscaled = isinstance(self.scale, float) and self.scale == 1
        return np.asarray(self.profile if unscaled else self.scale * self.profile)

    def __array__(self, *_: Any, **__: Any) -> Array:
        """As an array, for everything but operations."""
        return self.whole()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
        """Any of NumPy's operations; those that can leave the profile alone do."""
        if method != "__call__":
            return getattr(ufunc, method)(*map(whole, inputs), **more)
        one, other = (*inputs, None)[:2]
        if (known := _known(ufunc, one, other)) is not None:
            return known
        if ufunc is np.multiply:
            if not isinstance(other, Series):
                return Series(one.scale * other, one.profile)
            if not isinstance(one, Series):
                return Series(one * other.scale, other.profile)
            return Series(one.scale * other.scale, one.profile * other.profile)
        if ufunc is np.divide and not isinstance(other, Series):
            return Series(one.scale / other, one.profile)
        if ufunc in (np.add, np.subtract) and _share_profile(one, other):
            return Series(ufunc(one.scale, other.scale), one.profile)
        return Series(1.0, np.asarray(ufunc(*map(whole, inputs)), dtype=np.float64))


def _known(ufunc: Any, one: Any, other: Any) -> float | None:
    """What is the same in every month whatever the profile: 0 · x, 1 to the power of x, x ≤ ∞."""
    if ufunc is np.multiply and (_is(one, 0) or _is(other, 0)):
        return 0.0
    if (ufunc is np.power and _is(one, 1)) or (ufunc is np.less_equal and _is(other, np.inf)):
        return 1.0
    return None


def _is(value: Any, number: float) -> bool:
    """Whether something is just this number, not draws that all happen to be."""
    return isinstance(value, float | int) and value == number


def _share_profile(one: Any, other: Any) -> bool:
    return isinstance(one, Series) and isinstance(other, Series) and one.profile is other.profile


def whole(value: Any) -> Any:
    """A value multiplied out, if it is a series."""
    return value.whole() if isinstance(value, Series) else value


def first(value: Any) -> Any:
    """A value in the first month."""
    return value.scale * value.profile[0] if isinstance(value, Series) else value


@dataclass(frozen=True)
class Line:
    """Money of months 0 … H: at the `start`, shape (draws,), and `later`."""

    start: Any
    later: Series

    def rows(self) -> Array:
        """Month by month, shape (H + 1, draws or 1)."""
        later = self.later.whole()
        start = np.broadcast_to(self.start, np.broadcast_shapes(np.shape(self.start), later.shape[1:]))
        return np.concatenate([start[None], np.broadcast_to(later, (len(later), *start.shape))])


def weighted(lines: Iterable[Line], weights: Array) -> list[Array]:
    """Each line's sum over months, weighted: shape (draws or 1,) each. A shared profile is summed once.

    Args:
        lines: of one cash flow.
        weights: of months 0 … H, shape (H + 1,).
    """
    sums: dict[int, Array] = {}
    found = []
    for line in lines:
        profile = line.later.profile
        if id(profile) not in sums:
            sums[id(profile)] = np.einsum("t,t...->...", weights[1:], profile)
        found.append(weights[0] * line.start + line.later.scale * sums[id(profile)])
    return found


def total(lines: Iterable[Line], shape: tuple[int, ...]) -> Array:
    """The sum of lines month by month, of a shape (H + 1, draws). Profiles are added up once each."""
    found = np.zeros(shape)
    scales: dict[int, list[Any]] = {}
    profiles: dict[int, Array] = {}
    for line in lines:
        found[0] += line.start
        profiles[id(line.later.profile)] = line.later.profile
        scales.setdefault(id(line.later.profile), []).append(line.later.scale)
    for key, profile in profiles.items():
        found[1:] += sum(scales[key]) * profile
    return found
