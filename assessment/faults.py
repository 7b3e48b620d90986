"""What the schema finds wrong, as remarks with places.

What comes in: pydantic's errors on a document. What goes out: one `Remark` per fault: its line, the field,
what was found, what is allowed, and the nearest name where a name was wrong.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from assessment.case import SHORT_FORMS, Case, Stated
from assessment.remarks import Path, Remark, dotted, shown
from assessment.yamlfile import Document, parse_number

_CODES = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "literal_error": "not_one_of",
    "union_tag_invalid": "not_one_of",
    "union_tag_not_found": "kind_missing",
    "float_type": "not_a_number",
    "int_type": "not_a_whole_number",
    "int_from_float": "not_a_whole_number",
    "bool_type": "not_true_or_false",
    "string_type": "not_a_text",
    "list_type": "not_a_list",
    "dict_type": "not_a_group",
    "model_type": "not_a_group",
    "model_attributes_type": "not_a_group",
    "string_pattern_mismatch": "wrong_form",
    "finite_number": "not_finite",
    "greater_than_equal": "outside",
    "less_than_equal": "outside",
    "greater_than": "outside",
    "less_than": "outside",
    "too_short": "wrong_length",
    "too_long": "wrong_length",
}
_SIGNS = {"ge": "≥ ", "le": "≤ ", "gt": "> ", "lt": "< "}


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name closest to one that is not known, or nothing."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), "")


def remark(document: Document, file: str, path: Path, code: str, **details: str) -> Remark:
    """A remark on one place of a document."""
    return Remark(code, file, document.line(path), dotted(path), details)


def _known_fields(location: Sequence[str | int], whole: type[BaseModel]) -> list[str]:
    """Names allowed in the record at an error's location; steps that are no field's name pass through."""
    kinds: list[type[BaseModel]] = [whole]
    for step in location:
        inside = [leaf for kind in kinds for leaf in _leaves(_fields(kind).get(step))]
        kinds = inside or [kind for kind in kinds if _tag(kind) == step] or kinds
    return [str(name) for kind in kinds for name in [*_fields(kind), *SHORT_FORMS * (kind is Stated)]]


def _fields(kind: type[BaseModel]) -> dict[str | int, Any]:
    return {item.alias or name: item.annotation for name, item in kind.model_fields.items()}


def _tag(kind: type[BaseModel]) -> Any:
    return kind.model_fields["kind"].default if "kind" in kind.model_fields else None


def _leaves(kind: Any) -> Iterable[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for arg in get_args(kind):
        yield from _leaves(arg)


def in_file(data: Any, location: Sequence[str | int]) -> Path:
    """The part of an error's location that is the file's, without the names of union members."""
    path: list[str | int] = []
    for step in location:
        inside = (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        if inside:
            data = data[step]
            path.append(step)
    return tuple(path)


def _found(value: Any) -> str:
    """What stands in the file; a number in quotes with its quotes, which are the fault."""
    bare = isinstance(value, str) and not parse_number(value)
    return shown(value if bare else json.dumps(value, ensure_ascii=False, default=str))


def _quoted(text: str) -> str:
    """The choices of an error message, as YAML writes them.

    >>> _quoted("True, False or 'dont_know'")
    'true, false, dont_know'
    """
    return ", ".join(quoted or word.lower() for quoted, word in re.findall(r"'([^']*)'|(True|False)", text))


def from_schema(
    errors: Iterable[ErrorDetails], document: Document, file: str, whole: type[BaseModel] = Case
) -> list[Remark]:
    """One remark per place; a field is not missing where a name beside it is taken for its own, misspelt."""
    remarks: dict[Path, Remark] = {}
    for error in errors:
        path = in_file(document.data, error["loc"])
        kind, context = error["type"], error.get("ctx", {})
        details = {"found": _found(error["input"])}
        name = str(error["loc"][-1])
        if kind == "missing":
            details = {"name": name}
            place: Path = (*path, name)
        elif kind == "extra_forbidden":
            details = {"name": shown(name), "nearest": nearest(name, _known_fields(error["loc"][:-1], whole))}
            place = path
        else:
            place = path
            limits = [sign + f"{context[key]:.15g}" for key, sign in _SIGNS.items() if key in context]
            details |= {"allowed": " ".join(limits)} if limits else {}
            if kind == "literal_error":
                details["allowed"] = _quoted(str(context["expected"]))
                details["nearest"] = nearest(str(error["input"]), details["allowed"].split(", "))
            elif kind == "union_tag_invalid":
                details = {
                    "found": shown(str(context["tag"])),
                    "allowed": _quoted(str(context["expected_tags"])),
                }
                details["nearest"] = nearest(str(context["tag"]), details["allowed"].split(", "))
                place = (*path, "kind")
            elif kind == "string_pattern_mismatch":
                details["allowed"] = str(context["pattern"])
            elif kind == "one_of_value_range_distribution":
                unknown = [key for key in error["input"] if key not in SHORT_FORMS]
                details["nearest"] = nearest(str(next(iter(unknown), "")), SHORT_FORMS)
            details |= {
                key: shown(str(value)) for key, value in context.items() if key in ("found", "allowed")
            }
        code = _CODES.get(kind, kind)
        remarks.setdefault(place, Remark(code, file, document.line(place), dotted(place), details))
    meant = {(*path[:-1], found.details.get("nearest", "")) for path, found in remarks.items()}
    return [found for path, found in remarks.items() if found.code != "missing_field" or path not in meant]
