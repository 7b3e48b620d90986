"""What changed between two versions of a case and what that did to the result, on a terminal and as a report.

What comes in: a `Compared` and a language. What goes out: tables on stdout, or files. Both print the same
`Section`: a title that is a conclusion, the options before and after, and the changes with their effects.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import JustifyMethod
from rich.table import Table as Grid
from rich.text import Text

from assessment.compare import Compared, Effect, Moved
from assessment.figures import Figure
from reports import verdict
from reports.brand import Brand
from reports.changed import Versions, label, told
from reports.content import PLAIN, Content, dated
from reports.figures import As
from reports.html import html
from reports.labels import broken
from reports.language import Language, language
from reports.pages import Pages
from reports.pdf import pdf
from reports.report import ToWrite, write_files
from reports.sections.desk import Desk, Head, Name, Row, Section, Table
from reports.terminal import screen, show_list, show_text

MEASURES = ("npv", "p_loss", "tco")
HEADING, GAP = 10, 2  # columns of a terminal: the least for a heading, and those between two others


def section(both: Versions) -> Section:
    """All that is said."""
    effects = both.compared.effects
    moving = [effect for effect in effects if effect.moved is not None and effect.moved.mean]
    moving.sort(key=lambda effect: -abs(effect.moved.mean) if effect.moved else 0)
    moving += [effect for effect in effects if effect.moved is None and not effect.is_words]
    still = [effect.change for effect in effects if effect.moved is not None and not effect.moved.mean]
    words = dict.fromkeys(label(both, effect.change.path) for effect in effects if effect.is_words)
    say = both.after.say
    data: dict[str, Any] = {
        "lead": list(_lead(both, moving)),
        "options": _options(both) if effects else None,
        "changes": _changes(both, moving) if moving else None,
        "interplay": _interplay(both, moving),
        "still_heading": _still(both),
        "still": [say("compare.still.item", **told(both, change)) for change in still],
        "words": say("compare.words", names=both.after.listed(list(words))) if words else "",
    }
    return Section("compare", _title(both), "compare.html", data)


def show(compared: Compared, words: Language) -> None:
    """All of it on stdout."""
    console, both = screen(), Versions.of(compared, words)
    said = section(both)
    show_text(console, said.title, style="bold")
    show_list(console, said.data["lead"])
    for table in (said.data["options"], said.data["changes"]):
        if table is not None:
            show_text(console, table.caption)
            console.print(_grid(both.after, table, console.width))
            console.print()
    if said.data["interplay"]:
        show_list(console, [said.data["interplay"]])
    if said.data["still"]:
        show_text(console, said.data["still_heading"])
        show_list(console, said.data["still"])
    if said.data["words"]:
        show_text(console, said.data["words"])


def _grid(desk: Desk, table: Table, width: int) -> Grid:
    """A table of the report for a terminal: words are broken to fit, numbers are not."""
    bare = desk.printer.bare
    rows = [
        [row.label, *(bare(cell) if isinstance(cell, Figure | As) else str(cell) for cell in row.cells)]
        for row in table.rows
    ]
    words = [place for place, head in enumerate(table.heads) if not place or head.is_text]
    columns = [[row[place] for row in rows if place < len(row)] for place in range(len(table.heads))]
    widths = [max(map(cell_len, column), default=0) for column in columns]
    taken = sum(max(widths[place], HEADING) + GAP for place in range(len(widths)) if place not in words)
    room = (width - taken) // len(words) - GAP
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(table.heads):
        heading = broken(head.label, (room if place in words else max(widths[place], HEADING)) / 2)
        side: JustifyMethod = "left" if place in words else "right"
        grid.add_column(Text("\n".join(heading)), justify=side, no_wrap=True)
    for row, texts in zip(table.rows, rows, strict=True):
        cells = (broken(text, room / 2) if place in words else [text] for place, text in enumerate(texts))
        grid.add_row(
            *(Text("\n".join(lines)) for lines in cells), style="bold" if row.role == "group" else ""
        )
    return grid


def write(
    compared: Compared,
    folder: str | os.PathLike[str],
    languages: Sequence[str],
    formats: Sequence[str],
    progress: Callable[[str], None] = lambda message: None,
    brand: Brand = PLAIN,
) -> list[Path]:
    """Writes `<id of the new one>.compare.<language>.<format>`, and the data as `<id>.compare.json`.

    Args:
        compared: what the report is about.
        folder: made if it is not there.
        languages: `zh-CN`, `en`.
        formats: `pdf`, `html`, `json`.
        progress: is told of each file written.
        brand: of who prepared it.

    Raises:
        ReportError: after everything else was written, where something was not.
        OSError: if the folder cannot be made or written to.
    """
    return write_files(_files(compared, languages, formats, brand), folder, progress)


def _files(
    compared: Compared, languages: Sequence[str], formats: Sequence[str], brand: Brand
) -> Iterator[ToWrite]:
    """The files of a comparison."""
    stem = f"{compared.after.case.id}.compare"
    for words in map(language, languages):
        said = cache(partial(_content, compared, words, brand))
        for kind, make in (("pdf", pdf), ("html", html)):
            if kind in formats:
                yield f"{stem}.{words.code}.{kind}", words, partial(_bytes, make, said)
    if "json" in formats:
        words = language(languages[0])
        yield f"{stem}.json", words, lambda: (compared.model_dump_json(indent=1) + "\n").encode()


def _bytes(make: Callable[[Content], bytes], said: Callable[[], Content]) -> bytes:
    return make(said())


def _content(compared: Compared, words: Language, brand: Brand = PLAIN) -> Content:
    """The comparison as a report of one section."""
    both = Versions.of(compared, words)
    pages, case = Pages(both.after), compared.after.case
    author = words.own(brand.name) or words.own(case.prepared.get("by", ""))
    about = [(words.text("report.cover.by"), author)] if author else []
    for side, file, desk in zip(("before", "after"), compared.files, (both.before, both.after), strict=True):
        date = words.date(words.own(desk.decision.case.prepared.get("date", "")))
        about.append((words.text(f"compare.{side}"), desk.listed([text for text in (file, date) if text])))
    about.append((words.text("report.cover.version"), compared.after.version))
    return Content(
        pages,
        words.own(case.title) or case.id,
        author,
        dated(case, words),
        tuple(about),
        (pages.section(section(both)),),
        brand,
    )


# --- what came of it --------------------------------------------------------------------------------------


def _title(both: Versions) -> str:
    """Whether the verdict stays, and what it is."""
    if not both.compared.effects:
        return both.after.say("compare.title.none")
    old, new = (desk.decision.verdict for desk in (both.before, both.after))
    stays = (old.outcome, old.option, old.learning) == (new.outcome, new.option, new.learning)
    return both.after.say(
        "compare.title.same" if stays else "compare.title.changed",
        before=Name(verdict.title(both.before)),
        after=Name(verdict.title(both.after)),
    )


def _lead(both: Versions, moving: Sequence[Effect]) -> Iterator[str]:
    """What happened to the option in question, and what did most of it."""
    compared, say = both.compared, both.after.say
    if compared.before.case.id != compared.after.case.id:
        yield say(
            "compare.two_cases", before=Name(compared.before.case.id), after=Name(compared.after.case.id)
        )
    if not compared.effects:
        yield verdict.title(both.after)
        return
    if compared.subject is None:
        yield say("compare.lead.nothing")
        return
    option = both.after.called(both.after.decision.option(compared.subject))
    npv = both.after.figures[f"{compared.subject}.npv"]
    if compared.total is None:
        yield say("compare.lead.new", option=option, after=npv)
        return
    change = compared.total.mean
    yield say(
        f"compare.lead.{'up' if change > 0 else 'down' if change < 0 else 'same'}",
        option=option,
        before=both.before.figures[npv.key],
        after=npv,
    )
    if moving and moving[0].moved:
        name = told(both, moving[0].change)["name"]
        yield say("compare.why", name=name, effect=both.money(moving[0].moved))


def _options(both: Versions) -> Table | None:
    """Every option before and after."""
    ids = dict.fromkeys(one.id for desk in (both.after, both.before) for one in desk.decision.options)
    if not ids:
        return None
    rows = []
    for identifier in ids:
        found = both.option(identifier)
        if found is None or found[1].kind == "status_quo":
            continue
        rows.append(Row(found[0].name(found[1]), role="group"))
        for side, desk in (("before", both.before), ("after", both.after)):
            rows.append(Row(desk.say(f"compare.{side}"), _measures(desk, identifier)))
    say = both.after.say
    heads = (
        Head(say("options.head.option")),
        Head(say("options.head.npv")),
        Head(say("options.head.span")),
        *(Head(say(f"options.head.{measure}")) for measure in MEASURES[1:]),
    )
    return Table(say("compare.options", unit=both.after.unit), heads, tuple(rows), "compared")


def _measures(desk: Desk, option: str) -> tuple[Figure | As | str, ...]:
    if option not in {one.id for one in desk.decision.options}:
        return (desk.none,) * (len(MEASURES) + 1)
    npv, *others = (desk.figures[f"{option}.{measure}"] for measure in MEASURES)
    return (npv, As(npv, "span"), *others)


def _changes(both: Versions, moving: Sequence[Effect]) -> Table:
    """What moved the money, the most important first."""
    say, subject, rows = both.after.say, both.compared.subject, []
    for effect in moving:
        name, *sides = told(both, effect.change).values()
        rows.append(
            Row(name, (*sides, both.money(effect.moved) if effect.moved else say("compare.not_alone")))
        )
    heads = (
        Head(say("compare.head.change")),
        Head(say("compare.before"), is_text=True),
        Head(say("compare.after"), is_text=True),
        Head(say("compare.head.effect")),
    )
    caption = say("compare.changes.plain")
    if subject is not None:
        caption = say("compare.changes", option=both.after.called(both.after.decision.option(subject)))
    return Table(caption, heads, tuple(rows), "changes")


def _interplay(both: Versions, moving: Sequence[Effect]) -> str:
    """What the changes do to each other; nothing where there is but one, or where that cannot be seen."""
    total, rest = both.compared.total, both.compared.interplay
    if total is None or rest is None or len(moving) < 2:
        return ""
    parts = Moved(mean=total.mean - rest.mean, se=total.se)
    if both.money(parts) == both.money(total):
        return ""
    key = "compare.interplay" if all(effect.moved for effect in moving) else "compare.interplay.some"
    return both.after.say(key, parts=both.money(parts), total=both.money(total), rest=both.money(rest))


def _still(both: Versions) -> str:
    """What the changes that moved nothing are headed with."""
    option = both.compared.subject
    if option is None:
        return both.after.say("compare.still.plain")
    return both.after.say("compare.still", option=both.after.called(both.after.decision.option(option)))
