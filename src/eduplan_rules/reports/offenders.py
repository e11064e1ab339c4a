"""The first rows behind an aggregate that speak against it.

In: a rule's result and the index of a part. Out: for each failing subject the first few rows, by key, with their place
in the feed. Worked out for all subjects at once, when somebody looks.
"""

from __future__ import annotations

from typing import Any

from eduplan_rules.engine.frame import Expressions, paired_rows
from eduplan_rules.engine.outcome import NOT_DUE, VIOLATED
from eduplan_rules.engine.result import RuleResult

#: rows named per subject
FIRST = 5


def find_offenders(result: RuleResult, part: int, *, show_personal: bool) -> dict[int, list[dict[str, Any]]]:
    """`#i` of a subject -> its first offending rows (entity, key, period, location)."""
    offence = result.rule.parts[part].offence
    judged = result.subjects
    if offence is None or judged is None or result.kept is None:
        return {}
    step, inner = offence.step, offence.step.plan.entity
    if inner.id not in judged.world.tables:
        return {}
    kept = result.kept
    failing = kept.frame.filter((kept.column("part") == part) & kept.column("verdict").is_in([VIOLATED, NOT_DUE]))["#i"]
    frame = judged.frame[failing].lazy()
    rows = paired_rows(frame, step, judged.expressions, ["#i"], pair=True)
    against = Expressions(step.plan, judged.world)(offence.against)
    keys = [str(name) for name in inner.key]
    columns = [*keys, *(["#p"] if inner.period is not None else []), "#file", "#sheet", "#line"]
    number = f"{step.name}##i"
    native = rows.filter(against).select(number, *columns).collect()
    ordered = native.sort(number, *columns[: len(keys) + (inner.period is not None)]).group_by(
        number, maintain_order=True
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in ordered.head(FIRST).iter_rows(named=True):
        hidden = [not show_personal and inner.fields[name].personal for name in keys]
        shown = ["***" if hide else str(row[name]) for name, hide in zip(keys, hidden, strict=True)]
        location = {"file": row["#file"], "sheet": row["#sheet"], "line": row["#line"]}
        found.setdefault(row[number], []).append({"entity": str(inner.id), "key": shown, "location": location})
    return found
