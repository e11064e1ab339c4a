"""Tables: the rows of one entity, from the parts in which they were delivered.

In: typed parts with the faults of their cells. Out: `Table` and findings.
Holds: every cell has its declared type or is null; every row of `frame` has a key and, where the entity has one, a
period; keys are unique within a period (for spans, with their first day; those without one may be several); rows are
sorted by key and period, so that the order of input never shows except in `#file`, `#sheet` and `#line`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

import polars as pl
from polars import selectors

from eduplan_rules.errors import did_you_mean
from eduplan_rules.period import period_label
from eduplan_rules.rulebook.model import Entity, Field
from eduplan_rules.tables.cells import choices_of
from eduplan_rules.tables.delivery import Part, anchors
from eduplan_rules.tables.finding import (
    EMPTIED,
    HIDDEN,
    Detail,
    Finding,
    allowed,
    emptied_cells,
    expected,
    finding,
    hint,
    hint_of_serial,
    named,
    row_findings,
)
from eduplan_rules.tables.order import in_order_of
from eduplan_rules.units import parse_unit

#: a period of each kind, to show how one is written
_EXAMPLES = {"year": 2022, "school-year": 2021, "term": 4042, "quarter": 8088, "month": 24266}


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of one entity.

    Columns: each delivered field by its identifier; `#row` (0..n-1), `#file`, `#sheet`, `#line`; with a period also
    `#p` (index), `#start`, `#end`; `#bad:<field>` where some cell could not be taken as delivered (true on those rows,
    the cell itself is null).
    """

    entity: Entity
    frame: pl.DataFrame
    #: rows that lack a part of their key or their period, sorted by content; the same columns without `#row`. They are
    #: no subjects; some may be copies of each other, or of rows of `frame`. None: there are none
    strays: pl.DataFrame | None = None
    #: rows of the table where it lies in an engine, and `frame` has only some of them
    rows: int | None = None

    @property
    def height(self) -> int:
        """Rows that have a place."""
        return self.frame.height if self.rows is None else self.rows

    @cached_property
    def periods(self) -> tuple[int, int]:
        """Index of the first and of the last period."""
        return extent(self.frame["#p"])


def extent(numbers: pl.Series) -> tuple[int, int]:
    """The least and the largest of some integers."""
    return int(numbers.min()), int(numbers.max())  # type: ignore[arg-type]


def build_table(
    entity: Entity, parts: Sequence[Part], renamed: Mapping[str, Mapping[str, str]]
) -> tuple[Table | None, list[Finding]]:
    """Join, sort and check the parts; `renamed` has, by field, old keys and new ones.

    A table without any row that can be placed is None. It says nothing, and must not look as if it said that there are
    none, which would satisfy a rule that counts them.
    """
    frame, findings = _joined(entity, parts)
    for name, keys in renamed.items():
        if name in frame.columns:
            column = frame[name]
            frame = frame.with_columns(column.cast(pl.String).replace(keys).cast(column.dtype, strict=False))
    key = identity_of(entity)[0]
    starts = parts[0].starts.get(key) if len(parts) == 1 and key not in renamed else None
    frame, strays, more = _placed(entity, frame, starts)
    if frame.is_empty():
        return None, findings + more + ([] if strays is None else empty_cells(Table(entity, frame, strays)))
    signs = {field for part in parts for field in part.percent_signs}
    return Table(entity, frame, strays), findings + more + _shares(entity, frame, signs)


def _joined(entity: Entity, parts: Sequence[Part]) -> tuple[pl.DataFrame, list[Finding]]:
    """Put the parts of a table below each other; a field that one part lacks is bad there."""
    fields = [field for field in entity.fields if any(field in part.frame.columns for part in parts)]
    frames = []
    for part in parts:
        absent = [name for name in fields if name not in part.frame.columns]
        frames.append(part.frame.with_columns(pl.lit(value=True).alias(f"#bad:{name}") for name in absent))
    frame = frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal")
    spans = ["#p", "#start", "#end"] if entity.period else []
    bad = [name for field in fields if (name := f"#bad:{field}") in frame.columns]
    marks = [pl.col(name).fill_null(value=False) for name in bad]
    frame = frame.select(*fields, *spans, *marks, "#file", "#sheet", "#line")
    faults: dict[tuple[str, str | None], list[pl.DataFrame]] = {}
    offset = 0
    for part in parts:
        for field, fault in part.faults:
            rows = pl.DataFrame({"#at": fault.rows.cast(pl.Int64) + offset, "#value": fault.values.cast(pl.String)})
            faults.setdefault((fault.code, field), []).append(rows)
        offset += part.frame.height
    findings = []
    for (code, field), pieces in faults.items():
        places = pl.concat(pieces)
        named = frame.select(*dict.fromkeys([*map(str, entity.key), *spans[:1]]), "#file", "#sheet", "#line")
        rows = named[places["#at"]].with_columns(places["#value"])
        findings += cell_findings(code, entity, field, rows)
    return frame, findings


