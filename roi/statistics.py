"""From draws to the statistics that are printed.

What comes in: one value per draw, replicate after replicate. What goes out: mean, median, quantiles, and
standard errors from the spread of the 16 replicates (independent scrambles), each as good as its share of
the draws: SE = their standard deviation ÷ √16.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from roi.distributions import Array
from roi.sampling import REPLICATES

QUANTILES = {"p5": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True)
class Summary:
    """Statistics of one quantity.

    Attributes:
        mean: of the draws; for a ratio, the ratio of the means; None where there is none.
        quantiles: `p5` `p25` `median` `p75` `p95`; None where the value never comes.
        most_likely: at the most likely inputs.
        se: standard errors of `mean`, `p5`, `p95`.
        never: share of draws in which it never comes.
    """

    mean: float | None
    quantiles: dict[str, float | None]
    most_likely: float | None
    se: dict[str, float | None]
    never: float = 0.0


def _number(value: float | Array) -> float | None:
    return float(value) if np.isfinite(value) else None


def quantile(values: Array, share: float) -> Array:
    """Quantiles over the last axis, linear between neighbours; infinity where a neighbour is infinite.

    >>> float(quantile(np.array([3.0, 1.0, 2.0, np.inf]), 0.5))
    2.5
    """
    return _quantiles_of_sorted(np.sort(values, axis=-1), share)


def _quantiles_of_sorted(ordered: Array, share: float) -> Array:
    place = share * (ordered.shape[-1] - 1)
    below, above = ordered[..., int(np.floor(place))], ordered[..., int(np.ceil(place))]
    part = place - np.floor(place)
    with np.errstate(invalid="ignore"):
        between = below + part * (above - below)
    return np.where((part == 0) | (below == above), below, between)


def _error(estimates: Array) -> float | None:
    """Standard error of an estimate from its replicates; None where one of them has none."""
    if not np.all(np.isfinite(estimates)):
        return None
    if estimates.shape[0] == 1:
        return 0.0
    return float(np.std(estimates, ddof=1) / np.sqrt(estimates.shape[0]))


def _replicates(values: Array) -> Array:
    return values.reshape(REPLICATES, -1) if values.size >= 2 * REPLICATES else values.reshape(1, -1)


def summary(values: Array, most_likely: float, *, means: tuple[Array, Array] | None = None) -> Summary:
    """Statistics of an amount, or of a ratio if `means` gives its numerator and denominator.

    Args:
        values: one per draw; NaN where a ratio does not exist: then there are no statistics.
        most_likely: its value at the most likely inputs.
        means: of a ratio, numerator and denominator, one per draw.

    Returns:
        Statistics with standard errors.
    """
    top, bottom = means if means is not None else (values, np.ones_like(values))
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = _replicates(top).mean(axis=1) / _replicates(bottom).mean(axis=1)
        mean = top.mean() / bottom.mean()
    return Summary(_number(mean), _quantiles(values), _number(most_likely), _errors(values, middle))


def summary_of_times(values: Array, most_likely: float) -> Summary:
    """Statistics of a payback or an internal rate, whose draws may be infinite: quantiles and no mean."""
    never = float(np.mean(np.isinf(values)))
    errors = _errors(values, None)
    return Summary(None, _quantiles(values), _number(most_likely), errors, never)


def _quantiles(values: Array) -> dict[str, float | None]:
    ordered = np.sort(values)  # a NaN, a ratio that does not exist, comes last
    if np.isnan(ordered[-1]):
        return dict.fromkeys(QUANTILES)
    return {name: _number(_quantiles_of_sorted(ordered, share)) for name, share in QUANTILES.items()}


def _errors(values: Array, middle: Array | None) -> dict[str, float | None]:
    parts = np.sort(_replicates(values), axis=-1)
    errors = {name: _error(_quantiles_of_sorted(parts, QUANTILES[name])) for name in ("p5", "p95")}
    return ({"mean": _error(middle)} if middle is not None else {}) | errors


def share(hits: Array) -> tuple[float, float]:
    """Share of draws that are true, and its standard error."""
    return float(hits.mean()), _error(_replicates(hits.astype(float)).mean(axis=1)) or 0.0
