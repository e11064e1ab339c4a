"""Inspection: inspectors and their training, visits and inspections, opinions, accountability, rounds of monitoring.

In: the schools. Out: the tables of these, in which everything is done in time; what is not due yet may be open.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from math import ceil

from synthetic.ledgers import MONTHS, PEOPLE
from synthetic.places import CITY, NAMES, School, schools
from synthetic.tables import AS_OF, LEDGER, YEARS, Row, chance, past, row, workday

#: first days of terms of three years that hold on the day of the feed
TERMS = (date(2020, 3, 1), date(2020, 9, 1), date(2021, 3, 1), date(2021, 9, 1), date(2022, 3, 1), date(2022, 9, 1))


def inspectors_needed(county: str) -> tuple[int, int]:
    """Count the responsible inspectors and all inspectors that a county needs."""
    there = [school for school in schools() if school.county == county and not school.ended_on]
    kindergartens = sum(school.kind == "kindergarten" for school in there)
    sizes = [school.students[school.last] for school in there if school.is_school]
    large = sum(size >= 2000 for size in sizes)
    return ceil((len(sizes) + kindergartens) / 5), ceil((len(sizes) - large + kindergartens) / 5) + large


def inspector_rows() -> Iterator[Row]:
    """Give the inspectors in office, some more than needed, and some whose terms are over; and those of the city."""
    for county in (*NAMES, CITY):
        of = chance(f"inspectors of {county}")
        responsible, needed = (4, 6) if county == CITY else inspectors_needed(county)
        full_time, total = of.choice((2, 3)), max(responsible, needed) + of.randint(1, 2)
        for number in range(1, total + 3):
            yield _inspector(
                f"{county}-D{number:02d}",
                county,
                of,
                full_time=number <= full_time,
                responsible=number <= responsible + 1,
                over=number > total,
            )


def _inspector(code: str, county: str, of: random.Random, *, full_time: bool, responsible: bool, over: bool) -> Row:
    term = 1 if full_time else of.choice((1, 1, 2, 2, 3))
    begins = date(of.randint(2012, 2020), 9, 1) if full_time else date(2018, 9, 1) if over else of.choice(TERMS)
    since = begins.replace(year=begins.year - 3 * (term - 1))
    return row(
        inspector_id=code,
        inspector_name=of.choice(PEOPLE),
        city_id=county if county == CITY else None,
        county_id=None if county == CITY else county,
        employment="full_time" if full_time else "part_time",
        responsible_since=since if responsible else None,
        responsible_document=f"云督责〔{since.year}〕{of.randint(1, 80)}号" if responsible else None,
        degree=of.choices(("bachelor", "master", "doctor"), (80, 18, 2))[0],
        experience_years=of.randint(11, 36),
        serving_since=since,
        appointed_on=begins,
        term_ends_on=None if full_time else begins.replace(year=begins.year + 3) - timedelta(days=1),
        term_number=term,
    )


def training_rows(inspectors: list[Row]) -> Iterator[Row]:
    """Give the training of each inspector in each of two years, some 40 to 60 hours."""
    numbers = count(1)
    for inspector in inspectors:
        of = chance(f"training of {inspector['inspector_id']}")
        for year in LEDGER:
            if inspector["serving_since"] > f"{year}-12" or "" < inspector["term_ends_on"] < f"{year}-10":
                continue
            for month, hours in zip(
                (4, 7, 10), of.choice(((16, 16, 8), (24, 16, 8), (20, 16, 12), (24, 8, 16))), strict=True
            ):
                yield row(
                    training_id=f"PX{next(numbers):04d}",
                    inspector_id=inspector["inspector_id"],
                    trained_on=workday(of, year, month),
                    hours=hours,
                )


def inspection_rows() -> Iterator[Row]:
    """Give all inspections: visits in each month of lessons, comprehensive and special ones; those of governments."""
    numbers = count(1)
    for school in schools():
        of = chance(f"inspections of {school.code}")
        for year in school.told:
            before = [(year - 1, month) for month in (9, 10, 11)] if year - 1 not in school.told else []
            for of_year, month in [*before, *((year, month) for month in MONTHS)]:
                if (of_year, month) >= (school.opened, 9):
                    yield _inspection(next(numbers), school, None, "routine", workday(of, of_year, month), of)
        if (year_of := _comprehensive_year(school, of)) is not None:
            for year in (2017, 2022) if year_of == 2022 and school.opened < 2017 else (year_of,):
                day = workday(of, year, of.choice(MONTHS))
                yield _inspection(next(numbers), school, None, "comprehensive", day, of)
        if of.random() < 0.25 and not school.ended_on and school.opened < 2020:
            day = workday(of, of.choice((2020, 2021, 2022)), of.choice(MONTHS))
            yield _inspection(next(numbers), school, None, "special", day, of)
    for county in NAMES:
        of = chance(f"inspections of the government of {county}")
        for year in YEARS:
            yield _inspection(next(numbers), None, county, "duties", workday(of, year, of.choice((10, 11))), of)
        for kind in ("comprehensive", "special"):
            day = workday(of, of.choice(YEARS[1:]), of.choice((4, 5, 6, 9)))
            yield _inspection(next(numbers), None, county, kind, day, of)


def _comprehensive_year(school: School, of: random.Random) -> int | None:
    if school.ended_on:
        return max(2017, school.last - 2)
    if school.opened >= 2018:
        return of.randint(school.opened + 1, 2022) if school.opened < 2021 and of.random() < 0.5 else None
    return of.randint(2018, 2022)


_WORDS = {"comprehensive": "综合督导", "special": "专项督导", "duties": "履行教育职责评价"}


def _inspection(number: int, school: School | None, county: str | None, kind: str, day: date, of: random.Random) -> Row:
    whom = school.name if school is not None else NAMES[str(county)] + "政府"
    formal = kind in ("comprehensive", "special")
    due = day + timedelta(days=of.choice((30, 45)))
    reported = due - timedelta(days=of.randint(2, 14))
    done = formal and due <= AS_OF
    return row(
        inspection_id=f"DD{number:05d}",
        inspection_title=f"{day.year}年{_WORDS[kind]}（{whom}）" if kind in _WORDS else None,
        school_id=None if school is None else school.code,
        county_id=county,
        inspection_kind=kind,
        inspected_on=day,
        team_size=of.randint(3, 6) if formal else of.choice((1, 1, 2)) if kind == "routine" else 7,
        report_due_on=due if formal else None,
        report_number=f"云督报〔{reported.year}〕{number % 900 + 1}号" if done else None,
        reported_on=reported if done else None,
        filed_on=reported + timedelta(days=1) if done else None,
        published_on=reported + timedelta(days=2) if done else None,
    )


def opinion_rows(inspections: list[Row]) -> Iterator[Row]:
    """Give an opinion for each comprehensive and special inspection, with what became of it."""
    numbers = count(1)
    for inspection in inspections:
        if inspection["inspection_kind"] not in ("comprehensive", "special"):
            continue
        of = chance(f"opinion of {inspection['inspection_id']}")
        sent = date.fromisoformat(inspection["inspected_on"]) + timedelta(days=of.randint(8, 25))
        if sent > AS_OF:
            continue
        due = sent + timedelta(days=of.choice((60, 90)))
        recheck_due = due + timedelta(days=90)
        rectified, answered = due - timedelta(days=of.randint(9, 40)), due - timedelta(days=of.randint(0, 8))
        rechecked = due + timedelta(days=of.randint(5, 85))
        yield row(
            opinion_id=f"YJ{next(numbers):04d}",
            opinion_title=inspection["inspection_title"].replace("（", "意见书（"),
            inspection_id=inspection["inspection_id"],
            opinion_sent_on=sent,
            opinion_number=f"云督意〔{sent.year}〕{of.randint(1, 900)}号",
            responsible=inspection["inspection_title"].partition("（")[2].rstrip("）"),
            rectify_due_on=due,
            rectified_on=past(rectified),
            answered_on=past(answered),
            recheck_due_on=recheck_due,
            rechecked_on=past(rechecked),
            recheck_result="passed" if past(rechecked) else None,
            recheck_document=f"云督复〔{rechecked.year}〕{of.randint(1, 900)}号" if past(rechecked) else None,
        )


_CASES = ("校园安全整改不力", "经费落实不到位", "控辍保学不力", "督导意见逾期未改")


def case_rows() -> Iterator[Row]:
    """Give the cases of accountability since the measures are in force, each step within its days."""
    for county, name in NAMES.items():
        of = chance(f"accountability in {county}")
        for number in range(1, 5):
            ended = workday(of, *((2021, of.randint(9, 12)) if number == 1 else (2022, of.randint(1, 12))))
            steps = _case(ended, number, of)
            known = {step: past(day) if isinstance(day, date) else day for step, day in steps.items()}
            if known.get("appeal_decided_on") is None:
                known["appeal_outcome"] = None
            yield row(
                case_id=f"{county}-WZ{number}",
                case_title=f"{name}{of.choice(_CASES)}问责事项",
                county_id=county,
                **known,
            )


def _case(ended: date, number: int, of: random.Random) -> dict[str, date | str | None]:
    """The second goes to review, the third to review and appeal, the fourth straight to appeal."""

    def after(day: date, low: int, high: int) -> date:
        return day + timedelta(days=of.randint(low, high))

    formed = after(ended, 15, 55)
    served = after(formed, 30, 80)
    asked = after(served, 5, 28) if number in (2, 3) else None
    decided = None if asked is None else after(asked, 10, 28)
    review_served = None if decided is None else after(decided, 1, 4)
    appealed = after(review_served or served, 3, 14) if number > 2 else None
    appeal_decided = None if appealed is None else after(appealed, 20, 55)
    appeal_served = None if appeal_decided is None else after(appeal_decided, 1, 4)
    wrong = number == 3 and of.random() < 0.6
    return {
        "inspection_ended_on": ended,
        "group_formed_on": formed,
        "decision_served_on": served,
        "review_asked_on": asked,
        "review_decided_on": decided,
        "review_served_on": review_served,
        "appealed_on": appealed,
        "appeal_decided_on": appeal_decided,
        "appeal_outcome": None if appealed is None else "wrong" if wrong else "upheld",
        "appeal_served_on": appeal_served,
        "corrected_on": after(appeal_served, 3, 14) if wrong and appeal_served is not None else None,
    }


def monitoring_rows() -> Iterator[Row]:
    """Give a round of monitoring of the city and of each county each year; the newest reports are not due yet."""
    for unit in (*NAMES, CITY):
        of = chance(f"monitoring of {unit}")
        for year in YEARS:
            for turn, month in enumerate((5, 12) if year == YEARS[-1] and of.random() < 0.4 else (5,), start=1):
                day = workday(of, year, month)
                due = day + timedelta(days=60)
                reported = past(due - timedelta(days=of.randint(3, 20))) if due <= AS_OF else None
                yield row(
                    monitoring_id=f"{unit}-JC{year % 100}{turn}",
                    monitoring_title=f"{year}年{NAMES.get(unit, '全市')}教育质量监测（第{turn}次）",
                    city_id=unit if unit == CITY else None,
                    county_id=None if unit == CITY else unit,
                    monitored_on=day,
                    result_due_on=due,
                    result_reported_on=reported,
                    result_number=f"云监〔{year}〕{of.randint(1, 60)}号" if reported else None,
                )
