"""Draws: Sobol' points, marginals, correlations, and that nothing but an input's own name moves its draws.

Expected values come from MODEL.md (“Ranges”, “Common cause”, “Sampling”, “Adoption”), from scipy's own
Sobol' points and distributions, and from Spearman's rank correlation.
"""

import copy
import math
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assessment import case_from_data
from roi import sobol
from roi.engine import cash_flow
from roi.measures import net_present_value
from roi.model import Model
from roi.sampling import LISTED, REPLICATES, Sampler, dimensions
from roi.simulation import run
from roi.statistics import share, summary

Draws = dict[str, np.ndarray[Any, Any]]


# --- the points -------------------------------------------------------------------------------------------


def gray(count: int) -> Any:
    """scipy lists Sobol' points in the order of the Gray code."""
    return np.arange(count) ^ (np.arange(count) >> 1)


@pytest.mark.parametrize(("dimensions", "count"), [(64, 4096), (1024, 256)])
def test_unscrambled_points_are_scipys(dimensions: int, count: int) -> None:
    ours = np.stack([sobol.unscrambled(dimension, count) for dimension in range(dimensions)], axis=1)
    theirs = stats.qmc.Sobol(dimensions, scramble=False, bits=32).random(count)
    np.testing.assert_array_equal(ours[gray(count)], theirs)


def test_the_first_dimension_is_van_der_corputs_sequence() -> None:
    assert sobol.unscrambled(0, 8).tolist() == [0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875]


@given(
    dimension=st.integers(0, sobol.DIMENSIONS - 1),
    power=st.integers(0, 12),
    seed=st.integers(0, 2**32 - 1),
    replicate=st.integers(0, REPLICATES - 1),
)
def test_scrambled_points_fall_one_into_each_stratum(
    dimension: int, power: int, seed: int, replicate: int
) -> None:
    count = 2**power
    points = sobol.uniforms(dimension, count, seed, replicate)
    assert np.all((points > 0) & (points < 1))
    assert sorted(np.floor(points * count).astype(int)) == list(range(count))


@pytest.mark.parametrize("seed", [1, 2, 2**32 - 1])
def test_scrambling_keeps_the_net_of_the_first_two_dimensions(seed: int) -> None:
    """Each of the 256 boxes 2⁻ᵃ × 2⁻⁸⁺ᵃ holds one of 256 points: dimensions 1 and 2 are a (0, 8, 2)-net."""
    x, y = (sobol.uniforms(dimension, 256, seed, 3) for dimension in (0, 1))
    for power in range(9):
        boxes = np.floor(x * 2**power) * 2 ** (8 - power) + np.floor(y * 2 ** (8 - power))
        assert len(set(boxes)) == 256


def test_seeds_replicates_and_dimensions_differ() -> None:
    rows = [sobol.uniforms(*key) for key in ((0, 64, 1, 0), (1, 64, 1, 0), (0, 64, 2, 0), (0, 64, 1, 1))]
    assert len({row.tobytes() for row in rows}) == 4
    np.testing.assert_array_equal(rows[0], sobol.uniforms(0, 64, 1, 0))


def test_scrambles_are_unbiased() -> None:
    """Over 2,000 scrambles the first point is as uniform as a random number."""
    first = [sobol.uniforms(5, 1, seed, 0)[0] for seed in range(2000)]
    assert stats.kstest(first, "uniform").pvalue > 0.001


# --- models to draw from ----------------------------------------------------------------------------------


