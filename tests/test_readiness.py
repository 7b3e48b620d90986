"""Readiness: the questionnaire, what its answers come to, and what not knowing must never bring."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment import assess, bank, case_from_data, load_case
from assessment.case import Case
from assessment.decision import Decision
from assessment.defaults import for_option
from assessment.figures import Figures
from assessment.loader import Loaded
from assessment.readiness import capped, lengthened, lowered, readiness, score, suggested
from assessment.remarks import InputError
from assessment.yamlfile import read
from roi.distributions import SplitNormal
from roi.model import Assumption

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "assessment.md"
EXAMPLE = ROOT / "examples" / "retail-members" / "case.yaml"
MARKS = ("<!-- thresholds -->", "<!-- end -->")
BOUGHT = ("saas", "nocode", "custom")
ALL = tuple(bank.statements())
ANYONE = next(iter(ALL))
CLOSE = 1e-12


def loaded(points: dict[str, Any], *options: dict[str, Any]) -> Loaded:
    data: dict[str, Any] = {
        "schema": 1,
        "id": "ready",
        "title": "ready",
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True, "draws": 256},
        "assumptions": {"users": 10, "hourly_cost": 50},
        "benefits": {"only": ["time_saved"]},
        "answers": {"readiness": {n: "dont_know" if p is None else p for n, p in points.items()}},
        "options": list(options),
    }
    return case_from_data(data)


def case(points: dict[str, Any]) -> Case:
    return loaded(points).case


def model_answers(of: Loaded, option: str) -> Mapping[str, Assumption]:
    return next(one.answers for one in of.model.options if one.id == option)


def decided(points: dict[str, Any], *options: dict[str, Any]) -> Decision:
    return assess(loaded(points, *options))


# --- the questionnaire ------------------------------------------------------------------------------------


def test_there_are_enough_statements_in_five_themes() -> None:
    themes = bank.labels("readiness", "themes")
    assert list(themes) == ["habits", "process", "leadership", "data", "means"]
    assert len(ALL) >= 15
    assert {one.theme for one in bank.statements().values()} == themes.keys()
    assert list(bank.gates()) == ["owner_named", "leader_opens_it_weekly"]


def test_no_text_stands_twice() -> None:
    for language in sorted(bank.LANGUAGES):
        questions = [one.question[language] for one in bank.statements().values()]
        remedies = [one.remedy[language] for one in bank.statements().values()]
        assert len({*questions, *remedies}) == len(questions) + len(remedies)


def page() -> str:
    """docs/assessment.md with the table of thresholds as the data have it."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    table = "| threshold | number | reason |\n|---|---|---|\n" + "".join(
        f"| `{name}` | {_numbers(one)} | {one.reason['en']} |\n" for name, one in bank.thresholds().items()
    )
    return f"{head}{MARKS[0]}\n{table}{MARKS[1]}{rest.partition(MARKS[1])[2]}"


def _numbers(one: bank.Threshold) -> str:
    return " – ".join(f"{round(number or 0, 4):,.10g}" for number in one.range or (one.value,))


def test_the_page_prints_every_threshold_with_its_reason() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/test_readiness.py"


def test_the_page_says_where_the_idea_of_every_statement_comes_from() -> None:
    found = PAGE.read_text(encoding="utf-8")
    assert [name for name in (*ALL, *bank.gates()) if f"| `{name}` |" not in found] == []


def test_an_unknown_id_is_one_fault_with_its_nearest_name() -> None:
    with pytest.raises(InputError) as caught:
        case({"stage_written": 3, ANYONE: 2})
    (fault,) = caught.value.faults
    assert (fault.code, fault.field) == ("unknown_field", "answers.readiness.stage_written")
    assert fault.details["nearest"] == "stages_written"


