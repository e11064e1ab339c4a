"""Aggregates with gaps: bounds over all choices of what is missing, from a few folds.

In: a rollup step, the membership of its rows (true, false or null) and the value on each row. Out: a `Facet` or a
three-valued node over the step's fold columns. A row whose membership is null may be in or out.
"""

from __future__ import annotations

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.facet import Algebra, Facet, point
from eduplan_rules.compiler.plan import Fold, Rollup, step_column
from eduplan_rules.compiler.steps import Place, placed


class Folds:
    """Makes fold columns of one rollup step as seen from the subject's place."""

    def __init__(self, place: Place, step: Rollup, member: Node) -> None:
        self.place = place
        self.step = step
        self.algebra: Algebra = place.algebra
        self.member = self.algebra.certain(member)
        self.maybe = self.algebra.is_null(member)
        #: true where the row is in or may be in
        self.possible = self.algebra.either(self.member, self.maybe)

    def fold(self, how: Fold, node: Node) -> Node:
        """A column of the subject: the fold of a node over the rows."""
        if how == "count" and node.constant and node.value is False:
            return self.algebra.number(0)
        columns = self.step.columns
        name = next((name for name, known in columns.items() if known == (how, node)), f"f{len(columns)}")
        columns[name] = (how, node)
        return self.place.column(
            step_column(self.step.name, name), "integer" if how in ("count", "distinct") else node.kind
        )

    def count(self, *conditions: Node) -> Node:
        """How many rows meet all conditions; the conditions are never null."""
        return self.fold("count", self.algebra.both(*conditions))

    def total(self, condition: Node, value: Node) -> Node:
        """Sum of a value over rows that meet a condition; null once it leaves the range of numbers."""
        op = "whole" if value.kind == "integer" else "finite"
        column = self.fold("sum", self.algebra.only_if(condition, value))
        return self.algebra.graph.make(op, column, kind=column.kind)

    @property
    def rows(self) -> Node:
        """How many rows are certainly in."""
        return self.count(self.member)


def count_rows(folds: Folds) -> Facet:
    """`count`."""
    maybe = folds.count(folds.maybe)
    if maybe.constant:
        return point(folds.rows)
    return Facet(folds.rows, folds.algebra.add(folds.rows, maybe))


def share(folds: Folds, condition: Node) -> Facet:
    """`share`: the least and the largest part over all choices; null where there may be no rows."""
    algebra = folds.algebra
    holds, fails, unclear = algebra.certain(condition), algebra.denied(condition), algebra.is_null(condition)
    yes, no, open_ = (folds.count(folds.member, answer) for answer in (holds, fails, unclear))
    maybe_yes, maybe_no, maybe_open = (folds.count(folds.maybe, answer) for answer in (holds, fails, unclear))
    sure = algebra.add(algebra.add(yes, no), open_)
    some = algebra.boolean("gt", sure, algebra.number(0))
    uncertain = [node for node in (open_, maybe_yes, maybe_no, maybe_open) if not node.constant]
    if not uncertain:
        return point(algebra.only_if(some, algebra.divide(yes, sure)))
    most_rows = algebra.add(sure, algebra.add(maybe_no, maybe_open))
    best_yes = algebra.add(algebra.add(yes, open_), algebra.add(maybe_yes, maybe_open))
    best_rows = algebra.add(sure, algebra.add(maybe_yes, maybe_open))
    return Facet(
        algebra.only_if(some, algebra.divide(yes, most_rows)),
        algebra.only_if(some, algebra.divide(best_yes, best_rows)),
    )


def every(folds: Folds, condition: Node) -> Node:
    """`all`: false by one row, true only where no choice gives a failing or an empty set."""
    algebra = folds.algebra
    zero = algebra.number(0)
    fails = folds.count(folds.member, algebra.denied(condition))
    doubtful = folds.count(folds.possible, algebra.negate(algebra.certain(condition)))
    return algebra.case(
        algebra.boolean("gt", fails, zero),
        algebra.truth(False),
        algebra.both(algebra.boolean("eq", doubtful, zero), algebra.boolean("gt", folds.rows, zero)),
        algebra.truth(True),
        algebra.truth(None),
    )


def some(folds: Folds, condition: Node) -> Node:
    """`any`: true by one row, false where no choice gives one."""
    algebra = folds.algebra
    zero = algebra.number(0)
    holds = folds.count(folds.member, algebra.certain(condition))
    hopeful = folds.count(folds.possible, algebra.negate(algebra.denied(condition)))
    return algebra.case(
        algebra.boolean("gt", holds, zero),
        algebra.truth(True),
        algebra.boolean("eq", hopeful, zero),
        algebra.truth(False),
        algebra.truth(None),
    )


def _present(folds: Folds, value: Facet) -> Node:
    algebra = folds.algebra
    ends = [algebra.negate(algebra.is_null(value.low))]
    return algebra.both(*ends, *([] if value.exact else [algebra.negate(algebra.is_null(value.high))]))


def total(folds: Folds, value: Facet, *, skip_missing: bool, nonnegative: bool) -> Facet:
    """`sum`: missing if a value is; rows that may be in widen it by what they would add or take."""
    algebra = folds.algebra
    present = _present(folds, value)
    complete = algebra.truth(True)
    if not skip_missing:
        gaps = folds.count(folds.possible, algebra.negate(present))
        complete = algebra.boolean("eq", gaps, algebra.number(0))
    inside = algebra.both(folds.member, present)
    low = folds.total(inside, value.low)
    high = low if value.exact else folds.total(inside, value.high)
    if not (folds.maybe.constant and folds.maybe.value is False):
        beside = algebra.both(folds.maybe, present)
        nothing = algebra.number(0)
        below = folds.total(beside, algebra.smaller(value.low, nothing))
        above = folds.total(beside, algebra.larger(value.high, nothing))
        low, high = algebra.add(low, below), algebra.add(high, above)
    scale = None
    if not nonnegative and value.kind != "integer":
        scale = folds.total(algebra.both(folds.possible, present), algebra.magnitude(value.high))
    bounded_low = algebra.only_if(complete, low)
    return Facet(bounded_low, bounded_low if low is high else algebra.only_if(complete, high), scale)


