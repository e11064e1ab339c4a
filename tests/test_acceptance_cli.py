"""The table "What counts" of the README, line by line, from the command line."""

import json
from pathlib import Path

import pytest

from eduplan_rules.cli.app import main

RULES = """
entities:
  school:
    key: id
    period: year
    fields: {id: {type: text}, guards: {type: integer}}
rules:
  - {id: safety.guards, title: Guards, for: school, require: guards >= 3}
"""
WAIVER = """waivers:
  - rule: safety.guards
    subjects: [a]
    reason: merged
    approved_by: county
    basis: {document: 县教〔2022〕1号}
    valid_from: 2022-01-01
    valid_until: 2022-06-30
"""
TOLERANCE = '[tolerate."safety.guards"]\ncount = %d\nby = "county"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(WAIVER, encoding="utf-8")
    facts(tmp_path, "a,2022,1")
    return tmp_path


def facts(folder: Path, *rows: str) -> None:
    (folder / "school.csv").write_text("id,year,guards\n" + "\n".join(rows) + "\n", encoding="utf-8")


def check(*options: str, day: str = "2022-06-30") -> int:
    return main(["check", "school.csv", "--rules", "rules.yaml", "--as-of", day, "--lang", "en", *options])


def draw(*options: str) -> int:
    return main(["baseline", "school.csv", "--rules", "rules.yaml", "--as-of", "2022-06-30", "--lang", "en", *options])


def test_a_violation_counts(folder: Path) -> None:
    assert check() == 1
    assert check("--fail-on", "never") == 0


def test_a_waived_violation_does_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--waivers", "waivers.yaml", "--out", "report.json") == 0
    assert "1 waived" in capsys.readouterr().out
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["violations"][0]["standing"] == "waived"
    assert report["acceptance"]["waived"] == 1


def test_an_expired_waiver_takes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--waivers", "waivers.yaml", day="2022-07-01") == 1
    assert "[waiver-expired]" in capsys.readouterr().out


def test_no_waivers_sets_all_of_them_aside(folder: Path) -> None:
    (folder / "eduplan.toml").write_text('waivers = "waivers.yaml"\n', encoding="utf-8")
    assert check() == 0
    assert check("--no-waivers") == 1


def test_a_waiver_that_takes_more_than_its_number_fails_the_run(folder: Path) -> None:
    text = WAIVER.replace("subjects: [a]", "where: guards < 3\n    at_most: 1")
    (folder / "waivers.yaml").write_text(text, encoding="utf-8")
    assert check("--waivers", "waivers.yaml") == 0
    facts(folder, "a,2022,1", "b,2022,2")
    assert check("--waivers", "waivers.yaml") == 1


def test_what_is_in_the_baseline_does_not_count_and_what_is_new_does(folder: Path) -> None:
    assert draw() == 0
    assert check("--baseline", "baseline.json") == 0
    facts(folder, "a,2022,1", "b,2022,2")
    assert check("--baseline", "baseline.json") == 1


def test_an_empty_baseline_accepts_nothing(folder: Path) -> None:
    facts(folder, "a,2022,3")
    assert draw() == 0
    facts(folder, "a,2022,1")
    assert check("--baseline", "baseline.json") == 1


def test_an_entry_that_is_gone_is_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw() == 0
    facts(folder, "a,2022,3")
    assert check("--baseline", "baseline.json") == 0
    assert "[baseline-gone]" in capsys.readouterr().out
    assert check("--baseline", "baseline.json", "--fail-on", "warning") == 1


def test_a_baseline_is_written_anew_only_when_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw("--to", "accepted.json") == 0
    before = (folder / "accepted.json").read_bytes()
    facts(folder, "a,2022,1", "b,2022,2")
    assert draw("--to", "accepted.json") == 2
    assert "--update" in capsys.readouterr().err
    assert check("--baseline", "accepted.json") == 1
    assert (folder / "accepted.json").read_bytes() == before
    assert draw("--to", "accepted.json", "--update") == 0
    assert check("--baseline", "accepted.json") == 0


