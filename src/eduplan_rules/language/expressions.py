"""Names, calls and aggregates of one expression: from the tree as written to the typed tree.

In: an `Expr` and the scope it speaks in. Out: a `Typed` tree. What does not fit is complained about once and becomes a
node of type Unknown.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest
from typing import Literal

from eduplan_rules import types
from eduplan_rules.errors import Diagnostic, did_you_mean
from eduplan_rules.language import complaints, infer, lengths, names
from eduplan_rules.language import expr as ast
from eduplan_rules.language.functions import aggregate_type, resolve_function, resolve_parameter
from eduplan_rules.language.parse import parse
from eduplan_rules.language.scope import Context, Scope, has_period, subject
from eduplan_rules.language.slips import meant_word
from eduplan_rules.language.typed import Link, Rows, Typed
from eduplan_rules.language.words import word
from eduplan_rules.operators import AGGREGATES, CONTEXT, FUNCTIONS, OPERATORS, english
from eduplan_rules.period import Length
from eduplan_rules.rulebook.model import Entity, Value
from eduplan_rules.source import Scalar
from eduplan_rules.types import Type
from eduplan_rules.units import PERCENT, parse_unit

_OVER_TIME = frozenset(row.name for row in OPERATORS.values() if row.group == "time")


#: how many values may be defined by each other in a row
DEEPEST_CHAIN = 12


def resolve_text(text: Scalar, scope: Scope, context: Context) -> Typed:
    """Parse and resolve an expression; of one that YAML cut up nobody knows how it was meant to end."""
    tree = parse(text)
    if not isinstance(tree, Diagnostic):
        return resolve_expression(tree, scope, context)
    if text.style != "pieces":
        context.complain(tree)
    return infer.unknown(text.span)


def resolve_expression(node: ast.Expr, scope: Scope, context: Context) -> Typed:
    """Resolve one tree."""
    complain = context.complain
    match node:
        case ast.Number():
            amount = Fraction(node.text)
            unit = PERCENT if node.percent else None
            kind = Type("number", amount.denominator == 1 and not node.percent, unit, True)
            return Typed("number", (), kind, node.span, amount)
        case ast.Text():
            return Typed("text", (), types.TEXT, node.span, node.value)
        case ast.Boolean():
            return Typed("boolean", (), types.BOOLEAN, node.span, node.value)
        case ast.Missing():
            return Typed("missing", (), types.MISSING, node.span)
        case ast.Day():
            return Typed("date", (), types.DATE, node.span, node.value)
        case ast.Duration():
            length = (node.amount, node.unit)
            return Typed("duration", (), Type("duration", lengths=(length,)), node.span, length)
        case ast.Items():
            items = tuple(resolve_expression(item, scope, context) for item in node.items)
            return Typed("list", items, Type("list", item=items[0].type if items else None), node.span)
        case ast.Name():
            return _resolve_name(node, scope, context)
        case ast.Unary():
            arg = resolve_expression(node.arg, scope, context)
            if node.op == "not":
                return infer.logic("not", [arg], node.span, complain)
            return infer.negative(arg, node.span, complain)
        case ast.Binary():
            left = resolve_expression(node.left, scope, context)
            right = resolve_expression(node.right, scope.next_to(left.type), context)
            if node.op in ("and", "or"):
                return infer.logic(node.op, [left, right], node.span, complain)
            if node.op in ("in", "not in"):
                return infer.membership(node.op, left, right, node.span, complain)
            if node.op in ast.COMPARISONS:
                return infer.compare(node.op, left, right, node.span, complain)
            return infer.arithmetic(node.op, left, right, node.span, complain)
        case ast.Between():
            arg, low, high = (resolve_expression(part, scope, context) for part in (node.arg, node.low, node.high))
            return infer.between(arg, low, high, node.span, complain)
        case ast.IsMissing():
            return infer.is_missing(resolve_expression(node.arg, scope, context), node, complain)
        case ast.Call():
            return _resolve_call(node, scope, context)
        case ast.Aggregate():
            return _resolve_aggregate(node, scope, context)


def resolve_value(name: str, context: Context) -> Typed:
    """The tree of a derived value, resolved once, in the declared unit; `name` is where it stands in the rulebook."""
    value = context.book.values[name]
    if name in context.values:
        context.chain = max(context.chain, context.chains[name])
        return context.values[name]
    if name in context.pending:
        context.complain(complaints.value_cycle(value.is_.span, [*context.pending, name]))
        return infer.unknown(value.is_.span)
    if len(context.pending) > DEEPEST_CHAIN:
        context.complain(complaints.chain_too_long(value.is_.span, DEEPEST_CHAIN))
        return infer.unknown(value.is_.span)
    context.pending.append(name)
    around, context.chain = context.chain, 0
    result = _resolve_formula(value, context)
    context.pending.pop()
    context.chains[name] = context.chain + 1
    context.chain = max(around, context.chains[name])
    if context.chains[name] > DEEPEST_CHAIN and result.type.kind != "unknown":
        context.complain(complaints.chain_too_long(value.is_.span, DEEPEST_CHAIN))
        result = infer.unknown(value.is_.span)
    context.values[name] = _in_declared_unit(value, result, context)
    return context.values[name]


def _resolve_formula(value: Value, context: Context) -> Typed:
    if "is" in value.lost:
        return infer.unknown(value.is_.span)
    entity = subject(value.owner, context, value.owner.span)
    return resolve_text(value.is_, Scope(entity, timed=has_period(entity)), context)


def _in_declared_unit(value: Value, result: Typed, context: Context) -> Typed:
    if value.unit is None:
        return infer.unknown(result.span) if "unit" in value.lost else result
    unit = parse_unit(value.unit)
    if unit is None:
        context.complain(complaints.bad_unit(value.unit.span, value.unit))
    elif result.type.kind == "unknown":
        return result
    elif result.type.kind != "number":
        context.complain(complaints.expected_kind(result.span, "a-number-in", result.type, unit=unit))
    elif result.type.unit is not None and result.type.unit.dimension != unit.dimension:
        context.complain(complaints.unit_not_declared(result.span, result.type.unit, unit, value.unit.span))
    else:
        return infer.convert(result, unit)
    return infer.unknown(result.span)


def _resolve_name(node: ast.Name, scope: Scope, context: Context) -> Typed:
    first, *rest = node.parts
    if first == "this":
        if scope.outer is None:
            context.complain(complaints.this_outside(node.span))
            return infer.unknown(node.span)
        inner = _resolve_name(ast.Name(tuple(rest), span=node.span), scope.outer, context) if rest else None
        if inner is None:
            context.complain(complaints.unknown_name(node.span, "this", scope.entity.id, ()))
            return infer.unknown(node.span)
        return Typed("this", (inner,), inner.type, node.span)
    if not rest:
        return _own_name(node, scope, context)
    target = context.entities.get(first)
    beyond = ast.Name(tuple(rest), span=node.span)
    ways = names.paths(context.book, scope.entity.id, target) if target is not None else []
    if target is None or not ways or not ways[0]:
        lost = names.ways_lost(context.book, scope.entity.id)
        excused = context.excuses(first, lost=lost)
        if not excused:
            reachable = [
                name
                for name, entity in context.entities.items()
                if entity != scope.entity.id and names.paths(context.book, scope.entity.id, entity)
            ]
            own = target == scope.entity.id
            hint = word("own-field", entity=first, text=".".join(rest)) if own else None
            context.complain(complaints.unknown_name(node.span, first, scope.entity.id, reachable, hint))
        if excused or target is None:
            parent = subject(first, context, node.span)
            _resolve_name(beyond, Scope(parent, timed=has_period(parent)), context)
        return infer.unknown(node.span)
    if len(ways) > 1:
        context.complain(complaints.ambiguous_path(node.span, scope.entity.id, target, _describe(ways), upwards=True))
        return infer.unknown(node.span)
    for link in ways[0]:
        if context.book.entities[link.parent].valid is not None:
            context.complain(complaints.many_rows(node.span, link.parent))
            return infer.unknown(node.span)
    parent = context.book.entities[target]
    found = _resolve_name(beyond, Scope(parent, timed=has_period(parent)), context)
    for link in reversed(ways[0]):
        found = Typed("lookup", (found,), found.type, node.span, link)
    return found


def _describe(ways: list[tuple[Link, ...]]) -> list[list[str]]:
    return [[way[0].child, *(link.parent for link in way)] for way in ways]


def _own_name(node: ast.Name, scope: Scope, context: Context) -> Typed:
    name = node.parts[0]
    vocabulary = context.vocabulary(scope.entity)
    meaning = vocabulary.get(name)
    parameter = context.parameters.get(name)
    if meaning is not None and parameter is not None:
        context.complain(complaints.ambiguous_name(node.span, name, meaning[0], scope.entity.id))
        return infer.unknown(node.span)
    if meaning is not None and meaning[0] == "field":
        found = scope.entity.fields[meaning[1]]
        kind = names.field_type(found)
        context.mistakes += kind.kind == "unknown"
        return Typed("field", (), kind, node.span, (scope.entity.id, found.id))
    if meaning is not None:
        inner = resolve_value(f"{scope.entity.id}.{meaning[1]}", context)
        context.mistakes += inner.type.kind == "unknown"
        return Typed("value", (inner,), inner.type, node.span, (scope.entity.id, meaning[1]))
    if parameter is not None:
        return _resolve_parameter(node, parameter, (), context)
    day = english(name)
    if day in CONTEXT:
        if day == "period_start" and not scope.timed:
            hint = word("of-the-subject", name=name) if scope.outer is not None and scope.outer.timed else None
            context.complain(complaints.needs_period(node.span, name, scope.entity.id, hint))
            return infer.unknown(node.span)
        return Typed("context", (), types.DATE, node.span, day)
    near = did_you_mean(name, vocabulary)
    lost = "fields" in scope.entity.lost or (near is not None and not names.single_name(near))
    if context.excuses(name, f"{scope.entity.id}.{name}", lost=lost):
        # its declaration has a diagnostic already
        return infer.unknown(node.span)
    context.complain(_unknown_name(node, scope, context))
    return infer.unknown(node.span)


def _unknown_name(node: ast.Name, scope: Scope, context: Context) -> Diagnostic:
    name, beside, owner = node.parts[0], scope.beside, scope.entity.id
    if beside is not None and name in beside.spellings:
        return complaints.unquoted(node.span, name, owner, beside)
    entities = context.entities
    known = [*context.vocabulary(scope.entity), *context.parameters, *CONTEXT]
    hint = word("field-of", name=name) if name in entities else meant_word(name)
    hint = word("call", name=name) if english(name) in FUNCTIONS | AGGREGATES else hint
    pieces = None if hint else names.split_run(name, [*known, *entities])
    if pieces:
        return complaints.spaces_between_names(node.span, name, pieces)
    found = complaints.unknown_name(node.span, name, owner, known, hint)
    if found.instruction is None and beside is not None:
        return complaints.unquoted(node.span, name, owner, beside)
    return found


def _resolve_call(node: ast.Call, scope: Scope, context: Context) -> Typed:
    name = english(node.name)
    if name == "count" and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
        rows = ast.Aggregate(name, (), node.args[0], None, None, None, False, span=node.span, name_span=node.name_span)
        return _resolve_aggregate(rows, scope, context)
    if name in AGGREGATES and name not in ("min", "max"):
        value = node.args[0].span.text if node.args else "…"
        context.complain(complaints.aggregate_needs_for(node.span, node.name, value))
        return infer.unknown(node.span)
    # the row of another period has no subject: `this` says nothing there
    first = Scope(scope.entity, None, scope.timed) if name in _OVER_TIME else scope
    parameter = context.parameters.get(node.name)
    axes = context.axes[parameter] if parameter is not None else []
    choices = [Type("choice", options=tuple(axis.spellings.items())) if axis.fields else types.UNKNOWN for axis in axes]
    args = tuple(
        resolve_expression(arg, (scope if position else first).next_to(beside or types.UNKNOWN), context)
        for position, (arg, beside) in enumerate(zip_longest(node.args, choices[: len(node.args)]))
    )
    if parameter is not None and name not in FUNCTIONS:
        return _resolve_parameter(node, parameter, args, context)
    if name not in FUNCTIONS:
        if not context.excuses(node.name):
            known = names.function_names(context.book)
            own = context.vocabulary(scope.entity)
            pieces = None if node.name in own else names.split_run(node.name, [*own, *known])
            if pieces:
                context.complain(complaints.spaces_between_names(node.name_span, node.name, pieces))
            else:
                is_name = name in CONTEXT or node.name in own
                context.complain(complaints.unknown_function(node.name_span, node.name, known, is_name=is_name))
        return infer.unknown(node.span)
    if name in _OVER_TIME and not has_period(scope.entity):
        context.complain(complaints.needs_period(node.name_span, node.name, scope.entity.id))
        return infer.unknown(node.span)
    return resolve_function(name, node, args, context.complain)


def _resolve_parameter(node: ast.Call | ast.Name, identifier: str, args: tuple[Typed, ...], context: Context) -> Typed:
    table = context.tables.get(identifier)
    if table is None:
        context.mistakes += 1
        return infer.unknown(node.span)
    return resolve_parameter(table, node.span, context.axes[table.parameter.id], args, context.complain)


def _resolve_aggregate(node: ast.Aggregate, scope: Scope, context: Context) -> Typed:
    name = english(node.name)
    entities = context.entities
    target = entities.get(node.entity.parts[0]) if len(node.entity.parts) == 1 else None
    if name not in AGGREGATES:
        context.complain(complaints.not_an_aggregate(node.name_span, node.name))
        return infer.unknown(node.span)
    if target is None and not node.args and name != "count":
        rest = " where …" if node.where is not None else ""
        context.complain(complaints.aggregate_needs_for(node.span, node.name, node.entity.span.text, rest))
        return infer.unknown(node.span)
    entity, path = _aggregated(node.entity, target, scope, context)
    inner = Scope(entity, scope, timed=has_period(entity))
    values = tuple(resolve_expression(arg, inner, context) for arg in node.args)
    where = resolve_expression(node.where, inner, context) if node.where is not None else None
    if where is not None:
        where = infer.require_boolean(where, word("the-key", key="where"), context.complain)
    weight = resolve_expression(node.weight, inner, context) if node.weight is not None else None
    over = None if node.over is None or node.over == "ever" else node.over
    length = None if over is None else _window(over, inner, context)
    read = None if length is None or length.op == "duration" else Typed("this", (length,), length.type, length.span)
    parts = (*values, *(part for part in (where, weight, read) if part is not None))
    kind = aggregate_type(node, name, values, weight, context.complain)
    if (
        (length is None and over is not None)
        or path is None
        or kind is None
        or any(part.type.kind == "unknown" for part in parts)
    ):
        return infer.unknown(node.span)
    always = None if length is None or len(length.type.lengths) > 1 else length.type.lengths[0]
    window: Length | Typed | Literal["ever"] | None = "ever" if node.over == "ever" else always or length
    rows = Rows(name, entity, path, values, where, weight, window, node.skip_missing)
    return Typed("aggregate", parts, kind, node.span, rows)


def _window(node: ast.Expr, inner: Scope, context: Context) -> Typed | None:
    """How far back an aggregate goes: a duration as the subject sees it, or None with a complaint."""
    length = lengths.length_of(resolve_expression(node, inner, context), context.complain)
    if length is None:
        return None
    seen = tuple(arg.args[0] if arg.op == "this" else arg for arg in length.args)
    for arg in seen:
        if arg.op not in ("text", "number") and arg in length.args:
            context.complain(complaints.window_of_rows(arg.span, arg.text))
            return None
    return replace(length, args=seen)


def _aggregated(
    node: ast.Name, target: str | None, scope: Scope, context: Context
) -> tuple[Entity, tuple[Link, ...] | None]:
    """The entity and its way up to the subject; None for that, with a complaint, where there is no single one."""
    outer = scope.entity.id
    if target is None:
        if not context.excuses(node.parts[0]):
            known = context.entities
            context.complain(complaints.unknown_entity(node.span, ".".join(node.parts), known))
        return subject(node.parts[0], context, node.span), None
    entity = context.book.entities[target]
    ways = names.paths(context.book, target, outer)
    if len(ways) == 1:
        return entity, ways[0]
    if ways:
        context.complain(complaints.ambiguous_path(node.span, target, outer, _describe(ways), upwards=False))
    elif not context.excuses(lost=not outer or names.ways_lost(context.book, target)):
        upwards = bool(names.paths(context.book, outer, target))
        context.complain(complaints.no_path(node.span, target, outer, upwards=upwards))
        # another entity may be meant: its names are not those of this one
        return subject("", context, node.span), None
    return entity, None
