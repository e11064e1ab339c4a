"""Facts: tables with typed columns, one per entity, and what was found wrong with them.

In: frames or lists of dicts by entity, or deliveries read from files. Out: `Facts`.
Holds: every cell has its declared type or is null; every row has a key and, where the entity has one, a period, or is
set aside among the strays; keys are unique within a period; references point at rows; rows are sorted by key and
period, so that the order of input never shows except in `location`.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import repeat
from typing import Any

import polars as pl

from eduplan_rules.errors import DataError, did_you_mean
from eduplan_rules.period import Kind, period_label
from eduplan_rules.rulebook.model import Entity, Field, Rulebook
from eduplan_rules.tables.delivery import Delivery, Part, from_frame, read_delivery
from eduplan_rules.tables.finding import HIDDEN, Detail, Finding, Location, finding, hint, in_order, row_findings
from eduplan_rules.tables.header import names_of
from eduplan_rules.tables.table import Table, build_table, empty_cells, in_layout, is_content, marked, spoiled

__all__ = ["Facts", "Finding", "Location", "Table", "collect_facts", "entity_names", "to_facts", "vanished"]

#: threads that prepare queries, so that one is written while another runs; more would wait for each other
AT_ONCE = 2
#: rows up to which it costs more to start threads than to do without
FEW_ROWS = 1000


@dataclass(frozen=True, eq=False)
class Facts:
    """All delivered tables by entity, and the findings about them."""

    tables: Mapping[str, Table]
    #: what was found on the way to the tables
    found: tuple[Finding, ...] = ()
    #: the tables with the references that lead nowhere still in them
    unlinked: Mapping[str, Table] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the delivered data, in order; empty cells are looked up when this is."""
        empty = [found for table in self.tables.values() for found in empty_cells(table)]
        return in_order([*self.found, *empty])

    @property
    def engine(self) -> str | None:
        """The engine that has them; None: they are in memory."""
        return None

    def vanished(self, book: Rulebook, as_of: date) -> tuple[Finding, ...]:
        """Find keys that have a row in one period and none in the next in which others report."""
        return vanished(self, book, as_of)

    def digest(self) -> str:
        """Hash all typed rows: the same for any order of rows, columns and files, and wherever they stood."""
        total = hashlib.sha256()
        for name in sorted(self.tables):
            _hash_rows(total, name, self.tables[name].frame)
            strays = self.tables[name].strays
            if strays is not None:
                _hash_rows(total, f"{name}#strays", strays)
        return total.hexdigest()


def _hash_rows(total: hashlib._Hash, name: str, frame: pl.DataFrame) -> None:
    content = sorted(column for column in frame.columns if column == "#p" or is_content(column))
    # one query for all columns: a query for each costs more than the hashing
    numbers = frame.select(_numbers(column, frame.schema[column]) for column in content)
    texts = frame.select(pl.col(column).str.join("") for column in content if frame.schema[column] == pl.String)
    for column in content:
        total.update(f"{name}\0{column}\0{frame.height}\0".encode())
        for piece in _canonical(numbers[column], texts[column][0] if column in texts.columns else None):
            total.update(len(piece).to_bytes(8, "little") + piece)


def to_facts(data: Mapping[str, Any] | Facts, book: Rulebook) -> Facts:
    """Take tables that are at hand into typed ones with findings, as `read_facts` does with files.

    `data`: by entity (its identifier or label) a polars, pandas or pyarrow frame or a list of dicts, one row per
    record; columns are named as headers of files are. Typed columns keep their values; texts are read by the declared
    type. In pandas NaN means missing; elsewhere it is a finding. In locations rows are counted from 1. `Facts` pass
    through.

    Raises DataError when nothing is handed over that is named after an entity, or when it is no table.
    """
    if isinstance(data, Facts):
        _same_contract(data, book)
        return data
    names = entity_names(book)
    deliveries = [from_frame(book.entities[names[name]], frame) for name, frame in data.items() if name in names]
    findings = [
        finding("unmatched-table", value=str(name), hint=hint(did_you_mean(str(name), names)))
        for name in data
        if name not in names
    ]
    if not deliveries:
        told = [found.message["en"] for found in findings]
        raise DataError(told or ["no table was handed over, expected at least one"])
    return collect_facts(deliveries, findings, book)


def _same_contract(facts: Facts, book: Rulebook) -> None:
    """Facts stay what they are only under the declarations by which they were read."""
    other = [name for name, table in facts.tables.items() if table.entity != book.entities.get(name)]
    if other:
        message = "these facts were read under another declaration of {}: read them with this rulebook"
        raise DataError([message.format(name) for name in other])


