"""A `Checker` decides single records as `evaluate` decides tables."""

from datetime import date
from typing import Any

import pytest

import eduplan_rules as er
from eduplan_rules.source import Source

BOOK = """
language: 1
entities:
  county: {key: id, period: year, fields: {id: {type: text}, budget: {type: number}}}
  school:
    key: id
    period: year
    belongs_to: {county: county_id}
    fields:
      id: {type: text}
      county_id: {type: text, optional: true}
      stage: {type: choice, choices: {primary: 小学, junior: 初中}}
      students: {type: integer, min: 0, label: 在校生数}
      rate: {type: number, unit: "%", optional: true}
      closed_on: {type: date, blank: none}
      networked: {type: boolean}
  drill: {key: drill_id, day: held_on, fields: {drill_id: {type: text}, held_on: {type: date}, minutes: {type: number}}}
rules:
  - {id: size.students, for: school, where: stage = "小学", require: students <= 2000}
  - {id: size.rate, for: school, require: rate >= 90%}
  - {id: size.open, for: school, require: closed_on is missing}
  - {id: size.networked, for: school, require: networked, due: 2030-01-01}
  - {id: size.county, for: school, require: county.budget > 0}
  - {id: size.grows, for: school, require: rises(students)}
  - {id: size.monthly, for: school, every: quarter, require: month(period) != 6}
  - {id: drill.short, for: drill, require: minutes <= 2}
"""
GOOD: dict[str, Any] = {
    "id": "a",
    "year": 2022,
    "stage": "primary",
    "students": 100,
    "rate": 95.0,
    "closed_on": None,
    "networked": True,
}


@pytest.fixture(scope="module")
def book() -> er.Rulebook:
    return er.load_rulebook(Source("book.yaml", BOOK))


@pytest.fixture(scope="module")
def checker(book: er.Rulebook) -> er.Checker:
    return er.Checker(book, as_of="2022-12-31")


def verdicts(outcomes: list[er.Outcome]) -> dict[str, str]:
    return {outcome.rule: outcome.verdict for outcome in outcomes if outcome.rule != "size.monthly"}


