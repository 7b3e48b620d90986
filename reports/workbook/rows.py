"""The most-likely run of one option as rows of a spreadsheet: which there are, and what each computes.

What comes in: a model and one of its options. What goes out: `Rows`: an expression per row, the same for
every month, traced from the very functions that compute; and what each comes to. Nothing here knows cells.

A name in an expression is a row, or `month`, the number of the month, `previous`, the row itself a month
before, or `first users`, the users of month 1. Rows called `input …` are inputs by their full name;
`lagged …` is a row as it was a sales cycle before; `due …` what falls due of a line that is paid a year
ahead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from roi import formulas
from roi.distributions import Array
from roi.engine import Months, _cost_flow, built_in_costs, charged, inputs_in_use, parameters
from roi.expressions import Expression, _expression, parsed
from roi.formulas import Number
from roi.model import ONCE, Assumption, CostLine, ExtraLine, Model, Option
from roi.series import Series

NEVER = (
    1e9  # the month of giving up a tool that is not given up: the engine's infinity, which no cell can hold
)
GIVEN_UP = 0.5  # the probability from which on the most likely run gives it up
MONTH, PREVIOUS, FIRST_USERS = "month", "previous", "first users"
INPUT, LAGGED, DUE = "input ", "lagged ", "due "


def end_month(abandon_probability: Number, delay: Number, abandon_month: Number, horizon: Number) -> Number:
    """The month in which the tool is given up."""
    end = delay + abandon_month
    given_up = np.less_equal(GIVEN_UP, abandon_probability) * np.less_equal(end, horizon)
    return end * given_up + NEVER * (1 - given_up)


def leaving(month: Number, end_month: Number, exit_probability: Number, horizon: Number) -> Number:
    """The share of the cost of leaving that falls in month t."""
    at_horizon = np.equal(month, horizon) * np.greater(end_month, horizon) * exit_probability
    return at_horizon + np.equal(month, np.ceil(end_month))


class Symbols(Months):
    """The engine's months, which give a symbol for every name: what computes there is traced here."""

    def __getitem__(self, name: str) -> Any:
        return Expression("name", (name,))

    def of(self, item: Assumption) -> Any:
        """The symbol of an input."""
        return self[INPUT + item.name]

    def end_month(self) -> Any:
        """When the tool is given up; never, where nobody expects it."""
        if not self.option.abandon_probability:
            return NEVER
        probability = self[INPUT + abandonment(self.option)]
        return end_month(probability, self["delay"], self["abandon_month"], self.model.months)

    def leaving(self) -> Any:
        """The share of the cost of leaving that falls in each month."""
        return leaving(self[MONTH], self["end_month"], self["exit_probability"], self.model.months)

    def found(self, name: str) -> Expression:
        """What stands behind a name."""
        value = self._find(name)
        return _expression(value.profile if isinstance(value, Series) else value)

    def _formula(self, name: str) -> Any:
        return getattr(formulas, name)(*map(self.__getitem__, parameters(name)))


def abandonment(option: Option) -> str:
    """The name under which the probability that an option is given up is an input, as `--set` has it."""
    return f"{option.id}.abandon.probability"


def most_likely_values(model: Model) -> dict[str, float]:
    """What the most likely run takes, by full name: inputs, and probabilities of giving up."""
    found = {name: item.most_likely for name, item in inputs_in_use(model).items()}
    return found | {abandonment(option): option.abandon_probability for option in model.options}


@dataclass(frozen=True)
class Row:
    """One quantity.

    Attributes:
        name: what others call it.
        expression: of months 1 … H, or of the one cell where it does not change from month to month.
        start: of month 0, whose names are those of month 1; None where month 0 has no value.
        share: a row; where it is 0 the expression is not asked, and this row is 0 too.
        ahead: whether twelve months of the row that `expression` names are paid before each year.
    """

    name: str
    expression: Expression
    start: Expression | None = None
    share: str = ""
    ahead: bool = False


