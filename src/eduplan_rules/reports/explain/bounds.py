"""The bound that rows must come to for a `min`, `max` or `median` of them to come to what is wanted.

In: such an aggregate whose rows are known. Out: the same with a condition on its rows, such as `score >= 60`, that all
of them, some of them or one more of them must meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import step_column
from eduplan_rules.compiler.values import facet
from eduplan_rules.engine.record import Row, in_order
from eduplan_rules.engine.wording import format_amount
from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.counted import Counted
from eduplan_rules.reports.explain.inquiry import Inquiry, Sight
from eduplan_rules.reports.explain.options import Option, options_around, trial_of
from eduplan_rules.reports.explain.search import written_decimals
from eduplan_rules.source import Source, Span
from eduplan_rules.types import BOOLEAN

_TRIED = ("min", "max", "median")


@dataclass(frozen=True, slots=True)
class Asking:
    """What rows are asked for: a condition of each; nothing where any row will do."""

    condition: Typed | None
    #: whether all rows must meet it; else one that does is enough
    every: bool


class Goal(Protocol):
    """A node, and whether a value of it will do."""

    @property
    def node(self) -> Node:
        """What is to have another value."""

    def met(self, value: Any) -> bool:
        """Whether this is such a value."""


def asked_of_rows(inquiry: Inquiry, sight: Sight, counted: Counted, goal: Goal) -> Asking | None:
    """What the rows of the aggregate must come to for a goal; None where that cannot be said."""
    found = facet(counted.typed, inquiry.place)
    now, value = sight(found.low), counted.rows.values[0]
    row = _tried(inquiry, sight, counted)
    if row is None or now != sight(found.high) or value.type.kind not in ("number", "date"):
        return None
    rest, names = row

    def row_of(tried: Any) -> Row:
        return {**rest, **dict.fromkeys(names, tried)}

    trial = trial_of(goal.node, goal.met, lambda name: name in names, row_of, inquiry.function)
    kind: Literal["date", "integer", "number"] = (
        "date" if value.type.kind == "date" else "integer" if found.low.kind == "integer" else "number"
    )
    option = next(iter(options_around(kind, now, trial, inquiry.as_of)), None)
    return None if option is None else _asking(counted, now, option)


def _asking(counted: Counted, now: Any, option: Option) -> Asking | None:
    name = counted.rows.name
    if option.side == "any":
        return Asking(None, every=False)
    if now is None and option.side is None:
        return None
    up = option.side == ">=" if now is None else option.value > now
    sign = (">" if up else "<") if option.strict else ">=" if up else "<="
    limit = option.limit if option.told is None else option.told
    every = now is not None and (name, up) in (("min", True), ("max", False), ("median", True), ("median", False))
    return Asking(_compared(counted.rows.values[0], sign, limit), every)


def _compared(value: Typed, sign: str, limit: Any) -> Typed:
    """A comparison that nobody has written, with a text as if somebody had."""
    unit = value.type.unit
    if isinstance(limit, date):
        told = limit.isoformat()
    else:
        told = format_amount(
            limit, "%" if unit is not None and unit.text == "%" else None, "en", written_decimals(limit)
        )
    source = Source("", f"{value.text} {sign} {told}")
    begins = len(source.text) - len(told)
    bound = Typed(value.type.kind, (), value.type, Span(source, begins, len(source.text)), limit)
    return Typed(sign, (value, bound), BOOLEAN, Span(source, 0, len(source.text)))


def _tried(inquiry: Inquiry, sight: Sight, counted: Counted) -> tuple[Row, Sequence[str]] | None:
    """The subject's row, and the columns that make the aggregate; where there are no rows yet, as with one."""
    found = facet(counted.typed, inquiry.place)
    step = counted.step
    kinds: Mapping[str, str] = {step_column(step.name, name): how for name, (how, _) in step.columns.items()}
    read = {node.value for node in in_order([found.low, found.high]) if node.op == "column" and node.value in kinds}
    names = sorted(name for name in read if kinds[name] in _TRIED)
    counts = sorted(read - set(names))
    if sight(found.low) is not None:
        return sight.row, names
    probe: Any = inquiry.as_of if counted.rows.values[0].type.kind == "date" else 7
    function = inquiry.function([found.low, found.high])
    for some in (counts, *([name] for name in counts)):
        row = {**sight.row, **dict.fromkeys(some, 1)}
        if function({**row, **dict.fromkeys(names, probe)}) == (probe, probe):
            return row, names
    return None