def case(**changes: Any) -> dict[str, Any]:
    """Everything that may be correlated is uncertain; 4,096 draws."""
    option = {
        "kind": "saas",
        "implementation_months": [1, 3, 6],
        "overrun": [0.9, 1.1, 1.6],
        "ramp_months": [2, 4, 8],
        "adoption": [0.4, 0.6, 0.8],
        "fit": [0.5, 0.7, 0.8],
        "abandon": {"probability": 0.25, "month": [6, 10, 20]},
        "dip": {"share": [0, 0.05, 0.1], "months": [1, 2, 3]},
        "costs": [
            {"id": "licence", "category": "subscription", "amount": [80, 100, 130], "per": "user_year"}
            | {"when": "contract", "uplift": [0, 0.05, 0.1]}
        ],
    }
    data = {
        "schema": 1,
        "id": "draws",
        "title": "draws",
        "organisation": {"industry": "other"},
        "settings": {"amounts_exclude_vat": True, "draws": 4096, "years": 2},
        "assumptions": {
            "users": 10,
            "managers": 1,
            "sales_users": 5,
            "contribution_margin": [0.4, 0.5, 0.55],
            "leads_per_month": [15, 20, 30],
            "lead_to_opportunity": 0.5,
            "opportunity_to_win": 0.4,
            "deal_value": [800, 1000, 1500],
            "active_customers": 100,
            "orders_per_customer_month": 0.5,
            "order_value": 200,
            "churn_per_year": 0.1,
            "hourly_cost": 50,
            "churn_excludes_leavers": True,
            "hours_saved_per_user_day": [-0.0, 0.3, 0.9],
            "cycle_reduction": [0.01, 0.03, 0.06],
            "repeat_uplift": [-0.01, 0.01, 0.03],
        },
        "benefits": {
            "extra": [
                {"id": "own", "dimension": "management", "cash": True, "monthly": [50, 100, 200]},
                {"id": "plain", "dimension": "management", "cash": True, "monthly": [50, 100, 200]}
                | {"follows_adoption": False},
            ]
        },
        "options": [
            option | {"id": "saas", "effects": {"order_value_uplift": [0, 0.01, 0.02]}},
            option | {"id": "custom", "kind": "custom", "effects": {"order_value_uplift": [0, 0.02, 0.03]}},
        ],
    }
    data["options"] = [copy.deepcopy(one) for one in data["options"]]  # no parts in common
    data["settings"] |= changes
    return data


def model(data: dict[str, Any]) -> Model:
    return case_from_data(data).model


