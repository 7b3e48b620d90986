"""What we ask, and what we know about the answers: the question banks, as typed records.

What comes in: `templates/questions/*.toml`. What goes out: records by id, in the order of the file; one
reader a table. Every text stands there in both languages, side by side; nothing is worded here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from assessment.diagnosed import Cause, Cure
from assessment.records import Record
from roi.quantities import QUANTITIES
from templates import ROOT

LANGUAGES = {"zh-CN", "en"}
Industry = Literal["project_sales", "consumer_retail", "b2b_services", "software", "manufacturing", "other"]

Kind = TypeVar("Kind", bound=Record)


def _in_both(text: dict[str, str]) -> dict[str, str]:
    if text.keys() != LANGUAGES or not all(map(str.strip, text.values())):
        raise ValueError(f"a text is needed in each of {', '.join(sorted(LANGUAGES))}")
    return text


Wording = Annotated[dict[str, str], AfterValidator(_in_both)]  # printed by `Language.own`

_wordings: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, Wording])


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "questions" / f"{name}.toml").read_text(encoding="utf-8"))


def _records(file: str, table: str, kind: type[Kind]) -> Mapping[str, Kind]:
    return {name: kind.model_validate({"id": name, **row}) for name, row in _file(file)[table].items()}


def labels(file: str, table: str) -> Mapping[str, dict[str, str]]:
    """A table of nothing but texts, such as the names of groups: `labels("pains", "steps")`."""
    return _wordings.validate_python(_file(file)[table])


# --- thresholds -------------------------------------------------------------------------------------------


class Threshold(Record):
    """A number that a score turns on, or a range of three, with the reason why it is that one."""

    value: float | None = None
    range: tuple[float, float, float] | None = None
    reason: Wording

    @model_validator(mode="after")
    def _one(self) -> Threshold:
        if (self.value is None) == (self.range is None):
            raise ValueError("either a value or a range")
        return self


@cache
def thresholds() -> Mapping[str, Threshold]:
    """All of them, named `<group>.<name>`."""
    return {
        f"{group}.{name}": Threshold(**row)
        for group, rows in _file("thresholds").items()
        for name, row in rows.items()
    }


def threshold(name: str) -> float:
    """The one number of a threshold."""
    value = thresholds()[name].value
    if value is None:
        raise TypeError(f"{name} is a range")
    return value


def threshold_range(name: str) -> tuple[float, float, float]:
    """Lowest, likely and highest of a threshold."""
    found = thresholds()[name].range
    if found is None:
        raise TypeError(f"{name} is one number")
    return found


# --- pains, capabilities, kinds of CRM, indicators --------------------------------------------------------


class Pain(Record):
    """A pain, and the chain from it to what would cure it; see `assessment.diagnosed.PainRecord`.

    Attributes:
        id: in case files.
        group: one of `labels("pains", "groups")`.
        question: asks how often, and for a count.
        label: a noun phrase for titles.
        cause: the likely one.
        cause_why: why, in one sentence.
        step: of the process, one of `labels("pains", "steps")`.
        capability: that would solve it.
        kpi: that shows it.
        line: benefit line that `kpi` feeds; None if none.
        cure: whether a tool cures it, helps, or cannot.
        cure_why: why, in one sentence.
        remedy: the cheapest, bought or not.
        industries: where it is typical; none stands for all.
        kinds: of CRM it points to; none if it tells nothing.
    """

    id: str
    group: str
    question: Wording
    label: Wording
    cause: Cause
    cause_why: Wording
    step: str
    capability: str
    kpi: str
    line: str | None = None
    cure: Cure
    cure_why: Wording
    remedy: Wording
    industries: tuple[Industry, ...] = ()
    kinds: tuple[str, ...] = ()


class Capability(Record):
    """Something a CRM can do: its name and one line in plain words."""

    id: str
    group: str
    label: Wording
    explanation: Wording


class CrmKind(Record):
    """A kind of CRM, or what is often taken for one: what it is for, and when it is the right one."""

    id: str
    label: Wording
    purpose: Wording
    right_when: Wording


class Kpi(Record):
    """An indicator of the cockpit.

    Attributes:
        id: in the catalogue.
        group: what it watches.
        label: its name.
        definition: what it says, in one sentence.
        formula: in words.
        unit: it is counted in.
        owner: role whose number it is.
        how: to read it from records.
        better: which way is better.
        line: benefit line it feeds; None if none.
        baseline: assumption that holds today's value; None if the case has none.
        target: effect that moves it; None if none does.
    """

    id: str
    group: str
    label: Wording
    definition: Wording
    formula: Wording
    unit: Literal["share", "money", "days", "months", "hours", "minutes", "count", "ratio"]
    owner: Wording
    how: Wording
    better: Literal["up", "down"]
    line: str | None = None
    baseline: str | None = None
    target: str | None = None


@cache
def pains() -> Mapping[str, Pain]:
    """The catalogue of pains."""
    return _records("pains", "pains", Pain)


@cache
def capabilities() -> Mapping[str, Capability]:
    """The catalogue of capabilities."""
    return _records("capabilities", "capabilities", Capability)


@cache
def kinds() -> Mapping[str, CrmKind]:
    """The kinds of CRM, and ERP, which is none."""
    return _records("capabilities", "kinds", CrmKind)


@cache
def kpis() -> Mapping[str, Kpi]:
    """The indicators of the cockpit."""
    return _records("kpis", "kpis", Kpi)


# --- readiness --------------------------------------------------------------------------------------------


class Statement(Record):
    """A statement of readiness, scored from 0 to 4.

    Attributes:
        id: in case files.
        theme: one of `labels("readiness", "themes")`.
        label: a noun phrase.
        question: asks for a count or a fact.
        at_0: what no points look like.
        at_2: what half of them look like.
        at_4: what all of them look like.
        risk: what a low score warns of.
        remedy: the cheapest thing to do about it.
    """

    id: str
    theme: str
    label: Wording
    question: Wording
    at_0: Wording
    at_2: Wording
    at_4: Wording
    risk: Wording
    remedy: Wording


class Gate(Record):
    """A fact without which nothing is bought: the question, why it matters, what to do first."""

    id: str
    label: Wording
    question: Wording
    why: Wording
    remedy: Wording


@cache
def statements() -> Mapping[str, Statement]:
    """The statements of readiness."""
    return _records("readiness", "statements", Statement)


@cache
def gates() -> Mapping[str, Gate]:
    """The two facts that are gates."""
    return _records("readiness", "gates", Gate)


# --- the fourteen questions, and the trades ---------------------------------------------------------------


class Part(Record):
    """One field of a question.

    Attributes:
        name: of its answer.
        to: place in the case file, dotted; what begins with `quote` becomes an option.
        ask: its own question, where there are several.
        unit: said behind the answer.
        low: smallest value allowed, where it is not an assumption of the model.
        high: largest value allowed, likewise.
        yes_no: whether it is answered with yes or no.
        one_number: whether it is a count or a limit that cannot be a range.
        not_after: answers to the question's first field after which it is not asked.
        typical: the answer that comes to what is assumed if nobody knows; None where nothing is assumed.
    """

    name: str
    to: str
    ask: Wording | None = None
    unit: Wording
    low: float = 0.0
    high: float = 0.0
    yes_no: bool = False
    one_number: bool = False
    not_after: tuple[float | str, ...] = ()
    typical: float | None = None

    @property
    def domain(self) -> tuple[float, float]:
        """Smallest and largest value allowed."""
        quantity = QUANTITIES.get(self.name)
        return (self.low, self.high) if quantity is None else (quantity.low, quantity.high)


class Question(Record):
    """One of the fourteen: its text, where to look it up, what it moves, its fields.

    Texts may hold the trade's own words in braces; see `in_trade`.
    """

    id: str
    text: Wording
    help: Wording
    why: Wording
    parts: tuple[Part, ...]


class Derivation(Record):
    """How an assumption follows from answers, in words; `source` where a share of ours makes it a guess."""

    id: str
    note: Wording
    source: Wording | None = None


class Profile(Record):
    """What is particular to a trade; nothing of it changes the arithmetic.

    Attributes:
        id: the industry.
        words: what it calls leads, customers, reps and deals.
        usual: figures that split a product of two; see `assessment.first_answers`.
        off: benefit lines that a new case has switched off.
        off_why: why, in one sentence.
        asked_first: inputs, as long as nobody knows what each is worth knowing.
        why: they come first, in one sentence.
    """

    id: str
    words: dict[str, Wording]
    usual: dict[str, float]
    off: tuple[str, ...]
    off_why: Wording
    asked_first: tuple[str, ...]
    why: Wording


@cache
def questions() -> Mapping[str, Question]:
    """The fourteen questions of the first answer."""
    return _records("questions", "questions", Question)


@cache
def derivations() -> Mapping[str, Derivation]:
    """What follows from their answers, by assumption."""
    return _records("questions", "derivations", Derivation)


@cache
def profiles() -> Mapping[str, Profile]:
    """The trades."""
    return _records("industries", "industries", Profile)


@cache
def usual_source() -> Mapping[str, Any]:
    """Where the usual figures of the trades come from."""
    source: dict[str, Any] = _file("industries")["usual_source"]
    return source


@cache
def quoted() -> Mapping[str, Any]:
    """What a quote does not say: cost lines in the form of a case file, and the price's yearly rise."""
    lines: dict[str, Any] = _file("questions")["quoted"]
    return lines


