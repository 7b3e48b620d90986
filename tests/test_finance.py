"""Discounting and its measures: properties, textbook figures, false friends and faults.

Expected values come from textbooks, from definitions written out as loops, or from NumPy's polynomial roots.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from roi.finance import annuity, discount_factors, irr, npv, payback, return_on_investment

MONEY = st.floats(-1e6, 1e6).map(lambda amount: round(amount, 2))
FLOWS = st.lists(MONEY, min_size=1, max_size=12)
RATES = st.floats(-0.5, 2.0)
WHOLE_FLOWS = st.lists(st.integers(-20, 20), min_size=2, max_size=8)
TABLES = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=3, max_side=5), elements=MONEY)
MONTHS = np.arange(37) / 12


# --- Net present value --------------------------------------------------------------------------------------


def npv_by_hand(rate: float, flows: list[float]) -> float:
    return math.fsum(flow / (1 + rate) ** year for year, flow in enumerate(flows))


def size(flows: list[float], rate: float = 0) -> float:
    """The scale on which rounding shows."""
    return npv_by_hand(rate, [abs(flow) for flow in flows]) + 1e-9


@given(RATES, FLOWS)
def test_npv_is_the_textbook_sum(rate: float, flows: list[float]) -> None:
    assert npv(rate, flows) == pytest.approx(npv_by_hand(rate, flows), abs=1e-9 * size(flows, rate))


@given(RATES, st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=12), st.floats(-10, 10))
def test_npv_is_linear(rate: float, pairs: list[tuple[float, float]], factor: float) -> None:
    first, second = np.array(pairs).T
    combined = npv(rate, first + factor * second)
    scale = size(list(first), rate) + 10 * size(list(second), rate)
    assert combined == pytest.approx(npv(rate, first) + factor * npv(rate, second), abs=1e-9 * scale)


@given(RATES, FLOWS)
def test_one_year_later_is_worth_one_years_discount_less(rate: float, flows: list[float]) -> None:
    expected = npv(rate, flows) / (1 + rate)
    tolerance = 1e-9 * size(flows, rate) / (1 + rate)
    assert npv(rate, [0, *flows]) == pytest.approx(expected, abs=tolerance)
    assert npv(rate, flows, times=np.arange(len(flows)) + 1) == pytest.approx(expected, abs=tolerance)


@given(FLOWS)
def test_without_interest_npv_is_the_sum(flows: list[float]) -> None:
    assert npv(0, flows) == pytest.approx(math.fsum(flows), abs=1e-9 * size(flows))


def test_textbook_npv() -> None:
    # numpy-financial's documentation: npv(0.281, [-100, 39, 59, 55, 20]) = -0.0084...
    assert npv(0.281, [-100, 39, 59, 55, 20]) == pytest.approx(-0.00848, abs=1e-5)


def test_months_discount_with_the_yearly_rate() -> None:
    assert npv(0.21, [0, 110, 0], times=[0, 0.5, 1]) == pytest.approx(100)
    assert discount_factors(0.08, [12 / 12]) == pytest.approx([1 / 1.08])


def test_one_rate_for_each_flow() -> None:
    flows = np.array([[-100.0, 110.0], [-100.0, 120.0]])
    np.testing.assert_allclose(npv([0.1, 0.2], flows), [0, 0], atol=1e-12)
    np.testing.assert_allclose(npv([0.1, 0.25], [0, 110]), [100, 88])
    assert discount_factors(np.zeros((2, 3)), [0, 1, 2, 3]).shape == (2, 3, 4)


# --- Arrays agree with loops --------------------------------------------------------------------------------

MEASURES: list[Callable[[Any], Any]] = [
    lambda flows: npv(0.1, flows),
    irr,
    payback,
    lambda flows: payback(flows, rate=0.1),
    lambda flows: return_on_investment(flows, np.abs(flows), 0.1),
]


@pytest.mark.parametrize("measure", MEASURES)
@given(table=TABLES)
def test_arrays_agree_with_loops(measure: Callable[[Any], Any], table: np.ndarray) -> None:
    together = measure(table)
    assert together.shape == table.shape[:-1]
    for place in np.ndindex(together.shape):
        alone = measure(table[place])
        assert alone is None or type(alone) is float
        expected = math.nan if alone is None else alone
        np.testing.assert_allclose(together[place], expected, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("measure", MEASURES)
def test_no_flows_at_all_give_no_measures(measure: Callable[[Any], Any]) -> None:
    assert measure(np.zeros((0, 5))).shape == (0,)
    assert measure(np.zeros((2, 0, 5))).shape == (2, 0)


def test_more_flows_than_one_block() -> None:
    gains = np.linspace(0.5, 5, 3000)
    np.testing.assert_allclose(irr(np.stack([-np.ones(3000), gains], axis=-1)), gains - 1, atol=1e-12)


@given(flows=FLOWS.filter(lambda flows: len(flows) > 1), exponent=st.integers(-9, 12))
def test_the_currency_does_not_matter(flows: list[float], exponent: int) -> None:
    def measured(amounts: np.ndarray) -> list[Any]:
        gains, costs = np.maximum(amounts, 0), np.maximum(-amounts, 0)
        roi = return_on_investment(gains, costs, 0.1)
        return [irr(amounts), payback(amounts), payback(amounts, rate=0.1), roi]

    converted = np.array(flows) * 10.0**exponent
    for here, elsewhere in zip(measured(np.array(flows)), measured(converted), strict=True):
        assert (here is None) == (elsewhere is None)
        assert here is None or elsewhere == pytest.approx(here, rel=1e-6, abs=1e-9)


# --- Internal rate of return --------------------------------------------------------------------------------


def rates_by_polynomial(flows: list[int]) -> list[complex]:
    """All rates, complex ones too, at which NPV is 0: NPV is a polynomial in 1 / (1 + rate)."""
    roots = np.roots(flows[::-1])
    return [1 / root - 1 for root in roots if root != 0]


@given(WHOLE_FLOWS)
def test_irr_is_the_only_root_of_the_polynomial(flows: list[int]) -> None:
    rates = rates_by_polynomial(flows)
    real = [rate.real for rate in rates if abs(rate.imag) < 1e-9 * abs(1 + rate)]
    nearly_double = [abs(a - b) < 1e-3 * abs(1 + a) for i, a in enumerate(rates) for b in rates[:i]]
    assume(not any(nearly_double))  # np.roots itself cannot tell those apart
    assume(all(min(abs(rate + 0.99), abs(rate - 10)) > 1e-6 for rate in real))
    inside = [rate for rate in real if -0.99 < rate < 10]
    if len(inside) == 1:
        assert irr(flows) == pytest.approx(inside[0], abs=1e-9)
    else:
        assert irr(flows) is None


@given(
    outlay=st.floats(1, 1e6),
    instalments=st.lists(st.floats(0, 1e5), min_size=36, max_size=36).filter(lambda months: sum(months) > 1),
)
def test_npv_is_zero_at_the_irr_of_monthly_flows(outlay: float, instalments: list[float]) -> None:
    flows = [-outlay, *instalments]
    rate = irr(flows, MONTHS)
    if rate is None:  # conventional flows have one root; it can only lie outside
        assert npv(10.0, flows, MONTHS) >= -1e-6 * outlay or npv(-0.99, flows, MONTHS) <= 1e-6 * outlay
    else:
        assert npv(rate, flows, MONTHS) == pytest.approx(0, abs=1e-9 * outlay)


@given(st.floats(-0.9, 9), st.floats(0.01, 30))
def test_irr_of_one_payment_and_one_return(rate: float, years: float) -> None:
    assert irr([-1, (1 + rate) ** years], times=[0, years]) == pytest.approx(rate, abs=1e-9)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-4000, 2000, 4000], 0.2808),  # Brealey, Myers & Allen
        ([-100, 39, 59, 55, 20], 0.28095),  # numpy-financial's documentation
        ([-100, 0, 0, 74], -0.0955),  # the same
        ([-42500] + [21500] * 5, 0.4175),  # customer tracking system
        ([100, -110], 0.10),  # a loan
        ([-100, 0, 0, 0], None),
        ([0, 0, 0], None),
        ([5], None),
        ([1, 2, 3], None),
    ],
)
def test_textbook_irr(flows: list[float], expected: float | None) -> None:
    assert irr(flows) == (None if expected is None else pytest.approx(expected, abs=5e-5))


@pytest.mark.parametrize(
    "flows",
    [
        [-100, 230, -132],  # 10 % and 20 %: NPV rises, then falls
        [-1000, 6000, -11000, 6000],  # 0, 100 and 200 %
        [-100, 100, 0, -7],  # numpy-financial prints -8.33 %; -67.9 % is a root as well
        [5, 10.5, 1, -8, 1],  # numpy-financial prints 8.86 %; -87.4 % is a root as well
        [-100, 220, -121],  # touches zero at 10 % and is a loss everywhere else
        [100, -220, 121],  # the same, upside down
        [-1, 3, -3, 1],  # three roots in one place
        [-1e9, 2.3e9, -1.3224999e9],  # 14.96 % and 15.04 %: two roots within one cell of the grid
    ],
)
def test_more_than_one_root_is_no_irr(flows: list[float]) -> None:
    assert irr(flows) is None


def from_rates(*rates: float) -> np.ndarray:
    """Yearly flows whose NPV is 0 at exactly these rates."""
    return -np.poly([1 + rate for rate in rates])


@given(st.floats(-0.6, 4), st.floats(-0.6, 4), st.floats(1e-4, 1e-2))
def test_a_pair_of_roots_between_grid_points_is_found(single: float, pair: float, gap: float) -> None:
    assume(abs(single - pair) > 0.1)
    assert irr(from_rates(single, pair, pair + gap)) is None
    assert irr(from_rates(single)) == pytest.approx(single, abs=1e-12)
    near_miss = np.convolve(from_rates(single), [1, -2 * (1 + pair), (1 + pair) ** 2 + gap**2])
    assert irr(near_miss) == pytest.approx(single, abs=1e-6)


@pytest.mark.parametrize(
    ("gain", "expected"), [(1, None), (1.01, -0.9899), (1099.99, 9.9999), (1100, None), (2000, None)]
)
def test_irr_lies_strictly_inside_its_interval(gain: float, expected: float | None) -> None:
    assert irr([-100, gain]) == (None if expected is None else pytest.approx(expected, abs=1e-12))


def test_flows_at_the_same_time_are_one_flow() -> None:
    assert irr([-100, 30, 77], times=[0, 1, 1]) == pytest.approx(0.07)
    assert irr([-100, 100, 0], times=[1, 1, 2]) is None


def test_long_lives_do_not_overflow() -> None:
    # A mortgage of 200,000 over 360 periods at 0.5 % costs 1,199.10 a period: every textbook's table.
    mortgage = np.array([200_000] + [-1199.10] * 360)
    shorter = np.array([0, 200_000] + [-200_000 * 0.0060] * 359)
    assert irr(mortgage) == pytest.approx(0.005, abs=1e-7)
    both = irr(np.stack([mortgage, shorter, np.zeros(361)]))
    assert both[0] == pytest.approx(0.005, abs=1e-7)
    assert npv(both[1], shorter) == pytest.approx(0, abs=1e-3)
    assert math.isnan(both[2])


def test_a_subscription_paid_a_year_ahead_has_an_irr() -> None:
    flows = np.full(37, 3.0)
    flows[0] = -50
    flows[[12, 24]] -= 20  # the monthly net changes sign five times
    rate = irr(flows, MONTHS)
    assert npv(rate, flows, MONTHS) == pytest.approx(0, abs=1e-9)


# --- Payback ------------------------------------------------------------------------------------------------


def payback_by_hand(flows: list[float], times: list[float]) -> float | None:
    """The definition as a loop."""
    threshold = -1e-9 * math.fsum(abs(flow) for flow in flows)
    cumulative = [float(total) for total in np.cumsum(flows)]
    below = [index for index, total in enumerate(cumulative) if total < threshold]
    if not below:
        return 0.0
    last = below[-1]
    if last == len(flows) - 1:
        return None
    share = -cumulative[last] / (cumulative[last + 1] - cumulative[last])
    return times[last] + min(share, 1.0) * (times[last + 1] - times[last])


@given(st.one_of(FLOWS, WHOLE_FLOWS), st.floats(0.1, 3))
def test_payback_is_its_definition(flows: list[float], step: float) -> None:
    times = [step * index for index in range(len(flows))]
    expected = payback_by_hand(flows, times)
    assert payback(flows, times) == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(WHOLE_FLOWS, st.floats(0, 1))
def test_discounted_payback_is_payback_of_discounted_flows(flows: list[int], rate: float) -> None:
    discounted = [flow / (1 + rate) ** year for year, flow in enumerate(flows)]
    expected = payback_by_hand(discounted, list(range(len(flows))))
    assert payback(flows, rate=rate) == (None if expected is None else pytest.approx(expected, abs=1e-6))


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-114000, 180000], 0.6333),  # contact management: 0.63 years
        ([-100, 120, -50, 10], None),  # in the black at 0.83 years, and lost in the end
        ([-100, 120, -50, 60], 2.5),  # falls below once more: the last time counts
        ([-100, 50, 50], 2.0),
        ([-100, 50, 50 - 1e-9], 2.0),  # a rounding error short of zero is zero
        ([10, -50, 100], 1.4),
        ([0, 0], 0.0),
        ([5, -5], 0.0),
        ([-5], None),
    ],
)
def test_payback_worked_by_hand(flows: list[float], expected: float | None) -> None:
    assert payback(flows) == (None if expected is None else pytest.approx(expected, abs=5e-5))


def test_payback_with_one_rate_for_each_flow() -> None:
    # 110 a year on are 100 today at 10 % (just paid back) and 91.67 at 20 % (never).
    np.testing.assert_allclose(payback([-100, 110], rate=[0.0, 0.1, 0.2]), [100 / 110, 1.0, math.nan])


# --- Return on investment -----------------------------------------------------------------------------------


@given(RATES, st.lists(st.floats(0, 1e6), min_size=1, max_size=8), st.floats(0, 20))
def test_roi_of_a_multiple_of_the_costs(rate: float, costs: list[float], multiple: float) -> None:
    assume(sum(costs) > 1)
    found = return_on_investment(multiple * np.array(costs), costs, rate)
    assert found == pytest.approx(multiple - 1, abs=1e-9)


def test_roi_is_none_where_nothing_is_spent() -> None:
    assert return_on_investment([0, 5], [0, 0], 0.1) is None
    found = return_on_investment([0, 5], [[0, 0], [5, 0]], 0)
    np.testing.assert_array_equal(found, [math.nan, 0])


# --- Annuity ------------------------------------------------------------------------------------------------


@given(st.floats(-0.5, 1), st.integers(1, 60))
def test_an_annuity_repays_one(rate: float, periods: int) -> None:
    payments = [0.0] + [annuity(rate, periods)] * periods
    assert npv(rate, payments) == pytest.approx(1, rel=1e-9)


@given(st.integers(1, 400), st.sampled_from([1e-6, 1e-9, 1e-12, 1e-300]))
def test_annuity_goes_over_into_an_even_split(periods: int, rate: float) -> None:
    assert annuity(rate, periods) == pytest.approx(1 / periods, rel=1e-3)
    assert annuity(0, periods) == 1 / periods


def test_annuity_of_arrays() -> None:
    # Capital recovery factor, 5 years at 10 %: .2638 in every engineering economics table.
    np.testing.assert_allclose(annuity([0.1, 0.0, 0.1], [5, 5, math.inf]), [0.2638, 0.2, 0.1], atol=5e-5)
    assert annuity(0, math.inf) == 0


# --- Faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", [lambda *args: npv(0.1, *args), irr, payback])
@pytest.mark.parametrize(
    ("flows", "times", "advice"),
    [
        ([1, math.nan], None, r"flows\[1\].*write 0"),
        ([[1, 2], [3, math.inf]], None, r"flows\[1, 1\]"),
        ([], None, "one amount per time"),
        (5, None, "one amount per time"),
        ([1, 2], [0, 1, 2], "found 3, but flows has 2"),
        ([1, 2], [1, 0], r"times\[1\].*sort"),
        ([1, 2], [0, math.nan], r"times\[1\].*finite"),
        ([[1, 2]], [[0, 1]], "one list of years"),
    ],
)
def test_faulty_flows_and_times(measure: Callable[..., Any], flows: Any, times: Any, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        measure(flows, times)


@pytest.mark.parametrize("rate", [-1, -2.5, math.nan, math.inf, [0.1, -1]])
def test_faulty_rates(rate: Any) -> None:
    for call in (
        lambda: npv(rate, [1, 2]),
        lambda: payback([1, 2], rate=rate),
        lambda: return_on_investment([1, 2], [1, 2], rate),
        lambda: annuity(rate, 3),
        lambda: discount_factors(rate, [0, 1]),
    ):
        with pytest.raises(ValueError, match=r"rate: found .* above -1"):
            call()


def test_faulty_costs_and_periods() -> None:
    with pytest.raises(ValueError, match="without the minus"):
        return_on_investment([0, 5], [-3, 0], 0.1)
    with pytest.raises(ValueError, match="costs has 3"):
        return_on_investment([0, 5], [3, 0, 0], 0.1)
    for periods in (0, -1, math.nan):
        with pytest.raises(ValueError, match=r"periods: found .* above 0"):
            annuity(0.1, periods)
