"""A report for people: what was checked, totals by rule, the worst violations, findings, and one sentence at the end.

In: a report, its tallies and the decision on it. Out: text that fits the width, Chinese characters counted as two
columns; plain, or with the codes of colours for a terminal. At most ten violations and ten findings are told.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from rich.cells import cell_len

from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.engine.wording import format_lack
from eduplan_rules.render.page import Page, Whole
from eduplan_rules.render.record import (
    apart_words,
    basis_words,
    entity_words,
    finding_place,
    finding_words,
    gap_words,
    leave_words,
    offender_words,
    place_words,
    standing_words,
    subject_words,
)
from eduplan_rules.render.tally import SEVERITIES, Decision, Severity, Tally
from eduplan_rules.render.words import Language, listed, say, severity_name
from eduplan_rules.reports.report import Report
from eduplan_rules.tables.finding import Finding

#: violations, findings and rules without data that are told one by one
SHOWN = 10
#: so many violations of a rule before further ones of another
PER_RULE = 3

_COLOURS: dict[str, str] = {"error": "bold red", "warning": "yellow", "info": "cyan"}
#: unknown outcomes that are looked at for their reasons, and reasons told, of each rule
LOOKED_AT = 200
SHOWN_REASONS = 3
#: where the numbers begin at the nearest, so that wide pages do not tear them from their rules
_NEAR = 36
_ONE_LINE = 10_000
_VERDICTS = ("violated", "unknown", "not_due", "satisfied", "not_applicable")
_VERDICT_COLOURS = {"unknown": "yellow", "satisfied": "green"}


def render_text(
    report: Report,
    tallies: Sequence[Tally],
    decision: Decision,
    *,
    language: Language,
    width: int = 80,
    colour: bool = False,
) -> str:
    """The whole text; it ends with a line end."""
    page = Page(language, width, colour=colour)
    _head(page, report)
    _totals(page, report, tallies)
    _violations(page, report, tallies, decision)
    _undecided(page, report, tallies)
    _findings(page, report)
    _failures(page, tallies)
    page.line()
    _verdict(page, decision, len(tallies))
    return page.text()


def render_verdict(decision: Decision, rules: int, *, language: Language) -> str:
    """The last sentence alone, on one line: why a run ends as it does. `rules` is how many there were."""
    page = Page(language, _ONE_LINE, colour=False)
    _verdict(page, decision, rules)
    return page.text()


def _head(page: Page, report: Report) -> None:
    some = f"periods-{report.periods}" if report.periods in ("latest", "all") else "periods-some"
    periods = page.say(some, periods=report.periods)
    book, language = report.book, page.language
    off = sum(rule.off for rule in book.rules.values())
    every = page.count(len(book.rules), "rule")
    rules = page.say(
        "rulebook-of",
        rules=page.say("rules-off", rules=every, off=off) if off else every,
        where=_where([source.name for source in book.sources], page),
        digest=report.rulebook_digest()[:12],
    )
    tables = [
        page.say("table-rows", table=entity_words(report, name, language), rows=page.count(table.height, "row"))
        for name, table in report.facts.tables.items()
    ]
    scope = page.say(
        "without-data",
        count=len(report.scope["without_data"]),
        rules=page.count(report.scope["rules"], "rule"),
    )
    facts = page.say("comma").join(tables)
    told = {
        "day": page.say("day-and-periods", day=report.as_of.isoformat(), periods=periods),
        "rulebook": rules,
        "data": facts,
        "scope": scope,
    }
    if report.facts.engine is not None:
        told["engine"] = report.facts.engine
    edge = max(cell_len(page.say(name)) for name in told) + 2
    for name, text in told.items():
        title = page.say(name)
        page.line((title, "bold"), " " * (edge - cell_len(title)), text, rest=edge)


def _where(names: Sequence[str], page: Page) -> str:
    """Name the rule file, or the folder that holds all of them."""
    if len(names) == 1:
        return names[0]
    files = page.count(len(names), "file")
    try:
        folder = os.path.commonpath([PurePath(name).parent for name in names])
    except ValueError:
        return files
    return page.say("folder-files", folder=PurePath(folder).as_posix(), files=files) if folder else files


def _totals(page: Page, report: Report, tallies: Sequence[Tally]) -> None:
    ran = [one for one in tallies if one.totals.in_scope and one.totals.failed is None]
    sums = {name: sum(getattr(one.totals, name) for one in ran) for name in _VERDICTS}
    heads = {name: page.say(name) for name in _VERDICTS}
    widths = {name: max(cell_len(heads[name]), cell_len(f"{sums[name]:,}")) for name in _VERDICTS}
    room = page.width - sum(widths.values()) - 2 * len(widths)
    left = min(room, max([_NEAR, *(cell_len(one.rule) for one in ran)]))
    if ran:
        page.line()
        _table_row(page, left, (page.say("rule"), "bold"), [(heads[name], "bold", widths[name]) for name in _VERDICTS])
        for one in ran:
            _rule_rows(page, left, widths, report, one)
        if len(ran) > 1:
            numbers = [(f"{sums[name]:,}", "bold", widths[name]) for name in _VERDICTS]
            _table_row(page, left, (page.say("all-rules"), "bold"), numbers)
    upcoming = sum(one.totals.upcoming for one in ran)
    if upcoming:
        name = "upcoming-one" if upcoming == 1 else "upcoming"
        page.line(page.say(name, periods=page.count(upcoming, "period")))
    silent = [one.rule for one in tallies if not one.totals.in_scope]
    if silent:
        more = len(silent) - SHOWN
        rules = ", ".join(silent[:SHOWN]) + (f", … (+{more})" if more > 0 else "")
        page.line()
        page.line(page.say("no-data-for", rules=rules), rest=2)


def _rule_rows(page: Page, left: int, widths: dict[str, int], report: Report, one: Tally) -> None:
    """The rule's id with its counts, and below them what it says."""
    colours = dict(_VERDICT_COLOURS)
    severity = SEVERITIES[one.worst]
    colours["violated"] = _COLOURS[severity]
    cells = []
    for name in _VERDICTS:
        number = getattr(one.totals, name)
        cells.append((f"{number:,}" if number else "-", colours.get(name, "") if number else "dim", widths[name]))
    _table_row(page, left, (one.rule, ""), cells)
    rule = report.book.rules[one.rule]
    about = [severity_name(severity, page.language), *([str(rule.clause)] if rule.clause is not None else [])]
    style = _COLOURS[severity] if one.totals.violated else "dim"
    page.line((" ".join(about), style), "  ", (rule.title[page.language], "dim"), first=2, rest=4)


