"""Two reports, as files of JSON: what changed since last time.

In: two files that `check` wrote. Out: an `Impact`. What holds: outcomes are matched by `series`, so that a new year
does not make every violation a new one; of a series with several periods the newest counts. Files in the form in which
`check` writes them are read line by line, and only what is compared is held.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

import polars as pl

from eduplan_rules.reports.report import FORMAT
from eduplan_rules.tools.diff.impact import (
    OUTCOMES,
    Impact,
    Within,
    compare_gaps,
    compare_outcomes,
    count_shifts,
    sum_verdicts,
    told_one_by_one,
    with_places,
)

LISTS = ("violations", "unknown", "not_due")


class ReportError(Exception):
    """A file that is no report: the name of the sentence that says why, and what fills its gaps."""

    def __init__(self, name: str, /, **gaps: object) -> None:
        self.name = name
        self.gaps = gaps
        super().__init__(name, gaps)


@dataclass(frozen=True)
class Delivered:
    """What is compared of a report."""

    head: Mapping[str, Any]
    frame: pl.DataFrame
    #: entity and key -> the subject and its parents
    families: Mapping[tuple[str, str], Within] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class Since:
    """What changed from one report to the next."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    impact: Impact


def compare_reports(old: Path, new: Path, by: str | None = None) -> Since:
    """Read and compare. Raises ReportError, with the file in `gaps`, and OSError."""
    before, after = (read_report(path) for path in (old, new))
    differing = compare_outcomes(before.frame, after.frame, ("series",))
    told, entity = with_places(told_one_by_one(differing), _Families(before, after), by)
    earlier, later = (each.head["totals"] for each in (before, after))
    impact = Impact(
        told,
        sum_verdicts(earlier, later),
        compare_gaps(before.frame, after.frame),
        entity,
        shifts=count_shifts(differing),
        new_rules=frozenset(later.keys() - earlier.keys()),
        old_rules=frozenset(earlier.keys() - later.keys()),
    )
    return Since(before.head, after.head, impact)


class _Families:
    """The parents of subjects, as the later report has them, else the earlier one."""

    def __init__(self, *reports: Delivered) -> None:
        self._known = dict(chain.from_iterable(each.families.items() for each in reports))

    def __call__(self, entity: str, key: str) -> Within:
        return self._known[entity, key]


def read_report(path: Path) -> Delivered:
    """Read a report. Raises ReportError and OSError."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            head, records = _by_line(file) or _whole(file)
            _check_head(head, path)
            return _delivered(head, records, path)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ReportError("no-report", name=path.as_posix(), reason=("no-json", {})) from None


def _check_head(head: Any, path: Path) -> None:
    found = head.get("format") if isinstance(head, dict) else None
    if found != FORMAT or not isinstance(head.get("totals"), dict):
        reason = ("no-format", {"format": FORMAT, "found": found or "-"})
        raise ReportError("no-report", name=path.as_posix(), reason=reason)


def _by_line(file: TextIO) -> tuple[Any, Iterator[Any]] | None:
    """The head and the records of a file with one record a line; None where it is written otherwise."""
    lines: list[str] = []
    for line in file:
        if line.startswith(f' "{LISTS[0]}": ['):
            break
        lines.append(line)
    else:
        return None
    head = json.loads("".join(lines).rstrip().removesuffix(",") + "}")
    return head, _records(chain([line], file))


def _records(lines: Iterable[str]) -> Iterator[Any]:
    for line in lines:
        if line.startswith("  {"):
            yield json.loads(line.strip().removesuffix(","))
        elif line.strip() not in ("}", "]", "],", "") and not line.startswith(tuple(f' "{name}": [' for name in LISTS)):
            raise json.JSONDecodeError("no record", line, 0)


def _whole(file: TextIO) -> tuple[Any, Iterator[Any]]:
    file.seek(0)
    found = json.load(file)
    if not isinstance(found, dict):
        return found, iter(())
    return found, (record for name in LISTS for record in found.get(name) or ())


def _delivered(head: Mapping[str, Any], records: Iterable[Any], path: Path) -> Delivered:
    newest: dict[str, tuple[Any, ...]] = {}
    families: dict[tuple[str, str], Within] = {}
    try:
        for record in records:
            subject = record["subject"]
            key = " / ".join(map(str, subject["key"]))
            row = (record["rule"], subject["entity"], key, record["period"], record["verdict"], record["severity"])
            known = newest.get(record["series"])
            if known is None or (known[3] or "") < (record["period"] or ""):
                newest[record["series"]] = (*row, record.get("gap"), record.get("unit"))
            family = (subject["entity"], key)
            if family not in families:
                itself = {"key": key, "name": subject.get("name")}
                families[family] = {subject["entity"]: itself, **record.get("within", {})}
    except (KeyError, TypeError) as error:
        reason = ("bad-record", {"key": str(error.args[0] if error.args else "")})
        raise ReportError("no-report", name=path.as_posix(), reason=reason) from None
    columns = {name: [row[number] for row in newest.values()] for number, name in enumerate(OUTCOMES)}
    frame = pl.DataFrame({"series": list(newest), **columns}, schema={"series": pl.String, **OUTCOMES}, strict=False)
    return Delivered(head, frame, families)
