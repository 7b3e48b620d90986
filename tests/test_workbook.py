"""The workbook: LibreOffice recomputes it to the engine's numbers; nothing a user wrote becomes a formula."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from plain_loop import compute
from strategies import FEATURES, features, fixed_cases

from assessment import assess, case_from_data, load_case
from assessment.decision import Decision
from assessment.loader import Loaded
from reports.language import Language, language
from reports.sections.desk import Desk
from reports.workbook import workbook
from reports.workbook.inputs import FIRST, NAME, VALUE
from reports.workbook.option import FIRST as FIRST_ROW
from reports.workbook.option import LABEL, PRESENT, START
from reports.workbook.option import VALUE as TOTAL
from reports.workbook.paper import LONGEST_NAME, sheet_name
from roi.engine import cash_flow
from roi.measures import measure, monthly_factors

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
CODES = ("zh-CN", "en")
CENT = 0.01
RANDOM = 20  # cases, whose lines and kinds of costs are all that there are
CHANGES = {  # of the machinery maker, as the command line has them, and names of inputs
    "users=30": "users",
    "sales_users=25": "sales_users",
    "saas.adoption=0.4": "saas.adoption",
    "custom.overrun=2.2": "custom.overrun",
    "custom.implementation_months=14": "custom.implementation_months",
    "sales_cycle_months=2.5": "sales_cycle_months",
    "wage_growth_per_year=0.08": "wage_growth_per_year",
    "user_growth_per_year=0.2": "user_growth_per_year",
    "settings.discount_rate=0.03": "settings.discount_rate",
    "saas.abandon.probability=0.7": "saas.abandon.probability",
}
HOSTILE = (
    '=HYPERLINK("http://example.invalid","x")',
    "+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "http://example.invalid/x",
    "{=1+1}",
    "_x003D_1+1",
    "'=1",
    "a'b",
    "mailto:a@example.invalid",
)


@dataclass(frozen=True)
class Made:
    """A book with what it was made from."""

    loaded: Loaded
    desk: Desk
    data: bytes

    @property
    def words(self) -> Language:
        return self.desk.words


def made(loaded: Loaded, code: str, decision: Decision | None = None) -> Made:
    desk = Desk(decision or assess(loaded), language(code))
    return Made(loaded, desk, workbook(desk.decision, loaded.model, desk.words))


@cache
def decided(name: str) -> tuple[Loaded, Decision]:
    loaded = load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=1024"])
    return loaded, assess(loaded)


@cache
def example(name: str, code: str) -> Made:
    loaded, decision = decided(name)
    return made(loaded, code, decision)


@cache
def drawn() -> list[tuple[dict[str, Any], set[str]]]:
    """Random cases, the same ones each time: few that have every feature between them, then any."""
    found: list[tuple[dict[str, Any], set[str]]] = []

    @seed(8)
    @settings(max_examples=120, database=None, derandomize=False, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(fixed_cases())
    def collect(case: dict[str, Any]) -> None:
        for option in case["options"]:
            option.setdefault("exit_probability", 0.0)
            option.setdefault("dip", {"share": 0.0, "months": 0.0})
        found.append((case, features(case, compute(case))))

    collect()
    chosen, lacking = [], set(FEATURES)
    while len(chosen) < RANDOM:
        best = max(found, key=lambda one: len(one[1] & lacking))
        found.remove(best)
        chosen.append(best)
        lacking -= best[1]
    return chosen


def hostile_case() -> dict[str, Any]:
    """A case whose every text tries to be something else."""
    one, *_ = drawn()[0]
    text = iter(HOSTILE * 20)
    source = {"kind": "guess", "title": next(text), "link": next(text)}
    case = {
        **one,
        "title": HOSTILE[0],
        "prepared": {"by": next(text), "for": next(text), "date": "2026-11-22"},
    }
    case["options"] = []
    for kind, name in zip(("saas", "nocode", "custom", "saas"), HOSTILE, strict=False):
        option = {**one["options"][0], "kind": kind, "id": f"o{len(case['options'])}", "name": name}
        amount = {"value": 100, "source": source, "note": next(text)}
        costs = [{"id": "c0", "label": next(text), "amount": amount, "category": "other", "per": "once"}]
        case["options"].append({**option, "costs": [{**costs[0], "when": "upfront"}]})
    case["benefits"] = {**one["benefits"], "extra": []}
    for number, label in enumerate(HOSTILE):
        line = {"id": f"own_{number}", "label": label, "dimension": "efficiency", "cash": True}
        case["benefits"]["extra"].append({**line, "monthly": 100.0})
    return case


@cache
def books() -> dict[str, Made]:
    found = {f"{name}.{code}": example(name, code) for name in EXAMPLES for code in CODES}
    for number, (case, _) in enumerate(drawn()):
        found[f"random{number}.en"] = made(case_from_data(case), "en")
    found["hostile.zh-CN"] = made(case_from_data(hostile_case()), "zh-CN")
    return found


# --- LibreOffice ------------------------------------------------------------------------------------------


def without_values(data: bytes) -> bytes:
    """A book whose formulas have no results yet."""
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>", b"</f>", part)
                assert b"</f><v>" not in part
            new.writestr(name, part)
    return bare.getvalue()


def changed(data: bytes) -> bytes:
    """The machinery maker's book with the changed inputs."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = input_cells(book)
    for change, name in CHANGES.items():
        cells[name].value = float(change.partition("=")[2])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def input_cells(book: Any) -> dict[str, Any]:
    sheet = book.worksheets[1]
    rows = range(FIRST + 1, sheet.max_row + 1)
    names = {sheet.cell(row, NAME + 1).value: sheet.cell(row, VALUE + 1) for row in rows}
    return {name: cell for name, cell in names.items() if name}


