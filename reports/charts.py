"""The pictures of the report, as Altair specifications and as SVG.

What comes in: rows whose numbers and printed labels were made from figures, texts, and a width. What goes
out: a chart, or its SVG for paper and page. Sizes are points: a chart's text is `TEXT` high.

Blue is gain and vermilion is cost (Okabe and Ito's, told apart by every kind of colour vision), and never
alone: filled or hollow, left or right of the line at nothing, a sign in front of the number.

A mark says what it means where its row has words for it in `told`: what it belongs to on the first line, its
numbers behind it. In a notebook that is its tooltip; on the page `charts.js` shows it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
from altair.utils import schemapi

from reports.labels import ems, wrapped
from templates import ROOT

GAIN, COST, INK, QUIET, HAIRLINE = "#0072b2", "#d55e00", "#1a1a1a", "#5f6670", "#c9ced6"
TEXT = 8
LINE = 11
WIDE, NARROW = 482, 262  # the text column of an A4 page; of a phone, where a point shows as 1.3 pixels
PHONE = 400  # below this width labels are given less room
FONT = "Noto Sans SC"
VEGALITE = "6.4"
Rows = list[dict[str, Any]]  # what a chart is drawn from
X_AT: Any = alt.XValue  # untyped in Altair
Y_AT: Any = alt.YValue
SVG = "http://www.w3.org/2000/svg"
DROPPED = frozenset(
    {"role", "aria-label", "aria-hidden", "aria-roledescription", "class", "font-family", "pointer-events"}
)
TAG = re.compile("<[^>]*>")
TOLD = re.compile(r' data-told="[^"]*"')
DRAWING = Path(__file__).with_name("drawing.py")
UNSEEN = re.compile(r'<[^>]* opacity="0"[^>]*/>')  # marks that show only where they are looked for


@dataclass(frozen=True)
class Axis:
    """Where an axis begins and ends, and its marks with their labels."""

    low: float
    high: float
    values: tuple[float, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Range:
    """An option's result: where it falls nine times in ten, every second time, and on average."""

    label: str
    p5: float
    p25: float
    median: float
    p75: float
    p95: float
    mean: float
    printed: str
    chosen: bool = False
    told: str = ""


@dataclass(frozen=True)
class Step:
    """A bar of a waterfall; kinds are `cash`, `capacity`, `cost`, `sum`, and `heading`, which has no bar."""

    label: str
    kind: str
    start: float
    end: float
    printed: str
    told: str = ""


@dataclass(frozen=True)
class Spread:
    """How often an option's result falls where; `bins` are told of one by one."""

    label: str
    edges: tuple[float, ...]
    shares: tuple[float, ...]
    mean: float
    printed: str
    told: str = ""
    bins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """What an option costs in a category; `hidden` is `no`, `yes` or `partly`."""

    category: str
    value: float
    hidden: str
    printed: str
    told: str = ""


@dataclass(frozen=True)
class Column:
    """The costs of one option."""

    label: str
    total: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Level:
    """A share that was reached; None where nobody knows."""

    label: str
    share: float | None
    printed: str
    told: str = ""


Paint = tuple[str | None, str | None]  # fill and stroke
HIDDEN: dict[str, Paint] = {"no": (COST, None), "partly": ("#eda26c", COST), "yes": ("white", COST)}
KINDS: dict[str, Paint] = {
    "cash": (GAIN, None),
    "capacity": ("white", GAIN),
    "cost": (COST, None),
    "sum": (INK, None),
    "heading": (None, None),
}


# --- parts ----------------------------------------------------------------------------------------------


def frame(rows: Sequence[Any]) -> Rows:
    """Rows as data; `row` is their place."""
    return [{"row": place, **asdict(row)} for place, row in enumerate(rows)]


def labelled(rows: Sequence[Any], room: float, lines: int = 2) -> Rows:
    """The same, with labels that keep to a width in letters' heights and to a few lines."""
    return [{**row, "label": wrapped(row["label"], room, lines)} for row in frame(rows)]


def chart(data: Rows) -> Any:
    """A chart of some data, without marks yet."""
    return alt.Chart(alt.InlineData(values=data))


def across(axis: Axis, field: str = "x", *, top: bool = False) -> alt.X:
    """The horizontal axis: marks where the labels say, and nothing else."""
    style = alt.Axis(
        values=list(axis.values),
        labelExpr=_lookup(axis),
        title=None,
        orient="top" if top else "bottom",
        labelFlush=False,
    )
    return alt.X(
        f"{field}:Q", axis=style, scale=alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False)
    )


