"""Judge the rows of one plan under its rules.

In: a plan, its rules, facts. Out: a `RuleResult` for each rule: the rows that are not satisfied as columns, and totals.
All rules on one plan run together, in one collection of lazy filters over one frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial, reduce
from operator import or_
from typing import Any, Literal

import polars as pl

from eduplan_rules.compiler.plan import CompiledRule, Plan, Program
from eduplan_rules.engine.outcome import NOT_APPLICABLE, NOT_DUE, SATISFIED, UNKNOWN, VERDICTS, VIOLATED
from eduplan_rules.engine.result import KEPT, Kept, RuleResult, Totals, kept_nodes, same
from eduplan_rules.engine.subjects import Subjects, subjects
from eduplan_rules.engine.world import World
from eduplan_rules.errors import EngineError
from eduplan_rules.period import Kind, period_label
from eduplan_rules.tables.facts import Facts

Keep = Literal["failed", "all"]
PeriodCounts = Mapping[str, Mapping[str, int]]

#: the codes of verdicts as a column has them
_CODES = {code: pl.lit(code, pl.UInt8) for code in (VIOLATED, UNKNOWN, NOT_DUE)}


def world_of(facts: Facts, program: Program, as_of: date, *, as_read: bool = False) -> World:
    """The tables as lazy frames, with the day and the parameters; `as_read`: none of them was changed since."""
    tables, columns, strays, nulls = {}, {}, {}, {}
    for name, table in facts.tables.items():
        pieces = [table.frame]
        if table.strays is not None:
            numbers = range(table.frame.height, table.frame.height + table.strays.height)
            numbered = table.strays.with_columns(pl.Series("#row", numbers, dtype=table.frame["#row"].dtype))
            pieces.append(numbered.select(table.frame.columns))
            strays[name] = pieces[1].lazy()
        tables[name], columns[name] = table.frame.lazy(), frozenset(table.frame.columns)
        nulls[name] = frozenset(column for column in columns[name] if any(each[column].null_count() for each in pieces))
    held = {name: table.frame for name, table in facts.tables.items() if as_read}
    return World(tables, columns, as_of, program.parameters, pl, strays, nulls, held)


def judge(
    plan: Plan, rules: Sequence[CompiledRule], facts: Facts, world: World, program: Program, periods: str, keep: Keep
) -> dict[str, RuleResult]:
    """All rules on one plan together; one by one where the engine refuses, to name the rule it refuses."""
    try:
        return _judge(plan, rules, facts, world, program, periods, keep)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        if len(rules) == 1:
            failure = EngineError(f"{type(error).__name__}: {str(error).splitlines()[0]}", str(rules[0].rule.id))
            return {str(rules[0].rule.id): RuleResult(rules[0], Totals(failed=str(failure.args[0])), None, None)}
        return {
            name: result
            for rule in rules
            for name, result in judge(plan, [rule], facts, world, program, periods, keep).items()
        }


def _judge(
    plan: Plan, rules: Sequence[CompiledRule], facts: Facts, world: World, program: Program, periods: str, keep: Keep
) -> dict[str, RuleResult]:
    since = min((rule.rule.since for rule in rules if rule.rule.since is not None), default=None)
    nodes = [node for rule in rules for node in _nodes(rule)]
    judged = subjects(plan, facts.tables[str(plan.entity.id)], world, nodes, periods, program.calendars, since)
    queries = [_kept_rows(judged, rule, keep) for rule in rules]
    *frames, counted = pl.collect_all([*queries, _counts(judged, rules)])
    counts = counted.row(0, named=True)
    kept = [
        Kept(frame, {name: node.value for name, node in _column_nodes(rule).items() if node.constant})
        for rule, frame in zip(rules, frames, strict=True)
    ]
    totals = [
        _totals(
            judged,
            held,
            outside=_count(rule.not_applicable, counts.get(f"{position} not_applicable"), judged),
            without_value=_count(rule.without_value, counts.get(f"{position} without_value"), judged),
        )
        for position, (rule, held) in enumerate(zip(rules, kept, strict=True))
    ]
    by_period = cache(partial(_by_period, judged, rules, kept, totals))
    return {
        str(rule.rule.id): RuleResult(rule, replace(whole, count_periods=_at(by_period, position)), held, judged)
        for position, (rule, held, whole) in enumerate(zip(rules, kept, totals, strict=True))
    }


def _at(found: Callable[[], Sequence[PeriodCounts]], position: int) -> Callable[[], PeriodCounts]:
    return lambda: found()[position]


def _nodes(rule: CompiledRule) -> list[Any]:
    evidence = (rule.leading, rule.observed, rule.other, rule.required, rule.gap, rule.unverified)
    return [rule.verdict, rule.satisfied, rule.not_applicable, rule.without_value, *evidence]


def _column_nodes(rule: CompiledRule) -> dict[str, Any]:
    return {"verdict": rule.verdict, **kept_nodes(rule)}


def _kept_rows(judged: Subjects, rule: CompiledRule, keep: Keep) -> pl.LazyFrame:
    """The rows that are not satisfied, with the leading part's numbers; constant columns are left for later."""
    nodes = _column_nodes(rule)
    if keep == "all":
        lazy, asked = judged.frame.lazy(), [*nodes.values()]
    else:
        # on the rows left, which are few, all is made anew: columns that they were chosen by need not come along
        del nodes["verdict"]
        lazy, asked = _unsatisfied(judged, rule), [*nodes.values(), rule.violated, rule.not_due]
    make = judged.expressions
    shared: pl.LazyFrame = make.share(lazy, asked)
    columns = {name: make(node).cast(KEPT[name]) for name, node in nodes.items() if not node.constant}
    if keep == "failed":
        # the rows left are neither satisfied nor outside, so that two questions are enough
        rest = _CODES[UNKNOWN]
        if not rule.not_due.constant:
            rest = pl.when(make(rule.not_due)).then(_CODES[NOT_DUE]).otherwise(rest)
        columns["verdict"] = pl.when(make(rule.violated)).then(_CODES[VIOLATED]).otherwise(rest)
    return shared.select(pl.col("#i"), **columns)


