"""A decision as a person reads it on a terminal.

What comes in: a `Decision` or a quick estimate, and the language. What goes out: tables on stdout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from assessment.decision import Decision, OptionResult
    from reports.language import Language
    from roi.quick import QuickEstimate, Reading

WIDE = 120  # what all columns need; also the width where nobody can say how wide the screen is
COLUMNS = ("option", "npv", "span", "cash", "loss", "payback", "tco", "best")
ONLY_IF_WIDE = ("cash", "tco")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)


def option_name(option: OptionResult, words: Language) -> str:
    """What people call an option: its own name, else that of its kind."""
    return words.own(option.name) or words.term(option.kind)


def show(decision: Decision, words: Language) -> None:
    """The options side by side, best first, and what stands out."""
    console = _console()
    console.print(words.own(decision.case.title), markup=False, style="bold")
    if not decision.options:
        missing = [words.term(reason["missing"]) for reason in (decision.verdict or {}).get("reasons", [])]
        console.print(words.text("cli.evaluate.too_little", names=words.text("cli.comma").join(missing)))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    columns = [name for name in COLUMNS if console.width >= WIDE or name not in ONLY_IF_WIDE]
    for column in columns:
        first = column == "option"
        side: JustifyMethod = "left" if first else "right"
        table.add_column(words.text(f"cli.column.{column}"), justify=side, no_wrap=not first)
    for option in sorted(decision.options, key=lambda option: -option.npv.mean):
        row = _row(option, decision.currency, words)
        table.add_row(*(row[column] for column in columns))
    console.print(table)
    console.print(words.text("cli.evaluate.how", years=decision.settings.years, draws=decision.draws))


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
    console = _console()
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
