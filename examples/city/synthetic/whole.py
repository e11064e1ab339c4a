"""The whole city: all tables without a fault, then what is planted in them, then files.

In: a folder. Out: one file for each table in it, the same bytes on every run.
"""

from __future__ import annotations

from pathlib import Path

from synthetic import inspections, ledgers, money, papers, places, rolls
from synthetic.headers import FILES, HEADERS, WORDS
from synthetic.last_year import last_year
from synthetic.planted import plant
from synthetic.tables import YEARS, City, Row, row, write_csv, write_parquet

#: columns of the day of tables of events, which lie within the life of the school
EVENTS = {
    "drill": "held_on",
    "safety_lesson": "held_on",
    "hazard": "found_on",
    "surroundings_problem": "found_on",
    "safety_check": "checked_on",
    "inspection": "inspected_on",
}


def faultless() -> City:
    """Make all tables, without a fault."""
    city = City()
    for name, rows in {
        "city": _city_rows(),
        "county": rolls.county_rows(),
        "school": rolls.school_rows(),
        "school_stage": rolls.stage_rows(),
        "school_class": rolls.class_rows(),
        "special_room": rolls.room_rows(),
        "party_work": rolls.party_rows(),
        "risk": ledgers.risk_rows(),
        "hazard": ledgers.hazard_rows(),
        "safety_check": ledgers.check_rows(),
        "safety_lesson": ledgers.lesson_rows(),
        "law_vice_principal": ledgers.vice_principal_rows(),
        "drill": ledgers.drill_rows(),
        "joint_meeting": ledgers.meeting_rows(),
        "surroundings_problem": ledgers.problem_rows(),
        "nearby_premises": ledgers.premises_rows(),
        "inspector": inspections.inspector_rows(),
        "inspection": inspections.inspection_rows(),
        "accountability_case": inspections.case_rows(),
        "monitoring": inspections.monitoring_rows(),
        "county_budget": money.budget_rows(),
        "budget_body": money.body_rows(),
        "budget_disclosure": money.disclosure_rows(),
        "national": money.national_rows(),
        "national_level": money.level_rows(),
        "security_rate": money.rate_rows(),
        "evidence": papers.evidence_rows(),
        "balance_return": papers.return_rows(),
        "quality_monitoring": papers.quality_rows(),
    }.items():
        city.add(name, rows)
    city.add("meeting_attendance", ledgers.attendance_rows(city.rows["joint_meeting"]))
    city.add("training", inspections.training_rows(city.rows["inspector"]))
    city.add("opinion", inspections.opinion_rows(city.rows["inspection"]))
    city.add("plan_task", papers.task_rows(city.rows["evidence"]))
    lives = {"": ("", "9999-12-31")} | {school.code: school.life for school in places.schools()}
    for name, column in EVENTS.items():
        spans = ((event, *lives[event["school_id"]]) for event in city.rows[name])
        city.rows[name] = [event for event, first, last in spans if first <= event[column] <= last]
    return city


def _city_rows() -> list[Row]:
    years = {places.CITY: YEARS, places.NEW_DISTRICT: (2021, 2022)}
    return [
        row(city_id=code, city_name=places.CITY_NAMES[code], year=year)
        for code, of_years in years.items()
        for year in of_years
    ]


def make(folder: Path) -> None:
    """Write all files into the folder."""
    city = faultless()
    plant(city)
    _write(city, folder)


def make_last_year(folder: Path) -> None:
    """Write the tables of the plan's last year into the folder."""
    _write(last_year(faultless())[0], folder)


def _write(city: City, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in city.rows:
        rows = city.kept(name)
        if name == "school_class":
            write_parquet(folder / f"{name}.parquet", rows, ["year", "class_students"], ["class_ended_on"])
        else:
            write_csv(folder / f"{FILES.get(name, name)}.csv", rows, HEADERS.get(name), WORDS.get(name, {}))
