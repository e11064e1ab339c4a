"""Whose names an expression uses, and what all expressions of a rulebook share while they are resolved.

In: a `Rulebook`, with what is left of definitions that are wrong. Out: `Scope` and `Context`, the two things that
resolving an expression hands on. What a wrong definition leaves open is excused here, so that nobody else is blamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from eduplan_rules.errors import Diagnostic, did_you_mean
from eduplan_rules.language import names
from eduplan_rules.language.axes import Axis, axes_of, fields_by_name
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.language.typed import Typed
from eduplan_rules.rulebook.model import Entity, Rulebook
from eduplan_rules.source import Scalar, Span, mentioned
from eduplan_rules.types import Type


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose names an expression uses; `outer` is the subject's scope inside an aggregate."""

    entity: Entity
    outer: Scope | None = None
    timed: bool = False
    #: the type of the other side: a name that is not known may be a text of it that lacks its quotes
    beside: Type | None = None

    def next_to(self, other: Type) -> Scope:
        """The same scope, beside a value of that type."""
        return replace(self, beside=other if other.kind in ("choice", "text") else None)


@dataclass(slots=True)
class Context:
    """What all expressions of a rulebook share while they are resolved."""

    book: Rulebook
    tables: Mapping[str, ParameterTable]
    report: Callable[[Diagnostic], None]
    mistakes: int = 0
    values: dict[str, Typed] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    #: how many values are defined by each other below a value, and below what is being resolved
    chains: dict[str, int] = field(default_factory=dict)
    chain: int = 0
    vocabularies: dict[str, names.Vocabulary] = field(default_factory=dict)
    #: spelling -> entity, and spelling -> parameter
    entities: Mapping[str, str] = field(init=False)
    parameters: Mapping[str, str] = field(init=False)
    #: parameter -> what it goes by
    axes: Mapping[str, Sequence[Axis]] = field(init=False)

    def __post_init__(self) -> None:
        fields = fields_by_name(self.book)
        self.axes = {name: axes_of(parameter, fields) for name, parameter in self.book.parameters.items()}
        self.entities = names.entity_names(self.book)
        self.parameters = names.parameter_names(self.book)

    def complain(self, diagnostic: Diagnostic) -> None:
        """Pass a diagnostic on, and count it if it is a mistake."""
        self.mistakes += diagnostic.severity == "error"
        self.report(diagnostic)

    def excuses(self, *declared: str, lost: bool = False) -> bool:
        """Whether a name may be unknown only because a declaration is wrong, or in a file that cannot be read."""
        remains = self.book.remains
        unread = any(mentioned(name.rpartition(".")[2], remains.unread) for name in declared)
        if not lost and not unread and remains.names.isdisjoint(declared):
            return False
        self.mistakes += 1
        return True

    def vocabulary(self, entity: Entity) -> dict[str, tuple[names.Meaning, str]]:
        """Names of the entity's own fields and values."""
        if entity.id not in self.vocabularies:
            self.vocabularies[entity.id] = names.vocabulary(self.book, entity)
        return self.vocabularies[entity.id].names


def has_period(entity: Entity) -> bool:
    """Whether its rows have a period, as far as is known."""
    return entity.period is not None or entity.period_lost


def subject(name: Scalar | str, context: Context, place: Span) -> Entity:
    """The entity of that name; else the one that was meant; else one of which nothing is known."""
    spellings = context.entities
    near = name if name in spellings else did_you_mean(name, spellings)
    if near is not None:
        return context.book.entities[spellings[near]]
    lost = frozenset(("key", "period", "belongs_to", "fields"))
    return Entity.model_construct(id=Scalar("", place), key=(), fields={}, span=place, lost=lost)
