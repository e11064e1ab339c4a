"""All changes of a rule.

In: a resolved rule and its rulebook. Out: its mutants, in the order of its text. What holds: a change that no row can
tell, because periods end on other days, is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember, ResolvedRule
from eduplan_rules.period import Kind, period_of_day, period_span
from eduplan_rules.source import Span
from eduplan_rules.tools.mutate.amounts import days_beside
from eduplan_rules.tools.mutate.mutant import Mutant, numbered, plain
from eduplan_rules.tools.mutate.tables import changed_tables
from eduplan_rules.tools.mutate.trees import changed_trees, moved_day


def mutants_of(rule: ResolvedRule, book: Resolved) -> list[Mutant]:
    """Every change of a rule: of its days, its conditions, its members, and of the parameters it reads."""
    found = [*_days(rule, book), *_parts(rule), *changed_trees(rule), *changed_tables(rule, book)]
    return list(numbered(found))


def _days(rule: ResolvedRule, book: Resolved) -> Iterator[Mutant]:
    for word in ("since", "until"):
        day: date | None = getattr(rule.rule, word)
        for near in days_beside(day) if day is not None else ():
            if _can_be_told(word, day or near, near, rule, book):
                changed = rule.rule.model_copy(update={word: near})
                yield Mutant(word, {"old": day, "new": near}, rule.rule.id.span, _made(rule, rule=changed))
    if rule.due is not None:
        for by, sentence in ((-1, "due-earlier"), (1, "due-later")):
            yield Mutant(sentence, {}, rule.due.span, _made(rule, due=moved_day(rule.due, by)))


def _made(resolved: ResolvedRule, **fields: Any) -> Callable[[], ResolvedRule]:
    return lambda: replace(resolved, **fields)


def _can_be_told(word: str, day: date, near: date, rule: ResolvedRule, book: Resolved) -> bool:
    """Whether a row lies on the day that one of two bounds takes in and the other does not."""
    period = rule.entity.period
    kind: Kind | None = rule.rule.every or (None if period is None else period.is_)
    between = min(day, near) if word == "since" else max(day, near)
    if kind is None:
        return True
    index = period_of_day(kind, between, book.book.calendars)
    return index is not None and period_span(kind, index, book.book.calendars)[1] == between


def _parts(rule: ResolvedRule) -> Iterator[Mutant]:
    if rule.where is not None:
        yield Mutant("drop-where", {"text": plain(rule.where.text)}, rule.where.span, _made(rule, where=None))
    body = rule.require
    if not isinstance(body, ResolvedBody):
        return
    place = rule.rule.id.span
    if body.kind == "at_least":
        for near in (body.at_least - 1, body.at_least + 1):
            if 0 < near <= len(body.members):
                changed = replace(body, at_least=near)
                yield Mutant("at-least", {"old": body.at_least, "new": near}, place, _made(rule, require=changed))
    elif len(body.members) > 1:
        kind: Literal["all", "any"] = "any" if body.kind == "all" else "all"
        changed = replace(body, kind=kind, at_least=1 if kind == "any" else len(body.members))
        yield Mutant("swap-body", {"old": body.kind, "new": kind}, place, _made(rule, require=changed))
    for position, member in enumerate(body.members):
        yield from _of_member(rule, body, position, member)


def _of_member(rule: ResolvedRule, body: ResolvedBody, position: int, member: ResolvedMember) -> Iterator[Mutant]:
    others = (body.members[:position], body.members[position + 1 :])
    name = str(member.member.id or f"{position + 1}")
    place: Span = member.member.span
    if len(body.members) > 1:
        left = (*others[0], *others[1])
        needed = len(left) if body.kind == "all" else min(body.at_least, len(left))
        fewer = replace(body, members=left, at_least=needed)
        yield Mutant("drop-member", {"text": name}, place, _made(rule, require=fewer))
    if member.where is not None:
        always = (*others[0], replace(member, where=None), *others[1])
        text = plain(member.where.text)
        yield Mutant(
            "drop-where", {"text": text}, member.where.span, _made(rule, require=replace(body, members=always))
        )
