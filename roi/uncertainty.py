"""What the uncertainty of a whole run says.

What comes in: a `Run`. What goes out: an `Uncertainty`: what it would be worth to know each input, and what
moves the best purchase. The methods are in `roi.sensitivity` and `roi.what_if`; here they only meet the
model's names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from roi.distributions import Array, scores
from roi.engine import cash_flow
from roi.measures import net_present_value
from roi.model import WITHOUT_PURCHASE, Model, Option
from roi.quantities import EFFECTS
from roi.sampling import COMMON, Sampler
from roi.sensitivity import evpi, evppi_of_group, evppi_with_errors, sobol_indices
from roi.simulation import Run, values_of
from roi.what_if import Bar, tornado

INDEX_DRAWS = 512  # times the number of groups, for the shares of variance


@dataclass(frozen=True)
class Worth:
    """What knowing something perfectly would be worth, in money, with its standard error."""

    name: str
    value: float
    error: float

    @property
    def is_noise(self) -> bool:
        """Whether the value cannot be told from nothing."""
        return self.value <= 2 * self.error


@dataclass(frozen=True)
class VarianceShare:
    """Shares of the variance of the best purchase's NPV: by itself, and with all that it interacts with."""

    name: str
    members: tuple[str, ...]
    first: float
    total: float


@dataclass(frozen=True)
class Uncertainty:
    """All of it; lists are sorted, the most important first."""

    evpi: float
    evppi: tuple[Worth, ...]
    groups: tuple[Worth, ...]
    tornado: tuple[Bar, ...]
    variance: tuple[VarianceShare, ...]


def best_of(run: Run, *, bought: bool) -> Option | None:
    """The option with the highest mean NPV among purchases, or among the ways of going without."""
    chosen = [
        result for result in run.results.values() if (result.option.kind not in WITHOUT_PURCHASE) == bought
    ]
    best = max(chosen, key=lambda result: float(result.draws.npv.mean()), default=None)
    return None if best is None else best.option


def uncertainty(run: Run) -> Uncertainty:
    """What the uncertainty of a run says."""
    names = list(run.inputs)
    if not names:
        return Uncertainty(0.0, (), (), (), ())
    npv, columns = run.npv, np.stack([run.inputs[name] for name in names], axis=1)
    single = evppi_with_errors(columns, npv)
    option = best_of(run, bought=True)
    return Uncertainty(
        evpi=evpi(npv),
        evppi=_sorted(Worth(name, *map(float, pair)) for name, *pair in zip(names, *single, strict=True)),
        groups=_sorted(_group_worth(name, members, run) for name, members in groups(run.model).items()),
        tornado=() if option is None else tuple(tornado(run.model, option)),
        variance=() if option is None else tuple(_variance(run.model, option)),
    )


def _sorted(worths: Iterable[Worth]) -> tuple[Worth, ...]:
    return tuple(sorted(worths, key=lambda worth: (-worth.value, worth.name)))


def groups(model: Model) -> dict[str, list[str]]:
    """Inputs worth knowing together: each question across options, all effects and adoptions, pairs."""
    inputs = list(Sampler(model).inputs)
    questions: dict[str, list[str]] = {}
    for name in inputs:
        option, _, question = name.rpartition(".")
        if option:
            questions.setdefault(f"@{question}", []).append(name)
    found = {question: members for question, members in questions.items() if len(members) > 1}
    found[COMMON] = [name for name in inputs if name.rpartition(".")[2] in EFFECTS | {"adoption"}]
    for pair in model.correlations:
        found[" – ".join(pair.between)] = [name for name in pair.between if name in inputs]
    return {name: members for name, members in found.items() if len(members) > 1}


def _group_worth(name: str, members: list[str], run: Run) -> Worth:
    columns = np.stack([run.inputs[member] for member in members], axis=1)
    return Worth(name, *evppi_of_group(columns, run.npv))


def _variance(model: Model, option: Option) -> Iterator[VarianceShare]:
    """Shares of the variance of one option's NPV, of inputs and of groups that hang together."""
    sampler = Sampler(model)
    noises = sampler.noises
    together = _hang_together(sampler)

    def npv(uniforms: Array) -> Array:
        drawn = scores(uniforms)
        values = values_of(
            sampler, sampler.mixed({name: drawn[:, place] for place, name in enumerate(noises)})
        )
        found = net_present_value(cash_flow(model, option, values), model)
        return np.broadcast_to(found, (len(uniforms),))

    places = {name: place for place, name in enumerate(noises)}
    wanted = [[places[name] for name in members] for members in together.values()]
    indices = sobol_indices(npv, len(noises), INDEX_DRAWS, wanted, model.seed)
    found = [
        VarianceShare(
            name, tuple(member for member in members if "@" not in member), float(first), float(total)
        )
        for (name, members), first, total in zip(together.items(), *indices, strict=True)
    ]
    yield from sorted(
        (share for share in found if share.total > 0), key=lambda share: (-share.total, share.name)
    )


def _hang_together(sampler: Sampler) -> dict[str, list[str]]:
    """Noises by what they belong to: the common cause, a question, correlated inputs, an input."""
    belongs: dict[str, str] = {}
    for name, loading in sampler.loadings.items():
        belongs[name] = COMMON if loading.common else loading.question or name
        if loading.question:
            belongs[loading.question] = belongs[name]
    for pair in sampler.model.correlations:
        one, other = (belongs.get(name) for name in pair.between)
        if one and other:
            belongs = {
                name: min(one, other) if group in (one, other) else group for name, group in belongs.items()
            }
    if COMMON in sampler.noises:
        belongs[COMMON] = belongs.get(COMMON, COMMON)
    found: dict[str, list[str]] = {}
    for name in sampler.noises:
        found.setdefault(belongs.get(name, name), []).append(name)
    return found
