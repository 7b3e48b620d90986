"""Discounting and the four measures made from it: NPV, IRR, payback and return on investment.

Comes in: cash flows (money, one entry per point in time along the *last* axis; any leading axes, say draws or
options, broadcast), the times of those entries in years, and yearly rates (0.08 is 8 %).
Goes out: one number per leading index: a plain ``float`` for a single flow, else an array of the leading
shape. Where a measure does not exist, a single flow gives ``None`` and an array holds NaN.

Times default to 0, 1, 2, …: the published tables' convention, the start undiscounted and flows at year end.
Monthly flows use the same code with ``times=np.arange(months + 1) / 12``. Amounts keep the sign of money
received; only :func:`return_on_investment` takes benefits and costs apart, both positive.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_NEGLIGIBLE = 1e-9  # of Σ|flow|: a cumulative flow this little below zero counts as not below it
_CLOSE = 1e-12  # relative: present values this close cannot be told apart in floating point
_LOWEST, _HIGHEST = float(np.log(0.01)), float(np.log(11.0))  # IRR in (−99 %, 1,000 %), as ln(1 + rate)
_GRID = np.linspace(_LOWEST + _CLOSE, _HIGHEST - _CLOSE, 129)  # just inside: the interval is open
_BLOCK = 1024  # flows solved together, so that their table of present values stays in the cache


def discount_factors(rate: npt.ArrayLike, times: npt.ArrayLike) -> FloatArray:
    """What 1 received at each time is worth today: (1 + rate)^(−time).

    Args:
        rate: Yearly rate(s), above −1; any shape.
        times: Times in years, one axis, not decreasing.

    Returns:
        Factors, of the shape of ``rate`` followed by that of ``times``.

    Raises:
        ValueError: A rate is not above −1 or not finite; times are not one axis of finite, non-decreasing
            years.

    Schwalbe, *Information Technology Project Management*, prints two decimals of the factors at 8 %:

    >>> discount_factors(0.08, [0, 1, 2, 3]).round(2).tolist()
    [1.0, 0.93, 0.86, 0.79]
    """
    years = _checked_times(times)
    return np.asarray(np.power.outer(1.0 + _checked_rate(rate), -years), dtype=np.float64)


def npv(rate: npt.ArrayLike, flows: npt.ArrayLike, times: npt.ArrayLike | None = None) -> float | FloatArray:
    """Net present value: Σ flow · (1 + rate)^(−time).

    Args:
        rate: Yearly rate, above −1; an array broadcasts over the leading axes of ``flows``.
        flows: Money received (paid: negative), times along the last axis.
        times: Years, one per entry of the last axis; 0, 1, 2, … if left out.

    Returns:
        Money of today: a float for one flow and one rate, else an array of the leading shape.

    Raises:
        ValueError: Flows or rate are not finite, a rate is not above −1, times do not fit the flows or
            decrease.

    The figures of Hoffer, George & Valacich's customer tracking system, 42,500 now and 21,500 net in each of
    five years at 12 %; and at rate 0 nothing but the sum:

    >>> round(npv(0.12, [-42500] + [21500] * 5))
    35003
    >>> npv(0.0, [-42500] + [21500] * 5)
    65000.0
    """
    amounts, years = _checked_flows(flows, times)
    value = np.asarray(np.vecdot(amounts, discount_factors(rate, years)))
    return float(value) if value.ndim == 0 else value


def return_on_investment(
    benefits: npt.ArrayLike, costs: npt.ArrayLike, rate: npt.ArrayLike, times: npt.ArrayLike | None = None
) -> float | FloatArray | None:
    """Return on investment: NPV ÷ present value of costs, as a share (3.29 is 329 %).

    With rate 0 it is the undiscounted ROI, (benefits − costs) ÷ costs.

    Args:
        benefits: Money gained, positive, times along the last axis.
        costs: Money spent, positive as well, on the same times; leading axes broadcast with those of
            ``benefits``.
        rate: Yearly rate, above −1; an array broadcasts over the leading axes.
        times: Years, one per entry of the last axis; 0, 1, 2, … if left out.

    Returns:
        A share; none (``None`` for a single flow, NaN in an array) where nothing is spent.

    Raises:
        ValueError: As for :func:`npv`; also if benefits and costs differ in length, or costs were entered as
            negative numbers.

    Forrester's study of SalesLoft (composite organisation, 10 %) prints 329 %:

    >>> roi = return_on_investment([0, 1606511, 3061331, 4229760], [53150, 666715, 636772, 647783], 0.1)
    >>> f"{roi:.0%}"
    '329%'
    """
    gained, years = _checked_flows(benefits, times, "benefits")
    spent, _ = _checked_flows(costs, years, "costs")
    pv_benefits, pv_costs = npv(rate, gained, years), np.asarray(npv(rate, spent, years))
    if np.any(pv_costs < 0):
        raise ValueError("costs: their present value is negative; enter costs as positive, without the minus")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(pv_costs > 0, (pv_benefits - pv_costs) / pv_costs, np.nan)
    return _none_if_nan(share)


def payback(
    flows: npt.ArrayLike, times: npt.ArrayLike | None = None, rate: npt.ArrayLike | None = None
) -> float | FloatArray | None:
    """Years from time 0 until the cumulative flow has left the red for good.

    0 if the cumulative flow never falls below −10⁻⁹ · Σ|flow|; else by straight line between the last point
    below that and the next; none if the last point is still below. “For good” matters: (−100, 120, −50, 10)
    is in the black at 0.83 years and ends at −20, so it is never paid back.

    Args:
        flows: Money received (paid: negative), times along the last axis.
        times: Years, one per entry of the last axis; 0, 1, 2, … if left out. The answer is in the same unit.
        rate: None for plain payback; a yearly rate above −1 for discounted payback (an array broadcasts over
            the leading axes).

    Returns:
        Years; none (``None`` for a single flow, NaN in an array) where the money does not come back.

    Raises:
        ValueError: As for :func:`npv`.

    Hoffer, George & Valacich print the break-even fraction .403 in year 3, that is 2.403 years at 12 %:

    >>> round(payback([-42500] + [21500] * 5, rate=0.12), 3)
    2.403
    >>> payback([-100, 120, -50, 10]) is None
    True
    >>> payback([0, 5, 5])
    0.0
    """
    amounts, years = _checked_flows(flows, times)
    if rate is not None:
        amounts = amounts * discount_factors(rate, years)
    cumulative = np.cumsum(amounts, axis=-1)
    in_the_red = cumulative < -_NEGLIGIBLE * np.abs(amounts).sum(axis=-1, keepdims=True)
    end = years.size - 1
    last = end - np.argmax(in_the_red[..., ::-1], axis=-1)  # the last point in the red, where there is one
    after = np.minimum(last + 1, end)
    debt = -np.take_along_axis(cumulative, last[..., None], axis=-1)[..., 0]
    flow = np.take_along_axis(amounts, after[..., None], axis=-1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = years[last] + np.minimum(debt / flow, 1.0) * (years[after] - years[last])
    never = in_the_red[..., -1]
    return _none_if_nan(np.where(never, np.nan, np.where(in_the_red.any(axis=-1), crossing, 0.0)))


def annuity(rate: npt.ArrayLike, periods: npt.ArrayLike) -> float | FloatArray:
    """The payment at the end of each period that repays 1: rate ÷ (1 − (1 + rate)^(−periods)).

    Args:
        rate: Rate per period, above −1.
        periods: Number of periods, above 0; fractions and infinity are allowed. Broadcasts with ``rate``.

    Returns:
        Payment per period and unit of money borrowed; a float for plain numbers, else an array.

    Raises:
        ValueError: A rate is not finite or not above −1, or periods are not above 0.

    200,000 over 360 months at 6 % a year is the textbook mortgage; without interest the debt is split evenly;
    a debt that is never repaid costs its interest:

    >>> round(200_000 * annuity(0.06 / 12, 360), 2)
    1199.1
    >>> annuity(0.0, 4)
    0.25
    >>> annuity(0.05, float("inf"))
    0.05
    """
    r, n = np.broadcast_arrays(_checked_rate(rate), np.asarray(periods, dtype=np.float64))
    if not np.all(n > 0):
        raise ValueError(f"periods: found {n[~(n > 0)].flat[0]}; give a number of periods above 0")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        repaid = -np.expm1(-n * np.log1p(r))  # 1 − (1 + r)^(−n), exact for small r as well
        payment = np.where(r == 0, 1.0 / n, r / repaid)
    return float(payment) if payment.ndim == 0 else payment


def irr(flows: npt.ArrayLike, times: npt.ArrayLike | None = None) -> float | FloatArray | None:
    """Internal rate of return: the yearly rate where NPV is 0, if exactly one lies in (−99 %, 1,000 %).

    Both ends are excluded. Roots are counted with their multiplicity: a rate at which NPV touches zero
    without crossing it is two roots in one place (the least change of a flow makes two of it, or none), so it
    gives none. (−100, 230, −132) gains between 10 % and 20 % and has two roots: its IRR is none, whatever a
    search might find.

    Method. With x = ln(1 + rate), IRR is where B(x) = ln(PV of inflows ÷ PV of outflows) is 0. Its slope is a
    difference of mean payment times (durations) and its curvature a difference of two variances of payment
    times, hence at most C = span² ÷ 4 (Popoviciu). B is tabulated at 129 points; C bounds what it can do
    between them, and where that leaves a doubt the cell is halved until there is none. The one crossing is
    then polished by Newton's method inside its bracket.

    Resolution. The count is proved, not sampled, down to present values of inflows and outflows that agree to
    10⁻¹² of themselves: roots closer together than about 10⁻⁶ · (1 + rate) count as touching. The rate itself
    is good to 10⁻¹² · (1 + rate), or to what rounding of the flows allows. The currency's scale changes
    nothing.

    Args:
        flows: Money received (paid: negative), times along the last axis.
        times: Years, one per entry of the last axis; 0, 1, 2, … if left out.

    Returns:
        A yearly rate (0.1 is 10 %); none (``None`` for a single flow, NaN in an array) where there is not
        exactly one, as for flows that are all zero or all of one sign.

    Raises:
        ValueError: Flows are not finite, times do not fit the flows or decrease.

    Brealey, Myers & Allen, *Principles of Corporate Finance*: (−4,000, 2,000, 4,000) returns 28.08 %.

    >>> round(irr([-4000, 2000, 4000]), 4)
    0.2808
    >>> irr([-100, 230, -132]) is None
    True
    """
    amounts, years = _checked_flows(flows, times)
    years, first = np.unique(years, return_index=True)
    amounts = np.add.reduceat(amounts, first, axis=-1)  # what falls at the same time is one flow
    rows = amounts.reshape(-1, years.size)
    rates = np.full(len(rows), np.nan)
    for members, columns in _batches(rows, years):
        rates[members] = _irr_of_rows(rows[members, columns], years[columns])
    return _none_if_nan(rates.reshape(amounts.shape[:-1]))


def _batches(rows: FloatArray, years: FloatArray) -> Iterator[tuple[npt.NDArray[np.intp], slice]]:
    """Rows to solve together, and the columns they use.

    Over long spans the factors leave the range of floating point; there, rows go together only if they begin
    and end at the same times, so that a factor of 1 always meets a flow.
    """
    first, last = np.zeros(len(rows), dtype=np.intp), np.full(len(rows), years.size - 1)
    if (years[-1] - years[0]) * -_LOWEST > 600:
        used = rows != 0
        first, last = used.argmax(axis=-1), last - used[:, ::-1].argmax(axis=-1)
    for begin, end in np.unique(np.stack([first, last], axis=-1), axis=0):
        members = np.flatnonzero((first == begin) & (last == end))
        for start in range(0, members.size, _BLOCK):
            yield members[start : start + _BLOCK], slice(begin, end + 1)


def _irr_of_rows(flows: FloatArray, years: FloatArray) -> FloatArray:
    """IRR of each row, NaN where none exists."""
    factors = _scaled_factors(_GRID, years).T
    # Without any inflow or outflow the balance is ∓∞ everywhere and never crosses 0.
    with np.errstate(divide="ignore", invalid="ignore"):
        balance = np.log(np.maximum(flows, 0) @ factors) - np.log(np.maximum(-flows, 0) @ factors)
    crossing = (balance[:, 1:] > 0) != (balance[:, :-1] > 0)
    rates = np.full(len(flows), np.nan)
    rows = np.flatnonzero(crossing.sum(axis=-1) == 1)  # none: an even number of roots; two or more: too many
    rows = rows[_hides_no_other_root(flows[rows], years, balance[rows])]
    cell = crossing[rows].argmax(axis=-1)
    rising = balance[rows, cell] <= 0
    rates[rows] = np.expm1(_polish(flows[rows], years, _GRID[cell], _GRID[cell + 1], rising))
    return rates


def _scaled_factors(x: FloatArray, years: FloatArray) -> FloatArray:
    """Discount factors at ln(1 + rate) = x, times whatever makes the largest of them 1: none can overflow."""
    exponents = -np.multiply.outer(x, years)
    return np.asarray(np.exp(exponents - exponents.max(axis=-1, keepdims=True)))


def _balance(flows: FloatArray, years: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B = ln(PV of inflows ÷ PV of outflows) of each row at its own x, and its slope dB/dx."""
    present = flows * _scaled_factors(x, years)
    received = np.maximum(present, 0)
    paid = received - present
    with np.errstate(divide="ignore", invalid="ignore"):
        pv_received, pv_paid = received.sum(axis=-1), paid.sum(axis=-1)
        slope = (paid * years).sum(axis=-1) / pv_paid - (received * years).sum(axis=-1) / pv_received
        return np.log(pv_received) - np.log(pv_paid), slope


