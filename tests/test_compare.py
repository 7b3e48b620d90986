"""`crm-roi compare`: every difference is found, each effect is its change's alone, all is told."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from rich.cells import cell_len
from rich.console import Console

from app.cli import main
from assessment import case_from_data, load_case
from assessment.case import Case
from assessment.compare import MISSING, Change, Compared, Effect, applied, changes, compare
from assessment.loader import Loaded
from assessment.remarks import InputError
from reports import compare as told
from reports.changed import Versions
from reports.language import language
from reports.pages import Pages, plain
from roi.simulation import npv_of

CASE = Path(__file__).resolve().parent.parent / "examples" / "machinery-maker" / "case.yaml"
HOSTILE = "</title><script>alert(1)</script>[bold]{{ 7 * 7 }}{name}"
DRAWS = 256
both = pytest.mark.parametrize("code", ["zh-CN", "en"])


def old() -> Loaded:
    return load_case(CASE, [f"settings.draws={DRAWS}"])


def data() -> dict[str, Any]:
    return copy.deepcopy(old().case.document.data)


def option(case: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(item for item in case["options"] if item["id"] == identifier)


def cost(case: dict[str, Any], owner: str, identifier: str) -> dict[str, Any]:
    return next(item for item in option(case, owner)["costs"] if item["id"] == identifier)


def revised() -> dict[str, Any]:
    """A new version: dearer, used less, looked at longer, a line off, a pain unknown, texts."""
    case = data()
    cost(case, "saas", "licence")["amount"]["value"] = 3200
    option(case, "saas")["adoption"]["range"] = [0.3, 0.5, 0.7]
    case["settings"]["years"] = 4
    case["benefits"]["off"].append("time_saved")
    case["answers"]["pains"]["records_not_kept"] = "dont_know"
    case["title"] = "A new title"
    case["assumptions"]["users"]["source"]["title"] = "Staff list, December"
    return case


@cache
def compared() -> Compared:
    return compare(old(), case_from_data(revised(), name="new.yaml"))


def effects() -> dict[tuple[str, ...], Effect]:
    return {effect.change.path: effect for effect in compared().effects}


# --- what changed -----------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "costs", "extra", "options"])
LEAVES = st.one_of(
    st.integers(2, 9), st.lists(st.integers(2, 9), min_size=1, max_size=3), st.text("xyz", min_size=1)
)


def things(inside: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of things with ids."""
    found = st.dictionaries(NAMES, inside, min_size=1, max_size=4)
    return found.map(lambda items: [{**item, "id": name} for name, item in items.items()])


PLAIN = st.dictionaries(NAMES, LEAVES, min_size=1, max_size=4)
OPTIONS = things(
    st.fixed_dictionaries(
        {},
        optional={
            "fit": LEAVES,
            "effects": PLAIN,
            "costs": things(st.fixed_dictionaries({}, optional={"amount": LEAVES})),
        },
    )
)
CASES = st.fixed_dictionaries(
    {},
    optional={
        "title": LEAVES,
        "assumptions": PLAIN,
        "organisation": st.fixed_dictionaries({}, optional={"people": PLAIN, "industry": LEAVES}),
        "answers": st.fixed_dictionaries({}, optional={"pains": PLAIN, "first": PLAIN}),
        "benefits": st.fixed_dictionaries({}, optional={"off": LEAVES, "extra": things(PLAIN)}),
        "options": OPTIONS,
        "criteria": st.fixed_dictionaries(
            {}, optional={"weights": PLAIN, "scores": st.dictionaries(NAMES, PLAIN, min_size=1, max_size=3)}
        ),
    },
)


def settled(value: Any) -> Any:
    """Without empty containers and without the order of things."""
    if isinstance(value, dict):
        inside = {key: settled(item) for key, item in value.items()}
        return {key: item for key, item in inside.items() if item not in ({}, [])}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted((settled(item) for item in value), key=lambda item: str(item["id"]))
    return value


@given(CASES, CASES, st.randoms(use_true_random=False))
def test_all_changes_in_any_order_make_the_old_case_the_new_one(
    one: dict[str, Any], other: dict[str, Any], chance: random.Random
) -> None:
    before, found = copy.deepcopy(one), changes(one, other)
    chance.shuffle(found)
    made: dict[str, Any] = one
    for change in found:
        made = applied(made, change)
    assert settled(made) == settled(other)
    assert changes(made, other) == []
    assert one == before
    paths = [change.path for change in found]
    assert not [(a, b) for a in paths for b in paths if a != b and a == b[: len(a)]]


