"""Sections become HTML, the same for paper and screen.

What comes in: `Section`s and a `Desk`. What goes out: HTML fragments in which every value is escaped, every
number was a figure, and every citation leads to the appendix.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import unescape
from itertools import pairwise
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assessment.figures import STATISTICS, Figure, Numbering
from reports import charts
from reports.figures import As
from reports.sections.desk import Cell, Desk, Picture, Section
from templates import ROOT

FONTS = (
    "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Hiragino Sans GB', 'Noto Sans CJK SC', "
    "'Source Han Sans SC', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
)
PAPER, SCREEN = "paper.css", "screen.css"
PICTURE = re.compile("<!--picture (\\d+)-->")


@dataclass(frozen=True)
class Rendered:
    """A section as HTML."""

    id: str
    title: str
    html: Markup


@dataclass
class Pages:
    """Renders sections in one language; figures are numbered in the order in which they are first cited."""

    desk: Desk
    numbering: Numbering = field(default_factory=Numbering)
    _pictures: list[Picture] = field(default_factory=list)
    _drawn: dict[tuple[int, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(ROOT / "report"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_no_bare_number,
        )
        self._environment.filters |= {
            "cell": self._cell,
            "cite": self._cite,
            "numbers": self._numbers,
            "numbered": self._numbered,
        }
        self._environment.globals |= {
            "t": self._text,
            "chart": self._chart,
            "fonts": FONTS,
            "script": script,
            "digest": digest,
        }

    def section(self, section: Section) -> Rendered:
        """One section."""
        return Rendered(
            section.id,
            section.title,
            self.page(f"sections/{section.template}", section=section, **section.data),
        )

    def page(self, template: str, **data: Any) -> Markup:
        """Any template with its data."""
        return Markup(self._environment.get_template(template).render(lang=self.desk.words.code, **data))  # noqa: S704

    # --- what templates may call --------------------------------------------------------------------------

    def _text(self, key: str) -> str:
        return self.desk.words.text(self.desk.key(key))

    def _cell(self, value: Figure | As | Cell | str) -> str:
        """A table's cell: words as they are, figures without the unit that the caption names."""
        if isinstance(value, Cell):
            small = Markup("<small>{}</small>")
            notes = Markup("").join(small.format(_no_bare_number(note)) for note in value.notes)
            return Markup("{}{}").format(_no_bare_number(value.text), notes)
        return value if isinstance(value, str) else self.desk.printer.bare(value)

    def _cite(self, figures: Sequence[Figure]) -> Markup:
        """Where figures are explained."""
        if not figures:
            return Markup("")
        link = Markup('<a class="cite" href="#f{}">[{}]</a>')
        return link.format(self._numbered(figures[0]), self._numbers(figures))

    def _numbered(self, figure: Figure) -> str:
        """A figure's number alone."""
        return str(self.numbering(base(figure)))

    def _numbers(self, figures: Sequence[Figure]) -> str:
        """F3, or F3–F7: numbers in a row are drawn together."""
        runs: list[list[int]] = []
        for number in sorted({self.numbering(base(figure)) for figure in figures}):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ", ".join(f"F{run[0]}" if len(run) == 1 else f"F{run[0]}–F{run[-1]}" for run in runs)

    def _chart(self, picture: Picture) -> Markup:
        """Where a picture goes: it is drawn when it is known for which width."""
        self._pictures.append(picture)
        return Markup("<!--picture {}-->").format(str(len(self._pictures) - 1))

    def drawn(self, html: Markup, style: str) -> Markup:
        """HTML with its pictures: for paper as wide as a page, for the screen as wide as a phone too.

        On the screen their marks say what they mean.

        Args:
            html: of these pages; no text of a user's can hold the mark of a picture.
            style: `paper.css` or `screen.css`.
        """
        names = ("wide",) if style == PAPER else ("wide", "narrow")

        def draw(mark: re.Match[str]) -> str:
            place = int(mark[1])
            parts = "".join(f'<div class="{name}">{self._svg(place, name)}</div>' for name in names)
            return charts.silent(parts) if style == PAPER else parts.translate(_TURNS)

        return Markup(PICTURE.sub(draw, html))  # noqa: S704 - serialised by us from a parsed tree

    def _svg(self, place: int, name: str) -> str:
        """A picture as wide as a page or a phone, drawn once."""
        if (place, name) not in self._drawn:
            picture, width = self._pictures[place], charts.WIDE if name == "wide" else charts.NARROW
            with charts.unvalidated():
                drawn = [
                    charts.svg(chart, picture.title, self.desk.words.code, FONTS)
                    for chart in picture.draw(width)
                ]
            self._drawn[place, name] = "".join(drawn)
        return self._drawn[place, name]


@cache
def script() -> Markup:
    """The module that makes the charts answer."""
    return Markup((ROOT / "report" / "charts.js").read_text(encoding="utf-8"))  # noqa: S704 - our own file


def digest() -> str:
    """Its hash, as a content security policy has it."""
    return f"sha256-{b64encode(sha256(script().encode()).digest()).decode()}"


def base(figure: Figure) -> Figure:
    """The figure that a statistic belongs to: it is numbered once."""
    key, _, statistic = figure.key.rpartition(".")
    if statistic not in STATISTICS:
        return figure
    return Figure(
        key, figure.kind, figure.value, figure.formula, figure.inputs, figure.unit, grade=figure.grade
    )


_LOSS = re.compile("(−[^\\d\\s]+\\d\\S*)")  # −¥8,000: browsers would break it behind the sign
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # would turn round what follows them
_ENDLESS = re.compile("[^\\s\u2e80-\uffff]{80}")  # Chinese breaks anywhere


def _no_bare_number(value: object) -> object:
    """Refuses what is no text: numbers reach a page only through a filter that wants a figure."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        parts = _LOSS.split(value.translate(_TURNS))
        kept = Markup('<span class="whole">{}</span>')
        return Markup("").join(
            kept.format(part) if place % 2 else _breakable(part) for place, part in enumerate(parts)
        )
    raise TypeError(f"a template prints text and, through a filter, figures; not {value!r}")


def _breakable(text: str) -> Markup:
    """Words that hardly end may break: WeasyPrint would measure all of them anew for every line."""
    ends = [match.end() for match in _ENDLESS.finditer(text)]
    return Markup("<wbr>").join(text[start:end] for start, end in pairwise([0, *ends, len(text)]))


_TAGS = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL)


def plain(html: str) -> str:
    """The text of some HTML, for a check of its letters."""
    return unescape(_TAGS.sub(" ", html))
