"""A whole run: draws, cash flows, measures, statistics and comparison of the options.

What comes in: a complete `Model`. What goes out: a `Run`, everything the report and the JSON print about
money. The same model gives the same run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from roi.distributions import Array, probabilities
from roi.engine import CashFlow, cash_flow, missing_inputs
from roi.measures import Measures, joined, measure, net_present_value
from roi.model import Model, Option
from roi.sampling import REPLICATES, Sampler, first_of_each
from roi.statistics import share

IRR_DRAWS = 4096  # whose internal rate, the dearest measure, and path are computed: as many of each scramble
BLOCK = 2048  # draws worked on together, so that a line's months × draws stay in the processor's cache

# The C library of Linux gives a block's arrays back to the system one by one and fetches them anew, until it
# has seen a larger one come and go. This one is never touched, so it costs nothing.
np.empty(30 * 2**20, dtype=np.uint8)


class IncompleteModelError(ValueError):
    """A model some of whose lines lack an input; `names` says which."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        super().__init__("missing: " + ", ".join(sorted(names)))


@dataclass(frozen=True)
class Result:
    """One option's part of a run.

    Attributes:
        option: which.
        draws: its measures, one value per draw.
        likely: its measures at the most likely inputs, one value each.
        likely_flow: its cash flow there, line by line.
        break_even_adoption: adoption at which NPV at the most likely inputs is 0; None if there is none.
        p_npv_positive: share of draws with NPV > 0.
        p_best: share of draws in which no other option has a higher NPV, and its standard error.
        expected_loss: mean of what the best option of each draw would have brought more.
    """

    option: Option
    draws: Measures
    likely: Measures
    likely_flow: CashFlow
    break_even_adoption: float | None
    p_npv_positive: float
    p_best: tuple[float, float]
    expected_loss: float


@dataclass(frozen=True)
class Run:
    """What a model comes to.

    Attributes:
        model: which.
        results: by option id, in the model's order.
        draws: how many there really were: 1 if every input is fixed.
        inputs: values of uncertain inputs, and 0 or 1 of events, by name, shape (draws,).
    """

    model: Model
    results: Mapping[str, Result]
    draws: int
    inputs: Mapping[str, Array]

    @property
    def npv(self) -> Array:
        """NPV of every option, in the model's order, shape (draws, options)."""
        return np.stack([result.draws.npv for result in self.results.values()], axis=1)


def nobody_watches(_: float) -> None:
    """Where no progress is shown."""


def run(model: Model, progress: Callable[[float], None] = nobody_watches) -> Run:
    """Draw, compute, compare.

    Args:
        model: complete.
        progress: called now and then with the share that is done.

    Raises:
        IncompleteModelError: if a line lacks an input.
        CorrelationError: if the pairwise correlations cannot be.
        SelfCheckError: if the results do not add up.
    """
    missing = missing_inputs(model)
    if missing:
        raise IncompleteModelError(missing)
    sampler = Sampler(model)
    sampler.check()
    inputs = _drawn(sampler)
    draws = model.draws if inputs else 1
    parts: dict[str, list[Measures]] = {option.id: [] for option in model.options}
    chosen = np.zeros(draws, dtype=np.bool_)
    chosen[first_of_each(draws, IRR_DRAWS)] = True
    for first in range(0, draws, BLOCK):
        block = {name: values[first : first + BLOCK] for name, values in inputs.items()}
        for option in model.options:
            flow = cash_flow(model, option, block)
            some = chosen[first : first + BLOCK]
            parts[option.id].append(measure(flow, model, len(some), some))
        progress(min(first + BLOCK, draws) / draws)
    drawn = {option: joined(blocks) for option, blocks in parts.items()}
    npv = np.stack([measures.npv for measures in drawn.values()])
    best, winner = npv.max(axis=0), npv.argmax(axis=0)
    results = {}
    for place, option in enumerate(model.options):
        flow = cash_flow(model, option)
        results[option.id] = Result(
            option,
            drawn[option.id],
            measure(flow, model),
            flow,
            break_even_adoption(model, option),
            share(npv[place] > 0)[0],
            share(winner == place),
            float((best - npv[place]).mean()),
        )
    return Run(model, results, draws, inputs)


def npv_of(model: Model) -> Array:
    """NPV of every option on every draw, and nothing else: shape (draws, options).

    Draws are made when they are needed, so that memory does not grow with them but by the result.
    """
    sampler = Sampler(model)
    draws = model.draws if sampler.loadings else 1
    found = np.empty((draws, len(model.options)))
    first = 0
    for block in _blocks(sampler) if draws > 1 else [{}]:
        size = len(next(iter(block.values()), [0]))
        for place, option in enumerate(model.options):
            found[first : first + size, place] = net_present_value(cash_flow(model, option, block), model)
        first += size
    return found


def _blocks(sampler: Sampler) -> Iterator[dict[str, Array]]:
    """Values of every uncertain input and event, replicate after replicate, about `BLOCK` draws at a time."""
    each = sampler.model.draws // REPLICATES
    part = 1 << (min(each, BLOCK).bit_length() - 1)  # points come in powers of two
    together = max(BLOCK // each, 1)
    for replicate in range(0, REPLICATES, together):
        for first in range(0, each, part):
            drawn = [
                values_of(sampler, sampler.scores(one, first, part))
                for one in range(replicate, min(replicate + together, REPLICATES))
            ]
            yield {name: np.concatenate([values[name] for values in drawn]) for name in drawn[0]}


def _drawn(sampler: Sampler) -> dict[str, Array]:
    """All of them at once, shape (draws,)."""
    if not sampler.loadings:
        return {}
    blocks = list(_blocks(sampler))
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def values_of(sampler: Sampler, scores: Mapping[str, Array]) -> dict[str, Array]:
    """Values of inputs, and 1 or 0 for events, from their scores."""
    values = {name: item.at(scores[name]) for name, item in sampler.inputs.items()}
    for option in sampler.model.options:
        event = f"{option.id}.abandon"
        if event in scores:
            given_up = probabilities(scores[event]) < option.abandon_probability
            values[event] = given_up.astype(float)
    return values


def _npv_at(model: Model, option: Option, adoptions: Array) -> Array:
    """NPV at the most likely inputs for each adoption, shape (adoptions,)."""
    name = option.answers["adoption"].name
    return net_present_value(cash_flow(model, option, {name: adoptions}), model)


def break_even_adoption(model: Model, option: Option) -> float | None:
    """The adoption in 0–1 at which NPV at the most likely inputs is 0; None if there is none.

    Where NPV crosses 0 more than once, the lowest. Found on a grid of hundredths, refined to 1e-12.
    """
    if option.kind == "status_quo":
        return None
    grid = np.linspace(0, 1, 101)
    for _ in range(6):
        npv = _npv_at(model, option, grid)
        crosses = np.flatnonzero(np.sign(npv[:-1]) * np.sign(npv[1:]) <= 0)
        if crosses.size == 0 or not npv.any():
            return None
        first = crosses[0]
        grid = np.linspace(grid[first], grid[first + 1], 101)
    return float(grid[50])
