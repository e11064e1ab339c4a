"""What there is to say about a rulebook, as text, as plain data, and as annotations of a code host.

In: `Linted`, a language. Out: text, or records. Diagnostics of the loader are in English; in Chinese the meaning of
their code stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from eduplan_rules.errors import Diagnostic, render_diagnostics
from eduplan_rules.source import Span
from eduplan_rules.tools.lint.advice import ADVICE_CODES
from eduplan_rules.tools.lint.codes import title
from eduplan_rules.tools.lint.lint import Linted
from eduplan_rules.tools.lint.words import Language, say

#: name and version of the JSON form: fields may be added within a version
FORMAT = "eduplan_rules.lint/1"


def tell(linted: Linted, language: Language, *, failed: bool) -> str:
    """Everything with its place, and one sentence at the end."""
    told = linted.told(language)
    lines = [render_diagnostics(_with_meaning(each, language) for each in told)] if told else []
    errors = sum(each.severity == "error" for each in told)
    if linted.refused:
        return "\n".join([*lines, say("refused", language, errors=errors)])
    if not told:
        return say("clean", language, rules=len(linted.book.rules))
    gaps: dict[str, object] = {"verdict": ("failed" if failed else "passed", {}), "errors": errors}
    gaps |= {"warnings": len(told) - errors, "rules": len(linted.book.rules), "off": len(linted.off)}
    return "\n".join([*lines, say("counts", language, **gaps), say("more", language)])


def _with_meaning(diagnostic: Diagnostic, language: Language) -> Diagnostic:
    if language == "en" or diagnostic.code in ADVICE_CODES:
        return diagnostic
    return replace(diagnostic, message=f"{title(diagnostic.code, language)}（{diagnostic.message}）")


def record(linted: Linted) -> dict[str, Any]:
    """All of it as plain data, in both languages."""
    pairs = zip(linted.told("en"), linted.told("zh"), strict=True)
    return {
        "format": FORMAT,
        "rules": len(linted.book.rules),
        "refused": linted.refused,
        "turned_off": len(linted.off),
        "told": [_record(english, _with_meaning(chinese, "zh")) for english, chinese in pairs],
    }


def _record(english: Diagnostic, chinese: Diagnostic) -> dict[str, Any]:
    hint = None if english.hint is None else {"zh": chinese.hint, "en": english.hint}
    also = zip(english.also, chinese.also, strict=True)
    return {
        "code": english.code,
        "severity": english.severity,
        "message": {"zh": chinese.message, "en": english.message},
        "hint": hint,
        "location": _location(english.span),
        "also": [{"location": _location(span), "label": {"zh": zh, "en": en}} for (span, en), (_, zh) in also],
    }


def _location(span: Span) -> dict[str, Any]:
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def workflow_commands(linted: Linted, language: Language) -> Iterator[str]:
    """One command of GitHub's workflows for each: it shows beside the line of the file."""
    for found in (_with_meaning(each, language) for each in linted.told(language)):
        span = found.span
        place = f"file={_property(span.source.name)},line={span.line},col={span.column}"
        if span.end_line == span.line:
            place += f",endLine={span.end_line},endColumn={span.end_column}"
        message = found.message if found.hint is None else f"{found.message}\n{found.hint}"
        yield f"::{found.severity} {place},title={_property(found.code)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
