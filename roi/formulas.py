"""The formulas, one function each, as the textbook has them.

What comes in: parameters named as in `roi.quantities` (an assumption, in month t's grown value), as the
clock below (`month`, `end_month`), or as another function of this module, whose value is then meant.
What goes out: one quantity. The return annotation says whether it is a benefit line (of which dimension,
cash or capacity), a built-in cost line, or only a step on the way. A function with a parameter `previous`
is a stock: one step from the month before to this one, starting at 0.

Every function is one return over + − × ÷ ** and NumPy's ufuncs, so that the same line runs on a number, on
months × draws, on units and on symbols. Money is in the case's currency per month, shares are 0–1, delays
are in months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

Number = Any  # a float, an array of months × draws, a unit, a symbol


@dataclass(frozen=True)
class Benefit:
    """Marks a benefit line: its dimension, and whether it is cash or freed capacity."""

    dimension: str
    cash: bool


@dataclass(frozen=True)
class BuiltInCost:
    """Marks a cost line that every option carries without being told."""

    category: str


EfficiencyCash = Annotated[Number, Benefit("efficiency", cash=True)]
EfficiencyCapacity = Annotated[Number, Benefit("efficiency", cash=False)]
ConversionCash = Annotated[Number, Benefit("conversion", cash=True)]
LifetimeValueCash = Annotated[Number, Benefit("customer_lifetime_value", cash=True)]
ManagementCash = Annotated[Number, Benefit("management", cash=True)]
ManagementCapacity = Annotated[Number, Benefit("management", cash=False)]
OwnHours = Annotated[Number, BuiltInCost("internal_time")]
LostSales = Annotated[Number, BuiltInCost("productivity_dip")]

MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365
MINUTES_PER_HOUR = 60
FEWEST_USERS = 1e-12  # keeps an hour's value finite where nobody sells; it is then multiplied by 0
SHORTEST_RAMP = 1e-12  # stands for a ramp of 0: full adoption at every month end after go-live


# Adoption -----------------------------------------------------------------------------------------------


def delay(implementation_months: Number, overrun: Number) -> Number:
    """Months from the decision to go-live, overrun included."""
    return implementation_months * overrun


def in_use(month: Number, end_month: Number) -> Number:
    """1 as long as the tool has not been given up, 0 afterwards."""
    return np.less_equal(month, end_month) * 1.0


def ramped(month: Number, delay: Number, ramp_months: Number, in_use: Number) -> Number:
    """Share of the final adoption that is reached."""
    return np.minimum(np.maximum((month - delay) / np.maximum(ramp_months, SHORTEST_RAMP), 0), 1) * in_use


def adopted(adoption: Number, ramped: Number) -> Number:
    """Share of users really working in the tool."""
    return adoption * ramped


def faded(month: Number, delay: Number, ramp_months: Number, fade_per_year: Number) -> Number:
    """What use that fades away after the ramp leaves of the effect."""
    return (1 - fade_per_year) ** (np.maximum(month - delay - ramp_months, 0) / MONTHS_PER_YEAR)


def effect(fit: Number, adopted: Number, faded: Number) -> Number:
    """Share of the full effects that arrives."""
    return fit * adopted * faded


def shared_effect(effect: Number, ramped: Number) -> Number:
    """Share of the effects that need nearly everyone's records."""
    return effect * ramped


def live(month: Number, delay: Number, in_use: Number) -> Number:
    """Share of the month in which the tool is in operation."""
    return np.minimum(np.maximum(month - delay, 0), 1) * in_use


# Efficiency ---------------------------------------------------------------------------------------------


def hours_saved_per_user_month(hours_saved_per_user_day: Number, workdays_per_month: Number) -> Number:
    """Hours a user saves a month at full effect."""
    return hours_saved_per_user_day * workdays_per_month


def time_saved(
    hours_saved_per_user_month: Number,
    users: Number,
    managers: Number,
    sales_users: Number,
    resold_share: Number,
    hourly_cost: Number,
    realisation: Number,
    effect: Number,
) -> EfficiencyCapacity:
    """Saved hours of everyone but managers that are not sold again, at the share that becomes useful."""
    return (
        hours_saved_per_user_month
        * np.maximum(users - managers - sales_users * resold_share, 0)
        * hourly_cost
        * realisation
        * effect
    )


def retired_tools(retired_tools_cost_per_month: Number, live: Number) -> EfficiencyCash:
    """Tools that need no longer be paid for."""
    return retired_tools_cost_per_month * live


# Conversion ---------------------------------------------------------------------------------------------


def improved_lead_to_opportunity(
    lead_to_opportunity: Number,
    lead_to_opportunity_gain: Number,
    capacity_limited_share: Number,
    lagged_effect: Number,
) -> Number:
    """Share of leads that become opportunities, with the tool."""
    return np.minimum(
        np.maximum(
            lead_to_opportunity
            * (1 + lead_to_opportunity_gain * (1 - capacity_limited_share) * lagged_effect),
            0,
        ),
        1,
    )