def _table_row(page: Page, left: int, title: tuple[str, str], cells: Sequence[tuple[str, str, int]]) -> None:
    numbers: list[str | tuple[str, str]] = []
    for text, style, width in cells:
        numbers += [" " * (2 + width - cell_len(text)), (text, style)]
    room = left - cell_len(title[0])
    if room >= 0:
        page.line(title, " " * room, *numbers)
    else:
        page.line(title)
        page.line(" " * left, *numbers)


def _violations(page: Page, report: Report, tallies: Sequence[Tally], decision: Decision) -> None:
    count = sum(decision.violations.values())
    page.line()
    if not count:
        page.line(page.say("no-violations"))
        _apart(page, report)
        return
    chosen = choose(tallies)
    some = count > len(chosen)
    name = "violations-some" if some else "violations"
    page.line((page.say(name, shown=len(chosen), count=f"{count:,}"), "bold"))
    for rule, place in chosen:
        _violation(page, report, report.outcomes(verdict="violated", rule=rule)[place])
    if some:
        page.line(page.say("see-all"))
        page.line(page.say("see-rule", rule=chosen[0][0]))
    _apart(page, report)


def _apart(page: Page, report: Report) -> None:
    """What does not count, and by whose leave."""
    apart = apart_words(report, page.language)
    if apart:
        page.line(apart)
    for told in leave_words(report, page.language):
        page.line(told, first=2, rest=4)


def _undecided(page: Page, report: Report, tallies: Sequence[Tally]) -> None:
    """Which facts are missing, rule by rule, the most often missing first; looked up in the first outcomes of each."""
    some = [one for one in tallies if one.totals.unknown]
    if not some:
        return
    page.line()
    page.line((page.say("undecided"), "bold"))
    for one in some[:SHOWN]:
        outcomes = report.outcomes(verdict="unknown", rule=one.rule)
        reasons = Counter(
            format_lack({**lack, "rows": None}, page.language)
            for outcome in outcomes[:LOOKED_AT]
            for lack in outcome.missing
        )
        told = [lack for lack, _ in reasons.most_common(SHOWN_REASONS)]
        pause = page.say("comma")
        page.line((one.rule, "bold"), f"  {one.totals.unknown:,}  ", pause.join(told), first=2, rest=4)
    page.line(page.say("see-why"))


def choose(tallies: Sequence[Tally]) -> list[tuple[str, int]]:
    """Ten violations, as rule and place among its violations: errors first, spread over the rules."""
    found = []
    for rank, one in enumerate(tallies):
        places = [(severity, place) for severity in SEVERITIES for place in one.first.get(severity, ())]
        found += [
            (turn >= PER_RULE, SEVERITIES.index(severity), turn, rank, one.rule, place)
            for turn, (severity, place) in enumerate(places)
        ]
    ten = sorted(found)[:SHOWN]
    chosen = sorted((severity, rank, turn, rule, place) for _, severity, turn, rank, rule, place in ten)
    return [(rule, place) for _, _, _, rule, place in chosen]


