"""Broken input: a finding or a DataError that says why in both languages; never anything else, never a clean report."""

from __future__ import annotations

import os
import random
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from delivered import judged
from eduplan_rules.errors import DataError
from eduplan_rules.feeds.archive import MOST_CELLS
from eduplan_rules.feeds.files import read_facts
from eduplan_rules.render.text import render_text
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.run import evaluate

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "messy-feed"
BOOK = read_rulebook(FOLDER / "rules.yaml")[0]
HEADERS = "演练编号,学校标识码,演练日期,疏散用时,全员参加"
ROW = "D1,A,2022-01-01,5,1"
SECONDS = 20
MEGABYTES = 1500


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In an empty folder, and within bounds of time and memory."""
    monkeypatch.chdir(tmp_path)
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - started < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES


def refused(path: str, english: str, chinese: str) -> None:
    """A file that alone is given ends the run; among others it is a finding; in both languages."""
    with pytest.raises(DataError) as raised:
        read_facts(path, BOOK)
    assert english in raised.value.said("en")
    assert chinese in raised.value.said("zh")
    other = Path("hazard.csv")
    other.write_text("hazard_id,school_id,found_on,closed_on,major\nH1,A,2022-01-01,,1\n", encoding="utf-8")
    told = [found for found in read_facts([path, other], BOOK).findings if found.code == "unreadable-file"]
    assert [found.severity for found in told] == ["error"]
    assert english in told[0].message["en"]
    assert chinese in told[0].message["zh"]


def write(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def test_a_line_of_100_megabytes_is_refused() -> None:
    cells = ROW.encode().partition(b",")
    name = write("drill.csv", HEADERS.encode() + b"\n" + cells[0] + b"x" * 100_000_000 + b"".join(cells[1:]))
    refused(name, "line 2 has more than 1,000,000 characters", "第 2 行超过 1000000 个字符")


def test_a_line_of_100_megabytes_in_json_lines_is_refused() -> None:
    item = b'{"drill_id": "D1", "school_id": "' + b"x" * 100_000_000 + b'"}\n'
    name = write("drill.jsonl", b'{"drill_id": "D0"}\n' + item)
    refused(name, "line 2 has more than 1,000,000 characters", "第 2 行超过 1000000 个字符")


def test_a_cell_as_long_as_a_line_may_be_is_told_short_and_at_once() -> None:
    """What the page of text says of it is held to a few lines; other outputs have it whole."""
    key = "x" * 900_000
    write("drill.csv", f"{HEADERS}\n{ROW}\n{key},A,2022-01-01,99,0\n")
    started = time.process_time()
    report = evaluate(BOOK, read_facts("drill.csv", BOOK), as_of="2022-12-31", periods="all")
    told = render_text(report, *judged(report), language="en")
    assert time.process_time() - started < SECONDS / 2
    assert "xxx…xxx" in told
    assert len(told) < 20_000
    assert key in report.to_json()


def test_a_cell_of_100_megabytes_over_many_lines_is_refused() -> None:
    inside = (b"x" * 500_000 + b"\n") * 200
    name = write("drill.csv", HEADERS.encode() + b'\nD1,"' + inside + b'",2022-01-01,5,1\n')
    refused(name, "line 2 has a cell of more than 131,072 characters", "第 2 行开始的一行有超过 131072 个字符的单元格")


def test_10000_columns_are_told_once_and_by_the_first_of_them() -> None:
    more = [f"c{number}" for number in range(10_000)]
    name = write("drill.csv", f"{HEADERS},{','.join(more)}\n{ROW},{','.join(more)}\n")
    findings = read_facts(name, BOOK).findings
    assert {found.code for found in findings} == {"unknown-column"}
    assert sum(found.count for found in findings) == 10_000
    assert len(findings) <= 201


def test_more_columns_than_any_sheet_has_are_refused() -> None:
    more = ",".join(f"c{number}" for number in range(20_000))
    refused(
        write("drill.csv", f"{HEADERS},{more}\n"), "line 1 has more than 16,384 cells", "第 1 行超过 16384 个单元格"
    )


def packed(name: str, megabytes: int) -> str:
    """A workbook whose sheet unpacks to spaces."""
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as whole:
        whole.writestr("[Content_Types].xml", "<Types/>")
        with whole.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            piece = b" " * 2**20
            for _ in range(megabytes):
                sheet.write(piece)
    return name


@pytest.mark.parametrize("megabytes", [300, 2100])
def test_a_small_workbook_that_unpacks_to_a_huge_one_is_not_opened(megabytes: int) -> None:
    name = packed("drill.xlsx", megabytes)
    assert Path(name).stat().st_size < 12_000_000
    refused(name, f"it would unpack to {megabytes:,} MB", f"解压后将达 {megabytes:,} MB")


@pytest.mark.parametrize("padded", [False, True], ids=["small", "padded"])
@pytest.mark.parametrize("dimension", ["A1:XFD1048576", "A1", "A1:E3", None])
def test_a_sheet_with_two_cells_far_apart_is_not_opened(dimension: str | None, *, padded: bool) -> None:
    """All cells between the first and the last would be made: the program would be out of memory at once."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "drill"
    for column, header in enumerate(HEADERS.split(","), 1):
        sheet.cell(1, column, header)
    sheet.cell(1_048_576, 16_384, "x")
    book.save("whole.xlsx")
    with zipfile.ZipFile("whole.xlsx") as source, zipfile.ZipFile("drill.xlsx", "w") as target:
        for each in source.infolist():
            data = source.read(each)
            if dimension is not None:
                data = data.replace(b'ref="A1:XFD1048576"', f'ref="{dimension}"'.encode())
            if padded and each.filename.startswith("xl/worksheets/"):
                data = data.replace(b"<sheetData>", b"<sheetData>" + b" " * 10_000_000)
            target.writestr(each, data, zipfile.ZIP_DEFLATED)
    assert MOST_CELLS < 16_384 * 1_048_576
    refused("drill.xlsx", "reaches over 17,179,869,184 cells", "范围达 17179869184 个单元格")


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    name = packed("drill.xlsx", 300)
    data = Path(name).read_bytes()
    told = (300 * 2**20).to_bytes(4, "little")
    assert told in data
    write(name, data.replace(told, (2**20).to_bytes(4, "little")))
    refused(name, "it is not a whole Excel workbook", "不是完整的 Excel 工作簿")


