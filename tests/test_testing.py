"""Facts for the tests of others: what is right gives no finding, what is broken gives one where it is broken."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import eduplan_rules as er
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import vanished
from eduplan_rules.testing import CODES, Broken, Tables, broken_facts, facts, records
from strategies import CALENDARS, entity
from writer import Draw

AS_OF = date(2022, 12, 31)
#: findings about rules that could not be decided from facts that are right
FOUND = settings(database=None, max_examples=50)
ABOUT_RULES = {"nothing-decided", "parameter-without-value"}

BOOK = """\
entities:
  county:
    key: county_no
    fields:
      county_no: {type: integer, min: 1, max: 9}
      grown: {type: number, unit: "%", min: 0, max: 100}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: {is: school-year, column: 学年度}
    belongs_to: {county: county_no}
    opened: opened_on
    closed: closed_on
    renamed: {"0": 甲}
    fields:
      school_id: {type: text, label: {zh: 学校代码, en: School id}}
      county_no: {type: integer}
      opened_on: {type: date}
      closed_on: {type: date, blank: none}
      head: {type: text, personal: true}
      stage: {type: choice, choices: {primary: 小学, junior: 初中}}
      boarding: {type: boolean, optional: true}
      students: {type: integer, min: 1, label: {zh: 学生数, en: Students}}
      rate: {type: number, unit: "%", min: -0.5, max: 500}
  paper:
    key: [school_id, paper_no]
    day: issued_on
    belongs_to: {school: school_id}
    fields:
      school_id: {type: text}
      paper_no: {type: text, form: document-number}
      issued_on: {type: date}
  permit:
    key: permit_id
    valid: [issued_on, valid_until]
    belongs_to: {paper: [school_id, paper_no], school: school_id}
    fields:
      permit_id: {type: text}
      school_id: {type: text, optional: true}
      paper_no: {type: text, optional: true}
      issued_on: {type: date}
      valid_until: {type: date, blank: none}
"""


@pytest.fixture(scope="module")
def pack() -> er.Rulebook:
    return er.load_rulebook()


@pytest.fixture(scope="module")
def checker(pack: er.Rulebook) -> er.Checker:
    return er.Checker(pack, as_of=AS_OF)


@pytest.fixture(scope="module")
def book() -> er.Rulebook:
    return er.load_rulebook(Source("book.yaml", BOOK))


@st.composite
def books_with(draw: Draw, /, strategy: Any, **options: Any) -> tuple[er.Rulebook, Any]:
    """A rulebook that Hypothesis wrote, and what a strategy gives for it."""
    written: dict[str, Any] = {"entities": {}, "calendars": draw(st.sampled_from([{}, CALENDARS]))}
    for name in ("county", "school", *draw(st.lists(st.sampled_from(["drill", "permit"]), unique=True))):
        written["entities"][name] = entity(draw, name, written)
    book = er.load_rulebook(Source("drawn.yaml", json.dumps(written, ensure_ascii=False)))
    return book, draw(strategy(book, **options))


def all_findings(tables: Tables, book: er.Rulebook) -> list[er.Finding]:
    """What is wrong with facts, whatever the rules."""
    delivered = er.to_facts(tables, book)
    return [*delivered.findings, *vanished(delivered, book, AS_OF)]


@settings(max_examples=40)
@given(books_with(facts, rows=4, periods=3))
def test_facts_that_keep_every_declaration_have_no_finding(drawn: tuple[er.Rulebook, Tables]) -> None:
    book, tables = drawn
    assert tables.keys() == book.entities.keys()
    assert all_findings(tables, book) == []


@settings(max_examples=50)
@given(st.data())
def test_keys_links_lives_and_ranges_are_kept(book: er.Rulebook, data: st.DataObject) -> None:
    tables = data.draw(facts(book, rows=4, periods=3))
    assert all_findings(tables, book) == []
    counties = {row["county_no"] for row in tables["county"]}
    assert counties <= set(range(1, 10))
    assert {row["county_no"] for row in tables["school"]} <= counties
    assert len({(row["school_id"], row["学年度"]) for row in tables["school"]}) == len(tables["school"])
    assert all(row["学年度"] in ("2019-2020", "2020-2021", "2021-2022", "2022-2023") for row in tables["school"])
    assert all(row["head"] and row["students"] >= 1 and -0.5 <= row["rate"] <= 500 for row in tables["school"])
    assert "0" not in {row["school_id"] for row in tables["school"]}


@settings(max_examples=40)
@given(books_with(broken_facts, faults=3))
def test_every_fault_is_found_where_it_is(drawn: tuple[er.Rulebook, Broken]) -> None:
    book, broken = drawn
    assert broken.faults
    assert broken.missed(all_findings(broken.facts, book)) == []


@settings(max_examples=5)
@given(st.data())
@pytest.mark.parametrize("code", CODES)
def test_a_fault_can_be_asked_for(book: er.Rulebook, code: str, data: st.DataObject) -> None:
    broken = data.draw(broken_facts(book, codes=[code], faults=1, rows=2, periods=3))
    (fault,) = broken.faults
    assert fault.code == code
    assert not broken.missed(all_findings(broken.facts, book))
    right = [name for name in broken.facts if name != fault.entity]
    assert fault.row is None or 1 <= fault.row <= len(broken.facts[fault.entity])
    assert right
    assert all("None" not in told and "{" not in told for told in fault.told.values())


def test_a_rule_that_decides_nothing_on_right_facts_is_told_though_the_facts_have_no_finding() -> None:
    book = er.load_rulebook(
        Source(
            "rules.yaml",
            """
