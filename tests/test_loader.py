"""Case files that are refused, understood, completed and warned of.

What is expected comes from the contract (CASEFILE.md, MODEL.md's “Domains” and conventions, ARCHITECTURE.md's
“Bad input”), transcribed here by hand.
"""

import ast
import copy
import inspect
import json
import math
import re
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from assessment import assess, case_from_data, load_case, rules
from assessment.bank import statements
from assessment.case import Case, StatedPain
from assessment.decision import Decision
from assessment.loader import Loaded
from assessment.remarks import InputError, Remark
from assessment.yamlfile import parse, read
from assessment.yamlwriter import update
from roi.engine import cash_flow, inputs_in_use
from roi.quantities import ASSUMPTIONS, QUANTITIES
from templates import ROOT

EXAMPLES = sorted(Path(__file__).parents[1].glob("examples/*/case.yaml"))

# One thing a line, so that a fault's line says which. 12 · S = 12 · (20 · ½ · ⅖ · 1000 + 100 · ½ · 200).
BASE = """\
schema: 1
id: base
title: Base
language: en
organisation:
  industry: other
settings:
  amounts_exclude_vat: true
  years: 3
  draws: 256
assumptions:
  users: 10
  managers: 1
  sales_users: 1
  annual_revenue: 168000
  contribution_margin: 0.5
  leads_per_month: 20
  lead_to_opportunity: 0.5
  opportunity_to_win: 0.4
  deal_value: 1000
  active_customers: 100
  orders_per_customer_month: 0.5
  order_value: 200
  churn_per_year: 0.1
  hourly_cost: 50
  churn_excludes_leavers: true
options:
  - id: saas
    kind: saas
    adoption: 0.6
    abandon: {probability: 0.15, month: 12}
    dip: {share: 0, months: 0}
    costs:
      - id: licence
        category: subscription
        amount: 100
        per: user_year
        when: contract
      - id: training
        category: training
        hours: 8
        per: user
        when: implementation
"""
ASSUMPTION, OPTION = "  churn_excludes_leavers: true\n", "    adoption: 0.6\n"  # lines that others may follow


def replaced(old: str, new: str, text: str = BASE) -> str:
    assert text.count(old) == 1, f"{text.count(old)} times in the case: {old!r}"
    return text.replace(old, new)


def stating(*lines: str, text: str = BASE) -> str:
    """A case with more assumptions."""
    return replaced(ASSUMPTION, ASSUMPTION + "".join(f"  {line}\n" for line in lines), text)


def saying(*lines: str, text: str = BASE) -> str:
    """A case whose option says more of itself, or says something else."""
    for key in {line.partition(":")[0] for line in lines} & {"abandon", "dip"}:
        text = re.sub(rf"^    {key}: .*\n", "", text, count=1, flags=re.MULTILINE)
    return replaced(OPTION, OPTION + "".join(f"    {line}\n" for line in lines), text)


def without(*names: str, text: str = BASE) -> str:
    """A case without some of its assumptions."""
    for name in names:
        text, count = re.subn(rf"^  {name}: .*\n", "", text, flags=re.MULTILINE)
        assert count == 1, name
    return text


def people(line: str, text: str = BASE) -> str:
    """A case with head counts."""
    return replaced("  industry: other\n", f"  industry: other\n  people: {line}\n", text)


def write(folder: Path, text: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str, *changes: str) -> Loaded:
    return load_case(write(folder, text), changes)


def refusal(folder: Path, text: str, *changes: str) -> tuple[Remark, ...]:
    with pytest.raises(InputError) as caught:
        load_case(write(folder, text), changes)
    return caught.value.faults


def faults_of(load: Callable[[Any], Loaded], given: Any) -> tuple[Remark, ...]:
    """None for what is accepted; anything but an InputError is not caught."""
    try:
        load(given)
    except InputError as error:
        return error.faults
    return ()


def line_of(text: str, words: str) -> int:
    (number,) = (number for number, line in enumerate(text.split("\n"), 1) if words in line)
    return number


def likely(loaded: Loaded, name: str) -> float:
    return loaded.model.assumptions[name].most_likely


def ends(loaded: Loaded, name: str) -> tuple[float, ...]:
    return loaded.model.assumptions[name].distribution.ends


def test_the_base_case_is_sound(tmp_path: Path) -> None:
    loaded = load(tmp_path, BASE)
    assert loaded.warnings == ()
    assert loaded.notices == ()
    assert loaded.file == str(tmp_path / "case.yaml")


# --- one fault, at its place ------------------------------------------------------------------------------


def bad(text: str, at: str, place: str, code: str, **details: str) -> Any:
    """A text with one fault: on the line with `at`, in the field `place`, naming at least these details."""
    return pytest.param(text, at, place, code, details, id=f"{code}-{at}")


def edit(old: str, new: str, place: str, code: str, **details: str) -> Any:
    return bad(replaced(f" {old}\n", f" {new}\n"), new, place, code, **details)


def users(new: str, code: str, place: str = "assumptions.users", **details: str) -> Any:
    return bad(replaced("  users: 10\n", f"  users: {new}\n"), new, place, code, **details)


def price(new: str, code: str, place: str = "", **details: str) -> Any:
    text = replaced("deal_value: 1000", f"deal_value: {{distribution: {{{new}}}}}")
    return bad(text, new, f"assumptions.deal_value.distribution{place}", code, **details)


def assumption(line: str, place: str, code: str, **details: str) -> Any:
    return bad(stating(line), line, f"assumptions.{place}", code, **details)


def option(line: str, place: str, code: str, **details: str) -> Any:
    return bad(saying(line), line, f"options[0].{place}", code, **details)


def group(line: str, place: str, code: str, **details: str) -> Any:
    return bad(f"{BASE}{line}\n", line, place, code, **details)


def licence(line: str, place: str, code: str, **details: str) -> Any:
    text = replaced("        when: contract\n", f"        when: contract\n        {line}\n")
    return bad(text, line, f"options[0].costs[0].{place}", code, **details)


def own(line: str, place: str, code: str, **details: str) -> Any:
    return group(f"benefits: {{extra: [{{{line}}}]}}", f"benefits.extra[0]{place}", code, **details)


def two_costs(second: str, place: str, code: str, at: str = "id: training", **details: str) -> Any:
    text = BASE[: BASE.index("      - id: training")] + second
    return bad(text, at, f"options[0].costs[1]{place}", code, **details)


