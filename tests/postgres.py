"""A PostgreSQL server for tests: started for them alone, and stopped whatever happens.

In: the programs of Debian's packages, or those on the path. Out: a `Server`, or a test that is skipped and says why.
Holds: the server listens on loopback only, on a port of its own, keeps its data in a folder of its own, and never runs
as root.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

USER, DATABASE = "city_reader", "city"
#: a user that every system has, for a server that root starts
_NOBODY = 65534
_START, _STOP = 60, 20


@dataclass
class Server:
    """A running server; whoever breaks it has one of their own."""

    port: int
    process: subprocess.Popen[bytes]
    password: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def url(self) -> str:
        """The address with user and password."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def shown(self) -> str:
        """The address as reports have it."""
        return f"postgresql://127.0.0.1:{self.port}/{DATABASE}"

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """Execute statements; give what the last one gives."""
        psycopg = pytest.importorskip("psycopg")
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return [] if cursor.description is None else list(cursor.fetchall())

    def stop(self) -> None:
        """Stop at once, as when the machine goes down, and wait for it."""
        for sign in (signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(sign)
                try:
                    self.process.wait(_STOP)
                except subprocess.TimeoutExpired:
                    continue


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`: of the newest package, else the one on the path."""
    packages = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4))
    found = shutil.which("postgres")
    for folder in [*reversed(packages), *([Path(found).resolve().parent] if found else [])]:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    return None


@contextmanager
def server() -> Iterator[Server]:
    """Start a server with an empty database; skip the test where there is none to start."""
    pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed: neither in /usr/lib/postgresql nor on the path")
    if os.name != "posix":
        pytest.skip("the tests start PostgreSQL on POSIX only")
    # not below a folder of pytest, into which another user may not look
    with tempfile.TemporaryDirectory(prefix="eduplan-postgres-", ignore_cleanup_errors=True) as home:
        other: dict[str, Any] = {}
        if os.geteuid() == 0:
            os.chown(home, _NOBODY, _NOBODY)
            other = {"user": _NOBODY, "group": _NOBODY, "extra_groups": ()}
        data, secret = Path(home) / "data", Path(home) / "secret"
        port = _free_port()
        running = Server(port, subprocess.Popen(["true"]))
        running.process.wait()
        secret.write_text(running.password, encoding="utf-8")
        if other:
            os.chown(secret, _NOBODY, _NOBODY)
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": home}
        made = subprocess.run(
            [folder / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync",
             "-E", "UTF8", "--locale=C"],
            cwd=home, env=environment, capture_output=True, timeout=_START, check=False, **other,
        )  # fmt: skip
        if made.returncode:
            pytest.skip(f"initdb cannot make a database: {made.stderr.decode(errors='replace').strip()[-300:]}")
        settings = ["-p", str(port), "-h", "127.0.0.1", "-k", "", "-F", "-c", "shared_buffers=16MB"]
        with (Path(home) / "log").open("wb") as log:
            running.process = subprocess.Popen(
                [folder / "postgres", "-D", data, *settings],
                cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **other,
            )  # fmt: skip
        try:
            _wait(running, Path(home) / "log")
            yield running
        finally:
            running.stop()


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _wait(running: Server, log: Path) -> None:
    """Wait until the server takes connections, and make the database."""
    import psycopg

    until = time.monotonic() + _START
    address = running.url.removesuffix(DATABASE) + "postgres"
    while True:
        try:
            with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")
            return
        except psycopg.OperationalError:
            if running.process.poll() is not None or time.monotonic() > until:
                pytest.skip(f"PostgreSQL does not start: {log.read_text(errors='replace').strip()[-300:]}")
            time.sleep(0.1)
