"""The quick estimate: “is it worth it?” on the back of an envelope, before any case is written.

Comes in: eleven plain numbers a manager knows by heart.
Goes out: one year's benefit against one year's cost, read twice, in money per year.

Two questions, as asked in the source document “Is it worth it?”, step 3: what would some more hours of
selling a month bring in, and what would a somewhat lower churn keep? Both are set against the software and
the team's time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from roi.quantities import MONEY_LIMIT, QUANTITIES, REVENUE_LIMIT

_KNOWN = (
    "sales_users",
    "annual_revenue",
    "selling_hours_per_rep_month",
    "hourly_cost",
    "contribution_margin",
    "adoption",
)
DOMAINS: dict[str, tuple[float, float]] = {
    **{name: (QUANTITIES[name].low, QUANTITIES[name].high) for name in _KNOWN},
    "hours_per_rep_month": (0, 250),
    "churn_points": (0, 1),
    "existing_revenue": (0, REVENUE_LIMIT),
    "software_cost_per_year": (0, MONEY_LIMIT),
    "hours_spent": (0, 1e6),
}


def outside(values: Mapping[str, float]) -> dict[str, float]:
    """Those of the estimate's inputs that lie outside their domain.

    >>> outside({"adoption": 60, "hourly_cost": 85})
    {'adoption': 60}
    """
    return {
        name: value for name, value in values.items() if not DOMAINS[name][0] <= value <= DOMAINS[name][1]
    }


@dataclass(frozen=True)
class Reading:
    """One way to read the estimate; all amounts are money per year.

    Attributes:
        sales_gained: From the hours won for selling.
        revenue_kept: From customers who stay.
        cost: Software and own hours; the same in both readings.
    """

    sales_gained: float
    revenue_kept: float
    cost: float

    @property
    def benefit(self) -> float:
        """Sales gained + revenue kept."""
        return self.sales_gained + self.revenue_kept

    @property
    def net(self) -> float:
        """Benefit − cost."""
        return self.benefit - self.cost

    @property
    def ratio(self) -> float | None:
        """Benefit ÷ cost; None where nothing is spent."""
        return self.benefit / self.cost if self.cost else None


@dataclass(frozen=True)
class QuickEstimate:
    """The two readings of the same numbers.

    Attributes:
        as_the_source_shows_it: Revenue against cost, every user at work with it from the first day.
        to_believe: The same × contribution margin × adoption. Goods, delivery and commission are paid out of
            revenue, so only the margin can pay for software; and hours nobody uses the tool for are not won.
    """

    as_the_source_shows_it: Reading
    to_believe: Reading


def quick_estimate(
    *,
    hours_per_rep_month: float,
    sales_users: float,
    annual_revenue: float,
    selling_hours_per_rep_month: float,
    churn_points: float,
    existing_revenue: float,
    software_cost_per_year: float,
    hours_spent: float,
    hourly_cost: float,
    contribution_margin: float,
    adoption: float,
) -> QuickEstimate:
    """One year's benefit and cost, first as the source shows them, then as they can be believed.

    Sales gained = hours won a year × revenue per selling hour. ``sales_users`` stands in both and cancels
    out: twice the people win twice the hours, but each hour then carries half the revenue. It is kept because
    the question is asked that way; only without any sales user is the answer another (0).

    Args:
        hours_per_rep_month: Selling hours each sales user wins a month (the source asks for 5).
        sales_users: People who sell and would use it.
        annual_revenue: Money per year, all of it sold in those people's selling hours.
        selling_hours_per_rep_month: Hours a month each of them sells today; above 0.
        churn_points: Share of existing customers' revenue no longer lost each year (the source asks for 2 %:
            0.02).
        existing_revenue: Yearly revenue from existing customers.
        software_cost_per_year: Money per year.
        hours_spent: Own staff's hours per year on introduction, upkeep and entry.
        hourly_cost: Money per hour of own staff.
        contribution_margin: Share of revenue left after goods, delivery and commission.
        adoption: Share of the users who will really work with it.

    Returns:
        Both readings, in money per year.

    Raises:
        ValueError: An input is outside its domain; all such inputs are named together.

    Ten reps with revenue of 12 million sell 100 hours a month each; 9 million come from existing customers:

    >>> estimate = quick_estimate(
    ...     hours_per_rep_month=5, sales_users=10, annual_revenue=12e6, selling_hours_per_rep_month=100,
    ...     churn_points=0.02, existing_revenue=9e6, software_cost_per_year=60e3, hours_spent=400,
    ...     hourly_cost=100, contribution_margin=0.25, adoption=0.5,
    ... )
    >>> estimate.as_the_source_shows_it
    Reading(sales_gained=600000.0, revenue_kept=180000.0, cost=100000.0)
    >>> estimate.as_the_source_shows_it.ratio, estimate.to_believe.ratio
    (7.8, 0.975)
    """
    stated = {
        "hours_per_rep_month": hours_per_rep_month,
        "sales_users": sales_users,
        "annual_revenue": annual_revenue,
        "selling_hours_per_rep_month": selling_hours_per_rep_month,
        "churn_points": churn_points,
        "existing_revenue": existing_revenue,
        "software_cost_per_year": software_cost_per_year,
        "hours_spent": hours_spent,
        "hourly_cost": hourly_cost,
        "contribution_margin": contribution_margin,
        "adoption": adoption,
    }
    faults = [
        f"{name}: found {value:g}; give a number from {DOMAINS[name][0]:g} to {DOMAINS[name][1]:g}"
        for name, value in outside(stated).items()
    ]
    if faults:
        raise ValueError("\n".join(faults))
    hours_won = hours_per_rep_month * 12 * sales_users
    selling_hours = sales_users * selling_hours_per_rep_month * 12
    sales_gained = hours_won * annual_revenue / selling_hours if sales_users else 0.0
    revenue_kept = churn_points * existing_revenue
    cost = software_cost_per_year + hours_spent * hourly_cost
    believed = contribution_margin * adoption
    return QuickEstimate(
        as_the_source_shows_it=Reading(sales_gained, revenue_kept, cost),
        to_believe=Reading(sales_gained * believed, revenue_kept * believed, cost),
    )
