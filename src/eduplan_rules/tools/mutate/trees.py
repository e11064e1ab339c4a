"""What can be changed in the expressions of a rule.

In: a resolved rule. Out: its mutants with one node of a tree changed, wherever that node is read; what a derived value
says belongs to every rule that reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from eduplan_rules import types
from eduplan_rules.language.typed import ResolvedRule, Rows, Typed
from eduplan_rules.tools.mutate.amounts import beside, days_beside, text_of
from eduplan_rules.tools.mutate.mutant import Mutant, plain
from eduplan_rules.tools.mutate.rewrite import aggregate, in_place_of, rewrite_rule

#: comparison -> the same the other way round, and the same strict or not strict
_FLIPPED = {
    ">=": ("<=", ">"),
    "<=": (">=", "<"),
    ">": ("<", ">="),
    "<": (">", "<="),
    "=": ("!=",),
    "!=": ("=",),
    "in": ("not in",),
    "not in": ("in",),
    "is missing": ("is not missing",),
    "is not missing": ("is missing",),
    "rises": ("does_not_fall",),
    "does_not_fall": ("rises",),
}
_SWAPPED = {"and": "or", "or": "and"}
#: aggregate -> its neighbour
_NEIGHBOURS = {
    "all": "any",
    "any": "all",
    "sum": "mean",
    "mean": "sum",
    "median": "mean",
    "min": "max",
    "max": "min",
    "count_distinct": "count",
    "share": "count",
}

_NUMBER = re.compile(r"(?P<sign>-?)\s*(?P<digits>[0-9][0-9_]*(?:\.[0-9]+)?)\s*(?P<percent>[%％]?)")

#: the sentence, its gaps, and what takes the node's place
Change = tuple[str, dict[str, object], Callable[[Typed], Typed]]


def changed_trees(rule: ResolvedRule) -> Iterator[Mutant]:
    """The rule with one node changed, each in every way."""
    seen: set[int] = set()
    for tree in rule.expressions():
        if tree is rule.due and tree.op == "date":
            # as a whole it is moved already
            continue
        for node, around, owner in _walk(tree, tree, None):
            if id(node) in seen:
                continue
            seen.add(id(node))
            for sentence, gaps, make in _changes(node, plain(around.text)):
                yield Mutant(sentence, gaps, node.span, _rewriting(rule, node, make), owner)


def _rewriting(rule: ResolvedRule, node: Typed, make: Callable[[Typed], Typed]) -> Callable[[], ResolvedRule]:
    return lambda: rewrite_rule(rule, in_place_of(node, make))


def _walk(node: Typed, around: Typed, owner: str | None) -> Iterator[tuple[Typed, Typed, str | None]]:
    """Every node with the condition and the derived value that it stands in."""
    yield node, around, owner
    owner = ".".join(node.data) if node.op == "value" else owner
    for arg in node.args:
        outer = node if node.type.kind == "boolean" and node.op not in _SWAPPED else around
        inner = arg if node.op == "value" or isinstance(node.data, Rows) or node.op in _SWAPPED else outer
        yield from _walk(arg, inner, owner)


def _changes(node: Typed, around: str) -> Iterator[Change]:
    yield from _of_condition(node)
    yield from _of_literal(node, around)
    if node.op in ("min", "max"):
        yield _flip(node, node.op, _NEIGHBOURS[node.op], plain(node.text))
    if isinstance(node.data, Rows):
        yield from _of_rows(node, node.data)


def _of_condition(node: Typed) -> Iterator[Change]:
    for op in _FLIPPED.get(node.op, ()):
        yield _flip(node, node.op, op, condition_text(node))
    if node.op in _SWAPPED:
        other = _SWAPPED[node.op]
        gaps: dict[str, object] = {"old": node.op, "new": other, "text": condition_text(node.args[1])}
        yield "swap", gaps, lambda new: replace(new, op=other)
    if node.op == "and":
        for position, arg in enumerate(node.args):
            if arg.op != "and":
                yield "drop-conjunct", {"text": condition_text(arg)}, _other_side(position)


def _flip(node: Typed, old: str, op: str, text: str) -> Change:
    return "flip", {"old": old, "new": op, "text": text}, lambda new: replace(new, op=op)


def _other_side(position: int) -> Callable[[Typed], Typed]:
    return lambda new: new.args[1 - position]


def _of_literal(node: Typed, around: str) -> Iterator[Change]:
    if node.op == "number":
        written, sign, factor = _written(node)
        for amount in beside(written):
            gaps: dict[str, object] = {"old": plain(node.text), "new": text_of(amount) + sign, "text": around}
            yield "number", gaps, _with(data=amount * factor)
    elif node.op == "date":
        for day in days_beside(node.data):
            yield "day", {"old": node.data, "new": day, "text": around}, _with(data=day)
    elif node.op == "move" and len(node.args) == 1:
        for length, shown in _lengths(node.data):
            yield "number", {"old": _shown(node.data), "new": shown, "text": around}, _with(data=length)


def _written(node: Typed) -> tuple[Fraction, str, Fraction]:
    """The number as it is written, its per cent sign, and how much one of what is written is in the node's unit."""
    found = _NUMBER.fullmatch(node.text)
    if found is None or not node.data:
        return node.data, "", Fraction(1)
    written = Fraction(found["sign"] + found["digits"].replace("_", ""))
    return written, "%" if found["percent"] else "", node.data / written


