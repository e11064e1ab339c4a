"""Cells: one delivered column read by the declared type of its field.

In: a field and a column of any dtype. Out: `Column`: values of the declared dtype, and which cells could not be read.
Holds: a cell with a fault is null; no NaN, no infinity, no empty text, no -0.0 is left; what is clean is read by whole
columns, and only what is not by single values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

import polars as pl

from eduplan_rules.rulebook.model import Field
from eduplan_rules.units import ONE, PERCENT, Unit, conversion, parse_unit, same_dimension

#: declared type -> dtype of the column
DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "choice": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
}

#: integers from here on are no longer exact as real numbers
TOO_LARGE = 2**53

_YES = ("是", "有", "√", "✓", "✔", "true", "yes", "1")
_NO = ("否", "无", "×", "✗", "✘", "false", "no", "0")
#: what stands for true and false, in lower case
BOOLEANS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))"
    r"(?:[T ]0?0:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_GROUPED = r"^[+-]?\d{1,3}(?:[,，]\d{3})+(?:\.\d*)?$"
_PERCENT_SIGN = r"\s*[%％]$"
_INTEGER = r"^[+-]?[\d,，]+$"
#: digits and signs of numbers as Chinese typing may have them -> plain ones
_WIDE = dict(zip("０１２３４５６７８９．－＋", "0123456789.-+", strict=True))
_WIDE_SIGN = f"[{''.join(_WIDE)}]"
#: dtypes of which every value can be written as a text, besides the numeric ones
_SIMPLE = (pl.String, pl.Boolean, pl.Null, pl.Date, pl.Datetime, pl.Time, pl.Duration, pl.Categorical, pl.Enum)

Value = TypeVar("Value", bool, date, int)


@dataclass(frozen=True, eq=False)
class Fault:
    """Cells of one column that have the same fault: their rows, and the texts that stood there."""

    code: str
    rows: pl.Series
    values: pl.Series


@dataclass(frozen=True, eq=False)
class Column:
    """A column read by its declared type."""

    values: pl.Series
    faults: tuple[Fault, ...]
    #: some cell was written with a percent sign
    percent_signs: bool = False


#: a code, and which cells of a column it is true of
Mask = tuple[str, pl.Series]


def read_column(field: Field, raw: pl.Series) -> Column:
    """Read every cell by the declared type of the field."""
    masks: list[Mask] = []
    more: list[Mask] = []
    source = raw
    if not _is_simple(source.dtype):
        source, masks = _mixed_texts(source.to_list())
        for _, mask in masks:
            source = _without(source, mask)
    elif source.dtype.is_float() and not bool(source.is_finite().all()):
        strange = _true(~source.is_finite())
        masks = [("not-finite", strange)]
        source = _without(source, strange)
    signs = False
    if field.type in ("integer", "number"):
        if source.dtype.is_numeric():
            values = source.cast(pl.Float64)
        else:
            source = to_texts(source)
            values, unread, signs = _numbers_of_texts(field, source)
            masks += unread
        values, more = _checked_numbers(field, values, source)
    elif field.type == "boolean":
        values, more = _booleans(source)
    elif field.type == "date":
        values, more = _dates(source)
    elif field.type == "choice":
        values, more = _choices(field, to_texts(source))
    else:
        values = to_texts(source)
    marked = [(code, mask.arg_true()) for code, mask in masks + more]
    faults = tuple(Fault(code, rows, to_texts(raw.gather(rows))) for code, rows in marked if len(rows))
    return Column(values.alias(field.id), faults, signs)


def read_in_unit(field: Field, raw: pl.Series, unit: Unit) -> Column:
    """Read numbers that stand in another unit of the same kind, and bring them into that of the field."""
    own = ONE if field.unit is None else parse_unit(field.unit) or ONE
    column = read_column(field.model_copy(update={"type": "number", "unit": unit.text}), raw)
    factor = conversion(unit, own)
    # as in `_points`: a single divisor would be multiplied with its inverse
    divisor = pl.repeat(factor.denominator, len(raw), dtype=pl.Float64, eager=True)
    values, faults = (column.values * factor.numerator / divisor).alias(field.id), column.faults
    if field.type == "number":
        return Column(values, faults, column.percent_signs)
    nearest = values.round()
    rows = _true((values - nearest).abs() > 1e-9 * values.abs()).arg_true()
    if len(rows):
        faults = (*faults, Fault("unreadable-cell", rows, to_texts(raw.gather(rows))))
        nearest = nearest.scatter(rows, None)
    return Column(nearest.cast(pl.Int64), faults, column.percent_signs)


def series_of(name: str, values: Sequence[object]) -> pl.Series:
    """Make a column of Python values: typed if they are all of one simple type, else of objects."""
    kinds = {type(value) for value in values} - {type(None)}
    dtypes = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64, date: pl.Date}
    dtype = dtypes.get(next(iter(kinds))) if len(kinds) == 1 else None if kinds else pl.Null
    beyond_64_bits = kinds == {int} and any(
        isinstance(value, int) and not -(2**63) <= value < 2**63 for value in values
    )
    if dtype is not None and not beyond_64_bits:
        try:
            return pl.Series(name, values, dtype=dtype)
        except UnicodeEncodeError:
            pass  # half of a surrogate pair
    return pl.Series(name, values, dtype=pl.Object)


def to_texts(series: pl.Series) -> pl.Series:
    """Write cells as a feed of text would: no blanks around, empty text null, whole numbers without a point."""
    dtype = series.dtype
    if not _is_simple(dtype):
        return _mixed_texts(series.to_list())[0]
    if dtype.is_float():
        whole = (series == series.floor()) & (series.abs() < TOO_LARGE)
        digits = _where(whole, series).cast(pl.Int64, strict=False).cast(pl.String)
        return digits.zip_with(_true(whole), series.cast(pl.String))
    if isinstance(dtype, pl.Datetime):
        return series.dt.replace_time_zone(None).dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    if isinstance(dtype, pl.Duration):
        return series.dt.to_string()
    texts = series if dtype == pl.String else series.cast(pl.String)
    if dtype.is_decimal():
        return texts.str.replace(r"\.0+$", "")
    texts = texts.str.strip_chars()
    empty = texts.str.len_bytes() == 0
    return _without(texts, empty) if empty.any() else texts


def by_unique(source: pl.Series, read: Callable[[str], Value | None], dtype: pl.DataType) -> pl.Series:
    """Read each different text once."""
    texts = [text for text in source.unique().to_list() if text is not None]
    known = {text: value for text in texts if (value := read(text)) is not None}
    return _replaced(source, known, dtype)


def read_date(text: str) -> date | None:
    """Read `2022-05-10`, `2022/5/10`, `2022.5.10`, `2022年5月10日`, `20220510`, also at midnight; None for all else."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part is not None))
    except ValueError:
        return None


