"""The page in a real browser: nothing is asked for, axe-core finds nothing, it fits a phone, it prints."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from test_hostile_text import HOSTILE, LONG, branded, stuffed

from assessment import assess, load_case
from assessment.decision import Decision
from reports.brand import Brand
from reports.content import content
from reports.html import html
from reports.language import language

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
EVERY = [(name, code) for name in EXAMPLES for code in ("zh-CN", "en")]
WIDTHS = (390, 1280)
JUDGED = {"zh-CN": 390, "en": 1280}
PALE = Brand.model_validate({"by": "X", "colours": {"accent": "#767676", "second": "#767676"}})


@cache
def decided(name: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=256"]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for all pages."""
    path = shutil.which("chromium")
    assert path, "the set-up installs chromium"
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield one
        one.close()


class Opened:
    """A page that lies on disk, as a browser shows it, and what it asked for and complained of."""

    def __init__(self, browser: Browser, path: Path, width: int, *, judged: bool = False) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=judged)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    @property
    def elsewhere(self) -> list[str]:
        """What it asked for beside itself."""
        return [url for url in self.asked[1:] if not url.startswith("data:image/png")]

    @property
    def overflow(self) -> int:
        """Pixels by which one would have to scroll sideways."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))

    def violations(self) -> list[tuple[str, str]]:
        """What axe-core finds, with the first place of each."""
        self.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run()")["violations"]
        return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def written(folder: Path, decision: Decision, code: str, brand: Brand) -> Path:
    path = folder / "page.html"
    path.write_bytes(html(content(decision, language(code), brand)))
    return path


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_axe_finds_nothing_and_nothing_is_asked_for(
    name: str, code: str, tmp_path: Path, browser: Browser
) -> None:
    path = written(tmp_path, decided(name), code, PALE)
    for width in WIDTHS:
        with Opened(browser, path, width, judged=True) as shown:
            if width == JUDGED[code]:  # it takes seconds: each page at one width, each example at both
                assert shown.violations() == []
            assert shown.elsewhere == []
            assert shown.overflow == 0


def test_the_judge_can_say_no_and_a_request_is_seen(tmp_path: Path, browser: Browser) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<html><body><img src='http://localhost:9/x.png'><p style='color:#bbb'>pale</p></body></html>"
    )
    with Opened(browser, path, 390, judged=True) as shown:
        assert {name for name, _ in shown.violations()} >= {"image-alt", "color-contrast", "html-has-lang"}
        assert shown.elsewhere == ["http://localhost:9/x.png"]


def test_the_page_s_own_policy_forbids_what_it_does_not_need(tmp_path: Path, browser: Browser) -> None:
    path = written(tmp_path, decided("three-person-studio"), "en", Brand())
    with Opened(browser, path, 390) as shown:
        shown.page.evaluate(
            "() => { for (const [tag, key, value] of [['img', 'src', 'http://localhost:9/x'],"
            " ['script', 'textContent', 'document.title = \"run\"']]) {"
            " const one = document.createElement(tag); one[key] = value; document.body.append(one); } }"
        )
        shown.page.wait_for_timeout(100)
        assert shown.page.title() != "run"
        assert len([text for text in shown.complaints if "Content Security Policy" in text]) >= 2


@pytest.mark.parametrize("text", [HOSTILE, LONG], ids=["hostile", "long"])
def test_hostile_text_neither_runs_nor_widens_the_page(text: str, tmp_path: Path, browser: Browser) -> None:
    decision = stuffed(text[:400] if text is LONG else text, text)
    path = written(tmp_path, decision, "en", branded(text))
    for width in WIDTHS:
        with Opened(browser, path, width) as shown:
            assert shown.page.title() == " ".join(text.split())
            assert shown.elsewhere == []
            assert shown.complaints == []
            assert shown.overflow == 0


def test_it_prints_on_a4_without_losing_an_edge(tmp_path: Path, browser: Browser) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    path = written(tmp_path, decided("machinery-maker"), "zh-CN", Brand())
    with Opened(browser, path, 1280) as shown:
        reader = PdfReader(BytesIO(shown.page.pdf(format="A4")))
        shown.page.emulate_media(media="print")
        shown.page.set_viewport_size({"width": 718, "height": 1000})  # A4 within the browser's margins
        assert shown.overflow == 0
        visible = shown.page.locator("svg:visible").count()
    assert len(reader.pages) > 1
    assert visible > 3
