"""The same NPVs computed otherwise: so that one sees what they rest on.

What comes in: a run. What goes out: `VariantRecord`s: another horizon, effects that fail independently,
without the lines that rest on guesses or defaults, a shared sheet that does nothing, and the adjustment for
risk that some studies use.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

import numpy as np

from assessment.said import SpreadRecord, VariantRecord
from roi.distributions import Array
from roi.engine import needs_by_line, parameters
from roi.expressions import parsed
from roi.model import Assumption, Model, Option
from roi.quantities import EFFECTS
from roi.responses import Responses
from roi.sampling import first_of_each
from roi.simulation import Run, npv_of

FEWER_DRAWS = 4096
HORIZONS = (3, 5)  # years at which the result is shown beside the case's own


def spread(draws: Array) -> SpreadRecord:
    """Mean, span and chance of a loss of some money."""
    low, high = np.quantile(draws, [0.05, 0.95])
    return SpreadRecord(
        mean=float(draws.mean()), p5=float(low), p95=float(high), p_loss=float((draws < 0).mean())
    )


def foundation(model: Model, option: Option, line: str) -> list[Assumption]:
    """What a benefit line rests on: its effects, or where it has none the number it begins with."""
    own = {extra.id: extra.monthly for extra in model.extra}
    amount = own.get(line)
    if isinstance(amount, Assumption):
        return [amount]
    stated = sorted(parsed(amount).names) if amount is not None else list(parameters(line)[:1])
    names = sorted(needs_by_line(model, option)[line] & EFFECTS) or stated
    return [model.input_of(option, name) for name in names]


def is_guess(item: Assumption) -> bool:
    """Whether nobody said where a number comes from, or called it a guess."""
    return item.source is None or item.source.kind == "guess"


def rests_on_guesses(items: Collection[Assumption]) -> bool:
    """Whether there is nothing but guesses behind a line."""
    return all(map(is_guess, items))


def rests_on_defaults(items: Collection[Assumption]) -> bool:
    """Whether a line would not be what it is without a default of the tool or a guess."""
    return any(item.is_default or is_guess(item) for item in items)


def lines_where(run: Run, option: Option, test: Callable[[Collection[Assumption]], bool]) -> list[str]:
    """Benefit lines of an option whose foundation passes a test."""
    lines = run.results[option.id].draws.by_line
    return [line for line in lines if test(foundation(run.model, option, line))]


def npv_without(run: Run, lines: dict[str, list[str]]) -> Array:
    """NPV without some benefit lines of each option, shape (draws, options)."""
    columns = [
        result.draws.npv - sum((result.draws.by_line[line] for line in lines.get(name, ())), np.zeros(1))
        for name, result in run.results.items()
    ]
    return np.stack(columns, axis=1)


def npv_with_idle_sheet(run: Run) -> Array:
    """NPV if the shared sheet had no effect at all: its costs stay. Shape (draws, options)."""
    idle = {}
    for name, result in run.results.items():
        if result.option.kind == "spreadsheet":
            needed = needs_by_line(run.model, result.option)
            idle[name] = [line for line in result.draws.by_line if "fit" in needed[line]]
    return npv_without(run, idle)


def variants(
    run: Run, responses: Responses, adjustment: tuple[float, float] | None
) -> Iterator[VariantRecord]:
    """All of them.

    Args:
        run: of the model.
        responses: of the run.
        adjustment: by which share benefits are lowered and costs raised; None for no such view.
    """
    ids = [option.id for option in run.model.options]

    def record(name: str, npv: Array, lines: Collection[str] = ()) -> VariantRecord:
        best = ids[int(npv.mean(axis=0).argmax())]
        return VariantRecord(
            name=name,
            npv={identifier: spread(npv[:, place]) for place, identifier in enumerate(ids)},
            best=best,
            lines=sorted(lines),
        )

    for years in HORIZONS:
        means = responses.by_years[years - 1]
        yield VariantRecord(
            name=f"years_{years}",
            npv={
                identifier: SpreadRecord(mean=float(mean))
                for identifier, mean in zip(ids, means, strict=True)
            },
            best=ids[int(means.argmax())],
        )
    yield record("independent_effects", _independent(run))
    tests = {"without_guesses": rests_on_guesses, "without_defaults": rests_on_defaults}
    for name, test in tests.items():
        lines = {option.id: lines_where(run, option, test) for option in run.model.options}
        yield record(name, npv_without(run, lines), set().union(*lines.values()))
    yield record("sheet_without_effect", npv_with_idle_sheet(run))
    if adjustment is not None:
        lowered, raised = adjustment
        columns = [
            (1 - lowered) * result.draws.pv_benefits - (1 + raised) * result.draws.pv_costs
            for result in run.results.values()
        ]
        yield record("risk_adjusted", np.stack(columns, axis=1))


def _independent(run: Run) -> Array:
    """NPV if effects and adoptions had no common cause, shape (draws, options).

    Computed on fewer draws, and moved by what those miss of the mean of all draws as they are.
    """
    if run.draws == 1:
        return run.npv
    some = first_of_each(run.draws, FEWER_DRAWS)
    found = npv_of(replace(run.model, effect_correlation=0.0, draws=some.size))
    return np.asarray(found + run.npv.mean(axis=0) - run.npv[some].mean(axis=0))
