"""Rows that are delivered twice, in an engine: merged, what differs missing.

In: rows that have a place. Out: one row for each key and period, and findings about those that were several. Holds: as
in `tables.table`, equal cells stay, different ones are missing and bad.
"""

from __future__ import annotations

from functools import partial, reduce
from operator import and_, or_
from typing import Any

import narwhals as nw
import polars as pl

from eduplan_rules.engine.lazy.engines import Engine, Frame
from eduplan_rules.engine.lazy.readings import true
from eduplan_rules.engine.lazy.told import counted, first_rows
from eduplan_rules.rulebook.model import Entity
from eduplan_rules.tables.finding import Finding, row_findings
from eduplan_rules.tables.table import repetition


def merged(
    entity: Entity,
    placed: Frame,
    columns: list[str],
    identity: list[str],
    engine: Engine,
    *,
    dated: bool,
    name: str | None = None,
) -> tuple[Frame, list[str], int, list[Finding]] | None:
    """The rows with those of one key as one, marks that they did not have before, how many fell away, and findings.

    None where no key is there twice. `dated`: some spans have no first day, and are nobody's copies.
    """
    certain = reduce(and_, (~nw.col(each).is_null() for each in identity))
    rows = placed.filter(certain) if dated else placed
    if not _repeat(rows, identity, engine):
        return None
    fields = [each for each in columns if each not in identity and not each.startswith("#")]
    kept = [each for each in columns if each in ("#start", "#end")]
    groups = _grouped(rows, identity, fields, kept, columns)
    differs = {each: nw.col(f"#differs:{each}") for each in fields}
    several = nw.col("#rows") > 1
    asked = {each: (mask & several).cast(nw.Int64).sum().cast(nw.Int64) for each, mask in differs.items()}
    gone = (nw.col("#rows") - 1).sum().cast(nw.Int64)
    numbers = engine.collect(groups.select(gone.alias("#gone"), *(made.alias(each) for each, made in asked.items())))
    row = numbers.row(0, named=True)
    marks = [f"#bad:{each}" for each in fields if row[each] and f"#bad:{each}" not in columns]
    findings = _findings(entity, groups.filter(several), [each for each in fields if row[each]], engine, name)
    made = [nw.when(~mask).then(nw.col(each)).alias(each) for each, mask in differs.items()]
    bad = [
        (
            nw.col(each) | differs[each[5:]]
            if each in columns and each[5:] in differs
            else nw.col(each)
            if each in columns
            else differs[each[5:]]
        ).alias(each)
        for each in [*(each for each in columns if each.startswith("#bad:")), *marks]
    ]
    result = (groups.with_columns(*made, *bad) if made or bad else groups).select(*columns, *marks)
    if dated:
        others = placed.filter(~certain)
        others = others.with_columns(*(nw.lit(False).alias(mark) for mark in marks)) if marks else others
        result = nw.concat([result, others.select(*columns, *marks)], how="vertical")
    return result, marks, int(row["#gone"]), findings


def _repeat(rows: Frame, identity: list[str], engine: Engine) -> bool:
    """Whether some key is there twice."""
    hashes = engine.hashes(rows, identity)
    if hashes is not None and not bool((hashes == hashes.shift()).any()):
        return False
    # where two are equal, the keys are asked
    found = rows.group_by(*identity).agg(nw.len().cast(nw.Int64).alias("#rows")).filter(nw.col("#rows") > 1)
    return not engine.collect(found.head(1)).is_empty()


def _grouped(rows: Frame, identity: list[str], fields: list[str], kept: list[str], columns: list[str]) -> Frame:
    """One row for each key, with `#rows` and, by field, whether its cells differ."""
    folds: list[Any] = [nw.len().cast(nw.Int64).alias("#rows")]
    folds += [nw.col(each).max().alias(each) for each in kept]
    bad = [each for each in columns if each.startswith("#bad:")]
    for each in fields:
        column = nw.col(each)
        folds += [
            column.min().alias(each),
            column.max().alias(f"#max:{each}"),
            column.count().cast(nw.Int64).alias(f"#known:{each}"),
        ]
    for each in bad:
        number = nw.col(f"#whole:{each}")
        folds += [number.max().alias(f"#max:{each}"), number.min().alias(f"#min:{each}")]
    whole = [nw.col(each).cast(nw.Int64).alias(f"#whole:{each}") for each in bad]
    rows = rows.with_columns(*whole) if whole else rows
    groups = rows.group_by(*identity).agg(*folds)
    made = [(nw.col(f"#max:{each}") > 0).alias(each) for each in bad]
    for each in fields:
        known = nw.col(f"#known:{each}")
        differs = true(nw.col(each) != nw.col(f"#max:{each}")) | ((known > 0) & (known < nw.col("#rows")))
        mark = f"#bad:{each}"
        if mark in bad:
            differs = differs | (nw.col(f"#max:{mark}") != nw.col(f"#min:{mark}"))
        made.append(differs.alias(f"#differs:{each}"))
    return groups.with_columns(*made) if made else groups


def _findings(entity: Entity, groups: Frame, differing: list[str], engine: Engine, name: str | None) -> list[Finding]:
    """Tell of rows that were delivered several times, with the same content and with another."""
    findings: list[Finding] = []
    differs = [nw.col(f"#differs:{each}") for each in differing]
    kinds = {"duplicate-row": groups}
    if differs:
        some = reduce(or_, differs)
        kinds = {"duplicate-row": groups.filter(~some), "conflicting-rows": groups.filter(some)}
    for code, rows in kinds.items():
        number = engine.collect(rows.select(nw.len().cast(nw.Int64).alias("#n")))["#n"][0]
        if not number:
            continue
        more = ["#rows", *(f"#differs:{each}" for each in differing)]
        first = first_rows(entity, rows, engine, name, more=more)
        names = [pl.when(pl.col(f"#differs:{each}")).then(pl.lit(each)) for each in differing]
        listed = pl.concat_str(names, separator=", ", ignore_nulls=True) if names else pl.lit("")
        told = row_findings(
            code, entity, None, first.with_columns(listed.alias("#fields")), details=partial(repetition, entity)
        )
        findings += counted(told, number)
    return findings
