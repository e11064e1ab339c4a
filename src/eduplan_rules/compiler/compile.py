"""From resolved rules to compiled ones.

In: `Resolved`. Out: a `Program`, in which lookups, rollups, windows, parameters, verdict conditions and evidence are
core nodes over the columns of plans, with no engine in sight. All rules on one subject share one plan.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from eduplan_rules.compiler.core import Graph, Node
from eduplan_rules.compiler.facet import Algebra
from eduplan_rules.compiler.leading import leading_part
from eduplan_rules.compiler.naming import plural_behind
from eduplan_rules.compiler.parts import Branch, flat, parts_of
from eduplan_rules.compiler.plan import CompiledRule, Part, Plan, Program, Shown, Trace
from eduplan_rules.compiler.quorum import compile_body, floor_is_read, somebody_applies
from eduplan_rules.compiler.reading import (
    any_reading,
    doubtful,
    is_personal,
    named,
    parameter_uses,
    shown_values,
    without_value,
)
from eduplan_rules.compiler.steps import Place, counts_events, lives
from eduplan_rules.compiler.trace import field_trace, trace_of
from eduplan_rules.compiler.values import fixed, truth
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedBody, ResolvedRule, Typed
from eduplan_rules.period import Kind

#: placeholders of the record that are numbers
_NUMBERS = frozenset({"observed", "observed_other", "of", "required", "gap"})


def compile_rulebook(resolved: Resolved, entities: Collection[str] | None = None) -> Program:
    """Compile every rule that is not switched off; with `entities`, those about others are only named."""
    algebra = Algebra(Graph())
    places: dict[tuple[str, Kind | None, date | None], Place] = {}
    rules: dict[str, CompiledRule] = {}
    for identifier, rule in resolved.rules.items():
        if rule.rule.off:
            continue
        # the periods of rows without one begin with the rule: rules that begin on other days have other subjects
        begins = rule.rule.since if rule.rule.every is not None and rule.entity.period is None else None
        key = (rule.entity.id, rule.rule.every, begins)
        if key not in places:
            places[key] = Place(Plan(rule.entity, rule.rule.every), algebra, resolved.book)
        compiled = entities is None or rule.entity.id in entities
        rules[identifier] = (_compile_rule if compiled else _named_rule)(rule, places[key], resolved)
    return Program(rules, resolved.parameters, resolved.book.calendars)


def compile_alone(rule: ResolvedRule, book: Resolved) -> tuple[CompiledRule, Place]:
    """Compile one rule on a plan of its own; its place can be asked for more."""
    place = Place(Plan(rule.entity, rule.rule.every), Algebra(Graph()), book.book)
    return _compile_rule(rule, place, book), place


def _compile_rule(resolved: ResolvedRule, place: Place, book: Resolved) -> CompiledRule:
    algebra, rule = place.algebra, resolved.rule
    where = algebra.truth(True) if resolved.where is None else truth(resolved.where, place)
    tree: Branch | Part
    if isinstance(resolved.require, Typed):
        require, tree = truth(resolved.require, place), parts_of(resolved.require, place)
    else:
        require, tree = compile_body(resolved.require, place)
    due = None if resolved.due is None else fixed(resolved.due, place)
    trees = list(resolved.expressions())
    parts = flat(tree)
    leading = leading_part(tree, algebra)
    applies = _applies(resolved, place)
    pending = _pending(resolved, due, place)
    inside = algebra.both(algebra.certain(applies), algebra.certain(where))
    failed = algebra.both(inside, algebra.denied(require))
    satisfied = algebra.both(inside, algebra.certain(require))
    violated, not_due = algebra.both(failed, algebra.denied(pending)), algebra.both(failed, algebra.certain(pending))
    not_applicable = algebra.either(algebra.denied(applies), algebra.denied(where))
    coded = ((satisfied, 0), (violated, 1), (not_due, 3), (not_applicable, 4))
    return CompiledRule(
        rule=rule,
        plan=place.plan,
        applies=applies,
        where=where,
        require=require,
        pending=pending,
        due=_told_due(due, place),
        satisfied=satisfied,
        violated=violated,
        not_due=not_due,
        not_applicable=not_applicable,
        verdict=algebra.case(
            *(node for test, code in coded for node in (test, algebra.number(code))), algebra.number(2)
        ),
        unverified=_unverified(resolved, place, book),
        without_value=algebra.both(
            algebra.negate(not_applicable),
            algebra.either(*(any_reading(item, place, without_value(dict(book.parameters))) for item in trees)),
        ),
        parts=tuple(parts),
        leading=leading,
        observed=_of_leading(leading, [part.observed for part in parts], place),
        other=_of_leading(leading, [part.other for part in parts], place),
        required=_of_leading(leading, [part.required for part in parts], place),
        gap=_of_leading(leading, [part.gap for part in parts], place),
        traces=_traces(resolved, place),
        shown=shown_values(trees, place),
        uses=parameter_uses(trees, place),
        message={language: _message(pieces, place, language) for language, pieces in resolved.message.items()},
        basis=any(part.basis is not None for part in parts),
        due_is_personal=resolved.due is not None and is_personal(resolved.due, place),
    )


def _named_rule(resolved: ResolvedRule, place: Place, book: Resolved) -> CompiledRule:
    """A rule that is not to be run, for its subjects have no rows."""
    algebra = place.algebra
    nothing, no, number = algebra.null("boolean"), algebra.truth(False), algebra.null("number")
    return CompiledRule(
        rule=resolved.rule,
        plan=place.plan,
        applies=nothing,
        where=nothing,
        require=nothing,
        pending=nothing,
        due=None,
        satisfied=no,
        violated=no,
        not_due=no,
        not_applicable=no,
        verdict=algebra.number(2),
        unverified=no,
        without_value=no,
        parts=(),
        leading=number,
        observed=number,
        other=number,
        required=number,
        gap=number,
        traces=(),
        shown=(),
        uses=(),
        message={},
    )


def _of_leading(leading: Node, nodes: list[Node | None], place: Place) -> Node:
    """A number of the leading part, as a real; null where it has none."""
    algebra = place.algebra
    args: list[Node] = []
    for index, node in enumerate(nodes):
        if node is not None and node.kind in ("number", "integer"):
            chosen = algebra.boolean("eq", leading, algebra.number(index))
            real = node if node.kind == "number" else algebra.graph.make("as_number", node, kind="number")
            args += [chosen, real]
    return algebra.case(*args, algebra.null("number"))


def _traces(resolved: ResolvedRule, place: Place) -> tuple[Trace, ...]:
    """Why it can be unknown: a fact of its expressions, or a list of members that all have left."""
    traces = [_trace_inside(item, resolved, place) for item in resolved.expressions()]
    if place.entity.day is not None:
        traces.append(field_trace(place.entity.day, place))
    if isinstance(resolved.require, ResolvedBody):
        inside = tuple(trace_of(member.where, place) for member in resolved.require.members if member.where is not None)
        traces.append(Trace("members", somebody_applies(resolved.require, place), inside, (), "none-applies"))
    return tuple(traces)


def _trace_inside(typed: Typed, resolved: ResolvedRule, place: Place) -> Trace:
    """Why an expression can be null; one of a member that has left the list does not matter."""
    found = trace_of(typed, place)
    for member in resolved.require.members if isinstance(resolved.require, ResolvedBody) else ():
        if member.where is not None and typed in (member.condition, member.floor):
            left = place.algebra.denied(truth(member.where, place))
            return replace(found, known=place.algebra.either(left, found.known))
    return found


def _applies(resolved: ResolvedRule, place: Place) -> Node:
    algebra, since, until = place.algebra, resolved.rule.since, resolved.rule.until
    # an event without a day may still lie ahead
    result = algebra.truth(True) if place.entity.day is None else algebra.boolean("le", place.end, place.as_of)
    if since is not None:
        result = algebra.both(result, algebra.boolean("ge", place.end, algebra.graph.literal(since, "date")))
    if until is not None:
        result = algebra.both(result, algebra.boolean("le", place.end, algebra.graph.literal(until, "date")))
    begins, ends = (place.start, place.end) if _is_counted(resolved, place) else (place.day, place.day)
    return algebra.both(result, lives(place, begins, ends))


def _told_due(due: Node | None, place: Place) -> Node | None:
    """The day by which this subject owes it: nobody owed anything before it was opened."""
    opened, _ = place.entity.life
    if due is None or opened is None:
        return due
    algebra, since = place.algebra, place.field(opened)
    return algebra.case(algebra.certain(algebra.boolean("gt", since, due)), since, due)


def _pending(resolved: ResolvedRule, due: Node | None, place: Place) -> Node:
    algebra = place.algebra
    result = algebra.truth(False)
    if due is not None:
        result = algebra.boolean("gt", due, place.day)
    if _is_counted(resolved, place):
        result = algebra.either(result, algebra.boolean("lt", place.as_of, place.end))
    return result


def _is_counted(resolved: ResolvedRule, place: Place) -> bool:
    """Whether the rule is about a whole period: one of `every`, or one whose events it counts."""
    nodes = (node for tree in resolved.expressions() for node in tree.walk())
    return place.kind is not None and (resolved.rule.every is not None or counts_events(nodes))


def _unverified(resolved: ResolvedRule, place: Place, book: Resolved) -> Node:
    """Whether an unverified value was read; a quorum's floor is read only where the count has not decided."""
    algebra = place.algebra
    test = doubtful(dict(book.parameters))
    if isinstance(resolved.require, Typed):
        return algebra.either(*(any_reading(tree, place, test) for tree in resolved.expressions()))
    body = resolved.require
    plain = [tree for tree in (resolved.where, resolved.due, *resolved.bounds) if tree is not None]
    plain += [tree for member in body.members for tree in (member.where, member.condition) if tree is not None]
    result = algebra.either(*(any_reading(tree, place, test) for tree in plain))
    floors = [member.floor for member in body.members if member.floor is not None]
    if floors:
        doubt = algebra.either(*(any_reading(floor, place, test) for floor in floors))
        result = algebra.either(result, algebra.both(floor_is_read(body, place), doubt))
    return algebra.certain(result)


def _message(pieces: tuple[str | Typed, ...], place: Place, language: str) -> tuple[str | Shown, ...]:
    compiled: list[str | Shown] = []
    for piece, behind in zip(pieces, (*pieces[1:], ""), strict=True):
        if isinstance(piece, str):
            compiled.append(piece)
            continue
        if piece.op == "record":
            told = Shown(piece.data, place.algebra.null("text"), integer=False, unit="record", personal=False)
            counts = piece.data in _NUMBERS
        else:
            told = named(piece, place)
            counts = piece.type.kind == "number"
        if counts and language == "en" and isinstance(behind, str):
            told = replace(told, plural=plural_behind(behind, place))
        compiled.append(told)
    return tuple(compiled)
