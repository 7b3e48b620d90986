"""The people: whether the team is one for a CRM, how ready it is, and what may make people refuse it.

What comes in: a `Desk`. What goes out: a `Section` whose title puts both into one conclusion, and the
appendix of every number that a score turns on, with the reason for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from assessment import bank
from assessment.bank import Threshold
from assessment.diagnosed import ReadinessRecord, SuggestionRecord, TeamFitRecord
from assessment.figures import Figure, Kind
from assessment.readiness import MOST, SUGGESTED
from reports.figures import As
from reports.sections.desk import Cell, Desk, Head, Name, Picture, Row, Said, Section, Table
from roi.model import WITHOUT_PURCHASE

RISKS = 5  # that are told
THIN = 0.5  # with fewer of the statements answered nothing is said of the rest
BEHIND = {  # the thresholds that each rule of team fit turns on
    "small_handing_over": ("calculate_from", "departments_handing_over"),
    "small": ("calculate_from",),
    "medium_handing_over": ("necessary_above", "departments_handing_over"),
    "medium_one_role": ("calculate_from",),
    "medium": ("calculate_from",),
    "large": ("necessary_above",),
}
BOUGHT = ("pilot", "stage", "invest")
ROUGH = {"months": 1.0, "1": 0.01}  # how precisely a suggested range is worth being printed, by unit


def people(desk: Desk) -> Section:
    """Team fit, readiness, and what became of the tool before."""
    fit, found = desk.decision.team_fit, desk.decision.readiness
    data = {
        "fit": list(_fit(desk, fit)) if fit else [desk.say("people.fit.none")],
        "why": [_own(desk, bank.thresholds()[f"team.{name}"].reason) for name in BEHIND[fit.rule]]
        if fit
        else [],
        "readiness": _readiness(desk, found),
        "picture": _picture(desk, found),
        "themes": _themes(desk, found),
        "gates": list(_gates(desk, found)),
        "risks": _risks(desk, found),
        "suggested": _suggested(desk, found),
        "previous": _previous(desk),
    }
    return Section("people", title(desk), "people.html", data)


def gravest(desk: Desk) -> str:
    """The gravest risk that people refuse the tool, and what to do about it; nothing where none is known."""
    risk = next(iter(desk.decision.readiness.risks), None)
    if risk is None:
        return ""
    told = bank.statements()[risk.statement]
    return desk.say("people.gravest", risk=_own(desk, told.risk), remedy=_own(desk, told.remedy))


def title(desk: Desk) -> str:
    """What the team's size says, and what its answers say."""
    fit = desk.decision.team_fit
    band = fit.band if fit else "none"
    return desk.say(f"people.title.{band}", readiness=Name(_in_short(desk, desk.decision.readiness)))


def _in_short(desk: Desk, found: ReadinessRecord) -> str:
    """The readiness within the title: a gate that is shut, too few answers, or the weakest theme."""
    say = desk.say
    for gate in bank.gates():
        if getattr(found, gate) is False:
            return say(f"people.short.{gate}")
    if found.coverage < THIN:
        return say("people.short.thin")
    weakest = min(
        (theme for theme in found.themes if theme.score is not None), key=lambda theme: theme.score or 0
    )
    name = _own(desk, bank.labels("readiness", "themes")[weakest.id])
    key = "people.short.full" if weakest.score == 1 else "people.short.weakest"
    return say(key, score=desk.figures["readiness.score"], theme=name)


def _own(desk: Desk, text: dict[str, str]) -> Name:
    return Name(desk.words.own(text))


def _count(name: str, number: float) -> Figure:
    return Figure(name, "count", number)


# --- team fit ---------------------------------------------------------------------------------------------


def _fit(desk: Desk, fit: TeamFitRecord) -> Iterator[str]:
    """The rule that fired, what would move the team, and why the money may say something else."""
    limits = {
        name: _count(name, bank.threshold(f"team.{name}")) for name in ("calculate_from", "necessary_above")
    }
    departments = desk.figures["team.departments"]
    yield desk.count(f"people.fit.{fit.rule}", desk.figures["team.people"], departments=departments, **limits)
    if fit.nearest:
        moves = [
            desk.say(
                f"people.move.{one.what}",
                to=_count(one.what, one.to),
                band=Name(desk.say(f"people.band.{one.band}")),
            )
            for one in fit.nearest
        ]
        semicolon = desk.words.text("terms.word.semicolon")
        yield desk.say("people.moves", moves=Name(semicolon.join(moves)))
    but = _but(desk, fit)
    if but:
        yield desk.say(f"people.but.{but}")


