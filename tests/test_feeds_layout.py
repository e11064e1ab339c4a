"""Layouts of feeds: what is found out and told, what a feed says and is silent, and the line of every row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduplan_rules.errors import DataError, RulebookError
from eduplan_rules.feeds.feed import read_feeds
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.feeds.propose import propose_feeds
from eduplan_rules.feeds.text import UnreadableError, read_text
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import Facts, to_facts

BOOK = read_rulebook(
    Source(
        "city.yaml",
        """
entities:
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    period: year
    fields:
      county_id: {type: text, label: {zh: 县区代码, en: County code}}
      spending: {type: number, unit: 万元, min: 0, max: 1000000, label: {zh: 教育支出, en: Spending}, optional: true}
      students: {type: integer, unit: 人, label: {zh: 学生数, en: Students}, optional: true}
      rate: {type: number, unit: "%", label: {zh: 达标率, en: Rate}, optional: true}
      audited: {type: boolean, label: {zh: 已审计, en: Audited}, optional: true}
      closed_on: {type: date, blank: none, label: {zh: 撤并日期, en: Closed on}, optional: true}
      level: {type: choice, choices: {high: 高, low: 低}, label: {zh: 等级, en: Level}, optional: true}
      note: {type: text, label: {zh: 备注, en: Note}, optional: true}
