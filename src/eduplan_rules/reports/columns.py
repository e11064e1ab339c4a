"""The columns of outcomes: what frames hold of a record, without an object for each row.

In: a rule's result and some of its kept rows. Out: a lazy frame of the columns asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Any

import polars as pl

from eduplan_rules.compiler.plan import Part
from eduplan_rules.engine.outcome import NOT_DUE, VERDICTS, VIOLATED
from eduplan_rules.engine.result import RuleResult
from eduplan_rules.period import Kind, period_label
from eduplan_rules.tables.finding import HIDDEN
from eduplan_rules.tables.table import extent

#: columns of outcomes -> their types
COLUMNS: dict[str, Any] = {
    "rule": pl.String,
    "clause": pl.String,
    "severity": pl.String,
    "nature": pl.String,
    "verdict": pl.String,
    "entity": pl.String,
    "key": pl.String,
    "name": pl.String,
    "period": pl.String,
    "observed": pl.Float64,
    "observed_other": pl.Float64,
    "required": pl.Float64,
    "gap": pl.Float64,
    "unit": pl.String,
    "strict": pl.Boolean,
    "provisional": pl.Boolean,
    "unverified": pl.Boolean,
    "file": pl.String,
    "sheet": pl.String,
    "line": pl.Int64,
}

_LARGEST = sys.float_info.max
#: columns of numbers -> attributes of a part
_NUMBERS = {"observed": "observed", "observed_other": "other", "required": "required", "gap": "gap"}


def outcome_columns(
    result: RuleResult, verdict: int | None, names: Sequence[str], as_of: date, *, show_personal: bool
) -> pl.LazyFrame:
    """Some columns of a rule's kept rows, of one verdict or of all.

    Raises ValueError for a name that is none of `COLUMNS`.
    """
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        message = f"there is no column `{unknown[0]}`, expected one of {', '.join(COLUMNS)}"
        raise ValueError(message)
    assert result.kept is not None
    kept = result.kept
    makers = _makers(result, verdict, as_of, show_personal=show_personal)
    columns = {name: makers[name]() if name in makers else kept.column(name) for name in names}
    made = {name: column.cast(COLUMNS[name]) for name, column in columns.items()}
    return of_verdict(result, verdict).select(pl.col("#i"), **made).drop("#i")


@lru_cache(maxsize=64)
def _labels(kind: Kind, first: int, last: int) -> pl.Series:
    return pl.Series([period_label(kind, number) for number in range(first, last + 1)])


def of_verdict(result: RuleResult, verdict: int | None) -> pl.LazyFrame:
    """The kept rows of one verdict, or all."""
    assert result.kept is not None
    lazy = result.kept.frame.lazy()
    return (
        lazy
        if result.height(verdict) == result.kept.frame.height
        else lazy.filter(result.kept.column("verdict") == verdict)
    )


def _makers(
    result: RuleResult, chosen: int | None, as_of: date, *, show_personal: bool
) -> dict[str, Callable[[], pl.Expr]]:
    """Column -> how to make it for rows of the chosen verdict; those not named are kept as they are."""
    makers = _of_rule(result, chosen) | _of_subject(result, as_of, show_personal=show_personal)
    return makers if show_personal else makers | _without_personal(result, makers)


def _of_rule(result: RuleResult, chosen: int | None) -> dict[str, Callable[[], pl.Expr]]:
    """Columns that the rule and its kept columns give."""
    assert result.kept is not None
    compiled, kept = result.rule, result.kept
    rule = compiled.rule
    verdict = kept.column("verdict")
    failing = pl.lit(value=True) if chosen in (VIOLATED, NOT_DUE) else (verdict == VIOLATED) | (verdict == NOT_DUE)

    def of_part(values: list[Any], otherwise: Any) -> pl.Expr:
        part = kept.column("part").cast(pl.Int64)
        if len(set(values)) < 2:
            return pl.when(part.is_not_null()).then(pl.lit(values[0])).otherwise(pl.lit(otherwise))
        return part.replace_strict(dict(enumerate(values)), default=otherwise)

    def severity() -> pl.Expr:
        if rule.severity != "error" or (compiled.unverified.constant and not compiled.unverified.value):
            return pl.lit(rule.severity)
        return pl.when(kept.column("unverified")).then(pl.lit("warning")).otherwise(pl.lit("error"))

    return {
        "rule": lambda: pl.lit(str(rule.id)),
        "clause": lambda: pl.lit(None if rule.clause is None else str(rule.clause)),
        "severity": severity,
        "nature": lambda: pl.lit(rule.nature),
        "verdict": lambda: verdict.cast(pl.Int64).replace_strict(dict(enumerate(VERDICTS)), return_dtype=pl.String),
        "entity": lambda: pl.lit(str(compiled.plan.entity.id)),
        "observed_other": lambda: pl.when(kept.column("other").ne_missing(kept.column("observed"))).then(
            kept.column("other")
        ),
        "gap": lambda: pl.when(failing & kept.column("gap").is_between(-_LARGEST, _LARGEST)).then(kept.column("gap")),
        "unit": lambda: of_part([part.unit for part in compiled.parts], None),
        "strict": lambda: of_part([part.strict for part in compiled.parts], otherwise=False),
    }


def _without_personal(
    result: RuleResult, makers: Mapping[str, Callable[[], pl.Expr]]
) -> dict[str, Callable[[], pl.Expr]]:
    """The numbers, null where the leading part is personal; what the rule itself says stays, as in records."""
    assert result.kept is not None
    kept, parts = result.kept, result.rule.parts

    def public(name: str, hidden: list[int]) -> pl.Expr:
        number = makers[name]() if name in makers else kept.column(name)
        return number if not hidden else pl.when(~kept.column("part").is_in(hidden)).then(number)

    return {name: partial(public, name, _personal_parts(parts, attribute)) for name, attribute in _NUMBERS.items()}


def _personal_parts(parts: Sequence[Part], attribute: str) -> list[int]:
    nodes = ((index, getattr(part, attribute)) for index, part in enumerate(parts) if part.personal)
    return [index for index, node in nodes if node is not None and not node.constant]


def _of_subject(result: RuleResult, as_of: date, *, show_personal: bool) -> dict[str, Callable[[], pl.Expr]]:
    """Columns that the judged rows and the delivered table give."""
    assert result.subjects is not None
    assert result.kept is not None
    judged, plan, verdict = result.subjects, result.rule.plan, result.kept.column("verdict")
    entity = plan.entity
    kind = plan.every or (entity.period.is_ if entity.period is not None else None)

    def judged_column(name: str) -> pl.Expr:
        return pl.lit(judged.frame[name]).gather(pl.col("#i"))

    def raw(name: str) -> pl.Expr:
        hidden = not show_personal and name in entity.fields and entity.fields[name].personal
        if hidden or name not in judged.table.frame.columns:
            return pl.lit(None)
        same = judged.frame.height == judged.table.frame.height and plan.every is None
        return pl.lit(judged.table.frame[name]).gather(pl.col("#i") if same else judged_column("#row"))

    def key() -> pl.Expr:
        parts = [raw(str(name)).cast(pl.String).fill_null(HIDDEN) for name in entity.key]
        return parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" / ")

    def period() -> pl.Expr:
        if kind is None or not judged.frame.height:
            return pl.lit(None)
        column = judged.frame["#e" if plan.every else "#p"]
        first, last = extent(column) if plan.every else judged.table.periods
        return pl.lit(_labels(kind, first, last)).gather(pl.lit(column).gather(pl.col("#i")) - first)

    def provisional() -> pl.Expr:
        return pl.lit(value=False) if kind is None else (judged_column("#end") > as_of) & (verdict != NOT_DUE)

    return {
        "key": key,
        "name": lambda: pl.lit(None) if entity.name is None else raw(str(entity.name)),
        "period": period,
        "provisional": provisional,
        "file": lambda: raw("#file"),
        "sheet": lambda: raw("#sheet"),
        "line": lambda: raw("#line"),
    }
