"""`crm-roi new`: the fourteen questions at a terminal, and the case file that follows from them.

What comes in: where to write, in which language, the trade, whether to ask. What goes out: a file that was
not there before, or an error and nothing. The questions and their texts are in `templates/questions/`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import get_args

import click

from assessment import bank
from assessment.bank import Industry, Part
from assessment.interview import DONT_KNOW, Answer, case_file
from assessment.remarks import InputError, Remark, shown
from assessment.yamlfile import parse_number
from assessment.yamlwriter import write_atomically
from reports.language import Language

NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]+")
BETWEEN_NUMBERS = re.compile(r"[，、;；]\s*|,\s+|\s+")
COUNTERS = "条个家名位次单"  # said behind a number whatever the unit
SHARE = 1.0  # the highest value of what is answered in per cent


def write(file: Path, words: Language, industry: Industry | None, ask: bool) -> None:
    """Asks, or does not, and writes the file.

    Raises:
        InputError: if the file exists or cannot be written.
        click.Abort: if the user stops; then nothing is written.
    """
    _writable(file)
    answers: dict[str, Answer] = {}
    if ask:
        _say(words.text("new.intro"))
        industry = industry or _industry(words)
        answers = interview(words, industry)
    stem = NOT_IN_IDS.sub("-", file.stem).strip("-_")
    identifier = stem if stem[:1].isalpha() else "my-company"
    text = case_file(answers, words.code, industry or "other", identifier[:64], file.stem)
    _writable(file)  # an answer may have taken long
    try:
        write_atomically(file, text.encode())
    except OSError as error:
        raise _refused(file, error.strerror or "") from None


def _writable(file: Path) -> None:
    if os.path.lexists(file):
        raise InputError((Remark("file_exists", str(file)),))
    if not os.access(file.parent, os.W_OK):
        raise _refused(file, os.strerror(2 if not file.parent.is_dir() else 13))


def _refused(file: Path, reason: str) -> InputError:
    return InputError((Remark("unwritable_folder", str(file.parent), details={"reason": reason}),))


def _say(text: str = "") -> None:
    click.echo(text, err=True)


def _ask(prompt: str) -> str:
    return str(click.prompt(prompt, default="", show_default=False, err=True)).strip()


def _industry(words: Language) -> Industry:
    trades: tuple[Industry, ...] = get_args(Industry)
    _say("\n" + words.text("new.industry"))
    for number, trade in enumerate(trades, start=1):
        _say(words.text("new.choice", n=number, label=words.term(f"industry.{trade}")))
    while True:
        found = _ask(words.text("new.which"))
        known = {str(number): trade for number, trade in enumerate(trades, start=1)}
        known |= {trade: trade for trade in trades} | {"": "other"}
        if found in known:
            return known[found]
        _say(words.text("new.outside", found=shown(found), low=1, high=len(trades)))


def interview(words: Language, industry: Industry) -> dict[str, Answer]:
    """The answers to the fourteen questions, asked one by one."""
    answers: dict[str, Answer] = {}
    questions = bank.questions().values()
    for number, question in enumerate(questions, start=1):
        text = words.own(bank.in_trade(question.text, industry))
        _say("\n" + words.text("new.question", n=number, all=len(questions), text=text))
        _say(words.text("new.help", help=words.own(bank.in_trade(question.help, industry))))
        for part in question.parts:
            if part.not_after and answers[question.parts[0].name] in part.not_after:
                answers[part.name] = DONT_KNOW
                continue
            answers[part.name] = _answer(part, words, industry)
    return answers


def _answer(part: Part, words: Language, industry: Industry) -> Answer:
    """One answer, asked again until it can be understood."""
    unit = words.own(bank.in_trade(part.unit, industry))
    ask = words.own(bank.in_trade(part.ask, industry)) if part.ask else words.text("new.answer")
    while True:
        try:
            found = understood(_ask(words.text("new.prompt", ask=ask, unit=unit)), part, unit, words)
        except ValueError as error:
            _say(f"  {error}")
            continue
        if part.domain[1] == SHARE and isinstance(found, float | tuple):
            ends = found if isinstance(found, tuple) else (found,)
            _say("  = " + " / ".join(map(words.share, ends)))
        return found


def understood(text: str, part: Part, unit: str, words: Language) -> Answer:
    """An answer as it was typed, as a value.

    Raises:
        ValueError: with a sentence that says what to write, if it cannot be understood or is out of range.
    """

    def among(key: str) -> bool:
        return text.casefold().rstrip("。.！!") in words.text(key).split("|")

    if not text or among("new.dont_know"):
        return DONT_KNOW
    if part.yes_no:
        if among("new.yes"):
            return True
        if among("new.no"):
            return False
        raise ValueError(words.text("new.not_yes_no"))
    numbers = _numbers(text, unit)
    low, high = part.domain
    is_share = high == SHARE
    write = words.share if is_share else words.number
    example = write(0.25 if is_share else 1_200)
    if not numbers:
        raise ValueError(words.text("new.not_a_number", found=shown(text), example=example))
    if is_share and max(numbers) > high:  # per cent is what was asked for
        numbers = [number / 100 for number in numbers]
    if len(numbers) > 1 and part.one_number:
        raise ValueError(words.text("new.one_number"))
    for number in numbers:
        if not low <= number <= high:
            raise ValueError(words.text("new.outside", found=write(number), low=write(low), high=write(high)))
    if numbers != sorted(numbers):
        raise ValueError(words.text("new.order"))
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1], numbers[2])


def _numbers(text: str, unit: str) -> list[float]:
    """One number or three, in the ways a case file may have them; none if it is neither."""
    for word in re.split(r"[\s/·]+", unit):
        if len(word) > 2 or not word.isascii():
            text = text.removesuffix(word).strip()
    text = text.rstrip(COUNTERS)
    for items in ([text], BETWEEN_NUMBERS.split(text.strip("[]【】［］ "))):
        numbers = [parse_number(item) for item in items]
        if len(items) in (1, 3) and all(numbers):
            return [number[0] for number in numbers if number]
    return []
