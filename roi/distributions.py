"""Ranges and distributions: what a number may turn out to be.

Each distribution is a closed, frozen record. `at(scores)` gives its values at standard normal scores (so
that every input is a monotone function of one normal score), `ppf(u)` at probabilities, `sample(u)` from
uniforms, `mean` and `most_likely` as numbers. Values are in the assumption's unit.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Array = npt.NDArray[np.float64]

MOST_SKEWED_METALOG = 1.66711  # of |a3| ÷ a2: beyond it the quantile function falls somewhere (Keelin 2016)
LEAST_METALOG_SHARE = (
    1 - 0.4 * MOST_SKEWED_METALOG
) / 2  # of P90 − P10, for the median's distance from either
Z10 = 1.2815515655446004  # the standard normal score that one draw in ten exceeds


def scores(probabilities: npt.ArrayLike) -> Array:
    """Standard normal scores of probabilities (any shape).

    >>> scores([0.1, 0.5, 0.9]).round(4).tolist()
    [-1.2816, 0.0, 1.2816]
    """
    from scipy.special import ndtri

    return np.asarray(ndtri(probabilities), dtype=np.float64)


def probabilities(scores: npt.ArrayLike) -> Array:
    """Probabilities of standard normal scores (any shape)."""
    from scipy.special import ndtr

    return np.asarray(ndtr(scores), dtype=np.float64)


class _Distribution(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def at(self, scores: Array) -> Array:
        """Values at standard normal scores (any shape)."""
        raise TypeError(f"{type(self).__name__} does not say its values")

    def ppf(self, u: npt.ArrayLike) -> Array:
        """Values at probabilities (any shape)."""
        return self.at(scores(u))

    def sample(self, u: npt.ArrayLike) -> Array:
        """Values drawn by uniforms (any shape): the quantile function."""
        return self.ppf(u)

    @property
    def is_fixed(self) -> bool:
        """Whether it is one number."""
        return False

    @property
    def most_likely(self) -> float:
        """The likely value of a three-number range, else the median."""
        return float(getattr(self, "likely", self.at(np.zeros(()))))

    @property
    def ends(self) -> tuple[float, ...]:
        """The stated numbers, lowest first: what domains are checked on."""
        return tuple(float(getattr(self, name)) for name in ("low", "likely", "high") if hasattr(self, name))


class Fixed(_Distribution):
    """One number."""

    kind: Literal["fixed"] = "fixed"
    value: float

    def at(self, scores: Array) -> Array:
        """The number itself, at every score."""
        return np.full(np.shape(scores), self.value)

    @property
    def is_fixed(self) -> bool:
        """Always."""
        return True

    @property
    def mean(self) -> float:
        """The number."""
        return self.value

    @property
    def ends(self) -> tuple[float, ...]:
        """The number."""
        return (self.value,)


class _Ordered(_Distribution):
    """A distribution with a lower and an upper number."""

    low: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> _Ordered:
        stated = self.ends
        if list(stated) != sorted(stated):
            raise PydanticCustomError(
                "not_in_order", "not in order", {"found": ", ".join(f"{value:g}" for value in stated)}
            )
        return self

    @property
    def is_fixed(self) -> bool:
        """Whether its lower and upper number are the same."""
        return self.low == self.high


class SplitNormal(_Ordered):
    """A two-piece normal: one in ten below `low`, half below `likely`, one in ten above `high`.

    >>> SplitNormal(low=1, likely=2, high=5).ppf([0.1, 0.5, 0.9]).round(6).tolist()
    [1.0, 2.0, 5.0]
    """

    kind: Literal["split_normal"] = "split_normal"
    likely: float

    def at(self, scores: Array) -> Array:
        """Likely value plus the spread of the score's side."""
        spread = np.where(scores > 0, self.high - self.likely, self.likely - self.low)
        return np.asarray(self.likely + spread * scores / Z10)

    @property
    def mean(self) -> float:
        """Mean before clipping: above `likely` where the upper spread is the wider one."""
        return self.likely + (self.high - 2 * self.likely + self.low) / Z10 / math.sqrt(2 * math.pi)


class Pert(_Ordered):
    """A beta distribution from lowest, most likely and highest value (PERT, shape 4)."""

    kind: Literal["pert"] = "pert"
    likely: float

    def at(self, scores: Array) -> Array:
        """Beta quantiles stretched from lowest to highest."""
        from scipy.special import betaincinv

        width = self.high - self.low
        if width == 0:
            return np.full(np.shape(scores), self.low)
        a = 1 + 4 * (self.likely - self.low) / width
        b = 1 + 4 * (self.high - self.likely) / width
        return np.asarray(self.low + width * betaincinv(a, b, probabilities(scores)))

    @property
    def mean(self) -> float:
        """(low + 4 likely + high) ÷ 6."""
        return (self.low + 4 * self.likely + self.high) / 6


