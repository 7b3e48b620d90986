"""Charts that answer: pointer, tap and keys show what a mark means, in words that stand in the page."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import partial
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page
from test_hostile_text import HOSTILE, stuffed
from test_html_page import Opened, browser, decided, written

from assessment.decision import OptionResult
from reports.brand import Brand
from reports.content import content
from reports.html import html
from reports.language import language
from reports.pages import PAPER

__all__ = ["browser"]  # a fixture
NAME = "machinery-maker"
LANGUAGES = ("zh-CN", "en")
CHOSEN = re.compile(r"\bon\b")
both = pytest.mark.parametrize("code", LANGUAGES)


def label(page: Page) -> str:
    """What the label says, with blanks as blanks."""
    return page.locator(".told").inner_text().replace("\xa0", " ")


def charts(page: Page, section: str) -> Locator:
    return page.locator(f"#{section} .chart:visible")


def lies_within(page: Page, width: int) -> bool:
    box = page.locator(".told").bounding_box()
    assert box is not None
    return bool(box["width"] > 0 and box["x"] >= 0 and box["x"] + box["width"] <= width)


def page_of(folder: Path, code: str) -> Path:
    return written(folder, decided(NAME), code, Brand())


# --- the words --------------------------------------------------------------------------------------------


@both
def test_marks_say_the_numbers_of_the_decision(code: str) -> None:
    """Means, spans and shares come from the decision, not from what is drawn."""
    decision, words = decided(NAME), language(code)
    page = content(decision, words).document("screen.css")
    told = {unescape(found) for found in re.findall(r'data-told="([^"]*)"', page)}
    amount = partial(words.money, currency=decision.currency)

    def said(option: OptionResult) -> set[str]:
        name = words.own(option.name) or words.term(f"kind.{option.kind}")
        return {text.partition("\n")[2] for text in told if text.partition("\n")[0] == name}

    for option in decision.options:
        if option.kind == "status_quo":
            continue
        npv = option.npv
        mean = amount(npv.mean, se=npv.se.mean if npv.se else None)
        low, high = (amount(getattr(npv, end), se=getattr(npv.se, end)) for end in ("p5", "p95"))
        assert any(mean in text and low in text and high in text for text in said(option)), option.id
        for cost in option.tco.by_category.values():
            printed = amount(cost.mean, se=cost.se.mean if cost.se else None)
            assert any(printed in text for text in said(option)), (option.id, printed)
        edges, shares = option.npv_histogram.edges, option.npv_histogram.shares
        fullest = max(range(len(shares)), key=shares.__getitem__)
        between = [amount(edge) for edge in edges[fullest : fullest + 2]]
        assert any(all(edge in text for edge in between) for text in said(option)), between


@both
def test_paper_carries_none_of_it(code: str) -> None:
    paper = content(decided(NAME), language(code)).document(PAPER)
    assert "<svg" in paper
    for svg in re.findall(r"<svg.*?</svg>", paper, re.DOTALL):
        assert not re.search(r'\sdata-|\saria-|\sopacity="0"', svg)
    assert "<script" not in paper
    assert "script-src" not in paper


def test_the_policy_allows_this_one_script(tmp_path: Path) -> None:
    page = page_of(tmp_path, "en").read_text(encoding="utf-8")
    (script,) = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in page
    assert not re.search(r"innerHTML|insertAdjacent|\b(write|eval|fetch|import)\(", script)


# --- pointer and tap --------------------------------------------------------------------------------------


@both
def test_the_pointer_finds_a_mark_and_the_other_options_step_back(
    code: str, tmp_path: Path, browser: Browser
) -> None:
    with Opened(browser, page_of(tmp_path, code), 1280) as shown:
        chart = charts(shown.page, "options").first
        last = chart.locator("line[data-told]").last
        last.hover(force=True)
        told = last.get_attribute("data-told") or ""
        assert label(shown.page) == told.replace("\xa0", " ")
        same = [mark.get_attribute("data-told") == told for mark in chart.locator(".on").all()]
        assert len(same) > 1
        assert all(same)
        marks = chart.locator("[data-told]").count()
        assert chart.locator(".off").count() == marks - len(same)
        assert float(last.evaluate("mark => getComputedStyle(mark).strokeWidth").removesuffix("px")) > 2
        assert lies_within(shown.page, 1280)
        shown.page.mouse.move(1, 1)
        assert label(shown.page) == ""
        assert chart.locator(".on, .off").count() == 0
        assert shown.complaints == []
        assert shown.elsewhere == []


@both
def test_a_tap_on_a_phone_shows_and_a_tap_elsewhere_hides(
    code: str, tmp_path: Path, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(page_of(tmp_path, code).as_uri())
    for chart in page.locator(".chart:visible").all():
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        for across in (0.02, 0.5, 0.98):
            page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + 0.5 * box["height"])
            assert label(page)
            assert lies_within(page, 390)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            box = chart.bounding_box()
            assert box is not None
    page.locator("h2:visible").last.scroll_into_view_if_needed()
    page.locator("h2:visible").last.tap()
    assert label(page) == ""
    context.close()


# --- keys -------------------------------------------------------------------------------------------------


@both
def test_keys_go_through_every_mark_and_escape_leaves(code: str, tmp_path: Path, browser: Browser) -> None:
    words = language(code)
    with Opened(browser, page_of(tmp_path, code), 1280) as shown:
        page, press = shown.page, shown.page.keyboard.press
        chart = charts(page, "risk").first
        stops = chart.evaluate(
            "one => [...new Set([...one.querySelectorAll('[data-told]')].map(mark => mark.dataset.told))]"
        )
        page.evaluate("document.querySelector('#risk').setAttribute('tabindex', '-1')")
        page.locator("#risk").focus()
        while not chart.evaluate("one => one === document.activeElement"):
            press("Tab")
        assert label(page) == words.text("charts.hint").replace("\xa0", " ")
        middles = [
            page.locator(one).evaluate("box => (r => (r.left + r.right) / 2)(box.getBoundingClientRect())")
            for one in (".told", ".chart:focus")
        ]
        assert middles[0] == pytest.approx(middles[1], abs=20)
        seen = []
        for _ in stops:
            press("ArrowRight")
            seen.append(label(page))
        assert seen == [stop.replace("\xa0", " ") for stop in stops]
        press("ArrowRight")
        assert label(page) == seen[-1]
        press("ArrowLeft")
        assert label(page) == seen[-2]
        press("Escape")
        assert label(page) == ""
        assert page.locator(".on, .off").count() == 0
        assert page.evaluate("document.activeElement === document.body")


def test_up_and_down_go_from_row_to_row(tmp_path: Path, browser: Browser) -> None:
    """From a square of the map to the one below it and back, which the order of the marks does not give."""
    comparison = decided(NAME).comparison
    assert comparison is not None
    with Opened(browser, page_of(tmp_path, "en"), 1280) as shown:
        press, chart = shown.page.keyboard.press, charts(shown.page, "robustness").last
        chart.focus()
        for key in ("ArrowRight", "ArrowRight"):
            press(key)
        first = label(shown.page)
        press("ArrowDown")
        below = label(shown.page)
        press("ArrowUp")
        assert label(shown.page) == first
        for _ in comparison.map.years:
            press("ArrowRight")
        assert label(shown.page) == below != first


def test_those_who_do_not_see_it_hear_it(tmp_path: Path, browser: Browser) -> None:
    """The chart has a name and a hint, what is shown is announced, and axe-core agrees while it is open."""
    with Opened(browser, page_of(tmp_path, "zh-CN"), 390, judged=True) as shown:
        chart = charts(shown.page, "options").first
        chart.focus()
        shown.page.keyboard.press("ArrowRight")
        assert chart.get_attribute("aria-label") == chart.get_by_role("img").get_attribute("aria-label")
        hint = shown.page.locator(f"#{chart.get_attribute('aria-describedby')}")
        assert hint.text_content() == language("zh-CN").text("charts.hint")
        assert shown.page.get_by_role("status").inner_text() != ""
        assert shown.violations() == []


# --- without it -------------------------------------------------------------------------------------------


def test_without_scripts_the_charts_stand_as_they_are(tmp_path: Path, browser: Browser) -> None:
    path = page_of(tmp_path, "en")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    charts = page.locator("figure svg:visible")
    assert charts.count() > 3
    assert page.locator("figure svg > title").count() == page.locator("figure svg").count()
    assert page.locator(".chart, .told, #chart-hint:visible").count() == 0
    charts.first.hover()
    assert page.locator(".on").count() == 0
    context.close()


def test_nothing_of_it_is_printed(tmp_path: Path, browser: Browser) -> None:
    """A chart that is being looked at prints as others do. By keys: the layout may slide from a pointer."""
    with Opened(browser, page_of(tmp_path, "en"), 1280) as shown:
        chart = charts(shown.page, "options").first
        shown.page.emulate_media(media="print")
        before = chart.screenshot()
        shown.page.emulate_media(media="screen")
        chart.focus()
        shown.page.keyboard.press("ArrowRight")
        answering = chart.screenshot()
        shown.page.emulate_media(media="print")
        assert chart.locator(".on").count()
        assert not shown.page.locator(".told").is_visible()
        assert chart.screenshot() == before
        assert answering != before


def test_those_who_want_no_motion_get_none(tmp_path: Path, browser: Browser) -> None:
    with Opened(browser, page_of(tmp_path, "en"), 1280) as shown:
        lasts = "one => getComputedStyle(one).transitionDuration"
        mark = shown.page.locator("[data-told]:visible").first
        assert mark.evaluate(lasts) != "0s"
        shown.page.emulate_media(reduced_motion="reduce")
        assert mark.evaluate(lasts) == "0s"


def test_what_a_user_wrote_is_shown_as_text(tmp_path: Path, browser: Browser) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(html(content(stuffed(HOSTILE), language("en"), length="full")))
    said: list[str] = []
    with Opened(browser, path, 1280) as shown:
        for chart in shown.page.locator(".chart:visible").all():
            chart.focus()
            shown.page.keyboard.press("ArrowRight")
            names = shown.page.locator(".told").evaluate(
                "one => [...one.querySelectorAll('*')].map(part => part.localName)"
            )
            assert names == ["b", "span"]
            said.append(label(shown.page))
        assert any(" ".join(HOSTILE.split())[:40] in text for text in said)
        assert shown.page.title() == " ".join(HOSTILE.split())
        assert shown.complaints == []
        assert shown.elsewhere == []
        assert shown.overflow == 0
