"""Ways from one plan to the rows of another: which columns must be equal, which rows lie in the period.

In: where an expression stands (`Place`) and the entities' declarations. Out: `Lookup` and `Rollup` steps, shared by all
that need the same way. How rows lie in time is decided here and nowhere else (DESIGN, "Periods").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from eduplan_rules.compiler.calendar import period_number
from eduplan_rules.compiler.core import Graph, Node, NodeKind
from eduplan_rules.compiler.facet import Algebra
from eduplan_rules.compiler.plan import PLACED, Lookup, Plan, Rollup, step_column
from eduplan_rules.language.typed import Link, Rows, Typed
from eduplan_rules.period import Kind, Length, length_text
from eduplan_rules.rulebook.model import Entity, Field, Rulebook

_LENGTH: dict[str, int] = {"month": 1, "quarter": 2, "term": 3, "year": 4, "school-year": 4}


@dataclass(slots=True, eq=False)
class Place:
    """Where an expression stands: the rows it speaks about, and inside an aggregate the subject's place."""

    plan: Plan
    algebra: Algebra
    book: Rulebook
    outer: Place | None = None
    #: the rollup whose rows these are, and its condition
    rollup: Rollup | None = None
    shared: dict[Any, tuple[Any, Place]] = field(default_factory=dict)
    memo: dict[int, Any] = field(default_factory=dict)

    @property
    def entity(self) -> Entity:
        """Whose rows."""
        return self.plan.entity

    @property
    def graph(self) -> Graph:
        """Where nodes are made."""
        return self.algebra.graph

    @property
    def kind(self) -> Kind | None:
        """The kind of the rows' period; that of `every` where there is one."""
        return self.plan.every or (self.entity.period.is_ if self.entity.period is not None else None)

    def column(self, name: str, kind: NodeKind) -> Node:
        """A column of the plan."""
        return self.graph.leaf("column", name, kind)

    def field(self, name: str) -> Node:
        """A field of the rows."""
        return self.column(name, node_kind(self.entity.fields[name]))

    @property
    def index(self) -> Node:
        """The index of the rows' period."""
        return self.column("#e" if self.plan.every else "#p", "integer")

    @property
    def as_of(self) -> Node:
        """The day the run is about."""
        return self.graph.leaf("as_of", None, "date")

    @property
    def day(self) -> Node:
        """The day of reckoning."""
        return self.column("#day", "date") if self.kind is not None else self.as_of

    @property
    def end(self) -> Node:
        """The last day of the period; an event's day; else as_of."""
        if self.kind is not None:
            return self.column("#end", "date")
        return self.field(self.entity.day) if self.entity.day is not None else self.as_of

    @property
    def start(self) -> Node:
        """The first day of the period."""
        return self.column("#start", "date")


def node_kind(declared: Field) -> NodeKind:
    """How a field's cells are held."""
    kinds: dict[str, NodeKind] = {"choice": "text", "integer": "integer", "number": "number", "boolean": "boolean"}
    return kinds.get(declared.type) or ("date" if declared.type == "date" else "text")


def lookup(place: Place, link: Link) -> tuple[Lookup, Place]:
    """The step to the one row of a parent whose period holds the last day of this one's."""
    key = ("lookup", link)
    if key not in place.shared:
        target = place.book.entities[link.parent]
        there = _inner(place, target)
        pairs = [(place.field(own), there.field(theirs)) for own, theirs in zip(link.fields, target.key, strict=True)]
        if target.period is not None:
            same = place.kind == target.period.is_
            pairs.append((place.index if same else _number(place, target.period.is_, place.end), there.index))
        place.shared[key] = _add_lookup(place, there, tuple(pairs), "no-row")
    return place.shared[key]


def previous(place: Place) -> tuple[Lookup, Place]:
    """The step to the same key's row in the adjacent earlier period."""
    key = ("previous",)
    if key not in place.shared:
        there = _inner(place, place.entity)
        pairs = [(place.field(name), there.field(name)) for name in place.entity.key]
        own = place.column("#p", "integer")
        pairs.append((place.algebra.subtract(own, place.algebra.number(1)), there.index))
        place.shared[key] = _add_lookup(place, there, tuple(pairs), "no-previous")
    return place.shared[key]


