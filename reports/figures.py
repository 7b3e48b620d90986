"""Figures in words: the only place where a number of the report becomes text.

What comes in: a `Figure` and a `Language`. What goes out: text with its unit, or without it for a table whose
caption names the unit, and no digit that the standard error does not support.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from assessment.figures import Figure
from reports.language import Language

LARGE = 1e5  # from here on tables count in thousands, Chinese ones in ten thousands
POWERS = {"zh-CN": 4, "en": 3}
FINEST = 3  # the power of ten to which such tables round at most
WORDS_BEFORE, WORDS_BEHIND = re.compile(r"^[^\d−]*"), re.compile(r"[^\d.,]*$")


@dataclass(frozen=True)
class As:
    """A figure to be printed in a certain manner.

    Manners: `loss`, a gain with its sign turned; `about`, a chance in words; `portion`, a part in
    words; `years`, a number of years; `stated`, as it was stated. In tables: `full`, with its unit; `span`,
    where it falls nine times in ten.
    """

    figure: Figure
    manner: str


@dataclass(frozen=True)
class Printer:
    """Prints figures in one language and one currency.

    Attributes:
        words: the language.
        currency: the case's.
        power: of ten that one unit of the tables' amounts is.
    """

    words: Language
    currency: str
    power: int = 0

    @classmethod
    def of(cls, words: Language, currency: str, amounts: Iterable[float | None]) -> Printer:
        """The printer whose tables suit some amounts."""
        largest = max((abs(amount) for amount in amounts if amount is not None), default=0.0)
        return cls(words, currency, POWERS[words.code] if largest >= LARGE else 0)

    def __call__(self, what: Figure | As) -> str:
        """The text of a figure.

        Raises:
            TypeError: for anything that is not a figure: a bare number is never printed.
        """
        figure, manner = (what.figure, what.manner) if isinstance(what, As) else (what, "")
        if not isinstance(figure, Figure):
            raise TypeError(f"only figures are printed, not {figure!r}")
        value, words = figure.value, self.words
        if manner == "stated":
            return self._stated(figure)
        if figure.kind == "months" or value is None or math.isinf(value):
            return words.months(value) if figure.kind == "months" else words.number(None)
        if figure.kind == "money":
            turned = -value if manner == "loss" else value
            return words.money(turned, self.currency, se=figure.se)
        if manner == "about":
            return words.about(value)
        if manner == "portion":
            return words.portion(value)
        if manner == "years":
            return words.count("report.years", value)
        if figure.kind in ("share", "rate"):
            return words.share(value, se=figure.se)
        return words.ratio(value) if figure.kind == "ratio" else words.number(value)

    def mark(self, value: float, *, bare: bool = False) -> str:
        """An amount that is a mark on a scale and no result; without its unit as in tables if wanted."""
        return self.words.number(value / 10**self.power) if bare else self.words.money(value, self.currency)

    def span(self, figure: Figure) -> str:
        """Where an amount falls nine times in ten, for a sentence."""
        return self.words.text("terms.span", low=self(figure.at("p5")), high=self(figure.at("p95")))

    # --- tables -------------------------------------------------------------------------------------------

    @property
    def unit(self) -> str:
        """The unit of the tables' amounts, as a caption names it."""
        currency = self.words.currency(self.currency)
        return self.words.text("report.unit.large" if self.power else "report.unit", currency=currency)

    def bare(self, what: Figure | As) -> str:
        """The text of a figure for a table: amounts without their unit, unless the manner is `full`."""
        figure, manner = (what.figure, what.manner) if isinstance(what, As) else (what, "")
        if (
            not isinstance(figure, Figure)
            or figure.kind != "money"
            or figure.value is None
            or manner == "full"
        ):
            return self(what)
        if manner == "span" and figure.is_certain:
            return self.words.text("report.certain")
        if manner == "span":
            low, high = self.bare(figure.at("p5")), self.bare(figure.at("p95"))
            return self.words.text("report.from_to", low=low, high=high)
        value = -figure.value if manner == "loss" else figure.value
        if not self.power:
            return self.words.money(value, self.currency, precise=True, se=figure.se)
        error = math.ceil(math.log10(figure.se)) if figure.se else 0
        places = self.power - max(FINEST, error)
        return self.words.number(round(value / 10**self.power, places), max(places, 0) if value else 0)

    def _stated(self, figure: Figure) -> str:
        """A number as it was stated: one, or low, likely and high, with the words around them only once.

        A value that an input takes is written as the input is; a computed one ends where its error begins.
        """
        name = next((key for key in figure.inputs if key.startswith("input.")), figure.key).partition(".")[2]
        numbers = figure.numbers
        if figure.se and math.isfinite(figure.se):
            numbers = tuple(round(number, -math.ceil(math.log10(figure.se))) for number in numbers)
        each = [self.words.value(number, figure.unit, self.currency, name) for number in numbers]
        before, behind = (
            {pattern.findall(text)[0] for text in each} for pattern in (WORDS_BEFORE, WORDS_BEHIND)
        )
        if len(behind) == 1:
            unit = behind.pop()
            each[:-1] = [text.removesuffix(unit) for text in each[:-1]]
        if len(before) == 1:
            words = before.pop()
            each[1:] = [text.removeprefix(words) for text in each[1:]]
        return " / ".join(each)
