"""Requirements: what the pains ask for, how much of it an option meets, and the fit that follows.

What comes in: a `Case`, and what it says of an option. What goes out: shares, weighted by the money a year of
the pains behind each capability.
"""

from __future__ import annotations

from collections.abc import Mapping

from assessment.bank import labels, threshold_range
from assessment.case import Case, Stated, StatedOption
from assessment.diagnosis import diagnose

Three = tuple[float, float, float]  # lowest, likely, highest


def met(case: Case, capabilities: Mapping[str, str]) -> Three | None:
    """Share of the requirements' money that an option with some capabilities meets; in part makes a range.

    None where no pain that a tool can help has money, or the option says nothing on any of them; what it
    leaves out among others it does not meet.
    """
    found = diagnose(case, {})
    money = {one.capability: one.annual for one in found.capabilities if one.annual} if found else {}
    if not money.keys() & capabilities.keys():
        return None
    total = sum(money.values())
    there, in_part = (
        sum(annual for name, annual in money.items() if capabilities.get(name) == level) / total
        for level in ("yes", "partly")
    )
    low, likely, high = (there + share * in_part for share in threshold_range("selection.partly"))
    return low, likely, high


def fit(case: Case, option: StatedOption) -> Stated | None:
    """The fit that an option's capabilities give it; None where it is stated, or they tell nothing."""
    share = met(case, option.capabilities) if option.fit is None else None
    if share is None:
        return None
    words = labels("criteria", "fit")
    return Stated.model_validate(
        {
            **({"value": share[0]} if share[0] == share[-1] else {"range": share}),
            "source": {"kind": "guess", "title": words["source"]},
            "note": words["note"],
        }
    )
