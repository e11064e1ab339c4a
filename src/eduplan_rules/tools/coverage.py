"""What of the plan is covered: clause by clause its rules, and the verdicts that cases have seen of each.

In: a rulebook with the cases that ran, and the plan's text where it is at hand. Out: `Coverage`, as data and as text.
What holds: only cases that hold count; a verdict that a file says a rule never gives is not asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.rulebook.model import Clause
from eduplan_rules.tools.anchors import Unfound, unfound_anchors
from eduplan_rules.tools.bounds import Bound, Side, bounds_of
from eduplan_rules.tools.catalogue import Entry, catalogue
from eduplan_rules.tools.probe import Touch
from eduplan_rules.tools.suite import Suite
from eduplan_rules.tools.unreachable import Excuses, excuses
from eduplan_rules.tools.words import Language, say

#: verdicts that the cases of every rule must have seen
ASKED = ("satisfied", "violated", "unknown")


@dataclass(frozen=True)
class BoundCoverage:
    """A bound, and on which sides of it the cases have rows."""

    bound: Bound
    seen: frozenset[Side]
    #: the sides on which no row can lie, with the reasons
    excused: dict[Side, str]

    @property
    def lacks(self) -> tuple[Side, ...]:
        """The sides on which no case has a row, though one could."""
        return tuple(side for side in self.bound.sides if side not in self.seen and side not in self.excused)


@dataclass(frozen=True)
class RuleCoverage:
    """A rule, how many cases have seen each verdict, and which of its bounds were tried."""

    entry: Entry
    seen: Counter[str]
    bounds: tuple[BoundCoverage, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        """The verdicts that no case has seen."""
        asked = (verdict for verdict in ASKED if verdict != "unknown" or self.entry.never_unknown is None)
        return tuple(verdict for verdict in asked if not self.seen[verdict])

    @property
    def tried_bounds(self) -> int:
        """How many bounds were tried on all their sides."""
        return sum(not each.lacks for each in self.bounds)


@dataclass(frozen=True)
class ClauseCoverage:
    """A clause with its rules."""

    clause: Clause
    rules: tuple[RuleCoverage, ...]

    @property
    def open(self) -> bool:
        """Whether it has neither a rule nor a reason for having none."""
        return not self.rules and self.clause.context is None


@dataclass(frozen=True)
class Coverage:
    """Everything that is covered, and what is not."""

    clauses: tuple[ClauseCoverage, ...]
    loose: tuple[RuleCoverage, ...]
    with_bounds: bool
    #: None where the plan's text was not at hand
    unfound: tuple[Unfound, ...] | None
    cases: int
    failed: int
    #: whether a bound that was not tried on all its sides is a fault
    bounds_asked: bool = False

    @property
    def bounds(self) -> tuple[BoundCoverage, ...]:
        """All bounds, rule by rule."""
        return tuple(bound for rule in self.rules for bound in rule.bounds)

    @property
    def rules(self) -> tuple[RuleCoverage, ...]:
        """All rules, by clause."""
        return (*(rule for clause in self.clauses for rule in clause.rules), *self.loose)

    @property
    def faults(self) -> dict[str, int]:
        """What keeps it from being complete: a sentence of `words`, and how many."""
        counted = {
            "clauses-open": sum(clause.open for clause in self.clauses),
            "rules-open": sum(bool(rule.lacks) for rule in self.rules),
            "rules-loose": len(self.loose),
            "anchors-unfound": len(self.unfound or ()),
            "bounds-open": sum(bool(bound.lacks) for bound in self.bounds) if self.bounds_asked else 0,
        }
        return {name: count for name, count in counted.items() if count}


def cover(suite: Suite, plan_text: str | None = None, *, bounds_asked: bool = False) -> Coverage:
    """Bring clauses, rules, cases and the plan's text together."""
    book = suite.book
    tried = [each for file in suite.files for each in file.tried]
    seen: dict[str, Counter[str]] = {}
    touched: dict[Touch, str] = {}
    for each in tried:
        for rule, verdict in each.seen if not each.told else ():
            seen.setdefault(rule, Counter())[verdict] += 1
        touched.update(dict.fromkeys(each.touched, each.case.name))
    files = [file.file for file in suite.files if file.file is not None]
    entries = catalogue(book, files)
    excused = excuses(files, book, touched) if suite.with_bounds else {}
    resolved = resolved_rulebook(book)
    rules = {}
    for name, entry in entries.items():
        if suite.chosen is not None and name not in suite.chosen:
            continue
        asked = suite.with_bounds and not entry.rule.off
        bounds = bounds_of(resolved.rules[name], resolved) if asked else []
        covered = tuple(_of_bound(name, bound, touched, excused) for bound in bounds)
        rules[name] = RuleCoverage(entry, seen.get(name, Counter()), covered)
    return Coverage(
        clauses=tuple(
            ClauseCoverage(clause, tuple(each for each in rules.values() if each.entry.rule.clause == name))
            for name, clause in book.clauses.items()
            if suite.chosen is None or any(each.entry.rule.clause == name for each in rules.values())
        ),
        loose=tuple(each for each in rules.values() if each.entry.rule.clause not in book.clauses),
        with_bounds=suite.with_bounds,
        unfound=None if plan_text is None else tuple(unfound_anchors(book.clauses.values(), plan_text)),
        cases=len(tried),
        failed=sum(bool(each.told) for each in tried),
        bounds_asked=bounds_asked,
    )


