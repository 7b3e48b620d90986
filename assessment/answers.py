"""What owners ask, answered from the case's own numbers, and what goes wrong most often.

What comes in: a `Draft`. What goes out: `EntryRecord`s: which question, and the sentence that answers it.
Each answer is ordered conditions, the first true one wins.
"""

from __future__ import annotations

from collections.abc import Callable

from assessment.case import words
from assessment.decision import OptionResult
from assessment.diagnosed import PainRecord
from assessment.draft import Draft
from assessment.planned import CautionRecord, EntryRecord, Sentence
from assessment.verdict import WORTH_BUYING
from roi.model import Text

CHANCE_WORTH_SAYING = 0.005  # that a purchase never pays back: less rounds to nothing


def answers(draft: Draft) -> list[EntryRecord]:
    """Every question with its answer."""
    return [EntryRecord(id=name, said=_answer(draft, name)) for name in (*OF_COMPANY, *OF_PURCHASE)]


def _answer(draft: Draft, name: str) -> Sentence:
    if name in OF_COMPANY:
        return OF_COMPANY[name](draft)
    if not draft.decision.options:
        return Sentence(code="unanswered.missing")
    if draft.purchase is None:
        return Sentence(code="unanswered.no_purchase")
    return OF_PURCHASE[name](draft, draft.purchase)


# --- of the company: no money needed ----------------------------------------------------------------------


def _which_kind(draft: Draft) -> Sentence:
    kinds = draft.decision.diagnosis.kinds if draft.decision.diagnosis else []
    if not kinds or not kinds[0].annual:
        return Sentence(code="answers.which_kind.says.untold")
    annual = f"kind.{kinds[0].kind}.annual"
    texts = {name: f"capabilities.kinds.{kinds[0].kind}.{name}" for name in ("label", "right_when")}
    return Sentence(code="answers.which_kind.says.by_pains", figures={"annual": annual}, texts=texts)


def _erp(draft: Draft) -> Sentence:
    """Whether the pains lie where an ERP works, or with the customers."""
    kinds = draft.decision.diagnosis.kinds if draft.decision.diagnosis else []
    told = [one.kind for one in kinds if one.annual]  # most money first
    if not told:
        return Sentence(code="answers.erp.says.untold")
    of_crm = next((kind for kind in told if kind != "erp"), None)
    figures = {"erp": "kind.erp.annual"} if "erp" in told else {}
    figures |= {"crm": f"kind.{of_crm}.annual"} if of_crm else {}
    both = "first" if told[0] == "erp" else "partly"
    says = both if len(figures) > 1 else "enough" if "erp" in told else "not_for_this"
    return Sentence(code=f"answers.erp.says.{says}", figures=figures)


def _owner(draft: Draft) -> Sentence:
    says = {True: "named", False: "nobody", None: "unasked"}[draft.decision.readiness.owner_named]
    return Sentence(code=f"answers.owner.says.{says}")


# --- of the purchase --------------------------------------------------------------------------------------


def _limit(it: OptionResult) -> float:
    """What a purchase must bring beyond going without; as the verdict's rule has it."""
    return WORTH_BUYING * it.pv_costs.mean


def _too_small(draft: Draft, it: OptionResult) -> Sentence:
    """Whether it pays with so few people, or from how many."""
    without, users = draft.decision.option(draft.decision.verdict.without or ""), draft.key("users")
    if users is None:
        return Sentence(code="unanswered.missing")
    if it.npv.mean - without.npv.mean > _limit(it):
        says, figures = "no", {"gain": f"{it.id}~{without.id}.npv"}
    elif growth := crossover(draft, it):
        says, figures = "later", {"needed": growth}
    else:
        limit = draft.put("limit", "money", _limit(it), f"{it.id}.pv_costs")
        says, figures = "yes", {"limit": limit}
    return draft.say(f"answers.too_small.says.{says}", "purchase", "without", users=users, **figures)


