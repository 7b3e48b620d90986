"""Values of information and shares of variance against closed forms and published figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from roi import sobol
from roi.distributions import scores
from roi.sensitivity import conditional_means, evpi, evppi, evppi_with_errors, evsi, sobol_indices

DENSITY_AT_0 = 1 / math.sqrt(2 * math.pi)  # E[max(Z, 0)] for a standard normal Z


def two_normals(draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """p₁ ~ N(0, 1), p₂ ~ N(0, 2²); a new option worth p₁ + p₂ against nothing."""
    points = np.stack([scores(sobol.uniforms(place, draws, seed, 0)) for place in range(3)], axis=1)
    inputs = points * [1, 2, 1]
    return inputs, np.stack([np.zeros(draws), inputs[:, 0] + inputs[:, 1]], axis=1)


def test_the_analytic_case() -> None:
    """EVPPI .398942 and .797885, EVPI .892062 (σ ÷ √(2π) of the means given each input)."""
    inputs, benefit = two_normals(2**16, 1)
    assert evpi(benefit) == pytest.approx(math.sqrt(5) * DENSITY_AT_0, rel=2e-3)
    assert evppi(inputs[:, :2], benefit) == pytest.approx([DENSITY_AT_0, 2 * DENSITY_AT_0], rel=5e-3)


def test_standard_errors_cover_the_truth() -> None:
    """Random draws: of 200 runs about 95 % lie within two standard errors (binomial: 180 to 199)."""
    hits = np.zeros(2)
    random = np.random.default_rng(7)
    for _ in range(200):
        inputs = random.normal(size=(2000, 2)) * [1, 2]
        benefit = np.stack([np.zeros(2000), inputs.sum(axis=1) + 0.4], axis=1)
        found = evppi_with_errors(inputs, benefit)
        truth = [deviation_gain(0.4, deviation) for deviation in (1, 2)]
        hits += np.abs(found.value - truth) <= 2 * found.error
    assert np.all(hits >= 180), hits


def deviation_gain(mean: float, deviation: float) -> float:
    """E[max(X, 0)] − max(E X, 0) for a normal X (unit normal loss)."""
    ratio = mean / deviation
    density = DENSITY_AT_0 * math.exp(-(ratio**2) / 2)
    return mean * (1 + math.erf(ratio / math.sqrt(2))) / 2 + deviation * density - max(mean, 0)


def test_a_useless_input_is_worth_nothing_within_its_error() -> None:
    random = np.random.default_rng(3)
    inputs = random.normal(size=(4096, 2))
    benefit = np.stack([np.zeros(4096), inputs[:, 0] + 0.3], axis=1)
    found = evppi_with_errors(inputs, benefit)
    assert found.value[1] <= 2 * found.error[1] + 1e-12
    assert found.value[0] > 5 * found.error[0]


def test_partial_never_exceeds_perfect_information() -> None:
    random = np.random.default_rng(5)
    for _ in range(50):
        inputs = random.normal(size=(256, 3))
        benefit = random.normal(size=(256, 4)) + inputs[:, [0]] * random.normal(size=4)
        assert np.all(evppi(inputs, benefit) <= evpi(benefit) + 1e-12)
        assert np.all(evppi(inputs, benefit) >= 0)


@pytest.mark.parametrize("resolves", [0.0, 0.25, 0.6, 1.0])
def test_a_measurement_that_resolves_a_part(resolves: float) -> None:
    """Gain p ~ N(0, 1) against nothing: a share r of its variance is worth √r · φ(0) = √r · .398942."""
    p = ndtri((np.arange(2**14) + 0.5) / 2**14)
    means = conditional_means(p, np.stack([0 * p, p], axis=1))
    assert evsi(means, resolves) == pytest.approx(math.sqrt(resolves) * 0.398942, abs=2e-4)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1))
def test_a_measurement_is_worth_no_more_than_one_that_resolves_more(
    seed: int, one: float, other: float
) -> None:
    random = np.random.default_rng(seed)
    x = random.normal(size=200)
    benefit = np.stack([np.zeros(200), x + random.normal(size=200), x**2 - 1 + random.normal()], axis=1)
    means = conditional_means(x, benefit)
    low, high = sorted((one, other))
    assert -1e-12 <= evsi(means, low) <= evsi(means, high) + 1e-12
    assert evsi(means, high) <= evpi(means) + 1e-12  # what knowing x itself is worth


def test_an_event_uses_its_two_means() -> None:
    """Half the time +3, else −1, plus noise that averages out exactly: E[max(mean, 0)] = 1.5, mean = 1."""
    event = np.tile([0.0, 1.0], 500)
    noise = np.repeat(np.linspace(-5, 5, 500), 2)
    benefit = np.stack([np.zeros(1000), np.where(event > 0, 3.0, -1.0) + noise], axis=1)
    assert evppi(event, benefit) == pytest.approx([0.5])


def ishigami(u: np.ndarray) -> np.ndarray:
    x = math.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami() -> None:
    """First order .3139 / .4424 / 0, total .5576 / .4424 / .2437 (Ishigami and Homma 1990, closed form)."""
    found = sobol_indices(ishigami, 3, 2**14)
    assert found.first == pytest.approx([0.3139, 0.4424, 0], abs=5e-3)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-3)


def test_groups_of_a_sum_add_up() -> None:
    """Variances of uniforms times 1, 2, 3: shares 1, 4, 9 of 14."""
    found = sobol_indices(lambda u: u @ np.array([1.0, 2.0, 3.0]), 3, 4096, groups=[[0, 1], [2]])
    assert found.first == pytest.approx([5 / 14, 9 / 14], abs=2e-3)
    assert found.total == pytest.approx([5 / 14, 9 / 14], abs=2e-3)


def test_a_product() -> None:
    """(1 + a)(1 + b), both uniform on (0, 1): first order Var(1+a)·E²(1+b), total with Var·Var."""
    mean, variance = 1.5, 1 / 12
    whole = variance * mean**2 * 2 + variance**2
    found = sobol_indices(lambda u: (1 + u[:, 0]) * (1 + u[:, 1]), 2, 4096)
    assert found.first == pytest.approx([variance * mean**2 / whole] * 2, abs=2e-3)
    assert found.total == pytest.approx([(variance * mean**2 + variance**2) / whole] * 2, abs=2e-3)


def test_bad_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="net_benefit"):
        evpi([[0, float("nan")]])
    with pytest.raises(ValueError, match="inputs"):
        evppi([1.0, 2.0], [[0, 1]])
