"""The documented defaults: what stands in for a number nobody stated, with source, date and grade.

What comes in: the industry and the kind of option. What goes out: `Assumption`s marked as defaults. The
figures themselves are data, in `templates/defaults/defaults.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from roi.distributions import Distribution, from_numbers
from roi.model import Assumption, Source
from roi.quantities import QUANTITIES
from templates import ROOT

FILE = "templates/defaults/defaults.toml"

_distribution: TypeAdapter[Distribution] = TypeAdapter(Distribution)


@cache
def table() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads((ROOT / "defaults" / "defaults.toml").read_text(encoding="utf-8"))


def _assumption(name: str, full_name: str, row: dict[str, Any]) -> Assumption:
    quantity, source = QUANTITIES[name], table()["sources"][row["source"]]
    return Assumption(
        name=full_name,
        unit=quantity.unit,
        distribution=_distribution.validate_python(from_numbers(row.get("range", row.get("value")))),
        low=quantity.low,
        high=quantity.high,
        source=Source(source["kind"], source["title"], source["date"], source.get("link", "")),
        is_default=True,
        note=row.get("note", ""),
        place=FILE,
    )


def for_case(name: str, industry: str) -> Assumption | None:
    """The default of a case's assumption in an industry; None for facts of the company."""
    row = table()["assumptions"].get(name)
    if row is None:
        return None
    own = row.get("industry", {}).get(industry)
    return _assumption(name, name, row if own is None else {"note": row["note"], **own})


def for_option(name: str, kind: str, option: str) -> Assumption | None:
    """The default of an option's answer by its kind."""
    row = table()["options"].get(kind, {}).get(name)
    return None if row is None else _assumption(name, f"{option}.{name}", row)


def abandon_probability(kind: str) -> float:
    """The chance that a tool of a kind is given up, as it is suggested where nobody stated one."""
    row = table()["options"].get(kind, {}).get("abandon_probability", {"value": 0.0})
    return float(row["value"])


def spreadsheet() -> dict[str, Any]:
    """The shared sheet that every case is compared with, in the form of a case file's option."""
    option: dict[str, Any] = _with_sources(table()["spreadsheet_option"])
    return option


def _with_sources(data: Any) -> Any:
    """The data with every name of a source replaced by the source."""
    if isinstance(data, list):
        return [_with_sources(item) for item in data]
    if not isinstance(data, dict):
        return data
    found = {key: _with_sources(value) for key, value in data.items()}
    if isinstance(found.get("source"), str):
        row = table()["sources"][found["source"]]
        found["source"] = {key: row[key] for key in ("kind", "title", "date", "link") if key in row}
    return found