def _but(desk: Desk, fit: TeamFitRecord) -> str:
    """How the verdict seems to contradict the band; nothing where it does not."""
    verdict, options = desk.decision.verdict, desk.decision.options
    bought = [one for one in options if one.id == verdict.option and one.kind not in WITHOUT_PURCHASE]
    if fit.band == "sheet" and (verdict.outcome == "do_not_invest" or (verdict.outcome in BOUGHT and bought)):
        return f"sheet.{verdict.outcome}"
    if fit.band == "necessary" and verdict.outcome not in BOUGHT:
        return f"necessary.{verdict.outcome}"
    return ""


# --- readiness --------------------------------------------------------------------------------------------


def _readiness(desk: Desk, found: ReadinessRecord) -> Said:
    """The score, and how much of the questionnaire it rests on."""
    score, coverage = desk.figures["readiness.score"], desk.figures["readiness.coverage"]
    asked = _count("readiness.asked", sum(theme.asked for theme in found.themes))
    answered = _count("readiness.answered", sum(theme.answered for theme in found.themes))
    text = desk.say("people.readiness", score=score, coverage=coverage, asked=asked, answered=answered)
    return Said(text, (score, coverage))


def _themes(desk: Desk, found: ReadinessRecord) -> Table:
    """The numbers of the picture, and how many statements stand behind each."""
    say, labels = desk.say, bank.labels("readiness", "themes")
    figures = {theme.id: desk.figures[f"readiness.theme.{theme.id}"] for theme in found.themes}
    rows = tuple(
        Row(
            _own(desk, labels[name]),
            (
                figure,
                desk.figures[f"readiness.theme.{name}.answered"],
                desk.figures[f"readiness.theme.{name}.asked"],
            ),
        )
        for name, figure in figures.items()
    )
    heads = (
        Head(say("people.head.theme")),
        Head(say("people.head.score"), tuple(figures.values())),
        Head(say("people.head.answered")),
        Head(say("people.head.asked")),
    )
    return Table(say("people.themes.caption"), heads, rows, "themes")


def _picture(desk: Desk, found: ReadinessRecord) -> Picture | None:
    """A bar for each theme; nothing where nobody answered."""
    from reports import charts  # here: the terminal says the title, and draws nothing

    labels = bank.labels("readiness", "themes")
    if all(theme.score is None for theme in found.themes):
        return None
    rows = [
        charts.Level(
            _own(desk, labels[theme.id]),
            theme.score,
            desk.say("people.unanswered")
            if theme.score is None
            else desk.printer(desk.figures[f"readiness.theme.{theme.id}"]),
            desk.told(
                _own(desk, labels[theme.id]),
                "charts.unanswered" if theme.score is None else "charts.level",
                share=desk.figures[f"readiness.theme.{theme.id}"],
                answered=desk.figures[f"readiness.theme.{theme.id}.answered"],
                asked=desk.figures[f"readiness.theme.{theme.id}.asked"],
            ),
        )
        for theme in found.themes
    ]
    return Picture(
        desk.say("people.picture.title"),
        lambda width: [charts.profile(rows, width)],
        desk.say("people.picture.caption"),
    )


def _gates(desk: Desk, found: ReadinessRecord) -> Iterator[dict[str, str]]:
    """The two facts without which nothing is bought; what to do first where one of them is missing."""
    for name, gate in bank.gates().items():
        answer = {True: "yes", False: "no", None: "unknown"}[getattr(found, name)]
        shut = [] if answer == "yes" else [gate.why, gate.remedy]
        yield {
            "label": _own(desk, gate.label),
            "answer": desk.say(f"people.gate.{answer}"),
            "todo": ("" if desk.words.code == "zh-CN" else " ").join(_own(desk, text) for text in shut),
        }


def _risks(desk: Desk, found: ReadinessRecord) -> dict[str, Any]:
    """The gravest risks that people refuse the tool, with the cheapest remedy for each."""
    say, told = desk.say, found.risks[:RISKS]
    if not told:
        return {
            "table": None,
            "text": say("people.risks.unknown" if found.coverage < THIN else "people.risks.none"),
        }
    rows = tuple(
        Row(
            _own(desk, statement.label),
            (
                Cell(_own(desk, statement.risk)),
                Cell(_own(desk, statement.remedy)),
                say("people.unknown")
                if one.score is None
                else desk.figures[f"readiness.statement.{one.statement}"],
            ),
        )
        for one in told
        for statement in [bank.statements()[one.statement]]
    )
    heads = (
        Head(say("people.head.statement")),
        Head(say("people.head.risk"), is_text=True),
        Head(say("people.head.remedy"), is_text=True),
        Head(say("people.head.points")),
    )
    caption = say("people.risks.caption", most=_count("most", MOST))
    more = len(found.risks) - len(told)
    text = desk.count("people.risks.more", _count("more", more)) if more else ""
    return {"table": Table(caption, heads, rows, "risks"), "text": text}


