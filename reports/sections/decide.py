"""The page that decides: what to do, how sure that is, why, and what to beware of. It cites nothing."""

from __future__ import annotations

from collections.abc import Iterator

from assessment.decision import OptionResult
from assessment.figures import Figure
from reports import charts
from reports.figures import As
from reports.sections.desk import Desk, Name, Picture, Section

ALL = 0.995  # from here on a share prints as all of it
HARDLY = 0.05  # a chance of loss below which a headline does not mention it


def decide(desk: Desk) -> Section:
    """The recommendation by mean NPV."""
    return Section(
        "decide",
        _title(desk),
        "decide.html",
        {
            "lead": _lead(desk),
            "facts": list(_facts(desk)),
            "picture": _picture(desk),
            "reasons": list(_reasons(desk)),
            "cautions": list(_cautions(desk)),
        },
    )


def _title(desk: Desk) -> str:
    standing, figures = desk.standing, desk.figures
    best, purchase, rival = standing.best, standing.purchase, standing.rival
    values: dict[str, Figure | As | Name] = {
        "years": desk.years(),
        "best": desk.called(best),
        "npv": figures[f"{best.id}.npv"],
    }
    if standing.outcome == "today":
        if rival is None:
            return desk.say("decide.title.today.alone", **values)
        values |= {"rival": desk.called(rival), "loss": As(figures[f"{rival.id}.npv"], "loss")}
        return desk.say("decide.title.today", **values)
    pattern = f"decide.title.{standing.outcome}.{standing.lead}"
    if standing.lead == "clear":
        loss = figures[f"{best.id}.p_loss"]
        if (loss.value or 0) >= HARDLY and standing.outcome == "purchase":
            return desk.say(f"{pattern}.but", **values, loss=As(loss, "about"))
        return desk.say(pattern, **values)
    other = purchase if standing.outcome == "sheet" and purchase else rival
    return desk.say(pattern, **values, rival=desk.called(other or best))


def _lead(desk: Desk) -> str:
    """How the recommendation was found; said plainly, since no verdict stands behind it yet."""
    return desk.say("decide.lead", years=desk.years())


def _shown(desk: Desk) -> OptionResult | None:
    """The option the facts are about: the recommended one, or the one that is turned down."""
    standing = desk.standing
    return standing.rival if standing.outcome == "today" else standing.best


def _facts(desk: Desk) -> Iterator[dict[str, str]]:
    """Four numbers: the gain with its span, the chance of loss, the months, the share of users needed."""
    option = _shown(desk)
    if option is None:
        return
    figures, say, printer = desk.figures, desk.say, desk.printer
    npv, loss = figures[f"{option.id}.npv"], figures[f"{option.id}.p_loss"]
    payback, needed = figures[f"{option.id}.payback_months"], figures[f"{option.id}.break_even_adoption"]
    certain = npv.is_certain
    yield {
        "label": say(
            "decide.fact.npv" if option is desk.standing.best else "decide.fact.npv.of",
            years=desk.years(),
            option=desk.called(option),
        ),
        "value": printer(npv),
        "note": say("decide.fact.npv.certain")
        if certain
        else say("decide.fact.npv.span", span=desk.span(npv)),
    }
    low = npv.at("p5")
    worst = "decide.fact.loss.worst" if (low.value or 0) < 0 else "decide.fact.loss.low"
    yield {
        "label": say("decide.fact.loss"),
        "value": _chance(desk, loss),
        "note": say("decide.fact.loss.certain") if certain else say(worst, low=low, loss=As(low, "loss")),
    }
    never = Figure(f"{payback.key}.never", "share", payback.never)
    note = "decide.fact.payback.never" if (never.value or 0) >= HARDLY else "decide.fact.payback.from"
    yield {
        "label": say("decide.fact.payback"),
        "value": printer(payback),
        "note": say(note, never=As(never, "about")),
    }
    gains = (option.npv.most_likely or 0) > 0
    without = "decide.fact.adoption.any" if gains else "decide.fact.adoption.none"
    yield {
        "label": say("decide.fact.adoption"),
        "value": printer(needed),
        "note": say(without if needed.value is None else "decide.fact.adoption.note"),
    }


