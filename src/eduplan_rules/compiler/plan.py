"""The compiled form of a rulebook: lookups, rollups and conditions made explicit, with no engine in sight.

A `Plan` is the rows of one entity with columns that `Lookup` and `Rollup` steps add, in order. A `CompiledRule` is core
nodes over those columns. Column names: a field's identifier; `?f` its known absence, `!f` its unreadability, `+f`
whether it was delivered; `#p` `#start` `#end` `#day` the row's period; `#e` the period of `every`; `s0/x` what a step
adds; `#placed` true on rows that lie where their keys and days say, null on those that may lie in any subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from eduplan_rules.compiler.core import Node
from eduplan_rules.language.parameter import ParameterTable
from eduplan_rules.period import Calendars, Kind
from eduplan_rules.rulebook.model import Entity, Rule

PLACED = "#placed"
Fold = Literal["count", "sum", "min", "max", "median", "distinct"]
#: between a step and what it brings; not a dot, which Spark takes for a part of a structure
_BRINGS = "/"


def step_column(step: str, column: str) -> str:
    """The name of a column that a step brings."""
    return f"{step}{_BRINGS}{column}"


def origin(column: str) -> tuple[str, str]:
    """The step that brings a column and the column's name there; the column itself and no name for all others."""
    step, _, inner = column.partition(_BRINGS)
    return step, inner


@dataclass(slots=True, eq=False)
class Plan:
    """Rows of an entity and the steps that add columns to them."""

    entity: Entity
    every: Kind | None = None
    steps: list[Lookup | Rollup] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Lookup:
    """To one row of another plan, or to the same entity's previous period: pairs (here, there) that must be equal."""

    name: str
    plan: Plan
    on: tuple[tuple[Node, Node], ...]
    #: why there is no row
    reason: Literal["no-row", "no-previous"]
    columns: dict[str, Node] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Rollup:
    """To many rows of another plan: folds over those with equal keys for which `within` is not false.

    `visible` are values of the subject that the rows see; with any, rows and subjects are paired before folding.
    """

    name: str
    plan: Plan
    on: tuple[tuple[Node, Node], ...]
    within: Node
    #: true where a row is known to belong to nobody; never null
    nowhere: Node
    visible: dict[str, Node] = field(default_factory=dict)
    columns: dict[str, tuple[Fold, Node]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Offence:
    """Rows behind an aggregate that speak against it."""

    step: Rollup
    against: Node


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One comparison or member: when it fails, by how much."""

    #: as its author wrote it
    text: str
    holds: Node
    observed: Node | None
    other: Node | None
    required: Node | None
    gap: Node | None
    unit: str | None
    strict: bool
    integer: bool
    title: Mapping[str, str] | None = None
    basis: str | None = None
    op: str | None = None
    offence: Offence | None = None
    personal: bool = False
    #: of how many `observed` is a count: the members in a quorum's list
    of: Node | None = None
    #: of a choice: identifier -> label by language
    labels: Mapping[str, Mapping[str, str]] | None = None
    #: what is asked for, in words by language, where no comparison says it
    demand: Mapping[str, str] | None = None
    #: what people call the value it is about, by language
    about: Mapping[str, str] | None = None
    #: what people call what is required, where it is more than a number
    bound: Mapping[str, str] | None = None
    #: the floor of a member, not its standard
    floor: bool = False
    #: another part would do instead
    alternative: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Why a value is missing: the first reason whose condition holds, else `otherwise`; children first."""

    fact: str
    known: Node
    children: tuple[Trace, ...] = ()
    reasons: tuple[tuple[Node, str], ...] = ()
    otherwise: str = "out-of-range"
    count: Node | None = None
    #: what people call the fact, by language
    label: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A value read by a rule, under the name it goes by."""

    name: str
    node: Node
    integer: bool
    unit: str | None
    personal: bool
    #: of a choice: identifier -> label by language
    labels: Mapping[str, Mapping[str, str]] | None = None

    #: whether it is known to be absent, which can be said; a sentence with a value that is missing makes no sense
    absent: Node | None = None
    #: how the text behind it begins in English where there are several, and where it is 1: `guards are`, `guard is`
    plural: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ParameterUse:
    """A parameter read: the day and the arguments."""

    name: str
    day: Node
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule as nodes over its plan's columns."""

    rule: Rule
    plan: Plan
    #: inside since / until and the subject's life; null where the day of an event is missing
    applies: Node
    where: Node
    require: Node
    #: not yet due, or its period still runs; null where the due date is missing
    pending: Node
    due: Node | None
    #: never null, and at most one of them true; where none is, the outcome is unknown
    satisfied: Node
    violated: Node
    not_due: Node
    not_applicable: Node
    #: the same as a code: satisfied 0, violated 1, unknown 2, not due 3, not applicable 4
    verdict: Node
    #: an unverified parameter value was read; never null
    unverified: Node
    #: a parameter has no value; never null
    without_value: Node
    parts: tuple[Part, ...]
    #: index of the part the record speaks of; null where no member is in the list
    leading: Node
    #: of the leading part where it is a number, in the unit shown
    observed: Node
    other: Node
    required: Node
    gap: Node
    traces: tuple[Trace, ...]
    shown: tuple[Shown, ...]
    uses: tuple[ParameterUse, ...]
    message: Mapping[str, tuple[str | Shown, ...]]
    basis: bool = False
    #: `due` tells a personal field's value
    due_is_personal: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A whole rulebook, compiled: rules grouped by the plan of their subjects."""

    rules: Mapping[str, CompiledRule]
    parameters: Mapping[str, ParameterTable]
    calendars: Calendars

    def plans(self) -> list[tuple[Plan, list[CompiledRule]]]:
        """Each subject plan with its rules, in the order of the rulebook."""
        grouped: dict[int, tuple[Plan, list[CompiledRule]]] = {}
        for rule in self.rules.values():
            grouped.setdefault(id(rule.plan), (rule.plan, []))[1].append(rule)
        return list(grouped.values())
