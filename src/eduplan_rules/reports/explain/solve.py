"""All remedies of one inquiry, the best first.

In: an inquiry that has not looked yet. Out: what it must be asked (`Asked`), and after the look the remedies: each
single fact, number of rows and total that would do; all together where none would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.reading import is_personal
from eduplan_rules.compiler.values import truth
from eduplan_rules.language.typed import ResolvedBody, ResolvedRule, Typed
from eduplan_rules.reports.explain.bench import Asked, Bench, Remedy, without_odd
from eduplan_rules.reports.explain.counted import counted_in, counted_of, here_in
from eduplan_rules.reports.explain.edits import Edit
from eduplan_rules.reports.explain.figure import figures_in
from eduplan_rules.reports.explain.figures import figure_remedies
from eduplan_rules.reports.explain.ground import Ground
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.levers import measured_aggregates
from eduplan_rules.reports.explain.rows import row_remedies
from eduplan_rules.reports.explain.single import fact_remedies
from eduplan_rules.reports.explain.summing import summed_in
from eduplan_rules.reports.explain.together import asked_for, fixes, together
from eduplan_rules.reports.explain.totals import total_remedies
from eduplan_rules.rulebook.model import Entity


def ask(inquiry: Inquiry) -> Asked:
    """Ask for all that remedies need; nothing may be asked afterwards."""
    rule, place = inquiry.rule, inquiry.place
    trees = _trees(rule.require)
    counted = list(counted_in(trees, place))
    inquiry.ask(*(node for each in counted for node in each.step.visible.values()))
    inquiry.ask(*(truth(tree, place) for tree in asked_for(rule.require)))
    inquiry.ask(*_own_nodes(inquiry))
    ground = Ground(inquiry, trees)
    personal = any(is_personal(tree, place) for tree in trees)
    sums = {id(typed): typed for tree in trees for typed in here_in(tree)}
    figures = list(figures_in(sums.values(), place, personal=personal))
    inquiry.ask(*(figure.node for figure in figures))
    measured = frozenset(id(typed) for tree in trees for typed in measured_aggregates(tree))
    summed = list(summed_in(sums.values(), place, personal=personal))
    added = {id(each.typed): counted_of(each.typed, place, compared=False) for each in summed}
    inquiry.ask(*(node for each in added.values() for node in each.step.visible.values()))
    return Asked(inquiry, ground, counted, summed, added, figures, measured)


def _trees(require: ResolvedBody | Typed) -> list[Typed]:
    if isinstance(require, Typed):
        return [require]
    trees = [tree for member in require.members for tree in (member.condition, member.floor)]
    return [tree for tree in trees if tree is not None]


def _own_nodes(inquiry: Inquiry) -> list[Node]:
    place = inquiry.place
    ends = [place.column("#end", "date")] if place.kind is not None else []
    return [*(place.field(str(name)) for name in inquiry.entity.key), *ends]


def remedies(asked: Asked, sight: Sight) -> list[Remedy]:
    """What would satisfy the rule."""
    bench = Bench(asked, sight, _Deeper(asked.inquiry))
    goal = bench.verdict
    single = list(fact_remedies(bench, goal))
    if isinstance(asked.inquiry.rule.require, ResolvedBody):
        single.sort(key=lambda remedy: remedy.distance)
    # of what kind something is can be changed last
    single.sort(key=lambda remedy: remedy.field is not None and remedy.field.type == "choice")
    failing = _failing(bench, asked.inquiry.rule.require)
    if len(failing) == 1:
        single += row_remedies(bench, goal, failing[0])
        single += total_remedies(bench, goal, failing[0])
        single += figure_remedies(bench, goal, failing[0])
    if any(not each.odd for each in single):
        return without_odd(single)
    # what is given is changed only where nothing else would do, not even together
    whole = together(bench)
    if whole is not None and not (single and whole.odd):
        return [whole]
    return single


def _failing(bench: Bench, require: ResolvedBody | Typed | None) -> list[Typed | None]:
    """The conditions that must all hold and do not; None stands for the whole where one of several would do."""
    if require is None or (isinstance(require, ResolvedBody) and require.kind != "all"):
        return [None]
    if isinstance(require, ResolvedBody):
        members = [member for member in require.members if bench.holds(member.where) is not False]
        return [found for member in members for found in _failing(bench, member.condition)]
    if bench.holds(require) is True:
        return []
    if require.op in ("and", "value"):
        parts = [arg for arg in require.args if arg.type.kind == "boolean"]
        return [found for part in parts for found in _failing(bench, part)] or [require]
    return [require]


class _Deeper:
    """Finds changes for a condition of other rows, where they are the subject."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry

    def __call__(self, entity: Entity, typed: Typed, row: Mapping[str, Any], wanted: bool) -> list[Edit]:  # noqa: FBT001
        if _sees_outside(typed):
            return []
        outer = self.inquiry.rule.rule
        plain = outer.model_copy(update={"since": None, "until": None, "every": None, "due": None, "where": None})
        rule = ResolvedRule(plain, entity, None, typed, None, (), {})
        inquiry = Inquiry(rule, self.inquiry.book, self.inquiry.facts, self.inquiry.as_of, row)
        asked = ask(inquiry)
        try:
            sight = inquiry.look()
        except LookupError:
            return []
        bench = Bench(asked, sight, lambda entity, typed, row, wanted: [])
        return [edit for part in fixes(bench, typed, wanted=wanted) or () for edit in part.edits]


def _sees_outside(typed: Typed, depth: int = 0) -> bool:
    """Whether a condition of a row reads the subject of the aggregate that the row is in."""
    if typed.op == "this" and not depth:
        return True
    depth += (typed.op == "aggregate") - (typed.op == "this")
    return any(_sees_outside(arg, depth) for arg in typed.args)
