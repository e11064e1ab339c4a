"""Values between bounds, and conditions of three values: the arithmetic of the reference.

In: what is known of values. Out: what is known of their sums, products and comparisons. None is no bound on that side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

Truth = bool | None


@dataclass(frozen=True)
class Bounds:
    """A value between `low` and `high`; None is no bound on that side, on both sides a missing value."""

    low: Any
    high: Any
    #: the magnitudes that were added up, where they could cancel
    scale: float = 0.0

    @property
    def exact(self) -> Any:
        return self.low if self.low is not None and self.low == self.high else None


def exactly(found: Any, scale: float = 0.0) -> Bounds:
    whole = isinstance(found, int) and not isinstance(found, bool)
    lost = (whole and abs(found) >= 2**53) or (isinstance(found, float) and not math.isfinite(found))
    return MISSING if found is None or lost else Bounds(found, found, scale)


MISSING = Bounds(None, None)


def both(*conditions: Truth) -> Truth:
    return False if False in conditions else None if None in conditions else True


def either(*conditions: Truth) -> Truth:
    return True if True in conditions else None if None in conditions else False


def deny(condition: Truth) -> Truth:
    return None if condition is None else not condition


def spread(args: Sequence[Bounds], apply: Callable[..., Any]) -> Bounds:
    """A function that rises in every operand, at both ends."""
    scale = sum(arg.scale or magnitude(arg) for arg in args) if any(arg.scale for arg in args) else 0.0
    ends = ([getattr(arg, end) for arg in args] for end in ("low", "high"))
    low, high = (None if None in end else exactly(apply(*end)).low for end in ends)
    return Bounds(low, high, scale)


def magnitude(found: Bounds) -> float:
    return max((abs(end) for end in (found.low, found.high) if end is not None), default=0.0)


def flipped(found: Bounds) -> Bounds:
    low, high = (None if end is None else -end for end in (found.high, found.low))
    return Bounds(low, high, found.scale)


def rounded(op: str, number: float, digits: int) -> float:
    if isinstance(number, int):
        return number
    if op != "round":
        return math.floor(number) if op == "floor" else math.ceil(number)
    near = Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return float(near) if digits else int(near)


def scaled(found: Bounds, factor: Fraction) -> Bounds:
    result = spread(
        [found], lambda a: a * factor.numerator / factor.denominator if factor.denominator > 1 else a * int(factor)
    )
    return Bounds(result.low, result.high, found.scale * float(factor))


def product(left: Bounds, right: Bounds) -> Bounds:
    scale = (left.scale or magnitude(left)) * (right.scale or magnitude(right)) if left.scale or right.scale else 0.0
    if left.exact is None or (right.exact is not None and left.exact <= 0):
        left, right = right, left
    factor = left.exact
    if factor is None or (factor <= 0 and right.exact is None):
        return MISSING
    low, high = (None if end is None else exactly(factor * end).low for end in (right.low, right.high))
    return Bounds(low, high, scale)


def quotient(left: Bounds, right: Bounds) -> Bounds:
    divisor = right.exact
    if not divisor or (divisor < 0 and left.exact is None):
        return MISSING
    low, high = (None if end is None else exactly(end / divisor).low for end in (left.low, left.high))
    return Bounds(low, high, left.scale / abs(divisor))


def extreme(args: Sequence[Bounds], pick: Callable[..., Any]) -> Bounds:
    """The largest or smallest operand; the end that an unknown operand could only push further stays known."""
    if any(arg.low is None and arg.high is None for arg in args):
        return MISSING
    lows, highs = ([getattr(arg, end) for arg in args] for end in ("low", "high"))
    near, far = (lows, highs) if pick is max else (highs, lows)
    inner = pick((end for end in near if end is not None), default=None)
    outer = None if None in far else pick(far)
    return Bounds(inner, outer) if pick is max else Bounds(outer, inner)


def compare(op: str, left: Bounds, right: Bounds, *, whole: bool) -> Truth:
    """True if true on the whole interval, false if false on all of it."""
    scale = max(left.scale, right.scale)

    def same(a: Any, b: Any) -> bool:
        if whole or not isinstance(a, int | float) or isinstance(a, bool):
            return bool(a == b)
        return bool(abs(a - b) <= 1e-9 * max(abs(a), abs(b), scale))

    def below(a: Any, b: Any) -> bool:
        return a is not None and b is not None and a < b and not same(a, b)

    def at_most(a: Any, b: Any) -> bool:
        return a is not None and b is not None and (a < b or same(a, b))

    if op in ("=", "!="):
        equal = at_most(left.high, right.low) and at_most(right.high, left.low)
        apart = below(left.high, right.low) or below(right.high, left.low)
        if not isinstance(left.low, int | float | date | str | None) or isinstance(left.low, bool):
            equal, apart = left.exact == right.exact is not None, left.exact != right.exact
        return (op == "=") if equal else (op == "!=") if apart else None
    if op in (">", ">="):
        left, right, op = right, left, {">": "<", ">=": "<="}[op]
    if op == "<":
        return True if below(left.high, right.low) else False if at_most(right.high, left.low) else None
    return True if at_most(left.high, right.low) else False if below(right.high, left.low) else None


def middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
