"""The package against the plain loop of plain_loop.py, on random cases whose every number is fixed.

Line by line and month by month, then every measure; and the same comparison with each formula broken on
purpose, one operation at a time: each such mutant has to be noticed on at least one prepared case.
"""

import ast
import copy
import inspect
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from plain_loop import BENEFIT_LINES, compute
from strategies import FEATURES, features, fixed_cases, sales_per_month

from assessment import case_from_data
from roi import costs, engine, formulas
from roi.engine import CashFlow, cash_flow
from roi.measures import Measures, measure, ratio
from roi.model import Model, Option

Array = np.ndarray[Any, Any]
Result = dict[str, dict[str, Any]]


def completed(case: dict[str, Any]) -> dict[str, Any]:
    """The case with zeros where the package would put defaults, of which the plain loop knows none."""
    case = copy.deepcopy(case)
    for option in case["options"]:
        option.setdefault("exit_probability", 0.0)
        option.setdefault("dip", {"share": 0.0, "months": 0.0})
    return case


def lines_of(flow: CashFlow | dict[str, Any]) -> dict[tuple[str, str], Array]:
    """Benefits and costs by kind and name, one value per month."""
    if isinstance(flow, CashFlow):
        found = {"benefits": flow.benefits, "costs": flow.costs}
        return {(kind, line): rows[:, 0] for kind, rows_of in found.items() for line, rows in rows_of.items()}
    return {(kind, line): np.array(flow[kind][line]) for kind in ("benefits", "costs") for line in flow[kind]}


def differs(flow: CashFlow, expected: dict[tuple[str, str], Array]) -> list[str]:
    """Lines that are not the same to 10⁻⁹ of their largest value; a line that is left out is zero."""
    found = lines_of(flow)
    largest = max((float(np.max(np.abs(line))) for line in expected.values()), default=0.0)
    zero = np.zeros(next(iter(expected.values())).shape)
    wrong = []
    for key in {**expected, **found}:
        one, other = found.get(key, zero), expected.get(key, zero)
        limit = 1e-9 * float(np.max(np.abs(other))) + 1e-15 * largest
        if not np.all(np.abs(one - other) <= limit):
            wrong.append(key[1])
    return wrong


# --- the same, line by line and measure by measure --------------------------------------------------------

AMOUNTS = {
    "npv": "npv",
    "npv_cash": "npv_cash",
    "pv_benefits": "pv_benefits",
    "pv_costs": "pv_costs",
    "peak_funding": "peak_funding",
    "tco_nominal": "costs",
    "tco_pv": "pv_costs",
}
RATIOS = {
    "roi": ("npv", "pv_costs"),
    "roi_undiscounted": ("net", "costs"),
    "roi_first_year": ("first_year_net", "first_year_costs"),
    "bcr": ("pv_benefits", "pv_costs"),
    "hidden_share": ("hidden", "costs"),
    "per_user_month": ("costs", "user_months"),
}
TIMES = {
    "payback_months": "payback",
    "discounted_payback_months": "discounted_payback",
    "payback_from_go_live_months": "payback_from_go_live",
    "irr": "irr",
}


def check_measures(found: Measures, expected: dict[str, Any], today: bool) -> None:
    def of(name: str) -> float:
        return float(getattr(found, name)[0])

    scale = of("benefits") + of("costs")  # of the largest sums; nothing is negative in both
    scale = max(abs(scale), abs(of("benefits")), abs(of("costs")), float(np.max(np.abs(found.yearly))))
    for name, attribute in AMOUNTS.items():
        assert of(attribute) == pytest.approx(expected[name], rel=1e-9, abs=1e-9 * scale), name
    for name, (top, bottom) in RATIOS.items():
        value = float(ratio(getattr(found, top), getattr(found, bottom))[0])
        if expected[name] is None:
            assert math.isnan(value), name
        else:
            slack = 1e-9 * scale / abs(of(bottom))
            assert value == pytest.approx(expected[name], rel=1e-9, abs=slack), name
    for name, attribute in TIMES.items():
        if today:
            assert expected[name] is None  # the report prints none, whatever the arrays hold
        elif expected[name] is None:
            assert math.isinf(of(attribute)), name
        else:
            assert of(attribute) == pytest.approx(expected[name], rel=1e-6, abs=1e-6), name
    categories = set(found.by_category) | set(expected["tco_by_category"])
    for category in categories:
        value = float(found.by_category.get(category, np.zeros(1))[0])
        assert value == pytest.approx(expected["tco_by_category"].get(category, 0.0), abs=1e-9 * scale)


