"""The command `check`: load, read, evaluate, write.

In: settings. Out: an exit code (0 passes, 1 does not, 2 rules or usage wrong, 3 not judged); the report goes to
standard output and to files, everything else to standard error. The clock is read here and nowhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, annotate, put, tell_mistakes
from eduplan_rules.cli.configuration import Settings
from eduplan_rules.cli.inputs import inputs_of
from eduplan_rules.cli.outputs import Result, none_of_old, outputs_of, write_outputs
from eduplan_rules.cli.words import say as say_here
from eduplan_rules.render.words import counted, say

if TYPE_CHECKING:
    from eduplan_rules.rulebook.model import Rulebook
    from eduplan_rules.tables.facts import Facts


def check_facts(settings: Settings) -> int:
    """Check as the settings say."""
    language = settings.language
    shown = settings.format or (None if settings.quiet else "text")
    inputs = inputs_of(settings, _facts(settings)) if settings.out else {}
    with none_of_old(settings, inputs), _progress(settings) as progress:
        outputs = outputs_of(settings, inputs)
        result = _judge(settings, progress)
        if outputs:
            progress(say("writing", language, files=" ".join(output.path.as_posix() for output in outputs)))
        # a terminal also shows the progress, and only one of the two at a time
        terminal = sys.stdout.isatty()
        write_outputs(result, outputs, None if terminal else shown, language)
    for output in outputs:
        _note(settings, say("written", language, file=output.path.as_posix()))
    if terminal:
        write_outputs(result, [], shown, language)
    if shown != "text" and result.decision.exit_code:
        # whoever sees no summary is still told why the run does not pass
        from eduplan_rules.render.text import render_verdict

        verdict = render_verdict(result.decision, len(result.tallies), language=language)
        put(verdict, sys.stderr)
        if shown == "github" and result.decision.exit_code == NOT_JUDGED:
            annotate(verdict)
    return result.decision.exit_code


def judge_facts(settings: Settings) -> Result:
    """Check as the settings say, and write nothing."""
    with _progress(settings) as progress:
        return _judge(settings, progress)


def _judge(settings: Settings, progress: Callable[[str], None]) -> Result:
    if settings.engine is not None and settings.feed is not None:
        raise Stop(USAGE, say_here("engine-with-feed", settings.language, engine=settings.engine))
    if not _facts(settings):
        raise Stop(USAGE, say("no-facts-given", settings.language))
    day = _day(settings)
    progress(say("loading", settings.language))
    book = _load(settings)
    _check_choice(settings, book)
    return _evaluate(settings, book, day, progress)


def _facts(settings: Settings) -> tuple[str, ...]:
    """The paths of the facts; without any, the folder of the feed."""
    return settings.facts or (() if settings.feed is None else (Path(settings.feed).parent.as_posix(),))


def _day(settings: Settings) -> date:
    if settings.as_of is None:
        today = date.today()
        _note(settings, say("today", settings.language, day=today.isoformat()))
        return today
    try:
        return date.fromisoformat(settings.as_of)
    except ValueError:
        raise Stop(USAGE, say("bad-day", settings.language, value=settings.as_of)) from None


def _load(settings: Settings) -> Rulebook:
    """Load the rulebook; its warnings are told, its errors end the run."""
    from eduplan_rules.book import check_rulebook

    book, diagnostics = check_rulebook(*settings.rules)
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    if errors or (diagnostics and not settings.quiet):
        tell_mistakes(diagnostics, settings.language, annotated=settings.format == "github")
    if errors:
        mistakes = counted(errors, "mistake", settings.language)
        raise Stop(USAGE, say("rulebook-wrong", settings.language, mistakes=mistakes))
    return book


def _check_choice(settings: Settings, book: Rulebook) -> None:
    """Refuse periods and patterns that cannot be meant."""
    from eduplan_rules.engine.subjects import period_range
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.run import NoRuleError, choose_rules

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
            except NoRuleError:
                near = did_you_mean(pattern, sorted(known))
                hint = say("did-you-mean", language, word=near) if near else ""
                raise Stop(USAGE, say("bad-pattern", language, option=option, value=pattern, hint=hint)) from None
    if not choose_rules(book, settings.select, settings.ignore):
        raise Stop(USAGE, say("no-rule-left", language))


def _evaluate(settings: Settings, book: Rulebook, day: date, progress: Callable[[str], None]) -> Result:
    from eduplan_rules.cli.acceptance import Accepted
    from eduplan_rules.feeds.files import read_facts
    from eduplan_rules.render.tally import Gate, decide, tally
    from eduplan_rules.run import evaluate

    language = settings.language
    reading = partial(say, "reading", language)
    feed = settings.feed
    # before the facts: a mistake in them costs no time
    accepted = Accepted(settings, book)
    facts: Facts
    if settings.engine is not None:
        from eduplan_rules.feeds.frames import read_tables

        progress(reading(file=" ".join(_facts(settings))))
        facts = read_tables(_facts(settings), book, settings.engine)
    else:
        facts = read_facts(_facts(settings), book, feed=feed, progress=lambda file: progress(reading(file=file)))
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
    report = accepted.of(report)
    tallies = tally(report)
    return Result(report, tallies, decide(report, tallies, Gate(settings.fail_on, settings.strict)))


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