def _violation(page: Page, report: Report, outcome: Outcome) -> None:
    record, language = outcome.to_dict(), page.language
    severity = record["severity"]
    page.line(
        (severity_name(severity, language), _COLOURS[severity]),
        "  ",
        (record["title"][language], "bold"),
        f"  {record['rule']}" if record["title"][language] != record["rule"] else "",
        f"  {record['period'] or ''}",
        rest=4,
    )
    page.line(subject_words(report, record, language), first=2, rest=4)
    title, message = record["title"][language], record["message"][language]
    # a generated sentence begins with the title, and ends with the gap
    plain = message.removeprefix(f"{title}：").removeprefix(f"{title}: ")
    page.line(plain, first=2, rest=4)
    details = [
        gap_words(record, language) if plain == message else "",
        basis_words(report, record, language),
        Whole(place_words(**record["location"])),
    ]
    details += [say(mark, language) for mark in ("provisional", "unverified") if record[mark]]
    details.append(standing_words(report, record, language))
    told = [piece for detail in details if detail for piece in (page.say("semicolon"), detail)]
    page.line(*told[1:], first=2, rest=4)
    if record["offenders"]:
        page.line(page.say("offenders", rows=offender_words(report, record, language)), first=2, rest=4)


def _findings(page: Page, report: Report) -> None:
    findings = report.findings
    page.line()
    if not findings:
        page.line(page.say("no-findings"))
        return
    counts = Counter[str]()
    for found in findings:
        counts[found.severity] += found.count
    told = [page.count(counts[severity], severity) for severity in ("error", "warning") if counts[severity]]
    page.line((page.say("findings", counts=listed(told, page.language)), "bold"))
    chosen = list(choose_findings(findings))
    for found in chosen:
        message = finding_words(found, page.language)
        place = finding_place(report, found, page.language)
        page.line(
            (severity_name(found.severity, page.language), _COLOURS[found.severity]),
            f"  {message}" if message.startswith(place) else f"  {place}  {message}",
            (f" [{found.code}]", "dim"),
            rest=4,
        )
    rest = sum(counts.values()) - sum(found.count for found in chosen)
    single = sum(found.count == 1 for found in findings)
    if rest > 0:
        name = "more-findings" if single == len(findings) else "folded-findings"
        page.line(page.say(name, count=f"{rest:,}", listed=f"{single:,}"))


def choose_findings(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Ten findings: errors first, spread over what is wrong."""
    seen = Counter[tuple[str, str | None, str | None]]()
    ranked = []
    for position, found in enumerate(findings):
        kind = found.code, found.entity, found.field
        ranked.append((found.severity != "error", seen[kind], position))
        seen[kind] += 1
    for _, _, position in sorted(sorted(ranked)[:SHOWN], key=lambda each: (each[0], each[2])):
        yield findings[position]


def _failures(page: Page, tallies: Sequence[Tally]) -> None:
    failed = [one for one in tallies if one.totals.failed is not None]
    if failed:
        page.line()
        page.line((page.say("failed-rules"), "bold"))
        for one in failed:
            page.line((one.rule, "bold red"), f"  {one.totals.failed}", rest=4)


def _verdict(page: Page, decision: Decision, rules: int) -> None:
    """One sentence on the run."""
    code = decision.exit_code
    name, style = {0: ("passed", "bold green"), 1: ("failed", "bold red"), 3: ("incomplete", "bold red")}[code]
    sentence = _sentence(page, decision, rules)
    verdict = page.say(name)
    text = page.say("result", verdict=verdict, sentence=sentence, code=code)
    page.line((verdict, style), text.removeprefix(verdict))


def _sentence(page: Page, decision: Decision, rules: int) -> str:
    if decision.reason in ("no-facts", "unreadable"):
        return page.say(decision.reason)
    if decision.reason == "rules-failed":
        return page.say("rules-failed", failed=decision.failed, rules=page.count(rules, "rule"))
    counts = _counts(page, decision, SEVERITIES)
    if not counts:
        return page.say("nothing-at-all" if decision.applied else "nothing-applied")
    if decision.gate.fail_on == "never":
        return page.say("never", counts=counts)
    severity = severity_name(decision.gate.fail_on, page.language)
    if decision.exit_code == 1:
        return page.say("at-or-above", counts=_counts(page, decision, decision.gated), severity=severity)
    return page.say("nothing-at", counts=counts, severity=severity)


def _counts(page: Page, decision: Decision, severities: Sequence[Severity]) -> str:
    told = [page.count(number, thing) for thing, number in decision.counts(severities).items() if number]
    return listed(told, page.language)
