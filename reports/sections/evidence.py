"""The data page and the appendices: where the numbers come from and how to get them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from assessment.decision import AssumptionRecord, Decision, Warning_
from assessment.figures import GRADES, UNSOURCED, Figure, Numbering, grade
from reports.figures import As
from reports.sections.desk import COMMAND, Cell, Desk, Head, Name, Row, Section, Table
from roi import formulas
from roi.engine import built_in_costs, parameters
from roi.expressions import Expression, parsed
from roi.quantities import QUANTITIES

EQUAL = 0.0005  # a gap too small to be printed
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
            "table": _grades(desk),
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
    groups = _grouped(desk)
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


def _grouped(desk: Desk) -> dict[str, list[AssumptionRecord]]:
    """Inputs by the option they belong to, the company's under no name, in the order of the textbook."""
    order = list(QUANTITIES)
    groups: dict[str, list[AssumptionRecord]] = {
        "": [],
        **{option.id: [] for option in desk.decision.options},
    }
    for item in desk.decision.assumptions:
        groups[item.name.partition(".")[0] if "." in item.name else ""].append(item)
    for items in groups.values():
        items.sort(
            key=lambda item: (
                order.index(plain) if (plain := item.name.rpartition(".")[2]) in order else len(order)
            )
        )
    return {name: items for name, items in groups.items() if items}


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


def _grades(desk: Desk) -> Table:
    figures, say = desk.figures, desk.say
    items = desk.decision.assumptions
    rows = []
    for name in (*GRADES, UNSOURCED):
        key = f"grade_{name.lower()}" if name else "unsourced"
        ranged = sum(grade(item) == name and len(item.numbers) > 1 for item in items)
        cells = (
            say(f"data.meaning.{key}"),
            figures[f"evidence.{key}"],
            Figure(f"{key}.ranges", "count", ranged),
        )
        rows.append(Row(name or say("data.unsourced"), cells))
    total = (say("data.total"), figures["evidence.inputs"], figures["evidence.ranges"])
    rows.append(Row(say("data.sum"), total, "sum"))
    heads = (
        Head(say("data.head.grade")),
        Head(say("data.head.meaning"), is_text=True),
        Head(say("data.head.count")),
        Head(say("data.head.ranges")),
    )
    return Table(say("data.caption"), heads, tuple(rows), "grades")


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


def sources(desk: Desk, numbering: Numbering) -> Section:
    """Every figure cited: what it is, how it comes about, and which inputs it takes."""
    say = desk.say
    entries = [
        {
            "figures": group,
            "label": _label(desk, group[0]),
            "options": _options(desk, group),
            "formula": _formula(desk, group[0]),
            "grade": _grade(desk, group[0]),
            "inputs": _inputs(desk, group),
        }
        for group in _groups(desk, numbering)
    ]
    data = {
        "lead": say("sources.lead"),
        "entries": entries,
        "comma": desk.words.text("terms.word.comma"),
        "stop": say("stop"),
    }
    return Section("sources", say("sources.title"), "sources.html", data)


def _groups(desk: Desk, numbering: Numbering) -> Iterator[list[Figure]]:
    """Figures of the same measure with numbers in a row belong together."""
    group: list[Figure] = []
    for figure in numbering:
        if group and _measure(desk, group[0]) != _measure(desk, figure):
            yield group
            group = []
        group.append(figure)
    if group:
        yield group


def _of_uncertainty(desk: Desk, figure: Figure) -> bool:
    """Whether it says something of the uncertainty: explained by its formula, not by its key."""
    return desk.words.has(f"risk.definition.{figure.formula}")


def _measure(desk: Desk, figure: Figure) -> str:
    """What a figure measures, whatever the option."""
    if _of_uncertainty(desk, figure):
        return figure.formula
    part = figure.key.partition(".")[2]
    kind, _, which = part.partition(".")
    return kind if kind in ("category", "dimension") and which else part


def _label(desk: Desk, figure: Figure) -> str:
    if _of_uncertainty(desk, figure):
        return desk.say(f"risk.measure.{figure.formula}")
    part, _, which = figure.key.partition(".")[2].partition(".")
    if part == "benefit":
        return desk.line(which)
    return desk.say(f"measure.{part}")


def _options(desk: Desk, group: Sequence[Figure]) -> str:
    """The option that a group's figures belong to."""
    if _of_uncertainty(desk, group[0]):
        return ""
    ids = {figure.key.partition(".")[0] for figure in group}
    return desk.say("sources.every") if len(ids) > 1 else desk.name(desk.decision.option(ids.pop()))


