"""Passwords in texts that people read: they are taken out.

In: any text. Out: the same without user and password in addresses, be they with a scheme or without, and without the
value of `password=` or `password:`; or a file of YAML in which nothing shows that stands under a key.
"""

from __future__ import annotations

import re

HIDDEN = "***"
#: a password may hold any sign: all of the line up to its last `@`; in addresses of pages, up to a blank
_ADDRESS = re.compile(
    r"\b((?!https?:|file:)[a-z][a-z0-9+.-]*:/+|(?:postgres(?:ql)?|mysql|mariadb|mssql|oracle)[a-z0-9+]*:)"
    r"[^\n]*:[^\n]*@",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\b(https?://)[^\s/@]*:[^\s/@]*@", re.IGNORECASE)
#: somebody forgot the scheme
_BARE = re.compile(r"(?<![\w.%+-])(?<!://)(?<!file:///)[\w.%+-]*:(?!//|/\*|\\)\S{0,256}@(?=[\w\[.])")
_PAIR = re.compile(
    r"""\b((?:pass(?:word|wd)?|pwd)["']?\s*[=:]\s*)(?:"[^"\n]*"|'[^'\n]*'|[^\s&;'"]+)""",
    re.IGNORECASE,
)


def hidden(text: str) -> str:
    """Take the passwords out of a text."""
    for pattern in (_ADDRESS, _PAGE):
        text = pattern.sub(rf"\1{HIDDEN}@", text)
    if "@" in text:
        text = _BARE.sub(f"{HIDDEN}@", text)
    return _PAIR.sub(rf"\g<1>{HIDDEN}", text)


def blotted(text: str, key: str) -> str:
    """Cover all that stands under a key of YAML; what is elsewhere stays where it is."""
    named = re.compile(rf"""(?<![\w-])["']?{key}["']?\s*:""", re.IGNORECASE)
    lines, column, waits = text.split("\n"), len(text), False
    for number, line in enumerate(lines):
        found = named.search(line)
        deeper = not line.strip() or len(line) - len(line.lstrip()) > column
        if waits or deeper:
            lines[number] = _cover(line)
            waits = waits and not line.strip()
        elif found is None:
            column = len(text)
        else:
            column, waits = found.start(), not line[found.end() :].strip()
            lines[number] = line[: found.end()] + _cover(line[found.end() :])
    return "\n".join(lines)


def _cover(text: str) -> str:
    """As many characters that say nothing, and not how long it was."""
    if not text.strip():
        return text
    lead = len(text) - len(text.lstrip())
    return (text[:lead] + HIDDEN).ljust(len(text))[: len(text)]
