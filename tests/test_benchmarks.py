"""The benchmark is fair: the formulas the other tools are given are ours, and so are the inputs. Nothing is timed."""

from dataclasses import replace

import numpy as np
import pytest

from assessment import load_case
from benchmarks import model
from benchmarks.contenders import CASE, CONTENDERS
from benchmarks.measure import decision
from benchmarks.run import PAGE
from roi.model import Model
from roi.sampling import REPLICATES, Sampler
from roi.simulation import npv_of, values_of

INPUTS = list(model.RANGES)
OPTIONS = ("sheet", "saas", "custom")


@pytest.fixture(scope="module")
def case() -> Model:
    return replace(load_case(CASE).model, draws=8192)


def stacked(case: Model) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Our scores, shape (12, draws), and our values of the inputs."""
    sampler = Sampler(case)
    scores = [sampler.scores(replicate) for replicate in range(REPLICATES)]
    together = {name: np.concatenate([one[name] for one in scores]) for name in INPUTS}
    return np.stack(list(together.values())), values_of(sampler, together)


@pytest.mark.parametrize(
    ("file", "options", "months", "inputs", "draws"),
    [("case.yaml", 3, 36, 12, None), ("decision.yaml", 4, 60, 40, 16_384)],
)
def test_the_cases_are_as_large_as_they_say(file, options, months, inputs, draws):
    found = load_case(CASE.with_name(file)).model
    assert len([option for option in found.options if option.kind != "status_quo"]) == options
    assert (found.months, len(Sampler(found).inputs)) == (months, inputs)
    assert draws in (None, found.draws)


def test_the_others_get_our_formulas(case):
    ours = npv_of(case)
    _, values = stacked(case)
    assert np.any(values["saas.implementation_months"] == 0)  # charged in month 0
    values_and_edges = [(ours[:, 1:], values)]
    for ends in ("low", "high"):  # projects of no length, and some that outlast the horizon
        edge = {
            "saas.implementation_months": 0.0 if ends == "low" else 60.0,
            "custom.overrun": 0.5 if ends == "low" else 5.0,
        }
        fixed = replace_fixed(case, edge)
        values_and_edges.append((npv_of(fixed)[:, 1:], {**values, **{n: np.full(8192, v) for n, v in edge.items()}}))
    for expected, given in values_and_edges:
        assert np.max(np.abs(model.npv(given) - expected) / np.abs(expected).max(axis=0)) < 1e-9