def _of_bound(rule: str, bound: Bound, touched: Collection[Touch], excused: Excuses) -> BoundCoverage:
    seen = frozenset(side for side in bound.sides if (rule, bound.key, side) in touched)
    return BoundCoverage(bound, seen, excused.get((rule, bound.key), {}))


def tell_coverage(coverage: Coverage, language: Language) -> str:
    """Clause by clause, then the sums."""
    from rich.cells import cell_len

    width = max((cell_len(str(rule.entry.rule.id)) for rule in coverage.rules), default=0)
    lines = [line for clause in coverage.clauses for line in _clause(clause, width, language)]
    if coverage.loose:
        names = say("pause", language).join(str(rule.entry.rule.id) for rule in coverage.loose)
        lines += [say("without-clause", language, rules=names)]
        lines += [f"  {line}" for rule in coverage.loose for line in _rule(rule, width, language)]
    return "\n".join([*lines, "", *_sums(coverage, language)])


def tell_rules(coverage: Coverage, language: Language) -> str:
    """Rule by rule, then what of them is covered."""
    from rich.cells import cell_len

    width = max((cell_len(str(rule.entry.rule.id)) for rule in coverage.rules), default=0)
    lines = [line for rule in coverage.rules for line in _rule(rule, width, language)]
    return "\n".join([*lines, "", *_sums_of_rules(coverage, language)])


def _clause(covered: ClauseCoverage, width: int, language: Language) -> Iterator[str]:
    clause = covered.clause
    ways = say("pause", language).join(_ways(clause, language))
    summary = (clause.summary or {}).get(language)
    yield "  ".join(str(part) for part in (clause.id, clause.section, clause.anchor, ways) if part)
    if summary:
        yield f"  {summary}"
    for rule in covered.rules:
        yield from (f"  {line}" for line in _rule(rule, width, language))
    if clause.context is not None:
        yield "  " + say("context", language, reason=clause.context[language])
    elif not covered.rules:
        yield "  " + say("no-rule-no-context", language)


def _ways(clause: Clause, language: Language) -> list[str]:
    """How the clause can be checked, in words."""
    kinds = [kind.strip() for kind in (clause.kind or "").split(",") if kind.strip()]
    return [say(f"kind-{kind}", language) if kind in KINDS else kind for kind in kinds]


#: ways of checking a clause that have a name of their own
KINDS = ("measure", "cadence", "ledger", "record", "trend", "due")


def _rule(rule: RuleCoverage, width: int, language: Language) -> Iterator[str]:
    from rich.cells import set_cell_size

    entry = rule.entry
    told = [
        set_cell_size(str(entry.rule.id), width),
        say("rule-by-record" if entry.by_record else "rule-measured", language),
        *(f"{say(f'word-{verdict}', language)} {rule.seen[verdict]}" for verdict in ASKED if rule.seen[verdict]),
    ]
    if rule.lacks:
        verdicts = say("pause", language).join(say(f"word-{verdict}", language) for verdict in rule.lacks)
        told.append(say("lacks", language, verdicts=verdicts))
    if entry.never_unknown is not None:
        told.append(say("never", language, reason=entry.never_unknown))
    if entry.unverified:
        told.append(say("unverified", language, parameters=say("pause", language).join(entry.unverified)))
    if rule.bounds:
        told.append(say("bounds-of", language, tried=rule.tried_bounds, bounds=len(rule.bounds)))
    yield "  ".join(told)
    for each in rule.bounds:
        bound = say("of-bound", language, bound=each.bound.text, place=each.bound.span)
        if each.lacks:
            sides = say("pause", language).join(say(f"side-{side}", language) for side in each.lacks)
            yield "  " + say("bound-lacks", language, bound=bound, sides=sides)
        for side, reason in each.excused.items():
            yield "  " + say("bound-excused", language, bound=bound, side=say(f"side-{side}", language), reason=reason)