@given(CASES)
def test_a_case_does_not_differ_from_itself_whatever_the_order_of_its_options(case: dict[str, Any]) -> None:
    turned = {**case, "options": case.get("options", [])[::-1]}
    assert changes(case, case) == changes(case, turned) == changes(turned, case) == []


def test_differences_are_found_where_they_are() -> None:
    new = revised()
    option(new, "nocode")["costs"] = [
        item for item in option(new, "nocode")["costs"] if item["id"] != "platform"
    ]
    new["options"] = [item for item in new["options"] if item["id"] != "custom"]
    found = {change.path: change for change in changes(data(), new)}
    assert set(found) == {
        ("title",),
        ("settings", "years"),
        ("answers", "pains", "records_not_kept"),
        ("assumptions", "users"),
        ("benefits", "off"),
        ("options", "saas", "adoption"),
        ("options", "saas", "costs", "licence"),
        ("options", "nocode", "costs", "platform"),
        ("options", "custom"),
    }
    assert found["options", "custom"].after is MISSING
    assert found["options", "custom"].before["kind"] == "custom"
    assert (found["settings", "years"].before, found["settings", "years"].after) == (3, 4)


SAME_NUMBER = {"value": 20, "source": {"kind": "measured", "title": "Staff list"}, "note": "n"}
WORDS_ONLY: list[tuple[tuple[str, ...], Any, Any, bool]] = [
    (("assumptions", "users"), 20, SAME_NUMBER, True),
    (("assumptions", "users"), 21, SAME_NUMBER, False),
    (("assumptions", "users"), SAME_NUMBER, {**SAME_NUMBER, "source": {"kind": "vendor"}}, False),
    (("assumptions", "users"), MISSING, SAME_NUMBER, False),
    (("prepared", "by"), "A", "B", True),
    (("options", "saas", "name"), {"zh-CN": "甲", "en": "A"}, "B", True),
    (("answers", "pains", "x"), {"evidence": "A", "times_per_year": 2}, {"times_per_year": 2}, True),
    (("settings", "freed_hours_plan"), "A", "B", True),
    (("settings", "freed_hours_plan"), MISSING, "B", False),
]


@pytest.mark.parametrize(("path", "before", "after", "words"), WORDS_ONLY)
def test_words_are_told_from_what_may_move_money(
    path: tuple[str, ...], before: Any, after: Any, words: bool
) -> None:
    assert Change(path=path, before=before, after=after).is_words is words


# --- what it did ------------------------------------------------------------------------------------------

ALONE: dict[tuple[str, ...], Callable[[dict[str, Any]], None]] = {
    ("settings", "years"): lambda case: case["settings"].update(years=4),
    ("benefits", "off"): lambda case: case["benefits"]["off"].append("time_saved"),
    ("options", "saas", "adoption"): lambda case: option(case, "saas")["adoption"].update(
        range=[0.3, 0.5, 0.7]
    ),
    ("options", "saas", "costs", "licence"): lambda case: cost(case, "saas", "licence")["amount"].update(
        value=3200
    ),
}


@pytest.mark.parametrize("path", ALONE, ids="-".join)
def test_an_effect_is_the_difference_of_two_decisions(path: tuple[str, ...]) -> None:
    changed = data()
    ALONE[path](changed)
    assert compared().subject == "saas"
    ends = []
    for case in (data(), changed):
        model = case_from_data(case).model
        place = [one.id for one in model.options].index("saas")
        ends.append(float(npv_of(model)[:, place].mean()))
    moved = effects()[path].moved
    assert moved is not None
    assert moved.mean == pytest.approx(ends[1] - ends[0], rel=1e-9)
    assert moved.se is not None
    assert 0 < moved.se < abs(moved.mean)


def test_a_fixed_price_moves_by_what_it_costs() -> None:
    """Twenty users at ¥600 more, three years ahead, uplift aside: at least two years of it, at most four."""
    moved = effects()["options", "saas", "costs", "licence"].moved
    assert moved is not None
    assert -4 * 20 * 600 < moved.mean < -20 * 600


