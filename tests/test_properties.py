"""What must hold of the whole model, whatever the numbers: STYLE.md, “Properties worth having”.

Also the limit case and the self-checks of MODEL.md, “Checks that come with the model”. Properties of single
measures (NPV linear in flows, what IRR and payback are) stand in test_finance.py.
"""

import copy
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from plain_loop import BENEFIT_LINES, EFFECTS
from strategies import fixed_cases

from assessment import assess, case_from_data
from assessment.decision import Decision, OptionResult
from assessment.yamlfile import read
from roi import engine, formulas, measures
from roi.distributions import Array
from roi.engine import SelfCheckError, cash_flow
from roi.measures import Measures, measure, ratio
from roi.model import Model
from roi.simulation import break_even_adoption

EXAMPLES = sorted(Path(__file__).parents[1].glob("examples/*/case.yaml"))
COMPOSED = [path for path in EXAMPLES if path.parent.name != "contact-management"]
RANDOM = settings(
    max_examples=40, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)

Case = dict[str, Any]


def example(path: Path, draws: int = 1024) -> Case:
    data = read(path).data
    data["settings"]["draws"] = draws
    return data


def decide(data: Case) -> Decision:
    return assess(case_from_data(data))


def model(data: Case) -> Model:
    return case_from_data(data).model


def most_likely(data: Case) -> dict[str, Measures]:
    """The most likely run of every option."""
    made = model(data)
    return {option.id: measure(cash_flow(made, option), made) for option in made.options}


def figures(found: Measures) -> dict[str, float]:
    """All single figures of the most likely run."""
    names = (
        "pv_benefits pv_costs pv_capacity benefits costs hidden irr payback discounted_payback peak_funding"
    )
    single = {name: float(getattr(found, name)[0]) for name in names.split()}
    single |= {f"line.{name}": float(value[0]) for name, value in found.by_line.items()}
    return single | {f"category.{name}": float(value[0]) for name, value in found.by_category.items()}


def same(one: dict[str, float], other: dict[str, float], rel: float = 1e-9, scale: float = 1.0) -> None:
    assert one.keys() == other.keys()
    slack = 1e-9 * max([abs(value) for value in one.values() if math.isfinite(value)], default=0.0)
    for name, value in one.items():
        assert other[name] == pytest.approx(value, rel=rel, abs=slack * scale), name


# --- the unit of money ------------------------------------------------------------------------------------

IN_MONEY = (
    "annual_revenue hourly_cost manager_hourly_cost deal_value order_value opportunity_value "
    "retired_tools_cost_per_month marketing_spend_per_month ramp_month_cost"
).split()


def times(stated: Any, factor: float) -> Any:
    """A stated number in another currency."""
    if isinstance(stated, dict):
        keys = ("value", "range", "distribution", "low", "likely", "high", "p10", "p50", "p90")
        return {key: times(item, factor) if key in keys else item for key, item in stated.items()}
    if isinstance(stated, list):
        return [times(item, factor) for item in stated]
    return stated * factor if isinstance(stated, int | float) else stated


def in_other_money(data: Case, factor: float) -> Case:
    data = copy.deepcopy(data)
    for name in IN_MONEY:
        if name in data["assumptions"]:
            data["assumptions"][name] = times(data["assumptions"][name], factor)
    for line in data.get("benefits", {}).get("extra", []):
        line["monthly"] = times(line["monthly"], factor)
    for option in data["options"]:
        for cost in option.get("costs", []):
            if "amount" in cost:
                cost["amount"] = times(cost["amount"], factor)
    return data


RATIOS = "roi roi_undiscounted roi_first_year bcr payback_months discounted_payback_months".split()


