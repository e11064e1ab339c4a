"""From a rulebook's texts to typed rules.

In: a `Rulebook` (right shape; expressions still text with a place). Out: `Resolved`, every rule whose expressions are
right as trees of `Typed` nodes, and all diagnostics of all expressions. One wrong rule never hides another's mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eduplan_rules import types
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints, expressions, infer
from eduplan_rules.language.axes import axes_of, check_axes, fields_by_name
from eduplan_rules.language.loosening import false_tightenings
from eduplan_rules.language.parameter import ParameterTable, read_parameter
from eduplan_rules.language.scope import Context, Scope, has_period, subject
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember, ResolvedRule, Typed
from eduplan_rules.language.words import word
from eduplan_rules.rulebook.model import Body, Entity, Member, Rule, Rulebook
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar
from eduplan_rules.units import PERCENT, parse_unit

#: what a message may show of the record itself, besides any expression
RECORD_WORDS = ("observed", "required", "gap", "unit", "subject", "period", "due", "part", "parts")


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """A rulebook with its expressions resolved."""

    book: Rulebook
    rules: Mapping[str, ResolvedRule]
    parameters: Mapping[str, ParameterTable]


def resolve(book: Rulebook) -> tuple[Resolved, list[Diagnostic]]:
    """Resolve every parameter, value and rule; rules with mistakes are left out of the result."""
    diagnostics: list[Diagnostic] = []
    whole = _with_remains(book)
    tables: dict[str, ParameterTable] = {}
    fields = fields_by_name(whole)
    for name, parameter in whole.parameters.items():
        axes = axes_of(parameter, fields)
        table, wrong = read_parameter(parameter, axes)
        wrong += check_axes(parameter, axes, fields, whole)
        diagnostics += wrong
        if table is not None and not wrong:
            tables[name] = table
    for entity in whole.entities.values():
        for item in entity.fields.values():
            if item.unit is not None and parse_unit(item.unit) is None:
                diagnostics.append(complaints.bad_unit(item.unit.span, item.unit))
    context = Context(whole, tables, diagnostics.append)
    for name in whole.values:
        expressions.resolve_value(name, context)
    rules: dict[str, ResolvedRule] = {}
    for name, rule in whole.rules.items():
        resolved = _resolve_rule(rule, subject(rule.for_, context, rule.for_.span), context)
        if resolved is not None and name in book.rules:
            rules[rule.id] = resolved
    diagnostics += _unmarked_replacements(book, rules)
    diagnostics += false_tightenings(book, rules, tables)
    return Resolved(book, rules, tables), diagnostics


def _with_remains(book: Rulebook) -> Rulebook:
    """The rulebook with what is left of definitions that are wrong, so that they hide no other mistake."""
    sections = ("entities", "parameters", "values", "rules")
    whole = {section: getattr(book, section) | getattr(book.remains, section) for section in sections}
    return book.model_copy(update=whole)


def _resolve_rule(rule: Rule, entity: Entity, context: Context) -> ResolvedRule | None:
    before = context.mistakes
    timed = has_period(entity) or rule.every is not None or "every" in rule.lost
    scope = Scope(entity, timed=timed)
    where = _condition(rule.where, "where", scope, context)
    require: Typed | ResolvedBody | None
    if "require" in rule.lost:
        require = None
    elif isinstance(rule.require, Body):
        require = _resolve_body(rule.require, scope, context)
    else:
        require = _condition(rule.require, "require", scope, context)
    due = _expression(rule.due, scope, context)
    if due is not None and due.type.kind not in ("date", "unknown"):
        hint = infer.day_hint(due.text) if due.op == "number" else None
        context.complain(complaints.expected_kind(due.span, "a-date", due.type, hint))
    message = {language: _message(text, scope, context) for language, text in (rule.message or {}).items()}
    rule, bounds = _bounded(rule, context)
    if context.mistakes > before or require is None:
        return None
    return ResolvedRule(rule, entity, where, require, due, bounds, message)


def _bounded(rule: Rule, context: Context) -> tuple[Rule, tuple[Typed, ...]]:
    """The rule with the days that its `since` and `until` name parameters for, and those parameters."""
    days: dict[str, date] = {}
    bounds: list[Typed] = []
    for key, name in (("since", rule.since_parameter), ("until", rule.until_parameter)):
        read = None if name is None else _bound(key, name, context)
        if read is not None:
            days[key], node = read
            bounds.append(node)
    rule = rule.model_copy(update=days)
    if days and rule.since is not None and rule.until is not None and rule.since > rule.until:
        context.complain(complaints.bounds_crossed(rule.id.span, rule.since, rule.until))
    return rule, tuple(bounds)


def _bound(key: str, name: Scalar, context: Context) -> tuple[date, Typed] | None:
    """The day of a parameter that `since` or `until` names, and its reading; a complaint where it is no fixed day."""
    identifier = context.parameters.get(name)
    if identifier is None:
        if not context.excuses(name):
            context.complain(complaints.bound_unknown(name.span, key, name, context.parameters))
        return None
    table = context.tables.get(identifier)
    if table is None:
        context.mistakes += 1
        return None
    declared = table.parameter.id.span
    if table.type.kind != "date":
        context.complain(complaints.bound_of_type(name.span, key, name, table.type, declared))
    elif table.has_gaps:
        context.complain(complaints.bound_not_fixed(name.span, key, name, _variety(table), declared))
    else:
        return table.entries[0].leaves[()], Typed("parameter", (), types.DATE, name.span, str(table.parameter.id))
    return None


def _variety(table: ParameterTable) -> Wording:
    """Why a parameter has no single value."""
    if table.axes:
        return word("goes-by", axes=table.parameter.by)
    if table.ended is not None:
        return word("ends-on", day=table.ended)
    return word("has-no-value" if table.entries[0].since is None else "has-dated-values")


def _expression(text: Scalar | None, scope: Scope, context: Context) -> Typed | None:
    return None if text is None else expressions.resolve_text(text, scope, context)


def _condition(text: Scalar | None, what: str, scope: Scope, context: Context) -> Typed | None:
    node = _expression(text, scope, context)
    return None if node is None else infer.require_boolean(node, word("the-key", key=what), context.complain)


def _resolve_body(body: Body, scope: Scope, context: Context) -> ResolvedBody:
    floor = _expression(body.others_reach, scope, context)
    if floor is not None and floor.op == "number" and floor.type.unit == PERCENT and floor.data > 100:
        context.complain(complaints.floor_above_all(floor.span, floor.text))
    members = tuple(_resolve_member(member, floor, scope, context) for member in body.members)
    needed = {"all": len(members), "any": 1}.get(body.kind, body.at_least or len(members))
    return ResolvedBody(body.kind, needed, members, floor)


def _resolve_member(member: Member, floor: Typed | None, scope: Scope, context: Context) -> ResolvedMember:
    where = _condition(member.where, "where", scope, context)
    given = [name for name in ("measure", "minimum", "maximum", "that") if getattr(member, name) is not None]
    if given not in (["that"], ["measure", "minimum"], ["measure", "maximum"]) or member.lost:
        if not member.lost:
            context.complain(complaints.incomplete_member(member.span, given))
        for name in given:
            _expression(getattr(member, name), scope, context)
        return ResolvedMember(member, where, infer.unknown(member.span), None)
    if member.that is not None:
        condition = _condition(member.that, "that", scope, context)
        assert condition is not None
        return ResolvedMember(member, where, condition, None)
    measure = _expression(member.measure, scope, context)
    bound = member.minimum if member.minimum is not None else member.maximum
    limit = _expression(bound, scope, context)
    if measure is None or limit is None or bound is None:
        return ResolvedMember(member, where, infer.unknown(member.span), None)
    op = ">=" if member.minimum is not None else "<="
    condition = infer.compare(op, measure, limit, measure.span, context.complain)
    reached = told = None
    if floor is not None and condition.type.kind != "unknown" and floor.type.kind != "unknown":
        observed, required = condition.args
        if floor.type.unit is None or floor.type.unit.dimension:
            context.complain(complaints.expected_kind(floor.span, "a-share", floor.type))
        elif op == ">=":
            lowered = infer.arithmetic("*", floor, required, bound.span, context.complain)
            reached = told = infer.compare(op, observed, lowered, measure.span, context.complain)
        else:
            lowered = infer.arithmetic("*", observed, floor, measure.span, context.complain)
            reached = infer.compare(op, lowered, required, measure.span, context.complain)
            raised = infer.arithmetic("/", required, floor, bound.span, context.complain)
            told = infer.compare(op, observed, raised, measure.span, context.complain)
    return ResolvedMember(member, where, condition, reached, told)


def _message(text: Scalar, scope: Scope, context: Context) -> tuple[str | Typed, ...]:
    """Cut a message at its placeholders: words of the record, or any expression over the row."""
    pieces: list[str | Typed] = []
    end = 0
    for found in re.finditer(r"\{\{|\}\}|\{([^{}]*)\}", text):
        pieces.append(text[end : found.start()])
        end = found.end()
        if found.group(1) is None:
            pieces.append(found.group()[0])
            continue
        inner = _part(text, found.start(1), found.end(1))
        if inner.strip() in RECORD_WORDS:
            pieces.append(Typed("record", (), types.TEXT, inner.span, inner.strip()))
        elif inner.strip():
            node = _expression(inner, scope, context)
            assert node is not None
            if node.type.kind == "list" or (node.type.kind == "duration" and not _is_read(node)):
                context.complain(complaints.expected_kind(node.span, "the-row-value", node.type))
            pieces.append(node)
        else:
            context.complain(complaints.unknown_placeholder(inner.span, inner))
    pieces.append(text[end:])
    return tuple(piece for piece in pieces if piece != "")


def _is_read(node: Typed) -> bool:
    while node.op == "value":
        node = node.args[0]
    return node.op == "parameter"


def _part(text: Scalar, start: int, end: int) -> Scalar:
    """Some characters of a text, which still know their places."""
    return Scalar(text[start:end], text.place(start, end), "plain", text.offsets[start : end + 1])


def _unmarked_replacements(book: Rulebook, rules: Mapping[str, ResolvedRule]) -> list[Diagnostic]:
    """A replaced parameter that a binding rule reads must say whether that tightens or loosens."""
    read_by = {
        str(node.data): rule.rule.id
        for rule in rules.values()
        if rule.rule.nature == "binding"
        for tree in rule.expressions()
        for node in tree.walk()
        if node.op == "parameter"
    }
    return [
        complaints.parameter_not_marked(change.span, change.id, read_by[change.id])
        for change in book.replaced
        if change.kind == "parameter" and change.id in read_by and not change.tightens and change.loosens is None
    ]
