"""What a rule reads: values to show, parameters, and whether any of those is unverified or lacks a value.

In: the typed trees of a rule and their place. Out: `Shown` and `ParameterUse` values and nodes that are never null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eduplan_rules.compiler import steps
from eduplan_rules.compiler.aggregates import Folds
from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.naming import labels_of
from eduplan_rules.compiler.plan import ParameterUse, Shown
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet, fixed, kind_of, rollup_of
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.typed import Typed

#: aggregates that tell how many rows there are, and nothing of what stands in them
_COUNTING = frozenset({"count", "share", "all", "any", "count_distinct"})


def is_personal(typed: Typed, place: Place) -> bool:
    """Whether a personal field's value could be told from the value of the tree."""
    if typed.op == "aggregate" and typed.data.name in _COUNTING:
        return False
    if typed.op == "field":
        return place.book.entities[typed.data[0]].fields[typed.data[1]].personal
    return any(is_personal(arg, place) for arg in typed.args)


def shown_values(trees: Iterable[Typed], place: Place) -> tuple[Shown, ...]:
    """The values the trees read, each once, in the order they are written."""
    found: dict[str, Shown] = {}

    def visit(node: Typed) -> None:
        name = _shown_name(node)
        if name is not None and name not in found and node.type.kind != "list":
            found[name] = shown(node, place, name)
        if node.op in ("value", "lookup", "previous", "aggregate"):
            if node.op == "value":
                visit(node.args[0])
            return
        for arg in node.args:
            visit(arg)

    for tree in trees:
        visit(tree)
    return tuple(found.values())


def shown(node: Typed, place: Place, name: str) -> Shown:
    """One value under a name."""
    value = facet(node, place)
    unit = node.type.unit.text if node.type.unit is not None and node.type.unit.text else None
    return Shown(name, value.low, kind_of(node) == "integer", unit, is_personal(node, place), labels_of(node, place))


def _shown_name(node: Typed) -> str | None:
    match node.op:
        case "field" | "value":
            return str(node.data[1])
        case "lookup":
            target, inner = node, node.args[0]
            while inner.op == "lookup":
                target, inner = inner, inner.args[0]
            return f"{target.data.parent}.{_shown_name(inner) or inner.text}"
        case "previous" | "aggregate":
            return node.text
        case _:
            return None


def parameter_uses(trees: Iterable[Typed], place: Place) -> tuple[ParameterUse, ...]:
    """The parameters the trees read; with arguments where they are the row's own."""
    found: dict[tuple[str, tuple[int, ...]], ParameterUse] = {}

    def visit(node: Typed, inside: bool) -> None:  # noqa: FBT001
        if node.op == "parameter":
            arguments = () if inside else tuple(fixed(arg, place) for arg in node.args)
            use = ParameterUse(node.data, place.day, arguments)
            found.setdefault((node.data, tuple(map(id, arguments))), use)
        inside = inside or node.op in ("lookup", "previous", "aggregate")
        for arg in node.args:
            visit(arg, inside)

    for tree in trees:
        visit(tree, inside=False)
    return tuple(found.values())


def any_reading(typed: Typed, place: Place, test: Callable[[Typed, Place], Node]) -> Node:
    """Whether a test holds for any parameter read, here or on the rows behind lookups and aggregates; never null."""
    algebra = place.algebra
    result = algebra.truth(False)
    if typed.op == "parameter":
        result = algebra.certain(test(typed, place))
    if typed.op in ("lookup", "previous"):
        way, beyond = steps.lookup(place, typed.data) if typed.op == "lookup" else steps.previous(place)
        inner = any_reading(typed.args[0], beyond, test)
        return result if inner.constant else algebra.certain(steps.looked_up(place, way, inner))
    if typed.op == "aggregate":
        facet(typed, place)
        step, there = rollup_of(typed, place)
        inner = algebra.either(*(any_reading(arg, there, test) for arg in typed.args))
        if inner.constant:
            return result
        some = Folds(place, step, step.within).count(algebra.certain(step.within), inner)
        return algebra.certain(algebra.boolean("gt", some, algebra.number(0)))
    if typed.op == "this":
        return result
    for arg in typed.args:
        result = algebra.either(result, any_reading(arg, place, test))
    if typed.op in ("rises", "does_not_fall", "change", "growth"):
        before = Typed("previous", typed.args[:1], typed.args[0].type, typed.span)
        result = algebra.either(result, any_reading(before, place, test))
    return result


def doubtful(tables: dict[str, ParameterTable]) -> Callable[[Typed, Place], Node]:
    """Whether the value read is unverified."""

    def test(typed: Typed, place: Place) -> Node:
        if not tables[typed.data].unverified:
            return place.algebra.truth(False)
        arguments = [fixed(arg, place) for arg in typed.args]
        return place.graph.make("parameter_doubt", place.day, *arguments, kind="boolean", value=typed.data)

    return test


def without_value(tables: dict[str, ParameterTable]) -> Callable[[Typed, Place], Node]:
    """Whether the parameter has no value on the day for known arguments."""

    def test(typed: Typed, place: Place) -> Node:
        if not tables[typed.data].has_gaps:
            return place.algebra.truth(False)
        algebra = place.algebra
        known = [algebra.negate(algebra.is_null(fixed(arg, place))) for arg in typed.args]
        if typed.type.kind == "list":
            return algebra.truth(False)
        return algebra.both(algebra.is_null(facet(typed, place).low), *known)

    return test
