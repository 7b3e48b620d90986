"""What the mean NPV of every option becomes when something is set: an input, the users, the horizon.

What comes in: a `Run`. What goes out: means as functions of what is set, the values at which another option
becomes the best, and where one option overtakes another. Setting an input is not learning it: the others keep
their draws (`roi.sensitivity` is about learning).

The model is run anew with the input set, on a part of the draws, and the change against the same draws as
they were is added to the mean of all draws. Only the lines that an input moves are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from roi.distributions import Z10, Array
from roi.engine import cash_flow, inputs_in_use, lines_moved, needs_by_line
from roi.measures import monthly_factors, net_present_value, present_values
from roi.model import Assumption, Model, Option, Values
from roi.sampling import REPLICATES, Sampler, first_of_each
from roi.series import total
from roi.simulation import Run

DRAWS = 512  # a sixteenth of them from each scramble
POINTS = 5  # at which a lead is looked at before it is refined
ROUNDS = 3  # of refining
MOST_YEARS = 10
MOST_TIMES = 10  # as many users as now, for crossovers
MOST_CHANGES = 200  # a year
MAP_TIMES = (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5)  # as many users as now

Over = Literal["users", "years", "changes_per_year"]


@dataclass(frozen=True)
class Switch:
    """Where an input, set, changes which option has the highest mean NPV.

    Attributes:
        name: the input.
        low: its value that is undercut one time in ten.
        now: its median.
        high: its value that is exceeded one time in ten.
        value: where the winner changes; None if nowhere between low and high.
        error: standard error of that value.
        rising: whether the other option wins above it, not below.
        to: the option that wins there.
    """

    name: str
    low: float
    now: float
    high: float
    value: float | None = None
    error: float = 0.0
    rising: bool = True
    to: str = ""


@dataclass(frozen=True)
class Crossover:
    """From which value on `one` has a higher mean NPV than `other`, or the other way round.

    Attributes:
        over: what is set, in every option alike.
        low, high: between which values it was looked for.
        value: where they are equal; for years the first whole year after; None if never within.
        above: which of the two is ahead above it, or everywhere if there is no such value.
    """

    over: Over
    one: str
    other: str
    low: float
    high: float
    value: float | None
    above: str


@dataclass(frozen=True)
class Map:
    """The option with the highest mean NPV for each number of users and each horizon."""

    users: tuple[float, ...]
    years: tuple[int, ...]
    winners: tuple[tuple[str, ...], ...]  # a row for each number of users


def npv_by_horizon(model: Model, option: Option, values: Values) -> Array:
    """NPV for a horizon of 1 … 10 years, shape (10, draws or 1).

    Whenever one stops looking, most lines are what they were until then, so that one run serves all; not so
    the rest of an implementation, an exit, and a year paid ahead.
    """
    longest = replace(model, years=MOST_YEARS)
    by_end = frozenset(
        line.id for line in option.costs if line.when in ("implementation", "exit") or line.year_ahead
    )
    lines = needs_by_line(model, option).keys() - by_end
    flow = cash_flow(longest, option, values, frozenset(lines))
    shape = (longest.months + 1, *np.broadcast_shapes((1,), *map(np.shape, values.values())))
    net = total(flow.gains.values(), shape) - total(flow.charges.values(), shape)
    present = np.add.accumulate(np.einsum("t,t...->t...", monthly_factors(longest), net))[12::12]
    for year in range(1, MOST_YEARS + 1):
        ending = replace(model, years=year)
        present[year - 1] += net_present_value(cash_flow(ending, option, values, by_end), ending)
    return np.asarray(present)


class Responses:
    """Means of NPV when something is set."""

    def __init__(self, run: Run) -> None:
        self.run, self.model = run, run.model
        self.replicates = min(REPLICATES, run.draws)
        rows = first_of_each(run.draws, DRAWS)
        self.draws: Mapping[str, Array] = {name: values[rows] for name, values in run.inputs.items()}
        self.count = rows.size

    @cached_property
    def today(self) -> Array:
        """Mean NPV with nothing set, by replicate, on all draws: shape (replicates, options)."""
        return self._by_replicate(self.run.npv.T).T

    def _by_replicate(self, draws: Array) -> Array:
        """Means over each replicate's draws, the last axis."""
        return np.asarray(draws.reshape(*draws.shape[:-1], self.replicates, -1).mean(axis=-1))

    @cached_property
    def _lines(self) -> list[dict[str, Array]]:
        """Of every option, what each line brings with nothing set: present value by draw."""
        return [
            present_values(cash_flow(self.model, one, self.draws), self.model) for one in self.model.options
        ]

    def _means(self, npv: Array) -> Array:
        """Means of some NPVs by replicate; draws are the last axis."""
        return self._by_replicate(np.broadcast_to(npv, (*np.shape(npv)[:-1], self.count)))

    def at(self, settings: Mapping[str, Array]) -> Array:
        """Mean NPV with inputs set to each of a few values, shape (points, options, replicates)."""
        values = {**self.draws, **{name: points[:, None] for name, points in settings.items()}}
        points = len(next(iter(settings.values())))
        found: Array = np.empty((points, len(self.model.options), self.replicates))
        for place, option in enumerate(self.model.options):
            moved = frozenset().union(*(lines_moved(self.model, option, name) for name in settings))
            found[:, place] = self.today[:, place]
            if moved:
                then = present_values(cash_flow(self.model, option, values, moved), self.model)
                change = sum(npv - self._lines[place][line] for line, npv in then.items())
                found[:, place] += self._means(np.asarray(change))
        return found

    def by_horizon(self, users: Array | None = None) -> Array:
        """Mean NPV for horizons of 1 … 10 years, shape (1 or as many as `users`, 10, options)."""
        values = self.draws if users is None else {**self.draws, "users": users[:, None]}
        found: Array = np.empty((1 if users is None else len(users), MOST_YEARS, len(self.model.options)))
        for place, option in enumerate(self.model.options):
            now = sum(self._lines[place].values(), np.zeros(1))
            for year, npv in enumerate(npv_by_horizon(self.model, option, values)):
                change = self._means(np.atleast_2d(npv - now))
                found[:, year, place] = (self.today[:, place] + change).mean(axis=-1)
        return found

    @cached_property
    def best(self) -> int:
        """The option with the highest mean NPV, by its place in the model."""
        return int(self.today.mean(axis=0).argmax())

    def switches(self) -> list[Switch]:
        """Where the best option changes when an input is set to a value of its range, input by input."""
        items = Sampler(self.model).inputs
        return [self.switch(item) for item in items.values()]

    def switch(self, item: Assumption) -> Switch:
        """The same of one input."""
        low, now, high = (float(end) for end in item.at(np.array([-Z10, 0.0, Z10])))

        def lead(points: Array) -> Array:
            means = self.at({item.name: points}).mean(axis=-1)
            return np.asarray(means[:, self.best] - np.delete(means, self.best, axis=1).max(axis=1))

        value = _crossing(lead, np.unique([low, now, high]), now) if low < high else None
        none = Switch(item.name, low, now, high)
        if value is None or len(self.model.options) == 1:
            return none
        step = (high - low) / 100
        means = self.at({item.name: np.array([value, value + step])})  # points × options × replicates
        there = means[0].mean(axis=-1)
        there[self.best] = -np.inf
        other = int(there.argmax())
        gap, beyond = means[:, other] - means[:, self.best]
        slope = float((beyond - gap).mean() / step)
        error = float(gap.std() / np.sqrt(self.replicates) / abs(slope)) if slope else 0.0
        rising = bool(beyond.mean() > 0)
        return replace(none, value=value, error=error, rising=rising, to=self.model.options[other].id)

    def crossover(self, over: Over, one: str, other: str) -> Crossover | None:
        """Where of two options, by id, one overtakes the other; None if it makes no difference to them."""
        places = [[option.id for option in self.model.options].index(name) for name in (one, other)]
        names, grid, now = self._axis(over)
        if over != "years" and not names:
            return None

        def lead(points: Array) -> Array:
            means = self.by_years[points.astype(int) - 1] if over == "years" else self._set(names, points)
            return np.asarray(means[:, places[0]] - means[:, places[1]])

        leads = lead(grid)
        if np.ptp(leads) == 0:
            return None
        if over == "years":
            turns = np.flatnonzero(np.diff(np.sign(leads)))
            value = float(min(grid[turns + 1], key=lambda year: abs(year - now))) if turns.size else None
        else:
            value = _crossing(lead, grid, now)
        ahead = leads[-1] if value is None else leads[grid >= value][0]
        return Crossover(
            over, one, other, float(grid[0]), float(grid[-1]), value, one if ahead > 0 else other
        )

    def _axis(self, over: Over) -> tuple[list[str], Array, float]:
        """What is set, to which values, and where it stands."""
        if over == "years":
            return [], np.arange(1.0, MOST_YEARS + 1), float(self.model.years)
        if over == "users":
            now = self.model.assumptions["users"].most_likely
            return ["users"], np.unique(np.round(np.geomspace(1, MOST_TIMES * now, 2 * POINTS))), now
        used = [name for name in inputs_in_use(self.model) if name.rpartition(".")[2] == over]
        return used, np.linspace(0, MOST_CHANGES, POINTS), 0.0

    def _set(self, names: Iterable[str], points: Array) -> Array:
        return np.asarray(self.at(dict.fromkeys(names, points)).mean(axis=-1))

    @cached_property
    def by_years(self) -> Array:
        """Mean NPV for horizons of 1 … 10 years, shape (10, options)."""
        return np.asarray(self.by_horizon()[0])

    def map(self) -> Map:
        """Who wins over users and years."""
        now = self.model.assumptions["users"].most_likely
        users = np.unique(np.maximum(np.round(now * np.array(MAP_TIMES)), 1))
        winners = self.by_horizon(users).argmax(axis=-1)
        ids = [option.id for option in self.model.options]
        return Map(
            tuple(users.tolist()),
            tuple(range(1, MOST_YEARS + 1)),
            tuple(tuple(ids[winner] for winner in row) for row in winners),
        )


def _crossing(lead: Callable[[Array], Array], grid: Array, now: float) -> float | None:
    """Where a lead is gained or lost, nearest to `now`; None if nowhere on the grid."""
    for _ in range(ROUNDS):
        leads = lead(grid)
        turns = np.flatnonzero((leads[:-1] > 0) != (leads[1:] > 0))
        if not turns.size:
            return None
        turn = min(turns, key=lambda place: abs(grid[place] + grid[place + 1] - 2 * now))
        (a, b), (f, g) = grid[turn : turn + 2], leads[turn : turn + 2]
        now = a - f * (b - a) / (g - f)
        width = (b - a) / 50  # so near, the lead is almost straight: a narrow bracket around its zero
        grid = np.clip([a, now - width, now + width, b], a, b)
    return float(now)
