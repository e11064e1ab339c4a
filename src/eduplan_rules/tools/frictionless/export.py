"""Entities as a Data Package: a resource with a Table Schema for each.

In: a rulebook, a language. Out: the descriptor as plain data, after the Data Package Standard 2.0; what the standard
has no property for stands in properties that begin with `x-`, which other programs pass over.
Holds: `read_entities` makes the same entities of it. `fieldsMatch` is left out: the standard's prose wants a text
there, its profile a list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.sentences import Language
from eduplan_rules.tables.cells import BOOLEANS
from eduplan_rules.tools.frictionless.words import say
from eduplan_rules.units import parse_unit

PROFILE = "https://datapackage.org/profiles/2.0/{}.json"
#: declared type -> type of the standard
TYPES = {
    "text": "string",
    "choice": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
}
#: kind of period -> type, and the pattern of one that is written as a text
PERIODS: dict[str, tuple[str, str | None]] = {
    "year": ("year", None),
    "month": ("yearmonth", None),
    "quarter": ("string", r"\d{4}-Q[1-4]"),
    "school-year": ("string", r"\d{4}-\d{4}"),
    "term": ("string", r"\d{4}-\d{4}-[12]"),
}
TRUE, FALSE = (
    sorted({cased for word, truth in BOOLEANS.items() if truth is wanted for cased in (word, word.capitalize())})
    for wanted in (True, False)
)


def to_package(book: Rulebook, name: str, language: Language, entities: Collection[str] = ()) -> dict[str, Any]:
    """The descriptor of a package with a table for each entity, or for those named."""
    chosen = [entity for each, entity in book.entities.items() if not entities or each in entities]
    slug = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "facts"
    resources = [_resource(entity, book, language) for entity in chosen]
    return {"$schema": PROFILE.format("datapackage"), "name": slug, "resources": resources}


def extensions(package: Any) -> dict[str, int]:
    """How often each property of ours stands in a descriptor."""
    found: dict[str, int] = {}
    if isinstance(package, list):
        package = {str(number): value for number, value in enumerate(package)}
    for key, value in package.items() if isinstance(package, dict) else ():
        below = {key: 1} if key.startswith("x-") else extensions(value)
        for name, number in below.items():
            found[name] = found.get(name, 0) + number
    return dict(sorted(found.items()))


def _resource(entity: Entity, book: Rulebook, language: Language) -> dict[str, Any]:
    name = str(entity.id)
    title = {} if entity.label is None else {"title": str(entity.label[language])}
    return {
        "name": name,
        **title,
        "type": "table",
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": to_schema(entity, book, language),
    }


def to_schema(entity: Entity, book: Rulebook, language: Language) -> dict[str, Any]:
    """The Table Schema of an entity."""
    key = [str(name) for name in entity.key]
    fields = {str(name): _field(field, key, language) for name, field in entity.fields.items()}
    if entity.period is not None:
        column = str(entity.period.column)
        declared = {column: fields[column] | {"x-field": True}} if column in fields else {}
        timed = declared.get(column) or _period(column, entity.period.is_, language)
        fields = _behind(fields, key[-1], column, timed | {"x-period": entity.period.is_})
    apart = [str(entity.period.column)] if entity.period else [str(entity.valid[0])] if entity.valid else []
    primary = list(dict.fromkeys([*key, *apart]))
    schema: dict[str, Any] = {
        "$schema": PROFILE.format("tableschema"),
        "fields": list(fields.values()),
        "missingValues": [""],
        "primaryKey": primary,
    }
    if entity.belongs_to:
        schema["foreignKeys"] = [_link(entity, str(target), own, book) for target, own in entity.belongs_to.items()]
    if [name for name in primary if name not in apart] != key:
        schema["x-key"] = key
    schema |= _both(entity.label)
    single = {"name": entity.name, "day": entity.day, "opened": entity.opened, "closed": entity.closed}
    schema |= {f"x-{word}": str(name) for word, name in single.items() if name is not None}
    if entity.valid is not None:
        schema["x-valid"] = [str(name) for name in entity.valid]
    return schema | ({"x-renamed": dict(entity.renamed)} if entity.renamed else {})


def _behind(fields: dict[str, Any], before: str, name: str, field: dict[str, Any]) -> dict[str, Any]:
    """The fields with one more behind another; one that is there stays where it is."""
    if name in fields:
        return fields | {name: field}
    placed: dict[str, Any] = {}
    for each, value in fields.items():
        placed[each] = value
        if each == before:
            placed[name] = field
    return placed


def _link(entity: Entity, target: str, own: Collection[str], book: Rulebook) -> dict[str, Any]:
    reference: dict[str, Any] = {} if target == entity.id else {"resource": target}
    key = [str(name) for name in book.entities[target].key]
    return {"fields": [str(name) for name in own], "reference": reference | {"fields": key}}


def _period(column: str, kind: str, language: Language) -> dict[str, Any]:
    """The column of the periods."""
    type_, pattern = PERIODS[kind]
    constraints = {"required": True} | ({} if pattern is None else {"pattern": pattern})
    return {"name": column, "type": type_, "description": say(f"of-{kind}", language), "constraints": constraints}


def _field(field: Field, key: Collection[str], language: Language) -> dict[str, Any]:
    made: dict[str, Any] = {"name": str(field.id), "type": TYPES[field.type]}
    if field.label is not None:
        made["title"] = str(field.label[language])
    told = _told(field, language)
    if told:
        made["description"] = told
    if field.type == "boolean":
        made |= {"trueValues": TRUE, "falseValues": FALSE}
    unit = None if field.unit is None else parse_unit(field.unit)
    if unit is not None and unit.percent:
        made["bareNumber"] = False
    constraints, own = _constraints(field)
    if constraints:
        made["constraints"] = constraints
    made |= _both(field.label) | own
    if field.unit is not None:
        made["x-unit"] = str(field.unit)
    if field.aliases:
        made["x-aliases"] = [str(alias) for alias in field.aliases]
    if field.optional and (field.blank is not None or field.id in key):
        made["x-optional"] = True
    words = {"blank": field.blank, "placeholders": field.placeholders, "form": field.form}
    made |= {f"x-{word}": value for word, value in words.items() if value is not None}
    made |= {"x-personal": True} if field.personal else {}
    return made | ({} if field.lever else {"x-lever": False})


def _constraints(field: Field) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the standard can say of the values, and what it cannot."""
    constraints: dict[str, Any] = {} if field.optional or field.blank is not None else {"required": True}
    own: dict[str, Any] = {}
    for word, name, bound in (("minimum", "min", field.min), ("maximum", "max", field.max)):
        if bound is not None and (field.type == "number" or bound.is_integer()):
            constraints[word] = int(bound) if bound.is_integer() else bound
        elif bound is not None:
            own[f"x-{name}"] = bound
    if field.type == "choice":
        labels = [str(label) for words in field.choices.values() for label in (words or {}).values()]
        constraints["enum"] = list(dict.fromkeys([*map(str, field.choices), *labels]))
        own["x-choices"] = {
            str(choice): None if words is None else {each: str(word) for each, word in words.items()}
            for choice, words in field.choices.items()
        }
    return constraints, own


def _told(field: Field, language: Language) -> str:
    """What the title does not say: the unit, what an empty cell means, that values are personal."""
    told = [] if field.unit is None else [say("unit", language, unit=field.unit)]
    told += [] if field.blank is None else [say("blank", language)]
    told += [say("personal", language)] if field.personal else []
    return say("and", language).join(told)


def _both(label: Mapping[str, str] | None) -> dict[str, Any]:
    """Both languages, where they differ."""
    words = {} if label is None else {language: str(word) for language, word in label.items()}
    return {"x-label": words} if len(set(words.values())) > 1 else {}
