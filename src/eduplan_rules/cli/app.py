"""The command line: options and help.

In: arguments. Out: an exit code. Nothing heavy is imported before a command runs; help and messages speak the language
of `--lang` or of the system.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from eduplan_rules.cli.border import guarded, leave, prepare, system_language
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


class LintFormat(StrEnum):
    """What goes to standard output about a rulebook."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


class DiffFormat(StrEnum):
    """What goes to standard output about a change."""

    text = "text"
    json = "json"
    markdown = "markdown"


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
    "diff": ("help-diff-codes", "help-diff-example"),
    "docs": ("help-docs-codes", "help-docs-example"),
    "explain": ("help-explain-facts", "help-explain-codes", "help-explain-example"),
    "fmt": ("help-fmt-codes", "help-fmt-example"),
    "lint": ("help-lint-codes", "help-lint-example"),
    "init": ("help-init-codes", "help-init-example"),
    "schema": ("help-schema-codes", "help-schema-example"),
    "template": ("help-template-codes", "help-template-example"),
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
    select: Annotated[list[str] | None, typer.Option("--select", metavar="RULE")] = None,
    format: Annotated[PlainFormat, typer.Option("--format", show_default=False)] = PlainFormat.text,
    junit: Annotated[str | None, typer.Option("--junit", metavar="FILE")] = None,
    with_coverage: Annotated[bool, typer.Option("--coverage")] = False,
    mutate: Annotated[bool, typer.Option("--mutate")] = False,
    survivors: Annotated[str, typer.Option("--survivors", metavar="PERCENT")] = "5%",
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Run the cases beside the rules."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.cases import try_cases

        return try_cases(
            rules_and_cases or (),
            select=select or (),
            form=format.value,
            junit=junit,
            with_coverage=with_coverage,
            mutate=survivors if mutate else None,
            language=language,
        )

    _end(run, lang)


@app.command()
def coverage(
    rulebook: Annotated[str | None, typer.Argument(metavar="RULES", show_default=False)] = None,
    plan_text: Annotated[str | None, typer.Option("--plan-text", metavar="FILE")] = None,
    select: Annotated[list[str] | None, typer.Option("--select", metavar="RULE")] = None,
    format: Annotated[PlainFormat, typer.Option("--format", show_default=False)] = PlainFormat.text,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Show which clauses have rules, and what the cases have seen of them."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.coverage import show_coverage

        return show_coverage(rulebook, plan_text, format.value, select=select or (), language=language)

    _end(run, lang)


@app.command()
def docs(
    rulebook: Annotated[str | None, typer.Argument(metavar="RULES", show_default=False)] = None,
    to: Annotated[str, typer.Option("--to", metavar="FOLDER", show_default=False)] = "docs",
    only_check: Annotated[bool, typer.Option("--check")] = False,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Write the pages about a rulebook."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.docs import write_docs

        return write_docs(rulebook, to, only_check=only_check, language=language)

    _end(run, lang)


@app.command()
def fmt(
    paths: Annotated[list[str] | None, typer.Argument(metavar="PATHS", show_default=False)] = None,
    check_layout: Annotated[bool, typer.Option("--check")] = False,
    show_diff: Annotated[bool, typer.Option("--diff")] = False,
    names: Annotated[Tongue | None, typer.Option("--names")] = None,
    layers: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Lay out rule and case files."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.fmt import lay_out_files

        chosen: Language | None = names.value if names is not None else None
        return lay_out_files(
            paths or (), layers or (), names=chosen, only_check=check_layout, diff=show_diff, language=language
        )

    _end(run, lang)


@app.command()
def lint(
    rules_and_cases: Annotated[list[str] | None, typer.Argument(metavar="RULES|CASES", show_default=False)] = None,
    lint_format: Annotated[LintFormat, typer.Option("--format", show_default=False)] = LintFormat.text,
    lint_fail_on: Annotated[FailOn, typer.Option("--fail-on", show_default=False)] = FailOn.error,
    code: Annotated[str | None, typer.Option("--explain", metavar="CODE")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Look a rulebook through."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.lint import explain_code, lint_rules

        if code is not None:
            return explain_code(code, language=language)
        return lint_rules(rules_and_cases or (), lint_format.value, lint_fail_on.value, language=language)

    _end(run, lang)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", show_default=False)],
    facts: Annotated[list[str] | None, typer.Argument(metavar="FACTS", show_default=False)] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    periods: Annotated[str, typer.Option("--periods", metavar="PERIODS", show_default=False)] = "latest",
    by: Annotated[str | None, typer.Option("--by", metavar="ENTITY")] = None,
    diff_format: Annotated[DiffFormat, typer.Option("--format", show_default=False)] = DiffFormat.text,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Tell what changed."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.diff import Question, show_difference

        question = Question(Path(old), Path(new), tuple(facts or ()), as_of, periods, by, diff_format.value)
        return show_difference(question, language=language)

    _end(run, lang)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", show_default=False)],
    facts: Annotated[list[str] | None, typer.Argument(metavar="[FACTS]", show_default=False)] = None,
    rules: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    subject: Annotated[str | None, typer.Option("--subject", metavar="KEY")] = None,
    period: Annotated[str | None, typer.Option("--period", metavar="PERIOD")] = None,
    day: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    format: Annotated[PlainFormat, typer.Option("--format", show_default=False)] = PlainFormat.text,
    show_personal: Annotated[bool, typer.Option("--show-personal")] = False,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Say in plain sentences what a rule asks, and why a subject keeps it or not."""

    def run(language: Language) -> int:
        if facts or subject or period:
            from eduplan_rules.cli.subject import Asked, explain_subject

            asked = Asked(rule, facts or (), subject, period, rules or (), day, format.value, show_personal)
            return explain_subject(asked, language=language)
        from eduplan_rules.cli.explain import show_rule

        return show_rule(rule, rules or (), day, format.value, language=language)

    _end(run, lang)


@app.command()
def init(
    folder: Annotated[str | None, typer.Argument(metavar="FOLDER", show_default=False)] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Make a folder to start from."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.init import make_starter

        return make_starter(folder, language=language)

    _end(run, lang)


@app.command()
def schema(
    kinds: Annotated[list[str] | None, typer.Argument(metavar="KIND", show_default=False)] = None,
    named_by: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    schema_to: Annotated[str | None, typer.Option("--to", metavar="FOLDER")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Write JSON Schema for editors and programs."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.schema import write_schemas

        return write_schemas(kinds or (), named_by, schema_to, language=language)

    _end(run, lang)


@app.command()
def template(
    rules: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    template_to: Annotated[str | None, typer.Option("--to", metavar="FILE.xlsx|FOLDER")] = None,
    entities: Annotated[list[str] | None, typer.Option("--entities", metavar="ENTITY,...")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Make a workbook for collecting facts."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.template import write_template

        return write_template(rules, template_to, entities or (), language=language)

    _end(run, lang)


def _end(run: Callable[[Language], int], lang: Tongue | None) -> NoReturn:
    """Run a command and end with its code; its language is that of the command line, the options file, the system."""
    system = system_language(os.environ)

    def spoken() -> int:
        from eduplan_rules.cli.configuration import read_options

        return run(lang.value if lang is not None else read_options(Path.cwd(), system).get("lang", system))

    raise typer.Exit(guarded(spoken, lang.value if lang is not None else system))


def script() -> None:
    """The command as a process of its own."""
    leave(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; give its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # a run makes many values and few cycles; looking for these takes a tenth of its time
    gc.set_threshold(1_000_000, 50, 100)
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
