"""Both catalogues are complete; labels, numbers, remarks and printed formulas read as they should."""

import ast
import math
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.pofile import read_po
from hypothesis import example, given
from hypothesis import strategies as st

from assessment.bank import Industry, statements
from assessment.case import Case
from assessment.completion import cost_unit
from assessment.loader import case_from_data, load_case
from assessment.remarks import InputError, Remark
from reports.language import NAMES, Language, _catalogue, from_environment, language
from roi import expressions, model
from roi.distributions import Distribution
from roi.engine import CLOCK, _functions, benefit_lines, built_in_costs, formula, parameters
from roi.quantities import QUANTITIES
from templates import ROOT

HERE = Path(__file__).resolve().parent.parent
LOCALES = {"zh-CN": "zh_CN", "en": "en"}
LANGUAGES = list(LOCALES)
DOMAINS = sorted(path.stem for path in (ROOT / "locale" / "en" / "LC_MESSAGES").glob("*.po"))
MINE = ["terms", "remarks"]
PLACEHOLDER = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
HAN = re.compile("[\u3400-\u9fff]")

zh, en = language("zh-CN"), language("en")
both = pytest.mark.parametrize("words", [zh, en], ids=LANGUAGES)
domains = pytest.mark.parametrize("domain", DOMAINS)


def tight(text: str) -> str:
    """With no-break spaces, as between a number and its unit."""
    return text.replace(" ", "\u00a0")


def texts(words: Language, domain: str) -> dict[str, str]:
    return {key: " ".join(forms) for key, forms in _catalogue(words.code, domain).items()}


# --- the catalogues ---------------------------------------------------------------------------------------


@domains
def test_both_languages_hold_the_same_keys_with_the_same_placeholders(domain: str) -> None:
    chinese, english = texts(zh, domain), texts(en, domain)
    assert chinese.keys() == english.keys()
    for key in chinese:
        assert set(PLACEHOLDER.findall(chinese[key])) == set(PLACEHOLDER.findall(english[key])), key


@domains
@both
def test_every_message_is_written_once_and_not_empty(words: Language, domain: str) -> None:
    path = ROOT / "locale" / LOCALES[words.code] / "LC_MESSAGES" / f"{domain}.po"
    keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert set(keys) == set(_catalogue(words.code, domain))
    assert all(key.startswith(f"{domain}.") for key in keys)
    with path.open("rb") as file:
        assert not any(message.fuzzy for message in read_po(file) if message.id)


