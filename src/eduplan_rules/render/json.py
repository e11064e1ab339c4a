"""A report as JSON, and its records and findings as JSON Lines.

In: a report and an open file. Out: nothing; the file has the text, written record by record. JSON Lines are violations,
then unknown, then not due; each says its `verdict`. Findings about the data come last: they have none, and a `code`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from eduplan_rules.render.sink import TOLD, pour
from eduplan_rules.reports.report import Report, finding_record


class JsonLinesSink:
    """One record per line."""

    verdicts: Sequence[str] = TOLD

    def __init__(self, report: Report, file: TextIO) -> None:
        self._report = report
        self._file = file
        self._encode = json.JSONEncoder(ensure_ascii=False).encode

    def add(self, record: Mapping[str, Any]) -> None:
        """Write a line."""
        self._file.write(self._encode(record) + "\n")

    def close(self) -> None:
        """Write the findings."""
        for found in self._report.findings:
            self.add({"verdict": None, **finding_record(found)})


def write_json(report: Report, file: TextIO) -> None:
    """Write the whole report (`report.schema.json`)."""
    report.write_json(file)


def write_json_lines(report: Report, file: TextIO) -> None:
    """Write one record or finding per line."""
    pour(report, [JsonLinesSink(report, file)])
