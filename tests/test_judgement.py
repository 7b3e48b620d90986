"""Verdicts of whole cases: who is compared, what learning is worth, what it all rests on, when to stop."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assessment import assess, load_case
from assessment.decision import Decision
from assessment.said import VariantRecord
from roi.engine import needs
from roi.sensitivity import evppi_of_groups
from roi.simulation import Run, npv_of, run

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/case.yaml"))
FEW = "settings.draws=2048"


@cache
def decided(name: str, *changes: str) -> Decision:
    return assess(load_case(EXAMPLES / name / "case.yaml", [FEW, *changes]))


@cache
def done(name: str, *changes: str) -> Run:
    return run(load_case(EXAMPLES / name / "case.yaml", [FEW, *changes]).model)


def variant(decision: Decision, name: str) -> VariantRecord:
    return next(one for one in decision.variants or [] if one.name == name)


# --- who is compared --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_best_purchase_is_judged_against_the_best_way_without(name: str) -> None:
    decision = decided(name)
    means = {option.id: option.npv.mean for option in decision.options}
    kinds = {option.id: option.kind for option in decision.options}
    without = [option for option, kind in kinds.items() if kind in ("status_quo", "spreadsheet")]
    assert decision.verdict.without == max(without, key=lambda option: means[option])
    assert decision.verdict.purchase == max(means.keys() - without, key=lambda option: means[option])
    assert decision.verdict.gain is not None
    delta = means[decision.verdict.purchase] - means[decision.verdict.without]
    assert decision.verdict.gain.mean == pytest.approx(delta, rel=1e-9)


def test_a_purchase_that_lacks_a_must_have_is_not_judged() -> None:
    plain = decided("machinery-maker")
    best = plain.verdict.purchase
    lacking = decided(
        "machinery-maker", "criteria.must_have=[data_export]", f"{best}.capabilities={{data_export: partly}}"
    )
    assert best in lacking.verdict.failed
    assert lacking.verdict.purchase != best


def test_where_no_purchase_passes_one_stays_without() -> None:
    decision = decided("machinery-maker", "criteria.must_have=[teleportation]")
    assert decision.verdict.purchase is None
    assert decision.verdict.outcome in ("stay", "do_not_invest")
    assert decision.verdict.reasons[0].code == "nothing_passes"


@pytest.mark.parametrize("gate", ["owner_named", "leader_opens_it_weekly"])
def test_who_does_not_know_is_no_better_off_than_who_says_no(gate: str) -> None:
    outcomes = {
        answer: decided("retail-members", f"answers.readiness.{gate}={answer}").verdict.outcome
        for answer in ("true", "dont_know", "false")
    }
    assert outcomes == {"true": "invest", "dont_know": "fix_first", "false": "fix_first"}


def test_a_gate_nobody_was_asked_about_is_told() -> None:
    codes = [change.code for change in decided("contact-management").verdict.would_change]
    assert codes[:2] == ["unasked_owner_named", "unasked_leader_uses_it"]


# --- what learning is worth -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_learning_is_worth_no_more_than_knowing_and_that_no_more_than_knowing_all(name: str) -> None:
    decision, result = decided(name), done(name)
    assert decision.evpi is not None
    for one in decision.evsi or []:
        columns = np.stack([result.inputs[member] for member in one.members], axis=1)
        ((worth, _),) = evppi_of_groups([columns], result.npv)
        assert 0 <= one.value <= worth + 1e-9 <= decision.evpi + 1e-6
        assert one.net == pytest.approx(one.value - one.cost - one.delay)
    for other in decision.evppi or []:
        assert 0 <= other.value <= decision.evpi + 1e-9


def test_where_another_is_tried_than_leads_the_reasons_speak_of_what_is_tried() -> None:
    changes = ("saas.adoption=[0.3, 0.5, 0.7]", "saas.licence=3200", "settings.draws=2048")
    said = decided("machinery-maker", *changes).verdict
    assert (said.outcome, said.option, said.purchase) == ("pilot", "saas", "nocode")
    first, *rest = said.reasons
    assert (first.code, first.options["tried"]) == ("pilot", "saas")
    assert rest != []
    assert all(key.removeprefix("input.").startswith("saas.") for one in rest for key in one.figures.values())


def test_a_delay_costs_its_share_of_the_expected_gain() -> None:
    decision = decided("machinery-maker")
    pilot = next(one for one in decision.evsi or [] if one.kind == "pilot")
    gain = max(option.npv.mean for option in decision.options) - next(
        option.npv.mean for option in decision.options if option.id == decision.verdict.without
    )
    assert pilot.delay == pytest.approx(pilot.weeks / 52 / 3 * gain)


def test_a_desk_measurement_that_is_worth_it_comes_first() -> None:
    learnable = "{range: [0, 0.5, 2.0], learnable: {how: desk, cost: 500, weeks: 1, resolves: 0.9}}"
    decision = decided("machinery-maker", f"hours_saved_per_user_day={learnable}")
    assert decision.verdict.outcome == "measure_first"
    assert decision.verdict.learning == "hours_saved_per_user_day"


# --- what the result rests on -----------------------------------------------------------------------------


def test_the_adjustment_for_risk_by_hand() -> None:
    decision = decided("retail-members", "settings.risk_adjustment={benefits: 0.2, costs: 0.1}")
    for option in decision.options:
        by_hand = 0.8 * option.pv_benefits.mean - 1.1 * option.pv_costs.mean
        assert variant(decision, "risk_adjusted").npv[option.id].mean == pytest.approx(by_hand, abs=1e-6)


def test_without_the_adjustment_there_is_no_such_view() -> None:
    assert all(one.name != "risk_adjusted" for one in decided("retail-members").variants or [])


def test_the_idle_sheet_keeps_its_costs_and_what_merely_being_there_brings() -> None:
    decision = decided("machinery-maker")
    sheet = next(option for option in decision.options if option.kind == "spreadsheet")
    assert "retired_tools" not in sheet.benefits  # all other lines, the case's own too, follow adoption
    expected = -sheet.pv_costs.mean
    assert variant(decision, "sheet_without_effect").npv[sheet.id].mean == pytest.approx(expected, rel=1e-9)
    for option in decision.options:
        if option.kind != "spreadsheet":
            same = variant(decision, "sheet_without_effect").npv[option.id].mean
            assert same == pytest.approx(option.npv.mean, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("name", "kept"), [("without_guesses", all), ("without_defaults", any)])
def test_lines_that_rest_on_little_are_left_out(name: str, kept: Callable[[Any], bool]) -> None:
    decision = decided("machinery-maker")
    register = {item.name: item for item in decision.assumptions}
    left_out = variant(decision, name).lines
    saas = decision.option("saas")
    total = saas.npv.mean
    for line, amount in saas.benefits.items():
        own = [line] if line in register else []
        names = own or sorted(needs(line) & EFFECTS) or ["retired_tools_cost_per_month"]
        items = [register.get(f"saas.{plain}") or register[plain] for plain in names]
        weak = kept(
            item.source is None
            or item.source.kind == "guess"
            or (name == "without_defaults" and item.is_default)
            for item in items
        )
        if weak:
            assert line in left_out
            total -= amount.mean
    assert variant(decision, name).npv["saas"].mean == pytest.approx(total, rel=1e-9)


EFFECTS = frozenset(
    "hours_saved_per_user_day lead_to_opportunity_gain opportunity_to_win_gain cycle_reduction "
    "waste_reduction repeat_uplift order_value_uplift churn_reduction lost_share_reduction ramp_months_saved "
    "manager_hours_saved_per_month collection_days_saved forecast_error_reduction "
    "opportunities_captured_per_year".split()
)


def test_independent_effects_are_those_of_a_run_without_the_common_cause() -> None:
    decision = decided("machinery-maker")
    apart = npv_of(done("machinery-maker", "settings.effect_correlation=0").model)
    found = variant(decision, "independent_effects")
    for place, option in enumerate(decision.options):
        assert found.npv[option.id].mean == pytest.approx(apart[:, place].mean(), rel=1e-9, abs=1e-6)


def test_other_horizons_are_those_of_the_case_run_with_them() -> None:
    decision, longer = decided("machinery-maker"), decided("machinery-maker", "settings.years=5")
    for option in longer.options:
        found = variant(decision, "years_5").npv[option.id].mean
        error = 4 * (option.npv.se.mean or 0.0) + 1e-6
        assert found == pytest.approx(option.npv.mean, abs=error)
        own = variant(decision, "years_3").npv[option.id].mean
        assert own == pytest.approx(decision.option(option.id).npv.mean, rel=1e-9, abs=1e-9)


def test_the_defaulted_share_is_of_the_purchase_s_benefits() -> None:
    decision = decided("machinery-maker")
    b = decision.option(decision.verdict.purchase or "")
    kept = variant(decision, "without_defaults").npv[b.id].mean
    share = (b.npv.mean - kept) / b.pv_benefits.mean
    assert decision.verdict.defaulted_share == pytest.approx(share, rel=1e-9)


# --- by when one can stop ---------------------------------------------------------------------------------


def test_stopping_after_the_first_year_costs_what_the_first_year_costs() -> None:
    """The printed case: 114,000 in its one year, nothing for leaving (Nucleus Research, see its README)."""
    stop = decided("contact-management").verdict.stop
    assert stop is not None
    assert (stop.month, stop.notice_month) == (12, None)
    assert stop.loss == pytest.approx(114_000)


def test_a_notice_period_moves_the_day_by_which_one_must_say_so() -> None:
    decision = decided("machinery-maker", "saas.contract={term_months: 24, notice_months: 3}")
    stop, shorter = decision.verdict.stop, decided("machinery-maker").verdict.stop
    assert stop is not None
    assert shorter is not None
    assert (stop.month, stop.notice_month) == (24, 21)
    assert stop.loss > shorter.loss
