"""The printable numbers of what falls in which year, of the total cost of ownership, and of the terms.

What comes in: a `Decision`. What goes out: `Figure`s by key:

- `<option>.year.<year>.benefits`, `.costs`, `.net`, `.cumulative`
- `owned.<option>.<years>.nominal`, `.present` (and `.p5`, `.p95` of both), `.per_user_month`
- `owned.<option>.<years>.<category>.shown` or `.hidden`: one category, nominal
- `terms.<option>.price`, `.bearable`, `.cut` (what the price must at least fall by), `.room` (by how much it
  may rise), `.uplift`, `.exit`, `.term_months`, `.notice_months`
"""

from __future__ import annotations

from collections.abc import Iterator

from assessment.decision import Decision
from assessment.figures import Figure
from assessment.owned import OwnershipRecord
from assessment.terms import TermsRecord


def owned_figures(decision: Decision) -> Iterator[Figure]:
    """All of them."""
    for option in decision.options:
        for year in option.yearly:
            for name in ("benefits", "costs", "net", "cumulative"):
                key = f"{option.id}.year.{year.year}.{name}"
                yield Figure(key, "money", getattr(year, name), f"yearly_{name}")
    for owned in decision.ownership or ():
        yield from _owned(owned)
    for terms in decision.terms or ():
        yield from _terms(terms)


def _owned(owned: OwnershipRecord) -> Iterator[Figure]:
    key = f"owned.{owned.option}.{owned.years}"
    parts = {f"{key}.{part.category}.{'hidden' if part.hidden else 'shown'}": part for part in owned.parts}
    for name, spread in (("nominal", owned.nominal), ("present", owned.present)):
        yield Figure(f"{key}.{name}", "money", spread.mean, f"owned_{name}", tuple(parts))
        yield Figure(f"{key}.{name}.p5", "money", spread.p5)
        yield Figure(f"{key}.{name}.p95", "money", spread.p95)
    yield Figure(
        f"{key}.per_user_month", "money", owned.per_user_month, "owned_per_user_month", (f"{key}.nominal",)
    )
    for name, part in parts.items():
        behind = f"{owned.option}.category.{part.category}"
        yield Figure(name, "money", part.cost.mean, "owned_part", (behind,))


def _terms(terms: TermsRecord) -> Iterator[Figure]:
    key, npv = f"terms.{terms.option}", f"{terms.option}.npv"
    lines = tuple(f"input.{terms.option}.{line}" for line in terms.lines)
    yield Figure(f"{key}.price", "money", terms.price, "contract_price", lines)
    if terms.bearable is not None:
        made_of = (npv, f"{key}.price")
        yield Figure(f"{key}.bearable", "ratio", terms.bearable, "bearable_price", made_of)
        yield Figure(f"{key}.room", "share", terms.bearable - 1, "bearable_price", made_of)
        yield Figure(f"{key}.cut", "share", 1 - terms.bearable, "bearable_price", made_of)
    if terms.uplift is not None:
        yield Figure(f"{key}.uplift", "money", terms.uplift, "uplift_cost", lines)
    yield Figure(f"{key}.exit", "money", terms.exit, "exit_cost", (f"{terms.option}.category.exit",))
    yield Figure(f"{key}.term_months", "months", terms.term_months)
    yield Figure(f"{key}.notice_months", "months", terms.notice_months)
