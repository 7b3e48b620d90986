"""What the uncertainty is worth: values of information and shares of variance.

What comes in: draws of inputs (draws × inputs) and of net benefit (draws × options), row by row of one
sample, or a function of uniforms. What goes out: money, or shares of a variance. One option must be going
without (a column of zeros), or its value is not counted.

Sources: Howard 1966 (EVPI); Strong, Oakley and Brennan 2014 (EVPPI by regression); Saltelli et al. 2010 and
Jansen 1999 (first-order and total indices).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from roi import sobol

Array = npt.NDArray[np.float64]

DEGREE = 5  # a quintic in each input was exact to 0.1 % on models of this kind
ROWS = 16_384  # on which a function is evaluated at once
FEW = 3  # inputs known together that still get all powers; more get this many each


def _draws(values: npt.ArrayLike, name: str) -> Array:
    array = np.asarray(values, dtype=np.float64)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or not array.size or not np.isfinite(array).all():
        raise ValueError(f"{name}: found shape {array.shape}; give finite draws × columns")
    return array


def evpi(net_benefit: npt.ArrayLike) -> float:
    """Expected value of perfect information: E[max] − max E.

    Args:
        net_benefit: shape (draws, options), money.

    Returns:
        Money, never negative.

    Raises:
        ValueError: if a draw is not finite.

    One option that gains 2 or loses 1 evenly, against nothing:

    >>> evpi([[0, 2], [0, -1]])
    0.5
    """
    benefit = _draws(net_benefit, "net_benefit")
    return float(benefit.max(axis=1).mean() - benefit.mean(axis=0).max())


def evpi_error(net_benefit: npt.ArrayLike) -> float:
    """Standard error of `evpi`, money; it holds for independent draws, for Sobol' points it is less.

    Args:
        net_benefit: shape (draws, options).
    """
    benefit = _draws(net_benefit, "net_benefit")
    missed = benefit.max(axis=1) - benefit[:, benefit.mean(axis=0).argmax()]
    return float(missed.std() / np.sqrt(len(missed)))


class PartialValue(NamedTuple):
    """EVPPI of each input and its standard error, each of shape (inputs,), money."""

    value: Array
    error: Array


def _powers(column: Array, degree: int) -> list[Array]:
    """Standardised powers 1 … degree of one input; an event of two values has only the first."""
    spread = column.std()
    if spread == 0:
        return []
    powers = [(column - column.mean()) / spread]
    for _ in range(min(degree, np.unique(column[:1000]).size - 1) - 1):
        powers.append(powers[-1] * powers[0])
    return powers


def _basis(columns: Array) -> Array:
    """Orthonormal polynomials of one input, or of several with the products of any two, (terms, draws)."""
    powers = [_powers(column, DEGREE if columns.shape[1] <= FEW else FEW) for column in columns.T]
    single = [part[0] for part in powers if part]
    products = [one * other for place, one in enumerate(single) for other in single[:place]]
    terms = np.stack([np.ones(len(columns)), *(power for part in powers for power in part), *products])
    weights, directions = np.linalg.eigh(terms @ terms.T)  # many draws, few terms: cheaper than a QR
    kept = weights > 1e-12 * weights[-1]
    return np.asarray((directions[:, kept] / np.sqrt(weights[kept])).T @ terms)


def conditional_means(inputs: npt.ArrayLike, net_benefit: npt.ArrayLike) -> Array:
    """Means of net benefit given one input or several together, by polynomial regression.

    Args:
        inputs: shape (draws,) or (draws, inputs).
        net_benefit: shape (draws, options).

    Returns:
        Shape (draws, options).
    """
    basis, benefit = _basis(_draws(inputs, "inputs")), _draws(net_benefit, "net_benefit")
    return np.asarray(((benefit.T @ basis.T) @ basis).T)


def evsi(means: npt.ArrayLike, resolves: float) -> float:
    """Expected value of sample information that resolves a share of an input's variance.

    Args:
        means: conditional means given the input, as `conditional_means` returns them.
        resolves: share of the variance resolved, 0–1; 1 is perfect information.

    Returns:
        Money: E[max] of the means shrunk towards their mean by √resolves, less the max of the mean.
    """
    fitted = _draws(means, "means")
    middle = fitted.mean(axis=0)
    return float((middle + np.sqrt(resolves) * (fitted - middle)).max(axis=1).mean() - middle.max())


def _partial_value(basis: Array, gain: Array) -> tuple[float, float]:
    """EVPPI and its error; `gain` is net benefit less the best option's, (options, draws)."""
    fitted = (gain @ basis.T) @ basis
    chosen = fitted.argmax(axis=0)
    value = fitted.max(axis=0)
    # To first order the estimate moves with each draw by its own value, and through the fit by its residual.
    moved = value - value.mean()
    for option, (given, fit) in enumerate(zip(gain, fitted, strict=True)):
        moved += ((basis @ (chosen == option)) @ basis) * (given - fit)
    return float(value.mean()), float(moved.std() / np.sqrt(gain.shape[1]))