def improved_opportunity_to_win(
    opportunity_to_win: Number, opportunity_to_win_gain: Number, lagged_effect: Number
) -> Number:
    """Share of opportunities that are won, with the tool."""
    return np.minimum(np.maximum(opportunity_to_win * (1 + opportunity_to_win_gain * lagged_effect), 0), 1)


def win_rate(lead_to_opportunity: Number, opportunity_to_win: Number) -> Number:
    """Share of leads that are won today."""
    return lead_to_opportunity * opportunity_to_win


def improved_win_rate(improved_lead_to_opportunity: Number, improved_opportunity_to_win: Number) -> Number:
    """Share of leads that are won with the tool."""
    return improved_lead_to_opportunity * improved_opportunity_to_win


def extra_wins(leads_per_month: Number, improved_win_rate: Number, win_rate: Number) -> Number:
    """Deals won a month that would have been lost."""
    return leads_per_month * (improved_win_rate - win_rate)


def conversion_uplift(extra_wins: Number, deal_value: Number, contribution_margin: Number) -> ConversionCash:
    """Margin on deals that would have been lost."""
    return extra_wins * deal_value * contribution_margin


def selling_hour_value(
    selling_elasticity: Number,
    leads_per_month: Number,
    win_rate: Number,
    deal_value: Number,
    contribution_margin: Number,
    sales_users: Number,
    selling_hours_per_rep_month: Number,
) -> Number:
    """Margin that one more selling hour of a rep brings."""
    return (
        selling_elasticity
        * leads_per_month
        * win_rate
        * deal_value
        * contribution_margin
        / (np.maximum(sales_users, FEWEST_USERS) * selling_hours_per_rep_month)
    )


def selling_time(
    capacity_limited_share: Number,
    hours_saved_per_user_month: Number,
    sales_users: Number,
    resold_share: Number,
    selling_hour_value: Number,
    lagged_effect: Number,
) -> ConversionCash:
    """Saved hours of reps that are sold again where hours, not leads, are short."""
    return (
        capacity_limited_share
        * hours_saved_per_user_month
        * sales_users
        * resold_share
        * selling_hour_value
        * lagged_effect
    )


def shorter_cycle(
    capacity_limited_share: Number,
    rep_touch_share: Number,
    leads_per_month: Number,
    improved_win_rate: Number,
    deal_value: Number,
    contribution_margin: Number,
    cycle_reduction: Number,
    lagged_effect: Number,
) -> ConversionCash:
    """Margin on deals that fit in because each takes the rep less time."""
    return (
        capacity_limited_share
        * rep_touch_share
        * leads_per_month
        * improved_win_rate
        * deal_value
        * contribution_margin
        * (1 / (1 - cycle_reduction * lagged_effect) - 1)
    )


def marketing_waste(
    marketing_spend_per_month: Number, wasted_share: Number, waste_reduction: Number, effect: Number
) -> ConversionCash:
    """Marketing money no longer spent in vain."""
    return marketing_spend_per_month * wasted_share * waste_reduction * effect


# Customer lifetime value --------------------------------------------------------------------------------


def improved_order_rate(orders_per_customer_month: Number, repeat_uplift: Number, effect: Number) -> Number:
    """Orders per customer and month, with the tool."""
    return orders_per_customer_month * (1 + repeat_uplift * effect)


def improved_order_value(order_value: Number, order_value_uplift: Number, effect: Number) -> Number:
    """Value of an order, with the tool."""
    return order_value * (1 + order_value_uplift * effect)


def churn(churn_per_year: Number) -> Number:
    """Share of customers lost in a month today."""
    return 1 - np.power(1 - churn_per_year, 1 / MONTHS_PER_YEAR)


def reduced_churn(churn_per_year: Number, churn_reduction: Number, effect: Number) -> Number:
    """Share of customers lost in a month, with the tool."""
    return 1 - np.power(1 - np.maximum(churn_per_year - churn_reduction * effect, 0), 1 / MONTHS_PER_YEAR)


def customer_margin(
    improved_order_rate: Number, improved_order_value: Number, contribution_margin: Number
) -> Number:
    """Margin per customer and month, with the tool."""
    return improved_order_rate * improved_order_value * contribution_margin


def larger_orders(
    active_customers: Number,
    orders_per_customer_month: Number,
    improved_order_value: Number,
    order_value: Number,
    contribution_margin: Number,
) -> LifetimeValueCash:
    """Margin on larger orders of today's customers."""
    return (
        active_customers
        * orders_per_customer_month
        * (improved_order_value - order_value)
        * contribution_margin
    )


def repeat_orders(
    active_customers: Number,
    improved_order_rate: Number,
    orders_per_customer_month: Number,
    improved_order_value: Number,
    contribution_margin: Number,
) -> LifetimeValueCash:
    """Margin on more frequent orders of today's customers."""
    return (
        active_customers
        * (improved_order_rate - orders_per_customer_month)
        * improved_order_value
        * contribution_margin
    )


