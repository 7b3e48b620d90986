"""The health of the documented defaults, and the page that prints them.

`python tests/test_defaults.py` writes docs/defaults.md afresh; a test fails while page and data differ.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roi.model import GOES_WITH, GRADES
from roi.quantities import ASSUMPTIONS, AT_MOST, EFFECTS, OWN_OR_CASE, QUANTITIES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "defaults.md"
DATA: dict[str, Any] = tomllib.loads(
    (ROOT / "templates" / "defaults" / "defaults.toml").read_text(encoding="utf-8")
)

FACTS = frozenset(
    {
        "users",
        "sales_users",
        "managers",
        "annual_revenue",
        "contribution_margin",
        "leads_per_month",
        "lead_to_opportunity",
        "opportunity_to_win",
        "deal_value",
        "active_customers",
        "churn_per_year",
        "orders_per_customer_month",
        "order_value",
        "hourly_cost",
        "churn_excludes_leavers",
    }
)
INDUSTRIES = (
    "project_sales",
    "consumer_retail",
    "b2b_services",
    "software",
    "manufacturing",
    "other",
)
KINDS = ("saas", "nocode", "custom", "spreadsheet")
OPTION_NAMES = frozenset(name for name, item in QUANTITIES.items() if item.per_option) | {
    "abandon_probability"
}
LANGUAGES = {"zh-CN", "en"}
BRANDS = (
    "salesforce",
    "hubspot",
    "pipedrive",
    "zoho",
    "dynamics",
    "odoo",
    "suitecrm",
    "monday.com",
    "airtable",
    "freshsales",
    "wecom",
    "dingtalk",
    "feishu",
    "fxiaoke",
    "salesflare",
    "vtiger",
    "纷享",
    "销售易",
    "支道",
    "钉钉",
    "飞书",
    "企业微信",
    "微信",
    "用友",
    "金蝶",
    "简道云",
    "明道",
)


def numbers(row: dict[str, Any]) -> list[float]:
    """The stated numbers of a default, lowest first."""
    return list(row["range"]) if "range" in row else [row["value"]]


def rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every default: where it applies, the name of its quantity, the row."""
    for name, row in DATA["assumptions"].items():
        yield "every industry", name, row
        for industry, own in row.get("industry", {}).items():
            yield industry, name, own
    for kind, answers in DATA["options"].items():
        for name, row in answers.items():
            yield kind, name, row


ROWS = [pytest.param(name, row, id=f"{where}-{name}") for where, name, row in rows()]


