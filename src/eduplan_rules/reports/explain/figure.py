"""Figures over rows, `cv`, `mean`, `median`, `min` and `max`: what one must come to, and its rows.

In: an inquiry that has looked, and such an aggregate of its rule. Out: the value at which a goal is met, and the rows
with what each brings to it. What a figure would be if rows were others is worked out here as a proposal, to be proved
on changed facts.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import Rollup
from eduplan_rules.compiler.steps import Place
from eduplan_rules.compiler.values import facet, fixed, rollup_of, truth
from eduplan_rules.engine.record import Function, Row, in_order
from eduplan_rules.language.typed import Rows, Typed
from eduplan_rules.reports.explain.edits import identity_of
from eduplan_rules.reports.explain.ground import cells_of, facts_of, may_change, told_by
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.levers import levers_of
from eduplan_rules.reports.explain.options import Option, Trial, options_of, trial_of
from eduplan_rules.reports.explain.search import Found, Line, nearest
from eduplan_rules.rulebook.model import Field

NAMES = ("cv", "mean", "median", "min", "max")


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """An aggregate, the fields of its rows that it is made of, and where its value stands."""

    typed: Typed
    step: Rollup
    member: Node
    value: Node
    weight: Node | None
    #: the aggregate as the subject has it, and the columns of the subject that make it
    node: Node
    columns: tuple[str, ...]
    #: of a mean: the column that its total is divided by
    divisor: str | None
    #: those to act on first
    fields: tuple[Field, ...]
    levers: frozenset[str]
    personal: bool

    @property
    def rows(self) -> Rows:
        """What it is over."""
        found: Rows = self.typed.data
        return found


def figures_in(aggregates: Iterable[Typed], place: Place, *, personal: bool) -> Iterator[Figure]:
    """The figures over rows of the subject itself that are made of numbers."""
    for typed in aggregates:
        rows: Rows = typed.data
        if rows.name not in NAMES or typed.type.kind != "number":
            continue
        found = facet(typed, place)
        step, there = rollup_of(typed, place)
        member = step.within if rows.where is None else place.algebra.both(step.within, truth(rows.where, there))
        beside = {name for tree in (rows.where, rows.weight) if tree for _, _, name in facts_of(tree, there)}
        known = [(path, entity, name) for path, entity, name in facts_of(rows.values[0], there) if not path]
        names = dict.fromkeys(name for _, entity, name in known if may_change(entity, name) and name not in beside)
        levers = frozenset(name for path, name, both in levers_of(rows.values[0], there) if both and not path)
        fields = [there.entity.fields[name] for name in sorted(names, key=lambda name: name not in levers)]
        ends = [_columns(rows.name, end) for end in (found.low, found.high)]
        weight = None if rows.weight is None else fixed(rows.weight, there)
        secret = personal or any(list(told_by(tree, there)) for tree in rows.values)
        yield Figure(
            typed,
            step,
            member,
            fixed(rows.values[0], there),
            weight,
            found.low,
            tuple(dict.fromkeys(name for names, _ in ends for name in names)),
            ends[0][1],
            tuple(field for field in fields if field.type in ("integer", "number")),
            levers,
            secret,
        )


def _columns(name: str, node: Node) -> tuple[list[str], str | None]:
    """The columns that make a figure: of a mean its total, of a cv the total of its squares; and the divisor."""
    inner = node.args[1] if node.op == "case" else node
    if name == "cv" and inner.op == "div":
        inner = inner.args[0].args[0] if inner.args[0].op == "sqrt" else inner
    parts = [
        [each.value for each in in_order([arg]) if each.op == "column"]
        for arg in (inner.args if inner.op == "div" else [inner])
    ]
    return parts[0], parts[1][0] if len(parts) > 1 and parts[1] else None


def worth(name: str, values: Sequence[float], weights: Sequence[float]) -> float | None:
    """A figure of numbers; None where it has no value."""
    if name in ("min", "max"):
        return min(values) if name == "min" else max(values)
    if name == "median":
        return statistics.median(values)
    total = math.fsum(weights)
    if total <= 0:
        return None
    mean = math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / total
    if name == "mean":
        return mean
    if mean <= 0:
        return None
    spread = math.fsum(weight * (value - mean) ** 2 for value, weight in zip(values, weights, strict=True))
    return math.sqrt(spread / total) / mean


def met_by(trial: Trial, value: float | None) -> bool:
    """Whether a figure does; one without a value does not."""
    return value is not None and trial.met(value)


class FigureBench:
    """The rows of a figure, in order of what they bring to it, and what it would be if they brought something else."""

    def __init__(self, inquiry: Inquiry, sight: Sight, figure: Figure) -> None:
        self.inquiry = inquiry
        self.sight = sight
        self.figure = figure
        self.entity = figure.step.plan.entity
        asked = [figure.member, figure.value, *([] if figure.weight is None else [figure.weight])]
        reads = {node.value: node for node in in_order(asked) if node.op == "column"}
        named = {"#in": figure.member, "#x": figure.value}
        named |= {} if figure.weight is None else {"#w": figure.weight}
        rows = inquiry.rows(sight, figure.step, reads | named)
        inside = [row for row in rows if row["#in"] is True]
        self.of = len(inside)
        given = [row for row in inside if row["#x"] is not None and row.get("#w", 1) is not None]
        #: nothing can be said where a row may be in or not, or what it brings is not known
        self.whole = len(given) == len(inside) or figure.rows.skip_missing
        # a row without weight brings nothing
        heavy = [row for row in given if row.get("#w", 1)]
        self.rows: list[dict[str, Any]] = sorted(heavy, key=lambda row: row["#x"])
        self.whole = self.whole and bool(self.rows) and all(row["#in"] is not None for row in rows)
        self.values = [row["#x"] for row in self.rows]
        self.weights = [float(row.get("#w", 1)) for row in self.rows]
        self.value: Function = inquiry.function([figure.value])

    @property
    def now(self) -> Any:
        """What the figure is."""
        return self.sight(self.figure.node)

    def wanted(self, node: Node, met: Callable[[Any], bool]) -> tuple[Found | None, Trial]:
        """What the figure must come to for a goal, the nearest such value; and the goal for any value of it."""
        figure, now = self.figure, self.now

        def row_of(value: Any) -> Row:
            return {**self.sight.row, **{name: self._column(name, value, now) for name in figure.columns}}

        trial = trial_of(node, met, lambda name: name in figure.columns, row_of, self.inquiry.function)
        if now is None or not self.whole or (figure.rows.name == "cv" and now <= 0):
            return None, trial
        line = Line(figure.node.kind == "integer", 0 if figure.rows.name == "cv" else -math.inf)
        return nearest(now, line, trial.met, trial.sides), trial

    def _column(self, name: str, value: Any, now: Any) -> Any:
        if self.figure.rows.name == "cv":
            return self.sight.row[name] * (value / now) ** 2
        if self.figure.divisor is not None:
            return value * self.sight.row[self.figure.divisor]
        return value

    def worth(self, values: Sequence[float]) -> float | None:
        """The figure if its rows brought these."""
        return worth(self.figure.rows.name, values, self.weights)

    def with_one(self, place: int, value: float) -> float | None:
        """The figure if one row brought another value."""
        return self.worth([*self.values[:place], value, *self.values[place + 1 :]])

    def evenest(self, place: int) -> float:
        """What a row must bring for the least cv."""
        pairs = [pair for number, pair in enumerate(zip(self.values, self.weights, strict=True)) if number != place]
        first = math.fsum(value * weight for value, weight in pairs)
        return math.fsum(value * value * weight for value, weight in pairs) / first if first > 0 else math.inf

    def brings(self, row: Mapping[str, Any], field: Field, value: Any) -> Any:
        """What a row would bring if a cell held a value."""
        return self.value({**row, **cells_of(field, value)})[0]

    def cell(
        self, row: Mapping[str, Any], field: Field, does: Callable[[Any], bool], turn: Any = None
    ) -> Option | None:
        """The nearest value of a cell with which what the row brings does; `turn` is where more begins to do harm."""

        def brought(value: Any) -> Any:
            return self.brings(row, field, value)

        def sides(value: Any) -> tuple[Any, ...]:
            found = brought(value)
            return (None, None) if found is None else (does(found), turn is not None and found > turn)

        def met(value: Any) -> bool:
            found = brought(value)
            return found is not None and does(found)

        now = row.get(str(field.id))
        found = [] if now is None else options_of(field, now, Trial(met, sides, ()), self.inquiry.as_of)
        return found[0] if found and found[0].value is not None else None

    def is_bare(self, field: Field) -> bool:
        """Whether a field itself is what a row brings."""
        return self.figure.value.op == "column" and self.figure.value.value == str(field.id)

    def identity(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Which row it is."""
        return {name: row[name] for name in identity_of(self.entity)}
