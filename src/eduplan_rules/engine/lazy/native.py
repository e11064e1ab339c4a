"""Outcomes as a lazy frame of the engine that has the facts: nothing comes back.

In: results of an engine, and the verdict asked for. Out: one frame of the engine's own kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.compiler.core import Node
from eduplan_rules.compiler.plan import CompiledRule
from eduplan_rules.engine.lazy.engines import Frame, native
from eduplan_rules.engine.lazy.rows import BroughtRows
from eduplan_rules.engine.outcome import VERDICTS
from eduplan_rules.engine.result import RuleResult
from eduplan_rules.engine.world import Expr, Expressions, only
from eduplan_rules.period import period_label
from eduplan_rules.tables.finding import HIDDEN

#: what the verdicts are of which rows come back, by code
_FAILING = (1, 2, 3)


def native_outcomes(results: Sequence[RuleResult], verdict: int | None, *, show_personal: bool) -> Any:
    """All outcomes of a verdict (by code), or of any that is not satisfied."""
    pieces = [
        _of_rule(result.rule, result.subjects, verdict, show_personal=show_personal)
        for result in results
        if isinstance(result.subjects, BroughtRows)
    ]
    if not pieces:
        message = "no rule was judged, so that there is no frame of its outcomes"
        raise ValueError(message)
    return native(pieces[0] if len(pieces) == 1 else nw.concat(pieces, how="vertical"))


def _of_rule(rule: CompiledRule, judged: BroughtRows, verdict: int | None, *, show_personal: bool) -> Frame:
    by_code = dict(enumerate((rule.satisfied, rule.violated, None, rule.not_due, rule.not_applicable)))
    codes = _FAILING if verdict is None else (verdict,)
    numbers = {
        "observed": rule.observed,
        "observed_other": rule.other,
        "required": rule.required,
        "gap": rule.gap,
    }
    read = [node for node in by_code.values() if node is not None]
    make = Expressions(rule.plan, judged.there)
    api = make.nw
    frame = make.share(judged.source, [*read, *numbers.values(), rule.leading, rule.unverified])
    decided = reduce(or_, (make(node) for node in read))
    masks: list[Expr] = [~decided if (node := by_code[code]) is None else make(node) for code in codes]
    said = api.lit(VERDICTS[codes[-1]])
    for code, mask in zip(codes[:-1], masks[:-1], strict=True):
        said = api.when(mask).then(api.lit(VERDICTS[code])).otherwise(said)
    failing = api.lit(False) if not {1, 3}.intersection(codes) else make(rule.violated) | make(rule.not_due)
    made = {name: _number(rule, name, node, make, show_personal=show_personal) for name, node in numbers.items()}
    made["observed_other"] = api.when(~(made["observed_other"] == made["observed"])).then(made["observed_other"])
    made["gap"] = api.when(failing).then(made["gap"])
    times = [] if judged.period is None else [api.col(judged.period).alias("#at")]
    rows = only(frame, reduce(or_, masks), api).select(
        api.lit(str(rule.rule.id)).alias("rule"),
        api.lit(str(rule.plan.entity.id)).alias("entity"),
        _key(rule, api, show_personal=show_personal).alias("key"),
        *times,
        said.alias("verdict"),
        *(number.alias(name) for name, number in made.items()),
        make(rule.unverified).cast(api.Boolean).alias("unverified"),
    )
    return _labelled(nw.from_native(native(rows)), rule, judged)


def _key(rule: CompiledRule, api: Any, *, show_personal: bool) -> Expr:
    fields = rule.plan.entity.fields
    hidden = [fields[str(name)].personal and not show_personal for name in rule.plan.entity.key]
    parts = [
        api.lit(HIDDEN) if hide else api.col(str(name)).cast(api.String)
        for name, hide in zip(rule.plan.entity.key, hidden, strict=True)
    ]
    return parts[0] if len(parts) == 1 else api.concat_str(parts, separator=" / ")


def _number(rule: CompiledRule, name: str, node: Node, make: Expressions, *, show_personal: bool) -> Expr:
    """A number of the leading part; null where it would tell a personal field's value."""
    attribute = {"observed_other": "other"}.get(name, name)
    api, number = make.nw, make(node).cast(make.nw.Float64)
    hidden = [
        position
        for position, part in enumerate(rule.parts)
        if part.personal and (told := getattr(part, attribute)) is not None and not told.constant
    ]
    if show_personal or not hidden:
        return number
    return api.when(~make(rule.leading).is_in(hidden)).then(number)


def _labelled(rows: Frame, rule: CompiledRule, judged: BroughtRows) -> Frame:
    """The rows with the label of their period in place of its number."""
    plan = rule.plan
    kind = plan.every or (plan.entity.period.is_ if plan.entity.period is not None else None)
    names = [
        "rule",
        "entity",
        "key",
        "period",
        "verdict",
        "observed",
        "observed_other",
        "required",
        "gap",
        "unverified",
    ]
    if judged.period is None or kind is None:
        return rows.with_columns(nw.lit(None, nw.String).alias("period")).select(*names)
    labels = [period_label(kind, number) for number in judged.periods]
    schema = {"#at": pl.Int64, "period": pl.String}
    known = pl.DataFrame({"#at": list(judged.periods), "period": labels}, schema=schema)
    return rows.join(judged.engine.upload(known), on="#at", how="left").select(*names)
