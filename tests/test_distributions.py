"""Distributions against scipy.stats: quantiles, means, medians, and what is refused.

The two-piece normal, which scipy has not, is put together from two halves of normals; the metalog has its own
tests in test_metalog.py.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import integrate, stats

from roi.distributions import (
    Z10,
    Distribution,
    Fixed,
    LogNormal,
    Metalog,
    Normal,
    Pert,
    SplitNormal,
    Triangular,
    Uniform,
    from_numbers,
    probabilities,
    scores,
)

ADAPTER: TypeAdapter[Distribution] = TypeAdapter(Distribution)
U = np.concatenate([[1e-12, 1e-6], np.linspace(0.001, 0.999, 999), [1 - 1e-6, 1 - 1e-12]])


def split_normal(low: float, likely: float, high: float) -> Callable[[Any], Any]:
    below = stats.norm(likely, (likely - low) / stats.norm.ppf(0.9))
    above = stats.norm(likely, (high - likely) / stats.norm.ppf(0.9))
    return lambda u: np.where(np.asarray(u) < 0.5, below.ppf(u), above.ppf(u))


def normal(low: float, high: float, interval: float) -> Any:
    return stats.norm((low + high) / 2, (high - low) / 2 / stats.norm.ppf((1 + interval) / 2))


def lognormal(low: float, high: float, interval: float) -> Any:
    logs = normal(math.log(low), math.log(high), interval)
    return stats.lognorm(logs.std(), scale=math.exp(logs.mean()))


KNOWN: list[tuple[Any, Callable[[Any], Any], float | None]] = [
    (SplitNormal(low=1, likely=2, high=5), split_normal(1, 2, 5), None),
    (SplitNormal(low=-3, likely=2, high=2.5), split_normal(-3, 2, 2.5), None),
    (Pert(low=1, likely=2, high=5), stats.beta(2, 4, 1, 4).ppf, stats.beta(2, 4, 1, 4).mean()),
    (Pert(low=1, likely=1, high=5), stats.beta(1, 5, 1, 4).ppf, stats.beta(1, 5, 1, 4).mean()),
    (Pert(low=1, likely=5, high=5), stats.beta(5, 1, 1, 4).ppf, stats.beta(5, 1, 1, 4).mean()),
    (Triangular(low=1, likely=2, high=5), stats.triang(0.25, 1, 4).ppf, stats.triang(0.25, 1, 4).mean()),
    (Triangular(low=1, likely=1, high=5), stats.triang(0, 1, 4).ppf, stats.triang(0, 1, 4).mean()),
    (Triangular(low=1, likely=5, high=5), stats.triang(1, 1, 4).ppf, stats.triang(1, 1, 4).mean()),
    (Uniform(low=-1, high=3), stats.uniform(-1, 4).ppf, 1),
    (Normal(low=1, high=5), normal(1, 5, 0.9).ppf, 3),
    (Normal(low=1, high=5, interval=0.5), normal(1, 5, 0.5).ppf, 3),
    (LogNormal(low=1, high=5), lognormal(1, 5, 0.9).ppf, lognormal(1, 5, 0.9).mean()),
    (LogNormal(low=1, high=5, interval=0.8), lognormal(1, 5, 0.8).ppf, lognormal(1, 5, 0.8).mean()),
]
NAMES = [f"{distribution.kind}-{distribution.ends}" for distribution, _, _ in KNOWN]


@pytest.mark.parametrize(("distribution", "ppf", "mean"), KNOWN, ids=NAMES)
def test_quantiles_and_mean(distribution: Any, ppf: Any, mean: float | None) -> None:
    np.testing.assert_allclose(distribution.ppf(U), ppf(U), rtol=1e-8, atol=1e-8)
    np.testing.assert_array_equal(distribution.sample(U), distribution.ppf(U))
    np.testing.assert_allclose(distribution.at(stats.norm.ppf(U)), ppf(U), rtol=1e-8, atol=1e-8)
    integral = integrate.quad(lambda u: float(ppf(u)), 0, 1, points=[0.5], limit=500)[0]
    assert distribution.mean == pytest.approx(integral if mean is None else mean, rel=1e-6)


@pytest.mark.parametrize(("distribution", "ppf", "mean"), KNOWN, ids=NAMES)
def test_the_most_likely_value_is_the_likely_one_of_three_else_the_median(
    distribution: Any, ppf: Any, mean: float | None
) -> None:
    expected = getattr(distribution, "likely", float(ppf(0.5)))
    assert distribution.most_likely == pytest.approx(expected, rel=1e-12)
    assert not distribution.is_fixed


@pytest.mark.parametrize("distribution", [item[0] for item in KNOWN], ids=NAMES)
def test_any_shape_and_no_fall(distribution: Any) -> None:
    assert distribution.at(np.zeros((3, 2))).shape == (3, 2)
    assert np.shape(distribution.ppf(0.3)) == ()
    assert np.all(np.diff(distribution.ppf(U)) > 0)
    assert np.isfinite(distribution.at(np.array([-8.0, 8.0]))).all()


def test_central_intervals_hold_their_share() -> None:
    for kind, interval in ((Normal, 0.9), (Normal, 0.5), (LogNormal, 0.9), (LogNormal, 0.8)):
        more = {} if interval == 0.9 else {"interval": interval}  # 90 % unless said
        ends = kind(low=2, high=7, **more).ppf([(1 - interval) / 2, (1 + interval) / 2])
        assert ends.tolist() == pytest.approx([2, 7])


def test_three_numbers_are_deciles_and_median() -> None:
    found = ADAPTER.validate_python(from_numbers([1, 2, 5]))
    assert isinstance(found, SplitNormal)
    assert found.ppf([0.1, 0.5, 0.9]).tolist() == pytest.approx([1, 2, 5], rel=1e-12)
    assert pytest.approx(stats.norm.ppf(0.9), rel=1e-15) == Z10


def test_a_bare_number_is_fixed() -> None:
    found = ADAPTER.validate_python(from_numbers(3))
    assert isinstance(found, Fixed)
    assert found.is_fixed
    assert (found.mean, found.most_likely, found.ends) == (3, 3, (3,))
    assert found.at(np.array([-1.0, 0.0, 5.0])).tolist() == [3, 3, 3]


numbers = st.floats(-1e9, 1e9)


@given(st.lists(numbers, min_size=3, max_size=3).map(sorted), st.floats(-5, 5))
def test_ranges_rise_with_their_score(ends: list[float], score: float) -> None:
    low, likely, high = ends
    for kind in (SplitNormal, Pert, Triangular):
        distribution = kind(low=low, likely=likely, high=high)
        assert distribution.is_fixed == (low == high)
        below, above = distribution.at(np.array([score - 0.1, score]))
        assert below <= above + 1e-9 * max(abs(low), abs(high))
        if kind is not SplitNormal:
            slack = 1e-9 * max(abs(low), abs(high))
            assert low - slack <= below
            assert above <= high + slack
            assert low - slack <= distribution.mean <= high + slack


@given(numbers, st.sampled_from([SplitNormal, Pert, Triangular]))
def test_three_equal_numbers_are_one(value: float, kind: Any) -> None:
    distribution = kind(low=value, likely=value, high=value)
    assert distribution.is_fixed
    assert distribution.at(np.array([-3.0, 0.0, 3.0])).tolist() == pytest.approx([value] * 3)
    assert distribution.mean == pytest.approx(value)


@given(st.floats(1e-6, 1e6), st.floats(1.001, 100), st.floats(0.01, 0.99))
def test_a_lognormal_is_a_normal_of_logarithms(low: float, ratio: float, interval: float) -> None:
    distribution = LogNormal(low=low, high=low * ratio, interval=interval)
    logs = Normal(low=math.log(low), high=math.log(low * ratio), interval=interval)
    grid = np.linspace(-3, 3, 7)
    assume(np.all(np.abs(logs.at(grid)) < 500))
    np.testing.assert_allclose(np.log(distribution.at(grid)), logs.at(grid), rtol=1e-9, atol=1e-9)


@given(st.floats(-6, 6))
def test_scores_and_probabilities_are_the_normal_distribution(score: float) -> None:
    assert float(probabilities(score)) == pytest.approx(float(stats.norm.cdf(score)), rel=1e-12)
    assert float(scores(probabilities(score))) == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"kind": "split_normal", "low": 2, "likely": 1, "high": 3}, "not_in_order"),
        ({"kind": "pert", "low": 1, "likely": 4, "high": 3}, "not_in_order"),
        ({"kind": "triangular", "low": 3, "likely": 2, "high": 1}, "not_in_order"),
        ({"kind": "uniform", "low": 3, "high": 1}, "not_in_order"),
        ({"kind": "normal", "low": 3, "high": 1}, "not_in_order"),
        ({"kind": "lognormal", "low": 3, "high": 1}, "not_in_order"),
        ({"kind": "lognormal", "low": 0, "high": 1}, "greater_than"),
        ({"kind": "normal", "low": 1, "high": 2, "interval": 0}, "greater_than"),
        ({"kind": "normal", "low": 1, "high": 2, "interval": 1}, "less_than"),
        ({"kind": "fixed", "value": math.nan}, "finite_number"),
        ({"kind": "uniform", "low": 1, "high": math.inf}, "finite_number"),
        ({"kind": "fixed", "value": "1"}, "float_type"),
        ({"kind": "fixed", "value": True}, "float_type"),
        ({"kind": "fixed", "value": 1, "low": 1}, "extra_forbidden"),
        ({"kind": "uniform", "low": 1}, "missing"),
        ({"kind": "cauchy", "low": 1, "high": 2}, "union_tag_invalid"),
        ({"low": 1, "high": 2}, "union_tag_not_found"),
    ],
)
def test_refused(data: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(data)
    assert [error["type"] for error in caught.value.errors()] == [code]


@pytest.mark.parametrize("distribution", [item[0] for item in KNOWN] + [Fixed(value=2)])
def test_a_record_survives_json_and_cannot_be_changed(distribution: Any) -> None:
    assert ADAPTER.validate_json(ADAPTER.dump_json(distribution)) == distribution
    with pytest.raises(ValidationError):
        distribution.kind = "fixed"


def test_all_kinds_of_the_specification_are_there() -> None:
    kinds = {kind.model_fields["kind"].default for kind in Distribution.__origin__.__args__}  # type: ignore[attr-defined]
    assert kinds == set("split_normal pert triangular uniform normal lognormal metalog fixed".split())
    assert Metalog(p10=1, p50=2, p90=3).ends == (1, 2, 3)
