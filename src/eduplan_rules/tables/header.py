"""Headers: which field a column is for, and in which unit its numbers stand.

In: an entity, and a header as it was written. Out: the field, or the period, that it names, with the unit in brackets
where that is another than the field's. Holds: a name of a field as the rulebook writes it comes before any other
reading of a header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from eduplan_rules.period import Kind
from eduplan_rules.rulebook.model import Entity, Field
from eduplan_rules.units import Unit, parse_unit, same_dimension

#: headers that mean the period when the declared column is not there
PERIOD_HEADERS: dict[Kind, tuple[str, ...]] = {
    "year": ("year", "年份", "年度"),
    "school-year": ("school_year", "学年"),
    "term": ("term", "学期"),
    "quarter": ("quarter", "季度"),
    "month": ("month", "月份"),
}
_IN_BRACKETS = re.compile(r"(.+?)\((?:单位[:：])?([^()]+)\)", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_WIDE = str.maketrans("（）％", "()%")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header means."""

    #: the field, or the column of the period
    name: str
    #: the unit in which it says that its numbers stand, where that is another than the field's
    unit: str | None = None


@dataclass(frozen=True)
class Headers:
    """All headers that mean something in a table of an entity."""

    entity: Entity
    #: header of a field -> the field
    exact: Mapping[str, str]
    #: headers of the period, the declared one first; what a field is called is none but that
    times: tuple[str, ...]

    @cached_property
    def squeezed(self) -> Mapping[str, str]:
        """Headers without blanks -> what they mean."""
        bare: dict[str, str] = {}
        for name, meant in (*self.exact.items(), *((name, self.times[0]) for name in self.times)):
            bare.setdefault(squeezed(name), meant)
        return bare

    def meaning(self, header: str) -> Meaning | None:
        """What a header means; one with line breaks, or with another unit of the same kind, is understood."""
        header = header.replace("\ufeff", "").strip()
        if header in self.exact:
            return Meaning(self.exact[header])
        if header in self.times:
            return Meaning(self.times[0])
        bare = squeezed(header)
        if bare in self.squeezed:
            return Meaning(self.squeezed[bare])
        found = _IN_BRACKETS.fullmatch(bare)
        name = None if found is None else self.squeezed.get(found[1])
        if found is None or name is None or converts(self.entity.fields.get(name), found[2]) is None:
            return None
        return Meaning(name, found[2])


def headers_for(entity: Entity) -> Headers:
    """The headers of an entity's table."""
    fields = {name: str(field.id) for field in entity.fields.values() for name in reversed(_headers_of(field))}
    times: tuple[str, ...] = ()
    if entity.period is not None:
        column = str(entity.period.column)
        times = (column, *(name for name in PERIOD_HEADERS[entity.period.is_] if name not in fields and name != column))
    return Headers(entity, fields, times)


def converts(field: Field | None, unit: str) -> Unit | None:
    """The unit that a text names, where numbers in it can be brought into that of the field."""
    own = None if field is None or field.unit is None else parse_unit(field.unit)
    other = parse_unit(unit)
    return other if own is not None and other is not None and same_dimension(own, other) else None


def squeezed(header: str) -> str:
    """A header without blanks and line breaks, its brackets narrow."""
    return _BLANKS.sub("", header).translate(_WIDE)


def names_of(thing: Entity | Field) -> list[str]:
    """List what a table or column may be called: identifier, labels, aliases."""
    aliases = thing.aliases if isinstance(thing, Field) else ()
    return [str(name) for name in (thing.id, *(thing.label or {}).values(), *aliases)]


def headers_of(entity: Entity) -> frozenset[str]:
    """All headers that mean something in a table of the entity, as the rulebook writes them."""
    headers = headers_for(entity)
    return frozenset({*headers.exact, *headers.times})


def _headers_of(field: Field) -> list[str]:
    """List the headers of a field: its names, also followed by its unit in brackets."""
    names = names_of(field)
    unit = [] if field.unit is None else [f"（{field.unit}）", f"({field.unit})", f" ({field.unit})"]
    return [*names, *(name + each for name in names for each in unit)]
