"""Pictures, tables and JSON show the same numbers, and every picture is read without colour too.

What a picture shows is read from its Altair specification: the fields that are encoded, row by row. The JSON
is parsed anew; printed numbers are read back by `printed`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from printed import amounts

from assessment import assess, load_case
from assessment.decision import Decision
from reports import charts, choice_charts, grade_chart, risk_charts
from reports.language import Code, language
from reports.sections.course import course
from reports.sections.desk import Cell, Desk, Picture, Section, Table
from reports.sections.evidence import data
from reports.sections.money import benefits, costs, options
from reports.sections.people import people
from reports.sections.risk import risk
from reports.sections.robustness import robustness
from reports.sections.selection import selection

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
WIDTHS = (charts.WIDE, charts.NARROW)
QUANTILES = ("p5", "p25", "median", "p75", "p95")
TO_ZERO = 1e-9


@cache
def decided(name: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=512"]))


@cache
def parsed(name: str) -> Any:
    return json.loads(decided(name).to_json())


@dataclass(frozen=True)
class Layer:
    """Marks of a specification with the rows they draw."""

    mark: dict[str, Any]
    encoding: dict[str, Any]
    rows: list[dict[str, Any]]

    def field(self, channel: str) -> str | None:
        """The field that a channel shows."""
        found: str | None = self.encoding.get(channel, {}).get("field")
        return found

    def shown(self, *channels: str) -> list[tuple[Any, ...]]:
        """What the channels show, row by row."""
        return [tuple(row[self.encoding[channel]["field"]] for channel in channels) for row in self.rows]


def layers(chart: Any) -> list[Layer]:
    """All of a chart."""
    spec = chart.to_dict(validate=False)
    return [
        Layer(
            one["mark"] if isinstance(one["mark"], dict) else {"type": one["mark"]},
            one["encoding"],
            spec["datasets"][one["data"]["name"]],
        )
        for one in spec["layer"]
    ]


@dataclass(frozen=True)
class Shown:
    """One picture of a section, drawn, with what stands beside it."""

    name: str
    desk: Desk
    section: Section
    picture: Picture
    width: float

    @property
    def json(self) -> Any:
        """The decision as its JSON has it."""
        return parsed(self.name)

    @cached_property
    def charts(self) -> list[Any]:
        """What is drawn."""
        return list(self.picture.draw(self.width))

    @cached_property
    def layers(self) -> list[Layer]:
        """All of all of them."""
        return [layer for chart in self.charts for layer in layers(chart)]

    def marks(self, kind: str, *channels: str) -> list[Layer]:
        """Layers of a kind of mark that show fields in these channels."""
        return [
            layer for layer in self.layers if layer.mark["type"] == kind and all(map(layer.field, channels))
        ]

    def texts(self, field: str) -> list[str]:
        """Labels of a field, from the top."""
        rows = [row for layer in self.marks("text") if layer.field("text") == field for row in layer.rows]
        return [row[field] for row in sorted(rows, key=lambda row: row.get("row", 0))]

    @property
    def subject(self) -> Any:
        """The option that the report is about, in the JSON."""
        subject = self.desk.standing.subject
        assert subject is not None
        return self.option(subject.id)

    def option(self, identifier: str) -> Any:
        return next(one for one in self.json["options"] if one["id"] == identifier)

    def column(self, table: Table, place: int, role: bool = True) -> list[str]:
        """A column of a table as it is printed."""
        return [self.cell(row.cells[place]) for row in table.rows if role or not row.role]

    def cell(self, cell: Any) -> str:
        return (
            cell.text
            if isinstance(cell, Cell)
            else cell
            if isinstance(cell, str)
            else self.desk.printer.bare(cell)
        )

    def unit(self, text: str) -> float:
        """Of the amounts of a table, as its caption says."""
        return 1e4 if "万" in text else 1e3 if "thousand" in text else 1.0


def same(one: float | None, other: float | None, scale: float = 0.0) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TO_ZERO * max(abs(one), abs(other), scale) + 1e-12


def says(text: str, value: float | None, unit: float = 1.0) -> bool:
    """Whether a printed number is a value, rounded to one of the places that its digits may end at."""
    if value is None or not math.isfinite(value):
        return not re.search(r"\d", text)
    found = amounts(text)
    if not found:
        return False
    number, half = found[0][0] * unit, found[0][1] * unit
    while True:
        if abs(number - value) <= half * (1 + 1e-9) + 1e-12:
            return True
        if abs(number / (20 * half) - round(number / (20 * half))) > 1e-6 or half > abs(value) + 1:
            return False
        half *= 10


Check = Callable[[Shown], Iterator[str]]


def _all_say(texts: list[str], values: list[float | None], unit: float, what: str) -> Iterator[str]:
    if len(texts) != len(values):
        yield f"{what}: {len(texts)} texts for {len(values)} values"
    for text, value in zip(texts, values, strict=False):
        if not says(text, value, unit):
            yield f"{what}: {text!r} for {value}"


def ranges(shown: Shown) -> Iterator[str]:
    ranked = sorted(shown.json["options"], key=lambda one: -one["npv"]["mean"])
    for kind, channels in (("rule", ("x", "x2")), ("bar", ("x", "x2")), ("tick", ("x",)), ("point", ("x",))):
        (layer,) = [one for one in shown.marks(kind, *channels) if len(one.rows) == len(ranked)]
        names = {"rule": ("p5", "p95"), "bar": ("p25", "p75"), "tick": ("median",), "point": ("mean",)}[kind]
        for row, option in zip(layer.shown(*channels), ranked, strict=True):
            if not all(same(one, option["npv"][name]) for one, name in zip(row, names, strict=True)):
                yield f"{option['id']}: {kind} at {row}"
    means = [option["npv"]["mean"] for option in ranked]
    table = shown.section.data["table"]
    yield from _all_say(shown.texts("printed"), means, 1.0, "label")
    yield from _all_say(shown.column(table, 0), means, shown.unit(table.caption), "table")


def waterfall(shown: Shown) -> Iterator[str]:
    option, lines = shown.subject, shown.json["lines"]
    groups: dict[str, list[str]] = {}
    for line in lines:
        if option["benefits"][line["id"]]["mean"]:
            groups.setdefault(line["dimension"], []).append(line["id"])
    order = [sorted(some, key=lambda line: -option["benefits"][line]["mean"]) for some in groups.values()]
    cash = {line["id"]: "cash" if line["cash"] else "capacity" for line in lines}
    wanted = [(cash[line], option["benefits"][line]["mean"]) for some in order for line in some]
    gains, spent, npv = (option[name]["mean"] for name in ("pv_benefits", "pv_costs", "npv"))
    steps = [(kind, value) for kind, value in wanted]
    (bars,) = shown.marks("bar", "x", "x2")
    level = 0.0
    for row, (kind, value) in zip(bars.rows, steps, strict=False):
        ends = sorted((level, level + value))
        if row["kind"] != kind or not all(
            same(one, end, gains) for one, end in zip((row["x"], row["x2"]), ends, strict=True)
        ):
            yield f"bar {row['label']}: {row['x']}–{row['x2']} for {ends}"
        level += value
    ends_of = [(0.0, gains), tuple(sorted((gains, gains - spent))), tuple(sorted((0.0, npv)))]
    for row, (start, end) in zip(bars.rows[len(steps) :], ends_of, strict=True):
        if not (same(row["x"], min(start, end), gains) and same(row["x2"], max(start, end), gains)):
            yield f"sum {row['label']}: {row['x']}–{row['x2']} for {(start, end)}"
    unit = shown.unit(shown.picture.caption)
    printed = [text for text in shown.texts("printed") if text]
    yield from _all_say(printed, [value for _, value in wanted] + [gains, -spent, npv], unit, "label")
    table = shown.section.data["table"]
    cells = [shown.cell(row.cells[1]) for row in table.rows if row.role != "group"]
    yield from _all_say(cells, [value for _, value in wanted] + [gains], shown.unit(table.caption), "table")
    if printed[: len(wanted) + 1] != cells:
        yield f"labels {printed} beside cells {cells}"


def fan(shown: Shown) -> Iterator[str]:
    path = shown.subject["cumulative"]
    bands = {("p5", "p95"), ("p25", "p75")}
    for layer in shown.marks("area", "x", "y", "y2"):
        low, high = layer.field("y"), layer.field("y2")
        bands.discard((low or "", high or ""))
        for place, row in enumerate(layer.shown("x", "y", "y2")):
            if not (row[0] == place and same(row[1], path[low][place]) and same(row[2], path[high][place])):
                yield f"{low}–{high} in month {place}: {row}"
    if bands:
        yield f"{bands} not drawn"
    (line,) = shown.marks("line", "x", "y")
    for place, (month, level) in enumerate(line.shown("x", "y")):
        if month != place or not same(level, path["median"][place]):
            yield f"middle in month {place}: {level}"
    table, years = shown.section.data["table"], shown.subject["yearly"]
    unit = shown.unit(table.caption)
    for column, name in enumerate(("benefits", "costs", "net", "cumulative")):
        yield from _all_say(shown.column(table, column), [year[name] for year in years], unit, name)


def tco(shown: Shown) -> Iterator[str]:
    some = [option for option in shown.json["options"] if option["tco"]["by_category"]]
    rows, place = [], 0
    for chart in shown.charts:
        (bars,) = [one for one in layers(chart) if one.mark["type"] == "bar"]
        scales = [(row["x2"] - row["x"]) / row["value"] for row in bars.rows if row["value"]]
        if max(scales) - min(scales) > 1e-9 * max(scales):
            yield "bars of one picture have several scales"
        rows += [(place + row["column"], row) for row in bars.rows]
        place += 1 + max(row["column"] for row in bars.rows)
    unit = shown.unit(shown.picture.caption)
    for at, row in rows:
        value = some[at]["tco"]["by_category"][row["category"]]["mean"]
        if not same(row["value"], value) or not says(row["printed"], value, unit):
            yield f"{some[at]['id']}.{row['category']}: {row['value']}, {row['printed']!r} for {value}"
        marks = {
            cost["hidden"]
            for cost in shown.json["costs"]
            if (cost["option"], cost["category"]) == (some[at]["id"], row["category"])
        } | ({True} if row["category"] in ("internal_time", "productivity_dip") else set())
        if row["hidden"] != ("yes" if marks == {True} else "no" if marks == {False} else "partly"):
            yield f"{some[at]['id']}.{row['category']} is drawn as hidden: {row['hidden']}"
    if len(rows) != sum(len(option["tco"]["by_category"]) for option in some):
        yield "not every category is drawn"
    totals = [option["pv_costs"]["mean"] for option in some]
    yield from _all_say(shown.texts("total"), totals, 1.0, "total")
    table = shown.section.data["table"]
    yield from _all_say(shown.column(table, 1), totals, shown.unit(table.caption), "table")


def spreads(shown: Shown) -> Iterator[str]:
    some = [
        one
        for one in shown.json["options"]
        if one["kind"] != "status_quo" and one["npv"]["p5"] != one["npv"]["p95"]
    ]
    some.sort(key=lambda one: -one["npv"]["mean"])
    bins = [row for layer in shown.marks("rect", "x", "x2") for row in layer.rows]
    for place, option in enumerate(some):
        edges, shares = (option["npv_histogram"][name] for name in ("edges", "shares"))
        tall = max(share / (end - start) for (start, end), share in zip(pairwise(edges), shares, strict=True))
        own = [row for row in bins if place - 0.5 < row["y2"] < place + 0.5]
        for (start, end), share in zip(pairwise(edges), shares, strict=True):
            inside = [row for row in own if row["x"] >= start - TO_ZERO * tall and row["x2"] <= end + 1e-6]
            width = math.fsum(row["x2"] - row["x"] for row in inside)
            if bool(share) != bool(inside) or (inside and not same(width, end - start, 1e3)):
                yield f"{option['id']}: bin from {start}"
            high = share / (end - start) / tall
            if any(
                abs((row["y2"] - row["y"]) / 0.86 - high) > 1e-9 or row["loss"] != (row["x2"] <= 0)
                for row in inside
            ):
                yield f"{option['id']}: height of the bin from {start}"
    means = [option["npv"]["mean"] for option in some]
    (middle,) = [one for one in shown.marks("rule", "x") if one.mark.get("strokeDash")]
    if not all(same(x, mean) for (x,), mean in zip(middle.shown("x"), means, strict=True)):
        yield f"means at {middle.shown('x')}"
    for text, option in zip(shown.texts("printed"), some, strict=True):
        mean, loss = text.split("\n")
        if not says(mean, option["npv"]["mean"]) or not says(loss, 1 - option["p_npv_positive"]):
            yield f"{option['id']}: {text!r}"
    table = shown.section.data["table"]
    for column, name in enumerate(QUANTILES):
        yield from _all_say(
            shown.column(table, column), [one["npv"][name] for one in some], shown.unit(table.caption), name
        )


def tornado(shown: Shown) -> Iterator[str]:
    bars = shown.json["tornado"][
        : len({row["row"] for one in shown.marks("bar", "x", "x2") for row in one.rows})
    ]
    wanted = {(place, bar[f"npv_{end}"]) for place, bar in enumerate(bars) for end in ("low", "high")}
    drawn = set()
    for layer in shown.marks("bar", "x", "x2"):
        for row, (base, npv) in zip(layer.rows, layer.shown("x", "x2"), strict=True):
            drawn.add((row["row"], npv))
            if not same(base, bars[row["row"]]["npv_middle"]):
                yield f"{bars[row['row']]['name']} begins at {base}"
    if drawn != wanted:
        yield f"bars end at {sorted(drawn ^ wanted)}"
    for layer in shown.marks("text"):
        if layer.field("text") == "value":
            for row in layer.rows:
                bar = bars[row["row"]]
                ends = [bar[end] for end in ("low", "high") if bar[f"npv_{end}"] == row["npv"]]
                if re.search(r"\d", row["value"]) and not any(
                    says(row["value"].replace("\n", ""), end) for end in ends
                ):
                    yield f"{bar['name']}: {row['value']!r} for {ends}"
    names = [item["name"] for item in shown.json["assumptions"]]
    if not any(bar["name"] in names for bar in bars):
        yield "no bar is an input"


def winners(shown: Shown) -> Iterator[str]:
    found, ids = shown.json["comparison"]["map"], [option["id"] for option in shown.json["options"]]
    (letters,) = [one for one in shown.marks("text") if one.field("text") == "letter"]
    for row in letters.rows:
        winner = found["winners"][row["row"]][row["at"]]
        if row["letter"] != "ABCDEFGHIJ"[ids.index(winner)]:
            yield f"{row['letter']} for {winner}"
    if len(letters.rows) != len(found["users"]) * len(found["years"]):
        yield "not every square is drawn"
    labels = [one for one in shown.marks("text") if one.field("text") == "label"]
    for rows, values in ((labels[0].rows, found["years"]), (labels[1].rows, found["users"])):
        yield from _all_say([row["label"] for row in rows], values, 1.0, "axis")
    here = [row for layer in shown.marks("rect") for row in layer.rows if layer.mark.get("fillOpacity") == 0]
    users = next(item["numbers"] for item in shown.json["assumptions"] if item["name"] == "users")
    for row in here:
        if (found["users"][row["row"]], found["years"][row["at"]]) != (
            users[len(users) // 2],
            shown.json["settings"]["years"],
        ):
            yield f"the case is framed at {row}"


def heatmap(shown: Shown) -> Iterator[str]:
    found = shown.json["selection"]
    order = sorted(range(len(found["criteria"])), key=lambda at: -found["criteria"][at]["weight"])
    (squares,) = shown.marks("rect", "x", "x2")
    for row in squares.rows:
        score = found["options"][row["at"]]["scores"][order[row["row"]]]["score"]
        shade = (
            0.0
            if score is None
            else choice_charts.PALEST + (choice_charts.LIGHT - choice_charts.PALEST) * score / 10
        )
        if not says(row["printed"], score) or not same(row["opacity"], shade):
            yield f"{row['printed']!r}, {row['opacity']} for {score}"
    weights = [found["criteria"][at]["weight"] for at in order]
    yield from _all_say(shown.texts("weight"), weights, 1.0, "weight")


def acceptability(shown: Shown) -> Iterator[str]:
    ranked = [one for one in shown.json["selection"]["options"] if one["rank"] is not None]
    (bars,) = shown.marks("bar", "x", "x2")
    for place, option in enumerate(ranked):
        pieces = [
            end - start
            for row, (start, end) in zip(bars.rows, bars.shown("x", "x2"), strict=True)
            if row["row"] == place
        ]
        if not all(same(one, other, 1.0) for one, other in zip(pieces, option["acceptability"], strict=True)):
            yield f"{option['option']}: {pieces}"
    (firsts,) = [
        one for one in shown.marks("text") if one.field("text") == "printed" and "at" not in one.rows[0]
    ]
    firsts_printed = [row["printed"] for row in firsts.rows]
    yield from _all_say(firsts_printed, [one["acceptability"][0] for one in ranked], 1.0, "first")


def money_and_score(shown: Shown) -> Iterator[str]:
    scored = shown.json["selection"]["options"]
    (spans,) = shown.marks("rule", "x", "y", "y2")
    (dots,) = shown.marks("point", "x", "y")
    for one, (score, low, high), (_, mean) in zip(
        scored, spans.shown("x", "y", "y2"), dots.shown("x", "y"), strict=True
    ):
        npv = shown.option(one["option"])["npv"]
        pairs = ((score, one["weighted_sum"]), (low, npv["p5"]), (high, npv["p95"]), (mean, npv["mean"]))
        if not all(same(drawn, value) for drawn, value in pairs):
            yield f"{one['option']}: {pairs}"
    table = shown.section.data["ranking"]
    yield from _all_say(shown.column(table, 1), [one["weighted_sum"] for one in scored], 1.0, "score")
    means = [shown.option(one["option"])["npv"]["mean"] for one in scored]
    yield from _all_say(shown.column(table, 4), means, shown.unit(table.caption), "table")


def profile(shown: Shown) -> Iterator[str]:
    scores = [theme["score"] for theme in shown.json["readiness"]["themes"]]
    drawn = {
        row["row"]: row
        for layer in shown.marks("bar", "x", "x2")
        if layer.field("x2") == "share"
        for row in layer.rows
    }
    for place, score in enumerate(scores):
        if (score is None) != (place not in drawn) or (
            score is not None and not same(drawn[place]["share"], score)
        ):
            yield f"theme {place}: {drawn.get(place)} for {score}"
    known = [place for place, score in enumerate(scores) if score is not None]
    cells, labels = shown.column(shown.section.data["themes"], 0), shown.texts("printed")
    for what, texts in (("label", labels), ("table", cells)):
        yield from _all_say([texts[place] for place in known], [scores[place] for place in known], 1.0, what)
    if [cells[place] for place in known] != [labels[place] for place in known]:
        yield f"labels {labels} beside cells {cells}"


def evidence(shown: Shown) -> Iterator[str]:
    graded = {
        item["name"]: item["source"]["grade"] if item["source"] else "" for item in shown.json["assumptions"]
    }
    names = ["A", "B", "C", "D", ""]
    counts = [float(list(graded.values()).count(name)) for name in names]
    swings = dict.fromkeys(names, 0.0)
    for bar in shown.json["tornado"] or []:
        if bar["name"] in graded:
            swings[graded[bar["name"]]] += abs(bar["npv_high"] - bar["npv_low"])
    parts = [counts] + ([list(swings.values())] if sum(swings.values()) else [])
    (bars,) = shown.marks("bar", "x", "x2")
    table = shown.section.data["table"]
    cells = [shown.column(table, 1, False), shown.column(table, 3, False)]
    for row, values in enumerate(parts):
        whole = sum(values)
        drawn = {
            one["grade"]: (one["x2"] - one["x"], one["printed"]) for one in bars.rows if one["row"] == row
        }
        for name, value, cell in zip(names, values, cells[row], strict=True):
            share, text = drawn.get(name, (0.0, cell))
            if (
                not same(share, value / whole, 1.0)
                or text != cell
                or not says(text, value / (whole if row else 1.0))
            ):
                yield f"{row}, grade {name}: {share}, {text!r} beside {cell!r} for {value} of {whole}"
    benefits_of = [one for one in bars.rows if one["row"] == len(parts)]
    if benefits_of and not same(math.fsum(one["share"] for one in benefits_of), 1.0):
        yield "benefits do not add up"


PICTURES: dict[tuple[Callable[[Desk], Section | None], str], Check] = {
    (options, "picture"): ranges,
    (benefits, "picture"): waterfall,
    (course, "picture"): fan,
    (costs, "picture"): tco,
    (risk, "picture"): spreads,
    (risk, "tornado.picture"): tornado,
    (robustness, "map.picture"): winners,
    (selection, "scores"): heatmap,
    (selection, "ranks.picture"): acceptability,
    (selection, "money"): money_and_score,
    (people, "picture"): profile,
    (data, "picture"): evidence,
}


def found_in(value: Any, path: str = "") -> Iterator[tuple[str, Picture]]:
    """Every picture of a section's data, and where it is."""
    if isinstance(value, Picture):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from found_in(inner, f"{path}.{key}".lstrip("."))


