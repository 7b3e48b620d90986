"""Scrambled Sobol' points, addressed by dimension.

What comes in: a dimension, how many points (a power of two), a seed and the number of the replicate. What
goes out: uniforms in (0, 1). Each dimension carries its own scramble, so the points of one never depend on
which others are asked for, on block size or on threads: the one property that the libraries' generators,
which scramble all dimensions from one stream, do not have.

Points: Sobol' 1967 with the direction numbers of Joe and Kuo 2008. Scramble: a random lower-triangular
matrix and a digital shift (Matoušek 1998).
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

BITS = 32
DIMENSIONS = 1024

Integers = npt.NDArray[np.uint32]


@cache
def _table() -> tuple[tuple[int, tuple[int, ...]], ...]:
    rows = (files("roi") / "joe_kuo.txt").read_text(encoding="ascii").splitlines()
    numbers = [[int(number) for number in row.split()] for row in rows if not row.startswith("#")]
    return tuple((polynomial, tuple(initial)) for polynomial, *initial in numbers)


@cache
def direction_numbers(dimension: int) -> tuple[int, ...]:
    """The direction numbers of a dimension (counted from 0), as 32-bit integers.

    >>> [number >> 29 for number in direction_numbers(1)[:3]]
    [4, 6, 5]
    """
    polynomial, initial = _table()[dimension]
    degree = polynomial.bit_length() - 1
    if degree == 0:
        return tuple(1 << (BITS - 1 - bit) for bit in range(BITS))
    numbers = [m << (BITS - 1 - bit) for bit, m in enumerate(initial)]
    for bit in range(degree, BITS):
        number = numbers[bit - degree] ^ (numbers[bit - degree] >> degree)
        for step in range(1, degree):
            if polynomial >> (degree - step) & 1:
                number ^= numbers[bit - step]
        numbers.append(number)
    return tuple(numbers)


def _points(numbers: Integers, count: int) -> Integers:
    """The first `count` (a power of two) points spanned by direction numbers, in natural order."""
    points = np.zeros(count, dtype=np.uint32)
    for bit in range(count.bit_length() - 1):
        half = 1 << bit
        points[half : 2 * half] = points[:half] ^ numbers[bit]
    return points


def unscrambled(dimension: int, count: int) -> npt.NDArray[np.float64]:
    """The plain Sobol' points of a dimension, shape (count,): for comparison with published tables."""
    return _points(np.array(direction_numbers(dimension), dtype=np.uint32), count) / 2.0**BITS


@lru_cache(maxsize=4096)
def _scrambled(dimension: int, seed: int, replicate: int) -> tuple[Integers, np.uint32]:
    """Direction numbers after the random matrix, and the digital shift."""
    random = np.random.SeedSequence((seed, replicate, dimension)).generate_state(BITS + 1)
    diagonal = np.uint32(1) << np.arange(BITS - 1, -1, -1, dtype=np.uint32)
    columns = (random[:BITS] & (diagonal - np.uint32(1))) | diagonal
    plain = np.array(direction_numbers(dimension), dtype=np.uint32)
    chosen = np.where(plain[:, None] & diagonal, columns, np.uint32(0))
    return np.bitwise_xor.reduce(chosen, axis=1), random[BITS]


def uniforms(
    dimension: int, count: int, seed: int, replicate: int, first: int = 0
) -> npt.NDArray[np.float64]:
    """Scrambled Sobol' points of one dimension in (0, 1), shape (count,).

    Args:
        dimension: counted from 0.
        count: how many, a power of two.
        seed: of the scrambles.
        replicate: which of them.
        first: where to begin, a multiple of `count`.

    Raises:
        IndexError: if the dimension is beyond the table.
    """
    numbers, shift = _scrambled(dimension, seed, replicate)
    begun = [numbers[bit] for bit in range(first.bit_length()) if first >> bit & 1]
    points = _points(numbers, count) ^ np.bitwise_xor.reduce([shift, *begun])
    return np.asarray((points + 0.5) / 2.0**BITS, dtype=np.float64)
