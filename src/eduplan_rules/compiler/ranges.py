"""Ranges taken through steps that are no arithmetic of their own: by each end, the larger of two, one or the other.

In: `Facet`s and an `Algebra`. Out: a `Facet` that holds every value the step can give.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.facet import Algebra, Facet, point

#: makes one bound from another
Bring = Callable[[Node], Node]


def each(found: Facet, apply: Bring, *, swap: bool = False) -> Facet:
    """Both ends alike; `swap` where the larger becomes the smaller."""
    low = apply(found.low)
    high = low if found.exact else apply(found.high)
    return Facet(high, low, found.scale) if swap else Facet(low, high, found.scale)


def brought(found: Facet, bring: Bring) -> Facet:
    """The range as another place sees it."""
    low = bring(found.low)
    high = low if found.exact else bring(found.high)
    return Facet(low, high, None if found.scale is None else bring(found.scale))


def grown(now: Facet, before: Facet, algebra: Algebra) -> Facet:
    """(now - before) / before in per cent; from zero or below: missing."""
    base = algebra.fixed(before)
    positive = algebra.only_if(algebra.boolean("gt", base, algebra.number(0)), base)
    rise = algebra.over(algebra.minus(now, point(base)), point(positive))
    return algebra.scaled(rise, Fraction(100))


def extreme(left: Facet, right: Facet, algebra: Algebra, *, largest: bool) -> Facet:
    """The smaller or larger of two values; an operand that is missing altogether makes the result missing."""
    pick = algebra.larger if largest else algebra.smaller
    if left.exact and right.exact:
        return point(pick(left.low, right.low))

    def present(found: Facet) -> Node:
        return algebra.negate(algebra.both(algebra.is_null(found.low), algebra.is_null(found.high)))

    def nearer(one: Node, other: Node) -> Node:
        picked = algebra.case(algebra.is_null(one), other, algebra.is_null(other), one, pick(one, other))
        return algebra.only_if(algebra.both(present(left), present(right)), picked)

    low, high = pick(left.low, right.low), pick(left.high, right.high)
    if largest:
        return Facet(nearer(left.low, right.low), high)
    return Facet(low, nearer(left.high, right.high))


def picked(algebra: Algebra, yes: Node, first: Facet, no: Node, second: Facet, kind: NodeKind) -> Facet:
    """The first where `yes`, the second where `no`, else nothing."""

    def choose(one: Node, other: Node) -> Node:
        return algebra.graph.make("case", yes, one, no, other, algebra.null(kind), kind=kind)

    low = choose(first.low, second.low)
    high = low if first.exact and second.exact else choose(first.high, second.high)
    if first.scale is None and second.scale is None:
        return Facet(low, high)
    return Facet(low, high, choose(algebra.scale(first), algebra.scale(second)))
