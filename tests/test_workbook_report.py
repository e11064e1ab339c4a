"""A report as a workbook: read back by openpyxl, opened by LibreOffice."""

import csv
import io
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import delivered
import eduplan_rules as er
from eduplan_rules.render import sheet
from eduplan_rules.render.excel import ExcelSink
from eduplan_rules.render.sink import pour
from eduplan_rules.render.words import Language


def written(report: er.Report, language: Language = "en") -> bytes:
    file = io.BytesIO()
    tallies, decision = delivered.judged(report)
    pour(report, [ExcelSink(report, tallies, decision, file, language)])
    return file.getvalue()


def opened(report: er.Report, language: Language = "en") -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(report, language)))


def rows(page: Any) -> list[dict[str, Any]]:
    header, *found = page.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


@pytest.mark.parametrize(
    ("language", "names", "first"),
    [
        ("en", ["Summary", "Violations", "Findings", "Rules"], ["Severity", "Rule", "Title", "Clause"]),
        ("zh", ["概要", "不达标清单", "数据问题", "规则"], ["严重程度", "规则编号", "规则名称", "条款"]),
    ],
)
def test_four_sheets_with_frozen_headers_and_filters(language: Language, names: list[str], first: list[str]) -> None:
    book = opened(delivered.mixed(), language)
    assert book.sheetnames == names
    page = book[names[1]]
    assert [cell.value for cell in page[1]][:4] == first
    for name in names[1:]:
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref == book[name].dimensions


def test_a_row_for_each_violation_with_numbers_as_numbers_and_days_as_days() -> None:
    found = rows(opened(delivered.mixed())["Violations"])
    assert len(found) == 4
    row = next(each for each in found if each["Key"] == "S1")
    assert {name: row[name] for name in ("Severity", "Rule", "Kind", "Name", "Belongs to", "Period", "Message")} == {
        "Severity": "error", "Rule": "safety.guards", "Kind": "School", "Name": "第1小学", "Belongs to": "C1",
        "Period": "2022", "Message": "guards of 第1小学: 1",
    }  # fmt: skip
    assert (row["Observed"], row["Required"], row["Gap"], row["Unit"]) == (1, 2, 1, "people")
    assert row["Due"] == datetime(2020, 1, 1)
    assert (row["Standing"], row["Line"]) == ("counts", 2)


def test_findings_rules_and_totals_have_their_sheets() -> None:
    report = delivered.mixed()
    book = opened(report)
    (found,) = rows(book["Findings"])
    assert (found["Severity"], found["Code"], found["Key"], found["Line"]) == ("warning", "empty-cell", "S4", 5)
    rules = {row["Rule"]: row for row in rows(book["Rules"])}
    assert rules["safety.guards"]["Source"] == "GB/T 29315-2022"
    assert rules["safety.guards"]["Clause"] == "P14 四(九) 专职保安"
    assert rules["safety.guards"]["violated"] == 2
    summary = list(book["Summary"].iter_rows(values_only=True))
    assert summary[0][0] == "FAILED: 2 violations at or above error (exit code 1)"
    assert ("safety.guards", "Enough guards", 2, 1, 1, 1, 0) in [row[:7] for row in summary]


def test_links_lead_to_the_source_or_to_the_row_of_the_rule() -> None:
    page = opened(delivered.mixed())["Violations"]
    links = {cell.value: cell.hyperlink for (cell,) in page.iter_rows(min_row=2, min_col=2, max_col=2)}
    assert links["safety.guards"].target == "https://example.org/29315?a=1&b=2"
    assert links["size.whole"].location == "'Rules'!A4"
    assert opened(delivered.mixed())["Rules"]["A4"].value == "size.whole"


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("http://x")', "http://x.example/"]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_text_of_the_data_is_a_formula_or_a_link(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    page = opened(delivered.report(delivered.school(1, guards=1, school_name=quoted)))["Violations"]
    column = [cell.value for cell in page[1]].index("Name")
    cells = [row[column] for row in page.iter_rows(min_row=2) if row[column].value == name]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)]
    assert cells[0].quotePrefix == name.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_what_does_not_count_is_marked() -> None:
    found = rows(opened(delivered.accepted(delivered.mixed(), "waived"))["Violations"])
    assert [row["Standing"] for row in found if row["Rule"] == "safety.guards"] == [
        "waived until 2022-12-31: the school is rebuilt (approved by the bureau)",
        "counts",
    ]


def test_columns_are_as_wide_as_their_texts_and_no_wider_than_sensible() -> None:
    page = opened(delivered.mixed(), "zh")["不达标清单"]
    widths = {page[f"{letter}1"].value: each.width for letter, each in page.column_dimensions.items()}
    assert 8 <= widths["规则编号"] <= 41
    assert widths["标识"] <= 19
    assert all(8 <= width <= 91 for width in widths.values())


def test_rows_beyond_the_sheet_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eduplan_rules.render.excel.HEIGHT", 3)
    book = opened(delivered.mixed())
    assert book["Violations"].max_row == 4
    told = [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert "1 violations did not fit into the sheet; all of them: --out report.csv" in told
    assert sheet.HEIGHT == 1_048_575


def test_links_beyond_what_a_sheet_may_have_are_plain_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_MOST_LINKS", 1)
    page = opened(delivered.mixed())["Violations"]
    cells = [cell for (cell,) in page.iter_rows(min_row=2, min_col=2, max_col=2)]
    assert [cell.hyperlink is not None for cell in cells] == [True, False, False, False]
    assert all(cell.value for cell in cells)


def test_the_same_report_gives_the_same_workbook() -> None:
    report = delivered.mixed()
    assert written(report) == written(report)


@pytest.mark.slow
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "report.xlsx").write_bytes(written(delivered.report(delivered.school(1, guards=1, school_name="=1+1"))))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    # every sheet to a file of its own
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = [office, profile, "--headless", "--convert-to", form, "--outdir", str(tmp_path), "report.xlsx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "report-Violations.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert {row["Name"] for row in found if row["Key"] == "S1"} == {"=1+1"}
    assert (tmp_path / "report-Summary.csv").read_text("utf-8").startswith("FAILED: ")
