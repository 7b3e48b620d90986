"""Every formula as Excel's text, computed by a reader of Excel's formulas that knows nothing of ours.

The reader below follows Microsoft's “Calculation operators and precedence in Excel”: from the tightest, a
leading minus, ^ (from the left), * and /, + and -, comparisons; MIN, MAX, INT and N as documented there.
"""

import inspect
import math
import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from roi import costs
from roi.engine import _functions
from roi.expressions import OPERATORS, Expression, parsed, trace
from roi.model import GOES_WITH, ONCE, Per
from roi.quantities import QUANTITIES
from roi.spreadsheet import excel

TOKEN = re.compile(r"\s*(\d+\.?\d*(?:E[+-]?\d+)?|[A-Za-z_][\w.]*|<=|>=|<>|[-+*/^()<>=,])")
FUNCTIONS: dict[str, Callable[..., float]] = {"MIN": min, "MAX": max, "INT": math.floor, "N": float}
LEVELS: list[dict[str, Callable[[float, float], float]]] = [  # the loosest first; each is read from the left
    {"<=": lambda a, b: a <= b, ">": lambda a, b: a > b, "=": lambda a, b: a == b},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b, "/": lambda a, b: a / b},
    {"^": lambda a, b: a**b},
]


class Sheet:
    """Computes one formula; names stand for themselves."""

    def __init__(self, text: str, values: dict[str, float]) -> None:
        self.tokens, self.values = TOKEN.findall(text), values
        assert "".join(self.tokens) == text.replace(" ", ""), text

    def taken(self, *signs: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in signs else ""

    def value(self) -> float:
        found = self.level(0)
        assert not self.tokens, self.tokens
        return found

    def level(self, depth: int) -> float:
        if depth == len(LEVELS):
            return self.unit()
        found = self.level(depth + 1)
        while sign := self.taken(*LEVELS[depth]):
            found = LEVELS[depth][sign](found, self.level(depth + 1))
        return found

    def unit(self) -> float:
        if self.taken("-"):
            return -self.unit()
        if self.taken("("):
            found = self.level(0)
            assert self.taken(")")
            return found
        token = self.tokens.pop(0)
        if not self.taken("("):
            return float(token) if token[0].isdigit() else self.values[token]
        given = [self.level(0)]
        while self.taken(","):
            given.append(self.level(0))
        assert self.taken(")")
        return float(FUNCTIONS[token](*given))


def computed(text: str, **values: float) -> float:
    return float(Sheet(text, values).value())


def test_the_reader_computes_as_excel_does() -> None:
    """What Excel is known for: -2^2 is 4, 0-2^2 is −4, 2^3^2 is 64."""
    known = {"-2^2": 4, "0-2^2": -4, "2^3^2": 64, "2^-1": 0.5, "8-3-2": 3, "8/4/2": 1, "1+2*3^2": 19}
    known |= {"INT(-1.5)": -2, "N(2<=2)*3": 3, "N(1+1=3)": 0, "MAX(1,MIN(5,3))": 3, "6/1.2E+1": 0.5}
    assert {text: computed(text) for text in known} == known


# --- the model's formulas ---------------------------------------------------------------------------------

ALL: dict[str, Callable[..., Any]] = dict(_functions())
ALL |= {name: one for name, one in vars(costs).items() if getattr(one, "__module__", "") == costs.__name__}
times_a_month = ALL.pop("times_a_month")
RECURRING: list[Per] = [per for per in get_args(Per) if GOES_WITH[per] != ONCE]
ALL |= {f"times_a_month {per}": partial(times_a_month, per) for per in RECURRING}
IN_MONTHS = re.compile("month|delay|horizon|users|managers")


@pytest.mark.parametrize("name", ALL)
def test_a_cell_computes_what_the_formula_computes(name: str) -> None:
    chance, expression = random.Random(name), trace(ALL[name])
    text = excel(expression, str)
    for _ in range(50):
        values = {
            one: chance.choice([chance.uniform(0.5, 40), float(chance.randint(_least(one), 40))])
            if IN_MONTHS.search(one)
            else chance.uniform(0, 0.95)
            for one in sorted(expression.names)
        }
        with np.errstate(all="raise"):  # some of what `times_a_month` is given does not matter
            given = {one: values.get(one, 1.0) for one in inspect.signature(ALL[name]).parameters}
            expected = float(ALL[name](**given))
        assert computed(text, **values) == pytest.approx(expected, rel=1e-12, abs=1e-12), text


def _least(name: str) -> int:
    return int(QUANTITIES[name].low) if name in QUANTITIES else 0


def test_cells_word_for_word() -> None:
    written = {
        name: excel(trace(ALL[name]), str) for name in ("churn", "in_use", "last_paid_month", "dip_part")
    }
    assert written == {
        "churn": "1-(1-churn_per_year)^(1/12)",
        "in_use": "N(month<=end_month)*1",
        "last_paid_month": "12*(-INT(-(end_month/12)))",
        "dip_part": "MAX(MIN(month,delay+dip_months)-MAX(month-1,delay),0)",
    }
    assert excel(parsed("users / (fit * 2)"), {"users": "Inputs!$B$2", "fit": "fit_"}.get) == (  # type: ignore[arg-type]
        "Inputs!$B$2/(fit_*2)"
    )


# --- any formula ------------------------------------------------------------------------------------------

NAMES = {"a": 3.0, "b": 0.25, "c": -1.5}
leaves = st.sampled_from(sorted(NAMES)).map(lambda name: Expression("name", (name,))) | st.sampled_from(
    [0.0, 1.0, 2.0, -2.0, 0.5, 1 / 12, 1e-12, 1e6]
).map(lambda number: Expression("number", (number,)))
SIGNS = [*OPERATORS.values(), "min", "max", "<=", ">", "="]
trees = st.recursive(
    leaves,
    lambda parts: (
        st.builds(lambda sign, *both: Expression(sign, both), st.sampled_from(SIGNS), parts, parts)
        | st.builds(lambda sign, one: Expression(sign, (one,)), st.sampled_from(["floor", "ceil"]), parts)
    ),
    max_leaves=12,
)


@given(trees)
def test_any_tree_is_written_as_excel_reads_it(tree: Expression) -> None:
    try:
        with np.errstate(all="raise", under="ignore"):
            expected = float(tree.at(NAMES.__getitem__))
    except FloatingPointError:  # an error in a cell too
        reject()
    text = excel(tree, str)
    assert computed(text, **NAMES) == pytest.approx(expected, rel=1e-9), text
