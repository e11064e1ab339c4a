"""Results of one rule: its totals, and the rows that are not satisfied as columns.

In: what `run` counted and kept. Out: frozen values; `Totals` always add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import CompiledRule
from eduplan_rules.engine.outcome import VERDICTS
from eduplan_rules.engine.subjects import Subjects
from eduplan_rules.tables.finding import Finding, all_outcomes, finding, some_rows


@dataclass(frozen=True, slots=True)
class Totals:
    """Outcomes of one rule. subjects = satisfied + violated + unknown + not_due + not_applicable."""

    subjects: int = 0
    satisfied: int = 0
    violated: int = 0
    unknown: int = 0
    not_due: int = 0
    not_applicable: int = 0
    #: periods that begin after the day of the run and give no outcome
    upcoming: int = 0
    #: rows for which a parameter has no value: the rule failed in part
    without_value: int = 0
    #: False where the subjects' table was not delivered
    in_scope: bool = True
    #: why the rule could not be run
    failed: str | None = None
    count_periods: Callable[[], Mapping[str, Mapping[str, int]]] = field(default=dict, repr=False, compare=False)

    @property
    def by_period(self) -> Mapping[str, Mapping[str, int]]:
        """Label of the period -> counts of every verdict; counted when asked for."""
        return self.count_periods()

    def to_dict(self) -> dict[str, Any]:
        """All counts as plain data."""
        names = ("subjects", *VERDICTS, "upcoming", "without_value", "in_scope", "failed")
        return {name: getattr(self, name) for name in names} | {"by_period": dict(self.by_period)}


#: columns of kept rows -> their types
KEPT: dict[str, Any] = {
    "verdict": pl.UInt8,
    "part": pl.UInt16,
    "observed": pl.Float64,
    "other": pl.Float64,
    "required": pl.Float64,
    "gap": pl.Float64,
    "unverified": pl.Boolean,
}


def kept_nodes(rule: CompiledRule) -> dict[str, Node]:
    """What the columns of kept rows are made of, but for the verdict."""
    return {
        "part": rule.leading,
        "observed": rule.observed,
        "other": rule.other,
        "required": rule.required,
        "gap": rule.gap,
        "unverified": rule.unverified,
    }


def same(value: Any, height: int, dtype: Any) -> pl.Series:
    """A column of one value; as `pl.repeat`, which makes a query of it."""
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The rows of one rule that are not satisfied: `#i` and the columns of `KEPT`, constant ones held once."""

    frame: pl.DataFrame
    constants: Mapping[str, Any]

    def series(self, name: str) -> pl.Series:
        """A column in full."""
        if name in self.constants:
            return same(self.constants[name], self.frame.height, KEPT[name]).alias(name)
        return self.frame[name]

    def column(self, name: str) -> pl.Expr:
        """A column as an expression over `frame`."""
        return pl.lit(self.constants[name], KEPT[name]) if name in self.constants else pl.col(name)


@dataclass(frozen=True, slots=True, eq=False)
class RuleResult:
    """One rule's totals and kept rows; both None where the rule did not run."""

    rule: CompiledRule
    totals: Totals
    kept: Kept | None
    subjects: Subjects | None
    #: outcomes that an engine did not give back, by verdict; `unverified`: violations among them that read such a value
    left: Mapping[str, int] = field(default_factory=dict)

    def numbers(self, verdict: int) -> pl.Series:
        """The `#i` of the rows kept with a verdict, in their order."""
        assert self.kept is not None
        return self.kept.frame["#i"].filter(self.kept.series("verdict") == verdict)

    def height(self, verdict: int | None) -> int:
        """How many outcomes of a verdict (by code), or of any, were kept."""
        if self.kept is None:
            return 0
        kept = self.kept.frame.height
        if verdict is None:
            return kept
        always = VERDICTS[verdict] in ("violated", "unknown", "not_due")
        name = VERDICTS[verdict]
        whole = always or kept == self.totals.subjects
        return int(getattr(self.totals, name)) - self.left.get(name, 0) if whole else 0


def undecided(results: Mapping[str, RuleResult]) -> list[Finding]:
    """Rules whose subjects were delivered but of which nothing could be decided."""
    return [
        finding("nothing-decided", result.rule.plan.entity, rule=name, outcomes=all_outcomes(total.unknown))
        for name, result in results.items()
        if (total := result.totals).unknown and not (total.satisfied or total.violated or total.not_due)
    ]


def without_values(results: Mapping[str, RuleResult]) -> list[Finding]:
    """Rules that failed in part, because a parameter they read has no value on some rows."""
    return [
        finding("parameter-without-value", result.rule.plan.entity, rule=name, rows=some_rows(number))
        for name, result in results.items()
        if (number := result.totals.without_value)
    ]


def outcomes_left(results: Mapping[str, RuleResult]) -> list[Finding]:
    """Rules of which an engine did not give all outcomes back."""
    found = []
    for name, result in results.items():
        left = sum(number for verdict, number in result.left.items() if verdict in VERDICTS)
        if left:
            found.append(finding("outcomes-left", result.rule.plan.entity, rule=name, left=f"{left:,}"))
    return found
