"""The parts of a condition: each comparison or member, when it fails and by how much.

In: a typed condition and its place. Out: a tree of `Part`s, whose nodes every backend computes alike, and which of them
a record speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass

from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.facet import DENIED, MIRRORED, Facet, point
from eduplan_rules.compiler.plan import Offence, Part
from eduplan_rules.compiler.reading import is_personal
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet, rollup_of, trend_operands, truth, unreadable
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.units import conversion

_COMPARISONS = frozenset(DENIED)


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Parts joined by `and` or `or`."""

    op: str
    children: tuple[Branch | Part, ...]


def parts_of(typed: Typed, place: Place, *, denied: bool = False) -> Branch | Part:
    """The comparisons and other conditions that a condition is made of, with denials moved into them."""
    match typed.op:
        case "and" | "or":
            op = typed.op if not denied else {"and": "or", "or": "and"}[typed.op]
            return Branch(op, tuple(parts_of(arg, place, denied=denied) for arg in typed.args))
        case "not":
            return parts_of(typed.args[0], place, denied=not denied)
        case "value":
            return parts_of(typed.args[0], place, denied=denied)
        case "rises" | "does_not_fall" if not denied:
            return _trend_parts(typed, place)
        case op if op in _COMPARISONS:
            return _comparison_part(typed, place, denied=denied)
        case _:
            holds = truth(typed, place)
            text = f"not {typed.text}" if denied else typed.text
            return Part(
                text,
                place.algebra.negate(holds) if denied else holds,
                None,
                None,
                None,
                None,
                None,
                strict=False,
                integer=False,
                offence=None if denied else offence_of(typed, place),
                personal=is_personal(typed, place),
            )


def _comparison_part(typed: Typed, place: Place, *, denied: bool) -> Part:
    left, right = typed.args
    op = DENIED[typed.op] if denied else typed.op
    holds = truth(typed, place)
    if _fixed_side(left) and not _fixed_side(right):
        left, right, op = right, left, MIRRORED[op]
    part = comparison(op, facet(left, place), facet(right, place), place, typed)
    offence = offence_of(left, place, too_many=op in ("<", "<=", "=")) or offence_of(right, place, too_many=False)
    return _with(
        part,
        place.algebra.negate(holds) if denied else holds,
        f"not ({typed.text})" if denied else typed.text,
        offence,
        is_personal(typed, place),
    )


def _with(part: Part, holds: Node, text: str, offence: Offence | None, personal: bool) -> Part:  # noqa: FBT001
    return Part(
        text,
        holds,
        part.observed,
        part.other,
        part.required,
        part.gap,
        part.unit,
        part.strict,
        part.integer,
        part.title,
        part.basis,
        part.op,
        offence,
        personal,
    )


def _fixed_side(typed: Typed) -> bool:
    return all(
        node.op in ("number", "text", "boolean", "date", "parameter", "convert", "context") for node in typed.walk()
    )


def comparison(op: str, left: Facet, right: Facet, place: Place, typed: Typed) -> Part:
    """Observed and required of a comparison, and the least change of observed that would do."""
    algebra = place.algebra
    observed, other, required = _ends(op, left, right, place)
    strict = op in ("<", ">", "!=")
    gap = _gap(op, observed, required, place)
    unit = typed.data if typed.op in _COMPARISONS and typed.args[0].type.kind == "number" else None
    integer = observed.kind == "integer"
    shown = [observed, None if left.exact else other, required, gap]
    if unit is not None:
        factor = conversion(typed.args[0].type.unit, unit) if typed.args[0].type.unit is not None else None
        if factor is not None and factor != 1:
            shown = [None if node is None else algebra.scaled(point(node), factor).low for node in shown]
            integer = False
    is_date = observed.kind == "date"
    return Part(
        typed.text,
        algebra.truth(None),
        shown[0],
        shown[1],
        shown[2],
        shown[3],
        "天" if is_date else (unit.text or None) if unit is not None else None,
        strict,
        integer,
        op=op,
    )


def _ends(op: str, left: Facet, right: Facet, place: Place) -> tuple[Node, Node, Node]:
    """What was observed and what is required, at the ends nearest to each other, and the observed's other end."""
    below, above = (left.high, left.low, right.low), (left.low, left.high, right.high)
    missed, met = (above, below) if op in ("<", "<=") else (below, above)
    if left.exact and right.exact:
        return missed
    algebra = place.algebra
    beyond = algebra.boolean("gt", left.low, right.high) if op in ("=", "!=") else algebra.compare(op, left, right)
    observed, other, required = (algebra.case(beyond, *pair) for pair in zip(met, missed, strict=True))
    return observed, other, required


def _gap(op: str, observed: Node, required: Node, place: Place) -> Node | None:
    algebra, graph = place.algebra, place.graph
    if "text" in (observed.kind, required.kind) or "boolean" in (observed.kind, required.kind):
        return None
    one, zero = algebra.number(1), algebra.number(0)
    if observed.kind == "date":
        first, last = (observed, required) if op in (">", ">=") else (required, observed)
        distance = graph.make("days_between", first, last, kind="integer")
        whole = True
    else:
        whole = observed.kind == "integer"
        bound = required
        if whole and required.kind != "integer":
            # the whole number that satisfies the comparison next to a bound that is none
            rounding = {">=": "ceil", ">": "floor", "<=": "floor", "<": "ceil"}.get(op)
            if rounding is not None:
                bound = graph.make(rounding, required, kind="integer")
        ends = (bound, observed) if op in (">", ">=") else (observed, bound)
        kind: NodeKind = "integer" if whole and bound.kind == "integer" else "number"
        distance = graph.make("distance", *ends, kind=kind)
    if op == "=":
        return algebra.magnitude(distance)
    if op == "!=":
        return algebra.only_if(algebra.negate(algebra.is_null(distance)), one if whole else zero)
    if op in ("<", ">") and whole:
        distance = algebra.add(distance, one)
    if op in ("<", ">"):
        # what is beyond the bound by less than the tolerance counts as equal to it
        return algebra.larger(distance, zero)
    return distance


