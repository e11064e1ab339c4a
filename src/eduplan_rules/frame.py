"""Compiled rules as one program over data frames, written once against Narwhals.

In: a `Plan` and the tables of facts as lazy frames. Out: lazy frames with the columns that the plan's steps add, and core
nodes as expressions over them. The operators' meanings on each engine are those of `core.CORE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from eduplan_rules.core import CORE, Node, NodeKind
from eduplan_rules.parameter import Entry, ParameterTable, Stair
from eduplan_rules.plan import Lookup, Plan, Rollup
from eduplan_rules.record import in_order

_TYPES: dict[NodeKind, Any] = {
    "boolean": nw.Boolean,
    "integer": nw.Int64,
    "number": nw.Float64,
    "text": nw.String,
    "date": nw.Date,
}


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What a run has: the tables as lazy frames by entity, the day, the parameters."""

    tables: Mapping[str, nw.LazyFrame[Any]]
    #: entity -> names of the table's columns
    columns: Mapping[str, frozenset[str]]
    as_of: date
    parameters: Mapping[str, ParameterTable]


class Expressions:
    """Core nodes as Narwhals expressions over the rows of one plan."""

    def __init__(self, plan: Plan, world: World) -> None:
        self.plan = plan
        self.world = world
        self.delivered = world.columns.get(plan.entity.id, frozenset())
        self.lost = {step.name for step in plan.steps if step.plan.entity.id not in world.tables}
        self._made: dict[int, nw.Expr] = {}

    def __call__(self, node: Node) -> nw.Expr:
        """The expression of a node."""
        for each in in_order([node]):
            if id(each) not in self._made:
                self._made[id(each)] = self._make(each)
        return self._made[id(node)]

    def _make(self, node: Node) -> nw.Expr:
        match node.op:
            case "literal":
                return nw.lit(node.value, _TYPES[node.kind]) if node.value is None else nw.lit(node.value)
            case "as_of":
                return nw.lit(self.world.as_of)
            case "column":
                return self.column(node.value, node.kind)
            case "parameter" | "parameter_doubt" | "in_parameter":
                return self._parameter(node)
            case _:
                row = CORE[node.op]
                operands = [self._made[id(arg)] for arg in node.args]
                made: nw.Expr = (
                    row.frame(nw, *operands) if node.value is None else row.frame(nw, *operands, node.value)
                )
                return made

    def column(self, name: str, kind: NodeKind) -> nw.Expr:
        """A column by its name in the plan (`plan` says how names are built)."""
        step = name.removeprefix("+").split(".")[0]
        if step in self.lost:
            return nw.lit(False) if name.startswith("+") else nw.lit(None, _TYPES[kind])  # noqa: FBT003
        if name[0] in "?!+":
            return self._about(name[0], name[1:])
        if name in self.plan.entity.fields and name not in self.delivered:
            return nw.lit(None, _TYPES[kind])
        return nw.col(name)

    def _about(self, sign: str, name: str) -> nw.Expr:
        """Whether a field is known to be absent (?), unreadable (!), delivered (+)."""
        if sign == "+":
            return nw.lit(name in self.delivered or name not in self.plan.entity.fields)
        bad = f"#bad:{name}"
        if sign == "!":
            return nw.col(bad) if bad in self.delivered else nw.lit(False)  # noqa: FBT003
        if name not in self.delivered:
            return nw.lit(None, nw.Boolean)
        declared = self.plan.entity.fields[name]
        empty = nw.col(name).is_null()
        if declared.blank is None and not declared.optional:
            return nw.when(~empty).then(nw.lit(False))  # noqa: FBT003
        return nw.when(~nw.col(bad)).then(empty) if bad in self.delivered else empty

    def _parameter(self, node: Node) -> nw.Expr:
        """A dated table as a chain of cases; the newest date first."""
        table = self.world.parameters[node.value]
        day, *arguments = node.args
        made = [self._made[id(arg)] for arg in arguments]
        if node.op == "in_parameter":
            *axes, value = made

            def reading(entry: Entry) -> nw.Expr:
                return _by_axes(entry, axes, lambda leaf: value.is_in(list(leaf)), nw.Boolean)

            kind: Any = nw.Boolean
        elif node.op == "parameter_doubt":

            def reading(entry: Entry) -> nw.Expr:
                return _by_axes(entry, made, lambda leaf: _doubt(entry, leaf, made, table), nw.Boolean)

            kind = nw.Boolean
        else:
            kind = _TYPES[node.kind]

            def reading(entry: Entry) -> nw.Expr:
                return _by_axes(entry, made, lambda leaf: _leaf(leaf, made, table), kind)

        if day.op == "as_of":
            entry = table.entry_on(self.world.as_of)
            return nw.lit(None, kind) if entry is None else reading(entry)
        days = self._made[id(day)]
        result = nw.lit(None, kind)
        for entry in table.entries:
            chosen = reading(entry)
            result = chosen if entry.since is None else nw.when(days >= nw.lit(entry.since)).then(chosen).otherwise(result)
        if table.ended is not None:
            result = nw.when(days <= nw.lit(table.ended)).then(result)
        return result


