"""Violations as CSV, for a spreadsheet.

In: a report, an open file, a language for the messages. Out: nothing; the file has a line of headers and one row per
violation, written one by one. Text that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any, TextIO

from eduplan_rules.render.words import Language
from eduplan_rules.reports.report import Report

COLUMNS = (
    "rule", "clause", "severity", "nature", "verdict", "entity", "key", "name", "within", "period", "message",
    "observed", "observed_other", "required", "gap", "unit", "strict", "due", "owner", "provisional", "unverified",
    "file", "sheet", "line", "id", "series",
)  # fmt: skip
#: the full-width signs too: spreadsheets in Chinese read them alike
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def write_csv(report: Report, file: TextIO, *, language: Language) -> None:
    """Write all violations; the file must have been opened with `newline=""`."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for violation in report.violations:
        cells = _cells(violation.to_dict(), language)
        writer.writerow([_cell(cells[name]) for name in COLUMNS])


def _cells(record: Mapping[str, Any], language: Language) -> dict[str, Any]:
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
    }


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
