"""From a model and one set of values to cash flows, line by line and month by month.

What comes in: a `Model`, and a value or one value per draw for each uncertain input. What goes out: a
`CashFlow` per option, arrays of shape (H + 1, draws) whose row t is month t; what does not vary between
draws has one column. The formulas are those of `roi.formulas`; here they only find their parameters.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Annotated, Any, get_args, get_origin

import numpy as np

from roi import costs, formulas
from roi.distributions import Array
from roi.formulas import Benefit, BuiltInCost
from roi.model import PERIODIC, Assumption, CostLine, Model, Option, Per, Values
from roi.quantities import AT_MOST, QUANTITIES

CLOCK = frozenset({"month", "end_month", "lagged_effect", "previous"})
ALWAYS = frozenset({"users", "user_growth_per_year", "implementation_months", "overrun"})
HEADCOUNT = frozenset({"users", "user_growth_per_year"})
WAGES = frozenset({"hourly_cost", "wage_growth_per_year"})
COUNTED: dict[Per, frozenset[str]] = {  # what a cost line is multiplied by
    "user": HEADCOUNT,
    "user_month": HEADCOUNT,
    "user_year": HEADCOUNT,
    "change": frozenset({"changes_per_year"}),
    "joiner": frozenset({"new_hires_per_year"}),
}
TIMES = ("users", "changes_per_year", "new_hires_per_year")


class SelfCheckError(AssertionError):
    """A run whose parts do not add up: a fault of the program, never of the input."""


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for name, function in vars(formulas).items()
        if inspect.isfunction(function) and function.__module__ == formulas.__name__
    }


def formula(name: str) -> Callable[..., Any]:
    """A formula by its name."""
    return _functions()[name]


@cache
def parameters(name: str) -> tuple[str, ...]:
    """The parameters of a formula, by its name."""
    return tuple(inspect.signature(_functions()[name]).parameters)


@cache
def _lines(mark: type) -> dict[str, Any]:
    found = {}
    for name, function in _functions().items():
        annotation = inspect.signature(function, eval_str=True).return_annotation
        for note in get_args(annotation)[1:] if get_origin(annotation) is Annotated else ():
            if isinstance(note, mark):
                found[name] = note
    return found


def benefit_lines() -> dict[str, Benefit]:
    """The built-in benefit lines, in the order of the textbook."""
    return _lines(Benefit)


def built_in_costs() -> dict[str, BuiltInCost]:
    """The cost lines that every option carries without being told."""
    return _lines(BuiltInCost)


@cache
def needs(name: str) -> frozenset[str]:
    """The assumptions behind a formula, its steps included, with what makes them grow.

    Raises:
        NameError: if a parameter is neither an assumption nor a formula; the nearest name is offered.
    """
    found: set[str] = set()
    for parameter in parameters(name):
        if parameter in _functions():
            found |= needs(parameter)
        elif parameter in QUANTITIES:
            found |= {parameter, QUANTITIES[parameter].grows_with or parameter}
            found.add(AT_MOST.get(parameter, parameter))
        elif parameter == "lagged_effect":
            found |= needs("effect") | {"sales_cycle_months"}
        elif parameter not in CLOCK:
            near = difflib.get_close_matches(parameter, [*QUANTITIES, *_functions()], n=1)
            raise NameError(f"{name}: no quantity is called {parameter}; nearest: {near}")
    return frozenset(found)


def charged(option: Option, line: str, lead: Mapping[str, Assumption]) -> bool:
    """Whether a built-in cost line can be anything but zero: not if its leading input is fixed at 0."""
    first = parameters(line)[0]
    item = option.answers.get(first, lead.get(first))
    return item is None or not item.is_fixed or item.most_likely != 0


def names_in_use(model: Model, option: Option) -> frozenset[str]:
    """Plain names of the assumptions that an option's lines use."""
    if option.kind == "status_quo":
        return frozenset()
    found = set(ALWAYS)
    for line in model.lines:
        found |= needs(line)
    if "selling_time" not in model.lines:
        found.discard("resold_share")
    for line in built_in_costs():
        if charged(option, line, model.assumptions):
            found |= needs(line)
    if model.extra:
        found |= needs("effect") | needs("live")
    for cost in option.costs:
        found |= COUNTED.get(cost.per, frozenset())
        if cost.in_hours:
            found |= WAGES
        if cost.when == "exit":
            found.add("exit_probability")
    if option.abandon_probability > 0:
        found.add("abandon_month")
    return frozenset(found)


