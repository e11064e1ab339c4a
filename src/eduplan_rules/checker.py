"""Check single records in a service: rules compiled once to Python, microseconds a record.

In: a rulebook and a day. Out: a `Checker` whose `check` gives the outcomes of one record under all rules about its
entity. A rule that needs rows which a single record does not have is unknown, with that reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import CompiledRule, Plan, Program
from eduplan_rules.engine.evidence import Evidence
from eduplan_rules.engine.outcome import OUTCOME_CLASSES, VERDICTS, Outcome
from eduplan_rules.engine.record import Function, Row, in_order, record_function
from eduplan_rules.errors import DataError, did_you_mean
from eduplan_rules.language.names import choice_names
from eduplan_rules.period import Kind, day_of, period_index, period_span, periods_between
from eduplan_rules.program import compiled_program
from eduplan_rules.reports.ancestry import Ancestry
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.tables.cells import TOO_LARGE, beyond, read_column, series_of
from eduplan_rules.tables.facts import entity_names, renamed_keys
from eduplan_rules.tables.marks import empties, has_form, is_mark

Reader = Callable[[Any], Any]


class Checker:
    """A rulebook compiled for single records.

    `book`: a loaded rulebook. `as_of`: the day the records are judged on. `show_personal` lets personal fields out.
    Raises RulebookError where the rulebook has mistakes.
    """

    def __init__(self, book: Rulebook, *, as_of: date | str, show_personal: bool = False) -> None:
        self.book = book
        self.as_of = day_of(as_of)
        self.show_personal = show_personal
        program = compiled_program(book)
        within = Ancestry(None, book, show_personal=show_personal)
        self._names = entity_names(book)
        self._entities: dict[str, _EntityChecker] = {}
        for plan, rules in program.plans():
            name = str(plan.entity.id)
            if name not in self._entities:
                self._entities[name] = _EntityChecker(plan.entity, book, self.as_of)
            evidence = [
                Evidence(rule, self.as_of, program.parameters, within, show_personal=show_personal) for rule in rules
            ]
            self._entities[name].add(plan, rules, evidence, program)

    def check(self, entity: str, record: Mapping[str, Any]) -> list[Outcome]:
        """Outcomes of one record under every rule about its entity, in the order of the rulebook.

        `entity`: its identifier or label. `record`: field, label or alias -> cell, read by declared type as in a feed,
        old keys as new ones; one that cannot be read is missing, and so is one that stands there twice and differs.
        Gives one outcome per rule, more for a rule with `every`, none for a record whose period begins after the day.
        Raises DataError for an entity nobody declared, and for a record without its key or period.
        """
        if not isinstance(record, Mapping):
            raise DataError([f"a record of {entity} is a mapping from field to cell, found {type(record).__name__}"])
        name = self._names.get(entity)
        if name is None:
            near = did_you_mean(entity, self._names)
            raise DataError([f"there is no entity `{entity}`" + (f", did you mean `{near}`?" if near else "")])
        found = self._entities.get(name)
        return [] if found is None else found.check(record)


class _EntityChecker:
    """All rules about one entity."""

    def __init__(self, entity: Entity, book: Rulebook, as_of: date) -> None:
        self.entity = entity
        self.book = book
        self.as_of = as_of
        self.groups: list[tuple[Plan, Function, list[Evidence], date | None]] = []
        renamed = renamed_keys(entity, book)
        marked = empties(entity)
        self.fields = [
            (str(name), _reader(field, renamed.get(name), marks=name in marked))
            for name, field in entity.fields.items()
        ]
        self.plain = {*entity.fields, *([entity.period.column] if entity.period is not None else [])}
        self.headers = {header: name for name, field in entity.fields.items() for header in _headers(field)}
        self.needed = list(map(str, entity.key))
        #: fields with a first and a last day; a last day before the first is unreadable
        self.spans = [(str(first), str(last)) for first, last in entity.spans]
        #: about which fields verdicts, and evidence, ask whether they are absent, unreadable, delivered
        self.signs: set[str] = set()
        self.more_signs: set[str] = set()
        self.periods: dict[Any, tuple[int, date, date, date]] = {}

    def add(self, plan: Plan, rules: Sequence[CompiledRule], evidence: list[Evidence], program: Program) -> None:
        """Compile the rules of one plan into one function that gives their verdicts' codes."""
        nodes = [rule.verdict for rule in rules]
        function = record_function(nodes, self.as_of, program.parameters)
        since = min((rule.rule.since for rule in rules if rule.rule.since is not None), default=None)
        self.groups.append((plan, function, evidence, since))
        self.signs |= {name for name in _columns(nodes) if name[0] in "?!+"}
        self.more_signs |= {name for each in evidence for name in each.columns if name[0] in "?!+"}
        for each in evidence:
            each.complete = self.complete

    def check(self, record: Mapping[str, Any]) -> list[Outcome]:
        row = self._row(record)
        outcomes: list[Outcome] = []
        if row is None:
            return outcomes
        classes, verdicts = OUTCOME_CLASSES, VERDICTS
        for plan, function, evidence, since in self.groups:
            for each in (row,) if plan.every is None else self._periods(row, plan.every, since):
                outcomes += [
                    classes[code](found, verdicts[code], each)
                    for found, code in zip(evidence, function(each), strict=True)
                ]
        return outcomes

    def _row(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """The columns that rules and evidence read; None where the period begins after the day."""
        row: dict[str, Any] = {}
        bad: set[str] = set()
        if not record.keys() <= self.plain:
            record = self._by_identifier(record)
        for name, read in self.fields:
            cell = record.get(name)
            if cell is None:
                row[name] = None
                continue
            value = cell if cell is _UNREADABLE else read(cell)
            if value is _UNREADABLE:
                bad.add(name)
                value = None
            row[name] = value
        for first, last in self.spans:
            if row[first] is not None and row[last] is not None and row[last] < row[first]:
                bad.add(last)
                row[last] = None
        for name in self.needed:
            if row.get(name) is None:
                raise DataError([f"a record of {self.entity.id} needs `{name}`, found {record.get(name)!r}"])
        row["#record"], row["#bad"] = record, bad
        for name in self.signs:
            row[name] = self._about(name[0], name[1:], row)
        return self._placed(row, record)

    def complete(self, row: Row) -> Row:
        """The row with what only evidence asks."""
        return {name: self._about(name[0], name[1:], row) for name in self.more_signs} | dict(row)

    def _about(self, sign: str, name: str, row: Row) -> bool | None:
        """Whether a field is known to be absent (?), unreadable (!), delivered (+)."""
        field = self.entity.fields.get(name)
        if field is None:
            return None
        if sign == "!":
            return name in row["#bad"]
        if sign == "+":
            return name in row["#record"]
        empty = row[name] is None
        knowable = field.optional or field.blank is not None or not empty
        return empty if knowable and name in row["#record"] and name not in row["#bad"] else None

    def _by_identifier(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record with each field under its identifier; cells that contradict each other as unreadable."""
        found: dict[str, Any] = {}
        for header, cell in record.items():
            written = str(header).replace("\ufeff", "").strip()
            name = self.headers.get(written, written)
            found[name] = cell if name not in found or _same(found[name], cell) else _UNREADABLE
        return found

    def _placed(self, row: dict[str, Any], record: Mapping[str, Any]) -> dict[str, Any] | None:
        entity = self.entity
        if entity.period is None:
            day = None if entity.day is None else row[str(entity.day)]
            return row if day is None or day <= self.as_of else None
        label = record.get(str(entity.period.column))
        span = self.periods.get(label)
        if span is None:
            span = self._span(label, entity.period.is_)
            if len(self.periods) < 1000:
                self.periods[label] = span
        row["#p"], row["#start"], row["#end"], row["#day"] = span
        return None if span[1] > self.as_of else row

    def _span(self, label: Any, kind: Kind) -> tuple[int, date, date, date]:
        index = None if label is None else period_index(kind, str(label))
        if index is None:
            period = self.entity.period
            assert period is not None
            raise DataError([f"a record of {self.entity.id} needs `{period.column}`, a {kind}, found {label!r}"])
        start, end = period_span(kind, index, self.book.calendars)
        return index, start, end, min(end, self.as_of)

    def _periods(self, row: dict[str, Any], kind: Kind, since: date | None) -> Iterator[dict[str, Any]]:
        """The row once for each calendar period inside its own that has begun."""
        calendars = self.book.calendars
        first = row.get("#start", since)
        last = row["#end"] if "#end" in row else date(self.as_of.year + 1, 12, 31)
        assert first is not None
        for index in periods_between(kind, first, last, calendars):
            start, end = period_span(kind, index, calendars)
            if start <= self.as_of:
                yield row | {"#e": index, "#start": start, "#end": end, "#day": min(end, self.as_of)}


class _Unreadable:
    def __repr__(self) -> str:
        return "cells that differ"


_UNREADABLE: Any = _Unreadable()


def _same(one: Any, other: Any) -> bool:
    return one is other or (isinstance(one, bool) is isinstance(other, bool) and bool(one == other))


def _columns(nodes: Sequence[Node]) -> set[str]:
    return {str(node.value) for node in in_order(nodes) if node.op == "column"}


def _headers(field: Field) -> list[str]:
    return [str(field.id), *(field.label or {}).values(), *map(str, field.aliases)]


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
    """Read one cell: at once where it has its declared type already, else as a feed's cell is read."""
    low = -math.inf if field.min is None else field.min
    high = math.inf if field.max is None else field.max

    def slowly(cell: Any) -> Any:
        column = read_column(field, series_of(str(field.id), [cell]))
        outside = beyond(field, column.values)
        return _UNREADABLE if column.faults or (outside is not None and outside[0]) else column.values[0]

    def integer(cell: Any) -> Any:
        if type(cell) is int and -TOO_LARGE < cell < TOO_LARGE and low <= cell <= high:
            return cell
        return slowly(cell)

    def number(cell: Any) -> Any:
        if type(cell) is float and -math.inf < cell < math.inf and low <= cell <= high:
            return cell
        return slowly(cell)

    def text(cell: Any) -> Any:
        return cell if type(cell) is str and cell and cell == cell.strip() else slowly(cell)

    def boolean(cell: Any) -> Any:
        return cell if type(cell) is bool else slowly(cell)

    def day(cell: Any) -> Any:
        return cell if type(cell) is date else slowly(cell)

    known = choice_names(field)

    def choice(cell: Any) -> Any:
        found = known.get(cell) if type(cell) is str else None
        return slowly(cell) if found is None else found

    readers: dict[str, Reader] = {
        "integer": integer,
        "number": number,
        "text": text,
        "boolean": boolean,
        "date": day,
        "choice": choice,
    }
    return readers[field.type]
