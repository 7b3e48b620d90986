"""The report as one HTML file that asks for nothing from outside.

What comes in: `Content`. What goes out: bytes.
"""

from __future__ import annotations

from reports.content import Content
from reports.pages import SCREEN


def html(content: Content) -> bytes:
    """The page, in UTF-8."""
    return content.document(SCREEN).encode()