@pytest.mark.parametrize("path", COMPOSED, ids=lambda path: path.parent.name)
def test_another_currency_changes_no_ratio_and_no_date(path: Path) -> None:
    """An eighth, so that nothing is rounded: all is exactly the same, but IRR (it takes logarithms)."""
    ours, theirs = decide(example(path, 256)), decide(in_other_money(example(path, 256), 0.125))
    for option, other in zip(ours.options, theirs.options, strict=True):
        for name in RATIOS:
            assert getattr(other, name) == getattr(option, name), f"{option.id}.{name}"
        for name in ("npv", "npv_cash", "pv_benefits", "pv_costs", "peak_funding"):
            one, two = getattr(option, name), getattr(other, name)
            assert [two.mean, two.p5, two.p95] == [one.mean / 8, one.p5 / 8, one.p95 / 8]
        irr, expected = (
            [math.inf if item is None else item for item in each.irr.model_dump(exclude={"se"}).values()]
            for each in (other, option)
        )
        assert irr == pytest.approx(expected, rel=1e-9)
        assert other.break_even_adoption == option.break_even_adoption
        assert (other.p_npv_positive, other.p_best) == (option.p_npv_positive, option.p_best)
        assert other.tco.hidden_share == option.tco.hidden_share
        assert other.expected_loss == option.expected_loss / 8


@RANDOM
@given(fixed_cases(), st.sampled_from([0.25, 0.5, 0.0625]))
def test_another_currency_on_random_cases(case: Case, factor: float) -> None:
    ours, theirs = most_likely(case), most_likely(in_other_money(case, factor))
    for option, found in ours.items():
        one, two = figures(found), figures(theirs[option])
        for name, value in one.items():
            factor_of = 1 if name in ("irr", "payback", "discounted_payback") else factor
            assert two[name] == (pytest.approx(value, rel=1e-9) if name == "irr" else value * factor_of), name
        for top, bottom in (("npv", "pv_costs"), ("net", "costs"), ("pv_benefits", "pv_costs")):
            np.testing.assert_array_equal(
                ratio(getattr(found, top), getattr(found, bottom)),
                ratio(getattr(theirs[option], top), getattr(theirs[option], bottom)),
            )


# --- the parts and the whole ------------------------------------------------------------------------------


@RANDOM
@given(fixed_cases())
def test_the_cost_of_the_parts_is_the_cost_of_the_whole(case: Case) -> None:
    """Every line in two halves, and one option's lines over two options, cost what they cost together."""
    halves = copy.deepcopy(case)
    for option in halves["options"]:
        for cost in option["costs"]:
            key = "amount" if "amount" in cost else "hours"
            cost[key] /= 2
        option["costs"] += [cost | {"id": f"{cost['id']}_again"} for cost in option["costs"]]
    for option, found in most_likely(case).items():
        same(figures(found), figures(most_likely(halves)[option]))

    option = next((item for item in case["options"] if item["costs"] and item["kind"] != "status_quo"), None)
    if option is None:
        return
    parts = copy.deepcopy(case) | {"options": []}
    none = {"entry_minutes_per_user_day": 0.0, "dip": {"share": 0.0, "months": 0.0}}
    middle = len(option["costs"]) // 2
    for name, lines in (("a", option["costs"][:middle]), ("b", option["costs"][middle:]), ("c", [])):
        more = none if name != "c" else {}
        parts["options"].append(option | {"id": name, "kind": "saas", "costs": lines} | more)
    whole = parts | {"options": [option | {"id": "whole", "kind": "saas"}]}
    split, together = most_likely(parts), most_likely(whole)["whole"]
    for name in ("costs", "pv_costs", "hidden"):
        total = sum(float(getattr(split[part], name)[0]) for part in ("a", "b", "c"))
        assert total == pytest.approx(float(getattr(together, name)[0]), rel=1e-9, abs=1e-9)


