"""Every printed figure of `data/worked_tables.json`, recomputed from its table's inputs."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from roi.finance import discount_factors, irr, npv, payback, return_on_investment

DATA = json.loads((Path(__file__).parent / "data" / "worked_tables.json").read_text(encoding="utf-8"))
Table = dict[str, Any]


def cash_flow(table: Table) -> Table:
    """Costs and benefits per year at a rate; the start is undiscounted, flows fall at year end."""
    costs, benefits, rate = np.array(table["costs"]), np.array(table["benefits"]), table["rate"]
    factors = discount_factors(rate, range(len(costs)))
    discounted_costs, discounted_benefits, pv_rate = costs * factors, benefits * factors, rate
    pv_costs, pv_benefits = costs, benefits
    if "factor_decimals" in table:  # a book that rounds first: discount by hand, then measure at rate 0
        factors = factors.round(table["factor_decimals"])
        discounted_costs = pv_costs = costs * factors
        discounted_benefits = pv_benefits = benefits * factors
        pv_rate = 0.0
    net, discounted_net = benefits - costs, discounted_benefits - discounted_costs
    discounted_payback = payback(pv_benefits - pv_costs, rate=pv_rate)
    return {
        "net": net,
        "total_costs": npv(0, costs),
        "total_benefits": npv(0, benefits),
        "total_net": npv(0, net),
        "discount_factors": factors,
        "discounted_costs": discounted_costs,
        "discounted_benefits": discounted_benefits,
        "discounted_net": discounted_net,
        "discounted_cumulative": discounted_net.cumsum(),
        "pv_costs": npv(pv_rate, pv_costs),
        "pv_benefits": npv(pv_rate, pv_benefits),
        "npv": npv(pv_rate, pv_benefits - pv_costs),
        "irr": irr(net),
        "roi_pct": 100 * return_on_investment(pv_benefits, pv_costs, pv_rate),
        "roi_undiscounted_pct": 100 * return_on_investment(benefits, costs, 0),
        "average_net_over_initial_pct": 100 * net[1:].mean() / costs[0],
        "payback_years": payback(net),
        "discounted_payback_years": discounted_payback,
        "first_year_positive": math.ceil(discounted_payback),
        "break_even_fraction": discounted_payback % 1,
    }


def first_year(table: Table) -> Table:
    """What is paid at the start against what comes in evenly over the first year."""
    cost, benefit = sum(table["costs"].values()), sum(table["benefits"].values())
    years = payback([-cost, benefit])
    return {
        "total_cost": cost,
        "total_benefit": benefit,
        "payback_years": years,
        "payback_months": 12 * years,
    }


def ownership(table: Table) -> Table:
    """Total cost of ownership: categories by years."""
    costs = np.array(list(table["costs"].values()))
    of_category = npv(0, costs)
    return {
        "yearly": costs.sum(axis=0),
        "cumulative": costs.sum(axis=0).cumsum(),
        "total": npv(0, costs.sum(axis=0)),
        "share_pct": 100 * of_category / of_category.sum(),
    }


def time_saved(table: Table) -> Table:
    """Staff × what each one's time is worth × share saved, of which only a part is really worked."""
    raw = table["staff"] * table["value_each"] * table["share_saved"]
    return {"raw": raw, "corrected": raw * table["correction"]}


KINDS: dict[str, Callable[[Table], Table]] = {
    "cash_flow": cash_flow,
    "first_year": first_year,
    "ownership": ownership,
    "time_saved": time_saved,
}

FIGURES = [
    pytest.param(table, figure, expected, id=f"{name}-{figure}-{origin}")
    for name, table in DATA["tables"].items()
    for origin in ("printed", "computed")
    for figure, expected in table.get(origin, {}).items()
]


@pytest.mark.parametrize(("table", "figure", "expected"), FIGURES)
def test_reproduces_the_literature(table: Table, figure: str, expected: Table) -> None:
    found = KINDS[table["kind"]](table)[figure]
    if "between" in expected:
        low, high = expected["between"]
        assert low < found < high
    else:
        np.testing.assert_allclose(found, expected["value"], rtol=0, atol=expected["within"])


@pytest.mark.parametrize("name", DATA["contradictions"])
def test_inconsistent_sources_contradict_themselves(name: str) -> None:
    """What follows from the page's own numbers is not what it prints: such a page is no reference."""
    page = DATA["contradictions"][name]
    if page["kind"] == "sum":
        follows = sum(page["terms"].values())
    else:
        follows = (page["benefits"] - page["costs"]) / page["benefits"]
        right = return_on_investment([page["benefits"]], [page["costs"]], 0)
        assert right == pytest.approx(page["printed"], abs=page["within"])
    assert follows == pytest.approx(page["follows"], abs=page["within"])
    assert abs(follows - page["printed"]) > 10 * page["within"]


def test_every_table_names_its_source_and_every_figure_its_tolerance() -> None:
    for table in [*DATA["tables"].values(), *DATA["contradictions"].values()]:
        assert table["title"]
        assert table["source"]
    for parameters in FIGURES:
        expected = parameters.values[2]
        assert expected["why"]
        assert {"value", "within"} <= expected.keys() or "between" in expected
