"""The rows of a rule by what they are known by: key, period and series.

In: a report, the name of a rule, a verdict. Out: the rows of that verdict in their order, without a record being made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eduplan_rules.engine.evidence import fingerprints, period_of
from eduplan_rules.reports.report import Report
from eduplan_rules.tables.finding import HIDDEN


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One subject in one period."""

    #: its `#i` among the subjects judged
    number: int
    entity: str
    key: tuple[str, ...]
    #: the key as it may be shown
    shown: tuple[str, ...]
    period: str | None
    series: str


def rows_of(report: Report, name: str, verdict: int) -> Iterator[JudgedRow]:
    """The rows of a rule that got this verdict."""
    result = report.results[name]
    if result.kept is None or result.subjects is None:
        return
    entity = result.rule.plan.entity
    numbers = result.numbers(verdict)
    times = [column for column in ("#e", "#p") if column in result.subjects.frame.columns]
    columns = dict.fromkeys([*map(str, entity.key), *times])
    hidden = [entity.fields[str(field)].personal and not report.show_personal for field in entity.key]
    for number, row in zip(numbers, result.subjects.rows(numbers, columns), strict=True):
        raw = [row[str(field)] for field in entity.key]
        key = tuple(map(str, raw))
        shown = tuple(HIDDEN if hide else part for hide, part in zip(hidden, key, strict=True))
        period = period_of(result.rule, row)
        yield JudgedRow(number, str(entity.id), key, shown, period, fingerprints(result.rule, raw, period)[1])
