"""The forms authors may write, read as the one form of the model.

In: what stands at a key (`Scalar`, `Mapping`, `Sequence` or None). Out: the value of the declared type.
What does not fit raises a pydantic error that carries our code, our sentence and a hint; `load` adds the place.
Unknown keys go to the list of diagnostics that pydantic carries as context, so that they hide no other mistake.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Collection
from typing import Any

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from eduplan_rules.errors import Code, Diagnostic, did_you_mean
from eduplan_rules.source import Mapping, Scalar, Sequence

LANGUAGES = ("zh", "en")

_NUMBER = re.compile(r"[-+]?([0-9][0-9_]*(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")


def refuse(code: Code, message: str, hint: str | None = None) -> PydanticCustomError:
    """Make the error that `load` turns into a diagnostic."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def found(value: object) -> str:
    """Name what stands at a place, for messages."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = " ".join(str(value).split())
    if not text:
        return "an empty text"
    return f"`{text[:40]}…`" if len(text) > 40 else f"`{text}`"


def suggest(word: str, candidates: Collection[str]) -> str | None:
    """Give the hint for a word that is not known."""
    near = did_you_mean(word, candidates)
    return f"did you mean `{near}`?" if near else None


def known_keys(value: Mapping, allowed: Collection[str], info: ValidationInfo) -> Mapping:
    """Drop the keys that are not allowed, with a diagnostic for each."""
    kept = Mapping(span=value.span)
    for key, item in value.items():
        if key in allowed:
            kept[key] = item
        else:
            diagnostics: list[Diagnostic] = [] if info.context is None else info.context
            diagnostics.append(unknown_key(key, allowed, item))
    return kept


def unknown_key(key: Scalar, allowed: Collection[str], value: object) -> Diagnostic:
    """Tell of a key that has no meaning where it stands; one without a value may be half of a text."""
    cut = "put a text with a comma in quotes" if value is None and key.style == "plain" else None
    hint = suggest(key, allowed) or cut or f"keys here are {', '.join(sorted(allowed))}"
    return Diagnostic("unknown-key", f"unknown key {found(key)}", key.span, hint=hint)


def to_text(value: Any) -> Scalar:
    """Take one text as it was written."""
    if isinstance(value, Scalar):
        return value
    raise refuse("wrong-shape", f"expected a text, found {found(value)}")


def to_texts(value: Any) -> tuple[Scalar, ...]:
    """Take one text, or a list of them."""
    if isinstance(value, Sequence):
        return tuple(to_text(item) for item in value)
    if isinstance(value, Scalar):
        return (value,)
    raise refuse("wrong-shape", f"expected a text or a list of texts, found {found(value)}")


def to_pair(value: Any) -> tuple[Scalar, Scalar]:
    """Take a list of two texts."""
    texts = to_texts(value)
    if len(texts) == 2:
        return texts[0], texts[1]
    raise refuse("wrong-shape", f"expected a list of two, found {len(texts)}")


def to_list(value: Any) -> Any:
    """Let a single thing stand for the list of it."""
    return [value] if isinstance(value, (Scalar, Mapping)) else value


def to_words(value: Any, info: ValidationInfo) -> dict[str, Scalar]:
    """Take a text for all languages, or one for each: `{zh: 学校, en: School}`."""
    if isinstance(value, Scalar):
        return dict.fromkeys(LANGUAGES, value)
    if not isinstance(value, Mapping):
        raise refuse("wrong-shape", f"expected a text or texts by language, found {found(value)}")
    words = {str(language): to_text(text) for language, text in known_keys(value, LANGUAGES, info).items()}
    if not words and not value:
        raise refuse("wrong-shape", "expected a text or texts by language, found an empty mapping")
    return words


def both_languages(words: dict[str, Scalar]) -> dict[str, str]:
    """Let each language speak for the other where only one was written."""
    first = next(iter(words.values()), None)
    return {} if first is None else {language: words.get(language, first) for language in LANGUAGES}


def to_choices(value: Any, info: ValidationInfo) -> dict[Scalar, dict[str, str] | None]:
    """Take a list of identifiers, or a mapping from identifier to label."""
    if isinstance(value, Sequence):
        choices = to_texts(value)
        twice = next((choice for choice in choices if choices.count(choice) > 1), None)
        if twice is not None:
            raise refuse("duplicate-name", f"found the choice {found(twice)} twice")
        return dict.fromkeys(choices)
    if isinstance(value, Mapping):
        return {key: None if label is None else both_languages(to_words(label, info)) for key, label in value.items()}
    raise refuse("wrong-shape", f"expected choices, found {found(value)}")


def to_renamed(value: Any) -> dict[str, str]:
    """Take a mapping from old keys to new ones."""
    if isinstance(value, Mapping):
        return {str(old): str(to_text(new)) for old, new in value.items()}
    raise refuse("wrong-shape", f"expected old keys with new ones, found {found(value)}")


def to_links(value: Any) -> dict[Scalar, tuple[Scalar, ...]]:
    """Take a mapping from a parent entity to the fields that hold its key."""
    if isinstance(value, Mapping):
        return {entity: to_texts(fields) for entity, fields in value.items()}
    raise refuse("wrong-shape", f"expected entities with key fields, found {found(value)}")


def to_number(value: Any) -> float:
    """Read a number: `12`, `1_200`, `4.5`, `1e6`."""
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, Scalar) and _NUMBER.fullmatch(value):
        number = float(value.replace("_", ""))
        if math.isfinite(number):
            return number
    raise refuse("wrong-value", f"expected a number, found {found(value)}")


def to_boolean(value: Any) -> bool:
    """Read `true` or `false`; `yes` and `no` are texts."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise refuse("wrong-value", f"expected true or false, found {found(value)}")


