"""Formulas as trees: traced from the functions that compute, or read from a user's text.

What comes in: a function of `roi.formulas` or `roi.costs`, or a text from a case file. What goes out: an
`Expression`, a tree of names, numbers and operations. A function is traced by calling it on symbols; a text
is parsed, never run as Python. Wording is the printer's business.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from roi.quantities import REVENUE_LIMIT

UFUNCS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "maximum": "max",
    "minimum": "min",
    "floor": "floor",
    "ceil": "ceil",
    "less_equal": "<=",
    "greater": ">",
    "equal": "=",
}
COMPUTE = {sign: getattr(np, name) for name, sign in UFUNCS.items()}
MAX_LENGTH, MAX_DEPTH = 500, 50  # of a user's formula, in characters and in levels of its tree


@dataclass(frozen=True)
class Expression:
    """A name, a number, or an operation on expressions.

    Attributes:
        operation: one of `UFUNCS`' values, or `name`, or `number`.
        parts: expressions; for a name its text, for a number its value.
    """

    operation: str
    parts: tuple[Any, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every name in it."""
        if self.operation in ("name", "number"):
            return frozenset(self.parts if self.operation == "name" else ())
        return frozenset().union(*(part.names for part in self.parts))

    def at(self, find: Callable[[str], Any]) -> Any:
        """Its value, a number or an array, where `find` gives those of its names."""
        if self.operation in ("name", "number"):
            return find(self.parts[0]) if self.operation == "name" else self.parts[0]
        return COMPUTE[self.operation](*(part.at(find) for part in self.parts))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Expression:
        """Any of NumPy's operations on it becomes a node."""
        return Expression(UFUNCS[ufunc.__name__], tuple(map(_expression, inputs)))

    def _with(self, operation: str, other: Any, *, reflected: bool = False) -> Expression:
        pair = (self, _expression(other))
        return Expression(operation, pair[::-1] if reflected else pair)

    def __add__(self, other: Any) -> Expression:
        return self._with("+", other)

    def __radd__(self, other: Any) -> Expression:
        return self._with("+", other, reflected=True)

    def __sub__(self, other: Any) -> Expression:
        return self._with("-", other)

    def __rsub__(self, other: Any) -> Expression:
        return self._with("-", other, reflected=True)

    def __mul__(self, other: Any) -> Expression:
        return self._with("*", other)

    def __rmul__(self, other: Any) -> Expression:
        return self._with("*", other, reflected=True)

    def __truediv__(self, other: Any) -> Expression:
        return self._with("/", other)

    def __rtruediv__(self, other: Any) -> Expression:
        return self._with("/", other, reflected=True)

    def __pow__(self, other: Any) -> Expression:
        return self._with("**", other)


def _expression(value: Any) -> Expression:
    return value if isinstance(value, Expression) else Expression("number", (float(value),))


def trace(function: Callable[..., Any]) -> Expression:
    """What a function does with its parameters.

    >>> from roi.formulas import retired_tools
    >>> trace(retired_tools).operation, sorted(trace(retired_tools).names)
    ('*', ['live', 'retired_tools_cost_per_month'])
    """
    return _expression(
        function(*(Expression("name", (name,)) for name in inspect.signature(function).parameters))
    )


# --- a user's formula -------------------------------------------------------------------------------------

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
ALLOWED = " ".join([*OPERATORS.values(), "( ) min max"])
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # as Chinese keyboards have them
_ASCII = str.maketrans(_WIDE | {"×": "*", "÷": "/", "−": "-", "^": "**", "＾": "**"})
_FOREIGN = re.compile(r"[^\w .,+*/()-]")


class FormulaError(ValueError):
    """A formula that cannot be read, or gives no amount: a code with values, as remarks have them."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(f"{code}: {details}")


@lru_cache(maxsize=256)
def parsed(text: str) -> Expression:
    """A user's formula: numbers, names, + − × ÷ **, brackets, min and max; full-width signs are understood.

    Whether its names are known is not asked here.

    >>> parsed("min（users， 8）× 2.5").operation, sorted(parsed("min（users， 8）× 2.5").names)
    ('*', ['users'])

    Raises:
        FormulaError: if it is anything else, too long, or too deeply nested.
    """
    plain = " ".join(text.translate(_ASCII).split())
    if len(plain) > MAX_LENGTH:
        raise FormulaError("formula_too_long", found=str(len(plain)), allowed=str(MAX_LENGTH))
    if foreign := _FOREIGN.search(plain):
        raise FormulaError("formula_not_allowed", found=foreign[0], allowed=ALLOWED)
    try:
        return _read(ast.parse(plain, mode="eval").body, MAX_DEPTH)
    except (SyntaxError, RecursionError, MemoryError):
        raise FormulaError("formula_wrong_form", found=plain) from None


def _read(node: ast.expr, levels: int) -> Expression:
    """The expression of a syntax tree that has at most so many levels."""
    if not levels:
        raise FormulaError("formula_too_deep", allowed=str(MAX_DEPTH))
    match node:
        case ast.Name(name):
            return Expression("name", (name,))
        case ast.Constant(int() | float() as value) if not isinstance(value, bool) and value <= REVENUE_LIMIT:
            return _expression(value)  # literals have no sign
        case ast.UnaryOp(ast.USub(), operand):
            return 0 - _read(operand, levels - 1)
        case ast.BinOp(left, operator, right) if type(operator) in OPERATORS:
            return Expression(OPERATORS[type(operator)], (_read(left, levels - 1), _read(right, levels - 1)))
        case ast.Call(ast.Name("min" | "max"), [only], []):
            return _read(only, levels - 1)
        case ast.Call(ast.Name("min" | "max" as name) as function, [*others, last], []):
            first = _read(ast.Call(function, others, []), levels - 1)
            return Expression(name, (first, _read(last, levels - 1)))
    raise FormulaError("formula_not_allowed", found=ast.unparse(node), allowed=ALLOWED)