""",
    )
)[0]
FOLDER = Path(__file__).resolve().parent.parent / "examples" / "messy-feed"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(content: str | bytes, feed: str | None = None, name: str = "county.csv") -> Facts:
    """Read one file; `feed`: the keys of its feed, below `entity` and `files`."""
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    if feed is None:
        return read_facts(name, BOOK)
    lines = ["feeds:", "  - entity: county", f"    files: '{name}'", *(f"    {line}" for line in feed.splitlines())]
    return read_facts(name, BOOK, feed=Source("feeds.yaml", "\n".join(lines)))


def rows(facts: Facts, *columns: str) -> list[tuple[Any, ...]]:
    return facts.tables["county"].frame.select(columns).rows()


def told(facts: Facts) -> list[tuple[Any, ...]]:
    """Code and line of each finding."""
    return [(found.code, found.location and found.location.line) for found in facts.findings]


PLAIN = "县区代码,year,教育支出\nA,2022,1\nB,2022,2\n"


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [("utf-8", None), ("utf-8-sig", None), ("gbk", "GB18030"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
def test_the_encoding_is_found_out_and_told(encoding: str, guessed: str | None) -> None:
    facts = read(PLAIN.encode(encoding))
    assert rows(facts, "county_id", "spending", "#line") == [("A", 1.0, 2), ("B", 2.0, 3)]
    assert [found.message["en"] for found in facts.findings] == (
        [f"county.csv is not UTF-8, it was read as {guessed}"] if guessed else []
    )
    if guessed:
        assert told(read(PLAIN.encode(encoding), f"encoding: {guessed.lower()}")) == []


@settings(deadline=None)
@given(st.text(st.sampled_from("甲乙学校 ,\na1é"), min_size=1), st.integers(0, 60))
def test_a_part_of_a_file_in_utf_8_is_never_taken_for_another_encoding(text: str, length: int) -> None:
    Path("part.csv").write_bytes(("学" + text).encode()[:length])
    try:
        read = read_text(Path("part.csv"))
    except UnreadableError:
        return
    assert read.guessed is None


def test_an_encoding_that_a_feed_names_is_held_to() -> None:
    with pytest.raises(DataError, match="is not UTF-8"):
        read(PLAIN.encode("gbk"), "encoding: utf-8")
    with pytest.raises(DataError, match="is not GB18030"):
        read(b"\x80\x80\x80", "encoding: gbk")


@pytest.mark.parametrize(
    ("above", "headers", "line", "codes"),
    [
        ("标题,,\n", "县区代码,year,教育支出", 3, ["header-guessed"]),
        ("\n标题\n\n2022 年\n", "县区代码,year,教育支出", 6, ["header-guessed"]),
        ("标题,,\n", "县区代码,year,经费\n,,教育支出", 4, ["header-guessed"]),
        ("", "县区代码,year,教育\n,,支出", 3, ["header-joined"]),
        ("", "县区代码,year,教育支出", 2, []),
    ],
)
def test_the_headers_are_found_below_titles_and_joined(above: str, headers: str, line: int, codes: list[str]) -> None:
    facts = read(f"{above}{headers}\nA,2022,1\n")
    assert [found.code for found in facts.findings] == codes
    assert rows(facts, "county_id", "spending", "#line") == [("A", 1.0, line)]


def test_a_heading_over_several_columns_is_joined_with_each() -> None:
    table = "县区代码,year,教育,,学生\n,,支出,达标率,数\nA,2022,1,95,7\n"
    facts = read(table)
    assert rows(facts, "spending", "rate", "students", "#line") == [(1.0, 95.0, 7, 3)]
    assert told(facts) == [("header-joined", None)]
    assert facts.findings[0].message["zh"] == "表头由第 1 至 2 行合并而成"
    assert told(read(table, "header_row: [1, 2]")) == []


def test_a_feed_names_the_row_of_the_headers() -> None:
    table = "a,b,c\n县区代码,year,教育支出\nA,2022,1\n"
    assert told(read(table, "header_row: 2")) == []
    with pytest.raises(DataError, match="there are no headers at line 9"):
        read(table, "header_row: 9")


@pytest.mark.parametrize(
    ("header", "cell", "value", "unit"),
    [
        ("教育支出（元）", "12345678.9", 1234.56789, "元"),
        ("教育支出(亿元)", "1.5", 15000.0, "亿元"),
        ("教育支出（单位：元）", '"1,000"', 0.1, "元"),
        ("教育\n支出（千元）", "5", 0.5, "千元"),
        ("教育支出（万元）", "7", 7.0, None),
        ("教育支出", "7", 7.0, None),
    ],
)
def test_the_unit_of_a_header_is_converted_and_told(header: str, cell: str, value: float, unit: str | None) -> None:
    facts = read(f'县区代码,year,"{header}"\nA,2022,{cell}\n')
    assert rows(facts, "spending") == [(value,)]
    assert [(found.code, found.field) for found in facts.findings] == [("unit-converted", "spending")] * bool(unit)


def test_a_unit_of_another_kind_is_no_unit_of_the_field() -> None:
    assert [found.code for found in read("县区代码,year,教育支出（人）\nA,2022,1\n").findings] == ["unknown-column"]


def test_the_unit_above_a_table_is_that_of_columns_that_name_none() -> None:
    facts = read("县区经费\n单位：元、百人\n县区代码,year,教育支出,学生数,达标率\nA,2022,10000,1.5,95\n")
    assert rows(facts, "spending", "students", "rate") == [(1.0, 150, 95.0)]
    assert sorted(found.code for found in facts.findings) == ["header-guessed", "unit-converted", "unit-converted"]
    facts = read("单位：元,,\n县区代码,year,教育支出（万元）\nA,2022,3\n")
    assert rows(facts, "spending") == [(3.0,)]


def test_a_feed_names_the_unit_and_nothing_is_told() -> None:
    facts = read(
        "县区代码,year,经费,学生数\nA,2022,20000,0.0003\n", "columns: {经费: spending}\nunits: {经费: 元, 学生数: 万人}"
    )
    assert rows(facts, "spending", "students") == [(2.0, 3)]
    assert told(facts) == []


def test_ranges_and_whole_numbers_are_those_of_the_field_after_conversion() -> None:
    facts = read("县区代码,year,教育支出（元）,学生数（百人）\nA,2022,9000000000,1.5\nB,2022,99000000000,1.555\n")
    assert rows(facts, "spending", "students") == [(900000.0, 150), (None, None)]
    assert {
        (found.code, found.location.line) for found in facts.findings if found.location and found.location.line
    } == {
        ("out-of-range", 3),
        ("unreadable-cell", 3),
    }


def test_a_percent_sign_stays_a_percent_sign_where_a_column_has_shares() -> None:
    facts = read("县区代码,year,达标率\nA,2022,0.95\nB,2022,96%\n", 'units: {达标率: "1"}')
    assert [round(value, 9) for (value,) in rows(facts, "rate")] == [95.0, 96.0]


def test_frames_have_units_in_their_headers_too() -> None:
    frame = pl.DataFrame({"county_id": ["A"], "year": [2022], "教育支出（元）": [25000]})
    facts = to_facts({"county": frame}, BOOK)
    assert rows(facts, "spending") == [(2.5,)]
    assert [found.code for found in facts.findings] == ["unit-converted"]


TOTALS = "县区代码,year,教育支出\nA,2022,1\n小 计,,1\nB,2022,2\n合计,,3\n注：合成数据,,\n填表人：甲,,\n"


def test_totals_and_notes_are_left_out_and_told_with_their_lines() -> None:
    facts = read(TOTALS)
    assert rows(facts, "county_id", "#line") == [("A", 2), ("B", 4)]
    assert sorted(told(facts)) == [("row-left-out", line) for line in (3, 5, 6, 7)]


def test_people_who_are_named_around_a_table_are_in_no_finding() -> None:
    facts = read("填表人：甲乙,,\n县区代码,year,教育支出\nA,2022,1\n审核人：丙丁,,\n")
    told_values = {found.code: found.value for found in facts.findings}
    assert told_values == {"header-guessed": "填表人：", "row-left-out": "审核人："}
    assert "甲乙" not in str(facts.findings)
    assert "丙丁" not in str(facts.findings)


def test_a_feed_says_which_rows_are_no_records() -> None:
    facts = read(TOTALS, "totals: [小计, 合计, '注：', '填表人：']")
    assert (told(facts), rows(facts, "#line")) == ([], [(2,), (4,)])
    facts = read(TOTALS, "totals: 小计\nskip_footer: 3")
    assert (told(facts), rows(facts, "#line")) == ([], [(2,), (4,)])


def test_a_record_that_only_names_a_total_elsewhere_stays() -> None:
    facts = read("县区代码,year,备注\nA,2022,合计\nB,2022,注：无\n")
    assert len(rows(facts, "county_id")) == 2


def test_empty_cells_have_what_stands_above_where_a_feed_says_so() -> None:
    facts = read("year,县区代码,等级\n2022,A,高\n,B,\n2023,A,低\n,B,\n", "fill_down: [year, level]")
    assert rows(facts, "county_id", "#p", "level", "#line") == [
        ("A", 2022, "high", 2), ("A", 2023, "low", 4), ("B", 2022, "high", 3), ("B", 2023, "low", 5),
    ]  # fmt: skip


def test_merged_cells_have_what_stands_in_the_first_wherever_the_table_begins() -> None:
    import xlsxwriter

    with xlsxwriter.Workbook("county.xlsx") as book:
        sheet = book.add_worksheet("county")
        sheet.write_row(4, 2, ["year", "县区代码", "等级"])
        sheet.write_column(5, 3, ["A", "B", "C"])
        sheet.merge_range("C6:C8", 2022)
        sheet.merge_range("E7:E8", "低")
        sheet.write("E6", "高")
    facts = read_facts("county.xlsx", BOOK)
    assert rows(facts, "county_id", "#p", "level", "#line") == [
        ("A", 2022, "high", 6), ("B", 2022, "low", 7), ("C", 2022, "low", 8),
    ]  # fmt: skip
    assert [(found.code, found.field) for found in facts.findings] == [
        ("merged-cells", "level"),
        ("merged-cells", "year"),
    ]
    assert facts.findings[0].message["en"] == "“Level” was filled from merged cells in 1 row"


def test_columns_are_named_left_out_and_missed() -> None:
    facts = read("代码,year,乱,备注\nA,2022,x,y\n", "columns: {代码: county_id, 乱: ~, 备往: note}")
    assert [(found.code, found.value) for found in facts.findings] == [("feed-without-column", "备往")]
    assert facts.findings[0].message["zh"].startswith("feeds.yaml:2：没有列“备往”")
    assert rows(facts, "county_id") == [("A",)]


def test_rows_with_too_few_cells_keep_their_faults_when_columns_are_left_out_or_added() -> None:
    facts = read("乱,县区代码,教育支出,等级\nx,A,1\nx,B,2,高\n", "columns: {乱: ~}\nconstants: {year: 2022}")
    assert rows(facts, "county_id", "#p", "level", "#bad:level") == [
        ("A", 2022, None, True),
        ("B", 2022, "high", False),
    ]
    assert told(facts) == [("ragged-row", 2)]
    assert facts.findings[0].message["en"] == 'the numbers of cells and headers differ: "3 ≠ 4"'


@pytest.mark.parametrize(
    ("name", "pattern", "found"),
    [
        ("县区2021年.csv", "{year}年", 2021),
        ("2021-county.csv", "{year}-", 2021),
        ("c20200101-2023.csv", r"-(?P<年份>\d{4})$", 2023),
    ],
)
def test_the_year_stands_in_the_name_only(name: str, pattern: str, found: int) -> None:
    facts = read("县区代码,教育支出\nA,1\n", f"from_name: '{pattern}'", name)
    assert (rows(facts, "#p"), told(facts)) == ([(found,)], [])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("county-2021.csv", 2021),
        ("县市区-2021年.csv", 2021),
        ("county 2021年教育经费（2021）.csv", 2021),
        ("county_c20200101_2023.csv", 2023),
        ("county.csv", None),
        ("county-2021-2022.csv", None),
        ("county-2021学年.csv", None),
        ("county-2021-05-31.csv", None),
        ("county-20210531.csv", None),
        ("county-2021年5月31日.csv", None),
        ("county 2020年与2021年.csv", None),
        ("county-9021.csv", None),
    ],
)
def test_a_year_that_is_only_in_the_name_is_found_out_and_told(name: str, found: int | None) -> None:
    facts = read("县区代码,教育支出\nA,1\nB,2\n", name=name)
    if found is None:
        assert (told(facts), "county" in facts.tables) == ([("missing-column", None)], False)
        return
    assert rows(facts, "county_id", "#p", "#line") == [("A", found, 2), ("B", found, 3)]
    (finding,) = facts.findings
    assert (finding.code, finding.severity, finding.value) == ("period-guessed", "warning", name.removesuffix(".csv"))
    assert finding.message["en"].startswith(
        f"there is no column for year; all rows are of {found}, taken from the name"
    )
    assert finding.message["zh"].startswith(f"缺少 year 列；各行均按 {found} 读取，取自名称“")


def test_the_name_is_asked_only_where_neither_a_column_nor_a_feed_has_the_year() -> None:
    assert rows(read("县区代码,年度\nA,2022\n", name="county-2021.csv"), "#p") == [(2022,)]
    assert rows(read("县区代码\nA\n", "constants: {year: 2020}", "county-2021.csv"), "#p") == [(2020,)]
    facts = read("县区代码\nA\n", "from_name: '{level}级'", "county-2021.csv")
    assert told(facts) == [("feed-without-match", None), ("missing-column", None)]
    assert told(read("县区代码\nA\n", "header_row: 1", "county-2021.csv")) == [("period-guessed", None)]
    frame = to_facts({"county": [{"county_id": "A"}]}, BOOK)
    assert [found.code for found in frame.findings] == ["missing-column"]


def test_the_name_of_a_sheet_is_asked_too_and_must_not_say_another_year() -> None:
    frame = pl.DataFrame({"县区代码": ["A"], "教育支出": [1]})
    for file, sheet, found in (
        ("county.xlsx", "2021年", [(2021,)]),
        ("county-2021.xlsx", "2021", [(2021,)]),
        ("county-2022.xlsx", "2021", None),
    ):
        frame.write_excel(file, worksheet=sheet)
        facts = read_facts(file, BOOK)
        assert (rows(facts, "#p") if "county" in facts.tables else None) == found


def test_a_name_that_does_not_fit_is_told() -> None:
    facts = read("县区代码,year\nA,2022\n", "from_name: '{level}级'")
    assert [(found.code, found.severity) for found in facts.findings] == [("feed-without-match", "error")]


def test_marks_booleans_and_dates_are_those_of_the_feed() -> None:
    facts = read(
        "县区代码,year,教育支出,已审计,撤并日期\nA,2022,×,通过,3.4.2022\nB,2022,n.k.,未过,04.05.22\nC,2022,1,√,2022-05-06\n",
        "missing: [×, n.k.]\nbooleans: {true: 通过, false: [未过]}\ndate_formats: [d.m.yyyy, dd.mm.yy]",
    )
    assert rows(facts, "spending", "audited", "closed_on") == [
        (None, True, date(2022, 4, 3)), (None, False, date(2022, 5, 4)), (1.0, True, date(2022, 5, 6)),
    ]  # fmt: skip
    assert told(facts) == []


@pytest.mark.parametrize(("missing", "codes"), [("—", [("unreadable-cell", 3)]), ('[—, "#N/A"]', [])])
def test_texts_beside_a_failed_formula_are_read_as_the_feed_says(missing: str, codes: list[tuple[str, int]]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook("made.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(
            [("县区代码", "year", "撤并日期"), ("A", 2022, "3.4.2022"), ("B", 2022, ""), ("C", 2022, "—")]
        ):
            sheet.write_row(row, 0, cells)
        sheet.write_formula("C3", "=NA()", None, "#N/A")
    facts = read(Path("made.xlsx").read_bytes(), f"missing: {missing}\ndate_formats: d.m.yyyy", "data.xlsx")
    assert rows(facts, "closed_on") == [(date(2022, 4, 3),), (None,), (None,)]
    assert told(facts) == codes


def test_a_number_may_stand_for_nothing_in_typed_columns_too() -> None:
    pl.DataFrame({"county_id": ["A", "B"], "year": [2022, 2022], "spending": [-9.0, 1.0]}).write_parquet("made.parquet")
    facts = read(Path("made.parquet").read_bytes(), 'missing: ["-9", —]', "data.parquet")
    assert (rows(facts, "spending"), told(facts)) == ([(None,), (1.0,)], [])


@pytest.mark.parametrize(
    ("cells", "values", "codes"),
    [
        (["1,5", "12,345"], [1.5, 12.345], ["decimals-guessed", "separator-guessed"]),
        (["1.234,5", "2"], [1234.5, 2.0], ["decimals-guessed", "separator-guessed"]),
        (["12,345", "1,000"], [12345.0, 1000.0], ["separator-guessed"]),
        (["1.5", "2"], [1.5, 2.0], ["separator-guessed"]),
    ],
)
def test_decimal_commas_are_found_out_where_one_is_certain(
    cells: list[str], values: list[float], codes: list[str]
) -> None:
    facts = read(
        "县区代码;year;教育支出\n" + "".join(f"{key};2022;{cell}\n" for key, cell in zip("AB", cells, strict=True))
    )
    assert [value for (value,) in rows(facts, "spending")] == values
    assert [found.code for found in facts.findings] == codes


def test_a_feed_says_the_separator_and_the_decimals() -> None:
    facts = read("县区代码;year;教育支出\nA;2022;12,345\n", "separator: ';'\ndecimal: ','")
    assert (rows(facts, "spending"), told(facts)) == ([(12.345,)], [])
    facts = read("x\n编号;year;教育支出\nA;2022;1\n", "header_row: 2\ncolumns: {编号: county_id}")
    assert (rows(facts, "county_id", "spending"), [found.code for found in facts.findings]) == (
        [("A", 1.0)],
        ["separator-guessed"],
    )
    facts = read("县区代码\tyear\t教育支出\nA\t2022\t1\n", name="county.tsv")
    assert (rows(facts, "spending"), told(facts)) == ([(1.0,)], [])


def test_json_and_parquet_have_feeds_too() -> None:
    keys = "columns: {code: county_id, money: spending}\nunits: {money: 元}\nconstants: {year: 2022}"
    facts = read('[{"code": "A", "money": 10000}]', keys, "county.json")
    assert (rows(facts, "county_id", "spending"), told(facts)) == ([("A", 1.0)], [])
    facts = read('{"code": "A", "money": 10000}\n', keys, "data.jsonl")
    assert (rows(facts, "county_id", "spending"), told(facts)) == ([("A", 1.0)], [])
    pl.DataFrame({"code": ["A"], "money": [10000]}).write_parquet("made.parquet")
    facts = read(Path("made.parquet").read_bytes(), keys, "data.parquet")
    assert (rows(facts, "county_id", "spending"), told(facts)) == ([("A", 1.0)], [])


def test_feeds_may_stand_by_entity_and_sheets_are_told_when_missing() -> None:
    import xlsxwriter

    with xlsxwriter.Workbook("city.xlsx") as book:
        for year in (2021, 2022):
            book.add_worksheet(f"{year}年度").write_column(0, 0, ["县区代码", "A"])
    feed = 'feeds:\n  县市区:\n    - {files: city.xlsx, sheet: ["20*", 2O23年度], from_sheet: "{year}年"}\n    -\n'
    facts = read_facts("city.xlsx", BOOK, feed=Source("feeds.yaml", feed))
    assert rows(facts, "county_id", "#p", "#sheet", "#line") == [
        ("A", 2021, "2021年度", 2), ("A", 2022, "2022年度", 2),
    ]  # fmt: skip
    assert [(found.code, found.value) for found in facts.findings] == [("feed-without-sheet", "2O23年度")]
    whole = read_facts(".", BOOK, feed=Source("feeds.yaml", feed))
    assert [found.code for found in whole.findings] == ["feed-without-file", "feed-without-sheet"]


def test_a_feed_without_a_sheet_takes_the_only_one_and_no_other() -> None:
    import xlsxwriter

    for sheets in (["甲"], ["甲", "乙"]):
        with xlsxwriter.Workbook("city.xlsx") as book:
            for sheet in sheets:
                book.add_worksheet(sheet).write_column(0, 0, ["县区代码", "A"])
        Path("other.csv").write_text("县区代码,year\nB,2022\n", encoding="utf-8")
        feed = "feeds:\n  county:\n  - {files: city.xlsx, constants: {year: 2022}}\n  - files: other.csv\n"
        facts = read_facts(["city.xlsx", "other.csv"], BOOK, feed=Source("feeds.yaml", feed))
        found = {each.code: each.severity for each in facts.findings}
        assert found == ({} if len(sheets) == 1 else {"feed-without-sheet": "error", "unmatched-table": "warning"})


MISTAKES = """\
feeds:
  - entity: couny
  - entity: county
    header_rows: 3
  - entity: county
    encoding: latin-1
  - entity: county
    columns: {x: spendin}
    units: {教育支出: 人, county_id: 元}
  - entity: county
    from_name: "(?P<yeer>[0-9]{4})"
  - entity: county
    from_name: "[0-9"
  - entity: county
    date_formats: yyyy-mm
    separator: ";;"
    header_row: [3, 5]
    booleans: {yes: 是}
