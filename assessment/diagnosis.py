"""The pains: what each costs a year, which are the worst, and the chain from each to its cheapest remedy.

What comes in: what a case answers on pains, and what each benefit line is worth a year with the best
purchase. What goes out: a `DiagnosisRecord`. Texts, chains and bands are data, in `templates/questions/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import fsum
from typing import Any

import numpy as np

from assessment import bank
from assessment.bank import threshold
from assessment.case import Case, StatedPain, words
from assessment.diagnosed import DiagnosisRecord, KindRecord, PainRecord, StakeRecord, WantedRecord
from roi.distributions import Array
from roi.formulas import MONTHS_PER_YEAR
from roi.measures import monthly_factors
from roi.simulation import Run

TOLD = int(threshold("pains.told"))  # of the worst


def stakes(run: Run, option: str) -> dict[str, StakeRecord]:
    """What each benefit line of an option is worth a year: its present value, spread evenly."""
    a_year = MONTHS_PER_YEAR / monthly_factors(run.model)[1:].sum()
    by_line = run.results[option].draws.by_line
    return {line: _stake(option, line, a_year * draws) for line, draws in by_line.items()}


def _stake(option: str, line: str, draws: Array) -> StakeRecord:
    p5, p95 = np.quantile(draws, [0.05, 0.95])
    return StakeRecord(option=option, line=line, mean=draws.mean(), p5=p5, p95=p95)


def diagnose(case: Case, stakes: Mapping[str, StakeRecord]) -> DiagnosisRecord | None:
    """What the answers on pains come to; None if there are none.

    Args:
        case: what the company said.
        stakes: what each benefit line is worth a year; empty where nothing was computed or can be bought.
    """
    answers = case.answers.pains
    if not answers:
        return None
    stated = {name: answers[name] for name in bank.pains() if name in answers}
    found = [_pain(name, said, stakes) for name, said in stated.items() if isinstance(said, StatedPain)]
    pains = sorted((pain for pain in found if pain.times_per_year != 0), key=_least_first)
    told, runner_up = pains[:TOLD], next(iter(pains[TOLD:]), None)
    helped = [pain for pain in pains if pain.cure != "cannot"]
    total = _money(pains)
    return DiagnosisRecord(
        pains=pains,
        worst=[pain.id for pain in told],
        runner_up=runner_up.id if runner_up else None,
        overtakes=told[-1].annual if runner_up else None,
        unknown=[name for name, said in stated.items() if said == "dont_know"],
        total=total,
        helpable=_money(helped) / total if total else None,
        capabilities=[
            WantedRecord(capability=name, **wanted)
            for name, wanted in _wanted(helped, lambda pain: [pain.capability])
        ],
        kinds=[
            KindRecord(kind=name, **wanted)
            for name, wanted in _wanted(helped, lambda pain: bank.pains()[pain.id].kinds)
        ],
    )


def helpable(case: Case) -> float | None:
    """Share of the pains' money that a tool can cure or help; None where no pain has money."""
    found = diagnose(case, {})
    return None if found is None else found.helpable


def _pain(name: str, said: StatedPain, stakes: Mapping[str, StakeRecord]) -> PainRecord:
    pain = bank.pains()[name]
    line = bank.kpis()[pain.kpi].line
    times = _number("times_per_year", said.times_per_year)
    cost = _number("cost_each", said.cost_each)
    return PainRecord(
        id=name,
        group=pain.group,
        cause=pain.cause,
        step=pain.step,
        capability=pain.capability,
        kpi=pain.kpi,
        line=line,
        remedy=f"pains.pains.{name}.remedy",
        cure=pain.cure,
        times_per_year=times,
        cost_each=cost,
        annual=None if times is None or cost is None else times * cost,
        evidence=words(said.evidence),
        at_stake=stakes.get(line) if line else None,
    )


def _number(question: str, answer: float | str) -> float | None:
    """An answer in numbers: a band by its documented value, None for “don't know”."""
    if answer == "dont_know":
        return None
    return threshold(f"{question}.{answer}") if isinstance(answer, str) else answer


def _least_first(pain: PainRecord) -> tuple[bool, float]:
    """By money, most first; without money last. Equals stay in the order of the catalogue."""
    return pain.annual is None, -(pain.annual or 0.0)


def _money(pains: Iterable[PainRecord]) -> float:
    return fsum(pain.annual or 0.0 for pain in pains)


def _wanted(
    pains: Iterable[PainRecord], of: Callable[[PainRecord], Iterable[str]]
) -> list[tuple[str, dict[str, Any]]]:
    """What the pains ask for or point to, with them and their money, most first."""
    asking: dict[str, list[PainRecord]] = {}
    for pain in pains:
        for name in of(pain):
            asking.setdefault(name, []).append(pain)
    found = [
        (name, {"pains": [pain.id for pain in group], "annual": _money(group)})
        for name, group in asking.items()
    ]
    return sorted(found, key=lambda item: -item[1]["annual"])
