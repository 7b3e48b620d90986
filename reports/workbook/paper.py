"""A workbook and its sheets: cells that are text, numbers or formulas, their looks, widths and print set-up.

What comes in: words, values and formulas. What goes out: bytes, the same for the same content. Text is only
ever written as text, never as a formula or a link, whatever it begins with.
"""

from __future__ import annotations

import datetime
import io
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from reports.labels import broken, ems
from reports.language import Language

LONGEST_TEXT = 32_767  # characters of a cell
LONGEST_NAME = 31  # of a sheet, counted as UTF-16 does
FORBIDDEN = re.compile(
    r"[\[\]:*?/\\\x00-\x1f\x7f'|]"
)  # the last two are ours: they mean something in references
RESERVED = "history"  # the name of a sheet that Excel keeps for itself
LINE = 14.5  # points
EM = {
    "zh-CN": 1.95,
    "en": 1.65,
}  # about the width of one, in the width of a digit, which columns are measured in
FONTS = {"zh-CN": "Microsoft YaHei", "en": "Arial"}
ACCENT, PALE, QUIET, OPEN = "#0072B2", "#EAF3F9", "#5F6670", "#FFF8DC"
NUMBERS = {  # how kinds of numbers look
    "flow": '#,##0;-#,##0;"–"',  # money of a month, where nothing is common
    "money": "#,##0",
    "cents": "#,##0.00",
    "share": "0.0#%",
    "number": "#,##0.0###",
    "whole": "[>=1000]#,##0;General",
    "ratio": "0.00",
    "months": "0.0",
    "count": "0",
    "factor": "0.0000",
    "until": '[>=100000]"–";0.0#',  # a month that may never come
    "text": "@",
}
HEAD = {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "bg_color": PALE}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT},
    "label": {"text_wrap": True},
    "lead": {"text_wrap": True, "valign": "top", "align": "left"},
    "strong": {"bold": True, "text_wrap": True, "valign": "top", "align": "left", "font_size": 13},
    "head": HEAD,
    "head_right": {**HEAD, "align": "right"},
    "head_behind": {**HEAD, "indent": 1},
    "behind": {"text_wrap": True, "indent": 1},  # text after a number
    "sum_behind": {"bold": True, "top": 1, "indent": 1},
    "group": {"bold": True, "font_color": ACCENT, "bottom": 1, "bottom_color": ACCENT},
    "sum": {"bold": True, "top": 1},
    "aside": {"font_color": QUIET, "text_wrap": True, "valign": "vcenter", "font_size": 9, "indent": 1},
    "small": {"font_color": QUIET, "font_size": 9},
    "middle": {"align": "center"},
    "right": {"align": "right"},
    "year": {"font_color": ACCENT, "bold": True},
    "open": {"bg_color": OPEN, "locked": False, "border": 1, "border_color": "#C9B458"},
    "simulated": {"italic": True, "font_color": QUIET},
}


@dataclass
class Book:
    """One workbook."""

    words: Language
    properties: Mapping[str, str]
    date: str
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._bytes = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.file = xlsxwriter.Workbook(self._bytes, options)
        self.file.set_properties({**self.properties, "created": _day(self.date)})
        self.em = EM[self.words.code]
        self._formats: dict[tuple[str, str], Any] = {}

    def text(self, key: str, **values: object) -> str:
        """A message of the workbook's catalogue."""
        return self.words.text(f"workbook.{key}", **values)

    def look(self, name: str, kind: str = "") -> Any:
        """The format of a look and a kind of number."""
        key = (name, kind)
        if key not in self._formats:
            basis = {"font_name": FONTS[self.words.code], "font_size": 10, "valign": "vcenter"}
            shown = {"num_format": NUMBERS[kind]} if kind else {}
            shown |= {"align": "right"} if kind not in ("", "text") else {}
            self._formats[key] = self.file.add_format(basis | shown | LOOKS[name])
        return self._formats[key]

    def sheet(self, name: str) -> Sheet:
        """A new sheet, under the nearest name that Excel allows."""
        allowed = sheet_name(name, self.names)
        self.names.add(allowed.lower())
        return Sheet(self, self.file.add_worksheet(allowed, _Worksheet))

    def finished(self) -> bytes:
        """The file."""
        self.file.close()
        return self._bytes.getvalue()


