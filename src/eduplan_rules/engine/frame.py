"""Compiled rules as one program over data frames, written once against Narwhals.

In: a `Plan` and the tables of facts as lazy frames. Out: lazy frames with the columns that the plan's steps add, and
core nodes as expressions over them. Narwhals' words are Polars' words, so on Polars the same program is said to Polars
itself (`World.api`), which saves building every expression twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from eduplan_rules.compiler.core import CORE, Node, NodeKind
from eduplan_rules.compiler.plan import Lookup, Plan, Rollup
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
LARGEST_TREE = 400

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

    def type_of(self, kind: NodeKind) -> Any:
        """The engine's type for a kind of node."""
        return getattr(self.api, _TYPES[kind])


class Expressions:
    """Core nodes as Narwhals expressions over the rows of one plan."""

    def __init__(self, plan: Plan, world: World) -> None:
        self.plan = plan
        self.world = world
        self.nw = world.api
        self.delivered = world.columns.get(plan.entity.id, frozenset())
        self.lost = {step.name for step in plan.steps if _is_lost(step, world)}
        self._made: dict[int, Expr] = {}

    def share(self, frame: LazyFrame, nodes: Iterable[Node]) -> LazyFrame:
        """Make columns of what the nodes have in common, where they would be too large as trees.

        Engines read an expression as a tree: a node that is used twice is written out twice, all the way down.
        """
        order = in_order(nodes)
        sizes: dict[int, int] = {}
        uses: dict[int, int] = {}
        for node in order:
            repeats = CORE[node.op].repeats if node.op in CORE else 1
            sizes[id(node)] = 1 + repeats * sum(sizes[id(arg)] for arg in node.args)
            for arg in node.args:
                uses[id(arg)] = uses.get(id(arg), 0) + repeats
        if sum(sizes[id(node)] for node in {id(node): node for node in nodes}.values()) <= LARGEST_TREE:
            return frame
        # a shared node's column may need those of a lower level, made before it
        levels: dict[int, int] = {}
        stages: dict[int, dict[str, Node]] = {}
        for node in order:
            level = max((levels[id(arg)] for arg in node.args), default=0)
            if uses.get(id(node), 0) > 1 and node.args:
                level += 1
                stages.setdefault(level, {})[f"#n{len(self._made)}.{len(levels)}"] = node
            levels[id(node)] = level
        for _, columns in sorted(stages.items()):
            frame = frame.with_columns(**{name: self.typed(node) for name, node in columns.items()})
            self._made |= {id(node): self.nw.col(name) for name, node in columns.items()}
        return frame

    def __call__(self, node: Node) -> Expr:
        """The expression of a node."""
        for each in in_order([node]):
            if id(each) not in self._made:
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
            case _:
                row = CORE[node.op]
                operands = [self._made[id(arg)] for arg in node.args]
                made: Expr = (
                    row.frame(self.nw, *operands) if node.value is None else row.frame(self.nw, *operands, node.value)
                )
                return made

    def typed(self, node: Node) -> Expr:
        """The expression of a node in its declared type, whatever an engine's arithmetic made of it."""
        return self(node) if node.op == "column" else self(node).cast(self.world.type_of(node.kind))

    def column(self, name: str, kind: NodeKind) -> Expr:
        """A column by its name in the plan (`plan` says how names are built)."""
        step = name.removeprefix("+").split(".")[0]
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
        if node.op == "in_parameter":
            *axes, value = made

            def reading(entry: Entry) -> Expr:
                whole = arguments[-1].kind != "number"
                return by_axes(self.nw, entry, axes, lambda leaf: is_among(value, leaf, whole=whole), self.nw.Boolean)

            kind: Any = self.nw.Boolean
        elif node.op == "parameter_doubt":

            def reading(entry: Entry) -> Expr:
                return by_axes(
                    self.nw, entry, made, lambda leaf: doubt(self.nw, entry, leaf, made, table), self.nw.Boolean
                )

            kind = self.nw.Boolean
        else:
            kind = self.world.type_of(node.kind)

            def reading(entry: Entry) -> Expr:
                return by_axes(self.nw, entry, made, lambda leaf: value_of(self.nw, leaf, made, table), kind)

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


def _is_lost(step: Lookup | Rollup, world: World) -> bool:
    """Whether a step leads into a table that was not delivered, or to rows whose link to the subject was not."""
    if step.plan.entity.id not in world.tables:
        return True
    return isinstance(step, Rollup) and any(_undelivered(inner, step.plan, world) for _, inner in step.on)


def _undelivered(node: Node, plan: Plan, world: World) -> bool:
    steps = {step.name: step for step in plan.steps}
    for each in in_order([node]):
        if each.op == "column":
            name, _, column = each.value.partition(".")
            step = steps.get(name)
            if isinstance(step, Lookup):
                gone = step.plan.entity.id not in world.tables
                if gone or _undelivered(step.columns[column], step.plan, world):
                    return True
            elif name in plan.entity.fields and name not in world.columns[plan.entity.id]:
                return True
    return False


def rows_of(plan: Plan, world: World) -> LazyFrame | None:
    """The rows of a plan without its steps: the entity's table with the day of reckoning; None if not delivered."""
    frame = world.tables.get(plan.entity.id)
    if frame is None or plan.entity.period is None:
        return frame
    nw = world.api
    end = nw.col("#end")
    day = nw.when(end <= nw.lit(world.as_of)).then(end).otherwise(nw.lit(world.as_of))
    return frame.with_columns(day.alias("#day"))


