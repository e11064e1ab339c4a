"""The workbook filled in in LibreOffice: opened there, typed into as a clerk would, saved, and read by `check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from office import Typed, fill_in, office

RULES = """
language: 1
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    name: name
    period: year
    fields:
      school_id: {type: text, label: {zh: 学校代码, en: School code}}
      name: {type: text, optional: true, label: {zh: 学校名称, en: Name}}
      stage: {type: choice, label: {zh: 学段, en: Stage}, choices: {primary: 小学, junior: 初中}}
      boarding: {type: boolean, label: {zh: 是否寄宿制, en: Boarding}}
      students: {type: integer, unit: 人, min: 0, label: {zh: 在校生数, en: Students}}
      area: {type: number, unit: m², min: 0, label: {zh: 校舍面积, en: Floor area}}
      rate: {type: number, unit: "%", max: 100, label: {zh: 巩固率, en: Attendance}}
      accepted_on: {type: date, blank: none, label: {zh: 验收日期, en: Accepted on}}
rules:
  - {id: t.area, title: {zh: 面积, en: Area}, for: school, require: area / students >= 4.5}
  - {id: t.rate, title: {zh: 巩固率, en: Attendance}, for: school, where: 'stage = "primary"', require: rate >= 99%}
  - {id: t.accepted, title: {zh: 验收, en: Accepted}, for: school, require: accepted_on <= 2022-06-30}
  - {id: t.boarding, title: {zh: 寄宿, en: Boarding}, for: school, require: boarding}
"""
SCHOOLS: dict[int, dict[str, str]] = {
    2: {"学校代码": "0012", "学校名称": "第一小学", "年度": "2022", "学段": "小学", "是否寄宿制": "是",
        "在校生数（人）": "1600", "校舍面积（m²）": "7200.5", "巩固率（%）": "99.5", "验收日期": "2022-05-01"},
    3: {"学校代码": "0013", "学校名称": "第二小学", "年度": "2022", "学段": "小学", "是否寄宿制": "否",
        "在校生数（人）": "=800+200", "校舍面积（m²）": "4499", "巩固率（%）": "98.99", "验收日期": "2022/7/1"},
    5: {"学校代码": "0014", "学校名称": "第三中学", "年度": "2022", "学段": "中学", "是否寄宿制": "是",
        "在校生数（人）": "很多", "校舍面积（m²）": "5000", "巩固率（%）": "97"},
}  # fmt: skip
OPTIONS = ["--rules", "rules.yaml", "--as-of", "2022-12-31", "--format", "json"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the rules and the workbook as LibreOffice saved it."""
    if office() is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    folder = tmp_path_factory.mktemp("office")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    assert (
        main(["template", "--rules", str(folder / "rules.yaml"), "--to", str(folder / "template.xlsx"), "--lang", "zh"])
        == 0
    )
    cells: list[Typed] = [
        ("学校", header, line, written) for line, row in SCHOOLS.items() for header, written in row.items()
    ]
    fill_in(folder / "template.xlsx", folder / "学校.xlsx", cells, folder)
    assert (folder / "学校.xlsx").is_file(), "LibreOffice saved nothing"
    return folder


@pytest.fixture
def report(saved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What `check` says of it."""
    monkeypatch.chdir(saved)
    monkeypatch.setenv(RAISE, "1")
    main(["check", "学校.xlsx", *OPTIONS])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_what_was_typed_there_is_judged_rightly(report: dict[str, Any]) -> None:
    broken = [(each["rule"], each["subject"]["key"], each["observed"]) for each in report["violations"]]
    assert sorted(broken) == [
        ("t.accepted", ["0013"], "2022-07-01"),
        ("t.area", ["0013"], 4.499),
        ("t.boarding", ["0013"], False),
        ("t.rate", ["0013"], 98.99),
    ]
    names = {each["subject"]["name"] for each in report["violations"]}
    assert names == {"第二小学"}
    assert {each["location"]["line"] for each in report["violations"]} == {3}


def test_a_wrong_choice_and_a_word_for_a_number_are_found_with_their_place(report: dict[str, Any]) -> None:
    found = [(each["code"], each["field"], each["value"], each["location"]) for each in report["findings"]]
    place = {"file": "学校.xlsx", "sheet": "学校", "line": 5}
    assert found == [("unknown-choice", "stage", "中学", place), ("unreadable-cell", "students", "很多", place)]


def test_drop_downs_and_limits_are_still_there(saved: Path) -> None:
    page = openpyxl.load_workbook(saved / "学校.xlsx")["学校"]
    kinds = [each.type for each in page.data_validations.dataValidation]
    assert {"list", "whole", "decimal", "date"} <= set(kinds)
    stage = next(each for each in page.data_validations.dataValidation if each.type == "list")
    assert stage.showErrorMessage
    assert stage.errorStyle in (None, "stop"), "a wrong choice must be refused while it is typed"
