"""A user's YAML file as plain data with places, and back onto the disk.

In: a path or a text. Out: a `Document` (plain data, the line of every key and item, notices), or an
`InputError` with every fault that could be gathered, as codes and values: the wording is elsewhere, and
nothing here knows what a case is. YAML 1.2, core schema: dates, yes and no stay text. Anchors, tags, tabs and
the like are refused; what Chinese keyboards produce (`users：20`) is understood and noticed.
"""

import bisect
import contextlib
import copy
import errno
import functools
import hashlib
import io
import json
import math
import os
import re
import secrets
import shutil
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

_LINE_BREAK = re.compile("\r\n|\r|\n")
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_REFUSED = re.compile(f"[{_CONTROL}]")
_REFUSED_RAW = re.compile(f"[\t\u2028\u2029\ufeff{_CONTROL}]")  # harmless when written as escapes


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


def _core(text: str) -> Any:
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


class _Loader:
    """One text on its way to a Document."""

    def __init__(self, text: str, name: str, data: bytes | None = None) -> None:
        data = text.encode("utf-8", "surrogatepass") if data is None else data
        if len(data) > MAX_BYTES:
            raise _error("file_too_large", name, found=str(len(data)), allowed=str(MAX_BYTES))
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
            found = _LINE_BREAK.split(self.text[root.start :], maxsplit=1)[0]
            raise _error("not_a_mapping", self.name, self.lines[()], found=shown(found), kind=kind)
        return Document(root.data, self.lines, tuple(self.notices), self.sha256)

    def _load(self, text: str) -> None:
        self._refuse_characters(text)
        if spoilt := bool(self.faults):  # then what ruamel makes of the rest may follow from what is replaced
            text = _REFUSED_RAW.sub(lambda match: " " if match[0] == "\t" else "\ufffd", text)
        yaml = YAML(typ="safe", pure=True)
        yaml.Scanner = functools.partial(_Scanner, in_mapping=bool(self.name))
        self._events = yaml.parse(io.StringIO(text))
        source = _LINE_BREAK.split(text)
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
        starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]
        places: dict[str, list[int]] = {"tab": [], "control_character": []}
        for match in _REFUSED_RAW.finditer(text):
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
        value = _core(text)
        if _NOT_FINITE.fullmatch(text):
            self._fault("not_finite", self._line, path, found=text)
        elif isinstance(value, float) and math.isinf(value):
            self._fault("number_too_large", self._line, path, found=shown(text))
        return Scalar(text, self._line) if isinstance(value, str) else value


def read(path: str | os.PathLike[str]) -> Document:
    """Reads a file; raises InputError with all faults that can be gathered."""
    return _read(path).document()


def parse(text: str, name: str) -> Document:
    """The same from a text; `name` is how its remarks call the file."""
    return _Loader(text, name).document()


def parse_value(text: str) -> Any:
    """One value as on the command line, `--set name=[1, 2, 3]`; the remarks of an InputError name no file."""
    return _Loader(text, "").nodes[()].data


def _error(code: str, name: str, line: int | None = None, field: str = "", **details: str) -> InputError:
    return InputError((Remark(code, name, line, field, details),))


