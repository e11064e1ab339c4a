"""A row and those it looks up, on which facts can be tried out one after the other.

In: an inquiry's place or the rows of an aggregate. Out: `Ground`, which says what nodes are worth if certain facts were
others. What it finds is a proposal: it sees only what the rows themselves bring, so each is proved on changed facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eduplan_rules.compiler import steps
from eduplan_rules.compiler.core import Node, NodeKind
from eduplan_rules.compiler.plan import Lookup, step_column
from eduplan_rules.compiler.reading import is_personal
from eduplan_rules.compiler.steps import Place, node_kind
from eduplan_rules.engine.record import Function, Row, in_order
from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.edits import identity_of
from eduplan_rules.reports.explain.inquiry import Inquiry, Path, Sight, brought
from eduplan_rules.reports.explain.levers import levers_of
from eduplan_rules.rulebook.model import Entity, Field

_COMPARED = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "close"})
_TIMES: dict[str, NodeKind] = {"#p": "integer", "#line": "integer", "#file": "text", "#sheet": "text"}


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A row that can be changed: the subject's own, or one that it looks up."""

    entity: Entity
    path: Path
    #: columns that what is looked up reads there -> the same, as the subject's place has them
    reads: Mapping[str, Node]
    #: columns that tell the row apart -> the same
    identity: Mapping[str, Node]
    #: what each step on the way brings, before anything was asked for trying out, and what it reads there
    levels: tuple[tuple[Mapping[str, Node], Mapping[str, Node]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A cell that may be changed."""

    site: Site
    field: Field
    #: what it must be would tell a personal value
    personal: bool
    #: people can act on it; it is not what only chooses a standard
    lever: bool
    #: something is divided by it
    base: bool

    @property
    def name(self) -> str:
        """Identifier of the field."""
        return str(self.field.id)


def told_by(typed: Typed, place: Place, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The cells that a condition compares with personal ones, so that what they must be would tell those."""
    if typed.op in ("and", "or", "not", "value") and typed.type.kind == "boolean":
        for arg in typed.args:
            yield from told_by(arg, place, path)
    elif typed.op not in ("is missing", "is not missing") and is_personal(typed, place):
        yield from ((way, name) for way, _, name in facts_of(typed, place, path))


def facts_of(typed: Typed, place: Place, path: Path = ()) -> Iterator[tuple[Path, Entity, str]]:
    """The cells that a tree reads on the subject's row and the rows it looks up; what was before stays as it was."""
    match typed.op:
        case "field":
            yield path, place.entity, str(typed.data[1])
        case "lookup":
            step, there = steps.lookup(place, typed.data)
            yield from facts_of(typed.args[0], there, (*path, (place, step)))
        case "aggregate" | "previous" | "this":
            return
        case _:
            for arg in typed.args:
                yield from facts_of(arg, place, path)


def may_change(entity: Entity, name: str) -> bool:
    """Whether a cell can be another and the row still be the same row, at the same place."""
    fixed = {*entity.key, *(each for fields in entity.belongs_to.values() for each in fields), entity.name, entity.day}
    fixed |= {entity.valid[0]} if entity.valid is not None else set()
    return name in entity.fields and name not in {str(each) for each in fixed if each is not None}


class Ground:
    """Tries out facts on the subject's row and the rows it looks up."""

    def __init__(self, inquiry: Inquiry, trees: Sequence[Typed]) -> None:
        """Ask for all that trying out needs; the inquiry must not have looked yet."""
        self.inquiry = inquiry
        self._functions: dict[Lookup, Function] = {}
        found = [each for tree in trees for each in facts_of(tree, inquiry.place)]
        ways = list(dict.fromkeys(path for path, _, _ in found))
        # what steps bring for the rule itself, before more is asked of them
        known = {step: dict(step.columns) for path in ways for _, step in path}
        cells = dict.fromkeys((path, name) for path, entity, name in found if may_change(entity, name))
        sites = {path: _site(inquiry.place, path, known, [name for way, name in cells if way == path]) for path in ways}
        for site in sites.values():
            inquiry.ask(*site.reads.values(), *site.identity.values())
            inquiry.ask(*(node for _, reads in site.levels for node in reads.values()))
        told = {each for tree in trees for each in told_by(tree, inquiry.place)}
        levers: dict[tuple[Path, str], bool] = {}
        for path, name, both in (each for tree in trees for each in levers_of(tree, inquiry.place)):
            levers[path, name] = levers.get((path, name), False) or both
        self.facts = [
            Fact(
                sites[path],
                sites[path].entity.fields[name],
                (path, name) in told,
                (path, name) in levers,
                not levers.get((path, name), True),
            )
            for path, name in cells
        ]

    def now(self, sight: Sight, fact: Fact) -> Any:
        """What stands in a cell; None where nothing does, or nothing that can be read."""
        return sight(fact.site.reads[fact.name])

    def delivered(self, sight: Sight, fact: Fact) -> bool:
        """Whether there is such a row, and such a column in its table."""
        table = sight.facts.tables.get(str(fact.site.entity.id))
        there = all(sight(fact.site.identity[str(name)]) is not None for name in fact.site.entity.key)
        return there and table is not None and fact.name in table.frame.columns

    def identity(self, sight: Sight, fact: Fact) -> dict[str, Any]:
        """Which row a cell is in."""
        return {name: sight(node) for name, node in fact.site.identity.items()}

    def row(self, sight: Sight, fact: Fact, value: Any) -> Row:
        """The subject's row if a fact were another."""
        changed = cells_of(fact.field, value)
        if not fact.site.path:
            return {**sight.row, **changed}
        return {**sight.row, **self._brought(sight, fact.site, changed)}

    def _brought(self, sight: Sight, site: Site, changed: Mapping[str, Any]) -> dict[str, Any]:
        """What the first step on the way brings, if the row at its end were another."""
        for (_, step), (columns, reads) in zip(reversed(site.path), reversed(site.levels), strict=True):
            here = {name: sight(node) for name, node in reads.items()} | dict(changed)
            values = self._function(step, columns)(here)
            changed = {step_column(step.name, name): value for name, value in zip(columns, values, strict=True)}
        return dict(changed)

    def _function(self, step: Lookup, columns: Mapping[str, Node]) -> Function:
        if step not in self._functions:
            self._functions[step] = self.inquiry.function(list(columns.values()))
        return self._functions[step]


def cells_of(field: Field, value: Any) -> dict[str, Any]:
    """A cell's columns if it held a value."""
    name = str(field.id)
    knowable = field.optional or field.blank is not None
    empty = False if value is not None else True if knowable else None
    return {name: value, f"?{name}": empty, f"!{name}": False}


def _site(place: Place, path: Path, known: Mapping[Lookup, Mapping[str, Node]], names: Iterable[str]) -> Site:
    here = place
    for above, step in path:
        here = next(there for each, there in above.shared.values() if each is step)
    levels = []
    for depth, (_, step) in enumerate(path, start=1):
        leaves = [node for node in in_order(list(known[step].values())) if node.op == "column"]
        levels.append((known[step], {node.value: brought(path[:depth], node) for node in leaves}))
    entity = here.entity
    reads = {name: brought(path, here.field(name)) for name in names}
    return Site(entity, path, reads, identity_nodes(here, path), tuple(levels))


def identity_nodes(here: Place, path: Path) -> dict[str, Node]:
    """The columns that tell the row at the end of a path apart, as the subject's place has them."""
    fields = here.entity.fields
    kinds = {name: _TIMES.get(name) or node_kind(fields[name]) for name in identity_of(here.entity)}
    return {name: brought(path, here.column(name, kind)) for name, kind in kinds.items()}


def sides_of(goal: Node, moves: Callable[[str], bool]) -> list[Node]:
    """Every comparison below a node that a change of these columns can move: its two sides, and itself."""
    moved: set[int] = set()
    sides: list[Node] = []
    for node in in_order([goal]):
        if (node.op == "column" and moves(node.value)) or any(id(arg) in moved for arg in node.args):
            moved.add(id(node))
            if node.op in _COMPARED and node.args[0].kind in ("number", "integer", "date"):
                sides += [*node.args[:2], node]
    return sides


def compared(values: Sequence[Any]) -> tuple[Any, ...]:
    """On which side each comparison lies, and whether it holds."""
    triples = zip(values[::3], values[1::3], values[2::3], strict=True)
    return tuple(
        (None if None in (one, other) else (one > other) - (one < other), held) for one, other, held in triples
    )
