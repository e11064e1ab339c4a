"""Remedies by totals: by how much what rows add up to must be another.

In: a bench and a goal. Out: for each sum or mean the least change of its total, made on one of the rows and proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.bench import Bench, Goal, Remedy
from eduplan_rules.reports.explain.counted import here_in
from eduplan_rules.reports.explain.options import options_of, trial_of
from eduplan_rules.reports.explain.summing import Cell, Summed


def total_remedies(bench: Bench, goal: Goal, within: Typed | None = None) -> Iterator[Remedy]:
    """Remedies by the sums and means of a tree, or of the whole rule."""
    known = None if within is None else {id(each) for each in here_in(within)}
    for summed in bench.summed:
        if known is None or id(summed.typed) in known:
            yield from _of_total(bench, goal, summed)


def _of_total(bench: Bench, goal: Goal, summed: Summed) -> Iterator[Remedy]:
    cell = Cell(bench.inquiry, bench.sight, summed)
    if cell.row is None:
        if cell.rows or not summed.even:
            return
        first = next(bench.rows_of(bench.added[id(summed.typed)]).new.added(), None)
        if first is None:
            return
        cell.add(first[1][0])
    trial = trial_of(goal.node, goal.met, summed.moves, cell.subject, bench.inquiry.function)
    odd = not summed.lever or id(summed.typed) not in bench.measured
    for option in options_of(summed.field, cell.now, trial, bench.inquiry.as_of):
        edit = cell.edit(option.value)
        less = () if option.smaller is None else ((cell.edit(option.smaller),),)
        change = replace(option, told=option.told if option.by is None else option.by)
        remedy = Remedy("total", (edit,), less, summed.field, change, personal=summed.personal, odd=odd)
        if summed.even:
            remedy = replace(remedy, total=summed.typed)
        else:
            # more of it is not as much more in all wherever it is: it is told of the row
            remedy = replace(remedy, target="fact", option=option, looked_up=True)
        if option.value is not None and bench.proved(remedy, goal):
            yield remedy
