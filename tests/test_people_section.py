"""The sections on pains and people: they follow the decision, in both languages, and hold nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assessment import assess, bank, case_from_data, load_case
from assessment.assessor import _case
from assessment.case import Case
from assessment.decision import Decision, PreviousRecord
from assessment.diagnosis import diagnose
from assessment.diagnosis_figures import diagnosis_figures
from assessment.readiness import readiness
from assessment.readiness_figures import readiness_figures
from assessment.team_fit import RULES, Team, judged, nearest
from reports import terminal
from reports.language import _catalogue, language
from reports.pages import Pages, plain
from reports.sections.desk import Desk, Section
from reports.sections.pains import first, pains
from reports.sections.people import BEHIND, gravest, people, thresholds
from reports.sections.people import title as people_title
from reports.sections.tracing import formula, label

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
LANGUAGES = ("zh-CN", "en")
every = pytest.mark.parametrize(("name", "code"), [(name, code) for name in EXAMPLES for code in LANGUAGES])
both = pytest.mark.parametrize("code", LANGUAGES)
UNFILLED = re.compile(r"\{\w*\}|\b(?:pains|people|risk|report|terms)\.[a-z_]+|\bnan\b|\bNone\b")
DISCIPLINE = ("records_not_kept", "incentives_ignore_records")  # no tool cures them
HOSTILE = "<script>alert(1)</script>{{ 7*7 }} & \"'"
BOTH_GATES = {"owner_named": True, "leader_opens_it_weekly": True}


@cache
def decided(name: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=2048"]))


def case_with(**answers: Any) -> Case:
    """The smallest case with some answers."""
    company: dict[str, Any] = {
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True},
    }
    company["assumptions"] = {"churn_excludes_leavers": True}
    return case_from_data({"schema": 1, "id": "x", "title": "X", **company, "answers": answers}).case


def answering(answers: Mapping[str, Any], name: str = "machinery-maker") -> Decision:
    """An example's decision with other answers on pains; what its lines are worth is as before."""
    found = decided(name).diagnosis
    known = {pain.line: pain.at_stake for pain in found.pains if pain.line and pain.at_stake} if found else {}
    return decided(name).model_copy(update={"diagnosis": diagnose(case_with(pains=dict(answers)), known)})


def shown(decision: Decision, code: str, section: Section | None, desk: Desk | None = None) -> str:
    """What a reader sees, title first, with plain blanks."""
    assert section is not None
    desk = desk or Desk(decision, language(code))
    html = str(Pages(desk).section(section).html)
    text = plain(re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL))
    return re.sub(r"\s+", " ", f"{section.title} {text}")


def pains_text(decision: Decision, code: str) -> str:
    return shown(decision, code, pains(Desk(decision, language(code))))


def people_text(decision: Decision, code: str) -> str:
    return shown(decision, code, people(Desk(decision, language(code))))


def money(code: str, value: float | None, currency: str = "CNY") -> str:
    return re.sub(r"\s+", " ", language(code).money(value, currency))


# --- pains ------------------------------------------------------------------------------------------------


@every
def test_the_worst_stand_in_order_with_their_money_and_their_whole_chain(name: str, code: str) -> None:
    decision, words = decided(name), language(code)
    text, found = pains_text(decision, code), decision.diagnosis
    assert found is not None
    assert UNFILLED.findall(text) == []
    by_money = sorted(found.pains, key=lambda pain: -(pain.annual or 0.0))
    chains = [text.index(words.own(bank.pains()[pain.id].cause_why)) for pain in by_money[:3]]
    assert chains == sorted(chains)
    for pain in by_money[:3]:
        told = bank.pains()[pain.id]
        amount = money(code, (pain.times_per_year or 0) * (pain.cost_each or 0), decision.currency)
        assert re.search(rf"= {re.escape(amount)}(?!\d)", text)
        parts = [told.label, told.remedy, told.cure_why, bank.kpis()[told.kpi].formula, pain.evidence]
        parts += [bank.capabilities()[told.capability].explanation, bank.labels("pains", "steps")[told.step]]
        assert all(re.sub(r"\s+", " ", words.own(part)) in loosely(text, words.own(part)) for part in parts)


