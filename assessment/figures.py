"""The printable numbers of a decision, each found by a key that says what it is.

What comes in: a `Decision`. What goes out: `Figure`s: a value with what is known of its precision, its unit,
the formula behind it and what that formula takes. No wording and no rounding: both belong to the reports.

Keys
- `saas.npv`, `saas.tco.hidden_share`, `saas.p_best`: a measure of an option (`MEASURES`)
- `saas.benefit.time_saved`, `saas.dimension.efficiency`, `saas.category.training`: a part of one
- `saas.npv.p5`: one statistic of a figure that has several (`STATISTICS`)
- `saas~spreadsheet.npv`: the first option's mean less the second's
- `input.saas.adoption`: a number as it was stated
- `case.revenue`, `settings.years`, `evidence.grade_a`: what the data page and the last one print
- `evpi`, `switch.saas.adoption`, `verdict.gain` …: see `assessment.risk_figures`
- `owned.saas.5.nominal`, `terms.saas.bearable` …: see `assessment.owned_figures`
- `pain.follow_up_forgotten.annual`, `pains.total` …: see `assessment.diagnosis_figures`
- `plan.pilot.people`, `plan.target.win_rate` …: the plan's own, see `assessment.planned`
- `selection.rank.saas`, `selection.price` …: see `assessment.selection_figures`
- `team.people`, `readiness.score`, `suggested.saas.adoption` …: see `assessment.readiness_figures`
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

from assessment.decision import (
    Amount,
    AssumptionRecord,
    Decision,
    Duration,
    OptionResult,
    Ratio,
)
from roi.engine import COUNTED, HEADCOUNT, WAGES, behind_own_line, benefit_lines, built_in_costs, needs
from roi.model import Grade, When
from roi.quantities import QUANTITIES

Kind = Literal["money", "share", "ratio", "months", "rate", "count", "quantity"]
Statistics = Amount | Ratio | Duration
STATISTICS = ("p5", "p25", "median", "p75", "p95", "most_likely")
GRADES: tuple[Grade, ...] = get_args(Grade)
UNSOURCED = ""  # the grade of a number that nobody gave a source for


@dataclass(frozen=True)
class Figure:
    """One printable number.

    Attributes:
        key: what it is.
        kind: how it is to be printed.
        value: the headline; None where there is none, such as the payback of what is never paid back.
        formula: a measure's name, a name in `roi.formulas`, or nothing for a number that was stated.
        inputs: keys of the figures it is made of.
        unit: of a quantity; `money` stands for the currency.
        se: standard error of the value; None where it is not known or there is none.
        statistics: of the draws, where there are draws.
        never: share of the draws in which it never comes.
        numbers: the stated numbers, lowest first.
        grade: trust grade, the weakest of its inputs; `UNSOURCED`; None where it rests on too much for one.
        place: `file:line` of a stated number.
    """

    key: str
    kind: Kind
    value: float | None
    formula: str = ""
    inputs: tuple[str, ...] = ()
    unit: str = ""
    se: float | None = None
    statistics: Statistics | None = None
    never: float | None = None
    numbers: tuple[float, ...] = ()
    grade: str | None = None
    place: str = ""

    def at(self, statistic: str) -> Figure:
        """One statistic of the draws as a figure of its own."""
        if self.statistics is None or statistic not in STATISTICS:
            raise KeyError(f"{self.key}.{statistic}")
        value = getattr(self.statistics, statistic)
        error = getattr(self.statistics.se, statistic, None)
        return replace(
            self, key=f"{self.key}.{statistic}", value=value, se=error, statistics=None, never=None
        )

    @property
    def is_certain(self) -> bool:
        """Whether every draw gives the same."""
        ends = self.statistics
        return ends is None or (ends.p5 == ends.p95 and ends.p5 is not None)


def _amount(option: OptionResult) -> dict[str, Amount]:
    return {
        "npv": option.npv,
        "npv_cash": option.npv_cash,
        "pv_benefits": option.pv_benefits,
        "pv_costs": option.pv_costs,
        "peak_funding": option.peak_funding,
        "tco": option.tco.nominal,
    }


def _ratio(option: OptionResult) -> dict[str, Ratio]:
    return {
        "roi": option.roi,
        "roi_undiscounted": option.roi_undiscounted,
        "roi_first_year": option.roi_first_year,
        "bcr": option.bcr,
        "hidden_share": option.tco.hidden_share,
        "per_user_month": option.tco.per_user_month,
    }


def _duration(option: OptionResult) -> dict[str, Duration]:
    return {
        "payback_months": option.payback_months,
        "payback_from_go_live_months": option.payback_from_go_live_months,
        "discounted_payback_months": option.discounted_payback_months,
        "irr": option.irr,
    }


KINDS: dict[str, Kind] = {
    **dict.fromkeys(("npv", "npv_cash", "pv_benefits", "pv_costs", "peak_funding", "tco"), "money"),
    **dict.fromkeys(("roi", "roi_undiscounted", "roi_first_year", "hidden_share"), "share"),
    "bcr": "ratio",
    "per_user_month": "money",
    **dict.fromkeys(("payback_months", "payback_from_go_live_months", "discounted_payback_months"), "months"),
    "irr": "rate",
    **dict.fromkeys(("p_loss", "p_best", "break_even_adoption"), "share"),
    "expected_loss": "money",
    "cash_share": "share",
}
MEASURES = tuple(KINDS)
FACTORS: dict[When, tuple[str, ...]] = {  # what else a cost line is multiplied by
    "implementation": ("implementation_months", "overrun"),
    "exit": ("exit_probability",),
}
MADE_OF: dict[str, tuple[str, ...]] = {  # the figures a measure is computed from, of the same option
    "npv": ("pv_benefits", "pv_costs"),
    "roi": ("npv", "pv_costs"),
    "bcr": ("pv_benefits", "pv_costs"),
    "p_loss": ("npv",),
    "break_even_adoption": ("npv",),
    "cash_share": ("npv", "npv_cash", "pv_benefits"),
}


class Figures:
    """Every figure of a decision, by key.

    >>> from assessment import assess, case_from_data
    >>> case = {"schema": 1, "id": "x", "title": "X", "organisation": {"industry": "other"}}
    >>> case |= {"settings": {"amounts_exclude_vat": True}, "benefits": {"only": ["time_saved"]}}
    >>> Figures(assess(case_from_data(case)))["settings.years"].value
    3
    """

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self._options = {option.id: option for option in decision.options}
        self._register = {item.name: item for item in decision.assumptions}
        self._own_lines = {line.id: line for line in decision.lines if line.id not in benefit_lines()}

    def __getitem__(self, key: str) -> Figure:
        """The figure of a key.

        Raises:
            KeyError: where there is none; the message offers the nearest.
        """
        if key in self._listed:
            return self._listed[key]
        head, _, rest = key.partition(".")
        if head == "input":
            return self._input(rest)
        if head in ("case", "settings", "evidence"):
            return self._fact(
                key, {"case": self._case, "settings": self._settings, "evidence": self._evidence}[head]
            )
        first, tilde, second = head.partition("~")
        if tilde:
            return self._difference(key, self[f"{first}.{rest}"], self[f"{second}.{rest}"])
        if head not in self._options:
            raise _unknown(
                key, [f"{first}.{rest}" for first in (*self._options, "input", "case", "settings")]
            )
        name, _, statistic = rest.rpartition(".")
        if statistic in STATISTICS:
            return self._of_option(self._options[head], name).at(statistic)
        return self._of_option(self._options[head], rest)

    @cached_property
    def _listed(self) -> Mapping[str, Figure]:
        """Those that modules of their own list, whole keys."""
        from assessment.diagnosis_figures import diagnosis_figures
        from assessment.owned_figures import owned_figures
        from assessment.plan_figures import plan_figures
        from assessment.readiness_figures import readiness_figures
        from assessment.risk_figures import risk_figures
        from assessment.selection_figures import selection_figures

        parts = (
            risk_figures,
            owned_figures,
            readiness_figures,
            diagnosis_figures,
            selection_figures,
            plan_figures,
        )
        return {figure.key: figure for part in parts for figure in part(self.decision)}

    # --- of an option -------------------------------------------------------------------------------------

    def _of_option(self, option: OptionResult, name: str) -> Figure:
        part, _, which = name.partition(".")
        if part in ("benefit", "dimension", "category") and which:
            return self._part(option, part, which)
        if name not in KINDS:
            raise _unknown(f"{option.id}.{name}", [f"{option.id}.{measure}" for measure in MEASURES])
        made_of = tuple(f"{option.id}.{measure}" for measure in MADE_OF.get(name, ())) or self._made_of(
            option, name
        )
        key, kind = f"{option.id}.{name}", KINDS[name]
        if name == "p_loss":
            lost = 0.0 if option.kind == "status_quo" else 1 - option.p_npv_positive
            error = math.sqrt(lost * (1 - lost) / self.decision.draws)
            return Figure(key, kind, lost, name, made_of, se=error)
        if name == "p_best":
            return Figure(key, kind, option.p_best, name, made_of, se=option.p_best_se)
        if name == "cash_share":
            benefits = option.pv_benefits.mean
            share = 1 - (option.npv.mean - option.npv_cash.mean) / benefits if benefits else None
            return Figure(key, kind, share, name, made_of)
        if name in ("expected_loss", "break_even_adoption"):
            return Figure(key, kind, getattr(option, name), name, made_of)
        found: Statistics = (_amount(option) | _ratio(option) | _duration(option))[name]
        return _statistical(key, kind, found, name, made_of)

    def _made_of(self, option: OptionResult, name: str) -> tuple[str, ...]:
        """Keys of the figures that a measure's formula takes."""
        of = option.id
        if name in ("p_best", "expected_loss"):
            return tuple(f"{other.id}.npv" for other in self.decision.options)
        if name in ("tco", "hidden_share", "per_user_month"):
            return self._behind_cost(option, name)
        if name == "pv_benefits":
            return tuple(f"{of}.benefit.{line}" for line in option.benefits)
        if name == "pv_costs":
            return tuple(f"{of}.category.{category}" for category in option.tco.by_category)
        if name == "npv_cash":
            freed = [line.id for line in self.decision.lines if not line.cash and line.id in option.benefits]
            return (f"{of}.npv", *(f"{of}.benefit.{line}" for line in freed))
        years = option.yearly[:2] if name == "roi_first_year" else option.yearly
        sums = ("benefits", "costs") if name.startswith("roi") else ("net",)
        return tuple(f"{of}.year.{year.year}.{part}" for year in years for part in sums)

    def _behind_cost(self, option: OptionResult, name: str) -> tuple[str, ...]:
        """The parts of the total cost in money of the day, or it and what it is set against."""
        key = f"owned.{option.id}.{self.decision.settings.years}."
        parts = tuple(
            one for one in self._listed if one.startswith(key) and one.endswith(("shown", "hidden"))
        )
        if name == "tco":
            return parts
        if name == "hidden_share":
            return (*(one for one in parts if one.endswith("hidden")), f"{option.id}.tco")
        return (f"{option.id}.tco", *self.headcount)

    @property
    def headcount(self) -> tuple[str, ...]:
        """Keys of the numbers that users are counted by, month by month."""
        return tuple(f"input.{name}" for name in sorted(HEADCOUNT, reverse=True) if name in self._register)

    def _part(self, option: OptionResult, part: str, which: str) -> Figure:
        key = f"{option.id}.{part}.{which}"
        amounts: dict[str, dict[Any, Amount]] = {
            "benefit": option.benefits,
            "dimension": option.by_dimension,
            "category": option.tco.by_category,
        }
        if which not in amounts[part]:
            raise _unknown(key, (f"{option.id}.{part}.{name}" for name in amounts[part]))
        find: dict[str, Callable[[OptionResult, str], tuple[str, ...]]] = {
            "benefit": self.behind_line,
            "dimension": self._behind_dimension,
            "category": self._behind_category,
        }
        made_of = find[part](option, which)
        formula = which if part == "benefit" and which not in self._register else part
        grade = None if part == "dimension" else self._weakest(made_of)
        return _statistical(key, "money", amounts[part][which], formula, made_of, grade)

    def behind_line(self, option: OptionResult, line: str) -> tuple[str, ...]:
        """Keys of the stated numbers behind a benefit line, or a cost that is built in."""
        own = self._own_lines.get(line)
        behind = needs(line) if own is None else behind_own_line(own.formula, own.follows_adoption)
        names = {line, "abandon_month"} | behind  # an own line's amount bears the line's name
        order = {name: place for place, name in enumerate([line, *QUANTITIES])}
        found = (self._name(option, name) for name in sorted(names, key=lambda name: order[name]))
        return tuple(f"input.{name}" for name in found if name)

    def _name(self, option: OptionResult, name: str) -> str | None:
        """The register's name of a plain name, as the option sees it."""
        return next((full for full in (f"{option.id}.{name}", name) if full in self._register), None)

    def _behind_dimension(self, option: OptionResult, dimension: str) -> tuple[str, ...]:
        lines = [line.id for line in self.decision.lines if line.dimension == dimension]
        return tuple(f"{option.id}.benefit.{line}" for line in lines)

    def _behind_category(self, option: OptionResult, category: str) -> tuple[str, ...]:
        """Its cost lines, what they are multiplied by, and what stands behind built-in ones."""
        keys: dict[str, None] = {}
        for cost in self.decision.costs:
            if cost.option == option.id and cost.category == category:
                names = [cost.id, f"{cost.id}.uplift", *sorted(COUNTED.get(cost.per, ()))]
                names += sorted(WAGES) if cost.in_hours else []
                names += FACTORS.get(cost.when, ())
                found = (self._name(option, name) for name in names)
                keys |= dict.fromkeys(f"input.{name}" for name in found if name)
        for line, mark in built_in_costs().items():
            if mark.category == category:
                keys |= dict.fromkeys(self.behind_line(option, line))
        return tuple(keys)

    def _weakest(self, keys: tuple[str, ...]) -> str | None:
        grades = [self[key].grade for key in keys]
        if not grades:
            return None
        return UNSOURCED if UNSOURCED in grades else max(grade for grade in grades if grade is not None)

    @staticmethod
    def _difference(key: str, one: Figure, other: Figure) -> Figure:
        if one.value is None or other.value is None:
            return Figure(key, one.kind, None, "difference", (one.key, other.key))
        error = math.hypot(one.se or 0.0, other.se or 0.0)  # at most: options share their draws
        return Figure(key, one.kind, one.value - other.value, "difference", (one.key, other.key), se=error)

    # --- stated, counted and set --------------------------------------------------------------------------

    def _input(self, name: str) -> Figure:
        if name not in self._register:
            raise _unknown(f"input.{name}", (f"input.{known}" for known in self._register))
        item = self._register[name]
        middle = item.numbers[len(item.numbers) // 2]
        return Figure(
            f"input.{name}",
            "share" if is_share(item) else "quantity",
            middle,
            unit=item.unit,
            numbers=tuple(item.numbers),
            grade=grade(item),
            place=item.place,
        )

    def claim(self, name: str) -> Figure:
        """What a vendor claims of an input that the model discounts."""
        claimed = self._register[name].claim or []
        return replace(
            self._input(name), key=f"claim.{name}", numbers=tuple(claimed), value=max(claimed, default=None)
        )

    @staticmethod
    def _fact(key: str, facts: Callable[[], dict[str, Figure]]) -> Figure:
        found = facts()
        if key not in found:
            raise _unknown(key, found)
        return found[key]

    def _case(self) -> dict[str, Figure]:
        found, known = self.decision.reconciliation, self._register
        revenue = tuple(f"input.{name}" for name in ("annual_revenue",) if name in known)
        sales = tuple(f"input.{name}" for name in sorted(needs("monthly_sales")) if name in known)
        return {
            "case.sales": Figure("case.sales", "money", found.sales, "sales", sales),
            "case.revenue": Figure("case.revenue", "money", found.revenue, inputs=revenue),
            "case.gap": Figure("case.gap", "share", found.gap, "gap", ("case.sales", "case.revenue")),
            "case.implied_uplift": Figure(
                "case.implied_uplift", "share", found.implied_uplift, "implied_uplift"
            ),
        }

    def _settings(self) -> dict[str, Figure]:
        decision, settings = self.decision, self.decision.settings
        values: dict[str, tuple[Kind, float | None]] = {
            "years": ("count", settings.years),
            "discount_rate": ("share", settings.discount_rate),
            "vat_rate": ("share", settings.vat_rate),
            "effect_correlation": ("ratio", settings.effect_correlation),
            "loss_limit": ("money", settings.loss_limit),
            "seed": ("count", decision.seed),
            "draws": ("count", decision.draws),
        }
        return {
            f"settings.{name}": Figure(f"settings.{name}", kind, value)
            for name, (kind, value) in values.items()
        }

    def _evidence(self) -> dict[str, Figure]:
        """How many inputs rest on which grade, on defaults, on nothing."""
        items = self.decision.assumptions
        tests: dict[str, Callable[[AssumptionRecord], bool]] = {
            "inputs": lambda item: True,
            "ranges": lambda item: len(item.numbers) > 1,
            "defaults": lambda item: item.is_default,
            "unsourced": lambda item: item.source is None,
            **{f"grade_{name.lower()}": lambda item, name=name: grade(item) == name for name in GRADES},  # type: ignore[misc]
        }
        counts = {name: sum(map(test, items)) for name, test in tests.items()}
        counts["warnings"] = len(self.decision.warnings)
        counts["missing"] = len(self.decision.verdict.missing)
        return {
            f"evidence.{name}": Figure(f"evidence.{name}", "count", count) for name, count in counts.items()
        }


def grade(item: AssumptionRecord) -> str:
    """The trust grade of a stated number, `UNSOURCED` where nobody said where it comes from."""
    return UNSOURCED if item.source is None else item.source.grade


def is_share(item: AssumptionRecord) -> bool:
    """Whether a number is a part of something, to be printed in hundredths: its domain ends at 1."""
    quantity = QUANTITIES.get(item.name.rpartition(".")[2])
    return item.unit in ("1", "1/year") and (quantity is None or quantity.high <= 1)


def _statistical(
    key: str, kind: Kind, found: Statistics, formula: str, inputs: tuple[str, ...], weakest: str | None = None
) -> Figure:
    """A figure with statistics: amounts lead with the mean, ratios with that of means, times the median."""
    error, never = found.se.mean, None
    if isinstance(found, Amount):
        value: float | None = found.mean
    elif isinstance(found, Ratio):
        value = found.of_means
    else:
        value, error, never = found.median, None, found.never
    return Figure(key, kind, value, formula, inputs, "", error, found, never, grade=weakest)


def _unknown(key: str, known: Any) -> KeyError:
    near = difflib.get_close_matches(key, list(known), n=1)
    return KeyError(f"no figure is called {key}" + (f"; nearest: {near[0]}" if near else ""))


class Numbering:
    """F1, F2 … in the order in which figures are first printed."""

    def __init__(self) -> None:
        self._figures: dict[str, Figure] = {}

    def __call__(self, figure: Figure) -> int:
        """The number of a figure, a new one if it had none."""
        self._figures.setdefault(figure.key, figure)
        return list(self._figures).index(figure.key) + 1

    def __iter__(self) -> Iterator[Figure]:
        """The figures in the order of their numbers."""
        return iter(self._figures.values())
