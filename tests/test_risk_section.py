"""The risk sections of the report: they follow the decision, and their numbers are the decision's."""

from __future__ import annotations

import math
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from assessment import assess, load_case
from assessment.decision import Decision
from assessment.figures import Figure
from assessment.risk_figures import risk_figures
from reports import charts
from reports.figures import As, Printer
from reports.language import language
from reports.pages import Pages, plain
from reports.sections.desk import Desk, Section
from reports.sections.evidence import definitions
from reports.sections.risk import risk
from reports.sections.robustness import robustness

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
LANGUAGES = ("zh-CN", "en")
every = pytest.mark.parametrize(("name", "code"), [(name, code) for name in EXAMPLES for code in LANGUAGES])
both = pytest.mark.parametrize("code", LANGUAGES)
UNFILLED = re.compile(r"\{\w+\}|\b(?:risk|report|terms)\.[a-z_]+|\bnan\b|\bNone\b")


@cache
def decided(name: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=2048"]))


def desk_of(name: str, code: str, **update: Any) -> Desk:
    return Desk(decided(name).model_copy(update=update), language(code))


def made(section: Section | None) -> Section:
    assert section is not None
    return section


def text_of(desk: Desk, section: Section | None) -> str:
    """What a reader sees, with plain blanks."""
    html = Pages(desk).section(made(section)).html
    return re.sub(r"\s+", " ", plain(re.sub(r"<svg.*?</svg>", "", str(html), flags=re.DOTALL)))


def drawn(chart: Any) -> list[str]:
    """The texts of a chart, in their order."""
    root = ElementTree.fromstring(charts.svg(chart, "t", "en"))
    return [element.text or "" for element in root.iter() if element.tag.endswith("}text")]


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


class Cells(HTMLParser):
    """Every row's cells, after its heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        self._in = tag == "td" or (self._in and tag not in ("tr", "th"))
        if tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = self._in and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._in:
            self.rows[-1][-1] += data


def value(cell: str) -> float:
    return float(cell.replace("−", "-").replace(",", ""))


# --- every example ----------------------------------------------------------------------------------------


@every
def test_both_sections_are_complete(name: str, code: str) -> None:
    desk = desk_of(name, code)
    for make in (risk, robustness):
        section = made(make(desk))
        text = text_of(desk, section)
        assert UNFILLED.findall(text + section.title) == []
        assert desk.convention in text
    for figure in ("evpi", "verdict.gain"):
        assert figure in {one.key for one in risk_figures(desk.decision)}


@every
def test_the_ends_of_the_tornado_are_the_inputs_values(name: str, code: str) -> None:
    desk = desk_of(name, code)
    bars = (desk.decision.tornado or [])[:10]
    tornado = made(risk(desk)).data["tornado"]
    if not bars:
        assert tornado is None
        return
    for width in (charts.WIDE, charts.NARROW):
        (chart,) = tornado["picture"].draw(width)
        seen = flat("".join(drawn(chart)))
        for bar in bars:
            for end in ("low", "high"):
                figure = desk.figures[f"bar.{bar.name}.{end}"]
                if not bar.name.endswith(".abandon"):
                    assert flat(desk.printer(As(figure, "stated"))) in seen
        data = [row for rows in chart.to_dict()["datasets"].values() for row in rows if "npv_low" in row]
        found = {(row["npv_low"], row["npv_high"]) for row in data}
        assert found == {(bar.npv_low, bar.npv_high) for bar in bars}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_table_of_variants_shows_the_decisions_means(name: str) -> None:
    """Each printed amount is the decision's, within half of the last digit its error supports."""
    desk = desk_of(name, "en")
    decision, unit = desk.decision, 10**desk.printer.power
    html = str(Pages(desk).section(made(robustness(desk))).html)
    rows = [row for row in Cells(html).rows if row][1:]  # the first is the case as it is
    shown = [one for one in decision.variants or [] if one.name != f"years_{decision.settings.years}"]
    options = sorted(
        (one for one in decision.options if one.kind != "status_quo"), key=lambda one: -one.npv.mean
    )
    assert len(rows) == len(shown) > 4
    for row, variant in zip(rows, shown, strict=True):
        for cell, option in zip(row, options, strict=False):
            error = option.npv.se.mean or 0.0
            coarsest = max(10 ** math.ceil(math.log10(error)) if error else 0.0, unit / 10)
            assert abs(value(cell) * unit - variant.npv[option.id].mean) <= 0.5001 * coarsest
        assert (row[-1] == "unchanged") == (variant.best == desk.standing.best.id)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_map_shows_who_wins_where(name: str) -> None:
    desk = desk_of(name, "en")
    comparison = desk.decision.comparison
    assert comparison is not None
    letters = dict(zip((option.id for option in desk.decision.options), "ABCDEFGH", strict=False))
    (chart,) = made(robustness(desk)).data["map"]["picture"].draw(charts.WIDE)
    seen = [text for text in drawn(chart) if re.fullmatch("[A-Z]", text)]
    assert seen == [letters[winner] for row in comparison.map.winners for winner in row]


@both
def test_values_that_switch_stand_in_the_table_nearest_first(code: str) -> None:
    desk = desk_of("machinery-maker", code)
    found = [one for one in desk.decision.switching_values or [] if one.value is not None]
    assert found
    table = made(risk(desk)).data["switching"]["table"]
    near = sorted(found, key=lambda one: abs(float(one.value or 0) - one.now) / (one.high - one.low))
    assert [row.label for row in table.rows] == [desk.input(one.name) for one in near]
    assert table.rows[0].label in made(risk(desk)).data["switching"]["title"]


@both
def test_most_likely_and_mean_stand_side_by_side(code: str) -> None:
    desk = desk_of("machinery-maker", code)
    option = desk.standing.subject
    assert option is not None
    assert option.npv.most_likely is not None
    title = made(risk(desk)).data["likely"]["title"]
    for amount, error in ((option.npv.mean, option.npv.se.mean), (option.npv.most_likely, None)):
        assert language(code).money(amount, "CNY", se=error) in title


# --- what the numbers decide ------------------------------------------------------------------------------


@both
def test_where_every_input_is_one_number_nothing_is_made_up(code: str) -> None:
    fixed: dict[str, Any] = {"tornado": [], "switching_values": [], "variance_shares": [], "evppi": []}
    desk = desk_of("contact-management", code, **fixed, evsi=[], evpi=0.0)
    section = made(risk(desk))
    words = language(code)
    option = desk.standing.subject
    assert option is not None
    assert section.title == desk.say("risk.title.certain", option=desk.called(option))
    assert section.data["likely"] is section.data["tornado"] is section.data["sources"] is None
    assert section.data["switching"]["title"] == words.text("risk.switch.title.fixed")
    assert section.data["learning"]["title"] == words.text("risk.learning.title.noise")
    assert UNFILLED.findall(text_of(desk, section)) == []


@both
def test_where_all_is_noise_no_single_figure_is_worth_measuring(code: str) -> None:
    full = decided("machinery-maker").evppi or []
    noise = [one.model_copy(update={"is_noise": True}) for one in full]
    desk = desk_of("machinery-maker", code, evppi=noise)
    learning = made(risk(desk)).data["learning"]
    assert learning["title"] in ("No single figure is worth measuring", "没有哪一个数字值得先去弄清")
    assert learning["worths"] is None


@both
def test_where_nothing_switches_the_section_says_so(code: str) -> None:
    none = [
        one.model_copy(update={"value": None, "to": None})
        for one in decided("machinery-maker").switching_values or []
    ]
    switching = made(risk(desk_of("machinery-maker", code, switching_values=none))).data["switching"]
    assert switching["title"] == language(code).text("risk.switch.title.none")
    assert switching["table"] is None


@both
def test_an_option_that_wins_everywhere_is_named(code: str) -> None:
    comparison = decided("machinery-maker").comparison
    assert comparison is not None
    one = [["saas"] * len(comparison.map.years) for _ in comparison.map.users]
    everywhere = comparison.map.model_copy(update={"winners": one})
    desk = desk_of("machinery-maker", code, comparison=comparison.model_copy(update={"map": everywhere}))
    title = made(robustness(desk)).data["map"]["title"]
    assert title == desk.say("risk.map.title.one", best=desk.called(desk.decision.option("saas")))


@both
def test_the_title_names_what_takes_the_lead(code: str) -> None:
    full = decided("machinery-maker").variants or []
    best = desk_of("machinery-maker", code).standing.best.id

    def title(**changed: str) -> str:
        some = [one.model_copy(update={"best": changed.get(one.name, best)}) for one in full]
        return made(robustness(desk_of("machinery-maker", code, variants=some))).title

    words = language(code)
    assert words.text("risk.variant.without_guesses") in title(
        sheet_without_effect="custom", without_guesses="nocode"
    )
    assert words.text("risk.variant.sheet_without_effect") in title(sheet_without_effect="custom")
    desk = desk_of("machinery-maker", code)
    assert title() == desk.say("risk.robust.title", best=desk.called(desk.standing.best))


@both
@pytest.mark.parametrize("over", ["users", "years", "changes_per_year"])
def test_a_crossover_says_from_which_whole_number_on(over: str, code: str) -> None:
    comparison = decided("machinery-maker").comparison
    assert comparison is not None
    first = next(one for one in comparison.crossovers if one.other == "nocode")
    moved = [
        first.model_copy(update={"over": over, "value": at, "above": above, "low": 1, "high": 150})
        for at, above in ((61.13, "nocode"), (61.13, first.one), (None, "nocode"), (None, first.one))
    ]
    said = []
    for one in moved:
        desk = desk_of(
            "machinery-maker", code, comparison=comparison.model_copy(update={"crossovers": [one]})
        )
        (crossover,) = made(robustness(desk)).data["crossovers"]
        said.append(crossover.text)
    assert len(set(said)) == 4
    assert all("62" in text for text in said[:2])
    assert all("1" in text and "150" in text for text in said[2:])


# --- numbers and words ------------------------------------------------------------------------------------


def test_a_computed_value_of_an_input_ends_where_its_error_begins() -> None:
    printer = Printer(language("en"), "CNY")
    hours, key = "hour/user/day", "hours_saved_per_user_day"

    def shown(number: float, se: float | None) -> str:
        figure = Figure(f"switch.{key}", "quantity", number, unit=hours, se=se, numbers=(number,))
        return printer(As(figure, "stated")).replace("\u00a0", " ")

    assert shown(0.5465, 0.0257) == "0.5 hours per user and day"
    assert shown(0.5465, 0.01) == "0.55 hours per user and day"
    assert {shown(0.5465, se) for se in (None, 0.0, math.inf, math.nan)} == {"0.547 hours per user and day"}
    bar = Figure("bar.saas.overrun.low", "quantity", 1.15, inputs=("input.saas.overrun",), unit="1")
    assert printer(As(Figure(**{**vars(bar), "numbers": (1.15,)}), "stated")) == "1.15×"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_formula_of_the_uncertainty_is_explained(name: str) -> None:
    formulas = {figure.formula for figure in risk_figures(decided(name)) if figure.formula}
    assert len(formulas) > 10
    for code in LANGUAGES:
        for formula in formulas:
            assert language(code).has(f"risk.definition.{formula}"), formula
            assert language(code).has(f"risk.measure.{formula}"), formula


@both
def test_every_option_stands_under_every_definition(code: str) -> None:
    desk = desk_of("machinery-maker", code)
    section = definitions(desk)
    options = [option for option in desk.decision.options if option.kind != "status_quo"]
    table = section.data["table"]
    assert {head.label for head in table.heads[2:]} == {desk.name(option) for option in options}
    by_label = {row.label: row.cells for row in table.rows}
    for measure in ("roi", "roi_undiscounted", "roi_first_year"):
        keys = {cell.key for cell in by_label[desk.say(f"measure.{measure}")][1:]}
        assert keys == {f"{option.id}.{measure}" for option in options}