UNKNOWN = "unknown_field"
OWN = "dimension: efficiency, cash: true, monthly: 5"
FORMULA = "id: fees, dimension: efficiency, cash: true, monthly"
TRAINING = "      - id: training\n        category: training\n"
AHEAD = "billing: year_ahead\n"
REFUSED = [
    # unknown fields, at every level
    bad(replaced("language: en", "langauge: en"), "langauge", "langauge", UNKNOWN, nearest="language"),
    edit("years: 3", "yaers: 3", "settings.yaers", UNKNOWN, name="yaers", nearest="years"),
    bad(people("{}\n  sistems: []"), "sistems", "organisation.sistems", UNKNOWN, nearest="systems"),
    bad(people("{slaes: 1}"), "slaes", "organisation.people.slaes", UNKNOWN, nearest="sales"),
    group("prepared: {fro: me}", "prepared.fro", UNKNOWN, nearest="for"),
    group("answers: {pain: {}}", "answers.pain", UNKNOWN, nearest="pains"),
    group("benefits: {offf: []}", "benefits.offf", UNKNOWN, nearest="off"),
    own(f"id: fees, {OWN}, labell: x", ".labell", UNKNOWN, nearest="label"),
    group(
        "correlations: [{between: [deal_value, order_value], rank: 0.1, rnak: 0.1}]",
        "correlations[0].rnak",
        UNKNOWN,
        nearest="rank",
    ),
    group("criteria: {wieghts: {}}", "criteria.wieghts", UNKNOWN, nearest="weights"),
    group(
        "criteria: {scores: {saas: {ease: {score: 5, evidnce: x}}}}",
        "criteria.scores.saas.ease.evidnce",
        UNKNOWN,
        nearest="evidence",
    ),
    assumption("usres: 5", "usres", UNKNOWN, name="usres", nearest="users"),
    assumption("adoption: 0.5", "adoption", UNKNOWN, name="adoption"),
    users("{value: 10, sorce: {kind: guess}}", UNKNOWN, "assumptions.users.sorce", nearest="source"),
    users("{value: 10, rnage: [1, 2, 3]}", UNKNOWN, "assumptions.users.rnage", nearest="range"),
    users(
        "{value: 10, source: {kind: guess, titel: x}}",
        UNKNOWN,
        "assumptions.users.source.titel",
        nearest="title",
    ),
    users(
        "{value: 10, learnable: {how: desk, weks: 1}}",
        UNKNOWN,
        "assumptions.users.learnable.weks",
        nearest="weeks",
    ),
    price("kind: normal, low: 9, high: 11, intervall: 0.8", UNKNOWN, ".intervall", nearest="interval"),
    price("kind: uniform, low: 9, high: 11, likely: 10", UNKNOWN, ".likely", nearest=""),
    price("kind: uniform, low: 9, hihg: 11", UNKNOWN, ".hihg", nearest="high"),
    option("ramp_moths: 3", "ramp_moths", UNKNOWN, nearest="ramp_months"),
    option("effects: {cycle_reducton: 0.1}", "effects.cycle_reducton", UNKNOWN, nearest="cycle_reduction"),
    option("abandon: {probability: 0.1, months: 5}", "abandon.months", UNKNOWN, nearest="month"),
    option("dip: {share: 0.1, months: 2, shares: 0.1}", "dip.shares", UNKNOWN, nearest="share"),
    option(
        "contract: {term_months: 1, notise_months: 1}",
        "contract.notise_months",
        UNKNOWN,
        nearest="notice_months",
    ),
    option("pilot: {posible: true}", "pilot.posible", UNKNOWN, nearest="possible"),
    licence("hiden: true", "hiden", UNKNOWN, nearest="hidden"),
    edit(
        "category: subscription",
        "catgory: subscription",
        "options[0].costs[0].catgory",
        UNKNOWN,
        nearest="category",
    ),
    bad(replaced("title: Base", "title: {zh-CN: 一, en: one, zh-TW: 一}"), "title", "title.zh-TW", UNKNOWN),
    # wrong types
    users("many", "not_a_number", found="many"),
    bad(
        replaced("users: 10", "users: true"),
        " users: true",
        "assumptions.users",
        "not_a_number",
        found="true",
    ),
    users('"10"', "not_a_number", found='"10"'),
    users("[8, ten, 12]", "not_a_number", found="ten"),
    users("[8, 12]", "range_needs_three", found="2"),
    users("[8, 9, 10, 12]", "range_needs_three", found="4"),
    users("{value: 10, range: [8, 9, 10]}", "one_of_value_range_distribution", found="value, range"),
    users("{vlaue: 10}", "one_of_value_range_distribution", found="vlaue", nearest="value"),
    users("{distribution: 10}", "not_a_group", "assumptions.users.distribution", found="10"),
    price("low: 1, high: 2", "kind_missing"),
    price("kind: unifrom, low: 1, high: 2", "not_one_of", ".kind", found="unifrom", nearest="uniform"),
    edit("years: 3", "years: 2.5", "settings.years", "not_a_whole_number", found="2.5"),
    edit(
        "amounts_exclude_vat: true",
        "amounts_exclude_vat: 1",
        "settings.amounts_exclude_vat",
        "not_true_or_false",
        found="1",
    ),
    edit(
        "amounts_exclude_vat: true",
        "amounts_exclude_vat: yes",
        "settings.amounts_exclude_vat",
        "not_true_or_false",
        found="yes",
    ),
    bad(replaced("title: Base", "title: 2026"), "title", "title", "not_a_text", found="2026"),
    bad(replaced("title: Base", "title: {zh-CN: 一}"), "title", "title.en", "missing_field", name="en"),
    group("benefits: {off: time_saved}", "benefits.off", "not_a_list", found="time_saved"),
    bad(people("twelve"), "twelve", "organisation.people", "not_a_group", found="twelve"),
    bad(replaced("id: base", "id: my case"), "my case", "id", "wrong_form", found="my case"),
    group("currency: yuan", "currency", "wrong_form", found="yuan"),
    group("currency: RNB", "currency", "unknown_currency", found="RNB"),
    group("correlations: [{between: [deal_value], rank: 0.1}]", "correlations[0].between", "wrong_length"),
    # schema
    bad(
        replaced("schema: 1", "schema: 2"),
        "schema",
        "schema",
        "schema_from_the_future",
        found="2",
        allowed="1",
    ),
    bad(replaced("schema: 1\n", ""), "id: base", "schema", "missing_field", name="schema"),
    bad(replaced("schema: 1", 'schema: "1"'), "schema", "schema", "not_a_whole_number", found='"1"'),
    bad(replaced("schema: 1", "schema: true"), "schema", "schema", "not_a_whole_number", found="true"),
    bad(replaced("schema: 1", "schema: 0"), "schema", "schema", "outside", found="0", allowed="≥ 1"),
    # no numbers
    users(".nan", "not_finite", found=".nan"),
    users(".inf", "not_finite", found=".inf"),
    users("[1, 2, .INF]", "not_finite", "assumptions.users[2]", found=".INF"),
    users("1e999", "number_too_large", found="1e999"),
    # settings
    bad(
        replaced("  amounts_exclude_vat: true\n", ""),
        "settings",
        "settings.amounts_exclude_vat",
        "missing_field",
        name="amounts_exclude_vat",
    ),
    bad(
        replaced("amounts_exclude_vat: true", "amounts_exclude_vat: false"),
        "settings",
        "settings.vat_rate",
        "vat_rate_missing",
    ),
    edit("years: 3", "years: 11", "settings.years", "outside", found="11", allowed="≤ 10"),
    edit("years: 3", "years: 0", "settings.years", "outside", found="0", allowed="≥ 1"),
    edit("years: 3", "discount_rate: 0.51", "settings.discount_rate", "outside", allowed="≤ 0.5"),
    edit("draws: 256", "draws: 1000", "settings.draws", "not_a_power_of_two", found="1000"),
    # ranges
    users("[11, 10, 12]", "not_in_order", found="11, 10, 12"),
    users("[9, 13, 12]", "not_in_order", found="9, 13, 12"),
    price("kind: normal, low: 2, high: 1", "not_in_order", found="2, 1"),
    price("kind: metalog, p10: 3, p50: 2, p90: 5", "not_in_order", found="3, 2, 5"),
    price("kind: metalog, p10: 0, p50: 16.6, p90: 100", "metalog_too_skewed", allowed="16.6578 – 83.3422"),
    price("kind: lognormal, low: 0, high: 1", "outside", ".low", found="0", allowed="> 0"),
    price("kind: normal, low: 1, high: 2, interval: 1", "outside", ".interval", allowed="< 1"),
    # options and their costs
    edit("kind: saas", "kind: sass", "options[0].kind", "not_one_of", found="sass", nearest="saas"),
    bad(BASE + "  - {id: saas, kind: nocode}\n", "nocode", "options[1].id", "id_taken", found="saas"),
    edit("id: saas", "id: users", "options[0].id", "id_taken", found="users"),
    edit("id: saas", "id: status_quo", "options[0].id", "id_reserved", found="status_quo"),
    *(
        bad(
            f"{BASE}  - {{id: a, kind: {kind}}}\n  - {{id: b, kind: {kind}}}\n",
            "options",
            "options",
            "kind_twice",
        )
        for kind in ("status_quo", "spreadsheet")
    ),
    option("abandon: {probability: 1.5}", "abandon.probability", "outside", found="1.5", allowed="≤ 1"),
    *(
        edit("id: training", f"id: {name}", "options[0].costs[1].id", "id_taken", found=name)
        for name in "data_entry productivity_dip adoption overrun fit abandon dip_share users".split()
    ),
    edit("id: training", "id: 'licence'", "options[0].costs[1].id", "id_taken", found="licence"),
    two_costs(
        f"{TRAINING}        hours: 8\n        uplift: 0.05\n        per: month\n        when: running\n",
        ".uplift",
        "uplift_on_hours",
        at="uplift",
    ),
    two_costs(
        f"{TRAINING}        amount: 8\n        uplift: 0.05\n        per: user\n        when: upfront\n",
        ".uplift",
        "uplift_when",
        at="uplift",
        allowed="contract, running",
    ),
    two_costs(
        f"{TRAINING}        hours: 8\n        amount: 8\n        per: user\n        when: upfront\n",
        "",
        "amount_or_hours",
    ),
    two_costs(f"{TRAINING}        per: user\n        when: upfront\n", "", "amount_or_hours"),
    two_costs(
        f"{TRAINING}        amount: 8\n        per: year\n        when: running\n        {AHEAD}",
        ".billing",
        "billing_when",
        at="billing",
        allowed="contract",
    ),
    two_costs(
        f"{TRAINING}        amount: 8\n        per: once\n        when: upfront\n        {AHEAD}",
        ".billing",
        "billing_when",
        at="billing",
        allowed="contract",
    ),
    # benefit lines
    group("benefits: {on: [faster_decision]}", "benefits.on[0]", "unknown_line", nearest="faster_decisions"),
    group(
        "benefits: {off: [retention, time_savd]}",
        "benefits.off[1]",
        "unknown_line",
        found="time_savd",
        nearest="time_saved",
    ),
    group("benefits: {only: [reporting]}", "benefits.only[0]", "unknown_line", found="reporting"),
    group(
        "answers: {pains: {follow_up_forgoten: dont_know}}",
        "answers.pains.follow_up_forgoten",
        "unknown_pain",
        nearest="follow_up_forgotten",
    ),
    group(
        "criteria: {weights: {ease: 1}, pairwise: [{between: [ease, cost], ratio: 2}]}",
        "criteria.pairwise",
        "weights_or_pairwise",
    ),
    group("criteria: {weights: {ease: 0}, scores: {saas: {}}}", "criteria.weights", "weights_missing"),
    group(
        "criteria: {weights: {ease: 1}, scores: {sass: {ease: {score: 1}}}}",
        "criteria.scores.sass",
        "unknown_option",
        found="sass",
        nearest="saas",
    ),
    group(
        "criteria: {weights: {ease: 1}, scores: {saas: {eese: {score: 1}}}}",
        "criteria.scores.saas.eese",
        "unknown_criterion",
        found="eese",
        nearest="ease",
    ),
    group(
        "criteria: {weights: {ease: 1}, labels: {eese: Ease}}",
        "criteria.labels.eese",
        "unknown_criterion",
        nearest="ease",
    ),
    group(
        "criteria: {pairwise: [{between: [a, b], ratio: 2}, {between: [b, a], ratio: 2}]}",
        "criteria.pairwise[1].between",
        "pair_twice",
        found="b, a",
    ),
    group(
        "criteria: {pairwise: [{between: [a, a], ratio: 2}]}",
        "criteria.pairwise[0].between",
        "pair_twice",
    ),
    group(
        "criteria: {pairwise: [{between: [ease, cost], ratio: 2}, {between: [care, eese], ratio: 2},"
        " {between: [cost, care], ratio: 2}]}",
        "criteria.pairwise",
        "pairs_missing",
        found="ease – care; ease – eese; cost – eese",
        nearest="eese",
    ),
    group(
        "criteria: {pairwise: ["
        + ", ".join(f"{{between: [c{i}, c{j}], ratio: 1}}" for i in range(11) for j in range(i))
        + "]}",
        "criteria.pairwise",
        "too_many_to_compare",
        found="11",
        allowed="10",
    ),
    group("criteria: {pairwise: [{between: [a, b], ratio: 11}]}", "criteria.pairwise[0].ratio", "outside"),
    group("benefits: {only: [time_saved], on: [retention]}", "benefits.only", "only_excludes_on_and_off"),
    group("benefits: {only: [time_saved], off: [retention]}", "benefits.only", "only_excludes_on_and_off"),
    *(
        own(f"id: {name}, {OWN}", ".id", "id_taken", found=name)
        for name in ("retention", "deal_value", "saas")
    ),
    group(f"benefits: {{extra: [{{id: x, {OWN}}}, {{id: x, {OWN}}}]}}", "benefits.extra[1].id", "id_taken"),
    # own lines as formulas
    *(
        own(f"{FORMULA}: {text}", ".monthly", code, **details)
        for text, code, details in (
            ("deal_vlaue * 2", "formula_unknown_name", {"found": "deal_vlaue", "nearest": "deal_value"}),
            ("a lot", "formula_wrong_form", {"found": "a lot"}),
            ('"users * (fit"', "formula_wrong_form", {"found": "users * (fit"}),
            ("users * 3%", "formula_not_allowed", {"found": "%", "allowed": "+ - * / ** ( ) min max"}),
            ("2 * exp(users)", "formula_not_allowed", {"found": "exp(users)"}),
            ("users +" + " 1 +" * 130 + " 1", "formula_too_long", {"found": "529", "allowed": "500"}),
            ("users" + "+1" * 60, "formula_too_deep", {"allowed": "50"}),
            ("users / (managers - 1)", "formula_no_amount", {"name": "fees"}),
            ("1000 ** users", "formula_no_amount", {"name": "fees"}),
            ('"300"', "not_a_number", {"found": '"300"'}),
        )
    ),
    bad(
        without("churn_excludes_leavers"),
        "assumptions",
        "assumptions.churn_excludes_leavers",
        "churn_excludes_leavers_missing",
    ),
    edit(
        "churn_excludes_leavers: true",
        "churn_excludes_leavers: false",
        "assumptions.churn_excludes_leavers",
        "churn_excludes_leavers_missing",
    ),
    # relations, at the likely values
    assumption(
        "churn_reduction: [0, 0.11, 0.2]",
        "churn_reduction",
        "outside",
        found="0.11",
        allowed="≤ churn_per_year (0.1)",
    ),
    option(
        "effects: {churn_reduction: 0.11}",
        "effects.churn_reduction",
        "outside",
        found="0.11",
        allowed="≤ churn_per_year (0.1)",
    ),
    edit(
        "sales_users: 1",
        "sales_users: [1, 11, 12]",
        "assumptions.sales_users",
        "outside",
        found="11",
        allowed="≤ users (10)",
    ),
    bad(
        people("{sales: 12}", without("sales_users")),
        "sales: 12",
        "organisation.people.sales",
        "outside",
        found="12",
        allowed="≤ users (10)",
    ),
    bad(
        people("{service: 2}", replaced("sales_users: 1", "sales_users: 3", without("users"))),
        "sales_users",
        "assumptions.sales_users",
        "outside",
        found="3",
        allowed="≤ users (2)",
    ),
    bad(
        people("{sales: 100001}", without("users", "managers", "sales_users")),
        "people",
        "organisation.people",
        "outside",
        found="100001",
        allowed="1 – 100000",
    ),
    # reconciliation with reality: 12 · S = 168,000
    edit(
        "annual_revenue: 168000",
        "annual_revenue: 336001",
        "assumptions.annual_revenue",
        "revenue_far_off",
        found="168000",
        allowed="336001",
    ),
    edit("annual_revenue: 168000", "annual_revenue: 111999", "assumptions.annual_revenue", "revenue_far_off"),
    # first answers: 200 of 240 leads were won, though half of them never became an opportunity
    bad(
        without("opportunity_to_win") + "answers: {first: {new_customers_last_year: 200}}\n",
        "answers: {first",
        "answers.first.new_customers_last_year",
        "answers_contradict",
        found="1.67",
        allowed="0 – 1",
    ),
    # names in correlations
    group(
        "correlations: [{between: [deal_vlaue, order_value], rank: 0.1}]",
        "correlations[0].between[0]",
        "unknown_name",
        found="deal_vlaue",
        nearest="deal_value",
    ),
    group(
        "correlations: [{between: [order_value, saas.licenze], rank: 0.1}]",
        "correlations[0].between[1]",
        "unknown_name",
        nearest="saas.licence",
    ),
    bad(
        f"{BASE}benefits: {{extra: [{{{FORMULA}: users}}]}}\n"
        "correlations: [{between: [users, fees], rank: 0.1}]\n",
        "correlations",
        "correlations[0].between[1]",
        "unknown_name",
        found="fees",
    ),
    group(
        "correlations: [{between: [deal_value, deal_value], rank: 0.1}]",
        "correlations[0].between",
        "correlation_twice",
    ),
    group(
        "correlations: [{between: [deal_value, order_value], rank: 1}]",
        "correlations[0].rank",
        "outside",
        allowed="< 1",
    ),
]


