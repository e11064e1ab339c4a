"""Later layers that ask for less than those before them and do not say so.

In: the rulebook before a layer and with it. Out: advice about each replacement that loosens, where it is not marked
`loosens`. What holds: only what is certainly looser is told: a lower severity, a rule switched off, a later due day,
and a parameter that every comparison reads as a least or as a most and that moves the easy way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from eduplan_rules.engine.wording import format_value
from eduplan_rules.language.parameter import ParameterTable, Stair
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import Typed
from eduplan_rules.rulebook.model import Replacement, Rule
from eduplan_rules.tools.lint.advice import Advice

_RANK = {"error": 2, "warning": 1, "info": 0}
#: a parameter as the least of something, or as the most
Side = Literal["least", "most"]


def silent_loosenings(before: Resolved, after: Resolved) -> Iterator[Advice]:
    """What the last layer loosens without a word."""
    for change in after.book.replaced[len(before.book.replaced) :]:
        if change.loosens is not None:
            continue
        name = str(change.id)
        if change.kind == "rule" and name in before.book.rules:
            found = _looser_rule(before.book.rules[name], after.book.rules[name], before, after)
        elif change.kind == "parameter" and name in before.parameters:
            found = _looser_parameter(name, before, after)
        else:
            continue
        for told in found:
            yield _advice(change, told)
            break


def _advice(change: Replacement, what: tuple[str, dict[str, Any]]) -> Advice:
    sentence = "silent-loosening-false" if change.tightens else "silent-loosening"
    gaps = {"what": (what[0], {"name": change.id, **what[1]})}
    return Advice("silent-loosening", change.span, str(change.id), gaps, sentence)


def _looser_rule(old: Rule, new: Rule, before: Resolved, after: Resolved) -> Iterator[tuple[str, dict[str, Any]]]:
    if new.off and not old.off:
        yield "looser-off", {}
    if _RANK[new.severity] < _RANK[old.severity]:
        yield "looser-severity", {"old": old.severity, "new": new.severity}
    first, second = _due(str(old.id), before), _due(str(new.id), after)
    if first is not None and second is not None and second > first:
        yield "looser-due", {"old": first, "new": second}


def _due(rule: str, resolved: Resolved) -> date | None:
    """The day a rule is due, where that is one day."""
    due = resolved.rules[rule].due if rule in resolved.rules else None
    if due is None or due.op not in ("date", "parameter"):
        return None
    found = due.data if due.op == "date" else None
    if due.op == "parameter" and not resolved.parameters[due.data].has_gaps:
        found = resolved.parameters[due.data].entries[0].leaves[()]
    return found if isinstance(found, date) else None


def _looser_parameter(name: str, before: Resolved, after: Resolved) -> Iterator[tuple[str, dict[str, Any]]]:
    side = _side(name, after)
    if side is None:
        return
    old, new = before.parameters[name], after.parameters[name]
    days = sorted({entry.since or date.min for table in (old, new) for entry in table.entries})
    for day in days:
        for keys in {**_leaves(old, day), **_leaves(new, day)}:
            first, second = _leaves(old, day).get(keys), _leaves(new, day).get(keys)
            for one, other in _pairs(first, second):
                if (other < one) if side == "least" else (other > one):
                    since = ("since-always", {}) if day == date.min else ("since-day", {"day": day})
                    yield "looser-value", {"old": _told(one), "new": _told(other), "since": since}


def _told(value: Any) -> str:
    return str(value) if isinstance(value, date) else format_value(value, "en")


def _leaves(table: ParameterTable, day: date) -> dict[tuple[str, ...], Any]:
    entry = table.entry_on(day)
    return {} if entry is None else entry.leaves


def _pairs(old: Any, new: Any) -> Iterator[tuple[Any, Any]]:
    """Values of the two that are for the same."""
    if isinstance(old, tuple) and isinstance(new, tuple):
        if old and new and isinstance(old[0], Stair) and isinstance(new[0], Stair):
            limits = sorted({stair.below - 1 for stair in (*old, *new) if stair.below is not None})
            amounts = [*limits, (limits[-1] if limits else 0) + 2]
            for amount in amounts:
                found = [
                    next((each.at(amount) for each in stairs if each.holds(amount)), None) for stairs in (old, new)
                ]
                yield from _pairs(*found)
        return
    numbers = isinstance(old, (int, float)) and isinstance(new, (int, float))
    if numbers or (isinstance(old, date) and isinstance(new, date)):
        yield old, new


def _side(name: str, resolved: Resolved) -> Side | None:
    """Whether a parameter is the least of all that is compared with it, or the most; None where that is mixed."""
    sides: set[Side | None] = set()
    for rule in resolved.rules.values():
        trees = [rule.require] if isinstance(rule.require, Typed) else [m.condition for m in rule.require.members]
        for tree in trees:
            sides |= set(_sides(tree, name))
        if rule.due is not None and _is(rule.due, name):
            # a later day asks for less
            sides.add("most")
            trees.append(rule.due)
        others = [tree for tree in rule.expressions() if tree not in trees]
        if any(node.op == "parameter" and node.data == name for tree in others for node in tree.walk()):
            sides.add(None)
    return sides.pop() if len(sides) == 1 else None


def _sides(node: Typed, name: str) -> Iterator[Side | None]:
    """How a condition reads the parameter."""
    if node.op in ("and", "or", "value"):
        for arg in node.args:
            yield from _sides(arg, name)
    elif node.op in ("<", "<=", ">", ">=") and any(_is(arg, name) for arg in node.args):
        left = _is(node.args[0], name)
        yield "least" if left == (node.op[0] == "<") else "most"
    elif any(each.op == "parameter" and each.data == name for each in node.walk()):
        yield None


def _is(node: Typed, name: str) -> bool:
    while node.op in ("value", "convert"):
        node = node.args[0]
    return node.op == "parameter" and node.data == name
