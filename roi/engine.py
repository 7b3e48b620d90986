"""From a model and one set of values to cash flows, line by line and month by month.

What comes in: a `Model`, and a value or one value per draw for each uncertain input. What goes out: a
`CashFlow` per option, arrays of shape (H + 1, draws) whose row t is month t; what does not vary between
draws has one column. The formulas are those of `roi.formulas`; here they only find their parameters.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import numpy as np

from roi import costs, formulas
from roi.distributions import Array
from roi.expressions import FormulaError, parsed
from roi.formulas import Benefit, BuiltInCost
from roi.model import PERIODIC, Assumption, CostLine, ExtraLine, Model, Option, Per, Values, goes_by
from roi.quantities import AT_MOST, QUANTITIES, REVENUE_LIMIT
from roi.series import Line, Series, first, weighted, whole

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
OF_LINES = ("end_month", "every_month", "paid", "implementing", "leaving")  # more that `Months` knows
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
def needs(*names: str) -> frozenset[str]:
    """The assumptions behind formulas, their steps included, and assumptions, with what makes them grow.

    Raises:
        NameError: if a name is neither an assumption nor a formula; the nearest name is offered.
    """
    found: set[str] = set()
    for name in names:
        if name in _functions():
            found |= needs(*parameters(name))
        elif name in QUANTITIES:
            found |= {name, QUANTITIES[name].grows_with or name, AT_MOST.get(name, name)}
        elif name == "lagged_effect":
            found |= needs("effect", "sales_cycle_months")
        elif name not in CLOCK:
            near = difflib.get_close_matches(name, [*QUANTITIES, *_functions()], n=1)
            raise NameError(f"no quantity is called {name}; nearest: {near}")
    return frozenset(found)


def behind_own_line(formula: str, follows_adoption: bool) -> frozenset[str]:
    """The assumptions behind a line of the user's own; without a formula, those besides its amount."""
    names = parsed(formula).names if formula else ()
    return needs("effect" if follows_adoption else "live", *names)


def charged(option: Option, line: str, lead: Mapping[str, Assumption]) -> bool:
    """Whether a built-in cost line can be anything but zero: not if its leading input is fixed at 0."""
    first = parameters(line)[0]
    item = option.answers.get(first, lead.get(first))
    return item is None or not item.is_fixed or item.most_likely != 0


def needs_by_line(model: Model, option: Option) -> dict[str, frozenset[str]]:
    """For each line of an option, benefits and costs, the plain names of the assumptions it uses."""
    if option.kind == "status_quo":
        return {}
    unsold = {"resold_share"} if "selling_time" not in model.lines else set()
    given_up = {"abandon_month"} if option.abandon_probability > 0 else set()
    found = {line: needs(line) - unsold for line in model.lines}
    found |= {line: needs(line) for line in built_in_costs() if charged(option, line, model.assumptions)}
    for extra in model.extra:
        found[extra.id] = behind_own_line(extra.formula, extra.follows_adoption) - unsold
    for cost in option.costs:
        found[cost.id] = needs("delay") | COUNTED.get(cost.per, frozenset())
        found[cost.id] |= WAGES if cost.in_hours else frozenset()
        found[cost.id] |= {"exit_probability"} if cost.when == "exit" else frozenset()
    return {line: names | given_up for line, names in found.items()}


def names_in_use(model: Model, option: Option) -> frozenset[str]:
    """Plain names of the assumptions that an option's lines use."""
    if option.kind == "status_quo":
        return frozenset()
    return ALWAYS.union(*needs_by_line(model, option).values())


