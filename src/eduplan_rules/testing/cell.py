"""Cells that a field takes: a strategy for each declared type.

In: a field. Out: strategies of values of its type (text, int, float, bool, date; of a choice the identifier) within its
range and of its form. Holds: what is drawn is read as it is, without a finding about its row.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from eduplan_rules.rulebook.model import Field
from eduplan_rules.tables.marks import has_form, is_mark
from eduplan_rules.units import parse_unit

#: how far numbers without a bound go
_FAR = 1000
#: days before and after the day of the check
_BEFORE, _AFTER = 3 * 366, 366
#: neither control characters nor those that cannot be seen, or have no meaning
_LETTERS = st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_NUMBERS = ("GB/T {n}-{year}", "政发〔{year}〕{n}号", "No. {n}/{year}")


def cells(field: Field, day: date) -> st.SearchStrategy[Any]:
    """Values of a field; days lie around `day`."""
    match field.type:
        case "integer":
            low, high = _range(field)
            return _in_points(field, st.integers(math.ceil(low), math.floor(high)))
        case "number":
            return _numbers(field)
        case "boolean":
            return st.booleans()
        case "choice":
            return st.sampled_from([str(choice) for choice in field.choices])
        case "date":
            return days(day - timedelta(_BEFORE), day + timedelta(_AFTER))
        case _:
            return _document_numbers() if field.form is not None else _texts(marks=field.placeholders == "kept")


def days(first: date, last: date) -> st.SearchStrategy[date]:
    """Days from the first to the last."""
    return st.dates(first, max(first, last))


def fits(field: Field, value: Any) -> bool:
    """Whether a value of the field's type is one that it takes."""
    if field.type in ("integer", "number"):
        return (field.min is None or value >= field.min) and (field.max is None or value <= field.max)
    if field.type == "choice":
        return value in field.choices
    return field.type != "text" or has_form(field, value)


def other(field: Field, value: Any) -> Any:
    """Another value that the field takes; None where there is none near."""
    near: list[Any]
    match value:
        case bool():
            near = [not value]
        case int() | float():
            near = [value + 1, value - 1]
        case date():
            near = [value + timedelta(1)]
        case _ if field.type == "choice":
            near = [str(choice) for choice in field.choices if choice != value]
        case _:
            near = [f"{value}1"]
    return next((each for each in near if fits(field, each)), None)


def is_percent(field: Field) -> bool:
    """Whether values are written in points."""
    unit = None if field.unit is None else parse_unit(field.unit)
    return unit is not None and unit.percent


def _range(field: Field) -> tuple[float, float]:
    low, high = field.min, field.max
    if low is None:
        low = -_FAR if high is None or high >= 0 else high - _FAR
    return low, max(low, 0) + 10 * _FAR if high is None else high


def _numbers(field: Field) -> st.SearchStrategy[float]:
    """Numbers with two decimals where the range has such."""
    low, high = _range(field)
    first, last = math.ceil(low * 100), math.floor(high * 100)
    if first > last:
        return st.floats(low, high)
    return _in_points(field, st.integers(first, last).map(lambda hundredths: min(max(hundredths / 100, low), high)))


def _in_points(field: Field, numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Of per cent none that could be taken for a share, unless the range has no others."""
    low, high = _range(field)
    if is_percent(field) and (low < -1 or high > 1):
        return numbers.filter(lambda number: number == 0 or abs(number) > 1)
    return numbers


def _texts(*, marks: bool) -> st.SearchStrategy[str]:
    texts = st.text(_LETTERS, min_size=1, max_size=8).filter(lambda text: text == text.strip())
    return texts if marks else texts.filter(lambda text: not is_mark(text))


def _document_numbers() -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(_NUMBERS), st.integers(1, 999), st.integers(2000, 2025))
    return parts.map(lambda drawn: drawn[0].format(n=drawn[1], year=drawn[2]))
