"""The commands as a newcomer runs them: in a process of their own."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from app import cli as cli_module

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/case.yaml"))
STUDIO = ROOT / "examples/three-person-studio/case.yaml"
QUICK = (
    "--hours-per-rep-month 5 --sales-users 10 --annual-revenue 1200万 --selling-hours-per-rep-month 100 "
    "--churn-points 2% --existing-revenue 9,000,000 --software-cost-per-year 6万 --hours-spent 400 "
    "--hourly-cost 100 --contribution-margin 25% --adoption 50%"
).split()


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=cwd,
        env={**os.environ, "CRM_ROI_LANG": "en", "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if ".venv/bin/crm-roi" in line]


def test_every_command_of_the_readme_runs(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.yaml").write_bytes((ROOT / "examples/machinery-maker/case.yaml").read_bytes())
    commands = readme_commands()
    assert len(commands) >= 4
    for command in commands:
        done = run(*shlex.split(command)[1:], cwd=tmp_path)
        assert done.returncode == 0, (command, done.stderr)
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".yaml", ".pdf", ".html", ".json"}


@pytest.mark.parametrize("page", ["README.md", "notebooks/README.md"])
def test_the_readme_s_python_runs(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "saas" in done.stdout


@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "en_GB.UTF-8"])
def test_help_speaks_the_reader_s_language(lang: str) -> None:
    done = run("--help", CRM_ROI_LANG="", LANG=lang, LC_ALL=lang)
    assert done.returncode == 0
    assert ("命令" in done.stdout) == lang.startswith("zh")
    for command in ("check", "evaluate", "report", "quick", "schema", "doctor"):
        assert command in done.stdout
        assert run(command, "--help", CRM_ROI_LANG="", LANG=lang, LC_ALL=lang).returncode == 0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_examples_have_no_fault(path: Path) -> None:
    done = run("check", str(path))
    assert done.returncode == 0, done.stderr


KEYS = set(
    "case version seed draws currency verdict options evpi evppi evsi tornado switching_values "
    "variance_shares diagnosis team_fit readiness selection warnings".split()
)
OPTION_KEYS = set(
    "id npv npv_cash pv_benefits pv_costs roi bcr irr payback_months discounted_payback_months peak_funding "
    "break_even_adoption tco benefits by_dimension yearly p_npv_positive p_best p_best_se "
    "expected_loss".split()
)
AMOUNT = set("mean median p5 p25 p75 p95 most_likely se".split())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_json_has_the_keys_of_the_contract_and_comes_alone(path: Path) -> None:
    first, second = run("evaluate", str(path), "--json"), run("evaluate", str(path), "--json")
    assert first.stdout == second.stdout
    decision = json.loads(first.stdout)
    assert set(decision) >= KEYS
    for option in decision["options"]:
        assert set(option) >= OPTION_KEYS
        assert set(option["npv"]) == AMOUNT
        assert set(option["roi"]) == AMOUNT - {"mean"} | {"of_means"}
        assert set(option["payback_months"]) == AMOUNT - {"mean"} | {"never"}
        assert set(option["tco"]) == {"nominal", "pv", "by_category", "hidden_share", "per_user_month"}
        assert [year["year"] for year in option["yearly"]] == list(range(len(option["yearly"])))
        assert sum(year["net"] for year in option["yearly"]) == pytest.approx(
            option["yearly"][-1]["cumulative"]
        )


def test_the_published_example_meets_its_print() -> None:
    """114,000 of cost, 180,000 of benefit a year, payback 0.63 years (textbook copy of the page)."""
    done = run("evaluate", str(ROOT / "examples/contact-management/case.yaml"), "--json")
    decision = json.loads(done.stdout)
    (option,) = [option for option in decision["options"] if not option["added"]]
    assert option["tco"]["nominal"]["mean"] == pytest.approx(114_000)
    assert option["yearly"][1]["benefits"] == pytest.approx(180_000)
    assert option["payback_months"]["most_likely"] / 12 == pytest.approx(0.63, abs=0.005)


def test_set_changes_the_result_and_not_the_file() -> None:
    before = STUDIO.read_bytes()
    plain, changed = (
        run("evaluate", str(STUDIO), "--json"),
        run("evaluate", str(STUDIO), "--json", "--set", "saas.adoption=0"),
    )
    saas = [
        next(option for option in json.loads(done.stdout)["options"] if option["kind"] == "saas")
        for done in (plain, changed)
    ]
    assert saas[1]["pv_benefits"]["mean"] < saas[0]["pv_benefits"]["mean"]
    assert STUDIO.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", str(STUDIO), "--set", "saas.adoptoin=0.5"], "adoption"),
        (["evaluate", str(STUDIO), "--set", "users"], "users"),
        (["evaluate", str(STUDIO), "--set", "users=abc"], "abc"),
        (["evaluate", str(STUDIO), "--set", "users=[1, 2"], "users"),
        (["report", str(STUDIO), "--lang", "fr"], "fr"),
        (["report", str(STUDIO), "--formats", "docx"], "docx"),
        (["evaluate", "no/such/file.yaml"], "no/such/file.yaml"),
        (["evaluate", str(ROOT / "examples")], "examples"),
        (["frobnicate"], "frobnicate"),
        (["evaluate", "--frob"], "--frob"),
        (["evaluate"], "--help"),
        (["quick"], "--hours-per-rep-month"),
        (["quick", *QUICK[:-1], "60"], "--adoption"),
        (["quick", *QUICK[:-1], "much"], "much"),
    ],
    ids=lambda value: " ".join(value)[-40:] if isinstance(value, list) else None,
)
def test_bad_arguments_are_the_user_s_fault(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_case_writes_nothing(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(STUDIO.read_text(encoding="utf-8").replace("schema: 1", "schema: 1\nshcema: 2"), "utf-8")
    done = run("report", str(case), "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert re.match(rf"{re.escape(str(case))}:\d+: shcema", done.stderr)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    """Tested as an unprivileged user; the interpreter's own files may be root's, so it imports first."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o755)
    case = tmp_path / "case.yaml"
    case.write_bytes(STUDIO.read_bytes())
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == 0 and folder != Path("/") and "pytest" in str(folder):
            folder.chmod(0o755)
    code = (
        "import os, sys; from app.cli import main; import assessment, reports.report, reports.html; "
        "import scipy.special, reports.language; from assessment import load_case, assess; "
        f"assess(load_case({str(STUDIO)!r})); os.setgid(65534); os.setuid(65534); "
        f"sys.exit(main(['report', {str(case)!r}, '-o', {str(locked)!r}, "
        "'--formats', 'json', '--lang', 'en']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "CRM_ROI_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert str(locked) in done.stderr
    assert "Traceback" not in done.stderr
    assert list(locked.iterdir()) == []


def test_quick_prints_both_readings() -> None:
    """Ten reps, 12 million, 5 h each of 100 h: 600,000; 2 % of 9 million: 180,000; cost 100,000 (by hand)."""
    done = run("quick", *QUICK)
    assert done.returncode == 0, done.stderr
    for figure in ("600", "180", "680", "7.8"):
        assert figure in done.stdout


def test_schema_checks_the_examples() -> None:
    from ruamel.yaml import YAML

    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in EXAMPLES:
        data = YAML(typ="safe").load(path)
        jsonschema.validate(json.loads(json.dumps(data, default=str)), schema)


def test_doctor_finds_nothing_missing() -> None:
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    assert "numpy" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (["--help"], ["numpy", "pandas", "scipy", "pydantic", "weasyprint", "altair", "rich"]),
        (["check", str(STUDIO)], ["pandas", "scipy.stats", "weasyprint", "altair", "jinja2"]),
        (["evaluate", str(STUDIO), "--json"], ["pandas", "scipy.stats", "weasyprint", "altair", "jinja2"]),
        (["evaluate", str(STUDIO)], ["pandas", "scipy.stats", "weasyprint", "altair", "jinja2"]),
        (["report", str(STUDIO), "--formats", "html"], ["pandas", "scipy.stats", "weasyprint", "xlsxwriter"]),
    ],
    ids=lambda value: value[0],
)
def test_no_command_imports_what_it_does_not_use(
    arguments: list[str], forbidden: list[str], tmp_path: Path
) -> None:
    code = (
        "import sys; from app.cli import main; code = main(sys.argv[2:]); "
        "print([name for name in sys.argv[1].split(',') if name in sys.modules], file=sys.stderr); "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, ",".join(forbidden), *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().endswith("[]"), done.stderr[-300:]


class Screen(io.StringIO):
    """A terminal for messages."""

    def isatty(self) -> bool:
        return True


def test_a_long_computation_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(cli_module, "PATIENCE", 0.0)
    with cli_module._progress() as show:
        show(0.25)
        show(1.0)
    assert "100%" in screen.getvalue()
    assert cli_module.words.text("cli.computing") in screen.getvalue()


def test_a_short_computation_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with cli_module._progress() as show:
        show(1.0)
    assert "%" not in screen.getvalue()


def test_a_computation_can_be_stopped(tmp_path: Path) -> None:
    """Ctrl-C while half a million draws are computed: one line, exit code 1, nothing on stdout."""
    started = tmp_path / "started"
    code = (
        "import sys, pathlib; from app.cli import main; import roi.simulation as s; right = s.measure; "
        f"s.measure = lambda *a: (pathlib.Path({str(started)!r}).touch(), right(*a))[1]; "
        "sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["evaluate", str(STUDIO), "--json", "--set", "settings.draws=524288"]
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as running:
        while not started.exists() and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (1, ""), err
    assert "Traceback" not in err
    assert err.rstrip().splitlines()[-1] == cli_module.words.text("cli.stopped"), err
