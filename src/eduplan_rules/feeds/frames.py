"""Tables of an engine: Parquet files and tables of a database, named after entities and read where they lie.

In: paths and the name of an engine. Out: `EngineFacts`. Holds: no file is read but by the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eduplan_rules.engine.lazy.engines import TITLES, Name, engine_of
from eduplan_rules.engine.lazy.facts import EngineFacts, read_frames
from eduplan_rules.errors import DataError
from eduplan_rules.feeds.feed import NAME
from eduplan_rules.feeds.files import FORMATS
from eduplan_rules.feeds.words import word
from eduplan_rules.tables.facts import entity_names

if TYPE_CHECKING:
    from eduplan_rules.rulebook.model import Rulebook

_PARQUET = ".parquet"
_DATABASES = (".duckdb", ".ddb", ".db")
_PACKAGES: dict[Name, str] = {"polars": "polars", "duckdb": "duckdb", "spark": "pyspark"}


def read_tables(paths: Sequence[str], book: Rulebook, engine: Name) -> EngineFacts:
    """Read Parquet files with an engine; DuckDB also reads tables of its databases.

    A file, or a folder of files, is the table of the entity it is named after. Raises DataError where there is none, or
    the engine is not installed.
    """
    if find_spec(_PACKAGES[engine]) is None:
        raise DataError([word("no-engine", engine=TITLES[engine], package=_PACKAGES[engine], extra=engine)])
    names = entity_names(book)
    files: dict[str, list[Path]] = {}
    databases: list[Path] = []
    others: list[str] = []
    for path in paths:
        for file in _files(Path(path), names):
            if file.suffix.lower() in _DATABASES and engine == "duckdb":
                databases.append(file)
            elif file.suffix.lower() == _PARQUET or file.is_dir():
                files.setdefault(file.name.removesuffix(_PARQUET), []).append(file)
            elif file.name == NAME or file.suffix.lower() in FORMATS:
                others.append(file.as_posix())
    if others:
        raise DataError([word("not-for-engine", path=path, engine=TITLES[engine]) for path in others])
    for part in (part for found in files.values() for part in _parts(found)):
        _check_whole(Path(part))
    frames = dict(_READERS[engine](files, databases))
    if not any(name in names for name in frames):
        raise DataError([word("no-frames", where=", ".join(paths), engine=TITLES[engine])])
    known = engine_of(frames)
    assert known is not None
    return read_frames(frames, known, book, {name: found[0].as_posix() for name, found in files.items()})


def _files(path: Path, names: dict[str, str]) -> Iterator[Path]:
    """The tables at a path: itself, or those in the folder; a folder that is named after an entity is one table."""
    if not path.exists():
        raise DataError([word("no-path", path=path.as_posix())])
    if path.is_dir() and path.name.removesuffix(_PARQUET) not in names:
        for each in sorted(path.iterdir()):
            if each.is_file() or each.name.removesuffix(_PARQUET) in names:
                yield each
    else:
        yield path


def _check_whole(path: Path) -> None:
    """Refuse a file that does not begin and end as Parquet does."""
    try:
        with path.open("rb") as file:
            begin = file.read(4)
            file.seek(-4, 2)
            whole = begin == file.read(4) == b"PAR1"
    except OSError:
        whole = False
    if not whole:
        raise DataError([word("no-whole-parquet", path=path.as_posix())])


def _parts(found: list[Path]) -> list[str]:
    return [str(part) for each in found for part in (sorted(each.glob(f"*{_PARQUET}")) if each.is_dir() else [each])]


def _polars(files: dict[str, list[Path]], _: list[Path]) -> Iterator[tuple[str, Any]]:
    import polars as pl

    for name, found in files.items():
        yield name, pl.scan_parquet(_parts(found))


def _duckdb(files: dict[str, list[Path]], databases: list[Path]) -> Iterator[tuple[str, Any]]:
    import duckdb

    connection = duckdb.connect()
    for name, found in files.items():
        yield name, connection.read_parquet(_parts(found))
    for number, database in enumerate(databases):
        place = str(database).replace("'", "''")
        connection.execute(f"ATTACH '{place}' AS facts{number} (READ_ONLY)")
        asked = f"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'facts{number}'"
        for schema, table in connection.execute(asked).fetchall():
            yield table, connection.sql(f'SELECT * FROM facts{number}."{schema}"."{table}"')


def _spark(files: dict[str, list[Path]], _: list[Path]) -> Iterator[tuple[str, Any]]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("eduplan-rules")
    local = builder.master("local[*]").config("spark.ui.enabled", "false")
    session = SparkSession.getActiveSession() or local.getOrCreate()
    for name, found in files.items():
        yield name, session.read.parquet(*_parts(found))


_READERS: dict[Name, Any] = {"polars": _polars, "duckdb": _duckdb, "spark": _spark}
