"""The model against the company's sales: what it sells today, and what rise of that a tool implies.

What comes in: a complete model. What goes out: money and shares at the most likely inputs of month 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from roi import formulas
from roi.engine import Months, needs, parameters
from roi.model import WITHOUT_PURCHASE, Model, Option

SALES_LINES = {  # lines that raise sales as soon as they work in full, and the effects behind them
    "conversion_uplift": ("lead_to_opportunity_gain", "opportunity_to_win_gain"),
    "selling_time": ("hours_saved_per_user_day",),
    "shorter_cycle": ("cycle_reduction",),
    "larger_orders": ("order_value_uplift",),
    "repeat_orders": ("repeat_uplift",),
}
TRUSTED = ("A", "B")


def monthly_sales_today(model: Model) -> float | None:
    """S, the sales of month 1 as today; None if a part of it is not stated."""
    wanted = set(parameters("monthly_sales")) - {"win_rate"} | set(parameters("win_rate"))
    if not wanted <= set(model.assumptions):
        return None
    value = {name: model.assumptions[name].most_likely for name in wanted}
    value["win_rate"] = value["lead_to_opportunity"] * value["opportunity_to_win"]
    return float(formulas.monthly_sales(**{name: value[name] for name in parameters("monthly_sales")}))


def implied_uplift(model: Model) -> tuple[float, bool] | None:
    """The largest rise of sales that a purchase implies at full effect, and whether trusted sources back it.

    The rise is that of the lines of `SALES_LINES` in month 1, as a share of today's sales; customers kept or
    won, who add up over the years, are left out. Trusted means that every effect behind it that is not 0 has
    a source of grade A or B. None if today's sales are not stated or nothing.
    """
    today = monthly_sales_today(model)
    if not today:
        return None
    rises = [_rise(model, option) for option in model.options if option.kind not in WITHOUT_PURCHASE]
    return max(((rise / today, backed) for rise, backed in rises), default=(0.0, True))


def _rise(model: Model, option: Option) -> tuple[float, bool]:
    full = {"effect": 1.0, "lagged_effect": 1.0}
    at = Months(model, option, {"contribution_margin": 1.0}, np.ones((1, 1)), full)
    lines = [line for line in SALES_LINES if line in model.lines]
    effects = [model.input_of(option, name) for line in lines for name in SALES_LINES[line]]
    backed = all(
        item.most_likely == 0 or (item.source is not None and item.source.grade in TRUSTED)
        for item in effects
    )
    return float(sum(np.sum(at[line]) for line in lines)), backed


@dataclass(frozen=True)
class LifetimeValue:
    """What a customer is worth, for information: nothing of it is added to any benefit.

    Attributes:
        before: margin per customer and month · (1 + i) ÷ (i + c), as today; money per customer.
        after: the same with an option's effects as they stand once everyone who will use it does.
        growth_times_customers: the source documents' benefit, (after − before) × active customers.
    """

    before: float
    after: float
    growth_times_customers: float


def lifetime_value(model: Model, option: Option) -> LifetimeValue | None:
    """Customer lifetime value before and after, at the most likely inputs of month 1.

    None where customers, orders or margin are not stated, or where nothing ever ends (i = c = 0).
    """
    rate = (1 + model.discount_rate) ** (1 / 12) - 1
    wanted = needs("retention") - needs("effect")
    if option.kind == "status_quo" or not wanted <= {*model.assumptions, *option.answers}:
        return None
    at = Months(model, option, {}, np.ones((1, 1)))
    settled = Months(model, option, {}, np.ones((1, 1)), {"effect": at["fit"] * at["adoption"]})
    today = Months(model, option, {}, np.ones((1, 1)), {"effect": 0.0})
    before, after = (_lifetime_value(months, rate) for months in (today, settled))
    if before is None or after is None:
        return None
    return LifetimeValue(before, after, (after - before) * float(np.sum(at["active_customers"])))


def _lifetime_value(at: Months, rate: float) -> float | None:
    churn = float(np.sum(at["reduced_churn"]))
    return float(np.sum(at["customer_margin"])) * (1 + rate) / (rate + churn) if rate + churn > 0 else None
