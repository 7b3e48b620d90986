"""A workbook that comes back: what its sheet of inputs says, or why the file is not to be trusted.

What comes in: the bytes of a file that anyone may have made. What goes out: a `Returned`, or a `BookError`
with what is wrong. Nothing is unpacked to disk, no part is read further than it may be long, and XML that
declares entities is refused before it is parsed.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from reports.language import language
from reports.numbers import STYLES
from reports.workbook.inputs import CASE, FIRST, HASH, NAME, STATED, VALUE
from reports.workbook.paper import cell as cell_name

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 20_000_000, 200_000_000, 1_000
MOST_OF_PART = 50_000_000  # unpacked
MOST_TIMES, FROM_BYTES = 200, 1_000_000  # how much larger a part may become, if it becomes that large
MOST_ROWS = 10_000
MACROS = re.compile(r"vbaproject|macrosheet|activex|embeddings/|customui", re.IGNORECASE)
FOREIGN = re.compile(r"externallink|connections\.xml|querytable|webextension", re.IGNORECASE)
SHEETS = ("cover", "inputs", "comparison", "simulation", "formulas")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class BookError(Exception):
    """A workbook is at fault, or does not fit its case.

    Attributes:
        faults: codes with values; the wording is the catalogue's, `workbook.fault.…`.
    """

    def __init__(self, *faults: tuple[str, dict[str, str]]) -> None:
        super().__init__(faults)
        self.faults = faults


def _refusal(code: str, **details: str) -> BookError:
    return BookError((code, details))


@dataclass(frozen=True)
class Returned:
    """What a book says of its case.

    Attributes:
        case: the case's id.
        sha256: of the case file that it was made from.
        values: by input, what its cell holds now, and what it held when the book was written.
    """

    case: str
    sha256: str
    values: dict[str, tuple[float, float]]


def returned(data: bytes) -> Returned:
    """What a book says.

    Raises:
        BookError: if it is no workbook of ours, is broken, or holds what a workbook of ours never does.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
            return _inputs(archive)
    # zipfile raises NotImplementedError for packings that it does not know
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        raise _refusal("not_a_workbook") from None
    except (ElementTree.ParseError, UnicodeDecodeError, KeyError, IndexError, ValueError):
        raise _refusal("broken") from None


# --- the file ---------------------------------------------------------------------------------------------


def _check(archive: zipfile.ZipFile) -> None:
    """Refuses a bomb, macros, and links to elsewhere."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _refusal("bomb")
    for part in parts:
        if part.file_size > max(MOST_TIMES * part.compress_size, FROM_BYTES) or part.file_size > MOST_OF_PART:
            raise _refusal("bomb")
    if "[Content_Types].xml" not in names or len(set(names)) < len(names):
        raise _refusal("not_a_workbook")
    if any(map(MACROS.search, names)) or b"macroEnabled" in _part(archive, "[Content_Types].xml"):
        raise _refusal("macros")
    relations = (_part(archive, name) for name in names if name.endswith(".rels"))
    if any(map(FOREIGN.search, names)) or any(
        re.search(rb"TargetMode\s*=\s*.External", one) for one in relations
    ):
        raise _refusal("external")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part as it is, if it is not longer than it says."""
    with archive.open(name) as file:
        data = file.read(MOST_OF_PART + 1)
    if len(data) > MOST_OF_PART:
        raise _refusal("bomb")
    return data


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A part as a tree, its names without their namespaces."""
    text = _part(archive, name).decode("utf-8-sig")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _refusal("entities")
    root = ElementTree.fromstring(text.encode())  # noqa: S314 - without a DTD there is nothing to expand
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root


# --- the sheet of inputs ----------------------------------------------------------------------------------


def _inputs(archive: zipfile.ZipFile) -> Returned:
    cells = _cells(archive, _path_of_inputs(archive))
    case, sha256 = (cells.get(place, "") for place in (CASE, HASH))
    if not isinstance(case, str) or not isinstance(sha256, str) or not re.fullmatch("[0-9a-f]{64}", sha256):
        raise _refusal("not_ours")
    values: dict[str, tuple[float, float]] = {}
    faults: list[tuple[str, dict[str, str]]] = []
    for row in sorted({row for row, column in cells if row >= FIRST and column == NAME}):
        name, *numbers = (cells.get((row, column), "") for column in (NAME, VALUE, STATED))
        if name == "":
            continue
        wrong = [(number, column) for number, column in zip(numbers, (VALUE, STATED), strict=True)
                 if not isinstance(number, float)]  # fmt: skip
        if not isinstance(name, str) or name in values:
            faults.append(("twice", {"name": str(name)}))
        elif wrong:
            found, column = wrong[0]
            where = cell_name(row, column, fixed="")
            faults.append(("not_a_number", {"name": name, "cell": where, "found": str(found)[:60]}))
        else:
            values[name] = (float(numbers[0]), float(numbers[1]))
    if faults:
        raise BookError(*faults)
    return Returned(case, sha256, values)


def _path_of_inputs(archive: zipfile.ZipFile) -> str:
    """The part that holds the sheet of inputs, if all sheets that every book has are there."""
    book = _xml(archive, "xl/workbook.xml")
    sheets = {node.get("name", ""): node.get(RELATION) or node.get(STRICT) for node in book.iter("sheet")}
    expected = {code: [language(code).text(f"workbook.sheet.{name}") for name in SHEETS] for code in STYLES}
    known = min(expected.values(), key=lambda names: len(set(names) - set(sheets)))
    if missing := [name for name in known if name not in sheets]:
        raise BookError(*(("missing_sheet", {"name": name}) for name in missing))
    target = sheets[known[SHEETS.index("inputs")]]
    relations = _xml(archive, "xl/_rels/workbook.xml.rels")
    (path,) = (node.get("Target", "") for node in relations.iter("Relationship") if node.get("Id") == target)
    return posixpath.normpath(path.lstrip("/") if path.startswith("/") else f"xl/{path}")


def _cells(archive: zipfile.ZipFile, path: str) -> dict[tuple[int, int], float | str]:
    """What the cells of a sheet hold, by row and column, counted from 0; an empty cell is not among them."""
    texts: list[str] = []
    if "xl/sharedStrings.xml" in archive.namelist():
        texts = ["".join(_texts(item)) for item in _xml(archive, "xl/sharedStrings.xml").iter("si")]
    found: dict[tuple[int, int], float | str] = {}
    for count, row in enumerate(_xml(archive, path).iter("row")):
        if count > MOST_ROWS:
            raise _refusal("bomb")
        for node in row.iter("c"):
            value = _value(node, texts)
            if value is not None:
                found[_place(node.get("r", ""))] = value
    return found


def _texts(item: ElementTree.Element) -> Iterator[str]:
    """The texts of a string without its phonetic readings."""
    for node in item:
        if node.tag == "t":
            yield node.text or ""
        elif node.tag == "r":
            yield from _texts(node)


def _value(node: ElementTree.Element, texts: list[str]) -> float | str | None:
    """A cell's value: a number, or the text of anything else."""
    kind, value = node.get("t", "n"), node.find("v")
    if kind == "inlineStr":
        inside = node.find("is")
        return "" if inside is None else "".join(_texts(inside))
    if value is None or value.text is None:
        return None
    if kind == "n":
        number = float(value.text)
        return number if abs(number) <= 1e15 else value.text  # neither infinite nor none at all
    return texts[int(value.text)] if kind == "s" else value.text


def _place(reference: str) -> tuple[int, int]:
    """Row and column of `B7`, counted from 0."""
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
