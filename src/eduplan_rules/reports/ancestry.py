"""Which county, which school: the parents of a subject, by key and name.

In: facts and a subject's row. Out: entity -> key and name, from the nearest parent up. Names come from a parent's
newest row; a parent whose table was not delivered has a key only.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from eduplan_rules.engine.record import Row
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.tables.facts import Facts
from eduplan_rules.tables.finding import HIDDEN

if TYPE_CHECKING:
    from eduplan_rules.engine.live.store import Store

_Known = dict[tuple[str, ...], dict[str, Any]]


class Ancestry:
    """Finds parents; each table is read once, when first needed."""

    def __init__(self, facts: Facts | None, book: Rulebook, *, show_personal: bool) -> None:
        self.facts = facts
        self.book = book
        self.show_personal = show_personal
        self._known: dict[str, _Known] = {}

    def __call__(self, entity: str, row: Row) -> dict[str, dict[str, str | None]]:
        """The parents of a row of an entity."""
        found: dict[str, dict[str, str | None]] = {}
        frontier: list[tuple[Entity, Row]] = [(self.book.entities[entity], row)]
        while frontier:
            child, cells = frontier.pop(0)
            for parent, fields in child.belongs_to.items():
                key = tuple(cells.get(str(name)) for name in fields)
                if str(parent) in found or any(part is None for part in key):
                    continue
                target = self.book.entities[parent]
                above = self._rows(target).get(tuple(map(str, key)), {})
                found[str(parent)] = self._told(target, key, above)
                frontier.append((target, above))
        return found

    def _told(self, target: Entity, key: tuple[Any, ...], above: Row) -> dict[str, str | None]:
        hide = not self.show_personal
        shown = [
            HIDDEN if hide and target.fields[str(name)].personal else str(part)
            for name, part in zip(target.key, key, strict=True)
        ]
        name = target.name
        if name is None or (hide and target.fields[str(name)].personal):
            return {"key": " / ".join(shown), "name": None}
        return {"key": " / ".join(shown), "name": above.get(str(name))}

    def _rows(self, target: Entity) -> _Known:
        if target.id not in self._known:
            known: _Known = {}
            table = self.facts.tables.get(str(target.id)) if self.facts is not None else None
            if table is not None:
                names = {str(name) for name in target.key} | ({str(target.name)} if target.name is not None else set())
                names |= {str(name) for fields in target.belongs_to.values() for name in fields}
                columns = [name for name in table.frame.columns if name in names]
                keys = [str(name) for name in target.key]
                newest = table.frame.select(columns).unique(keys, keep="last", maintain_order=True)
                for cells in newest.iter_rows(named=True):
                    known[tuple(str(cells[str(name)]) for name in target.key)] = cells
            self._known[str(target.id)] = known
        return self._known[str(target.id)]


class LiveAncestry(Ancestry):
    """Finds parents among rows that come and go."""

    def __init__(self, book: Rulebook, store: Store, *, show_personal: bool) -> None:
        super().__init__(None, book, show_personal=show_personal)
        self.store = store
        self._newest: dict[str, _Newest] = {}

    def _rows(self, target: Entity) -> Any:
        name = str(target.id)
        if name not in self._newest:
            self._newest[name] = _Newest(self.store, target)
        return self._newest[name]


class _Newest:
    """The newest row of each key, found by the key's texts."""

    def __init__(self, store: Store, entity: Entity) -> None:
        self.store = store
        self.name = str(entity.id)
        self.readers = [_OF_TEXT.get(entity.fields[name].type, str) for name in entity.key]

    def get(self, key: tuple[str, ...], default: Row) -> Row:
        """The row, or the default where there is none."""
        if self.name not in self.store.shape:
            return default
        cells = tuple([read(text) for read, text in zip(self.readers, key, strict=True)])
        return self.store.newest(self.name, cells) or default


#: types of keys other than texts -> what reads their texts
_OF_TEXT: dict[str, Any] = {
    "integer": int,
    "number": float,
    "date": date.fromisoformat,
    "boolean": lambda text: text == "True",
}
