"""The plan: what to ask for, how to try it, what to mend, and what owners ask, for every outcome."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel
from scipy.stats import binom, norm
from test_language import VENDORS
from test_verdict_report import FLIPPED

from assessment import assess, bank, load_case
from assessment.cockpit import HOW, MOVED
from assessment.decision import Decision
from assessment.figures import Figures
from assessment.loader import Loaded
from assessment.plan import plan, sample_size
from assessment.planned import PilotRecord, PlanRecord, SampleRecord, Sentence
from roi.quantities import EFFECTS
from templates import ROOT as TEMPLATES

ROOT = Path(__file__).resolve().parent.parent
GO = {"pilot", "stage", "invest"}
EXAMPLES = [(path.parent.name, ()) for path in sorted(ROOT.glob("examples/*/case.yaml"))]
CASES = [*EXAMPLES, *((name, changes) for name, changes, *_ in FLIPPED.values())]
every_case = pytest.mark.parametrize(("name", "changes"), CASES)
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def loaded(name: str, *changes: str) -> Loaded:
    return load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=1024", *changes])


@cache
def decided(name: str, *changes: str) -> Decision:
    return assess(loaded(name, *changes))


def planned(name: str, *changes: str) -> PlanRecord:
    found = decided(name, *changes).plan
    assert found is not None
    return found


def with_inputs(decision: Decision, **numbers: list[float]) -> Decision:
    """The decision as if other numbers had been stated, by the names of inputs with `__` for a dot."""
    named = {name.replace("__", "."): found for name, found in numbers.items()}
    items = [
        item.model_copy(update={"numbers": named[item.name]}) if item.name in named else item
        for item in decision.assumptions
    ]
    assert named.keys() <= {item.name for item in items}
    return decision.model_copy(update={"assumptions": items, "plan": None})


def with_option(decision: Decision, identifier: str, **update: Any) -> Decision:
    options = [
        option.model_copy(update=update) if option.id == identifier else option for option in decision.options
    ]
    return decision.model_copy(update={"options": options, "plan": None})


def sentences(found: Any) -> Iterator[Sentence]:
    """Every sentence anywhere in a record."""
    if isinstance(found, Sentence):
        yield found
    elif isinstance(found, BaseModel):
        for name in type(found).model_fields:
            yield from sentences(getattr(found, name))
    elif isinstance(found, list):
        for item in found:
            yield from sentences(item)


def answer(found: PlanRecord, name: str) -> Sentence:
    said = next(entry.said for entry in found.answers if entry.id == name)
    assert said is not None
    return said


# --- the sample that a win rate would need ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "other", "power", "needed"),
    [
        (0.25, 0.30, 0.80, 1251),  # “about 1,250 an arm”
        (0.50, 0.75, 0.90, 77),  # help page of R's power.prop.test: n = 76.7
        (0.50, 0.75, 0.74, 50),  # the same page: 50 a group have a power of .740
    ],
)
def test_the_sample_is_that_of_the_literature(rate: float, other: float, power: float, needed: int) -> None:
    assert sample_size(rate, other, 0.05, power) == pytest.approx(needed, abs=0.5)
    assert sample_size(other, rate, 0.05, power) == pytest.approx(sample_size(rate, other, 0.05, power))


def test_so_many_cases_really_tell_them_apart_four_times_in_five() -> None:
    """Every pair of counts with its exact probability, judged by the usual test of two shares."""
    n, rate, other = ceil(sample_size(0.25, 0.30)), 0.25, 0.30
    one, two = np.arange(n + 1)[:, None], np.arange(n + 1)[None, :]
    pooled = (one + two) / (2 * n)
    error = np.sqrt(2 * pooled * (1 - pooled) / n)
    told = np.abs(one - two) / n > norm.isf(0.025) * error
    power = float((binom.pmf(one, n, rate) * binom.pmf(two, n, other) * told).sum())
    assert power == pytest.approx(0.80, abs=0.01)


@given(
    leads=st.floats(1, 1e6),
    rate=st.floats(0.01, 0.99),
    gain=st.floats(-0.5, 1),
    reps=st.integers(1, 1000),
)
@example(leads=1e6, rate=0.25, gain=0.2, reps=12)
@example(leads=45, rate=0.25, gain=0.2, reps=12)
@example(leads=1e6, rate=0.25, gain=0.0, reps=12)
@example(leads=1e6, rate=0.9, gain=0.5, reps=1)
def test_a_win_rate_is_a_mark_only_where_both_groups_reach_its_sample(
    leads: float, rate: float, gain: float, reps: int
) -> None:
    case = loaded("machinery-maker").case
    decision = with_inputs(
        decided("machinery-maker"),
        leads_per_month=[leads],
        opportunity_to_win=[rate],
        opportunity_to_win_gain=[gain],
        sales_users=[float(reps)],
    )
    found = plan(case, decision)
    pilot = found.pilot
    assert pilot is not None
    number = {one.key: one.value for one in found.numbers}
    share = min(number[pilot.people] / reps, 1)
    closing = leads * 0.30 * number[pilot.weeks] / (52 / 12)
    better = min(rate * (1 + gain), 1)
    is_enough = False
    if gain > 0 and better > rate:
        needed = (
            norm.isf(0.025) * sqrt((rate + better) * (1 - (rate + better) / 2))
            + norm.isf(0.2) * sqrt(rate * (1 - rate) + better * (1 - better))
        ) ** 2 / (better - rate) ** 2
        is_enough = min(round(closing * share), round(closing * (1 - share))) >= ceil(needed - 1e-9)
        assert pilot.sample is not None
        assert number[pilot.sample.needed] == pytest.approx(needed, rel=1e-9, abs=1)
    else:
        assert pilot.sample is None
    assert ("win_rate" in [one.id for one in pilot.criteria]) == is_enough


def test_the_pilot_s_marks_come_from_the_case() -> None:
    found, decision = planned("machinery-maker"), decided("machinery-maker")
    assert found.pilot is not None
    figures = Figures(decision)
    target = {one.id: figures[one.target].value for one in found.pilot.criteria}
    assert list(target) == ["use", "record_coverage", "response_time", "entry_minutes"]
    assert target["use"] == decision.option("saas").break_even_adoption
    assert target["entry_minutes"] == 10  # the middle of what the model assumes
    assert figures[found.pilot.weeks].value == 10
    assert not found.pilot.is_suggested
    assert figures[found.pilot.people].value == 5  # a quarter of twenty
    sample = found.pilot.sample
    assert sample is not None
    needed = ceil(sample_size(0.22, 0.22 * 1.015))
    assert figures[sample.needed].value == needed
    assert figures[sample.seen].value == round(45 * 0.3 * 10 / (52 / 12) * 5 / 12)
    assert (figures[sample.time].value, figures[sample.time].unit) == (
        pytest.approx(2 * needed / (45 * 0.3) / 12, rel=0.05),
        "year",
    )


def test_the_notes_on_the_pilot_are_filled_from_its_record() -> None:
    notes = {place.rpartition(".")[2]: text for place, text in texts() if ".pilot_notes." in place}
    pilot, sample = PilotRecord.model_fields.keys(), SampleRecord.model_fields.keys()
    for name, text in notes.items():
        known = sample if name.startswith("sample") else pilot
        assert set(PLACEHOLDER.findall(text["en"])) <= known, name


def test_where_it_pays_however_few_use_it_the_mark_is_what_is_expected() -> None:
    decision = with_option(decided("machinery-maker"), "saas", break_even_adoption=None)
    found = plan(loaded("machinery-maker").case, decision)
    use = found.pilot and next(one for one in found.pilot.criteria if one.id == "use")
    assert use
    assert next(one.value for one in found.numbers if one.key == use.target) == 0.65


@pytest.mark.parametrize(("users", "people"), [(1, 1), (2, 2), (4, 3), (20, 5), (400, 8)])
def test_a_pilot_has_a_few_people(users: int, people: int) -> None:
    decision = with_inputs(decided("machinery-maker"), users=[float(users)])
    found = plan(loaded("machinery-maker").case, decision)
    assert {one.key: one.value for one in found.numbers}["plan.pilot.people"] == people


# --- the shape of every outcome ---------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", FLIPPED)
def test_every_outcome_has_a_plan_of_its_shape(outcome: str) -> None:
    name, changes, *_ = FLIPPED[outcome]
    decision, found = decided(name, *changes), planned(name, *changes)
    assert decision.verdict.outcome == outcome
    assert found.is_go == (outcome in GO)
    assert (found.pilot is not None, bool(found.rollout)) == (found.is_go, found.is_go)
    assert (bool(found.fixes), bool(found.again)) == (not found.is_go, not found.is_go)
    assert len(found.answers) >= 8
    assert {one.id for one in found.answers} == set(bank.plan_entries("answers"))
    assert [one.id for one in found.questions] == list(bank.plan_entries("questions"))
    assert [one.id for one in found.cautions] == list(bank.plan_entries("cautions"))
    assert found.requirements
    assert found.cockpit
    assert found.option == (None if outcome == "too_little_to_say" else decision.verdict.stop.option)  # type: ignore[union-attr]
    if not found.is_go:
        assert found.again[-1].code == "again.date"
        waits = {"too_little_to_say": "answered", "fix_first": "fixed", "measure_first": "measured"}
        first = found.again[0].code.removeprefix("again.")
        assert (first == waits[outcome]) if outcome in waits else first not in waits.values()


def test_what_is_to_be_mended_comes_from_the_gates_the_pains_and_the_risks() -> None:
    found, decision = planned(*_flipped("fix_first")), decided(*_flipped("fix_first"))
    assert decision.diagnosis is not None
    remedies = [one.texts["remedy"] for one in found.fixes]
    wanted = ["readiness.gates.owner_named.remedy"]
    wanted += [f"pains.pains.{name}.remedy" for name in decision.diagnosis.worst]
    wanted += [f"readiness.statements.{one.statement}.remedy" for one in decision.readiness.risks[:3]]
    assert remedies == wanted
    measured = planned(*_flipped("measure_first")).fixes[0]
    assert (measured.code, measured.inputs) == ("fixes.measure", {"name": "hours_saved_per_user_day"})
    missing = planned(*_flipped("too_little_to_say")).fixes[0]
    assert (missing.code, missing.inputs) == ("fixes.missing", {"name": "hourly_cost"})


def _flipped(outcome: str) -> tuple[str, ...]:
    name, changes, *_ = FLIPPED[outcome]
    return name, *changes


def test_one_asks_again_where_a_purchase_would_come_out_ahead_and_not_where_it_would_not() -> None:
    for name, changes in CASES:
        decision, found = decided(name, *changes), planned(name, *changes)
        for one in found.again:
            if one.code.startswith("again.switch_"):
                assert decision.option(one.options["to"]).kind not in ("status_quo", "spreadsheet")
            if one.code == "again.users":
                more, now = (
                    Figures(decision)[key].value or 0 for key in (one.figures["users"], "input.users")
                )
                assert more > now


def test_the_crossover_over_users_is_a_reason_to_ask_again() -> None:
    decision = decided("three-person-studio")
    assert decision.comparison is not None
    crossed = [
        one.model_copy(update={"value": 7.0, "above": "saas"})
        if (one.over, one.other) == ("users", "spreadsheet")
        else one
        for one in decision.comparison.crossovers
    ]
    comparison = decision.comparison.model_copy(update={"crossovers": crossed})
    found = plan(loaded("three-person-studio").case, decision.model_copy(update={"comparison": comparison}))
    key = "crossover.users.saas~spreadsheet"
    assert key in [one.figures.get("users") for one in found.again]
    assert answer(found, "too_small").figures["needed"] == key


# --- requirements, questions, cautions --------------------------------------------------------------------


@every_case
def test_requirements_come_from_the_pains_and_the_criteria(name: str, changes: tuple[str, ...]) -> None:
    decision, found, case = decided(name, *changes), planned(name, *changes), loaded(name, *changes).case
    assert decision.diagnosis is not None
    asked = {one.capability: one for one in decision.diagnosis.capabilities}
    named = set(case.criteria.must_have if case.criteria else [])
    assert {one.capability for one in found.requirements} == {*asked, *named}
    worst = [pain for pain in decision.diagnosis.pains if pain.id in decision.diagnosis.worst]
    for one in found.requirements:
        pressing = {pain.capability for pain in worst if pain.cure != "cannot"}
        assert one.must == (one.capability in named | pressing)
        assert (one.annual is None) == (one.capability not in asked)
        for option in case.options:
            assert one.stated.get(option.id) == option.capabilities.get(one.capability)
    assert [one.must for one in found.requirements] == sorted(
        (one.must for one in found.requirements), reverse=True
    )


def test_questions_carry_the_numbers_that_the_case_has() -> None:
    said = {one.id: one.said for one in planned("machinery-maker").questions}
    known = {name: one.figures for name, one in said.items() if one}
    assert known["uplift"] == {"uplift": "input.saas.licence.uplift"}
    figures = Figures(decided("machinery-maker"))
    terms = {part: figures[key].value for part, key in known["notice_and_term"].items()}
    assert terms == {"term": 12, "notice": 1}
    assert figures[known["exit"]["cost"]].value == 18_000
    assert "data_ownership" not in known
    bare = {one.id for one in planned("contact-management").questions if one.said}
    assert bare == {"users"}  # its source names no contract and no other terms


@pytest.mark.parametrize(
    ("level", "variant"), [("yes", "free"), ("partly", "partly"), ("no", "locked"), ("", "unknown")]
)
def test_whether_one_can_leave_is_told_by_what_the_option_is_said_to_have(level: str, variant: str) -> None:
    source, case = decided("three-person-studio"), loaded("three-person-studio").case
    stated = [
        option.model_copy(update={"capabilities": {"data_export": level} if level else {}})
        for option in case.options
    ]
    other = case.model_copy(update={"options": stated})
    with_cost = plan(other, source)
    lock_in = next(one.said for one in with_cost.cautions if one.id == "lock_in")
    assert answer(with_cost, "leave").code == f"answers.leave.says.{variant}_cost"
    assert lock_in == answer(with_cost, "leave")
    costs = [cost for cost in source.costs if cost.category != "exit"]
    without = plan(other, source.model_copy(update={"costs": costs}))
    assert answer(without, "leave").code == f"answers.leave.says.{variant}"


def test_cautions_quote_the_company() -> None:
    found = {one.id: one for one in planned("machinery-maker").cautions}
    assert "nobody owned it" in found["adoption"].evidence["en"]  # type: ignore[index]
    assert found["adoption"].said is not None
    single = found["single_holder"].said
    assert single is not None
    gone = Figures(decided("machinery-maker"))[single.figures["customers"]].value
    assert gone == pytest.approx(2 * 13 * 0.17, abs=0.05)


# --- the cockpit ------------------------------------------------------------------------------------------


def test_a_target_is_today_s_value_moved_by_what_of_the_effect_arrives() -> None:
    found = {one.kpi: one for one in planned("machinery-maker").cockpit}
    figures = Figures(decided("machinery-maker"))
    arrives = 0.67 * 0.65  # fit × adoption
    for kpi, expected in {
        "win_rate": 0.22 * (1 + 0.015 * arrives),
        "lead_to_opportunity_rate": 0.30 * (1 + 0.025 * arrives * (1 - 0.25)),
        "lost_at_handover": 0.17 * (1 - 0.2 * arrives),
        "churn_rate": 0.10 - 0.005 * arrives,
    }.items():
        if kpi in found:
            target = found[kpi].target
            assert target is not None
            assert figures[target].value == pytest.approx(expected, rel=0.005)
            assert list(figures[target].numbers) == sorted(figures[target].numbers)
    assert {"win_rate", "lead_to_opportunity_rate"} <= found.keys()
    hours = found["admin_hours"]
    assert (hours.baseline, hours.target) == (None, None)
    assert hours.change is not None
    assert figures[hours.change].value == pytest.approx(2 / 3 * arrives, rel=0.005)


@every_case
def test_the_cockpit_shows_the_worst_pains_and_never_the_wrong_way(
    name: str, changes: tuple[str, ...]
) -> None:
    decision, found = decided(name, *changes), planned(name, *changes)
    assert decision.diagnosis is not None
    shown = [pain for one in found.cockpit for pain in one.pains]
    assert sorted(shown) == sorted(decision.diagnosis.worst)
    figures = Figures(decision)
    for one in found.cockpit:
        if one.target is not None and one.baseline is not None:
            now, then = figures[one.baseline].value or 0, figures[one.target].value or 0
            worse = (then - now) * (1 if bank.kpis()[one.kpi].better == "up" else -1)
            assert worse >= -0.005 * abs(now), one.kpi


def test_every_effect_that_moves_an_indicator_is_known() -> None:
    moving = {kpi.target for kpi in bank.kpis().values() if kpi.target}
    assert moving <= HOW.keys() <= EFFECTS
    assert set(HOW.values()) == MOVED.keys()


# --- figures and words ------------------------------------------------------------------------------------


@every_case
def test_every_figure_can_be_printed_and_every_text_filled(name: str, changes: tuple[str, ...]) -> None:
    decision, found = decided(name, *changes), planned(name, *changes)
    figures, inputs = Figures(decision), {item.name for item in decision.assumptions}
    for said in sentences(found):
        given = {*said.figures, *said.options, *said.inputs, *said.texts}
        for text in bank.wording(f"plan.{said.code}").values():
            assert set(PLACEHOLDER.findall(text)) - {"years"} == given, said.code
        for key in said.figures.values():
            value = figures[key].value
            assert value is not None, (said.code, key)
            assert value >= 0, (said.code, key)  # what is printed with a sign is put the other way round
        for option in said.options.values():
            decision.option(option)
        for place in said.texts.values():
            bank.wording(place)
        assert set(said.inputs.values()) <= inputs | set(decision.verdict.missing)
    for number in found.numbers:
        assert figures[number.key].value == number.value
        for key in number.inputs:
            figures[key]
    parts: list[Any] = [*found.requirements, *found.rollout, *found.cockpit]
    parts += [*found.pilot.criteria, found.pilot] if found.pilot else []
    for part in parts:
        for field in ("annual", "week", "baseline", "target", "change", "people", "weeks"):
            if getattr(part, field, None) is not None:
                assert figures[getattr(part, field)].value is not None
    assert Decision.from_json(decision.to_json()).plan == found


def test_steps_of_the_roll_out_are_in_order_and_notice_may_come_too_early() -> None:
    def weeks(found: PlanRecord) -> dict[str, float]:
        value = {one.key: one.value for one in found.numbers}
        assert [value[one.week] for one in found.rollout] == sorted(value[one.week] for one in found.rollout)
        return {one.id: value[one.week] for one in found.rollout}

    at = weeks(planned("machinery-maker"))
    assert at["go_live"] == round(2 * 1.1 * 52 / 12)
    assert at["review"] == round((2 * 1.1 + 6) * 52 / 12)
    assert at["notice"] == round(11 * 52 / 12)
    decision = with_inputs(decided("machinery-maker"), saas__ramp_months=[12.0])
    late = plan(loaded("machinery-maker").case, decision)
    assert weeks(late)["review"] > weeks(late)["notice"]
    notice = next(one.said for one in late.rollout if one.id == "notice")
    assert notice is not None
    assert notice.code == "rollout.notice.says.early"


def texts() -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of the file, by where it is."""

    def walk(place: str, found: Any) -> Iterator[tuple[str, dict[str, str]]]:
        if "zh-CN" in found or "en" in found:
            yield place, found
        else:
            for name, part in found.items():
                if isinstance(part, dict):
                    yield from walk(f"{place}.{name}", part)

    yield from walk("plan", tomllib.loads((TEMPLATES / "questions/plan.toml").read_text(encoding="utf-8")))


