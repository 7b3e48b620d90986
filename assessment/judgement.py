"""From a run to the verdict: which purchase is judged against what, what the rules find, and why.

What comes in: a case, its run and where its inputs switch the best option. What goes out: a `VerdictRecord`.
The rules themselves are in `assessment.verdict`; the wording is the catalogues'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from assessment.bank import threshold
from assessment.case import Case
from assessment.diagnosis import helpable
from assessment.said import Reason, StopRecord, TestRecord, VerdictRecord
from assessment.variants import lines_where, npv_with_idle_sheet, rests_on_defaults, spread
from assessment.verdict import RULES, WORTH_BUYING, Draws, Facts, Finding, Test, verdict
from roi.distributions import Array, Fixed
from roi.engine import built_in_costs, cash_flow
from roi.model import WITHOUT_PURCHASE, Model, Option
from roi.responses import Switch
from roi.series import weighted
from roi.simulation import Run
from roi.uncertainty import Learning, learning

TIE = (threshold("verdict.tie_from"), threshold("verdict.tie_to"))  # chances that are called a tie
NAMED = 3  # reasons, and changes of each kind, that are told
FIRST_TERM = threshold("verdict.first_term_months")  # months paid where no contract is stated


@dataclass(frozen=True)
class Judged:
    """Who was compared, and what the rules found."""

    without: Option
    purchase: Option | None
    npv: Array  # draws × options
    lacking: Sequence[str]
    learnings: Sequence[Learning]
    facts: Facts
    draws: Draws | None
    finding: Finding

    @property
    def learning(self) -> Learning | None:
        """The measurement or the pilot that is worth most."""
        kind = {"measure_first": False, "pilot": True}.get(self.finding.outcome)
        return next((one for one in self.learnings if is_pilot(one) == kind), None)

    @property
    def tried(self) -> str | None:
        """The option to pilot."""
        learnt = self.learning
        return learnt.name.removesuffix(".pilot") if learnt is not None and is_pilot(learnt) else None


def is_pilot(learning: Learning) -> bool:
    """Whether it is a pilot, not a desk measurement."""
    return learning.name.endswith(".pilot")


def lacking(case: Case, model: Model) -> list[str]:
    """Purchases that lack a must-have; only a plain yes has it."""
    wanted = case.criteria.must_have if case.criteria else []
    stated = {option.id: option.capabilities for option in case.options}
    return [
        option.id
        for option in model.options
        if option.kind not in WITHOUT_PURCHASE
        and any(stated.get(option.id, {}).get(name) != "yes" for name in wanted)
    ]


def _answered(case: Case, name: str) -> bool | None:
    """A gate: None if nobody was asked; who does not know does not have it."""
    answer = getattr(case.answers.readiness, name)
    return None if answer is None else answer is True


def judged(case: Case, run: Run, npv: Array, learnings: Sequence[Learning]) -> Judged:
    """Who is compared on some NPVs, and what the rules find.

    Args:
        case: what the company said.
        run: of its model.
        npv: of every option, shape (draws, options): the run's, or with something changed.
        learnings: what can be learnt, and what that is worth on these NPVs.
    """
    model, means = run.model, npv.mean(axis=0)
    failed = lacking(case, model)
    order = [model.options[place] for place in np.argsort(-means, kind="stable")]
    without = next(option for option in order if option.kind in WITHOUT_PURCHASE)
    bought = [option for option in order if option.kind not in WITHOUT_PURCHASE and option.id not in failed]
    purchase = next(iter(bought), None)
    passing = {f"{option.id}.pilot" for option in bought}
    learnings = [one for one in learnings if not is_pilot(one) or one.name in passing]

    def best(pilots: bool) -> float | None:
        return max((one.net for one in learnings if is_pilot(one) == pilots), default=None)

    facts = Facts(
        owner_named=_answered(case, "owner_named"),
        leader_uses_it=_answered(case, "leader_opens_it_weekly"),
        curable_share=helpable(case),
        loss_limit=case.settings.loss_limit,
        freed_hours_plan=bool(case.settings.freed_hours_plan),
        a_is_sheet=without.kind == "spreadsheet",
        desk_gain=best(False),
        pilot_gain=best(True),
    )
    drawn = None if purchase is None else _draws(run, npv, without, purchase)
    return Judged(without, purchase, npv, failed, learnings, facts, drawn, verdict(facts, drawn))


def _draws(run: Run, npv: Array, without: Option, purchase: Option) -> Draws:
    ids = [option.id for option in run.model.options]
    a, b = run.results[without.id].draws, run.results[purchase.id].draws
    npv_a, npv_b = npv[:, ids.index(without.id)], npv[:, ids.index(purchase.id)]
    return Draws(npv_a, npv_b, npv_a - a.pv_capacity, npv_b - b.pv_capacity, b.pv_costs, b.peak_funding)


def too_little_to_say(missing: Sequence[str]) -> VerdictRecord:
    """Facts are missing: the one verdict that needs no numbers."""
    return VerdictRecord(
        outcome="too_little_to_say",
        option=None,
        rule="too_little_to_say",
        missing=list(missing),
        reasons=[Reason(code="missing", inputs={"name": name}) for name in missing],
        would_change=[Reason(code="answer", inputs={"name": name}) for name in missing],
    )


def judge(case: Case, run: Run, learnings: Sequence[Learning], switches: Sequence[Switch]) -> VerdictRecord:
    """The verdict on a run.

    Args:
        case: what the company said.
        run: of its model.
        learnings: what can be learnt, of the run as it is.
        switches: where its inputs switch the best option.
    """
    without_effect = npv_with_idle_sheet(run)
    found = judged(case, run, run.npv, learnings)
    idle = judged(case, run, without_effect, learning(run, without_effect))
    finding, draws, purchase = found.finding, found.draws, found.purchase
    learnt = found.learning
    gain = None if draws is None else draws.npv_b - draws.npv_a
    chance = None if gain is None else float((gain > 0).mean())
    leader = max(result.p_best[0] for result in run.results.values())
    return VerdictRecord(
        outcome=finding.outcome,
        option=_recommended(found),
        purchase=purchase.id if purchase else None,
        without=found.without.id,
        rule=finding.rule,
        fired=[_test(finding.rule, test) for test in finding.fired],
        near=[_test(rule, test) for rule, test in finding.near],
        reasons=_reasons(found)[:NAMED],
        would_change=list(_changes(found, idle, switches)),
        gain=None if gain is None else spread(gain),
        chance=chance,
        is_tie=any(TIE[0] <= share <= TIE[1] for share in (chance, leader) if share is not None),
        limit=None if draws is None else WORTH_BUYING * draws.costs,
        learning=learnt.name if learnt else None,
        stop=None if purchase is None else _stop(case, run, found.tried or purchase.id),
        failed=list(found.lacking),
        without_sheet_effect=idle.finding.outcome,
        defaulted_share=None if purchase is None else _defaulted(run, purchase),
    )


def _recommended(found: Judged) -> str | None:
    """What is to be done, or tried, or prepared."""
    if found.finding.outcome in ("stay", "do_not_invest") or found.purchase is None:
        return found.without.id
    return found.tried or found.purchase.id


def _test(rule: str, test: Test) -> TestRecord:
    return TestRecord(rule=rule, name=test.name, figure=test.figure, sign=test.sign, limit=test.limit)


def _defaulted(run: Run, purchase: Option) -> float | None:
    """Share of a purchase's benefits in lines that rest on a default or a guess."""
    lines = run.results[purchase.id].draws.by_line
    total = sum(float(draws.mean()) for draws in lines.values())
    shaky = sum(float(lines[line].mean()) for line in lines_where(run, purchase, rests_on_defaults))
    return shaky / total if total > 0 else None


