"""From typed trees to core nodes.

In: a `Typed` tree and the place it stands in. Out: for a condition one three-valued node (`truth`), for anything else a
`Facet` (`facet`); on the way the lookups and rollups it needs are added to the plan.
"""

from __future__ import annotations

from eduplan_rules.compiler import aggregates, ranges, steps
from eduplan_rules.compiler.aggregates import Folds
from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.facet import Facet, point
from eduplan_rules.compiler.plan import Lookup, Rollup
from eduplan_rules.compiler.steps import Place
from eduplan_rules.language.typed import Rows, Typed

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_PLAIN = {"year": "integer", "month": "integer", "lower": "text", "length": "integer"}


def kind_of(typed: Typed) -> NodeKind:
    """How values of this type are held."""
    if typed.type.kind == "number":
        return "integer" if typed.type.integer else "number"
    kinds: dict[str, NodeKind] = {"boolean": "boolean", "date": "date"}
    return kinds.get(typed.type.kind, "text")


def truth(typed: Typed, place: Place) -> Node:
    """A condition as one node: true, false or null."""
    return facet(typed, place).low


def fixed(typed: Typed, place: Place) -> Node:
    """A value that must be exact: null where it is an interval."""
    return place.algebra.fixed(facet(typed, place))


def facet(typed: Typed, place: Place) -> Facet:
    """A value or condition as bounds."""
    known = place.memo.get(id(typed))
    if known is None:
        known = place.memo[id(typed)] = (_as_typed(typed, _facet(typed, place), place), typed)
    found: Facet = known[0]
    return found


def _as_typed(typed: Typed, found: Facet, place: Place) -> Facet:
    """What only happens to be whole is held as a real number, as its type says."""
    if found.kind == "integer" and kind_of(typed) == "number":
        return ranges.each(found, place.algebra.real)
    return found


def _facet(typed: Typed, place: Place) -> Facet:
    algebra, graph = place.algebra, place.graph
    match typed.op:
        case "number":
            return point(
                algebra.number(typed.data) if typed.type.integer else graph.literal(float(typed.data), "number")
            )
        case "text" | "boolean" | "date":
            return point(graph.literal(typed.data, kind_of(typed)))
        case "missing":
            return point(algebra.null("number"))
        case "field":
            return point(place.field(typed.data[1]))
        case "this":
            assert place.outer is not None
            return ranges.brought(facet(typed.args[0], place.outer), lambda node: steps.visible(place, node))
        case "value":
            return facet(typed.args[0], place)
        case "lookup":
            step, there = steps.lookup(place, typed.data)
            return _through(place, step, facet(typed.args[0], there))
        case "previous":
            step, there = steps.previous(place)
            return _through(place, step, facet(typed.args[0], there))
        case "parameter":
            arguments = [fixed(arg, place) for arg in typed.args]
            return point(graph.make("parameter", place.day, *arguments, kind=kind_of(typed), value=typed.data))
        case "context":
            named = {"period": place.end, "day": place.day, "as_of": place.as_of}
            return point(named.get(typed.data) or place.start)
        case "aggregate":
            return _aggregate(typed, place)
        case "if" | "coalesce":
            return _choice(typed, place)
        case _ if typed.type.kind == "boolean":
            return point(_condition(typed, place))
        case _:
            return _number(typed, place)


def _through(place: Place, step: Lookup, found: Facet) -> Facet:
    return ranges.brought(found, lambda node: steps.looked_up(place, step, node))


def _number(typed: Typed, place: Place) -> Facet:
    """Arithmetic and the functions that give numbers, days or texts."""
    algebra, graph = place.algebra, place.graph
    operands = [facet(arg, place) for arg in typed.args]
    match typed.op:
        case "+":
            return algebra.plus(*operands)
        case "-":
            return algebra.minus(*operands)
        case "*":
            return algebra.times(*operands)
        case "/":
            return algebra.over(*operands)
        case "negative":
            return ranges.each(operands[0], algebra.negative, swap=True)
        case "convert":
            return algebra.scaled(operands[0], typed.data)
        case "move":
            day = algebra.fixed(operands[0])
            if not isinstance(typed.data, tuple):
                return point(steps.moved_by(place, day, operands[1].low, typed.args[1].type.lengths, typed.data))
            return point(steps.moved(place, day, typed.data, 1))
        case "days":
            amounts = {length: algebra.number(length[0]) for length in typed.args[0].type.lengths if length is not None}
            return point(steps.by_length(place, operands[0].low, amounts, "integer"))
        case "round":
            digits = int(typed.args[1].data) if len(typed.args) > 1 else 0
            return ranges.each(operands[0], lambda node: algebra.rounded(node, digits, kind_of(typed)))
        case "floor" | "ceil" if operands[0].kind == "integer":
            return operands[0]
        case "floor" | "ceil":
            return ranges.each(operands[0], lambda node: graph.make(typed.op, node, kind="integer"))
        case "abs":
            return point(algebra.magnitude(algebra.fixed(operands[0])))
        case "min" | "max":
            result = operands[0]
            for operand in operands[1:]:
                result = ranges.extreme(result, operand, algebra, largest=typed.op == "max")
            return result
        case "change":
            return algebra.minus(operands[0], _before(typed.args[0], place))
        case "growth":
            return ranges.grown(operands[0], _before(typed.args[0], place), algebra)
        case "days_between" | "months_between":
            first, last = (algebra.fixed(operand) for operand in operands)
            return point(graph.make(typed.op, first, last, kind="integer"))
        case _:
            return point(graph.make(typed.op, algebra.fixed(operands[0]), kind=_PLAIN[typed.op]))  # type: ignore[arg-type]


