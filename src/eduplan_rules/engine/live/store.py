"""Facts in memory: rows by entity, key and time, as the door would have them at any moment.

In: rows with typed cells, put in and taken out. Out, at each `commit`: by entity, the rows that are others now.
Holds: a reference to a key that no row has is missing; a column is delivered while some row has it, an entity while
some row of it has a place. Rows are never changed in place: what was handed out stays what it was.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from eduplan_rules.compiler.plan import PLACED
from eduplan_rules.rulebook.model import Entity, Field

Row = Mapping[str, Any]
Key = tuple[Any, ...]
#: a fact, its row before and after (None: there was none, there is none), the columns that differ (None: all)
Change = tuple["Fact", Row | None, Row | None, frozenset[str] | None]
#: entity -> its delivered columns
Shape = Mapping[str, frozenset[str]]

_order = attrgetter("order")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A row as it was delivered, its cells read."""

    #: by field, None for what is missing; by `#p`, `#start`, `#end` its period; by `#file`, `#sheet`, `#line` its place
    values: Mapping[str, Any]
    #: fields that could not be read
    bad: frozenset[str]
    #: the fields that were there to be read
    columns: frozenset[str]


class Fact:
    """A row that keeps its identity while what it says changes."""

    __slots__ = ("cells", "entity", "key", "order", "row", "span", "stray", "time")

    def __init__(self, entity: Entity, key: Key, time: Any, cells: Cells, *, stray: bool) -> None:
        self.entity = str(entity.id)
        self.key = key
        #: index of the period, of a span its first day (None: not known), of all others 0
        self.time = time
        self.stray = stray
        #: first and last day of its period
        self.span: tuple[date, date] | None = None
        if entity.period is not None and not stray:
            self.span = cells.values["#start"], cells.values["#end"]
        self.cells: Cells | None = cells
        #: what rules read of it; None while it is not in
        self.row: Row | None = None
        #: by key and time; of rows that have neither by what they say
        self.order = (*key, True, time) if time is not None and not stray else (*key, False, *_content(entity, cells))

    @property
    def location(self) -> dict[str, Any]:
        """Where it stands in the feed."""
        row = self.row or {}
        return {name: row.get(f"#{name}") for name in ("file", "sheet", "line")}


def _content(entity: Entity, cells: Cells) -> Iterator[tuple[bool, Any]]:
    return ((value is not None, value) for value in map(cells.values.get, entity.fields))


