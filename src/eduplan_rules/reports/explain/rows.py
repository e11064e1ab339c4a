"""Remedies by rows: how many more, or fewer, must meet the condition of an aggregate.

In: a bench and a goal. Out: for each aggregate the least number of rows that does, proved; with one row less
it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.bench import Bench, Goal, Remedy, RowCounts
from eduplan_rules.reports.explain.counting import Action, Change, Counted, RowBench, here_in
from eduplan_rules.reports.explain.edits import Edit

#: numbers of rows that are tried one by one
_FEW = 3


def row_remedies(bench: Bench, goal: Goal, within: Typed | None = None) -> Iterator[Remedy]:
    """Remedies by rows of the aggregates of a tree, or of the whole rule."""
    known = None if within is None else {id(each) for each in here_in(within)}
    chosen = [counted for counted in bench.counted if known is None or id(counted.typed) in known]
    for counted in chosen:
        found = _of_rows(bench, goal, counted)
        if found is not None:
            yield found


def _of_rows(bench: Bench, goal: Goal, counted: Counted) -> Remedy | None:
    rows = bench.rows_of(counted)
    for sign, action, changes in rows.ways():
        least = _least(bench, goal, changes)
        if least:
            odd = id(counted.typed) not in bench.measured
            return replace(_remedy(counted, rows, sign, action, least), odd=odd)
    return None


def _remedy(counted: Counted, rows: RowBench, sign: int, action: Action, taken: Sequence[Change]) -> Remedy:
    met, inside, number = len(rows.met), len(rows.inside), len(taken)
    of = inside + sign * number if action != "change" or counted.rows.name == "count" else inside
    first = () if action == "add" else tuple(row for row, _ in taken)
    return Remedy(
        "rows",
        _edits(taken),
        _edits(taken[:-1]),
        condition=counted.condition,
        rows=RowCounts(met, met + sign * number, of, counted.typed, first),
        personal=counted.personal,
    )


def _edits(changes: Sequence[Change]) -> tuple[Edit, ...]:
    return tuple(edit for _, edits in changes for edit in edits)


def _least(bench: Bench, goal: Goal, changes: Iterator[Change]) -> list[Change] | None:
    """The changes of the first rows that are enough, so that one row less is not; None where all are not enough."""
    taken: list[Change] = []

    def does(number: int) -> bool:
        taken.extend(islice(changes, number - len(taken)) if number > len(taken) else ())
        return number <= len(taken) and bench.does(_edits(taken[:number]), goal)

    low, high = 0, 1
    while not does(high):
        if high > len(taken):
            high = len(taken)
            if high <= low or not does(high):
                return None
            break
        low, high = high, high + 1 if high < _FEW else 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if does(middle) else (middle, high)
    return taken[:high]
