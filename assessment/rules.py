"""What a case must satisfy beyond its schema: domains, relations, and names that refer to names.

What comes in: a `Case` and the model made of it. What goes out: remarks, each with its place: faults (the
case is refused) and warnings (it is computed, and the report says so).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from assessment import bank, defaults
from assessment.bank import threshold
from assessment.case import Case, Criteria, Stated, StatedCost, StatedOption
from assessment.chosen import compared, pairs
from assessment.completion import LIMITS, PEOPLE, head_counts, lines_on, stated_in
from assessment.faults import nearest, remark
from assessment.first_answers import DERIVED
from assessment.readiness import suggested
from assessment.remarks import Path, Remark, shown
from assessment.selection import RANDOM_INDEX
from roi.engine import benefit_lines, built_in_costs, cash_flow, inputs_in_use, missing_inputs
from roi.expressions import FormulaError, parsed
from roi.formulas import MONTHS_PER_YEAR
from roi.model import GOES_WITH, PERIODIC, WITHOUT_PURCHASE, Model
from roi.quantities import ASSUMPTIONS, AT_MOST, OWN_OR_CASE, QUANTITIES
from roi.sales import implied_uplift, monthly_sales_today

OFF_BY_WARNING, OFF_BY_FAULT = 0.15, 0.5  # of the stated revenue
LARGE_UPLIFT = 0.10  # of sales: above it a source of grade A or B is asked for
LARGE_CHURN_PART = 0.5  # a tool that halves churn is a bold claim


class Rules:
    """The rules applied to one case."""

    def __init__(self, case: Case, file: str) -> None:
        self.case, self.file = case, file

    def _say(self, path: Path, code: str, **details: str) -> Remark:
        return remark(self.case.document, self.file, path, code, **details)

    def faults(self) -> Iterator[Remark]:
        """Everything that can be found wrong without running the model."""
        yield from self._currency()
        yield from self._vat()
        yield from self._draws()
        yield from self._domains()
        yield from self._lines()
        yield from self._options()
        yield from self._correlations()
        yield from self._pains()
        yield from self._criteria()

    # --- faults -------------------------------------------------------------------------------------------

    def _currency(self) -> Iterator[Remark]:
        from babel.numbers import list_currencies

        known = list_currencies()
        if self.case.currency not in known:
            near = nearest(self.case.currency, known)
            yield self._say(("currency",), "unknown_currency", found=self.case.currency, nearest=near)

    def _vat(self) -> Iterator[Remark]:
        settings = self.case.settings
        if not settings.amounts_exclude_vat and settings.vat_rate is None:
            yield self._say(("settings", "vat_rate"), "vat_rate_missing")

    def _draws(self) -> Iterator[Remark]:
        draws = self.case.settings.draws
        if draws & (draws - 1):
            yield self._say(("settings", "draws"), "not_a_power_of_two", found=str(draws))

    def _outside(self, stated: Stated, low: float, high: float, path: Path) -> Iterator[Remark]:
        wrong = [end for end in stated.distribution.ends if not low <= end <= high]
        if wrong:
            found, allowed = ", ".join(f"{end:.15g}" for end in wrong), f"{low:.15g} – {high:.15g}"
            yield self._say(path, "outside", found=found, allowed=allowed)

    def _domains(self) -> Iterator[Remark]:
        for name in sorted(ASSUMPTIONS):
            stated = getattr(self.case.assumptions, name)
            if stated is not None:
                item = QUANTITIES[name]
                yield from self._outside(stated, item.low, item.high, ("assumptions", name))
        for name, count in head_counts(self.case).items():
            if name not in AT_MOST and getattr(self.case.assumptions, name) is None:
                item, people = QUANTITIES[name], Stated.model_validate(count)
                yield from self._outside(people, item.low, item.high, self._place(name))
        yield from self._related(self._case_values())
        asked = {part.name: part for question in bank.questions().values() for part in question.parts}
        for name, answer in self.case.answers.first.numbers.items():
            yield from self._outside(answer, *asked[name].domain, ("answers", "first", name))
        for index, option in enumerate(self.case.options):
            for name, place, stated in stated_in(option):
                item = QUANTITIES[name]
                yield from self._outside(stated, item.low, item.high, ("options", index, *place))
            own = {name: stated.distribution.most_likely for name, _, stated in stated_in(option)}
            yield from self._related(own, "options", index, "effects")
            for line, cost in enumerate(option.costs):
                for key, kind in {"amount": "money", "hours": "hour", "uplift": "uplift"}.items():
                    if (number := getattr(cost, key)) is not None:
                        yield from self._outside(
                            number, *LIMITS[kind], ("options", index, "costs", line, key)
                        )
        for index, extra in enumerate(self.case.benefits.extra):
            path: Path = ("benefits", "extra", index, "monthly")
            if isinstance(extra.monthly, str):
                yield from self._formula(extra.monthly, path)
            else:
                yield from self._outside(extra.monthly, *LIMITS["money"], path)

    def _formula(self, text: str, path: Path) -> Iterator[Remark]:
        try:
            names = parsed(text).names
        except FormulaError as error:
            details = {key: shown(value) for key, value in error.details.items()}
            yield self._say(path, error.code, **details)
            return
        for name in sorted(names - QUANTITIES.keys()):
            near = nearest(name, QUANTITIES)
            yield self._say(path, "formula_unknown_name", found=shown(name), nearest=near)

    def _case_values(self) -> dict[str, float]:
        stated = {name: getattr(self.case.assumptions, name) for name in ASSUMPTIONS}
        values = dict(head_counts(self.case))
        values |= {name: item.distribution.most_likely for name, item in stated.items() if item is not None}
        return values

    def _place(self, name: str) -> Path:
        """Where the case says an assumption: itself, or by its head counts."""
        if name in PEOPLE and getattr(self.case.assumptions, name) is None:
            return ("organisation", "people", *filter(None, [PEOPLE[name]]))
        return ("assumptions", name)

    def _related(self, values: dict[str, float], *path: str | int) -> Iterator[Remark]:
        sound = {name: value for name, value in values.items() if _allowed(name, value)}
        case = {name: value for name, value in self._case_values().items() if _allowed(name, value)}
        for name, bound in AT_MOST.items():
            if name in sound and bound in case and sound[name] > case[bound]:
                found, allowed = f"{sound[name]:.15g}", f"≤ {bound} ({case[bound]:.15g})"
                yield self._say(
                    (*path, name) if path else self._place(name), "outside", found=found, allowed=allowed
                )

    def _lines(self) -> Iterator[Remark]:
        benefits, known = self.case.benefits, benefit_lines()
        for key in ("on", "off", "only"):
            for index, line in enumerate(getattr(benefits, key) or []):
                if line not in known:
                    near = nearest(line, known)
                    yield self._say(("benefits", key, index), "unknown_line", found=line, nearest=near)
        if benefits.only is not None and (benefits.on or benefits.off):
            yield self._say(("benefits", "only"), "only_excludes_on_and_off")
        taken = set(known) | ASSUMPTIONS | {option.id for option in self.case.options}
        ids = [line.id for line in benefits.extra]
        yield from self._unique(ids, ("benefits", "extra"), taken)
        lines = lines_on(self.case)
        together = "retention" in lines and "customer_handover" in lines
        if together and not self.case.assumptions.churn_excludes_leavers:  # type: ignore[attr-defined]
            yield self._say(("assumptions", "churn_excludes_leavers"), "churn_excludes_leavers_missing")

    def _unique(self, ids: Iterable[str], path: Path, taken: Iterable[str] = ()) -> Iterator[Remark]:
        seen = set(taken)
        for index, identifier in enumerate(ids):
            if identifier in seen:
                yield self._say((*path, index, "id"), "id_taken", found=identifier)
            seen.add(identifier)

    def _options(self) -> Iterator[Remark]:
        yield from self._unique((option.id for option in self.case.options), ("options",), ASSUMPTIONS)
        for index, option in enumerate(self.case.options):
            if option.id in WITHOUT_PURCHASE and option.kind != option.id:
                yield self._say(("options", index, "id"), "id_reserved", found=option.id)
            reserved = {*built_in_costs(), *QUANTITIES, "abandon"}
            yield from self._unique((cost.id for cost in option.costs), ("options", index, "costs"), reserved)
            for place, cost in enumerate(option.costs):
                yield from self._cost(cost, ("options", index, "costs", place))
        kinds = Counter(option.kind for option in self.case.options)
        for kind in WITHOUT_PURCHASE:
            if kinds[kind] > 1:
                yield self._say(("options",), "kind_twice", found=kind)

    def _cost(self, cost: StatedCost, path: Path) -> Iterator[Remark]:
        if (cost.amount is None) == (cost.hours is None):
            yield self._say(path, "amount_or_hours")
        if cost.when not in GOES_WITH[cost.per]:
            allowed = ", ".join(GOES_WITH[cost.per])
            yield self._say((*path, "when"), "per_when", found=cost.when, name=cost.per, allowed=allowed)
        if cost.uplift is not None and cost.hours is not None:
            yield self._say((*path, "uplift"), "uplift_on_hours")
        elif cost.uplift is not None and cost.when not in PERIODIC:
            yield self._say((*path, "uplift"), "uplift_when", allowed=", ".join(PERIODIC))
        if cost.billing == "year_ahead" and cost.when != "contract":
            yield self._say((*path, "billing"), "billing_when", allowed="contract")

    def _correlations(self) -> Iterator[Remark]:
        known = ASSUMPTIONS | {
            line.id for line in self.case.benefits.extra if not isinstance(line.monthly, str)
        }
        for option in self.case.options:
            known |= {f"{option.id}.{name}" for name in self._own_names(option)}
        seen: set[frozenset[str]] = set()
        for index, pair in enumerate(self.case.correlations):
            path: Path = ("correlations", index, "between")
            for place, name in enumerate(pair.between):
                if name not in known:
                    near = nearest(name, known)
                    yield self._say((*path, place), "unknown_name", found=name, nearest=near)
            both = frozenset(pair.between)
            if len(both) == 1 or both in seen:
                yield self._say(path, "correlation_twice", found=", ".join(pair.between))
            seen.add(both)

    def _pains(self) -> Iterator[Remark]:
        for name in self.case.answers.pains:
            if name not in bank.pains():
                near = nearest(name, bank.pains())
                yield self._say(("answers", "pains", name), "unknown_pain", found=shown(name), nearest=near)

    def _criteria(self) -> Iterator[Remark]:
        criteria = self.case.criteria
        if criteria is None:
            return
        if criteria.weights and criteria.pairwise:
            yield self._say(("criteria", "pairwise"), "weights_or_pairwise")
        yield from self._pairs(criteria)
        weighed = compared(criteria) or list(criteria.weights)
        if criteria.scores and not (criteria.pairwise or any(criteria.weights.values())):
            yield self._say(("criteria", "weights"), "weights_missing")
        options = {option.id for option in self.case.options} | set(WITHOUT_PURCHASE)
        for option in criteria.scores.keys() - options:
            near, place = nearest(option, options), ("criteria", "scores", option)
            yield self._say(place, "unknown_option", found=shown(option), nearest=near)
        named: list[tuple[str, ...]] = [("labels", name) for name in criteria.labels]
        named += [("scores", option, name) for option, scores in criteria.scores.items() for name in scores]
        for path in named if weighed else ():
            if path[-1] not in weighed:
                near = nearest(path[-1], weighed)
                yield self._say(("criteria", *path), "unknown_criterion", found=shown(path[-1]), nearest=near)

    def _pairs(self, criteria: Criteria) -> Iterator[Remark]:
        """Each two criteria are compared once; a name in fewer pairs than the others may be misspelt."""
        seen: set[frozenset[str]] = set()
        for index, pair in enumerate(criteria.pairwise):
            both = frozenset(pair.between)
            if len(both) == 1 or both in seen:
                place: Path = ("criteria", "pairwise", index, "between")
                yield self._say(place, "pair_twice", found=", ".join(pair.between))
            seen.add(both)
        names, most = compared(criteria), max(RANDOM_INDEX)
        if len(names) > most:
            details = {"found": str(len(names)), "allowed": str(most)}
            yield self._say(("criteria", "pairwise"), "too_many_to_compare", **details)
            return
        missing = [" – ".join(pair) for pair in combinations(names, 2) if frozenset(pair) not in seen]
        if missing:
            times = Counter(name for pair in criteria.pairwise for name in pair.between)
            rarest = min(names, key=lambda name: times[name])
            near = nearest(rarest, [name for name in names if name != rarest])
            details = {"found": "; ".join(missing), "name": rarest}
            yield self._say(("criteria", "pairwise"), "pairs_missing", nearest=near, **details)

    @staticmethod
    def _own_names(option: StatedOption) -> Iterator[str]:
        yield from (name for name, item in QUANTITIES.items() if item.per_option or item.effect)
        yield from (*OWN_OR_CASE, "abandon")
        for cost in option.costs:
            yield from (cost.id, f"{cost.id}.uplift")

    # --- what needs the model -----------------------------------------------------------------------------

    def reconciliation(self, model: Model) -> Remark | None:
        """A fault where the case's own figures explain less than half, or half again, of its revenue."""
        difference = revenue_gap(model)
        if difference is None or abs(difference) <= OFF_BY_FAULT:
            return None
        return self._say(("assumptions", "annual_revenue"), "revenue_far_off", **self._gap(model))

    def contradictions(self, model: Model) -> Iterator[Remark]:
        """A fault where first answers, taken together, come to what cannot be."""
        for formula, answer in DERIVED.items():
            name = formula.__name__
            stated = getattr(self.case.assumptions, name, None) is not None
            if stated or name not in model.assumptions or answer not in self.case.answers.first.numbers:
                continue
            item = QUANTITIES[name]
            likely = model.assumptions[name].distribution.most_likely
            if not item.low <= likely <= item.high:
                found, allowed = f"{likely:.3g}", f"{item.low:.15g} – {item.high:.15g}"
                place: Path = ("answers", "first", answer)
                yield self._say(place, "answers_contradict", name=name, found=found, allowed=allowed)

    def amounts(self, model: Model) -> Iterator[Remark]:
        """A fault for each own line whose formula gives no amount at the likely values."""
        for line in () if missing_inputs(model) else model.extra:
            try:
                for option in model.options:
                    cash_flow(model, option, only=frozenset({line.id}))
            except FormulaError as error:
                yield self.no_amount(error)

    def no_amount(self, error: FormulaError) -> Remark:
        """The fault of a formula that gave no amount when it was computed."""
        ids = [line.id for line in self.case.benefits.extra]
        index = ids.index(error.details["name"])
        return self._say(("benefits", "extra", index, "monthly"), error.code, **error.details)

    def _gap(self, model: Model) -> dict[str, str]:
        sales = MONTHS_PER_YEAR * (monthly_sales_today(model) or 0.0)
        revenue = model.assumptions["annual_revenue"].most_likely
        return {"found": f"{sales:.0f}", "allowed": f"{revenue:.0f}"}

    def warnings(self, model: Model) -> Iterator[Remark]:
        """What the report says aloud although it computes."""
        difference = revenue_gap(model)
        if difference is None:
            yield self._say(("assumptions", "annual_revenue"), "revenue_not_reconciled")
        elif abs(difference) > OFF_BY_WARNING:
            yield self._say(("assumptions", "annual_revenue"), "revenue_off", **self._gap(model))
        uplift = None if missing_inputs(model) else implied_uplift(model)
        if uplift is not None and uplift[0] > LARGE_UPLIFT and not uplift[1]:
            yield self._say(("assumptions",), "large_uplift", found=f"{uplift[0]:.4f}")
        if not self.case.settings.discount_vendor_claims:
            yield self._say(("settings", "discount_vendor_claims"), "vendor_claims_taken_whole")
        yield from self._bold_churn()
        yield from self._people()
        yield from self._unused(model)
        yield from self._left_out()
        yield from self._inconsistent()
        for index, option in enumerate(self.case.options):
            if option.fit is not None and option.fit.source is None:
                yield self._say(("options", index, "fit"), "unsourced_fit", name=option.id)
            for name, place, stated in stated_in(option):
                if place[0] == "effects" and stated.source is None:
                    yield self._say(("options", index, *place), "unsourced_effect", name=name)

    def _inconsistent(self) -> Iterator[Remark]:
        found = pairs(self.case.criteria) if self.case.criteria else None
        limit = threshold("selection.consistent")
        if found is not None and found.consistency_ratio > limit:
            details = {"name": " – ".join(found.between), "value": f"{found.implied:.2g}"}
            details |= {"found": f"{found.consistency_ratio:.4f}", "allowed": f"{limit:g}"}
            yield self._say(("criteria", "pairwise"), "inconsistent_pairs", **details)

    def _left_out(self) -> Iterator[Remark]:
        """What makes an option look better as long as nobody states it, with the documented suggestion."""
        for index, option in enumerate(self.case.options):
            if option.kind == "status_quo":
                continue
            if option.abandon is None:
                chance = f"{defaults.abandon_probability(option.kind):g}"
                yield self._say(("options", index), "abandon_left_out", name=option.id, suggested=chance)
            dip = suggested(self.case, option.kind, option.id).get("dip_share")
            if option.dip is None and dip is not None:
                suggestion = " – ".join(f"{end:.2g}" for end in dip.distribution.ends)
                yield self._say(("options", index), "dip_left_out", name=option.id, suggested=suggestion)

    def _bold_churn(self) -> Iterator[Remark]:
        churn = self._case_values().get("churn_per_year", 0.0)
        claims: dict[Path, Stated | None] = {
            ("assumptions", "churn_reduction"): self.case.assumptions.churn_reduction  # type: ignore[attr-defined]
        }
        for index, option in enumerate(self.case.options):
            claims["options", index, "effects", "churn_reduction"] = option.effects.churn_reduction  # type: ignore[attr-defined]
        for path, stated in claims.items():
            part = stated.distribution.most_likely if stated is not None else 0.0
            if churn and part > LARGE_CHURN_PART * churn:
                yield self._say(path, "bold_churn", found=f"{part:.15g}", allowed=f"{churn:.15g}")

    def _people(self) -> Iterator[Remark]:
        for name, count in head_counts(self.case).items():
            stated = getattr(self.case.assumptions, name)
            if stated is not None and stated.distribution.most_likely != count:
                found = f"{stated.distribution.most_likely:.15g}"
                yield self._say(("assumptions", name), "people_differ", found=found, allowed=f"{count:.15g}")

    def _unused(self, model: Model) -> Iterator[Remark]:
        used = {*inputs_in_use(model), "annual_revenue"}
        for name in sorted(ASSUMPTIONS):
            if getattr(self.case.assumptions, name) is not None and name not in used:
                yield self._say(("assumptions", name), "unused", name=name)


def _allowed(name: str, value: float) -> bool:
    return QUANTITIES[name].low <= value <= QUANTITIES[name].high


def revenue_gap(model: Model) -> float | None:
    """How far 12 · S of month 1 is off the stated revenue, as a share of it; None if one is not stated."""
    sales, revenue = monthly_sales_today(model), model.assumptions.get("annual_revenue")
    if sales is None or revenue is None or revenue.most_likely == 0:
        return None
    return MONTHS_PER_YEAR * sales / revenue.most_likely - 1
