"""The verdict in sentences, the same on the page that decides and on a terminal; sentences of the plan too.

What comes in: a `Desk`, so a decision in one language. What goes out: text; its numbers are figures.

A message of the catalogue `verdict` may have variants, marked behind its key: `reason.adoption.no_needed` is
said where `needed` has no value, `.zero_…` where it is nothing, `.minus_…` where it is negative (it is then
printed without its sign, which the words express), `.certain_…` where every draw gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from assessment import bank
from assessment.decision import OptionResult
from assessment.figures import Figure
from assessment.judgement import TIE
from assessment.planned import Sentence
from assessment.said import LearningRecord, Reason
from reports.figures import As
from reports.sections.desk import Desk, Name

MANNERS = {"chance": "about", "leading": "about", "hidden": "portion"}  # chances and parts are said in words
STEPS = ("first", "second", "third", "fourth")


def title(desk: Desk) -> str:
    """The recommendation in one sentence."""
    return in_general(desk, f"title.{desk.decision.verdict.outcome}")


def lead(desk: Desk) -> str:
    """The rule that fired, and what would otherwise seem to contradict it."""
    return desk.joined(_lead(desk))


def _lead(desk: Desk) -> Iterator[str]:
    verdict, best = desk.decision.verdict, desk.standing.best
    yield in_general(desk, f"lead.{verdict.rule}")
    if verdict.outcome == "pilot" and verdict.option != best.id and best.id not in verdict.failed:
        yield in_general(desk, "but.pilot")
    if verdict.is_tie and verdict.chance is not None:
        low, high = TIE
        yield in_general(desk, "tie" if low <= verdict.chance <= high else "tie.open")
    if _is_beyond_limit(desk):
        yield in_general(desk, "beyond_limit")
    if verdict.failed:
        yield in_general(desk, "failed")


def _is_beyond_limit(desk: Desk) -> bool:
    """Whether what is recommended may lose more than the company can bear, which no rule has said yet."""
    verdict, option = desk.decision.verdict, desk.standing.recommended
    limit = desk.decision.settings.loss_limit
    if option is None or limit is None or verdict.rule == "stage":
        return False
    return -(option.npv.p5 or 0.0) > limit


def reasons(desk: Desk) -> list[str]:
    """The reasons, most important first."""
    return [_reason(desk, "reason", one) for one in desk.decision.verdict.reasons]


def changes(desk: Desk) -> list[str]:
    """What would make it another verdict."""
    found = [_reason(desk, "change", one) for one in desk.decision.verdict.would_change]
    is_ahead = desk.standing.recommended in (None, desk.standing.best)
    return found or [in_general(desk, "change.none" if is_ahead else "change.least")]


def leader(desk: Desk) -> str:
    """What the leader does each week."""
    return in_general(desk, f"leader.{desk.decision.verdict.outcome}")


def steps(desk: Desk) -> list[str]:
    """What to do next."""
    return [in_general(desk, f"step.{desk.decision.verdict.outcome}.{place}") for place in STEPS]


def paying(desk: Desk) -> LearningRecord | None:
    """The measurement, or the pilot of what may be bought, that pays best; None if none does."""
    failed = desk.decision.verdict.failed
    return next((one for one in desk.decision.evsi or () if one.net > 0 and one.option not in failed), None)


def worth_learning(desk: Desk) -> str:
    """The measurement or the pilot that would pay, where one does."""
    one = paying(desk)
    if one is None:
        return sentence(desk, "worth.nothing", {}, {})
    kind = "worth.pilot" if one.kind == "pilot" else "worth.measure"
    return sentence(desk, kind, _learning_figures(desk, one), _learning_names(desk, one))


# --- what stands in them ----------------------------------------------------------------------------------


def in_general(desk: Desk, key: str) -> str:
    """A sentence about the verdict as a whole."""
    return sentence(desk, key, _figures(desk), _names(desk), _marks(desk))


def _reason(desk: Desk, kind: str, reason: Reason) -> str:
    return sentence(desk, f"{kind}.{reason.code}", *_parts(desk, reason))


def told(desk: Desk, said: Sentence) -> str:
    """A sentence of the plan, whose text is one of the question banks'."""
    figures, names = _parts(desk, said)
    names |= {name: Name(desk.words.own(bank.wording(place))) for name, place in said.texts.items()}
    return desk.fill(bank.wording(f"plan.{said.code}"), **filling(desk, figures, names))


def _parts(desk: Desk, reason: Reason) -> tuple[dict[str, Figure], dict[str, Name]]:
    """Figures and names that stand in a sentence."""
    figures = {name: desk.figures[key] for name, key in reason.figures.items()}
    names = {name: _called(desk, option) for name, option in reason.options.items()}
    return figures, names | {name: _input(desk, one) for name, one in reason.inputs.items()}


def _marks(desk: Desk) -> list[str]:
    """Variants that depend on no figure: the test that fired, and that nothing can be bought."""
    verdict = desk.decision.verdict
    return [test.name for test in verdict.fired[:1]] + ([] if verdict.purchase else ["no_purchase"])


