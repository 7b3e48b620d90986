"""What to do next: how to try it and roll it out, or what to mend and when to ask again; and what to watch.

What comes in: a `Desk`. What goes out: a `Section` whose title says what to do. Its texts are those of
`templates/questions/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assessment import bank
from assessment.figures import Figure
from assessment.planned import PilotRecord, PlanRecord, RequirementRecord, Sentence, TargetRecord
from reports.figures import As
from reports.sections.desk import Cell, Desk, Head, Name, Row, Said, Section, Table
from reports.verdict import told


def plan(desk: Desk) -> Section | None:
    """All of it; nothing where there is no plan."""
    made = desk.decision.plan
    if made is None:
        return None
    data = {
        "pilot": _pilot(desk, made.pilot) if made.pilot else None,
        "rollout": _rollout(desk, made) if made.is_go else None,
        "requirements": _requirements(desk, made.requirements) if made.is_go and made.requirements else None,
        "cautions": _cautions(desk, made) if made.is_go else [],
        "fixes": [told(desk, one) for one in made.fixes],
        "again": [told(desk, one) for one in made.again],
        "cockpit": _cockpit(desk, made) if made.cockpit else None,
    }
    return Section("plan", _title(desk, made), "plan.html", data)


def _title(desk: Desk, made: PlanRecord) -> str:
    key = f"plan.title.{desk.decision.verdict.outcome}"
    if made.pilot is None or made.option is None:
        return desk.say(key, months=desk.figures["plan.again.months"])
    keys = {
        "people": made.pilot.people,
        "weeks": made.pilot.weeks,
        "needed": made.pilot.criteria[0].target,
        "live": "plan.week.go_live",
        "review": "plan.week.review",
    }
    figures = {name: desk.figures[one] for name, one in keys.items()}
    values = {name: As(one, "stated") if one.unit else one for name, one in figures.items()}
    return desk.say(key, option=desk.called(desk.decision.option(made.option)), **values)


def own(desk: Desk, text: Mapping[str, str] | None) -> Name:
    """A text of the question banks."""
    return Name(desk.words.own(text or ""))


# --- how to try it and roll it out ------------------------------------------------------------------------


def _pilot(desk: Desk, pilot: PilotRecord) -> dict[str, object]:
    """Whom to ask, how long, what must hold, and why the win rate is no mark."""
    said = [
        ("people", {"people": pilot.people}),
        ("weeks_suggested" if pilot.is_suggested else "weeks_stated", {"weeks": pilot.weeks}),
        ("baseline", {}),
    ]
    notes = [told(desk, Sentence(code=f"pilot_notes.{name}", figures=figures)) for name, figures in said]
    return {"notes": notes, "criteria": _criteria(desk, pilot), "sample": _sample(desk, pilot)}


def _criteria(desk: Desk, pilot: PilotRecord) -> Table:
    known = bank.plan_entries("pilot")
    rows = tuple(
        Row(
            own(desk, known[one.id].title),
            (
                own(desk, known[one.id].why),
                desk.figures[one.baseline] if one.baseline else desk.say("plan.week_one"),
                told(desk, Sentence(code=f"pilot.{one.id}.says.goal", figures={"target": one.target})),
            ),
        )
        for one in pilot.criteria
    )
    return Table(
        desk.say("plan.criteria.caption"), _heads(desk, "mark", "how", "today", "goal"), rows, "criteria"
    )


def _sample(desk: Desk, pilot: PilotRecord) -> Said:
    if pilot.sample is None:
        return Said(told(desk, Sentence(code="pilot_notes.no_sample")))
    is_enough = any(one.id == "win_rate" for one in pilot.criteria)
    code = "pilot_notes.sample_enough" if is_enough else "pilot_notes.sample"
    text = told(desk, Sentence(code=code, figures=pilot.sample.model_dump()))
    return Said(text, (desk.figures[pilot.sample.needed],))


def _rollout(desk: Desk, made: PlanRecord) -> Table:
    known = bank.plan_entries("rollout")
    rows = tuple(
        Row(
            own(desk, known[one.id].title),
            (
                desk.figures[one.week],
                own(desk, known[one.id].who),
                told(desk, one.said) if one.said else "",
            ),
        )
        for one in made.rollout
    )
    return Table(
        desk.say("plan.rollout.caption"), _heads(desk, "step", "week", "who", "what"), rows, "rollout"
    )


def _requirements(desk: Desk, found: list[RequirementRecord]) -> Table:
    """What to ask for, the musts first."""
    say, known, pains = desk.say, bank.capabilities(), bank.pains()
    annual = {one.capability: desk.figures[one.annual] for one in found if one.annual}
    rows = []
    for one in found:
        label = own(desk, known[one.capability].label) if one.capability in known else Name(one.capability)
        stated = [
            say(f"plan.stated.{level}", option=desk.short(desk.decision.option(option)))
            for option, level in one.stated.items()
            if any(option == each.id for each in desk.decision.options)
        ]
        cells = (
            say("plan.must" if one.must else "plan.should"),
            As(annual[one.capability], "full") if one.capability in annual else desk.none,
            desk.listed(stated) if stated else say("plan.stated.nothing"),
        )
        behind = desk.listed([own(desk, pains[pain].label) for pain in one.pains])
        rows.append(Row(label, cells, note=behind or say("plan.by_criteria")))
    heads = (
        Head(say("plan.head.capability")),
        Head(say("plan.head.must"), is_text=True),
        Head(say("plan.head.annual"), tuple(annual.values())),
        Head(say("plan.head.stated"), is_text=True),
    )
    return Table(say("plan.requirements.caption"), heads, tuple(rows), "requirements")


def _cautions(desk: Desk, made: PlanRecord) -> list[dict[str, str]]:
    known = bank.plan_entries("cautions")
    return [
        {
            "title": own(desk, known[one.id].title),
            "text": desk.joined(
                [own(desk, known[one.id].why), *([told(desk, one.said)] if one.said else [])]
            ),
            "own": desk.say("plan.own_words", words=Name(desk.words.own(one.evidence)))
            if one.evidence
            else "",
        }
        for one in made.cautions
    ]


def _heads(desk: Desk, *names: str) -> tuple[Head, ...]:
    return tuple(Head(desk.say(f"plan.head.{name}"), is_text=name != "week") for name in names)


# --- what to watch ----------------------------------------------------------------------------------------


def _cockpit(desk: Desk, made: PlanRecord) -> Table:
    """The indicators with today's value, the one the model counts on, and whose number it is."""
    say, known = desk.say, bank.kpis()
    lines = {line.id for line in desk.decision.lines}
    rows = tuple(
        Row(
            own(desk, known[one.kpi].label),
            (
                _single(desk, desk.figures[one.baseline]) if one.baseline else say("plan.unknown"),
                _goal(desk, one),
                own(desk, known[one.kpi].owner),
                desk.line(one.line) if one.line in lines else desk.none,
            ),
            note=own(desk, known[one.kpi].formula),
        )
        for one in made.cockpit
    )
    cited = tuple(desk.figures[key] for one in made.cockpit if (key := one.target or one.change))
    heads = (
        Head(say("plan.head.kpi")),
        Head(say("plan.head.today"), is_text=True),
        Head(say("plan.head.target"), cited, is_text=True),
        Head(say("plan.head.owner"), is_text=True),
        Head(say("plan.head.line"), is_text=True),
    )
    return Table(_caption(desk, made), heads, rows, "cockpit")


