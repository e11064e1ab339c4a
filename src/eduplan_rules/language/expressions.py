"""Names, calls and aggregates of one expression: from the tree as written to the typed tree.

In: an `Expr` and the scope it speaks in. Out: a `Typed` tree. What does not fit is complained about once and becomes a
node of type Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from eduplan_rules import types
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints, infer, names
from eduplan_rules.language import expr as ast
from eduplan_rules.language.functions import aggregate_type, resolve_function
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.parse import parse
from eduplan_rules.language.typed import Link, Rows, Typed
from eduplan_rules.operators import AGGREGATES, CONTEXT, FUNCTIONS, OPERATORS, english
from eduplan_rules.rulebook.model import Entity, Rulebook, Value
from eduplan_rules.source import mentioned
from eduplan_rules.types import Type
from eduplan_rules.units import PERCENT, parse_unit

_OVER_TIME = frozenset(row.name for row in OPERATORS.values() if row.group == "time")


#: how many values may be defined by each other in a row
DEEPEST_CHAIN = 12


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose names an expression uses; `outer` is the subject's scope inside an aggregate."""

    entity: Entity
    outer: Scope | None = None
    timed: bool = False


@dataclass(slots=True)
class Context:
    """What all expressions of a rulebook share while they are resolved."""

    book: Rulebook
    tables: Mapping[str, ParameterTable]
    report: Callable[[Diagnostic], None]
    mistakes: int = 0
    values: dict[str, Typed] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    #: how many values are defined by each other below a value, and below what is being resolved
    chains: dict[str, int] = field(default_factory=dict)
    chain: int = 0
    vocabularies: dict[str, names.Vocabulary] = field(default_factory=dict)

    def complain(self, diagnostic: Diagnostic) -> None:
        """Pass a diagnostic on, and count it if it is a mistake."""
        self.mistakes += diagnostic.severity == "error"
        self.report(diagnostic)

    def excuses(self, *declared: str) -> bool:
        """Whether a name may be unknown only because its declaration is wrong, or in a file that cannot be read."""
        lost = any(mentioned(name.rpartition(".")[2], self.book.unread) for name in declared)
        if not lost and self.book.broken.isdisjoint(declared):
            return False
        self.mistakes += 1
        return True

    def vocabulary(self, entity: Entity) -> dict[str, tuple[names.Meaning, str]]:
        """Names of the entity's own fields and values."""
        if entity.id not in self.vocabularies:
            self.vocabularies[entity.id] = names.vocabulary(self.book, entity)
        return self.vocabularies[entity.id].names


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
            return Typed("duration", (), types.DURATION, node.span, (node.amount, node.unit))
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
            right = resolve_expression(node.right, scope, context)
            if node.op in ("and", "or"):
                return infer.logic(node.op, [left, right], node.span, complain)
            if node.op in ("in", "not in"):
                return infer.membership(node.op, left, right, node.span, complain)
            if node.op in ast.COMPARISONS:
                return infer.compare(node.op, left, right, node.span, complain)
            return infer.arithmetic(node.op, left, right, node.span, complain)
        case ast.Between():
            arg, low, high = (resolve_expression(part, scope, context) for part in (node.arg, node.low, node.high))
            ends = [infer.compare(op, arg, end, node.span, complain) for op, end in ((">=", low), ("<=", high))]
            return infer.logic("and", ends, node.span, complain)
        case ast.IsMissing():
            return infer.is_missing(resolve_expression(node.arg, scope, context), node, complain)
        case ast.Call():
            return _resolve_call(node, scope, context)
        case ast.Aggregate():
            return _resolve_aggregate(node, scope, context)


def resolve_value(value: Value, context: Context) -> Typed:
    """The tree of a derived value, resolved once, in the declared unit."""
    name = f"{value.owner}.{value.id}"
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
    tree = parse(value.is_)
    entity = context.book.entities[value.owner]
    if isinstance(tree, Diagnostic):
        context.complain(tree)
        result = infer.unknown(value.is_.span)
    else:
        result = resolve_expression(tree, Scope(entity, timed=entity.period is not None), context)
    context.pending.pop()
    context.chains[name] = context.chain + 1
    context.chain = max(around, context.chains[name])
    if context.chains[name] > DEEPEST_CHAIN and result.type.kind != "unknown":
        context.complain(complaints.chain_too_long(value.is_.span, DEEPEST_CHAIN))
        result = infer.unknown(value.is_.span)
    if value.unit is not None and result.type.kind != "unknown":
        result = _in_declared_unit(value, result, context)
    context.values[name] = result
    return result


