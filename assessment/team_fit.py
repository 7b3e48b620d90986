"""Team fit: what the team's size and its hand-overs say before any money is counted.

What comes in: a `Case`. What goes out: a `TeamFitRecord`: the band, the rule that put the team there, and the
nearest whole number of people or departments that would move it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assessment import bank
from assessment.case import Case
from assessment.diagnosed import Band, MoveRecord, TeamFitRecord


@dataclass(frozen=True)
class Team:
    """People who touch customer data, departments that pass customers on, roles there are; 0: not said."""

    people: float
    departments: float = 0
    roles: float = 0

    @property
    def is_small(self) -> bool:
        """Whether a few words keep everybody informed."""
        return self.people < bank.threshold("team.calculate_from")

    @property
    def is_medium(self) -> bool:
        """Whether it is not large."""
        return self.people <= bank.threshold("team.necessary_above")

    @property
    def hands_over(self) -> bool:
        """Whether customers pass between departments."""
        return self.departments >= bank.threshold("team.departments_handing_over")


RULES: tuple[tuple[str, Callable[[Team], bool], Band], ...] = (  # the first that holds wins
    ("small_handing_over", lambda team: team.is_small and team.hands_over, "calculate"),
    ("small", lambda team: team.is_small, "sheet"),
    ("medium_handing_over", lambda team: team.is_medium and team.hands_over, "necessary"),
    ("medium_one_role", lambda team: team.is_medium and team.roles == 1, "sheet"),
    ("medium", lambda team: team.is_medium, "calculate"),
    ("large", lambda team: True, "necessary"),
)


def judged(team: Team) -> tuple[str, Band]:
    """The rule that fires, and its band.

    >>> judged(Team(8, departments=1, roles=2))
    ('medium', 'calculate')
    """
    return next((rule, band) for rule, holds, band in RULES if holds(team))


def team_fit(case: Case) -> TeamFitRecord | None:
    """What a case's team comes to; None if it does not say how many people there are."""
    team = _team(case)
    if team is None:
        return None
    rule, band = judged(team)
    return TeamFitRecord(
        people=team.people,
        departments=int(team.departments),
        band=band,
        rule=rule,
        nearest=list(nearest(team)),
    )


def _team(case: Case) -> Team | None:
    """People by role, else users; departments as listed, else roles but for managers, who pass nobody on."""
    organisation, users = case.organisation, case.assumptions.users  # type: ignore[attr-defined]
    by_role = {role: count for role, count in organisation.people.model_dump().items() if count > 0}
    listed = {name.strip().casefold() for name in organisation.departments}
    departments = len(listed or by_role.keys() - {"managers"})
    if by_role:
        return Team(sum(by_role.values()), departments, len(by_role))
    return None if users is None else Team(users.distribution.most_likely, departments)


def nearest(team: Team) -> Iterator[MoveRecord]:
    """The smallest change up and down, in whole people or departments, that gives another band."""
    small, medium = bank.threshold("team.calculate_from"), bank.threshold("team.necessary_above")
    several = bank.threshold("team.departments_handing_over")
    edges = {"people": (small - 1, small, medium, medium + 1), "departments": (several - 1, several)}
    for what, values in edges.items():
        now, here = getattr(team, what), judged(team)[1]
        for side in (sorted(to for to in values if to > now), sorted(to for to in values if to < now)[::-1]):
            bands = ((to, judged(replace(team, **{what: to}))[1]) for to in side)
            move = next(((to, band) for to, band in bands if band != here), None)
            if move is not None:
                yield MoveRecord(what=what, to=move[0], band=move[1])
