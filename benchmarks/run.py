"""Our engine and its peers side by side: `python -m benchmarks.run`, or `make bench`.

What goes out: tables of speed, memory and error, of the whole decision and of start-up, on standard output;
with `--write` also into `docs/performance.md`, between its markers. Every measurement is a fresh process
with one thread. This process imports no numbers: a child's peak memory begins with its parent's.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ENVIRONMENT = {**os.environ, **ONE_THREAD}

POWERS = (12, 14, 16, 18, 20)
COMPARED_AT = 16
ERROR_POWERS = (10, 12, 14)
SEEDS = 24
ROUNDS = 2  # over all contenders, so that a busy spell does not hit one alone
STARTS = 7
DECISIONS = 5
MACHINERY, LARGE = "examples/machinery-maker/case.yaml", "benchmarks/decision.yaml"

Contenders = dict[str, dict[str, Any]]  # by name, what `benchmarks.contenders.Contender` says of each


def measured(*what: object) -> Any:
    """One measurement of `benchmarks.measure` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.measure", *map(str, what)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return json.loads(done.stdout)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = list(head)
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def clocks(seconds: Iterable[tuple[float, float]]) -> list[str]:
    """Two cells, wall clock and processor: milliseconds at their least and in the median."""
    return [f"{1000 * min(times):,.0f} / {1000 * median(times):,.0f}" for times in zip(*seconds, strict=True)]


CLOCKS = ("wall, ms, least / median", "processor, ms, least / median")


# --- the draws --------------------------------------------------------------------------------------------


class Speeds:
    """What was measured of every contender at every number of draws."""

    def __init__(self, contenders: Contenders) -> None:
        self.contenders = contenders
        self.found: dict[tuple[str, int], dict[str, Any]] = {}
        for _ in range(ROUNDS):
            for name, contender in contenders.items():
                for power in POWERS:
                    if power <= contender["most"]:
                        self._add(name, power)

    def _add(self, name: str, power: int) -> None:
        one = measured("speed", name, 2**power)
        known = self.found.setdefault((name, power), {"seconds": [], "before": math.inf, "peak": math.inf})
        known["seconds"] += one["seconds"]
        known |= {key: min(known[key], one[key]) for key in ("before", "peak")}

    def power(self, name: str) -> int:
        """At which number of draws a contender is compared."""
        return min(COMPARED_AT, int(self.contenders[name]["most"]))

    def rate(self, name: str, power: int) -> float:
        """Draws a second of processor time, at its best."""
        return float(2**power / min(cpu for _, cpu in self.found[name, power]["seconds"]))

    def beyond(self, name: str, power: int) -> float:
        """Peak memory in MB beyond what importing took."""
        known = self.found[name, power]
        return float(known["peak"] - known["before"])

    def compared(self) -> str:
        """All contenders at one number of draws."""
        ours = self.rate("engine", COMPARED_AT)
        rows = [
            [
                contender["title"],
                f"{2**power:,}",
                *clocks(self.found[name, power]["seconds"]),
                f"{self.rate(name, power):,.0f}",
                f"{ours / self.rate(name, power):.2f}",
                f"{self.found[name, power]['peak']:,.0f}",
            ]
            for name, contender in self.contenders.items()
            for power in [self.power(name)]
        ]
        return table(["", "draws", *CLOCKS, "draws a second", "our speed ÷ this", "peak MB"], rows)

    def by_draws(self, show: Callable[[str, int], float]) -> str:
        """A figure of every contender by number of draws."""
        rows = []
        for name, contender in self.contenders.items():
            figures = (f"{show(name, power):,.0f}" if (name, power) in self.found else "" for power in POWERS)
            rows.append([contender["title"], *figures])
        return table(["", *(f"{2**power:,}" for power in POWERS)], rows)


def errors(contenders: Contenders) -> str:
    """RMSE of mean and P5 over seeds, in per cent of NPV's standard deviation, over the three options."""
    truths = {correlated: measured("reference", correlated) for correlated in (True, False)}
    rows = []
    for name, contender in contenders.items():
        if not contender["has_errors"]:
            continue
        truth = truths[contender["correlated"]]
        powers = [power for power in ERROR_POWERS if power <= contender["most"]]
        found = {power: measured("estimates", name, 2**power, SEEDS) for power in powers}
        cells = [
            f"{_rmse(found[power], truth, columns):.3f}" if power in found else ""
            for columns in (range(3), range(3, 6))  # means, P5s
            for power in ERROR_POWERS
        ]
        rows.append([contender["title"], *cells])
    head = ["", *(f"{what}, {2**power:,}" for what in ("mean", "P5") for power in ERROR_POWERS)]
    return table(head, rows)


