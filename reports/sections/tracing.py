"""Where each figure comes from: its formula in words, its inputs, their range, source, grade and place.

What comes in: a `Desk`, and the figures that the report cites. What goes out: the appendices that explain
them; `reports.explain` tells of one figure what they tell of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from assessment.decision import AssumptionRecord
from assessment.figures import UNSOURCED, Figure, Numbering, grade
from reports.figures import As
from reports.sections.desk import DOMAINS, Cell, Desk, Head, Name, Row, Section, Table
from roi.quantities import QUANTITIES


def sources(desk: Desk, numbering: Numbering) -> Section:
    """Every figure cited: what it is, how it comes about, and which inputs it takes."""
    say = desk.say
    entries = [
        {
            "figures": group,
            "label": label(desk, group[0]),
            "options": options(desk, group),
            "formula": formula(desk, group[0]),
            "grade": _grade(desk, group[0]),
            "inputs": _inputs(desk, group),
        }
        for group in _groups(desk, numbering)
    ]
    data = {
        "lead": say("sources.lead"),
        "entries": entries,
        "comma": desk.words.text("terms.word.comma"),
        "stop": say("stop"),
    }
    return Section("sources", say("sources.title"), "sources.html", data)


def _groups(desk: Desk, numbering: Numbering) -> Iterator[list[Figure]]:
    """Figures of the same measure with numbers in a row belong together."""
    group: list[Figure] = []
    for figure in numbering:
        if group and _measure(desk, group[0]) != _measure(desk, figure):
            yield group
            group = []
        group.append(figure)
    if group:
        yield group


def _catalogue(desk: Desk, figure: Figure) -> str | None:
    """The catalogue that explains a figure by its formula; None where its key explains it."""
    return next((name for name in DOMAINS if desk.words.has(f"{name}.definition.{figure.formula}")), None)


def _measure(desk: Desk, figure: Figure) -> str:
    """What a figure measures, whatever the option."""
    if _catalogue(desk, figure):
        return figure.formula
    part = figure.key.partition(".")[2]
    kind, _, which = part.partition(".")
    return kind if kind in ("category", "dimension") and which else part


def label(desk: Desk, figure: Figure) -> str:
    """What people call a figure, without the option it belongs to."""
    if catalogue := _catalogue(desk, figure):
        return desk.say(f"{catalogue}.measure.{figure.formula}")
    part, _, which = figure.key.partition(".")[2].partition(".")
    if part == "benefit":
        return desk.line(which)
    return desk.say(f"measure.{part}")


def options(desk: Desk, group: Sequence[Figure]) -> str:
    """The option that a group's figures belong to."""
    if _catalogue(desk, group[0]):
        return ""
    ids = {figure.key.partition(".")[0] for figure in group}
    if not ids <= {option.id for option in desk.decision.options}:  # of the whole case
        return ""
    return desk.say("sources.every") if len(ids) > 1 else desk.name(desk.decision.option(ids.pop()))


def formula(desk: Desk, figure: Figure) -> dict[str, str]:
    """The formula in words, or where it is printed."""
    if catalogue := _catalogue(desk, figure):
        return {"text": desk.say(f"{catalogue}.definition.{figure.formula}"), "name": ""}
    part = figure.key.partition(".")[2].partition(".")[0]
    if part == "benefit" and figure.formula != "benefit":
        return {"text": "", "name": figure.formula}
    if part == "benefit":
        line = next(line for line in desk.decision.lines if line.id == figure.key.rpartition(".")[2])
        part = "own" if line.follows_adoption else "own_live"
    return {"text": desk.say(f"definition.{part}"), "name": ""}


def _inputs(desk: Desk, group: Sequence[Figure]) -> list[dict[str, str]]:
    """The inputs of a benefit line, to be looked up in the register; a measure's are in its formula."""
    if not group[0].key.partition(".")[2].startswith("benefit."):
        return []
    names = [key.removeprefix("input.") for key in group[0].inputs if key.startswith("input.")]
    return [{"anchor": _anchor(name), "label": desk.input_alone(name)} for name in names]


def _grade(desk: Desk, figure: Figure) -> str:
    """The weakest grade among a benefit line's inputs."""
    if not figure.key.partition(".")[2].startswith("benefit.") or figure.grade is None:
        return ""
    if figure.grade == UNSOURCED:
        return desk.say("sources.unsourced")
    return desk.say("sources.grade", grade=Name(figure.grade))


# --- the register -----------------------------------------------------------------------------------------


def register(desk: Desk) -> Section:
    """Every input with range, source, grade and place."""
    say = desk.say
    rows: list[Row] = []
    for group, items in grouped(desk).items():
        heading = desk.name(desk.decision.option(group)) if group else say("register.company")
        rows += [Row(heading, role="group"), *(entry(desk, item) for item in items)]
    heads = (
        Head(say("register.head.input")),
        Head(say("register.head.numbers")),
        Head(say("register.head.source"), is_text=True),
        Head(say("register.head.grade"), is_text=True),
        Head(say("register.head.place"), is_text=True),
    )
    table = Table(say("register.caption"), heads, tuple(rows), "register")
    data = {"table": table, "convention": ""}
    return Section("register", say("register.title"), "appendix.html", data)


def _anchor(name: str) -> str:
    return f"input-{name.replace('.', '-')}"


def entry(desk: Desk, item: AssumptionRecord) -> Row:
    """An input's row of the register."""
    figure, words = desk.figures[f"input.{item.name}"], desk.words
    source = words.term("source.none")
    if item.source is not None:
        source = words.own(item.source.title) or words.term(f"source.{item.source.kind}")
        if item.source.date:
            source = desk.say("register.source", title=Name(source), date=Name(item.source.date))
    notes = [words.own(item.note)] if item.note else []
    if item.claim:
        notes.append(desk.say("register.claim", claim=As(desk.figures.claim(item.name), "stated")))
    place = desk.say("register.default") if item.is_default else _place(item.place)
    cells = (As(figure, "stated"), Cell(source, tuple(notes)), grade(item) or desk.none, place)
    return Row(desk.input_alone(item.name), cells, anchor=_anchor(item.name))


def _place(place: str) -> str:
    """The line in the case file; where the file lies is nobody else's business."""
    return PurePath(place).name


def grouped(desk: Desk) -> dict[str, list[AssumptionRecord]]:
    """Inputs by the option they belong to, the company's under no name, in the order of the textbook."""
    order = list(QUANTITIES)
    groups: dict[str, list[AssumptionRecord]] = {
        "": [],
        **{option.id: [] for option in desk.decision.options},
    }
    for item in desk.decision.assumptions:
        groups[item.name.partition(".")[0] if "." in item.name else ""].append(item)
    for items in groups.values():
        items.sort(
            key=lambda item: (
                order.index(plain) if (plain := item.name.rpartition(".")[2]) in order else len(order)
            )
        )
    return {name: items for name, items in groups.items() if items}
