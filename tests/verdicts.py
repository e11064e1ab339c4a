"""Verdicts of the reference: DESIGN section 4 read naively, one row at a time.

In: resolved rules, typed facts and a day. Out: one `Judged` per rule and subject row (and period of `every`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from bounds import Truth, both, deny, either
from eduplan_rules import period
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember, ResolvedRule, Typed
from eduplan_rules.units import conversion
from reference import Facts, Here, World, at_most, is_of_events, lived, rows_of, said, truth, value


@dataclass(frozen=True)
class Judged:
    """An outcome; of a simple comparison also its numbers, as far as DESIGN says which."""

    rule: str
    key: tuple[str, ...]
    period: str | None
    verdict: str
    observed: float | None = None
    other: float | None = None
    required: float | None = None
    gap: float | None = None
    #: whether the numbers above are to be compared
    numbers: bool = False


def judge(resolved: Resolved, facts: Facts, as_of: date) -> dict[str, list[Judged]]:
    """All outcomes of every rule whose subjects' table was delivered."""
    facts = said(facts, resolved.book)
    world = World(resolved.book, resolved.parameters, facts, as_of)
    return {
        name: [outcome(rule, here) for here in subjects(rule, world)]
        for name, rule in resolved.rules.items()
        if rule.entity.id in facts
    }


def subjects(rule: ResolvedRule, world: World) -> Iterator[Here]:
    """One per row, or per row and period of `every`; none for what begins after the day."""
    kind, calendars = rule.rule.every, world.book.calendars
    for here in rows_of(world, rule.entity.id):
        begins = here.span[0] if here.period is not None else here.end
        if not here.placed or (begins is not None and begins > world.as_of):
            continue
        if kind is None:
            yield here
            continue
        horizon = date(world.as_of.year + 1, 12, 31)
        first, last = here.span if here.period is not None else (rule.rule.since, horizon)
        assert first is not None
        assert last is not None
        for index in period.periods_between(kind, first, last, calendars):
            if period.period_span(kind, index, calendars)[0] <= world.as_of:
                yield Here(world, here.entity, here.row, every=(kind, index))


def outcome(rule: ResolvedRule, here: Here) -> Judged:
    verdict = decide(rule, here)
    label = None if here.period is None else period.period_label(*here.period)
    name, key = str(rule.rule.id), tuple(map(str, here.key))
    node = rule.require
    if not isinstance(node, Typed) or node.op not in DENIED or node.args[0].type.kind != "number":
        return Judged(name, key, label, verdict)
    return Judged(name, key, label, verdict, *numbers(node, here, verdict))


def decide(rule: ResolvedRule, here: Here) -> str:
    """The tests in DESIGN's order."""
    since, until = rule.rule.since, rule.rule.until
    begun = True if since is None else at_most(since, here.end)
    been = True if here.entity.day is None else at_most(here.end, here.world.as_of)
    inside = both(begun, been, True if until is None else at_most(here.end, until), lives(rule, here))
    where = True if rule.where is None else truth(rule.where, here)
    if False in (inside, where):
        return "not_applicable"
    if None in (inside, where):
        return "unknown"
    held = truth(rule.require, here) if isinstance(rule.require, Typed) else body(rule.require, here)
    if held is not False:
        return "satisfied" if held else "unknown"
    runs = here.period is not None and not at_most(here.end, here.world.as_of)
    running = runs and counted(rule)
    due = None if rule.due is None else value(rule.due, here).exact
    if running or (due is not None and deny(at_most(due, here.day))):
        return "not_due"
    return "violated" if due is not None or rule.due is None else "unknown"


def lives(rule: ResolvedRule, here: Here) -> bool:
    """Whether the subject is there in the whole counted period, else on the day; a missing day bounds nothing."""
    return lived(here, *(here.span if counted(rule) and here.period is not None else (here.day, here.day)))


def counted(rule: ResolvedRule) -> bool:
    """Whether the rule is about whole periods, where its subjects have any."""
    return rule.rule.every is not None or events(rule)