def _schema_names() -> set[str]:
    """Every field of the case file, and every word that may stand in one."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.update(node.get("properties", {}), map(str, node.get("enum", [])), [str(node.get("const"))])
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    walk(Case.model_json_schema(by_alias=True))
    return found


ALLOWED = set("CRM SaaS ROI NPV IRR TCO Excel YAML UTF-8 UTF-16 GBK BOM Tab CNY USD A B C D".split())
EXAMPLES = {"my-company", "true", "false", "a", "b"}


@pytest.mark.parametrize("domain", MINE)
def test_no_english_is_left_in_chinese_and_no_chinese_in_english(domain: str) -> None:
    known = ALLOWED | ((EXAMPLES | _schema_names()) if domain == "remarks" else set())
    for key, text in texts(zh, domain).items():
        left = set(re.findall(r"[A-Za-z][\w-]*", PLACEHOLDER.sub("", text), re.ASCII)) - known
        assert not left, (key, left)
    assert not [key for key, text in texts(en, domain).items() if HAN.search(text)]


VENDORS = (
    "salesforce hubspot zoho dynamics pipedrive freshsales sugarcrm odoo wecom dingtalk feishu"
    " 纷享 销售易 简道云 伙伴云 明道云 轻流 用友 金蝶 微盟 有赞 钉钉 飞书 企业微信 腾讯 阿里 励销 红圈"
).split()


@domains
def test_no_vendor_is_named(domain: str) -> None:
    everything = " ".join([*texts(zh, domain).values(), *texts(en, domain).values()]).lower()
    assert not [vendor for vendor in VENDORS if vendor in everything]


PUT_TOGETHER = {  # how keys begin that no source holds whole
    "pains": r"pains\.(?:chain|kind|helpable)",
    "people": r"people\.(?:title|short|fit|move|band|but|gate|needed|limit|group|measure|definition|"
    r"suggested\.title)\.",
    "plan": r"plan\.(?:measure|definition|head|change|stated|title)\.",
    "contract": r"contract\.(?:measure|definition|system|export|bearable|point|title)\.",
    "risk": r"risk\.(?:head|measure|definition|likely|switch\.(?:title\.)?(?:now|low|high|above|below)|"
    r"learning\.head|variant|dominance|crossover|title)",
}


@both
@pytest.mark.parametrize("domain", PUT_TOGETHER)
def test_messages_of_a_section_hold_no_number_and_are_used(words: Language, domain: str) -> None:
    paths = [*HERE.glob("reports/**/*.py"), *ROOT.glob("report/**/*.html")]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    for key, text in texts(words, domain).items():
        assert not re.search(r"\d", text), key
        assert re.match(PUT_TOGETHER[domain], key) or re.search(rf"[\"']{re.escape(key)}[\"']", sources), key


def test_a_missing_message_names_the_nearest_and_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"terms\.quantity\.users"):
        zh.text("terms.quantity.user")
    with pytest.raises(KeyError, match="nearest: none"):
        zh.text("nowhere.at.all")
    with pytest.raises(KeyError, match="low"):
        zh.text("terms.span", high=1)
    assert zh.has("terms.span")
    assert not zh.has("terms.spam")
    assert not zh.has("nowhere.at.all")
    with pytest.raises(ValueError, match="zh-CN, en"):
        language("fr")


@given(st.text(), st.text())
@example("{high}", "{{}} {0} %s \\1")
def test_values_are_data(low: str, high: str) -> None:
    assert en.text("terms.span", low=low, high=high) == f"nine times in ten between {low} and {high}"


def test_braces_can_be_written_plural_forms_follow_the_number_and_own_texts_fall_back() -> None:
    assert "every [ and { needs its ] and }" in en.text("remarks.unclosed_bracket", found="[")
    assert [en.count("terms.unit.month", n) for n in (0, 1, 1.5, 2)] == [
        "months",
        "month",
        "months",
        "months",
    ]
    assert {zh.count("terms.unit.month", n) for n in (0, 1, 2)} == {"个月"}
    assert zh.own("as given") == "as given"
    assert zh.own({"zh-CN": "中", "en": "e"}) == "中"
    assert zh.own({"zh-CN": "", "en": "e"}) == en.own({"en": "e"}) == "e"
    assert zh.own({}) == ""


ENVIRONMENTS = [
    ({}, "en"),
    ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
    ({"LANG": "C.UTF-8"}, "en"),
    ({"LANG": "de_DE", "LC_ALL": "zh_TW"}, "zh-CN"),
    ({"LANG": "zh_CN", "LC_ALL": "en_GB"}, "en"),
    ({"LANG": "en_GB", "LANGUAGE": "zh:en"}, "zh-CN"),
    ({"LANG": "zh_CN", "CRM_ROI_LANG": "en"}, "en"),
    ({"CRM_ROI_LANG": "zh-CN"}, "zh-CN"),
    ({"LANG": "zh_CN", "CRM_ROI_LANG": "tlh"}, "zh-CN"),
]


@pytest.mark.parametrize(("environ", "code"), ENVIRONMENTS)
def test_the_environment_chooses(environ: dict[str, str], code: str) -> None:
    assert from_environment(environ) == code


# --- labels -----------------------------------------------------------------------------------------------

STEPS = [name for name in _functions() if name not in {**benefit_lines(), **built_in_costs()}]
KINDS_OF_DISTRIBUTION = [one.model_fields["kind"].default for one in get_args(get_args(Distribution)[0])]
EXPLAINED = {  # group: its names, each with a label and a line that explains it
    "quantity": QUANTITIES,
    "line": benefit_lines(),
    "builtin": built_in_costs(),
    "step": STEPS,
    "clock": CLOCK,
    "dimension": get_args(model.Dimension),
    "category": get_args(model.Category),
    "kind": get_args(model.OptionKind),
    "source": [*get_args(model.SourceKind), "none"],
    "grade": get_args(model.Grade),
    "distribution": KINDS_OF_DISTRIBUTION,
    "industry": get_args(Industry),
    "nature": ["cash", "capacity"],
    "sampling": ["sobol", "monte_carlo"],
}
LABELLED = {
    "per": get_args(model.Per),
    "when": get_args(model.When),
    "billing": ["monthly", "year_ahead"],
    "how": ["desk", "pilot", "later"],
    "level": ["no", "partly", "yes"],
    "role": ["sales", "marketing", "service", "managers", "other"],
    "visibility": ["hidden", "visible"],
    "event": ["abandon"],
}


@both
@pytest.mark.parametrize("group", [*EXPLAINED, *LABELLED])
def test_every_name_has_a_label_and_no_label_is_stale(words: Language, group: str) -> None:
    names = set({**EXPLAINED, **LABELLED}[group])
    prefix = f"terms.{group}."
    assert {key.removeprefix(prefix) for key in texts(words, "terms") if key.startswith(prefix)} == names
    for name in names:
        assert words.term(f"{group}.{name}")
        if group in EXPLAINED:
            assert words.help(f"{group}.{name}").endswith(("。", ".")), name


@both
def test_labels_of_what_formulas_and_registers_name_are_unambiguous(words: Language) -> None:
    names = [key for key in texts(words, "terms") if key.split(".")[1] in NAMES]
    labels = [words.text(key).lower() for key in names]
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if re.search(r"[×÷−+^=(),，（）\d]", label)]


@both
def test_every_field_of_the_case_file_has_a_label(words: Language) -> None:
    fields = {name for name, _ in _fields()} - set(statements())  # their labels stand beside their texts
    assert not [name for name in sorted(fields - set(QUANTITIES)) if not words.has(f"terms.field.{name}")]


def _fields() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every record of the case file, with its schema."""
    schema = Case.model_json_schema(by_alias=True)
    for record in [schema, *schema["$defs"].values()]:
        yield from record.get("properties", {}).items()