@dataclass
class Rows:
    """The rows of one option.

    Attributes:
        rows: by name, each after those it needs.
        same: rows under another name.
        benefits: names of rows, which are those of benefit lines.
        costs: names of rows by cost id.
    """

    model: Model
    option: Option
    rows: dict[str, Row] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    benefits: tuple[str, ...] = ()
    costs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("delay", "users"):
            self._need(name)
        for line in self.model.lines:
            self._need(line)
        own = [self._own(line) for line in self.model.extra]
        self.benefits = (*self.model.lines, *own)
        built_in = [line for line in built_in_costs() if charged(self.option, line, self.model.assumptions)]
        for line in built_in:
            self._need(line)
        self.costs = dict(zip(built_in, built_in, strict=True)) | {
            line.id: self._cost(line) for line in self.option.costs
        }

    @cached_property
    def _symbols(self) -> Symbols:
        return Symbols(self.model, self.option, {}, np.zeros(0))

    # --- which there are ----------------------------------------------------------------------------------

    def _need(self, name: str) -> None:
        """Makes sure that a name has its row, and all that this needs."""
        if name in (MONTH, PREVIOUS, FIRST_USERS) or name in self.rows or name in self.same:
            return
        if name.startswith(INPUT):
            self.rows[name] = Row(name, self._symbols[name])
            return
        found = self._found(name)
        if found.operation == "name":
            (self.same[name],) = found.parts
            self._need(self.same[name])
        else:
            self._add(Row(name, found))

    def _add(self, row: Row) -> str:
        start = row.start.names if row.start else frozenset()
        for name in sorted(row.expression.names | start | ({row.share} if row.share else set())):
            self._need(name)
        self.rows[row.name] = row
        return row.name

    def _found(self, name: str) -> Expression:
        symbols = self._symbols
        if name == "lagged_effect":
            return Expression("name", (LAGGED + "effect",))
        if name == LAGGED + MONTH:
            return _expression(symbols[MONTH] - symbols["sales_cycle_months"])
        found = symbols.found(name.removeprefix(LAGGED))
        if name.startswith(LAGGED):
            return renamed(found, {one: LAGGED + one for one in found.names if self._takes_month(one)})
        return found

    def _takes_month(self, name: str) -> bool:
        """Whether a step of adoption changes from month to month."""
        steps = parameters(name) if name in vars(formulas) else ()
        return name == MONTH or any(map(self._takes_month, steps))

    def _own(self, line: ExtraLine) -> str:
        symbols, share = self._symbols, "effect" if line.follows_adoption else "live"
        if isinstance(line.monthly, Assumption):
            return self._add(Row(line.id, symbols.of(line.monthly) * symbols[share]))
        return self._add(Row(line.id, parsed(line.monthly) * symbols[share], share=share))

    def _cost(self, line: CostLine) -> str:
        row = self._charged(line)
        if line.year_ahead:
            due = self._add(replace(row, name=DUE + row.name, start=None))
            row = Row(row.name, self._symbols[due], ahead=True)
        return self._add(row)

    def _charged(self, line: CostLine) -> Row:
        """A cost line as the engine charges it from month to month."""
        flow = _cost_flow(replace(line, year_ahead=False), self._symbols)
        users = {"users": FIRST_USERS} if line.when in ONCE else {}
        later, start = (renamed(_expression(one), users) for one in (flow.later.scale, flow.start))
        return Row(f"{self.option.id}.{line.id}", later, start)

    # --- what they come to --------------------------------------------------------------------------------

    @cached_property
    def monthly(self) -> frozenset[str]:
        """Rows that change from month to month; lines do by their nature."""
        found = {MONTH, PREVIOUS, *self.benefits, *self.costs.values()}
        for name, row in self.rows.items():
            if name.startswith(DUE) or {self.same.get(one, one) for one in row.expression.names} & found:
                found.add(name)
        return frozenset(found)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What each row comes to: a number, or an array of months 0 … H."""
        stated = most_likely_values(self.model)
        found: dict[str, Any] = {MONTH: np.arange(self.model.months + 1.0)}
        for name, row in self.rows.items():
            if name.startswith(INPUT):
                found[name] = stated[name.removeprefix(INPUT)]
            elif name in self.monthly:
                found[name] = self._by_month(row, found)
            else:
                found[name] = float(row.expression.at(lambda one: found[self.same.get(one, one)]))
        return found

    def _by_month(self, row: Row, found: dict[str, Any]) -> Array:
        months = np.zeros(self.model.months + 1)
        names = row.expression.names | (row.start.names if row.start else frozenset())
        given = {name: "users" if name == FIRST_USERS else name for name in names - {PREVIOUS}}
        values = {name: found[self.same.get(one, one)] for name, one in given.items()}

        def at(month: int) -> dict[str, float]:
            when = {name: 1 if name == FIRST_USERS else month for name in values}
            known = {name: value[when[name]] if np.ndim(value) else value for name, value in values.items()}
            return known | {PREVIOUS: months[month - 1]}

        for month in range(1, len(months)):
            if not row.ahead and (not row.share or found[row.share][month] > 0):
                months[month] = row.expression.at(at(month).__getitem__)
        if row.ahead:
            months[:-1:12] = 12 * found[row.expression.parts[0]][1::12]
        if row.start:
            months[0] = row.start.at(at(1).__getitem__)
        return months

    def total(self, names: Iterable[str]) -> Array:
        """The sum of rows, month by month."""
        return np.asarray(sum((self.values[name] for name in names), np.zeros(self.model.months + 1)))


def renamed(expression: Expression, names: dict[str, str]) -> Expression:
    """An expression with other names for some, and without factors of 1."""
    operation, parts = expression.operation, expression.parts
    if operation == "number":
        return expression
    if operation == "name":
        return Expression("name", (names.get(parts[0], parts[0]),))
    left, *right = (renamed(part, names) for part in parts)
    if operation == "*" and right == [Expression("number", (1.0,))]:
        return left
    return Expression(operation, (left, *right))