def inputs_in_use(model: Model) -> dict[str, Assumption]:
    """Every assumption that some line of some option uses, by its full name."""
    found: dict[str, Assumption] = {}
    for option in model.options:
        names = names_in_use(model, option)
        for name in sorted(names):
            item = option.answers.get(name) or model.assumptions.get(name)
            if item is not None:
                found[item.name] = item
        for cost in option.costs if names else ():
            found[cost.quantity.name] = cost.quantity
            if cost.uplift is not None:
                found[cost.uplift.name] = cost.uplift
        for extra in model.extra if names else ():
            found[extra.monthly.name] = extra.monthly
    return found


def missing_inputs(model: Model) -> frozenset[str]:
    """Plain names that some line needs and nobody answered."""
    return frozenset(
        name
        for option in model.options
        for name in names_in_use(model, option)
        if name not in option.answers and name not in model.assumptions
    )


@dataclass(frozen=True)
class CashFlow:
    """Benefits and costs of one option, in money of the month they fall in.

    Attributes:
        option: whose.
        benefits: by line, shape (H + 1, draws or 1).
        costs: by cost id, likewise.
        delay: months to go-live, shape (draws,) or ().
        user_months: users summed over months 1 … H, likewise.
    """

    option: Option
    benefits: Mapping[str, Array]
    costs: Mapping[str, Array]
    delay: Array
    user_months: Array


@dataclass
class Months:
    """The values of one option in months 1 … H, found by name and computed once.

    A name is an assumption (its grown value), a formula, or the clock. Shapes are (H, draws), with 1 where
    something does not vary.
    """

    model: Model
    option: Option
    values: Values
    month: Array
    _known: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Any:
        if name == "month":
            return self.month
        if name == "end_month":
            return self._end_month()
        if name == "lagged_effect":
            return self._at(self.month - self["sales_cycle_months"])["effect"]
        if name in _functions():
            return self._formula(name)
        value = self.value(name)
        growth = QUANTITIES[name].grows_with
        return value if growth is None else costs.grown(value, self.value(growth), self.month)

    def _at(self, month: Array) -> Months:
        """The same option at other points of time."""
        return Months(self.model, self.option, self.values, month)

    def value(self, name: str) -> Any:
        """The value of an assumption as the option or else the case has it, before growth."""
        if name == "resold_share" and "selling_time" not in self.model.lines:
            return 0.0
        item = self.option.answers.get(name) or self.model.assumptions[name]
        value = self.of(item)
        return np.minimum(value, self.value(AT_MOST[name])) if name in AT_MOST else value

    def of(self, item: Assumption) -> Any:
        """The value of an input, one per draw where it is uncertain."""
        return self.values.get(item.name, item.most_likely)

    def _formula(self, name: str) -> Any:
        function, wanted = _functions()[name], parameters(name)
        if wanted[0] != "previous":
            return function(*(self[parameter] for parameter in wanted))
        given = [np.atleast_2d(self[parameter]) for parameter in wanted[1:]]
        shape = np.broadcast_shapes(self.month.shape, *(value.shape for value in given))
        stock, rows = np.zeros(shape[1]), []
        for row in zip(*(np.broadcast_to(value, shape) for value in given), strict=True):
            stock = function(stock, *row)
            rows.append(stock)
        return np.stack(rows)

    def _end_month(self) -> Any:
        """When the tool is given up; infinity where it is not, or only after the horizon."""
        given_up = self.values.get(f"{self.option.id}.abandon", float(self.option.abandon_probability >= 0.5))
        if not np.any(given_up):
            return np.inf
        end = self["delay"] + self.value("abandon_month")
        return np.where(np.greater(given_up, 0) & (end <= self.model.months), end, np.inf)


def _rows(flow: Any, start: Any = 0.0, *, horizon: int) -> Array:
    """Month 0 on top of months 1 … H: shape (H + 1, draws or 1)."""
    flow = np.atleast_2d(flow)
    first = np.atleast_2d(start)
    width = max(flow.shape[1], first.shape[1])
    rows = np.empty((horizon + 1, width))
    rows[0] = first
    rows[1:] = flow
    return rows


