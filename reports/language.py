"""Everything that is said to a reader, in one language: messages, labels, remarks, printed formulas.

What comes in: keys, names, remarks; numbers through `reports.numbers`. What goes out: text. The wording lies
in message catalogues, `templates/locale/<locale>/LC_MESSAGES/<domain>.po`: a message's id is its whole key,
`<domain>.<group>.<name>`. Groups of `terms`:

    quantity line builtin step clock event
                                           inputs; benefit lines; costs every option carries; other formulas;
                                           the rest of what formulas and draws name
    dimension nature category kind per when billing visibility source grade
    distribution sampling industry role how level
                                           the words of the case file and of the model
    field                                  fields of the case file
    help                                   one-line explanations, by bare name
    unit each                              units counted, and after “per”
    word span about numeral portion months unit_join operation
                                           what numbers and formulas are put together with

A catalogue is read when the first of its messages is wanted, and kept.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal, Protocol, cast

from reports.numbers import MINUS, STYLES, Numbers, cldr
from roi.quantities import ASSUMPTIONS
from templates import ROOT

if TYPE_CHECKING:
    from roi.expressions import Expression

Code = Literal["zh-CN", "en"]

NAMES = ("quantity", "line", "builtin", "step", "clock", "event")  # of inputs and formulas
GROUPS = (  # where a bare name is looked up, in this order
    *NAMES,
    *"dimension nature category kind industry source grade per when billing distribution".split(),
    *"sampling how level visibility role field".split(),
)
PLURALS = {"zh-CN": ("other",), "en": ("one", "other")}  # CLDR's categories, in the order of msgstr[n]

CHOICES = frozenset({"not_one_of", "kind_missing", "per_when", "uplift_when", "billing_when"})
CHOICES_OF = {"per_when": "when", "uplift_when": "when", "billing_when": "when"}  # else those of the field
DETAILS = ("found", "allowed", "name", "value", "reason", "column", "count", "first_line")
FORMATS = {  # of numbers found and allowed; in other remarks they are as they stand in the file
    "file_too_large": ("number", "number"),
    "revenue_off": ("amount", "amount"),
    "revenue_far_off": ("amount", "amount"),
    "large_uplift": ("share", "share"),
    "bold_churn": ("points", "share"),
    "inconsistent_pairs": ("share", "share"),
}
NOTHING = ("", "null")

_BOUND = re.compile(r"≤ (\w+) \((.+)\)")
_LONG_NUMBER = re.compile(r"\d{5,}|\d(?:\.\d+)?e[+-]\d+")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\w+)\}")


class Remarkable(Protocol):
    """A fault, warning or notice: `assessment.remarks.Remark`, or a decision's warning."""

    @property
    def code(self) -> str:
        """Which message."""

    @property
    def field(self) -> str:
        """Dotted path in the case file."""

    @property
    def line(self) -> int | None:
        """Line in the case file."""

    @property
    def details(self) -> Mapping[str, str]:
        """Values of the message."""


# --- catalogues -------------------------------------------------------------------------------------------


@cache
def _catalogue(code: str, domain: str) -> Mapping[str, tuple[str, ...]]:
    """Messages by key, one text per plural form; nothing where there is no such file."""
    from babel.messages.pofile import read_po

    locale = {"zh-CN": "zh_CN", "en": "en"}[code]
    path = ROOT / "locale" / locale / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (message.string,)
        if isinstance(message.string, str)
        else tuple(message.string)
        for message in catalogue
        if message.id and message.string
    }


def _filled(message: str, values: Mapping[str, object]) -> str:
    """A message with its values put in, once: what stands in a value is never read again."""

    def put(match: re.Match[str]) -> str:
        return match[0][0] if match[1] is None else str(values[match[1]])

    return _PLACEHOLDER.sub(put, message)


def language(code: str) -> Language:
    """The language of a code, `zh-CN` or `en`.

    Raises:
        ValueError: if it is none of these.
    """
    if code not in STYLES:
        raise ValueError(f"no language {code!r}; there are {', '.join(STYLES)}")
    return _language(cast(Code, code))


@cache
def _language(code: Code) -> Language:
    return Language(code)


