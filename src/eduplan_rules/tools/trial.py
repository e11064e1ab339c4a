"""Try a case: load the rules it is about, and evaluate them on its rows.

In: a case, and the rulebook that is loaded already where the case brings none. Out: `Ran`: the mistakes in the rules it
brings along, and the report. What holds: a case that brings nothing is judged by the loaded rulebook as it is, which is
compiled once for all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.errors import DataError, Diagnostic, did_you_mean, sort_diagnostics
from eduplan_rules.language.resolve import resolve
from eduplan_rules.reports.report import Report
from eduplan_rules.rulebook.check import check_draft
from eduplan_rules.rulebook.layers import replace as replace_in
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.rulebook.section import Draft, add_sections, draft_of
from eduplan_rules.run import evaluate
from eduplan_rules.source import Mapping, Scalar, Sequence
from eduplan_rules.tools.cases import Case, CaseError, Table


@dataclass(frozen=True)
class Ran:
    """What a case gave."""

    case: Case
    diagnostics: tuple[Diagnostic, ...]
    report: Report | None

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """The rules that the case is about and that were tried."""
        results = () if self.report is None else self.report.results
        return tuple(name for name in results if self.case.rules is None or name in self.case.rules)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What was judged, of the rules that the case is about."""
        return [] if self.report is None else [each for each in self.report.outcomes() if each.rule in self.judged]


def run_case(case: Case, book: Rulebook | None = None, lost: Collection[str] = ()) -> Ran:
    """Load and evaluate; rules with mistakes are not evaluated.

    `book`: what a case without a rulebook is about; `lost`: rules that were left out of it for their mistakes.
    """
    tried, diagnostics = load_case(case, book)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Ran(case, tuple(diagnostics), None)
    for rule in case.rules or ():
        if rule not in tried.rules:
            raise no_rule(rule, tried, lost)
    try:
        report = evaluate(
            tried,
            {name: table.frame() for name, table in case.rows.items()},
            as_of=case.as_of,
            periods=case.periods,
            keep="all",
            select=case.rules or (),
            show_personal=case.show_personal,
        )
    except (DataError, ValueError) as error:
        raise CaseError("not-run", case.span, reason=error) from error
    return Ran(case, tuple(diagnostics), report)


def no_rule(rule: Scalar, book: Rulebook, lost: Collection[str] = ()) -> CaseError:
    """Why a rule that a case names cannot be tried."""
    if rule in lost:
        return CaseError("broken-rule", rule.span, rule=rule)
    near = did_you_mean(rule, book.rules)
    return CaseError("no-rule", rule.span, rule=rule, hint=("did-you-mean", {"word": near}) if near else "")


def load_case(case: Case, book: Rulebook | None = None) -> tuple[Rulebook, list[Diagnostic]]:
    """The case's rulebook with all diagnostics, each at its place in the case file."""
    if book is not None and not case.rulebook and not case.own and not case.layers:
        return book, []
    draft = Draft()
    if book is not None and not case.rulebook:
        draft = _draft_of(book, case.own)
        add_sections(draft, case.own, case.span.source)
        first: list[Any] = []
    else:
        first = [_merged([*case.rulebook, case.own])]
    for tree in (*first, *case.layers):
        earlier = set(draft.declared)
        replace_in(draft, add_sections(draft, tree, tree.span.source), earlier)
    if book is not None and not case.rulebook and case.rules is not None:
        # what a case changes is checked and compiled for the rules that it is about
        draft.rules = {name: rule for name, rule in draft.rules.items() if name in case.rules}
    check_draft(draft)
    draft.sources.append(case.span.source)
    changed = draft.book()
    _, found = resolve(changed)
    diagnostics = sort_diagnostics([*draft.diagnostics, *found])
    known = () if book is None or case.rulebook else book.sources
    return changed, [each for each in diagnostics if each.severity == "error" or each.span.source not in known]


def _draft_of(book: Rulebook, own: Mapping) -> Draft:
    """A draft of what is loaded already, but for the names that the case declares itself."""
    draft = draft_of(book)
    for section, items in own.items():
        names = [str(rule.get("id")) for rule in items] if isinstance(items, Sequence) else list(items or ())
        for name in names:
            if section == "calendars":
                draft.calendars = [
                    each for each in draft.calendars if each.kind != name or each.label not in items[name]
                ]
            else:
                getattr(draft, section).pop(name, None)
                draft.declared.pop((section, name), None)
    return draft


def _merged(trees: list[Mapping]) -> Mapping:
    """One tree; what a case declares takes the place of what its file declared under the same name."""
    merged = Mapping(span=trees[-1].span)
    for tree in trees:
        for section, items in tree.items():
            before = merged.get(section)
            if isinstance(items, Mapping) and isinstance(before, Mapping):
                fresh = {key: item for key, item in before.items() if key not in items}
                merged[section] = Mapping({**fresh, **items}, span=items.span)
            elif isinstance(items, Sequence) and isinstance(before, Sequence):
                ids = [item.get("id") for item in items if isinstance(item, Mapping)]
                merged[section] = Sequence(
                    [*(rule for rule in before if rule.get("id") not in ids), *items], span=items.span
                )
            else:
                merged[section] = items
    return merged


def reversed_rows(case: Case) -> Case:
    """The same case with its tables, rows and columns the other way round."""
    rows = {
        name: Table(table.columns[::-1], tuple(row[::-1] for row in reversed(table.rows)))
        for name, table in reversed(case.rows.items())
    }
    return replace(case, rows=rows)
