"""The money model computed a second time, from MODEL.md alone: plain loops over months, no library.

It shares no code with the package.  `compute(case)` takes a case in the case-file shape in which every
number is fixed, and returns the most-likely run: every line month by month, and the measures.

Names follow the text: I is `delay`, R `ramp`, A `adoption`, f `fit`, φ `fade`, T `given_up`, H `horizon`,
m `margin`, k `capacity_limited`, N `customers`, q `orders`, v `order_value`, K `kept`, J `won`,
G `handed_over`, S `sales`; a name ending in `_after` is the one with a prime in the text.

Where MODEL.md can be read in more than one way, this is the reading taken here:

1.  Month 0 has no benefits and no running costs: a(0) = e(0) = live(0) = 0 (with R = 0 and I = 0 as well,
    since A is reached at month ends t > I).  Only upfront lines, implementation lines with I = 0, the first
    year-ahead bill, and exit lines with T = 0 fall in it.
2.  u = e(t − L) takes e at the (fractional) time t − L, abandonment included: u is 0 once t − L > T, so wins
    go on for L months after the tool has been given up.
3.  K, J and G run on after abandonment (then c′ = c, q′ = q, v′ = v); the lines keep what was gained.
4.  Grown with time: users, sales_users, leads_per_month, hourly_cost, deal_value, order_value,
    opportunity_value.  Nothing else (not managers, manager_hourly_cost, active_customers, marketing spend,
    retired tools, ramp_month_cost, hires, leavers, extra lines).
5.  `user` lines multiply by users(1) whenever they fall, in exit too.
6.  `overrun` multiplies implementation lines also when I = 0.
7.  year_ahead bills the months 12y+1 … 12y+12 in month 12y: twelve times the monthly amount, uplifted as of
    month 12y+1, times users(12y+1).  On an hours line "that year's price" is hourly_cost(12y+1).
8.  Contract lines of an abandoned option are paid up to and including month 12·⌈T/12⌉ (T = 12: to month 12).
    T = 0 falls in no contract year (0, 12], (12, 24] …: nothing is paid, not even the first bill of month 0.
9.  Running lines stop like live(t): month ⌈T⌉ of a fractional T is not charged in part.
10. T = H counts as abandoned, a probability of exactly 0.5 too.
11. An `exit_probability` left out is 0, and 1 if abandoned (the case file gives no default).
12. By "a line off removes that line only", w(t), p₁′, q′, v′ and c′ keep their gains when their line is off.
    Lines that are off do not appear in the result.
13. The dip is charged on the days (I, I + months], month t with the part of (t − 1, t] within it; p₁, p₂ are
    those without the tool, leads and deal_value those of month t.
14. `effects` of an option may also name an own line that follows adoption (it is an effect): it replaces
    `monthly`.
15. Payback: "negative" means below −10⁻⁹ · Σ|flow| throughout (for the discounted one, of the discounted
    flows).  An option other than status_quo without any flow has payback 0.
16. IRR: roots are counted as distinct places in the open interval (−99 %, 1,000 %).
17. tco_by_category has the categories with at least one line that is not zero in every month.
18. status_quo: per_user_month is none like its other ratios, though its denominator is not 0; NPV, TCO and
    peak funding are 0; the lines are listed, all zero.
19. An own line's formula sees what month t's benefit lines see: grown values without VAT, clamped, the
    option's own answers before the case's, resold_share 0 where selling_time is off.
"""

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

CAPACITY_LINES = ("time_saved", "faster_ramp", "reporting_time", "faster_decisions")
BENEFIT_LINES = (
    "time_saved",
    "retired_tools",
    "conversion_uplift",
    "selling_time",
    "shorter_cycle",
    "marketing_waste",
    "larger_orders",
    "repeat_orders",
    "retention",
    "won_customers",
    "customer_handover",
    "faster_ramp",
    "reporting_time",
    "faster_collection",
    "forecast_accuracy",
    "faster_decisions",
)
EFFECTS = (
    "hours_saved_per_user_day",
    "lead_to_opportunity_gain",
    "opportunity_to_win_gain",
    "cycle_reduction",
    "waste_reduction",
    "repeat_uplift",
    "order_value_uplift",
    "churn_reduction",
    "lost_share_reduction",
    "ramp_months_saved",
    "manager_hours_saved_per_month",
    "collection_days_saved",
    "forecast_error_reduction",
    "opportunities_captured_per_year",
)
PAIRS = (
    *((per, when) for per in ("once", "user") for when in ("upfront", "implementation", "exit")),
    *(
        (per, when)
        for per in ("month", "user_month", "year", "user_year")
        for when in ("contract", "running")
    ),
    ("change", "running"),
    ("joiner", "running"),
)

