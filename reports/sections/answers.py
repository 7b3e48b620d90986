"""What owners ask, answered in a few words from the case's own numbers.

What comes in: a `Desk`. What goes out: a `Section`.
"""

from __future__ import annotations

from assessment import bank
from reports.sections.desk import Desk, Section
from reports.verdict import told


def answers(desk: Desk) -> Section | None:
    """Every question with its answer; nothing where there is no plan."""
    made = desk.decision.plan
    if made is None:
        return None
    asked = bank.plan_entries("answers")
    entries = [
        (desk.words.own(asked[one.id].title), told(desk, one.said)) for one in made.answers if one.said
    ]
    return Section("answers", desk.say("plan.answers"), "answers.html", {"entries": entries})
