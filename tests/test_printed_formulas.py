"""Every formula that the report prints, evaluated from its words and compared with what was computed.

The texts are read back by `tests.printed`, a parser of its own. Monthly lines are evaluated at the most
likely inputs, as the register states them; the formulas of figures from the inputs that their entries list.
What a text calls a share of draws or a mean over draws is computed anew from the draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from printed import PLAIN, Node, UnreadableError, amounts, read
from recomputed import MEANT, ROOT, Entry, decided, loaded

from assessment.decision import Decision
from assessment.figures import MEASURES, Figure, Figures
from reports import language as language_module
from reports.figures import As
from reports.language import Code, language
from reports.sections.desk import Desk
from reports.sections.evidence import formula_list
from reports.sections.tracing import formula as formula_of
from roi.engine import CLOCK, built_in_costs, cash_flow, charged, formula, needs, parameters
from roi.model import Option
from roi.quantities import QUANTITIES

EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
CLOSE = 1e-9
SOLVED = ("irr", "break_even_adoption")  # by bisection, to within a millionth
examples = pytest.mark.parametrize("name", EXAMPLES)
both = pytest.mark.parametrize("code", ["zh-CN", "en"])


def near(one: float, other: float, scale: float = 0.0) -> bool:
    """The same but for rounding of the computer's own."""
    return abs(one - other) <= CLOSE * max(abs(one), abs(other), scale) + 1e-12


# --- month by month ---------------------------------------------------------------------------------------


@dataclass
class Page:
    """The formulas of a report, read back, for one option at its most likely inputs."""

    desk: Desk
    option: Option
    used: set[str] = field(default_factory=set)
    _known: dict[tuple[str, float], float] = field(default_factory=dict)

    @cached_property
    def printed(self) -> dict[str, str]:
        """Right sides by name."""
        groups = formula_list(self.desk).data["groups"]
        return {name: text.split(" = ", 1)[1] for group in groups for name, text in group["formulas"]}

    @cached_property
    def _labels(self) -> dict[str, str]:
        """What words stand for: every word for one thing only."""
        names = {*QUANTITIES, *CLOCK, *self.printed} - {"grown", "present"}
        labels = {self.desk.words.named(name): name for name in names}
        assert len(labels) == len(names), "two things have one name"
        return labels

    def _node(self, name: str) -> Node:
        return read(self.printed[name], self._labels, self.desk.words.code)

    def at(self, name: str, month: float) -> float:
        """The value of a name in a month."""
        if (name, month) not in self._known:
            self._known[name, month] = self._find(name, month)
        return self._known[name, month]

    def _find(self, name: str, month: float) -> float:
        if name == "month":
            return month
        if name == "lagged_effect":
            return self.at("effect", month - self.at("sales_cycle_months", month))
        if name == "end_month" and self.option.abandon_probability < 0.5:
            return math.inf
        if name in QUANTITIES:
            return self._stated(name, month)
        if name not in self.printed:
            return self._own(name)
        return self.evaluated(self._node(name), name, month)

    def evaluated(self, node: Node, name: str, month: float) -> float:
        """A formula in a month; a stock begins at nothing."""

        def find(words: str) -> float:
            inner = self._labels[words]
            if inner == "previous":
                return self.at(name, month - 1) if month > 1 else 0.0
            return self.at(inner, month)

        return node(find)

    def _record(self, name: str) -> Any:
        known = {item.name: item for item in self.desk.decision.assumptions}
        full = f"{self.option.id}.{name}"
        return known[full if full in known else name]

    def _own(self, name: str) -> float:
        record = self._record(name)
        self.used.add(f"input.{record.name}")
        return likely(record.numbers)

    def _stated(self, name: str, month: float) -> float:
        """As the register has it, grown as the page says."""
        lines = {line.id for line in self.desk.decision.lines}
        if name == "resold_share" and "selling_time" not in lines:
            return 0.0
        value, growth = self._own(name), QUANTITIES[name].grows_with
        if growth is None:
            return value
        say = self.desk.say
        words = {say("formulas.word.stated"): value, say("formulas.word.growth"): self._own(growth)}
        words[self.desk.words.named("month")] = month
        return read(self.printed["grown"], words, self.desk.words.code)(words.__getitem__)

    def present(self, amount: float, month: float) -> float:
        """An amount of a month, discounted as the page says."""
        say = self.desk.say
        words = {
            say("formulas.word.amount"): amount,
            say("formulas.word.rate"): self.desk.decision.settings.discount_rate,
            self.desk.words.named("month"): month,
        }
        return read(self.printed["present"], words, self.desk.words.code)(words.__getitem__)

    @property
    def steps(self) -> list[str]:
        """Names of the formulas that are neither benefit nor cost."""
        heading = self.desk.say("formulas.steps")
        groups = formula_list(self.desk).data["groups"]
        return [name for group in groups if group["heading"] == heading for name, _ in group["formulas"]]

    @cached_property
    def stated(self) -> set[str]:
        """Plain names of the inputs that the register has for this option."""
        names = (item.name for item in self.desk.decision.assumptions)
        return {
            name.rpartition(".")[2] for name in names if name.startswith(self.option.id) or "." not in name
        }

    def computed(self, step: str, month: float) -> float:
        """What the program's own function makes of the same values; of a stock, from last month's."""
        before = self.at(step, month - 1) if month > 1 and "previous" in parameters(step) else 0.0
        values = (before if name == "previous" else self.at(name, month) for name in parameters(step))
        return float(formula(step)(*values))

    def line(self, identifier: str, month: float) -> float:
        """A benefit line: by its formula, or by what the appendix says of an amount of the company's own."""
        if identifier in self.printed:
            return self.at(identifier, month)
        figure = self.desk.figures[f"{self.option.id}.benefit.{identifier}"]
        text, amount = formula_of(self.desk, figure)["text"], {"en": "amount a month", "zh-CN": "每月金额"}
        words = amount[self.desk.words.code]
        node = read(text, [words, *self._labels], self.desk.words.code)
        return node(lambda one: self._own(identifier) if one == words else self.at(self._labels[one], month))


