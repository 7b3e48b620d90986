"""Charts: deterministic SVG whose text can be read, and whose rows are the numbers of the decision."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import charts, path_charts, risk_charts
from reports.labels import ems, ticks, wrapped

AXIS = charts.Axis(-60.0, 120.0, (-50.0, 0.0, 50.0, 100.0), ("−50 万元", "0 元", "50 万元", "100 万元"))
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}&\"'"
WIDTHS = (charts.WIDE, charts.NARROW)


def _ranges(label: str = "现成 SaaS（甲供应商，专业版）") -> list[charts.Range]:
    return [
        charts.Range(label, -34.0, -20.0, 3.0, 44.0, 118.0, 19.7, "19.7 万元", chosen=True),
        charts.Range("Built on a no-code platform (supplier B)", -49, -31, -7, 33, 119, 9.3, "9.3 万元"),
        charts.Range("维持现状", 0, 0, 0, 0, 0, 0, "0 元"),
    ]


def _steps(label: str = "省下的工时") -> list[charts.Step]:
    return [
        charts.Step("效率", "heading", 0, 0, ""),
        charts.Step(label, "capacity", 0, 60, "60"),
        charts.Step("停掉的旧工具", "cash", 60, 90, "30"),
        charts.Step("收益合计", "sum", 0, 90, "90"),
        charts.Step("成本合计", "cost", 90, -20, "−110"),
        charts.Step("净现值", "sum", 0, -20, "−20"),
    ]


def _spreads(label: str = "无代码平台") -> list[charts.Spread]:
    edges = tuple(float(edge) for edge in range(-50, 120, 10))
    shares = tuple(1 / (len(edges) - 1) for _ in edges[1:])
    return [charts.Spread(label, edges, shares, 20.0, "平均 20 万元\n亏 30%")]


def _columns(label: str = "请软件公司定制开发") -> list[charts.Column]:
    cells = (charts.Cell("training", 2.4, "yes", "2.4"), charts.Cell("subscription", 14.0, "no", "14.0"))
    return [
        charts.Column(label, "现值 43.7 万元", cells),
        charts.Column("B", "1", (charts.Cell("training", 1, "partly", "1"),)),
    ]


def _bars(label: str = "Record-keeping minutes per user and day") -> list[risk_charts.Bar]:
    return [
        risk_charts.Bar(label, -58.0, 118.0, "0 小时/人·天", "2 hours per user and day"),
        risk_charts.Bar("现成 SaaS：中途弃用", 10.0, -40.0, "不弃用", "会弃用"),
        risk_charts.Bar("both ends worse", -20.0, -30.0, "5%", "85%"),
    ]


def _fields() -> list[risk_charts.Field]:
    return [
        risk_charts.Field(row, column, (row + column) % 9, row == column == 1)
        for row in range(3)
        for column in range(10)
    ]


CATEGORIES = [("subscription", "软件订阅费"), ("training", "Moving and cleaning data")]


def _drawn(width: float, label: str | None = None) -> Iterator[Any]:
    named = [] if label is None else [label]
    yield charts.ranges(_ranges(*named), AXIS, width)
    yield charts.waterfall(_steps(*named), AXIS, width)
    yield charts.spreads(_spreads(*named), AXIS, width)
    yield charts.columns(_columns(*named), CATEGORIES, width)
    yield risk_charts.tornado(_bars(*named), 10.0, AXIS, width)
    years = [str(year) for year in range(1, 11)]
    yield risk_charts.winners(_fields(), [label or "5", "20", "100"], years, "用几年", width)


def _svg(chart: Any) -> ElementTree.Element:
    return ElementTree.fromstring(charts.svg(chart, "标题 & <b>", "zh-CN"))


def _texts(
    root: ElementTree.Element, x: float = 0.0, y: float = 0.0
) -> Iterator[tuple[ElementTree.Element, float, float]]:
    """Every text element with the place of its anchor."""
    for across, down in re.findall(
        r"translate\((-?[\d.]+)(?:,\s*(-?[\d.]+))?\)", root.attrib.get("transform", "")
    ):
        x, y = x + float(across), y + float(down or 0)
    if root.tag.endswith("}text"):
        yield root, x, y
    for child in root:
        yield from _texts(child, x, y)


def test_that_who_draws_has_died_is_told() -> None:
    drawing = charts._Converter()
    drawing._process.kill()
    drawing._process.wait()
    with pytest.raises(OSError, match=r"has ended|Broken pipe"):  # `write` tells it and goes on
        drawing.svg({"mark": "point"})


@pytest.mark.parametrize("width", WIDTHS)
def test_the_same_chart_is_the_same_bytes(width: float) -> None:
    first = [charts.svg(chart, "t", "en") for chart in _drawn(width)]
    assert first == [charts.svg(chart, "t", "en") for chart in _drawn(width)]


@pytest.mark.parametrize("width", WIDTHS)
def test_charts_are_valid_specifications(width: float) -> None:
    for chart in _drawn(width):
        assert chart.to_dict(validate=True)["$schema"].endswith("/v6.4.1.json")


@pytest.mark.parametrize("width", WIDTHS)
def test_svg_stands_on_its_own_and_says_what_it_shows(width: float) -> None:
    for chart in _drawn(width):
        text = charts.svg(chart, "标题 & <b>", "zh-CN", "'A', B")
        root = ElementTree.fromstring(text)
        title = root[0]
        assert title.tag.endswith("}title")
        assert title.text == "标题 & <b>"
        assert root.attrib["lang"] == "zh-CN"
        assert root.attrib["font-family"] == "'A', B"
        assert root.attrib["width"] == f"{width}pt"
        assert not re.search(r"href|url\(|<image|<style|<script|clip", text)
        for element in root[1:]:
            assert "font-family" not in element.attrib
            assert not any(name.startswith("aria-label") for name in element.attrib)


@pytest.mark.parametrize("width", WIDTHS)
def test_text_is_at_least_eight_points_and_not_cut_off(width: float) -> None:
    for chart in _drawn(width):
        root = _svg(chart)
        wide, high = (float(root.attrib[name].removesuffix("pt")) for name in ("width", "height"))
        for text, x, y in _texts(root):
            assert float(text.attrib["font-size"].removesuffix("px")) >= charts.TEXT
            length = ems(text.text or "") * charts.TEXT
            anchor = text.attrib.get("text-anchor", "start")
            left = x - {"start": 0, "middle": length / 2, "end": length}[anchor]
            slack = 6  # ems() is an estimate, generous for Latin letters
            assert left >= -slack, (text.text, left)
            assert left + length <= wide + slack, (text.text, left + length)
            assert charts.TEXT * 0.7 <= y <= high, text.text


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_labels_are_only_text(width: float) -> None:
    for chart in _drawn(width, HOSTILE):
        text = charts.svg(chart, HOSTILE, "en")
        assert "<script" not in text
        drawn = "".join(ElementTree.fromstring(text).itertext())
        assert "49" not in drawn
        assert "{{" in drawn


def test_labels_of_the_axis_are_those_given() -> None:
    drawn = [text.text for text, _, _ in _texts(_svg(charts.ranges(_ranges(), AXIS, charts.WIDE)))]
    for label in (*AXIS.labels, "19.7 万元", "9.3 万元"):
        assert label in drawn


def test_gain_and_cost_differ_by_more_than_colour() -> None:
    text = charts.svg(charts.waterfall(_steps(), AXIS, charts.WIDE), "t", "en")
    assert re.search(rf'fill="{charts.GAIN}"', text)
    assert re.search(rf'fill="white"[^>]*stroke="{charts.GAIN}"', text)
    assert re.search(rf'fill="{charts.COST}"', text)
    assert "−110" in text
    columns = charts.svg(charts.columns(_columns(), CATEGORIES, charts.WIDE), "t", "en")
    assert re.search(rf'fill="white"[^>]*stroke="{charts.COST}"', columns)


def test_ends_of_a_tornado_are_told_apart_by_side_fill_and_value() -> None:
    """Filled is the high value, blue is better than the baseline: four kinds of bars in two colours."""
    for width in WIDTHS:
        text = charts.svg(risk_charts.tornado(_bars(), 10.0, AXIS, width), "t", "en")
        for colour in (charts.GAIN, charts.COST):
            assert re.search(rf'fill="{colour}"[^>]*stroke="{colour}"', text)
        assert re.search(rf'fill="white"[^>]*stroke="{charts.COST}"', text)
        places = {element.text: x for element, x, _ in _texts(ElementTree.fromstring(text))}
        assert places["会弃用"] < places["不弃用"]  # given up is worse, so its high end is on the left
        assert places["85%"] < places["5%"]


def test_a_map_says_who_wins_with_a_letter_and_frames_one_square() -> None:
    fields, years = _fields(), [str(year) for year in range(1, 11)]
    text = charts.svg(risk_charts.winners(fields, ["5", "20", "100"], years, "Years", charts.WIDE), "t", "en")
    drawn = [element.text or "" for element, _, _ in _texts(ElementTree.fromstring(text))]
    letters = [one for one in drawn if re.fullmatch("[A-Z]", one)]
    assert letters == ["ABCDEFGHI"[field.winner] for field in fields]
    assert len(re.findall(r'fill-opacity="0"[^>]*stroke="', text)) == 1


def test_shades_of_the_map_can_be_told_from_the_letters_on_them() -> None:
    """WCAG 2: a contrast of at least 4.5 between ink and every shade."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for fill in risk_charts.FILLS:
        assert (luminance(fill) + 0.05) / (luminance(charts.INK) + 0.05) >= 4.5


