"""Whether the best option stays the best: computed otherwise, with other users, years and changes.

What comes in: a `Desk`. What goes out: a `Section` whose title says what the lead would not survive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from assessment.decision import OptionResult
from assessment.figures import Figure
from assessment.said import CrossoverRecord, VariantRecord
from reports import risk_charts
from reports.figures import As
from reports.sections.desk import Desk, Head, Name, Picture, Row, Said, Section, Table

FIRST = ("without_guesses", "without_defaults", "independent_effects")  # what a lead should survive first
ORDERS = {1: "first", 2: "second"}  # of stochastic dominance


def robustness(desk: Desk) -> Section | None:
    """All of it; nothing where nothing was computed otherwise."""
    option = desk.standing.subject
    if option is None or not desk.decision.variants:
        return None
    data = {
        "lead": list(_lead(desk)),
        "table": _variants(desk, option),
        "dominance": list(_dominance(desk)),
        "crossovers": list(_crossovers(desk)),
        "map": _map(desk),
        "convention": desk.convention,
    }
    return Section("robustness", _title(desk), "robustness.html", data)


def _others(desk: Desk) -> list[VariantRecord]:
    """Those that are not what the case computes anyway."""
    usual = f"years_{desk.decision.settings.years}"
    return [one for one in desk.decision.variants or () if one.name != usual]


def _title(desk: Desk) -> str:
    """Whether the best option stays the best, or what takes its lead."""
    best = desk.standing.best
    lost = sorted(
        (one for one in _others(desk) if one.best != best.id), key=lambda one: one.name not in FIRST
    )
    if not lost:
        return desk.say("risk.robust.title", best=desk.called(best))
    to = desk.called(desk.decision.option(lost[0].best))
    return desk.say("risk.robust.title.lost", best=desk.called(best), variant=_label(desk, lost[0]), to=to)


def _lead(desk: Desk) -> Iterator[Said]:
    """The best purchase against the best way without one, and what its benefits rest on."""
    verdict, figures = desk.decision.verdict, desk.figures
    if verdict.gain is None or desk.pair is None:
        return
    purchase, without = desk.pair
    gain, chance, limit, share = (
        figures[f"verdict.{name}"] for name in ("gain", "chance", "limit", "defaulted_share")
    )
    is_ahead = (gain.value or 0.0) > 0
    yield Said(
        desk.say(
            "risk.robust.ahead" if is_ahead else "risk.robust.behind",
            purchase=purchase,
            without=without,
            gain=gain if is_ahead else As(gain, "loss"),
            chance=As(chance, "about"),
            limit=limit,
        ),
        (gain, chance, limit),
    )
    if share.value is not None:
        yield Said(desk.say("risk.robust.defaulted", purchase=purchase, share=As(share, "portion")), (share,))


# --- computed otherwise -----------------------------------------------------------------------------------


def _variants(desk: Desk, subject: OptionResult) -> Table:
    """A row for each way of computing, a column for each option; the chance of loss is the subject's."""
    figures, say, best = desk.figures, desk.say, desk.standing.best
    options = sorted(
        (one for one in desk.decision.options if one.kind != "status_quo"), key=lambda one: -one.npv.mean
    )
    others = _others(desk)
    usual = {option.id: figures[f"{option.id}.npv"] for option in options}
    cited = tuple(figures[f"variant.{one.name}.{option}"] for one in others for option in usual)
    heads = (
        Head(say("risk.variant.head.how"), cited),
        *(Head(desk.short(option)) for option in options),
        Head(say("risk.variant.head.loss")),
        Head(say("risk.variant.head.best"), is_text=True),
    )
    loss = figures[f"{subject.id}.p_loss"]
    cells: tuple[Figure | str, ...] = (*usual.values(), loss, desk.short(best))
    rows = [Row(say("risk.variant.now", years=desk.years()), cells, "chosen")]
    for one in others:  # computed from the same draws: as well known as the case as it is
        key = f"variant.{one.name}"
        cells = (
            *(replace(figures[f"{key}.{option}"], se=npv.se) for option, npv in usual.items()),
            replace(figures[f"{key}.{subject.id}.p_loss"], se=loss.se),
            say("risk.variant.same") if one.best == best.id else desk.short(desk.decision.option(one.best)),
        )
        rows.append(Row(_label(desk, one), cells, note=_note(desk, one)))
    caption = say("risk.variant.caption", unit=desk.unit, option=desk.called(subject))
    return Table(caption, heads, tuple(rows), "variants")


def _label(desk: Desk, one: VariantRecord) -> Name:
    """What is computed otherwise, within a sentence too."""
    name, _, years = one.name.partition("_")
    if name == "years":
        return Name(
            desk.say("risk.variant.years", years=As(Figure(one.name, "count", float(years)), "years"))
        )
    return Name(desk.say(f"risk.variant.{one.name}"))


