"""Compiled plans as programs over data frames, written once against Narwhals.

In: a `Plan` and the tables of facts as lazy frames (`world`). Out: lazy frames with the columns that the plan's steps
add. Rows that lie in no subject for certain, because a key or a day of theirs is missing, are folded apart and added to
every subject that they may lie in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.plan import PLACED, Lookup, Plan, Rollup, origin, step_column
from eduplan_rules.engine.record import in_order
from eduplan_rules.engine.world import Expr, Expressions, LazyFrame, World, may_be_null, only

#: steps that are joined to one frame before it is worked out
_AT_ONCE = 8
Held = Literal["all", "some"]
#: in place of a null that is to equal another null
_NOTHING: dict[NodeKind, Any] = {"boolean": False, "integer": 0, "number": 0.0, "text": "", "date": date(2000, 1, 1)}


def rows_of(plan: Plan, world: World, *, stray: bool = False) -> LazyFrame | None:
    """The rows of a plan without its steps: the entity's table with the day of reckoning; None if not delivered.

    With `stray` also the rows that have no place; `#stray` tells them apart.
    """
    frame = world.tables.get(plan.entity.id)
    if frame is None:
        return None
    nw = world.api
    if stray:
        frame = frame.with_columns(nw.lit(False).alias("#stray"))
        if plan.entity.id in world.strays:
            strays = world.strays[plan.entity.id].with_columns(nw.lit(True).alias("#stray"))
            frame = nw.concat([frame, strays], how="vertical")
    if plan.entity.period is None:
        return frame
    end = nw.col("#end")
    day = nw.when(end <= nw.lit(world.as_of)).then(end).otherwise(nw.lit(world.as_of))
    return frame.with_columns((nw.when(~end.is_null()).then(day) if stray else day).alias("#day"))


def add_steps(
    frame: LazyFrame,
    plan: Plan,
    world: World,
    identity: Sequence[str],
    *,
    stray: bool = False,
    held: Held | None = None,
) -> LazyFrame:
    """Join what the plan's steps bring; `identity` are the columns that tell the rows apart.

    `held`: the rows are all those of the table that the world holds, in their order, or some, and `#row` says which.
    """
    make = Expressions(plan, world, stray=stray)
    # rollups whose rows see the subject need the frame twice; they share one that has what they read, so that the
    # program does not double with each of them
    base, since = frame, set[str]()
    for number, step in enumerate(plan.steps):
        if step.name in make.lost:
            continue
        if number and not number % _AT_ONCE:
            frame = world.settled(frame)
        if isinstance(step, Lookup) and held is not None and _is_previous(step, world):
            frame = _take_previous(frame, step, make, held)
            since.add(step.name)
            continue
        # a join may leave the rows in another order
        held = held and "some"
        if isinstance(step, Lookup):
            frame = _join_lookup(frame, step, make)
        else:
            if step.visible and _steps_read(step) & since:
                frame = world.settled(frame)
                base, since = frame, set()
            frame = _join_rollup(frame, base, step, make, identity)
        since.add(step.name)
    return frame


def _steps_read(step: Rollup) -> set[str]:
    return _steps_in([*step.visible.values(), *(outer for outer, _ in step.on)])


def _inner(step: Lookup | Rollup, world: World, *, stray: bool = False) -> LazyFrame:
    rows = rows_of(step.plan, world, stray=stray)
    assert rows is not None
    return add_steps(rows, step.plan, world, ["#row"], stray=stray, held=None if stray else "all")


def _join_lookup(frame: LazyFrame, step: Lookup, make: Expressions) -> LazyFrame:
    there = Expressions(step.plan, make.world)
    keys = _keys(step)
    inside = there.share(_inner(step, make.world), [*(inner for _, inner in step.on), *step.columns.values()])
    brought = inside.select(
        *(there.typed(inner).alias(key) for key, (_, inner) in zip(keys, step.on, strict=True)),
        *(there.typed(node).alias(step_column(step.name, name)) for name, node in step.columns.items()),
    )
    brought = make.world.settled(brought)
    return frame.with_columns(*_outer(step, make)).join(brought, on=keys, how="left").drop(keys)


def _is_previous(step: Lookup, world: World) -> bool:
    """Whether the row looked for, if there is one, is the row before in a table that is held in order."""
    nested = all(isinstance(each, Lookup) and _is_previous(each, world) for each in step.plan.steps)
    return nested and step.reason == "no-previous" and world.holds(step.plan)


def _take_previous(frame: LazyFrame, step: Lookup, make: Expressions, held: Held) -> LazyFrame:
    """What the step brings, moved down by a row where key and period fit: a join takes twenty times as long."""
    nw, there, keys = make.nw, Expressions(step.plan, make.world), _keys(step)
    pairs = [node for pair in step.on for node in pair]
    inside = there.share(_inner(step, make.world), [*pairs, *step.columns.values()])
    names = [step_column(step.name, name) for name in step.columns]
    rows = inside.select(
        *(there.typed(outer).alias(f"{key}=") for key, (outer, _) in zip(keys, step.on, strict=True)),
        *(there.typed(inner).alias(key) for key, (_, inner) in zip(keys, step.on, strict=True)),
        *(there.typed(node).alias(name) for name, node in zip(names, step.columns.values(), strict=True)),
    )
    fits = reduce(and_, (nw.col(f"{key}=") == nw.col(key).shift() for key in keys))
    brought = rows.select(nw.when(fits).then(nw.col(name).shift()).alias(name) for name in names).collect()
    columns = {name: nw.lit(brought[name]) for name in names}
    if held == "some":
        columns = {name: column.gather(nw.col("#row")) for name, column in columns.items()}
    return frame.with_columns(**columns)


def _keys(step: Lookup | Rollup) -> list[str]:
    return [f"{step.name}#{position}" for position in range(len(step.on))]


def _outer(step: Lookup | Rollup, make: Expressions) -> list[Expr]:
    """The keys as the rows have them that the step starts from."""
    return [make.typed(outer).alias(key) for key, (outer, _) in zip(_keys(step), step.on, strict=True)]


def _join_rollup(
    frame: LazyFrame, base: LazyFrame, step: Rollup, make: Expressions, identity: Sequence[str]
) -> LazyFrame:
    nw = make.nw
    rows = paired_rows(base, step, make, identity)
    groups = [f"{step.name}#{name}" for name in identity] if step.visible else _keys(step)
    folded = make.world.settled(_fold(rows, step, groups, Expressions(step.plan, make.world)))
    own = _outer(step, make)
    if step.visible:
        own = [nw.col(name).alias(group) for name, group in zip(identity, groups, strict=True)]
    frame = frame.with_columns(*own).join(folded, on=groups, how="left").drop(groups)
    zeros = [
        nw.col(step_column(step.name, name)).fill_null(0) for name, (how, _) in step.columns.items() if how in _ADDED
    ]
    if make.stray:
        # a row without a key of its own can have any rows
        certain = reduce(and_, (~make.typed(outer).is_null() for outer, _ in step.on))
        zeros = [nw.when(certain).then(zero) for zero in zeros]
    frame = frame.with_columns(*zeros) if zeros else frame
    for unknown in _unknown_keys(step, make.world):
        frame = _join_strays(frame, base, step, make, unknown)
    return frame


def _unknown_keys(step: Rollup, world: World) -> list[frozenset[str]]:
    """Which keys are missing together on rows that the step is over; none of them on rows that strayed otherwise."""
    inside = [inner for _, inner in step.on]
    if step.plan.entity.id not in world.strays and not any(may_be_null(each, step.plan, world) for each in inside):
        return []
    nw = world.api
    missing = [nw.col(key).is_null().alias(key) for key in _keys(step)]
    rows = _rows_with_strays(step, world).select(nw.col("#stray"), *missing)
    wrong = reduce(or_, (nw.col(name) for name in ("#stray", *_keys(step))))
    patterns = rows.filter(wrong).select(*_keys(step)).unique().collect().rows()
    found = {frozenset(key for key, gone in zip(_keys(step), row, strict=True) if gone) for row in patterns}
    return sorted(found, key=sorted)


def _rows_with_strays(step: Rollup, world: World) -> LazyFrame:
    """The rows a rollup is over with its keys, those without a place among them, but none that belongs to nobody."""
    there = Expressions(step.plan, world, stray=True)
    keys = zip(_keys(step), step.on, strict=True)
    rows = _inner(step, world, stray=True)
    rows = rows if step.nowhere.constant else only(rows, ~there(step.nowhere), there.nw)
    return rows.with_columns(*(there.typed(inner).alias(key) for key, (_, inner) in keys))


def _join_strays(
    frame: LazyFrame, base: LazyFrame, step: Rollup, make: Expressions, unknown: frozenset[str]
) -> LazyFrame:
    """Add the rows without certain keys to all subjects that they may lie in."""
    nw = make.nw
    there = Expressions(step.plan, make.world, stray=True)
    known = [key for key in _keys(step) if key not in unknown]
    missing = [nw.col(key).is_null() if key in unknown else ~nw.col(key).is_null() for key in _keys(step)]
    rows = _rows_with_strays(step, make.world).filter(*missing, *([] if unknown else [nw.col("#stray")]))
    rows = rows.with_columns(nw.lit(0).alias(_ALL))
    seen = [make.typed(node).alias(name) for name, node in step.visible.items()]
    outer = [each for key, each in zip(_keys(step), _outer(step, make), strict=True) if key in known]
    outer.append(nw.lit(0).alias(_ALL))
    groups = [_ALL, *known, *step.visible]
    if seen:
        rows = rows.join(base.select(*outer, *seen).unique(), on=[_ALL, *known], how="inner")
    folded = _fold(_possible(rows, step, there), step, groups, there)
    pairs = [(key, nw.col(key)) for key in (_ALL, *known)]
    for name, node in step.visible.items():
        column = nw.col(name)
        pairs += [(f"{name}=", column.fill_null(_NOTHING[node.kind])), (f"{name}?", column.is_null())]
    joint = [name for name, _ in pairs]
    wide = [column for column in step.columns if step.columns[column][0] in _WIDENED]
    brought = folded.select(
        *(expression.alias(name) for name, expression in pairs),
        *(nw.col(step_column(step.name, column)).alias(f"{step.name}+{column}") for column in wide),
    )
    brought = make.world.settled(brought)
    frame = frame.with_columns(*outer, *seen)
    frame = frame.with_columns(*(expression.alias(name) for name, expression in pairs))
    frame = frame.join(brought, on=joint, how="left")
    spent = dict.fromkeys([*joint, *step.visible, *(f"{step.name}+{column}" for column in wide)])
    return frame.with_columns(*(_widened(step, column, nw) for column in wide)).drop(list(spent))


#: a column that is the same on all rows
_ALL = "#all"
#: folds that are zero over no rows
_ADDED = ("count", "sum", "distinct")
#: folds that rows without a place can change; they are never certainly in, and what `distinct` counts is certain
_WIDENED = ("count", "sum", "min", "max")


def _widened(step: Rollup, column: str, nw: Any) -> Expr:
    """A fold over the certain rows and one over the stray ones, together."""
    name, more = step_column(step.name, column), nw.col(f"{step.name}+{column}")
    how, _ = step.columns[column]
    if how in _ADDED:
        return (nw.col(name) + more.fill_null(0)).alias(name)
    return getattr(nw, f"{how}_horizontal")(nw.col(name), more).alias(name)


def paired_rows(
    frame: LazyFrame, step: Rollup, make: Expressions, identity: Sequence[str], *, pair: bool = False
) -> LazyFrame:
    """The rows a rollup is over, with its keys; paired with their subjects where they see values of them.

    Rows that certainly lie outside are left out.
    """
    nw = make.nw
    there = Expressions(step.plan, make.world)
    keys = _keys(step)
    rows = _inner(step, make.world).with_columns(
        *(there.typed(inner).alias(key) for key, (_, inner) in zip(keys, step.on, strict=True))
    )
    if step.visible or pair:
        subjects = frame.select(
            *(nw.col(name).alias(f"{step.name}#{name}") for name in identity),
            *_outer(step, make),
            *(make.typed(node).alias(name) for name, node in step.visible.items()),
        )
        rows = rows.join(subjects, on=keys, how="inner")
    return _possible(rows, step, there)


def _possible(rows: LazyFrame, step: Rollup, there: Expressions) -> LazyFrame:
    """Leave out rows that certainly lie outside."""
    if step.within.op == "column" and step.within.value == PLACED:
        return rows
    within = there(step.within)
    return only(rows, within | within.is_null(), there.nw)


def _fold(rows: LazyFrame, step: Rollup, groups: Sequence[str], there: Expressions) -> LazyFrame:
    nw = there.nw
    rows = there.share(rows, [node for _, node in step.columns.values()])
    inputs: list[Expr] = []
    folds: list[Expr] = []
    afterwards: list[Expr] = []
    for name, (how, node) in step.columns.items():
        column = step_column(step.name, name)
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
    return result.select(*groups, *(step_column(step.name, name) for name in step.columns))


def narrowed(plan: Plan, nodes: Iterable[Node]) -> Plan:
    """The plan with only those of its steps that bring what the nodes read."""
    steps: list[Lookup | Rollup] = []
    read = _steps_in(nodes)
    for step in reversed(plan.steps):
        if step.name in read:
            steps.append(step)
            outer = [node for node, _ in step.on]
            read |= _steps_in([*outer, *(step.visible.values() if isinstance(step, Rollup) else ())])
    return replace(plan, steps=steps[::-1])


def _steps_in(nodes: Iterable[Node]) -> set[str]:
    return {origin(node.value.lstrip("+"))[0] for node in in_order(nodes) if node.op == "column"}


def field_columns(plan: Plan, nodes: Iterable[Node]) -> set[str]:
    """Names of the table's own columns that nodes and steps of a plan read."""
    read = {node.value for node in in_order(nodes) if node.op == "column"}
    for step in plan.steps:
        outer = [node for node, _ in step.on]
        outer += list(step.visible.values()) if isinstance(step, Rollup) else []
        read |= {node.value for node in in_order(outer) if node.op == "column"}
    return read
