"""What the uncertainty says and the verdict that follows, as records.

Nothing comes in; these are parts of a `Decision`. Money is in the case's currency; inputs bear the names of
draws and reports (`users`, `saas.adoption`, `saas.licence`), options their ids.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assessment.records import Record
from assessment.verdict import Outcome
from roi.responses import Over


class WorthRecord(Record):
    """What knowing something perfectly would be worth; `is_noise` where that cannot be told from nothing."""

    name: str
    kind: Literal["input", "event", "group"]
    members: list[str]
    value: float
    se: float
    is_noise: bool


class LearningRecord(Record):
    """What finding out is worth; `net` is value less cost and delay. See `roi.uncertainty.Learning`."""

    name: str
    kind: Literal["desk", "pilot"]
    option: str | None
    members: list[str]
    resolves: float
    value: float
    se: float
    cost: float
    weeks: float
    delay: float
    net: float


class BarRecord(Record):
    """NPV of an option with one input low, at its median and high, the others at their medians."""

    option: str
    name: str
    low: float
    high: float
    npv_low: float
    npv_middle: float
    npv_high: float


class SwitchRecord(Record):
    """At which value of an input another option becomes the best; `value` None if at none in its range."""

    name: str
    low: float
    now: float
    high: float
    value: float | None
    se: float | None
    to: str | None
    above: bool | None


class ShareRecord(Record):
    """Shares of the variance of an option's NPV, of one input or of several that hang together."""

    option: str
    name: str
    members: list[str]
    first: float
    total: float


class PairRecord(Record):
    """How often one option has the higher NPV than another, and whether it dominates it stochastically.

    `dominance` is 1 for first order, 2 for second, 0 for none.
    """

    one: str
    other: str
    p: float
    dominance: Literal[0, 1, 2]


class CrossoverRecord(Record):
    """Where of two options one overtakes the other; `value` None if never between low and high."""

    over: Over
    one: str
    other: str
    low: float
    high: float
    value: float | None
    above: str


class MapRecord(Record):
    """The best option by mean NPV; a row of winners for each number of users, a column for each horizon."""

    users: list[float]
    years: list[int]
    winners: list[list[str]]


class ComparisonRecord(Record):
    """The options against each other."""

    pairs: list[PairRecord]
    crossovers: list[CrossoverRecord]
    map: MapRecord


class SpreadRecord(Record):
    """NPV of one option; quantiles and the chance of a loss are None where only the mean is computed."""

    mean: float
    p5: float | None = None
    p95: float | None = None
    p_loss: float | None = None


class VariantRecord(Record):
    """NPV of every option computed otherwise.

    `name` is `years_3`, `years_5`, `independent_effects`, `without_guesses`, `without_defaults`,
    `sheet_without_effect` or `risk_adjusted`; `lines` the benefit lines left out.
    """

    name: str
    npv: dict[str, SpreadRecord]
    best: str
    lines: list[str] = Field(default_factory=list)


class TestRecord(Record):
    """One comparison of a rule: what was found, and the limit."""

    rule: Outcome
    name: str
    figure: float
    sign: Literal[">", "<", "<="]
    limit: float


class Reason(Record):
    """One reason: which, and what stands in its sentence: keys of figures, and ids of options and inputs."""

    code: str
    figures: dict[str, str] = Field(default_factory=dict)
    options: dict[str, str] = Field(default_factory=dict)
    inputs: dict[str, str] = Field(default_factory=dict)


class StopRecord(Record):
    """By when one can stop, and what that costs at most: nineteen times in twenty less.

    Attributes:
        option: which: the one to pilot, else the best purchase.
        month: end of the first term of the contract; the model pays whole contract years.
        notice_month: by when notice must be given; None where the case states no contract.
        loss: P95 of what has been paid by then, leaving included, benefits not counted.
    """

    option: str
    month: float
    notice_month: float | None
    loss: float


class VerdictRecord(Record):
    """What to do.

    Attributes:
        outcome: which of the outcomes.
        option: what is recommended: the purchase, or the way of going without it.
        purchase: B, the best purchase that passes the must-haves; None where none is compared.
        without: A, the best way without a purchase.
        rule: the rule that fired.
        fired: the comparisons that made it.
        near: comparisons of other rules that nearly held.
        reasons: three, most important first.
        would_change: what would make it another verdict.
        gain: Δ, B's mean NPV less A's, and where it falls nine times in ten.
        chance: how often B beats A.
        is_tie: whether that is called a tie: negotiate.
        limit: what Δ must exceed.
        learning: name of the measurement or pilot that fired.
        stop: by when one can stop, of the purchase that is recommended or tried, else of B.
        missing: facts that nobody stated and without which there is too little to say.
        failed: purchases that lack a must-have.
        without_sheet_effect: the outcome if the sheet's effects were nothing.
        defaulted_share: share of B's benefits in lines that rest on a default or a guess.
    """

    outcome: Outcome
    option: str | None
    purchase: str | None = None
    without: str | None = None
    rule: str
    fired: list[TestRecord] = Field(default_factory=list)
    near: list[TestRecord] = Field(default_factory=list)
    reasons: list[Reason]
    would_change: list[Reason]
    gain: SpreadRecord | None = None
    chance: float | None = None
    is_tie: bool = False
    limit: float | None = None
    learning: str | None = None
    stop: StopRecord | None = None
    missing: list[str] = Field(default_factory=list)
    failed: list[str] = Field(default_factory=list)
    without_sheet_effect: Outcome | None = None
    defaulted_share: float | None = None
