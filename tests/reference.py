"""The language read naively over lists of dicts: what every backend must agree with.

In: resolved rules (typed trees) and typed facts: entity -> rows, in which a column that was not delivered is no key,
None is an empty cell and `UNREADABLE` one that could not be read. Out: one `Judged` per rule and subject row. Written
from DESIGN's text with loops and filters; it shares nothing with the compiler but the trees and the period algebra.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from bounds import (
    MISSING,
    Bounds,
    Truth,
    both,
    compare,
    deny,
    either,
    exactly,
    extreme,
    flipped,
    magnitude,
    middle,
    product,
    quotient,
    rounded,
    scaled,
    spread,
)
from eduplan_rules import period
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.typed import Link, Rows, Typed
from eduplan_rules.rulebook.model import Entity, Rulebook

UNREADABLE = type("Unreadable", (), {"__repr__": lambda self: "UNREADABLE"})()
Facts = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, eq=False)
class World:
    book: Rulebook
    parameters: Mapping[str, ParameterTable]
    facts: Facts
    as_of: date


@dataclass(frozen=True, eq=False)
class Here:
    """A row, and inside an aggregate the row of the subject; with `every`, one of the row's periods."""

    world: World
    entity: Entity
    row: Mapping[str, Any]
    outer: Here | None = None
    every: tuple[Any, int] | None = None

    @property
    def period(self) -> tuple[Any, int] | None:
        return self.every or self.own_period

    @property
    def own_period(self) -> tuple[Any, int] | None:
        """The row's period; None where it has none, and where it is missing."""
        kind = self.entity.period
        label = None if kind is None else known(self.row[str(kind.column)])
        if kind is None or label is None:
            return None
        index = period.period_index(kind.is_, label)
        assert index is not None
        return kind.is_, index

    @property
    def placed(self) -> bool:
        """Whether the row has its key and period."""
        return (self.entity.period is None or self.own_period is not None) and None not in self.key

    @property
    def span(self) -> tuple[date | None, date | None]:
        return (None, None) if self.period is None else period.period_span(*self.period, self.world.book.calendars)

    @property
    def end(self) -> date | None:
        if self.entity.period is not None or self.every is not None:
            return self.span[1]
        return self.world.as_of if self.entity.day is None else known(self.row[self.entity.day])

    @property
    def day(self) -> date | None:
        if self.entity.period is None and self.every is None:
            return self.world.as_of
        return None if self.end is None else min(self.world.as_of, self.end)

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(known(self.row[name]) for name in self.entity.key)


def known(found: Any) -> Any:
    return None if found is UNREADABLE else found


def unless_missing(test: Callable[..., Truth], *values: Any) -> Truth:
    return None if None in values else test(*values)


def at_most(first: Any, last: Any) -> Truth:
    return unless_missing(lambda a, b: bool(a <= b), first, last)


# rows


def said(facts: Facts, book: Rulebook) -> Facts:
    """The tables that say something: one of which no row has a place counts as not delivered."""
    world = World(book, {}, facts, date.max)
    return {name: rows for name, rows in facts.items() if any(here.placed for here in rows_of(world, name))}


def rows_of(world: World, entity: str) -> Iterator[Here]:
    return (Here(world, world.book.entities[entity], row) for row in world.facts.get(entity, ()))


def parent(here: Here, link: Link) -> Here | None:
    """The parent's row whose period holds the last day of this one's."""
    key = tuple(here.row.get(name) for name in link.fields)
    for there in rows_of(here.world, link.parent):
        kind = there.entity.period
        held = kind is None or (here.end is not None and there.own_period == period_holding(here, kind.is_, here.end))
        if there.placed and there.key == key and held:
            return there
    return None


def period_holding(here: Here, kind: Any, day: date) -> tuple[Any, int | None]:
    return kind, period.period_of_day(kind, day, here.world.book.calendars)


