"""From a file, or from data, to a case that may be computed.

What comes in: a path, or plain data, and changes as the command line writes them. What goes out: a `Loaded`:
the case, its money model, and what to tell the user; or an `InputError` with every fault found.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from assessment.case import SCHEMA, Case
from assessment.completion import money_model
from assessment.faults import from_schema, in_file, nearest, remark
from assessment.remarks import InputError, Path, Remark
from assessment.rules import Rules
from assessment.yamlfile import Document, Scalar, parse_number, parse_value, read
from roi.model import Model
from roi.quantities import ASSUMPTIONS, EFFECTS
from roi.sampling import CorrelationError, Sampler, TooManyInputsError

TEXTS = frozenset(  # fields whose value is text even if it looks like a number
    "id title name note label labels evidence by for paid_by why_it_ended date link unit currency zh-CN en "
    "freed_hours_plan language".split()
)
NESTED = {  # names of an option's inputs, as reports have them, that stand deeper in the file
    "dip_share": ("dip", "share"),
    "dip_months": ("dip", "months"),
    "abandon_month": ("abandon", "month"),
}
ACCUSES_ABSENCE = frozenset(  # faults that may only be there because something faulty was left out
    "unknown_name unknown_option unknown_criterion weights_missing pairs_missing "
    "churn_excludes_leavers_missing vat_rate_missing amount_or_hours".split()
)


@dataclass(frozen=True)
class Loaded:
    """A case with what follows from it before any computation.

    Attributes:
        case: as stated.
        model: complete, but for facts that nobody stated.
        warnings: what the report says aloud.
        notices: what was understood although it was written unusually.
        file: as the user named it.
    """

    case: Case
    model: Model
    warnings: tuple[Remark, ...]
    notices: tuple[Remark, ...]
    file: str


def load_case(path: str | os.PathLike[str], changes: Sequence[str] = ()) -> Loaded:
    """Read a case file.

    Args:
        path: of a YAML file.
        changes: `name=value`, as `--set` has them.

    Raises:
        InputError: with one fault per thing that is wrong, each with file, line and field.
    """
    return _load(read(path), os.fspath(path), changes)


def case_from_data(data: Mapping[str, Any], changes: Sequence[str] = (), name: str = "data") -> Loaded:
    """The same from plain data, for notebooks and tests.

    Raises:
        InputError: as `load_case`.
    """
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
    return _load(Document(dict(data), {(): 1}, (), digest), name, changes)


def _load(document: Document, file: str, changes: Sequence[str]) -> Loaded:
    document = _with_changes(document, changes)
    _known_schema(document, file)
    document = _with_numbers(document, file)
    try:
        case = Case.model_validate(document.data)
    except ValidationError as error:
        faults = from_schema(error.errors(), document, file)
        faults += _faults_of_the_rest(document, file, error)
        raise InputError(_in_order(faults), document.notices) from None
    case._document = document
    rules = Rules(case, file)
    faults = list(rules.faults())
    if faults:
        raise InputError(_in_order(faults), document.notices)
    model = money_model(case, file)
    faults = [fault for fault in [rules.reconciliation(model)] if fault is not None]
    faults += [
        *rules.contradictions(model),
        *rules.amounts(model),
        *_impossible_to_draw(model, document, file),
    ]
    if faults:
        raise InputError(_in_order(faults), document.notices)
    return Loaded(case, model, tuple(rules.warnings(model)), document.notices, file)


def _faults_of_the_rest(document: Document, file: str, error: ValidationError) -> list[Remark]:
    """What the rules find wrong in a case whose faulty parts are left out, as far as it still is one."""
    data: Any = document.data
    for _ in range(3):  # a record without its faulty field may be incomplete, and then goes as a whole
        for path in {in_file(data, item["loc"]) for item in error.errors()} - {()}:
            data = _without(data, path)
        try:
            case = Case.model_validate(data)
        except ValidationError as further:
            error = further
            continue
        case._document = document
        return [fault for fault in Rules(case, file).faults() if fault.code not in ACCUSES_ABSENCE]
    return []


def _without(data: Any, path: Sequence[str | int]) -> Any:
    """A copy without what stands at a path; an item takes its list along, so that none changes its number."""
    step, *rest = path
    if isinstance(data, list):
        return [_without(item, rest) if place == step else item for place, item in enumerate(data)]
    if step not in data:
        return data
    if not rest or (len(rest) == 1 and isinstance(data[step], list)):
        return {key: item for key, item in data.items() if key != step}
    return {**data, step: _without(data[step], rest)}


def _in_order(faults: list[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _impossible_to_draw(model: Model, document: Document, file: str) -> list[Remark]:
    try:
        Sampler(model).check()
    except CorrelationError as error:
        pairs = "; ".join(" – ".join(pair) for pair in error.pairs)
        return [remark(document, file, ("correlations",), "impossible_correlations", found=pairs)]
    except TooManyInputsError as error:
        details = {"found": str(error.found), "allowed": str(error.allowed)}
        return [remark(document, file, (), "too_many_inputs", **details)]
    return []


def _known_schema(document: Document, file: str) -> None:
    version = document.data.get("schema")
    if isinstance(version, int) and not isinstance(version, bool) and version > SCHEMA:
        details = {"found": str(version), "allowed": str(SCHEMA)}
        raise InputError((remark(document, file, ("schema",), "schema_from_the_future", **details),))


def _with_numbers(document: Document, file: str) -> Document:
    """Numbers as Chinese keyboards and spreadsheets write them become numbers, each with a notice."""
    notices = list(document.notices)

    def convert(value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {key: item if key in TEXTS else convert(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [convert(item, (*path, place)) for place, item in enumerate(value)]
        number = parse_number(value) if isinstance(value, Scalar) else None
        if number is None:
            return value
        notices.append(
            remark(document, file, path, "number_understood", found=str(value), value=f"{number[0]:.15g}")
        )
        return int(number[0]) if number[0].is_integer() else number[0]

    return replace(document, data=convert(document.data, ()), notices=tuple(notices))


# --- changes from the command line ------------------------------------------------------------------------


def _with_changes(document: Document, changes: Sequence[str]) -> Document:
    data = document.data
    for change in changes:
        name, sign, text = change.partition("=")
        if not sign:
            raise InputError((Remark("set_without_value", change, None, "", {"found": change}),))
        data = _changed(data, _place(data, name.strip(), change), _value(text, change))
    return replace(document, data=data)


def _value(text: str, change: str) -> Any:
    try:
        return parse_value(text)
    except InputError as error:
        faults = (replace(fault, file=change, line=None) for fault in error.faults)
        raise InputError(tuple(faults)) from None


def _place(data: Mapping[str, Any], name: str, change: str) -> Path:
    """Where in the file a name of `--set` stands: `users`, `saas.adoption`, `settings.years`."""
    first, *rest = name.split(".")
    if first in ASSUMPTIONS or first == "churn_excludes_leavers":
        return ("assumptions", first, *rest)
    groups = [item.alias or field for field, item in Case.model_fields.items()]
    if first in groups:
        return (first, *rest)
    options = _items(data.get("options"))
    ids = [item.get("id") if isinstance(item, dict) else None for item in options]
    if first in ids and rest:
        return ("options", ids.index(first), *_within_option(options[ids.index(first)], rest))
    known = [*ASSUMPTIONS, *groups, *(f"{one}.adoption" for one in ids if one)]
    details = {"found": name, "nearest": nearest(name, known)}
    raise InputError((Remark("set_unknown_name", change, None, "", details),))


def _within_option(option: Mapping[str, Any], rest: Sequence[str]) -> Path:
    costs = [item.get("id") if isinstance(item, dict) else None for item in _items(option.get("costs"))]
    if rest[0] in costs:
        cost = option["costs"][costs.index(rest[0])]
        key = "hours" if "hours" in cost else "amount"
        return ("costs", costs.index(rest[0]), *(rest[1:] or [key]))
    if rest[0] in NESTED:
        return (*NESTED[rest[0]], *rest[1:])
    if rest[0] in EFFECTS:
        return ("effects", *rest)
    return tuple(rest)


def _items(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _changed(data: Any, path: Path, value: Any) -> Any:
    """A copy of the data with one value replaced; groups that are missing on the way are made."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(step, int):
        return [_changed(item, rest, value) if place == step else item for place, item in enumerate(data)]
    inside = dict(data) if isinstance(data, dict) else {}
    inside[str(step)] = _changed(inside.get(str(step)), rest, value)
    return inside
