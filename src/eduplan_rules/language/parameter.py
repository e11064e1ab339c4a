"""Parameters with their values read: dated tables of numbers, days, texts or lists.

In: a `Parameter` of the model, whose leaves are text with a place. Out: a `ParameterTable`, typed, with a plain Python
reading (`read`) that also says which dated value and step it came from; or diagnostics.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from eduplan_rules import types
from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints
from eduplan_rules.language.axes import Axis
from eduplan_rules.language.leaves import LeafKind, kind_of, number, read_leaf
from eduplan_rules.period import text_length
from eduplan_rules.rulebook.model import AnyStep, Dated, DurationStep, Marked, Parameter, Reference
from eduplan_rules.source import Scalar
from eduplan_rules.types import Plain, Type
from eduplan_rules.units import PERCENT, Unit, parse_unit

#: relative: numbers that are not all whole and are nearer than this count as equal
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Stair:
    """One step of a scale: `value`, for an axis below `below`, plus `plus` per full `per` above `above`."""

    below: float | None
    value: float | str
    plus: float
    per: float
    above: float
    unverified: bool

    def is_exact(self, limits: Collection[float], *, whole: bool) -> bool:
        """Whether amounts meet these limits exactly: where both can only be whole."""
        return whole and all(float(limit).is_integer() for limit in limits)

    def holds(self, amount: float) -> bool:
        """Whether an amount is on this step, if it is on none before."""
        if self.below is None:
            return True
        if self.is_exact([self.below], whole=isinstance(amount, int)):
            return amount < self.below
        apart = self.below - amount
        return apart > abs(amount) * TOLERANCE and apart > abs(self.below) * TOLERANCE

    def at(self, amount: float) -> float | str:
        """The value for an amount on this step."""
        if not self.plus or isinstance(self.value, str):
            return self.value
        if self.is_exact([self.above, self.per], whole=isinstance(amount, int)):
            return self.value + self.plus * ((amount - self.above) // self.per)
        # engines divide by a constant as they please, but multiply alike
        steps = (amount - self.above) * (1 / self.per)
        nearest = math.floor(steps + 0.5)
        apart, least = abs(steps - nearest), TOLERANCE / self.per
        near = apart <= abs(amount) * least or apart <= abs(self.above) * least
        return self.value + self.plus * (nearest if near else math.floor(steps))


@dataclass(frozen=True, slots=True)
class Entry:
    """What holds from a day on: leaves by axes (each a value, a list or a tuple of stairs)."""

    since: date | None
    leaves: dict[tuple[str, ...], Any]
    #: axes that were written out, those without a value (`~`) included
    given: frozenset[tuple[str, ...]]
    unverified: bool
    source: tuple[Reference, ...]
    #: axes whose value is unverified, though not all are
    doubtful: frozenset[tuple[str, ...]] = frozenset()
    #: axes whose value has a source of its own
    sources: Mapping[tuple[str, ...], tuple[Reference, ...]] = field(default_factory=dict)

    def is_doubtful(self, keys: tuple[str, ...]) -> bool:
        """Whether the value at these axes is unverified, whichever step is read."""
        return self.unverified or keys in self.doubtful


@dataclass(frozen=True, slots=True)
class Reading:
    """A parameter read on a day: the value (None where there is none) and where it comes from."""

    value: Any
    since: date | None
    unverified: bool
    source: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ParameterTable:
    """A parameter, typed; entries in order of their dates."""

    parameter: Parameter
    type: Type
    axes: int
    scaled: bool
    entries: tuple[Entry, ...]
    ended: date | None

    @property
    def unverified(self) -> bool:
        """Whether any of its values is."""
        return any(
            entry.unverified or entry.doubtful or any(map(_doubtful, entry.leaves.values())) for entry in self.entries
        )

    @property
    def has_gaps(self) -> bool:
        """Whether it can lack a value for known arguments."""
        undated = len(self.entries) == 1 and self.entries[0].since is None and self.ended is None
        return (
            not undated
            or self.axes > 0
            or any(set(entry.leaves) != entry.given for entry in self.entries)
            or self._open_scale
        )

    @property
    def _open_scale(self) -> bool:
        leaves = [leaf for entry in self.entries for leaf in entry.leaves.values()] if self.scaled else []
        return any(isinstance(leaf, tuple) and all(stair.below is not None for stair in leaf) for leaf in leaves)

    def entry_on(self, day: date | None) -> Entry | None:
        """The entry in force; on a day that is missing one that always is."""
        if self.ended is not None and (day is None or day > self.ended):
            return None
        if len(self.entries) == 1 and self.entries[0].since is None:
            return self.entries[0]
        if day is None:
            return None
        position = bisect.bisect_right([entry.since or date.min for entry in self.entries], day)
        return self.entries[position - 1] if position else None

    def read(self, day: date | None, *arguments: Plain) -> Reading:
        """The value on a day for the arguments, in the order of the axes, the scale's last."""
        entry = self.entry_on(day)
        if entry is None or any(argument is None for argument in arguments):
            return Reading(None, None, False, ())
        keys = tuple(str(argument) for argument in arguments[: self.axes])
        leaf, doubtful, source = entry.leaves.get(keys), entry.is_doubtful(keys), entry.sources.get(keys, entry.source)
        if not self.scaled or leaf is None:
            return Reading(leaf, entry.since, doubtful, source)
        amount = arguments[-1]
        assert isinstance(leaf, tuple)
        assert isinstance(amount, int | float)
        for stair in leaf:
            if stair.holds(amount):
                return Reading(stair.at(amount), entry.since, doubtful or stair.unverified, source)
        return Reading(None, entry.since, doubtful, source)


