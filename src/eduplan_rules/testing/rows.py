"""Facts that keep all that a rulebook declares about its entities.

In: a rulebook. Out: strategies of tables, by entity a list of dicts, one a row, as `evaluate` and `to_facts` take them.
Holds: types, ranges, choices and forms; keys are unique; links lead to rows; periods are of the declared kind and end
no subject's life early; last days are not before first ones. There is no finding about such facts themselves; a rule
that can decide nothing on them, such as by a quotient of zeros, is still told in a report (`nothing-decided`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from eduplan_rules.errors import did_you_mean
from eduplan_rules.period import day_of, period_label, period_of_day, period_span
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.tables.delivery import anchors
from eduplan_rules.tables.facts import entity_names
from eduplan_rules.testing.cell import cells, days, fits

Draw = Callable[[st.SearchStrategy[Any]], Any]
Row = dict[str, Any]
Tables = dict[str, list[Row]]

#: days between the earliest event and the day of the check
_EARLIER = 3 * 366


def facts(
    book: Rulebook,
    *,
    entities: Collection[str] | None = None,
    rows: int = 3,
    periods: int = 2,
    as_of: date | str = "2022-12-31",
) -> st.SearchStrategy[Tables]:
    """Tables that keep every declaration: entity -> list of dicts, one a row; `to_facts` of them has no finding.

    `entities`: which tables (identifiers or labels), by default all; a link to a table left out may lead anywhere.
    `rows`: subjects of a table, at most; `periods`: consecutive periods, at most, none of which begins after `as_of`.
    Optional columns are left out now and then; cells that may be empty are None now and then.

    Raises ValueError for an entity that nobody declared, and for numbers below 1.
    """
    if rows < 1 or periods < 1:
        message = f"`rows` and `periods` are at least 1, found {rows} and {periods}"
        raise ValueError(message)
    return _facts(_Plan(book, _chosen(book, entities), rows, periods, day_of(as_of)))


def records(book: Rulebook, entity: str, *, as_of: date | str = "2022-12-31") -> st.SearchStrategy[Row]:
    """Single rows of one entity, as `Checker.check` takes them."""
    (name,) = _chosen(book, [entity])
    return facts(book, entities=[entity], rows=1, periods=1, as_of=as_of).map(lambda tables: tables[name][0])


@dataclass(frozen=True, repr=False)
class _Plan:
    book: Rulebook
    names: tuple[str, ...]
    rows: int
    periods: int
    day: date
    _memo: dict[tuple[str, str], st.SearchStrategy[Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Without the rulebook, which is long: Hypothesis shows what strategies are made from."""
        return f"{len(self.names)} tables, rows={self.rows}, periods={self.periods}, as_of={self.day}"

    def cells(self, entity: Entity, name: str) -> st.SearchStrategy[Any]:
        """Values of a field."""
        place = (str(entity.id), name)
        if place not in self._memo:
            self._memo[place] = cells(entity.fields[name], self.day)
        return self._memo[place]

    @property
    def past(self) -> st.SearchStrategy[date]:
        """Days of events that count."""
        return days(self.day - timedelta(_EARLIER), self.day)

    def links(self, entity: Entity) -> Iterator[tuple[Entity, tuple[str, ...]]]:
        """Delivered entities above, each with the fields that hold its key; those of the longest keys first."""
        above = [(str(target), tuple(map(str, own))) for target, own in entity.belongs_to.items()]
        for target, own in sorted(above, key=lambda each: -len(each[1])):
            if target in self.names:
                yield self.book.entities[target], own


def _chosen(book: Rulebook, entities: Collection[str] | None) -> tuple[str, ...]:
    known = entity_names(book)
    given = list(book.entities) if entities is None else [entities] if isinstance(entities, str) else list(entities)
    for name in given:
        if name not in known:
            near = did_you_mean(name, known)
            message = f"there is no entity `{name}`" + (f", did you mean `{near}`?" if near else "")
            raise ValueError(message)
    return tuple(dict.fromkeys(known[name] for name in given))


