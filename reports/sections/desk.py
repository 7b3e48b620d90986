"""What every section works with, and what it hands over.

What comes in: a `Decision` and a `Language`. What goes out: `Section`s: a title that is a conclusion, the
name of a template, and its data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assessment.decision import Decision, OptionResult
from assessment.figures import Figure, Figures
from reports.figures import As, Printer
from reports.labels import ticks
from reports.language import Language
from reports.standing import Standing

if TYPE_CHECKING:
    from reports import charts

COMMAND = "crm-roi report case.yaml"
FULL = "crm-roi report --length full"
DOMAINS = tuple(  # each a catalogue; the rest is in `report`
    "verdict risk contract course selection explain compare pains plan people shape charts".split()
)
LONG = 14  # rows, or as much with their notes, that still move to the next page together
NOTED = 30  # letters of a note that are about as high as a row
ASIDE, PAUSE = re.compile(r"\s*(?:（[^（）]*）|\([^()]*\))"), re.compile("[，、；,;：:]")
LATIN_BESIDE_HAN = re.compile(r"(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])")
UNBROKEN = re.compile(r"(?<=\d) (?=[^\W\d_])")  # a number and the unit after it


class Name(str):
    """Words that stand for a thing: an option, a benefit line, a date. Not for numbers: those are figures."""

    __slots__ = ()


@dataclass(frozen=True)
class Picture:
    """A chart: drawn once for paper, once for a phone.

    Attributes:
        title: what it shows, for those who do not see it.
        draw: one or several charts of a width.
        caption: how to read it.
        figures: to cite below it.
    """

    title: str
    draw: Callable[[float], Sequence[Any]]
    caption: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Said:
    """A sentence, with the figures to cite behind it."""

    text: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Head:
    """The head of a column, with the figures to cite there."""

    label: str
    figures: tuple[Figure, ...] = ()
    is_text: bool = False


@dataclass(frozen=True)
class Cell:
    """Words in a table with small words below them."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of a table; cells are figures, or words.

    Attributes:
        label: what it is about.
        cells: one per head after the first.
        role: `group` for a heading over rows, `sum`, `chosen`, or nothing.
        anchor: an id to link to.
        note: small words below the label.
    """

    label: str
    cells: tuple[Figure | As | Cell | str, ...] = ()
    role: str = ""
    anchor: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table; `style` names the widths of its columns."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    style: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it may be broken between pages."""
        return sum(1 + len(row.note) // NOTED for row in self.rows) > LONG


@dataclass(frozen=True)
class Section:
    """One section of the report.

    Attributes:
        id: for links.
        title: a conclusion, not a topic.
        template: in `templates/report/sections/`.
        data: what the template prints.
    """

    id: str
    title: str
    template: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """A decision in one language."""

    decision: Decision
    words: Language

    @cached_property
    def figures(self) -> Figures:
        """Every figure by key."""
        return Figures(self.decision)

    @cached_property
    def printer(self) -> Printer:
        """Prints them."""
        amounts = [end for option in self.decision.options for end in (option.npv.p5, option.npv.p95)]
        return Printer.of(self.words, self.decision.currency, amounts)

    @cached_property
    def standing(self) -> Standing:
        """Which option is recommended, and against which."""
        return Standing.of(self.decision)

    @staticmethod
    def key(key: str) -> str:
        """The whole key of a message: that of its own catalogue, or of the report's."""
        return key if key.split(".")[0] in DOMAINS else f"report.{key}"

    def say(self, key: str, **values: Figure | As | Name) -> str:
        """A sentence of the catalogue; its numbers are figures.

        Raises:
            TypeError: for a value that is a bare number or a bare text.
        """
        return self._set(self.words.text(self.key(key), **self._printed(values)))

    def fill(self, text: Mapping[str, str], **values: Figure | As | Name) -> str:
        """A text of the question banks with its values, as `say` has them."""
        return self._set(self.words.own(text).format_map(self._printed(values)))

    def _printed(self, values: Mapping[str, Figure | As | Name]) -> dict[str, str]:
        for name, value in values.items():
            if not isinstance(value, Figure | As | Name):
                raise TypeError(f"{name} is no figure and no name: {value!r}")
        return {
            name: value if isinstance(value, Name) else self.printer(value) for name, value in values.items()
        }

    def _set(self, text: str) -> str:
        """A sentence with its spaces: none that parts a number from its unit, one beside Latin."""
        if self.words.code == "zh-CN":
            text = LATIN_BESIDE_HAN.sub(" ", text).replace("” ", "”")
        return UNBROKEN.sub("\u00a0", text)

    def count(self, key: str, figure: Figure, **values: Figure | As | Name) -> str:
        """A sentence in the plural form of a figure, which is its `{n}`."""
        return self._set(self.words.count(self.key(key), figure.value or 0, **self._printed(values)))

    def years(self) -> As:
        """The horizon, as `3 years`."""
        return As(self.figures["settings.years"], "years")

    @staticmethod
    def quantile(figure: Figure, name: str) -> Figure:
        """A quantile of a figure; where its error is not known, it is taken to be that of the mean."""
        found = figure.at(name)
        return found if found.se is not None else replace(found, se=figure.se)

    def span(self, figure: Figure) -> Name:
        """Where a figure falls nine times in ten, for use in a sentence."""
        return Name(self.printer.span(figure))

    def spread(self, figure: Figure) -> Name:
        """A figure on average and nine times in ten, or that it is certain."""
        if figure.is_certain:
            return Name(self.say("charts.certain", mean=figure))
        return Name(self.say("charts.mean", mean=figure, span=self.span(figure)))

    def told(self, owner: str, key: str, **values: Figure | As | Name) -> str:
        """What a mark of a chart means: what it belongs to, and on a line of its own the sentence."""
        return f"{' '.join(owner.split())}\n{self.say(key, **values)}"

    @property
    def unit(self) -> Name:
        """The unit of the tables' amounts."""
        return Name(self.printer.unit)

    @property
    def convention(self) -> str:
        """How every NPV is counted: what stands below each table of them."""
        return self.say("risk.convention", rate=self.figures["settings.discount_rate"])

    @property
    def none(self) -> str:
        """Stands where there is no number."""
        return self.words.number(None)

    # --- names --------------------------------------------------------------------------------------------

    def name(self, option: OptionResult) -> Name:
        """What people call an option: its own name, else that of its kind."""
        return Name(self.words.own(option.name) or self.words.term(f"kind.{option.kind}"))

    def short(self, option: OptionResult) -> Name:
        """Its name without asides, where that still tells it from the others."""
        names = [ASIDE.sub("", self.name(one)).strip() for one in self.decision.options]
        short = ASIDE.sub("", self.name(option)).strip()
        return Name(short) if short and names.count(short) == 1 else self.name(option)

    def called(self, option: OptionResult) -> Name:
        """Its name within a sentence: short if that is enough, set apart if it has pauses of its own."""
        name = self.short(option)
        return (
            Name(self.words.text("report.quoted", name=name)) if PAUSE.search(ASIDE.sub("", name)) else name
        )

    @property
    def pair(self) -> tuple[Name, Name] | None:
        """What people call the purchase in question and the best way without one, where there are both."""
        verdict = self.decision.verdict
        if not (verdict.purchase and verdict.without):
            return None
        purchase, without = map(self.decision.option, (verdict.purchase, verdict.without))
        return self.called(purchase), self.called(without)

    def line(self, identifier: str, *, inline: bool = False) -> Name:
        """What people call a benefit line."""
        line = next(line for line in self.decision.lines if line.id == identifier)
        return Name(self.words.own(line.label) or self.words.term(f"line.{line.id}", inline=inline))

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels that the case gives inputs, by their names."""
        return {item.name: self.words.own(item.label) for item in self.decision.assumptions if item.label}

    def input(self, name: str) -> Name:
        """What people call an input, with the option it belongs to."""
        options = {option.id: self.short(option) for option in self.decision.options}
        return Name(self.words.input_name(name, options, self.labels))

    def input_alone(self, name: str) -> Name:
        """The name of an input without the option it belongs to."""
        price = name.removesuffix(".uplift")
        if name in self.labels:
            return Name(self.labels[name])
        if price != name and price in self.labels:
            return Name(self.words.text("terms.word.uplift", name=self.labels[price]))
        return Name(self.words.input_name(name.rpartition(".")[2], {}, {}))

    def listed(self, names: Sequence[str]) -> Name:
        """Names in a row."""
        return Name(self.words.text("terms.word.comma").join(names))

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other."""
        return ("" if self.words.code == "zh-CN" else " ").join(sentences)

    # --- scales -------------------------------------------------------------------------------------------

    def axis(self, low: float, high: float, about: int = 5, *, bare: bool = False) -> charts.Axis:
        """A money axis that has room for its ends."""
        from reports import charts  # here: the terminal has a desk too, and draws nothing

        room = 0.03 * (high - low) or 1.0
        low, high = (low - room if low < 0 else low), high + room
        marks = ticks(low, high, about)
        return charts.Axis(low, high, marks, tuple(self.printer.mark(mark, bare=bare) for mark in marks))
