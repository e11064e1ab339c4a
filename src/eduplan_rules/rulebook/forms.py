"""The forms authors may write, read as the one form of the model.

In: what stands at a key (`Scalar`, `Mapping`, `Sequence` or None). Out: the value of the declared type.
What does not fit raises a pydantic error that carries our code, our sentence and a hint; `load` adds the place.
Unknown keys go to the list of diagnostics that pydantic carries as context, so that they hide no other mistake.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from eduplan_rules.errors import Code, Diagnostic, did_you_mean
from eduplan_rules.rulebook.keys import expected, found, tidy
from eduplan_rules.rulebook.words import all_of, word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Mapping, Scalar, Sequence, Span

LANGUAGES = ("zh", "en")
#: so many names a hint lists
FEW = 8

_NUMBER = re.compile(r"[-+]?([0-9][0-9_]*(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_IN_WORDS = re.compile(r"(百分之)?[零〇一二两三四五六七八九十百千万亿点]+")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]+)?")
_COUNTED = re.compile(
    r"([-+]?[0-9][0-9_]*(?:\.[0-9]+)?) ?"
    r"(?:人|名|个|所|台|间|次|天|日|年|个?月|岁|分|元|[百千万亿]元|米|平方米|㎡|m²?|days?|months?|years?)"
)
_OTHER_DATE = re.compile(r"([0-9]{4})[-/.年] ?([0-9]{1,2})[-/.月] ?([0-9]{1,2})日?")
_END = re.compile(r"([0-9]{4}) ?年 ?(?:([0-9]{1,2}) ?月)?(?:年?[底末终])")
_NAME = re.compile(r"[^\W\d]\w*")
_YEAR = re.compile(r"[0-9]{4}")


def refuse(code: Code, message: Wording, hint: Wording | None = None) -> PydanticCustomError:
    """Make the error that `load` turns into a diagnostic."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def _unshaped(form: str, value: object) -> PydanticCustomError:
    """Refuse what is of another shape than this one."""
    return refuse("wrong-shape", expected(word(form), value))


def suggest(name: str, candidates: Collection[str]) -> Wording | None:
    """Give the hint for a word that is not known."""
    near = did_you_mean(name, candidates)
    return word("did-you-mean", word=near) if near else None


def enumerate_few(names: Collection[str], kind: str = "the-entities") -> Wording | None:
    """Give the hint that names what there is, where that is not much; `kind` is the name of a sentence."""
    return word(kind, names=tuple(sorted(names))) if 0 < len(names) <= FEW else None


@dataclass(frozen=True)
class Salvage:
    """The context in which pydantic reads what is right of a definition at this place, and complains of nothing."""

    place: Span


def known_keys(value: Mapping, allowed: Collection[str], info: ValidationInfo) -> Mapping:
    """Put right the keys that are not allowed; the diagnostics go into pydantic's context."""
    return tidy(value, allowed, info.context if isinstance(info.context, list) else [])


def to_text(value: Any) -> Scalar:
    """Take one text as it was written."""
    if isinstance(value, Scalar):
        return value
    raise _unshaped("a-text", value)


def to_texts(value: Any) -> tuple[Scalar, ...]:
    """Take one text, or a list of them."""
    if isinstance(value, Sequence):
        return tuple(to_text(item) for item in value)
    if isinstance(value, Scalar):
        return (value,)
    raise _unshaped("texts", value)


def to_pair(value: Any) -> tuple[Scalar, Scalar]:
    """Take a list of two texts."""
    texts = to_texts(value)
    if len(texts) == 2:
        return texts[0], texts[1]
    raise refuse("wrong-shape", word("list-of-two", found=len(texts)))


def to_list(value: Any) -> Any:
    """Let a single thing stand for the list of it."""
    return [value] if isinstance(value, (Scalar, Mapping)) else value