def test_a_bare_name_is_looked_up_in_a_fixed_order_and_a_group_makes_it_sure() -> None:
    assert zh.term("users") == "使用人数"
    assert zh.term("exit") == zh.term("category.exit") != zh.term("when.exit") == "退出时"
    assert zh.term("grade.D") == "D 级：估计"
    assert zh.term("source.guess") == "估计"
    assert (en.term("saas"), en.term("saas", inline=True)) == ("Ready-made SaaS", "ready-made SaaS")
    assert zh.help("time_saved") == zh.help("line.time_saved")
    with pytest.raises(KeyError, match="users"):
        zh.term("usres")


def test_inputs_are_named_with_their_option_and_the_users_own_labels() -> None:
    options, labels = {"a1": "SaaS（标准版）"}, {"a1.licence": "账号年费", "tenders": "投标费"}
    names = (
        "users",
        "a1.adoption",
        "a1.abandon",
        "a1.licence",
        "a1.licence.uplift",
        "tenders",
        "b.x",
        "@common",
    )
    assert [zh.input_name(name, options, labels) for name in names] == [
        "使用人数",
        "SaaS（标准版）：实际使用率",
        "SaaS（标准版）：中途弃用",
        "SaaS（标准版）：账号年费",
        "SaaS（标准版）：账号年费的每年涨价幅度",
        "投标费",
        "b：x",
        "@common",
    ]


# --- numbers ----------------------------------------------------------------------------------------------

