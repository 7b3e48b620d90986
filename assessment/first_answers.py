"""What the fourteen first answers say of the model's inputs: the derivations, as formulas.

What comes in: the answers that no assumption holds as it is, and the case's other assumptions. What goes out:
the assumptions that follow, as if the case had stated them, with source, note and place of the answer. Names
of parameters are names of answers, of assumptions, and of our own shares (`templates/questions/`); the
reasoning is in docs/fourteen-questions.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import sqrt
from typing import Any

import numpy as np

from assessment import bank
from assessment.case import Case, Stated
from assessment.remarks import Path
from roi.distributions import Z10, Distribution, Fixed, SplitNormal
from roi.formulas import MONTHS_PER_YEAR
from roi.model import Assumption
from roi.quantities import ASSUMPTIONS, QUANTITIES

HOURS_PER_DAY, DAYS_PER_WEEK = 8, 5
LOOKED_AT = 20  # lost leads
NONE = 1e-9  # stands for none at all in a divisor
MOST_CHURN = QUANTITIES["churn_per_year"].high

Three = tuple[float, float, float]  # one time in ten lower, likely, one time in ten higher


def win_rate(new_customers_last_year: float, leads_per_month: float) -> float:
    """Share of leads that become customers."""
    return new_customers_last_year / max(MONTHS_PER_YEAR * leads_per_month, NONE)


def lead_to_opportunity(
    win_rate: float, usual_lead_to_opportunity: float, usual_opportunity_to_win: float
) -> float:
    """First stage: the win rate's root in the usual proportion, so that neither stage is beyond certainty."""
    return min(max(sqrt(win_rate * usual_lead_to_opportunity / usual_opportunity_to_win), win_rate), 1.0)


def opportunity_to_win(win_rate: float, lead_to_opportunity: float) -> float:
    """Second stage: what makes the product the win rate."""
    return win_rate / max(lead_to_opportunity, NONE)


def churn_per_year(customers_lost_last_year: float, active_customers: float) -> float:
    """Share of the customers lost in a year; their number stays, since as many come."""
    return min(customers_lost_last_year / max(active_customers, NONE), MOST_CHURN)


def orders_per_customer_month(usual_orders_per_customer_month: float) -> float:
    """The usual number; the order value makes up for it."""
    return usual_orders_per_customer_month


def order_value(
    revenue_from_existing: float, active_customers: float, orders_per_customer_month: float
) -> float:
    """What makes customers × orders × value the revenue from existing customers."""
    return revenue_from_existing / max(MONTHS_PER_YEAR * active_customers * orders_per_customer_month, NONE)


def hourly_cost(rep_cost_per_month: float, workdays_per_month: float) -> float:
    """Cost of an hour of a rep."""
    return rep_cost_per_month / (workdays_per_month * HOURS_PER_DAY)


def hours_saved_per_user_day(report_hours_per_week: float, automatable_share: float) -> float:
    """Hours a day that need not be worked."""
    return report_hours_per_week / DAYS_PER_WEEK * automatable_share


def lead_to_opportunity_gain(
    forgotten_of_20_lost: float,
    lead_to_opportunity: float,
    opportunity_to_win: float,
    rescued_share: float,
) -> float:
    """Extra wins ÷ wins if a share of the leads forgotten or answered late were won as the others are."""
    return (1 - lead_to_opportunity * opportunity_to_win) * forgotten_of_20_lost / LOOKED_AT * rescued_share


def leavers_per_year(reps_left_24_months: float) -> float:
    """Leavers a year."""
    return reps_left_24_months / 2


def customers_per_rep(active_customers: float, sales_users: float) -> float:
    """Customers in the hands of one rep; without reps, in those of one person."""
    return active_customers / max(sales_users, 1.0)


def lost_share_at_leaving(
    customers_gone_with_them: float, reps_left_24_months: float, customers_per_rep: float
) -> float:
    """Share of a leaver's customers who go too, at most all of them."""
    return min(customers_gone_with_them / max(reps_left_24_months * customers_per_rep, NONE), 1.0)


DERIVED: dict[Callable[..., float], str] = {  # and the answer that it is a matter of, in the order of need
    win_rate: "new_customers_last_year",
    lead_to_opportunity: "new_customers_last_year",
    opportunity_to_win: "new_customers_last_year",
    churn_per_year: "customers_lost_last_year",
    orders_per_customer_month: "revenue_from_existing",
    order_value: "revenue_from_existing",
    hourly_cost: "rep_cost_per_month",
    hours_saved_per_user_day: "report_hours_per_week",
    lead_to_opportunity_gain: "forgotten_of_20_lost",
    leavers_per_year: "reps_left_24_months",
    customers_per_rep: "reps_left_24_months",
    lost_share_at_leaving: "customers_gone_with_them",
}
OUR_SHARES = ("automatable_share", "rescued_share")
AT_THE_LIKELY = (lead_to_opportunity,)  # then the other stage carries the whole range of their product


def three(distribution: Distribution) -> Three:
    """A distribution as a range of three."""
    if isinstance(distribution, Fixed | SplitNormal):
        return distribution.ends[0], distribution.most_likely, distribution.ends[-1]
    low, high = (float(end) for end in distribution.at(np.array([-Z10, Z10])))
    return low, distribution.most_likely, high


def parameters(formula: Callable[..., float]) -> tuple[str, ...]:
    """The names a formula is made of."""
    return tuple(inspect.signature(formula).parameters)


def ranged(formula: Callable[..., float], values: Mapping[str, Three]) -> Three:
    """A formula on ranges: at the likely values, and at those ends that give the least and the most."""
    names = parameters(formula)
    likely = formula(*(values[name][1] for name in names))
    if formula in AT_THE_LIKELY:
        return likely, likely, likely
    ends = [formula(*corner) for corner in product(*({values[name][0], values[name][2]} for name in names))]
    return min(ends), likely, max(ends)


def derived(case: Case, found: Mapping[str, Assumption]) -> Iterator[tuple[str, Stated, Path]]:
    """What follows from a case's first answers: name, the number as if it had been stated, and its place.

    Args:
        case: of which an assumption that it states itself is left alone.
        found: its assumptions without what is derived.
    """
    answers = case.answers.first.numbers
    usual = bank.profiles()[case.organisation.industry].usual
    values = {name: three(item.distribution) for name, item in found.items()}
    values |= {name: three(answer.distribution) for name, answer in answers.items()}
    values |= {f"usual_{name}": (number,) * 3 for name, number in usual.items()}
    values |= {name: bank.threshold_range(f"first.{name}") for name in OUR_SHARES}
    for formula, answer in DERIVED.items():
        name, needed = formula.__name__, parameters(formula)
        if answer not in answers or not values.keys() >= set(needed):
            continue
        if getattr(case.assumptions, name, None) is not None:
            continue
        values[name] = ranged(formula, values)
        if name in ASSUMPTIONS:
            yield name, _stated(name, values[name], answers[answer]), ("answers", "first", answer)


def _stated(name: str, numbers: Three, answer: Stated) -> Stated:
    """A derived number in the form of a case file's: a guess where a figure of ours is in it."""
    low, _, high = numbers
    ours = bank.derivations()[name]
    source: Any = answer.source
    if name == orders_per_customer_month.__name__:
        source = bank.usual_source()
    elif ours.source is not None:
        source = {"kind": "guess", "title": ours.source}
    key, number = ("range", numbers) if low < high else ("value", low)
    return Stated.model_validate({key: number, "source": source, "note": ours.note})
