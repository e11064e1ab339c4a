"""Which rows are subjects: the newest of each key, all, or those of certain periods, and in which of their periods.

In: changes of an entity's rows. Out: subjects that came, went or changed. What `subjects` says of frames, said of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from eduplan_rules.engine.live.store import Change, Fact, Key, Row, Table
from eduplan_rules.engine.subjects import period_range
from eduplan_rules.period import Calendars, Kind, period_span, periods_between

#: a row that asks, what rules read of it (None: it went), the columns that differ (None: it came), its own times
Turn = tuple[Any, Row | None, frozenset[str] | None, Mapping[str, Any]]
_NO_TIMES: Mapping[str, Any] = {}


class Choice:
    """The subjects among the rows of one entity."""

    def __init__(self, table: Table, as_of: date, periods: str, calendars: Calendars) -> None:
        self.table = table
        self.as_of = as_of
        entity = table.entity
        self._start = "#start" if entity.period is not None else None if entity.day is None else str(entity.day)
        self._span: tuple[date, date] | None = None
        self._newest = entity.period is not None and periods == "latest"
        if entity.period is not None and periods not in ("latest", "all"):
            self._span = period_range(periods, entity.period.is_, calendars)
        self._closed = None if entity.closed is None else str(entity.closed)
        self._periods: Counter[tuple[int, date]] = Counter()
        self._last: tuple[int | None, date | None] = (None, None)
        self._chosen: dict[Key, Fact] = {}

    def take(self, changes: Iterable[Change]) -> Iterator[Turn]:
        """Take changes of the rows; give those of the subjects."""
        return self._take_newest(list(changes)) if self._newest else self._take_all(changes)

    def _take_all(self, changes: Iterable[Change]) -> Iterator[Turn]:
        for fact, old, new, columns in changes:
            if fact.stray:
                continue
            before, after = self._is_in(old), self._is_in(new)
            if before and not after:
                yield fact, None, None, _NO_TIMES
            elif after:
                yield fact, new, columns if before else None, _NO_TIMES

    def _is_in(self, row: Row | None) -> bool:
        """Whether a row lies in the periods asked for, and has begun."""
        if row is None or not self._begun(row):
            return False
        return self._span is None or self._span[0] <= row["#end"] <= self._span[1]

    def _begun(self, row: Row) -> bool:
        if self._start is None:
            return True
        day = row.get(self._start)
        # an event whose day is missing may have been
        return day is None or bool(day <= self.as_of)

    def _take_newest(self, changes: list[Change]) -> Iterator[Turn]:
        known: dict[Fact, frozenset[str] | None] = {}
        keys: dict[Key, None] = {}
        moved = False
        for fact, old, new, columns in changes:
            if fact.stray:
                continue
            known[fact] = columns
            keys[fact.key] = None
            if old is None or new is None:
                row, sign = (old, -1) if new is None else (new, 1)
                if row is not None and row["#start"] <= self.as_of:
                    self._periods[row["#p"], row["#start"]] += sign
                    moved = True
        if self._closed is not None and moved:
            self._periods = +self._periods
            numbers = [number for number, _ in self._periods]
            last = max(numbers, default=None), max((start for _, start in self._periods), default=None)
            if last != self._last:
                self._last = last
                keys |= dict.fromkeys(self.table.keys)
        for key in keys:
            old_fact, new_fact = self._chosen.get(key), self._newest_of(key)
            if new_fact is not None and new_fact is old_fact:
                if new_fact in known and known[new_fact] is not None:
                    yield new_fact, new_fact.row, known[new_fact], _NO_TIMES
                continue
            if old_fact is not None:
                del self._chosen[key]
                yield old_fact, None, None, _NO_TIMES
            if new_fact is not None:
                self._chosen[key] = new_fact
                yield new_fact, new_fact.row, None, _NO_TIMES

    def _newest_of(self, key: Key) -> Fact | None:
        for fact in reversed(self.table.keys.get(key, ())):
            if fact.row is not None and fact.row["#start"] <= self.as_of:
                return None if self._ended(fact.row) else fact
        return None

    def _ended(self, row: Row) -> bool:
        """Whether a subject whose newest row this is ended before the newest period that has begun."""
        closed = None if self._closed is None else row.get(self._closed)
        if closed is None:
            return False
        period, start = self._last
        assert period is not None
        assert start is not None
        return bool(closed and row["#p"] < period) if isinstance(closed, bool) else bool(closed < start)


class Moments:
    """Subjects in each of the periods inside their own that have begun; of those without one, from `since` on."""

    def __init__(self, kind: Kind, since: date | None, as_of: date, calendars: Calendars) -> None:
        self.kind = kind
        self.as_of = as_of
        self.calendars = calendars
        self._always = None if since is None else (since, date(as_of.year + 1, 12, 31))
        self._known: dict[tuple[date, date], list[tuple[int, Mapping[str, Any]]]] = {}

    def of(self, turns: Iterable[Turn]) -> Iterator[Turn]:
        """Each change once for each of the subject's periods."""
        for fact, row, columns, _ in turns:
            span = fact.span or self._always
            assert span is not None
            for index, times in self._inside(*span):
                yield (fact, index), row, columns, times

    def _inside(self, first: date, last: date) -> list[tuple[int, Mapping[str, Any]]]:
        found = self._known.get((first, last))
        if found is None:
            found = self._known[first, last] = []
            for index in periods_between(self.kind, first, last, self.calendars):
                start, end = period_span(self.kind, index, self.calendars)
                if start <= self.as_of:
                    times = {"#e": index, "#start": start, "#end": end, "#day": min(end, self.as_of)}
                    found.append((index, times))
        return found
