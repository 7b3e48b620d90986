"""Case files that are understood: one's own formulas, what is met half-way, changes on the command line."""

from pathlib import Path
from typing import Any

import pytest
from test_completed import ALWAYS, NOTHING_STATED, names_missing
from test_refused import FORMULA
from written import BASE, ends, likely, line_of, load, people, refusal, replaced, saying, stating

from assessment import assess
from assessment.case import StatedPain
from assessment.remarks import InputError
from roi.engine import cash_flow, inputs_in_use

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
