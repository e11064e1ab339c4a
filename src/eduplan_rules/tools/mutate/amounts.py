"""Numbers and days beside a number or a day.

In: a number as it is written, or a day. Out: what is written for it in changed rules. What holds: a step is one of the
last digit that is written; a tenth is a whole number of steps, so that a number of people stays one.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

_MOST_DIGITS = 12


def beside(amount: Fraction) -> list[Fraction]:
    """One step and 10 % down and up; not below zero what is not below it."""
    step = Fraction(1, 10 ** _digits(amount))
    tenth = max(1, round(abs(amount) / 10 / step)) * step
    near = dict.fromkeys((amount - step, amount + step, amount - tenth, amount + tenth))
    return [each for each in near if each >= 0 or amount < 0]


def days_beside(day: date) -> list[date]:
    """The day before and the day after, where the calendar has them."""
    return [day + timedelta(days=by) for by in (-1, 1) if date.min < day < date.max]


def text_of(amount: Fraction) -> str:
    """A number as it is written."""
    return f"{float(amount):.{_digits(amount)}f}"


def number_of(amount: Fraction) -> int | float:
    """A number as the values of parameters have it."""
    return int(amount) if amount.denominator == 1 else float(amount)


def fraction_of(number: float) -> Fraction:
    """A number of a parameter, exactly as it is written."""
    return Fraction(str(number))


def _digits(amount: Fraction) -> int:
    return next((n for n in range(_MOST_DIGITS) if (amount * 10**n).denominator == 1), _MOST_DIGITS)
