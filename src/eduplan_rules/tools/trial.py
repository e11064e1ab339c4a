"""Try a case: load the rules it is about, and evaluate them on its rows.

In: a case, and the rulebook that is loaded already where the case brings none. Out: `Ran`: the mistakes in the rules it
brings along, and the report. What holds: rules are judged by the same checker as any facts; of a loaded rulebook only
what the case is about is compiled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.engine.result import Totals
from eduplan_rules.errors import DataError, Diagnostic
from eduplan_rules.period import PeriodsError
from eduplan_rules.reports.report import Report
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.run import evaluate
from eduplan_rules.source import Scalar
from eduplan_rules.tables.facts import Facts, entity_names, to_facts
from eduplan_rules.tables.header import headers_of
from eduplan_rules.tools.case import Case
from eduplan_rules.tools.changes import case_book
from eduplan_rules.tools.mistake import CaseError, hint


@dataclass(frozen=True)
class Ran:
    """What a case gave."""

    case: Case
    diagnostics: tuple[Diagnostic, ...]
    report: Report | None
    #: the one rule to look at; None for all that the case is about
    only: str | None = None
    #: the rule of the report that was judged in its stead
    stand_in: str | None = None

    @cached_property
    def about(self) -> tuple[str, ...]:
        """The rules that the case is about."""
        if self.stand_in is not None:
            return tuple(map(str, self.case.rules or ()))
        results = () if self.report is None else self.report.results
        return tuple(name for name in results if self.case.rules is None or name in self.case.rules)

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """Those of them that were tried and are looked at."""
        return self.about if self.only is None else (self.only,)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What was judged, of the rules that the case is about."""
        return [outcome for name in self.judged for outcome in self.outcomes_of(name)]

    def outcomes_of(self, rule: str) -> list[Outcome]:
        """What was judged of one rule."""
        if rule not in self._outcomes:
            report = self.report
            self._outcomes[rule] = [] if report is None else list(report.outcomes(rule=self.name_of(rule)))
        return self._outcomes[rule]

    @cached_property
    def _outcomes(self) -> dict[str, list[Outcome]]:
        return {}

    def totals_of(self, rule: str) -> Totals:
        """The counts of one rule."""
        assert self.report is not None
        return self.report.results[self.name_of(rule)].totals

    def name_of(self, rule: str) -> str:
        """What a rule is called in the report."""
        return rule if self.stand_in is None else self.stand_in


def run_case(case: Case, book: Rulebook | None = None, lost: Collection[str] = ()) -> Ran:
    """Load and evaluate; rules with mistakes are not evaluated.

    `book`: what a case without a rulebook is about; `lost`: rules that were left out of it for their mistakes.
    """
    if book is not None and not case.brings_rules:
        _known(case, book, lost)
    tried, diagnostics = case_book(case, book)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Ran(case, tuple(diagnostics), None)
    _known(case, tried, lost)
    return Ran(case, tuple(diagnostics), judge_rows(case, tried, read_rows(case, tried)))


def _known(case: Case, book: Rulebook, lost: Collection[str]) -> None:
    for rule in case.rules or ():
        if rule not in book.rules:
            raise no_rule(rule, book, lost)


def no_rule(rule: Scalar, book: Rulebook, lost: Collection[str] = ()) -> CaseError:
    """Why a rule that a case names cannot be tried."""
    if rule in lost:
        return CaseError("broken-rule", rule.span, rule=rule)
    return CaseError("no-rule", rule.span, rule=rule, hint=hint(rule, book.rules))


def read_rows(case: Case, book: Rulebook) -> Facts:
    """The case's rows as facts; they serve every rulebook with the same entities."""
    if case.said.get("findings") is None:
        _check_names(case, book)
    try:
        return to_facts({name: table.frame() for name, table in case.rows.items()}, book)
    except (DataError, ValueError) as error:
        raise CaseError("not-run", case.span, reason=error) from error


def _check_names(case: Case, book: Rulebook) -> None:
    """Every table is named after an entity, every column after a field of it."""
    names = entity_names(book)
    for name, table in case.rows.items():
        if name not in names:
            raise CaseError("no-entity", table.span, entity=name, hint=hint(name, names))
        entity = book.entities[names[name]]
        known = headers_of(entity)
        for head in table.columns:
            if head not in known:
                meant = hint(head, entity.fields) or hint(head, known)
                raise CaseError("no-field", head.span, entity=entity.id, field=head, hint=meant)


def judge_rows(case: Case, book: Rulebook, facts: Facts) -> Report:
    """Evaluate rules on a case's rows: those that the case is about, where the rulebook has others too."""
    chosen = [rule for rule in case.rules or () if rule in book.rules]
    try:
        return evaluate(
            book,
            facts,
            as_of=case.as_of,
            periods=case.periods,
            keep="all",
            select=[] if len(chosen) == len(book.rules) else chosen,
            show_personal=case.show_personal,
        )
    except PeriodsError:
        place = case.periods.span if isinstance(case.periods, Scalar) else case.span
        raise CaseError("wrong-periods", place, periods=case.periods) from None
    except DataError as error:
        raise CaseError("not-run", case.span, reason=error) from error


def reversed_rows(case: Case) -> Case:
    """The same case with its tables, rows and columns the other way round."""
    return replace(case, rows={name: table.reversed() for name, table in reversed(case.rows.items())})
