"""The rows of a plan with all that its steps bring, kept up to date.

In: changes of the tables' rows, by entity. Out: changes of the plan's rows. A plan within a step is a flow of its own,
taken before the step is. Steps are taken in order, each only on rows of which something that it reads has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import Lookup, Plan, origin
from eduplan_rules.engine.live.choice import Turn
from eduplan_rules.engine.live.code import PlanCode, StepCode, columns_of
from eduplan_rules.engine.live.step import Change, Handle, LookupState, RollupState, Row, as_stray
from eduplan_rules.engine.live.store import Shape

Changes = Mapping[str, list[Any]]
_NO_TIMES: Mapping[str, Any] = {}


class Flow:
    """The rows of one plan; of those that a step leads to also the ones without a place."""

    def __init__(
        self, code: PlanCode, shape: Shape, choose: Callable[[Iterable[Any]], Iterable[Turn]] | None = None
    ) -> None:
        self.code = code
        #: without a choice the rows that a step leads to, all of them
        self.inner = choose is None
        self.choose = choose or _all
        self.entity = str(code.plan.entity.id)
        self.rows: dict[Handle, dict[str, Any]] = {}
        self.steps = [_StepFlow(step, shape) for step in code.steps if not is_lost(step.step, shape)]
        #: of steps that cannot be taken
        self._lost = {
            **{flag: False for step in code.steps for flag in step.flags},
            **{flag: True for step in self.steps for flag in step.code.flags},
        }

    def take(self, changes: Changes) -> list[Change]:
        """Take changes of the tables; give those of the plan's rows, each row at most once."""
        #: a bit for each step that has something else to tell
        dirty: dict[Handle, int] = {}
        for place, step in enumerate(self.steps):
            if not step.code.inner.entities.isdisjoint(changes):
                for handle in step.state.absorb(step.take(changes)):
                    dirty[handle] = dirty.get(handle, 0) | 1 << place
        found: list[Change] = []
        own = self.code.own
        for handle, row, columns, times in self.choose(changes.get(self.entity, ())):
            if row is None:
                found.append((handle, self.rows.pop(handle), None, None))
                dirty.pop(handle, None)
                for step in self.steps:
                    step.state.leave(handle)
            elif columns is None:
                new = {name: row.get(name) for name in own}
                new |= self._lost
                new.update(times)
                dirty.pop(handle, None)
                self._bring(handle, new, None, 0)
                found.append((handle, None, new, None))
            else:
                touched = (own & columns).difference(times)
                if touched or handle in dirty:
                    new = self.rows[handle].copy()
                    new.update({name: row.get(name) for name in touched})
                    self._changed(handle, new, set(touched), dirty.pop(handle, 0), found)
        for handle, places in dirty.items():
            self._changed(handle, self.rows[handle].copy(), set(), places, found)
        return found

    def _changed(self, handle: Handle, row: dict[str, Any], columns: set[str], dirty: int, found: list[Change]) -> None:
        old = self.rows[handle]
        self._bring(handle, row, columns, dirty)
        if columns:
            found.append((handle, old, row, frozenset(columns)))

    def _bring(self, handle: Handle, row: dict[str, Any], columns: set[str] | None, dirty: int) -> None:
        """Add what the steps bring; of a row that was there only those of which something they read has changed.

        New columns are added to `columns`.
        """
        stray = self.inner and handle.stray
        for place, step in enumerate(self.steps):
            code, state = step.code, step.state
            if columns is None or not code.asks.isdisjoint(columns):
                state.ask(handle, row, stray=stray)
            elif not dirty >> place & 1:
                continue
            elif state.must_ask(handle):
                state.ask(handle, row, stray=stray)
            told = state.tell(handle)
            if columns is None:
                row.update(zip(code.names, told, strict=True))
                continue
            for name, value in zip(code.names, told, strict=True):
                if row[name] != value:
                    row[name] = value
                    columns.add(name)
        self.rows[handle] = row

    def stray_row(self, handle: Handle, row: Row) -> Row:
        """A row with a place, as one that may lie in any subject."""
        return as_stray(row, [name for step in self.steps for name in step.state.lacking(handle)])


class _StepFlow:
    """A step, and the rows that it leads to."""

    def __init__(self, code: StepCode, shape: Shape) -> None:
        self.code = code
        self.flow = Flow(code.inner, shape) if code.inner.steps else None
        self.state: LookupState | RollupState
        if isinstance(code.step, Lookup):
            self.state = LookupState(code)
        else:
            self.state = RollupState(code, as_it_is if self.flow is None else self.flow.stray_row)

    def take(self, changes: Changes) -> Iterable[Change]:
        """Changes of the rows it leads to."""
        if self.flow is None:
            return changes.get(str(self.code.step.plan.entity.id), ())
        return self.flow.take(changes)


def as_it_is(_: Handle, row: Row) -> Row:
    """A row to which nothing is brought, as one that may lie in any subject."""
    return as_stray(row, ())


def _all(changes: Iterable[Any]) -> Iterable[Turn]:
    return ((fact, row, columns, _NO_TIMES) for fact, _, row, columns in changes)


def is_lost(step: Any, shape: Shape) -> bool:
    """Whether a step leads into a table that was not delivered, or to rows whose link to the subject was not."""
    if str(step.plan.entity.id) not in shape:
        return True
    return not isinstance(step, Lookup) and any(_undelivered(inner, step.plan, shape) for _, inner in step.on)


def _undelivered(node: Node, plan: Plan, shape: Shape) -> bool:
    steps = {step.name: step for step in plan.steps}
    for name in columns_of([node]):
        source, column = origin(name)
        step = steps.get(source)
        if isinstance(step, Lookup):
            if str(step.plan.entity.id) not in shape or _undelivered(step.columns[column], step.plan, shape):
                return True
        elif source in plan.entity.fields and source not in shape[str(plan.entity.id)]:
            return True
    return False
