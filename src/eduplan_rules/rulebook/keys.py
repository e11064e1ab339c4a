"""Keys that have no meaning where they stand, read as those that were meant.

In: a mapping and the keys that may stand in it. Out: the mapping with only such keys, and a diagnostic for each that
was put right or dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from eduplan_rules.errors import Code, Diagnostic, did_you_mean
from eduplan_rules.rulebook.words import word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Mapping, Scalar, Span

_COLON = re.compile("([:：])")
#: a further key behind a full-width comma
_NEXT = re.compile(r"，\s*([a-z_]+)[:：]\s*")

#: what people write for a key -> the keys it can be
_HABITS = {
    "entity": ("for",), "subject": ("for",), "condition": ("require",), "check": ("require",), "assert": ("require",),
    "filter": ("where",), "when": ("where",), "deadline": ("due",), "name": ("title",), "reference": ("source",),
    "expression": ("is", "that", "require"), "formula": ("is",), "from": ("since",), "to": ("until",),
    "enum": ("choices",), "options": ("choices",), "minimum": ("min",), "maximum": ("max",), "alias": ("aliases",),
    "required": ("require",), "cn": ("zh",), "ch": ("zh",), "中文": ("zh",), "英文": ("en",),
    "编号": ("id",), "标题": ("title",), "名称": ("title", "label"), "标签": ("label",), "别名": ("aliases",),
    "对象": ("for",), "条件": ("where",), "要求": ("require",), "期限": ("due",), "截止": ("due",), "来源": ("source",),
    "依据": ("source", "clause"), "条款": ("clause",), "提示": ("message",), "责任单位": ("owner",), "单位": ("unit",),
    "类型": ("type",), "选项": ("choices",), "字段": ("fields",), "主键": ("key",), "数值": ("value",),
    "值": ("value",), "规则": ("rules",), "参数": ("parameters",), "实体": ("entities",),
}  # fmt: skip


def tidy(value: Mapping, allowed: Collection[str], diagnostics: list[Diagnostic]) -> Mapping:
    """Read keys that are not allowed as those that were meant, or drop them, with a diagnostic for each."""
    kept = Mapping({key: item for key, item in value.items() if _fits(key, allowed)}, span=value.span)
    for key, item in value.items():
        if not _fits(key, allowed):
            diagnostics.append(unknown_key(key, allowed, item, kept))
            name, text = _halves(key)
            meant = meant_key(name, allowed, kept)
            if meant and meant not in kept:
                kept[Scalar(meant, key.span, key.style)] = item if text is None or item is not None else text
    return kept


def _fits(key: Any, allowed: Collection[str]) -> bool:
    """Whether a key may stay; those that the loader adds are no scalars."""
    return key in allowed or not isinstance(key, Scalar)


def unknown_key(key: Scalar, allowed: Collection[str], value: object, present: Collection[str] = ()) -> Diagnostic:
    """Tell of a key that has no meaning where it stands; one without a value may be half of a text."""
    name, text = _halves(key)
    meant = meant_key(name, allowed, present)
    if text is not None and meant:
        sentence = "wide-colon" if key[len(name)] == "：" else "tight-colon"
        return wide_colon("unknown-key", meant, text, key.place(0, len(name) + 1), sentence)
    if meant:
        hint = word("did-you-mean", word=meant)
    elif value is None and key.style == "plain":
        hint = word("comma-in-text")
    else:
        hint = word("keys-here", keys=tuple(sorted(allowed)))
    return Diagnostic("unknown-key", word("unknown-key", key=found(key)), key.span, instruction=hint)


def wide_colon(code: Code, key: str, value: str, place: Span, sentence: str = "wide-colon") -> Diagnostic:
    """Tell of a key with a full-width colon, or no space after its colon, and say what to write instead."""
    value = _NEXT.sub(r", \1: ", value)
    shown = f" {value}" if value and "\n" not in value and len(value) < 60 else ""
    hint = word("write", text=f"{key}:{shown}")
    return Diagnostic(code, word(sentence, key=key), place, instruction=hint)


def meant_key(key: str, allowed: Collection[str], present: Collection[str] = ()) -> str | None:
    """The key that was meant: a slip away, or what people write for one that is not there."""
    habits = {
        habit: next((each for each in choices if each in allowed and each not in present), None)
        for habit, choices in _HABITS.items()
    }
    near = did_you_mean(key, [*allowed, *(habit for habit, meant in habits.items() if meant)])
    if near is not None:
        return near if near in allowed else habits[near]
    # a word of two letters is too short for a distance
    shuffled = (each for each in allowed if len(key) == 2 and each not in present and key != each)
    return next((each for each in shuffled if key[::-1] == each or (len(each) == 3 and set(key) < set(each))), None)


def _halves(key: Scalar) -> tuple[Scalar, Scalar | None]:
    """Cut a key at a full-width colon, or one without a space, which YAML takes for letters."""
    name, colon, text = _COLON.split(key, 1) if _COLON.search(key) else (key, "", "")
    if not colon or key.style != "plain":
        return key, None
    start = len(key) - len(text.lstrip())
    return (
        Scalar(name, key.place(0, len(name)), key.style),
        Scalar(key[start:], key.place(start, len(key)), key.style),
    )


def found(value: object) -> Wording:
    """Name what stands at a place, for messages."""
    if value is None:
        return word("found-nothing")
    if isinstance(value, dict):
        return word("a-mapping")
    if isinstance(value, (list, tuple)):
        return word("a-list")
    text = " ".join(str(value).split())
    if not text:
        return word("found-empty-text")
    return word("found-text", text=f"{text[:40]}…" if len(text) > 40 else text)


def not_utf_8(byte: int, place: Span) -> Diagnostic:
    """Tell of a byte that is no text."""
    return Diagnostic("not-utf-8", word("not-utf-8", byte=byte), place, instruction=word("save-as-utf-8"))


def expected(form: Wording, value: object) -> Wording:
    """Say what could stand at a place, and what does."""
    return word("expected", expected=form, found=found(value))
