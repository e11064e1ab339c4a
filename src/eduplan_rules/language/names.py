"""What a name can mean: the vocabulary of an entity and the ways between entities.

In: a `Rulebook`. Out: lookups from names as authors write them (identifier, label or alias) to what they stand for.
A label counts as a name only where it is one: letters, digits and `_`, not beginning with a digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from eduplan_rules import types
from eduplan_rules.language.parse import reserved_words
from eduplan_rules.language.slips import UNITS, WORDS
from eduplan_rules.language.typed import Link
from eduplan_rules.operators import CHINESE, CONTEXT, FUNCTIONS, OPERATORS
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.types import Type
from eduplan_rules.units import parse_unit

Meaning = Literal["field", "value"]
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one entity: its fields and its values."""

    names: dict[str, tuple[Meaning, str]]


def single_name(text: str) -> bool:
    """Whether a label can stand in an expression."""
    return _NAME.fullmatch(text) is not None


def vocabulary(book: Rulebook, entity: Entity) -> Vocabulary:
    """All names an expression about this entity may use for its own fields and values."""
    names: dict[str, tuple[Meaning, str]] = {}
    for field in entity.fields.values():
        for name in field_names(field):
            names.setdefault(name, ("field", field.id))
    for value in book.values.values():
        # one that nobody owns stands under its own name, and is blamed for that alone
        if value.owner and value.owner == entity.id:
            for name in _spellings(value.id, value.label):
                names.setdefault(name, ("value", value.id))
    return Vocabulary(names)


def field_names(field: Field) -> list[str]:
    """Identifier first, then labels and aliases that are single names."""
    aliases = [str(alias) for alias in field.aliases if single_name(alias)]
    return [*_spellings(field.id, field.label), *aliases]


def entity_names(book: Rulebook) -> dict[str, str]:
    """Spelling -> entity."""
    known = [entity for entity in book.entities.values() if entity.id]
    return {name: entity.id for entity in known for name in _spellings(entity.id, entity.label)}


def parameter_names(book: Rulebook) -> dict[str, str]:
    """Spelling -> parameter."""
    found: dict[str, str] = {}
    for parameter in book.parameters.values():
        for name in _spellings(parameter.id, parameter.label):
            found.setdefault(name, parameter.id)
    return found


def choice_names(field: Field) -> dict[str, str]:
    """Identifier or label of a choice -> identifier."""
    found = {str(choice): str(choice) for choice in field.choices}
    for choice, label in field.choices.items():
        for word in (label or {}).values():
            found.setdefault(str(word), str(choice))
    return found


def field_type(declared: Field) -> Type:
    """The type of a field's cells; Unknown where a mistake in its declaration leaves that open."""
    unit = parse_unit(declared.unit) if declared.unit is not None else None
    unread = declared.unit is not None and unit is None
    if unread or not declared.lost.isdisjoint(("type", "unit", "choices")):
        return types.UNKNOWN
    if declared.type == "choice":
        options = tuple(choice_names(declared).items())
        return Type("choice", options=options) if options else types.UNKNOWN
    if declared.type in ("number", "integer"):
        positive = declared.min is not None and declared.min >= 0
        return Type("number", declared.type == "integer", unit, positive)
    return {"text": types.TEXT, "boolean": types.BOOLEAN, "date": types.DATE}[declared.type]


def paths(book: Rulebook, child: str, parent: str) -> list[tuple[Link, ...]]:
    """The shortest ways up from one entity to another; several when they are equally short."""
    frontier: list[tuple[tuple[Link, ...], str]] = [((), child)]
    seen = {child}
    while frontier:
        reached = [way for way, end in frontier if end == parent]
        if reached:
            return reached
        following: list[tuple[tuple[Link, ...], str]] = []
        for way, end in frontier:
            for target, fields in book.entities[end].belongs_to.items() if end in book.entities else ():
                if target in book.entities and target not in seen:
                    link = Link(end, str(target), tuple(str(field) for field in fields))
                    following.append(((*way, link), str(target)))
        seen.update(end for _, end in following)
        frontier = following
    return []


def ways_lost(book: Rulebook, child: str) -> bool:
    """Whether what an entity belongs to, directly or by others, could not be read or is declared nowhere."""
    seen: set[str] = set()
    waiting = [child]
    while waiting:
        entity = book.entities.get(waiting.pop())
        if entity is None or "belongs_to" in entity.lost:
            return True
        seen.add(str(entity.id))
        waiting += [str(parent) for parent in entity.belongs_to if parent not in seen]
    return False


def split_run(run: str, known: Iterable[str]) -> list[str] | None:
    """Cut a run of letters into known names, words and numbers; None when that takes fewer than two pieces."""
    slips = {word for word in WORDS if not word.isascii()} | set(UNITS)
    words = sorted(set(known) | reserved_words() | set(CHINESE) | set(OPERATORS) | slips, key=len, reverse=True)
    best: list[list[str] | None] = [[]] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for word in words:
            before = best[end - len(word)] if len(word) <= end else None
            if before is not None and run.endswith(word, 0, end):
                candidate = [*before, word]
                current = best[end]
                if current is None or len(candidate) < len(current):
                    best[end] = candidate
        start = end
        while start and run[start - 1].isdecimal():
            start -= 1
        before = best[start]
        if start < end and best[end] is None and before is not None and not run.isascii():
            best[end] = [*before, run[start:end]]
    found = best[len(run)]
    return found if found is not None and len(found) > 1 else None


def function_names(book: Rulebook) -> set[str]:
    """All that may stand before an opening parenthesis."""
    chinese = {zh for zh, name in CHINESE.items() if name not in CONTEXT}
    return (
        set(FUNCTIONS)
        | chinese
        | set(parameter_names(book))
        | {"share", "count", "all", "any", "sum", "mean", "median", "cv"}
    )


def _spellings(identifier: str, label: object) -> list[str]:
    words = list(label.values()) if isinstance(label, dict) else []
    return list(dict.fromkeys([str(identifier), *(str(word) for word in words if single_name(str(word)))]))
