"""Deliveries: one table as it came, and the same table with headers matched and cells read.

In: headers and columns of any dtype, from a file, a frame or a list of dicts. Out: `Part`: typed columns, and what was
wrong with their cells by row. Holds: every row keeps its file, sheet and line; a table whose key, period or day has no
column gives no part, so that its entity counts as not delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import partial
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.errors import DataError, did_you_mean
from eduplan_rules.period import Calendars, period_index, period_span
from eduplan_rules.rulebook.model import Entity, Field, Period
from eduplan_rules.tables.cells import (
    DTYPES,
    Column,
    Fault,
    beyond,
    by_unique,
    read_column,
    read_in_unit,
    series_of,
    to_texts,
)
from eduplan_rules.tables.clean import clean_columns
from eduplan_rules.tables.finding import EMPTIED, Finding, Location, finding, hint, rest_of
from eduplan_rules.tables.header import Headers, Meaning, converts, headers_for, names_of
from eduplan_rules.tables.marks import empties, marks_in, misfits
from eduplan_rules.units import Unit, parse_unit

#: a range of periods that is read from end to end
_CLOSE = 1000
#: unknown columns that are told one by one
_COLUMNS = 200


@dataclass(frozen=True, eq=False)
class Delivery:
    """One table as it came."""

    entity: Entity
    headers: tuple[str, ...]
    columns: tuple[pl.Series, ...]
    file: str | None = None
    sheet: str | None = None
    #: 1-based line of each row; None: rows are counted
    lines: pl.Series | None = None
    #: number of cells of each row, where some row has more or fewer than there are headers
    widths: pl.Series | None = None
    #: which cell of a row each column is, and how many headers there were, where columns were left out or added
    origins: tuple[int, ...] | None = None
    headed: int | None = None
    #: field -> the unit in which its numbers are known to stand
    units: Mapping[str, str] = dataclass_field(default_factory=dict)
    #: units that the lines above the headers name for the whole table
    titled: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def location(self) -> Location | None:
        """Where the table as a whole stands."""
        return Location(self.file, self.sheet, None) if self.file or self.sheet else None


@dataclass(frozen=True, eq=False)
class Part:
    """One delivery with typed columns (named as in `Table`), and faults by field or, of whole rows, by None."""

    frame: pl.DataFrame
    faults: tuple[tuple[str | None, Fault], ...]
    #: fields that were written with percent signs
    percent_signs: frozenset[str]
    #: of some columns of texts, which rows differ from the one before
    starts: Mapping[str, pl.Series] = dataclass_field(default_factory=dict)


def from_frame(entity: Entity, data: Any, *, file: str | None = None, sheet: str | None = None) -> Delivery:
    """Take a frame of Polars, pandas, PyArrow or whatever Narwhals knows, or a list of dicts."""
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return from_records(entity, data, file=file, sheet=sheet)
    if type(data).__module__.partition(".")[0] == "pandas" and hasattr(data, "iloc"):
        columns = [_from_pandas(data.iloc[:, position]) for position in range(data.shape[1])]
        headers = [str(header) for header in data.columns]
        return Delivery(entity, tuple(headers), tuple(columns), file, sheet)
    try:
        frame = nw.from_native(data)
    except TypeError:
        raise DataError([f"{entity.id} is a {type(data).__name__}, expected a data frame or a list of dicts"]) from None
    native = frame.collect("polars") if isinstance(frame, nw.LazyFrame) else frame
    polars = native.to_polars()
    return Delivery(entity, tuple(polars.columns), tuple(polars.get_columns()), file, sheet)


def from_records(
    entity: Entity,
    rows: Sequence[Mapping[str, object]],
    *,
    file: str | None = None,
    sheet: str | None = None,
    lines: Sequence[int] | None = None,
) -> Delivery:
    """Take a list of dicts; a key that a row lacks is an empty cell."""
    headers: dict[str, None] = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise DataError([f"row {number} of {entity.id} is a {type(row).__name__}, expected a dict"])
        headers |= dict.fromkeys(row)
    columns = tuple(series_of(str(header), [row.get(header) for row in rows]) for header in headers)
    numbers = None if lines is None else pl.Series(lines, dtype=pl.Int64)
    return Delivery(entity, tuple(str(header) for header in headers), columns, file, sheet, numbers)


def read_delivery(delivery: Delivery, calendars: Calendars) -> tuple[Part | None, list[Finding]]:
    """Match headers and read every cell; None when the rows cannot be told apart or placed in time."""
    entity = delivery.entity
    if delivery.height == 0:
        empty = finding("no-rows", entity, location=delivery.location)
        if not delivery.headers:
            return None, [empty]
    headers = headers_for(entity)
    meanings = [headers.meaning(header) for header in delivery.headers]
    places, period_place, findings = matched_columns(delivery, headers, meanings)
    units, told = units_of(delivery, places, meanings)
    findings += told
    if delivery.height == 0:
        findings.append(empty)
    if entity.period is not None and period_place is None:
        return None, findings
    if any(len(places.get(name, ())) != 1 for name in anchors(entity)):
        return None, findings
    columns: dict[str, pl.Series] = {}
    bad: dict[str, pl.Series] = {}
    faults: list[tuple[str | None, Fault]] = []
    signs: set[str] = set()
    clean = clean_columns(
        (entity.fields[name], delivery.columns[found[0]])
        for name, found in places.items()
        if len(found) == 1 and name not in units
    )
    for field in entity.fields.values():
        found = places.get(field.id)
        if not found:
            continue
        if len(found) > 1:
            columns[field.id] = pl.repeat(None, delivery.height, dtype=DTYPES[field.type], eager=True)
            bad[field.id] = pl.repeat(value=True, n=delivery.height, dtype=pl.Boolean, eager=True)
            continue
        own_unit, read = units.get(field.id), clean.columns.get(field.id)
        columns[field.id], wrong, own, percent = _read_field(delivery, field, found[0], read, own_unit)
        faults += [(field.id, fault) for fault in own]
        if wrong is not None:
            bad[field.id] = wrong
        if percent:
            signs.add(field.id)
    if entity.period is not None and period_place is not None:
        spans, own = read_period(entity.period, delivery.columns[period_place], calendars)
        columns |= spans
        faults += [(entity.period.column, fault) for fault in own]
    if delivery.widths is not None:
        faults.append((None, _ragged(delivery.widths, delivery.headed or len(delivery.headers))))
    counted = pl.int_range(1, delivery.height + 1, dtype=pl.UInt32, eager=True)
    frame = pl.DataFrame({**columns, **{f"#bad:{name}": mask for name, mask in bad.items()}}).with_columns(
        pl.lit(delivery.file, dtype=pl.String).alias("#file"),
        pl.lit(delivery.sheet, dtype=pl.String).alias("#sheet"),
        (counted if delivery.lines is None else delivery.lines.cast(pl.UInt32)).alias("#line"),
    )
    starts = {name: series for name, series in clean.starts.items() if columns[name] is clean.columns[name]}
    return Part(frame, tuple(faults), frozenset(signs), starts), findings


def anchors(entity: Entity) -> list[str]:
    """List the fields without which a row has no identity."""
    days = [entity.day] if entity.day else [entity.valid[0]] if entity.valid else []
    return [str(name) for name in (*entity.key, *days)]


def matched_columns(
    delivery: Delivery, meant: Headers, meanings: Sequence[Meaning | None]
) -> tuple[dict[str, list[int]], int | None, list[Finding]]:
    """Find the columns of each field, and of the period."""
    entity = delivery.entity
    headers = [header.replace("\ufeff", "").strip() for header in delivery.headers]
    places: dict[str, list[int]] = {}
    for place, meaning in enumerate(meanings):
        if meaning is not None and meaning.name in entity.fields:
            places.setdefault(meaning.name, []).append(place)
    spaced = [place for place, meaning in enumerate(meanings) if meaning and meaning.name in meant.times[:1]]
    period_name = next((name for name in meant.times if name in headers), headers[spaced[0]] if spaced else None)
    period_places = [place for place, header in enumerate(headers) if header == period_name]
    taken = {*period_places, *(place for found in places.values() for place in found)}
    named = [name for field in entity.fields.values() for name in names_of(field)]
    known = [*named, *([entity.period.column] if entity.period else [])]
    unknown = sorted(
        header
        for place, (header, column) in enumerate(zip(headers, delivery.columns, strict=True))
        if place not in taken and (header or column.null_count() < delivery.height)
    )
    near = [hint(did_you_mean(header, known)) for header in unknown[:_COLUMNS]]
    findings = [
        finding("unknown-column", entity, location=delivery.location, value=header, hint=meant)
        for header, meant in zip(unknown, near, strict=False)
    ]
    if len(unknown) > _COLUMNS:
        findings.append(rest_of(findings[0], len(unknown) - _COLUMNS, location=delivery.location))
    required: list[tuple[Field | str, list[int]]] = [
        (field, places.get(field.id, []))
        for field in entity.fields.values()
        if field.id in places or not field.optional
    ]
    if entity.period is not None:
        required.append((entity.period.column, period_places))
    for name, found in required:
        if not found:
            findings.append(finding("missing-column", entity, name, location=delivery.location))
        elif len(found) > 1:
            written = ", ".join(headers[place] for place in found)
            several = finding(
                "duplicate-column", entity, name, location=delivery.location, columns=len(found), headers=written
            )
            findings.append(several)
    return places, period_places[0] if len(period_places) == 1 else None, findings


def units_of(
    delivery: Delivery, places: Mapping[str, list[int]], meanings: Sequence[Meaning | None]
) -> tuple[dict[str, Unit], list[Finding]]:
    """The units of columns that stand in another than their field's; what was not told beforehand is a finding."""
    units: dict[str, Unit] = {}
    findings = []
    for name, found in places.items():
        field, place = delivery.entity.fields[name], found[0]
        meaning = meanings[place]
        header = delivery.headers[place].strip()
        named = header.endswith((")", "）"))
        titled = () if named else (unit for unit in delivery.titled if converts(field, unit))
        told = delivery.units.get(name)
        text = told or (meaning and meaning.unit) or next(iter(titled), None)
        unit = None if text is None else converts(field, text)
        if unit is None or field.unit is None or unit == parse_unit(field.unit):
            continue
        units[name] = unit
        if told is None:
            where, own = delivery.location, str(field.unit)
            told_of = finding(
                "unit-converted", delivery.entity, field, location=where, value=header, unit=unit.text, own=own
            )
            findings.append(told_of)
    return units, findings