def entity_names(book: Rulebook) -> dict[str, str]:
    """Map what a table may be called to the entity's identifier."""
    return {name: str(entity.id) for entity in book.entities.values() for name in reversed(names_of(entity))}


def collect_facts(deliveries: Iterable[Delivery], findings: Sequence[Finding], book: Rulebook) -> Facts:
    """Type, join, sort and check all deliveries; `findings` are those about what could not be delivered."""
    found = list(findings)
    parts: dict[str, list[Part]] = {}
    tables: dict[str, Table] = {}

    def build(name: str) -> tuple[Table | None, list[Finding]]:
        entity = book.entities[name]
        return build_table(entity, parts.pop(name), renamed_keys(entity, book))

    given = list(deliveries)
    with side_by_side(sum(delivery.height for delivery in given)) as spread:
        read = spread(read_delivery, given, repeat(book.calendars))
        for delivery, (part, more) in zip(given, read, strict=True):
            found += more
            if part is not None:
                parts.setdefault(str(delivery.entity.id), []).append(part)
        names = sorted(parts)
        for name, (table, more) in zip(names, spread(build, names), strict=True):
            found += more
            if table is not None:
                tables[name] = table
    checked = {}
    for name, table in tables.items():
        checked[name], more = _referring(table, tables)
        found += more
    return Facts(checked, tuple(found), tables)


