"""Price and contract: what each purchase costs until when, and what there is to negotiate.

What comes in: a `Desk`. What goes out: tables of the cost after one, three and five years, and the section
on the terms and on what to ask vendors.
"""

from __future__ import annotations

from collections.abc import Sequence

from assessment import bank
from assessment.decision import OptionResult
from assessment.terms import TermsRecord
from reports.figures import As
from reports.sections.desk import Cell, Desk, Head, Name, Row, Section, Table
from reports.verdict import told


def by_horizon(desk: Desk, some: Sequence[OptionResult]) -> Table:
    """What each option costs in all, were one to stop looking earlier or later."""
    figures, say = desk.figures, desk.say
    owned = desk.decision.ownership or []
    horizons = sorted({one.years for one in owned})
    keys = {option.id: [f"owned.{option.id}.{years}" for years in horizons] for option in some}
    heads = [
        Head(
            desk.words.count("report.years", years),
            tuple(figures[f"owned.{option.id}.{years}.nominal"] for option in some),
        )
        for years in horizons
    ]
    rows = []
    for option in some:
        rows.append(Row(desk.name(option), tuple(figures[f"{key}.nominal"] for key in keys[option.id])))
        rows.append(Row(say("contract.span"), tuple(_span(desk, key) for key in keys[option.id]), "part"))
        each = tuple(As(figures[f"{key}.per_user_month"], "full") for key in keys[option.id])
        rows.append(Row(say("measure.per_user_month"), each, "part"))
    caption = say("contract.horizons.caption", unit=desk.unit)
    return Table(caption, (Head(say("options.head.option")), *heads), tuple(rows))


def _span(desk: Desk, key: str) -> str:
    """Where a cost falls nine times in ten."""
    low, high = (desk.printer.bare(desk.figures[f"{key}.nominal.{end}"]) for end in ("p5", "p95"))
    return (
        desk.words.text("report.certain")
        if low == high
        else desk.say("from_to", low=Name(low), high=Name(high))
    )


def contract(desk: Desk) -> Section | None:
    """What there is to negotiate with each purchase, and what it is worth."""
    terms = {one.option: one for one in desk.decision.terms or ()}
    if not terms:
        return None
    subject = desk.standing.subject
    first = terms.get(subject.id) if subject else None
    first = first or next(iter(terms.values()))
    order = [first, *(one for one in terms.values() if one is not first)]
    data = {
        "lead": desk.say("contract.lead"),
        "table": _terms(desk, order),
        "points": _points(desk, first),
        "questions": _questions(desk, first),
    }
    return Section("contract", _title(desk, first), "contract.html", data)


def _title(desk: Desk, one: TermsRecord) -> str:
    option = desk.called(desk.decision.option(one.option))
    if one.bearable is None:
        return desk.say("contract.title.no_price", option=option)
    if one.bearable <= 0:
        return desk.say("contract.title.gift", option=option)
    if one.bearable < 1:
        cut = desk.figures[f"terms.{one.option}.cut"]
        return desk.say("contract.title.cut", option=option, cut=cut)
    return desk.say("contract.title.room", option=option, room=desk.figures[f"terms.{one.option}.room"])


def _terms(desk: Desk, order: Sequence[TermsRecord]) -> Table:
    """The terms of every purchase side by side."""
    figures, say = desk.figures, desk.say
    names = ("price", "bearable", "uplift", "exit")
    cited = {
        name: tuple(figures[f"terms.{one.option}.{name}"] for one in order if _has(desk, one, name))
        for name in names
    }
    heads = (
        Head(say("options.head.option")),
        Head(say("contract.head.price"), cited["price"]),
        Head(say("contract.head.bearable"), cited["bearable"], is_text=True),
        Head(say("contract.head.uplift"), cited["uplift"]),
        Head(say("contract.head.exit"), cited["exit"]),
        Head(say("contract.head.term"), is_text=True),
        Head(say("contract.head.export"), is_text=True),
    )
    rows = tuple(
        Row(
            desk.name(desk.decision.option(one.option)),
            (
                figures[f"terms.{one.option}.price"] if one.lines else desk.none,
                Cell(_bearable(desk, one)),
                figures[f"terms.{one.option}.uplift"] if one.uplift is not None else desk.none,
                figures[f"terms.{one.option}.exit"],
                Cell(_term(desk, one)),
                Cell(say(f"contract.export.{one.export or 'unsaid'}")),
            ),
        )
        for one in order
    )
    return Table(say("contract.caption", unit=desk.unit), heads, rows, "terms")


def _has(desk: Desk, one: TermsRecord, name: str) -> bool:
    return getattr(one, name) is not None and (name != "price" or bool(one.lines))


def _bearable(desk: Desk, one: TermsRecord) -> str:
    """By how much the price may rise, or must fall, until it is all the same."""
    if one.bearable is None:
        return desk.none
    if one.bearable <= 0:
        return desk.say("contract.bearable.gift")
    way = "room" if one.bearable >= 1 else "cut"
    return desk.say(f"contract.bearable.{way}", share=desk.figures[f"terms.{one.option}.{way}"])


def _term(desk: Desk, one: TermsRecord) -> str:
    if one.term_months is None:
        return desk.say("contract.term.unsaid")
    term, notice = (desk.figures[f"terms.{one.option}.{name}"] for name in ("term_months", "notice_months"))
    return desk.say(
        "contract.term" if one.notice_months else "contract.term.no_notice", term=term, notice=notice
    )


def _points(desk: Desk, one: TermsRecord) -> list[str]:
    """Where one stands in talking about the price of the purchase that comes first."""
    say, figures = desk.say, desk.figures
    option = desk.called(desk.decision.option(one.option))
    found = []
    if desk.decision.verdict.is_tie:
        found.append(say("contract.point.tie"))
    if one.bearable is not None and one.bearable > 0:
        way = "room" if one.bearable >= 1 else "cut"
        found.append(say(f"contract.point.{way}", option=option, share=figures[f"terms.{one.option}.{way}"]))
    if one.uplift:
        found.append(say("contract.point.uplift", uplift=figures[f"terms.{one.option}.uplift"]))
    return found


def _questions(desk: Desk, one: TermsRecord) -> list[dict[str, str]]:
    """What to ask the vendor if something is tried or bought, and what the case already reckons with."""
    asked, plan, found = bank.plan_entries("questions"), desk.decision.plan, []
    for entry in plan.questions if plan and plan.is_go else ():
        question = asked[entry.id]
        said = [told(desk, entry.said)] if entry.said else []
        if question.needs == "integration" and one.systems:
            systems = desk.listed([_system(desk, system) for system in one.systems])
            said.append(desk.say("contract.systems", systems=systems))
        found.append(
            {
                "question": desk.words.own(question.title),
                "why": desk.words.own(question.why or ""),
                "said": desk.joined(said),
            }
        )
    return found


def _system(desk: Desk, name: str) -> Name:
    """A system as people call it: usual ones by their id, others as they were written."""
    key = f"contract.system.{name}"
    return Name(desk.words.text(key) if desk.words.has(key) else name)
