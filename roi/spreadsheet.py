"""Formulas as a spreadsheet computes them.

What comes in: an `Expression` and where its names stand. What goes out: the text of an Excel formula, without
the equals sign. A spreadsheet binds a leading minus more tightly than ^, so none leads here but in brackets;
it reads a^b^c from the left; and 0^0, which is 1 here, is an error there.
"""

from __future__ import annotations

from collections.abc import Callable

from roi.expressions import Expression

BINDS = {"<=": 0, ">": 0, "=": 0, "+": 1, "-": 1, "*": 2, "/": 2, "**": 3}  # how tightly
TIGHTEST = 4
CALLS = {"max": "MAX({})", "min": "MIN({})", "floor": "INT({})", "ceil": "(-INT(-({})))"}  # INT rounds down


def excel(expression: Expression, cell: Callable[[str], str]) -> str:
    """The text of a formula.

    Args:
        expression: what it computes; a comparison is 1 or 0.
        cell: the reference, or defined name, of a name.

    >>> from roi.expressions import parsed
    >>> excel(parsed("(users - 2) ** 2 * max(0, fit - 1)"), {"users": "B2", "fit": "C2"}.__getitem__)
    '(B2-2)^2*MAX(0,C2-1)'
    """
    return _written(expression, cell)[0]


def _written(node: Expression, cell: Callable[[str], str]) -> tuple[str, int]:
    """The text of an expression, and how tightly it binds."""
    operation, parts = node.operation, node.parts
    if operation == "name":
        return cell(parts[0]), TIGHTEST
    if operation == "number":
        return _number(parts[0])
    if operation in CALLS:
        return CALLS[operation].format(",".join(excel(part, cell) for part in parts)), TIGHTEST
    binds = BINDS[operation]
    (left, tightly), (right, as_tightly) = (_written(part, cell) for part in parts)
    left = left if tightly >= binds else f"({left})"
    right = right if as_tightly >= binds + (operation in ("-", "/", "**")) else f"({right})"
    if binds:
        return left + operation.replace("**", "^") + right, binds
    return f"N({left}{operation}{right})", TIGHTEST


def _number(value: float) -> tuple[str, int]:
    """A number; a spreadsheet keeps fifteen digits, which a twelfth has only as 1/12."""
    text = f"{value:.15G}"
    if float(text) != value and (1 / value).is_integer():
        return f"1/{1 / value:.0f}", BINDS["/"]
    return (text, TIGHTEST) if value >= 0 else (f"({text})", TIGHTEST)
