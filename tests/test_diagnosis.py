"""Pains: what they cost, their order, what a tool can help of them, and what that does to the verdict."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessment import assess, load_case
from assessment.bank import kpis, pains
from assessment.case import Case
from assessment.decision import Decision
from assessment.diagnosed import DiagnosisRecord
from assessment.diagnosis import diagnose, stakes
from assessment.figures import Figures
from assessment.loader import case_from_data
from assessment.remarks import InputError
from reports.language import language
from roi.simulation import run

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/case.yaml"))
FEW = "settings.draws=1024"
TIMES = {"yearly": 1, "quarterly": 4, "monthly": 12, "weekly": 50, "daily": 250}
COSTS = {"tens": 31.6, "hundreds": 316, "thousands": 3160, "tens_of_thousands": 31_600}
COSTS |= {"hundreds_of_thousands": 316_000, "millions": 3_160_000}
DISCIPLINE = ("records_not_kept", "incentives_ignore_records", "earlier_tool_failed")

CASE = {"schema": 1, "id": "x", "title": "X", "organisation": {"industry": "other"}}
CASE |= {"settings": {"amounts_exclude_vat": True}, "benefits": {"only": ["time_saved"]}}

times = st.one_of(st.floats(0, 1000), st.sampled_from([*TIMES, "dont_know"]))
costs = st.one_of(st.floats(0, 1e7), st.sampled_from([*COSTS, "dont_know"]))
applies = st.fixed_dictionaries({"times_per_year": times, "cost_each": costs})
answers = st.dictionaries(st.sampled_from(sorted(pains())), st.one_of(applies, st.just("dont_know")))


def diagnosed(said: dict[str, Any]) -> DiagnosisRecord:
    found = diagnose(Case.model_validate({**CASE, "answers": {"pains": said}}), {})
    assert found is not None
    return found


def in_money(said: Any) -> float:
    """Times × cost by hand; nothing where one of them is not known."""
    if said == "dont_know" or "dont_know" in said.values():
        return 0.0
    often, each = said["times_per_year"], said["cost_each"]
    return float(TIMES.get(often, often) * COSTS.get(each, each))


@cache
def decided(name: str, *changes: str) -> Decision:
    return assess(load_case(EXAMPLES / name / "case.yaml", [FEW, *changes]))


# --- properties -------------------------------------------------------------------------------------------


@given(answers.filter(bool))
def test_money_is_times_by_cost_and_the_worst_come_first(said: dict[str, Any]) -> None:
    found = diagnosed(said)
    assert found.total == pytest.approx(sum(map(in_money, said.values())))
    annual = [pain.annual for pain in found.pains if pain.annual is not None]
    assert annual == sorted(annual, reverse=True)
    assert all(pain.annual is None for pain in found.pains[len(annual) :])
    assert found.worst == [pain.id for pain in found.pains[:3]]
    assert (found.runner_up is None) == (len(found.pains) <= 3)


@given(answers.filter(bool), st.randoms())
def test_the_order_of_the_answers_does_not_matter(said: dict[str, Any], chance: Any) -> None:
    order = list(said)
    chance.shuffle(order)
    assert diagnosed({name: said[name] for name in order}) == diagnosed(said)


@given(answers, st.sampled_from(sorted(pains())), applies, st.data())
def test_answering_worse_never_lowers_the_rank(
    said: dict[str, Any], name: str, before: dict[str, Any], data: st.DataObject
) -> None:
    assume("dont_know" not in before.values() and in_money(before) > 0)
    often, each = (data.draw(st.floats(1, 100)) for _ in range(2))
    worse = {
        "times_per_year": min(often * TIMES.get(before["times_per_year"], before["times_per_year"]), 1e6),
        "cost_each": min(each * COSTS.get(before["cost_each"], before["cost_each"]), 1e9),
    }
    ranks = [
        [pain.id for pain in diagnosed({**said, name: answer}).pains].index(name)
        for answer in (before, worse)
    ]
    assert ranks[1] <= ranks[0]


@given(answers.filter(bool), st.sampled_from(sorted(pains())))
def test_dont_know_adds_nothing(said: dict[str, Any], name: str) -> None:
    without = {other: answer for other, answer in said.items() if other != name}
    assume(without)
    unsure, silent = diagnosed({**without, name: "dont_know"}), diagnosed(without)
    assert unsure.model_copy(update={"unknown": []}) == silent.model_copy(update={"unknown": []})
    assert set(unsure.unknown) - set(silent.unknown) == {name}
    assert unsure.total <= diagnosed(said).total + 1e-9


@given(answers.filter(bool))
def test_the_money_behind_capabilities_is_that_which_a_tool_can_help(said: dict[str, Any]) -> None:
    found = diagnosed(said)
    helped = sum(in_money(said[name]) for name in said if pains()[name].cure != "cannot")
    assert sum(one.annual for one in found.capabilities) == pytest.approx(helped)
    if found.total:
        assert found.helpable == pytest.approx(helped / found.total)
        assert 0 <= found.helpable <= 1
    else:
        assert found.helpable is None
    for kind in found.kinds:
        pointing = [name for name in said if kind.kind in pains()[name].kinds and name in kind.pains]
        assert kind.annual == pytest.approx(sum(in_money(said[name]) for name in pointing))


@given(st.dictionaries(st.sampled_from(DISCIPLINE), applies, min_size=1))
def test_discipline_is_nothing_a_tool_can_help(said: dict[str, Any]) -> None:
    found = diagnosed(said)
    assert not found.helpable
    assert not found.capabilities
    assert not found.kinds


def test_what_never_happens_does_not_hurt_and_no_answer_is_no_diagnosis() -> None:
    never = diagnosed({"follow_up_forgotten": {"times_per_year": 0, "cost_each": "thousands"}})
    assert (never.pains, never.total, never.helpable) == ([], 0, None)
    assert diagnose(Case.model_validate(CASE), {}) is None


def test_the_runner_up_is_told_from_when_it_would_be_among_the_worst() -> None:
    names = list(pains())[:5]
    said = {name: {"times_per_year": 1, "cost_each": 100 * (9 - place)} for place, name in enumerate(names)}
    found = diagnosed(said)
    assert (found.worst, found.runner_up, found.overtakes) == (names[:3], names[3], 700)
    said[names[3]]["cost_each"] = 701
    assert diagnosed(said).worst == [*names[:2], names[3]]


# --- money at stake ---------------------------------------------------------------------------------------


def test_a_published_benefit_a_year_is_at_stake_as_it_was_published() -> None:
    """Every line of the textbook's example is money a year, undiscounted and from the first day."""
    done = run(load_case(EXAMPLES / "contact-management" / "case.yaml", [FEW]).model)
    found = {line: stake.mean for line, stake in stakes(done, "contact_system").items()}
    printed = {"mail_shots": 40_000, "telesales": 20_000, "follow_up": 50_000, "steering_sales": 30_000}
    printed |= {"service_and_retention": 30_000, "accurate_records": 10_000}
    assert found == pytest.approx(printed)


