"""What of a report's violations does not count, and why: first waivers, then the baseline, then tolerances.

In: a report, and what was handed over with it. Out: the same report with an `Acceptance`. Each violation is taken once,
by the first that takes it; what is taken stays in the report. Nothing here makes an unknown outcome count for less.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eduplan_rules.acceptance.baseline import Baseline, Entry
from eduplan_rules.acceptance.rows import JudgedRow, rows_of
from eduplan_rules.acceptance.waivers import Waiver, condition_id, conditions
from eduplan_rules.engine.outcome import UNKNOWN, VIOLATED
from eduplan_rules.engine.standing import Acceptance, Mark
from eduplan_rules.reports.report import Report
from eduplan_rules.run import evaluate
from eduplan_rules.tables.finding import Finding, Location, finding

_Marks = dict[str, dict[int, Mark]]
#: key and period
_Place = tuple[tuple[str, ...], str | None]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many violations of a rule a run lets pass, as a number or a share of the subjects decided, and who says so.

    Where a rule has more violations than that, all of them count.
    """

    rule: str
    by: str
    count: int | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        if (self.count is None) is (self.share is None):
            message = f"the tolerance of {self.rule} needs either a `count` or a `share`"
            raise ValueError(message)

    def allowed(self, decided: int) -> int:
        """How many of so many subjects decided."""
        return self.count if self.count is not None else math.floor((self.share or 0) * decided + 1e-9)


def accept(
    report: Report,
    *,
    waivers: Sequence[Waiver] = (),
    baseline: Baseline | None = None,
    tolerances: Iterable[Tolerance] = (),
) -> Report:
    """Say of each violation of a report whether it counts; whatever was said before is said anew."""
    rows = _Rows(report)
    marks: _Marks = {name: {} for name in report.results}
    findings: list[Finding] = []
    told = [dict(each) for each in _waive(rows, waivers, marks, findings)]
    matched = None if baseline is None else _match(rows, baseline, marks, findings)
    tolerated = [dict(each) for each in _tolerate(rows, tolerances, marks)]
    acceptance = Acceptance(
        marks={name: found for name, found in marks.items() if found},
        findings=tuple(findings),
        waivers=tuple(told),
        baseline=matched,
        tolerances=tuple(tolerated),
    )
    return replace(report, acceptance=acceptance, _memo={})


