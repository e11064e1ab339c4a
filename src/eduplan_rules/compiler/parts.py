"""The parts of a condition: each comparison or member, when it fails and by how much.

In: a typed condition and its place. Out: a tree of `Part`s, whose nodes every backend computes alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from eduplan_rules.compiler.comparison import comparison
from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.demand import demand_of
from eduplan_rules.compiler.facet import DENIED, MIRRORED, point
from eduplan_rules.compiler.naming import labels_of, name_of
from eduplan_rules.compiler.plan import Offence, Part
from eduplan_rules.compiler.reading import is_personal
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet, rollup_of, trend_operands, truth, unreadable
from eduplan_rules.language.typed import Rows, Typed

_COMPARISONS = frozenset(DENIED)
#: conditions that are values of the row themselves
_TRUTHS = frozenset({"field", "lookup", "previous", "coalesce"})
#: conditions about one value of the row
_QUESTIONS = frozenset({"in", "not in", "contains", "starts_with", "matches"})
#: bounds that have a name
_NAMED = frozenset({"field", "value", "lookup", "previous", "parameter"})
#: what stands in the rulebook, or is the same for all rows
_FIXED = frozenset({"number", "text", "boolean", "date", "parameter", "convert", "context"})


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Parts joined by `and` or `or`, and whether they hold together."""

    op: str
    children: tuple[Branch | Part, ...]
    holds: Node
    #: whether they count at all; None where always
    within: Node | None = None
    #: told where they are false, but they decide nothing
    aside: tuple[Branch | Part, ...] = ()


def flat(tree: Branch | Part) -> list[Part]:
    """The parts, in the order they are told."""
    if isinstance(tree, Part):
        return [tree]
    return [part for child in (*tree.children, *tree.aside) for part in flat(child)]


def only_within(tree: Branch | Part, condition: Node, holds: Node, place: Place) -> Branch:
    """Parts that count only where a condition is true; elsewhere none of them is false."""
    return Branch("and", (_implied(tree, condition, place),), holds, condition)


def _implied(tree: Branch | Part, condition: Node, place: Place) -> Branch | Part:
    if isinstance(tree, Part):
        return replace(tree, holds=implies(condition, tree.holds, place))
    children = tuple(_implied(child, condition, place) for child in tree.children)
    return replace(tree, children=children, holds=implies(condition, tree.holds, place))


def implies(condition: Node, holds: Node, place: Place) -> Node:
    """Whether something holds wherever the condition does."""
    return place.algebra.either(place.algebra.negate(condition), holds)


def each_part(tree: Branch | Part, change: Callable[[Part], Part]) -> Branch | Part:
    """The tree with every part changed."""
    if isinstance(tree, Part):
        return change(tree)
    return replace(tree, children=tuple(each_part(child, change) for child in tree.children))


def alternative(tree: Branch | Part) -> Branch | Part:
    """The parts as one side of an `or`."""
    return each_part(tree, lambda part: replace(part, alternative=True))


def parts_of(typed: Typed, place: Place, *, denied: bool = False) -> Branch | Part:
    """The comparisons and other conditions that a condition is made of, with denials moved into them."""
    algebra = place.algebra
    holds = algebra.negate(truth(typed, place)) if denied else truth(typed, place)
    match typed.op:
        case "and" | "or":
            children = tuple(parts_of(arg, place, denied=denied) for arg in typed.args)
            either = (typed.op == "or") != denied
            return Branch("or", tuple(map(alternative, children)), holds) if either else Branch("and", children, holds)
        case "not":
            return parts_of(typed.args[0], place, denied=not denied)
        case "value":
            return parts_of(typed.args[0], place, denied=denied)
        case "if":
            return _choice(typed, holds, place, denied=denied)
        case "rises" | "does_not_fall":
            return _trend(typed, holds, place, denied=denied)
        case op if op in _COMPARISONS:
            return _comparison(typed, holds, place, denied=denied)
        case _:
            return _question(typed, holds, place, denied=denied)


def _choice(typed: Typed, holds: Node, place: Place, *, denied: bool) -> Branch:
    """`if`: the side that the condition chooses."""
    algebra = place.algebra
    condition = truth(typed.args[0], place)
    sides = []
    for chosen, arg in zip((condition, algebra.negate(condition)), typed.args[1:], strict=True):
        tree = parts_of(arg, place, denied=denied)
        sides.append(only_within(tree, chosen, implies(chosen, tree.holds, place), place))
    return Branch("and", tuple(sides), holds)


