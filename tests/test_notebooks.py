"""The notebooks run in both languages, keep nothing of a run, and read the same as text and as notebook."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from assessment import assess, load_case
from assessment.verdict import RULES, Draws, Facts
from reports.language import language
from reports.notebook import Notebook
from reports.sections.desk import Desk
from reports.sections.robustness import robustness
from templates import ROOT

TEXTS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.py"))
HAN = re.compile("[\u3400-\u9fff]")
SECONDS = 120  # a machine under load; alone each takes a tenth of it

every = pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)


def notebook(text: Path) -> Any:
    return nbformat.read(text.with_suffix(".ipynb"), as_version=4)


def printed(output: Any) -> list[str]:
    """What a reader sees of an output, in each of its forms."""
    data = output.get("data") or {"text/plain": output.get("text", "")}
    return [text for form, text in data.items() if form != "text/plain" or len(data) == 1]


def test_there_are_notebooks() -> None:
    assert len(TEXTS) == len(list(TEXTS[0].parent.glob("*.ipynb"))) >= 2


@every
@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_it_runs_elsewhere_in_either_language(
    text: Path, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("IPYTHONDIR", "TMPDIR"):
        monkeypatch.setenv(folder, str(tmp_path))
    copy = notebook(text)
    first = next(cell for cell in copy.cells if cell.cell_type == "code")
    first.source, changed = re.subn(r'(?m)^LANGUAGE = "[^"]+"', f'LANGUAGE = "{code}"', first.source)
    assert changed == 1
    NotebookClient(copy, timeout=SECONDS, kernel_name="python3").execute(cwd=str(tmp_path))
    outputs = [output for cell in copy.cells for output in cell.get("outputs", ())]
    assert {output.output_type for output in outputs} <= {"display_data", "execute_result", "stream"}
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    said = [part for output in outputs for part in printed(output)]
    assert [part for part in said if part.startswith("<svg")]
    assert [part for part in said if "<table" in part]
    assert any(HAN.search(part) for part in said) == (code == "zh-CN")


@every
def test_nothing_of_a_run_and_of_a_person_is_kept(text: Path) -> None:
    copy = notebook(text)
    nbformat.validate(copy)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert copy.metadata.keys() <= {"kernelspec", "jupytext"}
    assert copy.metadata.kernelspec == kernel
    for cell in copy.cells:
        assert cell.metadata == {}
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


@every
def test_text_and_notebook_hold_the_same_cells(text: Path) -> None:
    one, other = (
        [(cell.cell_type, cell.source) for cell in copy.cells]
        for copy in (jupytext.read(text), notebook(text))
    )
    assert one == other


# --- what they share --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["zh-CN", "en"])
def shared(request: pytest.FixtureRequest) -> Notebook:
    case = load_case(ROOT.parent / "examples" / "three-person-studio" / "case.yaml")
    return Notebook(Desk(assess(case), language(request.param)))


def test_tables_keep_their_words_and_put_numbers_to_the_right(shared: Notebook) -> None:
    html = shared.table([{"what": "<b>", "much": "1"}], "much", caption="of it").data
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "of it</caption>" in html
    sides = re.findall(r"\.(col\d) \{\s*text-align: (\w+)", html)
    assert dict(sides) == {"col0": "left", "col1": "right"}


def test_a_table_of_the_report_says_all_that_it_says_there(shared: Notebook) -> None:
    section = robustness(shared.desk)
    assert section is not None
    table = section.data["table"]
    said = unescape(shared.reported(table).data)
    for row in table.rows:
        cells = [cell if isinstance(cell, str) else shared.desk.printer.bare(cell) for cell in row.cells]
        for text in (row.label, row.note, *cells):
            assert text in said
    assert said.count("<tr") == 1 + len(table.rows)
    assert any(row.note for row in table.rows)


def test_where_there_is_nothing_it_says_so(shared: Notebook) -> None:
    nothing = shared.say("nothing")
    assert [shown.data for shown in (shared.table([]), shared.reported(None), *shared.drawn(None))] == [
        nothing
    ] * 3


def test_whatever_a_rule_compares_has_a_name(shared: Notebook) -> None:
    facts = Facts((), True, True, curable_share=1.0, loss_limit=1.0, desk_gain=0.0, pilot_gain=0.0)
    none, some = np.zeros(2), np.ones(2)
    draws = Draws(npv_a=some, npv_b=none, cash_a=some, cash_b=none, costs_b=some, peak_funding_b=some)
    names = {test.name for _, rule in RULES for test in rule(facts, draws)} - {"missing"}  # computes nothing
    assert len(names) >= 9
    for name in names:
        assert shared.say(f"test.{name}")
