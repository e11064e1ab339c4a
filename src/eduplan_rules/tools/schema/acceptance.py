"""The schemas of files of waivers and of a baseline.

In: the names of a rulebook, or none. Out: JSON Schema (draft 7). What holds: what the schemas refuse, the readers
refuse.
"""

from __future__ import annotations

from eduplan_rules.acceptance.baseline import FORMAT
from eduplan_rules.acceptance.waivers import KEYS, Waiver
from eduplan_rules.tools.schema import forms
from eduplan_rules.tools.schema.forms import ANYTHING, TEXT, Schema, described, either, keyed, listed
from eduplan_rules.tools.schema.keys import hover
from eduplan_rules.tools.schema.names import Names
from eduplan_rules.tools.schema.rules import DRAFT, definitions_of, model_form, ref, suggested

_STRING: Schema = {"type": "string"}


def waivers_schema(names: Names | None = None) -> Schema:
    """The schema of files of waivers; with the names of a rulebook, these are suggested."""
    known = names or Names()
    # a key alone, or keys, each a text or a list of texts
    special = {"subjects": either(TEXT, listed(forms.one_or_more(TEXT)))}
    waiver = model_form(Waiver, "waiver", known, special)
    waiver["anyOf"] = [{"required": ["subjects"]}, {"required": ["where"]}]
    return {
        "$schema": DRAFT,
        "title": "eduplan_rules: 豁免文件 / waivers",
        **forms.maybe(
            keyed({key: described(forms.maybe(listed(ref("waiver"))), hover("waivers", key)) for key in KEYS})
        ),
        "definitions": {"waiver": waiver, **definitions_of(known, "words", "source", "rules", "documents")},
    }


def baseline_schema(names: Names | None = None) -> Schema:
    """The schema of a baseline; keys that it does not name may stand there."""
    known = names or Names()
    entry = {
        "series": _STRING,
        "rule": suggested(_STRING, "entry", "rule", known),
        "entity": suggested(_STRING, "entry", "entity", known),
        "key": listed(_STRING),
        "count": {"type": "integer", "minimum": 1},
    }
    whole = {"format": {"const": FORMAT}, "as_of": ANYTHING, "entries": listed(ref("entry"))}
    return {
        "$schema": DRAFT,
        "title": "eduplan_rules: 基线 / baseline",
        **_open("baseline", whole, ["format", "entries"]),
        "definitions": {
            "entry": _open("entry", entry, ["series", "rule", "entity"]),
            **definitions_of(known, "rules", "entities"),
        },
    }


def _open(part: str, properties: dict[str, Schema], required: list[str]) -> Schema:
    told = {key: described(form, hover(part, key)) for key, form in properties.items()}
    return {"type": "object", "properties": told, "required": required}
