"""Whether an engine has every operator that rules use, asked before any of its data is read.

In: a compiled rulebook, the entities delivered, an engine. Out: nothing, or an `EngineError` that names the operators.
Holds: an operator that an engine refuses is found on a row of ours that has nothing in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.compiler.core import CORE, Node
from eduplan_rules.compiler.plan import CompiledRule, Lookup, Plan, Program, Rollup
from eduplan_rules.engine.lazy.engines import TITLES, Engine, Frame
from eduplan_rules.engine.lazy.words import word
from eduplan_rules.engine.record import in_order
from eduplan_rules.errors import EngineError

#: one column of each kind
_KINDS = {"boolean": pl.Boolean, "integer": pl.Int64, "number": pl.Float64, "text": pl.String, "date": pl.Date}


def ask_for_operators(program: Program, entities: Collection[str], engine: Engine) -> None:
    """Raise EngineError where the engine lacks an operator of a rule about one of the entities."""
    made: dict[tuple[Any, ...], tuple[str, Any, str]] = {}
    for rule in program.rules.values():
        if str(rule.plan.entity.id) in entities:
            for node in in_order(nodes_of(rule)):
                if node.op in CORE and node.args:
                    key = (node.op, tuple(arg.kind for arg in node.args), repr(node.value))
                    made.setdefault(key, (node.op, node, str(rule.rule.id)))
    row = engine.upload(pl.DataFrame({name: [None] for name in _KINDS}, schema=_KINDS))
    if _runs(row, [node for _, node, _ in made.values()], engine):
        return
    lacking = {op: rule for op, node, rule in made.values() if not _runs(row, [node], engine)}
    if lacking:
        operators, rules = tuple(lacking), tuple(dict.fromkeys(lacking.values()))
        told = word("lacking", engine=TITLES[engine.name], operator=operators, rules=rules)
        raise EngineError(str(told))


def nodes_of(rule: CompiledRule) -> list[Node]:
    """What decides a rule, and what its steps bring."""
    shown = (rule.observed, rule.other, rule.required, rule.gap, rule.leading, rule.unverified)
    return [rule.verdict, rule.without_value, *shown, *_of_steps(rule.plan, set())]


def _of_steps(plan: Plan, seen: set[int]) -> Iterable[Node]:
    if id(plan) in seen:
        return
    seen.add(id(plan))
    for step in plan.steps:
        for pair in step.on:
            yield from pair
        if isinstance(step, Rollup):
            yield from (step.within, step.nowhere, *step.visible.values(), *(node for _, node in step.columns.values()))
        elif isinstance(step, Lookup):
            yield from step.columns.values()
        yield from _of_steps(step.plan, seen)


def _runs(row: Frame, nodes: list[Node], engine: Engine) -> bool:
    """Whether the engine takes the operators of these nodes."""
    if not nodes:
        return True
    try:
        columns = {f"#{at}": _said(node) for at, node in enumerate(nodes)}
        engine.collect(row.with_columns(**columns).select(*columns))
    except engine.refusals:
        return False
    return True


def _said(node: Node) -> Any:
    operands = [nw.col(arg.kind) for arg in node.args]
    row = CORE[node.op]
    return row.frame(nw, *operands) if node.value is None else row.frame(nw, *operands, node.value)