def test_at_stake_is_the_yearly_amount_with_the_same_present_value() -> None:
    decision = decided("machinery-maker")
    assert decision.diagnosis is not None
    bought = decision.option(decision.verdict.purchase or "")
    factors = sum(1.10 ** (-month / 12) for month in range(1, 37))  # ten per cent, three years
    staked = [pain.at_stake for pain in decision.diagnosis.pains if pain.at_stake]
    assert staked
    for stake in staked:
        present = bought.benefits[stake.line]
        assert stake.option == bought.id
        for name in ("mean", "p5", "p95"):
            expected = getattr(present, name)
            assert getattr(stake, name) * factors / 12 == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_at_stake_is_that_of_the_indicator_s_line() -> None:
    for name in NAMES:
        decision = decided(name)
        on = {line.id for line in decision.lines}
        assert decision.diagnosis is not None
        for pain in decision.diagnosis.pains:
            assert pain.line == kpis()[pain.kpi].line
            assert (pain.at_stake is not None) == (pain.line in on), pain.id


def test_without_a_purchase_nothing_is_at_stake() -> None:
    found = decided("machinery-maker", "criteria.must_have=[teleportation]").diagnosis
    assert found is not None
    assert not any(pain.at_stake for pain in found.pains)


def test_pains_are_told_where_nothing_can_be_computed() -> None:
    said = {"follow_up_forgotten": {"times_per_year": "monthly", "cost_each": 1000}}
    decision = assess(case_from_data({**CASE, "answers": {"pains": said}}))
    assert decision.verdict.outcome == "too_little_to_say"
    assert decision.diagnosis == diagnosed(said)
    assert decision.diagnosis.total == 12_000
    assert Decision.from_json(decision.to_json()) == decision


