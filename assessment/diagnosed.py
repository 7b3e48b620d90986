"""What the questions say beside the money, as records: pains, team fit, readiness.

Nothing comes in; these are parts of a `Decision`. Money is in the case's currency a year, shares are 0–1.
Ids are those of `templates/questions/`, whose texts are in both languages; nothing here is worded.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assessment.records import Record
from roi.model import Text

Cause = Literal["people", "process", "data", "tool"]
Cure = Literal["cures", "helps", "cannot"]
Band = Literal["sheet", "calculate", "necessary"]


class StakeRecord(Record):
    """What a benefit line is worth a year with an option, as the model has it; see `assessment.diagnosis`."""

    option: str
    line: str
    mean: float
    p5: float | None
    p95: float | None


class PainRecord(Record):
    """One pain that applies, with the chain from it to the cheapest remedy.

    Attributes:
        id: in the catalogue of pains.
        group: of the catalogue.
        cause: the likely one.
        step: of the process that it hits.
        capability: that would solve it.
        kpi: that shows it.
        line: benefit line it feeds; None if none.
        remedy: the cheapest that would do, CRM or not.
        cure: whether a tool cures it, helps, or cannot.
        times_per_year: how often.
        cost_each: what one time costs.
        annual: times × cost; None where one of them is not known.
        evidence: what the company said for it.
        at_stake: what the line is worth a year with the best purchase; None without line or purchase.
    """

    id: str
    group: str
    cause: Cause
    step: str
    capability: str
    kpi: str
    line: str | None
    remedy: str
    cure: Cure
    times_per_year: float | None
    cost_each: float | None
    annual: float | None
    evidence: Text = ""
    at_stake: StakeRecord | None = None


class WantedRecord(Record):
    """A capability that the pains ask for, with the money a year behind it."""

    capability: str
    pains: list[str]
    annual: float


class KindRecord(Record):
    """One kind of system, and the money a year of the pains that point to it."""

    kind: Literal["traditional", "social", "private_domain", "erp"]
    pains: list[str]
    annual: float


class DiagnosisRecord(Record):
    """The pains.

    Attributes:
        pains: those that apply, worst first; those without money last.
        worst: at most three, worst first, whose chains are told.
        runner_up: the next after them; None if there is none.
        overtakes: money a year from which the runner-up would be among the worst.
        unknown: pains answered “don't know”.
        total: money a year of all pains.
        helpable: share of it that a tool can cure or help; None where no pain has money.
        capabilities: that the pains ask for, most money first.
        kinds: of systems, most money first; only those that some pain points to.
    """

    pains: list[PainRecord]
    worst: list[str]
    runner_up: str | None = None
    overtakes: float | None = None
    unknown: list[str] = Field(default_factory=list)
    total: float
    helpable: float | None = None
    capabilities: list[WantedRecord]
    kinds: list[KindRecord]


class MoveRecord(Record):
    """The nearest change that would move the team to another band: `what` becoming `to`."""

    what: Literal["people", "departments"]
    to: float
    band: Band


class TeamFitRecord(Record):
    """Which band the team's size and hand-overs put it in, the rule that fired, and what would move it."""

    people: float
    departments: int
    band: Band
    rule: str
    nearest: list[MoveRecord]


class ThemeRecord(Record):
    """One theme of readiness: share of the points reached among the statements answered; None if none was."""

    id: str
    score: float | None
    answered: int
    asked: int


class RejectionRecord(Record):
    """A risk that people reject the tool: a statement scored low or not known."""

    statement: str
    theme: str
    score: float | None


class SuggestionRecord(Record):
    """Suggested ranges for one option, lowest, likely, highest; `used` names those that the model runs on."""

    option: str
    adoption: list[float]
    ramp_months: list[float]
    dip_share: list[float]
    used: list[str]


class ReadinessRecord(Record):
    """How ready the company is.

    Attributes:
        themes: in the order of the questionnaire.
        score: share of the points among all statements, unanswered and unknown ones counting nothing.
        coverage: share of the statements answered otherwise than “don't know”.
        unknown: statements answered “don't know”.
        owner_named: the first gate; None if nobody was asked.
        leader_opens_it_weekly: the second.
        risks: of rejection, gravest first.
        suggested: for every purchase.
    """

    themes: list[ThemeRecord]
    score: float
    coverage: float
    unknown: list[str]
    owner_named: bool | None
    leader_opens_it_weekly: bool | None
    risks: list[RejectionRecord]
    suggested: list[SuggestionRecord]
