"""The compact sections of short reports, and the one-page version.

What comes in: a `Desk`. What goes out: `Section`s that show the part of the long ones' tables that an answer
of four pages rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assessment.figures import Figure, Numbering
from reports.figures import As
from reports.labels import ems
from reports.sections import tracing
from reports.sections.decide import decide
from reports.sections.desk import FULL, Desk, Name, Said, Section, Table
from reports.sections.evidence import data
from reports.sections.money import options
from reports.sections.pains import annual, pains
from reports.sections.people import people
from reports.sections.plan import plan
from reports.sections.risk import risk

PAINS, RISKS, INDICATORS, SWITCHES, WARNINGS, DEFAULTS = 5, 3, 4, 3, 4, 6  # rows and lines that are told
MEASURES = (0, 1, 2, 3, 4)  # columns of the options: NPV, its span, cash, chance of a loss, TCO
COSTS = (0, 1, 2, 3)  # of the pains: times, each time, a year, whether a tool helps
TODAY, OWNER, POINTS = 0, 2, 2  # of the indicators and of the risks
ROW, ROOM = 15, 149  # ems: a row of the chart and the option's name in the sentences; both for all options


def one_page(desk: Desk) -> Section:
    """The page that decides without its lead and cautions; the options side by side where there is room."""
    made = decide(desk)
    told: dict[str, Any] = {**made.data, "lead": "", "cautions": []}
    if sum(ROW + ems(desk.called(option)) for option in desk.decision.options) <= ROOM:
        caption = desk.say("shape.picture.caption", years=desk.years())
        told["picture"] = replace(options(desk).data["picture"], caption=caption)
    return replace(made, data=told)


def why(desk: Desk) -> Section:
    """What hurts and what it costs, and why nothing is bought against it."""
    told = {"pains": _pains(desk), "options": _options(desk), "odds": _odds(desk)}
    return Section("why", _why(desk), "short_why.html", told)


def gaps(desk: Desk) -> Section:
    """What stands in the way: who is missing, how ready people are, what hurts, and what waits behind it."""
    made = people(desk).data
    risks = made["risks"]["table"]
    told = {
        "pains": _pains(desk),
        "fit": made["fit"][:1],
        "gates": made["gates"],
        "readiness": made["readiness"],
        "picture": made["picture"] and replace(made["picture"], caption=""),
        "risks": risks and replace(_part(risks, (POINTS,), RISKS), style="weakest"),
        "options": _options(desk),
    }
    return Section("why", _gap(desk), "short_gaps.html", told)


def instead(desk: Desk) -> Section | None:
    """What to do without buying, what shows that it works, and when to ask again."""
    made, risks = plan(desk), risk(desk)
    if made is None:
        return None
    told: dict[str, Any] = {name: made.data[name] for name in ("fixes", "again")}
    told["cockpit"] = table = made.data["cockpit"]
    if table:
        bare = replace(table, caption=desk.say("plan.cockpit.caption.bare"))
        told["cockpit"] = _part(bare, (TODAY, OWNER), INDICATORS)
    told["switching"] = switching = dict(risks.data["switching"]) if risks else None
    if switching and switching["table"]:
        switching["table"] = _part(switching["table"], (0, 1, 2), SWITCHES)
    return Section("instead", made.title, "short_instead.html", told)


def evidence(desk: Desk) -> Section:
    """How far the numbers can be trusted."""
    made = data(desk)
    told = {
        **{name: made.data[name] for name in ("picture", "table")},
        "notes": [desk.say("options.note.zero"), made.data["convention"]],
        "defaults": made.data["defaults"][:DEFAULTS],
        "warnings": made.data["warnings"][:WARNINGS],
    }
    return Section("data", made.title, "short_data.html", told)


def sources(desk: Desk, numbering: Numbering) -> Section:
    """How the few figures cited come about, and where the rest is."""
    made = tracing.sources(desk, numbering)
    cited = Figure("sources.cited", "count", len(list(numbering)))
    lead = desk.say("shape.sources.lead", command=Name(FULL))
    return replace(made, title=desk.count("shape.sources.title", cited), data={**made.data, "lead": lead})


# --- titles -----------------------------------------------------------------------------------------------


def _why(desk: Desk) -> str:
    """What a purchase brings beyond the way without one: less, too little, or hours that nobody needs."""
    verdict = desk.decision.verdict
    if desk.pair is None:
        return desk.say("shape.why.nothing")
    purchase, without = desk.pair
    gain = desk.figures["verdict.gain"]
    fired = verdict.fired[0].name if verdict.fired else ""
    pattern = "hours" if fired == "cash_gain" else "less" if (gain.value or 0) < 0 else "little"
    printed = As(gain, "loss") if pattern == "less" else gain
    return desk.say(f"shape.why.{pattern}", purchase=purchase, without=without, gain=printed)


def _gap(desk: Desk) -> str:
    """What the purchase would bring on paper, and what keeps it there."""
    gap = Name(desk.say(f"shape.gap.{desk.decision.verdict.fired[0].name}"))
    option = desk.standing.subject
    if option is None or option.npv.mean <= 0:
        return desk.say("shape.gaps.loss", gap=gap)
    npv = desk.figures[f"{option.id}.npv"]
    return desk.say("shape.gaps.gain", option=desk.called(option), npv=npv, gap=gap)


# --- parts of the long report -----------------------------------------------------------------------------


def _part(table: Table, columns: Sequence[int], rows: int) -> Table:
    """Some of the columns after the first, the first rows and the sum, with what is cited of them."""
    heads = [table.heads[at + 1] for at in columns]
    kept = [row for place, row in enumerate(table.rows) if place < rows or row.role == "sum"]
    return replace(
        table,
        heads=(table.heads[0], *(replace(head, figures=head.figures[:rows]) for head in heads)),
        rows=tuple(replace(row, cells=tuple(row.cells[at] for at in columns)) for row in kept),
    )


def _options(desk: Desk) -> dict[str, Any]:
    """The options side by side."""
    made = options(desk)
    table = made.data["table"]
    return {
        **{name: made.data[name] for name in ("lead", "picture")},
        "title": made.title,
        "table": _part(table, MEASURES, len(table.rows)),
    }


def _odds(desk: Desk) -> Said | None:
    """How often the purchase comes out ahead of the way without it."""
    if desk.pair is None:
        return None
    (purchase, without), figures = desk.pair, desk.figures
    low, high, chance = (figures[f"verdict.{name}"] for name in ("gain.p5", "gain.p95", "chance"))
    text = desk.say(
        "shape.odds", purchase=purchase, without=without, chance=As(chance, "about"), low=low, high=high
    )
    return Said(text, (figures["verdict.gain"], chance))


def _pains(desk: Desk) -> dict[str, Any] | None:
    """What hurts and what it costs a year; nothing where nothing does."""
    found, made = desk.decision.diagnosis, pains(desk)
    if made is None or found is None or made.data["table"] is None:
        return None
    table = _part(made.data["table"], COSTS, PAINS)
    costs = replace(table.heads[3], figures=annual(desk, found.pains[:PAINS]))
    heads = (*table.heads[:3], costs, *table.heads[4:])
    return {"title": made.title, "table": replace(table, heads=heads)}
