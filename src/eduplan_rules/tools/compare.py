"""How what a case gave differs from what it expects.

In: what a case gave. Out: sentences. Whatever a case leaves out is not looked at, with two exceptions: a verdict that
wants attention (violated, unknown, not due) must be expected wherever it is given, and so must every mistake in the
rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eduplan_rules.engine.outcome import VERDICTS, Outcome
from eduplan_rules.engine.result import Totals
from eduplan_rules.engine.wording import format_amount, format_gap, format_lack
from eduplan_rules.errors import render_diagnostics
from eduplan_rules.reports.report import Report, finding_record
from eduplan_rules.source import Mapping, Scalar, Sequence
from eduplan_rules.tools.mistake import CaseError, Clause, hint_or_known
from eduplan_rules.tools.trial import Ran
from eduplan_rules.tools.variants import EVERY
from eduplan_rules.tools.words import Language, say

#: verdicts that must be expected wherever they are given
LOUD = ("violated", "unknown", "not_due")
#: what totals count
COUNTS = ("subjects", *VERDICTS, "upcoming", "without_value", "in_scope")


@dataclass
class _Told:
    """What is told so far, and what was expected and given: rule and verdict."""

    language: Language
    sentences: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def tell(self, name: str, **gaps: object) -> None:
        self.sentences.append(say(name, self.language, **gaps))


@dataclass(frozen=True)
class Comparison:
    """A case's expectations beside what it gave."""

    #: how what was found differs, one sentence each
    differences: tuple[str, ...]
    #: rules with the verdicts that were expected of them, and given
    seen: frozenset[tuple[str, str]]


def compare(ran: Ran, language: Language = "en") -> Comparison:
    """Compare what a case gave with what it expects."""
    told = _Told(language)
    _compare(told, ran)
    return Comparison(tuple(told.sentences), frozenset(told.seen))


def _compare(told: _Told, ran: Ran) -> None:
    language = told.language
    said = ran.case.said
    mistakes = sorted(diagnostic.code for diagnostic in ran.diagnostics)
    wanted = sorted(map(str, said.get("diagnostics") or ()))
    if mistakes != wanted:
        found = "\n".join(f"    {line}" for line in render_diagnostics(ran.diagnostics, language).splitlines())
        none = say("no-diagnostics", language)
        sentence = say("diagnostics", language, wanted=", ".join(wanted) or none, found=", ".join(mistakes) or none)
        told.sentences.append(f"{sentence}\n{found}".rstrip())
        return
    if ran.report is None:
        if "expect" in said:
            told.tell("not-evaluated")
        return
    for name in ran.judged:
        if ran.totals_of(name).failed:
            told.tell("rule-failed", rule=name, reason=ran.totals_of(name).failed)
    for name, expected in _by_rule(said.get("expect"), ran, set(VERDICTS)):
        _verdicts(told, name, expected, ran)
    for name, records in _by_rule(said.get("records"), ran, None):
        _records(told, records, ran.outcomes_of(name))
    for name, counts in _by_rule(said.get("totals"), ran, None):
        _totals(told, name, counts, ran.totals_of(name))
    _findings(told, said.get("findings"), ran, ran.report)


def _by_rule(said: Any, ran: Ran, flat_keys: set[str] | None) -> list[tuple[str, Mapping]]:
    """What is expected, by rule; a single rule need not be named."""
    if said is None:
        return []
    flat = flat_keys is None or set(map(str, said)) <= flat_keys
    if len(ran.about) == 1 and flat and ran.about[0] not in said:
        return [(ran.about[0], said)]
    for name, expected in said.items():
        if name not in ran.about and (flat_keys is None or isinstance(expected, Mapping)):
            raise CaseError("not-of-case", name.span, rule=name, rules=", ".join(ran.about))
        if not isinstance(expected, Mapping):
            raise CaseError("no-verdict", name.span, word=name, hint=_meant(name))
    return [(str(name), expected) for name, expected in said.items() if name in ran.judged]


def _meant(word: str) -> Clause:
    """The verdict that was meant, be it by its Chinese name."""
    chinese = {say(f"word-{verdict}", "zh"): verdict for verdict in VERDICTS}
    return hint_or_known(chinese.get(word, word), VERDICTS)


def label(outcome: Outcome) -> str:
    """A subject's key, parts joined by `/`."""
    return "/".join(map(str, outcome.subject["key"]))


