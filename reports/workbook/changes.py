"""Inputs that were changed in a workbook, on their way back into the case file.

What comes in: what a book says, and the case file. What goes out: the file's text with the changed numbers in
their places, every comment and every other character as it was; or a `BookError` with what speaks against it.
"""

from __future__ import annotations

import difflib
import shutil
import tempfile
from dataclasses import dataclass, replace
from math import isclose
from pathlib import Path
from typing import Any

from assessment import load_case
from assessment.completion import WITH_VAT
from assessment.loader import Loaded, _place
from assessment.remarks import InputError
from assessment.remarks import Path as Place
from assessment.yamlfile import parse_number, read
from assessment.yamlwriter import update, write_atomically
from reports.workbook.inputs import Entry, entries
from reports.workbook.reading import MOST_BYTES, BookError, Returned, returned

SAME = 1e-12  # relative: what a spreadsheet may lose of a number
DIGITS = 12  # that are written
RANGE = ("low", "likely", "high")


@dataclass(frozen=True)
class Changed:
    """A case file with the changes of a book.

    Attributes:
        file: the case file.
        before: its text.
        after: its text with the changes.
        is_older: whether the file has changed since the book was written.
    """

    file: Path
    before: str
    after: str
    is_older: bool

    @property
    def diff(self) -> str:
        """The difference as `diff -u` shows it; empty if there is none."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(before, after, str(self.file), str(self.file)))

    def write(self) -> None:
        """Replaces the file as a whole."""
        write_atomically(self.file, self.after.encode())


def read_book(path: Path) -> Returned:
    """What a book says.

    Raises:
        BookError: if it is at fault.
    """
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BookError(("too_large", {}))
    return returned(data)


def changed(book: Returned, file: Path) -> Changed:
    """The case file with what was changed in a book.

    Raises:
        BookError: if the book does not fit the case, or a change cannot be made there.
        InputError: if the case file is at fault, or would be with the changes.
    """
    loaded = load_case(file)
    if loaded.case.id != book.case:
        raise BookError(("other_case", {"found": book.case, "name": loaded.case.id}))
    known = {entry.name: entry for _, some in entries(loaded.model) for entry in some}
    faults: list[tuple[str, dict[str, str]]] = []
    faults += [("unknown_input", {"name": name}) for name in book.values if name not in known]
    faults += [("missing_input", {"name": name}) for name in known if name not in book.values]
    data, places = read(file).data, dict[Place, Any]()
    for name, (now, then) in book.values.items():
        stated = known[name].value if name in known else now
        if not isclose(now, then, rel_tol=SAME) and not isclose(now, stated, rel_tol=SAME):
            try:
                place, value = _change(loaded, data, known[name], now, then)
            except BookError as error:
                faults += error.faults
            else:
                places[place] = value
    if faults:
        raise BookError(*faults)
    before = file.read_bytes().decode()
    after = _after(file, places) if places else before
    return Changed(file, before, after, loaded.case.document.sha256 != book.sha256)


def _after(file: Path, places: dict[Place, Any]) -> str:
    """The text of the file with the changes, if it is still a case."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        shutil.copyfile(file, copy)
        try:
            update(copy, places)
            load_case(copy)
        except InputError as error:
            faults = (replace(fault, file=str(file)) for fault in error.faults)
            raise InputError(tuple(faults)) from None
        return copy.read_bytes().decode()


def _change(loaded: Loaded, data: Any, entry: Entry, now: float, then: float) -> tuple[Place, Any]:
    """Where in the file a changed number belongs, and what is to stand there."""
    name, item, settings = entry.name, entry.item, loaded.case.settings
    if not isclose(entry.value, then, rel_tol=SAME):
        raise BookError(("conflict", {"name": name}))
    if not entry.low <= now <= entry.high:
        raise BookError(("outside", {"name": name, **_ends(entry.low, entry.high)}))
    if item is not None and item.claim is not None:
        raise BookError(("vendor_claim", {"name": name}))
    gross = 1 + (settings.vat_rate or 0) if name in WITH_VAT and not settings.amounts_exclude_vat else 1
    value = float(f"{now * gross:.{DIGITS}g}")
    number = int(value) if value.is_integer() else value
    place = _place_of(data, name)
    stated = _stated(data, place)
    if stated is None and item is not None and len(item.distribution.ends) == len(RANGE):
        low, _, high = item.distribution.ends  # a default keeps its range
        _inside([low, now, high], name, now)
        return place, [low, number, high]
    return (*place, *_inside(stated, name, value)), number


def _place_of(data: Any, name: str) -> Place:
    """Where a file states an input, or would."""
    own = [line.get("id") for line in (data.get("benefits") or {}).get("extra") or ()]
    if name in own:
        return ("benefits", "extra", own.index(name), "monthly")
    try:
        return _place(data, name, name)
    except InputError:
        raise BookError(("not_in_file", {"name": name})) from None


def _stated(data: Any, place: Place) -> Any:
    """What a file states in a place; None where it states nothing."""
    for step in place:
        try:
            data = data[step]
        except (KeyError, TypeError):
            return None
    return data


def _ends(low: float, high: float) -> dict[str, str]:
    return {"low": f"{low:g}", "high": f"{high:g}"}


def _inside(stated: Any, name: str, value: float) -> Place:
    """Where the one number stands in a number, the likely one in a range or a longer form."""
    if isinstance(stated, list):
        low, _, high = ((parse_number(str(end)) or (0.0,))[0] for end in stated)
        if not low <= value <= high:
            raise BookError(("outside_range", {"name": name, **_ends(low, high)}))
        return (1,)
    if not isinstance(stated, dict):
        return ()
    for key in ("value", "range", "likely", "distribution"):
        if key in stated:
            return (key, *_inside(stated[key], name, value))
    raise BookError(("not_simple", {"name": name}))
