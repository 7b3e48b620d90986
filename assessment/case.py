"""The schema of a case file: everything the company told us, as it was written.

What comes in: plain data. What goes out: a `Case`, closed and frozen: an unknown field, a wrong type or a
number that is none is an error. Units, domains and relations between fields are `assessment.rules`' business.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from assessment.bank import Industry, statements
from assessment.yamlfile import Document, parse_number
from roi.distributions import Distribution, from_numbers
from roi.model import Category, Dimension, OptionKind, Per, SourceKind, When
from roi.quantities import ASSUMPTIONS, EFFECTS

SCHEMA = 1
SHORT_FORMS = ("value", "range", "distribution")

Language = Literal["zh-CN", "en"]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Closed(BaseModel):
    """A record that knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Bilingual(Closed):
    """A text in both languages."""

    zh: str = Field(alias="zh-CN")
    en: str


def _form(text: Any) -> str:
    return "languages" if isinstance(text, dict | Bilingual) else "text"


Words = Annotated[  # told apart by form, so that a fault is found in the one that was meant
    Annotated[str, Tag("text")] | Annotated[Bilingual, Tag("languages")], Discriminator(_form)
]


class StatedSource(Closed):
    """Where a number comes from."""

    kind: SourceKind
    title: Words = ""
    date: Day = ""
    link: str = ""


class StatedLearnable(Closed):
    """How a number could be measured."""

    how: Literal["desk", "pilot", "later"]
    cost: float = Field(default=0.0, ge=0)
    weeks: float = Field(default=0.0, ge=0, le=520)
    resolves: Share | None = None


class Stated(Closed):
    """A number: bare, a range of three, or in full."""

    distribution: Distribution
    unit: str = ""
    source: StatedSource | None = None
    note: Words = ""
    learnable: StatedLearnable | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return {"distribution": from_numbers(data)}
        given = [key for key in SHORT_FORMS if key in data]
        if len(given) != 1:
            found = ", ".join(map(str, given or data))
            raise PydanticCustomError("one_of_value_range_distribution", "exactly one", {"found": found})
        if given == ["distribution"]:
            return data
        rest = {key: value for key, value in data.items() if key != given[0]}
        return {**rest, "distribution": from_numbers(data[given[0]])}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """Number, range, or the full form: what the validator above accepts."""
        full = handler.resolve_ref_schema(handler(core))
        number = {"anyOf": [{"type": "number"}, {"type": "string"}]}
        three = {"type": "array", "items": number, "minItems": 3, "maxItems": 3}
        properties = {"value": number, "range": three, **full["properties"]}
        one = [{"required": [key]} for key in SHORT_FORMS]
        long = {"type": "object", "properties": properties, "additionalProperties": False, "oneOf": one}
        return {"title": "Stated", "anyOf": [number, three, long]}


def _names(title: str, names: frozenset[str], **more: Any) -> type[Closed]:
    fields: dict[str, Any] = dict.fromkeys(sorted(names), (Stated | None, None))
    return create_model(title, __base__=Closed, **fields, **more)


Assumptions = _names("Assumptions", ASSUMPTIONS, churn_excludes_leavers=(bool | None, None))
Effects = _names("Effects", EFFECTS)


class Prepared(Closed):
    """Who prepared the report, for whom, when and who paid."""

    by: Words = ""
    for_: Words = Field(default="", alias="for")
    date: Day = ""
    paid_by: Words = ""


class People(Closed):
    """Who would use it, by role."""

    sales: float = Field(default=0, ge=0)
    marketing: float = Field(default=0, ge=0)
    service: float = Field(default=0, ge=0)
    managers: float = Field(default=0, ge=0)
    other: float = Field(default=0, ge=0)


class PreviousCrm(Closed):
    """What became of the tool before."""

    tried: bool
    why_it_ended: Words = ""


class Organisation(Closed):
    """The company."""

    industry: Industry
    people: People = People()
    departments: list[str] = []
    systems: list[str] = []
    previous_crm: PreviousCrm | None = None


class RiskAdjustment(Closed):
    """By how much benefits are lowered and costs raised for readers of TEI studies."""

    benefits: Share = 0.0
    costs: Share = 0.0


