"""The sheet of inputs: every number that the option sheets take, open where it may be changed.

What comes in: a book, a desk and the model. What goes out: the sheet, and where each input stands.
The reader of workbooks (`reports.workbook.reading`) relies on the places named here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from reports.figures import As
from reports.labels import broken
from reports.sections.desk import Desk
from reports.workbook.paper import Book, Sheet, cell, column_span, quoted, width_of
from reports.workbook.rows import abandonment
from roi.engine import inputs_in_use
from roi.model import Assumption, Model
from roi.quantities import QUANTITIES

CASE, HASH, CHANGED = (
    (2, 1),
    (3, 1),
    (4, 1),
)  # cells: the case's id, its file's hash, how many inputs were changed
HEAD, FIRST = 6, 7  # rows
LABEL, NAME, UNIT, VALUE, STATED, MARK, LOW, HIGH, SOURCE, GRADE, PLACE, NOTE = range(12)  # columns
DISCOUNT_RATE = "settings.discount_rate"
RATES = (0.0, 0.5)
WIDE, SMALL = 40, 0.9  # of a column of prose, in digits; its letters


@dataclass(frozen=True)
class Entry:
    """One input as the sheet has it.

    Attributes:
        name: in full.
        value: the most likely one.
        low: no value may lie below.
        high: nor above.
        unit: as assumptions have it.
        item: the assumption; None for a setting or an event.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str = "1"
    item: Assumption | None = None

    @property
    def kind(self) -> str:
        """How it is printed."""
        return kind_of(self.name, self.unit, self.value)


def kind_of(name: str, unit: str, value: float) -> str:
    """How a quantity is printed: parts in hundredths, cents only where there are some."""
    quantity = QUANTITIES.get(name.rpartition(".")[2])
    if unit in ("1", "1/year") and (quantity is None or quantity.high <= 1):
        return "share"
    if unit.startswith("money"):
        return "money" if float(value).is_integer() else "cents"
    return "whole" if float(value).is_integer() else "number"


def entries(model: Model) -> Iterator[tuple[str, list[Entry]]]:
    """Inputs by the option they belong to, the company's under no name, in the order of the textbook."""
    order = list(QUANTITIES)

    def place(entry: Entry) -> int:
        plain = entry.name.rpartition(".")[2]
        return order.index(plain) if plain in order else -1 if entry.name == DISCOUNT_RATE else len(order)

    found: dict[str, list[Entry]] = {"": [Entry(DISCOUNT_RATE, model.discount_rate, *RATES, "1/year")]}
    found |= {option.id: [] for option in model.options}
    for name, item in inputs_in_use(model).items():
        entry = Entry(name, item.most_likely, item.low, item.high, item.unit, item)
        found[name.partition(".")[0] if "." in name else ""].append(entry)
    for option in model.options:
        if option.abandon_probability and option.kind != "status_quo":
            found[option.id].append(Entry(abandonment(option), option.abandon_probability, 0.0, 1.0))
    for owner, some in found.items():
        if some:
            yield owner, sorted(some, key=place)


