"""Heads: which rows of a table hold its headers, and what stands above them.

In: the first rows of a table. Out: `Head`. Holds: without a word from a feed, the headers are the first row, or two
joined, of which at least half of the cells are headers that mean something; where there is none, the first row with
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eduplan_rules.feeds.feed import Feed
from eduplan_rules.feeds.rows import without_names
from eduplan_rules.feeds.text import UnreadableError
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.finding import Detail, Finding, finding
from eduplan_rules.tables.header import Headers, headers_for, squeezed

#: rows among which headers are looked for
DEPTH = 30
_UNIT = re.compile(r"(?:计量)?单位[:：]\s*([^\s，,；;。)）]+)|\b[Uu]nits?:\s*([^\s,;)]+)")

Row = Sequence[str | None]


@dataclass(frozen=True)
class Head:
    """The headers of a table."""

    #: the last row of them, counted from 0 among the rows that were looked at
    last: int
    #: their lines
    lines: tuple[int, ...]
    headers: tuple[str, ...]
    #: texts of the rows above
    above: tuple[str, ...]
    #: whether half of them mean something, or a feed named their row
    sure: bool
    #: whether rows were passed over, or joined, that no feed named
    guessed: bool

    @property
    def units(self) -> tuple[str, ...]:
        """The units that a line above names for the whole table."""
        found = (part for text in self.above for part in _UNIT.findall(text))
        return tuple(unit for pair in found for unit in re.split("[、/]", "".join(pair)) if unit)


def find_head(rows: Sequence[Row], lines: Sequence[int], feed: Feed) -> Head | None:
    """Find the headers among the first rows; None where no row has text. Raises UnreadableError."""
    filled = [place for place, row in enumerate(rows[:DEPTH] if not feed.header_rows else rows) if any(_texts(row))]
    if feed.header_rows:
        named = [place for place in range(len(rows)) if lines[place] in feed.header_rows]
        if len(named) < len(feed.header_rows) or not any(place in filled for place in named):
            row = feed.header_rows[-1]
            raise UnreadableError(f"there are no headers at line {row}", f"第 {row} 行没有表头", row)
        return _head(rows, lines, named, feed, sure=True)
    if not filled:
        return None
    known = headers_for(feed.entity)
    widest = max(sum(1 for _ in _texts(rows[place])) for place in filled)
    for place in filled:
        cells = list(_texts(rows[place]))
        alone = sum(_means(cell, known, feed) for cell in cells)
        if place + 1 in filled and lines[place + 1] == lines[place] + 1 and alone < widest:
            both = _joined([rows[place], rows[place + 1]], known, feed)
            together = [cell for cell in both if cell]
            number = sum(_means(cell, known, feed) for cell in together)
            below = [both[column] for column, cell in enumerate(rows[place + 1]) if cell and cell.strip()]
            meant = sum(_means(cell, known, feed) for cell in below)
            under = sum(_means(cell, known, feed) for cell in _texts(rows[place + 1]))
            if number > max(alone, under) and 2 * number >= len(together) and 2 * meant >= len(below):
                return _head(rows, lines, [place, place + 1], feed, sure=True)
        if alone and 2 * alone >= len(cells) and (len(cells) > 1 or widest == 1):
            return _head(rows, lines, [place], feed, sure=True)
    return _head(rows, lines, filled[:1], feed, sure=False)


def number_meant(head: Head, feed: Feed) -> int:
    """How many of the headers mean something, each meaning once."""
    known = headers_for(feed.entity)
    found = (feed.columns.get(squeezed(each)) or known.meaning(each) for each in head.headers)
    return len({each if isinstance(each, str) else each.name for each in found if each})


def told_of(head: Head, delivery: Delivery) -> list[Finding]:
    """Say which rows were taken for headers, where nobody had said it."""
    if not head.guessed:
        return []
    first, last = head.lines[0], head.lines[-1]
    rows: Detail = {"zh": f"第 {first} 行", "en": f"row {first}"}
    if last > first:
        rows = {"zh": f"第 {first} 至 {last} 行", "en": f"rows {first} to {last}"}
    above = without_names(head.above[0]) if head.above else None
    return [
        finding(
            "header-guessed" if above else "header-joined",
            delivery.entity,
            location=delivery.location,
            value=above,
            rows=rows,
        )
    ]


def _head(rows: Sequence[Row], lines: Sequence[int], places: list[int], feed: Feed, *, sure: bool) -> Head:
    known = headers_for(feed.entity)
    chosen = [rows[place] for place in places]
    headers = _joined(chosen, known, feed) if len(chosen) > 1 else [cell or "" for cell in chosen[0]]
    above = tuple(cell.strip() for row in rows[: places[0]] for cell in _texts(row))
    guessed = not feed.header_rows and (bool(above) or len(places) > 1)
    return Head(places[-1], tuple(lines[place] for place in places), tuple(headers), above, sure, guessed)


def _joined(rows: Sequence[Row], known: Headers, feed: Feed) -> list[str]:
    """Join the cells of each column; a heading over several columns stands in the first of them."""
    width = max(len(row) for row in rows)
    levels = [[(row[column] or "").strip() if column < len(row) else "" for column in range(width)] for row in rows]
    for upper, lower in pairwise(levels):
        for column in range(1, width):
            if not upper[column] and lower[column]:
                upper[column] = upper[column - 1]
    return [_best([level[column] for level in levels if level[column]], known, feed) for column in range(width)]


def _best(parts: list[str], known: Headers, feed: Feed) -> str:
    """The way to join parts that means something; else with slashes."""
    if len(parts) < 2:
        return "".join(parts)
    ways = ["".join(parts), "/".join(parts), f"{''.join(parts[:-1])}({parts[-1]})", parts[-1]]
    return next((way for way in ways if _means(way, known, feed)), ways[1])


def _means(cell: str, known: Headers, feed: Feed) -> bool:
    return squeezed(cell) in feed.columns or known.meaning(cell) is not None


def _texts(row: Row) -> Iterator[str]:
    return (cell for cell in row if cell and not cell.isspace())
