"""Remedies by figures over rows: one row that can do it, or all rows on the wrong side brought to one level.

In: a bench and a goal. Out: for each `cv`, `mean`, `median`, `min` and `max` the least change of one row where one is
enough, and the level up to (or down to) which rows must come, proved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.bench import Bench, Goal, Level, Remedy
from eduplan_rules.reports.explain.counting import here_in
from eduplan_rules.reports.explain.edits import Edit
from eduplan_rules.reports.explain.figure import Figure, FigureBench
from eduplan_rules.reports.explain.options import Option, Trial
from eduplan_rules.reports.explain.search import Found, Line, nearest, shown, step_of
from eduplan_rules.reports.explain.totals import total_remedies
from eduplan_rules.rulebook.model import Field

#: rows that are tried, each alone
_FEW = 5
#: rows that a level may concern
_MANY = 5000
_NEAR = 1e-9


def figure_remedies(bench: Bench, goal: Goal, within: Typed | None = None) -> Iterator[Remedy]:
    """Remedies by the figures of a tree, or of the whole rule."""
    known = None if within is None else {id(each) for each in here_in(within)}
    for figure in bench.figures:
        if known is None or id(figure.typed) in known:
            yield from _of_figure(bench, goal, figure)


def _of_figure(bench: Bench, goal: Goal, figure: Figure) -> Iterator[Remedy]:
    name = figure.rows.name
    plain_mean = name == "mean" and figure.weight is None
    if plain_mean and next(total_remedies(bench, goal, figure.typed), None) is not None:
        return
    rows = FigureBench(bench.inquiry, bench.sight, figure)
    found, trial = rows.wanted(goal.node, goal.met)
    if found is None or (name == "cv" and found.value > rows.now):
        return
    more = found.value > rows.now
    single = None if plain_mean else _single(bench, goal, rows, found, trial)
    if single is not None and _within(rows, single):
        yield _judged(bench, figure, single)
    if (name, more) in (("min", False), ("max", True)):
        return
    level = _level(bench, goal, rows, found, trial)
    if level is not None and not (single is not None and len(level.edits) == 1):
        yield _judged(bench, figure, level)
    elif single is not None and not _within(rows, single):
        yield _judged(bench, figure, single)


def _within(rows: FigureBench, single: Remedy) -> bool:
    """Whether the row would still bring no more than others do; of an extreme nothing else can be asked."""
    if rows.figure.rows.name in ("min", "max"):
        return True
    row = next(each for each in rows.rows if rows.identity(each) == single.edits[0].row)
    assert single.field is not None
    brought = rows.brings(row, single.field, single.edits[0].after)
    return bool(rows.values[0] <= brought <= rows.values[-1])


def _judged(bench: Bench, figure: Figure, remedy: Remedy) -> Remedy:
    """Whether it changes what is given."""
    assert remedy.field is not None
    return replace(remedy, odd=str(remedy.field.id) not in figure.levers or id(figure.typed) not in bench.measured)


def _met(trial: Trial, value: float | None) -> bool:
    return value is not None and trial.met(value)


# one row


def _single(bench: Bench, goal: Goal, rows: FigureBench, found: Found, trial: Trial) -> Remedy | None:
    """The least change of one row that does; of a cv one that raises a low row."""
    name = rows.figure.rows.name
    for place in _candidates(rows, found):
        row = rows.rows[place]
        turn = rows.evenest(place) if name == "cv" else None

        def does(value: Any, place: int = place) -> bool:
            return _met(trial, rows.with_one(place, value))

        if turn is not None and not does(turn):
            continue
        for field in rows.figure.fields:
            option = rows.cell(row, field, does, turn)
            if option is None or (name == "cv" and rows.brings(row, field, option.value) < row["#x"]):
                continue
            edit = _edit(rows, row, field, option.value)
            less = None if option.smaller is None else (replace(edit, after=option.smaller),)
            remedy = Remedy("fact", (edit,), less, field, option, looked_up=True, personal=rows.figure.personal)
            if bench.proved(remedy, goal):
                return remedy
    return None


def _candidates(rows: FigureBench, found: Found) -> list[int]:
    """The rows to try, by their place from the lowest to the highest."""
    count, more, name = len(rows.values), found.value > rows.now, rows.figure.rows.name
    low, high = list(range(count)), list(range(count - 1, -1, -1))
    below = [place for place in high if rows.values[place] < found.value]
    above = [place for place in low if rows.values[place] > found.value]
    match name, more:
        case "min", True:
            return below if len(below) == 1 else []
        case "max", False:
            return above if len(above) == 1 else []
        case "min", False:
            return low[:1]
        case "max", True:
            return high[:1]
        case "median", _:
            return (below if more else above)[:_FEW]
        case "mean", _:
            return (low if more else high)[:_FEW]
        case _:
            return low[: max(1, min(_FEW, count // 2))]


def _edit(rows: FigureBench, row: Any, field: Field, value: Any) -> Edit:
    return Edit("set", rows.entity, rows.identity(row), str(field.id), row[str(field.id)], value)


# one level


def _level(bench: Bench, goal: Goal, rows: FigureBench, found: Found, trial: Trial) -> Remedy | None:
    """All rows that are too low raised to one level, or too high lowered to it."""
    up = rows.figure.rows.name == "cv" or found.value > rows.now
    if rows.figure.rows.name == "median":
        return _middle(bench, goal, rows, found, trial, up=up)
    bound = found if rows.figure.rows.name in ("min", "max") else _evened(rows, trial, up=up)
    if bound is None:
        return None
    farthest = rows.rows if up else rows.rows[::-1]
    short = [row for row in farthest if (row["#x"] < bound.value if up else row["#x"] > bound.value)]
    step = step_of(bound.limit, whole=rows.figure.value.kind == "integer")
    for field in rows.figure.fields:
        edits = _brought(rows, short, field, bound.value, up=up)
        if edits is None:
            continue
        less = _brought(rows, short, field, bound.value - step if up else bound.value + step, up=up)
        remedy = _remedy(rows, edits, less if _bare(rows, field) else None, field, bound, short, found, up=up)
        if bench.proved(remedy, goal):
            return _with_told(bench, goal, rows, remedy, short)
    return None


def _with_told(bench: Bench, goal: Goal, rows: FigureBench, remedy: Remedy, short: Sequence[Any]) -> Remedy:
    """With the level to tell people, rounded to where it still does."""
    option, field, level = remedy.option, remedy.field, remedy.level
    assert option is not None
    assert field is not None
    assert level is not None

    def does(told: float, sign: int) -> bool:
        beyond = told + sign * step_of(told, whole=False) if option.strict else told
        edits = _brought(rows, short, field, beyond, up=level.up)
        return edits is not None and bench.does(edits, goal)

    told = shown(option.limit if option.strict else option.value, [1 if level.up else -1], does)
    return replace(remedy, option=replace(option, told=told))


def _evened(rows: FigureBench, trial: Trial, *, up: bool) -> Found | None:
    """The nearest level that does."""
    values = rows.values
    first, last = (values[0], values[-1]) if up else (values[-1], values[0])
    clamp: Callable[[float, float], float] = max if up else min

    def met(level: Any) -> bool:
        return _met(trial, rows.worth([clamp(value, level) for value in values]))

    line = Line(rows.figure.value.kind == "integer", first if up else -math.inf, math.inf if up else first)
    found = nearest(first, line, met, lambda level: (met(level), level > last))
    return None if found is None else Found(found.value, found.value)


def _middle(bench: Bench, goal: Goal, rows: FigureBench, found: Found, trial: Trial, *, up: bool) -> Remedy | None:
    """Of a median: as many of the nearest rows as it takes."""
    places = [place for place, value in enumerate(rows.values) if (value < found.value if up else value > found.value)]
    places = places[::-1] if up else places
    values = list(rows.values)
    for number, place in enumerate(places[:_MANY], start=1):
        values[place] = found.value
        if not _met(trial, rows.worth(values)):
            continue
        short = [rows.rows[each] for each in places[:number]]
        for field in rows.figure.fields:
            edits = _brought(rows, short, field, found.value, up=up)
            if edits is not None:
                remedy = _remedy(rows, edits, edits[:-1], field, found, short, found, up=up)
                return _with_told(bench, goal, rows, remedy, short) if bench.proved(remedy, goal) else None
    return None


def _brought(rows: FigureBench, short: Sequence[Any], field: Field, level: float, *, up: bool) -> list[Edit] | None:
    """The changes that bring rows to a level; None where one cannot come to it, or nothing changes."""
    if not 0 < len(short) <= _MANY:
        return None
    edits: list[Edit] = []
    for row in short:
        if row["#x"] >= level if up else row["#x"] <= level:
            continue
        value = _direct(field, level, up=up) if _bare(rows, field) else _found(rows, row, field, level, up=up)
        if value is None:
            return None
        edits.append(_edit(rows, row, field, value))
    return edits


def _direct(field: Field, level: float, *, up: bool) -> Any:
    value = (math.ceil(level) if up else math.floor(level)) if field.type == "integer" else float(level)
    low = -math.inf if field.min is None else field.min
    return value if low <= value <= (math.inf if field.max is None else field.max) else None


def _found(rows: FigureBench, row: Any, field: Field, level: float, *, up: bool) -> Any:
    def does(value: Any) -> bool:
        return math.isclose(value, level, rel_tol=_NEAR) or (value > level if up else value < level)

    option = rows.cell(row, field, does)
    return None if option is None else option.value


def _bare(rows: FigureBench, field: Field) -> bool:
    """Whether the field itself is what a row brings."""
    return rows.figure.value.op == "column" and rows.figure.value.value == str(field.id)


def _remedy(
    rows: FigureBench,
    edits: Sequence[Edit],
    less: Sequence[Edit] | None,
    field: Field,
    bound: Found,
    short: Sequence[Any],
    wanted: Found,
    *,
    up: bool,
) -> Remedy:
    ends = [row["#x"] for row in short]
    level = Level(
        rows.figure.typed,
        up,
        min(ends) if up else max(ends),
        len(rows.rows),
        sum(value >= bound.value if up else value <= bound.value for value in rows.values),
        tuple(short),
        bare=_bare(rows, field),
        now=rows.now,
        wanted=wanted.limit,
    )
    option = Option(bound.value, bound.limit, bound.strict)
    smaller = None if less is None else tuple(less)
    personal = rows.figure.personal
    target: Literal["rows", "level"] = "rows" if rows.figure.rows.name == "median" else "level"
    return Remedy(target, tuple(edits), smaller, field, option, level=level, personal=personal)
