"""The law of lives: an aggregate takes a row if and only if a rule that asks the row the same would speak about it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eduplan_rules as er
from eduplan_rules.reports.report import Report
from eduplan_rules.source import Source

ENTITIES = """
language: 1
entities:
  county: {{key: county, {county} fields: {{county: {{type: text}}}}}}
  school:
    key: id
    {school}
    belongs_to: {{county: county}}
    opened: opened_on
    closed: ended_on
    fields:
      id: {{type: text}}
      county: {{type: text}}
      guards: {{type: integer}}
      opened_on: {{type: date, blank: none}}
      ended_on: {{type: date, blank: none}}
  drill:
    key: id
    day: held_on
    belongs_to: {{school: school}}
    fields: {{id: {{type: text}}, school: {{type: text}}, held_on: {{type: date}}}}
rules:
"""
#: what a row is asked, as a condition of the row
ASKED = {
    "guards": "guards >= 2",
    "drills": "count(drill) >= 1",
    "ever": "count(drill over ever) >= 1",
    "both": "guards >= 2 and count(drill) = 0",
}
AS_OF = date(2022, 8, 31)
LAST = date(2022, 12, 31)
DAYS = st.one_of(
    st.none(),
    st.sampled_from([date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1), AS_OF, AS_OF + timedelta(1), LAST]),
    st.dates(date(2020, 6, 1), date(2023, 6, 30)),
)
SCHOOLS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([2021, 2022]), st.integers(0, 3), DAYS, DAYS), max_size=6
)
DRILLS = st.lists(st.tuples(st.integers(0, 5), st.dates(date(2020, 12, 1), AS_OF)), max_size=8)


def rulebook(*, timed: bool) -> er.Rulebook:
    rules = [
        f"  - {{id: {name}.{asked}, for: {name}, require: {condition}}}"
        for asked, each in ASKED.items()
        for name, condition in (("school", each), ("county", f"count(school where {each}) < 0"))
    ]
    head = ENTITIES.format(county="period: year," if timed else "", school="period: year" if timed else "")
    return er.load_rulebook(Source("rules.yaml", head + "\n".join(rules)))


BOOKS = {timed: rulebook(timed=timed) for timed in (True, False)}


@pytest.mark.parametrize("timed", [True, False], ids=["by year", "without a period"])
@given(schools=SCHOOLS, drills=DRILLS)
def test_a_row_is_counted_where_a_rule_speaks_about_it(
    *, timed: bool, schools: list[Any], drills: list[tuple[int, date]]
) -> None:
    rows = [
        {"id": f"s{index}", "county": county, "guards": guards, "opened_on": opened, "ended_on": ended, "year": year}
        for index, (county, year, guards, opened, ended) in enumerate(schools)
        if opened is None or ended is None or opened <= ended
    ]
    home = {row["id"]: row["county"] for row in rows}
    held = [{"id": f"d{index}", "school": f"s{school}", "held_on": day} for index, (school, day) in enumerate(drills)]
    facts = {
        "county": [{"county": county, "year": year} for county in "ab" for year in (2021, 2022)],
        "school": rows,
        "drill": [drill for drill in held if drill["school"] in home],
    }
    report = er.evaluate(BOOKS[timed], facts, as_of=AS_OF, periods="all", keep="all")
    for asked in ASKED:
        wanted = Counter(
            (home[row["key"]], row["period"])
            for row in outcomes(report, f"school.{asked}")
            if row["verdict"] == "satisfied"
        )
        found = {(row["key"], row["period"]): row["observed"] for row in outcomes(report, f"county.{asked}")}
        assert {place: count for place, count in found.items() if count} == wanted, (asked, facts)


def outcomes(report: Report, rule: str) -> list[dict[str, Any]]:
    return report.outcomes(rule=rule).to_polars().to_dicts()
