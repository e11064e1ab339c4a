"""Types of the functions: what each takes and gives (`operators` has their documentation).

In: a function's English name and its resolved arguments. Out: a typed node, or a complaint and a node of type Unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from eduplan_rules import types
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints, infer
from eduplan_rules.language import expr as ast
from eduplan_rules.language.axes import Axis
from eduplan_rules.language.infer import Complain
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.pattern import PatternError, parse_pattern
from eduplan_rules.language.typed import Typed
from eduplan_rules.language.words import word
from eduplan_rules.operators import OPERATORS
from eduplan_rules.rulebook.model import Parameter
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Span
from eduplan_rules.types import Type
from eduplan_rules.units import DAYS, ONE, PERCENT

#: a type that is taken -> what it is called
_PLAIN = {"number": "a-number", "text": "a-text", "date": "a-date", "boolean": "a-boolean"}


#: aggregate -> what it takes before `for`, at least and at most
_WANTED = {"count": ("no-value", 0, 0), "count_distinct": ("one-value-or-more", 1, 99)}


def resolve_function(name: str, node: ast.Call, args: tuple[Typed, ...], complain: Complain) -> Typed:
    """Check the number and kinds of arguments against the operator's row, and type the result."""
    row = OPERATORS[name]
    least = sum(1 for taken in row.takes if taken[-1] not in "?*")
    most = 99 if any(taken.endswith("*") for taken in row.takes) else len(row.takes)
    if name in ("min", "max") and len(args) == 1:
        hint = word("over-rows", name=name)
        complain(complaints.wrong_arguments(node.span, node.name, word("two-or-more"), 1, hint))
        return infer.unknown(node.span)
    if not least <= len(args) <= most:
        if least == most:
            expected = counted(least)
        elif most == 99:
            expected = word("arguments-or-more", count=least)
        else:
            expected = word("arguments-or", least=least, most=most)
        called = _called(node.name, args, least, most)
        complain(complaints.wrong_arguments(node.span, node.name, expected, len(args), called))
        return infer.unknown(node.span)
    taken = [row.takes[min(position, len(row.takes) - 1)].rstrip("?*") for position in range(len(args))]
    wrong = [_wrong_argument(name, node, arg, kind) for arg, kind in zip(args, taken, strict=True)]
    for diagnostic in filter(None, wrong):
        complain(diagnostic)
    if any(wrong) or any(arg.type.kind == "unknown" for arg in args):
        return infer.unknown(node.span)
    if name in ("rises", "does_not_fall", "change", "growth"):
        return _over_time(name, node, args, complain)
    if name == "matches":
        pattern = parse_pattern(args[1].data)
        if isinstance(pattern, PatternError):
            complain(complaints.bad_pattern(args[1].span, pattern.sentence, pattern.instruction))
            return infer.unknown(node.span)
    return _typed(name, node, args, complain)


def _called(name: str, args: tuple[Typed, ...], least: int, most: int) -> Wording:
    """How to write a call: without what is too much, with a mark for what lacks."""
    given = [" ".join(arg.text.split()) for arg in args[:most]]
    return word("write", text=f"{name}({', '.join([*given, *['…'] * (least - len(given))])})")


def counted(arguments: int) -> Wording:
    """So many arguments."""
    return word("one-argument") if arguments == 1 else word("arguments", count=arguments)


def _wrong_argument(name: str, node: ast.Call, arg: Typed, taken: str) -> Diagnostic | None:
    found = "text" if arg.type.kind == "choice" else arg.type.kind
    if found in ("duration", "list"):
        return complaints.expected_kind(arg.span, "a-row-value", arg.type)
    constant = "number" if name == "round" else "text"
    if taken == "constant" and found != "unknown" and arg.op != constant:
        return complaints.constant_expected(arg.span, node.name, _PLAIN[constant])
    if taken in _PLAIN and found not in (taken, "unknown") and not (name in ("min", "max") and found == "date"):
        return complaints.expected_kind(arg.span, _PLAIN[taken], arg.type)
    return None


def _typed(name: str, node: ast.Call, args: tuple[Typed, ...], complain: Complain) -> Typed:
    """The node with its result's type, operands brought to one unit where that matters."""
    if name in ("if", "coalesce", "min", "max"):
        picked = args[1:] if name == "if" else args
        fitted = infer.alike(picked, complain)
        if fitted is None:
            return infer.unknown(node.span)
        nodes, kind = fitted
        return Typed(name, (*args[: len(args) - len(nodes)], *nodes), kind, node.span)
    if name == "previous":
        return Typed(name, args, args[0].type, node.span)
    if name == "round" and len(args) > 1 and (args[1].data.denominator != 1 or not 0 <= args[1].data <= 12):
        complain(complaints.expected_kind(args[1].span, "digits", args[1].type))
        return infer.unknown(node.span)
    if name in ("round", "floor", "ceil", "abs"):
        whole = args[0].type.integer or name in ("floor", "ceil") or (name == "round" and len(args) == 1)
        result = replace(args[0].type, integer=whole, nonnegative=args[0].type.nonnegative or name == "abs")
        return Typed(name, args, result, node.span)
    kinds = {"integer": types.INTEGER, "boolean": types.BOOLEAN, "text": types.TEXT}
    return Typed(name, args, kinds.get(OPERATORS[name].gives, replace(types.INTEGER, unit=DAYS)), node.span)


