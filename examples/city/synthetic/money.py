"""Money: what the counties spend, how their bodies manage it, and figures to set beside theirs.

In: the schools. Out: the tables of these, in which every county keeps every rule from its second year on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from synthetic.places import CITY, NAMES, schools
from synthetic.tables import LEDGER, YEARS, Row, chance, row, workday

#: item -> share of education spending in the first year, growth beyond that of education spending
ITEMS: dict[str, tuple[float, float]] = {
    "compulsory_spending": (0.56, 0.001),
    "preschool_spending": (0.085, 0.012),
    "senior_spending": (0.13, 0.004),
    "vocational_spending": (0.07, 0.008),
    "teachers_spending": (0.03, 0.03),
    "informatisation_spending": (0.025, 0.04),
}
BODIES = ("教育局", "教研室", "招生办", "电教馆", "教师进修学校", "第一中学", "职教中心", "实验小学")
CITY_BODIES = ("市教育局", "市教科院", "市考试院", "市装备中心", "市第一中学", "市特教中心")


def _students(county: str, year: int) -> tuple[int, int]:
    there = [school for school in schools() if school.county == county and year in school.years]
    stages = sum(sum(school.stages(year).values()) for school in there if school.kind != "special")
    return sum(school.students[year] for school in there), stages


def budget_rows() -> Iterator[Row]:
    """Give the spending of each county and year, which grows faster than its students and its revenue."""
    for county, name in NAMES.items():
        of = chance(f"budget of {county}")
        before = _students(county, YEARS[0])
        spending = before[0] * of.uniform(1.25, 1.6)
        amounts = {item: spending * share for item, (share, _) in ITEMS.items()}
        revenue, funds = spending * of.uniform(4.2, 6), before[1] * of.uniform(0.085, 0.1)
        for year in YEARS:
            students = _students(county, year)
            if year > YEARS[0]:
                more = [now / then - 1 for now, then in zip(students, before, strict=True)]
                growth = max(0.035, more[0] + 0.02, more[1] + 0.02) + of.uniform(0.002, 0.02)
                spending *= 1 + growth
                amounts = {item: amount * (1 + growth + ITEMS[item][1]) for item, amount in amounts.items()}
                revenue *= 1 + growth - of.uniform(0.008, 0.02)
                funds *= 1 + more[1] + of.uniform(0.005, 0.02)
            before = students
            yield row(
                county_id=county,
                county_name=name,
                year=year,
                students=students[0],
                education_spending=f"{spending:.2f}",
                comparable_growth=None,
                comparable_growth_per_student=None,
                recurrent_revenue=f"{revenue:.2f}",
                compulsory_students=students[1],
                **{item: f"{amount:.2f}" for item, amount in amounts.items()},
                comparable_compulsory_growth=None,
                comparable_compulsory_growth_per_student=None,
                compulsory_public_funds=f"{funds:.2f}",
            )


def body_rows() -> Iterator[Row]:
    """Give the bodies with a budget of counties and city, and how each managed performance in two years."""
    for unit in (*NAMES, CITY):
        for number, word in enumerate(CITY_BODIES if unit == CITY else BODIES, start=1):
            code = f"{unit}-B{number}"
            of = chance(f"performance of {code}")
            for year in LEDGER:
                yield row(
                    body_id=code,
                    body_name=NAMES.get(unit, "云州") + word,
                    county_id=None if unit == CITY else unit,
                    city_id=unit if unit == CITY else None,
                    year=year,
                    targets_approved_on=workday(of, year, of.randint(2, 3)),
                    monitored_on=workday(of, year, of.randint(7, 8)),
                    evaluated_on=workday(of, year, of.randint(4, 6)),
                    evaluation_document=f"云绩评〔{year}〕{of.randint(1, 200)}号",
                    results_used_on=workday(of, year, of.randint(9, 11)),
                )


def disclosure_rows() -> Iterator[Row]:
    """Give what the bodies disclosed: a budget in spring, final accounts in autumn."""
    for unit in (*NAMES, CITY):
        for number, word in enumerate(CITY_BODIES if unit == CITY else BODIES, start=1):
            of = chance(f"disclosure of {unit}-B{number}")
            for year in LEDGER:
                for document, months in (("budget", (1, 2)), ("accounts", (8, 9))):
                    approved = workday(of, year, of.choice(months))
                    yield row(
                        disclosure_id=f"{unit}-B{number}-{year}-{document[0].upper()}",
                        county_id=None if unit == CITY else unit,
                        city_id=unit if unit == CITY else None,
                        body_name=NAMES.get(unit, "云州") + word,
                        document=document,
                        approved_on=approved,
                        published_on=approved + timedelta(days=of.randint(3, 19)),
                        published_at=f"https://{unit.lower()}.example/{year}/{document}/{number}",
                    )


#: region -> spending by year, in 亿元; invented
NATIONAL = {
    "全国（合成）": (30100, 31900, 34500, 36200, 37400, 39300),
    "中部地区（合成）": (7400, 7800, 8400, 8900, 9150, 9080),
    "西部地区（合成）": (7100, 7500, 8000, 8300, 8300, 8460),
}
#: level -> spending per student by year, in yuan; invented
LEVELS = {
    "kindergarten": (6900, 7600, 8500, 9300, 9400, 10100),
    "primary": (10100, 10500, 11100, 11600, 12300, 12800),
    "junior": (14500, 15100, 16000, 16600, 17700, 18100),
    "senior": (13700, 14900, 16300, 17100, 18800, 19100),
    "vocational": (13200, 14100, 15300, 15600, 17000, 17400),
    "higher": (20300, 20900, 22100, 22400, 22500, 22100),
}
#: population -> month -> rates of guards, closed campuses, alarm and video; invented
RATES: dict[str, dict[str, tuple[float, float, float]]] = {
    "公办学校（合成）": {"2021-12": (99.2, 100, 99.5), "2022-06": (99.6, 100, 100), "2022-12": (100, 100, 100)},
    "民办幼儿园（合成）": {"2021-12": (96.5, 97.1, 95.8), "2022-06": (98.2, 98.9, 97.7), "2022-12": (99.1, 99.4, 98.6)},
}


def national_rows() -> Iterator[Row]:
    """Give invented series of spending, to set beside those of the counties."""
    for region, amounts in NATIONAL.items():
        for year, amount in zip(YEARS, amounts, strict=True):
            yield row(region=region, year=year, education_spending=amount, comparable_growth=None)


def level_rows() -> Iterator[Row]:
    """Give invented series of spending per student."""
    for level, amounts in LEVELS.items():
        for year, amount in zip(YEARS, amounts, strict=True):
            yield row(level=level, year=year, spending_per_student=amount, comparable_growth=None)


def rate_rows() -> Iterator[Row]:
    """Give invented rates of security."""
    for population, months in RATES.items():
        for month, (guards, closed, networked) in months.items():
            yield row(
                population=population,
                month=month,
                guards_rate=guards,
                closed_campus_rate=closed,
                alarm_video_rate=networked,
                is_last="否",
            )