@pytest.mark.parametrize(
    ("points", "code"), [(4.5, "outside"), (-1, "outside"), ("dunno", "not_one_of"), (True, "not_a_number")]
)
def test_points_lie_between_0_and_4(points: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        case({ANYONE: points})
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [
        (code, f"answers.readiness.{ANYONE}")
    ]


# --- what answers come to ---------------------------------------------------------------------------------


def test_the_score_is_the_share_of_all_points() -> None:
    half = readiness(case({ALL[0]: 4, ALL[1]: 2.5, ALL[2]: None}))
    assert half.score == pytest.approx(6.5 / (4 * len(ALL)))
    assert half.coverage == pytest.approx(2 / len(ALL))
    assert half.unknown == [ALL[2]]


def test_a_theme_speaks_of_what_was_answered() -> None:
    habits = [name for name, one in bank.statements().items() if one.theme == "habits"]
    found = {theme.id: theme for theme in readiness(case({habits[0]: 3, habits[1]: None})).themes}
    assert (found["habits"].score, found["habits"].answered, found["habits"].asked) == (0.75, 1, len(habits))
    assert (found["data"].score, found["data"].answered) == (None, 0)


def test_risks_are_low_or_not_known_and_the_gravest_comes_first() -> None:
    found = readiness(case({ALL[0]: 1.5, ALL[1]: 2, ALL[2]: None, ALL[3]: 0, ALL[4]: 4})).risks
    assert [(risk.statement, risk.score) for risk in found] == [(ALL[3], 0), (ALL[2], None), (ALL[0], 1.5)]


def test_a_gate_not_asked_is_neither_open_nor_closed() -> None:
    found = readiness(case({"owner_named": None}))
    assert (found.owner_named, found.leader_opens_it_weekly) == (False, None)


# --- what is suggested ------------------------------------------------------------------------------------


def test_worked_ranges() -> None:
    """By hand from docs/assessment.md: documented 0.4–0.65–0.9 and 3–5–9, upside 0.25."""
    half = dict.fromkeys(ALL, 2.0)
    assert lowered((0.4, 0.65, 0.9), score(half)) == pytest.approx((0.4, 0.5875, 0.775))
    assert lengthened((3, 5, 9), score(half)) == pytest.approx((3, 5.5, 11.25))
    assert lowered((0.4, 0.65, 0.9), score(dict.fromkeys(ALL, 0.0))) == pytest.approx((0.4, 0.525, 0.65))
    assert lowered((0.4, 0.65, 0.9), score({})) == pytest.approx((0.15, 0.525, 0.65))
    assert lengthened((3, 5, 9), score({})) == pytest.approx((3, 6, 13.5))


@pytest.mark.parametrize("kind", BOUGHT)
def test_only_full_marks_leave_the_documented_default(kind: Any) -> None:
    full = suggested(case(dict.fromkeys(ALL, 4)), kind, "it")
    assert full == {name: for_option(name, kind, "it") for name in full}
    nearly = suggested(case(dict.fromkeys(ALL, 4) | {ANYONE: 3.5}), kind, "it")
    assert nearly["adoption"].distribution.mean < full["adoption"].distribution.mean
    assert nearly["ramp_months"].distribution.mean > full["ramp_months"].distribution.mean


@pytest.mark.parametrize("kind", ["spreadsheet", "status_quo"])
def test_ways_without_a_purchase_keep_their_defaults(kind: Any) -> None:
    assert suggested(case({}), kind, "it") == {}
    listed = model_answers(loaded({}, {"id": "sheet", "kind": "spreadsheet"}), "sheet")["adoption"]
    assert listed.distribution == for_option("adoption", "spreadsheet", "sheet").distribution  # type: ignore[union-attr]


def test_what_is_left_out_is_suggested_and_what_is_stated_stands() -> None:
    saas = {"id": "saas", "kind": "saas", "adoption": 0.5}
    decision = decided({ANYONE: 2}, saas, {"id": "built", "kind": "custom"})
    register = {item.name: item for item in decision.assumptions}
    stated, filled = decision.readiness.suggested
    assert (stated.used, filled.used) == (["ramp_months"], ["adoption", "ramp_months"])
    assert register["saas.adoption"].numbers == [0.5]
    assert register["saas.ramp_months"].numbers == pytest.approx(stated.ramp_months)
    item = register["built.adoption"]
    assert item.numbers == pytest.approx(filled.adoption)
    assert item.is_default
    assert item.source is not None
    assert item.source.grade == "D"
    assert isinstance(item.source.title, dict)
    assert "CSO Insights" in item.source.title["zh-CN"]
    assert isinstance(item.note, dict)
    assert f"2 of {4 * len(ALL)} points" in item.note["en"]
    assert register["spreadsheet.adoption"].numbers == [0.3, 0.6, 0.85]  # as documented


def test_the_dip_is_told_but_not_assumed() -> None:
    decision = decided({}, {"id": "saas", "kind": "saas"})
    register = {item.name: item.numbers for item in decision.assumptions}
    assert "saas.dip_share" not in register or register["saas.dip_share"] == [0.0]
    (warning,) = (one for one in decision.warnings if one.code == "dip_left_out")
    assert warning.details["suggested"] == "0 – 0.024 – 0.12"  # 0.02 · 1.2 and 0.08 · 1.5


def test_figures_of_what_is_printed() -> None:
    decision = decided({ALL[0]: 1}, {"id": "saas", "kind": "saas"})
    figures = Figures(decision)
    assert figures["readiness.score"].value == decision.readiness.score
    assert figures["readiness.coverage"].value == decision.readiness.coverage
    assert figures["suggested.saas.adoption"].numbers == tuple(decision.readiness.suggested[0].adoption)
    assert figures["suggested.saas.ramp_months"].unit == "month"
    assert figures["readiness.theme.data"].value is None
    assert decision.team_fit is not None
    assert figures["team.people"].value == decision.team_fit.people


def test_a_decision_with_readiness_survives_json() -> None:
    decision = decided({ALL[0]: 1, ALL[1]: None}, {"id": "saas", "kind": "saas"})
    assert Decision.from_json(decision.to_json()) == decision
    assert json.loads(decision.to_json())["readiness"]["unknown"] == [ALL[1]]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("machinery-maker", "pilot"),
        ("retail-members", "invest"),
        ("three-person-studio", "stay"),
        ("contact-management", "invest"),
    ],
)
def test_examples_answer_and_keep_their_verdicts(name: str, outcome: str) -> None:
    decision = assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=2048"]))
    assert decision.verdict.outcome == outcome
    assert decision.readiness.coverage > 0
    assert all(one.used == [] for one in decision.readiness.suggested)  # they state adoption and ramp


