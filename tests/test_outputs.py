"""Outputs of `check`: annotations, Markdown, Parquet, and several files in one pass from the command line."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import delivered
import eduplan_rules as er
from eduplan_rules.cli import main
from eduplan_rules.render.github import GithubSink
from eduplan_rules.render.markdown import plain, render_markdown
from eduplan_rules.render.parquet import SCHEMA, ParquetSink
from eduplan_rules.render.sink import pour
from eduplan_rules.render.text import render_text
from eduplan_rules.render.words import Language
from eduplan_rules.reports.columns import COLUMNS


def commands(report: er.Report, language: Language = "en", *, strict: bool = False) -> list[str]:
    file = io.StringIO()
    pour(report, [GithubSink(report, file, language, strict=strict)])
    return file.getvalue().splitlines()


def test_annotations_come_at_their_level_with_file_and_line() -> None:
    lines = commands(delivered.mixed())
    assert [line.split(" ")[0] for line in lines] == [
        "::error", "::error", "::warning", "::warning", "::notice",
    ]  # fmt: skip
    assert re.fullmatch(
        r"::error file=[^,]*school\.csv,line=2,title=Enough guards \(safety\.guards\)"
        r"::School S1 第1小学, County C1, 2022: guards of 第1小学: 1%0Agap 1 person%0AP14 四\(九\), GB/T 29315-2022"
        r"%0Aresponsible: Education bureau",
        lines[0],
    )
    finding = next(line for line in lines if "empty-cell" in line)
    assert ",line=5,title=Finding about the delivered data%3A empty-cell::School S4 2022: " in finding


def test_signs_of_the_data_do_not_end_a_command() -> None:
    (line, *_) = commands(delivered.report(delivered.school(1, guards=1, school_name='"50%\n::error::x"')))
    assert "50%25" in line
    assert "\n" not in line


def test_no_more_than_github_shows_and_how_many_are_left_out_is_said() -> None:
    schools = [delivered.school(number, guards=0, students=2000) for number in range(40)]
    lines = commands(delivered.report(*schools))
    levels = [line.split(" ")[0] for line in lines]
    assert levels == ["::error"] * 10 + ["::warning"] + ["::notice"] * 10
    assert lines[-1].endswith("::30 errors and 31 notes more, not shown here; all of them: --out report.json")
    assert commands(delivered.report(*schools), "zh")[-1].endswith(
        "::另有30 个错误、31 个提示未在此显示；查看全部：--out report.json"
    )


def test_what_does_not_count_is_not_annotated() -> None:
    lines = commands(delivered.accepted(delivered.mixed(), "waived", "accepted"))
    assert [line for line in lines if line.startswith("::error")] == []


def test_what_fails_a_strict_run_is_annotated() -> None:
    lines = commands(delivered.mixed(), strict=True)
    (unknown,) = [line for line in lines if "undecided" in line]
    assert re.match(r"::error file=[^,]*school\.csv,line=5,title=Enough guards \(safety\.guards\)::School S4 ", unknown)
    silent = er.evaluate(delivered.book(), {"school": [delivered.school(1)]}, as_of="2022-12-31")
    assert commands(silent) == [line for line in commands(silent, strict=True) if "no data" not in line]
    line = delivered.RULES.splitlines().index("  - id: safety.all-guarded") + 1
    assert commands(silent, "zh", strict=True)[0] == (
        f"::error file=规则/rules a.yaml,line={line},title=全部学校保安达标 (safety.all-guarded)"
        "::全部学校保安达标：没有数据，未作任何判定"
    )


def test_the_command_annotates_what_fails_a_strict_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yaml").write_text(delivered.RULES, encoding="utf-8")
    Path("school.csv").write_text(
        delivered.feed(delivered.school(1), delivered.school(4, guards=None)), encoding="utf-8"
    )
    asked = ["check", "school.csv", "--rules", "rules.yaml", "--as-of", "2022-12-31", "--lang", "en"]
    assert main([*asked, "--format", "github"]) == 0
    assert "::error" not in capsys.readouterr().out
    assert main([*asked, "--format", "github", "--strict", "--out", "all.sarif", "--out", "all.xml"]) == 1
    assert capsys.readouterr().out.count("::error") == 2
    assert Path("all.xml").read_text("utf-8").count("<failure") == 2
    results = json.loads(Path("all.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert [each["ruleId"] for each in results if each["level"] == "error"] == ["safety.guards", "safety.all-guarded"]


def page(report: er.Report, language: Language = "en") -> str:
    tallies, decision = delivered.judged(report)
    return render_markdown(report, tallies, decision, language=language)


def test_the_markdown_page_reads_well() -> None:
    text = re.sub(r"\([0-9a-f]{12}\)", "(digest)", page(delivered.mixed()))
    text = re.sub(r"`[^`]*/(\w+\.csv)", r"`\1", text)
    assert text.startswith(
        """\
