"""Tables of texts as case files have them: lines with commas under their headers, or a list of mappings.

In: a text or a list with its place. Out: a `Table`. What holds: as many cells as headers in every row; headers and
cells know their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from eduplan_rules.source import Mapping, Scalar, Sequence, Span
from eduplan_rules.tools.mistake import CaseError

#: a cell in quotes or as it is, and the comma or the end behind it
_CELL = re.compile(r'[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^,]*?)[ \t]*)(?:,|$)')


@dataclass(frozen=True)
class Table:
    """Rows of one entity as a feed has them: all cells are texts, or None."""

    columns: tuple[Scalar, ...]
    rows: tuple[tuple[Scalar | None, ...], ...]
    span: Span
    #: where each row stands
    places: tuple[Span, ...]

    def frame(self) -> pl.DataFrame:
        """The table as a frame of texts."""
        rows = [[None if cell is None else str(cell) for cell in row] for row in self.rows]
        return pl.DataFrame(rows, schema=dict.fromkeys(map(str, self.columns), pl.String), orient="row")

    def reversed(self) -> Table:
        """The same table with rows and columns the other way round."""
        rows = tuple(row[::-1] for row in reversed(self.rows))
        return Table(self.columns[::-1], rows, self.span, self.places[::-1])

    def changed(self, changes: dict[tuple[int, Scalar], Scalar | None]) -> Table:
        """The same table with other cells, by row and header; headers that are new come last."""
        columns = (*self.columns, *dict.fromkeys(head for _, head in changes if head not in self.columns))
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        for (number, head), cell in changes.items():
            rows[number][head] = cell
        return Table(columns, tuple(tuple(row.get(head) for head in columns) for row in rows), self.span, self.places)


def read_table(written: Any, name: str, span: Span) -> Table:
    """Read a table; `name` says of what it is, `span` where, if the tree does not."""
    if isinstance(written, Scalar):
        return _from_text(written, name)
    if isinstance(written, Sequence) and all(isinstance(row, Mapping) for row in written):
        columns = tuple(dict.fromkeys(key for row in written for key in row))
        rows = tuple(tuple(_cell(row.get(head)) for head in columns) for row in written)
        return Table(columns, rows, written.span, tuple(row.span for row in written))
    raise CaseError("wrong-rows", getattr(written, "span", span), entity=name)


def _cell(cell: Any) -> Scalar | None:
    if cell is None or isinstance(cell, Scalar):
        return cell
    raise CaseError("wrong-cell", cell.span)


def _from_text(text: Scalar, name: str) -> Table:
    """A table of lines with commas, the first one its headers; an empty cell is empty."""
    lines = list(_lines(text))
    if not lines:
        raise CaseError("wrong-rows", text.span, entity=name)
    (place, headers), *rows = lines
    for number, head in enumerate(headers):
        if "，" in head:
            raise CaseError("wide-comma", head.span)
        if not head:
            raise CaseError("no-header", place, entity=name)
        if head in headers[:number]:
            raise CaseError("header-twice", head.span, entity=name, column=head)
    for where, cells in rows:
        wide = next((cell for cell in cells if "，" in cell and not cell.span.text.startswith('"')), None)
        if len(cells) < len(headers) and wide is not None:
            comma = wide.index("，")
            raise CaseError("wide-comma-in-row", wide.place(comma, comma + 1), row=wide)
        if len(cells) != len(headers):
            gaps = {"row": cells[0], "cells": len(cells), "headers": len(headers)}
            raise CaseError("ragged", where, entity=name, **gaps)
    read = tuple(tuple(cell or None for cell in cells) for _, cells in rows)
    return Table(tuple(headers), read, text.span, tuple(where for where, _ in rows))


def _lines(text: Scalar) -> Iterator[tuple[Span, list[Scalar]]]:
    """Each line with something on it: its place, and its cells."""
    start = 0
    for line in text.splitlines(keepends=True):
        content = line.rstrip()
        if content:
            first = start + len(content) - len(content.lstrip())
            yield text.place(first, start + len(content)), list(_cells(text, start, content))
        start += len(line)


def _cells(text: Scalar, start: int, line: str) -> Iterator[Scalar]:
    for found in _CELL.finditer(line):
        quoted = found.group(1)
        first, last = found.span(2 if quoted is None else 1)
        cell = found.group(2) if quoted is None else quoted.replace('""', '"')
        yield Scalar(cell.strip(), text.place(start + first, start + last))
        if not found.group().endswith(","):
            return
