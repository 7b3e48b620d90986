"""The data page and the appendices: where the numbers come from and how to get them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assessment.decision import Decision, Warning_
from assessment.figures import GRADES, UNSOURCED, Figure, grade
from reports import grade_chart
from reports.figures import As
from reports.sections.desk import COMMAND, Desk, Head, Name, Picture, Row, Section, Table
from reports.sections.tracing import grouped
from roi import formulas
from roi.costs import grown
from roi.engine import built_in_costs, needs, parameters
from roi.expressions import Expression, parsed
from roi.formulas import MONTHS_PER_YEAR
from roi.quantities import QUANTITIES

EQUAL = 0.0005  # a gap too small to be printed
HEADS = {"swing": "data.head.swing", "benefits": "data.head.benefits"}
BARS = {"inputs": "data.picture.inputs", "swing": "data.picture.swing", "benefits": "data.picture.benefits"}
DEFINED = (
    "npv npv_cash roi roi_undiscounted roi_first_year bcr irr payback_months payback_from_go_live_months "
    "discounted_payback_months peak_funding break_even_adoption expected_loss"
).split()


def data(desk: Desk) -> Section:
    """Reconciliation, evidence, defaults in use, warnings."""
    figures, say = desk.figures, desk.say
    weak = figures["evidence.grade_d"].value or 0, figures["evidence.unsourced"].value or 0
    title = say(
        "data.title",
        inputs=figures["evidence.inputs"],
        sound=_sum(figures["evidence.grade_a"], figures["evidence.grade_b"]),
        weak=Figure("evidence.weak", "count", sum(weak)),
    )
    return Section(
        "data",
        title,
        "data.html",
        {
            "reconciliation": _reconciliation(desk),
            **_grades(desk),
            "convention": desk.convention,
            "defaults": list(_defaults(desk)),
            "warnings": [
                {"text": desk.words.finding(one), "where": _where(desk, one)}
                for one in desk.decision.warnings
            ],
        },
    )


def _sum(one: Figure, other: Figure) -> Figure:
    return Figure(f"{one.key}+{other.key}", "count", (one.value or 0) + (other.value or 0))


def _defaults(desk: Desk) -> Iterator[str]:
    """Inputs that the company did not state, the company's first, then option by option."""
    figures, say = desk.figures, desk.say
    groups = grouped(desk)
    if not any(item.is_default for item in desk.decision.assumptions):
        yield say("data.defaults.none")
        return
    yield say("data.defaults", count=figures["evidence.defaults"])
    for group, items in groups.items():
        names = [desk.input_alone(item.name) for item in items if item.is_default]
        option = desk.called(desk.decision.option(group)) if group else Name("")
        if names and group and len(names) == len(items):
            yield say("data.defaults.all", option=option, count=Figure(group, "count", len(names)))
        elif names:
            pattern = "data.defaults.some" if group else "data.defaults.company"
            yield say(pattern, option=option, names=desk.listed(names))


def _where(desk: Desk, warning: Warning_) -> str:
    """The field and the line of the case file."""
    field = Name(desk.words.field(warning.field))
    if warning.line is None:
        return field
    return desk.say("data.warnings.where", field=field, line=Figure("line", "count", warning.line))


def _reconciliation(desk: Desk) -> list[str]:
    figures, say = desk.figures, desk.say
    gap, uplift = figures["case.gap"], figures["case.implied_uplift"]
    found = [say("data.gap.none")]
    if gap.value is not None:
        pattern = (
            "data.gap.equal"
            if abs(gap.value) < EQUAL
            else "data.gap.below"
            if gap.value < 0
            else "data.gap.above"
        )
        size = Figure(gap.key, "share", abs(gap.value))
        found = [say(pattern, sales=figures["case.sales"], revenue=figures["case.revenue"], gap=size)]
    if uplift.value is not None:
        found.append(say("data.uplift", uplift=uplift))
    return found


def _grades(desk: Desk) -> dict[str, object]:
    """Inputs by grade, and how much of the result rests on each: the table and its picture."""
    figures, say = desk.figures, desk.say
    keys = {name: _key(name) for name in (*GRADES, UNSOURCED)}
    shares = _shares(desk)
    rows = []
    for name, key in keys.items():
        ranged = sum(grade(item) == name and len(item.numbers) > 1 for item in desk.decision.assumptions)
        cells: tuple[Figure | str, ...] = (
            say(f"data.meaning.{key}"),
            figures[f"evidence.{key}"],
            Figure(f"{key}.ranges", "count", ranged),
            *(share[name] for share in shares.values()),
        )
        rows.append(Row(name or say("data.unsourced"), cells))
    wholes = tuple(Figure(f"{part}.whole", "share", 1.0) for part in shares)
    total: tuple[Figure | str, ...] = (
        say("data.total"),
        figures["evidence.inputs"],
        figures["evidence.ranges"],
        *wholes,
    )
    rows.append(Row(say("data.sum"), total, "sum"))
    heads = (
        Head(say("data.head.grade")),
        Head(say("data.head.meaning"), is_text=True),
        Head(say("data.head.count")),
        Head(say("data.head.ranges")),
        *(Head(say(HEADS[part])) for part in shares),
    )
    counts = {name: figures[f"evidence.{key}"] for name, key in keys.items()}
    return {
        "table": Table(say("data.caption"), heads, tuple(rows), "grades"),
        "picture": _rests(desk, {"inputs": counts, **shares}),
    }


