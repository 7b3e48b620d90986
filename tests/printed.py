"""Reads printed formulas back: what an auditor with a pocket calculator would do with the page in hand.

What comes in: the text of a formula in Chinese or English, and the words that stand for numbers in it. What
goes out: a function that computes it. Nothing here looks at the code that printed the text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Find = Callable[[str], float]  # the number that some words stand for
Node = Callable[[Find], float]


class UnreadableError(ValueError):
    """A text that is no formula, or names what nobody knows."""


@dataclass(frozen=True)
class Signs:
    """How one language writes operations: what stands before an operand or a list of them."""

    larger: str
    smaller: str
    down: str
    limited: str
    if_: str
    then: str


SIGNS = {
    "en": Signs(
        "larger of (", "smaller of (", "rounded down (", "limited to 0–1 (", "1 if ", ", otherwise 0"
    ),
    "zh-CN": Signs("取大值(", "取小值(", "向下取整(", "限于0到1(", "若 ", " 则为 1，否则为 0"),
}
NUMBER = re.compile(r"\d+(?:\.\d+)?")
END = re.compile(r"\s*(?:[,;:，；：].*)?$")  # what follows a formula explains it
PLAIN = str.maketrans({"（": "(", "）": ")", "\u00a0": " "})


class Reader:
    """A formula as it is read from left to right."""

    def __init__(self, text: str, names: Iterable[str], code: str) -> None:
        self._text, self._at = text.translate(PLAIN), 0
        self._names = sorted((name.translate(PLAIN) for name in names), key=len, reverse=True)
        self._signs = SIGNS[code]

    def formula(self) -> Node:
        """The whole of it."""
        found = self._sum()
        if not END.match(self._rest):
            raise UnreadableError(f"{self._rest!r} of {self._text!r}")
        return found

    @property
    def _rest(self) -> str:
        return self._text[self._at :]

    def _take(self, sign: str) -> bool:
        """Goes past a sign, if it comes next."""
        spaces = len(self._rest) - len(self._rest.lstrip())
        for start in {0, spaces}:
            if self._text.startswith(sign, self._at + start):
                self._at += start + len(sign)
                return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise UnreadableError(f"{sign!r} is missing before {self._rest!r} of {self._text!r}")

    def _sum(self) -> Node:
        found = self._product()
        while True:
            if self._take("+"):
                found = _joined(found, self._product(), lambda one, other: one + other)
            elif self._take("−"):
                found = _joined(found, self._product(), lambda one, other: one - other)
            else:
                return found

    def _product(self) -> Node:
        found = self._power()
        while True:
            if self._take("×"):
                found = _joined(found, self._power(), _times)
            elif self._take("÷") or self._take("/"):
                found = _joined(found, self._power(), _divided)
            else:
                return found

    def _power(self) -> Node:
        found = self._one()
        return _joined(found, self._one(), lambda one, other: one**other) if self._take("^") else found

    def _one(self) -> Node:
        signs = self._signs
        if self._take("("):
            return self._within()
        for sign, pick in ((signs.larger, max), (signs.smaller, min)):
            if self._take(sign):
                parts = [self._sum()]
                while self._take(","):
                    parts.append(self._sum())
                self._need(")")
                return _picked(pick, parts)
        if self._take(signs.down):
            inner = self._within()
            return lambda find: float(math.floor(inner(find)))
        if self._take(signs.limited):
            inner = self._within()
            return lambda find: min(max(inner(find), 0.0), 1.0)
        if self._take(signs.if_):
            left = self._sum()
            self._need("≤")
            right = self._sum()
            self._need(signs.then)
            return lambda find: float(left(find) <= right(find))
        return self._name()

    def _within(self) -> Node:
        found = self._sum()
        self._need(")")
        return found

    def _name(self) -> Node:
        for name in self._names:
            before = self._at
            if self._take(name):
                if not (name[-1].isascii() and self._rest[:1].isascii() and self._rest[:1].isalpha()):
                    return lambda find: find(name)
                self._at = before
        number = NUMBER.match(self._rest.lstrip())
        if number is None:
            raise UnreadableError(f"{self._rest!r} of {self._text!r}")
        self._need(number[0])
        return lambda _: float(number[0])


def _joined(one: Node, other: Node, how: Callable[[float, float], float]) -> Node:
    return lambda find: how(one(find), other(find))


def _picked(how: Callable[[list[float]], float], parts: list[Node]) -> Node:
    return lambda find: how([part(find) for part in parts])


def _times(one: float, other: float) -> float:
    return one * other if one and other else 0.0


def _divided(one: float, other: float) -> float:
    """As the page says below its formulas: nothing by nothing is nothing, the rest is without limit."""
    return one / other if other else math.copysign(math.inf, one) if one else 0.0


def read(text: str, names: Iterable[str], code: str) -> Node:
    """A formula.

    >>> read("larger of (users − 2, 0) × 1/4", ["users"], "en")({"users": 10.0}.__getitem__)
    2.0
    """
    return Reader(text, names, code).formula()


# --- numbers as they are printed --------------------------------------------------------------------------

AMOUNT = re.compile(r"[−-]?[¥$€£]?\d[\d,]*(?:\.\d+)?")
SCALES = {
    "%": 0.01,
    "point": 0.01,
    "个百分点": 0.01,
    "万": 1e4,
    "亿": 1e8,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
}
SCALED = re.compile(rf"({AMOUNT.pattern})\s*({'|'.join(SCALES)}|[kmb](?![a-z]))?")
LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9}


def amounts(text: str) -> list[tuple[float, float]]:
    """Every number with the half of its last digit; a scale written once holds for all before it."""
    found = [(match[1], match[2]) for match in SCALED.finditer(text.replace("\u00a0", " "))]
    last, scaled = None, []
    for digits, scale in reversed(found):
        last = scale or last
        factor = {None: 1.0, **SCALES, **LETTERS}[last]
        value = float(re.sub("[,¥$€£]", "", digits).replace("−", "-"))
        places = len(digits.partition(".")[2])
        scaled.append((value * factor, 0.5 * 10.0**-places * factor))
    return scaled[::-1]
