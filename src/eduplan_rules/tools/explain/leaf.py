"""What of a sentence reads no other part: literals, days of the context, periods, a parameter's single value.

In: a typed leaf and the voice it is told in. Out: its words.
"""

from __future__ import annotations

from eduplan_rules.language.typed import Typed
from eduplan_rules.tools.explain.voice import Voice


def literal(node: Typed, voice: Voice) -> str:
    """What is written out; a percentage in points."""
    match node.op:
        case "number":
            written = node.text.rstrip(") ")
            unit = node.type.unit
            if written.endswith(("%", "％")):
                points = unit is not None and unit.percent
                return voice.amount(node.data if points else node.data * 100, "%")
            return voice.amount(node.data, unit.text or None if unit is not None else None)
        case "text":
            return voice.quoted(node.data)
        case "boolean":
            return voice.say("yes" if node.data else "no")
        case "duration":
            return voice.length(node.data)
        case "date":
            return str(node.data)
        case _:
            return voice.say("none")


def single_value(node: Typed, voice: Voice) -> str | None:
    """What a parameter is on the day, where it is read for no field."""
    table = voice.tables[node.data]
    found = table.read(voice.as_of, *(arg.data for arg in node.args)).value
    kind = table.type if table.type.item is None else table.type.item
    fields = [voice.sought[node.data]] if node.data in voice.sought else []
    items = [
        voice.choice(item, fields)
        if kind.kind == "text"
        else voice.length(item)
        if kind.kind == "duration"
        else voice.amount(item, None if kind.unit is None else kind.unit.text or None)
        for item in (found if isinstance(found, tuple) else [] if found is None else [found])
    ]
    return voice.say("pause").join(items) or None


def context(node: Typed, voice: Voice) -> str:
    """A day that the run or the row gives."""
    day = voice.entity.day
    if node.data == "as_of" or (voice.kind is None and (node.data == "day" or day is None)):
        return voice.say("as-of")
    if voice.kind is None:
        return voice.name(voice.entity.fields[str(day)])
    if node.data == "day":
        return voice.say("reckoning")
    name = "last-day" if node.data == "period" else "first-day"
    return voice.say(name, kind=voice.say(voice.kind))


def previous_period(voice: Voice) -> str:
    """The period before."""
    kind = voice.entity.period
    assert kind is not None
    return voice.say("previous-period", kind=voice.say(kind.is_))
