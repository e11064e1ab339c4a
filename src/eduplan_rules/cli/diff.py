"""The command `diff`: what changed between two rulebooks, and in what they decide; or between two reports.

In: two rulebooks and facts, or two reports. Out: an exit code (0 compared, changed or not; 2 rulebook or usage wrong; 3
facts unreadable). The clock is read here, as in `check`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from eduplan_rules.cli.border import USAGE, Stop, prepare, put
from eduplan_rules.render.words import Language

if TYPE_CHECKING:
    from eduplan_rules.language.resolve import Resolved
    from eduplan_rules.tools.diff.reports import Since
    from eduplan_rules.tools.diff.told import Block

Form = Literal["text", "json", "markdown"]


@dataclass(frozen=True)
class Question:
    """What is to be compared, and how it is to be told."""

    old: Path
    new: Path
    facts: tuple[str, ...]
    as_of: str | None
    periods: str
    by: str | None
    form: Form
    #: how the files of facts are laid out
    feed: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the facts; without any, the folder of the feed."""
        return self.facts or (() if self.feed is None else (Path(self.feed).parent.as_posix(),))


def show_difference(question: Question, *, language: Language) -> int:
    """Compare and tell."""
    from eduplan_rules.tools.diff.words import say

    paths = (question.old, question.new)
    for path in paths:
        if not path.exists():
            raise Stop(USAGE, say("nothing-there", language, name=path.as_posix()))
    reports = [path.suffix.lower() == ".json" for path in paths]
    if any(reports) and not all(reports):
        raise Stop(USAGE, say("report-and-rules", language))
    if all(reports) and question.paths:
        raise Stop(USAGE, say("facts-with-reports", language))
    return _show_reports(question, language) if all(reports) else _show_rulebooks(question, language)


def _show_rulebooks(question: Question, language: Language) -> int:
    from eduplan_rules.book import load_rulebook, resolved_rulebook
    from eduplan_rules.tools.diff.record import rulebooks_record
    from eduplan_rules.tools.diff.rulebooks import compare_rulebooks
    from eduplan_rules.tools.diff.told import change_blocks, impact_blocks
    from eduplan_rules.tools.diff.words import say

    old, new = (resolved_rulebook(load_rulebook(path)) for path in (question.old, question.new))
    changes = compare_rulebooks(old, new)
    impact = day = None
    if question.paths:
        from eduplan_rules.tools.diff.trial import try_rulebooks

        day = _day(question, language)
        _check_periods(question, new, language)
        by = _entity(question, new, language)
        impact = try_rulebooks(old, new, question.paths, as_of=day, periods=question.periods, by=by, feed=question.feed)
    if question.form == "json":
        _put_json(rulebooks_record(changes, impact, as_of=None if day is None else day.isoformat()))
        return 0
    same_text = {each.text for each in old.book.sources} == {each.text for each in new.book.sources}
    blocks = list(change_blocks(changes, language, same_text=same_text))
    if impact is not None:
        from eduplan_rules.tools.diff.told import Block

        blocks += [Block(say("impact", language, day=day)), *impact_blocks(impact, language)]
    _put_blocks(blocks, question.form)
    return 0


def _entity(question: Question, new: Resolved, language: Language) -> str | None:
    """The entity to count by, by identifier or label."""
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.tables.facts import entity_names
    from eduplan_rules.tools.diff.words import say

    names = entity_names(new.book)
    if question.by is None or question.by in names:
        return None if question.by is None else str(names[question.by])
    near = did_you_mean(question.by, names)
    told = ("near", {"word": near}) if near else ("no-near", {})
    raise Stop(USAGE, say("no-entity", language, name=question.by, near=told))


def _check_periods(question: Question, new: Resolved, language: Language) -> None:
    from eduplan_rules.engine.subjects import period_range
    from eduplan_rules.render.words import say

    if question.periods in ("latest", "all"):
        return
    try:
        first, last = period_range(question.periods, "year", new.book.calendars)
    except ValueError:
        first, last = date.max, date.min
    if first > last or question.periods.endswith(".."):
        raise Stop(USAGE, say("bad-periods", language, value=question.periods))


def _day(question: Question, language: Language) -> date:
    from eduplan_rules.render.words import say

    if question.as_of is None:
        today = date.today()
        put(say("today", language, day=today.isoformat()), sys.stderr)
        return today
    try:
        return date.fromisoformat(question.as_of)
    except ValueError:
        raise Stop(USAGE, say("bad-day", language, value=question.as_of)) from None


def _show_reports(question: Question, language: Language) -> int:
    from eduplan_rules.tools.diff.record import reports_record
    from eduplan_rules.tools.diff.reports import ReportError, compare_reports
    from eduplan_rules.tools.diff.told import impact_blocks
    from eduplan_rules.tools.diff.words import say

    try:
        since = compare_reports(question.old, question.new, question.by)
    except ReportError as error:
        raise Stop(USAGE, say(error.name, language, **error.gaps)) from None
    if question.form == "json":
        _put_json(reports_record(since))
    else:
        _put_blocks([_head(since, language), *impact_blocks(since.impact, language)], question.form)
    return 0


def _head(since: Since, language: Language) -> Block:
    """What the two reports are about."""
    from eduplan_rules.tools.diff.told import Block
    from eduplan_rules.tools.diff.words import say

    old, new = since.old, since.new
    lines = [
        say("same-rulebook" if old.get("rulebook") == new.get("rulebook") else "other-rulebook", language),
        say("same-facts" if old.get("facts") == new.get("facts") else "other-facts", language),
    ]
    if old.get("periods") != new.get("periods"):
        lines.append(say("other-periods", language, old=old.get("periods"), new=new.get("periods")))
    return Block(say("reports", language, old=old.get("as_of"), new=new.get("as_of")), lines=tuple(lines))


def _put_blocks(blocks: list[Block], form: Form) -> None:
    from eduplan_rules.tools.diff.told import render_markdown, render_text

    prepare(sys.stdout, exact=form == "markdown")
    put((render_markdown if form == "markdown" else render_text)(blocks), sys.stdout)


def _put_json(record: object) -> None:
    prepare(sys.stdout, exact=True)
    put(json.dumps(record, ensure_ascii=False, indent=1), sys.stdout)
