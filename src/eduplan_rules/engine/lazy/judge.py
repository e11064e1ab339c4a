"""Judge the rows of one plan where they lie: totals are counted there, and rows that are not satisfied come back.

In: a plan, its rules, the tables of an engine. Out: a `RuleResult` for each rule, with the rows that came back as if
they were all there were. Holds: two passes over the rows of a plan, one that counts and one that brings rows; of a rule
no more rows come back than asked for, and those left are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import CompiledRule, Plan, Program
from eduplan_rules.engine.evidence import Evidence
from eduplan_rules.engine.lazy.chosen import TIMES, Chosen, choose
from eduplan_rules.engine.lazy.door import LazyTable
from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.engine.lazy.facts import EngineFacts, with_parents, world_there
from eduplan_rules.engine.lazy.rows import BroughtRows, brought_rows
from eduplan_rules.engine.lazy.stretches import STRETCH, Stretches, stretches_of
from eduplan_rules.engine.outcome import NOT_APPLICABLE, NOT_DUE, SATISFIED, UNKNOWN, VERDICTS, VIOLATED
from eduplan_rules.engine.record import in_order
from eduplan_rules.engine.result import KEPT, Kept, RuleResult, Totals, kept_nodes
from eduplan_rules.engine.world import Expr, Expressions, World, only
from eduplan_rules.errors import EngineError
from eduplan_rules.period import period_label

#: codes that are counted; what is left of the rows is unknown
_COUNTED = (SATISFIED, VIOLATED, NOT_DUE, NOT_APPLICABLE)


@dataclass(frozen=True, eq=False)
class There:
    """All that judging a plan in an engine needs."""

    engine: Engine
    world: World
    tables: Mapping[str, LazyTable]
    program: Program
    periods: str
    keep_all: bool
    #: rows of a rule that come back at most
    most: int


def judge_frames(
    facts: EngineFacts,
    plans: Sequence[tuple[Plan, Sequence[CompiledRule]]],
    program: Program,
    as_of: date,
    periods: str,
    *,
    keep_all: bool,
    most: int,
    progress: Callable[[str], None] | None = None,
) -> tuple[EngineFacts, World, dict[str, RuleResult]]:
    """Judge all plans, one after the other; the facts come back with what a report needs of them."""
    assert facts.has is not None
    world = world_there(facts, program, as_of)
    there = There(facts.has, world, facts.there, program, periods, keep_all, most)
    results: dict[str, RuleResult] = {}
    for plan, rules in plans:
        if str(plan.entity.id) not in facts.there:
            out = Totals(in_scope=False)
            results |= {str(rule.rule.id): RuleResult(rule, out, None, None) for rule in rules}
        elif rules:
            if progress is not None:
                progress(f"{plan.entity.id}: {len(rules)}")
            results |= judge_there(plan, rules, there)
    ordered = {name: results[name] for name in sorted(results)}
    return with_parents(facts, ordered.values()), world, ordered


def judge_there(plan: Plan, rules: Sequence[CompiledRule], there: There) -> dict[str, RuleResult]:
    """All rules on one plan together; one by one where the engine refuses, to name the rule it refuses."""
    try:
        return _judge(plan, rules, there)
    except there.engine.mistakes as error:
        if len(rules) == 1:
            told = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
            failure = EngineError(told, str(rules[0].rule.id))
            return {str(rules[0].rule.id): RuleResult(rules[0], Totals(failed=str(failure.args[0])), None, None)}
        return {name: result for rule in rules for name, result in judge_there(plan, [rule], there).items()}


def _judge(plan: Plan, rules: Sequence[CompiledRule], there: There) -> dict[str, RuleResult]:
    world, engine = there.world, there.engine
    since = min((rule.rule.since for rule in rules if rule.rule.since is not None), default=None)
    evidence = {id(rule): Evidence(rule, world.as_of, world.parameters) for rule in rules}
    nodes = [node for rule in rules for node in (*_asked(rule), *kept_nodes(rule).values(), *evidence[id(rule)].nodes)]
    nodes += [node for rule in rules for node in _offending(rule)]
    table = there.tables[str(plan.entity.id)]
    told = {name for each in evidence.values() for name in each.columns}
    chosen = choose(plan, table, world, nodes, told, there.periods, there.program.calendars, since, engine)
    make = Expressions(plan, world)
    frame = make.share(chosen.frame, [node for rule in rules for node in _asked(rule)])
    parted = None if there.keep_all else stretches_of(chosen, table.rows, there.most, engine)
    totals, periods = _totals(chosen, frame, make, rules, parted, there)
    read = _columns(chosen, told, nodes)
    brought = _bring(chosen, frame, make, rules, totals, parted, read, there)
    judged = brought_rows(chosen, table, brought, periods, engine, world)
    kept = _kept(rules, judged, brought, there)
    return {
        str(rule.rule.id): _result(rule, total, held, judged)
        for rule, total, held in zip(rules, totals, kept, strict=True)
    }


def _asked(rule: CompiledRule) -> list[Node]:
    """What decides the verdict."""
    return [rule.satisfied, rule.violated, rule.not_due, rule.not_applicable, rule.without_value, rule.unverified]


def _offending(rule: CompiledRule) -> list[Node]:
    """What the rows behind an aggregate are found by."""
    steps = [part.offence.step for part in rule.parts if part.offence is not None]
    return [node for step in steps for node in (*(outer for outer, _ in step.on), *step.visible.values())]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Totals of a rule, and how many of its violations read an unverified value."""

    totals: Totals
    unverified: int
    #: rows not satisfied by stretch of keys, where these were parted
    stretches: Sequence[int] = ()

    @property
    def failing(self) -> int:
        return self.totals.violated + self.totals.unknown + self.totals.not_due