def beyond(field: Field, values: pl.Series) -> pl.Series | None:
    """Say which numbers lie outside the declared range; None when none do."""
    if (field.min is None and field.max is None) or values.null_count() == len(values):
        return None
    low = -math.inf if field.min is None else field.min
    high = math.inf if field.max is None else field.max
    least, most = values.min(), values.max()
    if isinstance(least, int | float) and isinstance(most, int | float) and low <= least and most <= high:
        return None
    return _true((values < low) | (values > high))


def _checked_numbers(field: Field, values: pl.Series, source: pl.Series) -> tuple[pl.Series, list[Mask]]:
    """Set aside what is not finite, integers that no real number can hold and, in an integer field, fractions."""
    masks: list[Mask] = []
    values = pl.select(pl.when(values == 0).then(0.0).otherwise(values)).to_series()  # -0.0 becomes 0.0
    largest = values.abs().max()
    if isinstance(largest, float) and not largest < TOO_LARGE:
        strange = _true(values.is_not_null() & ~values.is_finite())
        large = _true(~strange & (values.abs() >= TOO_LARGE))
        if field.type == "number":
            large = large & _written_as_integers(source)
        masks = [("not-finite", strange), ("number-too-large", large)]
        values = _without(values, strange | large)
    if field.type == "number":
        return values, masks
    broken = _true(values != values.floor())
    if broken.any():
        masks.append(("unreadable-cell", broken))
        values = _without(values, broken)
    return values.cast(pl.Int64), masks


def _written_as_integers(source: pl.Series) -> pl.Series:
    """Say which cells were integers as delivered: real numbers of any size are what they are."""
    if source.dtype == pl.String:
        return _true(source.str.contains(_INTEGER))
    return pl.repeat(not source.dtype.is_float(), len(source), dtype=pl.Boolean, eager=True)


def _numbers_of_texts(field: Field, texts: pl.Series) -> tuple[pl.Series, list[Mask], bool]:
    """Read texts as numbers; the last says whether any had a percent sign."""
    values = texts.cast(pl.Float64, strict=False)
    signs = False
    rest = texts.is_not_null() & values.is_null()
    if rest.any():
        odd = texts.filter(rest)
        if odd.str.contains(_WIDE_SIGN).any():
            odd = odd.str.replace_many(_WIDE)
        signed = odd.str.contains(_PERCENT_SIGN)
        plain = odd.str.replace(_PERCENT_SIGN, "")
        numbers = plain.str.replace_all("[,，]", "").zip_with(plain.str.contains(_GROUPED), plain)
        read = numbers.cast(pl.Float64, strict=False)
        signs = bool(signed.any())
        if signs:
            read = _points(field, read).zip_with(signed, read)
        values = values.scatter(rest.arg_true(), read)
        rest = texts.is_not_null() & values.is_null()
    return values, [("unreadable-cell", rest)], signs