def _formula(desk: Desk, figure: Figure) -> dict[str, str]:
    """The formula in words, or where it is printed."""
    if _of_uncertainty(desk, figure):
        return {"text": desk.say(f"risk.definition.{figure.formula}"), "name": ""}
    part = figure.key.partition(".")[2].partition(".")[0]
    if part == "benefit" and figure.formula != "benefit":
        return {"text": "", "name": figure.formula}
    return {"text": desk.say("definition.own" if part == "benefit" else f"definition.{part}"), "name": ""}


def _inputs(desk: Desk, group: Sequence[Figure]) -> list[dict[str, str]]:
    """The inputs of a benefit line, to be looked up in the register; a measure's are in its formula."""
    if not group[0].key.partition(".")[2].startswith("benefit."):
        return []
    names = [key.removeprefix("input.") for key in group[0].inputs if key.startswith("input.")]
    return [{"anchor": _anchor(name), "label": desk.input_alone(name)} for name in names]


def _grade(desk: Desk, figure: Figure) -> str:
    """The weakest grade among a benefit line's inputs."""
    if not figure.key.partition(".")[2].startswith("benefit.") or figure.grade is None:
        return ""
    if figure.grade == UNSOURCED:
        return desk.say("sources.unsourced")
    return desk.say("sources.grade", grade=Name(figure.grade))


# --- formulas ---------------------------------------------------------------------------------------------


def printed_formulas(decision: Decision) -> dict[str, list[str]]:
    """Names of the formulas to print: lines that are on, by dimension, built-in costs, their steps."""
    known = list(vars(formulas))
    lines: dict[str, list[str]] = {}
    for line in decision.lines:
        if line.id in known or line.formula:
            lines.setdefault(line.dimension, []).append(line.id)
    built_in = list(built_in_costs())
    steps: set[str] = {"effect", "live"}
    waiting = [line.id for line in decision.lines if line.id in known] + built_in + ["effect", "live"]
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
        groups.append({"heading": heading, "formulas": [(one, _equation(desk, one)) for one in formulas_]})
    notes = [say("formulas.cost"), say("formulas.own")]
    data = {"lead": say("formulas.lead"), "groups": groups, "notes": notes}
    return Section("formulas", say("formulas.title"), "formulas.html", data)


def _equation(desk: Desk, name: str) -> str:
    """A formula in words, the model's or one of the company's own."""
    own = next((line for line in desk.decision.lines if line.id == name and line.formula), None)
    if own is None:
        return desk.words.formula(name)
    share = Expression("name", ("effect" if own.follows_adoption else "live",))
    return desk.words.equation(desk.line(name), parsed(own.formula) * share)


# --- the register -----------------------------------------------------------------------------------------


def register(desk: Desk) -> Section:
    """Every input with range, source, grade and place."""
    say = desk.say
    rows: list[Row] = []
    for group, items in _grouped(desk).items():
        heading = desk.name(desk.decision.option(group)) if group else say("register.company")
        rows += [Row(heading, role="group"), *(_entry(desk, item) for item in items)]
    heads = (
        Head(say("register.head.input")),
        Head(say("register.head.numbers")),
        Head(say("register.head.source"), is_text=True),
        Head(say("register.head.grade"), is_text=True),
        Head(say("register.head.place"), is_text=True),
    )
    table = Table(say("register.caption"), heads, tuple(rows), "register")
    data = {"table": table, "convention": ""}
    return Section("register", say("register.title"), "appendix.html", data)


def _anchor(name: str) -> str:
    return f"input-{name.replace('.', '-')}"


def _entry(desk: Desk, item: AssumptionRecord) -> Row:
    figure, words = desk.figures[f"input.{item.name}"], desk.words
    source = words.term("source.none")
    if item.source is not None:
        source = words.own(item.source.title) or words.term(f"source.{item.source.kind}")
        if item.source.date:
            source = desk.say("register.source", title=Name(source), date=Name(item.source.date))
    notes = [words.own(item.note)] if item.note else []
    if item.claim:
        notes.append(desk.say("register.claim", claim=As(desk.figures.claim(item.name), "stated")))
    place = desk.say("register.default") if item.is_default else _place(item.place)
    cells = (As(figure, "stated"), Cell(source, tuple(notes)), grade(item) or desk.none, place)
    return Row(desk.input_alone(item.name), cells, anchor=_anchor(item.name))


def _place(place: str) -> str:
    """The line in the case file; where the file lies is nobody else's business."""
    return PurePath(place).name


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
