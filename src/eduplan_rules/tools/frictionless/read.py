"""Table Schemas as entities.

In: a descriptor: a Data Package, one of its resources, or a Table Schema alone. Out: the `entities:` section of a rule
file, laid out as `fmt` does, and notes about all that was left out or changed.
Holds: of what `export` wrote nothing is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml.reader import Reader

from eduplan_rules.rulebook.check import RESERVED
from eduplan_rules.source import Source
from eduplan_rules.tools.fmt.format import format_source
from eduplan_rules.tools.frictionless.descriptor import DescriptorError, Notes, Part, read_descriptor
from eduplan_rules.tools.frictionless.fields import read_field

#: types whose columns tell the period of a row, in tables of others
_PERIODS = {"year": "year", "yearmonth": "month"}
_OWN = ("opened", "closed", "day", "name")
#: what a line of YAML may not have as it is
_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
#: what says nothing about facts
_PASSED_OVER = {
    "resource": {"$schema", "name", "title", "path", "type", "format", "mediatype", "encoding", "schema", "profile"}
    | {"bytes", "hash", "scheme", "hashing"},
    "schema": {"$schema", "fields", "primaryKey", "foreignKeys", "fieldsMatch", "missingValues"}
    | {"x-key", "x-label", "x-valid", "x-renamed", *(f"x-{word}" for word in _OWN)},
}


@dataclass(frozen=True)
class Imported:
    """The `entities:` section as text, how many there are, and what was left out or changed."""

    text: str
    count: int
    notes: Notes


@dataclass
class _Table:
    """A table on its way to an entity."""

    schema: Part
    resource: str
    title: str | None
    name: str
    #: column -> identifier
    names: dict[str, str]
    key: list[str]
    fields: dict[str, dict[str, Any]]
    period: dict[str, str] | None


def read_entities(path: Path) -> Imported:
    """Read the descriptor in a file. Raises DescriptorError where it is none, or has something of a wrong kind."""
    notes = Notes()
    tables: list[_Table] = []
    for name, title, schema in _schemas(read_descriptor(path), path, notes):
        tables.append(_table(name, title, schema, {table.name for table in tables}, notes))
    if not tables:
        raise DescriptorError("no-descriptor", file=path.as_posix())
    entities = {table.name: _entity(table, tables, notes) for table in tables}
    return Imported(_written(entities), len(entities), notes)


def _schemas(root: Part, path: Path, notes: Notes) -> list[tuple[str, str | None, Part]]:
    """The schemas of a descriptor, with the names and titles of their resources."""
    if "fields" in root.value:
        return [(path.stem.split(".")[0], root.text("title"), root)]
    alone = "resources" not in root.value and "schema" in root.value
    resources = [root] if alone else list(root.parts("resources"))
    found = []
    for resource in resources:
        schema = _schema(resource, path, notes)
        name = resource.text("name") or (path.stem if resource is root else "")
        if schema is not None:
            found.append((name, resource.text("title"), schema))
            _left_out(resource, "resource", notes)
    return found


def _schema(resource: Part, path: Path, notes: Notes) -> Part | None:
    """The schema of a resource, which may lie in a file beside."""
    written = resource.value.get("schema")
    if isinstance(written, str):
        beside = path.parent / written
        if re.match(r"\w+://", written) or Path(written).is_absolute() or ".." in Path(written).parts:
            notes.add("schema-elsewhere", resource.place, name=written)
            return None
        return read_descriptor(beside)
    if written is None:
        notes.add("no-schema", resource.place or "schema")
        return None
    return resource.part("schema")


def _left_out(part: Part, kind: str, notes: Notes) -> None:
    for key in part.value:
        if key not in _PASSED_OVER[kind]:
            notes.add("left-out", part.place or kind, name=key)


def _table(name: str, title: str | None, schema: Part, taken: Collection[str], notes: Notes) -> _Table:
    """Read the columns of a table."""
    place = name or schema.place
    entity = _name(name, taken, "table")
    if entity != name:
        notes.add("renamed", place, old=name, new=entity)
    parts = list(schema.parts("fields"))
    if not parts:
        schema.refuse("fields", "=a-list")
    primary = schema.texts("primaryKey")
    names: dict[str, str] = {}
    fields: dict[str, dict[str, Any]] = {}
    period = _period(parts, primary, place, notes)
    for part in parts:
        column = part.text("name")
        if not column:
            part.refuse("name", "=a-text")
        if period is not None and column == period["column"] and not part.truth("x-field"):
            continue
        names[column] = _name(column, names.values(), "field")
        where = f"{place}.{column}"
        made = read_field(part, where, notes, in_key=column in primary)
        if column in RESERVED:
            notes.add("reserved", where, old=column, new=names[column])
        elif names[column] != column:
            notes.add("renamed", where, old=column, new=names[column])
            made["aliases"] = [*made.get("aliases", []), column]
        fields[names[column]] = made
    _unique_labels(fields, place, notes)
    _left_out(schema, "schema", notes)
    missing = [each for each in schema.texts("missingValues") if each]
    if missing:
        notes.add("left-out", place, name="missingValues")
    key = _key(schema, primary, parts, period, names, place, notes)
    return _Table(schema, name, title, entity, names, key, fields, period)


def _period(parts: list[Part], primary: list[str], place: str, notes: Notes) -> dict[str, str] | None:
    """The kind and the column of the periods: what ours says, or a year or month beside others in the primary key."""
    for part in parts:
        kind = part.text("x-period")
        if kind is not None:
            return {"is": kind, "column": part.text("name") or ""}
    for part in parts:
        column, kind = part.text("name"), _PERIODS.get(part.text("type") or "")
        if kind is not None and column in primary and len(primary) > 1:
            notes.add("period-guessed", place, name=column)
            return {"is": kind, "column": column or ""}
    return None


def _key(
    schema: Part,
    primary: list[str],
    parts: list[Part],
    period: dict[str, str] | None,
    names: dict[str, str],
    place: str,
    notes: Notes,
) -> list[str]:
    """The fields of the key."""
    valid = schema.texts("x-valid")[:1]
    apart = {period["column"]} if period else set(valid)
    columns = schema.texts("x-key") or [column for column in primary if column not in apart]
    known = [names[column] for column in columns if column in names]
    if known:
        return known
    unique = [part.text("name") or "" for part in parts if part.part("constraints").truth("unique")]
    guess = next(names[column] for column in (*unique, *names) if column in names)
    notes.add("key-guessed", place, name=guess)
    return [guess]


def _unique_labels(fields: dict[str, dict[str, Any]], place: str, notes: Notes) -> None:
    """Take away labels that would be another field's name."""
    taken = {word: name for name, made in fields.items() for word in (name, *made.get("aliases", []))}
    for name, made in fields.items():
        label = made.get("label")
        for word in {label} if isinstance(label, str) else set((label or {}).values()):
            if word in RESERVED or taken.setdefault(word, name) != name:
                notes.add("label-taken", f"{place}.{name}", name=word)
                made.pop("label", None)


