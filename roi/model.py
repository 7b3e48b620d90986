"""What the money model is told: assumptions, options with their costs, own lines, and how to run them.

Plain frozen records. Who read them from a file, completed them from defaults or took VAT off them is not
this module's business; it only says what a complete model consists of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from roi.distributions import Array, Distribution

Text = str | dict[str, str]  # one text, or one per language; never interpreted here
SourceKind = Literal["measured", "quoted", "survey", "expert", "vendor", "guess"]
Grade = Literal["A", "B", "C", "D"]
OptionKind = Literal["status_quo", "spreadsheet", "saas", "nocode", "custom"]
Dimension = Literal["efficiency", "conversion", "customer_lifetime_value", "management"]
Category = Literal[
    "subscription",
    "implementation",
    "customisation",
    "integration",
    "migration",
    "training",
    "internal_time",
    "administration",
    "changes",
    "infrastructure",
    "support",
    "security",
    "productivity_dip",
    "exit",
    "other",
]
Per = Literal["once", "user", "month", "user_month", "year", "user_year", "change", "joiner"]
When = Literal["upfront", "implementation", "contract", "running", "exit"]

ONCE: tuple[When, ...] = ("upfront", "implementation", "exit")
PERIODIC: tuple[When, ...] = ("contract", "running")
GOES_WITH: dict[Per, tuple[When, ...]] = {
    "once": ONCE,
    "user": ONCE,
    "month": PERIODIC,
    "user_month": PERIODIC,
    "year": PERIODIC,
    "user_year": PERIODIC,
    "change": ("running",),
    "joiner": ("running",),
}
WITHOUT_PURCHASE: tuple[OptionKind, ...] = ("status_quo", "spreadsheet")
GRADES: dict[SourceKind, Grade] = {
    "measured": "A",
    "quoted": "B",
    "survey": "B",
    "expert": "C",
    "vendor": "D",
    "guess": "D",
}


@dataclass(frozen=True)
class Source:
    """Where a number comes from; from its kind follows the trust grade."""

    kind: SourceKind
    title: Text = ""
    date: str = ""
    link: str = ""

    @property
    def grade(self) -> Grade:
        """Trust grade: A independent measurement … D vendor, anecdote or guess."""
        return GRADES[self.kind]


@dataclass(frozen=True)
class Learnable:
    """How an input could be measured: cost in money, duration, share of its variance resolved."""

    how: Literal["desk", "pilot", "later"]
    cost: float = 0.0
    weeks: float = 0.0
    resolves: float | None = None


@dataclass(frozen=True)
class Assumption:
    """One input of the model.

    Attributes:
        name: as in draws and reports: `users`, `saas.adoption`, `saas.licence`.
        unit: `money` stands for the case's currency.
        distribution: what it may turn out to be.
        low: its values are clipped to this from below.
        high: and to this from above.
        source: where it comes from; None where nobody said.
        is_default: whether the tool's documented default stands in for the company's own figure.
        claim: a vendor's claim that `distribution` discounts.
        place: `file:line` that states it.
        note: what the one who stated it adds.
        learnable: how it could be measured.
    """

    name: str
    unit: str
    distribution: Distribution
    low: float = -math.inf
    high: float = math.inf
    source: Source | None = None
    is_default: bool = False
    claim: Distribution | None = None
    place: str = ""
    note: Text = ""
    learnable: Learnable | None = None

    def at(self, scores: Array) -> Array:
        """Values at standard normal scores (any shape), clipped to the domain."""
        return np.clip(self.distribution.at(scores), self.low, self.high)

    @cached_property
    def most_likely(self) -> float:
        """The likely value, clipped to the domain."""
        return float(np.clip(self.distribution.most_likely, self.low, self.high))

    @property
    def is_fixed(self) -> bool:
        """Whether it is one number."""
        return self.distribution.is_fixed


@dataclass(frozen=True)
class CostLine:
    """One cost of one option.

    Attributes:
        id: unique within the option.
        category: for total cost of ownership.
        quantity: money, or hours of own staff if `in_hours`.
        per: what it is multiplied by.
        when: when it falls.
        in_hours: whether `quantity` is valued at the hourly cost of the month.
        uplift: yearly rise of a price; None without.
        year_ahead: whether a contract year is paid before it begins.
        hidden: whether a quote would not show it.
        label: its name for people.
    """

    id: str
    category: Category
    quantity: Assumption
    per: Per
    when: When
    in_hours: bool = False
    uplift: Assumption | None = None
    year_ahead: bool = False
    hidden: bool = False
    label: Text = ""


@dataclass(frozen=True)
class ExtraLine:
    """A benefit line of the user's own: money a month at full effect, or while the tool is live.

    Attributes:
        id: unique among benefit lines and inputs.
        dimension: what kind of benefit.
        cash: whether it is cash or freed capacity.
        monthly: an amount, named as the line, or a formula over assumptions (`roi.expressions.parsed`).
        follows_adoption: whether it is multiplied by the share of the effect that arrives.
        label: its name for people.
    """

    id: str
    dimension: Dimension
    cash: bool
    monthly: Assumption | str
    follows_adoption: bool = True
    label: Text = ""

    @property
    def formula(self) -> str:
        """Its formula; empty where it states an amount."""
        return self.monthly if isinstance(self.monthly, str) else ""


@dataclass(frozen=True)
class Pilot:
    """A trial of an option: cost in money, duration, share of its inputs' variance resolved."""

    cost: float = 0.0
    weeks: float = 0.0
    resolves: float | None = None


