"""Hypothesis strategies for random case files whose numbers are all fixed, inside the Domains of MODEL.md.

Every number lies on a grid: no subnormal amounts, and months and overruns are binary fractions, so that
I = implementation_months × overrun, t − L and T = I + month are exact and the edges of the formulas
(t > I with R = 0, t > T, ⌈T⌉, T = H) fall on the same side in every correct program.
"""

from typing import Any

from hypothesis import strategies as st
from plain_loop import BENEFIT_LINES, EFFECTS, PAIRS

CATEGORIES = (
    "subscription",
    "implementation",
    "customisation",
    "integration",
    "migration",
    "training",
    "internal_time",
    "administration",
    "changes",
    "infrastructure",
    "support",
    "security",
    "productivity_dip",
    "exit",
    "other",
)


def grid(low: float, high: float, step: float) -> list[float]:
    """low, low + step … high."""
    return [round(low + i * step, 9) for i in range(round((high - low) / step) + 1)]


def steps(low: float, high: float, step: float) -> st.SearchStrategy[float]:
    """One of low, low + step … high."""
    return st.sampled_from(grid(low, high, step))


def mostly(usual: list[float], whole_domain: list[float], odds: int = 5) -> st.SearchStrategy[float]:
    """One of the first list, at about these odds to one of the second."""
    times = max(1, round(odds * len(whole_domain) / len(usual)))
    return st.sampled_from(usual * times + whole_domain)


shares = mostly(grid(0.1, 0.9, 0.05), [0.0, 1.0], odds=8)
growth_rates = mostly(grid(-0.2, 0.3, 0.05), grid(-0.5, 1, 0.25))
relative_gains = mostly(grid(-0.1, 0.4, 0.02), grid(-0.5, 1, 0.25))
fades = mostly(grid(0, 0.2, 0.02), grid(0, 0.5, 0.1))
headcounts = mostly(grid(0, 8, 1), grid(0, 10_000, 2_500), odds=10)
entry_minutes = mostly(grid(0, 20, 1), grid(0, 240, 60))

# The effects, as assumptions and as overrides of an option; churn_reduction as a share of churn_per_year.
EFFECT_VALUES: dict[str, st.SearchStrategy[float]] = {
    "hours_saved_per_user_day": mostly(grid(0, 1, 0.05), grid(0, 4, 0.5)),
    "lead_to_opportunity_gain": relative_gains,
    "opportunity_to_win_gain": relative_gains,
    "cycle_reduction": steps(0, 0.5, 0.05),
    "waste_reduction": shares,
    "repeat_uplift": relative_gains,
    "order_value_uplift": relative_gains,
    "churn_reduction": shares,
    "lost_share_reduction": shares,
    "ramp_months_saved": steps(0, 12, 0.5),
    "manager_hours_saved_per_month": mostly(grid(0, 10, 1), grid(0, 80, 20)),
    "collection_days_saved": mostly(grid(0, 20, 1), grid(0, 180, 30)),
    "forecast_error_reduction": shares,
    "opportunities_captured_per_year": mostly(grid(0, 10, 1), grid(0, 1_000, 250)),
}
assert set(EFFECT_VALUES) == set(EFFECTS)

ASSUMPTION_VALUES: dict[str, st.SearchStrategy[float]] = {
    **EFFECT_VALUES,
    "users": mostly(grid(1, 40, 1), [1.0, 2.5, 200.0, 100_000.0]),
    "managers": headcounts,
    "sales_users": steps(0, 1, 0.125),  # as a share of users, see assumptions()
    "new_hires_per_year": headcounts,
    "leavers_per_year": headcounts,
    "workdays_per_month": steps(1, 31, 0.5),
    "hourly_cost": mostly(grid(0, 200, 10), [0.0, 1_000.0]),
    "manager_hourly_cost": mostly(grid(0, 300, 20), [0.0, 1_000.0]),
    "realisation": shares,
    "resold_share": shares,
    "retired_tools_cost_per_month": steps(0, 5_000, 250),
    "leads_per_month": mostly(grid(0, 200, 10), grid(0, 2_000, 500)),
    "lead_to_opportunity": shares,
    "opportunity_to_win": shares,
    "deal_value": mostly(grid(0, 10_000, 500), grid(0, 100_000, 20_000)),
    "contribution_margin": shares,
    "sales_cycle_months": mostly(grid(0, 6, 0.25), grid(9, 36, 4.5)),
    "capacity_limited_share": shares,
    "rep_touch_share": shares,
    "selling_elasticity": shares,
    "selling_hours_per_rep_month": steps(10, 250, 10),
    "marketing_spend_per_month": steps(0, 20_000, 1_000),
    "wasted_share": shares,
    "active_customers": mostly(grid(0, 200, 10), grid(0, 2_000, 500)),
    "orders_per_customer_month": mostly(grid(0, 2, 0.125), grid(0, 100, 25)),
    "order_value": mostly(grid(0, 500, 25), grid(0, 10_000, 2_500)),
    "churn_per_year": steps(0, 0.95, 0.05),
    "becomes_regular_share": shares,
    "customers_per_rep": steps(0, 50, 5),
    "lost_share_at_leaving": shares,
    "ramp_month_cost": steps(0, 10_000, 500),
    "financing_rate_per_year": steps(0, 0.5, 0.02),
    "cost_of_forecast_error": mostly(grid(0, 0.2, 0.01), [0.5, 1.0]),
    "opportunity_value": steps(0, 20_000, 1_000),
    "user_growth_per_year": growth_rates,
    "lead_growth_per_year": growth_rates,
    "wage_growth_per_year": growth_rates,
    "price_growth_per_year": growth_rates,
    "fade_per_year": fades,
    "changes_per_year": mostly(grid(0, 20, 1), grid(0, 1_000, 250)),
    "entry_minutes_per_user_day": entry_minutes,
}

