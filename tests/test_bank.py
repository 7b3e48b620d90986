"""The question banks are complete, agree with the model and with each other, in both languages."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from math import sqrt
from typing import Any, get_args

import pytest
from test_language import HAN, PLACEHOLDER, VENDORS

from assessment import bank
from assessment.case import CostEach, Industry, Times
from assessment.diagnosed import Cause, Cure
from roi.engine import benefit_lines
from roi.quantities import EFFECTS, QUANTITIES
from templates import ROOT

MINE = ("pains", "capabilities", "kpis")
BANKS = sorted(path.stem for path in (ROOT / "questions").glob("*.toml"))
SENTENCES = ("explanation", "definition", "how", "cause_why", "cure_why", "remedy", "purpose", "right_when")


def texts(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    """Every text of a file with where it stands."""
    if not isinstance(node, dict):
        return
    if "en" in node or "zh-CN" in node:
        yield path, node
        return
    for key, item in node.items():
        yield from texts(item, (*path, key))


def of_bank(name: str) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    return list(texts(tomllib.loads((ROOT / "questions" / f"{name}.toml").read_text(encoding="utf-8"))))


# --- both languages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BANKS)
def test_every_text_stands_in_both_languages(name: str) -> None:
    found = of_bank(name)
    assert found
    for path, text in found:
        assert text.keys() == {"zh-CN", "en"}, path
        assert HAN.search(PLACEHOLDER.sub("字", text["zh-CN"])), path
        assert not HAN.search(text["en"]), path


@pytest.mark.parametrize("name", BANKS)
def test_no_vendor_is_named(name: str) -> None:
    everything = " ".join(part for _, text in of_bank(name) for part in text.values()).lower()
    assert not [vendor for vendor in VENDORS if vendor in everything]


@pytest.mark.parametrize("name", MINE)
def test_no_english_is_left_in_chinese(name: str) -> None:
    for path, text in of_bank(name):
        assert not set(re.findall(r"[A-Za-z]+", text["zh-CN"])) - {"CRM", "ERP"}, path


@pytest.mark.parametrize("name", MINE)
def test_sentences_end_and_labels_do_not_and_only_questions_count(name: str) -> None:
    for path, text in of_bank(name):
        ends = tuple(text[code].endswith(("。", "？", ".", "?")) for code in ("zh-CN", "en"))
        sentence = path[-1] in (*SENTENCES, "question")
        assert ends == (sentence, sentence), path
        if path[-1] != "question":
            assert not re.search(r"\d", "".join(text.values())), path


@pytest.mark.parametrize("name", MINE)
def test_no_two_names_are_the_same(name: str) -> None:
    for code in ("zh-CN", "en"):
        labels = Counter((path[0], text[code]) for path, text in of_bank(name) if path[-1] == "label")
        assert [label for label, times in labels.items() if times > 1] == []


# --- thresholds -------------------------------------------------------------------------------------------


def test_every_threshold_has_its_number_and_reason() -> None:
    for name, found in bank.thresholds().items():
        assert (found.value is None) != (found.range is None), name
        assert found.range is None or list(found.range) == sorted(found.range), name


def test_a_threshold_of_the_wrong_form_is_refused() -> None:
    with pytest.raises(TypeError, match="one number"):
        bank.threshold_range("verdict.near")
    with pytest.raises(KeyError):
        bank.threshold("verdict.far")
    with pytest.raises(ValueError, match="a value or a range"):
        bank.Threshold(reason={"zh-CN": "因为", "en": "because"})
    with pytest.raises(ValueError, match="zh-CN"):
        bank.Threshold(value=1, reason={"en": "because"})


def bands(answer: Any) -> set[str]:
    """The words that may stand for a number, without “don't know”."""
    words = get_args(get_args(get_args(answer)[0])[1])[0]
    return set(get_args(words)) - {"dont_know"}


@pytest.mark.parametrize(("group", "answer"), [("times_per_year", Times), ("cost_each", CostEach)])
def test_every_band_has_its_number(group: str, answer: Any) -> None:
    known = {name.partition(".")[2] for name in bank.thresholds() if name.startswith(f"{group}.")}
    assert known == bands(answer)


def test_bands_of_money_are_steps_of_ten_with_their_geometric_middle() -> None:
    names = "tens hundreds thousands tens_of_thousands hundreds_of_thousands millions".split()
    for power, name in enumerate(names, start=1):
        middle = sqrt(10**power * 10 ** (power + 1))
        assert bank.threshold(f"cost_each.{name}") == pytest.approx(middle, rel=0.002)


