"""Violations as CSV, for a spreadsheet.

In: a report, an open file, a language for the messages. Out: nothing; the file has a line of headers and one row per
violation, written one by one. Text that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from eduplan_rules.render.sink import pour
from eduplan_rules.render.words import Language
from eduplan_rules.reports.report import Report

COLUMNS = (
    "rule", "clause", "severity", "nature", "verdict", "entity", "key", "name", "within", "period", "message",
    "observed", "observed_other", "required", "gap", "unit", "strict", "due", "owner", "provisional", "unverified",
    "file", "sheet", "line", "id", "series", "standing",
)  # fmt: skip
#: the full-width signs too: spreadsheets in Chinese read them alike
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


class CsvSink:
    """A line of headers, then a row per violation; the file must have been opened with `newline=""`."""

    verdicts: Sequence[str] = ("violated",)

    def __init__(self, file: TextIO, language: Language) -> None:
        self._row = csv.writer(file, lineterminator="\n").writerow
        self._language = language
        self._row(COLUMNS)

    def add(self, record: Mapping[str, Any]) -> None:
        """Write a row."""
        cells = flat(record, self._language)
        self._row([_cell(cells[name]) for name in COLUMNS])

    def close(self) -> None:
        """All is written."""


def write_csv(report: Report, file: TextIO, *, language: Language) -> None:
    """Write all violations; the file must have been opened with `newline=""`."""
    pour(report, [CsvSink(file, language)])


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULA)


def flat(record: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """A record as cells, by the names of `COLUMNS`."""
    subject, owner = record["subject"], record["owner"]
    return {
        **record,
        **record["location"],
        "entity": subject["entity"],
        "key": " / ".join(subject["key"]),
        "name": subject["name"],
        "within": " / ".join(above["name"] or above["key"] for above in record["within"].values()),
        "message": record["message"][language],
        "owner": None if owner is None else owner[language],
        "standing": record.get("standing") or "open",
    }


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and is_formula(value):
        return f"'{value}"
    return value