def texts(data: Any) -> Iterator[Any]:
    """Everything a user may read: notes, titles, names and labels."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("note", "title", "name", "label"):
                yield value
            else:
                yield from texts(value)
    elif isinstance(data, list):
        for item in data:
            yield from texts(item)


# --- the data ---------------------------------------------------------------------------------------------


def test_every_assumption_that_is_no_fact_has_a_default() -> None:
    assert set(DATA["assumptions"]) == ASSUMPTIONS - FACTS


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_of_an_option_has_a_default(kind: str) -> None:
    assert set(DATA["options"][kind]) == OPTION_NAMES
    assert set(DATA["options"]) == set(KINDS)


def test_no_fact_of_the_company_has_a_default() -> None:
    assert not FACTS & set(DATA["assumptions"])
    assert not FACTS & set(DATA["spreadsheet_option"])


def test_industries_are_known() -> None:
    for row in DATA["assumptions"].values():
        assert set(row.get("industry", {})) <= set(INDUSTRIES)
        for own in row.get("industry", {}).values():
            assert ("range" in own) == ("range" in row), "an industry's row overlays the general one"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_default_is_one_number_or_three_in_order_inside_its_domain(name: str, row: dict[str, Any]) -> None:
    found = numbers(row)
    assert ("range" in row) != ("value" in row)
    assert len(found) in (1, 3)
    assert found == sorted(found)
    quantity = QUANTITIES.get(name, QUANTITIES["adoption"])  # a probability is a share
    assert quantity.low <= found[0]
    assert found[-1] <= quantity.high


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_default_names_a_source_with_title_date_and_kind(name: str, row: dict[str, Any]) -> None:
    source = DATA["sources"][row["source"]]
    assert source["kind"] in GRADES
    assert source["title"]
    assert source["date"][:4].isdigit()


@pytest.mark.parametrize(("name", "row"), [p for p in ROWS if p.values[0] in EFFECTS])
def test_an_effect_without_evidence_starts_at_nothing(name: str, row: dict[str, Any]) -> None:
    kind = DATA["sources"][row["source"]]["kind"]
    assert kind != "vendor", "a vendor's claim is quoted, never a default"
    if kind == "guess":
        assert numbers(row)[0] == 0


def test_no_default_rests_on_a_vendor() -> None:
    assert all(source["kind"] != "vendor" for source in DATA["sources"].values())


def test_every_source_is_used() -> None:
    used = {row["source"] for _, _, row in rows()}
    assert used == set(DATA["sources"])


def test_conversion_gains_stay_inside_five_and_ten_per_cent() -> None:
    first, second = (
        numbers(DATA["assumptions"][f"{stage}_gain"])
        for stage in ("lead_to_opportunity", "opportunity_to_win")
    )
    total = [(1 + one) * (1 + two) - 1 for one, two in zip(first, second, strict=True)]
    assert total[0] == 0
    assert total[1] <= 0.05
    assert total[2] <= 0.10


def test_bounded_defaults_do_not_bound_each_other() -> None:
    """What must not exceed another assumption is either a fact or clamped to a fact."""
    assert set(AT_MOST.values()) <= FACTS


@pytest.mark.parametrize("text", list(texts(DATA)), ids=lambda text: str(text)[:30])
def test_texts_are_in_both_languages_unless_they_are_titles_of_studies(text: Any) -> None:
    if isinstance(text, str):
        assert text in [source["title"] for source in DATA["sources"].values()]
        return
    assert set(text) == LANGUAGES
    assert any("\u4e00" <= letter <= "\u9fff" for letter in text["zh-CN"])
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in text["en"])


def test_every_default_and_source_has_a_note() -> None:
    for _, name, row in rows():
        assert set(row["note"]) == LANGUAGES, name
    for key, source in DATA["sources"].items():
        assert set(source["note"]) == LANGUAGES, key


def test_no_vendor_or_product_is_named() -> None:
    pages = [ROOT / "templates" / "defaults" / "defaults.toml", PAGE]
    pages += sorted((ROOT / "examples").glob("*/case.yaml")) + sorted((ROOT / "examples").glob("*/README.md"))
    for page in pages:
        content = page.read_text(encoding="utf-8").lower()
        assert [brand for brand in BRANDS if brand in content] == [], page.name


# --- the shared sheet -------------------------------------------------------------------------------------


def test_the_sheet_added_to_a_case_equals_one_a_case_lists_itself() -> None:
    """`abandon` and `dip` are nested in a case file and flat among the defaults."""
    sheet, own = DATA["spreadsheet_option"], DATA["options"]["spreadsheet"]
    nested = {
        "abandon_month": sheet["abandon"]["month"],
        "abandon_probability": {"value": sheet["abandon"]["probability"]},
        "dip_share": sheet["dip"]["share"],
        "dip_months": sheet["dip"]["months"],
    }
    for name in OPTION_NAMES:
        assert numbers(nested.get(name) or sheet[name]) == numbers(own[name]), name


def test_the_sheet_costs_own_hours_only() -> None:
    costs = DATA["spreadsheet_option"]["costs"]
    assert len({cost["id"] for cost in costs}) == len(costs)
    for cost in costs:
        assert "amount" not in cost
        assert cost["when"] in GOES_WITH[cost["per"]]
        assert numbers(cost["hours"]) == sorted(numbers(cost["hours"]))
        assert cost["hours"]["source"] in DATA["sources"]


def test_the_sheet_says_nothing_it_may_not() -> None:
    frame = {"id", "kind", "name", "note", "abandon", "dip", "costs"}
    assert set(DATA["spreadsheet_option"]) <= frame | OPTION_NAMES | set(OWN_OR_CASE)


# --- the page ---------------------------------------------------------------------------------------------

INTRODUCTION = """\
# Documented defaults

What the model uses where a company has said nothing. Written by `python tests/test_defaults.py` from
`templates/defaults/defaults.toml`; change the data, not this page.

A range reads: one time in ten lower, as often above as below, one time in ten higher. Grades: A independent
measurement, B independent survey or a quote, C consultancy or expert, D vendor, anecdote or our own guess. A
published figure multiplied by a share of our own choosing is a guess. The reason says where a range goes
beyond its figure. An effect without better evidence than D starts at nothing. Shares are 0–1; `money` is the
case's currency.

