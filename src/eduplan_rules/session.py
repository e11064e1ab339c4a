"""Live updates: facts one at a time, and what each does to the list of violations.

In: a rulebook and a day, then facts. Out: a `Session` whose `violations` are at any moment those of `evaluate` on the
facts it holds, and for each update the `Change`s of that list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from eduplan_rules.engine.live.door import Door, add_table, mapping, named_entity
from eduplan_rules.engine.live.store import Fact, Key
from eduplan_rules.engine.live.world import LiveWorld, judge_codes
from eduplan_rules.engine.outcome import VERDICTS, Violation
from eduplan_rules.errors import DataError
from eduplan_rules.period import day_of
from eduplan_rules.program import compiled_program
from eduplan_rules.reports.ancestry import LiveAncestry
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.run import periods_of
from eduplan_rules.tables.facts import Facts, entity_names, to_facts


@dataclass(frozen=True, slots=True)
class Change:
    """What an update did to one violation."""

    kind: Literal["opened", "changed", "closed"]
    #: as it is now; of one that closed, as it was
    violation: Violation
    #: as it was, of one that changed or closed
    former: Violation | None = None

    def to_dict(self) -> dict[str, Any]:
        """The change as plain data: `kind`, `record` (None of one that closed) and `former`."""
        return {
            "kind": self.kind,
            "record": None if self.kind == "closed" else self.violation.to_dict(),
            "former": None if self.former is None else self.former.to_dict(),
        }


class Session:
    """Facts in memory, and the violations that follow from them.

    `book`: a loaded rulebook. `as_of`, `periods` and `show_personal`: as for `evaluate`. Raises RulebookError where the
    rulebook has mistakes, ValueError for a day or periods that cannot be read.

    After any updates `violations` are those that `evaluate` gives on the same facts; sums are exact, so that the order
    of updates never shows. A column counts as delivered while some record has it, a table while some row of it has its
    key and period. Each update costs what it touches; the first row of a table, or of a column, and the last one, have
    all judged anew that reads it. A session belongs to one thread, and finds nothing about the data (`findings`).
    """

    def __init__(
        self, book: Rulebook, *, as_of: date | str, periods: str | int = "latest", show_personal: bool = False
    ) -> None:
        self.book = book
        self.as_of = day_of(as_of)
        self.periods = periods_of(periods, book)
        self.show_personal = show_personal
        codes = judge_codes(compiled_program(book), self.as_of, show_personal=show_personal)
        self._names = entity_names(book)
        self._doors = {str(name): Door(entity, book) for name, entity in book.entities.items()}
        self._world = LiveWorld(book, codes, self.as_of, self.periods)
        self._world.within = LiveAncestry(book, self._world.store, show_personal=show_personal)
        self._list: tuple[Violation, ...] | None = ()

    def load(self, facts: Mapping[str, Any] | Facts) -> tuple[Change, ...]:
        """Take whole tables in, each in the place of the one that was there.

        `facts`: what `evaluate` takes. Raises DataError where nothing was delivered; a table in which no row has its
        key and period is not taken.
        """
        if isinstance(facts, Facts) and facts.engine is not None:
            raise DataError(
                ["these facts stay in their engine: hand over the frames, or rows, that a session may hold"]
            )
        given = to_facts(facts, self.book)
        store = self._world.store
        named = () if isinstance(facts, Facts) else (self._names[name] for name in facts if name in self._names)
        for name in {*named, *given.tables}:
            for fact in list(store.tables[name].facts()):
                store.take(fact)
        for name, table in given.tables.items():
            add_table(store, given.unlinked.get(name, table))
        return self._settled()

    def upsert(self, entity: str, record: Mapping[str, Any]) -> tuple[Change, ...]:
        """Take a record in, in the place of the one with its key and period (of a span its first day).

        `entity` and `record`: as for `Checker.check`. Raises DataError for an entity nobody declared, and for a record
        without its key or period; nothing has changed then.
        """
        return self.update({entity: [record]})

    def remove(self, entity: str, key: Any, period: Any = None) -> tuple[Change, ...]:
        """Take the rows of a key out, or only that of one period (of a span: its first day).

        `key`: a cell, or a list of cells where the key has several parts. A key that has no row changes nothing.
        Raises DataError for an entity nobody declared and for a key or period that is none.
        """
        return self.update({}, remove=[(entity, key, period)])

    def update(
        self, records: Mapping[str, Iterable[Mapping[str, Any]]], *, remove: Iterable[tuple[str, Any, Any]] = ()
    ) -> tuple[Change, ...]:
        """Take several updates and judge once; the changes are those of them all together.

        `records`: by entity those that come in, each as for `upsert`. `remove`: entity, key and period (None: all) of
        those that go, before any comes in. Raises DataError as `upsert` and `remove` do; nothing has changed then.
        """
        if not isinstance(records, Mapping):
            raise DataError([f"updates are a mapping from entity to records, found {type(records).__name__}"])
        store = self._world.store
        gone = [self._known(*each) for each in remove]
        come = [(name, self._doors[name].read(mapping(name, each))) for name, each in self._each(records)]
        for name, key, time in gone:
            for fact in store.found(name, key):
                if time is None or fact.time == time:
                    store.take(fact)
        for name, cells in come:
            store.put(name, *cells)
        return self._settled()

    def _known(self, entity: str, key: Any, period: Any) -> tuple[str, Key, Any]:
        name = named_entity(self._names, entity)
        return name, self._doors[name].key(key), None if period is None else self._doors[name].time(period)

    def _each(self, records: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for entity, given in records.items():
            name = named_entity(self._names, entity)
            for record in given:
                yield name, record

    def _settled(self) -> tuple[Change, ...]:
        found = self._world.settle()
        if found:
            self._list = None
        return tuple([Change(*each) for each in found])

    @property
    def violations(self) -> Sequence[Violation]:
        """Every subject that breaks a rule, in the order of `report.violations`."""
        if self._list is None:
            broken = self._world.broken()
            self._list = tuple(
                [broken[rule][handle] for rule in sorted(broken) for handle in sorted(broken[rule], key=_order)]
            )
        return self._list

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Rule -> verdict -> number of outcomes."""
        counts = self._world.counts()
        return {rule: dict(zip(VERDICTS, counts[rule], strict=True)) for rule in sorted(counts)}


def _order(handle: Any) -> Any:
    return (handle.order, 0) if isinstance(handle, Fact) else (handle[0].order, handle[1])