def _read_field(
    delivery: Delivery, field: Field, place: int, clean: pl.Series | None, unit: Unit | None
) -> tuple[pl.Series, pl.Series | None, list[Fault], bool]:
    """Read a column unless it is clean: values, which are bad (None: none), faults, whether it had percent signs."""
    raw = delivery.columns[place]
    if unit is not None:
        column = read_in_unit(field, raw, unit)
    else:
        column = read_column(field, raw) if clean is None else Column(clean, ())
    values, faults = column.values, list(column.faults)
    if field.type == "text":
        values, more = _settled(field, values, marks=field.id in empties(delivery.entity))
        faults += more
    outside = beyond(field, values) if clean is None else None
    if outside is not None:
        rows = outside.arg_true()
        faults.append(Fault("out-of-range", rows, to_texts(raw.gather(rows))))
        values = values.scatter(rows, None)
    bad = None
    if faults:
        bad = pl.repeat(value=False, n=delivery.height, dtype=pl.Boolean, eager=True)
        for fault in faults:
            bad = bad if fault.code == EMPTIED else bad.scatter(fault.rows, True)
    if delivery.widths is not None:
        cut = delivery.widths <= (place if delivery.origins is None else delivery.origins[place])
        bad = cut if bad is None else bad | cut
    if field.id in anchors(delivery.entity):
        code = "no-key" if field.id in delivery.entity.key else "no-day"
        rows = values.is_null().arg_true() if values.null_count() else pl.Series(dtype=pl.UInt32)
        faults = [Fault(code, rows, to_texts(raw.gather(rows)))] if len(rows) else []
    return values, bad, faults, column.percent_signs


