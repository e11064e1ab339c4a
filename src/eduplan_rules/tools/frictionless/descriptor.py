"""A descriptor of Frictionless Data, read and looked at piece by piece.

In: a file of JSON. Out: `Part`s: values that know where they stand in it. Whatever is of a wrong kind raises
`DescriptorError` with its place. `Notes` collects what of it is left out or changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from eduplan_rules.sentences import Language
from eduplan_rules.tools.frictionless.words import say

#: gaps that are words by language
_KINDS = ("nothing", "an-object", "a-list", "a-text", "a-number", "a-truth")
_WORDS: dict[object, str] = {f"={word}": word for word in _KINDS}
_SURROGATE = re.compile("[\ud800-\udfff]")


class DescriptorError(Exception):
    """A descriptor that cannot be read; told by language."""

    def __init__(self, name: str, /, **gaps: object) -> None:
        self.name, self.gaps = name, gaps
        super().__init__(name)

    def told(self, language: Language) -> str:
        """What is wrong, and where."""
        words = {key: say(_WORDS[gap], language) if gap in _WORDS else gap for key, gap in self.gaps.items()}
        return say(self.name, language, **words)


@dataclass
class Notes:
    """What of a descriptor was left out or changed: sentences with their gaps, in the order of the file."""

    told: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def add(self, name: str, place: str, /, **gaps: object) -> None:
        """Note something about a place."""
        self.told.append((name, {"place": place, **gaps}))

    def lines(self, language: Language) -> list[str]:
        """The sentences in a language, each once."""
        return list(dict.fromkeys(say(name, language, **gaps) for name, gaps in self.told))


@dataclass(frozen=True)
class Part:
    """An object of a descriptor, and its place: `resources[0].schema`."""

    file: str
    place: str
    value: dict[str, Any]

    def at(self, key: str) -> str:
        """The place of a key."""
        return f"{self.place}.{key}" if self.place else key

    def text(self, key: str) -> str | None:
        """A text, if there is one."""
        found: str | None = self._of(key, str, "=a-text")
        return found

    def number(self, key: str) -> float | None:
        """A number, which may be written as a text."""
        found = self.value.get(key)
        if isinstance(found, str):
            try:
                return float(found)
            except ValueError:
                self.refuse(key, "=a-number")
        return None if found is None else float(self._of(key, (int, float), "=a-number"))

    def truth(self, key: str) -> bool:
        """True or false; false where nothing stands."""
        return bool(self._of(key, bool, "=a-truth"))

    def part(self, key: str) -> Part:
        """An object; an empty one where nothing stands."""
        return Part(self.file, self.at(key), self._of(key, dict, "=an-object") or {})

    def parts(self, key: str) -> Iterator[Part]:
        """The objects of a list."""
        for number, item in enumerate(self._of(key, list, "=a-list") or []):
            if not isinstance(item, dict):
                self.refuse(f"{key}[{number}]", "=an-object", item)
            yield Part(self.file, self.at(f"{key}[{number}]"), item)

    def texts(self, key: str) -> list[str]:
        """A list of texts, or one text alone."""
        found = self.value.get(key)
        if isinstance(found, str):
            return [found]
        for number, item in enumerate(self._of(key, list, "=a-list") or []):
            if not isinstance(item, str):
                self.refuse(f"{key}[{number}]", "=a-text", item)
        return found or []

    def refuse(self, key: str, expected: str, found: Any = None) -> NoReturn:
        """Raise DescriptorError about what stands at a key."""
        value = self.value.get(key) if found is None else found
        written = "=nothing" if value is None else f"`{json.dumps(value, ensure_ascii=False)[:60]}`"
        raise DescriptorError("wrong", file=self.file, place=self.at(key), found=written, expected=expected)

    def _of(self, key: str, kind: Any, expected: str) -> Any:
        found = self.value.get(key)
        if found is None:
            return None
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            self.refuse(key, expected)
        return found


def read_descriptor(path: Path) -> Part:
    """Read the descriptor in a file. Raises DescriptorError where there is none."""
    file = path.as_posix()
    try:
        value = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=_no_number)
    except FileNotFoundError:
        raise DescriptorError("no-file", file=file) from None
    except OSError as error:
        raise DescriptorError("not-read", file=file, reason=error.strerror or type(error).__name__) from None
    except UnicodeDecodeError as error:
        raise DescriptorError("not-read", file=file, reason=str(error)) from None
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise DescriptorError("not-json", file=file, reason=error.msg, **place) from None
    except (RecursionError, ValueError) as error:
        raise DescriptorError("not-read", file=file, reason=str(error)) from None
    if not isinstance(value, dict):
        raise DescriptorError("no-descriptor", file=file)
    if any(_SURROGATE.search(text) for text in _texts(value)):
        raise DescriptorError("not-read", file=file, reason="half of a surrogate pair")
    return Part(file, "", value)


def _no_number(word: str) -> None:
    message = f"{word} is no number of JSON"
    raise ValueError(message)


def _texts(value: Any) -> Iterator[str]:
    """All texts of a descriptor, keys among them."""
    left = [value]
    while left:
        found = left.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            left += [*found, *found.values()]
        elif isinstance(found, list):
            left += found
