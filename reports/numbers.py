"""Numbers as readers expect them: money, shares, chances in words, units, spans of time, dates.

What comes in: plain numbers, in the case's currency, as shares of 1, in months. What goes out: text of one
language. How a number is cut is decided here; words are the catalogue's (`terms.po`), signs and separators
CLDR's. A number that is none (None, NaN, infinite) is printed as a dash.
"""

from __future__ import annotations

import datetime
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

NONE = "–"
MINUS = "−"
NO_BREAK = "\u00a0"

SIGNIFICANT = 3  # digits of an amount in prose
STATED_DIGITS = 4  # of a share that somebody stated
PRECISE_FROM = 100  # from here on a full figure needs no cents
COARSEST_SHARE = -1  # the power of ten to which a share is at most rounded: a tenth
RARELY, HARDLY = 0.05, 0.01
NEARER_TWENTIETH = 0.075  # than to a tenth
PORTIONS = {f"{tenth}": tenth / 10 for tenth in (1, 2, 3, 4, 6, 7, 8, 9)} | {
    "quarter": 1 / 4,
    "third": 1 / 3,
    "half": 1 / 2,
    "two_thirds": 2 / 3,
    "three_quarters": 3 / 4,
}
FACTORS = frozenset({"overrun"})  # unit 1, and yet no share
POINTS = frozenset({"churn_reduction"})  # a share taken off a share
COUNTS_PER_YEAR = {"changes_per_year": "change"}  # unit 1/year, and yet no share

_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Style:
    """How one language writes numbers.

    Attributes:
        locale: CLDR's name of it.
        scales: from which amount on, divided by which power of ten, an amount is written with which sign.
        symbols: currencies whose sign or name readers expect otherwise than CLDR has it.
    """

    locale: str
    scales: tuple[tuple[float, int, str], ...]
    symbols: dict[str, str]


STYLES = {
    "zh-CN": Style("zh_CN", ((1e8, 8, "亿"), (1e4, 4, "万")), {"CNY": "元"}),
    "en": Style("en_GB", ((1e9, 9, "bn"), (1e6, 6, "m"), (1e4, 3, "k")), {"CNY": "¥"}),
}


@cache
def cldr(name: str) -> Locale:
    """What CLDR says of a locale."""
    from babel import Locale

    return Locale.parse(name)


# --- how far a number is cut ------------------------------------------------------------------------------


def _decimal(value: float | None) -> Decimal | None:
    """A finite number exactly as it prints, or None."""
    return Decimal(str(float(value))) if value is not None and math.isfinite(value) else None


def _cut(value: Decimal, power: int) -> Decimal:
    """A number rounded, half away from zero, to a power of ten."""
    return value.quantize(Decimal(1).scaleb(power), context=_EXACT)


def _supported(power: int, se: float | None) -> int:
    """The power of ten of the last digit to print: not below the standard error."""
    error = _decimal(se)
    if not error:
        return power
    unit = error.adjusted()
    return max(power, unit if abs(error) == Decimal(1).scaleb(unit) else unit + 1)


def _share_power(value: Decimal) -> int:
    """Whole percent from 10 % to 99 %, and digits enough that no small share reads 0 % and no other 100 %."""
    size = abs(value)
    near = min(size, 1 - size) if Decimal("0.99") < size < 1 else size
    if not near or near >= Decimal("0.1"):
        return -2
    return -3 if near >= Decimal("0.01") else near.adjusted() - 1


def _places(value: Decimal) -> int:
    """Decimals that are not trailing zeros."""
    return max(0, -int(value.normalize(_EXACT).as_tuple().exponent))


def _places_of_input(share: float) -> int:
    """Decimals of the percentage that shows a stated share as it was stated, short of endless ones."""
    exact = Decimal(str(float(share)))
    return _places(_cut(exact, exact.adjusted() - STATED_DIGITS + 1).scaleb(2, _EXACT))


