"""Feeds of databases: SQLite, and PostgreSQL where it is installed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from eduplan_rules.cli.app import main
from eduplan_rules.cli.border import guarded
from eduplan_rules.errors import DataError, RulebookError
from eduplan_rules.feeds import database
from eduplan_rules.feeds.feed import read_feeds
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.secret import hidden
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import Facts, Location
from postgres import USER, Server, server

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")

RULES = """
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    fields:
      school_id: {type: text}
      guards: {type: integer, label: {zh: 专职保安数, en: Guards}, optional: true}
      area: {type: number, optional: true}
      boarding: {type: boolean, optional: true}
      opened_on: {type: date, optional: true}
rules:
  - id: safety.guards
    title: {zh: 应有保安, en: There are guards}
    for: school
    severity: error
    require: guards >= 1
    message: {zh: 没有保安, en: no guards}
"""
BOOK = read_rulebook(Source("city.yaml", RULES))[0]
SECRET = "s3cr3t/p@ss"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def fed(text: str, *, table: str = "table: school") -> str:
    """A folder with nothing but a feed."""
    Path("feed").mkdir(exist_ok=True)
    Path("feed/feeds.yaml").write_text(f"feeds:\n  - entity: school\n    database: {text}\n    {table}\n", "utf-8")
    return "feed"


def of_sqlite(*rows: tuple[object, ...]) -> None:
    """`feed/city.db` with a table of schools."""
    Path("feed").mkdir(exist_ok=True)
    opened = sqlite3.connect("feed/city.db")
    with opened:
        opened.execute("CREATE TABLE school (school_id TEXT, guards, area, boarding, opened_on)")
        opened.executemany("INSERT INTO school VALUES (?, ?, ?, ?, ?)", rows)
    opened.close()


def said(text: str, *, table: str = "table: school") -> tuple[str, str]:
    """Why a feed cannot be read, in Chinese and English."""
    with pytest.raises(DataError) as caught:
        read_facts(fed(text, table=table), BOOK)
    return caught.value.said("zh"), caught.value.said("en")


def places(facts: Facts) -> set[tuple[str, str | None, int | None, str | None]]:
    """The code, file, line and key of each finding."""
    nowhere = Location(None, None, None)
    return {
        (
            each.code,
            (each.location or nowhere).file,
            (each.location or nowhere).line,
            None if not each.key else each.key[0],
        )
        for each in facts.findings
    }


def test_a_table_is_read_by_the_types_of_its_fields_and_each_row_has_its_place() -> None:
    of_sqlite(
        ("a", 2, 1.5, 1, "2020-09-01"), ("b", " 3 ", "1,200.5", "是", "2021年9月1日"), ("c", "many", None, 0, None)
    )
    facts = read_facts(fed("sqlite:///city.db"), BOOK)
    rows = facts.tables["school"].frame.select("school_id", "guards", "area", "boarding", "opened_on").rows()
    assert rows == [
        ("a", 2, 1.5, True, date(2020, 9, 1)),
        ("b", 3, 1200.5, True, date(2021, 9, 1)),
        ("c", None, None, False, None),
    ]
    assert ("unreadable-cell", "sqlite:///city.db/school", 3, "c") in places(facts)


def test_a_query_is_named_after_its_entity_and_percent_signs_and_colons_are_its_own() -> None:
    of_sqlite(("a", 2, 1.5, 1, None), ("b", -1, 2, 1, None))
    query = "query: \"SELECT school_id, guards AS 专职保安数, area, boarding, ':x' AS more FROM school\
 WHERE school_id LIKE '%b' AND opened_on IS NULL\""
    facts = read_facts(fed("sqlite:///city.db", table=query), BOOK)
    assert facts.tables["school"].frame["school_id"].to_list() == ["b"]
    assert ("unknown-column", "sqlite:///city.db/query:school", None, None) in places(facts)


def test_columns_are_mapped_and_converted_as_those_of_files() -> None:
    of_sqlite(("a", 2, 1.5, 1, "31.12.2020"))
    more = "date_formats: d.m.yyyy\n    columns: {n: guards, area: ~}\n    constants: {boarding: 是}"
    query = f"query: SELECT school_id, guards AS n, area, opened_on FROM school\n    {more}"
    facts = read_facts(fed("sqlite:///city.db", table=query), BOOK)
    assert facts.tables["school"].frame.select("guards", "boarding", "opened_on").row(0) == (
        2,
        True,
        date(2020, 12, 31),
    )


def test_chunks_of_different_types_are_one_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CHUNK", 2)
    of_sqlite(*((f"s{number}", (None, 1, 2.0, "3", "x")[number // 2], None, None, None) for number in range(10)))
    facts = read_facts(fed("sqlite:///city.db"), BOOK)
    assert facts.tables["school"].frame["guards"].to_list() == [None, None, 1, 1, 2, 2, 3, 3, None, None]
    assert {place[2] for place in places(facts) if place[0] == "unreadable-cell"} == {9, 10}


def test_a_feed_that_is_met_twice_is_read_once() -> None:
    of_sqlite(("a", 2, 1.5, 1, "2020-09-01"))
    folder = fed("sqlite:///city.db")
    facts = read_facts([folder, f"{folder}/../feed"], BOOK)
    assert not {place[0] for place in places(facts)} & {"duplicate-row", "unmatched-file"}


def test_what_other_tables_deliver_stays_and_the_run_ends_as_unread(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    of_sqlite(("a", 2, 1.5, 1, "2020-09-01"))
    folder = fed("sqlite:///other.db")
    Path("feed/feeds.yaml").write_text(
        Path("feed/feeds.yaml").read_text("utf-8")
        + "  - {entity: school, database:\
 'sqlite:///city.db', table: school}\n",
        "utf-8",
    )
    assert main(["check", folder, "--rules", "rules.yaml", "--as-of", "2022-12-31", "--out", "report.json"]) == 3
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert [found["location"]["file"] for found in report["findings"] if found["code"] == "unreadable-file"] == [
        "sqlite:///other.db/school"
    ]


def test_a_crash_file_has_no_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = f"postgresql://u:{SECRET}@host/city"
    monkeypatch.setattr("sys.argv", ["eduplan-rules", "check", address])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("EDUPLAN_RULES_RAISE", raising=False)

    def fail() -> int:
        raise RuntimeError(address)

    assert guarded(fail, "en") == 3
    written = next(tmp_path.glob("eduplan-rules-crash-*.txt")).read_text(encoding="utf-8") + capsys.readouterr().err
    assert "postgresql://***@host/city" in written
    assert "s3cr3t" not in written
    assert "p@ss" not in written


def test_a_table_without_rows_is_not_delivered() -> None:
    of_sqlite()
    facts = read_facts(fed("sqlite:///city.db"), BOOK)
    assert {place[0] for place in places(facts)} >= {"no-rows"}


@pytest.mark.parametrize(
    ("text", "table", "chinese", "english"),
    [
        ("sqlite:///city.db", "table: schools", "没有这个表", "there is no such table"),
        ("sqlite:///city.db", "query: SELEC 1", "拒绝该查询", "refuses the query"),
        ("sqlite:///city.db", "query: DELETE FROM school", "只许读取", "may only read"),
        ("sqlite:///other.db", "table: school", "没有这个文件", "there is no such file"),
        ("sqlite:///city.db?timeout=soon", "table: school", "无法连接数据库", "cannot be connected to"),
        ("sqlite:///city.db", "query: SELECT CAST(X'E5BCFF' AS TEXT) AS school_id", "无法转换的值", "cannot convert"),
        ("sqlite:///feeds.yaml", "table: school", "拒绝该查询", "refuses the query"),
        ("{env: NO_SUCH_DATABASE}", "table: school", "环境变量 NO_SUCH_DATABASE", "variable NO_SUCH_DATABASE"),
        ("nosuch://host/city", "table: school", "不支持 nosuch", "knows no databases nosuch"),
        ("mssql+pymssql://u:s3cr3t@host/city", "table: school", "没有安装", "is not installed"),
        (f"mssql+pymssql://u:{SECRET}@host/city", "table: school", "密码中的 @ 写作", "write %40 for @"),
        (f"postgresql+psycopg://u:{SECRET}@host:port/city", "table: school", "无法识别", "cannot be understood"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, table: str, chinese: str, english: str) -> None:
    of_sqlite(("a", 2, 1.5, 1, None))
    told = said(text, table=table)
    assert chinese in told[0]
    assert english in told[1]
    assert not [each for each in told if "ss@" in each or "s3cr3t" in each]
    assert not Path("feed/other.db").exists()
    with closing(sqlite3.connect("feed/city.db")) as opened:
        assert opened.execute("SELECT count(*) FROM school").fetchone() == (1,)


def test_a_query_that_takes_too_long_is_stopped() -> None:
    of_sqlite()
    endless = (
        "query: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n\n    timeout: 1"
    )
    start = time.monotonic()
    assert "longer than 1 s" in said("sqlite:///city.db", table=endless)[1]
    assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (f"database: postgresql:u:{SECRET}@host", "expected the URL of a database"),
        (f"database: postgresql://u:{SECRET}@host/city", "either `table` or `query`"),
        (f"database: postgresql://u:{SECRET}@host/city\n    table: a\n    query: b", "either `table` or `query`"),
        (f"database: postgresql://u:{SECRET}@host/city\n    table: a\n    sheet: b", "`sheet` is about files"),
        (f"databse: postgresql://u:{SECRET}@host/city", "databse"),
        (f"files: [{{x: 'postgresql://u:{SECRET}@host/city'}}]", "found"),
        (f"database: {{url: 'postgresql://u:{SECRET}@host/city'}}\n    table: a", "expected the URL"),
        ("table: a", "`table` is about a database"),
    ],
)
def test_a_feed_of_a_database_is_checked_and_no_password_is_shown(keys: str, told: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read_feeds(Source("feeds.yaml", f"feeds:\n  - entity: school\n    {keys}\n"), BOOK)
    assert told in str(caught.value)
    assert "ss@" not in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"eduplan-rules check 'postgresql://u:{SECRET}@host/city' --quiet",
        f"postgres:/u:{SECRET}@host",
        f"mysql+pymysql://u:{SECRET} with a blank@host/city",
        f"x: postgresql://host/city?user=u&password={SECRET}&sslmode=require",
    ],
)
def test_passwords_are_taken_out_of_any_text(text: str) -> None:
    assert "s3cr3t" not in hidden(text)
    assert "p@ss" not in hidden(text)
    assert "***" in hidden(text)


@pytest.mark.parametrize("text", ["see https://host:80/a@b", "a: b@c", "C:\\x@y", "file:///a:b@c", "12:30 @ home"])
def test_other_texts_stay(text: str) -> None:
    assert hidden(text) == text


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as started:
        started.run(
            "CREATE TABLE school (school_id varchar, guards integer, area numeric, boarding boolean, opened_on date)",
            "INSERT INTO school VALUES ('a', 2, 1234567.125, true, '2020-09-01'), ('b', 0, 0.5, false, NULL),"
            " ('c', NULL, 7, NULL, '1999-12-31')",
            "CREATE TABLE many AS SELECT 's' || i AS school_id, 1 AS guards, 2.50 AS area, true AS boarding,"
            " DATE '2020-01-01' AS opened_on, repeat('x', 400) AS more FROM generate_series(1, 200000) AS i",
            "CREATE SCHEMA other; CREATE VIEW other.school AS SELECT * FROM public.school",
        )
        yield started


@pytest.fixture
def city(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, whose address is in the environment."""
    monkeypatch.setenv("CITY_DATABASE", running.url)
    return running


