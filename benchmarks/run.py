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
import re
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
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
ENVIRONMENT = {**os.environ, **ONE_THREAD}

POWERS = (12, 14, 16, 18, 20)
COMPARED_AT = 16
ERROR_POWERS = (10, 12, 14)
SEEDS = 24
ROUNDS = 3  # over all contenders, so that a busy spell does not hit one alone
STARTS = 7


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


# --- the draws --------------------------------------------------------------------------------------------


class Speeds:
    """What was measured of every contender at every number of draws."""

    def __init__(self, contenders: dict[str, dict[str, Any]]) -> None:
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
        return min(COMPARED_AT, self.contenders[name]["most"])

    def rate(self, name: str, power: int) -> float:
        """Draws a second of processor time, at its best."""
        return float(2**power / min(cpu for _, cpu in self.found[name, power]["seconds"]))

    def extra(self, name: str, power: int) -> float:
        """Peak memory in MB beyond what importing took."""
        known = self.found[name, power]
        return float(known["peak"] - known["before"])

    def compared(self) -> str:
        """All contenders at one number of draws."""
        ours = self.rate("engine", COMPARED_AT)
        rows = []
        for name, contender in self.contenders.items():
            power = self.power(name)
            known = self.found[name, power]
            wall, cpu = zip(*known["seconds"], strict=True)
            rows.append([
                contender["title"],
                f"{2**power:,}",
                *(f"{1000 * seconds:,.0f}" for seconds in (min(wall), median(wall), min(cpu), median(cpu))),
                f"{self.rate(name, power):,.0f}",
                f"{ours / self.rate(name, power):.2f}",
                f"{known['peak']:,.0f}",
                f"{self.extra(name, power):,.0f}",
            ])
        times = [f"{clock}, {which}, ms" for clock in ("wall", "processor") for which in ("least", "median")]
        head = ["", "draws", *times, "draws a second", "our speed ÷ this", "peak MB", "of it beyond imports"]
        return table(head, rows)

    def by_draws(self, show: Callable[[str, int], float]) -> str:
        """A figure of every contender by number of draws."""
        rows = [
            [contender["title"], *(f"{show(name, power):,.0f}" if (name, power) in self.found else "" for power in POWERS)]
            for name, contender in self.contenders.items()
        ]
        return table(["", *(f"{2**power:,}" for power in POWERS)], rows)


def errors(contenders: dict[str, dict[str, Any]]) -> str:
    """RMSE of mean and P5 over seeds, in per cent of NPV's standard deviation, over the three options."""
    truths = {correlated: measured("reference", correlated) for correlated in (True, False)}
    rows = []
    for name, contender in contenders.items():
        if "floor" in name or name == "numpy_blocks":  # the same numbers as NumPy's
            continue
        truth = truths[contender["correlated"]]
        found: list[list[float]] = [[], []]
        for power in ERROR_POWERS:
            seeds = measured("estimates", name, 2**power, SEEDS) if power <= contender["most"] else []
            for place, columns in enumerate((range(3), range(3, 6))):
                squares = [
                    ((seed[column] - truth["estimate"][column]) / truth["deviation"][column % 3]) ** 2
                    for seed in seeds
                    for column in columns
                ]
                found[place].append(100 * math.sqrt(sum(squares) / len(squares)))
        rows.append([contender["title"], *(f"{error:.3f}" for error in (*found[0], *found[1]))])
    head = ["", *(f"{what}, {2**power:,}" for what in ("mean", "P5") for power in ERROR_POWERS)]
    return table(head, rows)


# --- the whole decision, and start-up ---------------------------------------------------------------------


def decisions() -> tuple[str, float]:
    """Milliseconds of the parts of a decision on two cases; and seconds of the whole on the larger one."""
    cases = {"examples/machinery-maker/case.yaml": "machinery-maker", "benchmarks/decision.yaml": "4 × 60 × 40"}
    found = {title: measured("decision", path, 3) for path, title in cases.items()}
    parts = list(next(iter(found.values())))
    rows = [
        [part, *(f"{1000 * min(clock):,.0f}" for one in found.values() for clock in zip(*one[part], strict=True))]
        for part in parts
    ]
    head = ["", *(f"{title}, {clock}, ms" for title in found for clock in ("wall", "processor"))]
    return table(head, rows), min(cpu for _, cpu in found["4 × 60 × 40"][parts[-1]])


def started(*words: str) -> tuple[float, float]:
    """Wall and processor seconds of one process of the command line, from start to end."""
    begun = perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [Path(sys.executable).with_name("crm-roi"), *words], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"crm-roi {' '.join(words)} ended with {process.returncode}")
    return perf_counter() - begun, used.ru_utime + used.ru_stime


def start_up() -> str:
    """Milliseconds of whole processes."""
    cases = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "examples").glob("*/case.yaml"))
    rows = []
    for words in (["--help"], *(["evaluate", case] for case in cases)):
        clocks = zip(*(started(*words) for _ in range(STARTS)), strict=True)
        times = [f"{1000 * which(clock):,.0f}" for clock in clocks for which in (min, median)]
        rows.append(["crm-roi " + " ".join(words), *times])
    return table(["", *(f"{c}, {w}, ms" for c in ("wall", "processor") for w in ("least", "median"))], rows)


# --- the page ---------------------------------------------------------------------------------------------


def machine() -> str:
    """What it ran on, and when."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "squigglepy", "chaospy", "monaco"))
    return (
        f"{datetime.date.today():%Y-%m-%d}, {model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {packages}; load average at the start {os.getloadavg()[0]:.1f}."
    )


def aims(speeds: Speeds, decision: float) -> str:
    """What was aimed at beside what is reached."""
    ours = speeds.rate("engine", COMPARED_AT)
    peers = {
        name: speeds.rate(name, speeds.power(name)) for name, one in speeds.contenders.items() if one["is_peer"]
    }
    fastest = max(peers, key=peers.__getitem__)
    powers = [power for power in POWERS if power >= 14]
    kept = 8 * (3 + 1) / 2**20  # MB a draw: three options and going on as today
    grown = [speeds.extra("engine", power) - kept * 2**power for power in (powers[0], powers[-1])]
    title = speeds.contenders[fastest]["title"]
    rows = [
        ["draws a second", "1,000,000", f"{ours:,.0f}"],
        [f"times the fastest peer ({title})", "5, at least 3", f"{ours / peers[fastest]:.2f}"],
        [
            f"memory beyond imports and kept results, MB, {2**powers[0]:,} → {2**powers[-1]:,} draws",
            "flat",
            f"{grown[0]:,.0f} → {grown[1]:,.0f}",
        ],
        ["the whole decision, 4 × 60 × 40 × 16,384, ms", "100, at most 250", f"{1000 * decision:,.0f}"],
    ]
    return table(["", "aim", "reached"], rows)


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="renew the tables of docs/performance.md")
    write = parser.parse_args().write
    tables = {"machine": machine()}
    known = measured("contenders")
    speeds = Speeds(known)
    tables["compared"] = speeds.compared()
    tables["rates"] = speeds.by_draws(speeds.rate)
    tables["memory"] = speeds.by_draws(speeds.extra)
    tables["errors"] = errors(known)
    tables["decision"], whole = decisions()
    tables["start-up"] = start_up()
    tables["aims"] = aims(speeds, whole)
    print("\n\n".join(tables.values()))
    if write:
        page = PAGE.read_text(encoding="utf-8")
        for name, text in tables.items():
            page = re.sub(
                rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda marks, text=text: f"{marks[1]}{text}\n{marks[2]}", page, flags=re.DOTALL
            )
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
