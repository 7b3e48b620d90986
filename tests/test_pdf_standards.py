"""The PDFs are PDF/A-3a and PDF/UA-1 by two judges, well formed, and the same bytes everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_args

import page
from pypdf import PdfReader
from verapdf.runner import FLAVOURS, validate

from assessment import assess, load_case
from assessment.decision import Decision
from reports.content import Length, content
from reports.language import language
from reports.pdf import Attachment, pdf

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/case.yaml"))
LANGUAGES = ("zh-CN", "en")
LENGTHS: tuple[Length, ...] = ("fitting", "page")  # the last example, a short report, in full too
DATA = Attachment("data.json", b'{"a": 1}\n', "application/json", "Data")
BOOK = Attachment("book.xlsx", bytes(range(256)) * 40, "application/vnd.ms-excel", "Source")


@cache
def decided(name: str) -> Decision:
    return assess(load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=256"]))


def test_the_examples_in_both_languages_with_files_inside(tmp_path: Path) -> None:
    """One test, so that each PDF is made once however the tests are spread over processes."""
    paths = []
    for name in EXAMPLES:
        for code, length in product(LANGUAGES, get_args(Length) if name == EXAMPLES[-1] else LENGTHS):
            paths.append(tmp_path / f"{name}.{code}.{length}.pdf")
            said = content(decided(name), language(code), length=length)
            paths[-1].write_bytes(pdf(said, [DATA, BOOK]))
    verapdf_finds_nothing(paths)
    page_validation_finds_nothing(paths)
    every_file_is_well_formed_with_its_fonts_inside(paths)
    what_lies_inside_can_be_taken_out_again(paths)
    the_metadata_can_be_read_without_a_pdf_reader(paths)
    every_page_has_a_head_and_a_number_and_tables_repeat_theirs(paths)


def verapdf_finds_nothing(made: list[Path]) -> None:
    outcome = validate(made)
    assert set(outcome.checks) == {(str(path), flavour) for path in made for flavour in FLAVOURS}
    assert min(outcome.checks.values()) > 1_000
    assert outcome.faults == []


def page_validation_finds_nothing(made: list[Path]) -> None:
    for path in made:
        for flavour in FLAVOURS:
            failures = page.validate_pdf(path, profile=flavour).failures
            # a stream whose last byte is a carriage return: veraPDF counts its bytes, this one its lines
            ends = path.read_bytes().count(b"\r\nendstream")
            found = [one for one in failures if not (ends and one.rule_id.endswith("STREAM-LENGTH-001"))]
            assert [(one.rule_id, one.message) for one in found] == [], path.name


def test_the_judges_can_say_no(tmp_path: Path) -> None:
    """A PDF of the same engine that claims nothing fails both."""
    import weasyprint

    path = tmp_path / "plain.pdf"
    path.write_bytes(weasyprint.HTML(string="<p>x</p>").write_pdf())
    assert {fault.split()[1] for fault in validate([path]).faults} == set(FLAVOURS)
    assert all(page.validate_pdf(path, profile=flavour).failures for flavour in FLAVOURS)


def every_file_is_well_formed_with_its_fonts_inside(made: list[Path]) -> None:
    for path in made:
        done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), path.name
        fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in fonts.splitlines()[2:]]
        assert rows
        assert all("Noto-Sans-SC" in row[0] and row[-5:-2] == ["yes", "yes", "yes"] for row in rows), fonts


def what_lies_inside_can_be_taken_out_again(made: list[Path]) -> None:
    reader = PdfReader(made[0])
    assert {name: files[0] for name, files in reader.attachments.items()} == {
        DATA.name: DATA.data,
        BOOK.name: BOOK.data,
    }
    found = {
        one.get_object()["/UF"]: (
            one.get_object()["/AFRelationship"],
            one.get_object()["/EF"]["/F"].get_object()["/Subtype"],
        )
        for one in reader.trailer["/Root"]["/AF"]
    }
    assert found == {
        DATA.name: ("/Data", "/application/json"),
        BOOK.name: ("/Source", "/application/vnd.ms-excel"),
    }


def the_metadata_can_be_read_without_a_pdf_reader(made: list[Path]) -> None:
    for path in made:
        packet = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", path.read_bytes(), re.DOTALL)
        assert packet is not None
        for said in (b'pdfaid:part="3"', b'pdfaid:conformance="A"', b'pdfuaid:part="1"'):
            assert packet[0].count(said) == 1, said
        assert b"2026-" in packet[0]


def every_page_has_a_head_and_a_number_and_tables_repeat_theirs(made: list[Path]) -> None:
    last = next(path for path in reversed(made) if ".full." in path.name)
    name, code = last.name.split(".")[:2]
    said = content(decided(name), language(code), length="full")
    sheets = ["".join(sheet.extract_text().split()) for sheet in PdfReader(last).pages]
    for number, text in enumerate(sheets[1:], start=2):
        assert "".join(said.title.split()) in text
        assert f"{number}/{len(sheets)}" in text
    register = next(one for one in said.sections if one.id == "register")
    head = "".join(re.findall(r"<th[^>]*>(.*?)</th>", register.html.partition("</thead>")[0]))
    begins = next(
        place for place, text in enumerate(sheets) if place and "".join(register.title.split()) in text
    )
    following = sheets[begins + 1 : -1]
    repeated = [text for text in following if "".join(head.split()) in text]
    assert repeated


CODE = """
import sys
from assessment import assess, load_case
from reports.content import content
from reports.language import language
from reports.pdf import Attachment, pdf
decision = assess(load_case("examples/three-person-studio/case.yaml", ["settings.draws=256"]))
inside = [Attachment("data.json", b"1", "application/json", "Data")]
open(sys.argv[1], "wb").write(pdf(content(decision, language("zh-CN")), inside))
"""


def test_without_any_font_of_the_system_the_pdf_is_the_same(tmp_path: Path) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text(
        f'<?xml version="1.0"?><fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir>'
        "</fontconfig>"
    )
    bare = {
        "FONTCONFIG_FILE": str(empty),
        "HOME": str(tmp_path),
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Shanghai",
    }
    pdfs = []
    for number, environment in enumerate(({"PYTHONHASHSEED": "1", "TZ": "UTC"}, bare)):
        path = tmp_path / f"{number}.pdf"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        subprocess.run([sys.executable, "-c", CODE, str(path)], cwd=ROOT, env=environment, check=True)
        pdfs.append(path.read_bytes())
    assert pdfs[0] == pdfs[1]
