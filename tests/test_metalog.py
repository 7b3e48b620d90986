"""The metalog against its own definition (Keelin 2016, The Metalog Distributions, Decision Analysis 13)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.integrate import quad

from roi.distributions import Metalog

FEASIBLE = st.floats(0.167, 0.833)


def at_share(share: float) -> Metalog:
    return Metalog(p10=-3.0, p50=-3.0 + 20 * share, p90=17.0)


@given(FEASIBLE)
def test_it_goes_through_its_three_quantiles(share: float) -> None:
    made = at_share(share)
    assert made.ppf([0.1, 0.5, 0.9]) == pytest.approx([made.p10, made.p50, made.p90], abs=1e-9)


@given(FEASIBLE)
def test_what_is_accepted_never_falls(share: float) -> None:
    u = np.linspace(1e-9, 1 - 1e-9, 20_001)
    assert np.all(np.diff(at_share(share).ppf(u)) >= 0)


@given(st.floats(0.01, 0.16) | st.floats(0.84, 0.99))
def test_what_would_fall_somewhere_is_refused(share: float) -> None:
    """Its quantile function, written out here from the paper, does fall."""
    with pytest.raises(ValidationError) as refused:
        at_share(share)
    assert refused.value.errors()[0]["type"] == "metalog_too_skewed"
    width, u = 20.0, np.linspace(1e-6, 1 - 1e-6, 200_001)
    logit = np.log(u / (1 - u))
    a2, a3 = width / (2 * np.log(9)), (1 - 2 * share) * width / (0.8 * np.log(9))
    assert np.any(np.diff(a2 * logit + a3 * (u - 0.5) * logit) < 0)


@given(FEASIBLE)
def test_its_mean_is_the_integral_of_its_quantiles(share: float) -> None:
    made = at_share(share)
    integral, _ = quad(lambda u: float(made.ppf(u)), 0, 1, limit=200)
    assert made.mean == pytest.approx(integral, abs=1e-4)


def test_quantiles_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        Metalog(p10=2, p50=1, p90=3)
    assert refused.value.errors()[0]["type"] == "not_in_order"
