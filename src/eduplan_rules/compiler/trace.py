"""Why a value can be missing: a tree of facts and reasons beside the tree of the expression.

In: a typed tree and its place. Out: a `Trace`, whose conditions every backend computes alike.
"""

from __future__ import annotations

from dataclasses import replace

from eduplan_rules.compiler import steps
from eduplan_rules.compiler.aggregates import Folds
from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.naming import called, name_of, within
from eduplan_rules.compiler.plan import Trace
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet, fixed, rollup_of, truth, unreadable
from eduplan_rules.language.typed import Rows, Typed


def trace_of(typed: Typed, place: Place, prefix: str = "") -> Trace:
    """Why a tree can be null, by fact."""
    return replace(_trace(typed, place, prefix), label=name_of(typed, place))


def _trace(typed: Typed, place: Place, prefix: str) -> Trace:
    algebra = place.algebra
    if typed.op in ("list", "missing"):
        return Trace(typed.text, algebra.truth(True), tuple(trace_of(arg, place, prefix) for arg in typed.args))
    found = facet(typed, place)
    known = algebra.negate(algebra.is_null(found.low))
    if not found.exact:
        known = algebra.both(
            known,
            algebra.negate(algebra.is_null(found.high)),
            algebra.certain(algebra.boolean("eq", found.low, found.high)),
        )
    match typed.op:
        case "field":
            return field_trace(typed.data[1], place, prefix)
        case "is missing" | "is not missing":
            inner = trace_of(typed.args[0], place, prefix)
            return Trace(typed.text, known, (replace(inner, known=known),))
        case "value":
            made = typed.args[0]
            if not _leaves_open(made):
                return Trace(typed.data[1], known, (trace_of(made, place, prefix),))
            return Trace(typed.data[1], known, _operands(made, place, prefix), (), "incomplete")
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
            printed = [trace_of(arg, place, prefix) for arg in (*typed.args[:1], before)]
            # a published growth that is not there leaves them to decide, one that cannot be read does not
            published = [
                replace(trace_of(arg, place, prefix), known=algebra.negate(algebra.certain(unreadable(arg, place))))
                for arg in typed.args[1:]
            ]
            otherwise = "from-zero-or-below" if typed.op == "growth" else "out-of-range"
            return Trace(typed.text, known, (*published, *printed), (), otherwise)
        case _:
            otherwise = "incomplete" if _leaves_open(typed) else "out-of-range"
            return Trace(typed.text, known, _operands(typed, place, prefix), (), otherwise)


def _operands(typed: Typed, place: Place, prefix: str) -> tuple[Trace, ...]:
    """Why the operands can be null; the side that an `if` does not choose does not matter."""
    found = [trace_of(arg, place, prefix) for arg in typed.args]
    if typed.op == "if":
        algebra, condition = place.algebra, truth(typed.args[0], place)
        for at, chosen in ((1, condition), (2, algebra.negate(condition))):
            found[at] = replace(found[at], known=algebra.either(found[at].known, algebra.denied(chosen)))
    return tuple(found)


def _leaves_open(typed: Typed) -> bool:
    """Whether its author says where there is no value."""
    return typed.op in ("if", "coalesce") and any(arg.op == "missing" for arg in typed.args)


def field_trace(name: str, place: Place, prefix: str = "") -> Trace:
    """Why a field of the row can be null."""
    algebra = place.algebra
    gone = algebra.negate(algebra.certain(place.column(f"+{name}", "boolean")))
    reasons = (
        (gone, "undelivered"),
        (algebra.certain(place.column(f"!{name}", "boolean")), "unreadable"),
        (algebra.certain(place.column(f"?{name}", "boolean")), "absent"),
    )
    known = algebra.negate(algebra.is_null(place.field(name)))
    return Trace(prefix + name, known, (), reasons, "blank", label=called(place.entity.fields[name]))


def _step_trace(typed: Typed, place: Place, known: Node) -> Trace:
    inner = typed.args[0]
    while inner.op in ("value", "lookup", "previous"):
        inner = inner.args[0]
    otherwise = "blank" if inner.op == "field" else "incomplete"
    return Trace(typed.text, known, (), tuple(_step_reasons(typed, place)), otherwise)


def _step_reasons(typed: Typed, place: Place) -> list[tuple[Node, str]]:
    """Why steps, one after the other, find no value: the first that leads nowhere, then the field at the end."""
    algebra = place.algebra
    if typed.op == "value":
        return _step_reasons(typed.args[0], place)
    if typed.op == "field":
        gone = algebra.negate(algebra.certain(place.column(f"+{typed.data[1]}", "boolean")))
        return [(gone, "undelivered"), (algebra.certain(unreadable(typed, place)), "unreadable")]
    if typed.op not in ("lookup", "previous"):
        return []
    step, there = steps.lookup(place, typed.data) if typed.op == "lookup" else steps.previous(place)
    undelivered = algebra.negate(algebra.certain(place.column(f"+{step.name}", "boolean")))
    gone = algebra.negate(algebra.certain(steps.looked_up(place, step, algebra.truth(True))))
    further = [
        (algebra.certain(steps.looked_up(place, step, condition)), reason)
        for condition, reason in _step_reasons(typed.args[0], there)
    ]
    return [(undelivered, "undelivered"), (gone, step.reason), *further]


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
    zero = algebra.number(0)
    undelivered = algebra.negate(algebra.certain(place.column(f"+{step.name}", "boolean")))
    window: tuple[Trace, ...] = (trace_of(rows.over, place),) if isinstance(rows.over, Typed) else ()
    day, undated = _day_of(rows), algebra.truth(False)
    if day is not None:
        undated = algebra.both(folds.maybe, algebra.is_null(there.field(day)))
        lost = folds.count(undated)
        delivered = algebra.negate(algebra.certain(algebra.boolean("gt", lost, zero)))
        label = within(called(there.entity), [called(there.entity.fields[day])])
        window += (Trace(f"{there.entity.id}.{day}", delivered, (), (), "gaps-in-rows", lost, label),)
    gaps, count = folds.count(algebra.both(gap, algebra.negate(undated))), folds.rows
    empty = algebra.both(algebra.boolean("eq", count, zero), algebra.boolean("eq", folds.count(gap), zero))
    unplaced = folds.count(folds.maybe, algebra.is_null(steps.placed(place)), algebra.negate(undated))
    only = algebra.both(algebra.boolean("gt", unplaced, zero), algebra.boolean("eq", gaps, unplaced))
    reasons = (
        (undelivered, "undelivered"),
        (algebra.certain(empty), "no-rows"),
        (algebra.certain(only), "unplaced-rows"),
    )
    if day is None:
        return Trace(typed.text, known, window, reasons, "gaps-in-rows", gaps)
    # beside rows without their day only further rows with gaps are worth a word, beside an unknown window none
    settled = algebra.both(algebra.negate(delivered), algebra.certain(algebra.boolean("eq", gaps, zero)))
    no_window = [algebra.negate(each.known) for each in window[:-1]]
    rest = Trace(
        typed.text, algebra.either(known, settled, *no_window), (), reasons, "gaps-in-rows", gaps, name_of(typed, place)
    )
    return Trace(typed.text, known, (*window, rest))


def _day_of(rows: Rows) -> str | None:
    """The field without which it is not known when a row was."""
    first = rows.entity.day if rows.entity.valid is None else rows.entity.valid[0]
    return None if first is None or first in rows.entity.key else rows.entity.fields[str(first)].id
