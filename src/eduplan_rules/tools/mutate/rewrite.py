"""A rule with something else in one place.

In: a resolved rule and what stands where. Out: the rule rewritten in all its trees, those of its message too. What
holds: the trees stay as if they had been resolved so; what does not change is the same object as before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember, ResolvedRule, Rows, Typed

#: what takes the place of a node, which is given as it was and with what is below it rewritten already
Put = Callable[[Typed, Typed], Typed]


def in_place_of(site: Typed, make: Callable[[Typed], Typed]) -> Put:
    """Something else at one node, wherever it is read."""
    return lambda old, new: make(new) if old is site else new


def reading(renamed: Mapping[str, tuple[str, ParameterTable]]) -> Put:
    """Other parameters in the place of some."""

    def put(old: Typed, new: Typed) -> Typed:
        if old.op != "parameter" or old.data not in renamed:
            return new
        name, table = renamed[old.data]
        return replace(new, data=name, type=table.type)

    return put


def rewrite_rule(rule: ResolvedRule, put: Put) -> ResolvedRule:
    """The rule with `put` applied everywhere."""
    done: dict[int, Typed] = {}

    def tree(node: Typed) -> Typed:
        return _rewrite(node, put, done)

    def some(node: Typed | None) -> Typed | None:
        return None if node is None else tree(node)

    def member(each: ResolvedMember) -> ResolvedMember:
        parts = some(each.where), tree(each.condition), some(each.floor), some(each.floor_bound)
        return ResolvedMember(each.member, *parts)

    require = rule.require
    message = {
        language: tuple(piece if isinstance(piece, str) else tree(piece) for piece in pieces)
        for language, pieces in rule.message.items()
    }
    return replace(
        rule,
        where=some(rule.where),
        require=tree(require)
        if isinstance(require, Typed)
        else ResolvedBody(require.kind, require.at_least, tuple(map(member, require.members)), some(require.floor)),
        due=some(rule.due),
        bounds=tuple(map(tree, rule.bounds)),
        message=message,
    )


def _rewrite(node: Typed, put: Put, done: dict[int, Typed]) -> Typed:
    if id(node) not in done:
        args = tuple(_rewrite(arg, put, done) for arg in node.args)
        same = all(one is other for one, other in zip(args, node.args, strict=True))
        done[id(node)] = put(node, node if same else _with_args(node, args))
    return done[id(node)]


def _with_args(node: Typed, args: tuple[Typed, ...]) -> Typed:
    """The node over other arguments; what it says of them besides is said of the new ones."""
    data: Any = node.data
    if isinstance(data, Rows):
        data = _rows(data, args)
    elif node.op == "move" and len(args) > 1:
        before, after = node.args[1].type.lengths, args[1].type.lengths
        sign = data if isinstance(data, int) else 1 if data[0] * (before[0] or data)[0] > 0 else -1
        one = after[0] if len(after) == 1 else None
        data = sign if one is None else (sign * one[0], one[1])
    kind = args[0].type if node.op in ("value", "this", "lookup", "previous") else node.type
    return replace(node, args=args, data=data, type=kind)


def _rows(rows: Rows, args: tuple[Typed, ...]) -> Rows:
    """What an aggregate is over, its parts taken from the arguments again."""
    left = list(args)
    values = tuple(left.pop(0) for _ in rows.values)
    where = None if rows.where is None else left.pop(0)
    weight = None if rows.weight is None else left.pop(0)
    over = rows.over
    if left:
        length = left.pop(0).args[0]
        one = length.type.lengths[0] if len(length.type.lengths) == 1 else None
        over = one or length
    return replace(rows, values=values, where=where, weight=weight, over=over)


def aggregate(node: Typed, rows: Rows) -> Typed:
    """The aggregate over other rows, or of another name."""
    old: Rows = node.data
    parts = (*old.values, *(part for part in (old.where, old.weight) if part is not None))
    window = node.args[len(parts) :]
    kept = (*rows.values, *(part for part in (rows.where, rows.weight) if part is not None))
    return replace(node, args=(*kept, *window), data=rows)