MONEY = [  # value, Chinese, English
    (0, "0 元", "¥0"),
    (-0.001, "0 元", "¥0"),
    (57.5, "57.50 元", "¥57.50"),
    (412, "412 元", "¥412"),
    (9_994, "9,990 元", "¥9,990"),
    (9_995, "1 万元", "¥10k"),
    (9_999, "1 万元", "¥10k"),
    (10_000, "1 万元", "¥10k"),
    (-35_000, "−3.5 万元", "−¥35k"),
    (99_949, "9.99 万元", "¥99.9k"),
    (99_995, "10 万元", "¥100k"),
    (412_345, "41.2 万元", "¥412k"),
    (999_500, "100 万元", "¥1m"),
    (4_123_456, "412 万元", "¥4.12m"),
    (12_345_678, "1,230 万元", "¥12.3m"),
    (99_999_999, "1 亿元", "¥100m"),
    (126_000_000, "1.26 亿元", "¥126m"),
    (1.26e9, "12.6 亿元", "¥1.26bn"),
    (None, "–", "–"),
    (math.nan, "–", "–"),
    (math.inf, "–", "–"),
]


@pytest.mark.parametrize(("value", "chinese", "english"), MONEY)
def test_money_in_prose(value: float | None, chinese: str, english: str) -> None:
    assert zh.money(value, "CNY") == tight(chinese)
    assert en.money(value, "CNY") == tight(english)


def test_money_of_other_currencies_with_signs_and_in_tables() -> None:
    currencies = ("USD", "EUR", "XYZ")
    assert [zh.money(412_345, one) for one in currencies] == [
        tight(text) for text in ("41.2 万美元", "41.2 万欧元", "41.2 万 XYZ")
    ]
    assert [en.money(412_345, one) for one in currencies] == ["US$412k", "€412k", tight("XYZ 412k")]
    assert [en.money(value, "CNY", signed=True) for value in (5e4, -5e4, 0)] == ["+¥50k", "−¥50k", "¥0"]
    precise = {412_345.4: "412,345", -0.4: "−0.40", 57.5: "57.50", 99.996: "100", -1.2e6: "−1,200,000"}
    for words in (zh, en):
        assert {value: words.money(value, "CNY", precise=True) for value in precise} == precise
    assert en.money(57.4, "JPY") == "JP¥57"


def test_no_digit_below_the_standard_error() -> None:
    errors = (None, 0, 30, 1_000, 1_001, 3_000, 20_000, 900_000)
    assert [en.money(412_345, "CNY", se=se) for se in errors] == (
        ["¥412k"] * 4 + ["¥410k"] * 2 + ["¥400k", "¥0"]
    )
    assert [en.money(412_345, "CNY", precise=True, se=se) for se in (3, 30, 300)] == [
        "412,350",
        "412,300",
        "412,000",
    ]
    assert [en.share(0.41234, se=se) for se in (None, 0.002, 0.02, 0.5)] == ["41%", "41%", "40%", "40%"]


def parsed(text: str) -> float:
    """The number that a printed amount says."""
    scale = next(
        (power for sign, power in {"亿": 8, "万": 4, "bn": 9, "m": 6, "k": 3}.items() if sign in text), 0
    )
    return float(re.sub(r"[^\d.−]", "", text).replace("−", "-")) * 10**scale


@given(st.floats(-1e12, 1e12), st.floats(0, 1e9))
@example(9_999.5, 0)
@example(99_950, 0)
@example(-1e8 + 1, 1e5)
def test_what_money_says_is_the_value_as_far_as_it_is_known(value: float, se: float) -> None:
    unit = 10 ** math.ceil(math.log10(se)) if se else 0
    for words in (zh, en):
        shown = parsed(words.money(value, "CNY", se=se))
        assert abs(shown - value) <= max(unit, 0.01, abs(value) / 100) * 0.5001
        assert not unit >= 1 or shown % unit in (0, pytest.approx(0, abs=1e-6 * unit), pytest.approx(unit))


