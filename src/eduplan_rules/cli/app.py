"""The command line: options and help.

In: arguments. Out: an exit code. Nothing heavy is imported before a command runs; help and messages speak the language
of `--lang` or of the system.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from eduplan_rules.cli.border import guarded, leave, prepare, system_language
from eduplan_rules.cli.choices import DiffFormat, Direction, EngineName, FailOn, Format, LintFormat, PlainFormat, Tongue
from eduplan_rules.cli.help import speak, spoken
from eduplan_rules.render.words import Language

PROGRAM = "eduplan-rules"

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


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
    feeds: Annotated[str | None, typer.Option("--feed", metavar="FILE")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    periods: Annotated[str | None, typer.Option("--periods", metavar="PERIODS")] = None,
    select: Annotated[list[str] | None, typer.Option("--select", metavar="RULE")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="RULE")] = None,
    format: Annotated[Format | None, typer.Option("--format")] = None,
    out: Annotated[list[str] | None, typer.Option("--out", metavar="FILE")] = None,
    waivers: Annotated[list[str] | None, typer.Option("--waivers", metavar="FILE")] = None,
    no_waivers: Annotated[bool | None, typer.Option("--no-waivers")] = None,
    baseline_file: Annotated[str | None, typer.Option("--baseline", metavar="FILE")] = None,
    fail_on: Annotated[FailOn | None, typer.Option("--fail-on")] = None,
    strict: Annotated[bool | None, typer.Option("--strict/--no-strict")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
    show_personal: Annotated[bool | None, typer.Option("--show-personal/--hide-personal")] = None,
    quiet: Annotated[bool | None, typer.Option("--quiet/--no-quiet")] = None,
    engine: Annotated[EngineName | None, typer.Option("--engine")] = None,
) -> None:
    """Evaluate a rulebook on facts."""
    given = {
        "facts": facts, "rules": rules, "feed": feeds, "as-of": as_of, "periods": periods, "select": select,
        "ignore": ignore, "format": format and format.value, "out": out, "fail-on": fail_on and fail_on.value,
        "strict": strict, "lang": lang and lang.value, "show-personal": show_personal, "quiet": quiet,
        "waivers": waivers, "no-waivers": no_waivers, "baseline": baseline_file, "engine": engine and engine.value,
    }  # fmt: skip
    system = system_language(os.environ)

    def run() -> int:
        from eduplan_rules.cli.check import check_facts
        from eduplan_rules.cli.configuration import settings_of

        settings = settings_of(given, folder=Path.cwd(), language=system)
        return guarded(lambda: check_facts(settings), settings.language, annotated=settings.format == "github")

    raise typer.Exit(guarded(run, lang.value if lang is not None else system, annotated=format is Format.github))


@app.command()
def baseline(
    facts: Annotated[list[str] | None, typer.Argument(metavar="FACTS", show_default=False)] = None,
    rules: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    periods: Annotated[str | None, typer.Option("--periods", metavar="PERIODS")] = None,
    select: Annotated[list[str] | None, typer.Option("--select", metavar="RULE")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="RULE")] = None,
    waivers: Annotated[list[str] | None, typer.Option("--waivers", metavar="FILE")] = None,
    baseline_to: Annotated[str | None, typer.Option("--to", metavar="FILE")] = None,
    update: Annotated[bool, typer.Option("--update")] = False,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Accept the violations that are there today."""
    given = {
        "facts": facts, "rules": rules, "as-of": as_of, "periods": periods, "select": select, "ignore": ignore,
        "waivers": waivers, "baseline": baseline_to, "lang": lang and lang.value,
    }  # fmt: skip

    def run(language: Language) -> int:
        from eduplan_rules.cli.acceptance import draw_baseline
        from eduplan_rules.cli.configuration import settings_of

        return draw_baseline(settings_of(given, folder=Path.cwd(), language=language), update=update)

    _end(run, lang)


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
    bounds: Annotated[bool, typer.Option("--bounds")] = False,
    select: Annotated[list[str] | None, typer.Option("--select", metavar="RULE")] = None,
    format: Annotated[PlainFormat, typer.Option("--format", show_default=False)] = PlainFormat.text,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Show which clauses have rules, and what the cases have seen of them."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.coverage import show_coverage

        return show_coverage(rulebook, plan_text, format.value, bounds=bounds, select=select or (), language=language)

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
def feed(
    feed_file: Annotated[str, typer.Argument(metavar="FILE", show_default=False)],
    rules: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    feed_entity: Annotated[str | None, typer.Option("--entity", metavar="ENTITY")] = None,
    feed_to: Annotated[str | None, typer.Option("--to", metavar="FILE")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Draft a feed from a file."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.feed import draft_feed

        return draft_feed(feed_file, rules, feed_entity, feed_to, language=language)

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
    feeds: Annotated[str | None, typer.Option("--feed", metavar="FILE")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    periods: Annotated[str, typer.Option("--periods", metavar="PERIODS", show_default=False)] = "latest",
    by: Annotated[str | None, typer.Option("--by", metavar="ENTITY")] = None,
    diff_format: Annotated[DiffFormat, typer.Option("--format", show_default=False)] = DiffFormat.text,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Tell what changed."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.diff import Question, show_difference

        given = tuple(facts or ())
        question = Question(Path(old), Path(new), given, as_of, periods, by, diff_format.value, feeds)
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
    show_personal: Annotated[bool | None, typer.Option("--show-personal/--hide-personal")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Say in plain sentences what a rule asks, and why a subject keeps it or not."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.configuration import settings_of

        given = {"facts": facts, "rules": rules, "as-of": day, "lang": language, "show-personal": show_personal}
        told = settings_of(given, folder=Path.cwd(), language=language)
        if facts or subject or period:
            from eduplan_rules.cli.subject import Asked, explain_subject

            shown = told.show_personal
            asked = Asked(rule, told.facts, subject, period, told.rules, told.as_of, format.value, shown, told.feed)
            return explain_subject(asked, language=language)
        from eduplan_rules.cli.explain import show_rule

        return show_rule(rule, told.rules, told.as_of, format.value, language=language)

    _end(run, lang)


@app.command()
def frictionless(
    direction: Annotated[Direction, typer.Argument(metavar="export|import", show_default=False)],
    descriptor: Annotated[str | None, typer.Argument(metavar="[DESCRIPTOR]", show_default=False)] = None,
    rules: Annotated[list[str] | None, typer.Option("--rules", metavar="DIR")] = None,
    frictionless_to: Annotated[str | None, typer.Option("--to", metavar="FILE")] = None,
    lang: Annotated[Tongue | None, typer.Option("--lang")] = None,
) -> None:
    """Turn entities into Table Schemas, and back."""

    def run(language: Language) -> int:
        from eduplan_rules.cli.frictionless import convert

        return convert(direction.value, descriptor, rules, frictionless_to, language=language)

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

    def in_language() -> int:
        from eduplan_rules.cli.configuration import read_options

        file: Language = system if lang is not None else read_options(Path.cwd(), system).get("lang", system)
        language = file if lang is None else lang.value
        return guarded(lambda: run(language), language)

    raise typer.Exit(guarded(in_language, lang.value if lang is not None else system))


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
    speak(command, spoken(words))
    try:
        command.main(args=words, prog_name=PROGRAM)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