class Settings(Closed):
    """How the model is run."""

    amounts_exclude_vat: bool
    vat_rate: float | None = Field(default=None, ge=0, le=1)
    years: int = Field(default=3, ge=1, le=10)
    discount_rate: float = Field(default=0.10, ge=0, le=0.5)
    draws: int = Field(default=16_384, ge=256, le=2**20)
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    sampling: Literal["sobol", "monte_carlo"] = "sobol"
    effect_correlation: float = Field(default=0.5, ge=0, le=0.95)
    discount_vendor_claims: bool = True
    risk_adjustment: RiskAdjustment | None = None
    loss_limit: float | None = Field(default=None, ge=0)
    freed_hours_plan: Words | None = None


Gate = Literal[True, False, "dont_know"]


def _kind_of_answer(answer: Any) -> str:
    return "word" if isinstance(answer, str) else "stated"


class _Gates(Closed):
    owner_named: Gate | None = None
    leader_opens_it_weekly: Gate | None = None

    @property
    def points(self) -> dict[str, float | None]:
        """Points of the statements that were answered, by id; None where they do not know."""
        stated = {name: getattr(self, name) for name in statements()}
        return {name: None if it == "dont_know" else it for name, it in stated.items() if it is not None}


Points = Annotated[
    Annotated[float, Field(ge=0, le=4), Tag("stated")] | Annotated[Literal["dont_know"], Tag("word")],
    Discriminator(_kind_of_answer),
]
_scored: dict[str, Any] = dict.fromkeys(statements(), (Points | None, None))
Readiness = create_model("Readiness", __base__=_Gates, __doc__="Answers on readiness, by id.", **_scored)


Times = Annotated[
    Annotated[float, Field(ge=0, le=1e6), Tag("stated")]
    | Annotated[Literal["yearly", "quarterly", "monthly", "weekly", "daily", "dont_know"], Tag("word")],
    Discriminator(_kind_of_answer),
]
CostEach = Annotated[
    Annotated[float, Field(ge=0, le=1e9), Tag("stated")]
    | Annotated[
        Literal[
            "tens",
            "hundreds",
            "thousands",
            "tens_of_thousands",
            "hundreds_of_thousands",
            "millions",
            "dont_know",
        ],
        Tag("word"),
    ],
    Discriminator(_kind_of_answer),
]


class StatedPain(Closed):
    """How often something hurts, what one time costs, and how they know: numbers, or bands by name."""

    times_per_year: Times = "dont_know"
    cost_each: CostEach = "dont_know"
    evidence: Words = ""


PainAnswer = Annotated[
    Annotated[StatedPain, Tag("stated")] | Annotated[Literal["dont_know"], Tag("word")],
    Discriminator(_kind_of_answer),
]


def _any_of(schema: dict[str, Any]) -> None:
    schema["anyOf"] = schema.pop("oneOf")  # “30万” is a text as well


FirstAnswer = Annotated[
    Annotated[Stated, Tag("stated")] | Annotated[Literal["dont_know"], Tag("word")],
    Discriminator(_kind_of_answer),
    Field(json_schema_extra=_any_of),
]


class First(Closed):
    """Those of the fourteen first answers that no assumption holds as it is."""

    new_customers_last_year: FirstAnswer | None = None
    customers_lost_last_year: FirstAnswer | None = None
    revenue_from_existing: FirstAnswer | None = None
    rep_cost_per_month: FirstAnswer | None = None
    report_hours_per_week: FirstAnswer | None = None
    forgotten_of_20_lost: FirstAnswer | None = None
    reps_left_24_months: FirstAnswer | None = None
    customers_gone_with_them: FirstAnswer | None = None

    @property
    def numbers(self) -> dict[str, Stated]:
        """Those that are known."""
        return {name: answer for name, answer in self if isinstance(answer, Stated)}


class Answers(Closed):
    """The first answers, and those to the questions on pains and readiness."""

    first: First = First()
    pains: dict[str, PainAnswer] = {}  # which ids there are is the rules' business
    readiness: Readiness = Readiness()


class StatedCorrelation(Closed):
    """Rank correlation of two inputs."""

    between: Annotated[list[str], Field(min_length=2, max_length=2)]
    rank: float = Field(gt=-1, lt=1)