def _note(desk: Desk, one: VariantRecord) -> str:
    """Which lines are left out."""
    if not one.lines:
        return ""
    return desk.say("risk.variant.lines", lines=desk.listed([desk.line(line) for line in one.lines]))


# --- dominance and crossovers -----------------------------------------------------------------------------


def _dominance(desk: Desk) -> Iterator[Said]:
    """Which options are worse than the best one, or than the purchase, for any aim or for the cautious."""
    comparison = desk.decision.comparison
    for one in dict.fromkeys(filter(None, (desk.standing.best.id, desk.decision.verdict.purchase))):
        for order, name in ORDERS.items():
            pairs = [
                pair
                for pair in (comparison.pairs if comparison else ())
                if pair.one == one and pair.dominance == order
            ]
            if pairs:
                others = desk.listed([desk.called(desk.decision.option(pair.other)) for pair in pairs])
                yield Said(
                    desk.say(
                        f"risk.dominance.{name}", one=desk.called(desk.decision.option(one)), others=others
                    ),
                    tuple(desk.figures[f"beats.{pair.one}~{pair.other}"] for pair in pairs),
                )


def _crossovers(desk: Desk) -> Iterator[Said]:
    """For users, years and changes a year: from where on another option is ahead, or that none ever is."""
    groups: dict[tuple[str, str], list[CrossoverRecord]] = {}
    for one in desk.decision.comparison.crossovers if desk.decision.comparison else ():
        groups.setdefault((one.over, _course(one)), []).append(one)
    for (over, course), records in groups.items():
        if course in ("ahead", "behind"):
            yield _crossover(desk, f"risk.crossover.{over}.{course}", records)
        else:
            for record in records:
                yield _crossover(desk, f"risk.crossover.{over}.{course}", [record])


def _course(one: CrossoverRecord) -> str:
    """Whether the first is ahead or behind everywhere, or overtakes or is overtaken somewhere."""
    if one.value is None:
        return "ahead" if one.above == one.one else "behind"
    return "overtakes" if one.above == one.one else "overtaken"


def _crossover(desk: Desk, key: str, records: list[CrossoverRecord]) -> Said:
    first = records[0]
    keys = [f"crossover.{one.over}.{one.one}~{one.other}" for one in records]
    others = [desk.called(desk.decision.option(one.other)) for one in records]
    at, low, high = (_whole(desk.figures[f"{keys[0]}{end}"]) for end in ("", ".low", ".high"))
    one = desk.called(desk.decision.option(first.one))
    text = desk.say(key, one=one, others=desk.listed(others), at=at, low=low, high=high)
    return Said(text, tuple(desk.figures[key] for key in keys))


def _whole(figure: Figure) -> Figure:
    """The first whole number from there on."""
    return replace(figure, kind="count", value=None if figure.value is None else ceil(figure.value))


# --- map --------------------------------------------------------------------------------------------------


def _map(desk: Desk) -> dict[str, object] | None:
    """Who wins over users and years."""
    comparison, say, options = desk.decision.comparison, desk.say, desk.decision.options
    if comparison is None:
        return None
    found, places = comparison.map, {option.id: place for place, option in enumerate(options)}
    users, years = desk.figures["input.users"].value, desk.decision.settings.years
    fields = [
        risk_charts.Field(
            row,
            column,
            places[winner],
            here := (found.users[row], found.years[column]) == (users, years),
            desk.told(
                desk.name(options[places[winner]]),
                "charts.best.here" if here else "charts.best",
                users=_users(found.users[row]),
                years=As(Figure("map.years", "count", found.years[column]), "years"),
            ),
        )
        for row, winners in enumerate(found.winners)
        for column, winner in enumerate(winners)
    ]
    rows = [desk.printer(Figure("map.users", "count", number)) for number in found.users]
    columns = [desk.printer(Figure("map.years", "count", year)) for year in found.years]
    seen = sorted({field.winner for field in fields})
    title = say("risk.map.title")
    if len(seen) == 1:
        title = say("risk.map.title.one", best=desk.called(options[seen[0]]))
    entries = [
        say("risk.map.entry", letter=Name(risk_charts.letter(place)), option=desk.name(options[place]))
        for place in seen
    ]
    legend = Name(desk.words.text("terms.word.semicolon").join(entries))
    heading = say("risk.map.heading")
    return {
        "title": title,
        "picture": Picture(
            title,
            lambda width: [risk_charts.winners(fields, rows, columns, heading, width)],
            say("risk.map.caption", legend=legend),
        ),
    }


def _users(number: float) -> As:
    """A number of users, with the word."""
    return As(Figure("map.users", "quantity", number, unit="user", numbers=(number,)), "stated")
