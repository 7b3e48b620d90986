"""The pains: what the worst cost, the chain from each to its cheapest remedy, and what they point to.

What comes in: a `Desk`. What goes out: a `Section` whose title says what hurts most, or that no tool helps.
The texts of a chain are those of `templates/questions/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from assessment import bank
from assessment.diagnosed import DiagnosisRecord, PainRecord
from assessment.figures import Figure
from reports.figures import As
from reports.sections.desk import Desk, Head, Name, Row, Said, Section, Table

DOMINATES = 0.5  # of all the money: from here on one pain is named in the title
ALIKE = 0.1  # two amounts that differ by less are not told apart


def pains(desk: Desk) -> Section | None:
    """All of it; nothing where nobody was asked."""
    found = desk.decision.diagnosis
    if found is None:
        return None
    data = {
        "lead": list(_lead(desk, found)),
        "worst": [_chain(desk, pain) for pain in _worst(found)],
        "notes": list(_notes(desk, found)),
        "table": _all(desk, found),
        "helpable": _helpable(desk, found),
        "wanted": _wanted(desk, found),
        "kind": _kind(desk, found),
        "unknown": [
            {"label": _label(desk, one), "question": desk.words.own(bank.pains()[one].question)}
            for one in found.unknown
        ],
    }
    return Section("pains", _title(desk, found), "pains.html", data)


def first(desk: Desk) -> str:
    """The worst pain with its money in one line; nothing where none has any."""
    found = desk.decision.diagnosis
    worst = next(iter(found.pains), None) if found else None
    if worst is None or worst.annual is None:
        return ""
    return desk.say(
        "pains.first", label=_label(desk, worst.id), annual=desk.figures[f"pain.{worst.id}.annual"]
    )


def _worst(found: DiagnosisRecord) -> list[PainRecord]:
    return [pain for pain in found.pains if pain.id in found.worst]


def _label(desk: Desk, pain: str) -> Name:
    return Name(desk.words.own(bank.pains()[pain].label))


def _own(desk: Desk, text: dict[str, str]) -> Name:
    return Name(desk.words.own(text))


# --- title and lead ---------------------------------------------------------------------------------------


def _title(desk: Desk, found: DiagnosisRecord) -> str:
    """What hurts most; before that, that nobody knows what it costs, or that no tool would help."""
    say, figures = desk.say, desk.figures
    if not found.pains:
        return say("pains.title.unknown" if found.unknown else "pains.title.none")
    total = figures["pains.total"]
    if found.helpable is None:
        return say("pains.title.no_money")
    if found.helpable < bank.threshold("verdict.curable"):
        return say("pains.title.cannot", total=total, share=figures["pains.helpable"])
    worst = found.pains[0]
    label, annual = _label(desk, worst.id), figures[f"pain.{worst.id}.annual"]
    share = (worst.annual or 0.0) / found.total
    if share == 1:
        return say("pains.title.single", label=label, annual=annual)
    if share > DOMINATES:
        part = Figure("pains.first.share", "share", share)
        return say("pains.title.one", label=label, annual=annual, share=part)
    told = [pain.annual for pain in _worst(found) if pain.annual is not None]
    together = Figure("pains.worst", "money", fsum(told))
    return desk.count("pains.title.several", Figure("pains.told", "count", len(told)), sum=together)


def _lead(desk: Desk, found: DiagnosisRecord) -> Iterator[Said]:
    """How the two amounts of a chain come about; the figures are cited here once, side by side."""
    if not found.pains:
        yield Said(desk.say("pains.lead.nothing"))
        return
    yield Said(desk.say("pains.lead"), annual(desk, found.pains))
    staked = [pain for pain in _worst(found) if pain.at_stake]
    if staked and staked[0].at_stake:
        option = desk.called(desk.decision.option(staked[0].at_stake.option))
        cited = tuple(desk.figures[f"pain.{pain.id}.at_stake"] for pain in staked)
        yield Said(desk.say("pains.lead.stake", option=option), cited)


def annual(desk: Desk, some: Sequence[PainRecord]) -> tuple[Figure, ...]:
    """What some pain points cost a year, as far as that is known."""
    return tuple(desk.figures[f"pain.{pain.id}.annual"] for pain in some if pain.annual is not None)


# --- the chains -------------------------------------------------------------------------------------------


def _chain(desk: Desk, pain: PainRecord) -> dict[str, object]:
    """What it costs today, what a purchase would recover, and the steps from cause to remedy."""
    told, kpi = bank.pains()[pain.id], bank.kpis()[pain.kpi]
    capability = bank.capabilities()[pain.capability]
    label, both = {name: bank.labels("pains", name) for name in ("causes", "steps", "cures")}, "pains.because"
    steps = {
        "cause": (both, label["causes"][pain.cause], told.cause_why),
        "step": ("", label["steps"][pain.step], {}),
        "capability": (both, capability.label, capability.explanation),
        "kpi": ("pains.equals", kpi.label, kpi.formula),
        "remedy": ("", bank.wording(pain.remedy), {}),
        "cure": (both, label["cures"][pain.cure], told.cure_why),
    }
    return {
        "label": _label(desk, pain.id),
        "money": _money(desk, pain),
        "evidence": desk.words.own(pain.evidence),
        "stake": _stake(desk, pain),
        "steps": [
            (
                desk.say(f"pains.chain.{name}"),
                desk.say(key, what=_own(desk, what), why=_own(desk, why)) if key else _own(desk, what),
            )
            for name, (key, what, why) in steps.items()
        ],
    }


def _money(desk: Desk, pain: PainRecord) -> str:
    """How often × how much; or what of it nobody knows."""
    times, cost, annual = (desk.figures[f"pain.{pain.id}.{name}"] for name in ("times", "cost", "annual"))
    if pain.times_per_year is None:
        return desk.say(
            "pains.money.nothing" if pain.cost_each is None else "pains.money.no_times", cost=cost
        )
    key = "pains.money.no_cost" if pain.cost_each is None else "pains.money"
    return desk.count(key, times, cost=cost, annual=annual)


def _stake(desk: Desk, pain: PainRecord) -> list[str]:
    """What the benefit line is worth with the purchase, and why that is not what the pain costs."""
    stake, say = pain.at_stake, desk.say
    if pain.line is None:
        return [say("pains.stake.no_line")]
    if stake is None:
        is_on = any(line.id == pain.line for line in desk.decision.lines)
        line = Name(desk.words.term(f"line.{pain.line}"))
        return [say("pains.stake.no_purchase" if is_on else "pains.stake.off", line=line)]
    figure = desk.figures[f"pain.{pain.id}.at_stake"]
    said = [
        say(
            "pains.stake.certain" if figure.is_certain else "pains.stake",
            option=desk.called(desk.decision.option(stake.option)),
            line=desk.line(stake.line),
            stake=figure,
            span=desk.span(figure),
        )
    ]
    if pain.annual is not None and abs(stake.mean - pain.annual) > ALIKE * pain.annual:
        said.append(say("pains.stake.less" if stake.mean < pain.annual else "pains.stake.more"))
    return said


def _notes(desk: Desk, found: DiagnosisRecord) -> Iterator[str]:
    """Which of the worst share one benefit, and what would change the order."""
    by_line: dict[str, list[str]] = {}
    for pain in _worst(found):
        if pain.at_stake:
            quoted = desk.say("pains.quoted", label=_label(desk, pain.id))
            by_line.setdefault(pain.at_stake.line, []).append(quoted)
    for labels in by_line.values():
        if len(labels) > 1:
            yield desk.say("pains.shared", labels=desk.listed(labels))
    if found.runner_up is None:
        return
    annual = desk.figures[f"pain.{found.runner_up}.annual"]
    key = "pains.order" if annual.value is not None else "pains.order.no_money"
    if found.overtakes is None:
        yield desk.say("pains.order.unknown", label=_label(desk, found.runner_up))
    else:
        edge = desk.figures["pains.overtakes"]
        yield desk.say(key, label=_label(desk, found.runner_up), annual=annual, overtakes=edge)


# --- all of them ------------------------------------------------------------------------------------------


def _all(desk: Desk, found: DiagnosisRecord) -> Table | None:
    """Every pain, worst first."""
    if not found.pains:
        return None
    say, cures = desk.say, bank.labels("pains", "cures")
    rows = [
        Row(
            _label(desk, pain.id),
            (
                desk.figures[f"pain.{pain.id}.times"],
                As(desk.figures[f"pain.{pain.id}.cost"], "full"),
                As(desk.figures[f"pain.{pain.id}.annual"], "full"),
                _own(desk, cures[pain.cure]),
            ),
        )
        for pain in found.pains
    ]
    if found.total:
        rows.append(Row(say("pains.sum"), ("", "", As(desk.figures["pains.total"], "full"), ""), "sum"))
    heads = (
        Head(say("pains.head.pain")),
        Head(say("pains.head.times")),
        Head(say("pains.head.cost")),
        Head(say("pains.head.annual")),
        Head(say("pains.head.cure"), is_text=True),
    )
    return Table(say("pains.caption"), heads, tuple(rows), "pains")


def _helpable(desk: Desk, found: DiagnosisRecord) -> Said | None:
    """Which part of the money a tool can do something about."""
    if found.helpable is None:
        return None
    limit = bank.threshold("verdict.curable")
    key = "pains.helpable"
    if found.helpable == 1:
        key = "pains.helpable.all"
    elif found.helpable < limit:
        key = "pains.helpable.little"
    total, share = desk.figures["pains.total"], desk.figures["pains.helpable"]
    least = Figure("verdict.curable", "share", limit)
    return Said(desk.say(key, total=total, share=share, limit=As(least, "portion")), (total, share))


# --- what they point to -----------------------------------------------------------------------------------


def _wanted(desk: Desk, found: DiagnosisRecord) -> Table | None:
    """The capabilities that the pains ask for."""
    if not found.capabilities:
        return None
    say, known = desk.say, bank.capabilities()
    figures = {
        one.capability: desk.figures[f"capability.{one.capability}.annual"] for one in found.capabilities
    }
    rows = tuple(
        Row(
            _own(desk, known[one.capability].label),
            (
                desk.listed([_label(desk, pain) for pain in one.pains]),
                As(figures[one.capability], "full") if one.annual else desk.none,
            ),
            note=_own(desk, known[one.capability].explanation),
        )
        for one in found.capabilities
    )
    heads = (
        Head(say("pains.head.capability")),
        Head(say("pains.head.behind"), is_text=True),
        Head(say("pains.head.annual"), tuple(figures.values()) if found.total else ()),
    )
    return Table(say("pains.wanted.caption"), heads, rows, "wanted")


def _kind(desk: Desk, found: DiagnosisRecord) -> dict[str, object] | None:
    """The kind of system that most of the money points to, those after it, and ERP against CRM."""
    if not found.pains:
        return None
    say, known = desk.say, bank.kinds()
    if not found.kinds:
        return {"title": say("pains.kind.title.none"), "text": Said(say("pains.kind.none"))}
    names = {one.kind: _own(desk, known[one.kind].label) for one in found.kinds}
    figures = {one.kind: desk.figures[f"kind.{one.kind}.annual"] for one in found.kinds}
    most = found.kinds[0].kind
    priced = "" if found.total else ".no_money"
    sentences = [
        say(
            f"pains.kind.most{priced}",
            kind=names[most],
            annual=figures[most],
            purpose=_own(desk, known[most].purpose),
            right=_own(desk, known[most].right_when),
        )
    ]
    after = [one.kind for one in found.kinds[1:] if one.kind != "erp"]
    if after:
        parts = [say(f"pains.kind.part{priced}", kind=names[one], annual=figures[one]) for one in after]
        sentences.append(say(f"pains.kind.others{priced}", kinds=desk.listed(parts)))
    if most == "erp":
        sentences.append(say("pains.kind.erp.first"))
    elif "erp" in names:
        purpose = _own(desk, known["erp"].purpose)
        sentences.append(
            say(f"pains.kind.erp{priced}", annual=figures["erp"], kind=names["erp"], purpose=purpose)
        )
    text = ("" if desk.words.code == "zh-CN" else " ").join(sentences)
    key = "pains.kind.title.erp" if most == "erp" else "pains.kind.title"
    return {
        "title": say(key, kind=names[most]),
        "text": Said(text, tuple(figures.values()) if found.total else ()),
    }
