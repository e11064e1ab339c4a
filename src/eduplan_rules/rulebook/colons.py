"""Keys that end in a wide colon, `for：school`, which YAML takes for letters of a text.

In: a text as YAML read it, or the place where YAML could not go on. Out: the keys in it, and a diagnostic for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from eduplan_rules.errors import Diagnostic
from eduplan_rules.rulebook.keys import wide_colon
from eduplan_rules.rulebook.placed import Placed
from eduplan_rules.source import Scalar, Source, Span

_WIDE = re.compile(r"(?:^|(?<= ))([a-z_]+)：[ \u3000]*")
_LINE = re.compile(r"(\s*(?:-\s+)*)([^\W\d][\w.-]*)：[ \u3000]*")


@cache
def known_keys() -> frozenset[str]:
    """The keys that stand anywhere in a rule file."""
    return frozenset(key for kind in Placed.__subclasses__() for key in kind.keys())  # noqa: SIM118


def wide_keys(text: Scalar) -> list[re.Match[str]]:
    """Find the keys with a wide colon that begin the lines of a plain text; none unless the first line has one."""
    if text.style != "plain" or "：" not in text:
        return []
    found = [
        each for each in _WIDE.finditer(text) if each.group(1) in known_keys() and _begins_line(text, each.start())
    ]
    return found if found and found[0].start() == 0 else []


def _begins_line(text: Scalar, start: int) -> bool:
    if start == 0:
        return True
    before = text.span.source.text[text.offsets[start - 1] : text.offsets[start]]
    return "\n" in before or "\r" in before


def part(text: Scalar, start: int, end: int) -> Scalar:
    """Some characters of a text without the spaces around them, which still know their places."""
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    end = max(start, end - len(inner) + len(inner.rstrip()))
    return Scalar(text[start:end], text.place(start, end), text.style, text.offsets[start : end + 1])


def wide_bracket(key: Scalar) -> Diagnostic | None:
    """Look into a key for one with a wide colon and the brackets that were to be its value."""
    found = re.match(r"([^\W\d][\w.-]*)：\s*[\[{]", key) if key.style == "plain" else None
    return wide_colon("yaml-syntax", found.group(1), "", key.place(0, found.end(1) + 1)) if found else None


def wide_colon_on(source: Source, lines: Iterable[int]) -> Diagnostic | None:
    """Look for a key with a wide colon on the lines where YAML could not go on."""
    for number in lines:
        line = source.line(number) if number else ""
        found = _LINE.match(line)
        if found:
            start = source.start(number)
            span = Span(source, start + found.start(2), start + found.end(2) + 1)
            return wide_colon("yaml-syntax", found.group(2), line[found.end() :].strip(), span)
    return None