The order: what an option says of itself, then what the case says, then the default of the industry (of the
kind, for an option's own), then the general one. Every default still in use is listed in the report with its
grade. `abandon_probability`, `dip_share` and `dip_months` are suggestions: where an option does not state
them nothing is counted, and a warning names the suggestion.

## Facts of the company: no default

"""

CLAIMS = """\
## Quoted, never used

What vendors' articles claim. Each is grade D and stands behind no default. Where a case states one as an
effect, with `kind: vendor`, the model uses nothing – a third – the whole of it and shows both. The examples
quote them.
"""

QUOTED = (
    ("claim", "where it is said", "what is done with it"),
    ("---", "---", "---"),
    (
        "sales rise by 29 % on average for CRM users",
        "an article on private-domain CRM by a no-code platform vendor",
        "quoted only",
    ),
    (
        "15–30 % more conversion, relative",
        "vendors everywhere",
        "cut to 0–5–10 % over both stages together",
    ),
    (
        "2 hours saved a day × 22 days × wage",
        "the same article's table of returns",
        "the formula is kept, the 2 hours are not",
    ),
    (
        "5 more selling hours a month for each rep; churn down by 2 %",
        "an article asking whether it is worth it",
        "asked by the quick estimate; two points are the high end of `churn_reduction`",
    ),
    (
        "acquisition cost from 50 to 150; up 60 % in five years",
        "the article on private-domain CRM",
        "quoted only",
    ),
    (
        "no-code costs 20–50 % of custom development; 50–80 % less; weeks instead of months",
        "articles by a no-code platform vendor",
        "quoted only; the quotes on the table decide",
    ),
    (
        "maintenance of custom software 15–20 % of the build a year",
        "agencies",
        "quoted only; a cost line of the case",
    ),
)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _english(text: Any) -> str:
    return text if isinstance(text, str) else text["en"]


def _figure(row: dict[str, Any]) -> str:
    found = numbers(row)
    return " – ".join(f"{number:g}" for number in (found if found[0] != found[-1] else found[:1]))


def _line(name: str, where: str, row: dict[str, Any], unit: str) -> str:
    source = DATA["sources"][row["source"]]
    grade, year = GRADES[source["kind"]], source["date"][:4]
    cells = [f"`{name}`", where, _figure(row), unit, f"[{row['source']}](#sources)", year, grade]
    return _cell_row([*cells, _english(row["note"])])


def _cell_row(cells: list[str]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def page() -> str:
    """docs/defaults.md, whole."""
    head = (
        "| name | {} | default | unit | source | year | grade | reason |\n|---|---|---|---|---|---|---|---|"
    )
    out = [INTRODUCTION + ", ".join(f"`{name}`" for name in sorted(FACTS)) + ".\n"]
    out += ["## Assumptions of a case\n", head.format("industry")]
    for name, row in DATA["assumptions"].items():
        out.append(_line(name, "every", row, QUANTITIES[name].unit))
        out += [
            _line(name, where, own, QUANTITIES[name].unit) for where, own in row.get("industry", {}).items()
        ]
    out += ["\n## Options, by kind\n", head.format("kind")]
    for name in DATA["options"]["saas"]:
        unit = QUANTITIES[name].unit if name in QUANTITIES else "1"
        out += [_line(name, kind, DATA["options"][kind][name], unit) for kind in KINDS]
    sheet = DATA["spreadsheet_option"]
    out.append(
        "\n## Better process on a shared sheet\n\nIn every case that does not list a sheet itself: "
        f"{_english(sheet['note'])} Beside the row of the kind above, and all of it a guess, grade D:\n"
    )
    out.append("| what | range | unit |\n|---|---|---|")
    for name in OWN_OR_CASE:
        if name in sheet:
            out.append(_cell_row([f"`{name}`", _figure(sheet[name]), QUANTITIES[name].unit]))
    for cost in sheet["costs"]:
        per = "hour" if cost["per"] == "once" else f"hour/{cost['per']}"
        out.append(_cell_row([f"{_english(cost['label'])} ({cost['when']})", _figure(cost["hours"]), per]))
    out += ["\n" + CLAIMS, *(_cell_row(list(row)) for row in QUOTED)]
    out += ["\n## Sources\n", "| key | title | date | grade | what it does not say |\n|---|---|---|---|---|"]
    for key, source in DATA["sources"].items():
        title = _english(source["title"])
        title = f"[{title}]({source['link']})" if "link" in source else title
        out.append(
            _cell_row([f"`{key}`", title, source["date"], GRADES[source["kind"]], _english(source["note"])])
        )
    return "\n".join(out) + "\n"


def test_the_page_is_what_the_data_say() -> None:
    found = PAGE.read_text(encoding="utf-8")
    assert found == page(), "run: python tests/test_defaults.py"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
