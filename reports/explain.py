"""One figure on the terminal: what it comes to, its formula, what it is made of, and where that comes from.

What comes in: a `Desk` and a figure, found by its key or its number in the report. What goes out: lines of
text; they say what the appendix of the report says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessment.decision import Decision
from assessment.figures import Figure
from reports.figures import As
from reports.language import Language
from reports.sections.desk import Cell, Desk, Name
from reports.sections.evidence import equation
from reports.sections.tracing import entry, formula, label, options

NUMBERED = re.compile(r"[Ff](\d+)$")


def find(decision: Decision, words: Language, key: str) -> Figure:
    """A figure by its key, such as `saas.npv`, or by its number, `F12`, in the report in this language.

    Raises:
        KeyError: where there is no such figure; the message offers the nearest.
    """
    figures, numbered = Desk(decision, words).figures, NUMBERED.fullmatch(key)
    if numbered is None:
        return figures[key]
    from reports.content import content

    cited = [figure.key for figure in content(decision, words).pages.numbering]
    place = int(numbered[1])
    if not 1 <= place <= len(cited):
        raise KeyError(key)
    return figures[cited[place - 1]]


def explain(desk: Desk, figure: Figure) -> Iterator[str]:
    """What there is to say of a figure, line by line."""
    yield _line(desk, figure)
    if figure.statistics is not None and not figure.is_certain and figure.kind == "money":
        yield desk.span(figure)
    if figure.key.startswith("input."):
        yield from _stated(desk, figure)
        return
    if figure.formula:
        how = formula(desk, figure)
        yield desk.say("explain.formula", formula=Name(how["text"] or equation(desk, how["name"])))
    made_of = [desk.figures[key] for key in figure.inputs]
    if made_of:
        yield desk.say("explain.made_of")
    for one in made_of:
        yield f"  {_line(desk, one)}"
        if one.key.startswith("input."):
            yield from (f"    {line}" for line in _stated(desk, one))


def _line(desk: Desk, figure: Figure) -> str:
    """Name, value, and the key by which one can go on asking."""
    if figure.key.startswith("input."):
        name, value = desk.input(figure.key.removeprefix("input.")), As(figure, "stated")
    else:
        name, value = _name(desk, figure), As(figure, "")
    return desk.say("explain.figure", name=name, value=value, id=Name(figure.key))


def _name(desk: Desk, figure: Figure) -> Name:
    if not figure.formula:  # counted or set: it is called by its key
        return Name(figure.key)
    said, owner = label(desk, figure), options(desk, [figure])
    return Name(desk.say("explain.of", label=Name(said), option=Name(owner)) if owner else said)


def _stated(desk: Desk, figure: Figure) -> Iterator[str]:
    """Source, grade and place of a number that was stated, and what was noted."""
    item = next(one for one in desk.decision.assumptions if f"input.{one.name}" == figure.key)
    _, source, grade, place = entry(desk, item).cells
    assert isinstance(source, Cell)  # noqa: S101 - the register's columns
    yield desk.say("explain.stated", source=Name(source.text), grade=Name(str(grade)), place=Name(str(place)))
    yield from source.notes
