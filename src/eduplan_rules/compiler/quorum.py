"""Rule bodies made of members: `all`, `any`, and `at_least` with a floor.

In: a `ResolvedBody` and its place. Out: whether it holds, as one three-valued node, and the tree of its parts. A member
whose `where` is false leaves the list; a list that everyone left, or may have left, decides nothing.
"""

from __future__ import annotations

from dataclasses import replace

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.facet import Algebra
from eduplan_rules.compiler.parts import Branch, parts_of
from eduplan_rules.compiler.plan import Part
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import truth
from eduplan_rules.language.typed import ResolvedBody, ResolvedMember


def compile_body(body: ResolvedBody, place: Place) -> tuple[Node, Branch | Part]:
    """Whether the body holds, and the parts that can fail."""
    algebra = place.algebra
    inside = _memberships(body, place)
    somebody = somebody_applies(body, place)
    if body.kind == "at_least":
        holds, tree = _at_least(body, inside, place)
        return algebra.only_if(somebody, holds), tree
    answers = [truth(member.condition, place) for member in body.members]
    if body.kind == "all":
        holds = algebra.both(*(_implied(algebra, *pair) for pair in zip(inside, answers, strict=True)))
    else:
        holds = algebra.either(*(algebra.both(*pair) for pair in zip(inside, answers, strict=True)))
    children = tuple(
        _member_parts(member, condition, place) for member, condition in zip(body.members, inside, strict=True)
    )
    return (
        algebra.only_if(somebody, holds),
        Branch("and" if body.kind == "all" else "or", children),
    )


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


def _implied(algebra: Algebra, condition: Node, answer: Node) -> Node:
    return algebra.either(algebra.negate(condition), answer)


def _counts(body: ResolvedBody, inside: list[Node], place: Place) -> tuple[Node, Node]:
    """Members certainly met, and members that could still be."""
    algebra = place.algebra
    met = hopeful = algebra.number(0)
    for member, condition in zip(body.members, inside, strict=True):
        answer = truth(member.condition, place)
        sure = algebra.both(algebra.certain(condition), algebra.certain(answer))
        out = algebra.either(algebra.denied(condition), algebra.denied(answer))
        met = algebra.add(met, _as_number(algebra, sure))
        hopeful = algebra.add(hopeful, _as_number(algebra, algebra.negate(algebra.either(sure, out))))
    return met, hopeful


def _as_number(algebra: Algebra, condition: Node) -> Node:
    return algebra.graph.make("as_integer", condition, kind="integer")


def _at_least(body: ResolvedBody, inside: list[Node], place: Place) -> tuple[Node, Branch | Part]:
    algebra = place.algebra
    met, hopeful = _counts(body, inside, place)
    needed = algebra.number(body.at_least)
    best = algebra.add(met, hopeful)
    enough = algebra.boolean("ge", met, needed)
    too_few = algebra.boolean("lt", best, needed)
    count_holds = algebra.case(enough, algebra.truth(True), too_few, algebra.truth(False), algebra.truth(None))
    gap = algebra.larger(algebra.subtract(needed, best), algebra.number(0))
    text = f"at least {body.at_least} of {len(body.members)}"
    title = {"en": text, "zh": f"{len(body.members)} 项中至少 {body.at_least} 项"}
    count = Part(text, count_holds, best, met, needed, gap, None, strict=False, integer=True, title=title, op=">=")
    floors: list[Branch | Part] = []
    members: list[Branch | Part] = []
    floor_holds = algebra.truth(True)
    for member, condition in zip(body.members, inside, strict=True):
        answer = truth(member.condition, place)
        members.append(_member_parts(member, condition, place))
        if member.floor is not None:
            held = algebra.either(
                algebra.both(condition, answer), _implied(algebra, condition, truth(member.floor, place))
            )
            floor_holds = algebra.both(floor_holds, held)
            floors.append(_with_condition(parts_of(member.floor, place), condition, place, _floor_title(member)))
    # the count first, then the floor, then the members that miss: all that is false, worst first
    tree = Branch("and", (count, *floors, *members))
    return algebra.both(count_holds, floor_holds), tree


def _floor_title(member: ResolvedMember) -> dict[str, str] | None:
    title = member.member.title
    return None if title is None else {"zh": f"{title['zh']}(底线)", "en": f"{title['en']} (floor)"}


def _member_parts(member: ResolvedMember, condition: Node, place: Place) -> Branch | Part:
    return _with_condition(parts_of(member.condition, place), condition, place, member.member.title)


def _with_condition(tree: Branch | Part, condition: Node, place: Place, title: dict[str, str] | None) -> Branch | Part:
    """A part counts only for members that are in the list."""
    if isinstance(tree, Branch):
        return Branch(tree.op, tuple(_with_condition(child, condition, place, title) for child in tree.children))
    return replace(tree, holds=_implied(place.algebra, condition, tree.holds), title=tree.title or title)
