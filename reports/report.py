"""Writes the report: every language and format asked for, each file whole or not at all.

What comes in: a `Decision`, a folder, languages and formats. What goes out: the paths written. A format that
cannot be made prevents no other; what failed is raised at the end.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from assessment.decision import Decision
from assessment.yamlwriter import write_atomically
from reports.brand import Brand
from reports.content import PLAIN, Content, Length, content
from reports.html import html
from reports.language import Language, language
from reports.pdf import Attachment, MissingGlyphError, PdfUnavailableError, pdf
from roi.model import Model

ToWrite = tuple[str, Language, Callable[[], bytes]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportError(Exception):
    """Some files could not be made; its text says which and why, in the report's language.

    Attributes:
        written: paths of those that could.
        failed: by path, why not.
    """

    def __init__(self, written: Sequence[Path], failed: dict[Path, str]) -> None:
        super().__init__("\n".join(failed.values()))
        self.written, self.failed = list(written), failed


def write(
    decision: Decision,
    folder: str | os.PathLike[str],
    languages: Sequence[str],
    formats: Sequence[str],
    progress: Callable[[str], None] = lambda message: None,
    brand: Brand = PLAIN,
    model: Model | None = None,
    length: Length = "fitting",
) -> list[Path]:
    """Writes `<case id>.<language>.<format>`, and the data once as `<case id>.json`.

    Args:
        decision: what the report is about.
        folder: made if it is not there.
        languages: `zh-CN`, `en`.
        formats: `pdf`, `html`, `json`, `xlsx`.
        progress: is told of each file written.
        brand: of who prepared it.
        model: the money model behind the decision; only the workbook needs it.
        length: as long as the outcome needs, with every section, or on one page (`….one-page.<format>`).

    Raises:
        ReportError: after everything else was written, where something was not.
        OSError: if the folder cannot be made or written to.
    """
    wanted = list(dict.fromkeys(languages)), list(dict.fromkeys(formats))
    return write_files(_files(decision, *wanted, brand, model, length), folder, progress)


def write_files(
    files: Iterable[ToWrite], folder: str | os.PathLike[str], progress: Callable[[str], None]
) -> list[Path]:
    """Writes each file whole or not at all; one that cannot be made prevents no other.

    Args:
        files: names, the language of what is said about them, and how their bytes are made.
        folder: made if it is not there.
        progress: is told of each file written.

    Raises:
        ReportError: after everything else was written, where something was not.
        OSError: if the folder cannot be made or written to.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    written: list[Path] = []
    failed: dict[Path, str] = {}
    for name, words, make in files:
        path = target / name
        try:
            write_atomically(path, make())
        except (OSError, MissingGlyphError, PdfUnavailableError) as error:
            failed[path] = _why(error, path, words)
            continue
        written.append(path)
        progress(words.text("report.progress", file=path))
    if failed:
        raise ReportError(written, failed)
    return written


def _files(
    decision: Decision,
    languages: Sequence[str],
    formats: Sequence[str],
    brand: Brand,
    model: Model | None,
    length: Length,
) -> Iterator[ToWrite]:
    """The files of a report."""
    for code in languages:
        words = language(code)
        said = cache(partial(content, decision, words, brand, length))
        book = cache(partial(_workbook, decision, words, model))
        for kind in sorted(formats, key="pdf".__eq__):  # last: it gives back what drew the pictures of both
            if kind != "json":
                short = ".one-page" if length == "page" and kind != "xlsx" else ""
                yield f"{decision.case.id}.{code}{short}.{kind}", words, partial(_bytes, kind, said, book)
    if "json" in formats:
        words = language(languages[0] if languages else decision.case.language)
        yield f"{decision.case.id}.json", words, partial(_json, decision)


def _bytes(kind: str, said: Callable[[], Content], book: Callable[[], bytes | None]) -> bytes:
    if kind == "html":
        return html(said())
    found = book()
    if kind == "pdf":
        return _pdf(said(), found)
    if found is None:
        raise ValueError("a workbook is made of the money model")
    return found


def _pdf(said: Content, book: bytes | None) -> bytes:
    """The PDF with the data inside, and the workbook where there is one."""
    decision, words = said.pages.desk.decision, said.pages.desk.words
    inside = [Attachment(f"{decision.case.id}.json", _json(decision), "application/json", "Data")]
    if book is not None:
        inside.append(Attachment(f"{decision.case.id}.{words.code}.xlsx", book, XLSX, "Source"))
    return pdf(said, inside)


def _json(decision: Decision) -> bytes:
    return (decision.to_json() + "\n").encode()


def _workbook(decision: Decision, words: Language, model: Model | None) -> bytes | None:
    from reports.workbook import workbook

    return None if model is None else workbook(decision, model, words)


def _why(error: Exception, path: Path, words: Language) -> str:
    if isinstance(error, MissingGlyphError):
        chars = words.text("terms.word.comma").join(f"{char} U+{ord(char):04X}" for char in error.chars)
        return words.text("report.error.glyph", chars=chars, where=error.where)
    if isinstance(error, PdfUnavailableError):
        return words.text("report.error.pdf")
    return words.text("report.error.file", file=path, reason=error)
