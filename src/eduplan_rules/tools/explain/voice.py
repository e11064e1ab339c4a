"""Who speaks, and what people call things: labels in quotes, entities in one and several, amounts with units.

In: what a rulebook declares. Out: names for sentences. A label stands in English where one was written, else the
identifier; a choice is told by its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from eduplan_rules.compiler.naming import called
from eduplan_rules.engine.wording import format_amount
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.period import Kind, Length, length_words, text_length
from eduplan_rules.rulebook.model import Entity, Field, Parameter, Rulebook, Value
from eduplan_rules.tools.explain.phrases import listed, say
from eduplan_rules.tools.words import Language

#: words after which an English name says more of what stands before
_AFTER = re.compile(r"\b(?:of|for|in|near|around|by|with|at|from|to|on|about|above|per|that|who|between)\b")
#: English names of what is not counted
_UNCOUNTED = re.compile(
    r"(?:evidence|work|spending|training|attendance|equipment|information|data|staff)$", re.IGNORECASE
)
_VOWEL = re.compile(r"(?!uni|use|usu|eu|one)[aeio]|u(?!ni|se|su)|hour|honou?r", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose row an expression is about, on which day, in which language."""

    book: Rulebook
    tables: Mapping[str, ParameterTable]
    language: Language
    as_of: date
    entity: Entity
    #: of the periods that the rows are judged by
    kind: Kind | None
    #: parameter -> the choice field that is looked for in it
    sought: Mapping[str, Field]
    #: of the subject, inside an aggregate
    outer: Voice | None = None

    def say(self, name: str, /, **gaps: object) -> str:
        """A phrase in the voice's language."""
        return say(name, self.language, **gaps)

    def of(self, entity: Entity, *, below: bool = False) -> Voice:
        """The voice of another entity's rows, as they see themselves, or `below` this one in an aggregate."""
        kind = None if entity.period is None else entity.period.is_
        return replace(self, entity=entity, kind=kind, outer=self if below else None)

    def quoted(self, text: str) -> str:
        """A name in quotes."""
        return self.say("quoted", text=text)

    def name(self, thing: Field | Value | Parameter) -> str:
        """The label of what the rulebook declares; Chinese quotes only what is explained further on."""
        text = called(thing)[self.language]
        bare = self.language == "zh" and isinstance(thing, Field) and thing.type != "boolean"
        return text if bare else self.quoted(text)

    def one(self, entity: Entity) -> str:
        """One of an entity: `school`, `record of evidence`."""
        name = called(entity)[self.language]
        return name if self.language == "zh" else _one(_small(name))

    def each(self, entity: Entity) -> str:
        """Every one of an entity, as what a sentence is about: `every school`, `每一学校`."""
        told = called(entity)
        is_record = _one(_small(told["en"])) != _small(told["en"])
        return self.say("each-record" if is_record else "each", one=self.one(entity))

    def many(self, entity: Entity) -> str:
        """Several of an entity: `schools`, `records of evidence`."""
        name = called(entity)[self.language]
        return name if self.language == "zh" else _many(_small(name))

    def owned(self, entity: Entity, owner: Entity, *, one: bool) -> str:
        """One or several of an entity that are the owner's: `drills of the school`, `stages of the school`."""
        name, of = self.one(entity) if one else self.many(entity), self.one(owner)
        for article in (" a ", " an "):
            if name.endswith(article + of):
                return f"{name.removesuffix(article + of)} the {of}"
        return name + self.say("of-owner", owner=of)

    def choice(self, identifier: str, fields: Iterable[Field]) -> str:
        """What people call a choice of one of the fields; else the text itself."""
        labels = (label for field in fields for name, label in field.choices.items() if str(name) == identifier)
        label = next(filter(None, labels), None)
        text = identifier if label is None else str(label[self.language])
        alien = label is not None and self.language == "en" and label["en"] == label["zh"] and not text.isascii()
        return self.quoted(identifier if alien else text)

    def amount(self, value: Any, unit: str | None = None) -> str:
        """A number with its unit, a day, a duration, a text; no decimal is left out."""
        if isinstance(value, Fraction):
            value = int(value) if value.denominator == 1 else float(value)
        decimals = 4
        if isinstance(value, float):
            exponent = Decimal(repr(value)).as_tuple().exponent
            decimals = max(decimals, -exponent if isinstance(exponent, int) else 0)
        return format_amount(value, unit, self.language, decimals)

    def length(self, length: Length | str) -> str:
        """A duration."""
        return length_words(text_length(length) if isinstance(length, str) else length)[self.language]

    def listed(self, items: Sequence[str], last: Literal["and", "or"] = "and", *, apart: bool = False) -> str:
        """Items in a sentence."""
        return listed(items, self.language, last, apart=apart)


def with_article(name: str) -> str:
    """An English noun with `a` or `an`."""
    return f"{'an' if _VOWEL.match(name) else 'a'} {name}"


def _small(name: str) -> str:
    """A name inside a sentence: without its capital, unless that is an abbreviation's."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _head(name: str) -> tuple[str, str]:
    """The noun that a name is about, and what says more of it."""
    found = _AFTER.search(name, 1)
    end = len(name) if found is None else len(name[: found.start()].rstrip())
    return name[:end], name[end:]


def _one(name: str) -> str:
    head = _head(name)[0]
    plural = head.endswith("s") and not head.endswith(("ss", "us", "is"))
    return f"record of {name}" if plural or _UNCOUNTED.search(head) else name


def _many(name: str) -> str:
    head, rest = _head(name)
    if _one(name) != name:
        return f"records of {name}"
    if head.endswith(("s", "x", "ch", "sh")):
        return f"{head}es{rest}"
    return f"{head[:-1]}ies{rest}" if re.search("[^aeiou]y$", head) else f"{head}s{rest}"
