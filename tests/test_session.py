"""A session's list is at any moment that of a batch on the same facts, and what its changes make of the list before."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import eduplan_rules as er
from eduplan_rules.source import Source
from eduplan_rules.testing import facts as whole_facts
from strategies import cities, delivered, tables

VERDICTS = ("satisfied", "violated", "unknown", "not_due", "not_applicable")
PACK = Path(__file__).resolve().parent.parent / "rules"
Rows = dict[str, list[dict[str, Any]]]


def told(outcome: er.Outcome) -> dict[str, Any]:
    """A record without the places of rows, which a batch counts."""
    record = outcome.to_dict()
    offenders = [{name: said for name, said in each.items() if name != "location"} for each in record["offenders"]]
    return {**record, "location": None, "offenders": offenders}


def alike(one: Any, other: Any) -> bool:
    """Equal, numbers as the language compares them: a session's sums are exact."""
    if isinstance(one, dict) and isinstance(other, dict):
        kept = [name for name in one if name != "message" or numbers(one) == numbers(other)]
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in kept)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6 if abs(one) > 1e3 else 1e-9)
    return bool(one == other)


def numbers(record: dict[str, Any]) -> list[Any]:
    return [record.get(name) for name in ("observed", "observed_other", "required", "gap", "values")]


class Live(RuleBasedStateMachine):
    """Facts come and go, in a session and in a plain list of dicts."""

    book: er.Rulebook
    as_of: date
    periods: str
    rows: Rows
    more: Rows
    session: er.Session
    seen: dict[str, dict[str, Any]]

    def begin(self, book: er.Rulebook, as_of: date, periods: str, rows: Rows, more: Rows) -> None:
        self.book, self.as_of, self.periods, self.more = book, as_of, periods, more
        self.session = er.Session(book, as_of=as_of, periods=periods)
        self.rows, self.seen = {}, {}
        # a table in which no row has a place says nothing
        rows = {name: listed for name, listed in rows.items() if any(self.placed(name, row) for row in listed)}
        if rows:
            self.rows = {name: list(listed) for name, listed in rows.items()}
            self.follow(self.session.load(rows))

    def follow(self, changes: Sequence[er.Change]) -> None:
        for change in changes:
            key = change.violation.id
            former = None if change.former is None else told(change.former)
            assert self.seen.get(key) == former, change
            self.seen[key] = told(change.violation)
            if change.kind == "closed":
                del self.seen[key]
            else:
                assert (change.kind == "changed") == (former is not None)
        assert sorted(self.seen.values(), key=str) == sorted(map(told, self.session.violations), key=str)

    def cell(self, name: str, row: dict[str, Any], field: str) -> Any:
        found = row.get(field)
        return None if found == "?!" and self.book.entities[name].fields[field].type != "text" else found

    def placed(self, name: str, row: dict[str, Any]) -> bool:
        return None not in self.place(name, row)[:-1]

    def place(self, name: str, row: dict[str, Any]) -> tuple[Any, ...]:
        """Key and time."""
        entity = self.book.entities[name]
        key = [self.cell(name, row, str(part)) for part in entity.key]
        if entity.period is not None:
            return *key, row.get(str(entity.period.column)), 0
        return *key, 0 if entity.valid is None else self.cell(name, row, str(entity.valid[0]))

    def known(self, data: st.DataObject, rows: Rows) -> tuple[str, dict[str, Any]]:
        """A row that can be told by its key."""
        found = [(name, row) for name in sorted(rows) for row in rows[name] if None not in self.place(name, row)]
        assume(found)
        drawn: tuple[str, dict[str, Any]] = data.draw(st.sampled_from(found))
        return drawn

    @rule(data=st.data())
    def upsert(self, data: st.DataObject) -> None:
        name, row = self.known(data, self.more)
        self.follow(self.session.upsert(name, row))
        self.put(name, row)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        name, row = self.known(data, self.rows)
        key = [row[str(part)] for part in self.book.entities[name].key]
        self.follow(self.session.remove(name, key))
        count = len(key)
        self.rows[name] = [
            each
            for each in self.rows[name]
            if not self.placed(name, each) or self.place(name, each)[:count] != self.place(name, row)[:count]
        ]

    @rule(data=st.data())
    def replace_several(self, data: st.DataObject) -> None:
        (gone, old), come = self.known(data, self.rows), [self.known(data, self.more) for _ in range(3)]
        entity = self.book.entities[gone]
        time = entity.period.column if entity.period is not None else entity.valid[0] if entity.valid else None
        key = [old[str(part)] for part in entity.key]
        update = [(gone, key, None if time is None else old[str(time)])]
        records: dict[str, list[dict[str, Any]]] = {}
        for name, row in come:
            records.setdefault(name, []).append(row)
        self.follow(self.session.update(records, remove=update))
        self.rows[gone] = [row for row in self.rows[gone] if self.place(gone, row) != self.place(gone, old)]
        for name, listed in records.items():
            for row in listed:
                self.put(name, row)

    def put(self, name: str, row: dict[str, Any]) -> None:
        kept = [each for each in self.rows.get(name, []) if self.place(name, each) != self.place(name, row)]
        self.rows[name] = [*kept, row]

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        rows = {name: listed for name, listed in self.rows.items() if listed}
        if not any(self.placed(name, row) for name, listed in rows.items() for row in listed):
            assert list(self.session.violations) == []
            return
        report = er.evaluate(self.book, rows, as_of=self.as_of, periods=self.periods)
        counts = {name: {each: getattr(total, each) for each in VERDICTS} for name, total in report.totals.items()}
        try:
            assert self.session.counts == counts
            mine, theirs = list(map(told, self.session.violations)), list(map(told, report.violations))
            assert alike(mine, theirs), (mine, theirs)
        except AssertionError as error:
            error.add_note(f"as_of: {self.as_of}\nperiods: {self.periods}\nrows: {rows}")
            raise