def test_effects_and_interplay_add_up_to_the_total_which_is_that_of_the_decisions() -> None:
    found = compared()
    moved = [effect.moved.mean for effect in found.effects if effect.moved]
    assert found.total is not None
    assert found.interplay is not None
    assert sum(moved) + found.interplay.mean == pytest.approx(found.total.mean)
    npv = [decision.option("saas").npv.mean for decision in (found.before, found.after)]
    assert found.total.mean == pytest.approx(npv[1] - npv[0], rel=1e-9)


def test_what_the_money_does_not_know_moves_nothing_and_words_are_not_computed() -> None:
    pain = effects()["answers", "pains", "records_not_kept"]
    assert pain.moved is not None
    assert pain.moved.mean == 0
    assert not pain.is_words
    for path in (("title",), ("assumptions", "users")):
        assert (effects()[path].is_words, effects()[path].moved) == (True, None)


def test_a_change_that_cannot_stand_alone_has_no_effect_of_its_own_and_is_left_to_the_interplay() -> None:
    new = data()
    new["settings"] |= {"amounts_exclude_vat": False, "vat_rate": 0.13}
    found = compare(old(), case_from_data(new))
    moved = {effect.change.path: effect.moved for effect in found.effects}
    assert moved["settings", "amounts_exclude_vat"] is None  # a rate is then needed
    rate = moved["settings", "vat_rate"]
    assert rate is None or rate.mean == 0
    assert found.total is not None
    assert found.interplay == found.total
    assert found.total.mean != 0


def test_an_option_that_is_gone_and_one_that_is_new() -> None:
    whole, less = data(), data()
    for case in (whole, less):
        del case["criteria"]  # has scores of it
    less["options"] = [item for item in less["options"] if item["id"] != "saas"]
    more, fewer = case_from_data(whole), case_from_data(less)
    gone, come = compare(more, fewer), compare(fewer, more)
    assert gone.subject != "saas"
    (effect,) = gone.effects
    assert effect.moved is not None
    assert effect.moved.mean == 0  # an option does not move another one
    assert come.subject == "saas"
    assert (come.total, come.interplay, come.effects[0].moved) == (None, None, None)
    for code in ("zh-CN", "en"):
        words = language(code)
        for found in (gone, come):
            text = page(found, code)
            assert words.text("compare.there") in text
            assert words.number(None) in text
    assert "¥" in page(come, "en")


def test_nothing_can_be_computed_in_one_of_them() -> None:
    less = data()
    del less["assumptions"]["hourly_cost"]
    gone, come = compare(old(), case_from_data(less)), compare(case_from_data(less), old())
    assert (gone.subject, gone.total) == (None, None)
    assert come.subject == "saas"
    assert come.total is None
    for code in ("zh-CN", "en"):
        assert language(code).text("compare.lead.nothing") in page(gone, code)
        assert told.section(Versions.of(come, language(code))).data["lead"]


def test_amounts_in_two_currencies_are_refused() -> None:
    new = data() | {"currency": "USD"}
    with pytest.raises(InputError) as caught:
        compare(old(), case_from_data(new, name="new.yaml"))
    (fault,) = caught.value.faults
    for code in ("zh-CN", "en"):
        said = language(code).remark(fault)
        assert said.startswith("new.yaml")
        assert "USD" in said
        assert "CNY" in said


def test_it_goes_to_json_and_back_and_what_a_file_does_not_say_is_not_in_it() -> None:
    text = compared().model_dump_json()
    assert Compared.model_validate_json(text) == compared()
    new = Change(path=("assumptions", "users"), after=20)
    assert json.loads(new.model_dump_json()) == {"path": ["assumptions", "users"], "after": 20}
    assert Change.model_validate_json(new.model_dump_json()).before is MISSING


# --- how it is told ---------------------------------------------------------------------------------------


def page(found: Compared, code: str) -> str:
    versions = Versions.of(found, language(code))
    section = told.section(versions)
    html = Pages(versions.after).section(section).html
    return f"{section.title} {plain(html)}".replace("\u00a0", " ")