def _question(typed: Typed, holds: Node, place: Place, *, denied: bool) -> Part:
    """A condition that compares nothing; with the value it is about, where there is one."""
    algebra = place.algebra
    observed = required = op = unit = None
    if typed.op in _TRUTHS:
        observed, required, op = truth(typed, place), algebra.truth(not denied), "="
    elif typed.op in _QUESTIONS:
        observed = algebra.fixed(facet(typed.args[0], place))
        unit = typed.args[0].type.unit
    return Part(
        f"not {typed.text}" if denied else typed.text,
        holds,
        observed,
        None,
        required,
        None,
        None if unit is None else unit.text or None,
        strict=False,
        integer=observed is not None and observed.kind == "integer",
        op=op,
        offence=offence_of(typed, place, too_many=denied),
        personal=is_personal(typed, place),
        labels=labels_of(typed.args[0], place) if typed.op in _QUESTIONS else None,
        demand=demand_of(typed, place, denied=denied),
        about=name_of(typed if typed.op in _TRUTHS else typed.args[0], place) if observed is not None else None,
    )


def _comparison(typed: Typed, holds: Node, place: Place, *, denied: bool) -> Part:
    left, right = typed.args
    op = DENIED[typed.op] if denied else typed.op
    if _is_fixed(left) and not _is_fixed(right):
        left, right, op = right, left, MIRRORED[op]
    return replace(
        comparison(op, facet(left, place), facet(right, place), place, typed),
        text=f"not ({typed.text})" if denied else typed.text,
        holds=holds,
        offence=offence_of(left, place, too_many=op in ("<", "<=", "=")) or offence_of(right, place),
        personal=is_personal(typed, place),
        labels=labels_of(left, place) or labels_of(right, place),
        about=name_of(left, place),
        bound=_name_of_bound(right, place),
    )


def _name_of_bound(typed: Typed, place: Place) -> dict[str, str] | None:
    """What people call the bound; a parameter without a label is in the record under its own name."""
    while typed.op == "convert":
        typed = typed.args[0]
    if typed.op == "parameter" and place.book.parameters[typed.data].label is None:
        return None
    return name_of(typed, place) if typed.op in _NAMED else None


def _is_fixed(typed: Typed) -> bool:
    return all(node.op in _FIXED for node in typed.walk())


def _trend(typed: Typed, holds: Node, place: Place, *, denied: bool) -> Branch | Part:
    """The printed figures' comparison, or the published growth's where there is one."""
    algebra = place.algebra
    op, now, before, published = trend_operands(typed, place)
    op = DENIED[op] if denied else op
    value = typed.args[0]
    like = Typed(op, (value, value), typed.type, typed.span, value.type.unit)
    personal = is_personal(typed, place)
    about, bound = name_of(value, place), name_of(replace(value, op="previous", args=(value,)), place)
    printed = replace(
        comparison(op, now, before, place, like), holds=holds, personal=personal, about=about, bound=bound
    )
    if published is None:
        return printed
    given = algebra.negate(algebra.is_null(published))
    lost = algebra.certain(unreadable(typed.args[1], place))
    zero = algebra.number(0)
    grown = replace(
        comparison(op, point(published), point(zero), place, replace(like, data=None)),
        holds=algebra.compare(op, point(published), point(zero)),
        unit="%",
        integer=False,
        basis="published",
        personal=personal,
        about=name_of(typed.args[1], place),
    )
    rising = algebra.case(lost, algebra.truth(None), algebra.compare(op, now, before))
    printed = replace(printed, holds=rising)
    children = tuple(
        only_within(part, chosen, implies(chosen, part.holds, place), place)
        for part, chosen in ((grown, given), (printed, algebra.negate(given)))
    )
    return Branch("and", children, holds)


def offence_of(typed: Typed, place: Place, *, too_many: bool = False) -> Offence | None:
    """Rows that speak against an aggregate: those that fail a share or an `all`, those that are too many."""
    if typed.op in ("value", "convert"):
        return offence_of(typed.args[0], place, too_many=too_many)
    if typed.op != "aggregate":
        return None
    rows: Rows = typed.data
    facet(typed, place)
    step, there = rollup_of(typed, place)
    algebra = place.algebra
    member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
    against = algebra.truth(True)
    if (rows.name, too_many) in (("share", True), ("any", True)):
        against = algebra.certain(truth(rows.values[0], there))
    elif (rows.name, too_many) in (("share", False), ("all", False)):
        against = algebra.denied(truth(rows.values[0], there))
    elif (rows.name, too_many) != ("count", True):
        return None
    return Offence(step, algebra.both(algebra.certain(member), against))
