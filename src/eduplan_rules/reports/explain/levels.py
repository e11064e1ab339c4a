"""Remedies by one level: all rows on the wrong side of it brought to it.

In: a bench, a goal, and the rows of a figure. Out: of `min` and `max` over a field the bound itself, of a `median` as
many rows as it takes, of `mean` and `cv` the least level that does, also where rows bring something made of their
cells. Each is proved: a step less of the level does not do, nor does one row less.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from eduplan_rules.reports.explain.bench import Bench, Goal, Level, Remedy
from eduplan_rules.reports.explain.edits import Edit
from eduplan_rules.reports.explain.figure import FigureBench, met_by
from eduplan_rules.reports.explain.options import Option, Trial
from eduplan_rules.reports.explain.search import Found, Line, nearest, shown, step_of
from eduplan_rules.rulebook.model import Field

#: rows that a level may concern
_MANY = 5000
_NEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """A row whose value changes evenly with a cell."""

    row: Mapping[str, Any]
    cell: Any
    brings: float
    slope: float

    def at(self, level: float, field: Field, *, up: bool) -> tuple[Any, float] | None:
        """What the cell must hold for a level, and what the row then brings; None where it may not."""
        value: Any = float(level) if self.slope == 1 and self.cell == self.brings else self._exact(level)
        brings = level
        if field.type == "integer":
            near = _NEAR * max(1.0, abs(value))
            value = math.ceil(value - near) if up is (self.slope > 0) else math.floor(value + near)
            brings = self.brings + self.slope * (value - self.cell)
        low = -math.inf if field.min is None else field.min
        return (value, brings) if low <= value <= (math.inf if field.max is None else field.max) else None

    def farthest(self, field: Field, *, up: bool) -> float:
        """The highest level that the row can come to, or the lowest."""
        end = field.max if up is (self.slope > 0) else field.min
        if end is None:
            return math.inf if up else -math.inf
        return float(self.brings + self.slope * (end - self.cell))

    def _exact(self, level: float) -> float:
        return float(self.cell + (level - self.brings) / self.slope)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rows of a figure by what they bring, and one field of theirs that moves it."""

    rows: FigureBench
    field: Field
    slopes: Sequence[Slope]
    up: bool

    def below(self, level: float) -> list[Slope]:
        """The rows that are not yet at a level, the farthest first."""
        found = [each for each in self.slopes if (each.brings < level if self.up else each.brings > level)]
        return found if self.up else found[::-1]

    def values(self, level: float) -> list[float] | None:
        """What all rows bring once they are at a level; None where one cannot come to it."""
        found: list[float] = []
        for each in self.slopes:
            short = each.brings < level if self.up else each.brings > level
            there = each.at(level, self.field, up=self.up) if short else (each.cell, each.brings)
            if there is None:
                return None
            found.append(there[1])
        return found

    def edits(self, level: float, among: Sequence[Slope] | None = None) -> tuple[Edit, ...] | None:
        """The changes that bring rows to a level; None where one cannot come to it."""
        edits: list[Edit] = []
        name = str(self.field.id)
        short = self.below(level)
        known = set(map(id, short))
        for each in short if among is None else [one for one in among if id(one) in known]:
            there = each.at(level, self.field, up=self.up)
            if there is None:
                return None
            if there[0] != each.cell:
                edits.append(Edit("set", self.rows.entity, self.rows.identity(each.row), name, each.cell, there[0]))
        return tuple(edits)


def level_remedy(bench: Bench, goal: Goal, rows: FigureBench, found: Found, trial: Trial) -> Remedy | None:
    """All rows that are too low raised to one level, or too high lowered to it."""
    name = rows.figure.rows.name
    up = name == "cv" or found.value > rows.now
    for field in rows.figure.fields:
        slopes = _slopes(rows, field)
        if slopes is None:
            continue
        ladder = Ladder(rows, field, slopes, up)
        among: list[Slope] | None = None
        bound: Found | None = found
        if name in ("mean", "cv"):
            bound = _evened(ladder, trial)
        elif not rows.is_bare(field):
            # what each row must meet is said of the rows
            continue
        elif name == "median":
            among = _middle(ladder, found, trial)
            bound = None if among is None else found
        remedy = None if bound is None else _proved(bench, goal, ladder, bound, found, among)
        if remedy is not None:
            return remedy
    return None