def _add_lookup(place: Place, there: Place, pairs: tuple[tuple[Node, Node], ...], reason: Any) -> tuple[Lookup, Place]:
    step = Lookup(f"s{len(place.plan.steps)}", there.plan, pairs, reason, {"found": place.algebra.truth(True)})
    place.plan.steps.append(step)
    return step, there


def _inner(place: Place, entity: Entity) -> Place:
    return Place(Plan(entity), place.algebra, place.book)


def looked_up(place: Place, step: Lookup, node: Node) -> Node:
    """Bring a node of the other plan here as a column."""
    name = next((name for name, known in step.columns.items() if known is node), f"c{len(step.columns)}")
    step.columns[name] = node
    return place.column(step_column(step.name, name), node.kind)


def rollup(place: Place, rows: Rows, *, alone: bool, since: Node | None = None) -> tuple[Rollup, Place]:
    """The step to the subject's rows of another entity; `alone` where the rows see values of the subject.

    `since` is the day after which rows count, where the window's length is none that is always the same.
    """
    key = _way("rollup", rows, since)
    if key in place.shared and not alone:
        return place.shared[key]
    there = Place(Plan(rows.entity), place.algebra, place.book, outer=place)
    step = Rollup(f"s{len(place.plan.steps)}", there.plan, (), place.algebra.truth(True), place.algebra.truth(False))
    there.rollup = step
    own = [there.field(name) for name in there.entity.key]
    keys, nowhere = _keys_up(there, rows.path) if rows.path else (own, [])
    pairs = list(zip(map(place.field, place.entity.key), keys, strict=True))
    pairs += _align(place, there, rows, since)
    step.on = tuple(pairs)
    step.nowhere = place.algebra.either(*map(place.algebra.certain, nowhere))
    step.within = place.algebra.both(step.within, _alive(place, there, rows), placed(place))
    if not alone:
        place.shared[key] = (step, there)
        place.plan.steps.append(step)
    return step, there


def _way(name: str, rows: Rows, since: Node | None) -> tuple[Any, ...]:
    """What rollups must have in common to be one."""
    return name, rows.entity.id, rows.path, rows.over if since is None else id(since), _asked(rows)


def second_rollup(place: Place, rows: Rows, since: Node | None) -> tuple[Rollup, Place]:
    """The step of a second pass over the same rows, which see what the first pass found; shared by all such passes."""
    key = _way("second", rows, since)
    if key not in place.shared:
        place.shared[key] = rollup(place, rows, alone=True, since=since)
        finish(place, place.shared[key][0])
    return place.shared[key]


def finish(place: Place, step: Rollup) -> None:
    """Add a rollup that stands alone behind all steps its rows' view of the subject came from."""
    step.name = f"s{len(place.plan.steps)}"
    place.plan.steps.append(step)


def visible(there: Place, node: Node) -> Node:
    """Let the rows of a rollup see a value of the subject."""
    assert there.rollup is not None
    if node.constant or node.op == "as_of":
        return node
    seen = there.rollup.visible
    name = next((name for name, known in seen.items() if known is node), step_column("this", str(len(seen))))
    seen[name] = node
    return there.column(name, node.kind)


def placed(place: Place) -> Node:
    """Whether rows lie where their keys and days say: true, or null where those are missing."""
    return place.column(PLACED, "boolean")


def _keys_up(here: Place, path: tuple[Link, ...]) -> tuple[list[Node], list[Node]]:
    """The key at the end of a path as the rows at its beginning have it; where a row belongs to nobody."""
    link = path[0]
    links = [here.entity.fields[name] for name in link.fields]
    absent = [f"?{each.id}" for each in links if each.optional or each.blank is not None]
    nowhere = [here.column(name, "boolean") for name in absent]
    if len(path) == 1:
        return [_link(here, name) for name in link.fields], nowhere
    step, above = lookup(here, link)
    keys, further = _keys_up(above, path[1:])
    nowhere += [looked_up(here, step, each) for each in further]
    keys = [looked_up(here, step, key) for key in keys]
    if above.entity.period is None:
        return keys, nowhere
    found = here.algebra.certain(looked_up(here, step, here.algebra.truth(True)))
    return [here.algebra.case(found, *each) for each in zip(keys, _settled(here, path), strict=True)], nowhere


