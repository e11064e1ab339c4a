"""Spaces and signs in expressions, and in the placeholders of messages.

In: the text of an expression, or of a message. Out: the same with plain signs and single spaces; words, parentheses and
line breaks stay as they are. Holds: it parses to the same tree; what does not parse is left alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from eduplan_rules.errors import Diagnostic
from eduplan_rules.language.expr import Expr
from eduplan_rules.language.parse import parse, tokens
from eduplan_rules.source import Scalar, Source, Span

PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")

_SIGNS = {
    "EQ": "=", "NE": "!=", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">", "PLUS": "+", "MINUS": "-", "TIMES": "*",
    "OVER_SIGN": "/", "_OPEN": "(", "_CLOSE": ")", "_LIST_OPEN": "[", "_LIST_CLOSE": "]", "_COMMA": ",", "_DOT": ".",
}  # fmt: skip
_DURATION = re.compile(r"(\d+)\s*(\S+)")
#: after one of these a value ends, and a minus is between two
_ENDS = (
    "NAME", "THIS", "DATE", "DURATION", "PERCENT", "NUMBER", "TEXT", "_CLOSE", "_LIST_CLOSE", "_MISSING", "_TRUE",
    "_FALSE",
)  # fmt: skip
_TIGHT_AFTER = ("_OPEN", "_LIST_OPEN", "_DOT")
_TIGHT_BEFORE = ("_CLOSE", "_LIST_CLOSE", "_COMMA", "_DOT")


def read(text: str) -> Expr | None:
    """Parse an expression; None where it has a mistake."""
    found = parse(Scalar(text, Span(Source("", text), 0, len(text))))
    return None if isinstance(found, Diagnostic) else found


@lru_cache(maxsize=4096)
def spell(text: str) -> str | None:
    """Put spaces and signs right; None where the expression has a mistake."""
    tree = read(text)
    if tree is None:
        return None
    spelt = _spell(text)
    return spelt if read(spelt) == tree else text


def spell_message(text: str) -> str:
    """Put the expressions in a message right."""
    return PLACEHOLDER.sub(lambda found: _placeholder(found.group(), found.group(1)), text)


def _placeholder(whole: str, inner: str | None) -> str:
    spelt = spell(inner.strip()) if inner and inner.strip() else None
    return whole if spelt is None else f"{{{spelt}}}"


def _spell(text: str) -> str:
    found = tokens(text)
    first, last = found[0], found[-1]
    written = [text[: first.start_pos], _word(first)]
    unary = True
    for token, following in pairwise(found):
        between = text[token.end_pos : following.start_pos]
        if "\n" in between or "\r" in between:
            written.append(re.sub(r"^[ \t\u3000]+", "", between))
        elif not _tight(token, following, after_unary=unary and token.type == "MINUS"):
            written.append(" ")
        written.append(_word(following))
        unary = following.type == "MINUS" and token.type not in _ENDS
    return "".join([*written, text[last.end_pos :]])


def _tight(token: Any, following: Any, *, after_unary: bool) -> bool:
    if token.type in _TIGHT_AFTER or following.type in _TIGHT_BEFORE or after_unary:
        return True
    return bool(token.type == "NAME" and following.type == "_OPEN")


def _word(token: Any) -> str:
    text = str(token)
    if token.type in _SIGNS:
        return _SIGNS[token.type]
    if token.type == "PERCENT":
        return text.rstrip("%％ \t") + "%"
    if token.type == "DURATION":
        return _DURATION.sub(r"\1 \2", text)
    if token.type == "TEXT" and text.startswith("“"):
        inner = re.sub(r'\\.|"', lambda piece: {'"': '\\"', "\\”": "”"}.get(piece.group(), piece.group()), text[1:-1])
        return f'"{inner}"'
    return text
