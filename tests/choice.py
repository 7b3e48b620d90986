"""A small case of a choice between products, for the tests of the selection and of its section.

What comes in: products, and fields of the case file. What goes out: the loaded case. Its one benefit is the
time saved, so that products differ by what the test gives them.
"""

from typing import Any

from assessment import case_from_data
from assessment.loader import Loaded


def product(identifier: str, price: float = 100, kind: str = "saas", **more: Any) -> dict[str, Any]:
    """An option that costs so much per user and year."""
    cost = {"id": "fee", "category": "subscription", "amount": price, "per": "user_year", "when": "contract"}
    return {"id": identifier, "kind": kind, "name": identifier, "adoption": 0.6, "costs": [cost], **more}


def scores(**by_criterion: float) -> dict[str, Any]:
    """What an option scores on each criterion."""
    return {name: {"score": score, "evidence": "seen"} for name, score in by_criterion.items()}


def loaded(*options: dict[str, Any], **more: Any) -> Loaded:
    """The case with these options."""
    data: dict[str, Any] = {
        "schema": 1,
        "id": "choice",
        "title": "choice",
        "currency": "CNY",
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True, "draws": 256},
        "assumptions": {
            "users": 10,
            "managers": 1,
            "sales_users": 5,
            "hourly_cost": 50,
            "hours_saved_per_user_day": [0.1, 0.3, 0.6],
        },
        "benefits": {"only": ["time_saved"]},
        "options": list(options),
    }
    return case_from_data({**data, **more})
