"""The questions: a company's case, its file, and the decision that follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessment.assessor import assess
    from assessment.loader import case_from_data, load_case

__all__ = ["assess", "case_from_data", "load_case"]

_HOMES = {"assess": "assessor", "case_from_data": "loader", "load_case": "loader"}


def __getattr__(name: str) -> Any:
    """The three verbs, imported when one is first used: `crm-roi --help` needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'assessment' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"assessment.{_HOMES[name]}"), name)