def before(here: Here) -> Here | None:
    if here.own_period is None or not here.placed:
        return None
    kind, index = here.own_period
    found = (there for there in rows_of(here.world, here.entity.id) if there.key == here.key)
    return next((there for there in found if there.own_period == (kind, index - 1)), None)


def belongs(there: Here, here: Here, path: Sequence[Link]) -> Truth:
    """Whether a row is the subject's: where its link is missing, perhaps; where it is known to be empty, not."""
    if not path:
        return equal(there.key, here.key)
    found = owner(there, path)
    return False if found is None else equal(found, here.key)


def owner(there: Here, path: Sequence[Link]) -> list[Any] | None:
    """The key at the end of a path, with gaps; None for a row that belongs to nobody.

    A row whose parent has no row in its period belongs where all rows of that parent agree.
    """
    link, nothing = path[0], [None] * len(path[-1].fields)
    own = [known(there.row.get(str(name))) for name in link.fields]
    if any(absent_cell(there, str(name)) is True for name in link.fields):
        return None
    if len(path) == 1:
        return own
    up = parent(there, link)
    if up is not None:
        return owner(up, path[1:])
    if there.world.book.entities[link.parent].period is None or None in own:
        return nothing
    rows = [each for each in rows_of(there.world, link.parent) if equal(each.key, own) is not False]
    found = [owner(row, path[1:]) or nothing for row in rows]
    told = [{keys[at] for keys in found} for at in range(len(nothing))]
    return [parts.pop() if len(parts) == 1 else None for parts in told]


def equal(one: Sequence[Any], other: Sequence[Any]) -> Truth:
    return both(*(unless_missing(lambda a, b: bool(a == b), a, b) for a, b in zip(one, other, strict=True)))


def in_time(there: Here, here: Here, over: Any) -> Truth:
    """Whether a row of an aggregate lies in the window, and has begun."""
    as_of, day = here.world.as_of, here.day
    since = None if over in (None, "ever") or day is None else moved(day, over, -1, here)
    if there.entity.valid is not None:
        first, last = (there.entity.fields[str(name)].id for name in there.entity.valid)
        start = cell(there, first).exact
        begun = at_most(start, day)
        if over == "ever" or absent_cell(there, last) is True:
            return begun

        def late(each: Any) -> Truth:
            return at_most(day, each) if over is None else deny(at_most(each, since))

        # it ends no earlier than it begins
        end = cell(there, last).exact
        return both(begun, (late(start) or None) if end is None else late(end))
    if there.entity.period is None and there.entity.day is None:
        return True
    begun = at_most(there.span[0] if there.entity.period is not None else there.end, as_of)
    if over is not None:
        own = there.day if there.entity.period is not None else there.end
        return both(begun, at_most(own, day), True if over == "ever" else deny(at_most(own, since)))
    if kind_of(here) is None and there.entity.period is not None:
        return both(begun, at_most(as_of, there.end))
    return begun


def lived(here: Here, first: date | None, last: date | None) -> bool:
    """Whether the row's subject is there from one day to another; a missing day bounds nothing."""
    opened, closed = (None if name is None else known(here.row.get(name)) for name in here.entity.life)
    return at_most(opened, first) is not False and at_most(last, closed) is not False


def alive(there: Here, here: Here, rows: Rows) -> bool:
    """Whether a row is there when it is asked about: on the day, or in the whole period whose events are counted.

    Where those are only added up, it is enough that it was there on some day.
    """
    kind, own = kind_of(here), kind_of(there)
    if own is not None:
        asked = [tree for tree in (rows.where, rows.weight) if tree is not None]
        if any(counts(tree) for tree in asked):
            return lived(there, *there.span)
        if any(counts(tree) for tree in rows.values):
            return lived(there, there.day, there.span[0]) if rows.name == "sum" else lived(there, *there.span)
    theirs = own is not None and (rows.over is not None or kind is None or LENGTH[own] <= LENGTH[kind])
    day = there.day if theirs else here.day
    return lived(there, day, day)


