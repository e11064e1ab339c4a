"""One change of a rulebook, as plain data in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from eduplan_rules.source import Span

#: a text by language
Words = dict[str, str]
Kind = Literal["clause", "entity", "field", "parameter", "value", "calendar", "rule"]
What = Literal["added", "removed", "renamed", "changed"]


def same(text: str) -> Words:
    """A text that is the same in both languages."""
    return {"zh": text, "en": text}


@dataclass(frozen=True)
class Change:
    """What was added, removed, renamed, or is otherwise than before."""

    kind: Kind
    name: str
    what: What
    #: what people call it
    about: Words | None = None
    #: of what is otherwise: which key; None for the value of a parameter
    part: str | None = None
    old: Words | None = None
    new: Words | None = None
    #: of a parameter's value: the first day of the difference (None: from the beginning), and for which choice or step
    since: str | None = None
    of: Words | None = None
    place: Span | None = None

    def to_dict(self) -> dict[str, Any]:
        """The change as plain data."""
        names = ("kind", "name", "what", "about", "part", "old", "new", "since", "of")
        place = None if self.place is None else {"file": self.place.source.name, "line": self.place.line}
        return {name: getattr(self, name) for name in names} | {"location": place}
