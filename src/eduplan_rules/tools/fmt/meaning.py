"""What the expressions of a rulebook mean, whatever they are spelt like.

In: resolved rules. Out: plain values that are equal where the rules mean the same.
"""

from __future__ import annotations

from typing import Any

from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedBody, ResolvedRule, Rows, Typed

Seen = dict[int, Any]


def meaning(resolved: Resolved) -> dict[str, Any]:
    """What each rule means."""
    seen: Seen = {}
    return {name: _of_rule(rule, seen) for name, rule in resolved.rules.items()}


def _of_rule(rule: ResolvedRule, seen: Seen) -> Any:
    require = rule.require
    said: Any = _of(require, seen)
    if isinstance(require, ResolvedBody):
        members = [
            tuple(_of(each, seen) for each in (member.where, member.condition, member.floor, member.floor_bound))
            for member in require.members
        ]
        said = (require.kind, require.at_least, members, _of(require.floor, seen))
    message = {language: [_of(piece, seen) for piece in pieces] for language, pieces in rule.message.items()}
    days = (rule.rule.since, rule.rule.until)
    return _of(rule.where, seen), said, _of(rule.due, seen), days, [_of(each, seen) for each in rule.bounds], message


def _of(node: object, seen: Seen) -> Any:
    if not isinstance(node, Typed):
        return node
    if id(node) not in seen:
        data = node.data
        if isinstance(data, Rows):
            data = (data.name, data.entity.id, data.path, _of(data.over, seen), data.skip_missing, len(data.values))
            data += (node.data.where is None, node.data.weight is None)
        seen[id(node)] = (node.op, node.type, data, tuple(_of(arg, seen) for arg in node.args))
    return seen[id(node)]