def _in_declared_unit(value: Value, result: Typed, context: Context) -> Typed:
    assert value.unit is not None
    unit = parse_unit(value.unit)
    if unit is None:
        context.complain(complaints.bad_unit(value.unit.span, value.unit))
    elif result.type.kind != "number":
        context.complain(complaints.expected_kind(result.span, f"a number in {unit}", result.type))
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
    target = names.entity_names(context.book).get(first)
    ways = names.paths(context.book, scope.entity.id, target) if target is not None else []
    if target is None or not ways or not ways[0]:
        if not context.excuses(first, *names.lost_parents(context.book, scope.entity.id)):
            reachable = [
                name
                for name, entity in names.entity_names(context.book).items()
                if entity != scope.entity.id and names.paths(context.book, scope.entity.id, entity)
            ]
            hint = f"of {first} itself write {'.'.join(rest)} alone" if target == scope.entity.id else None
            context.complain(complaints.unknown_name(node.span, first, scope.entity.id, reachable, hint))
        return infer.unknown(node.span)
    if len(ways) > 1:
        context.complain(complaints.ambiguous_path(node.span, scope.entity.id, target, _describe(ways), upwards=True))
        return infer.unknown(node.span)
    for link in ways[0]:
        if context.book.entities[link.parent].valid is not None:
            context.complain(complaints.many_rows(node.span, link.parent))
            return infer.unknown(node.span)
    parent = context.book.entities[target]
    inner = _resolve_name(
        ast.Name(tuple(rest), span=node.span), Scope(parent, timed=parent.period is not None), context
    )
    for link in reversed(ways[0]):
        inner = Typed("lookup", (inner,), inner.type, node.span, link)
    return inner


def _describe(ways: list[tuple[Link, ...]]) -> list[list[str]]:
    return [[way[0].child, *(link.parent for link in way)] for way in ways]


def _own_name(node: ast.Name, scope: Scope, context: Context) -> Typed:
    name = node.parts[0]
    vocabulary = context.vocabulary(scope.entity)
    meaning = vocabulary.get(name)
    parameter = names.parameter_names(context.book).get(name)
    if meaning is not None and parameter is not None:
        first, second = f"a {meaning[0]} of {scope.entity.id}", "a parameter"
        context.complain(complaints.ambiguous_name(node.span, name, first, second))
        return infer.unknown(node.span)
    if meaning is not None and meaning[0] == "field":
        found = scope.entity.fields[meaning[1]]
        return Typed("field", (), names.field_type(found), node.span, (scope.entity.id, found.id))
    if meaning is not None:
        inner = resolve_value(context.book.values[f"{scope.entity.id}.{meaning[1]}"], context)
        if inner.type.kind == "unknown":
            context.mistakes += 1
        return Typed("value", (inner,), inner.type, node.span, (scope.entity.id, meaning[1]))
    if parameter is not None:
        return _resolve_parameter(node, parameter, (), context)
    word = english(name)
    if word in CONTEXT:
        if word == "period_start" and not scope.timed:
            hint = f"write this.{name} for the subject's" if scope.outer is not None and scope.outer.timed else None
            context.complain(complaints.needs_period(node.span, f"`{name}`", scope.entity.id, hint))
            return infer.unknown(node.span)
        return Typed("context", (), types.DATE, node.span, word)
    if context.excuses(name, f"{scope.entity.id}.{name}"):
        return infer.unknown(node.span)
    known = [*vocabulary, *names.parameter_names(context.book), *CONTEXT]
    pieces = names.split_run(name, [*known, *names.entity_names(context.book)])
    if pieces:
        context.complain(complaints.spaces_between_names(node.span, name, pieces))
    else:
        hint = f"write {name}.FIELD" if name in names.entity_names(context.book) else None
        hint = f"write {name}(…)" if word in FUNCTIONS | AGGREGATES else hint
        context.complain(complaints.unknown_name(node.span, name, scope.entity.id, known, hint))
    return infer.unknown(node.span)


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
    args = tuple(
        resolve_expression(arg, scope if position else first, context) for position, arg in enumerate(node.args)
    )
    parameter = names.parameter_names(context.book).get(node.name)
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
    if any(arg.type.kind == "unknown" for arg in args):
        return infer.unknown(node.span)
    if name in _OVER_TIME and scope.entity.period is None:
        context.complain(complaints.needs_period(node.name_span, f"`{node.name}`", scope.entity.id))
        return infer.unknown(node.span)
    return resolve_function(name, node, args, context.complain)


