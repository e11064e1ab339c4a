"""Remedies as plain data, and in words of both languages.

In: a `Remedy`. Out: its record. Values of personal fields are hidden unless they may be shown. Every sentence is a row
of one table, English beside Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from eduplan_rules.compiler.naming import called
from eduplan_rules.compiler.steps import Place
from eduplan_rules.engine.evidence import plain
from eduplan_rules.engine.wording import decimals_of, format_amount, format_gap, format_value
from eduplan_rules.language.typed import Rows
from eduplan_rules.reports.explain.bench import Remedy
from eduplan_rules.reports.explain.edits import ANY_TEXT, place_of
from eduplan_rules.reports.explain.phrase import phrase
from eduplan_rules.rulebook.model import Field
from eduplan_rules.tables.finding import HIDDEN

#: rows that are named
_FIRST = 5
_LANGUAGES = ("zh", "en")

#: name -> (English, Chinese)
_SAID: dict[str, tuple[str, str]] = {
    "of-row": ("{field} of {entity} {key}", "{entity} {key} 的{field}"),
    "more": ("{fact}: {change} more ({now} → {to})", "{fact}：增加 {change}（{now} → {to}）"),
    "less": ("{fact}: {change} less ({now} → {to})", "{fact}：减少 {change}（{now} → {to}）"),
    "above": ("{fact}: more than {limit} (now {now})", "{fact}：应高于 {limit}（现为 {now}）"),
    "below": ("{fact}: less than {limit} (now {now})", "{fact}：应低于 {limit}（现为 {now}）"),
    "later": (
        "{fact}: not before {to} (now {now}, {change} later)",
        "{fact}：不早于 {to}（现为 {now}，推后 {change}）",
    ),
    "earlier": (
        "{fact}: not after {to} (now {now}, {change} earlier)",
        "{fact}：不晚于 {to}（现为 {now}，提前 {change}）",
    ),
    "instead": ("{fact}: {to} instead of {now}", "{fact}：由{now}改为{to}"),
    "one-of": ("{fact}: one of {choices} instead of {now}", "{fact}：由{now}改为{choices}之一"),
    "empty": ("{fact}: leave it empty (now {now})", "{fact}：留空（现为 {now}）"),
    "given": ("{fact}: {deliver}, as {to}", "{fact}：{deliver}，应为{to}"),
    "given-one-of": ("{fact}: {deliver}, as one of {choices}", "{fact}：{deliver}，应为{choices}之一"),
    "given-any": ("{fact}: {deliver}, any value does", "{fact}：{deliver}即可"),
    "given->=": ("{fact}: {deliver}, at least {limit}", "{fact}：{deliver}，不低于 {limit}"),
    "given-<=": ("{fact}: {deliver}, at most {limit}", "{fact}：{deliver}，不高于 {limit}"),
    "given->": ("{fact}: {deliver}, more than {limit}", "{fact}：{deliver}，高于 {limit}"),
    "given-<": ("{fact}: {deliver}, less than {limit}", "{fact}：{deliver}，低于 {limit}"),
    "given-day->=": ("{fact}: {deliver}, not before {limit}", "{fact}：{deliver}，不早于 {limit}"),
    "given-day-<=": ("{fact}: {deliver}, not after {limit}", "{fact}：{deliver}，不晚于 {limit}"),
    "total-more": ("{fact} of {entity} in all: {change} more", "{entity}的{fact}合计增加 {change}"),
    "total-less": ("{fact} of {entity} in all: {change} less", "{entity}的{fact}合计减少 {change}"),
    "total-above": ("{fact} of {entity} in all: over {change} more", "{entity}的{fact}合计增加 {change}以上"),
    "total-below": ("{fact} of {entity} in all: over {change} less", "{entity}的{fact}合计减少 {change}以上"),
    "deliver": ("deliver it", "补报"),
    "there": ("must be there", "须有"),
    "of-rows": ("{entity} ({where})", "{entity}（{where}）"),
    "hidden": ("{fact}: another value (the values are personal)", "{fact}：应为其他值（个人信息不予显示）"),
    "rows-more": (
        "{entity}: {number} more must meet: {condition} ({met} of {of} do now, {needed} must)",
        "{entity}：还需 {number} 个满足：{condition}（{of} 个中现有 {met} 个，需 {needed} 个）",
    ),
    "rows-fewer": (
        "{entity}: {number} fewer may meet: {condition} ({met} do now, at most {needed} may)",
        "{entity}：满足下列条件的须减少 {number} 个：{condition}（现有 {met} 个，至多 {needed} 个）",
    ),
    "rows-counted": (
        "{entity}: {number} more must meet: {condition} ({met} do now, {needed} must)",
        "{entity}：还需 {number} 个满足：{condition}（现有 {met} 个，需 {needed} 个）",
    ),
    "rows-plain": (
        "{entity}: {number} more ({met} now, {needed} needed)",
        "{entity}：还需 {number} 个（现有 {met} 个，需 {needed} 个）",
    ),
    "rows-plain-fewer": (
        "{entity}: {number} fewer ({met} now, at most {needed})",
        "{entity}：须减少 {number} 个（现有 {met} 个，至多 {needed} 个）",
    ),
    "rows-first": ("{said}; first {keys}", "{said}；首先是 {keys}"),
    "together": ("all of these: {parts}", "以下各项须同时做到：{parts}"),
    "pause": (", ", "、"),
    "and": ("; ", "；"),
}


def _say(name: str, language: str, **gaps: object) -> str:
    english, chinese = _SAID[name]
    return (chinese if language == "zh" else english).format_map(gaps)


def remedy_record(remedy: Remedy, place: Place, subject: Mapping[str, Any], *, show_personal: bool) -> dict[str, Any]:
    """A remedy as plain data; `subject` are the columns that tell the subject's row apart."""
    parts = [remedy_record(part, place, subject, show_personal=show_personal) for part in remedy.parts]
    own: dict[str, Any] = dict.fromkeys(("entity", "key", "period", "location", "field", "label", "unit"))
    own |= dict.fromkeys(("from", "to", "change", "limit", "side", "where", "condition", "of"))
    own |= {"strict": False, "choices": [], "first": []}
    if remedy.field is not None:
        own |= _of_fact(remedy, show_personal=show_personal)
        text = {language: _fact_said(remedy, own, subject, language) for language in _LANGUAGES}
    elif remedy.rows is not None:
        own |= _of_rows(remedy, show_personal=show_personal)
        text = {language: _rows_said(remedy, own, place, language) for language in _LANGUAGES}
    else:
        text = {
            language: _say(
                "together", language, parts=_say("and", language).join(part["text"][language] for part in parts)
            )
            for language in _LANGUAGES
        }
    hide = remedy.personal and not show_personal
    edits = [edit.to_dict(hide=hide, show_personal=show_personal) for edit in remedy.edits]
    return {"target": remedy.target, **own, "text": text, "edits": edits, "parts": parts}


