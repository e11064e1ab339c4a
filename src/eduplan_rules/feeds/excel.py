"""Excel workbooks: one table a sheet, each row with its line of the sheet.

In: an `.xlsx` or `.xls` file, and the feeds that it belongs to. Out: a `Delivery` for each sheet that is named after an
entity or by a feed, and findings about the others. Holds: rows without any text are skipped; numbers keep all their
digits; a cell with an error such as `#N/A` is unreadable, never empty; merged cells have what stands in the first of
them. Sheets that are hidden or hold notes are no facts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import polars as pl

from eduplan_rules.errors import did_you_mean
from eduplan_rules.feeds.archive import check_workbook, damaged, merged_cells
from eduplan_rules.feeds.feed import Feed
from eduplan_rules.feeds.fit import fitted
from eduplan_rules.feeds.head import Head, find_head, told_of
from eduplan_rules.feeds.old_excel import merged_in_old
from eduplan_rules.feeds.text import UnreadableError
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.facts import entity_names
from eduplan_rules.tables.finding import Finding, Location, finding, hint, some_rows
from eduplan_rules.tables.header import headers_for

#: sheets that tell people how to fill in the others
NOTES = {"zh": "填表说明", "en": "Notes"}
#: how long the name of a sheet may be
LONGEST_NAME = 31
_ERRORS = {
    "Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#DATA!",
}  # fmt: skip
#: a number as text that may have lost digits
_CUT = r"\.\d{9,}$"
#: rows in which headers are looked for first
_HEAD = 50


@dataclass(frozen=True)
class ErrorCell:
    """What stands in a cell whose formula failed: no text, number or day."""

    text: str

    def __str__(self) -> str:
        return self.text


def read_workbook(
    path: Path, name: str, entity: Entity | None, book: Rulebook, feeds: Sequence[Feed] = ()
) -> tuple[list[Delivery], list[Finding]]:
    """Read every sheet that a feed or an entity names; where none is, the only one of a file that is.

    A sheet without rows counts as not delivered while another has some. Raises UnreadableError.
    """
    workbook = open_workbook(path)
    with _whole():
        return _read(workbook, path, name, entity, book, feeds)


def _read(
    workbook: Any, path: Path, name: str, entity: Entity | None, book: Rulebook, feeds: Sequence[Feed]
) -> tuple[list[Delivery], list[Finding]]:
    names = entity_names(book)
    names |= {each[:LONGEST_NAME]: target for each, target in names.items() if each[:LONGEST_NAME] not in names}
    sheets: dict[str, Feed] = {}
    findings: list[Finding] = []
    for feed in feeds:
        for pattern in feed.sheets:
            found = [sheet for sheet in workbook.sheet_names if fnmatchcase(sheet.strip(), pattern)]
            sheets |= {sheet: feed for sheet in found if sheet not in sheets}
            if not found:
                findings.append(_without_sheet(feed, pattern, workbook, name))
    plain = {str(feed.entity.id): feed for feed in reversed(feeds) if not feed.sheets}
    for sheet in workbook.sheet_names:
        target = names.get(sheet.strip())
        if target is not None and sheet not in sheets:
            sheets[sheet] = plain.get(target, Feed(book.entities[target]))
    others = [sheet for sheet in workbook.sheet_names if sheet not in sheets and not is_aside(workbook, sheet)]
    if not sheets and entity is not None and len(others) == 1:
        sheets = {others.pop(): plain.get(str(entity.id), Feed(entity))}
    findings += [
        _without_sheet(feed, str(feed.entity.id), workbook, name)
        for feed in plain.values()
        if all(feed is not used for used in sheets.values())
    ]
    findings += [
        finding("unmatched-table", location=Location(name, sheet, None), value=sheet, hint=_near(sheet, names))
        for sheet in others
        if not _is_empty(workbook, sheet)
    ]
    deliveries = []
    for sheet, feed in sheets.items():
        delivery, more = read_sheet(workbook, sheet, feed, name, path)
        deliveries.append(delivery)
        findings += more
    filled = [each for each in deliveries if each.height]
    if filled:
        findings += [
            finding("empty-sheet", each.entity, location=each.location, value=each.sheet)
            for each in deliveries
            if not each.height
        ]
    return filled or deliveries, findings


def _without_sheet(feed: Feed, pattern: str, workbook: Any, name: str) -> Finding:
    near = hint(did_you_mean(pattern, workbook.sheet_names))
    where = Location(name, None, None)
    return finding("feed-without-sheet", feed.entity, location=where, value=pattern, place=feed.place, hint=near)


def _near(sheet: str, names: dict[str, str]) -> Any:
    return hint(did_you_mean(sheet, names))


def open_workbook(path: Path) -> Any:
    """Open a workbook; raise UnreadableError."""
    try:
        import fastexcel
        import pyarrow  # noqa: F401
    except ImportError:
        raise UnreadableError(
            "Excel files need an extra: pip install 'eduplan-rules[excel]', or save the sheets as CSV",
            "读取 Excel 文件需要附加组件：pip install 'eduplan-rules[excel]'，也可将各表另存为 CSV",
        ) from None
    # it warns of each column without a single value
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    check_workbook(path)
    with _whole():
        return fastexcel.read_excel(path)


@contextmanager
def _whole() -> Iterator[None]:
    """Turn what a damaged workbook raises into what is said of it."""
    import fastexcel

    try:
        yield
    except fastexcel.FastExcelError:
        raise damaged() from None
    except BaseException as error:  # panics have a class of their own in each module, outside of Exception
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from None


def is_aside(workbook: Any, sheet: str) -> bool:
    """Whether a sheet is for people, or for other sheets."""
    return sheet in NOTES.values() or workbook.load_sheet(sheet, header_row=None, n_rows=0).visible != "visible"


def _is_empty(workbook: Any, sheet: str) -> bool:
    return not any(any(row) for row in first_rows(workbook, sheet, None))


def first_rows(workbook: Any, sheet: str, count: int | None) -> list[list[str]]:
    """The first rows of a sheet as texts; `count`: how many, or None for all."""
    rows = workbook.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=count, dtypes="string").to_polars()
    return [[cell.strip() if cell else "" for cell in row] for row in rows.iter_rows()]


def _headers(workbook: Any, sheet: str, feed: Feed) -> Head | None:
    """The headers of a sheet; None where no cell has text."""
    wanted = max((_HEAD, *feed.header_rows))
    for count in (wanted, None):
        rows = first_rows(workbook, sheet, count)
        first = next((place for place, row in enumerate(rows) if any(row)), None)
        if first is not None or feed.header_rows:
            start = 0 if feed.header_rows or first is None else first
            found = find_head(rows[start:], range(start + 1, len(rows) + 1), feed)
            if found is not None:
                return found
        if len(rows) < wanted:
            break
    return None


def read_sheet(workbook: Any, sheet: str, feed: Feed, name: str, path: Path) -> tuple[Delivery, list[Finding]]:
    """Read a sheet as its feed says."""
    entity = feed.entity
    head = _headers(workbook, sheet, feed)
    if head is None:
        return Delivery(entity, (), (), name, sheet), []
    # what stands below the last row of the headers, counted from 0
    place, headers = head.lines[-1] - 1, list(head.headers)
    kinds = {"header_row": None, "skip_rows": place + 1, "schema_sample_rows": None}
    loaded = workbook.load_sheet(sheet, **kinds)
    frame = pl.DataFrame()
    faults: list[Any] = []
    if loaded.height:
        batch, wrong = loaded.to_arrow_with_errors()
        frame = pl.DataFrame(pl.from_arrow(batch))
        faults = [] if wrong is None else wrong.errors
    columns = [_exact(column, workbook, sheet, kinds, number) for number, column in enumerate(frame.get_columns())]
    columns = _with_errors(columns, faults)
    columns += [pl.repeat(None, frame.height, dtype=pl.String, eager=True)] * (len(headers) - len(columns))
    headers += [""] * (len(columns) - len(headers))
    texts = [column.is_not_null() if column.dtype != pl.String else _has_text(column) for column in columns]
    filled = pl.select(pl.any_horizontal(texts)).to_series() if frame.height else pl.Series(dtype=pl.Boolean)
    lines = pl.int_range(place + 2, place + 2 + frame.height, dtype=pl.Int64, eager=True)
    columns, merged = _unmerged(columns, filled, path, sheet, place + 2)
    kept = tuple(column.filter(filled) for column in columns)
    delivery = Delivery(entity, tuple(headers), kept, name, sheet, lines.filter(filled), titled=head.units)
    findings = told_of(head, delivery)
    known = headers_for(entity)
    for number, rows in merged.items():
        meaning = known.meaning(headers[number])
        if meaning is not None and meaning.name in feed.fill_down:
            continue
        told = some_rows(rows)
        field = headers[number] if meaning is None else entity.fields.get(meaning.name, meaning.name)
        findings.append(finding("merged-cells", entity, field, location=delivery.location, rows=told))
    delivery, more = fitted(delivery, feed, separated=False)
    return delivery, findings + more


def _unmerged(
    columns: list[pl.Series], kept: pl.Series, path: Path, sheet: str, first: int
) -> tuple[list[pl.Series], dict[int, int]]:
    """Give cells that are merged down what stands in the first of them; in how many of the rows kept, by column.

    `first` is the line of the first row.
    """
    boxes, left_out = (merged_in_old if path.suffix.lower() == ".xls" else merged_cells)(path, sheet)
    sources: dict[int, list[int]] = {}
    for top, bottom, column in boxes:
        number = column - left_out
        if top >= first and bottom > top and 0 <= number < len(columns):
            rows = sources.setdefault(number, list(range(len(kept))))
            end = min(bottom - first + 1, len(rows))
            rows[top - first : end] = [top - first] * (end - top + first)
    filled: dict[int, int] = {}
    for number, rows in sources.items():
        moved = pl.Series(rows, dtype=pl.UInt32)
        told = (moved != pl.int_range(len(rows), dtype=pl.UInt32, eager=True)) & kept
        if told.any():
            columns[number] = columns[number].gather(moved)
            filled[number] = int(told.sum())
    return columns, filled


def _has_text(column: pl.Series) -> pl.Series:
    return (column.str.strip_chars().str.len_bytes() > 0).fill_null(value=False)


def _exact(column: pl.Series, workbook: Any, sheet: str, kinds: dict[str, Any], number: int) -> pl.Series:
    """The column with all digits: among texts, numbers come with nine behind the point."""
    if column.dtype != pl.String or not column.str.contains(_CUT).any():
        return column
    numbers: pl.Series = workbook.load_sheet(sheet, **kinds, dtypes={number: "float"}).to_polars().to_series(number)
    whole = column.str.contains(_CUT) & numbers.is_not_null()
    return numbers.cast(pl.String).zip_with(whole.fill_null(value=False), column)


def _with_errors(columns: list[pl.Series], faults: list[Any]) -> list[pl.Series]:
    """Put what a failed formula shows where it stands."""
    found: dict[int, dict[int, ErrorCell]] = {}
    for fault in faults:
        row, column = fault.offset_position
        kind = fault.detail.partition("Error(")[2].partition(")")[0]
        found.setdefault(column, {})[row] = ErrorCell(_ERRORS.get(kind, "#ERROR!"))
    for number, cells in found.items():
        values: list[object] = columns[number].to_list()
        for row, cell in cells.items():
            values[row] = cell
        columns[number] = pl.Series(values, dtype=pl.Object)
    return columns
