"""Plans compiled to Python functions over one row, for all that run them.

In: a `Plan` and what is read of its rows. Out: `PlanCode`: what its steps read and bring, as functions. Holds: nothing
of any fact, so that one `PlanCode` serves any number of states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import Lookup, Offence, Plan, Rollup, origin, step_column
from eduplan_rules.engine.live.fold import Folding, folding
from eduplan_rules.engine.record import Function, in_order, record_function
from eduplan_rules.language.parameter import ParameterTable

#: the subject's values that the rows of a rollup see
_SEEN = "this/"

Compile = Callable[[Sequence[Node]], Function]


@dataclass(frozen=True, slots=True, eq=False)
class StepCode:
    """What a step reads of the rows it starts from and of those it leads to, and what it brings."""

    step: Lookup | Rollup
    inner: PlanCode
    #: of a row it starts from: keys, then the values that rows see
    ask: Function
    #: of a row it leads to: keys, then of a rollup whether it belongs to nobody
    place: Function
    #: of a row it leads to (and what it sees): what a lookup brings; of a rollup whether it lies within, what it gives
    #: to each fold, and what speaks against it
    give: Function
    keys: int
    foldings: tuple[Folding, ...]
    #: columns it brings: values, then of a rollup the rows that speak against it
    names: tuple[str, ...]
    #: columns that say whether it could be taken
    flags: tuple[str, ...]
    #: how many of `names` are rows
    offences: int
    asks: frozenset[str]
    reads: frozenset[str]

    @property
    def seen(self) -> tuple[str, ...]:
        """Columns in which the rows see the subject's values."""
        return tuple(self.step.visible) if isinstance(self.step, Rollup) else ()


@dataclass(frozen=True, slots=True, eq=False)
class PlanCode:
    """A plan's steps, and which columns of the table itself are read."""

    plan: Plan
    steps: tuple[StepCode, ...]
    own: frozenset[str]
    #: all entities whose rows it reads
    entities: frozenset[str]


def compile_plan(
    plan: Plan,
    read: Iterable[str],
    as_of: date,
    tables: Mapping[str, ParameterTable],
    offences: Iterable[Offence] = (),
) -> PlanCode:
    """Compile what brings these columns of a plan's rows, and the first rows behind its aggregates' failures."""

    def function(nodes: Sequence[Node]) -> Function:
        return record_function(nodes, as_of, tables)

    return _plan(plan, set(read), function, tuple(offences))


def offence_column(offence: Offence) -> str:
    """The column that has the rows behind an aggregate."""
    return step_column(offence.step.name, f"!{id(offence.against)}")


def columns_of(nodes: Iterable[Node]) -> set[str]:
    """Names of the columns that nodes read."""
    return {str(node.value) for node in in_order(nodes) if node.op == "column"}


def _plan(plan: Plan, read: set[str], function: Compile, offences: tuple[Offence, ...] = ()) -> PlanCode:
    steps: list[StepCode] = []
    wanted = {origin(name.removeprefix("+"))[0] for name in read} | {offence.step.name for offence in offences}
    for step in reversed(plan.steps):
        if step.name in wanted:
            against = {offence_column(offence): offence.against for offence in offences if offence.step is step}
            code = _step(step, function, against, tuple(sorted(name for name in read if _asks_for(name, step.name))))
            steps.append(code)
            read |= code.asks
            wanted |= {origin(name.removeprefix("+"))[0] for name in code.asks}
    brought = {step.step.name for step in steps}
    own = {name for name in read if origin(name.removeprefix("+"))[0] not in brought and not name.startswith(_SEEN)}
    entities = frozenset({str(plan.entity.id)}).union(*(step.inner.entities for step in steps))
    return PlanCode(plan, tuple(steps[::-1]), frozenset(own), entities)


def _asks_for(name: str, step: str) -> bool:
    return name.startswith("+") and origin(name[1:])[0] == step


def _step(step: Lookup | Rollup, function: Compile, against: Mapping[str, Node], flags: tuple[str, ...]) -> StepCode:
    outer = [_typed(here) for here, _ in step.on]
    place = [_typed(there) for _, there in step.on]
    foldings: tuple[Folding, ...] = ()
    if isinstance(step, Lookup):
        give = [_typed(node) for node in step.columns.values()]
    else:
        outer += [_typed(node) for node in step.visible.values()]
        place.append(step.nowhere)
        foldings = tuple(folding(how, node.kind) for how, node in step.columns.values())
        give = [step.within, *(_typed(node) for _, node in step.columns.values()), *against.values()]
    reads = {name for name in columns_of([*place, *give]) if not name.startswith(_SEEN)}
    return StepCode(
        step=step,
        inner=_plan(step.plan, set(reads), function),
        ask=function(outer),
        place=function(place),
        give=function(give),
        keys=len(step.on),
        foldings=foldings,
        names=(*(step_column(step.name, name) for name in step.columns), *against),
        flags=flags,
        offences=len(against),
        asks=frozenset(columns_of(outer)),
        reads=frozenset(reads),
    )


def _typed(node: Node) -> Node:
    """The node in its declared type, whatever Python's arithmetic makes of it."""
    if node.op == "column" or node.kind not in ("number", "integer"):
        return node
    if node.constant:
        to: Callable[[Any], Any] = float if node.kind == "number" else int
        return node if node.value is None else Node("literal", (), to(node.value), node.kind)
    return Node("as_number" if node.kind == "number" else "as_integer", (node,), None, node.kind)
