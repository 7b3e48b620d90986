"""Case files as text, for the tests that write them: a sound one, and what changes it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assessment import load_case
from assessment.loader import Loaded
from assessment.remarks import InputError, Remark

EXAMPLES = sorted(Path(__file__).parents[1].glob("examples/*/case.yaml"))

# One thing a line, so that a fault's line says which. 12 · S = 12 · (20 · ½ · ⅖ · 1000 + 100 · ½ · 200).
BASE = """\
schema: 1
id: base
title: Base
language: en
organisation:
  industry: other
settings:
  amounts_exclude_vat: true
  years: 3
  draws: 256
assumptions:
  users: 10
  managers: 1
  sales_users: 1
  annual_revenue: 168000
  contribution_margin: 0.5
  leads_per_month: 20
  lead_to_opportunity: 0.5
  opportunity_to_win: 0.4
  deal_value: 1000
  active_customers: 100
  orders_per_customer_month: 0.5
  order_value: 200
  churn_per_year: 0.1
  hourly_cost: 50
  churn_excludes_leavers: true
options:
  - id: saas
    kind: saas
    adoption: 0.6
    abandon: {probability: 0.15, month: 12}
    dip: {share: 0, months: 0}
    costs:
      - id: licence
        category: subscription
        amount: 100
        per: user_year
        when: contract
      - id: training
        category: training
        hours: 8
        per: user
        when: implementation
"""
ASSUMPTION, OPTION = "  churn_excludes_leavers: true\n", "    adoption: 0.6\n"  # lines that others may follow


def replaced(old: str, new: str, text: str = BASE) -> str:
    assert text.count(old) == 1, f"{text.count(old)} times in the case: {old!r}"
    return text.replace(old, new)


def stating(*lines: str, text: str = BASE) -> str:
    """A case with more assumptions."""
    return replaced(ASSUMPTION, ASSUMPTION + "".join(f"  {line}\n" for line in lines), text)


def saying(*lines: str, text: str = BASE) -> str:
    """A case whose option says more of itself, or says something else."""
    for key in {line.partition(":")[0] for line in lines} & {"abandon", "dip"}:
        text = re.sub(rf"^    {key}: .*\n", "", text, count=1, flags=re.MULTILINE)
    return replaced(OPTION, OPTION + "".join(f"    {line}\n" for line in lines), text)


def without(*names: str, text: str = BASE) -> str:
    """A case without some of its assumptions."""
    for name in names:
        text, count = re.subn(rf"^  {name}: .*\n", "", text, flags=re.MULTILINE)
        assert count == 1, name
    return text


def people(line: str, text: str = BASE) -> str:
    """A case with head counts."""
    return replaced("  industry: other\n", f"  industry: other\n  people: {line}\n", text)


def write(folder: Path, text: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str, *changes: str) -> Loaded:
    return load_case(write(folder, text), changes)


def refusal(folder: Path, text: str, *changes: str) -> tuple[Remark, ...]:
    with pytest.raises(InputError) as caught:
        load_case(write(folder, text), changes)
    return caught.value.faults


def faults_of(load: Callable[[Any], Loaded], given: Any) -> tuple[Remark, ...]:
    """None for what is accepted; anything but an InputError is not caught."""
    try:
        load(given)
    except InputError as error:
        return error.faults
    return ()


def line_of(text: str, words: str) -> int:
    (number,) = (number for number, line in enumerate(text.split("\n"), 1) if words in line)
    return number


def likely(loaded: Loaded, name: str) -> float:
    return loaded.model.assumptions[name].most_likely


def ends(loaded: Loaded, name: str) -> tuple[float, ...]:
    return loaded.model.assumptions[name].distribution.ends