def test_every_text_is_in_both_languages_without_numbers_and_names() -> None:
    found = dict(texts())
    assert len(found) > 150
    for place, text in found.items():
        chinese, english = bank.wording(place)["zh-CN"], text["en"]
        assert set(PLACEHOLDER.findall(chinese)) == set(PLACEHOLDER.findall(english)), place
        bare = PLACEHOLDER.sub("", chinese)
        assert not re.search(r"\d", bare + PLACEHOLDER.sub("", english)), place
        assert not set(re.findall("[A-Za-z]+", bare)) - {"CRM", "ERP"}, place
        assert not re.search("[\u3000-\u9fff]", english), place
    everything = " ".join(part for text in found.values() for part in text.values()).lower()
    assert not [vendor for vendor in VENDORS if vendor in everything]


def test_no_text_is_stale_and_none_is_missing() -> None:
    """Each variant's name stands in the source that chooses it, and each code written out has its text."""
    paths = [ROOT / "assessment" / f"{name}.py" for name in ("plan", "answers")]
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    told = {"people", "departments", "switch_above", "switch_below"}  # by names of other records
    for place, _ in texts():
        _, table, *_, name = place.split(".")
        is_variant = ".says." in place and table != "pilot"
        if (is_variant or table in ("fixes", "again", "unanswered")) and name not in told:
            assert re.search(rf"[\"'.}}]{name.removesuffix('_cost')}[\"']", sources), place
    for code in re.findall(
        r"(?:code=|say\()\"((?:answers|cautions|fixes|again|unanswered)\.[\w.]+)\"", sources
    ):
        bank.wording(f"plan.{code}")


