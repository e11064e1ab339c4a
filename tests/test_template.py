"""Templates: what a workbook asks for, and that it comes back filled in: by hand, and through LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from eduplan_rules.book import check_rulebook, load_rulebook
from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from eduplan_rules.errors import DataError
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import Facts
from eduplan_rules.tables.finding import Location
from eduplan_rules.tools.template.sheet import Sheet, csv_text, make_sheets, note_rows, notes_text
from eduplan_rules.tools.template.workbook import write_workbook
from eduplan_rules.tools.words import Language

RULES = """\
language: 1
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    name: name
    period: year
    belongs_to: {county: county_id}
    fields:
      name: {type: text, optional: true, label: {zh: 学校名称, en: Name}}
      school_id: {type: text, label: {zh: 学校代码, en: School code}}
      county_id: {type: text, label: {zh: 县区代码, en: County code}}
      stage: {type: choice, label: {zh: 学段, en: Stage}, choices: {primary: 小学, junior: {zh: 初中, en: Junior}}}
      boarding: {type: boolean, label: {zh: 是否寄宿制, en: Boarding}}
      students: {type: integer, unit: 人, min: 0, max: 20000, label: {zh: 在校生数, en: Students}}
      area: {type: number, unit: m², min: 0, label: {zh: 面积, en: Area}}
      rate: {type: number, unit: "%", max: 100, label: {zh: 达标率, en: Rate}}
      accepted_on: {type: date, blank: none, label: {zh: 验收日期, en: Accepted on}}
      head: {type: text, personal: true, optional: true, label: {zh: 校长, en: Head}}
  county:
    label: {zh: 县市区/区县, en: County or district}
    key: county_id
    fields: {county_id: {type: text, label: {zh: 县区代码, en: County code}}}
  drill:
    key: drill_id
    day: held_on
    fields: {drill_id: {type: text}, held_on: {type: date}}
  lesson:
    label: {zh: 上课情况, en: Lessons}
    key: [school_id, course]
    period: term
    fields: {school_id: {type: text}, course: {type: text}}
rules:
  - id: size.students
    title: {zh: 规模适度, en: Fit size}
    for: school
    where: stage = "primary"
    require: students <= 1000
  - {id: area.total, title: {zh: 面积达标, en: Area}, for: school, require: area >= 10.5}
  - {id: safety.drills, title: {zh: 演练, en: Drills}, for: school, require: accepted_on is not missing}