def cell_findings(code: str, entity: Entity, name: str | None, rows: pl.DataFrame) -> list[Finding]:
    field = None if name is None else entity.fields.get(name)
    details: dict[str, Detail] = {}
    if code == EMPTIED and field is not None:
        return [emptied_cells(entity, field, rows)]
    if code == "no-period" and entity.period is not None:
        details = {"expected": period_label(entity.period.is_, _EXAMPLES[entity.period.is_])}
    elif field is None:
        pass
    elif code == "unknown-choice":
        known = choices_of(field)
        meant = cache(lambda value: hint(None if field.personal else did_you_mean(value, known)))
        return row_findings(
            code,
            entity,
            field,
            rows,
            details=lambda row: {
                "choices": _listed(field),
                "hint": meant(row["#value"]),
            },
        )
    else:
        told = {"expected": allowed(field) if code == "out-of-range" else expected(field)}
        return row_findings(
            code, entity, field, rows, details=lambda row: told | {"hint": hint_of_serial(field, row["#value"])}
        )
    return row_findings(code, entity, field or name, rows, details=lambda row: details)


def _listed(field: Field) -> Detail:
    chinese = [(words or {}).get("zh", str(choice)) for choice, words in field.choices.items()]
    return {"zh": "、".join(chinese), "en": ", ".join(map(str, field.choices))}


def _placed(
    entity: Entity, frame: pl.DataFrame, starts: pl.Series | None
) -> tuple[pl.DataFrame, pl.DataFrame | None, list[Finding]]:
    """Set aside rows without key or period, sort the others, and make keys unique.

    A span without its first day keeps its place; it is nobody's copy, since its day may be any. `starts` says on which
    rows the first key differs from that of the row before, if that is known.
    """
    identity = identity_of(entity)
    findings: list[Finding] = []
    for first, last in entity.spans:
        if first in frame.columns and last in frame.columns:
            frame, more = _forward(entity, frame, first, last)
            findings += more
    strays = None
    contents = [name for name in frame.columns if is_content(name) or name == "#p"]
    place = [name for name in identity if name in entity.key or name == "#p"]
    if any(frame[name].null_count() for name in place):
        strays = frame.filter(pl.any_horizontal(pl.col(place).is_null())).sort(contents, maintain_order=True)
        frame, starts = frame.drop_nulls(place), None
    if any(frame[name].null_count() for name in identity):
        frame = frame.sort([*identity, *(name for name in contents if name not in identity)], maintain_order=True)
        starts = None
    frame, repeated = in_order_of(frame, identity, starts)
    if repeated is not None:
        frame, more = _unique(entity, frame, identity, repeated)
        findings += more
    return frame.with_row_index("#row"), strays, findings