def in_trade(text: Mapping[str, str], industry: str) -> dict[str, str]:
    """A text with the trade's own words in the place of `{leads}`, `{customers}`, `{rep}` …."""
    words = {**profiles()[industry].words, **labels("questions", "words")}
    return {
        code: said.format_map({name: word[code] for name, word in words.items()})
        for code, said in text.items()
    }


# --- what to do next --------------------------------------------------------------------------------------


class Entry(Record):
    """An entry of a table of the plan.

    Attributes:
        id: within the table.
        title: a question, a step, what is measured.
        why: it is asked, or how it is measured.
        who: does it.
        needs: what the case must have for `says.known` to be said.
        says: what is said of the case, by variant.
    """

    id: str
    title: Wording
    why: Wording | None = None
    who: Wording | None = None
    needs: str = ""
    says: dict[str, Wording] = Field(default_factory=dict)


@cache
def plan_entries(table: str) -> Mapping[str, Entry]:
    """One of the plan's tables of entries: questions, pilot, rollout, cautions, answers."""
    return _records("plan", table, Entry)


def wording(place: str) -> dict[str, str]:
    """A text by where it is, such as `plan.again.date` or `pains.pains.records_not_kept.remedy`."""
    file, *names = place.split(".")
    found: Any = _file(file)
    for name in names:
        found = found[name]
    return _in_both(found)


# --- selection --------------------------------------------------------------------------------------------


class Criterion(Record):
    """Something that options are scored on: its name and one line in plain words."""

    id: str
    label: Wording
    explanation: Wording


@cache
def criteria() -> Mapping[str, Criterion]:
    """The usual criteria of selection; a case may have others."""
    return _records("criteria", "criteria", Criterion)