def _key(name: str) -> str:
    """What a grade is called in keys."""
    return f"grade_{name.lower()}" if name else "unsourced"


def _shares(desk: Desk) -> dict[str, dict[str, Figure]]:
    """Of what moves the result, and of the benefits, the share that rests on each grade."""
    option, register = desk.standing.subject, {item.name: item for item in desk.decision.assumptions}
    amounts: dict[str, list[tuple[str, float]]] = {"swing": [], "benefits": []}
    for bar in desk.decision.tornado or ():
        if bar.name in register:  # an event is no input
            amounts["swing"].append((grade(register[bar.name]), abs(bar.npv_high - bar.npv_low)))
    if option is not None:
        for line, benefit in option.benefits.items():
            weakest = desk.figures[f"{option.id}.benefit.{line}"].grade
            amounts["benefits"].append((weakest or UNSOURCED, max(benefit.mean, 0.0)))
    return {
        part: {
            name: Figure(f"{part}.{name}", "share", sum(one for at, one in some if at == name) / whole)
            for name in (*GRADES, UNSOURCED)
        }
        for part, some in amounts.items()
        if (whole := sum(one for _, one in some))
    }


def _rests(desk: Desk, parts: Mapping[str, Mapping[str, Figure]]) -> Picture:
    """A bar for the inputs, for what moves the result and for the benefits."""
    say, option = desk.say, desk.standing.subject
    bars = {part: Name(say(BARS[part])) for part in parts}
    pieces = []
    for row, (part, figures) in enumerate(parts.items()):
        whole = sum(figure.value or 0.0 for figure in figures.values())
        for name, figure in figures.items():
            called = name or say("data.unsourced")
            told = desk.told(
                bars[part],
                "data.picture.told",
                grade=Name(called),
                printed=figure,
                meaning=Name(say(f"data.meaning.{_key(name)}")),
            )
            share = (figure.value or 0.0) / whole
            pieces.append(grade_chart.Piece(row, name, share, called, desk.printer(figure), told))
    labels = [
        (bars[part], desk.printer(desk.figures["evidence.inputs"]) if part == "inputs" else "")
        for part in parts
    ]
    caption = say("data.picture.caption", option=desk.called(option)) if option and len(parts) > 1 else ""
    return Picture(
        say("data.picture.title"), lambda width: [grade_chart.grades(pieces, labels, width)], caption
    )


# --- appendices -------------------------------------------------------------------------------------------


def definitions(desk: Desk) -> Section:
    """ROI and the others with the definition used, and what each comes to under it, option by option."""
    figures, say = desk.figures, desk.say
    options = sorted(
        (option for option in desk.decision.options if option.kind != "status_quo"),
        key=lambda option: -option.npv.mean,
    )
    cited = tuple(figures[f"{option.id}.{name}"] for name in DEFINED for option in options)
    heads = (
        Head(say("definitions.head.name")),
        Head(say("definitions.head.formula"), cited, is_text=True),
        *(Head(desk.name(option)) for option in options),
    )
    rows = tuple(
        Row(
            say(f"measure.{name}"),
            (say(f"definition.{name}"), *(figures[f"{option.id}.{name}"] for option in options)),
        )
        for name in DEFINED
    )
    table = Table(say("definitions.caption", unit=desk.unit), heads, rows, "definitions")
    data = {"table": table, "convention": desk.convention}
    return Section("definitions", say("definitions.title"), "appendix.html", data)


# --- formulas ---------------------------------------------------------------------------------------------


def printed_formulas(decision: Decision) -> dict[str, list[str]]:
    """Names of the formulas to print: lines that are on, by dimension, built-in costs, their steps."""
    known, stated = list(vars(formulas)), {item.name.rpartition(".")[2] for item in decision.assumptions}
    lines: dict[str, list[str]] = {}
    for line in decision.lines:
        if line.id in known or line.formula:
            lines.setdefault(line.dimension, []).append(line.id)
    built_in = [line for line in built_in_costs() if needs(line) <= stated]  # others cost nothing here
    steps: set[str] = {"effect", "live"}
    waiting = [line.id for line in decision.lines if line.id in known] + built_in + ["effect", "live"]
    if decision.reconciliation.sales is not None:
        steps.add("monthly_sales")  # what the data page sets against the revenue
        waiting.append("monthly_sales")
    while waiting:
        for parameter in parameters(waiting.pop()):
            if parameter in known and parameter not in steps:
                steps.add(parameter)
                waiting.append(parameter)
    return {**lines, "costs": built_in, "steps": sorted(steps, key=known.index)}


