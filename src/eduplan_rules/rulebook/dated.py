"""The values of a parameter, in the forms authors may write.

In: what stands at `values` (by date) or `value` (without one), and the parameter, whose `by` and `scale` say how deep
it goes. Out: `Dated` values sorted by date; what does not fit goes to the diagnostics. Leaves are still text.
"""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

from eduplan_rules.errors import Diagnostic
from eduplan_rules.rulebook.build import build
from eduplan_rules.rulebook.forms import found, to_date
from eduplan_rules.rulebook.model import Dated, Parameter, Step
from eduplan_rules.source import Mapping, Scalar, Sequence, Span

#: the keys of a dated value that carries a status or a source of its own
_WRAPPER = {"value", "status", "source"}


def without_values(raw: Any) -> Any:
    """Give the rest of a parameter, whose values are read once that is known."""
    if not isinstance(raw, Mapping):
        return raw
    return Mapping({key: item for key, item in raw.items() if key not in ("value", "values")}, span=raw.span)


def read_dated(raw: Mapping, parameter: Parameter, diagnostics: list[Diagnostic]) -> tuple[Dated, ...]:
    """Read `value` or `values` of a parameter; exactly one of them must be there."""
    written = [key for key in raw if key in ("value", "values")]
    if len(written) != 1:
        message = "found both `value` and `values`, expected one" if written else "`value` or `values` is missing"
        place = written[-1].span if written else parameter.id.span
        diagnostics.append(Diagnostic("wrong-shape" if written else "missing-key", message, place))
        return ()
    key = written[0]
    if key == "value":
        entry = _read_entry(None, raw[key], key.span, parameter, diagnostics)
        return (entry,) if entry else ()
    if not isinstance(raw[key], Mapping) or not raw[key]:
        message = f"expected values by date, found {found(raw[key] or None)}"
        diagnostics.append(Diagnostic("wrong-shape", message, key.span, hint="use `value` for one without a date"))
        return ()
    entries = [
        _read_entry(day, item, written_day.span, parameter, diagnostics)
        for written_day, item in raw[key].items()
        if (day := _to_day(written_day, diagnostics)) is not None
    ]
    days = [(entry.date, entry) for entry in entries if entry is not None and entry.date is not None]
    for (before, _), (day, entry) in pairwise(days):
        if day <= before:
            message = f"found {day} after {before}, expected the oldest first"
            diagnostics.append(Diagnostic("date-order", message, entry.span))
    return tuple(entry for _, entry in sorted(days, key=lambda each: each[0]))


def _to_day(written: Scalar, diagnostics: list[Diagnostic]) -> datetime.date | None:
    """Read a date that stands as a key."""
    try:
        return to_date(written)
    except ValueError as error:
        diagnostics.append(Diagnostic("wrong-date", str(error), written.span))
        return None


def _read_entry(
    day: datetime.date | None, raw: Any, place: Span, parameter: Parameter, diagnostics: list[Diagnostic]
) -> Dated | None:
    wrapped = isinstance(raw, Mapping) and "value" in raw and _WRAPPER.issuperset(raw)
    before = len(diagnostics)
    value = _read_value(raw["value"] if wrapped else raw, len(parameter.by), place, parameter, diagnostics)
    rest = {key: raw[key] for key in raw if key != "value"} if wrapped else {}
    entry = build(Dated, Mapping(rest, span=place), place, diagnostics, {"date": day, "value": value})
    return entry if len(diagnostics) == before else None


def _read_value(raw: Any, axes: int, place: Span, parameter: Parameter, diagnostics: list[Diagnostic]) -> Any:
    """Read one level: a choice of an axis, then steps, then a text or a list of texts."""
    span = getattr(raw, "span", place)
    if axes:
        if isinstance(raw, Mapping):
            return {
                choice: _read_value(item, axes - 1, choice.span, parameter, diagnostics) for choice, item in raw.items()
            }
        axis = parameter.by[-axes]
        message = f"expected a value for each choice of `{axis}`, found {found(raw)}"
    elif raw is None:
        return None
    elif parameter.scale is not None:
        if isinstance(raw, Sequence) and raw:
            return _read_steps(raw, diagnostics)
        message = f"expected a list of steps, for the scale `{parameter.scale}`, found {found(raw)}"
    elif isinstance(raw, Sequence) and all(isinstance(item, Scalar) for item in raw):
        return tuple(raw)
    elif isinstance(raw, Scalar):
        return raw
    else:
        message = f"expected a value, found {found(raw)}"
    diagnostics.append(Diagnostic("wrong-shape", message, span, hint=_missing_axis(raw, parameter)))
    return None


def _missing_axis(raw: Any, parameter: Parameter) -> str | None:
    if isinstance(raw, Mapping) and not parameter.by:
        return "name the axis: `by: [stage]`"
    if isinstance(raw, Sequence) and parameter.scale is None:
        return "name what the steps are over: `scale: students`"
    return None


def _read_steps(raw: Sequence, diagnostics: list[Diagnostic]) -> tuple[Step, ...]:
    steps = [build(Step, item, raw.span, diagnostics) for item in raw]
    known = [step for step in steps if step is not None]
    if len(known) == len(steps):
        diagnostics += _step_order(known)
    return tuple(known)


def _step_order(steps: list[Step]) -> list[Diagnostic]:
    found_wrong = []
    for step, following in pairwise(steps):
        if step.below is None:
            message = "found a step without `below` before the last, expected a limit"
            found_wrong.append(Diagnostic("step-order", message, step.span))
        elif following.below is not None and following.below <= step.below:
            message = f"found below {following.below:g} after below {step.below:g}, expected a higher limit"
            found_wrong.append(Diagnostic("step-order", message, following.span))
    for step in steps:
        together = (step.plus, step.per, step.above)
        if any(part is None for part in together) and any(part is not None for part in together):
            message = "found a part of plus, per, above, expected all three or none"
            found_wrong.append(Diagnostic("step-order", message, step.span))
        elif step.per is not None and step.per <= 0:
            found_wrong.append(Diagnostic("step-order", f"found per {step.per:g}, expected more than 0", step.span))
    return found_wrong
