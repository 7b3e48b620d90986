"""Price and contract: what there is to negotiate with each purchase, and what it is worth.

What comes in: a case and its run. What goes out: `TermsRecord`s. A price that just pays is the one at which
the purchase's mean NPV equals that of the best way without one; everything else stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from assessment.case import Case
from assessment.records import Record
from roi.engine import cash_flow
from roi.measures import present_values
from roi.model import WITHOUT_PURCHASE, Option, Values
from roi.simulation import Run


class TermsRecord(Record):
    """What there is to negotiate with one purchase; money is mean present value.

    Attributes:
        option: which.
        lines: its contract lines: what is paid for as long as the contract runs.
        price: what they cost.
        bearable: the price at which it would do just as well as the best way without a purchase, as a
            multiple of the price now; negative where it would not even if given away; None without a price.
        uplift: what the yearly rise of the price costs; None where the case states none.
        exit: what leaving costs, with its probability.
        term_months: of the contract; None where the case states no contract.
        notice_months: likewise.
        export: whether the vendor hands out the data; None where the case does not say.
        systems: that have to be connected.
    """

    option: str
    lines: list[str]
    price: float
    bearable: float | None
    uplift: float | None
    exit: float
    term_months: float | None
    notice_months: float | None
    export: str | None
    systems: list[str]


def terms(case: Case, run: Run) -> Iterator[TermsRecord]:
    """Every purchase of a case."""
    means = {name: float(result.draws.npv.mean()) for name, result in run.results.items()}
    without = max(means[option.id] for option in run.model.options if option.kind in WITHOUT_PURCHASE)
    stated = {option.id: option for option in case.options}
    for option in run.model.options:
        if option.kind in WITHOUT_PURCHASE:
            continue
        lines = [line for line in option.costs if line.when == "contract" and not line.in_hours]
        price = _paid(run, option, [line.id for line in lines])
        rising = {line.uplift.name: np.zeros(1) for line in lines if line.uplift is not None}
        level = _paid(run, option, [line.id for line in lines], rising)
        contract = stated[option.id].contract
        yield TermsRecord(
            option=option.id,
            lines=[line.id for line in lines],
            price=price,
            bearable=1 + (means[option.id] - without) / price if price else None,
            uplift=price - level if rising else None,
            exit=_paid(run, option, [line.id for line in option.costs if line.when == "exit"]),
            term_months=contract.term_months if contract else None,
            notice_months=contract.notice_months if contract else None,
            export=stated[option.id].capabilities.get("data_export"),
            systems=case.organisation.systems,
        )


def _paid(run: Run, option: Option, lines: list[str], settings: Values | None = None) -> float:
    """Mean present value of some cost lines, with inputs set if need be."""
    if not lines:
        return 0.0
    flow = cash_flow(run.model, option, {**run.inputs, **(settings or {})}, frozenset(lines))
    return -float(sum(np.mean(found) for found in present_values(flow, run.model).values()))