@pytest.mark.parametrize(("text", "at", "place", "code", "details"), REFUSED)
def test_one_fault_at_its_place(
    text: str, at: str, place: str, code: str, details: dict[str, str], tmp_path: Path
) -> None:
    faults = refusal(tmp_path, text)
    assert [(fault.code, fault.field) for fault in faults] == [(code, place)]
    assert faults[0].line == line_of(text, at)
    assert faults[0].file == str(tmp_path / "case.yaml")
    assert {key: faults[0].details.get(key) for key in details} == details


PERIODS = ("contract", "running")
TABLE = {  # MODEL.md, “Costs”: what `per` goes with which `when`
    "once": ("upfront", "implementation", "exit"),
    "user": ("upfront", "implementation", "exit"),
    "month": PERIODS,
    "user_month": PERIODS,
    "year": PERIODS,
    "user_year": PERIODS,
    "change": ("running",),
    "joiner": ("running",),
}


@pytest.mark.parametrize(
    ("per", "when"), list(product(TABLE, ("upfront", "implementation", *PERIODS, "exit")))
)
def test_what_a_cost_is_paid_for_goes_with_when(per: str, when: str, tmp_path: Path) -> None:
    text = BASE.replace("per: user_year\n        when: contract", f"per: {per}\n        when: {when} # here")
    if when in TABLE[per]:
        assert load(tmp_path, text).model.options[-1].costs[0].when == when
        return
    (fault,) = refusal(tmp_path, text)
    assert (fault.code, fault.field) == ("per_when", "options[0].costs[0].when")
    assert fault.line == line_of(text, "# here")
    assert dict(fault.details) == {"found": when, "name": per, "allowed": ", ".join(TABLE[per])}


@pytest.mark.parametrize("when", PERIODS)
def test_money_that_recurs_may_rise(when: str, tmp_path: Path) -> None:
    text = replaced("        when: contract\n", f"        when: {when}\n        uplift: 0.05\n")
    uplift = load(tmp_path, text).model.options[-1].costs[0].uplift
    assert uplift is not None
    assert uplift.most_likely == 0.05


CORRELATED = stating(
    "sales_cycle_months: [1, 2, 3]",
    text=replaced("deal_value: 1000", "deal_value: [900, 1000, 1100]").replace(
        "order_value: 200", "order_value: [190, 200, 210]"
    ),
)


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        (  # a and b go with c, but a against b: no three inputs can
            "[{between: [deal_value, order_value], rank: 0.9}, "
            "{between: [order_value, sales_cycle_months], rank: 0.9}, "
            "{between: [deal_value, sales_cycle_months], rank: -0.9}]",
            [
                "deal_value – order_value",
                "order_value – sales_cycle_months",
                "deal_value – sales_cycle_months",
            ],
        ),
        (  # effects have 0.5 among each other by the common cause
            "[{between: [repeat_uplift, order_value_uplift], rank: -0.9}]",
            ["repeat_uplift – order_value_uplift"],
        ),
        ("[{between: [saas.abandon, repeat_uplift], rank: -0.9}]", ["saas.abandon – repeat_uplift"]),
    ],
)
def test_correlations_that_cannot_be(pairs: str, named: list[str], tmp_path: Path) -> None:
    text = f"{CORRELATED}correlations: {pairs}\n"
    (fault,) = refusal(tmp_path, text)
    assert (fault.code, fault.field) == ("impossible_correlations", "correlations")
    assert fault.line == line_of(text, "correlations:")
    assert fault.details["found"].split("; ") == named


def test_correlations_that_can_be(tmp_path: Path) -> None:
    pairs = (
        "[{between: [deal_value, order_value], rank: 0.6}, "
        "{between: [order_value, saas.adoption], rank: 0.3}]"
    )
    text = replaced("adoption: 0.6", "adoption: [0.5, 0.6, 0.7]", CORRELATED)
    loaded = load(tmp_path, f"{text}correlations: {pairs}\n")
    assert [item.rank for item in loaded.model.correlations] == [0.6, 0.3]


# --- domains: MODEL.md, “Domains”, by hand ----------------------------------------------------------------