def loosely(text: str, part: str) -> str:
    """The text; where it has a blank between Chinese and Latin that the part has not, without it."""
    return (
        text
        if re.sub(r"\s+", " ", part) in text
        else re.sub(r"(?<=[\w%])\s(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s", "", text)
    )


@both
def test_each_title_says_what_the_answers_say(code: str) -> None:
    each = {"times_per_year": 10, "cost_each": 1000}
    much, unpriced = {**each, "cost_each": 9000}, {**each, "cost_each": "dont_know"}
    cases = {
        "several": dict.fromkeys(("follow_up_forgotten", "long_approvals", "scattered_records"), each),
        "one": {"follow_up_forgotten": much, "long_approvals": each},
        "single": {"follow_up_forgotten": each, "long_approvals": unpriced},
        "cannot": dict.fromkeys(DISCIPLINE, each),
        "no_money": {"follow_up_forgotten": unpriced},
        "unknown": {"follow_up_forgotten": "dont_know"},
        "none": {"follow_up_forgotten": {**each, "times_per_year": 0}},
    }
    titles = {}
    for kind, answers in cases.items():
        decision = answering(answers)
        section = pains(Desk(decision, language(code)))
        assert section is not None
        titles[kind] = section.title
        assert UNFILLED.findall(shown(decision, code, section)) == []
    assert len(set(titles.values())) == len(cases)
    assert re.sub(r"\s+", " ", money(code, 30_000)) in re.sub(r"\s+", " ", titles["several"])
    assert "90%" in titles["one"]
    assert "0%" in titles["cannot"]
    forgotten = language(code).own(bank.pains()["follow_up_forgotten"].label)
    assert forgotten in titles["one"]
    assert forgotten in titles["single"]


def test_where_nobody_was_asked_there_is_no_section() -> None:
    desk = Desk(answering({}), language("en"))
    assert pains(desk) is None
    assert first(desk) == ""


@both
def test_pains_of_discipline_ask_for_no_capability_and_say_so(code: str) -> None:
    decision = answering({name: {"times_per_year": "weekly", "cost_each": 500} for name in DISCIPLINE})
    text, words = pains_text(decision, code), language(code)
    assert words.text("pains.wanted.none") in text
    assert not [
        one
        for one in bank.capabilities().values()
        if words.own(one.explanation) in text.split(words.text("pains.wanted.title"))[1]
    ]
    assert all(
        words.own(bank.pains()[name].remedy) in loosely(text, words.own(bank.pains()[name].remedy))
        for name in DISCIPLINE
    )
    assert words.portion(1 / 3).replace("\u00a0", " ") in text


@both
def test_what_nobody_knows_stands_with_its_question_and_no_money(code: str) -> None:
    decision, words = answering(dict.fromkeys(bank.pains(), "dont_know")), language(code)
    text = pains_text(decision, code)
    for pain in bank.pains().values():
        assert re.sub(r"\s+", " ", words.own(pain.question)) in text
    assert "¥" not in text
    assert words.text("pains.unknown") in text


@both
def test_two_pains_on_one_benefit_are_never_added_up(code: str) -> None:
    each = {"times_per_year": 10, "cost_each": 1000}
    shared = [
        name for name, pain in bank.pains().items() if bank.kpis()[pain.kpi].line == "conversion_uplift"
    ][:2]
    note = language(code).text("pains.shared", labels="|").split("|")[1]
    assert len(shared) == 2
    assert note in pains_text(answering(dict.fromkeys(shared, each)), code)
    assert note not in pains_text(answering(dict.fromkeys((shared[0], "long_approvals"), each)), code)


