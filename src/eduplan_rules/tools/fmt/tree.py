"""A rule file as a tree that keeps its comments, blank lines and ways of writing.

In: a `Source` that `read_yaml` can read. Out: the root `Item`, with every comment at the item that it stands at: before
it, at the end of its line, or below it where it is indented deeper. Holds: printed in order, all comments are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from eduplan_rules.source import Source

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s*)+")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\r\n\x85\u2028\u2029]*)?")
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its sign; `inline` if it stands on the line of what is before it."""

    text: str
    column: int
    #: a blank line stands before it
    blank: bool
    inline: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar: what it says, and the characters of the file. `style` is YAML's sign, empty for a plain one."""

    value: str
    style: str
    raw: str
    anchor: str | None

    @property
    def nothing(self) -> bool:
        return not self.style and self.value in _NOTHING

    @property
    def block(self) -> bool:
        return self.style in ("|", ">")

    @property
    def open_ended(self) -> bool:
        """Whether blank lines after it belong to it."""
        return self.block and "+" in self.raw[:3]


@dataclass(frozen=True, slots=True)
class Alias:
    """`*name`."""

    name: str


@dataclass(slots=True)
class Group:
    """A mapping or a list."""

    mapping: bool
    flow: bool
    anchor: str | None
    items: list[Item] = field(default_factory=list)
    #: the comment on the line that opens it, and those before the bracket that closes it
    opening: Comment | None = None
    tail: list[Comment] = field(default_factory=list)

    def commented(self) -> bool:
        """Whether a comment stands inside."""
        return any(
            item.leading
            or item.trailing
            or item.foot
            or (isinstance(item.value, Group) and (item.value.opening or item.value.tail or item.value.commented()))
            for item in self.items
        )


Node: TypeAlias = Text | Alias | Group


@dataclass(slots=True)
class Item:
    """What stands at a key, at a dash, or at the root, and the comments around it."""

    key: Text | None
    column: int
    value: Node | None = None
    leading: list[Comment] = field(default_factory=list)
    #: a blank line stands before it, after its comments
    blank: bool = False
    trailing: str | None = None
    foot: list[Comment] = field(default_factory=list)

    def comments(self) -> Iterator[str]:
        """All comments in the order of the file."""
        yield from (each.text for each in self.leading)
        inside = self.value.items if isinstance(self.value, Group) else ()
        if self.trailing is not None:
            yield self.trailing
        for item in inside:
            yield from item.comments()
        yield from (each.text for each in self.foot)


def read_tree(source: Source) -> Item:
    """Read a file without mistakes."""
    return _Reader(source.text).read()


