"""The printable numbers of what the uncertainty says and of the verdict.

What comes in: a `Decision`. What goes out: `Figure`s by key:

- `evpi`, `worth.<input or group>`, `learning.<name>.value` (and `.cost`, `.weeks`, `.delay`, `.net`)
- `bar.<input>.low` and `.high`, the values at a bar's ends, and `.npv_low`, `.npv_middle`, `.npv_high`
- `switch.<input>`: where the best option changes; `share.<group>`: its total share of the variance
- `beats.<one>~<other>`, `crossover.<over>.<one>~<other>`
- `variant.<name>.<option>` (and `.p5`, `.p95`, `.p_loss`, `.rise`: its mean less that of the case as it is)
- `verdict.gain`, `verdict.gain.p5` and `.p95`, `verdict.chance`, `.limit`, `.defaulted_share`
- `fired.<test>`, `near.<test>`, and both with `.limit`
- `stop.month`, `stop.notice_month`, `stop.loss`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import hypot

from assessment.decision import AssumptionRecord, Decision, OptionResult
from assessment.figures import Figure, Kind, is_share
from roi.quantities import QUANTITIES

DIGITS = 12  # behind the point
SHARES: dict[str, Kind] = {"curable_share": "share"}  # the rest is money


def risk_figures(decision: Decision) -> Iterator[Figure]:
    """All of them."""
    for part in (_information, _inputs, _options, _verdict):
        yield from part(decision)


def _information(decision: Decision) -> Iterator[Figure]:
    options = tuple(f"{option.id}.npv" for option in decision.options)
    expected = _expected_gain(decision)
    if decision.evpi is not None:
        yield Figure("evpi", "money", decision.evpi, "evpi", options, se=decision.evpi_se)
    for worth in decision.evppi or ():
        value = 0.0 if worth.is_noise else worth.value
        known = tuple(f"input.{name}" for name in worth.members if not name.endswith(".abandon"))
        yield Figure(f"worth.{worth.name}", "money", value, "evppi", (*options, *known), se=worth.se)
    for one in decision.evsi or ():
        key = f"learning.{one.name}"
        yield Figure(
            f"{key}.value", "money", one.value, "evsi", tuple(f"input.{name}" for name in one.members)
        )
        yield Figure(f"{key}.cost", "money", one.cost)
        yield Figure(f"{key}.weeks", "count", one.weeks)
        yield Figure(
            f"{key}.delay", "money", one.delay, "delay", (*expected, f"{key}.weeks", "settings.years")
        )
        made_of = tuple(f"{key}.{part}" for part in ("value", "cost", "delay"))
        yield Figure(f"{key}.net", "money", one.net, "evsi_net", made_of, se=one.se)
    for share in decision.variance_shares or ():
        yield Figure(f"share.{share.name}", "share", share.total, "variance_share", (f"{share.option}.npv",))


def _expected_gain(decision: Decision) -> tuple[str, ...]:
    """Keys of what the best option brings, and the best way of not buying."""
    best = max(decision.options, key=lambda option: option.npv.mean, default=None)
    return tuple(f"{one}.npv" for one in (best and best.id, decision.verdict.without) if one)


def _inputs(decision: Decision) -> Iterator[Figure]:
    register = {item.name: item for item in decision.assumptions}
    for bar in decision.tornado or ():
        for end in ("low", "high"):
            yield _value(f"bar.{bar.name}.{end}", bar.name, getattr(bar, end), register)
            npv, made_of = getattr(bar, f"npv_{end}"), (f"bar.{bar.name}.{end}",)
            yield Figure(f"bar.{bar.name}.npv_{end}", "money", npv, "tornado", made_of)
        yield Figure(f"bar.{bar.name}.npv_middle", "money", bar.npv_middle, "tornado")
    for one in decision.switching_values or ():
        figure = _value(f"switch.{one.name}", one.name, one.value, register)
        yield Figure(**{**vars(figure), "formula": "switching_value", "se": one.se})


def _value(key: str, name: str, value: float | None, register: Mapping[str, AssumptionRecord]) -> Figure:
    """A value that an input takes, printed as the input is; an event takes 0 and 1."""
    if name not in register:
        return Figure(key, "count", value)
    item = register[name]
    kind: Kind = "share" if is_share(item) else "quantity"
    value = None if value is None else round(value, DIGITS)  # quantiles at 0 miss it by a hair
    numbers = () if value is None else (value,)
    return Figure(key, kind, value, inputs=(f"input.{name}",), unit=item.unit, numbers=numbers)


def _options(decision: Decision) -> Iterator[Figure]:
    now = {option.id: option.npv.mean for option in decision.options}
    for variant in decision.variants or ():
        for option, npv in variant.npv.items():
            key, made_of = f"variant.{variant.name}.{option}", (f"{option}.npv",)
            yield Figure(key, "money", npv.mean, variant.name, made_of)
            yield Figure(f"{key}.rise", "money", npv.mean - now[option], "difference", (key, *made_of))
            for name in ("p5", "p95"):
                yield Figure(f"{key}.{name}", "money", getattr(npv, name), variant.name, made_of)
            yield Figure(f"{key}.p_loss", "share", npv.p_loss, variant.name, made_of)
    if decision.comparison is None:
        return
    for pair in decision.comparison.pairs:
        both = (f"{pair.one}.npv", f"{pair.other}.npv")
        yield Figure(f"beats.{pair.one}~{pair.other}", "share", pair.p, "beats", both)
    for one in decision.comparison.crossovers:
        key, both = f"crossover.{one.over}.{one.one}~{one.other}", (f"{one.one}.npv", f"{one.other}.npv")
        unit = "year" if one.over == "years" else QUANTITIES[one.over].unit
        for name, value in (("", one.value), (".low", one.low), (".high", one.high)):
            numbers = () if value is None else (value,)
            yield Figure(f"{key}{name}", "quantity", value, "crossover", both, unit, numbers=numbers)


def _errors(a: OptionResult, b: OptionResult) -> dict[str, float | None]:
    """Standard errors of what rules compare; of differences at most, since options share their draws."""
    return {
        "gain": hypot(a.npv.se.mean or 0.0, b.npv.se.mean or 0.0),
        "cash_gain": hypot(a.npv_cash.se.mean or 0.0, b.npv_cash.se.mean or 0.0),
        "loss_p5": b.npv.se.p5,
        "funding_p95": b.peak_funding.se.p95,
    }


def _verdict(decision: Decision) -> Iterator[Figure]:
    verdict = decision.verdict
    a, b = verdict.without, verdict.purchase
    errors = _errors(decision.option(a), decision.option(b)) if a and b else {}
    if verdict.gain is not None and a and b:
        made_of = (f"{b}.npv", f"{a}.npv")
        yield Figure("verdict.gain", "money", verdict.gain.mean, "difference", made_of, se=errors["gain"])
        yield Figure("verdict.gain.p5", "money", verdict.gain.p5, "difference", made_of)
        yield Figure("verdict.gain.p95", "money", verdict.gain.p95, "difference", made_of)
        yield Figure("verdict.chance", "share", verdict.chance, "beats", made_of)
        yield Figure("verdict.limit", "money", verdict.limit, "worth_buying", (f"{b}.pv_costs",))
        lines = next(option.benefits for option in decision.options if option.id == b)
        behind = tuple(f"{b}.benefit.{line}" for line in lines)
        yield Figure("verdict.defaulted_share", "share", verdict.defaulted_share, "defaulted_share", behind)
    for state, tests in (("fired", verdict.fired), ("near", verdict.near)):
        for test in tests:
            kind = SHARES.get(test.name, "money")
            yield Figure(f"{state}.{test.name}", kind, test.figure, se=errors.get(test.name))
            yield Figure(f"{state}.{test.name}.limit", kind, test.limit)
    if verdict.stop is not None:
        yield Figure("stop.month", "months", verdict.stop.month)
        yield Figure("stop.notice_month", "months", verdict.stop.notice_month)
        yield Figure("stop.loss", "money", verdict.stop.loss, "stop", (f"{verdict.stop.option}.tco",))
