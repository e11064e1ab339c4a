"""The tree of an expression as written, and its printing.

Every node has a span. `to_text` prints a tree in the canonical spelling (English words, plain signs); parsing that text
again gives the same tree but for the spans.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from eduplan_rules.period import DurationUnit
from eduplan_rules.source import Span


@dataclass(frozen=True, slots=True)
class Number:
    """`1200`, `1_200`, `4.5`, `85%`: the digits as written, without underscores."""

    text: str
    percent: bool = False
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """`"primary"`."""

    value: str
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """`missing`: a value that is not there."""

    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Day:
    """`2022-12-31`."""

    value: date
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Duration:
    """`30 days`, `1 month`, `5 years`."""

    amount: int
    unit: DurationUnit
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Items:
    """`[2, 7, 8]`."""

    items: tuple[Expr, ...]
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """`guards`, `county.education_spending`, `this.students`."""

    parts: tuple[str, ...]
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function or a parameter with arguments."""

    name: str
    args: tuple[Expr, ...]
    span: Span = field(kw_only=True, compare=False, repr=False)
    name_span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`not a`, `-a`."""

    op: Literal["not", "-"]
    arg: Expr
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`and or = != < <= > >= in + - * /`; `not in` has its own name."""

    op: str
    left: Expr
    right: Expr
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """`x between low and high`, both ends in."""

    arg: Expr
    low: Expr
    high: Expr
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`x is missing`, `x is not missing`."""

    arg: Expr
    negated: bool
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`share(COND for school where C over last 5 years weighted by W skip missing)`; `count` has no `args`."""

    name: str
    args: tuple[Expr, ...]
    entity: Name
    where: Expr | None
    over: Duration | Name | Call | Literal["ever"] | None
    weight: Expr | None
    skip_missing: bool
    span: Span = field(kw_only=True, compare=False, repr=False)
    name_span: Span = field(kw_only=True, compare=False, repr=False)


Expr: TypeAlias = (
    Number
    | Text
    | Boolean
    | Missing
    | Day
    | Duration
    | Items
    | Name
    | Call
    | Unary
    | Binary
    | Between
    | IsMissing
    | Aggregate
)

#: how tightly an operator holds its sides; a side that holds less gets parentheses
_BINDING = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "atom": 8}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "in", "not in")


def to_text(expr: Expr) -> str:
    """Print in the canonical spelling."""
    match expr:
        case Number():
            return expr.text + ("%" if expr.percent else "")
        case Text():
            escaped = expr.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
        case Boolean():
            return "true" if expr.value else "false"
        case Missing():
            return "missing"
        case Day():
            return expr.value.isoformat()
        case Duration():
            return f"{expr.amount} {expr.unit}"
        case Items():
            return f"[{', '.join(to_text(item) for item in expr.items)}]"
        case Name():
            return ".".join(expr.parts)
        case Call():
            return f"{expr.name}({', '.join(to_text(arg) for arg in expr.args)})"
        case Unary():
            if expr.op == "not":
                return f"not {_side(expr.arg, 3)}"
            return f"-{_side(expr.arg, 7)}"
        case Binary():
            return _binary_text(expr)
        case Between():
            return f"{_side(expr.arg, 5)} between {_side(expr.low, 5)} and {_side(expr.high, 5)}"
        case IsMissing():
            return f"{_side(expr.arg, 5)} is {'not ' if expr.negated else ''}missing"
        case Aggregate():
            return _aggregate_text(expr)


def _binary_text(expr: Binary) -> str:
    if expr.op in COMPARISONS:
        return f"{_side(expr.left, 5)} {expr.op} {_side(expr.right, 5)}"
    binding = _BINDING[expr.op]
    return f"{_side(expr.left, binding)} {expr.op} {_side(expr.right, binding + 1)}"


def _aggregate_text(expr: Aggregate) -> str:
    words = [", ".join(to_text(arg) for arg in expr.args)] if expr.args else []
    plain = expr.where is None and expr.over is None and expr.weight is None and not expr.skip_missing
    if expr.args or plain:
        # `count(school)` alone is read as a call
        words.append("for")
    words.append(to_text(expr.entity))
    if expr.where is not None:
        words += ["where", to_text(expr.where)]
    if expr.over is not None:
        words += ["over ever"] if expr.over == "ever" else ["over last", to_text(expr.over)]
    if expr.weight is not None:
        words += ["weighted by", to_text(expr.weight)]
    if expr.skip_missing:
        words.append("skip missing")
    return f"{expr.name}({' '.join(words)})"


def _side(expr: Expr, needed: int) -> str:
    text = to_text(expr)
    return text if _binding(expr) >= needed else f"({text})"


def _binding(expr: Expr) -> int:
    match expr:
        case Binary():
            return _BINDING["compare"] if expr.op in COMPARISONS else _BINDING[expr.op]
        case Unary():
            return _BINDING["not" if expr.op == "not" else "neg"]
        case Between() | IsMissing():
            return _BINDING["compare"]
        case _:
            return _BINDING["atom"]
