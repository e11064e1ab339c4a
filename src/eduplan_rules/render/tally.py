"""Violations and findings by severity, and whether a report passes.

In: a report and a `Gate`. Out: a `Tally` of each rule, worst first, and a `Decision` with its exit code.
Holds: an outcome's severity is that of its record; nothing passes where not one row was judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from eduplan_rules.engine.outcome import VIOLATED
from eduplan_rules.engine.result import RuleResult, Totals, same
from eduplan_rules.reports.report import Report

Severity = Literal["error", "warning", "info"]
#: from bad to harmless
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
FailOn = Literal["error", "warning", "info", "never"]
Reason = Literal["judged", "no-facts", "rules-failed", "unreadable"]

#: violations of a rule and severity whose place is kept, to be shown
FIRST = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """One rule's totals, its open violations by severity, and where the first of each are among its violations."""

    rule: str
    #: of the rule itself
    severity: Severity
    totals: Totals
    violated: Mapping[Severity, int]
    first: Mapping[Severity, tuple[int, ...]]
    #: violations that do not count: waived, accepted, tolerated
    taken: int

    @property
    def worst(self) -> int:
        """Rank of the worst violation, of the rule itself where there is none; 0 is an error."""
        return min((SEVERITIES.index(severity) for severity in self.violated), default=SEVERITIES.index(self.severity))


@dataclass(frozen=True, slots=True)
class Gate:
    """What makes a report fail."""

    fail_on: FailOn = "error"
    #: unknown outcomes count as violations of their rule's severity, rules without data as errors
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the report passes, and all that counted, by severity."""

    gate: Gate
    reason: Reason
    violations: Mapping[Severity, int]
    findings: Mapping[Severity, int]
    #: with a strict gate only
    unknown: Mapping[Severity, int]
    #: rules without data; with a strict gate only
    silent: int
    #: rules that could not be run
    failed: int
    #: a rule applied to some row
    applied: bool

    def counts(self, severities: Iterable[Severity]) -> dict[str, int]:
        """What counted at these severities: violation, unknown, silent, finding."""
        wanted = list(severities)
        return {
            "violation": sum(self.violations.get(severity, 0) for severity in wanted),
            "unknown": sum(self.unknown.get(severity, 0) for severity in wanted),
            "silent": self.silent if "error" in wanted else 0,
            "finding": sum(self.findings.get(severity, 0) for severity in wanted),
        }

    @property
    def gated(self) -> tuple[Severity, ...]:
        """The severities that make the report fail."""
        return () if self.gate.fail_on == "never" else SEVERITIES[: SEVERITIES.index(self.gate.fail_on) + 1]

    @property
    def exit_code(self) -> Literal[0, 1, 3]:
        """0 passes, 1 fails, 3 was not judged in full."""
        if self.reason != "judged":
            return 3
        return 1 if any(self.counts(self.gated).values()) else 0


def tally(report: Report) -> list[Tally]:
    """Count every rule: violated ones first, errors before warnings, then the most violated."""
    return sorted((_tally(report, name) for name in report.results), key=_rank)


def _tally(report: Report, name: str) -> Tally:
    result = report.results[name]
    severity, totals = result.rule.rule.severity, result.totals
    if not totals.violated:
        return Tally(name, severity, totals, {}, {}, 0)
    marks = report.acceptance.of(name)
    compiled = result.rule
    if compiled.rule.severity != "error" or (compiled.unverified.constant and not compiled.unverified.value):
        if not marks:
            first = tuple(range(min(FIRST, result.height(VIOLATED))))
            return Tally(name, severity, totals, {severity: totals.violated}, {severity: first}, 0)
        severities = same(severity, result.height(VIOLATED), pl.String)
    else:
        severities = report.outcomes(verdict="violated", rule=name).to_polars(["severity"]).to_series()
    counts = ~result.numbers(VIOLATED).is_in(list(marks))
    found = {each: ((severities == each) & counts).arg_true() for each in SEVERITIES}
    left = _left(result)
    violated = {each: number for each, places in found.items() if (number := len(places) + left.get(each, 0))}
    return Tally(
        name, severity, totals, violated, {each: tuple(found[each].head(FIRST)) for each in violated}, len(marks)
    )


def _left(result: RuleResult) -> dict[Severity, int]:
    """Violations that an engine did not give back, by the severity of their records."""
    severity, left = result.rule.rule.severity, result.left.get("violated", 0)
    lowered = result.left.get("unverified", 0) if severity == "error" else 0
    return {severity: left - lowered, **({"warning": lowered} if lowered else {})}


def _rank(one: Tally) -> tuple[object, ...]:
    totals = one.totals
    return not one.violated, one.worst, -sum(one.violated.values()), -totals.unknown, -totals.not_due, one.rule


def decide(report: Report, tallies: Sequence[Tally], gate: Gate) -> Decision:
    """Judge a report by a gate."""
    violations: dict[Severity, int] = {}
    unknown: dict[Severity, int] = {}
    findings: dict[Severity, int] = {}
    for one in tallies:
        for severity, count in one.violated.items():
            violations[severity] = violations.get(severity, 0) + count
        if gate.strict and one.totals.unknown:
            unknown[one.severity] = unknown.get(one.severity, 0) + one.totals.unknown
    for found in report.findings:
        findings[found.severity] = findings.get(found.severity, 0) + found.count
    failed = sum(one.totals.failed is not None for one in tallies)
    subjects = sum(one.totals.subjects for one in tallies)
    unread = any(found.code == "unreadable-file" for found in report.findings)
    return Decision(
        gate=gate,
        reason="rules-failed" if failed else "no-facts" if not subjects else "unreadable" if unread else "judged",
        violations=violations,
        findings=findings,
        unknown=unknown,
        silent=sum(not one.totals.in_scope for one in tallies) if gate.strict else 0,
        failed=failed,
        applied=any(one.totals.subjects > one.totals.not_applicable for one in tallies),
    )
