"""One change between two versions of a case in words: its name, what was, what is.

What comes in: both versions as `Versions`, and a `Change`. What goes out: text; its numbers are figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from assessment import bank
from assessment.case import SHORT_FORMS, Stated
from assessment.compare import MISSING, Change, Compared, Moved
from assessment.decision import OptionResult
from assessment.figures import Figure, Kind
from assessment.loader import TEXTS
from assessment.remarks import shown
from reports.figures import As
from reports.language import Language
from reports.sections.desk import Desk, Name
from roi.quantities import QUANTITIES

SHARES, MONEY = frozenset("probability resolves benefits costs".split()), frozenset("cost cost_each".split())
SET = frozenset("years discount_rate vat_rate effect_correlation loss_limit seed draws".split())
AMOUNTS = ("amount", "hours", "monthly")  # what a cost or an own line comes to
PASSED = frozenset("source costs effects extra".split())  # steps that what follows them makes clear
UNNAMED = {"answers": 2}  # first steps of a path that say nothing to a reader; of other paths one

Steps = tuple[str, ...]


@dataclass(frozen=True)
class Versions:
    """Both versions in one language."""

    compared: Compared
    before: Desk
    after: Desk

    @classmethod
    def of(cls, compared: Compared, words: Language) -> Versions:
        """Two versions as a language tells them."""
        return cls(compared, Desk(compared.before, words), Desk(compared.after, words))

    @property
    def words(self) -> Language:
        """The language."""
        return self.after.words

    def option(self, identifier: str) -> tuple[Desk, OptionResult] | None:
        """An option and the version it is from: the new one, if that has it."""
        for desk in (self.after, self.before):
            for option in desk.decision.options:
                if option.id == identifier:
                    return desk, option
        return None

    def money(self, moved: Moved) -> Name:
        """By how much something moves the NPV, with its sign."""
        return Name(self.words.money(moved.mean, self.compared.after.currency, se=moved.se, signed=True))


def _leaves(path: Steps, before: Any, after: Any) -> Iterator[tuple[Steps, Any, Any]]:
    """The parts of a change that differ, texts left out."""
    if _core(before) != _core(after):
        yield path, before, after
        return
    one, other = (value if isinstance(value, Mapping) else {} for value in (before, after))
    for name in {**one, **other}:
        if name not in TEXTS | set(SHORT_FORMS):
            yield from _leaves((*path, name), one.get(name, MISSING), other.get(name, MISSING))


def _core(value: Any) -> Any:
    """The number in a full form; None for any other record, which is looked into."""
    if isinstance(value, Mapping):
        return next((value[form] for form in SHORT_FORMS if form in value), None)
    return value


def told(both: Versions, change: Change) -> dict[str, Name]:
    """What a change is called, what was, and what is; named after its only part, or the whole of it."""
    leaves = list(_leaves(change.path, change.before, change.after))
    sides: tuple[list[str], list[str]] = ([], [])
    for path, *values in leaves:
        for said, desk, value in zip(sides, (both.before, both.after), _pair(*values), strict=True):
            text = _value(desk, path, value)
            said.append(text if len(leaves) == 1 else _chain(both.words, [_step(both, path), text]))
    before, after = (Name(both.words.text("terms.word.semicolon").join(said)) for said in sides)
    path = leaves[0][0] if len(leaves) == 1 else change.path
    return {"name": Name(label(both, path)), "before": before, "after": after}


def _pair(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two lists of things only what the other has not."""
    if isinstance(before, list) and isinstance(after, list) and isinstance([*before, *after][0], str | dict):
        one = [item for item in before if item not in after]
        return one or MISSING, [item for item in after if item not in before] or MISSING
    return before, after


def _value(desk: Desk, path: Steps, value: Any) -> str:
    """One side of a change."""
    words = desk.words
    if stated := _stated(desk, path):
        return words.text("compare.unstated", value=stated) if value is MISSING else stated
    if value is MISSING:
        return desk.none
    if isinstance(value, bool):
        return words.text(f"compare.{'yes' if value else 'no'}")
    if path[-1] == "freed_hours_plan":
        return shown(words.own(value))
    if isinstance(value, Mapping) and _core(value) is None:
        if "id" in value:
            main = next((key for key in AMOUNTS if key in value), "")
            return _value(desk, (*path, main), value[main]) if main else words.text("compare.there")
        parts = [_part(desk, (*path, name), value[name]) for name in value if name not in TEXTS]
        return words.text("terms.word.semicolon").join(parts)
    if isinstance(value, list) and not (value and isinstance(value[0], int | float)):
        return desk.listed([_value(desk, path, item) for item in value]) or desk.none
    return _word(desk, path[-1], value) if isinstance(value, str) else _number(desk, path[-1], value)


def _part(desk: Desk, path: Steps, value: Any) -> str:
    return _chain(desk.words, [_field(desk.words, path), _value(desk, path, value)])


