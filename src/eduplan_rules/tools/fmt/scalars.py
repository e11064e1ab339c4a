"""How a text is written: plain where YAML reads that back, else in quotes; blocks stay blocks.

In: a `Text` and what it is. Out: its lines; one line, or none where it must have several. Holds: YAML reads the same
text back, but for the spelling of expressions.
"""

from __future__ import annotations

import re
from functools import lru_cache

import yaml
from yaml.reader import Reader

from eduplan_rules.rulebook.quoting import is_complete
from eduplan_rules.tools.fmt.places import Role
from eduplan_rules.tools.fmt.spelling import spell, spell_message
from eduplan_rules.tools.fmt.tree import Text

_BREAKS = "\n\r\x85\u2028\u2029"
#: what would be read as something else than a text, or is easily taken for it
_OTHER = re.compile(
    r"[-+]?\.?[0-9][0-9.,_:/eE+%％-]*|~|null|true|false|yes|no|on|off|y|n|<<|[-+]?\.inf|\.nan|\*.*", re.IGNORECASE
)
#: where a text may stand
_BLOCK = ("k: _", "- _")
_ANYWHERE = (*_BLOCK, "_: k", "[_, k]", "{k: _, l: k}", "{_: k}")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def one_line(text: Text, role: Role, *, flow: bool) -> str | None:
    """Write a text on one line; None if it cannot be."""
    if text.nothing:
        return "~"
    odd = _is_odd(text.value)
    if text.block or (_is_broken(text) and "\n" in text.value and not odd):
        return None
    value, right = _spelt(text, role)
    if not right and not _is_broken(text):
        return text.raw
    if not text.style and value == text.value and not odd:
        return value
    # an expression goes without quotes where it can; another text where it could stand anywhere
    places = _BLOCK if role == "expression" and not flow else _ANYWHERE
    if role == "exact" or _OTHER.fullmatch(value) or not _reads_back(value, *places):
        return _quoted(value)
    return _quoted(value) if role == "expression" and not is_complete(value) else value


def key_text(text: Text) -> str:
    """Write a key."""
    if not text.style and text.value and "\n" not in text.raw:
        return text.value
    odd = not text.value or _OTHER.fullmatch(text.value) or len(text.value) > 100
    return _quoted(text.value) if odd or not _reads_back(text.value, *_ANYWHERE) else text.value


def several_lines(text: Text, role: Role) -> list[str]:
    """Write a text on several lines: the first goes on after its key, the others are below, not yet indented."""
    if text.style == "|" and not _is_odd(text.value) and text.value.strip():
        value, right = _spelt(text, role)
        return _literal(_without_spaces(value) if role == "expression" and right else value)
    if text.style == ">" and (folded := _folded(text)) is not None:
        return folded
    if text.block or _is_odd(text.value):
        return [_quoted(text.value)]
    lines = re.split(f"\r\n|[{_BREAKS}]", text.raw)
    if not text.style and role == "expression":
        lines = (spell("\n".join(line.strip() for line in lines)) or "\n".join(lines)).split("\n")
    return [re.sub(r"(?<!\\)[ \t]+$", "", line).lstrip(" \t") for line in lines]


def _spelt(text: Text, role: Role) -> tuple[str, bool]:
    """The text with its expressions spelt, and whether it has no mistake."""
    if role == "message":
        return spell_message(text.value), True
    spelt = spell(text.value) if role == "expression" else text.value
    return (text.value, False) if spelt is None else (spelt, True)


def _is_odd(value: str) -> bool:
    """Whether a text has a break that is none in YAML 1.2."""
    return any(sign in value for sign in _BREAKS[1:])


def _is_broken(text: Text) -> bool:
    return any(sign in text.raw for sign in _BREAKS)


@lru_cache(maxsize=16384)
def _reads_back(value: str, *places: str) -> bool:
    """Whether YAML reads this plain text as itself at these places, and so does our reading of wide colons."""
    if value != value.strip() or not value or any(sign in value for sign in f"{_BREAKS}：") or value[0] in "@`%":
        return False
    return not Reader.NON_PRINTABLE.search(value) and all(_reads_at(place, value) for place in places)


def _reads_at(place: str, value: str) -> bool:
    try:
        read = list(yaml.parse(place.replace("_", value), Loader=yaml.CSafeLoader))
        usual = list(yaml.parse(place.replace("_", "x"), Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return False
    texts = [event.value for event in read if isinstance(event, yaml.ScalarEvent) and not event.style]
    return [*map(type, read)] == [*map(type, usual)] and value in texts


def _quoted(value: str) -> str:
    """Write in quotes: single ones where double ones would need escapes."""
    plain = not Reader.NON_PRINTABLE.search(value) and not any(sign in value for sign in f"{_BREAKS}\t")
    if plain and ('"' in value or "\\" in value):
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(sign) for sign in value) + '"'


def _escaped(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign in _BREAKS or sign == "\ufeff" or Reader.NON_PRINTABLE.match(sign):
        return f"\\U{ord(sign):08X}" if ord(sign) > 0xFFFF else f"\\u{ord(sign):04X}"
    return sign


def _without_spaces(value: str) -> str:
    """An expression without the spaces at its end, where no text of its own can stand."""
    body = value.rstrip("\n")
    return body.rstrip(" \t") + value[len(body) :]


def _literal(value: str) -> list[str]:
    body = value.rstrip("\n")
    ends = len(value) - len(body)
    digit = "2" if body[0] in " \t\n" else ""
    return [f"|{digit}{('-', '', '+')[min(ends, 2)]}", *body.split("\n"), *[""] * (ends - 1)]


def _folded(text: Text) -> list[str] | None:
    """The lines as they are, since they say where it folds; None where the first says how far to indent."""
    header, *lines = text.raw.split("\n")
    lines = [line.rstrip("\r") for line in lines]
    sign = header[1:].split("#")[0].strip()
    first = next((line for line in lines if line.strip()), "")
    depth = len(first) - len(first.lstrip(" "))
    if sign not in ("", "-", "+") or not depth or any(mark in text.raw for mark in "\x85\u2028\u2029"):
        return None
    if sign != "+":
        while lines and not lines[-1].strip():
            lines.pop()
    else:
        lines = lines[: len(lines) - 1]
    return [f">{sign}", *(line[depth:] for line in lines)]
