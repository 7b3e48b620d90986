"""From a case, as the company wrote it, to a complete money model.

What comes in: a `Case`. What goes out: a `roi.model.Model`: bare numbers become assumptions with units and
domains, defaults fill what nobody stated, VAT is taken off, vendors' claims are discounted, and going on as
today and the shared sheet are added where the case does not list them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from assessment import defaults, first_answers
from assessment.case import Case, Stated, StatedCost, StatedOption, words
from assessment.readiness import suggested
from assessment.remarks import Path
from assessment.requirements import fit
from roi.distributions import Distribution, Fixed, SplitNormal
from roi.engine import benefit_lines
from roi.model import (
    Assumption,
    Correlation,
    CostLine,
    ExtraLine,
    Learnable,
    Model,
    Option,
    OptionKind,
    Pilot,
    Source,
)
from roi.quantities import ASSUMPTIONS, EFFECTS, MONEY_LIMIT, OWN_OR_CASE, QUANTITIES

OFF_BY_DEFAULT = ("forecast_accuracy", "faster_decisions")
WITH_VAT = ("deal_value", "order_value", "opportunity_value", "annual_revenue")
LIMITS = {"money": (0.0, MONEY_LIMIT), "hour": (0.0, 1e5), "uplift": (-0.2, 0.5)}
PEOPLE = {"users": None, "sales_users": "sales", "managers": "managers"}
OWN_ANSWERS = tuple(name for name, item in QUANTITIES.items() if item.per_option)
NOT_ASSUMED = ("dip_share", "dip_months")  # with `abandon`: suggested, warned of, but not assumed unasked


def stated_in(option: StatedOption) -> Iterator[tuple[str, Path, Stated]]:
    """What an option says of itself: plain name, place within the option, and the number."""
    for name in (*OWN_ANSWERS, *OWN_OR_CASE):
        item = getattr(option, name, None)
        if item is not None:
            yield name, (name,), item
    for name in sorted(EFFECTS):
        item = getattr(option.effects, name)
        if item is not None:
            yield name, ("effects", name), item
    if option.abandon is not None and option.abandon.month is not None:
        yield "abandon_month", ("abandon", "month"), option.abandon.month
    if option.dip is not None:
        yield "dip_share", ("dip", "share"), option.dip.share
        yield "dip_months", ("dip", "months"), option.dip.months


def lines_on(case: Case) -> tuple[str, ...]:
    """The built-in benefit lines that a case counts, in the order of the textbook."""
    known, chosen = tuple(benefit_lines()), case.benefits
    if chosen.only is not None:
        return tuple(line for line in known if line in chosen.only)
    on = (set(known) - set(OFF_BY_DEFAULT)) | set(chosen.on)
    return tuple(line for line in known if line in on - set(chosen.off))


def scaled(distribution: Distribution, factor: float) -> Distribution:
    """A distribution in other units: every stated number times a factor."""
    numbers = {
        name: getattr(distribution, name) * factor
        for name in ("value", "low", "likely", "high", "p10", "p50", "p90")
        if hasattr(distribution, name)
    }
    return distribution.model_copy(update=numbers)


class _Builder:
    """Turns the stated numbers of one case into assumptions."""

    def __init__(self, case: Case, file: str) -> None:
        self.case, self.file = case, file
        self.vat = 1.0 if case.settings.amounts_exclude_vat else 1 + (case.settings.vat_rate or 0.0)

    def assumption(
        self,
        full_name: str,
        stated: Stated,
        unit: str,
        limits: tuple[float, float],
        path: Path | None,
        *,
        effect: bool = False,
    ) -> Assumption:
        """One stated number as the model wants it; `path` is None for what the tool added."""
        source = stated.source
        distribution, claim = stated.distribution, None
        vendor, highest = source is not None and source.kind == "vendor", max(distribution.ends)
        if effect and vendor and highest > 0 and self.case.settings.discount_vendor_claims:
            claim = distribution
            distribution = SplitNormal(low=0.0, likely=highest / 3, high=highest)
        low, high = limits
        return Assumption(
            name=full_name,
            unit=unit,
            distribution=distribution,
            low=max(low, 0.0) if effect and min(distribution.ends) >= 0 else low,
            high=high,
            source=None
            if source is None
            else Source(source.kind, words(source.title), source.date, source.link),
            is_default=path is None,
            claim=claim,
            place=defaults.FILE if path is None else f"{self.file}:{self.case.document.line(path)}",
            note=words(stated.note),
            learnable=None
            if stated.learnable is None
            else Learnable(
                **{name: getattr(stated.learnable, name) for name in ("how", "cost", "weeks", "resolves")}
            ),
        )

    def named(self, name: str, full_name: str, stated: Stated, path: Path | None) -> Assumption:
        """A number whose name the model knows."""
        quantity = QUANTITIES[name]
        found = self.assumption(
            full_name, stated, quantity.unit, (quantity.low, quantity.high), path, effect=quantity.effect
        )
        if name in WITH_VAT and self.vat != 1:
            found = replace(found, distribution=scaled(found.distribution, 1 / self.vat))
        return found

    def assumptions(self) -> dict[str, Assumption]:
        """The case's own, then what the first answers say, people, defaults; facts nobody stated stay out."""
        found: dict[str, Assumption] = {}
        for name in sorted(ASSUMPTIONS):
            stated = getattr(self.case.assumptions, name)
            if stated is not None:
                found[name] = self.named(name, name, stated, ("assumptions", name))
            elif (head_count := head_counts(self.case).get(name)) is not None:
                people = Stated.model_validate(head_count)
                found[name] = self.named(name, name, people, ("organisation", "people"))
            elif (default := defaults.for_case(name, self.case.organisation.industry)) is not None:
                found[name] = _unclipped_below(default, name)
        for name, stated, place in first_answers.derived(self.case, found):
            found[name] = self.named(name, name, stated, place)
        return found

    def option(self, stated: StatedOption, index: int | None) -> Option:
        """One option; `index` is its place in the file, None for the sheet that the tool adds."""
        at: Path | None = None if index is None else ("options", index)
        answers = {
            name: self.named(name, f"{stated.id}.{name}", item, None if at is None else at + place)
            for name, place, item in stated_in(stated)
        }
        if derived := fit(self.case, stated):
            place = None if at is None else (*at, "capabilities")
            answers["fit"] = self.named("fit", f"{stated.id}.fit", derived, place)
        suggestions = suggested(self.case, stated.kind, stated.id)
        for name in (*OWN_ANSWERS, *OWN_OR_CASE):
            if name in answers or getattr(self.case.assumptions, name, None) is not None:
                continue
            default = suggestions.get(name) or defaults.for_option(name, stated.kind, stated.id)
            if default is not None:
                answers[name] = default if name not in NOT_ASSUMED else _nothing(default)
        trial = stated.pilot
        return Option(
            stated.id,
            stated.kind,
            answers,
            tuple(self._cost(stated, place, cost, at) for place, cost in enumerate(stated.costs)),
            stated.abandon.probability if stated.abandon else 0.0,
            words(stated.name),
            added=index is None,
            pilot=Pilot(trial.cost, trial.weeks, trial.resolves) if trial and trial.possible else None,
        )

    def _cost(self, option: StatedOption, place: int, cost: StatedCost, at: Path | None) -> CostLine:
        def part(key: str, item: Stated, suffix: str, unit: str, limits: tuple[float, float]) -> Assumption:
            path = None if at is None else (*at, "costs", place, key)
            return self.assumption(f"{option.id}.{cost.id}{suffix}", item, unit, limits, path)

        in_hours = cost.hours is not None
        kind = "hour" if in_hours else "money"
        quantity = cost.hours or cost.amount
        assert quantity is not None, "the rules require one of the two"  # noqa: S101
        return CostLine(
            id=cost.id,
            category=cost.category,
            quantity=part(
                "hours" if in_hours else "amount", quantity, "", cost_unit(kind, cost.per), LIMITS[kind]
            ),
            per=cost.per,
            when=cost.when,
            in_hours=in_hours,
            uplift=part("uplift", cost.uplift, ".uplift", "1/year", LIMITS["uplift"])
            if cost.uplift
            else None,
            year_ahead=cost.billing == "year_ahead",
            hidden=cost.hidden,
            label=words(cost.label),
        )

    def extra(self) -> Iterator[ExtraLine]:
        """The company's own benefit lines."""
        for index, line in enumerate(self.case.benefits.extra):
            monthly: Assumption | str
            if isinstance(line.monthly, str):
                monthly = line.monthly
            else:
                path: Path = ("benefits", "extra", index, "monthly")
                monthly = self.assumption(
                    line.id,
                    line.monthly,
                    "money/month",
                    LIMITS["money"],
                    path,
                    effect=line.follows_adoption,
                )
            label = words(line.label) or line.id
            yield ExtraLine(line.id, line.dimension, line.cash, monthly, line.follows_adoption, label)


