"""The command `check`: load, read, evaluate, write.

In: settings. Out: an exit code (0 passes, 1 does not, 2 rules or usage wrong, 3 not judged); the report goes to
standard output and to files, everything else to standard error. The clock is read here and nowhere else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, prepare, put, silence
from eduplan_rules.cli.configuration import Format, Settings
from eduplan_rules.render.words import Language, counted, say

if TYPE_CHECKING:
    from eduplan_rules.render.tally import Decision, Tally
    from eduplan_rules.reports.report import Report
    from eduplan_rules.rulebook.model import Rulebook

_ENDINGS: dict[str, Format] = {".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".txt": "text"}
_WIDTH = 80
_WIDEST = 120


@dataclass(frozen=True)
class Result:
    """A report, its tallies and the decision on it."""

    report: Report
    tallies: Sequence[Tally]
    decision: Decision


def check_facts(settings: Settings) -> int:
    """Check as the settings say."""
    language = settings.language
    files = [(Path(name), _format_of(name, language)) for name in settings.out]
    if not settings.facts:
        raise Stop(USAGE, say("no-facts-given", language))
    day = _day(settings)
    with _progress(settings) as progress:
        progress(say("loading", language))
        book = _load(settings)
        _check_choice(settings, book)
        result = _evaluate(settings, book, day, progress)
        for path, form in files:
            progress(str(path))
            _write_file(result, path, form, language)
    for path, _ in files:
        _note(settings, say("written", language, file=path.as_posix()))
    shown = settings.format or (None if settings.quiet else "text")
    if shown is not None:
        _write_output(result, shown, language)
    if shown != "text" and result.decision.exit_code:
        # whoever sees no summary is still told why the run does not pass
        from eduplan_rules.render.text import render_verdict

        put(render_verdict(result.decision, len(result.tallies), language=language), sys.stderr)
    return result.decision.exit_code


def _day(settings: Settings) -> date:
    if settings.as_of is None:
        today = date.today()
        _note(settings, say("today", settings.language, day=today.isoformat()))
        return today
    try:
        return date.fromisoformat(settings.as_of)
    except ValueError:
        raise Stop(USAGE, say("bad-day", settings.language, value=settings.as_of)) from None


def _format_of(name: str, language: Language) -> Format:
    """The format that the file's ending asks for; what could not be written is refused before any work."""
    path = Path(name)
    form = _ENDINGS.get(path.suffix.lower())
    if form is None:
        raise Stop(USAGE, say("bad-ending", language, value=name, endings=" ".join(_ENDINGS)))
    if path.is_dir():
        raise Stop(USAGE, say("is-folder", language, value=name))
    if not path.parent.is_dir():
        raise Stop(USAGE, say("no-folder", language, value=name, folder=path.parent.as_posix()))
    return form


def _load(settings: Settings) -> Rulebook:
    """Load the rulebook; its warnings are told, its errors end the run."""
    from eduplan_rules.book import check_rulebook
    from eduplan_rules.errors import render_diagnostics

    book, diagnostics = check_rulebook(*settings.rules)
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    if errors or (diagnostics and not settings.quiet):
        put(render_diagnostics(diagnostics), sys.stderr)
    if errors:
        mistakes = counted(errors, "mistake", settings.language)
        raise Stop(USAGE, say("rulebook-wrong", settings.language, mistakes=mistakes))
    return book


def _check_choice(settings: Settings, book: Rulebook) -> None:
    """Refuse periods and patterns that cannot be meant."""
    from eduplan_rules.engine.subjects import period_range
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.run import choose_rules

    language = settings.language
    if settings.periods not in ("latest", "all"):
        try:
            first, last = period_range(settings.periods, "year", book.calendars)
        except ValueError:
            first, last = date.max, date.min
        if first > last or settings.periods.endswith(".."):
            raise Stop(USAGE, say("bad-periods", language, value=settings.periods))
    known = {*map(str, book.rules), *map(str, book.clauses), *(name.partition(".")[0] for name in book.rules)}
    for option, patterns in (("--select", settings.select), ("--ignore", settings.ignore)):
        for pattern in patterns:
            try:
                choose_rules(book, [pattern], [])
            except ValueError:
                near = did_you_mean(pattern, sorted(known))
                hint = say("did-you-mean", language, word=near) if near else ""
                raise Stop(USAGE, say("bad-pattern", language, option=option, value=pattern, hint=hint)) from None
    if not choose_rules(book, settings.select, settings.ignore):
        raise Stop(USAGE, say("no-rule-left", language))


def _evaluate(settings: Settings, book: Rulebook, day: date, progress: Callable[[str], None]) -> Result:
    from eduplan_rules.feeds.files import read_facts
    from eduplan_rules.render.tally import Gate, decide, tally
    from eduplan_rules.run import evaluate

    language = settings.language
    facts = read_facts(settings.facts, book, progress=lambda file: progress(say("reading", language, file=file)))
    report = evaluate(
        book,
        facts,
        as_of=day,
        periods=settings.periods,
        select=settings.select,
        ignore=settings.ignore,
        show_personal=settings.show_personal,
        progress=lambda what: progress(say("evaluating", language, what=what)),
    )
    tallies = tally(report)
    return Result(report, tallies, decide(report, tallies, Gate(settings.fail_on, settings.strict)))


def _write_output(result: Result, form: Format, language: Language) -> None:
    """Write to standard output; a reader that goes away ends the writing, not the run."""
    prepare(sys.stdout, exact=form != "text")
    try:
        _write(result, sys.stdout, form, language, terminal=True)
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)


def _write_file(result: Result, path: Path, form: Format, language: Language) -> None:
    """Write a file of UTF-8; CSV begins with the mark by which Excel knows it."""
    try:
        with path.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
            _write(result, file, form, language, terminal=False)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Stop(NOT_JUDGED, say("not-written", language, file=path.as_posix(), reason=reason)) from None


def _write(result: Result, file: TextIO, form: Format, language: Language, *, terminal: bool) -> None:
    from eduplan_rules.render.csv import write_csv
    from eduplan_rules.render.json import write_json, write_json_lines

    if form == "json":
        write_json(result.report, file)
    elif form == "jsonl":
        write_json_lines(result.report, file)
    elif form == "csv":
        write_csv(result.report, file, language=language)
    else:
        from eduplan_rules.render.text import render_text

        shown = terminal and file.isatty()
        width = min(_WIDEST, _terminal_width()) if shown else _WIDTH
        colour = shown and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        told = render_text(
            result.report, result.tallies, result.decision, language=language, width=width, colour=colour
        )
        file.write(told)


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size((_WIDTH, 24)).columns


def _note(settings: Settings, text: str) -> None:
    if not settings.quiet:
        put(text, sys.stderr)


@contextmanager
def _progress(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Show what is being done on a terminal; elsewhere nothing."""
    if settings.quiet or not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status("") as status:
        yield lambda text: status.update(escape(text))
