"""Feeds of files: which files are read, where each row stands, what cannot be read."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduplan_rules.errors import DataError
from eduplan_rules.feeds.delimited import read_exact, read_plain
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.feeds.objects import Items, read_document
from eduplan_rules.feeds.text import UnreadableError
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import Facts

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
      school_id: {type: text}
      guards: {type: integer, label: {zh: 专职保安数, en: Guards}, optional: true}
      remark: {type: text, optional: true}
      closed_on: {type: date, blank: none, optional: true}
  school_class:
    key: id
    fields: {id: {type: text}, size: {type: integer, optional: true}}
""",
    )
)[0]


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, content: str | bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def read_csv(content: str | bytes) -> Facts:
    return read_facts(write("school.csv", content), BOOK)


def rows(facts: Facts, *columns: str, entity: str = "school") -> list[tuple[Any, ...]]:
    return facts.tables[entity].frame.select(columns).rows()


def told(facts: Facts) -> list[tuple[Any, ...]]:
    """Code, file and line of each finding."""
    return [
        (found.code, found.location and found.location.file, found.location and found.location.line)
        for found in facts.findings
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("school_id,year,guards\nA,2022,1\nB,2022,2\n", [("A", 1, 2), ("B", 2, 3)]),
        ("school_id,year,guards\r\nA,2022,1\r\nB,2022,2", [("A", 1, 2), ("B", 2, 3)]),
        ("school_id,year,guards\rA,2022,1\rB,2022,2\r", [("A", 1, 2), ("B", 2, 3)]),
        ("\ufeffschool_id, year ,专职保安数\nA,2022,1\nB,2022,2\n", [("A", 1, 2), ("B", 2, 3)]),
        ("\n\nschool_id,year,guards\n\nA,2022,1\n  \n,,\nB,2022,2\n\n", [("A", 1, 5), ("B", 2, 8)]),
        ('"school_id",year,"guards"\n"A",2022,"1"\n"B",2022,2\n', [("A", 1, 2), ("B", 2, 3)]),
        ('school_id,year,guards,remark\nA,2022,1,"a\nb"\nB,2022,2,"c,d"\n', [("A", 1, 2), ("B", 2, 4)]),
        ('school_id,year,guards,remark\nA,2022,1,"a,""b"""\nB,2022,2,c"d\n', [("A", 1, 2), ("B", 2, 3)]),
        ('school_id,year,guards,remark\nA,2022,"1,000",\n,,,\nB,2022,2,\n', [("A", 1000, 2), ("B", 2, 4)]),
    ],
)
def test_each_row_of_csv_knows_its_line(content: str, expected: list[tuple[Any, ...]]) -> None:
    facts = read_csv(content)
    assert told(facts) == []
    assert rows(facts, "school_id", "guards", "#line") == expected
    assert rows(facts, "#file") == [("school.csv",)] * 2


def test_rows_with_too_many_or_too_few_cells_are_told_and_keep_what_they_have() -> None:
    facts = read_csv("school_id,year,guards,closed_on\nA,2022,1\nB,2022,2,,9\nC,2022,3,2022-01-01\n")
    assert told(facts) == [("ragged-row", "school.csv", 2), ("ragged-row", "school.csv", 3)]
    assert facts.findings[0].message["en"] == 'the numbers of cells and headers differ: "3 ≠ 4"'
    assert rows(facts, "guards", "closed_on", "#bad:closed_on") == [
        (1, None, True),
        (2, None, False),
        (3, date(2022, 1, 1), False),
    ]


