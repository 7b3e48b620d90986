"""The report as a PDF to archive (PDF/A-3a) and to read aloud (PDF/UA-1): same content, same bytes.

What comes in: `Content` and what is to lie inside the file. What goes out: bytes. WeasyPrint is imported when
a PDF is made and not before; it may read what lies in `templates/`, the brand's logo, and nothing else, over
no network.
"""

from __future__ import annotations

import gc
import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from reports import charts
from reports.content import Content
from reports.pages import PAPER, plain
from templates import ROOT

MARKS = frozenset({"marker", "footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})


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
    places = [(content.title, cover)]
    for one in content.sections:
        places.append((one.title, one.title + plain(content.pages.drawn(one.html, PAPER))))
    chars: dict[str, str] = {}
    for where, text in places:
        for char in sorted(set(text)):
            if ord(char) not in _drawable():
                chars.setdefault(char, where)
    if chars:
        raise MissingGlyphError("".join(chars), next(iter(chars.values())))


def _weasyprint() -> Any:
    try:
        with redirect_stdout(None):  # without Pango it prints where to read about that
            import weasyprint
    except (ImportError, OSError) as error:
        raise PdfUnavailableError(str(error)) from error
    return weasyprint


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF.

    Attributes:
        name: of the file.
        data: its bytes.
        mime: its type, `application/json`.
        relationship: what it is to the report in PDF's words: `Data`, `Source`, `Supplement`.
    """

    name: str
    data: bytes
    mime: str
    relationship: str


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


@contextmanager
def _keeping_all() -> Iterator[None]:
    """Nobody looks for garbage: boxes live until the last page is drawn, and looking takes a sixth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _without_marks(sheet: Any) -> Any:
    """WeasyPrint's own style sheet without the marks of items and notes, which it computes for every element.

    The report has no such notes, and `paper.css` says what the marks of its items look like.
    """
    found = copy(sheet)
    found.matcher = copy(sheet.matcher)
    found.matcher.other_selectors = [one for one in sheet.matcher.other_selectors if one[3] not in MARKS]
    return found


@_keeping_all()
def pdf(content: Content, attachments: Sequence[Attachment] = ()) -> bytes:
    """The PDF.

    Raises:
        MissingGlyphError: before anything is laid out.
        PdfUnavailableError: where Pango is missing.
    """
    check_glyphs(content)
    charts.put_away()
    weasyprint = _weasyprint()
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    given = {f"attachment:{place}": (one.data, one.mime) for place, one in enumerate(attachments)}
    if content.brand.logo:
        given[content.brand.logo_url] = content.brand.logo, "image/png"

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Reads what it was given and templates."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in given:
                return URLFetcherResponse(url, body=_allowed(url).read_bytes())
            body, mime = given[url]
            return URLFetcherResponse(url, body=body, headers={"Content-Type": mime})

    class Page(weasyprint.HTML):  # type: ignore[misc, name-defined]
        """Has fewer styles to compute."""

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [_without_marks(sheet) for sheet in super()._ua_stylesheets(forms)]

    text, fetcher, date = content.document(PAPER), Fetcher(), _moment(content.date)
    identity = hashlib.sha256(text.encode())
    inside = []
    for place, one in enumerate(attachments):
        identity.update(one.data)
        inside.append(
            weasyprint.Attachment(
                url=f"attachment:{place}",
                url_fetcher=fetcher,
                name=one.name,
                created=date,
                modified=date,
                relationship=one.relationship,
            )
        )
    made: bytes = Page(string=text, base_url=f"{ROOT.as_uri()}/", url_fetcher=fetcher).write_pdf(
        pdf_variant="pdf/a-3a",
        pdf_identifier=identity.digest()[:16],
        attachments=inside,
        finisher=_also_accessible,
    )
    return made


def _moment(date: str) -> datetime:
    """The day of a report for the files inside it; the first of all where it is not said."""
    try:
        return datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


ACCESSIBLE = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def _also_accessible(document: Any, made: Any) -> None:
    """What WeasyPrint leaves out: that the file, PDF/A by its word, is PDF/UA too, and whole lists."""
    metadata = _object(made, made.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", ACCESSIBLE + b"</rdf:RDF>") for part in metadata.stream]
    metadata.compress = False  # legible without a PDF reader
    for stream in [one for one in made.objects if getattr(one, "compress", False)]:
        if stream.data.endswith(b"\r\nendstream"):  # its last byte would be taken for half of a line end
            stream.compress = False
    for element in [one for one in made.objects if isinstance(one, dict)]:
        if element.get("S") == "/L":
            for entry in (_object(made, child) for child in element["K"]):
                _term_and_meaning(made, entry)
        elif element.get("S") == "/LI":
            _label_and_body(made, element)


def _term_and_meaning(made: Any, entry: Any) -> None:
    """A term and its meaning in a `div` become one item: the term its label, the meaning its body."""
    if entry["S"] == "/Div":
        entry["S"] = "/LI"
        parts = [_object(made, child) for child in entry["K"]]  # none, or no term, where a page broke it
        for place, part in enumerate(parts):
            part["S"] = "/LBody" if place or len(parts) == 1 else "/Lbl"
            for inner in part["K"]:
                _object(made, inner)["S"] = "/NonStruct"


def _label_and_body(made: Any, item: Any) -> None:
    """What stands below the first lines of an item belongs to its body."""
    kinds = {child: _object(made, child)["S"] for child in item["K"]}
    strays = [child for child, kind in kinds.items() if kind not in ("/Lbl", "/LBody")]
    body = next((child for child, kind in kinds.items() if kind == "/LBody"), None)
    if body is not None:
        item["K"][:] = [child for child in item["K"] if child not in strays]
        _object(made, body)["K"].extend(strays)
        for child in strays:
            _object(made, child)["P"] = body


def _object(made: Any, reference: bytes) -> Any:
    return made.objects[int(reference.split()[0])]
