"""A decision as a person reads it on a terminal.

What comes in: a `Decision` or a quick estimate, and the language. What goes out: tables on stdout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

from reports.labels import broken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessment.decision import Decision, OptionResult
    from reports.language import Language
    from roi.quick import QuickEstimate, Reading

WIDE = 120  # what all columns need; also the width where nobody can say how wide the screen is
COLUMNS = ("option", "npv", "span", "cash", "loss", "payback", "tco", "best")
ONLY_IF_WIDE = ("cash", "tco")
ASKED = 3  # unanswered inputs that are named
NARROW_HEADING = 6  # letters' heights


def screen() -> Console:
    """Standard output as a terminal, as wide as it is; wide where nobody can say."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)


def option_name(option: OptionResult, words: Language) -> str:
    """What people call an option: its own name, else that of its kind."""
    return words.own(option.name) or words.term(option.kind)


def show(decision: Decision, words: Language) -> None:
    """The verdict, its reasons, the options side by side, best first, and what would change it."""
    from reports import verdict
    from reports.sections import pains, people
    from reports.sections.desk import Desk

    console, desk = screen(), Desk(decision, words)
    show_text(console, words.own(decision.case.title))
    show_text(console, verdict.title(desk), style="bold")
    show_list(console, verdict.reasons(desk))
    if not decision.options:
        return
    console.print(_options(decision, words, console.width))
    show_text(console, words.text("cli.evaluate.how", years=decision.settings.years, draws=decision.draws))
    console.print()
    show_list(
        console, [line for line in (pains.first(desk), people.title(desk), people.gravest(desk)) if line]
    )
    show_text(console, words.text("verdict.heading.change"), style="bold")
    show_list(console, [*verdict.changes(desk), verdict.worth_learning(desk)])
    if decision.ask_next:
        inputs = desk.listed([desk.input(name) for name in decision.ask_next[:ASKED]])
        show_text(console, words.text("cli.evaluate.ask_next", inputs=inputs))


def show_text(console: Console, text: str, style: str = "", mark: str = "") -> None:
    """A text in lines that part no number from its unit; behind a mark it is set in."""
    lines = broken(text, (console.width - len(mark)) / 2)  # a Chinese letter takes two cells
    console.print(mark + ("\n" + " " * len(mark)).join(lines), markup=False, style=style)


def show_list(console: Console, sentences: Sequence[str]) -> None:
    """Sentences one below the other."""
    for sentence in sentences:
        show_text(console, sentence, mark="· ")
    console.print()


def _options(decision: Decision, words: Language, width: int) -> Table:
    """The options side by side; on a narrow screen without what can be spared."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    columns = [name for name in COLUMNS if width >= WIDE or name not in ONLY_IF_WIDE]
    for column in columns:
        first = column == "option"
        side: JustifyMethod = "left" if first else "right"
        heading = words.text(f"cli.column.{column}")
        if width < WIDE:
            heading = "\n".join(broken(heading, NARROW_HEADING))
        table.add_column(heading, justify=side, no_wrap=not first, overflow="fold")
    for option in sorted(decision.options, key=lambda option: -option.npv.mean):
        row = _row(option, decision.currency, words)
        table.add_row(*(row[column] for column in columns))
    return table


def _row(option: OptionResult, currency: str, words: Language) -> dict[str, str]:
    def money(value: float | None, se: float | None = None) -> str:
        return "–" if value is None else words.money(value, currency, se=se)

    today = option.kind == "status_quo"
    npv = option.npv
    return {
        "option": escape(option_name(option, words)),
        "npv": money(npv.mean, npv.se.mean),
        "span": "–" if today else f"{money(npv.p5, npv.se.p5)} … {money(npv.p95, npv.se.p95)}",
        "cash": money(option.npv_cash.mean, option.npv_cash.se.mean),
        "loss": "–" if today else words.share(1 - option.p_npv_positive),
        "payback": "–" if today else words.months(option.payback_months.median),
        "tco": money(option.tco.nominal.mean, option.tco.nominal.se.mean),
        "best": words.share(option.p_best, se=option.p_best_se),
    }


def show_quick(estimate: QuickEstimate, currency: str, words: Language) -> None:
    """The quick estimate twice: as vendors show it, and as it should be believed."""
    console = screen()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for reading in ("shown", "believed"):
        table.add_column(words.text(f"cli.quick.reading.{reading}"), justify="right")
    readings = (estimate.as_the_source_shows_it, estimate.to_believe)
    for row in ("sales_gained", "revenue_kept", "cost", "net"):
        table.add_row(
            words.text(f"cli.quick.row.{row}"), *(_money(one, row, currency, words) for one in readings)
        )
    ratios = ("–" if one.ratio is None else words.ratio(one.ratio) for one in readings)
    table.add_row(words.text("cli.quick.row.ratio"), *ratios)
    console.print(table)
    console.print(words.text("cli.quick.why"))


def _money(reading: Reading, row: str, currency: str, words: Language) -> str:
    return words.money(getattr(reading, row), currency)