def pictures(name: str, code: Code, width: float) -> Iterator[tuple[Check, Shown]]:
    """Every picture of a report with the check that belongs to it; one without is an error."""
    desk = Desk(decided(name), language(code))
    for make in dict.fromkeys(make for make, _ in PICTURES):
        section = make(desk)
        for path, picture in found_in(section.data) if section else ():
            yield PICTURES[make, path], Shown(name, desk, section, picture, width)  # type: ignore[arg-type]


def differences(name: str, code: Code, width: float) -> list[str]:
    return [
        f"{check.__name__}: {text}" for check, shown in pictures(name, code, width) for text in check(shown)
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", ["zh-CN", "en"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_pictures_tables_and_json_show_the_same_numbers(name: str, code: Code, width: float) -> None:
    assert differences(name, code, width) == []


def test_every_picture_of_a_report_is_checked() -> None:
    made = {check for name in EXAMPLES for check, _ in pictures(name, "en", charts.WIDE)}
    assert made == set(PICTURES.values())
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "reports" / "sections").glob("*.py")]
    assert sum(len(re.findall(r"(?<!class )\bPicture\(", text)) for text in sources) == len(PICTURES)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_the_drawing_prints_every_label_of_the_specification(code: Code, width: float) -> None:
    for check, shown in pictures("machinery-maker", code, width):
        for chart in shown.charts:
            drawn = charts.svg(chart, "t", code)
            texts = {text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", drawn)}
            for layer in layers(chart):
                for row in layer.rows if layer.mark["type"] == "text" else ():
                    for line in str(row[layer.field("text") or ""]).split("\n"):
                        said = line.replace("&", "&amp;").strip()
                        assert not said or said in texts, (check.__name__, line)


# --- slips that must be noticed ---------------------------------------------------------------------------


def test_swapped_rows_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = charts.ranges

    def swapped(rows: Any, *more: Any) -> Any:
        first, second, *rest = rows
        return true([replace(first, mean=second.mean), replace(second, mean=first.mean), *rest], *more)

    monkeypatch.setattr(charts, "ranges", swapped)
    assert [one for one in differences("machinery-maker", "en", charts.WIDE) if one.startswith("ranges")]


def test_a_scaled_value_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = charts.waterfall
    monkeypatch.setattr(
        charts,
        "waterfall",
        lambda steps, *more: true([replace(one, end=one.end * 1.001) for one in steps], *more),
    )
    assert [
        one for one in differences("machinery-maker", "zh-CN", charts.NARROW) if one.startswith("waterfall")
    ]


def test_another_number_in_print_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = charts.profile
    monkeypatch.setattr(
        charts, "profile", lambda rows, width: true([replace(one, printed="99%") for one in rows], width)
    )
    assert [one for one in differences("machinery-maker", "en", charts.WIDE) if one.startswith("profile")]


# --- without colour, and for eyes that see fewer ----------------------------------------------------------

LIGHTER = 15.0  # steps of CIE L*, of 100, that tell two fills apart in grey
APART = 10.0  # CIE76 difference in L*a*b*: four times what is just noticed (2.3, after Mahy and others, 1994)
# Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency,
# IEEE Transactions on Visualization and Computer Graphics 15 (2009), severity 1.0; on linear RGB.
SEEN_BY = {
    "everyone": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
WHITE_POINT = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def lab(colour: str, eyes: str = "everyone", opacity: float = 1.0) -> Any:
    """CIE L*a*b* (D65) of a colour on white, as somebody sees it."""
    sign = "#ffffff" if colour == "white" else colour
    mixed = opacity * np.array([int(sign[at : at + 2], 16) for at in (1, 3, 5)]) / 255 + 1 - opacity
    linear = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(SEEN_BY[eyes] @ linear, 0, 1) / WHITE_POINT
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def test_lightness_and_simulation_are_those_of_the_literature() -> None:
    """White, black and sRGB's red (Lindbloom's tables); grey stays grey whoever looks."""
    assert lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#000000") == pytest.approx([0, 0, 0], abs=0.02)
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.03)
    for eyes, matrix in SEEN_BY.items():
        assert matrix.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5), eyes


