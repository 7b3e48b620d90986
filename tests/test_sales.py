"""The model against the company's sales, and customer lifetime value, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from assessment import case_from_data
from roi.sales import implied_uplift, lifetime_value, monthly_sales_today

CASE: dict[str, Any] = {
    "schema": 1,
    "id": "sales",
    "title": "Sales",
    "organisation": {"industry": "other"},
    "settings": {"amounts_exclude_vat": True, "years": 1, "discount_rate": 0.0},
    "assumptions": {
        "users": 5,
        "annual_revenue": 168_000,
        "contribution_margin": 0.5,
        "leads_per_month": 20,
        "lead_to_opportunity": 0.5,
        "opportunity_to_win": 0.4,
        "deal_value": 1000,
        "active_customers": 100,
        "orders_per_customer_month": 0.5,
        "order_value": 200,
        "churn_per_year": 1 - 0.9**12,  # a tenth a month
        "churn_reduction": 1 - 0.9**12 - (1 - 0.95**12),  # down to a twentieth at full effect
        "repeat_uplift": 0.1,
        "order_value_uplift": 0.0,
        "lead_to_opportunity_gain": 0.0,
        "opportunity_to_win_gain": 0.05,
        "capacity_limited_share": 0.0,
        "hours_saved_per_user_day": 0.0,
        "cycle_reduction": 0.0,
    },
    "benefits": {"only": ["conversion_uplift", "larger_orders", "repeat_orders", "retention"]},
    "options": [
        {"id": "tool", "kind": "saas", "adoption": 1.0, "fit": 1.0, "dip": {"share": 0, "months": 0}}
    ],
}


def loaded(**settings: float) -> Any:
    case = {**CASE, "settings": {**CASE["settings"], **settings}}
    assumptions = {**CASE["assumptions"], "sales_users": 1, "managers": 0, "hourly_cost": 50}
    return case_from_data({**case, "assumptions": assumptions}).model


def test_sales_of_month_1() -> None:
    """20 leads · 0.2 · 1,000 + 100 customers · 0.5 · 200 = 14,000."""
    assert monthly_sales_today(loaded()) == pytest.approx(14_000)


def test_the_uplift_that_the_effects_imply() -> None:
    """4,000 · 5 % of new deals + 10,000 · 10 % of repeat orders = 1,200 of 14,000; nobody vouches for it."""
    assert implied_uplift(loaded()) == (pytest.approx(1200 / 14_000), False)


def test_lifetime_value_without_discounting() -> None:
    """50 a month over a churn of 1/10 is 500; 55 over 1/20 is 1,100; growth × 100 customers is 60,000."""
    model = loaded()
    found = lifetime_value(model, model.options[-1])
    assert found is not None
    assert (found.before, found.after) == (pytest.approx(500), pytest.approx(1100))
    assert found.growth_times_customers == pytest.approx(60_000)


def test_lifetime_value_with_discounting() -> None:
    """At i = 1 % a month: 50 · 1.01 ÷ 0.11 (the first margin comes at once)."""
    model = loaded(discount_rate=1.01**12 - 1)
    found = lifetime_value(model, model.options[-1])
    assert found is not None
    assert found.before == pytest.approx(50 * 1.01 / 0.11)


def test_going_on_as_today_has_none() -> None:
    model = loaded()
    assert lifetime_value(model, model.options[0]) is None
