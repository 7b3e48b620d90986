"""The formulas as they are printed: one tracer runs them on symbols.

What comes in: the name of a formula of `roi.formulas`. What goes out: an `Expression`, a tree of names,
numbers and operations, made by calling the very function that computes. Wording is the printer's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from roi.engine import formula, parameters

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


@dataclass(frozen=True)
class Expression:
    """A name, a number, or an operation on expressions.

    Attributes:
        operation: one of `UFUNCS`' values, or `name`, or `number`.
        parts: expressions; for a name its text, for a number its value.
    """

    operation: str
    parts: tuple[Any, ...]

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


def trace(name: str) -> Expression:
    """What a formula does with its parameters.

    >>> trace("retired_tools").operation, [part.parts[0] for part in trace("retired_tools").parts]
    ('*', ['retired_tools_cost_per_month', 'live'])
    """
    traced: Expression = formula(name)(*(Expression("name", (part,)) for part in parameters(name)))
    return traced
