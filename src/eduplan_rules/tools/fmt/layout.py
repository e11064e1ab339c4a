"""The layout of a rule file.

In: the tree of a file. Out: its text. Two spaces for each level, lists indented below their keys. A collection in
brackets stays on its line if that has at most 120 columns, else it has a line for each item; one that has such lines
keeps them. At most one blank line in a row; one before each section of several lines, and between rules or cases.
Comments stand before their item, two spaces behind it, or below it.
"""

from __future__ import annotations

import unicodedata

from eduplan_rules.tools.fmt.places import SEPARATE, Path, matches, opens, role
from eduplan_rules.tools.fmt.scalars import key_text, one_line, several_lines
from eduplan_rules.tools.fmt.tree import Alias, Comment, Group, Item, Text

WIDTH = 120


def lay_out(root: Item) -> str:
    """Print a file."""
    lines = _comments(root.leading, 0, first=True)
    if isinstance(root.value, Group) and root.value.items and (root.value.commented() or not _flow_root(root)):
        lines += _items(root.value, 0, ())
    elif root.value is not None:
        lines += _head("", root, 0, ())
    lines += _comments(root.foot, 0, first=not lines, tight=_ends_open(root))
    return "".join(f"{line.rstrip() if line.isspace() else line}\n" for line in lines)


def width(text: str) -> int:
    """How many columns a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _flow_root(root: Item) -> bool:
    return isinstance(root.value, Group) and not root.value.items


def _items(group: Group, indent: int, path: Path) -> list[str]:
    """The lines of the items of a collection."""
    lines: list[str] = []
    kept = False
    for number, item in enumerate(group.items):
        inner = (*path, "-" if item.key is None else item.key.value)
        apart = bool(number) and any(matches(inner, pattern) for pattern in SEPARATE) and _is_long(item, inner)
        before = _comments(item.leading, indent, first=not number, tight=kept, apart=apart)
        blank = item.blank if item.leading else (item.blank or apart) and bool(number) and not kept
        lines += [*before, *([""] if blank else []), *_item(item, indent, inner)]
        kept = _ends_open(item)
    return lines


def _is_long(item: Item, path: Path) -> bool:
    return isinstance(item.value, Group) and bool(item.value.items) and (not item.value.flow or opens(path))


def _comments(
    comments: list[Comment], indent: int, *, first: bool = False, tight: bool = False, apart: bool = False
) -> list[str]:
    """Lines of comments; `tight` if no blank line may stand before them, `apart` if one must."""
    lines = []
    for number, comment in enumerate(comments):
        if (number or not (first or tight)) and (comment.blank or (apart and not number)):
            lines.append("")
        lines.append(" " * indent + comment.text)
    return lines


def _item(item: Item, indent: int, path: Path) -> list[str]:
    """The lines of an item, without the comments before it."""
    mark = "-" if item.key is None else f"{_anchor(item.key)}{key_text(item.key)}:"
    return [
        *_head(" " * indent + mark, item, indent, path),
        *_comments(item.foot, indent + 2, tight=_ends_open(Item(None, 0, item.value))),
    ]


def _head(mark: str, item: Item, indent: int, path: Path) -> list[str]:
    """The lines of what stands behind a mark."""
    value, comment = item.value, f"  {item.trailing}" if item.trailing else ""
    start = f"{mark} " if mark else ""
    if isinstance(value, Text) and not value.style and not value.value and not value.anchor and item.key is not None:
        return [mark + comment]
    line = _one_line(value, path, flow=False)
    if line is not None and _fits(start + line, value):
        return [start + line + comment]
    if isinstance(value, Group):
        return _group(mark, value, comment, indent, path)
    assert isinstance(value, Text)
    first, *rest = several_lines(value, role(path))
    first = start + _anchor(value) + first
    # a comment stands behind the sign of a block, or behind the last line
    lines = [first, *(" " * (indent + 2) + each if each else "" for each in rest)]
    lines[0 if value.block else -1] += comment
    return lines


def _group(mark: str, group: Group, comment: str, indent: int, path: Path) -> list[str]:
    """The lines of a collection that has one for each of its items."""
    below = _items(group, indent + 2, path)
    anchor = _anchor(group).rstrip()
    if mark.endswith("-") and mark.strip() == "-" and not anchor:
        # a list has no line of its own to hold the comment
        above = [" " * indent + comment.lstrip()] if comment else []
        return [*above, f"{mark} {below[0].lstrip(' ')}", *below[1:]]
    return [f"{mark}{' ' if anchor else ''}{anchor}{comment}", *below]


def _fits(line: str, value: object) -> bool:
    """Whether a line is short enough; a text that was written on one stays there."""
    if isinstance(value, Group) and value.items:
        return width(line) <= WIDTH
    return not isinstance(value, Text) or "\n" not in value.raw or width(line) <= WIDTH


def _one_line(value: object, path: Path, *, flow: bool) -> str | None:
    """Write a value on one line; None if it cannot be, or shall not."""
    if isinstance(value, Alias):
        return f"*{value.name}"
    if isinstance(value, Text):
        line = one_line(value, role(path), flow=flow)
        return None if line is None else _anchor(value) + line
    assert isinstance(value, Group)
    if value.items and (not value.flow or value.commented() or opens(path)):
        return None
    parts: list[str] = []
    for item in value.items:
        inner = (*path, "-" if item.key is None else item.key.value)
        part = _one_line(item.value, inner, flow=True)
        if part is None:
            return None
        parts.append(part if item.key is None else f"{_anchor(item.key)}{key_text(item.key)}: {part}")
    opening, closing = "{}" if value.mapping else "[]"
    return f"{_anchor(value)}{opening}{', '.join(parts)}{closing}"


def _anchor(value: Text | Group) -> str:
    return f"&{value.anchor} " if value.anchor is not None else ""


def _ends_open(item: Item) -> bool:
    """Whether a blank line after an item would belong to its text."""
    if item.foot:
        return False
    if isinstance(item.value, Group):
        return bool(item.value.items) and _ends_open(item.value.items[-1])
    return isinstance(item.value, Text) and item.value.open_ended