SHARE, MONEY, GAIN, GROWTH = (0, 1), (0, 1e9), (-0.5, 1), (-0.5, 1)
DOMAINS: dict[str, tuple[float, float]] = {
    "users": (1, 1e5),
    "sales_users": (0, 1e5),
    **dict.fromkeys(("managers", "new_hires_per_year", "leavers_per_year"), (0, 1e4)),
    "hours_saved_per_user_day": (0, 4),
    "entry_minutes_per_user_day": (0, 240),
    "workdays_per_month": (1, 31),
    **dict.fromkeys(("hourly_cost", "manager_hourly_cost"), (0, 1e5)),
    **dict.fromkeys(
        "realisation resold_share fit adoption capacity_limited_share rep_touch_share wasted_share "
        "waste_reduction becomes_regular_share lost_share_at_leaving lost_share_reduction "
        "forecast_error_reduction cost_of_forecast_error contribution_margin exit_probability "
        "lead_to_opportunity opportunity_to_win selling_elasticity dip_share".split(),
        SHARE,
    ),
    **dict.fromkeys(
        "lead_to_opportunity_gain opportunity_to_win_gain repeat_uplift order_value_uplift".split(), GAIN
    ),
    **dict.fromkeys(("leads_per_month", "active_customers", "customers_per_rep"), (0, 1e7)),
    "sales_cycle_months": (0, 36),
    "selling_hours_per_rep_month": (10, 250),
    "cycle_reduction": (0, 0.5),
    "churn_per_year": (0, 0.95),
    "churn_reduction": (0, 0.95),
    "orders_per_customer_month": (0, 100),
    **dict.fromkeys(
        "deal_value order_value opportunity_value retired_tools_cost_per_month ramp_month_cost".split(), MONEY
    ),
    **dict.fromkeys(("annual_revenue", "marketing_spend_per_month"), (0, 1e12)),
    "ramp_months_saved": (0, 12),
    "manager_hours_saved_per_month": (0, 80),
    "collection_days_saved": (0, 180),
    "financing_rate_per_year": (0, 0.5),
    **dict.fromkeys(
        "user_growth_per_year lead_growth_per_year wage_growth_per_year price_growth_per_year".split(), GROWTH
    ),
    "fade_per_year": (0, 0.5),
    **dict.fromkeys(("implementation_months", "ramp_months"), (0, 60)),
    "overrun": (0.5, 5),
    **dict.fromkeys(("changes_per_year", "opportunities_captured_per_year"), (0, 1000)),
    "dip_months": (0, 12),
    "abandon_month": (0, 120),
}
ALSO_BY_OPTION = ("fade_per_year", "changes_per_year", "entry_minutes_per_user_day")
EFFECTS = (
    "hours_saved_per_user_day lead_to_opportunity_gain opportunity_to_win_gain cycle_reduction "
    "waste_reduction repeat_uplift order_value_uplift churn_reduction lost_share_reduction ramp_months_saved "
    "manager_hours_saved_per_month collection_days_saved forecast_error_reduction "
    "opportunities_captured_per_year"
).split()


def test_every_quantity_has_its_domain() -> None:
    assert set(DOMAINS) == set(QUANTITIES)
    assert {name for name, item in QUANTITIES.items() if item.effect} == set(EFFECTS)


def places(name: str) -> Iterator[tuple[str, str]]:
    """Where a case may state a quantity: the text, and the field."""
    if name in ASSUMPTIONS and f"  {name}: " in BASE:
        text = re.sub(rf"^  {name}: .*$", f"  {name}: NUMBERS # here", BASE, flags=re.MULTILINE)
        yield text, f"assumptions.{name}"
    elif name in ASSUMPTIONS:
        yield stating(f"{name}: NUMBERS # here"), f"assumptions.{name}"
    if name in EFFECTS:
        yield saying(f"effects: {{{name}: NUMBERS}} # here"), f"options[0].effects.{name}"
    elif name == "abandon_month":
        line = "abandon: {probability: 0.1, month: NUMBERS} # here"
        yield saying(line), "options[0].abandon.month"
    elif name in ("dip_share", "dip_months"):
        line = f"dip: {{share: 0.1, months: 2, {name[4:]}: NUMBERS}} # here"
        yield saying(re.sub(rf"{name[4:]}: [\d.]+, ", "", line)), f"options[0].dip.{name[4:]}"
    elif name == "adoption":
        yield replaced("adoption: 0.6", "adoption: NUMBERS # here"), "options[0].adoption"
    elif name not in ASSUMPTIONS or name in ALSO_BY_OPTION:
        yield saying(f"{name}: NUMBERS # here"), f"options[0].{name}"


MONEY_AND_HOURS = {
    "an amount": (replaced("amount: 100", "amount: NUMBERS # here"), "options[0].costs[0].amount", MONEY),
    "an uplift": (
        replaced("amount: 100", "amount: 100\n        uplift: NUMBERS # here"),
        "options[0].costs[0].uplift",
        (-0.2, 0.5),
    ),
    "an own line": (
        BASE
        + "benefits:\n  extra:\n    - id: fees\n      dimension: efficiency\n      cash: true\n"
        + "      monthly: NUMBERS # here\n",
        "benefits.extra[0].monthly",
        MONEY,
    ),
}
STATED = [(text, place, DOMAINS[name]) for name in DOMAINS for text, place in places(name)]
STATED += list(MONEY_AND_HOURS.values())


@pytest.mark.parametrize(("text", "place", "domain"), STATED, ids=[place for _, place, _ in STATED])
def test_outside_its_domain_at_any_of_three_numbers(
    text: str, place: str, domain: tuple[float, float], tmp_path: Path
) -> None:
    low, high = domain
    little = (high - low) / 1000
    for numbers, wrong in (
        ([low - little, low, low], 1),  # at its low
        ([low - 2 * little, low - little, low], 2),  # at its low and likely, or
        ([high, high + little, high + 2 * little], 2),  # its likely and high
        ([low, low, high + little], 1),  # at its high
    ):
        (fault,) = refusal(tmp_path, text.replace("NUMBERS", str(numbers)))
        assert (fault.code, fault.field) == ("outside", place)
        assert fault.line == line_of(text, "# here")
        outside = [number for number in numbers if not low <= number <= high]
        assert len(outside) == wrong
        assert [float(number) for number in fault.details["found"].split(", ")] == pytest.approx(outside)
        assert [float(number) for number in fault.details["allowed"].split(" – ")] == [low, high]


@pytest.mark.parametrize(("text", "place", "domain"), STATED, ids=[place for _, place, _ in STATED])
def test_both_ends_of_a_domain_are_allowed(
    text: str, place: str, domain: tuple[float, float], tmp_path: Path
) -> None:
    related = ("revenue_far_off", "churn_per_year", "users (")  # what it may do to other figures
    for number in domain:
        faults = faults_of(load_case, write(tmp_path, text.replace("NUMBERS", str(number))))
        assert all(any(word in str(fault) for word in related) for fault in faults)


def test_a_number_that_is_outside_by_little_is_shown_in_full(tmp_path: Path) -> None:
    (fault,) = refusal(tmp_path, replaced("order_value: 200", "order_value: 1000000001"))
    assert fault.details == {"found": "1000000001", "allowed": "0 – 1000000000"}


# --- own lines as formulas --------------------------------------------------------------------------------


def with_formula(text: str, case: str = BASE, **keys: str) -> str:
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    return f"{case}benefits: {{only: [], extra: [{{{FORMULA}: {text}{more}}}]}}\n"


def fees(text: str, folder: Path, option: str = "saas", case: str = BASE, **keys: str) -> Any:
    """The line in months 0 … H at the likely values."""
    model = load(folder, with_formula(text, case, **keys)).model
    flow = cash_flow(model, next(one for one in model.options if one.id == option))
    return flow.benefits["fees"][:, 0]


def test_a_formula_sees_the_months_grown_values(tmp_path: Path) -> None:
    """Leads grow by half a year, prices by a tenth; operation begins with month 1."""
    case = stating("lead_growth_per_year: 0.5", "price_growth_per_year: 0.1")
    case = saying("implementation_months: 0", "overrun: 1", "abandon: {probability: 0}", text=case)
    found = fees("leads_per_month * deal_value * 0.02", tmp_path, case=case, follows_adoption="false")
    expected = [20 * 1.5**year * 1000 * 1.1**year * 0.02 for year in (0, 1, 2) for _ in range(12)]
    assert found == pytest.approx([0, *expected])


def test_a_formula_follows_adoption_and_sees_the_option_s_own_answers(tmp_path: Path) -> None:
    case = saying("implementation_months: 1", "overrun: 1", "ramp_months: 2", "fit: 0.5", "fade_per_year: 0")
    found = fees("users * adoption * 100", tmp_path, case=case)
    assert found[:5] == pytest.approx([0, 0, 0.15 * 600, 0.3 * 600, 0.3 * 600])


def test_a_formula_sees_amounts_without_vat_and_a_case_without_selling_time(tmp_path: Path) -> None:
    taxed = replaced("amounts_exclude_vat: true", "amounts_exclude_vat: false\n  vat_rate: 0.25")
    live = {"follows_adoption": "false"}
    assert fees("deal_value", tmp_path, case=taxed, **live)[36] == pytest.approx(800)
    assert fees("5 + resold_share", tmp_path, **live)[36] == 5


def test_a_formula_is_not_asked_where_nothing_arrives(tmp_path: Path) -> None:
    nobody = replaced("adoption: 0.6", "adoption: 0")
    assert not fees("users / adoption", tmp_path, case=nobody).any()


def test_thirty_wan_is_still_a_number(tmp_path: Path) -> None:
    loaded = load(tmp_path, with_formula("30万"))
    assert [notice.code for notice in loaded.notices] == ["number_understood"]
    assert loaded.model.extra[0].formula == ""
    assert fees("30万", tmp_path, follows_adoption="false")[36] == 300_000


def test_what_a_formula_names_is_used_and_is_no_new_input(tmp_path: Path) -> None:
    case = stating("opportunity_value: 500")
    loaded = load(tmp_path, with_formula("opportunity_value / 2", case))
    assert {warning.field for warning in loaded.warnings if warning.code == "unused"}.isdisjoint(
        {"assumptions.opportunity_value"}
    )
    used = inputs_in_use(loaded.model)
    assert {"opportunity_value", "price_growth_per_year"} <= used.keys()
    assert "fees" not in used


