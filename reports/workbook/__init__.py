"""The report as a workbook that computes: the most-likely run of every option, live.

What comes in: a `Decision`, its money model and a language. What goes out: the bytes of an Excel file, the
same for the same case. Beside the live formulas stand the engine's results, and whether the two agree.
"""

from __future__ import annotations

from assessment.decision import Decision
from reports.language import Language
from reports.sections.desk import Desk
from reports.workbook.inputs import CHANGED, entries, write_inputs
from reports.workbook.option import OptionSheet
from reports.workbook.paper import Book
from reports.workbook.rows import Rows
from reports.workbook.summary import write_comparison, write_cover, write_formulas, write_simulation
from roi.model import Model


def workbook(decision: Decision, model: Model, words: Language) -> bytes:
    """The book; where the case lacks something, only its cover, which says what."""
    desk, case = Desk(decision, words), decision.case
    by, date = (words.own(case.prepared.get(name, "")) for name in ("by", "date"))
    properties = {
        "title": words.own(case.title) or case.id,
        "author": by,
        "comments": f"crm-roi {decision.version}",
    }
    book = Book(words, properties, date)
    cover = book.sheet(book.text("sheet.cover"))
    if not decision.options:
        write_cover(book, desk, cover, None, ())
        return book.finished()
    inputs, comparison = (book.sheet(book.text(f"sheet.{name}")) for name in ("inputs", "comparison"))
    changes = [option for option in model.options if option.kind != "status_quo"]
    sheets = {option.id: book.sheet(desk.short(decision.option(option.id))) for option in changes}
    simulation, formulas = (book.sheet(book.text(f"sheet.{name}")) for name in ("simulation", "formulas"))
    cells = write_inputs(book, desk, model, inputs)
    known = {entry.name: entry for _, some in entries(model) for entry in some}
    options = [
        OptionSheet(book, desk, Rows(model, option), cells, known, inputs.at(*CHANGED), sheets[option.id])
        for option in changes
    ]
    for option in options:
        option.write()
    write_cover(book, desk, cover, inputs, options)
    write_comparison(book, desk, comparison, options)
    write_simulation(book, desk, simulation)
    write_formulas(book, desk, formulas, options)
    return book.finished()
