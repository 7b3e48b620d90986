"""What the uncertainty says, written down as records of a decision.

What comes in: a run, its `Uncertainty`, where inputs switch the best option. What goes out: records, and
nothing computed anew but which option beats which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assessment.judgement import is_pilot
from assessment.said import (
    BarRecord,
    ComparisonRecord,
    CrossoverRecord,
    LearningRecord,
    MapRecord,
    PairRecord,
    ShareRecord,
    SwitchRecord,
    WorthRecord,
)
from roi.responses import Over, Responses, Switch
from roi.simulation import Run
from roi.uncertainty import Learning, Uncertainty, Worth, subject
from roi.what_if import chance_of_beating, dominates

OVER: tuple[Over, ...] = ("users", "years", "changes_per_year")


def records(run: Run, found: Uncertainty, switches: Sequence[Switch]) -> dict[str, Any]:
    """Fields of a `Decision`, by name."""
    option = subject(run).id
    return {
        "evpi": found.evpi,
        "evpi_se": found.evpi_error,
        "evppi": [_worth(one) for one in (*found.evppi, *found.groups)],
        "evsi": [_learning(one) for one in found.learning],
        "tornado": [BarRecord(option=option, **vars(bar)) for bar in found.tornado],
        "switching_values": [_switch(one) for one in switches],
        "variance_shares": [
            ShareRecord(
                option=option, name=one.name, members=list(one.members), first=one.first, total=one.total
            )
            for one in found.variance
        ],
    }


def _worth(one: Worth) -> WorthRecord:
    event = one.name.endswith(".abandon")
    return WorthRecord(
        name=one.name,
        kind="group" if len(one.members) > 1 else "event" if event else "input",
        members=list(one.members),
        value=one.value,
        se=one.error,
        is_noise=one.is_noise,
    )


def _learning(one: Learning) -> LearningRecord:
    pilot = is_pilot(one)
    return LearningRecord(
        **{name: value for name, value in vars(one).items() if name not in ("members", "error")},
        members=list(one.members),
        se=one.error,
        kind="pilot" if pilot else "desk",
        option=one.name.rpartition(".")[0] if pilot else None,
        net=one.net,
    )


def _switch(one: Switch) -> SwitchRecord:
    none = one.value is None
    return SwitchRecord(
        name=one.name,
        low=one.low,
        now=one.now,
        high=one.high,
        value=one.value,
        se=None if none else one.error,
        to=None if none else one.to,
        above=None if none else one.rising,
    )


def compared(run: Run, responses: Responses) -> ComparisonRecord:
    """Every option against every other."""
    winners = responses.map()
    return ComparisonRecord(
        pairs=list(_pairs(run)),
        crossovers=[CrossoverRecord(**vars(one)) for one in _crossovers(run, responses)],
        map=MapRecord(
            users=list(winners.users),
            years=list(winners.years),
            winners=[list(row) for row in winners.winners],
        ),
    )


def _pairs(run: Run) -> Iterator[PairRecord]:
    ids = list(run.results)
    chances = chance_of_beating([result.draws.npv for result in run.results.values()])
    for i, one in enumerate(ids):
        for j, other in enumerate(ids):
            if i != j:
                order = dominates(run.results[one].draws.npv, run.results[other].draws.npv)
                yield PairRecord(one=one, other=other, p=float(chances[i, j]), dominance=order)


def _crossovers(run: Run, responses: Responses) -> Iterator[Any]:
    """The best purchase, else the best change, against each other option."""
    one = subject(run).id
    for over in OVER:
        for other in run.results:
            found = None if other == one else responses.crossover(over, one, other)
            if found is not None:
                yield found