class Table:
    """The rows of one entity."""

    def __init__(self, entity: Entity, signs: Collection[str]) -> None:
        self.entity = entity
        self.name = str(entity.id)
        self.keys: dict[Key, list[Fact]] = {}
        self.strays: dict[Fact, None] = {}
        self.layouts: Counter[frozenset[str]] = Counter()
        self.links = [(str(target), tuple(map(str, fields))) for target, fields in entity.belongs_to.items()]
        #: for each link, the rows by the key they refer to
        self.children: list[dict[Key, dict[Fact, None]]] = [{} for _ in self.links]
        self.key_names = tuple(map(str, entity.key))
        days = [entity.day] if entity.day else [entity.valid[0]] if entity.valid else []
        self.anchors = {str(name) for name in (*self.key_names, *days)}
        #: known to have no other rows, so that it is delivered even without any
        self.closed = False
        self._known: Counter[Key] = Counter()
        self._lost = [self._only_here(fields) for _, fields in self.links]
        asked = sorted(signs)
        self._absent = [
            (name, entity.fields[name[1:]]) for name in asked if name[0] == "?" and name[1:] in entity.fields
        ]
        self._unread = [name for name in asked if name[0] == "!"]
        self._there = [name for name in asked if name[0] == "+"]
        self._constant: dict[str, Any] = {}
        self._delivered: frozenset[str] = frozenset()

    def _only_here(self, fields: Iterable[str]) -> tuple[str, ...]:
        """The fields of a link that are part of neither the key nor another link."""
        uses = Counter([*self.key_names, *(name for _, names in self.links for name in names)])
        return tuple(name for name in fields if uses[name] == 1)

    @property
    def delivered(self) -> frozenset[str] | None:
        """Its delivered columns; None where no row has a place."""
        columns = frozenset[str]().union(*self.layouts)
        if self.closed:
            return columns or frozenset(map(str, self.entity.fields))
        return columns if self.keys and columns >= self.anchors else None

    def has(self, key: Key) -> bool:
        """Whether some row has this key, be it one without a place."""
        return key in self.keys or key in self._known

    def newest(self, key: Key) -> Row | None:
        """The last row of a key."""
        rows = self.keys.get(key)
        return rows[-1].row if rows else None

    def enter(self, fact: Fact) -> None:
        """Take a row in."""
        assert fact.cells is not None
        if fact.stray:
            self.strays[fact] = None
            self._known[fact.key] += 1
        else:
            insort(self.keys.setdefault(fact.key, []), fact, key=_order)
        self.note(fact)

    def leave(self, fact: Fact) -> None:
        """Take a row out."""
        self.unnote(fact)
        if fact.stray:
            del self.strays[fact]
            self._known[fact.key] -= 1
            self._known = +self._known
            return
        rows = self.keys[fact.key]
        rows.remove(fact)
        if not rows:
            del self.keys[fact.key]

    def note(self, fact: Fact) -> None:
        """Know what a row has and refers to."""
        assert fact.cells is not None
        self.layouts[fact.cells.columns] += 1
        for children, (_, names) in zip(self.children, self.links, strict=True):
            children.setdefault(tuple(map(fact.cells.values.get, names)), {})[fact] = None

    def unnote(self, fact: Fact) -> None:
        """Forget what a row had and referred to."""
        assert fact.cells is not None
        self.layouts[fact.cells.columns] -= 1
        if not self.layouts[fact.cells.columns]:
            del self.layouts[fact.cells.columns]
        for children, (_, names) in zip(self.children, self.links, strict=True):
            key = tuple(map(fact.cells.values.get, names))
            del children[key][fact]
            if not children[key]:
                del children[key]

    def shaped(self, delivered: frozenset[str]) -> None:
        """Settle what all rows have in common: which columns are delivered."""
        self._delivered = delivered
        self._constant = {
            **dict.fromkeys(self._unread, False),
            **{name: name[1:] in delivered or name[1:] not in self.entity.fields for name in self._there},
            **{name: None for name, field in self._absent if field.id not in delivered},
        }

    def facts(self) -> Iterator[Fact]:
        """All rows, those without a place as well."""
        for rows in self.keys.values():
            yield from rows
        yield from self.strays

    def made(self, fact: Fact, as_of: date, tables: Mapping[str, Table], shape: Shape) -> Row:
        """What rules read of a row: cells, what is known about them, when it is."""
        assert fact.cells is not None
        values, bad = fact.cells.values, fact.cells.bad
        row: dict[str, Any] = {**self._constant, **values, PLACED: None if fact.stray else True}
        for (target, names), lost in zip(self.links, self._lost, strict=True):
            if target not in shape or not self._delivered.issuperset(names):
                continue
            key = tuple([row.get(name) for name in names])
            if None not in key and not tables[target].has(key):
                bad = bad.union(names)
                row.update(dict.fromkeys(lost))
        if self.entity.period is not None:
            end = row["#end"]
            row["#day"] = None if end is None else min(end, as_of)
        for name, field in self._absent:
            if field.id in self._delivered:
                row[name] = _absence(field, empty=row.get(field.id) is None, bad=field.id in bad)
        if bad:
            for name in self._unread:
                row[name] = name[1:] in bad
        return row


def _absence(field: Field, *, empty: bool, bad: bool) -> bool | None:
    """Whether a cell is known to be absent."""
    if field.blank is None and not field.optional:
        return None if empty else False
    return None if bad else empty


