"""A baseline: the violations that were there when somebody drew the line.

In: a report, or the file that an earlier one was written to. Out: a `Baseline`. A violation is known by its series
(rule and subject, of whatever period), so that neither a new message, a new severity, a new period nor a renamed file
makes it a new one; of a series as many violations are accepted as there were.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eduplan_rules.acceptance.rows import rows_of
from eduplan_rules.acceptance.words import word
from eduplan_rules.engine.outcome import VIOLATED
from eduplan_rules.errors import DataError
from eduplan_rules.reports.report import Report

FORMAT = "eduplan_rules.baseline/1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A series of violations that is accepted."""

    series: str
    rule: str
    entity: str
    #: `***` where a field of it is personal
    key: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is accepted, by series. An empty one accepts nothing."""

    #: the day of the report it was made from
    as_of: str
    entries: Mapping[str, Entry]
    #: where it was read
    file: str | None = None


def make_baseline(report: Report) -> Baseline:
    """Accept every violation of a report that counts: those that are waived need no baseline."""
    known: dict[str, Entry] = {}
    counts: Counter[str] = Counter()
    for name in report.results:
        marks = report.acceptance.of(name)
        for row in rows_of(report, name, VIOLATED):
            if row.number in marks and marks[row.number].standing == "waived":
                continue
            counts[row.series] += 1
            known[row.series] = Entry(row.series, name, row.entity, row.shown, counts[row.series])
    order = sorted(known.values(), key=lambda entry: (entry.rule, entry.key, entry.series))
    return Baseline(report.as_of.isoformat(), {entry.series: entry for entry in order})


def write_baseline(baseline: Baseline, path: str | Path) -> None:
    """Write a baseline as JSON, an entry on each line, so that a difference of two can be read."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = [
        f'  {{"rule": {encode(entry.rule)}, "entity": {encode(entry.entity)}, "key": {encode(list(entry.key))}, '
        f'"count": {entry.count}, "series": {encode(entry.series)}}}'
        for entry in baseline.entries.values()
    ]
    body = "[\n" + ",\n".join(lines) + "\n ]" if lines else "[]"
    head = f'{{\n "format": {encode(FORMAT)},\n "as_of": {encode(baseline.as_of)},\n "entries": {body}\n}}\n'
    Path(path).write_text(head, encoding="utf-8", newline="\n")


def may_be_drawn_anew(path: str | Path) -> bool:
    """Whether a file is a baseline, of whatever content, or empty: nothing else is lost when it is written over."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        content = json.loads(text) if text.strip() else {"format": FORMAT}
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def read_baseline(path: str | Path) -> Baseline:
    """Read a baseline. Raises DataError with what is wrong in the file."""
    shown = Path(path).as_posix()
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError([word("baseline-not-read", file=shown, reason=error.strerror or "")]) from None
    except (ValueError, RecursionError) as error:
        raise DataError([word("baseline-not-json", file=shown, reason=str(error))]) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DataError([word("baseline-expected", file=shown, form=FORMAT)])
    entries: dict[str, Entry] = {}
    for number, raw in enumerate(_listed(content.get("entries"), shown), 1):
        entry = _entry(raw, shown, number)
        if entry.series in entries:
            raise DataError([word("entry-twice", file=shown, number=number)])
        entries[entry.series] = entry
    return Baseline(str(content.get("as_of", "")), entries, shown)


def _listed(entries: Any, shown: str) -> list[Any]:
    if not isinstance(entries, list):
        raise DataError([word("entries-expected", file=shown)])
    return entries


def _entry(raw: Any, shown: str, number: int) -> Entry:
    texts = ("series", "rule", "entity")
    if not isinstance(raw, dict) or not all(isinstance(raw.get(name), str) for name in texts):
        raise DataError([word("entry-expected", file=shown, number=number)])
    key, count = raw.get("key", []), raw.get("count", 1)
    if not isinstance(key, list) or not all(isinstance(part, str) for part in key):
        raise DataError([word("entry-key", file=shown, number=number)])
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise DataError([word("entry-count", file=shown, number=number)])
    return Entry(raw["series"], raw["rule"], raw["entity"], tuple(key), count)
