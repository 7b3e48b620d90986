"""Labels of charts: how wide a text is, where it is broken, and which round numbers mark an axis.

What comes in: text and widths in the height of its letters, or the ends of an axis. What goes out: text of
several lines, or numbers.
"""

from __future__ import annotations

import math
import re
import unicodedata

BLANKS, NO_BREAK = re.compile(r"[^\S\u00a0]+"), "\u00a0"
HANGING, OPENING = "，。、；：！？）】》”’", "（【《“‘"  # never at the beginning, never at the end of a line


def ems(text: str) -> float:
    """About how wide a text is, in the height of its letters."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.53 for sign in text)


def wrapped(text: str, width: float, lines: int = 2) -> str:
    """A label of a few lines of about the same length, cut with an ellipsis where it would need more.

    Args:
        text: to be broken; blanks in a row count as one, one that does not break stays.
        width: of a line, in letters' heights.
        lines: at most.
    """
    found = broken(text, width)
    if len(found) > lines:
        last = found[lines - 1]
        while last and ems(last + "…") > width:
            last = last[:-1]
        return "\n".join([*found[: lines - 1], last.rstrip() + "…"])
    while width > 1 and len(broken(text, width - 1)) == len(found):
        width -= 1
    return "\n".join(broken(text, width))


def broken(text: str, width: float) -> list[str]:
    """Lines of a text, none wider than so many letters' heights; numbers stay with their units."""
    found, line = [], ""
    for part in _parts(text, width):
        if line and ems(line + part.rstrip()) > width:
            found.append(line.rstrip())
            line = ""
        line += part if line else part.lstrip()
    return [*found, line.rstrip()]


def _parts(text: str, width: float) -> list[str]:
    """Where a text may be broken: after blanks and hyphens, between Chinese characters, in endless words."""
    parts = [" "]
    for sign in BLANKS.sub(" ", text.strip()):
        word = parts[-1]
        wide = (_is_wide(sign) or _is_wide(word[-1])) and NO_BREAK not in word[-2:] + sign
        breaks = word[-1] in " -/" or (wide and sign not in HANGING)
        if (breaks and word[-1] not in OPENING) or ems(word + sign) > width:
            parts.append(sign)
        else:
            parts[-1] += sign
    return parts[1:]


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Round values between two ends, with nothing among them if it lies between."""
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-9) / about))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= about)
    return tuple(step * place for place in range(math.ceil(low / step), math.floor(high / step) + 1))