entities:
  school:
    key: school_id
    fields: {school_id: {type: text}, spending: {type: number, min: 0}, students: {type: integer, min: 0, max: 0}}
rules:
  - {id: a.spending, title: {zh: 生均, en: Per student}, for: school, require: spending / students >= 1.5}
""",
        )
    )
    tables = find(facts(book), lambda _: True, settings=FOUND)
    assert all_findings(tables, book) == []
    assert {found.code for found in er.evaluate(book, tables, as_of=AS_OF).findings} == {"nothing-decided"}


@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_whole_pack_takes_whatever_is_drawn(pack: er.Rulebook, data: st.DataObject) -> None:
    broken = data.draw(broken_facts(pack, rows=2, faults=3)) if data.draw(st.booleans()) else None
    tables = data.draw(facts(pack, rows=2)) if broken is None else broken.facts
    report = er.evaluate(pack, tables, as_of=AS_OF, periods="all")
    assert [name for name, totals in report.totals.items() if totals.failed] == []
    if broken is None:
        assert {finding.code for finding in report.findings} <= ABOUT_RULES
    else:
        assert broken.missed(report.findings) == []
    assert report.to_json()


@settings(max_examples=30)
@given(st.data())
def test_a_single_record_can_be_checked(pack: er.Rulebook, checker: er.Checker, data: st.DataObject) -> None:
    record = data.draw(records(pack, "学校"))
    outcomes = checker.check("school", record)
    assert {outcome.subject["key"][0] for outcome in outcomes} == {record["school_id"]}


def test_small_examples_are_small(book: er.Rulebook) -> None:
    found = find(broken_facts(book, entities=["county", "school"]), lambda broken: True, settings=FOUND)
    assert len(found.faults) == 1
    assert sum(map(len, found.facts.values())) <= 3
    some = find(facts(book, entities=["school"]), lambda tables: len(tables["school"]) > 1, settings=FOUND)
    assert [row["head"] for row in some["school"]] == ["0", "0"]


def test_only_the_tables_that_are_asked_for(book: er.Rulebook) -> None:
    found = find(facts(book, entities=["学校"]), lambda tables: True, settings=FOUND)
    assert list(found) == ["school"]
    assert all_findings(found, book) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"entities": ["shool"]}, "there is no entity `shool`, did you mean `School`"),
        ({"rows": 0}, "`rows` and `periods` are at least 1, found 0 and 2"),
        ({"as_of": "31.12.2022"}, "`as_of` is a day such as 2022-12-31"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_at_once(book: er.Rulebook, options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        facts(book, **options)


def test_a_fault_that_nobody_knows_is_refused(book: er.Rulebook) -> None:
    with pytest.raises(ValueError, match="there is no fault `wrong`, expected some of conflicting-rows, "):
        broken_facts(book, codes=["wrong"])


def test_a_fault_that_a_rulebook_cannot_have_is_told_by_hypothesis(book: er.Rulebook) -> None:
    with pytest.raises(Unsatisfiable):
        find(broken_facts(book, entities=["paper"], codes=["reversed-span"]), lambda each: True, settings=FOUND)
