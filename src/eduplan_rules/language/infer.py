"""Types and units of operators and functions.

In: an operator and its resolved operands. Out: a typed node whose operands are in one unit (conversions are explicit
`convert` nodes); where they do not fit, a complaint through `complain` and a node of type Unknown, which is not
complained about again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from eduplan_rules import types
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints, lengths
from eduplan_rules.language import expr as ast
from eduplan_rules.language.typed import Typed
from eduplan_rules.language.words import word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Span
from eduplan_rules.types import Type
from eduplan_rules.units import DAYS, ONE, PERCENT, Unit, conversion, divide, multiply, same_dimension

Complain = Callable[[Diagnostic], None]
#: aggregates that give a ratio -> what a threshold for it does not exceed; a variation of ten times the mean is no aim
_MOST = {"share": 1, "cv": 10}
_ORDERED = ("number", "date", "text")


def unknown(span: Span) -> Typed:
    """A node that already has its complaint."""
    return Typed("unknown", (), types.UNKNOWN, span)


def convert(node: Typed, target: Unit) -> Typed:
    """The same amount in another unit of its dimension; literals are converted here and now, exactly."""
    unit = node.type.unit
    if unit is None or unit.factor == target.factor:
        return replace_type(node, node.type.with_unit(target))
    factor = conversion(unit, target)
    whole = node.type.integer and factor.denominator == 1
    result = replace(node.type, unit=target, integer=whole)
    if node.op == "number":
        amount = Fraction(node.data) * factor
        return Typed("number", (), replace(result, integer=amount.denominator == 1), node.span, amount)
    return Typed("convert", (node,), result, node.span, factor)


def replace_type(node: Typed, found: Type) -> Typed:
    """The same node with another type."""
    return node if node.type == found else Typed(node.op, node.args, found, node.span, node.data)


def require_boolean(node: Typed, what: Wording, complain: Complain) -> Typed:
    """A condition, or a complaint."""
    if node.type.kind in ("boolean", "unknown"):
        return node
    complain(complaints.not_a_condition(node.span, what, node.type))
    return unknown(node.span)


def logic(op: str, args: Sequence[Typed], span: Span, complain: Complain) -> Typed:
    """`and`, `or`, `not`."""
    what = word("each-side" if len(args) > 1 else "after-not", op=op)
    checked = tuple(require_boolean(arg, what, complain) for arg in args)
    if any(arg.type.kind == "unknown" for arg in checked):
        return unknown(span)
    return Typed(op, checked, types.BOOLEAN, span)


def compare(op: str, left: Typed, right: Typed, span: Span, complain: Complain) -> Typed:
    """A comparison; its `data` is the unit to show its numbers in."""
    if "unknown" in (left.type.kind, right.type.kind):
        return unknown(span)
    if "missing" in (left.type.kind, right.type.kind):
        complain(complaints.expected_kind(span, "a-value", types.MISSING, word("write-missing")))
        return unknown(span)
    left, right = lengths.as_days(left, right), lengths.as_days(right, left)
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"number"}:
        return _compare_numbers(op, left, right, span, complain)
    if "choice" in kinds and kinds <= {"choice", "text"}:
        return _compare_choices(op, left, right, span, complain)
    if kinds == {"boolean"} and op in ("=", "!="):
        return Typed(op, (left, right), types.BOOLEAN, span)
    if len(kinds) == 1 and left.type.kind in _ORDERED:
        return Typed(op, (left, right), types.BOOLEAN, span)
    if len(kinds) == 1 and left.type.kind == "boolean":
        complain(complaints.cannot_order(span, left.type))
        return unknown(span)
    complain(complaints.cannot_compare((left.span, left.type), (right.span, right.type), _comparison_hint(left, right)))
    return unknown(span)


def _comparison_hint(left: Typed, right: Typed) -> Wording | None:
    for one, other in ((left, right), (right, left)):
        if one.op == "text" and other.type.kind in ("number", "date") and re.match(r"[-+]?\d", one.data):
            return word("without-quotes", text=one.data)
        if one.op == "number" and other.type.kind == "date":
            return word("day-or-year", day=day_hint(one.text) or word("some-whole-day"), text=other.text)
        if one.op == "number" and other.type.kind == "text":
            return word("text-in-quotes", text=one.text)
        if one.type.kind == "duration" and other.type.unit == DAYS:
            return word("days-with-days")
    return None


def day_hint(text: str) -> Wording | None:
    """What to write for a number that was meant as a day: `2021`, `20211231`."""
    parts = re.fullmatch(r"((?:19|20)\d\d)(?:(\d\d)(\d\d))?", text)
    if parts is None:
        return None
    year, month, day = parts.groups()
    return word("a-day", day=f"{year}-{month}-{day}") if month else word("whole-day", day=f"{year}-12-31")


def _compare_numbers(op: str, left: Typed, right: Typed, span: Span, complain: Complain) -> Typed:
    fitted = same_unit(left, right, "compare", complain)
    if fitted is None:
        return unknown(span)
    for one, other in ((left, right), (right, left)):
        if one.op == "number" and one.type.unit is None and _beyond(other, one.data):
            complain(complaints.beyond_a_ratio(one.span, one.text, _ratio_name(other)))
    percent = any(side.type.unit is not None and side.type.unit.percent for side in (left, right))
    shown = PERCENT if percent else fitted[0].type.unit
    return Typed(op, fitted, types.BOOLEAN, span, shown)


def _ratio_name(node: Typed) -> str | None:
    """The aggregate that a number comes from unchanged, where that gives a ratio."""
    while node.op in ("value", "lookup", "this", "previous", "convert"):
        node = node.args[0]
    return node.data.name if node.op == "aggregate" and node.data.name in _MOST else None


def _beyond(node: Typed, amount: Fraction) -> bool:
    """Whether a bare number beside a ratio can only be meant in per cent."""
    name, unit = _ratio_name(node), node.type.unit
    return name is not None and unit is not None and unit.factor == 1 and amount > _MOST[name]


def same_unit(left: Typed, right: Typed, verb: str, complain: Complain) -> tuple[Typed, Typed] | None:
    """Both numbers in one unit: the left one's, or the right one's where the left is bare."""
    one, other = left.type.unit, right.type.unit
    if one is None and other is None:
        return left, right
    if one is None or other is None:
        bare, unit = (left, other) if one is None else (right, one)
        assert unit is not None
        fitted = _taking(unit, bare, complain)
        return (fitted, right) if one is None else (left, fitted)
    if not same_dimension(one, other):
        complain(complaints.units_differ((left.span, one), (right.span, other), verb))
        return None
    return left, convert(right, one)


def _taking(unit: Unit, bare: Typed, complain: Complain) -> Typed:
    """A bare number in the other side's unit; a written one beside a per cent means points, which is a warning."""
    if unit.percent and bare.op == "number" and bare.data != 0:
        complain(complaints.percent_of_bare_number(bare.span, bare.text))
    return convert(convert(bare, ONE) if unit.percent and is_ratio(bare) else bare, unit)


