"""The page that decides and the terminal follow the verdict, in both languages, whatever the outcome."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pypdf import PdfReader
from rich.cells import cell_len
from rich.console import Console

from assessment import assess, load_case
from assessment.decision import Decision
from assessment.figures import Figure
from assessment.verdict import Outcome
from reports import terminal, verdict
from reports.content import Content, content
from reports.language import _catalogue, language
from reports.pages import plain
from reports.pdf import pdf
from reports.sections.desk import Desk, Name

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh-CN", "en")
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
NO_PILOT = ("saas.pilot.possible=false", "nocode.pilot.possible=false")

# outcome: example, what is changed, what its title says, the option named there, figures on the page
FLIPPED: dict[str, tuple[str, tuple[str, ...], tuple[str, str], str, tuple[str, ...]]] = {
    "too_little_to_say": (
        "three-person-studio",
        ("hourly_cost=null",),
        ("还不能下结论", "Too little to say"),
        "",
        (),
    ),
    "fix_first": (
        "retail-members",
        ("answers.readiness.owner_named=false",),
        ("先定下谁来管", "Name an owner first"),
        "",
        ("saas.npv", "stop.loss", "saas~spreadsheet.npv", "saas.break_even_adoption"),
    ),
    "measure_first": (
        "machinery-maker",
        ("hours_saved_per_user_day.learnable={how: desk, cost: 500, weeks: 1, resolves: 0.8}",),
        ("再决定买不买", "Before you decide, spend 1 week"),
        "",
        (
            *("fired.desk_gain", "fired.desk_gain.limit", "stop.loss"),
            *(f"learning.hours_saved_per_user_day.{part}" for part in ("cost", "value", "delay")),
        ),
    ),
    "pilot": (
        "three-person-studio",
        ("spreadsheet.adoption=0",),
        ("先试点", "Try "),
        "saas",
        ("fired.pilot_gain", "fired.pilot_gain.limit", "learning.saas.pilot.cost", "saas.npv", "stop.loss"),
    ),
    "stay": (
        "machinery-maker",
        (*NO_PILOT, "settings.freed_hours_plan=null"),
        ("先不买软件", "Buy nothing for now"),
        "spreadsheet",
        ("verdict.gain", "spreadsheet.npv", "spreadsheet.payback_months"),
    ),
    "do_not_invest": (
        "three-person-studio",
        ("spreadsheet.adoption=0", "saas.pilot.possible=false"),
        ("现在别买 CRM", "Do not buy a CRM now"),
        "saas",
        ("fired.gain", "fired.gain.limit", "saas.npv", "stop.loss"),
    ),
    "stage": (
        "retail-members",
        ("settings.loss_limit=100000",),
        ("先走一小步", "in a smaller step"),
        "saas",
        ("fired.loss_p5", "settings.loss_limit", "saas.peak_funding.p95", "stop.notice_month"),
    ),
    "invest": (
        "machinery-maker",
        (*NO_PILOT, "settings.loss_limit=1000000"),
        ("可以上", "Invest in "),
        "saas",
        ("verdict.gain", "verdict.limit", "settings.loss_limit", "stop.loss", "saas.break_even_adoption"),
    ),
}


@cache
def decided(name: str, *changes: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=1024", *changes]))


@cache
def said(code: str, name: str, *changes: str) -> Content:
    return content(decided(name, *changes), language(code), length="full")


def plainly(text: str) -> str:
    return text.replace("\u00a0", " ")


def page(code: str, name: str, *changes: str) -> str:
    return plainly(plain(said(code, name, *changes).sections[0].html))


def test_every_outcome_is_flipped_to() -> None:
    assert set(FLIPPED) == set(OUTCOMES)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_title_reasons_figures_and_next_steps_follow_the_verdict(outcome: str, code: str) -> None:
    name, changes, phrases, option, keys = FLIPPED[outcome]
    decision, original = decided(name, *changes), decided(name)
    assert decision.verdict.outcome == outcome != original.verdict.outcome
    desk, before = Desk(decision, language(code)), Desk(original, language(code))
    title, text = plainly(verdict.title(desk)), page(code, name, *changes)
    assert phrases[LANGUAGES.index(code)] in title
    assert title != plainly(verdict.title(before))
    assert verdict.reasons(desk) != verdict.reasons(before)
    if outcome == "too_little_to_say":
        return
    assert said(code, name, *changes).sections[0].title.replace("\u00a0", " ") == title
    assert not option or plainly(desk.called(decision.option(option))) in title
    assert verdict.lead(desk) != verdict.lead(before)
    assert set(verdict.steps(desk)).isdisjoint(verdict.steps(before))
    assert verdict.leader(desk) != verdict.leader(before)
    sentences = [verdict.lead(desk), verdict.leader(desk), *verdict.reasons(desk), *verdict.changes(desk)]
    sentences += verdict.steps(desk)
    assert len(verdict.reasons(desk)) == 3
    assert len(verdict.steps(desk)) == 4
    assert all(plainly(one) in text for one in sentences)
    for key in keys:
        printed = plainly(desk.printer(desk.figures[key])).removeprefix("−")
        assert re.search(rf"(?<![\d.,]){re.escape(printed)}", text), (key, printed)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_figure_that_changes_is_printed_anew(code: str) -> None:
    printed = {"zh-CN": ("受得起 10 万元", "受得起 20 万元"), "en": ("can bear ¥100k", "can bear ¥200k")}[
        code
    ]
    for limit, own, other in ((100_000, *printed), (200_000, *reversed(printed))):
        text = page(code, "retail-members", f"settings.loss_limit={limit}")
        assert own in text
        assert other not in text


@pytest.mark.parametrize(("outcome", "code"), [("measure_first", "en"), ("stay", "zh-CN"), ("stage", "en")])
def test_the_page_stays_one_page(outcome: str, code: str) -> None:
    name, changes, *_ = FLIPPED[outcome]
    made = said(code, name, *changes)
    path = ROOT / ".pytest_cache" / f"{outcome}.{code}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pdf(made))
    texts = [re.sub(r"\s", "", sheet.extract_text()) for sheet in PdfReader(path).pages[1:3]]
    decides, next_one = (re.sub(r"\s", "", section.title) for section in made.sections[:2])
    assert -1 < texts[0].find(decides) < 80
    assert next_one in texts[1]
    assert next_one not in texts[0]


@pytest.mark.parametrize(
    ("outcome", "is_chosen"),
    [
        *((outcome, False) for outcome in ("fix_first", "measure_first", "stay", "do_not_invest")),
        *((outcome, True) for outcome in ("pilot", "stage", "invest")),
    ],
)
def test_no_other_title_recommends_what_the_verdict_does_not(outcome: str, is_chosen: bool) -> None:
    name, changes, *_ = FLIPPED[outcome]
    for code, word in zip(LANGUAGES, ("如果选", "If "), strict=True):
        titles = {one.id: one.title for one in said(code, name, *changes).sections}
        for section in ("benefits", "costs"):
            assert titles[section].startswith(word) != is_chosen, titles[section]


# --- so that nothing contradicts it -----------------------------------------------------------------------


def changed(decision: Decision, means: dict[str, float], **update: Any) -> Decision:
    """The decision with other means and another verdict."""
    options = [
        option.model_copy(update={"npv": option.npv.model_copy(update={"mean": means[option.id]})})
        if option.id in means
        else option
        for option in decision.options
    ]
    found = decision.verdict.model_copy(update=update)
    return decision.model_copy(update={"options": options, "verdict": found})


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_pilot_of_what_does_not_lead_on_average_is_explained(code: str) -> None:
    decision = changed(decided("machinery-maker"), {"spreadsheet": 880_000.0})
    desk = Desk(decision, language(code))
    made = {one.id: one.html for one in content(decision, language(code)).sections}
    assert {"zh-CN": "88 万元", "en": "¥880k"}[code] in plainly(verdict.lead(desk))
    assert {"zh-CN": "见前面的结论页", "en": "the page that decides"}[code] in made["options"]
    untouched = plainly(verdict.lead(Desk(decided("machinery-maker"), language(code))))
    assert {"zh-CN": "论平均数", "en": "On average"}[code] not in untouched


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_tie_is_said_and_by_whom(code: str) -> None:
    word = {"zh-CN": "还有得谈", "en": "egotiate"}[code]
    close, clear = (
        plainly(verdict.lead(Desk(changed(decided("retail-members"), {}, **update), language(code))))
        for update in ({"is_tie": True, "chance": 0.5}, {"is_tie": False, "chance": 0.5})
    )
    led = plainly(
        verdict.lead(Desk(changed(decided("retail-members"), {}, is_tie=True, chance=0.9), language(code)))
    )
    assert word in close
    assert word in led != close
    assert word not in clear


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_lacks_a_must_have_is_named(code: str) -> None:
    decision = decided("retail-members", "criteria.must_have=[telepathy]")
    assert decision.verdict.failed == ["saas", "nocode"]
    desk = Desk(decision, language(code))
    lead = verdict.lead(desk)
    assert all(desk.called(decision.option(one)) in lead for one in ("saas", "nocode"))
    assert content(decision, language(code)).sections[0].title == verdict.title(desk)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_loss_beyond_the_limit_is_said_where_another_rule_spoke_first(code: str) -> None:
    word = {"zh-CN": "签约之前还要看一条", "en": "One thing more before signing"}[code]
    tight, wide = (
        verdict.lead(Desk(decided("machinery-maker", f"settings.loss_limit={limit}"), language(code)))
        for limit in ("100000", "9000000")
    )
    assert word in tight
    assert word not in wide


# --- variants of sentences --------------------------------------------------------------------------------


def adoption(code: str, needed: float | None, likely: float) -> str:
    figures = {
        "needed": Figure("needed", "share", needed),
        "expected": Figure("expected", "share", 0.7),
        "likely": Figure("likely", "money", likely),
    }
    desk = Desk(decided("three-person-studio"), language(code))
    return plainly(verdict.sentence(desk, "reason.adoption", figures, {"subject": Name("X")}))


def test_a_break_even_that_does_not_exist_has_words_of_its_own() -> None:
    assert adoption("en", 0.6, 5.0) == "X just pays if 60% really use it; 70% is the most likely."
    assert adoption("en", None, 5.0) == "With all else most likely, X pays however few use it."
    assert adoption("en", None, -5.0) == "With all else most likely, X does not pay even if everyone uses it."
    assert adoption("zh-CN", None, -5.0) == "按最可能的情况，X 全员都用也不划算。"


def test_a_loss_is_printed_without_its_sign_where_words_say_it() -> None:
    def worst(value: float) -> str:
        figures = {"chance": Figure("chance", "share", 0.3), "worst": Figure("worst", "money", value)}
        desk = Desk(decided("three-person-studio"), language("en"))
        return plainly(verdict.sentence(desk, "reason.loss", figures, {"subject": Name("X")}))

    assert worst(-20_000) == (
        "X loses money about three times in ten; in the worst twentieth of cases at least ¥20k."
    )
    assert worst(20_000).endswith("even in the worst twentieth about ¥20k remains.")


# --- the catalogue ----------------------------------------------------------------------------------------


def _texts(node: ast.expr, given: dict[str, set[str]]) -> set[str]:
    """What an expression for a code may come to."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _texts(node.body, given) | _texts(node.orelse, given)
    if isinstance(node, ast.Name):
        return given[node.id]
    assert isinstance(node, ast.JoinedStr), ast.dump(node)
    prefix = str(getattr(node.values[0], "value", ""))
    return {prefix + rest for rest in given[prefix]}