@cache
def recomputed() -> dict[str, Any]:
    """Every book as LibreOffice computes it, in one run of the program."""
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: apt-get install libreoffice-calc"
    folder = ROOT / ".pytest_cache" / f"workbooks.{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in").mkdir(parents=True)
    inside = {name: without_values(one.data) for name, one in books().items()}
    inside["changed.en"] = without_values(changed(example("machinery-maker", "en").data))
    for name, data in inside.items():
        (folder / "in" / f"{name}.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out")]
    paths = [str(path) for path in sorted((folder / "in").iterdir())]
    subprocess.run([*command, *paths], check=True, capture_output=True, timeout=600)
    found = {name: openpyxl.load_workbook(folder / "out" / f"{name}.xlsx", data_only=True) for name in inside}
    shutil.rmtree(folder)
    return found


def sheets_of_options(one: Made, book: Any) -> Iterator[tuple[Any, Any]]:
    """Options with their sheets, which stand between the comparison and the simulated results."""
    changes = [option for option in one.loaded.model.options if option.kind != "status_quo"]
    sheets = book.worksheets[3:-2]
    yield from zip(changes, sheets, strict=True)


def rows_of(sheet: Any) -> dict[str, dict[str, Any]]:
    """Rows of an option's sheet by group, then by label; a group begins behind an empty row."""
    groups: dict[str, dict[str, Any]] = {}
    rows = list(sheet.iter_rows(min_row=FIRST_ROW + 1, values_only=True))
    begins = True
    for row in rows:
        if row[LABEL] is None:
            begins = True
        elif begins:
            group, begins = groups.setdefault(row[LABEL], {}), False
        else:
            group.setdefault(row[LABEL], row)
    return groups


def differing(one: Made, book: Any, loaded: Loaded | None = None) -> list[str]:
    """Lines, months and measures that are not the engine's."""
    model, words, desk, wrong = (loaded or one.loaded).model, one.words, one.desk, []
    factors = monthly_factors(model)
    by_id = {option.id: option for option in model.options}
    for stated, sheet in sheets_of_options(one, book):
        option, groups = by_id[stated.id], rows_of(sheet)
        flow = cash_flow(model, option)
        likely = measure(flow, model)

        def compare(name: str, row: Any, column: int, expected: float, owner: str = option.id) -> None:
            found = row[column] or 0.0
            if not abs(found - expected) <= CENT:
                wrong.append(f"{owner} {name} [{column - START}]: {found} is not {expected}")

        group = words.text("workbook.option.group.benefits")
        lines = {(group, desk.line(line)): rows for line, rows in flow.benefits.items()}
        labels = {line: desk.input_alone(f"{option.id}.{line}") for line in flow.costs}
        labels |= {line: words.term(f"builtin.{line}") for line in ("data_entry", "productivity_dip")}
        group = words.text("workbook.option.group.costs")
        lines |= {(group, labels[line]): rows for line, rows in flow.costs.items()}
        for (group, label), values in lines.items():
            row = groups[group][label]
            for month, value in enumerate(values[:, 0]):
                compare(label, row, START + month, value)
            compare(label, row, TOTAL, values[:, 0].sum())
            compare(label, row, PRESENT, values[:, 0] @ factors)
        results = groups[words.text("workbook.option.group.results")]
        never = words.text("terms.word.never")
        expected = {
            "npv": likely.npv, "npv_cash": likely.npv_cash,
            "pv_benefits": likely.pv_benefits, "pv_costs": likely.pv_costs,
            "tco": likely.costs, "peak_funding": likely.peak_funding, "payback_months": likely.payback,
            "discounted_payback_months": likely.discounted_payback,
            "payback_from_go_live_months": likely.payback_from_go_live,
            "per_user_month": likely.costs / likely.user_months,
        }  # fmt: skip
        for name, (top, bottom) in {
            "roi": (likely.npv, likely.pv_costs),
            "roi_undiscounted": (likely.net, likely.costs),
            "roi_first_year": (likely.first_year_net, likely.first_year_costs),
            "bcr": (likely.pv_benefits, likely.pv_costs),
            "hidden_share": (likely.hidden, likely.costs),
        }.items():
            expected[name] = top / bottom if bottom[0] else np.array([np.nan])
        for name, value in expected.items():
            own = f"workbook.option.{name}"
            row = results[words.text(own if words.has(own) else f"report.measure.{name}")]
            if np.isfinite(value[0]):
                compare(name, row, TOTAL, value[0])
            elif row[TOTAL] not in (never, "–"):
                wrong.append(f"{option.id} {name}: {row[TOTAL]}")
        category = groups.get(words.text("workbook.option.group.categories"), {})
        for name, present in likely.by_category.items():
            compare(name, category[words.term(f"category.{name}")], PRESENT, present[0])
    return wrong