def _points(field: Field, points: pl.Series) -> pl.Series:
    """Bring numbers written with a percent sign into the unit of the field; null where they make no sense in it."""
    unit = ONE if field.unit is None else parse_unit(field.unit)
    if unit is None or not same_dimension(PERCENT, unit):
        return pl.repeat(None, len(points), dtype=pl.Float64, eager=True)
    factor = conversion(PERCENT, unit)
    # Polars 2.1 divides by a single number by multiplying with its inverse, which makes 95 % 0.9500000000000001.
    divisor = pl.repeat(factor.denominator, len(points), dtype=pl.Float64, eager=True)
    return points * factor.numerator / divisor


def _booleans(source: pl.Series) -> tuple[pl.Series, list[Mask]]:
    if source.dtype == pl.Boolean:
        return source, []
    texts = to_texts(source)
    return _with_rest(texts, _replaced(texts.str.to_lowercase(), BOOLEANS, pl.Boolean()), "unreadable-cell")


def _dates(source: pl.Series) -> tuple[pl.Series, list[Mask]]:
    if source.dtype == pl.Date:
        values = source
    elif isinstance(source.dtype, pl.Datetime):
        local = source.dt.replace_time_zone(None)
        values = _where(local == local.dt.truncate("1d"), local.dt.date())
    else:
        texts = to_texts(source)
        return _with_rest(texts, by_unique(texts, read_date, pl.Date()), "unreadable-cell")
    return _with_rest(source, _where((values >= date.min) & (values <= date.max), values), "unreadable-cell")


def _choices(field: Field, texts: pl.Series) -> tuple[pl.Series, list[Mask]]:
    return _with_rest(texts, _replaced(texts, choices_of(field), pl.String()), "unknown-choice")


def choices_of(field: Field) -> dict[str, str]:
    """Map every way to write a choice to its identifier."""
    labels = {text: str(choice) for choice, words in field.choices.items() if words for text in words.values()}
    return {**labels, **{str(choice): str(choice) for choice in field.choices}}


def _mixed_texts(values: Sequence[object]) -> tuple[pl.Series, list[Mask]]:
    """Write Python values of any type as texts, and say which cannot stand for a cell."""
    texts, codes = [], []
    for value in values:
        text, code = _mixed_text(value)
        texts.append(None if text is None else text.encode("utf-8", "backslashreplace").decode().strip() or None)
        codes.append(code)
    kinds = sorted({code for code in codes if code is not None})
    masks = [(kind, pl.Series([code == kind for code in codes], dtype=pl.Boolean)) for kind in kinds]
    return pl.Series(texts, dtype=pl.String), masks


def _mixed_text(value: object) -> tuple[str | None, str | None]:
    """Write one value as text; the second is its fault, if it has one."""
    if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
        value = _native(value)
    match value:
        case None:
            return None, None
        case str():
            return value, "unreadable-cell" if any("\ud800" <= sign <= "\udfff" for sign in value) else None
        case bool():
            return str(value).lower(), None
        case int():
            return (str(value), None) if value.bit_length() <= 4096 else ("…", "unreadable-cell")
        case float() | Decimal():
            if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
                return str(value), "not-finite"
            return str(int(value)) if -TOO_LARGE < value < TOO_LARGE and value == int(value) else str(value), None
        case datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ").removesuffix(" 00:00:00"), None
        case date():
            return value.isoformat(), None
        case _:
            return str(value), "unreadable-cell"


def _native(value: object) -> object:
    """Turn a scalar of numpy or pandas into Python's own; their marks for "missing" become None."""
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if type(value).__name__ == "datetime64":
        value = value.astype("datetime64[us]")  # type: ignore[attr-defined]
    item = getattr(value, "item", None)
    return value if item is None or getattr(value, "ndim", None) != 0 else item()


def _is_simple(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or isinstance(dtype, _SIMPLE)


def _true(mask: pl.Series) -> pl.Series:
    return mask.fill_null(value=False)


def _where(mask: pl.Series, series: pl.Series) -> pl.Series:
    """Keep the cells of which the mask is true."""
    return pl.select(pl.when(mask).then(series)).to_series().alias(series.name)


def _without(series: pl.Series, mask: pl.Series) -> pl.Series:
    return _where(~_true(mask), series)


def _replaced(texts: pl.Series, known: Mapping[str, Value | str], dtype: pl.DataType) -> pl.Series:
    return texts.replace_strict(known, default=None, return_dtype=dtype)


def _with_rest(source: pl.Series, values: pl.Series, code: str) -> tuple[pl.Series, list[Mask]]:
    """Give the values with a fault for each cell that had something and got no value."""
    if source.null_count() == values.null_count():
        return values, []
    return values, [(code, source.is_not_null() & values.is_null())]
