"""Periods: spans of days with a kind, a label and an integer index.

In: a kind (`year`, `school-year`, `term`, `quarter`, `month`) and a label as feeds write it, or a day.
Out: the index of the period (consecutive periods have consecutive indexes), its label, its first and last day.
Default spans are those of DESIGN: school years 09-01..08-31, terms 09-01..01-31 and 02-01..08-31; a rulebook's
`calendars` may date single periods otherwise. Spans include their last day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Literal, get_args

#: what durations are counted in, and how many of them
DurationUnit = Literal["days", "months", "years"]
Length = tuple[int, DurationUnit]
_CHINESE_UNITS: dict[DurationUnit, str] = {"days": "天", "months": "个月", "years": "年"}

Kind = Literal["year", "school-year", "term", "quarter", "month"]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: dated otherwise by the rulebook: kind -> label -> (first day, last day)
Calendars = Mapping[str, Mapping[str, tuple[date, date]]]

_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "year": re.compile(r"(\d{4})年?"),
    "school-year": re.compile(r"(\d{4})[-/–](\d{4})(?:学年)?"),
    "term": re.compile(r"(\d{4})[-/–](\d{4})[-/–]([12])"),
    "quarter": re.compile(r"(\d{4})[-/]?Q([1-4])"),
    "month": re.compile(r"(\d{4})[-/年](\d{1,2})月?"),
}


class PeriodsError(ValueError):
    """What should say periods does not."""


def day_of(given: object) -> date:
    """The day a caller means: a date, or text such as `2022-12-31`. Raises ValueError for anything else."""
    if type(given) is date:
        return given
    try:
        if isinstance(given, str) and len(given) == 10:
            return date.fromisoformat(given)
    except ValueError:
        pass
    message = f"`as_of` is a day such as 2022-12-31 (a text or a datetime.date), found {given!r}"
    raise ValueError(message)


def period_index(kind: Kind, label: str) -> int | None:
    """Read a label; None when it is not one of that kind (a school year must span two adjacent years)."""
    found = _PATTERNS[kind].fullmatch(label.strip())
    if found is None:
        return None
    numbers = [int(part) for part in found.groups()]
    if not 1 <= numbers[0] <= 9998:
        return None
    if kind == "year":
        return numbers[0]
    if kind in ("school-year", "term") and numbers[1] != numbers[0] + 1:
        return None
    if kind == "school-year":
        return numbers[0]
    if kind == "term":
        return numbers[0] * 2 + numbers[2] - 1
    if kind == "quarter":
        return numbers[0] * 4 + numbers[1] - 1
    return numbers[0] * 12 + numbers[1] - 1 if 1 <= numbers[1] <= 12 else None


def period_label(kind: Kind, index: int) -> str:
    """Write the index as feeds write it: `2022`, `2021-2022`, `2021-2022-1`, `2022-Q1`, `2022-03`."""
    if kind == "year":
        return str(index)
    if kind == "school-year":
        return f"{index}-{index + 1}"
    if kind == "term":
        return f"{index // 2}-{index // 2 + 1}-{index % 2 + 1}"
    if kind == "quarter":
        return f"{index // 4}-Q{index % 4 + 1}"
    return f"{index // 12}-{index % 12 + 1:02d}"


def period_span(kind: Kind, index: int, calendars: Calendars) -> tuple[date, date]:
    """First and last day of the period."""
    dated = calendars.get(kind, {}).get(period_label(kind, index))
    if dated is not None:
        return dated
    if kind == "year":
        return date(index, 1, 1), date(index, 12, 31)
    if kind == "school-year":
        return date(index, 9, 1), date(index + 1, 8, 31)
    if kind == "term":
        year = index // 2
        if index % 2 == 0:
            return date(year, 9, 1), date(year + 1, 1, 31)
        return date(year + 1, 2, 1), date(year + 1, 8, 31)
    months = 3 if kind == "quarter" else 1
    year, position = divmod(index, 12 // months)
    last_month = (position + 1) * months
    return date(year, position * months + 1, 1), date(year, last_month, calendar.monthrange(year, last_month)[1])


def period_of_day(kind: Kind, day: date, calendars: Calendars) -> int | None:
    """Index of the period that holds the day; None when a dated calendar leaves the day out (a holiday).

    Where a dated period reaches into one that has its default days, it goes first.
    """
    if kind == "year":
        guess = day.year
    elif kind == "school-year":
        guess = day.year if day.month >= 9 else day.year - 1
    elif kind == "term":
        year = day.year if day.month >= 9 else day.year - 1
        guess = year * 2 + (1 if 2 <= day.month <= 8 else 0)
    elif kind == "quarter":
        guess = day.year * 4 + (day.month - 1) // 3
    else:
        guess = day.year * 12 + day.month - 1
    dated = calendars.get(kind)
    if not dated:
        return guess
    near = (guess, guess - 1, guess + 1)
    for index in sorted(near, key=lambda index: period_label(kind, index) not in dated):
        first, last = period_span(kind, index, calendars)
        if first <= day <= last:
            return index
    return None


def periods_between(kind: Kind, first: date, last: date, calendars: Calendars) -> list[int]:
    """Indexes of the periods whose last day lies in `first`..`last`, in order."""
    found: list[int] = []
    day = first
    start = period_of_day(kind, day, {})
    assert start is not None
    index = start - 1
    while True:
        begin, end = period_span(kind, index, calendars)
        if begin > last:
            return found
        if first <= end <= last:
            found.append(index)
        index += 1


def add_months(day: date, months: int) -> date | None:
    """Move by calendar months; the day clamps to the month's end (31 January + 1 month = 28 or 29 February).

    None beyond the calendar's years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def length_text(length: Length) -> str:
    """A duration as records have it: `60 days`, `1 month`."""
    amount, unit = length
    return f"{amount} {unit.removesuffix('s') if amount == 1 else unit}"


def text_length(text: str) -> Length:
    """The duration that `length_text` wrote."""
    amount, _, unit = text.partition(" ")
    return int(amount), next(each for each in _CHINESE_UNITS if each.removesuffix("s") == unit.removesuffix("s"))


def length_words(length: Length) -> dict[str, str]:
    """A duration as sentences have it, by language."""
    amount, unit = length
    return {"zh": f"{amount} {_CHINESE_UNITS[unit]}", "en": length_text(length)}


def months_between(first: date, last: date) -> int:
    """Whole months from `first` to `last` (floor): 31 January to 28 February is 1, 15 August to 14 August is -1."""
    months = (last.year - first.year) * 12 + last.month - first.month
    anchor = min(first.day, calendar.monthrange(last.year, last.month)[1])
    return months - 1 if last.day < anchor else months


def add_days(day: date, days: int) -> date | None:
    """Move by days; None beyond the calendar's years 1 to 9999."""
    number = day.toordinal() + days
    return date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None
