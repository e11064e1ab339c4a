"""One rule on one subject, compiled alone, so that anything about it can be asked.

In: a rule, facts, which row. Out: an `Inquiry`, which gives the values of nodes on that row (`Sight`), on these facts
or on changed ones, and the rows behind an aggregate. It runs the same programs as `evaluate`; there is no second
opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from eduplan_rules.compiler import steps
from eduplan_rules.compiler.compile import compile_alone
from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.plan import Lookup, Plan, Program, Rollup
from eduplan_rules.compiler.steps import Place
from eduplan_rules.engine.frame import paired_rows
from eduplan_rules.engine.judge import world_of
from eduplan_rules.engine.record import Function, Row, in_order, record_function, walk_function
from eduplan_rules.engine.subjects import Subjects, subjects
from eduplan_rules.engine.world import Expressions
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.facts import Facts, Table

#: from a place to the next one up, as seen from the subject
Path = tuple[tuple[Place, Lookup], ...]
_PLACES = ("#file", "#sheet", "#line")


def brought(path: Path, node: Node) -> Node:
    """A node of the place at the end of a path, as a node of the subject's place."""
    if node.constant or node.op == "as_of":
        return node
    for place, step in reversed(path):
        node = steps.looked_up(place, step, node)
    return node


@dataclass(frozen=True, eq=False)
class Sight:
    """The values of nodes on the subject's row, on certain facts."""

    row: Row
    judged: Subjects
    facts: Facts
    _values: Mapping[int, Any]

    def __call__(self, node: Node) -> Any:
        """The value of a node that was asked for."""
        return node.value if node.constant else self._values[id(node)]


class Inquiry:
    """Questions about one rule on one subject: ask first, then look."""

    def __init__(self, rule: ResolvedRule, book: Resolved, facts: Facts, as_of: date, row: Row) -> None:
        self.rule = rule
        self.book = book
        self.facts = facts
        self.as_of = as_of
        self.compiled, self.place = compile_alone(rule, book)
        self.entity: Entity = rule.entity
        self._which = row
        self._asked: dict[int, Node] = {}
        self._function: Function | None = None
        self.ask(self.compiled.verdict)

    def ask(self, *nodes: Node | None) -> None:
        """Say which nodes' values will be wanted; new ones only before the first look."""
        self._asked.update({id(node): node for node in nodes if node is not None and not node.constant})
        self._function = None

    def look(self, facts: Facts | None = None) -> Sight:
        """The values on these facts; raises LookupError where the subject's row is not there."""
        facts = self.facts if facts is None else facts
        judged = self._judged(facts)
        number = 0
        if self.compiled.plan.every is not None:
            found = (judged.frame["#e"] == self._which["#e"]).arg_true()
            number = int(found[0]) if len(found) else judged.frame.height
        if number >= judged.frame.height:
            raise LookupError(self._which)
        nodes = list(self._asked.values())
        columns: dict[str, NodeKind | None] = {node.value: node.kind for node in in_order(nodes) if node.op == "column"}
        row = next(judged.rows(pl.Series([number]), columns), {})
        frame = judged.frame[number : number + 1]
        return Sight(row, replace(judged, frame=frame), facts, self.values(row))

    def values(self, row: Row) -> dict[int, Any]:
        """All that was asked, on a row."""
        nodes = list(self._asked.values())
        if self._function is None:
            self._function = walk_function(nodes, self.as_of, self.book.parameters)
        return dict(zip(map(id, nodes), self._function(row), strict=True))

    def function(self, nodes: Sequence[Node]) -> Function:
        """Nodes as a function of a row's columns, made to be called often."""
        return record_function(nodes, self.as_of, self.book.parameters)

    def _judged(self, facts: Facts) -> Subjects:
        read = {str(self.entity.id), *_entities_of(self.compiled.plan)}
        tables = {name: table for name, table in facts.tables.items() if name in read}
        program = Program({}, self.book.parameters, self.book.book.calendars)
        world = world_of(replace(facts, tables=tables), program, self.as_of)
        table = facts.tables[str(self.entity.id)]
        frame = table.frame.filter(self._is_subject(table)).with_columns(pl.int_range(pl.len()).alias("#row"))
        nodes = list(self._asked.values())
        since = self.rule.rule.since
        return subjects(self.compiled.plan, Table(self.entity, frame), world, nodes, "all", program.calendars, since)

    def _is_subject(self, table: Table) -> pl.Expr:
        names = {*map(str, self.entity.key), "#p", *_PLACES}
        names &= self._which.keys() & set(table.frame.columns)
        return pl.all_horizontal(pl.col(name).eq_missing(pl.lit(self._which[name])) for name in sorted(names))

    def rows(self, sight: Sight, step: Rollup, nodes: Mapping[str, Node]) -> list[dict[str, Any]]:
        """The rows that a rollup of the subject's place is over, with the values of nodes on each; in order of key."""
        make = sight.judged.expressions
        if step.name in make.lost:
            return []
        entity = step.plan.entity
        paired = paired_rows(sight.judged.frame.lazy(), step, make, ["#i"], pair=True)
        there = Expressions(step.plan, sight.judged.world)
        order = [*map(str, entity.key), *(["#p"] if entity.period is not None else [])]
        first = [] if entity.valid is None else [str(entity.valid[0])]
        own = list(dict.fromkeys([*order, *first, *_PLACES]))
        made = {name: there(node) for name, node in nodes.items() if name not in own}
        found: pl.DataFrame = paired.select(*own, **made).sort(*order, *first).collect()
        return found.to_dicts()


def _entities_of(plan: Plan) -> Iterable[str]:
    for step in plan.steps:
        yield str(step.plan.entity.id)
        yield from _entities_of(step.plan)
