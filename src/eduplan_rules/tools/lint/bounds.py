"""Bounds that a field can never reach, and parameters and scales with holes.

In: resolved rules and parameter tables. Out: advice. A bound is a number written out, or any value of a parameter; a
field's own range is its `min` and `max`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from eduplan_rules.engine.wording import format_value
from eduplan_rules.language.parameter import ParameterTable, Stair
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import ResolvedRule, Typed
from eduplan_rules.period import period_of_day, period_span
from eduplan_rules.rulebook.model import AnyStep, Field, Marked, Rulebook, Step
from eduplan_rules.tools.alike import data
from eduplan_rules.tools.lint.advice import Advice

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "in", "not in")
#: aggregates whose result lies between the least and the greatest of their values
_WITHIN = ("min", "max", "mean", "median")


@dataclass(frozen=True)
class _Range:
    """A field as a comparison has it: its bounds in the comparison's unit."""

    field: Field
    factor: Fraction


def outside_bounds(tree: Typed, resolved: Resolved) -> Iterator[Advice]:
    """Comparisons of a field with what lies outside its declared range."""
    for node in tree.walk():
        if node.op in _COMPARISONS and len(node.args) == 2:
            for one, other in (node.args, node.args[::-1]):
                found = _range(one, resolved.book)
                if found is not None:
                    yield from _outside(found, other, resolved)
                yield from _outside_share(one, other, resolved)


def _outside_share(share: Typed, bound: Typed, resolved: Resolved) -> Iterator[Advice]:
    """What no share can be."""
    whole, node = Fraction(1), share
    while node.op in ("value", "convert"):
        whole *= node.data if node.op == "convert" else 1
        node = node.args[0]
    if node.op != "aggregate" or node.data.name != "share":
        return
    for amount, told in _amounts(bound, resolved):
        if not 0 <= amount <= whole:
            gaps = {"bound": told, "text": " ".join(node.text.split())}
            yield Advice("bound-outside-field", bound.span, "share", gaps, "bound-outside-share")
            return


def _range(node: Typed, book: Rulebook) -> _Range | None:
    """The field that a number comes from unchanged, but for its unit."""
    factor = Fraction(1)
    while node.op in ("this", "lookup", "value", "previous", "convert", "aggregate"):
        if node.op == "aggregate":
            if node.data.name not in _WITHIN:
                return None
            node = node.data.values[0]
            continue
        factor *= node.data if node.op == "convert" else 1
        node = node.args[0]
    if node.op != "field":
        return None
    entity, name = node.data
    found = book.entities[entity].fields[name]
    return None if found.min is None and found.max is None else _Range(found, factor)


def _outside(found: _Range, bound: Typed, resolved: Resolved) -> Iterator[Advice]:
    for amount, told in _amounts(bound, resolved):
        for side, limit in (("min", found.field.min), ("max", found.field.max)):
            if limit is None:
                continue
            edge = Fraction(limit) * found.factor
            if (amount < edge) if side == "min" else (amount > edge):
                gaps: dict[str, object] = {
                    "field": found.field.id,
                    "bound": told,
                    "side": (f"side-{side}", {}),
                    "limit": f"{limit:g}",
                }
                also = ((found.field.id.span, "bound-outside-field-there"),)
                yield Advice("bound-outside-field", bound.span, str(found.field.id), gaps, also=also)
                return


def _amounts(bound: Typed, resolved: Resolved) -> Iterator[tuple[Fraction, str]]:
    """All that a bound can be, each as people read it."""
    if bound.op == "number":
        yield Fraction(bound.data), bound.text
    elif bound.op == "list":
        for item in bound.args:
            yield from _amounts(item, resolved)
    elif bound.op == "convert":
        for amount, told in _amounts(bound.args[0], resolved):
            yield amount * bound.data, told
    elif bound.op == "value":
        yield from _amounts(bound.args[0], resolved)
    elif bound.op == "parameter" and (bound.type.item or bound.type).kind == "number":
        for entry in resolved.parameters[bound.data].entries:
            for leaf in entry.leaves.values():
                for value in leaf if isinstance(leaf, tuple) else (leaf,):
                    number = value.value if isinstance(value, Stair) else value
                    yield Fraction(number), f"{format_value(number, 'en')} ({bound.data})"


def gaps_in_values(rule: ResolvedRule, resolved: Resolved) -> Iterator[Advice]:
    """Days on which a rule holds and a parameter that it reads has no value."""
    named = {str(node.data): node for tree in rule.expressions() for node in tree.walk() if node.op == "parameter"}
    for name in named:
        table = resolved.parameters[name]
        span, first = table.parameter.id.span, table.entries[0].since
        gaps: dict[str, object] = {"rule": rule.rule.id, "name": name}
        begins = _first_reckoning(rule, resolved.book)
        also = ((rule.rule.id.span, "gap-in-values-rule"),)
        if begins is not None and first is not None and begins < first:
            gaps |= {"since": rule.rule.since, "first": first}
            yield Advice("gap-in-values", span, name, gaps, "gap-in-values-before", also)
        until = rule.rule.until
        if table.ended is not None and (until is None or until > table.ended):
            told = ("until-open", {}) if until is None else ("until-day", {"day": until})
            gaps |= {"ended": table.ended, "until": told}
            yield Advice("gap-in-values", span, name, gaps, "gap-in-values-after", also)


def _first_reckoning(rule: ResolvedRule, book: Rulebook) -> Any:
    """The last day of the first period that a rule is about; None where that is not known."""
    since, period = rule.rule.since, rule.entity.period
    kind = rule.rule.every or (None if period is None else period.is_)
    index = None if since is None or kind is None else period_of_day(kind, since, book.calendars)
    return None if index is None or kind is None else period_span(kind, index, book.calendars)[1]


def parameter_advice(table: ParameterTable) -> Iterator[Advice]:
    """Values that say nothing new, and scales with holes or overlaps."""
    parameter = table.parameter
    for before, after in pairwise(parameter.values):
        if data(before) | {"date": None} == data(after) | {"date": None}:
            gaps = {"name": parameter.id, "since": after.date}
            also = ((before.span, "overlap-in-values-there"),)
            yield Advice("overlap-in-values", after.span, str(parameter.id), gaps, also=also)
    for dated in parameter.values:
        for steps in _scales(dated.value):
            yield from _scale_advice(steps, str(parameter.id))


def _scales(value: Any) -> Iterator[tuple[AnyStep, ...]]:
    if isinstance(value, Marked):
        yield from _scales(value.value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _scales(inner)
    elif isinstance(value, tuple) and value and isinstance(value[0], AnyStep):
        yield value


def _scale_advice(steps: tuple[AnyStep, ...], name: str) -> Iterator[Advice]:
    last = steps[-1]
    if last.below is not None:
        gaps = {"name": name, "below": f"{last.below:g}"}
        yield Advice("gap-in-scale", last.span, name, gaps, "gap-in-scale-open")
    for before, step in pairwise(steps):
        if data(before) | {"below": None} == data(step) | {"below": None} and not getattr(step, "plus", None):
            also = ((before.span, "overlap-in-values-there"),)
            yield Advice("overlap-in-scale", step.span, name, {}, "overlap-in-scale-same", also)
        if isinstance(step, Step) and step.above is not None and before.below is not None:
            gaps = {"start": f"{before.below:g}", "above": f"{step.above:g}"}
            if step.above > before.below:
                yield Advice("gap-in-scale", step.span, name, gaps, "gap-in-scale-above")
            elif step.above < before.below:
                yield Advice("overlap-in-scale", step.span, name, gaps)
