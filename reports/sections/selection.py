"""Which purchase: what the pains ask for, scores on the criteria, and what choosing by them costs.

What comes in: a `Desk`. What goes out: a `Section` whose title says whether money and scores agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from assessment import bank
from assessment.chosen import RankedRecord, SelectionRecord
from assessment.decision import OptionResult
from assessment.figures import Figure
from reports import charts, choice_charts, risk_charts
from reports.figures import As
from reports.labels import ticks
from reports.sections.desk import Cell, Desk, Head, Name, Picture, Row, Said, Section, Table
from roi.model import WITHOUT_PURCHASE

HIGHEST = 10  # score
NAMED = 4  # columns that have room for names and words; more hold letters and signs
SIGNS = {"yes": "●", "partly": "○", "no": "–", "unsaid": "?"}
TOLD = 3  # criteria that make up the lead
SPAN = 2.0  # points that the scores' axis holds at least: less would make much of little
ROOM = 1.2  # the axis's length over the range of the scores
SAME = 5e-3  # points that print as none


def selection(desk: Desk) -> Section | None:
    """All of it; nothing where nothing was scored and nobody said what the options can do."""
    found = desk.decision.selection
    if found is None:
        purchases = [one for one in desk.decision.options if one.kind not in WITHOUT_PURCHASE]
        asked = _requirements(desk, purchases)
        if asked is None:
            return None
        lead = [Said(desk.say("selection.lead.unscored"))]
        data = {"lead": lead, "requirements": asked, "scores": None}
        return Section("selection", desk.say("selection.title.unscored"), "selection.html", data)
    ranked = [one for one in found.options if one.rank is not None]
    data = {
        "lead": list(_lead(desk, found)),
        "requirements": _requirements(desk, [desk.decision.option(one.option) for one in found.options]),
        "scores": _scores(desk, found),
        "ranking": _ranking(desk, found),
        "normalisation": desk.say("selection.normalisation") if ranked else "",
        "ranks": _ranks(desk, found, ranked) if len(ranked) > 1 else None,
        "notes": list(_notes(desk, found)),
        "money": _money(desk, found),
        "leads": _leads(desk, found),
    }
    return Section("selection", _title(desk, found), "selection.html", data)


def _called(desk: Desk, option: str) -> Name:
    return desk.called(desk.decision.option(option))


def _criterion(desk: Desk, found: SelectionRecord, name: str) -> Name:
    """What people call a criterion; its name in the case where nobody said."""
    label = next(one.label for one in found.criteria if one.criterion == name)
    return Name(desk.words.own(label) or name)


def _capability(desk: Desk, name: str) -> Name:
    known = bank.capabilities().get(name)
    return Name(desk.words.own(known.label) if known else name)


# --- title and lead ---------------------------------------------------------------------------------------


def _title(desk: Desk, found: SelectionRecord) -> str:
    """Whether money and scores agree; before that, whether there is anything to choose from."""
    say = desk.say
    if found.by_score is None or found.by_money is None:
        return say("selection.title.none")
    best = _called(desk, found.by_score)
    if sum(one.rank is not None for one in found.options) == 1:
        return say("selection.title.one", best=best)
    if found.price is None:
        return say("selection.title.agree", best=best)
    money, price = _called(desk, found.by_money), desk.figures["selection.price"]
    return say("selection.title.differ", money=money, score=best, price=price)


def _lead(desk: Desk, found: SelectionRecord) -> Iterator[Said]:
    """What the scores say beside the money, and what they have no say in."""
    say, figures = desk.say, desk.figures
    if found.by_score and found.by_money:
        best, money = _called(desk, found.by_score), _called(desk, found.by_money)
        score = figures[f"selection.sum.{found.by_score}"]
        if found.price is None:
            yield Said(say("selection.lead.agree", best=best, score=score))
        else:
            other, chance = figures[f"selection.sum.{found.by_money}"], figures["selection.price.p_loss"]
            price = figures["selection.price"]
            text = say(
                "selection.lead.differ",
                best=best,
                score=score,
                money=money,
                other=other,
                price=price,
                chance=As(chance, "about"),
            )
            yield Said(text, (price, chance))
    recommended = desk.standing.recommended
    if recommended is None or recommended.id != found.by_money:
        yield Said(say("selection.lead.page_one"))


# --- requirements -----------------------------------------------------------------------------------------


def _requirements(desk: Desk, options: Sequence[OptionResult]) -> Table | None:
    """What the pains ask for, the money behind it, and what each option is said to have of it."""
    made, say, found = desk.decision.plan, desk.say, desk.decision.selection
    asked = made.requirements if made else []
    if not any(option.id in one.stated for one in asked for option in options):
        return None
    missed = {name for one in (found.options if found else ()) for name in one.lacking}
    words = {level: desk.words.term(f"level.{level}") for level in ("yes", "partly", "no")}
    words["unsaid"] = say("selection.unsaid")
    is_wide = len(options) > NAMED
    rows = []
    for one in sorted(asked, key=lambda one: -(desk.figures[one.annual].value or 0.0) if one.annual else 1.0):
        levels = [one.stated.get(option.id, "unsaid") for option in options]
        cells = [(SIGNS if is_wide else words)[level] for level in levels]
        annual = As(desk.figures[one.annual], "full") if one.annual else desk.none
        is_must = one.capability in missed or (one.must and not one.pains)
        note = say("selection.must_have") if is_must else ""
        rows.append(Row(_capability(desk, one.capability), (annual, *cells), note=note))
    caption = say("selection.requirements.caption")
    if is_wide:
        signs = [f"{SIGNS[level]} {word}" for level, word in words.items()]
        caption = say("selection.letters", caption=Name(caption), letters=desk.listed(signs))
    cited: tuple[Figure, ...] = ()
    if found and any(one.requirements_met is not None for one in found.options):
        cited = tuple(desk.figures[f"selection.met.{option.id}"] for option in options)
        met = [one if one.value is not None else desk.none for one in cited]
        rows.append(Row(say("selection.requirements.met"), ("", *met), "sum"))
    return Table(
        _with_letters(desk, caption, options),
        (
            Head(say("selection.head.requirement"), tuple(one for one in cited if one.value is not None)),
            Head(say("selection.head.annual")),
            *(Head(head, is_text=True) for head in _heads(desk, options)),
        ),
        tuple(rows),
        "asked wide" if is_wide else "asked",
    )


def _letter(desk: Desk, option: OptionResult) -> str:
    """What an option is called where there is no room for its name; the same on the map of winners."""
    return risk_charts.letter(desk.decision.options.index(option))


def _heads(desk: Desk, options: Sequence[OptionResult]) -> list[str]:
    return [desk.short(one) if len(options) <= NAMED else _letter(desk, one) for one in options]


def _with_letters(desk: Desk, caption: str, options: Sequence[OptionResult], *, always: bool = False) -> str:
    """A caption, and who is who where options are called by letters."""
    if len(options) <= NAMED and not always:
        return caption
    entries = [
        desk.say("risk.map.entry", letter=Name(_letter(desk, one)), option=desk.short(one)) for one in options
    ]
    listed = Name(desk.words.text("terms.word.semicolon").join(entries))
    return desk.say("selection.letters", caption=Name(caption.rstrip("。.")), letters=listed)


# --- scores and ranks -------------------------------------------------------------------------------------


def _scores(desk: Desk, found: SelectionRecord) -> Picture:
    """Every score, the heaviest criterion first."""
    figures, printer = desk.figures, desk.printer
    order = sorted(range(len(found.criteria)), key=lambda place: -found.criteria[place].weight)
    names = [found.criteria[place].criterion for place in order]
    criteria = [
        (_criterion(desk, found, name), printer(figures[f"selection.weight.{name}"])) for name in names
    ]
    squares = [
        choice_charts.Square(
            row,
            column,
            None if (score := option.scores[place].score) is None else score / HIGHEST,
            printer(figures[f"selection.score.{option.option}.{names[row]}"]),
            desk.told(
                desk.name(desk.decision.option(option.option)),
                "charts.unscored" if score is None else "charts.score",
                criterion=_criterion(desk, found, names[row]),
                score=figures[f"selection.score.{option.option}.{names[row]}"],
                weight=figures[f"selection.weight.{names[row]}"],
            ),
        )
        for row, place in enumerate(order)
        for column, option in enumerate(found.options)
    ]
    options = [desk.decision.option(one.option) for one in found.options]
    heads, heading = _heads(desk, options), desk.say("selection.head.weight")
    caption = desk.say("selection.scores.caption", highest=Figure("selection.highest", "count", HIGHEST))
    return Picture(
        desk.say("selection.scores.title"),
        lambda width: [choice_charts.scores(squares, criteria, heads, heading, width)],
        _with_letters(desk, caption, options),
    )


def _ranking(desk: Desk, found: SelectionRecord) -> Table:
    """By weighted score in front, by TOPSIS beside it, and the money."""
    figures, say = desk.figures, desk.say
    measures = ("rank", "sum", "topsis", "closeness")

    def cell(one: RankedRecord, name: str) -> Figure | str:
        is_known = name == "sum" or one.rank is not None
        return figures[f"selection.{name}.{one.option}"] if is_known else desk.none

    def cells(one: RankedRecord) -> tuple[Figure | As | str, ...]:
        npv = figures[f"{one.option}.npv"]
        return (*(cell(one, name) for name in measures), npv, As(npv, "span"))

    def lacks(one: RankedRecord) -> str:
        if not one.lacking:
            return ""
        names = desk.listed([_capability(desk, name) for name in one.lacking])
        return say("selection.lacking", capabilities=names)

    def cited(name: str) -> tuple[Figure, ...]:
        found_cells = (cell(one, name) for one in found.options)
        return tuple(one for one in found_cells if isinstance(one, Figure))

    rows = tuple(
        Row(
            desk.name(desk.decision.option(one.option)),
            cells(one),
            "chosen" if one.option == found.by_score else "",
            note=lacks(one),
        )
        for one in found.options
    )
    heads = (
        Head(say("options.head.option")),
        *(
            Head(say(f"selection.head.{name}"), cited(name) if name in ("sum", "closeness") else ())
            for name in measures
        ),
        Head(say("options.head.npv")),
        Head(say("options.head.span")),
    )
    return Table(say("selection.ranking.caption", unit=desk.unit), heads, rows, "ranking")


def _ranks(desk: Desk, found: SelectionRecord, ranked: Sequence[RankedRecord]) -> dict[str, object]:
    """How often each comes first, second … under weights near the stated ones."""
    figures, printer = desk.figures, desk.printer
    names = [printer(Figure("selection.rank", "count", place)) for place in range(1, len(ranked) + 1)]
    firsts = tuple(figures[f"selection.acceptability.{one.option}.1"] for one in ranked)
    rows = [
        choice_charts.Ranks(
            desk.short(desk.decision.option(one.option)),
            tuple(one.acceptability),
            printer(first),
            tuple(
                desk.told(
                    desk.name(desk.decision.option(one.option)),
                    "charts.rank",
                    rank=Name(name),
                    share=figures[f"selection.acceptability.{one.option}.{rank}"],
                )
                for rank, name in enumerate(names, 1)
            ),
        )
        for one, first in zip(ranked, firsts, strict=True)
    ]
    best = max(firsts, key=lambda first: first.value or 0.0)
    title = desk.say(
        "selection.ranks.title",
        best=_called(desk, ranked[firsts.index(best)].option),
        share=As(best, "portion"),
    )
    draw = Picture(
        title,
        lambda width: [choice_charts.acceptability(rows, names, width)],
        desk.say("selection.ranks.caption"),
        firsts,
    )
    return {"title": title, "picture": draw}


def _notes(desk: Desk, found: SelectionRecord) -> Iterator[Said]:
    """What would give another winner, and how well the weights and the scores are known."""
    say, figures = desk.say, desk.figures
    ranked = [one for one in found.options if one.rank is not None]
    if len(ranked) > 1:
        yield _flip(desk, found)
        ideal = min(ranked, key=lambda one: one.topsis_rank or 0)
        if ideal.topsis_rank != next(one.topsis_rank for one in ranked if one.option == found.by_score):
            yield Said(say("selection.other_ideal", winner=_called(desk, ideal.option)))
        if found.reversals:
            left = desk.listed([_called(desk, one) for one in found.reversals])
            yield Said(say("selection.reversal", options=left))
    if found.pairs is not None:
        ratio, limit = figures["selection.consistency"], bank.threshold("selection.consistent")
        least = Figure("selection.consistent", "share", limit)
        if found.pairs.consistency_ratio <= limit:
            yield Said(say("selection.pairs", ratio=ratio, limit=least), (ratio,))
        else:
            more, less = (_criterion(desk, found, name) for name in found.pairs.between)
            stated, implied = figures["selection.pair.stated"], figures["selection.pair.implied"]
            text = say(
                "selection.pairs.revisit",
                ratio=ratio,
                limit=least,
                more=more,
                less=less,
                stated=stated,
                implied=implied,
            )
            yield Said(text, (ratio, implied))
    for one in found.options:
        missing = [_criterion(desk, found, score.criterion) for score in one.scores if score.score is None]
        if missing:
            option, criteria = _called(desk, one.option), desk.listed(missing)
            yield Said(say("selection.unscored", option=option, criteria=criteria))


def _flip(desk: Desk, found: SelectionRecord) -> Said:
    """The smallest change of one weight that gives another winner."""
    if not found.flips:
        return Said(desk.say("selection.flip.none"))
    flip = found.flips[0]
    to = desk.figures[f"selection.flip.{flip.criterion}"]
    text = desk.say(
        "selection.flip.up" if flip.to > flip.now else "selection.flip.down",
        criterion=_criterion(desk, found, flip.criterion),
        now=desk.figures[f"selection.weight.{flip.criterion}"],
        to=to,
        winner=_called(desk, flip.winner),
    )
    return Said(text, (to,))


# --- money against score ----------------------------------------------------------------------------------


def _money(desk: Desk, found: SelectionRecord) -> Picture:
    """NPV over score."""
    options = [desk.decision.option(one.option) for one in found.options]
    places = [
        choice_charts.Place(
            _letter(desk, option),
            one.weighted_sum,
            option.npv.p5 or 0.0,
            option.npv.p95 or 0.0,
            option.npv.mean,
            option.id == found.by_money,
            desk.told(
                desk.name(option),
                "charts.place",
                score=desk.figures[f"selection.sum.{option.id}"],
                npv=desk.spread(desk.figures[f"{option.id}.npv"]),
            ),
        )
        for one, option in zip(found.options, options, strict=True)
    ]
    least, most = min(one.score for one in places), max(one.score for one in places)
    half = max(SPAN, ROOM * (most - least)) / 2
    low, high = (least + most) / 2 - half, (least + most) / 2 + half
    marks = ticks(low, high)
    scores = charts.Axis(low, high, marks, tuple(desk.words.number(mark) for mark in marks))
    ends = [0.0, *(one.p5 for one in places), *(one.p95 for one in places)]
    return Picture(
        desk.say("selection.money.title"),
        lambda width: [choice_charts.money_and_score(places, scores, desk.axis(min(ends), max(ends)), width)],
        _with_letters(desk, desk.say("selection.money.caption"), options, always=True),
    )


def _leads(desk: Desk, found: SelectionRecord) -> Table | None:
    """The criteria on which the best by scores gains most over the best by money, with the evidence."""
    if found.price is None or found.by_score is None or found.by_money is None:
        return None
    say, figures = desk.say, desk.figures
    both = [one for name in (found.by_score, found.by_money) for one in found.options if one.option == name]
    places = {one.criterion: place for place, one in enumerate(found.criteria)}
    most = sorted(found.price.leads, key=lambda lead: -abs(lead.points))[:TOLD]

    def seen(one: RankedRecord, criterion: str) -> Cell:
        score = desk.printer(figures[f"selection.score.{one.option}.{criterion}"])
        return Cell(score, (desk.words.own(one.scores[places[criterion]].evidence),))

    rows = tuple(
        Row(
            _criterion(desk, found, lead.criterion),
            (figures[f"selection.lead.{lead.criterion}"], *(seen(one, lead.criterion) for one in both)),
        )
        for lead in most
        if abs(lead.points) >= SAME
    )
    if not rows:
        return None
    heads = (
        Head(say("selection.head.criterion")),
        Head(say("selection.head.lead"), tuple(figures[f"selection.lead.{lead.criterion}"] for lead in most)),
        *(Head(_called(desk, one.option), is_text=True) for one in both),
    )
    total = Figure("selection.lead", "ratio", fsum(lead.points for lead in found.price.leads))
    best, money = (_called(desk, one.option) for one in both)
    return Table(say("selection.leads.caption", best=best, money=money, points=total), heads, rows, "leads")