def _settled(field: Field, values: pl.Series, *, marks: bool) -> tuple[pl.Series, list[Fault]]:
    """Empty the cells that are only marks, and set aside texts that cannot be what the field is for."""
    faults: list[Fault] = []
    found = marks_in(values) if marks else None
    if found is not None:
        values, rows = _emptied(values, found)
        faults.append(Fault(EMPTIED, *rows))
    found = misfits(field, values)
    if found is not None:
        values, rows = _emptied(values, found)
        faults.append(Fault("unreadable-cell", *rows))
    return values, faults


def _emptied(values: pl.Series, found: pl.Series) -> tuple[pl.Series, tuple[pl.Series, pl.Series]]:
    """Empty cells; the second are their rows, and what stood there."""
    rows = found.arg_true()
    left = pl.select(pl.when(~found).then(values)).to_series().alias(values.name)
    return left, (rows, values.gather(rows))


def read_period(period: Period, raw: pl.Series, calendars: Calendars) -> tuple[dict[str, pl.Series], list[Fault]]:
    """Read a column of periods: index, first and last day."""
    kind = period.is_

    def span_of(index: int | None) -> tuple[int | None, date | None, date | None]:
        return (None, None, None) if index is None else (index, *period_span(kind, index, calendars))

    if raw.dtype.is_integer():
        spans = _by_number(raw, lambda year: span_of(period_index(kind, str(year))))
    else:
        spans = _by_number(by_unique(to_texts(raw), partial(period_index, kind), pl.Int64()), span_of)
    faults = []
    if spans["#p"].null_count():
        rows = spans["#p"].is_null().arg_true()
        faults = [Fault("no-period", rows, to_texts(raw.gather(rows)))]
    return spans.to_dict(), faults


