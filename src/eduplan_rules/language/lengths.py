"""Durations in expressions: written out, or parameters.

In: typed operands. Out: days that are moved, durations that stand for a number of days; where they do not fit, a
complaint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from eduplan_rules import types
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints
from eduplan_rules.language.typed import Typed
from eduplan_rules.source import Span
from eduplan_rules.units import DAYS

Complain = Callable[[Diagnostic], None]


def length_of(node: Typed, complain: Complain) -> Typed | None:
    """A duration that is written out or a parameter, or a complaint."""
    while node.op == "value":
        node = node.args[0]
    if node.type.kind == "duration" and node.op in ("duration", "parameter"):
        return node
    if node.type.kind != "unknown":
        complain(complaints.expected_kind(node.span, "written-duration", node.type))
    return None


def moved(day: Typed, by: Typed, sign: int, span: Span, complain: Complain) -> Typed | None:
    """A day moved by a duration; `data` is that duration where it is always the same, else the sign.

    None where what is added is no duration, which is complained about.
    """
    length = length_of(by, complain)
    if length is None:
        return None
    args = (day,) if length.op == "duration" else (day, length)
    one = length.type.lengths[0] if len(length.type.lengths) == 1 else None
    return Typed("move", args, types.DATE, span, sign if one is None else (sign * one[0], one[1]))


def as_days(node: Typed, other: Typed) -> Typed:
    """A duration in days as a number of days, where it stands beside a number; anything else as it is."""
    lengths = [length for length in node.type.lengths if length is not None]
    if node.type.kind != "duration" or other.type.kind != "number" or any(unit != "days" for _, unit in lengths):
        return node
    days = replace(types.COUNT, unit=DAYS)
    if node.op == "duration":
        return Typed("number", (), days, node.span, Fraction(lengths[0][0]))
    return Typed("days", (node,), days, node.span) if node.op == "parameter" else node
