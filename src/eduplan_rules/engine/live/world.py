"""All rules over all rows: one store of facts, and a judge for each plan.

In: rows put in and taken out of `store`. Out, at each `settle`: what that did to the list of violations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from eduplan_rules.compiler.plan import Program
from eduplan_rules.engine.live.judge import Judge, JudgeCode, Turned, judge_code
from eduplan_rules.engine.live.store import Fact, Row, Store
from eduplan_rules.engine.outcome import Violation
from eduplan_rules.rulebook.model import Rulebook


def judge_codes(program: Program, as_of: date, *, show_personal: bool) -> list[JudgeCode]:
    """All rules, compiled by plan."""
    return [
        judge_code(plan, rules, as_of, program.parameters, show_personal=show_personal)
        for plan, rules in program.plans()
    ]


class LiveWorld:
    """Facts in memory and the verdicts on them."""

    def __init__(
        self,
        book: Rulebook,
        codes: Sequence[JudgeCode],
        as_of: date,
        periods: str,
    ) -> None:
        self.book = book
        self.store = Store(book.entities, as_of, _signs(codes))
        #: the parents of a row of an entity
        self.within: Callable[[str, Row], Mapping[str, Any]] = lambda entity, row: {}
        parents = self._parents
        self.judges = [Judge(code, self.store, periods, book.calendars, parents) for code in codes]
        self._told = {name: _told_of_parents(book, name) for name in self.store.tables}

    def _parents(self, entity: str, row: Row) -> Mapping[str, Any]:
        return self.within(entity, row)

    def broken(self) -> dict[str, Mapping[Any, Violation]]:
        """Rule -> its violations by subject."""
        return {name: judge.broken[place] for name, judge, place in self._rules()}

    def counts(self) -> dict[str, Sequence[int]]:
        """Rule -> number of outcomes by the verdict's code."""
        return {name: judge.counts[place] for name, judge, place in self._rules()}

    def _rules(self) -> Iterator[tuple[str, Judge, int]]:
        for judge in self.judges:
            for place, rule in enumerate(judge.code.rules):
                yield str(rule.rule.rule.id), judge, place

    def settle(self) -> list[Turned]:
        """Judge what has been put and taken since; give what opened, changed and closed."""
        former = dict(self.store.shape)
        changes, turned = self.store.commit()
        if not changes and former == self.store.shape:
            return []
        found: list[Turned] = []
        below = self._children(changes)
        for judge in self.judges:
            if not turned.isdisjoint(judge.code.flow.entities):
                found += judge.begin_again()
            elif not judge.code.flow.entities.isdisjoint(changes):
                found += judge.take(changes)
        for judge in self.judges:
            for fact in below.get(judge.entity, ()):
                found += judge.retell(fact)
        return found if len(found) < 2 else _once(found)

    def _children(self, changes: Mapping[str, Iterable[Any]]) -> dict[str, dict[Fact, None]]:
        """The rows below those whose name or parents are others now, by entity."""
        found: dict[str, dict[Fact, None]] = {}
        frontier = [
            fact
            for entity, rows in changes.items()
            for fact, _, _, columns in rows
            if columns is None or not columns.isdisjoint(self._told[entity])
        ]
        while frontier:
            above = frontier.pop()
            for fact in self.store.below(above.entity, above.key):
                seen = found.setdefault(fact.entity, {})
                if fact not in seen:
                    seen[fact] = None
                    frontier.append(fact)
        return found


def _once(found: Sequence[Turned]) -> list[Turned]:
    """Of several changes of one violation the sum."""
    sums: dict[int, Turned] = {}
    for kind, violation, former in found:
        if kind == "changed" and id(former) in sums:
            first, _, origin = sums.pop(id(former))
            sums[id(violation)] = first, violation, origin
        else:
            sums[id(violation)] = kind, violation, former
    return list(sums.values())


def _signs(codes: Iterable[JudgeCode]) -> dict[str, set[str]]:
    """By entity what rules ask about its cells: absent, unreadable, delivered."""
    signs: dict[str, set[str]] = {}

    def visit(code: Any) -> None:
        signs.setdefault(str(code.plan.entity.id), set()).update(name for name in code.own if name[0] in "?!+")
        for step in code.steps:
            visit(step.inner)

    for code in codes:
        visit(code.flow)
    return signs


def _told_of_parents(book: Rulebook, name: str) -> frozenset[str]:
    """The fields of a row that records of the rows below tell."""
    entity = book.entities[name]
    links = [str(each) for names in entity.belongs_to.values() for each in names]
    return frozenset([*links, *([] if entity.name is None else [str(entity.name)])])