def scores_of(model: Model) -> Draws:
    """All normal scores, replicate after replicate."""
    sampler = Sampler(model)
    parts = [sampler.scores(replicate) for replicate in range(REPLICATES)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def values_of(model: Model) -> Draws:
    scores = scores_of(model)
    return {name: item.at(scores[name]) for name, item in Sampler(model).inputs.items()} | events_of(
        model, scores
    )


def events_of(model: Model, scores: Draws) -> Draws:
    """1 where a tool is given up: its score is below that of the probability."""
    return {
        f"{option.id}.abandon": 1.0
        * (scores[f"{option.id}.abandon"] < stats.norm.ppf(option.abandon_probability))
        for option in model.options
        if f"{option.id}.abandon" in scores
    }


CASE = case()
MANY = model(case(draws=16384))
SCORES, VALUES = scores_of(MANY), values_of(MANY)


def rank(a: str, b: str, scores: Draws = SCORES) -> float:
    return float(stats.spearmanr(scores[a], scores[b]).statistic)


# --- marginals --------------------------------------------------------------------------------------------

LONG_FORMS: list[tuple[dict[str, Any], Callable[[Any], Any]]] = [
    ({"kind": "uniform", "low": 110, "high": 130}, stats.uniform(110, 20).ppf),
    ({"kind": "normal", "low": 110, "high": 130}, stats.norm(120, 10 / stats.norm.ppf(0.95)).ppf),
    (
        {"kind": "normal", "low": 110, "high": 130, "interval": 0.5},
        stats.norm(120, 10 / stats.norm.ppf(0.75)).ppf,
    ),
    (
        {"kind": "lognormal", "low": 10, "high": 40},
        stats.lognorm(math.log(2) / stats.norm.ppf(0.95), scale=20).ppf,
    ),
    ({"kind": "triangular", "low": 110, "likely": 115, "high": 130}, stats.triang(0.25, 110, 20).ppf),
    ({"kind": "pert", "low": 110, "likely": 115, "high": 130}, stats.beta(2, 4, 110, 20).ppf),
    (  # two halves of normals, each scaled to put one in ten beyond its end
        {"kind": "split_normal", "low": 110, "likely": 115, "high": 130},
        lambda u: 115 + np.where(u > 0.5, 15, 5) * stats.norm.ppf(u) / stats.norm.ppf(0.9),
    ),
]


@pytest.mark.parametrize("sampling", ["sobol", "monte_carlo"])
@pytest.mark.parametrize(
    ("stated", "ppf"), LONG_FORMS, ids=["-".join(map(str, stated.values())) for stated, _ in LONG_FORMS]
)
def test_draws_have_the_stated_distribution(stated: dict[str, Any], ppf: Any, sampling: str) -> None:
    data = case(draws=8192, sampling=sampling)
    data["assumptions"]["leads_per_month"] = {"distribution": stated}
    drawn = values_of(model(data))["leads_per_month"]
    if sampling == "monte_carlo":
        grid = (np.arange(200_000) + 0.5) / 200_000
        assert stats.ks_2samp(drawn, ppf(grid)).pvalue > 0.001
        return
    for replicate in drawn.reshape(REPLICATES, -1):  # one draw in each stratum of each replicate
        count, ordered = replicate.size, np.sort(replicate)
        assert np.all(ordered >= ppf(np.arange(count) / count) - 1e-9)
        assert np.all(ordered <= ppf((np.arange(count) + 1) / count) + 1e-9)


@pytest.mark.parametrize(
    ("name", "low", "likely", "high"),
    [
        ("contribution_margin", 0.4, 0.5, 0.55),
        ("saas.adoption", 0.4, 0.6, 0.8),
        ("saas.overrun", 0.9, 1.1, 1.6),
        ("saas.licence", 80, 100, 130),
        ("saas.licence.uplift", 0, 0.05, 0.1),
        ("own", 50, 100, 200),
        ("cycle_reduction", 0.01, 0.03, 0.06),
        ("repeat_uplift", -0.01, 0.01, 0.03),
        ("saas.abandon_month", 6, 10, 20),
    ],
)
def test_three_numbers_are_the_first_decile_the_median_and_the_last(
    name: str, low: float, likely: float, high: float
) -> None:
    drawn = VALUES[name]
    for number, expected in ((low, 0.1), (likely, 0.5), (high, 0.9)):
        assert float(np.mean(drawn < number)) == pytest.approx(expected, abs=0.006)


def test_draws_stay_in_the_domain_and_effects_that_start_at_0_above_it() -> None:
    data = case()
    data["assumptions"] |= {"repeat_uplift": [0, 0.02, 0.05], "resold_share": [0.5, 0.9, 1]}
    drawn = values_of(model(data))
    assert drawn["repeat_uplift"].min() == 0
    assert float(np.mean(drawn["repeat_uplift"] == 0)) == pytest.approx(0.1, abs=0.01)  # nothing comes of it
    assert drawn["cycle_reduction"].min() == 0  # low 0.01 is at least 0
    assert drawn["resold_share"].max() == 1
    assert float(np.mean(drawn["resold_share"] == 1)) == pytest.approx(0.1, abs=0.01)
    may_harm = values_of(model(CASE))["repeat_uplift"]  # low −0.01
    assert may_harm.min() < -0.01
    assert float(np.mean(may_harm < 0)) > 0.1


def test_a_formula_has_no_draw_of_its_own_and_moves_no_other() -> None:
    data = case()
    line = {"id": "fees", "dimension": "management", "cash": True, "monthly": "deal_value * users / 100"}
    data["benefits"]["extra"].append(line)
    drawn, before = values_of(model(data)), values_of(model(CASE))
    assert drawn.keys() == before.keys()
    for name, values in before.items():
        np.testing.assert_array_equal(drawn[name], values)


# --- the common cause -------------------------------------------------------------------------------------

EFFECTS = ["hours_saved_per_user_day", "cycle_reduction", "repeat_uplift", "lead_to_opportunity_gain", "own"]
ADOPTIONS = ["saas.adoption", "custom.adoption", "spreadsheet.adoption"]
QUESTIONS = ["adoption", "overrun", "implementation_months", "ramp_months"]
CLOSE = 0.02  # of 16,384 draws


@pytest.mark.parametrize(("a", "b"), list(combinations([*EFFECTS, "saas.adoption"], 2)))
def test_effects_and_adoptions_fail_together(a: str, b: str) -> None:
    assert rank(a, b) == pytest.approx(0.5, abs=CLOSE)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("a", "b"), list(combinations(("saas", "custom", "spreadsheet"), 2)))
def test_two_options_answers_to_one_question_go_together(a: str, b: str, question: str) -> None:
    assert rank(f"{a}.{question}", f"{b}.{question}") == pytest.approx(0.7, abs=CLOSE)