def test_postgresql_keeps_its_types(city: Server) -> None:
    facts = read_facts(fed("{env: CITY_DATABASE}"), BOOK)
    assert facts.tables["school"].frame.select("school_id", "guards", "area", "boarding", "opened_on").rows() == [
        ("a", 2, 1234567.125, True, date(2020, 9, 1)),
        ("b", 0, 0.5, False, None),
        ("c", None, 7.0, None, date(1999, 12, 31)),
    ]
    view = read_facts(fed("{env: CITY_DATABASE}", table="table: other.school"), BOOK)
    assert view.digest() == facts.digest()
    assert {place[1] for place in places(view)} <= {f"{city.shown}/other.school"}


def test_violations_have_the_table_and_row_and_no_report_has_a_credential(
    city: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    folder = fed(city.url)
    out = [part for name in ("json", "sarif", "junit.xml", "md") for part in ("--out", f"report.{name}")]
    assert main(["check", folder, "--rules", "rules.yaml", "--as-of", "2022-12-31", *out]) == 1
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert [each["location"] for each in report["violations"]] == [
        {"file": f"{city.shown}/school", "sheet": None, "line": 2}
    ]
    assert report["violations"][0]["subject"]["key"] == ["b"]
    warned = [found for found in report["findings"] if found["code"] == "password-in-file"]
    assert "feed/feeds.yaml:2" in warned[0]["message"]["en"]
    written = "".join(path.read_text(encoding="utf-8") for path in Path().glob("report.*"))
    for secret in (city.password, USER):
        assert secret not in written + "".join(capsys.readouterr())
    addresses = Path("report.sarif").read_text(encoding="utf-8")
    assert f"{city.shown}/school" in addresses


@pytest.mark.parametrize(
    ("table", "chinese", "english"),
    [
        ("table: schools", "没有这个表", "there is no such table"),
        ("query: SELECT nothing FROM school", "拒绝该查询", "refuses the query"),
        ("query: SELECT ('张三')::integer", "无法转换的值", "cannot convert"),
        ("query: SELECT DATE 'infinity' AS opened_on", "无法转换的值", "cannot convert"),
        ("query: SELECT pg_sleep(60)\n    timeout: 1", "用时超过 1 秒", "longer than 1 s"),
        ("query: SELECT setval('numbers', 9)", "只许读取", "may only read"),
        ("query: SELECT 1; COMMIT; DROP TABLE school", "拒绝该查询", "refuses the query"),
    ],
)
def test_what_postgresql_refuses_is_told(city: Server, table: str, chinese: str, english: str) -> None:
    city.run("CREATE SEQUENCE IF NOT EXISTS numbers")
    told = said("{env: CITY_DATABASE}", table=table)
    assert chinese in told[0]
    assert english in told[1]
    assert "张三" not in "".join(told)
    assert city.run("SELECT count(*) FROM school") == [(3,)]


def test_a_wrong_password_or_no_server_ends_the_run_with_a_sentence(
    city: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    wrong = city.url.replace(city.password, "not-the-one")
    for address in (wrong, wrong.replace(f":{city.port}/", ":9/")):
        monkeypatch.setenv("CITY_DATABASE", address)
        folder = fed("{env: CITY_DATABASE}")
        assert main(["check", folder, "--rules", "rules.yaml", "--as-of", "2022-12-31", "--lang", "zh"]) == 3
        output = capsys.readouterr()
        assert "无法连接数据库" in output.err
        assert "Traceback" not in output.err
        assert not [secret for secret in ("not-the-one", USER) if secret in output.err + output.out]


def once_reading(started: Server, act: str) -> threading.Thread:
    """Do something to the server as soon as a read is under way."""

    def wait() -> None:
        reading = "state <> 'idle' AND pid <> pg_backend_pid() AND query LIKE 'FETCH%'"
        until = time.monotonic() + 15
        while time.monotonic() < until:
            found = started.run(f"SELECT pid FROM pg_stat_activity WHERE {reading}")
            if found:
                if act == "stop":
                    started.stop()
                elif act == "silence":
                    os.kill(int(str(found[0][0])), signal.SIGSTOP)
                    time.sleep(2)
                    os.kill(int(str(found[0][0])), signal.SIGCONT)
                else:
                    started.run(f"SELECT pg_terminate_backend({found[0][0]})")
                return
            time.sleep(0.005)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_server_that_says_nothing_any_more_is_left(city: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "GRACE", 0.5)
    monkeypatch.setattr(database, "CHUNK", 500)
    acting = once_reading(city, "silence")
    told = said("{env: CITY_DATABASE}", table="table: many\n    timeout: 1")
    acting.join()
    assert "the connection was lost after" in told[1]
    assert "连接中断" in told[0]


@pytest.mark.parametrize("act", ["terminate", "stop"])
def test_a_database_that_goes_away_in_the_middle_delivers_nothing(
    act: str, running: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last test of the server: it is stopped here."""
    monkeypatch.setattr(database, "CHUNK", 500)
    monkeypatch.setenv("CITY_DATABASE", running.url)
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    folder = fed("{env: CITY_DATABASE}", table="table: many")
    acting = once_reading(running, act)
    code = main(["check", folder, "--rules", "rules.yaml", "--as-of", "2022-12-31", "--out", "report.json"])
    acting.join()
    output = capsys.readouterr()
    assert code == 3
    assert "the connection was lost after" in output.err
    assert "Traceback" not in output.err
    assert not [secret for secret in (running.password, USER) if secret in output.err + output.out]
    assert not Path("report.json").exists()