def head_counts(case: Case) -> Mapping[str, float]:
    """Users, sales users and managers as `organisation.people` has them; nothing where it is empty."""
    people = case.organisation.people
    total = people.sales + people.marketing + people.service + people.managers + people.other
    return {"users": total, "sales_users": people.sales, "managers": people.managers} if total else {}


def cost_unit(kind: str, per: str) -> str:
    """The unit of a cost line's quantity.

    >>> cost_unit("hour", "user_year")
    'hour/user/year'
    """
    return kind if per == "once" else f"{kind}/{per.replace('_', '/')}"


def _nothing(default: Assumption) -> Assumption:
    """Nothing in the place of a default that is only suggested."""
    return replace(default, distribution=Fixed(value=0.0))


def _unclipped_below(default: Assumption, name: str) -> Assumption:
    """An effect that starts at 0 or above stays there."""
    starts_at_zero = name in EFFECTS and min(default.distribution.ends) >= 0
    return replace(default, low=max(default.low, 0.0)) if starts_at_zero else default


@cache
def _sheet() -> StatedOption:
    return StatedOption.model_validate(defaults.spreadsheet())


def money_model(case: Case, file: str) -> Model:
    """The complete model of a case; facts that nobody stated are missing from its assumptions."""
    builder = _Builder(case, file)
    stated = [builder.option(option, index) for index, option in enumerate(case.options)]
    kinds: set[OptionKind] = {option.kind for option in stated}
    today = [] if "status_quo" in kinds else [Option("status_quo", "status_quo", added=True)]
    sheet = [] if "spreadsheet" in kinds else [builder.option(_sheet(), None)]
    settings = case.settings
    chosen: dict[str, Any] = {
        name: getattr(settings, name)
        for name in ("years", "discount_rate", "draws", "seed", "sampling", "effect_correlation")
    }
    return Model(
        assumptions=builder.assumptions(),
        options=(*today, *sheet, *stated),
        lines=lines_on(case),
        extra=tuple(builder.extra()),
        correlations=tuple(
            Correlation((pair.between[0], pair.between[1]), pair.rank) for pair in case.correlations
        ),
        **chosen,
    )