def formula_list(desk: Desk) -> Section:
    """The model's formulas, printed from the very functions that compute."""
    say, words = desk.say, desk.words
    groups = []
    for name, formulas_ in printed_formulas(desk.decision).items():
        own = name in ("costs", "steps")
        heading = say(f"formulas.{name}") if own else words.term(f"dimension.{name}")
        groups.append({"heading": heading, "formulas": [(one, equation(desk, one)) for one in formulas_]})
    groups.append({"heading": say("formulas.calendar"), "formulas": list(calendar(desk))})
    data = {"lead": say("formulas.lead"), "groups": groups, "notes": list(_notes(desk))}
    return Section("formulas", say("formulas.title"), "formulas.html", data)


def calendar(desk: Desk) -> Iterator[tuple[str, str]]:
    """What the calendar does to amounts: growth, discounting, and when a tool is given up."""
    names = "month stated growth amount rate delay abandon_month".split()
    words = {name: desk.say(f"formulas.word.{name}") for name in ("stated", "growth", "amount", "rate")}
    at = {name: Expression("name", (words.get(name, name),)) for name in names}
    equations = {
        "grown": grown(at["stated"], at["growth"], at["month"]),
        "present": at["amount"] / (1 + at["rate"]) ** (at["month"] / MONTHS_PER_YEAR),
        "end_month": at["delay"] + at["abandon_month"],
    }
    for name, expression in equations.items():
        label = desk.words.term(name) if name == "end_month" else desk.say(f"formulas.{name}")
        yield name, desk.words.equation(label, expression)


def _notes(desk: Desk) -> Iterator[str]:
    """What the formulas do not say."""
    say, lines = desk.say, {line.id for line in desk.decision.lines}

    def called(name: str) -> Name:
        return Name(desk.words.named(name))

    grows = [
        Name(say("formulas.growing.by", name=called(name), rate=called(quantity.grows_with)))
        for name, quantity in QUANTITIES.items()
        if quantity.grows_with
    ]
    month, effect = called("month"), called("effect")
    yield say("formulas.cost")
    yield say("formulas.own")
    yield say("formulas.growing", names=desk.listed(grows))
    yield say(
        "formulas.lagged",
        lagged=called("lagged_effect"),
        effect=effect,
        month=month,
        cycle=called("sales_cycle_months"),
    )
    yield say("formulas.previous", previous=called("previous"))
    yield say("formulas.by_nothing")
    yield say("formulas.given_up", end=called("end_month"))
    if "time_saved" in lines and "selling_time" not in lines:
        sold = Name(desk.words.term("line.selling_time"))
        yield say("formulas.unsold", line=sold, share=called("resold_share"))


def equation(desk: Desk, name: str) -> str:
    """A formula in words, the model's or one of the company's own."""
    own = next((line for line in desk.decision.lines if line.id == name and line.formula), None)
    if own is None:
        return desk.words.formula(name)
    share = Expression("name", ("effect" if own.follows_adoption else "live",))
    return desk.words.equation(desk.line(name), parsed(own.formula) * share)


# --- how to get the same numbers --------------------------------------------------------------------------


def reproduction(desk: Desk) -> Section:
    """Version, seed, draws, settings and the case's hash."""
    decision, figures, say = desk.decision, desk.figures, desk.say
    settings = decision.settings
    entries: list[tuple[str, str | Figure | As]] = [
        (say("again.case"), decision.case.id),
        (say("again.hash"), decision.case.sha256),
        (say("again.version"), decision.version),
        (say("again.seed"), figures["settings.seed"]),
        (say("again.draws"), figures["settings.draws"]),
        (say("again.sampling"), desk.words.term(f"sampling.{settings.sampling}")),
        (say("again.years"), desk.years()),
        (say("again.discount_rate"), figures["settings.discount_rate"]),
        (say("again.correlation"), figures["settings.effect_correlation"]),
        (
            say("again.vat"),
            say("again.vat.without") if settings.amounts_exclude_vat else figures["settings.vat_rate"],
        ),
        (say("again.limit"), As(figures["settings.loss_limit"], "full")),
    ]
    return Section(
        "again",
        say("again.title"),
        "again.html",
        {"entries": entries, "lead": say("again.lead"), "command": COMMAND},
    )
