"""Sentences that are there in English and Chinese.

In: a table of sentences, the name of one, and what fills its gaps. Out: text in a language; or a `Wording`, which is
said later, in whichever language is asked for. What holds: no sentence has one language without the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Literal, TypeGuard, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: name -> (English, Chinese)
Sentences = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence with what fills its gaps, not yet said in a language."""

    english: str
    chinese: str
    #: name -> what fills it: a text, a number, a wording, or several of these
    gaps: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.said("en")

    def said(self, language: Language) -> str:
        """The sentence in a language."""
        gaps = {name: _filled(gap, language) for name, gap in self.gaps}
        return _together(self.chinese, gaps) if language == "zh" else self.english.format_map(gaps)


def word(table: Sentences, name: str, /, **gaps: object) -> Wording:
    """The sentence of a table, to be said later; a gap that is a pair is itself a sentence of the table with gaps."""
    worded = ((key, word(table, gap[0], **gap[1]) if _is_pair(gap) else gap) for key, gap in gaps.items())
    return Wording(*table[name], tuple(worded))


def say(table: Sentences, name: str, language: Language, /, **gaps: object) -> str:
    """The sentence of a table in a language."""
    return word(table, name, **gaps).said(language)


def _is_pair(gap: object) -> TypeGuard[tuple[str, dict[str, object]]]:
    return isinstance(gap, tuple) and len(gap) == 2 and isinstance(gap[1], dict)


def _filled(gap: object, language: Language) -> object:
    """What fills a gap: a text, a number, whatever is said in a language itself, or several of these."""
    if isinstance(gap, tuple):
        return ("、" if language == "zh" else ", ").join(str(_filled(each, language)) for each in gap)
    said = getattr(gap, "said", None)
    return gap if said is None else said(language)


def _together(text: str, gaps: Mapping[str, object]) -> str:
    """A Chinese text with its gaps filled: a space stands between its characters and what comes in backticks."""
    whole, opened = "", False
    for literal, name, form, _ in _pieces(text):
        for piece in (literal, "" if name is None else format(gaps[name], form or "")):
            meet = {whole[-1:], piece[:1]}
            apart = not opened and "`" in meet and any(map(_is_chinese, meet))
            whole += f" {piece}" if apart else piece
            opened ^= piece is literal and literal.count("`") % 2 == 1
    return whole


@cache
def _pieces(text: str) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    return tuple(Formatter().parse(text))


def _is_chinese(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff"
