# ruff: noqa: E501 - sentences of the catalogues stay whole
"""What the words of printed definitions stand for, computed anew from what their entries list.

What comes in: a figure with the figures that its entry names, and the run of its case. What goes out: numbers.
Where words speak of draws, they are counted here; flows are the engine's, sums and searches are not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assessment import assess, load_case
from assessment.decision import Decision
from assessment.figures import Figure, Figures
from assessment.loader import Loaded
from roi.engine import built_in_costs, cash_flow
from roi.quantities import QUANTITIES
from roi.simulation import Run, npv_of, run

ROOT = Path(__file__).resolve().parent.parent
DEALS = "leads_per_month lead_to_opportunity opportunity_to_win deal_value".split()
ORDERS = "active_customers orders_per_customer_month order_value".split()


@cache
def loaded(name: str) -> Loaded:
    return load_case(ROOT / "examples" / name / "case.yaml", ["settings.draws=512"])


@cache
def decided(name: str) -> Decision:
    return assess(loaded(name))


@cache
def drawn(name: str) -> Run:
    return run(loaded(name).model)


@dataclass(frozen=True)
class Entry:
    """A figure with what its entry lists, and the run that its draws come from."""

    name: str
    figures: Figures
    figure: Figure

    @property
    def inputs(self) -> list[Figure]:
        """The figures it is made of."""
        return [self.figures[key] for key in self.figure.inputs]

    @property
    def run(self) -> Run:
        """All draws."""
        return drawn(self.name)

    @property
    def decision(self) -> Decision:
        """The whole result."""
        return self.figures.decision

    @property
    def option(self) -> str:
        """The option it is about, from its key."""
        ids = {option.id for option in self.decision.options}
        return next(part for part in self.figure.key.split(".") if part in ids)

    def npv(self, key: str) -> Any:
        """NPV of an option on every draw, from the figure that stands for it."""
        assert key in self.figure.inputs, "a formula may take nothing that its entry does not list"
        return self.run.results[key.removesuffix(".npv")].draws.npv

    @property
    def npvs(self) -> list[Any]:
        """NPV of every option listed, on every draw."""
        return [self.npv(key) for key in self.figure.inputs if key.endswith(".npv")]

    def net(self) -> Any:
        """Monthly net flows, shape (months, draws)."""
        option = self.run.results[self.option].option
        flow = cash_flow(self.run.model, option, self.run.inputs)
        shape = (self.run.model.months + 1, self.run.draws)
        gains, costs = (sum(lines.values(), np.zeros(shape)) for lines in (flow.benefits, flow.costs))
        return np.broadcast_to(gains, shape) - np.broadcast_to(costs, shape)


Part = Callable[[Entry], float]


def one(end: str) -> Part:
    """The one input whose key ends so."""

    def found(entry: Entry) -> float:
        (value,) = [figure.value for figure in entry.inputs if figure.key.endswith(end)]
        return value or 0.0

    return found


def place(number: int) -> Part:
    """The input in this place."""
    return lambda entry: entry.inputs[number].value or 0.0


def every(part: str = "") -> Part:
    """All inputs with this in their keys, added up."""
    return lambda entry: math.fsum(figure.value or 0.0 for figure in entry.inputs if part in figure.key)


def users_summed(entry: Entry) -> float:
    """Σ users · (1 + growth) ^ full years, months 1 to H of the horizon: both numbers certain."""
    stated = {figure.key: figure for figure in entry.inputs if figure.key.startswith("input.")}
    users, growth = (stated[f"input.{name}"].numbers for name in ("users", "user_growth_per_year"))
    assert len(users) == len(growth) == 1
    owned = entry.figure.key.split(".")
    years = int(owned[2]) if owned[0] == "owned" else entry.decision.settings.years
    return 12 * math.fsum(users[0] * (1 + growth[0]) ** year for year in range(years))


def median(values: Any) -> float:
    """The middle one, or the mean of the two in the middle; infinity where one of them is that."""
    ordered = sorted(values)
    middle = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return math.inf if math.inf in middle else sum(middle) / 2


def payback(net: Any) -> float:
    """Month from which the sum stays at 0 or above, linear within the month."""
    level, last = np.cumsum(net), -1
    hair = 1e-9 * np.abs(net).sum()
    below = np.flatnonzero(level < -hair)
    if not below.size:
        return 0.0
    last = int(below[-1])
    if last == len(level) - 1:
        return math.inf
    return last - level[last] / (level[last + 1] - level[last])


def factors(entry: Entry) -> Any:
    months = np.arange(entry.run.model.months + 1)
    return (1 + entry.decision.settings.discount_rate) ** (-months / 12)


def internal_rate(net: Any) -> float:
    """The only rate from −99 % to 1,000 % at which the flow is worth nothing; infinity where it is not the only."""
    net = np.where(np.abs(net) > 1e-12 * np.abs(net).max(initial=0.0), net, 0.0)
    times = np.arange(net.size) / 12

    def worth(log: Any) -> Any:
        return np.exp(-np.outer(np.atleast_1d(log), times)) @ net

    grid = np.linspace(math.log(0.01), math.log(11), 1401)
    signs = np.sign(worth(grid))
    (crossings,) = np.nonzero(signs[:-1] * signs[1:] < 0)
    if crossings.size != 1:
        return math.inf
    low, high = grid[crossings[0]], grid[crossings[0] + 1]
    start = np.sign(worth(low)[0])
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if np.sign(worth(middle)[0]) == start else (low, middle)
    return float(np.expm1((low + high) / 2))


def break_even(entry: Entry) -> float:
    """NPV at the adoption that is printed, from the printed monthly formulas and the costs as they are."""
    value, option = entry.figure.value, entry.run.results[entry.option].option
    name = option.answers["adoption"].name
    if value is None:
        grid = {name: np.linspace(0, 1, 1001)}
        flow = cash_flow(entry.run.model, option, grid)
        shape = (entry.run.model.months + 1, 1001)
        gains, costs = (sum(lines.values(), np.zeros(shape)) for lines in (flow.benefits, flow.costs))
        worth = factors(entry) @ (gains - costs)
        assert not np.any(worth == 0) or not np.any(worth)
        assert np.all(worth[:-1] * worth[1:] >= 0)
        return math.nan
    flow = cash_flow(entry.run.model, option, {name: np.array([value])})
    gains, costs = (sum(lines.values(), np.zeros((1, 1))) for lines in (flow.benefits, flow.costs))
    worth = factors(entry) @ (gains - costs)[:, 0]
    assert abs(worth) <= 1e-6 * (factors(entry) @ np.abs(gains + costs)[:, 0]), worth
    return value


def spread_evenly(entry: Entry) -> float:
    """A present value as so much a year."""
    return (entry.inputs[0].value or 0.0) / float(factors(entry)[1:].sum()) * 12


def helpable(entry: Entry) -> float:
    """Money of the pains whose remedy is a tool, or that a tool helps with."""

    diagnosis = entry.decision.diagnosis
    assert diagnosis is not None
    total = math.fsum(pain.annual or 0.0 for pain in diagnosis.pains)
    return (
        math.fsum(pain.annual or 0.0 for pain in diagnosis.pains if pain.cure != "cannot") / total
        if total
        else 0.0
    )


def ready(entry: Entry) -> float:
    """Points of the themes' answers over full marks of all statements."""
    by_key = {figure.key: figure.value or 0.0 for figure in entry.inputs}
    themes = [key for key in by_key if not key.endswith(("answered", "asked"))]
    points = math.fsum(by_key[key] * by_key[f"{key}.answered"] for key in themes)
    return points / math.fsum(by_key[f"{key}.asked"] for key in themes)


