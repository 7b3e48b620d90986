"""The command line: reads arguments, calls the rooms below, prints what they return.

Results go to stdout, messages to stderr. Exit codes: 0 done, 1 it failed, 2 the input is at fault. Nothing
heavy is imported before a command needs it.
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from reports.language import Language, from_environment, language

if TYPE_CHECKING:
    from assessment.loader import Loaded
    from assessment.remarks import Remark
    from reports.brand import Brand
    from reports.content import Length

# Our matrices are small: the linear algebra's threads would wait for each other longer than they work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("pdf", "html", "json", "xlsx")
LENGTHS = ("fitting", "full", "page")
COMPARE_FORMATS = FORMATS[:3]
LANGUAGES = ("zh-CN", "en")
FAILED, INPUT_AT_FAULT = 1, 2
PATIENCE = 1.0  # seconds before a progress bar is shown

words: Language = language(from_environment(os.environ))


class Formatter(click.HelpFormatter):
    """Click's help with our headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The usage line."""
        super().write_usage(prog, args, words.text("cli.usage") + " ")

    def write_heading(self, heading: str) -> None:
        """A heading of the lists below it."""
        super().write_heading(words.text(f"cli.heading.{heading.lower()}"))


class Context(click.Context):
    """Click's context with our help."""

    formatter_class = Formatter


class Command(click.Command):
    """A command in the reader's language."""

    context_class = Context


class Group(click.Group):
    """The group of them."""

    context_class = Context
    command_class = Command


def _help(name: str) -> str:
    return words.text(f"cli.help.{name}")


def _with_help(command: F) -> F:
    return click.help_option("-h", "--help", help=_help("help"))(command)


@click.group(cls=Group, help=_help("crm-roi"), no_args_is_help=True)
@_with_help
@click.version_option(None, "--version", package_name="crm-roi", help=_help("version"))
def cli() -> None:
    """The commands."""


# --- messages ---------------------------------------------------------------------------------------------


def _say(text: str) -> None:
    click.echo(text, err=True)


def _tell(remarks: Sequence[Remark]) -> None:
    for remark in remarks:
        _say(words.remark(remark))