def _with(**fields: Any) -> Callable[[Typed], Typed]:
    return lambda new: replace(new, **fields)


def _lengths(length: tuple[int, Any]) -> Iterator[tuple[tuple[int, Any], str]]:
    amount, unit = length
    for near in beside(Fraction(abs(amount))):
        yield (int(near) * (1 if amount > 0 else -1), unit), f"{int(near)} {unit}"


def _shown(length: tuple[int, Any]) -> str:
    return f"{abs(length[0])} {length[1]}"


def _of_rows(node: Typed, rows: Rows) -> Iterator[Change]:
    text = plain(node.text)
    neighbour = _NEIGHBOURS.get(rows.name)
    gaps: dict[str, object]
    if neighbour is not None:
        gaps = {"old": rows.name, "new": neighbour, "text": text}
        yield "flip", gaps, _neighbour
    if rows.where is not None:
        yield "drop-where", {"text": plain(rows.where.text)}, lambda new: aggregate(new, replace(new.data, where=None))
    if rows.weight is not None:
        gaps = {"text": plain(rows.weight.text)}
        yield "drop-weight", gaps, lambda new: aggregate(new, replace(new.data, weight=None))
    if isinstance(rows.over, tuple) and len(node.args) == _parts(rows):
        for length, shown in _lengths(rows.over):
            gaps = {"old": _shown(rows.over), "new": shown, "text": text}
            yield "number", gaps, _over(length)


def _parts(rows: Rows) -> int:
    return len(rows.values) + (rows.where is not None) + (rows.weight is not None)


def _over(length: tuple[int, Any]) -> Callable[[Typed], Typed]:
    return lambda new: replace(new, data=replace(new.data, over=length))


def _neighbour(node: Typed) -> Typed:
    """The aggregate with its neighbour's name; a share becomes the count of what it is the share of."""
    rows: Rows = node.data
    name = _NEIGHBOURS[rows.name]
    if rows.name in ("share", "count_distinct"):
        where = rows.where
        if rows.name == "share":
            counted = rows.values[0]
            where = counted if where is None else Typed("and", (where, counted), types.BOOLEAN, counted.span)
        kind = replace(types.COUNT, unit=node.type.unit)
        return replace(aggregate(node, replace(rows, name=name, values=(), where=where)), type=kind)
    if rows.name in ("sum", "mean"):
        kept = replace(rows, name=name, weight=rows.weight if name == "mean" else None)
        return replace(aggregate(node, kept), type=replace(node.type, integer=False))
    return replace(node, data=replace(rows, name=name, skip_missing=rows.skip_missing and name == "mean"))


def condition_text(node: Typed) -> str:
    """A condition as it is written; one that is put together, such as a member's, from its sides."""
    if node.op in (">=", "<=", ">", "<", "=", "!="):
        left, right = (plain(arg.text) for arg in node.args)
        return f"{left} {node.op} {right}"
    return plain(node.text)


def moved_day(day: Typed, by: int) -> Typed:
    """A day so many days later."""
    return Typed("move", (day,), types.DATE, day.span, (by, "days"))