def crossover(draft: Draft, it: OptionResult) -> str | None:
    """Figure of the users, more than now, from which the purchase overtakes going without."""
    for one in draft.decision.comparison.crossovers if draft.decision.comparison else []:
        overtakes = (one.over, one.one, one.other) == ("users", it.id, draft.decision.verdict.without)
        if overtakes and one.above == it.id and one.value is not None and one.value > draft.likely("users"):
            return f"crossover.users.{one.one}~{one.other}"
    return None


def _pays_when(draft: Draft, it: OptionResult) -> Sentence:
    never, key = it.payback_months.never, f"{it.id}.payback_months"
    chance = draft.put("never_pays", "share", never, key)
    if it.payback_months.median is None:
        return draft.say("answers.pays_when.says.never", "purchase", chance=chance)
    if never > CHANCE_WORTH_SAYING:
        return draft.say("answers.pays_when.says.perhaps", "purchase", months=key, chance=chance)
    return draft.say("answers.pays_when.says.surely", "purchase", months=key)


def _how_much(draft: Draft, it: OptionResult) -> Sentence:
    first = draft.put("first_year", "money", sum(year.costs for year in it.yearly[:2]), f"{it.id}.tco")
    hidden = it.tco.hidden_share.of_means
    return draft.say(
        f"answers.how_much.says.{'hidden' if hidden else 'plain'}",
        "purchase",
        total=f"{it.id}.tco",
        first=first,
        each=f"{it.id}.per_user_month",
        **({"hidden": f"{it.id}.hidden_share"} if hidden else {}),
    )


def _refuse(draft: Draft, it: OptionResult) -> Sentence:
    needed, likely = it.break_even_adoption, draft.likely("adoption")
    if needed is None:
        says = "any" if (it.npv.most_likely or 0.0) >= 0 else "hopeless"
        return draft.say(f"answers.refuse.says.{says}", "purchase")
    says = "room" if needed <= likely else "tight"
    expected = draft.put("adoption", "share", likely, draft.key("adoption"))
    figures = {"needed": f"{it.id}.break_even_adoption", "expected": expected}
    return draft.say(f"answers.refuse.says.{says}", "purchase", **figures)


def _worst(draft: Draft, _: OptionResult) -> Sentence:
    """What the verdict found out about stopping, which is about the same purchase."""
    stop = draft.decision.verdict.stop
    figures = {"loss": "stop.loss", "month": "stop.month"}
    if stop is None or stop.notice_month is None:
        return draft.say("answers.worst.says.no_contract", **figures)
    return draft.say("answers.worst.says.contract", notice="stop.notice_month", **figures)


def exit_cost(draft: Draft) -> str | None:
    """Figure of what the lines of leaving come to, if one leaves; None where none is stated."""
    lines = draft.costs_of("exit")
    found = [(line, item) for line in lines if (item := draft.input(line.id)) and item.value]
    if not found:
        return None
    cost = sum(
        (item.value or 0.0)
        * (draft.likely("users", 1.0) if line.per == "user" else 1.0)
        * (draft.likely("hourly_cost") if line.in_hours else 1.0)
        for line, item in found
    )
    return draft.put("exit_cost", "money", cost, *(item.key for _, item in found)) if cost else None


def _leave(draft: Draft, it: OptionResult) -> Sentence:
    """Whether the data can be taken along, and what leaving costs."""
    level = draft.stated.capabilities.get("data_export") if draft.stated else None
    says = {"yes": "free", "partly": "partly", "no": "locked"}.get(level or "", "unknown")
    cost = exit_cost(draft)
    if cost:
        return draft.say(f"answers.leave.says.{says}_cost", "purchase", cost=cost)
    return draft.say(f"answers.leave.says.{says}", "purchase")


def _sheet(draft: Draft, it: OptionResult) -> Sentence:
    """Whether one can go on with a shared sheet, which every case is compared with."""
    sheet = next(one for one in draft.decision.options if one.kind == "spreadsheet")
    more, refused = it.npv.mean - sheet.npv.mean, draft.decision.verdict.rule == "stay"
    says = "as_good" if more <= 0 else "enough" if more <= _limit(it) else "only_hours" if refused else "less"
    difference = f"{sheet.id}~{it.id}.npv" if more <= 0 else f"{it.id}~{sheet.id}.npv"
    return Sentence(
        code=f"answers.sheet.says.{says}",
        figures={"difference": difference},
        options={"purchase": it.id, "sheet": sheet.id},
    )


