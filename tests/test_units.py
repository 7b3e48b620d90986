"""The formulas read as units: count money, people or time in other units, and every line changes as it must.

Halving a unit doubles whatever is counted in it and leaves everything else. So each input is multiplied by
what its unit in `roi.quantities` demands, and so is each of the model's conversions (months a year, days a
year, minutes an hour); the line, its steps resolved one by one down to inputs, must then be multiplied by
what money a month demands. A factor that is missing, or one too many, shows.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from roi import formulas
from roi.engine import _functions, benefit_lines, built_in_costs, parameters
from roi.quantities import QUANTITIES

FACTOR = 1.75
LINES = [*benefit_lines(), *built_in_costs()]
CONVERSIONS = {
    "MONTHS_PER_YEAR": "month/year",
    "DAYS_PER_YEAR": "day/year",
    "MINUTES_PER_HOUR": "minute/hour",
}
CLOCK = {"month": "month", "end_month": "month", "lagged_effect": "1"}
UNITS = {name: item.unit for name, item in QUANTITIES.items()} | CLOCK
BASES = sorted(
    {base for unit in [*UNITS.values(), *CONVERSIONS.values()] for base in unit.split("/")} - {"1"}
)

# A lead that is won is a deal, and a customer who may become a regular: shares between them have no unit.
ALIKE = {"lead": ("lead", "deal"), "deal": ("lead", "deal")}
ALIKE_IN = {"won_customers": dict.fromkeys(("lead", "deal", "customer"), ("lead", "deal", "customer"))}

# Yearly rates that compound, as in 1 − (1 − c)^(1/12), are not linear: in another year only 0 is the same.
COMPOUNDING = ("fade_per_year", "churn_per_year", "churn_reduction")
EXEMPT = {
    ("retention", "year"): "churn compounds, and without it nobody is retained",
    ("retention", "month"): "churn compounds, and a stock moves on by one month, whatever is called a month",
    ("won_customers", "month"): "a stock moves on by one month, whatever is called a month",
    ("customer_handover", "month"): "a stock moves on by one month, whatever is called a month",
}
STEPS_OF_STOCKS = 3  # months

# What is cut off at one month (in operation, in the dip) is a full month at these moments, which another
# length of the month does not change: once within the ramp, once after it.
MOMENTS = (5.0, 11.0)
VALUES = {name: 0.1 + 0.005 * place for place, name in enumerate(QUANTITIES)} | {
    "users": 20.0,
    "sales_users": 8.0,
    "managers": 2.0,
    "implementation_months": 2.0,
    "overrun": 1.25,
    "ramp_months": 4.0,
    "dip_months": 12.0,
    "churn_per_year": 0.2,
    "churn_reduction": 0.05,
    "fade_per_year": 0.1,
    "end_month": 30.0,
    "lagged_effect": 0.4,
}


def power(unit: str, bases: tuple[str, ...]) -> int:
    """How often some bases stand in a unit, below the line negative.

    >>> power("order/customer/month", ("month",)), power("1/year", ("year",)), power("money", ("money",))
    (-1, -1, 1)
    """
    top, *below = unit.split("/")
    return (top in bases) - sum(one in bases for one in below)


def value(name: str, given: Mapping[str, float]) -> Any:
    """A quantity from its inputs, step by step; a stock after a few months in which nothing changes."""
    if name not in _functions():
        return given[name]
    wanted = parameters(name)
    if wanted[0] != "previous":
        return _functions()[name](*(value(part, given) for part in wanted))
    stock = 0.0
    for _ in range(STEPS_OF_STOCKS):
        stock = _functions()[name](stock, *(value(part, given) for part in wanted[1:]))
    return stock


def misfits(
    line: str, base: str, monkeypatch: pytest.MonkeyPatch, compounding: tuple[str, ...] = ()
) -> Iterator[str]:
    """What is wrong with a line when a unit becomes smaller; but for those named, no rate compounds."""
    bases = ALIKE_IN.get(line, ALIKE).get(base, (base,))
    for month in MOMENTS:
        given = {**VALUES, "month": month}
        if base == "year":
            given |= dict.fromkeys(set(COMPOUNDING) - set(compounding), 0.0)
        before = value(line, given)
        with monkeypatch.context() as other:
            for name, unit in CONVERSIONS.items():
                other.setattr(formulas, name, getattr(formulas, name) * FACTOR ** power(unit, bases))
            after = value(
                line, {name: one * FACTOR ** power(UNITS[name], bases) for name, one in given.items()}
            )
        assert before > 0
        expected = before * FACTOR ** power("money/month", bases)
        if after != pytest.approx(expected, rel=1e-9):
            yield f"{line} in another {base}: {after} instead of {expected}"


PAIRS = [(line, base) for line in LINES for base in BASES if (line, base) not in EXEMPT]


@pytest.mark.parametrize(("line", "base"), PAIRS)
def test_a_line_is_money_a_month(line: str, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(misfits(line, base, monkeypatch)) == []


@pytest.mark.parametrize(("line", "base"), EXEMPT)
def test_what_is_exempt_has_to_be(line: str, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(misfits(line, base, monkeypatch, COMPOUNDING)) != []


def test_every_formula_is_part_of_a_line() -> None:
    reached: set[str] = set()
    waiting = list(LINES)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [part for part in parameters(name) if part in _functions()]
    assert reached == set(_functions())


# --- that it can fail -------------------------------------------------------------------------------------

MUTANTS = [  # formula, what is written wrongly, how, and the line and unit in which it shows
    ("faster_ramp", " / MONTHS_PER_YEAR", "", "faster_ramp", "year"),
    ("faster_ramp", "MONTHS_PER_YEAR", "52", "faster_ramp", "year"),
    ("faster_ramp", "MONTHS_PER_YEAR", "12", "faster_ramp", "month"),
    ("faster_ramp", "ramp_months_saved * ", "", "faster_ramp", "month"),
    ("data_entry", "/ MINUTES_PER_HOUR", "", "data_entry", "minute"),
    ("data_entry", "MINUTES_PER_HOUR", "60", "data_entry", "hour"),
    ("hours_saved_per_user_month", " * workdays_per_month", "", "time_saved", "day"),
    ("selling_hour_value", " * selling_hours_per_rep_month", "", "selling_time", "hour"),
    ("selling_time", "sales_users", "1", "selling_time", "user"),
    ("faster_collection", "/ DAYS_PER_YEAR", "", "faster_collection", "day"),
    ("faster_collection", "monthly_sales", "1", "faster_collection", "money"),
    ("monthly_sales", " * order_value", "", "forecast_accuracy", "order"),
    ("customers_handed_over", "* customers_per_rep", "", "customer_handover", "user"),
    ("regulars_won", "extra_wins * ", "", "won_customers", "customer"),
    ("faded", "MONTHS_PER_YEAR", "12", "marketing_waste", "month"),
    ("faster_decisions", "opportunity_value * ", "", "faster_decisions", "opportunity"),
]


def mutant(name: str, old: str, new: str) -> Any:
    """A formula with a slip in it."""
    (function,) = ast.parse(inspect.getsource(_functions()[name])).body
    assert isinstance(function, ast.FunctionDef)
    right = ast.unparse(function.body[-1]).removeprefix("return ")
    assert old in right, right
    return eval(f"lambda {', '.join(parameters(name))}: {right.replace(old, new, 1)}", vars(formulas))


@pytest.mark.parametrize(("name", "old", "new", "line", "base"), MUTANTS)
def test_a_slip_is_noticed(
    name: str, old: str, new: str, line: str, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_functions(), name, mutant(name, old, new))
    assert list(misfits(line, base, monkeypatch)) != []
