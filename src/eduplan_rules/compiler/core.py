"""The engine-neutral core: a graph of nodes on nullable scalars, and how each operator is lowered.

Every operator of the core is one row of `CORE`: how it is said in Python (a template) and in Narwhals (a function).
`Graph` makes nodes, shares equal ones and folds constants. A null is an unknown; unless an operator says otherwise, a
null operand gives a null. Numbers are finite and whole numbers stay below 2**53 in size: what leaves that range, and
what is divided by zero, is null (measured on Polars, DuckDB and Spark: guards stand on the operand, never in a filter).
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from eduplan_rules import period
from eduplan_rules.types import Plain

NodeKind = Literal["boolean", "number", "integer", "text", "date"]

#: whole numbers of this size and more are not exact in every engine
WHOLE_LIMIT = 2**53
#: numbers of this size and more have no halves
HALF_LIMIT = 2**52
_LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One step of a computation; compared by identity, for a `Graph` never makes two equal ones."""

    op: str
    args: tuple[Node, ...]
    value: Any
    kind: NodeKind

    @property
    def constant(self) -> bool:
        """Whether it is a literal."""
        return self.op == "literal"


@dataclass(frozen=True, slots=True)
class Core:
    """The two lowerings of an operator.

    `record` is a Python template over its operands' names ({0}, {1}, .., {value}); `frame` gets narwhals and the
    operands' expressions. Where `strict`, a null operand gives null before the template is looked at.
    """

    record: str
    frame: Callable[..., Any]
    strict: bool = True
    #: how often the frame's expression writes an operand out
    repeats: int = 1


def _guarded(nw: Any, result: Any) -> Any:
    """Null what is not finite; Polars, to which NaN is larger than any number, compares faster than it asks."""
    finite = result.is_between(-_LARGEST, _LARGEST) if nw.__name__ == "polars" else result.is_finite()
    return nw.when(finite).then(result)


def _float(nw: Any, operand: Any) -> Any:
    return operand.cast(nw.Float64)


def _quotient(nw: Any, a: Any, b: Any) -> Any:
    """Null for a zero divisor, which Polars makes infinite or not a number, and other engines refuse.

    Polars divides by a constant through its reciprocal, so that 49 / 49 is not 1, and takes a choice that falls out the
    same on all rows for one: it gets a column of that constant.
    """
    real = _float(nw, a)
    if nw.__name__ == "polars":
        return _guarded(nw, real / (real * 0.0 + b))
    divisor = real * 0.0 + b
    return _guarded(nw, real / nw.when(divisor != 0).then(divisor))


def held_quotient(nw: Any, a: Any, b: Any) -> Any:
    """The same in Polars by a column of which every row has a value of its own, so that none need be made."""
    return _guarded(nw, _float(nw, a) / _float(nw, b))


def _whole(nw: Any, result: Any) -> Any:
    return nw.when(result.abs() < WHOLE_LIMIT).then(result)


def _rounded(nw: Any, x: Any, digits: int) -> Any:
    scale = 10.0**digits
    up = (_float(nw, x) * scale + 0.5).floor() / scale
    down = (_float(nw, x) * scale - 0.5).ceil() / scale
    return nw.when(x.abs() < HALF_LIMIT / scale).then(nw.when(x >= 0).then(up).otherwise(down)).otherwise(x)


def _day_number(nw: Any, day: Any) -> Any:
    """Days since a fixed day, by the civil calendar's integer formula, which means the same on every engine."""
    year, month, day_of_month = (part.cast(nw.Int64) for part in (day.dt.year(), day.dt.month(), day.dt.day()))
    late = month > 2
    shifted_year = nw.when(late).then(year).otherwise(year - 1)
    shifted_month = nw.when(late).then(month - 3).otherwise(month + 9)
    leaps = shifted_year // 4 - shifted_year // 100 + shifted_year // 400
    return shifted_year * 365 + leaps + (shifted_month * 153 + 2) // 5 + day_of_month


def month_length(nw: Any, year: Any, month: Any) -> Any:
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    february = nw.when(leap).then(nw.lit(29)).otherwise(nw.lit(28))
    short = (month == 4) | (month == 6) | (month == 9) | (month == 11)
    return nw.when(month == 2).then(february).otherwise(nw.when(short).then(nw.lit(30)).otherwise(nw.lit(31)))


