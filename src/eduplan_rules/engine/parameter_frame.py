"""Parameters as frame expressions: a dated table as a chain of cases over the axes and the steps of its scale.

In: a table's entry and the arguments as expressions of whichever module is spoken to (`nw`). Out: expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eduplan_rules.language.parameter import TOLERANCE, Entry, ParameterTable, Stair

Expr = Any


def by_axes(
    nw: Any, entry: Entry, arguments: Sequence[Expr], give: Callable[[tuple[str, ...]], Expr], kind: Any
) -> Expr:
    """What holds for the values of the axes; null where nothing does."""
    result = nw.lit(None, kind)
    for keys in entry.leaves:
        if not keys:
            return give(keys)
        same = nw.lit(True)
        for argument, key in zip(arguments, keys, strict=False):
            same = same & (argument == nw.lit(key))
        result = nw.when(same).then(give(keys)).otherwise(result)
    return result


def is_among(value: Expr, items: Sequence[Any], *, whole: bool) -> Expr:
    """Whether a value is one of a list; numbers that are not all whole are equal within the tolerance."""
    if whole and not any(isinstance(item, float) for item in items):
        return value.is_in(list(items))
    found = value != value
    for item in items:
        apart = (value - item).abs()
        found = found | (apart <= value.abs() * 1e-9) | (apart <= abs(item) * 1e-9)
    return found


def value_of(nw: Any, leaf: Any, arguments: Sequence[Expr], table: ParameterTable, *, whole: bool) -> Expr:
    """The value of a leaf: itself, or that of the step its amount is on; `whole` where that can only be whole."""
    if not table.scaled:
        return nw.lit(leaf)
    return _stairs(
        nw, leaf, arguments[-1], lambda stair, amount: _stair_value(nw, stair, amount, whole=whole), whole=whole
    )


def _stair_value(nw: Any, stair: Stair, amount: Expr, *, whole: bool) -> Expr:
    """What `Stair.at` says, in the same order of operations."""
    if not stair.plus or isinstance(stair.value, str):
        return nw.lit(stair.value)
    if stair.is_exact([stair.above, stair.per], whole=whole):
        full = (amount - int(stair.above)) // int(stair.per)
    else:
        amount = amount.cast(nw.Float64)
        steps = (amount - stair.above) * (1 / stair.per)
        nearest = (steps + 0.5).floor()
        apart, least = (steps - nearest).abs(), TOLERANCE / stair.per
        near = (apart <= amount.abs() * least) | (apart <= abs(stair.above) * least)
        full = nw.when(near).then(nearest).otherwise(steps.floor())
    if isinstance(stair.value, int) and isinstance(stair.plus, int):
        full = full.cast(nw.Int64)
    return full * stair.plus + stair.value


def _stairs(nw: Any, leaf: Any, amount: Expr, give: Callable[[Stair, Expr], Expr], *, whole: bool) -> Expr:
    result: Expr | None = None
    for stair in reversed(leaf):
        value = give(stair, amount)
        if stair.below is None:
            result = nw.when(~amount.is_null()).then(value)
        else:
            here = nw.when(_holds(stair, stair.below, amount, whole=whole)).then(value)
            result = here if result is None else here.otherwise(result)
    assert result is not None
    return result


def _holds(stair: Stair, below: float, amount: Expr, *, whole: bool) -> Expr:
    """What `Stair.holds` says, in the same order of operations."""
    if stair.is_exact([below], whole=whole):
        return amount < below
    apart = below - amount
    return (apart > amount.abs() * TOLERANCE) & (apart > abs(below) * TOLERANCE)


def doubt(
    nw: Any, entry: Entry, keys: tuple[str, ...], arguments: Sequence[Expr], table: ParameterTable, *, whole: bool
) -> Expr:
    """Whether the value read at these axes is unverified."""
    if not table.scaled or entry.is_doubtful(keys):
        return nw.lit(entry.is_doubtful(keys))
    leaf = entry.leaves[keys]
    return _stairs(nw, leaf, arguments[-1], lambda stair, _: nw.lit(stair.unverified), whole=whole)