def test_bands_of_time_follow_the_calendar() -> None:
    times = {name: bank.threshold(f"times_per_year.{name}") for name in bands(Times)}
    assert (times["yearly"], times["quarterly"], times["monthly"]) == (1, 4, 12)
    assert times["weekly"] == pytest.approx(52, rel=0.05)
    assert times["daily"] == pytest.approx(248, rel=0.05)  # working days, as the defaults have them


# --- pains ------------------------------------------------------------------------------------------------


def test_the_catalogue_has_at_least_twenty_pains_in_six_groups() -> None:
    assert len(bank.pains()) >= 20
    groups = bank.labels("pains", "groups")
    assert list(groups) == ["customer_data", "sales_process", "marketing", "service", "insight", "people"]
    assert {pain.group for pain in bank.pains().values()} == set(groups)
    assert {"customers_leave_with_reps", "follow_up_forgotten"} <= bank.pains().keys()


def test_every_chain_leads_from_the_pain_to_its_remedy() -> None:
    assert list(bank.labels("pains", "causes")) == list(get_args(Cause))
    assert list(bank.labels("pains", "cures")) == list(get_args(Cure))
    for pain in bank.pains().values():
        assert pain.step in bank.labels("pains", "steps"), pain.id
        assert pain.capability in bank.capabilities(), pain.id
        assert pain.kpi in bank.kpis(), pain.id
        assert set(pain.kinds) <= bank.kinds().keys(), pain.id
        assert set(pain.industries) <= set(get_args(Industry)), pain.id
        assert "industries" not in pain.model_fields_set or pain.industries, pain.id
    assert {pain.step for pain in bank.pains().values()} == set(bank.labels("pains", "steps"))


def test_no_tool_cures_people() -> None:
    assert {pain.cure for pain in bank.pains().values()} == set(get_args(Cure))
    for pain in bank.pains().values():
        assert pain.cure != "cures" or pain.cause != "people", pain.id
        assert pain.cure != "cures" or pain.group != "people", pain.id


def test_every_kind_of_crm_is_pointed_to_by_some_pain() -> None:
    assert set(bank.kinds()) == {"traditional", "social", "private_domain", "erp"}
    assert {kind for pain in bank.pains().values() for kind in pain.kinds} == set(bank.kinds())


def test_questions_ask_for_counts() -> None:
    for pain in bank.pains().values():
        for code, asking in (("zh-CN", r"几|多少"), ("en", r"(?i)how (many|often|far|much)|what part")):
            assert re.search(asking, pain.question[code]), (pain.id, code)


# --- capabilities and indicators --------------------------------------------------------------------------

R10 = (
    "customer_record permissions_handover task_reminders sales_stages stage_gates quotes knowledge_base "
    "lead_pool lead_tracking nurturing private_domain_touchpoints tickets funnel forecast channel_return "
    "customer_health process_engine rule_engine report_engine integration mobile data_export"
).split()
R11 = (  # the tables of D1 and D2, the list of D4
    "stage_conversion sales_cycle weighted_forecast win_rate win_loss_reasons leads_by_channel "
    "lead_to_opportunity_rate acquisition_cost campaign_revenue customer_activity service_requests "
    "satisfaction renewal_rate churn_rate promoter_score attainment contracts activity collection_rate "
    "deal_size lifetime_value channel_return average_order repeat_rate forecast_accuracy new_rep_ramp "
    "admin_hours"
).split()


def test_what_was_asked_for_is_in_the_catalogues() -> None:
    assert not set(R10) - bank.capabilities().keys()
    assert not set(R11) - bank.kpis().keys()


@pytest.mark.parametrize(("file", "table"), [("capabilities", "capabilities"), ("kpis", "kpis")])
def test_every_group_is_named_and_used(file: str, table: str) -> None:
    rows = bank.capabilities() if table == "capabilities" else bank.kpis()
    assert {row.group for row in rows.values()} == set(bank.labels(file, "groups"))


def test_an_indicator_speaks_the_language_of_the_model() -> None:
    for kpi in bank.kpis().values():
        assert kpi.line is None or kpi.line in benefit_lines(), kpi.id
        assert kpi.baseline is None or kpi.baseline in QUANTITIES.keys() - EFFECTS, kpi.id
        assert kpi.target is None or kpi.target in EFFECTS, kpi.id
        assert kpi.line is not None or kpi.target is None, kpi.id


def test_every_line_has_an_indicator_and_every_effect_moves_exactly_one() -> None:
    assert {kpi.line for kpi in bank.kpis().values()} - {None} == set(benefit_lines())
    moved = Counter(kpi.target for kpi in bank.kpis().values() if kpi.target)
    assert moved == dict.fromkeys(EFFECTS, 1)
