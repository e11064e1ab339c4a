"""One record among the rows that its rules need: drills of a school, the row of the year before, the county above.

In: a rulebook and a day, then a record and rows by entity. Out: the outcomes of the record. Holds: the rows that are
given are taken as all there are; a rule that needs rows of an entity that is not given is unknown with that reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from eduplan_rules.engine.live.door import Door, mapping
from eduplan_rules.engine.live.judge import JudgeCode
from eduplan_rules.engine.live.world import LiveWorld, judge_codes
from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.program import compiled_program
from eduplan_rules.reports.ancestry import LiveAncestry
from eduplan_rules.rulebook.model import Rulebook


class RelatedChecker:
    """A rulebook compiled for records that come with others; threads may share it."""

    def __init__(self, book: Rulebook, as_of: date, *, show_personal: bool) -> None:
        self.book = book
        self.as_of = as_of
        self.show_personal = show_personal

    @cached_property
    def _codes(self) -> Mapping[str, list[JudgeCode]]:
        found: dict[str, list[JudgeCode]] = {}
        for code in judge_codes(compiled_program(self.book), self.as_of, show_personal=self.show_personal):
            found.setdefault(str(code.plan.entity.id), []).append(code)
        return found

    @cached_property
    def _doors(self) -> Mapping[str, Door]:
        return {str(name): Door(entity, self.book) for name, entity in self.book.entities.items()}

    def check(
        self, entity: str, record: Mapping[str, Any], related: Mapping[str, Iterable[Mapping[str, Any]]]
    ) -> list[Outcome]:
        """The outcomes of a record; `related` has rows by the identifier of their entity."""
        world = LiveWorld(self.book, self._codes.get(entity, []), self.as_of, "all")
        world.within = LiveAncestry(self.book, world.store, show_personal=self.show_personal)
        for name, rows in related.items():
            world.store.tables[name].closed = True
            for row in rows:
                world.store.put(name, *self._doors[name].read(mapping(name, row)))
        fact = world.store.put(entity, *self._doors[entity].read(mapping(entity, record)))
        world.settle()
        return [outcome for judge in world.judges for outcome in judge.outcomes_of(fact)]
