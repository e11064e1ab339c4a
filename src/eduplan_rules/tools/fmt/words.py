"""The words of expressions in one language, token by token.

In: the tokens of an expression. Out: which of them to replace, and by what. Names are none of these words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

Language = Literal["zh", "en"]

#: kinds of tokens in a row -> the words that mean them
_ENGLISH: dict[tuple[str, ...], str] = {
    ("_IS_NOT_MISSING_ZH",): "is not missing", ("_IS_MISSING_ZH",): "is missing", ("NOT_IN_ZH",): "not in",
    ("_OVER_LAST_ZH",): "over last", ("_OVER_EVER_ZH",): "over ever", ("_WEIGHTED_ZH",): "weighted by",
    ("_SKIP_MISSING_ZH",): "skip missing", ("_BETWEEN_ZH",): "between", ("_TO_ZH",): "and", ("_AND",): "and",
    ("_OR",): "or", ("_NOT",): "not", ("IN",): "in", ("_FOR",): "for", ("_WHERE",): "where", ("_TRUE",): "true",
    ("_FALSE",): "false", ("THIS",): "this",
}  # fmt: skip
_CHINESE: dict[tuple[str, ...], str] = {
    ("_IS", "_NOT", "_MISSING"): "不为空", ("_IS", "_MISSING"): "为空", ("_NOT", "IN"): "不属于",
    ("_OVER", "_LAST"): "近", ("_OVER", "_EVER"): "历来", ("_WEIGHTED", "_BY"): "加权",
    ("_SKIP", "_MISSING"): "略过空值", ("_BETWEEN",): "介于", ("_AND",): "且", ("_OR",): "或", ("_NOT",): "非",
    ("IN",): "属于", ("_FOR",): "于", ("_WHERE",): "其中", ("_TRUE",): "真", ("_FALSE",): "假", ("THIS",): "本",
}  # fmt: skip
_UNITS = {"d": ("天", "day"), "m": ("个月", "month"), "y": ("年", "year")}
_UNITS |= {"天": _UNITS["d"], "日": _UNITS["d"], "个": _UNITS["m"], "月": _UNITS["m"], "年": _UNITS["y"]}
_OPENING, _CLOSING = ("_OPEN", "_LIST_OPEN"), ("_CLOSE", "_LIST_CLOSE")


def translated(tokens: Sequence[Any], language: Language) -> Iterator[tuple[Any, Any, str]]:
    """Give the first and the last token of each word that is of the other language, and what it is in this one."""
    phrases = _CHINESE if language == "zh" else _ENGLISH
    ends = _ends_of_between(tokens)
    number = 0
    while number < len(tokens):
        token = tokens[number]
        starts = (_kinds(tokens[number : number + length]) for length in (3, 2, 1))
        phrase = next((kinds for kinds in starts if kinds in phrases), None)
        length = len(phrase or (token,))
        word = phrases[phrase] if phrase is not None else None
        if token.type == "DURATION":
            word = _duration(str(token), language)
        elif number in ends and language == "zh":
            word = "与"
        last = tokens[number + length - 1]
        if word is not None and (length > 1 or str(token) != word):
            yield token, last, word
        number += length


def _kinds(tokens: Sequence[Any]) -> tuple[str, ...]:
    return tuple(token.type for token in tokens)


def _ends_of_between(tokens: Sequence[Any]) -> set[int]:
    """Where `and` stands between two ends: the next one at the depth of a `between`."""
    depth = 0
    waiting: list[int] = []
    found: set[int] = set()
    for number, token in enumerate(tokens):
        depth += (token.type in _OPENING) - (token.type in _CLOSING)
        if token.type == "_BETWEEN":
            waiting.append(depth)
        elif token.type == "_AND" and waiting and waiting[-1] == depth:
            waiting.pop()
            found.add(number)
    return found


def _duration(text: str, language: Language) -> str:
    amount, unit = re.fullmatch(r"(\d+)\s*(\w+)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    chinese, english = _UNITS[unit[0]]
    if language == "zh":
        return text if not unit.isascii() else f"{amount} {chinese}"
    return text if unit.isascii() else f"{amount} {english}{'' if int(amount) == 1 else 's'}"
