"""Workbooks of the old format (`.xls`): which cells of a sheet are merged, what their reader does not tell.

In: a workbook that could be opened, the name of a sheet. Out: the merged cells. Holds: what cannot be understood has
none; the file is only looked through, by [MS-CFB] for its streams and [MS-XLS] for the records of one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: numbers of sectors from here on are none
_NO_SECTOR = 0xFFFFFFFA
_BEGIN, _END, _SHEET, _MERGED = 0x809, 0x0A, 0x85, 0xE5
#: records of cells with something in them: formulas, numbers, texts, truths
_CELLS = frozenset({0x06, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E})


def merged_in_old(path: Path, sheet: str) -> tuple[list[tuple[int, int, int]], int]:
    """Cells that are merged, as first line, last line and column from 0, and how many columns are left of all cells."""
    try:
        content = path.read_bytes()
        stream = _stream(content, ("Workbook", "Book")) if content.startswith(_MAGIC) else b""
        start = next((offset for offset, name in _sheets(stream) if name == sheet), None)
        return ([], 0) if start is None else _merged(stream, start)
    except (OSError, struct.error, IndexError, UnicodeDecodeError):
        return [], 0


def _merged(stream: bytes, start: int) -> tuple[list[tuple[int, int, int]], int]:
    boxes: set[tuple[int, int, int]] = set()
    least, depth = 2**14, 0
    for kind, place, length in _records(stream, start):
        if kind in _CELLS:
            # charts of a sheet have cells of their own
            least = min(least, struct.unpack_from("<2xH", stream, place)[0]) if depth == 1 else least
        elif kind == _MERGED:
            (number,) = struct.unpack_from("<H", stream, place)
            whole = stream[place + 2 : place + 2 + min(8 * number, (length - 2) // 8 * 8)]
            boxes |= {(top + 1, bottom + 1, left) for top, bottom, left, _ in struct.iter_unpack("<4H", whole)}
        elif kind in (_BEGIN, _END):
            depth += 1 if kind == _BEGIN else -1
            if depth <= 0:
                break
    return sorted(boxes), 0 if least == 2**14 else least


def _sheets(stream: bytes) -> Iterator[tuple[int, str]]:
    """Where each sheet begins, and its name."""
    for kind, place, _ in _records(stream, 0):
        if kind == _END:
            return
        if kind == _SHEET:
            offset, letters, wide = struct.unpack_from("<I2xBB", stream, place)
            text = stream[place + 8 : place + 8 + letters * (2 if wide & 1 else 1)]
            yield offset, text.decode("utf-16-le" if wide & 1 else "latin-1")


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """The kind of each record, where its content begins, and its length."""
    last = len(stream) - 4
    header = struct.Struct("<HH").unpack_from
    while place <= last:
        kind, length = header(stream, place)
        yield kind, place + 4, length
        place += 4 + length


def _stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream of these names in a compound file."""
    shift, short_shift, cutoff, first_short = struct.unpack_from("<30xHH22xII", content)
    if shift not in (9, 12) or short_shift != 6:
        return b""
    size, table = 1 << shift, _table(content, 1 << shift)

    def whole_of(first: int) -> bytes:
        return b"".join(content[(each + 1) * size : (each + 2) * size] for each in _chain(table, first))

    folder = whole_of(struct.unpack_from("<48xI", content)[0])
    entries = {}
    for place in range(0, len(folder) - 127, 128):
        letters, start, length = struct.unpack_from("<64xH50xII", folder, place)
        name = folder[place : place + min(64, max(0, letters - 2))].decode("utf-16-le")
        entries[name] = (start, length)
    start, length = next((entries[name] for name in names if name in entries), (_NO_SECTOR, 0))
    if length >= cutoff:
        return whole_of(start)[:length]
    # short streams lie in pieces of that of the root
    root, piece = whole_of(entries.get("Root Entry", (_NO_SECTOR, 0))[0]), 1 << short_shift
    shorts = [number for (number,) in struct.iter_unpack("<I", whole_of(first_short))]
    return b"".join(root[each * piece : (each + 1) * piece] for each in _chain(shorts, start))[:length]


def _table(content: bytes, size: int) -> list[int]:
    """By sector the one that follows it."""
    # as many as the file has room for, whatever it says
    most = len(content) // size // (size // 4) + 1
    (first,) = struct.unpack_from("<68xI", content)
    sectors = list(struct.unpack_from("<109I", content, 76))
    while len(sectors) < most and first < _NO_SECTOR:
        *more, first = struct.unpack_from(f"<{size // 4}I", content, (first + 1) * size)
        sectors += more
    table: list[int] = []
    for sector in sectors[:most]:
        if sector < _NO_SECTOR:
            table += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
    return table


def _chain(table: list[int], sector: int) -> Iterator[int]:
    """The sectors from one on; a chain that bites its tail ends."""
    for _ in table:
        if sector >= _NO_SECTOR:
            return
        yield sector
        sector = table[sector]
