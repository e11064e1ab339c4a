"""Rules as plans have them, about a county, its schools, drills and papers, with facts that are drawn to fit.

Every kind of sentence that a remedy can be told in is reached by one of them (`REACHED_BY`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

ENTITIES = """
language: 1
entities:
  county:
    key: county_id
    fields: {county_id: {type: text}, money: {type: number}, budget: {type: number, lever: false},
             staff: {type: integer}, ready_on: {type: date, blank: none}, open: {type: boolean},
             rate: {type: number, unit: "%"}, grade: {type: choice, choices: [a, b, c]},
             remark: {type: text, blank: none}, paper_no: {type: text, blank: none, form: document-number},
             wage: {type: number, personal: true}}
  school:
    key: school_id
    belongs_to: {county: county_id}
    fields: {school_id: {type: text}, county_id: {type: text}, ok: {type: boolean}, score: {type: number},
             students: {type: integer}, books: {type: integer, min: 0},
             kind: {type: choice, choices: [a, b]}, note: {type: text}}
  drill:
    key: drill_id
    day: held_on
    belongs_to: {county: county_id}
    fields: {drill_id: {type: text}, county_id: {type: text}, held_on: {type: date}, minutes: {type: integer},
             topic: {type: choice, choices: [fire, quake]}}
  paper:
    key: paper_id
    belongs_to: {county: county_id}
    fields: {paper_id: {type: text}, county_id: {type: text}, issued_on: {type: date}, pages: {type: integer}}
parameters: {least: {value: 2}, due_day: {type: date, value: 2022-06-30}}
rules:
  - {id: t.rule, title: {zh: 规则, en: A rule}, for: county, require: REQUIRE}
