"""A user's YAML file as plain data with places.

In: a path or a text. Out: a `Document` (plain data, the line of every key and item, notices), or an
`InputError` with every fault that could be gathered, as codes and values: the wording is elsewhere, and
nothing here knows what a case is. YAML 1.2, core schema: dates, yes and no stay text. Anchors, tags, tabs and
the like are refused; what Chinese keyboards produce (`users：20`) is understood and noticed.
"""

import bisect
import contextlib
import functools
import hashlib
import io
import math
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ruamel.yaml import YAML, events
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

from assessment.remarks import InputError, Path, Remark, dotted, shown

MAX_BYTES, MAX_DEPTH = 1_000_000, 64
MAX_PLACES = 20  # of tabs and of control characters: the others are only counted

LINE_BREAK = re.compile("\r\n|\r|\n")
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_REFUSED = re.compile(f"[{_CONTROL}]")
REFUSED_RAW = re.compile(f"[\t\u2028\u2029\ufeff{_CONTROL}]")  # harmless when written as escapes


class Scalar(str):
    """The text of an unquoted scalar that is no number, truth value or null; remembers its line."""

    line: int | None

    def __new__(cls, text: str, line: int | None = None) -> Self:  # noqa: D102
        self = super().__new__(cls, text)
        self.line = line
        return self


@dataclass(frozen=True)
class Document:
    """A file as plain data: dict, list, int, float, bool, None, str and Scalar."""

    data: dict[str, Any]
    lines: Mapping[Path, int]  # of every key and item, 1-based; () is the whole
    notices: tuple[Remark, ...]
    sha256: str  # of the bytes on disk

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest place around it that is in the file."""
        return next(self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines)


# Scalars

_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True,
          "TRUE": True, "false": False, "False": False, "FALSE": False}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER = re.compile(
    r"([-+]?)\s*¥?\s*([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(\.[0-9]*)?\s*(%|[百千]?[万萬]?[亿億]?)\s*元?"
)
_POWERS = {"%": -2, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5, 0x2212: 0x2D}


def core_value(text: str) -> Any:
    """The value of an unquoted scalar in the core schema; what is out of range is infinite."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0 if text[:2] in ("0o", "0x") else 10) if len(text) < 250 else math.inf
    return float(text) if _FLOAT.fullmatch(text) else text


def parse_number(text: str) -> tuple[float, bool] | None:
    """A number as people write it, and whether it is unusual enough for a notice; None if it is no number.

    >>> parse_number("30万"), parse_number("１，０００"), parse_number("12"), parse_number("1,00")
    ((300000.0, True), (1000.0, True), (12.0, False), None)
    """
    text = text.strip()
    if unusual := not _FLOAT.fullmatch(text):
        match = _NUMBER.fullmatch(text.translate(_NARROW).strip())
        if not match:
            return None
        sign, whole, decimals, unit = match.groups(default="")
        # The power goes into the text, not into a product: 3.3% is then the double nearest to 0.033.
        text = f"{sign}{whole.replace(',', '')}{decimals}e{sum(_POWERS[letter] for letter in unit)}"
    return (float(text), unusual) if math.isfinite(float(text)) else None


# Full-width punctuation

_KEY = "[a-z][A-Za-z0-9_-]{0,60}"  # where a text may stand as well: a name, as opposed to “见附表A：说明”
_ANY_KEY = "[^-\\s:：，,#\\[\\]{}\"'&*!|>%@`?][^\\s:：，,#\\[\\]{}]{0,60}"  # where only a key can stand
_COLON = "( {0,4}(?:：|:(?=[\u3000\xa0]))[ \u3000\xa0]*)"
_ITEM = "(?:[-+0-9.%＋－０-９．％]+[百千万亿元]{0,3}|[A-Za-z_][A-Za-z0-9_-]{0,60})"
_KEY_COLON, _ANY_KEY_COLON = re.compile(_KEY + _COLON), re.compile(_ANY_KEY + _COLON)
_COMMA_KEY = re.compile(f"[^#,\\[\\]{{}}\r\n]*?(， *)(?={_KEY} *(?:：|: ))")
_COMMA_ITEM = re.compile(f"{_ITEM}( *， *)(?={_ITEM} *[，,\\]])")


