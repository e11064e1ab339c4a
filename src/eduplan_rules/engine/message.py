"""The author's sentence about an outcome, with its placeholders filled.

In: the compiled pieces of a message and an outcome's record. Out: the sentence, or nothing where a value in it is
missing: the generated sentence then says what is the case. What is known to be absent is told as that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from eduplan_rules.compiler.plan import Part, Shown
from eduplan_rules.engine.wording import decimals_among, format_value, name_of_part
from eduplan_rules.spacing import joined
from eduplan_rules.units import in_english

#: what is said of a value that is known to be absent
ABSENT: Mapping[str, str] = {"zh": "无", "en": "none"}


def written_message(
    pieces: Sequence[str | Shown],
    record: Mapping[str, Any],
    failing: Sequence[Part],
    read: Callable[[Shown], Any],
    language: str,
) -> str:
    """The sentence; empty where there is none. `read` gives the plain value of a placeholder of the rule's own."""
    if not pieces:
        return ""
    told: list[Any] = []
    for piece in pieces:
        told.append(piece if isinstance(piece, str) else _told(piece, record, failing, read))
        if told[-1] is None:
            return ""
    sides = (each[side] for each in (record, *record["parts"]) for side in ("observed", "required"))
    numbers = {each for each in (*told, *sides) if isinstance(each, float) or type(each) is int}
    words: list[str] = []
    one = False
    for piece, each, behind in zip(pieces, told, (*pieces, "")[1:], strict=True):
        if isinstance(piece, str):
            words.append(piece)
            continue
        unit = "%" if isinstance(behind, str) and behind.startswith(("%", " per cent", " 个百分点")) else None
        words.append(_in_words(each, piece, numbers, unit, language, one=one))
        one = type(each) in (int, float) and each == 1
    if language == "zh":
        return joined(words)
    return "".join(_agreeing(words, pieces, told))


def _told(piece: Shown, record: Mapping[str, Any], failing: Sequence[Part], read: Callable[[Shown], Any]) -> Any:
    """What a placeholder stands for: a plain value, or words by language."""
    return _word(record, failing, piece.name) if piece.unit == "record" else read(piece)


def _in_words(told: Any, piece: Shown, numbers: Iterable[float], unit: str | None, language: str, *, one: bool) -> str:
    """A placeholder's value as people read it; numbers that differ look different, a unit agrees with its number."""
    if piece.unit == "record" and piece.name == "unit" and language == "en":
        return in_english(told["zh"], one=one)
    label = (told if isinstance(told, Mapping) else (piece.labels or {}).get(str(told), {})).get(language)
    return format_value(told, language, decimals_among(told, numbers, unit)) if label is None else str(label)


def _agreeing(words: Sequence[str], pieces: Sequence[str | Shown], told: Sequence[Any]) -> list[str]:
    """The words with the noun, or verb, behind a number in the singular where the number is 1."""
    result = list(words)
    for at, piece in enumerate(pieces[:-1]):
        if isinstance(piece, Shown) and piece.plural is not None and words[at] == "1" and not isinstance(told[at], str):
            several, one = piece.plural
            result[at + 1] = one + words[at + 1].removeprefix(several)
    return result


def _word(record: Mapping[str, Any], failing: Sequence[Part], name: str) -> Any:
    """What a placeholder of the record stands for."""
    match name:
        case "part":
            return {each: name_of_part(failing[0], each) if failing else "" for each in ("zh", "en")}
        case "parts":
            # once each: a member may fail in several comparisons, and a quorum's count and floors are no members
            members = [part for part in failing if part.of is None and not part.floor] or failing
            zh, en = (dict.fromkeys(name_of_part(part, each) for part in members) for each in ("zh", "en"))
            return {"zh": "、".join(zh), "en": ", ".join(en)}
        case "subject":
            return str(record["subject"]["name"] or " / ".join(record["subject"]["key"]))
        case "unit":
            return {"zh": record["unit"] or ""}
        case _:
            return record[name]
