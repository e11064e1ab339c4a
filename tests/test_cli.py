"""The command line: exit codes, options, their file, what is written where."""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE, system_language
from eduplan_rules.errors import EngineError

SOURCES = Path(__file__).resolve().parent.parent / "src"

RULES = """\
language: 1
entities:
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    name: county_name
    fields:
      county_id: {type: text}
      county_name: {type: text}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      students: {type: integer, unit: 人, min: 0}
      guards: {type: integer, unit: 人, min: 0}
      head: {type: text, personal: true, optional: true}
parameters:
  required_guards: {unit: 人, value: 2}
  students_maximum: {unit: 人, value: 1000, status: unverified}
rules:
  - id: safety.guards
    title: {zh: 专职保安达标, en: Enough guards}
    for: school
    require: guards >= required_guards
  - id: size.students
    title: {zh: 学校规模适度, en: School of a fit size}
    for: school
    require: students <= students_maximum
    severity: error
  - id: staff.head
    title: {zh: 校长到位, en: A head is in place}
    for: school
    require: head = "Li"
    severity: info
"""
HEADERS = "school_id,county_id,year,students,guards,head\n"
COUNTIES = "county_id,county_name\nC1,甲县\n"
GOOD = "S1,C1,2022,500,2,Li\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules, as the current one; what is unforeseen is raised, texts are English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "county.csv").write_text(COUNTIES, encoding="utf-8")
    return tmp_path


def deliver(rows: str) -> None:
    """Write the schools."""
    Path("data/school.csv").write_text(HEADERS + rows, encoding="utf-8")


def check(*arguments: str) -> int:
    return main(["check", "data", "--rules", "rules.yaml", "--as-of", "2022-12-31", *arguments])


VIOLATED = "S1,C1,2022,500,1,Li\n"
TOO_LARGE = "S1,C1,2022,2000,2,Li\n"
OTHER_HEAD = "S1,C1,2022,500,2,Wang\n"
UNKNOWN = GOOD + "S2,C1,2022,500,,Li\n"
DANGLING = "S1,C9,2022,500,2,Li\n"
TWICE = GOOD + GOOD


@pytest.mark.parametrize(
    ("rows", "arguments", "code"),
    [
        (GOOD, [], 0),
        (VIOLATED, [], 1),
        (VIOLATED, ["--fail-on", "never"], 0),
        (VIOLATED, ["--ignore", "safety"], 0),
        (VIOLATED, ["--select", "size.students"], 0),
        # lowered to a warning, for the standard is unverified
        (TOO_LARGE, [], 0),
        (TOO_LARGE, ["--fail-on", "warning"], 1),
        (OTHER_HEAD, ["--fail-on", "warning"], 0),
        (OTHER_HEAD, ["--fail-on", "info"], 1),
        (DANGLING, [], 1),
        (DANGLING, ["--fail-on", "never"], 0),
        (TWICE, [], 0),
        (TWICE, ["--fail-on", "warning"], 1),
        (TWICE, ["--fail-on", "info"], 1),
        (UNKNOWN, [], 0),
        (UNKNOWN, ["--strict"], 1),
        (UNKNOWN, ["--strict", "--fail-on", "never"], 0),
        (UNKNOWN, ["--strict", "--no-strict"], 0),
        (GOOD, ["--strict"], 0),
        (GOOD, ["--periods", "2021"], 3),
        (GOOD, ["--periods", "2021", "--fail-on", "never"], 3),
        (GOOD, ["--periods", "2021..2023"], 0),
        (GOOD, ["--as-of", "2021-06-01"], 3),
        ("", ["--fail-on", "never"], 3),
    ],
)
def test_the_exit_code_follows_from_the_gate(rows: str, arguments: list[str], code: int) -> None:
    deliver(rows)
    assert check(*arguments, "--quiet") == code


def test_a_rule_without_data_is_an_error_when_strict() -> None:
    deliver(GOOD)
    entities = "entities: {drill: {key: id, fields: {id: {type: text}}}}\n"
    more = f'{entities}rules: [{{id: a.b, title: t, for: drill, require: id != "x"}}]'
    Path("more.yaml").write_text(more, encoding="utf-8")
    assert check("--rules", "more.yaml", "--quiet") == 0
    assert check("--rules", "more.yaml", "--quiet", "--strict") == 1


