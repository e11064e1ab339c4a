"""What is wrong with a case: where, and why.

In: the name of a sentence, a place and what fills the sentence's gaps. Out: `CaseError`.
"""

from __future__ import annotations

from collections.abc import Iterable

from eduplan_rules.errors import did_you_mean
from eduplan_rules.source import Span
from eduplan_rules.tools.words import Language, say

#: the name of a sentence and its gaps; an empty text says nothing
Clause = tuple[str, dict[str, object]] | str


class CaseError(Exception):
    """A case that cannot be read or run."""

    def __init__(self, name: str, span: Span, /, **gaps: object) -> None:
        self.name = name
        self.span = span
        self.gaps = gaps
        super().__init__(self.told("en"))

    def told(self, language: Language) -> str:
        """Place and sentence."""
        return say("place", language, place=self.span, message=self.sentence(language))

    def sentence(self, language: Language) -> str:
        """The sentence; a gap that is a pair is itself a sentence with gaps."""
        gaps = dict(self.gaps)
        for key, gap in gaps.items():
            if isinstance(gap, tuple):
                gaps[key] = say(gap[0], language, **gap[1])
        return say(self.name, language, **gaps)


def hint(word: str, candidates: Iterable[str]) -> Clause:
    """What may have been meant by a word."""
    near = did_you_mean(word, candidates)
    return ("did-you-mean", {"word": near}) if near else ""


def hint_or_known(word: str, candidates: Iterable[str]) -> Clause:
    """What may have been meant by a word, else all that could stand in its place."""
    known = list(map(str, candidates))
    return hint(word, known) or ("expected-known", {"known": ", ".join(known)})
