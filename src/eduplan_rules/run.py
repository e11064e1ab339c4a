"""Evaluate a rulebook on facts.

In: a rulebook, facts, a day. Out: a `Report`. Totals are counted in one pass per table; only rows that are not
satisfied are kept, as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import narwhals as nw
import polars as pl

from eduplan_rules.compile import compiled_program
from eduplan_rules.errors import EngineError
from eduplan_rules.facts import Facts, to_facts, vanished
from eduplan_rules.finding import Finding, in_order
from eduplan_rules.frame import World
from eduplan_rules.model import Rulebook
from eduplan_rules.outcome import NOT_DUE, UNKNOWN, VIOLATED
from eduplan_rules.period import period_label
from eduplan_rules.plan import CompiledRule, Plan, Program
from eduplan_rules.report import Report
from eduplan_rules.result import RuleResult, Totals
from eduplan_rules.subjects import Subjects, subjects

Keep = Literal["failed", "all"]

def evaluate(
    book: Rulebook,
    facts: Mapping[str, Any] | Facts,
    *,
    as_of: date | str,
    periods: str = "latest",
    keep: Keep = "failed",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    show_personal: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Evaluate every rule whose subjects' table was delivered.

    `facts`: what `read_facts` gives, or a mapping from entity to a polars, pandas or pyarrow frame or a list of dicts,
    one row per record. `as_of`: the day the run is about (`2022-12-31`). `periods`: `latest` (each subject's newest row
    not after the day), `all`, `2022` or `2021..2023`. `keep="all"` keeps satisfied and not applicable outcomes too.
    `select` and `ignore`: rule ids, their beginnings, clauses or severities. `show_personal` lets personal fields out.

    Raises DataError where nothing was delivered, RulebookError where the rulebook has mistakes, ValueError for a day or
    periods that cannot be read. A rule the engine refuses does not raise: its totals say `failed`.
    """
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    delivered = to_facts(facts, book)
    program = compiled_program(book)
    chosen = choose_rules(program, select, ignore)
    world = _world(delivered, program, day)
    results: dict[str, RuleResult] = {}
    for plan, rules in program.plans():
        wanted = [rule for rule in rules if rule.rule.id in chosen]
        table = delivered.tables.get(str(plan.entity.id))
        if table is None:
            results.update({str(rule.rule.id): RuleResult(rule, Totals(in_scope=False), None, None) for rule in wanted})
        elif wanted:
            if progress is not None:
                progress(f"{plan.entity.id}: {len(wanted)}")
            results.update(_evaluate_plan(plan, wanted, delivered, world, program, periods, keep))
    ordered = {name: results[name] for name in sorted(results)}
    findings = [*delivered.findings, *vanished(delivered, book, day), *_undecided(ordered, book), *_gaps(ordered)]
    return Report(
        book=book, program=program, facts=delivered, world=world, results=ordered, findings=in_order(findings),
        as_of=day, periods=periods, show_personal=show_personal,
    )