def events(rule: ResolvedRule) -> bool:
    """Whether the rule counts events of the subject's period."""
    return any(is_of_events(node) for tree in rule.expressions() for node in tree.walk())


def body(whole: ResolvedBody, here: Here) -> Truth:
    """Members whose `where` is false leave the list; a list that everybody may have left decides nothing."""
    inside = [True if member.where is None else truth(member.where, here) for member in whole.members]
    met = [truth(member.condition, here) for member in whole.members]
    pairs = list(zip(inside, met, strict=True))
    if whole.kind == "all":
        held = both(*(either(deny(a), b) for a, b in pairs))
    elif whole.kind == "any":
        held = either(*(both(a, b) for a, b in pairs))
    else:
        held = quorum(whole, pairs, here)
    return held if True in inside else None


def quorum(whole: ResolvedBody, pairs: Sequence[tuple[Truth, Truth]], here: Here) -> Truth:
    certain = sum(both(*pair) is True for pair in pairs)
    hopeful = sum(both(*pair) is None for pair in pairs)
    floors = [reached(member, pair, here) for member, pair in zip(whole.members, pairs, strict=True)]
    enough = True if certain >= whole.at_least else False if certain + hopeful < whole.at_least else None
    return both(enough, *floors)


def reached(member: ResolvedMember, pair: tuple[Truth, Truth], here: Here) -> Truth:
    """Whether a member meets the standard or its floor; those outside the list do."""
    if member.floor is None or both(*pair) is True:
        return True
    return either(deny(pair[0]), truth(member.floor, here))


DENIED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
FIXED = ("number", "text", "boolean", "date", "parameter", "convert", "context")


def numbers(node: Typed, here: Here, verdict: str) -> tuple[Any, Any, Any, Any, bool]:
    """What was observed and required, in the unit shown, and the least change of the observed that would do."""
    left, right, op = *node.args, node.op
    fixed = [all(part.op in FIXED for part in side.walk()) for side in node.args]
    if fixed == [True, False]:
        left, right, op = right, left, MIRRORED[op]
    seen, wanted = value(left, here), value(right, here)
    failing = verdict in ("violated", "not_due")
    # of the two ways to look at two intervals, the ends that are nearest to each other
    below, above = (seen.high, seen.low, wanted.low), (seen.low, seen.high, wanted.high)
    missed, met = (above, below) if op in ("<", "<=") else (below, above)
    far, near = apart(missed), apart(met)
    nearer = (
        near <= far if near is not None and far is not None else far is None and (near is not None or missed[0] is None)
    )
    observed, other, required = met if nearer else missed
    gap = distance(op, observed, required, whole=left.type.integer, exact=right.type.integer)
    unit, shown = node.args[0].type.unit, node.data
    factor = Fraction(1) if unit is None or shown is None else conversion(unit, shown)
    told = [None if each is None else float(each * factor) for each in (observed, other, required, gap)]
    return told[0], None if other == observed else told[1], told[2], told[3] if failing else None, True


def apart(ends: tuple[Any, Any, Any]) -> Any:
    observed, _, required = ends
    return None if None in (observed, required) else abs(observed - required)


TOLERANCE = Fraction(1, 10**9)


def distance(op: str, observed: Any, required: Any, *, whole: bool, exact: bool) -> float | None:
    if None in (observed, required):
        return None
    if op == "!=":
        return 1 if whole else 0
    if op == "=":
        reached = not whole or abs(round(required) - required) <= TOLERANCE * abs(required)
        return float(abs(observed - (round(required) if whole else required))) if reached else None
    sign = 1 if op in (">", ">=") else -1
    observed, required = observed * sign, required * sign
    if whole:
        close = 0 if exact else TOLERANCE * abs(required)
        required = math.floor(required + close) + 1 if op in ("<", ">") else math.ceil(required - close)
    return None if abs(required) > 2**53 else float(max(required - observed, 0))
