"""Violations and findings as commands of GitHub's workflows: they show beside the lines of the files.

In: a report, an open stream. Out: nothing; the stream has a command per line, most severe first. Holds: of each level
no more than a step may show, and how many were left out is said; what does not count is not told; what is unknown, and
rules without data, are told in a strict run, which they fail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from eduplan_rules.render.record import (
    details,
    finding_subject,
    finding_words,
    in_database,
    is_open,
    severity_of,
    sheet_words,
    silent_rules,
    subject_in_period,
)
from eduplan_rules.render.sink import Worst
from eduplan_rules.render.words import Language, counted, listed, say
from eduplan_rules.reports.report import Report
from eduplan_rules.tables.finding import Finding

#: severity -> level, and what GitHub shows of it in one step; one notice says what was left out
_LEVELS = {"error": ("error", 10), "warning": ("warning", 10), "info": ("notice", 9)}


class GithubSink:
    """Keeps the first of each level, and writes them at the end."""

    def __init__(self, report: Report, file: TextIO, language: Language, *, strict: bool = False) -> None:
        self._report, self._file, self._language = report, file, language
        self.verdicts: Sequence[str] = ("violated", "unknown") if strict else ("violated",)
        self._worst: dict[str, Worst[str]] = {severity: Worst(limit) for severity, (_, limit) in _LEVELS.items()}
        for found in report.findings:
            self._worst[found.severity].add(0, found.code, lambda found=found: self._finding(found))  # type: ignore[misc]
        for name in silent_rules(report) if strict else ():
            self._worst["error"].add(0, name, lambda name=name: self._silent(name))  # type: ignore[misc]

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a violation, or an unknown outcome."""
        if is_open(record):
            severity = severity_of(self._report, record)
            self._worst[severity].add(0, record["rule"], lambda: self._outcome(record, severity))

    def close(self) -> None:
        """Write."""
        for worst in self._worst.values():
            self._file.writelines(f"{line}\n" for line in worst)
        left = {severity: worst.left.total() for severity, worst in self._worst.items()}
        if any(left.values()):
            language = self._language
            counts = listed([counted(number, thing, language) for thing, number in left.items() if number], language)
            told = say("annotations-left-out", language, counts=counts)
            self._file.write(command("notice", "eduplan-rules", None, None, told) + "\n")

    def _outcome(self, record: Mapping[str, Any], severity: str) -> str:
        language, report = self._language, self._report
        subject = subject_in_period(report, record, language)
        place = record["location"]
        told = [record["message"][language], *details(report, record, language), sheet_words(**place)]
        text = say("message-of", language, subject=subject, message="\n".join(filter(None, told)))
        title = f"{record['title'][language]} ({record['rule']})"
        return command(_LEVELS[severity][0], title, place["file"], place["line"], text)

    def _silent(self, name: str) -> str:
        rule = self._report.book.rules[name]
        title, span = rule.title[self._language], rule.id.span
        text = say("rule-no-data", self._language, title=title)
        return command("error", f"{title} ({name})", span.source.name, span.line, text)

    def _finding(self, found: Finding) -> str:
        language, place = self._language, found.location
        subject, message = finding_subject(self._report, found, language), finding_words(found, language)
        text = say("message-of", language, subject=subject, message=message) if subject else message
        file, line = (None, None) if place is None else (place.file, place.line)
        where = "" if place is None else sheet_words(file, place.sheet, line)
        title = say("finding-code", language, code=found.code)
        return command(_LEVELS[found.severity][0], title, file, line, "\n".join(filter(None, [text, where])))


def command(level: str, title: str, file: str | None, line: int | None, text: str) -> str:
    """One command; its signs are those of the workflow, whatever stands in the data."""
    marks = {"file": file, "line": line, "title": title} if not in_database(file) else {"title": title}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in marks.items() if value is not None)
    return f"::{level} {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