def upward(axis: Axis, field: str) -> alt.Y:
    """The vertical axis of amounts: marks where the labels say, with a hairline at each."""
    style = alt.Axis(values=list(axis.values), labelExpr=_lookup(axis), title=None, grid=True)
    scale = alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False)
    return alt.Y(f"{field}:Q", axis=style, scale=scale)


def _lookup(axis: Axis) -> str:
    """An expression that gives each mark its label."""
    return f"{json.dumps(list(axis.labels))}[indexof({json.dumps(list(axis.values))}, datum.value)]"


def down(rows: int, field: str = "row") -> alt.Y:
    """The vertical axis: one step for each row, the first on top."""
    return alt.Y(
        f"{field}:Q", axis=None, scale=alt.Scale(domain=[-0.5, rows - 0.5], reverse=True, nice=False)
    )


def beside(columns: int, field: str = "at") -> alt.X:
    """The horizontal axis: one step for each column, the first on the left."""
    scale = alt.Scale(domain=[-0.5, columns - 0.5], nice=False, zero=False)
    return alt.X(f"{field}:Q", axis=None, scale=scale)


def tile(row: int, column: int) -> dict[str, Any]:
    """Where a square lies whose middle is a step of `down` and of `beside`."""
    return {
        "x": column - 0.5,
        "x2": column + 0.5,
        "at": column,
        "row": row,
        "y": row - 0.5,
        "y2": row + 0.5,
    }


def tiled(rows: int, columns: int) -> dict[str, Any]:
    """The channels that draw such squares."""
    x, y = beside(columns, "x"), down(rows, "y")
    return {"x": x, "x2": alt.X2("x2:Q"), "y": y, "y2": alt.Y2("y2:Q")}


def text_marks(data: Rows, field: str, **mark: Any) -> Any:
    """Labels; a line break in them breaks the line."""
    style = {"baseline": "middle", "color": INK, "lineBreak": "\n", "lineHeight": LINE, **mark}
    return chart(data).mark_text(**style).encode(text=alt.Text(f"{field}:N"))


def centred(data: Rows, field: str, x: Any, y: Any, shift: float = 0.0, **mark: Any) -> Iterator[Any]:
    """Labels of one or several lines about the middle of their rows."""
    for breaks in sorted({row[field].count("\n") for row in data}):
        some = [row for row in data if row[field].count("\n") == breaks]
        yield text_marks(some, field, dy=shift - LINE * breaks / 2, **mark).encode(x=x, y=y)


def telling(marks: Any) -> Any:
    """Marks that say what they mean."""
    found = marks.encode(description="told:N", tooltip="told:N")
    found.mark = found.mark.copy()
    found.mark.aria = True
    return found


def painted(marks: Any) -> Any:
    """Marks filled and framed as their rows say."""
    return marks.encode(
        fill=alt.Fill("fill:N", scale=None, legend=None),
        stroke=alt.Stroke("stroke:N", scale=None, legend=None),
    )


def nothing(axis: Axis) -> Any:
    """The line at nothing: neither gain nor loss."""
    return chart([{"x": 0.0}]).mark_rule(color=INK, strokeWidth=0.8).encode(x=across(axis))


def finished(
    chart: Any, width: float, height: float, left: float, right: float, top: float, bottom: float
) -> Any:
    """A chart of a width that is known beforehand, in the house's style."""
    padding = {"left": left, "right": right, "top": top, "bottom": bottom}
    return _styled(
        chart.properties(width=width - left - right, height=height, padding=padding, autosize="none")
    )


def _styled(chart: Any) -> Any:
    return (
        chart.configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_mark(aria=False)
        .configure_text(fontSize=TEXT)
        .configure_axis(
            labelFontSize=TEXT,
            labelColor=QUIET,
            labelPadding=4,
            domain=False,
            ticks=False,
            gridColor=HAIRLINE,
            gridWidth=0.5,
            aria=False,
        )
    )


# --- the charts -------------------------------------------------------------------------------------------