@st.composite
def _facts(draw: Draw, plan: _Plan) -> Tables:
    subjects: dict[str, list[Row]] = {}
    for name in _above_first(plan):
        entity = plan.book.entities[name]
        drawn = [_subject(draw, plan, entity, subjects) for _ in range(draw(st.integers(1, plan.rows)))]
        unique = {tuple(row[str(part)] for part in entity.key): row for row in reversed(drawn)}
        subjects[name] = list(reversed(unique.values()))
    newest: dict[str, tuple[int, int]] = {}
    for name in plan.names:
        kind = plan.book.entities[name].period
        if kind is not None and kind.is_ not in newest:
            index = period_of_day(kind.is_, plan.day, {})
            assert index is not None
            newest[kind.is_] = (index - draw(st.integers(0, 1)), draw(st.integers(1, plan.periods)))
    return {name: _rows(draw, plan, plan.book.entities[name], subjects, newest) for name in plan.names}


def _above_first(plan: _Plan) -> list[str]:
    """Entities in an order in which those whose key is a part of another's come before it."""
    ordered: list[str] = []

    def visit(name: str, below: tuple[str, ...]) -> None:
        entity = plan.book.entities[name]
        for above, own in plan.links(entity):
            if above is not entity and set(own) & set(map(str, entity.key)) and str(above.id) not in ordered:
                if above.id in below:
                    message = f"the keys of {', '.join(below)} are made of each other"
                    raise ValueError(message)
                visit(str(above.id), (*below, name))
        if name not in ordered:
            ordered.append(name)

    for name in plan.names:
        visit(name, ())
    return ordered


def _subject(draw: Draw, plan: _Plan, entity: Entity, subjects: Mapping[str, list[Row]]) -> Row:
    """The key of a subject, with the whole of the links that a part of it belongs to."""
    row: Row = {}
    key = [str(name) for name in entity.key]
    for above, own in plan.links(entity):
        if set(own) & set(key) and above is not entity:
            row |= _link(draw, entity, above, own, row, subjects[str(above.id)])
    for name in key:
        if name not in row:
            row[name] = draw(plan.cells(entity, name) if name != entity.day else plan.past)
            assume(str(row[name]) not in entity.renamed)
    return row


def _link(draw: Draw, entity: Entity, above: Entity, own: tuple[str, ...], row: Row, subjects: list[Row]) -> Row:
    """Fields that lead to one of the subjects above, and go with what the row has."""
    keys = [
        {
            name: _as(entity.fields[name], above.fields[str(part)], subject[str(part)])
            for name, part in zip(own, above.key, strict=True)
        }
        for subject in subjects
    ]
    going = [
        key
        for key in keys
        if all(row.get(name, value) == value and fits(entity.fields[name], value) for name, value in key.items())
    ]
    assume(going)
    found: Row = draw(st.sampled_from(going))
    return found


def _as(own: Field, other: Field, value: Any) -> Any:
    """A part of a key as the link to it is written."""
    if own.type == other.type or own.type in ("text", "choice"):
        return value if isinstance(value, str) or own.type == other.type else str(value).replace("True", "true")
    message = f"`{own.id}` is of type {own.type}, expected {other.type} as the key that it leads to"
    raise ValueError(message)


def _rows(
    draw: Draw,
    plan: _Plan,
    entity: Entity,
    subjects: Mapping[str, list[Row]],
    newest: Mapping[str, tuple[int, int]],
) -> list[Row]:
    """All rows of an entity."""
    own = {str(name) for fields in entity.belongs_to.values() for name in fields}
    times = {str(name) for name in (*entity.life, entity.closed, entity.day, *(entity.valid or ())) if name}
    kept = {*anchors(entity), *own, *times}
    absent = {name for name, field in entity.fields.items() if field.optional and name not in kept and _now(draw, 3)}
    found: list[Row] = []
    for subject in subjects[str(entity.id)]:
        fixed = dict(subject)
        for above, fields in plan.links(entity):
            if any(name not in fixed for name in fields):
                fixed |= _above(draw, entity, above, fields, fixed, subjects[str(above.id)])
        for row in _timed(draw, plan, entity, fixed, newest):
            rest = [str(name) for name in entity.fields if name not in row and name not in absent]
            row |= {name: _cell(draw, plan, entity, name) for name in rest}
            found.append(_in_order(entity, row))
    return found