# --- what it does to the numbers --------------------------------------------------------------------------


def _suggested(desk: Desk, found: ReadinessRecord) -> dict[str, Any] | None:
    """What the answers suggest for the purchase in question, beside what the model runs on."""
    purchase = desk.decision.verdict.purchase
    one = next((one for one in found.suggested if one.option == purchase), None)
    if one is None:
        return None
    say, option = desk.say, desk.called(desk.decision.option(one.option))
    stated = {item.name: desk.figures[f"input.{item.name}"] for item in desk.decision.assumptions}
    figures = {name: _roughly(desk.figures[f"suggested.{one.option}.{name}"]) for name in SUGGESTED}
    rows = []
    for name, figure in figures.items():
        model = stated.get(f"{one.option}.{name}")
        same = name in one.used and model is not None
        runs_on = (
            say("people.suggested.same")
            if same
            else As(model, "stated")
            if model
            else say("people.suggested.off")
        )
        rows.append(Row(desk.input_alone(f"{one.option}.{name}"), (As(figure, "stated"), runs_on)))
    heads = (
        Head(say("people.head.input")),
        Head(say("people.head.suggested"), tuple(figures.values())),
        Head(say("people.head.model")),
    )
    return {
        "title": say(
            f"people.suggested.{_against(one, stated.get(f'{one.option}.adoption'))}", option=option
        ),
        "table": Table(say("people.suggested.caption", option=option), heads, tuple(rows), "suggested"),
        "needed": _needed(desk, one),
    }


def _roughly(figure: Figure) -> Figure:
    """A range of ours without digits that a judgement does not have."""
    return replace(figure, se=ROUGH["1" if figure.kind == "share" else "months"])


def _against(one: SuggestionRecord, model: Figure | None) -> str:
    """Whether the model is more or less hopeful about use than the answers suggest, as it is printed."""
    if model is None or model.value is None or "adoption" in one.used:
        return "title.same"
    more = model.value - one.adoption[1]
    return "title.same" if abs(more) < ROUGH["1"] / 2 else "title.above" if more > 0 else "title.below"


def _needed(desk: Desk, one: SuggestionRecord) -> Said:
    """The share of people with whom it just pays, against the share that is suggested."""
    option = desk.decision.option(one.option)
    figure = desk.figures[f"{one.option}.break_even_adoption"]
    low, _, high = one.adoption
    if figure.value is None:
        key = "any" if (option.npv.most_likely or 0) > 0 else "none"
    else:
        key = "below" if figure.value <= low else "above" if figure.value > high else "within"
    text = desk.say(f"people.needed.{key}", option=desk.called(option), needed=figure)
    return Said(text, () if figure.value is None else (figure,))


def _previous(desk: Desk) -> str:
    """What became of the tool before; nothing where nobody said."""
    before = desk.decision.case.previous_crm
    if before is None:
        return ""
    if not before.tried:
        return desk.say("people.previous.never")
    why = desk.words.own(before.why_it_ended)
    return desk.say("people.previous.tried" if why else "people.previous.unsaid", why=Name(why))


# --- appendix: every number that a score turns on ---------------------------------------------------------

KINDS: dict[str, Kind] = {  # of a group's thresholds, and of those that differ from their group
    **dict.fromkeys(("verdict", "readiness", "first", "selection"), "share"),
    **dict.fromkeys(("plan.pilot_share", "plan.record_coverage", "plan.response_time"), "share"),
    **dict.fromkeys(("plan.significance", "plan.power"), "share"),
    **dict.fromkeys(
        ("verdict.first_term_months", "readiness.risk_below", "selection.concentration"), "count"
    ),
    "cost_each": "money",
}


def thresholds(desk: Desk) -> Section:
    """Every threshold of every score and rule, with its value and the reason for it."""
    say, rows, last = desk.say, list[Row](), ""
    for name, one in bank.thresholds().items():
        group = name.partition(".")[0]
        if group != last:
            rows.append(Row(say(f"people.group.{group}"), role="group"))
            last = group
        value = desk.say(f"people.limit.{name}", value=_limit(desk, name, one))
        rows.append(Row(value, (_own(desk, one.reason),)))
    heads = (Head(say("people.head.limit")), Head(say("people.head.reason"), is_text=True))
    table = Table(say("people.limits.caption"), heads, tuple(rows), "limits")
    return Section(
        "thresholds", say("people.limits.title"), "appendix.html", {"table": table, "convention": ""}
    )


def _limit(desk: Desk, name: str, one: Threshold) -> Name:
    """A threshold as text: one number, or the three of a range."""
    kind = KINDS.get(name) or KINDS.get(name.partition(".")[0], "count")
    numbers = one.range or (one.value,)
    return Name(" / ".join(desk.printer(Figure(name, kind, number)) for number in numbers))
