"""What the report says, section by section; the same for PDF and page.

What comes in: a `Decision` and a `Language`. What goes out: its `Content`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from assessment.decision import Decision
from reports.brand import Brand
from reports.language import Language
from reports.pages import Pages, Rendered
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
from reports.sections.tracing import register, sources

BODY: tuple[Callable[[Desk], Section | None], ...] = (
    decide,
    pains,
    people,
    options,
    plan,
    benefits,
    course,
    costs,
    risk,
    robustness,
    selection,
    contract,
    answers,
    data,
)
APPENDICES: tuple[Callable[[Desk], Section | None], ...] = (
    definitions,
    thresholds,
    formula_list,
    register,
    reproduction,
)
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
    """

    pages: Pages
    title: str
    author: str
    date: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Rendered, ...]
    brand: Brand

    @property
    def footer(self) -> str:
        """What stands at the foot of every page."""
        return self.pages.desk.words.own(self.brand.foot)

    def document(self, style: str) -> str:
        """The whole as one HTML document with one of the style sheets of `templates/report/`."""
        html = self.pages.page(
            "document.html",
            style=style,
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


def content(decision: Decision, words: Language, brand: Brand = PLAIN) -> Content:
    """The report on a decision."""
    desk = Desk(decision, words)
    pages = Pages(desk)
    if decision.options:
        body = [pages.section(made) for make in BODY if (made := make(desk)) is not None]
        appendices = [pages.section(made) for make in APPENDICES if (made := make(desk)) is not None]
        sections = [*body, pages.section(sources(desk, pages.numbering)), *appendices]
    else:
        sections = [pages.section(missing(desk))]
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
        words.own(decision.case.prepared.get("date", "")) or _built(),
        tuple((label, text) for label, text in about if text),
        tuple(sections),
        brand,
    )


def _built() -> str:
    """The day that the environment gives to whatever is made, or nothing."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat() if seconds.isdecimal() else ""