@pytest.mark.parametrize(
    ("saas", "rule", "variant"),
    [
        (100.0, "pilot", "as_good"),
        (101.0, "pilot", "enough"),
        (1e6, "stay", "only_hours"),
        (1e6, "pilot", "less"),
    ],
)
def test_whether_the_sheet_will_do_follows_the_money_and_the_verdict(
    saas: float, rule: str, variant: str
) -> None:
    source = decided("machinery-maker")
    for name, mean in (("saas", saas), ("spreadsheet", 100.0)):
        source = with_option(source, name, npv=source.option(name).npv.model_copy(update={"mean": mean}))
    decision = source.model_copy(update={"verdict": source.verdict.model_copy(update={"rule": rule})})
    found = answer(plan(loaded("machinery-maker").case, decision), "sheet")
    assert found.code == f"answers.sheet.says.{variant}"
    bank.wording(f"plan.{found.code}")


@pytest.mark.parametrize(
    ("needed", "most_likely", "variant"),
    [(0.5, 1.0, "room"), (0.9, 1.0, "tight"), (None, 1.0, "any"), (None, -1.0, "hopeless")],
)
def test_whether_staff_refuse_follows_the_adoption_that_just_pays(
    needed: float | None, most_likely: float, variant: str
) -> None:
    source = decided("machinery-maker")
    npv = source.option("saas").npv.model_copy(update={"most_likely": most_likely})
    decision = with_option(source, "saas", break_even_adoption=needed, npv=npv)
    found = answer(plan(loaded("machinery-maker").case, decision), "refuse")
    assert found.code == f"answers.refuse.says.{variant}"


