"""A page of text: paragraphs wrapped to a width, Chinese characters counted as two columns.

In: pieces of text, each with a style or none. Out: text, with the codes of colours if they are wanted. What a terminal
would obey in the pieces themselves never gets out.
"""

from __future__ import annotations

from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from eduplan_rules.render.words import Language, counted, say


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
        whole = Text.assemble(*(_clean(piece) for piece in pieces))
        later = first if rest is None else rest
        if first == later or first + cell_len(whole.plain) <= self.width:
            lines = list(whole.wrap(self._console, max(20, self.width - first)))
        else:
            head, *_ = whole.wrap(self._console, max(20, self.width - first))
            begin = len(head.plain)
            while whole.plain[begin : begin + 1] == " ":
                begin += 1
            lines = [head, *whole[begin:].wrap(self._console, max(20, self.width - later))]
        for position, each in enumerate(lines or [Text()]):
            each.rstrip()
            self._console.print(Text(" " * (later if position else first)) + each, soft_wrap=True)

    def text(self) -> str:
        """All that was written."""
        return self._written.getvalue()


def _clean(piece: str | tuple[str, str]) -> str | tuple[str, str]:
    """Data may hold line ends and codes that a terminal obeys: neither is let out."""
    text, style = (piece, "") if isinstance(piece, str) else piece
    return "".join(letter if letter.isprintable() else " " for letter in text), style