def test_so_do_two_options_own_effects() -> None:
    both = [f"{option}.order_value_uplift" for option in ("saas", "custom")]
    assert rank(*both) == pytest.approx(0.7, abs=CLOSE)
    for own in both:
        assert rank(own, "saas.adoption") == pytest.approx(0.5, abs=CLOSE)
        assert rank(own, "cycle_reduction") == pytest.approx(0.5, abs=CLOSE)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("saas.overrun", "saas.implementation_months"),
        ("saas.overrun", "saas.adoption"),
        ("saas.overrun", "cycle_reduction"),
        ("saas.ramp_months", "custom.implementation_months"),
        ("saas.ramp_months", "saas.adoption"),
        ("saas.fit", "custom.fit"),
        ("saas.fit", "saas.adoption"),
        ("plain", "own"),
        ("plain", "cycle_reduction"),
        ("deal_value", "leads_per_month"),
        ("deal_value", "saas.adoption"),
        ("saas.licence", "custom.licence"),
        ("saas.licence", "saas.licence.uplift"),
        ("saas.dip_share", "custom.dip_share"),
        ("saas.abandon_month", "custom.abandon_month"),
        ("saas.overrun", "saas.abandon"),
        ("deal_value", "saas.abandon"),
    ],
)
def test_everything_else_goes_its_own_way(a: str, b: str) -> None:
    assert rank(a, b) == pytest.approx(0, abs=CLOSE)


def test_every_score_is_standard_normal() -> None:
    for score in SCORES.values():
        assert float(score.mean()) == pytest.approx(0, abs=0.01)
        assert float(score.std()) == pytest.approx(1, abs=CLOSE)


def test_without_a_common_cause_effects_are_independent() -> None:
    scores = scores_of(model(case(draws=16384, effect_correlation=0)))
    for a, b in combinations([*EFFECTS, "saas.adoption", "saas.abandon"], 2):
        assert rank(a, b, scores) == pytest.approx(0, abs=CLOSE)
    for question in [*QUESTIONS, "order_value_uplift"]:
        assert rank(f"saas.{question}", f"custom.{question}", scores) == pytest.approx(0.7, abs=CLOSE)


def test_a_strong_common_cause_ties_options_as_strongly() -> None:
    scores = scores_of(model(case(draws=16384, effect_correlation=0.9)))
    assert rank("cycle_reduction", "repeat_uplift", scores) == pytest.approx(0.9, abs=CLOSE)
    assert rank("cycle_reduction", "saas.adoption", scores) == pytest.approx(0.9, abs=CLOSE)
    for question in QUESTIONS:
        assert rank(f"saas.{question}", f"custom.{question}", scores) == pytest.approx(0.9, abs=CLOSE)


PAIRS = [
    {"between": ["deal_value", "leads_per_month"], "rank": -0.6},
    {"between": ["deal_value", "contribution_margin"], "rank": 0.3},
    {"between": ["cycle_reduction", "repeat_uplift"], "rank": 0.8},
    {"between": ["saas.overrun", "saas.licence"], "rank": 0.4},
    {"between": ["saas.adoption", "custom.adoption"], "rank": 0.85},
]


def test_further_correlations_reach_their_rank_and_leave_the_others() -> None:
    data = case(draws=16384) | {"correlations": PAIRS}
    scores = scores_of(model(data))
    for pair in PAIRS:
        assert rank(*pair["between"], scores) == pytest.approx(pair["rank"], abs=CLOSE)
    named = {name for pair in PAIRS for name in pair["between"]}
    for name in set(scores) - named:
        np.testing.assert_array_equal(scores[name], SCORES[name])
    for a, b, expected in (
        ("cycle_reduction", "saas.adoption", 0.5),
        ("repeat_uplift", "saas.adoption", 0.5),
        ("repeat_uplift", "own", 0.5),
        ("custom.adoption", "own", 0.5),
        ("saas.adoption", "spreadsheet.adoption", 0.7),
        ("saas.overrun", "custom.overrun", 0.7),
        ("leads_per_month", "contribution_margin", 0.0),
        ("deal_value", "cycle_reduction", 0.0),
        ("saas.licence", "custom.overrun", 0.0),
    ):
        assert rank(a, b, scores) == pytest.approx(expected, abs=CLOSE)
    for name in named:
        assert float(scores[name].std()) == pytest.approx(1, abs=0.01)