def _entity(table: _Table, tables: list[_Table], notes: Notes) -> dict[str, Any]:
    """The declaration of an entity, its keys in the order of the reference."""
    schema = table.schema
    made: dict[str, Any] = {}
    label = schema.part("x-label").value or table.title
    if label:
        made["label"] = label
    made["key"] = table.key[0] if len(table.key) == 1 else table.key
    single = {word: schema.text(f"x-{word}") for word in _OWN}
    made |= {word: table.names.get(column, column) for word in ("name",) if (column := single[word]) is not None}
    if table.period is not None:
        usual = table.period["column"] == table.period["is"].replace("-", "_")
        made["period"] = table.period["is"] if usual else table.period
    made |= {word: table.names.get(column, column) for word in ("day",) if (column := single[word]) is not None}
    valid = schema.texts("x-valid")
    if valid:
        made["valid"] = [table.names.get(column, column) for column in valid]
    links = _links(table, tables, notes)
    if links:
        made["belongs_to"] = links
    lives = [(word, single[word]) for word in ("opened", "closed")]
    made |= {word: table.names.get(column, column) for word, column in lives if column is not None}
    renamed = schema.part("x-renamed").value
    return made | ({"renamed": renamed} if renamed else {}) | {"fields": table.fields}


def _links(table: _Table, tables: list[_Table], notes: Notes) -> dict[str, Any]:
    """Tables above, with the fields that lead to their keys."""
    links: dict[str, Any] = {}
    for part in table.schema.parts("foreignKeys"):
        own, reference = part.texts("fields"), part.part("reference")
        resource = reference.text("resource") or table.resource
        above = next((each for each in tables if each.resource == resource), None)
        leads = dict(zip(reference.texts("fields"), own, strict=False))
        columns = {} if above is None else {above.names.get(column): mine for column, mine in leads.items()}
        mine = [] if above is None else [table.names.get(columns.get(each, ""), "") for each in above.key]
        if above is None or not all(mine) or above.name in links:
            notes.add("no-such-parent", f"{table.resource}.{part.place.rpartition('.')[2]}")
            continue
        links[above.name] = mine[0] if len(mine) == 1 else mine
    return links


def _name(written: str, taken: Collection[str], spare: str) -> str:
    """A name of the language made of a header."""
    name = re.sub(r"\W+", "_", written).strip("_") or spare
    name = f"_{name}" if name[0].isdecimal() or not re.match(r"[^\W\d]", name) else name
    name = f"{name}_" if name in RESERVED else name
    if written == f"_{name}" and written not in taken:
        return written
    number, first = 1, name
    while name in taken:
        number += 1
        name = f"{first}_{number}"
    return name


def _written(entities: dict[str, Any]) -> str:
    """The section as YAML: a line for each field."""
    lines = ["entities:"]
    for name, made in entities.items():
        lines.append(f"  {_flow(name)}:")
        lines += [f"    {_flow(key)}: {_flow(value)}" for key, value in made.items() if key != "fields"]
        lines.append("    fields:")
        lines += [f"      {_flow(field)}: {_flow(declared)}" for field, declared in made["fields"].items()]
    text = format_source(Source("entities", "\n".join([*lines, ""])))
    if isinstance(text, str):
        return text
    raise DescriptorError("not-read", file="entities", reason=text[0].message)


def _flow(value: Any) -> str:
    """A value as JSON, which YAML reads too once what cannot be printed is escaped."""
    text = _BREAKS.sub(_escape, json.dumps(value, ensure_ascii=False))
    return Reader.NON_PRINTABLE.sub(_escape, text)


def _escape(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign.group()):04x}"
