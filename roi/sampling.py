"""Normal scores for every uncertain input: one name is one draw.

What comes in: a `Model`. What goes out: for each input in use its standard normal scores, correlated as the
model says. A score depends on the seed, on the input's own name and on the factors it loads on, and on
nothing else: not on other inputs, block size or threads.

Loadings (r is the normal-score correlation of a rank correlation ρ, r = 2 sin(πρ/6)): effects and adoptions
share the common cause F; answers of several options to one question share that question's factor Q.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from roi import sobol
from roi.distributions import Array, scores
from roi.engine import inputs_in_use
from roi.model import Assumption, Model, Option
from roi.quantities import EFFECTS

REPLICATES = 16  # independent scrambles; from them the standard errors
SAME_QUESTION = 0.7  # rank correlation of two options' answers to one question
QUESTIONS = frozenset({"adoption", "overrun", "implementation_months", "ramp_months"} | EFFECTS)
COMMON = "@common"

_KINDS = ("saas", "nocode", "custom", "spreadsheet")
_ANSWERS = (
    "adoption abandon implementation_months ramp_months overrun fit exit_probability abandon_month dip_share "
    "dip_months entry_minutes_per_user_day fade_per_year changes_per_year"
).split()
_EFFECTS = (
    "opportunity_to_win_gain lead_to_opportunity_gain hours_saved_per_user_day churn_reduction repeat_uplift "
    "order_value_uplift cycle_reduction lost_share_reduction manager_hours_saved_per_month ramp_months_saved "
    "waste_reduction collection_days_saved forecast_error_reduction opportunities_captured_per_year"
).split()
_CASE = (
    "contribution_margin deal_value realisation resold_share capacity_limited_share selling_elasticity "
    "rep_touch_share leads_per_month lead_to_opportunity opportunity_to_win sales_cycle_months "
    "hourly_cost churn_per_year active_customers orders_per_customer_month order_value "
    "entry_minutes_per_user_day fade_per_year changes_per_year selling_hours_per_rep_month users "
    "sales_users managers wasted_share marketing_spend_per_month becomes_regular_share leavers_per_year "
    "customers_per_rep lost_share_at_leaving new_hires_per_year ramp_month_cost manager_hourly_cost "
    "financing_rate_per_year cost_of_forecast_error opportunity_value workdays_per_month "
    "retired_tools_cost_per_month user_growth_per_year lead_growth_per_year wage_growth_per_year "
    "price_growth_per_year annual_revenue"
).split()
# A built-in name's dimension is its place in this list. Append only: a new place moves published numbers.
LISTED: tuple[str, ...] = (
    COMMON,
    *(f"@{question}" for question in (*_ANSWERS[:1], *_ANSWERS[2:5])),
    *(f"{kind}.{answer}" for answer in _ANSWERS[:5] for kind in _KINDS),
    *_EFFECTS,
    *_CASE,
    *(f"{kind}.{answer}" for answer in _ANSWERS[5:] for kind in _KINDS),
    *(f"@{effect}" for effect in _EFFECTS),
    *(f"{kind}.{effect}" for kind in _KINDS for effect in _EFFECTS),
)
_PLACE = {name: place for place, name in enumerate(LISTED)}


class CorrelationError(ValueError):
    """Pairwise correlations that no set of inputs can have; `pairs` names them."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)
        super().__init__("no inputs can be correlated like this: " + ", ".join(map(" – ".join, self.pairs)))


class TooManyInputsError(ValueError):
    """More uncertain inputs with names of one's own than there are Sobol' dimensions for."""

    def __init__(self, found: int, allowed: int) -> None:
        self.found, self.allowed = found, allowed
        super().__init__(f"{found} uncertain inputs of one's own; there is room for {allowed}")


