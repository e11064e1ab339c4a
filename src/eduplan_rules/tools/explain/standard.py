"""A parameter on a day: its values, since when, by which source, whether verified, and what comes later.

In: a parameter's table, where a rule reads it, the voice it is told in. Out: pieces of text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from eduplan_rules.language.axes import axes_of, fields_by_name
from eduplan_rules.language.parameter import Entry, ParameterTable, Stair
from eduplan_rules.language.typed import Typed
from eduplan_rules.rulebook.model import Field, Reference
from eduplan_rules.tools.explain.voice import Voice

Keys = tuple[str, ...]


def values_on(table: ParameterTable, day: date, reads: Collection[Typed], voice: Voice) -> str:
    """What the parameter is on the day."""
    entry = table.entry_on(day)
    if entry is None:
        return voice.say("no-value-yet" if _after(table, day) else "no-value-more")
    scale = table.parameter.scale
    if scale is None:
        return _values(entry, table, reads, voice)
    fields = fields_by_name(voice.book).get(str(scale))
    name = voice.name(fields[0]) if fields else voice.quoted(scale)
    return voice.say("by-scale", scale=name, values=_values(entry, table, reads, voice))


def later_values(table: ParameterTable, day: date, reads: Collection[Typed], voice: Voice) -> str | None:
    """What the parameter is going to be after the day, as far as is known."""
    told = [
        voice.say("from-day", day=entry.since, values=_values(entry, table, reads, voice))
        for entry in _after(table, day)
    ]
    if table.ended is not None and day <= table.ended:
        told.append(voice.say("ended-after", day=table.ended))
    return voice.say("semicolon").join(told) or None


def _after(table: ParameterTable, day: date) -> list[Entry]:
    return [entry for entry in table.entries if entry.since is not None and entry.since > day]


def is_doubtful(entry: Entry, reads: Collection[Typed]) -> bool:
    """Whether a value that the rule may read is unverified."""
    kept = _kept(entry, reads)
    stairs = (stair for keys in kept for stair in _stairs(entry.leaves.get(keys)))
    return any(entry.is_doubtful(keys) for keys in kept) or any(stair.unverified for stair in stairs)


def sources_of(entry: Entry, reads: Collection[Typed]) -> tuple[Reference, ...]:
    """Where the values that the rule may read are laid down."""
    found: list[Reference] = []
    for keys in _kept(entry, reads):
        found += [each for each in entry.sources.get(keys, entry.source) if each not in found]
    return tuple(found)


def reference(found: Reference, voice: Voice) -> str:
    """A place in a document."""
    titled = str(found.document) + (voice.say("titled", title=found.title) if found.title is not None else "")
    place = [str(part) for part in (found.section, found.article, found.date) if part is not None]
    note = "" if found.note is None else voice.say("brackets", text=found.note)
    apart = " " if note and voice.language == "en" else ""
    return " ".join([titled, *place]) + apart + note


def _stairs(leaf: Any) -> Sequence[Stair]:
    return leaf if isinstance(leaf, tuple) and leaf and isinstance(leaf[0], Stair) else ()


def _kept(entry: Entry, reads: Collection[Typed]) -> list[Keys]:
    """The choices that the rule may read; all of an axis where it goes by a field."""
    given = list(entry.leaves) or list(entry.given)

    def read_by(keys: Keys, node: Typed) -> bool:
        fixed = zip(keys, node.args, strict=False)
        return all(arg.op != "text" or arg.data == key for key, arg in fixed)

    return [keys for keys in given if not reads or any(read_by(keys, node) for node in reads)]


def _values(entry: Entry, table: ParameterTable, reads: Collection[Typed], voice: Voice) -> str:
    """All values of an entry, choice by choice where there are such."""
    axes = axes_of(table.parameter, fields_by_name(voice.book))
    whole = entry.unverified
    told = []
    for keys in _kept(entry, reads):
        value = _leaf(entry.leaves.get(keys), table, voice)
        if not whole and keys in entry.doubtful:
            value += voice.say("unverified")
        names = [voice.choice(key, axis.fields) for key, axis in zip(keys, axes, strict=True)]
        told.append(voice.say("for-choice", choice=voice.say("pause").join(names), value=value) if names else value)
    return voice.say("semicolon").join(told) + (voice.say("unverified") if whole else "")


def _leaf(leaf: Any, table: ParameterTable, voice: Voice) -> str:
    stairs = _stairs(leaf)
    if stairs:
        return voice.say("semicolon").join(_stair(each, table, voice, alone=len(stairs) == 1) for each in stairs)
    if isinstance(leaf, tuple):
        return voice.say("pause").join(_item(item, table, voice) for item in leaf) or voice.say("empty-list")
    return voice.say("no-value") if leaf is None else _item(leaf, table, voice)


def _item(value: Any, table: ParameterTable, voice: Voice) -> str:
    kind = table.type if table.type.item is None else table.type.item
    if kind.kind == "duration":
        return voice.length(value)
    if isinstance(value, str):
        sought: Iterable[Field] = filter(None, [voice.sought.get(str(table.parameter.id))])
        return voice.choice(value, sought)
    return voice.amount(value, None if kind.unit is None else kind.unit.text or None)


def _stair(stair: Stair, table: ParameterTable, voice: Voice, *, alone: bool) -> str:
    told = _item(stair.value, table, voice)
    if stair.plus:
        plus, per, above = (voice.amount(each) for each in (stair.plus, stair.per, stair.above))
        told = voice.say("step-plus" if stair.above else "step-plus-0", value=told, plus=plus, per=per, above=above)
    if stair.below is not None:
        told = voice.say("step-below", below=voice.amount(stair.below), told=told)
    elif not alone:
        told = voice.say("step-else", told=told)
    return told + (voice.say("unverified") if stair.unverified and not table.parameter.status else "")