def test_the_random_cases_have_every_line_and_every_kind_of_cost() -> None:
    assert set().union(*(found for _, found in drawn())) == set(FEATURES)
    assert len(drawn()) >= 20


def test_libreoffice_recomputes_every_book_to_the_engines_numbers() -> None:
    wrong = {name: differing(one, recomputed()[name])[:3] for name, one in books().items()}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("code", CODES)
def test_what_the_file_holds_is_what_libreoffice_computes(code: str) -> None:
    for name in EXAMPLES:
        held = openpyxl.load_workbook(io.BytesIO(example(name, code).data), data_only=True)
        for sheet in held.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    value = recomputed()[f"{name}.{code}"][sheet.title][cell.coordinate].value
                    if isinstance(cell.value, int | float):
                        assert value == pytest.approx(cell.value, rel=1e-9, abs=1e-6), cell
                    else:
                        assert (value or "") == (cell.value or ""), cell


def test_every_check_of_every_book_agrees() -> None:
    for name, one in books().items():
        cover, said = recomputed()[name].worksheets[0], one.words.text("workbook.check.all")
        texts = [cell.value for row in cover.iter_rows() for cell in row if cell.value]
        assert said in texts, name


def test_a_wrong_number_does_not_agree() -> None:
    """The checks would say so: the engine's value on a sheet is moved by two cents."""
    one = example("three-person-studio", "en")
    book = recomputed()["three-person-studio.en"]
    _, sheet = next(sheets_of_options(one, book))
    results = rows_of(sheet)[one.words.text("workbook.option.group.results")]
    engine, live = (results[label][TOTAL] for label in ("NPV from the program", "Net present value"))
    assert abs(engine - live) <= CENT
    formula = openpyxl.load_workbook(io.BytesIO(one.data))
    _, sheet = next(sheets_of_options(one, formula))
    texts = [row[TOTAL] for row in sheet.iter_rows(values_only=True) if row[LABEL] == "Check"]
    assert len(texts) == 1
    assert re.search(r"IF\(ABS\(\$C\$\d+-\$C\$\d+\)<=0\.01,", texts[0])


def test_changed_inputs_give_what_the_engine_gives_with_them() -> None:
    one = example("machinery-maker", "en")
    now = load_case(ROOT / "examples" / "machinery-maker" / "case.yaml", list(CHANGES))
    assert differing(one, recomputed()["changed.en"], now) == []
    cover = recomputed()["changed.en"].worksheets[0]
    texts = [str(cell.value) for row in cover.iter_rows() for cell in row]
    assert any(text.startswith(f"{len(CHANGES)} inputs") for text in texts)
    then, after = (
        [measure(cash_flow(model, option), model).npv for option in model.options]
        for model in (one.loaded.model, now.model)
    )
    assert sum(not np.allclose(a, b, atol=1) for a, b in zip(then, after, strict=True)) >= 3


