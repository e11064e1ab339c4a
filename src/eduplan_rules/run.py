"""Evaluate a rulebook on facts.

In: a rulebook, facts, a day. Out: a `Report`. Tables are judged by `judge`; this adds what concerns the run as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from eduplan_rules.compiler.plan import CompiledRule, Plan, Program
from eduplan_rules.engine.judge import Keep, judge, world_of
from eduplan_rules.engine.result import RuleResult, Totals
from eduplan_rules.engine.subjects import period_range
from eduplan_rules.engine.world import World
from eduplan_rules.period import PeriodsError, day_of
from eduplan_rules.program import compiled_program
from eduplan_rules.reports.report import Report
from eduplan_rules.rulebook.model import Rule, Rulebook
from eduplan_rules.tables.facts import Facts, side_by_side, to_facts

if TYPE_CHECKING:
    from eduplan_rules.engine.lazy.facts import EngineFacts

#: rows of a rule that an engine gives back unless told otherwise
MOST = 20_000


def evaluate(
    book: Rulebook,
    facts: Mapping[str, Any] | Facts,
    *,
    as_of: date | str,
    periods: str | int = "latest",
    keep: Keep = "failed",
    select: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
    show_personal: bool = False,
    limit: int = MOST,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Evaluate every rule whose subjects' table was delivered.

    `facts`: what `read_facts` gives, or a mapping from entity to a polars, pandas or pyarrow frame or a list of dicts,
    one row per record. `as_of`: the day the run is about (`2022-12-31`). `periods`: `latest` (each subject's newest row
    not after the day), `all`, `2022` or `2021..2023`. `keep="all"` keeps satisfied and not applicable outcomes too.
    `select` and `ignore`: rule ids, beginnings of ids, clauses or severities, one or several. `show_personal` lets
    personal fields out.

    Lazy frames of Polars, relations of DuckDB and frames of PySpark are judged where they lie: only totals, findings
    and rows that are not satisfied come back, of each rule the first `limit` by key and period. What is left is counted
    in a finding, and all of it is in `report.violations.native`.

    Raises DataError where nothing was delivered, RulebookError where the rulebook has mistakes, ValueError for a day or
    periods that cannot be read. A rule the engine refuses does not raise: its totals say `failed`.
    """
    day = day_of(as_of)
    if keep not in ("failed", "all"):
        message = f"`keep` is `failed` or `all`, found {keep!r}"
        raise ValueError(message)
    periods = periods_of(periods, book)
    elsewhere = _frames_of(facts, book)
    delivered = to_facts(facts, book) if elsewhere is None else elsewhere
    program = compiled_program(book, delivered.tables if elsewhere is None else None)
    chosen = choose_rules(book, select, ignore)
    plans = [(plan, [rule for rule in rules if rule.rule.id in chosen]) for plan, rules in program.plans()]
    if elsewhere is not None:
        from eduplan_rules.engine.lazy.judge import judge_frames

        found = judge_frames(
            elsewhere, plans, program, day, periods, keep_all=keep == "all", most=limit, progress=progress
        )
        return Report(book, program, *found, day, periods, show_personal)
    world = world_of(delivered, program, day, as_read=True)
    results = _judged(plans, delivered, world, program, periods, keep, progress)
    return Report(
        book=book,
        program=program,
        facts=delivered,
        world=world,
        results=results,
        as_of=day,
        periods=periods,
        show_personal=show_personal,
    )


def _judged(
    plans: Iterable[tuple[Plan, list[CompiledRule]]],
    facts: Facts,
    world: World,
    program: Program,
    periods: str,
    keep: Keep,
    progress: Callable[[str], None] | None,
) -> dict[str, RuleResult]:
    """What each rule found, in the order of their ids."""

    def judged(plan: Plan, rules: list[CompiledRule]) -> dict[str, RuleResult]:
        if str(plan.entity.id) not in facts.tables:
            return {str(rule.rule.id): RuleResult(rule, Totals(in_scope=False), None, None) for rule in rules}
        if progress is not None and rules:
            progress(f"{plan.entity.id}: {len(rules)}")
        return judge(plan, rules, facts, world, program, periods, keep) if rules else {}

    results: dict[str, RuleResult] = {}
    # one plan's queries are written while another's run; the longest begin first
    with side_by_side(sum(table.frame.height for table in facts.tables.values())) as spread:
        for found in spread(lambda each: judged(*each), sorted(plans, key=lambda each: -len(each[1]))):
            results.update(found)
    return {name: results[name] for name in sorted(results)}


def _frames_of(facts: Mapping[str, Any] | Facts, book: Rulebook) -> EngineFacts | None:
    """The facts if they are frames of an engine and stay there."""
    if isinstance(facts, Facts) and facts.engine is None:
        return None
    from eduplan_rules.engine.lazy.engines import engine_of
    from eduplan_rules.engine.lazy.facts import EngineFacts, read_frames

    if isinstance(facts, Facts):
        assert isinstance(facts, EngineFacts)
        return facts
    engine = engine_of(facts)
    return None if engine is None else read_frames(facts, engine, book)


def periods_of(periods: object, book: Rulebook) -> str:
    """Periods as text; a year may be a number. Raises ValueError where they are none, or end before they begin."""
    text = str(periods) if isinstance(periods, int) and not isinstance(periods, bool) else periods
    if not isinstance(text, str):
        message = f"`periods` is latest, all, one such as 2022, or a range such as 2021..2023, found {periods!r}"
        raise PeriodsError(message)
    if text not in ("latest", "all"):
        first, last = period_range(text, "year", book.calendars)
        if first > last:
            message = f"`{text}` ends before it begins, expected the earlier period first, such as 2021..2023"
            raise PeriodsError(message)
    return text


class NoRuleError(ValueError):
    """A pattern that names no rule."""

    def __init__(self, pattern: str) -> None:
        super().__init__(f"`{pattern}` names no rule: expected a rule id, its beginning, a clause or a severity")
        self.pattern = pattern


def choose_rules(book: Rulebook, select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Ids of the rules that some pattern of `select` (all, if there is none) and none of `ignore` names.

    A text alone is one pattern. The id of a rule names that rule only, any other beginning all rules beneath.
    Raises NoRuleError, a ValueError, for a pattern that names no rule.
    """
    rules = {str(name): rule for name, rule in book.rules.items() if not rule.off}
    wanted, unwanted = ([each] if isinstance(each, str) else list(each) for each in (select, ignore))
    named = {pattern: _named(rules, pattern) for pattern in (*wanted, *unwanted)}
    for pattern, names in named.items():
        if not names:
            raise NoRuleError(pattern)
    chosen = frozenset(rules) if not wanted else frozenset[str]().union(*(named[each] for each in wanted))
    return chosen.difference(*(named[each] for each in unwanted))


def _named(rules: Mapping[str, Rule], pattern: str) -> frozenset[str]:
    if pattern in rules:
        return frozenset({pattern})
    return frozenset(name for name, rule in rules.items() if _lies_in(name, rule, pattern))


def _lies_in(name: str, rule: Rule, pattern: str) -> bool:
    begins = name.startswith(pattern) and (pattern.endswith(".") or name[len(pattern) :][:1] in ("", ".", "-"))
    return begins or pattern in (rule.clause, rule.severity)
