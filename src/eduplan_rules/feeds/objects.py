"""JSON and JSON Lines: the items of lists, each with the line on which it begins.

In: a text. Out: `Items`. Holds: Python's `json` reads every item and words what is wrong with it; a key that stands
twice in one object is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from eduplan_rules.feeds.text import UnreadableError

_BLANKS = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True)
class Items:
    """The items of a list, and the 1-based line on which each begins."""

    items: Sequence[object]
    lines: Sequence[int]


def read_lines(text: str) -> Items:
    """Read one item from each line that is not blank; raise UnreadableError where that is not JSON."""
    items, lines = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            with _worded(number):
                items.append(json.loads(line, object_pairs_hook=_object))
            lines.append(number)
    return Items(items, lines)


def read_document(text: str) -> Items | dict[str, Items] | None:
    """Read a list, or an object of lists by name; None for any other JSON, UnreadableError for what is none."""
    with _worded(1):
        at = _after_blanks(text, 0)
        found: Items | dict[str, Items] | None = None
        if text.startswith("[", at):
            found, at = _list(text, at)
        elif text.startswith("{", at):
            found, at = _lists_by_name(text, at)
        else:
            _, at = _value(text, at)
        at = _after_blanks(text, at)
        if at < len(text):
            raise json.JSONDecodeError("Extra data", text, at)
    return found


def _list(text: str, at: int) -> tuple[Items, int]:
    """Read the list that begins here; the second is where it ends."""
    items: list[object] = []
    places: list[int] = []
    at = _after_blanks(text, at + 1)
    while not text.startswith("]", at):
        if items:
            at = _after_blanks(text, _after(",", text, at))
        places.append(at)
        item, at = _value(text, at)
        items.append(item)
        at = _after_blanks(text, at)
    return Items(items, _lines(text, places)), at + 1


def _lists_by_name(text: str, at: int) -> tuple[dict[str, Items] | None, int]:
    """Read the object that begins here; None when one of its values is no list."""
    pairs: list[tuple[str, object]] = []
    at = _after_blanks(text, at + 1)
    while not text.startswith("}", at):
        if pairs:
            at = _after_blanks(text, _after(",", text, at))
        if not text.startswith('"', at):
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        name, at = _value(text, at)
        at = _after_blanks(text, _after(":", text, _after_blanks(text, at)))
        value, at = _list(text, at) if text.startswith("[", at) else _value(text, at)
        pairs.append((str(name), value))
        at = _after_blanks(text, at)
    named = {name: value for name, value in _object(pairs).items() if isinstance(value, Items)}
    return named if len(named) == len(pairs) else None, at + 1


def _value(text: str, at: int) -> tuple[object, int]:
    return _DECODER.raw_decode(text, at)


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    assert found is not None
    return found.end()


def _after(sign: str, text: str, at: int) -> int:
    if not text.startswith(sign, at):
        message = f"Expecting '{sign}' delimiter"
        raise json.JSONDecodeError(message, text, at)
    return at + 1


def _lines(text: str, places: Sequence[int]) -> list[int]:
    """The lines of rising places."""
    lines, line, before = [], 1, 0
    for place in places:
        line += text.count("\n", before, place)
        before = place
        lines.append(line)
    return lines


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise UnreadableError(f'an object has the key "{twice}" twice', f"某个对象中键“{twice}”出现两次")
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


@contextmanager
def _worded(line: int) -> Iterator[None]:
    """Say in both languages what is wrong with JSON of which `line` is the first line."""
    try:
        yield
    except json.JSONDecodeError as error:
        line += error.lineno - 1
        what = error.msg[:1].lower() + error.msg[1:]
        english = f"JSON syntax at line {line}, column {error.colno}: {what}"
        raise UnreadableError(english, f"第 {line} 行第 {error.colno} 列 JSON 语法错误：{what}", line) from None
    except RecursionError:
        raise UnreadableError("JSON is nested too deep", "JSON 嵌套过深", line) from None
    except ValueError:
        raise UnreadableError("a number has too many digits", "数字位数过多", line) from None
