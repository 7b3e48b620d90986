"""The whole result of an assessment, as it is printed, exchanged and kept.

What comes in: nothing; these are records. What goes out: a `Decision` that serialises to JSON and back. Keys
are the contract of `evaluate --json`; parts that are not built yet are present and null. Money is in the
case's currency, shares are 0–1, times are months, internal rates yearly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from assessment.chosen import SelectionRecord
from assessment.diagnosed import DiagnosisRecord, ReadinessRecord, TeamFitRecord
from assessment.owned import OwnershipRecord
from assessment.planned import PlanRecord
from assessment.records import Record
from assessment.said import (
    BarRecord,
    ComparisonRecord,
    LearningRecord,
    ShareRecord,
    SwitchRecord,
    VariantRecord,
    VerdictRecord,
    WorthRecord,
)
from assessment.terms import TermsRecord
from roi.model import Category, Dimension, Grade, OptionKind, Per, SourceKind, Text, When

if TYPE_CHECKING:
    import pandas as pd


class Errors(Record):
    """Standard errors; None where a statistic is infinite in a replicate."""

    mean: float | None = None
    p5: float | None = None
    p95: float | None = None


class _Quantiles(Record):
    median: float | None
    p5: float | None
    p25: float | None
    p75: float | None
    p95: float | None
    most_likely: float | None
    se: Errors


class Amount(_Quantiles):
    """Statistics of an amount of money."""

    mean: float


class Ratio(_Quantiles):
    """Statistics of a ratio; `of_means` is the ratio of the means, never a mean of ratios."""

    of_means: float | None


class Duration(_Quantiles):
    """Statistics of a payback or an internal rate; `never` is the share of draws in which it never comes."""

    never: float


class Cost(Record):
    """Total cost of ownership of one option; categories are present values."""

    nominal: Amount
    pv: Amount
    by_category: dict[Category, Amount]
    hidden_share: Ratio
    per_user_month: Ratio


class Year(Record):
    """Nominal means of one year; year 0 is month 0."""

    year: int
    benefits: float
    costs: float
    net: float
    cumulative: float


class Path(Record):
    """Cumulative nominal net flow at the end of months 0 … H: means and quantiles, from some of the draws."""

    mean: list[float]
    p5: list[float]
    p25: list[float]
    median: list[float]
    p75: list[float]
    p95: list[float]


class Histogram(Record):
    """How often NPV falls between neighbouring edges, as shares of the draws."""

    edges: list[float]
    shares: list[float]


class LifetimeValueRecord(Record):
    """Customer lifetime value in money per customer, for information only; see `roi.sales.LifetimeValue`."""

    before: float
    after: float
    growth_times_customers: float


class OptionResult(Record):
    """What one option comes to."""

    id: str
    kind: OptionKind
    name: Text
    added: bool
    npv: Amount
    npv_cash: Amount
    pv_benefits: Amount
    pv_costs: Amount
    roi: Ratio
    roi_undiscounted: Ratio
    roi_first_year: Ratio
    bcr: Ratio
    irr: Duration
    payback_months: Duration
    payback_from_go_live_months: Duration
    discounted_payback_months: Duration
    peak_funding: Amount
    break_even_adoption: float | None
    tco: Cost
    benefits: dict[str, Amount]
    by_dimension: dict[Dimension, Amount]
    lifetime_value: LifetimeValueRecord | None
    yearly: list[Year]
    cumulative: Path
    npv_histogram: Histogram
    p_npv_positive: float
    p_best: float
    p_best_se: float
    expected_loss: float


class SourceRecord(Record):
    """Where a number comes from."""

    kind: SourceKind
    title: Text
    date: str
    link: str
    grade: Grade


class AssumptionRecord(Record):
    """One input as the model used it.

    Attributes:
        name: as in draws: `users`, `saas.adoption`, `saas.licence`.
        label: its name for people, where the case gives one (cost lines, own lines).
        unit: `money` stands for the currency.
        numbers: the stated numbers, lowest first: one if fixed.
        kind: of distribution.
        claim: the vendor's claim that `numbers` discount.
        source: None where nobody said.
        is_default: whether the tool's default stands in.
        place: `file:line`.
        note: of the one who stated it.
    """

    name: str
    label: Text
    unit: str
    numbers: list[float]
    kind: str
    claim: list[float] | None
    source: SourceRecord | None
    is_default: bool
    place: str
    note: Text


class CostRecord(Record):
    """A cost line as the model used it; its quantity is the assumption `<option>.<id>`."""

    option: str
    id: str
    label: Text
    category: Category
    per: Per
    when: When
    in_hours: bool
    year_ahead: bool
    hidden: bool


class BenefitRecord(Record):
    """A benefit line that is on; an own line may have a formula of its amount a month, as the case has it."""

    id: str
    label: Text
    dimension: Dimension
    cash: bool
    formula: str = ""
    follows_adoption: bool = True


class Reconciliation(Record):
    """12 · S of month 1 against the stated revenue, and what the effects imply for sales."""

    sales: float | None
    revenue: float | None
    gap: float | None
    implied_uplift: float | None


class PreviousRecord(Record):
    """Whether a CRM was tried before, and what became of it."""

    tried: bool
    why_it_ended: Text = ""


class CaseRecord(Record):
    """Which case, exactly."""

    id: str
    sha256: str
    title: Text
    language: Literal["zh-CN", "en"]
    industry: str
    prepared: dict[str, Text]
    previous_crm: PreviousRecord | None = None


class Settings(Record):
    """How it was run; `draws` is 1 where every input is fixed."""

    years: int
    discount_rate: float
    amounts_exclude_vat: bool
    vat_rate: float | None
    effect_correlation: float
    discount_vendor_claims: bool
    sampling: str
    loss_limit: float | None
    risk_adjustment: dict[Literal["benefits", "costs"], float] | None


class Warning_(Record):  # noqa: N801 - `Warning` is Python's
    """Something the report says aloud; the wording is the catalogue's."""

    code: str
    field: str
    line: int | None
    details: dict[str, str]


