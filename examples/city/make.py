"""Make the files of the synthetic city beside this script: `python examples/city/make.py`.

In: nothing. Out: the CSV files, the same on every run. What is planted in them is listed in README.md and stands here
in one place each; all else keeps the rules.
"""

from __future__ import annotations

import csv
import math
import random
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent
YEARS = (2021, 2022)
TEACHING_MONTHS = (1, 3, 4, 5, 6, 9, 10, 11, 12)
PLAN_KINDS = ("fire", "violence", "intrusion", "disaster")

#: county -> name, and by year: students, spending in 万元, growth of spending on a comparable basis
COUNTIES: dict[str, tuple[str, dict[int, tuple[int, str, str]]]] = {
    "QS": ("青石县", {2020: (21000, "31500.0", ""), 2021: (20800, "32900.0", ""), 2022: (20500, "34100.0", "")}),
    "BH": ("白河区", {2020: (48000, "81600.0", ""), 2021: (48900, "85200.0", ""), 2022: (50100, "85200.0", "")}),
    "YL": ("云岭县", {2020: (16000, "25900.0", ""), 2021: (15800, "26800.0", ""), 2022: (15700, "26700.0", "1.2")}),
}

#: school -> name, stage, urban or rural, students, boarders, guards
SCHOOLS: dict[str, tuple[str, str, str, int, int, int]] = {
    "QS-K1": ("青石第一幼儿园", "幼儿园", "城镇", 210, 0, 2),
    "QS-P1": ("青石石桥小学", "小学", "农村", 86, 0, 1),
    "QS-P2": ("青石实验小学", "小学", "城镇", 980, 0, 2),
    "QS-T1": ("青石上坪教学点", "小学", "农村", 38, 0, 1),
    "QS-J1": ("青石石桥初中", "初中", "农村", 640, 260, 1),
    "BH-K1": ("白河滨江幼儿园", "幼儿园", "城镇", 320, 0, 2),
    "BH-P1": ("白河中心小学", "小学", "城镇", 1200, 0, 2),
    "BH-P2": ("白河柳林小学", "小学", "农村", 450, 0, 2),
    "BH-J1": ("白河第二初中", "初中", "城镇", 1620, 0, 4),
    "YL-K1": ("云岭县幼儿园", "幼儿园", "城镇", 180, 0, 2),
    "YL-P1": ("云岭镇小学", "小学", "农村", 520, 0, 2),
    "YL-P2": ("云岭松坡小学", "小学", "农村", 510, 90, 2),
    "YL-J1": ("云岭中学", "初中", "农村", 420, 400, 2),
}

#: indicator column -> standard per student of a primary and of a junior school, decimals of the column
INDICATORS: dict[str, tuple[float, float, int]] = {
    "高于规定学历教师数": (0.042, 0.053, 0),
    "县级以上骨干教师数": (0.01, 0.01, 0),
    "体育艺术专任教师数": (0.009, 0.009, 0),
    "教学及辅助用房面积": (4.5, 5.8, 1),
    "体育运动场馆面积": (7.5, 10.2, 1),
    "教学仪器设备值": (0.2, 0.25, 2),
    "网络多媒体教室数": (0.023, 0.024, 0),
}

#: resources other than a little above the standard: (school, indicator) -> share of the standard
RESOURCES = {
    ("BH-J1", "体育运动场馆面积"): 0.80,
    ("YL-J1", "高于规定学历教师数"): 0.90,
    ("YL-J1", "教学仪器设备值"): 0.92,
    ("YL-P1", "教学仪器设备值"): 3.40,
    ("YL-P2", "教学仪器设备值"): 0.88,
}

#: cells written over what was made: (school, year, column) -> text
CELLS = {
    ("QS-P2", 2022, "专职保安数"): "",
    ("YL-P1", 2022, "教学及辅助用房面积"): "约2600",
    ("YL-P2", 2021, "封闭管理验收日期"): "",
    ("YL-P2", 2022, "封闭管理验收日期"): "",
    ("YL-P2", 2021, "视频联网验收日期"): "",
    ("YL-P2", 2022, "视频联网验收日期"): "",
    ("BH-P2", 2022, "报警联网验收日期"): "2021年11月30日",
}

#: headers of the table of schools
SCHOOL = " ".join(
    [
        "学校标识码 学校名称 县区代码 年份 学段 城乡 在校生数 寄宿生数 教学点 专职保安数",
        "报警联网验收日期 视频联网验收日期 封闭管理验收日期",
        *INDICATORS,
    ]
)

