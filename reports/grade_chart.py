"""The picture of the evidence: how much rests on each trust grade.

What comes in: pieces whose shares and printed labels were made from figures, and a width. What goes out: a
chart, as in `reports.charts`. The grades are steps of lightness, the best the darkest, and each piece that
has room says its own, so that neither colour nor a legend is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from reports.charts import (
    GAIN,
    INK,
    LINE,
    PHONE,
    TEXT,
    X_AT,
    Axis,
    Rows,
    across,
    centred,
    chart,
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
    data: Rows = []
    ends = [0.0] * len(labels)
    for piece in pieces:
        if piece.share:
            start = ends[piece.row]
            ends[piece.row] = end = start + piece.share
            room = piece.share * (width - left - right) / TEXT - ROOM
            texts = (f"{piece.name} {piece.printed}", piece.name)
            more = {
                "x2": end,
                "x": start,
                "at": (start + end) / 2,
                "fill": SHADES[piece.grade],
                "ink": "white" if piece.grade in DARK else INK,
                "inside": next((text for text in texts if ems(text) <= room), ""),
            }
            data.append({**asdict(piece), **more})
    names: Rows = [
        {"row": row, "label": wrapped(label, left / TEXT - 1, 3), "printed": whole}
        for row, (label, whole) in enumerate(labels)
    ]
    axis, y = Axis(0.0, 1.0, (), ()), down(len(labels))
    bars = chart(data).mark_bar(height=14, stroke=GAIN, strokeWidth=0.8)
    bars = bars.encode(
        x=across(axis), x2=alt.X2("x2:Q"), y=y, fill=alt.Fill("fill:N", scale=None, legend=None)
    )
    inside = text_marks(data, "inside", align="center")
    inside = inside.encode(x=across(axis, "at"), y=y, color=alt.Color("ink:N", scale=None, legend=None))
    layers = [telling(bars), telling(inside)]
    layers += centred(names, "label", X_AT(-8), y, align="right")
    layers.append(text_marks(names, "printed", align="right").encode(x=X_AT(width - left), y=y))
    step = 8 + LINE * (1 + max(row["label"].count("\n") for row in names))
    return finished(alt.layer(*layers), width, max(step, 22) * len(labels), left, right, 2, 2)