def _settled(here: Place, path: tuple[Link, ...]) -> list[Node]:
    """The key at the end of a path, each part that all rows of the parent agree on, whatever their periods."""
    algebra, link = here.algebra, path[0]
    there = Place(Plan(here.book.entities[link.parent]), algebra, here.book, outer=here)
    pairs = zip(map(here.field, link.fields), map(there.field, there.entity.key), strict=True)
    step = there.rollup = Rollup("", there.plan, tuple(pairs), placed(there), algebra.truth(False))
    keys, _ = _keys_up(there, path[1:])
    for at, key in enumerate(keys):
        step.columns |= {
            f"min{at}": ("min", key),
            f"max{at}": ("max", key),
            f"gaps{at}": ("count", algebra.is_null(key)),
        }
    finish(here, step)
    linked = algebra.both(*(algebra.negate(algebra.is_null(here.field(name))) for name in link.fields))
    settled: list[Node] = []
    for at, key in enumerate(keys):
        least, most = (here.column(step_column(step.name, f"{fold}{at}"), key.kind) for fold in ("min", "max"))
        complete = algebra.boolean("eq", here.column(step_column(step.name, f"gaps{at}"), "integer"), algebra.number(0))
        settled.append(algebra.only_if(algebra.both(linked, complete, algebra.boolean("eq", least, most)), least))
    return settled


def _link(here: Place, name: str) -> Node:
    """A field that leads to a parent; where it is also part of a key, it is there even if it leads nowhere."""
    algebra, entity = here.algebra, here.entity
    uses = [*entity.key, *(each for fields in entity.belongs_to.values() for each in fields)]
    if uses.count(here.entity.fields[name].id) == 1:
        return here.field(name)
    return algebra.only_if(algebra.negate(algebra.certain(here.column(f"!{name}", "boolean"))), here.field(name))


def _align(place: Place, there: Place, rows: Rows, since: Node | None) -> list[tuple[Node, Node]]:
    """Which rows lie in the subject's period, or in the window; adds to the rollup's `within`."""
    algebra, entity, step = place.algebra, there.entity, there.rollup
    assert step is not None
    if entity.valid is not None:
        step.within = _in_force(place, there, rows, since)
        return []
    if entity.day is None and entity.period is None:
        return []
    begun = there.start if entity.period is not None else there.end
    within = algebra.boolean("le", begun, place.as_of)
    pairs: list[tuple[Node, Node]] = []
    if rows.over is not None:
        own = there.day if entity.period is not None else there.end
        last = visible(there, place.day)
        within = algebra.both(within, algebra.boolean("le", own, last))
        if rows.over != "ever":
            within = algebra.both(within, algebra.boolean("gt", own, _window(there, last, rows, since)))
    elif place.kind is None:
        if entity.period is not None:
            within = algebra.both(within, algebra.boolean("le", place.as_of, there.end))
    elif place.kind == there.kind:
        pairs.append((place.index, there.index))
    elif there.kind is not None and _LENGTH[there.kind] > _LENGTH[place.kind]:
        pairs.append((_number(place, there.kind, place.end), there.index))
    else:
        pairs.append((place.index, _number(there, place.kind, there.end)))
    step.within = within
    return pairs


def lives(place: Place, begins: Node, ends: Node) -> Node:
    """Whether the rows' life covers these days; never null.

    A day that is missing bounds nothing: the row itself says that its subject is there.
    """
    algebra = place.algebra
    opened, closed = (None if name is None else place.field(name) for name in place.entity.life)
    early = algebra.truth(False) if opened is None else algebra.boolean("lt", begins, opened)
    late = algebra.truth(False) if closed is None else algebra.boolean("gt", ends, closed)
    return algebra.negate(algebra.either(algebra.certain(early), algebra.certain(late)))