def _totals(
    chosen: Chosen,
    frame: Frame,
    make: Expressions,
    rules: Sequence[CompiledRule],
    parted: Stretches | None,
    there: There,
) -> tuple[list[_Counted], list[int]]:
    """Count every verdict of every rule by period, in one pass; the second are the periods."""
    nw = make.nw

    def number(mask: Expr) -> Expr:
        return mask.cast(nw.Int64).sum().cast(nw.Int64)

    asked = {"#subjects": nw.len().cast(nw.Int64)}
    for position, rule in enumerate(rules):
        for name, node in _counted(rule).items():
            if not node.constant:
                asked[f"{position} {name}"] = number(make(node))
        if not (rule.unverified.constant or rule.violated.constant):
            asked[f"{position} doubtful"] = number(make(rule.violated) & make(rule.unverified))
    folds = [made.alias(name) for name, made in asked.items()]
    by = [] if chosen.period is None else [chosen.period]
    found = there.engine.collect(_folded(frame, [*by, *([] if parted is None else [parted.column])], folds))
    found = found.fill_null(0)
    rows = _folded(found, by, [pl.col(name).sum() for name in asked]).rows(named=True)
    rows.sort(key=lambda row: [row[name] for name in by])
    totals = [_of_rule(chosen, position, rule, rows) for position, rule in enumerate(rules)]
    if parted is not None:
        each = _folded(found, [STRETCH], [pl.col(name).sum() for name in asked]).rows(named=True)
        of = {row[STRETCH]: row for row in each}
        empty = dict.fromkeys(asked, 0)
        held = [of.get(number, empty) for number in range(len(parted.ends) + 1)]
        totals = [
            replace(total, stretches=[_failing(position, rule, row) for row in held])
            for position, (rule, total) in enumerate(zip(rules, totals, strict=True))
        ]
    periods = [] if chosen.period is None else [row[chosen.period] for row in rows]
    return totals, periods


def _folded(frame: Any, by: Sequence[Any], folds: Sequence[Any]) -> Any:
    """The folds over all rows, or by groups."""
    return frame.group_by(*by).agg(*folds) if by else frame.select(*folds)


def _counted(rule: CompiledRule) -> dict[str, Node]:
    return {
        "satisfied": rule.satisfied,
        "violated": rule.violated,
        "not_due": rule.not_due,
        "not_applicable": rule.not_applicable,
        "without_value": rule.without_value,
    }


def _count(position: int, node: Node, name: str, row: Mapping[str, int]) -> int:
    """How many rows of a group a node is true of."""
    return row["#subjects"] * bool(node.value) if node.constant else row[f"{position} {name}"]


def _failing(position: int, rule: CompiledRule, row: Mapping[str, int]) -> int:
    """How many rows of a group come back for a rule."""
    nodes = {"satisfied": rule.satisfied, "not_applicable": rule.not_applicable}
    return row["#subjects"] - sum(_count(position, node, name, row) for name, node in nodes.items())


def _of_rule(chosen: Chosen, position: int, rule: CompiledRule, rows: Sequence[Mapping[str, int]]) -> _Counted:
    """A rule's totals from the counts of all rules."""
    plan, nodes = chosen.plan, _counted(rule)
    kind = plan.every or (plan.entity.period.is_ if plan.entity.period is not None else None)

    def count(row: Mapping[str, int], name: str) -> int:
        return _count(position, nodes[name], name, row)

    by_period: dict[str, dict[str, int]] = {}
    total = dict.fromkeys(("subjects", *VERDICTS, "without_value"), 0)
    for row in rows:
        counts = {"subjects": row["#subjects"], **dict.fromkeys(VERDICTS, 0)}
        counts |= {VERDICTS[code]: count(row, VERDICTS[code]) for code in _COUNTED}
        counts["unknown"] = counts["subjects"] - sum(counts[VERDICTS[code]] for code in _COUNTED)
        if chosen.period is not None and kind is not None:
            by_period[period_label(kind, row[chosen.period])] = counts
        for name, number in {**counts, "without_value": count(row, "without_value")}.items():
            total[name] += number
    key = f"{position} doubtful"
    always = rule.unverified.constant and bool(rule.unverified.value)
    doubtful = total["violated"] if always else sum(row.get(key, 0) for row in rows)
    counted: Any = total
    totals = Totals(**counted, upcoming=chosen.upcoming, count_periods=lambda: by_period)
    return _Counted(totals, doubtful)


