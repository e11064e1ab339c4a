"""The values of a parameter, in the forms authors may write.

In: what stands at `values` (by date) or `value` (without one), and the parameter, whose `by` and `scale` say how deep
it goes. Out: `Dated` values sorted by date; what does not fit goes to the diagnostics. Leaves are still text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Any

from eduplan_rules.errors import Diagnostic
from eduplan_rules.rulebook.build import build, build_what_is_right
from eduplan_rules.rulebook.forms import read_day
from eduplan_rules.rulebook.keys import expected, tidy
from eduplan_rules.rulebook.model import AnyStep, Dated, DurationStep, Marked, Parameter, Step
from eduplan_rules.rulebook.words import word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Mapping, Scalar, Sequence, Span

#: the keys of a dated value that carries a status or a source of its own
_WRAPPER = {"value", "status", "source"}
_DATE = re.compile(r"[0-9]{4}(?:[-/.年]|$)")


def tidy_parameter(raw: Any, keys: Collection[str], diagnostics: list[Diagnostic]) -> Any:
    """Put the keys of a parameter right: one of `value` and `values` that is misspelt is known by what stands there."""
    if not isinstance(raw, Mapping):
        return raw
    dated = any(map(_has_dates, raw.values()))
    present = [key for key in ("value", "values") if key in raw]
    return tidy(raw, (*keys, *(present or ["values" if dated else "value"])), diagnostics)


def _has_dates(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(map(_DATE.match, value))


def without_values(raw: Any) -> Any:
    """Give the rest of a parameter, whose values are read once that is known."""
    if not isinstance(raw, Mapping):
        return raw
    return Mapping({key: item for key, item in raw.items() if key not in ("value", "values")}, span=raw.span)


def with_values(parameter: Parameter, raw: Any, diagnostics: list[Diagnostic]) -> Parameter:
    """Read what stands at `value` or `values` into a parameter, and check it against `ended`."""
    if not isinstance(raw, Mapping) or "by" in parameter.lost:
        # how deep the values go is not known
        return parameter.model_copy(update={"lost": parameter.lost | {"values"}})
    before = len(diagnostics)
    values = _read_dated(raw, parameter, diagnostics)
    lost = parameter.lost | {"values"} if len(diagnostics) > before else parameter.lost
    last = values[-1].date if values else None
    if (
        parameter.ended is not None
        and last is not None
        and parameter.ended < last
        and isinstance(raw.get("ended"), Scalar)
    ):
        message = word("ended-too-soon", ended=parameter.ended, last=last)
        also = ((values[-1].span, word("the-last-value")),)
        diagnostics.append(Diagnostic("date-order", message, raw["ended"].span, also=also))
    return parameter.model_copy(update={"values": values, "lost": lost})


def _read_dated(raw: Mapping, parameter: Parameter, diagnostics: list[Diagnostic]) -> tuple[Dated, ...]:
    """Read `value` or `values`; exactly one of them must be there."""
    written = [key for key in raw if key in ("value", "values")]
    if len(written) != 1:
        message = word("value-and-values" if written else "no-value")
        place = written[-1].span if written else parameter.id.span
        diagnostics.append(Diagnostic("wrong-shape" if written else "missing-key", message, place))
        return ()
    key, value = written[0], raw[written[0]]
    dated = isinstance(value, Mapping) and any(map(str.isdecimal, "".join(value)))
    if key == "value" and _has_dates(value):
        message, hint = word("dates-under-value"), word("write-values")
        diagnostics.append(Diagnostic("wrong-shape", message, key.span, instruction=hint))
    elif key == "value":
        return (_read_entry(value, key.span, parameter, diagnostics),)
    elif not dated:
        shown = next(iter(value)) if isinstance(value, Mapping) and value else value or None
        message, hint = expected(word("values-by-date"), shown), word("use-value")
        diagnostics.append(Diagnostic("wrong-shape", message, key.span, instruction=hint))
        return (_read_entry(value, key.span, parameter, diagnostics),) if isinstance(value, (Mapping, Scalar)) else ()
    read = [
        (read_day(day, day.span, diagnostics), day, _read_entry(item, day.span, parameter, diagnostics))
        for day, item in value.items()
    ]
    days = [(day, written, entry) for day, written, entry in read if day is not None]
    for (before, _, _), (day, written, _) in pairwise(days):
        if day <= before:
            diagnostics.append(Diagnostic("date-order", word("oldest-first", day=day, before=before), written.span))
    ordered = sorted(days, key=lambda each: each[0])
    undated = [entry for day, _, entry in read if day is None]
    return (*undated, *(entry.model_copy(update={"date": day}) for day, _, entry in ordered))


def _read_entry(raw: Any, place: Span, parameter: Parameter, diagnostics: list[Diagnostic]) -> Dated:
    """Read what holds from a day on, still without the day; what is wrong in it is left out."""
    rest = _wrapper(raw, len(parameter.by), diagnostics)
    value = raw if rest is None else rest.pop("value")
    value = _read_value(value, len(parameter.by), place, parameter, diagnostics)
    given = {"date": None, "value": value}
    return build_what_is_right(Dated, Mapping(rest or {}, span=place), place, diagnostics, given)


def _wrapper(raw: Any, axes: int, diagnostics: list[Diagnostic]) -> Mapping | None:
    """The keys beside `value` and itself, where a value by so many further axes has a status or a source of its own."""
    if not isinstance(raw, Mapping):
        return None
    wrong: list[Diagnostic] = []
    tidied = tidy(raw, _WRAPPER, wrong)
    if "value" not in tidied or (axes and len(tidied) < len(raw)):
        # the choices of an axis
        return None
    diagnostics += wrong
    return tidied


def _read_value(raw: Any, axes: int, place: Span, parameter: Parameter, diagnostics: list[Diagnostic]) -> Any:
    """Read one level: a choice of an axis, then steps, then a text or a list of texts."""
    span = getattr(raw, "span", place)
    if axes:
        if isinstance(raw, Mapping):
            return {
                choice: _read_choice(item, axes - 1, choice.span, parameter, diagnostics)
                for choice, item in raw.items()
            }
        form = word("values-by-choice", axis=parameter.by[-axes])
    elif raw is None:
        return None
    elif parameter.scale is not None or "scale" in parameter.lost:
        if isinstance(raw, Sequence) and raw:
            return _read_steps(raw, parameter, diagnostics)
        if parameter.scale is None:
            return None
        form = word("steps", scale=parameter.scale)
    elif isinstance(raw, Sequence) and all(isinstance(item, Scalar) for item in raw):
        return tuple(raw)
    elif isinstance(raw, Scalar):
        return raw
    else:
        form = word("a-value")
    hint = _missing_axis(raw, parameter)
    diagnostics.append(Diagnostic("wrong-shape", expected(form, raw), span, instruction=hint))
    return None


def _missing_axis(raw: Any, parameter: Parameter) -> Wording | None:
    if isinstance(raw, Mapping) and not parameter.by:
        return word("name-axis")
    if isinstance(raw, Sequence) and parameter.scale is None:
        return word("name-scale")
    return None


def _read_choice(raw: Any, axes: int, place: Span, parameter: Parameter, diagnostics: list[Diagnostic]) -> Any:
    """Read what stands at a choice of an axis."""
    rest = _wrapper(raw, axes, diagnostics)
    if rest is None:
        return _read_value(raw, axes, place, parameter, diagnostics)
    given = {"value": _read_value(rest.pop("value"), axes, place, parameter, diagnostics)}
    return build_what_is_right(Marked, rest, place, diagnostics, given)


def _read_steps(raw: Sequence, parameter: Parameter, diagnostics: list[Diagnostic]) -> tuple[AnyStep, ...]:
    kind: type[AnyStep] = DurationStep if parameter.type == "duration" else Step
    steps: list[AnyStep | None] = [
        build(kind, item, raw.place(position), diagnostics) for position, item in enumerate(raw)
    ]
    known = [step for step in steps if step is not None]
    if len(known) == len(steps):
        diagnostics += _step_order(known)
    return tuple(known)


def _step_order(steps: list[AnyStep]) -> list[Diagnostic]:
    found_wrong = []
    for step, following in pairwise(steps):
        if step.below is None:
            found_wrong.append(Diagnostic("step-order", word("step-without-below"), step.span))
        elif following.below is not None and following.below <= step.below:
            message = word("below-not-higher", below=following.below, before=step.below)
            found_wrong.append(Diagnostic("step-order", message, following.span))
    for step in steps:
        if isinstance(step, DurationStep):
            continue
        together = (step.plus, step.per, step.above)
        if any(part is None for part in together) and any(part is not None for part in together):
            found_wrong.append(Diagnostic("step-order", word("part-of-further"), step.span))
        elif step.per is not None and step.per <= 0:
            found_wrong.append(Diagnostic("step-order", word("per-not-positive", per=step.per), step.span))
    return found_wrong
