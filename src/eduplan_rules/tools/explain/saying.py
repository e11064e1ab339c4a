"""What a single condition says of its subject: comparisons, membership, what is given, trends.

In: a typed condition, the voice it is told in, and how that tells values. Out: the subject's name, and the rest of the
sentence, as what is or what must be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from eduplan_rules.language.typed import Typed
from eduplan_rules.rulebook.model import Field
from eduplan_rules.tools.explain.leaf import previous_period
from eduplan_rules.tools.explain.phrases import Mood, predicate
from eduplan_rules.tools.explain.voice import Voice

#: a value as a noun
Tell = Callable[[Typed], str]
#: what stands better on the right
_CONSTANT = frozenset(("text", "number", "date", "boolean", "parameter"))

_TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}
_DENIED = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


def said_of(node: Typed, voice: Voice, mood: Mood, tell: Tell, *, denied: bool = False) -> tuple[str, str]:
    """Whom a condition speaks of, and what it says of that; the one may be part of the other."""
    no = "not " if denied else ""
    match node.op:
        case "=" | "!=" | "<" | "<=" | ">" | ">=":
            return _compared(node, voice, mood, tell, denied=denied)
        case "in" | "not in":
            return tell(node.args[0]), _among(node, voice, mood, tell, denied=denied != (node.op == "not in"))
        case "is missing" | "is not missing":
            given = (node.op == "is missing") is denied
            return tell(node.args[0]), predicate("is not missing" if given else "is missing", voice.language, mood)
        case "contains" | "starts_with" | "matches":
            right = voice.quoted(node.args[1].data)
            return tell(node.args[0]), predicate(f"{no}{node.op}", voice.language, mood, right=right)
        case "rises" | "does_not_fall":
            said = predicate(f"{no}{node.op}", voice.language, mood, right=previous_period(voice))
            if len(node.args) > 1:
                name = "published" if node.op == "rises" else "published-or-0"
                said += voice.say(name, growth=tell(node.args[1]))
            return tell(node.args[0]), said
        case "value" if voice.language == "zh":
            return "", predicate(f"{no}truth", voice.language, mood, right=tell(node))
        case "field":
            return tell(node), predicate(f"{no}flag", voice.language, mood)
        case _:
            return tell(node), predicate(f"{no}holds", voice.language, mood)


def _compared(node: Typed, voice: Voice, mood: Mood, tell: Tell, *, denied: bool) -> tuple[str, str]:
    left, right = node.args
    op = _DENIED[node.op] if denied else node.op
    if left.op in _CONSTANT and right.op not in _CONSTANT:
        left, right, op = right, left, _TURNED.get(op, op)
    if right.op == "boolean":
        return tell(left), predicate("flag" if (op == "=") is right.data else "not flag", voice.language, mood)
    kind = _family(left, right)
    name = op if op in ("=", "!=") and kind not in ("number", "integer", "size", "boolean") else f"{kind} {op}"
    if op in ("=", "!=") and kind in ("integer", "size"):
        name = f"number {op}"
    told = voice.choice(right.data, _choices(left, voice)) if right.op == "text" else tell(right)
    return tell(left), predicate(name, voice.language, mood, right=told)


def _family(left: Typed, right: Typed) -> str:
    """How Chinese compares: counts are few or many, lengths small or large, other numbers low or high."""
    if left.type.kind != "number":
        return "text" if left.type.kind == "choice" else left.type.kind
    unit = left.type.unit
    if unit is not None and [base for base, _ in unit.dimension] == ["m"]:
        return "size"
    counted = unit is not None or any(each.op == "aggregate" for each in left.walk())
    return "integer" if counted and left.type.integer and right.type.integer else "number"


def _choices(node: Typed, voice: Voice) -> list[Field]:
    """The choice fields that a value comes from."""
    fields = (voice.book.entities[each.data[0]].fields[each.data[1]] for each in node.walk() if each.op == "field")
    return [field for field in fields if field.type == "choice"]


def _among(node: Typed, voice: Voice, mood: Mood, tell: Tell, *, denied: bool) -> str:
    left, right = node.args
    if right.op != "list":
        name = "not in-parameter" if denied else "in-parameter"
        return predicate(name, voice.language, mood, right=tell(right))
    fields = _choices(left, voice)
    items = [voice.choice(item.data, fields) if item.op == "text" else tell(item) for item in right.args]
    if denied and len(items) == 2 and voice.language == "en":
        neither = voice.say("neither", first=items[0], last=items[1])
        return predicate("=", voice.language, mood, right=neither)
    many = denied and len(items) > 1
    word: Literal["and", "or"] = "and" if many and voice.language == "en" else "or"
    name = "none-of" if many else "!=" if denied else "="
    return predicate(name, voice.language, mood, right=voice.listed(items, word))