def test_a_fact_that_only_a_formula_needs_is_asked(tmp_path: Path) -> None:
    loaded = load(tmp_path, with_formula("active_customers * 2", NOTHING_STATED))
    assert names_missing(assess(loaded)) == {*ALWAYS, "active_customers"}


def test_all_unknown_names_are_gathered_with_other_faults(tmp_path: Path) -> None:
    faults = refusal(tmp_path, with_formula("usres * deal_vlaue", replaced("years: 3", "yaers: 3")))
    assert [(fault.code, fault.details.get("nearest")) for fault in faults] == [
        ("unknown_field", "years"),
        ("formula_unknown_name", "deal_value"),
        ("formula_unknown_name", "users"),
    ]


def test_a_formula_that_fails_for_some_draws_is_the_cases_fault(tmp_path: Path) -> None:
    """Nobody saves an hour in a tenth of the draws."""
    case = stating("hours_saved_per_user_day: [0, 0.5, 1]")
    text = with_formula("users / hours_saved_per_user_day", case)
    with pytest.raises(InputError) as caught:
        assess(load(tmp_path, text))
    (fault,) = caught.value.faults
    assert (fault.code, fault.field) == ("formula_no_amount", "benefits.extra[0].monthly")
    assert (fault.line, fault.details) == (line_of(text, "monthly"), {"name": "fees"})


# --- several faults ---------------------------------------------------------------------------------------


def test_all_faults_are_gathered_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = replaced("draws: 256", "draws: 300", replaced("  users: 10", "  users: 0.5"))
    text = replaced("adoption: 0.6", "adoption: 2", replaced("managers: 1", "managers: -1", text))
    text = replaced("hours: 8", "hours: -8", text) + "benefits: {off: [nothing]}\n"
    faults = refusal(tmp_path, text)
    assert [fault.field for fault in faults] == [
        "settings.draws",
        "assumptions.users",
        "assumptions.managers",
        "options[0].adoption",
        "options[0].costs[1].hours",
        "benefits.off[0]",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line or 0 for fault in faults)


def test_all_faults_of_form_are_gathered_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = "unknown_first: 1\n" + replaced("years: 3", "years: three", replaced("kind: saas", "kind: sass"))
    text = replaced("  users: 10", "  users: [3, 2, 1]", text)
    assert [fault.field for fault in refusal(tmp_path, text)] == [
        "unknown_first",
        "settings.years",
        "assumptions.users",
        "options[0].kind",
    ]


def test_faults_of_form_and_of_domain_are_gathered_together(tmp_path: Path) -> None:
    text = replaced("years: 3", "yeers: 3", replaced("adoption: 0.6", "adoption: 2"))
    assert [fault.field for fault in refusal(tmp_path, text)] == ["settings.yeers", "options[0].adoption"]


def test_what_follows_from_a_fault_is_no_second_one(tmp_path: Path) -> None:
    """Sellers are not also said to be more than users where the users are what is wrong."""
    text = replaced("  users: 10", "  users: 0", replaced("sales_users: 1", "sales_users: 5"))
    assert [fault.field for fault in refusal(tmp_path, text)] == ["assumptions.users"]


# --- met half-way -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "name", "value", "code"),
    [
        ("users: 10", "users: １０", "users", 10, "number_understood"),
        ("users: 10", "users：10", "users", 10, "fullwidth_punctuation"),
        ("leads_per_month: 20", "leads_per_month: 0.002万", "leads_per_month", 20, "number_understood"),
        ("annual_revenue: 168000", "annual_revenue: 16.8万", "annual_revenue", 168_000, "number_understood"),
        ("annual_revenue: 168000", "annual_revenue: 168,000", "annual_revenue", 168_000, "number_understood"),
        ("churn_per_year: 0.1", "churn_per_year: 10%", "churn_per_year", 0.1, "number_understood"),
        ("churn_per_year: 0.1", "churn_per_year: １０％", "churn_per_year", 0.1, "number_understood"),
        ("deal_value: 1000", "deal_value: 1,000", "deal_value", 1000, "number_understood"),
        ("deal_value: 1000", "deal_value: ¥1,000元", "deal_value", 1000, "number_understood"),
        ("deal_value: 1000", "deal_value: {value: 1千}", "deal_value", 1000, "number_understood"),
        ("deal_value: 1000", "deal_value: [900, 1,000, 1100]", None, 0, ""),  # four numbers in brackets
    ],
)
def test_understood_with_a_notice(
    old: str, new: str, name: str | None, value: float, code: str, tmp_path: Path
) -> None:
    text = replaced(f"  {old}\n", f"  {new}\n")
    if name is None:
        assert [fault.code for fault in refusal(tmp_path, text)] == ["range_needs_three"]
        return
    loaded = load(tmp_path, text)
    assert likely(loaded, name) == value
    (notice,) = loaded.notices
    assert (notice.code, notice.line) == (code, line_of(text, new))
    if code == "number_understood":
        assert notice.field.startswith(f"assumptions.{name}")
        assert notice.details["found"] in new
        assert float(notice.details["value"]) == value


def test_numbers_in_ranges_settings_and_answers_are_understood_too(tmp_path: Path) -> None:
    text = replaced("deal_value: 1000", "deal_value: [0.09万, １０００, '1100']".replace("'", ""))
    text = replaced("draws: 256", "draws: 1,024\n  discount_rate: 8%", text)
    text += "answers: {pains: {late_reports: {cost_each: 30万, evidence: 30万}}}\n"
    loaded = load(tmp_path, text)
    assert ends(loaded, "deal_value") == (900, 1000, 1100)
    assert (loaded.model.draws, loaded.model.discount_rate) == (1024, 0.08)
    late = loaded.case.answers.pains["late_reports"]
    assert isinstance(late, StatedPain)
    assert (late.cost_each, late.evidence) == (300_000, "30万")  # a text stays as it was written
    assert [notice.field for notice in loaded.notices] == [
        "settings.draws",
        "settings.discount_rate",
        "assumptions.deal_value[0]",
        "assumptions.deal_value[1]",
        "answers.pains.late_reports.cost_each",
    ]


# --- completed: defaults, VAT, vendors' claims, head counts -----------------------------------------------

DEFAULTS = tomllib.loads((ROOT / "defaults" / "defaults.toml").read_text(encoding="utf-8"))
INDUSTRIES = ("project_sales", "consumer_retail", "b2b_services", "software", "manufacturing", "other")
GRADE = {"measured": "A", "quoted": "B", "survey": "B", "expert": "C", "vendor": "D", "guess": "D"}


def row_ends(row: dict[str, Any]) -> tuple[float, ...]:
    return tuple(row["range"]) if "range" in row else (row["value"],)


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_what_nobody_stated_has_the_default_of_the_industry(industry: str, tmp_path: Path) -> None:
    loaded = load(tmp_path, replaced("industry: other", f"industry: {industry}"))
    for name, row in DEFAULTS["assumptions"].items():
        if f"  {name}: " in BASE:
            assert not loaded.model.assumptions[name].is_default
            continue
        item, chosen = loaded.model.assumptions[name], row | row.get("industry", {}).get(industry, {})
        source = DEFAULTS["sources"][chosen["source"]]
        assert item.is_default
        assert item.distribution.ends == row_ends(chosen)
        assert item.source is not None
        assert item.source.grade == GRADE[source["kind"]]
        assert item.place == "templates/defaults/defaults.toml"
        if name in EFFECTS and source["kind"] == "guess":
            assert item.distribution.ends[0] == 0  # effects without a published figure start at 0
        if name in EFFECTS and item.distribution.ends[0] >= 0:
            assert item.low == 0  # and an effect that starts at 0 or above stays there


def test_industries_differ() -> None:
    assert any(row.get("industry") for row in DEFAULTS["assumptions"].values())


@pytest.mark.parametrize("kind", ["saas", "nocode", "custom", "spreadsheet"])
def test_what_an_option_does_not_say_has_the_default_of_its_kind(kind: str, tmp_path: Path) -> None:
    text = BASE[: BASE.index("  - id: saas")] + f"  - {{id: mine, kind: {kind}}}\n"
    text += f"answers: {{readiness: {json.dumps(dict.fromkeys(statements(), 4))}}}\n"  # else it is lowered
    mine = load(tmp_path, text).model.options[-1]
    rows = DEFAULTS["options"][kind]
    suggested_only = {"abandon_probability", "dip_share", "dip_months"}
    assert mine.abandon_probability == 0
    assert [mine.answers[name].distribution.ends for name in ("dip_share", "dip_months")] == [(0,), (0,)]
    for name, row in rows.items():
        if name not in suggested_only:
            assert mine.answers[name].distribution.ends == row_ends(row)
            assert mine.answers[name].name == f"mine.{name}"
            assert mine.answers[name].is_default


def test_a_case_says_for_all_options_what_they_do_not_say_themselves(tmp_path: Path) -> None:
    text = stating("changes_per_year: 3", "fade_per_year: 0.2", "entry_minutes_per_user_day: 7")
    saas = load(tmp_path, text).model.options[-1]
    assert not {"changes_per_year", "fade_per_year", "entry_minutes_per_user_day"} & set(saas.answers)
    own = load(tmp_path, saying("fade_per_year: 0.3", text=text)).model.options[-1]
    assert own.answers["fade_per_year"].most_likely == 0.3


VALUES = "deal_value order_value opportunity_value annual_revenue".split()


