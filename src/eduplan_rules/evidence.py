"""What a record can say about an outcome, compiled: parts with their gaps, traces of what is missing, values read.

In: the typed trees of a rule and their place. Out: `Part`, `Trace`, `Shown` and `ParameterUse` values, whose nodes every
backend computes alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from eduplan_rules import steps
from eduplan_rules.aggregates import Folds
from eduplan_rules.core import Node, NodeKind
from eduplan_rules.facet import DENIED, MIRRORED, Facet, point
from eduplan_rules.parameter import ParameterTable
from eduplan_rules.plan import Offence, ParameterUse, Part, Shown, Trace
from eduplan_rules.steps import Place
from eduplan_rules.typed import Rows, Typed
from eduplan_rules.units import conversion
from eduplan_rules.values import absent, facet, fixed, kind_of, rollup_of, trend_operands, truth, unreadable

_COMPARISONS = frozenset(DENIED)


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Parts joined by `and` or `or`."""

    op: str
    children: tuple[Branch | Part, ...]


def is_personal(typed: Typed, place: Place) -> bool:
    """Whether a personal field is read by value."""
    return any(
        node.op == "field" and place.book.entities[node.data[0]].fields[node.data[1]].personal for node in typed.walk()
    )


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
                text, place.algebra.negate(holds) if denied else holds, None, None, None, None, None, strict=False,
                integer=False, offence=None if denied else offence_of(typed, place), personal=is_personal(typed, place),
            )


def _comparison_part(typed: Typed, place: Place, *, denied: bool) -> Part:
    left, right = typed.args
    op = DENIED[typed.op] if denied else typed.op
    holds = truth(typed, place)
    if _fixed_side(left) and not _fixed_side(right):
        left, right, op = right, left, MIRRORED[op]
    part = comparison(op, facet(left, place), facet(right, place), place, typed)
    offence = offence_of(left, place, too_many=op in ("<", "<=", "=")) or offence_of(right, place, too_many=False)
    return _with(part, place.algebra.negate(holds) if denied else holds, f"not ({typed.text})" if denied else typed.text,
                 offence, is_personal(typed, place))


def _with(part: Part, holds: Node, text: str, offence: Offence | None, personal: bool) -> Part:  # noqa: FBT001
    return Part(
        text, holds, part.observed, part.other, part.required, part.gap, part.unit, part.strict, part.integer,
        part.title, part.basis, part.op, offence, personal,
    )


def _fixed_side(typed: Typed) -> bool:
    return all(node.op in ("number", "text", "boolean", "date", "parameter", "convert", "context") for node in typed.walk())


def comparison(op: str, left: Facet, right: Facet, place: Place, typed: Typed) -> Part:
    """Observed and required of a comparison, and the least change of observed that would do."""
    algebra = place.algebra
    low_side = op in ("<", "<=")
    observed, other = (left.low, left.high) if low_side else (left.high, left.low)
    required = right.high if low_side else right.low
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
        typed.text, algebra.truth(None), shown[0], shown[1], shown[2], shown[3],
        "天" if is_date else (unit.text or None) if unit is not None else None, strict, integer, op=op,
    )


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
        typed.text, grown, published, None, zero, growth.gap, "%", growth.strict, integer=False,
        basis="published", op=op, personal=personal,
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
    """Index of the part the record speaks of: the first false one; in an `or` the relatively nearest; else the first open."""
    algebra = place.algebra
    parts = flat(tree)
    if len(parts) == 1:
        return algebra.number(0)
    numbers = {id(part): algebra.number(index) for index, part in enumerate(parts)}
    worst, _ = _pick(tree, numbers, place)
    args: list[Node] = []
    for part in parts[1:]:
        args += [algebra.is_null(part.holds), numbers[id(part)]]
    open_part = algebra.case(algebra.is_null(parts[0].holds), numbers[id(parts[0])], *args, algebra.number(0))
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


