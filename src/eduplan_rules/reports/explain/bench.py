"""What would satisfy a rule, as a value, and the bench on which it is proved.

In: an inquiry that has looked. Out: `Remedy`, and `Bench`, which says whether the goal is met on facts with the changes
made. What cannot be shown so is not offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.values import truth
from eduplan_rules.engine.outcome import SATISFIED
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.reports.explain.counted import Counted, Deeper
from eduplan_rules.reports.explain.counting import RowBench
from eduplan_rules.reports.explain.edits import Edit, with_edits
from eduplan_rules.reports.explain.figure import Figure
from eduplan_rules.reports.explain.ground import Ground
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.options import Option
from eduplan_rules.reports.explain.summing import Summed
from eduplan_rules.rulebook.model import Field


@dataclass(frozen=True, slots=True)
class Goal:
    """A node, and the value it is to have."""

    node: Node
    wanted: Any

    def met(self, value: Any) -> bool:
        """Whether this is the value."""
        return value is not None and bool(value == self.wanted)


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Of how many rows how many meet a condition, and how many must."""

    met: int
    needed: int
    of: int
    aggregate: Typed
    #: the rows that are to change, in order
    first: tuple[Mapping[str, Any], ...]

    @property
    def over(self) -> Rows:
        """What the aggregate is over."""
        found: Rows = self.aggregate.data
        return found


@dataclass(frozen=True, slots=True)
class Level:
    """Rows that come up, or down, to one level, so that a figure over all of them comes to what is wanted."""

    typed: Typed
    up: bool
    #: what the farthest of these rows brings now
    farthest: float
    #: how many rows there are, and how many are there already
    of: int
    met: int
    rows: tuple[Mapping[str, Any], ...]
    #: the field itself is brought to the level, not something made of it
    bare: bool
    #: the figure, and what it must come to
    now: float
    wanted: float


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that would do, and the single changes of facts that make it up."""

    target: Literal["fact", "rows", "total", "level", "together"]
    edits: tuple[Edit, ...]
    #: the same with one step less of one of its numbers, each; proved not to do
    less: tuple[tuple[Edit, ...], ...] = ()
    field: Field | None = None
    option: Option | None = None
    #: the fact is on another row than the subject's
    looked_up: bool = False
    #: all values that would do, of a choice or text
    choices: tuple[Any, ...] = ()
    #: the condition that rows must meet, or must not, and how many do and are there
    condition: Typed | None = None
    rows: RowCounts | None = None
    level: Level | None = None
    #: the aggregate whose total must change
    total: Typed | None = None
    parts: tuple[Remedy, ...] = ()
    #: its values would tell those of personal fields
    personal: bool = False
    #: it changes what is given, such as the base of a standard; told only where there is no other
    odd: bool = False

    @property
    def distance(self) -> float:
        """How far it is, for an order among members: relative to the larger of both values."""
        if self.parts:
            return sum(part.distance for part in self.parts)
        edit = self.edits[0]
        if self.rows is not None:
            return len(self.edits) / max(self.rows.of, 1)
        if self.level is not None:
            return len(self.edits) / self.level.of
        if isinstance(edit.before, int | float) and isinstance(edit.after, int | float):
            return abs(edit.after - edit.before) / (max(abs(edit.after), abs(edit.before)) or 1)
        return 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """An inquiry of which all was asked that remedies need."""

    inquiry: Inquiry
    ground: Ground
    counted: Sequence[Counted]
    summed: Sequence[Summed]
    #: the same by identity, to add a row where there are none
    added: Mapping[int, Counted]
    figures: Sequence[Figure]
    #: the aggregates to act on, by identity; others only make a standard
    measured: frozenset[int]


def without_odd(remedies: Sequence[Remedy]) -> list[Remedy]:
    """Those that change what people can act on; all where there are none."""
    return [each for each in remedies if not each.odd] or list(remedies)


class Bench:
    """Where remedies are looked for and proved."""

    def __init__(self, asked: Asked, sight: Sight, deeper: Deeper) -> None:
        self.inquiry: Inquiry = asked.inquiry
        self.counted = asked.counted
        self.summed = asked.summed
        self.added = asked.added
        self.figures = asked.figures
        self.measured = asked.measured
        self.ground = asked.ground
        self.sight = sight
        self.deeper = deeper
        self._rows: dict[int, RowBench] = {}
        self.verdict = Goal(self.inquiry.compiled.verdict, SATISFIED)

    def holds(self, condition: Typed | None) -> Any:
        """Whether a condition of the subject that was asked for holds now; one that is not there does."""
        if condition is None:
            return True
        return self.sight(truth(condition, self.inquiry.place))

    def does(self, edits: Iterable[Edit], goal: Goal) -> bool:
        """Whether the goal is met on facts with these changes."""
        try:
            return goal.met(self.inquiry.look(with_edits(self.sight.facts, edits))(goal.node))
        except LookupError:
            return False

    def proved(self, remedy: Remedy, goal: Goal) -> bool:
        """Whether it does, and less does not."""
        return self.does(remedy.edits, goal) and not any(self.does(less, goal) for less in remedy.less)

    def rows_of(self, counted: Counted) -> RowBench:
        """The rows of an aggregate, read when first needed."""
        key = id(counted.typed)
        if key not in self._rows:
            self._rows[key] = RowBench(self.inquiry, self.sight, counted, self.deeper)
        return self._rows[key]
