"""What a rulebook holds, rule by rule: what each reads, and the cases about it.

In: a rulebook without mistakes and its case files. Out: an `Entry` for every rule, in the order of the rulebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.engine.outcome import VERDICTS
from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.rulebook.model import Parameter, Rule, Rulebook
from eduplan_rules.tools.case import Case, CaseFile, rules_of


@dataclass(frozen=True)
class Entry:
    """A rule with what it reads and the cases about it."""

    rule: Rule
    #: in the order of their reading
    parameters: tuple[Parameter, ...]
    #: ids of those that have a value nobody has verified
    unverified: tuple[str, ...]
    #: decided by whether a record is in force, not by measuring
    by_record: bool
    #: the file each stands in, and the case
    cases: tuple[tuple[CaseFile, Case], ...]
    #: why it never gives `unknown`
    never_unknown: str | None


def catalogue(book: Rulebook, files: Iterable[CaseFile]) -> dict[str, Entry]:
    """Every rule's entry, by id."""
    resolved = resolved_rulebook(book)
    files = list(files)
    reasons = {str(rule): str(reason) for file in files for rule, reason in file.never_unknown.items()}
    entries = {}
    for name, rule in book.rules.items():
        read = parameters_of(resolved.rules[name])
        entries[name] = Entry(
            rule=rule,
            parameters=tuple(book.parameters[each] for each in read),
            unverified=tuple(each for each in read if resolved.parameters[each].unverified),
            by_record=_by_record(resolved.rules[name]),
            cases=tuple((file, case) for file in files for case in file.cases if name in rules_of(case)),
            never_unknown=reasons.get(name),
        )
    return entries


def expected_verdicts(case: Case, rule: str) -> list[str]:
    """The verdicts that a case expects of a rule, as they are written."""
    said = case.said.get("expect")
    if isinstance(said, Mapping) and isinstance(said.get(rule), Mapping):
        said = said[rule]
    return [verdict for verdict in VERDICTS if isinstance(said, Mapping) and said.get(verdict)]


def parameters_of(rule: ResolvedRule) -> list[str]:
    """Ids of the parameters that decide under a rule, those behind its values included."""
    nodes = (node for tree in rule.expressions() for node in tree.walk())
    return list(dict.fromkeys(str(node.data) for node in nodes if node.op == "parameter"))


def _by_record(rule: ResolvedRule) -> bool:
    """Whether all it asks is that something be in force: its rows are looked through with `any` and not counted."""
    body = rule.require
    trees = [body] if isinstance(body, Typed) else [member.condition for member in body.members]
    rows = [node.data for tree in trees for node in tree.walk() if node.op == "aggregate"]
    return bool(rows) and all(each.name == "any" and each.entity.valid is not None for each in rows)
