"""From one option's cash flow to its measures, one value per draw.

What comes in: a `CashFlow` (months × draws) and the model it came from. What goes out: `Measures`, arrays of
shape (draws,). Conventions: monthly periods discounted by the yearly rate, flows at month ends, ROI is NPV ÷
PV of costs. NaN stands for “none”, infinity for a payback or an internal rate that never comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from roi import finance
from roi.distributions import Array
from roi.engine import CashFlow, SelfCheckError, benefit_lines, built_in_costs
from roi.model import Model
from roi.series import Line, total, weighted

Part = tuple[str, bool]  # a category of cost, and whether a quote would not show it
EVERY = slice(None)
Key = TypeVar("Key")


@dataclass(frozen=True)
class Measures:
    """Measures of one option, each of shape (draws,) unless said otherwise.

    Attributes:
        pv_benefits: present value of benefits.
        pv_costs: present value of costs.
        pv_capacity: the part of `pv_benefits` that is freed capacity, not cash.
        benefits: nominal sum.
        costs: nominal sum, the total cost of ownership.
        parts: of `costs`, by category and whether a quote would not show it.
        first_year_benefits: nominal, months 0–12.
        first_year_costs: likewise.
        irr: yearly; infinity where there is none. Of some of the draws only: shape (those,).
        cumulative: nominal net flow added up to and including each month, of the same: shape (H + 1, those).
        payback: months from the decision; infinity where it never comes.
        discounted_payback: likewise.
        delay: months to go-live.
        peak_funding: deepest point of the cumulative nominal net flow, positive.
        user_months: users summed over months 1 … H.
        by_line: present value by benefit line.
        by_category: present value by cost category.
        yearly: nominal (benefits, costs) by year, shape (2, years + 1, draws).
    """

    pv_benefits: Array
    pv_costs: Array
    pv_capacity: Array
    benefits: Array
    costs: Array
    parts: Mapping[Part, Array]
    first_year_benefits: Array
    first_year_costs: Array
    irr: Array
    cumulative: Array
    payback: Array
    discounted_payback: Array
    delay: Array
    peak_funding: Array
    user_months: Array
    by_line: Mapping[str, Array]
    by_category: Mapping[str, Array]
    yearly: Array

    @property
    def npv(self) -> Array:
        """Net present value."""
        return self.pv_benefits - self.pv_costs

    @property
    def npv_cash(self) -> Array:
        """Net present value without capacity benefits; own hours stay as costs."""
        return self.npv - self.pv_capacity

    @property
    def hidden(self) -> Array:
        """The part of `costs` that a quote would not show."""
        return sum((cost for (_, hidden), cost in self.parts.items() if hidden), np.zeros_like(self.costs))

    @property
    def net(self) -> Array:
        """Nominal benefits less costs."""
        return self.benefits - self.costs

    @property
    def first_year_net(self) -> Array:
        """The same of months 0–12."""
        return self.first_year_benefits - self.first_year_costs

    @property
    def payback_from_go_live(self) -> Array:
        """Months from go-live to payback."""
        return np.maximum(self.payback - self.delay, 0)


def ratio(numerator: Array, denominator: Array) -> Array:
    """Element-wise quotient, NaN where the denominator is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator == 0, np.nan, numerator / denominator)


def _or_never(found: object) -> Array:
    """Infinity where a measure does not exist."""
    values = np.asarray(found, dtype=np.float64)
    return np.where(np.isnan(values), np.inf, values)


def _by_year(flow: Array) -> Array:
    """Sums of month 0, months 1–12, 13–24 …: shape (years + 1, draws)."""
    months = flow[1:].reshape(-1, 12, flow.shape[1])
    return np.concatenate([flow[:1], np.add.reduce(months, axis=1)])


def monthly_factors(model: Model) -> Array:
    """Discount factors of months 0 … H, shape (H + 1,)."""
    return finance.discount_factors(model.discount_rate, np.arange(model.months + 1) / 12)


def present_values(flow: CashFlow, model: Model) -> dict[str, Array]:
    """What each line adds to NPV, shape (draws or 1,) each; costs are negative."""
    factors = monthly_factors(model)
    gains, charges = (weighted(lines.values(), factors) for lines in (flow.gains, flow.charges))
    return dict(zip(flow.gains, gains, strict=True)) | {
        name: -cost for name, cost in zip(flow.charges, charges, strict=True)
    }


def net_present_value(flow: CashFlow, model: Model) -> Array:
    """NPV alone, shape (draws or 1,)."""
    return np.atleast_1d(sum(present_values(flow, model).values(), np.zeros(())))