def _way(monthly: Any) -> str:
    return "formula" if isinstance(monthly, str) and parse_number(monthly) is None else "stated"


Monthly = Annotated[
    Annotated[Stated, Tag("stated")] | Annotated[str, Tag("formula")],
    Discriminator(_way),
    Field(json_schema_extra=_any_of),
]


class StatedExtra(Closed):
    """A benefit line of the company's own; its amount a month is a number or a formula of assumptions."""

    id: Identifier
    label: Words = ""
    dimension: Dimension
    cash: bool
    monthly: Monthly
    follows_adoption: bool = True


class Benefits(Closed):
    """Which lines are on, and lines of the company's own."""

    on: list[str] = []
    off: list[str] = []
    only: list[str] | None = None
    extra: list[StatedExtra] = []


class Abandon(Closed):
    """The chance that the tool is given up, and how many months after go-live."""

    probability: Share
    month: Stated | None = None


class Dip(Closed):
    """The loss of sales after go-live."""

    share: Stated
    months: Stated


class Contract(Closed):
    """By when one can stop."""

    term_months: float = Field(ge=0, le=120)
    notice_months: float = Field(default=0, ge=0, le=120)


class Pilot(Closed):
    """Whether the option can be tried first."""

    possible: bool = True
    cost: float = Field(default=0.0, ge=0)
    weeks: float = Field(default=0.0, ge=0, le=520)
    resolves: Share | None = None


class StatedCost(Closed):
    """A cost line."""

    id: Identifier
    label: Words = ""
    category: Category
    amount: Stated | None = None
    hours: Stated | None = None
    per: Per
    when: When
    uplift: Stated | None = None
    billing: Literal["monthly", "year_ahead"] = "monthly"
    hidden: bool = False


class StatedOption(Closed):
    """One way of getting a CRM, or of going without."""

    id: Identifier
    kind: OptionKind
    name: Words = ""
    note: Words = ""
    implementation_months: Stated | None = None
    overrun: Stated | None = None
    ramp_months: Stated | None = None
    adoption: Stated | None = None
    fit: Stated | None = None
    fade_per_year: Stated | None = None
    changes_per_year: Stated | None = None
    entry_minutes_per_user_day: Stated | None = None
    exit_probability: Stated | None = None
    abandon: Abandon | None = None
    dip: Dip | None = None
    effects: Effects = Effects()  # type: ignore[valid-type]
    contract: Contract | None = None
    capabilities: dict[str, Literal["no", "partly", "yes"]] = {}
    pilot: Pilot | None = None
    costs: list[StatedCost] = []


class Score(Closed):
    """How well an option does on a criterion, 0–10, and why."""

    score: float = Field(ge=0, le=10)
    evidence: Words = ""


class StatedPair(Closed):
    """How many times as much the first of two criteria counts as the second."""

    between: Annotated[list[str], Field(min_length=2, max_length=2)]
    ratio: float = Field(ge=0.1, le=10)  # Saaty's scale ends at 9; a ninth is often written 0.11


class Criteria(Closed):
    """What the options are chosen by; weights are points, or follow from comparisons in pairs."""

    weights: dict[str, Annotated[float, Field(ge=0)]] = {}
    pairwise: list[StatedPair] = []
    labels: dict[str, Words] = {}
    must_have: list[str] = []
    scores: dict[str, dict[str, Score]] = {}


class Case(Closed):
    """Everything one company told us."""

    schema_: int = Field(alias="schema", ge=SCHEMA, le=SCHEMA)
    id: Identifier
    title: Words
    language: Language = "zh-CN"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    prepared: Prepared = Prepared()
    organisation: Organisation
    settings: Settings
    answers: Answers = Answers()
    assumptions: Assumptions = Assumptions()  # type: ignore[valid-type]
    correlations: list[StatedCorrelation] = []
    benefits: Benefits = Benefits()
    options: list[StatedOption] = []
    criteria: Criteria | None = None

    _document: Document = PrivateAttr()

    @property
    def document(self) -> Document:
        """The file it was read from: lines, notices, hash."""
        return self._document


def words(text: Words) -> str | dict[str, str]:
    """A text as the model keeps it: one string, or one per language."""
    return text if isinstance(text, str) else {"zh-CN": text.zh, "en": text.en}
