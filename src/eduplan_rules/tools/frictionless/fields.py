"""A column of a Table Schema as a field.

In: the descriptor of a field. Out: its declaration as plain data; notes about what has no counterpart.
"""

from __future__ import annotations

from typing import Any

from eduplan_rules.tables.cells import BOOLEANS
from eduplan_rules.tools.frictionless.descriptor import Notes, Part

_TYPES = {"string": "text", "number": "number", "integer": "integer", "boolean": "boolean", "date": "date"}
_KNOWN = {"name", "type", "title", "constraints", "categories", "trueValues", "falseValues", "bareNumber", "groupChar"}
_OWN = {f"x-{word}" for word in ("label", "aliases", "unit", "choices", "optional", "blank", "personal", "lever")}
_OWN |= {f"x-{word}" for word in ("placeholders", "form", "min", "max", "period", "field")}


def read_field(part: Part, place: str, notes: Notes, *, in_key: bool) -> dict[str, Any]:
    """Read a field; `place` is how notes call it, `in_key` whether the primary key has it."""
    constraints = part.part("constraints")
    choices = _choices(part, constraints, place, notes)
    type_ = "choice" if choices else _type(part, place, notes)
    made: dict[str, Any] = {"type": type_}
    unit = part.text("x-unit")
    made |= {} if unit is None else {"unit": unit}
    if type_ in ("number", "integer"):
        made |= _bounds(part, constraints)
    made |= _emptiness(part, constraints, in_key=in_key)
    if part.truth("x-personal"):
        made["personal"] = True
    if part.value.get("x-lever") is False:
        made["lever"] = False
    for word in ("placeholders", "form"):
        text = part.text(f"x-{word}")
        made |= {} if text is None else {word: text}
    label = part.part("x-label").value or part.text("title")
    made |= {"label": label} if label else {}
    aliases = part.texts("x-aliases")
    made |= {"aliases": aliases} if aliases else {}
    made |= {"choices": choices} if choices else {}
    _note_rest(part, constraints, place, type_, notes)
    return made


def _type(part: Part, place: str, notes: Notes) -> str:
    written = part.text("type") or "string"
    if written in _TYPES:
        return _TYPES[written]
    if written == "year":
        if part.text("x-period") is None:
            notes.add("as-integer", place, name=written)
        return "integer"
    if written != "any":
        notes.add("as-text", place, name=written)
    return "text"


def _bounds(part: Part, constraints: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word, name in (("minimum", "min"), ("maximum", "max")):
        bound = part.number(f"x-{name}") if f"x-{name}" in part.value else constraints.number(word)
        if bound is not None:
            found[name] = int(bound) if bound.is_integer() and abs(bound) < 2**53 else bound
    return found


def _emptiness(part: Part, constraints: Part, *, in_key: bool) -> dict[str, Any]:
    """What an empty cell means: what ours says; else whoever does not require a value may do without the column."""
    blank = part.text("x-blank")
    optional = part.truth("x-optional") or not (constraints.truth("required") or blank or in_key)
    return ({"optional": True} if optional else {}) | ({} if blank is None else {"blank": blank})


def _choices(part: Part, constraints: Part, place: str, notes: Notes) -> dict[str, Any] | list[str]:
    """The choices of a field: ours, or the categories or the enumerated texts of another's."""
    if "x-choices" in part.value:
        own = part.part("x-choices").value
        return own if any(words is not None for words in own.values()) else list(own)
    listed = part.value.get("categories")
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        labels: dict[str, Any] = {}
        for each in part.parts("categories"):
            value = str(each.value.get("value", ""))
            label = each.text("label")
            labels[value] = None if label is None or label in labels.values() or label == value else label
        return labels if any(label is not None for label in labels.values()) else list(labels)
    enumerated = listed if isinstance(listed, list) and listed else constraints.value.get("enum")
    if not enumerated or (part.text("type") or "string") != "string":
        if enumerated:
            notes.add("left-out", place, name="enum")
        return []
    texts = constraints.texts("enum") if listed is None else part.texts("categories")
    return list(dict.fromkeys(texts))


def _note_rest(part: Part, constraints: Part, place: str, type_: str, notes: Notes) -> None:
    """Note what was not taken."""
    own = any(key in part.value for key in ("x-unit", "x-blank", "x-personal", "x-period"))
    for key in part.value:
        if key in _KNOWN or key in _OWN or (key == "description" and own):
            continue
        if key == "format" and part.value[key] == "default":
            continue
        notes.add("left-out", place, name=key)
    taken = {"required", "enum"} | ({"minimum", "maximum"} if type_ in ("number", "integer") else set())
    if part.text("x-period") is not None:
        taken.add("pattern")
    for key in constraints.value:
        if key not in taken:
            notes.add("left-out", place, name=f"constraints.{key}")
    for key, truth in (("trueValues", True), ("falseValues", False)):
        if any(BOOLEANS.get(word.lower()) is not truth for word in part.texts(key)):
            notes.add("left-out", place, name=key)
