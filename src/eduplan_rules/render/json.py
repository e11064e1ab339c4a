"""A report as JSON, and its records as JSON Lines.

In: a report and an open file. Out: nothing; the file has the text, written record by record. JSON Lines are violations,
then unknown, then not due; each says its `verdict`.
"""

from __future__ import annotations

import json
from typing import TextIO

from eduplan_rules.reports.report import Report

#: the verdicts that JSON Lines give, in this order
_TOLD = ("violated", "unknown", "not_due")


def write_json(report: Report, file: TextIO) -> None:
    """Write the whole report (`report.schema.json`)."""
    report.write_json(file)


def write_json_lines(report: Report, file: TextIO) -> None:
    """Write one record per line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for verdict in _TOLD:
        for outcome in report.outcomes(verdict=verdict):
            file.write(encode(outcome.to_dict()) + "\n")
