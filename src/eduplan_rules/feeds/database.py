"""Feeds of databases: a table, or what a query gives, by SQLAlchemy.

In: a feed with `database`. Out: a `Delivery` whose file is the address without user and password, with the table
behind it, and whose lines are the numbers of its rows. Holds: what breaks off gives no rows at all, only a finding;
rows come in chunks and are put into typed columns at once; nothing is written; no password is told.

SQLAlchemy rather than ADBC or `polars.read_database`: one way for every database of which the errors, the transaction
and the server's cursor are in our hands, and types that do not hang on what the first rows hold.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from decimal import Decimal
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from socket import SHUT_RDWR, socket
from threading import Timer
from time import monotonic
from typing import Any
from uuid import UUID

import polars as pl

from eduplan_rules.feeds.address import Database
from eduplan_rules.feeds.feed import Feed
from eduplan_rules.feeds.fit import fitted
from eduplan_rules.feeds.text import UnreadableError
from eduplan_rules.feeds.words import word
from eduplan_rules.secret import HIDDEN, hidden
from eduplan_rules.tables.cells import series_of
from eduplan_rules.tables.delivery import Delivery
from eduplan_rules.tables.finding import Detail, Finding, Location, finding

#: rows that are Python's at one time
CHUNK = 10_000
#: seconds in which a server must answer at first
_CONNECT = 10
#: seconds after its time in which a server must say that it stops
GRACE = 5
_DIGITS = 38
#: what a server says by code (its beginning) or in words, and what we say
_REASONS = (
    (("57014",), ("interrupted",), "too-slow"),
    (("42P01", "3F000"), ("no such table",), "no-table-there"),
    (("42501",), ("permission denied",), "no-right"),
    (("25006",), ("readonly database",), "only-read"),
)


def read_database(feed: Feed, database: Database, folder: Path | None) -> tuple[list[Delivery], list[Finding]]:
    """Read the table of a feed whole, or tell why it cannot be."""
    file, _, line = feed.place.rpartition(":")
    name, place, findings = feed.place, Location(file, None, int(line)), list[Finding]()
    try:
        url = _url(database)
        name = _shown(url, feed, database)
        place = Location(name, None, None)
        if not database.address.variable and (url.password or "password" in url.query):
            findings.append(finding("password-in-file", feed.entity, place=feed.place))
        headers, columns = _read(url, database, folder)
    except UnreadableError as error:
        reason: Detail = {"zh": error.chinese, "en": error.english}
        return [], [*findings, finding("unreadable-file", feed.entity, location=place, file=name, reason=reason)]
    delivery, more = fitted(Delivery(feed.entity, headers, columns, name), feed, separated=False)
    return [delivery], findings + more


def _url(database: Database) -> Any:
    """The address as SQLAlchemy has it, with a driver that is there."""
    if not database.address.url:
        raise _unreadable("no-variable", name=database.address.text)
    try:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise _unreadable("no-sqlalchemy") from None
    try:
        url = make_url(database.address.url)
    except (ArgumentError, ValueError):
        raise _unreadable("no-address") from None
    if "@" in f"{url.host}{url.database}":
        # the password has signs that part an address
        raise _unreadable("no-address")
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg" if find_spec("psycopg") else "postgresql+psycopg2")
    return url


def _shown(url: Any, feed: Feed, database: Database) -> str:
    """The address without user, password and options, and what is read there."""
    bare = type(url).create(url.get_backend_name(), host=url.host, port=url.port, database=url.database)
    return f"{bare.render_as_string()}/{database.table or f'query:{feed.entity.id}'}"


def _read(url: Any, database: Database, folder: Path | None) -> tuple[tuple[str, ...], tuple[pl.Series, ...]]:
    """Read all rows in one transaction that cannot write."""
    from sqlalchemy import literal_column, select, table
    from sqlalchemy.exc import SQLAlchemyError

    until = monotonic() + database.timeout
    done, cursor = 0, None
    with _connected(url, folder) as connection, _watched(connection, database.timeout + GRACE):
        try:
            _bound(connection, database.timeout, until)
            streamed = connection.execution_options(stream_results=True, yield_per=CHUNK, no_parameters=True)
            if database.query is not None:
                result = streamed.exec_driver_sql(database.query)
            else:
                schema, _, name = str(database.table).rpartition(".")
                result = streamed.execute(select(literal_column("*")).select_from(table(name, schema=schema or None)))
            cursor = result.cursor
            if not result.returns_rows:
                raise _unreadable("no-rows-given")
            headers = tuple(map(str, result.keys()))
            pieces: list[list[pl.Series]] = [[] for _ in headers]
            for rows in result.partitions(CHUNK):
                for place, values in enumerate(zip(*rows, strict=True)):
                    pieces[place].append(_column(headers[place], values))
                done += len(rows)
                if monotonic() > until:
                    raise _unreadable("too-slow", seconds=database.timeout)
        except SQLAlchemyError as error:
            if cursor is not None and getattr(error, "connection_invalidated", False):
                # SQLAlchemy leaves it open where the server has gone
                with suppress(connection.dialect.loaded_dbapi.Error):
                    cursor.close()
            raise _told(error, url, database, done) from None
    return headers, tuple(_joined(header, each) for header, each in zip(headers, pieces, strict=True))


@contextmanager
def _connected(url: Any, folder: Path | None) -> Iterator[Any]:
    """A connection that is closed again, also where the server has gone."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        options["creator"] = partial(_open_file, url, folder)
    elif url.drivername in ("postgresql+psycopg", "postgresql+psycopg2"):
        known = {"connect_timeout": _CONNECT, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
        options["connect_args"] = {key: value for key, value in known.items() if key not in url.query}
    try:
        engine = create_engine(url, **options)
        connection = engine.connect()
    except ImportError as error:
        raise _unreadable("no-driver", name=url.drivername, module=error.name or "") from None
    except SQLAlchemyError as error:
        if type(error).__name__ == "NoSuchModuleError":
            raise _unreadable("no-such-database", name=url.drivername) from None
        raise _unreadable("cannot-connect", reason=_reason(error, url)) from None
    except (TypeError, ValueError) as error:
        # options in the address that the driver does not know
        raise _unreadable("cannot-connect", reason=_reason(error, url)) from None
    try:
        yield connection
    finally:
        try:
            connection.close()
        except SQLAlchemyError:
            connection.invalidate()


@contextmanager
def _watched(connection: Any, seconds: float) -> Iterator[None]:
    """Hang up on a server that says nothing any more, where the driver shows its line."""
    line = getattr(connection.connection.driver_connection, "fileno", None)
    if line is None:
        yield
        return

    def hang_up() -> None:
        with suppress(OSError), socket(fileno=os.dup(line())) as opened:
            opened.shutdown(SHUT_RDWR)

    timer = Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _open_file(url: Any, folder: Path | None) -> sqlite3.Connection:
    """Open a file of SQLite as it is: none is made, and nothing is written."""
    path = (folder or Path()) / (url.database or "")
    if not path.is_file():
        raise _unreadable("no-database-file")
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _bound(connection: Any, seconds: int, until: float) -> None:
    """Have the database itself refuse to write, and stop where it takes too long."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {min(seconds * 1000, 2**31 - 1)}")
    elif connection.dialect.name == "sqlite":
        opened = connection.connection.driver_connection
        opened.set_progress_handler(lambda: int(monotonic() > until), 10_000)


def _told(error: Exception, url: Any, database: Database, done: int) -> UnreadableError:
    """Say what a database has said, without what stands in its cells."""
    origin = getattr(error, "orig", None)
    code = str(getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None) or "")
    reason = _reason(error, url)
    for codes, words, name in _REASONS:
        if code.startswith(codes) or (not code and any(each in reason for each in words)):
            return _unreadable(name, seconds=database.timeout, table=database.table or "", reason=reason)
    if getattr(error, "connection_invalidated", False) or code.startswith(("08", "57P")):
        return _unreadable("lost", rows=done, reason=reason)
    if code.startswith("22") or type(error).__name__ == "DataError" or "decode" in reason:
        return _unreadable("bad-value")
    return _unreadable("refused", reason=reason)


def _reason(error: Exception, url: Any) -> str:
    """The first line of what a driver says, without user and password."""
    said = (str(getattr(error, "orig", None) or error).strip().splitlines() or [""])[0]
    for secret in filter(None, (url.password, url.query.get("password"))):
        said = said.replace(str(secret), HIDDEN)
    return hidden(said.replace(f'"{url.username}"', f'"{HIDDEN}"'))


def _unreadable(name: str, /, **gaps: object) -> UnreadableError:
    told = word(name, **gaps)
    return UnreadableError(told.said("en"), told.said("zh"))


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    """Put the cells of a chunk into a column of their type."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {Decimal}:
        finite = [value for value in values if value is not None and value.is_finite()]
        exponents = [int(value.as_tuple().exponent) for value in finite]
        scale = max(0, -min(exponents, default=0))
        most = max((value.adjusted() for value in finite), default=0) + 1 + scale
        if most <= _DIGITS and len(finite) == sum(value is not None for value in values):
            return pl.Series(name, values, dtype=pl.Decimal(_DIGITS, scale))
    elif kinds == {datetime}:
        local = [None if value is None else value.replace(tzinfo=None) for value in values]
        return pl.Series(name, local, dtype=pl.Datetime("us"))
    elif kinds == {UUID}:
        return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)
    return series_of(name, values)


def _joined(name: str, pieces: Sequence[pl.Series]) -> pl.Series:
    """One column of its chunks; where they differ in type, each cell keeps its own."""
    dtypes = {piece.dtype for piece in pieces} - {pl.Null()}
    if not dtypes:
        return pl.repeat(None, sum(map(len, pieces)), dtype=pl.Null, eager=True).alias(name)
    common = next(iter(dtypes)) if len(dtypes) == 1 else None
    if common is None and all(isinstance(dtype, pl.Decimal) for dtype in dtypes):
        scale = max(dtype.scale for dtype in dtypes if isinstance(dtype, pl.Decimal))
        common = pl.Decimal(_DIGITS, scale)
    if common is not None and common != pl.Object:
        try:
            return pl.concat([piece.cast(common) for piece in pieces]).alias(name)
        except pl.exceptions.InvalidOperationError:
            pass  # too many digits for one scale
    return pl.Series(name, [cell for piece in pieces for cell in piece.to_list()], dtype=pl.Object)
