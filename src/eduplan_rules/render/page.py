"""A page of text: paragraphs wrapped to a width, Chinese characters counted as two columns.

In: pieces of text, each with a style or none. Out: text, with the codes of colours if they are wanted. What a terminal
would obey in the pieces themselves never gets out. Chinese breaks between any two characters but before a closing sign
and behind an opening one; a number stays with its unit. A word or a piece longer than anybody reads
is shown by its beginning and its end: files of results hold it whole.
"""

from __future__ import annotations

import re
from collections.abc import Set
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from eduplan_rules.render.words import Language, counted, say

_CLOSING = "，。；：、！？）》」』】”’…％,;:)]"
_OPENING = "（《「『【“‘(["
#: a number with a short unit behind it
_AMOUNT = re.compile(r"\d [^\s，。；：、）]{1,6}(?=[，。；：、）\s]|$)")
#: the least that a line holds
_LEAST = 20
#: a word that is longer than this, and a piece, is shortened to these first and last characters
_LONG_WORD = re.compile(r"[^\s，。；：、]{600,}")
_LONGEST, _FIRST, _LAST = 20_000, 200, 60


class Whole(str):
    """A piece that is not broken over lines if it fits into one."""

    __slots__ = ()


class Page:
    """Lines of text, wrapped to the width."""

    def __init__(self, language: Language, width: int, *, colour: bool) -> None:
        self.language = language
        self.width = width
        self._written = StringIO()
        self._console = Console(
            file=self._written,
            width=width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def say(self, name: str, **gaps: object) -> str:
        """A sentence in the page's language."""
        return say(name, self.language, **gaps)

    def count(self, number: int, thing: str) -> str:
        """A number with what it counts."""
        return counted(number, thing, self.language)

    def line(self, *pieces: str | tuple[str, str], first: int = 0, rest: int | None = None) -> None:
        """Write a paragraph; `first` and `rest` indent its first and its other lines."""
        cleaned = [_clean(piece) for piece in pieces]
        whole = Text.assemble(*cleaned)
        unbroken: set[int] = set()
        begin = 0
        for piece, (text, _) in zip(pieces, cleaned, strict=True):
            if isinstance(piece, Whole):
                unbroken.update(range(begin + 1, begin + len(text)))
            begin += len(text)
        plain, indent = whole.plain, first
        for amount in _AMOUNT.finditer(plain):
            unbroken.update(range(amount.start() + 1, amount.end()))
        rows: list[tuple[int, int, int]] = []
        start = 0
        while True:
            end = _line_end(plain, start, max(_LEAST, self.width - indent), unbroken)
            rows.append((start, end, indent))
            start = end
            while plain[start : start + 1] == " ":
                start += 1
            if start >= len(plain):
                break
            indent = first if rest is None else rest
        # blanks between two rows are pieces of their own
        cuts = sorted({place for begin, end, _ in rows for place in (begin, end)} - {0, len(plain)})
        pieces_at = dict(zip([0, *cuts], whole.divide(cuts), strict=True))
        for begin, _, indent in rows:
            told = pieces_at[begin]
            told.rstrip()
            self._console.print(Text(" " * (indent if told.plain else 0)) + told, soft_wrap=True)

    def text(self) -> str:
        """All that was written."""
        return self._written.getvalue()


def _line_end(plain: str, start: int, room: int, unbroken: Set[int]) -> int:
    """Where the line that begins at `start` ends: at the last place where it may, within the room."""
    width, last = 0, start
    for position in range(start, len(plain)):
        if position > start and position not in unbroken and _may_break(plain, position):
            last = position
        width += cell_len(plain[position])
        if width > room and plain[position] != " ":
            return last if last > start else max(position, start + 1)
    return len(plain)


def _may_break(plain: str, position: int) -> bool:
    """Whether a line may end before this character."""
    before, after = plain[position - 1], plain[position]
    if before == " ":
        number = plain[position - 2 : position - 1]
        return (after != " " and not (number.isdigit() or number == "×")) or plain[position - 2 : position] == "  "
    if after in _CLOSING or before in _OPENING:
        return False
    return cell_len(before) > 1 or (cell_len(after) > 1 and not before.isdigit())


def _clean(piece: str | tuple[str, str]) -> tuple[str, str]:
    """Data may hold line ends and codes that a terminal obeys: neither is let out."""
    text, style = (piece, "") if isinstance(piece, str) else piece
    if len(text) > _FIRST + _LAST:
        text = _LONG_WORD.sub(lambda word: _shortened(word[0]), text)
        text = text if len(text) <= _LONGEST else _shortened(text)
    return "".join(letter if letter.isprintable() else " " for letter in text), style


def _shortened(text: str) -> str:
    return f"{text[:_FIRST]}…{text[-_LAST:]}"
