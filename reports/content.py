"""What the report says, section by section; the same for PDF and page.

What comes in: a `Decision` and a `Language`. What goes out: its `Content`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from assessment.decision import CaseRecord, Decision
from assessment.figures import Numbering
from assessment.verdict import Outcome
from reports.brand import Brand
from reports.language import Language
from reports.pages import Pages, Rendered
from reports.sections import short, tracing
from reports.sections.answers import answers
from reports.sections.contract import contract
from reports.sections.course import course
from reports.sections.decide import decide
from reports.sections.desk import Desk, Section
from reports.sections.evidence import data, definitions, formula_list, reproduction
from reports.sections.missing import missing
from reports.sections.money import benefits, costs, options
from reports.sections.pains import pains
from reports.sections.people import people, thresholds
from reports.sections.plan import plan
from reports.sections.risk import risk
from reports.sections.robustness import robustness
from reports.sections.selection import selection

Make = Callable[[Desk], Section | None]
Length = Literal["fitting", "full", "page"]


@dataclass(frozen=True)
class Shape:
    """Which sections a report has.

    Attributes:
        style: of the header and the pages: `long`, `short`, `page`, `brief`.
        body: what it says; where the figures cited come from follows it.
        appendices: what stands behind that.
        sources: how it tells where they come from.
    """

    style: str
    body: tuple[Make, ...]
    appendices: tuple[Make, ...] = ()
    sources: Callable[[Desk, Numbering], Section] = tracing.sources


EVERYTHING = Shape(
    "long",
    (
        *(decide, pains, people, options, plan, benefits, course, costs, risk, robustness),
        *(selection, contract, answers, data),
    ),
    (definitions, thresholds, formula_list, tracing.register, reproduction),
)
MEASURING = Shape(
    "long",
    (decide, pains, options, risk, robustness, data),
    (definitions, tracing.register, reproduction),
)
NOT_BUYING = Shape("short", (decide, short.why, short.instead, short.evidence), (), short.sources)
FIXING = Shape("short", (decide, short.gaps, short.instead, short.evidence), (), short.sources)
ONE_PAGE = Shape("page", (short.one_page,))
NOTHING = Shape("brief", (missing,))

SHAPES: dict[Outcome, Shape] = {
    "too_little_to_say": NOTHING,
    "fix_first": FIXING,
    "measure_first": MEASURING,
    "pilot": EVERYTHING,
    "stay": NOT_BUYING,
    "do_not_invest": NOT_BUYING,
    "stage": EVERYTHING,
    "invest": EVERYTHING,
}
PLAIN = Brand()


@dataclass(frozen=True)
class Content:
    """The report in one language.

    Attributes:
        title: of the case.
        author: who prepared it.
        date: of the case, as it states it; else of the build, where SOURCE_DATE_EPOCH says so.
        about: what the cover says of the report, label and text.
        sections: in order.
        brand: of who prepared it.
        shape: the style of its `Shape`.
    """

    pages: Pages
    title: str
    author: str
    date: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Rendered, ...]
    brand: Brand
    shape: str = "brief"

    @property
    def footer(self) -> str:
        """What stands at the foot of every page."""
        return self.pages.desk.words.own(self.brand.foot)

    def document(self, style: str) -> str:
        """The whole as one HTML document with one of the style sheets of `templates/report/`."""
        html = self.pages.page(
            "document.html",
            style=style,
            shape=self.shape,
            title=self.title,
            author=self.author,
            date=self.date,
            about=self.about,
            sections=self.sections,
            version=self.pages.desk.decision.version,
            brand=self.brand,
            footer=self.footer,
        )
        return str(self.pages.drawn(html, style))


def content(decision: Decision, words: Language, brand: Brand = PLAIN, length: Length = "fitting") -> Content:
    """The report on a decision: as long as its outcome needs, with every section, or on one page."""
    desk = Desk(decision, words)
    pages, shape = Pages(desk), _shape(decision, length)
    body, appendices = (
        [pages.section(made) for make in makes if (made := make(desk)) is not None]
        for makes in (shape.body, shape.appendices)
    )
    cited = [pages.section(shape.sources(desk, pages.numbering))] if list(pages.numbering) else []
    prepared = {name: words.own(text) for name, text in decision.case.prepared.items()}
    prepared["by"] = words.own(brand.name) or prepared.get("by", "")
    prepared["date"] = words.date(prepared.get("date", ""))
    about = [
        (words.text(f"report.cover.{name}"), prepared.get(name, ""))
        for name in ("for", "by", "paid_by", "date")
    ]
    about.append((words.text("report.cover.version"), decision.version))
    return Content(
        pages,
        words.own(decision.case.title) or decision.case.id,
        prepared["by"],
        dated(decision.case, words),
        tuple((label, text) for label, text in about if text),
        (*body, *cited, *appendices),
        brand,
        shape.style,
    )


def _shape(decision: Decision, length: Length) -> Shape:
    """The sections of a length; where nothing can be said yet, there is but one."""
    found = SHAPES[decision.verdict.outcome]
    lengths = {"fitting": found, "full": EVERYTHING, "page": ONE_PAGE}
    return lengths[length] if decision.options else NOTHING


def dated(case: CaseRecord, words: Language) -> str:
    """The day that a case states, else that which the environment gives to what is made, else nothing."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    built = datetime.fromtimestamp(int(seconds), UTC).date().isoformat() if seconds.isdecimal() else ""
    return words.own(case.prepared.get("date", "")) or built
