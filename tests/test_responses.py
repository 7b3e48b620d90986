"""Values that are set, against the case run with them: responses, switching values, crossovers, the map."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from strategies import fixed_cases

from assessment import case_from_data, load_case
from roi.distributions import Array, Fixed
from roi.engine import cash_flow, inputs_in_use, lines_moved, missing_inputs
from roi.measures import net_present_value, present_values
from roi.model import Assumption, Model, Option
from roi.responses import DRAWS, MOST_YEARS, Crossover, Responses, Switch, npv_by_horizon
from roi.sampling import Sampler
from roi.simulation import npv_of, run

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
BESIDE = 1e-3  # of a range: how near to a switching value the case is run


def small(name: str, *changes: str) -> Model:
    """An example on so few draws that responses are computed on all of them."""
    return load_case(EXAMPLES / name / "case.yaml", [f"settings.draws={DRAWS}", *changes]).model


@pytest.fixture(scope="module")
def machinery() -> Responses:
    return Responses(run(small("machinery-maker")))


@pytest.fixture(scope="module")
def studio() -> Responses:
    return Responses(run(small("three-person-studio")))


def with_input(model: Model, name: str, value: float) -> Model:
    """The model with an input fixed, wherever it stands."""

    def fixed(item: Assumption) -> Assumption:
        return replace(item, distribution=Fixed(value=value)) if item.name == name else item

    def option(one: Option) -> Option:
        costs = tuple(
            replace(
                line,
                quantity=fixed(line.quantity),
                uplift=None if line.uplift is None else fixed(line.uplift),
            )
            for line in one.costs
        )
        return replace(one, answers={key: fixed(item) for key, item in one.answers.items()}, costs=costs)

    return replace(
        model,
        assumptions={key: fixed(item) for key, item in model.assumptions.items()},
        options=tuple(map(option, model.options)),
    )


def means(model: Model) -> Array:
    return np.asarray(npv_of(model).mean(axis=0))


def winner(model: Model) -> str:
    return model.options[int(means(model).argmax())].id


def inside(one: Switch, part: float) -> float:
    """A value a part of the way from the switching value towards the median."""
    assert one.value is not None
    return one.value + part * (one.now - one.value)


# --- responses --------------------------------------------------------------------------------------------

SOME = (
    "hours_saved_per_user_day saas.adoption saas.ramp_months custom.implementation_months nocode.overrun "
    "contribution_margin sales_cycle_months fade_per_year churn_reduction saas.move_out saas.licence.uplift "
    "saas.abandon_month spreadsheet.fit entry_minutes_per_user_day"
).split()


@pytest.mark.parametrize("name", SOME)
def test_a_response_is_the_case_run_with_the_input_set(machinery: Responses, name: str) -> None:
    low, high = Sampler(machinery.model).inputs[name].at(np.array([-1.0, 1.0]))
    found = machinery.at({name: np.array([low, high])}).mean(axis=-1)
    expected = [means(with_input(machinery.model, name, value)) for value in (low, high)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6)


def test_a_line_is_moved_exactly_by_the_inputs_it_is_said_to_be_moved_by(machinery: Responses) -> None:
    model, draws = machinery.model, {name: values[:64] for name, values in machinery.draws.items()}
    for option in model.options[1:3]:
        now = present_values(cash_flow(model, option, draws), model)
        for name in draws:
            then = present_values(cash_flow(model, option, draws | {name: draws[name] * 0.5}), model)
            changed = {line for line in now if not np.array_equal(now[line], then[line])}
            assert changed <= lines_moved(model, option, name), name


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(fixed_cases())
def test_one_run_serves_all_horizons(data: dict[str, object]) -> None:
    model = case_from_data(data).model
    if missing_inputs(model):
        return
    for option in model.options:
        found = npv_by_horizon(model, option, {})
        for years in range(1, MOST_YEARS + 1):
            ending = replace(model, years=years)
            expected = net_present_value(cash_flow(ending, option), ending)
            np.testing.assert_allclose(found[years - 1], expected, rtol=1e-9, atol=1e-6)


def test_horizons_on_draws_with_what_is_given_up(machinery: Responses) -> None:
    model = machinery.model
    for place, option in enumerate(model.options):
        for years in (1, 4, 10):
            ending = replace(model, years=years)
            expected = np.mean(net_present_value(cash_flow(ending, option, machinery.draws), ending))
            assert machinery.by_years[years - 1, place] == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_fewer_draws_than_the_run_has_are_corrected_by_all_of_them() -> None:
    """With nothing really set, the means are those of the whole run, not of the part."""
    done = run(replace(small("machinery-maker"), draws=8 * DRAWS))
    responses = Responses(done)
    users = done.model.assumptions["users"].most_likely
    found = responses.at({"users": np.array([users])}).mean(axis=-1)[0]
    np.testing.assert_allclose(found, done.npv.mean(axis=0), rtol=1e-12)


# --- switching values -------------------------------------------------------------------------------------


def switches(responses: Responses) -> list[Switch]:
    found = (responses.switch(item) for item in Sampler(responses.model).inputs.values())
    return [one for one in found if one.value is not None]


@pytest.mark.parametrize("which", ["machinery", "studio"])
def test_the_best_option_changes_at_a_switching_value_and_not_before(
    which: str, request: pytest.FixtureRequest
) -> None:
    responses: Responses = request.getfixturevalue(which)
    model = responses.model
    best = model.options[responses.best].id
    found = switches(responses)
    assert len(found) >= (4 if which == "machinery" else 0)
    for one in found:
        assert one.value is not None
        beyond = one.value + (BESIDE if one.rising else -BESIDE) * (one.high - one.low)
        assert winner(with_input(model, one.name, beyond)) == one.to != best, one
        step = BESIDE * (one.high - one.low) / max(abs(one.now - one.value), 1e-300)
        if winner(with_input(model, one.name, one.now)) == best:
            for part in (step, 0.25, 0.5, 0.75):
                assert winner(with_input(model, one.name, inside(one, min(part, 1)))) == best, one


def test_an_input_without_a_switching_value_leaves_the_best_option_best(machinery: Responses) -> None:
    best = machinery.model.options[machinery.best].id
    for item in list(Sampler(machinery.model).inputs.values())[::6]:
        one = machinery.switch(item)
        if one.value is None:
            for value in np.linspace(one.low, one.high, 4):
                assert winner(with_input(machinery.model, one.name, value)) == best, one


def test_standard_errors_of_switching_values_reach_those_of_all_draws(machinery: Responses) -> None:
    """The part of the draws against a run on sixteen times as many: the same within four errors."""
    many = Responses(run(replace(machinery.model, draws=16 * DRAWS)))
    for one in switches(machinery):
        other = many.switch(Sampler(many.model).inputs[one.name])
        if other.value is not None and one.value is not None:
            assert abs(one.value - other.value) <= 4 * (one.error + other.error) + 0.02 * (one.high - one.low)


# --- crossovers and the map -------------------------------------------------------------------------------


def crossing(responses: Responses, over: str, one: str, other: str) -> Crossover:
    found = responses.crossover(over, one, other)  # type: ignore[arg-type]
    assert found is not None
    return found


def lead(model: Model, one: str, other: str) -> float:
    found = dict(zip([option.id for option in model.options], means(model), strict=True))
    return float(found[one] - found[other])


@pytest.mark.parametrize("other", ["nocode", "custom"])
def test_options_change_places_at_their_crossover_of_users(machinery: Responses, other: str) -> None:
    found = crossing(machinery, "users", "saas", other)
    assert found.value is not None
    assert found.above == other
    for value, ahead in ((found.value - 0.1, "saas"), (found.value + 0.1, other)):
        model = with_input(machinery.model, "users", value)
        assert ("saas" if lead(model, "saas", other) > 0 else other) == ahead


def test_options_change_places_in_the_year_of_their_crossover(machinery: Responses) -> None:
    found = crossing(machinery, "years", "saas", "spreadsheet")
    assert found.value == int(found.value or 0) > 1
    leads = [
        lead(replace(machinery.model, years=int(found.value or 0) + shift), "saas", "spreadsheet")
        for shift in (-1, 0)
    ]
    assert leads[0] < 0 < leads[1]
    assert found.above == "saas"


def test_options_change_places_at_their_crossover_of_changes(machinery: Responses) -> None:
    found = crossing(machinery, "changes_per_year", "saas", "spreadsheet")
    assert found.value is not None
    names = [name for name in inputs_in_use(machinery.model) if name.endswith("changes_per_year")]
    for value, ahead in ((found.value * 0.99, "saas"), (found.value * 1.01, "spreadsheet")):
        model = machinery.model
        for name in names:
            model = with_input(model, name, value)
        assert ("saas" if lead(model, "saas", "spreadsheet") > 0 else "spreadsheet") == ahead


def test_what_makes_no_difference_has_no_crossover() -> None:
    responses = Responses(run(small("contact-management")))
    assert responses.crossover("changes_per_year", "contact_system", "spreadsheet") is None


def test_the_map_names_who_is_best_on_average(machinery: Responses) -> None:
    found = machinery.map()
    for users, years in ((found.users[0], 1), (found.users[3], 3), (found.users[-1], 5)):
        model = with_input(replace(machinery.model, years=years), "users", users)
        assert found.winners[found.users.index(users)][found.years.index(years)] == winner(model)
