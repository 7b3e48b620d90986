"""Case files that are refused: each fault at its place, and all of them at once.

What is expected comes from the contract (CASEFILE.md, MODEL.md, ARCHITECTURE.md's “Bad input”), transcribed
here by hand.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from written import BASE, line_of, load, people, refusal, replaced, saying, stating, without

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
