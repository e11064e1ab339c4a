"""Signs and spaces that look right and mean nothing in YAML: `{zh: 达标，en: Met}`, `｛｝`, `　　due:`, `-id:`.

In: the place where YAML could not go on, or a key as YAML read it. Out: the diagnostic at what has to change.
"""

from __future__ import annotations

import re
from functools import partial

from eduplan_rules.errors import Diagnostic
from eduplan_rules.rulebook.colons import known_keys
from eduplan_rules.rulebook.yaml_words import word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Scalar, Source, Span

#: so many lines before the place where YAML stops are looked at
_BEFORE = 3

_INDENT = re.compile(r"[ ]*(\u3000[ \u3000]*)(?:- +)?[^\W\d][\w.-]*[:：]")
_DASH = re.compile(r"[ \u3000]*(-[a-z_]+):[ ]")
_TIGHT = re.compile(r" *(?:- +)*([a-z_]+:)(?=[^\s:/])")
_BRACES = re.compile(r"[{｛](?:\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'|[^\"'{}｛｝])*[}｝]")
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'")
_COMMA = re.compile(r"，\s*(?=[^\W\d]\w*[:：])")
_COLON = re.compile(r"(?<=[a-z_])：[ \u3000]*")


def wide_sign_on(source: Source, number: int) -> Diagnostic | None:
    """Look on the line where YAML could not go on, and on the lines just before it; the first such line is told."""
    for each in range(max(1, number - _BEFORE), number + 1):
        line = source.line(each)
        for look in (_indent, _dash, _in_braces, _tight):
            told = look(source, source.start(each), line)
            if told is not None:
                return told
    return None


def wide_indent(key: Scalar) -> Diagnostic | None:
    """Look into a key that begins with full-width spaces, or runs into the dash of its list."""
    if key.style != "plain":
        return None
    spaces = len(key) - len(key.lstrip("\u3000 "))
    if spaces:
        return _tell("wide-spaces", key.place(0, spaces), word("indent-with-spaces"))
    return _after_dash(key.span, key) if key.startswith("-") and key[1:] in known_keys() else None


def _tell(name: str, span: Span, hint: Wording, **gaps: object) -> Diagnostic:
    return Diagnostic("yaml-syntax", word(name, **gaps), span, instruction=hint)


def _indent(source: Source, start: int, line: str) -> Diagnostic | None:
    found = _INDENT.match(line)
    if found is None:
        return None
    span = Span(source, start + found.start(1), start + found.end(1))
    return _tell("wide-spaces", span, word("indent-with-spaces"))


def _dash(source: Source, start: int, line: str) -> Diagnostic | None:
    found = _DASH.match(line)
    if found is None or found.group(1)[1:] not in known_keys():
        return None
    return _after_dash(Span(source, start + found.start(1), start + found.end(1)), found.group(1))


def _after_dash(span: Span, key: str) -> Diagnostic:
    return _tell("no-space-after-dash", span, word("write", text=f"- {key[1:]}: …"))


def _tight(source: Source, start: int, line: str) -> Diagnostic | None:
    """A key whose value follows its colon without a space."""
    found = _TIGHT.match(line)
    if found is None or found.group(1)[:-1] not in known_keys():
        return None
    key, span = found.group(1), Span(source, start + found.start(1), start + found.end(1))
    hint = word("write", text=f"{key} {line[found.end() :].strip()}")
    return _tell("no-space-after-colon", span, hint, key=key[:-1])


def _in_braces(source: Source, start: int, line: str) -> Diagnostic | None:
    """Full-width braces, or a full-width comma before a key inside braces."""
    plain = _QUOTED.sub(lambda text: " " * len(text.group()), line)
    for braces in _BRACES.finditer(line):
        inside = plain[braces.start() : braces.end()]
        comma = _COMMA.search(inside)
        wide = inside[0] == "｛" or inside[-1] == "｝"
        if comma is None and not (wide and re.search(r"\w[:：]", inside)):
            continue
        place = 0 if inside[0] == "｛" else len(inside) - 1 if comma is None else comma.start()
        first = start + braces.start() + place
        hint = word("write", text=_narrow(braces.group()))
        return _tell("wide-braces" if wide else "wide-comma", Span(source, first, first + 1), hint)
    return None


def _narrow(braces: str) -> str:
    """The same braces, with the signs of YAML outside quotes."""
    pieces = re.split(f"({_QUOTED.pattern})", braces[1:-1])
    plain = partial(_COMMA.sub, ", ")
    told = [piece if at % 2 else _COLON.sub(": ", plain(piece)) for at, piece in enumerate(pieces)]
    return "{" + "".join(told) + "}"