"""
BOOK = load_rulebook(Source("rules.yaml", RULES))
TODAY = date(2022, 5, 1)
#: a row by its Chinese headers
ROW: dict[str, Any] = {
    "学校代码": "0012", "学校名称": "甲", "年度": 2022, "县区代码": "C1", "学段": "小学", "是否寄宿制": "是",
    "在校生数（人）": 1600, "面积（m²）": 10.1234567890123, "达标率（%）": 95.74, "验收日期": datetime(2022, 5, 1),
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def sheet(name: str, language: Language = "zh", book: Rulebook = BOOK) -> Sheet:
    return next(each for each in make_sheets(book, language) if each.name == name)


def fill(path: Path, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    """Write rows below the headers of a workbook, from the second line on."""
    workbook = openpyxl.load_workbook(path)
    for name, lines in rows.items():
        page = workbook[name]
        headers = [cell.value for cell in page[1]]
        for number, row in enumerate(lines, start=2):
            for header, value in row.items():
                page.cell(number, headers.index(header) + 1).value = value
    workbook.save(path)


def template(rows: Mapping[str, Sequence[Mapping[str, object]]] | None = None, language: Language = "zh") -> Path:
    path = Path("facts.xlsx")
    write_workbook(path, make_sheets(BOOK, language), language)
    fill(path, rows or {})
    return path


def values(facts: Facts, entity: str) -> list[dict[str, object]]:
    frame = facts.tables[entity].frame
    return [{name: row[name] for name in row if not name.startswith("#")} for row in frame.to_dicts()]


def codes(facts: Facts) -> list[str]:
    return [found.code for found in facts.findings]


EXPECTED = {
    "name": "甲", "school_id": "0012", "county_id": "C1", "stage": "primary", "boarding": True, "students": 1600,
    "area": 10.1234567890123, "rate": 95.74, "accepted_on": TODAY, "head": None,
}  # fmt: skip


# What is asked for


def test_a_sheet_has_key_and_name_first_and_units_behind_headers() -> None:
    school = sheet("学校")
    assert [column.header for column in school.columns][:4] == ["学校代码", "学校名称", "年度", "县区代码"]
    assert [column.header for column in school.columns if "（" in column.header] == [
        "在校生数（人）",
        "面积（m²）",
        "达标率（%）",
    ]
    assert [column.role for column in school.columns][:4] == ["key", "optional", "time", "needed"]


def test_a_label_that_no_sheet_may_have_gives_way_to_the_identifier() -> None:
    assert [each.name for each in make_sheets(BOOK, "zh")] == ["学校", "county", "drill", "上课情况"]


def test_notes_say_what_an_empty_cell_means_and_who_reads_it() -> None:
    rows = {row[1]: row for row in note_rows([sheet("学校")], "zh")}
    assert rows["在校生数（人）"][2:] == [
        "必填",
        "整数；单位：人；介于 0 与 20000 之间",
        "缺少数据：相关规则无法判定",
        "规模适度（size.students）",
    ]
    assert rows["验收日期"][4] == "没有，或尚未发生"
    assert rows["校长"][3] == "文本；个人信息，不在报告中显示"
    assert rows["达标率（%）"][3] == "数值；填百分数：95.74 表示 95.74%；不大于 100"
    assert rows["学段"][3] == "从下列各项中选择：小学、初中"
    assert "| School | Students (人) | needed | a whole number; in 人; from 0 to 20000 |" in notes_text(
        make_sheets(BOOK, "en"), "en"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_checks_cells_while_they_are_filled_in(language: Language) -> None:
    template(language=language)
    workbook = openpyxl.load_workbook("facts.xlsx")
    assert [page.title for page in workbook if page.sheet_state == "hidden"] == ["choices"]
    page = workbook["学校" if language == "zh" else "School"]
    assert page.freeze_panes == "C2"
    rules = {str(each.sqref).partition(":")[0]: each for each in page.data_validations.dataValidation}
    found = [(rules[f"{letter}2"].type, rules[f"{letter}2"].formula1) for letter in "CEFGHIJ"]
    assert found == [
        ("whole", "1900"),
        ("list", "choices!$A$1:$A$2"),
        ("list", "choices!$B$1:$B$2"),
        ("whole", "0"),
        ("decimal", "0"),
        ("decimal", "-9007199254740991"),
        ("date", "1"),
    ]
    assert (rules["G2"].formula2, rules["I2"].formula2) == ("20000", "100")
    assert [page.column_dimensions[letter].number_format for letter in "AGIJ"] == ["@", "0", '0.00"%"', "yyyy-mm-dd"]
    choices = [cell.value for cell in workbook["choices"]["A"]]
    assert choices == (["小学", "初中"] if language == "zh" else ["小学", "Junior"])


def test_notes_name_a_few_of_many_rules() -> None:
    rules = "\n".join(f"  - {{id: size.r{n}, for: school, require: students >= {n}}}" for n in range(10))
    book = load_rulebook(Source("rules.yaml", RULES + rules.replace("for:", "title: {zh: 规, en: R}, for:")))
    rows = {row[1]: row[-1].splitlines() for row in note_rows([sheet("学校", book=book)], "zh")}
    assert len(rows["在校生数（人）"]) == 9
    assert rows["在校生数（人）"][-1] == "另有 3 条"


def test_all_lines_of_the_notes_can_be_seen() -> None:
    rules = "".join(
        f"  - {{id: a.r{n}, title: {{zh: 规, en: R}}, for: school, require: area >= {n}}}\n" for n in (1, 2)
    )
    write_workbook(Path("facts.xlsx"), make_sheets(load_rulebook(Source("rules.yaml", RULES + rules)), "zh"), "zh")
    page = openpyxl.load_workbook("facts.xlsx")["填表说明"]
    lines = {cell.row: str(cell.value).count("\n") + 1 for cell in page["F"]}
    assert max(lines.values()) == 3
    assert all((page.row_dimensions[line].height or 15) >= 15 * number for line, number in lines.items())
    assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)


def test_the_same_template_is_the_same_file() -> None:
    write_workbook(Path("one.xlsx"), make_sheets(BOOK, "zh"), "zh")
    write_workbook(Path("two.xlsx"), make_sheets(BOOK, "zh"), "zh")
    assert Path("one.xlsx").read_bytes() == Path("two.xlsx").read_bytes()


# What comes back


def test_a_filled_template_is_read_as_it_was_meant() -> None:
    facts = read_facts(template({"学校": [ROW], "county": [{"县区代码": "C1"}]}), BOOK)
    assert values(facts, "school") == [EXPECTED]
    assert codes(facts) == ["empty-sheet", "empty-sheet"]
    assert facts.tables["school"].frame["#sheet"].to_list() == ["学校"]
    assert facts.tables["school"].frame["#line"].to_list() == [2]


def test_lines_are_those_of_the_sheet_whatever_is_left_empty() -> None:
    path = template({"学校": [{}, ROW, {}, {**ROW, "学校代码": "13", "在校生数（人）": "很多"}]})
    facts = read_facts(path, BOOK)
    assert facts.tables["school"].frame["#line"].to_list() == [3, 5]
    (wrong,) = [found.location for found in facts.findings if found.code == "unreadable-cell"]
    assert wrong == Location("facts.xlsx", "学校", 5)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_csv_template_has_only_known_headers(language: Language) -> None:
    for each in make_sheets(BOOK, language):
        Path(f"{each.name}.csv").write_text("\ufeff" + csv_text(each), encoding="utf-8")
        facts = read_facts(f"{each.name}.csv", BOOK)
        assert (facts.tables, codes(facts)) == ({}, ["no-rows"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_templates_of_the_whole_pack_have_only_known_headers(language: Language) -> None:
    book, _ = check_rulebook()
    sheets = make_sheets(book, language)
    assert len({each.name.casefold() for each in sheets}) == len(book.entities)
    write_workbook(Path("facts.xlsx"), sheets, language)
    facts = read_facts("facts.xlsx", book)
    assert set(codes(facts)) == {"no-rows"}
    assert len(facts.findings) == len(book.entities)


def test_a_template_filled_in_through_libreoffice_is_read_back() -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    template({"学校": [ROW], "county": [{"县区代码": "C1"}]})
    Path("out").mkdir()
    profile = f"-env:UserInstallation=file://{Path.cwd()}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "out"]
    subprocess.run([*command, "facts.xlsx"], check=True, capture_output=True, timeout=120)
    facts = read_facts("out/facts.xlsx", BOOK)
    (row,) = values(facts, "school")
    assert {**row, "area": None} == {**EXPECTED, "area": None}
    assert row["area"] == pytest.approx(EXPECTED["area"], rel=1e-14)
    kept = openpyxl.load_workbook("out/facts.xlsx")["学校"]
    assert {each.type for each in kept.data_validations.dataValidation} >= {"list", "whole", "decimal", "date"}


# Workbooks that are no templates


def book_of(path: str, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    workbook = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        page = workbook.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("="):
                    formula, _, shown = cell.partition(" -> ")
                    page.write_formula(number, place, formula, None, shown)
                else:
                    page.write(number, place, cell)
    workbook.close()


HEADERS = ["school_id", "year", "county_id", "stage", "boarding", "students", "area", "rate", "accepted_on"]


def test_a_formula_that_failed_is_unreadable_and_never_empty() -> None:
    first = ["A", 2022, "C1", "小学", "是", 5, 1, 1, "=NA() -> #N/A"]
    second = ["B", 2022, "C1", "小学", "是", "=1/0 -> #DIV/0!", "=1+1 -> 2", 50, ""]
    book_of("school.xlsx", {"school": [HEADERS, first, second]})
    facts = read_facts("school.xlsx", BOOK)
    told = [(found.code, found.field, found.value) for found in facts.findings if found.code == "unreadable-cell"]
    assert told == [("unreadable-cell", "accepted_on", "#N/A"), ("unreadable-cell", "students", "#DIV/0!")]
    assert [row["area"] for row in values(facts, "school")] == [1.0, 2.0]


def test_numbers_among_texts_keep_all_their_digits() -> None:
    book_of("school.xlsx", {"school": [HEADERS,
                                       ["A", 2022, "C1", "小学", "是", 5, 0.123456789012345, 1, ""],
                                       ["B", 2022, "C1", "小学", "是", 5, "不详", 50, ""]]})  # fmt: skip
    facts = read_facts("school.xlsx", BOOK)
    assert [row["area"] for row in values(facts, "school")] == [0.123456789012345, None]


def test_headers_may_stand_below_empty_rows_and_the_only_sheet_be_named_by_the_file() -> None:
    book_of("学校-2022.xlsx", {"Sheet1": [[], [], HEADERS, [], ["A", 2022, "C1", "小学", "是", 5, 1, 50, ""]]})
    facts = read_facts("学校-2022.xlsx", BOOK)
    assert facts.tables["school"].frame["#line"].to_list() == [5]


def test_sheets_that_match_no_entity_are_warnings() -> None:
    row = ["A", 2022, "C1", "小学", "是", 5, 1, 50, ""]
    book_of("facts.xlsx", {"school": [HEADERS, row], "scool": [["x"]], "empty": []})
    (found,) = [found for found in read_facts("facts.xlsx", BOOK).findings if found.code == "unmatched-table"]
    assert found.message["en"] == 'table "scool" is left out, expected the name of an entity; did you mean "School"?'


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"school_id,year\nA,2022\n"])
def test_what_is_no_workbook_cannot_be_read(content: bytes) -> None:
    Path("school.xlsx").write_bytes(content)
    with pytest.raises(DataError, match=r"Excel workbook|the file is empty"):
        read_facts("school.xlsx", BOOK)


# The command


def run(*arguments: str) -> int:
    return main(["template", "--rules", "rules.yaml", *arguments])


def test_a_template_goes_into_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--lang", "zh", "--entities", "学校") == 0
    assert "已写入 填报模板.xlsx（1 张表）" in capsys.readouterr().out
    fill(Path("填报模板.xlsx"), {"学校": [ROW, {**ROW, "学校代码": "B2", "在校生数（人）": 999}]})
    options = ["--rules", "rules.yaml", "--as-of", "2022-12-31", "--lang", "en"]
    assert main(["check", "填报模板.xlsx", *options, "--select", "size"]) == 1
    shown = capsys.readouterr().out
    assert "600 people\n  填报模板.xlsx[学校]:2\n" in shown
    assert "1 violation at or above error" in shown


def test_csv_files_and_notes_go_into_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--lang", "en", "--to", "data", "--entities", "school,drill") == 0
    assert sorted(path.name for path in Path("data").iterdir()) == ["Notes.md", "School.csv", "drill.csv"]
    assert "wrote data (2 tables); once filled in: eduplan-rules check data" in capsys.readouterr().out


@pytest.mark.parametrize("to", ["facts.xlsx", "data"])
def test_nothing_is_written_over(to: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--to", to) == 0
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert run("--to", to) == 2
    assert "would be written over; nothing was written" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "facts.xls"], "--to is `facts.xls`, expected a file that ends in .xlsx, or a folder for CSV files"),
        (["--entities", "scool"], "--entities `scool` names no entity, did you mean `School`?"),
        (["--to", "nowhere/facts.xlsx"], "nowhere/facts.xlsx cannot be written"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments, "--lang", "en") == (3 if "nowhere" in message else 2)
    assert message in capsys.readouterr().err