def ranges(rows: Sequence[Range], axis: Axis, width: float) -> Any:
    """Options side by side: a line for nine times in ten, a bar for every second, a dot for the mean."""
    left, right, step, lines = (136.0, 62.0, 27.0, 2) if width > PHONE else (80.0, 46.0, 37.0, 3)
    data = labelled(rows, left / TEXT - 1, lines)
    base, y = chart(data), down(len(rows))
    colour = alt.condition("datum.chosen", alt.value(GAIN), alt.value(QUIET))
    dots = alt.condition("datum.chosen", alt.value(GAIN), alt.value("white"))
    layers = [
        nothing(axis),
        *map(
            telling,
            (
                base.mark_rule(strokeWidth=1.2).encode(
                    x=across(axis, "p5"), x2=alt.X2("p95:Q"), y=y, color=colour
                ),
                base.mark_bar(height=8, opacity=0.35).encode(
                    x=across(axis, "p25"), x2=alt.X2("p75:Q"), y=y, color=colour
                ),
                base.mark_tick(thickness=1.6, size=11).encode(x=across(axis, "median"), y=y, color=colour),
                base.mark_point(size=42, strokeWidth=1.6, opacity=1).encode(
                    x=across(axis, "mean"), y=y, fill=dots, stroke=colour
                ),
            ),
        ),
    ]
    for chosen, bold in ((True, 600), (False, 400)):
        some = [row for row in data if row["chosen"] == chosen]
        if some:
            for field, at in (("label", -8), ("printed", width - left)):
                texts = text_marks(some, field, align="right", fontWeight=bold).encode(x=X_AT(at), y=y)
                layers.append(telling(texts))
    return finished(alt.layer(*layers), width, step * len(rows), left, right, 2, 18)


def waterfall(steps: Sequence[Step], axis: Axis, width: float) -> Any:
    """From benefits to what remains: bars that begin where the last one ended."""
    left, right, step, lines = (158.0, 52.0, 13.5, 1) if width > PHONE else (94.0, 34.0, 25.0, 2)
    data = frame(steps)
    for row in data:
        room = left / TEXT - (0.4 if row["kind"] == "heading" else 1.6)
        row["label"] = wrapped(row["label"], room, lines)
        row["x"], row["x2"] = sorted((row["start"], row["end"]))
        row["fill"], row["stroke"] = KINDS[row["kind"]]
    y = down(len(steps))
    drawn = [row for row in data if row["kind"] != "heading"]
    bars = painted(chart(drawn).mark_bar(height=9, strokeWidth=1.2))
    layers: list[Any] = [
        nothing(axis),
        telling(bars.encode(x=across(axis), x2=alt.X2("x2:Q"), y=y)),
        _links(steps, axis, y),
    ]
    for kinds, indent, weight in (
        (("heading",), 0, 600),
        (("sum",), 0, 600),
        (("cash", "capacity", "cost"), 8, 400),
    ):
        some = [row for row in data if row["kind"] in kinds]
        if some:
            colour = QUIET if kinds == ("heading",) else INK
            labels = text_marks(some, "label", align="left", fontWeight=weight, color=colour)
            numbers = text_marks(some, "printed", align="right", fontWeight=weight)
            layers += [
                telling(labels.encode(x=X_AT(-left + indent), y=y)),
                telling(numbers.encode(x=X_AT(width - left), y=y)),
            ]
    return finished(alt.layer(*layers), width, step * len(steps), left, right, 2, 18)


def _links(steps: Sequence[Step], axis: Axis, y: alt.Y) -> Any:
    """Hairlines from the end of a bar to the beginning of the next."""
    bars = [(place, step) for place, step in enumerate(steps) if step.kind != "heading"]
    links = [
        {"x": one.end, "row": place + 0.3, "until": below - 0.3}
        for (place, one), (below, _) in pairwise(bars)
    ]
    return (
        chart(links).mark_rule(color=QUIET, strokeWidth=0.5).encode(x=across(axis), y=y, y2=alt.Y2("until:Q"))
    )


