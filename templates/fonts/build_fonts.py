"""Cut the report's two fonts out of the variable Noto Sans SC.

In:  the wheel `justmytype-intl-cjk`, which carries Google Fonts' `NotoSansSC[wght].ttf` and its licence.
Out: `NotoSansSC-Regular.ttf` (400) and `NotoSansSC-SemiBold.ttf` (600), static TrueType without hinting,
     with every character of GBK and some blocks of Latin letters and symbols; and `OFL.txt`. The same wheel
     and the same fontTools give the same bytes.

Licence of the fonts: SIL Open Font License 1.1. It allows cutting and embedding; its reserved font name is
"Source", which neither file bears, so both may stay "Noto Sans SC".

Run `make fonts`; or, where fontTools is installed (it comes with WeasyPrint):

    pip download --no-deps justmytype-intl-cjk==0.1.0
    python templates/fonts/build_fonts.py justmytype_intl_cjk-0.1.0-py3-none-any.whl templates/fonts
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER = "justmytype_intl_cjk/fonts/ofl/notosanssc/"
SOURCE_SHA256 = "a3041811a78c361b1de50f953c805e0244951c21c5bd412f7232ef0d899af0da"
FAMILY = "Noto Sans SC"
WEIGHTS = {"Regular": 400, "SemiBold": 600}

# Blocks beside GBK, first and last character of each; a block's gaps in the source stay gaps.
BLOCKS = [
    (0x0020, 0x017F),  # Latin with Western and Central European letters
    (0x2000, 0x206F),  # general punctuation
    (0x20A0, 0x20BF),  # currency signs
    (0x2100, 0x226F),  # letterlike symbols, number forms, arrows, mathematical operators
    (0x2460, 0x24FF),  # enclosed numbers and letters
    (0x25A0, 0x25FF),  # geometric shapes
    (0x3000, 0x303F),  # CJK punctuation
    (0xFF00, 0xFFEF),  # full-width forms
]
SINGLES = "ΔΣαβσ✓✗"

# What the layout of a report uses: kerning, ligatures, local forms, tight or half-width punctuation, marks.
# Digits are of one width as they are. Vertical forms stay for their glyphs; metrics of vertical lines do not.
FEATURES = ["ccmp", "halt", "kern", "liga", "locl", "mark", "palt", "vert"]
UNUSED_TABLES = ["vhea", "vmtx", "VVAR"]

# The records of the name table (OpenType, "Naming Table"), and the platform that they are written for.
FAMILY_NAME, STYLE_NAME, UNIQUE_NAME, FULL_NAME, POSTSCRIPT_NAME = 1, 2, 3, 4, 6
TYPOGRAPHIC_FAMILY, TYPOGRAPHIC_STYLE = 16, 17
WINDOWS, UNICODE, ENGLISH = 3, 1, 0x409


def gbk() -> set[int]:
    """Every code point that GBK's two-byte codes stand for."""
    pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    return {ord(char) for pair in pairs for char in pair.decode("gbk", errors="ignore")}


def repertoire() -> set[int]:
    """Every code point that the fonts shall have, as far as the source has it."""
    blocks = {point for first, last in BLOCKS for point in range(first, last + 1)}
    return gbk() | blocks | {ord(char) for char in SINGLES}


def subset(font: TTFont) -> None:
    """Take out of ``font`` what a report never uses."""
    options = Options()
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False
    options.drop_tables += UNUSED_TABLES
    cutter = Subsetter(options)
    cutter.populate(unicodes=repertoire())
    cutter.subset(font)


def cut(variable: bytes, style: str, weight: int) -> TTFont:
    """One static font of the given weight, under its own names, dated like its source."""
    font = instantiateVariableFont(TTFont(io.BytesIO(variable), recalcTimestamp=False), {"wght": weight})
    full_name = f"{FAMILY} {style}"
    names = {
        FAMILY_NAME: FAMILY if style == "Regular" else full_name,
        STYLE_NAME: "Regular",
        UNIQUE_NAME: f"NotoSansSC-{style}-GBK",
        FULL_NAME: full_name,
        POSTSCRIPT_NAME: f"NotoSansSC-{style}",
        TYPOGRAPHIC_FAMILY: FAMILY,
        TYPOGRAPHIC_STYLE: style,
    }
    for record, text in names.items():
        font["name"].setName(text, record, WINDOWS, UNICODE, ENGLISH)
    font["OS/2"].usWeightClass = weight
    font["head"].modified = font["head"].created
    return font


def build(wheel: Path, out: Path) -> None:
    """Write both fonts and their licence into ``out``.

    Raises:
        SystemExit: the wheel's font is not the one that the fonts in this folder were cut from.
    """
    with zipfile.ZipFile(wheel) as archive:
        source = archive.read(FOLDER + "NotoSansSC[wght].ttf")
        licence = archive.read(FOLDER + "OFL.txt")
    found = hashlib.sha256(source).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"{wheel}: NotoSansSC[wght].ttf has sha256 {found}, not {SOURCE_SHA256}")

    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    subset(font)
    variable = io.BytesIO()
    font.save(variable)

    out.mkdir(parents=True, exist_ok=True)
    (out / "OFL.txt").write_bytes(licence)
    for style, weight in WEIGHTS.items():
        path = out / f"NotoSansSC-{style}.ttf"
        cut(variable.getvalue(), style, weight).save(path)
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: build_fonts.py WHEEL OUT_DIR")
    build(Path(sys.argv[1]), Path(sys.argv[2]))