def counts(tree: Typed, above: int = 0) -> bool:
    """Whether events of the row's own period are counted; not those of the subject that it sees, `above` levels up."""
    above -= tree.op == "this"
    if above < 0:
        return False
    return is_of_events(tree) or any(counts(arg, above + (tree.op == "aggregate")) for arg in tree.args)


def is_of_events(node: Typed) -> bool:
    rows: Any = node.data
    return node.op == "aggregate" and rows.entity.day is not None and rows.over is None


def kind_of(here: Here) -> Any:
    return here.every[0] if here.every is not None else here.entity.period and here.entity.period.is_


def aligned(there: Here, here: Here, over: Any) -> Truth:
    """Whether a row's period, or day, is the subject's."""
    kind = kind_of(here)
    timed = there.entity.period is not None or there.entity.day is not None
    if over is not None or there.entity.valid is not None or kind is None or not timed:
        return True
    own = kind_of(there)
    if own == kind:
        return unless_missing(lambda a, b: bool(a == b), there.period, here.period)
    if own is not None and LENGTH[own] > LENGTH[kind]:
        return both(at_most(there.span[0], here.end), at_most(here.end, there.span[1]))
    return both(at_most(here.span[0], there.end), at_most(there.end, here.span[1]))


LENGTH = {"month": 1, "quarter": 2, "term": 3, "year": 4, "school-year": 4}


def moved(day: date, length: Any, sign: int, here: Here) -> Any:
    """A day moved by a duration, be it one that is read."""
    if isinstance(length, Typed):
        length = value(length, here).exact
    if length is None:
        return None
    amount, unit = length.split() if isinstance(length, str) else length
    if unit.startswith("day"):
        return period.add_days(day, sign * int(amount))
    return period.add_months(day, sign * int(amount) * (12 if unit.startswith("year") else 1))


def cell(here: Here, name: str) -> Bounds:
    return exactly(known(here.row.get(name)))


def absent_cell(here: Here, name: str) -> Truth:
    """Known to be empty: only in a column that may be, and not where a cell could not be read."""
    if name not in here.row or here.row[name] is UNREADABLE:
        return None
    declared = here.entity.fields[name]
    empty = here.row[name] is None
    return empty if declared.blank is not None or declared.optional else None if empty else False


# values


def step(node: Typed, here: Here) -> Here | None:
    """Where the operand of a node stands."""
    if node.op == "lookup":
        return parent(here, node.data)
    return before(here) if node.op == "previous" else here.outer if node.op == "this" else here


def absent(node: Typed, here: Here) -> Truth:
    if node.op == "field":
        return absent_cell(here, node.data[1])
    if node.op in ("value", "this", "lookup", "previous", "convert"):
        there = step(node, here)
        return None if there is None else absent(node.args[0], there)
    return None if value(node, here) == MISSING else False


def unreadable(node: Typed, here: Here) -> bool:
    if node.op == "field":
        return here.row.get(node.data[1]) is UNREADABLE
    there = step(node, here)
    return there is not None and node.op != "aggregate" and any(unreadable(arg, there) for arg in node.args)


def truth(node: Typed, here: Here) -> Truth:
    found: Truth = value(node, here).exact
    return found


def value(node: Typed, here: Here) -> Bounds:
    """A value as its type says: only whole numbers are held as such."""
    found = raw(node, here)
    if node.type.kind != "number" or node.type.integer:
        return found
    low, high = (None if end is None else float(end) for end in (found.low, found.high))
    return Bounds(low, high, found.scale)


