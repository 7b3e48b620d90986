"""Selection: worked values, other programs' values, what must hold for any matrix, cases with criteria."""

import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import ahpy
import numpy as np
import pytest
from choice import loaded, product, scores
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm.methods import TOPSIS
from pymcdm.normalizations import vector_normalization
from scipy.stats import beta

from assessment import assess, bank, load_case
from assessment.chosen import RankedRecord, SelectionRecord
from assessment.decision import Decision
from assessment.figures import Figures
from assessment.selection import (
    RANDOM_INDEX,
    Method,
    ahp,
    flips,
    rank_acceptability,
    rank_reversals,
    ranks,
    revisit,
    topsis,
    weighted_sum,
)
from reports.language import language
from roi.distributions import Array

ROOT = Path(__file__).resolve().parent.parent
WORKED = json.loads((ROOT / "tests" / "data" / "selection.json").read_text(encoding="utf-8"))
EXAMPLE = ROOT / "examples" / "machinery-maker" / "case.yaml"
METHODS: tuple[Method, ...] = ("weighted_sum", "topsis")
both = pytest.mark.parametrize("method", METHODS)


def named(rows: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("row", rows, ids=lambda row: row["name"])


def scored(matrix: Any, weights: Any, maximise: Any, method: Method) -> Array:
    return (topsis if method == "topsis" else weighted_sum)(matrix, weights, maximise)


# --- worked values ----------------------------------------------------------------------------------------


@named(WORKED["topsis"])
def test_closeness_as_printed(row: dict[str, Any]) -> None:
    found = topsis(row["matrix"], row["weights"], row["maximise"])
    unit = 10.0 ** -row["digits"]
    np.testing.assert_allclose(found, row["closeness"], atol=unit if "last_digit_off" in row else 0.5 * unit)


def reciprocal(upper: list[list[Any]]) -> Array:
    """The whole matrix from what stands above its diagonal."""
    matrix = np.eye(len(upper) + 1)
    for row, ratios in enumerate(upper):
        for column, ratio in enumerate(ratios, row + 1):
            value = float(Fraction(ratio))
            matrix[row, column], matrix[column, row] = value, 1 / value
    return matrix


@named(WORKED["ahp"])
def test_weights_from_comparisons_as_printed(row: dict[str, Any]) -> None:
    weights, ratio = ahp(reciprocal(row["upper"]))
    assert weights.round(row["digits"]).tolist() == row["weights"]
    assert round(ratio, 4) == row["ratio"] if "ratio" in row else ratio > 0.1


@named(WORKED["acceptability"])
def test_acceptability_by_hand(row: dict[str, Any]) -> None:
    found = rank_acceptability(row["matrix"], vectors=100_000)
    np.testing.assert_allclose(found, row["shares"], atol=0.006)  # four standard errors at most


@pytest.mark.parametrize(("weight", "concentration"), [(0.5, 8.0), (0.6, 50.0), (0.3, 20.0)])
def test_acceptability_near_stated_weights_is_a_beta_distributions_tail(
    weight: float, concentration: float
) -> None:
    found = rank_acceptability(np.eye(2), [weight, 1 - weight], concentration=concentration, vectors=100_000)
    first = beta(concentration * weight, concentration * (1 - weight)).sf(0.5)
    np.testing.assert_allclose(found, [[first, 1 - first], [1 - first, first]], atol=0.0065)


def test_without_a_concentration_the_documented_one_is_used() -> None:
    stated = bank.threshold("selection.concentration")
    found = rank_acceptability(np.eye(2), [6, 4])
    assert (found == rank_acceptability(np.eye(2), [6, 4], concentration=stated)).all()
    assert (found != rank_acceptability(np.eye(2), [6, 4], concentration=stated / 2)).any()


def test_the_same_seed_gives_the_same_shares_and_another_nearly_the_same() -> None:
    matrix = [[3, 7, 5], [6, 4, 5], [5, 5, 6]]
    one, again, other = (rank_acceptability(matrix, [2, 3, 1], seed=seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert 0 < np.abs(one - other).max() < 0.03


# --- other programs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_closeness_agrees_with_pymcdm(seed: int) -> None:
    random = np.random.default_rng(seed)
    alternatives, criteria = random.integers(2, 13), random.integers(1, 41)
    matrix = random.uniform(0.1, 10, (alternatives, criteria))
    weights, up = random.dirichlet(np.ones(criteria)), random.random(criteria) < 0.7
    theirs = TOPSIS(vector_normalization)(matrix, weights, np.where(up, 1, -1))
    np.testing.assert_allclose(topsis(matrix, weights, up), theirs, rtol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_comparisons_agree_with_ahpy(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(3, 11))
    scale = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1, 3, 5, 7, 9]
    upper = [[random.choice(scale) for _ in range(size - row - 1)] for row in range(size - 1)]
    matrix = reciprocal(upper)
    names = [f"c{place}" for place in range(size)]
    stated = {(names[i], names[j]): matrix[i, j] for i in range(size) for j in range(i + 1, size)}
    theirs = ahpy.Compare("criteria", stated, precision=9, random_index="saaty")
    their_index = {3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45, 10: 1.49}[size]
    weights, ratio = ahp(matrix)
    np.testing.assert_allclose(weights, [theirs.target_weights[name] for name in names], atol=1e-6)
    assert ratio * RANDOM_INDEX[size] == pytest.approx(theirs.consistency_ratio * their_index, abs=1e-6)


# --- what must hold for any matrix ------------------------------------------------------------------------

NUMBERS = st.one_of(st.integers(0, 10).map(float), st.floats(0, 10, allow_subnormal=False))


@st.composite
def problems(draw: st.DrawFn, least: int = 1) -> tuple[Array, Array, Array]:
    """Scores with many ties and zeros, weights not all zero, and which criteria are maximised."""
    alternatives, criteria = draw(st.integers(least, 6)), draw(st.integers(1, 6))
    matrix = draw(arrays(float, (alternatives, criteria), elements=NUMBERS))
    weights = draw(arrays(float, criteria, elements=NUMBERS))
    assume(weights.max() > 1e-3)
    return matrix, weights, draw(arrays(bool, criteria))


@both
@given(problems(), st.floats(1e-6, 1e6))
def test_the_scale_of_the_weights_changes_nothing(
    method: Method, problem: tuple[Array, Array, Array], factor: float
) -> None:
    matrix, weights, up = problem
    once, scaled = scored(matrix, weights, up, method), scored(matrix, factor * weights, up, method)
    np.testing.assert_allclose(scaled, once, rtol=1e-9, atol=1e-9)
    assert (ranks(matrix, 2**10 * weights, up, method) == ranks(matrix, weights, up, method)).all()


@both
@given(problems(), st.integers(1, 5))
def test_many_weight_vectors_are_scored_as_one_by_one(
    method: Method, problem: tuple[Array, Array, Array], vectors: int
) -> None:
    matrix, weights, up = problem
    many = weights * np.random.default_rng(vectors).uniform(0.5, 2, (vectors, weights.size))
    expected = [scored(matrix, one, up, method) for one in many]
    np.testing.assert_allclose(scored(matrix, many, up, method), expected, rtol=1e-9, atol=1e-12)


@given(problems())
@example((np.zeros((3, 2)), np.ones(2), np.ones(2, bool)))
@example((np.ones((1, 1)), np.ones(1), np.ones(1, bool)))
def test_closeness_is_always_a_share(problem: tuple[Array, Array, Array]) -> None:
    found = topsis(*problem)
    assert ((found >= 0) & (found <= 1)).all()


@both
@given(problems(), st.data())
def test_a_dominated_alternative_never_wins(
    method: Method, problem: tuple[Array, Array, Array], data: st.DataObject
) -> None:
    matrix, weights, up = problem
    place = data.draw(st.integers(0, len(matrix) - 1))
    worse = data.draw(arrays(float, weights.size, elements=NUMBERS))
    assume(worse.any())
    dominated = matrix[place] - np.where(up, worse, -worse)
    assume((dominated != matrix[place]).any())
    wider = np.vstack([dominated, matrix])  # first in the list: it would win a tie that nothing else breaks
    scores = scored(wider, weights, up, method)
    assert scores[0] <= scores[place + 1]
    found = ranks(wider, weights, up, method)
    assert found[0] > found[place + 1]
    near = rank_acceptability(wider, weights, up, vectors=64, method=method)
    assert near[0, 0] == 0
    np.testing.assert_allclose([near.sum(axis=0), near.sum(axis=1)], 1)


@given(problems(), st.data())
def test_a_copy_does_not_change_the_winner_of_the_weighted_sum(
    problem: tuple[Array, Array, Array], data: st.DataObject
) -> None:
    matrix, weights, up = problem
    copied = data.draw(st.integers(0, len(matrix) - 1))
    before = ranks(matrix, weights, up)
    after = ranks(np.vstack([matrix, matrix[copied]]), weights, up)
    assert ((before == 1) == (after[:-1] == 1)).all()
    assert after[-1] == after[copied]


@given(problems(least=2))
def test_the_weighted_sum_has_no_rank_reversal(problem: tuple[Array, Array, Array]) -> None:
    matrix, weights, up = problem
    assume(len(set(np.round(weighted_sum(matrix, weights, up), 6))) == len(matrix))
    assert rank_reversals(matrix, weights, up, "weighted_sum") == []


def test_dropping_the_third_reverses_the_first_two_of_topsis() -> None:
    matrix, weights = np.array([[1, 3000.0], [2, 3750], [5, 4500]]), [0.5, 0.5]
    up = [False, True]
    kept = {drop: [one for one in range(3) if one != drop] for drop in (1, 2)}
    winners = {drop: rows[int(topsis(matrix[rows], weights, up).argmax())] for drop, rows in kept.items()}
    assert rank_reversals(matrix, weights, up) == [drop for drop, winner in winners.items() if winner != 0]
    assert rank_reversals([[9, 1], [5, 6], [0, 9.5]], [1, 1]) == []


@given(problems(least=2))
def test_flips_are_where_the_winner_changes_and_nowhere_else(problem: tuple[Array, Array, Array]) -> None:
    matrix, weights, up = problem
    share, signed = weights / weights.sum(), np.where(up, matrix, -matrix)
    places = np.sort(signed @ share)[::-1]
    assume(places[0] - places[1] > 1e-3)
    winner = int((signed @ share).argmax())

    def leads(criterion: int, weight: float) -> float:
        """By how much the winner leads the best other one with another weight."""
        changed = share * (1 - weight) / (1 - share[criterion])
        changed[criterion] = weight
        values = signed @ changed
        return float(values[winner] - np.delete(values, winner).max())

    found = {flip.criterion: flip for flip in flips(matrix, weights, up)}
    assert list(found) == [flip.criterion for flip in sorted(found.values(), key=lambda flip: flip.change)]
    for criterion in np.flatnonzero(share < 1 - 1e-9):
        ends = [leads(criterion, 0.0), leads(criterion, 1.0)]
        if criterion not in found:
            assert min(ends) > -1e-6
            continue
        flip = found[criterion]
        assert 0 <= flip.to <= 1
        assert leads(criterion, flip.to) == pytest.approx(0, abs=1e-8)
        end = 1.0 if flip.to > flip.now else 0.0
        assert leads(criterion, (flip.to + flip.now) / 2) > 0
        assert leads(criterion, end) < 0
        changed = share * (1 - flip.to) / (1 - share[criterion])
        changed[criterion] = flip.to
        assert (signed @ changed)[flip.winner] == pytest.approx((signed @ changed)[winner], abs=1e-8)
        other = (flip.now - flip.change, flip.now + flip.change)[flip.to < flip.now]
        if 0 <= other <= 1:  # no nearer on the other side
            assert leads(criterion, other) > -1e-8


def test_a_criterion_that_is_all_there_is_cannot_flip() -> None:
    assert flips([[5, 1], [4, 9]], [1, 0])[0].criterion == 1
    assert [flip.criterion for flip in flips([[5], [4]], [1])] == []


@given(arrays(float, st.integers(1, 10), elements=st.floats(1, 9)))
def test_consistent_comparisons_give_their_weights_back(weights: Array) -> None:
    found, ratio = ahp(weights[:, None] / weights)
    np.testing.assert_allclose(found, weights / weights.sum(), rtol=1e-8)
    assert ratio == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("size", range(4, 9))
def test_the_one_judgement_that_contradicts_the_others_is_revisited_first(size: int) -> None:
    weights = np.arange(size, 0, -1.0)
    matrix = weights[:, None] / weights
    matrix[0, size - 1], matrix[size - 1, 0] = 1 / 9, 9
    assert ahp(matrix)[1] > 0.1
    assert revisit(matrix) == (0, size - 1)


def test_of_three_judgements_all_are_equally_far_off_and_the_first_is_named() -> None:
    matrix = reciprocal([[3, "1/5"], [7]])
    weights, _ = ahp(matrix)
    off = np.log(matrix * weights / weights[:, None])
    np.testing.assert_allclose(np.abs([off[0, 1], off[0, 2], off[1, 2]]), abs(off[0, 1]))
    assert revisit(matrix) == (0, 1)


def test_a_criterion_without_weight_stays_without() -> None:
    found = rank_acceptability([[1, 0], [0, 100]], [1, 0], concentration=0.1, vectors=1000)
    assert found.tolist() == [[1, 0], [0, 1]]


def test_both_methods_have_their_own_acceptability() -> None:
    matrix = [[9, 1, 1], [5, 5, 5], [1, 9, 4]]
    for method in METHODS:
        found = rank_acceptability(matrix, vectors=4000, seed=3, method=method)
        drawn = np.random.default_rng(3).dirichlet(np.ones(3), 4000)
        first = np.bincount(scored(matrix, drawn, True, method).argmax(axis=1), minlength=3) / 4000
        np.testing.assert_allclose(found[:, 0], first, atol=0.03)


BAD: list[tuple[Any, Any, str]] = [
    ([1, 2, 3], [1, 1, 1], "alternatives × criteria"),
    (np.zeros((0, 3)), [1, 1, 1], "alternatives × criteria"),
    ([[1, np.nan]], [1, 1], "finite"),
    ([[1, np.inf]], [1, 1], "finite"),
    ([[1, 2]], [1, 1, 1], "one per criterion"),
    ([[1, 2]], [[[1, 1]]], "one per criterion"),
    ([[1, 2]], [1, -1], "not negative"),
    ([[1, 2]], [1, np.nan], "finite"),
    ([[1, 2]], [0, 0], "above zero"),
    ([[1, 2]], [[1, 1], [0, 0]], "above zero"),
]


@pytest.mark.parametrize(("matrix", "weights", "said"), BAD)
def test_what_cannot_be_scored_is_refused(matrix: Any, weights: Any, said: str) -> None:
    for function in (topsis, weighted_sum, ranks, rank_acceptability, flips, rank_reversals):
        with pytest.raises(ValueError, match=said):
            function(matrix, weights)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([[1, 2, 3]], "criteria × criteria"),
        ([], "criteria × criteria"),
        ([[1, 2], [2, 1]], "reciprocal"),
        ([[2, 2], [0.5, 1]], "reciprocal"),
        ([[1, -2], [-0.5, 1]], "above zero"),
        ([[1, np.inf], [0, 1]], "above zero"),
        (np.ones((11, 11)), "up to 10"),
    ],
)
def test_what_is_no_comparison_is_refused(pairs: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ahp(pairs)


def test_what_cannot_be_drawn_near_is_refused() -> None:
    for more in ({"vectors": 0}, {"concentration": 0.0}, {"concentration": np.inf}):
        with pytest.raises(ValueError, match="above zero"):
            rank_acceptability(np.eye(2), [1, 1], **more)
    with pytest.raises(ValueError, match="not vectors"):
        rank_acceptability(np.eye(2), [[1, 1], [1, 2]])
    with pytest.raises(ValueError, match="maximise"):
        topsis(np.eye(2), [1, 1], [True, False, True])


@both
def test_twelve_products_on_forty_criteria_over_a_hundred_thousand_weights_in_two_seconds(
    method: Method,
) -> None:
    random = np.random.default_rng(1)
    matrix, weights = random.uniform(0, 10, (12, 40)), random.uniform(1, 10, 40)
    start = time.process_time()
    rank_acceptability(matrix, weights, vectors=100_000, method=method)
    assert time.process_time() - start < 2


# --- cases ------------------------------------------------------------------------------------------------

PAINS = [name for name, pain in bank.pains().items() if pain.cure != "cannot"]
FIRST = PAINS[0]
SECOND = next(name for name in PAINS if bank.pains()[name].capability != bank.pains()[FIRST].capability)
ASKED = [bank.pains()[name].capability for name in (FIRST, SECOND)]


def selected(*options: dict[str, Any], **more: Any) -> SelectionRecord:
    found = assess(loaded(*options, **more)).selection
    assert found is not None
    return found


def ranked(found: SelectionRecord, option: str) -> RankedRecord:
    return next(one for one in found.options if one.option == option)


def test_options_are_ranked_by_weighted_score_and_what_was_not_scored_counts_nothing() -> None:
    criteria = {
        "weights": {"ease": 30, "own_need": 10},
        "labels": {"own_need": "our need"},
        "scores": {"a": scores(ease=8, own_need=4), "b": scores(ease=10)},
    }
    found = selected(product("a"), product("b"), product("c"), criteria=criteria)
    assert [(one.option, one.weighted_sum, one.rank) for one in found.options] == [
        ("b", 7.5, 1),
        ("a", 7.0, 2),
        ("c", 0.0, 3),
    ]
    assert [(one.criterion, one.weight, one.label) for one in found.criteria] == [
        ("ease", 0.75, ""),
        ("own_need", 0.25, "our need"),
    ]
    assert [one.score for one in ranked(found, "b").scores] == [10, None]
    assert found.by_score == "b"
    assert ranked(found, "c").acceptability == [0, 0, 1]


def test_usual_criteria_bring_their_names_in_both_languages() -> None:
    assert len(bank.criteria()) == 8
    weights = dict.fromkeys(bank.criteria(), 1)
    found = selected(product("a"), criteria={"weights": weights, "scores": {"a": scores(analytics=5)}})
    assert [one.label for one in found.criteria] == [one.label for one in bank.criteria().values()]


def test_an_option_that_lacks_a_must_have_has_scores_and_no_rank() -> None:
    criteria = {
        "weights": {"ease": 1},
        "must_have": ["data_export", "mobile"],
        "scores": {"good": scores(ease=3), "best": scores(ease=9)},
    }
    yes = {"data_export": "yes", "mobile": "yes"}
    found = selected(
        product("best", capabilities={"data_export": "partly", "mobile": "yes"}),
        product("good", capabilities=yes),
        criteria=criteria,
    )
    assert (found.by_score, found.by_money, found.price) == ("good", "good", None)
    last = found.options[-1]
    assert (last.option, last.lacking, last.rank, last.weighted_sum) == ("best", ["data_export"], None, 9)
    assert last.closeness is None
    assert ranked(found, "good").lacking == []
    none = selected(product("best"), product("good"), criteria=criteria)
    assert (none.by_score, none.by_money, none.flips) == (None, None, [])


def test_twelve_named_products_stand_side_by_side() -> None:
    names = [f"product_{place}" for place in range(12)]
    kinds = ("saas", "nocode", "custom")
    criteria = {
        "weights": {"ease": 2, "analytics": 1},
        "scores": {name: scores(ease=place % 5, analytics=place % 7) for place, name in enumerate(names)},
    }
    options = [product(name, 10 * place, kinds[place % 3]) for place, name in enumerate(names)]
    decision = assess(loaded(*options, criteria=criteria))
    found = decision.selection
    assert found is not None
    assert {one.option for one in found.options} == set(names)
    expected = {name: 2 * (place % 5) + place % 7 for place, name in enumerate(names)}
    assert expected[found.by_score or ""] == max(expected.values())
    npv = {one.id: one.npv.mean for one in decision.options}
    assert found.by_money == max(names, key=lambda name: npv[name])
    np.testing.assert_allclose([sum(one.acceptability) for one in found.options], 1)


def test_of_equal_scores_the_one_worth_most_is_first_and_costs_nothing() -> None:
    criteria = {"weights": {"ease": 1}, "scores": {name: scores(ease=5) for name in ("dear", "cheap")}}
    found = selected(product("dear", price=900), product("cheap", price=10), criteria=criteria)
    assert [(one.option, one.rank) for one in found.options] == [("cheap", 1), ("dear", 1)]
    assert (found.by_score, found.by_money, found.price, found.flips) == ("cheap", "cheap", None, [])
    assert ranked(found, "dear").acceptability == [0.5, 0.5]


def test_the_sheet_is_compared_if_it_is_scored_and_nothing_is_ranked_without_scores() -> None:
    criteria = {"weights": {"ease": 1}, "scores": {"spreadsheet": scores(ease=9), "a": scores(ease=5)}}
    found = selected(product("a"), criteria=criteria | {"must_have": []})
    assert [one.option for one in found.options] == ["spreadsheet", "a"]
    for nothing in ({"weights": {"ease": 1}}, {"must_have": ["mobile"]}, None):
        assert assess(loaded(product("a"), criteria=nothing)).selection is None


def test_weights_may_come_from_comparisons_in_pairs() -> None:
    pairs = [
        {"between": ["ease", "cost"], "ratio": 2},
        {"between": ["care", "ease"], "ratio": 0.25},
        {"between": ["cost", "care"], "ratio": 2},
    ]
    criteria = {"pairwise": pairs, "scores": {"a": scores(ease=7, cost=7, care=7)}}
    found = selected(product("a"), criteria=criteria)
    assert [one.criterion for one in found.criteria] == ["ease", "cost", "care"]
    np.testing.assert_allclose([one.weight for one in found.criteria], [4 / 7, 2 / 7, 1 / 7])
    assert found.pairs is not None
    assert found.pairs.consistency_ratio == pytest.approx(0, abs=1e-9)
    pairs[1]["ratio"] = 4  # care before ease, against the other two
    again = selected(product("a"), criteria=criteria).pairs
    assert again is not None
    assert again.consistency_ratio > bank.threshold("selection.consistent")
    assert (again.between, again.stated) == (["ease", "cost"], 2)  # of three, all are equally far off
    assert again.implied == pytest.approx(2 * (2 * 2 * 4) ** (-1 / 3))  # the circle's excess in equal parts


@pytest.fixture(scope="module")
def example_decision() -> Decision:
    return assess(load_case(EXAMPLE))


def test_choosing_by_score_costs_the_difference_in_money(example_decision: Decision) -> None:
    found = example_decision.selection
    assert found is not None
    assert found.price is not None
    assert found.by_money is not None
    assert found.by_score is not None
    compared = [one.option for one in found.options]
    means = {one.id: one.npv.mean for one in example_decision.options}
    assert found.by_money == max(compared, key=lambda one: means[one])
    assert found.price.cost.mean == pytest.approx(means[found.by_money] - means[found.by_score])
    pairs = example_decision.comparison.pairs if example_decision.comparison else []
    chance = next(one.p for one in pairs if (one.one, one.other) == (found.by_score, found.by_money))
    assert found.price.cost.p_loss == pytest.approx(chance)
    lead = ranked(found, found.by_score).weighted_sum - ranked(found, found.by_money).weighted_sum
    assert sum(one.points for one in found.price.leads) == pytest.approx(lead)
    assert 0 < (found.price.se or 0) < found.price.cost.mean


def test_a_weight_just_beyond_its_flip_changes_who_wins(example_decision: Decision) -> None:
    found = example_decision.selection
    assert found is not None
    assert found.flips
    flip = found.flips[0]
    now = {one.criterion: one.weight for one in found.criteria}
    for beyond, winner in ((-1e-6, found.by_score), (1e-6, flip.winner)):
        to = flip.to + beyond * (1 if flip.to > flip.now else -1)
        weights = {name: w * (1 - to) / (1 - flip.now) for name, w in now.items()} | {flip.criterion: to}
        changed = [f"criteria.weights.{name}={weight}" for name, weight in weights.items()]
        again = assess(load_case(EXAMPLE, [*changed, "settings.draws=256"])).selection
        assert again is not None
        assert again.by_score == winner


def test_a_decision_with_a_selection_survives_json(example_decision: Decision) -> None:
    assert Decision.from_json(example_decision.to_json()) == example_decision


def test_every_figure_of_the_selection_has_inputs_and_words(example_decision: Decision) -> None:
    figures = Figures(example_decision)
    found = example_decision.selection
    assert found is not None
    best = found.by_score
    keys = [f"selection.{name}.{best}" for name in ("sum", "rank", "closeness", "topsis", "met")]
    keys += [f"selection.acceptability.{best}.1", "selection.price", "selection.price.p95"]
    keys += [f"selection.weight.{found.criteria[0].criterion}", f"selection.flip.{found.flips[0].criterion}"]
    for key in keys:
        figure = figures[key]
        assert all(figures[name] for name in figure.inputs)
        for code in ("zh-CN", "en"):
            domains = [
                name
                for name in ("selection", "risk")
                if language(code).has(f"{name}.definition.{figure.formula}")
            ]
            assert len(domains) == 1, figure.formula
            assert language(code).has(f"{domains[0]}.measure.{figure.formula}")


# --- requirements -----------------------------------------------------------------------------------------


def pains(first: float, second: float) -> dict[str, Any]:
    money = {FIRST: first, SECOND: second}
    return {"pains": {name: {"times_per_year": 1, "cost_each": cost} for name, cost in money.items()}}


def fit(*capabilities: str, **more: Any) -> Any:
    stated = dict(zip(ASKED, capabilities, strict=False))
    case = loaded(product("a", capabilities=stated), answers=pains(3000, 1000), **more)
    return next(one for one in case.model.options if one.id == "a").answers["fit"]


def test_a_fit_left_out_is_the_share_of_the_pains_money_that_is_met() -> None:
    assert fit("yes", "yes").distribution.ends == (1.0,)
    assert fit("yes", "no").distribution.ends == fit("yes").distribution.ends == (0.75,)
    assert fit("no", "no").distribution.ends == (0.0,)
    partly = fit("yes", "partly")
    assert partly.distribution.ends == (0.8125, 0.875, 0.9375)  # ¾ + ¼ · (¼, ½, ¾)
    assert partly.source.kind == "guess"
    assert not partly.is_default
    assert partly.note["zh-CN"]
    assert partly.note["en"]


def test_a_fit_that_is_stated_or_that_nothing_tells_stays_as_it_is() -> None:
    def of(option: dict[str, Any], answers: Any) -> Any:
        case = loaded(option, answers=answers)
        return next(one for one in case.model.options if one.id == "a").answers["fit"]

    yes = {ASKED[0]: "yes"}
    stated = of(product("a", capabilities=yes, fit=0.4), pains(3000, 1000))
    assert stated.distribution.ends == (0.4,)
    unknown = {"pains": {FIRST: "dont_know"}}
    silent = {"no_such_thing": "yes"}
    for option, answers in (
        (product("a"), pains(3000, 1000)),
        (product("a", capabilities=silent), pains(3000, 1000)),
        (product("a", capabilities=yes), {}),
        (product("a", capabilities=yes), unknown),
        (product("a", capabilities=yes), pains(0, 0)),
    ):
        assert of(option, answers).is_default


def test_requirements_met_stand_beside_the_scores() -> None:
    criteria = {"weights": {"ease": 1}, "scores": {"a": scores(ease=5)}}
    stated = dict(zip(ASKED, ("partly", "yes"), strict=True))
    found = selected(
        product("a", capabilities=stated), product("b"), criteria=criteria, answers=pains(3000, 1000)
    )
    assert ranked(found, "a").requirements_met == 0.625
    assert ranked(found, "b").requirements_met is None
