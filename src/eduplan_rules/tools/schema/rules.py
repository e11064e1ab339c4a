"""The schema of rule files, made from the models of the rulebook.

In: the names of a rulebook, or none. Out: JSON Schema (draft 7, which editors of YAML know best). What holds: keys,
which of them are required, and closed lists are those of the models; what the schema refuses, the loader refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin, get_type_hints

from eduplan_rules.rulebook import forms as read
from eduplan_rules.rulebook import model
from eduplan_rules.rulebook.calendars import KINDS
from eduplan_rules.rulebook.placed import Placed
from eduplan_rules.rulebook.section import LANGUAGES, SECTIONS
from eduplan_rules.tools.schema import forms
from eduplan_rules.tools.schema.forms import ANYTHING, NAME, TEXT, Schema, by_name, described, either, keyed, listed
from eduplan_rules.tools.schema.keys import hover
from eduplan_rules.tools.schema.names import Named, Names

DRAFT = "http://json-schema.org/draft-07/schema#"

#: what reads a value -> the form it takes
_FORMS: dict[Any, Schema] = {
    read.to_text: TEXT,
    read.to_texts: forms.one_or_more(TEXT),
    read.to_words: either(TEXT, {"$ref": "#/definitions/words"}),
    read.to_number: forms.NUMBER,
    read.to_count: forms.COUNT,
    read.to_boolean: forms.FLAG,
    read.to_date: forms.DAY,
    read.to_first_day: forms.BOUND,
    read.to_last_day: forms.BOUND,
    read.to_list: {"$ref": "#/definitions/source"},
    read.to_period: {"$ref": "#/definitions/period"},
    read.to_pair: listed(TEXT, minItems=2, maxItems=2),
    read.to_choices: either(listed(TEXT), by_name(forms.maybe(either(TEXT, {"$ref": "#/definitions/words"})))),
    read.to_renamed: by_name(TEXT),
}

#: part and key -> the kind of names to suggest
_SUGGESTED = {
    ("rule", "clause"): "clauses", ("rule", "for"): "entities", ("rule", "owner"): "owners", ("rule", "due"): "days",
    ("rule", "since"): "days", ("rule", "until"): "days", ("entity", "key"): "fields", ("entity", "name"): "fields",
    ("entity", "day"): "fields", ("entity", "valid"): "fields", ("entity", "opened"): "fields",
    ("entity", "closed"): "fields", ("field", "unit"): "units", ("parameter", "unit"): "units",
    ("parameter", "by"): "fields", ("parameter", "scale"): "fields", ("value", "unit"): "units",
    ("reference", "document"): "documents", ("case", "rule"): "rules", ("case", "rules"): "rules",
    ("feed", "entity"): "entities", ("feed", "fill_down"): "fields", ("waiver", "rule"): "rules",
    ("entry", "rule"): "rules", ("entry", "entity"): "entities",
}  # fmt: skip


def rules_schema(names: Names | None = None) -> Schema:
    """The schema of rule files; with the names of a rulebook, these are suggested."""
    known = names or Names()
    return {
        "$schema": DRAFT,
        "title": "eduplan_rules: 规则文件 / rule file",
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            section: described(section_form(section, known), hover("file", section)) for section in SECTIONS
        },
        "definitions": definitions(known),
    }


def section_form(section: str, names: Names) -> Schema:
    """The form of a section of a rule file; one that is not known here may hold anything."""
    form = _SECTIONS.get(section)
    return ANYTHING if form is None else forms.maybe(form(names))


def definitions(names: Names) -> dict[str, Schema]:
    """What several keys have in common, recursive values among it, and the names to suggest."""
    kinds = {kind: named for kind in sorted({*_SUGGESTED.values()}) if (named := getattr(names, kind))}
    words = {language: described(TEXT, hover("*", language)) for language in read.LANGUAGES}
    reference = described(model_form(model.Reference, "reference", names), hover("*", "source"))
    wrapper = model_form(model.Marked, "dated", names)
    return {
        "words": {**keyed(words), "minProperties": 1},
        "source": either(TEXT, reference, listed(either(TEXT, reference))),
        "period": either(forms.KIND, model_form(model.Period, "period", names)),
        "step": _step(names),
        "plain": either({"type": "null"}, TEXT, listed(TEXT), _with(wrapper, "value", ref("plain-value"))),
        "plain-value": either({"type": "null"}, TEXT, listed(TEXT)),
        "scaled": either(ref("steps"), _with(wrapper, "value", ref("steps"))),
        "steps": either({"type": "null"}, listed(ref("step"), minItems=1)),
        "by-choice": {"type": "object", "additionalProperties": ANYTHING},
        "any-amount": ANYTHING,
        "own-fields": suggested(_FORMS[read.to_texts], "entity", "key", names),
        "parameter-change": _parameter(names, replaced=True),
        "rule-change": model_form(model.RuleChange, "rule", names, {"loosens": _loosens(names)}),
        **{kind: _named(named) for kind, named in kinds.items()},
    }


def definitions_of(names: Names, *wanted: str) -> dict[str, Schema]:
    """Those of the definitions that are wanted, as far as there are any."""
    return {name: form for name, form in definitions(names).items() if name in wanted}


def _named(named: Named) -> Schema:
    return {"enum": list(named), "enumDescriptions": list(named.values())}


def ref(name: str) -> Schema:
    """What stands among the definitions under this name."""
    return {"$ref": f"#/definitions/{name}"}


def _with(form: Schema, key: str, item: Schema) -> Schema:
    """The mapping with another form at a key that it has."""
    before = form["properties"][key]
    return {**form, "properties": {**form["properties"], key: {**before, **item}}}


def suggested(form: Schema, part: str, key: str, names: Names) -> Schema:
    """The form, with the names that an editor may suggest at the key."""
    kind = _SUGGESTED.get((part, key))
    if kind is None or not getattr(names, kind):
        return form
    if form == _FORMS[read.to_pair]:
        return listed(either(ref(kind), TEXT), minItems=2, maxItems=2)
    if form == _FORMS[read.to_texts]:
        return forms.one_or_more(either(ref(kind), TEXT))
    return either(ref(kind), form)


def model_form(of: type[Placed], part: str, names: Names, special: dict[str, Schema] | None = None) -> Schema:
    """The mapping that a model is read from; `special` are keys whose form the model does not tell."""
    hints = get_type_hints(of, include_extras=True)
    allowed = of.keys()
    properties: dict[str, Schema] = {}
    required = []
    for name, field in of.model_fields.items():
        key = str(field.validation_alias or name)
        if key not in allowed:
            continue
        form = (special or {}).get(key) or suggested(_form(hints[name]), part, key, names)
        properties[key] = described(form, hover(part, key))
        if field.is_required():
            required.append(key)
    return keyed(properties, required)


def _form(hint: Any) -> Schema:
    """The form of what a model declares at a key."""
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if hint is Any:
        return ANYTHING
    metadata = getattr(hint, "__metadata__", ())
    for validator in metadata:
        if (form := _FORMS.get(getattr(validator, "func", None))) is not None:
            return form
    choices = [each for each in get_args(hint) if each is not type(None)]
    if not metadata and len(choices) == 1 and type(None) in get_args(hint):
        return forms.maybe(_form(choices[0]))
    message = f"no form is known for {hint}"
    raise TypeError(message)


def _step(names: Names) -> Schema:
    """A step of a scale, of numbers or of durations."""
    return model_form(model.Step, "step", names, {"value": either(forms.NUMBER, TEXT)})


def _entity(names: Names) -> Schema:
    links = by_name(ref("own-fields"), known=names.entities)
    fields = by_name(model_form(model.Field, "field", names), NAME)
    return model_form(model.Entity, "entity", names, {"belongs_to": links, "fields": fields})


def _parameter(names: Names, *, replaced: bool = False) -> Schema:
    """A parameter, or what replaces one: of that, neither axes nor scale are known here."""
    of = model.ParameterChange if replaced else model.Parameter
    form = model_form(of, "parameter", names, {"loosens": _loosens(names)})
    form["properties"] |= _amounts(ref("any-amount"))
    form["oneOf"] = [{"required": ["value"]}, {"required": ["values"]}]
    if replaced:
        return form
    named = {"type": ["string", "number", "boolean"]}
    by = {"required": ["by"], "properties": {"by": either(named, {"type": "array", "minItems": 1})}}
    empty = {"properties": {"by": {"type": "array", "maxItems": 0}}}
    scale = {"required": ["scale"], "properties": {"scale": named}}
    form["allOf"] = [
        {"if": by, "then": {"properties": _amounts(ref("by-choice"), told=False)}},
        {"if": {"allOf": [empty, scale]}, "then": {"properties": _amounts(ref("scaled"), told=False)}},
        {"if": {"allOf": [empty, {"not": scale}]}, "then": {"properties": _amounts(ref("plain"), told=False)}},
    ]
    return form


def _amounts(amount: Schema, *, told: bool = True) -> dict[str, Schema]:
    """What stands at `value`, and by date at `values`."""
    dated = by_name(amount, forms.DATE, least=1)
    if not told:
        return {"value": amount, "values": dated}
    return {
        "value": described({"allOf": [amount]}, hover("parameter", "value")),
        "values": described(dated, hover("parameter", "values")),
    }


def _rule(names: Names) -> Schema:
    return model_form(model.Rule, "rule", names, {"id": _RULE_ID, "require": _require(names)}) | {
        "required": ["id", "for", "require"]
    }


#: `id: 1.5` is an id, and a number for an editor
_RULE_ID: Schema = {"type": ["string", "number"], "pattern": forms.RULE_ID}


def _require(names: Names) -> Schema:
    member = either(TEXT, model_form(model.Member, "member", names))
    members = listed(member, minItems=1)
    told = {key: described(members, hover("body", key)) for key in ("all", "any", "of")}
    counted = {
        "at_least": described(forms.COUNT, hover("body", "at_least")),
        "of": told["of"],
        "others_reach": described(forms.maybe(TEXT), hover("body", "others_reach")),
    }
    return either(
        TEXT,
        keyed({"all": told["all"]}, ["all"]),
        keyed({"any": told["any"]}, ["any"]),
        keyed(counted, ["at_least", "of"]),
    )


def _replace(names: Names) -> Schema:
    changed = {"parameters": ("parameter-change", names.parameters), "rules": ("rule-change", names.rules)}
    return keyed(
        {
            key: described(by_name(ref(change), known=known), hover("replace", key))
            for key, (change, known) in changed.items()
        }
    )


def _loosens(names: Names) -> Schema:
    return forms.maybe(model_form(model.Loosening, "loosening", names))


def _lint(names: Names) -> Schema:
    reasons = forms.maybe(by_name(either(TEXT, by_name(TEXT))))
    return keyed({"off": described(reasons, hover("lint", "off"))})


#: section -> its form
_SECTIONS: dict[str, Callable[[Names], Schema]] = {
    "language": lambda names: {"enum": [value for version in LANGUAGES for value in (int(version), version)]},
    "clauses": lambda names: by_name(model_form(model.Clause, "clause", names)),
    "entities": lambda names: by_name(_entity(names)),
    "parameters": lambda names: by_name(_parameter(names), NAME),
    "values": lambda names: by_name(model_form(model.Value, "value", names), forms.VALUE_NAME),
    "calendars": lambda names: keyed({kind: by_name(listed(forms.DAY, minItems=2, maxItems=2)) for kind in KINDS}),
    "rules": lambda names: listed(_rule(names)),
    "lint": _lint,
    "replace": _replace,
}
