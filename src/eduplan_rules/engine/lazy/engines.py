"""Engines: whose frames they are, and what differs between those that have them.

In: frames of Polars, DuckDB or Spark that were handed over. Out: the one `Engine` they all belong to.
Holds: what is uploaded to an engine or kept there goes away with the `Engine`.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import narwhals as nw
import polars as pl
from narwhals.exceptions import NarwhalsError

from eduplan_rules.engine.lazy.words import word
from eduplan_rules.errors import DataError

Name = Literal["polars", "duckdb", "spark"]
#: a lazy frame of Narwhals, or what it stands for
Frame = Any

#: engines as people write them
TITLES: dict[str, str] = {"polars": "Polars", "duckdb": "DuckDB", "spark": "Spark"}
#: rows up to which what Polars has worked out is held in memory, not in a file
_IN_MEMORY = 500_000
#: levels to which DuckDB is to read an expression; a chain of cases over the steps of a parameter may have many
_DEPTH = 100_000


@dataclass(frozen=True, eq=False)
class Engine:
    """An engine that has the facts."""

    name: Name
    #: the module in which the frame program speaks to its frames
    api: ModuleType
    #: makes a small frame of ours one of the engine's
    upload: Callable[[pl.DataFrame], Frame]
    #: works a frame of about so many rows out once, for all that follows
    settle: Callable[[Frame, int], Frame]
    #: what it raises when it refuses or breaks
    mistakes: tuple[type[Exception], ...]

    def collect(self, frame: Frame) -> pl.DataFrame:
        """Bring the rows of a frame here."""
        if self.name == "polars":
            return native(frame).collect(engine="streaming")  # type: ignore[no-any-return]
        return nw.from_native(native(frame)).collect("polars").to_native()  # type: ignore[no-any-return]

    def collect_all(self, frames: Sequence[Frame]) -> list[pl.DataFrame]:
        """Bring the rows of several frames here; what they share is read once where the engine sees it."""
        if self.name == "polars":
            return pl.collect_all([native(frame) for frame in frames], engine="streaming")
        return [self.collect(frame) for frame in frames]

    def hashes(self, frame: Frame, columns: Sequence[str]) -> pl.Series | None:
        """A number for each row that is the same for rows of equal content, sorted; None where an engine has none.

        A small part of the rows themselves. That two of ten million keys share one is as likely as 1 in 400,000.
        """
        if self.name != "polars":
            return None
        mixed = reduce(xor, (pl.col(name).hash(seed) for seed, name in enumerate(columns)))
        return native(frame).select(mixed.alias("#hash")).collect(engine="streaming")["#hash"].sort()  # type: ignore[no-any-return]

    @property
    def refusals(self) -> tuple[type[Exception], ...]:
        """What it raises for what it does not have."""
        return (*self.mistakes, AttributeError, NotImplementedError, TypeError)

    def spoken(self, frame: Frame) -> Frame:
        """A frame as `api` speaks of it."""
        return native(frame) if self.api is pl else nw.from_native(native(frame))


def native(frame: Frame) -> Any:
    """The engine's own frame."""
    return frame.to_native() if isinstance(frame, nw.LazyFrame | nw.DataFrame) else frame


def engine_of(facts: Mapping[str, Any]) -> Engine | None:
    """The engine that the frames belong to; None where they are in memory.

    Raises DataError where they belong to more than one, or only some are in memory.
    """
    names = {str(entity): _name_of(frame) for entity, frame in facts.items()}
    found = set(names.values()) - {None, "frame"}
    if not found:
        return None
    # a frame of Polars in memory is one of its lazy frames as well
    strangers = (None,) if found == {"polars"} else (None, "frame")
    if len(found) > 1 or any(name in strangers for name in names.values()):
        listed = tuple(
            word("in", entity=entity, engine=TITLES.get(name or "") or word("memory")) for entity, name in names.items()
        )
        raise DataError([word("mixed", listed=listed)])
    name = found.pop()
    first = native(next(frame for frame in facts.values() if _name_of(frame) == name))
    return {"polars": _polars, "duckdb": _duckdb, "spark": _spark}[str(name)](first)


def _name_of(frame: Any) -> str | None:
    """The engine of a lazy frame; `frame` for one of Polars in memory."""
    frame = native(frame)
    if isinstance(frame, pl.LazyFrame):
        return "polars"
    if isinstance(frame, pl.DataFrame):
        return "frame"
    module = type(frame).__module__.partition(".")[0]
    if type(frame).__name__ == "DuckDBPyRelation":
        return "duckdb"
    return "spark" if module == "pyspark" and not type(frame).__module__.startswith("pyspark.pandas") else None


