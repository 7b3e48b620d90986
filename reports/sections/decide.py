"""The page that decides: what to do, how sure that is, why, and what to do next. It cites nothing."""

from __future__ import annotations

from collections.abc import Iterator

from assessment.decision import OptionResult
from assessment.figures import Figure
from reports import verdict
from reports.figures import As
from reports.sections.desk import Desk, Section
from roi.model import WITHOUT_PURCHASE

HARDLY = 0.05  # a chance that a note does not mention


def decide(desk: Desk) -> Section:
    """The verdict on one page."""
    data = {
        "lead": verdict.lead(desk),
        "facts": list(_facts(desk)),
        "reasons": verdict.reasons(desk),
        "changes": verdict.changes(desk),
        "leader": verdict.leader(desk),
        "steps": verdict.steps(desk),
        "cautions": list(_cautions(desk)),
    }
    return Section("decide", verdict.title(desk), "decide.html", data)


def _facts(desk: Desk) -> Iterator[dict[str, str]]:
    """Four numbers: the gain and its span, the most that can be lost, the months, the share of users."""
    option, figures, say, printer = desk.standing.shown, desk.figures, desk.say, desk.printer
    if option is None:
        return
    npv, loss = figures[f"{option.id}.npv"], figures[f"{option.id}.p_loss"]
    payback, needed = figures[f"{option.id}.payback_months"], figures[f"{option.id}.break_even_adoption"]
    note = say("verdict.fact.npv.note", span=desk.span(npv), chance=As(loss, "about"))
    yield {
        "label": say("verdict.fact.npv", years=desk.years(), subject=desk.called(option)),
        "value": printer(npv),
        "note": say("verdict.fact.npv.certain") if npv.is_certain else note,
    }
    yield {"label": say("verdict.fact.most"), **_most(desk, option)}
    never = Figure(f"{payback.key}.never", "share", payback.never)
    note = "decide.fact.payback.never" if (never.value or 0) >= HARDLY else "decide.fact.payback.from"
    yield {
        "label": say("decide.fact.payback"),
        "value": printer(payback),
        "note": say(note, never=As(never, "about")),
    }
    gains = (option.npv.most_likely or 0) > 0
    without = "decide.fact.adoption.any" if gains else "decide.fact.adoption.none"
    yield {
        "label": say("decide.fact.adoption"),
        "value": printer(needed),
        "note": say(without if needed.value is None else "decide.fact.adoption.note"),
    }


def _most(desk: Desk, option: OptionResult) -> dict[str, str]:
    """The most that can be lost, and by when one can stop."""
    said = desk.decision.verdict
    if option.kind in WITHOUT_PURCHASE:
        worst = desk.figures[f"{option.id}.npv.p5"]
        if (worst.value or 0) >= 0:
            return {"value": desk.none, "note": desk.say("verdict.fact.most.own.none")}
        return {"value": desk.printer(As(worst, "loss")), "note": desk.say("verdict.fact.most.own")}
    first = f"learning.{said.learning}.cost" if said.learning else "stop.loss"
    note = "fact.most.try" if said.learning else "fact.most.signed"
    return {"value": desk.printer(desk.figures[first]), "note": verdict.in_general(desk, note)}


def _cautions(desk: Desk) -> Iterator[str]:
    decision, figures, say = desk.decision, desk.figures, desk.say
    for one in decision.options:
        if one.added and one.kind == "spreadsheet":
            yield say("decide.caution.sheet", sheet=desk.name(one))
    counted = {name: figures[f"evidence.{name}"] for name in ("inputs", "defaults", "unsourced")}
    yield say(
        "decide.caution.evidence" if counted["unsourced"].value else "decide.caution.evidence.sourced",
        **counted,
    )
    if decision.warnings:
        yield desk.count("decide.caution.warnings", figures["evidence.warnings"])