def _load(file: str, changes: Sequence[str] = ()) -> Loaded:
    """The case of a file; its notices and warnings are told."""
    from assessment import load_case

    loaded = load_case(file, changes)
    _tell(loaded.notices)
    _tell(loaded.warnings)
    return loaded


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """What shows how far a computation is, on a terminal and only if it takes long."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    began = time.monotonic()
    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(words.text("cli.computing"), total=1.0)

    def show(share: float) -> None:
        bar.update(task, completed=share)
        if time.monotonic() - began > PATIENCE:
            bar.start()

    try:
        yield show
    finally:
        if bar.live.is_started:  # else it would end a line that nobody began
            bar.stop()


# --- commands ---------------------------------------------------------------------------------------------

FILE = click.argument("file", type=click.Path())
SET = click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help=_help("set"))
BRAND = click.option("--brand", "brand_file", type=click.Path(), help=_help("brand"))


@cli.command(help=_help("new"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help=_help("yes"))
@click.option("--lang", "code", metavar="|".join(LANGUAGES), help=_help("new_lang"))
@click.option("--industry", metavar="NAME", help=_help("industry"))
@_with_help
def new(file: Path, yes: bool, code: str | None, industry: str | None) -> None:
    """A commented case file, from fourteen questions at a terminal or to be filled in."""
    from typing import get_args

    from app.new import write
    from assessment import load_case
    from assessment.bank import Industry
    from assessment.remarks import InputError

    for found, allowed in ((code, LANGUAGES), (industry, get_args(Industry))):
        if found is not None and found not in allowed:
            refused = words.text("cli.not_one_of", found=found, allowed=", ".join(allowed))
            raise click.BadParameter(refused)
    if not yes and not sys.stdin.isatty():
        raise click.UsageError(words.text("new.no_terminal", option="--yes"))
    said = language(code or words.code)
    write(file, said, cast("Industry | None", industry), ask=not yes)
    _say("")
    click.echo(said.text("new.written", file=file))
    state = "placeholders" if yes else "next"
    remarks: tuple[Remark, ...] = ()
    try:
        remarks = () if yes else load_case(file).warnings
    except InputError as error:
        state, remarks = "again", error.faults
    for remark in remarks:
        _say(said.remark(remark))
    _say(said.text(f"new.{state}"))
    for command in ("check", "evaluate", "report"):
        _say(said.text(f"new.command.{command}", file=shlex.quote(str(file))))


@cli.command(help=_help("check"))
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--case", "case_file", type=click.Path(path_type=Path), help=_help("case"))
@click.option("--write", "write_back", is_flag=True, help=_help("write"))
@_with_help
def check(files: tuple[str, ...], case_file: Path | None, write_back: bool) -> None:
    """All faults of case files; or what was changed in workbooks, and back into their case file with it."""
    from assessment.remarks import InputError

    at_fault = False
    for file in files:
        if file.lower().endswith(".xlsx"):
            at_fault |= not _take_back(Path(file), case_file, write_back)
            continue
        try:
            _load(file)
        except InputError as error:
            _tell(error.notices)
            _tell(error.faults)
            at_fault = True
        else:
            click.echo(words.text("cli.check.ok", file=file))
    if at_fault:
        raise SystemExit(INPUT_AT_FAULT)


def _take_back(file: Path, case_file: Path | None, write_back: bool) -> bool:
    """Shows what a workbook changes in its case file, and writes it if told to; whether that can be done."""
    from assessment.remarks import InputError
    from reports.workbook.changes import changed, read_book
    from reports.workbook.reading import BookError

    try:
        book = read_book(file)
        if case_file is None:
            _say(words.text("workbook.back.which", file=file, case=book.case, hash=book.sha256))
            return False
        found = changed(book, case_file)
        if found.is_older:
            _say(words.text("workbook.back.older", file=case_file))
        if not found.diff:
            click.echo(words.text("workbook.back.same", file=file))
            return True
        click.echo(found.diff, nl=False)
        if write_back:
            found.write()
        _say(words.text("workbook.back.written" if write_back else "workbook.back.how", file=case_file))
    except BookError as error:
        for code, details in error.faults:
            _say(f"{file}: {words.text(f'workbook.fault.{code}', **details)}")
        return False
    except InputError as error:
        _tell(error.faults)
        return False
    except OSError as error:
        _say(f"{error.filename}: {error.strerror}")
        return False
    return True


@cli.command(help=_help("evaluate"))
@FILE
@SET
@click.option("--json", "as_json", is_flag=True, help=_help("json"))
@_with_help
def evaluate(file: str, changes: tuple[str, ...], as_json: bool) -> None:
    """The decision on the terminal, or as JSON."""
    from assessment import assess

    loaded = _load(file, changes)
    with _progress() as progress:
        decision = assess(loaded, progress, whole=as_json)
    if as_json:
        click.echo(decision.to_json())
        return
    from reports.terminal import show

    show(decision, words)


def _listed(_: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """A comma-separated choice."""
    allowed = {"formats": FORMATS, "compare_formats": COMPARE_FORMATS}.get(parameter.name or "", LANGUAGES)
    chosen = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    return tuple(_one_of(part, allowed) for part in chosen)


def _length(_: click.Context, __: click.Parameter, value: str) -> str:
    """One of the lengths of a report."""
    return _one_of(value, LENGTHS)


def _one_of(value: str, allowed: Sequence[str]) -> str:
    """A value if it is allowed."""
    if value not in allowed:
        raise click.BadParameter(words.text("cli.not_one_of", found=value, allowed=", ".join(allowed)))
    return value


def _brand(file: str | None) -> Brand:
    """The brand of a file, or none."""
    from reports.brand import load_brand
    from reports.content import PLAIN

    return load_brand(file) if file else PLAIN


@cli.command(help=_help("report"))
@FILE
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), default=Path(), help=_help("out"))
@click.option("--lang", "languages", default="", callback=_listed, metavar="zh-CN,en", help=_help("lang"))
@click.option(
    "--formats", default=",".join(FORMATS), callback=_listed, metavar=",".join(FORMATS), help=_help("formats")
)
@click.option(
    "--length", default="fitting", callback=_length, metavar="|".join(LENGTHS), help=words.text("shape.help")
)
@BRAND
@SET
@_with_help
def report(
    file: str,
    folder: Path,
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    length: Length,
    brand_file: str | None,
    changes: tuple[str, ...],
) -> None:
    """The report."""
    from assessment import assess
    from reports import charts
    from reports.report import write

    brand = _brand(brand_file)
    loaded = _load(file, changes)
    if {"pdf", "html"} & {*formats}:
        charts.get_ready()
    with _progress() as progress:
        decision = assess(loaded, progress)
    wanted = languages or (loaded.case.language,)
    _tell_paths(folder, lambda: write(decision, folder, wanted, formats, _say, brand, loaded.model, length))


def _tell_paths(folder: Path, write: Callable[[], Sequence[Path]]) -> None:
    """The paths of what is written into a folder; why something could not be, and what mends that."""
    from assessment.remarks import InputError, Remark
    from reports.report import ReportError

    try:
        for path in write():
            click.echo(path)
    except ReportError as error:
        from app.doctor import examine

        for path in error.written:
            click.echo(path)
        _say(str(error))
        for command in dict.fromkeys(finding.command for finding in examine() if finding.command):
            _say(words.text("cli.doctor.command", command=command))
        raise SystemExit(FAILED) from None
    except OSError as error:
        refused = Remark("unwritable_folder", str(folder), details={"reason": error.strerror or ""})
        raise InputError((refused,)) from None


@cli.command(help=words.text("compare.help"))
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help=words.text("compare.help.out"))
@click.option("--lang", "languages", default="", callback=_listed, metavar="zh-CN,en", help=_help("lang"))
@click.option(
    "--formats",
    "compare_formats",
    default=",".join(COMPARE_FORMATS),
    callback=_listed,
    metavar=",".join(COMPARE_FORMATS),
    help=_help("formats"),
)
@BRAND
@_with_help
def compare(
    old: str,
    new: str,
    folder: Path | None,
    languages: tuple[str, ...],
    compare_formats: tuple[str, ...],
    brand_file: str | None,
) -> None:
    """What changed between two versions of a case and what that did to the result."""
    from assessment.compare import compare as comparing
    from assessment.remarks import InputError
    from reports.compare import show, write

    brand = _brand(brand_file)
    cases: list[Loaded] = []
    faults: list[Remark] = []
    for file in (old, new):
        try:
            cases.append(_load(file))
        except InputError as error:
            _tell(error.notices)
            faults += error.faults
    if faults:
        raise InputError(tuple(faults))
    with _progress() as progress:
        compared = comparing(cases[0], cases[1], progress)
    if folder is None:
        show(compared, language(languages[0]) if languages else words)
        return
    wanted = languages or (cases[1].case.language,)
    _tell_paths(folder, lambda: write(compared, folder, wanted, compare_formats, _say, brand))


@cli.command(help=_help("explain"))
@FILE
@click.argument("figure")
@SET
@_with_help
def explain(file: str, figure: str, changes: tuple[str, ...]) -> None:
    """One number with its formula, inputs and sources."""
    from assessment import assess
    from reports import explain as explaining
    from reports.sections.desk import Desk

    loaded = _load(file, changes)
    with _progress() as progress:
        decision = assess(loaded, progress)
    try:
        found = explaining.find(decision, words, figure)
    except KeyError as error:
        nearest = str(error.args[0]).partition("nearest: ")[2]
        key = "cli.explain.nearest" if nearest else "cli.explain.unknown"
        raise click.UsageError(words.text(key, found=figure, nearest=nearest)) from None
    for line in explaining.explain(Desk(decision, words), found):
        click.echo(line)


QUICK = (
    "hours_per_rep_month sales_users annual_revenue selling_hours_per_rep_month churn_points "
    "existing_revenue software_cost_per_year hours_spent hourly_cost contribution_margin adoption"
).split()


def _quick_options(command: F) -> F:
    """One option per input of the quick estimate."""
    for name in reversed(QUICK):
        option = click.option(
            "--" + name.replace("_", "-"), name, metavar="N", help=words.text(f"cli.quick.{name}")
        )
        command = option(command)
    return command


@cli.command(help=_help("quick"))
@_quick_options
@click.option("--currency", default="CNY", help=_help("currency"))
@_with_help
def quick(currency: str, **given: str | None) -> None:
    """The one-page estimate, from options or prompts."""
    from assessment.remarks import InputError, Remark, shown
    from assessment.yamlfile import parse_number
    from reports.terminal import show_quick
    from roi.quick import DOMAINS, outside, quick_estimate

    values: dict[str, float] = {}
    faults = []
    for name in QUICK:
        text = given[name] if given[name] is not None else _ask(name)
        number = parse_number(str(text))
        option = "--" + name.replace("_", "-")
        if number is None:
            faults.append(Remark("not_a_number", "", None, option, {"found": shown(str(text))}))
        else:
            values[name] = number[0]
    for name, value in outside(values).items():
        low, high = DOMAINS[name]
        details = {"found": f"{value:g}", "allowed": f"{low:g} – {high:g}"}
        faults.append(Remark("outside", "", None, "--" + name.replace("_", "-"), details))
    if faults:
        raise InputError(tuple(faults))
    estimate = quick_estimate(**values)
    show_quick(estimate, currency, words)


def _ask(name: str) -> str:
    """An answer from a terminal; without one a missing option is an error, never a default."""
    if not sys.stdin.isatty():
        raise click.UsageError(words.text("cli.no_terminal", option="--" + name.replace("_", "-")))
    return str(click.prompt(words.text(f"cli.quick.{name}"), err=True))


@cli.command(help=_help("schema"))
@_with_help
def schema() -> None:
    """The JSON Schema of a case file."""
    import json

    from assessment.case import Case

    click.echo(json.dumps(Case.model_json_schema(by_alias=True), ensure_ascii=False, indent=1))


@cli.command(help=_help("doctor"))
@_with_help
def doctor() -> None:
    """What is installed, what is missing, and the command that installs it."""
    from app.doctor import examine

    findings = examine()
    for finding in findings:
        state = words.text(f"cli.doctor.{finding.state}")
        needed = words.text(f"cli.doctor.for.{finding.needed_for}")
        click.echo(f"{state}  {finding.part} {finding.version or ''}  {needed}")
        if finding.command:
            click.echo(words.text("cli.doctor.command", command=finding.command))
    if any(finding.state != "ok" for finding in findings):
        raise SystemExit(FAILED)


# --- start ------------------------------------------------------------------------------------------------


def _usage(error: click.UsageError) -> str:
    """What is wrong with the arguments, in the reader's language."""
    context = error.ctx.command_path if error.ctx else "crm-roi"
    if isinstance(error, click.NoSuchOption):
        text = words.text("cli.no_such_option", found=error.option_name)
    elif isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else ""
        text = words.text("cli.missing_argument", name=name)
    elif type(error) is click.UsageError and "No such command" in error.message:
        text = words.text("cli.no_such_command", found=error.message.split("'")[1])
    else:
        text = error.message
    return f"{text}\n{words.text('cli.see_help', command=context)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    try:
        cli.main(arguments, "crm-roi", standalone_mode=False)
    except click.UsageError as error:
        _say(_usage(error))
        return INPUT_AT_FAULT
    except (click.Abort, KeyboardInterrupt):
        _say(words.text("cli.stopped"))
        return FAILED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILED
    except Exception as error:
        from assessment.remarks import InputError

        if not isinstance(error, InputError):
            raise
        _tell(error.notices)
        _tell(error.faults)
        return INPUT_AT_FAULT
    return 0
