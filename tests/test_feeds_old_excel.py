"""Merged cells of `.xls`, which the reader of workbooks does not tell: as in `.xlsx`, and never a crash."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from eduplan_rules.feeds.archive import merged_cells
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.feeds.old_excel import merged_in_old
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.source import Source

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
OLD = Path(__file__).resolve().parent.parent / "examples" / "messy-feed" / "隐患台账.xls"
BOOK = read_rulebook(
    Source(
        "city.yaml",
        "entities:\n"
        "  county:\n"
        "    key: county_id\n"
        "    period: year\n"
        "    fields:\n"
        "      county_id: {type: text, label: {zh: 县区代码, en: County code}}\n"
        "      level: {type: choice, choices: {high: 高, low: 低}, label: {zh: 等级, en: Level}, optional: true}\n"
        "      spending: {type: number, optional: true}\n",
    )
)[0]


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same workbook in both formats."""
    if OFFICE is None:
        pytest.skip("LibreOffice, which writes the old format, is not installed")
    folder = tmp_path_factory.mktemp("workbooks")
    with xlsxwriter.Workbook(folder / "county.xlsx") as book:
        notes = book.add_worksheet("填表说明")
        notes.merge_range("A1:B9", "merged too, and no table")
        sheet = book.add_worksheet("county")
        sheet.write_row(4, 2, ["year", "县区代码", "等级", "spending"])
        sheet.write_column(5, 3, ["A", "B", "C"])
        sheet.merge_range("C6:C8", 2022)
        sheet.merge_range("E7:E8", "低")
        sheet.write("E6", "高")
        sheet.write_column(5, 5, [1, 2.5, 3])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=county!$F$6:$F$8"})
        sheet.insert_chart("H2", chart)
        other = book.add_worksheet("other")
        other.write("A1", "x")
        large = book.add_worksheet("large")
        for row in range(0, 6000, 3):
            large.merge_range(row, 1, row + 1, 1, row)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "xls:MS Excel 97", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "county.xlsx")], check=True, capture_output=True, timeout=120)
    return folder


def test_they_are_those_of_the_same_workbook_in_the_new_format(workbooks: Path) -> None:
    for sheet in ("填表说明", "county", "other", "large", "none"):
        found = merged_in_old(workbooks / "county.xls", sheet)
        assert found == merged_cells(workbooks / "county.xlsx", sheet) or not found[0]
    assert merged_in_old(workbooks / "county.xls", "county") == ([(6, 8, 2), (7, 8, 4)], 2)
    # more than one record has room for
    assert len(merged_in_old(workbooks / "county.xls", "large")[0]) == 2000
    assert merged_in_old(workbooks / "county.xls", "other")[0] == []


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_cells_below_have_what_stands_in_the_first_and_it_is_told(workbooks: Path, ending: str) -> None:
    facts = read_facts(workbooks / f"county.{ending}", BOOK)
    assert facts.tables["county"].frame.select("county_id", "#p", "level", "#line").rows() == [
        ("A", 2022, "high", 6), ("B", 2022, "low", 7), ("C", 2022, "low", 8),
    ]  # fmt: skip
    merged = [(found.code, found.field) for found in facts.findings if found.code == "merged-cells"]
    assert merged == [("merged-cells", "level"), ("merged-cells", "year")]


def test_a_sheet_without_merged_cells_has_none() -> None:
    assert merged_in_old(OLD, "Sheet1")[0] == []


@cache
def whole() -> bytes:
    return OLD.read_bytes()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_wrong_in_the_file_there_are_none_or_some(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(whole())
    for _ in range(data.draw(st.integers(1, 6))):
        # its header, its table of sectors and its folder are most of what is asked
        place = data.draw(st.integers(0, 511) | st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "broken.xls"
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))]))
    boxes, left = merged_in_old(path, "Sheet1")
    assert (isinstance(boxes, list), left >= 0) == (True, True)
