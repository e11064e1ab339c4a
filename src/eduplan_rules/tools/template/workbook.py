"""The template as an Excel workbook.

In: `Sheet`s. Out: an `.xlsx` file: a sheet of notes, one for each entity with frozen headers, drop-down lists and
checked cells, and a hidden one with the choices. What holds: the same sheets give the same file, whenever written.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from eduplan_rules.feeds.excel import NOTES
from eduplan_rules.tools.template.sheet import CHOICES, Column, Sheet, note_rows
from eduplan_rules.tools.template.words import say
from eduplan_rules.tools.words import Language

#: rows that are checked while they are filled in
ROWS = 10_000
_LARGEST = 2**53 - 1
#: how a spreadsheet keeps and shows cells; what is not listed, as it is typed
_NUMBER_FORMATS = {
    "text": "@", "choice": "@", "boolean": "@", "date": "yyyy-mm-dd", "integer": "0", "year": "0", "school-year": "@",
    "term": "@", "quarter": "@", "month": "@",
}  # fmt: skip
#: a sign that is only shown: what is typed stays in points
_POINTS = '0.00"%"'
_COLORS = {"key": "#1F4E78", "time": "#1F4E78", "needed": "#2E75B6", "absence": "#595959", "optional": "#7F7F7F"}
#: widths of the columns of the notes
_WIDTHS = (18, 30, 10, 50, 44, 70)
#: height of a line, in points
_LINE = 15
_WRITTEN = datetime(2020, 1, 1)


def write_workbook(path: Path, sheets: Sequence[Sheet], language: Language) -> None:
    """Write the workbook. Raises ModuleNotFoundError without the extra `excel`, OSError where it cannot be written."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    workbook = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_formulas": False})
    workbook.set_properties({"created": _WRITTEN})
    _notes(workbook, sheets, language)
    lists: dict[tuple[str, ...], str] = {}
    for sheet in sheets:
        _sheet(workbook, sheet, lists, language)
    hidden = workbook.add_worksheet(CHOICES)
    for place, choices in enumerate(lists):
        hidden.write_column(0, place, choices)
    hidden.hide()
    try:
        workbook.close()
    except FileCreateError as error:
        raise error.args[0] from None


def _notes(workbook: Any, sheets: Sequence[Sheet], language: Language) -> None:
    page = workbook.add_worksheet(NOTES[language])
    head = workbook.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": _COLORS["needed"], "border": 1})
    page.write_string(0, 0, say("notes-title", language), workbook.add_format({"bold": True, "font_size": 14}))
    line = 1
    for name in ("notes-rows", "notes-empty", "notes-left"):
        page.write_string(line, 0, say(name, language))
        line += 1
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"})
    for number, row in enumerate(note_rows(sheets, language)):
        for place, cell in enumerate(row):
            page.write_string(line + 1 + number, place, cell, wrapped if number else head)
        page.set_row(line + 1 + number, _LINE * max(_lines(*each) for each in zip(row, _WIDTHS, strict=True)))
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)
    page.freeze_panes(line + 2, 0)
    _for_paper(page, line + 1)
    page.fit_to_pages(1, 0)


def _sheet(workbook: Any, sheet: Sheet, lists: dict[tuple[str, ...], str], language: Language) -> None:
    page = workbook.add_worksheet(sheet.name)
    page.freeze_panes(1, sheet.names)
    lines = 1
    for place, column in enumerate(sheet.columns):
        color = {"bold": True, "font_color": "#FFFFFF", "bg_color": _COLORS[column.role], "text_wrap": True}
        page.write_string(0, place, column.header, workbook.add_format({**color, "valign": "vcenter"}))
        shown = _POINTS if column.percent else _NUMBER_FORMATS.get(column.type)
        cells = workbook.add_format({"num_format": shown} if shown else {})
        width = max(10, min(28, _width(column.header) + 3))
        lines = max(lines, _lines(column.header, width))
        page.set_column(place, place, width, cells)
        page.data_validation(1, place, ROWS, place, _validation(column, lists, language))
    page.set_row(0, _LINE * lines)
    _for_paper(page, 0)
    page.repeat_columns(0, sheet.names - 1)
    page.hide_gridlines(0)


def _for_paper(page: Any, header: int) -> None:
    """On paper: across A4, the header on every page."""
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(header)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; not every program finds out by itself."""
    return sum(max(1, math.ceil(_width(line) * 1.1 / width)) for line in text.split("\n"))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _validation(column: Column, lists: dict[tuple[str, ...], str], language: Language) -> dict[str, Any]:
    """What may be typed below a header, and what is said beside the cell."""
    told = {
        "input_title": column.header[:32],
        "input_message": f"{column.cell}\n{say('empty', language)} {say(f'empty-{column.role}', language)}"[:255],
        "error_title": say("wrong-title", language),
        "error_message": column.cell[:255],
    }
    return {**_allowed(column, lists), **told}


def _allowed(column: Column, lists: dict[tuple[str, ...], str]) -> dict[str, Any]:
    if column.choices:
        letter = _letter(len(lists))
        source = lists.setdefault(column.choices, f"={CHOICES}!${letter}$1:${letter}${len(column.choices)}")
        return {"validate": "list", "source": source}
    if column.type == "date":
        return {"validate": "date", "criteria": ">=", "value": date(1900, 1, 1)}
    if column.type == "year":
        return {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2999}
    if column.type in ("integer", "number"):
        low = -_LARGEST if column.min is None else column.min
        high = _LARGEST if column.max is None else column.max
        kind = "integer" if column.type == "integer" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": _short(low), "maximum": _short(high)}
    return {"validate": "any"}


def _short(number: float) -> float:
    return int(number) if number == int(number) else number


def _letter(place: int) -> str:
    """The letters of a column, counted from 0."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))
