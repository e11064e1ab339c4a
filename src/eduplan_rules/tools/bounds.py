"""The bounds of a rule: the numbers and days at which its answer turns.

In: a resolved rule. Out: its `Bound`s: every comparison with an order, wherever it stands in the rule; every step of a
scale and every dated value of a parameter that it reads; the days it is due, begins and ends; how many members a quorum
asks for. What holds: each is asked of rows of one entity, as the distance between what they have and the bound; a side
that no row can lie on is not asked for. Just below and just above is at most: of whole numbers, days and periods, the
next; of a share of rows, one row of those that it counts; of any other number, a hundredth of the bound (of zero,
of its unit).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal, cast

from eduplan_rules import types
from eduplan_rules.language.parameter import ParameterTable, Stair
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import Link, ResolvedBody, ResolvedRule, Rows, Typed
from eduplan_rules.period import Kind as PeriodKind
from eduplan_rules.period import period_of_day, period_span
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.source import Span
from eduplan_rules.units import DAYS

Side = Literal["below", "at", "above"]
SIDES: tuple[Side, ...] = ("below", "at", "above")
Kind = Literal["comparison", "step", "date", "due", "since", "until", "quorum"]
#: kind, text and place
BoundKey = tuple[str, str, int]
_ORDERED = ("<", "<=", ">", ">=")
_TRENDS = ("rises", "does_not_fall")
_UNCHANGED = ("value", "lookup", "this", "previous", "convert")
#: the part of a bound within which a number that goes neither by units nor by rows is beside it
_NEAR = 0.01
#: how many days lie, at most, between the first and the last of a period
_LONGEST: dict[PeriodKind | None, float] = {
    None: 1, "year": 365, "school-year": 365, "term": 214, "quarter": 91, "month": 30,
}  # fmt: skip
_DAY_COUNT = replace(types.INTEGER, unit=DAYS)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A number or a day at which an answer turns."""

    #: as its author wrote it: `guards >= minimum`; of a parameter `minimum: students 100`, `minimum: 2026-01-01`
    text: str
    span: Span
    kind: Kind
    #: whose rows it is about; those of the rule itself in their periods
    entity: Entity
    own: bool
    where: Typed | None
    #: compares what a row has with the bound
    condition: Typed
    #: the sides on which a row can lie
    sides: tuple[Side, ...]
    #: what lies this near to the bound is beside it: in units, or as a part of the bound
    near: float
    in_units: bool

    @property
    def key(self) -> BoundKey:
        """The same for the same bound in a changed rulebook."""
        return self.kind, self.text, self.span.start


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where an expression stands: the entity whose rows it is about, which rows, and the way up to the subject."""

    entity: Entity
    where: Typed | None = None
    outer: _Scene | None = None
    path: tuple[Link, ...] = ()


def bounds_of(rule: ResolvedRule, book: Resolved) -> list[Bound]:
    """All bounds of a rule, in the order of its text."""
    found: dict[BoundKey, Bound] = {}
    subject = _Scene(rule.entity)
    inside = replace(subject, where=rule.where)
    for tree in rule.expressions():
        if tree in rule.bounds:
            continue
        free = tree is rule.where or (rule.due is not None and tree is rule.due)
        for node, scene in _walk(tree, subject if free else inside, book):
            for bound in _bounds(node, scene, subject, book):
                found.setdefault(bound.key, bound)
    for kind, text, asked in _of_rule(rule):
        found |= {bound.key: bound for bound in _bound(kind, text, asked, asked, inside, subject, book)}
    for bound in _of_life(rule, inside, book):
        found[bound.key] = bound
    return list(found.values())


def _of_rule(rule: ResolvedRule) -> Iterator[tuple[Kind, str, Typed]]:
    """The day on which a rule is due, and how many of its members must hold: what it says itself."""
    if rule.due is not None:
        day = Typed("context", (), types.DATE, rule.due.span, "day")
        yield "due", f"due: {rule.due.text}", Typed(">=", (day, rule.due), types.BOOLEAN, rule.due.span)
    body = rule.require
    if isinstance(body, ResolvedBody) and body.kind == "at_least":
        span = body.members[0].condition.span
        counted = _number(0, span)
        for member in body.members:
            met = member.condition
            if member.where is not None:
                met = Typed("and", (member.where, met), types.BOOLEAN, span)
            each = Typed("if", (met, _number(1, span), _number(0, span)), types.COUNT, span)
            counted = Typed("+", (counted, each), types.COUNT, span)
        asked = Typed(">=", (counted, _number(body.at_least, span)), types.BOOLEAN, span)
        yield "quorum", f"at_least: {body.at_least} of {len(body.members)}", asked


def _of_life(rule: ResolvedRule, scene: _Scene, book: Resolved) -> Iterator[Bound]:
    """The first and the last day of a rule: of periods, the one before and the one behind are beside them."""
    model, period = rule.rule, rule.entity.period
    if period is None and model.every is not None:
        return
    kind = model.every or (None if period is None else period.is_)
    for word, day, name in (
        ("since", model.since, model.since_parameter),
        ("until", model.until, model.until_parameter),
    ):
        if day is None:
            continue
        span = model.id.span if name is None else name.span
        last = Typed("context", (), types.DATE, span, "period")
        asked = Typed(">=", (last, Typed("date", (), types.DATE, span, day)), types.BOOLEAN, span)
        for bound in _bound(cast(Kind, word), f"{word}: {name or day}", asked, asked, scene, scene, book):
            sides = SIDES if kind is None or _ends_period(kind, day, book) else (SIDES[0], SIDES[2])
            yield replace(bound, sides=sides, near=_LONGEST[kind])


def _ends_period(kind: PeriodKind, day: date, book: Resolved) -> bool:
    index = period_of_day(kind, day, book.book.calendars)
    return index is not None and period_span(kind, index, book.book.calendars)[1] == day


def _number(value: int, span: Span) -> Typed:
    return Typed("number", (), types.COUNT, span, Fraction(value))


def _walk(node: Typed, scene: _Scene, book: Resolved) -> Iterator[tuple[Typed, _Scene]]:
    """Every node with its scene."""
    yield node, scene
    if isinstance(node.data, Rows):
        yield from _inside(node.data, scene, book)
        return
    around: _Scene | None = scene
    if node.op == "this":
        around = scene.outer
    elif node.op == "lookup":
        around = _Scene(book.book.entities[node.data.parent])
    for arg in node.args:
        if around is not None:
            yield from _walk(arg, around, book)


def _inside(rows: Rows, scene: _Scene, book: Resolved) -> Iterator[tuple[Typed, _Scene]]:
    free = _Scene(rows.entity, None, scene, rows.path)
    chosen = replace(free, where=rows.where)
    for tree, around in ((rows.where, free), *((each, chosen) for each in (*rows.values, rows.weight))):
        if tree is not None:
            yield from _walk(tree, around, book)


def _bounds(node: Typed, scene: _Scene, subject: _Scene, book: Resolved) -> Iterator[Bound]:
    if node.op in _ORDERED or node.op in _TRENDS:
        yield from _bound("comparison", _text(node), node, node, scene, subject, book)
    elif node.op == "parameter":
        yield from _of_parameter(node, scene, subject, book)


def _text(node: Typed) -> str:
    """A comparison as it is written; a member's is put together from its measure and its standard."""
    if node.op in _TRENDS:
        return node.text
    left, right = (" ".join(arg.text.split()) for arg in node.args)
    return f"{left} {node.op} {right}"


