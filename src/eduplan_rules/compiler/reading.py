"""What a rule reads: values to show, parameters, and whether any of those is unverified or lacks a value.

In: the typed trees of a rule and their place. Out: `Shown` and `ParameterUse` values and nodes that are never null.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from eduplan_rules.compiler import steps
from eduplan_rules.compiler.aggregates import Folds
from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.naming import labels_of
from eduplan_rules.compiler.plan import ParameterUse, Shown
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import absent, facet, fixed, kind_of, rollup_of
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


def named(node: Typed, place: Place) -> Shown:
    """A value in a message; of a parent without its name, the parent's key."""
    found = replace(shown(node, place, node.text), absent=_absence(node, place))
    key = None if found.personal else _parents_key(node, place)
    if key is None:
        return found
    algebra = place.algebra
    return replace(found, node=algebra.case(algebra.negate(algebra.is_null(found.node)), found.node, key))


def _absence(node: Typed, place: Place) -> Node | None:
    """Whether a fact is known to be absent; of what is computed nothing is."""
    inner = node
    while inner.op in ("value", "lookup", "previous"):
        inner = inner.args[0]
    return absent(node, place) if inner.op == "field" else None


def _parents_key(node: Typed, place: Place) -> Node | None:
    """The key of the parent that a lookup names, as its children have it; None where it names none."""
    if node.op != "lookup":
        return None
    link, inner = node.data, node.args[0]
    if inner.op == "lookup":
        step, there = steps.lookup(place, link)
        above = _parents_key(inner, there)
        return None if above is None else steps.looked_up(place, step, above)
    parent, fields = place.book.entities[link.parent], [place.entity.fields[name] for name in link.fields]
    keys = [*fields, *(parent.fields[name] for name in parent.key)]
    if inner.op != "field" or parent.name != inner.data[1] or any(field.personal for field in keys):
        return None
    parts = [place.field(str(field.id)) for field in fields]
    texts = [part if part.kind == "text" else place.graph.make("as_text", part, kind="text") for part in parts]
    return functools.reduce(lambda one, other: place.graph.make("beside", one, other, kind="text"), texts)


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

    def visit(node: Typed, away: int) -> None:
        if node.op == "parameter":
            arguments = () if away else tuple(fixed(arg, place) for arg in node.args)
            use = ParameterUse(node.data, place.day, arguments)
            found.setdefault((node.data, tuple(map(id, arguments))), use)
        # `this` is a step back to where the aggregate stands
        away += -1 if node.op == "this" else node.op in ("lookup", "previous", "aggregate")
        for arg in node.args:
            visit(arg, away)

    for tree in trees:
        visit(tree, 0)
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
        result = algebra.either(*(any_reading(each, place, test) for each in _of_subject(typed.args)))
        inner = algebra.either(*(any_reading(arg, there, test) for arg in typed.args))
        if inner.constant:
            return result
        some = Folds(place, step, step.within).count(algebra.certain(step.within), inner)
        return algebra.either(result, algebra.certain(algebra.boolean("gt", some, algebra.number(0))))
    if typed.op == "this":
        # read where the aggregate stands
        return result
    for arg in typed.args:
        result = algebra.either(result, any_reading(arg, place, test))
    if typed.op in ("rises", "does_not_fall", "change", "growth"):
        before = Typed("previous", typed.args[:1], typed.args[0].type, typed.span)
        result = algebra.either(result, any_reading(before, place, test))
    return result


def _of_subject(nodes: Iterable[Typed], away: int = 0) -> Iterator[Typed]:
    """What the rows of an aggregate read of its subject."""
    for node in nodes:
        if node.op == "this" and not away:
            yield from node.args
        else:
            yield from _of_subject(node.args, away + (node.op == "aggregate") - (node.op == "this"))


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
