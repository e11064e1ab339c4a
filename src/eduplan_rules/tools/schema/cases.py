"""The schema of case files, made from the keys that the reader of cases knows.

In: the names of a rulebook, or none. Out: JSON Schema (draft 7). What holds: every key that the reader knows is in the
schema; what the schema refuses, the reader refuses.
"""

from __future__ import annotations

from eduplan_rules.tools.bounds import SIDES
from eduplan_rules.tools.cases import ADDED, EXCUSE, OWN, SHARED, WHOLE
from eduplan_rules.tools.schema import forms
from eduplan_rules.tools.schema.forms import ANYTHING, TEXT, Schema, by_name, described, either, keyed, listed
from eduplan_rules.tools.schema.keys import hover
from eduplan_rules.tools.schema.names import Names
from eduplan_rules.tools.schema.rules import DRAFT, definitions, suggested

_CELL = forms.maybe(TEXT)
#: a table of lines with commas, be it one header that reads as a number, or rows one by one
_TABLE = either(TEXT, listed(by_name(_CELL)))
_SECTIONS: Schema = {"type": "object"}
_MAPPING: Schema = {"type": ["object", "null"]}


def cases_schema(names: Names | None = None) -> Schema:
    """The schema of case files; with the names of a rulebook, these are suggested."""
    known = names or Names()
    return {
        "$schema": DRAFT,
        "title": "eduplan_rules: 用例文件 / case file",
        "anyOf": [
            keyed({key: _told("cases", key, known) for key in (*WHOLE, *SHARED)}, ["cases"]),
            {"$ref": "#/definitions/case"},
            listed({"$ref": "#/definitions/case"}),
        ],
        "definitions": {
            **definitions(known),
            "table": _TABLE,
            "case": keyed({key: _told("case", key, known) for key in (*OWN, *SHARED, *ADDED)}, ["name"]),
        },
    }


def _told(part: str, key: str, names: Names) -> Schema:
    return described(_form(key, names), hover(part, key))


def _form(key: str, names: Names) -> Schema:
    match key:
        case "name" | "as_of" | "periods":
            return TEXT
        case "cases":
            return listed({"$ref": "#/definitions/case"})
        case "never_unknown":
            return forms.maybe(by_name(TEXT, known=names.rules))
        case "equivalent":
            return forms.maybe(by_name(forms.maybe(by_name(TEXT))))
        case "unreachable":
            side: Schema = {"enum": list(SIDES)}
            forms_of = {"rule": suggested(TEXT, "case", "rule", names), "bound": TEXT, "side": side, "reason": TEXT}
            told = {key: described(forms_of[key], hover("unreachable", key)) for key in EXCUSE}
            return forms.maybe(listed(keyed(told, EXCUSE)))
        case "rows":
            return forms.maybe(by_name({"$ref": "#/definitions/table"}, known=names.entities))
        case "variants":
            return _TABLE
        case "rule" | "rules":
            one = either(suggested(TEXT, "case", "rule", names), _SECTIONS)
            return either({"type": "null"}, one, listed(one))
        case "expect" | "records" | "totals":
            return _MAPPING
        case "rulebook" | "layers":
            one = either({"type": "null"}, TEXT, _SECTIONS)
            return either(one, listed(one))
        case _:
            return ANYTHING