def _doubtful(leaf: Any) -> bool:
    return isinstance(leaf, tuple) and any(isinstance(stair, Stair) and stair.unverified for stair in leaf)


def read_parameter(parameter: Parameter, axes: Sequence[Axis] = ()) -> tuple[ParameterTable | None, list[Diagnostic]]:
    """Type a parameter's values; without a table where a mistake leaves open what they are."""
    if "type" in parameter.lost:
        return None, []
    diagnostics: list[Diagnostic] = []
    unit = parse_unit(parameter.unit) if parameter.unit is not None else None
    if parameter.unit is not None and unit is None:
        diagnostics.append(complaints.bad_unit(parameter.unit.span, parameter.unit))
    spellings = [axis.spellings for axis in axes] or [{} for _ in parameter.by]
    flat = [(dated, _flatten(dated.value, spellings)) for dated in parameter.values]
    texts = [text for _, leaves in flat for leaf in leaves.values() for text in _texts(leaf.value)]
    kind = kind_of(parameter, texts)
    if kind == "number":
        unit, wrong = _with_percent(parameter, unit, texts)
        diagnostics += wrong
    if kind == "duration" and parameter.unit is not None:
        diagnostics.append(complaints.unit_of_duration(parameter.unit.span, parameter.unit))
    entries: list[Entry] = []
    for dated, leaves in flat:
        typed: dict[tuple[str, ...], Any] = {}
        for keys, leaf in leaves.items():
            value, wrong = _typed_leaf(leaf.value, kind, parameter)
            diagnostics += wrong
            if leaf.value is not None:
                typed[keys] = value
        entries.append(_entry(dated, parameter, typed, leaves))
    diagnostics += _single_among_lists(parameter, [leaf.value for _, leaves in flat for leaf in leaves.values()])
    if diagnostics or not parameter.lost.isdisjoint({"unit", "by", "scale", "values"}):
        return None, diagnostics
    return _table(parameter, entries, kind, unit, texts), []


def _entry(dated: Dated, parameter: Parameter, typed: dict[tuple[str, ...], Any], leaves: _Leaves) -> Entry:
    return Entry(
        dated.date,
        typed,
        frozenset(leaves),
        "unverified" in (dated.status, parameter.status),
        dated.source or parameter.source,
        frozenset(keys for keys, leaf in leaves.items() if leaf.status is not None),
        {keys: leaf.source for keys, leaf in leaves.items() if leaf.source},
    )


def _table(
    parameter: Parameter, entries: list[Entry], kind: LeafKind, unit: Unit | None, texts: Sequence[Scalar]
) -> ParameterTable:
    found = _type_of(entries, kind, unit)
    if kind == "text" and parameter.type is None and texts[0].style == "plain":
        item = None if found.item is None else replace(found.item, written=texts[0].span)
        found = replace(found, item=item, written=texts[0].span)
    axes, scaled = len(parameter.by), parameter.scale is not None
    table = ParameterTable(parameter, found, axes, scaled, tuple(entries), parameter.ended)
    return replace(table, type=replace(found, lengths=(*found.lengths, None))) if table.has_gaps else table


def _single_among_lists(parameter: Parameter, leaves: Sequence[Any]) -> list[Diagnostic]:
    """Single values of a parameter of which others are lists."""
    if not any(isinstance(leaf, tuple) and not (leaf and isinstance(leaf[0], AnyStep)) for leaf in leaves):
        return []
    singles = [leaf for leaf in leaves if isinstance(leaf, Scalar)]
    return [complaints.list_expected(single.span, single, parameter.id) for single in singles]


