"""Writes the report: every language and format asked for, each file whole or not at all.

What comes in: a `Decision`, a folder, languages and formats. What goes out: the paths written. A format that
cannot be made prevents no other; what failed is raised at the end.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from assessment.decision import Decision
from assessment.yamlwriter import write_atomically
from reports.content import Content, content
from reports.html import html
from reports.language import Language, language
from reports.pdf import MissingGlyphError, PdfUnavailableError, pdf


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
) -> list[Path]:
    """Writes `<case id>.<language>.<format>`, and the data once as `<case id>.json`.

    Args:
        decision: what the report is about.
        folder: made if it is not there.
        languages: `zh-CN`, `en`.
        formats: `pdf`, `html`, `json`.
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
    for name, words, make in _files(decision, list(dict.fromkeys(languages)), list(dict.fromkeys(formats))):
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
    decision: Decision, languages: Sequence[str], formats: Sequence[str]
) -> Iterator[tuple[str, Language, Callable[[], bytes]]]:
    """Names of files, the language of what is said about them, and how their bytes are made."""
    for code in languages:
        words = language(code)
        said = cache(partial(content, decision, words))
        for kind in formats:
            if kind != "json":
                yield f"{decision.case.id}.{code}.{kind}", words, partial(_bytes, said, kind)
    if "json" in formats:
        words = language(languages[0] if languages else decision.case.language)
        yield f"{decision.case.id}.json", words, lambda: (decision.to_json() + "\n").encode()


def _bytes(said: Callable[[], Content], kind: str) -> bytes:
    return {"html": html, "pdf": pdf}[kind](said())


def _why(error: Exception, path: Path, words: Language) -> str:
    if isinstance(error, MissingGlyphError):
        chars = words.text("terms.word.comma").join(f"{char} U+{ord(char):04X}" for char in error.chars)
        return words.text("report.error.glyph", chars=chars, where=error.where)
    if isinstance(error, PdfUnavailableError):
        return words.text("report.error.pdf")
    return words.text("report.error.file", file=path, reason=error)