class LiveCity(Live):
    """Under generated rules."""

    @initialize(city=cities(), data=st.data(), periods=st.sampled_from(["all", "latest", "2021..2022"]))
    def load(self, city: Any, data: st.DataObject, periods: str) -> None:
        self.begin(
            city.book, city.as_of, periods, delivered_rows(city.facts), delivered_rows(data.draw(tables(city.book)))
        )


def delivered_rows(facts: Any) -> Rows:
    return {name: [dict(row) for row in rows] for name, rows in delivered(facts).items()}


class LivePack(Live):
    """Under the plan's own rules."""

    book = er.load_rulebook(PACK)
    names = ("county", "school", "school_stage", "drill", "evidence", "inspection", "opinion", "hazard")

    @initialize(
        rows=whole_facts(book, entities=names),
        more=whole_facts(book, entities=names),
        periods=st.sampled_from(["all", "latest"]),
    )
    def load(self, rows: Rows, more: Rows, periods: str) -> None:
        self.begin(self.book, date(2022, 12, 31), periods, rows, more)


def run(machine: type[Live], examples: int, steps: int) -> None:
    given = settings(max_examples=examples * settings().max_examples // 100, stateful_step_count=steps)
    run_state_machine_as_test(machine, settings=given)


def test_the_list_is_that_of_a_batch_under_any_rules() -> None:
    run(LiveCity, 25, 6)


def test_the_list_is_that_of_a_batch_under_the_pack() -> None:
    run(LivePack, 4, 6)


RULES = """
entities:
  county:
    key: county_id
    name: county_name
    period: year
    fields: {county_id: {type: text}, county_name: {type: text}}
  school:
    key: school_id
    name: school_name
    period: year
    closed: merged
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      merged: {type: boolean, optional: true}
      county_id: {type: text}
      school_name: {type: text}
      guards: {type: integer, unit: 人, label: 保安数}
  drill:
    key: drill_id
    day: held_on
    belongs_to: {school: school_id}
    fields:
      drill_id: {type: text}
      school_id: {type: text}
      held_on: {type: date}
      minutes: {type: number, unit: 分钟}
  licence:
    key: licence_id
    valid: [issued_on, valid_until]
    fields: {licence_id: {type: text}, issued_on: {type: date}, valid_until: {type: date}, level: {type: integer}}
rules:
  - {id: safety.guards, for: school, require: guards >= 2}
  - {id: safety.drills, for: school, require: count(drill where minutes <= 3) >= 1}
  - {id: safety.all-guarded, for: county, require: all(guards >= 1 for school)}
  - {id: safety.fewer, for: school, require: does_not_fall(guards)}
  - {id: safety.county, for: school, require: county.county_name != "丙县"}
  - {id: licence.level, for: licence, require: level >= 1}
"""


@pytest.fixture(scope="module")
def book() -> er.Rulebook:
    return er.load_rulebook(Source("rules.yaml", RULES))


@pytest.fixture
def session(book: er.Rulebook) -> er.Session:
    return er.Session(book, as_of="2022-12-31")


def school(key: str, guards: Any, year: int = 2022) -> dict[str, Any]:
    return {"school_id": key, "county_id": "C", "school_name": f"第{key}小学", "guards": guards, "year": year}


def drill(key: str, minutes: float, at: str = "A") -> dict[str, Any]:
    return {"drill_id": key, "school_id": at, "held_on": "2022-05-12", "minutes": minutes}


COUNTY = {"county_id": "C", "county_name": "甲县", "year": 2022}


def kinds(changes: Sequence[er.Change]) -> list[tuple[str, str, str]]:
    return [(each.kind, each.violation.rule, each.violation.subject["key"][0]) for each in changes]


def test_a_violation_opens_changes_and_closes(session: er.Session) -> None:
    assert kinds(session.upsert("school", school("A", 0))) == [("opened", "safety.guards", "A")]
    (change,) = session.upsert("school", school("A", 1))
    assert change.former is not None
    assert (change.kind, change.violation.observed, change.former.observed) == ("changed", 1, 0)
    assert session.upsert("school", school("A", 1)) == ()
    assert kinds(session.upsert("school", school("A", 2))) == [("closed", "safety.guards", "A")]
    assert list(session.violations) == []


def test_what_is_below_moves_what_is_above(session: er.Session) -> None:
    session.load({"county": [COUNTY], "school": [school("A", 2), school("B", 3)]})
    (change,) = [
        each for each in session.upsert("school", school("B", 0)) if each.violation.rule == "safety.all-guarded"
    ]
    assert [each["key"] for each in change.violation.offenders] == [["B"]]
    assert ("closed", "safety.all-guarded", "C") in kinds(session.remove("school", "B"))


def test_rows_of_a_table_that_was_not_there_are_unknown_until_it_is(session: er.Session) -> None:
    session.load({"school": [school("A", 2)]})
    assert session.counts["safety.drills"]["unknown"] == 1
    assert kinds(session.upsert("drill", drill("D1", 9))) == [("opened", "safety.drills", "A")]
    assert kinds(session.upsert("drill", drill("D2", 3))) == [("closed", "safety.drills", "A")]
    assert session.remove("drill", "D1") == ()
    session.remove("drill", "D2")
    assert session.counts["safety.drills"]["unknown"] == 1


def test_a_new_name_of_the_county_is_told_below(session: er.Session) -> None:
    session.load({"county": [COUNTY], "school": [school("A", 1)]})
    (change,) = session.upsert("county", {**COUNTY, "county_name": "乙县"})
    assert change.former is not None
    names = [each.within["county"]["name"] for each in (change.former, change.violation)]
    assert (change.kind, names) == ("changed", ["甲县", "乙县"])


def test_a_reference_leads_somewhere_as_soon_as_there_is_a_row(session: er.Session) -> None:
    session.load({"school": [school("A", 2)], "drill": [drill("D1", 3, at="B")]})
    assert session.counts["safety.drills"]["unknown"] == 1
    session.upsert("school", school("B", 2))
    assert session.counts["safety.drills"] == {**dict.fromkeys(VERDICTS, 0), "satisfied": 1, "violated": 1}


def test_rows_that_lose_their_place_may_lie_with_any_subject(session: er.Session) -> None:
    session.load({"school": [school("A", 2), school("B", 2)], "drill": [drill("D1", 3, at="B")]})
    assert [violation.subject["key"] for violation in session.violations] == [["A"]]
    assert kinds(session.remove("school", "B")) == [("closed", "safety.drills", "A")]
    assert session.counts["safety.drills"]["unknown"] == 1
    assert kinds(session.upsert("school", school("B", 2))) == [("opened", "safety.drills", "A")]


def test_who_is_gone_is_left_out_as_soon_as_others_report_a_later_year(session: er.Session) -> None:
    gone = {**school("A", 0, 2021), "merged": "是"}
    assert kinds(session.upsert("school", gone)) == [("opened", "safety.guards", "A")]
    assert kinds(session.upsert("school", school("B", 2))) == [("closed", "safety.guards", "A")]
    assert kinds(session.remove("school", "B")) == [("opened", "safety.guards", "A")]


def test_a_row_that_moves_is_told_of_its_new_parent(session: er.Session) -> None:
    other = {"county_id": "D", "county_name": "丙县", "year": 2022}
    session.load({"county": [COUNTY, other], "school": [school("A", 2)]})
    changes = session.upsert("school", {**school("A", 2), "county_id": "D"})
    assert kinds(changes) == [("opened", "safety.county", "A")]
    assert changes[0].violation.within == {"county": {"key": "D", "name": "丙县"}}


def test_only_the_newest_row_is_a_subject_and_it_may_go(session: er.Session) -> None:
    session.upsert("school", school("A", 5, 2021))
    changes = session.upsert("school", school("A", 1, 2022))
    assert kinds(changes) == [("opened", "safety.guards", "A"), ("opened", "safety.fewer", "A")]
    assert session.upsert("school", school("A", 0, 2023)) == ()
    changes = session.remove("school", "A", 2022)
    assert kinds(changes) == [("closed", "safety.guards", "A"), ("closed", "safety.fewer", "A")]
    assert session.counts["safety.guards"]["satisfied"] == 1


def test_spans_are_told_apart_by_their_first_day(session: er.Session) -> None:
    for issued, level in (("2020-01-01", 0), ("2022-01-01", 0)):
        session.upsert("licence", {"licence_id": "L", "issued_on": issued, "valid_until": "2025-01-01", "level": level})
    assert len(session.violations) == 2
    assert len(session.remove("licence", "L", "2020-01-01")) == 1
    assert len(session.remove("licence", ["L"])) == 1


def test_several_updates_are_one(session: er.Session) -> None:
    changes = session.update({"school": [school("A", 0), school("B", 0), school("A", 3)]})
    assert kinds(changes) == [("opened", "safety.guards", "B")]
    changes = session.update({"school": [school("B", 4), school("C", 1)]}, remove=[("school", "A", None)])
    assert kinds(changes) == [("closed", "safety.guards", "B"), ("opened", "safety.guards", "C")]


def test_a_change_is_plain_data(session: er.Session) -> None:
    (opened,) = session.upsert("school", school("A", 0))
    (closed,) = session.remove("school", "A")
    assert opened.to_dict() == {"kind": "opened", "record": opened.violation.to_dict(), "former": None}
    assert closed.to_dict() == {"kind": "closed", "record": None, "former": opened.violation.to_dict()}


def test_loading_a_table_replaces_it(session: er.Session, book: er.Rulebook) -> None:
    session.load({"school": [school("A", 0), school("B", 0)], "county": [COUNTY]})
    assert ("closed", "safety.guards", "B") in kinds(session.load({"school": [school("A", 0)]}))
    facts = er.to_facts({"school": [school("A", 2)], "county": [COUNTY]}, book)
    assert ("closed", "safety.guards", "A") in kinds(session.load(facts))


@pytest.mark.parametrize(
    ("update", "message"),
    [
        (lambda session: session.upsert("shcool", {}), "there is no entity `shcool`, did you mean `school`?"),
        (lambda session: session.upsert("school", {"year": 2022}), "a record of school needs `school_id`, found None"),
        (
            lambda session: session.upsert("school", {"school_id": "A"}),
            "a record of school needs `year`, a year, found None",
        ),
        (
            lambda session: session.upsert("school", []),
            "a record of school is a mapping from field to cell, found list",
        ),
        (lambda session: session.update([]), "updates are a mapping from entity to records, found list"),
        (lambda session: session.remove("school", ["A", "B"]), "the key of school is school_id, found ['A', 'B']"),
        (lambda session: session.remove("school", "A", "May"), "a period of school is a year, found 'May'"),
        (
            lambda session: session.remove("licence", "L", "May"),
            "a row of licence is known by its first day, found 'May'",
        ),
    ],
)
def test_what_is_no_update_is_refused_and_changes_nothing(session: er.Session, update: Any, message: str) -> None:
    session.upsert("school", school("A", 0))
    with pytest.raises(er.DataError, match=re.escape(message)):
        update(session)
    with pytest.raises(er.DataError):
        session.update({"school": [school("A", 5), {"year": 2022}]})
    assert len(session.violations) == 1


def test_sums_are_exact_whatever_came_and_went() -> None:
    rules = RULES.replace("all(guards >= 1 for school)", "sum(minutes for drill) <= 0.3")
    session = er.Session(er.load_rulebook(Source("rules.yaml", rules)), as_of="2022-12-31")
    session.load({"county": [COUNTY], "school": [school("A", 2)], "drill": [drill("D0", 0.1), drill("D1", 0.2)]})
    for number in range(9):
        session.upsert("drill", drill(f"E{number}", 1e15 / 3**number))
    for number in range(9):
        session.remove("drill", f"E{number}")
    assert session.counts["safety.all-guarded"]["satisfied"] == 1


def test_a_record_is_checked_among_the_rows_that_its_rules_need(book: er.Rulebook) -> None:
    checker = er.Checker(book, as_of="2022-12-31")
    alone = {outcome.rule: outcome for outcome in checker.check("school", school("A", 2))}
    assert [(lack["fact"], lack["reason"]) for lack in alone["safety.drills"].missing] == [
        ("count(drill where minutes <= 3)", "undelivered")
    ]
    related = {"drill": [drill("D", 2), drill("E", 1, at="B")], "school": [school("A", 3, 2021)], "county": [COUNTY]}
    among = {outcome.rule: outcome for outcome in checker.check("school", school("A", 2), related=related)}
    assert {rule: outcome.verdict for rule, outcome in among.items()} == {
        "safety.guards": "satisfied",
        "safety.drills": "satisfied",
        "safety.fewer": "violated",
        "safety.county": "satisfied",
    }
    assert among["safety.guards"].within == {"county": {"key": "C", "name": "甲县"}}


def test_an_empty_list_says_that_there_are_none(book: er.Rulebook) -> None:
    checker = er.Checker(book, as_of="2022-12-31")
    found = {each.rule: each.verdict for each in checker.check("school", school("A", 2), related={"drill": []})}
    assert found == {
        "safety.guards": "satisfied",
        "safety.drills": "violated",
        "safety.fewer": "unknown",
        "safety.county": "unknown",
    }
    with pytest.raises(er.DataError, match="there is no entity `dril`, did you mean `drill`"):
        checker.check("school", school("A", 2), related={"dril": []})
    with pytest.raises(er.DataError, match="`related` is a mapping from entity to rows, found list"):
        checker.check("school", school("A", 2), related=[drill("D", 2)])  # type: ignore[arg-type]


def test_related_rows_give_what_a_batch_gives(book: er.Rulebook) -> None:
    rows = {
        "school": [school("A", 2), school("A", 3, 2021)],
        "drill": [drill("D", 9), drill("E", 2)],
        "county": [COUNTY],
    }
    batch = er.evaluate(book, rows, as_of="2022-12-31", keep="all")
    wanted = {each.rule: told(each) for each in batch.outcomes() if each.subject["entity"] == "school"}
    related = {"school": rows["school"][1:], "drill": rows["drill"], "county": [COUNTY]}
    outcomes = er.Checker(book, as_of="2022-12-31").check("school", rows["school"][0], related=related)
    assert {each.rule: told(each) for each in outcomes} == wanted
