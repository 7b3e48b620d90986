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

from assessment.decision import Decision, OptionResult
from assessment.figures import Figure, Figures
from assessment.owned import OwnershipRecord
from assessment.terms import TermsRecord


def owned_figures(decision: Decision) -> Iterator[Figure]:
    """All of them."""
    for option in decision.options:
        yield from _yearly(option)
    headcount = Figures(decision).headcount
    for owned in decision.ownership or ():
        yield from _owned(owned, headcount)
    stated = tuple(f"input.{item.name}" for item in decision.assumptions)
    for terms in decision.terms or ():
        yield from _terms(terms, stated, decision.verdict.without)


def _yearly(option: OptionResult) -> Iterator[Figure]:
    keys = [f"{option.id}.year.{year.year}" for year in option.yearly]
    for place, (key, year) in enumerate(zip(keys, option.yearly, strict=True)):
        made_of = {
            "net": (f"{key}.benefits", f"{key}.costs"),
            "cumulative": tuple(f"{earlier}.net" for earlier in keys[: place + 1]),
        }
        for name in ("benefits", "costs", "net", "cumulative"):
            yield Figure(
                f"{key}.{name}", "money", getattr(year, name), f"yearly_{name}", made_of.get(name, ())
            )


def _owned(owned: OwnershipRecord, headcount: tuple[str, ...]) -> Iterator[Figure]:
    key = f"owned.{owned.option}.{owned.years}"
    parts = {f"{key}.{part.category}.{'hidden' if part.hidden else 'shown'}": part for part in owned.parts}
    behind = {name: f"{owned.option}.category.{part.category}" for name, part in parts.items()}
    made_of = {"nominal": tuple(parts), "present": tuple(dict.fromkeys(behind.values()))}
    for name, spread in (("nominal", owned.nominal), ("present", owned.present)):
        yield Figure(f"{key}.{name}", "money", spread.mean, f"owned_{name}", made_of[name])
        yield Figure(f"{key}.{name}.p5", "money", spread.p5)
        yield Figure(f"{key}.{name}.p95", "money", spread.p95)
    each = (f"{key}.nominal", *headcount)
    yield Figure(f"{key}.per_user_month", "money", owned.per_user_month, "owned_per_user_month", each)
    for name, part in parts.items():
        yield Figure(name, "money", part.cost.mean, "owned_part", (behind[name],))


def _terms(terms: TermsRecord, stated: tuple[str, ...], without: str | None) -> Iterator[Figure]:
    key = f"terms.{terms.option}"
    names = [f"input.{terms.option}.{line}{end}" for line in terms.lines for end in ("", ".uplift")]
    lines = tuple(name for name in names if name in stated)
    yield Figure(f"{key}.price", "money", terms.price, "contract_price", lines)
    if terms.bearable is not None and without is not None:
        made_of = (f"{terms.option}.npv", f"{without}.npv", f"{key}.price")
        yield Figure(f"{key}.bearable", "ratio", terms.bearable, "bearable_price", made_of)
        yield Figure(f"{key}.room", "share", terms.bearable - 1, "price_room", made_of)
        yield Figure(f"{key}.cut", "share", 1 - terms.bearable, "price_cut", made_of)
    if terms.uplift is not None:
        yield Figure(f"{key}.uplift", "money", terms.uplift, "uplift_cost", (f"{key}.price", *lines))
    category = (f"{terms.option}.category.exit",)
    yield Figure(f"{key}.exit", "money", terms.exit, "exit_cost", category if terms.exit else ())
    yield Figure(f"{key}.term_months", "months", terms.term_months)
    yield Figure(f"{key}.notice_months", "months", terms.notice_months)
