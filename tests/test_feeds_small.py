"""What is said of feeds that are nearly right: names of files, encodings, digits, and drafts of objects."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from eduplan_rules.errors import DataError
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.feeds.propose import propose_feeds
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.source import Source

BOOK = read_rulebook(
    Source(
        "city.yaml",
        """
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    fields:
      school_id: {type: text, label: {zh: 学校代码, en: School id}}
      guards: {type: integer, unit: 人, label: {zh: 保安数, en: Guards}}
      area: {type: number, label: {zh: 面积, en: Area}, optional: true}
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    period: year
    fields: {county_id: {type: text}, spending: {type: number, unit: 万元, optional: true}}
""",
    )
)[0]


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, data: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def refused(path: Path, **more: str) -> tuple[str, str]:
    with pytest.raises(DataError) as caught:
        read_facts(path, BOOK, feed=Source("feeds.yaml", more["feed"]) if more else None)
    return caught.value.said("zh"), caught.value.said("en")


def test_full_width_digits_are_a_number() -> None:
    facts = read_facts(
        write(
            "school.csv",
            "school_id,year,guards,area\nA,2022,１００,－１２．５\nB,2022,１，２００,５０％\nC,2022,１x,1\n",
        ),
        BOOK,
    )
    assert facts.tables["school"].frame["guards"].to_list() == [100, 1200, None]
    assert facts.tables["school"].frame["area"][0] == -12.5
    assert [(found.code, found.value) for found in facts.findings if found.field == "guards"] == [
        ("unreadable-cell", "１x")
    ]


@pytest.mark.parametrize("name", ["县市区2021年.csv", "county2021.csv", "县市区2021.csv"])
def test_a_year_may_follow_the_name_of_the_entity_at_once(name: str) -> None:
    assert read_facts(write(name, "county_id\nC1\n"), BOOK).tables["county"].frame["#p"].len() == 1


def test_other_digits_behind_the_name_are_another_name() -> None:
    assert "school12.csv" in refused(write("school12.csv", "school_id\nA\n"))[1]


def test_the_year_may_stand_in_the_name_of_the_folder() -> None:
    facts = read_facts(write("feed/2021/school.csv", "school_id,guards\nA,1\n").parents[1], BOOK)
    assert facts.tables["school"].frame.height == 1
    (told,) = [found for found in facts.findings if found.code == "period-guessed"]
    assert told.value == "2021"
    facts = read_facts(write("more/2021/school-2022-2023.csv", "school_id,guards\nA,1\n").parents[1], BOOK)
    assert "period-guessed" not in {found.code for found in facts.findings}


def test_a_file_that_is_named_after_no_entity_is_told_how_it_can_be_read() -> None:
    chinese, english = refused(write("导出.csv", "school_id,year,guards\nA,2022,1\n"))
    assert "eduplan-rules feed 导出.csv" in chinese
    assert "eduplan-rules feed 导出.csv" in english


def test_bytes_that_are_cut_off_packed_or_in_another_encoding_are_told_apart() -> None:
    text = "school_id,year,guards\n第一小学,2022,1\n第二小学,2022,1\n".encode("gb18030")
    cut = text[: text.index("小学,2022,1\n".encode("gb18030"), 40) + 1]
    chinese, english = refused(write("school.csv", cut))
    assert "it breaks off within a character at line 3" in english
    assert "文件在第 3 行中断" in chinese
    chinese, english = refused(write("school.csv", gzip.compress(text)))
    assert "it is packed (gzip), whatever its name; unpack it first" in english
    assert "实为压缩文件（gzip）" in chinese
    feed = "feeds:\n  - {entity: school, encoding: utf-8}\n"
    chinese, english = refused(write("school.csv", text), feed=feed)
    assert "is not UTF-8, but the file is GB18030: say encoding: gb18030 in feeds.yaml, or leave it out" in english
    assert "文件是 GB18030 编码" in chinese


def test_a_cell_without_an_end_is_told_in_both_languages() -> None:
    cell = "x" * 999 + "\n"
    chinese, english = refused(write("school.csv", 'school_id,year,guards\nA,2022,"' + cell * 200 + '"\n'))
    assert (
        "CSV row that begins at line 2 has a cell of more than 131,072 characters; a quote may not be closed" in english
    )
    assert "从第 2 行开始的一行有超过 131072 个字符的单元格，可能是引号没有闭合" in chinese


def test_rows_in_conflict_name_fields_by_their_labels() -> None:
    facts = read_facts(write("school.csv", "school_id,year,guards,area\nA,2022,1,2\nA,2022,2,3\n"), BOOK)
    (told,) = [found for found in facts.findings if found.code == "conflicting-rows"]
    assert "（保安数、面积）" in told.message["zh"]
    assert "in “Guards”, “Area”;" in told.message["en"]


ROWS = [
    {"学校代码": "A", "year": 2022, "保安数": 1, "备注": "x"},
    {"学校代码": "B", "year": 2022, "保安数": 2, "备注": "y"},
]


@pytest.mark.parametrize("ending", ["json", "jsonl", "parquet"])
def test_a_feed_is_drafted_of_objects_and_of_parquet(ending: str) -> None:
    path = Path(f"导出.{ending}")
    if ending == "parquet":
        pl.DataFrame(ROWS).write_parquet(path)
    else:
        text = json.dumps(ROWS) if ending == "json" else "\n".join(map(json.dumps, ROWS))
        path.write_text(text, encoding="utf-8")
    draft = propose_feeds(path, BOOK, "en")
    assert "entity: school" in draft
    assert "学校代码: school_id" in draft
    assert "# 备注: ~" in draft
    facts = read_facts(path, BOOK, feed=Source("feeds.yaml", draft))
    assert facts.tables["school"].frame["guards"].to_list() == [1, 2]


def test_a_feed_is_drafted_of_lists_by_name() -> None:
    path = write("导出.json", json.dumps({"school": ROWS, "county": [{"county_id": "C1", "year": 2022}]}))
    draft = propose_feeds(path, BOOK, "en")
    assert draft.count("- entity:") == 2
    facts = read_facts(path, BOOK, feed=Source("feeds.yaml", draft))
    assert set(facts.tables) == {"school", "county"}
