"""What a comparison shows: observed and required, at the ends nearest to each other, and the gap between them.

In: two facets and an operator. Out: a `Part` whose nodes every backend computes alike. The gap is the least change of
the observed value that would do; what text and truth values would need has no size.
"""

from __future__ import annotations

from fractions import Fraction

from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.facet import TOLERANCE, Algebra, Facet, point
from eduplan_rules.compiler.plan import Part
from eduplan_rules.compiler.steps import Place
from eduplan_rules.language.typed import Typed
from eduplan_rules.units import conversion

_UNSIZED = ("text", "boolean")
#: the whole number next to a bound that is none: at it or beyond
_ROUNDING = {">=": "ceil", "<": "ceil", ">": "floor", "<=": "floor"}


def comparison(op: str, left: Facet, right: Facet, place: Place, typed: Typed) -> Part:
    """The part of a comparison; whether it holds is for the caller to say."""
    algebra = place.algebra
    observed, other, required = _ends(op, left, right, algebra)
    gap = _gap(op, observed, required, algebra)
    unit = typed.data if typed.args[0].type.kind == "number" else None
    integer = observed.kind == "integer"
    shown = [observed, None if left.exact else other, required, gap]
    if unit is not None:
        own = typed.args[0].type.unit
        factor = Fraction(1) if own is None else conversion(own, unit)
        if factor != 1:
            shown = [None if node is None else algebra.scaled(point(node), factor).low for node in shown]
            integer = False
    return Part(
        typed.text,
        algebra.truth(None),
        shown[0],
        shown[1],
        shown[2],
        shown[3],
        "天" if observed.kind == "date" else (unit.text or None) if unit is not None else None,
        strict=op in ("<", ">", "!="),
        integer=integer,
        op=op,
    )


def count(met: Node, best: Node, needed: Node, algebra: Algebra) -> tuple[Node, Node, Node, Node | None]:
    """Observed, its other end, required and gap of a count that must reach a number."""
    observed, other, required = _ends(">=", Facet(met, best), point(needed), algebra)
    return observed, other, required, _gap(">=", observed, required, algebra)


def _ends(op: str, left: Facet, right: Facet, algebra: Algebra) -> tuple[Node, Node, Node]:
    """What was observed and what is required, at the ends nearest to each other, and the observed's other end."""
    below, above = (left.high, left.low, right.low), (left.low, left.high, right.high)
    missed, met = (above, below) if op in ("<", "<=") else (below, above)
    if left.exact and right.exact:
        return missed
    if "text" in (left.kind, right.kind):
        beyond = algebra.boolean("gt", left.low, right.high) if op in ("=", "!=") else algebra.compare(op, left, right)
    else:
        far, near = (
            algebra.magnitude(_distance(observed, required, algebra)) for observed, _, required in (missed, met)
        )
        # an end that is open is far away
        open_end = algebra.either(algebra.negate(algebra.is_null(near)), algebra.is_null(missed[0]))
        beyond = algebra.either(algebra.boolean("le", near, far), algebra.both(algebra.is_null(far), open_end))
    observed, other, required = (algebra.case(beyond, *pair) for pair in zip(met, missed, strict=True))
    return observed, other, required


def _distance(first: Node, last: Node, algebra: Algebra) -> Node:
    """From the first to the last, in days for days."""
    if first.kind == "date":
        return algebra.graph.make("days_between", first, last, kind="integer")
    kind: NodeKind = "integer" if first.kind == last.kind == "integer" else "number"
    return algebra.graph.make("distance", last, first, kind=kind)


def _gap(op: str, observed: Node, required: Node, algebra: Algebra) -> Node | None:
    if observed.kind in _UNSIZED or required.kind in _UNSIZED:
        return None
    one, zero = algebra.number(1), algebra.number(0)
    whole = observed.kind in ("integer", "date")
    bound = required
    if whole and required.kind == "number":
        bound = _next_whole(op, required, algebra)
    distance = _distance(observed, bound, algebra)
    if op == "=":
        return algebra.magnitude(distance)
    if op == "!=":
        return algebra.only_if(algebra.negate(algebra.is_null(distance)), one if whole else zero)
    if op in ("<", "<="):
        distance = _distance(bound, observed, algebra)
    if op in ("<", ">") and whole:
        distance = algebra.add(distance, one)
    # what misses the bound by less than the tolerance counts as equal to it
    return algebra.larger(distance, zero) if op in ("<", ">") else distance


def _next_whole(op: str, required: Node, algebra: Algebra) -> Node:
    """The whole number that satisfies a comparison with a bound, or is next to it: what is close to it is equal."""
    if op in ("=", "!="):
        nearest = algebra.graph.make("floor", algebra.add(required, algebra.number(0.5)), kind="integer")
        return algebra.only_if(algebra.compare("=", point(nearest), point(required)), nearest)
    tolerance = algebra.multiply(algebra.magnitude(required), algebra.number(float(TOLERANCE)))
    up = _ROUNDING[op] == "ceil"
    moved = algebra.subtract(required, tolerance) if up else algebra.add(required, tolerance)
    return algebra.graph.make(_ROUNDING[op], moved, kind="integer")