def _tests() -> set[str]:
    """Names of the comparisons that rules make and that may come near without holding."""
    tree = ast.parse((ROOT / "assessment/verdict.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    found = {
        str(getattr(call.args[0], "value", "")) for call in calls if getattr(call.func, "id", "") == "Test"
    }
    return found - {"", "missing", "cash_gain"} | {"curable_share", "desk_gain", "pilot_gain"}


def emitted() -> Iterator[tuple[str, str]]:
    """Kind and code of everything that judgement may say."""
    tree = ast.parse((ROOT / "assessment/judgement.py").read_text(encoding="utf-8"))
    gates = {"owner_named", "leader_uses_it"}
    later = set(OUTCOMES[2:])  # fixed, or with an idle sheet, it is anything but these two
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        kind = {"_changes": "change", "_reasons": "reason", "_anyway": "reason"}.get(function.name, "")
        given = {"name": gates, "unasked_": gates, "fixed_": later, "idle_sheet_": later, "near_": _tests()}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "compared":
                given.setdefault("compared", set()).update(_texts(node.value, given))
        for node in ast.walk(function):
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                if keyword.arg == "code":
                    for code in _texts(keyword.value, given):
                        yield kind or ("change" if code == "answer" else "reason"), code


def test_the_collection_finds_codes_of_every_form() -> None:
    known = {("reason", "owner_named"), ("reason", "too_little_more"), ("reason", "nothing_to_buy")}
    known |= {("reason", "loss"), ("reason", "missing"), ("change", "answer"), ("change", "offer")}
    known |= {("change", "near_loss_p5"), ("change", "idle_sheet_pilot"), ("change", "unasked_owner_named")}
    known |= {("change", "fixed_invest"), ("change", "switch_above"), ("change", "near_curable_share")}
    assert known <= set(emitted())


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_code_has_a_sentence_and_no_sentence_is_stale(code: str) -> None:
    keys = {key.removeprefix("verdict.") for key in _catalogue(code, "verdict")}
    for kind, name in emitted():
        assert any(f"{key}.".startswith(f"{kind}.{name}.") for key in keys), (kind, name)
    known = {f"{kind}.{name}" for kind, name in emitted()}
    known |= {f"{group}.{one}" for group in ("title", "lead", "leader", "step") for one in OUTCOMES}
    paths = [*ROOT.glob("reports/**/*.py"), *ROOT.glob("templates/report/**/*.html")]
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    for key in keys:
        plain_key = re.sub(r"(\.(no|zero|minus|certain)_\w+)+$", "", key)
        if ".".join(key.split(".")[:2]) not in known and not key.startswith("heading."):
            assert re.search(rf"[\"'](verdict\.)?{plain_key}[\"']", sources), key


@pytest.mark.parametrize("outcome", OUTCOMES[1:])
def test_every_outcome_has_its_sentences(outcome: str) -> None:
    for code in LANGUAGES:
        keys = set(_catalogue(code, "verdict"))
        for group in ("title", "leader", *(f"step.{outcome}.{place}" for place in verdict.STEPS)):
            wanted = f"verdict.{group}" if group.startswith("step") else f"verdict.{group}.{outcome}"
            assert any(f"{key}.".startswith(f"{wanted}.") for key in keys), wanted


def test_the_catalogue_holds_no_number_and_no_foreign_word() -> None:
    for key, forms in _catalogue("zh-CN", "verdict").items():
        text = re.sub(r"\{\w+\}", "", " ".join(forms))
        assert not re.search(r"\d", text), key
        assert not set(re.findall(r"[A-Za-z]+", text)) - {"CRM"}, key
    for key, forms in _catalogue("en", "verdict").items():
        assert not re.search("[\\d\u3000-\u9fff]", " ".join(forms)), key


# --- the terminal -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ["machinery-maker", "three-person-studio"])
def test_the_terminal_says_the_verdict_first(
    name: str, width: int, code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        terminal, "screen", lambda: Console(highlight=False, width=width, force_terminal=True)
    )
    decision, words = decided(name), language(code)
    desk = Desk(decision, words)
    terminal.show(decision, words)
    shown = capsys.readouterr().out
    bare = re.sub(r"\x1b\[[\d;]*m", "", shown)
    lines = bare.splitlines()
    assert f"\x1b[1m{verdict.title(desk)}" in shown
    assert lines[1] == verdict.title(desk)
    assert max(cell_len(line) for line in lines) <= width

    def place(sentence: str) -> int:
        return re.sub(r"\s", "", bare).index(re.sub(r"\s", "", sentence))

    reasons, changes = verdict.reasons(desk), [*verdict.changes(desk), verdict.worth_learning(desk)]
    option = words.term("kind.status_quo")
    places = [*map(place, reasons), bare and place(option), *map(place, changes)]
    assert places == sorted(places)
    for unit in ("万元", "个月", "months"):
        assert not [line for line in lines if line.strip().startswith(unit)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_terminal_lists_what_is_missing(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    decision, words = decided("three-person-studio", "hourly_cost=null"), language(code)
    terminal.show(decision, words)
    shown = capsys.readouterr().out
    assert verdict.title(Desk(decision, words)) in shown
    assert words.term("hourly_cost") in shown
