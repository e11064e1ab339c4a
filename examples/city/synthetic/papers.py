"""Papers: documents in force, the tasks of the plan, the counties' returns and their results of monitoring.

In: the schools. Out: the tables of these. What is due only with the plan is not everywhere there yet.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from synthetic.places import CITY, NAMES, School, schools
from synthetic.tables import AS_OF, YEARS, Row, chance, row, workday

#: kind -> title, issuer; those that a county must have by the day of the feed
COUNTY_NOW = {
    "inspection-body": ("教育督导委员会及督导室设立通知", "人民政府办公室"),
    "inspection-funding": ("教育督导经费预算批复", "财政局"),
    "committee-duties": ("教育督导委员会成员单位职责", "教育督导委员会"),
    "inspector-appointment": ("督学聘任管理办法", "教育督导委员会"),
    "monitoring-scheme": ("教育质量评估监测方案", "教育督导室"),
    "risk-control": ("校园安全风险分级管控制度", "教育局"),
    "safety-duties": ("校园安全责任分工", "教育局"),
    "coordination": ("教育规划部门统筹协调机制", "人民政府办公室"),
    "target-breakdown": ("教育规划目标任务分解方案", "人民政府办公室"),
    "progress-supervision": ("教育规划实施督促检查方案", "教育督导室"),
}
#: those that are about the plan of 2021 itself
ABOUT_THE_PLAN = ("target-breakdown", "progress-supervision")
#: those due with the plan: kind -> title, issuer, counties that have it not yet
COUNTY_LATER = {
    "school-layout": ("义务教育学校布局规划", "自然资源局", ("SL",)),
    "unified-standards": ("城乡统一办学标准", "教育局", ()),
    "performance-pay": ("教师绩效工资总量核定", "人力资源和社会保障局", ("SL",)),
    "staffing-allocation": ("教职工编制统筹分配方案", "机构编制委员会办公室", ("SP",)),
    "left-behind-care": ("留守儿童关爱服务体系建设方案", "民政局", ("SL", "YX")),
    "joint-meeting": ("校园周边治理联席会议制度", "教育局", ("SL", "SZ")),
    "surroundings-duties": ("校园周边治理部门职责", "人民政府办公室", ("SL", "LG", "YL")),
    "performance-management": ("教育预算绩效管理办法", "财政局", ("SL", "YL", "QH")),
    "spatial-plan": ("国土空间规划教育设施专章", "自然资源局", ("SL", "SP", "YL", "QH")),
    "balance-assessment": ("义务教育优质均衡发展评估报告", "教育督导室", ("SL", "SP", "YL", "QH", "LG", "SZ", "LJ")),
}
CITY_NOW = {
    **{kind: words for kind, words in COUNTY_NOW.items() if kind not in ("inspector-appointment", "risk-control")},
    "regulation-measures": ("教育督导条例实施办法", "人民政府"),
    "safety-platform": ("校园安全信息平台竣工验收意见", "教育局"),
    "joint-meeting": ("校园周边治理联席会议制度", "教育局"),
    "cost-sharing": ("非义务教育成本分担办法", "发展和改革委员会"),
    "fee-standard": ("学费保教费住宿费标准", "发展和改革委员会"),
    "pilot-zone": ("教育改革试验区管理办法", "教育局"),
}
_TASKS = (
    "中心城区学位扩充",
    "乡村学校信息化提升",
    "教师周转房建设",
    "特教资源教室建设",
    "校园食堂改造",
    "职教实训基地建设",
)


class _Numbers:
    """Codes of documents, counted on."""

    def __init__(self) -> None:
        self.last = 0

    def paper(
        self, whose: tuple[str, str], kind: str, title: str, issuer: str, issued: date, until: date | None = None
    ) -> Row:
        """Make a document; `whose` is the column that says whose it is, and the code in it."""
        self.last += 1
        belongs: dict[str, str | None] = dict.fromkeys(("city_id", "county_id", "school_id"))
        belongs |= dict([whose])
        return row(
            evidence_id=f"ZL{self.last:05d}",
            **belongs,
            evidence_kind=kind,
            evidence_title=title,
            document_number=f"云政教〔{issued.year}〕{self.last % 700 + 1}号",
            issuer=issuer,
            kept_at="档案室" if belongs["school_id"] else "政务公开网",
            issued_on=issued,
            valid_until=until,
        )


def evidence_rows() -> Iterator[Row]:
    """Give the documents of the city, the counties and the schools."""
    numbers = _Numbers()
    yield from _city_papers(numbers)
    for county, name in NAMES.items():
        of = chance(f"papers of {county}")
        whose = ("county_id", county)
        for kind, (title, issuer) in COUNTY_NOW.items():
            until = date(2025, 12, 31) if of.random() < 0.4 else None
            year = max(of.choice((2020, 2021)), 2021 if kind in ABOUT_THE_PLAN else 2020)
            yield numbers.paper(whose, kind, name + title, name + issuer, workday(of, year, of.randint(1, 8)), until)
        for kind, (title, issuer, lacking) in COUNTY_LATER.items():
            if county not in lacking:
                yield numbers.paper(
                    whose, kind, name + title, name + issuer, workday(of, of.choice((2021, 2022)), of.randint(1, 10))
                )
        for year in (2021, 2022):
            end = date(year, 12, 31)
            yield numbers.paper(
                whose, "yearly-plan", f"{name}{year}年教育工作计划", f"{name}教育局", workday(of, year, 2), end
            )
            title = f"{name}教育规划{year - 1}年度实施情况公告"
            yield numbers.paper(
                whose, "progress-publication", title, f"{name}教育局", workday(of, year, of.randint(3, 6))
            )
    for school in schools():
        yield from _school_papers(school, numbers)


def _city_papers(numbers: _Numbers) -> Iterator[Row]:
    of = chance("papers of the city")
    whose = ("city_id", CITY)
    for kind, (title, issuer) in CITY_NOW.items():
        yield numbers.paper(whose, kind, "云州市" + title, "云州市" + issuer, workday(of, 2021, of.randint(1, 8)))
    for year in (2021, 2022):
        plan = workday(of, year, 1)
        yield numbers.paper(
            whose, "yearly-plan", f"云州市{year}年教育工作计划", "云州市人民政府", plan, date(year, 12, 31)
        )
    yield numbers.paper(whose, "progress-monitoring", "教育规划2021年度监测报告", "云州市教育局", date(2022, 3, 25))
    yield numbers.paper(
        whose, "progress-publication", "教育规划2021年度实施情况公告", "云州市教育局", date(2022, 4, 12)
    )
    yield numbers.paper(whose, "mid-term-evaluation", "教育规划中期评估报告", "云州市教育局", date(2022, 12, 20))
    for turn, day in enumerate((date(2021, 6, 8), date(2022, 5, 17)), start=1):
        yield numbers.paper(whose, "pilot-batch", f"第{turn}批教育改革试点名单", "云州市教育局", day)
    for title in ("乡村教师支持政策", "学前教育普惠扩容政策", "教育信息化专项政策"):
        yield numbers.paper(whose, "supporting-policy", title, "云州市教育局", workday(of, 2021, of.randint(3, 9)))


def _school_papers(school: School, numbers: _Numbers) -> Iterator[Row]:
    of = chance(f"papers of {school.code}")
    whose, name = ("school_id", school.code), school.name

    def day(*years: int) -> date:
        year = 2017 if school.ended_on else max(of.choice(years), school.opened)
        return workday(of, year, of.randint(9, 12) if year == school.opened else of.randint(1, 8))

    plan = day(2018, 2020, 2021, 2022)
    yield numbers.paper(whose, "emergency-plan", f"{name}突发事件应急预案", name, plan)
    if plan.year > 2020 and school.opened < 2019:
        before = workday(of, 2019, of.randint(3, 8))
        yield numbers.paper(
            whose, "emergency-plan", f"{name}突发事件应急预案（旧）", name, before, plan - timedelta(days=1)
        )
    if school.ended_on or plan.year < 2020:
        review = (
            date(int(school.ended_on[:4]) - 1, 9, 10) if school.ended_on else workday(of, of.choice((2020, 2021)), 9)
        )
        yield numbers.paper(whose, "emergency-plan-review", f"{name}应急预案评估报告", name, review)
    yield numbers.paper(whose, "safety-duties", f"{name}全员安全责任制", name, day(2020, 2021))
    if school.is_school:
        yield numbers.paper(whose, "moral-education", f"{name}德育工作方案", name, day(2020, 2021))
        if of.random() < 0.6:
            yield numbers.paper(whose, "party-leadership", f"{name}党组织领导的校长负责制实施细则", name, _late(of))


def _late(of: random.Random) -> date:
    return workday(of, 2022, of.randint(3, 12))


def task_rows(evidence: list[Row]) -> Iterator[Row]:
    """Give the tasks of the plan: of policies, of the city and of the counties; those that are due are done."""
    policies = [paper["evidence_id"] for paper in evidence if paper["evidence_kind"] == "supporting-policy"]
    units: list[tuple[str, str, str | None, tuple[int, ...]]]
    units = [(f"{policy}-R", CITY, policy, (2022, 2023)) for policy in policies]
    units += [(f"{unit}-R", unit, None, (2021, 2022, 2022, 2023, 2024, 2025)) for unit in (CITY, *NAMES)]
    for stem, unit, policy, years in units:
        of = chance(f"tasks {stem}")
        for number, year in enumerate(years, start=1):
            due = date(year, of.choice((6, 9, 12)), 30)
            done = due <= AS_OF
            finished = workday(of, year, of.randint(3, 6) if due.month == 6 else of.randint(6, due.month - 1))
            yield row(
                task_id=f"{stem}{number}",
                city_id=unit if unit == CITY else None,
                county_id=None if unit == CITY else unit,
                policy_id=policy,
                task_title=NAMES.get(unit, "全市") + of.choice(_TASKS),
                task_unit=f"{NAMES.get(unit, '云州市')}教育局",
                due_on=due,
                done_on=min(finished, due) if done else None,
                done_document=f"云验〔{year}〕{of.randint(1, 200)}号" if done else None,
            )


def return_rows() -> Iterator[Row]:
    """Give the counties' returns on balanced development."""
    for county, name in NAMES.items():
        of = chance(f"returns of {county}")
        teachers, pupils = of.randint(900, 1600), of.randint(6000, 22000)
        rates = [of.uniform(*span) for span in ((0.11, 0.16), (0.22, 0.35), (0.52, 0.66), (0.88, 0.98), (0.965, 0.99))]
        for year in YEARS:
            rotated, places, migrants = round(teachers * rates[0]), of.randint(800, 1400), of.randint(900, 4000)
            cohort, deaths, moved, joined = pupils // 6, of.randint(0, 2), of.randint(20, 60), of.randint(10, 50)
            disabled, pay = of.randint(90, 260), 68000 + 3500 * (year - YEARS[0]) + of.randint(0, 900)
            yield row(
                county_id=county,
                county_name=name,
                year=year,
                teacher_pay=pay,
                civil_servant_pay=pay - of.randint(0, 2200),
                eligible_teachers=teachers,
                rotated_teachers=rotated,
                rotated_backbone_teachers=round(rotated * rates[1]),
                primary_students=pupils,
                primary_students_nearby=pupils,
                junior_students=pupils // 2,
                junior_students_nearby=round(pupils // 2 * of.uniform(0.96, 1)),
                senior_places=places,
                allotted_places=round(places * rates[2]),
                migrant_children=migrants,
                migrant_children_placed=round(migrants * rates[3]),
                cohort=cohort,
                cohort_deaths=deaths,
                cohort_joined=joined,
                cohort_moved=moved,
                graduates=round((cohort - deaths) * rates[4]) - moved + joined,
                disabled_children=disabled,
                disabled_children_enrolled=round(disabled * of.uniform(0.965, 1)),
                satisfaction=round(of.uniform(87, 96), 1),
            )


def quality_rows() -> Iterator[Row]:
    """Give the counties' results of the monitoring of quality, each subject once in three years."""
    rounds = {
        date(2019, 11, 20): ("chinese", "art"),
        date(2020, 11, 20): ("science", "moral"),
        date(2021, 11, 19): ("mathematics", "sports", "mental-health"),
        date(2022, 11, 18): ("chinese", "art", "english"),
    }
    for county in NAMES:
        of = chance(f"quality in {county}")
        for published, disciplines in rounds.items():
            for discipline in disciplines:
                for stage in ("primary", "junior"):
                    yield row(
                        county_id=county,
                        stage=stage,
                        discipline=discipline,
                        published_on=published,
                        level=of.choice((3, 3, 4)),
                        school_difference=round(of.uniform(0.04, 0.14), 3),
                    )