def lines_moved(model: Model, option: Option, name: str) -> frozenset[str]:
    """The lines of an option that an input, or an event, moves; `name` in full."""
    if option.kind == "status_quo":
        return frozenset()
    moved = {
        cost.id
        for cost in option.costs
        if name in (cost.quantity.name, cost.uplift.name if cost.uplift else None)
    }
    moved |= {extra.id for extra in model.extra if name == extra.id}
    plain = "abandon_month" if name == f"{option.id}.abandon" else name.rpartition(".")[2]
    if goes_by(option, name):
        moved |= {line for line, names in needs_by_line(model, option).items() if plain in names}
    return frozenset(moved)


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
            if isinstance(extra.monthly, Assumption):
                found[extra.id] = extra.monthly
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
        gains: benefits by line.
        charges: costs by cost id.
        delay: months to go-live, shape (draws,) or ().
        user_months: users summed over months 1 … H, likewise.
    """

    option: Option
    gains: Mapping[str, Line]
    charges: Mapping[str, Line]
    delay: Array
    user_months: Array

    @property
    def benefits(self) -> dict[str, Array]:
        """By line, month by month: shape (H + 1, draws or 1) each."""
        return {name: line.rows() for name, line in self.gains.items()}

    @property
    def costs(self) -> dict[str, Array]:
        """By cost id, likewise."""
        return {name: line.rows() for name, line in self.charges.items()}


@dataclass
class Months:
    """The values of one option in months 1 … H, found by name and computed once.

    A name is an assumption (its grown value), a formula, or the clock. What varies from month to month is a
    `Series`, what does not has the shape of its draws.
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
            return Series(1.0, self.month)
        if name in OF_LINES:
            return getattr(self, name)()
        if name == "lagged_effect":
            return self._at(whole(self["month"] - self["sales_cycle_months"]))["effect"]
        if name in _functions():
            return self._formula(name)
        growth = QUANTITIES[name].grows_with
        value = self.value(name)
        return value if growth is None else self._grown(value, self.value(growth))

    def _grown(self, value: Any, rate: Any) -> Any:
        """A value that steps up once a year; what does not grow stays one value for all months."""
        return value if np.ndim(rate) == 0 and rate == 0 else costs.grown(value, rate, self["month"])

    def priced(self, line: CostLine) -> Any:
        """The price of one unit of a cost line."""
        amount = self.of(line.quantity)
        if line.in_hours:
            return amount * self["hourly_cost"]
        return amount if line.uplift is None else self._grown(amount, self.of(line.uplift))

    def _at(self, month: Array) -> Months:
        """The same option at other points of time."""
        return Months(self.model, self.option, self.values, month)

    def value(self, name: str) -> Any:
        """The value of an assumption as the option or else the case has it, before growth."""
        if name == "resold_share" and "selling_time" not in self.model.lines:
            return 0.0
        value = self.of(self.model.input_of(self.option, name))
        return np.minimum(value, self.value(AT_MOST[name])) if name in AT_MOST else value

    def of(self, item: Assumption) -> Any:
        """The value of an input, one per draw where it is uncertain."""
        value = self.values.get(item.name)
        return item.most_likely if value is None else value

    def _formula(self, name: str) -> Any:
        function, wanted = _functions()[name], parameters(name)
        if wanted[0] != "previous":
            return function(*(self[parameter] for parameter in wanted))
        given = [self[name] for name in wanted[1:]]
        by_month = [
            value.whole() if isinstance(value, Series) else [value] * len(self.month) for value in given
        ]
        stocks, stock = [], np.zeros(())
        for row in zip(*by_month, strict=True):
            stocks.append(stock := function(stock, *row))
        return Series(1.0, np.stack(np.broadcast_arrays(*stocks, self.month[0])[:-1]))

    def every_month(self) -> Array:
        """What does not change from month to month: a profile of ones."""
        return np.ones_like(self.month)

    def paid(self) -> Any:
        """Whether a contract is still paid."""
        return np.less_equal(self["month"], costs.last_paid_month(self["end_month"])) * 1.0

    def implementing(self) -> Series:
        """The share of an implementation that falls in each month."""
        horizon, delay = self.model.months, self["delay"]
        rest = costs.implementation_rest(horizon, delay) * np.equal(self["month"], horizon)
        return Series(1.0, whole(costs.implementation_part(self["month"], delay) + rest))

    def leaving(self) -> Series:
        """The share of the cost of leaving that falls in each month."""
        end = self["end_month"]
        at_horizon = whole(np.equal(self["month"], self.model.months) * self["exit_probability"])
        return Series(1.0, np.where(np.isinf(end), at_horizon, whole(np.equal(self["month"], np.ceil(end)))))

    def end_month(self) -> Any:
        """When the tool is given up; infinity where it is not, or only after the horizon."""
        given_up = self.values.get(f"{self.option.id}.abandon", float(self.option.abandon_probability >= 0.5))
        if not np.any(given_up):
            return np.inf
        end = self["delay"] + self.value("abandon_month")
        return np.where(np.greater(given_up, 0) & (end <= self.model.months), end, np.inf)


def _constant(at: Months, value: Any) -> Series:
    """A value as a series, where it is none."""
    return value if isinstance(value, Series) else Series(value, at["every_month"])


def _recurring(line: CostLine, at: Months, price: Any) -> Line:
    """A contract or running line."""
    counted = {name: at[name] if name in COUNTED.get(line.per, ()) else 0.0 for name in TIMES}
    flow = price * costs.times_a_month(line.per, **counted)
    if line.when == "running":
        return Line(0.0, _constant(at, flow * at["live"]))
    flow = _constant(at, flow * at["paid"])
    if not line.year_ahead:
        return Line(0.0, flow)
    ahead = np.zeros_like(flow.profile)
    ahead[11:-1:12] = 12 * flow.profile[12::12]
    return Line(12 * first(flow), Series(flow.scale, ahead))