def _unsatisfied(judged: Subjects, rule: CompiledRule) -> pl.LazyFrame:
    """The rows that a rule speaks about and that do not satisfy it for certain."""
    lazy, make = judged.frame.lazy(), judged.expressions
    if rule.not_applicable.constant and rule.not_applicable.value:
        return lazy.clear()
    asked = [rule.satisfied] if rule.not_applicable.constant else [rule.satisfied, rule.not_applicable]
    shared: pl.LazyFrame = make.share(lazy, asked)
    return shared.with_columns((~reduce(or_, map(make, asked))).alias("#kept")).filter(pl.col("#kept"))


def _counts(judged: Subjects, rules: Sequence[CompiledRule]) -> pl.LazyFrame:
    """How many rows each rule does not speak about, and lacks a parameter's value for."""
    make = judged.expressions
    counted = {
        f"{position} {name}": node
        for position, rule in enumerate(rules)
        for name, node in (("not_applicable", rule.not_applicable), ("without_value", rule.without_value))
        if not node.constant
    }
    lazy: pl.LazyFrame = make.share(judged.frame.lazy(), counted.values())
    # as columns first: what reads no column is a single value, whose sum is not that of the rows
    flags = {name: make(node).cast(pl.Boolean) for name, node in counted.items()}
    return lazy.select(pl.col("#i"), **flags).select(pl.len().alias("rows"), *(pl.col(name).sum() for name in flags))


def _count(node: Any, counted: int | None, judged: Subjects) -> int:
    return (judged.frame.height if node.value else 0) if node.constant else int(counted or 0)


def _totals(judged: Subjects, kept: Kept, *, outside: int, without_value: int) -> Totals:
    height = judged.frame.height
    verdict = kept.series("verdict")
    violated, unknown, not_due = (int((verdict == code).sum()) for code in (VIOLATED, UNKNOWN, NOT_DUE))
    return Totals(
        subjects=height,
        satisfied=height - outside - violated - unknown - not_due,
        violated=violated,
        unknown=unknown,
        not_due=not_due,
        not_applicable=outside,
        upcoming=judged.upcoming,
        without_value=without_value,
    )


def _by_period(
    judged: Subjects, rules: Sequence[CompiledRule], kept: Sequence[Kept], totals: Sequence[Totals]
) -> list[PeriodCounts]:
    """The same counts by label of the period, for each rule of a plan; empty for rows without one."""
    plan = judged.plan
    column = "#e" if plan.every is not None else "#p"
    kind = plan.every or (plan.entity.period.is_ if plan.entity.period is not None else None)
    if kind is None:
        return [{} for _ in rules]
    periods = judged.frame[column]
    if not periods.is_empty() and periods.min() == periods.max():
        label = period_label(kind, periods[0])
        return [{label: {name: getattr(whole, name) for name in ("subjects", *VERDICTS)}} for whole in totals]
    outside = _outside(judged, rules)
    queries = []
    for position, held in enumerate(kept):
        codes = same(SATISFIED, judged.frame.height, pl.UInt8)
        if str(position) in outside.columns:
            codes = codes.zip_with(~outside[str(position)], same(NOT_APPLICABLE, judged.frame.height, pl.UInt8))
        codes = codes.scatter(held.frame["#i"], held.series("verdict"))
        table = pl.DataFrame({"period": periods, "code": codes})
        queries.append(table.lazy().group_by("period", "code").len().sort("period", "code"))
    return [_labelled(counted, kind) for counted in pl.collect_all(queries)]


def _outside(judged: Subjects, rules: Sequence[CompiledRule]) -> pl.DataFrame:
    """Which rows each rule does not speak about, by its position."""
    make = judged.expressions
    asked = {str(at): rule.not_applicable for at, rule in enumerate(rules)}
    asked = {name: node for name, node in asked.items() if not node.constant or node.value}
    lazy: pl.LazyFrame = make.share(judged.frame.lazy(), asked.values())
    # beside a column of the frame: what reads no column is a single value
    return lazy.select(pl.col("#i"), **{name: make(node) for name, node in asked.items()}).drop("#i").collect()


def _labelled(counted: pl.DataFrame, kind: Kind) -> PeriodCounts:
    found: dict[str, dict[str, int]] = {}
    for period, code, number in counted.iter_rows():
        counts = found.setdefault(period_label(kind, period), {"subjects": 0, **dict.fromkeys(VERDICTS, 0)})
        counts["subjects"] += number
        counts[VERDICTS[code]] = number
    return found