def in_layout(pieces: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Bring the pieces of a table into one layout, without marks of bad cells that no piece has."""
    frame = pieces[0]
    fields = [name for name in frame.columns if not name.startswith("#")]
    places = [name for name in ("#p", "#start", "#end", "#row", "#file", "#sheet", "#line") if name in frame.columns]
    marks = [f"#bad:{field}" for field in fields if any(_has_bad(piece, field) for piece in pieces)]
    return [
        piece.with_columns(pl.lit(value=False).alias(mark) for mark in marks if mark not in piece.columns).select(
            name for name in (*fields, *places, *marks) if name in piece.columns or name in marks
        )
        for piece in pieces
    ]


def _has_bad(piece: pl.DataFrame, field: str) -> bool:
    return f"#bad:{field}" in piece.columns and bool(piece[f"#bad:{field}"].any())


def identity_of(entity: Entity) -> list[str]:
    """List the columns that tell rows apart."""
    time = ["#p"] if entity.period else [entity.valid[0]] if entity.valid else []
    return list(dict.fromkeys(str(name) for name in (*entity.key, *time)))


def _forward(entity: Entity, frame: pl.DataFrame, first: str, last: str) -> tuple[pl.DataFrame, list[Finding]]:
    """Set aside last days that lie before the first."""
    backward = (frame[last] < frame[first]).fill_null(value=False)
    if not backward.any():
        return frame, []
    rows = frame.filter(backward).with_columns(pl.col(last).cast(pl.String).alias("#value"))
    hidden = entity.fields[first].personal
    findings = row_findings(
        "reversed-span",
        entity,
        entity.fields[last],
        rows,
        details=lambda row: {"first": HIDDEN if hidden else str(row[first])},
    )
    return spoiled(frame, [last], backward), findings


def spoiled(frame: pl.DataFrame, fields: Iterable[str], rows: pl.Series) -> pl.DataFrame:
    """Make cells missing, and mark them bad."""
    fields = list(fields)
    return marked(frame.with_columns(pl.when(~rows).then(pl.col(field)).alias(field) for field in fields), fields, rows)


def marked(frame: pl.DataFrame, fields: Iterable[str], rows: pl.Series) -> pl.DataFrame:
    """Mark cells bad."""
    for field in fields:
        bad = frame[f"#bad:{field}"] | rows if f"#bad:{field}" in frame.columns else rows
        frame = frame.with_columns(bad.alias(f"#bad:{field}"))
    return frame


def _unique(
    entity: Entity, frame: pl.DataFrame, identity: Sequence[str], repeated: pl.Series
) -> tuple[pl.DataFrame, list[Finding]]:
    """Merge rows of one key: equal cells stay, different ones are missing and bad."""
    frame = frame.with_columns((~repeated).cum_sum().alias("#group"))
    several = frame.filter(repeated)["#group"].unique()
    alone = ~frame["#group"].is_in(several.implode())
    contents = [name for name in frame.columns if is_content(name) and name not in identity]
    groups = (
        frame.filter(~alone)
        .group_by("#group", maintain_order=True)
        .agg(
            pl.exclude("#group", *contents).last(),
            pl.col(contents).first(),
            (pl.col(contents).n_unique() > 1).name.prefix("#differs:"),
            pl.len().alias("#rows"),
            pl.struct("#file", "#sheet", "#line").alias("#places"),
        )
    )
    fields = [name for name in contents if not name.startswith("#")]
    findings = []
    differing: dict[str, pl.Series] = {}
    for field in fields:
        differs = groups[f"#differs:{field}"]
        if f"#bad:{field}" in contents:
            differs = differs | groups[f"#differs:#bad:{field}"]
        if differs.any():
            differing[field] = differs
    merged = groups
    for field, differs in differing.items():
        merged = spoiled(merged, [field], differs)
    names = [pl.when(differs).then(pl.lit(field)) for field, differs in differing.items()]
    listed = pl.concat_str(names, separator=", ", ignore_nulls=True) if names else pl.lit("")
    told = groups.with_columns(listed.alias("#fields"))
    for code, rows in (
        ("duplicate-row", told.filter(pl.col("#fields") == "")),
        ("conflicting-rows", told.filter(pl.col("#fields") != "")),
    ):
        findings += row_findings(code, entity, None, rows, details=partial(repetition, entity))
    merged = merged.drop("#rows", "#places", selectors.starts_with("#differs:"))
    result = pl.concat([frame.filter(alone), merged], how="diagonal")
    marks = selectors.starts_with("#bad:").fill_null(value=False)
    return result.sort("#group").drop("#group").with_columns(marks), findings


def repetition(entity: Entity, row: Mapping[str, Any]) -> Mapping[str, Detail]:
    """How often a row is there, and in which fields its cells differ."""
    fields = [entity.fields.get(name, name) for name in row["#fields"].split(", ")]
    told = {
        "zh": "、".join(named(field, "zh") for field in fields),
        "en": ", ".join(named(field, "en") for field in fields),
    }
    return {"rows": row["#rows"], "fields": told}


def empty_cells(table: Table) -> list[Finding]:
    """Find the empty cells of fields that need a value."""
    entity, pieces = table.entity, [piece for piece in (table.frame, table.strays) if piece is not None]
    places = [*map(str, entity.key), *(["#p"] if entity.period else []), "#file", "#sheet", "#line"]
    findings = []
    for field in entity.fields.values():
        needed = not field.optional and field.blank is None and field.id not in anchors(entity)
        if not needed or field.id not in table.frame.columns:
            continue
        if not any(piece[field.id].null_count() for piece in pieces):
            continue
        rows = pl.concat([piece.filter(_empty(piece, field.id)).select(places) for piece in pieces])
        findings += row_findings("empty-cell", entity, field, rows, details=awaited(field))
    return findings


def awaited(field: Field) -> Callable[[Mapping[str, Any]], Mapping[str, Detail]]:
    return lambda row: {"expected": expected(field)}


def _empty(frame: pl.DataFrame, field: str) -> pl.Series:
    empty = frame[field].is_null()
    return empty & ~frame[f"#bad:{field}"] if f"#bad:{field}" in frame.columns else empty


def _shares(entity: Entity, frame: pl.DataFrame, percent_signs: set[str]) -> list[Finding]:
    """Find columns of per cent that seem to hold shares."""
    findings = []
    for field in entity.fields.values():
        unit = None if field.unit is None else parse_unit(field.unit)
        if unit is None or not unit.percent or field.id in percent_signs or field.id not in frame.columns:
            continue
        largest = frame[field.id].abs().max()
        if isinstance(largest, int | float) and 0 < largest <= 1:
            findings.append(finding("percent-as-share", entity, field))
    return findings


def is_content(column: str) -> bool:
    """Say whether a column of a table has what was delivered, and not where or when the row stands."""
    return not column.startswith("#") or column.startswith("#bad:")
