"""A `Checker` in a service: shared by threads, sent to processes, handed batches, asked why."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import eduplan_rules as er
from eduplan_rules.engine.row import RowReader
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import to_facts

BOOK = """
language: 1
entities:
  county: {key: cid, name: cname, fields: {cid: {type: text}, cname: {type: text}, budget: {type: number}}}
  school:
    key: id
    period: year
    belongs_to: {county: cid}
    fields:
      id: {type: text, aliases: [代码]}
      cid: {type: text, optional: true}
      stage: {type: choice, choices: {primary: 小学, junior: 初中}}
      students: {type: integer, unit: 人, min: 0, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, optional: true}
      rate: {type: number, unit: "%", max: 200}
      opened_on: {type: date, blank: none}
      number: {type: text, blank: none, form: document-number}
      networked: {type: boolean}
parameters:
  guards_minimum:
    unit: 人
    scale: students
    source: [{document: GB/T 29315-2022, article: "4.2"}]
    values: {2021-01-01: [{below: 1000, value: 2, status: unverified}, {value: 3, plus: 1, per: 500, above: 1000}]}
rules:
  - id: s.guards
    title: {zh: 保安达标, en: Guards meet the standard}
    for: school
    where: stage = "primary"
    require: guards >= guards_minimum(students)
    source: [{document: GB/T 29315-2022}]
    message: {zh: "保安 {guards} 人", en: "{guards} guards"}
  - {id: s.rate, for: school, require: rate >= 90% and students > 0}
  - {id: s.open, for: school, require: opened_on is not missing, due: 2030-01-01}
  - {id: s.number, for: school, require: 'number is missing or matches(number, "[^ ]+号")'}
  - {id: s.networked, for: school, every: quarter, require: networked or month(period) = 6}
  - {id: s.county, for: school, require: county.budget > 0}
  - {id: s.grows, for: school, require: rises(students)}
"""
GOOD: dict[str, Any] = {
    "id": "a",
    "year": 2022,
    "cid": "c1",
    "stage": "primary",
    "students": 1600,
    "guards": 9,
    "rate": 95.5,
    "opened_on": date(2020, 9, 1),
    "number": "教督〔2022〕5号",
    "networked": True,
}
RECORDS = [
    GOOD,
    GOOD | {"guards": 2, "networked": False, "rate": 89.123456},
    GOOD | {"id": "b", "guards": None, "opened_on": None, "number": "?"},
    {"代码": "c", "year": "2022", "在校生数": "1,200", "rate": "80%"},
    GOOD | {"id": "d", "year": 2021, "students": 1, "rate": 300},
]


@pytest.fixture(scope="module")
def book() -> er.Rulebook:
    return er.load_rulebook(Source("book.yaml", BOOK))


@pytest.fixture(scope="module")
def checker(book: er.Rulebook) -> er.Checker:
    return er.Checker(book, as_of="2022-12-31")


def told(checker: er.Checker, record: dict[str, Any]) -> str:
    return json.dumps([outcome.to_dict() for outcome in checker.check("school", record)])


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads that interrupt each other as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(("times", "length"), [(30, 2), (2, 40)], ids=["at first", "later"])
def test_threads_share_a_checker(book: er.Rulebook, checker: er.Checker, times: int, length: int) -> None:
    records = [*RECORDS, *(GOOD | {"id": str(n), "students": n * 100, "guards": n % 5} for n in range(40))][-length:]
    alone = [told(checker, record) for record in records]
    for _ in range(times):
        # new, so that all that is made when it is first needed is made by several at once
        shared, together = er.Checker(book, as_of="2022-12-31"), threading.Barrier(8)

        def work(start: int, shared: er.Checker = shared, together: threading.Barrier = together) -> list[str]:
            turned = [*range(start % length, length), *range(start % length)]
            together.wait()
            found = {at: told(shared, records[at]) for at in turned}
            return [found[at] for at in range(length)]

        with ThreadPoolExecutor(8) as pool:
            assert all(found == alone for found in pool.map(work, range(8)))


@pytest.mark.usefixtures("hasty")
def test_threads_share_an_outcome(checker: er.Checker) -> None:
    for record in RECORDS * 10:
        for outcome in checker.check("school", record):
            with ThreadPoolExecutor(2) as pool:
                one, other = pool.map(lambda each: each.to_dict(), [outcome, outcome])
            assert one == other


@pytest.mark.usefixtures("hasty")
def test_threads_ask_why(checker: er.Checker) -> None:
    outcomes = checker.check("school", RECORDS[1])[:4]
    alone = [checker.explain(outcome).to_dict() for outcome in outcomes]
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda at: checker.explain(outcomes[at % 4]).to_dict(), range(12))
        assert list(found) == alone * 3


def test_a_pickled_checker_is_as_good(checker: er.Checker) -> None:
    for again in (pickle.loads(pickle.dumps(checker)), copy.deepcopy(checker)):
        assert (again.as_of, again.show_personal) == (checker.as_of, False)
        assert [told(again, record) for record in RECORDS] == [told(checker, record) for record in RECORDS]


def test_a_process_of_its_own_gets_the_checker_and_sends_outcomes(checker: er.Checker) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(checker.check, "school", RECORDS[1]).result(timeout=120)
    here = checker.check("school", RECORDS[1])
    assert found == here
    assert [type(each) for each in found] == [type(each) for each in here]


def test_an_outcome_from_a_pickle_is_its_record(checker: er.Checker) -> None:
    for outcome in checker.check("school", RECORDS[1]):
        again = pickle.loads(pickle.dumps(outcome))
        assert (again, repr(again), again.rule, hash(again)) == (outcome, repr(outcome), outcome.rule, hash(outcome))
        assert again.message == outcome.message
        with pytest.raises(ValueError, match="copied or pickled, and is a record only"):
            checker.explain(again)


def test_an_outcome_in_a_pickle_tells_nothing_personal() -> None:
    text = """
