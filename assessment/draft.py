"""What every part of the plan is written from: the case, its decision, and the numbers put down so far.

What comes in: a `Case` and its `Decision`, which has no plan yet. What goes out: `Draft`, which finds figures
by plain names and keeps the numbers that are no figure yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from assessment.case import Case, StatedOption
from assessment.decision import CostRecord, Decision, OptionResult
from assessment.diagnosed import PainRecord
from assessment.figures import Figure, Figures
from assessment.planned import NumberKind, NumberRecord, Sentence
from roi.formulas import MONTHS_PER_YEAR
from roi.model import WITHOUT_PURCHASE, Category

WEEKS_PER_MONTH = 52 / MONTHS_PER_YEAR
GO = ("pilot", "stage", "invest")  # outcomes at which something is tried or bought now


@dataclass(frozen=True)
class Draft:
    """A plan in the making."""

    case: Case
    decision: Decision
    numbers: dict[str, NumberRecord] = field(default_factory=dict)

    @cached_property
    def figures(self) -> Figures:
        """Every figure but the plan's own."""
        return Figures(self.decision)

    @cached_property
    def purchase(self) -> OptionResult | None:
        """What the plan is about: the option to try, else the best purchase; None where there is none."""
        verdict = self.decision.verdict
        name = verdict.option if verdict.outcome == "pilot" else verdict.purchase
        return self.decision.option(name) if name else None

    @property
    def stated(self) -> StatedOption | None:
        """What the company said of it."""
        return next((one for one in self.case.options if self.purchase and one.id == self.purchase.id), None)

    @cached_property
    def worst(self) -> list[PainRecord]:
        """The worst pains, worst first."""
        diagnosis = self.decision.diagnosis
        known = {pain.id: pain for pain in diagnosis.pains} if diagnosis else {}
        return [known[name] for name in diagnosis.worst] if diagnosis else []

    @property
    def purchases(self) -> list[OptionResult]:
        """Everything that could be bought."""
        failed = self.decision.verdict.failed
        return [
            one for one in self.decision.options if one.kind not in WITHOUT_PURCHASE and one.id not in failed
        ]

    def costs_of(self, category: Category) -> list[CostRecord]:
        """The purchase's cost lines of a category."""
        own = self.purchase.id if self.purchase else None
        return [line for line in self.decision.costs if line.option == own and line.category == category]

    @cached_property
    def inputs(self) -> frozenset[str]:
        """Names of every stated number in use."""
        return frozenset(item.name for item in self.decision.assumptions)

    def input(self, name: str) -> Figure | None:
        """A stated number by its plain name, as the purchase has it, else the case."""
        own = f"{self.purchase.id}.{name}" if self.purchase else name
        full = own if own in self.inputs else name
        return self.figures[f"input.{full}"] if full in self.inputs else None

    def key(self, name: str) -> str | None:
        """Its key; None where nothing rests on it."""
        found = self.input(name)
        return found.key if found else None

    def likely(self, name: str, otherwise: float = 0.0) -> float:
        """The likely value of a stated number."""
        found = self.input(name)
        return otherwise if found is None or found.value is None else found.value

    def put(
        self,
        name: str,
        kind: NumberKind,
        value: float,
        *inputs: str | None,
        unit: str = "",
        formula: str = "",
        numbers: tuple[float, ...] = (),
    ) -> str:
        """Put a number down; its key."""
        key = f"plan.{name}"
        made_of = [one for one in inputs if one]
        self.numbers[key] = NumberRecord(
            key=key, kind=kind, value=value, inputs=made_of, unit=unit, formula=formula, numbers=list(numbers)
        )
        return key

    def say(self, code: str, *options: str, **figures: str) -> Sentence:
        """A sentence on options of the decision, named by their part in it, with figures."""
        parts = {"purchase": self.purchase and self.purchase.id, "without": self.decision.verdict.without}
        named = {name: found for name in options if (found := parts[name])}
        return Sentence(code=code, figures=figures, options=named)
