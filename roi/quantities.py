"""The model's vocabulary: every assumption with its unit, its domain and what makes it grow.

Nothing comes in; `QUANTITIES` goes out. Names, domains and growth are those of the money model's
specification; formulas use the names as parameters, case files as keys, reports as entries.
"""

from __future__ import annotations

from dataclasses import dataclass

MONEY_LIMIT = 1e9
REVENUE_LIMIT = 1e12


@dataclass(frozen=True)
class Quantity:
    """What is known of an assumption before anyone states it.

    Attributes:
        unit: `money` stands for the case's currency; a share is `1`.
        low: smallest value allowed.
        high: largest value allowed.
        effect: whether it is an effect of the tool (“if everyone used it as intended”).
        grows_with: the yearly rate by which it steps up once a year, if any.
        per_option: whether it is answered option by option.
    """

    unit: str
    low: float
    high: float
    effect: bool = False
    grows_with: str | None = None
    per_option: bool = False


def _share(*, effect: bool = False) -> Quantity:
    return Quantity("1", 0, 1, effect=effect)


def _money(unit: str, limit: float = MONEY_LIMIT, grows_with: str | None = None) -> Quantity:
    return Quantity(unit, 0, limit, grows_with=grows_with)


def _gain() -> Quantity:
    return Quantity("1", -0.5, 1, effect=True)


def _growth() -> Quantity:
    return Quantity("1/year", -0.5, 1)


QUANTITIES: dict[str, Quantity] = {
    # the company
    "users": Quantity("user", 1, 1e5, grows_with="user_growth_per_year"),
    "sales_users": Quantity("user", 0, 1e5, grows_with="user_growth_per_year"),
    "managers": Quantity("user", 0, 1e4),
    "annual_revenue": _money("money/year", REVENUE_LIMIT),
    "contribution_margin": _share(),
    "user_growth_per_year": _growth(),
    "lead_growth_per_year": _growth(),
    "wage_growth_per_year": _growth(),
    "price_growth_per_year": _growth(),
    # efficiency
    "workdays_per_month": Quantity("day/month", 1, 31),
    "hourly_cost": Quantity("money/hour", 0, 1e5, grows_with="wage_growth_per_year"),
    "realisation": _share(),
    "hours_saved_per_user_day": Quantity("hour/user/day", 0, 4, effect=True),
    "resold_share": _share(),
    "retired_tools_cost_per_month": _money("money/month"),
    # conversion
    "leads_per_month": Quantity("lead/month", 0, 1e7, grows_with="lead_growth_per_year"),
    "lead_to_opportunity": _share(),
    "opportunity_to_win": _share(),
    "lead_to_opportunity_gain": _gain(),
    "opportunity_to_win_gain": _gain(),
    "sales_cycle_months": Quantity("month", 0, 36),
    "deal_value": _money("money/deal", grows_with="price_growth_per_year"),
    "capacity_limited_share": _share(),
    "selling_elasticity": _share(),
    "selling_hours_per_rep_month": Quantity("hour/user/month", 10, 250),
    "rep_touch_share": _share(),
    "cycle_reduction": Quantity("1", 0, 0.5, effect=True),
    "marketing_spend_per_month": _money("money/month", REVENUE_LIMIT),
    "wasted_share": _share(),
    "waste_reduction": _share(effect=True),
    # customer lifetime value
    "active_customers": Quantity("customer", 0, 1e7),
    "orders_per_customer_month": Quantity("order/customer/month", 0, 100),
    "order_value": _money("money/order", grows_with="price_growth_per_year"),
    "repeat_uplift": _gain(),
    "order_value_uplift": _gain(),
    "churn_per_year": Quantity("1/year", 0, 0.95),
    "churn_reduction": Quantity("1/year", 0, 0.95, effect=True),
    "becomes_regular_share": _share(),
    "leavers_per_year": Quantity("user/year", 0, 1e4),
    "customers_per_rep": Quantity("customer/user", 0, 1e7),
    "lost_share_at_leaving": _share(),
    "lost_share_reduction": _share(effect=True),
    # management
    "new_hires_per_year": Quantity("user/year", 0, 1e4),
    "ramp_months_saved": Quantity("month", 0, 12, effect=True),
    "ramp_month_cost": _money("money/user/month"),
    "manager_hours_saved_per_month": Quantity("hour/user/month", 0, 80, effect=True),
    "manager_hourly_cost": Quantity("money/hour", 0, 1e5),
    "collection_days_saved": Quantity("day", 0, 180, effect=True),
    "financing_rate_per_year": Quantity("1/year", 0, 0.5),
    "forecast_error_reduction": _share(effect=True),
    "cost_of_forecast_error": _share(),
    "opportunities_captured_per_year": Quantity("opportunity/year", 0, 1000, effect=True),
    "opportunity_value": _money("money/opportunity", grows_with="price_growth_per_year"),
    # an option may say these of itself; where it does not, the case's value holds
    "entry_minutes_per_user_day": Quantity("minute/user/day", 0, 240),
    "fade_per_year": Quantity("1/year", 0, 0.5),
    "changes_per_year": Quantity("1/year", 0, 1000),
    # an option's own
    "implementation_months": Quantity("month", 0, 60, per_option=True),
    "overrun": Quantity("1", 0.5, 5, per_option=True),
    "ramp_months": Quantity("month", 0, 60, per_option=True),
    "adoption": Quantity("1", 0, 1, per_option=True),
    "fit": Quantity("1", 0, 1, per_option=True),
    "exit_probability": Quantity("1", 0, 1, per_option=True),
    "abandon_month": Quantity("month", 0, 120, per_option=True),
    "dip_share": Quantity("1", 0, 1, per_option=True),
    "dip_months": Quantity("month", 0, 12, per_option=True),
}

EFFECTS = frozenset(name for name, quantity in QUANTITIES.items() if quantity.effect)
ASSUMPTIONS = frozenset(name for name, quantity in QUANTITIES.items() if not quantity.per_option)
OWN_OR_CASE = ("entry_minutes_per_user_day", "fade_per_year", "changes_per_year")
AT_MOST = {"sales_users": "users", "churn_reduction": "churn_per_year"}
