"""What changing one input does, against functions whose answer is known and against the model itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assessment import load_case
from roi.distributions import Fixed
from roi.engine import cash_flow
from roi.measures import net_present_value
from roi.model import Model, Option
from roi.sampling import Sampler
from roi.what_if import chance_of_beating, dominates, tornado

EXAMPLE = Path(__file__).resolve().parent.parent / "examples/machinery-maker/case.yaml"


@pytest.fixture(scope="module")
def model() -> Model:
    return load_case(EXAMPLE).model


def at_medians(model: Model, option: Option, name: str, value: float) -> float:
    """NPV with every input replaced by a fixed one: its median, but for one."""
    inputs = Sampler(model).inputs
    medians = {item.name: float(item.at(np.zeros(()))) for item in inputs.values()} | {name: value}
    values = {key: np.array([number]) for key, number in medians.items()}
    return float(net_present_value(cash_flow(model, option, values), model)[0])


def test_a_bar_is_the_model_run_at_its_ends(model: Model) -> None:
    option = next(option for option in model.options if option.kind == "saas")
    bars = tornado(model, option)
    assert len(bars) > 20
    assert [bar.swing for bar in bars] == sorted((bar.swing for bar in bars), reverse=True)
    for bar in bars[:10]:
        if not bar.name.endswith(".abandon"):
            assert bar.npv_low == pytest.approx(at_medians(model, option, bar.name, bar.low), abs=1e-6)
            assert bar.npv_high == pytest.approx(at_medians(model, option, bar.name, bar.high), abs=1e-6)


def test_the_bar_of_giving_up_is_the_model_with_and_without_it(model: Model) -> None:
    option = next(option for option in model.options if option.kind == "saas")
    bar = next(bar for bar in tornado(model, option) if bar.name == "saas.abandon")
    assert (bar.low, bar.high) == (0, 1)
    for probability, npv in ((0.0, bar.npv_low), (1.0, bar.npv_high)):
        certain = replace(option, abandon_probability=probability)
        assert npv == pytest.approx(at_medians(model, certain, "", 0.0), abs=1e-6)


def test_an_input_of_another_option_has_no_bar(model: Model) -> None:
    option = next(option for option in model.options if option.kind == "saas")
    assert not any(bar.name.startswith(("custom.", "nocode.")) for bar in tornado(model, option))


def test_nothing_uncertain_no_bars(model: Model) -> None:
    def fixed(item):  # type: ignore[no-untyped-def]
        return replace(item, distribution=Fixed(value=item.most_likely))

    options = tuple(
        replace(
            option,
            abandon_probability=0.0,
            answers={name: fixed(item) for name, item in option.answers.items()},
            costs=tuple(
                replace(cost, quantity=fixed(cost.quantity), uplift=cost.uplift and fixed(cost.uplift))
                for cost in option.costs
            ),
        )
        for option in model.options
    )
    assumptions = {name: fixed(item) for name, item in model.assumptions.items()}
    certain = replace(model, options=options, assumptions=assumptions, extra=())
    assert tornado(certain, certain.options[-1]) == []


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ([1, 2, 3], [0, 2, 3], 1),
        ([2, 2, 2], [1, 2, 3], 2),
        ([1, 2, 3], [2, 2, 2], 0),
        ([0, 9], [1, 2], 0),
        ([1, 2], [2, 1], 0),
    ],
)
def test_dominance(one: list[float], other: list[float], order: int) -> None:
    assert dominates(np.array(one, dtype=float), np.array(other, dtype=float)) == order


def test_chances_of_beating() -> None:
    chances = chance_of_beating([np.array([0.0, 0, 0, 0]), np.array([1.0, 1, -1, 0])])
    assert chances.tolist() == [[0, 0.25], [0.5, 0]]