def test_marks_say_what_they_mean_on_the_page_and_in_a_notebook_and_nothing_on_paper() -> None:
    told = 'SaaS "A" <b>\nbetween 1 & 2'
    moments = [path_charts.Moment(float(x), -9, -5, 0, 5, 9, told if x == 3 else "") for x in range(7)]
    row = charts.Range("SaaS", -34, -20, 3, 44, 118, 19.7, "19.7", told=told)
    for chart in (charts.ranges([row], AXIS, charts.WIDE), path_charts.fan(moments, AXIS, AXIS, charts.WIDE)):
        assert '"tooltip": {"field": "told", "type": "nominal"}' in json.dumps(chart.to_dict(validate=True))
        text = charts.svg(chart, "t", "en")
        marks = ElementTree.fromstring(text).findall(".//*[@data-told]")
        assert len(marks) > 1
        assert {mark.attrib["data-told"] for mark in marks} == {told}
        silent = charts.silent(text)
        assert "told" not in silent
        kept = [mark for mark in marks if mark.attrib.get("opacity") != "0"]
        removed = len(marks) - len(kept)
        count = len(list(ElementTree.fromstring(text).iter()))
        assert len(list(ElementTree.fromstring(silent).iter())) == count - removed


def test_the_bin_over_nothing_is_cut_in_two() -> None:
    row = charts.Spread("x", (-10.0, -5.0, 5.0, 10.0), (0.2, 0.6, 0.2), 0.0, "")
    bins = charts._bins(row, 0)
    assert [(one["x"], one["x2"], one["loss"]) for one in bins] == [
        (-10.0, -5.0, True),
        (-5.0, 0.0, True),
        (0.0, 5.0, False),
        (5.0, 10.0, False),
    ]
    assert all(one["y2"] - one["y"] <= 0.86 for one in bins)


# --- labels -----------------------------------------------------------------------------------------------


@given(st.text(alphabet="ab 甲乙（），-", max_size=60), st.floats(3, 20), st.integers(1, 4))
def test_wrapped_labels_keep_to_their_lines(text: str, width: float, lines: int) -> None:
    found = wrapped(text, width, lines).split("\n")
    assert len(found) <= lines
    if not found[-1].endswith("…"):
        assert "".join(found).replace(" ", "") == text.replace(" ", "")
    for line in found[:-1]:
        assert ems(line) <= width + 1  # hanging punctuation


def test_a_word_that_is_too_long_is_broken_and_then_cut() -> None:
    assert wrapped("x" * 200, 10, 2).endswith("…")
    assert wrapped("先理流程，用共享表格", 6) == "先理流程，\n用共享表格"


@given(st.floats(-1e7, 1e7), st.floats(1, 1e7))
def test_ticks_are_round_and_inside(low: float, size: float) -> None:
    found = ticks(low, low + size)
    assert 1 <= len(found) <= 7
    for one, other in pairwise(found):
        assert other > one
    assert found[0] >= low - 1e-6 * max(1.0, abs(low))
    assert found[-1] <= low + size + 1e-6 * max(1.0, abs(low + size))