def _read(path: str | os.PathLike[str]) -> _Loader:
    name = os.fspath(path)
    try:
        status = os.stat(name)
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device may never end
            raise _error("is_a_folder" if stat.S_ISDIR(status.st_mode) else "not_a_regular_file", name)
        if status.st_size > MAX_BYTES:
            raise _error("file_too_large", name, found=str(status.st_size), allowed=str(MAX_BYTES))
        with open(name, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the name
        raise _error("missing_file", name) from None
    except OSError as error:
        raise _error("unreadable_file", name, reason=error.strerror or "") from None
    return _Loader(_decode(data, name), name, data)


def _decode(data: bytes, name: str) -> str:
    nuls = max(data[0::2].count(0), data[1::2].count(0))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or nuls > max(len(data) // 4, 3):
        raise _error("utf16", name)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        with contextlib.suppress(UnicodeDecodeError):
            found = data.decode("gb18030").split("\n")[line - 1]
            raise _error("looks_like_gbk", name, line, found=shown(found.strip())) from None
        raise _error("not_utf8", name, line, found=f"0x{data[error.start]:02X}") from None


# Writing

_BARE = re.compile(  # what needs no quotes anywhere, and is no truth value to older tools
    r"(?!(?i:yes|no|on|off|y|n)$)\w(?:[^:：，,#\[\]{}\"'&*!|>%@`\\]*[^\s:：，,#\[\]{}\"'&*!|>%@`\\])?"
)


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Replaces a file as a whole or, raising OSError, not at all; keeps links, owner and permissions."""
    target = os.path.realpath(path)
    exists = os.path.exists(target)
    if exists and not os.access(target, os.W_OK):  # renaming alone would not mind
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    temporary = os.path.join(os.path.dirname(target), f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if exists:
            shutil.copymode(target, temporary)
            with contextlib.suppress(OSError, AttributeError):  # not ours to give away; or no owners here
                os.chown(temporary, os.stat(target).st_uid, os.stat(target).st_gid)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def update(path: str | os.PathLike[str], changes: Mapping[Path, Any]) -> None:
    """Rewrites values of a file, or adds them, and leaves every other character as it is.

    The new text goes where the old value stands; dumping the file anew, even with ruamel's round trip, would
    join lines that somebody laid out. It is written only if it reads back as the old data plus the changes.

    Args:
        path: The file.
        changes: Values (None, bool, int, float, str, list, dict) by path. An item may be added at the end of
            a list; mappings on the way are made where they are missing.

    Raises:
        InputError: The file is at fault, or (code `cannot_update`) a change cannot be made there.
        OSError: It could not be written; it is as it was.
    """
    loader = _read(path)
    wanted = copy.deepcopy(loader.document().data)
    name, bom = loader.name, loader.bom
    try:
        for place, value in changes.items():
            _set(wanted, place, value)
            loader = _Loader(_changed(loader, place, value), name)
    except (InputError, TypeError, LookupError, ValueError):
        raise _error("cannot_update", name, field=dotted(place)) from None
    if loader.nodes[()].data != wanted:
        raise _error("cannot_update", name, field=", ".join(map(dotted, changes)))
    write_atomically(path, (bom + loader.text).encode())


def _set(data: Any, path: Path, value: Any) -> None:
    *way, last = path
    for part in way:
        if isinstance(data, dict) and data.get(str(part)) is None:
            data[part] = {}
        data = data[part]
    if isinstance(data, list) and last == len(data):
        data.append(None)
    data[last] = value


def _changed(loader: _Loader, path: Path, value: Any) -> str:
    """The text with one value replaced, or added to the nearest collection around it."""
    text, nodes = loader.text, loader.nodes
    known = max(n for n in range(len(path) + 1) if path[:n] in nodes)
    around, missing = path[:known], path[known:]
    node = nodes[around]
    if not missing or node.data is None:
        start, end = node.start, max(node.start, len(text[: node.end].rstrip()))
        if start == end and (colon := re.compile(" *:").match(text, end)):
            start = end = colon.end()
        under_key = node.block and node.column <= nodes[around[:-1]].column  # a list as far left as its key
        space = " " if start == end or under_key else ""
        return text[:start] + space + _flow(_nested(missing, value)) + text[end:]

    in_list = isinstance(node.data, list)
    entry = _flow(_nested(missing[1:], value))
    if not in_list:
        entry = f"{_flow(missing[0])}: {entry}"
    if node.block:
        line_end = _LINE_BREAK.search(text, len(text[: node.end].rstrip()))
        at = line_end.start() if line_end else len(text)
        newline = "\r\n" if "\r\n" in text else "\n"
        entry = newline + " " * node.column + "- " * in_list + entry
    elif node.data:
        at = nodes[(*around, len(node.data) - 1 if in_list else list(node.data)[-1])].end
        entry = ", " + entry
    else:
        at = node.start + 1
    return text[:at] + entry + text[at:]


def _nested(path: Path, value: Any) -> Any:
    for part in reversed(path):
        value = {part: value}
    return value


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and value.isprintable() and _BARE.fullmatch(value) and _core(value) == value:
        return value
    quoted = json.dumps(value, ensure_ascii=False, allow_nan=False)  # JSON is YAML but for some controls
    return _REFUSED_RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
