"""What every school reports year by year: itself, its stages, its classes, its music and art rooms, its party work.

In: the schools. Out: the tables `school`, `school_stage`, `school_class`, `special_room` and `party_work`, in which
every school keeps every rule in its last year; in the years before it was on its way.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import ceil

from synthetic.places import CITY, NAMES, School, schools
from synthetic.tables import LEDGER, YEARS, Row, chance, row

#: column -> standard per student of a primary and of a junior stage, decimals of the column
INDICATORS: dict[str, tuple[float, float, int]] = {
    "qualified_teachers": (0.042, 0.053, 0),
    "backbone_teachers": (0.01, 0.01, 0),
    "sports_arts_teachers": (0.009, 0.009, 0),
    "teaching_area": (4.5, 5.8, 1),
    "sports_area": (7.5, 10.2, 1),
    "equipment_value": (0.2, 0.25, 2),
    "multimedia_rooms": (0.023, 0.024, 0),
}


def guards_required(students: int, boarders: int) -> int:
    """Count the guards that the standard asks for, of day and of boarding schools."""
    by_day = 1 if students < 100 else 2 if students < 1000 else 3 + (students - 1000) // 500
    return max(by_day, 2 + boarders // 300) if boarders else by_day


def school_rows() -> Iterator[Row]:
    """Give a row for each school and year."""
    for school in schools():
        of = chance(f"security of {school.code}")
        days = {what: _accepted(school, of) for what in ("alarm", "video", "closed_campus")}
        spare = of.choice((0, 0, 0, 1))
        posts = of.uniform(0.09, 0.13)
        kept = of.choice((30, 30, 60, 90))
        patrols = of.choice((5, 5, 6, 8))
        for year in school.years:
            students, boarders = school.students[year], school.boarders(year)
            behind = school.back(year) > 1 and of.random() < 0.12 * school.back(year)
            there = {what: (day, number) if day[:4] <= str(year) else ("", "") for what, (day, number) in days.items()}
            duties = max(6, round(students * posts))
            yield row(
                school_id=school.code,
                school_name=school.name,
                county_id=school.county,
                year=year,
                ended_on=school.ended_on if year == school.last else "",
                opened_on=school.life[0],
                kind=school.kind,
                area=school.area,
                students=students,
                boarders=boarders,
                guards=max(0, guards_required(students, boarders) + spare - (1 + spare if behind else 0)),
                security_staff=(2 if students > 1500 else 1) if students >= 100 else 0,
                alarm_accepted_on=there["alarm"][0],
                alarm_document=there["alarm"][1],
                video_accepted_on=there["video"][0],
                video_document=there["video"][1],
                closed_campus_accepted_on=there["closed_campus"][0],
                closed_campus_document=there["closed_campus"][1],
                gatehouse_hours=24 if school.back(year) < 2 else of.choice((12, 16, 24)),
                patrols_per_day=patrols if school.back(year) < 2 else of.choice((2, 3, 4, 5)),
                video_kept_days=kept if school.back(year) < 3 else 15,
                safety_posts=duties,
                signed_posts=duties if school.back(year) < 2 else round(duties * (0.9 - 0.1 * school.back(year))),
                psychology_teachers="" if school.kind == "kindergarten" else of.choice((1, 1, 2)),
            )


def _accepted(school: School, of: random.Random) -> tuple[str, str]:
    """Choose the day of an acceptance, well within the three years, and its document."""
    first = max(2018, school.opened)
    year = of.randint(first, max(first, 2021)) if school.last >= 2021 else first
    month, day = of.randint(2, 8) if school.opened < year else of.randint(9, 11), of.randint(1, 28)
    return f"{year}-{month:02d}-{day:02d}", f"云公治验〔{year}〕{of.randint(1, 900)}号"


def class_sizes(stage: str, students: int, kind: str) -> list[list[int]]:
    """Spread the students of a stage over grades, and over the classes of each grade."""
    grades = 3 if stage == "junior" or kind == "teaching-point" else 6
    largest = 10 if kind == "special" else 42 if stage == "primary" else 46
    made = []
    for grade in range(grades):
        number = students // grades + (grade < students % grades)
        classes = max(1, ceil(number / largest)) if number else 0
        made.append([number // classes + (place < number % classes) for place in range(classes)])
    return made


def stage_rows() -> Iterator[Row]:
    """Give a row for each school, stage and year."""
    for school in schools():
        for stage in school.stages(school.last):
            of = chance(f"resources of {school.code} {stage}")
            shares = {column: of.uniform(1.04, 1.32) for column in INDICATORS}
            wealth, of_training = of.uniform(1.03, 1.3), of.uniform(0.052, 0.08)
            others = [of.uniform(0.9, 1.1) for _ in range(3)]
            for year in school.years:
                students = school.stages(year)[stage]
                yield _stage_row(school, stage, year, students, shares, (wealth, of_training), others)


def _stage_row(
    school: School,
    stage: str,
    year: int,
    students: int,
    shares: dict[str, float],
    money: tuple[float, float],
    others: list[float],
) -> Row:
    junior = stage == "junior"
    made: dict[str, object] = {}
    for column, (primary_share, junior_share, decimals) in INDICATORS.items():
        amount = (
            students * (junior_share if junior else primary_share) * shares[column] * (1 - 0.03 * school.back(year))
        )
        made[column] = f"{amount:.{decimals}f}" if decimals else ceil(amount)
    teachers = max(ceil(students / (12.5 if junior else 16.5)), int(str(made["qualified_teachers"])) + 1)
    base = 6000 if school.kind == "special" else 800 if junior else 600
    counted = max(students, 100) if school.kind in ("primary", "teaching-point", "junior") else students
    funds = round(base * counted * money[0] * (1 + 0.01 * (year - YEARS[-1])) / 100 + 0.5) * 100
    return row(
        school_id=school.code,
        stage=stage,
        year=year,
        stage_students=students,
        stage_ended_on=school.ended_on if year == school.last else "",
        **made,
        classes=sum(map(len, class_sizes(stage, students, school.kind))),
        full_time_teachers=teachers,
        certified_teachers=teachers,
        trained_teachers=teachers,
        public_funds=funds,
        training_funds=ceil(funds * money[1]),
        computers=ceil(students * 0.14 * others[0]),
        books=round(students * 28 * others[1]),
        ranked_teachers=min(teachers, ceil(teachers * 0.5 * others[2])),
    )


def class_rows() -> Iterator[Row]:
    """Give a row for each class and year of the ledgers; a class keeps its code from entry to graduation."""
    for school in schools():
        for stage in school.stages(school.last):
            by_year = {year: dict(_classes(school, stage, year)) for year in school.told}
            for year, classes in by_year.items():
                following = by_year.get(year + 1)
                for code, (name, students) in classes.items():
                    gone = following is not None and code not in following
                    yield row(
                        school_id=school.code,
                        stage=stage,
                        class_id=code,
                        class_name=name,
                        year=year,
                        class_ended_on=f"{year + 1}-07-05" if gone else school.ended_on if year == school.last else "",
                        class_students=students,
                    )


def _classes(school: School, stage: str, year: int) -> Iterator[tuple[str, tuple[str, int]]]:
    letter, word = ("C", "初中") if stage == "junior" else ("X", "小学")
    for grade, sizes in enumerate(class_sizes(stage, school.stages(year)[stage], school.kind)):
        for number, size in enumerate(sizes, start=1):
            yield f"{letter}{year - grade}-{number:02d}", (f"{word}{year - grade}级{number}班", size)


def room_rows() -> Iterator[Row]:
    """Give a row for each music and art room and year of the ledgers."""
    for school in schools():
        if school.kind == "special" or not school.stages(school.last):
            continue
        of = chance(f"rooms of {school.code}")
        classes = [
            sum(
                len(sizes)
                for stage, students in school.stages(year).items()
                for sizes in class_sizes(stage, students, school.kind)
            )
            for year in school.told
        ]
        for kind, word, least in (("music", "音乐", 96), ("art", "美术", 90)):
            for number in range(1, ceil(max(classes) / 12) + 1):
                area = of.randint(least, least + 30)
                for year in school.told:
                    yield row(
                        school_id=school.code,
                        room_id=f"{kind[0].upper()}{number}",
                        room_name=f"{word}教室{number}",
                        year=year,
                        room_ended_on=school.ended_on if year == school.last else "",
                        room_kind=kind,
                        room_area=area,
                    )


def party_rows() -> Iterator[Row]:
    """Give a row for each school, kindergartens and teaching points aside, and year of the ledgers."""
    for school in schools():
        of = chance(f"party work of {school.code}")
        for year in school.years:
            if not school.is_school or year not in LEDGER:
                continue
            teachers = max(2, round(school.students[year] / 240))
            yield row(
                school_id=school.code,
                school_name=school.name,
                year=year,
                members_meetings=of.choice((4, 4, 4, 5, 6, 8)),
                theory_teachers=teachers,
                full_time_theory_teachers=ceil(teachers * 0.75) if school.kind == "primary" else teachers,
            )


def county_rows() -> Iterator[Row]:
    """Give a row for each county and year."""
    for code, name in NAMES.items():
        for year in YEARS:
            yield row(county_id=code, county_name=name, city_id=CITY, year=year)