def spreads(rows: Sequence[Spread], axis: Axis, width: float) -> Any:
    """One small histogram per option over the same axis; what lies left of nothing is loss."""
    left, right, high = (118.0, 76.0, 44.0) if width > PHONE else (72.0, 60.0, 46.0)
    bins, marks = [], []
    for place, row in enumerate(rows):
        bins += _bins(row, place)
        marks.append({"x": row.mean, "y": place - 0.46, "y2": place + 0.46, "told": row.told})
    labels = labelled(rows, left / TEXT - 1.2, 3)
    y = down(len(rows))
    rects = chart(bins).mark_rect(fill=GAIN)
    rects = rects.encode(
        x=across(axis, "x"),
        x2=alt.X2("x2:Q"),
        y=down(len(rows), "y"),
        y2=alt.Y2("y2:Q"),
        fill=alt.condition("datum.loss", alt.value(COST), alt.value(GAIN)),
        opacity=alt.condition("datum.loss", alt.value(0.75), alt.value(1)),
    )
    mean = chart(marks).mark_rule(color=INK, strokeWidth=1.2, strokeDash=[3, 2])
    floor = chart(marks).mark_rule(color=HAIRLINE, strokeWidth=0.6)
    layers = [
        telling(rects),
        floor.encode(y=alt.Y("y2:Q", axis=None, scale=y["scale"])),
        nothing(axis),
        telling(mean.encode(x=across(axis), y=down(len(rows), "y"), y2=alt.Y2("y2:Q"))),
        telling(text_marks(labels, "label", align="right").encode(x=X_AT(-8), y=y)),
        telling(text_marks(labels, "printed", align="right").encode(x=X_AT(width - left), y=y)),
    ]
    return finished(alt.layer(*layers), width, high * len(rows), left, right, 2, 18)


def _bins(row: Spread, place: int) -> list[dict[str, Any]]:
    """Rectangles as high as their density, the one over nothing cut in two."""
    densities = [
        share / (end - start) for (start, end), share in zip(pairwise(row.edges), row.shares, strict=True)
    ]
    top, found = max(densities, default=0.0), []
    told = row.bins or ("",) * len(densities)
    for (start, end), density, words in zip(pairwise(row.edges), densities, told, strict=True):
        cuts = [start, 0.0, end] if start < 0 < end else [start, end]
        for one, other in pairwise(cuts):
            if density:
                height = 0.86 * density / top
                found.append(
                    {
                        "x": one,
                        "x2": other,
                        "y": place + 0.46 - height,
                        "y2": place + 0.46,
                        "loss": other <= 0,
                        "told": words,
                    }
                )
    return found


def columns(groups: Sequence[Column], categories: Sequence[tuple[str, str]], width: float) -> Any:
    """Costs by category, one column of bars per option; hollow bars are what a quote does not show.

    Args:
        groups: up to four stand legibly side by side on paper, two on a phone.
        categories: name and label of each row.
        width: of the whole.
    """
    room, step, lines = (118.0, 15.0, 1) if width > PHONE else (66.0, 24.0, 2)
    each = (width - room) / max(len(groups), 1)
    rows = {name: place for place, (name, _) in enumerate(categories)}
    cells = [
        {"column": place, **asdict(cell), "row": rows[cell.category], "x": place * each}
        for place, group in enumerate(groups)
        for cell in group.cells
    ]
    widest = TEXT * max(ems(cell["printed"]) for cell in cells)
    scale = (each - 13 - widest) / (max(cell["value"] for cell in cells) or 1.0)
    for cell in cells:
        cell["x2"] = cell["x"] + cell["value"] * scale
        cell["at"] = cell["x2"] + 3
        cell["fill"], cell["stroke"] = HIDDEN[cell["hidden"]]
    x = partial(alt.X, axis=None, scale=alt.Scale(domain=[0, width - room], nice=False))
    y = down(len(rows))
    names = [
        {"row": row, "label": wrapped(label, room / TEXT - 0.8, lines)}
        for row, (_, label) in enumerate(categories)
    ]
    layers: list[Any] = [text_marks(names, "label", align="left").encode(x=X_AT(-room), y=y)]
    bars = painted(chart(cells).mark_bar(height=8, strokeWidth=1.1))
    layers += [
        telling(bars.encode(x=x("x:Q"), x2=alt.X2("x2:Q"), y=y)),
        telling(text_marks(cells, "printed", align="left").encode(x=x("at:Q"), y=y)),
    ]
    heads = [wrapped(group.label, each / TEXT - 1, 3) for group in groups]
    tall = LINE * (1 + max(head.count("\n") for head in heads))
    for place, (group, head) in enumerate(zip(groups, heads, strict=True)):
        texts = [{"head": head, "total": group.total}]
        bold = text_marks(texts, "head", align="left", baseline="top", fontWeight=600)
        layers.append(bold.encode(x=X_AT(place * each), y=Y_AT(-tall - 18)))
        layers.append(text_marks(texts, "total", align="left").encode(x=X_AT(place * each), y=Y_AT(-12)))
    return finished(alt.layer(*layers), width, step * len(rows), room, 0, tall + 26, 2)