def write_inputs(book: Book, desk: Desk, model: Model, sheet: Sheet) -> dict[str, str]:
    """Fills the sheet; the cell of each input by its full name, as formulas of other sheets name it."""
    groups = list(entries(model))
    sheet.write(0, 0, book.text("inputs.title"), "title")
    sheet.write(1, 0, book.text("inputs.lead"), "plain")
    for (row, column), label, text in (
        (CASE, "case", desk.decision.case.id),
        (HASH, "hash", desk.decision.case.sha256),
    ):
        sheet.write(row, 0, book.text(f"about.{label}"))
        sheet.write(row, column, text)
    for column, name in enumerate(
        "label name unit value stated mark low high source grade place note".split()
    ):
        look = "head_right" if column in (VALUE, STATED, LOW, HIGH) else "head"
        sheet.write(HEAD, column, book.text(f"inputs.head.{name}"), look)
    last = FIRST + sum(len(some) + 1 for _, some in groups) - 1
    sheet.write(CHANGED[0], 0, book.text("about.changed"))
    changed = f"COUNTIF({column_span(MARK, FIRST, last)},{quoted(book.text('inputs.changed'))})"
    sheet.formula(*CHANGED, changed, 0, "count")
    row, cells = FIRST, {}
    for owner, some in groups:
        title = (
            desk.name(desk.decision.option(owner)) if owner else book.words.text("report.register.company")
        )
        for column in range(NOTE + 1):
            sheet.write(row, column, title if column == LABEL else "", "group")
        for row, entry in enumerate(some, row + 1):  # noqa: B020 - goes on from where it stands
            _write(book, desk, sheet, row, entry)
            cells[entry.name] = sheet.at(row, VALUE)
            if not owner and (entry.name in QUANTITIES or entry.name == DISCOUNT_RATE):
                book.file.define_name(entry.name.rpartition(".")[2], f"={cells[entry.name]}")
        row += 1
    labels = [label_of(desk, entry) for _, some in groups for entry in some]
    number = max([13.0, *(width_of(entry.value) - 3 for _, some in groups for entry in some)])
    sheet.widths(labels, 20, 44, 28, 18, number, number, 8, number, number, WIDE, 6, 14, WIDE)
    sheet.paper.freeze_panes(FIRST, VALUE + 1)
    sheet.paper.repeat_rows(HEAD)
    sheet.paper.print_area(0, 0, last, NOTE)
    return cells


def label_of(desk: Desk, entry: Entry) -> str:
    """What people call an input, without the option it belongs to."""
    price = entry.name.removesuffix(".uplift")
    if price != entry.name and "." in price:
        return desk.words.text("terms.word.uplift", name=desk.input_alone(price))
    if entry.item is not None:
        return desk.input_alone(entry.name)
    if entry.name == DISCOUNT_RATE:
        return desk.words.text("report.again.discount_rate")
    return desk.words.text("workbook.inputs.abandon")


def _write(book: Book, desk: Desk, sheet: Sheet, row: int, entry: Entry) -> None:
    item, words, kind = entry.item, book.words, entry.kind
    sheet.write(row, LABEL, label_of(desk, entry))
    sheet.write(row, NAME, entry.name, "small")
    sheet.write(row, UNIT, _unit(desk, entry))
    sheet.number(row, VALUE, entry.value, kind, "open")
    sheet.number(row, STATED, entry.value, kind, "small")
    changed = quoted(book.text("inputs.changed"))
    sheet.formula(row, MARK, f'IF({cell(row, VALUE)}={cell(row, STATED)},"",{changed})', "", "text", "behind")
    ends = item.distribution.ends if item is not None else ()
    if len(ends) > 1:
        sheet.number(row, LOW, min(ends), kind)
        sheet.number(row, HIGH, max(ends), kind)
    source = item.source if item is not None else None
    if item is not None:
        title = (words.own(source.title) or words.term(f"source.{source.kind}")) if source else ""
        title = title or words.term("source.none")
        claim = As(desk.figures.claim(item.name), "stated") if item.claim else None
        notes = [words.own(item.note), desk.say("register.claim", claim=claim) if claim else ""]
        note = " ".join(filter(None, notes))
        lines = [len(broken(text, WIDE / book.em / SMALL)) for text in (title, note)]
        if max(lines) > 1:
            sheet.high(row, SMALL * max(lines))
        sheet.write(row, SOURCE, title, "aside")
        sheet.write(row, GRADE, source.grade if source else words.number(None), "middle")
        default = words.text("report.register.default")
        sheet.write(row, PLACE, default if item.is_default else PurePath(item.place).name)
        sheet.write(row, NOTE, note, "aside")
    _validate(book, sheet, row, entry)


def _unit(desk: Desk, entry: Entry) -> str:
    return desk.words.unit(entry.unit, desk.decision.currency)


def _validate(book: Book, sheet: Sheet, row: int, entry: Entry) -> None:
    """Only numbers that the model knows what to do with."""
    low, high = (book.words.number(end) if math.isfinite(end) else "" for end in (entry.low, entry.high))
    if not (low and high):
        return
    rule: dict[str, Any] = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": entry.low,
        "maximum": entry.high,
        "error_title": book.text("inputs.outside.title"),
        "error_message": book.text("inputs.outside", low=low, high=high),
    }
    sheet.paper.data_validation(row, VALUE, row, VALUE, rule)
