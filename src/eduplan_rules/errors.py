"""What can be wrong with the rules, and the exceptions of the library.

    EduplanError
    ├── RulebookError    the rules are wrong; has .diagnostics
    ├── DataError        no facts could be read at all; has .diagnostics
    └── EngineError      the engine refused or broke; has .rule

A diagnostic is data and cannot be made without a place, nor in one language only; `render_diagnostics` writes it for
people in either.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from eduplan_rules.secret import hidden
from eduplan_rules.sentences import Language, Sentences, Wording, say
from eduplan_rules.source import Span

Code = Literal[
    "aggregate-needs-for",
    "ambiguous-name",
    "ambiguous-path",
    "bad-unit",
    "chained-comparison",
    "choices-missing",
    "control-character",
    "custom-tag",
    "date-order",
    "different-keys",
    "duplicate-id",
    "duplicate-key",
    "duplicate-name",
    "empty-interval",
    "empty-rulebook",
    "exploding-alias",
    "expression-syntax",
    "false-tightening",
    "folded-expression",
    "loosening-not-marked",
    "merge-key",
    "min-above-max",
    "missing-choice",
    "missing-key",
    "needs-period",
    "needs-since",
    "nested-too-deep",
    "no-file",
    "no-path",
    "no-period-to-lookup",
    "not-a-condition",
    "not-a-name",
    "not-utf-8",
    "nothing-to-replace",
    "parameter-axis",
    "pattern-syntax",
    "percent-of-bare-number",
    "quote-this-expression",
    "reserved-word",
    "rule-id",
    "several-documents",
    "spaces-between-names",
    "step-order",
    "two-times",
    "type-mismatch",
    "unit-mismatch",
    "unknown-choice",
    "unknown-clause",
    "unknown-entity",
    "unknown-field",
    "unknown-function",
    "unknown-key",
    "unknown-language",
    "unknown-name",
    "unknown-placeholder",
    "value-cycle",
    "wrong-arguments",
    "wrong-date",
    "wrong-renaming",
    "wrong-shape",
    "wrong-value",
    "yaml-syntax",
]

Severity = Literal["error", "warning"]

#: how many diagnostics are printed before "and N more"
PRINTED = 100

_FRAME: Sentences = {
    "error": ("{place}: error[{code}]: {message}", "{place}: 错误[{code}]：{message}"),
    "warning": ("{place}: warning[{code}]: {message}", "{place}: 警告[{code}]：{message}"),
    "more": ("and {count} more", "另有 {count} 处"),
}


@dataclass(frozen=True)
class Diagnostic:
    """Something wrong with the rules, at a place."""

    code: Code
    #: lower case, what was found and what was expected, no full stop
    sentence: Wording
    span: Span
    severity: Severity = "error"
    #: what to do, where that is known
    instruction: Wording | None = None
    #: other places that matter, each with what stands there
    also: tuple[tuple[Span, Wording | None], ...] = ()
    #: what stands at the place itself, written beside the caret
    label: Wording | None = None

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.sentence.said("en")

    @property
    def hint(self) -> str | None:
        """The instruction in English."""
        return None if self.instruction is None else self.instruction.said("en")

    def said(self, language: Language) -> str:
        """The sentence in a language, and the instruction on a line below it."""
        return "\n".join(each.said(language) for each in (self.sentence, self.instruction) if each is not None)


class EduplanError(Exception):
    """Whatever the library raises on purpose."""


class RulebookError(EduplanError):
    """The rules are wrong; `diagnostics` has every mistake, sorted by place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sort_diagnostics(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return render_diagnostics(self.diagnostics)


class DataError(EduplanError):
    """No facts could be read at all; `diagnostics` says why, one sentence each."""

    def __init__(self, diagnostics: Iterable[str | Wording]) -> None:
        self._sentences = tuple(diagnostics)
        self.diagnostics = tuple(str(each) for each in self._sentences)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n".join(self.diagnostics)

    def said(self, language: Language) -> str:
        """The sentences in a language, as far as they are there in it."""
        return "\n".join(each if isinstance(each, str) else each.said(language) for each in self._sentences)


class EngineError(EduplanError):
    """The engine refused or broke; `rule` is the rule it was running, if any."""

    def __init__(self, message: str, rule: str | None = None) -> None:
        self.rule = rule
        super().__init__(message, rule)

    def __str__(self) -> str:
        return f"{self.rule}: {self.args[0]}" if self.rule else str(self.args[0])


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file and position; what an alias repeats at the same place is said once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=_place))


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    return diagnostic.span.source.name, diagnostic.span.start, diagnostic.span.end, diagnostic.message