def _stop(case: Case, run: Run, identifier: str) -> StopRecord:
    """What is paid if one stops at the end of the first term: the TCO of a model that ends there."""
    purchase = run.results[identifier].option
    contract = next((option.contract for option in case.options if option.id == identifier), None)
    term = contract.term_months if contract and contract.term_months else FIRST_TERM
    years = min(max(ceil(term / 12), 1), run.model.years)
    answers = dict(purchase.answers)
    if "exit_probability" in answers:
        answers["exit_probability"] = replace(answers["exit_probability"], distribution=Fixed(value=1.0))
    leaving = replace(purchase, answers=answers, abandon_probability=0.0)
    kept = {f"{purchase.id}.exit_probability", f"{purchase.id}.abandon"}
    values = {name: draws for name, draws in run.inputs.items() if name not in kept}
    lines = frozenset(built_in_costs()) | {line.id for line in leaving.costs}
    flow = cash_flow(replace(run.model, years=years), leaving, values, lines)
    paid = sum(weighted(flow.charges.values(), np.ones(12 * years + 1)), np.zeros(1))
    notice = None if contract is None else max(term - contract.notice_months, 0.0)
    return StopRecord(option=identifier, month=term, notice_month=notice, loss=float(np.quantile(paid, 0.95)))


# --- reasons ----------------------------------------------------------------------------------------------


