"""The benchmark is fair: the other tools are given our formulas and our inputs. No speed is judged."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest
import weasyprint

from assessment import load_case
from benchmarks import measure, model
from benchmarks.contenders import CASE, CONTENDERS
from benchmarks.paper import Clock, page_count
from roi.engine import cash_flow
from roi.measures import net_present_value
from roi.model import Model
from roi.sampling import REPLICATES, Sampler
from roi.simulation import npv_of, values_of

DRAWS = 8192
INPUTS = list(model.RANGES)


@pytest.fixture(scope="module")
def case() -> Model:
    return replace(load_case(CASE).model, draws=DRAWS)


def scores_of(case):
    """Ours, shape (12, draws), in the order of `npv_of`."""
    replicates = [Sampler(case).scores(replicate) for replicate in range(REPLICATES)]
    return np.concatenate([[scores[name] for name in INPUTS] for scores in replicates], axis=1)


def assert_same_npv(found, expected):
    assert found.shape == expected.shape
    np.testing.assert_allclose(
        found / np.abs(expected).max(axis=0), expected / np.abs(expected).max(axis=0), atol=1e-9
    )


@pytest.mark.parametrize(
    ("file", "options", "months", "inputs"), [("case", 3, 36, 12), ("decision", 4, 60, 40)]
)
def test_the_cases_are_as_large_as_they_say(file, options, months, inputs):
    found = load_case(CASE.with_name(f"{file}.yaml")).model
    assert [option.kind for option in found.options].count("status_quo") == len(found.options) - options
    assert (found.months, len(Sampler(found).inputs), found.draws) == (months, inputs, 16_384)


def test_others_get_our_inputs(case):
    scores = scores_of(case)
    ours = values_of(Sampler(case), dict(zip(INPUTS, scores, strict=True)))
    theirs = model.values(scores)
    assert ours.keys() == theirs.keys()
    for name in INPUTS:
        np.testing.assert_allclose(theirs[name], ours[name], rtol=1e-12, err_msg=name)


def test_others_get_our_correlations(case):
    loadings = [Sampler(case).loadings[name] for name in INPUTS]
    ours = [
        [1.0 if a == b else x.covariance(y) for b, y in enumerate(loadings)] for a, x in enumerate(loadings)
    ]
    np.testing.assert_allclose(model.CORRELATION, ours, atol=1e-12)


def test_others_get_our_formulas(case):
    assert_same_npv(model.npv(model.values(scores_of(case))), npv_of(case)[:, 1:])


def test_formulas_agree_far_out(case):
    """Scores three times as wide: no delay at all, projects that outlast the horizon, everything clipped."""
    values = model.values(3 * scores_of(case))
    values["saas.implementation_months"] *= 4
    assert np.any(values["saas.implementation_months"] == 0)
    assert np.any(values["saas.implementation_months"] * 1.1 > case.months)
    assert np.any(values["custom.overrun"] * 8 > case.months)
    ours = [net_present_value(cash_flow(case, option, values), case) for option in case.options[1:]]
    assert_same_npv(model.npv(values), np.stack(ours, axis=1))


@pytest.mark.parametrize("name", ["engine", "numpy", "numpy_blocks"])
def test_contenders_that_need_no_installation_agree(name):
    """Within five standard errors of each other's mean, of NPV and not of something else."""
    npv = CONTENDERS[name].prepare()(DRAWS, 7)
    expected = model.npv(
        model.values(
            np.linalg.cholesky(model.CORRELATION) @ np.random.default_rng(8).standard_normal((12, DRAWS))
        )
    )
    error = np.sqrt(2 * npv.var(axis=0) / DRAWS)
    assert npv.shape == (DRAWS, 3)
    assert np.all(np.abs(npv.mean(axis=0) - expected.mean(axis=0)) < 5 * error)


def test_every_part_of_a_decision_is_measured():
    parts = measure.decision(str(CASE.with_name("decision.yaml")), "1")
    reading, *some, whole = (processor for ((_, processor),) in parts.values())
    assert reading > 0
    assert all(processor > 0 for processor in some)
    assert max(some) < whole


def test_the_pages_of_a_pdf_are_counted():
    pages = "<p style='break-after: page'>1</p><p style='break-after: page'>2</p><p>3</p>"
    assert page_count(weasyprint.HTML(string=pages).write_pdf(pdf_variant="pdf/a-3a")) == 3


def test_a_stage_is_what_passed_since_the_last_one():
    clock = Clock()
    clock.stage("before")
    until = process_time() + 0.2
    while process_time() < until:
        pass
    clock.stage("work", 7.0)
    clock.stage("after")
    assert clock.stages["work"][0] == pytest.approx(0.2, abs=0.1)
    assert clock.stages["after"][0] < 0.1
    assert clock.stages["work"][1] - clock.stages["after"][1] == pytest.approx(7.0, abs=1.0)
