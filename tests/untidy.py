"""The same plain data written in YAML in many untidy ways, with comments and blank lines in between."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from hypothesis import strategies as st

from writer import Draw

_COMMENTS = ["# note", "#x", "# 说明：a: b", "# - no item", '# "quoted', "# {a}", "## two # signs", "#"]
_WIDE = {">=": "≥", "<=": "≤", "!=": "≠", "<": "＜", ">": "＞", "(": "（", ")": "）", ",": "，", "*": "×", "%": "％"}


@st.composite
def untidy(draw: Draw, data: Any) -> tuple[str, list[str]]:
    """A text that reads as the data, and its comments in order."""
    writer = _Untidy(draw)
    writer.between(0)
    writer.block(data, 0)
    writer.between(0)
    ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = ending.join(writer.lines) + draw(st.sampled_from(["", ending]))
    return text, writer.comments


@st.composite
def untidy_expression(draw: Draw, text: str) -> str:
    """The same expression with other spaces and signs."""
    pieces = re.split(r'("[^"]*")', text)
    for place in range(0, len(pieces), 2):
        for sign, wide in _WIDE.items():
            if draw(st.integers(0, 9)) == 0:
                pieces[place] = pieces[place].replace(sign, wide)
        if draw(st.integers(0, 5)) == 0:
            pieces[place] = pieces[place].replace(" ", "  ")
    return "".join(pieces)


@dataclass
class _Untidy:
    draw: Draw
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    #: number of lines -> how deep a comment below them may be
    literals: dict[int, int] = field(default_factory=dict)

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def comment(self) -> str:
        text: str = self.draw(st.sampled_from(_COMMENTS))
        self.comments.append(text)
        return text

    def between(self, indent: int) -> None:
        """Blank lines and comments on lines of their own."""
        while self.chance(5):
            # what is as deep as a literal block belongs to it
            depth = self.draw(st.integers(0, min(indent + 4, self.literals.get(len(self.lines), 99))))
            self.literals[len(self.lines) + 1] = self.literals.get(len(self.lines), 99)
            self.lines.append("" if self.chance(2) else " " * depth + self.comment())

    def behind(self) -> None:
        if self.chance(8):
            self.lines[-1] += " " * self.draw(st.integers(1, 4)) + self.comment()

    def block(self, data: Any, indent: int) -> None:
        """Lines of a value that is not empty."""
        if isinstance(data, dict):
            for key, value in data.items():
                self.lines.append(f"{' ' * indent}{self.key(key)}:")
                self.value(value, indent, in_list=False)
                self.between(indent)
        elif isinstance(data, list):
            for value in data:
                self.lines.append(f"{' ' * indent}-")
                self.value(value, indent, in_list=True)
                self.between(indent)
        else:
            self.lines.append(" " * indent + self.scalar(data, flow=False))

    def value(self, data: Any, indent: int, *, in_list: bool) -> None:
        """What stands behind a key or a dash, on its line or below."""
        if isinstance(data, (dict, list)) and data and not self.chance(3):
            deeper = indent + self.draw(st.integers(1, 4))
            below = indent if isinstance(data, list) and not in_list and self.chance(3) else deeper
            if in_list and self.chance(2):
                mark = len(self.lines)
                # between a dash and the value on its line no comment fits
                self.block(data, indent + 2)
                self.lines[mark - 1] += " " + self.lines.pop(mark).lstrip(" ")
                self.literals = {number - (number > mark): depth for number, depth in self.literals.items()}
                return
            self.behind()
            self.between(below)
            self.block(data, below)
        elif isinstance(data, (dict, list)):
            self.flow(data, indent + 1)
            self.behind()
        elif isinstance(data, str) and self.is_literal(data) and self.chance(3):
            self.literal(data, indent)
        else:
            self.lines[-1] += " " * self.draw(st.integers(1, 3)) + self.scalar(data, flow=False)
            self.behind()

    def flow(self, data: Any, indent: int) -> None:
        """A value in brackets, on one line or on several."""
        if not isinstance(data, (dict, list)):
            self.lines[-1] += " " + self.scalar(data, flow=True)
            return
        opening, closing = "{}" if isinstance(data, dict) else "[]"
        self.lines[-1] += f" {opening}"
        items = list(data.items()) if isinstance(data, dict) else [(None, value) for value in data]
        for number, (key, value) in enumerate(items):
            self.lines[-1] += "," if number else ""
            if self.chance(9):
                self.behind()
                self.between(indent)
                self.lines.append(" " * indent)
            self.lines[-1] += "" if key is None else f" {self.key(key)}:"
            self.flow(value, indent)
        if self.chance(9):
            self.behind()
            self.lines.append(" " * indent)
        self.lines[-1] += f" {closing}" if self.lines[-1].strip() else closing

    def key(self, key: Any) -> str:
        return self.scalar(key, flow=True)

    def scalar(self, data: Any, *, flow: bool) -> str:
        if not isinstance(data, str):
            return "~" if data is None else str(json.dumps(data)) if isinstance(data, (int, float, bool)) else str(data)
        ways = [json.dumps(data, ensure_ascii=False)]
        if "\n" not in data:
            ways.append("'" + data.replace("'", "''") + "'")
        if _is_plain(data, flow=flow):
            ways += [data, data]
        return str(self.draw(st.sampled_from(ways)))

    def is_literal(self, data: str) -> bool:
        return bool(data.strip()) and data[0] not in " \n" and not data.endswith("\n") and "\t" not in data

    def literal(self, data: str, indent: int) -> None:
        self.lines[-1] += " |-"
        self.behind()
        deeper = indent + self.draw(st.integers(1, 4))
        self.lines += [" " * deeper + line if line else "" for line in data.split("\n")]
        self.literals[len(self.lines)] = deeper - 1


def _is_plain(text: str, *, flow: bool) -> bool:
    try:
        read = list(yaml.parse(f"[{text}]" if flow else f"k: {text}", Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return False
    scalars = [each for each in read if isinstance(each, yaml.ScalarEvent)]
    number = 1 if flow else 2
    collections = sum(isinstance(each, yaml.CollectionStartEvent) for each in read)
    return len(scalars) == number and collections == 1 and scalars[-1].value == text and not scalars[-1].style
