"""Results of one rule: its totals, and the rows that are not satisfied as columns.

In: what `run` counted and kept. Out: frozen values; `Totals` always add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from eduplan_rules.outcome import VERDICTS
from eduplan_rules.plan import CompiledRule
from eduplan_rules.subjects import Subjects


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


@dataclass(frozen=True, slots=True, eq=False)
class RuleResult:
    """One rule's totals and kept rows (`#i`, verdict, part, observed, other, required, gap, unverified)."""

    rule: CompiledRule
    totals: Totals
    kept: pl.DataFrame | None
    subjects: Subjects | None
