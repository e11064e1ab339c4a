"""The state of a plan's steps: who asked for which rows, and what they brought.

In: changes of the rows a step leads to, and the rows that ask. Out: which of those that asked must be told anew, and
what they are told. Holds: a row without certain keys, and one without a place, counts for all that it may belong to.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from eduplan_rules.compiler.plan import PLACED
from eduplan_rules.engine.live.code import StepCode
from eduplan_rules.engine.live.fold import ADDED, Folding, more_of, widen
from eduplan_rules.engine.live.store import Fact

Row = Mapping[str, Any]
#: a row that asks: a fact, or a fact in one of its periods
Handle = Any
Key = tuple[Any, ...]
#: which parts of the key are missing on rows that may lie in any subject; empty for those with a place
Pattern = tuple[bool, ...]
#: a fact, its row before and after (None: there was none, there is none), the columns that differ (None: all)
Change = tuple[Fact, Row | None, Row | None, frozenset[str] | None]

#: rows named behind an aggregate
FIRST = 5
_PLACED: Pattern = ()
_order = attrgetter("order")


class LookupState:
    """The rows a lookup leads to, by key."""

    def __init__(self, code: StepCode) -> None:
        self.code = code
        self.nothing = (None,) * len(code.names)
        self._there: dict[Key, tuple[Fact, tuple[Any, ...]]] = {}
        self._keys: dict[Fact, Key] = {}
        self._asked: dict[Handle, Key] = {}
        self._asking: dict[Key, dict[Handle, None]] = {}

    def absorb(self, changes: Iterable[Change]) -> list[Handle]:
        """Take changes of the rows it leads to; give those that are told something else now."""
        touched: dict[Key, None] = {}
        reads, there = self.code.reads, self._there
        for fact, _, row, columns in changes:
            if fact.stray or (columns is not None and reads.isdisjoint(columns)):
                continue
            old = self._keys.pop(fact, None)
            if old is not None and there.get(old, (None,))[0] is fact:
                del there[old]
                touched[old] = None
            if row is not None:
                key = self.code.place(row)
                if None not in key:
                    self._keys[fact] = key
                    there[key] = fact, self.code.give(row)
                    touched[key] = None
        return [handle for key in touched for handle in self._asking.get(key, ())]

    def ask(self, handle: Handle, row: Row, *, stray: bool) -> None:
        """Take the key of a row that asks."""
        key, old = self.code.ask(row), self._asked.get(handle)
        if key != old:
            self.leave(handle)
            self._asked[handle] = key
            self._asking.setdefault(key, {})[handle] = None

    def tell(self, handle: Handle) -> Sequence[Any]:
        """What the step brings to a row that asked."""
        found = self._there.get(self._asked[handle])
        return self.nothing if found is None else found[1]

    def must_ask(self, handle: Handle) -> bool:
        """Whether a row must ask again, though what it asks with is the same."""
        return False

    def leave(self, handle: Handle) -> None:
        """Forget a row that asked."""
        old = self._asked.pop(handle, None)
        if old is not None:
            asking = self._asking[old]
            del asking[handle]
            if not asking:
                del self._asking[old]

    def lacking(self, handle: Handle) -> Iterable[str]:
        """Columns that are unknown, not zero, of a row that has no certain key."""
        return ()


class View:
    """The folds over the rows of one group, as subjects with certain values see them."""

    __slots__ = ("_more", "against", "asking", "given", "states", "values")

    def __init__(self, code: StepCode) -> None:
        self.given: dict[Fact, tuple[Any, ...]] = {}
        self.states = [folding.empty() for folding in code.foldings]
        self.values = [folding.nothing for folding in code.foldings]
        #: by key and period
        self.against: list[list[Fact]] = [[] for _ in range(code.offences)]
        self.asking: dict[Handle, None] = {}
        self._more: list[tuple[int, Folding, Any]] | None = None

    def more(self, code: StepCode) -> list[tuple[int, Folding, Any]]:
        """What rows that may lie in several places add to each of them."""
        if self._more is None:
            self._more = more_of(code.foldings, self.values)
        return self._more

    def take(self, code: StepCode, fact: Fact, new: tuple[Any, ...] | None) -> bool:
        """Take what a row gives now (None: nothing); whether anything came of it."""
        old = self.given.get(fact)
        if old == new:
            return False
        if new is None:
            del self.given[fact]
        else:
            self.given[fact] = new
        self._more = None
        width, changed = len(code.foldings), False
        nothing = (None,) * (width + code.offences + 1)
        before, after = (old or nothing)[1:], (new or nothing)[1:]
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            if one == other:
                continue
            if place < width:
                folding = code.foldings[place]
                self.states[place] = folding.change(self.states[place], one, other)
                value = folding.value(self.states[place])
                if value != self.values[place]:
                    self.values[place], changed = value, True
            elif other is True:
                insort(self.against[place - width], fact, key=_order)
                changed = True
            elif one is True:
                _remove(self.against[place - width], fact)
                changed = True
        return changed


class Group:
    """The rows of one key, and their folds by what they see of the subjects that asked."""

    __slots__ = ("rows", "views")

    def __init__(self) -> None:
        self.rows: dict[Fact, Row] = {}
        self.views: dict[Key, View] = {}


class RollupState:
    """The rows a rollup leads to, by key, folded as far as somebody asked."""

    def __init__(self, code: StepCode, stray_row: Callable[[Fact, Row], Row]) -> None:
        self.code = code
        self.stray_row = stray_row
        self._folders: dict[Pattern, dict[Key, Group]] = {_PLACED: {}}
        self._lies: dict[Fact, tuple[Pattern, Key]] = {}
        self._asked: dict[Handle, tuple[tuple[tuple[Pattern, Key], ...], Key, list[View]]] = {}
        #: those that asked before there were rows of yet another pattern
        self._stale: set[Handle] = set()
        zeros = [folding.nothing for folding in code.foldings]
        unknown = [None if folding.how in ADDED else folding.nothing for folding in code.foldings]
        none: list[tuple[int, tuple[Fact, ...]]] = [(0, ())] * code.offences
        self._nothing = {False: (zeros, none), True: (unknown, none)}
        self._strays: set[Handle] = set()

    def absorb(self, changes: Iterable[Change]) -> list[Handle]:
        """Take changes of the rows it leads to; give those that are told something else now."""
        dirty: dict[Handle, None] = {}
        reads = self.code.reads
        for fact, _, row, columns in changes:
            if columns is not None and reads.isdisjoint(columns):
                continue
            old = self._lies.get(fact)
            new, given = (None, None) if row is None else self._place(fact, row)
            if old is not None and old != new:
                self._take_out(fact, old, dirty)
            if new is not None and given is not None:
                self._put(fact, new, given, dirty)
        return list(dirty)

    def _place(self, fact: Fact, row: Row) -> tuple[tuple[Pattern, Key] | None, Row]:
        """Where a row lies, and as what: one that may lie in any subject does so as a stray."""
        *keys, _ = self.code.place(row)
        if not fact.stray:
            if None not in keys:
                return (_PLACED, tuple(keys)), row
            row = self.stray_row(fact, row)
        *keys, nowhere = self.code.place(row)
        if nowhere:
            return None, row
        return (tuple(key is None for key in keys), tuple(key for key in keys if key is not None)), row

    def _take_out(self, fact: Fact, where: tuple[Pattern, Key], dirty: dict[Handle, None]) -> None:
        pattern, key = where
        group = self._folders[pattern][key]
        for view in group.views.values():
            if view.take(self.code, fact, None):
                dirty |= view.asking
        del self._lies[fact], group.rows[fact]
        self._forget(pattern, key, group)

    def _put(self, fact: Fact, where: tuple[Pattern, Key], row: Row, dirty: dict[Handle, None]) -> None:
        pattern, key = where
        if pattern not in self._folders:
            self._folders[pattern] = {}
            self._stale |= self._asked.keys()
            dirty |= dict.fromkeys(self._asked)
        group = self._folders[pattern].get(key)
        if group is None:
            group = self._folders[pattern][key] = Group()
        self._lies[fact], group.rows[fact] = where, row
        for seen, view in group.views.items():
            if view.take(self.code, fact, self._given(row, seen)):
                dirty |= view.asking

    def _given(self, row: Row, seen: Key) -> tuple[Any, ...] | None:
        given = self.code.give({**row, **dict(zip(self.code.seen, seen, strict=True))} if seen else row)
        return None if given[0] is False else given

    def ask(self, handle: Handle, row: Row, *, stray: bool) -> None:
        """Take the keys and visible values of a row that asks."""
        self._stale.discard(handle)
        asked = self.code.ask(row)
        keys, seen = asked[: self.code.keys], asked[self.code.keys :]
        certain = None not in keys
        spots: list[tuple[Pattern, Key]] = [(_PLACED, keys)] if certain else []
        for pattern in self._folders:
            if pattern != _PLACED:
                known = tuple(key for key, gone in zip(keys, pattern, strict=True) if not gone)
                if None not in known:
                    spots.append((pattern, known))
        old = self._asked.get(handle)
        if old is not None and old[0] == tuple(spots) and old[1] == seen:
            return
        self.leave(handle)
        if stray and not certain:
            self._strays.add(handle)
        views = [self._view(spot, seen) for spot in spots]
        for view in views:
            view.asking[handle] = None
        self._asked[handle] = tuple(spots), seen, views

    def _view(self, spot: tuple[Pattern, Key], seen: Key) -> View:
        pattern, key = spot
        group = self._folders[pattern].setdefault(key, Group())
        view = group.views.get(seen)
        if view is None:
            view = group.views[seen] = View(self.code)
            for fact, row in group.rows.items():
                view.take(self.code, fact, self._given(row, seen))
        return view

    def must_ask(self, handle: Handle) -> bool:
        """Whether a row must ask again, though what it asks with is the same."""
        return handle in self._stale

    def tell(self, handle: Handle) -> Sequence[Any]:
        """What the step brings to a row that asked."""
        spots, _, views = self._asked[handle]
        values, against = self._nothing[handle in self._strays]
        rest = views
        if spots and spots[0][0] == _PLACED:
            values, rest = views[0].values, views[1:]
            against = [(len(rows), tuple(rows[:FIRST])) for rows in views[0].against]
        told = [*values, *against]
        for view in rest:
            widen(told, view.more(self.code))
        return told

    def leave(self, handle: Handle) -> None:
        """Forget a row that asked."""
        old = self._asked.pop(handle, None)
        self._strays.discard(handle)
        self._stale.discard(handle)
        if old is None:
            return
        spots, seen, views = old
        for (pattern, key), view in zip(spots, views, strict=True):
            del view.asking[handle]
            if not view.asking:
                group = self._folders[pattern][key]
                del group.views[seen]
                self._forget(pattern, key, group)

    def _forget(self, pattern: Pattern, key: Key, group: Group) -> None:
        if not group.rows and not group.views:
            del self._folders[pattern][key]

    def lacking(self, handle: Handle) -> Iterable[str]:
        """Columns that are unknown, not zero, of a row that has no certain key."""
        spots, *_ = self._asked[handle]
        if spots and spots[0][0] == _PLACED:
            return ()
        pairs = zip(self.code.names, self.code.foldings, strict=False)
        return [name for name, folding in pairs if folding.how in ADDED]


def _remove(rows: list[Fact], fact: Fact) -> None:
    """Take a row out of those in order; some may have the same."""
    place = bisect_left(rows, fact.order, key=_order)
    while rows[place] is not fact:
        place += 1
    del rows[place]


def as_stray(row: Row, lacking: Iterable[str]) -> Row:
    """A row with a place as one that may lie in any subject."""
    return {**row, PLACED: None, **dict.fromkeys(lacking)}