def _trend_parts(typed: Typed, place: Place) -> Branch | Part:
    """The printed figures' comparison, and the published growth's where there is one; the idle one counts as kept."""
    algebra = place.algebra
    op, now, before, published = trend_operands(typed, place)
    personal = is_personal(typed, place)
    value = typed.args[0]
    like = Typed(op, (value, value), typed.type, typed.span, value.type.unit)
    printed = comparison(op, now, before, place, like)
    if published is None:
        return _with(printed, algebra.compare(op, now, before), typed.text, None, personal)
    given = algebra.negate(algebra.is_null(published))
    lost = algebra.certain(unreadable(typed.args[1], place))
    holds = algebra.case(given, algebra.truth(True), lost, algebra.truth(None), algebra.compare(op, now, before))
    zero = algebra.number(0)
    growth = comparison(op, point(published), point(zero), place, like)
    grown = algebra.case(given, algebra.compare(op, point(published), point(zero)), algebra.truth(True))
    first = Part(
        typed.text,
        grown,
        published,
        None,
        zero,
        growth.gap,
        "%",
        growth.strict,
        integer=False,
        basis="published",
        op=op,
        personal=personal,
    )
    second = _with(printed, holds, typed.text, None, personal)
    return Branch("and", (first, second))


def offence_of(typed: Typed, place: Place, *, too_many: bool = False) -> Offence | None:
    """Rows that speak against an aggregate: those that fail a share or an `all`, those that count too many."""
    if typed.op in ("value", "convert"):
        return offence_of(typed.args[0], place, too_many=too_many)
    if typed.op != "aggregate":
        return None
    rows: Rows = typed.data
    facet(typed, place)
    step, there = rollup_of(typed, place)
    algebra = place.algebra
    member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
    if rows.name in ("share", "all"):
        answer = truth(rows.values[0], there)
        against = algebra.certain(answer) if too_many and rows.name == "share" else algebra.denied(answer)
    elif rows.name == "count" and too_many:
        against = algebra.truth(True)
    else:
        return None
    return Offence(step, algebra.both(algebra.certain(member), against))


def flat(tree: Branch | Part) -> list[Part]:
    """The parts, in the order they are written."""
    return [tree] if isinstance(tree, Part) else [part for child in tree.children for part in flat(child)]


def leading_part(tree: Branch | Part, place: Place) -> Node:
    """Index of the part a record speaks of: the first false one; in an `or` the relatively nearest."""
    algebra = place.algebra
    parts = flat(tree)
    if len(parts) == 1:
        return algebra.number(0)
    numbers = {id(part): algebra.number(index) for index, part in enumerate(parts)}
    worst, _ = _pick(tree, numbers, place)
    args: list[Node] = []
    for part in parts[1:]:
        args += [algebra.is_null(part.holds), numbers[id(part)]]
    # of parts that all hold, the first that compares anything: a trend's figures, printed or published
    shown: list[Node] = []
    for part in parts:
        if part.observed is not None:
            shown += [algebra.negate(algebra.is_null(part.observed)), numbers[id(part)]]
    open_part = algebra.case(algebra.is_null(parts[0].holds), numbers[id(parts[0])], *args, *shown, algebra.number(0))
    return algebra.case(algebra.denied(_holds(tree, place)), worst, open_part)


def _holds(tree: Branch | Part, place: Place) -> Node:
    if isinstance(tree, Part):
        return tree.holds
    holds = [_holds(child, place) for child in tree.children]
    return place.algebra.both(*holds) if tree.op == "and" else place.algebra.either(*holds)


def _pick(tree: Branch | Part, numbers: dict[int, Node], place: Place) -> tuple[Node, Node]:
    """Index of the part to speak of, and how far it is relatively; infinitely far where it has no gap."""
    algebra = place.algebra
    far = algebra.graph.literal(1e300, "number")
    if isinstance(tree, Part):
        if tree.gap is None or tree.required is None or tree.required.kind not in ("number", "integer"):
            return numbers[id(tree)], far
        size = algebra.magnitude(tree.required)
        base = algebra.case(algebra.boolean("gt", size, algebra.number(0)), size, algebra.number(1))
        relative = algebra.divide(tree.gap, base)
        return numbers[id(tree)], algebra.case(algebra.is_null(relative), far, relative)
    picks = [_pick(child, numbers, place) for child in tree.children]
    number, distance = picks[-1] if tree.op == "and" else picks[0]
    if tree.op == "and":
        for child, (index, relative) in reversed(list(zip(tree.children[:-1], picks[:-1], strict=True))):
            fails = algebra.denied(_holds(child, place))
            number, distance = algebra.case(fails, index, number), algebra.case(fails, relative, distance)
        return number, distance
    for index, relative in picks[1:]:
        nearer = algebra.boolean("lt", relative, distance)
        number, distance = algebra.case(nearer, index, number), algebra.case(nearer, relative, distance)
    return number, distance
