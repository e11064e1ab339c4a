"""What a run has, and core nodes as expressions over its frames.

In: the tables as lazy frames, the day, the parameters; core nodes over the columns of a plan. Out: expressions, written
once in Narwhals' words. They are Polars' words too, so on Polars the same is said to Polars itself (`World.api`), which
saves building every expression twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import CORE, Node, NodeKind, held_quotient
from eduplan_rules.compiler.plan import PLACED, Lookup, Plan, Rollup, origin
from eduplan_rules.engine.parameter_frame import by_axes, doubt, is_among, value_of
from eduplan_rules.engine.record import in_order
from eduplan_rules.language.parameter import Entry, ParameterTable

_TYPES: dict[NodeKind, str] = {
    "boolean": "Boolean",
    "integer": "Int64",
    "number": "Float64",
    "text": "String",
    "date": "Date",
}

#: nodes that a query may have, counted as trees, before what they share is made a column
LARGEST_TREE = 40

#: an expression and a lazy frame of whichever of the two is spoken to
Expr = Any
LazyFrame = Any


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What a run has: the tables as lazy frames by entity, the day, the parameters."""

    tables: Mapping[str, LazyFrame]
    #: entity -> names of the table's columns
    columns: Mapping[str, frozenset[str]]
    as_of: date
    parameters: Mapping[str, ParameterTable]
    #: the module of the frames: polars or narwhals
    api: Any
    #: entity -> rows of the table that have no place of their own, with the table's columns
    strays: Mapping[str, LazyFrame] = field(default_factory=dict)
    #: entity -> names of the columns in which some cell is empty, strays included
    nulls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: entity -> its table where that is held in Polars: each row has values of its own, no column is a single value for
    #: all; rows are in order of key and period, and `#row` is their place
    held: Mapping[str, Any] = field(default_factory=dict)
    #: works out once what many parts of a program use; None where the engine does so by itself
    settle: Callable[[LazyFrame], LazyFrame] | None = None

    def settled(self, frame: LazyFrame) -> LazyFrame:
        """The frame, worked out once where the engine would do so again and again."""
        return frame if self.settle is None else self.settle(frame)

    def holds(self, plan: Plan) -> bool:
        """Whether Polars is spoken to, and holds the table of a plan's rows."""
        return plan.entity.id in self.held and self.api.__name__ == "polars"

    def type_of(self, kind: NodeKind) -> Any:
        """The engine's type for a kind of node."""
        return getattr(self.api, _TYPES[kind])


