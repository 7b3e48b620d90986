"""A workbook that comes back: changes go into the case file, and a book not to be trusted is refused."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ruamel.yaml import YAML

from app.cli import main
from assessment import assess, load_case
from assessment.remarks import InputError
from reports.language import language
from reports.workbook import workbook
from reports.workbook.changes import changed
from reports.workbook.reading import BookError, returned

ROOT = Path(__file__).resolve().parent.parent
MACHINERY = ROOT / "examples" / "machinery-maker" / "case.yaml"
RELATION = b'<Relationship Id="x" Type="t" Target="http://example.invalid/" TargetMode="External"/>'


@cache
def book(code: str = "en", file: Path = MACHINERY) -> bytes:
    loaded = load_case(file, ["settings.draws=1024"])
    return workbook(assess(loaded), loaded.model, language(code))


def edited(data: bytes, values: Mapping[str, Any], column: int = 4) -> bytes:
    """A book as a spreadsheet program saves it, with other values in the open cells."""
    found = openpyxl.load_workbook(io.BytesIO(data))
    sheet = found.worksheets[1]
    left = dict(values)
    for row in range(1, sheet.max_row + 1):
        if (name := sheet.cell(row, 2).value) in left:
            sheet.cell(row, column).value = left.pop(name)
    assert not left
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def codes(action: Callable[[], object]) -> list[str]:
    with pytest.raises(BookError) as caught:
        action()
    for code in ("zh-CN", "en"):
        for fault, details in caught.value.faults:
            assert language(code).text(f"workbook.fault.{fault}", **details)
    return [fault for fault, _ in caught.value.faults]


# --- changes ----------------------------------------------------------------------------------------------

CHANGES = {
    "users": 24,
    "settings.discount_rate": 0.08,
    "saas.adoption": 0.61,
    "saas.abandon.probability": 0.22,
    "saas.dip_share": 0.04,
    "custom.build": 300_000,
    "fair_follow_up": 700,
    "fade_per_year": 0.06,
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.yaml"
    file.write_bytes(MACHINERY.read_bytes())
    return file


@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_an_untouched_book_changes_nothing(code: str, case: Path) -> None:
    for data in (book(code), edited(book(code), {})):
        found = changed(returned(data), case)
        assert (found.diff, found.is_older, found.after) == ("", False, found.before)


def test_changes_are_shown_then_written_and_nothing_else_moves(
    tmp_path: Path, case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, before = tmp_path / "book.xlsx", case.read_text(encoding="utf-8")
    path.write_bytes(edited(book(), CHANGES))
    assert main(["check", str(path), "--case", str(case)]) == 0
    shown = capsys.readouterr().out
    assert case.read_text(encoding="utf-8") == before
    assert main(["check", str(path), "--case", str(case), "--write"]) == 0
    assert capsys.readouterr().out == shown
    after = case.read_text(encoding="utf-8")
    model = load_case(case).model
    assert {name: model.assumptions[name].most_likely for name in ("users", "fade_per_year")} == {
        "users": 24,
        "fade_per_year": 0.06,
    }
    assert model.discount_rate == 0.08
    saas, custom = (next(one for one in model.options if one.id == name) for name in ("saas", "custom"))
    assert (saas.answers["adoption"].most_likely, saas.abandon_probability) == (0.61, 0.22)
    assert saas.answers["dip_share"].most_likely == 0.04
    assert next(cost for cost in custom.costs if cost.id == "build").quantity.most_likely == 300_000
    assert model.extra[0].monthly.most_likely == 700  # type: ignore[union-attr]
    assert model.assumptions["fade_per_year"].distribution.ends[::2] == (
        0,
        0.15,
    )  # the default keeps its range
    moved = [line[0] for line in shown.splitlines()[2:] if line[0] in "+-"]
    assert (moved.count("+"), moved.count("-")) == (len(CHANGES), len(CHANGES) - 1)  # one was not in the file
    comments = [line for line in before.splitlines() if "#" in line]
    assert comments
    assert [line for line in after.splitlines() if "#" in line] == comments
    assert main(["check", str(path), "--case", str(case)]) == 0  # taken over already


def test_amounts_with_vat_go_back_with_it(tmp_path: Path) -> None:
    data = YAML(typ="safe", pure=True).load(MACHINERY.read_text(encoding="utf-8"))
    data["settings"] |= {"amounts_exclude_vat": False, "vat_rate": 0.13}
    data["assumptions"]["deal_value"] = 113_000
    data["assumptions"]["annual_revenue"] = None
    file = tmp_path / "case.yaml"
    with file.open("w", encoding="utf-8") as out:
        YAML().dump(data, out)
    found = changed(returned(edited(book("en", file), {"deal_value": 200_000})), file)
    assert "+  deal_value: 226000" in found.diff.splitlines()


def test_what_cannot_go_back_says_why(case: Path) -> None:
    def attempt(**values: Any) -> list[str]:
        names = {name.replace("__", "."): value for name, value in values.items()}
        return codes(lambda: changed(returned(edited(book(), names)), case))

    assert attempt(saas__adoption=0.9) == ["outside_range"]
    assert attempt(saas__adoption=1.5, users=0) == ["outside", "outside"]
    assert attempt(hours_saved_per_user_day=1) == ["vendor_claim"]
    assert attempt(spreadsheet__fit=0.3) == ["not_in_file"]
    assert attempt(users="many", realisation=True) == ["not_a_number", "not_a_number"]
    assert codes(lambda: changed(returned(edited(book(), {"users": "userz"}, 2)), case)) == [
        "unknown_input",
        "missing_input",
    ]
    assert codes(lambda: changed(returned(edited(book(), {"users": "managers"}, 2)), case)) == ["twice"]
    with pytest.raises(InputError):  # more sales users than users
        changed(returned(edited(book(), {"sales_users": 25})), case)


def test_a_book_of_another_case_and_a_case_that_changed_since(case: Path) -> None:
    other = ROOT / "examples" / "three-person-studio" / "case.yaml"
    assert codes(lambda: changed(returned(book()), other)) == ["other_case"]
    text = case.read_text(encoding="utf-8").replace("    value: 20\n", "    value: 21\n", 1)
    case.write_text(text, encoding="utf-8")
    found = changed(returned(edited(book(), {"managers": 3})), case)
    assert found.is_older
    assert "+    value: 3" in found.diff.splitlines()
    assert codes(lambda: changed(returned(edited(book(), {"users": 24})), case)) == ["conflict"]


def test_without_its_case_a_book_says_which_it_wants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book())
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert "machinery-maker" in said
    assert load_case(MACHINERY).case.document.sha256 in said
    assert main(["check", str(tmp_path / "none.xlsx")]) == 2


# --- books not to be trusted ------------------------------------------------------------------------------


def rebuilt(change: Callable[[dict[str, bytes]], None], data: bytes | None = None) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data or book())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def adding(name: str, part: bytes) -> bytes:
    return rebuilt(lambda parts: parts.update({name: part}))


def replacing(name: str, old: bytes, new: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return rebuilt(change)


def number(text: bytes) -> bytes:
    """A book in whose first open cell of 20 users something else is written as a number."""

    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET], count = re.subn(
            rb'(<c r="D\d+" s="\d+"><v>)20(</v>)', rb"\g<1>%s\2" % text, parts[SHEET]
        )
        assert count == 1

    return rebuilt(change)


def lying() -> bytes:
    """A book whose directory says that a large part is small."""
    size = struct.pack("<I", 60_000_000)
    bomb = adding("xl/sharedStrings.xml", b" " * 60_000_000)
    assert size in bomb
    return bomb.replace(size, struct.pack("<I", 1000))


SHEET, BOOK = "xl/worksheets/sheet2.xml", "xl/workbook.xml"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nothing": (lambda: b"", {"not_a_workbook"}),
    "text": (lambda: b"users: 20\n" * 100, {"not_a_workbook"}),
    "cut short": (lambda: book()[:5000], {"not_a_workbook"}),
    "no sheets": (lambda: rebuilt(lambda parts: parts.clear()), {"not_a_workbook"}),
    "bomb": (lambda: adding("xl/media/x.xml", b" " * 60_000_000), {"bomb"}),
    "small bomb": (lambda: adding("xl/media/x.xml", b" " * 2_000_000), {"bomb"}),
    "bomb that lies": (lambda: lying(), {"bomb", "not_a_workbook"}),
    "many parts": (
        lambda: rebuilt(lambda parts: parts.update({f"x{n}": b"" for n in range(1001)})),
        {"bomb"},
    ),
    "macro": (lambda: adding("xl/vbaProject.bin", b"x"), {"macros"}),
    "macro by type": (
        lambda: replacing("[Content_Types].xml", b"spreadsheetml.sheet.main", b"macroEnabled.main"),
        {"macros"},
    ),
    "link": (lambda: adding("xl/externalLinks/externalLink1.xml", b"<x/>"), {"external"}),
    "relation": (
        lambda: replacing("xl/_rels/workbook.xml.rels", b"</Relationships>", RELATION + b"</Relationships>"),
        {"external"},
    ),
    "query": (lambda: adding("xl/connections.xml", b"<x/>"), {"external"}),
    "entities": (lambda: replacing(SHEET, b"<worksheet", ENTITIES + b"<worksheet"), {"entities"}),
    "no xml": (lambda: replacing(SHEET, b"</sheetData>", b""), {"broken"}),
    "other letters": (lambda: replacing(SHEET, b"<row", b"\xff\xfe<row"), {"broken"}),
    "missing part": (lambda: rebuilt(lambda parts: parts.pop(SHEET) and None), {"broken"}),
    "string that is not there": (
        lambda: rebuilt(lambda parts: parts.update({"xl/sharedStrings.xml": b"<sst/>"})),
        {"broken"},
    ),
    "renamed sheet": (lambda: replacing(BOOK, b'"Inputs"', b'"Numbers"'), {"missing_sheet"}),
    "renamed other sheet": (lambda: replacing(BOOK, b'"Simulated"', b'"Sim"'), {"missing_sheet"}),
    "no number at all": (lambda: edited(book(), {"users": None}), {"not_a_number"}),
    "error": (lambda: edited(book(), {"users": "#DIV/0!"}), {"not_a_number"}),
    "infinite": (lambda: number(b"1e999"), {"not_a_number"}),
    "not even a number": (lambda: number(b"nan"), {"not_a_number"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_book_is_refused_with_what_is_wrong(
    name: str, tmp_path: Path, case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, expected = HOSTILE[name]
    data, before = make(), case.read_bytes()
    assert set(codes(lambda: returned(data))) <= expected
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    assert main(["check", str(path), "--case", str(case), "--write"]) == 2
    said = capsys.readouterr()
    assert str(path) in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert case.read_bytes() == before


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, case: Path) -> None:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        file.truncate(20_000_001)
    assert main(["check", str(path), "--case", str(case)]) == 2


def test_a_book_of_someone_elses_is_refused() -> None:
    other = openpyxl.Workbook()
    for name in ("Cover", "Inputs", "Comparison", "Simulated", "Formulas"):
        other.create_sheet(name)
    out = io.BytesIO()
    other.save(out)
    assert codes(lambda: returned(out.getvalue())) == ["not_ours"]
