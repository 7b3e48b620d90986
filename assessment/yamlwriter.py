"""Back onto the disk: files replaced as a whole, and values rewritten where they stand.

What comes in: a path with bytes, or with values by their path in the file. What goes out: the file, changed
only there, or an error and the file as it was.
"""

from __future__ import annotations

import contextlib
import copy
import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from typing import Any

from assessment.remarks import InputError, Path, dotted
from assessment.yamlfile import LINE_BREAK, REFUSED_RAW, Loader, core_value, load_file, refusal

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
    loader = load_file(path)
    wanted = copy.deepcopy(loader.document().data)
    name, bom = loader.name, loader.bom
    try:
        for place, value in changes.items():
            _set(wanted, place, value)
            loader = Loader(_changed(loader, place, value), name)
    except (InputError, TypeError, LookupError, ValueError):
        raise refusal("cannot_update", name, field=dotted(place)) from None
    if loader.nodes[()].data != wanted:
        raise refusal("cannot_update", name, field=", ".join(map(dotted, changes)))
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


def _changed(loader: Loader, path: Path, value: Any) -> str:
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
        return text[:start] + space + flow(_nested(missing, value)) + text[end:]

    in_list = isinstance(node.data, list)
    entry = flow(_nested(missing[1:], value))
    if not in_list:
        entry = f"{flow(missing[0])}: {entry}"
    if node.block:
        line_end = LINE_BREAK.search(text, len(text[: node.end].rstrip()))
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


def flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if (
        isinstance(value, str)
        and value.isprintable()
        and _BARE.fullmatch(value)
        and core_value(value) == value
    ):
        return value
    quoted = json.dumps(value, ensure_ascii=False, allow_nan=False)  # JSON is YAML but for some controls
    return REFUSED_RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
