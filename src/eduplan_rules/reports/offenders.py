"""The first rows behind an aggregate that speak against it.

In: a rule's result and some of its kept rows. Out: for each failing subject the first few rows, by line of the feed (by
key and period where there is none), with their place, and how many there are. Worked out for all these subjects at
once, when somebody looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from eduplan_rules.compiler.plan import Offence, Rollup
from eduplan_rules.engine.frame import narrowed
from eduplan_rules.engine.outcome import NOT_DUE, VIOLATED
from eduplan_rules.engine.result import RuleResult
from eduplan_rules.period import period_label
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.finding import HIDDEN

#: rows named per subject
FIRST = 5


class Offenders:
    """Finds the rows behind some of a rule's kept rows, part by part, when somebody looks."""

    def __init__(self, result: RuleResult, kept: pl.DataFrame, *, show_personal: bool) -> None:
        self.result = result
        self.kept = kept
        self.show_personal = show_personal
        self._known: dict[int, dict[int, tuple[list[dict[str, Any]], int]]] = {}

    def of(self, number: int, part: int | None) -> tuple[list[dict[str, Any]], int]:
        """Of the subject with this `#i`, whose record speaks of this part: the first rows, and how many there are."""
        if part is None or self.result.rule.parts[part].offence is None:
            return [], 0
        if part not in self._known:
            self._known[part] = self._find(part)
        return self._known[part].get(number, ([], 0))

    def _find(self, part: int) -> dict[int, tuple[list[dict[str, Any]], int]]:
        offence, judged = self.result.rule.parts[part].offence, self.result.subjects
        assert offence is not None
        assert judged is not None
        step, inner = _folding_nothing(offence), offence.step.plan.entity
        if inner.id not in judged.world.tables:
            return {}
        failing = self.kept.filter((pl.col("part") == part) & pl.col("verdict").is_in([VIOLATED, NOT_DUE]))["#i"]
        order = [*map(str, inner.key), *(["#p"] if inner.period is not None else [])]
        number = f"{step.name}##i"
        rows = judged.offending(failing, step, offence.against, order, FIRST)
        found: dict[int, tuple[list[dict[str, Any]], int]] = {}
        for row in rows.iter_rows(named=True):
            found.setdefault(row[number], ([], row["#all"]))[0].append(self._told(inner, row))
        return found

    def _told(self, inner: Entity, row: dict[str, Any]) -> dict[str, Any]:
        key = [
            HIDDEN if inner.fields[name].personal and not self.show_personal else str(row[name]) for name in inner.key
        ]
        period = None if inner.period is None else period_label(inner.period.is_, row["#p"])
        location = {"file": row["#file"], "sheet": row["#sheet"], "line": row["#line"]}
        return {"entity": str(inner.id), "key": key, "period": period, "location": location}


def _folding_nothing(offence: Offence) -> Rollup:
    """The rollup without its folds, and without the steps that only they need."""
    step = offence.step
    nodes = [offence.against, step.within, step.nowhere, *(inner for _, inner in step.on)]
    return replace(step, plan=narrowed(step.plan, nodes), columns={})
