"""The printable numbers of the plan that are no other figure yet.

What comes in: a `Decision`. What goes out: `Figure`s, all of whose keys begin with `plan.`.
"""

from __future__ import annotations

from collections.abc import Iterator

from assessment.decision import Decision
from assessment.figures import Figure


def plan_figures(decision: Decision) -> Iterator[Figure]:
    """All of them."""
    for one in decision.plan.numbers if decision.plan else ():
        lists = {"inputs": tuple(one.inputs), "numbers": tuple(one.numbers) or (one.value,)}
        yield Figure(**(one.model_dump() | lists))