@both
def test_the_order_names_the_runner_up_and_the_sum_it_takes(code: str) -> None:
    text, words = pains_text(decided("machinery-maker"), code), language(code)
    sentence = words.text(
        "pains.order", label=words.own(bank.pains()["inflated_pipeline"].label), annual="|", overtakes="|"
    )
    start, middle, end = sentence.split("|")
    found = re.search(
        f"{re.escape(start.strip())}(.*?){re.escape(middle.strip())}(.*?){re.escape(end.strip())}", text
    )
    assert found is not None
    assert (found[1].strip(), found[2].strip()) == (
        money(code, 80_000),
        money(code, 160_000),
    )  # 4 × 20,000; 2 × 80,000
    unpriced = {"times_per_year": 1, "cost_each": "dont_know"}
    names = ("follow_up_forgotten", "long_approvals", "scattered_records", "several_versions")
    last = words.text(
        "pains.order.unknown", label=words.own(bank.pains()[max(names, key=list(bank.pains()).index)].label)
    )
    assert last in pains_text(answering(dict.fromkeys(names, unpriced)), code)


@both
def test_a_stake_says_why_it_is_not_what_the_pain_costs(code: str) -> None:
    decision, words = decided("machinery-maker"), language(code)
    stake = decision.diagnosis.pains[0].at_stake.mean  # type: ignore[union-attr]
    for times, key in ((0.1, "more"), (10.0, "less"), (1.0, "")):
        answer = {"follow_up_forgotten": {"times_per_year": times, "cost_each": stake}}
        text = pains_text(answering(answer), code)
        said = {name for name in ("more", "less") if words.text(f"pains.stake.{name}") in text}
        assert said == ({key} if key else set())
    assert words.text("pains.stake.no_line") in pains_text(
        answering({"delivery_not_visible": answer["follow_up_forgotten"]}), code
    )


@both
def test_the_answer_may_be_erp_or_no_system_at_all(code: str) -> None:
    each, words = {"times_per_year": 12, "cost_each": 3000}, language(code)
    erp = pains_text(answering({"delivery_not_visible": each}), code)
    assert words.text("pains.kind.erp.first") in loosely(erp, words.text("pains.kind.erp.first"))
    assert words.own(bank.kinds()["erp"].right_when) in loosely(
        erp, words.own(bank.kinds()["erp"].right_when)
    )
    without = next(name for name, pain in bank.pains().items() if not pain.kinds and pain.cure != "cannot")
    assert words.text("pains.kind.none") in pains_text(answering({without: each}), code)


@both
def test_what_the_company_wrote_is_escaped(code: str) -> None:
    answer = {"times_per_year": 1, "cost_each": 1, "evidence": HOSTILE}
    decision = answering({"follow_up_forgotten": answer})
    before = PreviousRecord(tried=True, why_it_ended=HOSTILE)
    decision = decision.model_copy(update={"case": decision.case.model_copy(update={"previous_crm": before})})
    desk = Desk(decision, language(code))
    for section in (pains(desk), people(desk)):
        assert section is not None
        html = str(Pages(desk).section(section).html)
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }} &amp;" in html


# --- people -----------------------------------------------------------------------------------------------


@every
def test_people_are_complete(name: str, code: str) -> None:
    decision, words = decided(name), language(code)
    text = people_text(decision, code)
    assert UNFILLED.findall(text) == []
    assert decision.team_fit is not None
    for one in BEHIND[decision.team_fit.rule]:
        assert words.own(bank.thresholds()[f"team.{one}"].reason).replace("\u00a0", " ") in loosely(
            text, words.own(bank.thresholds()[f"team.{one}"].reason)
        )
    for theme in decision.readiness.themes:
        assert words.own(bank.labels("readiness", "themes")[theme.id]) in text
        if theme.score is not None:
            assert words.share(theme.score) in text
    told = [bank.statements()[risk.statement] for risk in decision.readiness.risks]
    places = [text.index(words.own(one.label)) for one in told[:5]]
    assert places == sorted(places)
    assert not [one.id for one in told[5:] if words.own(one.remedy) in text]


