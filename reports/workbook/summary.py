"""The sheets around the options: cover, comparison, simulated results, formulas in words.

What comes in: a book, a desk, and the sheets of the options. What goes out: these sheets, filled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from assessment.decision import Amount, Duration, OptionResult
from assessment.figures import KINDS, Statistics
from reports import verdict
from reports.sections.desk import Desk
from reports.workbook.inputs import CHANGED
from reports.workbook.option import FIXED, PRINTED, RESULTS, OptionSheet, printed
from reports.workbook.paper import Book, Sheet, cell, quoted
from roi import formulas
from roi.expressions import Expression, parsed

HOW = ("open", "check", "back", "range")  # sentences on how to use the book
COVER = (34.0, 20.0, 20.0, 40.0)  # widths of the cover's columns
WORDS = 110.0  # width of the column of formulas in words
QUANTILES = ("p5", "p25", "median", "p75", "p95")
SIMULATED = (
    "npv",
    "npv_cash",
    "roi",
    "bcr",
    "payback_months",
    "discounted_payback_months",
    "tco",
    "peak_funding",
)
CHANCES = ("p_npv_positive", "p_best", "expected_loss")
COLOURS = (  # Okabe and Ito's first
    "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #5F6670 #8C6D31 #332288 #117733 #882255 #B8B04A #88CCEE "
    "#AA4499 #C9CED6"
).split()
DASHES = ("solid", "dash", "round_dot", "long_dash_dot", "square_dot", "dash_dot")


def write_cover(
    book: Book, desk: Desk, sheet: Sheet, inputs: Sheet | None, options: Sequence[OptionSheet]
) -> None:
    """What is recommended, how to use the book, what is live, and which case it is about."""
    decision, words, wide = desk.decision, book.words, sum(COVER)
    sheet.widths((), *COVER[:1] * 2, *COVER[1:])
    sheet.write(0, 0, words.own(decision.case.title) or decision.case.id, "title")
    sheet.write(1, 0, book.text("cover.kind"), "small")
    lead = verdict.lead(desk) if decision.options else ""
    row = 3
    for text, look in ((verdict.title(desk), "strong"), (lead, "lead")):
        if text:
            sheet.across(row, len(COVER), text, wide, look)
            row += 1
    row = _checks(book, desk, sheet, inputs, options, row + 1) if inputs and options else row
    for group, sentences in (("how", HOW), ("live", ("live", "fixed", "simulated"))):
        row = _group(sheet, row + 1, book.text(f"cover.{group}"))
        for name in sentences:
            sheet.across(row, len(COVER), book.text(f"cover.{group}.{name}"), wide)
            row += 1
    row = _group(sheet, row + 1, book.text("cover.about"))
    for label, text in _about(book, desk):
        sheet.write(row, 0, label)
        sheet.write(row, 1, text)
        row += 1
    sheet.paper.set_portrait()
    sheet.paper.print_area(0, 0, row, len(COVER) - 1)


def _group(sheet: Sheet, row: int, title: str) -> int:
    for column in range(len(COVER)):
        sheet.write(row, column, title if not column else "", "group")
    return row + 1


def _checks(
    book: Book, desk: Desk, sheet: Sheet, inputs: Sheet, options: Sequence[OptionSheet], row: int
) -> int:
    """The live NPV of each option beside the engine's, and whether all agree."""
    for column, name in enumerate(("option", "live", "engine", "check")):
        look = {"live": "head_right", "engine": "head_right", "check": "head_behind"}.get(name, "head")
        sheet.write(row, column, book.text(f"cover.head.{name}"), look)
    first = row + 1
    for row, one in enumerate(options, first):
        npv = float(one.likely.npv[0])
        sheet.prose(row, 0, desk.short(one.result), COVER[0], "label")
        sheet.formula(row, 1, one.result_cell("npv"), npv, "cents")
        sheet.formula(row, 2, one.result_cell("engine"), npv, "cents", "simulated")
        sheet.formula(row, 3, one.result_cell("check"), book.text("check.agrees"), "text", "behind")
    agrees, differs = (quoted(book.text(f"check.{name}")) for name in ("all", "some"))
    changed = inputs.at(*CHANGED)
    range_ = f"{cell(first, 3)}:{cell(row, 3)}"
    same = f"COUNTIF({range_},{quoted(book.text('check.agrees'))})={len(options)}"
    said = f"IF({changed}>0,{changed}&{quoted(book.text('check.count'))},IF({same},{agrees},{differs}))"
    sheet.write(row + 1, 0, book.text("cover.overall"), "sum")
    for column in (1, 2):
        sheet.write(row + 1, column, "", "sum")
    sheet.formula(row + 1, 3, said, book.text("check.all"), "text", "sum_behind")
    return row + 2