def _build_or_buy(draft: Draft, it: OptionResult) -> Sentence:
    """The purchase against the best other one."""
    others = [one for one in draft.purchases if one.id != it.id]
    if not others:
        return draft.say("answers.build_or_buy.says.alone", "purchase")
    other = max(others, key=lambda one: one.npv.mean)
    ahead = it.npv.mean >= other.npv.mean
    first, second = (it, other) if ahead else (other, it)
    figures = {"difference": f"{first.id}~{second.id}.npv", "chance": f"beats.{first.id}~{second.id}"}
    return Sentence(
        code="answers.build_or_buy.says.compared",
        figures=figures,
        options={"ahead": first.id, "behind": second.id},
    )


OF_COMPANY: dict[str, Callable[[Draft], Sentence]] = {
    "which_kind": _which_kind,
    "erp": _erp,
    "owner": _owner,
}
OF_PURCHASE: dict[str, Callable[[Draft, OptionResult], Sentence]] = {
    "too_small": _too_small,
    "sheet": _sheet,
    "build_or_buy": _build_or_buy,
    "how_much": _how_much,
    "pays_when": _pays_when,
    "refuse": _refuse,
    "worst": _worst,
    "leave": _leave,
}


# --- what goes wrong most often ---------------------------------------------------------------------------


def cautions(draft: Draft) -> list[CautionRecord]:
    """Every caution, with what the case says on it and the company's own words."""
    known = {pain.id: pain for pain in draft.decision.diagnosis.pains} if draft.decision.diagnosis else {}
    previous = draft.case.organisation.previous_crm
    failed = previous is not None and previous.tried

    def evidence(*pains: str) -> Text:
        return next((known[name].evidence for name in pains if name in known and known[name].evidence), "")

    return [
        CautionRecord(id="mismatch", said=_mismatch(draft)),
        CautionRecord(id="lock_in", said=_answer(draft, "leave") if draft.purchase else None),
        CautionRecord(
            id="adoption",
            said=Sentence(code="cautions.adoption.says.failed_before") if failed else None,
            evidence=words(previous.why_it_ended) if previous is not None and failed else "",
        ),
        CautionRecord(
            id="single_holder",
            said=_walking_away(draft),
            evidence=evidence("customers_leave_with_reps", "customers_in_private_chats"),
        ),
        CautionRecord(
            id="inflated_pipeline",
            said=_inflated(known.get("inflated_pipeline")),
            evidence=evidence("inflated_pipeline"),
        ),
    ]


def _inflated(pain: PainRecord | None) -> Sentence | None:
    """What deals that only look alive cost."""
    if pain is None:
        return None
    if not pain.annual:
        return Sentence(code="cautions.inflated_pipeline.says.unpriced")
    figures = {"annual": f"pain.{pain.id}.annual"}
    return Sentence(code="cautions.inflated_pipeline.says.priced", figures=figures)


def _mismatch(draft: Draft) -> Sentence | None:
    """How much of what is wanted the purchase does as it comes."""
    if draft.purchase is None:
        return None
    share = draft.likely("fit")
    if share >= 1:
        return draft.say("cautions.mismatch.says.all", "purchase")
    fit = draft.put("fit", "share", share, draft.key("fit"))
    return draft.say("cautions.mismatch.says.fit", "purchase", fit=fit)


def _walking_away(draft: Draft) -> Sentence | None:
    """Customers that go with the people who leave."""
    names = ("leavers_per_year", "customers_per_rep", "lost_share_at_leaving")
    leavers, each, lost = (draft.likely(name) for name in names)
    gone = leavers * each * lost
    if not gone:
        return None
    made_of = map(draft.key, names)
    customers = draft.put("customers_gone", "quantity", round(gone, 1), *made_of, unit="customer")
    return Sentence(code="cautions.single_holder.says.counted", figures={"customers": customers})