def check_case(case: dict[str, Any]) -> None:
    model = case_from_data(case).model
    expected = compute(case)
    both = [option for option in model.options if option.id in expected]
    assert len(both) == len(expected)
    for option in both:
        flow, reference = cash_flow(model, option), expected[option.id]
        assert differs(flow, lines_of(reference)) == []
        if option.kind != "status_quo":
            assert float(flow.user_months[0]) == pytest.approx(reference["users_months"], rel=1e-12)
        check_measures(measure(flow, model), reference["measures"], option.kind == "status_quo")


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(fixed_cases())
def test_every_line_and_every_measure_is_the_plain_loops(case: dict[str, Any]) -> None:
    check_case(completed(case))


# --- prepared cases ---------------------------------------------------------------------------------------

PREPARED = 240


@dataclass(frozen=True)
class Prepared:
    """One option of one case, with the plain loop's lines."""

    model: Model
    option: Option
    expected: dict[tuple[str, str], Array]


@cache
def drawn() -> list[tuple[dict[str, Any], Result]]:
    """Random cases, the same ones each time, with the plain loop's results."""
    found = []

    @seed(20_261_122)
    @settings(max_examples=PREPARED, database=None, derandomize=False, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(fixed_cases())
    def collect(case: dict[str, Any]) -> None:
        case = completed(case)
        found.append((case, compute(case)))

    collect()
    return found + [(case, compute(case)) for case in edges(found[0][0])]


def edges(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What random cases hardly meet: a probability cut off at 1, nobody who sells, half a person who does."""
    for changes in (
        {"lead_to_opportunity": 0.9, "lead_to_opportunity_gain": 1.0, "capacity_limited_share": 0.25},
        {"opportunity_to_win": 0.9, "opportunity_to_win_gain": 1.0},
        {"sales_users": 0.0},
        {"users": 2.0, "sales_users": 0.5, "managers": 0.0},
    ):
        edge = copy.deepcopy(case)
        edge["settings"] |= {"years": 3}
        edge["benefits"]["only"] = list(BENEFIT_LINES)
        edge["options"] = [option for option in edge["options"] if option["kind"] == "saas"][:1]
        edge["options"][0] |= {"implementation_months": 1.0, "overrun": 1.0, "ramp_months": 2.0}
        edge["options"][0] |= {"adoption": 1.0, "fit": 1.0, "fade_per_year": 0.0, "effects": {}}
        values = edge["assumptions"]
        values |= {"hours_saved_per_user_day": 0.5, "resold_share": 0.5, "selling_elasticity": 0.5}
        values |= {"capacity_limited_share": 0.5, "lead_to_opportunity": 0.5, "opportunity_to_win": 0.5}
        values |= {"leads_per_month": 40.0, "deal_value": 2000.0, "contribution_margin": 0.5}
        values |= {"sales_cycle_months": 1.0, "workdays_per_month": 20.0, **changes}
        values["annual_revenue"] = 12 * sales_per_month(values)
        yield edge


@cache
def prepared() -> list[Prepared]:
    found = []
    for case, result in drawn():
        model = case_from_data(case).model
        found += [
            Prepared(model, option, lines_of(result[option.id]))
            for option in model.options
            if option.id in result and option.kind != "status_quo"
        ]
    return found


def test_the_prepared_cases_exercise_every_feature() -> None:
    seen = Counter(feature for case, result in drawn() for feature in features(case, result))
    assert {name: seen[name] for name in FEATURES if seen[name] < 0.05 * len(drawn())} == {}


def test_the_prepared_cases_agree() -> None:
    with np.errstate(all="raise", under="ignore"):
        wrong = [differs(cash_flow(item.model, item.option), item.expected) for item in prepared()]
    assert [lines for lines in wrong if lines] == []


# --- formulas broken on purpose ---------------------------------------------------------------------------

SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
}
CALLS = {
    "minimum": "maximum",
    "maximum": "minimum",
    "floor": "ceil",
    "ceil": "floor",
    "less_equal": "less",
    "power": "multiply",
}


def broken(node: ast.expr) -> Iterator[ast.expr]:
    """One expression broken at its top in each way that is known."""
    if isinstance(node, ast.BinOp):
        yield ast.BinOp(node.left, SWAPPED[type(node.op)](), node.right)
        yield node.left
        yield node.right
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        other = ast.Attribute(node.func.value, CALLS[node.func.attr], ast.Load())
        yield ast.Call(other, node.args, [])
        yield from node.args
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Name) and node.id.isupper():
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))


def mutants(function: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Copies of a function, each broken in one place, and how."""
    for number, node in enumerate(ast.walk(function)):
        if not isinstance(node, ast.expr):
            continue
        for way, _ in enumerate(broken(node)):
            copied = copy.deepcopy(function)
            place = next(found for count, found in enumerate(ast.walk(copied)) if count == number)
            assert isinstance(place, ast.expr)
            new = list(broken(place))[way]
            Replace(place, new).visit(copied)
            yield (
                f"{function.name}: {ast.unparse(node)} → {ast.unparse(new)}",
                ast.fix_missing_locations(copied),
            )


class Replace(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def compiled(function: ast.FunctionDef, module: ModuleType) -> Any:
    """A mutant, living in its module's namespace without being put there."""
    made: dict[str, Any] = {}
    exec(compile(ast.Module([function], []), "mutant", "exec"), module.__dict__, made)
    return made[function.name]


def functions(module: ModuleType) -> list[ast.FunctionDef]:
    tree = ast.parse(inspect.getsource(module))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


ALL = [(module, function) for module in (formulas, costs) for function in functions(module)]
P1 = "lead_to_opportunity * (1 + lead_to_opportunity_gain * (1 - capacity_limited_share) * lagged_effect)"
P2 = "opportunity_to_win * (1 + opportunity_to_win_gain * lagged_effect)"
C = "churn_per_year - churn_reduction * effect"
USED = "np.less_equal(month, end_month)"
EQUIVALENT = {  # mutants that compute the same, and why
    f"in_use: {USED} * 1.0 → {USED} / 1.0": "nothing changes by 1",
    f"in_use: {USED} * 1.0 → {USED}": "true counts as 1",
    f"improved_lead_to_opportunity: np.maximum({P1}, 0) → {P1}": "gains are at least −0.5",
    f"improved_opportunity_to_win: np.maximum({P2}, 0) → {P2}": "gains are at least −0.5",
    f"reduced_churn: np.maximum({C}, 0) → {C}": "the reduction is clamped to churn",
    "implementation_rest: SHORTEST_DELAY → SHORTEST_DELAY + 1": "only delays beyond a year leave a rest",
}


def noticed(items: list[Prepared]) -> int | None:
    """The first prepared case on which the package and the plain loop differ, or that cannot be computed."""
    for place, item in enumerate(items):
        try:
            if differs(cash_flow(item.model, item.option), item.expected):
                return place
        except Exception:  # a mutant may raise anything
            return place
    return None


@pytest.mark.parametrize(("module", "function"), ALL, ids=lambda item: getattr(item, "name", ""))
def test_breaking_any_single_formula_is_noticed(
    module: ModuleType, function: ast.FunctionDef, monkeypatch: pytest.MonkeyPatch
) -> None:
    items, unnoticed, made = list(prepared()), [], 0
    for what, mutant in mutants(function):
        made += 1
        with monkeypatch.context() as patch, np.errstate(all="ignore"):
            if module is formulas:
                patch.setitem(engine._functions(), function.name, compiled(mutant, module))
            patch.setattr(module, function.name, compiled(mutant, module))
            place = noticed(items)
        if place is None:
            unnoticed.append(what)
        else:
            items.insert(0, items.pop(place))  # what noticed one mutant may notice the next
    assert made
    assert [what for what in unnoticed if what not in EQUIVALENT] == []
    assert [
        what for what in EQUIVALENT if what.startswith(f"{function.name}:") and what not in unnoticed
    ] == []
