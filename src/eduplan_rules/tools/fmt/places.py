"""What stands where in a rule or case file: sections, declarations, expressions, messages.

In: a path of keys from the root, `-` for an item of a list. Out: what the text there is, and whether a collection there
has a line for each of its items whatever its length.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from eduplan_rules.rulebook.quoting import EXPRESSIONS, LISTS

#: an exact text keeps its quotes, for the type of a parameter's values may hang on them
Role = Literal["expression", "message", "exact", "text"]
Path = tuple[str, ...]

_RULES = (("rules", "-"), ("replace", "rules", "*"))
_OPEN = (
    (), ("-",), ("*",), ("cases", "-"), ("rules", "-"), ("entities", "*"), ("entities", "*", "fields"),
    ("replace", "*"), ("replace", "rules", "*"),
)  # fmt: skip
#: in these a blank line separates what is declared
SEPARATE = (("*",), ("rules", "-"), ("cases", "-"))


@cache
def role(path: Path) -> Role:
    """What the text at a path is."""
    path = _in_rulebook(path)
    if path[:1] == ("parameters",) and path[2:3] in (("value",), ("values",)):
        return "exact"
    if path[:1] == ("values",) and path[2:] == ("is",):
        return "expression"
    inner = next((path[len(start) :] for start in _RULES if matches(path[: len(start)], start)), ())
    if inner[:1] == ("message",):
        return "message"
    if inner[:1] == ("require",) and len(inner) > 1:
        inner = inner[1:]
        if inner[0] in LISTS and inner[1:2] == ("-",):
            inner = inner[2:] or ("that",)
    return "expression" if len(inner) == 1 and inner[0] in EXPRESSIONS else "text"


@cache
def opens(path: Path) -> bool:
    """Whether a collection has a line for each of its items."""
    return any(matches(path, start) for start in _OPEN)


def matches(path: Path, pattern: Path) -> bool:
    """Whether a path is of a form; `*` is any key."""
    return len(path) == len(pattern) and all(
        sign in (word, "*") and (sign == "-") == (word == "-") for word, sign in zip(path, pattern, strict=True)
    )


def _in_rulebook(path: Path) -> Path:
    """The path within a rulebook, which may stand in a case."""
    if path[:2] == ("cases", "-"):
        path = path[2:]
    if path[:1] in (("rulebook",), ("layers",)):
        path = path[2:] if path[1:2] == ("-",) else path[1:]
    return path