def to_words(value: Any, info: ValidationInfo) -> dict[str, Scalar]:
    """Take a text for all languages, or one for each: `{zh: 学校, en: School}`."""
    if isinstance(value, Scalar):
        return dict.fromkeys(LANGUAGES, value)
    if not isinstance(value, Mapping):
        raise _unshaped("texts-by-language", value)
    words: dict[str, Scalar] = {}
    for language, text in known_keys(value, LANGUAGES, info).items():
        if isinstance(text, Scalar):
            words[str(language)] = text
        elif isinstance(info.context, list):
            message = expected(word("a-text"), text)
            info.context.append(Diagnostic("wrong-shape", message, getattr(text, "span", language.span)))
    if not words and not value:
        forms = {"expected": word("texts-by-language"), "found": word("found-empty-mapping")}
        raise refuse("wrong-shape", word("expected", **forms))
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
            raise refuse("duplicate-name", word("choice-twice", choice=found(twice)))
        return dict.fromkeys(choices)
    if isinstance(value, Mapping):
        return {key: None if label is None else both_languages(to_words(label, info)) for key, label in value.items()}
    raise _unshaped("choices", value)


def to_renamed(value: Any, info: ValidationInfo) -> dict[str, str]:
    """Take a mapping from old keys to new ones, each new key from one old key and in one step."""
    if not isinstance(value, Mapping):
        raise _unshaped("renamings", value)
    renamed = {old: to_text(new) for old, new in value.items()}
    if isinstance(info.context, list):
        info.context.extend(_renamings(renamed))
    return {str(old): str(new) for old, new in renamed.items()}


def _renamings(renamed: dict[Scalar, Scalar]) -> Iterator[Diagnostic]:
    former: dict[Scalar, Scalar] = {}
    for old, new in renamed.items():
        first = former.setdefault(new, old)
        if first is not old:
            message, also = word("key-renamed-already", new=new, first=first), ((first.span, word("first-here")),)
            yield Diagnostic("wrong-renaming", message, new.span, also=also)
        way = [old]
        while new in renamed and new not in way:
            way.append(new)
            new = renamed[new]
        if new == old and old == min(way, key=list(renamed).index):
            message = word("renamed-in-circle", old=old, way=" -> ".join([*way, new]))
            yield Diagnostic("wrong-renaming", message, old.span)
        elif new not in way and len(way) > 1:
            message = word("renamed-in-steps", old=old, way=" -> ".join([*way, new]))
            hint = word("write", text=f"{old}: {new}")
            yield Diagnostic("wrong-renaming", message, old.span, instruction=hint)


def to_links(value: Any) -> dict[Scalar, tuple[Scalar, ...]]:
    """Take a mapping from a parent entity to the fields that hold its key."""
    if isinstance(value, Mapping):
        return {entity: to_texts(fields) for entity, fields in value.items()}
    raise _unshaped("links", value)


def to_number(value: Any) -> float:
    """Read a number: `12`, `1_200`, `4.5`, `1e6`."""
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, Scalar) and _NUMBER.fullmatch(value):
        number = float(value.replace("_", ""))
        if math.isfinite(number):
            return number
    hint = number_hint(value) if isinstance(value, Scalar) else None
    raise refuse("wrong-value", expected(word("a-number"), value), hint)


def number_hint(text: str) -> Wording | None:
    """Give the hint for a number that is written otherwise: `三`, `1,200`, `45人`."""
    if _IN_WORDS.fullmatch(text):
        return word("in-digits")
    if _GROUPED.fullmatch(text):
        return word("without-commas", number=re.sub("[,，]", "", text))
    counted = _COUNTED.fullmatch(text)
    return word("without-unit", number=counted.group(1)) if counted else None