def _polars(_: Any) -> Engine:
    held: list[Path] = []

    def settle(frame: Frame, rows: int) -> Frame:
        lazy = native(frame)
        if rows <= _IN_MEMORY:
            return nw.from_native(lazy.collect(engine="streaming").lazy())
        if not held:
            held.append(Path(tempfile.mkdtemp(prefix="eduplan-rules-")))
        file = held[0] / f"{uuid.uuid4().hex}.parquet"
        lazy.sink_parquet(file, compression="lz4")
        return nw.from_native(pl.scan_parquet(file))

    engine = Engine(
        "polars",
        pl,
        lambda frame: nw.from_native(frame.lazy()),
        settle,
        (pl.exceptions.PolarsError, pl.exceptions.PanicException, NarwhalsError),
    )
    weakref.finalize(engine, _forget_files, held)
    return engine


def _forget_files(held: list[Path]) -> None:
    for folder in held:
        shutil.rmtree(folder, ignore_errors=True)


def _duckdb(root: Any) -> Engine:
    import duckdb

    made: list[str] = []
    view = f"eduplan_{uuid.uuid4().hex}"
    before = root.query(view, "SELECT current_setting('max_expression_depth')").fetchall()[0][0]
    root.query(view, f"SET max_expression_depth TO {max(int(before), _DEPTH)}")

    def kept(rows: Any) -> Frame:
        # `query` knows the relation by the name of a view; a table of the same content outlives what it was made of
        name = f"{view}_{len(made)}"
        made.append(name)
        rows.query(f"{name}_source", f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name}_source"')
        root.query(view, f'DROP VIEW IF EXISTS "{name}_source"')
        return nw.from_native(root.query(view, f'SELECT * FROM "{name}"'))

    def upload(frame: pl.DataFrame) -> Frame:
        ours = frame.to_arrow()  # found by its name in the query
        name = f"{view}_{len(made)}"
        made.append(name)
        root.query(view, f'CREATE TEMP TABLE "{name}" AS SELECT * FROM ours')
        del ours
        return nw.from_native(root.query(view, f'SELECT * FROM "{name}"'))

    engine = Engine("duckdb", nw, upload, lambda frame, _: kept(native(frame)), (duckdb.Error, NarwhalsError))
    weakref.finalize(engine, _forget_tables, root, view, made, int(before))
    return engine


def _forget_tables(root: Any, view: str, made: list[str], depth: int) -> None:
    import duckdb

    try:
        for name in made:
            root.query(view, f'DROP TABLE IF EXISTS "{name}"')
        root.query(view, f"SET max_expression_depth TO {depth}")
        root.query(view, f'DROP VIEW IF EXISTS "{view}"')
    except duckdb.Error:
        pass  # the connection was closed before, and took them along


def _spark(root: Any) -> Engine:
    from pyspark.errors import PySparkException
    from pyspark.sql import types

    session = root.sparkSession
    held: list[Any] = []
    kinds = {
        pl.String: types.StringType,
        pl.Int64: types.LongType,
        pl.Float64: types.DoubleType,
        pl.Boolean: types.BooleanType,
        pl.Date: types.DateType,
    }

    def upload(frame: pl.DataFrame) -> Frame:
        columns = [types.StructField(name, kinds[type(dtype)]()) for name, dtype in frame.schema.items()]
        return nw.from_native(session.createDataFrame(frame.rows(), types.StructType(columns)))

    def settle(frame: Frame, _: int) -> Frame:
        cached = native(frame).persist()
        held.append(cached)
        return nw.from_native(cached)

    engine = Engine("spark", nw, upload, settle, (PySparkException, NarwhalsError, *_java_errors()))
    weakref.finalize(engine, _forget_caches, held)
    return engine


def _java_errors() -> tuple[type[Exception], ...]:
    try:
        from py4j.protocol import Py4JError
    except ImportError:  # a session of Spark Connect has no Java beside it
        return ()
    return (Py4JError,)


def _forget_caches(held: list[Any]) -> None:
    from pyspark.errors import PySparkException

    gone: tuple[type[Exception], ...] = (PySparkException, *_java_errors())
    try:
        for frame in held:
            frame.unpersist()
    except gone:
        pass  # the session was stopped before, and took them along