class Decision(Record):
    """The whole result; `ask_next` names the inputs nobody has answered, in the order of their worth."""

    case: CaseRecord
    version: str
    seed: int
    draws: int
    currency: str
    verdict: VerdictRecord
    ask_next: list[str] = Field(default_factory=list)
    options: list[OptionResult]
    evpi: float | None = None
    evpi_se: float | None = None
    evppi: list[WorthRecord] | None = None
    evsi: list[LearningRecord] | None = None
    tornado: list[BarRecord] | None = None
    switching_values: list[SwitchRecord] | None = None
    variance_shares: list[ShareRecord] | None = None
    comparison: ComparisonRecord | None = None
    variants: list[VariantRecord] | None = None
    ownership: list[OwnershipRecord] | None = None
    terms: list[TermsRecord] | None = None
    diagnosis: DiagnosisRecord | None
    team_fit: TeamFitRecord | None
    readiness: ReadinessRecord
    plan: PlanRecord | None = None
    selection: SelectionRecord | None = None
    warnings: list[Warning_]
    settings: Settings
    lines: list[BenefitRecord]
    costs: list[CostRecord]
    assumptions: list[AssumptionRecord]
    reconciliation: Reconciliation

    @property
    def best(self) -> OptionResult | None:
        """The option with the highest mean NPV, the first of equals; None where nothing was computed."""
        return max(self.options, key=lambda option: option.npv.mean, default=None)

    def option(self, identifier: str) -> OptionResult:
        """One option by its id."""
        return next(option for option in self.options if option.id == identifier)

    def to_json(self) -> str:
        """The decision as JSON text."""
        return self.model_dump_json(indent=1)

    @classmethod
    def from_json(cls, text: str) -> Decision:
        """The decision back from its JSON text."""
        return cls.model_validate_json(text)

    def to_frame(self) -> pd.DataFrame:
        """One row per option: the main statistics, for notebooks."""
        import pandas as pd

        rows = {
            option.id: {
                "kind": option.kind,
                **{f"npv_{name}": getattr(option.npv, name) for name in ("mean", "p5", "median", "p95")},
                "npv_cash_mean": option.npv_cash.mean,
                "roi_of_means": option.roi.of_means,
                "payback_months_median": option.payback_months.median,
                "tco_nominal_mean": option.tco.nominal.mean,
                "p_npv_positive": option.p_npv_positive,
                "p_best": option.p_best,
                "expected_loss": option.expected_loss,
            }
            for option in self.options
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("option")
