"""The number of the period that holds a day, as core nodes.

In: a node that is a day, a kind of period, a rulebook's own calendars. Out: a node with the period's index, the same
number that `period` gives a label.
"""

from __future__ import annotations

from datetime import date

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.facet import Algebra
from eduplan_rules.period import Calendars, Kind, period_index

#: the index of a day that lies in none of a calendar's periods
NO_PERIOD = -1


def period_number(algebra: Algebra, kind: Kind, day: Node, calendars: Calendars) -> Node:
    """The index of the period of a kind that holds a day."""
    graph = algebra.graph
    year = graph.make("year", day, kind="integer")
    month = graph.make("month", day, kind="integer")
    plain = _plain_number(algebra, kind, year, month)
    dated = {period_index(kind, label): days for label, days in calendars.get(kind, {}).items()}
    if not dated:
        return plain
    cases: list[Node] = []
    for index, (first, last) in dated.items():
        assert index is not None
        cases += [algebra.both(_from(algebra, day, first), _until(algebra, day, last)), algebra.number(index)]
    redated = graph.make("in", plain, kind="boolean", value=tuple(dated))
    return algebra.case(*cases, redated, algebra.number(NO_PERIOD), plain)


def _from(algebra: Algebra, day: Node, first: date) -> Node:
    return algebra.boolean("ge", day, algebra.graph.literal(first, "date"))


def _until(algebra: Algebra, day: Node, last: date) -> Node:
    return algebra.boolean("le", day, algebra.graph.literal(last, "date"))


def _plain_number(algebra: Algebra, kind: Kind, year: Node, month: Node) -> Node:
    number, add = algebra.number, algebra.add

    def times(node: Node, factor: int) -> Node:
        return algebra.graph.make("times_whole", node, kind="integer", value=factor)

    if kind == "year":
        return year
    if kind == "month":
        return add(times(year, 12), algebra.subtract(month, number(1)))
    if kind == "quarter":
        position = algebra.graph.make("floor_div", algebra.subtract(month, number(1)), kind="integer", value=3)
        return add(times(year, 4), position)
    autumn = algebra.boolean("ge", month, number(9))
    school_year = algebra.case(autumn, year, algebra.subtract(year, number(1)))
    if kind == "school-year":
        return school_year
    spring = algebra.both(algebra.boolean("ge", month, number(2)), algebra.boolean("le", month, number(8)))
    return add(times(school_year, 2), algebra.case(spring, number(1), number(0)))
