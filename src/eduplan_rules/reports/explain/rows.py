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
from eduplan_rules.reports.explain.bounds import asked_of_rows
from eduplan_rules.reports.explain.counted import BOUNDED, Change, Counted, counted_of, here_in
from eduplan_rules.reports.explain.counting import Action, RowBench
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
    rows: RowBench | None
    if counted.rows.name in BOUNDED:
        rows = _bounded(bench, goal, counted)
        if rows is None:
            return None
        counted = rows.counted
    else:
        rows = bench.rows_of(counted)
    for sign, action, changes in rows.ways():
        least = _least(bench, goal, changes)
        if least:
            odd = id(counted.typed) not in bench.measured
            remedy = replace(_remedy(counted, rows, sign, action, least), odd=odd)
            if bench.proved(remedy, goal):
                return remedy
    return None


def _bounded(bench: Bench, goal: Goal, counted: Counted) -> RowBench | None:
    """The rows that must come to a bound; None where a level, or a single row, says it better."""
    asking = asked_of_rows(bench.inquiry, bench.sight, counted, goal)
    if asking is None or (asking.every and _is_bare(counted)) or (counted.rows.name == "median" and not asking.every):
        return None
    if asking.condition is not None:
        counted = counted_of(counted.typed, bench.inquiry.place, compared=counted.compared, bound=asking.condition)
    rows = RowBench(bench.inquiry, bench.sight, counted, bench.deeper, every=asking.every)
    return None if asking.every and len(rows.inside) - len(rows.met) < 2 else rows


def _is_bare(counted: Counted) -> bool:
    """Whether what rows bring is a cell of theirs."""
    value = counted.rows.values[0]
    while value.op in ("value", "convert"):
        value = value.args[0]
    return value.op == "field"


def _remedy(counted: Counted, rows: RowBench, sign: int, action: Action, taken: Sequence[Change]) -> Remedy:
    met, inside, number = len(rows.met), len(rows.inside), len(taken)
    of = inside + sign * number if action != "change" or counted.rows.name == "count" else inside
    first = () if action == "add" else tuple(row for row, _ in taken)
    return Remedy(
        "rows",
        _edits(taken),
        (_edits(taken[:-1]), _edits(taken[1:])),
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