def _months_between(nw: Any, first: Any, last: Any) -> Any:
    first_year, first_month, first_day = (p.cast(nw.Int64) for p in (first.dt.year(), first.dt.month(), first.dt.day()))
    last_year, last_month, last_day = (p.cast(nw.Int64) for p in (last.dt.year(), last.dt.month(), last.dt.day()))
    length = month_length(nw, last_year, last_month)
    anchor = nw.when(first_day <= length).then(first_day).otherwise(length)
    whole = (last_year - first_year) * 12 + last_month - first_month
    return nw.when(last_day < anchor).then(whole - 1).otherwise(whole)


def _moved(nw: Any, day: Any, amount: int, unit: str) -> Any:
    """A day moved by a constant; null where it would leave the calendar, which engines answer with a panic."""
    back = period.add_days if unit == "d" else period.add_months
    edge = back(date.max if amount > 0 else date.min, -amount)
    if edge is None:
        return nw.when(day.is_null() & ~day.is_null()).then(day)
    safe = nw.when(day <= nw.lit(edge) if amount > 0 else _not_before(nw, day, edge)).then(day)
    return safe.dt.offset_by(f"{amount}{unit}").cast(nw.Date)


def _not_before(nw: Any, day: Any, edge: date) -> Any:
    """Whether a day is no earlier than another, in numbers: Spark is not told of a year of fewer than four digits."""
    year, month, day_of_month = (part.cast(nw.Int64) for part in (day.dt.year(), day.dt.month(), day.dt.day()))
    return year * 10000 + month * 100 + day_of_month >= edge.year * 10000 + edge.month * 100 + edge.day


def _smaller(nw: Any, a: Any, b: Any) -> Any:
    return nw.when(a <= b).then(a).otherwise(nw.when(b < a).then(b))


def _larger(nw: Any, a: Any, b: Any) -> Any:
    return nw.when(a >= b).then(a).otherwise(nw.when(b > a).then(b))


def _case(nw: Any, *operands: Any) -> Any:
    result = operands[-1]
    for position in range(len(operands) - 3, -1, -2):
        result = nw.when(operands[position]).then(operands[position + 1]).otherwise(result)
    return result


