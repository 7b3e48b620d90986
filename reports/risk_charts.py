"""The pictures of the risk sections: what moves the result, and who wins where.

What comes in: rows whose numbers and printed labels were made from figures, and a width. What goes out:
charts, to be drawn by `reports.charts.svg`. The style is that of `reports.charts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from string import ascii_uppercase
from typing import Any

import altair as alt

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
    Rows,
    across,
    beside,
    centred,
    chart,
    down,
    finished,
    frame,
    painted,
    telling,
    text_marks,
    tile,
    tiled,
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
    for row in data:
        row["name"] = wrapped(row["label"], (names or width) / TEXT - 1, 1 if phone else 2)
    ends = [_end(row, baseline, end) for end in ("low", "high") for row in data]
    ends.sort(key=lambda one: (one["row"], one["stroke"], -one["length"]))  # the shorter is seen
    before, behind = _room(ends, axis, width - names)
    above = LINE if phone else 0  # a phone has the label above its bar
    labels = [*(one["value"] for one in ends), *(row["name"] for row in data)]
    lines = max(text.count("\n") + 1 for text in labels)
    y = down(len(bars))
    halves = painted(chart(ends).mark_bar(height=9, yOffset=above / 2, strokeWidth=1.1))
    layers = [telling(halves.encode(x=across(axis, "base"), x2=alt.X2("npv:Q"), y=y))]
    for align, shift in (("right", -GAP), ("left", GAP)):
        some = [one for one in ends if one["align"] == align]
        values = centred(some, "value", across(axis, "npv"), y, above / 2, align=align, dx=shift)
        layers += map(telling, values)
    layers += centred(data, "name", X_AT(-names - before), y, -above / 2, align="left")
    step = LINE * lines + above + 4
    half, middle = 7 / step if phone else 0.5, above / 2 / step  # on a phone not through the names
    marks = [
        {"x": baseline, "top": row + middle - half, "end": row + middle + half} for row in range(len(bars))
    ]
    line = chart(marks).mark_rule(color=INK, strokeWidth=0.8, strokeDash=[3, 2])
    layers.append(line.encode(x=across(axis), y=down(len(bars), "top"), y2=alt.Y2("end:Q")))
    return finished(alt.layer(*layers), width, step * len(bars), names + before, behind, 2, 18)


def _room(ends: Rows, axis: Axis, width: float) -> tuple[int, int]:
    """How much width the values need before the first and behind the last point of the axis."""
    needed = [TEXT * max(map(ems, value.split("\n"))) + 2 * GAP for value in (one["value"] for one in ends)]
    share = [(one["npv"] - axis.low) / (axis.high - axis.low) for one in ends]
    before = behind = 0.0
    for _ in range(ROUNDS):
        plot = width - before - behind
        rooms = list(zip((one["align"] for one in ends), needed, share, strict=True))
        before = max([0.0, *(need - at * plot for align, need, at in rooms if align == "right")])
        behind = max([0.0, *(need - (1 - at) * plot for align, need, at in rooms if align == "left")])
    return ceil(before), ceil(behind)


def _end(row: dict[str, Any], baseline: float, end: str) -> dict[str, Any]:
    """One end of a bar: how far it reaches from the baseline, to which side, and its value."""
    npv, other = row[f"npv_{end}"], row["npv_low" if end == "high" else "npv_high"]
    colour = GAIN if npv > baseline else COST
    return {
        "row": row["row"],
        "base": baseline,
        "npv": npv,
        "length": abs(npv - baseline),
        "fill": colour if end == "high" else "white",
        "stroke": colour,
        "align": "left" if npv > other else "right",
        "value": wrapped(row[end], END, 3),
        "told": row[f"told_{end}"],
    }


def winners(
    fields: Sequence[Field], rows: Sequence[str], columns: Sequence[str], heading: str, width: float
) -> Any:
    """A map: one letter and one shade for each option; a frame around the square where the case stands."""
    left = TEXT * (1 + max(ems(label) for label in rows))
    data = [
        {
            **tile(field.row, field.column),
            "fill": FILLS[field.winner % len(FILLS)],
            "letter": letter(field.winner),
            "here": field.here,
            "told": field.told,
        }
        for field in fields
    ]
    x, y, places = beside(len(columns)), down(len(rows)), tiled(len(rows), len(columns))
    shades = chart(data).mark_rect(stroke="white", strokeWidth=1)
    layers: list[Any] = [
        telling(shades.encode(fill=alt.Fill("fill:N", scale=None, legend=None), **places)),
        text_marks(data, "letter", align="center").encode(x=x, y=y),
    ]
    here = [row for row in data if row["here"]]
    if here:
        layers.append(chart(here).mark_rect(fillOpacity=0, stroke=INK, strokeWidth=1.6).encode(**places))
    heads = [{"at": at, "label": label} for at, label in enumerate(columns)]
    names = [{"row": row, "label": label} for row, label in enumerate(rows)]
    layers += [
        text_marks(heads, "label", align="center").encode(x=x, y=Y_AT(-8)),
        text_marks(names, "label", align="right").encode(x=X_AT(-6), y=y),
        text_marks([{"label": heading}], "label", align="left").encode(x=X_AT(0), y=Y_AT(-8 - LINE - 2)),
    ]
    return finished(alt.layer(*layers), width, 18 * len(rows), left, 0, 30, 2)
