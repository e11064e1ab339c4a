"""Frames that stay in an engine: what the door makes of them, what comes back, and what is refused."""

from __future__ import annotations

import gc
import json
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eduplan_rules as er
from eduplan_rules.compiler.core import CORE, Core
from eduplan_rules.engine.lazy.engines import Engine
from eduplan_rules.errors import DataError, EngineError
from engines import ENGINES, Frames, differences, run, spark_only, spark_session

AS_OF = date(2022, 12, 31)
RULES = """
language: 1
entities:
  county: {key: county_id, name: county_name, fields: {county_id: {type: text}, county_name: {type: text}}}
  school:
    key: school_id
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      students: {type: integer, min: 0, label: {zh: 学生数, en: Students}}
      area: {type: number, unit: m², min: 0}
      stage: {type: choice, choices: {primary: 小学, junior: 初中}}
      open: {type: boolean}
      built: {type: date, blank: none}
rules:
  - {id: a.area, for: school, title: {zh: 面积, en: area}, require: area / students >= 4.5}
  - {id: a.rises, for: school, title: {zh: 增长, en: rises}, require: rises(students)}
  - id: a.share
    for: county
    since: 2020
    title: {zh: 占比, en: share}
    require: share(students >= 100 for school) >= 80%
  - {id: a.stage, for: school, title: {zh: 学段, en: stage}, require: stage = "primary" and open}
  - {id: a.built, for: school, title: {zh: 建成, en: built}, require: year(built) >= 2000}
"""
NAMES = [
    pytest.param("polars-lazy"),
    pytest.param("duckdb", marks=pytest.mark.skipif(find_spec("duckdb") is None, reason="duckdb is not installed")),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> er.Rulebook:
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return er.load_rulebook(path)


def schools(count: int = 12, **changed: Any) -> pl.DataFrame:
    rows = [
        {
            "school_id": f"s{number:03}",
            "year": year,
            "county_id": f"c{number % 3}",
            "students": 50 + 10 * number + year - 2021,
            "area": 400.0 + 90 * number,
            "stage": "primary" if number % 4 else "初中",
            "open": number % 5 != 0,
            "built": date(1999 + number % 3, 5, 31) if number % 6 else None,
        }
        for number in range(count)
        for year in (2021, 2022)
    ]
    return pl.DataFrame(rows).with_columns(**changed)


def city(**changed: Any) -> Frames:
    names = ["c0", "c1", "c2"]
    return {"county": pl.DataFrame({"county_id": names, "county_name": names}), "school": schools(**changed)}


CITIES: dict[str, Frames] = {
    "whole": city(),
    "gaps": city(area=pl.when(pl.col("students") % 3 > 0).then(pl.col("area"))),
    "not finite": city(area=pl.when(pl.col("students") % 3 > 0).then(pl.col("area")).otherwise(float("nan"))),
    "infinite": city(area=pl.when(pl.col("students") % 3 > 0).then(pl.col("area")).otherwise(float("-inf"))),
    "out of range": city(students=pl.col("students") - 60),
    "too large": city(students=pl.col("students") + 2**53),
    "fractions": city(students=pl.col("students") + pl.when(pl.col("area") > 900).then(0.5).otherwise(0.0)),
    "no such choice": city(stage=pl.when(pl.col("area") > 900).then(pl.lit("高中")).otherwise("stage")),
    "blanks around": city(stage=pl.lit(" ") + pl.col("stage") + "\u3000", county_id=pl.col("county_id") + "\n"),
    "dangling": city(county_id=pl.when(pl.col("area") > 900).then(pl.lit("c9")).otherwise("county_id")),
    "no key": city(school_id=pl.when(pl.col("area") < 900).then(pl.col("school_id"))),
    "no county": city(county_id=pl.when(pl.col("area") < 900).then(pl.col("county_id"))),
    "no period": city(year=pl.when(pl.col("area") < 900).then(pl.col("year"))),
    "periods as texts": city(year=pl.col("year").cast(pl.String)),
    "no such period": city(
        year=pl.when(pl.col("area") > 900).then(pl.lit("later")).otherwise(pl.col("year").cast(pl.String))
    ),
    "later": city(year=pl.col("year") + pl.when(pl.col("area") > 900).then(3).otherwise(0)),
    "disappeared": {**city(), "school": schools().filter((pl.col("year") < 2022) | (pl.col("area") > 700))},
    "twice": {**city(), "school": pl.concat([schools(), schools().head(7)])},
    "twice and other": {**city(), "school": pl.concat([schools(), schools(area=pl.col("area") + 1).head(7)])},
    "numbers as texts": city(students=pl.col("students").cast(pl.String), area=pl.lit("1,234.5")),
    "numbers in words": city(students=pl.when(pl.col("area") > 900).then(pl.lit("many")).otherwise(pl.lit("12"))),
    "days as texts": city(built=pl.col("built").dt.strftime("%Y/%m/%d")),
    "no such day": city(built=pl.when(pl.col("area") > 900).then(pl.lit("2022-02-30")).otherwise(pl.lit("2022-02-28"))),
    "days with hours": city(built=pl.col("built").cast(pl.Datetime("us")) + pl.duration(hours=pl.col("students") % 2)),
    "yes and no": city(open=pl.when(pl.col("area") > 900).then(pl.lit("是")).otherwise(pl.lit("No"))),
    "one column gone": {**city(), "school": schools().drop("area")},
    "a table gone": {"school": schools()},
    "no rows": {**city(), "county": city()["county"].head(0)},
    "many": {**city(), "school": schools(count=150, county_id=pl.lit("c7"), area=pl.lit(None, pl.Float64))},
}


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("kind", CITIES)
def test_the_door_of_an_engine_is_that_of_memory(kind: str, engine: str, book: er.Rulebook) -> None:
    frames = CITIES[kind]
    expected = run(book, frames, as_of=AS_OF)
    assert differences(expected, run(book, ENGINES[engine](frames), as_of=AS_OF)) == []


@pytest.mark.parametrize("engine", NAMES)
def test_columns_that_do_not_fit_are_refused_by_name_before_any_row_is_read(engine: str, book: er.Rulebook) -> None:
    frames = ENGINES[engine](city(students=pl.col("open"), built=pl.col("students")))
    with pytest.raises(DataError) as refused:
        er.evaluate(book, frames, as_of=AS_OF)
    assert [told.split(",")[0] for told in refused.value.diagnostics] == [
        "`students` of school is Boolean",
        "`built` of school is Int64",
    ]


def unread(frame: pl.DataFrame) -> pl.LazyFrame:
    """A frame that raises when a row of it is read."""

    def read(rows: pl.DataFrame) -> pl.DataFrame:
        message = f"{rows.height} rows were read"
        raise AssertionError(message)

    lazy = frame.lazy()
    return lazy.map_batches(read, schema=dict(lazy.collect_schema()))


def test_an_operator_that_an_engine_lacks_is_named_before_any_row_is_read(
    book: er.Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CORE, "year", Core("{0}.year", lambda nw, a: a.dt.no_such_year()))
    with pytest.raises(EngineError, match=r"Polars cannot run a\.built: it has no `year`"):
        er.evaluate(book, {name: unread(frame) for name, frame in city().items()}, as_of=AS_OF)


def test_nothing_is_read_of_columns_that_do_not_fit(book: er.Rulebook) -> None:
    with pytest.raises(DataError, match="`area` of school is Date"):
        er.evaluate(book, {"school": unread(schools(area=pl.col("built")))}, as_of=AS_OF)


def test_tables_of_two_engines_are_refused(book: er.Rulebook) -> None:
    frames = city()
    with pytest.raises(DataError, match="found county in memory, school in Polars"):
        er.evaluate(book, {"county": [{"county_id": "c0"}], "school": frames["school"].lazy()}, as_of=AS_OF)
    pytest.importorskip("duckdb")
    mixed = {"county": frames["county"].lazy(), "school": ENGINES["duckdb"](frames)["school"]}
    with pytest.raises(DataError, match="found county in Polars, school in DuckDB"):
        er.evaluate(book, mixed, as_of=AS_OF)


@pytest.mark.parametrize("engine", NAMES)
def test_no_more_rows_come_back_than_asked_for_and_the_rest_is_counted(engine: str, book: er.Rulebook) -> None:
    frames = city()
    whole = er.evaluate(book, frames, as_of=AS_OF)
    some = er.evaluate(book, ENGINES[engine](frames), as_of=AS_OF, limit=2)
    assert some.totals == whole.totals
    for name, totals in whole.totals.items():
        wanted = [outcome.to_dict()["id"] for outcome in whole.outcomes(rule=name)][:2]
        assert [outcome.to_dict()["id"] for outcome in some.outcomes(rule=name)] == wanted
        failing = totals.violated + totals.unknown + totals.not_due
        left = [
            each.message["en"] for each in some.findings if each.code == "outcomes-left" and name in each.message["en"]
        ]
        assert len(left) == (failing > 2), name
    assert len(some.violations) < len(whole.violations)
    json.loads(some.to_json())


@settings(max_examples=15, deadline=None)
@given(data=st.data(), limit=st.sampled_from([1, 3, 10, 40, 300]))
def test_the_first_rows_of_each_rule_come_back_however_the_keys_lie(
    book: er.Rulebook, data: st.DataObject, limit: int
) -> None:
    """Keys far apart, close together, with one that is missing; faults everywhere, at the end or nowhere."""
    size = data.draw(st.sampled_from([1, 30, 400]))
    seed = data.draw(st.integers(0, 9))
    keys: list[str | None] = [f"{'甲乙ab'[each * seed % 4]}{each % (seed + 2)}-{each:03}" for each in range(size)]
    if size > 1 and data.draw(st.booleans()):
        keys[size // 2] = None
    share = data.draw(st.sampled_from([0.0, 0.2, 0.9, 1.0]))
    frame = pl.DataFrame(
        {
            "school_id": keys,
            "year": [2022] * size,
            "county_id": [f"c{number % 3}" for number in range(size)],
            "students": [100] * size,
            "area": [400.0 if number >= size * share else 500.0 for number in range(size)],
            "stage": ["junior" if number % 7 == seed else "primary" for number in range(size)],
            "open": [number % 3 != 0 for number in range(size)],
            "built": [None if number % 5 == 0 else date(1990 + number % 20, 5, 31) for number in range(size)],
        },
        schema_overrides={"school_id": pl.String, "built": pl.Date},
    )
    frames = {**city(), "school": frame}
    whole = er.evaluate(book, {name: table.lazy() for name, table in frames.items()}, as_of=AS_OF, limit=10_000)
    some = er.evaluate(book, {name: table.lazy() for name, table in frames.items()}, as_of=AS_OF, limit=limit)
    assert some.totals == whole.totals
    for name in whole.totals:
        wanted = [outcome.to_dict()["id"] for outcome in whole.outcomes(rule=name)][:limit]
        assert [outcome.to_dict()["id"] for outcome in some.outcomes(rule=name)] == wanted


@pytest.mark.parametrize("engine", NAMES)
def test_violations_can_stay_in_the_engine(engine: str, book: er.Rulebook) -> None:
    frames = city()
    expected = er.evaluate(book, frames, as_of=AS_OF).violations.to_polars()
    report = er.evaluate(book, ENGINES[engine](frames), as_of=AS_OF, limit=0)
    assert len(report.violations) == 0
    left = report.violations.native
    found = left.collect() if isinstance(left, pl.LazyFrame) else left.pl()
    names = [
        "rule",
        "entity",
        "key",
        "period",
        "verdict",
        "observed",
        "observed_other",
        "required",
        "gap",
        "unverified",
    ]
    assert found.columns == names
    order = ["rule", "key", "period"]
    assert found.sort(order).to_dicts() == expected.select(names).sort(order).to_dicts()


def test_an_outcome_of_an_engine_is_not_explained(book: er.Rulebook) -> None:
    report = er.evaluate(book, ENGINES["polars-lazy"](city()), as_of=AS_OF)
    with pytest.raises(ValueError, match="was judged in Polars"):
        report.explain(report.violations[0])


def test_what_is_made_in_duckdb_goes_away_with_the_report(book: er.Rulebook) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (extra `duckdb`)")
    connection = duckdb.connect()
    frames = {name: connection.from_arrow(frame.to_arrow()) for name, frame in city().items()}
    depth = connection.sql("SELECT current_setting('max_expression_depth')").fetchall()
    report = er.evaluate(book, frames, as_of=AS_OF)
    made = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'eduplan%'"
    assert connection.sql(made).fetchall()[0][0] > 0
    del report, frames
    gc.collect()
    assert connection.sql(made).fetchall()[0][0] == 0
    assert connection.sql("SELECT current_setting('max_expression_depth')").fetchall() == depth


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each collection of an engine brings, as they are made."""
    heights: list[int] = []
    collect = Engine.collect

    def counted(self: Engine, frame: Any) -> pl.DataFrame:
        rows = collect(self, frame)
        heights.append(rows.height)
        return rows

    monkeypatch.setattr(Engine, "collect", counted)
    return heights


@pytest.mark.skipif(find_spec("duckdb") is None, reason="duckdb is not installed (extra `duckdb`)")
def test_a_run_brings_little_back(book: er.Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = ENGINES["duckdb"]({**city(), "school": schools(count=3000, county_id=pl.lit("c1"))})
    heights = counting(monkeypatch)
    report = er.evaluate(book, frames, as_of=AS_OF, limit=50)
    assert report.totals["a.area"].subjects == 3000
    assert max(heights) <= 200
    assert sum(heights) < 1200


@spark_only
def test_spark_keeps_its_rows(book: er.Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = {**city(), "school": schools(count=400)}
    expected = er.evaluate(book, frames, as_of=AS_OF)
    session = spark_session()
    there = ENGINES["spark"](frames)
    heights = counting(monkeypatch)
    report = er.evaluate(book, there, as_of=AS_OF, limit=3)
    assert report.totals == expected.totals
    assert max(heights) <= 6
    left = report.violations.native
    assert type(left).__name__ == "DataFrame"
    assert left.sparkSession is session
    assert left.count() == len(expected.violations)


def test_the_command_judges_parquet_with_an_engine(
    book: er.Rulebook, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from eduplan_rules.cli.app import main

    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    (tmp_path / "facts" / "school").mkdir(parents=True)
    for name, frame in city().items():
        for at, part in enumerate(frame.iter_slices(10)):
            folder = tmp_path / "facts" / ("school" if name == "school" else "")
            part.write_parquet(folder / (f"part-{at}.parquet" if name == "school" else f"{name}.parquet"))
    told = []
    asked = ["check", str(tmp_path / "facts"), "--rules", str(rules), "--as-of", "2022-12-31", "--lang", "en"]
    for engine in ("polars", *(["duckdb"] if find_spec("duckdb") else [])):
        assert main([*asked, "--engine", engine]) == 1
        shown = capsys.readouterr().out
        assert {"polars": "Polars", "duckdb": "DuckDB"}[engine] in shown
        told.append(shown.replace("DuckDB", "Polars"))
    assert len(set(told)) == 1
    assert main([*asked[:1], str(tmp_path / "nowhere"), *asked[2:], "--engine", "polars"]) == 3
    assert "there is no such file" in capsys.readouterr().err
    assert main([*asked, "--feed", "feeds.yaml", "--engine", "polars"]) == 2
    assert "--feed does not go with --engine polars" in capsys.readouterr().err
    for name, content, expected in (
        ("drill.csv", b"drill_id\n", "Polars does not read it, and it would be left out"),
        ("feeds.yaml", b"feeds: []\n", "Polars does not read it, and it would be left out"),
        ("drill.parquet", b"PAR1 and no more", "cannot be read: it is not whole Parquet"),
    ):
        other = tmp_path / "facts" / name
        before = other.read_bytes() if other.exists() else None
        other.write_bytes(content)
        assert main([*asked, "--engine", "polars"]) == 3
        assert expected in capsys.readouterr().err
        other.unlink() if before is None else other.write_bytes(before)
