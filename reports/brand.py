"""Who prepared the report, and how it looks: a brand file.

What comes in: the path of a YAML file, with a logo beside it. What goes out: a `Brand` whose logo and colours
may be used as they are, or an `InputError` with every fault found.
"""

from __future__ import annotations

import base64
import colorsys
import io
import math
import os
import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any
from xml.etree import ElementTree

from pydantic import BeforeValidator, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from assessment.case import Bilingual, Closed, Words
from assessment.faults import from_schema
from assessment.remarks import InputError
from assessment.yamlfile import read

CONTRAST = 4.5  # of text against its ground, Web Content Accessibility Guidelines, level AA
LOGO_BYTES, LOGO_SIDE = 500_000, 4_000  # of a file and of a PNG's longer side in pixels, at most
WIDE, HIGH = 1600, 500  # pixels in which a drawing fits: 600 to the inch on the cover
PNG = b"\x89PNG\r\n\x1a\n"
SVG = "http://www.w3.org/2000/svg"
DRAWN = frozenset(  # elements of SVG that draw, and do nothing else; `use` could multiply without end
    "svg g defs path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath "
    "title desc".split()
)
DEPTH = 40  # of groups in groups, at most
LINKS = frozenset(
    {"href", "{http://www.w3.org/1999/xlink}href", "{http://www.w3.org/XML/1998/namespace}base"}
)
_ELSEWHERE = re.compile(r"url\((?!\s*['\"]?#)|//|\\", re.IGNORECASE)  # a backslash can hide the others


# --- colours ----------------------------------------------------------------------------------------------


def contrast(colour: str) -> float:
    """Of a colour against white, as the Web Content Accessibility Guidelines define it, 1 to 21.

    >>> contrast("#ffffff"), contrast("#000000")
    (1.0, 21.0)
    """
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    light = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), light, strict=True))
    return 1.05 / (luminance + 0.05)


def nearest_legible(colour: str) -> str:
    """The lightest colour of the same hue, no lighter than this one, that can be read on white.

    >>> nearest_legible("#aaaaaa")
    '#767676'
    """
    hue, light, full = colorsys.rgb_to_hls(*(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)))
    steps = 1_000
    darker = (colorsys.hls_to_rgb(hue, light * step / steps, full) for step in range(steps, -1, -1))
    written = ("#" + "".join(f"{round(part * 255):02x}" for part in parts) for parts in darker)
    return next(one for one in written if contrast(one) >= CONTRAST)


def _colour(text: Any) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise PydanticCustomError("brand.colour_form", "form", {"allowed": '"#rrggbb"'})
    if contrast(text) < CONTRAST:
        raise PydanticCustomError("brand.colour_pale", "pale", {"allowed": f'"{nearest_legible(text)}"'})
    return text.lower()


Colour = Annotated[str, BeforeValidator(_colour)]


# --- the logo ---------------------------------------------------------------------------------------------


def _logo(name: Any, info: ValidationInfo) -> bytes:
    """The picture of that name in the brand file's folder, as a PNG of our own making."""
    if not isinstance(name, str):
        raise PydanticCustomError("string_type", "text")
    folder: Path = info.context  # type: ignore[assignment]
    data = _bytes(_place(name, folder))
    return _png(data) if data.startswith(PNG) else _svg(data)


def _place(name: str, folder: Path) -> Path:
    own = not any(kind(name).anchor or ".." in kind(name).parts for kind in (PurePosixPath, PureWindowsPath))
    try:
        path = (folder / name).resolve(strict=True)
    except (OSError, ValueError):
        raise PydanticCustomError("brand.logo_missing" if own else "brand.logo_elsewhere", "place") from None
    if not own or not path.is_relative_to(folder.resolve()):
        raise PydanticCustomError("brand.logo_elsewhere", "place")
    if not path.is_file():
        raise PydanticCustomError("brand.logo_missing", "file")
    return path


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LOGO_BYTES + 1)
    except OSError:
        raise PydanticCustomError("brand.logo_missing", "file") from None
    if len(data) > LOGO_BYTES:
        raise PydanticCustomError("brand.logo_large", "bytes", {"allowed": f"{LOGO_BYTES:,}"})
    return data


