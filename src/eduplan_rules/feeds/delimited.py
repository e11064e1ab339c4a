"""CSV: cells as text, each row with the line on which it begins.

In: a file of UTF-8 with a line of headers, commas and double quotes. Out: a `Delivery`; other separators are refused.
Holds: Python's `csv` is the authority; Polars reads the file where it is certain that every line is one row with one
cell for each header. Rows without any text are skipped.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import zip_longest
from pathlib import Path

import polars as pl

from eduplan_rules.feeds.text import UnreadableError, read_text
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.delivery import Delivery, headers_of

#: a quoted cell without line ends, between separators; it begins with a literal so that the search is fast
_QUOTED = re.compile(r'"(?<![^,\n]")(?:[^"\r\n]++|"")*+"(?=[,\r\n]|\Z)')
_CHUNK = 100_000
#: what stands between cells where commas should -> its names
_SEPARATORS = {
    ";": ('";"', "“;”"),
    "\t": ("tabs", "制表符"),
    "|": ('"|"', "“|”"),
    "，": ('"，"', "中文逗号“，”"),
    "；": ('"；"', "中文分号“；”"),
    "、": ('"、"', "顿号“、”"),
}


def read_csv(entity: Entity, path: Path, name: str) -> Delivery:
    """Read a file; raise UnreadableError when it is not CSV, or has something else than commas between cells."""
    text = read_text(path)
    delivery = read_plain(entity, text, name) or read_exact(entity, text, name)
    _check_separator(delivery)
    return delivery


def _check_separator(delivery: Delivery) -> None:
    """Refuse a line of headers that is one cell, is none of the headers looked for, and looks like several."""
    headers = [header.strip() for header in delivery.headers if header.strip()]
    if len(headers) > 1 or headers[0] in headers_of(delivery.entity):
        return
    found = next((sign for sign in _SEPARATORS if sign in headers[0]), None)
    if found is not None:
        english, chinese = _SEPARATORS[found]
        raise UnreadableError(
            f"its cells are separated by {english}, expected commas; save the file as CSV with commas",
            f"各列以{chinese}分隔，应以英文逗号分隔；请另存为逗号分隔的 CSV",
        )


def read_plain(entity: Entity, text: str, name: str) -> Delivery | None:
    """Read by Polars when row i is line i + 2 for certain; else None."""
    bare = _QUOTED.sub("", text) if '"' in text else text
    if '"' in bare or bare.count("\r") != bare.count("\r\n"):
        return None
    lines = pl.Series(bare.removesuffix("\n").split("\n")).str.strip_suffix("\r")
    commas = lines.str.count_matches(",", literal=True)
    if not bool((commas == commas[0]).all()) or (commas[0] == 0 and bool((lines == "").any())):
        return None
    headers = [f"{place}" for place in range(commas[0] + 1)]
    frame = pl.read_csv(text.encode(), has_header=False, schema=dict.fromkeys(headers, pl.String))
    if frame.height != len(lines):
        return None
    names = tuple(cell or "" for cell in frame.row(0))
    if not "".join(names).strip():
        return None
    rows = frame.slice(1).with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("#line"))
    rows = rows.filter(pl.any_horizontal(pl.col(headers).str.strip_chars().str.len_bytes() > 0))
    return Delivery(entity, names, tuple(rows.select(headers).get_columns()), name, None, rows["#line"])


def read_exact(entity: Entity, text: str, name: str) -> Delivery:
    """Read by Python's `csv`, row by row."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    headers: list[str] | None = None
    rows: list[list[str]] = []
    chunks: list[list[pl.Series]] = []
    lines: list[int] = []
    widths: list[int] = []
    begin = 1
    try:
        for row in reader:
            if any(cell and not cell.isspace() for cell in row):
                if headers is None:
                    headers = row
                else:
                    rows.append(row)
                    lines.append(begin)
                    widths.append(len(row))
                    if len(rows) == _CHUNK:
                        chunks.append(_columns(rows, len(headers)))
                        rows = []
            begin = reader.line_num + 1
    except csv.Error as error:
        english = f"CSV row that begins at line {begin}: {error}"
        raise UnreadableError(english, f"从第 {begin} 行开始的一行不是合法的 CSV：{error}", begin) from None
    if headers is None:
        raise UnreadableError("the file has no headers", "文件没有表头")
    chunks.append(_columns(rows, len(headers)))
    columns = tuple(pl.concat(pieces) for pieces in zip(*chunks, strict=True))
    ragged = any(width != len(headers) for width in widths)
    return Delivery(
        entity,
        tuple(headers),
        columns,
        name,
        None,
        pl.Series(lines, dtype=pl.Int64),
        pl.Series(widths, dtype=pl.Int64) if ragged else None,
    )


def _columns(rows: list[list[str]], width: int) -> list[pl.Series]:
    """Turn rows into columns; cells that a row lacks are None."""
    cells = list(zip_longest(*rows))[:width]
    columns = [pl.Series(column, dtype=pl.String) for column in cells]
    return columns + [pl.repeat(None, len(rows), dtype=pl.String, eager=True)] * (width - len(columns))
