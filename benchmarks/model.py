"""The money model of `case.yaml` once more, as an analyst writes it with NumPy: for the other tools.

What comes in: twelve standard normal scores, or values, per draw. What goes out: NPV per draw and option.
Written from the description of the model and sharing no code with the package; `tests/test_benchmarks.py`
sees to it that both agree. Arrays are months × draws; what only varies between draws is multiplied first.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

RANGES = {  # by name: one in ten lower, middle, one in ten higher; and the domain it is clipped to
    "hours_saved_per_user_day": (0.2, 0.6, 1.2, 0.0, 4.0),
    "opportunity_to_win_gain": (0.0, 0.02, 0.05, 0.0, 1.0),
    "sheet.adoption": (0.2, 0.4, 0.6, 0.0, 1.0),
    "saas.adoption": (0.4, 0.6, 0.8, 0.0, 1.0),
    "hourly_cost": (60.0, 75.0, 95.0, 0.0, 1e5),
    "contribution_margin": (0.22, 0.25, 0.28, 0.0, 1.0),
    "leads_per_month": (30.0, 40.0, 50.0, 0.0, 1e7),
    "deal_value": (40e3, 60e3, 95e3, 0.0, 1e9),
    "saas.implementation_months": (1.0, 2.0, 4.0, 0.0, 60.0),
    "saas.clean_data": (10e3, 20e3, 45e3, 0.0, 1e9),
    "custom.overrun": (1.0, 1.3, 2.0, 0.5, 5.0),
    "custom.development": (200e3, 300e3, 500e3, 0.0, 1e9),
}
RANK = np.eye(len(RANGES))  # rank correlations: effects and adoptions 0.5, two options' adoptions 0.7
RANK[:4, :4] = 0.5
RANK[2, 3] = RANK[3, 2] = 0.7
np.fill_diagonal(RANK, 1.0)
CORRELATION = 2 * np.sin(np.pi / 6 * RANK)  # of the scores
Z10 = 1.2815515655446004

HORIZON = 36
MONTHS = np.arange(1.0, HORIZON + 1)[:, None]
DISCOUNT = 1.1 ** (-np.arange(HORIZON + 1) / 12)
USERS, MANAGERS, REPS = 20, 2, 12
WORKDAYS, REALISATION = 21, 0.5
RESOLD, SELLING_HOURS, ELASTICITY, CAPACITY_LIMITED = 0.2, 120, 0.3, 0.3
TO_OPPORTUNITY, TO_WIN, CYCLE = 0.4, 0.25, 3
ENTRY_HOURS = 10 / 60


def values(scores: Array) -> dict[str, Array]:
    """Inputs by name from their scores, shape (12, draws): split normals, clipped."""
    found = {}
    for (name, (low, likely, high, least, most)), score in zip(RANGES.items(), scores, strict=True):
        spread = np.where(score > 0, high - likely, likely - low)
        found[name] = np.clip(likely + spread * score / Z10, least, most)
    return found


def net_benefits(
    x: dict[str, Array], delay: Array | float, ramp: float, adoption: Array | float, fit: float
) -> Array:
    """Benefits of months 1 … H less the time for keeping records."""
    adopted = adoption * np.clip((MONTHS - delay) / ramp, 0, 1)
    lagged = fit * adoption * np.clip((MONTHS - CYCLE - delay) / ramp, 0, 1)
    hours = x["hours_saved_per_user_day"] * WORKDAYS
    wins = x["leads_per_month"] * TO_OPPORTUNITY * TO_WIN  # today
    margin = x["deal_value"] * x["contribution_margin"]

    time_saved = hours * (USERS - MANAGERS - REPS * RESOLD) * x["hourly_cost"] * REALISATION * fit
    data_entry = ENTRY_HOURS * WORKDAYS * USERS * x["hourly_cost"] * REALISATION
    selling_hour = ELASTICITY * wins * margin / (REPS * SELLING_HOURS)
    selling_time = CAPACITY_LIMITED * hours * REPS * RESOLD * selling_hour
    to_win = np.clip(TO_WIN * (1 + x["opportunity_to_win_gain"] * lagged), 0, 1)
    extra_wins = x["leads_per_month"] * TO_OPPORTUNITY * (to_win - TO_WIN)
    return (time_saved - data_entry) * adopted + extra_wins * margin + selling_time * lagged


def implementation(delay: Array | float) -> Array:
    """Share of an implementation in each month: what is late falls in the last."""
    length = np.maximum(delay, 1e-12)
    part = np.clip(delay - (MONTHS - 1), 0, 1) / length
    part[-1] += np.maximum(delay - HORIZON, 0) / length
    return part


def sheet(x: dict[str, Array]) -> Array:
    """NPV of the better process on a shared sheet."""
    set_up = 40 * x["hourly_cost"] * implementation(1.0)
    return DISCOUNT[1:] @ (net_benefits(x, 1.0, 2.0, x["sheet.adoption"], 0.25) - set_up)


def saas(x: dict[str, Array]) -> Array:
    """NPV of the ready-made tool."""
    delay = x["saas.implementation_months"] * 1.1
    once = (x["saas.clean_data"] + 12 * USERS * x["hourly_cost"]) * 1.1
    flow = net_benefits(x, delay, 6.0, x["saas.adoption"], 0.7) - once * implementation(delay)
    licences = 1200 * USERS * DISCOUNT[[0, 12, 24]].sum()
    at_once = np.where(delay == 0, once, 0.0)  # without delay: in month 0
    return np.asarray(DISCOUNT[1:] @ flow - licences - at_once)


def custom(x: dict[str, Array]) -> Array:
    """NPV of custom code."""
    delay = 8.0 * x["custom.overrun"]
    development = x["custom.development"] * x["custom.overrun"] * implementation(delay)
    upkeep = 40e3 / 12 * np.clip(MONTHS - delay, 0, 1)
    return DISCOUNT[1:] @ (net_benefits(x, delay, 6.0, 0.6, 0.85) - development - upkeep)


def npv(x: dict[str, Array]) -> Array:
    """NPV of the three options, shape (draws, 3)."""
    return np.stack([sheet(x), saas(x), custom(x)], axis=-1)
