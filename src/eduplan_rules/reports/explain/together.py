"""Remedies by several things together, where no single one would do: the least change of each part that fails.

In: a bench. Out: one remedy made of others, from which nothing can be left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from eduplan_rules.compiler.values import truth
from eduplan_rules.language.typed import ResolvedBody, Typed
from eduplan_rules.reports.explain.bench import Bench, Goal, Remedy
from eduplan_rules.reports.explain.figures import figure_remedies
from eduplan_rules.reports.explain.rows import row_remedies
from eduplan_rules.reports.explain.single import fact_remedies
from eduplan_rules.reports.explain.totals import total_remedies


def together(bench: Bench) -> Remedy | None:
    """All that fails, each by its least change."""
    rule = bench.inquiry.rule
    if isinstance(rule.require, ResolvedBody):
        parts = _of_body(bench, rule.require)
    else:
        parts = fixes(bench, rule.require, wanted=True)
    if parts is None or len(parts) < 2:
        return None
    whole = _joined(parts)
    if not bench.does(whole.edits, bench.verdict):
        return None
    for part in parts:
        # what another part brings about already is left out
        rest = [each for each in whole.parts if each is not part]
        if len(rest) > 1 and bench.does(_joined(rest).edits, bench.verdict):
            whole = _joined(rest)
    for part in whole.parts:
        others = [edit for each in whole.parts if each is not part for edit in each.edits]
        if any(bench.does([*others, *less], bench.verdict) for less in [(), *part.less]):
            return None
    return whole


def _joined(parts: Sequence[Remedy]) -> Remedy:
    return Remedy(
        "together",
        tuple(edit for part in parts for edit in part.edits),
        parts=tuple(parts),
        odd=any(part.odd for part in parts),
        personal=any(part.personal for part in parts),
    )


def asked_for(body: ResolvedBody | Typed) -> list[Typed]:
    """The conditions whose truth is asked for when changes are put together."""
    if isinstance(body, ResolvedBody):
        trees = [tree for member in body.members for tree in (member.where, member.condition, member.floor)]
        return [each for tree in trees if tree is not None for each in asked_for(tree)]
    inner = body.args if body.op in ("and", "or", "not", "value") else ()
    return [body, *(each for arg in inner if arg.type.kind == "boolean" for each in asked_for(arg))]


def fixes(bench: Bench, typed: Typed, *, wanted: bool) -> list[Remedy] | None:
    """The changes by which a condition becomes true, or false; None where there are none."""
    node = truth(typed, bench.inquiry.place)
    if bench.sight(node) is wanted:
        return []
    if typed.op == "value":
        return fixes(bench, typed.args[0], wanted=wanted)
    if typed.op == "not":
        return fixes(bench, typed.args[0], wanted=not wanted)
    goal = Goal(node, wanted)
    single = None if node.constant else _best(bench, goal, typed)
    if single is not None and not single.odd:
        return [single]
    joint = _of_sides(bench, typed, wanted=wanted) if typed.op in ("and", "or") else None
    if joint is not None and (single is None or not _odd(joint)):
        return joint
    return None if single is None else [single]


def _of_sides(bench: Bench, typed: Typed, *, wanted: bool) -> list[Remedy] | None:
    sides = [fixes(bench, arg, wanted=wanted) for arg in typed.args]
    known = [side for side in sides if side is not None]
    if (typed.op == "and") is wanted:
        return [part for side in known for part in side] if len(known) == len(sides) else None
    return min(known, key=lambda side: (_odd(side), len(side)), default=None)


def _odd(parts: Sequence[Remedy]) -> bool:
    """Whether something is changed that is given."""
    return any(part.odd for part in parts)


def _best(bench: Bench, goal: Goal, typed: Typed) -> Remedy | None:
    """The first way to make a condition so; one that changes what is given only where there is no other."""
    odd: Remedy | None = None
    for ways in (
        fact_remedies(bench, goal),
        row_remedies(bench, goal, typed),
        total_remedies(bench, goal, typed),
        figure_remedies(bench, goal, typed),
    ):
        for remedy in ways:
            if not remedy.odd:
                return remedy
            odd = odd or remedy
    return odd


def _of_body(bench: Bench, body: ResolvedBody) -> list[Remedy] | None:
    members = [member for member in body.members if bench.holds(member.where) is True]
    failing = [member for member in members if bench.holds(member.condition) is not True]
    found = {id(member): fixes(bench, member.condition, wanted=True) for member in failing}
    able = [member for member in failing if found[id(member)] is not None]
    able.sort(key=lambda each: (_odd(found[id(each)] or ()), sum(part.distance for part in found[id(each)] or ())))
    needed = len(failing) if body.kind == "all" else 1 if body.kind == "any" else body.at_least
    needed -= 0 if body.kind == "all" else len(members) - len(failing)
    if len(able) < needed:
        return None
    chosen = able[: max(needed, 0)]
    parts = [part for member in chosen for part in found[id(member)] or ()]
    for member in failing:
        if member not in chosen and member.floor is not None and bench.holds(member.floor) is not True:
            floor = fixes(bench, member.floor, wanted=True)
            if floor is None:
                return None
            parts += floor
    return parts
