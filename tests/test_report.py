"""The report: what it says, that it is the same each time, and that nothing a user wrote can harm it."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from pypdf import PdfReader

from app.doctor import library_command, this_system
from assessment import assess, case_from_data, load_case
from assessment.decision import Decision
from assessment.figures import Figure, Figures
from reports import pdf as pdf_module
from reports.content import Content, content
from reports.figures import As, Printer
from reports.html import html
from reports.language import language
from reports.pages import Pages, script
from reports.pdf import MissingGlyphError, PdfUnavailableError, check_glyphs, pdf
from reports.report import ReportError, write
from reports.sections.desk import Desk, Name
from templates import ROOT as TEMPLATES

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
LANGUAGES = ("zh-CN", "en")
LONG = "Donaudampfschifffahrtsgesellschaft" * 12
HOSTILE = "</title><script>alert(1)</script>{{ 7 * 7 }}{% raw %}<img src=file:///etc/passwd>&amp;{years}"
EVERY = [(name, code) for name in EXAMPLES for code in LANGUAGES]


@cache
def decided(name: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=2048"]))


@cache
def said(name: str, code: str) -> Content:
    return content(decided(name), language(code), length="full")


@cache
def page(name: str, code: str) -> str:
    return html(said(name, code)).decode()


@cache
def printed(name: str, code: str) -> tuple[str, ...]:
    """The text of a report's PDF, page by page, without line breaks and with plain blanks."""
    path = ROOT / ".pytest_cache" / f"{name}.{code}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pdf(said(name, code)))
    return tuple(flat(sheet.extract_text()) for sheet in PdfReader(path).pages)


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


