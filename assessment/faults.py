"""What the schema finds wrong, as remarks with places.

What comes in: pydantic's errors on a document. What goes out: one `Remark` per fault: its line, the field,
what was found, what is allowed, and the nearest name where a name was wrong.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from assessment.case import Case
from assessment.yamlfile import Document, Path, Remark, dotted, shown

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


def _known_fields(path: Sequence[str | int]) -> list[str]:
    """Names allowed in the record at a path."""
    kind: Any = Case
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {item.alias or name: item for name, item in kind.model_fields.items()}
            kind = fields[str(step)].annotation if step in fields else None
        kind = next((arg for arg in _leaves(kind)), None)
    return [item.alias or name for name, item in kind.model_fields.items()] if kind else []


def _leaves(kind: Any) -> Iterable[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for arg in get_args(kind):
        yield from _leaves(arg)


def _in_file(document: Document, location: Sequence[str | int]) -> Path:
    """The part of an error's location that is the file's, without the names of union members."""
    data: Any = document.data
    path: list[str | int] = []
    for step in location:
        inside = (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        if inside:
            data = data[step]
            path.append(step)
    return tuple(path)


def _quoted(text: str) -> str:
    return ", ".join(re.findall(r"'([^']*)'", text))


def from_schema(errors: Iterable[ErrorDetails], document: Document, file: str) -> list[Remark]:
    """One remark per place: where a value fits none of several forms, the form it comes closest to counts."""
    remarks: dict[Path, Remark] = {}
    for error in errors:
        path = _in_file(document, error["loc"])
        kind, context = error["type"], error.get("ctx", {})
        details = {"found": shown(str(error["input"]))}
        name = str(error["loc"][-1])
        if kind == "missing":
            details = {"name": name}
            place: Path = (*path, name)
        elif kind == "extra_forbidden":
            details = {"name": shown(name), "nearest": nearest(name, _known_fields(path[:-1]))}
            place = path
        else:
            place = path
            limits = [sign + f"{context[key]:g}" for key, sign in _SIGNS.items() if key in context]
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
            details |= {key: str(value) for key, value in context.items() if key in ("found", "names")}
        code = _CODES.get(kind, kind)
        remarks.setdefault(place, Remark(code, file, document.line(place), dotted(place), details))
    return list(remarks.values())
