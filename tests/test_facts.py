"""Facts from frames and lists of dicts: typed cells, keys, periods, references, findings, digest."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduplan_rules.errors import DataError
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import Facts, Finding, Location, to_facts, vanished
from eduplan_rules.tables.finding import LIMIT, RANGES, Lines

CITY = """
entities:
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    period: year
    renamed: {OLD: C1}
    fields:
      county_id: {type: text}
      spending:
        {type: number, unit: 万元, label: {zh: 教育支出, en: Education spending}, aliases: [预算支出], optional: true}
      growth: {type: number, unit: "%", optional: true}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    closed: closed_on
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text, optional: true}
      stage:
        type: choice
        label: {zh: 学段, en: Stage}
        choices: {kindergarten: 幼儿园, primary: 小学, junior: 初中}
        optional: true
      guards: {type: integer, unit: 人, min: 0, max: 500, label: {zh: 专职保安数, en: Full-time guards}, optional: true}
      alarm: {type: boolean, optional: true}
      ratio: {type: number, optional: true}
      built_on: {type: date, optional: true}
      closed_on: {type: date, blank: none, optional: true}
      principal: {type: integer, personal: true, optional: true}
  class:
    key: [school_id, number]
    fields: {school_id: {type: text}, number: {type: integer}, size: {type: integer}}
  drill:
    key: drill_id
    day: held_on
    belongs_to: {school: school_id}
    fields: {drill_id: {type: text}, school_id: {type: text}, held_on: {type: date}}
  evidence:
    key: evidence_id
    valid: [issued_on, valid_until]
    fields:
      evidence_id: {type: text}
      issued_on: {type: date}
      valid_until: {type: date, blank: none}
  pupil:
    key: id_number
    fields: {id_number: {type: text, personal: true}, age: {type: integer}}
  report:
    key: id
    period: {is: month, column: 统计月份}
    fields: {id: {type: text}}
