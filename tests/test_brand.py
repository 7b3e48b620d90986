"""A brand file: what is shown, and everything that is refused, with its line and what to do."""

from __future__ import annotations

import io
import os
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app import cli
from assessment import assess, load_case
from assessment.decision import Decision
from assessment.remarks import InputError, Remark
from reports.brand import CONTRAST, Brand, contrast, load_brand, nearest_legible
from reports.content import content
from reports.html import html
from reports.language import language
from reports.pdf import pdf

ROOT = Path(__file__).resolve().parent.parent
STUDIO = ROOT / "examples/three-person-studio/case.yaml"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10">{}</svg>'
GOOD = """\
by: {zh-CN: 明理咨询, en: Clarity & Co}
logo: logo.svg
colours: {accent: "#7a3b9a", second: "#2e5d34"}
footer: 机密
"""


@cache
def decided() -> Decision:
    return assess(load_case(STUDIO, ["settings.draws=256"]))


def picture(kind: str = "RGBA", size: tuple[int, int] = (30, 10)) -> bytes:
    data = io.BytesIO()
    Image.new(kind, size).save(data, "PNG")
    return data.getvalue()


def faults(folder: Path, text: str) -> tuple[Remark, ...]:
    path = folder / "brand.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_brand(path)
    return refused.value.faults


def brand(folder: Path, text: str = GOOD) -> Brand:
    (folder / "logo.svg").write_text(DRAWING.format('<rect width="9" height="9" fill="#7a3b9a"/>'))
    (folder / "brand.yaml").write_text(text, encoding="utf-8")
    return load_brand(folder / "brand.yaml")


# --- what is shown ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "name"), [("zh-CN", "明理咨询"), ("en", "Clarity &amp; Co")])
def test_name_logo_colours_and_footer_are_shown(tmp_path: Path, code: str, name: str) -> None:
    own = brand(tmp_path)
    page = html(content(decided(), language(code), own)).decode()
    assert f"<dd>{name}</dd>" in page
    assert f'<meta name="author" content="{name}">' in page
    assert f'<img src="{own.logo_url}" alt="{name}">' in page
    assert "--accent: #7a3b9a; --second: #2e5d34;" in page
    assert re.search(r"<footer>.*?<span>机密</span>\s*</footer>", page, re.DOTALL)


def test_without_a_footer_the_name_stands_at_the_foot(tmp_path: Path) -> None:
    own = brand(tmp_path, "by: Clarity\n")
    assert content(decided(), language("en"), own).footer == "Clarity"


def test_logo_and_footer_are_on_every_page_but_the_cover_of_the_pdf(tmp_path: Path) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(pdf(content(decided(), language("zh-CN"), brand(tmp_path)))))
    texts = [sheet.extract_text() for sheet in reader.pages]
    assert "机密" not in texts[0]
    assert all("机密" in text for text in texts[1:])
    assert any(b"/Image" in obj.get_object().get("/Subtype", "").encode() for obj in _objects(reader))


def _objects(reader: object) -> list[object]:
    pages = reader.pages  # type: ignore[attr-defined]
    return list((pages[0]["/Resources"].get_object()["/XObject"] or {}).values())


@pytest.mark.parametrize("kind", ["RGB", "RGBA", "L", "LA", "P", "1"])
def test_every_kind_of_png_will_do(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.png").write_bytes(picture(kind))
    (tmp_path / "brand.yaml").write_text("logo: a.png\n")
    kept = load_brand(tmp_path / "brand.yaml").logo
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.mode, image.size) == ("RGBA", (30, 10))


def test_the_command_line_takes_a_brand(tmp_path: Path) -> None:
    brand(tmp_path)
    command = ["report", str(STUDIO), "-o", str(tmp_path), "--formats", "html", "--set", "settings.draws=256"]
    done = CliRunner().invoke(cli.cli, [*command, "--brand", str(tmp_path / "brand.yaml")])
    assert done.exit_code == 0, done.output
    assert "--accent: #7a3b9a" in (tmp_path / "three-person-studio.zh-CN.html").read_text(encoding="utf-8")


def test_a_faulty_brand_ends_the_command_before_anything_is_computed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "brand.yaml"
    path.write_text('colours: {acent: "#7a3b9a"}\nlogo: none.png\n')
    assert cli.main(["report", str(STUDIO), "-o", str(tmp_path), "--brand", str(path)]) == 2
    said = capsys.readouterr().err
    assert f"{path}:1: colours.acent" in said
    assert "accent" in said
    assert f"{path}:2: logo" in said
    assert list(tmp_path.iterdir()) == [path]


# --- colours ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(  # published: W3C's own example of the palest grey that passes; primaries by hand
    ("colour", "expected"), [("#767676", 4.54), ("#777777", 4.48), ("#ff0000", 4.00), ("#0000ff", 8.59)]
)
def test_contrast_is_the_guidelines_(colour: str, expected: float) -> None:
    assert contrast(colour) == pytest.approx(expected, abs=0.005)


@given(st.integers(0, 0xFFFFFF))
def test_the_nearest_that_passes_passes_barely_and_keeps_its_hue(number: int) -> None:
    import colorsys

    colour = f"#{number:06x}"
    found = nearest_legible(colour)
    assert contrast(found) >= CONTRAST
    assert contrast(found) < CONTRAST + 0.25 or contrast(colour) >= CONTRAST
    one, other = (
        colorsys.rgb_to_hls(*(int(text[place : place + 2], 16) / 255 for place in (1, 3, 5)))
        for text in (colour, found)
    )
    grey = one[2] < 0.2 or other[2] < 0.2 or not 0.1 < one[1] < 0.9
    apart = abs(one[0] - other[0])
    assert grey or min(apart, 1 - apart) < 0.02