def _png(data: bytes) -> bytes:
    """The same pixels, eight bits each, without anything that is none."""
    from PIL import Image

    kept, size = io.BytesIO(), (0, 0)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            size = image.size
            if max(size) <= LOGO_SIDE:
                image.convert("RGBA").save(kept, "PNG")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise PydanticCustomError("brand.logo_broken", "broken") from None
    if max(size) > LOGO_SIDE:
        found, allowed = (f"{wide} × {high}" for wide, high in (size, (LOGO_SIDE, LOGO_SIDE)))
        raise PydanticCustomError("brand.logo_pixels", "size", {"found": found, "allowed": allowed})
    return kept.getvalue()


def _svg(data: bytes) -> bytes:
    """The drawing as pixels, if it is nothing but one.

    WeasyPrint would lose gradients in the running foot, and browsers draw differently from it.
    """
    try:
        text = data.decode("utf-8-sig")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise PydanticCustomError("brand.logo_doctype", "doctype")
        events = list(ElementTree.iterparse(io.StringIO(text), ("start", "end")))  # noqa: S314 - no document type, no growth
    except (ElementTree.ParseError, UnicodeDecodeError):
        raise PydanticCustomError("brand.logo_kind", "kind") from None
    root, depth = events[0][1], 0
    if root.tag != f"{{{SVG}}}svg":
        raise PydanticCustomError("brand.logo_kind", "kind")
    for event, element in events:
        depth += 1 if event == "start" else -1
        if event == "start":
            _only_drawn(element, depth)
    try:
        *_, width, height = map(float, re.split(r"[\s,]+", root.get("viewBox", "").strip()))
    except ValueError:
        width = height = 0.0
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise PydanticCustomError("brand.logo_size", "size")
    scale = min(WIDE / width, HIGH / height)
    root.attrib |= {"width": f"{width * scale:.3f}", "height": f"{height * scale:.3f}"}
    return _pixels(ElementTree.tostring(root, encoding="unicode"))


def _pixels(drawing: str) -> bytes:
    import vl_convert

    try:
        return vl_convert.svg_to_png(drawing)
    except ValueError:
        raise PydanticCustomError("brand.logo_broken", "broken") from None


def _only_drawn(element: ElementTree.Element, depth: int) -> None:
    name = element.tag.removeprefix(f"{{{SVG}}}")
    if name not in DRAWN or depth > DEPTH:
        found = f"<{name.rpartition('}')[2]}>"
        raise PydanticCustomError("brand.logo_element", "element", {"found": found})
    for name, value in element.attrib.items():
        elsewhere = not value.startswith("#") if name in LINKS else _ELSEWHERE.search(value)
        if elsewhere or name.lower().startswith("on"):
            found = f"{name.rpartition('}')[2]}={value}"
            raise PydanticCustomError("brand.logo_attribute", "attribute", {"found": found})


# --- the file ---------------------------------------------------------------------------------------------


class Colours(Closed):
    """Of headlines and links, and of rules; both can be read on white."""

    accent: Colour = "#0072b2"
    second: Colour = "#1a1a1a"


def _by_language(words: str | Bilingual) -> str | dict[str, str]:
    return words if isinstance(words, str) else words.model_dump(by_alias=True)


class Brand(Closed):
    """Who prepared the report and how it looks.

    Attributes:
        by: the firm's name; else who the case says prepared it.
        logo: a PNG made from the picture beside the brand file.
        colours: of the page; charts keep theirs, which mean something.
        footer: in the running foot; else the firm's name.
    """

    by: Words = ""
    logo: Annotated[bytes | None, BeforeValidator(_logo)] = None
    colours: Colours = Colours()
    footer: Words = ""

    @property
    def name(self) -> str | dict[str, str]:
        """The firm's name, by language where it has several."""
        return _by_language(self.by)

    @property
    def foot(self) -> str | dict[str, str]:
        """What stands at the foot of every page, by language where it has several."""
        return _by_language(self.footer) or self.name

    @property
    def logo_url(self) -> str:
        """The logo itself as a URL; empty where there is none."""
        return f"data:image/png;base64,{base64.b64encode(self.logo).decode()}" if self.logo else ""


def load_brand(path: str | os.PathLike[str]) -> Brand:
    """Read a brand file.

    Raises:
        InputError: with one fault per thing that is wrong, each with file, line and field.
    """
    document, file = read(path), os.fspath(path)
    try:
        return Brand.model_validate(document.data, context=Path(file).parent)
    except ValidationError as error:
        faults = from_schema(error.errors(), document, file, Brand)
        raise InputError(tuple(sorted(faults, key=lambda fault: fault.line or 0)), document.notices) from None
