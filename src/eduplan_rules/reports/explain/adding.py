"""New rows of an aggregate: what one must hold to be in and to meet its condition.

In: an aggregate, and how a row is put right. Out: changes that add one row after the other, each under a key of its
own, in the subject's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import PLACED, origin
from eduplan_rules.compiler.values import truth
from eduplan_rules.language.typed import Typed
from eduplan_rules.period import period_of_day, period_span
from eduplan_rules.reports.explain.counted import Cells, Change, Counted
from eduplan_rules.reports.explain.edits import ANY_TEXT, Edit, has_row, identity_of
from eduplan_rules.reports.explain.ground import cells_of, may_change
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.options import texts_in
from eduplan_rules.rulebook.model import Entity, Field

_MOST_ADDED = 64
_MOST_ALIKE = 12


class NewRows:
    """Rows that are not there yet."""

    def __init__(
        self,
        inquiry: Inquiry,
        sight: Sight,
        counted: Counted,
        rows: Sequence[Cells],
        *,
        fixed: Callable[[Cells, Typed], list[Edit]],
        value: Callable[[Node, Cells], Any],
    ) -> None:
        self.inquiry = inquiry
        self.sight = sight
        self.counted = counted
        self.all = rows
        self._fixed = fixed
        self._value = value

    @property
    def entity(self) -> Entity:
        """Whose rows."""
        return self.counted.there.entity

    def _cells(self, name: str, value: Any) -> Cells:
        return cells_of(self.entity.fields[name], value)

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

    def _likes(self) -> Sequence[Cells | None]:
        """Rows that new ones are to be like: one of each that they can belong to, where that is not the subject."""
        if len(self.counted.rows.path) < 2 or not self.all:
            return [next(iter(self.all), None)]
        links = self.counted.rows.path[0].fields
        ordered = sorted(self.all, key=lambda row: row["#in"] is not True)
        alike = {tuple(row.get(str(name)) for name in links): row for row in reversed(ordered)}
        return [*reversed(alike.values())][:_MOST_ALIKE]

    def _free_keys(self) -> list[str]:
        """The parts of a key that can be anything."""
        links = {str(name) for fields in self.entity.belongs_to.values() for name in fields}
        free = [str(name) for name in self.entity.key if str(name) not in links]
        return [name for name in free if self.entity.fields[name].type in ("text", "integer")]

    def of_new_kinds(self) -> Iterator[Change]:
        """New rows, each different from all others in what is counted."""
        values, blank = self.counted.rows.values, self._blank(next(iter(self.all), None))
        if blank is None or not all(value.op == "field" and may_change(self.entity, value.data[1]) for value in values):
            return
        fields = [self.entity.fields[str(value.data[1])] for value in values]
        seen, number = {self.counted.kind_of(row) for row in self.all}, 0
        for kind in product(*(self._kinds(field) for field in fields)):
            cells = dict(blank)
            for field, value in zip(fields, kind, strict=True):
                cells |= self._cells(str(field.id), value)
            filled = None if kind in seen else self._filled(cells)
            change = None
            if filled is not None and self.counted.kind_of(filled) == kind:
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
        for tree in (self.counted.rows.where, self.counted.holding):
            for edit in [] if tree is None else self._fixed(cells, tree):
                cells = cells | self._cells(str(edit.field), edit.after)
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
            else {name: value for name, value in like.items() if origin(name)[0] not in entity.fields}
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
