"""Comparisons with what may be known to be absent.

In: a resolved rule. Out: each comparison that reads a `blank: none` field and leaves the rule unknown when the field is
absent. What holds: the rule is judged as the engine judges it, with the one field absent and everything else free, so
that it does not matter how an author guards: by `and`, by `or`, by `if`, by `coalesce` or in `where`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.rulebook.model import Rulebook

#: what a node can come out as: true, false, some other value, or unknown because the field is absent
_Outcomes = frozenset[str]
_TRUE, _FALSE, _PRESENT, _UNKNOWN = (frozenset({each}) for each in ("true", "false", "present", "unknown"))
_EITHER = _TRUE | _FALSE
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "in", "not in")

#: where a field is read: the ways to its row, then the field
_Place = tuple[Any, ...]


@dataclass(frozen=True)
class Unguarded:
    """A comparison that nothing guards, and the field."""

    comparison: Typed
    entity: str
    field: str


@dataclass(frozen=True)
class _Question:
    """Which fields are absent, and which comparison alone suffers from it."""

    absent: frozenset[_Place]
    comparison: Typed
    #: whether what is looked at is read by that comparison
    read: bool = False

    def at(self, node: Typed) -> _Question:
        """The question for the parts of a node."""
        if node.op in ("is missing", "is not missing"):
            return replace(self, read=True)
        return replace(self, read=node is self.comparison) if node.op in _COMPARISONS else self


def unguarded(rule: ResolvedRule, book: Rulebook) -> Iterator[Unguarded]:
    """The comparisons of a rule that nothing guards."""
    told: set[tuple[int, Any]] = set()
    for where, condition in conditions(rule):
        for tree in (where, condition):
            for comparison, places in [] if tree is None else _reads(tree, (), book):
                # each alone, then all of them: in `coalesce(a, b)` one stands in for the other
                for absent in dict.fromkeys([*(frozenset({place}) for place in places), frozenset(places)]):
                    entity, name = next(place[-1] for place in places if place in absent)
                    known = (comparison.span.start, (entity, name))
                    if known not in told and _leaves_unknown(where, condition, _Question(absent, comparison)):
                        told.add(known)
                        yield Unguarded(comparison, str(entity), str(name))


def conditions(rule: ResolvedRule) -> Iterator[tuple[Typed | None, Typed]]:
    """Each condition of a rule with the `where` it stands under; of a member, its own and the rule's."""
    if isinstance(rule.require, Typed):
        yield rule.where, rule.require
        return
    for member in rule.require.members:
        both = [where for where in (rule.where, member.where) if where is not None]
        joined = Typed("and", tuple(both), both[0].type, both[0].span) if len(both) > 1 else next(iter(both), None)
        yield joined, member.condition


def _leaves_unknown(where: Typed | None, condition: Typed, question: _Question) -> bool:
    asked = _TRUE if where is None else _outcomes(where, (), question)
    return "unknown" in asked or ("true" in asked and "unknown" in _outcomes(condition, (), question))


def _reads(node: Typed, scope: _Place, book: Rulebook) -> Iterator[tuple[Typed, list[_Place]]]:
    """Every comparison with the places below it where a field may be known to be absent."""
    if node.op in _COMPARISONS:
        read = list(dict.fromkeys(_places(node, scope)))
        places = [place for place in read if book.entities[place[-1][0]].fields[place[-1][1]].blank is not None]
        if places:
            yield node, places
    for arg, inner in _below(node, scope):
        yield from _reads(arg, inner, book)


def _places(node: Typed, scope: _Place) -> Iterator[_Place]:
    if node.op == "field":
        yield (*scope, node.data)
    for arg, inner in _below(node, scope):
        # what stands in a condition within is asked about there
        if arg.op not in _COMPARISONS and arg.op not in ("and", "or", "not", "is missing", "is not missing"):
            yield from _places(arg, inner)


def _below(node: Typed, scope: _Place) -> list[tuple[Typed, _Place]]:
    """The parts of a node, each with whose fields it reads."""
    if node.op == "lookup":
        return [(node.args[0], (*scope, node.data))]
    if node.op == "previous":
        return [(node.args[0], (*scope, "previous"))]
    if node.op == "this":
        return [(node.args[0], _outside(scope))]
    if node.op == "aggregate":
        inner = (*scope, ("rows", id(node.data)))
        return [(arg, inner) for arg in node.args]
    return [(arg, scope) for arg in node.args]


def _outside(scope: _Place) -> _Place:
    """The subject's scope, from within an aggregate."""
    last = max((number for number, step in enumerate(scope) if step[:1] == ("rows",)), default=0)
    return scope[:last]


def _outcomes(node: Typed, scope: _Place, question: _Question) -> _Outcomes:
    """All that a node can come out as."""
    if node.op == "field":
        return _UNKNOWN if question.read and (*scope, node.data) in question.absent else _free(node)
    if node.op == "aggregate":
        return _over_rows(node, scope, question)
    question = question.at(node)
    parts = [_outcomes(arg, inner, question) for arg, inner in _below(node, scope)]
    if node.op in ("is missing", "is not missing"):
        known = parts[0] == _UNKNOWN
        return (_TRUE if (node.op == "is missing") else _FALSE) if known else _EITHER
    if node.op in ("value", "lookup", "this", "previous", "convert"):
        return parts[0]
    if node.op == "and":
        return frozenset(_both(one, other) for one in parts[0] for other in parts[1])
    if node.op == "or":
        return frozenset(_negated(_both(_negated(one), _negated(other))) for one in parts[0] for other in parts[1])
    if node.op == "not":
        return frozenset(_negated(each) for each in parts[0])
    if node.op == "if":
        taken = (parts[1] if "true" in parts[0] else frozenset()) | (parts[2] if "false" in parts[0] else frozenset())
        return taken | (parts[0] & _UNKNOWN)
    if node.op == "coalesce":
        return _free(node) | (_UNKNOWN if all("unknown" in part for part in parts) else frozenset())
    if node.op in ("rises", "does_not_fall"):
        # a published growth that is absent leaves the decision to the figures
        parts = parts[:1]
    return _spread(node, parts)


def _over_rows(node: Typed, scope: _Place, question: _Question) -> _Outcomes:
    rows = node.data
    inner = (*scope, ("rows", id(rows)))
    within = _TRUE if rows.where is None else _outcomes(rows.where, inner, question)
    if within == _FALSE:
        return _free(node)
    parts = [_outcomes(part, inner, question) for part in (*rows.values, rows.weight) if part is not None]
    if rows.skip_missing:
        parts = [part - _UNKNOWN for part in parts]
    suffers = any("unknown" in part for part in (within, *parts))
    return _free(node) | (_UNKNOWN if suffers else frozenset())


def _spread(node: Typed, parts: list[_Outcomes]) -> _Outcomes:
    """What is unknown makes unknown whatever is made of it."""
    if any(part == _UNKNOWN for part in parts):
        return _UNKNOWN
    return _free(node) | (_UNKNOWN if any("unknown" in part for part in parts) else frozenset())


def _free(node: Typed) -> _Outcomes:
    if node.op == "boolean":
        return _TRUE if node.data else _FALSE
    return _EITHER if node.type.kind == "boolean" else _PRESENT


def _both(one: str, other: str) -> str:
    return "false" if "false" in (one, other) else "unknown" if "unknown" in (one, other) else "true"


def _negated(outcome: str) -> str:
    return {"true": "false", "false": "true"}.get(outcome, outcome)
