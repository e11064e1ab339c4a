"""Later layers that ask for less than those before them and do not say so.

In: the rulebook before a layer and with it. Out: advice about each replacement that loosens, where it is not marked
`loosens`. What holds: only what is certainly looser is told: a lower severity, a rule switched off, a later due day,
and a parameter that every comparison reads as a least or as a most and that moves the easy way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from eduplan_rules.engine.wording import format_value
from eduplan_rules.language.loosening import RANK, looser_values, side_of
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.rulebook.model import Replacement, Rule
from eduplan_rules.tools.lint.advice import Advice


def silent_loosenings(before: Resolved, after: Resolved) -> Iterator[Advice]:
    """What the last layer loosens without a word."""
    for change in after.book.replaced[len(before.book.replaced) :]:
        if change.loosens is not None:
            continue
        name = str(change.id)
        if change.kind == "rule" and name in before.book.rules:
            found = _looser_rule(before.book.rules[name], after.book.rules[name], before, after)
        elif change.kind == "parameter" and name in before.parameters:
            found = _looser_parameter(name, before, after)
        else:
            continue
        for told in found:
            yield _advice(change, told)
            break


def _advice(change: Replacement, what: tuple[str, dict[str, Any]]) -> Advice:
    sentence = "silent-loosening-false" if change.tightens else "silent-loosening"
    gaps = {"what": (what[0], {"name": change.id, **what[1]})}
    return Advice("silent-loosening", change.span, str(change.id), gaps, sentence)


def _looser_rule(old: Rule, new: Rule, before: Resolved, after: Resolved) -> Iterator[tuple[str, dict[str, Any]]]:
    if new.off and not old.off:
        yield "looser-off", {}
    if RANK[new.severity] < RANK[old.severity]:
        yield "looser-severity", {"old": old.severity, "new": new.severity}
    first, second = _due(str(old.id), before), _due(str(new.id), after)
    if first is not None and second is not None and second > first:
        yield "looser-due", {"old": first, "new": second}


def _due(rule: str, resolved: Resolved) -> date | None:
    """The day a rule is due, where that is one day."""
    due = resolved.rules[rule].due if rule in resolved.rules else None
    if due is None or due.op not in ("date", "parameter"):
        return None
    found = due.data if due.op == "date" else None
    if due.op == "parameter" and not resolved.parameters[due.data].has_gaps:
        found = resolved.parameters[due.data].entries[0].leaves[()]
    return found if isinstance(found, date) else None


def _looser_parameter(name: str, before: Resolved, after: Resolved) -> Iterator[tuple[str, dict[str, Any]]]:
    side = side_of(name, after.rules.values())
    if side is None:
        return
    for day, old, new in looser_values(side, before.parameters[name], after.parameters[name]):
        since = ("since-always", {}) if day == date.min else ("since-day", {"day": day})
        yield "looser-value", {"old": _told(old), "new": _told(new), "since": since}


def _told(value: Any) -> str:
    return str(value) if isinstance(value, date) else format_value(value, "en")