def _columns(chosen: Chosen, names: Iterable[str], nodes: Iterable[Node]) -> list[str]:
    """The columns that come back with a row: what evidence and numbers read, and what tells it apart."""
    read = {*names, *(node.value for node in in_order(nodes) if node.op == "column")}
    wanted = {*chosen.order, *TIMES}
    for name in read:
        bare = name.lstrip("?!+")
        wanted |= {bare, f"#bad:{bare}"}
    return [name for name in chosen.frame.collect_schema().names() if name in wanted]


def _bring(
    chosen: Chosen,
    frame: Frame,
    make: Expressions,
    rules: Sequence[CompiledRule],
    totals: Sequence[_Counted],
    parted: Stretches | None,
    read: Sequence[str],
    there: There,
) -> pl.DataFrame:
    """The rows that some rule is not satisfied by, in order of key and period, with the code of every rule."""
    nw, most = make.nw, there.most
    codes = {f"#v{position}": _code(rule, make) for position, rule in enumerate(rules)}
    failing = [~(make(rule.satisfied) | make(rule.not_applicable)) for rule in rules]
    heights = [each.totals.subjects if there.keep_all else each.failing for each in totals]
    columns = [*(nw.col(name) for name in read), *(code.alias(name) for name, code in codes.items())]
    few = [mask for mask, height in zip(failing, heights, strict=True) if 0 < height <= most]
    many = [at for at, height in enumerate(heights) if 0 < most < height]
    if there.keep_all:
        queries = [frame.sort(*chosen.order).head(most) if many else frame]
        queries = [query.select(*columns) for query in queries]
    elif parted is not None:
        firsts = [parted.up_to(each.stretches, most) for each in totals]
        masks = [
            mask if first is None else mask & first
            for mask, first, height in zip(failing, firsts, heights, strict=True)
            if height and most
        ]
        queries = [only(frame, reduce(or_, masks), nw).select(*columns)] if masks else []
    else:
        queries = [only(frame, reduce(or_, few), nw).select(*columns)] if few else []
        if many:
            rest = only(frame, reduce(or_, (failing[at] for at in many)), nw).select(*columns)
            # one look at the table for all of them
            rest = there.engine.spoken(there.engine.settle(rest, 0))
            for at in many:
                code = nw.col(f"#v{at}")
                wrong = ~((code == SATISFIED) | (code == NOT_APPLICABLE))
                queries.append(rest.filter(wrong).sort(*chosen.order).head(most))
    pieces = there.engine.collect_all(queries or [frame.head(0).select(*columns)])
    rows = pieces[0] if len(pieces) == 1 else pl.concat(pieces).unique(chosen.order, maintain_order=False)
    return (
        rows.sort(chosen.order, nulls_last=False)
        .with_row_index("#i")
        .with_columns(pl.col(name).cast(pl.UInt8) for name in codes)
    )


def _code(rule: CompiledRule, make: Expressions) -> Expr:
    """The code of the verdict."""
    nw = make.nw
    result = nw.lit(UNKNOWN)
    for code, node in (
        (NOT_DUE, rule.not_due),
        (VIOLATED, rule.violated),
        (SATISFIED, rule.satisfied),
        (NOT_APPLICABLE, rule.not_applicable),
    ):
        result = nw.when(make(node)).then(nw.lit(code)).otherwise(result)
    # the smaller number is one of Polars alone
    return result.cast(pl.UInt8 if nw is pl else nw.Int64)


def _kept(rules: Sequence[CompiledRule], judged: BroughtRows, brought: pl.DataFrame, there: There) -> list[Kept]:
    """Of each rule the rows that came back for it, with the leading part's numbers."""
    queries, constants = [], []
    for position, rule in enumerate(rules):
        code = pl.col(f"#v{position}")
        lazy = brought.lazy() if there.keep_all else brought.lazy().filter(~code.is_in([SATISFIED, NOT_APPLICABLE]))
        shown = kept_nodes(rule)
        made = Expressions(rule.plan, judged.world)
        lazy = made.share(lazy.head(there.most), shown.values())
        columns = {name: made(node).cast(KEPT[name]) for name, node in shown.items() if not node.constant}
        queries.append(lazy.select(pl.col("#i"), code.alias("verdict"), **columns))
        constants.append({name: node.value for name, node in shown.items() if node.constant})
    frames = pl.collect_all(queries)
    return [Kept(frame, held) for frame, held in zip(frames, constants, strict=True)]


def _result(rule: CompiledRule, counted: _Counted, kept: Kept, judged: BroughtRows) -> RuleResult:
    """A rule's result; what did not come back is counted by verdict."""
    codes = kept.series("verdict")
    left = {}
    for code in (VIOLATED, UNKNOWN, NOT_DUE):
        missing = getattr(counted.totals, VERDICTS[code]) - int((codes == code).sum())
        if missing:
            left[VERDICTS[code]] = missing
    if left.get("violated"):
        left["unverified"] = counted.unverified - int(((codes == VIOLATED) & kept.series("unverified")).sum())
    return RuleResult(rule, counted.totals, kept, judged, left)
