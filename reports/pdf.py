"""The report as a PDF: the same bytes for the same content.

What comes in: `Content`. What goes out: bytes. WeasyPrint is imported when a PDF is made and not before; it
may read what lies in `templates/` and nothing else, over no network.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from reports.content import Content
from reports.pages import plain
from templates import ROOT


class PdfError(Exception):
    """No PDF can be made."""


class PdfUnavailableError(PdfError):
    """This machine lacks what lays out a page."""


class MissingGlyphError(PdfError):
    """Characters that the bundled fonts cannot draw.

    Attributes:
        chars: the characters.
        where: the title of the section that has the first of them.
    """

    def __init__(self, chars: str, where: str) -> None:
        named = ", ".join(f"{char} (U+{ord(char):04X} {unicodedata.name(char, '')})" for char in chars)
        super().__init__(f"{where}: {named}")
        self.chars, self.where = chars, where


@cache
def _drawable() -> frozenset[int]:
    """Code points that both cuts of the bundled font have a glyph for."""
    from fontTools.ttLib import TTFont

    found = [
        frozenset(TTFont(ROOT / "fonts" / f"NotoSansSC-{cut}.ttf", lazy=True).getBestCmap())
        for cut in ("Regular", "SemiBold")
    ]
    return found[0] & found[1] | {ord(char) for char in "\n\r\t"}


def check_glyphs(content: Content) -> None:
    """Makes sure that every character can be drawn.

    Raises:
        MissingGlyphError: naming the characters and where they stand.
    """
    cover = " ".join([content.title, content.author, *(text for pair in content.about for text in pair)])
    places = [(content.title, cover), *((one.title, one.title + plain(one.html)) for one in content.sections)]
    chars: dict[str, str] = {}
    for where, text in places:
        for char in sorted(set(text)):
            if ord(char) not in _drawable():
                chars.setdefault(char, where)
    if chars:
        raise MissingGlyphError("".join(chars), next(iter(chars.values())))


def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise PdfUnavailableError(str(error)) from error
    return weasyprint


def _allowed(url: str) -> Path:
    """The file of a URL that lies in `templates/`.

    Raises:
        ValueError: for anything else.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or parts.netloc or not path.is_relative_to(ROOT):
        raise ValueError("the report reads nothing but its own templates")
    return path


def pdf(content: Content) -> bytes:
    """The PDF.

    Raises:
        MissingGlyphError: before anything is laid out.
        PdfUnavailableError: where Pango is missing.
    """
    check_glyphs(content)
    weasyprint = _weasyprint()
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Reads templates only."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            return URLFetcherResponse(url, body=_allowed(url).read_bytes())

    text = content.document("paper.css")
    document = weasyprint.HTML(string=text, base_url=f"{ROOT.as_uri()}/", url_fetcher=Fetcher())
    made: bytes = document.write_pdf(
        pdf_tags=True, pdf_identifier=hashlib.sha256(text.encode()).digest()[:16]
    )
    return made
