"""Parts of a rulebook as Markdown: references, conditions, what they read, dated values.

In: values of the model, a language. Out: text that may stand in a cell of a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eduplan_rules.engine.wording import format_amount, format_value
from eduplan_rules.language.leaves import length_of
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.period import length_words
from eduplan_rules.rulebook.model import AnyStep, Body, Dated, Marked, Parameter, Reference, Rule, Rulebook, Step
from eduplan_rules.tools.words import Language, say

#: what Markdown would take for something else, in a cell of a table
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*|<>[]"} | {"\n": " "})
_BREAK = "<br>"


def plain(text: object) -> str:
    """Text as it is."""
    return " ".join(str(text).split()).translate(_SPECIAL)


def code(text: object) -> str:
    """Code in one line."""
    return f"`{' '.join(str(text).split())}`".replace("|", "\\|")


def words(texts: Mapping[str, str] | None, language: Language) -> str:
    """A text in the language."""
    return plain((texts or {}).get(language, ""))


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table."""
    header = list(header)
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell or ' ' for cell in row)} |"


def references(found: Iterable[Reference], language: Language) -> str:
    """Where something is laid down, one reference a line."""
    return _BREAK.join(_reference(each, language) for each in found)


def _reference(found: Reference, language: Language) -> str:
    name = plain(found.document)
    if found.url is not None:
        name = f"[{name}]({found.url})"
    title = "" if found.title is None else say("titled", language, title=plain(found.title))
    place = [plain(part) for part in (found.section, found.article, found.date) if part is not None]
    note = "" if found.note is None else say("noted", language, note=plain(found.note))
    return " ".join([f"{name}{title}", *place]) + note


def requirement(rule: Rule, language: Language) -> str:
    """What must hold: an expression, or members, one a line."""
    if not isinstance(rule.require, Body):
        return code(rule.require)
    body = rule.require
    name = f"body-{body.kind}"
    lines = [say(name, language, count=body.at_least or "", members=len(body.members))]
    for member in body.members:
        title = " ".join(filter(None, [plain(member.id or ""), words(member.title, language)]))
        if member.that is not None:
            told = code(member.that)
        else:
            sign, bound = ("≥", member.minimum) if member.minimum is not None else ("≤", member.maximum)
            told = f"{code(member.measure)} {sign} {code(bound)}"
        where = "" if member.where is None else say("member-where", language, condition=code(member.where))
        lines.append("· " + (say("titled-member", language, title=title, told=told) if title else told) + where)
    if body.others_reach is not None:
        lines.append(say("others-reach", language, floor=code(body.others_reach)))
    return _BREAK.join(lines)


def values_read(rule: ResolvedRule, book: Rulebook, language: Language) -> str:
    """Definitions of the derived values that a rule reads, one a line."""
    nodes = (node for tree in rule.expressions() for node in tree.walk())
    names = dict.fromkeys(".".join(node.data) for node in nodes if node.op == "value")
    told = []
    for name in names:
        value = book.values[name]
        about = words(value.label, language)
        told.append(f"{code(name)}{f' {about}' if about else ''} = {code(value.is_)}")
    return _BREAK.join(told)


def facts_read(rule: ResolvedRule, book: Rulebook, language: Language) -> str:
    """The fields that decide, by what people call them, one entity a line."""
    found: dict[str, dict[str, None]] = {}
    for node in (node for tree in rule.expressions() for node in tree.walk()):
        if node.op == "field":
            entity, name = node.data
            found.setdefault(str(entity), {})[str(name)] = None
        elif node.op == "aggregate":
            found.setdefault(str(node.data.entity.id), {})
    lines = []
    for entity, fields in found.items():
        told = say("pause", language).join(_field(book, entity, name, language) for name in fields)
        name = f"{words(book.entities[entity].label, language)} {code(entity)}".lstrip()
        lines.append(say("entity-fields", language, entity=name, fields=told) if told else name)
    return _BREAK.join(lines)


def _field(book: Rulebook, entity: str, name: str, language: Language) -> str:
    label = words(book.entities[entity].fields[name].label, language)
    return f"{label} {code(name)}" if label else code(name)


def value_on(dated: Dated, parameter: Parameter, book: Rulebook, language: Language) -> str:
    """A dated value, one line for each choice or step."""
    lines = list(_value(dated.value, parameter, [str(axis) for axis in parameter.by], book, language))
    return _BREAK.join(lines)


def _value(value: Any, parameter: Parameter, axes: list[str], book: Rulebook, language: Language) -> Iterator[str]:
    if isinstance(value, dict):
        for choice, inner in value.items():
            told = list(_value(inner, parameter, axes[1:], book, language))
            name = _choice(str(choice), axes[0] if axes else "", book, language)
            yield say("by-choice", language, choice=name, value=say("semicolon", language).join(told))
    elif isinstance(value, Marked):
        lines = list(_value(value.value, parameter, axes, book, language))
        yield say("semicolon", language).join(lines) + _marks(value, language)
    elif isinstance(value, tuple) and value and isinstance(value[0], AnyStep):
        yield from (_step(step, parameter, language, alone=len(value) == 1) for step in value)
    elif isinstance(value, tuple):
        yield say("pause", language).join(plain(item) for item in value) or say("empty-list", language)
    elif value is None:
        yield say("no-value", language)
    else:
        yield _amount(value, parameter, language)


def _amount(value: Any, parameter: Parameter, language: Language) -> str:
    unit = None if parameter.unit is None else str(parameter.unit)
    length = length_of(value) if parameter.type == "duration" else None
    if length is not None:
        return length_words(length)[language]
    try:
        number = float(str(value).removesuffix("%").replace("_", ""))
    except ValueError:
        return plain(value)
    shown: float | int = int(number) if number.is_integer() else number
    unit = "%" if str(value).endswith("%") else unit
    return plain(format_amount(shown, unit, language))


def _marks(value: Marked, language: Language) -> str:
    """The source and the status of one value among others."""
    source = "" if not value.source else say("noted", language, note=references(value.source, language))
    return source + (f" **{say('word-unverified', language)}**" if value.status else "")


def _step(step: AnyStep, parameter: Parameter, language: Language, *, alone: bool) -> str:
    value = _amount(step.value, parameter, language)
    told = value
    if isinstance(step, Step) and step.plus is not None:
        told = say(
            "step-plus",
            language,
            value=value,
            plus=format_value(step.plus, language),
            per=format_value(step.per, language),
            above=format_value(step.above, language),
        )
    if step.below is not None:
        told = say("step-below", language, below=format_value(step.below, language), told=told)
    elif not alone:
        told = say("step-else", language, told=told)
    return told + (f" **{say('word-unverified', language)}**" if step.status else "")


def _choice(choice: str, axis: str, book: Rulebook, language: Language) -> str:
    """What people call a choice of the axis."""
    for entity in book.entities.values():
        field = entity.fields.get(axis)
        if field is not None and choice in field.choices:
            label = (next(texts for name, texts in field.choices.items() if name == choice) or {}).get(language)
            return plain(label) if label else code(choice)
    return code(choice)
