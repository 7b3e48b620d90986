"""The pictures of the choice between purchases: scores, ranks under nearby weights, money against score.

What comes in: rows whose numbers and printed labels were made from figures, and a width. What goes out:
charts, to be drawn by `reports.charts.svg`. The style is that of `reports.charts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import altair as alt

from reports.charts import (
    GAIN,
    HAIRLINE,
    INK,
    LINE,
    PHONE,
    QUIET,
    TEXT,
    X_AT,
    Y_AT,
    Axis,
    across,
    beside,
    centred,
    chart,
    down,
    finished,
    frame,
    labelled,
    telling,
    text_marks,
    tile,
    tiled,
    upward,
)
from reports.labels import wrapped

PALEST, DARKEST = 0.08, 0.8  # of the fill; from `LIGHT` on its text is white
LIGHT = 0.5
NARROWEST = 14.0  # points of a piece of a bar that still holds its rank
WEIGHT = 38.0  # points for the weights


@dataclass(frozen=True)
class Square:
    """A score: which criterion and option, its share of the highest, and how it is printed."""

    row: int
    column: int
    share: float | None
    printed: str
    told: str = ""


@dataclass(frozen=True)
class Ranks:
    """How often an option takes each rank, the best first; `printed` is how often the first.

    Each rank is told of by itself.
    """

    label: str
    shares: tuple[float, ...]
    printed: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where an option stands: its score, and where its NPV falls nine times in ten and on average."""

    letter: str
    score: float
    p5: float
    p95: float
    mean: float
    chosen: bool = False
    told: str = ""


def scores(
    squares: Sequence[Square],
    criteria: Sequence[tuple[str, str]],
    heads: Sequence[str],
    heading: str,
    width: float,
) -> Any:
    """Criteria one below the other, options side by side; the darker, the higher the score.

    Args:
        squares: one for each criterion and option.
        criteria: label and weight of each.
        heads: of the options' columns.
        heading: above the weights.
        width: of the whole.
    """
    left = 216.0 if width > PHONE else 108.0
    each = (width - left) / len(heads)
    data = [
        {
            **tile(square.row, square.column),
            "opacity": 0.0 if square.share is None else PALEST + (LIGHT - PALEST) * square.share,
            "printed": square.printed,
            "told": square.told,
        }
        for square in squares
    ]
    x, y = beside(len(heads)), down(len(criteria))
    shades = (
        chart(data)
        .mark_rect(fill=GAIN)
        .encode(
            **tiled(len(criteria), len(heads)),
            fillOpacity=alt.FillOpacity("opacity:Q", scale=None, legend=None),
            stroke=alt.value("white"),
        )
    )
    labels = [wrapped(label, (left - WEIGHT) / TEXT - 0.5) for label, _ in criteria]
    names = [
        {"row": row, "label": label, "weight": weight}
        for row, (label, (_, weight)) in enumerate(zip(labels, criteria, strict=True))
    ]
    printed = [wrapped(head, each / TEXT - 0.5, 3) for head in heads]
    above = LINE * (1 + max(head.count("\n") for head in printed))
    tops = [{"at": at, "label": label} for at, label in enumerate(printed)]
    corner = [{"label": heading}]
    layers = [
        telling(shades),
        text_marks(data, "printed", align="center").encode(x=x, y=y),
        *centred(names, "label", X_AT(-left), y, align="left"),
        text_marks(names, "weight", align="right").encode(x=X_AT(-8), y=y),
        text_marks(tops, "label", align="center", baseline="top").encode(x=x, y=Y_AT(-above - 2)),
        text_marks(corner, "label", align="right", color=QUIET).encode(x=X_AT(-8), y=Y_AT(-8)),
    ]
    return finished(alt.layer(*layers), width, _step(labels) * len(criteria), left, 0, above + 6, 2)


def _step(labels: Sequence[str]) -> float:
    """From row to row: as high as the labels are."""
    return 4.0 + LINE * (1 + max(label.count("\n") for label in labels))


def acceptability(rows: Sequence[Ranks], names: Sequence[str], width: float) -> Any:
    """One bar for each option, cut into the shares of its ranks: the darkest is the first."""
    left, right = (136.0, 62.0) if width > PHONE else (80.0, 46.0)
    pieces, last = [], max(len(names) - 1, 1)
    for place, row in enumerate(rows):
        start = 0.0
        told = row.told or ("",) * len(row.shares)
        for rank, (share, words) in enumerate(zip(row.shares, told, strict=True)):
            opacity = DARKEST - (DARKEST - PALEST) * rank / last
            is_wide = share * (width - left - right) >= NARROWEST
            pieces.append(
                {
                    "row": place,
                    "x": start,
                    "x2": start + share,
                    "at": start + share / 2,
                    "opacity": opacity,
                    "ink": "white" if opacity > LIGHT else INK,
                    "printed": names[rank] if is_wide else "",
                    "told": words,
                }
            )
            start += share
    labels = labelled(rows, left / TEXT - 1)
    axis, y = Axis(0.0, 1.0, (), ()), down(len(rows))
    shade = alt.FillOpacity("opacity:Q", scale=None, legend=None)
    bars = chart(pieces).mark_bar(height=12, fill=GAIN, stroke=GAIN, strokeWidth=0.6)
    bars = bars.encode(x=across(axis), x2=alt.X2("x2:Q"), y=y, fillOpacity=shade)
    inside = text_marks(pieces, "printed", align="center").encode(
        x=across(axis, "at"), y=y, color=alt.Color("ink:N", scale=None, legend=None)
    )
    layers = [
        telling(bars),
        inside,
        *centred(labels, "label", X_AT(-8), y, align="right"),
        text_marks(labels, "printed", align="right").encode(x=X_AT(width - left), y=y),
    ]
    step = max(_step([row["label"] for row in labels]), 19.0)
    return finished(alt.layer(*layers), width, step * len(rows), left, right, 2, 2)


def money_and_score(places: Sequence[Place], score: Axis, money: Axis, width: float) -> Any:
    """Each option's NPV, nine times in ten and on average, over its score; the best by money is filled."""
    data, high = [{**row, "zero": 0.0} for row in frame(places)], partial(upward, money)
    colour = alt.condition("datum.chosen", alt.value(GAIN), alt.value(QUIET))
    fill = alt.condition("datum.chosen", alt.value(GAIN), alt.value("white"))
    ink = alt.condition("datum.chosen", alt.value("white"), alt.value(INK))
    base, x = chart(data), across(score, "score")
    layers = [
        base.mark_rule(color=INK, strokeWidth=0.8).encode(y=high("zero")),
        telling(base.mark_rule(strokeWidth=1.4).encode(x=x, y=high("p5"), y2=alt.Y2("p95:Q"), color=colour)),
        telling(
            base.mark_point(size=190, strokeWidth=1.2, opacity=1).encode(
                x=x, y=high("mean"), fill=fill, stroke=colour
            )
        ),
        telling(text_marks(data, "letter", align="center").encode(x=x, y=high("mean"), color=ink)),
    ]
    tall = 120.0 if width > PHONE else 160.0
    edge = chart([{"x": score.low}]).mark_rule(color=HAIRLINE, strokeWidth=0.5)
    return finished(alt.layer(edge.encode(x=across(score)), *layers), width, tall, 66.0, 8.0, 8.0, 20.0)
