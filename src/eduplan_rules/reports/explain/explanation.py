"""Why an outcome is what it is, and what would satisfy the rule, as one value.

In: an outcome and what its run had. Out: `Explanation`, whose plain data has a published schema
(`explanation.schema.json` in the package).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from eduplan_rules.engine.outcome import Outcome
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedBody
from eduplan_rules.reports.explain.edits import identity_of
from eduplan_rules.reports.explain.inquiry import Inquiry
from eduplan_rules.reports.explain.solve import ask, remedies
from eduplan_rules.reports.explain.told import remedy_record
from eduplan_rules.reports.explain.why import Planted, Planter, Why
from eduplan_rules.tables.facts import Facts

#: verdicts that a change can better
_OPEN = ("violated", "not_due", "unknown")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one rule has its verdict on one subject, and what would satisfy it."""

    record: Mapping[str, Any]
    as_of: date
    #: `where`, `require`, `due` -> the tree of its values; those that the rule has
    why: Mapping[str, Why]
    remedies: tuple[Mapping[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data: the outcome's record, `why`, and `remedies`, the best first."""
        return {
            "as_of": self.as_of.isoformat(),
            "outcome": dict(self.record),
            "why": {name: tree.to_dict() for name, tree in self.why.items()},
            "remedies": [dict(remedy) for remedy in self.remedies],
        }


def explain_outcome(outcome: Outcome, book: Resolved, facts: Facts, as_of: date, *, show_personal: bool) -> Explanation:
    """Explain an outcome of a run on these facts.

    Raises ValueError where the outcome is of another rulebook, or its subject is not among the facts.
    """
    rule = book.rules.get(outcome.rule)
    if rule is None or str(rule.entity.id) not in facts.tables:
        message = f"this is no outcome of these rules on these facts: {outcome!r}"
        raise ValueError(message)
    inquiry = Inquiry(rule, book, facts, as_of, outcome.row)
    planter = Planter(inquiry, show_personal=show_personal)
    planted = _planted(inquiry, planter)
    asked = ask(inquiry)
    try:
        sight = inquiry.look()
    except LookupError:
        message = f"the subject is not among these facts: {outcome!r}"
        raise ValueError(message) from None
    why = {name: planter.grow(tree, sight) for name, tree in planted.items()}
    subject = {name: sight.row.get(name) for name in identity_of(inquiry.entity)}
    found = remedies(asked, sight) if outcome.verdict in _OPEN else []
    told = tuple(remedy_record(remedy, inquiry.place, subject, show_personal=show_personal) for remedy in found)
    return Explanation(outcome.to_dict(), as_of, why, told)


def _planted(inquiry: Inquiry, planter: Planter) -> dict[str, Planted]:
    rule, place = inquiry.rule, inquiry.place
    planted: dict[str, Planted] = {}
    if rule.where is not None:
        planted["where"] = planter.plant(rule.where, place)
    if isinstance(rule.require, ResolvedBody):
        planted["require"] = planter.plant_body(rule.require, inquiry.compiled.require)
    else:
        planted["require"] = planter.plant(rule.require, place)
    if rule.due is not None:
        planted["due"] = planter.plant(rule.due, place)
    return planted
