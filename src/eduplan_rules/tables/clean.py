"""Clean columns: those that hold what the door would make of them, or can be read whole without a fault.

In: fields and their delivered columns. Out: by field, the columns in which no cell would be set aside. Those of a
fitting dtype are as they were: no blanks around a text, no number that is not finite, no -0.0, no fraction where an
integer is declared, nothing outside the declared range or choices. Those of texts are read. Whole columns are asked,
all at once; one that fails is read by `cells`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from eduplan_rules.rulebook.model import Field
from eduplan_rules.tables.cells import BOOLEANS, DTYPES, TOO_LARGE, choices_of

_DAY = r"^\d{4}-\d{2}-\d{2}$"


class Clean(NamedTuple):
    """The clean columns by field, in the declared dtypes; of clean texts also which rows differ from the one before."""

    columns: dict[str, pl.Series]
    starts: dict[str, pl.Series]


def clean_columns(columns: Iterable[tuple[Field, pl.Series]]) -> Clean:
    """The clean ones among the columns."""
    given = [(field, column.alias(field.id)) for field, column in columns]
    # a feed of texts is read below in any case
    typed = all(column.dtype != pl.String or field.type in ("text", "choice") for field, column in given)
    bare = [column for field, column in given if typed and field.type == "text" and column.dtype == pl.String]
    asked = [(field, column) for field, column in given if _questions(field, column.dtype) is not None]
    starts = {column.name: rows for column in bare if (rows := _starts(column)) is not None}
    clean = _answered(asked) | {column.name: column for column in bare if column.name in starts}
    texts = [(field, column) for field, column in given if column.dtype == pl.String and field.id not in clean]
    if texts:
        # read as far as each can be; what could not be read is one null more
        written = pl.DataFrame([column for _, column in texts]).lazy().select(_stripped(field) for field, _ in texts)
        read = written.with_columns(_read(field).alias(f"={field.id}") for field, _ in texts).collect()
        whole = [field for field, _ in texts if read[f"={field.id}"].null_count() == read[field.id].null_count()]
        clean |= _answered([(field, read[f"={field.id}"].alias(field.id)) for field in whole])
        clean |= {str(field.id): read[field.id] for field in whole if field.type == "text"}
    found = {
        name: column.cast(DTYPES[field.type])
        for field, _ in given
        if (column := clean.get(name := str(field.id))) is not None
    }
    return Clean(found, starts)


def _answered(columns: Sequence[tuple[Field, pl.Series]]) -> dict[str, pl.Series]:
    """The columns to whose questions the answer is yes."""
    questions = {field.id: _questions(field, column.dtype) for field, column in columns}
    if not questions:
        return {}
    answers = pl.DataFrame([column for _, column in columns]).select(
        pl.all_horizontal(pl.lit(value=True), *asked).alias(name)
        for name, asked in questions.items()
        if asked is not None
    )
    return {
        column.name: column for _, column in columns if column.name in answers.columns and answers[column.name].item()
    }


def _stripped(field: Field) -> pl.Expr:
    """Texts without blanks around, empty ones null."""
    texts = pl.col(field.id).str.strip_chars()
    return pl.when(texts.str.len_bytes() > 0).then(texts)


def _read(field: Field) -> pl.Expr:
    """Texts in the form that nearly all feeds have, by declared type; null where they have another."""
    texts = pl.col(field.id)
    match field.type:
        case "integer" | "number":
            values = texts.cast(pl.Float64, strict=False)
            small = values.abs() < TOO_LARGE
            return pl.when(small).then(pl.when(values == 0.0).then(0.0).otherwise(values))
        case "date":
            return pl.when(texts.str.contains(_DAY)).then(texts.str.to_date("%Y-%m-%d", strict=False))
        case "boolean":
            return texts.str.to_lowercase().replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
        case "choice":
            return texts.replace_strict(choices_of(field), default=None, return_dtype=pl.String)
        case _:
            return texts


def _starts(column: pl.Series) -> pl.Series | None:
    """Which texts differ from the one before; None where some have blanks around or are empty."""
    starts = column.ne_missing(column.shift())
    different = column.filter(starts)  # of equal ones that follow each other, one is enough
    return starts if ((different.str.strip_chars() == different) & (different != "")).all() else None


def _questions(field: Field, dtype: pl.DataType) -> list[pl.Expr] | None:
    """What must be true of a clean column but of texts, each as a single value; None for a dtype that needs reading."""
    cells = pl.col(field.id)
    match field.type, dtype:
        case "choice", pl.String:
            return [cells.is_in([str(choice) for choice in field.choices]).all()]
        case "boolean", pl.Boolean:
            return []
        case "date", pl.Date:
            return _within(cells, date.min, date.max)
        case "integer" | "number", _ if dtype.is_integer():
            return [*_within(cells, 1 - TOO_LARGE, TOO_LARGE - 1), *_within(cells, field.min, field.max)]
        case "number", pl.Float64:
            negative_zero = (1.0 / cells.filter(cells == 0.0)).min() < 0
            return [_finite(cells), ~negative_zero.fill_null(value=False), *_within(cells, field.min, field.max)]
        case "integer", pl.Float64:
            exact = [(cells == cells.floor()).all(), *_within(cells, 1.0 - TOO_LARGE, TOO_LARGE - 1.0)]
            return [_finite(cells), *exact, *_within(cells, field.min, field.max)]
        case _:
            return None


def _finite(numbers: pl.Expr) -> pl.Expr:
    """Whether their sum is finite, as it is only if every number is."""
    return numbers.sum().is_finite()


def _within(cells: pl.Expr, low: float | date | None, high: float | date | None) -> list[pl.Expr]:
    """Whether the least and the largest cell lie between the bounds; where all are empty, they do."""
    least = [] if low is None else [cells.min() >= low]
    largest = [] if high is None else [cells.max() <= high]
    return [bound.fill_null(value=True) for bound in (*least, *largest)]
