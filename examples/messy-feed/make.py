"""Write the files of this folder: synthetic tables, laid out as untidily as real exports are.

    python examples/messy-feed/make.py

`隐患台账.xls` is written as `.xlsx` and saved in the old format by LibreOffice; where there is none, it stays as it is.
"""

import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

HERE = Path(__file__).resolve().parent
TITLE = "云州市县区教育经费统计表（合成数据）"
SPENDING = {
    2021: [("YX", "云溪区", "983,592,300"), ("CH", "澄湖区", "880,000,000"), ("SL", "石岭县", "402,000,000")],
    2022: [("YX", "云溪区", "1,038,819,800"), ("CH", "澄湖区", "861,200,000"), ("SL", "石岭县", "约4亿")],
}
Rows = list[tuple[Any, ...]]
SCHOOLS: dict[str, Rows] = {
    "小学": [
        ("YX", "YX-P01", "云溪区第一小学", 1200, 4, date(2021, 5, 10)),
        ("YX", "YX-P02", "云溪区第二小学", 980, "—", "2021年6月1日"),
        ("YX", "YX-P03", "云溪区第三小学", "约600", 1, date(2021, 6, 30)),
        ("CH", "CH-P01", "澄湖区中心小学", 1500, 1, "—"),
        ("合 计", None, None, 4280, 6, None),
    ],
    "初中": [
        ("YX", "YX-J01", "云溪区第一中学", 1800, 6, date(2021, 4, 1)),
        ("CH", "CH-J01", "澄湖区第一中学", "=NA()", 3, date(2021, 4, 2)),
        ("SL", "SL-J01", "石岭县初级中学", 760, 2, "2021-13-05"),
    ],
    "幼儿园": [
        ("XX", "XX-K01", "新区幼儿园", 260, 2, date(2021, 9, 1)),
        ("YX", "YX-P01", "云溪区第一幼儿园", 310, 2, date(2021, 9, 2)),
    ],
}
DRILLS = """演练编号;学校标识码;演练日期;疏散用时;全员参加;记录人
D1;YX-P01;10.03.2022;4,5;1;安全办
D2;YX-P02;11.03.2022;12,25;1;安全办
D3;CH-P01;12.03.2022;5,0;0;安全办
D4;CH-P01;31.02.2022;5,0;1;安全办
D5;YX-P03;14.03.2022;5,0
"""
HAZARDS: Rows = [
    ("H1", "YX-P01", date(2022, 3, 1), date(2022, 3, 20), "×"),
    ("H2", "CH-P01", date(2022, 5, 1), "/", "√"),
    ("H3", "ZZ-999", date(2022, 6, 1), date(2022, 6, 5), "×"),
    ("H4", "YX-J01", date(2022, 6, 1), date(2022, 6, 9), "大概"),
]
TRAININGS = """培训编号\t学校标识码\t培训日期\t学时
T1\tYX-P01\t2022-07-10\t40
T2\tYX-P02\t2022-07-10\t-8
T3\tCH-J01\t2022-07-11\t24
"""


def write_spending(year: int) -> None:
    """GBK, a title, the unit above the headers, amounts in yuan, a total, a note; the year only in the name."""
    lines = [f"{TITLE},,,", "单位：元,,,", "县区代码,县区名称,教育支出,备注"]
    lines += [f'{key},{name},"{amount}",' for key, name, amount in SPENDING[year]]
    lines += ["合 计,,,", "注：全部为合成数据，与任何地区无关。,,,"]
    (HERE / f"县区教育经费{year}年.csv").write_bytes("\r\n".join([*lines, ""]).encode("gbk"))


def write_schools() -> None:
    """Three sheets, a title, headers in two rows, merged cells, dashes for nothing, a formula that failed."""
    with xlsxwriter.Workbook(HERE / "学校安全保卫.xlsx") as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        middle = book.add_format({"align": "center", "valign": "vcenter"})
        for name, rows in SCHOOLS.items():
            sheet = book.add_worksheet(name)
            sheet.merge_range("A1:F1", "2022 年学校安全保卫情况（合成数据）", middle)
            for column, header in zip("ABC", ("县区代码", "学校标识码", "学校名称"), strict=True):
                sheet.merge_range(f"{column}3:{column}4", header, middle)
            sheet.write("D3", "在校生数")
            sheet.write("D4", "（人）")
            sheet.merge_range("E3:F3", "安全保卫", middle)
            sheet.write("E4", "专职\n保安数")
            sheet.write("F4", "报警联网\n验收日期")
            for row, cells in enumerate(rows, 4):
                for column, cell in enumerate(cells):
                    if cell == "=NA()":
                        sheet.write_formula(row, column, cell, None, "#N/A")
                    elif isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        sheet.write(row, column, cell)
            if name == "小学":
                sheet.merge_range("A5:A7", "YX", middle)


def write_hazards() -> None:
    """The old format of Excel, headers with line breaks, ticks and crosses."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "隐患台账.xlsx"
        with xlsxwriter.Workbook(path) as book:
            day = book.add_format({"num_format": "yyyy/m/d"})
            sheet = book.add_worksheet("Sheet1")
            sheet.write("A1", "安全隐患台账（合成数据）")
            sheet.write_row("A2", ["隐患\n编号", "学校\n标识码", "发现日期", "销号日期", "是否\n重大"])
            for row, cells in enumerate(HAZARDS, 2):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, day)
                    else:
                        sheet.write(row, column, cell)
        office = shutil.which("soffice")
        if office is not None:
            command = [office, "--headless", "--convert-to", "xls:MS Excel 97", "--outdir", str(HERE), str(path)]
            subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Write all files."""
    for year in SPENDING:
        write_spending(year)
    write_schools()
    (HERE / "应急演练导出.csv").write_text(DRILLS, encoding="utf-8-sig", newline="")
    write_hazards()
    (HERE / "教师培训.txt").write_text(TRAININGS, encoding="utf-16", newline="")


if __name__ == "__main__":
    main()