class Expressions:
    """Core nodes as expressions over the rows of one plan; of its `stray` rows, which may lie in any subject."""

    def __init__(self, plan: Plan, world: World, *, stray: bool = False) -> None:
        self.plan = plan
        self.world = world
        self.stray = stray
        self.nw = world.api
        self.delivered = world.columns.get(plan.entity.id, frozenset())
        self.lost = {step.name for step in plan.steps if _is_lost(step, world)}
        self._made: dict[int, Expr] = {}

    def share(self, frame: LazyFrame, nodes: Iterable[Node]) -> LazyFrame:
        """Make columns of what the nodes have in common, where they would be too large as trees.

        Engines read an expression as a tree: a node that is used twice is written out twice, all the way down.
        """
        nodes = list(nodes)
        # what is a column already is as small as one
        order = in_order(nodes, self._made)
        sizes: dict[int, int] = {}
        uses: dict[int, int] = {}
        for node in order:
            repeats = CORE[node.op].repeats if node.op in CORE else 1
            sizes[id(node)] = 1 + repeats * sum(sizes.get(id(arg), 1) for arg in node.args)
            for arg in node.args:
                uses[id(arg)] = uses.get(id(arg), 0) + repeats
        if sum(sizes.get(each, 1) for each in {id(node) for node in nodes}) <= LARGEST_TREE:
            return frame
        # a shared node's column may need those of a lower level, made before it
        levels: dict[int, int] = {}
        stages: dict[int, dict[str, Node]] = {}
        for node in order:
            level = max((levels.get(id(arg), 0) for arg in node.args), default=0)
            if uses.get(id(node), 0) > 1 and node.args:
                level += 1
                stages.setdefault(level, {})[f"#n{len(self._made)}_{len(levels)}"] = node
            levels[id(node)] = level
        for _, columns in sorted(stages.items()):
            frame = frame.with_columns(**{name: self.typed(node) for name, node in columns.items()})
            self._made |= {id(node): self.nw.col(name) for name, node in columns.items()}
        return frame

    def __call__(self, node: Node) -> Expr:
        """The expression of a node."""
        if id(node) not in self._made:
            for each in in_order([node], self._made):
                self._made[id(each)] = self._make(each)
        return self._made[id(node)]

    def _make(self, node: Node) -> Expr:
        match node.op:
            case "literal":
                return (
                    self.nw.lit(node.value, self.world.type_of(node.kind))
                    if node.value is None
                    else self.nw.lit(node.value)
                )
            case "as_of":
                return self.nw.lit(self.world.as_of)
            case "column":
                return self.column(node.value, node.kind)
            case "parameter" | "parameter_doubt" | "in_parameter":
                return self._parameter(node)
            case "div" if self._is_held(node.args[1]):
                return held_quotient(self.nw, *(self._made[id(arg)] for arg in node.args))
            case _:
                row = CORE[node.op]
                operands = [self._made[id(arg)] for arg in node.args]
                made: Expr = (
                    row.frame(self.nw, *operands) if node.value is None else row.frame(self.nw, *operands, node.value)
                )
                return made

    def _is_held(self, node: Node) -> bool:
        return self.world.holds(self.plan) and node.op == "column" and node.value in self.delivered

    def typed(self, node: Node) -> Expr:
        """The expression of a node in its declared type, whatever an engine's arithmetic made of it."""
        return self(node) if node.op == "column" else self(node).cast(self.world.type_of(node.kind))

    def column(self, name: str, kind: NodeKind) -> Expr:
        """A column by its name in the plan (`plan` says how names are built)."""
        if name == PLACED:
            return self.nw.lit(None, self.nw.Boolean) if self.stray else self.nw.lit(True)
        step, _ = origin(name.removeprefix("+"))
        if step in self.lost:
            return self.nw.lit(False) if name.startswith("+") else self.nw.lit(None, self.world.type_of(kind))
        if name[0] in "?!+":
            return self._about(name[0], name[1:])
        if name in self.plan.entity.fields and name not in self.delivered:
            return self.nw.lit(None, self.world.type_of(kind))
        return self.nw.col(name)

    def _about(self, sign: str, name: str) -> Expr:
        """Whether a field is known to be absent (?), unreadable (!), delivered (+)."""
        if sign == "+":
            return self.nw.lit(name in self.delivered or name not in self.plan.entity.fields)
        bad = f"#bad:{name}"
        if sign == "!":
            return self.nw.col(bad) if bad in self.delivered else self.nw.lit(False)
        if name not in self.delivered:
            return self.nw.lit(None, self.nw.Boolean)
        declared = self.plan.entity.fields[name]
        empty = self.nw.col(name).is_null()
        if declared.blank is None and not declared.optional:
            return self.nw.when(~empty).then(self.nw.lit(False))
        return self.nw.when(~self.nw.col(bad)).then(empty) if bad in self.delivered else empty

    def _parameter(self, node: Node) -> Expr:
        """A dated table as a chain of cases; the newest date first."""
        table = self.world.parameters[node.value]
        day, *arguments = node.args
        made = [self._made[id(arg)] for arg in arguments]
        whole = bool(arguments) and arguments[-1].kind != "number"
        if node.op == "in_parameter":
            *axes, value = made

            def reading(entry: Entry) -> Expr:
                return by_axes(
                    self.nw, entry, axes, lambda keys: is_among(value, entry.leaves[keys], whole=whole), self.nw.Boolean
                )

            kind: Any = self.nw.Boolean
        elif node.op == "parameter_doubt":

            def reading(entry: Entry) -> Expr:
                return by_axes(
                    self.nw,
                    entry,
                    made,
                    lambda keys: doubt(self.nw, entry, keys, made, table, whole=whole),
                    self.nw.Boolean,
                )

            kind = self.nw.Boolean
        else:
            kind = self.world.type_of(node.kind)

            def reading(entry: Entry) -> Expr:
                return by_axes(
                    self.nw,
                    entry,
                    made,
                    lambda keys: value_of(self.nw, entry.leaves[keys], made, table, whole=whole),
                    kind,
                )

        if day.op == "as_of":
            entry = table.entry_on(self.world.as_of)
            return self.nw.lit(None, kind) if entry is None else reading(entry)
        days = self._made[id(day)]
        result = self.nw.lit(None, kind)
        for entry in table.entries:
            chosen = reading(entry)
            result = (
                chosen
                if entry.since is None
                else self.nw.when(days >= self.nw.lit(entry.since)).then(chosen).otherwise(result)
            )
        if table.ended is not None:
            result = self.nw.when(days <= self.nw.lit(table.ended)).then(result)
        return result


def only(frame: LazyFrame, mask: Expr, nw: Any) -> LazyFrame:
    """The rows of which a mask is true; Narwhals refuses one that reads no column, as where none was delivered."""
    if nw.__name__ == "polars":
        return frame.filter(mask)
    return frame.with_columns(mask.alias("#only")).filter(nw.col("#only")).drop("#only")


def may_be_null(node: Node, plan: Plan, world: World) -> bool:
    """Whether a node over the rows of a plan may be null on some row, strays included."""
    columns = [each.value for each in in_order([node]) if each.op == "column"]
    return any(_may_be_empty(column, plan, world) for column in columns)


def _may_be_empty(column: str, plan: Plan, world: World) -> bool:
    name, inner = origin(column)
    step = next((step for step in plan.steps if step.name == name), None)
    if step is None:
        if column.startswith("!"):
            return f"#bad:{column[1:]}" in world.columns.get(plan.entity.id, ())
        return column in world.nulls.get(plan.entity.id, ())
    # the row looked for may be one without a place, or of another period
    missed = step.plan.entity.period is not None or step.plan.entity.id in world.strays
    if missed or not isinstance(step, Lookup) or may_be_null(step.columns[inner], step.plan, world):
        return True
    return any(may_be_null(here, plan, world) for here, _ in step.on)


def _is_lost(step: Lookup | Rollup, world: World) -> bool:
    """Whether a step leads into a table that was not delivered, or to rows whose link to the subject was not."""
    if step.plan.entity.id not in world.tables:
        return True
    return isinstance(step, Rollup) and any(_undelivered(inner, step.plan, world) for _, inner in step.on)


def _undelivered(node: Node, plan: Plan, world: World) -> bool:
    steps = {step.name: step for step in plan.steps}
    for each in in_order([node]):
        if each.op == "column":
            name, column = origin(each.value)
            step = steps.get(name)
            if isinstance(step, Lookup):
                gone = step.plan.entity.id not in world.tables
                if gone or _undelivered(step.columns[column], step.plan, world):
                    return True
            elif name in plan.entity.fields and name not in world.columns[plan.entity.id]:
                return True
    return False