"""


def test_every_mistake_of_a_feed_is_told_at_its_place() -> None:
    with pytest.raises(RulebookError) as raised:
        read_feeds(Source("feeds.yaml", MISTAKES), BOOK)
    assert [(each.code, each.span.line, each.span.text) for each in raised.value.diagnostics] == [
        ("unknown-entity", 2, "couny"),
        ("unknown-key", 4, "header_rows"),
        ("wrong-value", 6, "latin-1"),
        ("unknown-field", 8, "spendin"),
        ("unit-mismatch", 9, "人"),
        ("unit-mismatch", 9, "county_id"),
        ("unknown-field", 11, "yeer"),
        ("pattern-syntax", 13, '"[0-9"'),
        ("wrong-value", 17, "[3, 5]"),
        ("wrong-shape", 18, "{yes: 是}"),
    ]
    for diagnostic in raised.value.diagnostics:
        assert diagnostic.said("zh") != diagnostic.said("en")


@pytest.mark.parametrize("text", ["", "feeds:", "feeds: 1", "- a", "feeds: [1]", "files: []", "feeds: [\n"])
def test_a_file_of_feeds_of_another_shape_is_a_diagnostic(text: str) -> None:
    with pytest.raises(RulebookError):
        read_feeds(Source("feeds.yaml", text), BOOK)


def test_a_list_without_feeds_is_one() -> None:
    assert read_feeds(Source("feeds.yaml", "feeds: []"), BOOK).feeds == ()


@pytest.mark.parametrize(
    "name",
    [path.name for path in sorted(FOLDER.iterdir()) if path.suffix in (".csv", ".txt", ".xls", ".xlsx")],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_draft_works_as_it_stands_and_leaves_nothing_to_be_guessed(name: str, language: str) -> None:
    book = read_rulebook(FOLDER / "rules.yaml")[0]
    assert language in ("zh", "en")
    text = propose_feeds(FOLDER / name, book, "zh" if language == "zh" else "en")
    facts = read_facts(FOLDER / name, book, feed=Source("feeds.yaml", text))
    codes = {found.code for found in facts.findings}
    assert not {code for code in codes if "guessed" in code or code.startswith("feed-")}
    assert not codes & {"header-joined", "unit-converted", "row-left-out", "missing-column"}
    entity = next(iter(facts.tables))
    places = [str(name) for name in (*facts.tables[entity].entity.key, "#sheet", "#line")]
    wanted = read_facts(FOLDER, book).tables[entity].frame.filter(pl.col("#file").str.ends_with(name))
    assert sorted(facts.tables[entity].frame.select(places).rows()) == sorted(wanted.select(places).rows())


def test_a_table_without_a_known_header_needs_to_be_told_whose_it_is() -> None:
    Path("x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    book = read_rulebook(FOLDER / "rules.yaml")[0]
    with pytest.raises(UnreadableError, match="say with --entity which table it is: county, school, drill"):
        propose_feeds(Path("x.csv"), book, "en")
    text = propose_feeds(Path("x.csv"), book, "en", entity=book.entities["drill"])
    assert "# a: ~  # no field" in text
    read_feeds(Source("feeds.yaml", text), book)


CELL = st.text(st.sampled_from("甲乙丙 ,;\"'\n1"), max_size=5)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.text(st.sampled_from("甲乙丙（）1"), min_size=1, max_size=6), max_size=4),
    st.lists(st.tuples(CELL, st.integers(0, 2)), min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_row_knows_its_line_however_the_table_is_laid_out(
    titles: list[str], cells: list[tuple[str, int]], sign: str, encoding: str, end: str
) -> None:
    """Law: titles, blank lines, line ends in cells, separators and encodings move no row."""
    text, wanted = "".join(f"{title}{end}" for title in titles), []
    text += sign.join(["县区代码", "year", "备注"]) + end
    for number, (cell, blanks) in enumerate(cells):
        text += end * blanks
        wanted.append((f"K{number}", text.count("\n") + 1))
        quoted = '"' + cell.replace('"', '""').replace("\n", end) + '"'
        text += sign.join([f"K{number}", "2022", quoted]) + end
    facts = read(text.encode(encoding))
    assert sorted(rows(facts, "county_id", "#line")) == sorted(wanted)
