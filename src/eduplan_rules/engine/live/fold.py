"""Folds that take rows in and out one at a time.

In: what a row gives to each fold of a rollup, before and after. Out: the folds' values, which depend on the rows alone
and not on the way that led there: sums are kept as whole numbers in the smallest unit a number can have, extremes and
medians as sorted lists, kinds as counts.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eduplan_rules.compiler.core import NodeKind
from eduplan_rules.compiler.plan import Fold

#: every finite number is a whole multiple of 2 to the power of minus this
_FINEST = 1074
_ONE = 1 << _FINEST

#: folds that are zero over no rows
ADDED = frozenset({"count", "sum", "distinct"})
#: folds that rows without a place can change; they are never certainly in, and what `distinct` counts is certain
WIDENED = frozenset({"count", "sum", "min", "max"})

State = Any
Value = Any


@dataclass(frozen=True, slots=True, eq=False)
class Folding:
    """How one fold is kept: its state over no rows, a change of what one row gives (None: nothing), and its value."""

    empty: Callable[[], State]
    change: Callable[[State, Value, Value], State]
    value: Callable[[State], Value]
    #: its value where there are no rows
    nothing: Value
    how: Fold


def folding(how: Fold, kind: NodeKind) -> Folding:
    """How a fold of values of this kind is kept."""
    match how:
        case "count":
            return Folding(int, _count, _itself, 0, how)
        case "sum":
            if kind == "integer":
                return Folding(int, _add_whole, _itself, 0, how)
            return Folding(int, _add_real, _real, 0.0, how)
        case "min":
            return Folding(list, _keep_sorted, _first, None, how)
        case "max":
            return Folding(list, _keep_sorted, _last, None, how)
        case "median":
            return Folding(list, _keep_sorted, _middle, None, how)
        case "distinct":
            return Folding(dict, _tell_apart, len, 0, how)


def more_of(parts: Sequence[Folding], values: Sequence[Value]) -> list[tuple[int, Folding, Value]]:
    """Of folds over rows that may lie in several places those that make a difference there."""
    triples = zip(range(len(parts)), parts, values, strict=True)
    return [each for each in triples if each[1].how in WIDENED and each[2] != each[1].nothing]


def widen(values: list[Value], more: Sequence[tuple[int, Folding, Value]]) -> None:
    """Add folds over rows that may lie there to those over rows that do."""
    for place, part, other in more:
        sure = values[place]
        if part.how in ("count", "sum"):
            values[place] = None if sure is None else sure + other
        elif sure is None:
            values[place] = other
        else:
            values[place] = min(sure, other) if part.how == "min" else max(sure, other)


def _itself(state: State) -> Value:
    return state


def _count(state: int, old: Value, new: Value) -> int:
    return state + bool(new) - bool(old)


def _add_whole(state: int, old: int | None, new: int | None) -> int:
    return state + (new or 0) - (old or 0)


def _add_real(state: int, old: float | None, new: float | None) -> int:
    if old:
        state -= _whole_parts(old)
    if new:
        state += _whole_parts(new)
    return state


def _whole_parts(number: float) -> int:
    above, below = number.as_integer_ratio()
    return above << _FINEST + 1 - below.bit_length()


def _real(state: int) -> float:
    try:
        return state / _ONE
    except OverflowError:
        return math.inf if state > 0 else -math.inf


def _keep_sorted(state: list[Value], old: Value, new: Value) -> list[Value]:
    if old is not None:
        del state[bisect_left(state, old)]
    if new is not None:
        insort(state, new)
    return state


def _first(state: list[Value]) -> Value:
    return state[0] if state else None


def _last(state: list[Value]) -> Value:
    return state[-1] if state else None


def _middle(state: list[Value]) -> Value:
    if not state:
        return None
    half = len(state) // 2
    return state[half] if len(state) % 2 else (state[half - 1] + state[half]) / 2


def _tell_apart(state: dict[Value, int], old: Value, new: Value) -> dict[Value, int]:
    if old is not None:
        state[old] -= 1
        if not state[old]:
            del state[old]
    if new is not None:
        state[new] = state.get(new, 0) + 1
    return state