Kind = tuple[str, float, str]  # fill, its opacity, and what tells it apart besides


def kinds(shown: Shown) -> set[Kind]:
    """The fills of a picture's areas; a frame or a position is a second cue."""
    found: set[Kind] = set()
    for layer in shown.layers:
        if layer.mark["type"] not in ("bar", "rect") or layer.mark.get("fillOpacity") == 0:
            continue
        for row in layer.rows:
            fill = row.get("fill") or layer.mark.get("fill")
            condition = layer.encoding.get("fill", {}).get("condition")
            if isinstance(condition, dict) and "loss" in row:
                fill = condition["value"] if row["loss"] else layer.encoding["fill"]["value"]
            if not fill:
                continue
            cue = "hollow" if fill == "white" else ""
            cue = row["letter"] if "letter" in row else row["printed"] if layer.field("fillOpacity") else cue
            cue = "loss" if row.get("loss") else cue
            cue = "sum" if row.get("kind") == "sum" else cue
            stroke = row.get("stroke") or layer.mark.get("stroke") or ""
            opacity = row.get("opacity", layer.mark.get("opacity", 1.0))
            found.add((fill, opacity, f"{cue} {stroke}"))
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_kinds_are_told_apart_in_black_and_white(name: str) -> None:
    """By steps of lightness; else by a hollow bar, a letter, a sign or a side of the line at nothing."""
    for check, shown in pictures(name, "en", charts.WIDE):
        for (one, thin, cue), (other, thick, mark) in combinations(kinds(shown), 2):
            lighter = abs(lab(one, opacity=thin)[0] - lab(other, opacity=thick)[0])
            assert lighter >= LIGHTER or cue.split(" ")[0] != mark.split(" ")[0] or _signed(check), (
                check.__name__,
                one,
                other,
            )


