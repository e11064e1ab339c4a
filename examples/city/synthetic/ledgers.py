"""The ledgers of safety: risks, hazards, checks, lessons, law vice-principals, drills; and what surrounds the schools.

In: the schools. Out: the tables of these, in which every school keeps every rule; what is not due yet may be open.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from synthetic.places import CLOSED, NAMES, School, schools
from synthetic.tables import AS_OF, LEDGER, Row, chance, past, row, workday

#: months in which schools are taught: a drill and a visit in each
MONTHS = (1, 3, 4, 5, 6, 9, 10, 11, 12)
DRILLS = ("fire", "disaster", "evacuation", "violence", "intrusion")
SUBJECTS = ("national-security", "law", "life", "mental-health")
SETTINGS = {"new-students": (9,), "curriculum": (3, 4, 5, 10, 11), "practice": (4, 5, 6, 10, 11)}
AGES: dict[str, tuple[str, ...]] = {
    "primary": ("lower-primary", "upper-primary"),
    "teaching-point": ("lower-primary",),
    "junior": ("junior",),
    "nine-year": ("lower-primary", "upper-primary", "junior"),
    "twelve-year": ("lower-primary", "upper-primary", "junior", "senior"),
    "complete": ("junior", "senior"),
    "senior": ("senior",),
    "vocational": ("senior",),
    "special": ("lower-primary", "upper-primary"),
}
PEOPLE = tuple(f"{name}某" for name in "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜")
RISKS = (
    "上下学时段校门口人车混行",
    "实验室危险化学品",
    "食堂燃气",
    "宿舍用电",
    "楼梯间拥挤",
    "围墙临坡",
    "体育器械",
    "外来人员进出",
    "校车停靠点",
    "消防通道",
)
HAZARDS = (
    "疏散通道堆物",
    "灭火器过期",
    "应急灯不亮",
    "围墙开裂",
    "监控探头失效",
    "电线老化",
    "食堂燃气报警器失效",
    "护栏松动",
    "实验室药品柜未双锁",
    "操场器械锈蚀",
    "屋面漏水",
    "消防栓缺水带",
)
PROBLEMS = (
    ("校门口占道经营", "stalls", "城市管理局"),
    ("放学时段车辆乱停", "traffic", "公安局"),
    ("三无食品销售", "food", "市场监督管理局"),
    ("向未成年人售烟", "tobacco-alcohol", "市场监督管理局"),
    ("上学路段缺少人行横道", "traffic", "公安局"),
    ("夜间噪声扰民", "environment", "城市管理局"),
    ("临校危墙", "building", "应急管理局"),
    ("校外人员滋扰", "public-order", "公安局"),
)
PREMISES = (
    ("internet-cafe", "网络会所", 210, 900),
    ("entertainment", "歌舞厅", 210, 800),
    ("bar", "清吧", 205, 700),
    ("tobacco-alcohol", "烟酒店", 105, 600),
    ("other", "文具店", 10, 300),
    ("other", "快餐店", 15, 400),
)
DEPARTMENTS = ("education", "police", "market", "city-management", "emergency", "transport", "culture", "health")


def risk_rows() -> Iterator[Row]:
    """Give the list of risks of each school."""
    numbers = count(1)
    for school in schools():
        of = chance(f"risks of {school.code}")
        for title in of.sample(RISKS, of.randint(3, 5)):
            grade = of.choices(("blue", "yellow", "orange", "red"), (50, 38, 10, 2))[0]
            year = 2017 if school.ended_on else max(of.choice((2019, 2020, 2021)), min(2022, school.opened + 1))
            found = workday(of, year, of.choice(MONTHS[:7] if year > school.opened else MONTHS[5:8]))
            high = grade in ("orange", "red")
            due = found + timedelta(days=of.choice((60, 90, 120)))
            controlled = due - timedelta(days=of.randint(0, 30)) if high else None
            lifted = (
                found + timedelta(days=of.randint(200, 480)) if of.random() < 0.08 and not school.ended_on else None
            )
            yield row(
                risk_id=f"FX{next(numbers):05d}",
                school_id=school.code,
                risk_title=title,
                identified_on=found,
                lifted_on=None if school.code in CLOSED else school.ended_on or lifted,
                risk_grade=grade,
                risk_owner=of.choice(PEOPLE),
                control_measures="专人值守、每日巡查、设置警示" if not high else "专项方案、限期治理、每周复核",
                control_due_on=due if high else None,
                controlled_on=controlled and past(controlled),
                control_document=f"云教安〔{due.year}〕{of.randint(1, 300)}号" if high else None,
            )


def hazard_rows() -> Iterator[Row]:
    """Give the ledger of hazards of two years; the last of them are not due yet, and some of those still open."""
    numbers = count(1)
    for school in schools():
        of = chance(f"hazards of {school.code}")
        for year in school.told:
            for _ in range(of.choice((1, 2, 2, 3, 4)) if year in LEDGER else 0):
                yield _hazard(f"YH{next(numbers):05d}", school, year, of)


def _hazard(code: str, school: School, year: int, of: random.Random) -> Row:
    found = workday(of, year, of.randint(1, 12))
    major = of.random() < 0.02
    due = found + timedelta(days=of.choice((60, 90)) if major else of.choice((7, 15, 30)))
    took = of.randint(2, max(3, (due - found).days - 3))
    steps = [found + timedelta(days=max(1, round(took * part))) for part in (0.6, 0.8, 0.9, 1)]
    done = steps[-1] <= AS_OF
    return row(
        hazard_id=code,
        school_id=school.code,
        title=of.choice(HAZARDS),
        found_on=found,
        hazard_grade="major" if major else "general",
        measures="立即停用、更换设施、张贴警示" if major else "更换或修复",
        responsible=of.choice(PEOPLE),
        funds=of.randint(30, 200) * 1000 if major else of.choice((0, 0, 200, 500, 1200)),
        due_on=due,
        contingency_plan="整改期间封闭该区域并调整疏散路线" if major else None,
        reported_on=found + timedelta(days=1) if major and found < AS_OF else None,
        reported_to=f"{NAMES[school.county]}教育局" if major else None,
        supervision_document=f"云安督〔{year}〕{of.randint(1, 99)}号" if major else None,
        **{
            column: past(step) if done else None
            for column, step in zip(("rectified_on", "accepted_on", "rechecked_on"), steps[:3], strict=True)
        },
        rechecked_by=of.choice(PEOPLE) if done else None,
        closed_on=steps[3] if done else None,
    )


def check_rows() -> Iterator[Row]:
    """Give the checks: at the beginning of each term, and some in between."""
    numbers = count(1)
    for school in schools():
        of = chance(f"checks of {school.code}")
        for year in school.told:
            before = [(year - 1, 9)] if year - 1 not in school.told else []
            for of_year, month in [
                *before,
                (year, 2),
                (year, 5),
                (year, 9),
                *([(year, 11)] if of.random() < 0.5 else []),
            ]:
                if (of_year, month) >= (school.opened, 9):
                    day = workday(of, of_year, month, 20 if month == 2 else 1)
                    yield row(check_id=f"PC{next(numbers):05d}", school_id=school.code, checked_on=day)


def lesson_rows() -> Iterator[Row]:
    """Give the lessons: four subjects in three settings, for each age group of the school."""
    numbers = count(1)
    for school in schools():
        ages = AGES.get(school.kind, ())
        of = chance(f"lessons of {school.code}")
        for year in school.told:
            for subject in SUBJECTS if ages else ():
                for place in range(max(len(SETTINGS), len(ages))):
                    setting, months = list(SETTINGS.items())[min(place, 2)]
                    months = tuple(month for month in months if (year, month) >= (school.opened, 9))
                    by_law = subject == "law" and (setting != "new-students" or school.kind == "teaching-point")
                    yield row(
                        lesson_id=f"AQ{next(numbers):05d}",
                        school_id=school.code,
                        held_on=workday(of, year, of.choice(months)),
                        lesson_subject=subject,
                        lesson_setting=setting,
                        age_group=ages[place % len(ages)],
                        class_hours=2 if by_law else of.choice((1, 1, 2)),
                        taught_by="law-vice-principal" if by_law else of.choices(("teacher", "guest"), (5, 1))[0],
                    )


def vice_principal_rows() -> Iterator[Row]:
    """Give the law vice-principals: the present one of each school, and some before."""
    numbers = count(1)
    for school in schools():
        if school.kind == "kindergarten":
            continue
        of = chance(f"law vice-principal of {school.code}")
        terms = [(2019, 9, "2022-08-31"), (2022, 9, "2025-08-31")] if of.random() < 0.4 else [(2021, 9, "2024-08-31")]
        if school.opened == 2022:
            terms = terms[1:] or [(2022, 9, "2025-08-31")]
        for year, month, until in terms if not school.ended_on else [(2017, 9, "2020-08-31")]:
            yield row(
                appointment_id=f"FZ{next(numbers):04d}",
                school_id=school.code,
                person=of.choice(PEOPLE),
                sent_by=of.choice(("派出所", "人民检察院", "人民法院", "司法所")),
                appointment_document=f"云教法〔{year}〕{of.randint(1, 400)}号",
                appointed_on=date(year, month, 1),
                term_ends_on=until,
            )


def drill_rows() -> Iterator[Row]:
    """Give the drills: one in each month of lessons, in kindergartens one in each quarter, all kinds in turn."""
    numbers = count(1)
    for school in schools():
        of = chance(f"drills of {school.code}")
        small = school.kind == "kindergarten"
        floors = of.randint(1, 3) if small or school.kind == "teaching-point" else of.randint(2, 6)
        for year in school.told:
            # a school that opens or closes within the year holds each kind in the months that it has
            kinds = ("fire", "disaster", "violence", "intrusion") if small or year == school.opened else DRILLS
            months = MONTHS if not small else (3, 4, 5, 6) if school.ended_on[:4] == str(year) else (3, 5, 9, 11)
            for place, month in enumerate(months):
                yield row(
                    drill_id=f"YL{next(numbers):05d}",
                    school_id=school.code,
                    held_on=workday(of, year, month),
                    drill_kind=kinds[place % len(kinds)],
                    floors=floors,
                    evacuation_seconds=of.randint(62, 118) + 14 * max(0, floors - 4),
                )


def meeting_rows() -> Iterator[Row]:
    """Give the joint meetings of the counties, one a quarter."""
    for county in NAMES:
        of = chance(f"meetings of {county}")
        for year in LEDGER:
            for quarter in range(1, 5):
                yield row(
                    meeting_id=f"{county}-LX{year % 100}{quarter}",
                    county_id=county,
                    held_on=workday(of, year, quarter * 3 - of.randint(0, 1)),
                    minutes_document=f"云周边纪〔{year}〕{of.randint(1, 90)}号",
                )


def attendance_rows(meetings: list[Row]) -> Iterator[Row]:
    """Give who took part in each meeting; each of the departments is there every time but two of the others."""
    for meeting in meetings:
        of = chance(f"attendance of {meeting['meeting_id']}")
        absent = of.sample(("transport", "culture", "health", "education"), of.randint(0, 2))
        for department in DEPARTMENTS:
            if department not in absent:
                yield row(
                    meeting_id=meeting["meeting_id"],
                    department=department,
                    attended_on=meeting["held_on"],
                    delegate=of.choice(PEOPLE),
                )


def problem_rows() -> Iterator[Row]:
    """Give the problems around schools, most of them closed in time, the last not due yet."""
    numbers = count(1)
    for school in schools():
        of = chance(f"problems around {school.code}")
        for year in school.told:
            for _ in range(of.choice((0, 0, 1, 1, 2)) if year in LEDGER and school.kind != "teaching-point" else 0):
                title, kind, department = of.choice(PROBLEMS)
                found = workday(of, year, of.choice(MONTHS))
                due = found + timedelta(days=of.choice((15, 30, 60)))
                closed = due - timedelta(days=of.randint(0, 12))
                done = closed <= AS_OF
                yield row(
                    problem_id=f"ZB{next(numbers):05d}",
                    school_id=school.code,
                    problem_title=title,
                    found_on=found,
                    problem_kind=kind,
                    lead_department=f"{NAMES[school.county]}{department}",
                    responsible=of.choice(PEOPLE),
                    due_on=due,
                    closed_on=closed if done else None,
                    closing_document=f"云周边销〔{year}〕{of.randint(1, 600)}号" if done else None,
                    confirmed_by=f"{NAMES[school.county]}教育局" if done else None,
                )


def premises_rows() -> Iterator[Row]:
    """Give the premises near schools of towns, with some that are gone."""
    numbers = count(1)
    for school in schools():
        of = chance(f"premises near {school.code}")
        for kind, word, low, high in of.sample(PREMISES, of.randint(1, 3)) if school.urban else ():
            opened = workday(of, of.randint(2008, 2021), of.randint(1, 12))
            ceased = workday(of, 2022, of.randint(1, 11)) if of.random() < 0.07 else None
            yield row(
                premises_id=f"CS{next(numbers):04d}",
                premises_name=f"{school.name.removeprefix(NAMES[school.county])[:2]}{word}",
                school_id=school.code,
                premises_kind=kind,
                distance=of.randint(low, high),
                opened_on=opened,
                ceased_on=ceased,
            )
