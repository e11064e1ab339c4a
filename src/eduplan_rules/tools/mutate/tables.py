"""What can be changed in the parameters that a rule reads.

In: a resolved rule and its rulebook. Out: its mutants, each reading one parameter with one number, day or duration
changed, or without one of its dated values. What holds: other rules read the parameter as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from eduplan_rules.language.parameter import Entry, ParameterTable, Stair
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.period import length_text, text_length
from eduplan_rules.source import Span
from eduplan_rules.tools.mutate.amounts import beside, days_beside, fraction_of, number_of, text_of
from eduplan_rules.tools.mutate.mutant import Mutant
from eduplan_rules.types import Type

_STEP = ("below", "value", "plus", "per", "above")
#: number of an item or a step, and which key of the step; None of a single value
_Part = tuple[int, str | None] | None
#: what was, what is written for it, which part of the value that is, and the value with it
_Changed = Iterator[tuple[str, str, Any, Any]]


def changed_tables(rule: ResolvedRule, book: Resolved) -> Iterator[Mutant]:
    """The rule with one value of a parameter changed, or one dated value removed."""
    for name in _read(rule):
        table = book.parameters[name]
        used = _keys_used(name, rule, table)
        for position, entry in enumerate(table.entries):
            for keys, leaf in entry.leaves.items():
                if used(keys):
                    yield from _of_leaf(rule, table, position, keys, leaf)
            if entry.since is not None:
                fewer = _without(table, position)
                place = table.parameter.values[position].span
                yield _mutant(rule, table, fewer, "drop-dated", {"place": f"{name}[{entry.since}]"}, place)


def _read(rule: ResolvedRule) -> list[str]:
    """The parameters that its expressions read, but for days that it is due or begins: those are moved themselves."""
    found: dict[str, None] = {}
    for tree in rule.expressions():
        if tree in rule.bounds or (tree is rule.due and _plain(tree).op == "parameter"):
            continue
        for node in tree.walk():
            if node.op == "parameter":
                found[str(node.data)] = None
    return list(found)


def _plain(node: Typed) -> Typed:
    while node.op == "value":
        node = node.args[0]
    return node


def _keys_used(name: str, rule: ResolvedRule, table: ParameterTable) -> Callable[[tuple[str, ...]], bool]:
    """Which choices the rule can read: where it writes them out, no others."""
    nodes = [
        node for tree in rule.expressions() for node in tree.walk() if node.op == "parameter" and node.data == name
    ]
    written = [[arg.data if arg.op == "text" else None for arg in node.args[: table.axes]] for node in nodes]

    def used(keys: tuple[str, ...]) -> bool:
        return any(all(one in (None, key) for one, key in zip(each, keys, strict=True)) for each in written)

    return used


def _mutant(
    rule: ResolvedRule, table: ParameterTable, other: ParameterTable, sentence: str, gaps: dict[str, object], span: Span
) -> Mutant:
    name = str(table.parameter.id)
    return Mutant(sentence, gaps, span, lambda: rule, name, {name: other})


def _of_leaf(
    rule: ResolvedRule, table: ParameterTable, position: int, keys: tuple[str, ...], leaf: Any
) -> Iterator[Mutant]:
    entry = table.entries[position]
    for old, new, part, changed in _changed(leaf, table.type):
        place = _place(table, [str(each) for each in (entry.since, *keys) if each is not None], part)
        other = _typed(table, position, replace(entry, leaves={**entry.leaves, keys: changed}))
        gaps: dict[str, object] = {"old": old, "new": new, "place": place}
        yield _mutant(rule, table, other, "value", gaps, table.parameter.values[position].span)


def _place(table: ParameterTable, inside: list[str], part: _Part) -> object:
    """Which value of a parameter, in words."""
    name = str(table.parameter.id)
    if part is None:
        return name + (f"[{', '.join(inside)}]" if inside else "")
    number, of_step = part
    gaps = {"name": name, "before": "".join(f"{each}, " for each in inside), "number": number}
    return ("in-list", gaps) if of_step is None else ("in-step", {**gaps, "part": (f"step-{of_step}", {})})


def _changed(leaf: Any, kind: Type) -> _Changed:
    if isinstance(leaf, tuple):
        for number, item in enumerate(leaf):
            for old, new, part, changed in _item(item, kind):
                yield old, new, (number + 1, part), (*leaf[:number], changed, *leaf[number + 1 :])
    else:
        yield from _item(leaf, kind)


def _item(item: Any, kind: Type) -> _Changed:
    if isinstance(item, Stair):
        yield from _of_stair(item, kind)
    elif isinstance(item, bool) or item is None:
        return
    elif isinstance(item, int | float):
        for amount in beside(fraction_of(item)):
            yield text_of(fraction_of(item)), text_of(amount), None, number_of(amount)
    elif isinstance(item, date):
        for day in days_beside(item):
            yield str(item), str(day), None, day
    elif kind.kind == "duration":
        length = text_length(item)
        for near in beside(Fraction(length[0])):
            changed = length_text((int(near), length[1]))
            yield str(item), changed, None, changed


def _of_stair(stair: Stair, kind: Type) -> _Changed:
    for part in _STEP:
        old = getattr(stair, part)
        if old is None or (part in ("plus", "per", "above") and not stair.plus):
            continue
        for was, new, _, changed in _item(old, kind):
            if part != "per" or changed > 0:
                yield was, new, part, replace(stair, **{part: changed})


def _typed(table: ParameterTable, position: int, entry: Entry) -> ParameterTable:
    """The table with another entry; its type allows for what that says."""
    entries = (*table.entries[:position], entry, *table.entries[position + 1 :])
    kind = table.type
    if kind.kind == "duration":
        leaves = [leaf for each in entries for leaf in each.leaves.values()]
        flat = [item for leaf in leaves for item in (leaf if isinstance(leaf, tuple) else (leaf,))]
        texts = [item.value if isinstance(item, Stair) else item for item in flat]
        lengths = dict.fromkeys(text_length(str(text)) for text in texts if text)
        kind = replace(kind, lengths=(*lengths, *((None,) if None in table.type.lengths else ())))
    return replace(table, entries=entries, type=kind)


def _without(table: ParameterTable, position: int) -> ParameterTable:
    """The table without one of its dated values; the only one is put off for ever."""
    if len(table.entries) == 1:
        return replace(table, entries=(replace(table.entries[0], since=date.max),))
    return replace(table, entries=(*table.entries[:position], *table.entries[position + 1 :]))
