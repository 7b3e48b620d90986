"""Options, benefits and costs: what the recommendation rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assessment.decision import OptionResult
from assessment.figures import Figure
from reports import charts
from reports.figures import As
from reports.sections.contract import by_horizon
from reports.sections.desk import Desk, Head, Name, Picture, Row, Section, Table

ALL = 0.995  # from here on a share prints as all of it
PER_ROW = {True: 4, False: 2}  # columns of costs side by side: on paper, on a phone


def options(desk: Desk) -> Section:
    """Every option by every measure."""
    standing, figures, say = desk.standing, desk.figures, desk.say
    ranked = sorted(desk.decision.options, key=lambda option: -option.npv.mean)
    title = say("options.title.alone", best=desk.called(standing.best))
    if standing.rival is not None:
        title = say(
            "options.title",
            best=desk.called(standing.best),
            rival=desk.called(standing.rival),
            delta=figures[f"{standing.best.id}~{standing.rival.id}.npv"],
        )
    measures = ("npv", "npv_cash", "p_loss", "tco", "payback_months", "roi", "p_best")

    def cells(option: OptionResult) -> tuple[Figure | As | str, ...]:
        found: list[Figure | As | str] = []
        for measure in measures:
            figure = figures[f"{option.id}.{measure}"]
            empty = option.kind == "status_quo" and measure not in ("npv", "p_best")
            found.append(desk.none if empty else figure)
            if measure == "npv":
                found.append(desk.none if option.kind == "status_quo" else As(figure, "span"))
        return tuple(found)

    heads = [Head(say("options.head.option"))]
    for measure in measures:
        cited = tuple(
            figures[f"{option.id}.{measure}"]
            for option in ranked
            if option.kind != "status_quo" or measure in ("npv", "p_best")
        )
        heads.append(Head(say(f"options.head.{measure}"), cited))
        if measure == "npv":
            heads.append(Head(say("options.head.span")))
    rows = tuple(
        Row(
            desk.name(option),
            cells(option),
            "chosen" if option is standing.recommended else "",
            note=say("options.added") if option.added and option.kind == "spreadsheet" else "",
        )
        for option in ranked
    )
    notes = [say(f"options.note.{name}") for name in ("zero", "best", "roi")]
    table = Table(say("options.caption", years=desk.years(), unit=desk.unit), tuple(heads), rows, "options")
    notes.append(desk.convention)
    data = {
        "lead": _against_the_mean(desk),
        "picture": _ranges(desk, ranked),
        "table": table,
        "notes": notes,
        "likely": _likely(desk, ranked),
    }
    return Section("options", title, "options.html", data)


def _against_the_mean(desk: Desk) -> str:
    """Why what is recommended is not what leads on average, where it is not."""
    best, recommended = desk.standing.best, desk.standing.recommended
    if recommended is None or recommended is best:
        return ""
    return desk.say("options.but", best=desk.called(best), recommended=desk.called(recommended))


def _ranges(desk: Desk, ranked: Sequence[OptionResult]) -> Picture:
    """All options on one scale."""
    rows = [
        charts.Range(
            label=desk.name(option),
            **{
                name: getattr(option.npv, name) or 0.0
                for name in ("p5", "p25", "median", "p75", "p95", "mean")
            },
            printed=desk.printer(desk.figures[f"{option.id}.npv"]),
            chosen=option is desk.standing.recommended,
            told=desk.told(
                desk.name(option), "charts.npv", npv=desk.spread(desk.figures[f"{option.id}.npv"])
            ),
        )
        for option in ranked
    ]
    low, high = min(row.p5 for row in rows), max(row.p95 for row in rows)
    return Picture(
        desk.say("options.picture.title", best=desk.called(desk.standing.best)),
        lambda width: [
            charts.ranges(rows, desk.axis(min(low, 0), max(high, 0), 5 if width > charts.PHONE else 3), width)
        ],
        desk.say("options.picture.caption", years=desk.years()),
    )


def _likely(desk: Desk, ranked: Sequence[OptionResult]) -> Table:
    """The result at the most likely inputs beside the mean: they differ, and the report says why."""
    figures, say = desk.figures, desk.say
    some = [option for option in ranked if option.kind != "status_quo"]
    columns = ("mean", "median", "most_likely")
    rows = tuple(
        Row(
            desk.name(option),
            (
                figures[f"{option.id}.npv"],
                desk.quantile(figures[f"{option.id}.npv"], "median"),
                figures[f"{option.id}.npv"].at("most_likely"),
                figures[f"{option.id}.peak_funding"],
                figures[f"{option.id}.break_even_adoption"],
            ),
        )
        for option in some
    )
    heads = (
        Head(say("options.head.option")),
        *(Head(say(f"options.head.{name}")) for name in columns),
        Head(say("measure.peak_funding"), tuple(figures[f"{option.id}.peak_funding"] for option in some)),
        Head(
            say("measure.break_even_adoption"),
            tuple(figures[f"{option.id}.break_even_adoption"] for option in some),
        ),
    )
    return Table(say("options.likely.caption", unit=desk.unit), heads, rows)


def _pattern(desk: Desk, key: str) -> str:
    """The sentence about the subject: it is recommended, or it is what one would buy if one did."""
    return key if desk.standing.is_chosen else f"{key}.if"


# --- benefits ---------------------------------------------------------------------------------------------


def benefits(desk: Desk) -> Section | None:
    """Where the money would come from; nothing to show where nothing but going on as today is compared."""
    option, figures, say = desk.standing.subject, desk.figures, desk.say
    if option is None or not option.benefits:
        return None
    largest = max(option.by_dimension, key=lambda name: option.by_dimension[name].mean)
    title = say(
        _pattern(desk, "benefits.title"),
        option=desk.called(option),
        dimension=Name(desk.words.term(f"dimension.{largest}", inline=True)),
        cash=As(figures[f"{option.id}.cash_share"], "portion"),
    )
    silent = [desk.line(line.id) for line in desk.decision.lines if not option.benefits[line.id].mean]
    data = {
        "lead": say("benefits.lead", option=desk.called(option)),
        "picture": _waterfall(desk, option),
        "table": _benefit_table(desk, option),
        "silent": say("benefits.silent", lines=desk.listed(silent)) if silent else "",
    }
    return Section("benefits", title, "benefits.html", data)


def _by_dimension(desk: Desk, option: OptionResult) -> dict[str, list[str]]:
    """Lines that bring anything, by dimension, the largest first."""
    found: dict[str, list[str]] = {}
    for line in desk.decision.lines:
        if option.benefits[line.id].mean:
            found.setdefault(line.dimension, []).append(line.id)
    for lines in found.values():
        lines.sort(key=lambda line: -option.benefits[line].mean)
    return found


def _waterfall(desk: Desk, option: OptionResult) -> Picture:
    figures, printer, say = desk.figures, desk.printer, desk.say
    cash = {line.id: line.cash for line in desk.decision.lines}
    steps, level = [], 0.0
    for dimension, lines in _by_dimension(desk, option).items():
        steps.append(charts.Step(desk.words.term(f"dimension.{dimension}"), "heading", level, level, ""))
        for line in lines:
            figure = figures[f"{option.id}.benefit.{line}"]
            end = level + (figure.value or 0.0)
            kind: Literal["cash", "capacity"] = "cash" if cash[line] else "capacity"
            told = desk.told(desk.line(line), f"charts.{kind}", amount=desk.spread(figure))
            steps.append(charts.Step(desk.line(line), kind, level, end, printer.bare(figure), told))
            level = end
    total, costs, npv = (figures[f"{option.id}.{name}"] for name in ("pv_benefits", "pv_costs", "npv"))
    top, left = option.pv_benefits.mean, option.npv.mean
    for role, start, end, figure, printed in (
        ("sum", 0.0, top, total, total),
        ("cost", top, left, costs, As(costs, "loss")),
        ("sum", 0.0, left, npv, npv),
    ):
        label = say(f"measure.{figure.formula}")
        told = desk.told(label, "charts.amount", amount=desk.spread(figure))
        steps.append(charts.Step(label, role, start, end, printer.bare(printed), told))
    ends = [end for step in steps for end in (step.start, step.end)]
    title = say("benefits.picture.title", option=desk.called(option), benefits=total, costs=costs, npv=npv)
    return Picture(
        title,
        lambda width: [
            charts.waterfall(
                steps, desk.axis(min(ends), max(ends), 5 if width > charts.PHONE else 3, bare=True), width
            )
        ],
        say("benefits.picture.caption", unit=desk.unit),
    )


def _benefit_table(desk: Desk, option: OptionResult) -> Table:
    figures, say = desk.figures, desk.say
    cash = {line.id: line.cash for line in desk.decision.lines}
    groups, rows, cited = _by_dimension(desk, option), [], []
    for dimension, lines in groups.items():
        rows.append(
            _part(
                desk,
                f"{option.id}.dimension.{dimension}",
                desk.words.term(f"dimension.{dimension}"),
                "",
                "group",
            )
        )
        for line in lines:
            kind = desk.words.term("nature.cash" if cash[line] else "nature.capacity")
            rows.append(_part(desk, f"{option.id}.benefit.{line}", desk.line(line), kind))
            cited.append(figures[f"{option.id}.benefit.{line}"])
    rows.append(_part(desk, f"{option.id}.pv_benefits", say("measure.pv_benefits"), "", "sum"))
    cited = [figures[f"{option.id}.dimension.{name}"] for name in groups] + cited
    cited.append(figures[f"{option.id}.pv_benefits"])
    heads = (
        Head(say("benefits.head.line")),
        Head(say("benefits.head.kind"), is_text=True),
        Head(say("benefits.head.mean"), tuple(cited)),
        Head(say("options.head.span")),
    )
    return Table(
        say("benefits.caption", option=desk.called(option), years=desk.years(), unit=desk.unit),
        heads,
        tuple(rows),
        "benefits",
    )


def _part(desk: Desk, key: str, label: str, kind: str, role: str = "") -> Row:
    figure = desk.figures[key]
    return Row(label, (kind, figure, As(figure, "span")), role)


# --- costs ------------------------------------------------------------------------------------------------


def costs(desk: Desk) -> Section | None:
    """What each option costs, and how much of it no quote shows."""
    some = [option for option in desk.decision.options if option.tco.by_category]
    option, figures, say = desk.standing.subject, desk.figures, desk.say
    if option is None or not some:
        return None
    own = (option.tco.hidden_share.of_means or 0) >= ALL
    title = say(
        "costs.title.own" if own else _pattern(desk, "costs.title"),
        option=desk.called(option),
        years=desk.years(),
        cost=figures[f"{option.id}.tco"],
        hidden=As(figures[f"{option.id}.hidden_share"], "portion"),
    )
    measures = ("tco", "pv_costs", "hidden_share", "per_user_month")
    heads = (
        Head(say("options.head.option")),
        *(
            Head(say(f"measure.{name}"), tuple(figures[f"{one.id}.{name}"] for one in some))
            for name in measures
        ),
    )
    rows = tuple(
        Row(desk.name(one), tuple(_cost(figures[f"{one.id}.{name}"]) for name in measures)) for one in some
    )
    table = Table(say("costs.caption", years=desk.years(), unit=desk.unit), heads, rows)
    return Section(
        "costs",
        title,
        "costs.html",
        {
            "lead": say("costs.lead"),
            "table": table,
            "horizons": by_horizon(desk, some),
            "picture": _columns(desk, some),
        },
    )


def _cost(figure: Figure) -> Figure | As:
    """Cost per head and month is small and keeps its own unit."""
    return As(figure, "full") if figure.formula == "per_user_month" else figure


def _hidden(desk: Desk, option: OptionResult, category: str) -> str:
    """Whether a quote shows the costs of a category: built-in lines are never on one."""
    marks = [
        cost.hidden for cost in desk.decision.costs if cost.option == option.id and cost.category == category
    ]
    if category in ("internal_time", "productivity_dip"):
        marks.append(True)
    return "yes" if all(marks) else "partly" if any(marks) else "no"


def _columns(desk: Desk, some: Sequence[OptionResult]) -> Picture:
    figures, printer, say = desk.figures, desk.printer, desk.say
    groups, cited = [], []
    for option in some:
        cells = []
        for category, amount in option.tco.by_category.items():
            figure = figures[f"{option.id}.category.{category}"]
            cited.append(figure)
            hidden = _hidden(desk, option, category)
            label = Name(desk.words.term(f"category.{category}"))
            told = desk.told(desk.name(option), f"charts.cost.{hidden}", category=label, amount=figure)
            cells.append(charts.Cell(category, amount.mean, hidden, printer.bare(figure), told))
        total = say("costs.picture.total", costs=figures[f"{option.id}.pv_costs"])
        groups.append(charts.Column(desk.name(option), total, tuple(cells)))
    largest: dict[str, float] = {}
    for group in groups:
        for cell in group.cells:
            largest[cell.category] = max(largest.get(cell.category, 0.0), cell.value)
    order = [
        (name, desk.words.term(f"category.{name}"))
        for name in sorted(largest, key=lambda name: -largest[name])
    ]

    def draw(width: float) -> list[object]:
        count = PER_ROW[width > charts.PHONE]
        return [charts.columns(groups[at : at + count], order, width) for at in range(0, len(groups), count)]

    return Picture(
        say("costs.picture.title"), draw, say("costs.picture.caption", unit=desk.unit), tuple(cited)
    )
