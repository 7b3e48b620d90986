"""What is installed is complete: data travels with the code, and nothing names where packages come from."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheel_carries_its_data_and_runs_from_elsewhere(tmp_path: Path) -> None:
    build = "-m pip --disable-pip-version-check wheel -q --no-deps --no-build-isolation -w".split()
    subprocess.run([sys.executable, *build, str(tmp_path), str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = tmp_path / "inside"
    zipfile.ZipFile(wheel).extractall(inside)
    data = [
        path for path in (ROOT / "templates").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert all((inside / path.relative_to(ROOT)).is_file() for path in data)
    code = f"""
import sys; sys.path.insert(0, {str(inside)!r})
import templates, roi, app.cli
assert all({str(inside)!r} in module.__file__ for module in (templates, roi, app.cli))
sys.exit(app.cli.main(["evaluate", {str(ROOT / "examples/contact-management/case.yaml")!r}, "--json"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_lock_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--\w+", lock)
    assert re.search(r"^numpy==", lock, re.MULTILINE)


def test_every_dependency_is_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.findall(r'^    "([A-Za-z0-9_.-]+)[>=<]', project, re.MULTILINE)
    assert len(wanted) > 15
    for name in [*wanted, "hatchling", "editables"]:
        assert re.search(f"^{name.replace('.', '-')}==", lock, re.MULTILINE), name