def measure(
    flow: CashFlow, model: Model, draws: int = 1, some: npt.NDArray[np.bool_] | slice = EVERY
) -> Measures:
    """All measures of one cash flow.

    Args:
        flow: of one of the model's options.
        model: whose rate and own lines are used.
        draws: length of the arrays that come out.
        some: the draws for which `irr` and `cumulative` are wanted, shape (draws,); all if left out.

    Raises:
        SelfCheckError: if parts do not add up to their whole.
    """
    horizon = model.months
    months = np.arange(horizon + 1)
    times = months / 12
    factors = monthly_factors(model)

    def by_name(lines: Mapping[str, Line], weights: Array) -> dict[str, Array]:
        sums = zip(lines, weighted(lines.values(), weights), strict=True)
        return {line: np.broadcast_to(found, (draws,)) for line, found in sums}

    marks = {line: mark.cash for line, mark in benefit_lines().items()}
    marks |= {extra.id: extra.cash for extra in model.extra}
    by_line = by_name(flow.gains, factors)
    parts = parts_of(flow)
    ones = np.ones(horizon + 1)
    present, nominal = (by_name(flow.charges, weights).values() for weights in (factors, ones))
    benefits, costs = (total(lines.values(), (horizon + 1, draws)) for lines in (flow.gains, flow.charges))
    net = benefits - costs
    yearly = np.stack([_by_year(benefits), _by_year(costs)])
    cumulative = np.add.accumulate(net)
    result = Measures(
        pv_benefits=np.einsum("t,tn->n", factors, benefits),
        pv_costs=np.einsum("t,tn->n", factors, costs),
        pv_capacity=sum((by_line[line] for line in by_line if not marks[line]), np.zeros(draws)),
        benefits=np.add.reduce(yearly[0]),
        costs=np.add.reduce(yearly[1]),
        parts=added_up(parts, nominal),
        first_year_benefits=yearly[0, 0] + yearly[0, 1],
        first_year_costs=yearly[1, 0] + yearly[1, 1],
        irr=_or_never(finance.irr(net.T[some], times)),
        cumulative=cumulative[:, some],
        payback=_or_never(finance.payback(net.T, months)),
        discounted_payback=_or_never(finance.payback(net.T * factors, months)),
        delay=np.broadcast_to(flow.delay, (draws,)),
        peak_funding=np.maximum(-np.min(cumulative, axis=0), 0),
        user_months=np.broadcast_to(flow.user_months, (draws,)),
        by_line=by_line,
        by_category=added_up([category for category, _ in parts], present),
        yearly=yearly,
    )
    _check(result, net, factors)
    return result


def parts_of(flow: CashFlow) -> list[Part]:
    """Category of each cost line of a flow, and whether a quote would not show it."""
    known: dict[str, Part] = {line: (mark.category, True) for line, mark in built_in_costs().items()}
    known |= {line.id: (line.category, line.hidden) for line in flow.option.costs}
    return [known[line] for line in flow.charges]


def added_up(keys: Iterable[Key], sums: Iterable[Array]) -> dict[Key, Array]:
    """Sums of lines, each under its key, added up where the key is the same."""
    found: dict[Key, Array] = {}
    for key, one in zip(keys, sums, strict=True):
        found[key] = found.get(key, 0.0) + one
    return found


def _check(result: Measures, net: Array, factors: Array) -> None:
    """Lines sum to totals, categories to TCO, and PV of net = PV of benefits − PV of costs."""
    scale = 1 + np.abs(result.pv_benefits) + np.abs(result.pv_costs)
    zero = np.zeros_like(scale)
    for what, difference in {
        "benefit lines": sum(result.by_line.values(), zero) - result.pv_benefits,
        "cost categories": sum(result.by_category.values(), zero) - result.pv_costs,
        "net": factors @ net - result.npv,
        "years": np.add.reduce(net) - (result.benefits - result.costs),
    }.items():
        limit = 1e-9 * (scale if what != "years" else scale + np.abs(result.benefits) + np.abs(result.costs))
        if np.any(np.abs(difference) > limit):
            raise SelfCheckError(f"{what} do not add up")


def joined(parts: list[Measures]) -> Measures:
    """Measures of consecutive blocks of draws as one."""

    def join(values: list[Any]) -> Any:
        if isinstance(values[0], Mapping):
            return {key: join([value[key] for value in values]) for key in values[0]}
        return np.concatenate(values, axis=-1)

    return Measures(
        **{item.name: join([getattr(part, item.name) for part in parts]) for item in fields(Measures)}
    )