def _of_parameter(node: Typed, scene: _Scene, subject: _Scene, book: Resolved) -> Iterator[Bound]:
    name = str(node.data)
    table = book.parameters[name]
    if table.scaled and len(node.args) > table.axes:
        amount = node.args[-1]
        for limit in _limits(table):
            whole = amount.type.integer and limit.denominator == 1
            number = Typed("number", (), replace(amount.type, integer=whole), node.span, limit)
            asked = Typed(">=", (amount, number), types.BOOLEAN, node.span, amount.type.unit)
            shown = f"{name}: {' '.join(amount.text.split())} {float(limit):g}"
            yield from _bound("step", shown, node, asked, scene, subject, book)
    for entry in table.entries[1:]:
        day = Typed("context", (), types.DATE, node.span, "day")
        since = Typed("date", (), types.DATE, node.span, entry.since)
        asked = Typed(">=", (day, since), types.BOOLEAN, node.span)
        yield from _bound("date", f"{name}: {entry.since}", node, asked, scene, subject, book)


def _limits(table: ParameterTable) -> list[Fraction]:
    """Where a scale's value changes: at each step, and where a step first adds to its value."""
    leaves = [leaf for entry in table.entries for leaf in entry.leaves.values() if isinstance(leaf, tuple)]
    stairs = [stair for leaf in leaves for stair in leaf if isinstance(stair, Stair)]
    limits = [stair.below for stair in stairs if stair.below is not None]
    limits += [stair.above + stair.per for stair in stairs if stair.plus]
    return sorted({Fraction(limit) for limit in limits})


def _bound(
    kind: Kind,
    text: str,
    node: Typed,
    asked: Typed,
    scene: _Scene,
    subject: _Scene,
    book: Resolved,
) -> Iterator[Bound]:
    condition = _seen_from(scene, asked)
    if condition is None:
        return
    left = condition.args[0]
    if left.type.kind == "date":
        # the distance of two days is a number
        apart = Typed("days_between", (condition.args[1], left), _DAY_COUNT, asked.span)
        zero = Typed("number", (), _DAY_COUNT, asked.span, Fraction(0))
        condition = Typed(condition.op, (apart, zero), types.BOOLEAN, asked.span, DAYS)
    elif left.type.kind != "number":
        return
    where = None if scene.where is None else _seen_from(scene, scene.where)
    whole = left.type.kind == "date" or left.type.integer
    near = 1.0 if whole else _NEAR
    sides = SIDES if node is not asked or node.op in _TRENDS else _possible(condition, book)
    compared = condition.args if len(condition.args) == 1 or node.op not in _TRENDS else ()
    rows = next(filter(None, map(_rows_of_share, compared)), None)
    if rows is not None:
        condition, near, whole = *_in_rows(condition, rows), True
    own = scene.entity is subject.entity and scene.outer is None
    yield Bound(text, node.span, kind, scene.entity, own, where, condition, sides, near, whole)