def test_shares_numbers_and_ratios() -> None:
    shares = {
        0: "0%",
        0.00034: "0.034%",
        0.0537: "5.4%",
        0.125: "13%",
        0.5: "50%",
        0.953: "95%",
        0.9993: "99.93%",
    }
    shares |= {1: "100%", 3.4437: "344%", 43.56: "4,356%", -0.12: "−12%", math.inf: "–"}
    for words in (zh, en):
        assert {value: words.share(value) for value in shares} == shares
        assert (words.share(0.4123, 1), words.share(0.5, 2), words.share(None)) == ("41.2%", "50.00%", "–")
        assert words.share(0.12, signed=True) == "+12%"
        assert [words.number(value) for value in (12, 1234.5, 0.3, 12.345, -2)] == [
            "12",
            "1,235",
            "0.3",
            "12.3",
            "−2",
        ]
        assert (words.number(2, 1), words.number(None), words.ratio(1.345)) == ("2.0", "–", "1.35")


@given(st.floats(allow_nan=True, allow_infinity=True))
@example(5e-324)
@example(1.7e308)
def test_any_number_can_be_printed(value: float) -> None:
    for words in (zh, en):
        said = [words.money(value, "CNY"), words.money(value, "CNY", precise=True), words.share(value)]
        said += [words.number(value), words.ratio(value), words.months(value), words.value(value, "1", "CNY")]
        assert all(said)
        assert not [text for text in said if re.search(r"[eE]\+|nan|inf", text)]


def test_chances_in_words() -> None:
    chances = (0, 0.03, 0.05, 0.1, 0.27, 0.5, 0.7, 0.93, 0.97, 1)
    assert [zh.about(chance) for chance in chances] == [
        *("一百次里不到一次", "二十次里不到一次", "二十次里约一次", "十次里约一次", "十次里约三次"),
        *(
            "十次里约五次",
            "十次里约七次",
            "二十次里约十九次",
            "二十次里有十九次以上",
            "一百次里有九十九次以上",
        ),
    ]
    assert [en.about(chance) for chance in chances[2:8]] == [
        *("about once in twenty", "about one time in ten", "about three times in ten"),
        *("about five times in ten", "about seven times in ten", "about nineteen times in twenty"),
    ]
    assert [zh.portion(part) for part in (0.02, 0.25, 0.34, 0.5, 0.7, 0.98)] == [
        *("不到半成", "约四分之一", "约三分之一", "约一半", "约七成", "九成五以上"),
    ]
    assert en.span(1.5, 2, en.number) == "nine times in ten between 1.5 and 2"
    assert zh.span(-3e4, 4e5, lambda value: zh.money(value, "CNY")) == (
        f"十次里约九次落在 {tight('−3 万元')} 到 {tight('40 万元')} 之间"
    )


def test_months_and_dates() -> None:
    assert [zh.months(value) for value in (13.6, 0, 0.3, None, math.inf)] == [
        *(tight("14 个月"), tight("0 个月"), "不到 1 个月", "始终收不回", "始终收不回"),
    ]
    assert [en.months(value) for value in (1, 14, None)] == [tight("1 month"), tight("14 months"), "never"]
    dates = ("2026-11-22", "2026-11", "2026", "2026-13", "soon", "")
    assert [zh.date(text) for text in dates] == ["2026年11月22日", "2026年11月", "2026年", *dates[3:]]
    assert [en.date(text) for text in dates] == ["22 November 2026", "November 2026", "2026", *dates[3:]]


@both
def test_every_unit_has_words(words: Language) -> None:
    units = {item.unit for item in QUANTITIES.values()}
    units |= {cost_unit(kind, per) for kind in ("money", "hour") for per in get_args(model.Per)}
    for unit in units:
        assert words.unit(unit, "CNY") or unit == "1"
        assert words.value(2.5, unit, "CNY")