def _by_axes(entry: Entry, arguments: Sequence[nw.Expr], give: Callable[[Any], nw.Expr], kind: Any) -> nw.Expr:
    result = nw.lit(None, kind)
    for keys, leaf in entry.leaves.items():
        if not keys:
            return give(leaf)
        same = nw.lit(True)  # noqa: FBT003
        for argument, key in zip(arguments, keys, strict=False):
            same = same & (argument == nw.lit(key))
        result = nw.when(same).then(give(leaf)).otherwise(result)
    return result


def _leaf(leaf: Any, arguments: Sequence[nw.Expr], table: ParameterTable) -> nw.Expr:
    if not table.scaled:
        return nw.lit(leaf)
    return _stairs(leaf, arguments[-1], _stair_value)


def _stair_value(stair: Stair, amount: nw.Expr) -> nw.Expr:
    if not stair.plus:
        return nw.lit(stair.value)
    full = ((amount.cast(nw.Float64) - stair.above) / stair.per).floor()
    if isinstance(stair.value, int) and isinstance(stair.plus, int):
        full = full.cast(nw.Int64)
    return full * stair.plus + stair.value


def _stairs(leaf: Any, amount: nw.Expr, give: Callable[[Stair, nw.Expr], nw.Expr]) -> nw.Expr:
    result: nw.Expr | None = None
    for stair in reversed(leaf):
        value = give(stair, amount)
        if stair.below is None:
            result = nw.when(~amount.is_null()).then(value)
        elif result is None:
            result = nw.when(amount < stair.below).then(value)
        else:
            result = nw.when(amount < stair.below).then(value).otherwise(result)
    assert result is not None
    return result


def _doubt(entry: Entry, leaf: Any, arguments: Sequence[nw.Expr], table: ParameterTable) -> nw.Expr:
    if not table.scaled or entry.unverified:
        return nw.lit(entry.unverified)
    return _stairs(leaf, arguments[-1], lambda stair, _: nw.lit(stair.unverified))


def rows_of(plan: Plan, world: World) -> nw.LazyFrame[Any] | None:
    """The rows of a plan without its steps: the entity's table with the day of reckoning; None if not delivered."""
    frame = world.tables.get(plan.entity.id)
    if frame is None or plan.entity.period is None:
        return frame
    end = nw.col("#end")
    day = nw.when(end <= nw.lit(world.as_of)).then(end).otherwise(nw.lit(world.as_of))
    return frame.with_columns(day.alias("#day"))


def add_steps(frame: nw.LazyFrame[Any], plan: Plan, world: World, identity: Sequence[str]) -> nw.LazyFrame[Any]:
    """Join what the plan's steps bring; `identity` are the columns that tell the rows apart."""
    make = Expressions(plan, world)
    for step in plan.steps:
        if step.name in make.lost:
            continue
        frame = _join_lookup(frame, step, make) if isinstance(step, Lookup) else _join_rollup(frame, step, make, identity)
    return frame


