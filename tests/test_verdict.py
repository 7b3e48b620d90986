"""The verdict's rules on the worked cases of the assessment's specification, and what must never happen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.verdict import RULES, Draws, Facts, verdict

READY = Facts(owner_named=True, leader_uses_it=True, freed_hours_plan=True)


def draws(
    npv_b: list[float], *, npv_a: float = 0.0, costs: float = 100.0, funding: float = 50.0, cash: float = 0.0
) -> Draws:
    b = np.asarray(npv_b, dtype=float)
    same = np.ones_like(b)
    return Draws(npv_a * same, b, npv_a * same, b + cash, costs * same, funding * same)


def worked() -> dict[str, tuple[Facts, Draws, str]]:
    return {
        "A: 45 % of +180, 55 % of −20, a trial worth 11 costs 3": (
            replace(READY, pilot_gain=11 - 3.0),
            draws([180] * 45 + [-20] * 55),
            "pilot",
        ),
        "B: 85 % of +80, 15 % of −600": (READY, draws([80] * 85 + [-600] * 15), "do_not_invest"),
        "C: sheet 200, SaaS 203, costs of 30": (
            replace(READY, a_is_sheet=True),
            draws([203] * 10, npv_a=200, costs=30),
            "stay",
        ),
        "D: mean 100, a pilot worth 12 costs 30": (
            replace(READY, pilot_gain=12 - 30.0),
            draws([178] * 78 + [-176.55] * 22),
            "invest",
        ),
        "E: mean 300, P5 −239, limit 150": (
            replace(READY, loss_limit=150.0),
            draws([*([-239.0] * 100), *([359.888888888889] * 900)]),
            "stage",
        ),
    }


@pytest.mark.parametrize("name", worked())
def test_the_worked_verdicts(name: str) -> None:
    facts, drawn, outcome = worked()[name]
    assert verdict(facts, drawn).outcome == outcome


def test_the_worked_draws_are_as_described() -> None:
    """A's trial is worth its EVPI, 0.45 · 180 − 70 = 11; B's mean is −22; D's 100; E's 300 with P5 −239."""
    means = {name[0]: float(case[1].npv_b.mean()) for name, case in worked().items()}
    assert means == pytest.approx({"A": 70, "B": -22, "C": 203, "D": 100, "E": 300}, abs=0.01)
    assert np.quantile(worked()["E: mean 300, P5 −239, limit 150"][1].npv_b, 0.05) == -239


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (replace(READY, missing=("users",)), "too_little_to_say"),
        (replace(READY, owner_named=False), "fix_first"),
        (replace(READY, leader_uses_it=False), "fix_first"),
        (replace(READY, curable_share=0.3), "fix_first"),
        (replace(READY, desk_gain=1.01), "measure_first"),
        (replace(READY, pilot_gain=1.01), "pilot"),
        (replace(READY, loss_limit=49.0), "stage"),
        (replace(READY, loss_limit=51.0), "invest"),
        (replace(READY, curable_share=0.34, desk_gain=1.0, pilot_gain=1.0), "invest"),
        (Facts(freed_hours_plan=True), "invest"),
    ],
)
def test_each_rule_alone(facts: Facts, rule: str) -> None:
    assert verdict(facts, draws([300.0] * 20)).outcome == rule


def test_the_order_decides() -> None:
    """All rules hold at once: each, taken away in turn, lets the next one speak."""
    facts = Facts(("users",), False, False, 0.0, 1.0, desk_gain=50.0, pilot_gain=50.0, a_is_sheet=True)
    drawn = draws([5.0] * 10)
    relief = [
        {"missing": ()},
        {"owner_named": True, "leader_uses_it": True, "curable_share": 1.0},
        {"desk_gain": 0.0},
        {"pilot_gain": None},
    ]
    outcomes = [verdict(facts, drawn).outcome]
    for change in relief:
        facts = replace(facts, **change)
        outcomes.append(verdict(facts, drawn).outcome)
    assert outcomes == [name for name, _ in RULES[:5]]


def test_freed_hours_need_a_plan() -> None:
    drawn = draws([300.0] * 10, cash=-400.0)
    assert verdict(replace(READY, freed_hours_plan=False), drawn).outcome == "do_not_invest"
    assert verdict(READY, drawn).outcome == "invest"


def test_near_misses_are_told() -> None:
    finding = verdict(replace(READY, pilot_gain=0.9, loss_limit=45.0), draws([300.0] * 10))
    assert finding.outcome == "stage"
    assert [(rule, test.name) for rule, test in finding.near] == [("pilot", "pilot_gain")]


@given(st.floats(-500, 500), st.floats(0, 400), st.floats(0, 400))
def test_wider_ranges_never_improve_a_verdict(mean: float, narrow: float, more: float) -> None:
    """With a loss limit and nothing to learn, spreading B around its mean never turns a no into a yes."""
    order = ["do_not_invest", "stage", "invest"]
    facts = replace(READY, loss_limit=100.0)

    def rank(spread: float) -> int:
        return order.index(verdict(facts, draws([mean - spread, mean + spread] * 10)).outcome)

    assert rank(narrow + more) <= rank(narrow)


@pytest.mark.parametrize("answer", ["owner_named", "leader_uses_it"])
def test_not_answered_is_never_better_than_yes(answer: str) -> None:
    order = [name for name, _ in RULES] + ["invest"]
    drawn = draws([300.0] * 10)
    unknown, yes = (verdict(replace(READY, **{answer: value}), drawn).outcome for value in (None, True))
    assert order.index(unknown) <= order.index(yes)