def test_a_correlation_with_what_is_certain_or_unused_changes_nothing() -> None:
    data = case() | {"correlations": [{"between": ["deal_value", "order_value"], "rank": 0.9}]}
    assert_same_draws(scores_of(model(CASE)), scores_of(model(data)))


# --- giving up --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("probability", [0.01, 0.25, 0.5, 0.9])
def test_a_tool_is_given_up_as_often_as_stated_and_rather_where_people_do_not_use_it(
    probability: float,
) -> None:
    data = case(draws=16384)
    for option in data["options"]:
        option["abandon"]["probability"] = probability
    made = model(data)
    scores = scores_of(made)
    given_up = events_of(made, scores)["saas.abandon"]
    assert set(np.unique(given_up)) == {0, 1}
    assert float(given_up.mean()) == pytest.approx(probability, abs=0.005)
    for effect in ("saas.adoption", "custom.adoption", "cycle_reduction", "own"):
        assert rank("saas.abandon", effect, scores) == pytest.approx(0.5, abs=CLOSE)
        assert scores[effect][given_up == 1].mean() < scores[effect][given_up == 0].mean()


@pytest.mark.parametrize(("probability", "given_up"), [(0, 0), (0.49, 0), (0.5, 1), (1, 1)])
def test_the_most_likely_run_gives_up_from_one_half_on(probability: float, given_up: int) -> None:
    data = case()
    data["options"][0]["abandon"]["probability"] = probability
    made = model(data)
    saas = made.options[-2]
    flow = cash_flow(made, saas)
    other = cash_flow(made, saas, {"saas.abandon": np.array([float(given_up)])})
    for line in flow.benefits:
        np.testing.assert_array_equal(flow.benefits[line], other.benefits[line])
    assert (flow.benefits["time_saved"][-1, 0] == 0) == bool(given_up)


def test_no_event_is_drawn_where_it_is_certain() -> None:
    data = case()
    data["options"][0]["abandon"]["probability"] = 1
    data["options"][1]["abandon"]["probability"] = 0
    assert not {"saas.abandon", "custom.abandon"} & set(scores_of(model(data)))


def test_given_up_after_the_horizon_is_not_given_up() -> None:
    data = case()  # 24 months; T = 3 · 1.1 + month
    data["options"][0] |= {"abandon": {"probability": 1, "month": 20.7}, "exit_probability": 0.5}
    data["options"][0] |= {"implementation_months": 3, "overrun": 1.1}
    data["options"][0]["costs"] = [
        {"id": "leave", "category": "exit", "amount": 100, "per": "once", "when": "exit"}
    ]
    for month, expected in ((20.6, 100), (20.8, 50)):  # T = 23.9: for sure; 24.1: by its probability
        data["options"][0]["abandon"]["month"] = month
        made = model(data)
        flow = cash_flow(made, made.options[-2])
        assert flow.costs["leave"][:, 0].tolist() == [0] * 24 + [expected]
        assert (flow.benefits["time_saved"][-1, 0] == 0) == (expected == 100)


# --- one name is one draw ---------------------------------------------------------------------------------


def assert_same_draws(before: Draws, after: Draws) -> None:
    assert set(before) <= set(after)
    for name, score in before.items():
        np.testing.assert_array_equal(score, after[name], err_msg=name)


BEFORE = scores_of(model(CASE))


@pytest.mark.parametrize(
    "extend",
    [
        lambda data: data["assumptions"].update(opportunity_value=[1, 2, 3]),  # its line is off
        lambda data: data["assumptions"].update(lost_share_at_leaving=[0.1, 0.2, 0.3]),  # was a default
        lambda data: data["benefits"].update(on=["faster_decisions", "forecast_accuracy"]),
        lambda data: data["benefits"]["extra"].append(
            {"id": "more", "dimension": "management", "cash": True, "monthly": [0, 1, 2]}
        ),
        lambda data: data["options"][0]["costs"].append(
            {"id": "help", "category": "support", "amount": [0, 1, 2], "per": "month", "when": "running"}
        ),
        lambda data: data["options"].append({"id": "nocode", "kind": "nocode", "adoption": [0.1, 0.5, 0.9]}),
        lambda data: data["options"].append({"id": "brand_x", "kind": "saas", "adoption": [0.1, 0.5, 0.9]}),
        lambda data: data["options"][0]["effects"].update(collection_days_saved=[0, 1, 2]),
    ],
)
def test_what_is_added_changes_no_other_draw(extend: Callable[[dict[str, Any]], Any]) -> None:
    data = copy.deepcopy(CASE)
    extend(data)
    assert_same_draws(BEFORE, scores_of(model(data)))


