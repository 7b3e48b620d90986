"""The verdict: ordered rules, the first that holds wins.

What comes in: draws of the best option without a purchase (A) and of the best purchase (B), and the facts the
rules ask for. What goes out: a `Finding`: the outcome, the rule that fired, and how near the others came.
Nothing here knows how the draws were made, and nothing here is worded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from assessment.bank import threshold
from roi.distributions import Array

Outcome = Literal[
    "too_little_to_say", "fix_first", "measure_first", "pilot", "stay", "do_not_invest", "stage", "invest"
]

WORTH_LEARNING = threshold("verdict.worth_learning")  # of B's PV of costs, beyond learning's cost and delay
WORTH_BUYING = threshold("verdict.worth_buying")  # of B's PV of costs: what B must bring beyond A
CURABLE = threshold("verdict.curable")  # of the pains' money: what a tool must at least be able to help
SIGNS: dict[str, Callable[[float, float], bool]] = {">": operator.gt, "<": operator.lt, "<=": operator.le}
NEAR = threshold("verdict.near")  # a rule whose figure is within this share of its limit nearly fired


@dataclass(frozen=True)
class Facts:
    """What the rules ask beside the draws.

    Attributes:
        missing: names of facts nobody stated.
        owner_named: whether somebody owns it; None if not answered.
        leader_uses_it: whether the leader will open it weekly; None if not answered.
        curable_share: share of the pains' money that a tool can help; None if no pain was answered.
        loss_limit: the largest acceptable loss in money; None if not stated.
        freed_hours_plan: whether the case says what freed hours are for.
        a_is_sheet: whether A is the shared sheet; else it is going on as today.
        desk_gain: best value of a desk measurement less its cost and delay; None if there is none.
        pilot_gain: value of a pilot less its cost and delay; None if none is possible.
    """

    missing: tuple[str, ...] = ()
    owner_named: bool | None = None
    leader_uses_it: bool | None = None
    curable_share: float | None = None
    loss_limit: float | None = None
    freed_hours_plan: bool = False
    a_is_sheet: bool = False
    desk_gain: float | None = None
    pilot_gain: float | None = None


@dataclass(frozen=True)
class Draws:
    """What the rules look at, each of shape (draws,): money of A, of B, and of B alone."""

    npv_a: Array
    npv_b: Array
    cash_a: Array
    cash_b: Array
    costs_b: Array
    peak_funding_b: Array

    @property
    def gain(self) -> float:
        """Mean of NPV(B) − NPV(A)."""
        return float((self.npv_b - self.npv_a).mean())

    @property
    def cash_gain(self) -> float:
        """The same without capacity benefits."""
        return float((self.cash_b - self.cash_a).mean())

    @property
    def costs(self) -> float:
        """Mean PV of B's costs, the yardstick of the rules."""
        return float(self.costs_b.mean())


@dataclass(frozen=True)
class Test:
    """One comparison of a rule: `figure` (named `name`, money or a share) against `limit`."""

    name: str
    figure: float
    sign: Literal[">", "<", "<="]
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the comparison comes out true."""
        return SIGNS[self.sign](self.figure, self.limit)

    @property
    def is_near(self) -> bool:
        """Whether it failed by less than `NEAR` of its limit."""
        return not self.holds and 0 < abs(self.figure - self.limit) <= NEAR * abs(self.limit)


@dataclass(frozen=True)
class Finding:
    """What the rules came to.

    Attributes:
        outcome: of the first rule that holds.
        rule: its name.
        fired: the comparisons that made it hold.
        near: other rules that nearly held, with the comparison that nearly did.
    """

    outcome: Outcome
    rule: str
    fired: tuple[Test, ...] = ()
    near: tuple[tuple[Outcome, Test], ...] = field(default=())


def _gates(facts: Facts, _: Draws | None) -> list[Test]:
    """No owner, or a leader who will not use it, or pains no tool can help. Not answered is not no."""
    tests = [
        Test(name, float(answer), "<", 0.5)
        for name, answer in (("owner_named", facts.owner_named), ("leader_uses_it", facts.leader_uses_it))
        if answer is not None
    ]
    if facts.curable_share is not None:
        tests.append(Test("curable_share", facts.curable_share, "<", CURABLE))
    return tests


def _learning(name: str, gain: float | None, draws: Draws | None) -> list[Test]:
    return [] if gain is None or draws is None else [Test(name, gain, ">", WORTH_LEARNING * draws.costs)]


def _too_small(facts: Facts, draws: Draws | None) -> list[Test]:
    """B brings too little beyond A, or only freed hours for which nobody has a plan."""
    if draws is None:
        return []
    tests = [Test("gain", draws.gain, "<=", WORTH_BUYING * draws.costs)]
    if not facts.freed_hours_plan and draws.cash_gain < 0:
        tests.append(Test("cash_gain", draws.cash_gain, "<", 0.0))
    return tests


def _too_risky(facts: Facts, draws: Draws | None) -> list[Test]:
    if draws is None or facts.loss_limit is None:
        return []
    return [
        Test("loss_p5", -float(np.quantile(draws.npv_b, 0.05)), ">", facts.loss_limit),
        Test("funding_p95", float(np.quantile(draws.peak_funding_b, 0.95)), ">", facts.loss_limit),
    ]


RULES: tuple[tuple[Outcome, Callable[[Facts, Draws | None], list[Test]]], ...] = (
    ("too_little_to_say", lambda facts, _: [Test("missing", float(len(facts.missing)), ">", 0.0)]),
    ("fix_first", _gates),
    ("measure_first", lambda facts, draws: _learning("desk_gain", facts.desk_gain, draws)),
    ("pilot", lambda facts, draws: _learning("pilot_gain", facts.pilot_gain, draws)),
    ("stay", _too_small),
    ("stage", _too_risky),
)


def verdict(facts: Facts, draws: Draws | None) -> Finding:
    """The first rule that holds; `invest` if none does.

    Args:
        facts: what the case says beside its numbers.
        draws: None if nothing could be computed or no purchase is compared; the rules about money are then
            passed over and the outcome is `stay` or `do_not_invest`.

    Returns:
        The outcome with the comparisons behind it and those that nearly held.
    """
    tests = {outcome: rule(facts, draws) for outcome, rule in RULES}
    last: Outcome = "stay" if draws is None else "invest"
    rule = next((name for name, found in tests.items() if any(test.holds for test in found)), last)
    fired = tuple(test for test in tests.get(rule, []) if test.holds)
    near = tuple(
        (name, test) for name, found in tests.items() if name != rule for test in found if test.is_near
    )
    outcome: Outcome = "do_not_invest" if rule == "stay" and not facts.a_is_sheet else rule
    return Finding(outcome, rule, fired, near)
