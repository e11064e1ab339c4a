"""Periods that a rulebook dates otherwise than the calendar does.

In: what stands under a kind of period in `calendars`. Out: `DatedPeriod`s; what does not fit, or overlaps, goes to the
diagnostics.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast, get_args

from eduplan_rules.errors import Diagnostic
from eduplan_rules.period import Calendars, Kind, period_index, period_label, period_span
from eduplan_rules.rulebook.forms import read_day, suggest
from eduplan_rules.rulebook.keys import expected, meant_key
from eduplan_rules.rulebook.words import one_of, word
from eduplan_rules.source import Mapping, Scalar, Sequence, Span

KINDS = get_args(Kind)


@dataclass(frozen=True)
class DatedPeriod:
    """A period with a first and a last day of its own."""

    kind: Kind
    index: int
    first: datetime.date
    last: datetime.date
    span: Span

    @property
    def label(self) -> str:
        return period_label(self.kind, self.index)


def read_calendar(kind: Scalar, raw: Any, diagnostics: list[Diagnostic]) -> list[DatedPeriod]:
    """Read the first and last days of periods of a kind."""
    meant: Any = kind if kind in KINDS else meant_key(kind, KINDS)
    if kind != meant:
        message = expected(one_of(KINDS), kind)
        diagnostics.append(Diagnostic("wrong-value", message, kind.span, instruction=suggest(kind, KINDS)))
    if meant is None:
        return []
    if not isinstance(raw, Mapping):
        message = expected(word("days-by-period"), raw)
        diagnostics.append(Diagnostic("wrong-shape", message, getattr(raw, "span", kind.span)))
        return []
    read = [_read_period(meant, label, days, diagnostics) for label, days in raw.items()]
    return [period for period in read if period is not None]


def _read_period(kind: Kind, label: Scalar, days: Any, diagnostics: list[Diagnostic]) -> DatedPeriod | None:
    index = period_index(kind, label)
    if index is None:
        diagnostics.append(Diagnostic("wrong-value", expected(word(kind), label), label.span))
    span = getattr(days, "span", label.span)
    if not isinstance(days, Sequence) or len(days) != 2:
        message, hint = expected(word("first-and-last-day"), days), word("write", text="[2021-09-01, 2022-01-20]")
        diagnostics.append(Diagnostic("wrong-shape", message, span, instruction=hint))
        return None
    first, last = (read_day(day, span, diagnostics) for day in days)
    if first is None or last is None:
        return None
    if first > last:
        diagnostics.append(Diagnostic("date-order", word("days-crossed", first=first, last=last), span))
        return None
    return None if index is None else DatedPeriod(kind, index, first, last, label.span)


def calendar_periods(calendars: Calendars, place: Span) -> Iterator[DatedPeriod]:
    """The periods of calendars that were read before."""
    for name, labels in calendars.items():
        kind = cast(Kind, name)
        for label, (first, last) in labels.items():
            if (index := period_index(kind, label)) is not None:
                yield DatedPeriod(kind, index, first, last, place)


def check_calendars(periods: Iterable[DatedPeriod]) -> Iterator[Diagnostic]:
    """Check that each period is dated once, near its own days, and ends before the next begins."""
    dated: dict[Kind, dict[int, DatedPeriod]] = {}
    for period in periods:
        first = dated.setdefault(period.kind, {}).setdefault(period.index, period)
        if first is not period:
            message, also = word("declared-twice", name=period.label), ((first.span, word("first-here")),)
            yield Diagnostic("duplicate-id", message, period.span, also=also)
    for known in dated.values():
        near = [period for _, period in sorted(known.items()) if _is_near(period)]
        yield from (_far(period) for period in known.values() if period not in near)
        for period, following in pairwise(near):
            if following.first <= period.last:
                gaps = {"following": following.label, "period": period.label}
                message = word("periods-overlap", **gaps, first=following.first, last=period.last)
                also = ((period.span, word("to-day", day=period.last)),)
                yield Diagnostic("date-order", message, following.span, also=also)
        for period in near:
            yield from _into_neighbours(period, {each.index for each in near})


def _is_near(period: DatedPeriod) -> bool:
    return _meet(period, _own_days(period.kind, period.index))


def _far(period: DatedPeriod) -> Diagnostic:
    first, last = _own_days(period.kind, period.index)
    dated = {"period": period.label, "first": period.first, "last": period.last}
    return Diagnostic("wrong-date", word("far-days", **dated, usual_first=first, usual_last=last), period.span)


def _into_neighbours(period: DatedPeriod, dated: set[int]) -> Iterator[Diagnostic]:
    for index, reaches, day in (
        (period.index - 1, "begins-inside", period.first),
        (period.index + 1, "ends-inside", period.last),
    ):
        days = _own_days(period.kind, index)
        if index not in dated and _meet(period, days):
            label = period_label(period.kind, index)
            message = word(reaches, period=period.label, day=day, other=label, first=days[0], last=days[1])
            hint = word("date-as-well", period=label)
            yield Diagnostic("date-order", message, period.span, "warning", hint)


def _meet(period: DatedPeriod, days: tuple[datetime.date, datetime.date]) -> bool:
    return period.first <= days[1] and days[0] <= period.last


def _own_days(kind: Kind, index: int) -> tuple[datetime.date, datetime.date]:
    """First and last day of a period that nobody dated; beyond the calendar's years, none that any other could meet."""
    try:
        return period_span(kind, index, {})
    except ValueError:
        return datetime.date.max, datetime.date.min