def test_what_is_made_certain_changes_no_other_draw() -> None:
    data = copy.deepcopy(CASE)
    data["assumptions"]["deal_value"] = 1000
    data["options"][0]["adoption"] = 0.6
    after = scores_of(model(data))
    assert set(BEFORE) - set(after) == {"deal_value", "saas.adoption"}
    assert_same_draws(after, BEFORE)


def test_the_order_in_the_file_changes_no_draw() -> None:
    data = copy.deepcopy(CASE)
    data["options"].reverse()
    data["benefits"]["extra"].reverse()
    data["assumptions"] = dict(reversed(data["assumptions"].items()))
    for option in data["options"]:
        option["costs"].append(
            {"id": "help", "category": "support", "amount": [0, 1, 2], "per": "month", "when": "running"}
        )
        option["costs"].reverse()
    assert_same_draws(BEFORE, scores_of(model(data)))


def test_another_value_changes_no_draw() -> None:
    data = copy.deepcopy(CASE)
    data["assumptions"]["deal_value"] = [1, 2, 4]
    data["options"][0]["adoption"] = {"distribution": {"kind": "uniform", "low": 0.1, "high": 0.2}}
    assert_same_draws(BEFORE, scores_of(model(data)))


def test_seeds_change_all_draws_and_a_seed_repeats_them() -> None:
    other = scores_of(model(case(seed=2)))
    assert_same_draws(BEFORE, scores_of(model(CASE)))
    assert not any(np.array_equal(score, other[name]) for name, score in BEFORE.items())


identifiers = st.from_regex(
    r"[A-Za-z][A-Za-z0-9_-]{0,12}(\.[A-Za-z][A-Za-z0-9_-]{0,12}){0,2}", fullmatch=True
)


@given(st.lists(st.one_of(identifiers, st.sampled_from(LISTED)), max_size=400))
def test_no_two_names_share_a_dimension(names: list[str]) -> None:
    found = dimensions(names)
    assert set(found) == set(names)
    assert len(set(found.values())) == len(found)
    assert all(0 <= place < sobol.DIMENSIONS for place in found.values())
    assert all(found[name] == LISTED.index(name) for name in found if name in LISTED)


@given(st.sets(identifiers, min_size=1, max_size=30), st.sets(st.sampled_from(LISTED)))
def test_built_in_names_never_move_others(own: set[str], listed: set[str]) -> None:
    own -= set(LISTED)
    alone, together = dimensions(own), dimensions(own | listed)
    assert all(together[name] == alone[name] for name in own)


def test_every_name_of_the_model_is_listed_once() -> None:
    assert len(set(LISTED)) == len(LISTED)
    own = set(Sampler(model(CASE)).loadings) - set(LISTED)
    assert own == {"own", "plain"} | {
        f"{option}.{cost}" for option in ("saas", "custom") for cost in ("licence", "licence.uplift")
    } | {f"spreadsheet.{cost}" for cost in ("set_up_process", "learn_the_sheet", "keep_the_sheet")}


# --- blocks, threads, plain Monte Carlo -------------------------------------------------------------------

SMALL = case(draws=1024, years=1)


def bits(made: Model) -> dict[str, bytes]:
    """Every array of a run, bit for bit."""
    found = {}
    for name, result in run(made).results.items():
        for field in fields(result.draws):
            value = getattr(result.draws, field.name)
            for key, array in value.items() if isinstance(value, dict) else [("", value)]:
                found[f"{name}.{field.name}.{key}"] = np.ascontiguousarray(array).tobytes()
    return found


@pytest.mark.parametrize("block", [2, 6, 32, 1000])
def test_the_size_of_blocks_changes_nothing(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = model(SMALL)
    whole = bits(made)
    monkeypatch.setattr("roi.simulation.BLOCK", block)
    parts = bits(made)
    changed = {name for name in whole if parts[name] != whole[name]}
    assert all(".irr." in name for name in changed)
    for (
        name
    ) in changed:  # BLAS adds up a matrix in an order that depends on its size: the last bit may differ
        one, other = (np.frombuffer(found[name]) for found in (whole, parts))
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_threads_change_nothing() -> None:
    made = model(SMALL)
    alone = bits(made)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(bits, [made] * 4))