"""


def read(text: str) -> Rulebook:
    return read_rulebook(Source("city.yaml", text))[0]


BOOK = read(CITY)


def schools(*rows: Mapping[str, Any], book: Rulebook = BOOK) -> Facts:
    """Facts of schools A0, A1, ... in 2022, each with the given cells."""
    return to_facts({"school": [{"school_id": f"A{n}", "year": 2022, **row} for n, row in enumerate(rows)]}, book)


def column(facts: Facts, field: str, entity: str = "school") -> list[Any]:
    return facts.tables[entity].frame[field].to_list()


def cell(field: str, value: Any) -> Any:
    """What a cell becomes: its value, or the code of the finding."""
    facts = schools({field: value})
    return facts.findings[0].code if facts.findings else column(facts, field)[0]


def codes(facts: Facts) -> list[str]:
    return [found.code for found in facts.findings]


def only(facts: Facts) -> Finding:
    (found,) = facts.findings
    return found


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("guards", "12", 12),
        ("guards", " 1,200 ", "out-of-range"),
        ("guards", "12人", "unreadable-cell"),
        ("guards", 3.0, 3),
        ("guards", 3.5, "unreadable-cell"),
        ("guards", "3.0", 3),
        ("guards", True, "unreadable-cell"),
        ("guards", Decimal("3.00"), 3),
        ("guards", "-1", "out-of-range"),
        ("guards", "", None),
        ("guards", "  ", None),
        ("guards", None, None),
        ("guards", "—", "unreadable-cell"),
        ("guards", "无", "unreadable-cell"),
        ("guards", "N/A", "unreadable-cell"),
        ("guards", 2**53, "number-too-large"),
        ("guards", 10**30, "number-too-large"),
        ("guards", [1], "unreadable-cell"),
        ("ratio", "1,200.5", 1200.5),
        ("ratio", "12,34", "unreadable-cell"),
        ("ratio", "1e-3", 0.001),
        ("ratio", "95%", 0.95),
        ("ratio", "95 ％", 0.95),
        ("ratio", "%", "unreadable-cell"),
        ("ratio", math.nan, "not-finite"),
        ("ratio", -math.inf, "not-finite"),
        ("ratio", "1e999", "not-finite"),
        ("ratio", Decimal("Infinity"), "not-finite"),
        ("ratio", 1e308, 1e308),
        ("ratio", 2**53 - 1, 2.0**53 - 1),
        ("ratio", 2**53, "number-too-large"),
        ("ratio", str(2**53), "number-too-large"),
        ("ratio", -(2**63), "number-too-large"),
        ("alarm", "是", True),
        ("alarm", "无", False),
        ("alarm", "Yes", True),
        ("alarm", 0, False),
        ("alarm", 1.0, True),
        ("alarm", 2, "unreadable-cell"),
        ("alarm", "不详", "unreadable-cell"),
        ("built_on", "2022-05-10", date(2022, 5, 10)),
        ("built_on", "2022/5/10", date(2022, 5, 10)),
        ("built_on", "2022年5月10日", date(2022, 5, 10)),
        ("built_on", "2022.5.10", date(2022, 5, 10)),
        ("built_on", "20220510", date(2022, 5, 10)),
        ("built_on", 20220510, date(2022, 5, 10)),
        ("built_on", 20220510.0, date(2022, 5, 10)),
        ("built_on", "20221310", "unreadable-cell"),
        ("built_on", "2022510", "unreadable-cell"),
        ("built_on", "2022-5/10", "unreadable-cell"),
        ("built_on", "2022.5", "unreadable-cell"),
        ("built_on", "10.5.2022", "unreadable-cell"),
        ("built_on", "2022-05-10 00:00:00", date(2022, 5, 10)),
        ("built_on", "2022-05-10T00:00:00Z", date(2022, 5, 10)),
        ("built_on", "2022/5/10 0:00:00", date(2022, 5, 10)),
        ("built_on", datetime(2022, 5, 10, tzinfo=UTC), date(2022, 5, 10)),
        ("built_on", datetime(2022, 5, 10, 8, 30, tzinfo=UTC), "unreadable-cell"),
        ("built_on", "2022-02-30", "unreadable-cell"),
        ("built_on", "0000-01-01", "unreadable-cell"),
        ("built_on", "2022", "unreadable-cell"),
        ("built_on", 44691, "unreadable-cell"),
        ("stage", "primary", "primary"),
        ("stage", " 小学 ", "primary"),
        ("stage", "高中", "unknown-choice"),
        ("county_id", 3.0, "3"),
        ("county_id", " C1　", "C1"),
        ("county_id", date(2022, 1, 1), "2022-01-01"),
        ("county_id", Decimal("110101199001011234"), "110101199001011234"),
        ("county_id", {"a": 1}, "unreadable-cell"),
        ("county_id", "\ud800", "unreadable-cell"),
        ("principal", b"7", "unreadable-cell"),
    ],
)
def test_a_cell_is_read_by_its_declared_type(field: str, value: Any, expected: Any) -> None:
    assert cell(field, value) == expected


def test_an_integer_too_long_to_write_is_unreadable() -> None:
    assert cell("guards", 10**5000) == "unreadable-cell"


def test_values_of_several_types_may_stand_in_one_column() -> None:
    values = [True, 3, 4.0, "5", None, Decimal(6), date(2022, 1, 1)]
    facts = schools(*({"guards": value} for value in values))
    assert column(facts, "guards") == [None, 3, 4, 5, None, 6, None]
    assert column(facts, "#bad:guards") == [True, False, False, False, False, False, True]
    assert [found.value for found in facts.findings] == ["true", "2022-01-01"]


@pytest.mark.parametrize(
    ("field", "series", "expected"),
    [
        ("guards", pl.Series([3.0, 3.5, None]), [3, None, None]),
        ("guards", pl.Series([1, 2**63, 2**53 - 1], dtype=pl.UInt64), [1, None, None]),
        ("guards", pl.Series([1, -(2**63), 0], dtype=pl.Int64), [1, None, 0]),
        ("guards", pl.Series([1, 2, 3], dtype=pl.Int8), [1, 2, 3]),
        ("guards", pl.Series([True, False, None]), [None, None, None]),
        ("guards", pl.Series([Decimal("1.00"), Decimal("1.50"), None]), [1, None, None]),
        ("guards", pl.Series([[1], [2], None]), [None, None, None]),
        ("ratio", pl.Series([math.nan, math.inf, -0.0]), [None, None, 0.0]),
        ("ratio", pl.Series([0.5, 1, 2], dtype=pl.Float32), [0.5, 1.0, 2.0]),
        ("stage", pl.Series(["小学", "primary", None], dtype=pl.Categorical), ["primary", "primary", None]),
        ("stage", pl.Series(["小学", "初中", None], dtype=pl.Enum(["小学", "初中"])), ["primary", "junior", None]),
        ("alarm", pl.Series([0, 1, 2]), [False, True, None]),
        ("built_on", pl.Series([date(2022, 1, 1), None, date(1, 1, 1)]), [date(2022, 1, 1), None, date(1, 1, 1)]),
        (
            "built_on",
            pl.Series([datetime(2022, 1, 1), datetime(2022, 1, 1, 8), None]),
            [date(2022, 1, 1), None, None],
        ),
        (
            "built_on",
            pl.Series([datetime(2021, 12, 31, 16), None, None])
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone("Asia/Shanghai"),
            [date(2022, 1, 1), None, None],
        ),
        ("county_id", pl.Series([1, 2, 3]), ["1", "2", "3"]),
        ("county_id", pl.Series([1.0, 2.5, math.nan]), ["1", "2.5", None]),
        ("county_id", pl.Series([Decimal("1.00"), Decimal("2.50"), None]), ["1", "2.50", None]),
    ],
)
def test_a_typed_column_is_cast_by_the_declared_type(field: str, series: pl.Series, expected: list[Any]) -> None:
    frame = pl.DataFrame({"school_id": ["a", "b", "c"], "year": 2022, field: series})
    facts = to_facts({"school": frame}, BOOK)
    got = column(facts, field)
    assert got == expected
    assert [math.copysign(1, value) for value in got if value == 0] == [1.0 for value in got if value == 0]
    lost = [given is not None and value is None for given, value in zip(series.to_list(), expected, strict=True)]
    assert facts.tables["school"].frame.get_column("#bad:" + field, default=pl.Series([False] * 3)).to_list() == lost
    assert len(facts.findings) == sum(lost)


def test_nan_means_missing_in_pandas_and_is_a_finding_in_polars() -> None:
    rows = {"school_id": ["a", "b"], "year": [2022, 2022], "guards": [3.0, math.nan], "county_id": ["x", None]}
    assert codes(to_facts({"school": pd.DataFrame(rows)}, BOOK)) == []
    assert codes(to_facts({"school": pl.DataFrame(rows)}, BOOK)) == ["not-finite"]


def test_all_kinds_of_frames_give_the_same_facts() -> None:
    rows = [
        {"school_id": "a", "year": 2021, "guards": 1, "alarm": True, "built_on": date(2020, 1, 1), "stage": "小学"},
        {"school_id": "a", "year": 2022, "guards": None, "alarm": None, "built_on": None, "stage": None},
    ]
    frame = pl.DataFrame(rows)
    typed = frame.to_pandas()
    nullable = typed.convert_dtypes()
    timed = typed.assign(built_on=pd.to_datetime(typed["built_on"]), stage=typed["stage"].astype("category"))
    zoned = timed.assign(built_on=timed["built_on"].dt.tz_localize("Asia/Shanghai"))
    several = [rows, frame, frame.lazy(), frame.to_arrow(), typed, nullable, timed, zoned]
    found = [to_facts({"school": each}, BOOK) for each in several]
    assert [codes(facts) for facts in found] == [[]] * len(found)
    assert {facts.digest() for facts in found} == {found[0].digest()}


def test_what_is_no_frame_is_a_data_error() -> None:
    with pytest.raises(DataError, match="school is a int, expected a data frame or a list of dicts"):
        to_facts({"school": 3}, BOOK)
    with pytest.raises(DataError, match="row 1 of school is a int, expected a dict"):
        to_facts({"school": [3]}, BOOK)


def test_facts_pass_through() -> None:
    facts = schools({})
    assert to_facts(facts, BOOK) is facts


def test_columns_match_by_identifier_label_and_alias() -> None:
    for header in ("spending", "教育支出", "Education spending", "预算支出", "\ufeff 教育支出 "):
        facts = to_facts({"县市区": [{"county_id": "C1", "年份": "2022年", header: "1.5"}]}, BOOK)
        assert (codes(facts), column(facts, "spending", "county")) == ([], [1.5])


def test_a_percent_sign_is_read_in_the_unit_of_the_field() -> None:
    facts = to_facts({"county": [{"county_id": "C1", "year": 2022, "growth": "0.9%", "spending": "3%"}]}, BOOK)
    assert column(facts, "growth", "county") == [0.9]
    assert only(facts).message["en"] == '“Education spending” is "3%", not a number'


def test_a_column_of_per_cent_that_seems_to_hold_shares_is_a_finding() -> None:
    rows = [{"county_id": "a", "year": 2021, "growth": 0.95}, {"county_id": "a", "year": 2022, "growth": 1}]
    assert codes(to_facts({"county": rows}, BOOK)) == ["percent-as-share"]
    assert codes(to_facts({"county": [*rows, {"county_id": "a", "year": 2023, "growth": 1.5}]}, BOOK)) == []
    assert codes(to_facts({"county": [{"county_id": "a", "year": 2021, "growth": 0}]}, BOOK)) == []


def test_unknown_columns_are_told_with_what_may_have_been_meant() -> None:
    facts = schools({"gaurds": 3})
    assert only(facts).severity == "warning"
    assert only(facts).message == {
        "en": 'column "gaurds" is no field of school; did you mean "guards"?',
        "zh": "列“gaurds”不是学校的字段；是否应为“guards”？",
    }


def test_two_columns_for_one_field_leave_its_cells_missing() -> None:
    facts = schools({"guards": 3, "专职保安数": 3})
    assert only(facts).code == "duplicate-column"
    assert (
        only(facts).message["en"]
        == "“Full-time guards” has 2 columns (guards, 专职保安数), expected one; its cells count as missing"
    )
    assert (column(facts, "guards"), column(facts, "#bad:guards")) == ([None], [True])


def test_a_missing_required_column_is_an_error() -> None:
    facts = to_facts({"drill": [{"drill_id": 1, "held_on": "2022-01-01"}]}, BOOK)
    assert (only(facts).code, only(facts).severity, only(facts).field) == ("missing-column", "error", "school_id")
    assert "school_id" not in facts.tables["drill"].frame.columns


@pytest.mark.parametrize("row", [{"school_id": "A"}, {"year": 2022}])
def test_a_table_whose_rows_cannot_be_told_apart_counts_as_not_delivered(row: dict[str, Any]) -> None:
    facts = to_facts({"school": [row]}, BOOK)
    assert (codes(facts), dict(facts.tables)) == (["missing-column"], {})


def test_a_table_of_which_no_row_can_be_placed_counts_as_not_delivered() -> None:
    facts = to_facts({"school": [{"school_id": "A", "year": "latest"}]}, BOOK)
    assert (codes(facts), dict(facts.tables)) == (["no-period"], {})


@pytest.mark.parametrize(
    "empty", [pl.DataFrame(schema={"school_id": pl.String, "year": pl.Int64, "guards": pl.Int64}), []]
)
def test_a_table_without_rows_is_an_error_and_says_nothing(empty: Any) -> None:
    facts = to_facts({"school": empty}, BOOK)
    assert (only(facts).code, only(facts).severity) == ("no-rows", "error")
    assert dict(facts.tables) == {}


def test_references_to_a_table_without_rows_are_not_dangling() -> None:
    facts = to_facts({"county": [], "school": [{"school_id": "A", "year": 2022, "county_id": "C1"}]}, BOOK)
    assert codes(facts) == ["no-rows"]
    assert column(facts, "county_id") == ["C1"]


def test_a_table_that_matches_no_entity_is_a_warning() -> None:
    facts = to_facts({"schol": [], "school": [{"school_id": "A", "year": 2022}]}, BOOK)
    assert (
        only(facts).message["en"] == 'table "schol" is left out, expected the name of an entity; did you mean "School"?'
    )


@pytest.mark.parametrize("data", [{}, {"teacher": [{"id": 1}]}])
def test_nothing_that_matches_is_a_data_error(data: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        to_facts(data, BOOK)


def test_messages_state_what_was_found_and_expected() -> None:
    facts = schools({"guards": "12人"}, {"guards": 501}, {"stage": "高中"}, {"principal": "张三"})
    assert [(found.message["en"], found.message["zh"]) for found in facts.findings] == [
        ('“Full-time guards” is "501", expected between 0 and 500', "专职保安数“501”超出范围，应在 0 至 500 之间"),
        (
            '“Stage” is "高中", expected one of kindergarten, primary, junior',
            "学段“高中”不在可选值（幼儿园、小学、初中）之内",
        ),
        ('“Full-time guards” is "12人", not an integer', "专职保安数“12人”不是整数"),
        ("principal is hidden, not an integer", "principal（已隐藏）不是整数"),
    ]
    first = facts.findings[2]
    assert (first.key, first.period, first.value, first.severity) == (("A0",), "2022", "12人", "error")
    assert first.location is not None
    assert (first.location.file, first.location.line) == (None, 1)
    assert facts.findings[3].value == "***"


def test_a_date_that_cannot_be_read_is_told_with_the_expected_form() -> None:
    facts = schools({"built_on": "10/5/2022"}, {"built_on": 44691})
    assert [found.message for found in facts.findings] == [
        {
            "en": 'built_on is "10/5/2022", not a date such as 2022-04-11',
            "zh": "built_on“10/5/2022”不是日期（如 2022-04-11）",
        },
        {
            "en": 'built_on is "44691", not a date such as 2022-04-11 (it may be a spreadsheet\'s number of a day; '
            "format the column as dates)",
            "zh": "built_on“44691”不是日期（如 2022-04-11），疑似电子表格内部的日期序号，请先把该列设为日期格式",
        },
    ]
    days = {"a": "", "b": "soon"}
    rows = [{"drill_id": key, "school_id": "A", "held_on": day} for key, day in days.items()]
    drills = to_facts({"drill": rows}, BOOK)
    assert [found.message["en"] for found in drills.findings] == [
        "held_on is empty, expected a date such as 2022-04-11; the row has no day",
        'held_on is "soon", expected a date such as 2022-04-11; the row has no day',
    ]


def test_personal_keys_are_hidden() -> None:
    facts = to_facts({"pupil": [{"id_number": "330102", "age": "x"}, {"id_number": None, "age": 3}]}, BOOK)
    assert codes(facts) == ["no-key", "unreadable-cell"]
    assert facts.findings[1].key == ("***",)
    assert "330102" not in repr(facts.findings)


def test_an_empty_cell_of_a_required_field_is_a_warning_unless_it_says_something() -> None:
    rows = [
        {"evidence_id": "e", "issued_on": "2022-01-01", "valid_until": None},
        {"evidence_id": "f", "issued_on": None},
    ]
    facts = to_facts({"evidence": rows, "class": [{"school_id": "A", "number": 1, "size": ""}]}, BOOK)
    assert codes(facts) == ["empty-cell", "no-day"]
    assert facts.findings[0].message == {"en": "size is empty, expected an integer", "zh": "size 为空，应为整数"}
    assert column(facts, "evidence_id", "evidence") == ["e", "f"]


def test_each_finding_has_its_line_and_those_that_are_folded_have_theirs_as_ranges(tmp_path: Path) -> None:
    lines = [f"A{number:05},2022,{'2' if number in (10_005, 10_100) else 'x'}" for number in range(10_500)]
    (tmp_path / "school.csv").write_text("\n".join(["school_id,year,guards", *lines, ""]), encoding="utf-8")
    facts = read_facts(tmp_path / "school.csv", BOOK)
    told = [found for found in facts.findings if found.code == "unreadable-cell"]
    *each, rest = told
    assert (len(each), rest.count) == (LIMIT, 498)
    assert [found.location and found.location.line for found in each] == list(range(2, LIMIT + 2))
    name = str(tmp_path / "school.csv")
    assert rest.location == Location(name, None, 10_002)
    assert rest.folded == (Lines(name, None, "10002-10006, 10008-10101, 10103-10501"),)
    assert rest.message == {
        "en": "and 498 more of unreadable-cell in guards (lines 10002-10006, 10008-10101, 10103-10501)",
        "zh": "guards 另有 498 处同类问题（unreadable-cell，第 10002-10006、10008-10101、10103-10501 行）",
    }


def test_the_lines_of_what_is_folded_are_bounded() -> None:
    rows = [
        {"school_id": f"A{number:05}", "year": 2022, "guards": "1" if number % 2 else "x"} for number in range(40_000)
    ]
    rest = to_facts({"school": rows}, BOOK).findings[-1]
    assert rest.count == 10_000
    (lines,) = rest.folded
    ranges = lines.lines.split(", ")
    assert ranges[:2] == ["20001", "20003"]
    assert ranges[-1] == "…"
    assert len(ranges) == RANGES + 1
    assert rest.message["en"] == "and 10,000 more of unreadable-cell in guards (lines 20001, 20003, 20005, …)"


def test_rows_without_key_or_period_are_set_aside() -> None:
    rows = [("A", 2022), ("B", "2022-13"), ("", 2022), (None, None), ("C", 2022.5), ("D", True)]
    facts = to_facts({"school": [{"school_id": key, "year": year} for key, year in rows]}, BOOK)
    assert column(facts, "school_id") == ["A"]
    assert sorted(codes(facts)) == ["no-key"] * 2 + ["no-period"] * 4
    assert all(found.severity == "error" for found in facts.findings)
    strays = facts.tables["school"].strays
    assert strays is not None
    assert strays.columns == ["school_id", "#p", "#start", "#end", "#file", "#sheet", "#line"]
    assert strays.select("school_id", "#p", "#line").rows() == [
        (None, None, 4),
        (None, 2022, 3),
        ("B", None, 2),
        ("C", None, 5),
        ("D", None, 6),
    ]


def test_a_table_without_strays_has_none() -> None:
    assert schools({"guards": 1}).tables["school"].strays is None


def test_an_event_without_a_day_is_a_row_with_a_bad_day() -> None:
    days = {"a": "2022-01-01", "b": "soon", "c": ""}
    rows = [{"drill_id": key, "school_id": "A", "held_on": day} for key, day in days.items()]
    facts = to_facts({"drill": [*rows, {"drill_id": "", "school_id": "A", "held_on": "2022-01-02"}]}, BOOK)
    assert codes(facts) == ["no-day", "no-day", "no-key"]
    assert column(facts, "held_on", "drill") == [date(2022, 1, 1), None, None]
    assert column(facts, "#bad:held_on", "drill") == [False, True, False]
    strays = facts.tables["drill"].strays
    assert strays is not None
    assert strays.select("drill_id", "school_id", "held_on").rows() == [(None, "A", date(2022, 1, 2))]
    assert {*strays.columns, "#row"} == {*facts.tables["drill"].frame.columns}


def test_one_event_on_a_day_and_on_none_is_in_conflict() -> None:
    rows = [{"drill_id": "a", "school_id": "A", "held_on": day} for day in ("2022-01-01", "")]
    facts = to_facts({"drill": rows}, BOOK)
    assert codes(facts) == ["conflicting-rows", "no-day"]
    assert (column(facts, "held_on", "drill"), column(facts, "#bad:held_on", "drill")) == ([None], [True])


def test_a_span_without_its_first_day_is_a_row_with_a_bad_day() -> None:
    rows = [{"evidence_id": key, "issued_on": day, "valid_until": "2021-12-31"} for key, day in (("e", "x"), ("f", ""))]
    whole = {"evidence_id": "g", "issued_on": "2021-01-01", "valid_until": None}
    facts = to_facts({"evidence": [*rows, whole]}, BOOK)
    assert codes(facts) == ["no-day", "no-day"]
    assert facts.tables["evidence"].strays is None
    assert column(facts, "evidence_id", "evidence") == ["e", "f", "g"]
    assert column(facts, "issued_on", "evidence") == [None, None, date(2021, 1, 1)]
    assert column(facts, "#bad:issued_on", "evidence") == [True, False, False]


def test_spans_of_one_key_without_a_first_day_stay_apart_in_any_order() -> None:
    days = [("", "2023-01-01"), ("2021-01-01", ""), ("", "2022-01-01"), ("2020-01-01", ""), ("2021-01-01", "")]
    rows = [{"evidence_id": "e", "issued_on": first, "valid_until": last} for first, last in days]
    one, other = (to_facts({"evidence": each}, BOOK) for each in (rows, rows[::-1]))
    assert one.digest() == other.digest()
    assert codes(one) == ["duplicate-row", "no-day", "no-day"]
    assert column(one, "issued_on", "evidence") == [None, None, date(2020, 1, 1), date(2021, 1, 1)]
    assert column(one, "valid_until", "evidence") == [date(2022, 1, 1), date(2023, 1, 1), None, None]


def test_references_of_strays_are_checked_and_their_keys_may_be_referred_to() -> None:
    counties = [{"county_id": "C1", "year": 2022}, {"county_id": "C2", "year": "?"}]
    links = {"A": "C2", "": "C9"}
    rows = [{"school_id": key, "year": 2022, "county_id": county} for key, county in links.items()]
    facts = to_facts({"county": counties, "school": rows}, BOOK)
    assert codes(facts) == ["no-period", "dangling-reference", "no-key"]
    assert column(facts, "county_id") == ["C2"]
    strays = facts.tables["school"].strays
    assert strays is not None
    assert (strays["county_id"].to_list(), strays["#bad:county_id"].to_list()) == ([None], [True])


def test_periods_have_index_first_and_last_day() -> None:
    facts = to_facts({"report": [{"id": 1, "统计月份": "2022年2月"}, {"id": 1, "统计月份": "2022-01"}]}, BOOK)
    frame = facts.tables["report"].frame
    assert frame["#p"].to_list() == [2022 * 12, 2022 * 12 + 1]
    assert frame["#start"].to_list() == [date(2022, 1, 1), date(2022, 2, 1)]
    assert frame["#end"].to_list() == [date(2022, 1, 31), date(2022, 2, 28)]


def test_equal_rows_are_merged() -> None:
    facts = schools({"school_id": "A", "guards": 3}, {"school_id": "A", "guards": "3"}, {"school_id": "B", "guards": 4})
    assert (only(facts).code, only(facts).severity, only(facts).key) == ("duplicate-row", "warning", ("A",))
    assert column(facts, "guards") == [3, 4]
    assert "#bad:guards" not in facts.tables["school"].frame.columns


def test_rows_that_differ_keep_what_they_agree_on() -> None:
    facts = schools({"school_id": "A", "guards": 3, "ratio": 1}, {"school_id": "A", "guards": 4, "ratio": 1})
    assert only(facts).message["en"] == (
        "the row is delivered 2 times with different content in “Full-time guards”; those cells count as missing"
    )
    assert (only(facts).location, only(facts).others) == (Location(None, None, 2), (Location(None, None, 1),))
    assert (column(facts, "guards"), column(facts, "#bad:guards"), column(facts, "ratio")) == ([None], [True], [1.0])


def test_of_many_equal_rows_the_first_others_are_named(tmp_path: Path) -> None:
    for number in (1, 2):
        rows = "\n".join(f"A,2022,{guards}" for guards in range(8))
        (tmp_path / f"school-{number}.csv").write_text(f"school_id,year,guards\n{rows}\n", encoding="utf-8")
    found = next(each for each in read_facts(tmp_path, BOOK).findings if each.code == "conflicting-rows")
    assert found.location == Location((tmp_path / "school-2.csv").as_posix(), None, 9)
    assert found.message["en"].startswith("the row is delivered 16 times with different content")
    first = (tmp_path / "school-1.csv").as_posix()
    assert found.others == tuple(Location(first, None, line) for line in range(2, 7))


def test_an_empty_cell_and_a_value_differ() -> None:
    facts = schools({"school_id": "A", "guards": 3}, {"school_id": "A", "guards": None})
    assert (codes(facts), column(facts, "guards")) == (["conflicting-rows"], [None])


def test_spans_may_follow_each_other_under_one_key() -> None:
    rows = [("e", "2021-01-01", "2021-12-31"), ("e", "2022-01-01", ""), ("f", "2022-01-01", "2021-01-01")]
    facts = to_facts(
        {"evidence": [dict(zip(("evidence_id", "issued_on", "valid_until"), row, strict=True)) for row in rows]}, BOOK
    )
    assert only(facts).message["en"] == 'valid_until is "2021-01-01", expected a day not before 2022-01-01'
    assert column(facts, "valid_until", "evidence") == [date(2021, 12, 31), None, None]
    assert column(facts, "#bad:valid_until", "evidence") == [False, False, True]


def test_keys_of_several_fields_are_unique_together() -> None:
    rows = [{"school_id": s, "number": n, "size": 30} for s, n in (("A", 2), ("A", 1), ("B", 1), ("A", 1))]
    facts = to_facts({"class": rows}, BOOK)
    assert (only(facts).code, only(facts).key) == ("duplicate-row", ("A", "1"))
    assert facts.tables["class"].frame.select("school_id", "number").rows() == [("A", 1), ("A", 2), ("B", 1)]


def test_references_to_keys_that_no_row_has_are_missing() -> None:
    counties = [{"county_id": "C1", "year": 2021}]
    rows = [{"school_id": n, "year": 2022, "county_id": c} for n, c in enumerate(["C1", "C9", None, "OLD"])]
    facts = to_facts({"county": counties, "school": rows}, BOOK)
    assert only(facts).message == {
        "en": 'county_id is "C9", expected the key of a row of county',
        "zh": "county_id“C9”在县市区中不存在",
    }
    assert only(facts).severity == "error"
    assert column(facts, "county_id") == ["C1", None, None, "C1"]
    assert column(facts, "#bad:county_id") == [False, True, False, False]
    assert codes(to_facts({"school": rows}, BOOK)) == []


def test_renamed_keys_are_replaced_at_the_door() -> None:
    facts = to_facts({"county": [{"county_id": "OLD", "year": 2021}, {"county_id": "C1", "year": 2022}]}, BOOK)
    assert (codes(facts), column(facts, "county_id", "county")) == ([], ["C1", "C1"])


def test_a_key_that_vanishes_while_others_report_is_a_finding() -> None:
    rows = [("A", 2020), ("A", 2021), ("B", 2020), ("B", 2022), ("C", 2022), ("A", 2023)]
    facts = to_facts({"school": [{"school_id": key, "year": year} for key, year in rows]}, BOOK)
    found = vanished(facts, BOOK, date(2022, 12, 31))
    assert [(each.code, each.severity, each.key, each.period) for each in found] == [
        ("row-disappeared", "error", ("A",), "2022"),
        ("row-disappeared", "error", ("B",), "2021"),
    ]
    assert found[0].message == {
        "en": "the row of 2021 has no successor in 2022, in which others report",
        "zh": "该行在 2021 有数据，在 2022 却没有，而其他主体在 2022 有数据",
    }
    assert len(vanished(facts, BOOK, date(2023, 1, 1))) == 4


def test_a_closed_subject_may_vanish() -> None:
    rows: list[dict[str, Any]] = [
        {"school_id": "A", "year": 2021, "closed_on": "2021-07-01"},
        {"school_id": "B", "year": 2021},
        {"school_id": "C", "year": 2022},
    ]
    facts = to_facts({"school": rows}, BOOK)
    assert [found.key for found in vanished(facts, BOOK, date(2022, 12, 31))] == [("B",)]


MESSY = st.fixed_dictionaries(
    {
        "school_id": st.sampled_from(["A", "B", " A ", "", None, 1, 1.0]),
        "year": st.sampled_from([2021, "2021", "2022年", None, "x", 2022.0]),
        "guards": st.sampled_from([None, 1, "1", 1.0, "x", math.nan, -1, True, 2**60]),
        "ratio": st.sampled_from([None, 0.0, -0.0, "0", "5%", math.inf, [1]]),
        "stage": st.sampled_from(["小学", "primary", "", "x", None]),
        "built_on": st.sampled_from([None, "2022-01-01", date(2022, 1, 1), "2022/1/1", "soon"]),
    }
)


def seen(facts: Facts) -> tuple[Any, ...]:
    """All that must not depend on order: tables without places, findings without locations."""
    tables = {
        name: [
            rows.drop("#line", "#file", "#sheet").to_dict(as_series=False)
            for rows in (table.frame, table.strays)
            if rows is not None
        ]
        for name, table in facts.tables.items()
    }
    return tables, [(*(getattr(found, name) for name in WITHOUT_LOCATION),) for found in facts.findings]


WITHOUT_LOCATION = ("code", "severity", "entity", "field", "key", "period", "message", "value", "count")


@settings(deadline=None)
@given(st.data(), st.lists(MESSY, min_size=1, max_size=12))
def test_the_order_of_rows_and_columns_never_shows(data: st.DataObject, rows: list[dict[str, Any]]) -> None:
    order = data.draw(st.permutations(list(rows[0])))
    shuffled = [{name: row[name] for name in order} for row in data.draw(st.permutations(rows))]
    one, other = to_facts({"school": rows}, BOOK), to_facts({"school": shuffled}, BOOK)
    assert seen(one) == seen(other)
    assert one.digest() == other.digest()


@settings(deadline=None)
@given(st.lists(MESSY, min_size=1, max_size=12))
def test_a_null_cell_was_empty_or_is_marked_bad(rows: list[dict[str, Any]]) -> None:
    facts = to_facts({"school": rows}, BOOK)
    for table in facts.tables.values():
        frame = table.frame
        assert frame.select("school_id", "#p").is_duplicated().any() is False
        assert frame["#row"].to_list() == list(range(frame.height))
        for name in frame.columns:
            if name.startswith("#bad:"):
                assert frame.filter(pl.col(name))[name.removeprefix("#bad:")].null_count() == frame[name].sum()


def test_the_digest_sees_every_value() -> None:
    digests = [
        schools(*rows).digest()
        for rows in (
            [{"guards": 1}],
            [{"guards": 2}],
            [{"guards": None}],
            [{"guards": "x"}],
            [{"guards": 1, "ratio": None}],
            [{"guards": 1}, {"guards": None}],
            [{"guards": None}, {"guards": 1}],
            [{"county_id": "ab"}, {"county_id": "c"}],
            [{"county_id": "a"}, {"county_id": "bc"}],
            [{"guards": 1}, {"school_id": None}],
            [{"guards": 1}, {"school_id": None, "guards": 1}],
            [{"guards": 1}, {"year": None}],
            [{"guards": 1}, {"year": None}, {"year": None, "school_id": "A1"}],
        )
    ]
    assert len(set(digests)) == len(digests)
    assert schools({"guards": 1}).digest() == "6321099a3e49116b464df24f89d4c40edeb87787740ed8287c3fce71ff780596"