class Store:
    """All rows; what is put and taken counts from the next `commit` on."""

    def __init__(self, entities: Mapping[str, Entity], as_of: date, signs: Mapping[str, Collection[str]]) -> None:
        self.tables = {str(name): Table(entity, signs.get(str(name), ())) for name, entity in entities.items()}
        self.as_of = as_of
        #: of the last commit
        self.shape: dict[str, frozenset[str]] = {}
        self._touched: dict[Fact, None] = {}
        #: keys of which a row came or went -> whether there was one at the last commit
        self._had: dict[tuple[str, Key], bool] = {}
        self._below: dict[str, list[tuple[Table, int]]] = {}
        for table in self.tables.values():
            for place, (target, _) in enumerate(table.links):
                self._below.setdefault(target, []).append((table, place))

    def put(self, entity: str, key: Key, time: Any, cells: Cells) -> Fact:
        """Take a row in, in the place of any with the same key and time."""
        table = self.tables[entity]
        same = [fact for fact in table.keys.get(key, ()) if fact.time == time]
        if len(same) != 1 or time is None:
            for fact in same:
                self.take(fact)
            return self.add(entity, key, time, cells)
        fact = same[0]
        table.unnote(fact)
        fact.cells = cells
        table.note(fact)
        self._touched[fact] = None
        return fact

    def add(self, entity: str, key: Key, time: Any, cells: Cells, *, stray: bool = False) -> Fact:
        """Take a row in beside all others."""
        table = self.tables[entity]
        fact = Fact(table.entity, key, time, cells, stray=stray)
        self._had.setdefault((entity, key), table.has(key))
        table.enter(fact)
        self._touched[fact] = None
        return fact

    def take(self, fact: Fact) -> None:
        """Take a row out."""
        table = self.tables[fact.entity]
        self._had.setdefault((fact.entity, fact.key), table.has(fact.key))
        table.leave(fact)
        fact.cells = None
        self._touched[fact] = None

    def found(self, entity: str, key: Key) -> list[Fact]:
        """The rows of a key, in order of time."""
        return list(self.tables[entity].keys.get(key, ()))

    def newest(self, entity: str, key: Key) -> Row | None:
        """The last row of a key."""
        return self.tables[entity].newest(key)

    def below(self, entity: str, key: Key) -> Iterator[Fact]:
        """The rows that refer to a key."""
        for table, place in self._below.get(entity, ()):
            yield from table.children[place].get(key, ())

    def commit(self) -> tuple[dict[str, list[Change]], frozenset[str]]:
        """The rows that are others now, by entity; and entities of which other columns are delivered now."""
        had, touched = self._had, self._touched
        self._had, self._touched = {}, {}
        for (entity, key), before in had.items():
            if self.tables[entity].has(key) != before:
                touched |= dict.fromkeys(self.below(entity, key))
        entities = {fact.entity for fact in touched} | {name for name, table in self.tables.items() if table.closed}
        turned = self._turned(entities)
        for entity in turned:
            touched |= dict.fromkeys(self.tables[entity].facts())
        changes: dict[str, list[Change]] = {}
        for fact in touched:
            old = fact.row
            fact.row = None
            if fact.cells is not None:
                fact.row = self.tables[fact.entity].made(fact, self.as_of, self.tables, self.shape)
            if fact.row is None:
                if old is not None:
                    changes.setdefault(fact.entity, []).append((fact, old, None, None))
                continue
            columns = None if old is None else differing(old, fact.row)
            if columns is None or columns:
                changes.setdefault(fact.entity, []).append((fact, old, fact.row, columns))
        return changes, turned

    def _turned(self, entities: Iterable[str]) -> frozenset[str]:
        """Entities of which other columns are delivered now, and those whose references they are asked for."""
        turned: set[str] = set()
        for entity in entities:
            table, old = self.tables[entity], self.shape.get(entity)
            new = table.delivered
            if new == old:
                continue
            turned.add(entity)
            table.shaped(frozenset() if new is None else new)
            if new is None:
                del self.shape[entity]
            else:
                self.shape[entity] = new
            if (new is None) != (old is None):
                turned |= {below.name for below, _ in self._below.get(entity, ())}
        return frozenset(turned)


def differing(old: Row, new: Row) -> frozenset[str]:
    """The columns in which two rows differ."""
    if old.keys() == new.keys():
        return frozenset([name for name, value in new.items() if old[name] != value])
    return frozenset([name for name in {**old, **new} if old.get(name) != new.get(name)])