delays = mostly(
    grid(0, 6, 0.25), [11.75, 12.0, 18.0, 24.0, 24.5, 30.0, 36.0, 40.5, 48.0, 48.25, 54.0, 60.0], odds=1
)
overruns = mostly([1.0, 1.25, 0.75, 1.5, 1.125], [0.5, 2.0, 3.0, 5.0])
ramps = mostly([0.0] * 9 + grid(0.25, 9, 0.25), grid(12, 60, 6))
working_shares = mostly(grid(0.2, 1, 0.05), [0.0, 0.05, 1.0])

# Amounts of the order of the benefits above, so that paybacks and internal rates of return exist often.
AMOUNTS = {
    "once": steps(0, 100_000, 2_500),
    "user": steps(0, 5_000, 125),
    "month": steps(0, 5_000, 125),
    "user_month": steps(0, 400, 10),
    "year": steps(0, 50_000, 1_250),
    "user_year": steps(0, 4_000, 100),
    "change": steps(0, 4_000, 100),
    "joiner": steps(0, 4_000, 100),
}
HOURS = {
    "once": steps(0, 400, 10),
    "user": steps(0, 40, 1),
    "month": steps(0, 40, 1),
    "user_month": steps(0, 4, 0.125),
    "year": steps(0, 200, 5),
    "user_year": steps(0, 40, 1),
    "change": steps(0, 40, 1),
    "joiner": steps(0, 40, 1),
}
# More often those whose features need something else to happen as well (late projects, exit, abandonment).
PAIRS_DRAWN = (
    *PAIRS,
    *((per, when) for per in ("once", "user") for when in ("implementation", "implementation", "exit")),
    *((per, "contract") for per in ("user_month", "user_year")),
    *((per, "running") for per in ("month", "user_month")),
    ("change", "running"),
    ("joiner", "running"),
)


@st.composite
def assumptions(draw: st.DrawFn) -> dict[str, Any]:
    """Every assumption of MODEL.md but annual_revenue, relations kept, something sold today."""
    drawn: dict[str, Any] = draw(st.fixed_dictionaries(ASSUMPTION_VALUES))
    drawn["sales_users"] *= drawn["users"]
    drawn["churn_reduction"] *= drawn["churn_per_year"]
    if sales_per_month(drawn) <= 0:
        drawn |= {"leads_per_month": 40.0, "lead_to_opportunity": 0.5}
        drawn |= {"opportunity_to_win": 0.25, "deal_value": 2_000.0}
    drawn["churn_excludes_leavers"] = True
    return drawn


def sales_per_month(values: dict[str, Any]) -> float:
    """S at month 1, with VAT if the values have it."""
    won = values["leads_per_month"] * values["lead_to_opportunity"] * values["opportunity_to_win"]
    ordered = values["active_customers"] * values["orders_per_customer_month"]
    return float(won * values["deal_value"] + ordered * values["order_value"])


