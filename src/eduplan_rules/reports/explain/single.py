"""Remedies by one fact: a number, day, truth value, choice or text on the subject's row or one that it looks up.

In: a bench and a goal. Out: for each fact that would do alone its least change, proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eduplan_rules.compiler.plan import origin
from eduplan_rules.engine.record import in_order
from eduplan_rules.reports.explain.bench import Bench, Goal, Remedy
from eduplan_rules.reports.explain.edits import Edit
from eduplan_rules.reports.explain.ground import Fact
from eduplan_rules.reports.explain.options import options_of, trial_of

#: choices and texts of one fact that are named
_MOST_CHOICES = 6


def fact_remedies(bench: Bench, goal: Goal) -> Iterator[Remedy]:
    """For each fact that would do alone: the least change of it."""
    for fact in bench.ground.facts:
        found = _of_fact(bench, fact, goal)
        if found is not None:
            yield found


def _of_fact(bench: Bench, fact: Fact, goal: Goal) -> Remedy | None:
    ground, sight, inquiry = bench.ground, bench.sight, bench.inquiry

    def moves(name: str) -> bool:
        return _moves(fact, name)

    read = any(node.op == "column" and moves(node.value) for node in in_order([goal.node]))
    if not read or not ground.delivered(sight, fact):
        return None
    trial = trial_of(goal.node, goal.met, moves, lambda value: ground.row(sight, fact, value), inquiry.function)
    now = ground.now(sight, fact)
    proved: list[Remedy] = []
    for option in options_of(fact.field, now, trial, inquiry.as_of)[:_MOST_CHOICES]:
        edit = Edit("set", fact.site.entity, ground.identity(sight, fact), fact.name, now, option.value)
        less = () if option.smaller is None else ((replace(edit, after=option.smaller),),)
        remedy = Remedy(
            "fact",
            (edit,),
            less,
            fact.field,
            option,
            looked_up=bool(fact.site.path),
            personal=fact.personal,
            odd=not fact.lever or (fact.base and _is_less(edit)),
        )
        if bench.proved(remedy, goal):
            proved.append(remedy)
    if not proved:
        return None
    several = len(proved) > 1
    return replace(proved[0], choices=tuple(each.edits[0].after for each in proved) if several else ())


def _is_less(edit: Edit) -> bool:
    numbers = isinstance(edit.before, int | float) and isinstance(edit.after, int | float)
    return numbers and edit.after < edit.before


def _moves(fact: Fact, name: str) -> bool:
    """Whether a column of the subject's row may be another if the fact were."""
    if fact.site.path:
        return origin(name)[0] == fact.site.path[0][1].name
    return name.lstrip("?!+") == fact.name
