"""A report as JUnit XML, for what shows the results of tests.

In: a report, an open file. Out: nothing; the file has a suite for each rule, and one for the findings about the data.
Holds: a case for each violation, which is a failure where it fails the run, and else skipped with the reason; the
satisfied, the unknown and those not due are one case each. Where they fail the run, as in a strict one, each unknown
outcome is a failure of its own, and so is a rule without data. The numbers of a suite count subjects: tests - failures
- errors - skipped is how many are satisfied. Cases are written one by one, and none is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from io import TextIOBase
from typing import Any, TextIO, cast
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from eduplan_rules.engine.result import Totals
from eduplan_rules.render.record import (
    details,
    finding_place,
    finding_subject,
    finding_words,
    is_open,
    place_words,
    severity_of,
    standing_words,
    subject_in_period,
)
from eduplan_rules.render.tally import Decision, Severity, Tally
from eduplan_rules.render.words import Language, say, severity_name
from eduplan_rules.reports.report import Report
from eduplan_rules.tables.finding import Finding

#: characters that XML cannot have
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTS = ("tests", "failures", "errors", "skipped")
#: the suite of findings; no rule's id is without a dot
_DATA = "data"


class JunitSink:
    """Writes one suite after the other."""

    verdicts: Sequence[str] = ("violated",)

    def __init__(
        self, report: Report, tallies: Sequence[Tally], decision: Decision, file: TextIO, language: Language
    ) -> None:
        self._report, self._decision, self._language = report, decision, language
        self._counts = {one.rule: _counts_of(report, one, decision) for one in tallies}
        self._xml = XMLGenerator(cast("TextIOBase", file), "utf-8", short_empty_elements=True)
        self._left = list(report.results)
        self._rule: str | None = None
        suites = [*self._counts.values(), _counts_of_findings(report, decision)]
        whole = sum(suites, Counter[str]())
        self._xml.startDocument()
        self._open("testsuites", name="eduplan-rules", **{name: whole[name] for name in _COUNTS}, time="0")

    def add(self, record: Mapping[str, Any]) -> None:
        """Write the case of a violation."""
        while record["rule"] != self._rule:
            self._next_suite()
        self._outcome(record)

    def _outcome(self, record: Mapping[str, Any]) -> None:
        report, language = self._report, self._language
        name = subject_in_period(report, record, language)
        place = record["location"]
        self._open("testcase", classname=record["rule"], name=name, time="0", file=place["file"], line=place["line"])
        message = record["message"][language]
        told = [message, *details(report, record, language), place_words(**place)]
        severity = severity_of(report, record)
        if not is_open(record):
            self._because("skipped", standing_words(report, record, language), [message])
        elif severity in self._decision.gated:
            self._because("failure", message, told, type=severity)
        else:
            self._because("skipped", self._let_through(severity), told)
        self._close("testcase")

    def close(self) -> None:
        """Write the suites that are left, and the findings."""
        while self._left:
            self._next_suite()
        self._end_suite()
        findings = self._report.findings
        if findings:
            title = say("suite-findings", self._language)
            self._suite(_DATA, title, _counts_of_findings(self._report, self._decision), {})
            for found in findings:
                self._finding(found)
            self._close("testsuite")
        self._close("testsuites")
        self._xml.endDocument()

    def _next_suite(self) -> None:
        self._end_suite()
        self._rule = self._left.pop(0)
        rule, totals = self._report.book.rules[self._rule], self._report.totals[self._rule]
        counts = {name: getattr(totals, name) for name in ("satisfied", "unknown", "not_due", "not_applicable")}
        marks = {"clause": rule.clause, "severity": rule.severity, "nature": rule.nature, **counts}
        self._suite(self._rule, rule.title[self._language], self._counts[self._rule], marks)

    def _end_suite(self) -> None:
        """Write of the suite that is open all that is told in one case, and close it."""
        if self._rule is None:
            return
        totals = self._report.totals[self._rule]
        if totals.failed is not None:
            self._short(say("case-not-run", self._language), "error", totals.failed)
        elif not totals.in_scope:
            told = say("case-no-data", self._language)
            self._short(told, "failure" if _fails(self._decision, "error") else "skipped", told)
        unknown_fails = _fails(self._decision, self._report.book.rules[self._rule].severity)
        if unknown_fails and totals.unknown:
            for outcome in self._report.outcomes(verdict="unknown", rule=self._rule):
                self._outcome(outcome.to_dict())
        for name, kind in (("satisfied", None), ("unknown", "skipped"), ("not_due", "skipped")):
            count = getattr(totals, name)
            if count and not (name == "unknown" and unknown_fails):
                told = say(f"case-{name.replace('_', '-')}", self._language, count=f"{count:,}")
                self._short(told, kind, told)
        self._close("testsuite")
        self._rule = None

    def _short(self, name: str, kind: str | None, why: str) -> None:
        self._open("testcase", classname=self._rule, name=name, time="0")
        if kind is not None:
            self._because(kind, why, [])
        self._close("testcase")

    def _finding(self, found: Finding) -> None:
        language, location = self._language, found.location
        place = {} if location is None else {"file": location.file, "line": location.line}
        message = finding_words(found, language)
        where = finding_place(self._report, found, language)
        name = " ".join(filter(None, [found.code, found.field, finding_subject(self._report, found, language), where]))
        self._open("testcase", classname=f"{_DATA}.{found.code}", name=name, time="0", **place)
        if found.severity in self._decision.gated:
            self._because("failure", message, [message, where], type=found.severity)
        else:
            self._because("skipped", self._let_through(found.severity), [message, where])
        self._close("testcase")

    def _let_through(self, severity: str) -> str:
        return say("let-through", self._language, severity=severity_name(severity, self._language))

    def _suite(self, name: str, title: str, counts: Mapping[str, int], marks: Mapping[str, Any]) -> None:
        self._open("testsuite", name=name, **{each: counts[each] for each in _COUNTS}, time="0")
        self._open("properties")
        for mark, value in {"title": title, **marks}.items():
            self._open("property", name=mark, value=value)
            self._close("property")
        self._close("properties")

    def _because(self, kind: str, message: str, told: Sequence[str], **more: str) -> None:
        self._open(kind, message=message, **more)
        self._xml.characters(_plain("\n".join(filter(None, told))))
        self._close(kind)

    def _open(self, element: str, **marks: Any) -> None:
        if element != "testsuites":
            self._xml.ignorableWhitespace("\n")
        told = {name: _plain(str(mark)) for name, mark in marks.items() if mark is not None}
        self._xml.startElement(element, AttributesImpl(told))

    def _close(self, element: str) -> None:
        self._xml.endElement(element)


def _fails(decision: Decision, severity: Severity) -> bool:
    """Whether what is not known, of this severity, fails the run."""
    return decision.gate.strict and severity in decision.gated


def _counts_of(report: Report, one: Tally, decision: Decision) -> Counter[str]:
    totals: Totals = one.totals
    alone = totals.failed is not None or not totals.in_scope
    silent = alone and totals.failed is None
    failures = sum(one.violated.get(severity, 0) for severity in decision.gated)
    failures += totals.unknown * _fails(decision, one.severity) + silent * _fails(decision, "error")
    errors = int(totals.failed is not None)
    tests = totals.satisfied + totals.violated + totals.unknown + totals.not_due + alone
    skipped = tests - totals.satisfied - failures - errors
    return Counter(tests=tests, failures=failures, errors=errors, skipped=skipped)


def _counts_of_findings(report: Report, decision: Decision) -> Counter[str]:
    failures = sum(found.severity in decision.gated for found in report.findings)
    every = len(report.findings)
    return Counter(tests=every, failures=failures, errors=0, skipped=every - failures)


def _plain(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