def is_ratio(node: Typed) -> bool:
    """Whether a bare number is a quotient of bare numbers, which against 85% is 0.85 and not 85 points."""
    if node.op == "/":
        return True
    if node.op == "aggregate":
        return any(is_ratio(value) for value in node.data.values)
    passing = (
        "+",
        "-",
        "negative",
        "abs",
        "round",
        "min",
        "max",
        "if",
        "coalesce",
        "value",
        "lookup",
        "previous",
        "this",
    )
    return node.op in passing and node.type.unit is None and any(is_ratio(arg) for arg in node.args)


def _compare_choices(op: str, left: Typed, right: Typed, span: Span, complain: Complain) -> Typed:
    if op not in ("=", "!="):
        complain(complaints.cannot_order(span, left.type if left.type.kind == "choice" else right.type))
        return unknown(span)
    if right.type.kind == "choice" and left.type.kind == "text":
        fitted = choice_text(left, right, complain)
        return unknown(span) if fitted is None else Typed(op, (fitted, right), types.BOOLEAN, span)
    if right.type.kind == "text":
        fitted = choice_text(right, left, complain)
        return unknown(span) if fitted is None else Typed(op, (left, fitted), types.BOOLEAN, span)
    return Typed(op, (left, right), types.BOOLEAN, span)