@pytest.mark.parametrize("rate", [0.13, 0.06, 0.0, 1.0])
def test_vat_is_taken_off_four_figures_and_nothing_else(rate: float, tmp_path: Path) -> None:
    text = stating("opportunity_value: {distribution: {kind: lognormal, low: 500, high: 900}}")
    metalog = "{distribution: {kind: metalog, p10: 900, p50: 1000, p90: 1300}}"
    text = replaced("deal_value: 1000", f"deal_value: {metalog}", text)
    text = replaced(
        "order_value: 200", "order_value: {distribution: {kind: uniform, low: 150, high: 250}}", text
    )
    text = replaced("hours: 8", "amount: 8", text)
    net = load(tmp_path, text)
    gross = load(
        tmp_path,
        replaced("amounts_exclude_vat: true", f"amounts_exclude_vat: false\n  vat_rate: {rate}", text),
    )
    for name in net.model.assumptions:
        divided = [end / (1 + rate if name in VALUES else 1) for end in ends(net, name)]
        assert list(ends(gross, name)) == pytest.approx(divided, rel=1e-15)
        assert likely(gross, name) * (1 + rate if name in VALUES else 1) == pytest.approx(likely(net, name))
    for one, other in zip(net.model.options, gross.model.options, strict=True):
        assert [line.quantity.distribution for line in one.costs] == [
            line.quantity.distribution for line in other.costs
        ]


def test_a_vat_rate_counts_only_where_amounts_include_it(tmp_path: Path) -> None:
    loaded = load(tmp_path, replaced("years: 3", "years: 3\n  vat_rate: 0.13"))
    assert likely(loaded, "deal_value") == 1000


VENDOR = "source: {kind: vendor, title: a leaflet}"


@pytest.mark.parametrize(
    ("stated", "claim"),
    [
        (f"{{value: 0.3, {VENDOR}}}", 0.3),
        (f"{{range: [0.1, 0.2, 0.45], {VENDOR}}}", 0.45),
        (f"{{distribution: {{kind: uniform, low: 0.1, high: 0.6}}, {VENDOR}}}", 0.6),
        (f"{{range: [-0.1, 0, 0.15], {VENDOR}}}", 0.15),
    ],
)
def test_a_vendors_claim_is_used_as_a_third_with_nothing_below(
    stated: str, claim: float, tmp_path: Path
) -> None:
    for text, find in (
        (stating(f"repeat_uplift: {stated}"), lambda model: model.assumptions["repeat_uplift"]),
        (
            saying(f"effects: {{repeat_uplift: {stated}}}"),
            lambda model: model.options[-1].answers["repeat_uplift"],
        ),
        (
            BASE + "benefits: {extra: [{id: fees, dimension: management, cash: true, "
            f"monthly: {stated}}}]}}\n",
            lambda model: model.extra[0].monthly,
        ),
    ):
        if "[-0.1" in stated and "fees" in text:
            continue  # money is never below 0
        item = find(load(tmp_path, text).model)
        assert item.distribution.ends == pytest.approx((0, claim / 3, claim))
        assert item.low == 0
        assert item.claim is not None
        assert max(item.claim.ends) == claim
        switched_off = replaced("years: 3", "years: 3\n  discount_vendor_claims: false", text)
        item = find(load(tmp_path, switched_off).model)
        assert max(item.distribution.ends) == claim
        assert item.claim is None


@pytest.mark.parametrize("claim", ["0", "-0.1", "[-0.3, -0.2, -0.1]"])
def test_a_vendor_who_claims_no_gain_is_taken_at_his_word(claim: str, tmp_path: Path) -> None:
    key = "range" if claim.startswith("[") else "value"
    loaded = load(tmp_path, stating(f"repeat_uplift: {{{key}: {claim}, {VENDOR}}}"))
    stated = json.loads(claim)
    assert ends(loaded, "repeat_uplift") == (tuple(stated) if isinstance(stated, list) else (stated,))


def test_only_effects_are_discounted(tmp_path: Path) -> None:
    stated = f"{{value: 0.5, {VENDOR}}}"
    text = replaced("contribution_margin: 0.5", f"contribution_margin: {stated}")
    loaded = load(tmp_path, replaced("adoption: 0.6", f"adoption: {stated}", text))
    assert ends(loaded, "contribution_margin") == (0.5,)
    assert loaded.model.options[-1].answers["adoption"].distribution.ends == (0.5,)


def test_people_stand_for_users_sellers_and_managers(tmp_path: Path) -> None:
    text = people(
        "{sales: 5, marketing: 2, service: 4, managers: 2, other: 1}",
        without("users", "sales_users", "managers"),
    )
    loaded = load(tmp_path, text)
    assert [likely(loaded, name) for name in ("users", "sales_users", "managers")] == [14, 5, 2]
    assert loaded.warnings == ()
    assert not loaded.model.assumptions["users"].is_default


def test_stated_numbers_go_before_people_and_a_difference_is_a_warning(tmp_path: Path) -> None:
    text = people("{sales: 1, service: 8, managers: 2}")
    loaded = load(tmp_path, text)
    assert [likely(loaded, name) for name in ("users", "sales_users", "managers")] == [10, 1, 1]
    assert [(item.code, item.field, item.line, dict(item.details)) for item in loaded.warnings] == [
        (
            "people_differ",
            f"assumptions.{name}",
            line_of(text, f"  {name}:"),
            {"found": found, "allowed": count},
        )
        for name, found, count in (("users", "10", "11"), ("managers", "1", "2"))
    ]


def test_going_on_as_today_and_a_shared_sheet_are_added(tmp_path: Path) -> None:
    today, sheet, saas = load(tmp_path, BASE).model.options
    assert (today.id, today.kind, today.added) == ("status_quo", "status_quo", True)
    assert (sheet.id, sheet.kind, sheet.added) == ("spreadsheet", "spreadsheet", True)
    assert not saas.added
    assert sheet.answers["fit"].distribution.ends == (0, 0.25, 0.5)
    assert any(line.in_hours for line in sheet.costs)
    fit = sheet.answers["fit"].source
    assert fit is not None
    assert (fit.kind, fit.grade) == ("guess", "D")


def test_they_are_not_added_to_a_case_that_lists_them(tmp_path: Path) -> None:
    text = BASE + "  - {id: as_today, kind: status_quo}\n  - {id: list, kind: spreadsheet, fit: 0.4}\n"
    loaded = load(tmp_path, text)
    assert [option.id for option in loaded.model.options] == ["saas", "as_today", "list"]
    assert not any(option.added for option in loaded.model.options)


# --- warnings ---------------------------------------------------------------------------------------------

NO_OTHER_GAIN = [
    f"{name}: 0"
    for name in EFFECTS
    if name.endswith(("_gain", "_uplift", "cycle_reduction", "_day")) and name != "repeat_uplift"
]
OPTION_EFFECT = "effects: {repeat_uplift: 0.01}"
CIRCULAR = (  # a before b before c before a
    "criteria: {pairwise: [{between: [a, b], ratio: 3}, {between: [b, c], ratio: 3},"
    " {between: [c, a], ratio: 3}]}\n"
)
WARNED = [
    (
        replaced("    abandon: {probability: 0.15, month: 12}\n", ""),
        "id: saas",
        "options[0]",
        "abandon_left_out",
    ),
    (replaced("    dip: {share: 0, months: 0}\n", ""), "id: saas", "options[0]", "dip_left_out"),
    (
        replaced("years: 3", "years: 3\n  discount_vendor_claims: false"),
        "discount_vendor_claims",
        "settings.discount_vendor_claims",
        "vendor_claims_taken_whole",
    ),
    (without("annual_revenue"), "assumptions:", "assumptions.annual_revenue", "revenue_not_reconciled"),
    (without("order_value"), "annual_revenue", "assumptions.annual_revenue", "revenue_not_reconciled"),
    (
        replaced("annual_revenue: 168000", "annual_revenue: 145000"),  # 168,000 is 15.9 % above it
        "annual_revenue",
        "assumptions.annual_revenue",
        "revenue_off",
    ),
    (
        replaced("annual_revenue: 168000", "annual_revenue: 198000"),  # and here 15.2 % below
        "annual_revenue",
        "assumptions.annual_revenue",
        "revenue_off",
    ),
    (stating("repeat_uplift: 0.2"), "assumptions:", "assumptions", "large_uplift"),
    (stating("churn_reduction: 0.051"), "churn_reduction", "assumptions.churn_reduction", "bold_churn"),
    (
        saying("effects: {churn_reduction: {value: 0.051, source: {kind: survey}}}"),
        "churn_reduction",
        "options[0].effects.churn_reduction",
        "bold_churn",
    ),
    (people("{sales: 1, service: 9}"), "managers", "assumptions.managers", "people_differ"),
    (BASE + "benefits: {off: [reporting_time, time_saved]}\n", "managers", "assumptions.managers", "unused"),
    (stating("opportunity_value: 500"), "opportunity_value", "assumptions.opportunity_value", "unused"),
    (saying("fit: 0.7"), "fit: 0.7", "options[0].fit", "unsourced_fit"),
    (saying(OPTION_EFFECT), OPTION_EFFECT, "options[0].effects.repeat_uplift", "unsourced_effect"),
    (BASE + CIRCULAR, "pairwise", "criteria.pairwise", "inconsistent_pairs"),
]


@pytest.mark.parametrize(("text", "at", "place", "code"), WARNED)
def test_warned_of(text: str, at: str, place: str, code: str, tmp_path: Path) -> None:
    loaded = load(tmp_path, text)
    assert [(item.code, item.field, item.line) for item in loaded.warnings] == [
        (code, place, line_of(text, at))
    ]


@pytest.mark.parametrize(
    "text",
    [
        replaced("annual_revenue: 168000", "annual_revenue: 147000"),  # 14.3 % off
        replaced("annual_revenue: 168000", "annual_revenue: 197000"),  # 14.7 % off
        stating("churn_reduction: 0.05"),
        stating("repeat_uplift: {value: 0.2, source: {kind: survey}}", *NO_OTHER_GAIN),
        saying("fit: {value: 0.7, source: {kind: expert}}"),
        people("{sales: 1, service: 8, managers: 1}"),
    ],
)
def test_not_warned_of(text: str, tmp_path: Path) -> None:
    assert load(tmp_path, text).warnings == ()