def test_a_folder_without_facts_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    Path("data/county.csv").unlink()
    assert check("--fail-on", "never") == 3
    assert capsys.readouterr().err.startswith("error: data: no files found")


def test_facts_that_no_rule_speaks_about_are_no_success() -> None:
    assert check("--fail-on", "never", "--quiet") == 3


def test_a_missing_folder_of_facts_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere", "--rules", "rules.yaml", "--as-of", "2022-12-31"]) == 3
    assert capsys.readouterr().err == "error: nowhere: there is no such file or folder\n"


def test_mistakes_in_the_rulebook_are_shown_with_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules.yaml").write_text(RULES.replace("guards >=", "guard >="), encoding="utf-8")
    deliver(GOOD)
    assert check() == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert re.search(r"^rules.yaml:\d+:14: error\[unknown-name\]", output.err)
    assert output.err.endswith("error: the rulebook has 1 mistake; nothing was evaluated\n")


def test_warnings_about_the_rulebook_are_not_fatal(capsys: pytest.CaptureFixture[str]) -> None:
    rules = RULES.replace("students: {type: integer, unit: 人, min: 0}", 'students: {type: number, unit: "%"}')
    rules = rules.replace("students <= students_maximum", "students <= 90")
    Path("rules.yaml").write_text(rules, encoding="utf-8")
    deliver(GOOD)
    assert check("--select", "safety", "--fail-on", "never") == 0
    output = capsys.readouterr()
    assert "warning[percent-of-bare-number]" in output.err
    assert "PASSED" in output.out
    assert check("--select", "safety", "--fail-on", "never", "--quiet") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--as-of", "2022-13-01"], "--as-of is `2022-13-01`, expected a day such as 2022-12-31"),
        (["--periods", "lately"], "--periods is `lately`, expected latest, all, one such as 2022"),
        (["--periods", "2023..2021"], "--periods is `2023..2021`"),
        (["--periods", "2022.."], "--periods is `2022..`"),
        (["--select", "safety.gards"], "--select `safety.gards` names no rule, expected a rule id, its beginning, a"),
        (["--select", "safety.gards"], "did you mean `safety.guards`?"),
        (["--ignore", "P99"], "--ignore `P99` names no rule"),
        (["--ignore", "error", "--ignore", "info"], "no rule is left to evaluate"),
        (["--out", "report.pdf"], "--out is `report.pdf`, expected a file that ends in .json .jsonl .csv .txt"),
        (["--out", "no/report.csv"], "--out is `no/report.csv`, but there is no folder `no`"),
        (["--out", "folder.csv"], "--out is `folder.csv`, which is a folder"),
        (["--fail-on", "eror"], "--fail-on"),
        (["--format", "xml"], "--format"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_said_before_any_work(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("folder.csv").mkdir()
    deliver(VIOLATED)
    assert check(*arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err


def test_without_facts_nothing_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--rules", "rules.yaml"]) == 2
    assert capsys.readouterr().err.startswith("error: no FACTS given")


def test_without_a_day_today_is_taken_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    deliver(GOOD)
    assert main(["check", "data", "--rules", "rules.yaml"]) == 0
    assert re.fullmatch(r"no --as-of given: taking today, \d{4}-\d\d-\d\d\n", capsys.readouterr().err)


def test_files_are_written_beside_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    deliver(VIOLATED)
    names = ["report.json", "report.jsonl", "report.csv", "report.txt"]
    assert check(*(word for name in names for word in ("--out", name))) == 1
    output = capsys.readouterr()
    assert output.err == "".join(f"wrote {name}\n" for name in names)
    assert output.out == Path("report.txt").read_text("utf-8")
    assert json.loads(Path("report.json").read_text("utf-8"))["totals"]["safety.guards"]["violated"] == 1
    (line,) = Path("report.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["rule"] == "safety.guards"
    assert Path("report.csv").read_bytes().startswith(b"\xef\xbb\xbfrule,clause,")
    assert check("--out", "report.json", "--quiet") == 1
    assert capsys.readouterr() == ("", "FAILED: 1 violation at or above error (exit code 1)\n")
    assert check("--quiet", "--fail-on", "never") == 0
    assert capsys.readouterr() == ("", "")


def test_standard_output_takes_each_format(capsys: pytest.CaptureFixture[str]) -> None:
    deliver(VIOLATED)
    assert check("--format", "json", "--quiet", "--lang", "zh") == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["format"] == "eduplan_rules.report/1"
    assert told.err == "未通过：错误及以上有 1 项不达标（退出码 1）\n"
    assert check("--format", "jsonl") == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "violated"
    assert check("--format", "csv", "--lang", "zh") == 1
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert row["within"] == "甲县"
    assert row["message"].startswith("专职保安达标：")


def test_personal_fields_are_let_out_on_demand_only() -> None:
    deliver(OTHER_HEAD)
    assert check("--out", "hidden.json", "--out", "hidden.csv", "--out", "hidden.txt", "--quiet") == 0
    assert not any("Wang" in path.read_text("utf-8") for path in Path().glob("hidden.*"))
    assert check("--out", "shown.json", "--show-personal", "--quiet") == 0
    assert "Wang" in Path("shown.json").read_text("utf-8")


@pytest.mark.parametrize("name", ["eduplan.toml", "pyproject.toml"])
def test_options_may_stand_in_a_file_and_the_command_line_wins(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(TOO_LARGE)
    options = 'facts = "data"\nrules = ["rules.yaml"]\nas-of = 2022-12-31\nperiods = 2022\nquiet = true\n'
    header = "" if name == "eduplan.toml" else "[tool.eduplan_rules]\n"
    Path(name).write_text(header + options + "fail-on = 'warning'\n", encoding="utf-8")
    assert main(["check"]) == 1
    assert capsys.readouterr().err == "FAILED: 1 violation at or above warning (exit code 1)\n"
    assert main(["check", "--fail-on", "error"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["check", "--no-quiet", "--lang", "zh"]) == 1
    assert "核查日期  2022-12-31，时期 2022" in capsys.readouterr().out


def test_options_of_a_folder_above_count_and_their_paths_start_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(VIOLATED)
    Path("eduplan.toml").write_text('facts = ["data"]\nrules = "rules.yaml"\nas-of = "2022-12-31"\n', encoding="utf-8")
    below = Path("a/b")
    below.mkdir(parents=True)
    (below / "pyproject.toml").write_text('[project]\nname = "other"\n', encoding="utf-8")
    monkeypatch.chdir(below)
    assert main(["check"]) == 1
    assert "../../data/school.csv:2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail_on = 'error'", "eduplan.toml: there is no option `fail_on`; did you mean `fail-on`?"),
        ("nonsense = 1", "eduplan.toml: there is no option `nonsense`"),
        ("fail-on = 'eror'", 'eduplan.toml: `fail-on` is "eror", expected one of error, warning, info and never'),
        ("strict = 'yes'", 'eduplan.toml: `strict` is "yes", expected true or false'),
        ("select = [1]", "eduplan.toml: `select` is [1], expected a text or a list of texts"),
        ("as-of = 2022", "eduplan.toml: `as-of` is 2022, expected a day such as 2022-12-31"),
        ("periods = true", "eduplan.toml: `periods` is true, expected a text"),
        ("= 1", "eduplan.toml: Invalid statement"),
    ],
)
def test_a_wrong_options_file_ends_the_run(text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("eduplan.toml").write_text(text, encoding="utf-8")
    assert check() == 2
    assert capsys.readouterr().err.startswith(f"error: {message}")


def test_everything_wrong_in_an_options_file_is_told_in_one_go(capsys: pytest.CaptureFixture[str]) -> None:
    Path("eduplan.toml").write_text("strict = 'yes'\nquiet = true\nfail_on = 'eror'\nselect = [1]\n", encoding="utf-8")
    assert check() == 2
    assert capsys.readouterr().err.splitlines() == [
        'error: eduplan.toml: `strict` is "yes", expected true or false',
        "eduplan.toml: there is no option `fail_on`; did you mean `fail-on`?",
        "eduplan.toml: `select` is [1], expected a text or a list of texts",
    ]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh", "LANG": "en_US"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_system(environment: dict[str, str], language: str) -> None:
    assert system_language(environment) == language


def test_errors_speak_the_language(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert check("--periods", "lately") == 2
    assert capsys.readouterr().err.startswith("错误：--periods 的值 `lately` 无法识别")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["check", "--help"], ["check", "-h", "--lang", "zh"]])
def test_help_is_shown(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("Usage: eduplan-rules")


@pytest.mark.parametrize(("language", "sentence"), [("en", "The day the check is about"), ("zh", "核查日期，默认今天")])
def test_help_speaks_the_language(language: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", f"--lang={language}", "--help"]) == 0
    output = capsys.readouterr().out
    assert sentence in output
    assert "eduplan-rules check data/ --as-of 2022-12-31 --out report.json" in output


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"eduplan-rules \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_what_is_unforeseen_goes_to_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*arguments: object, **options: object) -> None:
        raise RuntimeError("the sky fell\non us")

    monkeypatch.setattr("eduplan_rules.run.evaluate", break_down)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    deliver(GOOD)
    with pytest.raises(RuntimeError):
        check()
    monkeypatch.delenv(RAISE)
    assert check() == 3
    (file,) = folder.glob("eduplan-rules-crash-*.txt")
    told = capsys.readouterr().err
    assert told.startswith("internal error: RuntimeError: the sky fell\n")
    assert told.endswith(f"{file}\n")
    content = file.read_text("utf-8")
    assert all(word in content for word in ("command: ", "python: 3.", "polars: ", "Traceback", "the sky fell"))


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (EngineError("out of memory", "safety.guards"), 3, "error: safety.guards: out of memory\n"),
    ],
)
def test_interruptions_and_engine_errors_are_no_crash(
    error: BaseException, code: int, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr("eduplan_rules.run.evaluate", stop)
    deliver(GOOD)
    assert check() == code
    assert capsys.readouterr().err == message


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "eduplan_rules.cli", *arguments]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    return {**kept, "PYTHONPATH": str(SOURCES), **more}


CHECK = ("check", "data", "--rules", "rules.yaml", "--as-of", "2022-12-31")


def test_a_reader_that_goes_away_changes_nothing() -> None:
    deliver("".join(f"S{number},C1,2022,500,1,Li\n" for number in range(2000)))
    process = subprocess.Popen(
        command(*CHECK, "--format", "jsonl"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"{")
    process.stdout.close()
    assert process.wait() == 1
    assert process.stderr.read() == b"FAILED: 2,000 violations at or above error (exit code 1)\n"
    process.stderr.close()


@pytest.mark.parametrize(("more", "coloured"), [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals(more: dict[str, str], coloured: bool) -> None:  # noqa: FBT001
    pty = pytest.importorskip("pty")
    deliver(VIOLATED)
    ours, theirs = pty.openpty()
    result = subprocess.run(
        command(*CHECK), env=environment(**more), stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert result.returncode == 1
    assert (b"\x1b[" in shown) is coloured
    assert b"FAILED" in shown


def test_the_command_line_itself_loads_nothing_heavy() -> None:
    code = "import sys, eduplan_rules.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"polars", "pydantic", "lark", "rich", "yaml"}.intersection(loaded) == set()


@pytest.mark.parametrize(("language", "told"), [("zh", "没有适用的项目"), ("en", "no member applies")])
def test_a_list_that_every_member_left_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, told: str
) -> None:
    rules, facts = tmp_path / "members.yaml", tmp_path / "s.csv"
    rules.write_text(
        "language: 1\nentities: {s: {key: id, fields: {id: {type: text}, n: {type: integer}}}}\n"
        "rules:\n  - {id: q.q, for: s, require: {all: [{that: n > 1, where: n > 100}]}}\n",
        encoding="utf-8",
    )
    facts.write_text("id,n\na,5\n", encoding="utf-8")
    assert main(["check", str(facts), "--rules", str(rules), "--as-of", "2022-12-31", "--lang", language]) == 1
    assert told in capsys.readouterr().out