def _rmse(seeds: list[list[float]], truth: dict[str, list[float]], columns: range) -> float:
    squares = [
        ((seed[column] - truth["estimate"][column]) / truth["deviation"][column % 3]) ** 2
        for seed in seeds
        for column in columns
    ]
    return 100 * math.sqrt(sum(squares) / len(squares))


# --- the whole decision, and start-up ---------------------------------------------------------------------


def decisions() -> tuple[str, float]:
    """Milliseconds of the parts of a decision on two cases, and of the whole on the larger."""
    found = [measured("decision", path, DECISIONS) for path in (MACHINERY, LARGE)]
    rows = [[part, *clocks(found[0][part]), *clocks(found[1][part])] for part in found[0]]
    whole = min(cpu for _, cpu in found[1][rows[-1][0]])
    titles = ("machinery-maker", "4 × 60 × 40")
    return table(["", *(f"{title}: {clock}" for title in titles for clock in CLOCKS)], rows), 1000 * whole


def finished(*words: str) -> tuple[float, Any]:
    """Wall seconds of one process of the command line, from start to end, and what else it used."""
    begun = perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [Path(sys.executable).with_name("crm-roi"), *words],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"crm-roi {' '.join(words)} ended with {process.returncode}")
    return perf_counter() - begun, used


def started(*words: str) -> tuple[float, float]:
    """Its wall and processor seconds."""
    wall, used = finished(*words)
    return wall, used.ru_utime + used.ru_stime


def start_up() -> str:
    """Milliseconds of whole processes."""
    cases = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "examples").glob("*/case.yaml"))
    rows = []
    for words in (["--help"], *(["evaluate", case] for case in cases)):
        rows.append(["crm-roi " + " ".join(words), *clocks(started(*words) for _ in range(STARTS))])
    return table(["", *CLOCKS], rows)


# --- the page ---------------------------------------------------------------------------------------------


def machine(packages: Iterable[str] = ("numpy", "scipy", "squigglepy", "chaospy", "monaco")) -> str:
    """What it ran on, and when."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor()
    return (
        f"{datetime.date.today():%Y-%m-%d}; {model}, {os.cpu_count()} cores; "
        f"{platform.system()} {platform.machine()}; Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages)
        + f". Load average at the start {os.getloadavg()[0]:.1f}, at the end "
    )


def aims(speeds: Speeds, decision: float) -> str:
    """What was aimed at beside what is reached."""
    ours = speeds.rate("engine", COMPARED_AT)
    peers = {
        one["title"]: speeds.rate(name, speeds.power(name))
        for name, one in speeds.contenders.items()
        if one["is_peer"]
    }
    fastest = max(peers, key=peers.__getitem__)
    few, many = 14, max(POWERS)
    kept = 8 * (3 + 1) / 2**20  # MB a draw: three options and going on as today
    grown = [f"{speeds.beyond('engine', power) - kept * 2**power:,.0f}" for power in (few, many)]
    rows = [
        [f"draws a second, {2**COMPARED_AT:,} draws", "1,000,000", f"{ours:,.0f}"],
        [f"times as fast as the fastest peer: {fastest}", "5, at least 3", f"{ours / peers[fastest]:.2f}"],
        [f"MB beyond imports and results, {2**few:,} → {2**many:,} draws", "flat", " → ".join(grown)],
        ["the whole decision, 4 × 60 × 40, ms", "100, at most 250", f"{decision:,.0f}"],
    ]
    return table(["", "aim", "reached"], rows)


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Time crm-roi and others.")
    parser.add_argument("--write", action="store_true", help="renew the tables of docs/performance.md")
    write = parser.parse_args().write
    begun, contenders = machine(), measured("contenders")
    speeds = Speeds(contenders)
    whole_decision, milliseconds = decisions()
    tables = {
        "aims": aims(speeds, milliseconds),
        "compared": speeds.compared(),
        "rates": speeds.by_draws(speeds.rate),
        "memory": speeds.by_draws(speeds.beyond),
        "errors": errors(contenders),
        "decision": whole_decision,
        "start-up": start_up(),
    }
    tables = {"machine": f"{begun}{os.getloadavg()[0]:.1f}.", **tables}
    print("\n\n".join(tables.values()))
    if write:
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")


def renewed(page: str, tables: dict[str, str]) -> str:
    """A page with each table between its two markers replaced.

    Raises:
        ValueError: if a table has no place on the page.
    """
    for name, text in tables.items():
        head, mark, rest = page.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition("<!-- end -->")
        if not mark or not end:
            raise ValueError(f"the page has no place for {name}")
        page = f"{head}{mark}{text}\n{end}{tail}"
    return page


if __name__ == "__main__":
    main()