def _caption(desk: Desk, made: PlanRecord) -> str:
    """What the targets are: of what is bought, of what might be, or of nothing yet."""
    if made.is_go:
        return desk.say("plan.cockpit.caption")
    if made.option is None:
        return desk.say("plan.cockpit.caption.bare")
    option = desk.called(desk.decision.option(made.option))
    return desk.say("plan.cockpit.caption.later", option=option)


def _goal(desk: Desk, one: TargetRecord) -> str | Cell:
    """The target, and between which it lies; where today's value is not known, by how much it moves."""
    key = one.target or one.change
    if key is None:
        return desk.say("plan.no_target")
    figure = desk.figures[key]
    goal, lowest, highest = _single(desk, figure), figure.numbers[0], figure.numbers[-1]
    ends = desk.printer(As(replace(figure, numbers=(lowest, highest)), "stated")).split(" / ")
    span = (desk.say("from_to", low=Name(ends[0]), high=Name(ends[1])),) if lowest < highest else ()
    return Cell(goal if one.target else desk.say(f"plan.change.{one.how}", change=goal), span)


def _single(desk: Desk, figure: Figure) -> Name:
    """The likely value alone of what was stated, with its unit."""
    return Name(desk.printer(As(replace(figure, numbers=(figure.value or 0.0,)), "stated")))