def _by_number(numbers: pl.Series, read: Callable[[int], tuple[int | None, date | None, date | None]]) -> pl.DataFrame:
    """Read each different integer once; those that lie close together from end to end."""
    least, largest = numbers.min(), numbers.max()
    if not isinstance(least, int) or not isinstance(largest, int):
        different: Sequence[int] = range(0)
    elif largest - least < _CLOSE:
        different = range(least, largest + 1)
    else:
        different = numbers.unique().drop_nulls().to_list()
    schema = {"#p": pl.Int64, "#start": pl.Date, "#end": pl.Date}
    known = pl.DataFrame([read(number) for number in different], schema=schema, orient="row")
    if not isinstance(different, range):
        return known[numbers.replace_strict(different, range(len(different)), return_dtype=pl.UInt32)]
    numbers = numbers.cast(pl.Int64)
    # all lie in the range, so that nothing is cut off
    places = (numbers - different.start).cast(pl.UInt32, wrap_numerical=True)
    if known["#p"].to_list() == list(different):
        return known.select("#start", "#end")[places].insert_column(0, numbers.alias("#p"))
    return known[places]


def _ragged(widths: pl.Series, expected: int) -> Fault:
    rows = (widths != expected).arg_true()
    return Fault("ragged-row", rows, pl.Series([f"{width} ≠ {expected}" for width in widths.gather(rows).to_list()]))


def _from_pandas(column: Any) -> pl.Series:
    """Take a column of pandas, in which NaN means missing."""
    kind = getattr(column.dtype, "kind", "O")
    numpy = str(type(column.dtype).__module__).partition(".")[0] == "numpy"
    if numpy and kind in "iub":
        return pl.Series(column.to_numpy())
    if numpy and kind == "f":
        return pl.Series(column.to_numpy().astype("float64"), nan_to_null=True)
    if kind == "M":
        local = column if getattr(column.dtype, "tz", None) is None else column.dt.tz_localize(None)
        return pl.Series(local.to_numpy().astype("datetime64[us]"))
    return series_of("", column.astype(object).where(column.notna(), None).tolist())
