"""Advice: what the loader accepts and an author would rather know.

In: a code, a place, and what fills the sentence's gaps. Out: an `Advice`, told in either language in the form of a
diagnostic. What is only worth a look is a warning; what leaves a rule unable to decide is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from eduplan_rules.errors import Code, Diagnostic, Severity
from eduplan_rules.source import Span
from eduplan_rules.tools.lint.words import word

AdviceCode = Literal[
    "bound-outside-field",
    "gap-in-scale",
    "gap-in-values",
    "message-in-one-language",
    "off-without-effect",
    "overlap-in-scale",
    "overlap-in-values",
    "rule-without-case",
    "rule-without-owner",
    "same-condition",
    "silent-loosening",
    "unguarded-absence",
    "unknown-code",
    "unreadable-cases",
    "unused-parameter",
    "unused-value",
    "where-contradicts-require",
]
ADVICE_CODES: tuple[str, ...] = get_args(AdviceCode)
#: about the section that turns advice off: cannot be turned off itself
ABOUT_OFF: tuple[AdviceCode, ...] = ("off-without-effect", "unknown-code")
#: what says itself what to do
_PLAIN: tuple[AdviceCode, ...] = ("unreadable-cases",)
_ERRORS: tuple[AdviceCode, ...] = ("unguarded-absence", "unreadable-cases", "where-contradicts-require")


@dataclass(frozen=True)
class Advice:
    """One piece of advice, at a place."""

    code: AdviceCode
    span: Span
    #: the rule, parameter or value it is about, by which it can be turned off
    about: str = ""
    #: what fills the gaps of its sentences; a pair is itself a sentence with gaps
    gaps: Mapping[str, object] = field(default_factory=dict)
    #: the name of its sentence, where that is not the code; with `-hint` it is what to do
    sentence: str | None = None
    #: other places that matter, each with the name of what stands there
    also: tuple[tuple[Span, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """Error where a rule cannot decide, or cases cannot be read."""
        return "error" if self.code in _ERRORS else "warning"

    def told(self) -> Diagnostic:
        """The advice as a diagnostic."""
        name, gaps = self.sentence or self.code, self.gaps
        return Diagnostic(
            cast(Code, self.code),
            word(name, **gaps),
            self.span,
            self.severity,
            None if self.code in _PLAIN else word(f"{name}-hint", **gaps),
            tuple((span, word(label, **gaps)) for span, label in self.also),
        )
