"""What the uncertainty of a whole run says.

What comes in: a `Run`. What goes out: an `Uncertainty`: what it would be worth to know each input, and what
moves the best purchase. The methods are in `roi.sensitivity` and `roi.what_if`; here they only meet the
model's names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from roi.distributions import Array, scores
from roi.engine import cash_flow
from roi.measures import net_present_value
from roi.model import WITHOUT_PURCHASE, Assumption, Learnable, Model, Option, Pilot, goes_by
from roi.quantities import EFFECTS, QUANTITIES
from roi.sampling import COMMON, Sampler
from roi.sensitivity import conditional_means, evpi, evpi_error, evppi_of_groups, evsi, sobol_indices
from roi.simulation import BLOCK, Run, values_of
from roi.what_if import Bar, tornado

INDEX_DRAWS = 512  # times the number of groups, for the shares of variance
WEEKS_PER_YEAR = 52
# Judgement, where a case does not say how much of an input's variance a measurement resolves: at the desk one
# reads records that exist, a pilot sees a few people for a few weeks.
DESK_RESOLVES, PILOT_RESOLVES = 0.8, 0.6
PILOT_TELLS = ("adoption", "ramp_months", "hours_saved_per_user_day", "entry_minutes_per_user_day")


@dataclass(frozen=True)
class Worth:
    """What knowing something perfectly would be worth, in money, with its standard error."""

    name: str
    members: tuple[str, ...]
    value: float
    error: float

    @property
    def is_noise(self) -> bool:
        """Whether the value cannot be told from nothing."""
        return self.value <= 2 * self.error


@dataclass(frozen=True)
class Learning:
    """What finding out is worth: a desk measurement of one input, or a pilot of an option.

    Attributes:
        name: the input's, or `<option>.pilot`.
        members: the inputs it tells about.
        resolves: share of their variance that it resolves.
        value: expected gain of deciding after it, money.
        error: its standard error at most: that of knowing its members fully.
        cost: what it takes, money.
        weeks: how long it takes.
        delay: gain forgone meanwhile, money.
    """

    name: str
    members: tuple[str, ...]
    resolves: float
    value: float
    error: float
    cost: float
    weeks: float
    delay: float

    @property
    def net(self) -> float:
        """Value less cost and delay."""
        return self.value - self.cost - self.delay


@dataclass(frozen=True)
class VarianceShare:
    """Shares of the variance of the best purchase's NPV: by itself, and with all that it interacts with."""

    name: str
    members: tuple[str, ...]
    first: float
    total: float


@dataclass(frozen=True)
class Uncertainty:
    """All of it; lists are sorted, the most important first.

    Attributes:
        evpi: what knowing everything would be worth.
        evpi_error: its standard error.
        evppi: each input and event.
        groups: what belongs together.
        learning: what can really be done about it, the most profitable first.
        tornado: of the best purchase, else of the best change.
        variance: of the same.
    """

    evpi: float
    evpi_error: float
    evppi: tuple[Worth, ...]
    groups: tuple[Worth, ...]
    learning: tuple[Learning, ...]
    tornado: tuple[Bar, ...]
    variance: tuple[VarianceShare, ...]


def best_of(run: Run, *, bought: bool) -> Option | None:
    """The option with the highest mean NPV among purchases, or among the ways of going without."""
    chosen = [
        result for result in run.results.values() if (result.option.kind not in WITHOUT_PURCHASE) == bought
    ]
    best = max(chosen, key=lambda result: float(result.draws.npv.mean()), default=None)
    return None if best is None else best.option


def subject(run: Run) -> Option:
    """Whose risks are looked at: the best purchase, else the best way of going without."""
    found = best_of(run, bought=True) or best_of(run, bought=False)
    assert found is not None, "a model has options"  # noqa: S101
    return found


def uncertainty(run: Run, *, shares: bool = True) -> Uncertainty:
    """What the uncertainty of a run says; with the shares of variance, or without any."""
    names = list(run.inputs)
    if not names:
        return Uncertainty(0.0, 0.0, (), (), (), (), ())
    option = subject(run)
    return Uncertainty(
        evpi=evpi(run.npv),
        evpi_error=evpi_error(run.npv),
        evppi=_worths({name: [name] for name in names}, run),
        groups=_worths(groups(run.model), run),
        learning=tuple(learning(run, run.npv)),
        tornado=tuple(tornado(run.model, option)),
        variance=tuple(_variance(run.model, option)) if shares else (),
    )