def kept_customers(
    previous: Number, reduced_churn: Number, active_customers: Number, churn: Number
) -> Number:
    """Customers who would have left and are still there."""
    return previous * (1 - reduced_churn) + active_customers * (churn - reduced_churn)


def retention(kept_customers: Number, customer_margin: Number) -> LifetimeValueCash:
    """Margin of customers who would have left."""
    return kept_customers * customer_margin


def regulars_won(
    previous: Number, reduced_churn: Number, extra_wins: Number, becomes_regular_share: Number
) -> Number:
    """Customers won additionally who have become regulars and are still there."""
    return previous * (1 - reduced_churn) + extra_wins * becomes_regular_share


def won_customers(regulars_won: Number, customer_margin: Number) -> LifetimeValueCash:
    """Margin on later orders of customers won additionally."""
    return regulars_won * customer_margin


def customers_handed_over(
    previous: Number,
    reduced_churn: Number,
    leavers_per_year: Number,
    customers_per_rep: Number,
    lost_share_at_leaving: Number,
    lost_share_reduction: Number,
    effect: Number,
) -> Number:
    """Customers who would have left with their rep and are still there."""
    return (
        previous * (1 - reduced_churn)
        + leavers_per_year
        / MONTHS_PER_YEAR
        * customers_per_rep
        * lost_share_at_leaving
        * lost_share_reduction
        * effect
    )


def customer_handover(customers_handed_over: Number, customer_margin: Number) -> LifetimeValueCash:
    """Margin of customers who would have left with their rep."""
    return customers_handed_over * customer_margin


# Management ---------------------------------------------------------------------------------------------


def monthly_sales(
    leads_per_month: Number,
    win_rate: Number,
    deal_value: Number,
    active_customers: Number,
    orders_per_customer_month: Number,
    order_value: Number,
) -> Number:
    """Sales a month as today: new deals and orders of active customers."""
    return (
        leads_per_month * win_rate * deal_value + active_customers * orders_per_customer_month * order_value
    )


def faster_ramp(
    new_hires_per_year: Number, ramp_months_saved: Number, ramp_month_cost: Number, effect: Number
) -> ManagementCapacity:
    """Newcomers who pull their weight earlier."""
    return new_hires_per_year / MONTHS_PER_YEAR * ramp_months_saved * ramp_month_cost * effect


def reporting_time(
    manager_hours_saved_per_month: Number,
    managers: Number,
    manager_hourly_cost: Number,
    realisation: Number,
    shared_effect: Number,
) -> ManagementCapacity:
    """Managers' hours no longer spent on collecting figures."""
    return manager_hours_saved_per_month * managers * manager_hourly_cost * realisation * shared_effect


def faster_collection(
    monthly_sales: Number, collection_days_saved: Number, financing_rate_per_year: Number, effect: Number
) -> ManagementCash:
    """Interest saved because customers pay earlier."""
    return (
        monthly_sales
        * MONTHS_PER_YEAR
        / DAYS_PER_YEAR
        * collection_days_saved
        * financing_rate_per_year
        / MONTHS_PER_YEAR
        * effect
    )


def forecast_accuracy(
    monthly_sales: Number,
    forecast_error_reduction: Number,
    cost_of_forecast_error: Number,
    shared_effect: Number,
) -> ManagementCash:
    """Cost of wrong forecasts avoided."""
    return monthly_sales * forecast_error_reduction * cost_of_forecast_error * shared_effect


def faster_decisions(
    opportunities_captured_per_year: Number,
    opportunity_value: Number,
    contribution_margin: Number,
    effect: Number,
) -> ManagementCapacity:
    """Margin on opportunities that quicker decisions catch."""
    return (
        opportunities_captured_per_year / MONTHS_PER_YEAR * opportunity_value * contribution_margin * effect
    )


# Costs every option carries -----------------------------------------------------------------------------


def data_entry(
    entry_minutes_per_user_day: Number,
    workdays_per_month: Number,
    users: Number,
    hourly_cost: Number,
    realisation: Number,
    adopted: Number,
) -> OwnHours:
    """Users' time for keeping records."""
    return (
        entry_minutes_per_user_day
        / MINUTES_PER_HOUR
        * workdays_per_month
        * users
        * hourly_cost
        * realisation
        * adopted
    )


def dip_part(month: Number, delay: Number, dip_months: Number) -> Number:
    """Share of the month that lies in the dip after go-live."""
    return np.maximum(np.minimum(month, delay + dip_months) - np.maximum(month - 1, delay), 0)


def productivity_dip(
    dip_share: Number,
    dip_part: Number,
    leads_per_month: Number,
    win_rate: Number,
    deal_value: Number,
    contribution_margin: Number,
) -> LostSales:
    """Margin lost while people learn."""
    return dip_share * dip_part * leads_per_month * win_rate * deal_value * contribution_margin