@RANDOM
@given(fixed_cases(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_options_does_not_matter(case: Case, random: Any) -> None:
    mixed = copy.deepcopy(case)
    for lines in (mixed["options"], mixed["benefits"]["extra"], mixed["benefits"]["only"]):
        random.shuffle(lines)
    for option in mixed["options"]:
        random.shuffle(option["costs"])
    other = most_likely(mixed)
    for option, found in most_likely(case).items():
        same(figures(found), figures(other[option]))


def test_the_order_in_the_file_changes_no_statistic() -> None:
    path = next(path for path in EXAMPLES if path.parent.name == "machinery-maker")
    data = example(path, 256)
    mixed = copy.deepcopy(data)
    mixed["options"].reverse()
    for option in mixed["options"]:
        option["costs"].reverse()
    ours, theirs = decide(data), decide(mixed)
    for option in ours.options:
        other = theirs.option(option.id)
        for name in ("npv", "npv_cash", "pv_costs", "peak_funding"):
            one, two = getattr(option, name).model_dump(), getattr(other, name).model_dump()
            assert {key: two[key] for key in ("mean", "p5", "median", "p95")} == pytest.approx(
                {key: one[key] for key in ("mean", "p5", "median", "p95")}, rel=1e-9
            )
        assert other.p_best == option.p_best


def parts_add_up(decision: Decision, option: OptionResult) -> None:
    total = sum(item.mean for item in option.benefits.values())
    scale = 1e-9 * (abs(option.pv_benefits.mean) + option.pv_costs.mean + 1)
    assert total == pytest.approx(option.pv_benefits.mean, abs=scale)
    assert sum(item.mean for item in option.by_dimension.values()) == pytest.approx(total, abs=scale)
    assert sum(item.mean for item in option.tco.by_category.values()) == pytest.approx(
        option.pv_costs.mean, abs=scale
    )
    assert option.tco.pv == option.pv_costs
    assert option.npv.mean == pytest.approx(option.pv_benefits.mean - option.pv_costs.mean, abs=scale)
    cash = {line.id: line.cash for line in decision.lines}
    capacity = sum(item.mean for line, item in option.benefits.items() if not cash[line])
    assert option.npv_cash.mean == pytest.approx(option.npv.mean - capacity, abs=scale)
    nominal = option.tco.nominal.mean
    assert sum(year.costs for year in option.yearly) == pytest.approx(nominal, rel=1e-9, abs=scale)
    assert [year.year for year in option.yearly] == list(range(decision.settings.years + 1))
    for before, year in zip([None, *option.yearly], option.yearly, strict=False):
        assert year.net == pytest.approx(year.benefits - year.costs)
        assert year.cumulative == pytest.approx((before.cumulative if before else 0) + year.net, abs=scale)
    if option.roi.of_means is not None and option.bcr.of_means is not None:
        assert option.roi.of_means == pytest.approx(option.npv.mean / option.pv_costs.mean)
        assert option.bcr.of_means == pytest.approx(1 + option.roi.of_means)
    assert 0 <= option.p_npv_positive <= 1
    assert option.peak_funding.p5 is not None
    assert option.peak_funding.p5 >= 0
    assert 0.98 <= sum(option.npv_histogram.shares) <= 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_decision_adds_up(path: Path) -> None:
    decision = decide(example(path))
    for option in decision.options:
        parts_add_up(decision, option)
    assert sum(option.p_best for option in decision.options) == pytest.approx(1)
    losses = {option.id: option.expected_loss for option in decision.options}
    means = {option.id: option.npv.mean for option in decision.options}
    best = max(means.values())
    for option, mean in means.items():  # the loss of one is that of the best and what its mean is worse by
        assert losses[option] - min(losses.values()) == pytest.approx(best - mean, rel=1e-6, abs=1e-6)
    assert Decision.from_json(decision.to_json()) == decision
    assert list(decision.to_frame().index) == list(means)


@RANDOM
@given(fixed_cases())
def test_the_steps_of_a_customers_value_telescope(case: Case) -> None:
    """Larger orders, repeat orders and retention are (N + K) q′ v′ m − N q v m, month by month."""
    case["benefits"]["only"] = ["larger_orders", "repeat_orders", "retention"]
    made = model(case)
    for option in made.options:
        if option.kind == "status_quo":
            continue
        flow = cash_flow(made, option)
        at = engine.Months(made, option, {}, np.arange(1.0, made.months + 1)[:, None])
        today = at["orders_per_customer_month"] * at["order_value"] * at["contribution_margin"]
        customers = at["active_customers"]
        with_tool = (customers + at["kept_customers"]) * at["customer_margin"]
        lines = sum(flow.benefits[line][1:] for line in case["benefits"]["only"])
        np.testing.assert_allclose(lines, with_tool - customers * today, atol=1e-9 * np.max(with_tool))


# --- going on as today ------------------------------------------------------------------------------------


@RANDOM
@given(fixed_cases())
def test_going_on_as_today_is_zero_whatever_it_says(case: Case) -> None:
    case["options"] = [item for item in case["options"] if item["kind"] != "status_quo"]
    case["options"].append(copy.deepcopy(case["options"][0]) | {"id": "today", "kind": "status_quo"})
    found = most_likely(case)["today"]
    for name in ("pv_benefits", "pv_costs", "benefits", "costs", "hidden", "peak_funding", "npv", "npv_cash"):
        assert float(getattr(found, name)[0]) == 0
    assert found.by_line == {}
    assert found.by_category == {}


def test_going_on_as_today_has_no_roi_and_no_payback() -> None:
    data = example(COMPOSED[0], 256)
    data["options"].append(copy.deepcopy(data["options"][0]) | {"id": "today", "kind": "status_quo"})
    today = decide(data).option("today")
    assert (today.npv.mean, today.npv.p5, today.npv.p95, today.tco.nominal.mean) == (0, 0, 0, 0)
    assert (today.roi.of_means, today.roi.median, today.bcr.of_means) == (None, None, None)
    for never in (today.payback_months, today.discounted_payback_months, today.irr):
        assert (never.median, never.most_likely, never.never) == (None, None, 1)
    assert today.break_even_adoption is None
    assert today.p_npv_positive == 0


# --- time and interest ------------------------------------------------------------------------------------


@RANDOM
@given(fixed_cases())
def test_without_interest_present_values_are_sums(case: Case) -> None:
    case["settings"]["discount_rate"] = 0.0
    for found in most_likely(case).values():
        assert float(found.pv_benefits[0]) == pytest.approx(float(found.benefits[0]), rel=1e-12)
        assert float(found.pv_costs[0]) == pytest.approx(float(found.costs[0]), rel=1e-12)
        assert float(found.npv[0]) == pytest.approx(float(found.net[0]), rel=1e-9, abs=1e-6)
        assert float(found.discounted_payback[0]) == float(found.payback[0])


GROWTHS = "user_growth_per_year lead_growth_per_year wage_growth_per_year price_growth_per_year".split()


@RANDOM
@given(fixed_cases(), st.integers(1, 3))
def test_later_by_years_is_divided_by_the_interest(case: Case, later: int) -> None:
    """A go-live some years later, at the same prices: all but what is upfront or by contract moves along."""
    case["assumptions"] |= dict.fromkeys(GROWTHS, 0.0)
    case["settings"]["years"] = 2
    rate = case["settings"]["discount_rate"]
    for option in case["options"]:
        option |= {"implementation_months": 3.0, "overrun": 1.0, "abandon": {"probability": 0.0, "month": 1}}
        option["exit_probability"] = 1.0
        option["costs"] = [
            cost | {"uplift": 0.0} if "uplift" in cost else cost
            for cost in option["costs"]
            if cost["when"] in ("running", "exit")
        ]
    delayed = copy.deepcopy(case)
    delayed["settings"]["years"] += later
    for option in delayed["options"]:
        option["implementation_months"] += 12.0 * later
    after = most_likely(delayed)
    for option, found in most_likely(case).items():
        if option not in ("status_quo", "spreadsheet"):
            for name in ("pv_benefits", "pv_costs", "pv_capacity"):
                now, then = float(getattr(found, name)[0]), float(getattr(after[option], name)[0])
                assert then == pytest.approx(now / (1 + rate) ** later, rel=1e-9, abs=1e-9)


def bare(**settings: Any) -> Case:
    """Three years of 1,000 a month from an own line, at full adoption and fit, without any cost."""
    return {
        "schema": 1,
        "id": "bare",
        "title": "bare",
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True, "years": 3, "draws": 256} | settings,
        "assumptions": {"users": 10, "hourly_cost": 50, "fade_per_year": 0, "entry_minutes_per_user_day": 0},
        "benefits": {
            "only": [],
            "extra": [{"id": "own", "dimension": "management", "cash": True, "monthly": 1000}],
        },
        "options": [
            {
                "id": "saas",
                "kind": "saas",
                "implementation_months": 0,
                "overrun": 1,
                "ramp_months": 0,
                "adoption": 1,
                "fit": 1,
                "exit_probability": 1,
                "abandon": {"probability": 0, "month": 12},
                "dip": {"share": 0, "months": 0},
                "costs": [],
            }
        ],
    }


def once(amount: float, when: str) -> dict[str, Any]:
    return {"id": when, "category": "other", "amount": amount, "per": "once", "when": when}


def net_of(data: Case) -> float:
    return float(most_likely(data)["saas"].npv[0])


def test_the_same_cost_at_the_end_is_divided_by_the_interest() -> None:
    now, end = bare(discount_rate=0.1), bare(discount_rate=0.1)
    now["options"][0]["costs"], end["options"][0]["costs"] = [once(1000, "upfront")], [once(1000, "exit")]
    costs = [float(most_likely(data)["saas"].pv_costs[0]) for data in (now, end)]
    assert costs == pytest.approx([1000, 1000 / 1.1**3])


def test_npv_is_linear_in_what_flows() -> None:
    def npv(monthly: float, upfront: float) -> float:
        data = bare()
        data["benefits"]["extra"][0]["monthly"] = monthly
        data["options"][0]["costs"] = [once(upfront, "upfront")]
        return net_of(data)

    assert npv(700, 500) == pytest.approx(7 * npv(100, 0) + 5 * npv(0, 100))


# --- false friends ----------------------------------------------------------------------------------------


def test_npv_may_rise_with_the_interest() -> None:
    """36,000 come in and 40,000 go out at the end: the more the future is discounted, the better."""
    found = []
    for rate in (0.0, 0.1, 0.2, 0.3):
        data = bare(discount_rate=rate)
        data["options"][0]["costs"] = [once(40_000, "exit")]
        found.append(net_of(data))
    assert found == sorted(found)
    assert found[0] == pytest.approx(-4000)
    assert found[-1] > 0


def test_back_in_the_black_is_not_paid_back() -> None:
    """5,000 spent and recovered after five months, and 40,000 to pay at the end: never paid back."""
    data = bare(discount_rate=0.0)
    data["options"][0]["costs"] = [once(5000, "upfront")]
    assert float(most_likely(data)["saas"].payback[0]) == 5
    data["options"][0]["costs"].append(once(40_000, "exit"))
    found = most_likely(data)["saas"]
    assert math.isinf(float(found.payback[0]))
    assert float(found.peak_funding[0]) == pytest.approx(9000)  # −5,000 at once, −9,000 in the end


def test_npv_at_the_most_likely_inputs_is_not_the_mean() -> None:
    data = bare()
    data["benefits"]["extra"][0]["monthly"] = [800, 1000, 3000]
    npv = decide(data | {"settings": data["settings"] | {"draws": 16384}}).option("saas").npv
    assert npv.most_likely is not None
    assert npv.median == pytest.approx(npv.most_likely, rel=0.01)
    # Its mean exceeds likely by (3000 − 1000 − (1000 − 800)) · φ(0)/z₉₀ = 1,800 · 0.39894/1.28155 = 560.3.
    assert npv.mean / npv.most_likely == pytest.approx(1.5603, rel=0.01)


@RANDOM
@given(fixed_cases())
def test_at_the_break_even_adoption_nothing_is_left(case: Case) -> None:
    made = model(case)
    for place, option in enumerate(case["options"]):
        if option["kind"] == "status_quo":
            continue
        found = break_even_adoption(made, next(item for item in made.options if item.id == option["id"]))

        def npv(adoption: float, place: int = place) -> float:
            other = copy.deepcopy(case)
            other["options"][place]["adoption"] = adoption
            return float(most_likely(other)[other["options"][place]["id"]].npv[0])

        ends = npv(0.0), npv(1.0)
        if found is None:
            assert all(end >= 0 for end in ends) or all(end <= 0 for end in ends)
        else:
            assert 0 <= found <= 1
            assert npv(found) == pytest.approx(0, abs=1e-9 * max(map(abs, ends)))


# --- fixed, unused, dominated -----------------------------------------------------------------------------


def test_fixed_inputs_give_one_draw() -> None:
    data = bare()
    spreadsheet = {**data["options"][0], "id": "sheet", "kind": "spreadsheet"}
    decision = decide(data | {"options": [*data["options"], spreadsheet]})
    assert decision.draws == 1
    assert decision.option("saas").npv.p5 == decision.option("saas").npv.p95


def test_a_dominated_option_never_wins() -> None:
    data = bare()
    data["benefits"]["extra"][0]["monthly"] = [0, 1000, 3000]
    saas = data["options"][0] | {"costs": [once(5000, "upfront")]}
    dearer = copy.deepcopy(saas) | {"id": "dearer", "kind": "custom"}
    dearer["costs"][0]["amount"] = 5001
    worse = copy.deepcopy(saas) | {"id": "worse", "kind": "nocode", "adoption": 0.9}
    decision = decide(data | {"options": [dearer, worse, saas]})
    assert decision.option("dearer").p_best == 0
    assert decision.option("dearer").expected_loss - decision.option("saas").expected_loss == pytest.approx(1)
    assert decision.best is not None
    assert decision.best.id == "saas"
    # Worse wherever anything comes of it; where nothing does, it loses to no purchase at all.
    assert decision.option("worse").p_best == 0


def test_relations_are_clamped_in_every_draw() -> None:
    """Where more sell than use it, users sell; where churn falls by more than all of it, all of it."""
    data = example(COMPOSED[0])
    data["assumptions"] |= {"users": [10, 20, 30], "sales_users": [2, 12, 40]}
    data["assumptions"] |= {"churn_per_year": [0.05, 0.1, 0.2], "churn_reduction": [0, 0.05, 0.3]}
    made = model(data)
    option = made.options[-1]

    def lines(**values: float) -> dict[str, Any]:
        arrays = {name: np.array([value]) for name, value in values.items()}
        return dict(cash_flow(made, option, arrays).benefits)

    for beyond, clamped in (
        (lines(users=10, sales_users=40), lines(users=10, sales_users=10)),
        (
            lines(churn_per_year=0.1, churn_reduction=0.3),
            lines(churn_per_year=0.1, churn_reduction=0.1),
        ),
    ):
        for name in beyond:
            np.testing.assert_array_equal(beyond[name], clamped[name])


def test_a_line_that_is_off_leaves_the_others_alone() -> None:
    """But that an hour that is not sold is saved."""
    data = example(COMPOSED[0])
    data["benefits"] = {"only": list(BENEFIT_LINES)}
    made = model(data)
    whole = cash_flow(made, made.options[-1]).benefits
    for off in BENEFIT_LINES:
        fewer = replace(made, lines=tuple(line for line in made.lines if line != off))
        left = cash_flow(fewer, fewer.options[-1]).benefits
        assert set(left) == set(whole) - {off}
        for line in left:
            if (off, line) == ("selling_time", "time_saved"):
                assert np.sum(left[line]) > np.sum(whole[line])
            else:
                np.testing.assert_array_equal(left[line], whole[line])


# --- the limit case: no ramp, delay, lag, growth, fade or capacity limit; full fit and adoption; no interest

LIMIT: Case = bare(years=1, discount_rate=0) | {
    "assumptions": {
        "users": 10,
        "managers": 0,
        "sales_users": 4,
        "hourly_cost": 50,
        "workdays_per_month": 22,
        "realisation": 1,
        "contribution_margin": 1,
        "resold_share": 0,
        "capacity_limited_share": 0,
        "sales_cycle_months": 0,
        "fade_per_year": 0,
        "entry_minutes_per_user_day": 0,
        "leads_per_month": 200,
        "lead_to_opportunity": 0.30,
        "opportunity_to_win": 0.25,
        "deal_value": 8000,
        "active_customers": 500,
        "orders_per_customer_month": 0.5,
        "order_value": 300,
        "churn_per_year": 0.2,
        "churn_excludes_leavers": True,
    }
}
NO_EFFECT = dict.fromkeys(EFFECTS, 0)


def year_of(line: str, **values: float) -> float:
    """Twelve months of one line in the limit case."""
    data = copy.deepcopy(LIMIT)
    data["benefits"] = {"only": [line]}
    data["assumptions"] |= NO_EFFECT | values
    found = most_likely(data)["saas"]
    assert float(found.pv_benefits[0]) == pytest.approx(float(found.benefits[0]), rel=1e-15)
    return float(found.benefits[0])


@pytest.mark.parametrize(
    ("line", "values", "year"),
    [
        # hours saved a day × 22 days × wage, for each of ten users, twelve times
        ("time_saved", {"hours_saved_per_user_day": 2}, 2 * 22 * 50 * 10 * 12),
        # (conversion after − before) × leads × order value: 0.30 → 0.36 of leads, a quarter of them won
        ("conversion_uplift", {"lead_to_opportunity_gain": 0.2}, (0.36 - 0.30) * 0.25 * 200 * 8000 * 12),
        ("conversion_uplift", {"opportunity_to_win_gain": 0.2}, 0.30 * (0.30 - 0.25) * 200 * 8000 * 12),
        (
            "conversion_uplift",
            {"lead_to_opportunity_gain": 0.2, "opportunity_to_win_gain": 0.2},
            (0.36 * 0.30 - 0.30 * 0.25) * 200 * 8000 * 12,
        ),
        ("retired_tools", {"retired_tools_cost_per_month": 900}, 900 * 12),
        # marketing: spend × share wasted × share of the waste avoided
        (
            "marketing_waste",
            {"marketing_spend_per_month": 20_000, "wasted_share": 0.3, "waste_reduction": 0.5},
            20_000 * 0.3 * 0.5 * 12,
        ),
        ("larger_orders", {"order_value_uplift": 0.1}, 500 * 0.5 * 30 * 12),
        ("repeat_orders", {"repeat_uplift": 0.2}, 500 * 0.1 * 300 * 12),
        ("repeat_orders", {"repeat_uplift": 0.2, "order_value_uplift": 0.1}, 500 * 0.1 * 330 * 12),
        (
            "faster_ramp",
            {"new_hires_per_year": 6, "ramp_months_saved": 2, "ramp_month_cost": 9000},
            6 * 2 * 9000,
        ),
        (
            "reporting_time",
            {"manager_hours_saved_per_month": 8, "managers": 3, "manager_hourly_cost": 120},
            8 * 3 * 120 * 12,
        ),
        # a year's sales ÷ 365 × days × interest: 12 · (200 · 0.075 · 8000 + 500 · 0.5 · 300)
        (
            "faster_collection",
            {"collection_days_saved": 10, "financing_rate_per_year": 0.06},
            12 * (200 * 0.075 * 8000 + 500 * 0.5 * 300) / 365 * 10 * 0.06,
        ),
        (
            "forecast_accuracy",
            {"forecast_error_reduction": 0.2, "cost_of_forecast_error": 0.05},
            12 * (200 * 0.075 * 8000 + 500 * 0.5 * 300) * 0.2 * 0.05,
        ),
        (
            "faster_decisions",
            {"opportunities_captured_per_year": 3, "opportunity_value": 20_000},
            3 * 20_000,
        ),
    ],
)
def test_in_the_limit_a_year_is_the_source_documents_formula(
    line: str, values: dict[str, float], year: float
) -> None:
    assert year_of(line, **values) == pytest.approx(year, rel=1e-13)


def test_in_the_limit_kept_customers_add_up() -> None:
    """Of 500 customers a fifth leaves in a year; without churn 500 · (1 − 0.8) more are there at its end."""
    month = 0.8 ** (1 / 12)  # of the customers stays
    data = copy.deepcopy(LIMIT) | {"benefits": {"only": ["retention"]}}
    data["assumptions"] |= NO_EFFECT | {"churn_reduction": 0.2}
    made = model(data)
    line = cash_flow(made, made.options[-1]).benefits["retention"][1:, 0]
    # Inflow replaces those who leave as today; all those who do not leave come on top.
    assert line.tolist() == pytest.approx([500 * (1 - month) * t * 0.5 * 300 for t in range(1, 13)], rel=1e-9)


# --- self-checks ------------------------------------------------------------------------------------------


def fails(data: Case, words: str) -> None:
    with pytest.raises(SelfCheckError, match=words):
        decide(data)


@pytest.mark.parametrize("name", ["larger_orders", "repeat_orders", "retention", "customer_margin"])
def test_a_broken_formula_does_not_telescope(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right: Callable[..., Any] = getattr(formulas, name)
    monkeypatch.setitem(engine._functions(), name, lambda *values: right(*values) * 1.001)
    fails(example(COMPOSED[0], 256), "telescope")


def test_years_that_do_not_add_up_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = measures._by_year
    monkeypatch.setattr(measures, "_by_year", lambda flow: right(flow)[:-1])
    fails(example(COMPOSED[0], 256), "years do not add up")


def net_and_factors(made: Model) -> tuple[Array, Array]:
    """The net flow of the last option month by month, and the discount factors."""
    flow = cash_flow(made, made.options[-1])
    net = sum(flow.benefits.values()) - sum(flow.costs.values())
    return net, (1 + made.discount_rate) ** (-np.arange(made.months + 1) / 12)


@pytest.mark.parametrize(
    ("part", "words"), [("by_line", "benefit lines"), ("by_category", "cost categories"), ("pv_costs", "")]
)
def test_parts_that_do_not_add_up_are_noticed(part: str, words: str) -> None:
    made = model(example(COMPOSED[0], 256))
    found = measure(cash_flow(made, made.options[-1]), made)
    net, factors = net_and_factors(made)
    measures._check(found, net, factors)
    changed = getattr(found, part)
    if isinstance(changed, dict):
        changed = dict(list(changed.items())[1:] if changed[next(iter(changed))].any() else changed.items())
        changed.pop(max(changed, key=lambda name: float(changed[name][0])))
    else:
        changed = changed * 1.001
    with pytest.raises(SelfCheckError, match=f"{words}.* do not add up"):
        measures._check(replace(found, **{part: changed}), net, factors)


def test_a_net_flow_that_is_not_benefits_less_costs_is_noticed() -> None:
    made = model(example(COMPOSED[0], 256))
    found = measure(cash_flow(made, made.options[-1]), made)
    net, factors = net_and_factors(made)
    net[0] += 1
    with pytest.raises(SelfCheckError, match="net do not add up"):
        measures._check(found, net, factors)