def _slopes(rows: FigureBench, field: Field) -> list[Slope] | None:
    """How what each row brings changes with a cell; None where it does not do so evenly."""
    found: list[Slope] = []
    for row, brings in zip(rows.rows, rows.values, strict=True):
        cell = row.get(str(field.id))
        if cell is None:
            return None
        if rows.is_bare(field):
            found.append(Slope(row, cell, brings, 1.0))
            continue
        by = 1 if field.type == "integer" else abs(cell) or 1.0
        first, second = (rows.brings(row, field, cell + part * by) for part in (1, 2))
        if first is None or second is None or first == brings:
            return None
        if not math.isclose(second - brings, 2 * (first - brings), rel_tol=1e-6, abs_tol=1e-12):
            return None
        found.append(Slope(row, cell, brings, (second - brings) / (2 * by)))
    return found


def _evened(ladder: Ladder, trial: Trial) -> Found | None:
    """The nearest level that does."""
    rows, up = ladder.rows, ladder.up
    first, last = (rows.values[0], rows.values[-1]) if up else (rows.values[-1], rows.values[0])
    met = _met(ladder, trial)
    ends = [each.farthest(ladder.field, up=up) for each in ladder.slopes]
    line = Line(rows.figure.value.kind == "integer", first if up else max(ends), min(ends) if up else first)
    found = nearest(first, line, met, lambda level: (met(level), level > last))
    return None if found is None else Found(found.value, found.value)


def _met(ladder: Ladder, trial: Trial) -> Callable[[Any], bool]:
    def met(level: Any) -> bool:
        values = ladder.values(level)
        return values is not None and met_by(trial, ladder.rows.worth(values))

    return met


def _middle(ladder: Ladder, found: Found, trial: Trial) -> list[Slope] | None:
    """Of a median: as many of the nearest rows as it takes."""
    known = set(map(id, ladder.below(found.value)))
    places = [place for place, each in enumerate(ladder.slopes) if id(each) in known]
    places = places[::-1] if ladder.up else places
    values = list(ladder.rows.values)
    for number, place in enumerate(places[:_MANY], start=1):
        values[place] = found.value
        if met_by(trial, ladder.rows.worth(values)):
            return [ladder.slopes[each] for each in places[:number]]
    return None


def _proved(
    bench: Bench, goal: Goal, ladder: Ladder, bound: Found, wanted: Found, among: Sequence[Slope] | None
) -> Remedy | None:
    """The remedy, with a level that is rounded to where it still does and a step less does not."""
    short = ladder.below(bound.value) if among is None else among
    if not 0 < len(short) <= _MANY:
        return None
    way = 1 if ladder.up else -1
    step = step_of(bound.limit, whole=ladder.rows.figure.value.kind == "integer")
    edits = ladder.edits(bound.value, short)
    if not edits or len(edits) != len(short):
        return None

    def does(level: float) -> bool:
        made = ladder.edits(level, short)
        return made is not None and bench.does(made, goal)

    def is_tight(level: float, _: int) -> bool:
        return does(level + way * step if bound.strict else level) and not does(level - way * step)

    less = [made for made in (ladder.edits(bound.value - way * step, short),) if made is not None]
    if among is not None or len(edits) > 1:
        less += [edits[:-1], edits[1:]]
    level = bound.limit if bound.strict else bound.value
    told = level if isinstance(level, int) else shown(level, [way], is_tight)
    if not is_tight(told, way):
        return None
    option = Option(bound.value, bound.limit, bound.strict, told=told)
    remedy = _remedy(ladder, edits, option, short, wanted, by_rows=among is not None)
    remedy = replace(remedy, less=tuple(map(tuple, less)))
    return remedy if bench.proved(remedy, goal) else None


def _remedy(
    ladder: Ladder, edits: tuple[Edit, ...], option: Option, short: Sequence[Slope], wanted: Found, *, by_rows: bool
) -> Remedy:
    rows, up = ladder.rows, ladder.up
    ends = [each.brings for each in short]
    level = Level(
        rows.figure.typed,
        up,
        min(ends) if up else max(ends),
        len(rows.rows),
        sum(value >= option.value if up else value <= option.value for value in rows.values),
        tuple(each.row for each in short),
        bare=rows.is_bare(ladder.field),
        now=rows.now,
        wanted=wanted.limit,
    )
    target: Literal["rows", "level"] = "rows" if by_rows else "level"
    personal = rows.figure.personal
    return Remedy(target, edits, field=ladder.field, option=option, level=level, personal=personal)
