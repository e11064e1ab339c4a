"""The nearest value of one number that does.

In: where it stands now, and functions that say for any value whether it does, and on which side of every comparison it
lies. Out: the nearest value that does, written as short as a millionth of it allows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any, Literal

#: what counts as a smaller change of a number that is not whole, relative to the bound
STEP = 1e-6
_WIDEST = 2.0**52
_MOST_FLIPS = 24
_DIGITS = 15
#: how far apart numbers count as equal, relative to the larger
_EQUAL = 1e-9
_DECIMALS, _MOST_DECIMALS = 4, 12

Holds = Callable[[Any], bool]
Sides = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers that a value can be: all, or the whole ones, between two ends."""

    whole: bool
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True, slots=True)
class Found:
    """A value that does; `limit` is the bound, which itself does not where `strict`.

    `side` says, where there is no value now, on which side of the bound all others do too.
    """

    value: Any
    limit: Any
    strict: bool = False
    side: Literal[">=", "<=", "any"] | None = None


def step_of(bound: float, *, whole: bool) -> float:
    """The least change of a number near a bound that counts."""
    return 1 if whole else STEP * (abs(bound) or 1)


def nearest(now: float, line: Line, holds: Holds, sides: Sides) -> Found | None:
    """The nearest value that does; None where none was found."""
    points = _points(now, line, sides)
    good = [point for point in points if point != now and holds(point)]
    if not good:
        return None
    best = min(good, key=lambda point: (abs(point - now), point < now))
    return _written(best, 1 if best > now else -1, line, holds, abs(now))


def any_of(around: float, line: Line, holds: Holds, sides: Sides, *, latest: bool) -> Found | None:
    """A value where there is none now: the bound of all that do, the upper one first where `latest`."""
    points = _points(around, line, sides)
    tests = [holds(point) for point in points]
    if not any(tests):
        return None
    if all(tests):
        return Found(around, around, side="any")
    runs = _runs(points, tests)
    ends = [(first, last) for first, last in runs if first == points[0] or last == points[-1]]
    first, last = ends[-1] if ends else runs[0]
    if last == points[-1] and not (latest and first == points[0]):
        found = _written(first, 1, line, holds)
        return Found(found.value, found.limit, found.strict, ">=")
    if first == points[0] or latest:
        found = _written(last, -1, line, holds)
        return Found(found.value, found.limit, found.strict, "<=" if first == points[0] else None)
    return _written(first, 1, line, holds)


def _runs(points: Sequence[float], tests: Sequence[bool]) -> list[tuple[float, float]]:
    runs: list[tuple[float, float]] = []
    for position, (point, good) in enumerate(zip(points, tests, strict=True)):
        if good and position and tests[position - 1]:
            runs[-1] = (runs[-1][0], point)
        elif good:
            runs.append((point, point))
    return runs


def _points(now: float, line: Line, sides: Sides) -> list[float]:
    """Points on both sides of every place where a comparison changes its side, in order."""
    grid = _grid(now, line)
    known = {point: sides(point) for point in grid}
    found = set(grid)
    for left, right in pairwise(grid):
        for _ in range(_MOST_FLIPS):
            if known[left] == known[right]:
                break
            below, above = _flip(left, right, known, line, sides)
            found |= {below, above}
            left = above
            if above == right:
                break
    return sorted(found)


def _flip(
    left: float, right: float, known: dict[float, tuple[Any, ...]], line: Line, sides: Sides
) -> tuple[float, float]:
    """Two neighbours between which the first change lies."""
    before = known[left]
    while True:
        middle = (left + right) // 2 if line.whole else left + (right - left) / 2
        near = 1e-14 * max(abs(left), abs(right), 1e-2)
        if middle in (left, right) or (not line.whole and right - left <= near):
            return left, right
        known[middle] = sides(middle)
        if known[middle] == before:
            left = middle
        else:
            right = middle


def _grid(now: float, line: Line) -> list[float]:
    """Points near and far, closer together near the value."""
    unit = 1.0 if line.whole else (abs(now) or 1.0) * 2.0**-20
    offsets = [0.0]
    while unit < _WIDEST and len(offsets) < 100:
        offsets.append(unit)
        unit *= 2
    points = {now + sign * offset for offset in offsets for sign in (1, -1)} | {0.0, 1.0, -1.0}
    points |= {end for end in (line.low, line.high) if math.isfinite(end)}
    inside = {point for point in points if max(line.low, -_WIDEST) <= point <= min(line.high, _WIDEST)}
    return sorted({int(point) for point in inside} if line.whole else inside)


def _written(value: float, sign: int, line: Line, holds: Holds, scale: float = 0.0) -> Found:
    """The value as short as it can be written, a little further from where it came from, which lay about `scale`."""
    if line.whole:
        return Found(value, value)
    strict = False
    limit = float(f"{value:.8g}")
    for digits in range(8, _DIGITS - 2):
        bound = float(f"{value:.{digits}g}")
        if abs(bound) < 1e-9 or abs(bound) < 1e-8 * scale:
            bound = 0.0
        is_bound = _is_bound(bound, value)
        if (digits == 8 or is_bound) and holds(bound) and line.low <= bound <= line.high:
            return Found(_plain(bound), _plain(bound))
        if is_bound:
            strict, limit = True, bound
            break
    room = step_of(limit, whole=False) * 0.9
    for digits in range(1, _DIGITS):
        short = _outward(value if not strict else limit + sign * room / 2, sign, digits)
        if abs(short - (limit if strict else value)) <= room and holds(short) and line.low <= short <= line.high:
            return Found(_plain(short), _plain(limit) if strict else _plain(short), strict)
    return Found(value, value)


def _is_bound(bound: float, value: float) -> bool:
    """Whether a rule compares with it: tests change there, or as far from there as numbers count as equal."""
    apart, size = abs(bound - value), abs(bound) or 1
    written = bound == float(f"{bound:.6g}") and apart <= 1e-8 * size
    return written or abs(apart - _EQUAL * size) <= 0.01 * _EQUAL * size


def outward(value: float, sign: int, decimals: int) -> float:
    """A number of so many decimals, not less than the value where the sign is positive, else not more."""
    exact = Decimal(repr(float(value)))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING if sign > 0 else ROUND_FLOOR))


def written_decimals(value: float) -> int:
    """How many decimals write a number exactly."""
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def shown(bound: float, signs: Sequence[int], does: Callable[[float, int], bool]) -> float:
    """The bound with as few decimals as will do, rounded to where it still does; else as it is.

    `does` says of a number and the sign it was rounded by whether it does and a step less does not.
    """
    first = _DECIMALS if not bound or abs(bound) >= 10.0 ** (1 - _DECIMALS) else 3 - math.floor(math.log10(abs(bound)))
    for decimals in range(first, max(first, _MOST_DECIMALS) + 1):
        if written_decimals(bound) <= decimals:
            break
        for sign in signs:
            short = outward(bound, sign, decimals)
            if does(short, sign):
                return short
    return bound


def _outward(value: float, sign: int, digits: int) -> float:
    if not value:
        return 0.0
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    scale = 10.0**decimals
    moved = math.ceil(value * scale) if sign > 0 else math.floor(value * scale)
    return float(f"{moved / scale:.15g}")


def _plain(value: float) -> float:
    return value + 0.0
