"""Remedies by figures over rows: one row that can do it, or all rows on the wrong side brought to one level.

In: a bench and a goal. Out: for each `cv`, `mean`, `median`, `min` and `max` the least change of one row where one is
enough, and the level up to (or down to) which rows must come, proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.bench import Bench, Goal, Remedy
from eduplan_rules.reports.explain.counted import here_in
from eduplan_rules.reports.explain.edits import Edit
from eduplan_rules.reports.explain.figure import Figure, FigureBench, met_by
from eduplan_rules.reports.explain.levels import level_remedy
from eduplan_rules.reports.explain.options import Trial
from eduplan_rules.reports.explain.search import Found
from eduplan_rules.reports.explain.totals import total_remedies
from eduplan_rules.rulebook.model import Field

#: rows that are tried, each alone
_FEW = 5


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
    level = level_remedy(bench, goal, rows, found, trial)
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


# one row


def _single(bench: Bench, goal: Goal, rows: FigureBench, found: Found, trial: Trial) -> Remedy | None:
    """The least change of one row that does; of a cv one that raises a low row."""
    name = rows.figure.rows.name
    for place in _candidates(rows, found):
        row = rows.rows[place]
        turn = rows.evenest(place) if name == "cv" else None

        def does(value: Any, place: int = place) -> bool:
            return met_by(trial, rows.with_one(place, value))

        if turn is not None and not does(turn):
            continue
        for field in rows.figure.fields:
            option = rows.cell(row, field, does, turn)
            if option is None or (name == "cv" and rows.brings(row, field, option.value) < row["#x"]):
                continue
            edit = _edit(rows, row, field, option.value)
            less = () if option.smaller is None else ((replace(edit, after=option.smaller),),)
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