# --- what it is made of -----------------------------------------------------------------------------------


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_text_stays_text() -> None:
    data = books()["hostile.zh-CN"].data
    names = parts(data)
    assert not [
        name for name in names if re.search("external|vba|hyperlink|connection|query|ole", name, re.I)
    ]
    assert b"<hyperlink" not in b"".join(names.values())
    assert b"DDE" not in b"".join(names.values())
    book = openpyxl.load_workbook(io.BytesIO(data))
    texts = {
        cell.value: cell.data_type
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    }
    formulas = [str(value) for value, kind in texts.items() if kind == "f"]
    elsewhere = {reference for formula in formulas for reference in re.findall("'([^']*)'!", formula)}
    assert elsewhere <= set(book.sheetnames)
    formulas = [re.sub("'[^']*'!", "", formula) for formula in formulas]
    assert formulas
    for text in HOSTILE:
        assert texts[text] == "s", text
    assert not [formula for formula in formulas if re.search("example|calc|!|@|\\|", formula)]
    again = recomputed()["hostile.zh-CN"]
    stays = {cell.value for sheet in again for row in sheet.iter_rows() for cell in row}
    assert set(HOSTILE) - {"\t=1+1"} <= stays


@pytest.mark.parametrize(
    "name",
    [
        "a/b:c*d?e[f]g\\h",
        "'quoted'",
        "",
        "  ",
        "History",
        "x" * 40,
        "𠮷" * 40,
        "\x01\x1f",
        "方案 [甲]",
        "=1+1",
    ],
)
def test_names_of_sheets(name: str) -> None:
    taken: set[str] = set()
    for _ in range(12):
        found = sheet_name(name, taken)
        assert found
        assert found.lower() not in taken | {"history"}
        assert len(found.encode("utf-16-le")) <= 2 * LONGEST_NAME
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", found)
        assert not found.startswith("'")
        assert not found.endswith("'")
        taken.add(found.lower())


def test_sheets_whose_options_share_a_name_are_told_apart() -> None:
    case = hostile_case()
    for option, name in zip(case["options"], ("Same: name", "same/ name", "Cover", "x" * 60), strict=True):
        option["name"] = name
    book = openpyxl.load_workbook(io.BytesIO(made(case_from_data(case), "en").data))
    assert len(book.sheetnames) == len({name.lower() for name in book.sheetnames}) == 5 + 5


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_inputs_are_open_and_everything_else_is_locked(name: str, code: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(example(name, code).data))
    inputs = {cell.coordinate for cell in input_cells(book).values()}
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        assert not sheet.protection.password
        for row in sheet.iter_rows():
            for cell in row:
                is_open = sheet is book.worksheets[1] and cell.coordinate in inputs
                assert cell.protection.locked is not is_open, (sheet.title, cell.coordinate)
                assert not (is_open and cell.data_type == "f")
    ruled = {str(rule.sqref) for rule in book.worksheets[1].data_validations.dataValidation}
    assert ruled == inputs


@pytest.mark.parametrize("name", EXAMPLES)
def test_both_languages_say_everything(name: str) -> None:
    english, chinese = (
        openpyxl.load_workbook(io.BytesIO(example(name, code).data)) for code in ("en", "zh-CN")
    )
    said = [str(cell.value) for sheet in english for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [text for text in said if re.search("[\u3400-\u9fff]", text)]
    names = {str(cell.value) for sheet in chinese for (cell,) in sheet.iter_rows(max_col=1) if cell.value}
    assert not [text for text in names if not re.search("[\u3400-\u9fff]", text)]
    assert [sheet.dimensions for sheet in english] == [sheet.dimensions for sheet in chinese]


def test_print_and_view_set_up() -> None:
    book = openpyxl.load_workbook(io.BytesIO(example("machinery-maker", "zh-CN").data))
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in book)
    for sheet in book.worksheets[3:-2]:
        assert (sheet.page_setup.orientation, sheet.freeze_panes) == ("landscape", "E6")
        assert (sheet.print_title_rows, sheet.print_title_cols) == ("$4:$5", "$A:$B")
    assert len(book.worksheets[2]._charts) == 2


def test_the_same_bytes_in_another_process() -> None:
    source = (
        "import sys, hashlib; from assessment import assess, load_case; "
        "from reports.language import language; from reports.workbook import workbook; "
        "case = load_case(sys.argv[1], ['settings.draws=1024']); "
        "print(hashlib.sha256(workbook(assess(case), case.model, language('zh-CN'))).hexdigest())"
    )
    path = "examples/three-person-studio/case.yaml"
    found = {
        subprocess.run(
            [sys.executable, "-c", source, path],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": salt},
            check=True,
            capture_output=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert len(found) == 1


def test_where_facts_are_missing_the_cover_says_so() -> None:
    data = {
        "schema": 1,
        "id": "x",
        "title": "X",
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True},
        "assumptions": {"churn_excludes_leavers": True},
    }
    book = openpyxl.load_workbook(io.BytesIO(made(case_from_data(data), "en").data))
    assert book.sheetnames == ["Cover"]
