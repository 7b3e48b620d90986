"""What changed between two versions of a case, and what that did to the result.

What comes in: two loaded cases. What goes out: `Compared`: both decisions, and every change with what it
alone does to the mean NPV of the option in question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

import numpy as np
from pydantic import SerializerFunctionWrapHandler, model_serializer

from assessment.assessor import assess
from assessment.decision import Decision
from assessment.loader import TEXTS, Loaded, case_from_data
from assessment.records import Record
from assessment.remarks import InputError, Remark
from roi.distributions import Array
from roi.engine import missing_inputs
from roi.expressions import FormulaError
from roi.model import Model
from roi.simulation import nobody_watches, npv_of
from roi.statistics import summary

CONTAINER = re.compile(  # what is looked into; anything else that differs is one change
    r"|assumptions|settings|organisation(\.people)?|prepared|answers(\.(pains|readiness|first))?"
    r"|benefits(\.extra)?|options(\.[^.]+(\.(effects|costs))?)?|criteria(\.(weights|scores(\.[^.]+)?))?"
)
LISTED = re.compile(r"benefits\.extra|options(\.[^.]+\.costs)?")  # lists of things with an id
OPTION = 2  # steps to one option, which is looked into only where both have it
MOST_DRAWS = 16_384  # for the effect of a change: as many as a case has unless it says otherwise
CURRENCIES = "compare.currencies"  # a message of the reports' own catalogue

Path = tuple[str, ...]


class Missing(Enum):
    """Stands where a file says nothing."""

    MISSING = "missing"


MISSING = Missing.MISSING


class Change(Record):
    """One difference between two versions; in JSON a side that says nothing is left out.

    Attributes:
        path: names and ids on the way to it.
        before: what the old one says.
        after: what the new one says.
    """

    path: Path
    before: Any = MISSING
    after: Any = MISSING

    @model_serializer(mode="wrap")
    def _without_missing(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in written(self).items() if getattr(self, name) is not MISSING}

    @property
    def is_words(self) -> bool:
        """Whether only texts differ: names, notes, evidence, where a number comes from."""
        name = self.path[-1]
        return bool(_bare({name: self.before}) == _bare({name: self.after}))


class Moved(Record):
    """By how much something moves the mean NPV, and the standard error of that."""

    mean: float
    se: float | None


class Effect(Record):
    """What one change does alone; None where it is only words, or cannot be without the others."""

    change: Change
    is_words: bool
    moved: Moved | None


class Compared(Record):
    """Two versions beside each other.

    Attributes:
        files: as the user named them.
        before: the old one's decision.
        after: the new one's.
        subject: the option in question in the new one; None where nothing can be computed.
        effects: one per change.
        total: what all changes together do to the subject; None where the old one does not have it.
        interplay: what is left of that when the effects are taken off.
    """

    files: tuple[str, str]
    before: Decision
    after: Decision
    subject: str | None
    effects: list[Effect]
    total: Moved | None
    interplay: Moved | None


# --- what changed -----------------------------------------------------------------------------------------


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between the data of two cases; the order of things with an id does not matter.

    >>> [change.path for change in changes({"options": [{"id": "a", "fit": 1}]}, {"options": [{"id": "a"}]})]
    [('options', 'a', 'fit')]
    """
    return list(_differences(old, new, ()))


def _differences(old: Any, new: Any, path: Path) -> Iterator[Change]:
    is_whole = len(path) == OPTION and path[0] == "options" and MISSING in (old, new)
    if CONTAINER.fullmatch(".".join(path)) and not is_whole:
        one, other = _things(old), _things(new)
        for name in {**one, **other}:
            yield from _differences(_at(one, name), _at(other, name), (*path, name))
    elif old != new:
        yield Change(path=path, before=old, after=new)


def _things(value: Any) -> Mapping[str, Any]:
    """What a container holds, by name or id; nothing where there is none."""
    if isinstance(value, list):
        return {item["id"]: item for item in value}
    return value if isinstance(value, Mapping) else {}


def _at(things: Mapping[str, Any], name: str) -> Any:
    found = things.get(name)
    return MISSING if found is None else found