language: 1
entities: {s: {key: sid, fields: {sid: {type: text}, n: {type: number}, home: {type: text, personal: true}}}}
rules: [{id: t.n, for: s, require: n >= 5 or home is missing}]
"""
    secret = er.Checker(er.load_rulebook(Source("b.yaml", text)), as_of="2022-12-31")
    (outcome,) = secret.check("s", {"sid": "A", "n": 1, "home": "Garden Street"})
    assert b"Garden" not in pickle.dumps(outcome)


def test_verdicts_alone_are_those_of_the_outcomes(checker: er.Checker) -> None:
    for record in [*RECORDS, GOOD | {"year": 2023}]:
        outcomes = checker.check("school", record)
        assert checker.verdicts("school", record) == [(each.rule, each.verdict) for each in outcomes]
    assert checker.verdicts("county", {"cid": "c"}) == []
    with pytest.raises(er.DataError, match="there is no entity"):
        checker.verdicts("shcool", GOOD)
    with pytest.raises(er.DataError, match="needs `id`"):
        checker.verdicts("school", {"year": 2022})


def test_many_records_are_judged_in_order_and_refused_in_place(checker: er.Checker) -> None:
    good, many = iter(RECORDS), iter([RECORDS[0], {"year": 2022}, 7, GOOD | {"year": "then"}, RECORDS[1]])
    assert list(checker.check_many("school", good)) == [checker.check("school", record) for record in RECORDS]
    found = list(checker.check_many("school", many))  # type: ignore[arg-type]
    assert [found[0], found[4]] == [checker.check("school", record) for record in RECORDS[:2]]
    assert [str(each) for each in found[1:4]] == [
        "a record of school needs `id`, found None",
        "a record of school is a mapping from field to cell, found int",
        "a record of school needs `year`, a year, found 'then'",
    ]
    assert all(isinstance(each, er.DataError) for each in found[1:4])


def test_many_records_are_read_as_they_are_asked_for(checker: er.Checker) -> None:
    read: list[str] = []

    def records() -> Iterator[dict[str, Any]]:
        for number in range(3):
            read.append(str(number))
            yield GOOD | {"id": str(number)}

    found = checker.check_many("school", records())
    assert read == []
    next(found)
    assert read == ["0"]


def test_many_records_of_nothing_that_was_declared_are_refused_at_once(checker: er.Checker) -> None:
    with pytest.raises(er.DataError, match="there is no entity `shcool`, did you mean `school`"):
        checker.check_many("shcool", [])
    assert list(checker.check_many("county", [{"cid": "c"}])) == [[]]


def test_an_outcome_stays_when_its_record_changes(checker: er.Checker) -> None:
    for record in RECORDS:
        expected, mine = told(checker, record), dict(record)
        outcomes = checker.check("school", mine)
        mine.clear()
        mine["guards"] = "other"
        assert json.dumps([outcome.to_dict() for outcome in outcomes]) == expected


def test_records_share_nothing_that_can_be_changed(checker: er.Checker) -> None:
    def spoil(value: Any) -> None:
        for each in list(value.values()) if isinstance(value, dict) else list(value):
            if isinstance(each, dict | list):
                spoil(each)
        value.clear()

    expected = told(checker, RECORDS[1])
    for outcome in checker.check("school", RECORDS[1]):
        spoil(outcome.to_dict())
    assert told(checker, RECORDS[1]) == expected


@pytest.mark.parametrize("order", [(2022, 2022.0, "2022", "2022年"), ("2022年", 2022.0, 2022)])
def test_a_label_is_read_alike_whatever_came_before(book: er.Rulebook, order: tuple[Any, ...]) -> None:
    fresh = er.Checker(book, as_of="2022-12-31")
    assert {told(fresh, GOOD | {"year": label}) for label in order} == {told(fresh, GOOD)}


@pytest.mark.parametrize("label", [True, 22.5, [2022], {"is": 2022}, b"2022", None, "", "\ud800"], ids=repr)
def test_what_is_no_period_is_refused(checker: er.Checker, label: Any) -> None:
    told(checker, GOOD)
    with pytest.raises(er.DataError, match="needs `year`, a year, found"):
        checker.check("school", GOOD | {"year": label})


def test_half_a_character_is_unreadable(checker: er.Checker) -> None:
    with pytest.raises(er.DataError, match="needs `id`"):
        checker.check("school", GOOD | {"id": json.loads('"\\ud800"')})


def without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: None if name == "location" else without_places(each) for name, each in value.items()}
    return [without_places(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("record", RECORDS)
def test_an_outcome_is_explained_as_in_a_report(book: er.Rulebook, checker: er.Checker, record: dict[str, Any]) -> None:
    report = er.evaluate(book, {"school": [record]}, as_of="2022-12-31", keep="all")
    others = {(outcome.rule, outcome.period): outcome for outcome in report.outcomes()}
    schema = json.loads(Path(er.__file__).with_name("explanation.schema.json").read_text("utf-8"))
    validator = Draft202012Validator({"$ref": "#/$defs/outcome", "$defs": schema["$defs"]})
    for outcome in checker.check("school", record):
        # a table says that there is no row of the year before, a single record that there is no table
        if outcome.rule == "s.grows":
            continue
        found = checker.explain(outcome).to_dict()
        validator.validate(found)
        other = report.explain(others[outcome.rule, outcome.period]).to_dict()
        assert without_places(found) == without_places(other)


def test_an_outcome_of_another_checker_is_not_explained(book: er.Rulebook, checker: er.Checker) -> None:
    other = er.Checker(book, as_of="2021-12-31")
    (outcome, *_) = other.check("school", GOOD | {"year": 2021})
    with pytest.raises(ValueError, match="this is no outcome of this checker"):
        checker.explain(outcome)
    assert other.explain(outcome).record["rule"] == outcome.rule


words = st.sampled_from([
    *("", " ", "0", "-0", "-1", "007", "12", "12.", ".5", "1.5", "1e3", "1,200", "95%", "200.1", "3O", "9" * 16),
    *("2022-5-1", "2022-05-01", "2022-02-30", "20220501", "2022-05-01 00:00:00", "是", "No", "无", "/", "5号", "小学"),
])  # fmt: skip
cells = (
    words
    | st.none()
    | st.booleans()
    | st.integers(-3, 300)
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.text(max_size=4)
    | st.text("0123456789.-", max_size=18)
    | st.lists(st.none(), max_size=1)
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["id", "stage", "students", "guards", "rate", "opened_on", "number", "networked"]), cells)
def test_a_cell_is_read_as_a_feeds_is(book: er.Rulebook, name: str, cell: Any) -> None:
    record = GOOD | {name: cell}
    entity = book.entities["school"]
    table = to_facts({"school": [record]}, book).tables.get("school")
    if table is None:
        with pytest.raises(er.DataError):
            RowReader(entity, book, date(2022, 12, 31)).read(record)
        return
    found = RowReader(entity, book, date(2022, 12, 31), [f"{sign}{name}" for sign in "?!+"]).read(record)
    (row,) = table.frame.to_dicts()
    assert found is not None
    assert (found[name], type(found[name])) == (row[name], type(row[name]))
    assert found[f"!{name}"] is row.get(f"#bad:{name}", False)