def answered(entry: Entry) -> float:
    return every(".answered")(entry) / every(".asked")(entry)


def weighted(entry: Entry) -> float:
    """Σ weight × score; each weight goes with the score of the same criterion."""
    values = {figure.key: figure.value or 0.0 for figure in entry.inputs}
    weights = {key.rpartition(".")[2]: one for key, one in values.items() if ".weight." in key}
    return math.fsum(
        weights[key.rpartition(".")[2]] * score for key, score in values.items() if ".score." in key
    )


def near_ideal(entry: Entry) -> float:
    """TOPSIS as the entry describes it."""
    values = {figure.key: figure.value or 0.0 for figure in entry.inputs}
    weights = {key.rpartition(".")[2]: one for key, one in values.items() if ".weight." in key}
    options = dict.fromkeys(key.split(".")[2] for key in values if ".score." in key)
    matrix = np.array(
        [[values[f"selection.score.{option}.{name}"] for name in weights] for option in options]
    )
    roots = np.sqrt((matrix**2).sum(axis=0))
    shares = np.array(list(weights.values())) / sum(weights.values())
    scaled = np.divide(matrix, roots, out=np.zeros_like(matrix), where=roots > 0) * shares
    worst, best = (np.sqrt(((scaled - end) ** 2).sum(axis=1)) for end in (scaled.min(0), scaled.max(0)))
    at = list(options).index(entry.option)
    return float(worst[at] / (worst[at] + best[at])) if worst[at] + best[at] else 0.5


