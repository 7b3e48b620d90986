"""Every outcome has a report of its own shape, and every report a version of one page."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from test_verdict_report import FLIPPED, LANGUAGES, OUTCOMES

from app.cli import cli
from assessment import assess, load_case
from assessment.decision import Decision
from assessment.figures import Figures
from reports import verdict
from reports.content import Content, Length, content
from reports.explain import find
from reports.figures import Printer
from reports.html import html
from reports.language import language
from reports.pdf import pdf
from reports.sections.desk import Desk

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
SHORT = ("fix_first", "stay", "do_not_invest")
NO_OWNER = "answers.readiness.owner_named=false"
CASES: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in EXAMPLES},
    **{outcome: (name, *changes) for outcome, (name, changes, *_) in FLIPPED.items()},
    "fix_first.many": ("machinery-maker", NO_OWNER, "answers.readiness.leader_opens_it_weekly=false"),
}
SECTIONS = {  # in the order of the report; those with every section are told apart by their number
    "too_little_to_say": "missing",
    "fix_first": "decide why instead data sources",
    "stay": "decide why instead data sources",
    "do_not_invest": "decide why instead data sources",
    "measure_first": "decide pains options risk robustness data sources definitions register again",
}
every = pytest.mark.parametrize(("case", "code"), [(case, code) for case in CASES for code in LANGUAGES])
both = pytest.mark.parametrize("code", LANGUAGES)
short = pytest.mark.parametrize(
    ("case", "code"),
    [(case, code) for case in (*SHORT, "three-person-studio", "fix_first.many") for code in LANGUAGES],
)


@cache
def decided(case: str) -> Decision:
    name, *changes = CASES[case]
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=512", *changes]))


@cache
def said(case: str, code: str, length: Length = "fitting") -> Content:
    return content(decided(case), language(code), length=length)


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def sheets(made: Content) -> list[str]:
    return [flat(sheet.extract_text()) for sheet in PdfReader(io.BytesIO(pdf(made))).pages]


# --- which sections ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_has_its_sections(outcome: str) -> None:
    ids = [section.id for section in said(outcome, "en").sections]
    whole = [section.id for section in said(outcome, "en", "full").sections]
    if outcome in SECTIONS:
        assert ids == SECTIONS[outcome].split()
    else:
        assert ids == whole
    if outcome != "too_little_to_say":
        assert {"plan", "contract", "definitions", "thresholds", "formulas", "register", "again"} <= set(
            whole
        )
        assert [section.id for section in said(outcome, "en", "page").sections] == ["decide"]


@short
def test_a_short_report_has_four_pages_and_decides_on_the_first(case: str, code: str) -> None:
    made = said(case, code)
    found = sheets(made)
    assert len(found) == 4
    begins = [next(at for at, text in enumerate(found) if flat(one.title) in text) for one in made.sections]
    assert begins == [0, 1, 2, 3, 3]
    desk = Desk(decided(case), language(code))
    for sentence in (verdict.lead(desk), *verdict.reasons(desk), *verdict.steps(desk)):
        assert flat(sentence) in found[0]
    assert not re.search(r"\[F\d", found[0])
    assert flat(desk.say("verdict.heading.approved")) in found[0]


@every
def test_the_one_page_version_has_one_page(case: str, code: str) -> None:
    made, decision = said(case, code, "page"), decided(case)
    (text,) = sheets(made)
    assert flat(made.sections[0].title) in text
    assert not re.search(r"\[F\d", text)
    if not decision.options:
        return
    desk, words = Desk(decision, language(code)), language(code)
    npv = Figures(decision)[f"{desk.standing.shown.id}.npv"] if desk.standing.shown else None
    assert npv is not None
    assert flat(Printer.of(words, decision.currency, _ends(decision))(npv)) in text
    sentences = [verdict.leader(desk), *verdict.reasons(desk), *verdict.changes(desk), *verdict.steps(desk)]
    assert all(flat(one) in text for one in sentences)


def _ends(decision: Decision) -> list[float | None]:
    return [end for option in decision.options for end in (option.npv.p5, option.npv.p95)]


@both
@pytest.mark.parametrize("letters", [35, 70])
def test_long_names_do_not_break_the_one_page_version(letters: int, code: str) -> None:
    """The most talkative outcome with the most options; the chart makes room."""
    decision = decided("machinery-maker")
    letters //= 1 if code == "en" else 2
    ending = {
        "en": " with everything that its supplier has to sell this year and next",
        "zh-CN": "专业版套餐" * 8,
    }
    options = [
        option.model_copy(update={"name": (language(code).own(option.name) + ending[code])[:letters]})
        for option in decision.options
    ]
    case = decision.case.model_copy(update={"title": "A" * 40 + " B" * 200})
    made = content(
        decision.model_copy(update={"options": options, "case": case}), language(code), length="page"
    )
    assert len(sheets(made)) == 1


# --- what stands in them ----------------------------------------------------------------------------------


@every
def test_every_link_leads_somewhere_and_every_citation_to_its_source(case: str, code: str) -> None:
    text = html(said(case, code)).decode()
    links, ids = re.findall(r'href="#([^"]+)"', text), re.findall(r'id="([^"]+)"', text)
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))
    numbers = {f"f{place}" for place, _ in enumerate(said(case, code).pages.numbering, 1)}
    assert numbers == {one for one in ids if re.fullmatch(r"f\d+", one)}


@short
def test_figures_are_explained_by_the_number_they_have_there_and_others_by_key(case: str, code: str) -> None:
    decision, words = decided(case), language(code)
    cited = [figure.key for figure in said(case, code).pages.numbering]
    assert 10 < len(cited) < 40
    for place, key in enumerate(cited, 1):
        assert find(decision, words, f"F{place}").key == key
    purchase = decision.verdict.purchase
    for key in (f"{purchase}.roi", f"{purchase}.benefit.time_saved"):
        assert key not in cited
        assert find(decision, words, key).key == key
    with pytest.raises(KeyError):
        find(decision, words, f"F{len(cited) + 1}")


@short
def test_titles_are_conclusions_of_the_outcome(case: str, code: str) -> None:
    titles = [section.title for section in said(case, code).sections]
    assert len(set(titles)) == len(titles)
    assert titles[0] == verdict.title(Desk(decided(case), language(code)))
    others = {said(one, code).sections[1].title for one in (*SHORT, "three-person-studio") if one != case}
    assert case == "fix_first.many" or titles[1] not in others


@both
@pytest.mark.parametrize(("case", "gain"), [("stay", "more"), ("three-person-studio", "less")])
def test_why_nothing_is_bought_tells_more_from_less(case: str, gain: str, code: str) -> None:
    """The mean gain of the purchase, from the options' own means, has the sign that the title words."""
    decision = decided(case)
    found = decision.verdict
    means = [decision.option(str(one)).npv.mean for one in (found.purchase, found.without)]
    assert (means[0] > means[1]) == (gain == "more")
    word = {"more": {"zh-CN": "多赚", "en": "beyond"}, "less": {"zh-CN": "少赚", "en": "less than"}}[gain][
        code
    ]
    assert word in said(case, code).sections[1].title


