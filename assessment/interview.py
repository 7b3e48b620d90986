"""From answers to the fourteen questions to a case file's text, and what to ask next.

What comes in: answers by the name of their field, as numbers, ranges of three, truth values or `DONT_KNOW`;
what was not asked is left out. What goes out: a commented YAML file that loads as it is; and, of a decision,
the inputs in the order of what they are worth knowing. Every word is from `templates/questions/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from assessment import bank, defaults
from assessment.bank import Industry, Part
from assessment.case import SCHEMA, Language
from assessment.decision import Decision
from assessment.first_answers import Three
from assessment.yamlwriter import flow

DONT_KNOW: Literal["dont_know"] = "dont_know"
TERM = 12  # months of a contract, unless the quote says otherwise
OPTION = "saas"  # the quote's kind, and its id

Answer = float | Three | bool | Literal["dont_know"]


def case_file(
    answers: Mapping[str, Answer],
    language: Language,
    industry: Industry = "other",
    identifier: str = "my-company",
    name: str = "",
) -> str:
    """The text of a case file; without any answer, one to be filled in.

    Args:
        answers: by name of their field; those that were not asked are left out.
        language: of the comments and of the report.
        industry: whose words and benefit lines to take.
        identifier: the case's id.
        name: of the company, for the title; else the identifier stands for it.
    """
    page = _Page(answers, language, industry)
    return "\n".join([*page.head(identifier, name or identifier), *page.body()]) + "\n"


class _Page:
    """The lines of a case file."""

    def __init__(self, answers: Mapping[str, Answer], language: Language, industry: Industry) -> None:
        self.answers, self.language, self.industry = answers, language, industry
        self.words = bank.labels("questions", "file")

    def _said(self, name: str) -> str:
        return self.words[name][self.language]

    def _own(self, text: Mapping[str, str]) -> str:
        return bank.in_trade(text, self.industry)[self.language]

    def _known(self, part: Part) -> bool:
        return self.answers.get(part.name, DONT_KNOW) != DONT_KNOW

    def _value(self, name: str) -> str:
        value = self.answers[name]
        return flow([_plain(end) for end in value] if isinstance(value, tuple) else _plain(value))

    def _asked(self, where: str, indent: str = "  ") -> Iterator[str]:
        """Each field that goes to a place of the file, below its question; without an answer as a comment."""
        for number, question in enumerate(bank.questions().values(), start=1):
            parts = [part for part in question.parts if part.to.rpartition(".")[0] == where]
            if parts:
                asked = self._said("question").format(n=number) + self._own(question.text)
                yield f"{indent}# {asked}"
                if not all(map(self._known, parts)):
                    yield f"{indent}# {self._said('look')}{self._own(question.help)}"
            for part in parts:
                label = self._own(part.unit) if part.ask is None else self._label(part)
                if self._known(part):
                    yield f"{indent}{part.name}: {self._value(part.name)}   # {label}"
                elif where == "answers.first" or (part.yes_no and part.name in self.answers):
                    yield f"{indent}{part.name}: {DONT_KNOW}   # {label}"
                else:
                    yield f"{indent}# {part.name}:   # {label}"

    def _label(self, part: Part) -> str:
        assert part.ask is not None  # noqa: S101 - asked only of parts that have one
        return f"{self._own(part.ask)} [{self._own(part.unit)}]"

    def head(self, identifier: str, name: str) -> Iterator[str]:
        title = {code: text.format(name=name) for code, text in self.words["title"].items()}
        yield f"# {self._said('head')}"
        yield f"# {self._said('numbers')}"
        yield f"schema: {SCHEMA}"
        yield f"id: {flow(identifier)}"
        yield f"title: {flow(title)}"
        yield f"language: {self.language}"
        yield "currency: CNY"

    def body(self) -> Iterator[str]:
        yield from ["", "organisation:"]
        choices = ", ".join(get_args(Industry))
        yield f"  industry: {self.industry}   # {self._said('choices')}{choices}"
        yield from self._people()
        yield from ["", "settings:", f"  amounts_exclude_vat: true   # {self._said('vat')}"]
        yield from self._asked("settings")
        yield from ["", "answers:", f"  # {self._said('derived')}", "  first:"]
        yield from self._asked("answers.first", "    ")
        gates = list(self._asked("answers.readiness", "    "))
        given = any(not line.lstrip().startswith("#") for line in gates)
        yield "  readiness:" if given else "  # readiness:"
        yield from gates
        yield from ["", "assumptions:", f"  # {self._said('facts')}"]
        yield from self._asked("assumptions")
        yield f"  churn_excludes_leavers: true   # {self._said('leavers')}"
        profile = bank.profiles()[self.industry]
        yield from [
            "",
            "benefits:",
            f"  # {self._said('lines')}{self._own(profile.off_why)}",
            f"  off: {flow(list(profile.off))}",
        ]
        yield from ["", f"# {self._said('options')}"]
        yield from self._options()

    def _people(self) -> Iterator[str]:
        question = bank.questions()["people"]
        counts = {part.name: self._value(part.name) if self._known(part) else "" for part in question.parts}
        inside = ", ".join(f"{name}: {count}" for name, count in counts.items())
        yield f"  # {self._said('question').format(n=1)}{self._own(question.text)}"
        for part in question.parts:
            yield f"  #   {part.name}: {self._label(part)}"
        yield f"  {'' if all(counts.values()) else '# '}people: {{{inside}}}"

    def _options(self) -> Iterator[str]:
        if self._known(bank.questions()["quote"].parts[0]):
            yield from ["options:", *self._option()]
            return
        yield from ["options: []", f"# {self._said('no_quote')}"]
        yield from (f"# {line}" for line in self._option())

    def _option(self) -> Iterator[str]:
        """The quote as an option, with what it does not say."""
        number = list(bank.questions()).index("quote") + 1
        asked = self._said("question").format(n=number)
        price, fees, notice = bank.questions()["quote"].parts
        yield f"  - id: {OPTION}"
        yield f"    kind: {OPTION}"
        yield f"    name: {flow(self.words['option'])}"
        if self._known(notice):
            months = self._value(notice.name)
            yield f"    # {asked}{self._label(notice)}"
            yield f"    contract: {{term_months: {TERM}, notice_months: {months}}}"
        chance, month = defaults.abandon_probability(OPTION), _default("abandon_month")
        yield f"    # {self._said('risks')}"
        yield f"    abandon: {flow({'probability': chance, 'month': month})}"
        yield f"    dip: {flow({'share': _default('dip_share'), 'months': _default('dip_months')})}"
        yield "    costs:"
        for part, cost in ((price, _LICENCE), (fees, _ONE_OFF)):
            left_out = self._known(price) and not self._known(part)
            yield f"      # {asked}{self._label(part)}"
            yield from self._cost(cost | {"amount": self._quoted(part)}, "# " if left_out else "")
        yield f"      # {self._said('hidden')}"
        for hidden in bank.quoted()["costs"]:
            yield from self._cost(hidden)

    def _quoted(self, part: Part) -> dict[str, Any]:
        value = _plain(self.answers[part.name]) if self._known(part) else None
        return {"value": value, "source": {"kind": "quoted", "title": self.words["quoted"]}}

    def _cost(self, cost: Mapping[str, Any], mark: str = "") -> Iterator[str]:
        label = {"label": self.words[cost["id"]]} if cost["id"] in self.words else {}
        for place, (key, value) in enumerate({**cost, **label}.items()):
            yield f"      {mark}{'  ' if place else '- '}{key}: {flow(value)}"


_LICENCE = {"id": "licence", "category": "subscription", "per": "user_year", "when": "contract"}
_LICENCE |= {"billing": "year_ahead", "uplift": bank.quoted()["uplift"]}
_ONE_OFF = {"id": "one_off", "category": "implementation", "per": "once", "when": "implementation"}


def _plain(value: Any) -> Any:
    """A number as people write it: 20000000 rather than 20000000.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _default(name: str) -> dict[str, Any]:
    """A documented default of the option, in the form of a case file."""
    found = defaults.for_option(name, OPTION, OPTION)
    assert found is not None  # noqa: S101 - the file has it; a test reads a case with it
    assert found.source is not None  # noqa: S101 - every default has one
    source = {"kind": found.source.kind, "title": found.source.title, "date": found.source.date}
    return {"range": [_plain(end) for end in found.distribution.ends], "source": source}


# --- what to ask next -------------------------------------------------------------------------------------


def further_questions(decision: Decision) -> list[str]:
    """Inputs that nobody has answered, in the order of what they are worth knowing for this decision.

    Facts without which nothing can be said come first. Then what a default stands in for: worth most first,
    what is worth nothing that can be told from noise last; among equals what the trade asks first. Inputs of
    the sheet that the tool added are not asked: nobody has it yet.
    """
    added = tuple(f"{option.id}." for option in decision.options if option.added)
    open_ones = [
        item.name for item in decision.assumptions if item.is_default and not item.name.startswith(added)
    ]
    worth = {one.name: (one.is_noise, -one.value) for one in decision.evppi or [] if one.kind == "input"}
    asked_first = bank.profiles()[decision.case.industry].asked_first

    def rank(name: str) -> tuple[bool, float, int]:
        known = asked_first.index(name) if name in asked_first else len(asked_first)
        noise, value = worth.get(name, (True, 0.0))
        return noise, 0.0 if noise else value, known

    return [*decision.verdict.missing, *sorted(open_ones, key=rank)]
