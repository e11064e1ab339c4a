"""What changed in a parameter: its values from each day on, for each choice and step.

In: two parameter tables. Out: a `Change` for each difference, at the first day on which it shows. What holds: values
are compared as they are in force, so that a date that changes nothing is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from eduplan_rules.engine.wording import format_amount
from eduplan_rules.language.axes import axes_of, fields_by_name
from eduplan_rules.language.parameter import Entry, ParameterTable, Stair
from eduplan_rules.period import length_words, text_length
from eduplan_rules.rulebook.model import Reference, Rulebook
from eduplan_rules.tools.alike import data
from eduplan_rules.tools.diff.change import Change, Words, same
from eduplan_rules.tools.diff.words import LANGUAGES, both, say

#: the axes of a value, and the limit of a step
_Keys = tuple[tuple[str, ...], float | str | None]


def amount_changes(old: ParameterTable, new: ParameterTable, book: Rulebook) -> Iterator[Change]:
    """The differences of values and of their sources; `book` is the later rulebook."""
    parameter = new.parameter
    changed = partial(Change, "parameter", str(parameter.id), "changed", parameter.label, place=parameter.id.span)
    told: dict[Any, tuple[Any, Any]] = {}
    for day in _days(old, new):
        since = None if day == date.min else day.isoformat()
        one, other = old.entry_on(day), new.entry_on(day)
        steps = _same_limits(old, new, day)
        first, second = _values(one, old, apart=steps), _values(other, new, apart=steps)
        for keys in dict.fromkeys([*first, *second]):
            pair = first.get(keys), second.get(keys)
            if pair[0] != pair[1] and told.get(keys) != pair:
                words = [_value_words(each, table) for each, table in zip(pair, (old, new), strict=True)]
                yield changed(old=words[0], new=words[1], since=since, of=_of(keys, new, book))
            told[keys] = pair
        sources = tuple([] if entry is None else data(entry.source) for entry in (one, other))
        if one is not None and other is not None and sources[0] != sources[1] and told.get("source") != sources:
            yield changed(part="source", old=references(one.source), new=references(other.source), since=since)
        told["source"] = sources[0], sources[1]


def _days(*tables: ParameterTable) -> list[date]:
    """The days on which one of them may change, the beginning of time first."""
    days = {entry.since for table in tables for entry in table.entries if entry.since is not None}
    ends = {table.ended + timedelta(days=1) for table in tables if table.ended is not None}
    return [date.min, *sorted(days | ends)]


def _same_limits(old: ParameterTable, new: ParameterTable, day: date) -> bool:
    """Whether steps can be told one by one."""
    limits = [
        {tuple(stair.below for stair in leaf) for leaf in entry.leaves.values() if isinstance(leaf, tuple)}
        for table in (old, new)
        if table.scaled and (entry := table.entry_on(day)) is not None
    ]
    return len(limits) == 2 and limits[0] == limits[1] and len(limits[0]) == 1


def _values(entry: Entry | None, table: ParameterTable, *, apart: bool) -> dict[_Keys, tuple[Any, bool]]:
    """Every value with whether it is unverified."""
    found: dict[_Keys, tuple[Any, bool]] = {}
    for keys, leaf in () if entry is None else entry.leaves.items():
        assert entry is not None
        doubtful = entry.is_doubtful(keys)
        if table.scaled and apart and isinstance(leaf, tuple):
            for stair in leaf:
                step = _step(stair)
                found[keys, "else" if stair.below is None else stair.below] = (step, doubtful or stair.unverified)
        elif table.scaled and isinstance(leaf, tuple):
            whole = tuple((stair.below, _step(stair), doubtful or stair.unverified) for stair in leaf)
            found[keys, None] = (whole, False)
        else:
            found[keys, None] = (leaf, doubtful)
    return found


def _step(stair: Stair) -> tuple[Any, ...]:
    return (stair.value, stair.plus, stair.per, stair.above) if stair.plus else (stair.value,)


def _value_words(given: tuple[Any, bool] | None, table: ParameterTable) -> Words:
    if given is None:
        return both("no-value")
    value, doubtful = given
    if table.scaled and isinstance(value[0], tuple):
        steps = [_whole_step(each, table) for each in value]
        return {each: say("semicolon", each).join(step[each] for step in steps) for each in LANGUAGES}
    told = _step_words(value, table) if table.scaled else _leaf_words(value, table)
    return both("unverified", value=told) if doubtful else told


def _whole_step(given: tuple[float | None, tuple[Any, ...], bool], table: ParameterTable) -> Words:
    below, step, doubtful = given
    name = both("step-else") if below is None else both("step-below", below=f"{below:g}")
    told = _step_words(step, table)
    return both("stepped", step=name, value=both("unverified", value=told) if doubtful else told)


def _step_words(step: tuple[Any, ...], table: ParameterTable) -> Words:
    value = _leaf_words(step[0], table)
    if len(step) == 1:
        return value
    return both("step-plus", value=value, plus=f"{step[1]:g}", per=f"{step[2]:g}", above=f"{step[3]:g}")


def _leaf_words(value: Any, table: ParameterTable) -> Words:
    if isinstance(value, tuple):
        items = [_leaf_words(item, table) for item in value]
        comma = ", "
        return {each: comma.join(item[each] for item in items) for each in LANGUAGES} if items else both("empty-list")
    if isinstance(value, str):
        return length_words(text_length(value)) if table.type.kind == "duration" else same(value)
    if isinstance(value, date):
        return same(value.isoformat())
    unit = (table.type.item or table.type).unit
    return {each: format_amount(value, None if unit is None else unit.text, each) for each in LANGUAGES}


def _of(keys: _Keys, table: ParameterTable, book: Rulebook) -> Words | None:
    """For which choices, and for which step."""
    axes, limit = keys
    words: list[Mapping[str, str]] = []
    fields = fields_by_name(book)
    for axis, choice in zip(axes_of(table.parameter, fields), axes, strict=True):
        labels = next((field.choices for field in axis.fields if choice in field.choices), {})
        words.append(next((texts for name, texts in labels.items() if name == choice and texts), {}))
        words[-1] = {each: words[-1].get(each, choice) for each in LANGUAGES}
    if limit is not None:
        words.append(both("step-else") if isinstance(limit, str) else both("step-below", below=f"{limit:g}"))
    if not words:
        return None
    return {each: say("comma", each).join(word[each] for word in words) for each in LANGUAGES}


def references(found: Sequence[Reference]) -> Words | None:
    """Where something is laid down, in one line."""
    told = [
        " ".join(str(part) for part in (each.document, each.section, each.article, each.date, each.note) if part)
        for each in found
    ]
    return {each: say("semicolon", each).join(told) for each in LANGUAGES} if told else None
