"""The PDF of each example, cold: `python -m benchmarks.paper`, or `make bench`.

What goes out: tables of time and peak memory, of the whole command and of its stages, on standard output;
with `--write` also into `docs/performance.md`. Beside them what WeasyPrint alone takes for the same pages
without their charts. Every measurement is a fresh process. Memory is read from `/proc`: this needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.run import CLOCKS, ENVIRONMENT, PAGE, ROOT, clocks, finished, machine, renewed, table

ROUNDS = 3
PACKAGES = ("altair", "numpy", "vl-convert-python", "weasyprint", "xlsxwriter")
CHART = re.compile(r"<svg .*?</svg>", re.DOTALL)
AIM = 4.0, 250.0  # seconds, MB

Found = dict[str, Any]


# --- in a process of its own ------------------------------------------------------------------------------


class Clock:
    """What each stage took: seconds of the processor, of processes that ended too, and MB at their most."""

    def __init__(self) -> None:
        self.stages: dict[str, tuple[float, float]] = {}

    def stage(self, name: str, beside: float = 0.0) -> None:
        """What passed since the last one was this, `beside` other processes with their MB."""
        spent = sum(seconds for seconds, _ in self.stages.values())
        own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        now = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
        self.stages[name] = now - spent, own.ru_maxrss / 1024 + beside


def _beside() -> float:
    """MB at their most of the processes that this one has started and that still run."""
    processes = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    statuses = (Path(f"/proc/{process}/status").read_text(encoding="utf-8") for process in processes)
    return sum(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) for status in statuses) / 1024


def stages(path: str, html: str, made: str) -> Found:
    """The stages of `crm-roi report PATH --formats pdf`; the pages as HTML and as PDF go into two files."""
    clock = Clock()
    from assessment import assess, load_case

    loaded = load_case(path)
    clock.stage("reading the file")
    decision = assess(loaded)
    clock.stage("`assess`")
    from reports import charts
    from reports.content import content
    from reports.language import language
    from reports.pages import PAPER
    from reports.pdf import Attachment, pdf
    from reports.workbook import workbook

    words = language(loaded.case.language)
    said = content(decision, words)
    clock.stage("content")
    text = said.document(PAPER)
    beside = _beside()
    charts.put_away()
    clock.stage("charts", beside)
    book = workbook(decision, loaded.model, words)
    clock.stage("workbook")
    files = ("case.json", decision.to_json().encode(), "Data"), ("case.xlsx", book, "Source")
    inside = [Attachment(name, data, "application/octet-stream", kind) for name, data, kind in files]
    Path(made).write_bytes(pdf(said, inside))
    clock.stage("layout and writing")
    Path(html).write_text(text, encoding="utf-8")
    return clock.stages


def bare(html: str) -> Found:
    """WeasyPrint alone on the same pages without their charts: no tags, no archive, nothing inside."""
    import weasyprint

    from templates import ROOT as TEMPLATES

    clock, text = Clock(), CHART.sub("", Path(html).read_text(encoding="utf-8"))
    clock.stage("import")
    weasyprint.HTML(string=text, base_url=f"{TEMPLATES.as_uri()}/").write_pdf()
    clock.stage("bare")
    return clock.stages


# --- all of them ------------------------------------------------------------------------------------------


def measured(*what: object) -> Found:
    """What one of the functions above found in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.paper", *map(str, what)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return dict(json.loads(done.stdout))


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has by the objects that it keeps compressed."""
    packed = re.findall(rb"/ObjStm.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return len(re.findall(rb"/Type\s*/Page\b", b"".join(map(zlib.decompress, packed))))


class Example:
    """What was measured of the PDF of one example."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.name = path.parent.name
        html, made = folder / "pages.html", folder / "pages.pdf"
        case = path.relative_to(ROOT).as_posix()
        self.stages, self.bare, self.seconds, self.peaks = [], [], [], []
        for _ in range(ROUNDS):
            wall, used = finished("report", case, "--formats", "pdf", "-o", str(folder))
            self.seconds.append((wall, used.ru_utime + used.ru_stime))
            self.stages.append(measured("stages", path, html, made))
            self.bare.append(measured("bare", html))
            self.peaks.append(max(peak for _, peak in self.stages[-1].values()))
        self.pages = page_count(made.read_bytes())

    @property
    def peak(self) -> float:
        """MB of all its processes at once, at their most."""
        return float(median(self.peaks))

    def least(self, stage: str) -> float:
        """Seconds of a stage, at their least."""
        return float(min(found[stage][0] for found in self.stages))

    def whole(self) -> list[str]:
        """Its row among the others."""
        floor = min(sum(seconds for seconds, _ in found.values()) for found in self.bare)
        most = max(peak for found in self.bare for _, peak in found.values())
        ratio = min(cpu for _, cpu in self.seconds) / floor
        figures = (f"{self.peak:,.0f}", f"{1000 * floor:,.0f}", f"{most:,.0f}", f"{ratio:.1f}")
        return [self.name, str(self.pages), *clocks(self.seconds), *figures]


def stage_rows(examples: list[Example]) -> list[list[str]]:
    """Processor milliseconds of each stage, at their least, and the peak of memory up to its end."""
    rows = []
    for stage in examples[0].stages[0]:
        cells = (
            f"{1000 * one.least(stage):,.0f}; {median(found[stage][1] for found in one.stages):,.0f}"
            for one in examples
        )
        rows.append([stage, *cells])
    return rows


def aims(examples: list[Example]) -> str:
    """What was aimed at beside the best and the worst example."""
    seconds = [min(wall for wall, _ in one.seconds) for one in examples]
    peaks = [one.peak for one in examples]
    rows = [
        ["a PDF, cold, seconds", f"{AIM[0]:g}", f"{min(seconds):.1f} to {max(seconds):.1f}"],
        ["the same, MB", f"{AIM[1]:g}", f"{min(peaks):,.0f} to {max(peaks):,.0f}"],
    ]
    return table(["", "aim", "reached"], rows)


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paper", description="Time the PDFs.")
    parser.add_argument("--write", action="store_true", help="renew the tables of docs/performance.md")
    write = parser.parse_args().write
    begun = machine(PACKAGES)
    with tempfile.TemporaryDirectory() as folder:
        examples = [Example(path, Path(folder)) for path in sorted((ROOT / "examples").glob("*/case.yaml"))]
    head = ["", "pages", *CLOCKS, "peak MB", "bare WeasyPrint, ms", "its MB", "ours ÷ bare"]
    tables = {
        "pdf-machine": f"{begun}{os.getloadavg()[0]:.1f}.",
        "pdf-aims": aims(examples),
        "pdf": table(head, [one.whole() for one in examples]),
        "pdf-stages": table(["ms; MB", *(one.name for one in examples)], stage_rows(examples)),
    }
    print("\n\n".join(tables.values()))
    if write:
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    measurements: dict[str, Callable[..., Found]] = {"stages": stages, "bare": bare}
    if sys.argv[1:2] and sys.argv[1] in measurements:
        print(json.dumps(measurements[sys.argv[1]](*sys.argv[2:])))
    else:
        main()
