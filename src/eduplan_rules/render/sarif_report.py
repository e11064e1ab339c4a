"""A report as SARIF: violations and findings, each at its line of the feed and at its rule.

In: a report, the decision on it, an open file. Out: nothing; the file has one log. Holds: most severe first, what does
not count last; at most `LIMIT` results, which is what code hosts take, and a notification of how many were left out.
Fingerprints stay when rows move, files are renamed, or messages and severities change.
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
    is_open,
    place_words,
    sheet_words,
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


class SarifSink:
    """Keeps the worst results as text, and writes them at the end."""

    verdicts: Sequence[str] = ("violated",)

    def __init__(
        self, report: Report, decision: Decision, file: TextIO, language: Language, *, limit: int = LIMIT
    ) -> None:
        self._report, self._decision, self._file, self._language = report, decision, file, language
        self._worst: Worst[bytes] = Worst(limit)
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        self._topics = topics(report, language)
        self._index = {topic.code: place for place, topic in enumerate(self._topics)}
        declared = say("declared-here", language)
        self._at_rule = cache(lambda rule: (_place_of(report.book.rules[rule].id.span), declared))

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a violation."""
        rank = SEVERITIES.index(record["severity"]) if is_open(record) else len(SEVERITIES)
        self._worst.add(rank, record["rule"], lambda: self._text(self._violation(record)))

    def close(self) -> None:
        """Take the findings and write the log."""
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

    def _violation(self, record: Mapping[str, Any]) -> Result:
        language, report = self._language, self._report
        subject = subject_in_period(report, record, language)
        sentence = say("message-of", language, subject=subject, message=record["message"][language])
        place = record["location"]
        related = [self._at_rule(record["rule"]), *self._offenders(record)]
        key = "/".join([record["subject"]["entity"], *record["subject"]["key"], *filter(None, [record["period"]])])
        return Result(
            record["rule"],
            _LEVELS[record["severity"]],
            "\n".join(filter(None, [sentence, *details(report, record, language), sheet_words(**place)])),
            None if place["file"] is None else Place(place["file"], place["line"]),
            tuple(related),
            tuple(_logical(place["sheet"], key)),
            # the first is what GitHub goes by
            {"primaryLocationLineHash": record["id"], "id/v1": record["id"], "series/v1": record["series"]},
            None if is_open(record) else standing_words(record, language),
            {name: record[name] for name in ("clause", "nature", "gap", "unit") if record[name] is not None},
        )

    def _offenders(self, record: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
        for offender in record["offenders"]:
            place = offender["location"]
            if place["file"] is not None:
                row = " ".join(filter(None, [" / ".join(offender["key"]), offender["period"]]))
                yield Place(place["file"], place["line"]), say("offender-row", self._language, row=row)

    def _finding(self, found: Finding) -> Result:
        language, location = self._language, found.location
        subject, message = finding_subject(self._report, found, language), found.message[language]
        sentence = say("message-of", language, subject=subject, message=message) if subject else message
        place, sheet, where = None, None, ""
        if location is not None and location.file is not None:
            place, sheet = Place(location.file, location.line), location.sheet
            where = sheet_words(location.file, sheet, location.line)
        elif found.entity is not None:
            # what nobody delivered has no line: where it is asked for
            place = _place_of(self._report.book.entities[found.entity].id.span)
        marks = {"findingField": found.field, "count": found.count if found.count > 1 else None}
        return Result(
            found.code,
            _LEVELS[found.severity],
            "\n".join(filter(None, [sentence, where])),
            place,
            logical=tuple(_logical(sheet, "/".join([found.entity or "", *(found.key or ())]).strip("/"))),
            fingerprints=_fingerprints(found),
            properties={name: value for name, value in marks.items() if value is not None},
        )

    def _invocation(self) -> dict[str, Any]:
        """How the run ended, rules that could not be run, and how much was left out."""
        told = [
            {"level": "error", "message": {"text": totals.failed}, "associatedRule": {"id": name, "index": place}}
            for name, totals in self._report.totals.items()
            if totals.failed is not None and (place := self._index[name]) is not None
        ]
        left = self._worst.left.total()
        if left:
            text = say("left-out", self._language, left=f"{left:,}", all=f"{left + len(self._worst):,}")
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
    if found.key is None and found.location is not None:
        about += [found.value, str(found.location.line), place_words(found.location.file, found.location.sheet, None)]
    digest = hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()
    return {"primaryLocationLineHash": digest, "finding/v1": digest}


def _logical(sheet: str | None, name: str) -> Iterator[tuple[str, str]]:
    if name:
        yield "subject", name
    if sheet is not None:
        yield "sheet", sheet


def _place_of(span: Span) -> Place:
    return Place(span.source.name, span.line, span.column, span.end_line, span.end_column)


def _code(text: str) -> str:
    """Text in Markdown that says itself, whatever its signs."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