def _hides_no_other_root(flows: FloatArray, years: FloatArray, balance: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether each row, whose balance changes sign once on the grid, has no other root between grid points.

    Let |B″| ≤ C in a cell of width d with ends a and b. Of one sign, they leave no room for a root if
    √|a| + √|b| > d·√(C/2) (the most curved parabola between them stays clear of zero). Of opposite signs,
    they have only one root between them if |a − b| > C·d²/2 (the slope cannot turn). Other cells are halved.
    """
    curvature = (years[-1] - years[0]) ** 2 / 4

    def in_doubt(a: FloatArray, b: FloatArray, width: float) -> npt.NDArray[np.bool_]:
        with np.errstate(invalid="ignore"):
            turns = np.abs(a - b) <= curvature * width**2 / 2
            reaches_zero = np.sqrt(np.abs(a)) + np.sqrt(np.abs(b)) <= width * np.sqrt(curvature / 2)
        return np.asarray(np.where((a > 0) != (b > 0), turns, reaches_zero))

    width = float(_GRID[1] - _GRID[0])
    single = np.ones(len(flows), dtype=np.bool_)
    row, cell = np.nonzero(in_doubt(balance[:, :-1], balance[:, 1:], width))
    left, a, b = _GRID[cell], balance[row, cell], balance[row, cell + 1]
    while row.size:
        width /= 2
        middle, _ = _balance(flows[row], years, left + width)
        pair_found = ((a > 0) == (b > 0)) & ((middle > 0) != (a > 0))
        touches = np.maximum(np.abs(a), np.abs(b)) < _CLOSE
        single[row[pair_found | touches]] = False
        row, left = np.concatenate([row, row]), np.concatenate([left, left + width])
        a, b = np.concatenate([a, middle]), np.concatenate([middle, b])
        open_cells = single[row] & in_doubt(a, b, width)
        row, left, a, b = row[open_cells], left[open_cells], a[open_cells], b[open_cells]
    return single


def _polish(
    flows: FloatArray, years: FloatArray, left: FloatArray, right: FloatArray, rising: npt.NDArray[np.bool_]
) -> FloatArray:
    """The x between left and right at which each row's balance is 0: Newton's method, else halving."""
    x, step = (left + right) / 2, right - left
    open_rows = np.arange(len(flows))
    for _ in range(100):  # halving alone would need 40
        at, low, high = x[open_rows], left[open_rows], right[open_rows]
        value, slope = _balance(flows[open_rows], years, at)
        root_is_right = (value < 0) == rising[open_rows]
        low, high = np.where(root_is_right, at, low), np.where(root_is_right, high, at)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = at - value / slope
        trusted = (newton >= low) & (newton <= high) & (np.abs(newton - at) <= np.abs(step[open_rows]) / 2)
        target = np.where(trusted, newton, (low + high) / 2)
        x[open_rows], step[open_rows], left[open_rows], right[open_rows] = target, target - at, low, high
        open_rows = open_rows[np.abs(target - at) > _CLOSE / 10]
        if not open_rows.size:
            break
    return x


def _none_if_nan(values: FloatArray) -> float | FloatArray | None:
    """A single number as float, or None where it is NaN; an array as it is."""
    if values.ndim:
        return values
    return None if np.isnan(values) else float(values)


def _checked_flows(
    flows: npt.ArrayLike, times: npt.ArrayLike | None, name: str = "flows"
) -> tuple[FloatArray, FloatArray]:
    """Flows and their times as arrays of floats, or a ValueError that says what to change."""
    amounts = np.asarray(flows, dtype=np.float64)
    if amounts.ndim == 0 or amounts.shape[-1] == 0:
        raise ValueError(f"{name}: found shape {amounts.shape}; give one amount per time along the last axis")
    if not np.isfinite(amounts).all():
        place = ", ".join(str(index) for index in np.argwhere(~np.isfinite(amounts))[0])
        raise ValueError(f"{name}[{place}]: not a finite number; write 0 where nothing is paid or received")
    years = _checked_times(np.arange(amounts.shape[-1]) if times is None else times)
    if years.size != amounts.shape[-1]:
        raise ValueError(
            f"times: found {years.size}, but {name} has {amounts.shape[-1]}; give one time for each"
        )
    return amounts, years


def _checked_times(times: npt.ArrayLike) -> FloatArray:
    """Times in years as one axis of floats, or a ValueError that says what to change."""
    years = np.asarray(times, dtype=np.float64)
    if years.ndim != 1:
        raise ValueError(f"times: found shape {years.shape}; give one list of years that holds for all flows")
    if not np.isfinite(years).all():
        place = int(np.argmin(np.isfinite(years)))
        raise ValueError(f"times[{place}]: not a finite number; give years, such as 1.5")
    if np.any(np.diff(years) < 0):
        place = int(np.argmax(np.diff(years) < 0)) + 1
        raise ValueError(f"times[{place}]: {years[place]} after {years[place - 1]}; sort flows and times")
    return years


def _checked_rate(rate: npt.ArrayLike) -> FloatArray:
    """Rates as an array of floats, or a ValueError that says what to change."""
    rates = np.asarray(rate, dtype=np.float64)
    allowed = np.isfinite(rates) & (rates > -1)
    if not allowed.all():
        raise ValueError(f"rate: found {rates[~allowed].flat[0]}; give a finite share above -1 (8 % is 0.08)")
    return rates