@contextmanager
def side_by_side(rows: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """A `map` in threads; over few rows one without."""
    if rows <= FEW_ROWS:
        yield map
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool.map


def renamed_keys(entity: Entity, book: Rulebook) -> dict[str, Mapping[str, str]]:
    """Give old and new keys by field: of the entity itself, and of those it refers to."""
    renamed: dict[str, Mapping[str, str]] = {}
    for target, fields in entity.belongs_to.items():
        if book.entities[target].renamed:
            renamed[str(fields[0])] = book.entities[target].renamed
    return renamed | ({str(entity.key[0]): entity.renamed} if entity.renamed else {})


def _referring(table: Table, tables: Mapping[str, Table]) -> tuple[Table, list[Finding]]:
    """Check references to delivered tables; those to a key that has no row, in any period, are missing."""
    entity = table.entity
    pieces = [piece for piece in (table.frame, table.strays) if piece is not None]
    findings: list[Finding] = []
    links = {str(target): tuple(map(str, fields)) for target, fields in entity.belongs_to.items()}
    for target, own in links.items():
        if target not in tables or not all(name in table.frame.columns for name in own):
            continue
        known = _keys(tables[target], own)
        dangling = [_dangling(piece, known, own) for piece in pieces]
        if all(rows.is_empty() for rows in dangling):
            continue
        parent = tables[target].entity
        personal = any(parent.fields[str(name)].personal for name in parent.key)
        value = pl.lit(HIDDEN) if personal else pl.concat_str(own, separator=" / ")
        rows = pl.concat([piece[at] for piece, at in zip(pieces, dangling, strict=True)], how="diagonal")
        told = rows.with_columns(value.alias("#value"))
        findings += row_findings("dangling-reference", entity, _told(entity, own), told, details=_named(parent))
        kept = {*map(str, entity.key), *(name for other, fields in links.items() if other != target for name in fields)}
        lost = [name for name in own if name not in kept]
        masks = [_mask(piece.height, at) for piece, at in zip(pieces, dangling, strict=True)]
        pieces = [spoiled(piece, lost, mask) for piece, mask in zip(pieces, masks, strict=True)]
        # a key stays, so that the row keeps its own outcomes, but leads nowhere for certain
        pieces = [marked(piece, kept.intersection(own), mask) for piece, mask in zip(pieces, masks, strict=True)]
    placed, *others = in_layout(pieces)
    return Table(entity, placed, next(iter(others), None)), findings


def _keys(table: Table, names: Sequence[str]) -> pl.DataFrame:
    """All keys that were delivered, in any period or none, under the names by which another entity refers to them."""
    keys = [
        pl.col(key).cast(pl.String).alias(name) for key, name in zip(map(str, table.entity.key), names, strict=True)
    ]
    pieces = [piece.select(keys) for piece in (table.frame, table.strays) if piece is not None]
    return pl.concat(pieces).unique()


def _dangling(rows: pl.DataFrame, known: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Positions of the rows that refer to a key that is not known."""
    used = rows.select(pl.col(names).cast(pl.String))
    # rows of one parent mostly follow each other: of each such run one is enough to see that there are none
    starts = used.select(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in names))
    if used.filter(starts.to_series()).drop_nulls().join(known, on=names, how="anti").is_empty():
        return pl.Series("#at", dtype=pl.UInt32)
    return used.with_row_index("#at").drop_nulls().join(known, on=names, how="anti")["#at"].sort()


def _mask(height: int, rows: pl.Series) -> pl.Series:
    return pl.repeat(value=False, n=height, dtype=pl.Boolean, eager=True).scatter(rows, True)


def _told(entity: Entity, names: Sequence[str]) -> Field:
    """Choose the field that a finding about several names: a personal one hides them all."""
    fields = [entity.fields[name] for name in names]
    return next((field for field in fields if field.personal), fields[0])


def _named(target: Entity) -> Callable[[Mapping[str, Any]], Mapping[str, Detail]]:
    name: Detail = {"zh": (target.label or {}).get("zh", target.id), "en": target.id}
    return lambda row: {"target": name}


def vanished(facts: Facts, book: Rulebook, as_of: date) -> tuple[Finding, ...]:
    """Find keys that have a row in one period and none in the next in which others report.

    Periods that begin after `as_of` are left out, and so are keys whose last row says by the entity's `closed` field
    that they ended: by true, or by a day no later than the period in which the next row would lie.
    """
    findings: list[Finding] = []
    for table in facts.tables.values():
        entity = table.entity
        if entity.period is None:
            continue
        kind = entity.period.is_
        columns = [name for name in table.frame.columns if not name.startswith("#bad:")]
        frame = table.frame.select(columns)
        if frame["#start"].max() is not None and frame["#start"].max() > as_of:  # type: ignore[operator]
            frame = frame.filter(pl.col("#start") <= as_of)
        if frame.is_empty():
            continue
        periods = frame["#p"].unique().sort()
        following = dict(zip(periods[:-1].to_list(), periods[1:].to_list(), strict=True))
        keys = [str(name) for name in entity.key]
        same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in keys)
        successor = pl.when(same).then(pl.col("#p").shift(-1))
        awaited = pl.col("#p").replace_strict(following, default=None, return_dtype=pl.Int64)
        # where periods follow without a gap, a look at the next row is enough for nearly all rows
        step = pl.col("#p") != periods[-1]
        here = frame.select([*keys, "#p"]).select(
            (step & successor.ne_missing(pl.col("#p") + 1)).fill_null(value=False)
        )
        doubtful = frame.with_row_index("#at").filter(here.to_series())
        following_there = frame.select(successor.alias("#successor"))["#successor"].gather(doubtful["#at"])
        gone = (
            doubtful.with_columns(awaited.alias("#next"))
            .filter(pl.col("#next").is_not_null() & pl.col("#next").ne_missing(following_there))
            .drop("#at")
        )
        closed = None if entity.closed is None else str(entity.closed)
        if closed is not None and closed in gone.columns:
            ends = dict(frame.select("#p", "#end").unique().iter_rows())
            awaited_until = pl.col("#next").replace_strict(ends, return_dtype=pl.Date)
            ended = pl.col(closed) if gone[closed].dtype == pl.Boolean else pl.col(closed) <= awaited_until
            gone = gone.filter(~ended.fill_null(value=False))
        rows = gone.with_columns(pl.col("#next").alias("#p"), pl.col("#p").alias("#last"))
        findings += row_findings("row-disappeared", entity, None, rows, details=_gap(kind))
    return in_order(findings)


def _gap(kind: Kind) -> Callable[[Mapping[str, Any]], Mapping[str, Detail]]:
    return lambda row: {"last": period_label(kind, row["#last"]), "next": period_label(kind, row["#p"])}


def _numbers(column: str, dtype: pl.DataType) -> pl.Expr:
    """What of a column is hashed as numbers: of texts their lengths."""
    values = pl.col(column)
    if dtype == pl.String:
        return values.str.len_bytes()
    return values if dtype == pl.Float64 else values.to_physical().cast(pl.Int64)


def _canonical(numbers: pl.Series, text: str | None) -> Iterable[bytes]:
    """Write a column as bytes that depend on nothing but its values; `text` has all its texts, one behind the other."""
    listed, missing = numbers.to_list(), []
    if numbers.null_count():
        missing = [place for place, number in enumerate(listed) if number is None]
        listed = [number for number in listed if number is not None]
    yield _integers(missing)
    yield _little(array("d", listed)) if numbers.dtype == pl.Float64 else _integers(listed)
    if text is not None:
        yield text.encode()


def _integers(values: list[int]) -> bytes:
    return _little(array("q", values))


def _little(values: array[Any]) -> bytes:
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
