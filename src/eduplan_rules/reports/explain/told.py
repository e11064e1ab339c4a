"""Remedies as plain data, and in words of both languages.

In: a `Remedy`. Out: its record. Values of personal fields are hidden unless they may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from eduplan_rules.compiler.naming import called
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import rollup_of
from eduplan_rules.engine.evidence import plain
from eduplan_rules.engine.wording import decimals_of, format_amount, format_gap, format_value
from eduplan_rules.language.typed import Rows
from eduplan_rules.reports.explain.bench import Remedy
from eduplan_rules.reports.explain.counted import BOUNDED
from eduplan_rules.reports.explain.edits import ANY_TEXT, Edit, is_placeholder, place_of
from eduplan_rules.reports.explain.phrase import phrase
from eduplan_rules.reports.explain.said import say
from eduplan_rules.reports.explain.search import written_decimals
from eduplan_rules.rulebook.model import Field
from eduplan_rules.tables.finding import HIDDEN

#: rows that are named
_FIRST = 5
_LANGUAGES = ("zh", "en")


def remedy_record(remedy: Remedy, place: Place, subject: Mapping[str, Any], *, show_personal: bool) -> dict[str, Any]:
    """A remedy as plain data; `subject` are the columns that tell the subject's row apart."""
    parts = [remedy_record(part, place, subject, show_personal=show_personal) for part in remedy.parts]
    own: dict[str, Any] = dict.fromkeys(("entity", "key", "period", "location", "field", "label", "unit"))
    own |= dict.fromkeys(("from", "to", "change", "limit", "side", "where", "condition", "of"))
    own |= {"strict": False, "choices": [], "first": []}
    if remedy.level is not None:
        own |= _of_level(remedy, place, show_personal=show_personal)
        text = {language: _level_said(remedy, own, language) for language in _LANGUAGES}
    elif remedy.field is not None:
        own |= _of_fact(remedy, show_personal=show_personal)
        text = {language: _fact_said(remedy, own, subject, place, language) for language in _LANGUAGES}
    elif remedy.rows is not None:
        own |= _of_rows(remedy, show_personal=show_personal)
        text = {language: _rows_said(remedy, own, place, language) for language in _LANGUAGES}
    else:
        text = {
            language: say(
                "together", language, parts=say("and", language).join(part["text"][language] for part in parts)
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
        if is_placeholder(value):
            return None
        return HIDDEN if hide and value is not None else plain(value)

    return {
        **place_of(edit.entity, edit.row, show_personal=show_personal),
        "field": str(field.id),
        "label": called(field),
        "unit": "天" if field.type == "date" else field.unit,
        "from": told(edit.before),
        "to": told(edit.after),
        "change": told(_change(_start(edit), edit.after)),
        "limit": told(option.limit),
        "strict": option.strict,
        "side": option.side,
        "choices": [told(choice) for choice in remedy.choices if not is_placeholder(choice)],
        "where": None if remedy.total is None or (where := remedy.total.data.where) is None else where.text,
    }


def _change(before: Any, after: Any) -> Any:
    """How far it is from the one to the other: days between days; nothing where there is no distance."""
    if isinstance(before, date) and isinstance(after, date):
        return (after - before).days
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (before, after))
    return after - before if numbers else None


def _start(edit: Edit) -> Any:
    """Where a change begins: a row that is not there yet brings nothing."""
    return 0 if edit.action == "add" else edit.before


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


def _fact_said(remedy: Remedy, own: Mapping[str, Any], subject: Mapping[str, Any], place: Place, language: str) -> str:
    field, option = remedy.field, remedy.option
    assert field is not None
    assert option is not None
    edit, label = remedy.edits[0], own["label"][language]
    name = label
    if remedy.looked_up and dict(edit.row) != dict(subject):
        owner = called(edit.entity)[language]
        name = say("of-row", language, field=label, entity=owner, key=" / ".join(own["key"]))
    if HIDDEN in (own["from"], own["to"]):
        # that nothing stands there tells nobody anything
        fill = edit.before is None and (field.personal or _form(remedy) == "given-any")
        return say("fill-in" if fill else "hidden", language, fact=name)
    decimals = decimals_of(edit.before, edit.after)
    form = _form(remedy)
    if remedy.target == "total":
        change = abs(_change(_start(edit), option.limit)) if option.told is None else option.told
        size = format_gap(change, own["unit"], language, written_decimals(change))
        assert remedy.total is not None
        rows = _rows_name(remedy.total.data, place, language)
        return _spaced(say(f"total-{form}", language, fact=label, entity=rows, change=size))

    def amount(value: Any) -> str:
        if field.type in ("integer", "number"):
            return format_amount(value, field.unit, language, decimals)
        return _value(field, value, language)

    def exact(value: Any) -> str:
        return _exact(value, field.unit, language) if isinstance(value, float) else amount(value)

    choices = say("pause", language).join(amount(choice) for choice in remedy.choices)
    deliver = say("there" if field.blank is not None or field.optional else "deliver", language)
    if form.endswith("between"):
        assert option.between is not None
        first, last = (amount(day) for day in option.between)
        gaps = {"fact": name, "first": first, "last": last, "now": amount(edit.before), "deliver": deliver}
        return _spaced(say(form, language, **gaps))
    ends = (edit.after, option.limit) if option.told is None else (option.told, option.told)
    gaps = {"fact": name, "now": amount(edit.before), "to": exact(ends[0]), "limit": exact(ends[1])}
    change = _change(edit.before, edit.after) if option.by is None else option.by
    size = "" if change is None else format_gap(abs(change), own["unit"], language, written_decimals(change))
    return _spaced(say(form, language, **gaps, choices=choices, change=size, deliver=deliver))


def _exact(value: float, unit: str | None, language: str) -> str:
    """A number as it is: what was rounded was so where it does."""
    return format_amount(value, unit, language, written_decimals(value))


def _spaced(text: str) -> str:
    """Chinese keeps figures and letters apart by a space."""
    return re.sub(r"(?<=[一-鿿])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%²])(?=[一-鿿])", " ", text)


def _form(remedy: Remedy) -> str:
    """Which sentence says it."""
    edit, option, field = remedy.edits[0], remedy.option, remedy.field
    assert option is not None
    assert field is not None
    change = _change(_start(edit), edit.after)
    is_day = field.type == "date"
    if edit.after is None:
        return "empty"
    if option.between is not None and option.between[0] < option.between[1]:
        return "given-between" if edit.before is None else "between"
    if edit.before is None and edit.action != "add":
        if edit.after == ANY_TEXT:
            return "fill-in" if field.form is None else "given-text"
        if option.side == "any":
            return "given-any"
        if option.side is not None:
            sign = option.side.rstrip("=") if option.strict else option.side
            return f"given-day-{sign}" if is_day else f"given-{sign}"
        return "given-one-of" if remedy.choices else "given"
    if change is None or option.between is not None:
        return "one-of" if remedy.choices else "instead"
    if is_day:
        return "later" if change > 0 else "earlier"
    if option.strict:
        return "above" if change > 0 else "below"
    return "more" if change > 0 else "less"


def _value(field: Field, value: Any, language: str) -> str:
    if value == ANY_TEXT:
        return "" if field.form is None else say(f"text-{field.form}", language)
    if field.type == "choice" and value is not None:
        label = next((label for choice, label in field.choices.items() if str(choice) == value), None)
        return str((label or {}).get(language, value))
    return format_value(plain(value), language)


def _of_level(remedy: Remedy, place: Place, *, show_personal: bool) -> dict[str, Any]:
    level, option, field = remedy.level, remedy.option, remedy.field
    assert level is not None
    assert option is not None
    assert field is not None
    rows: Rows = level.typed.data
    entity, value = rows.entity, rows.values[0]
    hide = (field.personal or remedy.personal) and not show_personal

    def told(found: Any) -> Any:
        return HIDDEN if hide else plain(found)

    there = rollup_of(level.typed, place)[1]
    unit = field.unit if level.bare else value.type.unit and value.type.unit.text
    ends = (level.farthest, option.value)
    if remedy.target == "rows":
        ends = (level.met, level.met + len(level.rows))
    return {
        "entity": str(entity.id),
        "field": str(field.id) if level.bare else None,
        "label": called(field) if level.bare else {each: phrase(value, there, each) for each in _LANGUAGES},
        "unit": unit or None,
        "from": told(ends[0]),
        "to": told(ends[1]),
        "change": told(ends[1] - ends[0]),
        "limit": told(option.limit),
        "strict": option.strict,
        "side": ">=" if level.up else "<=",
        "of": level.of,
        "where": None if rows.where is None else rows.where.text,
        "condition": value.text,
        "first": [place_of(entity, row, show_personal=show_personal) for row in level.rows[:_FIRST]],
    }


def _level_said(remedy: Remedy, own: Mapping[str, Any], language: str) -> str:
    level, option = remedy.level, remedy.option
    assert level is not None
    assert option is not None
    rows: Rows = level.typed.data
    if own["limit"] == HIDDEN:
        return say("hidden", language, fact=own["label"][language])
    form = ("above" if level.up else "below") if option.strict else "up" if level.up else "down"
    form = f"middle-{'up' if level.up else 'down'}" if rows.name == "median" else form
    keys = say("pause", language).join(" / ".join(row["key"]) for row in own["first"])
    left = len(level.rows) - len(own["first"])
    said = say(
        f"level-{form}",
        language,
        entity=called(rows.entity)[language],
        fact=own["label"][language],
        limit=_exact(option.limit if option.told is None else option.told, own["unit"], language),
        number=len(level.rows),
        of=level.of,
        keys=say("keys-more", language, keys=keys, more=left) if left else keys,
    )
    if rows.name == "cv":
        ends = {"now": format_value(level.now, language), "wanted": format_value(level.wanted, language)}
        said = say("level-cv", language, said=said, **ends)
    return _spaced(said)


def _rows_said(remedy: Remedy, own: Mapping[str, Any], place: Place, language: str) -> str:
    counts, condition = remedy.rows, remedy.condition
    assert counts is not None
    fewer = counts.needed < counts.met
    if counts.over.name == "count_distinct":
        return _kinds_said(remedy, place, language)
    if condition is None:
        form = "rows-plain-fewer" if fewer else "rows-plain"
    else:
        every = counts.over.name in ("share", "all") or bool(counts.first and counts.over.name in BOUNDED)
        form = "rows-fewer" if fewer else "rows-more" if every else "rows-counted"
    said = say(
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
    keys = say("pause", language).join(" / ".join(row["key"]) for row in own["first"])
    return say("rows-first", language, said=said, keys=keys)


def _kinds_said(remedy: Remedy, place: Place, language: str) -> str:
    counts = remedy.rows
    assert counts is not None
    there = rollup_of(counts.aggregate, place)[1]
    pause = say("pause", language)
    said = say(
        "rows-kinds",
        language,
        entity=_rows_name(counts.over, place, language),
        fact=pause.join(phrase(value, there, language) for value in counts.over.values),
        number=counts.needed - counts.met,
        met=counts.met,
        needed=counts.needed,
    )
    fields = [counts.over.entity.fields[str(value.data[1])] for value in counts.over.values]
    kinds = [[edit.cells[str(field.id)] for field in fields] for edit in remedy.edits if edit.cells is not None]
    if any(str(cell).startswith(ANY_TEXT) for kind in kinds for cell in kind):
        return _spaced(said)
    told = [
        " / ".join(_value(field, cell, language) for field, cell in zip(fields, kind, strict=True)) for kind in kinds
    ]
    return _spaced(say("rows-kinds-such-as", language, said=said, kinds=pause.join(told[:_FIRST])))


def _rows_name(rows: Rows, place: Place, language: str) -> str:
    """Which rows an aggregate is over, where the condition to be met does not say it."""
    entity = called(rows.entity)[language]
    if rows.where is None or not rows.values:
        return entity
    return say("of-rows", language, entity=entity, where=phrase(rows.where, place, language))
