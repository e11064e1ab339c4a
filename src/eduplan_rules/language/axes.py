"""What a parameter goes by: the choices that its `by` names, and whether its values are written for each.

In: a parameter and the fields of the rulebook. Out: `Axis`es, which know the identifier of every spelling of a choice;
and diagnostics where the values lack a choice, or know one that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eduplan_rules.errors import Diagnostic, did_you_mean
from eduplan_rules.language import complaints
from eduplan_rules.language.names import choice_names, field_names
from eduplan_rules.language.words import word
from eduplan_rules.rulebook.model import Field, Marked, Parameter, Rulebook
from eduplan_rules.source import Scalar, Span, mentioned


@dataclass(frozen=True, slots=True)
class Axis:
    """The choice fields that go by an axis's name; none of them where it is not known what they all are."""

    name: Scalar
    fields: tuple[Field, ...]

    @property
    def spellings(self) -> dict[str, str]:
        """Identifier or label of a choice -> identifier."""
        return {name: choice for field in self.fields for name, choice in choice_names(field).items()}


def fields_by_name(book: Rulebook) -> dict[str, list[Field]]:
    """Spelling -> the fields of all entities that go by it."""
    found: dict[str, list[Field]] = {}
    for entity in book.entities.values():
        for field in entity.fields.values():
            for name in field_names(field):
                found.setdefault(name, []).append(field)
    return found


def axes_of(parameter: Parameter, fields: Mapping[str, Sequence[Field]]) -> list[Axis]:
    """The axes of `by`, outermost first."""
    return [Axis(axis, _choices(fields.get(str(axis), ()))) for axis in parameter.by]


def _choices(named: Sequence[Field]) -> tuple[Field, ...]:
    lost = any(not field.lost.isdisjoint(("type", "choices")) for field in named)
    return () if lost else tuple(field for field in named if field.type == "choice")


def check_axes(
    parameter: Parameter, axes: Sequence[Axis], fields: Mapping[str, Sequence[Field]], book: Rulebook
) -> Iterator[Diagnostic]:
    """Check that what an axis goes by is there, and that every choice has a value or a tilde."""
    whole = not any("fields" in entity.lost for entity in book.entities.values())
    for name in [*parameter.by, *([parameter.scale] if parameter.scale is not None else [])]:
        if not whole or name in fields or str(name) in book.remains.names or mentioned(name, book.remains.unread):
            continue
        near = did_you_mean(name, fields)
        if near is not None:
            yield complaints.unknown_axis(name.span, name, near)
    for dated in parameter.values:
        yield from _check_choices(parameter, dated.value, axes, dated.span)


def _check_choices(parameter: Parameter, value: Any, axes: Sequence[Axis], place: Span) -> Iterator[Diagnostic]:
    value = value.value if isinstance(value, Marked) else value
    if not axes or not isinstance(value, dict):
        return
    spellings = axes[0].spellings
    given: dict[str, Scalar] = {}
    meant: set[str | None] = set()
    for key, inner in value.items():
        choice = spellings.get(key, str(key))
        if choice in given:
            yield complaints.choice_twice(key.span, key, given[choice])
        elif spellings and key not in spellings:
            meant.add(spellings.get(did_you_mean(key, spellings) or ""))
            yield complaints.unknown_choice(key.span, key, spellings)
        given.setdefault(choice, key)
        yield from _check_choices(parameter, inner, axes[1:], key.span)
    lacking = [([choice for choice in each.choices if choice not in given], each) for each in axes[0].fields]
    least, field = min(lacking, key=lambda pair: len(pair[0]), default=([], None))
    least = [choice for choice in least if choice not in meant]
    # one that is not known may be any of those that lack
    if field is not None and least and None not in meant:
        yield complaints.missing_choice(
            place, parameter.id, list(map(str, least)), (field.id.span, word("its-choices"))
        )