def codes(*functions: Any) -> set[str]:
    """The codes that methods of `Rules` can say."""
    tree = ast.parse("\n".join(textwrap.dedent(inspect.getsource(one)) for one in functions))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1]
    said = [node.args[1] for node in calls if getattr(node.func, "attr", "") == "_say"]
    return {node.value for node in said if isinstance(node, ast.Constant)}


def test_every_warning_and_every_rule_is_reached() -> None:
    parts = ("_left_out", "_inconsistent", "_bold_churn", "_people", "_unused")
    warn = [rules.Rules.warnings, *(getattr(rules.Rules, part) for part in parts)]
    assert codes(*warn) == {row[3] for row in WARNED}
    reached = {parameters.values[3] for parameters in REFUSED} | {"per_when"}
    assert codes(rules.Rules) - codes(*warn) <= reached


# --- facts of the company have no default -----------------------------------------------------------------

SALES = {"leads_per_month", "lead_to_opportunity", "opportunity_to_win", "deal_value"}
ORDERS = {"orders_per_customer_month", "order_value", "contribution_margin"}
HEADS = {"users", "managers", "sales_users"}
FACTS_OF_LINES = {  # by the formulas of MODEL.md, what is no option's own and has no documented default
    "time_saved": HEADS | {"hourly_cost"},
    "retired_tools": set(),
    "conversion_uplift": SALES | {"contribution_margin"},
    "selling_time": SALES | {"contribution_margin", "sales_users"},
    "shorter_cycle": SALES | {"contribution_margin"},
    "marketing_waste": set(),
    "larger_orders": ORDERS | {"active_customers"},
    "repeat_orders": ORDERS | {"active_customers"},
    "retention": ORDERS | {"active_customers", "churn_per_year"},
    "won_customers": ORDERS | SALES - {"deal_value"} | {"churn_per_year"},
    "customer_handover": ORDERS | {"churn_per_year"},
    "faster_ramp": set(),
    "reporting_time": {"managers"},
    "faster_collection": SALES | ORDERS - {"contribution_margin"} | {"active_customers"},
    "forecast_accuracy": SALES | ORDERS - {"contribution_margin"} | {"active_customers"},
    "faster_decisions": {"contribution_margin"},
}
ALWAYS = {"users", "hourly_cost"}  # cost per user, and the hours of the shared sheet and of data entry
NOTHING_STATED = (
    BASE[: BASE.index("assumptions:")] + "options: [{id: saas, kind: saas, dip: {share: 0, months: 0}}]\n"
)


@pytest.mark.parametrize("gate", ["owner_named", "leader_opens_it_weekly"])
def test_a_gate_is_answered_with_true_false_or_dont_know(gate: str, tmp_path: Path) -> None:
    """In YAML 1.2 `yes` is a word, and a word that looks like consent must not pass for a no."""
    (fault,) = refusal(tmp_path, f"{BASE}answers: {{readiness: {{{gate}: yes}}}}\n")
    assert fault.details["allowed"] == "true, false, dont_know"
    for answer in ("true", "false", "dont_know"):
        load(tmp_path, f"{BASE}answers: {{readiness: {{{gate}: {answer}}}}}\n")


def names_missing(decision: Decision) -> set[str]:
    said = decision.verdict
    assert said.outcome == said.rule == "too_little_to_say"
    assert decision.options == []
    assert [reason.inputs for reason in said.reasons] == [change.inputs for change in said.would_change]
    assert [reason.inputs["name"] for reason in said.reasons] == said.missing
    return set(said.missing)


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def computed(*_: object) -> None:
        raise AssertionError("something was computed")

    monkeypatch.setattr(sys.modules[assess.__module__], "run", computed)


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("line", FACTS_OF_LINES)
def test_only_facts_that_a_line_needs_are_asked(line: str, tmp_path: Path) -> None:
    loaded = load(tmp_path, f"{NOTHING_STATED}benefits: {{only: [{line}]}}\n")
    assert names_missing(assess(loaded)) == FACTS_OF_LINES[line] | ALWAYS


@pytest.mark.usefixtures("no_run")
def test_a_dip_in_sales_needs_the_sales(tmp_path: Path) -> None:
    text = NOTHING_STATED.replace("share: 0, months: 0", "share: 0.1, months: 0")
    loaded = load(tmp_path, f"{text}benefits: {{only: []}}\n")
    assert names_missing(assess(loaded)) == ALWAYS | SALES | {"contribution_margin"}


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("fact", sorted(set().union(*FACTS_OF_LINES.values())))
def test_without_one_fact_there_is_too_little_to_say(fact: str, tmp_path: Path) -> None:
    assert names_missing(assess(load(tmp_path, without(fact)))) == {fact}


def test_revenue_is_no_fact_that_a_line_needs(tmp_path: Path) -> None:
    decision = assess(load(tmp_path, without("annual_revenue")))
    assert decision.verdict.outcome != "too_little_to_say"
    assert len(decision.options) == 3


# --- changes on the command line --------------------------------------------------------------------------


def test_changes_are_made_to_the_data_and_not_to_the_file(tmp_path: Path) -> None:
    text = people("{sales: 1, service: 8, managers: 1}")
    loaded = load(
        tmp_path,
        text,
        "saas.adoption=0.5",
        "settings.years=5",
        "users=30",
        "sales_users=[1, 2, 3]",
        "hourly_cost=0.01万",
        "saas.licence=7",
        "saas.licence.uplift=0.1",
        "saas.training=[4, 6, 9]",
        "saas.cycle_reduction=0.1",
        "saas.entry_minutes_per_user_day=3",
        "saas.dip_share=0.1",
        "saas.dip.months=2",
        "saas.abandon={probability: 0.3}",
        "saas.abandon_month=7",
        "organisation.industry=software",
        "benefits.off=[retention]",
        "churn_excludes_leavers=false",
        " managers = 2",
        "managers=1",
    )
    saas = loaded.model.options[-1]
    stated = {name: item.distribution.ends for name, item in saas.answers.items() if not item.is_default}
    assert stated == {
        "adoption": (0.5,),
        "cycle_reduction": (0.1,),
        "entry_minutes_per_user_day": (3,),
        "dip_share": (0.1,),
        "dip_months": (2,),
        "abandon_month": (7,),
    }
    assert saas.abandon_probability == 0.3
    assert [line.quantity.distribution.ends for line in saas.costs] == [(7,), (4, 6, 9)]
    assert [line.in_hours for line in saas.costs] == [False, True]
    assert saas.costs[0].uplift is not None
    assert saas.costs[0].uplift.most_likely == 0.1
    assert loaded.model.years == 5
    assert (likely(loaded, "users"), ends(loaded, "sales_users")) == (30, (1, 2, 3))
    assert (likely(loaded, "hourly_cost"), likely(loaded, "managers")) == (100, 1)
    assert loaded.case.organisation.industry == "software"
    assert "retention" not in loaded.model.lines
    assert (tmp_path / "case.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("change", "code", "place", "details"),
    [
        ("usres=30", "set_unknown_name", "", {"found": "usres", "nearest": "users"}),
        ("saas=30", "set_unknown_name", "", {"found": "saas"}),
        ("sas.adoption=0.5", "set_unknown_name", "", {"nearest": "saas.adoption"}),
        ("=30", "set_unknown_name", "", {}),
        ("users", "set_without_value", "", {"found": "users"}),
        ("users=", "empty_value", "", {}),
        ("users=[1, 2", "unclosed_bracket", "", {}),
        ("users=many", "not_a_number", "assumptions.users", {"found": "many"}),
        ("users=0", "outside", "assumptions.users", {"found": "0", "allowed": "1 – 100000"}),
        ("users=[3, 2, 1]", "not_in_order", "assumptions.users", {}),
        ("users.valeu=3", "one_of_value_range_distribution", "assumptions.users", {"nearest": "value"}),
        ("saas.adopton=0.5", "unknown_field", "options[0].adopton", {"nearest": "adoption"}),
        ("saas.adoption=2", "outside", "options[0].adoption", {"found": "2", "allowed": "0 – 1"}),
        ("saas.licence.upift=1", "unknown_field", "options[0].costs[0].upift", {"nearest": "uplift"}),
        ("settings.yaers=1", "unknown_field", "settings.yaers", {"nearest": "years"}),
        ("settings.years=1.5", "not_a_whole_number", "settings.years", {}),
        ("settings=1", "not_a_group", "settings", {}),
        ("options=5", "not_a_list", "options", {}),
        ("options.0.adoption=0.5", "not_a_list", "options", {}),
        ("schema=2", "schema_from_the_future", "schema", {}),
        ("title=", "empty_value", "", {}),
    ],
)
def test_changes_that_cannot_be_made(
    change: str, code: str, place: str, details: dict[str, str], tmp_path: Path
) -> None:
    (fault,) = refusal(tmp_path, BASE, change)
    assert (fault.code, fault.field) == (code, place)
    assert {key: fault.details.get(key) for key in details} == details
    if not place:  # it is not the file that is at fault
        assert (fault.file, fault.line) == (change, None)


def test_changes_to_a_file_whose_options_are_none(tmp_path: Path) -> None:
    text = BASE[: BASE.index("options:")]
    for options in ("options: 5\n", "options: [5]\n", "options: {}\n", ""):
        assert refusal(tmp_path, text + options, "saas.adoption=0.5")[0].code == "set_unknown_name"
    assert refusal(tmp_path, f"{text}options: [{{id: saas, costs: 5}}]\n", "saas.licence=1")


# --- the file survives, and the published schema fits -----------------------------------------------------