def ranked(entry: Entry) -> float:
    own = [figure.value or 0.0 for figure in entry.inputs if figure.key.endswith(f".{entry.option}")]
    return 1 + sum((figure.value or 0.0) > own[0] + 1e-9 for figure in entry.inputs)


def sample(entry: Entry) -> float:
    """Fleiss, Levin and Paik: both shares, 5 % and 80 %; quantiles of the normal as printed in its tables."""
    rate, gain = (figure.value or 0.0 for figure in entry.inputs)
    other = min(rate * (1 + gain), 1.0)
    pooled = (rate + other) / 2
    apart = 1.959963984540054 * math.sqrt(2 * pooled * (1 - pooled))
    apart += 0.8416212335729143 * math.sqrt(rate * (1 - rate) + other * (1 - other))
    return math.ceil((apart / (rate - other)) ** 2)


def three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def changed(entry: Entry) -> float:
    effect, *arrives = entry.inputs
    share = math.prod(
        1 - (one.value or 0.0) if one.key.endswith("capacity_limited_share") else one.value or 0.0
        for one in arrives
    )
    ordered = sorted(three_digits(number * share) for number in effect.numbers)
    return ordered[len(ordered) // 2]


def targeted(entry: Entry) -> float:
    """Today's value moved by a change before it is rounded; how, the plan says."""
    now, change = entry.inputs
    plan, number = entry.decision.plan, entry.figure.key.rpartition(".")[2]
    assert plan is not None
    how = next(one.how for one in plan.cockpit if one.kpi == number)
    effect, *arrives = (entry.figures[key] for key in change.inputs)
    share = math.prod(
        1 - (one.value or 0.0) if one.key.endswith("capacity_limited_share") else one.value or 0.0
        for one in arrives
    )
    moves = [number * share for number in effect.numbers]
    value = now.value or 0.0
    moved = {
        "rise": [value * (1 + move) for move in moves],
        "fall": [value * (1 - move) for move in moves],
        "more": [value + move for move in moves],
        "less": [value - move for move in moves],
    }[how or ""]
    quantity = QUANTITIES[now.key.rpartition(".")[2]]
    ordered = sorted(three_digits(min(max(one, quantity.low), quantity.high)) for one in moved)
    return ordered[len(ordered) // 2]


def paid(entry: Entry, *, rising: bool = True) -> float:
    """Mean present value of the lines listed."""
    run, lines = entry.run, {key.split(".")[2] for key in entry.figure.inputs if key.startswith("input.")}
    if not lines:
        return 0.0
    option = run.results[entry.option].option
    still = {one.uplift.name: np.zeros(1) for one in option.costs if one.uplift and one.id in lines}
    flow = cash_flow(run.model, option, {**run.inputs, **({} if rising else still)})
    return math.fsum(float(np.mean(factors(entry) @ flow.costs[line])) for line in lines)


def variant(entry: Entry) -> float:
    years = int(entry.figure.formula.removeprefix("years_"))
    place = [option.id for option in entry.run.model.options].index(entry.option)
    return float(npv_of(replace(entry.run.model, years=years))[:, place].mean())


def differing(entry: Entry) -> float:
    """The difference of two means, or a quantile of the difference."""
    statistic = entry.figure.key.rpartition(".")[2]
    if statistic in ("p5", "p95") and entry.figure.key.startswith("verdict"):
        first, second = entry.npvs
        return float(np.quantile(first - second, {"p5": 0.05, "p95": 0.95}[statistic]))
    return place(0)(entry) - place(1)(entry)


def liking(entry: Entry) -> float:
    statistic = entry.figure.key.rpartition(".")[2]
    first, second = entry.npvs
    cost = first - second
    return float(
        cost.mean() if statistic == "price" else np.quantile(cost, {"p5": 0.05, "p95": 0.95}[statistic])
    )


def lost(entry: Entry) -> float:
    return 0.0 if entry.option == "status_quo" else float(np.mean(entry.npvs[0] <= 0))


def beaten(entry: Entry) -> float:
    first, second = entry.npvs
    return float(np.mean(first > second))


def best_of(entry: Entry) -> float:
    """Ties go to the option that stands first."""
    npv, own = np.stack(entry.npvs), entry.figure.inputs.index(f"{entry.option}.npv")
    return float(np.mean(npv.argmax(axis=0) == own))


def regretted(entry: Entry) -> float:
    npv, own = np.stack(entry.npvs), entry.figure.inputs.index(f"{entry.option}.npv")
    return float((npv.max(axis=0) - npv[own]).mean())


def perfect(entry: Entry) -> float:
    npv = np.stack(entry.npvs)
    return float(npv.max(axis=0).mean() - npv.mean(axis=1).max())


def gap(entry: Entry) -> float:
    sales, revenue = entry.inputs
    return (sales.value or 0.0) / (revenue.value or math.nan) - 1


def a_years_sales(entry: Entry) -> float:
    """New deals and orders of active customers in the first month, which has not grown yet, for a year."""
    stated = {figure.key.removeprefix("input."): figure.numbers for figure in entry.inputs}
    value = {name: numbers[len(numbers) // 2] for name, numbers in stated.items()}
    deals = math.prod(value[name] for name in DEALS)
    return 12 * (deals + math.prod(value[name] for name in ORDERS))


def shaky(entry: Entry) -> float:
    """Which lines rest on a default is told by the variant without them."""
    variants = entry.decision.variants or []
    without = next(one.npv for one in variants if one.name == "without_defaults")
    option = entry.decision.option(entry.inputs[0].key.partition(".")[0])
    return (option.npv.mean - without[option.id].mean) / every()(entry)


def owned_to(entry: Entry) -> float:
    """Costs of the lines of a model that ends with the year named, by category and visibility."""
    _, identifier, years, *part = entry.figure.key.split(".")
    run = entry.run
    model, option = replace(run.model, years=int(years)), run.results[identifier].option
    flow = cash_flow(model, option, run.inputs)
    kept = {line.id: (line.category, "hidden" if line.hidden else "shown") for line in option.costs}
    kept |= {line: (mark.category, "hidden") for line, mark in built_in_costs().items()}
    months = np.arange(model.months + 1)
    weights = (1 + model.discount_rate) ** (-months / 12) if part == ["present"] else np.ones(months.size)
    return math.fsum(
        float(np.mean(weights @ costs))
        for line, costs in flow.costs.items()
        if len(part) < 2 or kept[line] == tuple(part)
    )


def discounted(entry: Entry) -> float:
    """Costs of a category, all its lines, month by month."""
    run, category = entry.run, entry.figure.key.rpartition(".")[2]
    option = run.results[entry.option].option
    flow = cash_flow(run.model, option, run.inputs)
    kept = {line.id: line.category for line in option.costs}
    kept |= {line: mark.category for line, mark in built_in_costs().items()}
    return math.fsum(
        float(np.mean(factors(entry) @ costs)) for line, costs in flow.costs.items() if kept[line] == category
    )


def year_of(kind: str) -> Part:
    """Benefits or costs of a year, on average."""

    def found(entry: Entry) -> float:
        option = entry.run.results[entry.option].option
        flow, year = cash_flow(entry.run.model, option, entry.run.inputs), int(entry.figure.key.split(".")[2])
        months = slice(0, 1) if year == 0 else slice(12 * year - 11, 12 * year + 1)
        return math.fsum(float(np.mean(line[months].sum(axis=0))) for line in getattr(flow, kind).values())

    return found


def of_net(measure: Callable[[Any], float], *, discount: bool = False) -> Part:
    """The median over draws of what a measure makes of a flow."""

    def found(entry: Entry) -> float:
        if entry.option == "status_quo":
            return math.inf
        net = entry.net() * (factors(entry)[:, None] if discount else 1.0)
        return median([measure(net[:, draw]) for draw in range(net.shape[1])])

    return found


def from_go_live(entry: Entry) -> float:
    if entry.option == "status_quo":
        return math.inf
    option = entry.run.results[entry.option].option
    delay = np.broadcast_to(cash_flow(entry.run.model, option, entry.run.inputs).delay, entry.run.draws)
    net = entry.net()
    return median([max(payback(net[:, draw]) - delay[draw], 0.0) for draw in range(entry.run.draws)])


def deepest(entry: Entry) -> float:
    return float(np.maximum(-np.cumsum(entry.net(), axis=0).min(axis=0), 0.0).mean())


NPV, CASH = (
    ("net present value", "净现值", one(".npv")),
    ("net present value, cash only", "净现值，只算现金", one(".npv_cash")),
)
GAINS = ("present value of benefits", "收益现值", one(".pv_benefits"))
COSTS = ("present value of costs", "成本现值", one(".pv_costs"))
TCO = ("total cost of ownership", "总拥有成本", every("tco"))
SUMS = [("benefits", "收益", every(".benefits")), ("costs", "成本", every(".costs"))]
BOUGHT = ("mean NPV of the purchase", "购买的平均净现值", place(0))
IDLE = ("mean NPV of the best way of not buying", "最好的不买办法的平均净现值", place(1))
PRICE = ("contract price", "合同价", one(".price"))
SCORES = (
    ("score of the best by score", "得分最高的方案的得分", place(1)),
    (
        "score of the best by money",
        "钱上最好的方案的得分",
        place(2),
    ),
)
Phrase = tuple[str, str, Part]
MEANT: dict[str, list[Phrase]] = {  # what the words of a definition stand for
    "npv": [GAINS, COSTS],
    "npv_cash": [
        NPV,
        (
            "present value of the benefits that are freed capacity",
            "腾出人手那几条收益的现值",
            every(".benefit."),
        ),
    ],
    "roi": [NPV, COSTS],
    "bcr": [GAINS, COSTS],
    "roi_undiscounted": SUMS,
    "roi_first_year": SUMS,
    "cash_share": [GAINS, CASH, NPV],
    "pv_benefits": [
        ("all benefits, month by month, discounted", "各条收益逐月折现后相加", every(".benefit."))
    ],
    "pv_costs": [("all costs, month by month, discounted", "各类成本逐月折现后相加", every(".category."))],
    "dimension": [("sum of the dimension's benefit lines", "该方面各条收益相加", every(".benefit."))],
    "category": [
        (
            "all cost lines of the category, month by month, discounted",
            "该类各条成本逐月折现后相加",
            discounted,
        )
    ],
    "tco": [("sum of all categories of cost in money of the day", "各类成本按发生当时的钱相加", every())],
    "hidden_share": [
        ("sum of the costs that no quote shows", "报价单上看不到的成本之和", every(".hidden")),
        TCO,
    ],
    "per_user_month": [TCO, ("users summed over months", "使用人数按月累计", users_summed)],
    "owned_per_user_month": [
        ("total cost of ownership", "总拥有成本", one(".nominal")),
        ("users summed over the months", "各月使用人数之和", users_summed),
    ],
    "owned_nominal": [
        ("all categories until the end of the year named", "到所写的年底为止各类成本之和", every())
    ],
    "owned_present": [
        (
            "all categories until the end of the year named, in today's money",
            "到所写的年底为止各类成本折成今天的钱",
            owned_to,
        )
    ],
    "owned_part": [
        (
            "what this category costs until the end of the year named, in money of the day",
            "到所写的年底为止这一类的费用，当年的钱，不折现",
            owned_to,
        )
    ],
    "p_loss": [
        ("share of draws in which net present value is not above nothing", "净现值不大于零的抽样占比", lost)
    ],
    "p_best": [
        (
            "share of draws in which it has the highest net present value",
            "净现值在各方案里最高的抽样占比",
            best_of,
        )
    ],
    "expected_loss": [
        (
            "by how much the option that turns out best beats it, on average",
            "事后才知道最好的方案，平均比它多赚多少",
            regretted,
        )
    ],
    "break_even_adoption": [
        (
            "adoption at which net present value is nothing, all else most likely",
            "其余输入取最可能的值，净现值为零时的使用率",
            break_even,
        )
    ],
    "payback_months": [
        (
            "month from which cumulative net flow stays above nothing, from the decision; median",
            "累计净现金流从负转正、此后不再转负的月份；从决定算起，取中间值",
            of_net(payback),
        )
    ],
    "payback_from_go_live_months": [
        (
            "payback − months from decision to go-live, at least nothing; median",
            "回本时间 − 从决定到上线的月数，最少为零；取中间值",
            from_go_live,
        )
    ],
    "discounted_payback_months": [
        (
            "month from which cumulative discounted net flow stays above nothing, from the decision; median",
            "累计净现金流折现以后从负转正、此后不再转负的月份；从决定算起，取中间值",
            of_net(payback, discount=True),
        )
    ],
    "irr": [
        (
            "yearly discount rate at which net present value is nothing; none unless exactly one lies between minus ninety-nine and a thousand per cent",
            "让净现值为零的年折现率；在负百分之九十九到百分之一千之间恰好有一个才给",
            of_net(internal_rate),
        )
    ],
    "peak_funding": [
        (
            "deepest point of the cumulative net flow, undiscounted",
            "累计净现金流最低点的绝对值，不折现",
            deepest,
        )
    ],
    "yearly_benefits": [
        (
            "mean sum of that year's monthly benefits, money of the day",
            "那一年各月收益之和的平均数，当年的钱",
            year_of("benefits"),
        )
    ],
    "yearly_costs": [
        (
            "mean sum of that year's monthly costs, money of the day",
            "那一年各月成本之和的平均数，当年的钱",
            year_of("costs"),
        )
    ],
    "yearly_net": [
        ("benefits", "那一年的收益", one(".benefits")),
        ("costs of that year", "成本", one(".costs")),
    ],
    "yearly_cumulative": [
        ("net amounts from the decision to the end of that year", "从决定到那一年底的净额之和", every(".net"))
    ],
    "contract_price": [
        (
            "mean present value of what is charged as long as the contract runs",
            "合同期内各收费项的平均现值",
            paid,
        )
    ],
    "bearable_price": [PRICE, BOUGHT, IDLE],
    "price_room": [PRICE, BOUGHT, IDLE],
    "price_cut": [PRICE, BOUGHT, IDLE],
    "uplift_cost": [
        PRICE,
        ("the same price without any rise", "从不涨价时的合同价", lambda entry: paid(entry, rising=False)),
    ],
    "exit_cost": [
        (
            "mean present value of what leaving costs, times the chance of leaving",
            "退出各项费用的平均现值，乘上到期离开的可能",
            every(),
        )
    ],
    "evpi": [
        (
            "mean of the best option's net present value in each draw, less the highest mean (expected value of perfect information, after Howard)",
            "每次抽样里最好的方案的净现值，取平均，减去平均净现值最高的方案的平均数（霍华德提出的完全信息期望值，EVPI）",
            perfect,
        )
    ],
    "beats": [
        (
            "share of draws in which the first option's net present value is higher",
            "前一个方案净现值更高的抽样所占的份额",
            beaten,
        )
    ],
    "difference": [
        (
            "net present value of the first option − net present value of the second",
            "前一个方案的净现值 − 后一个方案的净现值",
            differing,
        )
    ],
    "worth_buying": [
        (
            "a tenth of the present value of the purchase's costs",
            "购买方案成本现值的十分之一",
            lambda entry: every()(entry) / 10,
        )
    ],
    "defaulted_share": [
        (
            "present value of benefit lines that rest on a default or a guess ÷ that of all",
            "要靠默认值或估计的收益项目的现值 ÷ 全部收益的现值",
            shaky,
        )
    ],
    "delay": [
        ("mean net present value of the best option", "最好的方案的平均净现值", place(0)),
        ("mean net present value of the best way of not buying", "最好的不买办法的平均净现值", place(1)),
        ("weeks it takes", "耽搁的周数", one(".weeks")),
        ("weeks of the horizon", "全部年数的周数", lambda entry: 52 * one("settings.years")(entry)),
    ],
    "evsi_net": [
        ("worth", "值多少", one(".value")),
        ("cost", "花费", one(".cost")),
        ("gain forgone meanwhile", "耽搁的收益", one(".delay")),
    ],
    "years_3": [("mean net present value, computed over three years", "平均净现值，只算三年", variant)],
    "years_5": [("mean net present value, computed over five years", "平均净现值，算五年", variant)],
    "pain_annual": [
        ("how often a year", "一年几次", one(".times")),
        ("what one time costs", "一次花多少", one(".cost")),
    ],
    "pains_total": [("sum over the pain points whose money is known", "说得出钱数的各个痛点相加", every())],
    "pains_helpable": [
        (
            "yearly cost of the pain points that a tool cures or helps ÷ yearly cost of all",
            "工具能治或帮得上的痛点一年花多少 ÷ 所有痛点一年花多少",
            helpable,
        )
    ],
    "pains_overtakes": [],
    "capability_annual": [
        (
            "yearly cost of the pain points that it would cure or help with",
            "它能治或帮得上的痛点，一年花多少",
            every(),
        )
    ],
    "kind_annual": [("yearly cost of the pain points that point to it", "指向它的痛点，一年花多少", every())],
    "at_stake": [
        (
            "present value of the benefit line with the purchase, spread evenly over the horizon: present value ÷ sum of the monthly discount factors × months of a year",
            "买了以后这条收益的现值，平摊到整个期限：现值 ÷ 各月折现系数之和 × 一年的月数",
            spread_evenly,
        )
    ],
    "readiness_score": [("points of all statements ÷ full marks", "各条得分之和 ÷ 满分", ready)],
    "readiness_coverage": [("statements answered ÷ all statements", "答了的条数 ÷ 总条数", answered)],
    "weighted_sum": [
        ("sum over the criteria of weight × score", "各项标准的权重占比 × 得分，再加起来", weighted)
    ],
    "rank": [
        (
            "By weighted score, among options that have every must-have",
            "必备条件都满足的方案，按加权得分从高到低排",
            ranked,
        )
    ],
    "topsis_rank": [("By closeness to the ideal", "按接近理想的程度从高到低排", ranked)],
    "closeness": [
        (
            "distance from the worst ÷ (distance from the worst + distance from the best)",
            "离最差的距离 ÷（离最差的距离 + 离理想的距离）",
            near_ideal,
        )
    ],
    "price_of_liking": [
        (
            "net present value of the best by money − net present value of the best by score",
            "钱上最好的方案的净现值 − 得分最高的方案的净现值",
            liking,
        )
    ],
    "lead": [*SCORES, ("weight of the criterion", "这项标准的权重占比", place(0))],
    "sample_size": [
        (
            "number in each of two groups, by the normal approximation for two shares; one chance in twenty of seeing a difference that is not there, four in five of seeing one that is",
            "两边各要的个数，按两个比例之差的正态近似；没有差别却看出差别的机会为二十分之一，有差别而看得出的机会为五分之四",
            sample,
        )
    ],
    "kpi_change": [
        (
            "effect as stated × fit × share of people who will use it; for leads also × the share that somebody has time for; to three digits",
            "说明的效果 × 适合程度 × 会用的人所占的份额；线索转商机的，再乘上有空接的份额；取三位有效数字",
            changed,
        )
    ],
    "kpi_target": [
        (
            "today's value moved by the change of the indicator; the likely one, between the lowest and the highest; to three digits",
            "今天的值，按“指标的变动”升降；最可能的一个，前后是最低和最高；取三位有效数字",
            targeted,
        )
    ],
    "sales": [
        (
            "sales per month today, as its formula has it for the first month, over all months of a year",
            "目前的月销售额按公式取第一个月的，乘上一年的月数",
            a_years_sales,
        )
    ],
    "gap": [
        ("yearly sales that the figures imply", "数字推算的年销售额", one("case.sales")),
        ("annual revenue", "填写的年销售额", one("case.revenue")),
    ],
}