def _of_fact(remedy: Remedy, *, show_personal: bool) -> dict[str, Any]:
    field, option, edit = remedy.field, remedy.option, remedy.edits[0]
    assert field is not None
    assert option is not None
    hide = (field.personal or remedy.personal) and not show_personal

    def told(value: Any) -> Any:
        return HIDDEN if hide and value is not None else plain(value)

    return {
        **place_of(edit.entity, edit.row, show_personal=show_personal),
        "field": str(field.id),
        "label": called(field),
        "unit": "天" if field.type == "date" else field.unit,
        "from": told(edit.before),
        "to": told(edit.after),
        "change": told(_change(edit.before, edit.after)),
        "limit": told(option.limit),
        "strict": option.strict,
        "side": option.side,
        "choices": [told(choice) for choice in remedy.choices],
    }


def _change(before: Any, after: Any) -> Any:
    """How far it is from the one to the other: days between days; nothing where there is no distance."""
    if isinstance(before, date) and isinstance(after, date):
        return (after - before).days
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (before, after))
    return after - before if numbers else None


def _of_rows(remedy: Remedy, *, show_personal: bool) -> dict[str, Any]:
    counts = remedy.rows
    assert counts is not None
    return {
        "entity": str(counts.over.entity.id),
        "from": counts.met,
        "to": counts.needed,
        "change": counts.needed - counts.met,
        "of": counts.of,
        "where": None if counts.over.where is None else counts.over.where.text,
        "condition": None if remedy.condition is None else remedy.condition.text,
        "first": [place_of(counts.over.entity, row, show_personal=show_personal) for row in counts.first[:_FIRST]],
    }


