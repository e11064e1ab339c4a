"""Violations as Parquet, for programs that read columns.

In: an open file of bytes. Out: nothing; the file has the columns of `Outcomes.to_polars`, and those that need a record:
identities, messages, whom it is within, when it was due. Holds: rows wait in pieces on disk, not in memory.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import polars as pl

from eduplan_rules.reports.columns import COLUMNS

#: column -> type; the languages of a text are columns of their own
SCHEMA: dict[str, Any] = {
    **COLUMNS,
    "within": pl.String,
    "title_zh": pl.String,
    "title_en": pl.String,
    "message_zh": pl.String,
    "message_en": pl.String,
    "due": pl.String,
    "owner_zh": pl.String,
    "owner_en": pl.String,
    "standing": pl.String,
    "id": pl.String,
    "series": pl.String,
}
_NUMBERS = ("observed", "observed_other", "required", "gap")
_PIECE = 5_000


class ParquetSink:
    """Collects rows, puts every full piece aside, and joins the pieces at the end."""

    verdicts: Sequence[str] = ("violated",)

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._rows: list[dict[str, Any]] = []
        self._folder = tempfile.TemporaryDirectory(prefix="eduplan-rules-", ignore_cleanup_errors=True)
        self._pieces: list[Path] = []

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a row."""
        self._rows.append(_row(record))
        if len(self._rows) == _PIECE:
            self._put_aside()

    def close(self) -> None:
        """Write all rows to the file."""
        with self._folder:
            self._put_aside()
            whole = Path(self._folder.name) / "whole.parquet"
            with _disk():
                pl.scan_parquet(self._pieces).sink_parquet(whole)
            with whole.open("rb") as file:
                shutil.copyfileobj(file, self._file)

    def _put_aside(self) -> None:
        path = Path(self._folder.name) / f"{len(self._pieces):06}.parquet"
        with _disk():
            pl.DataFrame(self._rows, schema=SCHEMA).write_parquet(path)
        self._pieces.append(path)
        self._rows = []


@contextmanager
def _disk() -> Iterator[None]:
    """Polars tells of a full disk as of a wrong computation."""
    try:
        yield
    except pl.exceptions.ComputeError as error:
        raise OSError(str(error)) from None


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    subject, owner = record["subject"], record["owner"] or {"zh": None, "en": None}
    numbers = {name: record[name] for name in _NUMBERS}
    return {
        **{name: record.get(name) for name in SCHEMA},
        **record["location"],
        **{name: float(value) if type(value) in (int, float) else None for name, value in numbers.items()},
        "entity": subject["entity"],
        "key": " / ".join(subject["key"]),
        "name": subject["name"],
        "within": " / ".join(above["name"] or above["key"] for above in record["within"].values()),
        "title_zh": record["title"]["zh"],
        "title_en": record["title"]["en"],
        "message_zh": record["message"]["zh"],
        "message_en": record["message"]["en"],
        "owner_zh": owner["zh"],
        "owner_en": owner["en"],
        "standing": record.get("standing") or "open",
    }
