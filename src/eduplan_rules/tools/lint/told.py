"""What there is to say about a rulebook, as text, as plain data, and as annotations of a code host.

In: `Linted`, a language. Out: text, or records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eduplan_rules.errors import Diagnostic, render_diagnostics
from eduplan_rules.sentences import LANGUAGES, Wording
from eduplan_rules.source import Span
from eduplan_rules.tools.lint.lint import Linted
from eduplan_rules.tools.lint.words import Language, say

#: name and version of the JSON form: fields may be added within a version
FORMAT = "eduplan_rules.lint/1"


def tell(linted: Linted, language: Language, *, failed: bool) -> str:
    """Everything with its place, and one sentence at the end."""
    told = linted.told
    lines = [render_diagnostics(told, language)] if told else []
    errors = sum(each.severity == "error" for each in told)
    if linted.refused:
        return "\n".join([*lines, say("refused", language, errors=errors)])
    if not told:
        return say("clean", language, rules=len(linted.book.rules))
    gaps: dict[str, object] = {"verdict": ("failed" if failed else "passed", {}), "errors": errors}
    gaps |= {"warnings": len(told) - errors, "rules": len(linted.book.rules), "off": len(linted.off)}
    return "\n".join([*lines, say("counts", language, **gaps), say("more", language)])


def record(linted: Linted) -> dict[str, Any]:
    """All of it as plain data, in both languages."""
    return {
        "format": FORMAT,
        "rules": len(linted.book.rules),
        "refused": linted.refused,
        "turned_off": len(linted.off),
        "told": [_record(each) for each in linted.told],
    }


def _record(told: Diagnostic) -> dict[str, Any]:
    return {
        "code": told.code,
        "severity": told.severity,
        "message": _both(told.sentence),
        "hint": None if told.instruction is None else _both(told.instruction),
        "location": _location(told.span),
        "also": [{"location": _location(span), "label": _both(label)} for span, label in told.also],
    }


def _both(wording: Wording | None) -> dict[str, str]:
    return {language: "" if wording is None else wording.said(language) for language in LANGUAGES}


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
    for found in linted.told:
        span = found.span
        place = f"file={_property(span.source.name)},line={span.line},col={span.column}"
        if span.end_line == span.line:
            place += f",endLine={span.end_line},endColumn={span.end_column}"
        yield f"::{found.severity} {place},title={_property(found.code)}::{_data(found.said(language))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
