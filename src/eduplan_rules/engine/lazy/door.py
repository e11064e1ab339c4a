"""The door for frames that stay where they are: what `tables` does to facts in memory, said to an engine.

In: openings. Out: `LazyTable`s and the findings about them. Holds: as for `tables.Table`, every cell of `frame` has its
declared type or is null, every row has a key and a period, keys are unique within a period; rows without a place are
among the strays. Only counts, the different periods and the first rows of each fault are brought back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.engine.lazy.opening import PERIOD, Opening
from eduplan_rules.engine.lazy.readings import true
from eduplan_rules.engine.lazy.repeats import merged
from eduplan_rules.engine.lazy.told import counted, first_rows, of_cells, reversed_spans
from eduplan_rules.period import Calendars
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.delivery import anchors, read_period
from eduplan_rules.tables.finding import EMPTIED, Finding, finding, row_findings
from eduplan_rules.tables.table import awaited, identity_of
from eduplan_rules.units import parse_unit

TIMES = ("#p", "#start", "#end")
#: rows up to which a table that was read is held in the engine as it was read
FEW = 200_000


@dataclass(frozen=True, eq=False)
class LazyTable:
    """The rows of one entity, in an engine.

    Columns of `frame` are those of `tables.Table` but for the place in a file; `#row` is a text that no other row has.
    """

    entity: Entity
    frame: Frame
    columns: frozenset[str]
    #: rows that lack a part of their key or their period, with the same columns; None: there are none
    strays: Frame | None
    #: rows in `frame`
    rows: int
    #: period -> its first day, its last, and rows of `frame` in it
    periods: Mapping[int, tuple[date, date, int]]
    #: columns in which some cell may be empty, strays included
    nulls: frozenset[str]
    #: fields that need a value and in which some cell may be empty
    blank: frozenset[str] = frozenset()
    #: what stands for the content of all cells: counts and extents
    summary: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None

    @property
    def pieces(self) -> list[Frame]:
        """All rows."""
        return [self.frame] if self.strays is None else [self.frame, self.strays]


@dataclass(frozen=True, eq=False)
class Mask:
    """Cells of one kind that were set aside: a column that is true of them, and one that has them as texts."""

    code: str
    field: str | None
    column: str
    text: str


def read_table(opening: Opening, engine: Engine, calendars: Calendars) -> tuple[LazyTable | None, list[Finding]]:
    """Read every column, and set aside what cannot be told apart or placed in time."""
    entity, findings = opening.entity, list(opening.findings)
    if not opening.complete:
        return None, findings
    frame, spans = opening.frame, None
    if entity.period is not None:
        frame, spans = _in_periods(entity, frame, engine, calendars)
    frame, masks = _typed(opening, frame)
    fields = [str(name) for name in entity.fields if name in opening.readings]
    identity = identity_of(entity)
    place = [name for name in identity if name in entity.key or name == "#p"]
    lost = reduce(or_, (nw.col(name).is_null() for name in place))
    counts = _counts(frame, entity, masks, fields, lost, engine)
    findings += _told(opening, frame, masks, counts, engine)
    total, astray = counts["#rows"], counts["#lost"]
    if total == 0:
        findings.append(finding("no-rows", entity))
    times = list(TIMES) if entity.period is not None else []
    bad = [f"#bad:{name}" for name in fields if counts[f"#bad:{name}"]]
    blank = frozenset(name for name in fields if counts.get(f"#empty:{name}"))
    frame = frame.select(*fields, *times, *bad)
    placed = frame.filter(~lost) if astray else frame
    strays = _numbered(frame.filter(lost), [*fields, *times[:1], *bad]) if astray else None
    columns, rows = [*fields, *times, *bad], total - astray
    if not rows:
        nobody = LazyTable(entity, placed, frozenset(columns), strays, 0, {}, frozenset(), blank, name=opening.name)
        return None, findings + (empty_cells(nobody, engine) if total else [])
    several = not all(counts[f"#null:{name}"] == 0 for name in identity if name not in place)
    result = merged(entity, placed, columns, identity, engine, dated=several)
    if result is not None:
        placed, marks, merged_away, more = result
        columns, rows, findings = [*columns, *marks], rows - merged_away, findings + more
        if strays is not None and marks:
            strays = strays.with_columns(*(nw.lit(False).alias(mark) for mark in marks))
    placed = _known(placed, identity, columns, several=several).select(*columns, "#row")
    strays = None if strays is None else strays.select(*columns, "#row")
    if engine.name != "polars" and rows <= FEW:
        # what is planned costs more than what is read
        placed, strays = engine.settle(placed, rows), None if strays is None else engine.settle(strays, astray)
    nulls = {name for name in fields if counts[f"#null:{name}"]}
    nulls |= {mark.removeprefix("#bad:") for mark in columns if mark.startswith("#bad:")}
    periods = {} if spans is None else _periods(placed, spans, engine, exact=not astray and result is None)
    table = LazyTable(
        entity,
        placed,
        frozenset([*columns, "#row"]),
        strays,
        rows,
        periods,
        frozenset(nulls),
        blank,
        counts,
        opening.name,
    )
    return table, findings + _shares(opening, counts)


def _in_periods(entity: Entity, frame: Frame, engine: Engine, calendars: Calendars) -> tuple[Frame, pl.DataFrame]:
    """Give rows the index, the first and the last day of their period; the second has the different ones."""
    assert entity.period is not None
    column = nw.col(PERIOD)
    whole = frame.collect_schema()[PERIOD].is_integer()
    frame = frame.with_columns(column.cast(nw.Int64) if whole else column)
    found = engine.collect(frame.group_by(PERIOD).agg(nw.len().cast(nw.Int64).alias("#count")))
    read, _ = read_period(entity.period, found[PERIOD], calendars)
    spans = pl.DataFrame({PERIOD: found[PERIOD], **read, "#count": found["#count"]})
    known = spans.filter(pl.col("#p").is_not_null() & pl.col(PERIOD).is_not_null()).drop("#count")
    return frame.join(engine.upload(known), on=PERIOD, how="left"), spans


def _typed(opening: Opening, frame: Frame) -> tuple[Frame, list[Mask]]:
    """Add to the delivered columns what they say, and masks of what they do not."""
    entity = opening.entity
    masks: list[Mask] = []
    values: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    for name, read in opening.readings.items():
        texts[f"#text:{name}"] = read.text
        if name in opening.ambiguous:
            values[name] = nw.when(nw.lit(False)).then(read.value)
            values[f"#bad:{name}"] = nw.lit(True)
            continue
        values[name] = read.value
        bad = nw.lit(False)
        for code, fault in read.faults.items():
            mask = Mask(code, name, f"#mask:{len(masks)}", f"#text:{name}")
            masks.append(mask)
            values[mask.column] = fault
            bad = bad | fault if code != EMPTIED else bad
        values[f"#bad:{name}"] = bad
    frame = frame.with_columns(**texts).with_columns(**values)
    frame, more = _forward(entity, frame)
    masks = [mask for mask in masks if mask.field not in anchors(entity)] + more
    for name in anchors(entity):
        code = "no-key" if name in entity.key else "no-day"
        masks.append(Mask(code, name, f"#none:{name}", f"#text:{name}"))
        frame = frame.with_columns(nw.col(name).is_null().alias(f"#none:{name}"))
    if entity.period is not None:
        masks.append(Mask("no-period", str(entity.period.column), "#none:p", "#text:p"))
        frame = frame.with_columns(
            nw.col("#p").is_null().alias("#none:p"), nw.col(PERIOD).cast(nw.String).alias("#text:p")
        )
    return frame, masks


def _forward(entity: Entity, frame: Frame) -> tuple[Frame, list[Mask]]:
    """Set aside last days that lie before the first."""
    masks = []
    columns = frame.collect_schema().names()
    for at, (first, last) in enumerate(entity.spans):
        if first not in columns or last not in columns:
            continue
        mask, text, before = f"#back:{at}", f"#last:{at}", f"#first:{at}"
        frame = frame.with_columns(
            true(nw.col(last) < nw.col(first)).alias(mask),
            nw.col(last).cast(nw.String).alias(text),
            nw.col(first).cast(nw.String).alias(before),
        ).with_columns(
            nw.when(~nw.col(mask)).then(nw.col(last)).alias(last),
            (nw.col(f"#bad:{last}") | nw.col(mask)).alias(f"#bad:{last}"),
        )
        masks.append(Mask("reversed-span", str(last), mask, text))
    return frame, masks


def _counts(
    frame: Frame, entity: Entity, masks: list[Mask], fields: list[str], lost: Any, engine: Engine
) -> dict[str, Any]:
    """All that is counted of a table, in one pass."""

    def number(mask: Any) -> Any:
        return mask.cast(nw.Int64).sum().cast(nw.Int64)

    asked = {"#rows": nw.len().cast(nw.Int64), "#lost": number(lost)}
    for mask in masks:
        asked[mask.column] = number(nw.col(mask.column))
    for name in fields:
        empty = nw.col(name).is_null()
        asked[f"#bad:{name}"] = number(nw.col(f"#bad:{name}"))
        asked[f"#null:{name}"] = number(empty)
        if _needed(entity, name):
            asked[f"#empty:{name}"] = number(empty & ~nw.col(f"#bad:{name}"))
        unit = entity.fields[name].unit
        parsed = None if unit is None else parse_unit(unit)
        if parsed is not None and parsed.percent:
            asked[f"#most:{name}"] = nw.col(name).abs().max().cast(nw.Float64)
    found = engine.collect(frame.select(*(made.alias(name) for name, made in asked.items()))).row(0, named=True)
    return {name: (0 if value is None and not name.startswith("#most:") else value) for name, value in found.items()}


def _needed(entity: Entity, name: str) -> bool:
    field = entity.fields[name]
    return not field.optional and field.blank is None and name not in anchors(entity)


def _told(
    opening: Opening, frame: Frame, masks: list[Mask], counts: Mapping[str, int], engine: Engine
) -> list[Finding]:
    """The findings about cells that were set aside."""
    entity = opening.entity
    findings: list[Finding] = []
    for mask in masks:
        number = counts[mask.column]
        if not number:
            continue
        rows = frame.filter(nw.col(mask.column)).with_columns(nw.col(mask.text).alias("#value"))
        if mask.code == "reversed-span":
            at = mask.column.rpartition(":")[2]
            first = first_rows(entity, rows, engine, opening.name, value=True, more=[f"#first:{at}"])
            findings += counted(reversed_spans(entity, entity.spans[int(at)], first, f"#first:{at}"), number)
        else:
            first = first_rows(entity, rows, engine, opening.name, value=True)
            findings += of_cells(mask.code, entity, mask.field, first, number)
    return findings


def empty_cells(table: LazyTable, engine: Engine) -> list[Finding]:
    """The findings about empty cells of fields that need a value."""
    findings: list[Finding] = []
    for name in sorted(table.blank):
        masks = []
        for piece in table.pieces:
            empty, bad = nw.col(name).is_null(), f"#bad:{name}"
            masks.append((piece, empty & ~nw.col(bad) if bad in table.columns else empty))
        number = sum(_number(piece, mask, engine) for piece, mask in masks)
        if number:
            first = pl.concat(first_rows(table.entity, piece.filter(mask), engine, table.name) for piece, mask in masks)
            field = table.entity.fields[name]
            findings += counted(row_findings("empty-cell", table.entity, field, first, details=awaited(field)), number)
    return findings


def _number(frame: Frame, mask: Any, engine: Engine) -> int:
    counted_rows = engine.collect(frame.filter(mask).select(nw.len().cast(nw.Int64).alias("#n")))
    return int(counted_rows["#n"][0])


def _shares(opening: Opening, counts: Mapping[str, Any]) -> list[Finding]:
    """Find columns of per cent that seem to hold shares."""
    findings = []
    for name in opening.readings:
        largest = counts.get(f"#most:{name}")
        if largest is not None and 0 < largest <= 1:
            findings.append(finding("percent-as-share", opening.entity, opening.entity.fields[name]))
    return findings


def _numbered(strays: Frame, content: list[str]) -> Frame:
    """Strays may be copies of each other: they are told apart by their number in order of content."""
    return strays.with_row_index("#at", order_by=content).with_columns(
        nw.concat_str([nw.lit("#"), nw.col("#at").cast(nw.String)]).alias("#row")
    )


def _known(frame: Frame, identity: list[str], content: list[str], *, several: bool) -> Frame:
    """Give rows a name of their own: key and period; spans without a first day may be several of one key."""
    parts = [nw.col(name).cast(nw.String) for name in identity]
    if several:
        order = [name for name in content if name not in identity] or identity
        frame = frame.with_columns(nw.lit(1).alias("#one")).with_columns(
            nw.col("#one").cum_sum().over(*identity, order_by=order).alias("#at")
        )
        parts = [nw.when(~part.is_null()).then(part).otherwise(nw.lit("")) for part in parts]
        parts.append(nw.col("#at").cast(nw.Int64).cast(nw.String))
    return frame.with_columns(nw.concat_str(parts, separator=chr(31)).alias("#row"))


def _periods(placed: Frame, spans: pl.DataFrame, engine: Engine, *, exact: bool) -> dict[int, tuple[date, date, int]]:
    """The periods of the rows that have a place, and how many rows are in each."""
    if exact:
        counts = dict(spans.drop_nulls("#p").group_by("#p").agg(pl.col("#count").sum()).iter_rows())
    else:
        found = engine.collect(placed.group_by("#p").agg(nw.len().cast(nw.Int64).alias("#count")))
        counts = dict(found.select("#p", "#count").iter_rows())
    days = {number: (start, end) for number, start, end in spans.drop_nulls("#p").select(*TIMES).iter_rows()}
    return {int(number): (*days[number], int(counts[number])) for number in sorted(counts)}


def with_nulls(table: LazyTable, names: set[str]) -> LazyTable:
    """The table with more columns in which a cell may be empty."""
    return replace(table, nulls=table.nulls | names)