class Outline(HTMLParser):
    """Ids, links, tags and headings of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append((name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")


# --- what it says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_the_pdf_decides_on_one_page_and_says_the_rest(name: str, code: str) -> None:
    """One test, so that each PDF is made once however the tests are spread over processes."""
    sheets, sections = printed(name, code), said(name, code).sections
    assert all(flat(section.title) in "".join(sheets) for section in sections)

    decision, words = decided(name), language(code)
    shown = Desk(decision, words).standing.shown
    assert shown is not None
    figures, printer = Figures(decision), Printer(words, decision.currency)
    npv, text = figures[f"{shown.id}.npv"], sheets[1]
    assert flat(sections[0].title) in text
    assert flat(sections[1].title) in sheets[2]
    assert flat(sections[1].title) not in text
    assert flat(printer(npv)) in text
    assert npv.is_certain or flat(printer.span(npv)) in text
    assert flat(printer(figures[f"{shown.id}.payback_months"])) in text
    assert not re.search(r"\[F\d", text)
    if name == "machinery-maker":
        metadata(name, code)


def metadata(name: str, code: str) -> None:
    reader = PdfReader(ROOT / ".pytest_cache" / f"{name}.{code}.pdf")
    case, words = decided(name).case, language(code)
    assert reader.metadata is not None
    assert reader.metadata.title == words.own(case.title)
    assert reader.metadata.author == words.own(case.prepared["by"])
    assert reader.metadata.get("/CreationDate", "").startswith("D:20261122")
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == code
    assert catalogue["/MarkInfo"]["/Marked"]
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles == [section.title for section in said(name, code).sections]
    fonts = {
        str(font.get_object()["/BaseFont"])
        for sheet in reader.pages
        for font in (sheet["/Resources"]["/Font"] or {}).values()
    }
    assert len(fonts) == 2
    assert all("Noto" in font for font in fonts), fonts


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_no_key_is_left_untranslated_and_no_value_unfilled(name: str, code: str) -> None:
    own = re.compile(r"\b(?:report|terms|remarks|cli|verdict)\.[a-z_]+|\{[a-z_]+\}|undefined|None\b|\bnan\b")
    text = re.sub(r"<(style|script).*?</\1>", "", page(name, code), flags=re.DOTALL)
    text = re.sub(r"<(?:dd|td|th|a)[^>]*>(?:None|None\.)</", "</", text)
    text = text.replace("crm-roi report case.yaml", "").replace("<p>None.</p>", "")
    assert own.findall(text) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_chart_table_and_json_show_the_same_numbers(name: str, tmp_path: Path) -> None:
    decision = decided(name)
    write(decision, tmp_path, ["en"], ["json"])
    data = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
    assert Decision.model_validate(data) == decision
    words = language("en")
    amounts = [end for option in decision.options for end in (option.npv.p5, option.npv.p95)]
    printer = Printer.of(words, decision.currency, amounts)
    text = page(name, "en")
    for option in data["options"]:
        npv = Figure("npv", "money", option["npv"]["mean"], se=option["npv"]["se"]["mean"])
        assert text.count(f">{printer(npv)}</text>") >= 2  # on paper and on a phone
        assert f">{printer.bare(npv)}</td>" in text
        for category in option["tco"]["by_category"].values():
            cost = Figure("cost", "money", category["mean"], se=category["se"]["mean"])
            assert f">{printer.bare(cost)}</text>" in text


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_citations_lead_to_the_appendix_and_inputs_to_the_register(name: str, code: str) -> None:
    outline = Outline(page(name, code))
    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert {"f1", "options", "register", "again"} <= set(outline.ids)
    assert len([link for link in outline.links if re.fullmatch(r"#f\d+", link)]) > 10


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_the_page_asks_for_nothing_from_outside(name: str, code: str) -> None:
    outline = Outline(page(name, code))
    assert not {"img", "link", "iframe", "object", "base"} & set(outline.tags)
    assert page(name, code).count("<script") == page(name, code).count(script()) == 1
    assert all(link.startswith("#") for link in outline.links)
    assert not re.search(r"url\(|@import|javascript:", page(name, code))
    assert not [pair for pair in outline.attributes if pair[0].startswith("on") or pair[0] == "src"]


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_the_page_can_be_read_aloud(name: str, code: str) -> None:
    outline = Outline(page(name, code))
    assert ("lang", code) in outline.attributes
    headings = [int(tag[1]) for tag in outline.tags if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(level <= before + 1 for before, level in pairwise(headings))
    assert page(name, code).count("<svg") == page(name, code).count("<title>") - 1
    assert page(name, code).count("<th ") == page(name, code).count("<th scope=")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_line_that_is_on_is_printed_with_its_formula(code: str) -> None:
    text = page("machinery-maker", code)
    for line in decided("machinery-maker").lines:
        own = bool(line.label)
        assert (f'id="formula-{line.id}"' in text) != own
    for cost in ("data_entry", "productivity_dip", "effect", "kept_customers"):
        assert f'id="formula-{cost}"' in text


def test_an_own_line_s_formula_is_printed_in_words() -> None:
    case = copy.deepcopy(load_case(ROOT / "examples" / "machinery-maker" / "case.yaml").case.document.data)
    (line,) = case["benefits"]["extra"]
    line["monthly"] = "leads_per_month * 0.02 * deal_value"
    line["label"] = {"zh-CN": "<投标费>", "en": ""}
    decision = assess(case_from_data(case, ["settings.draws=256"]))
    chinese, english = (html(content(decision, language(code))).decode() for code in LANGUAGES)
    right = "每月线索数 × 0.02 × 新客户首单金额 × 效果到位率"
    assert f'<li id="formula-fair_follow_up">&lt;投标费&gt; = {right}</li>' in chinese
    assert " = leads per month × 0.02 × value of a first order × share of the effect" in english
    assert all('href="#formula-fair_follow_up"' in page for page in (chinese, english))


def test_a_default_is_called_one_on_the_page_that_decides() -> None:
    def decides(name: str) -> str:
        return str(said(name, "zh-CN").sections[0].html)

    sheet = language("zh-CN").own(decided("machinery-maker").option("spreadsheet").name)
    assert decided("machinery-maker").option("spreadsheet").added
    assert f"“{sheet}”是工具自动补上的" in decides("machinery-maker")
    assert "自动补上" not in decides("three-person-studio")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("keep", [("status_quo", "spreadsheet"), ("status_quo", "spreadsheet", "saas")])
def test_few_options_make_a_report_too(keep: tuple[str, ...], code: str) -> None:
    loaded = load_case(ROOT / "examples/three-person-studio/case.yaml", ["settings.draws=256"])
    options = tuple(option for option in loaded.model.options if option.id in keep)
    decision = assess(replace(loaded, model=replace(loaded.model, options=options)))
    assert [option.id for option in decision.options] == list(keep)
    assert b"</html>" in html(content(decision, language(code)))


# --- the same each time -----------------------------------------------------------------------------------


def test_the_same_case_is_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    code = (
        "import sys; from assessment import assess, load_case; from reports.report import write; "
        "decision = assess(load_case('examples/three-person-studio/case.yaml', ['settings.draws=512'])); "
        "write(decision, sys.argv[1], ['zh-CN'], ['pdf', 'html', 'json'])"
    )
    for number, zone in (("1", "Asia/Shanghai"), ("2", "UTC")):
        environment = {**os.environ, "PYTHONHASHSEED": number, "TZ": zone, "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / number)], cwd=ROOT, env=environment, check=True
        )
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert names == [f"three-person-studio.{kind}" for kind in ("json", "zh-CN.html", "zh-CN.pdf")]
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


# --- hostile text -----------------------------------------------------------------------------------------


def hostile() -> Decision:
    case: dict[str, Any] = {
        "schema": 1,
        "id": "hostile",
        "title": HOSTILE,
        "language": "en",
        "currency": "CNY",
        "prepared": {"by": HOSTILE, "for": LONG, "date": "2026-11-22", "paid_by": "=1+1"},
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True, "draws": 256},
        "benefits": {
            "only": ["time_saved"],
            "extra": [
                {"id": "own", "label": HOSTILE, "dimension": "efficiency", "cash": True, "monthly": 500},
                {
                    "id": "long",
                    "label": LONG,
                    "dimension": "management",
                    "cash": True,
                    "monthly": [0, 5, 900],
                },
            ],
        },
        "assumptions": {
            "users": {
                "value": 9,
                "note": HOSTILE,
                "source": {"kind": "measured", "title": HOSTILE, "link": "file:///etc/passwd"},
            },
            "sales_users": 5,
            "managers": 1,
            "hourly_cost": {"value": 80, "note": LONG},
        },
        "options": [
            {
                "id": "saas",
                "kind": "saas",
                "name": HOSTILE,
                "fit": 0.6,
                "implementation_months": 2,
                "overrun": 1.2,
                "ramp_months": 3,
                "adoption": [0.4, 0.6, 0.8],
                "costs": [
                    {
                        "id": "fee",
                        "label": LONG,
                        "category": "subscription",
                        "amount": 900,
                        "per": "month",
                        "when": "contract",
                    }
                ],
            }
        ],
    }
    return assess(case_from_data(case))


@pytest.mark.parametrize("code", LANGUAGES)
def test_hostile_text_is_only_text(code: str, tmp_path: Path) -> None:
    write(hostile(), tmp_path, [code], ["html", "pdf"])
    text = (tmp_path / f"hostile.{code}.html").read_text(encoding="utf-8")
    outline = Outline(text)
    assert "img" not in outline.tags
    assert text.count("<script") == text.count(script()) == 1
    assert not [link for link in outline.links if not link.startswith("#")]
    assert "{{ 7 * 7 }}" in text
    assert "{years}" in text
    reader = PdfReader(tmp_path / f"hostile.{code}.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == HOSTILE
    shown = flat("".join(sheet.extract_text() for sheet in reader.pages))
    assert flat("{{ 7 * 7 }}{% raw %}") in shown
    assert "root:" not in shown
    assert set(reader.attachments) <= {"hostile.json", f"hostile.{code}.xlsx"}


def test_the_pdf_engine_reads_templates_only() -> None:
    inside = (TEMPLATES / "fonts" / "NotoSansSC-Regular.ttf").as_uri()
    assert pdf_module._allowed(inside).is_file()
    outside = (
        "file:///etc/passwd",
        f"file://{TEMPLATES}/../pyproject.toml",
        f"file://{TEMPLATES}/%2e%2e/pyproject.toml",
        "http://localhost/x",
        "https://example.com/x",
        f"file://host{TEMPLATES}/fonts/NotoSansSC-Regular.ttf",
        "data:text/css,x",
        "ftp://localhost/x",
    )
    for url in outside:
        with pytest.raises(ValueError, match="templates"):
            pdf_module._allowed(url)


# --- what cannot be made ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_character_without_a_glyph_is_named_and_the_rest_is_written(code: str, tmp_path: Path) -> None:
    option = decided("three-person-studio").option("saas").model_copy(update={"name": "云 🚀 端"})
    options = [option if one.id == "saas" else one for one in decided("three-person-studio").options]
    decision = decided("three-person-studio").model_copy(update={"options": options})
    with pytest.raises(MissingGlyphError) as found:
        check_glyphs(content(decision, language(code)))
    assert found.value.chars == "🚀"
    assert found.value.where
    told: list[str] = []
    with pytest.raises(ReportError) as failed:
        write(decision, tmp_path, [code], ["pdf", "html", "json"], told.append)
    assert "U+1F680" in str(failed.value)
    assert sorted(path.suffix for path in failed.value.written) == [".html", ".json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in failed.value.written
    )
    assert len(told) == 2
    assert "🚀" in (tmp_path / f"three-person-studio.{code}.html").read_text(encoding="utf-8")


NO_PANGO = """
import cffi, ctypes, sys

