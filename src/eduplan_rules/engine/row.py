"""A single record as the row that rules read: cells by declared type, what is absent, the period's days.

In: an entity and a record as a feed has it. Out: a dict of the plan's columns. Reading is compiled: one function for
each entity, of our own templates and of names bound as texts, takes cells that have their declared type as they are and
hands all others to what reads a feed's columns. A row keeps nothing of the record it was read from.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from eduplan_rules.engine.record import Row
from eduplan_rules.errors import DataError
from eduplan_rules.language.names import choice_names
from eduplan_rules.period import Kind, period_index, period_span, periods_between
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.tables.cells import TOO_LARGE, beyond, read_column, read_date, series_of, to_texts
from eduplan_rules.tables.facts import renamed_keys
from eduplan_rules.tables.marks import empties, has_form, is_mark

Reader = Callable[[Any], Any]
#: columns of a row: the fields that could not be read, and those that were not delivered
BAD, ABSENT = "#bad", "#absent"
#: numbers that are written plainly
_DIGITS, _DECIMAL = re.compile("[0-9]{1,15}"), re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
#: labels of periods that are remembered
_LABELS = 1000


class Unreadable:
    """Stands where cells contradict each other, or cannot be read."""

    def __repr__(self) -> str:
        return "cells that differ"


_UNREADABLE: Any = Unreadable()
_NONE: frozenset[str] = frozenset()


class RowReader:
    """Reads the records of one entity. `signs`: about which fields rules ask what is absent, unreadable, delivered."""

    def __init__(self, entity: Entity, book: Rulebook, as_of: date, signs: Iterable[str] = ()) -> None:
        self.entity = entity
        self._calendars = book.calendars
        self._as_of = as_of
        self._plain = {*entity.fields, *([entity.period.column] if entity.period is not None else [])}
        self._headers = {header: name for name, field in entity.fields.items() for header in _headers(field)}
        self._cells = _compiled(entity, book, sorted(signs))
        #: by their exact labels: 2022 and 2022.0 are equal to Python, and need not be read alike
        self._labels: dict[str | int, tuple[int, date, date, date]] = {}

    def read(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row; None where its period, or its day, begins after the day.

        Raises DataError for a record without its key or period.
        """
        if not self._plain.issuperset(record):
            record = self._by_identifier(record)
        row: dict[str, Any] = self._cells(record)
        entity = self.entity
        if entity.period is not None:
            label = record.get(str(entity.period.column))
            span = self._labels.get(label) if type(label) is int or type(label) is str else None
            row["#p"], row["#start"], row["#end"], row["#day"] = span = span or self._span(label, entity.period.is_)
            return None if span[1] > self._as_of else row
        day = None if entity.day is None else row[str(entity.day)]
        return row if day is None or day <= self._as_of else None

    def about(self, name: str, row: Row) -> bool | None:
        """Whether a field of a row is known to be absent (`?f`), unreadable (`!f`), delivered (`+f`)."""
        sign, name = name[0], name[1:]
        field = self.entity.fields.get(name)
        if field is None:
            return None
        if sign == "!":
            return name in row[BAD]
        if sign == "+":
            return name not in row[ABSENT]
        if row[name] is not None:
            return False
        knowable = field.optional or field.blank is not None
        return True if knowable and name not in row[ABSENT] and name not in row[BAD] else None

    def periods(self, row: dict[str, Any], kind: Kind, since: date | None) -> Iterator[dict[str, Any]]:
        """The row once for each calendar period inside its own, or since a day, that has begun."""
        first = row.get("#start", since)
        last = row["#end"] if "#end" in row else date(self._as_of.year + 1, 12, 31)
        assert first is not None
        for index in periods_between(kind, first, last, self._calendars):
            start, end = period_span(kind, index, self._calendars)
            if start <= self._as_of:
                yield row | {"#e": index, "#start": start, "#end": end, "#day": min(end, self._as_of)}

    def _by_identifier(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record with each field under its identifier; cells that contradict each other as unreadable."""
        found: dict[str, Any] = {}
        for header, cell in record.items():
            written = str(header).replace("\ufeff", "").strip()
            name = self._headers.get(written, written)
            found[name] = cell if name not in found or _same(found[name], cell) else _UNREADABLE
        return found

    def _span(self, label: Any, kind: Kind) -> tuple[int, date, date, date]:
        """The period a cell names, read as a feed's is, with its days."""
        text = None if label is _UNREADABLE else to_texts(series_of("", [label]))[0]
        index = None if text is None else period_index(kind, text)
        if index is None:
            period = self.entity.period
            assert period is not None
            raise DataError([f"a record of {self.entity.id} needs `{period.column}`, a {kind}, found {label!r}"])
        start, end = period_span(kind, index, self._calendars)
        span = index, start, end, min(end, self._as_of)
        if (type(label) is int or type(label) is str) and len(self._labels) < _LABELS:
            self._labels[label] = span
        return span


def _same(one: Any, other: Any) -> bool:
    return one is other or (isinstance(one, bool) is isinstance(other, bool) and bool(one == other))


def _headers(field: Field) -> list[str]:
    return [str(field.id), *(field.label or {}).values(), *map(str, field.aliases)]


def _compiled(entity: Entity, book: Rulebook, signs: Iterable[str]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """One function from a record by identifiers to a row without its period."""
    renamed, marked = renamed_keys(entity, book), empties(entity)
    places = {str(name): f"c{position}" for position, name in enumerate(entity.fields)}
    scope: dict[str, Any] = {"date": date, "UNREADABLE": _UNREADABLE, "NONE": _NONE, "refuse": _refuse}
    lines = ["def compiled(record):", "    get = record.get", "    bad = absent = NONE"]
    for name, field in entity.fields.items():
        cell, read = places[str(name)], f"read{len(scope)}"
        plain = not (name in renamed or name in marked or field.form is not None)
        scope[read] = _reader(field, renamed.get(str(name)), marks=name in marked)
        taken = _TAKEN[field.type].format(cell, *_ends(field)) if plain and field.type in _TAKEN else "False"
        lines += [
            f"    {cell} = get({str(name)!r})",
            f"    if {cell} is None:",
            f"        if {str(name)!r} not in record: absent |= {{{str(name)!r}}}",
            f"    elif not ({taken}):",
            f"        {cell} = UNREADABLE if {cell} is UNREADABLE else {read}({cell})",
            f"        if {cell} is UNREADABLE: {cell} = None; bad |= {{{str(name)!r}}}",
        ]
    for first, last in entity.spans:
        # a last day before the first is unreadable
        one, other = places[str(first)], places[str(last)]
        lines += [
            f"    if {one} is not None and {other} is not None and {other} < {one}:",
            f"        {other} = None; bad |= {{{str(last)!r}}}",
        ]
    for name in map(str, entity.key):
        lines.append(f"    if {places[name]} is None: refuse({str(entity.id)!r}, {name!r}, record)")
    cells = [f"{name!r}: {place}" for name, place in places.items()]
    told = [f"{sign!r}: {_sign(sign[0], entity.fields.get(sign[1:]), places)}" for sign in signs]
    lines.append(f"    return {{{', '.join([*cells, *told, f'{BAD!r}: bad', f'{ABSENT!r}: absent'])}}}")
    exec(compile("\n".join(lines), "<records>", "exec"), scope)  # our own templates, see the module's docstring
    function: Callable[[Mapping[str, Any]], dict[str, Any]] = scope["compiled"]
    return function


#: declared type -> when a cell is taken as it is; {1} and {2} are the least and the largest number
_TAKEN = {
    "integer": "type({0}) is int and {1} <= {0} <= {2}",
    "number": "type({0}) is float and {1} <= {0} <= {2}",
    "text": "type({0}) is str and {0} and {0}.isascii() and {0}.strip() == {0}",
    "boolean": "type({0}) is bool",
    "date": "type({0}) is date",
}


def _ends(field: Field) -> tuple[float, float]:
    """The least and the largest number that is taken as it is."""
    most = TOO_LARGE - 1 if field.type == "integer" else sys.float_info.max
    return (-most if field.min is None else max(-most, field.min), most if field.max is None else min(most, field.max))


def _sign(sign: str, field: Field | None, places: Mapping[str, str]) -> str:
    """What `RowReader.about` says, written out."""
    if field is None:
        return "None"
    name = str(field.id)
    if sign == "!":
        return f"{name!r} in bad"
    if sign == "+":
        return f"{name!r} not in absent"
    empty = f"True if {name!r} not in absent and {name!r} not in bad else None"
    knowable = field.optional or field.blank is not None
    return f"False if {places[name]} is not None else {empty if knowable else None}"


def _refuse(entity: str, name: str, record: Mapping[str, Any]) -> None:
    raise DataError([f"a record of {entity} needs `{name}`, found {record.get(name)!r}"])


def _reader(field: Field, renamed: Mapping[str, str] | None = None, *, marks: bool = False) -> Reader:
    """Read one cell as a feed's is read; of a key that was renamed the new one."""
    read = _reader_of_type(field)
    if marks or field.form is not None:
        read = _settled(field, read, marks=marks)
    if renamed is None:
        return read
    new = {old: read(text) for old, text in renamed.items()}

    def current(cell: Any) -> Any:
        value = read(cell)
        return value if value is None or value is _UNREADABLE else new.get(str(value), value)

    return current


def _settled(field: Field, read: Reader, *, marks: bool) -> Reader:
    """Read a text: a mere mark as empty, and one that cannot be what the field is for not at all."""

    def text(cell: Any) -> Any:
        value = read(cell)
        if value is None or value is _UNREADABLE or (marks and is_mark(value)):
            return value if value is _UNREADABLE else None
        return value if has_form(field, value) else _UNREADABLE

    return text


def _reader_of_type(field: Field) -> Reader:
    """Read one cell as a feed's is read, at once where that is plain."""

    def slowly(cell: Any) -> Any:
        column = read_column(field, series_of(str(field.id), [cell]))
        outside = beyond(field, column.values)
        return _UNREADABLE if column.faults or (outside is not None and outside[0]) else column.values[0]

    low, high = _ends(field)

    def text(cell: Any) -> Any:
        return cell if type(cell) is str and cell and cell == cell.strip() and _is_whole(cell) else slowly(cell)

    def integer(cell: Any) -> Any:
        value = int(cell) if type(cell) is str and _DIGITS.fullmatch(cell) else None
        return value if value is not None and low <= value <= high else slowly(cell)

    def number(cell: Any) -> Any:
        plain = (type(cell) is int and abs(cell) < TOO_LARGE) or (type(cell) is str and _DECIMAL.fullmatch(cell))
        value = float(cell) if plain else None
        return value if value is not None and low <= value <= high else slowly(cell)

    def day(cell: Any) -> Any:
        value = read_date(cell) if type(cell) is str else None
        return slowly(cell) if value is None else value

    known = choice_names(field)

    def choice(cell: Any) -> Any:
        found = known.get(cell) if type(cell) is str else None
        return slowly(cell) if found is None else found

    readers: dict[str, Reader] = {"text": text, "integer": integer, "number": number, "date": day, "choice": choice}
    return readers.get(field.type, slowly)


def _is_whole(text: str) -> bool:
    """Whether a text can be written: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
