"""The section on the choice between purchases follows the decision, and its numbers are the decision's."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from choice import loaded, product, scores

from assessment import assess, bank, load_case
from assessment.decision import Decision
from assessment.yamlfile import read
from reports import charts
from reports.language import language
from reports.pages import Pages, plain
from reports.sections.desk import Desk, Section
from reports.sections.selection import selection

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE, SHOPS = (ROOT / "examples" / name / "case.yaml" for name in ("machinery-maker", "retail-members"))
both = pytest.mark.parametrize("code", ["zh-CN", "en"])
UNFILLED = re.compile(r"\{\w+\}|\b(?:selection|report|terms)\.[a-z_]+|\bnan\b|\bNone\b")


@cache
def decided(path: Path, *changes: str) -> Decision:
    return assess(load_case(path, ["settings.draws=1024", *changes]))


def made(decision: Decision, code: str = "en") -> tuple[Desk, Section]:
    desk = Desk(decision, language(code))
    section = selection(desk)
    assert section is not None
    return desk, section


def text(desk: Desk, section: Section) -> str:
    """What a reader sees, charts and all, with plain blanks."""
    html = str(Pages(desk).section(section).html)
    return re.sub(r"\s+", " ", plain(html))


def drawn(chart: Any) -> list[str]:
    root = ElementTree.fromstring(charts.svg(chart, "t", "en"))
    return [element.text or "" for element in root.iter() if element.tag.endswith("}text")]


# --- the examples -----------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("path", [EXAMPLE, SHOPS], ids=lambda path: path.parent.name)
def test_every_option_is_ranked_scored_and_drawn(path: Path, code: str) -> None:
    decision = decided(path)
    desk, section = made(decision, code)
    said, found = text(desk, section), decision.selection
    assert found is not None
    assert not UNFILLED.search(said)
    table = section.data["ranking"]
    assert [row.label for row in table.rows] == [
        desk.name(decision.option(one.option)) for one in found.options
    ]
    assert [row.cells[1].value for row in table.rows] == [one.weighted_sum for one in found.options]
    for width in (charts.WIDE, charts.NARROW):
        (heat,), (bars,) = (
            picture.draw(width) for picture in (section.data["scores"], section.data["ranks"]["picture"])
        )
        scores = [desk.words.number(score.score) for one in found.options for score in one.scores]
        weights = [desk.words.share(one.weight) for one in found.criteria]
        numbers = [one for one in drawn(heat) if one in {*scores, *weights}]
        assert sorted(numbers) == sorted(scores + weights)
        firsts = {f"{one.acceptability[0]:.0%}" for one in found.options if one.acceptability}
        assert firsts <= {*drawn(bars)}


def test_money_and_scores_that_differ_are_told_apart_with_the_price_and_where_it_comes_from() -> None:
    decision = decided(EXAMPLE)
    desk, section = made(decision)
    found, means = decision.selection, {one.id: one.npv.mean for one in decision.options}
    assert found is not None
    assert found.by_money != found.by_score
    price = means[found.by_money or ""] - means[found.by_score or ""]
    assert desk.words.money(price, "CNY", se=found.price.se if found.price else None) in section.title
    for option in (found.by_money, found.by_score):
        assert desk.called(decision.option(option or "")) in section.title
    evidence = read(EXAMPLE).data["criteria"]["scores"]
    leads, said = section.data["leads"], text(desk, section)
    assert 0 < len(leads.rows) <= 3
    points = [abs(row.cells[0].value) for row in leads.rows]
    assert points == sorted(points, reverse=True)
    for row in leads.rows:
        name = next(one for one, label in bank.criteria().items() if label.label["en"] == row.label)
        for option in (found.by_score, found.by_money):
            assert evidence[option][name]["evidence"]["en"] in said


def test_where_they_agree_it_says_so_and_prices_nothing() -> None:
    desk, section = made(decided(SHOPS))
    assert section.title == desk.say("selection.title.agree", best=desk.called(desk.decision.option("saas")))
    assert section.data["leads"] is None


def test_what_fails_a_must_have_has_scores_and_no_rank() -> None:
    desk, section = made(decided(SHOPS))
    row = section.data["ranking"].rows[-1]
    assert "Data export" in row.note
    assert row.cells[0] == desk.none
    assert row.cells[1].value > 0
    met = {row.label: row for row in section.data["requirements"].rows}
    assert met["Data export"].note == desk.say("selection.must_have")
    assert met["Data export"].cells[1:] == ("Yes", "Yes", "Partly")


def test_requirements_are_those_of_the_pains_with_their_money_and_the_share_met() -> None:
    decision = decided(EXAMPLE)
    desk, section = made(decision)
    *rows, must, total = section.data["requirements"].rows
    pains, known = read(EXAMPLE).data["answers"]["pains"], bank.pains()
    times = {"yearly": 1, "quarterly": 4, "monthly": 12, "weekly": 52}
    money: dict[str, float] = {}
    for name, said in pains.items():
        if known[name].cure != "cannot":
            often = times.get(said["times_per_year"], said["times_per_year"])
            label = bank.capabilities()[known[name].capability].label["en"]
            money[label] = money.get(label, 0) + often * said["cost_each"]
    assert {row.label: row.cells[0].figure.value for row in rows} == money
    assert [row.cells[0].figure.value for row in rows] == sorted(money.values(), reverse=True)
    assert must.label == "Data export"
    worth = {"Yes": 1, "Partly": 0.5, "No": 0, desk.say("selection.unsaid"): 0}
    for column in (1, 2, 3):
        share = sum(worth[row.cells[column]] * money[row.label] for row in rows) / sum(money.values())
        assert total.cells[column].value == pytest.approx(share)


def test_the_smallest_change_of_one_weight_is_told_and_true() -> None:
    decision = decided(EXAMPLE)
    desk, section = made(decision)
    found = decision.selection
    assert found is not None
    flip = found.flips[0]
    (said,) = [one.text for one in section.data["notes"] if "puts" in one.text]
    assert desk.words.share(flip.to) in said
    beyond = flip.to + 1e-6 if flip.to > flip.now else flip.to - 1e-6
    weights = {
        one.criterion: beyond
        if one.criterion == flip.criterion
        else one.weight * (1 - beyond) / (1 - flip.now)
        for one in found.criteria
    }
    changed = decided(EXAMPLE, *(f"criteria.weights.{name}={weight}" for name, weight in weights.items()))
    assert changed.selection is not None
    assert desk.called(decision.option(changed.selection.by_score or "")) in said


# --- other cases ------------------------------------------------------------------------------------------


def decision_of(*options: dict[str, Any], **more: Any) -> Decision:
    return assess(loaded(*options, **more))


@both
def test_nothing_scored_is_said_in_a_short_paragraph_and_nothing_at_all_is_left_out(code: str) -> None:
    answers = {"pains": {"follow_up_forgotten": {"times_per_year": 12, "cost_each": 1000}}}
    able = product("a", capabilities={"task_reminders": "yes"})
    desk, section = made(decision_of(able, answers=answers), code)
    assert section.title == desk.say("selection.title.unscored")
    assert desk.say("selection.lead.unscored") in text(desk, section)
    assert section.data["scores"] is None
    assert "<svg" not in str(Pages(desk).section(section).html)
    assert selection(Desk(decision_of(product("a"), answers=answers), language(code))) is None
    assert selection(Desk(decision_of(product("a")), language(code))) is None


@both
def test_twelve_products_have_letters_and_a_legend(code: str) -> None:
    names = [f"product number {place}" for place in range(12)]
    criteria = {
        "weights": {"ease_and_mobile": 2, "analytics": 1, "tender": 1},
        "labels": {"tender": {"zh-CN": "投标管理", "en": "Tender module"}},
        "scores": {
            f"p{place}": scores(ease_and_mobile=place % 5, analytics=place % 7, tender=9 - place / 2)
            for place in range(12)
        },
    }
    answers = {"pains": {"follow_up_forgotten": {"times_per_year": 12, "cost_each": 1000}}}
    options = [
        product(f"p{place}", 10 * place, capabilities={"task_reminders": "yes"}) | {"name": name}
        for place, name in enumerate(names)
    ]
    decision = decision_of(*options, criteria=criteria, answers=answers)
    desk, section = made(decision, code)
    said = text(desk, section)
    assert not UNFILLED.search(said)
    heads = [head.label for head in section.data["requirements"].heads[2:]]
    assert len(set(heads)) == 12
    for picture in (section.data["scores"], section.data["money"]):
        for letter, option in zip(
            heads, decision.selection.options if decision.selection else (), strict=True
        ):
            name = desk.short(decision.option(option.option))
            assert re.search(rf"\b{letter}\s*[:：]\s*{name}", picture.caption)
        for width in (charts.WIDE, charts.NARROW):
            (chart,) = picture.draw(width)
            assert {*heads} <= {*drawn(chart)}


@both
def test_pairs_that_contradict_each_other_are_asked_again(code: str) -> None:
    pairs = [
        {"between": ["analytics", "integration"], "ratio": 2},
        {"between": ["integration", "extensibility"], "ratio": 2},
        {"between": ["extensibility", "analytics"], "ratio": 4},
    ]
    criteria = {"pairwise": pairs, "scores": {"a": scores(analytics=7), "b": scores(integration=6)}}
    desk, section = made(decision_of(product("a"), product("b"), criteria=criteria), code)
    said = " ".join(one.text for one in section.data["notes"])
    assert desk.words.own(bank.criteria()["analytics"].label) in said
    assert desk.words.ratio(2) in said
    assert desk.words.ratio(2 * 16 ** (-1 / 3)) in said  # the circle's excess in equal parts
    missing = [bank.criteria()[name].label for name in ("analytics", "extensibility")]
    assert all(desk.words.own(label) in said for label in missing)  # b was not scored on them


@both
def test_without_any_option_that_passes_there_is_no_winner(code: str) -> None:
    criteria = {"weights": {"analytics": 1}, "must_have": ["mobile"], "scores": {"a": scores(analytics=7)}}
    desk, section = made(decision_of(product("a"), product("b"), criteria=criteria), code)
    assert section.title == desk.say("selection.title.none")
    assert section.data["ranks"] is None
    assert not UNFILLED.search(text(desk, section))
    able = product("b", capabilities={"mobile": "yes"})
    desk, section = made(decision_of(product("a"), able, criteria=criteria), code)
    assert section.title == desk.say("selection.title.one", best=desk.called(desk.decision.option("b")))


def test_it_says_where_the_verdict_stands_if_that_is_something_else() -> None:
    for path, is_said in ((SHOPS, False), (EXAMPLE, False)):
        desk, section = made(decided(path))
        assert any(one.text == desk.say("selection.lead.page_one") for one in section.data["lead"]) == is_said
    desk, section = made(decided(SHOPS, "answers.readiness.owner_named=false"))
    assert desk.decision.verdict.outcome == "fix_first"
    assert section.data["lead"][-1].text == desk.say("selection.lead.page_one")