"""
#: a requirement with two drawn numbers -> what must be offered, whenever it is violated and there are schools
REQUIRES: dict[str, str] = {
    "staff >= {n}": "fact",
    "money > {x} and staff <= 30": "",
    "money * 2 - staff / 4 >= {x}": "fact",
    "money / staff >= {x}": "",
    "ready_on is not missing and ready_on <= due_day": "fact",
    "ready_on is not missing and ready_on between due_day - 10 days and due_day": "fact",
    "ready_on is not missing and ready_on >= due_day + {n} days": "fact",
    "ready_on is missing": "fact",
    "ready_on is not missing": "fact",
    "remark is not missing": "fact",
    "paper_no is not missing": "fact",
    "grade = 'a'": "fact",
    "grade in ['a', 'b']": "fact",
    "open or staff >= {n}": "fact",
    "rate >= 90% + {x} / 1000": "fact",
    "rate < 90% - {x} / 700": "fact",
    "wage >= {x} + 40": "fact",
    "share(ok for school) >= {x} / 10": "",
    "share(score >= {x} for school where students > {n}) >= 80%": "",
    "share(not ok for school) <= 40%": "rows",
    "all(ok for school)": "rows",
    "all(ok and score >= {x} for school)": "rows",
    "any(ok and kind = 'a' for school)": "rows",
    "any(students > {n} for school where kind = 'b')": "rows",
    "not any(ok for school)": "rows",
    "count(school where ok) >= {n}": "rows",
    "count(school where score >= {x}) <= 1": "rows",
    "count(school) >= {n}": "rows",
    "count(school) <= 2": "rows",
    "count(drill where topic = 'quake') >= {n}": "rows",
    "sum(minutes for drill where topic = 'quake') >= {n} + 1": "total",
    "sum(students for school) >= {n} * 10": "",
    "sum(students for school) < {n} + 5": "",
    "sum(students * score for school) >= {x} * 9": "",
    "sum(if(ok, score, 0) for school) >= {x} * 9": "",
    "sum(score for school where ok) >= {x} * 5": "",
    "sum(score for school) > {x} * 7": "total",
    "sum(score for school) < {x} / 7": "",
    "mean(score for school) >= {x}": "total",
    "mean(score / (students + 1) for school) >= {x}": "",
    "mean(books / (students + 1) for school) >= {x}": "",
    "mean(score for school weighted by students) >= {x}": "",
    "mean(books / (students + 1) for school weighted by students + 1) >= {x}": "fact rows level",
    "cv(score for school) <= {x} / 10": "level fact",
    "cv(books for school) <= {x} / 10": "",
    "cv(score for school weighted by students) <= {x} / 10": "level fact",
    "(cv(score for school) + cv(students for school)) / 2 <= {x} / 10": "",
    "min(score for school) >= {x}": "level fact",
    "min(score for school) > {x}": "level fact",
    "min(students for school) >= {n} + 1 or open": "level fact",
    "min(score / students for school) >= {x}": "",
    "min(books / (students + 1) for school) >= {x}": "rows fact",
    "max(books / (students + 1) for school) < {x} + 0.01": "rows fact",
    "cv(score / (students + 1) for school) <= {x} / 10": "",
    "cv(books / (students + 1) for school) <= {x} / 10": "",
    "median(students * 2 for school) >= {n}": "rows fact",
    "median(books / (students + 1) for school) >= {x}": "rows fact",
    "min(score for school where ok) <= {x}": "fact",
    "max(students for school) <= {n}": "level fact",
    "max(score for school) > {x}": "fact",
    "max(score for school) < {x} + 0.01": "level fact",
    "max(score for school) - min(score for school) <= {x}": "",
    "min(days_between(issued_on, this.as_of) for paper) <= {n} * 9": "rows fact",
    "max(issued_on for paper) >= due_day + {n} months": "rows",
    "max(pages for paper) >= {n}": "rows fact",
    "median(score for school) >= {x}": "rows fact",
    "median(students for school) <= {n}": "rows fact",
    "count_distinct(kind for school) >= 2": "rows",
    "count_distinct(kind, ok for school) >= {n}": "",
    "count_distinct(note for school where kind = 'a') >= {n}": "rows",
    "sum(students for school) / staff <= {n}": "",
    "staff >= 900 and money >= 900": "together",
    "money >= {x} + 34.123456789": "fact",
    "money <= {x} / 7 - 3": "fact",
    "money < {x} / 7 - 3": "fact",
    "money > {x} + 41.2": "fact",
    "money < {x} - 20.5": "fact",
    "money * 3 between 31.23456789 and 31.2345679": "fact",
    "money / budget >= {x} + 1 and staff / budget >= 9": "together fact",
    "sum(score for school) >= {x} * 7 + 1 / 3": "total",
    "min(score for school) >= {x} + 2 / 3": "level fact",
    "staff >= {n} + 30 and all(ok for school) and money <= {x} - 20": "",
}
#: a kind of sentence -> a requirement that leads to it
REACHED_BY: dict[str, str] = {
    "more": "staff >= {n}",
    "less": "money <= {x} / 7 - 3",
    "above": "money > {x} + 41.2",
    "below": "money < {x} - 20.5",
    "later": "ready_on is not missing and ready_on >= due_day + {n} days",
    "earlier": "ready_on is not missing and ready_on <= due_day",
    "between": "ready_on is not missing and ready_on between due_day - 10 days and due_day",
    "given-between": "ready_on is not missing and ready_on between due_day - 10 days and due_day",
    "instead": "grade = 'a'",
    "one-of": "grade in ['a', 'b']",
    "empty": "ready_on is missing",
    "given": "grade = 'a'",
    "given-one-of": "grade in ['a', 'b']",
    "given-any": "ready_on is not missing",
    "given-text": "paper_no is not missing",
    "fill-in": "remark is not missing",
    "given->=": "staff >= {n}",
    "given-<=": "money <= {x} / 7 - 3",
    "given->": "money > {x} + 41.2",
    "given-<": "money < {x} - 20.5",
    "given-day->=": "ready_on is not missing and ready_on >= due_day + {n} days",
    "given-day-<=": "ready_on is not missing and ready_on <= due_day",
    "total-more": "mean(score for school) >= {x}",
    "total-less": "sum(students for school) < {n} + 5",
    "total-above": "sum(score for school) > {x} * 7",
    "total-below": "sum(score for school) < {x} / 7",
    "hidden": "wage >= {x} + 40",
    "rows-more": "all(ok for school)",
    "rows-fewer": "count(school where score >= {x}) <= 1",
    "rows-counted": "count(school where ok) >= {n}",
    "rows-plain": "count(school) >= {n}",
    "rows-plain-fewer": "count(school) <= 2",
    "rows-kinds": "count_distinct(note for school where kind = 'a') >= {n}",
    "rows-kinds-such-as": "count_distinct(kind for school) >= 2",
    "level-up": "min(score for school) >= {x}",
    "level-down": "max(students for school) <= {n}",
    "level-above": "min(score for school) > {x}",
    "level-below": "max(score for school) < {x} + 0.01",
    "level-middle-up": "median(score for school) >= {x}",
    "level-middle-down": "median(students for school) <= {n}",
    "level-cv": "cv(score for school) <= {x} / 10",
    "rows-first": "all(ok for school)",
    "together": "staff >= 900 and money >= 900",
}
numbers = st.sampled_from([0.0, 0.1, 1.5, 2.0, 4.75, 9.99, 33.3])
days = st.sampled_from([date(2022, 3, 1), date(2022, 6, 1), date(2022, 7, 1), date(2022, 11, 30)])
Drawn = tuple[str, str, dict[str, list[dict[str, Any]]]]


@st.composite
def counties(draw: Callable[..., Any], requires: tuple[str, ...] = tuple(REQUIRES)) -> Drawn:
    """A requirement, a rulebook of it, and facts that fit."""
    require = draw(st.sampled_from(requires))
    written = require.format(n=draw(st.integers(0, 6)), x=draw(numbers)).replace("'", '"')
    facts = {
        "county": [draw(_COUNTY)],
        "school": draw(st.lists(_SCHOOL, min_size=1, max_size=6)),
        "drill": draw(st.lists(_DRILL, max_size=3)),
        "paper": draw(st.lists(_PAPER, max_size=3)),
    }
    numbered = {
        name: [{f"{name}_id": f"{name[0].upper()}{number}", "county_id": "C1"} | row for number, row in enumerate(rows)]
        for name, rows in facts.items()
    }
    numbered["county"][0]["county_id"] = "C1"
    return require, ENTITIES.replace("REQUIRE", f"'{written}'"), numbered


_COUNTY = st.fixed_dictionaries(
    {
        "money": st.none() | numbers,
        "budget": st.sampled_from([1.0, 3.7]),
        "staff": st.none() | st.integers(0, 40),
        "ready_on": st.sampled_from([None, date(2022, 7, 1), date(2022, 6, 1)]),
        "open": st.booleans(),
        "rate": st.sampled_from([12.5, 88.125, 90.0, 99.9]),
        "grade": st.sampled_from([None, "a", "b", "c"]),
        "remark": st.sampled_from([None, "r"]),
        "paper_no": st.sampled_from([None, "甲〔2021〕3号"]),
        "wage": numbers,
    }
)
_SCHOOL = st.fixed_dictionaries(
    {
        "ok": st.booleans(),
        "score": numbers,
        "students": st.integers(0, 9),
        "books": st.integers(0, 200),
        "kind": st.sampled_from("ab"),
        "note": st.sampled_from("xyz"),
    }
)
_DRILL = st.fixed_dictionaries(
    {"held_on": days, "minutes": st.integers(0, 9), "topic": st.sampled_from(["fire", "quake"])}
)
_PAPER = st.fixed_dictionaries({"issued_on": days, "pages": st.integers(0, 9)})
