"""The printable numbers of the pains.

What comes in: a `Decision`. What goes out: `Figure`s by key:

- `pain.<id>.times`, `.cost`, `.annual`
- `pain.<id>.at_stake` (and `.p5`, `.p95`): what its benefit line is worth a year with the purchase
- `pains.total`, `pains.helpable`, `pains.overtakes`
- `capability.<id>.annual`, `kind.<id>.annual`: money of the pains that ask for it, or point to it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assessment.decision import Amount, Decision, Errors
from assessment.diagnosed import PainRecord
from assessment.figures import Figure


def diagnosis_figures(decision: Decision) -> Iterator[Figure]:
    """All of them."""
    found = decision.diagnosis
    if found is None:
        return
    for pain in found.pains:
        yield from _pain(decision, pain)
    every = _annual(pain.id for pain in found.pains)
    yield Figure("pains.total", "money", found.total, "pains_total", every)
    yield Figure("pains.helpable", "share", found.helpable, "pains_helpable", every)
    if found.overtakes is not None:
        last = _annual(found.worst[-1:])
        yield Figure("pains.overtakes", "money", found.overtakes, "pains_overtakes", last)
    for wanted in found.capabilities:
        key, made_of = f"capability.{wanted.capability}.annual", _annual(wanted.pains)
        yield Figure(key, "money", wanted.annual, "capability_annual", made_of)
    for one in found.kinds:
        yield Figure(f"kind.{one.kind}.annual", "money", one.annual, "kind_annual", _annual(one.pains))


def _annual(pains: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"pain.{name}.annual" for name in pains)


def _pain(decision: Decision, pain: PainRecord) -> Iterator[Figure]:
    key, stake = f"pain.{pain.id}", pain.at_stake
    yield Figure(f"{key}.times", "count", pain.times_per_year, "pain_times")
    yield Figure(f"{key}.cost", "money", pain.cost_each, "pain_cost")
    yield Figure(f"{key}.annual", "money", pain.annual, "pain_annual", (f"{key}.times", f"{key}.cost"))
    if stake is None:
        return
    present = decision.option(stake.option).benefits[stake.line]
    a_year = _times(present, stake.mean / present.mean if present.mean else 0.0)
    behind = (f"{stake.option}.benefit.{stake.line}",)
    figure = Figure(
        f"{key}.at_stake", "money", stake.mean, "at_stake", behind, se=a_year.se.mean, statistics=a_year
    )
    yield from (figure, figure.at("p5"), figure.at("p95"))


def _times(amount: Amount, factor: float) -> Amount:
    """The statistics of a multiple."""

    def multiplied(values: dict[str, float | None]) -> dict[str, float | None]:
        return {name: None if value is None else factor * value for name, value in values.items()}

    return Amount.model_validate(
        {**multiplied(amount.model_dump(exclude={"se"})), "se": Errors(**multiplied(vars(amount.se)))}
    )
