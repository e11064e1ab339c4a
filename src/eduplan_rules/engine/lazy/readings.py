"""Columns of an engine read by the declared type of their field, as expressions.

In: a field and the type of its column. Out: a `Reading`, or None where such a column cannot be read in its engine.
Holds: what a reading gives is of the declared type, finite and in range, or null; what it could not take is told apart
by masks. Nothing is read yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from eduplan_rules.compiler.core import month_length
from eduplan_rules.rulebook.model import Field
from eduplan_rules.tables.cells import BOOLEANS, TOO_LARGE, choices_of
from eduplan_rules.tables.finding import EMPTIED
from eduplan_rules.tables.marks import MARKS, forms
from eduplan_rules.units import ONE, Unit, conversion, parse_unit

Expr = Any

#: what may stand around a text and is no part of it
BLANKS = "".join(
    map(chr, [*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000])
)
#: forms of numbers and days that every engine reads alike; `{1,40}` keeps them in range
_NUMBER = r"^[+-]?([0-9]{1,40}[.]?[0-9]{0,40}|[.][0-9]{1,40})([eE][+-]?[0-9]{1,2})?$"
_GROUPED = r"^[+-]?[0-9]{1,3}([,，][0-9]{3}){1,12}([.][0-9]{0,40})?$"
_WHOLE = r"^[+-]?[0-9,，]+$"
_DAY = r"^[0-9]{4}([-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{4})$"


@dataclass(frozen=True)
class Reading:
    """A column read: its values, what was wrong with which cells, and the cells as texts."""

    value: Expr
    #: code -> which cells it is true of
    faults: Mapping[str, Expr]
    #: the cell as it was delivered; `value` and `faults` may read it as `#text:<field>`
    text: Expr


def reading(
    field: Field, dtype: Any, raw: str, *, renamed: Mapping[str, str], marks: bool, unit: Unit | None
) -> Reading | None:
    """Read a column `raw` of a type; `renamed` has old texts and new ones, `marks` says that marks are empty cells."""
    cell = nw.col(raw)
    if isinstance(dtype, nw.Categorical | nw.Enum) or dtype in (nw.Categorical, nw.Enum):
        cell, dtype = cell.cast(nw.String), nw.String()
    match field.type:
        case "number" | "integer":
            return _number(field, cell, dtype, unit)
        case "boolean":
            return _boolean(field, cell, dtype)
        case "date":
            return _date(field, cell, dtype)
        case _:
            return _text(field, cell, dtype, renamed, marks=marks)


def true(mask: Expr) -> Expr:
    """A mask that is never null."""
    return mask.fill_null(False)


def stripped(cell: Expr) -> Expr:
    """A text without blanks around; an empty one is null."""
    bare = cell.str.strip_chars(BLANKS)
    return nw.when(bare != "").then(bare)


def _number(field: Field, cell: Expr, dtype: Any, unit: Unit | None) -> Reading | None:
    faults: dict[str, Expr] = {}
    bare: Expr = None
    written_whole: Expr
    number: Expr
    if dtype == nw.String:
        text, bare = nw.col(f"#text:{field.id}"), stripped(cell)
        # the guard stands on the operand: an engine may read a text before it has asked what form it has
        plain = nw.when(text.str.contains(_NUMBER)).then(text)
        grouped = nw.when(text.str.contains(_GROUPED)).then(text)
        digits = grouped.str.replace_all(",", "", literal=True).str.replace_all("，", "", literal=True)
        number = nw.coalesce(plain, digits).cast(nw.Float64)
        faults["unreadable-cell"] = true(~text.is_null() & number.is_null())
        written_whole = true(text.str.contains(_WHOLE))
    elif dtype.is_float():
        wide = cell.cast(nw.Float64)
        number = nw.when(wide.is_finite()).then(wide)
        exact = nw.when((number < TOO_LARGE) & (number > -TOO_LARGE)).then(number)
        integral = nw.when(exact == exact.floor()).then(exact).cast(nw.Int64).cast(nw.String)
        strange = (
            nw.when(wide.is_nan())
            .then(nw.lit("NaN"))
            .otherwise(nw.when(wide > 0).then(nw.lit("inf")).otherwise(nw.lit("-inf")))
        )
        text = nw.coalesce(integral, nw.when(wide.is_finite()).then(cell.cast(nw.String)).otherwise(strange))
        text = nw.when(~wide.is_null()).then(text)
        faults["not-finite"] = true(~wide.is_null() & number.is_null())
        written_whole = nw.lit(False)
    elif dtype.is_numeric():
        text, number, written_whole = cell.cast(nw.String), cell.cast(nw.Float64), nw.lit(True)
    else:
        return None
    large = (number >= TOO_LARGE) | (number <= -TOO_LARGE)
    large = true(large if field.type == "integer" else large & written_whole)
    faults["number-too-large"] = large
    number = nw.when(~large).then(number)
    if unit is not None:
        number = _converted(field, number, unit)
    if field.type == "integer":
        whole = number.floor() if unit is None else (number + 0.5).floor()
        broken = true((number - whole).abs() > (0.0 if unit is None else number.abs() * 1e-9))
        faults["unreadable-cell"] = faults.get("unreadable-cell", nw.lit(False)) | broken
        value: Expr = nw.when(~broken).then(whole).cast(nw.Int64)
    else:
        value = nw.when(number == 0.0).then(nw.lit(0.0)).otherwise(number)
    outside = _outside(field, value)
    if outside is not None:
        faults["out-of-range"] = outside
        value = nw.when(~outside).then(value)
    return Reading(value, faults, text if bare is None else bare)


def _converted(field: Field, number: Expr, unit: Unit) -> Expr:
    """Bring numbers into the unit of their field; a single divisor would be multiplied with its inverse."""
    own = ONE if field.unit is None else parse_unit(field.unit) or ONE
    factor = conversion(unit, own)
    return number * float(factor.numerator) / (number * 0.0 + float(factor.denominator))


def _outside(field: Field, value: Expr) -> Expr | None:
    """Which numbers lie outside the declared range; None where there is none."""
    beyond = [value < field.min] if field.min is not None else []
    beyond += [value > field.max] if field.max is not None else []
    if not beyond:
        return None
    return true(beyond[0] if len(beyond) == 1 else beyond[0] | beyond[1])


def _boolean(field: Field, cell: Expr, dtype: Any) -> Reading | None:
    if dtype == nw.Boolean:
        return Reading(cell, {}, cell.cast(nw.String))
    if dtype == nw.String:
        text, bare = nw.col(f"#text:{field.id}"), stripped(cell)
        low = text.str.to_lowercase()
    elif dtype.is_integer():
        text = low = bare = cell.cast(nw.String)
    else:
        return None
    yes, no = ([word for word, meant in BOOLEANS.items() if meant is sign] for sign in (True, False))
    value = nw.when(low.is_in(yes)).then(nw.lit(True)).otherwise(nw.when(low.is_in(no)).then(nw.lit(False)))
    return Reading(value, {"unreadable-cell": ~text.is_null() & value.is_null()}, bare)


def _date(field: Field, cell: Expr, dtype: Any) -> Reading | None:
    text: Expr = cell
    bare: Expr = cell.cast(nw.String)
    value: Expr
    if dtype == nw.Date:
        value = cell
    elif dtype == nw.Datetime:
        local = cell.dt.replace_time_zone(None) if getattr(dtype, "time_zone", None) is not None else cell
        later = local.dt.hour() + local.dt.minute() + local.dt.second() + local.dt.microsecond()
        value = nw.when(later == 0).then(local.dt.date())
        bare = local.dt.to_string("%Y-%m-%d %H:%M:%S")
    elif dtype == nw.String:
        text, bare = nw.col(f"#text:{field.id}"), stripped(cell)
        value = _day_of_text(text)
    else:
        return None
    # engines have years that Python has not
    value = nw.when(value.dt.year().is_between(date.min.year, date.max.year)).then(value)
    return Reading(value, {"unreadable-cell": ~text.is_null() & value.is_null()}, bare)


def _day_of_text(text: Expr) -> Expr:
    """`2022-05-10`, `2022/05/10`, `2022.05.10`, `20220510`; null for days that no calendar has."""
    formed = nw.when(text.str.contains(_DAY)).then(text)
    digits = formed.str.replace_all("-", "", literal=True).str.replace_all("/", "", literal=True)
    digits = digits.str.replace_all(".", "", literal=True)
    year, month, day = (digits.str.slice(at, size).cast(nw.Int64) for at, size in ((0, 4), (4, 2), (6, 2)))
    real = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= month_length(nw, year, month))
    parts = [nw.when(real).then(digits.str.slice(at, size)) for at, size in ((0, 4), (4, 2), (6, 2))]
    return nw.concat_str(parts, separator="-").str.to_date(format="%Y-%m-%d")


def _text(field: Field, cell: Expr, dtype: Any, renamed: Mapping[str, str], *, marks: bool) -> Reading | None:
    if dtype == nw.String:
        text, bare = nw.col(f"#text:{field.id}"), stripped(cell)
    elif dtype.is_integer():
        text, bare = nw.col(f"#text:{field.id}"), cell.cast(nw.String)
    else:
        return None
    if field.type == "choice":
        return _choice(field, text, bare)
    faults: dict[str, Expr] = {}
    value: Any = text
    if marks:
        faults[EMPTIED] = true(value.is_in(sorted(MARKS)))
        value = nw.when(~faults[EMPTIED]).then(value)
    if field.form is not None:
        faults["unreadable-cell"] = true(~forms(value))
        value = nw.when(~faults["unreadable-cell"]).then(value)
    for old, new in renamed.items():
        value = nw.when(value == str(old)).then(nw.lit(str(new))).otherwise(value)
    return Reading(value, faults, bare)


def _choice(field: Field, text: Expr, bare: Expr) -> Reading:
    known = choices_of(field)
    value: Expr = nw.when(text.is_in([word for word, meant in known.items() if word == meant])).then(text)
    for word, meant in known.items():
        if word != meant:
            value = nw.when(text == word).then(nw.lit(meant)).otherwise(value)
    return Reading(value, {"unknown-choice": ~text.is_null() & value.is_null()}, bare)