def test_the_number_of_processors_changes_nothing() -> None:
    program = (
        "import sys, hashlib; sys.path[:0] = ['tests', '.']; from test_sampling import SMALL, bits, model;"
        "print(hashlib.sha256(repr(sorted(bits(model(SMALL)).items())).encode()).hexdigest())"
    )
    found = set()
    for threads in ("1", "4"):
        more = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | more,
            capture_output=True,
            text=True,
            check=True,
            cwd=os.path.dirname(os.path.dirname(__file__)),
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_plain_monte_carlo_on_request() -> None:
    data = case(draws=16384, sampling="monte_carlo")
    scores = scores_of(model(data))
    assert set(scores) == set(SCORES)
    assert rank("cycle_reduction", "saas.adoption", scores) == pytest.approx(0.5, abs=0.03)
    assert rank("saas.overrun", "custom.overrun", scores) == pytest.approx(0.7, abs=0.03)
    assert rank("deal_value", "leads_per_month", scores) == pytest.approx(0, abs=0.03)
    strata = np.floor(stats.norm.cdf(scores["deal_value"][:1024]) * 1024)
    assert len(set(strata)) < 800  # of 1,024 random numbers about 1 − 1/e fall into strata of their own
    again = scores_of(model(data))
    assert all(np.array_equal(scores[name], again[name]) for name in scores)
    other = scores_of(model(case(draws=16384, sampling="monte_carlo", seed=2)))
    assert not any(np.array_equal(scores[name], other[name]) for name in scores)


# --- standard errors --------------------------------------------------------------------------------------


def small_npv(seed: int, draws: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """NPV of two options of a small model."""
    data = case(seed=seed, draws=draws, years=1)
    data["benefits"]["only"] = ["conversion_uplift"]
    made = model(data)
    values = values_of(made)
    parts = []
    for first in range(0, draws, 8192):
        block = {name: value[first : first + 8192] for name, value in values.items()}
        flows = [cash_flow(made, option, block) for option in made.options[-2:]]
        parts.append([net_present_value(flow, made) for flow in flows])
    saas, custom = np.concatenate(parts, axis=1)
    return saas, custom


def test_a_run_is_made_of_these_values() -> None:
    data = case(draws=512, years=1)
    data["benefits"]["only"] = ["conversion_uplift"]
    results = run(model(data)).results
    for option, npv in zip(("saas", "custom"), small_npv(1, 512), strict=True):
        np.testing.assert_allclose(results[option].draws.npv, npv, rtol=1e-9, atol=1e-6)


def test_standard_errors_cover_what_many_draws_say() -> None:
    """In 40 seeds, two standard errors hold the truth about 19 times in 20, and no more than they should."""
    saas, custom = small_npv(99, 2**17)
    truth = {
        "mean": saas.mean(),
        "p5": np.quantile(saas, 0.05),
        "p95": np.quantile(saas, 0.95),
        "p_best": np.mean(saas > custom),
    }
    off: dict[str, list[float]] = {name: [] for name in truth}
    for seed in range(40):
        saas, custom = small_npv(seed, 2048)
        found = summary(saas, 0.0)
        estimates = {"mean": (found.mean, found.se["mean"])}
        estimates |= {name: (found.quantiles[name], found.se[name]) for name in ("p5", "p95")}
        estimates["p_best"] = share(saas > custom)
        for name, (estimate, error) in estimates.items():
            assert estimate is not None
            assert error is not None
            assert error > 0
            off[name].append((estimate - truth[name]) / error)
    for name, distances in off.items():
        assert sum(abs(distance) <= 2 for distance in distances) >= 33, name
        assert 0.4 < np.mean(np.square(distances)) < 2.2, name


def test_quasi_random_points_err_less_than_random_ones() -> None:
    data = case(draws=4096, years=1)
    data["benefits"]["only"] = ["conversion_uplift"]

    def error(sampling: str) -> float:
        data["settings"]["sampling"] = sampling
        found = run(model(data)).results["saas"].draws.npv
        return summary(found, 0.0).se["mean"] or math.inf

    assert error("sobol") < 0.6 * error("monte_carlo")