def _about(book: Book, desk: Desk) -> list[tuple[str, str]]:
    decision, words = desk.decision, book.words
    prepared = {name: words.own(text) for name, text in decision.case.prepared.items()}
    found = [
        (words.text(f"report.cover.{name}"), prepared.get(name, "")) for name in ("for", "by", "paid_by")
    ]
    found += [
        (words.text("report.cover.date"), words.date(prepared.get("date", ""))),
        (book.text("about.case"), decision.case.id),
        (book.text("about.hash"), decision.case.sha256),
        (book.text("about.currency"), words.unit("money", decision.currency)),
        (words.text("report.again.years"), words.count("report.years", decision.settings.years)),
        (words.text("report.again.version"), decision.version),
        (words.text("report.again.seed"), str(decision.seed)),
        (words.text("report.again.draws"), words.number(decision.draws)),
    ]
    return [(label, text) for label, text in found if text]


# --- side by side -----------------------------------------------------------------------------------------


def write_comparison(book: Book, desk: Desk, sheet: Sheet, options: Sequence[OptionSheet]) -> None:
    """Every option by every result, and its costs by category, all live, with two charts."""
    sheet.write(0, 0, book.text("compare.title"), "title")
    sheet.write(1, 0, book.text("compare.lead", currency=book.words.currency(desk.decision.currency)))
    head = 3
    sheet.write(head, 0, book.text("compare.head"), "head")
    for column, one in enumerate(options, 1):
        sheet.write(head, column, desk.short(one.result), "head_right")
    row = head
    for row, name in enumerate(RESULTS, head + 1):
        look = (
            "sum"
            if name == "npv"
            else "right"
            if name == "check"
            else "simulated"
            if name in FIXED
            else "plain"
        )
        sheet.write(row, 0, options[0].label(name), look if look != "right" else "plain")
        for column, one in enumerate(options, 1):
            sheet.formula(row, column, one.result_cell(name), one.shown[name], printed(name), look)
    categories = list(dict.fromkeys(name for one in options for name in one.categories))
    row += 2
    sheet.write(row, 0, book.text("compare.categories"), "head")
    for column in range(1, len(options) + 1):
        sheet.write(row, column, "", "head")
    first = row + 1
    for row, name in enumerate(categories, first):
        sheet.write(row, 0, book.words.term(f"category.{name}"))
        for column, one in enumerate(options, 1):
            if name in one.categories:
                value = float(one.rows.total(one.categories[name]).sum())
                sheet.formula(row, column, one.result_cell(f"category {name}"), value, "flow")
            else:
                sheet.number(row, column, 0, "flow")
    row += 1
    sheet.write(row, 0, book.text("compare.sum"), "sum")
    for column, one in enumerate(options, 1):
        total = f"SUM({cell(first, column, fixed='')}:{cell(row - 1, column, fixed='')})"
        sheet.formula(row, column, total, float(one.likely.costs[0]), "flow", "sum")
    labels = [options[0].label(name) for name in RESULTS]
    sheet.widths(labels, 24, 44, *[24.0] * max(len(options), 4))
    sheet.paper.freeze_panes(head + 1, 1)
    sheet.paper.repeat_rows(head)
    _charts(book, desk, sheet, options, (head, first, row - 1))
    sheet.paper.print_area(0, 0, row + 50, max(len(options), 4))
    sheet.paper.set_portrait()
    sheet.paper.fit_to_pages(1, 1)


