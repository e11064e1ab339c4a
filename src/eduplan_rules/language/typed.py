"""The tree of an expression after resolution: every name resolved, every node typed, units made explicit.

`Typed` nodes are frozen; `op` is a literal kind, `field`, `lookup`, `this`, `value`, `parameter`, `aggregate`,
`context`, `convert`, or the name of an operator. `ResolvedRule` is a rule whose every expression is such a tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from eduplan_rules.period import Length
from eduplan_rules.rulebook.model import Entity, Member, Rule
from eduplan_rules.source import Span
from eduplan_rules.types import Type


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A node with its type; `data` is what `op` says: a value, a field name, an entity path, a unit for display."""

    op: str
    args: tuple[Typed, ...]
    type: Type
    span: Span
    data: Any = None

    def walk(self) -> Iterator[Typed]:
        """This node and all below it, aggregates' parts included."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    @property
    def text(self) -> str:
        """As the author wrote it."""
        return self.span.source.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Link:
    """One step up: from an entity to the one it belongs to, by these fields of its own."""

    child: str
    parent: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What an aggregate is over.

    The aggregate's `args` are its values, then `where`, `weight` and the subject's parameter behind `over` if there.
    """

    name: str
    entity: Entity
    #: from the aggregated entity up to the subject; empty when they are the same entity
    path: tuple[Link, ...]
    values: tuple[Typed, ...]
    where: Typed | None
    weight: Typed | None
    #: a tree is a duration of the subject that can be one or another
    over: Length | Typed | Literal["ever"] | None
    skip_missing: bool


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedMember:
    """A member of a body: what must hold, for whom, and the floor it must reach where it misses the standard."""

    member: Member
    where: Typed | None
    condition: Typed
    floor: Typed | None
    #: the floor as it is told: the measure itself against the bound that the floor leaves
    floor_bound: Typed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedBody:
    """`all`, `any` or `at_least` over members."""

    kind: Literal["all", "any", "at_least"]
    at_least: int
    members: tuple[ResolvedMember, ...]
    floor: Typed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedRule:
    """A rule ready to compile."""

    rule: Rule
    entity: Entity
    where: Typed | None
    require: Typed | ResolvedBody
    due: Typed | None
    #: the parameters that `since` and `until` name
    bounds: tuple[Typed, ...]
    #: language -> pieces of text and expressions
    message: dict[str, tuple[str | Typed, ...]]

    def expressions(self) -> Iterator[Typed]:
        """All its trees but the message's."""
        if self.where is not None:
            yield self.where
        if isinstance(self.require, Typed):
            yield self.require
        else:
            for member in self.require.members:
                if member.where is not None:
                    yield member.where
                yield member.condition
                if member.floor is not None:
                    yield member.floor
        if self.due is not None:
            yield self.due
        yield from self.bounds