def plain(path: Path) -> dict[str, Any]:
    return read(path).data


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_round_trip_keeps_comments_and_everything_else(example: Path, tmp_path: Path) -> None:
    text = example.read_text(encoding="utf-8")
    path = write(tmp_path, text)
    update(path, {("settings", "discount_rate"): 0.125, ("assumptions", "users", "value"): 2})
    after = path.read_text(encoding="utf-8")
    changed = [(old, new) for old, new in zip(text.split("\n"), after.split("\n"), strict=True) if old != new]
    assert len(changed) == 2
    for old, new in changed:
        assert old.partition("#")[2] == new.partition("#")[2]
        assert old.partition(":")[0] == new.partition(":")[0]
    expected = plain(example)
    expected["settings"]["discount_rate"] = 0.125
    expected["assumptions"]["users"]["value"] = 2
    assert plain(path) == expected


SCHEMA = Case.model_json_schema(by_alias=True)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_published_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA, allow_nan=False)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_fits_the_published_schema(example: Path) -> None:
    VALIDATOR.validate(json.loads(json.dumps(plain(example))))


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("organisation",),
        ("organisation", "people"),
        ("settings",),
        ("assumptions",),
        ("assumptions", "users"),
        ("assumptions", "users", "source"),
        ("benefits",),
        ("benefits", "extra", 0),
        ("options", 0),
        ("options", 0, "abandon"),
        ("options", 0, "costs", 0),
        ("options", 0, "costs", 0, "amount"),
        ("criteria",),
        ("correlations", 0),
    ],
)
def test_the_published_schema_rejects_an_unknown_field(path: tuple[str | int, ...]) -> None:
    data = plain(next(path for path in EXAMPLES if path.parent.name == "machinery-maker"))
    place: Any = data
    for step in path:
        place = place[step]
    place["unknown"] = 1
    assert not VALIDATOR.is_valid(json.loads(json.dumps(data)))


def test_the_published_schema_completes_every_name() -> None:
    def properties(title: str) -> set[str]:
        return set(SCHEMA["$defs"][title]["properties"])

    own = {name for name, item in QUANTITIES.items() if item.per_option}
    assert properties("Assumptions") == set(QUANTITIES) - own | {"churn_excludes_leavers"}
    assert properties("Effects") == set(EFFECTS)
    nested = {"abandon_month", "dip_share", "dip_months"}
    assert own - nested | set(ALSO_BY_OPTION) <= properties("StatedOption")
    assert {"schema", "id", "title", "options", "assumptions"} <= set(SCHEMA["properties"])
    assert "for" in properties("Prepared")


@pytest.mark.parametrize("stated", [5, [1, 2, 3], "30万", {"value": 5}, {"range": [1, 2, 3]}])
def test_the_published_schema_knows_all_ways_to_state_a_number(stated: Any) -> None:
    data = read_text(with_formula("deal_value * 2"))
    VALIDATOR.validate(data)
    data["assumptions"]["users"] = data["benefits"]["extra"][0]["monthly"] = stated
    VALIDATOR.validate(data)


@pytest.mark.parametrize(
    "stated",
    [[1, 2], {}, {"value": 5, "range": [1, 2, 3]}, {"value": 5, "sorce": {}}, True, None, {"range": 5}],
)
def test_the_published_schema_rejects_what_states_no_number(stated: Any) -> None:
    data = read_text(BASE)
    data["options"][0]["costs"][0]["amount"] = stated
    if stated is not None:  # an empty value is as good as none
        assert not VALIDATOR.is_valid(data)


def read_text(text: str) -> dict[str, Any]:
    return parse(text, "case.yaml").data


# --- whatever stands in a file ----------------------------------------------------------------------------

Place = tuple[str | int, ...]


def places_in(data: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from places_in(item, (*path, key))


def at(data: Any, path: Place) -> Any:
    for step in path:
        data = data[step]
    return data


NUMBERS = st.one_of(
    st.sampled_from([0, 1, -1, 0.5, 12, 1e5, 1e9, 1e308, 5e-324, 10**30, -0.0]),
    st.floats(),
    st.floats(0, 1),
    st.integers(-5, 500),
)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), NUMBERS, st.text(max_size=8), st.sampled_from(["saas", "30万", "３%"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["value", "range", "kind", "id", "low", "zh-CN", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=5,
)
STATED_NUMBERS = st.one_of(
    NUMBERS,
    st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted),
    st.lists(st.floats(0, 1000), min_size=3, max_size=3).map(sorted),
    st.builds(
        lambda kind, numbers: {
            "distribution": {"kind": kind} | dict(zip(("low", "high"), numbers, strict=True))
        },
        st.sampled_from(["uniform", "normal", "lognormal"]),
        st.lists(st.floats(0, 100), min_size=2, max_size=2).map(sorted),
    ),
    st.builds(
        lambda kind, numbers: {
            "distribution": {"kind": kind} | dict(zip(("low", "likely", "high"), numbers, strict=True))
        },
        st.sampled_from(["pert", "triangular", "split_normal"]),
        st.lists(st.floats(0, 100), min_size=3, max_size=3).map(sorted),
    ),
)
KEYS = sorted(
    {str(path[-1]) for example in EXAMPLES for path in places_in(plain(example)) if path} | ASSUMPTIONS
)


@st.composite
def mutated(draw: st.DrawFn, originals: list[dict[str, Any]]) -> dict[str, Any]:
    """A case with up to three keys deleted, values replaced, exchanged or added."""
    data = copy.deepcopy(draw(st.sampled_from(originals)))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        change = draw(st.sampled_from(["delete", "replace", "number", "number", "copy", "add"]))
        places = [path for path in places_in(data) if path]
        if change == "number":
            places = [path for path in places if isinstance(at(data, path), int | float)] or places
        path = draw(st.sampled_from(places))
        around, key = at(data, path[:-1]), path[-1]
        if change == "delete":
            del around[key]
        elif change == "replace":
            around[key] = draw(JSON)
        elif change == "number":
            around[key] = draw(STATED_NUMBERS)
        elif change == "copy":
            other = draw(st.sampled_from(list(places_in(data))))
            around[key] = copy.deepcopy(at(data, other))
        elif isinstance(around, dict):
            around[draw(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)))] = draw(
                st.one_of(JSON, STATED_NUMBERS)
            )
        else:
            around.insert(int(key), draw(JSON))
        if not data:
            break
    return data


ORIGINALS = [plain(path) for path in EXAMPLES]
SMALL = [
    read_text(BASE),
    read_text(with_formula("leads_per_month * 0.02 * deal_value / users")),
    read_text(CORRELATED + "correlations: [{between: [deal_value, order_value], rank: 0.5}]\n"),
]


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(mutated(ORIGINALS))
def test_any_data_is_a_case_or_refused(data: dict[str, Any]) -> None:
    assert all(fault.code and fault.file == "data" for fault in faults_of(case_from_data, data))


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(mutated(SMALL))
def test_any_file_is_a_case_or_refused_with_its_line(tmp_path_factory: Any, data: dict[str, Any]) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=True)
    faults = faults_of(load_case, write(tmp_path_factory.getbasetemp(), text))
    assert all(1 <= (fault.line or 0) <= text.count("\n") + 1 for fault in faults)


def not_finite(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from not_finite(item, f"{path}.{key}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from not_finite(item, f"{path}[{place}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield path


def decision_of(data: dict[str, Any]) -> Decision | None:
    try:
        loaded = case_from_data(data)
    except InputError:
        return None
    event("accepted")
    return assess(loaded) if loaded.model.draws <= 512 else None


def check(decision: Decision) -> None:
    assert list(not_finite(decision.model_dump())) == []
    assert Decision.from_json(decision.to_json()) == decision
    json.loads(decision.to_json(), parse_constant=lambda word: pytest.fail(word))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(mutated(SMALL))
def test_what_is_accepted_is_assessed(data: dict[str, Any]) -> None:
    decision = decision_of(data)
    if decision is not None:
        check(decision)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_number_that_is_accepted_is_assessed(data: st.DataObject) -> None:
    """Only numbers are exchanged, so that most cases are accepted."""
    case = copy.deepcopy(SMALL[0])
    names = data.draw(st.lists(st.sampled_from(sorted(DOMAINS)), min_size=1, max_size=4, unique=True))
    for name in names:
        low, high = DOMAINS[name]
        ends = st.floats(low, high) | st.sampled_from([low, high]) | st.floats(low, min(high, low + 1))
        drawn = data.draw(ends | st.lists(ends, min_size=3, max_size=3).map(sorted))
        if name in ASSUMPTIONS:
            case["assumptions"][name] = drawn
        elif name == "abandon_month":
            case["options"][0]["abandon"] = {"probability": data.draw(st.floats(0, 1)), "month": drawn}
        elif name.startswith("dip"):
            case["options"][0]["dip"] = {"share": 0.1, "months": 2} | {name[4:]: drawn}
        else:
            case["options"][0][name] = drawn
    case["assumptions"].pop("annual_revenue", None)
    decision = decision_of(case)
    if decision is not None:
        check(decision)


NAMES = st.one_of(
    st.text(max_size=8),
    st.lists(
        st.sampled_from(
            ["users", "saas", "adoption", "licence", "settings", "years", "options", "0", "costs", ""]
        )
        | st.sampled_from(KEYS),
        min_size=1,
        max_size=4,
    ).map(".".join),
)
TEXTS = st.one_of(st.text(max_size=8), JSON.map(lambda value: json.dumps(value, ensure_ascii=False)))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    mutated(SMALL) | st.just(SMALL[0]),
    st.lists(st.tuples(NAMES, TEXTS).map("=".join), min_size=1, max_size=2),
)
def test_any_change_is_made_or_refused(data: dict[str, Any], changes: list[str]) -> None:
    faults_of(lambda given: case_from_data(given, changes), data)