def from_environment(environ: Mapping[str, str]) -> Code:
    """The language that the environment asks for; CRM_ROI_LANG comes first, English is the fallback.

    >>> from_environment({"LANG": "zh_CN.UTF-8"}), from_environment({"LANG": "zh_CN", "CRM_ROI_LANG": "en"})
    ('zh-CN', 'en')
    """
    own = environ.get("CRM_ROI_LANG", "").lower()
    if own.startswith(("zh", "en")):
        return "zh-CN" if own.startswith("zh") else "en"
    said = (environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((one for one in said if one), "")
    return "zh-CN" if first.lower().startswith("zh") else "en"


class Language(Numbers):
    """One language: messages by key, labels by name, and numbers."""

    def __init__(self, code: Code) -> None:
        self.code: Code = code

    # --- messages -----------------------------------------------------------------------------------------

    def _forms(self, key: str) -> tuple[str, ...]:
        known = _catalogue(self.code, key.partition(".")[0])
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise KeyError(f"no message {key!r} in {self.code}; nearest: {', '.join(near) or 'none'}")
        return known[key]

    def text(self, key: str, **values: object) -> str:
        """A message by its key, with values for its placeholders `{name}`; `{{` stands for a brace.

        Raises:
            KeyError: if there is no such message, naming the nearest, or a value is missing.
        """
        return _filled(self._forms(key)[0], values)

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in _catalogue(self.code, key.partition(".")[0])

    def count(self, key: str, n: float, **values: object) -> str:
        """A message in the plural form of a number, which is its `{n}`.

        Raises:
            KeyError: as `text`.
        """
        forms = self._forms(key)
        place = PLURALS[self.code].index(cldr(self._style.locale).plural_form(n))
        return _filled(forms[min(place, len(forms) - 1)], {"n": self.number(n), **values})

    def own(self, text: str | Mapping[str, str]) -> str:
        """The user's text in this language; where it is empty, in the other one."""
        if isinstance(text, str):
            return text
        return text.get(self.code) or next((other for other in text.values() if other), "")

    # --- labels -------------------------------------------------------------------------------------------

    def term(self, name: str, *, inline: bool = False) -> str:
        """The label of a name of the model or the case file: `users`, `time_saved`, `saas`, `when.exit`.

        Args:
            name: bare, then looked up in `GROUPS` in order, or with its group in front, which is sure.
            inline: as it stands within a sentence: English labels without their capital.

        Raises:
            KeyError: if nothing has this name, naming the nearest.
        """
        group, _, rest = name.partition(".")
        keys = [name] if rest and group in GROUPS else [f"{group}.{name}" for group in GROUPS]
        key = next((key for key in keys if self.has(f"terms.{key}")), keys[0])
        label = self.text(f"terms.{key}")
        return _without_capital(label) if inline else label

    def named(self, name: str, *, inline: bool = True) -> str:
        """The label of what formulas and draws name; a name that nobody labelled is itself."""
        known = next((key for group in NAMES if self.has(f"terms.{(key := f'{group}.{name}')}")), None)
        return self.term(known, inline=inline) if known else name

    def help(self, name: str) -> str:
        """A name in one plain line; names as `term` has them.

        Raises:
            KeyError: if there is none.
        """
        return self.text(f"terms.help.{name.rpartition('.')[2]}")

    def input_name(self, name: str, options: Mapping[str, str], labels: Mapping[str, str]) -> str:
        """The name of an input as draws have it: `users`, `saas.adoption`, `saas.licence.uplift`.

        Args:
            name: in full.
            options: names of options by id.
            labels: labels of cost lines and own lines by full name.
        """
        if labels.get(name):
            label = labels[name]
        elif name.endswith(".uplift") and name.count(".") > 1:
            price = name.removesuffix(".uplift")
            label = self.text("terms.word.uplift", name=labels.get(price) or price.partition(".")[2])
        else:
            label = self.named(name.rpartition(".")[2], inline=False)
        option, dot, _ = name.partition(".")
        if not dot:
            return label
        return self.text("terms.word.option_input", option=options.get(option) or option, input=label)

    # --- remarks ------------------------------------------------------------------------------------------

    def remark(self, remark: Remarkable) -> str:
        """A fault, warning or notice: `path:line: field: what was found; what is allowed; did you mean …`."""
        file: str = getattr(remark, "file", "")
        where = f"{file}:{remark.line}" if file and remark.line else file
        parts = [where, self.field(remark.field), self.finding(remark)]
        return ": ".join(part for part in parts if part)

    def field(self, field: str) -> str:
        """A field as the case file has it, with its label behind it where it has one."""
        key = self._label_of_field(field)
        return self._labelled(field, self.term(key, inline=key.startswith("quantity"))) if key else field

    def _label_of_field(self, field: str) -> str | None:
        names = _names_in(field)
        if not names:
            return None
        around = names[-2] if len(names) > 1 else ""
        keys = (f"field.{around}.{names[-1]}", f"quantity.{names[-1]}", f"field.{names[-1]}")
        return next((key for key in keys if self.has(f"terms.{key}")), None)

    def finding(self, remark: Remarkable) -> str:
        """What a remark says, without its place."""
        code, near = remark.code, remark.details.get("nearest")
        details = {key: self._detail(code, key, value) for key, value in remark.details.items()}
        key = code if self.has(code) else f"remarks.{code}"  # other rooms have catalogues of their own
        if not self.has(key):
            return self.text("remarks.no_message", code=code, details=", ".join(details.values()))
        values = dict.fromkeys(DETAILS, "") | details | self._in_words(remark)
        said = [self.text(key, **values)]
        if code == "missing_field":
            said += self._hint(remark.field)
        if code == "not_a_number" and values["found"].startswith('"'):
            said.append(self.text("remarks.without_quotes"))
        misplaced = code == "unknown_field" and remark.details["name"] in ASSUMPTIONS
        if misplaced and not remark.field.startswith(("assumptions", "options")):
            said.append(self.text("remarks.belongs_in_assumptions"))
        elif near:
            said.append(self.text("remarks.did_you_mean", nearest=near))
        elif code == "unknown_line":
            said.append(self.text("remarks.choices", allowed=self._choices("line", [])))
        return self.text("terms.word.semicolon").join(said)

    def _in_words(self, remark: Remarkable) -> dict[str, str]:
        """Those details of a remark that are words of the program rather than of the file."""
        code, allowed = remark.code, remark.details.get("allowed", "")
        if code == "wrong_form":
            form = f"remarks.form.{_group_of(remark.field)}"
            return {"allowed": self.text(form) if self.has(form) else ""}
        if code in ("unsourced_effect", "answers_contradict"):
            return {"name": self.term(remark.details["name"], inline=True)}
        if code in CHOICES:
            group = CHOICES_OF.get(code) or _group_of(remark.field)
            return {"allowed": self._choices(group, allowed.split(", ") if allowed else [])}
        if bound := _BOUND.fullmatch(allowed):
            name = self._labelled(bound[1], self.named(bound[1]))
            return {"allowed": self.text("remarks.at_most", name=name, value=bound[2])}
        return {}

    def _detail(self, code: str, key: str, value: str) -> str:
        """A value as a reader expects it: nothing in a word, numbers in digits."""
        if value in NOTHING:
            return self.text("terms.word.nothing")
        if code == "outside" or key == "value":
            return _LONG_NUMBER.sub(lambda match: self.number(float(match[0])), value)
        name = dict(zip(("found", "allowed"), FORMATS.get(code, ()), strict=False)).get(key, "")
        write = {"number": self.number, "amount": self.amount, "share": self.share, "points": self.points}
        try:
            return write[name](float(value)) if name else value
        except ValueError:
            return value

    def _choices(self, group: str, allowed: list[str]) -> str:
        """What one may write, with labels where that group has them; without a list, all of the group."""
        prefix = f"terms.{group}."
        known = [key.removeprefix(prefix) for key in _catalogue(self.code, "terms") if key.startswith(prefix)]
        return self.text("terms.word.comma").join(
            self._labelled(item, self.term(f"{group}.{item}", inline=True)) if item in known else item
            for item in allowed or known
        )

    def _labelled(self, name: str, label: str) -> str:
        """A name of the file with its label behind it, unless it is the same word."""
        if _names_in(name)[-1:] == [label.replace(" ", "_")]:
            return name
        return self.text("terms.word.label", name=name, label=label)

    def _hint(self, field: str) -> list[str]:
        name = _group_of(field)
        if self.has(f"remarks.hint.{name}"):
            return [self.text(f"remarks.hint.{name}")]
        choices = self._choices(name, []) if name in GROUPS else ""
        return [self.text("remarks.choices", allowed=choices)] if choices else []

    # --- formulas -----------------------------------------------------------------------------------------

    def formula(self, name: str, wrap: bool = False) -> str:
        """A formula in words: `label = right side`.

        Args:
            name: of a function of `roi.formulas`.
            wrap: puts each part of the outermost sum or product on a line of its own.
        """
        from roi.engine import formula
        from roi.expressions import trace

        return self.equation(self.term(name), trace(formula(name)), wrap)

    def equation(self, label: str, expression: Expression, wrap: bool = False) -> str:
        """What a label stands for, in words; `wrap` as in `formula`."""
        first, *others = _parts(expression, self)
        joined = "\n  ".join([first, *others]) if wrap else " ".join([first, *others])
        return f"{label} ={chr(10) + '  ' if wrap else ' '}{joined}"


def _without_capital(label: str) -> str:
    """A label as it stands within a sentence; names such as SaaS and CRM keep theirs."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def _names_in(field: str) -> list[str]:
    """The names of a dotted path, without places in lists.

    >>> _names_in("options[0].costs[1].amount")
    ['options', 'costs', 'amount']
    """
    return [name for name in re.sub(r"\[\d+\]", "", field).split(".") if name]


def _group_of(field: str) -> str:
    """The group of `terms` that holds what a field may say: its own name, but for the `kind` of two records.

    >>> _group_of("options[0].kind"), _group_of("assumptions.users.source.kind")
    ('kind', 'source')
    """
    *_, around, last = ["", "", *_names_in(field)]
    return around if last == "kind" and around in ("source", "distribution") else last


# --- formulas ---------------------------------------------------------------------------------------------

SIGNS = {"+": "+", "-": MINUS, "*": "×", "/": "÷", "**": "^", "<=": "≤", ">": ">", "=": "="}
BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}  # how tightly; what binds less tightly goes into brackets
LOOSEST, TIGHTEST = 0, 4
TINY = 1e-9  # a bound that only keeps a divisor from being zero: nothing a reader needs


def _is_number(node: Expression, value: float) -> bool:
    return node.operation == "number" and node.parts[0] == value


def _simplified(node: Expression) -> Expression:
    """Without what only the computer needs: a factor of 1, a bound that is practically zero."""
    if node.operation == "*" and _is_number(node.parts[1], 1.0):
        return _simplified(node.parts[0])
    if node.operation == "max" and node.parts[1].operation == "number" and 0 < node.parts[1].parts[0] < TINY:
        return _simplified(node.parts[0])
    return node


def _parts(node: Expression, words: Language) -> list[str]:
    """An expression as its outermost operands, all but the first with their sign in front."""
    node = _simplified(node)
    chain: list[tuple[str, Expression]] = []
    binds, inner = BINDS.get(node.operation, TIGHTEST), node
    while binds < BINDS["**"] and BINDS.get(inner.operation) == binds:
        chain.append((inner.operation, inner.parts[1]))
        inner = _simplified(inner.parts[0])
    if not chain:
        return [_printed(node, words)[0]]
    others = [
        f"{SIGNS[sign]} {_bracketed(part, words, binds + (sign in '-/'))}" for sign, part in reversed(chain)
    ]
    return [_bracketed(inner, words, binds), *others]


def _bracketed(node: Expression, words: Language, binds: int) -> str:
    """An operand, in brackets if it binds less tightly than it must."""
    text, own = _printed(node, words)
    return text if own >= binds else f"({text})"


def _printed(node: Expression, words: Language) -> tuple[str, int]:
    """An expression in words, and how tightly it binds."""
    node = _simplified(node)
    operation, parts = node.operation, node.parts
    if operation == "name":
        return words.named(parts[0]), TIGHTEST
    if operation == "number":
        return _constant(parts[0])
    if operation == "**":
        base, exponent = (_bracketed(part, words, TIGHTEST) for part in parts)
        return f"{base} ^ {exponent}", BINDS[operation]
    if operation in BINDS:
        return " ".join(_parts(node, words)), BINDS[operation]
    if operation in SIGNS:
        left, right = (_bracketed(part, words, 1) for part in parts)
        return words.text("terms.operation.if", condition=f"{left} {SIGNS[operation]} {right}"), LOOSEST
    if operation == "min" and parts[0].operation == "max":
        (inner, least), most = parts[0].parts, parts[1]
        if least.operation == most.operation == "number":
            low, high = (_constant(bound.parts[0])[0] for bound in (least, most))
            inside = _printed(inner, words)[0]
            return words.text("terms.operation.clip", low=low, high=high, inner=inside), TIGHTEST
    listed = ", ".join(_printed(part, words)[0] for part in parts)
    return words.text(f"terms.operation.{operation}", parts=listed), TIGHTEST


def _constant(value: float) -> tuple[str, int]:
    """A number of a formula; a twelfth as 1/12, but two hundredths as 0.02."""
    if float(f"{value:.12g}") != value and (1 / value).is_integer():
        return f"1/{1 / value:.0f}", BINDS["/"]
    return (f"{value:.12g}", TIGHTEST) if value >= 0 else (f"{MINUS}{-value:.12g}", LOOSEST)
