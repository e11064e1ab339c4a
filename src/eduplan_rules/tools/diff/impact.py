"""What changed in the verdicts: gained, lost, newly unknown, and the gap in units.

In: outcomes before and after, as frames of `OUTCOMES`; of reports those that are not satisfied. Out: `Impact`: the
outcomes that differ, and counts of them by rule, by parent (a county), and by severity. What holds: an outcome is the
same one where rule, subject and period are; one of the two frames may be of the earlier names of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from eduplan_rules.engine.outcome import VERDICTS

#: what is known of an outcome -> its type
OUTCOMES: dict[str, Any] = {
    "rule": pl.String,
    "entity": pl.String,
    "key": pl.String,
    "period": pl.String,
    "verdict": pl.String,
    "severity": pl.String,
    "gap": pl.Float64,
    "unit": pl.String,
}
#: entity -> key and name: a subject and its parents, from the subject up
Within = Mapping[str, Mapping[str, str | None]]
#: entity and key of a subject -> itself and its parents
Families = Callable[[str, str], Within]
#: ways in which an outcome can differ; one may differ in two of them, but never be `shifted` and gained, lost, …
WAYS = ("gained", "lost", "moved", "reweighed", "unclear", "clear", "shifted")
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Impact:
    """How two sets of outcomes differ."""

    #: one row for each outcome that differs: `OUTCOMES` before (`old_…`) and after, `place`, `weight` (the severity to
    #: count it under), and a Boolean for each way
    changed: pl.DataFrame
    #: verdict -> how many before and after
    verdicts: Mapping[str, tuple[int, int]]
    #: rule, period, unit -> before and after: violations with a gap, their gaps in all, the largest
    gaps: pl.DataFrame
    #: the entity that `place` is of
    place_entity: str | None = None
    #: rule, `old_verdict`, `verdict`, `count`: every change of verdict; None where there is no outcome, and in reports
    #: where it is satisfied or does not apply
    shifts: pl.DataFrame = field(default_factory=pl.DataFrame)
    #: rules that only the later, or only the earlier rulebook has
    new_rules: frozenset[str] = frozenset()
    old_rules: frozenset[str] = frozenset()
    #: whether outcomes that are satisfied or do not apply are known, as they are not of reports
    whole: bool = False
    #: entity -> what people call it
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def counts(self, column: str) -> list[dict[str, Any]]:
        """How many outcomes differ in each way, by a column, in order of its values."""
        if not self.changed.height:
            return []
        counted = self.changed.group_by(column).agg(pl.col(way).sum() for way in WAYS)
        return counted.sort(column, nulls_last=True).to_dicts()


def compare_outcomes(old: pl.DataFrame, new: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """The outcomes that differ in any way, or in their verdict only."""
    before = old.rename({name: f"old_{name}" for name in OUTCOMES})
    joined = new.join(
        before,
        left_on=list(on),
        right_on=[f"old_{name}" if name in OUTCOMES else name for name in on],
        how="full",
        nulls_equal=True,
        coalesce=False,
    )
    was, now = pl.col("old_verdict"), pl.col("verdict")
    both = (was == "violated").fill_null(value=False) & (now == "violated").fill_null(value=False)
    ways = {
        "gained": _is(now, "violated") & ~_is(was, "violated"),
        "lost": _is(was, "violated") & ~_is(now, "violated"),
        "moved": both & _differs(),
        "reweighed": both & pl.col("severity").ne_missing(pl.col("old_severity")),
        "unclear": _is(now, "unknown") & ~_is(was, "unknown"),
        "clear": _is(was, "unknown") & ~_is(now, "unknown"),
    }
    told_otherwise = pl.any_horizontal("gained", "lost", "unclear", "clear")
    shifted = (was != now).fill_null(value=False) | (_is(was, "not_due") != _is(now, "not_due"))
    named = [pl.coalesce(name, f"old_{name}").alias(name) for name in ("rule", "entity", "key", "period")]
    told = joined.with_columns(**ways).with_columns((shifted & ~told_otherwise).alias("shifted"), *named)
    told = told.filter(pl.any_horizontal(WAYS) | was.ne_missing(now))
    shown = pl.coalesce(pl.when(now == "violated").then("severity"), "old_severity", "severity")
    return told.with_columns(shown.alias("weight")).sort("rule", "entity", "key", "period")


def count_shifts(differing: pl.DataFrame) -> pl.DataFrame:
    """How many outcomes of each rule went from which verdict to which."""
    columns = ["rule", "old_verdict", "verdict"]
    apart = differing.filter(pl.col("old_verdict").ne_missing(pl.col("verdict")))
    counted = apart.group_by(columns).agg(pl.len().cast(pl.Int64).alias("count"))
    return counted.sort(columns, nulls_last=True)


def told_one_by_one(differing: pl.DataFrame) -> pl.DataFrame:
    """Without the outcomes of new rules, new subjects and so on that nobody need look at."""
    return differing.filter(pl.any_horizontal(WAYS))


def _is(verdict: pl.Expr, word: str) -> pl.Expr:
    return (verdict == word).fill_null(value=False)


def _differs() -> pl.Expr:
    """Whether a gap is another one, beyond what numbers differ by when they are worked out twice."""
    old, new = pl.col("old_gap"), pl.col("gap")
    far = (old - new).abs() > pl.max_horizontal(old.abs(), new.abs()) * _TOLERANCE
    return far.fill_null(old.is_null() != new.is_null()) | pl.col("unit").ne_missing(pl.col("old_unit"))


def compare_gaps(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """The gaps of violations by rule, period and unit, where they differ."""
    keys = ["rule", "period", "unit"]
    before, after = (_gaps(frame, word) for frame, word in ((old, "old"), (new, "new")))
    joined = after.join(before, on=keys, how="full", nulls_equal=True, coalesce=True)
    numbers = [f"{word}_{name}" for word in ("old", "new") for name in ("count", "total", "largest")]
    filled = joined.with_columns(pl.col(name).fill_null(0) for name in numbers)
    apart = (pl.col("old_total") - pl.col("new_total")).abs()
    most = pl.max_horizontal(pl.col("old_total").abs(), pl.col("new_total").abs())
    differ = (apart > most * _TOLERANCE) | (pl.col("old_count") != pl.col("new_count"))
    return filled.filter(differ).select(*keys, *numbers).sort(keys, nulls_last=True)


def _gaps(frame: pl.DataFrame, word: str) -> pl.DataFrame:
    told = frame.filter((pl.col("verdict") == "violated") & pl.col("gap").is_not_null())
    gap = pl.col("gap")
    return told.group_by("rule", "period", "unit").agg(
        pl.len().cast(pl.Int64).alias(f"{word}_count"),
        gap.sum().alias(f"{word}_total"),
        gap.max().alias(f"{word}_largest"),
    )


def sum_verdicts(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """How many outcomes of each verdict; `old` and `new` have the counts of each rule."""
    return {
        verdict: (sum(each[verdict] for each in old.values()), sum(each[verdict] for each in new.values()))
        for verdict in VERDICTS
    }


def with_places(changed: pl.DataFrame, families: Families, by: str | None = None) -> tuple[pl.DataFrame, str | None]:
    """The outcomes with the parent of each that they are counted by; and of which entity that is.

    The entity is `by`, else the topmost of which several are concerned, else the topmost.
    """
    within = [families(entity, key) for entity, key in zip(changed["entity"], changed["key"], strict=True)]
    height: dict[str, int] = {}
    concerned: dict[str, set[str | None]] = {}
    for family in within:
        for number, (entity, parent) in enumerate(reversed(list(family.items()))):
            height[entity] = max(height.get(entity, 0), number)
            concerned.setdefault(entity, set()).add(parent["key"])
    above = {entity for family in within for entity in list(family)[1:]}
    order = sorted(above, key=lambda entity: (height[entity], entity))
    several = [entity for entity in order if len(concerned[entity]) > 1]
    top = by or next(iter([*several, *order]), None)
    places = [None if top is None or top not in family else _told(family[top]) for family in within]
    return changed.with_columns(pl.Series("place", places, dtype=pl.String)), top


def _told(parent: Mapping[str, str | None]) -> str:
    key, name = parent["key"], parent["name"]
    return f"{name} {key}" if name is not None and name != key else str(key)