SAID = {
    "zh-CN": [
        "原来",
        "现成 SaaS：账号年费",
        "2,600 元/人·年",
        "3,200 元/人·年",
        "3 年",
        "4 年",
        "不算的收益",
        "省下的工时",
        "不清楚",
    ],
    "en": [
        "Before",
        "Licences",
        "¥2,600 per user and year",
        "¥3,200 per user and year",
        "3 years",
        "4 years",
        "Time saved",
    ],
}


@both
def test_the_page_says_what_changed_and_what_it_did(code: str) -> None:
    text, words, found = page(compared(), code), language(code), compared()
    for said in SAID[code]:
        assert said in text, said
    for effect in found.effects:
        if effect.moved and effect.moved.mean:
            amount = words.money(effect.moved.mean, "CNY", se=effect.moved.se, signed=True)
            assert amount.replace("\u00a0", " ") in text
    order = [words.money(m.mean, "CNY", se=m.se, signed=True) for m in moves(found)]
    places = [plainly(text).rindex(plainly(one)) for one in order]
    assert places == sorted(places)
    assert not re.search(r"None|nan|\{\w*\}|compare\.|terms\.", text)


@both
def test_what_changes_do_to_each_other_is_said_where_it_can_be_seen(code: str) -> None:
    apart = data()  # two prices: neither changes what the other comes to
    for identifier in ("licence", "onboarding"):
        cost(apart, "saas", identifier)["amount"] = 9_000
    for found, is_said in ((compare(old(), case_from_data(apart)), False), (compared(), True)):
        assert bool(told.section(Versions.of(found, language(code))).data["interplay"]) == is_said


def plainly(text: str) -> str:
    return text.replace("\u00a0", " ")


def moves(found: Compared) -> list[Any]:
    moved = [effect.moved for effect in found.effects if effect.moved and effect.moved.mean]
    return sorted(moved, key=lambda one: -abs(one.mean))


@both
@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_has_the_same_and_no_line_is_too_long(
    code: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(told, "screen", lambda: Console(width=width, highlight=False))
    told.show(compared(), language(code))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= width
    joined = re.sub(r"\s", "", "".join(lines))
    for one in moves(compared()):
        amount = language(code).money(one.mean, "CNY", se=one.se, signed=True)
        assert re.sub(r"\s", "", amount) in joined


def test_the_same_case_twice_is_said_to_be_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    found = compare(old(), old())
    assert found.effects == []
    for code in ("zh-CN", "en"):
        told.show(found, language(code))
        assert language(code).text("compare.title.none") in capsys.readouterr().out


def test_two_companies_are_compared_with_a_warning_and_every_difference_has_words() -> None:
    other = load_case(CASE.parent.parent / "retail-members" / "case.yaml", [f"settings.draws={DRAWS}"])
    found = compare(other, old())
    assert len(found.effects) > 100
    for code in ("zh-CN", "en"):
        text = page(found, code)
        warning = language(code).text("compare.two_cases", before="retail-members", after="machinery-maker")
        assert warning in text
        left = re.findall(r"[a-z]+_[a-z_]+|None|\bnan\b|\{\w*\}|compare\.|terms\.|MISSING", text)
        assert not left


def test_hostile_texts_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    new = data()
    option(new, "saas")["name"] = HOSTILE
    cost(new, "saas", "licence").update(label=HOSTILE, amount=9000)
    new["benefits"]["extra"][0].update(label=HOSTILE, monthly="users * 3")
    new["title"] = HOSTILE
    found = compare(old(), case_from_data(new, name=f"{HOSTILE}.yaml"))
    for code in ("zh-CN", "en"):
        document = told._content(found, language(code)).document("screen.css")
        assert "<script>" not in document  # the page has one of its own, of another kind
        assert "&lt;script&gt;" in document
        told.show(found, language(code))
        assert "[bold]{{7*7}}{name}" in re.sub(r"\s", "", capsys.readouterr().out)


@both
def test_every_band_of_an_answer_has_words(code: str) -> None:
    schema = Case.model_json_schema(by_alias=True)["$defs"]["StatedPain"]["properties"]
    bands = re.findall(r"'(\w+)'", " ".join(re.findall(r"'enum': \[(.*?)\]", str(schema))))
    assert len(bands) > 10
    assert not [band for band in bands if not language(code).has(f"compare.word.{band}")]


# --- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    text = re.sub(r"draws: \d+", f"draws: {DRAWS}", CASE.read_text("utf-8"))
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(text, "utf-8")
    after.write_text(text.replace("amount: {value: 2600", "amount: {value: 3200"), "utf-8")
    return str(before), str(after)


def test_the_command_shows_it_or_writes_it(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *files, "--lang", "zh-CN"]) == 0
    assert "3,200" in capsys.readouterr().out
    out = tmp_path / "out"
    assert main(["compare", *files, "-o", str(out), "--lang", "zh-CN,en"]) == 0
    names = {f"machinery-maker.compare.{code}.{kind}" for code in ("zh-CN", "en") for kind in ("pdf", "html")}
    names.add("machinery-maker.compare.json")
    assert {path.name for path in out.iterdir()} == names
    assert {Path(line).name for line in capsys.readouterr().out.split()} == names
    found = Compared.model_validate_json((out / "machinery-maker.compare.json").read_text("utf-8"))
    assert [effect.change.path for effect in found.effects] == [("options", "saas", "costs", "licence")]
    sheets = PdfReader(out / "machinery-maker.compare.en.pdf").pages
    text = re.sub(r"\s", "", " ".join(sheet.extract_text() for sheet in sheets))  # a long path is broken
    assert "after.yaml" in text
    assert "3,200" in text


