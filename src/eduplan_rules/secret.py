"""Passwords in texts that people read: they are taken out.

In: any text. Out: the same without user and password in addresses, and without the value of `password=`.
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
_PAIR = re.compile(r"\b(pass(?:word|wd)?|pwd)=[^\s&;'\"]+", re.IGNORECASE)


def hidden(text: str) -> str:
    """Take the passwords out of a text."""
    for pattern in (_ADDRESS, _PAGE):
        text = pattern.sub(rf"\1{HIDDEN}@", text)
    return _PAIR.sub(rf"\1={HIDDEN}", text)