def _with_percent(
    parameter: Parameter, unit: Unit | None, texts: Sequence[Scalar]
) -> tuple[Unit | None, list[Diagnostic]]:
    """The unit of numbers of which some have a per cent sign: per cent, and then all have it or `unit` says so."""
    marked = [text for text in texts if text.endswith(("%", "％")) and number(text) is not None]
    if not marked or (unit is not None and unit.percent):
        return unit, []
    if unit is not None:
        assert parameter.unit is not None
        return unit, [complaints.unit_not_declared(each.span, PERCENT, unit, parameter.unit.span) for each in marked]
    bare = [text for text in texts if text not in marked and number(text) not in (None, 0)]
    return PERCENT, [complaints.bare_among_percent(text.span, text) for text in bare]


@dataclass(frozen=True, slots=True)
class _Marks:
    """A leaf as it is written, with the status and the source of its own."""

    value: Any
    status: str | None = None
    source: tuple[Reference, ...] = ()


_UNMARKED = _Marks(None)
_Leaves = dict[tuple[str, ...], _Marks]


def _flatten(value: Any, axes: Sequence[Mapping[str, str]], marks: _Marks = _UNMARKED) -> _Leaves:
    """Leaves by their keys, outermost axis first; a key may be the label of a choice."""
    if isinstance(value, Marked):
        own = _Marks(None, value.status or marks.status, value.source or marks.source)
        return _flatten(value.value, axes, own)
    if not axes or not isinstance(value, dict):
        return {(): replace(marks, value=value)}
    return {
        (axes[0].get(str(key), str(key)), *rest): leaf
        for key, inner in value.items()
        for rest, leaf in _flatten(inner, axes[1:], marks).items()
    }


def _texts(leaf: Any) -> list[Scalar]:
    if leaf is None or isinstance(leaf, AnyStep):
        return []
    if isinstance(leaf, list | tuple):
        return [text for item in leaf for text in _texts(item)]
    return [leaf]


def _typed_leaf(leaf: Any, kind: LeafKind, parameter: Parameter) -> tuple[Any, list[Diagnostic]]:
    if leaf is None:
        return None, []
    if isinstance(leaf, list | tuple):
        if leaf and isinstance(leaf[0], AnyStep):
            stairs = [_stair(step, kind, parameter) for step in leaf]
            return tuple(stair for stair, _ in stairs), [wrong for _, found in stairs for wrong in found]
        if kind == "duration":
            return None, [complaints.list_of_durations(leaf[0].span if leaf else parameter.id.span)]
        items = [_typed_leaf(item, kind, parameter) for item in leaf]
        return tuple(value for value, _ in items), [wrong for _, found in items for wrong in found]
    value, wrong = read_leaf(leaf, kind, parameter)
    return value, [] if wrong is None else [wrong]


def _stair(step: AnyStep, kind: LeafKind, parameter: Parameter) -> tuple[Stair, list[Diagnostic]]:
    doubtful = "unverified" in (step.status, parameter.status)
    if isinstance(step, DurationStep):
        value, wrong = read_leaf(step.value, kind, parameter)
        return Stair(step.below, value, 0, 1, 0, doubtful), [] if wrong is None else [wrong]
    further = (_plain(step.plus or 0), _plain(step.per or 1), _plain(step.above or 0))
    return Stair(step.below, _plain(step.value), *further, doubtful), []


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _type_of(entries: list[Entry], kind: str, unit: Unit | None) -> Type:
    leaves = [leaf for entry in entries for leaf in entry.leaves.values()]
    if any(isinstance(leaf, tuple) and not (leaf and isinstance(leaf[0], Stair)) for leaf in leaves):
        numbers = [item for leaf in leaves if isinstance(leaf, tuple) for item in leaf]
        return Type("list", item=_item_type(kind, numbers, unit))
    numbers = []
    for leaf in leaves:
        if isinstance(leaf, tuple):
            numbers += [amount for stair in leaf for amount in (stair.value, stair.plus)]
        else:
            numbers.append(leaf)
    return _item_type(kind, numbers, unit)


def _item_type(kind: str, values: list[Any], unit: Unit | None) -> Type:
    if kind == "duration":
        return Type("duration", lengths=tuple(dict.fromkeys(text_length(value) for value in values if value)))
    if kind != "number":
        return types.DATE if kind == "date" else types.TEXT
    whole = all(isinstance(value, int) for value in values)
    positive = all(value >= 0 for value in values if value is not None)
    return Type("number", integer=whole, unit=unit, nonnegative=positive)
