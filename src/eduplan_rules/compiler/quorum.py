"""Rule bodies made of members: `all`, `any`, and `at_least` with a floor.

In: a `ResolvedBody` and its place. Out: whether it holds, as one three-valued node, and the tree of its parts. A member
whose `where` is false leaves the list; a list that everyone left, or may have left, decides nothing.
"""

from __future__ import annotations

from dataclasses import replace

from eduplan_rules.compiler.comparison import count
from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.facet import Algebra
from eduplan_rules.compiler.parts import Branch, alternative, each_part, implies, only_within, parts_of
from eduplan_rules.compiler.plan import Part
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import truth
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember

_COMPOUND = ("+", "-", "*", "/", "negative")


def compile_body(body: ResolvedBody, place: Place) -> tuple[Node, Branch]:
    """Whether the body holds, and the parts that can fail."""
    algebra = place.algebra
    inside = _memberships(body, place)
    tree = _at_least(body, inside, place) if body.kind == "at_least" else _every_or_some(body, inside, place)
    holds = algebra.only_if(somebody_applies(body, place), tree.holds)
    return holds, replace(tree, holds=holds)


def _every_or_some(body: ResolvedBody, inside: list[Node], place: Place) -> Branch:
    algebra = place.algebra
    children: list[Branch] = []
    for member, condition in zip(body.members, inside, strict=True):
        answer = truth(member.condition, place)
        held = implies(condition, answer, place) if body.kind == "all" else algebra.both(condition, answer)
        children.append(only_within(_member_parts(member, place), condition, held, place))
    answers = [child.holds for child in children]
    if body.kind == "all":
        return Branch("and", tuple(children), algebra.both(*answers))
    return Branch("or", tuple(map(alternative, children)), algebra.either(*answers))


def somebody_applies(body: ResolvedBody, place: Place) -> Node:
    """Whether a member is certainly in the list; never null."""
    return place.algebra.certain(place.algebra.either(*_memberships(body, place)))


def _memberships(body: ResolvedBody, place: Place) -> list[Node]:
    return [
        place.algebra.truth(True) if member.where is None else truth(member.where, place) for member in body.members
    ]


def floor_is_read(body: ResolvedBody, place: Place) -> Node:
    """Whether the floor is looked at: the count alone has not decided."""
    algebra = place.algebra
    inside = _memberships(body, place)
    met, hopeful = _counts(body, inside, place)
    return algebra.boolean("ge", algebra.add(met, hopeful), algebra.number(body.at_least))


def _counts(body: ResolvedBody, inside: list[Node], place: Place) -> tuple[Node, Node]:
    """Members certainly met, and members that could still be."""
    algebra = place.algebra
    met = hopeful = algebra.number(0)
    for member, condition in zip(body.members, inside, strict=True):
        holds = algebra.both(condition, truth(member.condition, place))
        met = algebra.add(met, _as_number(algebra, algebra.certain(holds)))
        hopeful = algebra.add(hopeful, _as_number(algebra, algebra.is_null(holds)))
    return met, hopeful


def _as_number(algebra: Algebra, condition: Node) -> Node:
    return algebra.graph.make("as_integer", condition, kind="integer")


def _at_least(body: ResolvedBody, inside: list[Node], place: Place) -> Branch:
    """The count first, then the floor; members that miss are told, but the count decides about them."""
    algebra = place.algebra
    floors: list[Branch] = []
    members: list[Branch] = []
    for member, condition in zip(body.members, inside, strict=True):
        answer = truth(member.condition, place)
        members.append(only_within(_member_parts(member, place), condition, implies(condition, answer, place), place))
        if member.floor is not None and body.floor is not None:
            held = algebra.either(
                algebra.both(condition, answer), implies(condition, truth(member.floor, place), place)
            )
            floors.append(only_within(_floor_parts(member, body.floor.text, place), condition, held, place))
    counted = _count_part(body, inside, place)
    holds = algebra.both(counted.holds, *(floor.holds for floor in floors))
    return Branch("and", (counted, *floors), holds, aside=tuple(members))


def _count_part(body: ResolvedBody, inside: list[Node], place: Place) -> Part:
    algebra = place.algebra
    met, hopeful = _counts(body, inside, place)
    needed = algebra.number(body.at_least)
    best = algebra.add(met, hopeful)
    enough = algebra.boolean("ge", met, needed)
    too_few = algebra.boolean("lt", best, needed)
    listed = algebra.number(0)
    for condition in inside:
        listed = algebra.add(listed, _as_number(algebra, algebra.certain(condition)))
    observed, other, required, gap = count(met, best, needed, algebra)
    return Part(
        f"at least {body.at_least} of {len(body.members)}",
        algebra.case(enough, algebra.truth(True), too_few, algebra.truth(False), algebra.truth(None)),
        observed,
        other,
        required,
        gap,
        None,
        strict=False,
        integer=True,
        op=">=",
        of=listed,
    )


def _member_parts(member: ResolvedMember, place: Place) -> Branch | Part:
    tree, title = parts_of(member.condition, place), member.member.title
    if isinstance(tree, Part) and member.member.measure is not None:
        measure, bound = member.condition.args
        tree = replace(tree, text=f"{measure.text} {member.condition.op} {bound.text}")
    return each_part(tree, lambda part: replace(part, title=title))


def _floor_parts(member: ResolvedMember, floor: str, place: Place) -> Branch | Part:
    """The measure against the bound that the floor leaves."""
    assert member.floor_bound is not None
    measure, limit = member.condition.args
    standard = f"({limit.text})" if limit.op in _COMPOUND else limit.text
    least = member.condition.op == ">="
    text = f"{measure.text} >= {floor} * {standard}" if least else f"{measure.text} <= {standard} / {floor}"
    title = member.member.title
    below = None if title is None else {"zh": f"{title['zh']}（底线）", "en": f"{title['en']} (floor)"}
    tree = parts_of(member.floor_bound, place)
    return each_part(tree, lambda part: replace(part, text=text, title=below, floor=True))
