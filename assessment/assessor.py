"""From a loaded case to a decision.

What comes in: `Loaded`. What goes out: a `Decision`. Where a fact that only the company knows is missing,
nothing is computed and the decision says which.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from assessment.case import Case, words
from assessment.chosen import chosen
from assessment.decision import (
    Amount,
    AssumptionRecord,
    BenefitRecord,
    CaseRecord,
    Cost,
    CostRecord,
    Decision,
    Duration,
    Errors,
    Histogram,
    LifetimeValueRecord,
    OptionResult,
    Path,
    PreviousRecord,
    Ratio,
    Reconciliation,
    Settings,
    SourceRecord,
    Warning_,
    Year,
)
from assessment.diagnosis import diagnose, stakes
from assessment.interview import further_questions
from assessment.judgement import judge, too_little_to_say
from assessment.loader import Loaded
from assessment.owned import owned
from assessment.plan import plan
from assessment.readiness import readiness
from assessment.recorded import compared, records
from assessment.remarks import InputError
from assessment.rules import Rules, revenue_gap
from assessment.team_fit import team_fit
from assessment.terms import terms
from assessment.variants import variants
from roi.distributions import Array
from roi.engine import benefit_lines, inputs_in_use, missing_inputs
from roi.expressions import FormulaError
from roi.formulas import MONTHS_PER_YEAR
from roi.measures import Measures, ratio
from roi.model import Assumption, Model, Text
from roi.responses import Responses
from roi.sales import implied_uplift, lifetime_value, monthly_sales_today
from roi.sampling import first_of_each
from roi.simulation import Result, Run, nobody_watches, run
from roi.statistics import Summary, summary, summary_of_times
from roi.uncertainty import uncertainty

PATH_DRAWS = 2048  # enough for a picture of quantiles
HISTOGRAM_BINS = 40
HISTOGRAM_TAIL = (
    0.005  # of the draws left out at either end, so that one outlier does not flatten the picture
)


def assess(
    loaded: Loaded, progress: Callable[[float], None] = nobody_watches, *, whole: bool = True
) -> Decision:
    """The decision on a case.

    Args:
        loaded: the case.
        progress: called now and then with the share of the draws that is done.
        whole: or only the verdict and what it rests on. What neither enters it nor is told beside it on a
            terminal is None then: comparisons, ownership, terms, shares of variance, plan.

    Raises:
        InputError: if an own line's formula gives no amount for some of the draws.
    """
    try:
        return _decision(loaded, progress, whole)
    except FormulaError as error:
        raise InputError((Rules(loaded.case, loaded.file).no_amount(error),)) from None


def _decision(loaded: Loaded, progress: Callable[[float], None], whole: bool) -> Decision:
    case, model = loaded.case, loaded.model
    missing = sorted(missing_inputs(model))
    done = None if missing else run(model, progress)
    decision = Decision(
        case=_case(case),
        version=_version(),
        seed=model.seed,
        draws=done.draws if done else model.draws,
        currency=case.currency,
        options=[_option(done, result) for result in done.results.values()] if done else [],
        warnings=[
            Warning_(code=item.code, field=item.field, line=item.line, details=dict(item.details))
            for item in loaded.warnings
        ],
        settings=_settings(case),
        lines=_lines(model),
        costs=_costs(model),
        assumptions=_register(model),
        reconciliation=_reconciliation(model),
        team_fit=team_fit(case),
        readiness=readiness(case),
        selection=chosen(case, model, done),
        **(
            _said(case, done, whole)
            if done
            else {"verdict": too_little_to_say(missing), "diagnosis": diagnose(case, {})}
        ),
    )
    planned = plan(case, decision) if whole else None
    return decision.model_copy(update={"plan": planned, "ask_next": further_questions(decision)})


def _said(case: Case, done: Run, whole: bool) -> dict[str, Any]:
    """What the uncertainty says, and the verdict."""
    found, responses = uncertainty(done, shares=whole), Responses(done)
    switches = responses.switches()
    verdict = judge(case, done, found.learning, switches)
    at_stake = stakes(done, verdict.purchase) if verdict.purchase else {}
    said = {
        "verdict": verdict,
        "diagnosis": diagnose(case, at_stake),
        **records(done, found, switches),
    }
    if whole:
        adjustment = case.settings.risk_adjustment
        adjusted = (adjustment.benefits, adjustment.costs) if adjustment else None
        said |= {
            "variants": list(variants(done, responses, adjusted)),
            "comparison": compared(done, responses),
            "ownership": list(owned(done)),
            "terms": list(terms(case, done)),
        }
    return said


def _version() -> str:
    try:
        return version("crm-roi")
    except PackageNotFoundError:
        return "0"


# --- statistics -------------------------------------------------------------------------------------------


def _quantiles(found: Summary) -> dict[str, Any]:
    return {**found.quantiles, "most_likely": found.most_likely, "se": Errors(**found.se)}


def _amount(draws: Array, likely: Array) -> Amount:
    found = summary(draws, float(likely[0]))
    return Amount(mean=found.mean or 0.0, **_quantiles(found))


def _ratio(top: Array, bottom: Array, likely_top: Array, likely_bottom: Array) -> Ratio:
    likely = float(ratio(likely_top, likely_bottom)[0])
    found = summary(ratio(top, bottom), likely, means=(top, bottom))
    return Ratio(of_means=found.mean, **_quantiles(found))


def _duration(draws: Array, likely: Array) -> Duration:
    found = summary_of_times(draws, float(likely[0]))
    return Duration(never=found.never, **_quantiles(found))


NEVER = Duration(median=None, p5=None, p25=None, p75=None, p95=None, most_likely=None, se=Errors(), never=1.0)


def _option(done: Run, result: Result) -> OptionResult:
    option, draws, likely = result.option, result.draws, result.likely
    today = option.kind == "status_quo"  # has nothing to pay back

    def amount(name: str) -> Amount:
        return _amount(getattr(draws, name), getattr(likely, name))

    def quotient(top: str, bottom: str) -> Ratio:
        return _ratio(*(getattr(measures, name) for measures in (draws, likely) for name in (top, bottom)))

    value = lifetime_value(done.model, option)

    def times(name: str) -> Duration:
        return NEVER if today else _duration(getattr(draws, name), getattr(likely, name))

    return OptionResult(
        id=option.id,
        kind=option.kind,
        name=option.name,
        added=option.added,
        npv=amount("npv"),
        npv_cash=amount("npv_cash"),
        pv_benefits=amount("pv_benefits"),
        pv_costs=amount("pv_costs"),
        roi=quotient("npv", "pv_costs"),
        roi_undiscounted=quotient("net", "costs"),
        roi_first_year=quotient("first_year_net", "first_year_costs"),
        bcr=quotient("pv_benefits", "pv_costs"),
        irr=times("irr"),
        payback_months=times("payback"),
        payback_from_go_live_months=times("payback_from_go_live"),
        discounted_payback_months=times("discounted_payback"),
        peak_funding=amount("peak_funding"),
        break_even_adoption=result.break_even_adoption,
        tco=Cost(
            nominal=amount("costs"),
            pv=amount("pv_costs"),
            by_category={
                name: _amount(draws.by_category[name], likely.by_category[name]) for name in draws.by_category
            },
            hidden_share=quotient("hidden", "costs"),
            per_user_month=quotient("costs", "user_months"),
        ),
        benefits={name: _amount(draws.by_line[name], likely.by_line[name]) for name in draws.by_line},
        by_dimension=_by_dimension(done.model, draws, likely),
        lifetime_value=None if value is None else LifetimeValueRecord(**vars(value)),
        yearly=_yearly(draws),
        cumulative=_path(draws.cumulative),
        npv_histogram=_histogram(draws.npv),
        p_npv_positive=result.p_npv_positive,
        p_best=result.p_best[0],
        p_best_se=result.p_best[1],
        expected_loss=result.expected_loss,
    )


def _by_dimension(model: Model, draws: Measures, likely: Measures) -> dict[Any, Amount]:
    lines: dict[str, list[str]] = {}
    for line in _lines(model) if draws.by_line else []:
        lines.setdefault(line.dimension, []).append(line.id)
    return {
        dimension: _amount(*(np.add.reduce([run.by_line[line] for line in names]) for run in (draws, likely)))
        for dimension, names in lines.items()
    }


def _yearly(draws: Measures) -> list[Year]:
    benefits, costs = draws.yearly.mean(axis=-1)
    cumulative = np.cumsum(benefits - costs)
    return [
        Year(year=year, benefits=gain, costs=cost, net=gain - cost, cumulative=total)
        for year, (gain, cost, total) in enumerate(zip(benefits, costs, cumulative, strict=True))
    ]


def _path(net: Array) -> Path:
    net = net[:, first_of_each(net.shape[1], PATH_DRAWS)]
    quantiles = np.quantile(net, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1).tolist()
    return Path(
        mean=net.mean(axis=1).tolist(),
        **dict(zip(("p5", "p25", "median", "p75", "p95"), quantiles, strict=True)),
    )


def _histogram(npv: Array) -> Histogram:
    low, high = np.quantile(npv, [HISTOGRAM_TAIL, 1 - HISTOGRAM_TAIL])
    counts, edges = np.histogram(npv, HISTOGRAM_BINS, (low, high) if high > low else (low - 0.5, low + 0.5))
    return Histogram(edges=edges.tolist(), shares=(counts / npv.size).tolist())


# --- what the result rests on -----------------------------------------------------------------------------


def _case(case: Case) -> CaseRecord:
    before = case.organisation.previous_crm
    prepared = {"by": case.prepared.by, "for": case.prepared.for_, "paid_by": case.prepared.paid_by}
    return CaseRecord(
        id=case.id,
        sha256=case.document.sha256,
        title=words(case.title),
        language=case.language,
        industry=case.organisation.industry,
        prepared={name: words(text) for name, text in prepared.items()} | {"date": case.prepared.date},
        previous_crm=before and PreviousRecord(tried=before.tried, why_it_ended=words(before.why_it_ended)),
    )


def _settings(case: Case) -> Settings:
    stated = case.settings.model_dump()
    return Settings(**{name: stated[name] for name in Settings.model_fields})


def _lines(model: Model) -> list[BenefitRecord]:
    marks = benefit_lines()
    built_in = [
        BenefitRecord(id=line, label="", dimension=marks[line].dimension, cash=marks[line].cash)
        for line in model.lines
    ]
    names = "id label dimension cash formula follows_adoption".split()
    return built_in + [BenefitRecord(**{name: getattr(line, name) for name in names}) for line in model.extra]


def _costs(model: Model) -> list[CostRecord]:
    names = "id label category per when in_hours year_ahead hidden".split()
    return [
        CostRecord(option=option.id, **{name: getattr(line, name) for name in names})
        for option in model.options
        for line in option.costs
    ]


def _labels(model: Model) -> dict[str, Text]:
    labels = {line.quantity.name: line.label for option in model.options for line in option.costs}
    return labels | {line.id: line.label for line in model.extra}


def _register(model: Model) -> list[AssumptionRecord]:
    labels = _labels(model)
    used = inputs_in_use(model)
    if "annual_revenue" in model.assumptions:
        used = {"annual_revenue": model.assumptions["annual_revenue"], **used}
    return [_assumption(item, labels.get(name, "")) for name, item in sorted(used.items())]


def _assumption(item: Assumption, label: Text) -> AssumptionRecord:
    source = item.source
    return AssumptionRecord(
        name=item.name,
        label=label,
        unit=item.unit,
        numbers=list(item.distribution.ends),
        kind=item.distribution.kind,
        claim=None if item.claim is None else list(item.claim.ends),
        source=None
        if source is None
        else SourceRecord(
            kind=source.kind, title=source.title, date=source.date, link=source.link, grade=source.grade
        ),
        is_default=item.is_default,
        place=item.place,
        note=item.note,
    )


def _reconciliation(model: Model) -> Reconciliation:
    sales, revenue = monthly_sales_today(model), model.assumptions.get("annual_revenue")
    uplift = None if missing_inputs(model) else implied_uplift(model)
    return Reconciliation(
        sales=None if sales is None else MONTHS_PER_YEAR * sales,
        revenue=None if revenue is None else revenue.most_likely,
        gap=revenue_gap(model),
        implied_uplift=None if uplift is None else uplift[0],
    )