OWN_ANSWERS = (
    "implementation_months",
    "overrun",
    "ramp_months",
    "adoption",
    "fit",
    "fade_per_year",
    "changes_per_year",
    "entry_minutes_per_user_day",
)
FORMULA = re.compile(r"(?:[a-z]+(?:_[a-z]+)*|[0-9.]+|[-+*/(), ])+")


def clip(x: float, low: float, high: float) -> float:
    """X, but not below low and not above high."""
    return max(low, min(high, x))


def full_years_before(month: int) -> int:
    """floor((t − 1)/12); month 0 uses month 1's values."""
    return (max(month, 1) - 1) // 12


def grown(value: float, rate: float, month: int) -> float:
    """Value · (1 + g)^floor((t − 1)/12)."""
    return value * (1 + rate) ** full_years_before(month)


def worth(monthly: float | str, names: dict[str, float]) -> float:
    """An own line's amount of a month; a formula is Python of a few signs, and Python computes it."""
    if isinstance(monthly, str):
        if not FORMULA.fullmatch(monthly):
            raise ValueError(f"refused formula: {monthly}")
        return float(eval(monthly, {"__builtins__": {}, "min": min, "max": max}, names))
    return monthly


def monthly_churn(per_year: float) -> float:
    """1 − (1 − c)^(1/12)."""
    return 1 - math.pow(1 - per_year, 1 / 12)