def test_its_report_carries_a_brand(files: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "brand.yaml"
    file.write_text(
        'by: {zh-CN: 明理咨询, en: Clarity}\ncolours: {accent: "#7a3b9a"}\nfooter: 机密\n', "utf-8"
    )
    command = ["compare", *files, "-o", str(tmp_path), "--lang", "zh-CN,en", "--formats", "html"]
    assert main([*command, "--brand", str(file)]) == 0
    for code, name in (("zh-CN", "明理咨询"), ("en", "Clarity")):
        text = (tmp_path / f"machinery-maker.compare.{code}.html").read_text("utf-8")
        for shown in (f"<dd>{name}</dd>", f'name="author" content="{name}"', "--accent: #7a3b9a", "机密"):
            assert shown in text
    assert main(command) == 0
    text = (tmp_path / "machinery-maker.compare.en.html").read_text("utf-8")
    assert f"<dd>{compared().after.case.prepared['by']['en']}</dd>" in text
    assert "Clarity" not in text


def test_without_a_date_the_files_bear_the_day_that_the_environment_says(
    files: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in map(Path, files):
        file.write_text(re.sub(r"  date: 20.*\n", "", file.read_text("utf-8")), "utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")  # 9 September 2001
    where = ["-o", str(tmp_path), "--lang", "en", "--formats"]
    assert main(["compare", *files, *where, "html,pdf"]) == 0
    assert main(["report", files[1], *where, "html"]) == 0
    pages = [tmp_path / f"machinery-maker.{name}html" for name in ("compare.en.", "en.")]
    for text in (page.read_text("utf-8") for page in pages):
        assert '<meta name="dcterms.created" content="2001-09-09">' in text
    made = PdfReader(tmp_path / "machinery-maker.compare.en.pdf").metadata
    assert made is not None
    assert made.creation_date is not None
    assert made.creation_date.date().isoformat() == "2001-09-09"


def test_a_faulty_brand_is_refused_before_anything_is_computed(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "brand.yaml"
    file.write_text("logo: none.png\n", "utf-8")
    assert main(["compare", *files, "-o", str(tmp_path / "out"), "--brand", str(file)]) == 2
    assert f"{file}:1: logo" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_both_broken_files_are_named(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("schema: 1\n", "utf-8")
    for pair in (
        (files[0], str(broken)),
        (str(broken), files[0]),
        (str(broken), str(tmp_path / "none.yaml")),
    ):
        assert main(["compare", *pair]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "broken.yaml:1: " in err
        assert ("none.yaml" in err) == ("none.yaml" in pair[1])


@pytest.mark.parametrize(("arguments", "code"), [((), 2), (("--formats", "xlsx"), 2), (("--lang", "fr"), 2)])
def test_wrong_arguments_are_refused(files: tuple[str, str], arguments: tuple[str, ...], code: int) -> None:
    given = files if arguments else files[:1]
    assert main(["compare", *given, *arguments]) == code


def test_a_folder_that_cannot_be_made_is_told(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *files, "-o", f"{files[0]}/out", "--formats", "json"]) == 2
    assert "before.yaml" in capsys.readouterr().err