def test_values_with_their_units() -> None:
    values = [
        (1200, "money/user/year", "", "1,200 元/人·年", "¥1,200 per user and year"),
        (-57.5, "money/hour", "", "−57.50 元/小时", "−¥57.50 per hour"),
        (0.8, "hour/user/day", "", "0.8 小时/人·天", "0.8 hours per user and day"),
        (1, "month", "", "1 个月", "1 month"),
        (0.125, "1", "a1.adoption", "12.5%", "12.5%"),
        (0.1, "1/year", "churn_per_year", "每年 10%", "10% a year"),
        (0.005, "1/year", "churn_reduction", "每年 0.5 个百分点", "0.5 points a year"),
        (6, "1/year", "saas.changes_per_year", "6 次/年", "6 changes per year"),
        (1.15, "1", "saas.overrun", "1.15 倍", "1.15×"),
        (None, "1", "", "–", "–"),
    ]
    for value, unit, name, chinese, english in values:
        assert zh.value(value, unit, "CNY", name).replace("\u00a0", " ") == chinese
        assert en.value(value, unit, "CNY", name).replace("\u00a0", " ") == english


# --- remarks ----------------------------------------------------------------------------------------------

CODE_AT = {
    "Remark": 0,
    "refusal": 0,
    "_fault": 0,
    "_refuse": 0,
    "PydanticCustomError": 0,
    "FormulaError": 0,
    "_say": 1,
    "remark": 3,
}
TABLES = {"_SYNTAX": "values", "_CODES": "values", "places": "keys"}  # of codes, found by name


def _strings(node: ast.AST | None) -> set[str]:
    found = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant)) if node else ()
    return {text for text in found if isinstance(text, str)}


