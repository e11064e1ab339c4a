"""Which of a requirement's parts its record speaks of.

In: the tree of parts. Out: a node, the index of a part: of a requirement that is not met the first part that is false,
in an `or` the relatively nearest; of one that is met the first that made it so; of one that is open the first open one.
"""

from __future__ import annotations

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.facet import Algebra
from eduplan_rules.compiler.parts import Branch, flat
from eduplan_rules.compiler.plan import Part

#: how far what has no size is from being met, and what does not count at all
_FAR, _FARTHEST = 1e300, 1e301
_DAYS = 365.0


def leading_part(tree: Branch | Part, algebra: Algebra) -> Node:
    """Index of the part; null where no member is in the list."""
    if isinstance(tree, Part):
        return algebra.number(0)
    leading = _Leading(tree, algebra)
    missed, _ = leading.missed(tree)
    return algebra.case(
        algebra.denied(tree.holds), missed, algebra.certain(tree.holds), leading.met(tree), leading.open(tree)
    )


class _Leading:
    """Finds indexes in one tree."""

    def __init__(self, tree: Branch, algebra: Algebra) -> None:
        self.algebra = algebra
        self.numbers = {id(part): algebra.number(index) for index, part in enumerate(flat(tree))}

    def first(self, pairs: list[tuple[Node, Node]]) -> Node:
        """The index behind the first condition that is true, else null."""
        return self.algebra.case(*(node for pair in pairs for node in pair), self.algebra.null("integer"))

    def counts(self, tree: Branch | Part) -> Node:
        within = None if isinstance(tree, Part) else tree.within
        return self.algebra.truth(True) if within is None else self.algebra.certain(within)

    def met(self, tree: Branch | Part) -> Node:
        """Of parts that hold: in an `and` the first that counts and compares, in an `or` the first that holds."""
        if isinstance(tree, Part):
            return self.numbers[id(tree)]
        children = sorted(tree.children, key=lambda child: all(part.observed is None for part in flat(child)))
        if tree.op == "and":
            return self.first([(self.counts(child), self.met(child)) for child in children])
        return self.first([(self.algebra.certain(child.holds), self.met(child)) for child in tree.children])

    def open(self, tree: Branch | Part) -> Node:
        """The first part that is neither true nor false."""
        if isinstance(tree, Part):
            return self.numbers[id(tree)]
        return self.first([(self.algebra.is_null(child.holds), self.open(child)) for child in tree.children])

    def missed(self, tree: Branch | Part) -> tuple[Node, Node]:
        """Of parts that do not hold: the index, and how far it is relatively; very far where it has no size."""
        algebra = self.algebra
        if isinstance(tree, Part):
            return self.numbers[id(tree)], self.distance(tree)
        found = [(child, *self.missed(child)) for child in tree.children]
        _, number, distance = found[0]
        if tree.op == "and":
            number = self.first([(algebra.denied(child.holds), index) for child, index, _ in found])
            nothing = algebra.number(0.0)
            distances = [algebra.case(algebra.denied(child.holds), far, nothing) for child, _, far in found]
            distance = distances[0]
            for far in distances[1:]:
                distance = algebra.larger(distance, far)
            return number, distance
        distances = [algebra.case(self.counts(child), far, algebra.number(_FARTHEST)) for child, _, far in found]
        distance = distances[0]
        for (_, index, _), far in zip(found[1:], distances[1:], strict=True):
            nearer = algebra.boolean("lt", far, distance)
            number, distance = algebra.case(nearer, index, number), algebra.case(nearer, far, distance)
        return number, distance

    def distance(self, part: Part) -> Node:
        """The gap in relation to what is required; of days in years."""
        algebra = self.algebra
        far = algebra.number(_FAR)
        if part.gap is None or part.required is None:
            return far
        base = algebra.number(_DAYS)
        if part.required.kind != "date":
            size = algebra.magnitude(part.required)
            base = algebra.case(algebra.boolean("gt", size, algebra.number(0)), size, algebra.number(1))
        relative = algebra.divide(part.gap, base)
        return algebra.case(algebra.is_null(relative), far, relative)
