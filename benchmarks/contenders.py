"""Who runs: our engine, the tools others would use, and the drawing of random numbers alone.

What goes out: by name a `Contender`. Preparing it imports its tool; calling what comes back with draws and a
seed gives NPV, shape (draws, 3). Every tool draws the same twelve inputs its own way and then calls the same
formulas, `benchmarks.model`; only our engine has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import model
from benchmarks.model import Array

Draw = Callable[[int, int], Array]
CASE = Path(__file__).parent / "case.yaml"
INPUTS = list(model.RANGES)
CORRELATED = 4  # the first ones
BLOCK = 1024  # of 512 … 4,096 the fastest here


def engine() -> Draw:
    """Ours."""
    from assessment import load_case
    from roi.simulation import npv_of

    case = load_case(CASE).model
    return lambda draws, seed: npv_of(replace(case, draws=draws, seed=seed))[
        :, 1:
    ]  # without going on as today


def engine_floor() -> Draw:
    """Our scores and values of the inputs, and no money."""
    from assessment import load_case
    from roi.sampling import REPLICATES, Sampler
    from roi.simulation import values_of

    case = load_case(CASE).model

    def draw(draws: int, seed: int) -> Array:
        sampler = Sampler(replace(case, draws=draws, seed=seed))
        replicates = [values_of(sampler, sampler.scores(replicate)) for replicate in range(REPLICATES)]
        return np.concatenate([np.stack(list(values.values()), axis=1) for values in replicates])

    return draw


def _numpy_scores(draws: int, random: np.random.Generator) -> Array:
    scores = random.standard_normal((len(INPUTS), draws))
    factor = np.linalg.cholesky(model.CORRELATION[:CORRELATED, :CORRELATED])
    scores[:CORRELATED] = factor @ scores[:CORRELATED]
    return scores


def numpy_whole() -> Draw:
    """Plain NumPy, all draws × months at once."""
    return lambda draws, seed: model.npv(model.values(_numpy_scores(draws, np.random.default_rng(seed))))


def numpy_blocks() -> Draw:
    """Plain NumPy, in blocks that stay in the processor's cache."""

    def draw(draws: int, seed: int) -> Array:
        random = np.random.default_rng(seed)
        sizes = [min(BLOCK, draws - first) for first in range(0, draws, BLOCK)]
        return np.concatenate([model.npv(model.values(_numpy_scores(size, random))) for size in sizes])

    return draw


def numpy_floor() -> Draw:
    """NumPy's normals and the values of the inputs, and no money."""

    def draw(draws: int, seed: int) -> Array:
        return np.stack(list(model.values(_numpy_scores(draws, np.random.default_rng(seed))).values()))

    return draw


def squigglepy() -> Draw:
    """Squigglepy's normals, rank-correlated by its own Iman–Conover."""
    import squigglepy as sq

    rank = model.RANK[:CORRELATED, :CORRELATED]

    def draw(draws: int, seed: int) -> Array:
        sq.set_seed(seed)
        normals = [sq.norm(mean=0, sd=1) for _ in INPUTS]
        together = sq.correlate(tuple(normals[:CORRELATED]), rank, tolerance=None)
        return model.npv(
            model.values(np.stack([each @ draws for each in (*together, *normals[CORRELATED:])]))
        )

    return draw


def _chaospy_normals() -> tuple[Any, Any]:
    import chaospy

    return chaospy, chaospy.MvNormal(np.zeros(len(INPUTS)), model.CORRELATION)


def chaospy_sobol() -> Draw:
    """Chaospy's Sobol' points, which have no scramble: a seed takes another stretch of the sequence."""
    chaospy, normals = _chaospy_normals()

    def draw(draws: int, seed: int) -> Array:
        points = chaospy.create_sobol_samples(draws, len(INPUTS), seed=1 + seed * draws)
        return model.npv(model.values(normals.inv(points)))

    return draw


def chaospy_random() -> Draw:
    """Chaospy's default: pseudo-random numbers."""
    _, normals = _chaospy_normals()
    return lambda draws, seed: model.npv(model.values(normals.sample(draws, seed=seed)))


def monaco() -> Draw:
    """Monaco's scrambled Sobol' points, a call per case, in one process; it has no correlated inputs."""
    import monaco as mc
    from scipy.stats import norm

    options = ("sheet", "saas", "custom")

    def scores(case: Any) -> tuple[Array]:
        drawn = case.invals
        return (np.array([drawn[name].val for name in INPUTS]),)

    def result(case: Any, npv: Array) -> None:
        for option, value in zip(options, npv[0], strict=True):
            case.addOutVal(option, value)

    steps = {
        "preprocess": scores,
        "run": lambda drawn: (model.npv(model.values(drawn)),),
        "postprocess": result,
    }

    def draw(draws: int, seed: int) -> Array:
        simulation = mc.Sim("benchmark", draws, steps, seed=seed, verbose=False)
        for name in INPUTS:
            simulation.addInVar(name, dist=norm, distkwargs={"loc": 0, "scale": 1})
        simulation.runSim()
        return np.stack([simulation.outvars[option].nums for option in options], axis=1)

    return draw


@dataclass(frozen=True)
class Contender:
    """One of those who run.

    Attributes:
        title: its name in tables.
        prepare: imports its tool and gives the function that draws.
        most: the largest number of draws it is asked for, as a power of two.
        is_peer: whether it computes the money and is not ours.
        correlated: whether its inputs are.
        has_errors: whether its errors are worth a row of their own.
    """

    title: str
    prepare: Callable[[], Draw]
    most: int = 18
    is_peer: bool = True
    correlated: bool = True
    has_errors: bool = True


CONTENDERS = {
    "engine": Contender("crm-roi, `npv_of`", engine, most=20, is_peer=False),
    "numpy": Contender("NumPy, all draws at once", numpy_whole),
    "numpy_blocks": Contender("NumPy, blocks of 1,024", numpy_blocks, most=20, has_errors=False),
    "squigglepy": Contender("squigglepy", squigglepy),
    "chaospy_random": Contender("chaospy, random", chaospy_random),
    "chaospy_sobol": Contender("chaospy, Sobol'", chaospy_sobol),
    "monaco": Contender("monaco, Sobol', case by case", monaco, most=12, correlated=False),
    "engine_floor": Contender(
        "floor: our inputs alone", engine_floor, most=20, is_peer=False, has_errors=False
    ),
    "numpy_floor": Contender("floor: NumPy's inputs alone", numpy_floor, is_peer=False, has_errors=False),
}
