"""Waivers: leave to violate a rule, until a day.

In: YAML files with a list `waivers`, and the rulebook they are about. Out: `Waiver`s, each with its place; or a
`RulebookError` that lists every mistake. Conditions are checked as those of rules are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from eduplan_rules.acceptance.words import word
from eduplan_rules.book import keep_resolved
from eduplan_rules.errors import Diagnostic, RulebookError, sort_diagnostics
from eduplan_rules.language.resolve import resolve
from eduplan_rules.rulebook import forms
from eduplan_rules.rulebook.build import build
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.keys import expected, tidy
from eduplan_rules.rulebook.load import read_source
from eduplan_rules.rulebook.model import References, Rule, Rulebook
from eduplan_rules.rulebook.placed import BothWords, Count, Date, Placed, Text
from eduplan_rules.rulebook.section import Draft
from eduplan_rules.source import Mapping, Scalar, Sequence, Source, Span

KEYS = ("waivers",)
Key = Annotated[tuple[Scalar, ...], BeforeValidator(forms.to_texts)]


class Waiver(Placed):
    """Leave to violate one rule, for subjects by key or by a condition on them, from a day to a day, both included."""

    rule: Text
    #: a key is a text, or a list where the entity has a key of several fields
    subjects: Annotated[tuple[Key, ...], BeforeValidator(forms.to_list)] = ()
    where: Text | None = None
    reason: BothWords
    approved_by: BothWords
    basis: References
    valid_from: Date
    valid_until: Date
    #: how many violations it may take
    at_most: Count | None = None


def read_waivers(files: str | Path | Source | Iterable[str | Path | Source], book: Rulebook) -> tuple[Waiver, ...]:
    """Read waivers of a rulebook, in the order in which they stand.

    Each file is YAML with a list `waivers`; each waiver has `rule`, `subjects` (keys) or `where` (a condition on the
    rule's subjects), `reason`, `approved_by`, `basis` (as `source` of a rule), `valid_from`, `valid_until`, and may
    have `at_most`, the number of violations it may take. Raises RulebookError with every mistake of every file.
    """
    read = Draft()
    diagnostics, waivers = read.diagnostics, list[Waiver]()
    for file in [files] if isinstance(files, str | Path | Source) else files:
        source = file if isinstance(file, Source) else read_source(Path(file), read)
        if source is not None:
            tree, wrong = read_yaml(source)
            diagnostics += wrong
            waivers += _waivers(tree, source, diagnostics)
    for waiver in waivers:
        diagnostics += _mistakes(waiver, book)
    if not diagnostics:
        diagnostics += conditions(waivers, book)[1]
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise RulebookError(sort_diagnostics(diagnostics))
    return tuple(waivers)


def conditions(waivers: Iterable[Waiver], book: Rulebook) -> tuple[Rulebook, list[Diagnostic]]:
    """A rulebook that says where each condition holds: a rule for each, kept nowhere, violated where it is true.

    The rule of a waiver is named after the place of its condition.
    """
    rules = {condition_id(waiver): rule for waiver in waivers if (rule := _rule(waiver, book)) is not None}
    asked = book.model_copy(update={"rules": rules, "clauses": {}, "sources": ()})
    resolved, diagnostics = resolve(asked)
    keep_resolved(resolved)
    return asked, diagnostics


def condition_id(waiver: Waiver) -> str:
    """The name of the rule that says where a waiver's condition holds."""
    return f"waiver.{waiver.span.source.name}.{waiver.span.start}"


def _rule(waiver: Waiver, book: Rulebook) -> Rule | None:
    if waiver.where is None:
        return None
    waived = book.rules[waiver.rule]
    never = Scalar("1 = 2", waiver.where.span)
    update = {"id": Scalar(condition_id(waiver), waiver.rule.span), "where": waiver.where, "require": never}
    alone = {"clause": None, "due": None, "message": None, "formerly": (), "severity": "error", "title": waived.title}
    return waived.model_copy(update=update | alone)


def _waivers(tree: Any, source: Source, diagnostics: list[Diagnostic]) -> Iterator[Waiver]:
    if tree is None:
        return
    if not isinstance(tree, Mapping):
        place = getattr(tree, "span", Span(source, 0, 0))
        diagnostics.append(Diagnostic("wrong-shape", expected(word("list-waivers"), tree), place))
        return
    given = tidy(tree, KEYS, diagnostics).get("waivers")
    if given is not None and not isinstance(given, Sequence):
        place = getattr(given, "span", tree.span)
        diagnostics.append(Diagnostic("wrong-shape", expected(word("waivers"), given), place))
        return
    for raw in given or ():
        waiver = build(Waiver, raw, getattr(raw, "span", tree.span), diagnostics)
        if waiver is not None:
            yield waiver


def _mistakes(waiver: Waiver, book: Rulebook) -> Iterator[Diagnostic]:
    rule = book.rules.get(waiver.rule)
    if rule is None:
        message, hint = word("no-rule", rule=waiver.rule), forms.suggest(waiver.rule, book.rules)
        yield Diagnostic("unknown-name", message, waiver.rule.span, instruction=hint)
    if bool(waiver.subjects) is (waiver.where is not None):
        yield Diagnostic("missing-key", word("subjects-or-where"), waiver.span)
    if waiver.valid_until < waiver.valid_from:
        message = word("days-crossed", until=waiver.valid_until, since=waiver.valid_from)
        yield Diagnostic("date-order", message, waiver.span)
    key = () if rule is None or rule.for_ not in book.entities else book.entities[rule.for_].key
    for subject in waiver.subjects:
        if key and len(subject) != len(key):
            entity = rule.for_ if rule else ""
            message = word("other-key", entity=entity, key=tuple(key), found=" / ".join(subject))
            yield Diagnostic("wrong-shape", message, subject[0].span if subject else waiver.span)