RECORDS = [
    GOOD,
    GOOD | {"students": "3,000", "rate": "85%", "stage": "小学"},
    GOOD | {"students": None, "rate": None, "networked": None},
    GOOD | {"stage": "初中", "students": 9999, "networked": "否", "closed_on": date(2022, 5, 1)},
    GOOD | {"closed_on": "not a day", "students": -1, "rate": float("nan"), "networked": 1},
    {"id": "a", "year": "2022", "stage": "primary", "在校生数": 2001, "closed_on": "", "networked": "有"},
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_gets_the_verdicts_its_table_would(
    book: er.Rulebook, checker: er.Checker, record: dict[str, Any]
) -> None:
    report = er.evaluate(book, {"school": [record]}, as_of="2022-12-31", keep="all")
    one = {(o.rule, o.period): o for o in checker.check("school", record)}
    other = {(o.rule, o.period): o for o in report.outcomes()}
    assert one.keys() == other.keys()
    for key, outcome in other.items():
        mine, theirs = one[key].to_dict(), outcome.to_dict()
        differing = {name for name in theirs if mine[name] != theirs[name]}
        # a table says that there is no row of the year before, a single record that there is no table
        expected = {"location", "missing", "message"} if key[0] == "size.grows" else {"location"}
        assert differing <= expected, (key, differing)


def test_rules_that_need_other_rows_are_unknown_with_the_reason(checker: er.Checker) -> None:
    outcomes = {outcome.rule: outcome for outcome in checker.check("school", GOOD)}
    assert [(lack["fact"], lack["reason"]) for lack in outcomes["size.county"].missing] == [
        ("county.budget", "undelivered")
    ]
    assert outcomes["size.grows"].verdict == "unknown"


def test_not_due_carries_the_rule(checker: er.Checker) -> None:
    assert verdicts(checker.check("school", GOOD | {"networked": False}))["size.networked"] == "not_due"


def test_every_gives_an_outcome_for_each_period(checker: er.Checker) -> None:
    outcomes = [outcome for outcome in checker.check("school", GOOD) if outcome.rule == "size.monthly"]
    assert {outcome.period: outcome.verdict for outcome in outcomes} == {
        "2022-Q1": "satisfied",
        "2022-Q2": "violated",
        "2022-Q3": "satisfied",
        "2022-Q4": "satisfied",
    }


def test_what_begins_after_the_day_gives_no_outcome(checker: er.Checker) -> None:
    assert checker.check("school", GOOD | {"year": 2023}) == []
    assert checker.check("drill", {"drill_id": "d", "held_on": "2023-01-01", "minutes": 1.0}) == []


@pytest.mark.parametrize(
    ("entity", "record", "message"),
    [
        ("shcool", GOOD, "there is no entity `shcool`, did you mean `school`?"),
        ("school", {"year": 2022}, "a record of school needs `id`, found None"),
        ("school", GOOD | {"year": "22"}, "a record of school needs `year`, a year, found '22'"),
    ],
)
def test_a_record_that_cannot_be_placed_is_refused(
    checker: er.Checker, entity: str, record: dict[str, Any], message: str
) -> None:
    with pytest.raises(er.DataError) as error:
        checker.check(entity, record)
    assert str(error.value) == message


def test_an_event_whose_day_cannot_be_read_is_unknown(checker: er.Checker) -> None:
    (outcome,) = checker.check("drill", {"drill_id": "d", "held_on": "soon", "minutes": 1.0})
    assert (outcome.verdict, outcome.missing[0]["fact"], outcome.missing[0]["reason"]) == (
        "unknown",
        "held_on",
        "unreadable",
    )


MARKED = """
language: 1
entities:
  paper:
    key: pid
    belongs_to: {unit: uid}
    fields:
      pid: {type: text}
      uid: {type: text, optional: true}
      title: {type: text, blank: none}
      kept: {type: text, blank: none, placeholders: kept}
      number: {type: text, blank: none, form: document-number}
  unit: {key: uid, fields: {uid: {type: text}}}
rules:
  - {id: a.title, for: paper, require: title is not missing}
  - {id: a.kept, for: paper, require: kept is not missing}
  - {id: a.number, for: paper, require: number is not missing}
  - {id: a.unit, for: paper, require: uid is not missing}
"""
CELLS = [
    *(
        "-",
        "——",
        "/",
        "／",
        "N/A",
        "n/a",
        "NA",
        "#N/A",
        "无",
        " 暂无 ",
        "待补",
        "待定",
        "null",
        "None",
        "nan",
        "是",
        "true",
    ),
    *(
        "1",
        "2022",
        "2022-01-05",
        "20220105",
        "2022年1月5日",
        "2022-13-05",
        "甲",
        "教督〔2022〕5号",
        "二〇二二第三号",
        "GB/T 29315",
        "A-",
    ),
    *("", None, True, False, 0, 12, 20221305, 2.5, date(2022, 1, 5)),
]


@pytest.mark.parametrize("cell", CELLS, ids=repr)
def test_marks_and_forms_are_read_as_in_a_table(cell: Any) -> None:
    book = er.load_rulebook(Source("book.yaml", MARKED))
    row = {"pid": "-", "uid": "-", "title": cell, "kept": cell, "number": cell}
    single = {each.rule: each.verdict for each in er.Checker(book, as_of="2022-12-31").check("paper", row)}
    report = er.evaluate(book, {"paper": [row]}, as_of="2022-12-31", keep="all")
    assert single == {each.rule: each.verdict for each in report.outcomes()}


CALLED = """
language: 1
entities:
  s:
    key: sid
    label: {zh: 学校, en: School}
    belongs_to: {g: gid}
    renamed: {OLD: NEW}
    fields:
      sid: {type: text, label: 代码}
      gid: {type: integer, optional: true}
      n: {type: number, label: 人数}
      open: {type: boolean, label: 开放}
  g: {key: gid, renamed: {"1": "2"}, fields: {gid: {type: integer}}}
rules:
  - {id: t.n, for: s, require: n >= 3}
  - {id: t.group, for: s, require: gid = 2}
  - {id: t.key, for: s, require: sid = "NEW"}
  - {id: t.open, for: s, require: open}
"""


@pytest.fixture(scope="module")
def called() -> er.Rulebook:
    return er.load_rulebook(Source("called.yaml", CALLED))


def one(book: er.Rulebook, record: dict[str, Any], entity: str = "s") -> dict[str, er.Outcome]:
    return {outcome.rule: outcome for outcome in er.Checker(book, as_of="2022-12-31").check(entity, record)}


@pytest.mark.parametrize(
    "cells",
    [
        {"n": 1, "人数": 5},
        {"人数": 5, "n": 1},
        {"n": 5, " n ": 1},
        {"n": 5, "人数": None},
        {"人数": None, "n": 5},
        {"n": 1, "人数": True},
    ],
)
def test_cells_that_contradict_each_other_are_unreadable(called: er.Rulebook, cells: dict[str, Any]) -> None:
    outcome = one(called, {"sid": "A"} | cells)["t.n"]
    assert (outcome.verdict, outcome.missing[0]["reason"]) == ("unknown", "unreadable")
    table = er.evaluate(called, {"s": [{"sid": "A"} | cells]}, as_of="2022-12-31", keep="all")
    (same,) = table.outcomes(rule="t.n")
    assert (same.verdict, same.missing) == (outcome.verdict, outcome.missing)


def test_a_cell_that_is_said_twice_is_a_cell(called: er.Rulebook) -> None:
    assert one(called, {"sid": "A", "n": 1, "人数": 1})["t.n"].verdict == "violated"
    assert one(called, {"sid": "A", "n": None, "人数": None})["t.n"].missing[0]["reason"] == "blank"
    assert one(called, {"sid": "A", "open": True, "开放": True})["t.open"].verdict == "satisfied"


def test_keys_that_contradict_each_other_are_refused(called: er.Rulebook, checker: er.Checker) -> None:
    with pytest.raises(er.DataError, match="needs `sid`, found cells that differ"):
        one(called, {"sid": "A", "代码": "B", "n": 1})
    with pytest.raises(er.DataError, match="needs `year`, a year, found cells that differ"):
        checker.check("school", GOOD | {" year": 2021})


def test_renamed_keys_are_replaced_as_in_a_table(called: er.Rulebook) -> None:
    record = {"sid": "OLD", "gid": 1, "n": 1}
    outcomes = one(called, record)
    assert outcomes["t.key"].verdict == outcomes["t.group"].verdict == "satisfied"
    (same,) = er.evaluate(called, {"s": [record]}, as_of="2022-12-31").outcomes(rule="t.n")
    assert outcomes["t.n"].subject == same.subject
    assert outcomes["t.n"].subject["key"] == ["NEW"]
    assert (outcomes["t.n"].id, outcomes["t.n"].within) == (same.id, same.within)


def test_an_entity_may_be_called_by_its_label(called: er.Rulebook) -> None:
    record = {"sid": "A", "n": 1}
    assert one(called, record, "学校") == one(called, record, "School") == one(called, record)


def test_a_personal_day_hides_what_is_due() -> None:
    text = """
language: 1
entities: {s: {key: sid, fields: {sid: {type: text}, n: {type: number}, born: {type: date, personal: true}}}}
rules: [{id: t.n, for: s, require: n >= 5, due: born + 18 years}]
"""
    book = er.load_rulebook(Source("b.yaml", text))
    record = {"sid": "A", "n": 1, "born": "2000-03-04"}
    for shown, due in ((False, "***"), (True, "2018-03-04")):
        (outcome,) = er.Checker(book, as_of="2022-12-31", show_personal=shown).check("s", record)
        assert outcome.due == due


LIFE = """
language: 1
entities:
  school:
    key: id
    period: year
    opened: opened_on
    closed: ended_on
    fields:
      id: {type: text}
      opened_on: {type: date, optional: true}
      ended_on: {type: date, blank: none, optional: true}
      students: {type: integer}
  series:
    {key: id, period: year, closed: is_last, fields: {id: {type: text}, is_last: {type: boolean}, rate: {type: number}}}
rules:
  - {id: life.students, for: school, require: students >= 1}
  - {id: life.halves, for: school, every: quarter, require: students >= 1}
  - {id: life.rate, for: series, require: rate >= 90}
"""


@pytest.mark.parametrize(
    ("days", "year", "quarters"),
    [
        ({}, "violated", ["violated"] * 4),
        ({"opened_on": "2022-07-01"}, "violated", ["not_applicable"] * 2 + ["violated"] * 2),
        ({"opened_on": "2022-07-02"}, "violated", ["not_applicable"] * 3 + ["violated"]),
        ({"opened_on": "2022-12-31"}, "violated", ["not_applicable"] * 4),
        ({"opened_on": "2023-01-01"}, "not_applicable", ["not_applicable"] * 4),
        ({"ended_on": "2022-06-30"}, "not_applicable", ["violated"] * 2 + ["not_applicable"] * 2),
        ({"ended_on": "2022-12-31"}, "violated", ["violated"] * 4),
        ({"opened_on": "soon", "ended_on": "?"}, "violated", ["violated"] * 4),
        # the last day lies before the first, so that it is not one
        ({"opened_on": "2022-07-01", "ended_on": "2022-06-30"}, "violated", ["not_applicable"] * 2 + ["violated"] * 2),
    ],
)
def test_a_record_answers_for_its_life_as_its_table_would(days: dict[str, str], year: str, quarters: list[str]) -> None:
    book = er.load_rulebook(Source("book.yaml", LIFE))
    record = {"id": "a", "year": 2022, "students": 0, **days}
    checked = er.Checker(book, as_of="2022-12-31").check("school", record)
    assert [outcome.verdict for outcome in checked] == [year, *quarters]
    report = er.evaluate(book, {"school": [record]}, as_of="2022-12-31", keep="all")
    assert sorted(outcome.to_dict()["verdict"] for outcome in report.outcomes()) == sorted([year, *quarters])


def test_a_last_row_is_judged_as_any_other() -> None:
    checker = er.Checker(er.load_rulebook(Source("book.yaml", LIFE)), as_of="2022-12-31")
    (outcome,) = checker.check("series", {"id": "a", "year": 2021, "is_last": True, "rate": 80})
    assert outcome.verdict == "violated"


def test_an_entity_without_rules_gives_nothing(checker: er.Checker) -> None:
    assert checker.check("county", {"id": "c", "year": 2022}) == []