def test_the_less_is_known_the_less_a_purchase_brings() -> None:
    """A case that leaves adoption and ramp out: full marks, its own answers, one of them, none."""
    own = read(EXAMPLE).data["answers"]["readiness"]
    gates = {name: own[name] for name in bank.gates()}
    known = [dict.fromkeys(ALL, 4.0), own, {ALL[0]: own[ALL[0]]}, {}]
    brought = [npv_left_out(gates | points) for points in known]
    assert brought == sorted(brought, reverse=True)
    assert npv_left_out(gates | dict.fromkeys(ALL, "dont_know")) == brought[-1]


def npv_left_out(answers: dict[str, Any]) -> float:
    left_out = ["saas.adoption=null", "saas.ramp_months=null", "settings.draws=2048"]
    changes = [*left_out, f"answers.readiness={json.dumps(answers)}"]
    return assess(load_case(EXAMPLE, changes)).option("saas").npv.mean


# --- what must hold for any answers -----------------------------------------------------------------------

answers = st.integers(0, 8).map(lambda steps: steps / 2) | st.none()
answered = st.fixed_dictionaries({}, optional=dict.fromkeys(ALL, answers))
kinds = st.sampled_from(BOUGHT)


def at(points: dict[str, float | None], kind: Any, name: str) -> SplitNormal:
    default = for_option(name, kind, "it")
    assert default is not None
    found: Assumption = capped(default, score(points))
    assert isinstance(found.distribution, SplitNormal)
    return found.distribution


def width(range_: SplitNormal) -> float:
    return range_.high - range_.low


@given(answered, kinds)
def test_ranges_are_in_order_and_inside_their_domain(points: dict[str, float | None], kind: str) -> None:
    for name in ("adoption", "ramp_months", "dip_share"):
        found = at(points, kind, name)
        assert found.low <= found.likely <= found.high
        assert found.low >= 0
        assert name == "ramp_months" or found.high <= 1


@given(answered, st.sampled_from(ALL), st.integers(0, 8), st.integers(0, 8), kinds)
def test_a_better_answer_never_suggests_worse(
    points: dict[str, float | None], name: str, one: int, other: int, kind: str
) -> None:
    worse, better = points | {name: min(one, other) / 2}, points | {name: max(one, other) / 2}
    assert at(better, kind, "adoption").mean >= at(worse, kind, "adoption").mean - CLOSE
    assert at(better, kind, "ramp_months").mean <= at(worse, kind, "ramp_months").mean + CLOSE
    assert at(better, kind, "dip_share").mean <= at(worse, kind, "dip_share").mean + CLOSE


@given(answered, st.sampled_from(ALL), st.integers(0, 8), kinds)
def test_not_knowing_never_helps_and_never_looks_surer(
    points: dict[str, float | None], name: str, steps: int, kind: str
) -> None:
    known, unknown = points | {name: steps / 2}, points | {name: None}
    unanswered = {one: answer for one, answer in points.items() if one != name}
    assert score(unanswered) == score(unknown)
    for quantity, sign in (("adoption", 1), ("ramp_months", -1), ("dip_share", -1)):
        before, after = at(known, kind, quantity), at(unknown, kind, quantity)
        assert sign * (before.mean - after.mean) >= -CLOSE
        assert width(after) >= width(before) - CLOSE
        levels = np.linspace(0.1, 0.9, 9)  # none of the stated span is better either
        assert np.all(sign * (before.ppf(levels) - after.ppf(levels)) >= -CLOSE)
    assert width(at(unknown, kind, "adoption")) > width(at(points | {name: 0.0}, kind, "adoption"))


@given(answered, st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(points: dict[str, float | None], chance: random.Random) -> None:
    shuffled = list(points.items())
    chance.shuffle(shuffled)
    assert readiness(case(dict(shuffled))) == readiness(case(points))


@given(answered)
def test_the_model_runs_on_what_is_suggested(points: dict[str, float | None]) -> None:
    option = {"id": "it", "kind": "saas"}
    inside = loaded(points, option)
    (told,) = readiness(inside.case).suggested
    for name in told.used:
        run_on = model_answers(inside, "it")[name].distribution
        assert list(run_on.ends) == getattr(told, name)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
