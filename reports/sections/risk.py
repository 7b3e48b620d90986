"""Risk: how the results spread, what moves them, where the best option changes, what to find out first.

What comes in: a `Desk`. What goes out: a `Section` whose title says where the uncertainty comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import sqrt

from assessment.decision import OptionResult
from assessment.figures import Figure
from assessment.risk_figures import DIGITS
from assessment.said import BarRecord, LearningRecord, SwitchRecord, WorthRecord
from reports import charts, risk_charts
from reports.figures import As
from reports.sections.desk import Desk, Head, Name, Picture, Row, Said, Section, Table
from reports.verdict import paying
from roi.sampling import COMMON

BARS = 10  # of the tornado
ENDS = ("low", "high")  # of a bar
SHARES = 5  # of the variance that are told
WORTHS = 5  # inputs in the table of what knowing them would be worth
TOLD = 0.01  # a smaller share of the variance says nothing
DECIDES = 0.25  # of the variance: from here on one source is named in the title
NEAR = 2  # standard errors


def risk(desk: Desk) -> Section | None:
    """All of it; nothing where nothing but going on as today is compared."""
    option = desk.standing.subject
    if option is None:
        return None
    data = {
        "lead": desk.say("risk.lead", correlation=desk.figures["settings.effect_correlation"]),
        **_spreads(desk),
        "likely": _likely(desk, option),
        "sources": _sources(desk),
        "tornado": _tornado(desk),
        "switching": _switching(desk),
        "learning": _learning(desk),
        "convention": desk.convention,
    }
    return Section("risk", _title(desk, option), "risk.html", data)


def _title(desk: Desk, option: OptionResult) -> str:
    """How often it loses, and what decides that."""
    figures, say = desk.figures, desk.say
    if figures[f"{option.id}.npv"].is_certain:
        return say("risk.title.certain", option=desk.called(option))
    chance = As(figures[f"{option.id}.p_loss"], "about")
    pattern = "risk.title" if desk.standing.is_chosen else "risk.title.if"
    first = next(iter(desk.decision.variance_shares or ()), None)
    if first is None or first.total < DECIDES:
        return say(f"{pattern}.many", option=desk.called(option), chance=chance)
    share = As(figures[f"share.{first.name}"], "portion")
    source = _called(desk, first.name, first.members)
    return say(pattern, option=desk.called(option), chance=chance, share=share, source=source)


def _called(desk: Desk, name: str, members: Sequence[str]) -> Name:
    """A source of uncertainty within a sentence: in quotes, but for what is common to all effects."""
    if name == COMMON:
        return Name(desk.say("risk.common.inline"))
    return Name(desk.say("risk.quoted", name=source(desk, name, members)))


def source(desk: Desk, name: str, members: Sequence[str]) -> Name:
    """What people call an input, an event, or several inputs that hang together."""
    if name == COMMON:
        return Name(desk.say("risk.common"))
    if name.startswith("@") and len(members) > 1:
        question = Name(desk.words.named(name.removeprefix("@"), inline=False))
        return Name(desk.say("risk.every", input=question))
    return desk.listed([desk.input(member) for member in members])


# --- distribution -----------------------------------------------------------------------------------------


def _spreads(desk: Desk) -> dict[str, object]:
    """NPV of every option: histograms and quantiles."""
    figures, say = desk.figures, desk.say
    changes = [option for option in desk.decision.options if option.kind != "status_quo"]
    changes.sort(key=lambda option: -option.npv.mean)
    some = [option for option in changes if option.npv.p5 != option.npv.p95]
    rows = [
        charts.Spread(
            desk.name(one),
            tuple(one.npv_histogram.edges),
            tuple(one.npv_histogram.shares),
            one.npv.mean,
            say("risk.picture.mean", npv=figures[f"{one.id}.npv"])
            + "\n"
            + say("risk.picture.loss", loss=figures[f"{one.id}.p_loss"]),
            desk.told(
                desk.name(one),
                "charts.npv.loss",
                npv=desk.spread(figures[f"{one.id}.npv"]),
                loss=figures[f"{one.id}.p_loss"],
            ),
            tuple(_bins(desk, one)),
        )
        for one in some
    ]
    ends = [0.0, *(end for row in rows for end in (row.edges[0], row.edges[-1]))]

    def draw(width: float) -> list[object]:
        axis = desk.axis(min(ends), max(ends), 5 if width > charts.PHONE else 3)
        return [charts.spreads(rows, axis, width)]

    picture = Picture(
        say("risk.caption", unit=desk.unit),
        draw,
        say("risk.picture.caption"),
        tuple(figures[f"{one.id}.npv"] for one in some),
    )
    quantiles = ("p5", "p25", "median", "p75", "p95")
    table = Table(
        say("risk.caption", unit=desk.unit),
        (Head(say("options.head.option")), *(Head(say(f"risk.head.{name}")) for name in quantiles)),
        tuple(
            Row(desk.name(one), tuple(desk.quantile(figures[f"{one.id}.npv"], name) for name in quantiles))
            for one in some
        ),
    )
    fixed = [desk.name(option) for option in changes if option not in some]
    return {
        "picture": picture if rows else None,
        "table": table if rows else None,
        "fixed": say("risk.fixed", options=desk.listed(fixed)) if fixed else "",
        "stop": _stop(desk),
    }


def _bins(desk: Desk, option: OptionResult) -> Iterator[str]:
    """How often the result falls between two edges of the histogram."""
    found = option.npv_histogram
    for (low, high), share in zip(pairwise(found.edges), found.shares, strict=True):
        error = sqrt(share * (1 - share) / desk.decision.draws)
        yield desk.told(
            desk.name(option),
            "charts.bin",
            low=Figure("bin.low", "money", low),
            high=Figure("bin.high", "money", high),
            share=Figure("bin.share", "share", share, se=error),
        )


def _stop(desk: Desk) -> Said | None:
    """By when one can stop, and what has been spent by then."""
    verdict, figures = desk.decision.verdict, desk.figures
    if verdict.stop is None:
        return None
    pattern = "risk.stop" if verdict.stop.notice_month is None else "risk.stop.notice"
    month, notice, loss = (figures[f"stop.{name}"] for name in ("month", "notice_month", "loss"))
    option = desk.called(desk.decision.option(verdict.stop.option))
    return Said(desk.say(pattern, option=option, month=month, notice=notice, loss=loss), (loss,))


def _likely(desk: Desk, option: OptionResult) -> dict[str, object] | None:
    """The result at the most likely inputs against the mean, and why they differ; None if it is certain."""
    say = desk.say
    mean = desk.figures[f"{option.id}.npv"]
    likely = mean.at("most_likely")
    if mean.is_certain or likely.value is None:
        return None
    if desk.printer(mean) == desk.printer(likely):
        pattern = "same"
    else:
        pattern = "above" if (mean.value or 0.0) > likely.value else "below"
    title = say("risk.likely.title", option=desk.called(option), mean=mean, likely=likely)
    return {"title": title, "text": say(f"risk.likely.{pattern}")}


# --- what moves it ----------------------------------------------------------------------------------------


def _sources(desk: Desk) -> Said | None:
    """Where the variance of the result comes from, the largest shares first."""
    shares = [share for share in desk.decision.variance_shares or () if share.total >= TOLD][:SHARES]
    if not shares:
        return None
    cited = tuple(desk.figures[f"share.{share.name}"] for share in shares)
    told = [
        Name(desk.say("risk.share", name=source(desk, share.name, share.members), share=figure))
        for share, figure in zip(shares, cited, strict=True)
    ]
    return Said(desk.say("risk.sources", shares=desk.listed(told)), cited)


def _tornado(desk: Desk) -> dict[str, object] | None:
    bars = (desk.decision.tornado or [])[:BARS]
    if not bars:
        return None
    figures, say = desk.figures, desk.say
    npv = figures[f"bar.{bars[0].name}.npv_middle"]
    option = desk.called(desk.decision.option(bars[0].option))
    rows = [
        risk_charts.Bar(
            desk.input_alone(bar.name),
            bar.npv_low,
            bar.npv_high,
            *(_end(desk, bar, end) for end in ENDS),
            *(
                desk.told(
                    desk.input_alone(bar.name),
                    "charts.end",
                    value=Name(_end(desk, bar, end)),
                    npv=figures[f"bar.{bar.name}.npv_{end}"],
                )
                for end in ENDS
            ),
        )
        for bar in bars
    ]
    baseline = npv.value or 0.0
    ends = [baseline, *(end for row in rows for end in (row.npv_low, row.npv_high))]

    def draw(width: float) -> list[object]:
        low, high = min(ends), max(ends)
        marks = desk.axis(low, high, 5 if width > charts.PHONE else 3)
        inside = [at for at, value in enumerate(marks.values) if low <= value <= high]
        axis = charts.Axis(
            low, high, tuple(marks.values[at] for at in inside), tuple(marks.labels[at] for at in inside)
        )
        return [risk_charts.tornado(rows, baseline, axis, width)]

    worst, best = sorted(
        (figures[f"bar.{bars[0].name}.npv_{end}"] for end in ENDS),
        key=lambda figure: figure.value or 0.0,
    )
    title = say("risk.tornado.title", input=desk.input_alone(bars[0].name), worst=worst, best=best)
    cited = tuple(figures[f"bar.{bar.name}.npv_{end}"] for bar in bars for end in ENDS)
    caption = say("risk.tornado.caption", option=option, npv=npv)
    return {"title": title, "picture": Picture(title, draw, caption, cited)}


def _end(desk: Desk, bar: BarRecord, end: str) -> str:
    """The value at an end of a bar; of an event, whether it happens."""
    figure = desk.figures[f"bar.{bar.name}.{end}"]
    if figure.kind == "count":
        return desk.say("risk.event.yes" if figure.value else "risk.event.no")
    return desk.printer(As(figure, "stated"))


# --- switching values -------------------------------------------------------------------------------------


def _switching(desk: Desk) -> dict[str, object]:
    """Inputs at some value of which another option becomes the best, the nearest first."""
    say, best = desk.say, desk.called(desk.standing.best)
    ranged = [one for one in desk.decision.switching_values or () if one.low < one.high]
    found = sorted((one for one in ranged if one.value is not None), key=_distance)
    if not found:
        title = say("risk.switch.title.none" if ranged else "risk.switch.title.fixed", best=best)
        text = say("risk.switch.none" if ranged else "risk.switch.fixed", best=best)
        return {"title": title, "text": text, "table": None, "others": ""}
    first = found[0]
    title = say(
        f"risk.switch.title.{_where(first)}",
        input=desk.input(first.name),
        value=As(desk.figures[f"switch.{first.name}"], "stated"),
        to=desk.called(desk.decision.option(first.to or "")),
    )
    heads = (
        Head(say("risk.switch.head.input")),
        Head(say("risk.switch.head.range")),
        Head(say("risk.switch.head.value"), tuple(desk.figures[f"switch.{one.name}"] for one in found)),
        Head(say("risk.switch.head.to"), is_text=True),
    )
    table = Table(say("risk.switch.caption"), heads, tuple(_switch(desk, one) for one in found), "switching")
    others = Figure("switch.others", "count", len(ranged) - len(found))
    return {
        "title": title,
        "text": say("risk.switch.lead", best=best),
        "table": table,
        "others": desk.count("risk.switch.others", others) if others.value else "",
    }


def _distance(one: SwitchRecord) -> float:
    """How far an input has to go, in widths of its range."""
    return abs((one.value or 0.0) - one.now) / (one.high - one.low)


def _where(one: SwitchRecord) -> str:
    """Above or below its value, or about one of three others where it cannot be told from that."""
    for name in ("now", "low", "high"):
        if abs((one.value or 0.0) - getattr(one, name)) <= NEAR * (one.se or 0.0):
            return name
    return "above" if one.above else "below"


def _switch(desk: Desk, one: SwitchRecord) -> Row:
    figure = desk.figures[f"switch.{one.name}"]
    numbers = tuple(round(value, DIGITS) for value in (one.low, one.now, one.high))
    cells = (
        As(replace(figure, numbers=numbers, se=None), "stated"),
        desk.say(f"risk.switch.{_where(one)}", value=As(figure, "stated")),
        desk.short(desk.decision.option(one.to or "")),
    )
    return Row(desk.input(one.name), cells)


# --- what to find out first -------------------------------------------------------------------------------


def _learning(desk: Desk) -> dict[str, object] | None:
    """What measuring and trying are worth, and what knowing would be worth at most."""
    decision, figures, say = desk.decision, desk.figures, desk.say
    if decision.evpi is None:
        return None
    some = decision.evsi or ()  # the most profitable first
    worths = sorted(decision.evppi or (), key=lambda one: -(figures[f"worth.{one.name}"].value or 0.0))
    known = [one for one in worths if not one.is_noise]
    first = paying(desk)
    if not known:
        title = say("risk.learning.title.noise")
    elif first is None:
        title = say("risk.learning.title.none")
    else:
        pattern = "risk.learning.title" if decision.verdict.learning else "risk.learning.title.small"
        title = say(pattern, what=_what(desk, first), net=figures[f"learning.{first.name}.net"])
    evpi = figures["evpi"]
    return {
        "title": title,
        "lead": say("risk.learning.lead" if some else "risk.learning.nothing"),
        "table": _measurements(desk, some) if some else None,
        "evpi": Said(say("risk.learning.evpi", evpi=evpi), (evpi,)),
        "worths": _worths(desk, worths[:WORTHS]) if known else None,
    }


def _what(desk: Desk, one: LearningRecord) -> Name:
    if one.option is None:
        return Name(desk.say("risk.learning.desk", input=desk.input(one.name)))
    return Name(desk.say("risk.learning.pilot", option=desk.called(desk.decision.option(one.option))))


def _measurements(desk: Desk, some: Sequence[LearningRecord]) -> Table:
    columns = ("value", "cost", "weeks", "delay", "net")
    found = {name: tuple(desk.figures[f"learning.{one.name}.{name}"] for one in some) for name in columns}
    heads = (
        Head(desk.say("risk.learning.head.what")),
        *(
            Head(desk.say(f"risk.learning.head.{name}"), tuple(one for one in figures if one.formula))
            for name, figures in found.items()
        ),
    )
    rows = tuple(
        Row(_what(desk, one), cells)
        for one, cells in zip(some, zip(*found.values(), strict=True), strict=True)
    )
    return Table(desk.say("risk.learning.caption", unit=desk.unit), heads, rows)


def _worths(desk: Desk, some: Sequence[WorthRecord]) -> Table:
    cited = tuple(desk.figures[f"worth.{one.name}"] for one in some)
    rows = tuple(
        Row(source(desk, one.name, one.members), (figure,)) for one, figure in zip(some, cited, strict=True)
    )
    heads = (Head(desk.say("risk.worth.head.what")), Head(desk.say("risk.worth.head.value"), cited))
    return Table(desk.say("risk.worth.caption", unit=desk.unit), heads, rows, "worths")