def choice_text(text: Typed, choice: Typed, complain: Complain) -> Typed | None:
    """A text beside a choice means one of its identifiers, or a label of one."""
    if text.op != "text":
        return text
    names = choice.type.spellings
    if text.data in names:
        return Typed("text", (), types.TEXT, text.span, names[text.data])
    complain(complaints.unknown_choice(text.span, text.data, names))
    return None


def between(arg: Typed, low: Typed, high: Typed, span: Span, complain: Complain) -> Typed:
    """From the one to the other, both ends in."""
    ends = [compare(op, arg, end, span, complain) for op, end in ((">=", low), ("<=", high))]
    if all(end.type.kind != "unknown" for end in ends):
        first, last = (end.args[1] for end in ends)
        if first.op == last.op and first.op in ("number", "date", "text") and first.data > last.data:
            complain(complaints.empty_interval(low.span, high.span, low.text, high.text))
            return unknown(span)
    return logic("and", ends, span, complain)


def membership(op: str, left: Typed, right: Typed, span: Span, complain: Complain) -> Typed:
    """`in`, `not in`."""
    if "unknown" in (left.type.kind, right.type.kind):
        return unknown(span)
    if right.type.kind != "list":
        complain(complaints.expected_kind(right.span, "a-list", right.type, word("write-list")))
        return unknown(span)
    while right.op == "value":
        right = right.args[0]
    if right.op not in ("list", "parameter"):
        # its items may differ from row to row, and a list is no column
        complain(complaints.expected_kind(right.span, "written-list", right.type, word("write-list")))
        return unknown(span)
    if right.op == "parameter":
        item = right.type.item or types.TEXT
        kinds = {"text" if left.type.kind == "choice" else left.type.kind, item.kind}
        if len(kinds) > 1:
            complain(complaints.cannot_compare((left.span, left.type), (right.span, item), None))
            return unknown(span)
        if item.kind == "number":
            alike_numbers = same_unit(Typed("parameter", (), item, right.span), left, "compare", complain)
            if alike_numbers is None:
                return unknown(span)
            left = alike_numbers[1]
        return Typed(op, (left, right), types.BOOLEAN, span)
    items: list[Typed] = []
    for item_node in right.args:
        compared = compare("=", left, item_node, item_node.span, complain)
        if compared.type.kind != "unknown":
            left, fitted = compared.args
            items.append(fitted)
    if len(items) < len(right.args):
        return unknown(span)
    return Typed(op, (left, Typed("list", tuple(items), right.type, right.span)), types.BOOLEAN, span)


def negative(arg: Typed, span: Span, complain: Complain) -> Typed:
    """A number with the other sign."""
    if arg.type.kind == "unknown":
        return arg
    if arg.type.kind != "number":
        complain(complaints.expected_kind(arg.span, "a-number", arg.type))
        return unknown(span)
    kind = Type("number", arg.type.integer, arg.type.unit)
    if arg.op == "number":
        return Typed("number", (), kind, span, -arg.data)
    return Typed("negative", (arg,), kind, span)


def is_missing(arg: Typed, node: ast.IsMissing, complain: Complain) -> Typed:
    """`is missing` and `is not missing`, of a field only: here, looked up, or of the previous period."""
    if arg.type.kind == "unknown":
        return arg
    inner = arg
    while inner.op in ("this", "lookup", "value", "previous"):
        inner = inner.args[0]
    if inner.op != "field":
        complain(complaints.expected_kind(arg.span, "a-field", arg.type))
        return unknown(node.span)
    return Typed("is not missing" if node.negated else "is missing", (arg,), types.BOOLEAN, node.span)