def add_steps(frame: LazyFrame, plan: Plan, world: World, identity: Sequence[str]) -> LazyFrame:
    """Join what the plan's steps bring; `identity` are the columns that tell the rows apart."""
    make = Expressions(plan, world)
    # rollups whose rows see the subject need the frame twice; they share one that has what they read, so that the
    # program does not double with each of them
    base, since = frame, set[str]()
    for step in plan.steps:
        if step.name in make.lost:
            continue
        if isinstance(step, Lookup):
            frame = _join_lookup(frame, step, make)
        else:
            if step.visible and _steps_read(step) & since:
                base, since = frame, set()
            frame = _join_rollup(frame, base, step, make, identity)
        since.add(step.name)
    return frame


def _steps_read(step: Rollup) -> set[str]:
    nodes = in_order([*step.visible.values(), *(outer for outer, _ in step.on)])
    return {node.value.split(".")[0] for node in nodes if node.op == "column"}


def _inner(step: Lookup | Rollup, world: World) -> LazyFrame:
    rows = rows_of(step.plan, world)
    assert rows is not None
    return add_steps(rows, step.plan, world, ["#row"])


def _join_lookup(frame: LazyFrame, step: Lookup, make: Expressions) -> LazyFrame:
    there = Expressions(step.plan, make.world)
    keys = [f"{step.name}#{position}" for position in range(len(step.on))]
    inside = there.share(_inner(step, make.world), [*(inner for _, inner in step.on), *step.columns.values()])
    brought = inside.select(
        *(there.typed(inner).alias(key) for key, (_, inner) in zip(keys, step.on, strict=True)),
        *(there.typed(node).alias(f"{step.name}.{name}") for name, node in step.columns.items()),
    )
    own = [make.typed(outer).alias(key) for key, (outer, _) in zip(keys, step.on, strict=True)]
    return frame.with_columns(*own).join(brought, on=keys, how="left").drop(keys)


def _join_rollup(
    frame: LazyFrame, base: LazyFrame, step: Rollup, make: Expressions, identity: Sequence[str]
) -> LazyFrame:
    nw = make.nw
    keys = [f"{step.name}#{position}" for position in range(len(step.on))]
    rows = paired_rows(base, step, make, identity)
    groups = [f"{step.name}#{name}" for name in identity] if step.visible else keys
    folded = _fold(rows, step, groups, Expressions(step.plan, make.world))
    own = [make.typed(outer).alias(key) for key, (outer, _) in zip(keys, step.on, strict=True)]
    if step.visible:
        own = [nw.col(name).alias(group) for name, group in zip(identity, groups, strict=True)]
    frame = frame.with_columns(*own).join(folded, on=groups, how="left").drop(groups)
    zero = [
        nw.col(f"{step.name}.{name}").fill_null(0)
        for name, (how, _) in step.columns.items()
        if how in ("count", "sum", "distinct")
    ]
    return frame.with_columns(*zero) if zero else frame


def paired_rows(
    frame: LazyFrame, step: Rollup, make: Expressions, identity: Sequence[str], *, pair: bool = False
) -> LazyFrame:
    """The rows a rollup is over, with its keys; paired with their subjects where they see values of them.

    Rows that certainly lie outside are left out.
    """
    nw = make.nw
    there = Expressions(step.plan, make.world)
    keys = [f"{step.name}#{position}" for position in range(len(step.on))]
    rows = _inner(step, make.world).with_columns(
        *(there.typed(inner).alias(key) for key, (_, inner) in zip(keys, step.on, strict=True))
    )
    if step.visible or pair:
        subjects = frame.select(
            *(nw.col(name).alias(f"{step.name}#{name}") for name in identity),
            *(make.typed(outer).alias(key) for key, (outer, _) in zip(keys, step.on, strict=True)),
            *(make.typed(node).alias(name) for name, node in step.visible.items()),
        )
        rows = rows.join(subjects, on=keys, how="inner")
    if step.within.constant:
        return rows
    within = there(step.within)
    return rows.filter(within | within.is_null())


def _fold(rows: LazyFrame, step: Rollup, groups: Sequence[str], there: Expressions) -> LazyFrame:
    nw = there.nw
    rows = there.share(rows, [node for _, node in step.columns.values()])
    inputs: list[Expr] = []
    folds: list[Expr] = []
    afterwards: list[Expr] = []
    for name, (how, node) in step.columns.items():
        column = f"{step.name}.{name}"
        value = there(node)
        inputs.append((value.cast(nw.Int64) if how == "count" else there.typed(node)).alias(column))
        if how == "distinct":
            # a null counts as one value on every engine
            inputs.append(value.is_null().cast(nw.Int64).alias(f"{column}?"))
            folds += [nw.col(column).n_unique().cast(nw.Int64), nw.col(f"{column}?").max()]
            afterwards.append(nw.col(column) - nw.col(f"{column}?"))
        else:
            fold = nw.col(column)
            folded = fold.sum() if how in ("count", "sum") else getattr(fold, how)()
            folds.append(folded.cast(nw.Int64) if how == "count" or node.kind == "integer" else folded)
    result = rows.select(*groups, *inputs).group_by(*groups).agg(*folds)
    if afterwards:
        result = result.with_columns(*afterwards)
    return result.select(*groups, *(f"{step.name}.{name}" for name in step.columns))


def field_columns(plan: Plan, nodes: Iterable[Node]) -> set[str]:
    """Names of the table's own columns that nodes and steps of a plan read."""
    read = {node.value for node in in_order(nodes) if node.op == "column"}
    for step in plan.steps:
        outer = [node for node, _ in step.on]
        outer += list(step.visible.values()) if isinstance(step, Rollup) else []
        read |= {node.value for node in in_order(outer) if node.op == "column"}
    return read
