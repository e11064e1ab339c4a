"""Replacements that ask for less than what they replace.

In: the parameter before and after, and the rules that read it. Out: the values that are looser. What holds: only what
is certainly looser is told: a parameter that every comparison reads as a least or as a most, and that moves the easy
way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints
from eduplan_rules.language.axes import axes_of, check_axes, fields_by_name
from eduplan_rules.language.parameter import ParameterTable, Stair, read_parameter
from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.rulebook.model import Parameter, Replacement, Rule, Rulebook

#: a parameter as the least of something, or as the most
Side = Literal["least", "most"]
RANK = {"error": 2, "warning": 1, "info": 0}


def false_tightenings(
    book: Rulebook, rules: Mapping[str, ResolvedRule], tables: Mapping[str, ParameterTable]
) -> Iterator[Diagnostic]:
    """Replacements of what is binding that say `tightens: true` and loosen.

    Nothing is told of a rulebook with other mistakes: a rule that is not known may read the parameter otherwise.
    """
    if book.broken or not book.complete or len(rules) < len(book.rules):
        return
    for change, after in _steps(book):
        before = change.before
        if isinstance(before, Rule) and isinstance(after, Rule) and before.nature == "binding":
            for told, old, new in _looser_rule(before, after):
                yield complaints.false_tightening(change.span, told, str(change.id), old, new, before.id.span)
                break
        elif isinstance(before, Parameter) and isinstance(after, Parameter):
            yield from _of_parameter(change, (before, after), book, rules, tables)


def _steps(book: Rulebook) -> Iterator[tuple[Replacement, Parameter | Rule | None]]:
    """Each replacement that says it tightens, with what it made of what it replaced."""
    for number, change in enumerate(book.replaced):
        if change.tightens and change.loosens is None and change.before is not None:
            same = (each for each in book.replaced[number + 1 :] if (each.kind, each.id) == (change.kind, change.id))
            final = book.rules.get(change.id) if change.kind == "rule" else book.parameters.get(change.id)
            yield change, next((each.before for each in same), final)


def _looser_rule(old: Rule, new: Rule) -> Iterator[tuple[str, object, object]]:
    if new.off and not old.off:
        yield "loosened-off", "", ""
    if RANK[new.severity] < RANK[old.severity]:
        yield "loosened-severity", old.severity, new.severity


def _of_parameter(
    change: Replacement,
    versions: tuple[Parameter, Parameter],
    book: Rulebook,
    rules: Mapping[str, ResolvedRule],
    tables: Mapping[str, ParameterTable],
) -> Iterator[Diagnostic]:
    name = str(change.id)
    side = side_of(name, rules.values())
    reader = next((rule for rule in rules.values() if rule.rule.nature == "binding" and _reads(rule, name)), None)
    found = [_table(each, book) for each in versions]
    if side is None or reader is None or name not in tables or found[0] is None or found[1] is None:
        return
    for day, old, new in looser_values(side, found[0], found[1]):
        told = "loosened-value" if day == date.min else "loosened-value-since"
        place = versions[0].id.span
        yield complaints.false_tightening(change.span, told, name, _told(old), _told(new), place, day)
        return


def _table(parameter: Parameter, book: Rulebook) -> ParameterTable | None:
    fields = fields_by_name(book)
    axes = axes_of(parameter, fields)
    table, wrong = read_parameter(parameter, axes)
    return None if [*wrong, *check_axes(parameter, axes, fields, book)] else table


def _told(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, (int, float)) else str(value)


def looser_values(side: Side, old: ParameterTable, new: ParameterTable) -> Iterator[tuple[date, Any, Any]]:
    """Day (`date.min`: from the beginning), earlier and later value."""
    days = sorted({entry.since or date.min for table in (old, new) for entry in table.entries})
    for day in days:
        for keys in {**_leaves(old, day), **_leaves(new, day)}:
            for one, other in _pairs(_leaves(old, day).get(keys), _leaves(new, day).get(keys)):
                if (other < one) if side == "least" else (other > one):
                    yield day, one, other


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


def side_of(name: str, rules: Iterable[ResolvedRule]) -> Side | None:
    """Whether a parameter is the least of all that is compared with it, or the most; None where that is mixed."""
    sides: set[Side | None] = set()
    for rule in rules:
        trees = [rule.require] if isinstance(rule.require, Typed) else [m.condition for m in rule.require.members]
        for tree in trees:
            sides |= set(_sides(tree, name))
        if rule.due is not None and _is(rule.due, name):
            # a later day asks for less
            sides.add("most")
            trees.append(rule.due)
        others = [tree for tree in rule.expressions() if tree not in trees]
        if any(_names(tree, name) for tree in others):
            sides.add(None)
    return sides.pop() if len(sides) == 1 else None


def _sides(node: Typed, name: str) -> Iterator[Side | None]:
    """How a condition reads the parameter."""
    if node.op in ("and", "or", "value"):
        for arg in node.args:
            yield from _sides(arg, name)
    elif node.op in ("<", "<=", ">", ">=") and any(_is(arg, name) for arg in node.args):
        left = _is(node.args[0], name)
        other = node.args[1 if left else 0]
        yield None if _names(other, name) else "least" if left == (node.op[0] == "<") else "most"
    elif _names(node, name):
        yield None


def _reads(rule: ResolvedRule, name: str) -> bool:
    return any(_names(tree, name) for tree in rule.expressions())


def _names(node: Typed, name: str) -> bool:
    return any(each.op == "parameter" and each.data == name for each in node.walk())


def _is(node: Typed, name: str) -> bool:
    while node.op in ("value", "convert"):
        node = node.args[0]
    return node.op == "parameter" and node.data == name
