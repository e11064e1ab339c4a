"""Two rulebooks on the same facts.

In: both rulebooks and the files of facts. Out: an `Impact`. What holds: the facts are read as each rulebook declares
them; outcomes stay columns, and only those that differ are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from eduplan_rules.feeds.files import read_facts
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.reports.ancestry import Ancestry
from eduplan_rules.reports.report import Report
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.run import evaluate
from eduplan_rules.tools.diff.impact import (
    OUTCOMES,
    Impact,
    Within,
    compare_gaps,
    compare_outcomes,
    count_shifts,
    sum_verdicts,
    told_one_by_one,
    with_places,
)
from eduplan_rules.tools.diff.rulebooks import renamed_rules

_SAME = ("rule", "entity", "key", "period")


def try_rulebooks(
    old: Resolved,
    new: Resolved,
    facts: Sequence[str],
    *,
    as_of: date,
    periods: str,
    by: str | None = None,
    feed: str | None = None,
) -> Impact:
    """Evaluate both; a feed may speak of what only one of them declares."""
    before, after = (
        evaluate(
            one.book,
            read_facts(list(facts), one.book, feed=feed, beside=other.book),
            as_of=as_of,
            periods=periods,
            keep="all",
        )
        for one, other in ((old, new), (new, old))
    )
    names = renamed_rules(old, new)
    first, second = _frame(before), _frame(after)
    first = first.with_columns(pl.col("rule").replace(names))
    differing = compare_outcomes(first, second, _SAME)
    changed, entity = with_places(told_one_by_one(differing), _Families(before, after), by)
    told = _without_personal(changed, old, new)
    counts = [{name: each.to_dict() for name, each in report.totals.items()} for report in (before, after)]
    verdicts = sum_verdicts(*counts)
    known = [{names.get(name, name) for name in before.results}, set(after.results)]
    entities = {**old.book.entities, **new.book.entities}
    return Impact(
        told,
        verdicts,
        compare_gaps(first, second),
        entity,
        shifts=count_shifts(differing),
        new_rules=frozenset(known[1] - known[0]),
        old_rules=frozenset(known[0] - known[1]),
        whole=True,
        labels={name: each.label for name, each in entities.items() if each.label},
    )


def _frame(report: Report) -> pl.DataFrame:
    """The outcomes; keys tell subjects apart, so that they are needed even where they are nobody's business."""
    public = report.outcomes().to_polars(list(OUTCOMES))
    keys = replace(report, show_personal=True, _memo={}).outcomes().to_polars(["key"])
    return public.with_columns(keys["key"])


class _Families:
    """The parents of subjects, as the later facts have them, else the earlier ones."""

    def __init__(self, *reports: Report) -> None:
        self._reports = reports[::-1]
        self._within = [Ancestry(each.facts, each.book, show_personal=False) for each in self._reports]
        self._rows: dict[tuple[int, str], dict[str, dict[str, Any]]] = {}

    def __call__(self, entity: str, key: str) -> Within:
        """The parents of a subject, itself first."""
        for number, report in enumerate(self._reports):
            row = self._of(number, entity).get(key) if entity in report.facts.tables else None
            if row is not None:
                declared = report.book.entities[entity]
                return {entity: {"key": key, "name": _name(declared, row)}, **self._within[number](entity, row)}
        return {entity: {"key": key, "name": None}}

    def _of(self, number: int, entity: str) -> dict[str, dict[str, Any]]:
        if (number, entity) not in self._rows:
            report = self._reports[number]
            declared, frame = report.book.entities[entity], report.facts.tables[entity].frame
            wanted = {*map(str, declared.key), *([str(declared.name)] if declared.name is not None else [])}
            wanted |= {str(name) for fields in declared.belongs_to.values() for name in fields}
            rows = frame.select(name for name in frame.columns if name in wanted).iter_rows(named=True)
            self._rows[number, entity] = {" / ".join(str(row[str(name)]) for name in declared.key): row for row in rows}
        return self._rows[number, entity]


def _name(entity: Entity, row: Mapping[str, Any]) -> str | None:
    hidden = entity.name is None or entity.fields[str(entity.name)].personal
    return None if hidden else row.get(str(entity.name))


def _without_personal(changed: pl.DataFrame, old: Resolved, new: Resolved) -> pl.DataFrame:
    """The outcomes without keys that are nobody's business."""
    entities = [entity for resolved in (old, new) for entity in resolved.book.entities.values()]
    personal = {str(each.id) for each in entities if any(each.fields[str(name)].personal for name in each.key)}
    return changed.with_columns(pl.when(~pl.col("entity").is_in(list(personal))).then("key").alias("key"))
