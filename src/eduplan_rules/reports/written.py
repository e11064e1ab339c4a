"""The JSON form of a report, written piece by piece.

In: the head of a report and its records, verdict by verdict. Out: nothing; the file has a line for each record.
Holds: nothing is kept, so that millions of records need no memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

#: lists of outcomes in the JSON form -> their verdict
LISTS = {"violations": "violated", "unknown": "unknown", "not_due": "not_due"}


class JsonWriter:
    """Writes a report as JSON to an open file; the records come in the order of `LISTS`."""

    verdicts: Sequence[str] = tuple(LISTS.values())

    def __init__(self, file: TextIO, head: Mapping[str, Any]) -> None:
        self._write = file.write
        self._encode = json.JSONEncoder(ensure_ascii=False).encode
        self._left = list(LISTS)
        self._verdict: str | None = None
        self._end = ""
        file.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}"))

    def add(self, record: Mapping[str, Any]) -> None:
        """Write one record."""
        first = record["verdict"] != self._verdict
        while record["verdict"] != self._verdict:
            self._open_list()
        self._write(f"{'' if first else ','}\n  {self._encode(record)}")
        self._end = "\n ]"

    def close(self) -> None:
        """Write the lists that are empty, and the end."""
        while self._left:
            self._open_list()
        self._write(f"{self._end}\n}}\n")

    def _open_list(self) -> None:
        name = self._left.pop(0)
        self._verdict = LISTS[name]
        self._write(f'{self._end},\n "{name}": [')
        self._end = "]"