def test_a_header_alone_is_a_table_without_rows() -> None:
    facts = read_csv("school_id,year,guards\n")
    assert told(facts) == [("no-rows", "school.csv", None)]
    assert dict(facts.tables) == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\n \n", "the file is empty"),
        (b",,\n", "the file has no headers"),
        (b"school_id,year\nA,20\x0022\n", "there is a NUL byte at line 2"),
        (
            b"\xef\xbb\xbfschool_id,year\nA,2022\n\xd1\xd0,2022\n",
            "byte 0xd1 at line 3, column 1 is not UTF-8; save the file as UTF-8",
        ),
        (b'school_id,year\nA,2022\n"B,2022\nC,2022\n', "CSV row that begins at line 3: unexpected end of data"),
        (b'school_id,year\n"A"B,2022\n', "CSV row that begins at line 2: ',' expected after '\"'"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_data_error_that_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(DataError) as raised:
        read_csv(content)
    assert str(raised.value) == f"school.csv cannot be read: {reason}"


@pytest.mark.parametrize(
    ("sign", "english", "chinese"),
    [
        (";", '";"', "“;”"),
        ("\t", "tabs", "制表符"),
        ("|", '"|"', "“|”"),
        ("，", '"，"', "中文逗号“，”"),
        ("；", '"；"', "中文分号“；”"),
        ("、", '"、"', "顿号“、”"),
    ],
)
def test_cells_that_are_not_separated_by_commas_are_read_and_told(sign: str, english: str, chinese: str) -> None:
    content = "school_id,year,guards\nA,2022,15\n".replace(",", sign)
    facts = read_facts(write("school.csv", content), BOOK)
    assert rows(facts, "school_id", "guards", "#line") == [("A", 15, 2)]
    assert [found.message for found in facts.findings] == [
        {
            "en": f"the cells of school.csv are separated by {english}, not by commas; they were read so",
            "zh": f"school.csv 的各列以{chinese}分隔，而不是逗号，已照此读取",
        }
    ]


@pytest.mark.parametrize("sign", [";", "\t", "|", "，", "；", "、"])
def test_cells_without_commas_and_without_a_known_header_are_refused(sign: str) -> None:
    with pytest.raises(DataError, match="and none of its headers is known"):
        read_facts(write("school.csv", sign.join(["x", "y", "z"]) + "\n"), BOOK)


def test_one_column_whose_header_is_known_may_hold_any_sign() -> None:
    book = read_rulebook(
        Source("b.yaml", "entities: {a: {key: id, fields: {id: {type: text, label: {zh: 编号|代码, en: Id}}}}}")
    )[0]
    assert rows(read_facts(write("a.csv", "编号|代码\nx;y\n"), book), "id", entity="a") == [("x;y",)]


def test_a_file_that_cannot_be_read_among_others_is_a_finding() -> None:
    write("data/school-2021.csv", b"\xff")
    write("data/school-2022.csv", "school_id,year\nA,2022\n")
    write("data/school_class.json", "{")
    facts = read_facts("data", BOOK)
    assert told(facts) == [
        ("unreadable-file", "data/school-2021.csv", 1),
        ("unreadable-file", "data/school_class.json", 1),
    ]
    assert [found.entity for found in facts.findings] == ["school", "school_class"]
    assert list(facts.tables) == ["school"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("school.json", "[{]", "JSON syntax at line 1, column 3: expecting property name enclosed in double quotes"),
        ("school.json", "[1]", "item 1 of school is a int, expected an object"),
        (
            "school.json",
            '{"school": 1}',
            "expected a list of objects, or an object with a list of objects for each entity",
        ),
        ("school.json", '[{"a": 1, "b": 2, "a": 3}]', 'an object has the key "a" twice'),
        ("school.json", "[" * 200_000, "JSON is nested too deep"),
        ("school.json", f'[{{"guards": {"9" * 5000}}}]', "a number has too many digits"),
        ("school.jsonl", '{"a": 1}\n\n{"a" 1}\n', "JSON syntax at line 3, column 6: expecting ':' delimiter"),
        ("school.jsonl", '{"a": 1}\n\n[]\n', "item 2 of school is a list, expected an object"),
        ("school.parquet", "", "it is not Parquet: it does not begin with PAR1"),
        ("school.parquet", "school_id,year\n", "it is not Parquet: it does not begin with PAR1"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(name: str, content: str, reason: str) -> None:
    with pytest.raises(DataError) as raised:
        read_facts(write(name, content), BOOK)
    assert str(raised.value) == f"{name} cannot be read: {reason}"


def test_a_truncated_parquet_file_is_a_data_error() -> None:
    pl.DataFrame({"school_id": ["A"], "year": [2022]}).write_parquet("school.parquet")
    content = Path("school.parquet").read_bytes()
    for length in range(4, len(content), 37):
        with pytest.raises(DataError, match="it is not whole Parquet"):
            read_facts(write("school.parquet", content[:length]), BOOK)


def test_parquet_and_json_and_json_lines_are_read() -> None:
    records = [{"school_id": "A", "year": 2022, "guards": 1}, {"school_id": "B", "year": 2022, "guards": None}]
    pl.DataFrame(records).write_parquet("school.parquet")
    write("school.json", json.dumps(records))
    write("city.json", json.dumps({"学校": records, "teacher": []}, ensure_ascii=False, indent=1))
    write("school.jsonl", "".join(f"{json.dumps(record)}\n\n" for record in records))
    write("school.csv", "year,guards,school_id\n2022,1,A\n2022,,B\n")
    found = {name: read_facts(name, BOOK) for name in sorted(path.name for path in Path().iterdir())}
    assert {facts.digest() for facts in found.values()} == {found["school.csv"].digest()}
    assert {name: rows(facts, "#line") for name, facts in found.items()} == {
        "city.json": [(3,), (8,)],
        "school.csv": [(2,), (3,)],
        "school.json": [(1,), (1,)],
        "school.jsonl": [(1,), (3,)],
        "school.parquet": [(1,), (2,)],
    }
    assert told(found["city.json"]) == [("unmatched-table", "city.json", None)]


def test_a_finding_in_json_names_the_line_on_which_its_object_begins() -> None:
    write("school.json", '\ufeff\r\n[ {"school_id": "A",\r\n"year": 2022},\n\n{"school_id": "B\\n",\n"year": "x"}\n]')
    assert told(read_facts("school.json", BOOK)) == [("no-period", "school.json", 5)]


JSON_PIECES = st.sampled_from(
    [*'[]{},:"1-. \n\t\r', '"a"', '"b":', "1.5", "null", "NaN", '[{"a": 1}', ', {"b": 2}]', '{"s": [', "]}", "\\", "é"]
)


@settings(deadline=None, max_examples=500)
@given(st.lists(JSON_PIECES).map("".join))
def test_json_is_read_as_python_reads_it(text: str) -> None:
    wanted: object = None
    said = told = ""
    try:
        wanted = json.loads(text)
    except json.JSONDecodeError as error:
        said = f"JSON syntax at line {error.lineno}, column {error.colno}"
    try:
        found = read_document(text)
    except UnreadableError as error:
        told = error.english
    if " twice" in told:
        return
    assert told.partition(": ")[0] == said
    if said:
        return
    lists = isinstance(wanted, list) or (isinstance(wanted, dict) and all(isinstance(v, list) for v in wanted.values()))
    if not lists:
        assert found is None
    elif isinstance(found, Items):
        assert repr(found.items) == repr(wanted)
    else:
        assert found is not None
        assert repr({name: each.items for name, each in found.items()}) == repr(wanted)


def test_a_folder_holds_files_and_folders_named_after_entities() -> None:
    write("data/学校-2021.csv", "school_id,year\nA,2021\n")
    write("data/school/part 2.csv", "school_id,year,guards\nA,2022,3\n")
    write("data/school/deep/x.csv", "school_id,year,guards\nA,2023,4\n")
    write("data/school_class 2022.csv", "id\n1\n")
    write("data/.hidden.csv", "")
    write("data/.git/school.csv", "")
    names: list[str] = []
    facts = read_facts(["data/", Path("data/school")], BOOK, progress=names.append)
    assert told(facts) == []
    assert rows(facts, "#p", "guards", "#file") == [
        (2021, None, "data/学校-2021.csv"),
        (2022, 3, "data/school/part 2.csv"),
        (2023, 4, "data/school/deep/x.csv"),
    ]
    assert rows(facts, "#bad:guards") == [(True,), (False,), (False,)]
    assert rows(facts, "id", entity="school_class") == [("1",)]
    assert sorted(names) == [
        "data/school/deep/x.csv",
        "data/school/part 2.csv",
        "data/school_class 2022.csv",
        "data/学校-2021.csv",
    ]


def test_a_folder_named_after_an_entity_may_be_given_itself() -> None:
    write("data/school/2022.csv", "school_id,year\nA,2022\n")
    assert rows(read_facts("data/school", BOOK), "#file") == [("data/school/2022.csv",)]
    assert rows(read_facts("data/../data/school", BOOK), "#file") == [("data/../data/school/2022.csv",)]


def test_links_are_followed_and_never_in_circles() -> None:
    write("elsewhere/2022.csv", "school_id,year\nA,2022\n")
    Path("data").mkdir()
    Path("data/school").symlink_to(Path("elsewhere").resolve())
    Path("elsewhere/back").symlink_to(Path("data").resolve())
    assert rows(read_facts("data", BOOK), "#file") == [("data/school/2022.csv",)]


def test_files_that_match_no_entity_are_warnings() -> None:
    write("data/school.csv", "school_id,year\nA,2022\n")
    for name in ("readme.md", "schol.csv", "teachers.json", "schooling.csv"):
        write(f"data/{name}", "[]")
    facts = read_facts("data", BOOK)
    assert [found.value for found in facts.findings if found.code == "unmatched-file"] == [
        "data/schol.csv",
        "data/schooling.csv",
        "data/teachers.json",
    ]
    assert facts.findings[0].message == {
        "en": "data/schol.csv is left out, expected a file named after an entity, of CSV, Excel (.xlsx, .xls), Parquet,"
        " JSON or JSON Lines, or one that feeds.yaml names (eduplan-rules feed data/schol.csv);"
        ' did you mean "School"?',
        "zh": "data/schol.csv 未读取，应为以实体命名的 CSV、Excel（.xlsx、.xls）、Parquet、JSON 或 JSON Lines 文件，"
        "或由 feeds.yaml 说明（eduplan-rules feed data/schol.csv）；是否应为“School”？",
    }


def test_nothing_to_read_is_a_data_error() -> None:
    Path("empty").mkdir()
    write("other/teacher.csv", "id\n1\n")
    for path, reason in (
        ("nowhere", "nowhere: there is no such file or folder"),
        (
            "empty",
            "empty: no files found, expected some named after an entity, of CSV, Excel (.xlsx, .xls), Parquet, JSON",
        ),
        ("other", "other/teacher.csv is left out"),
    ):
        with pytest.raises(DataError) as raised:
            read_facts(path, BOOK)
        assert str(raised.value).startswith(reason)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_a_data_error() -> None:
    write("data/locked/school.csv", "school_id,year\nA,2022\n")
    Path("data/locked").chmod(0)
    with pytest.raises(DataError, match="data/locked: the folder cannot be read"):
        read_facts("data", BOOK)


def test_the_layout_of_files_never_shows() -> None:
    write("one/school.csv", "school_id,year,guards\nA,2022,x\nB,2022,2\nB,2022,2\n")
    write("two/school-b.csv", "guards,year,school_id\n2,2022,B\n")
    write("two/school-c.csv", "guards,year,school_id\n2,2022,B\nx,2022,A\n")
    one, two = read_facts("one", BOOK), read_facts("two", BOOK)
    assert one.digest() == two.digest()
    assert [(found.code, found.key, found.message) for found in one.findings] == [
        (found.code, found.key, found.message) for found in two.findings
    ]


PIECES = st.lists(
    st.sampled_from(["A", "B", ",", ",", "\n", "\n", "\r\n", "\r", '"', '""', "2022", "1", " ", "x", "学", ",2022,"])
)


@settings(deadline=None)
@given(PIECES.map("".join))
def test_the_fast_and_the_exact_reader_agree(body: str) -> None:
    text = f"school_id,year,remark\n{body}"
    school = BOOK.entities["school"]
    plain = read_plain(school, text, "school.csv")
    if plain is not None:
        exact = read_exact(school, text, "school.csv")
        assert plain.headers == exact.headers
        assert plain.lines is not None
        assert exact.lines is not None
        assert exact.widths is None
        assert plain.lines.to_list() == exact.lines.to_list()
        for one, other in zip(plain.columns, exact.columns, strict=True):
            assert [cell or "" for cell in one.to_list()] == other.to_list()


BYTES = st.one_of(
    st.binary(),
    st.text().map(str.encode),
    PIECES.map(lambda pieces: "school_id,year,guards\n" + "".join(pieces)).map(str.encode),
)


@settings(deadline=None)
@given(BYTES)
def test_any_bytes_give_facts_or_a_data_error(content: bytes) -> None:
    for name in ("school.csv", "school.json", "school.jsonl", "school.parquet"):
        try:
            facts = read_facts(write(name, content), BOOK)
        except DataError:
            continue
        assert facts.findings or facts.tables["school"].frame.height