## Commitments of the plan: FAILED

FAILED: 2 violations at or above error (exit code 1)

- Day: 2022-12-31
- Rulebook: 3 rules (digest)
- Scope: 0 of 3 rules had no data

| Rule | violated | unknown | not due | satisfied | n/a |
| --- | ---: | ---: | ---: | ---: | ---: |
| `safety.guards` Enough guards (P14) | 2 | 1 | 1 | 1 | 0 |
"""
    )
    assert (
        "- **error** `safety.guards` School S1 第1小学, County C1, 2022: guards of 第1小学: 1"
        "<br>gap 1 person; P14 四(九), GB/T 29315-2022; responsible: Education bureau<br>`school.csv:2`\n"
    ) in text
    assert "### Findings about the data\n\n- **warning** `empty-cell` “Guards” is empty" in text


def test_the_markdown_page_counts_apart_what_does_not_count() -> None:
    report = delivered.accepted(delivered.mixed(), "waived", "tolerated")
    assert "Counted apart: 1 waived and 1 within the tolerance\n" in page(report)
    assert "不计入：1 项已豁免、1 项在容许范围内\n" in page(report, "zh")


@pytest.mark.parametrize(
    ("standings", "apart", "first"),
    [
        ([], None, "error"),
        (["waived"], "Counted apart: 1 waived", "error"),
        (["accepted", "waived"], "Counted apart: 1 waived and 1 accepted by the baseline", "warning"),
    ],
)
def test_the_text_counts_apart_what_does_not_count(standings: list[str], apart: str | None, first: str) -> None:
    report = delivered.accepted(delivered.mixed(), *standings)
    text = render_text(report, *delivered.judged(report), language="en")
    assert next((line for line in text.splitlines() if line.startswith("Counted")), None) == apart
    assert text.partition("\nViolations\n")[2].split()[0] == first


def test_a_clean_report_is_a_short_page() -> None:
    text = page(delivered.report(delivered.school(1)))
    assert "No violations." in text
    assert "No findings about the data." in text
    assert "3 rules without violations or unknowns, 0 rules without data" in text
    assert "|" not in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a|b", r"a\|b"),
        ("<script>&", "&lt;script&gt;&amp;"),
        ("@city/office", "&#64;city/office"),
        ("[x](y) *b* `c` #1 $m$", r"\[x\](y) \*b\* \`c\` \#1 \$m\$"),
        ("two\n\nlines", "two lines"),
    ],
)
def test_signs_of_the_data_are_no_markdown(text: str, told: str) -> None:
    assert plain(text) == told


def frame(report: er.Report) -> pl.DataFrame:
    file = io.BytesIO()
    pour(report, [ParquetSink(file)])
    file.seek(0)
    return pl.read_parquet(file)


def test_parquet_has_the_columns_of_the_report_and_the_messages() -> None:
    report = delivered.accepted(delivered.mixed(), "waived")
    found = frame(report)
    assert dict(found.schema) == SCHEMA
    assert_frame_equal(found.select(list(COLUMNS)), report.violations.to_polars())
    assert found["message_zh"].to_list() == [each.message["zh"] for each in report.violations]
    assert found["id"].to_list() == [each.id for each in report.violations]
    assert sorted(found["standing"]) == ["open", "open", "open", "waived"]


def test_parquet_of_nothing_has_columns(tmp_path: Path) -> None:
    found = frame(delivered.report(delivered.school(1)))
    assert (found.height, dict(found.schema)) == (0, SCHEMA)


def test_parquet_waits_in_pieces_and_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eduplan_rules.render.parquet._PIECE", 7)
    report = delivered.report(*(delivered.school(number, guards=0) for number in range(40)))
    assert_frame_equal(frame(report).select(list(COLUMNS)), report.violations.to_polars())


# the command line

ENDINGS = ["json", "jsonl", "csv", "txt", "xml", "sarif", "md", "parquet", "xlsx"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rules.yaml").write_text(delivered.RULES, encoding="utf-8")
    Path("data").mkdir()
    Path("data/school.csv").write_text(delivered.feed(*delivered.MIXED), encoding="utf-8")
    Path("data/county.csv").write_text("county_id,year\nC1,2022\n", encoding="utf-8")
    return tmp_path


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(name).read_text("utf-8-sig").splitlines()))


def check(*arguments: str) -> int:
    return main(["check", "data", "--rules", "rules.yaml", "--as-of", "2022-12-31", "--lang", "en", *arguments])


def test_every_ending_is_written_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"report.{ending}" for ending in ENDINGS] + ["other.sarif.json"]
    assert check("--quiet", *(word for name in names for word in ("--out", name))) == 1
    assert all(Path(name).stat().st_size for name in names)
    assert json.loads(Path("other.sarif.json").read_text("utf-8")) == json.loads(
        Path("report.sarif").read_text("utf-8")
    )
    assert check("--format", "sarif", "--quiet") == 1
    assert capsys.readouterr().out == Path("report.sarif").read_text("utf-8")


@pytest.mark.parametrize(
    ("form", "ending"), [("junit", "xml"), ("markdown", "md"), ("json", "json"), ("csv", "csv"), ("jsonl", "jsonl")]
)
def test_what_is_shown_is_what_is_written(form: str, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--format", form, "--out", f"report.{ending}", "--quiet") == 1
    assert capsys.readouterr().out == Path(f"report.{ending}").read_text("utf-8-sig")


def test_annotations_go_to_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--format", "github", "--out", "report.csv") == 1
    told = capsys.readouterr()
    assert told.out.startswith("::error file=data/school.csv,line=2,title=")
    assert told.err.splitlines()[-1] == "FAILED: 2 violations at or above error (exit code 1)"
    assert len(rows("report.csv")) == 4


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a.csv", "./a.csv"], "--out is `./a.csv` twice"),
        (["data/school.csv"], "--out is `data/school.csv`, which is a file of the feed"),
    ],
)
def test_a_file_is_not_written_over(names: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("data/school.csv").read_bytes()
    assert check("data/school.csv", *(word for name in names for word in ("--out", name))) == 2
    assert message in capsys.readouterr().err
    assert Path("data/school.csv").read_bytes() == before
    assert not Path("a.csv").exists()


def test_without_the_extra_excel_is_refused_before_any_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("eduplan_rules.cli.outputs.find_spec", lambda name: None)
    assert check("--out", "report.xlsx") == 2
    assert "pip install 'eduplan-rules[excel]'" in capsys.readouterr().err


def test_personal_fields_are_let_out_on_demand_only() -> None:
    rules = delivered.RULES.replace("school_name: {type: text}", "school_name: {type: text, personal: true}")
    Path("rules.yaml").write_text(rules, encoding="utf-8")
    texts = [ending for ending in ENDINGS if ending not in ("parquet", "xlsx")]
    for option, shown in (("--hide-personal", False), ("--show-personal", True)):
        assert check("--quiet", option, *(word for ending in ENDINGS for word in ("--out", f"report.{ending}"))) == 1
        told = {ending: Path(f"report.{ending}").read_text("utf-8") for ending in texts}
        told["parquet"] = str(pl.read_parquet("report.parquet").rows())
        told["xlsx"] = str([list(page.values) for page in openpyxl.load_workbook("report.xlsx")])
        assert {ending for ending, text in told.items() if "第1小学" in text} == (set(ENDINGS) if shown else set())


def test_the_sheet_of_a_workbook_is_told_with_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    for file in Path("data").iterdir():
        file.unlink()
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "学校"
    for row in csv.reader(delivered.feed(*delivered.MIXED[:1]).splitlines()):
        page.append(row)
    book.save("data/市里.xlsx")
    assert check("--format", "github", "--select", "safety.guards", "--out", "report.sarif", "--out", "report.xml") == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::error file=data/市里.xlsx,line=2,")
    assert line.endswith("%0Adata/市里.xlsx[学校]:2")
    (result,) = json.loads(Path("report.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert result["message"]["text"].endswith("\ndata/市里.xlsx[学校]:2")
    assert result["locations"][0]["logicalLocations"][1] == {"kind": "sheet", "fullyQualifiedName": "学校"}
    assert "data/市里.xlsx[学校]:2</failure>" in Path("report.xml").read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_full_disk_names_the_file_and_leaves_no_half_of_another(
    ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(f"full.{ending}").symlink_to("/dev/full")
    schools = [delivered.school(number, guards=0) for number in range(400)]
    Path("data/school.csv").write_text(delivered.feed(*schools), encoding="utf-8")
    assert check("--quiet", "--out", "whole.csv", "--out", f"full.{ending}") == 3
    assert capsys.readouterr().err == f"error: full.{ending} cannot be written: No space left on device\n"
    assert not Path("whole.csv").exists()
    assert Path(f"full.{ending}").is_symlink()


def test_a_reader_that_goes_away_does_not_end_the_files() -> None:
    schools = [delivered.school(number, guards=0) for number in range(3000)]
    Path("data/school.csv").write_text(delivered.feed(*schools), encoding="utf-8")
    command = [sys.executable, "-m", "eduplan_rules.cli", "check", "data", "--rules", "rules.yaml", "--quiet"]
    command += ["--as-of", "2022-12-31", "--format", "jsonl", "--out", "report.csv", "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)) as job:
        assert job.stdout is not None
        assert job.stderr is not None
        job.stdout.readline()
        job.stdout.close()
        assert "Traceback" not in job.stderr.read().decode()
        assert job.wait() == 1
    assert len(rows("report.csv")) == 3001
