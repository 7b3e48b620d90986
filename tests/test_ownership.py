"""Cost by horizon and what there is to negotiate, against the case run with another horizon or price."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from strategies import fixed_cases

from assessment import assess, case_from_data, load_case
from assessment.case import Case
from assessment.loader import Loaded
from assessment.owned import owned
from assessment.terms import TermsRecord, terms
from roi.engine import missing_inputs
from roi.measures import parts_of
from roi.ownership import ownership
from roi.simulation import Run, run

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DRAWS = 512


def loaded(name: str, *changes: str) -> Loaded:
    return load_case(EXAMPLES / name / "case.yaml", [f"settings.draws={DRAWS}", *changes])


@pytest.fixture(scope="module")
def machinery() -> tuple[Case, Run]:
    found = loaded("machinery-maker")
    return found.case, run(found.model)


@pytest.mark.parametrize("years", [1, 3, 5])
def test_the_cost_until_a_horizon_is_that_of_the_case_with_that_horizon(
    machinery: tuple[Case, Run], years: int
) -> None:
    direct = run(loaded("machinery-maker", f"settings.years={years}").model)
    for option in machinery[1].model.options:
        found, draws = ownership(machinery[1], option, years), direct.results[option.id].draws
        np.testing.assert_allclose(found.nominal, draws.costs, rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(found.present, draws.pv_costs, rtol=1e-9, atol=1e-6)
        hidden = sum((part for (_, is_hidden), part in found.parts.items() if is_hidden), np.zeros(DRAWS))
        np.testing.assert_allclose(hidden, draws.hidden, rtol=1e-9, atol=1e-6)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(fixed_cases())
def test_parts_add_up_to_the_whole_and_bear_the_category_of_their_lines(data: dict[str, object]) -> None:
    model = case_from_data(data).model
    if missing_inputs(model):
        return
    done = run(model)
    for result in done.results.values():
        found = ownership(done, result.option, model.years)
        total = sum(found.parts.values(), np.zeros(done.draws))
        np.testing.assert_allclose(total, result.draws.costs, rtol=1e-9, atol=1e-6)
        named = {category for category, _ in parts_of(result.likely_flow)}
        assert {category for category, _ in found.parts} == named


def test_per_user_month_is_the_quotient_of_the_means(machinery: tuple[Case, Run]) -> None:
    case, done = machinery
    for one in owned(done):
        if one.years == case.settings.years:
            draws = done.results[one.option].draws
            assert one.per_user_month == pytest.approx(draws.costs.mean() / draws.user_months.mean())
            assert sum(part.cost.mean for part in one.parts) == pytest.approx(one.nominal.mean)


def of(name: str, option: str, *changes: str) -> TermsRecord:
    found = loaded(name, *changes)
    return next(one for one in terms(found.case, run(found.model)) if one.option == option)


@pytest.mark.parametrize(("name", "option", "line"), [
    ("machinery-maker", "saas", "licence"),
    ("machinery-maker", "nocode", "platform"),
    ("retail-members", "nocode", "platform"),
])  # fmt: skip
def test_at_the_bearable_price_buying_and_not_buying_come_to_the_same(
    name: str, option: str, line: str
) -> None:
    now = of(name, option)
    assert now.bearable is not None
    assert now.lines == [line]
    stated = next(cost for one in loaded(name).model.options if one.id == option for cost in one.costs
                  if cost.id == line).quantity.most_likely  # fmt: skip
    then = run(loaded(name, f"{option}.{line}={stated * now.bearable}").model)
    means = {key: result.draws.npv.mean() for key, result in then.results.items()}
    without = max(means["status_quo"], means["spreadsheet"])
    assert means[option] == pytest.approx(without, abs=1e-6 * now.price)
    then_again = of(name, option, f"{option}.{line}={stated * now.bearable}")
    assert then_again.bearable == pytest.approx(1.0, abs=1e-6)


def test_what_rising_prices_cost_is_gone_when_they_do_not_rise(machinery: tuple[Case, Run]) -> None:
    now = next(one for one in terms(*machinery) if one.option == "saas")
    then = of("machinery-maker", "saas", "saas.licence.uplift=0")
    assert now.uplift is not None
    assert now.uplift > 0
    assert then.price == pytest.approx(now.price - now.uplift)


def test_terms_tell_what_the_case_states(machinery: tuple[Case, Run]) -> None:
    case, done = machinery
    found = {one.option: one for one in terms(case, done)}
    assert set(found) == {"saas", "nocode", "custom"}
    assert (found["nocode"].term_months, found["nocode"].notice_months) == (12, 2)
    assert found["saas"].export == "yes"
    assert found["custom"].lines == []
    assert found["custom"].bearable is None
    assert found["saas"].systems == case.organisation.systems
    draws = done.results["saas"].draws
    assert found["saas"].exit == pytest.approx(draws.by_category["exit"].mean())


def test_a_decision_keeps_both() -> None:
    found = assess(loaded("machinery-maker"))
    assert {(one.option, one.years) for one in found.ownership or ()} >= {("saas", 1), ("custom", 5)}
    assert [one.option for one in found.terms or ()] == ["saas", "nocode", "custom"]
    assert type(found).from_json(found.to_json()) == found
