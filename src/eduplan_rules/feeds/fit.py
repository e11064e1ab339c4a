"""Fitting: a table as it was exported, brought into the words of the rulebook by its feed.

In: a delivery with the headers and cells of the file. Out: the same with headers of fields, cells that the door can
read, and what the feed adds. Holds: rows keep their lines; what a feed speaks of and the table lacks is a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import PurePosixPath

import polars as pl

from eduplan_rules.errors import did_you_mean
from eduplan_rules.feeds.decimals import guess_decimal, with_points
from eduplan_rules.feeds.feed import Feed, matched
from eduplan_rules.feeds.named import period_in
from eduplan_rules.feeds.rows import without_others
from eduplan_rules.rulebook.model import Field
from eduplan_rules.tables.cells import read_date
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.finding import Finding, finding, hint
from eduplan_rules.tables.header import headers_for, squeezed


def fitted(delivery: Delivery, feed: Feed, *, separated: bool) -> tuple[Delivery, list[Finding]]:
    """Fit a table to its feed; `separated`: by another sign than a comma, so that numbers may have one."""
    findings: list[Finding] = []
    if feed.columns:
        delivery, findings = _renamed(delivery, feed)
    delivery, more = without_others(delivery, feed)
    findings += more
    if feed.fill_down:
        delivery = _filled(delivery, feed)
    if feed.constants or feed.from_name or feed.from_sheet:
        delivery, more = _added(delivery, feed)
        findings += more
    delivery, more = _dated(delivery, feed)
    findings += more
    if feed.missing:
        columns = tuple(_without(column, feed.missing) for column in delivery.columns)
        delivery = replace(delivery, columns=columns)
    decimal = feed.decimal or (guess_decimal(delivery) if separated else None)
    if decimal == ",":
        delivery, more = with_points(delivery, told=feed.decimal is None)
        findings += more
    if feed.dates or feed.booleans:
        delivery = _each(delivery, partial(_worded, feed))
    return replace(delivery, units=feed.units) if feed.units else delivery, findings


def _renamed(delivery: Delivery, feed: Feed) -> tuple[Delivery, list[Finding]]:
    """Give columns the names of their fields, and leave out those that are not to be read."""
    bare = [squeezed(header.replace("\ufeff", "")) for header in delivery.headers]
    kept = [place for place, header in enumerate(bare) if feed.columns.get(header, header) is not None]
    headers = tuple(feed.columns.get(bare[place]) or delivery.headers[place] for place in kept)
    findings = [
        finding(
            "feed-without-column",
            delivery.entity,
            location=delivery.location,
            value=feed.written[header],
            place=feed.place,
            hint=hint(did_you_mean(feed.written[header], [each for each in delivery.headers if each])),
        )
        for header in feed.columns
        if header not in bare
    ]
    columns = tuple(delivery.columns[place] for place in kept)
    return replace(delivery, headers=headers, columns=columns, origins=tuple(kept), headed=len(bare)), findings


def _filled(delivery: Delivery, feed: Feed) -> Delivery:
    """Give empty cells what stands above them."""
    known = headers_for(delivery.entity)
    columns = list(delivery.columns)
    for place, header in enumerate(delivery.headers):
        meaning = known.meaning(header)
        if meaning is not None and meaning.name in feed.fill_down and columns[place].dtype != pl.Object:
            columns[place] = _without(columns[place], frozenset({""})).forward_fill()
    return replace(delivery, columns=tuple(columns))


def _added(delivery: Delivery, feed: Feed) -> tuple[Delivery, list[Finding]]:
    """Add what every row has: said by the feed, or by the name of the file or sheet."""
    values = dict(feed.constants)
    findings = []
    stem = PurePosixPath(delivery.file or "").stem
    for pattern, name in ((feed.from_name, stem), (feed.from_sheet, delivery.sheet)):
        found = {} if pattern is None or name is None else dict(matched(pattern, name, feed.entity))
        if pattern is not None and not found:
            unfit = finding(
                "feed-without-match",
                feed.entity,
                location=delivery.location,
                value=name,
                place=feed.place,
            )
            findings.append(unfit)
        values |= found
    return _with(delivery, values), findings


def _dated(delivery: Delivery, feed: Feed) -> tuple[Delivery, list[Finding]]:
    """Take the period from the name of file, sheet or folder where no column has it, and no feed says how; tell so."""
    period = delivery.entity.period
    if period is None or not delivery.headers or feed.database or feed.from_name or feed.from_sheet:
        return delivery, []
    column, known = str(period.column), headers_for(delivery.entity)
    if any(meaning.name == column for meaning in map(known.meaning, delivery.headers) if meaning):
        return delivery, []
    path = PurePosixPath(delivery.file or "")
    found = period_in(period.is_, path.stem, delivery.sheet)
    if found is None and not any(sign.isdigit() for sign in path.stem + (delivery.sheet or "")):
        found = period_in(period.is_, path.parent.name)
    if found is None:
        return delivery, []
    where, (label, name) = delivery.location, found
    told = finding("period-guessed", delivery.entity, column, location=where, value=name, label=label)
    return _with(delivery, {column: label}), [told]


def _with(delivery: Delivery, values: Mapping[str, str]) -> Delivery:
    """Give every row these values."""
    headers = (*delivery.headers, *values)
    more = (pl.repeat(value, delivery.height, dtype=pl.String, eager=True) for value in values.values())
    # no row has too few cells for them
    origins = (*(delivery.origins or range(len(delivery.headers))), *(-1 for _ in values))
    headed = delivery.headed or len(delivery.headers)
    columns = (*delivery.columns, *more)
    return replace(delivery, headers=headers, columns=columns, origins=origins, headed=headed)


def _each(delivery: Delivery, change: Callable[[Field | None, pl.Series], pl.Series]) -> Delivery:
    """Change the columns of texts, each with its field."""
    known = headers_for(delivery.entity)
    fields = delivery.entity.fields
    columns = []
    for header, column in zip(delivery.headers, delivery.columns, strict=True):
        meaning = known.meaning(header)
        field = None if meaning is None else fields.get(meaning.name)
        columns.append(_changed(field, column, change))
    return replace(delivery, columns=tuple(columns))


def _changed(
    field: Field | None, column: pl.Series, change: Callable[[Field | None, pl.Series], pl.Series]
) -> pl.Series:
    """Change the texts of a column, also where a failed formula stands among them."""
    if column.dtype == pl.String:
        return change(field, column)
    if column.dtype != pl.Object:
        return column
    cells = column.to_list()
    texts = pl.Series([cell if isinstance(cell, str) else None for cell in cells], dtype=pl.String)
    changed = zip(cells, change(field, texts), strict=True)
    return pl.Series(column.name, [new if isinstance(cell, str) else cell for cell, new in changed], dtype=pl.Object)


def _without(column: pl.Series, marks: frozenset[str]) -> pl.Series:
    """Empty the cells that are one of the marks; a number is, whichever way it is written."""
    if column.dtype == pl.String:
        found = column.str.strip_chars().is_in(list(marks))
    elif column.dtype.is_numeric():
        found = column.cast(pl.Float64).is_in(_numbers(marks))
    elif column.dtype == pl.Object:
        cells = [None if str(cell).strip() in marks else cell for cell in column.to_list()]
        return pl.Series(column.name, cells, dtype=pl.Object)
    else:
        return column
    found = found.fill_null(value=False)
    return pl.select(pl.when(~found).then(column)).to_series().alias(column.name) if found.any() else column


def _numbers(marks: frozenset[str]) -> list[float]:
    found = pl.Series(list(marks), dtype=pl.String).cast(pl.Float64, strict=False).drop_nulls()
    return [float(number) for number in found]


def _worded(feed: Feed, field: Field | None, column: pl.Series) -> pl.Series:
    """Write dates and truths as the door reads them."""
    texts = column.unique().drop_nulls().to_list()
    known: dict[str, str] = {}
    if field is not None and field.type == "date" and feed.dates:
        known = {text: day.isoformat() for text in texts if (day := _day(text.strip(), feed))}
    elif field is not None and field.type == "boolean" and feed.booleans:
        words = feed.booleans
        known = {text: str(words[text.strip()]).lower() for text in texts if text.strip() in words}
    return column.replace(known) if known else column


def _day(text: str, feed: Feed) -> date | None:
    """A day in one of the feed's forms; two digits are a year of this century."""
    for pattern in feed.dates:
        found = pattern.fullmatch(text)
        if found is not None:
            year = int(found["y"])
            return read_date(f"{year + 2000 if year < 100 else year}-{found['m']}-{found['d']}")
    return None