HAZARDS = [
    ("YH-001", "QS-J1", "宿舍楼疏散通道堆物", "2022-03-08", "2022-03-22", "2022-03-15"),
    ("YH-002", "BH-P1", "食堂燃气报警器失效", "2022-05-11", "2022-05-18", "2022-06-02"),
    ("YH-003", "YL-P1", "围墙开裂", "2022-06-20", "2022-09-20", ""),
    ("YH-004", "BH-J1", "实验室药品柜未双锁", "2022-12-05", "2023-01-31", ""),
    ("YH-005", "QS-K1", "户外器械松动", "2023-02-20", "2023-03-06", ""),
]

INSPECTORS = [
    ("DX-01", "甲某", "QS", "专职", "是", "2021-03-01", ""),
    ("DX-02", "乙某", "BH", "兼职", "是", "2021-09-01", "2024-08-31"),
    ("DX-03", "丙某", "BH", "兼职", "否", "2021-09-01", "2024-08-31"),
    ("DX-04", "丁某", "YL", "兼职", "是", "2019-07-01", "2022-06-30"),
]

#: code, county, title, document number, unit responsible, in force from and until
EVIDENCE = [
    ("ZL-01", "QS", "督导委员会及督导室设立通知", "青府办〔2020〕7号", "青石县政府办公室", "2020-05-01", ""),
    ("ZL-02", "BH", "督导委员会设立通知", "白府办〔2019〕3号", "白河区政府办公室", "2019-06-01", "2022-05-31"),
    ("ZL-03", "YL", "督导室设立通知", "", "", "2020-09-01", ""),
]


def write(name: str, headers: str, rows: list[list[str]]) -> None:
    """Write a table as CSV in UTF-8; `headers` are words."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers.split())
        writer.writerows(rows)


def school_rows(chance: random.Random) -> list[list[str]]:
    """Every school in every year: security by hand, resources a little above the standard by chance."""
    rows = []
    for code, (name, stage, area, students, boarders, guards) in SCHOOLS.items():
        days = [date(2020, chance.randint(3, 12), chance.randint(1, 28)).isoformat() for _ in range(3)]
        shares = {column: chance.uniform(1.04, 1.25) for column in INDICATORS}
        for year in YEARS:
            cells = [code, name, code[:2], str(year), stage, area, str(students), str(boarders)]
            cells += ["是" if "教学点" in name else "否", str(guards), *days]
            for column, (primary, junior, decimals) in INDICATORS.items():
                share = RESOURCES.get((code, column), shares[column])
                amount = students * (junior if stage == "初中" else primary) * share
                whole = str(math.ceil(amount) if share > 1 else math.floor(amount))
                made = f"{amount:.{decimals}f}" if decimals else whole
                cells.append("" if stage == "幼儿园" else made)
            rows.append(
                [CELLS.get((code, year, header), cell) for header, cell in zip(SCHOOL.split(), cells, strict=True)]
            )
    return rows


def drill_rows(chance: random.Random) -> list[list[str]]:
    """A drill a month (kindergartens: a quarter), of the plan's four kinds in turn; less what is planted."""
    rows: list[list[str]] = []
    for code, (_, stage, *_) in SCHOOLS.items():
        months = (3, 6, 9, 12) if stage == "幼儿园" else TEACHING_MONTHS
        for year in YEARS:
            for turn, month in enumerate(months):
                kind = PLAN_KINDS[turn % len(PLAN_KINDS)]
                day = date(year, month, chance.randint(1, 28))
                if (code, year, month) == ("QS-K1", 2022, 9):
                    continue
                if (code, year, month) == ("BH-P1", 2022, 10):
                    kind = "tabletop"
                if (code, year, kind) == ("QS-P1", 2022, "intrusion"):
                    kind = "evacuation"
                rows.append([f"YL{len(rows) + 1:04d}", code, day.isoformat(), kind])
    return rows


def main() -> None:
    """Write all files."""
    chance = random.Random(2022)
    write("city.csv", "city_id city_name year", [["CS", "示例市", str(year)] for year in YEARS])
    county = [
        [code, name, "CS", str(year), str(students), spending, growth]
        for code, (name, years) in COUNTIES.items()
        for year, (students, spending, growth) in years.items()
    ]
    write("county.csv", "county_id county_name city_id year students education_spending comparable_growth", county)
    write("school.csv", SCHOOL, school_rows(chance))
    write("drill.csv", "drill_id school_id held_on kind", drill_rows(chance))
    hazard = "隐患编号 学校标识码 隐患名称 发现日期 整改期限 销号日期"
    write("安全隐患.csv", hazard, [list(row) for row in HAZARDS])
    inspector = "督学编号 督学姓名 县区代码 任职方式 责任督学 聘任日期 聘期届满日期"
    write("inspector.csv", inspector, [list(row) for row in INSPECTORS])
    evidence = "evidence_id city_id county_id kind title document_number issuer issued_on valid_until"
    write("evidence.csv", evidence, [[code, "", where, "inspection-body", *rest] for code, where, *rest in EVIDENCE])


if __name__ == "__main__":
    main()
