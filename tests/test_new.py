"""`crm-roi new` as a newcomer runs it: at a terminal, without one, and with --yes."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.new import understood
from assessment import assess, bank, load_case
from assessment.interview import DONT_KNOW
from reports.language import language

pty = pytest.importorskip("pty")

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "app", "new"]
PATIENCE = 60  # seconds without a sign of life

CHINESE = "1 8 1 3 1800万 25 40 36 15万 120 18 1260万元 16800 8小时 4条 4 12 1800 2万 1 10万 会 有".split()
ENGLISH = [
    *["9", "b2b_services", "eight", "8", "1", "3", "18,000,000", "[0.22 0.25 0.3]", "40", "36", "150000"],
    *["120", "18", "12.6e6", "16800", "8 hours", "4", "0", "", "100000", "perhaps", "yes", "don't know"],
]


def environment(code: str) -> dict[str, str]:
    return {**os.environ, "CRM_ROI_LANG": code, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def at_terminal(folder: Path, code: str, arguments: list[str], replies: list[str]) -> tuple[int, str]:
    """Runs the command and types each reply when a prompt waits; exit code and screen."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(code),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_the_terminal,
    ) as running:
        os.close(theirs)
        screen, waiting, last = b"", list(replies), time.monotonic()
        while time.monotonic() - last < PATIENCE:
            if select.select([ours], [], [], 0.05)[0]:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # Linux's way of saying that the other end is closed
                    break
                if not piece:
                    break
                screen, last = screen + piece, time.monotonic()
            elif waiting and screen.endswith(b": "):
                os.write(ours, waiting.pop(0).encode())
                screen += b" "  # answered
        else:
            running.kill()
        os.close(ours)
    return running.returncode, screen.decode()


def _take_the_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches it


def typed(replies: list[str]) -> list[str]:
    return [reply + "\n" for reply in replies]


def test_a_sales_firm_of_twelve_in_chinese_from_start_to_verdict(tmp_path: Path) -> None:
    code, screen = at_terminal(tmp_path, "en", ["远帆.yaml", "--lang", "zh-CN"], typed(CHINESE))
    assert code == 0, screen
    assert "[14/14]" in screen
    assert "= 25%" in screen  # “25” is understood
    assert "已写好：远帆.yaml" in screen
    loaded = load_case(tmp_path / "远帆.yaml", ["settings.draws=256"])
    assert loaded.warnings == loaded.notices == ()
    assert loaded.case.language == "zh-CN"
    decision = assess(loaded)
    assert decision.reconciliation.sales == pytest.approx(18_000_000)
    assert decision.verdict.outcome != "too_little_to_say"


def test_the_same_in_english_with_a_range_mistakes_and_things_nobody_knows(tmp_path: Path) -> None:
    code, screen = at_terminal(tmp_path, "en", ["acme.yaml"], typed(ENGLISH))
    assert code == 0, screen
    for said in ("must lie between 1 and 6", "“eight” is not a number", "Please answer yes or no"):
        assert screen.count(said) == 1, screen
    assert "Customers who went with them" not in screen  # since nobody left
    assert "One-off fees" not in screen  # since there is no quote
    case = load_case(tmp_path / "acme.yaml").case
    assert case.organisation.industry == "b2b_services"
    assert case.assumptions.contribution_margin.distribution.ends == (0.22, 0.25, 0.3)  # type: ignore[attr-defined]
    assert case.settings.loss_limit == 100_000
    assert case.options == []
    assert (case.answers.readiness.leader_opens_it_weekly, case.answers.readiness.owner_named) == (
        True,
        DONT_KNOW,
    )


