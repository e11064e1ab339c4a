"""Sheets of a workbook that are written row by row, in the looks of this program.

In: a path; headers, then rows of plain values. Out: nothing; the file has the workbook in the end.
Holds: a row goes to disk when the next one comes; texts are texts, whatever they begin with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from eduplan_rules.render.csv import is_formula

#: rows of a sheet below its headers
HEIGHT = 2**20 - 1
#: links that a sheet may have
_MOST_LINKS = 65_530
_LONGEST_TEXT = 32_767
_LONGEST_LINK = 2_079
#: rows whose cells make a column wider
_MEASURED = 1_000
_NARROWEST = 8
_WRITTEN = datetime(2020, 1, 1)
_LOOKS: dict[str, dict[str, Any]] = {
    "": {},
    # away from the number that may stand before it
    "text": {"indent": 1},
    "title": {"bold": True, "font_size": 14},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E78", "align": "center", "valign": "vcenter"},
    "error": {"font_color": "#9C0006", "bg_color": "#FFC7CE"},
    "warning": {"font_color": "#7F6000", "bg_color": "#FFEB9C"},
    "info": {"font_color": "#1F4E78", "bg_color": "#DDEBF7"},
    "apart": {"font_color": "#7F7F7F", "bg_color": "#EDEDED"},
    "link": {"font_color": "#0563C1", "underline": 1},
    "left": {"align": "left"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
}


class Book:
    """A workbook being written."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options | {"tmpdir": str(path.parent)})
        self._book.set_properties({"created": _WRITTEN})
        self._looks: dict[tuple[str, bool], Any] = {}

    def look(self, name: str, *, quoted: bool = False) -> Any:
        """A format; `quoted` cells stay texts also when somebody edits them."""
        if (name, quoted) not in self._looks:
            found = self._book.add_format(_LOOKS[name])
            if quoted:
                found.set_quote_prefix()
            self._looks[name, quoted] = found
        return self._looks[name, quoted]

    def plain_sheet(self, name: str) -> Any:
        """A sheet without a table: a name, then what belongs to it."""
        page = self._book.add_worksheet(name)
        page.set_column(0, 0, 40)
        page.set_column(1, 1, 60)
        page.set_column(2, 8, 14)
        _print_setup(page)
        return page

    def table_sheet(self, name: str) -> Any:
        """A sheet with nothing in it but frozen headers to come."""
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 0)
        page.set_row(0, 20)
        page.repeat_rows(0)
        _print_setup(page)
        return page

    def write_line(self, page: Any, line: int, cells: Sequence[Any], look: str) -> None:
        """A line of a plain sheet."""
        for place, cell in enumerate(cells):
            self.write(page, line, place, cell, look)

    def write(self, page: Any, line: int, place: int, value: Any, look: str = "") -> None:
        """One cell by the kind of its value; nothing where there is none."""
        if isinstance(value, bool):
            page.write_boolean(line, place, value, self.look(look))
        elif isinstance(value, int | float):
            page.write_number(line, place, value, self.look(look))
        elif isinstance(value, date):
            page.write_datetime(line, place, value, self.look("day"))
        elif value:
            text = str(value)[:_LONGEST_TEXT]
            page.write_string(line, place, text, self.look(look or "text", quoted=is_formula(text)))

    def close(self) -> None:
        """Put the workbook together; raises OSError where there is no room for it."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None


class Sheet:
    """A table: frozen headers with filters, and columns as wide as their cells, up to a limit."""

    def __init__(self, book: Book, name: str, headers: Sequence[str], widest: Sequence[int]) -> None:
        self.name = name
        #: rows below the headers
        self.height = 0
        self._book = book
        self._page = book.table_sheet(name)
        self._widest = widest
        # room for the sign of the filter
        self._narrowest = [max(_NARROWEST, _width(header) + 3) for header in headers]
        self._widths = list(self._narrowest)
        self._links = 0
        book.write_line(self._page, 0, headers, "header")

    def row(self, cells: Sequence[Any], *, link: tuple[int, str] | None = None, look: str = "") -> None:
        """Write a row; one cell may be a link, and the first has the look."""
        self.height += 1
        for place, cell in enumerate(cells):
            if self.height <= _MEASURED and isinstance(cell, str | int | float):
                told = cell if isinstance(cell, str) else f"{cell:.12g}"
                self._widths[place] = max(self._widths[place], _width(told) + 2)
            if link is not None and place == link[0] and self._may_link(cell, link[1]):
                self._page.write_url(self.height, place, link[1], self._book.look("link"), str(cell))
            else:
                self._book.write(self._page, self.height, place, cell, look if place == 0 else "")

    def finish(self) -> None:
        """Set what is known only once all rows are there."""
        last = len(self._widths) - 1
        self._page.autofilter(0, 0, self.height, last)
        bounds = zip(self._narrowest, self._widths, self._widest, strict=True)
        for place, (narrowest, width, widest) in enumerate(bounds):
            self._page.set_column(place, place, max(narrowest, min(width, widest)))

    def _may_link(self, cell: Any, address: str) -> bool:
        self._links += 1
        return bool(cell) and self._links <= _MOST_LINKS and len(address) <= _LONGEST_LINK


def _print_setup(page: Any) -> None:
    """Across, on A3, as many pages down as it takes."""
    page.set_landscape()
    page.set_paper(8)
    page.fit_to_pages(1, 0)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