def without_pango(opening):
    def opened(*given):
        if any("pango" in str(one) for one in given):
            raise OSError("no such library")
        return opening(*given)
    return opened

ctypes.CDLL, cffi.FFI.dlopen = without_pango(ctypes.CDLL), without_pango(cffi.FFI.dlopen)
from app.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_without_pango_the_other_formats_are_written_and_the_command_that_installs_it_is_told(
    tmp_path: Path,
) -> None:
    command = f"report {ROOT}/examples/three-person-studio/case.yaml --set settings.draws=256 -o {tmp_path}"
    done = subprocess.run(
        [sys.executable, "-c", NO_PANGO, *command.split(), "--lang", "zh-CN,en"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    kinds = ("en.html", "en.xlsx", "json", "zh-CN.html", "zh-CN.xlsx")
    written = [tmp_path / f"three-person-studio.{kind}" for kind in kinds]
    assert sorted(tmp_path.iterdir()) == sorted(map(Path, done.stdout.splitlines())) == written
    for code in LANGUAGES:
        assert language(code).text("report.error.pdf") in done.stderr
    assert done.stderr.count(library_command(this_system()) or "") == 1


def test_a_failing_import_of_weasyprint_is_told_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PdfUnavailableError):
        pdf_module._weasyprint()


def test_html_and_json_do_without_weasyprint(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['weasyprint'] = None; from assessment import assess, load_case; "
        "from reports.report import write; "
        "decision = assess(load_case('examples/three-person-studio/case.yaml', ['settings.draws=256'])); "
        "write(decision, sys.argv[1], ['en'], ['html', 'json'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, env=environment, check=True)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("code", LANGUAGES)
def test_where_facts_are_missing_one_page_says_which_and_how_to_get_them(code: str) -> None:
    case: dict[str, Any] = {"schema": 1, "id": "x", "title": "X", "organisation": {"industry": "other"}}
    case |= {"settings": {"amounts_exclude_vat": True}, "benefits": {"only": ["time_saved"]}}
    decision, words = assess(case_from_data(case)), language(code)
    made = content(decision, words)
    assert len(made.sections) == 1
    text = html(made).decode()
    missing = decision.verdict.missing
    assert len(missing) > 1
    for name in missing:
        assert words.term(f"quantity.{name}") in text
        assert words.help(name) in text
        assert f"<code>{name}</code>" in text
    assert str(len(missing)) in made.sections[0].title
    assert pdf(made).count(b"/Type /Page\n") <= 1


# --- no number from nowhere -------------------------------------------------------------------------------


def _allowed_digits(text: str) -> str:
    return re.sub(r"h[1-3]|P5|P95", "", text)


def test_templates_print_no_number_of_their_own() -> None:
    for path in TEMPLATES.glob("report/**/*.html"):
        text = re.sub(
            r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert not re.search(r"\d", _allowed_digits(text)), path


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_messages_of_the_report_hold_no_number(locale: str) -> None:
    with (TEMPLATES / "locale" / locale / "LC_MESSAGES" / "report.po").open("rb") as file:
        for message in read_po(file):
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            for text in texts if message.id else ():
                assert not re.search(r"\d", _allowed_digits(str(text))), message.id


def test_templates_refuse_bare_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(decided("three-person-studio"), language("en"))
    pages = Pages(desk)
    template = pages._environment.from_string("{{ value }}")
    for bare in (3, 3.5, True, None, desk.figures["saas.npv"]):
        with pytest.raises(TypeError):
            template.render(value=bare)
    assert template.render(value="<b>") == "&lt;b&gt;"
    with pytest.raises(TypeError):
        pages._environment.from_string("{{ value | cell }}").render(value=3)


def test_sentences_refuse_bare_numbers_and_texts() -> None:
    desk = Desk(decided("three-person-studio"), language("en"))
    bare: Any
    for bare in (3, 3.5, "3"):
        with pytest.raises(TypeError):
            desk.say("quoted", name=bare)
        with pytest.raises(TypeError):
            desk.printer(bare)
    assert desk.say("costs.picture.total", costs=desk.figures["saas.tco"])
    assert desk.say("quoted", name=Name("x"))


def _sources() -> Iterator[str]:
    for path in [*ROOT.glob("reports/**/*.py"), *TEMPLATES.glob("report/**/*.html")]:
        yield path.read_text(encoding="utf-8")


def test_every_message_of_the_report_is_used() -> None:
    made_up = re.compile(
        r"(?:measure|definition|options\.head|cover|data\.meaning|missing\.where|missing\.head|formulas|"
        r"options\.note|error)\."
    )
    text = "\n".join(_sources())
    with (TEMPLATES / "locale/en/LC_MESSAGES/report.po").open("rb") as file:
        for message in read_po(file):
            key = (message.id if isinstance(message.id, str) else message.id[0]).removeprefix("report.")
            if key and not made_up.match(key):
                assert (
                    f'"{key}"' in text or f"'{key}'" in text or f"report.{key}" in text or key.endswith(".if")
                ), key


# --- digits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "se", "expected"),
    [
        ("zh-CN", 197_000.0, 577.0, "19.7"),
        ("zh-CN", 1_283_000.0, 9_570.0, "128"),
        ("zh-CN", -34_987.0, 2_041.0, "−3"),
        ("zh-CN", 0.0, 0.0, "0"),
        ("en", 197_000.0, 577.0, "197"),
        ("en", 1_283_000.0, 9_570.0, "1,280"),
        ("en", -8_000.0, 400.0, "−8"),
    ],
)
def test_tables_print_no_digit_that_the_standard_error_does_not_support(
    code: str, value: float, se: float, expected: str
) -> None:
    printer = Printer.of(language(code), "CNY", [2e6])
    assert printer.bare(Figure("x", "money", value, se=se)) == expected


@pytest.mark.parametrize(
    ("unit", "numbers", "name", "expected"),
    [
        ("1", (0.1, 0.25, 0.4), "x", ("10 / 25 / 40%", "10 / 25 / 40%")),
        (
            "hour/user/day",
            (0.3, 0.8, 1.5),
            "x",
            ("0.3 / 0.8 / 1.5 小时/人·天", "0.3 / 0.8 / 1.5 hours per user and day"),
        ),
        (
            "money/deal",
            (40_000.0, 95_000.0),
            "deal_value",
            ("40,000 / 95,000 元/单", "¥40,000 / 95,000 per deal"),
        ),
        ("1/year", (0.0, 0.05), "fade_per_year", ("每年 0 / 5%", "0 / 5% a year")),
        ("month", (3.0, 6.0), "ramp_months", ("3 / 6 个月", "3 / 6 months")),
    ],
)
def test_stated_numbers_name_their_unit_once(
    unit: str, numbers: tuple[float, ...], name: str, expected: tuple[str, str]
) -> None:
    figure = Figure(f"input.{name}", "quantity", numbers[0], unit=unit, numbers=numbers)
    for code, wanted in zip(LANGUAGES, expected, strict=True):
        text = Printer(language(code), "CNY")(As(figure, "stated"))
        assert text.replace("\u00a0", " ") == wanted