@both
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((NO_OWNER,), ("没有人管", "nobody owns it")),
        (("answers.readiness.leader_opens_it_weekly=false",), ("还没答应用", "has not agreed")),
    ],
)
def test_what_stands_in_the_way_is_in_the_title(
    changes: tuple[str, ...], words: tuple[str, str], code: str
) -> None:
    case = ROOT / "examples" / "contact-management" / "case.yaml"
    decision = assess(load_case(case, ["settings.draws=256", *changes]))
    title = content(decision, language(code)).sections[1].title
    assert words[LANGUAGES.index(code)] in title


# --- the files --------------------------------------------------------------------------------------------


def test_the_one_page_version_overwrites_no_report(tmp_path: Path) -> None:
    case = str(ROOT / "examples" / "three-person-studio" / "case.yaml")
    command = ["report", case, "-o", str(tmp_path), "--lang", "en", "--set", "settings.draws=256"]
    stem = "three-person-studio"
    for length, names in (
        ("page", {f"{stem}.en.one-page.html", f"{stem}.en.xlsx", f"{stem}.json"}),
        ("full", {f"{stem}.en.html", f"{stem}.en.xlsx", f"{stem}.json"}),
    ):
        found = CliRunner().invoke(cli, [*command, "--formats", "html,json,xlsx", "--length", length])
        assert found.exit_code == 0, found.output
        assert {Path(line).name for line in found.stdout.splitlines()} == names
    page, report = (tmp_path / f"{stem}.en.{name}" for name in ("one-page.html", "html"))
    assert 'id="register"' in report.read_text("utf-8")
    assert 'id="register"' not in page.read_text("utf-8")


def test_another_length_is_refused() -> None:
    case = str(ROOT / "examples" / "three-person-studio" / "case.yaml")
    found = CliRunner().invoke(cli, ["report", case, "--length", "short"])
    assert found.exit_code == 2
    assert "fitting, full, page" in found.output