def raw(node: Typed, here: Here) -> Bounds:
    match node.op:
        case "number":
            return exactly(int(node.data) if node.data.denominator == 1 else float(node.data))
        case "text" | "boolean" | "date":
            return exactly(node.data)
        case "missing":
            return MISSING
        case "field":
            return cell(here, node.data[1])
        case "value" | "this" | "lookup" | "previous":
            there = step(node, here)
            return MISSING if there is None else value(node.args[0], there)
        case "parameter":
            return exactly(read(node, here))
        case "context":
            words: dict[str, Callable[[], date | None]] = {
                "as_of": lambda: here.world.as_of,
                "day": lambda: here.day,
                "period": lambda: here.end,
                "period_start": lambda: here.span[0],
            }
            return exactly(words[node.data]())
        case "aggregate":
            return aggregate(node, here)
        case "if":
            held = truth(node.args[0], here)
            return MISSING if held is None else value(node.args[1 if held else 2], here)
        case "coalesce":
            present = (arg for arg in node.args[:-1] if absent(arg, here) is not True)
            return value(next(present, node.args[-1]), here)
        case _ if node.type.kind == "boolean":
            return exactly(condition(node, here))
        case _:
            return computed(node, here)


def read(node: Typed, here: Here) -> Any:
    """A parameter on the row's day of reckoning."""
    table, day = here.world.parameters[node.data], here.day
    arguments = [value(arg, here).exact for arg in node.args]
    entries = [entry for entry in table.entries if entry.since is None or at_most(entry.since, day)]
    if not entries or None in arguments or (table.ended is not None and not at_most(day, table.ended)):
        return None
    leaf: Any = entries[-1].leaves.get(tuple(arguments[: table.axes]))
    if leaf is None or not table.scaled:
        return leaf
    return on_scale(leaf, arguments[-1], whole=node.args[-1].type.integer)


