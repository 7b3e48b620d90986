"""The sheet of one option: its most likely run, month by month, every step a live formula.

What comes in: a book, a desk, the rows of the option and the cells of the inputs. What goes out: the sheet,
and where its results stand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from assessment.figures import KINDS
from reports.sections.desk import Desk
from reports.workbook.inputs import DISCOUNT_RATE, Entry, kind_of, label_of
from reports.workbook.paper import Book, Sheet, cell, quoted, span, width_of
from reports.workbook.rows import DUE, FIRST_USERS, INPUT, LAGGED, MONTH, PREVIOUS, Row, Rows
from roi import formulas
from roi.distributions import Array
from roi.engine import benefit_lines, built_in_costs, cash_flow
from roi.expressions import Expression
from roi.measures import Measures, measure, monthly_factors
from roi.quantities import QUANTITIES
from roi.spreadsheet import excel

YEARS, HEAD, FIRST = 3, 4, 5  # rows: names of years, numbers of months, the first of the content
LABEL, UNIT, VALUE, PRESENT, START = range(5)  # columns; START is month 0
TOLERANCE = 0.01  # of the currency unit, between this book and the engine
NEGLIGIBLE = "1E-9"  # as `roi.finance.payback` has it
SHARES = frozenset(
    "in_use ramped adopted faded effect shared_effect live improved_lead_to_opportunity win_rate churn "
    "improved_opportunity_to_win improved_win_rate reduced_churn dip_part paid implementing leaving".split()
)
AMOUNTS = frozenset("selling_hour_value improved_order_value customer_margin monthly_sales".split())
OF_LINES = ("paid", "implementing", "leaving")  # steps that the catalogue of terms does not name
RESULTS = (
    "npv npv_cash pv_benefits pv_costs roi roi_undiscounted roi_first_year bcr tco hidden_share "
    "per_user_month payback_months payback_from_go_live_months discounted_payback_months peak_funding "
    "irr engine check"
).split()
FLOWS = (
    "benefits capacity costs hidden net cumulative factor pv_benefits pv_capacity pv_costs pv_net "
    "pv_cumulative size pv_size red pv_red"
).split()
FIXED = ("irr", "engine", "check")  # results that are no formulas of this book, and the one that is no number
HELPERS = ("size", "pv_size", "red", "pv_red")  # that only lead to the paybacks
PRINTED = {"money": "cents", "share": "share", "rate": "share", "ratio": "ratio", "months": "months"}


@dataclass
class OptionSheet:
    """One option's sheet.

    Attributes:
        rows: what it computes.
        cells: of inputs, by full name, as formulas name them.
        entries: these inputs.
        changed: the cell that counts those changed since the book was written.
        sheet: where to.
        place: rows of the sheet by name.
    """

    book: Book
    desk: Desk
    rows: Rows
    cells: dict[str, str]
    entries: dict[str, Entry]
    changed: str
    sheet: Sheet
    place: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        model, option = self.rows.model, self.rows.option
        self.horizon, self.end = model.months, START + model.months
        self.likely: Measures = measure(cash_flow(model, option), model)
        self.result = self.desk.decision.option(option.id)
        self.categories: dict[str, list[str]] = {}
        stated = {line.id: line.category for line in option.costs}
        for line, name in self.rows.costs.items():
            category = stated[line] if line in stated else built_in_costs()[line].category
            self.categories.setdefault(category, []).append(name)
        self._lay_out()

    # --- where what stands --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        lines = {*self.rows.benefits, *self.rows.costs.values()}
        steps = [name for name in self.rows.rows if name not in lines and not name.startswith(INPUT)]
        self.groups: dict[str, Sequence[str]] = {
            "results": RESULTS,
            "inputs": ["discount_rate", *(name for name in self.rows.rows if name.startswith(INPUT))],
            "time": [name for name in steps if _is_of_time(name)],
            "steps": [name for name in steps if not _is_of_time(name)],
            "benefits": self.rows.benefits,
            "costs": list(self.rows.costs.values()),
            "categories": [f"category {name}" for name in self.categories],
            "flow": [f"flow {name}" for name in FLOWS],
        }
        row = FIRST
        for names in filter(None, self.groups.values()):
            self.place |= {name: row + 1 + order for order, name in enumerate(names)}
            row += len(names) + 2

    def cell(self, name: str, column: int) -> str:
        """The cell of a name, as a formula in a column has it."""
        if name == MONTH:
            return cell(HEAD, column, fixed="row")
        if name == FIRST_USERS:
            return cell(self.place["users"], START + 1)
        row = self.rows.same.get(name, name)
        if row in self.rows.monthly:
            return cell(self.place[row], column, fixed="")
        return cell(self.place[row], VALUE)

    def result_cell(self, name: str) -> str:
        """A result, as formulas of other sheets name it."""
        return self.sheet.at(self.place[name], VALUE)

    def months_of(self, name: str) -> tuple[int, int, int, int]:
        """Where a row's months stand: first row and column, last row and column."""
        row = HEAD if name == MONTH else self.place[name]
        return row, START, row, self.end

    @cached_property
    def shown(self) -> dict[str, float | str]:
        """What the cells of the results hold: words where there is none."""
        words = self.book.words
        values = {name: self._result(name)[1] for name in RESULTS if name not in FIXED}
        values |= {"irr": float(self.likely.irr[0]), "engine": float(self.likely.npv[0])}
        none = {"months": words.text("terms.word.never")}
        shown: dict[str, float | str] = {"check": self.book.text("check.agrees")}
        return shown | {
            name: value if math.isfinite(value) else none.get(printed(name), words.number(None))
            for name, value in values.items()
        }

    def _flow(self, name: str, column: int) -> str:
        return cell(self.place[f"flow {name}"], column, fixed="")

    def _months(self, name: str) -> str:
        return span(self.place[name], START, self.end)

    def _total(self, name: str) -> str:
        return cell(self.place[f"flow {name}"], VALUE)

    # --- writing ------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Fills the sheet."""
        sheet, text = self.sheet, self.book.text
        sheet.write(0, 0, self.desk.name(self.result), "title")
        sheet.write(1, 0, text("option.lead"))
        self._heads()
        for group, names in self.groups.items():
            if names:
                for column in range(self.end + 1):
                    title = text(f"option.group.{group}") if column == LABEL else ""
                    sheet.write(self.place[names[0]] - 1, column, title, "group")
        for name in self.rows.rows:
            self._row(name)
        self._discount_rate()
        for name in self.categories:
            self._category(name)
        self._flows()
        self._results()
        labels = [self.label(name) for name in self.place if not name.startswith(("category", "flow"))]
        flows = {name: values for name, values in self.rows.values.items() if name != "end_month"}
        months = max(width_of(float(np.max(np.abs(value)))) for value in flows.values() if np.ndim(value))
        sums = max(width_of(float(np.sum(np.abs(value)))) for value in self.flow.values())
        sheet.widths(labels, 24, 46, 13, max(sums, 15), max(sums, 15))
        sheet.paper.set_column(START, self.end, max(months, 10.5), self.book.look("plain"))
        sheet.paper.freeze_panes(FIRST, START)
        sheet.paper.repeat_rows(YEARS, HEAD)
        sheet.paper.repeat_columns(LABEL, UNIT)
        sheet.paper.print_area(0, 0, max(self.place.values()), self.end)
        sheet.paper.fit_to_pages(self.rows.model.years, 0)

    def _heads(self) -> None:
        sheet, text = self.sheet, self.book.text
        for column in range(self.end + 1):
            month = column - START
            year = text("option.year", year=month // 12 + 1) if month % 12 == 1 else ""
            sheet.write(YEARS, column, year, "year")
        for column, name in enumerate(("label", "unit", "value", "present")):
            sheet.write(
                HEAD, column, text(f"option.head.{name}"), "head_right" if column >= VALUE else "head"
            )
        for month in range(self.horizon + 1):
            sheet.number(HEAD, START + month, month, "count", "head_right")

    def label(self, name: str) -> str:
        """What people call a row."""
        words, text = self.book.words, self.book.text
        if name.startswith(INPUT):
            return label_of(self.desk, self.entries[name.removeprefix(INPUT)])
        if name.startswith(DUE):
            return text("option.due", name=self.label(name.removeprefix(DUE)))
        if name.startswith(LAGGED):
            return text("option.lagged", name=self.label(name.removeprefix(LAGGED)))
        if name in RESULTS:
            own = f"workbook.option.{name}"
            return words.text(own if words.has(own) else f"report.measure.{name}")
        if name in OF_LINES:
            return text(f"option.{name}")
        if name == "discount_rate":
            return label_of(self.desk, self.entries[DISCOUNT_RATE])
        if name in self.rows.benefits:
            return self.desk.line(name)
        if name in QUANTITIES:
            way = "grown" if name in self.rows.monthly else "bounded"
            return text(f"option.{way}", name=words.named(name, inline=False))
        return self.desk.input_alone(name) if "." in name else words.named(name, inline=False)

    def _unit(self, name: str) -> str:
        words, currency = self.book.words, self.desk.decision.currency
        if name.startswith(INPUT):
            return words.unit(self.entries[name.removeprefix(INPUT)].unit, currency)
        if name in QUANTITIES and name not in self.rows.benefits:
            return words.unit(QUANTITIES[name].unit, currency)
        return words.currency(currency) if self._kind(name) in ("flow", "cents") else ""

    def _kind(self, name: str) -> str:
        """How the numbers of a row are printed."""
        plain = name.removeprefix(LAGGED)
        if name.startswith(INPUT):
            return self.entries[name.removeprefix(INPUT)].kind
        if name in self.rows.benefits or "." in name or name in built_in_costs():
            return "flow"
        if plain in QUANTITIES:
            return kind_of(plain, QUANTITIES[plain].unit, float(np.max(self.rows.values[name])))
        if plain in (MONTH, "end_month"):
            return "until"
        return "share" if plain in SHARES else "cents" if plain in AMOUNTS else "number"

    # --- rows that are traced -----------------------------------------------------------------------------

    def _row(self, name: str) -> None:
        row, kind, place = self.rows.rows[name], self._kind(name), self.place[name]
        values = self.rows.values[name]
        self.sheet.write(place, LABEL, self.label(name))
        self.sheet.write(place, UNIT, self._unit(name), "small")
        if name.startswith(INPUT):
            self.sheet.formula(place, VALUE, self.cells[name.removeprefix(INPUT)], values, kind)
        elif name not in self.rows.monthly:
            self._computed(place, VALUE, row.expression, values, kind)
        else:
            for month in range(self.horizon + 1):
                self._month(row, month, values[month], kind)
        if name in self.rows.benefits or name in self.rows.costs.values():
            factors = self._months("flow factor")
            present = float(values @ monthly_factors(self.rows.model))
            self.sheet.formula(place, VALUE, f"SUM({self._months(name)})", values.sum(), kind)
            self.sheet.formula(place, PRESENT, f"SUMPRODUCT({self._months(name)},{factors})", present, kind)

    def _month(self, row: Row, month: int, value: float, kind: str) -> None:
        place, column = self.place[row.name], START + month
        if month == 0:
            if row.start is not None:
                self._computed(place, column, row.start, value, kind, START + 1)
            elif not row.ahead and PREVIOUS in row.expression.names:
                self.sheet.number(place, column, 0, kind)  # a stock is empty at first
            if not row.ahead:
                return
        if row.ahead:
            if month % 12 == 0 and month < self.horizon:
                (due,) = row.expression.names
                self.sheet.formula(place, column, f"12*{self.cell(due, column + 1)}", value, kind)
        elif row.share:
            expression = excel(row.expression, lambda name: self.cell(name, column))
            formula = f"IF({self.cell(row.share, column)}>0,{expression},0)"
            self.sheet.formula(place, column, formula, value, kind)
        else:
            self._computed(place, column, row.expression, value, kind)

    def _computed(
        self, row: int, column: int, expression: Expression, value: float, kind: str, month: int | None = None
    ) -> None:
        """A formula in a cell, its names those of a month; or a number where it is none."""
        at = column if month is None else month

        def find(name: str) -> str:
            return cell(row, column - 1, fixed="") if name == PREVIOUS else self.cell(name, at)

        if expression.operation == "number":
            self.sheet.number(row, column, value, kind)
        else:
            self.sheet.formula(row, column, excel(expression, find), value, kind)

    def _discount_rate(self) -> None:
        place, entry = self.place["discount_rate"], self.entries[DISCOUNT_RATE]
        self.sheet.write(place, LABEL, self.label("discount_rate"))
        self.sheet.write(place, UNIT, self.book.words.unit(entry.unit, ""), "small")
        self.sheet.formula(place, VALUE, self.cells[DISCOUNT_RATE], entry.value, entry.kind)

    # --- sums ---------------------------------------------------------------------------------------------

    def _category(self, category: str) -> None:
        place, names = self.place[f"category {category}"], self.categories[category]
        self.sheet.write(place, LABEL, self.book.words.term(f"category.{category}"))
        self.sheet.write(place, UNIT, self.book.words.currency(self.desk.decision.currency), "small")
        nominal = float(self.rows.total(names).sum())
        for column, value in ((VALUE, nominal), (PRESENT, float(self.likely.by_category[category][0]))):
            cells = "+".join(cell(self.place[name], column, fixed="") for name in names)
            self.sheet.formula(place, column, cells, value, "money")

    @cached_property
    def flow(self) -> dict[str, Array]:
        """What each row of the cash flow comes to, month by month."""
        total, model = self.rows.total, self.rows.model
        found = {"benefits": total(self.rows.benefits), "costs": total(self.rows.costs.values())}
        found |= {"capacity": total(self._capacity), "hidden": total(self._hidden)}
        found |= {"net": found["benefits"] - found["costs"], "factor": monthly_factors(model)}
        found |= {
            f"pv_{name}": found[name] * found["factor"] for name in ("benefits", "capacity", "costs", "net")
        }
        for before in ("", "pv_"):
            net = found[f"{before}net"]
            total_so_far, size = np.cumsum(net), np.abs(net)
            is_red = total_so_far < -float(NEGLIGIBLE) * size.sum()
            found |= {f"{before}cumulative": total_so_far, f"{before}size": size}
            found[f"{before}red"] = np.where(is_red, np.arange(len(net)), -1.0)
        return found

    @cached_property
    def _capacity(self) -> list[str]:
        cash = {line: mark.cash for line, mark in benefit_lines().items()}
        cash |= {line.id: line.cash for line in self.rows.model.extra}
        return [name for name in self.rows.benefits if not cash[name]]

    @cached_property
    def _hidden(self) -> list[str]:
        seen = {line.id for line in self.rows.option.costs if not line.hidden}
        return [name for line, name in self.rows.costs.items() if line not in seen]

    def _flows(self) -> None:
        currency = self.book.words.currency(self.desk.decision.currency)
        for name in FLOWS:
            place, values = self.place[f"flow {name}"], self.flow[name]
            look = "sum" if name in ("net", "pv_net") else "small" if name in HELPERS else "plain"
            kind = {"factor": "factor", "red": "count", "pv_red": "count"}.get(name, "flow")
            self.sheet.write(place, LABEL, self.book.text(f"option.flow.{name}"), look)
            self.sheet.write(place, UNIT, currency if kind == "flow" else "", "small")
            if name in ("red", "pv_red"):
                self.sheet.formula(
                    place, VALUE, f"MAX({self._months(f'flow {name}')})", values.max(), kind, look
                )
            elif name not in ("factor", "cumulative", "pv_cumulative"):
                self.sheet.formula(
                    place, VALUE, f"SUM({self._months(f'flow {name}')})", values.sum(), kind, look
                )
            for month, value in enumerate(values):
                formula = self._flow_formula(name, START + month)
                if formula:
                    self.sheet.formula(place, START + month, formula, value, kind, look)
                else:
                    self.sheet.number(place, START + month, 0, kind, look)

    def _flow_formula(self, name: str, column: int) -> str:
        """What a row of the cash flow computes; nothing where it has nothing to add up."""

        def of(other: str) -> str:
            return self._flow(other, column)

        def added(names: Iterable[str]) -> str:
            return "+".join(cell(self.place[one], column, fixed="") for one in names)

        before = "pv_" if name.startswith("pv_") else ""
        if name in ("benefits", "costs"):
            names = self.groups[name]
            ends = [cell(self.place[one], column, fixed="") for one in (names[0], names[-1])] if names else []
            return f"SUM({':'.join(ends)})" if names else ""
        if name in ("pv_benefits", "pv_capacity", "pv_costs"):
            return f"{of(name.removeprefix('pv_'))}*{of('factor')}"
        month = self.cell(MONTH, column)
        later = column > START
        return {
            "capacity": added(self._capacity),
            "hidden": added(self._hidden),
            "net": f"{of(before + 'benefits')}-{of(before + 'costs')}",
            "cumulative": (f"{self._flow(name, column - 1)}+" if later else "") + of(f"{before}net"),
            "factor": f"1/(1+{cell(self.place['discount_rate'], VALUE)})^({month}/12)",
            "size": f"ABS({of(before + 'net')})",
            "red": f"IF({of(before + 'cumulative')}<-{NEGLIGIBLE}*{self._total(before + 'size')},{month},-1)",
        }[name.removeprefix("pv_")]

    # --- results ------------------------------------------------------------------------------------------

    def _results(self) -> None:
        sheet, text, currency = self.sheet, self.book.text, self.desk.decision.currency
        npv, engine = (cell(self.place[name], VALUE) for name in ("npv", "engine"))
        for name in RESULTS:
            place, kind, value = self.place[name], printed(name), self.shown[name]
            look = "sum" if name == "npv" else "simulated" if name in FIXED else "plain"
            unit = {"cents": self.book.words.currency(currency), "months": text("option.months")}
            sheet.write(place, LABEL, self.label(name), look)
            sheet.write(place, UNIT, unit.get(kind, ""), "small")
            if name == "check":
                difference = f"{npv}-{engine}"
                agrees, differs, changed = (
                    quoted(text(f"check.{one}")) for one in ("agrees", "differs", "changed")
                )
                compared = f'IF(ABS({difference})<={TOLERANCE},{agrees},{differs}&TEXT({difference},"0.00"))'
                sheet.formula(place, VALUE, f"IF({self.changed}>0,{changed},{compared})", value, kind)
            elif name not in FIXED:
                sheet.formula(place, VALUE, self._result(name)[0], value, kind, look)
            else:
                sheet.write(place, PRESENT, text("option.fixed"), "small")
                if isinstance(value, str):
                    sheet.write(place, VALUE, value, "right")
                else:
                    sheet.number(place, VALUE, value, kind, look)

    def _result(self, name: str) -> tuple[str, float]:
        """A result's formula, and what the engine has."""
        total, never, none = self._total, quoted(self.book.words.text("terms.word.never")), quoted("–")
        npv, payback = (cell(self.place[one], VALUE) for one in ("npv", "payback_months"))
        year = [span(self.place[f"flow {one}"], START, START + 12) for one in ("net", "costs")]
        users = span(self.place["users"], START + 1, self.end)
        delay = self.cell("delay", START)

        def ratio(top: str, bottom: str) -> str:
            return f"IF({bottom}=0,{none},{top}/{bottom})"

        def back(before: str) -> str:
            last, so_far, net = (
                total(f"{before}red"),
                *(self._months(f"flow {before}{one}") for one in ("cumulative", "net")),
            )
            crossing = f"{last}+MIN(-INDEX({so_far},{last}+1)/INDEX({net},{last}+2),1)"
            return f"IF({last}<0,0,IF({last}>={self.horizon},{never},{crossing}))"

        likely = self.likely
        formula, value = {
            "npv": (f"{total('pv_benefits')}-{total('pv_costs')}", likely.npv),
            "npv_cash": (f"{npv}-{total('pv_capacity')}", likely.npv_cash),
            "pv_benefits": (total("pv_benefits"), likely.pv_benefits),
            "pv_costs": (total("pv_costs"), likely.pv_costs),
            "roi": (ratio(npv, total("pv_costs")), _quotient(likely.npv, likely.pv_costs)),
            "roi_undiscounted": (ratio(total("net"), total("costs")), _quotient(likely.net, likely.costs)),
            "roi_first_year": (
                ratio(*(f"SUM({one})" for one in year)),
                _quotient(likely.first_year_net, likely.first_year_costs),
            ),
            "bcr": (
                ratio(total("pv_benefits"), total("pv_costs")),
                _quotient(likely.pv_benefits, likely.pv_costs),
            ),
            "tco": (total("costs"), likely.costs),
            "hidden_share": (ratio(total("hidden"), total("costs")), _quotient(likely.hidden, likely.costs)),
            "per_user_month": (
                ratio(total("costs"), f"SUM({users})"),
                _quotient(likely.costs, likely.user_months),
            ),
            "payback_months": (back(""), likely.payback),
            "payback_from_go_live_months": (
                f"IF(ISNUMBER({payback}),MAX({payback}-{delay},0),{never})",
                likely.payback_from_go_live,
            ),
            "discounted_payback_months": (back("pv_"), likely.discounted_payback),
            "peak_funding": (f"MAX(0,-MIN({self._months('flow cumulative')}))", likely.peak_funding),
        }[name]
        return formula, float(np.asarray(value).ravel()[0])


def printed(name: str) -> str:
    """How a result is printed."""
    return PRINTED[KINDS[name]] if name in KINDS else "text" if name == "check" else "cents"


def _quotient(top: Any, bottom: Any) -> float:
    return float(top[0] / bottom[0]) if bottom[0] else math.nan


def _is_of_time(name: str) -> bool:
    """Whether a step says when things happen rather than what they bring."""
    known, plain = [*vars(formulas)], name.removeprefix(LAGGED)
    if plain in known:
        return known.index(plain) <= known.index("live")
    return plain in (MONTH, "end_month", *OF_LINES)