@both
@pytest.mark.parametrize("rule", [rule for rule, _, _ in RULES])
def test_every_rule_of_team_fit_is_told_with_its_threshold(rule: str, code: str) -> None:
    teams = [
        Team(size, departments, roles) for size in (3, 8, 20) for departments in (1, 3) for roles in (1, 2)
    ]
    team = next(team for team in teams if judged(team)[0] == rule)
    fit = decided("machinery-maker").team_fit
    assert fit is not None
    known = {
        "people": team.people,
        "departments": int(team.departments),
        "rule": rule,
        "band": judged(team)[1],
    }
    decision = decided("machinery-maker").model_copy(
        update={"team_fit": fit.model_copy(update={**known, "nearest": list(nearest(team))})}
    )
    text = people_text(decision, code)
    assert UNFILLED.findall(text) == []
    assert f"{team.people:.0f}" in text
    for move in nearest(team):
        assert language(code).text(f"people.band.{move.band}") in text


OUTCOMES = "too_little_to_say fix_first measure_first pilot stay do_not_invest stage invest".split()


@both
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("band", ["sheet", "calculate", "necessary"])
def test_band_and_verdict_never_contradict_each_other_without_a_sentence(
    band: str, outcome: str, code: str
) -> None:
    decision = decided("machinery-maker")
    verdict = decision.verdict.model_copy(update={"outcome": outcome, "option": "saas"})
    assert decision.team_fit is not None
    fit = decision.team_fit.model_copy(update={"band": band})
    text = people_text(decision.model_copy(update={"verdict": verdict, "team_fit": fit}), code)
    buys = outcome in ("pilot", "stage", "invest")
    opposed = (band == "sheet" and (buys or outcome == "do_not_invest")) or (band == "necessary" and not buys)
    key = f"people.but.{band}.{outcome}"
    assert language(code).has(key) is opposed
    if opposed:
        assert language(code).text(key) in loosely(text, language(code).text(key))


@both
def test_a_shut_gate_stands_in_the_title_and_says_what_to_do_first(code: str) -> None:
    decision, words = decided("machinery-maker"), language(code)
    for name, gate in bank.gates().items():
        shut = decision.readiness.model_copy(update={name: False})
        text = people_text(decision.model_copy(update={"readiness": shut}), code)
        assert words.text(f"people.short.{name}") in text
        assert words.own(gate.remedy) in text
    assert words.own(bank.gates()["owner_named"].remedy) not in people_text(decision, code)


@both
@pytest.mark.parametrize(("needed", "key"), [(0.1, "below"), (0.6, "within"), (0.95, "above"), (None, "any")])
def test_the_share_with_which_it_pays_is_held_against_what_readiness_supports(
    needed: float | None, key: str, code: str
) -> None:
    decision = decided("machinery-maker")  # suggested from about 40 to 80 %
    options = [
        one.model_copy(
            update={"break_even_adoption": needed, "npv": one.npv.model_copy(update={"most_likely": 1.0})}
        )
        for one in decision.options
    ]
    desk = Desk(decision.model_copy(update={"options": options}), language(code))
    text = shown(desk.decision, code, people(desk))
    name = desk.called(desk.decision.option("saas"))
    shared = "" if needed is None else desk.words.share(needed)
    expected = desk.words.text(f"people.needed.{key}", option=name, needed=shared)
    assert re.sub(r"\s", "", expected) in re.sub(r"\s", "", text)


@both
def test_the_suggested_range_stands_beside_that_of_the_model(code: str) -> None:
    desk = Desk(decided("machinery-maker"), language(code))
    section = people(desk)
    adoption = section.data["suggested"]["table"].rows[0]
    suggested, model = (desk.printer.bare(cell) for cell in adoption.cells)
    one = next(one for one in desk.decision.readiness.suggested if one.option == "saas")
    assert [round(100 * end) for end in one.adoption] == [
        int(part.strip("%")) for part in suggested.split(" / ")
    ]
    stated = next(item for item in desk.decision.assumptions if item.name == "saas.adoption")
    assert [round(100 * end) for end in stated.numbers] == [
        int(part.strip("%")) for part in model.split(" / ")
    ]
    more = stated.numbers[1] > one.adoption[1]
    assert section.data["suggested"]["title"] == desk.words.text(
        f"people.suggested.title.{'above' if more else 'below'}"
    )


