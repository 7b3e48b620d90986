"""What follows from the fourteen first answers: by hand, as properties, and as a whole case."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import assess, bank
from assessment import first_answers as first
from assessment.bank import Industry
from assessment.case import First
from assessment.decision import Decision
from assessment.interview import DONT_KNOW, Answer, case_file, further_questions
from assessment.loader import Loaded, case_from_data
from assessment.remarks import InputError
from assessment.yamlfile import Loader
from roi.engine import benefit_lines
from roi.quantities import ASSUMPTIONS, QUANTITIES
from templates import ROOT

# A sales firm of twelve: eight reps, one manager, three others. Worked out on paper:
# 36 × 150,000 = 5.4 m from new customers and 12.6 m from 120 old ones make the 18 m of its accounts.
TWELVE: dict[str, Answer] = {
    "sales": 8,
    "managers": 1,
    "other": 3,
    "annual_revenue": 18_000_000,
    "contribution_margin": 0.25,
    "leads_per_month": 40,
    "new_customers_last_year": 36,
    "deal_value": 150_000,
    "active_customers": 120,
    "customers_lost_last_year": 18,
    "revenue_from_existing": 12_600_000,
    "rep_cost_per_month": 16_800,
    "report_hours_per_week": 8,
    "forgotten_of_20_lost": 4,
    "reps_left_24_months": 4,
    "customers_gone_with_them": 12,
    "price_per_user_year": 1_800,
    "one_off_fees": 20_000,
    "notice_months": 1,
    "loss_limit": 100_000,
    "leader_opens_it_weekly": True,
    "owner_named": True,
}
BY_HAND = {
    "lead_to_opportunity": [0.3354102],  # √(0.075 × 0.3 ÷ 0.2) of 36 ÷ (12 × 40) = 0.075
    "opportunity_to_win": [0.2236068],  # 0.075 ÷ 0.3354102
    "churn_per_year": [0.15],  # 18 ÷ 120
    "orders_per_customer_month": [0.1],
    "order_value": [87_500],  # 12.6 m ÷ (12 × 120 × 0.1)
    "hourly_cost": [100],  # 16,800 ÷ (21 × 8)
    "hours_saved_per_user_day": [0, 0.24, 0.72],  # 1.6 hours a day × 0, 0.15, 0.45
    "lead_to_opportunity_gain": [0, 0.03145, 0.0629],  # 0.925 × 4/20 × 0, 0.17, 0.34
    "leavers_per_year": [2],
    "customers_per_rep": [15],
    "lost_share_at_leaving": [0.2],  # 12 ÷ (4 × 15)
}


def loaded(answers: Mapping[str, Answer], industry: Industry = "project_sales", *changes: str) -> Loaded:
    text = case_file(answers, "en", industry)
    return case_from_data(Loader(text, "case.yaml").document().data, ["settings.draws=256", *changes])


def decided(answers: Mapping[str, Answer], industry: Industry = "project_sales") -> Decision:
    return assess(loaded(answers, industry))


def npv(answers: Mapping[str, Answer], industry: Industry = "project_sales") -> float:
    return decided(answers, industry).option("saas").npv.mean


@cache
def twelve() -> Decision:
    return decided(TWELVE)


def test_the_sales_firm_of_twelve_as_on_paper() -> None:
    model = loaded(TWELVE).model
    for name, numbers in BY_HAND.items():
        item = model.assumptions[name]
        assert item.distribution.ends == pytest.approx(numbers, rel=1e-6), name
        assert not item.is_default
        assert item.place.startswith("data:")
        assert isinstance(item.note, dict)
        assert item.note.keys() == {"zh-CN", "en"}
    assert [model.assumptions[name].distribution.ends for name in ("users", "sales_users")] == [(12,), (8,)]
    assert BY_HAND.keys() | {"win_rate"} == {formula.__name__ for formula in first.DERIVED}


def test_its_case_reconciles_to_the_yuan_and_is_judged() -> None:
    decision = twelve()
    assert decision.reconciliation.sales == pytest.approx(18_000_000)
    assert decision.reconciliation.gap == pytest.approx(0, abs=1e-9)
    assert decision.verdict.outcome != "too_little_to_say"
    assert [option.kind for option in decision.options] == ["status_quo", "spreadsheet", "saas"]
    assert not decision.warnings


def test_a_share_of_ours_makes_a_guess_and_a_source_carries_over() -> None:
    data = Loader(case_file(TWELVE, "en"), "c").document().data
    source = {"kind": "measured", "title": "ledger"}
    given_ = data["answers"]["first"]
    given_ |= {name: {"value": given_[name], "source": source} for name in given_}
    found = case_from_data(data).model.assumptions
    kinds = {name: found[name].source.kind for name in BY_HAND}  # type: ignore[union-attr]
    guesses = {"hours_saved_per_user_day", "lead_to_opportunity_gain", "orders_per_customer_month"}
    assert {name for name, kind in kinds.items() if kind == "guess"} == guesses
    assert {kinds[name] for name in BY_HAND if name not in guesses} == {"measured"}


def test_what_is_stated_wins_over_what_follows_and_that_over_defaults() -> None:
    stated = loaded(TWELVE, "project_sales", "churn_per_year=0.3", "hours_saved_per_user_day=1").model
    assert stated.assumptions["churn_per_year"].most_likely == 0.3
    assert stated.assumptions["hours_saved_per_user_day"].most_likely == 1
    untouched = loaded({**TWELVE, "report_hours_per_week": DONT_KNOW}).model
    assert untouched.assumptions["hours_saved_per_user_day"].is_default


def test_a_range_gives_a_range_that_holds_every_corner() -> None:
    model = loaded({**TWELVE, "leads_per_month": (30, 40, 60), "new_customers_last_year": (30, 36, 45)}).model
    p1, p2 = (
        model.assumptions[name].distribution.ends for name in ("lead_to_opportunity", "opportunity_to_win")
    )
    assert [p1[0] * end for end in p2] == pytest.approx([30 / 720, 0.075, 45 / 360])


counts = st.floats(0, 1e6)


@given(counts, st.floats(0.1, 1e6), st.floats(0.01, 1), st.floats(0.01, 1))
def test_both_stages_are_shares_and_their_product_is_the_win_rate(
    won: float, leads: float, u1: float, u2: float
) -> None:
    rate = min(first.win_rate(won, leads), 1.0)
    p1 = first.lead_to_opportunity(rate, u1, u2)
    p2 = first.opportunity_to_win(rate, p1)
    assert 0 <= p1 <= 1
    assert 0 <= p2 <= 1 + 1e-12
    assert p1 * p2 == pytest.approx(rate, abs=1e-8)


@given(counts, st.floats(1, 1e6), st.floats(0.01, 10))
def test_customers_times_orders_times_value_is_the_revenue(revenue: float, n: float, q: float) -> None:
    assert 12 * n * q * first.order_value(revenue, n, q) == pytest.approx(revenue)


@given(st.floats(0, 20), st.floats(0, 1), st.floats(0, 1))
def test_the_gain_never_exceeds_winning_back_all_that_was_forgotten(f: float, p1: float, p2: float) -> None:
    share = bank.threshold_range("first.rescued_share")
    gains = [first.lead_to_opportunity_gain(f, p1, p2, part) for part in share]
    assert gains[0] == 0
    assert gains[2] <= (1 - p1 * p2) * f / 20


MOVES = [  # answer, other value, how the mean NPV of the quote moves
    ("report_hours_per_week", 12, 1),
    ("forgotten_of_20_lost", 8, 1),
    ("customers_lost_last_year", 0, -1),  # nobody lost: nobody to keep
    ("customers_gone_with_them", 24, 1),
    ("reps_left_24_months", 0, -1),
    ("price_per_user_year", 3_000, -1),
    ("one_off_fees", 60_000, -1),
    ("deal_value", 180_000, 1),
    ("contribution_margin", 0.35, 1),
    ("revenue_from_existing", 14_000_000, 1),
    ("new_customers_last_year", 42, 1),
]


@pytest.mark.parametrize(("name", "value", "direction"), MOVES, ids=[move[0] for move in MOVES])
def test_the_money_moves_the_right_way(name: str, value: float, direction: int) -> None:
    """Same seed; each case reconciles within the tolerance all the same."""
    moved = npv({**TWELVE, name: value}) - twelve().option("saas").npv.mean
    assert moved * direction > 0


def test_a_dearer_hour_weighs_on_whichever_side_has_more_hours() -> None:
    """Time saved and time spent are both valued at it; every other line is untouched."""
    dear, cheap = decided({**TWELVE, "rep_cost_per_month": 33_600}).option("saas"), twelve().option("saas")
    assert dear.benefits["time_saved"].mean == pytest.approx(2 * cheap.benefits["time_saved"].mean)
    for category in ("training", "administration", "migration", "internal_time"):
        pair = [one.tco.by_category[category].mean for one in (dear, cheap)]  # type: ignore[index]
        assert pair[0] == pytest.approx(2 * pair[1])
    untouched = benefit_lines().keys() & cheap.benefits.keys() - {"time_saved"}
    assert all(dear.benefits[line].mean == pytest.approx(cheap.benefits[line].mean) for line in untouched)


def test_a_longer_notice_costs_nothing_here_and_must_be_given_sooner() -> None:
    longer = decided({**TWELVE, "notice_months": 3})
    assert longer.option("saas").npv.mean == twelve().option("saas").npv.mean
    stops = [decision.verdict.stop for decision in (twelve(), longer)]
    assert [stop.notice_month for stop in stops if stop] == [11, 9]


def test_the_loss_limit_and_the_gates_reach_the_verdict() -> None:
    assert decided({**TWELVE, "owner_named": False}).verdict.outcome == "fix_first"
    assert decided({**TWELVE, "leader_opens_it_weekly": DONT_KNOW}).verdict.outcome == "fix_first"
    assert twelve().settings.loss_limit == 100_000


def test_typical_answers_come_to_what_is_assumed_if_nobody_knows() -> None:
    """The typical answers that the questions state give the documented defaults."""
    typical = {part.name: part.typical for question in bank.questions().values() for part in question.parts}
    known = {name: value for name, value in typical.items() if value is not None}
    derived, default = (
        loaded({**TWELVE, **known}, "other").model,
        loaded({**TWELVE, **dict.fromkeys(known, DONT_KNOW)}, "other").model,
    )
    for name in ("hours_saved_per_user_day", "lead_to_opportunity_gain", "leavers_per_year"):
        ends = [model.assumptions[name].distribution.ends for model in (derived, default)]
        assert ends[0] == pytest.approx(ends[1], rel=0.03), name
        assert not derived.assumptions[name].is_default
        assert default.assumptions[name].is_default


DEFAULT_LOST = 0.2 + (0.5 - 2 * 0.2 + 0.05) * 0.3112935 + 0.0021  # mean of 0.05–0.2–0.5, cut off at 0
TEN_TO_TWELVE = {  # the answers that come to the mean of the default, by hand for the firm of twelve
    "report_hours_per_week": 10,
    "forgotten_of_20_lost": 0.024 / (0.925 / 20 * 0.17),
    "reps_left_24_months": 0,
    "customers_gone_with_them": 4 * 15 * DEFAULT_LOST,
}


@pytest.mark.parametrize("name", TEN_TO_TWELVE)
def test_not_knowing_never_raises_the_mean_and_does_not_narrow(name: str) -> None:
    """With 4,096 draws, so that the ends of the range stand still."""
    known, unknown = (
        assess(loaded({**TWELVE, name: value}, "project_sales", "settings.draws=4096")).option("saas")
        for value in (TEN_TO_TWELVE[name], DONT_KNOW)
    )
    noise = 0.003 * known.pv_benefits.mean
    assert unknown.npv.mean <= known.npv.mean + noise
    width, wide = (npv.p95 - npv.p5 for npv in (known.npv, unknown.npv))  # type: ignore[operator]
    assert wide >= width - noise


FACTS = {  # answers of questions 1 to 9, and an input that is missing without each
    "sales": "sales_users",
    "contribution_margin": "contribution_margin",
    "leads_per_month": "leads_per_month",
    "new_customers_last_year": "lead_to_opportunity",
    "deal_value": "deal_value",
    "active_customers": "active_customers",
    "customers_lost_last_year": "churn_per_year",
    "revenue_from_existing": "order_value",
    "rep_cost_per_month": "hourly_cost",
}


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("answer", [DONT_KNOW, None])
def test_without_a_fact_there_is_too_little_to_say(name: str, answer: Answer | None) -> None:
    answers = {key: value for key, value in {**TWELVE, name: answer}.items() if value is not None}
    decision = decided(answers)
    assert decision.verdict.outcome == "too_little_to_say"
    assert FACTS[name] in decision.verdict.missing
    assert further_questions(decision)[: len(decision.verdict.missing)] == decision.verdict.missing


def test_without_revenue_or_quote_it_is_computed_all_the_same() -> None:
    decision = decided({**TWELVE, "annual_revenue": DONT_KNOW, "price_per_user_year": DONT_KNOW})
    assert [option.kind for option in decision.options] == ["status_quo", "spreadsheet"]
    assert [warning.code for warning in decision.warnings] == ["revenue_not_reconciled"]


@pytest.mark.parametrize("industry", get_args(Industry))
def test_a_trade_changes_words_and_lines_never_the_arithmetic(industry: Industry) -> None:
    profile = bank.profiles()[industry]
    assert set(profile.off) <= benefit_lines().keys()
    assert set(profile.asked_first) <= ASSUMPTIONS
    model = loaded(TWELVE, industry).model
    assert not set(profile.off) & set(model.lines)
    p1, p2, q, v = (
        model.assumptions[name].most_likely
        for name in "lead_to_opportunity opportunity_to_win orders_per_customer_month order_value".split()
    )
    assert p1 * p2 == pytest.approx(0.075)
    assert 12 * 120 * q * v == pytest.approx(12_600_000)


def test_what_to_ask_next_is_what_is_worth_most() -> None:
    decision = twelve()
    asked = further_questions(decision)
    defaulted = {item.name for item in decision.assumptions if item.is_default}
    assert asked
    assert len(set(asked)) == len(asked)
    assert set(asked) <= defaulted
    assert not [name for name in asked if name.startswith("spreadsheet.")]
    worth = {one.name: one.value for one in decision.evppi or [] if not one.is_noise and one.kind == "input"}
    told = [worth[name] for name in asked if name in worth]
    assert told == sorted(told, reverse=True)
    assert [name in worth for name in asked] == sorted((name in worth for name in asked), reverse=True)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("new_customers_last_year", 600, "answers_contradict"),  # 480 leads a year
        ("forgotten_of_20_lost", 21, "outside"),
        ("revenue_from_existing", -1, "outside"),
    ],
)
def test_answers_that_cannot_be_are_faults_at_their_place(name: str, value: float, code: str) -> None:
    with pytest.raises(InputError) as refused:
        loaded({**TWELVE, name: value})
    assert (code, f"answers.first.{name}") in {(one.code, one.field) for one in refused.value.faults}


def test_an_unknown_answer_is_a_fault_with_the_nearest_name() -> None:
    data = Loader(case_file(TWELVE, "en"), "c").document().data
    data["answers"]["first"]["new_customer_last_year"] = 1
    with pytest.raises(InputError) as refused:
        case_from_data(data)
    (fault,) = refused.value.faults
    assert (fault.code, fault.details["nearest"]) == ("unknown_field", "new_customers_last_year")


# --- the data ---------------------------------------------------------------------------------------------


def test_fourteen_questions_whose_fields_all_have_a_place() -> None:
    questions = bank.questions()
    parts = [part for question in questions.values() for part in question.parts]
    assert len(questions) == 14
    assert {part.name for part in parts} == TWELVE.keys()
    for part in parts:
        where, _, name = part.to.rpartition(".")
        assert name == part.name
        assert name in QUANTITIES if where == "assumptions" else part.low == 0
        assert part.yes_no or part.domain[0] < part.domain[1]
    assert {part.name for part in parts if part.to.startswith("answers.first.")} == set(First.model_fields)
    assert bank.derivations().keys() == BY_HAND.keys()
    assert bank.profiles().keys() == set(get_args(Industry))


def _texts(data: Any) -> list[dict[str, str]]:
    if isinstance(data, list):
        return [text for item in data for text in _texts(item)]
    if not isinstance(data, dict):
        return []
    if "zh-CN" in data or "en" in data:
        return [data]
    return [text for item in data.values() for text in _texts(item)]


@pytest.mark.parametrize("file", ["questions", "industries"])
def test_every_text_is_in_both_languages_and_in_one_only(file: str) -> None:
    data = tomllib.loads((ROOT / "questions" / f"{file}.toml").read_text(encoding="utf-8"))
    texts = _texts(data)
    assert len(texts) > 30
    for text in texts:
        assert text.keys() == {"zh-CN", "en"}
        assert not any("\u3400" <= sign <= "\u9fff" for sign in text["en"]), text


@settings(max_examples=25)
@given(st.data())
def test_any_answers_make_a_file_that_loads_or_says_what_contradicts(data: st.DataObject) -> None:
    answers: dict[str, Answer] = {}
    for question in bank.questions().values():
        for part in question.parts:
            low, high = part.domain
            value = st.booleans() if part.yes_no else st.floats(low, min(high, 1e9))
            found = data.draw(st.one_of(st.just(DONT_KNOW), st.none(), value), part.name)
            if found is not None:
                answers[part.name] = found
    try:
        faults: tuple[Any, ...] = ()
        loaded(answers, data.draw(st.sampled_from(get_args(Industry))))
    except InputError as error:
        faults = error.faults
    assert {fault.code for fault in faults} <= {"answers_contradict", "revenue_far_off", "outside"}
