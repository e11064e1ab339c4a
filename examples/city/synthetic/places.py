"""Counties and schools of the city: who they are, year by year.

In: nothing. Out: `COUNTIES` and `schools()`, the same on every run. All names are invented.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from math import ceil

from synthetic.tables import LEDGER, YEARS, chance

CITY = "YZ"
#: a new unit beside the city that reports for itself: it has no counties or schools yet, and hardly any documents
NEW_DISTRICT = "XQ"
CITY_NAMES = {CITY: "云州市（合成）", NEW_DISTRICT: "云州新区（合成）"}


@dataclass(frozen=True)
class County:
    """A county; `urban` is the share of its schools that lie in towns, `size` its size beside the others."""

    code: str
    name: str
    urban: float
    size: float


COUNTIES = (
    County("YX", "云溪区", 0.95, 1.3),
    County("CH", "澄湖区", 0.90, 1.2),
    County("WC", "望川区", 0.80, 1.1),
    County("JY", "锦屿区", 0.85, 0.9),
    County("LJ", "临江县", 0.45, 1.1),
    County("SL", "石岭县", 0.35, 1.0),
    County("QH", "青禾县", 0.40, 1.0),
    County("SP", "松坪县", 0.35, 0.9),
    County("YL", "雁岭县", 0.30, 0.8),
    County("SZ", "沙渚县", 0.40, 0.9),
    County("FP", "枫浦市", 0.50, 1.1),
    County("LG", "兰皋县", 0.35, 0.9),
)
NAMES = {county.code: county.name for county in COUNTIES}

#: kind -> letter of its codes, schools in a county of size 1, ending of the name, students in town and country
KINDS: dict[str, tuple[str, float, str, tuple[int, int], tuple[int, int]]] = {
    "kindergarten": ("K", 24, "幼儿园", (150, 420), (50, 220)),
    "primary": ("P", 22, "小学", (560, 1850), (64, 620)),
    "teaching-point": ("T", 6, "教学点", (40, 90), (12, 86)),
    "junior": ("J", 9, "初级中学", (620, 1850), (180, 900)),
    "nine-year": ("N", 4, "学校", (700, 2300), (240, 1200)),
    "twelve-year": ("W", 0, "实验学校", (1800, 3200), (1500, 2600)),
    "complete": ("C", 2, "中学", (1300, 3000), (1000, 2400)),
    "senior": ("S", 3, "高级中学", (1100, 3600), (900, 2600)),
    "vocational": ("V", 2, "职业技术学校", (700, 3800), (600, 2200)),
    "special": ("X", 1, "特殊教育学校", (60, 160), (40, 110)),
}
#: counties with a twelve-year school
TWELVE_YEAR = ("YX", "CH", "WC", "LJ", "FP", "SL")
#: kind -> stages of compulsory education and their shares of the students
STAGES: dict[str, tuple[tuple[str, float], ...]] = {
    "primary": (("primary", 1.0),),
    "teaching-point": (("primary", 1.0),),
    "junior": (("junior", 1.0),),
    "nine-year": (("primary", 0.66), ("junior", 0.34)),
    "twelve-year": (("primary", 0.46), ("junior", 0.25)),
    "complete": (("junior", 0.42),),
    "special": (("primary", 0.66), ("junior", 0.34)),
}
#: kind -> share of boarders in the country; those of towns have a third of it
BOARDING = {
    "primary": 0.12,
    "junior": 0.5,
    "nine-year": 0.3,
    "twelve-year": 0.5,
    "complete": 0.55,
    "senior": 0.7,
    "vocational": 0.7,
    "special": 0.5,
}
#: schools that ended, with the last year in which they were counted
ENDED = {
    "LJ-T02": 2018,
    "SP-T03": 2019,
    "YL-T01": 2019,
    "QH-T04": 2020,
    "LG-T05": 2020,
    "SZ-T03": 2021,
    "FP-K09": 2020,
    "SP-P17": 2020,
}
#: schools that opened within the six years, with the first
OPENED = {
    "YX-P28": 2018,
    "YX-K30": 2019,
    "CH-N05": 2019,
    "CH-K28": 2020,
    "WC-P24": 2020,
    "WC-J10": 2021,
    "JY-K21": 2018,
    "LJ-N04": 2021,
    "FP-K25": 2021,
    "FP-P24": 2019,
    "FP-J10": 2022,
    "YX-P29": 2022,
}
#: schools that closed within the last year of the feed, with the day
CLOSED = {"SZ-K12": "2022-08-31"}
#: schools that are too large: code -> students in 2022
CROWDED = {"CH-P14": 2120, "YX-N04": 2680, "SL-W01": 3900}
_FIRST = "柳枫石青白沙松竹桃梅荷云龙凤清双长大金银玉古新平安丰乐宁东西南北"
_SECOND = "塘桥坪湾溪岭洲坝冲店港田口山泉埠渡庙坳岗林园台亭"


@dataclass(frozen=True)
class School:
    """A school; `students` by year, of the years in which it was counted."""

    code: str
    name: str
    county: str
    kind: str
    urban: bool
    opened: int
    students: dict[int, int]
    boarding: float

    @property
    def years(self) -> tuple[int, ...]:
        """Years in which it was counted."""
        return tuple(self.students)

    @property
    def last(self) -> int:
        """The last of them: the one that a run by default is about."""
        return self.years[-1]

    @property
    def told(self) -> tuple[int, ...]:
        """Years of which its ledgers tell: those of the feed, and its own last."""
        return tuple(year for year in self.years if year in LEDGER or year == self.last)

    @property
    def ended_on(self) -> str:
        """The day it ended, which its last row tells; empty if it did not."""
        return CLOSED.get(self.code, "" if self.last == YEARS[-1] else f"{self.last + 1}-08-20")

    @property
    def life(self) -> tuple[str, str]:
        """Its first and its last day."""
        return f"{self.opened}-09-01", self.ended_on or "9999-12-31"

    @property
    def area(self) -> str:
        """Urban or rural."""
        return "urban" if self.urban else "rural"

    @property
    def is_school(self) -> bool:
        """Whether it is more than a kindergarten or a teaching point."""
        return self.kind not in ("kindergarten", "teaching-point")

    @property
    def last_tier(self) -> bool:
        """Whether the plan names it by itself: rural schools, urban kindergartens."""
        return self.urban == (self.kind == "kindergarten")

    def boarders(self, year: int) -> int:
        """Count the boarders."""
        return int(self.students[year] * self.boarding)

    def stages(self, year: int) -> dict[str, int]:
        """Count the students of each stage of compulsory education."""
        shares = STAGES.get(self.kind, ())
        counts = {stage: round(self.students[year] * share) for stage, share in shares}
        if len(shares) == 2 and sum(share for _, share in shares) == 1:
            counts["junior"] = self.students[year] - counts["primary"]
        return counts

    def back(self, year: int) -> int:
        """Count the years from its last."""
        return self.last - year


@cache
def schools() -> tuple[School, ...]:
    """Make all schools, in the order of their codes."""
    made: list[School] = []
    for county in COUNTIES:
        of = chance(f"schools of {county.code}")
        taken: set[str] = set()
        for kind, (letter, share, *_) in KINDS.items():
            count = int(county.code in TWELVE_YEAR) if kind == "twelve-year" else max(1, round(share * county.size))
            if kind == "teaching-point":
                count = ceil(count * (1.2 - county.urban))
            made += [
                _school(county, kind, f"{county.code}-{letter}{number:02d}", of, taken)
                for number in range(1, count + 1)
            ]
    return tuple(sorted(made, key=lambda school: school.code))


def _school(county: County, kind: str, code: str, of: random.Random, taken: set[str]) -> School:
    _, _, ending, in_town, in_country = KINDS[kind]
    rural_kind = kind in ("teaching-point",)
    urban = kind in ("twelve-year", "senior", "vocational", "special") or (
        not rural_kind and of.random() < county.urban
    )
    low, high = in_town if urban else in_country
    now = int(of.triangular(low, high, low + (high - low) * 0.35))
    now = CROWDED.get(code, now)
    drift = of.uniform(-0.01, 0.035) if urban else of.uniform(-0.05, 0.005)
    first, last = OPENED.get(code, YEARS[0]), ENDED.get(code, YEARS[-1])
    students = {year: max(8, round(now * (1 + drift * (year - YEARS[-1])))) for year in YEARS if first <= year <= last}
    name = f"{county.name}{_place(of, taken)}{'街道' if urban else '镇'}{ending}"
    opened = OPENED.get(code, of.randint(1952, 2014))
    boarding = (
        BOARDING.get(kind, 0.0)
        * of.uniform(0.7, 1.2)
        / (3 if urban and kind in ("primary", "junior", "nine-year") else 1)
    )
    if kind == "primary" and (urban or of.random() < 0.7):
        boarding = 0.0
    return School(code, name, county.code, kind, urban, opened, students, min(boarding, 0.95))


def _place(of: random.Random, taken: set[str]) -> str:
    while (place := of.choice(_FIRST) + of.choice(_SECOND)) in taken:
        pass
    taken.add(place)
    return place