@pytest.mark.parametrize(("number", "code"), [(1, 1), (2, 0)])
def test_what_is_tolerated_does_not_count_until_there_is_more(folder: Path, number: int, code: int) -> None:
    facts(folder, "a,2022,1", "b,2022,2", "c,2022,3")
    (folder / "eduplan.toml").write_text(TOLERANCE % number, encoding="utf-8")
    assert check() == code


def test_waivers_then_the_baseline_then_tolerances(folder: Path) -> None:
    facts(folder, "b,2022,1")
    assert draw() == 0
    facts(folder, "a,2022,1", "b,2022,1", "c,2022,1")
    (folder / "eduplan.toml").write_text(TOLERANCE % 1, encoding="utf-8")
    options = ("--waivers", "waivers.yaml", "--baseline", "baseline.json")
    assert check(*options, "--out", "report.json") == 0
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [each["standing"] for each in report["violations"]] == ["waived", "accepted", "tolerated"]
    assert check(*options[:2]) == 1


def test_what_is_unknown_is_taken_by_none_of_them(folder: Path) -> None:
    assert draw() == 0
    facts(folder, "a,2022,", "b,2022,3")
    (folder / "eduplan.toml").write_text(TOLERANCE % 9, encoding="utf-8")
    assert check("--waivers", "waivers.yaml", "--baseline", "baseline.json") == 0
    assert check("--waivers", "waivers.yaml", "--baseline", "baseline.json", "--strict") == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[tolerate."safety.guard"]\ncount = 1\nby = "county"', "did you mean `safety.guards`?"),
        ('[tolerate."safety.guards"]\ncount = 1', "who lets it pass"),
        ('[tolerate."safety.guards"]\nshare = 5\nby = "county"', "from 0 to 1"),
        ('[tolerate."safety.guards"]\ncount = 1\nshare = 0.1\nby = "county"', "`count`"),
        ("tolerate = 3", "a table for each rule"),
        ('baseline = "nowhere.json"', "there is no baseline nowhere.json"),
        ('waivers = "nowhere.yaml"', "no such file"),
    ],
)
def test_mistakes_end_the_run_with_a_sentence(
    folder: Path, content: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "eduplan.toml").write_text(content, encoding="utf-8")
    assert check() == 2
    assert told in capsys.readouterr().err


def test_a_mistake_in_a_waiver_has_its_place_in_the_language_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "waivers.yaml").write_text(WAIVER.replace("safety.guards", "safety.guard"), encoding="utf-8")
    assert check("--waivers", "waivers.yaml", "--lang", "zh") == 2
    told = capsys.readouterr().err
    assert "waivers.yaml:2:11" in told
    assert "`safety.guards`" in told
    assert "错误" in told


def test_no_baseline_is_drawn_of_facts_that_could_not_be_judged(folder: Path) -> None:
    (folder / "school.csv").write_bytes(b"\xff\xfe\x00")
    assert draw() == 3
    assert not (folder / "baseline.json").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "不是 JSON"),
        ("[]", "应为基线"),
        ('{"format": "eduplan_rules.baseline/1"}', "应有列表 `entries`"),
        ('{"format": "eduplan_rules.baseline/1", "entries": [3]}', "第 1 项应为对象"),
        (
            (
                '{"format": "eduplan_rules.baseline/1", "entries": ['
                '{"series": "a", "rule": "b", "entity": "c", "count": 0}]}'
            ),
            "第 1 项的 `count` 应为不小于 1 的整数",
        ),
    ],
)
def test_what_is_wrong_in_a_baseline_is_told_in_the_language_asked_for(
    folder: Path, content: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "base.json").write_text(content, encoding="utf-8")
    assert check("--baseline", "base.json", "--lang", "zh") == 2
    said = capsys.readouterr().err
    assert said.startswith("错误：base.json")
    assert told in said