@st.composite
def cost_items(draw: st.DrawFn, cost_id: str) -> dict[str, Any]:
    """One cost line."""
    per, when = draw(st.sampled_from(PAIRS_DRAWN))
    item: dict[str, Any] = {"id": cost_id, "category": draw(st.sampled_from(CATEGORIES))}
    money = draw(st.sampled_from([True, True, False]))
    if money:
        item["amount"] = draw(AMOUNTS[per])
    else:
        item["hours"] = draw(HOURS[per])
    item |= {"per": per, "when": when}
    if money and when in ("contract", "running") and draw(st.booleans()):
        item["uplift"] = draw(steps(-0.2, 0.5, 0.05))
    if when == "contract" and draw(st.sampled_from([True, True, False])):
        item["billing"] = "year_ahead"
    hidden = draw(st.sampled_from([None, True, False]))
    if hidden is not None:
        item["hidden"] = hidden
    return item


OPTION_KEYS: dict[str, st.SearchStrategy[Any]] = {
    "implementation_months": delays,
    "overrun": overruns,
    "ramp_months": ramps,
    "adoption": working_shares,
    "fit": working_shares,
}
OPTIONAL_OPTION_KEYS: dict[str, st.SearchStrategy[Any]] = {
    "fade_per_year": fades,
    "changes_per_year": ASSUMPTION_VALUES["changes_per_year"],
    "entry_minutes_per_user_day": entry_minutes,
    "dip": st.fixed_dictionaries({"share": steps(0, 1, 0.1), "months": steps(0, 12, 0.25)}),
}
abandonments = st.fixed_dictionaries(
    {
        "probability": st.sampled_from([0.2, 0.5, 0.49, 0.51, 0.8, 1.0, 0.0, 0.3]),
        "month": mostly(grid(0, 18, 0.25), grid(24, 120, 6), odds=2),
    }
)


@st.composite
def options(draw: st.DrawFn, kind: str, option_id: str, churn_per_year: float) -> dict[str, Any]:
    """One option."""
    option: dict[str, Any] = {"id": option_id, "kind": kind, "name": option_id}
    option |= draw(st.fixed_dictionaries(OPTION_KEYS, optional=OPTIONAL_OPTION_KEYS))
    if draw(st.sampled_from([True, True, True, False])):
        option["exit_probability"] = draw(shares)
    if draw(st.sampled_from([True, True, True, False])):
        option["abandon"] = draw(abandonments)
    if draw(st.booleans()):
        overridden = draw(st.lists(st.sampled_from(EFFECTS), unique=True, min_size=1, max_size=4))
        option["effects"] = {effect: draw(EFFECT_VALUES[effect]) for effect in overridden}
        if "churn_reduction" in option["effects"]:
            option["effects"]["churn_reduction"] *= churn_per_year
    option["costs"] = [
        draw(cost_items(f"c{i}")) for i in range(draw(st.sampled_from([5, 4, 6, 7, 8, 3, 2, 1, 0])))
    ]
    return option


# Formulas of own lines, in money whatever the currency, over what grows, is clamped or is an option's own.
prices = st.sampled_from(["deal_value", "order_value", "hourly_cost", "opportunity_value", "ramp_month_cost"])
own_formulas = st.builds(
    str.format,
    st.sampled_from(
        [
            "{money} * min({count}, 500) * {share}",
            "({money} - {other}) * -min({count}, 12.5, 2 * {share})",
            "max({money}, {other}) / (1 + {count}) ** {share}",
            "{money} * 2 / (0.5 + {count}) - {other} * {share} ** 2",
        ]
    ),
    money=prices,
    other=prices,
    count=st.sampled_from(
        ["users", "sales_users", "leads_per_month", "active_customers", "ramp_months", "sales_cycle_months"]
    ),
    share=st.sampled_from(
        ["adoption", "fit", "contribution_margin", "churn_reduction", "resold_share", "fade_per_year"]
    ),
)


