"""What a workbook holds before it is opened: how large it is, and which cells are merged.

In: the path of a file that should be a workbook. Out: nothing, or why it must not be opened; the merged cells of its
sheets. Holds: no more is unpacked than is asked for, so that a small file that unpacks to a huge one does no harm.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from eduplan_rules.feeds.text import UnreadableError

#: bytes of all that a workbook packs
LARGEST = 2 * 1024**3
#: bytes from which on packing as dense as this is a trap: sheets are packed ten to fifty times
_MUCH, _DENSEST = 200 * 1024**2, 150
#: cells between the first and the last of a sheet: all of them are made, whether they are filled or not
MOST_CELLS = 50_000_000
_PIECE = 1024**2
#: bytes of a piece that the next one begins with, so that no mark is cut in two
_OVERLAP = 4096
#: seconds that a workbook of the old format may take to read; it has 65,536 rows at most
_LONGEST = 120
_TRIAL = """
import sys, fastexcel
workbook = fastexcel.read_excel(sys.argv[1])
for sheet in workbook.sheet_names:
    workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    loaded = workbook.load_sheet(sheet, header_row=None, skip_rows=0, schema_sample_rows=None)
    if loaded.height:
        loaded.to_arrow_with_errors()
"""
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_FILLED = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})[0-9]+"[^>]*(?<!/)>')
_EXTENT = re.compile(rb'<(?:\w+:)?dimension ref="([A-Z]+)([0-9]+)(?::([A-Z]+)([0-9]+))?"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
#: what reading a damaged package raises
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError,
)  # fmt: skip
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_workbook(path: Path) -> None:
    """Raise UnreadableError where a workbook is none, or is too large to open."""
    with path.open("rb") as file:
        begin = file.read(8)
    if begin == _OLD:
        _try_old(path)
        return
    if not begin:
        raise UnreadableError("the file is empty", "文件是空的")
    if not begin.startswith(b"PK"):
        raise UnreadableError(
            "it is named as an Excel workbook and is none; open it in a spreadsheet program and save it as .xlsx",
            "文件名是 Excel 工作簿，内容却不是；请用电子表格软件打开后另存为 .xlsx",
        )
    try:
        with zipfile.ZipFile(path) as packed:
            infos = packed.infolist()
            whole, small = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
            if whole > LARGEST or (whole > _MUCH and whole > _DENSEST * max(1, small)):
                size = f"{whole / 1024**2:,.0f} MB"
                raise UnreadableError(
                    f"it would unpack to {size}, more than any table; it was not opened",
                    f"解压后将达 {size}，超出任何数据表的大小，未打开",
                )
            # sizes may lie: no more than they say is unpacked, and what does not end there is damaged
            if packed.testzip() is not None:
                raise damaged()
            for info in infos:
                if _SHEET.fullmatch(info.filename):
                    _check_extent(packed, info)
    except _BROKEN:
        raise damaged() from None


def _try_old(path: Path) -> None:
    """Raise UnreadableError where a workbook of the old format is damaged.

    What reads this format breaks off on a damaged file and says so on standard error, so it is tried in a process of
    its own.
    """
    if not sys.executable:
        return
    command = [sys.executable, "-c", _TRIAL, str(path.resolve())]
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=_LONGEST, check=False)
    except subprocess.TimeoutExpired:
        raise damaged() from None
    if done.returncode:
        raise damaged()


def damaged() -> UnreadableError:
    """What is said of a workbook that cannot be opened."""
    return UnreadableError(
        "it is not a whole Excel workbook, or it has a password",
        "不是完整的 Excel 工作簿，或设有密码",
    )


def merged_cells(path: Path, sheet: str) -> tuple[list[tuple[int, int, int]], int]:
    """Merged cells of a sheet: first and last row, from 1, and column, from 0; and how many columns have no cell.

    These stand left of all others, and are not read.
    """
    found: list[tuple[bytes, bytes, bytes, bytes]] = []
    try:
        with zipfile.ZipFile(path) as packed:
            part = _part_of(packed, sheet)
            if part is None:
                return [], 0
            with packed.open(part) as file:
                for piece in _pieces(file):
                    found += _MERGED.findall(piece) if b"mergeCell " in piece else []
            if not found:
                return [], 0
            with packed.open(part) as file:
                left_out = _first_column(file)
    except (*_BROKEN, KeyError, ParseError):
        return [], 0
    return sorted({(int(top), int(bottom), _column(left) - 1) for left, top, _, bottom in found}), left_out


def _first_column(file: IO[bytes]) -> int:
    """How many columns are left of all cells with something in them."""
    least = 2**14
    for piece in _pieces(file):
        for letters in set(_FILLED.findall(piece)):
            least = min(least, _column(letters) - 1)
        if least == 0:
            break
    return least


def _check_extent(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose first and last cell lie too far apart, by its own word or by its cells."""
    said: list[tuple[bytes, bytes]] = []
    columns, rows = set[bytes](), set[int]()
    with packed.open(info) as file:
        for piece in _pieces(file):
            if not said and (found := _EXTENT.search(piece)) is not None and found[3] is not None:
                said = [(found[1], found[2]), (found[3], found[4])]
            if cells := _CELL.findall(piece):
                columns.update(letters for letters, _ in cells)
                numbers = [int(row) for _, row in cells]
                rows |= {min(numbers), max(numbers)}
    filled = (max(rows) - min(rows) + 1) * _breadth(columns) if rows else 0
    size = max(filled, _area(said))
    if size > MOST_CELLS:
        raise UnreadableError(
            f"a sheet reaches over {size:,} cells, most of them empty; delete what stands far from the table",
            f"有工作表的范围达 {size} 个单元格，大多为空；请删除远离表格的内容",
        )


def _area(cells: list[tuple[bytes, bytes]]) -> int:
    if not cells:
        return 0
    rows = [int(row) for _, row in cells]
    return _breadth({letters for letters, _ in cells}) * (max(rows) - min(rows) + 1)


def _breadth(columns: set[bytes]) -> int:
    """How many columns lie between the first and the last, both counted."""
    places = [_column(letters) for letters in columns]
    return max(places) - min(places) + 1


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """A file piece by piece, each with the end of the one before."""
    end = b""
    while piece := file.read(_PIECE):
        yield end + piece
        end = piece[-_OVERLAP:]


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of a package that holds a sheet."""
    book = _parsed(packed, "xl/workbook.xml")
    ways = {way.get("Id"): way.get("Target") for way in _parsed(packed, "xl/_rels/workbook.xml.rels")}
    for each in book.iter():
        if each.tag.endswith("}sheet") and each.get("name") == sheet:
            ids = (value for name, value in each.attrib.items() if name.endswith("}id"))
            target = ways.get(next(ids, None))
            return None if target is None else target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _parsed(packed: zipfile.ZipFile, name: str) -> Element:
    from xml.etree.ElementTree import XMLParser

    # of these parts nothing is wanted that a declaration could expand to
    text = packed.read(name)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ParseError
    parser = XMLParser()
    parser.feed(text)
    return parser.close()