@cache
def _cents(currency: str) -> int:
    """Decimals that amounts of a currency have."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


class Numbers(ABC):
    """One language's numbers; its words come from `text` and `count`.

    Attributes:
        code: `zh-CN` or `en`.
    """

    code: str

    @abstractmethod
    def text(self, key: str, **values: object) -> str:
        """A message; see `reports.language.Language`."""

    @abstractmethod
    def count(self, key: str, n: float, **values: object) -> str:
        """A message with a number in it; see `reports.language.Language`."""

    @property
    def _style(self) -> Style:
        return STYLES[self.code]

    @property
    def _cldr(self) -> Locale:
        return cldr(self._style.locale)

    # --- plain numbers and money --------------------------------------------------------------------------

    def _digits(self, value: Decimal, places: int | None = None) -> str:
        """The digits of a number already cut, grouped, without its sign."""
        shown = f"{value.copy_abs():,.{_places(value) if places is None else places}f}"
        signs = self._cldr.number_symbols["latn"]  # Babel's own formatting fails beyond 28 digits
        return shown.translate({ord(","): signs["group"], ord("."): signs["decimal"]})

    @staticmethod
    def _sign(value: Decimal, signed: bool = False) -> str:
        return MINUS if value < 0 else "+" if signed and value > 0 else ""

    def number(self, value: float | None, digits: int | None = None) -> str:
        """A number with so many decimals, else whole where it has three digits, and few decimals below.

        >>> from reports.language import language
        >>> language("en").number(12345.6), language("en").number(0.5), language("en").number(2, 1)
        ('12,346', '0.5', '2.0')
        """
        exact = _decimal(value)
        if exact is None:
            return NONE
        power = min(0, exact.adjusted() - SIGNIFICANT + 1) if digits is None else -digits
        cut = _cut(exact, power)
        return self._sign(cut) + self._digits(cut, digits)

    def ratio(self, value: float | None) -> str:
        """A ratio such as benefits to costs: two decimals."""
        return self.number(value, 2)

    def money(
        self,
        value: float | None,
        currency: str,
        *,
        precise: bool = False,
        se: float | None = None,
        signed: bool = False,
    ) -> str:
        r"""An amount with its currency, three digits long; or all its digits, for tables that name the unit.

        No digit is printed whose unit is below the standard error `se`.

        >>> from reports.language import language
        >>> language("zh-CN").money(412_345, "CNY"), language("en").money(-412_345, "CNY")
        ('41.2\xa0万元', '−¥412k')
        >>> language("en").money(412_345, "CNY", precise=True), language("en").money(412_345, "CNY", se=3e3)
        ('412,345', '¥410k')
        """
        exact = _decimal(value)
        if exact is None:
            return NONE
        cents = _cents(currency)
        if precise:
            cut = _cut(exact, _supported(0 if abs(exact) >= PRECISE_FROM else -cents, se))
            return self._sign(cut, signed) + self._digits(cut, cents if _places(cut) else 0)
        cut = _cut(exact, _supported(max(exact.adjusted() - SIGNIFICANT + 1, -cents), se))
        return self._sign(cut, signed) + self._with_currency(*self._scaled(cut, cents), currency)

    def amount(self, value: float) -> str:
        """An amount of money as `money` has it, where nobody knows the currency."""
        exact = Decimal(str(float(value)))
        cut = _cut(exact, exact.adjusted() - SIGNIFICANT + 1)
        digits, scale = self._scaled(cut)
        space = NO_BREAK if scale and self.code == "zh-CN" else ""
        return self._sign(cut) + digits + space + scale

    def _scaled(self, cut: Decimal, cents: int = 0) -> tuple[str, str]:
        """The digits of an amount in units of its scale, and the scale's sign; cents are written in full."""
        power, scale = next(
            ((power, scale) for start, power, scale in self._style.scales if abs(cut) >= start), (0, "")
        )
        scaled = cut.scaleb(-power, _EXACT)
        return self._digits(scaled, cents if cents and not power and _places(scaled) else None), scale

    def _with_currency(self, digits: str, scale: str, currency: str) -> str:
        name = self.currency(currency)
        if self.code == "zh-CN":
            return digits + NO_BREAK + scale + (NO_BREAK if scale and name.isascii() else "") + name
        return name + (NO_BREAK if name.isalpha() else "") + digits + scale

    def currency(self, code: str) -> str:
        """What stands beside an amount: 元, 美元; ¥, US$, £.

        >>> from reports.language import language
        >>> [language("zh-CN").currency(code) for code in ("CNY", "USD", "EUR")]
        ['元', '美元', '欧元']
        """
        from babel.numbers import get_currency_name, get_currency_symbol

        find = get_currency_name if self.code == "zh-CN" else get_currency_symbol
        return self._style.symbols.get(code) or find(code, locale=self._cldr)

    # --- shares and chances -------------------------------------------------------------------------------

    def share(
        self,
        value: float | None,
        digits: int | None = None,
        se: float | None = None,
        *,
        signed: bool = False,
    ) -> str:
        """A share of 1 as a percentage; `digits` are decimals of the percentage.

        >>> from reports.language import language
        >>> [language("en").share(value) for value in (0.4137, 0.0537, 0.0004, 0.9993, 3.4437)]
        ['41%', '5.4%', '0.04%', '99.93%', '344%']
        """
        exact = _decimal(value)
        if exact is None:
            return NONE
        power = _share_power(exact) if digits is None else -2 - digits
        cut = _cut(exact, max(power, min(_supported(power, se), COARSEST_SHARE)))
        percent = self._digits(cut.scaleb(2, _EXACT), digits)
        return self._sign(cut, signed) + percent + str(self._cldr.number_symbols["latn"]["percentSign"])

    def points(self, value: float) -> str:
        """A difference of two shares in percentage points, without the word."""
        exact = Decimal(str(float(value))).scaleb(2, _EXACT)
        return self.number(float(exact), _places(_cut(exact, exact.adjusted() - STATED_DIGITS + 1)))

    def about(self, share: float) -> str:
        """A chance in words: 十次里约七次, about seven times in ten."""
        if share < HARDLY:
            return self.text("terms.about.hardly_ever")
        if share < RARELY:
            return self.text("terms.about.rarely")
        if share > 1 - HARDLY:
            return self.text("terms.about.nearly_always")
        if share > 1 - RARELY:
            return self.text("terms.about.mostly")
        if share < NEARER_TWENTIETH:
            return self.text("terms.about.one_in_twenty")
        if share > 1 - NEARER_TWENTIETH:
            return self.text("terms.about.nineteen_in_twenty")
        tenths = min(9, max(1, math.floor(10 * share + 0.5)))
        return self.count("terms.about.tenths", tenths, word=self.text(f"terms.numeral.{tenths}"))

    def portion(self, share: float) -> str:
        """A part of a whole in words: 约七成, 约三分之一, about a third."""
        if share < RARELY:
            return self.text("terms.portion.tiny")
        if share > 1 - RARELY:
            return self.text("terms.portion.nearly_all")
        return self.text(f"terms.portion.{min(PORTIONS, key=lambda word: abs(PORTIONS[word] - share))}")

    def span(self, low: float, high: float, format: Callable[[float], str]) -> str:  # noqa: A002
        """Between which values something lies nine times in ten."""
        return self.text("terms.span", low=format(low), high=format(high))

    # --- units --------------------------------------------------------------------------------------------

    def unit(self, unit: str, currency: str) -> str:
        """A unit in words; nothing for shares and factors.

        >>> from reports.language import language
        >>> language("zh-CN").unit("money/user/month", "CNY"), language("en").unit("money/user/month", "CNY")
        ('元/人·月', 'CNY per user and month')
        """
        counted, *parts = unit.split("/")
        if counted == "1":
            return self.text("terms.unit_join.yearly") if parts else ""
        if counted != "money":
            return self._per(self.count(f"terms.unit.{counted}", 2), parts)
        return self._per(self.currency(currency) if self.code == "zh-CN" else currency, parts)

    def _per(self, counted: str, parts: list[str]) -> str:
        if not parts:
            return counted
        each = self.text("terms.unit_join.and").join(self.text(f"terms.each.{part}") for part in parts)
        return self.text("terms.unit_join.per", unit=counted, each=each)

    def value(self, value: float | None, unit: str, currency: str, name: str = "") -> str:
        r"""A number of a unit, with it, in all its digits; `name` is the input's, where it is one.

        >>> from reports.language import language
        >>> language("zh-CN").value(0.8, "hour/user/day", "CNY"), language("en").value(0.65, "1", "CNY")
        ('0.8\xa0小时/人·天', '65%')
        """
        if value is None or _decimal(value) is None:
            return NONE
        plain = name.rpartition(".")[2]
        counted, *parts = unit.split("/")
        if plain in FACTORS:
            return self.text("terms.unit_join.times", number=self.number(value))
        if plain in COUNTS_PER_YEAR:
            counted, parts = COUNTS_PER_YEAR[plain], ["year"]
        if counted == "1":
            share = self.share(value, _places_of_input(value))
            if plain in POINTS:
                share = self.text("terms.unit_join.points", number=self.points(value))
            return self.text("terms.unit_join.share_yearly", share=share) if parts else share
        if counted == "money" and self.code == "en":
            number = self._with_currency(self.money(abs(value), currency, precise=True), "", currency)
            return self._sign(Decimal(str(value))) + self._per(number, parts)
        number = self.money(value, currency, precise=True) if counted == "money" else self.number(value)
        word = self.currency(currency) if counted == "money" else self.count(f"terms.unit.{counted}", value)
        return self._per(number + NO_BREAK + word, parts)

    # --- time ---------------------------------------------------------------------------------------------

    def months(self, value: float | None) -> str:
        r"""A time until something comes, in whole months; never, if it does not.

        >>> from reports.language import language
        >>> language("zh-CN").months(13.6), language("en").months(1), language("en").months(None)
        ('14\xa0个月', '1\xa0month', 'never')
        """
        exact = _decimal(value)
        if exact is None:
            return self.text("terms.word.never")
        whole = int(_cut(exact, 0))
        if exact > 0 and whole == 0:
            return self.text("terms.word.less_than_a_month")
        return self.count("terms.months", whole).replace(" ", NO_BREAK)

    def date(self, text: str) -> str:
        """A date, `2026-11-22`, `2026-11` or `2026`, as it is written out; any other text as it is.

        >>> from reports.language import language
        >>> language("zh-CN").date("2026-11-22"), language("en").date("2026-11-22")
        ('2026年11月22日', '22 November 2026')
        >>> language("zh-CN").date("2026-11"), language("en").date("2026")
        ('2026年11月', '2026')
        """
        from babel.dates import format_date, format_skeleton

        parts = text.split("-")
        try:
            day = datetime.date(*map(int, [*parts, "1", "1"][:3]))
        except ValueError:
            return text
        if len(parts) == 3:
            return format_date(day, "long", locale=self._cldr)
        return format_skeleton("yMMMM" if len(parts) == 2 else "y", day, locale=self._cldr)
