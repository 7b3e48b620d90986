"""One measurement in a process of its own: `python -m benchmarks.measure WHAT …` prints it as JSON.

What goes out: seconds of the wall clock and of the processor (only the latter is undisturbed by what else
runs on the machine), and the peak of resident memory in MB.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import model
from benchmarks.contenders import CONTENDERS

LEAST_REPEATS, LEAST_SECONDS = 3, 0.4
REFERENCE = 20  # draws of the reference, as a power of two


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(function: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What a function gives, and its seconds by wall clock and by processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = function()
    return found, (time.perf_counter() - wall, time.process_time() - cpu)


def contenders() -> dict[str, dict[str, Any]]:
    """What is known of them, by name, but the functions."""
    return {
        name: {key: value for key, value in vars(contender).items() if key != "prepare"}
        for name, contender in CONTENDERS.items()
    }


def speed(name: str, draws: str) -> dict[str, Any]:
    """Seconds of each repeat after a warm-up, and memory before and after."""
    draw = CONTENDERS[name].prepare()
    before = _peak()
    draw(int(draws), 0)
    seconds: list[tuple[float, float]] = []
    while len(seconds) < LEAST_REPEATS or sum(cpu for _, cpu in seconds) < LEAST_SECONDS:
        seconds.append(_timed(lambda: draw(int(draws), 0))[1])
    return {"seconds": seconds, "before": before, "peak": _peak()}


def estimates(name: str, draws: str, seeds: str) -> list[list[float]]:
    """Mean and P5 of the three options for each seed: six numbers each."""
    draw = CONTENDERS[name].prepare()
    return [_estimate(draw(int(draws), seed)) for seed in range(int(seeds))]


def _estimate(npv: model.Array) -> list[float]:
    return [*npv.mean(axis=0).tolist(), *np.quantile(npv, 0.05, axis=0).tolist()]


def reference(correlated: str) -> dict[str, list[float]]:
    """Mean, P5 and standard deviation from a million of SciPy's Sobol' points and `benchmarks.model`."""
    from scipy.special import ndtri
    from scipy.stats.qmc import Sobol

    factor = np.linalg.cholesky(model.CORRELATION if correlated == "True" else np.eye(len(model.RANGES)))
    sobol = Sobol(len(model.RANGES), rng=20)
    blocks = [
        model.npv(model.values(factor @ ndtri(np.clip(sobol.random(2**14).T, 1e-12, 1 - 1e-12))))
        for _ in range(2 ** (REFERENCE - 14))
    ]
    npv = np.concatenate(blocks)
    return {"estimate": _estimate(npv), "deviation": npv.std(axis=0).tolist()}


def decision(path: str, repeats: str) -> dict[str, list[tuple[float, float]]]:
    """Seconds of the parts of a decision; the first round warms up."""
    parts: dict[str, list[tuple[float, float]]] = {}

    def part(name: str, function: Callable[[], Any]) -> Any:
        found, seconds = _timed(function)
        parts.setdefault(name, []).append(seconds)
        return found

    for _ in range(int(repeats) + 1):
        _decide(Path(path), part)
    return {name: seconds[1:] for name, seconds in parts.items()}


def _decide(path: Path, part: Callable[[str, Callable[[], Any]], Any]) -> None:
    """The parts of a decision as `assessment.assessor` calls them, then all of it once more."""
    from assessment.assessor import assess
    from assessment.judgement import judge
    from assessment.loader import load_case
    from assessment.owned import owned
    from assessment.recorded import compared
    from assessment.terms import terms
    from assessment.variants import variants
    from roi.responses import Responses
    from roi.simulation import run
    from roi.uncertainty import uncertainty

    loaded = part("reading the file", lambda: load_case(path))
    adjustment = loaded.case.settings.risk_adjustment
    risk = (adjustment.benefits, adjustment.costs) if adjustment else None
    done = part("run", lambda: run(loaded.model))
    said = part("uncertainty", lambda: uncertainty(done))
    responses = Responses(done)
    switches = part("switching values", responses.switches)
    part("verdict", lambda: judge(loaded.case, done, said.learning, switches))
    part("variants", lambda: list(variants(done, responses, risk)))
    part("comparison", lambda: compared(done, responses))
    part("ownership and terms", lambda: [*owned(done), *terms(loaded.case, done)])
    part("`assess`: all but the reading", lambda: assess(loaded))


if __name__ == "__main__":
    measurements = (contenders, speed, estimates, reference, decision)
    wanted = {function.__name__: function for function in measurements}[sys.argv[1]]
    print(json.dumps(wanted(*sys.argv[2:])))
