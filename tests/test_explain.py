"""`crm-roi explain`: every figure of a report can be asked for, and is told as the appendix tells it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli, main
from assessment import assess, load_case
from assessment.decision import Decision
from reports.content import content
from reports.explain import explain, find
from reports.language import language
from reports.sections.desk import Desk

CASE = Path(__file__).resolve().parent.parent / "examples" / "machinery-maker" / "case.yaml"
both = pytest.mark.parametrize("code", ["zh-CN", "en"])


@pytest.fixture(scope="module")
def decision() -> Decision:
    return assess(load_case(CASE, ["settings.draws=1024"]))


@both
def test_every_figure_that_the_report_cites_is_explained_by_number_and_by_key(
    decision: Decision, code: str
) -> None:
    words = language(code)
    desk, said = Desk(decision, words), content(decision, words)
    cited = list(said.pages.numbering)
    assert len(cited) > 100
    for figure in cited:
        lines = list(explain(desk, find(decision, words, figure.key)))
        assert figure.key in lines[0]
    assert find(decision, words, "F3").key == cited[2].key
    assert find(decision, words, f"f{len(cited)}").key == cited[-1].key


@both
def test_the_formula_is_that_of_the_appendix(decision: Decision, code: str) -> None:
    words = language(code)
    desk, said = Desk(decision, words), content(decision, words)
    appendix = next(section.html for section in said.sections if section.id == "sources")
    printed = unescape(re.sub("<[^>]*>", " ", str(appendix)))
    for key in ("saas.npv", "saas.p_best", "verdict.gain", "evpi"):
        line = list(explain(desk, desk.figures[key]))
        how = next(one for one in line[1:] if one.startswith(("算法", "Formula")))
        formula = re.split("[：:]", how, maxsplit=1)[1].strip()
        assert formula in printed, key


def test_an_input_is_told_with_range_source_grade_and_place(decision: Decision) -> None:
    desk = Desk(decision, language("en"))
    lines = list(explain(desk, desk.figures["saas.benefit.conversion_uplift"]))
    place = next(at for at, line in enumerate(lines) if "(input.deal_value)" in line)
    assert "¥600,000 / 680,000 / 780,000\u00a0per deal" in lines[place]
    number = next(
        at for at, line in enumerate(CASE.read_text("utf-8").splitlines(), 1) if "deal_value:" in line
    )
    assert "grade A" in lines[place + 1]
    assert lines[place + 1].endswith(f"case.yaml:{number}")


@pytest.mark.parametrize(("figure", "told"), [("saas.npw", "saas.npv"), ("F9999", "F12"), ("F0", "F12")])
def test_what_there_is_not_is_refused_with_the_nearest(
    figure: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(CASE), figure, "--set", "settings.draws=256"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert figure in err
    assert told in err


def test_the_command_prints_it() -> None:
    found = CliRunner().invoke(cli, ["explain", str(CASE), "settings.years", "--set", "settings.draws=256"])
    assert found.exit_code == 0
    assert "3" in found.stdout