def _once(line: CostLine, at: Months, price: Any) -> Line:
    """An upfront, implementation or exit line."""
    cost = price * (first(at["users"]) if line.per == "user" else 1.0)
    if line.when == "upfront":
        return Line(first(cost), Series(0.0, at["every_month"]))
    if line.when == "implementation":
        cost = cost * at["overrun"]
        return Line(first(cost) * np.equal(at["delay"], 0), _constant(at, cost * at["implementing"]))
    return Line(first(cost) * np.equal(at["end_month"], 0), _constant(at, cost * at["leaving"]))


def _cost_flow(line: CostLine, at: Months) -> Line:
    """One cost line over months 0 … H."""
    return (_recurring if line.when in PERIODIC else _once)(line, at, at.priced(line))


def _own_line(line: ExtraLine, at: Months) -> Any:
    """A line of the user's own in months 1 … H; where nothing arrives, its formula is not asked."""
    share = at["effect" if line.follows_adoption else "live"]
    if isinstance(line.monthly, Assumption):
        return at.of(line.monthly) * share
    with np.errstate(all="ignore"):
        flow = np.where(whole(share > 0), whole(parsed(line.monthly).at(at.__getitem__) * share), 0.0)
    if not np.all(np.abs(flow) <= REVENUE_LIMIT):
        raise FormulaError("formula_no_amount", name=line.id)
    return Series(1.0, np.broadcast_to(flow, np.broadcast_shapes(flow.shape, at.month.shape)))


def cash_flow(
    model: Model, option: Option, values: Values | None = None, only: frozenset[str] | None = None
) -> CashFlow:
    """The benefits and costs of one option.

    Args:
        model: complete: `missing_inputs` is empty.
        option: one of the model's.
        values: by full name, shapes that broadcast to (draws,) or (points, draws); names left out take
            their most likely value.
        only: the lines that are wanted; all if left out.

    Returns:
        Lines of shape (H + 1, draws or 1), or (H + 1, points, draws); no lines for going on as today.

    Raises:
        FormulaError: if a user's formula gives no amount, as when it divides by zero.
        SelfCheckError: if customer lifetime value does not telescope.
    """
    if option.kind == "status_quo":
        return CashFlow(option, {}, {}, np.zeros(()), np.zeros(()))
    values = values or {}
    axes = max((np.ndim(value) for value in values.values()), default=1) or 1
    months = np.arange(1.0, model.months + 1).reshape(-1, *(1,) * axes)
    at = Months(model, option, values, months)

    def wanted(lines: Iterable[str]) -> Iterator[str]:
        return (line for line in lines if only is None or line in only)

    own = {line.id: line for line in model.extra}
    gains = {line: at[line] for line in wanted(model.lines)}
    gains |= {line: _own_line(own[line], at) for line in wanted(own)}
    built_in = [line for line in built_in_costs() if charged(option, line, model.assumptions)]
    charges = {line: Line(0.0, _constant(at, at[line])) for line in wanted(built_in)}
    stated = {line.id: line for line in option.costs}
    charges |= {line: _cost_flow(stated[line], at) for line in wanted(stated)}
    _check_telescoping(at, gains)
    users = weighted([Line(0.0, _constant(at, at["users"]))], np.ones(model.months + 1))[0]
    lines = {line: Line(0.0, _constant(at, flow)) for line, flow in gains.items()}
    return CashFlow(option, lines, charges, np.asarray(at["delay"]), np.asarray(users))


def _check_telescoping(at: Months, gains: Mapping[str, Any]) -> None:
    """Larger orders + repeat orders + retention = (N + K) q′ v′ m − N q v m, summed over the months."""
    lines = ("larger_orders", "repeat_orders", "retention")
    if not all(line in gains for line in lines):
        return
    today = at["orders_per_customer_month"] * at["order_value"] * at["contribution_margin"]
    then = (at["active_customers"] + at["kept_customers"]) * at["customer_margin"]
    parts = [then, at["active_customers"] * today, *(gains[line] for line in lines)]
    ones = np.ones(at.model.months + 1)
    with_tool, without, *sums = weighted([Line(0.0, _constant(at, part)) for part in parts], ones)
    scale = np.max(np.abs(with_tool), initial=1.0)
    if np.max(np.abs(sum(sums) - with_tool + without)) > 1e-9 * scale:
        raise SelfCheckError("customer lifetime value does not telescope")


def cash_flows(model: Model, values: Values | None = None) -> Iterator[CashFlow]:
    """The cash flows of every option, in the model's order."""
    return (cash_flow(model, option, values) for option in model.options)