def compute(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The most-likely run of every option of the case, by option id."""
    return {option["id"]: compute_option(case, option) for option in case["options"]}


class Timing:
    """When an option goes live, how far it is used, and when it is given up."""

    def __init__(self, option: dict[str, Any], assumptions: dict[str, Any], horizon: int) -> None:
        self.delay: float = option["implementation_months"] * option["overrun"]
        self.ramp: float = option["ramp_months"]
        self.adoption: float = option["adoption"]
        self.fit: float = option["fit"]
        self.fade: float = option.get("fade_per_year", assumptions["fade_per_year"])
        # Month T after which the tool is not used any more; infinity if it is kept.
        self.given_up = math.inf
        if "abandon" in option and option["abandon"]["probability"] >= 0.5:
            given_up = self.delay + option["abandon"]["month"]
            if given_up <= horizon:
                self.given_up = given_up

    @property
    def abandoned(self) -> bool:
        """Whether the most-likely run abandons the tool within the horizon."""
        return math.isfinite(self.given_up)

    def a(self, t: float) -> float:
        """The share of users working in it."""
        if t > self.given_up:
            return 0.0
        if self.ramp == 0:
            return self.adoption if t > self.delay else 0.0
        return self.adoption * clip((t - self.delay) / self.ramp, 0, 1)

    def e(self, t: float) -> float:
        """The effect share."""
        if t <= 0 or t > self.given_up:
            return 0.0
        faded_years = max(0, t - self.delay - self.ramp) / 12
        return self.fit * self.a(t) * math.pow(1 - self.fade, faded_years)

    def e2(self, t: float) -> float:
        """The effect share of what needs nearly everyone's records."""
        return self.e(t) * self.a(t) / self.adoption if self.adoption > 0 else 0.0

    def live(self, t: float) -> float:
        """The share of month t in which the tool is in use."""
        return 0.0 if t > self.given_up else clip(t - self.delay, 0, 1)


def compute_option(case: dict[str, Any], option: dict[str, Any]) -> dict[str, Any]:
    """All lines and measures of one option."""
    settings, assumptions = case["settings"], case["assumptions"]
    horizon = 12 * settings["years"]
    timing = Timing(option, assumptions, horizon)

    benefits = benefit_lines(case, option, timing, horizon)
    costs, categories, hidden = cost_lines(case, option, timing, horizon)
    if option["kind"] == "status_quo":
        benefits = {line: [0.0] * (horizon + 1) for line in benefits}
        costs = {line: [0.0] * (horizon + 1) for line in costs}

    users_months = 0.0
    for t in range(1, horizon + 1):
        users_months += grown(assumptions["users"], assumptions["user_growth_per_year"], t)

    capacity = set(CAPACITY_LINES) | {line["id"] for line in case["benefits"]["extra"] if not line["cash"]}
    found = measures(
        benefits, costs, capacity, categories, hidden, settings["discount_rate"], timing.delay, users_months
    )
    if option["kind"] == "status_quo":
        found["payback_months"] = found["discounted_payback_months"] = None
        found["payback_from_go_live_months"] = found["per_user_month"] = None
    return {"benefits": benefits, "costs": costs, "users_months": users_months, "measures": found}


def benefit_lines(
    case: dict[str, Any], option: dict[str, Any], timing: Timing, horizon: int
) -> dict[str, list[float]]:
    """The benefit lines that are on, month 0 … H."""
    lines_on = set(case["benefits"]["only"])
    override = option.get("effects", {})
    given = {**case["assumptions"], **override}

    # Relations between inputs: clamped.
    all_sales_users = min(given["sales_users"], given["users"])
    churn_per_year = given["churn_per_year"]
    churn_reduction = min(given["churn_reduction"], churn_per_year)

    # VAT comes off deal, order and opportunity values (and annual revenue, which no line uses).
    vat = 1.0 if case["settings"]["amounts_exclude_vat"] else 1 + case["settings"]["vat_rate"]

    margin = given["contribution_margin"]
    capacity_limited = given["capacity_limited_share"]
    hours_saved = given["hours_saved_per_user_day"] * given["workdays_per_month"]
    resold_share = given["resold_share"] if "selling_time" in lines_on else 0.0
    p1, p2 = given["lead_to_opportunity"], given["opportunity_to_win"]
    g1, g2 = given["lead_to_opportunity_gain"], given["opportunity_to_win_gain"]
    customers, orders = given["active_customers"], given["orders_per_customer_month"]
    churn = monthly_churn(churn_per_year)

    kept = won = handed_over = 0.0  # K, J, G
    lines: dict[str, list[float]] = {line: [] for line in BENEFIT_LINES}
    for extra in case["benefits"]["extra"]:
        lines[extra["id"]] = []

    for t in range(horizon + 1):
        users = grown(given["users"], given["user_growth_per_year"], t)
        sales_users = grown(all_sales_users, given["user_growth_per_year"], t)
        leads = grown(given["leads_per_month"], given["lead_growth_per_year"], t)
        hourly_cost = grown(given["hourly_cost"], given["wage_growth_per_year"], t)
        deal_value = grown(given["deal_value"] / vat, given["price_growth_per_year"], t)
        order_value = grown(given["order_value"] / vat, given["price_growth_per_year"], t)
        opportunity_value = grown(given["opportunity_value"] / vat, given["price_growth_per_year"], t)

        e, e2, live = timing.e(t), timing.e2(t), timing.live(t)
        u = timing.e(t - given["sales_cycle_months"])

        # Efficiency
        others = max(0.0, users - given["managers"] - sales_users * resold_share)
        lines["time_saved"].append(hours_saved * others * hourly_cost * given["realisation"] * e)
        lines["retired_tools"].append(given["retired_tools_cost_per_month"] * live)

        # Conversion
        p1_after = clip(p1 * (1 + g1 * (1 - capacity_limited) * u), 0, 1)
        p2_after = clip(p2 * (1 + g2 * u), 0, 1)
        extra_wins = leads * (p1_after * p2_after - p1 * p2)
        lines["conversion_uplift"].append(extra_wins * deal_value * margin)

        selling_hour_value = 0.0
        if sales_users > 0:
            selling_hour_value = (
                given["selling_elasticity"]
                * leads * p1 * p2 * deal_value * margin
                / (sales_users * given["selling_hours_per_rep_month"])
            )  # fmt: skip
        lines["selling_time"].append(
            capacity_limited * hours_saved * sales_users * resold_share * selling_hour_value * u
        )

        faster = 1 / (1 - given["cycle_reduction"] * u) - 1
        lines["shorter_cycle"].append(
            capacity_limited * given["rep_touch_share"]
            * leads * p1_after * p2_after * deal_value * margin * faster
        )  # fmt: skip
        lines["marketing_waste"].append(
            given["marketing_spend_per_month"] * given["wasted_share"] * given["waste_reduction"] * e
        )

        # Customer lifetime value
        orders_after = orders * (1 + given["repeat_uplift"] * e)
        order_value_after = order_value * (1 + given["order_value_uplift"] * e)
        churn_after = monthly_churn(max(0.0, churn_per_year - churn_reduction * e))
        if t > 0:
            kept = kept * (1 - churn_after) + customers * (churn - churn_after)
            won = won * (1 - churn_after) + extra_wins * given["becomes_regular_share"]
            handed_over = handed_over * (1 - churn_after) + (
                given["leavers_per_year"] / 12
                * given["customers_per_rep"]
                * given["lost_share_at_leaving"] * given["lost_share_reduction"]
                * e
            )  # fmt: skip
        margin_per_customer = orders_after * order_value_after * margin
        lines["larger_orders"].append(customers * orders * (order_value_after - order_value) * margin)
        lines["repeat_orders"].append(customers * (orders_after - orders) * order_value_after * margin)
        lines["retention"].append(kept * margin_per_customer)
        lines["won_customers"].append(won * margin_per_customer)
        lines["customer_handover"].append(handed_over * margin_per_customer)

        # Management
        sales = leads * p1 * p2 * deal_value + customers * orders * order_value  # S
        lines["faster_ramp"].append(
            given["new_hires_per_year"] / 12 * given["ramp_months_saved"] * given["ramp_month_cost"] * e
        )
        lines["reporting_time"].append(
            given["manager_hours_saved_per_month"]
            * given["managers"] * given["manager_hourly_cost"] * given["realisation"] * e2
        )  # fmt: skip
        lines["faster_collection"].append(
            sales * 12 / 365 * given["collection_days_saved"] * given["financing_rate_per_year"] / 12 * e
        )
        lines["forecast_accuracy"].append(
            sales * given["forecast_error_reduction"] * given["cost_of_forecast_error"] * e2
        )
        lines["faster_decisions"].append(
            given["opportunities_captured_per_year"] / 12 * opportunity_value * margin * e
        )

        # The case's own lines
        now = {
            **given, **{name: option[name] for name in OWN_ANSWERS if name in option},
            "users": users, "sales_users": sales_users, "leads_per_month": leads, "hourly_cost": hourly_cost,
            "deal_value": deal_value, "order_value": order_value, "opportunity_value": opportunity_value,
            "churn_reduction": churn_reduction, "resold_share": resold_share,
        }  # fmt: skip
        for extra in case["benefits"]["extra"]:
            share = e if extra["follows_adoption"] else live
            monthly = override.get(extra["id"], extra["monthly"])
            lines[extra["id"]].append(share * (worth(monthly, now) if share else 0))

    own = {extra["id"] for extra in case["benefits"]["extra"]}
    return {line: flows for line, flows in lines.items() if line in lines_on or line in own}


def cost_lines(
    case: dict[str, Any], option: dict[str, Any], timing: Timing, horizon: int
) -> tuple[dict[str, list[float]], dict[str, str], set[str]]:
    """The cost lines, month 0 … H; the category of each; which are hidden."""
    given: dict[str, float] = case["assumptions"]
    vat = 1.0 if case["settings"]["amounts_exclude_vat"] else 1 + case["settings"]["vat_rate"]
    delay, given_up = timing.delay, timing.given_up

    def users(t: int) -> float:
        return grown(given["users"], given["user_growth_per_year"], t)

    def hourly_cost(t: int) -> float:
        return grown(given["hourly_cost"], given["wage_growth_per_year"], t)

    def price(cost: dict[str, Any], t: int) -> float:
        """What one unit of the line costs in month t."""
        if "hours" in cost:
            hours: float = cost["hours"]
            return hours * hourly_cost(t)
        return grown(cost["amount"], cost.get("uplift", 0.0), t)

    def units(cost: dict[str, Any], t: int) -> float:
        """By what `per` multiplies it: at once for once and user, else in month t."""
        per = cost["per"]
        if per == "once":
            return 1.0
        if per == "user":
            return users(1)
        if per == "month":
            return 1.0
        if per == "user_month":
            return users(t)
        if per == "year":
            return 1 / 12
        if per == "user_year":
            return users(t) / 12
        if per == "change":
            changes: float = option.get("changes_per_year", given["changes_per_year"])
            return changes / 12
        if per == "joiner":
            return given["new_hires_per_year"] / 12
        raise ValueError(f"unknown per: {per}")

    lines: dict[str, list[float]] = {}
    categories: dict[str, str] = {}
    hidden: set[str] = set()

    for cost in option["costs"]:
        if (cost["per"], cost["when"]) not in PAIRS:
            raise ValueError(f"refused pair: {cost['per']}/{cost['when']}")
        flows = [0.0] * (horizon + 1)

        if cost["when"] == "upfront":
            flows[0] = price(cost, 0) * units(cost, 0)

        elif cost["when"] == "implementation":
            overrun = option["overrun"]
            if delay == 0:
                flows[0] = price(cost, 0) * units(cost, 0) * overrun
            for t in range(1, math.ceil(delay) + 1):
                share = clip(delay - (t - 1), 0, 1) / delay
                charged_in = min(t, horizon)
                flows[charged_in] += share * price(cost, charged_in) * units(cost, charged_in) * overrun

        elif cost["when"] == "contract":
            last = 12 * math.ceil(given_up / 12) if timing.abandoned else horizon
            for t in range(1, last + 1):
                if cost.get("billing") == "year_ahead":
                    first_of_year = 12 * full_years_before(t) + 1
                    flows[first_of_year - 1] += price(cost, first_of_year) * units(cost, first_of_year)
                else:
                    flows[t] = price(cost, t) * units(cost, t)

        elif cost["when"] == "running":
            for t in range(1, horizon + 1):
                flows[t] = price(cost, t) * units(cost, t) * timing.live(t)

        elif cost["when"] == "exit":
            if timing.abandoned:
                month, probability = min(math.ceil(given_up), horizon), 1.0
            else:
                month, probability = horizon, option.get("exit_probability", 0.0)
            flows[month] = price(cost, month) * units(cost, month) * probability

        lines[cost["id"]] = flows
        categories[cost["id"]] = cost["category"]
        if cost.get("hidden", False):
            hidden.add(cost["id"])

    minutes = option.get("entry_minutes_per_user_day", given["entry_minutes_per_user_day"])
    dip = option.get("dip", {"share": 0.0, "months": 0.0})
    dip_end = delay + dip["months"]
    data_entry, productivity_dip = [0.0], [0.0]
    for t in range(1, horizon + 1):
        data_entry.append(
            minutes / 60 * given["workdays_per_month"]
            * users(t) * hourly_cost(t) * given["realisation"] * timing.a(t)
        )  # fmt: skip
        leads = grown(given["leads_per_month"], given["lead_growth_per_year"], t)
        deal_value = grown(given["deal_value"] / vat, given["price_growth_per_year"], t)
        won_per_month = leads * given["lead_to_opportunity"] * given["opportunity_to_win"]
        part_of_month = max(0.0, min(t, dip_end) - max(t - 1, delay))
        productivity_dip.append(
            dip["share"] * won_per_month * deal_value * given["contribution_margin"] * part_of_month
        )
    lines["data_entry"] = data_entry
    lines["productivity_dip"] = productivity_dip
    categories["data_entry"] = "internal_time"
    categories["productivity_dip"] = "productivity_dip"
    hidden |= {"data_entry", "productivity_dip"}
    return lines, categories, hidden


def measures(
    benefits: dict[str, list[float]],
    costs: dict[str, list[float]],
    capacity: set[str],
    categories: dict[str, str],
    hidden: set[str],
    rate: float,
    delay: float,
    users_months: float,
) -> dict[str, Any]:
    """The measures of one option from its lines."""
    months = range(len(costs["data_entry"]))

    def present_value(flows: Sequence[float]) -> float:
        return math.fsum(flow * (1 + rate) ** (-t / 12) for t, flow in enumerate(flows))

    def ratio(over: float, under: float) -> float | None:
        return None if under == 0 else over / under

    benefit = [math.fsum(flows[t] for flows in benefits.values()) for t in months]
    cost = [math.fsum(flows[t] for flows in costs.values()) for t in months]
    net = [benefit[t] - cost[t] for t in months]
    discounted_net = [net[t] * (1 + rate) ** (-t / 12) for t in months]

    pv_benefits, pv_costs = present_value(benefit), present_value(cost)
    pv_capacity = math.fsum(present_value(flows) for line, flows in benefits.items() if line in capacity)
    npv = pv_benefits - pv_costs
    tco_nominal = math.fsum(cost)
    hidden_nominal = math.fsum(math.fsum(flows) for line, flows in costs.items() if line in hidden)
    first_year_benefits, first_year_costs = math.fsum(benefit[:13]), math.fsum(cost[:13])

    tco_by_category: dict[str, float] = {}
    for line, flows in costs.items():
        if any(flow != 0 for flow in flows):
            category = categories[line]
            tco_by_category[category] = tco_by_category.get(category, 0.0) + present_value(flows)

    payback_months = payback(net)
    return {
        "npv": npv,
        "npv_cash": npv - pv_capacity,
        "pv_benefits": pv_benefits,
        "pv_costs": pv_costs,
        "roi": ratio(npv, pv_costs),
        "roi_undiscounted": ratio(math.fsum(benefit) - tco_nominal, tco_nominal),
        "roi_first_year": ratio(first_year_benefits - first_year_costs, first_year_costs),
        "bcr": ratio(pv_benefits, pv_costs),
        "irr": irr(net),
        "payback_months": payback_months,
        "discounted_payback_months": payback(discounted_net),
        "payback_from_go_live_months": None if payback_months is None else max(0.0, payback_months - delay),
        "peak_funding": max(0.0, -min(running_total(net))),
        "tco_nominal": tco_nominal,
        "tco_pv": pv_costs,
        "tco_by_category": tco_by_category,
        "hidden_share": ratio(hidden_nominal, tco_nominal),
        "per_user_month": ratio(tco_nominal, users_months),
    }


def running_total(flows: Sequence[float]) -> list[float]:
    """The cumulative flow at each month end."""
    total, totals = 0.0, []
    for flow in flows:
        total += flow
        totals.append(total)
    return totals


def payback(flows: Sequence[float]) -> float | None:
    """Months until the cumulative flow stays at or above zero; None if it never does."""
    cumulative = running_total(flows)
    zero = -1e-9 * math.fsum(abs(flow) for flow in flows)
    negative_months = [t for t, total in enumerate(cumulative) if total < zero]
    if not negative_months:
        return 0.0
    last = negative_months[-1]
    if last == len(flows) - 1:
        return None
    return last + min(1.0, -cumulative[last] / (cumulative[last + 1] - cumulative[last]))


def irr(flows: Sequence[float], steps: int = 1000) -> float | None:
    """The yearly rate at which monthly flows are worth nothing; None unless exactly one lies in (−0.99, 10).

    A dense scan over x = log(1 + r) finds each change of sign; where the curve comes close to zero without
    crossing between scanned points, its extremum is sought, since two roots may hide there.
    """

    def value(x: float) -> float:
        month = math.exp(-x / 12)
        total = 0.0
        for flow in reversed(flows):
            total = total * month + flow
        return total

    low, high = math.log(0.01), math.log(11.0)
    scanned = [(x, value(x)) for x in (low + (high - low) * i / steps for i in range(steps + 1))]
    points = [(x, y) for x, y in scanned if y != 0]

    hidden_roots = []
    for (left, y0), (_, y1), (right, y2) in zip(points, points[1:], points[2:], strict=False):
        if 0 < y1 < y0 and y1 <= y2:
            x = lowest(value, left, right)
        elif 0 < -y1 < -y0 and -y1 <= -y2:
            x = lowest(lambda z: -value(z), left, right)
        else:
            continue
        if (value(x) < 0) != (y1 < 0):
            hidden_roots.append((x, value(x)))
    points = sorted(points + hidden_roots)

    brackets = [(p, q) for p, q in pairwise(points) if (p[1] < 0) != (q[1] < 0)]
    if len(brackets) != 1:
        return None
    (left, at_left), (right, _) = brackets[0]
    for _ in range(200):
        middle = (left + right) / 2
        if (value(middle) < 0) == (at_left < 0):
            left = middle
        else:
            right = middle
    return math.expm1((left + right) / 2)


def lowest(function: Callable[[float], float], left: float, right: float) -> float:
    """Where a function with one minimum between left and right is lowest."""
    for _ in range(80):
        third = (right - left) / 3
        if function(left + third) < function(right - third):
            right -= third
        else:
            left += third
    return (left + right) / 2
