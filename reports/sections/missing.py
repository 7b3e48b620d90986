"""The report where nothing can be said yet: what is missing, how to get it, and what to do meanwhile."""

from __future__ import annotations

from reports.sections.desk import COMMAND, Desk, Section
from reports.verdict import told


def missing(desk: Desk) -> Section:
    """One page: facts that only the company knows."""
    names = desk.decision.verdict.missing
    rows = [(desk.input(name), desk.words.help(name), _where(desk, name), name) for name in names]
    title = desk.count("missing.title", desk.figures["evidence.missing"])
    fixes = desk.decision.plan.fixes if desk.decision.plan else []
    meanwhile = [told(desk, one) for one in fixes if one.code != "fixes.missing"]  # those are the rows
    data = {"rows": rows, "command": COMMAND, "meanwhile": meanwhile}
    return Section("missing", title, "missing.html", data)


def _where(desk: Desk, name: str) -> str:
    """Where a company finds a number: facts about itself in its own records, the rest at the supplier's."""
    own = f"missing.where.{name}"
    return desk.say(own if desk.words.has(f"report.{own}") else "missing.where.other")
