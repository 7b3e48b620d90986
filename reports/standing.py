"""How the options stand towards each other, by mean NPV.

What comes in: a `Decision`. What goes out: a `Standing`: the best option, the best one without a purchase,
the best purchase, and how clear the lead is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assessment.decision import Decision, OptionResult
from roi.model import WITHOUT_PURCHASE

TIE = (0.4, 0.6)  # chances of being best that are called a tie (docs: ASSESSMENT, Verdict)


@dataclass(frozen=True)
class Standing:
    """Who leads.

    Attributes:
        best: the highest mean NPV.
        without: the best of those that buy nothing.
        purchase: the best of those that do; None where none is compared.
        subject: whose benefits, costs and risks the report shows: the purchase, else the best change at all.
        rival: the next best by mean NPV.
        lead: `clear`, a `tie`, or `open` where the best is not even likely to be best.
    """

    best: OptionResult
    without: OptionResult
    purchase: OptionResult | None
    subject: OptionResult | None
    rival: OptionResult | None
    lead: Literal["clear", "tie", "open"]

    @classmethod
    def of(cls, decision: Decision) -> Standing:
        """The standing of a decision that has options."""
        ranked = sorted(decision.options, key=lambda option: -option.npv.mean)
        without = next(option for option in ranked if option.kind in WITHOUT_PURCHASE)
        purchase = next((option for option in ranked if option.kind not in WITHOUT_PURCHASE), None)
        others = [option for option in ranked if option.kind != "status_quo"]
        best = ranked[0]
        low, high = TIE
        lead: Literal["clear", "tie", "open"] = (
            "clear" if best.p_best > high or len(ranked) == 1 else "tie" if best.p_best >= low else "open"
        )
        return cls(
            best, without, purchase, purchase or next(iter(others), None), next(iter(ranked[1:]), None), lead
        )

    @property
    def outcome(self) -> Literal["purchase", "sheet", "today"]:
        """What kind of option leads."""
        if self.best is self.purchase:
            return "purchase"
        return "today" if self.best.kind == "status_quo" else "sheet"
