"""The schema of `feeds.yaml`, made from the form that its reader knows.

In: the names of a rulebook, or none. Out: JSON Schema (draft 7). What holds: every key of a feed is in the schema; what
the schema refuses, the reader refuses.
"""

from __future__ import annotations

from eduplan_rules.feeds.form import KEYS, FeedForm
from eduplan_rules.tools.schema import forms
from eduplan_rules.tools.schema.forms import TEXT, Schema, by_name, described, either, keyed, listed
from eduplan_rules.tools.schema.keys import hover
from eduplan_rules.tools.schema.names import Names
from eduplan_rules.tools.schema.rules import DRAFT, definitions_of, model_form, ref

_ROW: Schema = {"type": ["integer", "string"], "minimum": 1, "pattern": "^0*[1-9][0-9]*$"}
_URL: Schema = {"type": "string", "pattern": "://"}


def feeds_schema(names: Names | None = None) -> Schema:
    """The schema of files of feeds; with the names of a rulebook, these are suggested."""
    known = names or Names()
    feed = model_form(FeedForm, "feed", known, _special(known))
    # where feeds stand by entity, the key before them names it, and is enough
    unnamed = forms.maybe({name: part for name, part in feed.items() if name != "required"})
    by_entity = by_name(either(ref("unnamed"), listed(ref("unnamed"))), known=known.entities)
    return {
        "$schema": DRAFT,
        "title": "eduplan_rules: 数据源 / feeds.yaml",
        **keyed({key: described(either(listed(ref("feed")), by_entity), hover("feeds", key)) for key in KEYS}, KEYS),
        "definitions": {
            "feed": feed,
            "unnamed": unnamed,
            "constants": by_name(forms.maybe(TEXT), known=known.fields),
            **definitions_of(known, "entities", "fields", "units"),
        },
    }


def _special(names: Names) -> dict[str, Schema]:
    """The forms of keys that the model does not tell."""
    some = forms.one_or_more(TEXT)
    field = either(ref("fields"), TEXT) if names.fields else TEXT
    unit = either(ref("units"), TEXT) if names.units else TEXT
    return {
        "database": either(_URL, keyed({"env": described(TEXT, hover("address", "env"))}, ["env"])),
        "header_row": either(_ROW, listed(_ROW, minItems=1)),
        "booleans": keyed({key: described(some, hover("truths", key)) for key in ("true", "false")}),
        "columns": by_name(forms.maybe(field)),
        "units": by_name(forms.maybe(unit)),
        "constants": ref("constants"),
    }
