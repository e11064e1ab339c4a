"""An aggregate that counts rows, or whose rows must come to a bound, and what its rows are asked for.

In: a typed tree of a rule. Out: `Counted`, with the nodes that are read of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import Rollup
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet, rollup_of, truth
from eduplan_rules.engine.record import in_order
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.reports.explain.edits import Edit
from eduplan_rules.reports.explain.ground import facts_of, may_change, told_by
from eduplan_rules.reports.explain.levers import levers_of
from eduplan_rules.rulebook.model import Entity

_HOLDING = ("share", "all", "any")
#: those of which rows must come to a bound
BOUNDED = ("min", "max", "median")
#: those of which another row, or another number of rows, can be the remedy
_COUNTING = (*_HOLDING, "count", "count_distinct", *BOUNDED)
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

Cells = dict[str, Any]
#: finds changes by which a condition of a row becomes true, or false, that are not on the row itself
Deeper = Callable[[Entity, Typed, Cells, bool], list[Edit]]
#: a row, and the changes that concern it
Change = tuple[Cells, list[Edit]]


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
    #: the bound that rows must come to, as a condition; found only once it is known where they stand
    bound: Typed | None = None

    @property
    def rows(self) -> Rows:
        """What it is over."""
        found: Rows = self.typed.data
        return found

    @property
    def holding(self) -> Typed | None:
        """The condition that the aggregate asks of its rows, where it asks one."""
        return self.rows.values[0] if self.rows.name in _HOLDING else self.bound

    @property
    def condition(self) -> Typed | None:
        """What rows must meet: of a count to be in."""
        return self.rows.where if self.holding is None else self.holding

    def kind_of(self, row: Cells) -> tuple[Any, ...]:
        """What a count of different things tells a row apart by."""
        return tuple(row.get(str(value.data[1])) if value.op == "field" else None for value in self.rows.values)


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


def counted_of(typed: Typed, place: Place, *, compared: bool, bound: Typed | None = None) -> Counted:
    """The aggregate, with all that is asked of its rows."""
    facet(typed, place)
    step, there = rollup_of(typed, place)
    rows: Rows = typed.data
    algebra = place.algebra
    member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
    asked = rows.values[0] if rows.name in _HOLDING else bound
    holds = member if asked is None else truth(asked, there)
    leaves = [node for node in in_order([member, holds]) if node.op == "column"]
    trees = [tree for tree in (rows.where, *rows.values) if tree is not None]
    reads = {node.value: node for node in leaves}
    reads |= {name: there.field(name) for tree in trees for name in fields_of(tree, there)}
    reads |= {str(name): there.field(str(name)) for fields in there.entity.belongs_to.values() for name in fields}
    personal = any(list(told_by(tree, there)) for tree in trees)
    return Counted(typed, step, there, member, holds, reads, compared, personal, bound)


def fields_of(tree: Typed, there: Place, *, new: bool = False) -> list[str]:
    """The cells of a row that a tree reads, those to act on first; of a new row its key and day too."""
    links = {str(name) for fields in there.entity.belongs_to.values() for name in fields}
    read = [(entity, name) for path, entity, name in facts_of(tree, there) if not path]
    found = [name for entity, name in read if (name not in links if new else may_change(entity, name))]
    levers = {name for path, name, _ in levers_of(tree, there) if not path}
    return sorted(dict.fromkeys(found), key=lambda name: name not in levers)
