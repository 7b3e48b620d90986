"""What the notebooks share: sentences, tables and pictures, in the language they are read in.

What comes in: a `Desk`; rows of text, or tables and pictures of the report's sections. What goes out: what
Jupyter displays. Only notebooks import this: IPython comes with their extra.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from IPython import display

from reports import charts, verdict
from reports.sections.desk import Cell, Desk, Picture, Table

FONTS = f"{charts.FONT}, sans-serif"
HTML: Any = display.HTML  # untyped in IPython
SVG: Any = display.SVG
Markdown: Any = display.Markdown


@dataclass(frozen=True)
class Notebook:
    """A decision as a notebook shows it."""

    desk: Desk

    def say(self, key: str, **values: object) -> str:
        """A sentence of the catalogue `notebook`."""
        return self.desk.words.text(f"notebook.{key}", **values)

    def money(self, amount: float, **manner: Any) -> str:
        """An amount in the case's currency."""
        return self.desk.words.money(amount, self.desk.decision.currency, **manner)

    def picture(self, chart: Any, title: str) -> Any:
        """A chart; the title is for those who do not see it."""
        return SVG(charts.svg(chart, title, self.desk.words.code, FONTS))

    def table(self, rows: Sequence[Mapping[str, str]], *numbers: str, caption: str = "") -> Any:
        """Rows as a table: words to the left, the columns named to the right."""
        if not rows:
            return Markdown(self.say("nothing"))
        frame = pd.DataFrame(rows)
        styles: list[Any] = [{"selector": "caption", "props": "text-align: left"}]
        for place, head in enumerate(frame):
            side, breaks = ("right", "nowrap") if head in numbers else ("left", "pre-line; min-width: 6em")
            styles.append({"selector": f".col{place}", "props": f"text-align: {side}"})
            styles.append({"selector": f"td.col{place}", "props": f"white-space: {breaks}"})
        style = frame.style.format(escape="html").hide(axis="index").set_table_styles(styles)
        return HTML((style.set_caption(caption) if caption else style).to_html())

    def framed(self, frame: pd.DataFrame, corner: str, words: Collection[str] = ()) -> Any:
        """A data frame of printed text, its index first under the heading of the corner.

        Args:
            frame: numbers as text, and words.
            corner: heading of the index.
            words: columns that hold words.
        """
        printed = frame.rename_axis(index=corner, columns=None).reset_index()
        rows: Any = printed.astype(str).to_dict("records")
        return self.table(rows, *(str(head) for head in frame.columns if head not in words))

    # --- of the report ------------------------------------------------------------------------------------

    def verdicts(self, **desks: Desk) -> Any:
        """The verdict in sentences, a column for each decision, headed by the message of that name."""
        rows: dict[str, Callable[[Desk], list[str]]] = {
            self.say("heading.verdict"): lambda desk: [verdict.title(desk)],
            self.say("heading.rule"): lambda desk: [verdict.lead(desk)],
            self.desk.words.text("verdict.heading.why"): verdict.reasons,
            self.desk.words.text("verdict.heading.change"): verdict.changes,
        }
        return self.table(
            [
                {"": head}
                | {self.say(f"column.{name}"): "\n".join(told(desk)) for name, desk in desks.items()}
                for head, told in rows.items()
            ]
        )

    def reported(self, table: Table | None) -> Any:
        """A table of the report, small words on lines of their own."""
        if table is None:
            return self.table([])
        heads = [head.label for head in table.heads]
        rows = [
            dict(zip(heads, [_lines(row.label, row.note), *map(self._cell, row.cells)], strict=True))
            for row in table.rows
        ]
        numbers = [head.label for head in table.heads[1:] if not head.is_text]
        return self.table(rows, *numbers, caption=table.caption)

    def _cell(self, cell: Any) -> str:
        """A cell as on paper: amounts without the unit that the caption names."""
        if isinstance(cell, Cell):
            return _lines(cell.text, *cell.notes)
        return cell if isinstance(cell, str) else self.desk.printer.bare(cell)

    def drawn(self, picture: Picture | None) -> Iterator[Any]:
        """A picture of the report, and how to read it."""
        if picture is None:
            yield self.table([])
            return
        for chart in picture.draw(charts.WIDE):
            yield self.picture(chart, picture.title)
        yield Markdown(picture.caption)


def listed(sentences: Sequence[str]) -> Any:
    """Sentences one below the other."""
    return Markdown("\n".join(f"- {sentence}" for sentence in sentences))


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))