def test_a_pale_colour_is_refused_and_the_nearest_named(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, 'by: x\ncolours:\n  second: "#aaaaaa"\n')
    assert (fault.line, fault.field) == (3, "colours.second")
    said = language("en").remark(fault)
    assert "#aaaaaa" in said
    assert "#767676" in said


@pytest.mark.parametrize("written", ["red", '"#fff"', "#7a3b9a", '"#12345g"', "3", "[1]", '"#7a3b9a;x:y"'])
def test_what_is_no_colour_is_refused(tmp_path: Path, written: str) -> None:
    (fault,) = faults(tmp_path, f"by: x\ncolours:\n  accent: {written}\n")
    assert (fault.code, fault.line) == ("brand.colour_form", 3)


# --- the logo ---------------------------------------------------------------------------------------------

SPOILT = {
    "script": "<script>alert(1)</script>",
    "foreign": "<foreignObject/>",
    "picture": '<image href="http://localhost/x.png"/>',
    "use": '<use href="#a"/>',
    "style": "<style>@import 'http://localhost/'</style>",
    "text": "<text>x</text>",
    "html": '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
    "animation": '<rect><animate attributeName="x"/></rect>',
}
REACHING = {
    "event": '<rect onclick="alert(1)"/>',
    "address": '<rect fill="url(http://localhost/#a)"/>',
    "quoted": "<rect style=\"fill: URL( 'file:///etc/passwd' )\"/>",
    "hidden": '<rect style="fill: u\\72l(x)"/>',
    "base": '<g xml:base="x.svg"/>',
    "link": '<linearGradient href="x.svg#a"/>',
}


@pytest.mark.parametrize("name", [*SPOILT, *REACHING])
def test_a_drawing_that_is_more_than_one_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.svg").write_text(DRAWING.format((SPOILT | REACHING)[name]))
    (fault,) = faults(tmp_path, "logo: a.svg\n")
    assert fault.code == ("brand.logo_element" if name in SPOILT else "brand.logo_attribute")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING.format("&a;").encode(), "brand.logo_doctype"),
        (DRAWING.format("<g>" * 60 + "</g>" * 60).encode(), "brand.logo_element"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>', "brand.logo_size"),
        (DRAWING.replace("30 10", "30 0").format("").encode(), "brand.logo_size"),
        (DRAWING.format("").encode("utf-16"), "brand.logo_kind"),
        (b"<html/>", "brand.logo_kind"),
        (b"GIF89a", "brand.logo_kind"),
        (b"", "brand.logo_kind"),
        (picture()[:40], "brand.logo_broken"),
        (picture()[:-20] + b"x" * 20, "brand.logo_broken"),
        (b"\x89PNG\r\n\x1a\n", "brand.logo_broken"),
        (picture(size=(4001, 1)), "brand.logo_pixels"),
        (picture() + b"0" * 500_000, "brand.logo_large"),
    ],
)
def test_a_spoilt_logo_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "a").write_bytes(data)
    (fault,) = faults(tmp_path, "by: x\nlogo: a\n")
    assert (fault.code, fault.line, fault.field) == (code, 2, "logo")


def test_gradients_and_clips_within_the_drawing_are_kept(tmp_path: Path) -> None:
    inside = (
        '<defs><linearGradient id="a"><stop stop-color="red"/></linearGradient></defs>'
        "<rect width='9' height='9' fill='url(#a)' style=\"clip-path: url( '#b' )\"/>"
    )
    (tmp_path / "a.svg").write_text(DRAWING.format(inside))
    (tmp_path / "brand.yaml").write_text("logo: a.svg\n")
    kept = load_brand(tmp_path / "brand.yaml").logo
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (1500, 500)


def test_a_logo_lies_in_the_brand_file_s_folder(tmp_path: Path) -> None:
    folder = tmp_path / "brand"
    (folder / "below").mkdir(parents=True)
    for place in (tmp_path, folder / "below"):
        (place / "a.png").write_bytes(picture())
    os.symlink(tmp_path / "a.png", folder / "link.png")
    outside = ("../a.png", str(tmp_path / "a.png"), "link.png", "below/../../a.png", "C:\\a.png", "..\\a.png")
    for name in outside:
        (fault,) = faults(folder, f"logo: '{name}'\n")
        assert fault.code == "brand.logo_elsewhere", name
    for name in ("b.png", "below", "a.png/b"):
        (fault,) = faults(folder, f"logo: {name}\n")
        assert fault.code == "brand.logo_missing", name
    (folder / "brand.yaml").write_text("logo: below/a.png\n")
    assert load_brand(folder / "brand.yaml").logo


# --- the file ---------------------------------------------------------------------------------------------


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    found = faults(tmp_path, 'by: {en: x}\nlogo: 3\ncolour: red\nfooter: [1]\ncolours: {accent: "#eee"}\n')
    assert [(fault.line, fault.code) for fault in found] == [
        (1, "missing_field"),
        (2, "not_a_text"),
        (3, "unknown_field"),
        (4, "not_a_text"),
        (5, "brand.colour_form"),
    ]
    assert found[2].details["nearest"] == "colours"


@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_every_fault_has_a_sentence_in_both_languages(code: str) -> None:
    words = language(code)
    source = (ROOT / "reports/brand.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'"(brand\.\w+)"', source))
    assert len(codes) > 10
    for one in codes:
        said = words.finding(Remark(one, "brand.yaml", 1, "logo", {"found": "F", "allowed": "A"}))
        assert one not in said
        assert ("F" in said) or ("A" in said)