def trace_of(typed: Typed, place: Place, prefix: str = "") -> Trace:
    """Why a tree can be null, by fact."""
    algebra = place.algebra
    if typed.op == "list":
        return Trace(typed.text, algebra.truth(True), tuple(trace_of(arg, place, prefix) for arg in typed.args))
    found = facet(typed, place)
    known = algebra.negate(algebra.is_null(found.low))
    if not found.exact:
        known = algebra.both(known, algebra.negate(algebra.is_null(found.high)), algebra.certain(
            algebra.boolean("eq", found.low, found.high)))
    match typed.op:
        case "field":
            name = typed.data[1]
            lost = unreadable(typed, place)
            there = algebra.negate(algebra.certain(place.column(f"+{name}", "boolean")))
            reasons = ((there, "undelivered"), (algebra.certain(lost), "unreadable"), (algebra.certain(absent(typed, place)), "absent"))
            return Trace(prefix + name, known, (), reasons, "blank")
        case "is missing" | "is not missing":
            inner = trace_of(typed.args[0], place, prefix)
            return Trace(typed.text, known, (Trace(inner.fact, known, inner.children, inner.reasons, inner.otherwise),))
        case "value":
            return Trace(typed.data[1], known, (trace_of(typed.args[0], place, prefix),))
        case "lookup" | "previous":
            return _step_trace(typed, place, known)
        case "aggregate":
            return _aggregate_trace(typed, place, known)
        case "parameter":
            children = tuple(trace_of(arg, place, prefix) for arg in typed.args)
            return Trace(typed.data, known, children, (), "no-value")
        case "/":
            children = tuple(trace_of(arg, place, prefix) for arg in typed.args)
            zero = algebra.certain(algebra.boolean("eq", fixed(typed.args[1], place), algebra.number(0)))
            return Trace(typed.text, known, children, ((zero, "division-by-zero"),))
        case "rises" | "does_not_fall" | "change" | "growth":
            before = Typed("previous", typed.args[:1], typed.args[0].type, typed.span)
            children = tuple(trace_of(arg, place, prefix) for arg in (*typed.args[:1], before))
            return Trace(typed.text, known, children, (), "from-zero-or-below" if typed.op == "growth" else "out-of-range")
        case _:
            return Trace(typed.text, known, tuple(trace_of(arg, place, prefix) for arg in typed.args))


def _step_trace(typed: Typed, place: Place, known: Node) -> Trace:
    algebra = place.algebra
    step, _ = steps.lookup(place, typed.data) if typed.op == "lookup" else steps.previous(place)
    found = steps.looked_up(place, step, algebra.truth(True))
    gone = algebra.negate(algebra.certain(found))
    undelivered = algebra.negate(algebra.certain(place.column(f"+{step.name}", "boolean")))
    inner = typed.args[0]
    while inner.op in ("value", "lookup", "previous"):
        inner = inner.args[0]
    lost = algebra.certain(unreadable(typed, place)) if typed.op == "lookup" and inner.op == "field" else algebra.truth(False)
    return Trace(typed.text, known, (), ((undelivered, "undelivered"), (gone, step.reason), (lost, "unreadable")), "blank")


def _aggregate_trace(typed: Typed, place: Place, known: Node) -> Trace:
    algebra = place.algebra
    facet(typed, place)
    step, there = rollup_of(typed, place)
    rows: Rows = typed.data
    member = step.within if rows.where is None else algebra.both(step.within, truth(rows.where, there))
    gap = algebra.is_null(member)
    inside = algebra.either(algebra.certain(member), gap)
    for value in (*rows.values, *([rows.weight] if rows.weight is not None else [])):
        gap = algebra.either(gap, algebra.both(inside, algebra.is_null(facet(value, there).low)))
    folds = Folds(place, step, member)
    gaps, count = folds.count(gap), folds.rows
    undelivered = algebra.negate(algebra.certain(place.column(f"+{step.name}", "boolean")))
    zero = algebra.number(0)
    empty = algebra.both(algebra.boolean("eq", count, zero), algebra.boolean("eq", gaps, zero))
    reasons = ((undelivered, "undelivered"), (algebra.certain(empty), "no-rows"))
    return Trace(typed.text, known, (), reasons, "gaps-in-rows", gaps)


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
    return Shown(name, value.low, kind_of(node) == "integer", unit, is_personal(node, place), _labels(node, place))


def _labels(node: Typed, place: Place) -> dict[str, dict[str, str]] | None:
    """Labels of a choice's identifiers, where the node is a field."""
    while node.op in ("value", "lookup", "previous", "this"):
        node = node.args[0]
    if node.op != "field" or node.type.kind != "choice":
        return None
    choices = place.book.entities[node.data[0]].fields[node.data[1]].choices
    return {str(choice): dict(label or {}) for choice, label in choices.items()}


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
