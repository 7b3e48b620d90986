"""The printable numbers of team fit and readiness.

What comes in: a `Decision`. What goes out: `Figure`s by key:

- `team.people`, `team.departments`
- `readiness.score`, `readiness.coverage`; `readiness.theme.<id>`, and with `.answered` and `.asked`
- `readiness.statement.<id>`: the points of an answer that is told as a risk
- `suggested.<option>.adoption` (and `.ramp_months`, `.dip_share`): ranges
"""

from __future__ import annotations

from collections.abc import Iterator

from assessment.decision import Decision
from assessment.figures import Figure, Kind
from roi.quantities import QUANTITIES


def readiness_figures(decision: Decision) -> Iterator[Figure]:
    """All of them."""
    if decision.team_fit is not None:
        yield Figure("team.people", "count", decision.team_fit.people)
        yield Figure("team.departments", "count", decision.team_fit.departments)
    found = decision.readiness
    themes = tuple(f"readiness.theme.{theme.id}" for theme in found.themes)
    counted = tuple(f"{theme}.{name}" for theme in themes for name in ("answered", "asked"))
    yield Figure("readiness.score", "share", found.score, "readiness_score", (*themes, *counted))
    yield Figure("readiness.coverage", "share", found.coverage, "readiness_coverage", counted)
    for key, theme in zip(themes, found.themes, strict=True):
        yield Figure(key, "share", theme.score, "readiness_theme")
        yield Figure(f"{key}.answered", "count", theme.answered)
        yield Figure(f"{key}.asked", "count", theme.asked)
    for risk in found.risks:
        yield Figure(f"readiness.statement.{risk.statement}", "count", risk.score)
    for one in found.suggested:
        for name in ("adoption", "ramp_months", "dip_share"):
            numbers, unit = tuple(getattr(one, name)), QUANTITIES[name].unit
            kind: Kind = "share" if unit == "1" else "quantity"
            yield Figure(
                f"suggested.{one.option}.{name}",
                kind,
                numbers[1],
                "suggested",
                ("readiness.score", "readiness.coverage"),
                unit,
                numbers=numbers,
                grade="D",
            )