def _over_time(name: str, node: ast.Call, args: tuple[Typed, ...], complain: Complain) -> Typed:
    value = args[0]
    if name == "change":
        return Typed(name, args, replace(value.type, nonnegative=False), node.span)
    if name == "growth":
        return Typed(name, args, Type("number", unit=PERCENT), node.span)
    if len(args) == 2:
        unit = args[1].type.unit
        if unit is not None and unit.dimension:
            complain(complaints.growth_expected(args[1].span, unit))
            return infer.unknown(node.span)
    return Typed(name, args, types.BOOLEAN, node.span)


def resolve_parameter(
    table: ParameterTable, span: Span, axes: Sequence[Axis], args: tuple[Typed, ...], complain: Complain
) -> Typed:
    """Check the arguments of a parameter against its axes and its scale."""
    parameter = table.parameter
    names = [str(name) for name in (*parameter.by, *([parameter.scale] if parameter.scale is not None else []))]
    if len(args) != len(names):
        number = counted(len(names))
        expected = word("named-arguments", arguments=number, names=tuple(names)) if names else word("no-arguments")
        called = f"{parameter.id}({', '.join(names)})" if names else str(parameter.id)
        hint = word("write", text=called)
        complain(complaints.wrong_arguments(span, parameter.id, expected, len(args), hint))
        return infer.unknown(span)
    fitted: list[Typed] = []
    for position, (name, arg) in enumerate(zip(names, args, strict=True)):
        axis = axes[position] if position < len(axes) else None
        wanted = ("number",) if axis is None else ("choice", "text")
        if arg.type.kind == "unknown":
            continue
        if arg.type.kind not in wanted:
            complain(complaints.parameter_axis(arg.span, parameter.id, name, arg.type, parameter.span))
        elif axis is None:
            fitted.append(arg)
        else:
            given = {keys[position] for entry in table.entries for keys in entry.given}
            fitted += _on_axis(arg, parameter, axis, given, complain)
    if len(fitted) < len(args):
        return infer.unknown(span)
    return Typed("parameter", tuple(fitted), table.type, span, str(parameter.id))


def _on_axis(arg: Typed, parameter: Parameter, axis: Axis, given: Collection[str], complain: Complain) -> list[Typed]:
    """The argument with its choice by identifier; nothing, with a complaint, where there is no value for it."""
    lacking = [choice for choice in arg.type.choices if choice not in given]
    if lacking:
        complain(complaints.missing_choice(arg.span, parameter.id, lacking, (parameter.span, word("declared-here"))))
        return []
    if arg.op != "text":
        return [arg]
    spellings = {**axis.spellings, **{choice: choice for choice in given}}
    choice = spellings.get(arg.data, arg.data)
    if choice in given:
        return [replace(arg, data=choice)]
    known = {word: each for word, each in spellings.items() if each in given}
    complain(complaints.unknown_choice(arg.span, arg.data, known))
    return []


def aggregate_type(
    node: ast.Aggregate, name: str, values: tuple[Typed, ...], weight: Typed | None, complain: Complain
) -> Type | None:
    """The type of an aggregate, or None where its parts do not fit and a complaint was made."""
    wanted, least, most = _WANTED.get(name, ("one-value", 1, 1))
    if not least <= len(values) <= most:
        given = ", ".join(value.text for value in values[:most]) or "…"
        entity = node.entity.span.text
        call = f"{node.name}({entity})" if most == 0 else f"{node.name}({given} for {entity})"
        complain(complaints.wrong_values(node.span, node.name, wanted, len(values), call))
        return None
    if weight is not None and name not in ("mean", "cv"):
        complain(complaints.clause_not_taken(node.name_span, node.name, "weighted by"))
        return None
    if node.skip_missing and name not in ("sum", "mean", "median", "cv"):
        complain(complaints.clause_not_taken(node.name_span, node.name, "skip missing"))
        return None
    for part in (*values, *([weight] if weight is not None else [])):
        if part.type.kind == "unknown":
            return None
    if weight is not None and weight.type.kind != "number":
        complain(complaints.expected_kind(weight.span, "a-number", weight.type))
        return None
    if name == "count":
        return types.COUNT
    kind = values[0].type
    if name in ("share", "all", "any"):
        if infer.require_boolean(values[0], word("about-rows", name=node.name), complain).type.kind == "unknown":
            return None
        return Type("number", unit=ONE, nonnegative=True) if name == "share" else types.BOOLEAN
    if name == "count_distinct":
        for value in values:
            whole = value.type.kind == "number" and value.type.integer
            if not whole and value.type.kind not in ("text", "choice", "date", "boolean"):
                complain(complaints.expected_kind(value.span, "countable", value.type))
                return None
        return types.COUNT
    if kind.kind != "number" and not (name in ("min", "max") and kind.kind == "date"):
        complain(complaints.expected_kind(values[0].span, "a-number", kind))
        return None
    if name == "cv":
        return Type("number", unit=ONE)
    whole = kind.integer and name in ("sum", "min", "max")
    return kind if kind.kind == "date" else Type("number", whole, kind.unit, kind.nonnegative)
