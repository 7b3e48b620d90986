"""The pictures of the risk sections: what moves the result, and who wins where.

What comes in: rows whose numbers and printed labels were made from figures, and a width. What goes out:
charts, to be drawn by `reports.charts.svg`. The style is that of `reports.charts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from string import ascii_uppercase
from typing import Any

import altair as alt
import pandas as pd

from reports.charts import (
    COST,
    GAIN,
    INK,
    LINE,
    PHONE,
    TEXT,
    X_AT,
    Y_AT,
    Axis,
    across,
    down,
    finished,
    frame,
    painted,
    telling,
    text_marks,
)
from reports.labels import ems, wrapped

NAMES = 136.0  # points for the inputs' names
END = 12.0  # of a value at a bar's end, in letters' heights; longer ones are broken
GAP = 4  # points between a bar and its value
ROUNDS = 20  # after which the room for values stays as it is
FILLS = "#f1f3f5 #f6d98b #9fcbe6 #79b89f #cba3c4 #dba873 #a3abb8".split()  # the letter tells them apart


@dataclass(frozen=True)
class Bar:
    """NPV with one input low and high, and how these values are printed."""

    label: str
    npv_low: float
    npv_high: float
    low: str
    high: str
    told_low: str = ""
    told_high: str = ""


@dataclass(frozen=True)
class Field:
    """A square of a map: who wins there; `here` where the case stands."""

    row: int
    column: int
    winner: int
    here: bool = False
    told: str = ""


def letter(place: int) -> str:
    """What an option is called on the map."""
    return ascii_uppercase[place % len(ascii_uppercase)]


def tornado(bars: Sequence[Bar], baseline: float, axis: Axis, width: float) -> Any:
    """One bar for each input, from its low to its high value; the side of the high value is filled."""
    phone = width <= PHONE
    names = 0.0 if phone else NAMES
    data = frame(bars)
    data["name"] = [wrapped(bar.label, (names or width) / TEXT - 1, 1 if phone else 2) for bar in bars]
    ends = pd.concat([_ends(data, baseline, end) for end in ("low", "high")])
    ends = ends.sort_values(["row", "stroke", "length"], ascending=[True, True, False])  # the shorter is seen
    before, behind = _room(ends, axis, width - names)
    above = LINE if phone else 0  # a phone has the label above its bar
    lines = max(text.count("\n") + 1 for text in [*ends["value"], *data["name"]])
    y = down(len(bars))
    halves = painted(alt.Chart(ends).mark_bar(height=9, yOffset=above / 2, strokeWidth=1.1))
    layers = [telling(halves.encode(x=across(axis, "base"), x2=alt.X2("npv:Q"), y=y))]
    for align, shift in (("right", -GAP), ("left", GAP)):
        some = ends[ends["align"] == align]
        values = _labels(some, "value", above / 2, across(axis, "npv"), y, align=align, dx=shift)
        layers += map(telling, values)
    layers += _labels(data, "name", -above / 2, X_AT(-names - before), y, align="left")
    step = LINE * lines + above + 4
    marks = pd.DataFrame({"x": baseline, "row": data["row"]})  # on a phone not through the names
    half = 7 / step if phone else 0.5
    marks["top"], marks["end"] = (
        marks["row"] + above / 2 / step - half,
        marks["row"] + above / 2 / step + half,
    )
    line = alt.Chart(marks).mark_rule(color=INK, strokeWidth=0.8, strokeDash=[3, 2])
    layers.append(line.encode(x=across(axis), y=down(len(bars), "top"), y2=alt.Y2("end:Q")))
    return finished(alt.layer(*layers), width, step * len(bars), names + before, behind, 2, 18)


def _labels(data: pd.DataFrame, field: str, shift: float, x: Any, y: Any, **mark: Any) -> Iterator[Any]:
    """Labels of one or several lines about the middle of their rows."""
    for breaks, some in data.groupby(data[field].str.count("\n")):
        marks = text_marks(some, field, dy=shift - LINE * breaks / 2, **mark)
        yield marks.encode(x=x, y=y)


def _room(ends: pd.DataFrame, axis: Axis, width: float) -> tuple[int, int]:
    """How much width the values need before the first and behind the last point of the axis."""
    needed = [TEXT * max(map(ems, value.split("\n"))) + 2 * GAP for value in ends["value"]]
    share = (ends["npv"] - axis.low) / (axis.high - axis.low)
    before = behind = 0.0
    for _ in range(ROUNDS):
        plot = width - before - behind
        rooms = list(zip(ends["align"], needed, share, strict=True))
        before = max([0.0, *(need - at * plot for align, need, at in rooms if align == "right")])
        behind = max([0.0, *(need - (1 - at) * plot for align, need, at in rooms if align == "left")])
    return ceil(before), ceil(behind)


def _ends(data: pd.DataFrame, baseline: float, end: str) -> pd.DataFrame:
    """One end of every bar: how far it reaches from the baseline, to which side, and its value."""
    npv = data[f"npv_{end}"]
    other = data["npv_low" if end == "high" else "npv_high"]
    colours = [GAIN if value > baseline else COST for value in npv]
    return pd.DataFrame(
        {
            "row": data["row"],
            "base": baseline,
            "npv": npv,
            "length": (npv - baseline).abs(),
            "fill": colours if end == "high" else "white",
            "stroke": colours,
            "align": ["left" if value > than else "right" for value, than in zip(npv, other, strict=True)],
            "value": [wrapped(value, END, 3) for value in data[end]],
            "told": data[f"told_{end}"],
        }
    )


def winners(
    fields: Sequence[Field], rows: Sequence[str], columns: Sequence[str], heading: str, width: float
) -> Any:
    """A map: one letter and one shade for each option; a frame around the square where the case stands."""
    left = TEXT * (1 + max(ems(label) for label in rows))
    data = pd.DataFrame(
        [
            {
                "x": field.column - 0.5,
                "x2": field.column + 0.5,
                "at": field.column,
                "row": field.row,
                "y": field.row - 0.5,
                "y2": field.row + 0.5,
                "fill": FILLS[field.winner % len(FILLS)],
                "letter": letter(field.winner),
                "here": field.here,
                "told": field.told,
            }
            for field in fields
        ]
    )
    scale = alt.Scale(domain=[-0.5, len(columns) - 0.5], nice=False, zero=False)
    x, y = partial(alt.X, axis=None, scale=scale), down(len(rows))
    squares = {"x": x("x:Q"), "x2": alt.X2("x2:Q"), "y": down(len(rows), "y"), "y2": alt.Y2("y2:Q")}
    shades = alt.Chart(data).mark_rect(stroke="white", strokeWidth=1)
    layers: list[Any] = [
        telling(shades.encode(fill=alt.Fill("fill:N", scale=None, legend=None), **squares)),
        text_marks(data, "letter", align="center").encode(x=x("at:Q"), y=y),
    ]
    here = data[data["here"]]
    if len(here):
        layers.append(alt.Chart(here).mark_rect(fillOpacity=0, stroke=INK, strokeWidth=1.6).encode(**squares))
    heads = pd.DataFrame({"at": range(len(columns)), "label": columns})
    names = pd.DataFrame({"row": range(len(rows)), "label": rows})
    layers += [
        text_marks(heads, "label", align="center").encode(x=x("at:Q"), y=Y_AT(-8)),
        text_marks(names, "label", align="right").encode(x=X_AT(-6), y=y),
        text_marks(pd.DataFrame({"label": [heading]}), "label", align="left").encode(
            x=X_AT(0), y=Y_AT(-8 - LINE - 2)
        ),
    ]
    return finished(alt.layer(*layers), width, 18 * len(rows), left, 0, 30, 2)
