"""A report as SARIF: violations and findings, each at its line of the feed and at its rule.

In: a report, the decision on it, an open file. Out: nothing; the file has one log. Holds: most severe first, what does
not count last; at most `LIMIT` results, which is what code hosts take, and a notification of how many were left out. A
strict run is failed by what is unknown and by rules without data, so that they are told as well. Fingerprints stay when
rows move, files are renamed, or messages and severities change.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, TextIO

from eduplan_rules.render.record import (
    details,
    finding_subject,
    finding_words,
    in_database,
    is_open,
    place_words,
    severity_of,
    sheet_words,
    silent_rules,
    standing_words,
    subject_in_period,
)
from eduplan_rules.render.rule import rule_address, rule_lines
from eduplan_rules.render.sarif import SCHEMA, Level, Place, Result, Topic, result_record, tool
from eduplan_rules.render.sink import Worst
from eduplan_rules.render.tally import SEVERITIES, Decision
from eduplan_rules.render.words import Language, say
from eduplan_rules.reports.report import Report
from eduplan_rules.rulebook.model import Rule
from eduplan_rules.source import Span
from eduplan_rules.tables.finding import Finding

LIMIT = 25_000
_LEVELS: dict[str, Level] = {"error": "error", "warning": "warning", "info": "note"}
#: what of a record is told as properties; nothing is said of what is violated
_MARKS = ("verdict", "clause", "nature", "gap", "unit")


class SarifSink:
    """Keeps the worst results as text, and writes them at the end."""

    def __init__(
        self, report: Report, decision: Decision, file: TextIO, language: Language, *, limit: int = LIMIT
    ) -> None:
        self._report, self._decision, self._file, self._language = report, decision, file, language
        self.verdicts: Sequence[str] = ("violated", "unknown") if decision.gate.strict else ("violated",)
        self._worst: Worst[bytes] = Worst(limit)
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        self._topics = topics(report, language)
        self._index = {topic.code: place for place, topic in enumerate(self._topics)}
        declared = say("declared-here", language)
        self._at_rule = cache(lambda rule: (_place_of(report.book.rules[rule].id.span), declared))

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a violation, or an unknown outcome."""
        severity = severity_of(self._report, record)
        rank = SEVERITIES.index(severity) if is_open(record) else len(SEVERITIES)
        self._worst.add(rank, record["rule"], lambda: self._text(self._outcome(record, _LEVELS[severity])))

    def close(self) -> None:
        """Take rules without data and the findings, and write the log."""
        for name in silent_rules(self._report) if self._decision.gate.strict else ():
            self._worst.add(0, name, lambda name=name: self._text(self._silent(name)))  # type: ignore[misc]
        for found in self._report.findings:
            rank = SEVERITIES.index(found.severity)
            self._worst.add(rank, found.code, lambda found=found: self._text(self._finding(found)))  # type: ignore[misc]
        self._file.write(f'{{"$schema":{self._encode(SCHEMA)},"version":"2.1.0","runs":[{{"results":[')
        for place, text in enumerate(self._worst):
            self._file.write(("," if place else "") + "\n" + text.decode())
        run = {
            "tool": tool(self._topics, version("eduplan-rules")),
            "columnKind": "unicodeCodePoints",
            "language": {"zh": "zh-CN", "en": "en-US"}[self._language],
            "invocations": [self._invocation()],
        }
        self._file.write("\n]," + self._encode(run).removeprefix("{") + "]}\n")

    def _text(self, result: Result) -> bytes:
        return self._encode(result_record(result, self._index[result.code])).encode()

    def _outcome(self, record: Mapping[str, Any], level: Level) -> Result:
        language, report = self._language, self._report
        subject = subject_in_period(report, record, language)
        sentence = say("message-of", language, subject=subject, message=record["message"][language])
        place = record["location"]
        related = [self._at_rule(record["rule"]), *self._offenders(record)]
        key = "/".join([record["subject"]["entity"], *record["subject"]["key"], *filter(None, [record["period"]])])
        return Result(
            record["rule"],
            level,
            "\n".join(filter(None, [sentence, *details(report, record, language), sheet_words(**place)])),
            _at(place["file"], place["line"], instead=related[0][0]),
            tuple(related),
            tuple(_logical(place["file"], place["sheet"], key)),
            # the first is what GitHub goes by
            {"primaryLocationLineHash": record["id"], "id/v1": record["id"], "series/v1": record["series"]},
            None if is_open(record) else standing_words(report, record, language),
            {name: record[name] for name in _MARKS if record[name] not in (None, "violated")},
        )

    def _silent(self, name: str) -> Result:
        rule = self._report.book.rules[name]
        told = say("rule-no-data", self._language, title=rule.title[self._language])
        marks = _hashed(["no-data", name], "rule/v1")
        return Result(name, "error", told, _place_of(rule.id.span), fingerprints=marks)

    def _offenders(self, record: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
        for offender in record["offenders"]:
            place = offender["location"]
            if place["file"] is not None and not in_database(place["file"]):
                row = " ".join(filter(None, [" / ".join(offender["key"]), offender["period"]]))
                yield Place(place["file"], place["line"]), say("offender-row", self._language, row=row)

    def _finding(self, found: Finding) -> Result:
        language, location = self._language, found.location
        subject, message = finding_subject(self._report, found, language), finding_words(found, language)
        sentence = say("message-of", language, subject=subject, message=message) if subject else message
        file, sheet, line = (None, None, None) if location is None else (location.file, location.sheet, location.line)
        # what nobody delivered has no line: where it is asked for
        asked = None if found.entity is None else _place_of(self._report.book.entities[found.entity].id.span)
        place = asked if file is None else _at(file, line, instead=asked)
        marks = {"findingField": found.field, "count": found.count if found.count > 1 else None}
        return Result(
            found.code,
            _LEVELS[found.severity],
            "\n".join(filter(None, [sentence, sheet_words(file, sheet, line)])),
            place,
            tuple(self._others(found)),
            logical=tuple(_logical(file, sheet, "/".join([found.entity or "", *(found.key or ())]).strip("/"))),
            fingerprints=_fingerprints(found),
            properties={name: value for name, value in marks.items() if value is not None},
        )

    def _others(self, found: Finding) -> Iterator[tuple[Place, str]]:
        for other in found.others:
            if other.file is not None and not in_database(other.file):
                yield Place(other.file, other.line), sheet_words(other.file, other.sheet, other.line)

    def _invocation(self) -> dict[str, Any]:
        """How the run ended, rules that could not be run, and how much was left out."""
        told = [
            {"level": "error", "message": {"text": totals.failed}, "associatedRule": {"id": name, "index": place}}
            for name, totals in self._report.totals.items()
            if totals.failed is not None and (place := self._index[name]) is not None
        ]
        left = self._worst.left.total()
        folded = sum(found.count - 1 for found in self._report.findings)
        if left or folded:
            whole = left + folded + len(self._worst)
            text = say("left-out", self._language, left=f"{left + folded:,}", all=f"{whole:,}")
            told.append({"descriptor": {"id": "results-left-out"}, "level": "warning", "message": {"text": text}})
        code = self._decision.exit_code
        invocation: dict[str, Any] = {"executionSuccessful": code != 3, "exitCode": code}
        return invocation | ({"toolExecutionNotifications": told} if told else {})


def topics(report: Report, language: Language) -> list[Topic]:
    """Every rule of the run, then every kind of finding that there is."""
    rules = [_topic(report, report.book.rules[name], language) for name in report.results]
    codes = sorted({found.code: found.severity for found in report.findings}.items())
    return rules + [
        Topic(code, say("finding-code", language, code=code), level=_LEVELS[severity]) for code, severity in codes
    ]


def _topic(report: Report, rule: Rule, language: Language) -> Topic:
    clause = None if rule.clause is None else report.book.clauses[rule.clause]
    summary = "" if clause is None or clause.summary is None else clause.summary[language]
    lines = list(rule_lines(report.book, rule, language))
    text = "\n".join(f"{name}: {value}" for name, value in lines)
    markdown = "\n".join(f"- **{name}**: {_code(value)}" for name, value in lines)
    tags = [str(each) for each in (rule.clause, rule.nature) if each is not None]
    return Topic(
        str(rule.id),
        rule.title[language],
        summary or rule.title[language],
        (text, markdown),
        rule_address(rule),
        _LEVELS[rule.severity],
        tuple(map(str, rule.formerly)),
        {"tags": tags, "clause": None if rule.clause is None else str(rule.clause), "place": str(rule.id.span)},
    )


def _fingerprints(found: Finding) -> dict[str, str]:
    """Of a row that is known, by its key; else by what was delivered and where."""
    about = [found.code, found.entity, found.field, *(found.key or ()), found.period]
    if found.key is None and found.location is not None and not found.folded:
        about += [found.value, str(found.location.line), place_words(found.location.file, found.location.sheet, None)]
    return _hashed(about, "finding/v1")


def _hashed(about: Sequence[str | None], name: str) -> dict[str, str]:
    digest = hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()
    return {"primaryLocationLineHash": digest, name: digest}


def _at(file: str | None, line: int | None, *, instead: Place | None) -> Place | None:
    """A line of a file; a row of a database, of which a code host has no file, is told at another place."""
    if in_database(file):
        return instead
    return None if file is None else Place(file, line)


def _logical(file: str | None, sheet: str | None, name: str) -> Iterator[tuple[str, str]]:
    if name:
        yield "subject", name
    if file is not None and in_database(file):
        yield "table", file
    if sheet is not None:
        yield "sheet", sheet


def _place_of(span: Span) -> Place:
    return Place(span.source.name, span.line, span.column, span.end_line, span.end_column)


def _code(text: str) -> str:
    """Text in Markdown that says itself, whatever its signs."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
