"""What the texts in a parameter's values are: numbers, days or texts.

In: the texts of all values of a parameter. Out: their kind, as declared or as most of them look; each read by it, or a
diagnostic at its own place. What stands in quotes is a text where the others are.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from eduplan_rules.errors import Diagnostic
from eduplan_rules.language import complaints
from eduplan_rules.language import expr as ast
from eduplan_rules.language.parse import parse
from eduplan_rules.language.words import word
from eduplan_rules.period import Length, length_text
from eduplan_rules.rulebook.forms import number_hint, other_date
from eduplan_rules.rulebook.model import Parameter
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar

LeafKind = Literal["number", "date", "text", "duration"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def kind_of(parameter: Parameter, texts: Collection[Scalar]) -> LeafKind:
    """The kind of a parameter's values: as declared, else a number where it has a unit, else what most look like."""
    if parameter.type is not None:
        return parameter.type
    if parameter.unit is not None or parameter.scale is not None:
        return "number"
    looks = [_looks(text) for text in texts if text.style == "plain" or _looks(text) == "text"]
    looks = looks or [_looks(text) for text in texts]
    kinds: tuple[LeafKind, ...] = ("number", "date", "text")
    return max(kinds, key=looks.count)


def _looks(text: Scalar) -> LeafKind:
    """What a text is, or was meant to be unless it stands in quotes."""
    plain = text.style == "plain"
    if number(text) is not None or (plain and number_hint(text) is not None):
        return "number"
    return "date" if _DAY.fullmatch(text) or (plain and other_date(text)) else "text"


def read_leaf(text: Scalar, kind: LeafKind, parameter: Parameter) -> tuple[Any, Diagnostic | None]:
    """Read one text as a kind; None with a diagnostic where it is of another."""
    declared = parameter.type is not None
    if kind == "number":
        amount = number(text)
        undeclared = not declared and parameter.unit is None
        hint = word("say-duration") if undeclared and length_of(text) is not None else number_hint(text)
        return amount, None if amount is not None else _wrong(text, kind, hint, declared=declared)
    if kind == "duration":
        length = length_of(text)
        if length is None:
            return None, complaints.leaf_expected(text.span, "kind-duration", text, _length_hint(text))
        return length_text(length), None
    if kind == "date":
        day = _day(text)
        hint = word("no-such-day") if _DAY.fullmatch(text) else other_date(text)
        return day, None if day is not None else _wrong(text, kind, hint, declared=declared)
    if declared or text.style != "plain" or _looks(text) == "text":
        return str(text), None
    return None, complaints.leaf_expected(text.span, "kind-text", text, word("quote-or-say-text", text=text))


def _wrong(text: Scalar, kind: LeafKind, hint: Wording | None, *, declared: bool) -> Diagnostic:
    otherwise = None if declared or _looks(text) != "text" else word("say-texts")
    return complaints.leaf_expected(text.span, f"kind-{kind}", text, hint or otherwise)


def number(text: str) -> int | float | None:
    """Read a number; a per cent sign says nothing more than the unit."""
    try:
        exact = Fraction(str(text).replace("_", "").rstrip("%％"))
    except (ValueError, ZeroDivisionError):
        return None
    return int(exact) if exact.denominator == 1 else float(exact)


def length_of(text: Scalar) -> Length | None:
    """Read a duration as expressions have it: `60 days`, `60 日`."""
    if not text[:1].isdecimal():
        return None
    found = parse(text)
    return (found.amount, found.unit) if isinstance(found, ast.Duration) else None


def _length_hint(text: Scalar) -> Wording:
    if re.match("[0-9]{5}", text):
        return word("longer-than-calendar")
    if re.fullmatch("[0-9]+", text):
        return word("say-which", text=text)
    return word("whole-lengths")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
