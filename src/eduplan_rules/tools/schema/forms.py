"""The forms that a value may take, as JSON Schema.

In: what the readers in `rulebook.forms` accept. Out: schemas that refuse nothing these accept. Editors read plain YAML
scalars as numbers and Booleans where the loader reads texts, so a text may be any of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from eduplan_rules.period import Kind

Schema = dict[str, Any]

#: letters, digits and `_`, not beginning with a digit; signs beyond ASCII are left to the loader
_SIGN = r"\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f"
NAME = rf"^[^0-9{_SIGN}][^{_SIGN}]*$"
VALUE_NAME = rf"^[^.]+\.[^0-9{_SIGN}][^{_SIGN}]*$"
RULE_ID = r"^[^A-Z\s._]+\.[^A-Z\s._]+$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NUMBER = r"^[-+]?([0-9][0-9_]*(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]+)?$"

TEXT: Schema = {"type": ["string", "number", "boolean"]}
NUMBER: Schema = {"type": ["number", "string"], "pattern": _NUMBER}
FLAG: Schema = {"enum": [True, False, "true", "false"]}
DAY: Schema = {"type": "string", "pattern": DATE}
#: a day, a year, or the name of a parameter
BOUND: Schema = {
    "type": ["string", "integer", "boolean"],
    "pattern": r"^([0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[^0-9].*)$",
}
COUNT: Schema = {"type": ["integer", "string"], "minimum": 1, "pattern": "^(all|[1-9][0-9]{0,5})$"}
KIND: Schema = {"enum": list(get_args(Kind))}
ANYTHING: Schema = {}


def either(*forms: Schema) -> Schema:
    """One of several forms."""
    return {"anyOf": list(forms)}


def maybe(form: Schema) -> Schema:
    """The form, or nothing (`~`)."""
    if not form:
        return form
    if set(form) == {"enum"}:
        return {"enum": [*form["enum"], None]}
    if "type" in form and "enum" not in form:
        kinds = form["type"] if isinstance(form["type"], list) else [form["type"]]
        return {**form, "type": [*kinds, "null"]}
    return either(form, {"type": "null"})


def listed(item: Schema, **limits: int) -> Schema:
    """A list."""
    return {"type": "array", "items": item, **limits}


def one_or_more(item: Schema) -> Schema:
    """One, or a list."""
    return either(item, listed(item))


def by_name(item: Schema, pattern: str | None = None, known: Mapping[str, str] | None = None, least: int = 0) -> Schema:
    """A mapping from names; `known` are suggested, each with what it is called."""
    made: Schema = {"type": "object", "additionalProperties": item}
    if known:
        made["properties"] = {name: described(item, called) for name, called in known.items()}
    if pattern:
        made["propertyNames"] = {"pattern": pattern}
    return {**made, "minProperties": least} if least else made


def keyed(properties: dict[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A mapping with these keys and no others."""
    made: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    needed = list(required)
    return {**made, "required": needed} if needed else made


def described(form: Schema, description: str) -> Schema:
    """The form with what an editor shows beside it."""
    if "$ref" in form:
        # what stands beside a reference is not read
        form = {"allOf": [form]}
    return {"description": description, **form} if description else form
