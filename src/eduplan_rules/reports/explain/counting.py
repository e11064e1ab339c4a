"""The rows that an aggregate counts, and the changes by which one row after the other meets its condition, or not.

In: an inquiry that has looked, and an aggregate of its rule. Out: changes row by row: rows that fail are put right in
their order, rows that are too many are changed or taken away, and where there is nothing to put right, rows are added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from typing import Any, Literal

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import PLACED, Rollup
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet, rollup_of, truth
from eduplan_rules.engine.record import Function, in_order
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.period import period_of_day, period_span
from eduplan_rules.reports.explain.edits import ANY_TEXT, Edit, has_row, identity_of
from eduplan_rules.reports.explain.ground import cells_of, facts_of, may_change, told_by
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.levers import levers_of
from eduplan_rules.reports.explain.options import options_of, texts_in, trial_of
from eduplan_rules.rulebook.model import Entity, Field

_HOLDING = ("share", "all", "any")
#: those of which another row can be the remedy
_COUNTING = (*_HOLDING, "count", "count_distinct", "min", "max")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_MOST_ADDED = 64
_MOST_ALIKE = 12

Cells = dict[str, Any]
#: finds changes by which a condition of a row becomes true, or false, that are not on the row itself
Deeper = Callable[[Entity, Typed, Cells, bool], list[Edit]]
#: a row, and the changes that concern it
Change = tuple[Cells, list[Edit]]
Action = Literal["change", "add", "remove"]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """An aggregate that counts rows, and what its rows are asked for."""

    typed: Typed
    step: Rollup
    there: Place
    #: whether a row is in, and whether the aggregate's condition holds of it
    member: Node
    holds: Node
    #: what is read of each row
    reads: Mapping[str, Node]
    #: whether it is a side of a comparison by itself
    compared: bool
    #: what its rows must be would tell personal values
    personal: bool

    @property
    def rows(self) -> Rows:
        """What it is over."""
        found: Rows = self.typed.data
        return found

    @property
    def holding(self) -> Typed | None:
        """The condition that the aggregate asks of its rows, where it asks one."""
        return self.rows.values[0] if self.rows.name in _HOLDING else None

    @property
    def condition(self) -> Typed | None:
        """What rows must meet: of a count to be in."""
        return self.rows.where if self.holding is None else self.holding


def counted_in(trees: Sequence[Typed], place: Place) -> Iterator[Counted]:
    """The aggregates of some trees that count rows of the subject itself."""
    seen: set[int] = set()
    sides = {id(side) for tree in trees for side in _sides(tree)}
    for typed in (typed for tree in trees for typed in here_in(tree)):
        if typed.data.name in _COUNTING and id(typed) not in seen:
            seen.add(id(typed))
            yield counted_of(typed, place, compared=id(typed) in sides)


def _sides(tree: Typed) -> Iterator[Typed]:
    """The two sides of every comparison that is no part of another value."""
    if tree.op in ("and", "or", "not", "value"):
        for arg in tree.args:
            yield from _sides(arg)
    elif tree.op in _COMPARISONS:
        for side in tree.args:
            while side.op in ("value", "convert"):
                side = side.args[0]
            yield side


def here_in(typed: Typed) -> Iterator[Typed]:
    """The aggregates of a tree that stand at its own place, and are not there to choose something else."""
    if typed.op == "aggregate":
        yield typed
    elif typed.op not in ("lookup", "previous", "parameter"):
        for arg in typed.args[1 if typed.op == "if" else 0 :]:
            yield from here_in(arg)


def counted_of(typed: Typed, place: Place, *, compared: bool) -> Counted:
    """The aggregate, with all that is asked of its rows."""
    facet(typed, place)
    step, there = rollup_of(typed, place)
    rows: Rows = typed.data
    algebra = place.algebra
    member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
    holds = truth(rows.values[0], there) if rows.name in _HOLDING else member
    leaves = [node for node in in_order([member, holds]) if node.op == "column"]
    trees = [tree for tree in (rows.where, *rows.values) if tree is not None]
    reads = {node.value: node for node in leaves}
    reads |= {name: there.field(name) for tree in trees for name in _fields_of(tree, there)}
    reads |= {str(name): there.field(str(name)) for fields in there.entity.belongs_to.values() for name in fields}
    personal = any(list(told_by(tree, there)) for tree in trees)
    return Counted(typed, step, there, member, holds, reads, compared, personal)


def _fields_of(tree: Typed, there: Place, *, new: bool = False) -> list[str]:
    """The cells of a row that a tree reads, those to act on first; of a new row its key and day too."""
    links = {str(name) for fields in there.entity.belongs_to.values() for name in fields}
    read = [(entity, name) for path, entity, name in facts_of(tree, there) if not path]
    found = [name for entity, name in read if (name not in links if new else may_change(entity, name))]
    levers = {name for path, name, _ in levers_of(tree, there) if not path}
    return sorted(dict.fromkeys(found), key=lambda name: name not in levers)


class RowBench:
    """The rows of one aggregate, put right one after the other."""

    def __init__(self, inquiry: Inquiry, sight: Sight, counted: Counted, deeper: Deeper) -> None:
        self.inquiry = inquiry
        self.sight = sight
        self.counted = counted
        self.deeper = deeper
        #: whether rows may become of another kind, which is the last thing to change
        self.kinds = False
        #: it is a row that is not there yet
        self.new = False
        nodes = {**counted.reads} | {"#in": counted.member, "#is": counted.holds}
        self.all = inquiry.rows(sight, counted.step, nodes)
        #: rows that are certainly in, and those of them of which the condition certainly holds
        self.inside = [row for row in self.all if row["#in"] is True]
        self.met = [row for row in self.inside if row["#is"] is True]
        if counted.rows.name == "count_distinct":
            self.met = list({self.kind_of(row): row for row in self.met if None not in self.kind_of(row)}.values())
        table = sight.facts.tables.get(str(counted.there.entity.id))
        self._functions: dict[tuple[int, ...], Function] = {}
        self.columns: frozenset[str] = frozenset() if table is None else frozenset(table.frame.columns)

    @property
    def entity(self) -> Entity:
        """Whose rows."""
        return self.counted.there.entity

    def ways(self) -> Iterator[tuple[int, Action, Iterator[Change]]]:
        """How rows can come to meet the condition (1), or no longer meet it (-1), one by one; the best way first."""
        rows = self.counted.rows
        if rows.name in ("count_distinct", "min", "max"):
            yield 1, "add", self._of_new_kinds() if rows.name == "count_distinct" else islice(self.added(), 1)
            return
        failing = [row for row in self.inside if row["#is"] is not True]
        outside = [row for row in self.all if row["#in"] is not True]
        if self.counted.holding is not None:
            yield 1, "change", self._changed(failing, self.counted.holding, wanted=True)
        if rows.name in ("any", "count"):
            yield 1, "add", self.added()
        if rows.where is not None:
            yield 1, "change", self._changed(outside, rows.where, wanted=True)
        condition = self.counted.condition
        if condition is not None:
            yield -1, "change", self._changed(self.met, condition, wanted=False)
        if rows.name == "count" and self.counted.compared:
            yield -1, "remove", ((row, [Edit("remove", self.entity, self._identity(row))]) for row in self.met)
        if self.counted.holding is not None:
            self.kinds = True
            yield 1, "change", self._changed(failing, self.counted.holding, wanted=True)

    def _changed(self, rows: Sequence[Cells], typed: Typed, *, wanted: bool) -> Iterator[Change]:
        for row in rows:
            edits = self.fixed(row, typed, wanted=wanted)
            if edits:
                yield row, edits

    def fixed(self, row: Cells, typed: Typed, *, wanted: bool) -> list[Edit]:
        """The changes of a row by which a condition becomes true, or false; none where none were found."""
        there = self.counted.there
        node = truth(typed, there)
        if self._value(node, row) is wanted:
            return []
        if typed.op == "value" and typed.args[0].op in ("and", "or", "not", "value"):
            return self.fixed(row, typed.args[0], wanted=wanted)
        if typed.op == "not":
            return self.fixed(row, typed.args[0], wanted=not wanted)
        for name in _fields_of(typed, there, new=self.new):
            if name in self.columns and (self.kinds or self.entity.fields[name].type != "choice"):
                edit = self._one(row, name, node, wanted=wanted)
                if edit is not None:
                    return [edit]
        if typed.op in ("and", "or"):
            return self._several(row, typed, wanted=wanted)
        return self.deeper(self.entity, typed, row, wanted)

    def _several(self, row: Cells, typed: Typed, *, wanted: bool) -> list[Edit]:
        edits: list[Edit] = []
        row = dict(row)
        for arg in typed.args:
            if self._value(truth(arg, self.counted.there), row) is wanted:
                continue
            found = self.fixed(row, arg, wanted=wanted)
            if not found:
                return []
            edits += found
            for edit in found:
                row |= self._cells(str(edit.field), edit.after)
        return edits

    def _one(self, row: Cells, name: str, node: Node, *, wanted: bool) -> Edit | None:
        field = self.entity.fields[name]
        trial = trial_of(
            node,
            lambda found: found is wanted,
            lambda column: column.lstrip("?!+") == name,
            lambda value: {**row, **cells_of(field, value)},
            self._function,
        )
        now = row.get(name)
        option = next(iter(options_of(field, now, trial, self.inquiry.as_of)), None)
        return None if option is None else Edit("set", self.entity, self._identity(row), name, now, option.value)

    def _value(self, node: Node, row: Cells) -> Any:
        return node.value if node.constant else self._function([node])(row)[0]

    def _function(self, nodes: Sequence[Node]) -> Function:
        key = tuple(map(id, nodes))
        if key not in self._functions:
            self._functions[key] = self.inquiry.function(nodes)
        return self._functions[key]

    def _cells(self, name: str, value: Any) -> Cells:
        return cells_of(self.entity.fields[name], value)

    def _identity(self, row: Cells) -> Cells:
        return {name: row.get(name) for name in identity_of(self.entity)}

    def added(self) -> Iterator[Change]:
        """New rows that are in, and meet the condition."""
        number = 0
        for like in self._likes():
            cells = self._filled(self._blank(like))
            while cells is not None and number < _MOST_ADDED:
                change = self._added(cells, number + 1)
                if change is None:
                    break
                number += 1
                yield change
                if not self._free_keys():
                    break

    def _likes(self) -> list[Cells | None]:
        """Rows that new ones are to be like: one of each that they can belong to, where that is not the subject."""
        if len(self.counted.rows.path) < 2 or not self.all:
            return [next(iter(self.all), None)]
        links = self.counted.rows.path[0].fields
        ordered = sorted(self.all, key=lambda row: row["#in"] is not True)
        alike = {tuple(row.get(str(name)) for name in links): row for row in reversed(ordered)}
        return list(alike.values())[::-1][:_MOST_ALIKE]

    def _free_keys(self) -> list[str]:
        """The parts of a key that can be anything."""
        links = {str(name) for fields in self.entity.belongs_to.values() for name in fields}
        free = [str(name) for name in self.entity.key if str(name) not in links]
        return [name for name in free if self.entity.fields[name].type in ("text", "integer")]

    def kind_of(self, row: Cells) -> tuple[Any, ...]:
        """What a count of different things tells a row apart by."""
        return tuple(row.get(str(value.data[1])) if value.op == "field" else None for value in self.counted.rows.values)

    def _of_new_kinds(self) -> Iterator[Change]:
        """New rows, each different from all others in what is counted."""
        values, blank = self.counted.rows.values, self._blank(next(iter(self.all), None))
        if blank is None or not all(value.op == "field" and may_change(self.entity, value.data[1]) for value in values):
            return
        fields = [self.entity.fields[str(value.data[1])] for value in values]
        seen, number = {self.kind_of(row) for row in self.all}, 0
        for kind in product(*(self._kinds(field) for field in fields)):
            cells = dict(blank)
            for field, value in zip(fields, kind, strict=True):
                cells |= self._cells(str(field.id), value)
            filled = None if kind in seen else self._filled(cells)
            change = None
            if filled is not None and self.kind_of(filled) == kind:
                number += 1
                change = self._added(filled, number)
            if change is not None:
                yield change

    def _kinds(self, field: Field) -> list[Any]:
        if field.type == "choice":
            return list(map(str, field.choices))
        if field.type == "boolean":
            return [True, False]
        if field.type != "text":
            return []
        where = self.counted.rows.where
        known = [] if where is None else texts_in([truth(where, self.counted.there)])
        return [*known, *(f"{ANY_TEXT}{number}" for number in range(1, _MOST_ADDED + 1))]

    def _filled(self, cells: Cells | None) -> Cells | None:
        """A row that is in, and meets the condition; None where that cannot be made."""
        if cells is None:
            return None
        self.kinds = self.new = True
        for tree in (self.counted.rows.where, self.counted.holding):
            for edit in [] if tree is None else self.fixed(cells, tree, wanted=True):
                cells = cells | self._cells(str(edit.field), edit.after)
        self.kinds = self.new = False
        met = all(self._value(node, cells) is True for node in (self.counted.member, self.counted.holds))
        return cells if met else None

    def _added(self, cells: Cells, number: int) -> Change | None:
        """A row of these cells under a new key."""
        own = {str(name): cells[name] for name in self.entity.fields if cells.get(name) is not None}
        own |= {name: cells[name] for name in ("#p", "#start", "#end") if name in cells}
        keys = self._new_key(own, number)
        if keys is None:
            return None
        identity = {name: (own | keys).get(name) for name in identity_of(self.entity)}
        return identity, [Edit("add", self.entity, identity, cells=own | keys)]

    def _new_key(self, own: Cells, number: int) -> Cells | None:
        """A key that no row has: parts that are links stay."""
        free = self._free_keys()
        if not free:
            keys = {name: own.get(name) for name in map(str, self.entity.key)}
            return None if None in keys.values() or self._taken(keys, own.get("#p")) else keys
        whole = self.entity.fields[free[0]].type == "integer"
        return {name: own.get(name, "-") for name in map(str, self.entity.key)} | {
            free[0]: 10**9 + number if whole else f"new {number}"
        }

    def _taken(self, keys: Cells, period: Any) -> bool:
        """Whether there is a row of this key already."""
        names = {**keys} if period is None else {**keys, "#p": period}
        return has_row(self.sight.facts.tables[str(self.entity.id)], names)

    def _blank(self, like: Cells | None) -> Cells | None:
        """An empty row that belongs to the subject and lies in its time; None where that cannot be said."""
        counted, sight, entity = self.counted, self.sight, self.entity
        cells: Cells = (
            {}
            if like is None
            else {name: value for name, value in like.items() if name.split(".")[0] not in entity.fields}
        )
        for name in entity.fields:
            cells |= self._cells(str(name), None)
        for name, node in counted.step.visible.items():
            cells[name] = node.value if node.constant else sight(node)
        cells |= {PLACED: True}
        if len(counted.rows.path) == 1:
            (link,) = counted.rows.path
            keys = [sight.row.get(str(name)) for name in self.inquiry.entity.key]
            cells |= dict(zip(map(str, link.fields), keys, strict=True))
        elif like is not None and counted.rows.path:
            cells |= {name: like[name] for name in counted.rows.path[0].fields}
        else:
            return None
        return cells | self._time()

    def _time(self) -> Cells:
        entity, sight = self.entity, self.sight
        day: date = min(sight.row.get("#end") or self.inquiry.as_of, self.inquiry.as_of)
        found: Cells = {}
        if entity.day is not None:
            found[str(entity.day)] = day
        if entity.valid is not None:
            first, last = map(str, entity.valid)
            found[first] = day
            found |= {} if entity.fields[last].blank is not None else {last: day}
        if entity.period is not None:
            calendars = self.inquiry.book.book.calendars
            number = period_of_day(entity.period.is_, day, calendars)
            if number is not None:
                start, end = period_span(entity.period.is_, number, calendars)
                found |= {"#p": number, "#start": start, "#end": end, "#day": min(end, self.inquiry.as_of)}
        cells = {name: value for name, value in found.items() if name in entity.fields}
        return found | {key: cell for name, value in cells.items() for key, cell in self._cells(name, value).items()}
