"""What is told to the user about one place of a file: codes and values, no wording.

What comes in: nothing; these are records and two ways of showing a user's text. What goes out: `Remark`, and
`InputError`, which carries them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

SHOWN = 60  # characters of a user's text in a remark

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Remark:
    """Something to tell the user about one place of a file: a fault, a warning or a notice."""

    code: str  # e.g. "duplicate_key"; the wording lives in the message catalogue
    file: str  # as the user named it
    line: int | None = None  # 1-based
    field: str = ""  # dotted path, e.g. options[0].costs[1].amount
    details: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)


class InputError(Exception):
    """The input is at fault. `faults` is never empty."""

    def __init__(self, faults: tuple[Remark, ...], notices: tuple[Remark, ...] = ()) -> None:
        super().__init__(faults, notices)  # as args, so that it survives the way between processes
        self.faults, self.notices = faults, notices


def shown(text: str) -> str:
    """A user's text fit to be shown: at most 60 characters, nothing invisible in it."""
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: SHOWN + 1])
    return safe if len(safe) <= SHOWN else safe[: SHOWN - 1] + "…"


def dotted(path: Path) -> str:
    """A path as users read it.

    >>> dotted(("options", 0, "costs", 1, "amount"))
    'options[0].costs[1].amount'
    """
    return "".join(f"[{p}]" if isinstance(p, int) else f".{shown(p)}" for p in path).removeprefix(".")