def profile(rows: Sequence[Level], width: float) -> Any:
    """Shares one below the other: a frame for the whole, filled as far as it was reached."""
    data = [{**row, "start": 0.0, "whole": 1.0} for row in frame(rows)]
    left, right = (12 + TEXT * max(ems(row[name]) for row in data) for name in ("label", "printed"))
    axis, y = Axis(0.0, 1.0, (), ()), down(len(rows))
    whole = chart(data).mark_bar(height=9, fill="white", stroke=GAIN, strokeWidth=1.1)
    known = chart([row for row in data if row["share"] is not None]).mark_bar(height=9, fill=GAIN)
    layers = [
        whole.encode(x=across(axis, "start"), x2=alt.X2("whole:Q"), y=y),
        known.encode(x=across(axis, "start"), x2=alt.X2("share:Q"), y=y),
        text_marks(data, "label", align="right").encode(x=X_AT(-8), y=y),
        text_marks(data, "printed", align="right").encode(x=X_AT(width - left), y=y),
    ]
    layers = list(map(telling, layers))
    return finished(alt.layer(*layers), width, 19 * len(rows), left, right, 2, 2)


# --- SVG --------------------------------------------------------------------------------------------------


def unvalidated() -> AbstractContextManager[None]:
    """Within it Altair checks no chart against Vega-Lite's schema: tests do, and it takes half the time."""
    found: AbstractContextManager[None] = schemapi.debug_mode(False)
    return found


class _Converter:
    """vl-convert, knowing the bundled fonts, in a process of its own: its engine alone takes 100 MB."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", DRAWING, ROOT / "fonts", VEGALITE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # only we are to be interrupted from the keyboard
        )
        weakref.finalize(self, self._process.communicate)

    def svg(self, specification: dict[str, Any]) -> str:
        stdin: Any = self._process.stdin  # a pipe
        stdout: Any = self._process.stdout
        print(json.dumps(specification), file=stdin, flush=True)
        if not (line := stdout.readline()):
            raise ChildProcessError(f"{DRAWING} has ended")
        drawn: str = json.loads(line)
        return drawn


_converter = cache(_Converter)


def get_ready() -> None:
    """Starts what draws, which takes half a second, while something else is computed."""
    _converter()


def put_away() -> None:
    """Gives back the memory that drawing took; drawing again takes half a second to begin."""
    _converter.cache_clear()


def svg(chart: Any, title: str, language: str, fonts: str = FONT) -> str:
    """A chart as an SVG element for paper or page.

    Args:
        chart: of this module.
        title: what it shows, for those who do not see it.
        language: of the title and the labels.
        fonts: family names as CSS has them.

    Returns:
        The element alone. It asks for nothing from outside and carries no script. What a mark means
        stands in `data-told`.
    """
    drawn = _converter().svg(chart.to_dict(validate=False))
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(drawn)  # noqa: S314 - made here, from our own specification
    for element in root.iter():
        told = element.attrib.get("aria-label")
        for name in DROPPED & element.attrib.keys():
            del element.attrib[name]
        if told:
            element.attrib["data-told"] = told
    _split_lines(root)
    width, height = root.attrib["width"], root.attrib["height"]
    heading = ElementTree.Element(f"{{{SVG}}}title")
    heading.text = title
    root.insert(0, heading)
    root.attrib.clear()
    root.attrib.update(
        {
            "role": "img",
            "lang": language,
            "width": f"{width}pt",
            "height": f"{height}pt",
            "viewBox": f"0 0 {width} {height}",
            "font-family": fonts,
        }
    )
    return ElementTree.tostring(root, encoding="unicode")


def silent(drawn: str) -> str:
    """An SVG element for paper: nobody asks its marks what they mean."""
    return TAG.sub(lambda tag: "" if UNSEEN.match(tag[0]) else TOLD.sub("", tag[0]), drawn)


def _split_lines(root: ElementTree.Element) -> None:
    """Each line of a label becomes an element of its own: WeasyPrint aligns only the first of several."""
    for parent in list(root.iter()):
        for place, text in reversed(list(enumerate(parent))):
            lines = list(text)
            if text.tag != f"{{{SVG}}}text" or not lines:
                continue
            parent.remove(text)
            lower = 0.0
            for offset, line in enumerate(lines):
                lower += float(line.attrib.get("dy", 0))
                moved = f"{text.attrib['transform']} translate(0,{lower:g})"
                alone = ElementTree.Element(text.tag, {**text.attrib, "transform": moved})
                alone.text = line.text
                parent.insert(place + offset, alone)
