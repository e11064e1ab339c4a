"""Types of expressions.

A `Type` says what kind of value an expression has and, for numbers, its unit, whether it is whole and whether it can be
negative; for choices, which. `UNKNOWN` is the type of what already has a diagnostic: nothing complains about it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from eduplan_rules.period import Length
from eduplan_rules.sentences import Sentences, Wording, word
from eduplan_rules.source import Span
from eduplan_rules.units import Unit

_NAMES: Sentences = {
    "integer": ("Integer", "整数"),
    "number": ("Number", "数值"),
    "text": ("Text", "文本"),
    "boolean": ("Boolean", "真假值"),
    "date": ("Date", "日期"),
    "duration": ("Duration", "时长"),
    "missing": ("Missing", "`missing`（空）"),
    "unknown": ("Unknown", "未知"),
    "amount": ("{kind} in {unit}", "{kind}（{unit}）"),
    "choice": ("Choice of {choices}", "选项（{choices}）"),
    "list": ("List of {item}", "列表（{item}）"),
    "empty-list": ("List", "列表"),
}

Kind = Literal["number", "text", "choice", "boolean", "date", "duration", "list", "missing", "unknown"]
#: a value at run time; None is missing
Plain = bool | int | float | str | date | None


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression is."""

    kind: Kind
    #: whole numbers: a gap is then a whole number too
    integer: bool = False
    #: None is a bare number, which takes the other side's unit
    unit: Unit | None = None
    #: cannot be below zero, so sums of it cannot cancel
    nonnegative: bool = False
    #: of a choice: (identifier or label, identifier) pairs, identifiers first
    options: tuple[tuple[str, str], ...] = ()
    #: of a duration: all that it can be, None where it can be missing
    lengths: tuple[Length | None, ...] = ()
    #: of a list
    item: Type | None = None
    #: of a text that nobody declared to be one: where it stands, for something else may have been meant
    written: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> Wording:
        """What it is called in messages."""
        if self.kind == "number":
            kind = word(_NAMES, "integer" if self.integer else "number")
            amount = self.unit is not None and self.unit.text
            return word(_NAMES, "amount", kind=kind, unit=self.unit) if amount else kind
        if self.kind == "choice":
            return word(_NAMES, "choice", choices=self.choices)
        if self.kind == "list":
            return word(_NAMES, "empty-list") if self.item is None else word(_NAMES, "list", item=self.item.name)
        return word(_NAMES, self.kind)

    @property
    def choices(self) -> tuple[str, ...]:
        """Identifiers of a choice."""
        return tuple(dict.fromkeys(identifier for _, identifier in self.options))

    @property
    def spellings(self) -> dict[str, str]:
        """Identifier or label -> identifier."""
        return dict(self.options)

    def with_unit(self, unit: Unit | None) -> Type:
        """The same type in another unit."""
        return replace(self, unit=unit)


UNKNOWN = Type("unknown")
BOOLEAN = Type("boolean")
TEXT = Type("text")
DATE = Type("date")
MISSING = Type("missing")
NUMBER = Type("number")
INTEGER = Type("number", integer=True)
COUNT = Type("number", integer=True, nonnegative=True)
