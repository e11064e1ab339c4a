"""A report as JUnit XML, for what shows the results of tests.

In: a report, an open file. Out: nothing; the file has a suite for each rule, and one for the findings about the data.
Holds: a case for each violation, which is a failure, or skipped with the reason where it does not count; the satisfied,
the unknown (failures in a strict run) and those not due are one case each. The numbers of a suite count subjects:
tests - failures - errors - skipped is how many are satisfied. Cases are written one by one, and none is kept.
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
    is_open,
    place_words,
    standing_words,
    subject_in_period,
)
from eduplan_rules.render.words import Language, say
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

    def __init__(self, report: Report, file: TextIO, language: Language, *, strict: bool = False) -> None:
        self._report, self._language, self._strict = report, language, strict
        self._xml = XMLGenerator(cast("TextIOBase", file), "utf-8", short_empty_elements=True)
        self._left = list(report.results)
        self._rule: str | None = None
        suites = [*(_counts_of(report, name, strict=strict) for name in report.results), _counts_of_findings(report)]
        whole = sum(suites, Counter[str]())
        self._xml.startDocument()
        self._open("testsuites", name="eduplan-rules", **{name: whole[name] for name in _COUNTS}, time="0")

    def add(self, record: Mapping[str, Any]) -> None:
        """Write the case of a violation."""
        while record["rule"] != self._rule:
            self._next_suite()
        report, language = self._report, self._language
        name = subject_in_period(report, record, language)
        place = record["location"]
        self._open("testcase", classname=record["rule"], name=name, time="0", file=place["file"], line=place["line"])
        message = record["message"][language]
        if is_open(record):
            told = [message, *details(report, record, language), place_words(**place)]
            self._because("failure", message, told, type=record["severity"])
        else:
            self._because("skipped", standing_words(record, language), [message])
        self._close("testcase")

    def close(self) -> None:
        """Write the suites that are left, and the findings."""
        while self._left:
            self._next_suite()
        self._end_suite()
        findings = self._report.findings
        if findings:
            title = say("suite-findings", self._language)
            self._suite(_DATA, title, _counts_of_findings(self._report), {})
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
        self._suite(
            self._rule, rule.title[self._language], _counts_of(self._report, self._rule, strict=self._strict), marks
        )

    def _end_suite(self) -> None:
        """Write of the suite that is open all that is told in one case, and close it."""
        if self._rule is None:
            return
        totals = self._report.totals[self._rule]
        if totals.failed is not None:
            self._short(say("case-not-run", self._language), "error", totals.failed)
        elif not totals.in_scope:
            told = say("case-no-data", self._language)
            self._short(told, "skipped", told)
        unknown = "failure" if self._strict else "skipped"
        for name, kind in (("satisfied", None), ("unknown", unknown), ("not_due", "skipped")):
            count = getattr(totals, name)
            if count:
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
        message = found.message[language]
        where = finding_place(self._report, found, language)
        name = " ".join(filter(None, [found.code, found.field, finding_subject(self._report, found, language), where]))
        self._open("testcase", classname=f"{_DATA}.{found.code}", name=name, time="0", **place)
        if found.severity == "error":
            self._because("failure", message, [message, where], type=found.severity)
        else:
            self._because("skipped", message, [])
        self._close("testcase")

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


def _counts_of(report: Report, name: str, *, strict: bool) -> Counter[str]:
    totals: Totals = report.totals[name]
    apart = len(report.acceptance.of(name))
    alone = totals.failed is not None or not totals.in_scope
    failing = totals.unknown if strict else 0
    return Counter(
        tests=totals.satisfied + totals.violated + totals.unknown + totals.not_due + alone,
        failures=totals.violated - apart + failing,
        errors=int(totals.failed is not None),
        skipped=totals.unknown - failing + totals.not_due + apart + (alone and totals.failed is None),
    )


def _counts_of_findings(report: Report) -> Counter[str]:
    errors = sum(found.severity == "error" for found in report.findings)
    every = len(report.findings)
    return Counter(tests=every, failures=errors, errors=0, skipped=every - errors)


def _plain(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
