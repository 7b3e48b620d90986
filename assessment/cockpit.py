"""The indicators to watch, with today's value and the one the model counts on.

What comes in: a `Draft`. What goes out: `TargetRecord`s: of the indicators of the worst pains, then of the
benefit lines that bring most. Nothing is promised beyond the model: a target is today's value moved by the
effect as stated, times how well the option fits and how many will use it, once the ramp is over.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Literal

from assessment import bank
from assessment.draft import Draft
from assessment.planned import NumberKind, TargetRecord
from roi.quantities import QUANTITIES

LINES = 3  # that bring most
How = Literal["rise", "fall", "more", "less"]
HOW: dict[str, How] = {  # an effect moves its baseline
    "lead_to_opportunity_gain": "rise",
    "opportunity_to_win_gain": "rise",
    "repeat_uplift": "rise",
    "order_value_uplift": "rise",
    "cycle_reduction": "fall",
    "waste_reduction": "fall",
    "lost_share_reduction": "fall",
    "forecast_error_reduction": "fall",
    "churn_reduction": "less",
    "hours_saved_per_user_day": "less",
    "manager_hours_saved_per_month": "less",
    "ramp_months_saved": "less",
    "collection_days_saved": "less",
    "opportunities_captured_per_year": "more",
}
MOVED: dict[How, Callable[[float, float], float]] = {
    "rise": lambda now, change: now * (1 + change),
    "fall": lambda now, change: now * (1 - change),
    "more": lambda now, change: now + change,
    "less": lambda now, change: now - change,
}


def cockpit(draft: Draft) -> list[TargetRecord]:
    """The indicators to watch, each once."""
    known, pains = bank.kpis(), draft.worst
    benefits = draft.purchase.benefits if draft.purchase else {}
    largest = sorted(benefits, key=lambda line: -benefits[line].mean)[:LINES]
    of_lines = [kpi.id for line in largest for kpi in known.values() if kpi.line == line and kpi.target]
    return [
        _target(draft, kpi, [pain.id for pain in pains if pain.kpi == kpi.id])
        for kpi in (known[name] for name in dict.fromkeys([*(pain.kpi for pain in pains), *of_lines]))
    ]


def _target(draft: Draft, kpi: bank.Kpi, pains: list[str]) -> TargetRecord:
    """One indicator: a range where the effect is one."""
    baseline = draft.input(kpi.baseline) if kpi.baseline else None
    effect = draft.input(kpi.target) if kpi.target else None
    found = TargetRecord(kpi=kpi.id, pains=pains, line=kpi.line, baseline=baseline.key if baseline else None)
    if draft.purchase is None or kpi.target is None or effect is None:
        return found
    how = HOW[kpi.target]
    arrives = {name: draft.likely(name) for name in ("fit", "adoption")}
    if kpi.target == "lead_to_opportunity_gain":  # more opportunities only where there is time for them
        arrives["capacity_limited_share"] = 1 - draft.likely("capacity_limited_share")
    changes = [number * prod(arrives.values()) for number in effect.numbers]
    kind: NumberKind = "share" if how in ("rise", "fall") else "quantity"
    unit = "1" if kind == "share" else effect.unit
    change = _goal(draft, f"change.{kpi.id}", kind, unit, changes, effect.key, *map(draft.key, arrives))
    found = found.model_copy(update={"change": change, "how": how})
    if baseline is None or baseline.value is None or kpi.baseline is None:
        return found
    now, domain = baseline.value, QUANTITIES[kpi.baseline]
    values = [min(max(MOVED[how](now, one), domain.low), domain.high) for one in changes]
    kind = "share" if baseline.kind == "share" else "quantity"
    target = _goal(draft, f"target.{kpi.id}", kind, baseline.unit, values, baseline.key, change)
    return found.model_copy(update={"target": target})


def _goal(
    draft: Draft, name: str, kind: NumberKind, unit: str, values: list[float], *inputs: str | None
) -> str:
    """A range, lowest first, in three digits, as goals are said."""
    said = tuple(sorted(float(f"{value:.3g}") for value in values))
    formula = f"kpi_{name.partition('.')[0]}"
    return draft.put(name, kind, said[len(said) // 2], *inputs, unit=unit, formula=formula, numbers=said)