def choose_rules(program: Program, select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Ids of the rules that some pattern of `select` (all, if there is none) and none of `ignore` names.

    Raises ValueError for a pattern that names no rule.
    """
    wanted, unwanted = list(select), list(ignore)
    for pattern in (*wanted, *unwanted):
        if not any(_named(rule, pattern) for rule in program.rules.values()):
            message = f"`{pattern}` names no rule: expected a rule id, its beginning, a clause or a severity"
            raise ValueError(message)
    return frozenset(
        name for name, rule in program.rules.items()
        if (not wanted or any(_named(rule, pattern) for pattern in wanted))
        and not any(_named(rule, pattern) for pattern in unwanted)
    )


def _named(rule: CompiledRule, pattern: str) -> bool:
    name = str(rule.rule.id)
    begins = name.startswith(pattern) and (pattern.endswith(".") or name[len(pattern) :][:1] in ("", ".", "-"))
    return begins or pattern in (rule.rule.clause, rule.rule.severity)


def _world(facts: Facts, program: Program, as_of: date) -> World:
    tables = {name: nw.from_native(table.frame.lazy()) for name, table in facts.tables.items()}
    columns = {name: frozenset(table.frame.columns) for name, table in facts.tables.items()}
    return World(tables, columns, as_of, program.parameters)


def _evaluate_plan(
    plan: Plan, rules: Sequence[CompiledRule], facts: Facts, world: World, program: Program, periods: str, keep: Keep
) -> dict[str, RuleResult]:
    """All rules on one plan together; one by one where the engine refuses, to name the rule it refuses."""
    try:
        return _judge(plan, rules, facts, world, program, periods, keep)
    except (pl.exceptions.PolarsError, nw.exceptions.NarwhalsError, pl.exceptions.PanicException) as error:
        if len(rules) == 1:
            failure = EngineError(f"{type(error).__name__}: {str(error).splitlines()[0]}", str(rules[0].rule.id))
            return {str(rules[0].rule.id): RuleResult(rules[0], Totals(failed=str(failure.args[0])), None, None)}
        return {
            name: result
            for rule in rules
            for name, result in _evaluate_plan(plan, [rule], facts, world, program, periods, keep).items()
        }


def _judge(
    plan: Plan, rules: Sequence[CompiledRule], facts: Facts, world: World, program: Program, periods: str, keep: Keep
) -> dict[str, RuleResult]:
    nodes = [node for rule in rules for node in (
        rule.verdict, rule.without_value, rule.unverified, rule.leading, rule.observed, rule.other, rule.required, rule.gap,
    )]
    since = min((rule.rule.since for rule in rules if rule.rule.since is not None), default=None)
    judged = subjects(plan, facts.tables[str(plan.entity.id)], world, nodes, periods, program.calendars, since)
    counts = _count(judged, rules)
    kept = _keep(judged, rules, counts, keep)
    inapplicable = _inapplicable(judged, rules, counts)
    return {
        str(rule.rule.id): RuleResult(
            rule, _totals(judged, rule, counts[position], kept[position], inapplicable.get(position)), kept[position], judged
        )
        for position, rule in enumerate(rules)
    }


def _count(judged: Subjects, rules: Sequence[CompiledRule]) -> list[dict[str, int]]:
    """Verdicts of every rule over all rows, in one pass."""
    make = judged.expressions
    named = ("satisfied", "violated", "not_due", "not_applicable", "without_value")
    sums: list[nw.Expr] = []
    fixed: dict[tuple[int, str], int] = {}
    height = judged.frame.height
    for position, rule in enumerate(rules):
        for name in named:
            node = getattr(rule, name)
            if node.constant:
                fixed[position, name] = height if node.value else 0
            else:
                sums.append(make(node).cast(nw.Int64).sum().alias(f"{position} {name}"))
    found: dict[str, Any] = {}
    if sums and height:
        collected = nw.from_native(judged.frame.lazy()).select(*sums).to_native().collect()
        found = collected.row(0, named=True)
    return [
        {name: fixed.get((position, name), int(found.get(f"{position} {name}") or 0)) for name in named}
        for position in range(len(rules))
    ]


def _keep(
    judged: Subjects, rules: Sequence[CompiledRule], counts: Sequence[Mapping[str, int]], keep: Keep
) -> list[pl.DataFrame]:
    """The rows that are not satisfied, of every rule that has some, with the leading part's numbers."""
    make = judged.expressions
    height = judged.frame.height
    queries: list[pl.LazyFrame] = []
    positions: list[int] = []
    for position, rule in enumerate(rules):
        fine = counts[position]["satisfied"] + counts[position]["not_applicable"]
        if height and (keep == "all" or fine < height):
            positions.append(position)
            lazy = nw.from_native(judged.frame.lazy())
            if keep == "failed":
                lazy = lazy.filter(~(make(rule.satisfied) | make(rule.not_applicable)))
            numbers = [make(node).cast(nw.Float64).alias(name) for name, node in
                       (("observed", rule.observed), ("other", rule.other), ("required", rule.required), ("gap", rule.gap))]
            queries.append(lazy.select(
                nw.col("#i"), make(rule.verdict).cast(nw.UInt8).alias("verdict"), make(rule.leading).cast(nw.UInt8).alias("part"),
                *numbers, make(rule.unverified).alias("unverified"),
            ).to_native())
    kept = [_EMPTY] * len(rules)
    for position, frame in zip(positions, pl.collect_all(queries), strict=True):
        kept[position] = frame
    return kept


_EMPTY = pl.DataFrame(schema={
    "#i": pl.UInt32, "verdict": pl.UInt8, "part": pl.UInt8, "observed": pl.Float64, "other": pl.Float64,
    "required": pl.Float64, "gap": pl.Float64, "unverified": pl.Boolean,
})


def _period_column(judged: Subjects) -> str | None:
    return next((name for name in ("#e", "#p") if name in judged.frame.columns), None)


def _inapplicable(
    judged: Subjects, rules: Sequence[CompiledRule], counts: Sequence[Mapping[str, int]]
) -> dict[int, dict[Any, int]]:
    """By rule and period, how many rows a rule does not speak about; only where it is some of them."""
    column = _period_column(judged)
    height = judged.frame.height
    some = [position for position, count in enumerate(counts) if 0 < count["not_applicable"] < height]
    if column is None or not some:
        return {}
    make = judged.expressions
    lazy = nw.from_native(judged.frame.lazy()).select(
        column, *(make(rules[position].not_applicable).cast(nw.Int64).alias(str(position)) for position in some)
    )
    frame = lazy.group_by(column).agg(*(nw.col(str(position)).sum() for position in some)).to_native().collect()
    return {position: dict(zip(frame[column], frame[str(position)], strict=True)) for position in some}


def _totals(
    judged: Subjects, rule: CompiledRule, counts: Mapping[str, int], kept: pl.DataFrame,
    inapplicable: Mapping[Any, int] | None,
) -> Totals:
    height = judged.frame.height
    decided = counts["satisfied"] + counts["violated"] + counts["not_due"] + counts["not_applicable"]
    by_period: dict[str, dict[str, int]] = {}
    column = _period_column(judged)
    if column is not None and height:
        by_period = _by_period(judged, rule, column, kept, counts, inapplicable)
    return Totals(
        subjects=height,
        satisfied=counts["satisfied"],
        violated=counts["violated"],
        unknown=height - decided,
        not_due=counts["not_due"],
        not_applicable=counts["not_applicable"],
        upcoming=judged.upcoming,
        without_value=counts["without_value"],
        by_period=by_period,
    )


def _by_period(
    judged: Subjects, rule: CompiledRule, column: str, kept: pl.DataFrame, counts: Mapping[str, int],
    inapplicable: Mapping[Any, int] | None,
) -> dict[str, dict[str, int]]:
    plan = rule.plan
    kind = plan.every if column == "#e" else plan.entity.period.is_ if plan.entity.period is not None else None
    assert kind is not None
    rows = judged.frame[column].value_counts().sort(column)
    failing: dict[tuple[Any, int], int] = {}
    if kept.height:
        grouped = kept.select(judged.frame[column][kept["#i"]].alias(column), "verdict").group_by(column, "verdict").len()
        failing = {(period, verdict): number for period, verdict, number in grouped.iter_rows()}
    everywhere = counts["not_applicable"] == judged.frame.height
    found = {}
    for period, number in rows.iter_rows():
        outside = number if everywhere else (inapplicable or {}).get(period, 0)
        violated, unknown, not_due = (failing.get((period, code), 0) for code in (VIOLATED, UNKNOWN, NOT_DUE))
        found[period_label(kind, period)] = {
            "subjects": number, "satisfied": number - outside - violated - unknown - not_due, "violated": violated,
            "unknown": unknown, "not_due": not_due, "not_applicable": outside,
        }
    return found


def _undecided(results: Mapping[str, RuleResult], book: Rulebook) -> list[Finding]:
    """Rules whose subjects were delivered but of which nothing could be decided."""
    del book
    return [
        Finding("nothing-decided", "error", str(result.rule.plan.entity.id), None, None, None, {
            "en": f"nothing could be decided about {name}: all {total.unknown} outcomes are unknown",
            "zh": f"规则 {name} 无法作出任何判定:{total.unknown} 个结果全部为未知",
        }, None, None, total.unknown)
        for name, result in results.items()
        if (total := result.totals).unknown and not (total.satisfied or total.violated or total.not_due)
    ]


def _gaps(results: Mapping[str, RuleResult]) -> list[Finding]:
    """Rules that failed in part, because a parameter they read has no value on some rows."""
    return [
        Finding("parameter-without-value", "warning", str(result.rule.plan.entity.id), None, None, None, {
            "en": f"{name} failed in part: a parameter has no value for {number} rows",
            "zh": f"规则 {name} 部分未能执行:{number} 行没有可用的参数值",
        }, None, None, number)
        for name, result in results.items()
        if (number := result.totals.without_value)
    ]
