"""Spaces in Chinese sentences that are put together from pieces.

In: pieces of a sentence, or a template with what fills it. Out: the sentence. Where two pieces meet, one space parts
Chinese from letters and digits, none Chinese from Chinese or from its signs; what is inside a piece stays.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from string import Formatter

_HAN = r"[㐀-䶿一-鿿]"
_SIGN = r"[　-〿＀-￯“”‘’…—·]"
#: what a word that is not Chinese begins with, and ends with; per cent belongs to what follows as its author wrote it
_BEGINS = r"[^\s㐀-䶿一-鿿　-〿＀-￯“”‘’…—·,.;:!?)\]}%/]"
_ENDS = r"[^\s㐀-䶿一-鿿　-〿＀-￯“”‘’…—·(\[{%/]"
_APART = re.compile(f"{_HAN}\0{_BEGINS}|{_ENDS}\0{_HAN}")
_TOGETHER = re.compile(f"(?:{_HAN}|{_SIGN})\0(?:{_HAN}|{_SIGN})|{_SIGN}\0.|.\0{_SIGN}", re.DOTALL)


def joined(pieces: Iterable[str]) -> str:
    """One sentence from its pieces."""
    sentence = ""
    for piece in pieces:
        if not sentence or not piece:
            sentence += piece
        elif sentence[-1] != " " != piece[0]:
            sentence += f" {piece}" if _between(sentence[-1], piece[0]) else piece
        else:
            before, after = sentence.rstrip(" "), piece.lstrip(" ")
            gap = _between(before[-1], after[0]) if before and after else None
            sentence = sentence + piece if gap is None else f"{before}{gap}{after}"
    return sentence


@functools.lru_cache(maxsize=4096)
def _between(last: str, first: str) -> str | None:
    """What stands between two pieces that end and begin so; None where it is as their authors wrote it."""
    meeting = f"{last}\0{first}"
    return " " if _APART.fullmatch(meeting) else "" if _TOGETHER.fullmatch(meeting) else None


def filled(template: str, gaps: Mapping[str, object]) -> str:
    """A template's sentence: `应不低于{required}` with `3 人` is `应不低于 3 人`."""
    return joined([str(gaps[text]) if is_gap else text for text, is_gap in _pieces(template)])


@functools.cache
def _pieces(template: str) -> tuple[tuple[str, bool], ...]:
    """The literal texts of a template and the names of its gaps, in order."""
    found: list[tuple[str, bool]] = []
    for text, name, _, _ in Formatter().parse(template):
        found += [(text, False)] if text else []
        found += [(name, True)] if name is not None else []
    return tuple(found)