class _Worksheet(Worksheet):  # type: ignore[misc]
    """Looks for no newer functions of Excel in our formulas, which have none: it would take half the time."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


@dataclass
class Sheet:
    """One sheet; rows and columns count from 0."""

    book: Book
    paper: Any

    def __post_init__(self) -> None:
        paper = self.paper
        paper.hide_gridlines(2)
        paper.set_paper(9)  # A4
        paper.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        paper.set_footer("&L&A&R&P / &N")
        paper.fit_to_pages(1, 0)
        paper.set_landscape()
        paper.protect("", {"format_columns": True, "format_rows": True, "objects": False, "scenarios": True})

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.paper.get_name())

    def at(self, row: int, column: int) -> str:
        """A cell as formulas of other sheets name it."""
        return f"'{self.name}'!{cell(row, column)}"

    def widths(self, labels: Iterable[str], least: float, most: float, *others: float) -> None:
        """Widths of the first columns, in digits: the first is as wide as its labels, but at most `most`."""
        longest = max((math.ceil(self.book.em * ems(label)) + 2 for label in labels), default=0)
        for column, width in enumerate((min(max(longest, least), most), *others)):
            self.paper.set_column(column, column, width, self.book.look("plain"))

    def write(self, row: int, column: int, text: str, look: str = "plain") -> None:
        """Text as it is."""
        cut = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        self.paper.write_string(row, column, cut, self.book.look(look, "text"))

    def number(self, row: int, column: int, value: float, kind: str, look: str = "plain") -> None:
        """A value."""
        self.paper.write_number(row, column, value, self.book.look(look, kind))

    def formula(
        self, row: int, column: int, formula: str, value: float | str, kind: str, look: str = "plain"
    ) -> None:
        """A formula, without its equals sign, and what it comes to."""
        self.paper.write_formula(row, column, f"={formula}", self.book.look(look, kind), value)

    def high(self, row: int, lines: float) -> None:
        """Makes a row so many lines high."""
        self.paper.set_row(row, LINE * lines + 3)

    def prose(self, row: int, column: int, text: str, width: float, look: str = "lead") -> None:
        """Text in a column of a width, its row as high as it needs."""
        lines = len(broken(text, width / self.book.em))
        if lines > 1:
            self.high(row, lines)
        self.write(row, column, text, look)

    def across(self, row: int, columns: int, text: str, width: float, look: str = "lead") -> None:
        """A paragraph over some columns, of a width together, in a row as high as it needs."""
        size = LOOKS[look].get("font_size", 10) / 10
        lines = len(broken(text, width / self.book.em / size))
        self.high(row, lines * size)
        self.paper.merge_range(row, 0, row, columns - 1, "", self.book.look(look))
        self.write(row, 0, text, look)


@cache
def cell(row: int, column: int, *, fixed: str = "both") -> str:
    """A cell as formulas name it; `fixed` in `both`, its `row`, its `column` or neither."""
    found: str = xl_rowcol_to_cell(row, column, fixed in ("both", "row"), fixed in ("both", "column"))
    return found


def width_of(value: float) -> float:
    """The width, in digits, of a cell that shows a number with its cents."""
    return len(f"{value:,.2f}") + 1.5


def span(row: int, first: int, last: int) -> str:
    """Cells of a row."""
    return f"{cell(row, first, fixed='column')}:{cell(row, last, fixed='column')}"


def column_span(column: int, first: int, last: int) -> str:
    """Cells of a column."""
    name = xl_col_to_name(column)
    return f"{name}{first + 1}:{name}{last + 1}"


def quoted(text: str) -> str:
    """A text within a formula."""
    return '"' + text.replace('"', '""') + '"'


def sheet_name(name: str, taken: set[str]) -> str:
    """The nearest name that Excel allows and no other sheet has; `taken` are in small letters.

    >>> sheet_name("SaaS: A/B [new]", set()), sheet_name("'", {"sheet"}), sheet_name("Plan", {"plan"})
    ('SaaS A B new', 'Sheet 2', 'Plan 2')
    """
    plain = " ".join(FORBIDDEN.sub(" ", name).split()).lstrip("=+-@ ")
    plain = plain if plain and plain.lower() != RESERVED else "Sheet"
    for number in range(1, len(taken) + 2):
        behind = f" {number}" if number > 1 else ""
        found = _cut(plain, LONGEST_NAME - len(behind)) + behind
        if found.lower() not in taken:
            break
    return found


def _cut(text: str, length: int) -> str:
    """The beginning of a text that is no longer than this in UTF-16."""
    while len(text.encode("utf-16-le")) > 2 * length:
        text = text[:-1]
    return text.strip()


def _day(date: str) -> datetime.datetime:
    """The day that the case names, or else the environment; never today's."""
    try:
        return datetime.datetime(*map(int, [*date.split("-"), "1", "1"][:3]))  # type: ignore[arg-type]
    except ValueError:
        stamp = int(os.environ.get("SOURCE_DATE_EPOCH", "946684800"))  # the year 2000
        return datetime.datetime.fromtimestamp(stamp, datetime.UTC).replace(tzinfo=None)
