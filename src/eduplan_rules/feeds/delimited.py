"""CSV: cells as text, each row with the line on which it begins.

In: a file of text with headers, and signs between its cells. Out: a `Delivery`, and what had to be guessed. Holds:
Python's `csv` is the authority; Polars reads the file where it is certain that every line is one row with one cell for
each header, and the first has the headers. Rows without any text are skipped.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from pathlib import Path

import polars as pl

from eduplan_rules.feeds.feed import Feed
from eduplan_rules.feeds.fit import fitted
from eduplan_rules.feeds.head import DEPTH, Head, find_head, number_meant, told_of
from eduplan_rules.feeds.text import UnreadableError, check_lines, read_text
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.finding import Detail, Finding, Location, finding

#: columns of a table; no sheet has more
MOST_COLUMNS = 16_384
#: characters by which separators are told apart
_SAMPLE = 50_000
#: a quoted cell without line ends, between separators; it begins with a literal so that the search is fast
_QUOTED = re.compile(r'"(?<![^,\n]")(?:[^"\r\n]++|"")*+"(?=[,\r\n]|\Z)')
_CHUNK = 100_000
#: what may stand between cells instead of commas -> its names
_SEPARATORS = {
    ";": ('";"', "“;”"),
    "\t": ("tabs", "制表符"),
    "|": ('"|"', "“|”"),
    "，": ('"，"', "中文逗号“，”"),
    "；": ('"；"', "中文分号“；”"),
    "、": ('"、"', "顿号“、”"),
}


def read_csv(path: Path, name: str, feed: Feed) -> tuple[Delivery, list[Finding]]:
    """Read a file; raise UnreadableError when it is not CSV, or nobody can say what separates its cells."""
    read = read_text(path, feed.encoding)
    check_lines(read.text)
    sign = feed.separator or ("\t" if feed.format == "tsv" or path.suffix.lower() == ".tsv" else None)
    findings: list[Finding] = []
    if read.guessed:
        place = Location(name, None, None)
        findings.append(finding("encoding-guessed", feed.entity, location=place, file=name, encoding=read.guessed))
    if sign in (None, ","):
        plain = None if feed.header_rows not in ((), (1,)) else read_plain(feed.entity, read.text, name)
        head = None if plain is None else find_head(_first_two(plain), (1, 2), feed)
        if plain is not None and head is not None and head.sure and head.last == 0:
            delivery, more = fitted(plain, feed, separated=False)
            return delivery, findings + more
    if sign is None:
        sign = separator_of(read.text, feed)
        if sign != ",":
            english, chinese = _SEPARATORS[sign]
            words: Detail = {"zh": chinese, "en": english}
            findings.append(
                finding("separator-guessed", feed.entity, location=Location(name, None, None), file=name, sign=words)
            )
    delivery, head = read_rows(read.text, name, feed, sign or ",")
    if not head.sure:
        _check_separator(delivery, sign)
    findings += told_of(head, delivery)
    delivery, more = fitted(delivery, feed, separated=sign != ",")
    return delivery, findings + more


def _first_two(delivery: Delivery) -> list[tuple[str, ...]]:
    """The headers, and the row below them where it follows at once."""
    lines = delivery.lines
    if lines is None or not delivery.height or lines[0] != 2:
        return [delivery.headers]
    return [delivery.headers, tuple(column[0] or "" for column in delivery.columns)]


def separator_of(text: str, feed: Feed) -> str:
    """The sign with which the headers mean most; a comma where they mean nothing with any."""
    most, best = 0, ","
    for sign, rows, lines in samples(text, max(DEPTH, *feed.header_rows, 1)):
        try:
            head = find_head(rows, lines, feed)
        except UnreadableError:
            continue  # with this sign, there is no such row
        number = 0 if head is None else number_meant(head, feed)
        if number > most:
            most, best = number, sign
    return best


def samples(text: str, depth: int) -> Iterator[tuple[str, list[list[str]], list[int]]]:
    """The first rows with their lines, for each sign that may stand between cells."""
    begin = text[:_SAMPLE]
    for sign in (",", *_SEPARATORS):
        if sign != "," and sign not in begin:
            continue
        try:
            first = list(islice(numbered(begin, sign, strict=False), depth))
        except UnreadableError:
            continue
        yield sign, [row for _, row in first], [line for line, _ in first]


def _check_separator(delivery: Delivery, sign: str) -> None:
    """Refuse a line of headers that is one cell, is none of the headers looked for, and looks like several."""
    headers = [header.strip() for header in delivery.headers if header.strip()]
    if len(headers) > 1:
        return
    found = next((other for other in _SEPARATORS if other != sign and other in headers[0]), None)
    if found is not None:
        english, chinese = _SEPARATORS[found]
        raise UnreadableError(
            f"its cells are separated by {english}, and none of its headers is known; say in feeds.yaml what they mean",
            f"各列以{chinese}分隔，且没有一个表头能够识别；请在 feeds.yaml 中说明各列的含义",
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
    """Read by Python's `csv`, with commas."""
    return read_rows(text, name, Feed(entity), ",")[0]


def read_rows(text: str, name: str, feed: Feed, sign: str) -> tuple[Delivery, Head]:
    """Read by Python's `csv`, row by row."""
    rest = numbered(text, sign)
    first = list(islice(rest, max(DEPTH, *feed.header_rows, 1)))
    head = find_head([row for _, row in first], [line for line, _ in first], feed)
    if head is None:
        raise UnreadableError("the file has no headers", "文件没有表头")
    width = len(head.headers)
    chunks: list[list[pl.Series]] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    widths: list[int] = []
    for line, row in chain(first[head.last + 1 :], rest):
        rows.append(row)
        lines.append(line)
        widths.append(len(row))
        if len(rows) == _CHUNK:
            chunks.append(_columns(rows, width))
            rows = []
    chunks.append(_columns(rows, width))
    columns = tuple(pl.concat(pieces) for pieces in zip(*chunks, strict=True))
    ragged = any(number != width for number in widths)
    delivery = Delivery(
        feed.entity,
        head.headers,
        columns,
        name,
        None,
        pl.Series(lines, dtype=pl.Int64),
        pl.Series(widths, dtype=pl.Int64) if ragged else None,
        titled=head.units,
    )
    return delivery, head


def numbered(text: str, sign: str, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Rows with any text, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=strict, delimiter=sign)
    begin = 1
    try:
        for row in reader:
            if any(cell and not cell.isspace() for cell in row):
                if len(row) > MOST_COLUMNS:
                    raise UnreadableError(
                        f"line {begin} has more than {MOST_COLUMNS:,} cells",
                        f"第 {begin} 行超过 {MOST_COLUMNS} 个单元格",
                        begin,
                    )
                yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            most = csv.field_size_limit()
            raise UnreadableError(
                f"CSV row that begins at line {begin} has a cell of more than {most:,} characters; "
                "a quote may not be closed",
                f"从第 {begin} 行开始的一行有超过 {most} 个字符的单元格，可能是引号没有闭合",
                begin,
            ) from None
        english = f"CSV row that begins at line {begin}: {error}"
        raise UnreadableError(english, f"从第 {begin} 行开始的一行不是合法的 CSV：{error}", begin) from None


def _columns(rows: list[list[str]], width: int) -> list[pl.Series]:
    """Turn rows into columns; cells that a row lacks are None."""
    cells = list(zip_longest(*rows))[:width]
    columns = [pl.Series(column, dtype=pl.String) for column in cells]
    return columns + [pl.repeat(None, len(rows), dtype=pl.String, eager=True)] * (width - len(columns))