def first_of_each(draws: int, count: int) -> npt.NDArray[np.intp]:
    """Places of about `count` of the draws, as many from the beginning of each scramble.

    >>> first_of_each(64, 32).tolist()[:6], len(first_of_each(64, 1024)), first_of_each(1, 512).tolist()
    ([0, 1, 4, 5, 8, 9], 64, [0])
    """
    scrambles = min(REPLICATES, draws)
    return np.arange(draws).reshape(scrambles, -1)[:, : max(count // REPLICATES, 1)].ravel()


def normal_score_correlation(rank: float) -> float:
    """The correlation of normal scores that gives a rank correlation (Pearson 1907).

    >>> round(normal_score_correlation(0.5), 4)
    0.5176
    """
    return 2 * math.sin(math.pi * rank / 6)


@dataclass(frozen=True)
class Loading:
    """How much of a score is the common cause, its question's factor, and its own noise."""

    common: float = 0.0
    question: str = ""
    shared: float = 0.0

    @property
    def own(self) -> float:
        """What is left for the input's own noise."""
        return math.sqrt(max(0.0, 1 - self.common**2 - self.shared**2))

    def covariance(self, other: Loading) -> float:
        """Correlation of two scores by their factors alone."""
        same = self.shared * other.shared if self.question == other.question else 0.0
        return self.common * other.common + same


def dimensions(names: Iterable[str]) -> dict[str, int]:
    """A Sobol' dimension for each name: listed for built-in names, hashed with probing for others.

    Raises:
        TooManyInputsError: if there are more names than dimensions.
    """
    names = sorted(set(names))
    taken = {_PLACE[name] for name in names if name in _PLACE}
    found = {name: _PLACE[name] for name in names if name in _PLACE}
    free = sobol.DIMENSIONS - len(LISTED)
    if len(names) - len(found) > free:
        raise TooManyInputsError(len(names) - len(found), free)
    for name in names:
        if name in found:
            continue
        place = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % free
        while len(LISTED) + place in taken:
            place = (place + 1) % free
        found[name] = len(LISTED) + place
        taken.add(found[name])
    return found


@dataclass(frozen=True)
class Sampler:
    """Draws the scores of all uncertain inputs of a model."""

    model: Model

    @cached_property
    def inputs(self) -> dict[str, Assumption]:
        """The uncertain inputs that some line or option uses, by name."""
        return {name: item for name, item in inputs_in_use(self.model).items() if not item.is_fixed}

    @cached_property
    def loadings(self) -> dict[str, Loading]:
        """Each input's and each event's loading; names without one are independent."""
        effects = normal_score_correlation(self.model.effect_correlation)
        same = normal_score_correlation(max(SAME_QUESTION, self.model.effect_correlation))
        loadings = {f"{option.id}.abandon": Loading(common=math.sqrt(effects)) for option in self._risky}
        own_lines = {line.id for line in self.model.extra if line.follows_adoption}
        for name in self.inputs:
            option, _, question = name.rpartition(".")
            if name in EFFECTS or name in own_lines:
                loadings[name] = Loading(common=math.sqrt(effects))
            elif option and question in EFFECTS | {"adoption"}:
                loadings[name] = Loading(math.sqrt(effects), f"@{question}", math.sqrt(same - effects))
            elif option and question in QUESTIONS:
                loadings[name] = Loading(0.0, f"@{question}", math.sqrt(same))
            else:
                loadings[name] = Loading()
        return loadings

    @property
    def _risky(self) -> list[Option]:  # options that may be given up
        return [option for option in self.model.options if 0 < option.abandon_probability < 1]

    @cached_property
    def _dimensions(self) -> dict[str, int]:
        factors = {loading.question for loading in self.loadings.values() if loading.question}
        return dimensions([COMMON, *factors, *self.loadings])

    @cached_property
    def _correlated(self) -> tuple[list[str], Array]:
        """Names with pairwise correlations, and the Cholesky factor of their own noises."""
        pairs = [pair for pair in self.model.correlations if set(pair.between) <= set(self.loadings)]
        names = sorted({name for pair in pairs for name in pair.between})
        noise = np.eye(len(names))
        for pair in pairs:
            a, b = (self.loadings[name] for name in pair.between)
            i, j = (names.index(name) for name in pair.between)
            rest = normal_score_correlation(pair.rank) - a.covariance(b)
            noise[i, j] = noise[j, i] = rest / max(a.own * b.own, 1e-12)
        try:
            return names, np.asarray(np.linalg.cholesky(noise), dtype=np.float64)
        except np.linalg.LinAlgError:
            raise CorrelationError(pair.between for pair in pairs) from None

    def check(self) -> None:
        """Raise what makes drawing impossible.

        Raises:
            CorrelationError: if pairwise correlations contradict one another or the common cause.
            TooManyInputsError: if there are more inputs than dimensions.
        """
        _ = self._correlated, self._dimensions

    def _uniforms(self, name: str, replicate: int, first: int, count: int) -> Array:
        dimension = self._dimensions[name]
        if self.model.sampling == "monte_carlo":
            source = np.random.PCG64((self.model.seed, replicate, dimension)).advance(first)
            return np.random.Generator(source).random(count)
        return sobol.uniforms(dimension, count, self.model.seed, replicate, first)

    def scores(self, replicate: int, first: int = 0, count: int = 0) -> Mapping[str, Array]:
        """Scores of one replicate, by name of input or event, each of shape (count,).

        Args:
            replicate: which of the sixteen.
            first: where to begin, a multiple of `count`.
            count: how many, a power of two; the whole replicate, draws/16, if left out.
        """
        count = count or self.model.draws // REPLICATES
        return self.mixed(
            {name: scores(self._uniforms(name, replicate, first, count)) for name in self.noises}
        )

    @property
    def noises(self) -> list[str]:
        """The independent noises everything is made of: of factors, of questions, of inputs and events."""
        return list(self._dimensions)

    def mixed(self, noises: Mapping[str, Array]) -> Mapping[str, Array]:
        """Scores made of independent standard normal noises, by name of input or event; any shape."""
        noise = dict(noises)
        names, factor = self._correlated
        if names:
            mixed = np.stack([noise[name] for name in names])
            for row, name in enumerate(names):
                noise[name] = np.add.reduce(factor[row, : row + 1, None] * mixed[: row + 1])
        drawn = {}
        for name, loading in self.loadings.items():
            score = loading.own * noise[name]
            if loading.common:
                score = score + loading.common * noise[COMMON]
            if loading.shared:
                score = score + loading.shared * noise[loading.question]
            drawn[name] = score
        return drawn