def _charts(
    book: Book, desk: Desk, sheet: Sheet, options: Sequence[OptionSheet], rows: tuple[int, int, int]
) -> None:
    head, first, last = rows
    font = {"name": "Arial" if book.words.code == "en" else "Microsoft YaHei", "size": 9}
    currency = book.words.currency(desk.decision.currency)
    lines = book.file.add_chart({"type": "line"})
    for place, one in enumerate(options):
        months = one.sheet.name, *one.months_of("month")
        lines.add_series(
            {
                "name": [sheet.name, head, place + 1],
                "categories": list(months),
                "values": [one.sheet.name, *one.months_of("flow cumulative")],
                "line": {
                    "color": COLOURS[place % len(COLOURS)],
                    "width": 2,
                    "dash_type": DASHES[place % len(DASHES)],
                },
            }
        )
    lines.set_x_axis(
        {
            "name": book.text("chart.months"),
            "interval_unit": 6,
            "interval_tick": 6,
            "label_position": "low",
            "num_font": font,
            "name_font": font,
            "position_axis": "on_tick",
        }
    )
    bars = book.file.add_chart({"type": "bar", "subtype": "stacked"})
    for place, row in enumerate(range(first, last + 1)):
        bars.add_series(
            {
                "name": [sheet.name, row, 0],
                "categories": [sheet.name, head, 1, head, len(options)],
                "values": [sheet.name, row, 1, row, len(options)],
                "fill": {"color": COLOURS[place % len(COLOURS)]},
                "border": {"color": "#FFFFFF"},
                "gap": 60,
            }
        )
    bars.set_x_axis({"num_font": font})
    bars.set_y_axis({"reverse": True, "num_font": font, "major_gridlines": {"visible": False}})
    for chart, name, place in ((lines, "cumulative", last + 3), (bars, "categories", last + 27)):
        chart.set_title(
            {
                "name": book.text(f"chart.{name}", currency=currency),
                "name_font": {**font, "size": 12},
                "overlay": False,
            }
        )
        chart.set_legend({"position": "bottom", "font": font})
        chart.set_size({"width": 800, "height": 440})
        (chart.set_y_axis if chart is lines else chart.set_x_axis)(
            {
                "num_format": "#,##0",
                "num_font": font,
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        sheet.paper.insert_chart(
            place, 0, chart, {"description": book.text(f"chart.{name}", currency=currency)}
        )


# --- what was simulated -----------------------------------------------------------------------------------


def write_simulation(book: Book, desk: Desk, sheet: Sheet) -> None:
    """Quantiles over the draws: values, which nothing in this book moves."""
    decision = desk.decision
    sheet.write(0, 0, book.text("simulation.title"), "title")
    sheet.write(1, 0, book.text("simulation.lead", draws=book.words.number(decision.draws)))
    sheet.write(2, 0, book.text("simulation.error"), "plain")
    columns = ("mean", *QUANTILES, "never")
    options = [option for option in decision.options if option.kind != "status_quo"]
    row = 4
    for measure in SIMULATED:
        sheet.write(row, 0, book.words.text(f"report.measure.{measure}"), "head")
        for column, name in enumerate(columns, 1):
            own = "median_first" if name == "mean" and KINDS[measure] == "months" else name
            skipped = (name == "never" or name == "mean") and (KINDS[measure] == "months") is (name == "mean")
            sheet.write(row, column, "" if skipped else book.text(f"simulation.{own}"), "head_right")
        for row, option in enumerate(options, row + 1):  # noqa: B020 - goes on from where it stands
            sheet.write(row, 0, desk.short(option))
            found = _statistics(desk, option, measure)
            for column, name in enumerate(columns, 1):
                _simulated(book, sheet, (row, column), found, name, PRINTED[KINDS[measure]])
        row += 2
    sheet.write(row, 0, book.text("simulation.chances"), "head")
    for column, name in enumerate(CHANCES, 1):
        sheet.write(row, column, book.text(f"simulation.{name}"), "head_right")
    for row, option in enumerate(decision.options, row + 1):  # noqa: B020 - goes on from where it stands
        sheet.write(row, 0, desk.short(option))
        for column, name in enumerate(CHANCES, 1):
            kind = "money" if name == "expected_loss" else "share"
            if name != "p_npv_positive" or option.kind != "status_quo":
                sheet.number(row, column, getattr(option, name), kind, "simulated")
    names = [desk.short(option) for option in decision.options]
    sheet.widths(names, 28, 48, *[15.0] * len(columns))
    sheet.paper.freeze_panes(4, 1)
    sheet.paper.print_area(0, 0, row, len(columns))


def _statistics(desk: Desk, option: OptionResult, measure: str) -> Statistics:
    found = desk.figures[f"{option.id}.{measure}"].statistics
    assert found is not None, "every measure has statistics"  # noqa: S101
    return found


def _simulated(
    book: Book, sheet: Sheet, at: tuple[int, int], found: Statistics, name: str, kind: str
) -> None:
    """A statistic, without digits that its standard error does not support."""
    if name == "never":
        if isinstance(found, Duration):
            sheet.number(*at, found.never, "share", "simulated")
        return
    value: float | None
    if name == "mean":
        if isinstance(found, Duration):
            return
        value = found.mean if isinstance(found, Amount) else found.of_means
    else:
        value = getattr(found, name)
    if value is None or not math.isfinite(value):
        word = "terms.word.never" if kind == "months" else ""
        sheet.write(*at, book.words.text(word) if word else book.words.number(None), "right")
        return
    error = getattr(found.se, name, None) or found.se.mean
    if error and math.isfinite(error):
        value = round(value, -math.ceil(math.log10(error)))
    sheet.number(*at, value, "money" if kind == "cents" else kind, "simulated")


# --- in words ---------------------------------------------------------------------------------------------


def write_formulas(book: Book, desk: Desk, sheet: Sheet, options: Sequence[OptionSheet]) -> None:
    """The formulas of the option sheets as sentences, printed by the tracer that writes the cells."""
    sheet.write(0, 0, book.text("formulas.title"), "title")
    sheet.write(1, 0, book.text("formulas.lead"))
    sheet.write(3, 0, book.text("formulas.head.name"), "head")
    sheet.write(3, 1, book.text("formulas.head.formula"), "head")
    used = {name for one in options for name in one.rows.rows}
    row = 4
    for row, name in enumerate([name for name in vars(formulas) if name in used], row):  # noqa: B020
        label, _, formula = book.words.formula(name).partition(" = ")
        sheet.write(row, 0, label)
        sheet.prose(row, 1, formula, WORDS)
    for line in desk.decision.lines:
        if line.formula:
            row += 1
            share = Expression("name", ("effect" if line.follows_adoption else "live",))
            equation = book.words.equation("", parsed(line.formula) * share)
            sheet.write(row, 0, desk.line(line.id))
            sheet.prose(row, 1, equation.removeprefix(" = "), WORDS)
    sheet.widths((), 34, 34, WORDS)
    sheet.paper.freeze_panes(4, 0)
    sheet.paper.repeat_rows(3)
    sheet.paper.print_area(0, 0, row, 1)
