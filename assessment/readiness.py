"""How ready the people are, and what that does to the adoption, the ramp and the dip that we suggest.

What comes in: a `Case`. What goes out: a `ReadinessRecord`, and for each purchase the documented defaults,
capped by the answers. Every statement gives 0 to 4 points; one that is not known or was never put gives none,
and lowers the pessimistic end of the adoption as well. Only full marks leave the defaults as documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assessment import bank, defaults
from assessment.case import Case
from assessment.diagnosed import ReadinessRecord, RejectionRecord, SuggestionRecord, ThemeRecord
from roi.distributions import SplitNormal
from roi.model import WITHOUT_PURCHASE, Assumption, OptionKind, Source

MOST = 4.0  # points of a statement
SUGGESTED = ("adoption", "ramp_months", "dip_share")  # the last is told, never assumed

Points = Mapping[str, float | None]  # by statement; None where they do not know
Ends = tuple[float, float, float]  # lowest, likely, highest


@dataclass(frozen=True)
class Score:
    """Points reached, of how many, and the share of statements without an answer."""

    points: float
    most: float
    unknown: float

    @property
    def lost(self) -> float:
        """Share of the points that was not reached."""
        return 1 - self.points / self.most


def score(points: Points) -> Score:
    """What some answers come to.

    >>> score({"records_kept_daily": 2.0, "stages_written": None}).points
    2.0
    """
    known = [reached for name in bank.statements() if (reached := points.get(name)) is not None]
    asked = len(bank.statements())
    return Score(sum(known), MOST * asked, 1 - len(known) / asked)


def lowered(ends: Ends, found: Score) -> Ends:
    """Shares that people reach: the upper end and, less so, the middle fall as points are lost."""
    low, likely, high = ends
    upside = high - likely
    middle = likely - bank.threshold("readiness.likely") * upside * found.lost
    return (
        min(low, middle) - bank.threshold("readiness.unknown") * upside * found.unknown,
        middle,
        high - bank.threshold("readiness.upper") * upside * found.lost,
    )


def lengthened(ends: Ends, found: Score) -> Ends:
    """Delays and losses: the upper end and, less so, the middle grow as points are lost."""
    low, likely, high = ends
    return (
        low,
        likely * (1 + bank.threshold("readiness.stretch_likely") * found.lost),
        high * (1 + bank.threshold("readiness.stretch_upper") * found.lost),
    )


def capped(default: Assumption, found: Score) -> Assumption:
    """A documented default as the answers leave it; its source says so."""
    if not found.lost:
        return default
    lowest, *_, highest = default.distribution.ends
    ends = (lowest, default.distribution.most_likely, highest)
    low, likely, high = (lowered if default.name.endswith(".adoption") else lengthened)(ends, found)
    source, wording = default.source, bank.labels("readiness", "suggestion")
    assert source is not None, "every default has one"  # noqa: S101
    title = source.title if isinstance(source.title, dict) else dict.fromkeys(bank.LANGUAGES, source.title)
    numbers = {"points": f"{found.points:g}", "most": f"{found.most:g}"}
    return replace(
        default,
        distribution=SplitNormal(low=low, likely=likely, high=high),
        source=Source(
            "guess",
            {code: text.format(source=title[code]) for code, text in wording["source"].items()},
            source.date,
        ),
        note={code: text.format(**numbers) for code, text in wording["note"].items()},
    )


def suggested(case: Case, kind: OptionKind, option: str) -> dict[str, Assumption]:
    """What stands in for what nobody stated of a purchase, by plain name; nothing where none is bought."""
    found = score(case.answers.readiness.points)
    names = () if kind in WITHOUT_PURCHASE else SUGGESTED
    documented = {name: defaults.for_option(name, kind, option) for name in names}
    return {name: capped(default, found) for name, default in documented.items() if default is not None}


def readiness(case: Case) -> ReadinessRecord:
    """How ready the company is."""
    answers = case.answers.readiness
    points, found = answers.points, score(answers.points)
    gates = {name: getattr(answers, name) for name in bank.gates()}
    return ReadinessRecord(
        themes=[_theme(name, points) for name in bank.labels("readiness", "themes")],
        score=found.points / found.most,
        coverage=1 - found.unknown,
        unknown=[name for name in bank.statements() if name in points and points[name] is None],
        risks=_risks(points),
        suggested=list(_suggestions(case)),
        **{name: None if answer is None else answer is True for name, answer in gates.items()},
    )


def _theme(theme: str, points: Points) -> ThemeRecord:
    asked = [name for name, one in bank.statements().items() if one.theme == theme]
    known = [reached for name in asked if (reached := points.get(name)) is not None]
    reached = sum(known) / (MOST * len(known)) if known else None
    return ThemeRecord(id=theme, score=reached, answered=len(known), asked=len(asked))


def _risks(points: Points) -> list[RejectionRecord]:
    """Answers that are low or not known, gravest first: of equals the one that is known, then as asked."""
    limit = bank.threshold("readiness.risk_below")
    low = [
        RejectionRecord(statement=name, theme=one.theme, score=points[name])
        for name, one in bank.statements().items()
        if name in points and (points[name] or 0.0) < limit
    ]
    return sorted(low, key=lambda risk: (risk.score or 0.0, risk.score is None))


def _suggestions(case: Case) -> list[SuggestionRecord]:
    return [
        SuggestionRecord(
            option=option.id,
            used=[name for name in ("adoption", "ramp_months") if getattr(option, name) is None],
            **{name: list(item.distribution.ends) for name, item in offered.items()},
        )
        for option in case.options
        if (offered := suggested(case, option.kind, option.id))
    ]
