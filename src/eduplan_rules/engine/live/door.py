"""The door of a store: records and tables as rows with typed cells.

In: a record as a feed has it, or a table that was read. Out: key, time and cells. Cells are read as a feed's are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from eduplan_rules.engine.live.store import Cells, Key, Store
from eduplan_rules.engine.row import ABSENT, BAD, RowReader
from eduplan_rules.errors import DataError, did_you_mean
from eduplan_rules.period import day_of, period_index
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.tables.facts import Table


class Door:
    """Reads the records of one entity, of whatever day."""

    def __init__(self, entity: Entity, book: Rulebook) -> None:
        self.entity = entity
        self._key = tuple(map(str, entity.key))
        self._reader = RowReader(entity, book, date.max)
        self._all = frozenset(map(str, entity.fields))

    def read(self, record: Mapping[str, Any]) -> tuple[Key, Any, Cells]:
        """Key, time and cells of a record; raises DataError where it has no key or period."""
        row = self._reader.read(record)
        assert row is not None
        bad, absent = frozenset(row.pop(BAD)), row.pop(ABSENT)
        cells = Cells(row, bad, self._all.difference(absent) if absent else self._all)
        return tuple([row[name] for name in self._key]), time_of(self.entity, row), cells

    def key(self, key: Any) -> Key:
        """A key as rows have it."""
        parts = list(key) if isinstance(key, tuple | list) else [key]
        if len(parts) != len(self._key):
            raise DataError([f"the key of {self.entity.id} is {', '.join(self._key)}, found {key!r}"])
        record: dict[str, Any] = dict(zip(self._key, parts, strict=True))
        if self.entity.period is not None:
            record[str(self.entity.period.column)] = _LABELS[self.entity.period.is_]
        return self.read(record)[0]

    def time(self, given: Any) -> Any:
        """A period, or the first day of a span, as rows have it."""
        period = self.entity.period
        if period is not None:
            index = period_index(period.is_, str(given))
            if index is None:
                raise DataError([f"a period of {self.entity.id} is a {period.is_}, found {given!r}"])
            return index
        try:
            return day_of(given) if self.entity.valid is not None else 0
        except ValueError:
            raise DataError([f"a row of {self.entity.id} is known by its first day, found {given!r}"]) from None


#: any period of each kind
_LABELS = {"year": "2022", "school-year": "2021-2022", "term": "2021-2022-1", "quarter": "2022-Q1", "month": "2022-01"}


def named_entity(names: Mapping[str, str], entity: str) -> str:
    """The identifier of what is called so; raises DataError where nothing is."""
    name = names.get(entity)
    if name is None:
        near = did_you_mean(entity, names)
        raise DataError([f"there is no entity `{entity}`" + (f", did you mean `{near}`?" if near else "")])
    return name


def mapping(entity: str, record: object) -> Mapping[str, Any]:
    """The record, if it is one."""
    if not isinstance(record, Mapping):
        raise DataError([f"a record of {entity} is a mapping from field to cell, found {type(record).__name__}"])
    return record


def time_of(entity: Entity, values: Mapping[str, Any]) -> Any:
    """What tells rows of one key apart: the period, of a span its first day; 0 where nothing does."""
    if entity.period is not None:
        return values["#p"]
    return 0 if entity.valid is None else values.get(str(entity.valid[0]))


def add_table(store: Store, table: Table) -> None:
    """Put all rows of a table into a store, those without a place too."""
    entity = table.entity
    columns = frozenset(column for column in table.frame.columns if not column.startswith("#"))
    for frame, stray in ((table.frame, False), (table.strays, True)):
        if frame is None:
            continue
        kept = [name for name in frame.columns if not name.startswith("#bad:") and name != "#row"]
        marks = [name for name in frame.columns if name.startswith("#bad:") and frame[name].any()]
        bad = [frozenset[str]()] * frame.height
        if marks:
            flags = frame.select(marks).iter_rows()
            names = [name.removeprefix("#bad:") for name in marks]
            bad = [frozenset(name for name, is_bad in zip(names, row, strict=True) if is_bad) for row in flags]
        for values, wrong in zip(frame.select(kept).iter_rows(named=True), bad, strict=True):
            key = tuple([values[str(part)] for part in entity.key])
            cells = Cells(values, wrong, columns)
            store.add(str(entity.id), key, time_of(entity, values), cells, stray=stray)