def learning(run: Run, npv: Array) -> list[Learning]:
    """What can be learnt before deciding, and what that is worth; the most profitable first.

    Args:
        run: of the model.
        npv: of every option, shape (draws, options); the run's, or with something changed.
    """
    inputs = Sampler(run.model).inputs
    means = npv.mean(axis=0)
    without = [option.kind in WITHOUT_PURCHASE for option in run.model.options]
    expected = float(means.max() - means[without].max(initial=-np.inf)) if any(without) else 0.0

    def found(name: str, members: list[str], plan: Learnable | Pilot, usual: float) -> Learning:
        resolves = usual if plan.resolves is None else plan.resolves
        delay = plan.weeks / WEEKS_PER_YEAR / run.model.years * expected
        columns = np.stack([run.inputs[member] for member in members], axis=1)
        ((worth, error),) = evppi_of_groups([columns], npv)
        value = evsi(conditional_means(columns, npv - npv[:, [means.argmax()]]), resolves)
        told = min(value, worth) if worth > 2 * error else 0.0
        return Learning(name, tuple(members), resolves, told, error, plan.cost, plan.weeks, delay)

    desk = [
        found(name, [name], item.learnable, DESK_RESOLVES)
        for name, item in inputs.items()
        if item.learnable is not None and item.learnable.how == "desk"
    ]
    trials = []
    for option in run.model.options:
        members = [name for name, item in inputs.items() if _tried(name, item, option)]
        if option.pilot is not None and members:
            trials.append(found(f"{option.id}.pilot", members, option.pilot, PILOT_RESOLVES))
    return sorted([*desk, *trials], key=lambda one: (-one.net, one.name))


def _tried(name: str, item: Assumption, option: Option) -> bool:
    """Whether a pilot of an option tells something about an input."""
    told = name.rpartition(".")[2] in PILOT_TELLS if item.learnable is None else item.learnable.how == "pilot"
    return told and goes_by(option, name)


def _worths(members: Mapping[str, list[str]], run: Run) -> tuple[Worth, ...]:
    """What it is worth to know each of some groups of inputs."""
    columns = (np.stack([run.inputs[name] for name in names], axis=1) for names in members.values())
    found = zip(members.items(), evppi_of_groups(columns, run.npv), strict=True)
    worths = (Worth(name, tuple(names), *pair) for (name, names), pair in found)
    return tuple(sorted(worths, key=lambda worth: (-worth.value, worth.name)))


def groups(model: Model) -> dict[str, list[str]]:
    """Inputs worth knowing together: each question across options, all effects and adoptions, pairs."""
    inputs = list(Sampler(model).inputs)
    questions: dict[str, list[str]] = {}
    for name in inputs:
        option, _, question = name.rpartition(".")
        if option and question in QUANTITIES:
            questions.setdefault(f"@{question}", []).append(name)
    found = {question: members for question, members in questions.items() if len(members) > 1}
    found[COMMON] = [name for name in inputs if name.rpartition(".")[2] in EFFECTS | {"adoption"}]
    for pair in model.correlations:
        found[" – ".join(pair.between)] = [name for name in pair.between if name in inputs]
    return {name: members for name, members in found.items() if len(members) > 1}


def _variance(model: Model, option: Option) -> Iterator[VarianceShare]:
    """Shares of the variance of one option's NPV, of inputs and of groups that hang together."""
    sampler = Sampler(model)
    noises = sampler.noises
    together = _hang_together(sampler)

    def npv(drawn: Array) -> Array:
        parts = []
        for first in range(0, len(drawn), BLOCK):
            block = drawn[first : first + BLOCK]
            mixed = sampler.mixed({name: block[:, place] for place, name in enumerate(noises)})
            found = net_present_value(cash_flow(model, option, values_of(sampler, mixed)), model)
            parts.append(np.broadcast_to(found, (len(block),)))
        return np.concatenate(parts)

    places = {name: place for place, name in enumerate(noises)}
    wanted = [[places[name] for name in members] for members in together.values()]
    indices = sobol_indices(npv, len(noises), INDEX_DRAWS, wanted, model.seed, scores)
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