class _Rows:
    """Rows of a report by rule, read once."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._known: dict[tuple[str, int], list[JudgedRow]] = {}

    def of(self, name: str, verdict: int = VIOLATED) -> list[JudgedRow]:
        key = name, verdict
        if key not in self._known:
            self._known[key] = list(rows_of(self.report, name, verdict))
        return self._known[key]

    def ran(self, name: str) -> bool:
        """Whether the rule was asked in this run, and could answer."""
        result = self.report.results.get(name)
        return result is not None and result.totals.in_scope and result.totals.failed is None


def _waive(
    rows: _Rows, waivers: Sequence[Waiver], marks: _Marks, findings: list[Finding]
) -> Iterator[Mapping[str, Any]]:
    day = rows.report.as_of
    # one that begins later is nobody's concern yet; of a rule that did not run nothing can be said
    due = [waiver for waiver in waivers if waiver.valid_from <= day and rows.ran(str(waiver.rule))]
    where = _conditions(rows.report, [waiver for waiver in due if waiver.where is not None])
    for waiver in due:
        name, place = str(waiver.rule), Location(waiver.span.source.name, None, waiver.span.line)
        covered, idle = _covered(waiver, rows.of(name), where)
        number, until, taken = len(covered), waiver.valid_until, 0
        if until < day:
            found = finding("waiver-expired", location=place, rule=name, until=until.isoformat(), number=number)
            findings.append(found)
        elif waiver.at_most is not None and number > waiver.at_most:
            found = finding("waiver-exceeded", location=place, rule=name, number=number, most=waiver.at_most)
            findings.append(found)
        else:
            mark = Mark("waived", _told(waiver))
            for row in covered:
                taken += row.number not in marks[name]
                marks[name].setdefault(row.number, mark)
            findings += [finding("waiver-unused", location=place, value=" / ".join(key), rule=name) for key in idle]
            if waiver.where is not None and not covered:
                findings.append(finding("waiver-unused-where", location=place, rule=name))
        yield {**_told(waiver), "rule": name, "file": place.file, "line": place.line, "violations": taken}


def _covered(
    waiver: Waiver, violated: Iterable[JudgedRow], where: Mapping[str, set[_Place]]
) -> tuple[list[JudgedRow], list[tuple[str, ...]]]:
    """The violations that a waiver speaks of, and the keys it names in vain."""
    if waiver.where is not None:
        return [row for row in violated if (row.key, row.period) in where[condition_id(waiver)]], []
    keys = dict.fromkeys(tuple(map(str, key)) for key in waiver.subjects)
    covered = [row for row in violated if row.key in keys]
    return covered, [key for key in keys if key not in {row.key for row in covered}]


def _conditions(report: Report, waivers: Sequence[Waiver]) -> dict[str, set[_Place]]:
    """By waiver: key and period of the subjects on which its condition is known to hold."""
    if not waivers:
        return {}
    asked, _ = conditions(waivers, report.book)
    found = evaluate(asked, report.facts, as_of=report.as_of, periods=report.periods)
    return {name: {(row.key, row.period) for row in rows_of(found, name, VIOLATED)} for name in found.results}


def _told(waiver: Waiver) -> dict[str, Any]:
    return {
        "reason": {language: str(text) for language, text in waiver.reason.items()},
        "approved_by": {language: str(text) for language, text in waiver.approved_by.items()},
        "basis": [
            {key: str(text) for key, text in reference.model_dump(exclude_none=True).items()}
            for reference in waiver.basis
        ],
        "valid_from": waiver.valid_from.isoformat(),
        "valid_until": waiver.valid_until.isoformat(),
    }


def _match(rows: _Rows, baseline: Baseline, marks: _Marks, findings: list[Finding]) -> dict[str, Any]:
    """Take as many violations of a series as the baseline has, the earliest first."""
    left = Counter({series: entry.count for series, entry in baseline.entries.items()})
    mark = Mark("accepted", {"as_of": baseline.as_of})
    accepted, seen = 0, set[str]()
    for name in rows.report.results:
        for row in rows.of(name):
            seen.add(row.series)
            if row.number not in marks[name] and left[row.series] > 0:
                left[row.series] -= 1
                marks[name][row.number] = mark
                accepted += 1
    gone = [entry for series, entry in baseline.entries.items() if series not in seen and _is_gone(rows, entry)]
    place = Location(baseline.file, None, None)
    findings += [
        finding("baseline-gone", location=place, value=" / ".join(entry.key), rule=entry.rule) for entry in gone
    ]
    return {"file": baseline.file, "as_of": baseline.as_of, "entries": len(baseline.entries), "gone": len(gone)}


def _is_gone(rows: _Rows, entry: Entry) -> bool:
    """Whether an accepted violation is known to be there no longer: its rule ran and knows of its subject."""
    report = rows.report
    now = next((str(rule.id) for rule in report.book.rules.values() if entry.rule in (rule.id, *rule.formerly)), None)
    if now is None:
        return True
    return rows.ran(now) and all(row.series != entry.series for row in rows.of(now, UNKNOWN))


def _tolerate(rows: _Rows, tolerances: Iterable[Tolerance], marks: _Marks) -> Iterator[Mapping[str, Any]]:
    for tolerance in tolerances:
        if not rows.ran(tolerance.rule):
            continue
        totals = rows.report.results[tolerance.rule].totals
        numbers = [row.number for row in rows.of(tolerance.rule) if row.number not in marks[tolerance.rule]]
        allowed = tolerance.allowed(totals.satisfied + totals.violated)
        reason = {"by": tolerance.by, "count": tolerance.count, "share": tolerance.share, "allowed": allowed}
        fits = len(numbers) <= allowed
        if fits:
            marks[tolerance.rule] |= dict.fromkeys(numbers, Mark("tolerated", reason))
        yield {"rule": tolerance.rule, **reason, "open": len(numbers), "tolerated": len(numbers) if fits else 0}