def _inner(step: Lookup | Rollup, world: World) -> nw.LazyFrame[Any]:
    rows = rows_of(step.plan, world)
    assert rows is not None
    return add_steps(rows, step.plan, world, ["#row"])


def _join_lookup(frame: nw.LazyFrame[Any], step: Lookup, make: Expressions) -> nw.LazyFrame[Any]:
    there = Expressions(step.plan, make.world)
    keys = [f"{step.name}#{position}" for position in range(len(step.on))]
    brought = _inner(step, make.world).select(
        *(_as_kind(there(inner), inner).alias(key) for key, (_, inner) in zip(keys, step.on, strict=True)),
        *(_as_kind(there(node), node).alias(f"{step.name}.{name}") for name, node in step.columns.items()),
    )
    own = [_as_kind(make(outer), outer).alias(key) for key, (outer, _) in zip(keys, step.on, strict=True)]
    return frame.with_columns(*own).join(brought, on=keys, how="left").drop(keys)


def _join_rollup(
    frame: nw.LazyFrame[Any], step: Rollup, make: Expressions, identity: Sequence[str]
) -> nw.LazyFrame[Any]:
    keys = [f"{step.name}#{position}" for position in range(len(step.on))]
    rows = paired_rows(frame, step, make, identity)
    groups = [f"{step.name}#{name}" for name in identity] if step.visible else keys
    folded = _fold(rows, step, groups, Expressions(step.plan, make.world))
    own = [_as_kind(make(outer), outer).alias(key) for key, (outer, _) in zip(keys, step.on, strict=True)]
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
    frame: nw.LazyFrame[Any], step: Rollup, make: Expressions, identity: Sequence[str], *, pair: bool = False
) -> nw.LazyFrame[Any]:
    """The rows a rollup is over, with its keys; paired with their subjects where they see values of them.

    Rows that certainly lie outside are left out.
    """
    there = Expressions(step.plan, make.world)
    keys = [f"{step.name}#{position}" for position in range(len(step.on))]
    rows = _inner(step, make.world).with_columns(
        *(_as_kind(there(inner), inner).alias(key) for key, (_, inner) in zip(keys, step.on, strict=True))
    )
    if step.visible or pair:
        subjects = frame.select(
            *(nw.col(name).alias(f"{step.name}#{name}") for name in identity),
            *(_as_kind(make(outer), outer).alias(key) for key, (outer, _) in zip(keys, step.on, strict=True)),
            *(_as_kind(make(node), node).alias(name) for name, node in step.visible.items()),
        )
        rows = rows.join(subjects, on=keys, how="inner")
    if step.within.constant:
        return rows
    within = there(step.within)
    return rows.filter(within | within.is_null())


def _fold(rows: nw.LazyFrame[Any], step: Rollup, groups: Sequence[str], there: Expressions) -> nw.LazyFrame[Any]:
    inputs: list[nw.Expr] = []
    folds: list[nw.Expr] = []
    afterwards: list[nw.Expr] = []
    for name, (how, node) in step.columns.items():
        column = f"{step.name}.{name}"
        value = there(node)
        inputs.append((value.cast(nw.Int64) if how == "count" else _as_kind(value, node)).alias(column))
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


def _as_kind(made: nw.Expr, node: Node) -> nw.Expr:
    """Give a column its declared type, whatever an engine's arithmetic made of it."""
    return made.cast(_TYPES[node.kind])


def field_columns(plan: Plan, nodes: Iterable[Node]) -> set[str]:
    """Names of the table's own columns that nodes and steps of a plan read."""
    read = {node.value for node in in_order(nodes) if node.op == "column"}
    for step in plan.steps:
        outer = [node for node, _ in step.on]
        outer += list(step.visible.values()) if isinstance(step, Rollup) else []
        read |= {node.value for node in in_order(outer) if node.op == "column"}
    return read

