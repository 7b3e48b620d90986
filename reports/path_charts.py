"""The picture of money over time: how the cumulative net flow runs, and how wide it may spread.

What comes in: months with quantiles, axes and texts. What goes out: a chart, as in `reports.charts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from reports.charts import (
    GAIN,
    INK,
    PHONE,
    Axis,
    across,
    chart,
    finished,
    frame,
    telling,
    upward,
)


@dataclass(frozen=True)
class Moment:
    """Where the cumulative flow stands at the end of a month."""

    x: float
    p5: float
    p25: float
    median: float
    p75: float
    p95: float
    told: str = ""


def fan(moments: Sequence[Moment], months: Axis, money: Axis, width: float) -> Any:
    """The middle of the paths with the spans that hold every second and nine in ten of them."""
    data, x = frame(moments), across(months)

    def area(low: str, high: str, opacity: float) -> Any:
        mark = chart(data).mark_area(color=GAIN, opacity=opacity)
        return mark.encode(x=x, y=upward(money, low), y2=alt.Y2(f"{high}:Q"))

    level = chart([{"zero": 0.0}]).mark_rule(color=INK, strokeWidth=0.8)
    middle = chart(data).mark_line(color=INK, strokeWidth=1.4)
    layers = [
        area("p5", "p95", 0.16),
        area("p25", "p75", 0.28),
        level.encode(y=upward(money, "zero")),
        middle.encode(x=x, y=upward(money, "median")),
    ]
    stops = [row for row in data if row["told"]]
    if stops:  # they show where a reader looks for them
        span = chart(stops).mark_rule(color=INK, opacity=0)
        dot = chart(stops).mark_point(fill=INK, stroke=INK, size=30, opacity=0)
        layers.append(telling(span.encode(x=x, y=upward(money, "p5"), y2=alt.Y2("p95:Q"))))
        layers.append(telling(dot.encode(x=x, y=upward(money, "median"))))
    return finished(alt.layer(*layers), width, 190.0 if width > PHONE else 170.0, 66.0, 16.0, 8.0, 20.0)
