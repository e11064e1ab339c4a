"""A report as a page of Markdown, for a pull request or the summary of a workflow.

In: a report, its tallies and the decision on it. Out: text: the verdict, the rules that are not kept, the worst
violations, findings, what does not count. Holds: signs of the data are never read as Markdown, HTML or mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from eduplan_rules.render.record import (
    apart_words,
    details,
    finding_place,
    finding_words,
    leave_words,
    place_words,
    standing_words,
    subject_in_period,
)
from eduplan_rules.render.tally import Decision, Tally
from eduplan_rules.render.text import choose, choose_findings, render_verdict
from eduplan_rules.render.words import Language, counted, say, severity_name
from eduplan_rules.reports.report import Report

_VERDICTS = ("violated", "unknown", "not_due", "satisfied", "not_applicable")
#: rules told in the table
_MOST_RULES = 30
_SIGN = re.compile(r"([\\`*_\[\]#|~$])")


def render_markdown(report: Report, tallies: Sequence[Tally], decision: Decision, *, language: Language) -> str:
    """The whole page; it ends with a line end."""
    parts = [
        _head(report, tallies, decision, language),
        _rules(report, tallies, language),
        _violations(report, tallies, decision, language),
        _findings(report, language),
        _failures(tallies, language),
    ]
    return "\n".join(line for part in parts for line in part)


def _head(report: Report, tallies: Sequence[Tally], decision: Decision, language: Language) -> Iterator[str]:
    verdict = render_verdict(decision, len(tallies), language=language).strip()
    name = {0: "passed", 1: "failed", 3: "incomplete"}[decision.exit_code]
    yield f"## {say('markdown-title', language, verdict=say(name, language))}\n"
    yield f"{plain(verdict)}\n"
    about = {
        "day": report.as_of.isoformat(),
        "rulebook": f"{counted(len(report.book.rules), 'rule', language)} ({report.rulebook_digest()[:12]})",
        "scope": say(
            "without-data",
            language,
            count=len(report.scope["without_data"]),
            rules=counted(report.scope["rules"], "rule", language),
        ),
    }
    told = (say("label-is", language, label=say(name, language), text=plain(text)) for name, text in about.items())
    yield "\n".join(f"- {each}" for each in told) + "\n"
    apart = apart_words(report, language)
    if apart:
        yield f"{apart}\n"
    leaves = leave_words(report, language)
    if leaves:
        yield "\n".join(f"- {plain(each)}" for each in leaves) + "\n"


def _rules(report: Report, tallies: Sequence[Tally], language: Language) -> Iterator[str]:
    """The rules with violations or unknowns; the others are counted."""
    ran = [one for one in tallies if one.totals.in_scope and one.totals.failed is None]
    open_ = [one for one in ran if one.totals.violated or one.totals.unknown]
    told = [["rule", *_VERDICTS]] if open_ else []
    if told:
        yield _row([say(name, language) for name in told[0]])
        yield _row(["---", *("---:" for _ in _VERDICTS)])
        for one in open_[:_MOST_RULES]:
            rule = report.book.rules[one.rule]
            title = rule.title[language]
            name = f"`{one.rule}`" + (f" {plain(title)}" if title != one.rule else "")
            clause = f" ({plain(str(rule.clause))})" if rule.clause is not None else ""
            yield _row([name + clause, *(f"{getattr(one.totals, verdict):,}" for verdict in _VERDICTS)])
        yield ""
    if len(open_) > _MOST_RULES:
        yield say("more-rules", language, rules=counted(len(open_) - _MOST_RULES, "rule", language)) + "\n"
    silent = sum(not one.totals.in_scope for one in tallies)
    kept, without = counted(len(ran) - len(open_), "rule", language), counted(silent, "rule", language)
    yield say("markdown-silent", language, satisfied=kept, silent=without) + "\n"


def _violations(report: Report, tallies: Sequence[Tally], decision: Decision, language: Language) -> Iterator[str]:
    count = sum(decision.violations.values())
    yield f"### {say('violations', language)}\n"
    if not count:
        yield say("no-violations", language) + "\n"
        return
    chosen = choose(tallies)
    for rule, place in chosen:
        record = report.outcomes(verdict="violated", rule=rule)[place].to_dict()
        subject = subject_in_period(report, record, language)
        told = [standing_words(report, record, language), *details(report, record, language)]
        where = place_words(**record["location"])
        yield _item(record["severity"], record["rule"], subject, record["message"][language], told, where, language)
    yield ""
    yield from _more(count - len(chosen), "violation", language)


def _findings(report: Report, language: Language) -> Iterator[str]:
    findings = report.findings
    yield f"### {say('markdown-findings', language)}\n"
    if not findings:
        yield say("no-findings", language) + "\n"
        return
    chosen = list(choose_findings(findings))
    for found in chosen:
        where = finding_place(report, found, language)
        yield _item(found.severity, found.code, "", finding_words(found, language), [], where, language)
    yield ""
    rest = sum(found.count for found in findings) - sum(found.count for found in chosen)
    single = sum(found.count == 1 for found in findings)
    if single < len(findings) and rest:
        yield say("folded-findings", language, count=f"{rest:,}", listed=f"{single:,}") + "\n"
    else:
        yield from _more(rest, "finding", language)


def _failures(tallies: Sequence[Tally], language: Language) -> Iterator[str]:
    failed = [one for one in tallies if one.totals.failed is not None]
    if failed:
        yield f"### {say('failed-rules', language)}\n"
        yield "\n".join(f"- `{one.rule}`: {plain(str(one.totals.failed))}" for one in failed) + "\n"


def _item(
    severity: str, name: str, subject: str, message: str, told: Iterable[str], where: str, language: Language
) -> str:
    sentence = say("message-of", language, subject=subject, message=message) if subject else message
    rest = say("semicolon", language).join(filter(None, told))
    head = f"- **{severity_name(severity, language)}** `{name}` {plain(sentence)}"
    return head + "".join(f"<br>{each}" for each in (plain(rest), _code(where)) if each)


def _more(rest: int, thing: str, language: Language) -> Iterator[str]:
    if rest > 0:
        yield say("markdown-more", language, rest=counted(rest, thing, language)) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """A place of a file; in a code span no sign has a meaning but the span's own."""
    return f"`{' '.join(text.replace('`', chr(39)).split())}`" if text else ""


def plain(text: str) -> str:
    """Text on one line that Markdown, HTML and GitHub leave as it is."""
    one = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SIGN.sub(r"\\\1", one).replace("@", "&#64;")