# --- the verdict ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["machinery-maker", "retail-members"])
def test_pains_of_discipline_alone_are_fixed_first(name: str) -> None:
    said = ", ".join(f"{pain}: {{times_per_year: weekly, cost_each: thousands}}" for pain in DISCIPLINE)
    verdict = decided(name, f"answers.pains={{{said}}}").verdict
    assert (verdict.outcome, [test.name for test in verdict.fired]) == ("fix_first", ["curable_share"])


def test_a_third_that_a_tool_can_help_is_enough() -> None:
    def outcome(helped: int) -> str:
        said = f"{{records_not_kept: {{times_per_year: 1, cost_each: {100 - helped}}}, "
        said += f"follow_up_forgotten: {{times_per_year: 1, cost_each: {helped}}}}}"
        return decided("retail-members", f"answers.pains={said}").verdict.outcome

    assert (outcome(33), outcome(34)) == ("fix_first", "invest")


def test_the_examples_keep_their_verdicts_and_tell_their_pains() -> None:
    outcomes = {name: decided(name).verdict.outcome for name in NAMES}
    assert outcomes == {
        "contact-management": "invest",
        "machinery-maker": "pilot",
        "retail-members": "invest",
        "three-person-studio": "stay",
    }
    for name in NAMES:
        found = decided(name).diagnosis
        assert found is not None
        assert len(found.worst) == 3
        assert all(pain.evidence for pain in found.pains)


# --- figures and faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_pains_is_a_figure(name: str) -> None:
    decision = decided(name)
    figures, found = Figures(decision), decision.diagnosis
    assert found is not None
    for pain in found.pains:
        annual = figures[f"pain.{pain.id}.annual"]
        often, each = (figures[key] for key in annual.inputs)
        assert annual.value == pytest.approx((often.value or 0) * (each.value or 0))
        if pain.at_stake is not None:
            stake = figures[f"pain.{pain.id}.at_stake"]
            (behind,) = (figures[key] for key in stake.inputs)
            ends = [figures[f"pain.{pain.id}.at_stake.{end}"].value for end in ("p5", "p95")]
            assert (stake.value, *ends) == pytest.approx(
                (pain.at_stake.mean, pain.at_stake.p5, pain.at_stake.p95), rel=1e-6, abs=1e-6
            )
            if behind.value:
                assert (stake.se or 0) / stake.value == pytest.approx((behind.se or 0) / behind.value)
    parts = [figures[key].value or 0 for key in figures["pains.total"].inputs]
    assert figures["pains.total"].value == pytest.approx(sum(parts))
    assert figures["pains.helpable"].value == found.helpable
    for wanted in found.capabilities:
        figure = figures[f"capability.{wanted.capability}.annual"]
        assert figure.value == pytest.approx(sum(figures[key].value or 0 for key in figure.inputs))
    for formula in {figure.formula for key, figure in figures._listed.items() if key.startswith("pain")}:
        for code in ("zh-CN", "en"):
            assert language(code).has(f"risk.measure.{formula}"), formula
            assert language(code).has(f"risk.definition.{formula}"), formula


def test_an_unknown_pain_is_a_fault_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(
        "schema: 1\nid: x\ntitle: X\norganisation: {industry: other}\nsettings: {amounts_exclude_vat: true}\n"
        "benefits: {only: [time_saved]}\nanswers:\n  pains:\n    follow_up_forgoten: dont_know\n"
        "    records_not_kept: {times_per_year: daily}\n    quite_another: {cost_each: tens}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_case(file)
    found = [(fault.code, fault.line, fault.field, fault.details["nearest"]) for fault in caught.value.faults]
    assert found == [
        ("unknown_pain", 9, "answers.pains.follow_up_forgoten", "follow_up_forgotten"),
        ("unknown_pain", 11, "answers.pains.quite_another", ""),
    ]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("{times_per_year: fortnightly}", "not_one_of"),
        ("{times_per_year: -1}", "outside"),
        ("{cost_each: hundred}", "not_one_of"),
        ("{times_per_year: true}", "not_a_number"),
        ("{how_often: daily}", "unknown_field"),
        ("often", "not_one_of"),
    ],
)
def test_a_wrong_answer_is_a_fault(answer: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        decided("retail-members", f"answers.pains.late_reports={answer}")
    assert [fault.code for fault in caught.value.faults] == [code]