def _sums_of_rules(coverage: Coverage, language: Language) -> Iterator[str]:
    complete = sum(not rule.lacks for rule in coverage.rules)
    unverified = sum(bool(rule.entry.unverified) for rule in coverage.rules)
    yield say("tried", language, complete=complete, rules=len(coverage.rules), unverified=unverified)
    if coverage.with_bounds:
        bounds = coverage.bounds
        excused = sum(bool(each.excused) for each in bounds)
        told = say("bounds-tried", language, tried=sum(not each.lacks for each in bounds), bounds=len(bounds))
        yield told + (say("bounds-excused", language, excused=excused) if excused else "")


def _sums(coverage: Coverage, language: Language) -> Iterator[str]:
    clauses = len(coverage.clauses)
    covered = sum(bool(clause.rules) for clause in coverage.clauses)
    context = sum(not clause.rules and clause.clause.context is not None for clause in coverage.clauses)
    yield say("covered", language, covered=covered, clauses=clauses, context=context)
    yield from _sums_of_rules(coverage, language)
    if coverage.unfound is not None:
        yield say("anchors", language, found=clauses - len(coverage.unfound), clauses=clauses)
        yield from (f"  {unfound.told(language)}" for unfound in coverage.unfound)
    if coverage.failed:
        yield say("cases-fail", language, failed=coverage.failed, cases=coverage.cases)
    reasons = [say(name, language, count=count) for name, count in coverage.faults.items()]
    separator = say("semicolon", language)
    yield say("incomplete", language, reasons=separator.join(reasons)) if reasons else say("complete", language)


def coverage_record(coverage: Coverage) -> dict[str, Any]:
    """The coverage as plain data."""
    unfound = {str(each.clause.id): each for each in coverage.unfound or ()}
    clauses = []
    for covered in coverage.clauses:
        clause = covered.clause
        clauses.append({
            "id": str(clause.id),
            "section": _text(clause.section),
            "anchor": _text(clause.anchor),
            "anchor_found": None if coverage.unfound is None else clause.id not in unfound,
            "kind": [kind.strip() for kind in (clause.kind or "").split(",") if kind.strip()],
            "summary": _words(clause.summary),
            "context": _words(clause.context),
            "rules": [_rule_record(rule) for rule in covered.rules],
        })  # fmt: skip
    return {
        "complete": not coverage.faults,
        "faults": coverage.faults,
        "clauses": clauses,
        "rules_without_clause": [_rule_record(rule) for rule in coverage.loose],
        "cases": {"count": coverage.cases, "failed": coverage.failed},
    }


def _rule_record(rule: RuleCoverage) -> dict[str, Any]:
    entry = rule.entry
    return {
        "id": str(entry.rule.id),
        "title": _words(entry.rule.title),
        "severity": entry.rule.severity,
        "nature": entry.rule.nature,
        "by": "record" if entry.by_record else "data",
        "cases": len(entry.cases),
        "verdicts": {verdict: rule.seen[verdict] for verdict in sorted(rule.seen)},
        "lacks": list(rule.lacks),
        "never_unknown": entry.never_unknown,
        "unverified": list(entry.unverified),
        "bounds": [_bound_record(each) for each in rule.bounds],
    }


def _bound_record(covered: BoundCoverage) -> dict[str, Any]:
    span = covered.bound.span
    return {
        "text": covered.bound.text,
        "kind": covered.bound.kind,
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "seen": [side for side in covered.bound.sides if side in covered.seen],
        "lacks": list(covered.lacks),
        "unreachable": dict(covered.excused),
    }


def rules_record(coverage: Coverage) -> list[dict[str, Any]]:
    """The rules of the coverage as plain data."""
    return [_rule_record(rule) for rule in coverage.rules]


def _text(text: str | None) -> str | None:
    return None if text is None else str(text)


def _words(words: dict[str, str] | None) -> dict[str, str] | None:
    return None if words is None else {language: str(text) for language, text in words.items()}