class _Scanner(Scanner):
    """ruamel's scanner, which replaces full-width structure by ASCII and skips, as faults, marks we refuse.

    It is the scanner who knows that it stands at the start of an unquoted scalar, and not inside quotes, a
    comment or a text of several lines: so nothing there is ever touched.
    """

    scanner_processing_version = (1, 2)  # whatever a %YAML line says

    def __init__(self, loader: Any = None, in_mapping: bool = True) -> None:
        self.in_mapping = in_mapping  # whether only a mapping can be at the top
        self.edits: list[tuple[int, int, str]] = []  # index in the edited text, characters removed, added
        self.edited_lines: set[int] = set()
        self.refused: list[tuple[str, int, str]] = []  # code, line, what stands there
        super().__init__(loader)

    def fetch_plain(self) -> None:
        ahead = self.reader.prefix(256)
        if not any(mark in ahead for mark in "：，\u3000\xa0"):
            return super().fetch_plain()
        inside = self.flow_context[-1] if self.flow_level else ""
        if ahead[0] == "，" and inside:  # after a quoted or bracketed value
            self._edit(0, 1, ", ")
            return self.fetch_flow_entry()
        if ahead[0] == "：" and self.flow_level in self.possible_simple_keys:  # after a quoted key
            self._edit(0, 1, ": ")
            return self.fetch_value()
        if self.allow_simple_key and inside != "[" and (inside or self.indent >= 0 or self.in_mapping):
            only_key = inside == "{" or self.indent in (-1, self.reader.column)
            if match := (_ANY_KEY_COLON if only_key else _KEY_COLON).match(ahead):
                self._edit(match.start(1), len(match[1]), ": ")
        elif inside and (match := (_COMMA_KEY if inside == "{" else _COMMA_ITEM).match(ahead)):
            self._edit(match.start(1), len(match[1]), ", ")
        return super().fetch_plain()

    def _edit(self, offset: int, removed: int, new: str) -> None:
        reader = self.reader
        start = reader.pointer + offset
        reader.buffer = reader.buffer[:start] + new + reader.buffer[start + removed :]
        self.edits.append((reader.index + offset, removed, new))
        self.edited_lines.add(reader.line)

    def edited(self, text: str) -> str:
        """The text with all edits made, which is what the marks of the events count in."""
        pieces, done, shift = [], 0, 0
        for index, removed, new in self.edits:
            pieces += [text[done : index - shift], new]
            done, shift = index - shift + removed, shift + len(new) - removed
        return "".join([*pieces, text[done:]])

    def fetch_anchor(self) -> None:
        self._refuse("anchor")

    def fetch_tag(self) -> None:
        self._refuse("tag")

    def fetch_directive(self) -> None:
        self._refuse("directive", "\n\r\0")

    def fetch_alias(self) -> None:
        self.save_possible_simple_key()
        self.allow_simple_key = False
        start = self.reader.get_mark()
        text = self._refuse("alias")
        self.tokens.append(ScalarToken(text, False, start, self.reader.get_mark(), "'"))

    def _refuse(self, code: str, ends: str = "") -> str:
        ends = ends or (" \n\r\0,[]{}" if self.flow_level else " \n\r\0")
        length = 1
        while self.reader.peek(length) not in ends:
            length += 1
        text: str = self.reader.prefix(length)
        self.refused.append((code, self.reader.line + 1, text))
        self.reader.forward(length)
        return text


# Reading

_SYNTAX = {  # what ruamel says -> our code; the first that occurs
    "end of stream": "unclosed_quote", "document separator": "unclosed_quote",
    "expected ',' or": "unclosed_bracket", "could not find expected ':'": "missing_colon",
    "mapping values are not": "unexpected_colon", "unexpected ':'": "unexpected_colon",
    "sequence entries are not": "unexpected_dash", "block end": "bad_indentation",
    "more indented": "bad_indentation", "escape": "bad_escape",
    "cannot start any token": "unexpected_character", "node content": "unexpected_character",
}  # fmt: skip
_AT_ITS_START = {"unclosed_quote", "unclosed_bracket", "missing_colon"}  # the place is where the thing began
_NO_SPACE = re.compile(r" *(?:- +)*[A-Za-z_][\w-]*:[^\s:/]")


@dataclass
class _Node:
    """A value and where it stands in the text."""

    data: Any
    start: int
    end: int
    column: int
    block: bool  # a collection without brackets


class _StopError(Exception):
    """There is no point in reading on."""