def test_answers_that_contradict_are_kept_and_named_with_their_line(tmp_path: Path) -> None:
    replies = list(CHINESE)
    replies[7] = "600"  # new customers out of 480 leads
    code, screen = at_terminal(tmp_path, "en", ["case.yaml", "--lang", "zh-CN"], typed(replies))
    assert code == 0, screen
    text = (tmp_path / "case.yaml").read_text(encoding="utf-8")
    line = next(n for n, said in enumerate(text.splitlines(), 1) if "new_customers_last_year: 600" in said)
    assert f"case.yaml:{line}: answers.first.new_customers_last_year" in screen
    assert "有几处对不上" in screen


def test_ctrl_c_stops_with_one_line_and_nothing_written(tmp_path: Path) -> None:
    code, screen = at_terminal(tmp_path, "en", ["case.yaml"], ["1\n", "9\n", "\x03"])
    assert code == 1
    assert screen.rstrip().endswith("Stopped.")
    assert "Traceback" not in screen
    assert list(tmp_path.iterdir()) == []


def without_terminal(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment("en"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_yes_asks_nothing_and_the_file_says_what_is_missing(lang: str, tmp_path: Path) -> None:
    done = without_terminal(tmp_path, "my.yaml", "--yes", "--lang", lang, "--industry", "manufacturing")
    assert done.returncode == 0, done.stderr
    assert "my.yaml" in done.stdout
    text = (tmp_path / "my.yaml").read_text(encoding="utf-8")
    for question in bank.questions().values():
        assert bank.in_trade(question.text, "manufacturing")[lang] in text or question.id == "quote"
    loaded = load_case(tmp_path / "my.yaml")
    assert [warning.code for warning in loaded.warnings] == ["revenue_not_reconciled"]
    verdict = assess(loaded).verdict
    assert verdict.outcome == "too_little_to_say"
    assert {"users", "leads_per_month", "order_value", "hourly_cost"} <= set(verdict.missing)


def test_a_file_that_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text("mine", encoding="utf-8")
    done = without_terminal(tmp_path, "my.yaml", "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not overwritten" in done.stderr
    assert (tmp_path / "my.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["my.yaml"], "--yes"),  # no terminal
        (["no/such/my.yaml", "--yes"], "no/such"),
        (["my.yaml", "--yes", "--lang", "fr"], "fr"),
        (["my.yaml", "--yes", "--industry", "fishing"], "consumer_retail"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    done = without_terminal(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


PARTS = {part.name: part for question in bank.questions().values() for part in question.parts}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("annual_revenue", "30万", 300_000),
        ("annual_revenue", "１，２００万元", 12_000_000),
        ("annual_revenue", "1,000", 1_000),
        ("contribution_margin", "3%", 0.03),
        ("contribution_margin", "20%、25%、30%", (0.2, 0.25, 0.3)),
        ("leads_per_month", "[30, 40, 60]", (30, 40, 60)),
        ("leads_per_month", "1,000, 2,000, 3,000", (1_000, 2_000, 3_000)),
        ("report_hours_per_week", "8 小时", 8),
        ("deal_value", "", DONT_KNOW),
        ("deal_value", "不知道", DONT_KNOW),
        ("deal_value", "Don't know.", DONT_KNOW),
        ("owner_named", "有", True),
        ("owner_named", "no", False),
        ("owner_named", "?", DONT_KNOW),
    ],
)
def test_answers_as_people_type_them(name: str, text: str, value: object) -> None:
    words = language("zh-CN")
    assert understood(text, PARTS[name], words.own(PARTS[name].unit), words) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("contribution_margin", "250"),
        ("leads_per_month", "60 40 30"),
        ("leads_per_month", "8k"),
        ("leads_per_month", "30 40"),
        ("sales", "1 2 3"),
        ("forgotten_of_20_lost", "21"),
        ("owner_named", "maybe"),
    ],
)
@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_anything_else_is_asked_again_with_one_sentence(name: str, text: str, code: str) -> None:
    words = language(code)
    with pytest.raises(ValueError, match=r"^[^\n{}]+$"):
        understood(text, PARTS[name], words.own(PARTS[name].unit), words)
