"""What a cell would have to hold, whatever row it is in.

In: a field, what stands there now, and functions that say what nodes are worth for any other value. Out: the values
that do: of numbers and days the nearest one, of truth values, choices and texts each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from eduplan_rules.compiler.core import Node
from eduplan_rules.engine.record import Function, Row, in_order
from eduplan_rules.reports.explain.edits import ANY_TEXT
from eduplan_rules.reports.explain.ground import compared, sides_of
from eduplan_rules.reports.explain.search import Found, Line, any_of, nearest, shown, step_of
from eduplan_rules.rulebook.model import Field

_FARTHEST_DAYS = 36_600
_SAMPLES = 32


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a cell that does."""

    value: Any
    #: the bound; itself not enough where `strict`
    limit: Any = None
    strict: bool = False
    #: on which side of the bound all others do too, where nothing stands there now
    side: Literal[">=", "<=", "any"] | None = None
    #: the value of a change that is one step smaller, where there is one
    smaller: Any = None
    #: the number to tell people: the bound, rounded to where it still does and a step less does not; None of what is
    #: no number
    told: float | None = None
    #: by how much it changes, rounded in the same way
    by: float | None = None
    #: the first and the last of the days that do, where they are bounded on both sides
    between: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a goal is worth, and on which sides its comparisons lie, if a cell held a value."""

    met: Callable[[Any], bool]
    sides: Callable[[Any], tuple[Any, ...]]
    #: texts that the goal compares with
    texts: Sequence[str]


def trial_of(
    node: Node,
    met: Callable[[Any], bool],
    moves: Callable[[str], bool],
    row_of: Callable[[Any], Row],
    compiled: Callable[[Sequence[Node]], Function],
) -> Trial:
    """Try a node on a row as it would be for each value; `moves` says which columns may then be others."""
    function = compiled([node, *sides_of(node, moves)])
    known: dict[Any, tuple[Any, ...]] = {}

    def at(value: Any) -> tuple[Any, ...]:
        if value not in known:
            known[value] = function(row_of(value))
        return known[value]

    return Trial(lambda value: met(at(value)[0]), lambda value: compared(at(value)[1:]), texts_in([node]))


def options_of(field: Field, now: Any, trial: Trial, today: date) -> list[Option]:
    """The values that do, none where there is none; days that are not there are looked for around `today`."""
    if field.type in ("integer", "number"):
        found = _number(field, now, trial)
    elif field.type == "date":
        found = _day(now, trial, today)
    else:
        found = [Option(value, value) for value in _others(field, now, trial) if trial.met(value)]
    clearable = (field.blank is not None or field.optional) and now is not None
    return found or ([Option(None)] if clearable and trial.met(None) else [])


def options_around(kind: Literal["number", "integer", "date"], now: Any, trial: Trial, today: date) -> list[Option]:
    """The same of a value that is no cell, and can be any number or day."""
    if kind == "date":
        return _day(now, trial, today)
    line = Line(kind == "integer")
    return _given(0 if line.whole else 0.0, line, trial, latest=False) if now is None else _moved(now, line, trial)


def _others(field: Field, now: Any, trial: Trial) -> Iterable[Any]:
    if field.type == "boolean":
        return [value for value in (True, False) if value is not now]
    if field.type == "choice":
        return [str(choice) for choice in field.choices if str(choice) != now]
    return [text for text in (*([ANY_TEXT] if now is None else []), *trial.texts) if text != now]


def _number(field: Field, now: Any, trial: Trial) -> list[Option]:
    whole = field.type == "integer"
    low = float("-inf") if field.min is None else field.min
    high = float("inf") if field.max is None else field.max
    line = Line(whole, low, high)
    if now is None:
        around = min(max(0, low), high)
        return _given(int(around) if whole else float(around), line, trial, latest=False)
    return _moved(now if whole else float(now), line, trial)


def _day(now: date | None, trial: Trial, today: date) -> list[Option]:
    around = (today if now is None else now).toordinal()
    line = Line(True, max(1, around - _FARTHEST_DAYS), min(date.max.toordinal(), around + _FARTHEST_DAYS))
    days = replace(
        trial,
        met=lambda number: trial.met(date.fromordinal(int(number))),
        sides=lambda number: trial.sides(date.fromordinal(int(number))),
    )
    found = _given(around, line, days, latest=True) if now is None else _moved(around, line, days)

    def back(number: Any) -> Any:
        return None if number is None else date.fromordinal(int(number))

    return [
        replace(
            each,
            value=back(each.value),
            limit=back(each.limit),
            smaller=back(each.smaller),
            between=_between_days(each, now, line, days),
        )
        for each in found
    ]


def _between_days(option: Option, now: date | None, line: Line, days: Trial) -> tuple[date, date] | None:
    """The days around one that do, where there is an end on either side."""
    if option.side is not None:
        return None
    day = int(option.value)
    up = now is not None and day > now.toordinal()
    beyond = replace(line, low=day) if up else replace(line, high=day)
    end = nearest(day, beyond, lambda number: not days.met(number), days.sides)
    if end is None:
        return None
    last = int(end.value) - 1 if up else int(end.value) + 1
    return date.fromordinal(min(day, last)), date.fromordinal(max(day, last))


def _moved(now: float, line: Line, trial: Trial) -> list[Option]:
    found = nearest(now, line, trial.met, trial.sides)
    if found is None or any(map(trial.met, _between(now, found.limit, line))):
        return []
    step = step_of(found.limit, whole=line.whole)
    smaller = found.value - step if found.value > now else found.value + step
    passed = smaller <= now if found.value > now else smaller >= now
    way = 1 if found.value > now else -1
    told, by = _told(found, [way], line, trial), _by(now, found, way, line, trial)
    return [Option(found.value, found.limit, found.strict, None, now if passed else smaller, told, by)]


def _told(found: Found, signs: Sequence[int], line: Line, trial: Trial) -> float | None:
    if line.whole:
        return None
    step = step_of(found.limit, whole=False)

    def does(short: float, sign: int) -> bool:
        return _is_tight(short, sign, step, found, line, trial)

    return shown(found.limit if found.strict else found.value, signs, does)


def _is_tight(number: float, way: int, step: float, found: Found, line: Line, trial: Trial) -> bool:
    """Whether a number does, or what lies beyond it where it must be passed, and a step less does not."""
    enough = [number + way * step / 2, number + way * step] if found.strict else [number]
    return all(line.low <= each <= line.high and trial.met(each) for each in enough) and not trial.met(
        number - way * step
    )


def _by(now: float, found: Found, way: int, line: Line, trial: Trial) -> float | None:
    if line.whole:
        return None
    step = step_of(found.limit, whole=False)

    def does(short: float, _: int) -> bool:
        return _is_tight(now + way * short, way, step, found, line, trial)

    return shown(float(f"{abs((found.limit if found.strict else found.value) - now):.15g}"), [1], does)


def _between(now: float, limit: float, line: Line) -> list[float]:
    """Points on the way, to see that none of them does."""
    if line.whole:
        every = max(1, int(abs(limit - now)) // _SAMPLES)
        return list(range(int(min(now, limit)) + 1, int(max(now, limit)), every))
    return [now + (limit - now) * part / _SAMPLES for part in range(1, _SAMPLES)]


def _given(around: float, line: Line, trial: Trial, *, latest: bool) -> list[Option]:
    found = any_of(around, line, trial.met, trial.sides, latest=latest)
    if found is None:
        return []
    step = step_of(found.limit, whole=line.whole)
    beyond = {">=": found.value - step, "<=": found.value + step}.get(found.side or "")
    if beyond is not None and not line.low <= beyond <= line.high:
        beyond = None
    told = _told(found, {">=": [1], "<=": [-1]}.get(found.side or "", [1, -1]), line, trial)
    return [Option(found.value, found.limit, found.strict, found.side, beyond, told)]


def texts_in(nodes: Iterable[Node]) -> list[str]:
    """The texts that nodes compare with."""
    found: dict[str, None] = {}
    for node in in_order(list(nodes)):
        if node.op == "literal" and isinstance(node.value, str):
            found[node.value] = None
        elif node.op == "in" and isinstance(node.value, tuple):
            found |= dict.fromkeys(value for value in node.value if isinstance(value, str))
        elif node.op in ("contains", "starts_with"):
            found[node.value] = None
    return list(found)
