"""Money over time: how deep it goes, when it is back, and what falls in which year.

What comes in: a `Desk`. What goes out: the `Section`.
"""

from __future__ import annotations

from assessment.decision import OptionResult
from assessment.figures import Figure
from reports import charts, path_charts
from reports.sections.desk import Desk, Head, Name, Picture, Row, Section, Table

SUMS = ("benefits", "costs", "net", "cumulative")
QUARTER, QUARTERS = 3, 4  # months of a quarter, quarters of a year
CLOSE = 5  # years that still get a mark each on paper


def course(desk: Desk) -> Section | None:
    """How the cumulative flow of the option at issue runs."""
    option = desk.standing.subject
    if option is None:
        return None
    deepest, payback = (desk.figures[f"{option.id}.{name}"] for name in ("peak_funding", "payback_months"))
    pattern = "never" if payback.value is None else "back" if deepest.value else "none"
    title = desk.say(f"course.title.{pattern}", option=desk.called(option), deepest=deepest, month=payback)
    data = {"lead": desk.say("course.lead"), "picture": _fan(desk, option), "table": _years(desk, option)}
    return Section("course", title, "course.html", data)


def _fan(desk: Desk, option: OptionResult) -> Picture:
    path, years = option.cumulative, desk.decision.settings.years
    spans = zip(path.p5, path.p25, path.median, path.p75, path.p95, strict=True)
    moments = [
        path_charts.Moment(float(month), *span, told=_told(desk, option, month))
        for month, span in enumerate(spans)
    ]

    def draw(width: float) -> list[object]:
        step = 1 if years <= CLOSE and width > charts.PHONE else 2
        marks = tuple(range(step, years + 1, step))
        labels = tuple(desk.words.count("report.years", mark) for mark in marks)
        months = charts.Axis(0.0, 12.0 * years, tuple(12.0 * mark for mark in marks), labels)
        money = desk.axis(min(0.0, *path.p5), max(0.0, *path.p95), 5)
        return [path_charts.fan(moments, months, money, width)]

    return Picture(
        desk.say("course.picture.title", option=desk.called(option)),
        draw,
        desk.say("course.picture.caption"),
        tuple(desk.figures[f"{option.id}.{name}"] for name in ("peak_funding", "payback_months")),
    )


def _told(desk: Desk, option: OptionResult, month: int) -> str:
    """Where the cumulative flow stands at the end of a quarter; of other months nothing is told."""
    if not month or month % QUARTER:
        return ""
    year, quarter = divmod(month // QUARTER - 1, QUARTERS)
    place = {"year": year + 1, "quarter": quarter + 1}
    head = desk.say(
        "charts.quarter", **{name: Figure(f"path.{name}", "count", n) for name, n in place.items()}
    )
    amounts = {
        name: Figure(f"path.{name}", "money", getattr(option.cumulative, name)[month])
        for name in ("p5", "median", "p95")
    }
    return desk.told(head, "charts.path", **amounts)


def _years(desk: Desk, option: OptionResult) -> Table:
    """What falls in which year, on average."""
    figures, say = desk.figures, desk.say
    keys = [f"{option.id}.year.{one.year}" for one in option.yearly]
    heads = [
        Head(say(f"course.head.{name}"), tuple(figures[f"{key}.{name}"] for key in keys)) for name in SUMS
    ]
    rows = tuple(
        Row(
            say("course.year", year=Name(desk.words.number(one.year))) if one.year else say("course.start"),
            tuple(figures[f"{key}.{name}"] for name in SUMS),
        )
        for key, one in zip(keys, option.yearly, strict=True)
    )
    caption = say("course.caption", option=desk.called(option), unit=desk.unit)
    return Table(caption, (Head(say("course.head.year")), *heads), rows)