def arithmetic(op: str, left: Typed, right: Typed, span: Span, complain: Complain) -> Typed:
    """`+ - * /` on numbers, and a day plus or less a duration."""
    kinds = (left.type.kind, right.type.kind)
    if "unknown" in kinds:
        return unknown(span)
    if op in ("+", "-") and kinds == ("date", "duration"):
        return lengths.moved(left, right, 1 if op == "+" else -1, span, complain) or unknown(span)
    if op == "+" and kinds == ("duration", "date"):
        return arithmetic(op, right, left, span, complain)
    for side in (left, right):
        if side.type.kind != "number":
            complain(complaints.expected_kind(side.span, "a-number", side.type, _arithmetic_hint(op, kinds)))
            return unknown(span)
    if op in ("+", "-"):
        fitted = same_unit(left, right, "add" if op == "+" else "subtract", complain)
        if fitted is None:
            return unknown(span)
        whole = fitted[0].type.integer and fitted[1].type.integer
        positive = op == "+" and fitted[0].type.nonnegative and fitted[1].type.nonnegative
        return Typed(op, fitted, Type("number", whole, fitted[0].type.unit, positive), span)
    return _scaled(op, left, right, span)


def _arithmetic_hint(op: str, kinds: tuple[str, str]) -> Wording | None:
    if kinds == ("date", "date"):
        return word("days-between")
    if kinds == ("date", "number"):
        return word("say-days")
    return None


def _scaled(op: str, left: Typed, right: Typed, span: Span) -> Typed:
    # half of a rate is a rate, in points; times a bare number it is that part of the number
    points = op == "/" and left.type.unit == PERCENT and right.op == "number" and right.type.unit is None
    if not points:
        left, right = (convert(side, ONE) if side.type.unit == PERCENT else side for side in (left, right))
    one, other = left.type.unit, right.type.unit
    unit: Unit | None
    if other is None or other == ONE:
        unit = one
    elif one is None or one == ONE:
        unit = other if op == "*" else divide(ONE, other)
    else:
        unit = multiply(one, other) if op == "*" else divide(one, other)
    whole = op == "*" and left.type.integer and right.type.integer
    result = Type("number", whole, unit, left.type.nonnegative and right.type.nonnegative)
    node = Typed(op, (left, right), result, span)
    return convert(node, ONE) if unit is not None and not unit.dimension and not points else node


def alike(nodes: Sequence[Typed], complain: Complain) -> tuple[tuple[Typed, ...], Type] | None:
    """Operands that must be of one type, as in `if`, `coalesce`, `min`, `max`; numbers in the first one's unit."""
    known = [node for node in nodes if node.type.kind != "missing"]
    if any(node.type.kind == "unknown" for node in nodes):
        return None
    if not known:
        complain(complaints.expected_kind(nodes[0].span, "a-value", types.MISSING))
        return None
    first = known[0]
    if first.type.kind == "number" and all(node.type.kind == "number" for node in known):
        unit = next((node.type.unit for node in known if node.type.unit is not None), None)
        fitted: list[Typed] = []
        for node in nodes:
            if node.type.kind == "missing" or unit is None:
                fitted.append(node)
            elif node.type.unit is None:
                fitted.append(_taking(unit, node, complain))
            elif same_dimension(node.type.unit, unit):
                fitted.append(convert(node, unit))
            else:
                complain(complaints.units_differ((first.span, unit), (node.span, node.type.unit), "choose"))
                return None
        numbers = [node.type for node in fitted if node.type.kind == "number"]
        whole, positive = all(t.integer for t in numbers), all(t.nonnegative for t in numbers)
        return tuple(fitted), Type("number", whole, unit, positive)
    kinds = {"text" if node.type.kind == "choice" else node.type.kind for node in known}
    if len(kinds) > 1:
        other = next(node for node in known if node.type.kind != first.type.kind)
        complain(complaints.cannot_compare((first.span, first.type), (other.span, other.type), None, "cannot-choose"))
        return None
    same_choice = all(node.type == first.type for node in known)
    return tuple(nodes), first.type if same_choice or first.type.kind != "choice" else types.TEXT