def _fact_said(remedy: Remedy, own: Mapping[str, Any], subject: Mapping[str, Any], language: str) -> str:
    field, option = remedy.field, remedy.option
    assert field is not None
    assert option is not None
    edit, label = remedy.edits[0], own["label"][language]
    name = label
    if remedy.looked_up and dict(edit.row) != dict(subject):
        owner = called(edit.entity)[language]
        name = _say("of-row", language, field=label, entity=owner, key=" / ".join(own["key"]))
    if HIDDEN in (own["from"], own["to"]) and not (edit.before is None and _form(remedy) == "given-any"):
        return _say("hidden", language, fact=name)
    decimals = decimals_of(own["from"], own["to"])
    form = _form(remedy)
    if remedy.target == "total":
        size = format_gap(abs(_change(edit.before, option.limit)), own["unit"], language)
        return _say(f"total-{form}", language, fact=label, entity=called(edit.entity)[language], change=size)

    def amount(value: Any) -> str:
        if field.type in ("integer", "number"):
            return format_amount(value, field.unit, language, decimals)
        return _value(field, value, language)

    choices = _say("pause", language).join(amount(choice) for choice in remedy.choices)
    gaps = {"fact": name, "now": amount(edit.before), "to": amount(edit.after), "limit": amount(option.limit)}
    change = own["change"]
    size = "" if change is None else format_gap(abs(change), own["unit"], language)
    deliver = _say("there" if field.blank is not None or field.optional else "deliver", language)
    return _spaced(_say(form, language, **gaps, choices=choices, change=size, deliver=deliver))


def _spaced(text: str) -> str:
    """Chinese keeps figures and letters apart by a space."""
    return re.sub(r"(?<=[一-鿿])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[一-鿿])", " ", text)


def _form(remedy: Remedy) -> str:
    """Which sentence says it."""
    edit, option, field = remedy.edits[0], remedy.option, remedy.field
    assert option is not None
    assert field is not None
    change = _change(edit.before, edit.after)
    is_day = field.type == "date"
    if edit.after is None:
        return "empty"
    if edit.before is None:
        if option.side == "any" or edit.after == ANY_TEXT:
            return "given-any"
        if option.side is not None:
            sign = option.side.rstrip("=") if option.strict else option.side
            return f"given-day-{sign}" if is_day else f"given-{sign}"
        return "given-one-of" if remedy.choices else "given"
    if change is None:
        return "one-of" if remedy.choices else "instead"
    if is_day:
        return "later" if change > 0 else "earlier"
    if option.strict:
        return "above" if change > 0 else "below"
    return "more" if change > 0 else "less"


def _value(field: Field, value: Any, language: str) -> str:
    if field.type == "choice" and value is not None:
        label = next((label for choice, label in field.choices.items() if str(choice) == value), None)
        return str((label or {}).get(language, value))
    return format_value(plain(value), language)


def _rows_said(remedy: Remedy, own: Mapping[str, Any], place: Place, language: str) -> str:
    counts, condition = remedy.rows, remedy.condition
    assert counts is not None
    fewer = counts.needed < counts.met
    if condition is None:
        form = "rows-plain-fewer" if fewer else "rows-plain"
    else:
        form = "rows-fewer" if fewer else "rows-counted" if counts.over.name in ("count", "any") else "rows-more"
    said = _say(
        form,
        language,
        entity=_rows_name(counts.over, place, language),
        number=abs(counts.needed - counts.met),
        condition="" if condition is None else phrase(condition, place, language),
        met=counts.met,
        of=counts.of,
        needed=counts.needed,
    )
    if not own["first"]:
        return said
    keys = _say("pause", language).join(" / ".join(row["key"]) for row in own["first"])
    return _say("rows-first", language, said=said, keys=keys)


def _rows_name(rows: Rows, place: Place, language: str) -> str:
    """Which rows an aggregate is over, where the condition to be met does not say it."""
    entity = called(rows.entity)[language]
    if rows.where is None or not rows.values:
        return entity
    return _say("of-rows", language, entity=entity, where=phrase(rows.where, place, language))