def _matching(name: str, outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes that `key`, `key@period` or `@period` means."""
    key, _, period = name.partition("@")
    return [each for each in outcomes if key in ("", label(each)) and period in ("", each.period)]


def _verdicts(told: _Told, rule: str, expected: Mapping, ran: Ran) -> None:
    outcomes = ran.outcomes_of(rule)
    named: dict[int, str] = {}
    before = len(told.sentences)
    for verdict, names in expected.items():
        if verdict not in VERDICTS:
            raise CaseError("no-verdict", verdict.span, word=verdict, hint=_meant(verdict))
        wanted = say(verdict, told.language)
        for name in names if isinstance(names, Sequence) else [] if names is None else [names]:
            found = _matching(str(name), outcomes)
            if not found:
                _nothing_found(told, rule, str(name), wanted, outcomes, ran)
            named.update((id(outcome), str(verdict)) for outcome in found)
            for outcome in found:
                if outcome.verdict == verdict:
                    told.seen.add((rule, outcome.verdict))
                else:
                    given = _details(outcome, told.language)
                    told.tell("expected-other", subject=_shown(outcome), verdict=wanted, found=given)
    for outcome in outcomes:
        if id(outcome) not in named and (outcome.verdict in LOUD or outcome.verdict in expected):
            told.tell("unexpected", subject=_shown(outcome), found=_details(outcome, told.language))
    if len(ran.about) > 1:
        told.sentences[before:] = [
            say("of-rule", told.language, rule=rule, told=sentence) for sentence in told.sentences[before:]
        ]


def _nothing_found(told: _Told, rule: str, name: str, wanted: str, outcomes: list[Outcome], ran: Ran) -> None:
    if ran.report is not None and not ran.totals_of(rule).in_scope:
        sentence = say("without-data", told.language, rule=rule, entity=ran.report.book.rules[ran.name_of(rule)].for_)
        if sentence not in told.sentences:
            told.sentences.append(sentence)
        return
    given = say("pause", told.language).join(map(_shown, outcomes[:10])) or say("no-outcomes", told.language)
    name = say("every-subject", told.language) if name == EVERY else name
    told.tell("expected-none", subject=name, verdict=wanted, rule=rule, subjects=given)


def _shown(outcome: Outcome) -> str:
    return f"{label(outcome)}@{outcome.period}" if outcome.period else label(outcome)


def _details(outcome: Outcome, language: Language) -> str:
    """A verdict with the numbers or the missing facts behind it."""
    record = outcome.to_dict()
    told = [
        say(name, language, value=format_amount(record[name], record["unit"], language))
        for name in ("observed", "required")
        if record[name] is not None
    ]
    if record["gap"] is not None:
        told.append(say("gap", language, value=format_gap(record["gap"], record["unit"], language)))
    if record["missing"]:
        lacks = say("pause", language).join(format_lack(lack, language) for lack in record["missing"])
        told.append(say("missing", language, value=lacks))
    if record["due"] is not None:
        told.append(say("due", language, value=record["due"]))
    verdict = say(outcome.verdict, language)
    return say("details", language, verdict=verdict, details=say("comma", language).join(told)) if told else verdict


def _records(told: _Told, expected: Mapping, outcomes: list[Outcome]) -> None:
    for name, parts in expected.items():
        found = _matching(str(name), outcomes)
        if not found:
            told.tell("no-record", subject=name)
        for outcome in found:
            told.sentences += _unlike(parts, outcome.to_dict(), _shown(outcome), told.language)


def _totals(told: _Told, rule: str, expected: Mapping, totals: Totals) -> None:
    for count, number in expected.items():
        if count not in COUNTS:
            raise CaseError("no-count", count.span, word=count, hint=hint_or_known(count, COUNTS))
        given = getattr(totals, count)
        place = say("totals-of", told.language, rule=rule, count=count)
        wrong = _unlike(number, given, place, told.language)
        told.sentences += wrong
        if not wrong and given and count in VERDICTS:
            told.seen.add((rule, str(count)))


def _cells(told: _Told, ran: Ran, report: Report) -> None:
    """The cells of a case that could not be taken, which may be why something else came out."""
    for finding in report.findings:
        line = None if finding.location is None else finding.location.line
        rows = [table.rows[line - 1] for table in ran.case.rows.values() if line and line <= len(table.rows)]
        cells = [cell for row in rows for cell in row if cell is not None and cell == finding.value]
        if cells and finding.severity == "error":
            told.tell("place", place=cells[0].span, message=finding.message[told.language])


def _findings(told: _Told, expected: Any, ran: Ran, report: Report) -> None:
    if expected is None:
        if told.sentences:
            _cells(told, ran, report)
        return
    records = [finding_record(finding) for finding in report.findings]
    used: set[str] = set()
    for item in expected:
        match = [record for record in records if not _unlike(item, record, "", told.language)]
        used |= {record["code"] for record in match}
        if not match:
            told.tell("no-finding", finding=_plain(item))
    for record in records:
        if record["code"] not in used:
            told.tell("finding", code=record["code"], message=record["message"][told.language])


def _unlike(expected: Any, actual: Any, place: str, language: Language) -> list[str]:
    """Where a value lacks something that is expected; a text stands for a mapping that has it as a value."""
    if isinstance(expected, Mapping) and isinstance(actual, dict):
        told = []
        for key, item in expected.items():
            if key not in actual:
                known = ", ".join(map(str, actual))
                told.append(say("has-no", language, place=place, key=key, known=known))
            else:
                told += _unlike(item, actual[str(key)], f"{place}.{key}", language)
        return told
    if isinstance(expected, Sequence) and isinstance(actual, list | tuple) and len(expected) == len(actual):
        return [line for number, (one, other) in enumerate(zip(expected, actual, strict=True), 1)
                for line in _unlike(one, other, f"{place}[{number}]", language)]  # fmt: skip
    if isinstance(expected, Scalar) and isinstance(actual, dict):
        if any(not _unlike(expected, item, "", language) for item in actual.values()):
            return []
    elif isinstance(expected, Scalar) and isinstance(actual, list | tuple):
        if "/".join(map(str, actual)) == expected:
            return []
    elif _same(expected, actual):
        return []
    return [say("differs", language, place=place, expected=_plain(expected), found=_plain(actual))]


def _same(expected: Any, actual: Any) -> bool:
    if expected is None or actual is None:
        return expected is None and actual is None
    if isinstance(actual, bool):
        return str(expected) == str(actual).lower()
    if isinstance(actual, int | float):
        try:
            return float(expected) == actual
        except (TypeError, ValueError):
            return False
    return str(expected) == str(actual)


def _plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {str(key): _plain(item) for key, item in tree.items()}
    if isinstance(tree, list | tuple):
        return [_plain(item) for item in tree]
    return str(tree) if isinstance(tree, Scalar) else tree