def to_boolean(value: Any) -> bool:
    """Read `true` or `false`; `yes` and `no` are texts."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise refuse("wrong-value", expected(word("true-or-false"), value))


def to_date(value: Any) -> datetime.date:
    """Read a date written as year-month-day."""
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, Scalar) and _DATE.fullmatch(value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise refuse("wrong-date", word("no-such-day", day=value)) from None
    hint = other_date(value) if isinstance(value, Scalar) else None
    raise refuse("wrong-date", expected(word("a-date"), value), hint)


def read_day(written: Any, place: Span, diagnostics: list[Diagnostic]) -> datetime.date | None:
    """Read a date, or put a diagnostic to the others."""
    try:
        return to_date(written)
    except PydanticCustomError as error:
        told = error.context or {}
        span = getattr(written, "span", place)
        diagnostics.append(Diagnostic("wrong-date", told["message"], span, instruction=told["hint"]))
        return None


def other_date(text: str) -> Wording | None:
    """Give the hint for a date written otherwise: `2021/1/31`, `2021.1.31`, `2021年1月31日`, `2021年底`, `2021`."""
    if _YEAR.fullmatch(text):
        return word("whole-day", day=f"{text}-01-01")
    parts, ends = _OTHER_DATE.fullmatch(text), _END.fullmatch(text)
    try:
        if ends:
            return word("write", text=_last_day(int(ends.group(1)), int(ends.group(2) or 12)))
        return word("write", text=datetime.date(*map(int, parts.groups()))) if parts else None
    except ValueError:
        return None


def _last_day(year: int, month: int) -> datetime.date:
    """The last day of a month. Raises ValueError."""
    first = datetime.date(year, month, 1)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def to_first_day(value: Any) -> datetime.date:
    """Read a date; a bare year means its first day."""
    return datetime.date(int(value), 1, 1) if _is_year(value) else to_date(value)


def to_last_day(value: Any) -> datetime.date:
    """Read a date; a bare year means its last day."""
    return datetime.date(int(value), 12, 31) if _is_year(value) else to_date(value)


def _is_year(value: Any) -> bool:
    return isinstance(value, Scalar) and _YEAR.fullmatch(value) is not None and value != "0000"


def name_bounds(rule: Mapping) -> Mapping:
    """Take a name at `since` or `until` for that of a parameter."""
    kept = Mapping(rule, span=rule.span)
    for key in list(kept):
        if key in ("since", "until") and isinstance(kept[key], Scalar) and _NAME.fullmatch(kept[key]):
            kept[f"{key}_parameter"] = kept.pop(key)
    return kept


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


#: a way to require several things -> the keys beside it
_WAYS = {"all": (), "any": (), "at_least": ("of", "others_reach")}


def to_body(value: Any, info: ValidationInfo) -> Any:
    """Read `all: [..]`, `any: [..]` or `{at_least: 6, others_reach: x, of: [..]}` as kind and members."""
    if isinstance(info.context, Salvage):
        return _any_members(value, info.context.place)
    if not isinstance(value, Mapping):
        raise _unshaped("body", value)
    ways = [way for way in _WAYS if way in tidy(value, _WAYS, [])]
    if len(ways) != 1:
        raise refuse("wrong-shape", word("several-ways", ways=all_of(ways)) if ways else word("no-way"))
    way = ways[0]
    kept = known_keys(value, (way, *_WAYS[way]), info)
    if way != "at_least":
        return Mapping({"kind": way, "members": kept[way]}, span=value.span)
    if "of" not in kept:
        raise refuse("missing-key", word("of-missing"))
    body = Mapping({"kind": "at_least", "members": kept["of"]}, span=value.span)
    if kept["at_least"] == "all":
        body["kind"] = "all"
    else:
        body["at_least"] = kept["at_least"]
    if "others_reach" in kept:
        body["others_reach"] = kept["others_reach"]
    return body


def _any_members(value: Any, place: Span) -> Mapping:
    """Take whatever can be a member, so that it is looked into."""
    written = value if isinstance(value, Mapping) else Mapping({"all": value}, span=getattr(value, "span", place))
    kept = tidy(written, ("all", "any", "at_least", "of", "others_reach"), [])
    lists = [
        item if isinstance(item, Sequence) else [item] for key, item in kept.items() if key in ("all", "any", "of")
    ]
    body = Mapping({"kind": "all"}, span=written.span)
    if lists:
        body["members"] = [item for items in lists for item in items]
    if "others_reach" in kept:
        body["others_reach"] = kept["others_reach"]
    return body


def to_count(value: Any) -> int:
    """Read a count of members, from 1."""
    if isinstance(value, int):
        return value
    if isinstance(value, Scalar) and re.fullmatch("[1-9][0-9]{0,5}", value):
        return int(value)
    raise refuse("wrong-value", expected(word("members"), value))