@both
def test_a_team_that_nobody_counted_and_answers_that_nobody_gave_are_said_to_be_missing(code: str) -> None:
    words, nothing = language(code), {"team_fit": None, "readiness": readiness(case_with())}
    decision = decided("machinery-maker").model_copy(update=nothing)
    text = people_text(decision, code)
    assert words.text("people.fit.none") in text
    assert words.text("people.short.thin") in text
    assert words.text("people.risks.unknown") in text
    assert gravest(Desk(decision, words)) == ""
    assert UNFILLED.findall(text) == []


def test_what_became_of_the_tool_before_reaches_the_decision() -> None:
    case = load_case(ROOT / "examples" / "machinery-maker" / "case.yaml").case
    told = _case(case).previous_crm
    assert told is not None
    assert told.tried
    assert "nobody owned it" in language("en").own(told.why_it_ended)
    assert "续费" in language("zh-CN").own(told.why_it_ended)
    assert Decision.from_json(decided("machinery-maker").to_json()).case.previous_crm == told


@both
def test_each_story_of_the_tool_before_is_another(code: str) -> None:
    stories = [
        None,
        PreviousRecord(tried=False),
        PreviousRecord(tried=True),
        PreviousRecord(tried=True, why_it_ended="太慢"),
    ]
    said = []
    for story in stories:
        decision = decided("machinery-maker")
        case = decision.case.model_copy(update={"previous_crm": story})
        said.append(people(Desk(decision.model_copy(update={"case": case}), language(code))).data["previous"])
    assert said[0] == ""
    assert len(set(said)) == len(said)
    assert "太慢" in said[3]


# --- thresholds, terminal, catalogues ---------------------------------------------------------------------


@both
def test_every_threshold_is_printed_with_its_number_and_its_reason(code: str) -> None:
    decision, words = decided("machinery-maker"), language(code)
    table = thresholds(Desk(decision, words)).data["table"]
    rows = [row for row in table.rows if row.role != "group"]
    assert len(rows) == len(bank.thresholds())
    for row, (name, one) in zip(rows, bank.thresholds().items(), strict=True):
        assert row.cells == (words.own(one.reason),)
        for number in one.range or (one.value,):
            printed = {words.number(number), words.share(number), words.money(number, "CNY")}
            assert [form for form in printed if form in row.label.replace("每 ", "每")], (name, row.label)
    groups = [row.label for row in table.rows if row.role == "group"]
    assert len(set(groups)) == len(groups)
    text = shown(decision, code, thresholds(Desk(decision, words)))
    for share in ("33%", "15%", "80%"):  # a third, not 0.33; the middle of a range; of dealings on record
        assert share in text
    assert money(code, 31_600) in text


@every
def test_every_figure_of_theirs_that_has_a_formula_is_explained(name: str, code: str) -> None:
    desk = Desk(decided(name), language(code))
    pages = Pages(desk)
    for make in (pains, people):
        section = make(desk)
        assert section is not None
        pages.section(section)
    cited = list(pages.numbering)
    assert len(cited) > 10
    own = {figure.key for part in (diagnosis_figures, readiness_figures) for figure in part(desk.decision)}
    for figure in cited:
        assert figure.key in own or figure.key.endswith(".break_even_adoption")
        assert desk.figures[figure.key].value == figure.value
        assert label(desk, figure)
        assert formula(desk, figure)["text"]


@every
def test_the_terminal_says_three_lines(name: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    decision, words = decided(name), language(code)
    desk = Desk(decision, words)
    terminal.show(decision, words)
    said = re.sub(r"\s", "", capsys.readouterr().out)
    lines = [first(desk), people_title(desk), gravest(desk)]
    for line in filter(None, lines):
        assert re.sub(r"\s", "", line) in said
    worst = decision.diagnosis.pains[0]  # type: ignore[union-attr]
    assert words.own(bank.pains()[worst.id].label) in lines[0]
    assert money(code, worst.annual, decision.currency) in re.sub(r"\s+", " ", lines[0])


def test_every_threshold_and_no_other_has_a_label() -> None:
    for code in LANGUAGES:
        labelled = {
            key.removeprefix("people.limit.")
            for key in _catalogue(code, "people")
            if key.startswith("people.limit.")
        }
        assert labelled == set(bank.thresholds())
