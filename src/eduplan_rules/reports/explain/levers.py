"""Which facts people can act on, and which are given: the base of a standard, what a share is a share of.

In: typed conditions. Out: the facts on the side of a comparison that is measured. What only chooses or scales the
standard (students in `guards >= guards_minimum(students)`) is given, and so is a field that its author declared so by
`lever: false`.
"""

from __future__ import annotations

from collections.abc import Iterator

from eduplan_rules.compiler import steps
from eduplan_rules.compiler.steps import Place
from eduplan_rules.language.typed import Typed
from eduplan_rules.reports.explain.inquiry import Path

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_MEASURED = ("aggregate", "previous", "growth", "change")


def levers_of(typed: Typed, place: Place, path: Path = ()) -> Iterator[tuple[Path, str, bool]]:
    """The facts to act on, each with whether less of it is as natural as more: it is no divisor."""
    if typed.op in ("and", "or", "not") or (typed.op == "value" and typed.type.kind == "boolean"):
        for arg in typed.args:
            yield from levers_of(arg, place, path)
    elif typed.op in _COMPARISONS:
        left, right = typed.args
        yield from _measured(left if _is_measured(left) else right, place, path, divides=False)
    elif typed.op in ("in", "not in", "between"):
        yield from _measured(typed.args[0], place, path, divides=False)
    else:
        yield from _measured(typed, place, path, divides=False)


def measured_aggregates(typed: Typed) -> Iterator[Typed]:
    """The aggregates of the subject's own place on the side of a comparison that is measured."""
    if typed.op in ("and", "or", "not") or (typed.op == "value" and typed.type.kind == "boolean"):
        for arg in typed.args:
            yield from measured_aggregates(arg)
    elif typed.op in _COMPARISONS:
        left, right = typed.args
        yield from _aggregates(left if _is_measured(left) else right)
    else:
        yield from _aggregates(typed.args[0] if typed.op in ("in", "not in", "between") else typed)


def _aggregates(typed: Typed) -> Iterator[Typed]:
    if typed.op == "aggregate":
        yield typed
    elif typed.op not in ("lookup", "previous"):
        for arg in _inner(typed):
            yield from _aggregates(arg)


def _is_measured(typed: Typed) -> bool:
    """Whether a side reads facts in other ways than to choose from a standard."""
    if typed.op == "field" or typed.op in _MEASURED:
        return True
    return any(map(_is_measured, _inner(typed)))


def _inner(typed: Typed) -> tuple[Typed, ...]:
    """What a value is made of, without what only chooses it."""
    return () if typed.op == "parameter" else typed.args[1:] if typed.op == "if" else typed.args


def _measured(typed: Typed, place: Place, path: Path, *, divides: bool) -> Iterator[tuple[Path, str, bool]]:
    match typed.op:
        case "field":
            if place.entity.fields[str(typed.data[1])].lever:
                yield path, str(typed.data[1]), not divides
        case "lookup":
            step, there = steps.lookup(place, typed.data)
            yield from _measured(typed.args[0], there, (*path, (place, step)), divides=divides)
        case "aggregate" | "previous" | "this":
            return
        case "/":
            yield from _measured(typed.args[0], place, path, divides=divides)
            yield from _measured(typed.args[1], place, path, divides=not divides)
        case _:
            for arg in _inner(typed):
                yield from _measured(arg, place, path, divides=divides)