@dataclass(frozen=True)
class Option:
    """One way of getting a CRM, or of going without.

    Attributes:
        id: unique within the model.
        kind: what it is; `status_quo` is zero whatever else it says.
        answers: by plain name, what it says of itself: delays, adoption, fit, effects it overrides …
        costs: its cost lines.
        abandon_probability: chance that the tool is given up, `abandon_month` months after go-live.
        name: its name for people.
        added: whether the tool added it because every case is compared with it.
        pilot: how it could be tried first; None if it cannot.
    """

    id: str
    kind: OptionKind
    answers: Mapping[str, Assumption] = field(default_factory=dict)
    costs: tuple[CostLine, ...] = ()
    abandon_probability: float = 0.0
    name: Text = ""
    added: bool = False
    pilot: Pilot | None = None


def goes_by(option: Option, name: str) -> bool:
    """Whether an option goes by the input of a full name: its own, or the case's that it does not answer."""
    own, _, plain = name.rpartition(".")
    return own == option.id or (not own and plain not in option.answers)


@dataclass(frozen=True)
class Correlation:
    """Rank correlation of two inputs, by name."""

    between: tuple[str, str]
    rank: float


@dataclass(frozen=True)
class Model:
    """A complete money model.

    Attributes:
        years: horizon.
        discount_rate: yearly.
        assumptions: the case's, by name.
        options: what is compared; going on as today and a shared sheet are among them.
        lines: built-in benefit lines that are on.
        extra: own benefit lines.
        correlations: pairwise, beyond the common cause.
        draws: a power of two.
        seed: of the scrambles.
        sampling: Sobol' points or plain Monte Carlo.
        effect_correlation: rank correlation of effects and adoptions among each other.
    """

    years: int
    discount_rate: float
    assumptions: Mapping[str, Assumption]
    options: tuple[Option, ...]
    lines: tuple[str, ...]
    extra: tuple[ExtraLine, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    draws: int = 16_384
    seed: int = 1
    sampling: Literal["sobol", "monte_carlo"] = "sobol"
    effect_correlation: float = 0.5

    @property
    def months(self) -> int:
        """Horizon in months."""
        return 12 * self.years

    def input_of(self, option: Option, name: str) -> Assumption:
        """The input of a plain name as an option has it, else the case."""
        return option.answers.get(name) or self.assumptions[name]


Values = Mapping[str, npt.NDArray[np.float64] | float]  # of one name: one value per draw, or one for all