def on_scale(stairs: Sequence[Any], amount: Any, *, whole: bool) -> Any:
    """The value of the step an amount is on: within a billionth of a limit or of a full step it is there."""
    for stair in stairs:
        exact = whole and float(stair.below or 0).is_integer()
        if stair.below is None or (amount < stair.below and (exact or not close(amount, stair.below))):
            break
    else:
        return None
    if not stair.plus:
        return stair.value
    if whole and float(stair.above).is_integer() and float(stair.per).is_integer():
        return stair.value + stair.plus * ((amount - stair.above) // stair.per)
    steps = (amount - stair.above) * (1 / stair.per)
    nearest = math.floor(steps + 0.5)
    near = abs(steps - nearest) <= max(abs(amount), abs(stair.above)) * (1e-9 / stair.per)
    return stair.value + stair.plus * (nearest if near else math.floor(steps))


def close(one: Any, other: Any) -> bool:
    return bool(abs(one - other) <= 1e-9 * max(abs(one), abs(other)))


def computed(node: Typed, here: Here) -> Bounds:
    args = [value(arg, here) for arg in node.args]
    match node.op:
        case "+":
            return spread(args, lambda a, b: a + b)
        case "-":
            return spread([args[0], flipped(args[1])], lambda a, b: a + b)
        case "*":
            return product(args[0], args[1])
        case "/":
            return quotient(args[0], args[1])
        case "negative":
            return flipped(args[0])
        case "convert":
            return scaled(args[0], node.data)
        case "move":
            sign, length = (1, node.data) if isinstance(node.data, tuple) else (node.data, node.args[1])
            return exactly(None if args[0].exact is None else moved(args[0].exact, length, sign, here))
        case "days":
            return exactly(None if args[0].exact is None else int(args[0].exact.split()[0]))
        case "round" | "floor" | "ceil":
            digits = int(node.args[1].data) if len(args) > 1 else 0
            return spread(args[:1], lambda a: rounded(node.op, a, digits))
        case "abs":
            return exactly(None if args[0].exact is None else abs(args[0].exact))
        case "min" | "max":
            return extreme(args, max if node.op == "max" else min)
        case "change" | "growth":
            earlier = before(here)
            old = MISSING if earlier is None else value(node.args[0], earlier)
            change = spread([args[0], flipped(old)], lambda a, b: a + b)
            if node.op == "change":
                return change
            return MISSING if old.exact is None or old.exact <= 0 else scaled(quotient(change, old), Fraction(100))
        case _:
            known = [arg.exact for arg in args]
            plain: dict[str, Callable[..., Any]] = {
                "year": lambda a: a.year,
                "month": lambda a: a.month,
                "lower": str.lower,
                "length": len,
                "days_between": lambda a, b: (b - a).days,
                "months_between": period.months_between,
            }
            return exactly(None if None in known else plain[node.op](*known))


# conditions


def condition(node: Typed, here: Here) -> Truth:
    match node.op:
        case "and":
            return both(*(truth(arg, here) for arg in node.args))
        case "or":
            return either(*(truth(arg, here) for arg in node.args))
        case "not":
            return deny(truth(node.args[0], here))
        case "is missing":
            return absent(node.args[0], here)
        case "is not missing":
            return deny(absent(node.args[0], here))
        case "in" | "not in":
            found = among(node, here)
            return deny(found) if node.op == "not in" else found
        case "rises" | "does_not_fall":
            return trend(node, here)
        case "contains" | "starts_with" | "matches":
            text, wanted = value(node.args[0], here).exact, node.args[1].data
            tests: dict[str, Callable[[], Any]] = {
                "contains": lambda: wanted in text,
                "starts_with": lambda: text.startswith(wanted),
                "matches": lambda: re.fullmatch(wanted, text) is not None,
            }
            return None if text is None else bool(tests[node.op]())
        case _:
            left, right = node.args
            return compare(
                node.op, value(left, here), value(right, here), whole=left.type.integer and right.type.integer
            )


def among(node: Typed, here: Here) -> Truth:
    left, listed = node.args
    found = value(left, here)
    if listed.op == "list":
        tests = [
            compare("=", found, value(item, here), whole=left.type.integer and item.type.integer)
            for item in listed.args
        ]
        return either(*tests)
    items = value(listed, here).exact
    if items is None or found.exact is None:
        return None
    whole = left.type.integer and listed.type.item is not None and listed.type.item.integer
    return either(*(compare("=", found, exactly(item), whole=whole) for item in items))


def trend(node: Typed, here: Here) -> Truth:
    op = ">" if node.op == "rises" else ">="
    if len(node.args) > 1:
        published = value(node.args[1], here)
        if published.exact is not None:
            return compare(op, published, exactly(0), whole=False)
        if unreadable(node.args[1], here):
            return None
    earlier = before(here)
    old = MISSING if earlier is None else value(node.args[0], earlier)
    return compare(op, value(node.args[0], here), old, whole=node.args[0].type.integer)


# aggregates


def aggregate(node: Typed, here: Here) -> Bounds:
    rows: Rows = node.data
    tables = {rows.entity.id, *(link.child for link in rows.path)}
    facts = here.world.facts
    lost = any(name not in row for link in rows.path for row in facts.get(link.child, ()) for name in link.fields)
    if not tables <= facts.keys() or lost:
        return MISSING
    members: list[tuple[bool, Here]] = []
    astray: list[Here] = []
    for there in (Here(here.world, each.entity, each.row, here) for each in rows_of(here.world, rows.entity.id)):
        here_too = both(belongs(there, here, rows.path), aligned(there, here, rows.over), there.placed or None)
        chosen = True if rows.where is None else truth(rows.where, there)
        inside = both(here_too, in_time(there, here, rows.over), alive(there, here, rows), chosen)
        members += [] if inside is False else [(inside is True, there)]
        astray += [there] if here_too is None else []
    timed = aligned(here, here, rows.over) if rows.entity.period or rows.entity.day else True
    if None in here.key or timed is None:
        return MISSING
    sure = sum(certain for certain, _ in members)
    values = [(certain, value(rows.values[0], there)) for certain, there in members] if rows.values else []
    match rows.name:
        case "count":
            return Bounds(sure, len(members))
        case "count_distinct":
            return distinct(rows, members, astray)
        case "share":
            return share(values, sure)
        case "all":
            if any(certain and found.exact is False for certain, found in values):
                return exactly(False)
            return exactly(True if sure and all(found.exact for _, found in values) else None)
        case "any":
            if any(certain and found.exact for certain, found in values):
                return exactly(True)
            return exactly(False if all(found.exact is False for _, found in values) else None)
        case "min" | "max":
            return over_rows(values, max if rows.name == "max" else min)
        case "sum":
            return total(values, node, skip=rows.skip_missing)
        case _:
            return average(rows, node, members)


def distinct(rows: Rows, members: Sequence[tuple[bool, Here]], astray: Sequence[Here]) -> Bounds:
    """Known values at least; a row with a gap, or without a place, could be one more."""
    keys = [
        (certain, (None,) if there in astray else tuple(value(part, there).exact for part in rows.values))
        for certain, there in members
    ]
    seen = {key for certain, key in keys if certain and None not in key}
    likely = {key for _, key in keys if None not in key}
    gaps = sum(None in key for _, key in keys)
    return Bounds(max(len(seen), min(1, sum(certain for certain, _ in keys))), len(likely) + gaps)


def share(values: Sequence[tuple[bool, Bounds]], sure: int) -> Bounds:
    """The least and the largest part: rows that may be in are left out where that helps."""
    if not sure:
        return MISSING
    yes = sum(certain and found.exact is True for certain, found in values)
    no = sum(certain and found.exact is False for certain, found in values)
    outside_yes = sum(not certain and found.exact is True for certain, found in values)
    outside_no = sum(not certain and found.exact is False for certain, found in values)
    return Bounds(yes / (len(values) - outside_yes), (len(values) - no - outside_no) / (len(values) - outside_no))


def over_rows(values: Sequence[tuple[bool, Bounds]], pick: Callable[..., Any]) -> Bounds:
    if not any(certain for certain, _ in values):
        return MISSING
    far = [found.high if pick is max else found.low for _, found in values]
    near = [found.low if pick is max else found.high for certain, found in values if certain]
    inner = pick((end for end in near if end is not None), default=None)
    outer = None if None in far else pick(far)
    return Bounds(inner, outer) if pick is max else Bounds(outer, inner)


def total(values: Sequence[tuple[bool, Bounds]], node: Typed, *, skip: bool) -> Bounds:
    present = [(certain, found) for certain, found in values if None not in (found.low, found.high)]
    if len(present) < len(values) and not skip:
        return MISSING
    low = sum(found.low if certain else min(found.low, 0) for certain, found in present)
    high = sum(found.high if certain else max(found.high, 0) for certain, found in present)
    scale = 0.0 if node.type.nonnegative or node.type.integer else sum(magnitude(found) for _, found in present)
    return Bounds(exactly(low).low, exactly(high).low, scale)


def average(rows: Rows, node: Typed, members: Sequence[tuple[bool, Here]]) -> Bounds:
    """`mean`, `median`, `cv`: missing where a membership, a value or a weight is."""

    def weigh(there: Here) -> Bounds:
        return exactly(1) if rows.weight is None else value(rows.weight, there)

    pairs = [(value(rows.values[0], there), weigh(there).exact) for _, there in members]
    present = [(found, weight) for found, weight in pairs if None not in (found.low, found.high, weight)]
    gaps = len(present) < len(pairs) and not rows.skip_missing
    if gaps or not present or not all(certain for certain, _ in members):
        return MISSING
    weights = [weight for _, weight in present]
    scale = 0.0 if node.type.nonnegative else sum(magnitude(found) * weight for found, weight in present)
    ends = [[getattr(found, end) for found, _ in present] for end in ("low", "high")]
    if rows.name == "median":
        return Bounds(*(middle(sorted(end)) for end in ends))
    number = sum(weights)
    if not number or not math.isfinite(number):
        return MISSING
    low, high = (exactly(sum(x * weight for x, weight in zip(end, weights, strict=True)) / number).low for end in ends)
    if rows.name == "mean":
        return Bounds(low, high, abs(scale / number))
    if low is None or low != high or not low:
        return MISSING
    squares = sum(weight * (x - low) ** 2 for x, weight in zip(ends[0], weights, strict=True)) / number
    return exactly(math.sqrt(squares) / low) if squares >= 0 else MISSING
