"""Case files that are completed and warned of.

What is expected comes from the contract (CASEFILE.md, MODEL.md's conventions), transcribed here by hand.
"""

import ast
import inspect
import json
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest
from test_domains import EFFECTS
from test_refused import REFUSED
from written import BASE, ends, likely, line_of, load, people, refusal, replaced, saying, stating, without

from assessment import assess, rules
from assessment.bank import statements
from assessment.decision import Decision
from templates import ROOT

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