@st.composite
def fixed_cases(draw: st.DrawFn) -> dict[str, Any]:
    """A loadable case file in which every number is fixed."""
    settings: dict[str, Any] = {
        "years": draw(st.sampled_from([2, 3, 1, 2, 3, 1, 2, 3, 4, 5])),
        "discount_rate": draw(mostly(grid(0, 0.2, 0.01), grid(0, 0.5, 0.1))),
        "amounts_exclude_vat": draw(st.booleans()),
    }
    vat_included = not settings["amounts_exclude_vat"]
    if vat_included:
        settings["vat_rate"] = draw(st.sampled_from([0.13, 0.06, 0.09, 0.0]))

    values = draw(assumptions())
    # Gross like the values it is made of: the loader takes VAT off both.
    values["annual_revenue"] = 12 * sales_per_month(values)

    on = draw(st.tuples(*(st.booleans() for _ in BENEFIT_LINES)))
    extra = [
        {
            "id": f"own_{i}",
            "label": f"own line {i}",
            "dimension": draw(st.sampled_from(["efficiency", "conversion", "management"])),
            "cash": draw(st.booleans()),
            "monthly": draw(st.one_of(steps(0, 5_000, 250), own_formulas)),
            "follows_adoption": draw(st.booleans()),
        }
        for i in range(draw(st.integers(0, 2)))
    ]

    kinds = [draw(st.sampled_from(["saas", "nocode", "custom", "spreadsheet"]))]
    for _ in range(draw(st.integers(0, 3))):
        # At most one status_quo and one spreadsheet; named products may share the other kinds.
        left = [kind for kind in ("status_quo", "spreadsheet") if kind not in kinds]
        kinds.append(draw(st.sampled_from(["saas", "nocode", "custom", *left])))

    return {
        "schema": 1,
        "id": "random",
        "title": "random",
        "language": "en",
        "currency": "CNY",
        "organisation": {"industry": "other"},
        "settings": settings,
        "assumptions": values,
        "benefits": {
            "only": [line for line, is_on in zip(BENEFIT_LINES, on, strict=True) if is_on],
            "extra": extra,
        },
        "options": [
            draw(options(kind, f"{kind}_{i}", values["churn_per_year"])) for i, kind in enumerate(kinds)
        ],
    }


# ---- What a case exercises ----

FEATURES = (
    *BENEFIT_LINES,
    *(f"{per}/{when}" for per, when in PAIRS),
    "hours",
    "uplift",
    "year_ahead",
    "fractional_delay",
    "ramp",
    "lag",
    "growth:users",
    "growth:leads",
    "growth:wage",
    "growth:price",
    "fade",
    "abandoned",
    "abandon_ignored",
    "exit",
    "dip",
    "data_entry",
    "vat",
    "extra",
    "extra_formula",
    # Beyond the lines and keys themselves: edges that are easily got wrong.
    "abandoned_too_late",
    "year_ahead_abandoned",
    "year_ahead_hours",
    "late_project",
    "fractional_lag",
    "fractional_dip",
    "effect_overridden",
    "status_quo",
)

LAGGED = ("conversion_uplift", "selling_time", "shorter_cycle")
# Lines that are e(t) times something without a memory: they show the ramp and the fade themselves.
DIRECT = (
    "time_saved",
    "marketing_waste",
    "larger_orders",
    "repeat_orders",
    "faster_ramp",
    "reporting_time",
    "faster_collection",
    "forecast_accuracy",
    "faster_decisions",
)
# Which lines use what grows; cost lines by `per` and by hours are added below.
USE_USERS = ("time_saved",)
USE_LEADS = (*LAGGED, "won_customers", "faster_collection", "forecast_accuracy")
USE_PRICES = (
    *USE_LEADS,
    "larger_orders",
    "repeat_orders",
    "retention",
    "customer_handover",
    "faster_decisions",
)


def features(case: dict[str, Any], result: dict[str, dict[str, Any]]) -> set[str]:
    """Which of FEATURES are present in the case and make a difference to its result (not all zero)."""
    found: set[str] = set()
    for option in case["options"]:
        if option["kind"] == "status_quo":
            if option["costs"]:
                found.add("status_quo")
        else:
            found |= option_features(case, option, result[option["id"]])
    return found