def _chance(desk: Desk, chance: Figure) -> str:
    """A chance in words, with its extremes called by name."""
    value = chance.value or 0.0
    if value < 1 - ALL:
        return desk.say("decide.chance.none")
    return desk.printer(As(chance, "about"))


def _picture(desk: Desk) -> Picture:
    """All options on one scale."""
    options = sorted(desk.decision.options, key=lambda option: -option.npv.mean)
    figures = [desk.figures[f"{option.id}.npv"] for option in options]
    rows = [
        charts.Range(
            label=desk.name(option),
            **{
                name: getattr(option.npv, name) or 0.0
                for name in ("p5", "p25", "median", "p75", "p95", "mean")
            },
            printed=desk.printer(figure),
            chosen=option is desk.standing.best,
        )
        for option, figure in zip(options, figures, strict=True)
    ]
    low, high = min(row.p5 for row in rows), max(row.p95 for row in rows)
    return Picture(
        desk.say("decide.picture.title", best=desk.called(desk.standing.best)),
        lambda width: [
            charts.ranges(rows, desk.axis(min(low, 0), max(high, 0), 5 if width > charts.PHONE else 3), width)
        ],
        desk.say("decide.picture.caption", years=desk.years()),
    )


def _reasons(desk: Desk) -> Iterator[str]:
    standing, figures, say = desk.standing, desk.figures, desk.say
    option = _shown(desk)
    if option is None:
        return
    purchase, without = standing.purchase, standing.without
    if purchase is not None:
        delta = figures[f"{purchase.id}~{without.id}.npv"]
        more = (delta.value or 0) > 0
        yield say(
            "decide.reason.more" if more else "decide.reason.less",
            purchase=desk.called(purchase),
            without=desk.called(without),
            delta=delta if more else As(delta, "loss"),
            cost=figures[f"{purchase.id}.tco"],
            years=desk.years(),
        )
    if standing.lead != "clear":
        yield say(
            "decide.reason.open",
            best=desk.called(standing.best),
            chance=As(figures[f"{standing.best.id}.p_best"], "about"),
        )
    line = max(option.benefits, key=lambda name: option.benefits[name].mean, default=None)
    if line is not None and option.benefits[line].mean > 0:
        yield say(
            "decide.reason.benefit",
            option=desk.called(option),
            line=desk.line(line, inline=True),
            money=figures[f"{option.id}.benefit.{line}"],
            benefits=figures[f"{option.id}.pv_benefits"],
            cash=figures[f"{option.id}.npv_cash"],
        )
    yield say(
        "decide.reason.cost.own" if (option.tco.hidden_share.of_means or 0) >= ALL else "decide.reason.cost",
        years=desk.years(),
        cost=figures[f"{option.id}.tco"],
        hidden=As(figures[f"{option.id}.hidden_share"], "portion"),
    )


def _cautions(desk: Desk) -> Iterator[str]:
    decision, figures, say = desk.decision, desk.figures, desk.say
    option = _shown(desk)
    limit = figures["settings.loss_limit"]
    if option is not None and limit.value is not None and option.npv.p5 is not None:
        worst = As(figures[f"{option.id}.npv"].at("p5"), "loss")
        beyond = -option.npv.p5 > limit.value
        if option.npv.p5 < 0:
            pattern = "decide.caution.limit" if beyond else "decide.caution.within"
            yield say(pattern, limit=limit, worst=worst)
    for one in decision.options:
        if one.added and one.kind == "spreadsheet":
            yield say("decide.caution.sheet", sheet=desk.name(one))
    counted = {name: figures[f"evidence.{name}"] for name in ("inputs", "defaults", "unsourced")}
    yield say(
        "decide.caution.evidence" if counted["unsourced"].value else "decide.caution.evidence.sourced",
        **counted,
    )
    if decision.warnings:
        yield desk.count("decide.caution.warnings", figures["evidence.warnings"])
