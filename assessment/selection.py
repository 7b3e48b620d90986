"""Choosing between alternatives on weighted criteria: weighted sum, TOPSIS, pairwise weights, robustness.

What comes in: a matrix of scores, alternatives × criteria, and weights on any scale. What goes out: arrays.
Nothing here knows of cases or options. An alternative that another dominates (at least as good on every
criterion, better on one) never scores higher than that one, not even by rounding, nor shares its rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from assessment.bank import threshold
from roi.distributions import Array

Method = Literal["weighted_sum", "topsis"]
Maximise = bool | Sequence[bool] | npt.NDArray[np.bool_]

# Saaty, The Analytic Hierarchy Process (1980): mean consistency index of random matrices, by their size.
RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
RECIPROCAL = 0.03  # how far a_ij · a_ji may be from 1: 1/3 is often printed as 0.33
DIGITS = 9  # to which judgements are compared
SAME = 1e-12  # scores closer than this, relative to the largest, are the same
VECTORS = 10_000  # of weights near the stated ones: shares are right to half a point
BLOCK = (
    1024  # weight vectors at a time: so few that BLAS starts no threads, which would cost three times more
)


# --- scores -----------------------------------------------------------------------------------------------


def _matrix(matrix: npt.ArrayLike, maximise: Maximise) -> Array:
    """The scores such that more is better."""
    scores = np.array(matrix, dtype=np.float64)
    if scores.ndim != 2 or not scores.size:
        raise ValueError(f"the matrix has shape {scores.shape}; it is alternatives × criteria")
    if not np.isfinite(scores).all():
        raise ValueError("every score is a finite number")
    up = np.asarray(maximise, dtype=bool)
    if up.shape not in ((), scores.shape[1:]):
        raise ValueError(f"maximise has shape {up.shape}; it is one boolean, or one per criterion")
    return np.where(up, scores, -scores)


def _weights(weights: npt.ArrayLike, criteria: int) -> Array:
    """Weights that sum to 1, over the last axis."""
    given = np.array(weights, dtype=np.float64)
    if given.ndim not in (1, 2) or given.shape[-1] != criteria:
        raise ValueError(f"weights have shape {given.shape}; the last axis is one per criterion, {criteria}")
    if not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("weights are finite and not negative")
    largest = given.max(axis=-1, keepdims=True)
    if not largest.all():
        raise ValueError("at least one weight is above zero")
    given /= largest  # so that no sum overflows
    return np.asarray(given / given.sum(axis=-1, keepdims=True))


def _covers(scores: Array) -> npt.NDArray[np.bool_]:
    """Whether one alternative (row) is at least as good as another (column) on every criterion."""
    return np.asarray((scores[:, None] >= scores[None]).all(axis=-1))


def _capped(values: Array, covers: npt.NDArray[np.bool_]) -> Array:
    """Values, alternatives last, none above that of an alternative that covers it: rounding undone."""
    return np.stack([values[..., better].min(axis=-1) for better in covers.T], axis=-1)


def _weighted_sum(scores: Array) -> Callable[[Array], Array]:
    return lambda weights: weights @ scores.T


def _closeness(scores: Array) -> Callable[[Array], Array]:
    """Closeness for weights that sum to 1: squared distances are products with squared weights."""
    scaled = scores / np.where(scores.any(axis=0), np.abs(scores).max(axis=0), 1.0)
    norm = np.linalg.norm(scaled, axis=0)
    normal = scaled / np.where(norm == 0, 1.0, norm)
    to_ideal, to_worst = (normal.max(axis=0) - normal) ** 2, (normal - normal.min(axis=0)) ** 2

    def closeness(weights: Array) -> Array:
        squares = weights**2
        far, near = squares @ to_ideal.T, squares @ to_worst.T
        alike = (far == 0) & (near == 0)  # nothing tells the alternatives apart
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(alike, 0.5, 1 / (1 + np.sqrt(far / near)))

    return closeness


METHODS: dict[str, Callable[[Array], Callable[[Array], Array]]] = {
    "weighted_sum": _weighted_sum,
    "topsis": _closeness,
}


def _scores(matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: Maximise, method: Method) -> Array:
    scores = _matrix(matrix, maximise)
    shares = _weights(weights, scores.shape[1])
    return _capped(METHODS[method](scores)(shares), _covers(scores))


def weighted_sum(matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: Maximise = True) -> Array:
    """Σ weight × score, weights summing to 1; criteria to be minimised count negative.

    Args:
        matrix: alternatives × criteria, all on one scale.
        weights: (criteria,) or (vectors, criteria), on any scale.
        maximise: whether more is better, for all or for each criterion.

    Returns:
        Shape (alternatives,) or (vectors, alternatives).

    Raises:
        ValueError: for shapes that do not fit, numbers that are none, negative or only zero weights.

    >>> weighted_sum([[8, 2], [5, 6]], [3, 1]).tolist()
    [6.5, 5.25]
    """
    return _scores(matrix, weights, maximise, "weighted_sum")


def topsis(matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: Maximise = True) -> Array:
    """Closeness to the ideal, 0–1, after Hwang & Yoon (1981), with vector normalisation: higher is better.

    The ideal takes the best of the alternatives on every criterion, its opposite the worst. Arguments, shapes
    and errors are those of `weighted_sum`, but each criterion may have its own scale. Where nothing tells the
    alternatives apart, closeness is one half.

    >>> topsis([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3], True).round(4).tolist()
    [0.5037, 0.6581, 0.7482, 0.334]
    """
    return _scores(matrix, weights, maximise, "topsis")


# --- ranks ------------------------------------------------------------------------------------------------


def _ordered(values: Array, covers: npt.NDArray[np.bool_]) -> Array:
    """Whole numbers in the order of the values; of equal ones the less dominated alternative comes higher."""
    unit = SAME * max(float(np.abs(values).max()), np.finfo(float).tiny / SAME)
    dominators = (covers & ~covers.T).sum(axis=0)
    return np.asarray(np.round(values / unit) * (len(covers) + 1) - dominators)


def ranks(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    maximise: Maximise = True,
    method: Method = "weighted_sum",
) -> npt.NDArray[np.int64]:
    """Rank of each alternative, 1 the best; equals share the better rank.

    >>> ranks([[8, 2], [5, 6], [8, 2]], [3, 1]).tolist()
    [1, 3, 1]
    """
    order = _ordered(_scores(matrix, weights, maximise, method), _covers(_matrix(matrix, maximise)))
    return np.asarray((order[..., None, :] > order[..., :, None]).sum(axis=-1) + 1)


def rank_acceptability(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    maximise: Maximise = True,
    *,
    concentration: float | None = None,
    vectors: int = VECTORS,
    seed: int = 1,
    method: Method = "weighted_sum",
) -> Array:
    """How often each alternative takes each rank, over weights drawn near the stated ones (SMAA).

    Weight vectors come from a Dirichlet distribution whose mean is the stated weights; a criterion without
    weight stays without. Alternatives that score the same share their ranks in equal parts.

    Args:
        matrix: alternatives × criteria.
        weights: (criteria,), on any scale; None for any weights at all, each as likely as any other.
        maximise: whether more is better, for all or for each criterion.
        concentration: how near: a weight w has variance w(1−w) ÷ (concentration + 1); the documented
            threshold if not given.
        vectors: how many.
        seed: of the draws.
        method: how alternatives are scored.

    Returns:
        Shape (alternatives, ranks), the best rank first; rows and columns sum to 1.

    Raises:
        ValueError: as `weighted_sum`, or for a concentration or number of vectors that is not above zero.
    """
    scores = _matrix(matrix, maximise)
    count, criteria = scores.shape
    if weights is None:
        near, stated = float(criteria), _weights(np.ones(criteria), criteria)
    else:
        near, stated = threshold("selection.concentration"), _weights(weights, criteria)
    near = near if concentration is None else concentration
    if stated.ndim != 1:
        raise ValueError("one weight per criterion is wanted, not vectors of them")
    if not (0 < near < np.inf and vectors > 0):
        raise ValueError("concentration and vectors are above zero")
    random, covers, weighed = np.random.default_rng(seed), _covers(scores), stated > 0
    values = METHODS[method](scores)
    # tally[a, ahead, level]: in how many vectors so many are ahead of a, and so many, itself included, level
    tally = np.zeros((count, count * (count + 1)))
    for start in range(0, vectors, BLOCK):
        drawn = np.zeros((min(BLOCK, vectors - start), criteria))
        drawn[:, weighed] = random.dirichlet(near * stated[weighed], size=len(drawn))
        order = _ordered(_capped(values(drawn), covers), covers)
        for one in range(count):
            own = order[:, one : one + 1]
            ahead, level = (order > own).sum(axis=1), (order == own).sum(axis=1)
            tally[one] += np.bincount(ahead * (count + 1) + level, minlength=tally[one].size)
    tally = tally.reshape(count, count, count + 1)
    share = np.zeros((count, count))
    for ahead in range(count):
        for level in range(1, count - ahead + 1):
            share[:, ahead : ahead + level] += tally[:, ahead, level, None] / level
    return share / vectors


# --- what would change the winner -------------------------------------------------------------------------


@dataclass(frozen=True)
class Flip:
    """The nearest weight of a criterion, beyond which another alternative wins by weighted sum.

    Attributes:
        criterion: its place.
        now: its share of the weights.
        to: the share at which the winner changes, the other weights keeping their proportions.
        winner: place of the alternative that then wins.
    """

    criterion: int
    now: float
    to: float
    winner: int

    @property
    def change(self) -> float:
        """How far that is."""
        return abs(self.to - self.now)


def flips(matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: Maximise = True) -> list[Flip]:
    """For each criterion whose weight alone can change the winner, where it does; the smallest change first.

    With w the weight of criterion j, d the winner's lead on it and r its mean lead on the others, the lead is
    w·d + (1−w)·r: it is gone at w = r ÷ (r − d), where one of the two is negative and the other not.

    >>> [(flip.criterion, round(flip.to, 6), flip.winner) for flip in flips([[8, 2], [5, 6]], [3, 1])]
    [(1, 0.428571, 1), (0, 0.571429, 1)]
    """
    scores = _matrix(matrix, maximise)
    stated = _weights(weights, scores.shape[1])
    best = int(np.argmin(ranks(scores, stated)))
    lead = scores[best] - scores
    found = []
    for criterion, now in enumerate(stated):
        rest = np.where(np.arange(len(stated)) == criterion, 0.0, stated)
        if not rest.any():  # the others have no proportions to keep
            continue
        own, others = lead[:, criterion], lead @ (rest / rest.sum())
        others[np.abs(others) <= SAME * np.abs(scores).max()] = 0.0
        candidates = [
            Flip(criterion, float(now), float(others[rival] / (others[rival] - own[rival])), rival)
            for rival in range(len(lead))
            if rival != best and (own[rival] < 0) != (others[rival] < 0)
        ]
        found += sorted(candidates, key=lambda flip: flip.change)[:1]
    return sorted(found, key=lambda flip: flip.change)


def rank_reversals(
    matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: Maximise = True, method: Method = "topsis"
) -> list[int]:
    """Alternatives that do not win, and without which another one would: never any by weighted sum."""
    scores = _matrix(matrix, maximise)

    def winner(kept: Sequence[int]) -> int:
        return kept[int(np.argmin(ranks(scores[kept], weights, method=method)))]

    every = range(len(scores))
    best = winner(every)
    others = {one: [other for other in every if other != one] for one in every if one != best}
    return [one for one, kept in others.items() if winner(kept) != best]


# --- weights from comparisons in pairs --------------------------------------------------------------------


def ahp(pairwise: npt.ArrayLike) -> tuple[Array, float]:
    """Weights from comparisons in pairs, and their consistency ratio, after Saaty (1980).

    Args:
        pairwise: square; how many times as much each criterion (row) counts as each other (column).

    Returns:
        The principal eigenvector, summing to 1, and (λ − n) ÷ (n − 1) ÷ random index; 0 for one or two.

    Raises:
        ValueError: for a matrix that is not square, positive and reciprocal, or larger than the random index
            is known for.

    >>> weights, ratio = ahp([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    >>> weights.round(3).tolist(), round(ratio, 3)
    ([0.637, 0.258, 0.105], 0.033)
    """
    ratios = np.array(pairwise, dtype=np.float64)
    size = len(ratios) if ratios.ndim else 0
    if ratios.shape != (size, size) or not size:
        raise ValueError(f"the comparisons have shape {ratios.shape}; they are criteria × criteria")
    if size > max(RANDOM_INDEX):
        raise ValueError(f"{size} criteria; the random index is known up to {max(RANDOM_INDEX)}")
    if not (np.isfinite(ratios).all() and (ratios > 0).all()):
        raise ValueError("every comparison is a finite number above zero")
    if (np.abs(ratios * ratios.T - 1) > RECIPROCAL).any():
        raise ValueError("comparisons are reciprocal: a to b is 1 ÷ (b to a), and a to itself is 1")
    roots, vectors = np.linalg.eig(ratios)
    principal = int(np.argmax(roots.real))
    weights = np.abs(vectors[:, principal].real)
    if size < min(RANDOM_INDEX):
        ratio = 0.0
    else:
        ratio = max(float(roots[principal].real) - size, 0.0) / (size - 1) / RANDOM_INDEX[size]
    return weights / weights.sum(), ratio


def revisit(pairwise: npt.ArrayLike) -> tuple[int, int]:
    """The judgement on two criteria to look at first: the one furthest, as a factor, from the weights.

    >>> revisit([[1, 2, 4, 1 / 8], [1 / 2, 1, 2, 4], [1 / 4, 1 / 2, 1, 2], [8, 1 / 4, 1 / 2, 1]])
    (0, 3)
    """
    ratios, (weights, _) = np.array(pairwise, dtype=np.float64), ahp(pairwise)
    rows, columns = np.triu_indices(len(ratios), 1)
    off = np.abs(np.log(ratios * weights / weights[:, None]))[rows, columns]
    furthest = int(np.round(off, DIGITS).argmax())  # of three criteria all are equally far: the first
    return int(rows[furthest]), int(columns[furthest])