def evppi_of_groups(groups: Iterable[npt.ArrayLike], net_benefit: npt.ArrayLike) -> list[tuple[float, float]]:
    """EVPPI of inputs known together, and its standard error, money; of any number of groups.

    Args:
        groups: each of shape (draws, inputs).
        net_benefit: shape (draws, options).
    """
    benefit = _draws(net_benefit, "net_benefit")
    gain = np.ascontiguousarray((benefit - benefit[:, [benefit.mean(axis=0).argmax()]]).T)
    most = evpi(benefit)
    found = []
    for group in groups:
        columns = _draws(group, "inputs")
        if len(columns) != len(benefit):
            raise ValueError(f"inputs: found {len(columns)} draws, but net_benefit has {len(benefit)}")
        value, error = _partial_value(_basis(columns), gain)
        found.append((min(max(value, 0.0), most), error))
    return found


def evppi_with_errors(inputs: npt.ArrayLike, net_benefit: npt.ArrayLike) -> PartialValue:
    """Expected value of partial perfect information of each input, and its standard error.

    Args:
        inputs: shape (draws, inputs); an event is a column of two values.
        net_benefit: shape (draws, options), money.

    Returns:
        Money per input. Conditioning is on the input alone, so it carries what correlation tells of others.
        The error holds for independent draws and is on the safe side for Sobol' points.

    Raises:
        ValueError: if a draw is not finite or the rows differ in number.
    """
    return PartialValue(*np.array(evppi_of_groups(_draws(inputs, "inputs").T, net_benefit)).T)


def evppi(inputs: npt.ArrayLike, net_benefit: npt.ArrayLike) -> Array:
    """Expected value of partial perfect information of each input, shape (inputs,), money.

    As `evppi_with_errors`, without the errors.

    >>> import numpy as np
    >>> coin, noise = np.meshgrid([-1.0, 3.0], np.linspace(-1, 1, 50))
    >>> evppi(coin.ravel(), np.stack([0 * coin.ravel(), (coin + noise).ravel()], axis=1)).round(6).tolist()
    [0.5]
    """
    return evppi_with_errors(inputs, net_benefit).value


class Indices(NamedTuple):
    """First-order and total shares of variance, each of shape (groups,)."""

    first: Array
    total: Array


def sobol_indices(
    function: Callable[[Array], npt.ArrayLike],
    inputs: int,
    draws: int = 4096,
    groups: Sequence[Sequence[int]] | None = None,
    seed: int = 1,
    transform: Callable[[Array], Array] = np.asarray,
) -> Indices:
    """Shares of a function's variance by input, or by group of inputs.

    Args:
        function: of uniforms of shape (rows, inputs) in (0, 1); returns shape (rows,).
        inputs: how many there are.
        draws: a power of two; the function is evaluated (groups + 2) times on as many.
        groups: input numbers that belong together; each input alone if left out.
        seed: of the scrambles.
        transform: of uniforms to what the function wants instead, value by value.

    Returns:
        First-order (Saltelli 2010) and total indices (Jansen 1999), clipped to 0–1; 0 where nothing varies.
    """
    groups = [[item] for item in range(inputs)] if groups is None else groups
    points = transform(
        np.stack([sobol.uniforms(place, draws, seed, 0) for place in range(2 * inputs)], axis=1)
    )
    one, other = points[:, :inputs], points[:, inputs:]
    at_one, at_other = np.asarray(function(one)), np.asarray(function(other))
    variance = np.concatenate([at_one, at_other]).var()
    if variance == 0:
        return Indices(np.zeros(len(groups)), np.zeros(len(groups)))
    middle = (at_one.mean() + at_other.mean()) / 2
    first, total = [], []
    together = max(1, ROWS // draws)
    for begin in range(0, len(groups), together):
        mixed = np.repeat(one[None], len(groups[begin : begin + together]), axis=0)
        for rows, group in zip(mixed, groups[begin:], strict=False):
            rows[:, group] = other[:, group]
        for at_mixed in np.asarray(function(mixed.reshape(-1, inputs))).reshape(-1, draws):
            first.append(np.mean((at_other - middle) * (at_mixed - at_one)) / variance)
            total.append(np.mean((at_one - at_mixed) ** 2) / 2 / variance)
    return Indices(np.clip(first, 0, 1), np.clip(total, 0, 1))
