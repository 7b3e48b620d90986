"""Statistics against numpy and arrays worked out by hand: infinities, ratios, shares, standard errors."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assessment import assess, case_from_data
from assessment.decision import Decision
from roi.sampling import REPLICATES
from roi.statistics import QUANTILES, quantile, share, summary, summary_of_times

INF = math.inf


@given(arrays(float, st.integers(1, 60), elements=st.floats(-1e9, 1e9)), st.floats(0, 1))
def test_quantiles_are_numpys_where_all_is_finite(values: Any, part: float) -> None:
    scale = 1 + float(np.max(np.abs(values)))
    assert float(quantile(values, part)) == pytest.approx(float(np.quantile(values, part)), abs=1e-9 * scale)


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ([1, 2, INF, 3], 0.5, 2.5),  # 1 2 3 ∞: between 2 and 3
        ([1, INF, INF, 3], 0.5, INF),  # between 3 and ∞
        ([1, INF, 3], 0.5, 3),  # exactly 3, though its neighbour is infinite
        ([INF, INF], 0.5, INF),  # no NaN from ∞ − ∞
        ([INF, INF], 0.25, INF),
        ([5], 0.95, 5),
        ([0, 10], 0.25, 2.5),
        ([0] * 95 + [INF] * 6, 0.94, 0),  # place 94 of 0 … 100 is the last 0
        ([0] * 95 + [INF] * 6, 0.95, INF),
    ],
)
def test_quantiles_with_infinities(values: list[float], part: float, expected: float) -> None:
    assert float(quantile(np.array(values, dtype=float), part)) == expected


def test_quantiles_of_rows() -> None:
    rows = np.array([[3.0, 1.0, 2.0], [INF, 1.0, 5.0]])
    assert quantile(rows, 0.5).tolist() == [2, 5]


def test_five_quantiles_are_named() -> None:
    found = summary(np.arange(0.0, 105.0, 5.0), 7.0)
    assert found.quantiles == {"p5": 5, "p25": 25, "median": 50, "p75": 75, "p95": 95}
    assert list(QUANTILES.values()) == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert (found.mean, found.most_likely, found.never) == (50, 7, 0)


def test_a_ratio_is_that_of_the_means() -> None:
    top, bottom = np.array([1.0, 30.0]), np.array([1.0, 10.0])  # ratios 1 and 3, their mean 2
    found = summary(top / bottom, 3.0, means=(top, bottom))
    assert found.mean == pytest.approx(31 / 11)
    assert found.quantiles["median"] == 2


def test_a_ratio_that_does_not_exist_in_some_draws_has_no_quantiles() -> None:
    top, bottom = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 1.0])
    found = summary(np.array([1.0, np.nan, 3.0]), math.nan, means=(top, bottom))
    assert found.quantiles == dict.fromkeys(QUANTILES)
    assert found.most_likely is None
    assert found.mean == 3


def test_a_ratio_to_nothing_is_none() -> None:
    zero = np.zeros(4)
    found = summary(np.full(4, np.nan), math.nan, means=(np.ones(4), zero))
    assert found.mean is None
    assert summary(np.full(4, np.nan), math.nan, means=(zero, zero)).mean is None


def test_what_never_comes_is_counted_and_has_no_mean() -> None:
    found = summary_of_times(np.array([5.0, 7.0, INF, INF, INF]), INF)
    assert found.never == 0.6
    assert found.mean is None
    assert "mean" not in found.se
    assert found.most_likely is None
    assert (found.quantiles["p25"], found.quantiles["median"], found.quantiles["p95"]) == (7, None, None)


def test_standard_errors_come_from_the_sixteen_replicates() -> None:
    values = np.random.default_rng(1).normal(size=REPLICATES * 64)
    parts = values.reshape(REPLICATES, 64)
    found = summary(values, 0.0)
    assert found.se == pytest.approx(
        {
            "mean": parts.mean(axis=1).std(ddof=1) / 4,
            "p5": np.quantile(parts, 0.05, axis=1).std(ddof=1) / 4,
            "p95": np.quantile(parts, 0.95, axis=1).std(ddof=1) / 4,
        }
    )
    top, bottom = values + 10, np.abs(values) + 1
    ratios = top.reshape(16, -1).mean(axis=1) / bottom.reshape(16, -1).mean(axis=1)
    assert summary(top / bottom, 0.0, means=(top, bottom)).se["mean"] == pytest.approx(ratios.std(ddof=1) / 4)
    hits = values > 1
    part, error = share(hits)
    assert part == pytest.approx(np.mean(hits))
    assert error == pytest.approx(hits.reshape(16, -1).mean(axis=1).std(ddof=1) / 4)


def test_a_standard_error_is_none_where_a_replicate_has_none() -> None:
    values = np.ones(REPLICATES * 20)
    values[:10] = INF  # half of the first replicate
    found = summary_of_times(values, 1.0)
    assert found.never == pytest.approx(10 / 320)
    assert found.se == {"p5": 0, "p95": None}
    assert found.quantiles["p95"] == 1


FEE = {"id": "fee", "category": "subscription", "amount": 100, "per": "month", "when": "contract"}
FIXED = {
    "schema": 1,
    "id": "certain",
    "title": "certain",
    "organisation": {"industry": "other"},
    "settings": {"amounts_exclude_vat": True},
    "assumptions": {"users": 10, "hourly_cost": 50, "fade_per_year": 0, "entry_minutes_per_user_day": 0},
    "benefits": {
        "only": [],
        "extra": [{"id": "own", "dimension": "management", "cash": True, "monthly": 1000}],
    },
    "options": [
        {
            "id": option,
            "kind": option,
            "implementation_months": 2,
            "overrun": 1.5,
            "ramp_months": 3,
            "adoption": 0.6,
            "fit": fit,
            "exit_probability": 0,
            "abandon": {"probability": 0, "month": 12},
            "dip": {"share": 0, "months": 0},
            "costs": costs,
        }
        for option, fit, costs in (
            ("saas", 0.8, [FEE]),
            ("spreadsheet", 0.2, []),
        )
    ],
}


def statistics(value: Any) -> list[dict[str, Any]]:
    """Everything in a decision that has statistics."""
    if isinstance(value, dict):
        own = [value] if "most_likely" in value and "median" in value else []
        return own + [found for item in value.values() for found in statistics(item)]
    return [found for item in value for found in statistics(item)] if isinstance(value, list) else []


def test_where_all_is_certain_all_statistics_are_equal_and_errors_are_none() -> None:
    decision = assess(case_from_data(FIXED))
    assert decision.draws == 1
    assert decision.settings.sampling == "sobol"
    found = statistics(decision.model_dump()["options"])
    assert len(found) > 50
    for item in found:
        values = [item[name] for name in (*QUANTILES, "most_likely")]
        values += [item[name] for name in ("mean", "of_means") if name in item]
        assert len(set(values)) == 1
        none = None if item["median"] is None else 0
        means = none if {"mean", "of_means"} & set(item) else None
        assert item["se"] == {"mean": means, "p5": none, "p95": none}
        if "never" in item:
            assert item["never"] == (1 if item["median"] is None else 0)
    saas = decision.option("saas")
    assert (saas.p_best, saas.p_best_se, saas.expected_loss) == (1, 0, 0)
    assert sum(option.p_best for option in decision.options) == 1


def test_never_is_a_share_of_draws() -> None:
    data = {**FIXED, "settings": {"amounts_exclude_vat": True, "draws": 1024, "years": 1}}
    data["benefits"] = {
        "only": [],
        "extra": [{"id": "own", "dimension": "management", "cash": True, "monthly": [0, 200, 600]}],
    }
    decision: Decision = assess(case_from_data(data))
    payback = decision.option("saas").payback_months
    assert 0 < payback.never < 1
    # One year: what is paid back within it has no net loss, and nothing else has.
    assert payback.never == pytest.approx(1 - decision.option("saas").p_npv_positive, abs=0.05)
    ordered = [payback.p5, payback.p25, payback.median, payback.p75, payback.p95]
    ends = [INF if item is None else item for item in ordered]
    assert ends == sorted(ends)
    assert [item is None for item in ordered] == [
        part > 1 - payback.never for part in (0.05, 0.25, 0.5, 0.75, 0.95)
    ]
