"""The command line: options and help.

In: arguments. Out: an exit code. Nothing heavy is imported before a command runs; help and messages speak the language
of `--lang` or of the system.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from eduplan_rules.cli.border import guarded, prepare, system_language
from eduplan_rules.render.words import Language, say

PROGRAM = "eduplan-rules"

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


class Format(StrEnum):
    """What goes to standard output."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


class PlainFormat(StrEnum):
    """What goes to standard output where there is no report."""

    text = "text"
    json = "json"


class FailOn(StrEnum):
    """The least severity that fails a run."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


class Tongue(StrEnum):
    """Languages of texts."""

    zh = "zh"
    en = "en"


#: what the help of a command says after its first sentence
_PARAGRAPHS = {
    "check": ("help-codes", "help-options-file", "help-example"),
    "coverage": ("help-coverage-codes", "help-coverage-example"),
    "docs": ("help-docs-codes", "help-docs-example"),
    "test": ("help-test-codes", "help-test-example"),
}


@app.callback(invoke_without_command=True)
def program(context: typer.Context, version: Annotated[bool, typer.Option("--version", is_eager=True)] = False) -> None:
    """Show the version, or the help where no command is given."""
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"{PROGRAM} {version_of(PROGRAM)}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


@app.command()
def check(
    facts: Annotated[list[str] | None, typer.Argument(metavar="FACTS", show_default=False)] = None,
    rules: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    periods: Annotated[str | None, typer.Option("--periods", metavar="PERIODS")] = None,
    select: Annotated[list[str] | None, typer.Option("--select", metavar="RULE")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="RULE")] = None,
    format: Annotated[Format | None, typer.Option("--format")] = None,
    out: Annotated[list[str] | None, typer.Option("--out", metavar="FILE")] = None,
    fail_on: Annotated[FailOn | None, typer.Option("--fail-on")] = None,
    strict: Annotated[bool | None, typer.Option("--strict/--no-strict")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
    show_personal: Annotated[bool | None, typer.Option("--show-personal/--hide-personal")] = None,
    quiet: Annotated[bool | None, typer.Option("--quiet/--no-quiet")] = None,
) -> None:
    """Evaluate a rulebook on facts."""
    given = {
        "facts": facts, "rules": rules, "as-of": as_of, "periods": periods, "select": select, "ignore": ignore,
        "format": format and format.value, "out": out, "fail-on": fail_on and fail_on.value, "strict": strict,
        "lang": lang and lang.value, "show-personal": show_personal, "quiet": quiet,
    }  # fmt: skip
    system = system_language(os.environ)

    def run() -> int:
        from eduplan_rules.cli.check import check_facts
        from eduplan_rules.cli.configuration import settings_of

        return check_facts(settings_of(given, folder=Path.cwd(), language=system))

    raise typer.Exit(guarded(run, lang.value if lang is not None else system))


@app.command()
def test(
    rules_and_cases: Annotated[list[str] | None, typer.Argument(metavar="RULES|CASES", show_default=False)] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Run the cases beside the rules."""
    language: Language = lang.value if lang is not None else system_language(os.environ)

    def run() -> int:
        from eduplan_rules.cli.cases import try_cases

        return try_cases(rules_and_cases or (), language=language)

    raise typer.Exit(guarded(run, language))


@app.command()
def coverage(
    rulebook: Annotated[str | None, typer.Argument(metavar="RULES", show_default=False)] = None,
    plan_text: Annotated[str | None, typer.Option("--plan-text", metavar="FILE")] = None,
    format: Annotated[PlainFormat, typer.Option("--format", show_default=False)] = PlainFormat.text,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Show which clauses have rules, and what the cases have seen of them."""
    language: Language = lang.value if lang is not None else system_language(os.environ)

    def run() -> int:
        from eduplan_rules.cli.coverage import show_coverage

        return show_coverage(rulebook, plan_text, format.value, language=language)

    raise typer.Exit(guarded(run, language))


@app.command()
def docs(
    rulebook: Annotated[str | None, typer.Argument(metavar="RULES", show_default=False)] = None,
    to: Annotated[str, typer.Option("--to", metavar="FOLDER", show_default=False)] = "docs",
    only_check: Annotated[bool, typer.Option("--check")] = False,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Write the pages about a rulebook."""
    language: Language = lang.value if lang is not None else system_language(os.environ)

    def run() -> int:
        from eduplan_rules.cli.docs import write_docs

        return write_docs(rulebook, to, only_check=only_check, language=language)

    raise typer.Exit(guarded(run, language))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; give its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # a run makes many values and few cycles; looking for these takes a tenth of its time
    gc.set_threshold(100_000, 50, 100)
    for stream in (sys.stdout, sys.stderr):
        prepare(stream, exact=False)
    command = typer.main.get_command(app)
    _speak(command, _language(words))
    try:
        command.main(args=words, prog_name=PROGRAM)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _language(words: Sequence[str]) -> Language:
    """The language of help, before options are read."""
    for before, word in pairwise(["", *words]):
        if word in ("--lang=zh", "--lang=en") or (before == "--lang" and word in ("zh", "en")):
            return "zh" if word.endswith("zh") else "en"
    return system_language(os.environ)


def _speak(command: Any, language: Language) -> None:
    """Give a command and those below it their help."""
    command.help = say("help-app", language)
    for name, below in command.commands.items():
        paragraphs = (f"help-{name}", *_PARAGRAPHS[name])
        below.help = "\n\n".join(say(paragraph, language) for paragraph in paragraphs)
        below.short_help = say(f"help-{name}", language)
    for each in (command, *command.commands.values()):
        for parameter in each.params:
            parameter.help = say(f"help-{parameter.name}", language)
