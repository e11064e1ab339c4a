"""Intervals in the core: what is certain about a number in spite of gaps.

A `Facet` is the lower and the upper bound of a value as core nodes; a null bound is no bound, both null is a missing
value, and the same node twice is an exact value. Comparisons are true if true on the whole interval, false if false on
all of it, else null. Non-integers compare within a relative 1e-9, as `math.isclose`; where positive and negative
amounts were added up, relative to the sum of their magnitudes, which `scale` carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from eduplan_rules.compiler.core import Graph, Node, NodeKind

#: relative: numbers nearer than this count as equal
TOLERANCE = Fraction(1, 10**9)
_RAW = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
#: what is left when a comparison is denied
DENIED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
#: the same comparison read from the other side
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Facet:
    """A value: its bounds, and the sum of magnitudes behind it where they can cancel."""

    low: Node
    high: Node
    scale: Node | None = None

    @property
    def exact(self) -> bool:
        """Known to have no width."""
        return self.low is self.high

    @property
    def kind(self) -> NodeKind:
        """Of the bounds."""
        return self.low.kind


def point(node: Node, scale: Node | None = None) -> Facet:
    """An exact value."""
    return Facet(node, node, scale)


class Algebra:
    """Arithmetic and comparison of facets, on one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    # -- small words -------------------------------------------------------------------------------------------------

    def boolean(self, op: str, *args: Node) -> Node:
        """A logical or comparing node."""
        return self.graph.make(op, *args, kind="boolean")

    def truth(self, value: bool | None) -> Node:  # noqa: FBT001
        """A literal truth value."""
        return self.graph.literal(value, "boolean")

    def both(self, *conditions: Node) -> Node:
        """Kleene and."""
        return self._chain("and", conditions)

    def either(self, *conditions: Node) -> Node:
        """Kleene or."""
        return self._chain("or", conditions)

    def _chain(self, op: Literal["and", "or"], conditions: Sequence[Node]) -> Node:
        if not conditions:
            return self.truth(op == "and")
        result, *others = conditions
        for condition in others:
            result = self.boolean(op, result, condition)
        return result

    def negate(self, condition: Node) -> Node:
        """Kleene not."""
        return self.boolean("not", condition)

    def case(self, *args: Node) -> Node:
        """The value behind the first true condition, else the last argument; a null condition is passed over."""
        kind: NodeKind = args[-1].kind
        if kind == "integer" and any(args[i].kind == "number" for i in range(1, len(args), 2)):
            kind = "number"
        if args[-1].constant and args[-1].value is None and len(args) > 1:
            kind = args[1].kind
        return self.graph.make("case", *args, kind=kind)

    def null(self, kind: NodeKind) -> Node:
        """A missing value of a kind."""
        return self.graph.literal(None, kind)

    def number(self, value: int | float | Fraction) -> Node:
        """A literal number: whole ones as integers."""
        if isinstance(value, Fraction):
            value = int(value) if value.denominator == 1 else float(value)
        return self.graph.literal(value, "integer" if isinstance(value, int) else "number")

    def only_if(self, condition: Node, node: Node) -> Node:
        """The node where the condition is true, else null."""
        return self.case(condition, node, self.null(node.kind))

    def is_null(self, node: Node) -> Node:
        """Whether there is no value; never null itself."""
        return self.boolean("is_null", node)

    def certain(self, condition: Node) -> Node:
        """True where true, else false."""
        return self.boolean("is_true", condition)

    def denied(self, condition: Node) -> Node:
        """True where false, else false."""
        return self.boolean("is_false", condition)

    # -- arithmetic --------------------------------------------------------------------------------------------------

    def add(self, left: Node, right: Node) -> Node:
        """A sum; whole where both are."""
        return self._plain("add", left, right)

    def subtract(self, left: Node, right: Node) -> Node:
        """A difference."""
        return self._plain("sub", left, right)

    def multiply(self, left: Node, right: Node) -> Node:
        """A product."""
        return self._plain("mul", left, right)

    def divide(self, left: Node, right: Node) -> Node:
        """A real quotient; null for a zero divisor."""
        return self.graph.make("div", left, right, kind="number")

    def larger(self, left: Node, right: Node) -> Node:
        """The larger; null if either is."""
        return self.graph.make("max", left, right, kind=_wider(left, right))

    def smaller(self, left: Node, right: Node) -> Node:
        """The smaller; null if either is."""
        return self.graph.make("min", left, right, kind=_wider(left, right))

    def magnitude(self, node: Node) -> Node:
        """Without the sign."""
        return self.graph.make("abs", node, kind=node.kind)

    def negative(self, node: Node) -> Node:
        """With the other sign."""
        return self.graph.make("neg", node, kind=node.kind)

    def real(self, node: Node) -> Node:
        """The same amount as a real number."""
        return node if node.kind == "number" else self.graph.make("as_number", node, kind="number")

    def rounded(self, node: Node, digits: int, kind: NodeKind) -> Node:
        """Half away from zero; a whole number is so already, and must stay in its range."""
        if node.kind == "integer":
            return node
        result = self.graph.make("round", node, kind="number", value=digits)
        return result if kind == "number" else self.graph.make("whole", result, kind=kind)

    def _plain(self, op: str, left: Node, right: Node) -> Node:
        whole = left.kind == right.kind == "integer"
        return self.graph.make(f"{op}_whole" if whole else op, left, right, kind="integer" if whole else "number")

    def plus(self, left: Facet, right: Facet) -> Facet:
        """Sum of two values."""
        scale = self._joint_scale(left, right)
        if left.exact and right.exact:
            return point(self._kept(self.add(left.low, right.low)), scale)
        low, high = self.add(left.low, right.low), self.add(left.high, right.high)
        return Facet(self._kept(low), self._kept(high), scale)

    def minus(self, left: Facet, right: Facet) -> Facet:
        """Difference of two values."""
        scale = self._joint_scale(left, right)
        if left.exact and right.exact:
            return point(self._kept(self.subtract(left.low, right.low)), scale)
        low, high = self.subtract(left.low, right.high), self.subtract(left.high, right.low)
        return Facet(self._kept(low), self._kept(high), scale)

    def _kept(self, node: Node) -> Node:
        """The result where it is still exact: whole numbers can leave their range."""
        return self.graph.make("whole", node, kind="integer") if node.kind == "integer" else node

    def times(self, left: Facet, right: Facet) -> Facet:
        """Product; an interval only by a certain positive number, else missing."""
        scale = None
        if left.scale is not None or right.scale is not None:
            scale = self.multiply(self.scale(left), self.scale(right))
        if left.exact and right.exact:
            return point(self.multiply(left.low, right.low), scale)
        allowed = self.either(
            self.both(self._width_less(left), self._width_less(right)),
            self.both(self._width_less(right), self._positive(right)),
            self.both(self._width_less(left), self._positive(left)),
        )
        low, high = self.multiply(left.low, right.low), self.multiply(left.high, right.high)
        return Facet(self.only_if(allowed, low), self.only_if(allowed, high), scale)

    def over(self, left: Facet, right: Facet) -> Facet:
        """Quotient; an interval only by a certain positive number, else missing."""
        scale = None
        if left.scale is not None or right.scale is not None:
            scale = self.divide(self.scale(left), self.magnitude(right.low))
        if left.exact and right.exact:
            return point(self.divide(left.low, right.low), scale)
        fixed = self._width_less(right)
        allowed = self.both(fixed, self.either(self._positive(right), self._width_less(left)))
        low, high = self.divide(left.low, right.low), self.divide(left.high, right.low)
        return Facet(self.only_if(allowed, low), self.only_if(allowed, high), scale)

    def scaled(self, value: Facet, factor: Fraction) -> Facet:
        """By an exact positive factor, as a change of unit is."""

        def apply(node: Node) -> Node:
            if factor.denominator == 1:
                return self.multiply(node, self.number(factor.numerator))
            result = node if factor.numerator == 1 else self.multiply(node, self.number(factor.numerator))
            return self.divide(result, self.number(factor.denominator))

        if factor == 1:
            return value
        low = apply(value.low)
        high = low if value.exact else apply(value.high)
        return Facet(low, high, None if value.scale is None else apply(value.scale))

    def fixed(self, value: Facet) -> Node:
        """The value where it is exact, else null."""
        return value.low if value.exact else self.only_if(self._width_less(value), value.low)

    def scale(self, value: Facet) -> Node:
        """What a tolerance is relative to."""
        if value.scale is not None:
            return value.scale
        return self.magnitude(value.low)

    def _joint_scale(self, left: Facet, right: Facet) -> Node | None:
        if left.scale is None and right.scale is None:
            return None
        return self.add(self.scale(left), self.scale(right))

    def _width_less(self, value: Facet) -> Node:
        if value.exact:
            return self.negate(self.is_null(value.low))
        return self.certain(self.boolean("eq", value.low, value.high))

    def _positive(self, value: Facet) -> Node:
        return self.certain(self.boolean("gt", value.low, self.number(0)))

    # -- comparison --------------------------------------------------------------------------------------------------

    def compare(self, op: str, left: Facet, right: Facet) -> Node:
        """A comparison of two values: true, false or null."""
        if left.exact and right.exact:
            return self._compare_points(op, left.low, right.low, self._comparison_scale(left, right))
        if op == "!=":
            return self.negate(self.compare("=", left, right))
        if op in ("<", "<="):
            return self.compare(MIRRORED[op], right, left)
        scale = self._comparison_scale(left, right)
        if op == "=":
            same = self.both(
                self._compare_points("=", left.low, right.high, scale),
                self._compare_points("=", left.high, right.low, scale),
            )
            apart = self.either(
                self.certain(self._compare_points("<", left.high, right.low, scale)),
                self.certain(self._compare_points(">", left.low, right.high, scale)),
            )
            return self._decide(self.certain(same), apart)
        holds = self._compare_points(op, left.low, right.high, scale)
        fails = self._compare_points(DENIED[op], left.high, right.low, scale)
        return self._decide(self.certain(holds), self.certain(fails))

    def _decide(self, holds: Node, fails: Node) -> Node:
        return self.case(holds, self.truth(True), fails, self.truth(False), self.truth(None))

    def _comparison_scale(self, left: Facet, right: Facet) -> Node | None:
        if left.scale is None and right.scale is None:
            return None
        return self.larger(self.scale(left), self.scale(right))

    def _compare_points(self, op: str, left: Node, right: Node, scale: Node | None) -> Node:
        raw = _RAW[op]
        exact_kinds = "number" not in (left.kind, right.kind)
        if exact_kinds:
            return self.boolean(raw, left, right)
        if scale is None and left.constant and not right.constant:
            return self._compare_points(MIRRORED[op], right, left, None)
        if scale is None and right.constant and right.value is not None and op not in ("=", "!="):
            return self.boolean(raw, left, self._threshold(op, right.value))
        if scale is None:
            scale = self.larger(self.magnitude(left), self.magnitude(right))
        close = self.graph.make("close", left, right, scale, kind="boolean")
        if op == "=":
            return close
        if op == "!=":
            return self.negate(close)
        if op in (">=", "<="):
            return self.either(self.boolean(raw, left, right), close)
        return self.both(self.boolean(raw, left, right), self.negate(close))

    def _threshold(self, op: str, constant: int | float) -> Node:
        """The constant moved by the tolerance, so that the comparison stays one comparison.

        With t = 1e-9: x >= c or close, for c > 0, is x >= c(1 - t); x > c and not close is x > c / (1 - t).
        """
        exact = Fraction(constant)
        shrinks = (op in (">=", "<")) == (constant > 0)
        moved = exact * (1 - TOLERANCE) if shrinks else exact / (1 - TOLERANCE)
        return self.number(float(moved)) if constant else self.number(constant)


def _wider(left: Node, right: Node) -> NodeKind:
    return "number" if "number" in (left.kind, right.kind) else left.kind