def _resolve_parameter(node: ast.Call | ast.Name, identifier: str, args: tuple[Typed, ...], context: Context) -> Typed:
    table = context.tables.get(identifier)
    if table is None:
        context.mistakes += 1
        return infer.unknown(node.span)
    parameter = table.parameter
    axes = [str(axis) for axis in parameter.by] + ([str(parameter.scale)] if parameter.scale is not None else [])
    if len(args) != len(axes):
        number = "1 argument" if len(axes) == 1 else f"{len(axes)} arguments"
        expected = f"{number} ({', '.join(axes)})" if axes else "no arguments"
        context.complain(complaints.wrong_arguments(node.span, identifier, expected, len(args)))
        return infer.unknown(node.span)
    if any(arg.type.kind == "unknown" for arg in args):
        return infer.unknown(node.span)
    fitted: list[Typed] = []
    for position, (axis, arg) in enumerate(zip(axes, args, strict=True)):
        wanted = ("number",) if position >= table.axes else ("choice", "text")
        if arg.type.kind not in wanted:
            context.complain(complaints.parameter_axis(arg.span, identifier, axis, arg.type, parameter.span))
            return infer.unknown(node.span)
        given = [keys[position] for entry in table.entries for keys in entry.given] if position < table.axes else []
        lacking = [choice for choice in arg.type.choices if position < table.axes and choice not in given]
        if lacking:
            context.complain(complaints.missing_choice(arg.span, identifier, lacking, parameter.span))
            return infer.unknown(node.span)
        if arg.op == "text" and position < table.axes:
            spellings = {**names.axis_spellings(context.book, axis), **dict(zip(given, given, strict=True))}
            arg = replace(arg, data=spellings.get(arg.data, arg.data))
            if arg.data not in given:
                known = {word: choice for word, choice in spellings.items() if choice in given}
                context.complain(complaints.unknown_choice(arg.span, arg.data, known))
                return infer.unknown(node.span)
        fitted.append(arg)
    return Typed("parameter", tuple(fitted), table.type, node.span, identifier)


def _resolve_aggregate(node: ast.Aggregate, scope: Scope, context: Context) -> Typed:
    name = english(node.name)
    entities = names.entity_names(context.book)
    target = entities.get(node.entity.parts[0]) if len(node.entity.parts) == 1 else None
    if name not in AGGREGATES:
        context.complain(complaints.not_an_aggregate(node.name_span, node.name))
        return infer.unknown(node.span)
    if target is None and not node.args and name != "count":
        rest = " where …" if node.where is not None else ""
        context.complain(complaints.aggregate_needs_for(node.span, node.name, node.entity.span.text, rest))
        return infer.unknown(node.span)
    if target is None:
        if not context.excuses(node.entity.parts[0]):
            context.complain(complaints.unknown_entity(node.entity.span, ".".join(node.entity.parts), entities))
        return infer.unknown(node.span)
    ways = names.paths(context.book, target, scope.entity.id)
    if len(ways) != 1:
        if ways:
            there = _describe(ways)
            context.complain(complaints.ambiguous_path(node.entity.span, target, scope.entity.id, there, upwards=False))
        elif not context.excuses(*names.lost_parents(context.book, target)):
            upwards = bool(names.paths(context.book, scope.entity.id, target))
            context.complain(complaints.no_path(node.entity.span, target, scope.entity.id, upwards=upwards))
        return infer.unknown(node.span)
    entity = context.book.entities[target]
    inner = Scope(entity, scope, timed=entity.period is not None)
    values = tuple(resolve_expression(arg, inner, context) for arg in node.args)
    where = resolve_expression(node.where, inner, context) if node.where is not None else None
    if where is not None:
        where = infer.require_boolean(where, "`where`", context.complain)
    weight = resolve_expression(node.weight, inner, context) if node.weight is not None else None
    parts = (*values, *(part for part in (where, weight) if part is not None))
    kind = aggregate_type(node, name, values, weight, context.complain)
    if kind is None or any(part.type.kind == "unknown" for part in parts):
        return infer.unknown(node.span)
    over = (node.over.amount, node.over.unit) if isinstance(node.over, ast.Duration) else node.over
    rows = Rows(name, entity, ways[0], values, where, weight, over, node.skip_missing)
    return Typed("aggregate", parts, kind, node.span, rows)