def render_diagnostics(diagnostics: Iterable[Diagnostic], language: Language = "en") -> str:
    """Write diagnostics for people, by place, at most 100 of them."""
    ordered = sort_diagnostics(diagnostics)
    lines = [render_diagnostic(diagnostic, language) for diagnostic in ordered[:PRINTED]]
    if len(ordered) > PRINTED:
        lines.append(say(_FRAME, "more", language, count=len(ordered) - PRINTED))
    return "\n".join(lines)


def render_diagnostic(diagnostic: Diagnostic, language: Language = "en") -> str:
    """Write one diagnostic: a sentence, the line with a caret, other places, a hint."""
    span = diagnostic.span
    hint = None if diagnostic.instruction is None else diagnostic.instruction.said(language)
    same_line = [each for each in diagnostic.also if _same_line(each[0], span)]
    elsewhere = [each for each in diagnostic.also if not _same_line(each[0], span)]
    edge = max(len(str(each.line)) for each in (span, *(place for place, _ in elsewhere)))
    gaps = {"place": hidden(str(span)), "code": diagnostic.code, "message": hidden(diagnostic.sentence.said(language))}
    lines = [say(_FRAME, diagnostic.severity, language, **gaps)]
    if not span.source.text:
        # nothing to show: there is no such file, or nothing in it
        return "\n".join([*lines, f"  = {hint}"] if hint else lines)
    lines.append(f"{'':{edge}} |")
    marks = [(span, "^", diagnostic.label), *((place, "-", label) for place, label in same_line)]
    lines += _excerpt(edge, [(place, sign, _label(label, language)) for place, sign, label in marks])
    for place, label in elsewhere:
        if place.source != span.source:
            lines.append(f"{'':{edge}} > {hidden(str(place))}")
        lines += _excerpt(edge, [(place, "-", _label(label, language))])
    if hint:
        lines.append(f"{'':{edge}} = {hint}")
    return "\n".join(lines)


def _label(label: Wording | None, language: Language) -> str:
    return "" if label is None else label.said(language)


def _same_line(one: Span, other: Span) -> bool:
    return one.source == other.source and one.line == other.line


def _excerpt(edge: int, marks: list[tuple[Span, str, str]]) -> list[str]:
    """Give a line of the file with marks below it; the rightmost label stands beside its mark, others below theirs."""
    source, number = marks[0][0].source, marks[0][0].line
    text = source.line(number)
    shown = hidden(text)
    under, labels = "", []
    for span, sign, label in sorted(marks, key=lambda mark: mark[0].start):
        start = _width(hidden(text[: span.column - 1]))
        length = _width(hidden(text[span.column - 1 : span.end_column - 1 if span.end_line == number else None]))
        under = under.ljust(start) + sign * max(1, min(length, _width(shown.rstrip()) - start))
        labels.append((start, label))
    lines = [f"{number:>{edge}} | {_printable(shown)}".rstrip(), f"{'':{edge}} | {under} {labels[-1][1]}".rstrip()]
    return lines + [f"{'':{edge}} | {'':{start}}{label}" for start, label in labels[:-1] if label]


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " * _width(letter) for letter in text)


def _width(text: str) -> int:
    """Count terminal columns: Chinese characters and full-width signs take two."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Give the candidate that is a slip away (a third of the letters at most), or None."""
    near = [(_distance(_plain(word), _plain(candidate)), candidate) for candidate in dict.fromkeys(candidates)]
    best = min(near, default=None)
    return best[1] if best is not None and best[0] <= min(3, len(word) // 3) else None


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")


def _distance(one: str, other: str) -> int:
    """Count the letters to insert, drop, change or swap with a neighbour."""
    if abs(len(one) - len(other)) > len(one) // 3:
        return max(len(one), len(other))
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]