class _Reader:
    """Goes through libyaml's events, and looks for comments between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        self.place = 0
        #: whether nothing but signs was read since the last line break
        self.begins = True
        #: comments that have no item yet, and whether a blank line stands after them
        self.pending: list[Comment] = []
        self.blank = False
        #: the column of the last dash, and how many of the pending comments stand before it
        self.dash = 0
        self.before_dash: int | None = None

    def read(self) -> Item:
        root = Item(None, -1)
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                event = next(self.events)
                self.upto(event.start_mark.index)
                if not isinstance(event, yaml.CollectionStartEvent) or event.flow_style:
                    root.leading = self.take()
                root.value = self.node(event)
                if isinstance(root.value, Group):
                    root.leading += [root.value.opening] if root.value.opening else []
                    root.foot += root.value.tail
        self.upto(len(self.text))
        if self.pending and self.pending[0].inline and isinstance(root.value, (Text, Alias)):
            root.trailing = self.pending.pop(0).text
        root.foot += self.pending
        return root

    def upto(self, end: int) -> None:
        """Go on to a place, and note the comments on the way."""
        start, self.before_dash = self.place, None
        before = max(self.text.rfind(sign, 0, start) for sign in "\n\r\x85\u2028\u2029") + 1
        for number, piece in enumerate(pieces := _BREAK.split(self.text[start : max(start, end)])):
            column = 0 if number else start - before
            code, sign, rest = piece.partition("#")
            if "-" in code:
                self.dash, self.before_dash = column + code.rindex("-"), len(self.pending)
            self.begins |= number > 0
            if sign:
                comment = Comment((sign + rest).rstrip(), column + len(code), self.blank, not self.begins)
                self.pending.append(comment)
                self.blank = False
            elif 0 < number < len(pieces) - 1 and not code.strip():
                self.blank = True
        self.place = max(start, end)

    def pass_by(self, end: int) -> None:
        """Go on to the end of something that is no sign of lists and keys."""
        self.place, self.begins = end, False

    def take(self) -> list[Comment]:
        taken, self.pending = self.pending, []
        return taken

    def node(self, event: Any) -> Node:
        match event:
            case yaml.AliasEvent():
                self.pass_by(event.end_mark.index)  # type: ignore[union-attr]
                return Alias(str(event.anchor))
            case yaml.ScalarEvent():
                return self.text_of(event)
            case _:
                return self.group(event)

    def text_of(self, event: Any) -> Text:
        start, end = event.start_mark.index, event.end_mark.index
        properties = _PROPERTIES.match(self.text, start, end) if event.anchor is not None else None
        start = properties.end() if properties else start
        raw = self.text[start:end]
        text = Text(event.value, event.style if event.style in ("'", '"', "|", ">") else "", raw, event.anchor)
        if text.block and not text.open_ended:
            end = start + len(raw.rstrip())
        self.pass_by(end)
        return text

    def group(self, start: Any) -> Group:
        mapping = isinstance(start, yaml.MappingStartEvent)
        group = Group(mapping, bool(start.flow_style), start.anchor)
        if group.flow:
            self.pass_by(start.end_mark.index)
        elif start.anchor is not None:
            self.pass_by(start.start_mark.index + len(start.anchor) + 1)
        for event in self.events:
            self.upto(event.start_mark.index)
            self.settle(group)
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                break
            item = Item(None, event.start_mark.column if mapping else self.dash, leading=self.take(), blank=self.blank)
            self.blank = False
            if mapping:
                item.key = self.text_of(event)
                event = next(self.events)
                self.upto(event.start_mark.index)
            self.fill(item, event)
            group.items.append(item)
        if group.flow:
            self.pass_by(event.end_mark.index)
            group.tail = self.take()
        return group

    def settle(self, group: Group) -> None:
        """Give the comments before the next item to the last one, where they are its own."""
        last = group.items[-1] if group.items else None
        older = len(self.pending) if self.before_dash is None else self.before_dash
        if self.pending and self.pending[0].inline:
            comment, older = self.pending.pop(0), older - 1
            if last is None:
                group.opening = comment
            elif last.trailing is None and not (isinstance(last.value, Group) and last.value.commented()):
                last.trailing = comment.text
            else:
                last.foot.append(comment)
        if last is None or group.flow or (isinstance(last.value, Text) and last.value.block):
            return
        while self.pending and older > 0 and self.pending[0].column > last.column:
            last.foot.append(self.pending.pop(0))
            older -= 1

    def fill(self, item: Item, event: Any) -> None:
        """Read the value of an item; a comment on the line of its key stays there."""
        opens = isinstance(event, yaml.CollectionStartEvent) and not event.flow_style
        if not opens:
            # nothing can stand between a key and its value on one line
            item.leading += self.take()
            self.blank = False
        elif item.key is not None and self.pending and self.pending[0].inline:
            item.trailing = self.pending.pop(0).text
        item.value = value = self.node(event)
        if isinstance(value, Text) and value.block:
            header = _HEADER.match(value.raw)
            item.trailing = header.group(1).rstrip() if header and header.group(1) else None
        if not isinstance(value, Group):
            return
        if value.opening and item.key is not None and item.trailing is None:
            item.trailing = value.opening.text
        elif value.opening:
            item.leading.append(value.opening)
        item.foot += value.tail
        if item.key is None and value.items:
            first = value.items[0]
            item.leading += first.leading
            first.leading, first.blank = [], False
