"""Decimals behind a comma, as in `1.234,5`.

In: a delivery of texts. Out: whether its numbers are written so; the delivery with points instead. Holds: only cells of
number fields are looked at, and only those that are written so are changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.finding import Finding, finding
from eduplan_rules.tables.header import headers_for

_WRITTEN_SO = r"^\s*[+-]?(?:\d{1,3}(?:[.\s]\d{3})+|\d+)?,\d+\s*[%％]?\s*$"
#: a comma that groups no thousands: not before exactly three digits, or behind nothing but zero
_FOR_CERTAIN = r"^\s*[+-]?(?:[\d.\s]*,(?:\d{1,2}|\d{4,})|0+,\d+|\d{4,},\d+|[\d.]*\.\d{3},\d+)\s*[%％]?\s*$"
_OTHERWISE = r"\d\.(?:\d{1,2}|\d{4,})\s*[%％]?\s*$|,\d{3},|,\d{3}\."


def guess_decimal(delivery: Delivery) -> str | None:
    """A comma where one number at least can be read in no other way, and none stands against it."""
    columns = [column for _, column in _numbers(delivery)]
    if any(_has(column, _FOR_CERTAIN) for column in columns) and not any(
        _has(column, _OTHERWISE) for column in columns
    ):
        return ","
    return None


def with_points(delivery: Delivery, *, told: bool) -> tuple[Delivery, list[Finding]]:
    """The delivery with points before decimals; `told`: say so."""
    columns = list(delivery.columns)
    example = None
    for place, column in _numbers(delivery):
        found = column.str.contains(_WRITTEN_SO).fill_null(value=False)
        if found.any():
            example = example or column.filter(found)[0].strip()
            plain = column.str.replace_all(r"[.\s]", "").str.replace(",", ".", literal=True)
            columns[place] = plain.zip_with(found, column)
    findings = []
    if told and example is not None:
        file = delivery.file or ""
        where = delivery.location
        findings = [finding("decimals-guessed", delivery.entity, location=where, value=example, file=file)]
    return replace(delivery, columns=tuple(columns)), findings


def _numbers(delivery: Delivery) -> Iterator[tuple[int, pl.Series]]:
    """The columns of texts that are for numbers, by place."""
    known = headers_for(delivery.entity)
    for place, (header, column) in enumerate(zip(delivery.headers, delivery.columns, strict=True)):
        meaning = known.meaning(header)
        field = None if meaning is None else delivery.entity.fields.get(meaning.name)
        if field is not None and field.type in ("number", "integer") and column.dtype == pl.String:
            yield place, column


def _has(column: pl.Series, pattern: str) -> bool:
    return bool(column.str.contains(pattern).any())
