"""Which purchase: options side by side on the case's criteria, and what choosing by them costs.

What comes in: a case, its model, and its run where there is one. What goes out: a `SelectionRecord`. Scores
are 0–10, more is better. Must-haves come first: an option that lacks one has scores but no rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from assessment import bank
from assessment.case import Case, Criteria, words
from assessment.judgement import lacking
from assessment.records import Record
from assessment.requirements import met
from assessment.said import SpreadRecord
from assessment.selection import ahp, flips, rank_acceptability, rank_reversals, ranks, revisit, topsis
from assessment.variants import spread
from roi.distributions import Array
from roi.model import WITHOUT_PURCHASE, Model, Text
from roi.simulation import Run
from roi.statistics import summary


class WeightRecord(Record):
    """A criterion and its share of the weights; the label is empty where nobody named it."""

    criterion: str
    label: Text
    weight: float


class PairsRecord(Record):
    """What weights from comparisons in pairs rest on.

    Attributes:
        consistency_ratio: with Saaty's random index; above `selection.consistent` they are asked again.
        between: the judgement to revisit first; its first criterion counts more.
        stated: how many times as much, as it was stated.
        implied: as all judgements together have it.
    """

    consistency_ratio: float
    between: list[str]
    stated: float
    implied: float


class ScoreRecord(Record):
    """How an option does on a criterion; None was not scored and counts as 0."""

    criterion: str
    score: float | None
    evidence: Text


class RankedRecord(Record):
    """One option among the others.

    Attributes:
        option: which.
        scores: in the order of the criteria.
        lacking: must-haves that it does not have; it has no rank then.
        requirements_met: share, in money, of what the pains ask for; None where no pain has money.
        weighted_sum: of its scores, 0–10.
        rank: by it, equals sharing the better one.
        closeness: to the ideal by TOPSIS, 0–1.
        topsis_rank: by it.
        acceptability: how often it takes each rank over weights near the stated ones, the best rank first.
    """

    option: str
    scores: list[ScoreRecord]
    lacking: list[str]
    requirements_met: float | None
    weighted_sum: float
    rank: int | None = None
    closeness: float | None = None
    topsis_rank: int | None = None
    acceptability: list[float] = Field(default_factory=list)


class FlipRecord(Record):
    """At which share of the weights, the others keeping their proportions, another option wins."""

    criterion: str
    now: float
    to: float
    winner: str


class LeadRecord(Record):
    """What a criterion adds to the lead, in points of the weighted sum; negative takes away."""

    criterion: str
    points: float


class PriceRecord(Record):
    """What choosing by scores costs: NPV of the best by money less that of the best by scores.

    Attributes:
        cost: of it; its `p_loss` is the chance that the best by scores is worth more after all.
        se: standard error of the mean.
        leads: of the best by scores over the best by money, the largest first; they sum to the difference.
    """

    cost: SpreadRecord
    se: float | None
    leads: list[LeadRecord]


class SelectionRecord(Record):
    """Which purchase the case's criteria choose.

    Attributes:
        criteria: as the case has them.
        pairs: None where weights are points.
        options: those that were compared, best first; those that lack a must-have last.
        by_score: the best by weighted sum; None where every option lacks a must-have.
        by_money: the best of the same by mean NPV; None also where nothing was computed.
        price: of choosing by scores; None where both choose the same.
        flips: criteria whose weight alone can change the winner, the smallest change first.
        reversals: options that do not win, and without which TOPSIS would have another winner.
    """

    criteria: list[WeightRecord]
    pairs: PairsRecord | None
    options: list[RankedRecord]
    by_score: str | None = None
    by_money: str | None = None
    price: PriceRecord | None = None
    flips: list[FlipRecord] = Field(default_factory=list)
    reversals: list[str] = Field(default_factory=list)


# --- weights ----------------------------------------------------------------------------------------------


def compared(criteria: Criteria) -> list[str]:
    """Criteria that comparisons in pairs name, in the order in which they first do."""
    return list(dict.fromkeys(name for pair in criteria.pairwise for name in pair.between))


def ratios(criteria: Criteria) -> Array:
    """The comparisons as a matrix: how many times as much a row counts as a column."""
    place = {name: index for index, name in enumerate(compared(criteria))}
    matrix = np.eye(len(place))
    for pair in criteria.pairwise:
        row, column = (place[name] for name in pair.between)
        matrix[row, column], matrix[column, row] = pair.ratio, 1 / pair.ratio
    return matrix


def weights(criteria: Criteria) -> dict[str, float]:
    """Share of each criterion; nothing where none has any weight."""
    if criteria.pairwise:
        return dict(zip(compared(criteria), ahp(ratios(criteria))[0].tolist(), strict=True))
    total = sum(criteria.weights.values())
    return {name: points / total for name, points in criteria.weights.items()} if total else {}


def pairs(criteria: Criteria) -> PairsRecord | None:
    """How far the comparisons agree with each other; None where there are none."""
    if not criteria.pairwise:
        return None
    names, matrix = compared(criteria), ratios(criteria)
    found, ratio = ahp(matrix)
    more, less = revisit(matrix)
    if matrix[more, less] < 1:
        more, less = less, more
    return PairsRecord(
        consistency_ratio=ratio,
        between=[names[more], names[less]],
        stated=matrix[more, less],
        implied=found[more] / found[less],
    )


# --- options ----------------------------------------------------------------------------------------------


def chosen(case: Case, model: Model, run: Run | None) -> SelectionRecord | None:
    """Which purchase the criteria choose; None where there are no weights, no scores, or nothing to compare.

    Purchases are compared, and what else the case scores.

    Args:
        case: what the company said.
        model: made of it.
        run: of the model; None where a fact is missing.
    """
    criteria = case.criteria
    share = weights(criteria) if criteria else {}
    if criteria is None or not share or not any(criteria.scores.values()):
        return None
    options = [
        one.id for one in model.options if one.kind not in WITHOUT_PURCHASE or one.id in criteria.scores
    ]
    if not options:
        return None
    failed = lacking(case, model)
    passing = [one for one in options if one not in failed]
    if run is not None:  # so that of equals the one worth most comes first
        passing.sort(key=lambda one: -run.results[one].draws.npv.mean())
    places, outcome = _compared(criteria, share, passing, run, case.settings.seed) if passing else ({}, {})
    records = [_option(case, criteria, share, one, places.get(one, {})) for one in (*passing, *failed)]
    return SelectionRecord(
        criteria=[
            WeightRecord(criterion=name, label=_label(criteria, name), weight=weight)
            for name, weight in share.items()
        ],
        pairs=pairs(criteria),
        options=sorted(records, key=lambda one: one.rank or len(options) + 1),
        **outcome,
    )


def _label(criteria: Criteria, name: str) -> Text:
    usual = bank.criteria().get(name)
    return words(criteria.labels[name]) if name in criteria.labels else usual.label if usual else ""


def _scored(criteria: Criteria, option: str, name: str) -> float:
    """A score; what was not scored has not been shown to be any good."""
    found = criteria.scores.get(option, {}).get(name)
    return found.score if found else 0.0


def _option(
    case: Case, criteria: Criteria, share: Mapping[str, float], option: str, places: Mapping[str, Any]
) -> RankedRecord:
    scores = criteria.scores.get(option, {})
    stated = next((one for one in case.options if one.id == option), None)
    has = stated.capabilities if stated else {}
    requirements = met(case, has)
    return RankedRecord(
        option=option,
        scores=[
            ScoreRecord(criterion=name, score=scores[name].score, evidence=words(scores[name].evidence))
            if name in scores
            else ScoreRecord(criterion=name, score=None, evidence="")
            for name in share
        ],
        lacking=[] if places else [name for name in criteria.must_have if has.get(name) != "yes"],
        requirements_met=requirements[1] if requirements else None,
        weighted_sum=sum(weight * _scored(criteria, option, name) for name, weight in share.items()),
        **places,
    )


def _compared(
    criteria: Criteria, share: Mapping[str, float], options: Sequence[str], run: Run | None, seed: int
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Each option's places among the others, and what it all comes to; options come best by money first."""
    names, points = list(share), np.array(list(share.values()))
    matrix = np.array([[_scored(criteria, option, name) for name in names] for option in options])
    rank, closeness = ranks(matrix, points), topsis(matrix, points)
    topsis_rank = ranks(matrix, points, method="topsis")
    acceptability = rank_acceptability(matrix, points, seed=seed)
    places = {
        option: {
            "rank": rank[place],
            "closeness": closeness[place],
            "topsis_rank": topsis_rank[place],
            "acceptability": acceptability[place].tolist(),
        }
        for place, option in enumerate(options)
    }
    best = int(rank.argmin())
    outcome: dict[str, Any] = {
        "by_score": options[best],
        "flips": [
            FlipRecord(criterion=names[flip.criterion], now=flip.now, to=flip.to, winner=options[flip.winner])
            for flip in flips(matrix, points)
        ],
        "reversals": [options[one] for one in rank_reversals(matrix, points)],
    }
    if run is not None:
        outcome["by_money"] = options[0]
        if best:
            by_money, by_score = (run.results[options[one]].draws.npv for one in (0, best))
            leads = dict(zip(names, points * (matrix[best] - matrix[0]), strict=True))
            outcome["price"] = _price(by_money - by_score, leads)
    return places, outcome


def _price(cost: Array, leads: Mapping[str, float]) -> PriceRecord:
    return PriceRecord(
        cost=spread(cost),
        se=summary(cost, np.nan).se["mean"],
        leads=[
            LeadRecord(criterion=name, points=leads[name])
            for name in sorted(leads, key=lambda name: -leads[name])
        ],
    )