def _above(draw: Draw, entity: Entity, above: Entity, own: tuple[str, ...], row: Row, subjects: list[Row]) -> Row:
    """A link, or none where there need not be one."""
    free = [entity.fields[name] for name in own if name not in row]
    if all(_may_be_empty(field) for field in free) and _now(draw, 3):
        return {str(field.id): None for field in free}
    return _link(draw, entity, above, own, row, subjects)


def _timed(draw: Draw, plan: _Plan, entity: Entity, fixed: Row, newest: Mapping[str, tuple[int, int]]) -> Iterator[Row]:
    """The rows of a subject with all that tells of time."""
    if entity.period is not None:
        yield from _lived(draw, plan, entity, fixed, *newest[entity.period.is_])
        return
    row = dict(fixed)
    if entity.day is not None and str(entity.day) not in row:
        row[str(entity.day)] = draw(plan.past)
    for begins, ends in entity.spans:
        first, last = str(begins), str(ends)
        if row.get(first) is None:
            row[first] = draw(plan.past)
        if row.get(last) is None:
            empty = _may_be_empty(entity.fields[last]) and _now(draw, 2)
            row[last] = None if empty else draw(days(row[first], row[first] + timedelta(_EARLIER)))
        assume(row[last] is None or row[first] <= row[last])
    yield row


def _lived(draw: Draw, plan: _Plan, entity: Entity, fixed: Row, newest: int, count: int) -> Iterator[Row]:
    """A row for each period of a subject's life."""
    assert entity.period is not None
    kind, column = entity.period.is_, str(entity.period.column)
    first = newest - draw(st.integers(0, count - 1))
    last = newest
    spans = {index: period_span(kind, index, plan.book.calendars) for index in range(first, newest + 1)}
    opened, closed = entity.opened, entity.closed
    always = dict(fixed)
    if opened is not None and str(opened) not in always:
        empty = _may_be_empty(entity.fields[opened]) and _now(draw, 3)
        always[str(opened)] = None if empty else draw(days(spans[first][0] - timedelta(366), spans[first][1]))
    ended = closed is not None and _now(draw, 3)
    if ended:
        last = draw(st.integers(first, newest))
    end = None
    if closed is not None and entity.fields[closed].type == "date":
        begun = max(spans[last][0], always.get(str(opened)) or date.min)
        end = draw(days(begun, spans[last][1])) if ended else plan.day + timedelta(_EARLIER)
    for index in range(first, last + 1):
        label = period_label(kind, index)
        row = always | {column: index if kind == "year" and _is_number(entity, column) else label}
        if closed is not None and str(closed) not in fixed:
            row[str(closed)] = _ending(entity.fields[closed], end, ended=ended, last=index == last)
        yield row


def _ending(field: Field, end: date | None, *, ended: bool, last: bool) -> Any:
    """What the field says by which a life is closed: on its last row that it is, before nothing where it can."""
    if field.type != "date":
        return ended and last
    return end if (ended and last) or not _may_be_empty(field) else None


def _is_number(entity: Entity, column: str) -> bool:
    """Whether years are numbers: a field of the same name may want texts."""
    return column not in entity.fields or entity.fields[column].type in ("integer", "number")


def _cell(draw: Draw, plan: _Plan, entity: Entity, name: str) -> Any:
    return None if _may_be_empty(entity.fields[name]) and _now(draw, 4) else draw(plan.cells(entity, name))


def _may_be_empty(field: Field) -> bool:
    return field.optional or field.blank is not None


def _now(draw: Draw, one_in: int) -> bool:
    """Once in a while; a smaller example has it never."""
    return bool(draw(st.integers(1, one_in)) == one_in)


def _in_order(entity: Entity, row: Row) -> Row:
    """Key, period, then fields as they are declared."""
    column = [] if entity.period is None else [str(entity.period.column)]
    order = dict.fromkeys([*map(str, entity.key), *column, *map(str, entity.fields)])
    return {name: row[name] for name in order if name in row}
