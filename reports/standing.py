"""How the options stand towards each other: who leads on average, and what the verdict makes of it.

What comes in: a `Decision`. What goes out: a `Standing`, so that no section recommends what the verdict does
not.
"""

from __future__ import annotations

from dataclasses import dataclass

from assessment.decision import Decision, OptionResult

CHOSEN = ("pilot", "stay", "do_not_invest", "stage", "invest")  # outcomes that choose an option


@dataclass(frozen=True)
class Standing:
    """Who leads, and who is recommended.

    Attributes:
        best: the highest mean NPV.
        rival: the next best by mean NPV.
        recommended: what is to be done or tried; None where something else comes first.
        subject: whose benefits, costs and risks the report shows: the purchase in question, else the best
            change; None where nothing but going on as today can be had.
    """

    best: OptionResult
    rival: OptionResult | None
    recommended: OptionResult | None
    subject: OptionResult | None

    @classmethod
    def of(cls, decision: Decision) -> Standing:
        """The standing of a decision that has options."""
        verdict = decision.verdict
        ranked = sorted(decision.options, key=lambda option: -option.npv.mean)
        by_id = {option.id: option for option in ranked}
        changes = [
            option.id for option in ranked if option.kind != "status_quo" and option.id not in verdict.failed
        ]
        bought = verdict.purchase if verdict.option == verdict.without else verdict.option
        subject = bought or next(iter(changes), None)
        return cls(
            ranked[0],
            next(iter(ranked[1:]), None),
            by_id[verdict.option] if verdict.option and verdict.outcome in CHOSEN else None,
            by_id[subject] if subject else None,
        )

    @property
    def shown(self) -> OptionResult | None:
        """The option whose figures stand in front: the recommended one, or the one in question."""
        if self.recommended is not None and self.recommended.kind != "status_quo":
            return self.recommended
        return self.subject

    @property
    def is_chosen(self) -> bool:
        """Whether the report shows what is recommended, and not what one would buy if one did."""
        return self.subject is self.recommended