def likely(numbers: list[float]) -> float:
    """The most likely of one stated number, or of three."""
    assert len(numbers) in (1, 3), numbers
    return numbers[len(numbers) // 2]


def changes(name: str) -> list[Option]:
    return [option for option in loaded(name).model.options if option.kind != "status_quo"]


def _lines_that_differ(name: str, code: Code) -> list[str]:
    """Lines and steps of an example that do not come to what the engine has in some month."""
    decision, model = decided(name), loaded(name).model
    desk, found = Desk(decision, language(code)), []
    horizon = range(1, model.months + 1)
    for option in changes(name):
        flow, page = cash_flow(model, option), Page(desk, option)
        for line, engine in flow.benefits.items():
            page.used.clear()
            page._known.clear()
            printed = [page.line(line, month) for month in horizon]
            scale = np.abs(engine).max()
            found += [
                f"{option.id}.{line} in month {month}: {one} for {engine[month, 0]}"
                for month, one in zip(horizon, printed, strict=True)
                if not near(one, engine[month, 0], scale)
            ]
            figure = desk.figures[f"{option.id}.benefit.{line}"]
            found += [f"{figure.key} does not list {key}" for key in page.used - set(figure.inputs)]
            total = sum(page.present(one, month) for month, one in zip(horizon, printed, strict=True))
            if not near(total, figure.at("most_likely").value or 0.0):
                found.append(f"{figure.key}: {total} for {figure.at('most_likely').value}")
        for line in built_in_costs():
            if charged(option, line, model.assumptions):
                engine = flow.costs[line]
                found += [
                    f"{option.id}.{line} in month {month}"
                    for month in horizon
                    if not near(page.at(line, month), engine[month, 0], np.abs(engine).max())
                ]
        found += [
            f"{option.id}: step {step} in month {month}"
            for step in page.steps
            if needs(step) <= page.stated
            for month in horizon
            if not near(page.at(step, month), page.computed(step, month))
        ]
    return found


@examples
@both
def test_every_monthly_formula_comes_to_what_the_engine_computes(name: str, code: Code) -> None:
    assert _lines_that_differ(name, code) == []


# --- figures ----------------------------------------------------------------------------------------------

TESTED_ELSEWHERE = {  # fitted, searched or counted: no formula of printed numbers, but a procedure
    "evppi": "test_sensitivity",
    "evsi": "test_sensitivity",
    "variance_share": "test_sensitivity",
    "tornado": "test_responses",
    "switching_value": "test_responses",
    "crossover": "test_responses",
    "independent_effects": "test_judgement",
    "without_guesses": "test_judgement",
    "without_defaults": "test_judgement",
    "sheet_without_effect": "test_judgement",
    "risk_adjusted": "test_judgement",
    "stop": "test_judgement",
    "acceptability": "test_selection",
    "flip": "test_selection",
    "criterion_weight": "test_selection",
    "consistency_ratio": "test_selection",
    "implied_ratio": "test_selection",
    "requirements_met": "test_selection",
    "pain_times": "test_diagnosis",
    "pain_cost": "test_diagnosis",
    "pains_overtakes": "test_diagnosis",
    "readiness_theme": "test_readiness",
    "suggested": "test_readiness",
    "implied_uplift": "test_worked_tables",
    "benefit": "above, month by month",
}


def _cited(decision: Decision) -> list[Figure]:
    """Every figure that states a formula: of the report and of `explain`."""
    figures = Figures(decision)
    keys = [*figures._listed, "case.sales", "case.gap", "case.implied_uplift"]
    for option in decision.options:
        keys += [f"{option.id}.{measure}" for measure in MEASURES]
        keys += [f"{option.id}.benefit.{line}" for line in option.benefits]
        keys += [f"{option.id}.dimension.{dimension}" for dimension in option.by_dimension]
        keys += [f"{option.id}.category.{category}" for category in option.tco.by_category]
    return [figure for key in keys if (figure := figures[key]).formula]


def _figures_that_differ(name: str, code: Code) -> list[str]:
    """Figures whose printed formula, with the inputs that its entry lists, comes to another number."""
    decision, found = decided(name), []
    desk, lines = Desk(decision, language(code)), {line.id for line in decision.lines}
    for figure in _cited(decision):
        what = figure.formula
        if (
            what in TESTED_ELSEWHERE
            or what in lines
            or (figure.value is None and what != "break_even_adoption")
        ):
            continue
        if figure.key == "status_quo.break_even_adoption":
            continue  # there is nothing to use
        if figure.key.endswith((".p_loss", ".p5", ".p95")) and figure.key.startswith(("variant", "pain")):
            continue  # quantiles of a row whose mean is tested
        entry = Entry(name, desk.figures, figure)
        phrases = {phrase[code == "zh-CN"].translate(PLAIN): phrase[2] for phrase in MEANT[what]}
        text = formula_of(desk, figure)["text"]
        try:
            value = read(text, phrases, code)(lambda words: phrases[words](entry))  # noqa: B023 - called at once
        except (UnreadableError, AssertionError, ValueError, KeyError, IndexError) as error:
            found.append(f"{figure.key}: {text!r}: {error!r}")
            continue
        scale = max((abs(one.value or 0.0) for one in entry.inputs), default=0.0)
        close = 1e-6 if what in SOLVED else CLOSE
        if figure.value is None:
            if not math.isnan(value):
                found.append(f"{figure.key}: {value} for none")
        elif not abs(value - figure.value) <= close * max(abs(value), abs(figure.value), scale) + 1e-12:
            found.append(f"{figure.key}: {value} for {figure.value}")
    return found


@examples
@both
def test_every_formula_of_a_figure_comes_to_the_figure(name: str, code: Code) -> None:
    assert _figures_that_differ(name, code) == []


@examples
def test_no_formula_of_a_figure_is_left_out(name: str) -> None:
    decision = decided(name)
    known = {*MEANT, *TESTED_ELSEWHERE, *(line.id for line in decision.lines)}
    assert {figure.formula for figure in _cited(decision)} <= known


# --- the register -----------------------------------------------------------------------------------------


@examples
@both
def test_inputs_are_printed_in_the_unit_in_which_formulas_take_them(name: str, code: Code) -> None:
    """A share of 0.4 reads 40 %, 680,000 read 68 万: what is printed, read back, is the number used."""
    desk = Desk(decided(name), language(code))
    for item in desk.decision.assumptions:
        printed = amounts(desk.printer(As(desk.figures[f"input.{item.name}"], "stated")))
        assert len(printed) >= len(item.numbers), (item.name, printed)
        for (read_back, half), stated in zip(printed, item.numbers, strict=False):
            assert abs(read_back - stated) <= half * (1 + 1e-9) + 1e-12, (item.name, printed, item.numbers)


# --- slips that must be noticed ---------------------------------------------------------------------------


def _messages(monkeypatch: pytest.MonkeyPatch, key: str, text: str) -> None:
    """The catalogues with one message written wrongly."""
    true = language_module._catalogue

    def slipped(code: Code, domain: str) -> Any:
        return {**true(code, domain), **({key: (text,)} if key.startswith(f"{domain}.") else {})}

    monkeypatch.setattr(language_module, "_catalogue", slipped)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("terms.operation.max", "smaller of ({parts})"),
        ("report.definition.npv", "present value of costs − present value of benefits"),
        ("report.definition.bcr", "present value of benefits × present value of costs"),
        ("risk.definition.evsi_net", "worth − cost + gain forgone meanwhile"),
    ],
)
def test_a_slip_in_a_printed_formula_is_noticed(monkeypatch: pytest.MonkeyPatch, key: str, text: str) -> None:
    _messages(monkeypatch, key, text)
    if key.startswith("terms"):
        assert any("time_saved" in one for one in _lines_that_differ("three-person-studio", "en"))
    else:
        assert any(
            key.rpartition(".")[2] in text or ":" in text
            for text in _figures_that_differ("machinery-maker", "en")
        )


def test_a_sign_that_is_printed_wrongly_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(language_module.SIGNS, "-", "+")
    assert any("step" in one for one in _lines_that_differ("three-person-studio", "zh-CN"))


def test_an_input_that_an_entry_does_not_list_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = Figures.behind_line
    monkeypatch.setattr(Figures, "behind_line", lambda *given: true(*given)[1:])
    assert any("does not list" in one for one in _lines_that_differ("three-person-studio", "en"))
