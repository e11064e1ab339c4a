"""The nearest value of one number that does.

In: where it stands now, and functions that say for any value whether it does, and on which side of every comparison it
lies. Out: the nearest value that does, written as short as a millionth of it allows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

#: what counts as a smaller change of a number that is not whole, relative to the bound
STEP = 1e-6
_WIDEST = 2.0**52
_MOST_FLIPS = 24
_DIGITS = 15

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
    limit = float(f"{value:.8g}")
    if abs(limit) < 1e-9 or abs(limit) < 1e-8 * scale:
        limit = 0.0
    if holds(limit) and line.low <= limit <= line.high:
        return Found(_plain(limit), _plain(limit))
    room = step_of(limit, whole=False) * 0.9
    strict = abs(value - limit) <= 1e-8 * (abs(limit) or 1)
    for digits in range(1, _DIGITS):
        short = _outward(value if not strict else limit + sign * room / 2, sign, digits)
        if abs(short - (limit if strict else value)) <= room and holds(short) and line.low <= short <= line.high:
            return Found(_plain(short), _plain(limit) if strict else _plain(short), strict)
    return Found(value, value)


def _outward(value: float, sign: int, digits: int) -> float:
    if not value:
        return 0.0
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    scale = 10.0**decimals
    moved = math.ceil(value * scale) if sign > 0 else math.floor(value * scale)
    return float(f"{moved / scale:.15g}")


def _plain(value: float) -> float:
    return value + 0.0