def _stated(desk: Desk, path: Steps) -> str:
    """A number as the decision's register or its settings have it; nothing where it is not there."""
    name = _input(path)
    of_case = path[-1] if name and path[-1] in QUANTITIES else name  # if an option has none of its own
    known = {item.name for item in desk.decision.assumptions}
    for one in (name, of_case):
        if one in known:
            return desk.printer(As(desk.figures[f"input.{one}"], "stated"))
    if path[0] == "settings" and path[-1] in SET:
        figure = desk.figures[".".join(path)]
        manner = "years" if path[-1] == "years" else ""
        return "" if figure.value is None else desk.printer(As(figure, manner))
    return ""


def _number(desk: Desk, name: str, value: Any) -> str:
    """A number that the register does not have."""
    numbers = tuple(Stated.model_validate(value).distribution.ends)
    if name in QUANTITIES:
        unit = QUANTITIES[name].unit
        figure = Figure(f"input.{name}", "quantity", numbers[0], unit=unit, numbers=numbers)
        return desk.printer(As(figure, "stated"))
    kind: Kind = "share" if name in SHARES else "money" if name in MONEY else "count"
    return " / ".join(desk.printer(Figure(name, kind, number)) for number in numbers)


def _input(path: Steps) -> str:
    """The register's name of a number; nothing where it has none."""
    match path:
        case ("assumptions", name) | ("benefits", "extra", name, "monthly"):
            return name
        case ("options", option, "costs", cost, "amount" | "hours"):
            return f"{option}.{cost}"
        case ("options", option, "costs", cost, "uplift"):
            return f"{option}.{cost}.uplift"
        case ("options", option, "dip", part):
            return f"{option}.dip_{part}"
        case ("options", option, "abandon", "month"):
            return f"{option}.abandon_month"
        case ("options", option, name) | ("options", option, "effects", name):
            return f"{option}.{name}"
    return ""


def _word(desk: Desk, field: str, text: str) -> str:
    """A word of the case file, in the reader's language where it has one; else as the user wrote it."""
    words = desk.words
    if field == "between" and (criterion := _criterion(desk, text)):
        return criterion
    if field == "must_have" and text in bank.capabilities():
        return words.own(bank.capabilities()[text].label)
    for key in (f"compare.word.{text}", f"terms.{field}.{text}", f"contract.system.{text}"):
        if words.has(key):
            return words.text(key)
    try:
        return words.term(text)
    except KeyError:
        return shown(text)


def _criterion(desk: Desk, name: str) -> str:
    """What the case or everybody calls a criterion; nothing where nobody named it."""
    stated = desk.decision.selection.criteria if desk.decision.selection else []
    usual = bank.criteria()
    own = next((one.label for one in stated if one.criterion == name), "")
    return desk.words.own(own or (usual[name].label if name in usual else ""))


# --- names ------------------------------------------------------------------------------------------------


def label(both: Versions, path: Steps) -> str:
    """What people call the place of a change."""
    name = _input(path)
    for desk in (both.after, both.before):
        if name in {item.name for item in desk.decision.assumptions}:
            return desk.input(name)
    first = min(UNNAMED.get(path[0], 1), len(path) - 1)
    ways = [path[: place + 1] for place in range(first, len(path))]
    said = _chain(both.words, [_step(both, way) for way in ways if way[-1] not in PASSED or way == path])
    return said if path[0] == "options" else said[:1].upper() + said[1:]


def _chain(words: Language, parts: Sequence[str]) -> str:
    """Names from the whole to the part."""
    return reduce(lambda one, other: words.text("terms.word.option_input", option=one, input=other), parts)


def _step(both: Versions, path: Steps) -> str:
    """What people call the last step of a path."""
    words = both.words
    match path:
        case ("options", option) | ("criteria", "scores", option):
            found = both.option(option)
            return found[0].short(found[1]) if found else option
        case ("options", option, "costs", cost):
            return (both.before.labels | both.after.labels).get(f"{option}.{cost}", cost)
        case ("benefits", "extra", line):
            labels = {one.id: one.label for desk in (both.before, both.after) for one in desk.decision.lines}
            return words.own(labels.get(line) or line)
        case ("answers", "pains", pain) if pain in bank.pains():
            return words.own(bank.pains()[pain].label)
        case ("answers", "readiness", statement) if statement in bank.statements():
            return words.own(bank.statements()[statement].label)
        case ("criteria", "weights", one) | ("criteria", "scores", _, one):
            return _criterion(both.after, one) or _criterion(both.before, one) or one
        case ("options", _, "capabilities", one) if one in bank.capabilities():
            return words.own(bank.capabilities()[one].label)
    return _field(words, path)


def _field(words: Language, path: Steps) -> str:
    """The label of a field of the case file; a name that nobody labelled is itself."""
    name = path[-1]
    keys = (f"field.{'.'.join(path[-2:])}", f"field.{name}", f"quantity.{name}", f"role.{name}")
    known = next((key for key in keys if words.has(f"terms.{key}")), "")
    return words.term(known) if known else shown(name)
