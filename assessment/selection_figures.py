"""The printable numbers of the selection.

What comes in: a `Decision`. What goes out: `Figure`s by key:

- `selection.weight.<criterion>`, `selection.score.<option>.<criterion>`
- `selection.consistency`, `selection.pair.stated` and `.implied`: of comparisons in pairs
- `selection.sum.<option>`, `.rank.<option>`; `.closeness.<option>`, and `.topsis.<option>`, the rank by it
- `selection.acceptability.<option>.<rank>`, `selection.met.<option>`
- `selection.flip.<criterion>`: its weight at which the winner changes
- `selection.price` (and `.p5`, `.p95`, `.p_loss`), `selection.lead.<criterion>`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from assessment.chosen import PriceRecord, RankedRecord, SelectionRecord
from assessment.decision import Decision
from assessment.figures import Figure
from assessment.selection import VECTORS


def selection_figures(decision: Decision) -> Iterator[Figure]:
    """All of them."""
    found = decision.selection
    if found is None:
        return
    for one in found.criteria:
        yield Figure(f"selection.weight.{one.criterion}", "share", one.weight, "criterion_weight")
    if found.pairs is not None:
        ratio = found.pairs.consistency_ratio
        yield Figure("selection.consistency", "share", ratio, "consistency_ratio")
        yield Figure("selection.pair.stated", "ratio", found.pairs.stated)
        yield Figure("selection.pair.implied", "ratio", found.pairs.implied, "implied_ratio")
    wanted = decision.diagnosis.capabilities if decision.diagnosis else []
    asked = tuple(f"capability.{one.capability}.annual" for one in wanted)
    behind = _behind(found)
    for option in found.options:
        yield from _option(option, behind, asked)
    for flip in found.flips:
        made_of = (*behind.weights, *behind.scores)
        yield Figure(f"selection.flip.{flip.criterion}", "share", flip.to, "flip", made_of)
    if found.price is not None:
        yield from _price(found, found.price)


@dataclass(frozen=True)
class _Behind:
    """Keys of all that ranked options are compared by."""

    weights: tuple[str, ...]
    scores: tuple[str, ...]
    sums: tuple[str, ...]
    closeness: tuple[str, ...]


def _behind(found: SelectionRecord) -> _Behind:
    ranked = [one for one in found.options if one.rank is not None]
    return _Behind(
        tuple(f"selection.weight.{one.criterion}" for one in found.criteria),
        tuple(f"selection.score.{one.option}.{score.criterion}" for one in ranked for score in one.scores),
        tuple(f"selection.sum.{one.option}" for one in ranked),
        tuple(f"selection.closeness.{one.option}" for one in ranked),
    )


def _option(one: RankedRecord, behind: _Behind, asked: tuple[str, ...]) -> Iterator[Figure]:
    name = one.option
    scores = tuple(f"selection.score.{name}.{score.criterion}" for score in one.scores)
    for key, score in zip(scores, one.scores, strict=True):
        yield Figure(key, "count", score.score)
    made_of = (*behind.weights, *scores)
    yield Figure(f"selection.sum.{name}", "ratio", one.weighted_sum, "weighted_sum", made_of)
    yield Figure(f"selection.met.{name}", "share", one.requirements_met, "requirements_met", asked)
    if one.rank is None:
        return
    everyone = (*behind.weights, *behind.scores)
    yield Figure(f"selection.rank.{name}", "count", one.rank, "rank", behind.sums)
    yield Figure(f"selection.closeness.{name}", "ratio", one.closeness, "closeness", everyone)
    yield Figure(f"selection.topsis.{name}", "count", one.topsis_rank, "topsis_rank", behind.closeness)
    for rank, share in enumerate(one.acceptability, 1):
        key, error = f"selection.acceptability.{name}.{rank}", sqrt(share * (1 - share) / VECTORS)
        yield Figure(key, "share", share, "acceptability", everyone, se=error)


def _price(found: SelectionRecord, price: PriceRecord) -> Iterator[Figure]:
    made_of = (f"{found.by_money}.npv", f"{found.by_score}.npv")
    cost = price.cost
    yield Figure("selection.price", "money", cost.mean, "price_of_liking", made_of, se=price.se)
    yield Figure("selection.price.p5", "money", cost.p5, "price_of_liking", made_of)
    yield Figure("selection.price.p95", "money", cost.p95, "price_of_liking", made_of)
    yield Figure("selection.price.p_loss", "share", cost.p_loss, "beats", made_of[::-1])
    for lead in price.leads:
        behind = tuple(f"selection.score.{one}.{lead.criterion}" for one in (found.by_score, found.by_money))
        behind = (f"selection.weight.{lead.criterion}", *behind)
        yield Figure(f"selection.lead.{lead.criterion}", "ratio", lead.points, "lead", behind)