def _codes_in(tree: ast.Module) -> Iterator[str]:
    """What the source gives to `Remark` and to those who make one, or keeps as codes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            argument = node.args[CODE_AT[name]] if len(node.args) > CODE_AT.get(name, 9) else None
            yield from _strings(argument) if not isinstance(argument, ast.Call) else ()
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            pair = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            given = [(target, node.value)] if not pair else zip(target.elts, node.value.elts, strict=True)  # type: ignore[attr-defined]
            for one, value in given:
                if getattr(one, "id", "") == "code":
                    yield from _strings(value)
                elif (table := TABLES.get(getattr(one, "id", ""))) and isinstance(value, ast.Dict):
                    for part in getattr(value, table):
                        yield from _strings(part)


@cache
def emitted() -> frozenset[str]:
    sources = [path for room in ("assessment", "roi") for path in (HERE / room).glob("**/*.py")]
    return frozenset(
        code for path in sources for code in _codes_in(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_the_collection_finds_codes_of_every_kind() -> None:
    known = {
        "duplicate_key",
        "bad_yaml",
        "unclosed_quote",
        "no_space_after_colon",
        "empty_value",
        "is_a_folder",
    }
    known |= {"tab", "control_character", "anchor", "missing_field", "range_needs_three", "utf16", "unused"}
    known |= {"formula_wrong_form", "formula_unknown_name", "formula_no_amount"}
    assert known <= emitted()


@both
def test_every_code_has_a_sentence(words: Language) -> None:
    assert not [code for code in sorted(emitted()) if not words.has(f"remarks.{code}")]


CASE = HERE / "examples" / "machinery-maker" / "case.yaml"
SPOILT = 200  # places of the example
JUNK: list[Any] = [
    None,
    True,
    3,
    2.5,
    -1,
    1e30,
    math.inf,
    math.nan,
    "x",
    "",
    "ａ{found}",
    [],
    [1],
    [3, 2, 1],
    {},
    {"x": 1},
]


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, item in (
        data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    ):
        yield from _places(item, (*path, key))


def _spoilt(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = _spoilt(copy[path[0]], path[1:], value)
    return copy


@cache
def remarks_on_spoilt_cases() -> tuple[Remark, ...]:
    """What is said of an example with one thing at a time replaced by junk, or misspelt."""
    data = load_case(CASE).case.document.data
    chance, found = random.Random(7), {}
    for path in chance.sample([path for path in _places(data) if path], SPOILT):
        _collect(_spoilt(data, path, chance.choice(JUNK)), found)
        around, last = data, path[-1]
        for step in path[:-1]:
            around = around[step]
        if isinstance(around, dict):
            misspelt = {f"{key}x" if key == last else key: item for key, item in around.items()}
            _collect(_spoilt(data, path[:-1], misspelt), found)
    return tuple(found.values())


def _collect(data: Any, found: dict[Any, Remark]) -> None:
    try:
        loaded = case_from_data(data, name="case.yaml")
        remarks = loaded.warnings + loaded.notices
    except InputError as error:
        remarks = error.faults + error.notices
    except (TypeError, AttributeError):  # not even a mapping: no case of a file
        return
    for one in remarks:
        found.setdefault((one.code, re.sub(r"\d+", "", one.field), frozenset(one.details)), one)


@both
def test_remarks_on_spoilt_cases_are_sentences_that_say_what_to_change(words: Language) -> None:
    remarks = remarks_on_spoilt_cases()
    assert len({remark.code for remark in remarks}) > 10
    for remark in remarks:
        said = words.remark(remark)
        assert words.has(f"remarks.{remark.code}"), remark
        assert said.startswith(f"case.yaml:{remark.line}: {remark.field}"), said
        assert not re.search(r"“”|；；|; ;|\^\[|\\d|[:;：；]\s*$|None", said), said
        assert "{" not in said or "{" in str(remark.details), said


REMARKS = [
    (
        Remark("outside", "c.yaml", 4, "assumptions.fit_x", {"found": "1.5", "allowed": "0 – 1"}),
        "c.yaml:4: assumptions.fit_x: 填的是 1.5，超出了范围；允许范围：0 – 1",
    ),
    (
        Remark("outside", "c.yaml", 4, "assumptions.users", {"found": "0", "allowed": "1 – 1e+05"}),
        "c.yaml:4: assumptions.users（使用人数）: 填的是 0，超出了范围；允许范围：1 – 100,000",
    ),
    (
        Remark("outside", "c.yaml", 4, "assumptions.sales_users", {"found": "9", "allowed": "≤ users (8)"}),
        "c.yaml:4: assumptions.sales_users（销售人数）: 填的是 9，超出了范围；"
        "允许范围：不超过 users（使用人数），即 8",
    ),
    (
        Remark("unknown_field", "c.yaml", 2, "adopton", {"name": "adopton", "nearest": "adoption"}),
        "c.yaml:2: adopton: 这里没有“adopton”这一项；您是不是想写“adoption”？",
    ),
    (
        Remark("unknown_field", "c.yaml", 2, "users", {"name": "users", "nearest": "answers"}),
        "c.yaml:2: users（使用人数）: 这里没有“users”这一项；这个数放在 assumptions 下面",
    ),
    (
        Remark("wrong_form", "c.yaml", 2, "currency", {"found": "rmb", "allowed": "^[A-Z]{3}$"}),
        "c.yaml:2: currency（币种）: 填的是“rmb”；币种用三个大写字母，例如 CNY、USD",
    ),
    (
        Remark("missing_field", "c.yaml", 9, "options[0].costs[1].per", {"name": "per"}),
        "c.yaml:9: options[0].costs[1].per（按什么计）: 这一项必填，文件里没有；"
        "可选：once（一次）、user（每人）、month（每月）、user_month（每人每月）、year（每年）、user_year（每人每年）、change（每次改动）、"
        "joiner（每来一名新人）",
    ),
    (Remark("missing_file", "no.yaml"), "no.yaml: 找不到这个文件；请检查文件名和所在的文件夹"),
    (
        Remark("bold_churn", "", None, "", {"found": "0.08", "allowed": "0.1"}),
        "年流失率要降 8 个百分点，超过目前 10% 的一半；这样的效果少见，请核实",
    ),
    (
        Remark("new_code", "c.yaml", 1, "x", {"found": "{found}"}),
        "c.yaml:1: x: 这里有问题（代码 new_code）：{found}",
    ),
]


@pytest.mark.parametrize(("remark", "said"), REMARKS)
def test_remarks_word_for_word(remark: Remark, said: str) -> None:
    assert zh.remark(remark) == said
    assert not HAN.search(en.remark(remark))


def test_every_pattern_of_the_schema_is_put_in_human_words() -> None:
    patterns = {name for name, field in _fields() if "pattern" in field}
    assert patterns == {"id", "date", "currency"}
    assert all(words.has(f"remarks.form.{name}") for words in (zh, en) for name in patterns)


def test_every_required_field_says_what_to_write() -> None:
    schema = Case.model_json_schema(by_alias=True)
    required = {name for record in [schema, *schema["$defs"].values()] for name in record.get("required", [])}
    for name in required - {"distribution"}:  # whose place `value` or `range` may take
        said = zh.finding(Remark("missing_field", "", None, name, {"name": name}))
        assert "；" in said, name


# --- formulas ---------------------------------------------------------------------------------------------

WORDS = {  # of printed formulas, as Python
    r"若 (.+?) 则为 1，否则为 0": r"(1 if \1 else 0)",
    r"1 if (.+?), otherwise 0": r"(1 if \1 else 0)",
    r"限于(\S+)到(\S+?)\(": r"clip(\1, \2, ",
    r"limited to (\S+)–(\S+) \(": r"clip(\1, \2, ",
    r"取大值\(|larger of \(": "max(",
    r"取小值\(|smaller of \(": "min(",
    "×": "*",
    "÷": "/",
    "−": "-",
    r"\^": "**",
    "≤": "<=",
}
IN_MONTHS = re.compile("month|delay|users|managers")


def printed_value(words: Language, name: str, values: dict[str, float]) -> float:
    """What a reader with a calculator gets from the printed formula."""
    label, _, right = words.formula(name).partition(" = ")
    assert label == words.term(name)
    known = {words.named(parameter): f"«{place}»" for place, parameter in enumerate(parameters(name))}
    labels = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    right = re.sub(labels, lambda match: known[match[0]], right)
    for pattern, python in WORDS.items():
        right = re.sub(pattern, python, right)
    right = re.sub(r"«(\d+)»", lambda match: repr(values[parameters(name)[int(match[1])]]), right)
    assert not re.sub(r"\b(max|min|clip|if|else|e)\b|[-+*/(),.<= \d]", "", right), right
    clip = {"clip": lambda low, high, value: min(max(value, low), high), "max": max, "min": min}
    return float(eval(right, {"__builtins__": {}}, clip))


@both
@pytest.mark.parametrize("name", list(_functions()))
def test_a_printed_formula_gives_what_the_formula_gives(words: Language, name: str) -> None:
    chance = random.Random(name)
    for _ in range(20):
        values = {
            parameter: chance.uniform(1, 40) if IN_MONTHS.search(parameter) else chance.uniform(0.05, 0.95)
            for parameter in parameters(name)
        }
        expected = float(formula(name)(*values.values()))
        assert printed_value(words, name, values) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_users_formula_is_printed_as_the_models_are() -> None:
    text = "leads_per_month * 0.02 × (deal_value − 500) / max(users, managers, 1)"
    assert zh.equation("投标费", expressions.parsed(text)) == (
        "投标费 = 每月线索数 × 0.02 × (新客户首单金额 − 500) ÷ 取大值(取大值(使用人数, 经理人数), 1)"
    )
    assert en.equation("Fees", expressions.parsed("-users ** 2 / 12")) == "Fees = (0 − users ^ 2) ÷ 12"


def test_formulas_word_for_word() -> None:
    assert zh.formula("churn") == "月流失率 = 1 − (1 − 年流失率) ^ (1/12)"
    assert en.formula("retired_tools", wrap=True) == (
        "Tools retired =\n  monthly cost of tools retired\n  × part of the month in operation"
    )
    assert zh.formula("live") == "当月运行占比 = 限于0到1(月份序号 − 从决定到上线的月数) × 是否仍在使用"
    assert en.formula("in_use") == "Still in use = 1 if month ≤ month of abandonment, otherwise 0"
    one_line = " ".join(part.strip() for part in zh.formula("monthly_sales", wrap=True).split("\n"))
    assert one_line == zh.formula("monthly_sales")
    with pytest.raises(KeyError):
        zh.formula("no_such_formula")
