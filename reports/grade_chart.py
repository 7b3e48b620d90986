"""The picture of the evidence: how much rests on each trust grade.

What comes in: pieces whose shares and printed labels were made from figures, and a width. What goes out: a
chart, as in `reports.charts`. The grades are steps of lightness, the best the darkest, and each piece that
has room says its own, so that neither colour nor a legend is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

import altair as alt
import pandas as pd

from reports.charts import (
    GAIN,
    INK,
    LINE,
    PHONE,
    TEXT,
    X_AT,
    Axis,
    across,
    down,
    finished,
    telling,
    text_marks,
)
from reports.labels import ems, wrapped

SHADES = {"A": "#00324f", "B": GAIN, "C": "#5aaedd", "D": "#bfdff2", "": "#ffffff"}
DARK = ("A", "B")  # shades that take white letters
ROOM = 0.7  # letters' heights that a label leaves free in its piece


@dataclass(frozen=True)
class Piece:
    """What rests on one grade: the bar it is part of, its share of that, and how it is printed."""

    row: int
    grade: str
    share: float
    name: str
    printed: str
    told: str = ""


def grades(pieces: Sequence[Piece], labels: Sequence[tuple[str, str]], width: float) -> Any:
    """One bar for each whole, cut into grades.

    Args:
        pieces: of every bar, the best grade first; the shares of a bar sum to 1.
        labels: of each bar, and what it comes to.
        width: of the whole.
    """
    left, right = (136.0 if width > PHONE else 80.0), 26.0
    data: Any = pd.DataFrame([asdict(piece) for piece in pieces if piece.share])
    ends = [list(accumulate(data[data["row"] == row]["share"])) for row in range(len(labels))]
    data["x2"] = [end for bar in ends for end in bar]
    data["x"] = data["x2"] - data["share"]
    data["at"] = (data["x"] + data["x2"]) / 2
    data["fill"] = data["grade"].map(SHADES)
    data["ink"] = ["white" if grade in DARK else INK for grade in data["grade"]]
    rooms = data["share"] * (width - left - right) / TEXT - ROOM
    data["inside"] = [
        next((text for text in (f"{piece.name} {piece.printed}", piece.name) if ems(text) <= room), "")
        for piece, room in zip(data.itertuples(), rooms, strict=True)
    ]
    names = pd.DataFrame(
        {
            "row": range(len(labels)),
            "label": [wrapped(label, left / TEXT - 1, 3) for label, _ in labels],
            "printed": [whole for _, whole in labels],
        }
    )
    axis, y = Axis(0.0, 1.0, (), ()), down(len(labels))
    bars = alt.Chart(data).mark_bar(height=14, stroke=GAIN, strokeWidth=0.8)
    bars = bars.encode(
        x=across(axis), x2=alt.X2("x2:Q"), y=y, fill=alt.Fill("fill:N", scale=None, legend=None)
    )
    inside = text_marks(data, "inside", align="center")
    inside = inside.encode(x=across(axis, "at"), y=y, color=alt.Color("ink:N", scale=None, legend=None))
    layers = [telling(bars), telling(inside)]
    for breaks, some in names.groupby(names["label"].str.count("\n")):
        texts = text_marks(some, "label", align="right", dy=-LINE * breaks / 2)
        layers.append(texts.encode(x=X_AT(-8), y=y))
    layers.append(text_marks(names, "printed", align="right").encode(x=X_AT(width - left), y=y))
    step = 8 + LINE * (1 + max(label.count("\n") for label in names["label"]))
    return finished(alt.layer(*layers), width, max(step, 22) * len(labels), left, right, 2, 2)