def option_features(case: dict[str, Any], option: dict[str, Any], result: dict[str, Any]) -> set[str]:
    """The features of one option."""
    settings, values = case["settings"], case["assumptions"]
    benefits, costs = result["benefits"], result["costs"]
    horizon = 12 * settings["years"]
    delay = option["implementation_months"] * option["overrun"]
    ramp = option["ramp_months"]
    lag = values["sales_cycle_months"]
    found: set[str] = set()

    def nonzero(flows: list[float], after: float = -1, before: float = float("inf")) -> bool:
        return any(flow != 0 for t, flow in enumerate(flows) if after < t < before)

    def any_line(names: tuple[str, ...], after: float = -1, before: float = float("inf")) -> bool:
        return any(nonzero(benefits[name], after, before) for name in names if name in benefits)

    found |= {line for line in BENEFIT_LINES if any_line((line,))}
    own = tuple(line["id"] for line in case["benefits"]["extra"])
    own_following = tuple(line["id"] for line in case["benefits"]["extra"] if line["follows_adoption"])
    direct = DIRECT + own_following
    if any_line(own):
        found.add("extra")
    if any_line(tuple(line["id"] for line in case["benefits"]["extra"] if isinstance(line["monthly"], str))):
        found.add("extra_formula")

    # Costs
    grown_users = nonzero(costs["data_entry"], after=12)
    grown_hours = nonzero(costs["data_entry"], after=12)
    abandoned_at = None
    if "abandon" in option and delay + option["abandon"]["month"] <= horizon:
        abandoned_at = delay + option["abandon"]["month"]
    abandons = abandoned_at is not None and option["abandon"]["probability"] >= 0.5
    for cost in option["costs"]:
        flows = costs[cost["id"]]
        if not nonzero(flows):
            continue
        found.add(f"{cost['per']}/{cost['when']}")
        year_ahead = cost.get("billing") == "year_ahead"
        later_years = nonzero(flows, after=11 if year_ahead else 12)
        if "hours" in cost:
            found.add("hours")
            grown_hours = grown_hours or later_years
        if cost.get("uplift", 0) != 0 and later_years:
            found.add("uplift")
        if year_ahead:
            found.add("year_ahead")
            if "hours" in cost:
                found.add("year_ahead_hours")
            if abandons:
                found.add("year_ahead_abandoned")
        if cost["per"] in ("user_month", "user_year"):
            grown_users = grown_users or later_years
        if cost["when"] == "exit":
            found.add("exit")
        if cost["when"] == "implementation" and delay > horizon:
            found.add("late_project")

    # Timing
    something = any_line(tuple(benefits))
    if delay % 1 != 0 and something:
        found.add("fractional_delay")
    if ramp > 0 and any_line(direct, before=delay + ramp):
        found.add("ramp")
    if lag > 0 and any_line(LAGGED):
        found.add("lag")
        if lag % 1 != 0 and any_line(LAGGED, before=delay + lag + ramp):
            found.add("fractional_lag")
    if option.get("fade_per_year", values["fade_per_year"]) > 0 and any_line(direct, after=delay + ramp):
        found.add("fade")
    if "abandon" in option:
        if abandons and (something or any(nonzero(flows) for flows in costs.values())):
            found.add("abandoned")
        if abandoned_at is not None and not abandons and any_line(direct, after=abandoned_at):
            found.add("abandon_ignored")
        if abandoned_at is None and option["abandon"]["probability"] >= 0.5 and something:
            found.add("abandoned_too_late")

    # Growth, seen from month 13
    if values["user_growth_per_year"] != 0 and (grown_users or any_line(USE_USERS, after=12)):
        found.add("growth:users")
    late_dip = nonzero(costs["productivity_dip"], after=12)
    if values["lead_growth_per_year"] != 0 and (late_dip or any_line(USE_LEADS, after=12)):
        found.add("growth:leads")
    if values["wage_growth_per_year"] != 0 and (grown_hours or any_line(("time_saved",), after=12)):
        found.add("growth:wage")
    if values["price_growth_per_year"] != 0 and (late_dip or any_line(USE_PRICES, after=12)):
        found.add("growth:price")

    # The rest
    if nonzero(costs["productivity_dip"]):
        found.add("dip")
        if option["dip"]["months"] % 1 != 0:
            found.add("fractional_dip")
    if nonzero(costs["data_entry"]):
        found.add("data_entry")
    vat_included = not settings["amounts_exclude_vat"] and settings["vat_rate"] > 0
    if vat_included and (nonzero(costs["productivity_dip"]) or any_line(USE_PRICES)):
        found.add("vat")
    if any(benefits_differ(effect, benefits) for effect in option.get("effects", {})):
        found.add("effect_overridden")
    return found


EFFECT_OF_LINE = {
    "hours_saved_per_user_day": ("time_saved", "selling_time"),
    "lead_to_opportunity_gain": ("conversion_uplift", "shorter_cycle", "won_customers"),
    "opportunity_to_win_gain": ("conversion_uplift", "shorter_cycle", "won_customers"),
    "cycle_reduction": ("shorter_cycle",),
    "waste_reduction": ("marketing_waste",),
    "repeat_uplift": ("repeat_orders",),
    "order_value_uplift": ("larger_orders",),
    "churn_reduction": ("retention",),
    "lost_share_reduction": ("customer_handover",),
    "ramp_months_saved": ("faster_ramp",),
    "manager_hours_saved_per_month": ("reporting_time",),
    "collection_days_saved": ("faster_collection",),
    "forecast_error_reduction": ("forecast_accuracy",),
    "opportunities_captured_per_year": ("faster_decisions",),
}


def benefits_differ(effect: str, benefits: dict[str, list[float]]) -> bool:
    """Whether a line that rests on the effect is on and not zero."""
    return any(any(flow != 0 for flow in benefits.get(line, [])) for line in EFFECT_OF_LINE[effect])