def counts_events(nodes: Iterable[Typed]) -> bool:
    """Whether one of the nodes is an aggregate over the events of a row's own period."""
    found = (node.data for node in nodes if node.op == "aggregate")
    return any(rows.entity.day is not None and rows.over is None for rows in found)


def _asked(rows: Rows) -> Literal["day", "period", "total"] | None:
    """What of its rows' lives an aggregate asks for: the day, the whole period, or of a sum of events any day of it."""
    if rows.entity.life == (None, None):
        return None
    if rows.entity.period is None:
        return "day"
    if counts_events(node for tree in (rows.where, rows.weight) if tree is not None for node in _of_row(tree)):
        return "period"
    if counts_events(node for tree in rows.values for node in _of_row(tree)):
        return "total" if rows.name == "sum" else "period"
    return "day"


def _of_row(tree: Typed, depth: int = 0) -> Iterator[Typed]:
    """The nodes of a tree but those of the subject that the aggregated row sees."""
    if tree.op == "this":
        depth -= 1
    if depth < 0:
        return
    yield tree
    for arg in tree.args:
        yield from _of_row(arg, depth + (tree.op == "aggregate"))


def _alive(place: Place, there: Place, rows: Rows) -> Node:
    """Whether the rows are there when they are asked about: within their lives."""
    match _asked(rows):
        case None:
            return place.algebra.truth(True)
        case "period":
            return lives(there, there.start, there.end)
        case "total":
            return lives(there, there.day, there.start)
    longer = rows.over is None and there.kind and place.kind and _LENGTH[there.kind] > _LENGTH[place.kind]
    day = visible(there, place.day) if there.kind is None or longer else there.day
    return lives(there, day, day)


def _in_force(place: Place, there: Place, rows: Rows, since: Node | None) -> Node:
    """A span counts where it covers the day of reckoning, or meets the window."""
    algebra = place.algebra
    assert there.entity.valid is not None
    first, last = there.entity.valid
    day = visible(there, place.day)
    begun = algebra.boolean("le", there.field(first), day)
    if rows.over == "ever":
        return begun
    edge = day if rows.over is None else _window(there, day, rows, since)
    op = "ge" if rows.over is None else "gt"
    ends, begins = there.field(last), there.field(first)
    # it ends no earlier than it begins, whether or not the end can be read
    late = algebra.case(
        algebra.certain(algebra.boolean(op, begins, edge)), algebra.truth(True), algebra.null("boolean")
    )
    unread = algebra.graph.make("is_null", ends, kind="boolean")
    open_end = algebra.certain(there.column(f"?{last}", "boolean"))
    still = algebra.case(open_end, algebra.truth(True), unread, late, algebra.boolean(op, ends, edge))
    return algebra.both(begun, still)


def _window(there: Place, day: Node, rows: Rows, since: Node | None) -> Node:
    """The day after which rows count."""
    if since is not None:
        return visible(there, since)
    assert isinstance(rows.over, tuple)
    return moved(there, day, rows.over, -1)


def moved(place: Place, day: Node, length: Length, sign: int) -> Node:
    """A day moved on, or back where the sign is negative."""
    amount, unit = length
    op, factor = ("add_days", 1) if unit == "days" else ("add_months", 12 if unit == "years" else 1)
    return place.graph.make(op, day, kind="date", value=sign * amount * factor)


def moved_by(place: Place, day: Node, length: Node, lengths: Sequence[Length | None], sign: int) -> Node:
    """A day moved by a duration that is read, which can be any of `lengths`."""
    return by_length(
        place, length, {each: moved(place, day, each, sign) for each in lengths if each is not None}, "date"
    )


def by_length(place: Place, length: Node, results: Mapping[Length, Node], kind: NodeKind) -> Node:
    """What belongs to a duration that is read, as text; nothing where there is none."""
    algebra = place.algebra
    cases: list[Node] = []
    for each, result in results.items():
        cases += [algebra.boolean("eq", length, place.graph.literal(length_text(each), "text")), result]
    return algebra.case(*cases, algebra.null(kind))


def _number(place: Place, kind: Kind, day: Node) -> Node:
    return period_number(place.algebra, kind, day, place.book.calendars)