def mean(folds: Folds, value: Facet, weight: Node | None, *, skip_missing: bool, nonnegative: bool) -> Facet:
    """`mean`: missing if a value, a weight or a membership is; weighted sums over the sum of weights."""
    algebra = folds.algebra
    present = _present(folds, value)

    def weighted(bound: Node) -> Node:
        return algebra.real(bound) if weight is None else algebra.multiply(algebra.real(bound), weight)

    if weight is not None:
        ends = {id(end): end for end in (value.low, value.high)}.values()
        present = algebra.both(present, *(algebra.negate(algebra.is_null(weighted(end))) for end in ends))
    usable = _complete(folds, present, skip_missing=skip_missing)
    inside = algebra.both(folds.member, present)
    weights = folds.count(inside) if weight is None else folds.total(inside, algebra.real(weight))

    def average(bound: Node) -> Node:
        return algebra.only_if(usable, algebra.divide(folds.total(inside, weighted(bound)), weights))

    low = average(value.low)
    scale = None if nonnegative or value.kind == "integer" else average(algebra.magnitude(value.high))
    return Facet(low, low if value.exact else average(value.high), scale)


def _complete(folds: Folds, present: Node, *, skip_missing: bool) -> Node:
    algebra = folds.algebra
    zero = algebra.number(0)
    if skip_missing:
        gaps, rows = folds.count(folds.maybe), folds.count(folds.member, present)
    else:
        gaps = algebra.add(folds.count(folds.maybe), folds.count(folds.member, algebra.negate(present)))
        rows = folds.rows
    return algebra.both(algebra.boolean("eq", gaps, zero), algebra.boolean("gt", rows, zero))


def median(folds: Folds, value: Facet, *, skip_missing: bool) -> Facet:
    """`median`: missing if a value or a membership is."""
    algebra = folds.algebra
    present = _present(folds, value)
    usable = _complete(folds, present, skip_missing=skip_missing)
    inside = algebra.both(folds.member, present)

    def middle(bound: Node) -> Node:
        return algebra.only_if(usable, folds.fold("median", algebra.only_if(inside, algebra.real(bound))))

    low = middle(value.low)
    return Facet(low, low if value.exact else middle(value.high))


def extreme(folds: Folds, value: Facet, *, largest: bool) -> Facet:
    """`min` and `max`: a missing value may lie beyond, so it opens the one end; null where there may be no rows."""
    algebra = folds.algebra
    how: Fold = "max" if largest else "min"
    far, near = (value.high, value.low) if largest else (value.low, value.high)
    some_rows = algebra.boolean("gt", folds.rows, algebra.number(0))
    open_end = folds.count(folds.possible, algebra.is_null(far))
    widest = folds.fold(how, algebra.only_if(folds.possible, far))
    beyond = algebra.only_if(algebra.both(some_rows, algebra.boolean("eq", open_end, algebra.number(0))), widest)
    inner = algebra.only_if(some_rows, folds.fold(how, algebra.only_if(folds.member, near)))
    return Facet(inner, beyond) if largest else Facet(beyond, inner)


def count_distinct(folds: Folds, values: list[Node]) -> Facet:
    """`count_distinct`: known values at least; each row with a gap, and each without a place, could be one more."""
    algebra, graph = folds.algebra, folds.algebra.graph
    filled = [algebra.negate(algebra.is_null(value)) for value in values]
    known = algebra.both(*filled, algebra.certain(placed(folds.place)))
    texts = [value if value.kind == "text" else graph.make("as_text", value, kind="text") for value in values]
    key = texts[0]
    for text in texts[1:]:
        key = graph.make("joined", key, text, kind="text")
    sure = folds.fold("distinct", algebra.only_if(algebra.both(folds.member, known), key))
    likely = folds.fold("distinct", algebra.only_if(algebra.both(folds.possible, known), key))
    gaps = folds.count(folds.possible, algebra.negate(known))
    one = algebra.number(1)
    at_least_one = algebra.case(algebra.boolean("gt", folds.rows, algebra.number(0)), one, algebra.number(0))
    return Facet(algebra.larger(sure, at_least_one), algebra.add(likely, gaps))


def deviation(folds: Folds, value: Node, weight: Node | None, mean_there: Node, mean_here: Node) -> Facet:
    """`cv` in its second pass: sqrt(sum(P/N * (X - mean)^2)) / mean, where the mean exists."""
    algebra = folds.algebra
    off = algebra.subtract(value, mean_there)
    squared = algebra.multiply(off, off)
    amount = squared if weight is None else algebra.multiply(squared, weight)
    given = [value] if weight is None else [value, weight]
    inside = algebra.both(folds.member, *(algebra.negate(algebra.is_null(each)) for each in given))
    weights = folds.count(inside) if weight is None else folds.total(inside, algebra.real(weight))
    # squares can leave the range of numbers where the values do not
    lost = folds.count(inside, algebra.is_null(amount))
    known = algebra.both(algebra.negate(algebra.is_null(mean_here)), algebra.boolean("eq", lost, algebra.number(0)))
    spread = algebra.divide(folds.total(inside, amount), weights)
    root = algebra.graph.make("sqrt", spread, kind="number")
    return point(algebra.only_if(known, algebra.divide(root, mean_here)))
