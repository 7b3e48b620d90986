"""How much of a cost line falls in which month, one pure function each.

Months are 1 … H; month 0, the decision, uses month 1's values and is dealt with by the engine. `amount` is
the line's quantity in money or hours; `price` its value in money in month t.
"""

from __future__ import annotations

import numpy as np

from roi.formulas import MONTHS_PER_YEAR, Number
from roi.model import Per

SHORTEST_DELAY = 1e-12  # stands for a delay of 0, which the engine charges in month 0


def anniversaries(month: Number) -> Number:
    """Full years since the start at month t: the step of growth, wages and uplift."""
    return np.floor((month - 1) / MONTHS_PER_YEAR)


def grown(value: Number, growth_per_year: Number, month: Number) -> Number:
    """A value that steps up once a year, in month t."""
    return value * (1 + growth_per_year) ** anniversaries(month)


def implementation_part(month: Number, delay: Number) -> Number:
    """Share of the implementation that falls in month t, spread evenly over the delay."""
    return np.minimum(np.maximum(delay - (month - 1), 0), 1) / np.maximum(delay, SHORTEST_DELAY)


def implementation_rest(horizon: Number, delay: Number) -> Number:
    """Share of the implementation that would fall after the horizon: charged in its last month."""
    return np.maximum(delay - horizon, 0) / np.maximum(delay, SHORTEST_DELAY)


def last_paid_month(end_month: Number) -> Number:
    """The last month of the contract year in which the tool is given up."""
    return MONTHS_PER_YEAR * np.ceil(end_month / MONTHS_PER_YEAR)


def times_a_month(per: Per, users: Number, changes_per_year: Number, new_hires_per_year: Number) -> Number:
    """What a recurring line is multiplied by in month t."""
    factors: dict[Per, Number] = {
        "month": 1.0,
        "user_month": users,
        "year": 1 / MONTHS_PER_YEAR,
        "user_year": users / MONTHS_PER_YEAR,
        "change": changes_per_year / MONTHS_PER_YEAR,
        "joiner": new_hires_per_year / MONTHS_PER_YEAR,
    }
    return factors[per]
