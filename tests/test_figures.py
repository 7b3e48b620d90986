"""Figures: every printable number by key, with what stands behind it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from assessment import assess, case_from_data, load_case
from assessment.decision import Decision
from assessment.figures import MEASURES, STATISTICS, UNSOURCED, Figure, Figures, Numbering
from roi.quantities import QUANTITIES

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))


@cache
def decided(name: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=1024"]))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_key_leads_to_the_number_of_the_decision(name: str) -> None:
    decision = decided(name)
    figures = Figures(decision)
    for option in decision.options:
        assert figures[f"{option.id}.npv"].value == option.npv.mean
        assert figures[f"{option.id}.npv.p5"].value == option.npv.p5
        assert figures[f"{option.id}.npv.p5"].se == option.npv.se.p5
        assert figures[f"{option.id}.npv.median"].se is None
        assert figures[f"{option.id}.roi"].value == option.roi.of_means
        assert figures[f"{option.id}.payback_months"].value == option.payback_months.median
        assert figures[f"{option.id}.payback_months"].never == option.payback_months.never
        for measure in MEASURES:
            assert figures[f"{option.id}.{measure}"].formula == measure
        for part, amounts in (
            ("benefit", option.benefits),
            ("dimension", option.by_dimension),
            ("category", option.tco.by_category),
        ):
            for which, amount in amounts.items():
                assert figures[f"{option.id}.{part}.{which}"].value == amount.mean


@pytest.mark.parametrize("name", EXAMPLES)
def test_parts_sum_to_the_whole(name: str) -> None:
    decision = decided(name)
    figures = Figures(decision)
    for option in decision.options:
        for whole in ("pv_benefits", "pv_costs"):
            figure = figures[f"{option.id}.{whole}"]
            assert sum(figures[key].value or 0 for key in figure.inputs) == pytest.approx(figure.value)
        npv = figures[f"{option.id}.npv"]
        gain, cost = (figures[key].value or 0 for key in npv.inputs)
        assert gain - cost == pytest.approx(npv.value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_stands_behind_a_figure_can_be_looked_up(name: str) -> None:
    decision = decided(name)
    figures = Figures(decision)
    known = {item.name for item in decision.assumptions}
    for option in decision.options:
        for line in option.benefits:
            keys = figures[f"{option.id}.benefit.{line}"].inputs
            assert f"input.{option.id}.adoption" in keys or line == "retired_tools"
            for key in keys:
                stated = figures[key]
                assert key.removeprefix("input.") in known
                assert stated.place
                assert stated.numbers
        for category in option.tco.by_category:
            assert figures[f"{option.id}.category.{category}"].inputs


def test_a_formula_s_line_rests_on_what_it_names() -> None:
    data = {
        "schema": 1,
        "id": "x",
        "title": "X",
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True},
        "assumptions": {"users": {"value": 8, "source": {"kind": "measured"}}, "hourly_cost": 50},
        "benefits": {"only": [], "extra": [{"id": "fees", "dimension": "efficiency", "cash": True}]},
        "options": [{"id": "saas", "kind": "saas"}],
    }
    data["benefits"]["extra"][0] |= {"monthly": "users * hourly_cost", "follows_adoption": False}  # type: ignore[index]
    decision = assess(case_from_data(data))
    figure = Figures(decision)["saas.benefit.fees"]
    assert figure.formula == "fees"
    assert {"input.users", "input.hourly_cost", "input.wage_growth_per_year"} <= set(figure.inputs)
    assert "input.saas.adoption" not in figure.inputs
    assert figure.grade == UNSOURCED
    assert decision.from_json(decision.to_json()) == decision


def test_an_option_s_own_answer_comes_before_the_case_s() -> None:
    keys = Figures(decided("three-person-studio"))["saas.category.internal_time"].inputs
    assert "input.saas.entry_minutes_per_user_day" in keys
    assert "input.entry_minutes_per_user_day" not in keys


def test_the_weakest_source_is_named() -> None:
    figures = Figures(decided("machinery-maker"))
    grades = [figures[key].grade for key in figures["saas.benefit.time_saved"].inputs]
    weakest = UNSOURCED if UNSOURCED in grades else max(str(grade) for grade in grades)
    assert figures["saas.benefit.time_saved"].grade == weakest
    assert figures["input.users"].grade == "A"


def test_going_on_as_today_loses_nothing() -> None:
    figures = Figures(decided("machinery-maker"))
    assert figures["status_quo.p_loss"].value == 0
    assert figures["saas.p_loss"].value == 1 - decided("machinery-maker").option("saas").p_npv_positive


def test_a_difference_is_that_of_the_means() -> None:
    decision = decided("machinery-maker")
    delta = Figures(decision)["saas~spreadsheet.npv"]
    assert delta.value == decision.option("saas").npv.mean - decision.option("spreadsheet").npv.mean
    assert delta.inputs == ("saas.npv", "spreadsheet.npv")
    assert (delta.se or 0) >= (decision.option("saas").npv.se.mean or 0)


def test_evidence_adds_up() -> None:
    decision = decided("retail-members")
    figures = Figures(decision)
    parts = ("grade_a", "grade_b", "grade_c", "grade_d", "unsourced")
    assert sum(figures[f"evidence.{part}"].value or 0 for part in parts) == len(decision.assumptions)
    assert figures["evidence.defaults"].value == sum(item.is_default for item in decision.assumptions)


def test_shares_are_told_from_factors_and_counts() -> None:
    figures = Figures(decided("machinery-maker"))
    assert figures["input.saas.adoption"].kind == "share"
    assert figures["input.churn_per_year"].kind == "share"
    assert figures["input.saas.licence.uplift"].kind == "share"
    for name in ("saas.overrun", "saas.changes_per_year", "deal_value"):
        assert QUANTITIES[name.rpartition(".")[2]].high > 1
        assert figures[f"input.{name}"].kind == "quantity"


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("sas.npv", "saas"),
        ("saas.pnv", "npv"),
        ("saas.benefit.time_save", "time_saved"),
        ("input.saas.adoptoin", "input.saas.adoption"),
        ("case.gaps", "case.gap"),
        ("settings.year", "settings.years"),
    ],
)
def test_a_wrong_key_is_told_the_nearest(key: str, nearest: str) -> None:
    with pytest.raises(KeyError, match=nearest):
        Figures(decided("three-person-studio"))[key]


def test_only_figures_with_draws_have_statistics() -> None:
    figures = Figures(decided("three-person-studio"))
    for statistic in STATISTICS:
        assert figures["saas.npv"].at(statistic).key == f"saas.npv.{statistic}"
    with pytest.raises(KeyError):
        figures["settings.years"].at("p5")
    with pytest.raises(KeyError):
        figures["saas.npv"].at("mean")


def test_a_certain_figure_knows_that_it_is() -> None:
    figures = Figures(decided("contact-management"))
    assert figures["contact_system.npv"].is_certain
    assert not figures["spreadsheet.npv"].is_certain
    assert not Figures(decided("three-person-studio"))["saas.payback_months"].is_certain


def test_numbers_follow_the_order_of_first_print() -> None:
    one, two = (Figure(key, "money", 1.0) for key in ("a.npv", "b.npv"))
    numbering = Numbering()
    assert [numbering(two), numbering(one), numbering(two)] == [1, 2, 1]
    assert list(numbering) == [two, one]


def test_facts_that_are_missing_are_counted() -> None:
    case = {"schema": 1, "id": "x", "title": "X", "organisation": {"industry": "other"}}
    case |= {"settings": {"amounts_exclude_vat": True}, "benefits": {"only": ["time_saved"]}}
    decision = assess(case_from_data(case))
    assert not decision.options
    assert Figures(decision)["evidence.missing"].value == len(decision.verdict.missing) > 0
