"""A report as an Excel workbook: a summary, the violations, the findings, the rules.

In: a report, its tallies and the decision, an open file of bytes. Out: nothing; the file has the workbook, headers in
one language. Holds: rows go to disk as they come; no text of the data is read as a formula; every violation leads to
the source of its rule, or to the rule's row. Raises ModuleNotFoundError without the extra `excel`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from eduplan_rules.render.csv import flat
from eduplan_rules.render.record import apart_words, entity_words, finding_place, finding_words, is_open, standing_words
from eduplan_rules.render.rule import clause_words, required_words, rule_address, source_words
from eduplan_rules.render.sheet import HEIGHT, Book, Sheet
from eduplan_rules.render.tally import Decision, Tally
from eduplan_rules.render.text import render_verdict
from eduplan_rules.render.words import Language, counted, say, severity_name
from eduplan_rules.reports.report import Report
from eduplan_rules.units import in_english

#: columns of the sheets -> the widest they get
_VIOLATIONS = {
    "severity": 10, "rule": 40, "title": 60, "clause": 10, "entity": 32, "key": 24, "name": 28, "within": 28,
    "period": 14, "message": 90, "observed": 14, "required": 14, "gap": 14, "unit": 12, "due": 12, "owner": 28,
    "standing": 22, "marks": 36, "file": 40, "sheet": 16, "line": 10, "id": 18, "series": 68,
}  # fmt: skip
_FINDINGS = {
    "severity": 10, "code": 24, "entity": 32, "field": 24, "key": 24, "period": 14, "message": 80, "value": 30,
    "count": 8, "file": 40, "sheet": 16, "line": 10,
}  # fmt: skip
_RULES = {
    "rule": 40, "title": 60, "severity": 10, "nature": 12, "clause": 36, "source": 48, "requires": 70, "due": 20,
    "owner": 28, "violated": 10, "unknown": 10, "not_due": 10, "satisfied": 10, "not_applicable": 10, "place": 40,
}  # fmt: skip
_VERDICTS = ("violated", "unknown", "not_due", "satisfied", "not_applicable")


class ExcelSink:
    """Writes the violations as they come; the other sheets at the end."""

    verdicts: Sequence[str] = ("violated",)

    def __init__(
        self, report: Report, tallies: Sequence[Tally], decision: Decision, file: IO[bytes], language: Language
    ) -> None:
        self._report, self._tallies, self._decision, self._language = report, tallies, decision, language
        self._file = file
        # put together where one can go back, and where room is not asked of the file
        self._folder = tempfile.TemporaryDirectory(prefix="eduplan-rules-", ignore_cleanup_errors=True)
        self._made = Path(self._folder.name) / "report.xlsx"
        self._book = Book(self._made)
        self._summary = self._book.plain_sheet(say("sheet-summary", language))
        self._violations = self._sheet("violations", _VIOLATIONS)
        self._findings = self._sheet("findings", _FINDINGS)
        self._rules = self._sheet("rules", _RULES)
        self._links = {
            name: rule_address(report.book.rules[name]) or f"internal:'{self._rules.name}'!A{place + 2}"
            for place, name in enumerate(report.results)
        }
        self._left = 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Write a row."""
        if self._violations.height == HEIGHT:
            self._left += 1
            return
        language = self._language
        cells = flat(record, language) | {
            "severity": severity_name(record["severity"], language),
            "title": record["title"][language],
            "entity": entity_words(self._report, record["subject"]["entity"], language),
            "unit": in_english(record["unit"] or "") if language == "en" else record["unit"],
            "due": _day(record["due"]),
            "standing": standing_words(self._report, record, language) or say("standing-open", language),
            "marks": say("semicolon", language).join(
                say(mark, language) for mark in ("provisional", "unverified") if record[mark]
            ),
        }
        look = record["severity"] if is_open(record) else "apart"
        self._violations.row([cells[name] for name in _VIOLATIONS], link=(1, self._links[record["rule"]]), look=look)

    def close(self) -> None:
        """Write the findings, the rules and the summary; put the workbook together."""
        for cells, look in self._finding_rows():
            self._findings.row(cells, look=look)
        for cells, address in self._rule_rows():
            self._rules.row(cells, link=None if address is None else (5, address))
        for line, (text, look) in enumerate(self._summary_lines()):
            self._book.write_line(self._summary, line, text, look)
        for sheet in (self._violations, self._findings, self._rules):
            sheet.finish()
        with self._folder:
            self._book.close()
            with self._made.open("rb") as made:
                shutil.copyfileobj(made, self._file)

    def _sheet(self, name: str, columns: Mapping[str, int]) -> Sheet:
        headers = [self._header(column) for column in columns]
        return Sheet(self._book, say(f"sheet-{name}", self._language), headers, list(columns.values()))

    def _header(self, column: str) -> str:
        return say(column if column in _VERDICTS else f"column-{column}", self._language)

    def _finding_rows(self) -> Iterator[tuple[list[Any], str]]:
        language = self._language
        for found in self._report.findings:
            place = found.location
            yield (
                [
                    severity_name(found.severity, language),
                    found.code,
                    None if found.entity is None else entity_words(self._report, found.entity, language),
                    found.field,
                    " / ".join(found.key or ()),
                    found.period,
                    finding_words(found, language),
                    found.value,
                    found.count,
                    finding_place(self._report, found, language) if place is None else place.file,
                    None if place is None else place.sheet,
                    None if place is None else place.line,
                ],
                found.severity,
            )

    def _rule_rows(self) -> Iterator[tuple[list[Any], str | None]]:
        language, book = self._language, self._report.book
        for name, result in self._report.results.items():
            rule, totals = book.rules[name], result.totals
            yield (
                [
                    name,
                    rule.title[language],
                    severity_name(rule.severity, language),
                    say(f"nature-{rule.nature}", language),
                    clause_words(book, rule),
                    say("semicolon", language).join(source_words(source) for source in rule.source),
                    required_words(rule, language),
                    rule.due,
                    None if rule.owner is None else rule.owner[language],
                    *(getattr(totals, verdict) for verdict in _VERDICTS),
                    str(rule.id.span),
                ],
                rule_address(rule),
            )

    def _summary_lines(self) -> Iterator[tuple[Sequence[Any], str]]:
        language, report = self._language, self._report
        verdict = render_verdict(self._decision, len(self._tallies), language=language).strip()
        yield [verdict], "title"
        yield [], ""
        yield [say("day", language), report.as_of], ""
        rules = counted(len(report.book.rules), "rule", language)
        yield [say("rulebook", language), f"{rules} ({report.rulebook_digest()[:12]}), {version('eduplan-rules')}"], ""
        silent = report.scope["without_data"]
        told = say("without-data", language, count=len(silent), rules=counted(report.scope["rules"], "rule", language))
        yield [say("scope", language), told], ""
        yield [apart_words(report, language)], ""
        if self._left:
            yield [say("rows-left-out", language, left=f"{self._left:,}")], "warning"
        yield [], ""
        heads = [self._header("rule"), self._header("title"), *(say(name, language) for name in _VERDICTS)]
        yield heads, "header"
        for one in self._tallies:
            title = report.book.rules[one.rule].title[language]
            why = one.totals.failed or (None if one.totals.in_scope else say("case-no-data", language))
            counts = [getattr(one.totals, name) for name in _VERDICTS]
            yield [one.rule, title if why is None else f"{title} ({why})", *counts], ""
        yield [], ""
        yield [say("data", language), say("row-count", language)], "header"
        for entity, table in report.facts.tables.items():
            yield [entity_words(report, entity, language), table.height], "left"


def _day(text: str | None) -> Any:
    """A day as spreadsheets have it; what is hidden stays as it is."""
    try:
        return None if text is None else datetime.combine(date.fromisoformat(text), datetime.min.time())
    except ValueError:
        return text
