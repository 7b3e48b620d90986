"""What to do next, as records: requirements, questions to vendors, pilot, roll-out, fixes, cockpit, answers.

Nothing comes in; these are parts of a `Decision`. Nothing is worded here and no number stands here but in
`PlanRecord.numbers`: everything else names a text of `templates/questions/` and keys of figures.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assessment.records import Record
from assessment.said import Reason
from roi.model import Text

Level = Literal["no", "partly", "yes"]
NumberKind = Literal["money", "share", "months", "count", "quantity"]


class NumberRecord(Record):
    """A number of the plan that is no other figure yet; see `assessment.figures.Figure`."""

    key: str
    kind: NumberKind
    value: float
    formula: str = ""
    inputs: list[str] = Field(default_factory=list)
    unit: str = ""
    numbers: list[float] = Field(default_factory=list)


class Sentence(Reason):
    """One sentence, and what stands in it.

    Attributes:
        code: where its text is in `plan.toml`: `answers.too_small.grows_into`.
        texts: other texts that stand in it, by where they are: `pains.pains.slow_first_response.label`.
    """

    texts: dict[str, str] = Field(default_factory=dict)


class EntryRecord(Record):
    """One entry of a table in `plan.toml`, with what is said of it; None where the case has nothing."""

    id: str
    said: Sentence | None = None


class CautionRecord(EntryRecord):
    """A caution, and the company's own words where it has said something on it."""

    evidence: Text = ""


class StepRecord(EntryRecord):
    """A step of the roll-out; `week` is the figure of the week after signing by which it is done."""

    week: str


class RequirementRecord(Record):
    """A capability to ask for.

    Attributes:
        capability: which.
        pains: it is asked for by, most money first; none if only the criteria name it.
        annual: figure of their money a year; None where no pain asks for it.
        must: whether nothing is bought without it.
        stated: what the options are said to have of it, by option; those that say nothing are left out.
    """

    capability: str
    pains: list[str]
    annual: str | None
    must: bool
    stated: dict[str, Level]


class CriterionRecord(Record):
    """What must hold at the end of the pilot; `baseline` None is measured in the first week."""

    id: str
    baseline: str | None
    target: str
    better: Literal["up", "down"]


class SampleRecord(Record):
    """What it would take to show the gain in the win rate, as figures.

    Attributes:
        rate: share of opportunities won today.
        gain: relative, as the option promises it if everyone used it.
        needed: opportunities in each of two groups.
        time: in months or years, until the company has had twice as many.
        seen: opportunities that those in the pilot will close meanwhile.
        beside: that the others will.
    """

    rate: str
    gain: str
    needed: str
    time: str
    seen: str
    beside: str


class PilotRecord(Record):
    """How to try it first.

    Attributes:
        people: figure: how many take part.
        weeks: figure: how long.
        is_suggested: whether the weeks are our suggestion and not the case's.
        criteria: all of which must hold.
        sample: None where no gain in the win rate is expected, or there are no opportunities.
    """

    people: str
    weeks: str
    is_suggested: bool
    criteria: list[CriterionRecord]
    sample: SampleRecord | None


class TargetRecord(Record):
    """One indicator of the cockpit.

    Attributes:
        kpi: which; its name, formula and owner are the catalogue's.
        pains: of the worst ones, those it shows.
        line: benefit line it feeds; None if none.
        baseline: figure of today's value; None is measured before the start.
        target: figure once everyone who will use it does; None where no baseline is known.
        change: figure of what the tool moves; None where the model moves nothing.
        how: change is a share by which it rises or falls, or an amount more or less.
    """

    kpi: str
    pains: list[str]
    line: str | None
    baseline: str | None = None
    target: str | None = None
    change: str | None = None
    how: Literal["rise", "fall", "more", "less"] | None = None


class PlanRecord(Record):
    """What to do next.

    Attributes:
        option: the purchase it is about: the one to try, else the best; None where there is none.
        is_go: whether something is tried or bought now; if not, `fixes` and `again` say what to do.
        requirements: those that must be met first, most money first.
        questions: to vendors.
        pilot: None where nothing is tried or bought.
        rollout: in the order of their weeks.
        cautions: what goes wrong most often.
        fixes: what to mend meanwhile.
        again: when to ask again.
        cockpit: the indicators to watch.
        answers: to what owners ask.
        numbers: of all of these.
    """

    option: str | None
    is_go: bool
    requirements: list[RequirementRecord]
    questions: list[EntryRecord]
    pilot: PilotRecord | None
    rollout: list[StepRecord]
    cautions: list[CautionRecord]
    fixes: list[Sentence]
    again: list[Sentence]
    cockpit: list[TargetRecord]
    answers: list[EntryRecord]
    numbers: list[NumberRecord]
