"""What to do next: try and buy in order, or mend first and ask again.

What comes in: a `Case` and its `Decision`. What goes out: a `PlanRecord`. The wording, and what is asked or
said at all, is in `templates/questions/plan.toml`; the numbers that are judgement are in `thresholds.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, sqrt
from statistics import NormalDist
from typing import Literal, get_args

from assessment import bank
from assessment.answers import answers, cautions, crossover, exit_cost
from assessment.case import Case
from assessment.cockpit import cockpit
from assessment.decision import Decision
from assessment.diagnosed import Band
from assessment.draft import GO, WEEKS_PER_MONTH, Draft
from assessment.planned import (
    CriterionRecord,
    EntryRecord,
    PilotRecord,
    PlanRecord,
    RequirementRecord,
    SampleRecord,
    Sentence,
    StepRecord,
)
from roi.formulas import MONTHS_PER_YEAR, delay

GATES = {"owner_named": "owner_named", "leader_uses_it": "leader_opens_it_weekly"}  # tests, as questions
WAITS_FOR = {"too_little_to_say": "answered", "fix_first": "fixed", "measure_first": "measured"}
BANDS = get_args(Band)  # smallest first
RISKS = 3  # of rejection whose remedies are told
FEWEST_OPPORTUNITIES = 1e-9  # a month: with fewer a sample never comes together


def plan(case: Case, decision: Decision) -> PlanRecord:
    """What to do next.

    Args:
        case: what the company said.
        decision: on it, complete but for the plan.
    """
    draft = Draft(case, decision)
    is_go = draft.purchase is not None and decision.verdict.outcome in GO
    return PlanRecord(
        option=draft.purchase.id if draft.purchase else None,
        is_go=is_go,
        requirements=_requirements(draft),
        questions=_questions(draft),
        pilot=_pilot(draft) if is_go else None,
        rollout=sorted(_rollout(draft), key=lambda step: draft.numbers[step.week].value) if is_go else [],
        cautions=cautions(draft),
        fixes=[] if is_go else list(_fixes(draft)),
        again=[] if is_go else list(_again(draft)),
        cockpit=cockpit(draft),
        answers=answers(draft),
        numbers=list(draft.numbers.values()),
    )


# --- what to ask for --------------------------------------------------------------------------------------


def _requirements(draft: Draft) -> list[RequirementRecord]:
    """What the pains and the criteria ask for; what must be met first."""
    diagnosis, criteria = draft.decision.diagnosis, draft.case.criteria
    wanted = {one.capability: one for one in diagnosis.capabilities} if diagnosis else {}
    named = criteria.must_have if criteria else []
    musts = {*named, *(pain.capability for pain in draft.worst if pain.cure != "cannot")}
    found = []
    for capability in dict.fromkeys([*wanted, *named]):
        pains = wanted[capability].pains if capability in wanted else []
        stated = {
            one.id: one.capabilities[capability]
            for one in draft.case.options
            if capability in one.capabilities
        }
        found.append(
            RequirementRecord(
                capability=capability,
                pains=pains,
                annual=f"capability.{capability}.annual" if pains else None,
                must=capability in musts,
                stated=stated,
            )
        )
    return sorted(found, key=lambda one: not one.must)


def _questions(draft: Draft) -> list[EntryRecord]:
    """Every question, with the number that the case already has on it."""
    facts = _facts(draft)
    return [
        EntryRecord(
            id=one.id,
            said=Sentence(code=f"questions.{one.id}.says.known", figures=facts[one.needs])
            if one.needs in facts
            else None,
        )
        for one in bank.plan_entries("questions").values()
    ]


def _facts(draft: Draft) -> dict[str, dict[str, str]]:
    """Figures that a question may want, by what the question needs."""
    purchase, stated = draft.purchase, draft.stated
    if purchase is None:
        return {}
    rises = (f"{line.id}.uplift" for line in draft.costs_of("subscription"))
    single = {
        "users": ("users", draft.key("users")),
        "changes": ("changes", draft.key("changes_per_year")),
        "uplift": ("uplift", next(filter(None, map(draft.key, rises)), None)),
        "training": ("hours", training_hours(draft)),
        "exit": ("cost", exit_cost(draft)),
    }
    facts = {need: {name: key} for need, (name, key) in single.items() if key}
    for category in ("integration", "support"):
        amount = purchase.tco.by_category.get(category)
        if amount is not None and amount.mean > 0:
            facts[category] = {"cost": f"{purchase.id}.category.{category}"}
    if stated and stated.contract and stated.contract.term_months:
        facts["contract"] = {part: f"terms.{purchase.id}.{part}_months" for part in ("term", "notice")}
    return facts


def training_hours(draft: Draft) -> str | None:
    """Figure of the hours of training of each user."""
    lines = (line.id for line in draft.costs_of("training") if line.in_hours and line.per == "user")
    return next(filter(None, map(draft.key, lines)), None)


# --- how to try it ----------------------------------------------------------------------------------------


def sample_size(rate: float, other: float, significance: float = 0.05, power: float = 0.8) -> float:
    """Cases in each of two groups that tell two shares apart, two-sided, by the normal approximation.

    Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, third edition, section 4.2, without
    the correction for continuity; significance and power as in Cohen (1988).

    Args:
        rate: share in one group.
        other: share in the other, not the same.
        significance: chance of seeing a difference where there is none.
        power: chance of seeing it where it is.

    >>> ceil(sample_size(0.25, 0.30))
    1251
    """
    normal, pooled = NormalDist(), (rate + other) / 2
    apart = normal.inv_cdf(1 - significance / 2) * sqrt(2 * pooled * (1 - pooled))
    spread = normal.inv_cdf(power) * sqrt(rate * (1 - rate) + other * (1 - other))
    return ((apart + spread) / (rate - other)) ** 2


def _pilot(draft: Draft) -> PilotRecord:
    """Whom to ask, how long, and what must hold at the end."""
    assert draft.purchase is not None  # noqa: S101 - something is tried or bought
    users, pilot = draft.likely("users", 1.0), draft.stated.pilot if draft.stated else None
    wanted = ceil(bank.threshold("plan.pilot_share") * users)
    least, most = bank.threshold("plan.pilot_least"), bank.threshold("plan.pilot_most")
    people = min(max(wanted, least), most, ceil(users))
    own_weeks = pilot.weeks if pilot and pilot.possible else 0.0
    weeks = own_weeks or bank.threshold("plan.pilot_weeks")
    sample = _sample(draft, people, weeks)
    return PilotRecord(
        people=draft.put("pilot.people", "quantity", people, draft.key("users"), unit="user"),
        weeks=draft.put("pilot.weeks", "quantity", weeks, unit="week"),
        is_suggested=not own_weeks,
        criteria=list(_criteria(draft, sample)),
        sample=sample,
    )


def _criteria(draft: Draft, sample: SampleRecord | None) -> Iterator[CriterionRecord]:
    """Use, records, response, entry time; the win rate only where the pilot sees enough to tell."""
    assert draft.purchase is not None  # noqa: S101 - as above
    use = f"{draft.purchase.id}.break_even_adoption"
    if draft.purchase.break_even_adoption is None:  # it pays however few use it: then what is expected
        use = draft.put("pilot.use", "share", draft.likely("adoption"), draft.key("adoption"))
    yield CriterionRecord(id="use", baseline=None, target=use, better="up")
    judged: dict[str, Literal["up", "down"]] = {"record_coverage": "up", "response_time": "down"}
    for name, better in judged.items():
        goal = draft.put(f"pilot.{name}", "share", bank.threshold(f"plan.{name}"))
        yield CriterionRecord(id=name, baseline=None, target=goal, better=better)
    if minutes := draft.input("entry_minutes_per_user_day"):
        goal = draft.put(
            "pilot.entry_minutes", "quantity", minutes.value or 0.0, minutes.key, unit=minutes.unit
        )
        yield CriterionRecord(id="entry_minutes", baseline=None, target=goal, better="down")
    if sample and _is_enough(draft, sample):
        goal = draft.put("pilot.win_rate", "share", _improved(draft), sample.rate, sample.gain)
        yield CriterionRecord(id="win_rate", baseline=sample.rate, target=goal, better="up")


def _is_enough(draft: Draft, sample: SampleRecord) -> bool:
    """Whether those in the pilot and those beside it both close enough opportunities to tell."""
    value = {name: draft.numbers[getattr(sample, name)].value for name in ("needed", "seen", "beside")}
    return min(value["seen"], value["beside"]) >= value["needed"]


def _sample(draft: Draft, people: float, weeks: float) -> SampleRecord | None:
    """What it would take to show the likely gain in the win rate."""
    rate, gain = draft.input("opportunity_to_win"), draft.input("opportunity_to_win_gain")
    if rate is None or gain is None or not rate.value or (gain.value or 0.0) <= 0:
        return None
    better = _improved(draft)
    monthly = draft.likely("leads_per_month") * draft.likely("lead_to_opportunity")
    if better == rate.value or monthly < FEWEST_OPPORTUNITIES:  # all are won already, or there are none
        return None
    needed = ceil(
        sample_size(rate.value, better, bank.threshold("plan.significance"), bank.threshold("plan.power"))
    )
    sellers = draft.likely("sales_users") or draft.likely("users", 1.0)
    during, part = monthly * weeks / WEEKS_PER_MONTH, min(people / sellers, 1.0)
    leads = (draft.key("leads_per_month"), draft.key("lead_to_opportunity"))
    relative = draft.put("sample.gain", "share", gain.value or 0.0, gain.key)
    size = draft.put(
        "sample.needed", "quantity", needed, rate.key, relative, formula="sample_size", unit="opportunity"
    )
    return SampleRecord(
        rate=rate.key,
        gain=relative,
        needed=size,
        time=_time(draft, 2 * needed / monthly, size, *leads),
        seen=draft.put("sample.seen", "quantity", round(during * part), *leads, unit="opportunity"),
        beside=draft.put("sample.beside", "quantity", round(during * (1 - part)), *leads, unit="opportunity"),
    )


def _improved(draft: Draft) -> float:
    """The win rate as the tool promises it if everyone used it."""
    rate, gain = (draft.likely(name) for name in ("opportunity_to_win", "opportunity_to_win_gain"))
    return min(rate * (1 + gain), 1.0)


def _time(draft: Draft, months: float, *inputs: str | None) -> str:
    """How long the sample takes, in two digits; from two years on in years."""
    years = months / MONTHS_PER_YEAR
    time, unit = (years, "year") if years >= 2 else (months, "month")
    return draft.put("sample.time", "quantity", float(f"{time:.2g}"), *inputs, unit=unit)


# --- how to roll it out -----------------------------------------------------------------------------------


def _rollout(draft: Draft) -> Iterator[StepRecord]:
    """Steps and the week after signing by which each is done, at the likely duration."""

    def step(name: str, week: float, variant: str = "plain", **figures: str) -> StepRecord:
        key = draft.put(f"week.{name}", "quantity", round(week), *made_of, unit="week")
        return StepRecord(
            id=name, week=key, said=Sentence(code=f"rollout.{name}.says.{variant}", figures=figures)
        )

    made_of = [draft.key(name) for name in ("implementation_months", "overrun", "ramp_months")]
    live = WEEKS_PER_MONTH * float(delay(draft.likely("implementation_months"), draft.likely("overrun", 1.0)))
    seen = live + max(WEEKS_PER_MONTH * draft.likely("ramp_months"), bank.threshold("plan.review_weeks"))
    yield step("contract", 0)
    yield step("process", live / 2)
    yield step("data", live)
    if draft.case.organisation.systems:
        yield step("connect", live)
    hours = training_hours(draft)
    yield step("training", live, "hours", hours=hours) if hours else step("training", live)
    yield step("go_live", live)
    yield step("targets", live)
    yield step("review", seen)
    stop = draft.decision.verdict.stop
    if stop is not None and stop.notice_month is not None:
        week = WEEKS_PER_MONTH * stop.notice_month
        yield step("notice", week, "plain" if week >= seen else "early", month="stop.notice_month")


# --- what to mend, and when to ask again ------------------------------------------------------------------


def _fixes(draft: Draft) -> Iterator[Sentence]:
    """What the verdict waits for, then the cheapest remedies of the worst pains and of the gravest risks."""
    decision = draft.decision
    verdict = decision.verdict
    for name in verdict.missing:
        yield Sentence(code="fixes.missing", inputs={"name": name})
    for test in verdict.fired:
        if test.name in GATES:
            yield Sentence(code="fixes.gate", texts={"remedy": f"readiness.gates.{GATES[test.name]}.remedy"})
    if verdict.outcome == "measure_first" and verdict.learning:
        figures = {part: f"learning.{verdict.learning}.{part}" for part in ("weeks", "cost")}
        yield Sentence(code="fixes.measure", inputs={"name": verdict.learning}, figures=figures)
    if not draft.worst:
        yield Sentence(code="fixes.ask_pains")
    for pain in draft.worst:
        texts = {name: f"pains.pains.{pain.id}.{name}" for name in ("label", "remedy")}
        if pain.annual:
            figures = {"annual": f"pain.{pain.id}.annual"}
            yield Sentence(code="fixes.pain", figures=figures, texts=texts)
        else:
            yield Sentence(code="fixes.pain_unpriced", texts=texts)
    for risk in decision.readiness.risks[:RISKS]:
        texts = {name: f"readiness.statements.{risk.statement}.{name}" for name in ("risk", "remedy")}
        yield Sentence(code="fixes.risk", texts=texts)


def _again(draft: Draft) -> Iterator[Sentence]:
    """What the verdict waits for, what would turn it, and at the latest a date."""
    decision = draft.decision
    verdict, purchase, team = decision.verdict, draft.purchase, decision.team_fit
    if verdict.outcome in WAITS_FOR:
        name = {"name": verdict.learning} if verdict.learning else {}
        yield Sentence(code=f"again.{WAITS_FOR[verdict.outcome]}", inputs=name)
    if verdict.rule == "stay":
        buyable = {one.id for one in draft.purchases}
        for change in verdict.would_change:
            if change.code.startswith("switch_") and change.options["to"] in buyable:
                yield Sentence(**{**change.model_dump(), "code": f"again.{change.code}"})
            if change.code == "freed_hours_plan":
                yield Sentence(code="again.freed_hours_plan")
        if purchase is None:
            yield Sentence(code="again.offer")
        elif users := crossover(draft, purchase):
            yield draft.say("again.users", "purchase", users=users)
        for move in team.nearest if team else []:
            if team and BANDS.index(move.band) > BANDS.index(team.band):
                to = draft.put(f"team.{move.what}", "count", move.to)
                yield Sentence(code=f"again.{move.what}", figures={"to": to})
    months = draft.put("again.months", "months", bank.threshold("plan.again_months"))
    yield Sentence(code="again.date", figures={"months": months})