def applied(data: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The data with one change made."""
    return _with(data, (), change.path, change.after)


def _with(value: Any, path: Path, way: Path, new: Any) -> dict[str, Any]:
    found, (name, *rest) = dict(_things(value)), way
    if rest:
        path = (*path, name)
        inside = _with(found.get(name), path, tuple(rest), new)
        found[name] = list(inside.values()) if LISTED.fullmatch(".".join(path)) else inside
    elif new is MISSING:
        found.pop(name, None)
    else:
        found[name] = new
    return found


def _bare(value: Any) -> Any:
    """What the model reads: no texts, a number in its shortest form, of sources only that it is a vendor."""
    if not isinstance(value, Mapping):
        return value
    found = {key: _bare(item) for key, item in value.items() if key not in TEXTS | {"source"}}
    if isinstance(source := value.get("source"), Mapping) and source.get("kind") == "vendor":
        found["source"] = "vendor"
    if "freed_hours_plan" in value:
        found["freed_hours_plan"] = value["freed_hours_plan"] is not MISSING
    return next(iter(found.values())) if found.keys() in ({"value"}, {"range"}) else found


# --- what it did ------------------------------------------------------------------------------------------


def compare(old: Loaded, new: Loaded, progress: Callable[[float], None] = nobody_watches) -> Compared:
    """What changed between two cases and what that did to the result.

    Every effect is found on the old case's draws with nothing but that change made, so that chance is no
    part of it.

    Args:
        old: the earlier version.
        new: the later one.
        progress: called now and then with the share that is done.

    Raises:
        InputError: if the two are in different currencies, or one cannot be computed.
    """
    currencies = {"found": new.case.currency, "allowed": old.case.currency}
    if new.case.currency != old.case.currency:
        line = new.case.document.line(("currency",))
        raise InputError((Remark(CURRENCIES, new.file, line, "currency", currencies),))
    before = assess(old, lambda share: progress(share / 4))
    after = assess(new, lambda share: progress((1 + share) / 4))
    subject = _subject(after)
    found = changes(old.case.document.data, new.case.document.data)
    start, end = (_npv(case.model, subject, old.model) for case in (old, new))
    effects, rest = [], None if start is None or end is None else end - start
    total = _moved(rest)
    for place, change in enumerate(found):
        alone = None if start is None or change.is_words else _alone(old, change, subject, start)
        effects.append(Effect(change=change, is_words=change.is_words, moved=_moved(alone)))
        if rest is not None and alone is not None:
            rest = rest - alone
        progress((1 + (place + 1) / len(found)) / 2)
    return Compared(
        files=(old.file, new.file),
        before=before,
        after=after,
        subject=subject,
        effects=effects,
        total=total,
        interplay=_moved(rest),
    )


def _subject(decision: Decision) -> str | None:
    """The purchase in question, or where there is none the best way of going without."""
    verdict = decision.verdict
    if verdict.option not in (None, verdict.without):
        return verdict.option
    return verdict.purchase or verdict.without


def _alone(old: Loaded, change: Change, subject: str | None, start: Array) -> Array | None:
    """What a change alone adds to the subject's NPV in every draw; None where it cannot be made alone."""
    data = old.case.document.data
    try:
        changed = case_from_data(applied(data, change)).model
        if changed == case_from_data(data).model:  # scores and answers that the money does not know
            return np.zeros(1)
        found = _npv(changed, subject, old.model)
    except (InputError, FormulaError):
        return None
    return None if found is None else found - start


def _npv(model: Model, option: str | None, like: Model) -> Array | None:
    """NPV of one option on the draws of another model; None where it cannot be computed."""
    alone = replace(
        model,
        options=tuple(one for one in model.options if one.id == option),
        draws=min(like.draws, MOST_DRAWS),
        seed=like.seed,
        sampling=like.sampling,
    )
    return npv_of(alone)[:, 0] if alone.options and not missing_inputs(alone) else None


def _moved(draws: Array | None) -> Moved | None:
    if draws is None:
        return None
    return Moved(mean=float(draws.mean()), se=summary(draws, 0.0).se["mean"])
