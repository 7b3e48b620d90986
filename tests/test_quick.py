"""The quick estimate against figures worked out by hand from the source document's two questions."""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi.quick import Reading, quick_estimate

# Ten reps, 12 million a year, 100 hours of selling each a month: an hour of selling brings 1,000.
TEN_REPS: dict[str, Any] = {
    "hours_per_rep_month": 5,  # 10 reps x 5 x 12 = 600 hours a year, worth 600,000 of revenue
    "sales_users": 10,
    "annual_revenue": 12_000_000,
    "selling_hours_per_rep_month": 100,
    "churn_points": 0.02,  # of 9 million: 180,000
    "existing_revenue": 9_000_000,
    "software_cost_per_year": 60_000,
    "hours_spent": 400,  # at 100: 40,000
    "hourly_cost": 100,
    "contribution_margin": 0.25,
    "adoption": 0.5,
}


def test_as_the_source_shows_it() -> None:
    reading = quick_estimate(**TEN_REPS).as_the_source_shows_it
    assert reading == Reading(sales_gained=600_000, revenue_kept=180_000, cost=100_000)
    assert (reading.benefit, reading.net, reading.ratio) == (780_000, 680_000, 7.8)


def test_the_reading_to_believe_turns_the_answer_round() -> None:
    reading = quick_estimate(**TEN_REPS).to_believe
    assert reading == Reading(sales_gained=75_000, revenue_kept=22_500, cost=100_000)
    assert (reading.benefit, reading.net, reading.ratio) == (97_500, -2_500, 0.975)


def test_full_margin_and_adoption_make_the_readings_equal() -> None:
    estimate = quick_estimate(**TEN_REPS | {"contribution_margin": 1, "adoption": 1})
    assert estimate.as_the_source_shows_it == estimate.to_believe


@given(st.floats(0.5, 1e4))
def test_sales_users_cancel_out(sales_users: float) -> None:
    estimate = quick_estimate(**TEN_REPS | {"sales_users": sales_users})
    assert estimate.as_the_source_shows_it.sales_gained == pytest.approx(600_000)


def test_nobody_sells_nothing_is_gained() -> None:
    estimate = quick_estimate(**TEN_REPS | {"sales_users": 0})
    assert estimate.as_the_source_shows_it.sales_gained == 0
    assert estimate.as_the_source_shows_it.revenue_kept == 180_000


@given(st.floats(1e-3, 1e3))
def test_the_currency_does_not_matter(exchange: float) -> None:
    money = ["annual_revenue", "existing_revenue", "software_cost_per_year", "hourly_cost"]
    estimate = quick_estimate(**TEN_REPS | {name: TEN_REPS[name] * exchange for name in money})
    assert estimate.to_believe.ratio == pytest.approx(0.975)
    assert estimate.to_believe.net == pytest.approx(-2_500 * exchange)


def test_nothing_spent_has_no_ratio() -> None:
    estimate = quick_estimate(**TEN_REPS | {"software_cost_per_year": 0, "hours_spent": 0})
    assert estimate.as_the_source_shows_it.ratio is None
    assert estimate.as_the_source_shows_it.net == 780_000


def test_an_estimate_cannot_be_changed() -> None:
    estimate = quick_estimate(**TEN_REPS)
    with pytest.raises(FrozenInstanceError):
        estimate.to_believe.cost = 0  # type: ignore[misc]
    assert replace(estimate.to_believe, cost=0).cost == 0


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("churn_points", 2, "from 0 to 1"),
        ("adoption", -0.1, "from 0 to 1"),
        ("contribution_margin", float("nan"), "from 0 to 1"),
        ("annual_revenue", -1, "from 0 to 1e\\+12"),
        ("hourly_cost", float("inf"), "from 0 to 100000"),
        ("selling_hours_per_rep_month", 0, "from 10 to 250"),
    ],
)
def test_a_fault_says_what_to_change(name: str, value: float, advice: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: found .*{advice}"):
        quick_estimate(**TEN_REPS | {name: value})


def test_all_faults_are_gathered() -> None:
    with pytest.raises(ValueError, match="hours_spent") as fault:
        quick_estimate(**TEN_REPS | {"hours_spent": -1, "adoption": 50})
    assert "adoption: found 50" in str(fault.value)