class Loader:
    """One text on its way to a Document."""

    def __init__(self, text: str, name: str, data: bytes | None = None) -> None:
        data = text.encode("utf-8", "surrogatepass") if data is None else data
        if len(data) > MAX_BYTES:
            raise refusal("file_too_large", name, found=str(len(data)), allowed=str(MAX_BYTES))
        self.name, self.sha256 = name, hashlib.sha256(data).hexdigest()
        self.faults: list[Remark] = []
        self.notices: list[Remark] = []
        self.lines: dict[Path, int] = {}
        self.nodes: dict[Path, _Node] = {}
        self._line, self._end = 1, 0  # of the last event; of the last scalar or bracket
        self.bom = "\ufeff" * text.startswith("\ufeff")
        if self.bom:
            self.notices.append(Remark("byte_order_mark", name, 1))
        self._load(text.removeprefix(self.bom))
        if self.faults:
            raise InputError(tuple(sorted(self.faults, key=lambda f: f.line or 0)), tuple(self.notices))

    def document(self) -> Document:
        """The whole as a Document; raises InputError if it is no mapping."""
        root = self.nodes[()]
        if not isinstance(root.data, dict):
            kind = "list" if isinstance(root.data, list) else "scalar"
            found = LINE_BREAK.split(self.text[root.start :], maxsplit=1)[0]
            raise refusal("not_a_mapping", self.name, self.lines[()], found=shown(found), kind=kind)
        return Document(root.data, self.lines, tuple(self.notices), self.sha256)

    def _load(self, text: str) -> None:
        self._refuse_characters(text)
        if spoilt := bool(self.faults):  # then what ruamel makes of the rest may follow from what is replaced
            text = REFUSED_RAW.sub(lambda match: " " if match[0] == "\t" else "\ufffd", text)
        yaml = YAML(typ="safe", pure=True)
        yaml.Scanner = functools.partial(_Scanner, in_mapping=bool(self.name))
        self._events = yaml.parse(io.StringIO(text))
        source = LINE_BREAK.split(text)
        try:
            self._documents()
        except _StopError as stop:
            if stop.__cause__ and not spoilt:
                self._syntax_fault(stop.__cause__, source)
        for code, line, found in yaml.scanner.refused:
            self._fault(code, line, found=shown(found))
        if not self.nodes and not self.faults:
            self._fault("empty_file" if self.name else "empty_value", 1)
        for line in sorted(yaml.scanner.edited_lines):
            details = {"found": shown(source[line].strip())}
            self.notices.append(Remark("fullwidth_punctuation", self.name, line + 1, details=details))
        self.text: str = yaml.scanner.edited(text)  # with ASCII structure

    def _fault(self, code: str, line: int, path: Path = (), **details: str) -> None:
        self.faults.append(Remark(code, self.name, line, dotted(path), details))

    def _refuse_characters(self, text: str) -> None:
        starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]
        places: dict[str, list[int]] = {"tab": [], "control_character": []}
        for match in REFUSED_RAW.finditer(text):
            places["tab" if match[0] == "\t" else "control_character"].append(match.start())
        for code, all_of_them in places.items():
            for place in all_of_them[:MAX_PLACES]:
                line = bisect.bisect(starts, place)
                column = str(place - starts[line - 1] + 1)
                self._fault(code, line, column=column, found=f"U+{ord(text[place]):04X}")
            if more := all_of_them[MAX_PLACES:]:
                self._fault("more_places", bisect.bisect(starts, more[0]), what=code, count=str(len(more)))

    def _syntax_fault(self, error: BaseException, source: list[str]) -> None:
        said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', error)}"
        code = next((code for words, code in _SYNTAX.items() if words in said), "bad_yaml")
        marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
        mark = next((mark for mark in (marks[::-1] if code in _AT_ITS_START else marks) if mark), None)
        line = mark.line + 1 if mark else self._line
        if code in ("missing_colon", "unexpected_colon"):
            for suspect in (line - 1, line):  # a key without a space after its colon shows at the next key
                if suspect and _NO_SPACE.match(source[suspect - 1]):
                    code, line = "no_space_after_colon", suspect
                    break
        self._fault(code, line, found=shown(source[line - 1].strip()))

    def _next(self) -> Any:
        try:
            event = next(self._events)
        except Exception as error:  # whatever a foreign parser raises on a hostile text
            raise _StopError from error
        self._line = event.start_mark.line + 1
        return event

    def _documents(self) -> None:
        count = 0
        while not isinstance(event := self._next(), events.StreamEndEvent):
            count += isinstance(event, events.DocumentStartEvent)
            if count > 1:
                self._fault("several_documents", self._line)
                raise _StopError
            if isinstance(event, events.NodeEvent) and (
                getattr(event, "value", True) or getattr(event, "style", None)
            ):
                self.lines[()] = self._line
                self._value(event, ())

    def _value(self, event: Any, path: Path) -> Any:
        """The value that begins with this event. As deep as the input, so that is limited."""
        if len(path) >= MAX_DEPTH and isinstance(event, events.CollectionStartEvent):
            self._fault("too_deep", self._line, path[:1], allowed=str(MAX_DEPTH))
            raise _StopError
        start, block, data = event.start_mark, getattr(event, "flow_style", None) is False, None
        nothing = start.index == event.end_mark.index and not block
        if isinstance(event, events.ScalarEvent):
            data = self._scalar(event, path)
        elif isinstance(event, events.SequenceStartEvent):
            data = []
            while not isinstance(event := self._next(), events.SequenceEndEvent):
                item = (*path, len(data))
                self.lines[item] = self._line
                data.append(self._value(event, item))
        else:
            data = {}
            while not isinstance(event := self._next(), events.MappingEndEvent):
                key = self._key(event, path, data)
                data[key] = self._value(self._next(), (*path, key))
        # Of blocks, and of nothing after a key, ruamel says that they end where the next thing begins.
        after_key = nothing and isinstance(path[-1], str)
        self._end = self._end if block or after_key else event.end_mark.index
        begin = self._end if after_key else start.index
        self.nodes[path] = _Node(data, begin, self._end, start.column, block)
        return data

    def _key(self, event: Any, path: Path, siblings: dict[str, Any]) -> str:
        line, key = self._line, str(getattr(event, "value", "[…]"))
        path = (*path, key)
        first_line = self.lines.setdefault(path, line)
        value = self._value(event, path)
        if not isinstance(value, str):
            self._fault("key_not_text", line, path, found=shown(key))
        elif value == "<<" and isinstance(value, Scalar):
            self._fault("merge_key", line, path)
        elif key in siblings:
            self._fault("duplicate_key", line, path, found=shown(key), first_line=str(first_line))
        return key

    def _scalar(self, event: Any, path: Path) -> Any:
        text: str = event.value
        if _REFUSED.search(text):  # written as an escape, "\0"
            column = str(event.start_mark.column + 1)
            self._fault("control_character", self._line, path, column=column, found=shown(text))
        if event.style is not None:
            return text
        value = core_value(text)
        if _NOT_FINITE.fullmatch(text):
            self._fault("not_finite", self._line, path, found=text)
        elif isinstance(value, float) and math.isinf(value):
            self._fault("number_too_large", self._line, path, found=shown(text))
        return Scalar(text, self._line) if isinstance(value, str) else value


