"""What each number of a case file may be: MODEL.md's “Domains”, transcribed here by hand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from written import BASE, faults_of, line_of, refusal, replaced, saying, stating, write

from assessment import load_case
from roi.quantities import ASSUMPTIONS, QUANTITIES

SHARE, MONEY, GAIN, GROWTH = (0, 1), (0, 1e9), (-0.5, 1), (-0.5, 1)
DOMAINS: dict[str, tuple[float, float]] = {
    "users": (1, 1e5),
    "sales_users": (0, 1e5),
    **dict.fromkeys(("managers", "new_hires_per_year", "leavers_per_year"), (0, 1e4)),
    "hours_saved_per_user_day": (0, 4),
    "entry_minutes_per_user_day": (0, 240),
    "workdays_per_month": (1, 31),
    **dict.fromkeys(("hourly_cost", "manager_hourly_cost"), (0, 1e5)),
    **dict.fromkeys(
        "realisation resold_share fit adoption capacity_limited_share rep_touch_share wasted_share "
        "waste_reduction becomes_regular_share lost_share_at_leaving lost_share_reduction "
        "forecast_error_reduction cost_of_forecast_error contribution_margin exit_probability "
        "lead_to_opportunity opportunity_to_win selling_elasticity dip_share".split(),
        SHARE,
    ),
    **dict.fromkeys(
        "lead_to_opportunity_gain opportunity_to_win_gain repeat_uplift order_value_uplift".split(), GAIN
    ),
    **dict.fromkeys(("leads_per_month", "active_customers", "customers_per_rep"), (0, 1e7)),
    "sales_cycle_months": (0, 36),
    "selling_hours_per_rep_month": (10, 250),
    "cycle_reduction": (0, 0.5),
    "churn_per_year": (0, 0.95),
    "churn_reduction": (0, 0.95),
    "orders_per_customer_month": (0, 100),
    **dict.fromkeys(
        "deal_value order_value opportunity_value retired_tools_cost_per_month ramp_month_cost".split(), MONEY
    ),
    **dict.fromkeys(("annual_revenue", "marketing_spend_per_month"), (0, 1e12)),
    "ramp_months_saved": (0, 12),
    "manager_hours_saved_per_month": (0, 80),
    "collection_days_saved": (0, 180),
    "financing_rate_per_year": (0, 0.5),
    **dict.fromkeys(
        "user_growth_per_year lead_growth_per_year wage_growth_per_year price_growth_per_year".split(), GROWTH
    ),
    "fade_per_year": (0, 0.5),
    **dict.fromkeys(("implementation_months", "ramp_months"), (0, 60)),
    "overrun": (0.5, 5),
    **dict.fromkeys(("changes_per_year", "opportunities_captured_per_year"), (0, 1000)),
    "dip_months": (0, 12),
    "abandon_month": (0, 120),
}
ALSO_BY_OPTION = ("fade_per_year", "changes_per_year", "entry_minutes_per_user_day")
EFFECTS = (
    "hours_saved_per_user_day lead_to_opportunity_gain opportunity_to_win_gain cycle_reduction "
    "waste_reduction repeat_uplift order_value_uplift churn_reduction lost_share_reduction ramp_months_saved "
    "manager_hours_saved_per_month collection_days_saved forecast_error_reduction "
    "opportunities_captured_per_year"
).split()


def test_every_quantity_has_its_domain() -> None:
    assert set(DOMAINS) == set(QUANTITIES)
    assert {name for name, item in QUANTITIES.items() if item.effect} == set(EFFECTS)


def places(name: str) -> Iterator[tuple[str, str]]:
    """Where a case may state a quantity: the text, and the field."""
    if name in ASSUMPTIONS and f"  {name}: " in BASE:
        text = re.sub(rf"^  {name}: .*$", f"  {name}: NUMBERS # here", BASE, flags=re.MULTILINE)
        yield text, f"assumptions.{name}"
    elif name in ASSUMPTIONS:
        yield stating(f"{name}: NUMBERS # here"), f"assumptions.{name}"
    if name in EFFECTS:
        yield saying(f"effects: {{{name}: NUMBERS}} # here"), f"options[0].effects.{name}"
    elif name == "abandon_month":
        line = "abandon: {probability: 0.1, month: NUMBERS} # here"
        yield saying(line), "options[0].abandon.month"
    elif name in ("dip_share", "dip_months"):
        line = f"dip: {{share: 0.1, months: 2, {name[4:]}: NUMBERS}} # here"
        yield saying(re.sub(rf"{name[4:]}: [\d.]+, ", "", line)), f"options[0].dip.{name[4:]}"
    elif name == "adoption":
        yield replaced("adoption: 0.6", "adoption: NUMBERS # here"), "options[0].adoption"
    elif name not in ASSUMPTIONS or name in ALSO_BY_OPTION:
        yield saying(f"{name}: NUMBERS # here"), f"options[0].{name}"


MONEY_AND_HOURS = {
    "an amount": (replaced("amount: 100", "amount: NUMBERS # here"), "options[0].costs[0].amount", MONEY),
    "an uplift": (
        replaced("amount: 100", "amount: 100\n        uplift: NUMBERS # here"),
        "options[0].costs[0].uplift",
        (-0.2, 0.5),
    ),
    "an own line": (
        BASE
        + "benefits:\n  extra:\n    - id: fees\n      dimension: efficiency\n      cash: true\n"
        + "      monthly: NUMBERS # here\n",
        "benefits.extra[0].monthly",
        MONEY,
    ),
}
STATED = [(text, place, DOMAINS[name]) for name in DOMAINS for text, place in places(name)]
STATED += list(MONEY_AND_HOURS.values())


@pytest.mark.parametrize(("text", "place", "domain"), STATED, ids=[place for _, place, _ in STATED])
def test_outside_its_domain_at_any_of_three_numbers(
    text: str, place: str, domain: tuple[float, float], tmp_path: Path
) -> None:
    low, high = domain
    little = (high - low) / 1000
    for numbers, wrong in (
        ([low - little, low, low], 1),  # at its low
        ([low - 2 * little, low - little, low], 2),  # at its low and likely, or
        ([high, high + little, high + 2 * little], 2),  # its likely and high
        ([low, low, high + little], 1),  # at its high
    ):
        (fault,) = refusal(tmp_path, text.replace("NUMBERS", str(numbers)))
        assert (fault.code, fault.field) == ("outside", place)
        assert fault.line == line_of(text, "# here")
        outside = [number for number in numbers if not low <= number <= high]
        assert len(outside) == wrong
        assert [float(number) for number in fault.details["found"].split(", ")] == pytest.approx(outside)
        assert [float(number) for number in fault.details["allowed"].split(" – ")] == [low, high]


@pytest.mark.parametrize(("text", "place", "domain"), STATED, ids=[place for _, place, _ in STATED])
def test_both_ends_of_a_domain_are_allowed(
    text: str, place: str, domain: tuple[float, float], tmp_path: Path
) -> None:
    related = ("revenue_far_off", "churn_per_year", "users (")  # what it may do to other figures
    for number in domain:
        faults = faults_of(load_case, write(tmp_path, text.replace("NUMBERS", str(number))))
        assert all(any(word in str(fault) for word in related) for fault in faults)


def test_a_number_that_is_outside_by_little_is_shown_in_full(tmp_path: Path) -> None:
    (fault,) = refusal(tmp_path, replaced("order_value: 200", "order_value: 1000000001"))
    assert fault.details == {"found": "1000000001", "allowed": "0 – 1000000000"}