class Triangular(_Ordered):
    """A triangle over lowest, most likely and highest value."""

    kind: Literal["triangular"] = "triangular"
    likely: float

    def at(self, scores: Array) -> Array:
        """The inverse of the two parabolas of its distribution function."""
        u = probabilities(scores)
        width = self.high - self.low
        rising = self.low + np.sqrt(u * width * (self.likely - self.low))
        falling = self.high - np.sqrt((1 - u) * width * (self.high - self.likely))
        return np.where(u * width < self.likely - self.low, rising, falling)

    @property
    def mean(self) -> float:
        """(low + likely + high) ÷ 3."""
        return (self.low + self.likely + self.high) / 3


class Uniform(_Ordered):
    """Every value between two numbers alike."""

    kind: Literal["uniform"] = "uniform"

    def at(self, scores: Array) -> Array:
        """Straight from lowest to highest."""
        return np.asarray(self.low + (self.high - self.low) * probabilities(scores))

    @property
    def mean(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2


class _Central(_Ordered):
    interval: float = Field(default=0.9, gt=0, lt=1)

    @property
    def _edge(self) -> float:
        return float(scores((1 + self.interval) / 2))


class Normal(_Central):
    """A normal distribution by its central interval (90 % unless said)."""

    kind: Literal["normal"] = "normal"

    def at(self, scores: Array) -> Array:
        """Middle plus score times standard deviation."""
        return np.asarray(self.mean + scores * (self.high - self.low) / 2 / self._edge)

    @property
    def mean(self) -> float:
        """The middle of the interval."""
        return (self.low + self.high) / 2


class LogNormal(_Central):
    """A lognormal distribution by its central interval (90 % unless said); `low` is above 0."""

    kind: Literal["lognormal"] = "lognormal"
    low: float = Field(gt=0)

    @property
    def _log(self) -> tuple[float, float]:
        low, high = math.log(self.low), math.log(self.high)
        return (low + high) / 2, (high - low) / 2 / self._edge

    def at(self, scores: Array) -> Array:
        """The exponential of a normal."""
        middle, deviation = self._log
        return np.asarray(np.exp(middle + deviation * scores))

    @property
    def mean(self) -> float:
        """exp(μ + σ²/2)."""
        middle, deviation = self._log
        return math.exp(middle + deviation**2 / 2)


class Metalog(_Distribution):
    """The unbounded three-term metalog through three quantiles (Keelin 2016): smooth, and skewed as they are.

    >>> Metalog(p10=1, p50=2, p90=5).ppf([0.1, 0.5, 0.9]).round(6).tolist()
    [1.0, 2.0, 5.0]
    """

    kind: Literal["metalog"] = "metalog"
    p10: float
    p50: float
    p90: float

    @model_validator(mode="after")
    def _feasible(self) -> Metalog:
        found = {"found": ", ".join(f"{value:g}" for value in self.ends)}
        if list(self.ends) != sorted(self.ends):
            raise PydanticCustomError("not_in_order", "not in order", found)
        _, spread, skew = self._terms
        if abs(skew) > MOST_SKEWED_METALOG * spread:
            width = self.p90 - self.p10
            low, high = (self.p10 + part * width for part in (LEAST_METALOG_SHARE, 1 - LEAST_METALOG_SHARE))
            raise PydanticCustomError(
                "metalog_too_skewed", "too skewed", {**found, "allowed": f"{low:.6g} – {high:.6g}"}
            )
        return self

    @property
    def _terms(self) -> tuple[float, float, float]:
        """Coefficients of 1, logit(u) and (u − ½)·logit(u)."""
        width, ninth = self.p90 - self.p10, math.log(9)
        return self.p50, width / (2 * ninth), (self.p10 - 2 * self.p50 + self.p90) / (0.8 * ninth)

    @property
    def is_fixed(self) -> bool:
        """Whether its quantiles are the same."""
        return self.p10 == self.p90

    @property
    def ends(self) -> tuple[float, ...]:
        """The three quantiles."""
        return (self.p10, self.p50, self.p90)

    @property
    def most_likely(self) -> float:
        """The median."""
        return self.p50

    def at(self, scores: Array) -> Array:
        """The quantile function at the scores' probabilities."""
        from scipy.special import log_ndtr

        middle, spread, skew = self._terms
        logit = log_ndtr(scores) - log_ndtr(np.negative(scores))
        return np.asarray(middle + logit * (spread + skew * (probabilities(scores) - 0.5)))

    @property
    def mean(self) -> float:
        """The median plus half the skew's coefficient: the integral of (u − ½)·logit(u) is ½."""
        middle, _, skew = self._terms
        return middle + skew / 2


Distribution = Annotated[
    Fixed | SplitNormal | Pert | Triangular | Uniform | Normal | LogNormal | Metalog,
    Field(discriminator="kind"),
]


def from_numbers(numbers: Any) -> dict[str, Any]:
    """The record behind a bare number or a `[low, likely, high]` range, as a case file writes them."""
    if isinstance(numbers, list | tuple):
        if len(numbers) != 3:
            raise PydanticCustomError(
                "range_needs_three", "a range has three numbers", {"found": str(len(numbers))}
            )
        return dict(zip(("low", "likely", "high"), numbers, strict=True)) | {"kind": "split_normal"}
    return {"kind": "fixed", "value": numbers}
