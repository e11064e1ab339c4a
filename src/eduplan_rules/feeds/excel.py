"""Excel workbooks: one table a sheet, each row with its line of the sheet.

In: an `.xlsx` file. Out: a `Delivery` for each sheet that is named after an entity, and findings about the others.
Holds: the first row with text has the headers; rows without any text are skipped; numbers keep all their digits; a cell
with an error such as `#N/A` is unreadable, never empty. Sheets that are hidden or hold notes are no facts.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from eduplan_rules.errors import did_you_mean
from eduplan_rules.feeds.text import UnreadableError
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.facts import entity_names
from eduplan_rules.tables.finding import Finding, Location, finding, hint

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


def read_workbook(path: Path, name: str, entity: Entity | None, book: Rulebook) -> tuple[list[Delivery], list[Finding]]:
    """Read every sheet that is named after an entity; where none is, the only one of a file that is.

    A sheet without rows counts as not delivered while another has some. Raises UnreadableError.
    """
    workbook = _open(path)
    names = entity_names(book)
    names |= {each[:LONGEST_NAME]: target for each, target in names.items() if each[:LONGEST_NAME] not in names}
    sheets = {sheet: names[sheet.strip()] for sheet in workbook.sheet_names if sheet.strip() in names}
    others = [sheet for sheet in workbook.sheet_names if sheet not in sheets and not _aside(workbook, sheet)]
    if not sheets and entity is not None and len(others) == 1:
        sheets = {others.pop(): str(entity.id)}
    findings = [
        finding("unmatched-table", location=Location(name, sheet, None), value=sheet, hint=_near(sheet, names))
        for sheet in others
        if not _is_empty(workbook, sheet)
    ]
    deliveries = [_read_sheet(workbook, sheet, book.entities[target], name) for sheet, target in sheets.items()]
    filled = [each for each in deliveries if each.height]
    if filled:
        findings += [
            finding("empty-sheet", each.entity, location=each.location, value=each.sheet)
            for each in deliveries
            if not each.height
        ]
    return filled or deliveries, findings


def _near(sheet: str, names: dict[str, str]) -> Any:
    return hint(did_you_mean(sheet, names))


def _open(path: Path) -> Any:
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
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError:
        raise UnreadableError(
            "it is not a whole Excel workbook, or it has a password",
            "不是完整的 Excel 工作簿，或设有密码",
        ) from None


def _aside(workbook: Any, sheet: str) -> bool:
    """Whether a sheet is for people, or for other sheets."""
    return sheet in NOTES.values() or workbook.load_sheet(sheet, header_row=None, n_rows=0).visible != "visible"


def _is_empty(workbook: Any, sheet: str) -> bool:
    return not _headers(workbook, sheet)[1]


def _headers(workbook: Any, sheet: str) -> tuple[int, list[str]]:
    """The first row with text, counted from 0, and its cells; no cells where there is none."""
    for count in (_HEAD, None):
        rows = workbook.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=count, dtypes="string").to_polars()
        for place, cells in enumerate(rows.iter_rows()):
            if any(cell and cell.strip() for cell in cells):
                return place, [cell or "" for cell in cells]
        if rows.height < _HEAD:
            break
    return 0, []


def _read_sheet(workbook: Any, sheet: str, entity: Entity, name: str) -> Delivery:
    place, headers = _headers(workbook, sheet)
    if not headers:
        return Delivery(entity, (), (), name, sheet)
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
    texts = [column.is_not_null() if column.dtype != pl.String else _has_text(column) for column in columns]
    filled = pl.select(pl.any_horizontal(texts)).to_series() if frame.height else pl.Series(dtype=pl.Boolean)
    lines = pl.int_range(place + 2, place + 2 + frame.height, dtype=pl.Int64, eager=True)
    kept = tuple(column.filter(filled) for column in columns)
    return Delivery(entity, tuple(headers), kept, name, sheet, lines.filter(filled))


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