def _recurring(line: CostLine, at: Months, price: Any) -> Array:
    """A contract or running line."""
    counted = {name: at[name] if name in COUNTED.get(line.per, ()) else 0.0 for name in TIMES}
    flow = price * costs.times_a_month(line.per, **counted)
    if line.when == "running":
        return _rows(flow * at["live"], horizon=at.model.months)
    flow = flow * (at.month <= costs.last_paid_month(at["end_month"]))
    if not line.year_ahead:
        return _rows(flow, horizon=at.model.months)
    ahead = np.zeros((at.model.months + 1, flow.shape[1]))
    ahead[:-1:12] = 12 * flow[::12]
    return ahead


def _once(line: CostLine, at: Months, price: Any) -> Array:
    """An upfront, implementation or exit line."""
    horizon, end = at.model.months, at["end_month"]
    cost = price * (at["users"][0] if line.per == "user" else 1.0)
    if line.when == "upfront":
        return _rows(0.0, cost[0], horizon=horizon)
    if line.when == "implementation":
        cost, delay = cost * at["overrun"], at["delay"]
        part = costs.implementation_part(at.month, delay)
        rest = costs.implementation_rest(horizon, delay) * np.equal(at.month, horizon)
        return _rows(cost * (part + rest), cost[0] * np.equal(delay, 0), horizon=horizon)
    at_horizon = np.equal(at.month, horizon) * at["exit_probability"]
    falls = np.where(np.isinf(end), at_horizon, np.equal(at.month, np.ceil(end)))
    return _rows(cost * falls, cost[0] * np.equal(end, 0), horizon=horizon)


def _cost_flow(line: CostLine, at: Months) -> Array:
    """One cost line over months 0 … H."""
    amount = at.of(line.quantity)
    growth = at.of(line.uplift) if line.uplift is not None else 0.0
    price = amount * at["hourly_cost"] if line.in_hours else costs.grown(amount, growth, at.month)
    return (_recurring if line.when in PERIODIC else _once)(line, at, price)


def cash_flow(model: Model, option: Option, values: Values | None = None) -> CashFlow:
    """The benefits and costs of one option.

    Args:
        model: complete: `missing_inputs` is empty.
        option: one of the model's.
        values: by full name, shape (draws,); names left out take their most likely value.

    Returns:
        Lines of shape (H + 1, draws or 1); no lines for going on as today.

    Raises:
        SelfCheckError: if customer lifetime value does not telescope.
    """
    if option.kind == "status_quo":
        return CashFlow(option, {}, {}, np.zeros(()), np.zeros(()))
    at = Months(model, option, values or {}, np.arange(1.0, model.months + 1)[:, None])
    rows = partial(_rows, horizon=model.months)
    benefits = {line: rows(at[line]) for line in model.lines}
    for extra in model.extra:
        benefits[extra.id] = rows(at.of(extra.monthly) * at["effect" if extra.follows_adoption else "live"])
    flows = {line: rows(at[line]) for line in built_in_costs() if charged(option, line, model.assumptions)}
    flows |= {line.id: _cost_flow(line, at) for line in option.costs}
    _check_telescoping(at, benefits)
    return CashFlow(option, benefits, flows, np.asarray(at["delay"]), np.sum(rows(at["users"]), axis=0))


def _check_telescoping(at: Months, benefits: Mapping[str, Array]) -> None:
    """Larger orders + repeat orders + retention = (N + K) q′ v′ m − N q v m."""
    lines = ("larger_orders", "repeat_orders", "retention")
    if not all(line in benefits for line in lines):
        return
    today = at["orders_per_customer_month"] * at["order_value"] * at["contribution_margin"]
    with_tool = (at["active_customers"] + at["kept_customers"]) * at["customer_margin"]
    difference = with_tool - at["active_customers"] * today
    scale = np.max(np.abs(with_tool), initial=1.0)
    if np.max(np.abs(sum(benefits[line][1:] for line in lines) - difference)) > 1e-9 * scale:
        raise SelfCheckError("customer lifetime value does not telescope")


def cash_flows(model: Model, values: Values | None = None) -> Iterator[CashFlow]:
    """The cash flows of every option, in the model's order."""
    return (cash_flow(model, option, values) for option in model.options)
