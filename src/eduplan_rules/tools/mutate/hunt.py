"""The cases of a rule tried on its mutants.

In: a rulebook with its cases, and a rule. Out: for every mutant the first case that notices it. What holds: only cases
that hold of the rule itself notice anything; all mutants of a rule are judged together, on rows that are read once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from eduplan_rules.book import keep_resolved, resolved_rulebook
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedRule
from eduplan_rules.rulebook.model import Rule, Rulebook
from eduplan_rules.source import Mapping, Scalar
from eduplan_rules.tables.facts import Facts
from eduplan_rules.tools.case import Case
from eduplan_rules.tools.changes import case_book, extract
from eduplan_rules.tools.compare import compare
from eduplan_rules.tools.mistake import CaseError
from eduplan_rules.tools.mutate.mutant import Mutant
from eduplan_rules.tools.mutate.operators import mutants_of
from eduplan_rules.tools.mutate.rewrite import reading, rewrite_rule
from eduplan_rules.tools.suite import Loaded
from eduplan_rules.tools.trial import Ran, judge_rows, read_rows

#: mutants that are judged at once
_TOGETHER = 60


@dataclass(frozen=True)
class Hunted:
    """A mutant, and whether a case noticed it; plain texts, so that it can be handed on."""

    #: the parameter or the value that is changed; None where it is the rule
    owner: str | None
    name: str
    chinese: str
    #: file, line and column
    place: str
    #: the case that noticed it
    noticed: str | None


@dataclass(frozen=True)
class HuntedRule:
    """All mutants of a rule."""

    rule: str
    mutants: tuple[Hunted, ...]
    #: how many cases were tried
    cases: int

    @property
    def survivors(self) -> tuple[Hunted, ...]:
        """Those that no case noticed."""
        return tuple(each for each in self.mutants if each.noticed is None)


def hunt(rule: str, loaded: Loaded) -> HuntedRule:
    """Try every case about the rule on every mutant that none before has noticed."""
    book = loaded.book
    whole = resolved_rulebook(book)
    mutants = mutants_of(whole.rules[rule], whole)
    noticed: dict[tuple[str | None, str], str] = {}
    tried = 0
    for case in loaded.cases_about(rule):
        scene = _scene(rule, case, book)
        if scene is None:
            continue
        tried += 1
        part, facts = scene
        theirs = mutants if not case.brings_rules else mutants_of(part.rules[rule], part)
        left = [mutant for mutant in theirs if mutant.key not in noticed]
        for mutant in noticed_by(case, rule, left, part, facts):
            noticed[mutant.key] = case.name
    found = (
        Hunted(mutant.owner, mutant.name, mutant.told("zh"), str(mutant.span), noticed.get(mutant.key))
        for mutant in mutants
    )
    return HuntedRule(rule, tuple(found), tried)


def _scene(rule: str, case: Case, book: Rulebook) -> tuple[Resolved, Facts] | None:
    """What a case judges the rule by, and its rows; None where it does not hold, or is about another rule."""
    try:
        tried, diagnostics = case_book(case, book)
        if any(each.severity == "error" for each in diagnostics) or not _is_same(
            tried.rules.get(rule), book.rules[rule]
        ):
            return None
        part = resolved_rulebook(extract(tried, [rule]))
        facts = read_rows(case, part.book)
        report = judge_rows(_alone(case), part.book, facts)
        if compare(Ran(_quiet(case), (), report, only=rule, stand_in=rule)).differences:
            return None
    except CaseError:
        return None
    return part, facts


def _is_same(judged: Rule | None, rule: Rule) -> bool:
    """Whether a case judges by the rule, be it one that only the case switches on."""
    return judged is not None and judged.model_copy(update={"off": rule.off, "severity": rule.severity}) == rule


def _alone(case: Case) -> Case:
    return replace(case, rules=None)


def _quiet(case: Case) -> Case:
    """The case without what it expects of the run as a whole, which other mutants take part in."""
    said = Mapping(
        {key: item for key, item in case.said.items() if key not in ("findings", "diagnostics")}, span=case.said.span
    )
    named = case.rules or tuple(Scalar(rule, case.span) for rule in _named(case))
    return replace(case, said=said, rules=named)


def _named(case: Case) -> list[str]:
    parts = [case.said.get(part) for part in ("expect", "records", "totals")]
    return list(dict.fromkeys(str(rule) for part in parts if part is not None for rule in part))


def noticed_by(case: Case, rule: str, mutants: list[Mutant], part: Resolved, facts: Facts) -> Iterator[Mutant]:
    """The mutants that a case tells from the rule."""
    quiet = _quiet(case)
    for first in range(0, len(mutants), _TOGETHER):
        some = mutants[first : first + _TOGETHER]
        report = judge_rows(_alone(case), changed_book(rule, some, part), facts)
        for number, mutant in enumerate(some):
            ran = Ran(quiet, (), report, only=rule, stand_in=_stand_in(rule, number))
            if compare(ran).differences:
                yield mutant


def changed_book(rule: str, mutants: list[Mutant], part: Resolved) -> Rulebook:
    """A rulebook with the mutants in place of the rule, under names of their own."""
    rules: dict[str, ResolvedRule] = {}
    tables: dict[str, ParameterTable] = dict(part.parameters)
    for number, mutant in enumerate(mutants):
        name = _stand_in(rule, number)
        changed = mutant.make()
        if mutant.tables:
            renamed = {each: (f"{each}~{number}", table) for each, table in mutant.tables.items()}
            changed = rewrite_rule(changed, reading(renamed))
            tables |= dict(renamed.values())
        place = changed.rule.id.span
        rules[name] = replace(changed, rule=changed.rule.model_copy(update={"id": Scalar(name, place)}))
    book = part.book.model_copy(
        update={
            "rules": {name: changed.rule for name, changed in rules.items()},
            "parameters": {name: table.parameter for name, table in tables.items()},
        }
    )
    return keep_resolved(Resolved(book, rules, tables))


def _stand_in(rule: str, number: int) -> str:
    return f"{rule}~{number}"
