"""Clean columns: those that need no reading, because they hold what the door would make of them.

In: fields and their delivered columns. Out: by field, the columns of a fitting dtype in which no cell would be changed
or set aside: no blanks around a text, no number that is not finite, no -0.0, no fraction where an integer is declared,
nothing outside the declared range or choices. Whole columns are asked, all at once; one that fails is read by `cells`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from eduplan_rules.rulebook.model import Field
from eduplan_rules.tables.cells import DTYPES, TOO_LARGE


def clean_columns(columns: Iterable[tuple[Field, pl.Series]]) -> dict[str, pl.Series]:
    """The clean ones among the columns, by field, in the declared dtypes."""
    given = [(field, column.alias(field.id)) for field, column in columns]
    clean: set[str] = {field.id for field, column in given if field.type == "text" and _is_bare(column)}
    questions = [(column, asked) for field, column in given if (asked := _questions(field, column.dtype)) is not None]
    if questions:
        answers = pl.DataFrame([column for column, _ in questions]).select(
            pl.all_horizontal(pl.lit(value=True), *asked).alias(column.name) for column, asked in questions
        )
        clean |= {column.name for column in answers if column.item()}
    return {field.id: column.cast(DTYPES[field.type]) for field, column in given if field.id in clean}


def _is_bare(column: pl.Series) -> bool:
    """Whether it has texts without blanks around, none of them empty."""
    if column.dtype != pl.String:
        return False
    different = column.filter(column.ne_missing(column.shift()))  # of equal ones that follow each other, one is enough
    return bool(((different.str.strip_chars() == different) & (different != "")).all())


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