@pytest.mark.parametrize(("named", "variant"), [(True, "named"), (False, "nobody"), (None, "unasked")])
def test_who_looks_after_it_is_what_was_answered(named: bool | None, variant: str) -> None:
    source = decided("machinery-maker")
    readiness = source.readiness.model_copy(update={"owner_named": named})
    found = plan(loaded("machinery-maker").case, source.model_copy(update={"readiness": readiness}))
    assert answer(found, "owner").code == f"answers.owner.says.{variant}"


@pytest.mark.parametrize(
    ("annual", "variant"),
    [
        ({"erp": 9.0, "traditional": 5.0}, "first"),
        ({"traditional": 9.0, "erp": 5.0}, "partly"),
        ({"erp": 9.0}, "enough"),
        ({"social": 9.0, "erp": 0.0}, "not_for_this"),
        ({"social": 0.0}, "untold"),
        ({}, "untold"),
    ],
)
def test_whether_an_erp_is_enough_follows_the_pains(annual: dict[str, float], variant: str) -> None:
    source = decided("machinery-maker")
    assert source.diagnosis is not None
    kinds = [
        source.diagnosis.kinds[0].model_copy(update={"kind": kind, "annual": money})
        for kind, money in annual.items()
    ]
    diagnosis = source.diagnosis.model_copy(update={"kinds": kinds})
    found = plan(loaded("machinery-maker").case, source.model_copy(update={"diagnosis": diagnosis}))
    assert answer(found, "erp").code == f"answers.erp.says.{variant}"


@every_case
def test_the_answers_do_not_contradict_the_verdict(name: str, changes: tuple[str, ...]) -> None:
    decision, found = decided(name, *changes), planned(name, *changes)
    verdict = decision.verdict
    if verdict.gain is None or verdict.limit is None or found.option != verdict.purchase:
        return
    is_enough = verdict.gain.mean > verdict.limit
    assert (answer(found, "too_small").code == "answers.too_small.says.no") == is_enough
    if verdict.outcome == "stay":
        assert answer(found, "sheet").code != "answers.sheet.says.less"
    if verdict.outcome == "invest":
        assert answer(found, "sheet").code == "answers.sheet.says.less"


def test_without_an_offer_the_questions_of_money_say_so() -> None:
    found = planned("retail-members", "criteria.must_have=[telepathy]")
    assert found.option is None
    assert answer(found, "how_much").code == "unanswered.no_purchase"
    assert "again.offer" in [one.code for one in found.again]
    assert not found.is_go