def _before(typed: Typed, place: Place) -> Facet:
    step, there = steps.previous(place)
    return _through(place, step, facet(typed, there))


def _choice(typed: Typed, place: Place) -> Facet:
    """`if` and `coalesce`: null where it is not known which side counts."""
    algebra = place.algebra
    if typed.op == "if":
        condition = truth(typed.args[0], place)
        first, second = (_side(arg, typed, place) for arg in typed.args[1:])
        yes, no = algebra.certain(condition), algebra.denied(condition)
        return ranges.picked(algebra, yes, first, no, second, kind_of(typed))
    result = _side(typed.args[-1], typed, place)
    for arg in reversed(typed.args[:-1]):
        gone = algebra.certain(absent(arg, place))
        there = algebra.negate(gone)
        result = ranges.picked(algebra, gone, result, there, _side(arg, typed, place), kind_of(typed))
    return result


def _side(arg: Typed, typed: Typed, place: Place) -> Facet:
    """One of the values to choose from; `missing` is a missing value of the others' kind."""
    return point(place.algebra.null(kind_of(typed))) if arg.type.kind == "missing" else facet(arg, place)


def absent(typed: Typed, place: Place) -> Node:
    """Whether a field is known to be empty: true, false, or null where that cannot be known."""
    match typed.op:
        case "field":
            return place.column(f"?{typed.data[1]}", "boolean")
        case "value":
            return absent(typed.args[0], place)
        case "this":
            assert place.outer is not None
            return steps.visible(place, absent(typed.args[0], place.outer))
        case "lookup":
            step, there = steps.lookup(place, typed.data)
            return steps.looked_up(place, step, absent(typed.args[0], there))
        case "previous":
            step, there = steps.previous(place)
            return steps.looked_up(place, step, absent(typed.args[0], there))
        case _:
            known = place.algebra.is_null(facet(typed, place).low)
            return place.algebra.case(known, place.algebra.truth(None), place.algebra.truth(False))


def unreadable(typed: Typed, place: Place) -> Node:
    """Whether a cell that a value reads was there and could not be used; never null for fields of the row."""
    match typed.op:
        case "field":
            return place.column(f"!{typed.data[1]}", "boolean")
        case "this":
            assert place.outer is not None
            return steps.visible(place, unreadable(typed.args[0], place.outer))
        case "lookup" | "previous":
            step, there = steps.lookup(place, typed.data) if typed.op == "lookup" else steps.previous(place)
            return steps.looked_up(place, step, unreadable(typed.args[0], there))
        case "aggregate":
            return place.algebra.truth(False)
        case _:
            return place.algebra.either(*(unreadable(arg, place) for arg in typed.args))


def _condition(typed: Typed, place: Place) -> Node:
    algebra, graph = place.algebra, place.graph
    match typed.op:
        case "and" | "or":
            return algebra.boolean(typed.op, *(truth(arg, place) for arg in typed.args))
        case "not":
            return algebra.negate(truth(typed.args[0], place))
        case "is missing":
            return absent(typed.args[0], place)
        case "is not missing":
            return algebra.negate(absent(typed.args[0], place))
        case "in" | "not in":
            found = _membership(typed, place)
            return algebra.negate(found) if typed.op == "not in" else found
        case "rises" | "does_not_fall":
            return _trend(typed, place)
        case op if op in _COMPARISONS:
            return algebra.compare(op, *(facet(arg, place) for arg in typed.args))
        case _:
            value = typed.args[1].data
            return graph.make(typed.op, fixed(typed.args[0], place), kind="boolean", value=value)