def _figures(desk: Desk) -> dict[str, Figure]:
    """Figures of the verdict, by the names that its sentences give them."""
    verdict, find = desk.decision.verdict, desk.figures
    keys = {"loss_limit": "settings.loss_limit"}
    if verdict.fired:
        keys |= {"figure": f"fired.{verdict.fired[0].name}", "limit": f"fired.{verdict.fired[0].name}.limit"}
    if verdict.purchase:
        keys |= {"gain": "verdict.gain", "least": "verdict.limit", "chance": "verdict.chance"}
    if verdict.stop:
        keys |= {"loss": "stop.loss", "month": "stop.month", "notice": "stop.notice_month"}
    if verdict.option:
        keys |= {"npv": f"{verdict.option}.npv", "worst": f"{verdict.option}.npv.p5"}
        keys |= {"needed": f"{verdict.option}.break_even_adoption"}
        keys |= {"best_npv": f"{desk.standing.best.id}.npv", "leading": f"{_leader(desk).id}.p_best"}
    figures = {name: find[key] for name, key in keys.items()}
    learnt = _learnt(desk)
    return figures | (_learning_figures(desk, learnt) if learnt else {})


def _learnt(desk: Desk) -> LearningRecord | None:
    """The measurement or the pilot that the verdict is about."""
    name = desk.decision.verdict.learning
    return next((one for one in desk.decision.evsi or () if one.name == name), None)


def _learning_figures(desk: Desk, one: LearningRecord) -> dict[str, Figure]:
    """What finding out takes and brings."""
    return {part: desk.figures[f"learning.{one.name}.{part}"] for part in ("value", "cost", "weeks", "delay")}


def _names(desk: Desk) -> dict[str, Name]:
    verdict = desk.decision.verdict
    ids = {"option": verdict.option, "purchase": verdict.purchase, "without": verdict.without}
    if desk.decision.options:
        ids |= {"best": desk.standing.best.id, "leader": _leader(desk).id}
    names = {name: _called(desk, one) for name, one in ids.items() if one}
    names["failed"] = desk.listed([_called(desk, one) for one in verdict.failed])
    learnt = _learnt(desk)
    return names | (_learning_names(desk, learnt) if learnt else {})


def _learning_names(desk: Desk, one: LearningRecord) -> dict[str, Name]:
    return {"tried": _called(desk, one.option)} if one.option else {"name": _input(desk, one.name)}


def _leader(desk: Desk) -> OptionResult:
    """The option that is best most often."""
    return max(desk.decision.options, key=lambda option: option.p_best)


def _called(desk: Desk, option: str) -> Name:
    return desk.called(desk.decision.option(option))


def _input(desk: Desk, name: str) -> Name:
    """An input, with the short name of the option it belongs to."""
    short = {option.id: desk.called(option) for option in desk.decision.options}
    return Name(desk.words.input_name(name, short, desk.labels))


# --- sentences --------------------------------------------------------------------------------------------


def sentence(
    desk: Desk,
    key: str,
    figures: Mapping[str, Figure],
    names: Mapping[str, Name],
    marks: Sequence[str] = (),
) -> str:
    """A message in the variant that fits its figures best.

    Args:
        desk: the decision and its language.
        key: of the message, without its catalogue.
        figures: for its placeholders.
        names: for its placeholders too.
        marks: of variants beside those that the figures give.
    """
    marks = [*marks, *(mark for name, figure in figures.items() for mark in _marks_of(name, figure))]
    variants = (
        ".".join(("verdict", key, *chosen))
        for count in range(len(marks), -1, -1)
        for chosen in combinations(marks, count)
    )
    pattern = next(filter(desk.words.has, variants), f"verdict.{key}")
    losses = [mark.removeprefix("minus_") for mark in pattern.split(".") if mark.startswith("minus_")]
    return desk.say(pattern, **filling(desk, figures, names, losses))


def filling(
    desk: Desk, figures: Mapping[str, Figure], names: Mapping[str, Name], losses: Sequence[str] = ()
) -> dict[str, Figure | As | Name]:
    """What stands in the placeholders of a sentence, `{years}` among it.

    Args:
        desk: the decision and its language.
        figures: by placeholder.
        names: by placeholder.
        losses: placeholders of figures whose sign the words express.
    """
    values: dict[str, Figure | As | Name] = {"years": desk.years(), **names}
    for name, figure in figures.items():
        manner = "loss" if name in losses else MANNERS.get(name, "")
        of_input = figure.kind == "quantity" or figure.unit == "1/year"  # with its unit, as it was stated
        values[name] = As(figure, manner or ("stated" if of_input else ""))
    if "weeks" in figures:
        values["weeks"] = Name(desk.words.value(figures["weeks"].value, "week", ""))
    return values


def _marks_of(name: str, figure: Figure) -> Iterator[str]:
    if figure.statistics is not None and figure.is_certain:
        yield f"certain_{name}"
    if figure.value is None:
        yield f"no_{name}"
    elif figure.value <= 0:
        yield f"minus_{name}" if figure.value < 0 else f"zero_{name}"