def test_a_workbook_that_is_cut_off_is_refused() -> None:
    for name, at_first in (("学校安全保卫.xlsx", "school.xlsx"), ("隐患台账.xls", "hazard.xls")):
        whole = (FOLDER / name).read_bytes()
        for part in (0.02, 0.3, 0.6, 0.9, 0.97):
            write(at_first, whole[: int(len(whole) * part)])
            with pytest.raises(DataError, match="it is not a whole Excel workbook"):
                read_facts(at_first, BOOK)


def test_a_damaged_workbook_gives_facts_or_a_data_error(capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)
    for name, given, times in (("学校安全保卫.xlsx", "school.xlsx", 60), ("隐患台账.xls", "hazard.xls", 12)):
        whole = (FOLDER / name).read_bytes()
        for _ in range(times):
            data = bytearray(whole)
            for _ in range(chance.randrange(1, 30)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            write(given, bytes(data))
            try:
                read_facts(given, BOOK)
            except DataError:
                continue
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("content", [b"<html><table></table></html>", "演练编号\t学校标识码\n".encode("gbk"), b""])
def test_a_workbook_in_name_only_is_refused(content: bytes) -> None:
    name = write("drill.xls", content)
    refused(name, "the file is empty" if not content else "it is named as an Excel workbook", "文件")


@pytest.mark.parametrize("name", ["drill.zip", "drill.csv.gz", "应急演练.rar"])
def test_packed_files_are_refused_with_a_word(name: str) -> None:
    refused(write(name, b"PK\x03\x04"), "it is packed; unpack it first", "这是压缩文件，请先解压")


TABLE = f"{HEADERS}\n{ROW}\n"


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (TABLE.replace("D1", "D\x001"), "there is a NUL byte at line 2", "第 2 行含有空字符（NUL）"),
        (TABLE.encode("utf-16-le"), "is not UTF-8", "不是 UTF-8 编码"),
        (TABLE.replace("A", "甲").encode()[: len(HEADERS.encode()) + 5], "breaks off within a character", "中断"),
        (
            b"drill_id,school_id\nD1,lyc\xe9,\n",
            "byte 0xe9 at line 2, column 7 is not UTF-8",
            "第 2 行第 7 个字节不是 UTF-8",
        ),
        (TABLE.encode() + b"D2,\xb0\xa1,2022-01-01,5,1\n", "byte 0xb0 at line 3, column 4 is not UTF-8", "第 3 行"),
        (b"\xef\xbb\xbf" + TABLE.encode("gbk"), "is not UTF-8", "不是 UTF-8 编码"),
        (TABLE.encode("utf-16")[:-1], "breaks off within a character", "中断"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "UTF-16", "UTF-16"),
        (b"\x80\x81\xff" * 9, "is not UTF-8", "不是 UTF-8 编码"),
    ],
    ids=["NUL", "UTF-16 without mark", "cut", "Latin", "two encodings", "mark", "odd", "halves", "bytes"],
)
def test_text_in_the_wrong_encoding_is_refused(content: str | bytes, english: str, chinese: str) -> None:
    name = write("drill.csv", content)
    refused(name, english, chinese)


