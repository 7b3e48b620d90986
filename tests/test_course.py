"""Money over time: the paths against the measures of the run, and the section that shows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assessment import assess, load_case
from assessment.assessor import PATH_DRAWS
from assessment.decision import Decision
from reports import charts
from reports.language import language
from reports.sections.course import course
from reports.sections.desk import Desk
from roi.simulation import Run, run

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
both = pytest.mark.parametrize("code", ["zh-CN", "en"])


def case(name: str, *changes: str) -> tuple[Path, list[str]]:
    return EXAMPLES / name / "case.yaml", [f"settings.draws={PATH_DRAWS}", *changes]


@pytest.fixture(scope="module")
def done() -> Run:
    return run(load_case(*case("machinery-maker")).model)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return assess(load_case(*case("machinery-maker")))


def test_paths_end_where_the_run_ends_and_go_as_deep(done: Run) -> None:
    for name, result in done.results.items():
        path = result.draws.cumulative
        assert path.shape == (37, PATH_DRAWS), name
        np.testing.assert_allclose(path[-1], result.draws.net, atol=1e-4)
        np.testing.assert_allclose(np.maximum(-path.min(axis=0), 0), result.draws.peak_funding, atol=1e-4)


def test_the_table_of_years_is_the_path_at_the_end_of_each(decision: Decision) -> None:
    for option in decision.options:
        for year in option.yearly:
            assert option.cumulative.mean[12 * year.year] == pytest.approx(year.cumulative, abs=1e-3)
        assert option.cumulative.median[-1] >= option.cumulative.p25[-1] >= option.cumulative.p5[-1]


@both
def test_the_picture_shows_the_quantiles_of_the_decision(decision: Decision, code: str) -> None:
    desk = Desk(decision, language(code))
    section = course(desk)
    assert section is not None
    option = desk.standing.subject
    assert option is not None
    for width in (charts.WIDE, charts.NARROW):
        (chart,) = section.data["picture"].draw(width)
        data = chart.to_dict()["datasets"]
        drawn = next(rows for rows in data.values() if len(rows) == 37)
        for month, row in enumerate(drawn):
            for name in ("p5", "p25", "median", "p75", "p95"):
                assert row[name] == getattr(option.cumulative, name)[month]


@both
@pytest.mark.parametrize(("changes", "said"), [
    ([], {"zh-CN": "回本", "en": "is back after"}),
    (["settings.years=1"], {"zh-CN": "回不了本", "en": "not back by the end"}),
])  # fmt: skip
def test_the_title_says_whether_it_comes_back(changes: list[str], said: dict[str, str], code: str) -> None:
    section = course(Desk(assess(load_case(*case("machinery-maker", *changes))), language(code)))
    assert section is not None
    assert said[code] in section.title


def test_a_certain_case_has_one_path() -> None:
    found = assess(load_case(*case("contact-management")))
    option = next(one for one in found.options if one.id not in ("status_quo", "spreadsheet"))
    assert option.cumulative.p5 == option.cumulative.p95
