"""Text that knows its file, line and column.

In: the text of a rule file. Out: `Source`, `Span`, and the tree values `Scalar`, `Mapping`, `Sequence`.
What holds from here on: whatever an author wrote can be blamed at its own characters, also inside literal blocks
and behind escapes in quotes. Offsets count characters of `Source.text`; lines and columns begin at 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Sequence as Indexed
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

#: how YAML has a text; in pieces is one that it cut up, and we put together again
Style = Literal["plain", "single", "double", "literal", "folded", "pieces"]

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Source:
    """A rule file: its name as shown to users (relative, with `/`) and its text without a byte order mark."""

    name: str
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.removeprefix("\ufeff"))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    def line(self, number: int) -> str:
        """Give the text of a line, without its line break."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def start(self, number: int) -> int:
        """Give the offset of the first character of a line."""
        return self._starts[number - 1]

    def place(self, offset: int) -> tuple[int, int]:
        """Give line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True)
class Span:
    """The characters from `start` up to, not including, `end`."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.place(self.start)[1]

    @property
    def end_line(self) -> int:
        return self.source.place(self.end)[0]

    @property
    def end_column(self) -> int:
        return self.source.place(self.end)[1]

    @property
    def text(self) -> str:
        """The characters of the file, quotes and escapes included."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"


def mentioned(name: str, sources: Iterable[Source]) -> bool:
    """Whether a file that could not be read may declare a name: it stands in its text, or not even that is known."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(not source.text or word.search(source.text) for source in sources)


class Scalar(str):
    """A text with its place. `offsets` has the place of each character in the file, and that of the end."""

    __slots__ = ("offsets", "span", "style")

    span: Span
    style: Style
    offsets: Indexed[int]

    def __new__(cls, text: str, span: Span, style: Style = "plain", offsets: Indexed[int] | None = None) -> Scalar:
        self = super().__new__(cls, text)
        self.span = span
        self.style = style
        self.offsets = range(span.start, span.start + len(text) + 1) if offsets is None else offsets
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self.span, self.style, self.offsets

    def place(self, start: int, end: int) -> Span:
        """Give the span in the file of the characters from `start` up to `end` of this text."""
        last = len(self.offsets) - 1
        return Span(self.span.source, self.offsets[min(start, last)], self.offsets[min(end, last)])


class Mapping(dict[Any, Any]):
    """A dict with its place; its keys are scalars."""

    def __init__(self, items: Any = (), *, span: Span) -> None:
        super().__init__(items)
        self.span = span


class Sequence(list[Any]):
    """A list with its place."""

    def __init__(self, items: Any = (), *, span: Span) -> None:
        super().__init__(items)
        self.span = span
        #: position -> where nothing stands, as in `- ~`
        self.gaps: dict[int, Span] = {}

    def place(self, position: int) -> Span:
        """Give the place of an item."""
        place: Span = getattr(self[position], "span", self.gaps.get(position, self.span))
        return place