def to_date(value: Any) -> datetime.date:
    """Read a date written as year-month-day."""
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, Scalar) and _DATE.fullmatch(value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise refuse("wrong-date", f"there is no day {value} in the calendar") from None
    raise refuse("wrong-date", f"expected a date as year-month-day (2021-12-31), found {found(value)}")


def to_first_day(value: Any) -> datetime.date:
    """Read a date; a bare year means its first day."""
    return datetime.date(int(value), 1, 1) if _is_year(value) else to_date(value)


def to_last_day(value: Any) -> datetime.date:
    """Read a date; a bare year means its last day."""
    return datetime.date(int(value), 12, 31) if _is_year(value) else to_date(value)


def _is_year(value: Any) -> bool:
    return isinstance(value, Scalar) and _YEAR.fullmatch(value) is not None and value != "0000"


def to_period(value: Any) -> Any:
    """Let a kind alone stand for a column named after it: `school-year` is read from `school_year`."""
    if isinstance(value, Scalar):
        column = Scalar(value.replace("-", "_"), value.span, value.style)
        return Mapping({"is": value, "column": column}, span=value.span)
    return value


def to_reference(value: Any) -> Any:
    """Let a document's name alone stand for a reference to it."""
    return Mapping({"document": value}, span=value.span) if isinstance(value, Scalar) else value


def to_member(value: Any) -> Any:
    """Let an expression alone stand for a member with that condition."""
    return Mapping({"that": value}, span=value.span) if isinstance(value, Scalar) else value


def to_body(value: Any, info: ValidationInfo) -> Any:
    """Read `all: [..]`, `any: [..]` or `{at_least: 6, others_reach: x, of: [..]}` as kind and members."""
    if not isinstance(value, Mapping):
        message = f"expected an expression, or a mapping with all, any or at_least, found {found(value)}"
        raise refuse("wrong-shape", message)
    ways = [way for way in ("all", "any", "at_least") if way in value]
    if len(ways) != 1:
        written = " and ".join(f"`{way}`" for way in ways) or "none of them"
        hint = next(filter(None, (suggest(key, ("all", "any", "at_least")) for key in value)), None)
        raise refuse("wrong-shape", f"expected one of all, any, at_least, found {written}", hint)
    way = ways[0]
    if way != "at_least":
        kept = known_keys(value, (way,), info)
        return Mapping({"kind": way, "members": kept[way]}, span=value.span)
    kept = known_keys(value, ("at_least", "of", "others_reach"), info)
    if "of" not in kept:
        raise refuse("missing-key", "`of` is missing: at_least counts members of a list")
    body = Mapping({"kind": "at_least", "members": kept["of"]}, span=value.span)
    if kept["at_least"] == "all":
        body["kind"] = "all"
    else:
        body["at_least"] = kept["at_least"]
    if "others_reach" in kept:
        body["others_reach"] = kept["others_reach"]
    return body


def to_count(value: Any) -> int:
    """Read a count of members, from 1."""
    if isinstance(value, int):
        return value
    if isinstance(value, Scalar) and re.fullmatch("[1-9][0-9]{0,5}", value):
        return int(value)
    raise refuse("wrong-value", f"expected a number of members or `all`, found {found(value)}")
