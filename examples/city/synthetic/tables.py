"""Tables as lists of rows of text, changes to them, and how they are written.

In: rows made by the other modules. Out: CSV files (one table as Parquet), the same bytes on every run.
Holds: a change that finds no row is an error, so that nothing planted goes stale in silence.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

Row = dict[str, str]
#: a cell as it will be, or how it follows from the row
Cell = str | int | float | Callable[[Row], object]
#: column -> what stands in it: one text or one of several; of a column of days also its beginning
Where = Mapping[str, str | int | Collection[str]]

AS_OF = date(2022, 12, 31)
YEARS = (2017, 2018, 2019, 2020, 2021, 2022)
#: years of which the ledgers tell: drills, lessons, visits, checks
LEDGER = (2021, 2022)
#: column that keeps rows out of the files
_GONE = "#gone"


@dataclass
class City:
    """All tables by entity."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    _index: dict[tuple[str, str], dict[str, list[Row]]] = field(default_factory=dict)

    def add(self, table: str, rows: Iterable[Row]) -> None:
        """Put rows at the end of a table."""
        self.rows.setdefault(table, []).extend(rows)
        self._index = {key: found for key, found in self._index.items() if key[0] != table}

    def find(self, table: str, where: Where) -> list[Row]:
        """List the rows that match; the first column of `where` is looked up in an index."""
        (column, wanted), *others = where.items()
        values = [wanted] if isinstance(wanted, str | int) else list(wanted)
        index = self._by(table, column)
        rows = [row for value in values for row in index.get(str(value), ())]
        return [row for row in rows if _GONE not in row and all(_fits(row[name], cell) for name, cell in others)]

    def put(self, table: str, where: Where, **cells: Cell) -> None:
        """Write cells into the rows that match."""
        for row in self._some(table, where):
            for name, cell in cells.items():
                if name not in row:
                    raise KeyError(f"{table} has no column {name}")
                row[name] = text(cell(row) if callable(cell) else cell)

    def drop(self, table: str, where: Where) -> None:
        """Take out the rows that match."""
        for row in self._some(table, where):
            row[_GONE] = "yes"

    def copy(self, table: str, where: Where, **cells: Cell) -> None:
        """Add the first row that matches once more, with other cells."""
        row = dict(self._some(table, where)[0])
        row |= {name: text(cell(row) if callable(cell) else cell) for name, cell in cells.items()}
        self.add(table, [row])

    def kept(self, table: str) -> list[Row]:
        """List the rows that go into the file."""
        return [row for row in self.rows[table] if _GONE not in row]

    def _some(self, table: str, where: Where) -> list[Row]:
        rows = self.find(table, where)
        if not rows:
            raise KeyError(f"no row of {table} has {dict(where)}")
        return rows

    def _by(self, table: str, column: str) -> dict[str, list[Row]]:
        if (table, column) not in self._index:
            index: dict[str, list[Row]] = {}
            for row in self.rows[table]:
                index.setdefault(row[column], []).append(row)
            self._index[table, column] = index
        return self._index[table, column]


def _fits(cell: str, wanted: str | int | Collection[str]) -> bool:
    if isinstance(wanted, str | int):
        return cell == str(wanted) or (len(cell) == 10 and cell[4] == "-" and cell.startswith(str(wanted)))
    return cell in wanted


def text(value: object) -> str:
    """Write a cell: nothing for None, days as 2022-04-11."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def row(**cells: object) -> Row:
    """Make a row of text."""
    return {name: text(value) for name, value in cells.items()}


def chance(subject: str) -> random.Random:
    """Make a source of chance of its own for each subject, so that one table never moves another."""
    return random.Random(f"synthetic city: {subject}")


def workday(of: random.Random, year: int, month: int, first: int = 1) -> date:
    """Choose a working day of the month, from its day `first` on."""
    day = date(year, month, of.randint(first, 26))
    return day + timedelta(days=max(0, 7 - day.isoweekday() + 1) if day.isoweekday() > 5 else 0)


def past(day: date) -> date | None:
    """Give the day if it is not after the day the feed was drawn, else nothing."""
    return day if day <= AS_OF else None


def write_csv(path: Path, rows: Sequence[Row], headers: Mapping[str, str] | None, words: Mapping[str, str]) -> None:
    """Write a table in UTF-8; `headers` gives other names of columns, `words` the labels of choices."""
    names = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names if headers is None else [headers[name] for name in names])
        if headers is None:
            writer.writerows([row[name] for name in names] for row in rows)
        else:
            writer.writerows([words.get(row[name], row[name]) for name in names] for row in rows)


def write_parquet(path: Path, rows: Sequence[Row], integers: Collection[str], days: Collection[str]) -> None:
    """Write a table as Parquet, with typed columns."""
    import polars as pl

    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)).with_columns(
        pl.when(pl.col(pl.String) != "").then(pl.col(pl.String))
    )
    frame.with_columns(pl.col(list(integers)).cast(pl.Int64), pl.col(list(days)).str.to_date()).write_parquet(path)
