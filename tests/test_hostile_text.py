"""Whatever a user writes is text: nothing of it is run, fetched or read, and it stays within the page."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from pypdf import PdfReader

from assessment import assess, case_from_data
from assessment.decision import Decision
from reports import pdf as pdf_module
from reports.brand import Brand
from reports.content import content
from reports.html import html
from reports.language import language
from reports.pages import plain, script
from reports.pdf import MissingGlyphError, check_glyphs, pdf
from reports.report import ReportError, write

MARKUP = (
    "</title></style><script>document.title='run'</script><img src=x onerror=document.title='run'>"
    "<style>*{background:url(http://localhost:9/a)}</style><link rel=attachment href=file:///etc/passwd>"
    "<iframe src=file:///etc/passwd></iframe><svg><image href=http://localhost:9/b></svg>&amp;&lt;"
)
REFERENCES = (
    "file:///etc/passwd http://localhost:9/c url(http://localhost:9/d) @import 'http://localhost:9/e';"
)
TEMPLATE = "{{ 7 * 7 }}{% raw %}{# gone #}{years}{{ ''.__class__ }}${7*7}%(years)s"
LONG = "Donaudampfschifffahrtsgesellschaft" * 300  # ten thousand letters without a blank
HAN = "决" * 10_000
TURNED = "\u202eabc\u202c \u2067שלום\u2069 مرحبا \u200f!"
HOSTILE = f"{TEMPLATE} −¥8,000 \"'> {REFERENCES} {MARKUP}"
EDGE = 3.0  # points by which a label of a chart may lie over the edge of the type area


@cache
def stuffed(text: str, long: str = "") -> Decision:
    """A case that says one thing wherever a user can say anything; a few places may hold something longer."""
    long = long or text
    source = {"kind": "measured", "title": text, "link": "https://localhost:9/" + text[:2000]}
    case: dict[str, Any] = {
        "schema": 1,
        "id": "hostile",
        "title": long,
        "language": "en",
        "currency": "CNY",
        "prepared": {"by": long, "for": text, "paid_by": text, "date": "2026-11-22"},
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True, "draws": 256},
        "benefits": {
            "only": ["time_saved"],
            "extra": [
                {"id": "own", "label": text, "dimension": "efficiency", "cash": True, "monthly": [0, 50, 900]}
            ],
        },
        "assumptions": {
            "users": {"value": 9, "note": text, "source": source},
            "sales_users": 5,
            "managers": 1,
            "hourly_cost": {"range": [60, 80, 90], "note": long, "source": source},
        },
        "options": [
            {
                "id": name,
                "kind": name,
                "name": text,
                "fit": 0.6,
                "implementation_months": 2,
                "ramp_months": 3,
                "adoption": [0.4, 0.6, 0.8],
                "costs": [
                    {
                        "id": "fee",
                        "label": text,
                        "category": "subscription",
                        "amount": 900,
                        "per": "month",
                        "when": "contract",
                    }
                ],
            }
            for name in ("saas", "nocode")
        ],
    }
    return assess(case_from_data(case))


def branded(text: str) -> Brand:
    return Brand.model_validate({"by": {"zh-CN": text, "en": text}, "footer": text})


def boxes(path: Path) -> list[tuple[float, float, float, float, float]]:
    """Of every word: left, top, right, bottom; and the width of its page."""
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    found = []
    for page in re.split(rb"<page ", done.stdout)[1:]:
        width = float(re.search(rb'width="([\d.]+)"', page)[1])  # type: ignore[index]
        for word in re.findall(rb'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">', page):
            left, top, right, bottom = map(float, word)
            found.append((left, top, right, bottom, width))
    return found


def read_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs that the PDF engine asks for from now on."""
    asked: list[str] = []
    allowed = pdf_module._allowed

    def recorded(url: str) -> Path:
        asked.append(url)
        return allowed(url)

    monkeypatch.setattr(pdf_module, "_allowed", recorded)
    return asked


def test_text_is_only_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, asked = HOSTILE, read_by(monkeypatch)
    said = content(stuffed(text), language("en"), branded(text))
    made = pdf(said)
    assert asked
    assert all("/templates/fonts/" in url for url in asked), asked
    (tmp_path / "hostile.pdf").write_bytes(made)
    reader = PdfReader(tmp_path / "hostile.pdf")
    shown = "".join("".join(sheet.extract_text() for sheet in reader.pages).split())
    assert "".join(text.split())[:40] in shown
    assert "root:x:" not in shown
    assert not reader.attachments
    assert reader.metadata is not None
    assert reader.metadata.title == reader.metadata.author == " ".join(text.split())
    tree = Elements(html(said).decode())
    assert tree.scripts == [script()]
    assert not tree.names & {"link", "iframe", "object", "embed", "base", "image", "img"}
    assert not [name for name in tree.attributes if name.startswith("on")]
    assert tree.title == text
    assert tree.author == text


class Elements(HTMLParser):
    """Names of a page's elements and attributes, its title and author."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.title = self.author = ""
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if ("name", "author") in attrs:
            self.author = dict(attrs)["content"] or ""

    def handle_data(self, data: str) -> None:
        if self.lasttag == "title" and not self.title:
            self.title = data
        if self.cdata_elem == "script":
            self.scripts.append(data)


def test_a_fetch_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: what gets past the escaping is refused, and seen to be asked for."""
    urls, asked = (
        ["file:///etc/passwd", "http://localhost:9/a", "relative.png", "data:,x"],
        read_by(monkeypatch),
    )
    said = content(stuffed(TEMPLATE), language("en"))
    spoilt = said.sections[0].html
    for url in urls:
        spoilt += Markup('<img src="{}" alt="x">').format(url)
    pdf(replace(said, sections=(replace(said.sections[0], html=spoilt),)))
    assert all(any(one.endswith(url) for one in asked) for url in urls), asked


@pytest.mark.parametrize(("short", "long"), [("x" * 400, LONG), ("决" * 400, HAN)], ids=["latin", "han"])
def test_a_word_without_end_stays_on_the_page(short: str, long: str, tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf(content(stuffed(short, long), language("en"), branded(long))))
    margin = 20 / 25.4 * 72
    found = boxes(path)
    assert len(found) > 100
    outside = [box for box in found if box[0] < margin - EDGE or box[2] > box[4] - margin + EDGE]
    assert outside == []


def test_text_that_runs_from_right_to_left_leaves_the_rest_in_order() -> None:
    """Letters keep their own direction; marks that would turn round the numbers after them are left out."""
    page = html(content(stuffed(TURNED), language("en"))).decode()
    assert "שלום" in page
    assert "مرحبا" in page
    prose = re.sub(r"<svg.*?</svg>", "", page.partition("<body")[2], flags=re.DOTALL)  # a label stands alone
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", plain(prose))


@pytest.mark.parametrize(
    ("text", "named"), [("🚀", "1F680"), ("𠮷", "20BB7"), ("שלום", "05DD"), ("\u202ea", "202E")]
)
def test_a_rare_character_refuses_the_pdf_by_name_and_nothing_else(
    text: str, named: str, tmp_path: Path
) -> None:
    with pytest.raises(ReportError, match=named) as failed:
        write(stuffed("CRM", f"CRM {text}"), tmp_path, ["en"], ["pdf", "html", "json"])
    assert {path.suffix for path in failed.value.written} == {".html", ".json"}
    with pytest.raises(MissingGlyphError):
        check_glyphs(content(stuffed("CRM"), language("en"), branded(text)))