def _reasons(found: Judged) -> list[Reason]:
    """What fired first, then what matters anyway; each reason once."""
    rule = {test.name for test in found.finding.fired}
    if found.purchase is None or found.draws is None:
        alone = [] if found.without.kind == "status_quo" else _anyway(found.without.id)
        return [Reason(code="nothing_passes" if found.lacking else "nothing_to_buy"), *alone]
    b, options = found.purchase.id, _compared(found)
    reasons = [
        Reason(code=name, options=options) for name in ("owner_named", "leader_uses_it") if name in rule
    ]
    if "curable_share" in rule:
        figures = {"share": "fired.curable_share", "limit": "fired.curable_share.limit"}
        reasons.append(Reason(code="curable_share", figures=figures))
    learnt = found.learning
    if learnt is not None:
        figures = {part: f"learning.{learnt.name}.{part}" for part in ("value", "cost", "weeks", "delay")}
        if found.tried:
            reasons.append(Reason(code="pilot", figures=figures, options=options | {"tried": found.tried}))
        else:
            reasons.append(
                Reason(code="measure", figures=figures, options=options, inputs={"name": learnt.name})
            )
    if "loss_p5" in rule:
        figures = {"loss": f"{b}.npv.p5", "limit": "settings.loss_limit"}
        reasons.append(Reason(code="loss_beyond_limit", figures=figures, options=options))
    if "funding_p95" in rule:
        figures = {"funding": f"{b}.peak_funding.p95", "limit": "settings.loss_limit"}
        reasons.append(Reason(code="funding_beyond_limit", figures=figures, options=options))
    if rule == {"cash_gain"}:
        figures = {"cash": f"{b}~{found.without.id}.npv_cash"}
        reasons.append(Reason(code="only_freed_hours", figures=figures, options=options))
    if found.tried is not None and found.tried != b:  # the reasons speak of what is tried, not of who leads
        return [*reasons, *_anyway(found.tried)]
    gain = {"gain": f"{b}~{found.without.id}.npv", "costs": f"{b}.pv_costs", "limit": "verdict.limit"}
    enough, more = found.draws.gain > WORTH_BUYING * found.draws.costs, found.draws.gain > 0
    compared = "more" if enough else "too_little_more" if more else "less"
    reasons.append(Reason(code=compared, figures=gain, options=options))
    return [*reasons, *_anyway(b)]


def _anyway(it: str) -> list[Reason]:
    """What matters about an option whatever the verdict."""
    subject = {"subject": it}
    loss = {"npv": f"{it}.npv", "chance": f"{it}.p_loss", "worst": f"{it}.npv.p5"}
    adoption = {
        "needed": f"{it}.break_even_adoption",
        "expected": f"input.{it}.adoption",
        "likely": f"{it}.npv.most_likely",
    }
    cost = {"cost": f"{it}.tco", "hidden": f"{it}.hidden_share"}
    return [
        Reason(code="loss", figures=loss, options=subject),
        Reason(code="adoption", figures=adoption, options=subject),
        Reason(code="cost", figures=cost, options=subject),
    ]


def _changes(found: Judged, idle: Judged, switches: Sequence[Switch]) -> Iterator[Reason]:
    """Gates, rules that nearly came first, the sheet, a better offer, inputs near their switch."""
    facts, finding = found.facts, found.finding
    if finding.outcome == "fix_first":
        fixed = replace(facts, owner_named=True, leader_uses_it=True, curable_share=None)
        yield Reason(code=f"fixed_{verdict(fixed, found.draws).outcome}")
    for name in ("owner_named", "leader_uses_it"):
        if getattr(facts, name) is None:
            yield Reason(code=f"unasked_{name}")
    order = [name for name, _ in RULES]
    earlier = order[: order.index(finding.rule)] if finding.rule in order else order
    for rule, test in finding.near:
        if rule in earlier:
            figures = {"limit": f"near.{test.name}.limit", "figure": f"near.{test.name}"}
            yield Reason(code=f"near_{test.name}", figures=figures, options=_compared(found))
    if {test.name for test in finding.fired} == {"cash_gain"}:
        yield Reason(code="freed_hours_plan")
    if finding.outcome == "stage" and found.purchase is not None:
        worst = max(finding.fired, key=lambda test: test.figure)
        yield Reason(code="bearable", figures={"needed": f"fired.{worst.name}"}, options=_compared(found))
    if idle.finding.outcome != finding.outcome:
        yield Reason(code=f"idle_sheet_{idle.finding.outcome}")
    if found.purchase is None:
        yield Reason(code="offer")
        return

    def nearness(switch: Switch) -> float:
        assert switch.value is not None  # noqa: S101 - only those that switch are asked
        side = switch.high - switch.now if switch.value > switch.now else switch.now - switch.low
        return abs(switch.value - switch.now) / side if side else 0.0

    told = {_recommended(found), *found.lacking}  # what is recommended anyway, and what may not be bought
    switching = [one for one in switches if one.value is not None and one.to not in told]
    for one in sorted(switching, key=nearness)[:NAMED]:
        yield Reason(
            code="switch_above" if one.rising else "switch_below",
            figures={"value": f"switch.{one.name}"},
            options={"to": one.to},
            inputs={"name": one.name},
        )


def _compared(found: Judged) -> dict[str, str]:
    both = {"without": found.without, "purchase": found.purchase}
    return {name: option.id for name, option in both.items() if option is not None}