def _membership(typed: Typed, place: Place) -> Node:
    algebra, graph = place.algebra, place.graph
    left, listed = typed.args
    value = facet(left, place)
    if listed.op != "list":
        table = fixed(listed, place)
        day, *arguments = table.args
        return graph.make("in_parameter", day, *arguments, algebra.fixed(value), kind="boolean", value=table.value)
    if all(item.op == "text" for item in listed.args):
        return graph.make("in", algebra.fixed(value), kind="boolean", value=tuple(item.data for item in listed.args))
    return algebra.either(*(algebra.compare("=", value, facet(item, place)) for item in listed.args))


def trend_operands(typed: Typed, place: Place) -> tuple[str, Facet, Facet, Node | None]:
    """The comparison behind `rises` and `does_not_fall`, and the published growth where there is one."""
    op = ">" if typed.op == "rises" else ">="
    published = fixed(typed.args[1], place) if len(typed.args) > 1 else None
    return op, facet(typed.args[0], place), _before(typed.args[0], place), published


def _trend(typed: Typed, place: Place) -> Node:
    """A published growth decides where it is present; one that could not be read leaves it open."""
    algebra = place.algebra
    op, now, before, published = trend_operands(typed, place)
    printed = algebra.compare(op, now, before)
    if published is None:
        return printed
    return algebra.case(
        algebra.negate(algebra.is_null(published)),
        algebra.compare(op, point(published), point(algebra.number(0))),
        algebra.certain(unreadable(typed.args[1], place)),
        algebra.truth(None),
        printed,
    )


def rollup_of(typed: Typed, place: Place) -> tuple[Rollup, Place]:
    """The rollup step of an aggregate, the same one each time it is asked for."""
    key = ("aggregate", id(typed))
    if key not in place.shared:
        rows: Rows = typed.data
        place.shared[key] = steps.rollup(place, rows, alone=_sees_subject(rows), since=_since(rows, place))
    return place.shared[key]


def _since(rows: Rows, place: Place) -> Node | None:
    """The day after which rows count, where a parameter of the subject gives the window."""
    if not isinstance(rows.over, Typed):
        return None
    return steps.moved_by(place, place.day, fixed(rows.over, place), rows.over.type.lengths, -1)


def _sees_subject(rows: Rows) -> bool:
    parts = (*rows.values, rows.where, rows.weight)
    return any(node.op == "this" for part in parts if part is not None for node in part.walk())


def _aggregate(typed: Typed, place: Place) -> Facet:
    rows: Rows = typed.data
    step, there = rollup_of(typed, place)
    algebra = place.algebra
    member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
    values = [facet(value, there) for value in rows.values]
    weight = None if rows.weight is None else fixed(rows.weight, there)
    if _sees_subject(rows):
        steps.finish(place, step)
    folds = Folds(place, step, member)
    positive = typed.type.nonnegative
    match rows.name:
        case "count":
            return aggregates.count_rows(folds)
        case "share":
            return aggregates.share(folds, values[0].low)
        case "all":
            return point(aggregates.every(folds, values[0].low))
        case "any":
            return point(aggregates.some(folds, values[0].low))
        case "sum":
            return aggregates.total(folds, values[0], skip_missing=rows.skip_missing, nonnegative=positive)
        case "mean":
            return aggregates.mean(folds, values[0], weight, skip_missing=rows.skip_missing, nonnegative=positive)
        case "median":
            return aggregates.median(folds, values[0], skip_missing=rows.skip_missing)
        case "cv":
            return _variation(typed, place, folds, values[0], weight)
        case "count_distinct":
            return aggregates.count_distinct(folds, [algebra.fixed(value) for value in values])
        case _:
            return aggregates.extreme(folds, values[0], largest=rows.name == "max")


def _variation(typed: Typed, place: Place, folds: Folds, value: Facet, weight: Node | None) -> Facet:
    """`cv` in two passes: the mean first, then the spread about it, which the rows see as a value of the subject."""
    rows: Rows = typed.data
    found = aggregates.mean(folds, value, weight, skip_missing=rows.skip_missing, nonnegative=True)
    mean = place.algebra.fixed(found)
    alone, edge = _sees_subject(rows), _since(rows, place)
    step, there = steps.rollup(place, rows, alone=True, since=edge) if alone else steps.second_rollup(place, rows, edge)
    algebra = place.algebra
    member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
    again = algebra.fixed(facet(rows.values[0], there))
    weight_again = None if rows.weight is None else fixed(rows.weight, there)
    seen = steps.visible(there, mean)
    if alone:
        steps.finish(place, step)
    second = Folds(place, step, member)
    return aggregates.deviation(second, again, weight_again, seen, mean)
