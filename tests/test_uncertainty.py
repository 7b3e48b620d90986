"""What the uncertainty of a run says, on an example: identities that hold whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assessment import load_case
from roi.model import Correlation
from roi.sampling import COMMON
from roi.simulation import Run, run
from roi.uncertainty import Uncertainty, best_of, groups, uncertainty

EXAMPLE = Path(__file__).resolve().parent.parent / "examples/machinery-maker/case.yaml"


@pytest.fixture(scope="module")
def done() -> Run:
    return run(replace(load_case(EXAMPLE).model, draws=4096))


@pytest.fixture(scope="module")
def said(done: Run) -> Uncertainty:
    return uncertainty(done)


def test_perfect_information_is_worth_what_the_best_option_may_lose(done: Run, said: Uncertainty) -> None:
    """EVPI is the expected loss of choosing the best option: the same mean, computed apart."""
    assert said.evpi == pytest.approx(min(result.expected_loss for result in done.results.values()))


def test_no_part_is_worth_more_than_the_whole(done: Run, said: Uncertainty) -> None:
    assert {worth.name for worth in said.evppi} == set(done.inputs)
    for worth in (*said.evppi, *said.groups):
        assert 0 <= worth.value <= said.evpi
        assert worth.error >= 0
    values = [worth.value for worth in said.evppi]
    assert values == sorted(values, reverse=True)


def test_a_group_is_worth_at_least_its_best_member(done: Run, said: Uncertainty) -> None:
    single = {worth.name: worth for worth in said.evppi}
    members = groups(done.model)
    for group in said.groups:
        best = max((single[name] for name in members[group.name]), key=lambda worth: worth.value)
        assert group.value >= best.value - 2 * (group.error + best.error)


def test_groups_are_questions_effects_and_pairs(done: Run) -> None:
    found = groups(done.model)
    assert set(found["@adoption"]) == {
        f"{option}.adoption" for option in ("saas", "nocode", "custom", "spreadsheet")
    }
    assert set(found["@adoption"]) < set(found[COMMON])
    pair = replace(done.model, correlations=(Correlation(("deal_value", "realisation"), 0.3),))
    assert groups(pair)["deal_value – realisation"] == ["deal_value", "realisation"]


def test_variance_shares_are_shares_of_inputs_that_hang_together(done: Run, said: Uncertainty) -> None:
    members = [name for share in said.variance for name in share.members]
    assert len(members) == len(set(members)) <= len(done.inputs)
    common = next(share for share in said.variance if share.name == COMMON)
    assert {"saas.adoption", "saas.abandon", "hours_saved_per_user_day"} <= set(common.members)
    for share in said.variance:
        assert 0 <= share.first <= share.total + 0.05 <= 1.1
    assert sum(share.first for share in said.variance) <= 1.05


def test_an_input_of_another_option_has_no_share(said: Uncertainty) -> None:
    """The best purchase is the ready-made one; what only a custom build costs does not move it."""
    assert not any(share.name.startswith("custom.") for share in said.variance)


def test_the_best_with_and_without_a_purchase(done: Run) -> None:
    means = {name: float(np.mean(result.draws.npv)) for name, result in done.results.items()}
    bought, without = best_of(done, bought=True), best_of(done, bought=False)
    assert bought is not None
    assert without is not None
    assert means[bought.id] == max(means[name] for name in ("saas", "nocode", "custom"))
    assert means[without.id] == max(means[name] for name in ("status_quo", "spreadsheet"))
