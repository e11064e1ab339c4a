"""What a run lets pass: waivers and a baseline from files, tolerances from the options file.

In: a report and settings. Out: the report with an `Acceptance`; or the end of the run, where a file is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, put
from eduplan_rules.cli.configuration import Settings
from eduplan_rules.cli.words import say
from eduplan_rules.render.words import Language

if TYPE_CHECKING:
    from eduplan_rules.acceptance.accept import Tolerance
    from eduplan_rules.acceptance.baseline import Baseline
    from eduplan_rules.acceptance.waivers import Waiver
    from eduplan_rules.reports.report import Report
    from eduplan_rules.rulebook.model import Rulebook


class Accepted:
    """What was handed over with the settings, read before the facts are, so that a mistake costs no time."""

    def __init__(self, settings: Settings, book: Rulebook) -> None:
        self.waivers: tuple[Waiver, ...] = ()
        self.baseline: Baseline | None = None
        if settings.waivers and not settings.no_waivers:
            from eduplan_rules.acceptance.waivers import read_waivers

            self.waivers = read_waivers(settings.waivers, book)
        if settings.baseline is not None:
            self.baseline = _baseline(settings.baseline, settings.language)
        self.tolerances = tuple(_tolerances(settings.tolerate, book, settings.language))

    def of(self, report: Report) -> Report:
        """The report, in which each violation says whether it counts."""
        if not self.waivers and self.baseline is None and not self.tolerances:
            return report
        from eduplan_rules.acceptance.accept import accept

        return accept(report, waivers=self.waivers, baseline=self.baseline, tolerances=self.tolerances)


def _baseline(file: str, language: Language) -> Baseline:
    from eduplan_rules.acceptance.baseline import read_baseline
    from eduplan_rules.errors import DataError

    try:
        if not Path(file).exists():
            raise Stop(USAGE, say("no-baseline", language, file=file))
        return read_baseline(file)
    except DataError as error:
        raise Stop(USAGE, error.said(language)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Stop(USAGE, say("baseline-locked", language, file=file, reason=reason)) from None


def _tolerances(tables: Mapping[str, Mapping[str, Any]], book: Rulebook, language: Language) -> Iterator[Tolerance]:
    from eduplan_rules.errors import did_you_mean

    for rule, table in tables.items():
        if rule not in book.rules:
            near = did_you_mean(rule, book.rules)
            hint = say("did-you-mean-rule", language, word=near) if near else ""
            raise Stop(USAGE, say("tolerates-no-rule", language, rule=rule, hint=hint))
        yield _tolerance(rule, table, language)


def _tolerance(rule: str, table: Mapping[str, Any], language: Language) -> Tolerance:
    from eduplan_rules.acceptance.accept import Tolerance

    count, share, by = table.get("count"), table.get("share"), table.get("by")
    whole = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    part = isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1
    fits = (whole and share is None) or (part and count is None)
    if not fits or not isinstance(by, str) or not by.strip() or set(table) - {"count", "share", "by"}:
        raise Stop(USAGE, say("bad-tolerance", language, rule=rule))
    return Tolerance(rule, by=by, count=count, share=share)


def draw_baseline(settings: Settings, *, update: bool) -> int:
    """Accept the violations of today: evaluate the facts and write the baseline."""
    from eduplan_rules.acceptance.baseline import make_baseline, write_baseline
    from eduplan_rules.cli.check import judge_facts

    language, path = settings.language, Path(settings.baseline or "baseline.json")
    _refuse_another(path, language, update=update)
    # drawn anew: what an older one accepts, or is tolerated, counts again
    result = judge_facts(replace(settings, baseline=None, tolerate={}))
    if result.decision.reason != "judged":
        raise Stop(NOT_JUDGED, say("nothing-to-accept", language))
    drawn = make_baseline(result.report)
    try:
        write_baseline(drawn, path)
    except OSError as error:
        raise _not_written(path, error, language) from None
    number = sum(entry.count for entry in drawn.entries.values())
    put(say("baseline-drawn", language, file=path.as_posix(), number=number), sys.stdout)
    return 0


def _refuse_another(path: Path, language: Language, *, update: bool) -> None:
    """End the run if a file is there, unless a baseline is to be drawn anew and it is one."""
    from eduplan_rules.acceptance.baseline import may_be_drawn_anew

    try:
        if not path.exists():
            return
        if not update:
            raise Stop(USAGE, say("baseline-exists", language, file=path.as_posix()))
        if path.is_dir() or not may_be_drawn_anew(path):
            raise Stop(USAGE, say("not-a-baseline", language, file=path.as_posix()))
    except OSError as error:
        raise _not_written(path, error, language) from None


def _not_written(path: Path, error: OSError, language: Language) -> Stop:
    reason = error.strerror or type(error).__name__
    return Stop(NOT_JUDGED, say("not-written", language, file=path.as_posix(), reason=reason))
