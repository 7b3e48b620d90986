"""Team fit: the specification's bands, and what must hold for any team."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment import case_from_data
from assessment.case import Case
from assessment.team_fit import Team, judged, nearest, team_fit

ORDER = ("sheet", "calculate", "necessary")


def case(users: float | None = None, **organisation: Any) -> Case:
    data: dict[str, Any] = {
        "schema": 1,
        "id": "team",
        "title": "team",
        "organisation": {"industry": "other", **organisation},
        "settings": {"amounts_exclude_vat": True},
        "benefits": {"only": ["time_saved"]},
        "assumptions": {} if users is None else {"users": users},
    }
    return case_from_data(data).case


@pytest.mark.parametrize(
    ("people", "departments", "roles", "band"),
    [  # ASSESSMENT.md, team fit: size first, then hand-overs, then one role only
        (1, 1, 2, "sheet"),
        (4, 1, 2, "sheet"),
        (4.5, 1, 2, "sheet"),
        (5, 1, 2, "calculate"),
        (10, 1, 2, "calculate"),
        (10.5, 1, 2, "necessary"),
        (11, 1, 1, "necessary"),
        (4, 2, 2, "calculate"),
        (5, 2, 2, "necessary"),
        (20, 3, 4, "necessary"),
        (5, 1, 1, "sheet"),
        (10, 1, 1, "sheet"),
        (3, 1, 1, "sheet"),
        (8, 2, 1, "necessary"),  # two sales departments: hand-overs come before the role
        (8, 0, 0, "calculate"),  # nothing is known of departments and roles
        (0, 0, 0, "sheet"),
    ],
)
def test_the_bands(people: float, departments: int, roles: int, band: str) -> None:
    assert judged(Team(people, departments, roles))[1] == band


def test_people_are_counted_by_role_and_else_from_the_users() -> None:
    by_role = team_fit(case(users=30, people={"sales": 6, "service": 2, "managers": 0.5}))
    assert by_role is not None
    assert (by_role.people, by_role.departments, by_role.rule) == (8.5, 2, "medium_handing_over")
    stated = team_fit(case(users=30))
    assert stated is not None
    assert (stated.people, stated.departments, stated.rule) == (30, 0, "large")
    assert team_fit(case()) is None
    assert team_fit(case(departments=["sales", "service"])) is None


def test_listed_departments_come_before_roles_and_count_once() -> None:
    found = team_fit(case(people={"sales": 6, "marketing": 1}, departments=["Sales", "sales "]))
    assert found is not None
    assert (found.departments, found.rule) == (1, "medium")


def test_managers_are_a_role_but_pass_no_customers_on() -> None:
    found = team_fit(case(people={"sales": 7, "managers": 1}))
    assert found is not None
    assert (found.departments, found.band, found.rule) == (1, "calculate", "medium")


def test_what_would_move_a_team() -> None:
    found = team_fit(case(people={"sales": 7, "managers": 1}))
    assert found is not None
    assert [(move.what, move.to, move.band) for move in found.nearest] == [
        ("people", 11, "necessary"),
        ("people", 4, "sheet"),
        ("departments", 2, "necessary"),
    ]


halves = st.integers(0, 60).map(lambda count: count / 2)
teams = st.builds(Team, halves, st.integers(0, 4), st.integers(0, 5))


@given(teams, halves, st.integers(0, 4))
def test_more_people_or_departments_never_lower_the_band(team: Team, people: float, departments: int) -> None:
    before = ORDER.index(judged(team)[1])
    for larger in (
        replace(team, people=team.people + people),
        replace(team, departments=team.departments + departments),
    ):
        assert ORDER.index(judged(larger)[1]) >= before


@given(teams)
def test_the_nearest_change_moves_the_band_and_no_smaller_one_does(team: Team) -> None:
    here = judged(team)[1]
    told = {(move.what, move.to > getattr(team, move.what)): move for move in nearest(team)}
    for what in ("people", "departments"):
        now = getattr(team, what)
        for rising in (True, False):
            numbers = (n for n in range(200) if (n > now if rising else n < now))
            tried = sorted(numbers, key=lambda n: abs(n - now))
            moving = next((n for n in tried if judged(replace(team, **{what: n}))[1] != here), None)
            move = told.get((what, rising))
            assert (move.to if move else None) == moving
            if move is not None:
                assert judged(replace(team, **{what: move.to}))[1] == move.band