def read(path: str | os.PathLike[str]) -> Document:
    """Reads a file; raises InputError with all faults that can be gathered."""
    return load_file(path).document()


def parse(text: str, name: str) -> Document:
    """The same from a text; `name` is how its remarks call the file."""
    return Loader(text, name).document()


def parse_value(text: str) -> Any:
    """One value as on the command line, `--set name=[1, 2, 3]`; the remarks of an InputError name no file."""
    return Loader(text, "").nodes[()].data


def refusal(code: str, name: str, line: int | None = None, field: str = "", **details: str) -> InputError:
    """The one fault that ends a reading."""
    return InputError((Remark(code, name, line, field, details),))


def load_file(path: str | os.PathLike[str]) -> Loader:
    """Reads a file as far as its text; raises InputError where it cannot be read."""
    name = os.fspath(path)
    try:
        status = os.stat(name)
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device may never end
            raise refusal("is_a_folder" if stat.S_ISDIR(status.st_mode) else "not_a_regular_file", name)
        if status.st_size > MAX_BYTES:
            raise refusal("file_too_large", name, found=str(status.st_size), allowed=str(MAX_BYTES))
        with open(name, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the name
        raise refusal("missing_file", name) from None
    except OSError as error:
        raise refusal("unreadable_file", name, reason=error.strerror or "") from None
    return Loader(_decode(data, name), name, data)


def _decode(data: bytes, name: str) -> str:
    nuls = max(data[0::2].count(0), data[1::2].count(0))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or nuls > max(len(data) // 4, 3):
        raise refusal("utf16", name)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        with contextlib.suppress(UnicodeDecodeError):
            found = data.decode("gb18030").split("\n")[line - 1]
            raise refusal("looks_like_gbk", name, line, found=shown(found.strip())) from None
        raise refusal("not_utf8", name, line, found=f"0x{data[error.start]:02X}") from None