def _possible(condition: Typed, book: Resolved) -> tuple[Side, ...]:
    """The sides of a bound on which a value can lie, as far as that is plain."""
    if condition.args[0].op == "days_between":
        last, first = condition.args[0].args
        return SIDES[:2] if _is_period(last) and _is_day(first) else SIDES
    for value, bound in (condition.args, condition.args[::-1]):
        fixed = _numbers(bound, book)
        if fixed and not _numbers(value, book):
            low, high = _range(value, book)
            gone = {
                "below": low is not None and max(fixed) <= low,
                "above": high is not None and min(fixed) >= high,
            }
            return tuple(side for side in SIDES if not gone.get(side))
    return SIDES


def _numbers(node: Typed, book: Resolved) -> list[Fraction]:
    """All that a number can be which stands in the rulebook; none of what depends on rows."""
    if node.op == "number":
        return [Fraction(node.data)]
    if node.op == "convert":
        return [number * node.data for number in _numbers(node.args[0], book)]
    if node.op != "parameter" or book.parameters[str(node.data)].scaled:
        return []
    leaves = [leaf for entry in book.parameters[str(node.data)].entries for leaf in entry.leaves.values()]
    return [Fraction(leaf) for leaf in leaves if isinstance(leaf, int | float)]


def _is_period(node: Typed) -> bool:
    return node.op == "context" and node.data == "period"


def _is_day(node: Typed) -> bool:
    """Whether it is the day of reckoning, which never lies behind the period."""
    return node.op == "context" and node.data == "day"


def _range(node: Typed, book: Resolved) -> tuple[Fraction | None, Fraction | None]:
    """The least and the largest that a number can be, as far as that is plain."""
    if node.op == "convert":
        least, most = _range(node.args[0], book)
        return (None if least is None else least * node.data), (None if most is None else most * node.data)
    if node.op in ("value", "lookup", "previous"):
        return _range(node.args[0], book)
    if node.op == "field":
        entity, name = node.data
        field = book.book.entities[entity].fields[name]
        low, high = (None if each is None else Fraction(each) for each in (field.min, field.max))
        return low, high
    if _source(node).op == "aggregate" and _source(node).data.name == "share":
        unit = node.type.unit
        return Fraction(0), Fraction(1) if unit is None else 1 / unit.factor
    return (Fraction(0) if node.type.nonnegative else None), None


def _rows_of_share(node: Typed) -> Typed | None:
    """How many rows a share is a share of; None of what is no share."""
    if node.op == "aggregate" and node.data.name == "share":
        rows = replace(node.data, name="count", values=())
        args = tuple(arg for arg in node.args if arg not in node.data.values)
        return Typed("aggregate", args, types.COUNT, node.span, rows)
    if node.op not in _UNCHANGED:
        return None
    found = _rows_of_share(node.args[0])
    return found if found is None or node.op in ("value", "convert") else replace(node, args=(found,), type=found.type)


def _in_rows(condition: Typed, rows: Typed) -> tuple[Typed, float]:
    """A comparison of shares as one of rows, and how much one row is in it: three of four is one row below all."""
    share, *others = condition.args
    if condition.op in _TRENDS:
        others = [replace(share, op="previous", args=(share,), data=None)]
    args = tuple(Typed("*", (arg, rows), replace(arg.type, integer=False), arg.span) for arg in (share, *others))
    asked = Typed(
        condition.op if condition.op in _ORDERED else ">=", args, types.BOOLEAN, condition.span, share.type.unit
    )
    return asked, 1.0 if share.type.unit is None else float(1 / share.type.unit.factor)


def _source(node: Typed) -> Typed:
    """Where a value comes from unchanged."""
    while node.op in _UNCHANGED:
        node = node.args[0]
    return node


def _seen_from(scene: _Scene, node: Typed) -> Typed | None:
    """An expression over rows, asked of a row alone: what is the subject's is looked up. None where it cannot be."""
    if node.op == "this":
        if scene.outer is None or not scene.path:
            return None
        found: Typed | None = _seen_from(scene.outer, node.args[0])
        for link in reversed(scene.path):
            found = None if found is None else Typed("lookup", (found,), found.type, node.span, link)
        return found
    if isinstance(node.data, Rows):
        return None if any(inner.op == "this" for inner in node.walk()) and scene.outer is not None else node
    args = [_seen_from(scene, arg) for arg in node.args]
    if any(arg is None for arg in args):
        return None
    known = tuple(arg for arg in args if arg is not None)
    same = all(new is old for new, old in zip(known, node.args, strict=True))
    return node if same else Typed(node.op, known, node.type, node.span, node.data)
