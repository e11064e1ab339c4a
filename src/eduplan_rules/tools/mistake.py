"""What is wrong with a case: where, and why.

In: the name of a sentence, a place and what fills the sentence's gaps. Out: `CaseError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eduplan_rules.errors import Diagnostic, did_you_mean, render_diagnostics
from eduplan_rules.source import Span
from eduplan_rules.tools.words import Language, say

#: the name of a sentence and its gaps; an empty text says nothing
Clause = tuple[str, dict[str, object]] | str


@dataclass(frozen=True, slots=True)
class Printed:
    """What is wrong with the YAML of a case file, to fill a gap below its sentence."""

    diagnostics: tuple[Diagnostic, ...]

    def said(self, language: Language) -> str:
        """The diagnostics as they are printed, on lines of their own."""
        return f"\n{render_diagnostics(self.diagnostics, language)}"


class CaseError(Exception):
    """A case that cannot be read or run."""

    def __init__(self, name: str, span: Span, /, **gaps: object) -> None:
        self.name = name
        self.span = span
        self.gaps = gaps
        super().__init__(self.told("en"))

    def told(self, language: Language) -> str:
        """Place and sentence."""
        return say("place", language, place=self.span, message=self.said(language))

    def said(self, language: Language) -> str:
        """The sentence; a gap that is a pair is itself a sentence with gaps."""
        return say(self.name, language, **self.gaps)


def hint(word: str, candidates: Iterable[str]) -> Clause:
    """What may have been meant by a word."""
    near = did_you_mean(word, candidates)
    return ("did-you-mean", {"word": near}) if near else ""


def hint_or_known(word: str, candidates: Iterable[str]) -> Clause:
    """What may have been meant by a word, else all that could stand in its place."""
    known = list(map(str, candidates))
    return hint(word, known) or ("expected-known", {"known": ", ".join(known)})