CORE: dict[str, Core] = {
    "and": Core(
        "(False if {0} is False or {1} is False else None if {0} is None or {1} is None else True)",
        lambda nw, a, b: a & b,
        strict=False,
    ),
    "or": Core(
        "(True if {0} or {1} else None if {0} is None or {1} is None else False)", lambda nw, a, b: a | b, strict=False
    ),
    "not": Core("not {0}", lambda nw, a: ~a),
    "is_true": Core("({0} is True)", lambda nw, a: a.fill_null(False), strict=False),
    "is_false": Core("({0} is False)", lambda nw, a: (~a).fill_null(False), strict=False),
    "is_null": Core("({0} is None)", lambda nw, a: a.is_null(), strict=False),
    "case": Core("", _case, strict=False),
    "coalesce": Core("({1} if {0} is None else {0})", lambda nw, a, b: nw.coalesce(a, b), strict=False),
    "eq": Core("{0} == {1}", lambda nw, a, b: a == b),
    "ne": Core("{0} != {1}", lambda nw, a, b: a != b),
    "lt": Core("{0} < {1}", lambda nw, a, b: a < b),
    "le": Core("{0} <= {1}", lambda nw, a, b: a <= b),
    "gt": Core("{0} > {1}", lambda nw, a, b: a > b),
    "ge": Core("{0} >= {1}", lambda nw, a, b: a >= b),
    # |a - b| within a billionth of the third operand, the larger magnitude behind the two
    "close": Core("abs({0} - {1}) <= 1e-9 * {2}", lambda nw, a, b, scale: (a - b).abs() <= scale * 1e-9),
    "in": Core("{0} in {value}", lambda nw, a, value: a.is_in(list(value))),
    "add": Core("finite({0} + {1})", lambda nw, a, b: _guarded(nw, _float(nw, a) + b), repeats=2),
    "sub": Core("finite({0} - {1})", lambda nw, a, b: _guarded(nw, _float(nw, a) - b), repeats=2),
    "mul": Core("finite(float({0}) * {1})", lambda nw, a, b: _guarded(nw, _float(nw, a) * b), repeats=2),
    "add_whole": Core("{0} + {1}", lambda nw, a, b: a + b),
    "sub_whole": Core("{0} - {1}", lambda nw, a, b: a - b),
    "mul_whole": Core("whole({0} * {1})", lambda nw, a, b: _whole(nw, _float(nw, a) * b), repeats=2),
    "div": Core("quotient({0}, {1})", _quotient, repeats=6),
    # of values that are about to be shown, so that no guard is needed
    "distance": Core("{0} - {1}", lambda nw, a, b: a - b),
    "neg": Core("-{0}", lambda nw, a: -a),
    "abs": Core("abs({0})", lambda nw, a: a.abs()),
    "sqrt": Core("root({0})", lambda nw, a: nw.when(a >= 0).then(a).sqrt(), repeats=2),
    "whole": Core("whole({0})", _whole, repeats=2),
    "min": Core("min({0}, {1})", _smaller, repeats=3),
    "max": Core("max({0}, {1})", _larger, repeats=3),
    "floor": Core("whole(floor({0}))", lambda nw, a: _whole(nw, _float(nw, a).floor()), repeats=2),
    "ceil": Core("whole(ceil({0}))", lambda nw, a: _whole(nw, _float(nw, a).ceil()), repeats=2),
    "round": Core("rounded({0}, {value})", lambda nw, a, value: _rounded(nw, a, value), repeats=4),
    "as_integer": Core("int({0})", lambda nw, a: a.cast(nw.Int64)),
    "year": Core("{0}.year", lambda nw, a: a.dt.year().cast(nw.Int64)),
    "month": Core("{0}.month", lambda nw, a: a.dt.month().cast(nw.Int64)),
    "times_whole": Core("{0} * {value}", lambda nw, a, value: a * value),
    "as_number": Core("float({0})", _float),
    "finite": Core("finite({0})", _guarded, repeats=2),
    "floor_div": Core("{0} // {value}", lambda nw, a, value: a // value),
    "days_between": Core("({1} - {0}).days", lambda nw, a, b: _day_number(nw, b) - _day_number(nw, a), repeats=9),
    "months_between": Core("months_between({0}, {1})", _months_between, repeats=12),
    "add_days": Core("add_days({0}, {value})", lambda nw, a, value: _moved(nw, a, value, "d"), repeats=2),
    "add_months": Core("add_months({0}, {value})", lambda nw, a, value: _moved(nw, a, value, "mo"), repeats=2),
    "lower": Core("{0}.lower()", lambda nw, a: a.str.to_lowercase()),
    "length": Core("len({0})", lambda nw, a: a.str.len_chars().cast(nw.Int64)),
    "contains": Core("{value} in {0}", lambda nw, a, value: a.str.contains(value, literal=True)),
    "starts_with": Core("{0}.startswith({value})", lambda nw, a, value: a.str.starts_with(value)),
    "matches": Core("matcher({value})({0})", lambda nw, a, value: a.str.contains(regex(value))),
    "as_text": Core("str({0})", lambda nw, a: a.cast(nw.String)),
    "beside": Core("{0} + ' / ' + {1}", lambda nw, a, b: nw.concat_str([a, b], separator=" / ")),
    "joined": Core("{0} + chr(31) + {1}", lambda nw, a, b: nw.concat_str([a, b], separator=chr(31))),
}


#: operators that read a parameter: the first operand is the day, `value` its name; lowered by each engine
READS = frozenset({"parameter", "in_parameter", "parameter_doubt"})


def regex(value: str) -> str:
    """The pattern as Polars and DuckDB read it."""
    from eduplan_rules.language.pattern import Pattern, parse_pattern, to_regex

    pattern = parse_pattern(value)
    assert isinstance(pattern, Pattern)
    return to_regex(pattern, "rust")


@functools.cache
def matcher(value: str) -> Callable[[str], bool]:
    """The pattern as a Python function, linear in time."""
    from eduplan_rules.language import pattern as patterns

    pattern = patterns.parse_pattern(value)
    assert isinstance(pattern, patterns.Pattern)
    return patterns.matcher(pattern)


def finite(result: float) -> float | None:
    """The result, or None where it left the range of numbers."""
    return result if -math.inf < result < math.inf else None


def whole(result: float) -> float | None:
    """The result, or None where it is no longer exact."""
    return result if -WHOLE_LIMIT < result < WHOLE_LIMIT else None


def quotient(left: float, right: float) -> float | None:
    """Left by right; None for a zero divisor and beyond the range of numbers."""
    return finite(left / right) if right else None


def root(x: float) -> float | None:
    """The square root; None below zero."""
    return math.sqrt(x) if x >= 0 else None


def rounded(x: float, digits: int) -> float:
    """Half away from zero, by the formula that means the same on every engine."""
    scale = 10.0**digits
    if abs(x) >= HALF_LIMIT / scale:
        return x
    return math.floor(x * scale + 0.5) / scale if x >= 0 else math.ceil(x * scale - 0.5) / scale


#: names that templates may use
NAMESPACE: Mapping[str, Any] = {
    "finite": finite,
    "whole": whole,
    "quotient": quotient,
    "root": root,
    "floor": math.floor,
    "ceil": math.ceil,
    "rounded": rounded,
    "matcher": matcher,
    "add_days": period.add_days,
    "add_months": period.add_months,
    "months_between": period.months_between,
}


def record_text(node: Node, operands: list[str]) -> str:
    """The node as Python, given the names of its operands."""
    if node.op == "case":
        # one chain: Python nests no more than 200 parentheses
        pairs = zip(operands[:-1:2], operands[1::2], strict=True)
        return f"({' else '.join([*(f'{value} if {test}' for test, value in pairs), operands[-1]])})"
    row = CORE[node.op]
    text = row.record.format(*operands, value=repr(node.value))
    if not row.strict:
        return text
    tests = [f"{name} is None" for name, arg in zip(operands, node.args, strict=True) if not arg.constant]
    return f"(None if {' or '.join(dict.fromkeys(tests))} else {text})" if tests else f"({text})"


class Graph:
    """Makes nodes: equal ones once, constant ones folded."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[Any, ...], Node] = {}

    def literal(self, value: Plain, kind: NodeKind) -> Node:
        """A constant; None is a null of that kind."""
        return self._intern("literal", (), value, kind)

    def leaf(self, op: str, value: Any, kind: NodeKind) -> Node:
        """What an engine provides: a column, a day."""
        return self._intern(op, (), value, kind)

    def make(self, op: str, *args: Node, kind: NodeKind, value: Any = None) -> Node:
        """Apply an operator."""
        if op == "and" or op == "or":
            simple = self._simplify(op, *args)
            if simple is not None:
                return simple
        elif op == "case":
            args = self._reachable(args)
            if all(result is args[-1] for result in args[1::2]):
                return args[-1]
        elif op in ("is_true", "is_false") and args[0].op in ("is_true", "is_false", "is_null"):
            return args[0] if op == "is_true" else self.make("not", args[0], kind="boolean")
        if op in CORE and CORE[op].strict and any(arg.constant and arg.value is None for arg in args):
            return self.literal(None, kind)
        if args and op not in READS and all(arg.constant for arg in args):
            return self.literal(evaluate_constant(op, value, [arg.value for arg in args]), kind)
        return self._intern(op, args, value, kind)

    def _simplify(self, op: str, left: Node, right: Node) -> Node | None:
        if left is right:
            return left
        decides = op == "or"
        for one, other in ((left, right), (right, left)):
            if one.constant and one.value is not None:
                return one if one.value is decides else other
        return None

    def _reachable(self, args: tuple[Node, ...]) -> tuple[Node, ...]:
        kept: list[Node] = []
        for position in range(0, len(args) - 1, 2):
            condition, result = args[position], args[position + 1]
            if condition.constant:
                if condition.value is True:
                    return (*kept, result)
                continue
            kept += [condition, result]
        return (*kept, args[-1])

    def _intern(self, op: str, args: tuple[Node, ...], value: Any, kind: NodeKind) -> Node:
        key = (op, tuple(map(id, args)), type(value), value, kind)
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = Node(op, args, value, kind)
        return node


def evaluate_constant(op: str, value: Any, operands: list[Plain]) -> Plain:
    """Apply an operator to values, as its Python lowering does."""
    return operator(op, type(value).__name__, value, len(operands))(*operands)  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=4096)
def operator(op: str, _type: str, value: Any, arity: int) -> Callable[..., Any]:
    """An operator as a Python function of its operands; the value's type keeps 1, 1.0 and True apart."""
    names = [f"x{position}" for position in range(arity)]
    operands = tuple(Node("column", (), name, "number") for name in names)
    text = record_text(Node(op, operands, value, "number"), names)
    function: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {text}", dict(NAMESPACE))  # our own template
    return function