def _signed(check: Check) -> bool:
    """Pictures in which a bar's side of a line, or the sign of its number, says what its colour says."""
    return check in (waterfall, tornado, spreads)


def test_signs_and_sides_say_what_colours_say() -> None:
    """Costs have a minus; losses lie left of nothing, bad ends of a tornado left of its middle."""
    for check, shown in pictures("machinery-maker", "en", charts.WIDE):
        for row in (
            row for layer in shown.layers if layer.mark["type"] in ("bar", "rect") for row in layer.rows
        ):
            if check is waterfall:
                assert (row["kind"] == "cost") == (row["fill"] == charts.COST)
                assert (row["kind"] == "cost") <= row["printed"].startswith("−")
            elif check is spreads:
                assert row["loss"] == (row["x2"] <= 0)
            elif check is tornado:
                assert (row["stroke"] == charts.GAIN) == (row["npv"] > row["base"])


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_colours_that_stand_side_by_side_are_told_apart_by_every_kind_of_colour_vision(eyes: str) -> None:
    together = [
        (charts.GAIN, charts.COST, charts.INK, "white"),
        [fill for fill, _ in charts.HIDDEN.values() if fill],
        list(grade_chart.SHADES.values()),
        risk_charts.FILLS[:5],
    ]
    for some in together:
        for one, other in combinations(some, 2):
            assert np.linalg.norm(lab(one, eyes) - lab(other, eyes)) >= APART, (eyes, one, other)


def test_grades_are_steps_of_lightness() -> None:
    steps = [float(lab(shade)[0]) for shade in grade_chart.SHADES.values()]
    assert all(other - one >= LIGHTER - 5 for one, other in pairwise(steps)), steps


def test_colours_that_look_alike_are_noticed() -> None:
    """Red and green of the same lightness: for some eyes one colour."""
    assert np.linalg.norm(lab("#b1553b", "deuteranopia") - lab("#7c7a35", "deuteranopia")) < APART
    assert np.linalg.norm(lab("#b1553b") - lab("#7c7a35")) >= APART