def test_a_folder_named_as_a_file_is_told() -> None:
    Path("data/drill.csv").mkdir(parents=True)
    write("data/hazard.csv", "hazard_id,school_id,found_on,closed_on,major\nH1,A,2022-01-01,,1\n")
    told = [(found.code, found.severity, found.message["zh"]) for found in read_facts("data", BOOK).findings]
    assert told == [("unreadable-file", "error", "data/drill.csv 无法读取：这是文件夹，应为文件")]
    with pytest.raises(DataError, match=r"drill.csv: no files found"):
        read_facts("data/drill.csv", BOOK)


def test_links_in_circles_links_to_nowhere_and_pipes_are_told() -> None:
    Path("data").mkdir()
    Path("data/drill.csv").symlink_to("drill.csv")
    Path("data/school.csv").symlink_to("nowhere.csv")
    os.mkfifo("data/training.csv")
    with pytest.raises(DataError) as raised:
        read_facts("data", BOOK)
    assert raised.value.said("zh").splitlines() == [
        "data/drill.csv 无法读取：链接循环",
        "data/school.csv 无法读取：文件不存在",
        "data/training.csv 无法读取：不是文件",
    ]


@contextmanager
def without_rights() -> Iterator[None]:
    """As somebody who may not read everything, even where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_files_and_folders_that_may_not_be_read_are_told_in_both_languages(tmp_path: Path) -> None:
    Path("data").mkdir()
    Path("hazard.csv").touch()
    for path, mode in ((tmp_path, 0o755), (Path("hazard.csv"), 0o666), (Path(write("data/drill.csv", TABLE)), 0)):
        path.chmod(mode)
    with without_rights():
        refused("data/drill.csv", "permission denied", "没有读取权限")
    for folder, given in (("data", "data"), ("outer", "outer/data")):
        Path(folder).mkdir(exist_ok=True)
        Path(folder).chmod(0)
        with without_rights(), pytest.raises(DataError) as raised:
            read_facts(given, BOOK)
        Path(folder).chmod(0o755)
        assert raised.value.said("zh") == f"{given}：文件夹无法读取（没有读取权限）"
        assert raised.value.said("en") == f"{given}: the folder cannot be read (permission denied)"


def test_an_empty_sheet_and_a_header_alone_count_as_not_delivered() -> None:
    import xlsxwriter

    with xlsxwriter.Workbook("city.xlsx") as book:
        book.add_worksheet("应急演练")
        book.add_worksheet("安全隐患").write_row(0, 0, ["隐患编号", "学校标识码", "发现日期", "销号日期", "是否重大"])
    facts = read_facts("city.xlsx", BOOK)
    assert dict(facts.tables) == {}
    assert [(found.code, found.severity, found.entity) for found in facts.findings] == [
        ("no-rows", "error", "drill"),
        ("no-rows", "error", "hazard"),
    ]


def test_a_cut_off_table_of_text_is_told_where_it_ends() -> None:
    facts = read_facts(write("drill.csv", f"{TABLE}D2,A,2022-01-0"), BOOK)
    told = [(found.code, found.location and found.location.line) for found in facts.findings]
    assert ("no-day", 3) in told
    assert ("ragged-row", 3) in told
