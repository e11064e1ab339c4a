"""What a check may write over and what it takes away: never what it reads, always the report of an earlier run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from eduplan_rules.cli import main

RULES = """
entities:
  school:
    key: id
    period: year
    fields: {id: {type: text}, guards: {type: integer}}
rules:
  - {id: safety.guards, title: Guards, for: school, require: guards >= 3}
"""
FEED = "id,year,guards\na,2022,3\n"
BROKEN = "\0"
#: every way to end without a report: what is in the folder, what is asked
ENDS_EARLY = {
    "no rules": ({}, ("--rules", "nowhere.yaml"), 2),
    "wrong rules": ({"rules.yaml": RULES.replace("guards >= 3", "gards >= 3")}, (), 2),
    "wrong day": ({}, ("--as-of", "yesterday"), 2),
    "no such rule": ({}, ("--select", "safety.gards"), 2),
    "no baseline": ({}, ("--baseline", "nowhere.json"), 2),
    "wrong feeds": ({"feed/feeds.yaml": "feeds: 3\n"}, (), 2),
    "one output wrong": ({}, ("--out", "nowhere/other.json"), 2),
    "nothing readable": ({"feed/school.csv": BROKEN}, (), 3),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("rules.yaml", RULES)
    write("feed/school.csv", FEED)
    return tmp_path


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def check(*arguments: str, facts: str = "feed") -> int:
    asked = ["check", facts, "--rules", "rules.yaml", "--as-of", "2022-12-31", "--lang", "en", *arguments]
    return main([word for word in asked if word])


def draw(*arguments: str) -> int:
    return main(["baseline", "feed", "--rules", "rules.yaml", "--as-of", "2022-12-31", "--lang", "en", *arguments])


# what is read is not written over


@pytest.mark.parametrize(
    ("arguments", "out", "told"),
    [
        ((), "feed/school.csv", "is a file of the feed"),
        ((), "feed/学校.xlsx", "is a file of the feed"),
        ((), "feed/inner/school.json", "is a file of the feed"),
        ((), "link.csv", "is a file of the feed"),
        ((), "second.csv", "is a file of the feed"),
        (("--feed", "feed/feeds.yaml"), "feed/school.csv", "is a file of the feed"),
        (("--baseline", "base.json"), "base.json", "is the baseline"),
        (("--waivers", "waivers.txt"), "waivers.txt", "is a file of waivers"),
        (("--rules", "rules.json"), "rules.json", "is a file of rules"),
        (("--rules", "law"), "law.json", "is a file of rules"),
        (("--feed", "feeds.json"), "feeds.json", "is the file of feeds"),
        ((), "options.json", "is the file of options"),
    ],
)
def test_what_is_read_is_not_written_over(
    arguments: tuple[str, ...], out: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("feed/学校.xlsx", "feed/inner/school.json", "base.json", "waivers.txt", "rules.json", "feeds.json"):
        write(name, "kept\n")
    write("feed/feeds.yaml", "feeds: []\n")
    write("eduplan.toml", "quiet = true\n")
    Path("link.csv").symlink_to("feed/school.csv")
    Path("second.csv").hardlink_to("feed/school.csv")
    Path("options.json").symlink_to("eduplan.toml")
    write("law/rules.yaml", RULES)
    Path("law.json").symlink_to("law/rules.yaml")
    before = Path(out).read_bytes()
    assert check(*arguments, "--out", out, facts="" if arguments[:1] == ("--feed",) else "feed") == 2
    assert f"--out is `{out}`, which {told}" in capsys.readouterr().err
    assert Path(out).read_bytes() == before


def test_a_file_behind_a_linked_folder_is_read_too() -> None:
    write("elsewhere/county/school.csv", FEED)
    Path("feed/more").symlink_to("../elsewhere")
    Path("feed/more/round").symlink_to("..")
    assert check("--out", "elsewhere/county/school.csv") == 2
    assert Path("elsewhere/county/school.csv").read_text("utf-8") == FEED


@pytest.mark.parametrize("out", ["feed/.hidden.csv", "feed/.hidden/old.csv", "feed/README.md", "old.csv"])
def test_what_is_not_read_is_written_over(out: str) -> None:
    write(out, "old\n")
    assert check("--quiet", "--out", out) == 0
    assert Path(out).read_text("utf-8") != "old\n"


@pytest.mark.parametrize("content", [FEED, '{"format": "another/1"}', "[]", "{", "\0"])
def test_a_baseline_is_drawn_anew_over_a_baseline_only(content: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("taken.json", content)
    assert draw("--to", "taken.json", "--update") == 2
    assert "taken.json is no baseline, so it is not written over" in capsys.readouterr().err
    assert Path("taken.json").read_text("utf-8") == content


def test_a_baseline_is_drawn_anew_over_an_older_one_and_over_an_empty_file() -> None:
    write("feed/school.csv", "id,year,guards\na,2022,1\n")
    write("base.json", "")
    assert draw("--to", "base.json") == 2
    assert draw("--to", "base.json", "--update") == 0
    assert draw("--to", "base.json", "--update") == 0
    assert len(json.loads(Path("base.json").read_text("utf-8"))["entries"]) == 1


def test_a_folder_is_no_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert draw("--to", "feed", "--update") == 2
    assert "feed is no baseline" in capsys.readouterr().err


# a run without a report leaves none of an earlier one


@pytest.mark.parametrize("ends", ENDS_EARLY)
def test_the_report_of_an_earlier_run_is_taken_away(ends: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts, arguments, code = ENDS_EARLY[ends]
    assert check("--out", "r.json", "--out", "r.csv") == 0
    capsys.readouterr()
    for name, text in texts.items():
        write(name, text)
    assert check("--out", "r.json", "--out", "r.csv", "--quiet", *arguments) == code
    assert not Path("r.json").exists()
    assert not Path("r.csv").exists()
    told = capsys.readouterr().err
    assert "removed r.json: this run has no report" in told


def test_a_report_that_says_that_nothing_could_be_judged_stays() -> None:
    write("feed/school.csv", "id,year,guards\n")
    assert check("--out", "r.json") == 3
    assert json.loads(Path("r.json").read_text("utf-8"))["violations"] == []


def test_what_would_not_be_written_over_is_not_taken_away() -> None:
    write("r.json", "old")
    assert check("--out", "feed/school.csv", "--out", "r.json") == 2
    assert Path("feed/school.csv").read_text("utf-8") == FEED
    assert not Path("r.json").exists()
    assert check("--rules", "nowhere.yaml", "--out", "feed/school.csv") == 2
    assert Path("feed/school.csv").read_text("utf-8") == FEED


def test_nothing_is_told_where_there_was_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write("feed/school.csv", BROKEN)
    assert check("--out", "r.json") == 3
    assert "removed" not in capsys.readouterr().err


def test_folders_and_links_to_devices_are_left() -> None:
    Path("r.json").mkdir()
    Path("r.csv").symlink_to(os.devnull)
    assert check("--out", "r.json", "--out", "r.csv") == 2
    assert Path("r.json").is_dir()
    assert Path("r.csv").is_symlink()


# a workflow is told why there is no report


@pytest.mark.parametrize("ends", ENDS_EARLY)
def test_a_run_without_a_report_is_annotated(ends: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts, arguments, code = ENDS_EARLY[ends]
    for name, text in texts.items():
        write(name, text)
    assert check("--format", "github", *arguments) == code
    told = capsys.readouterr()
    assert [line for line in told.out.splitlines() if not line.startswith("::error ")] == []
    assert told.out
    assert "error" in told.err


def test_a_mistake_in_the_rules_is_annotated_at_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules.yaml", RULES.replace("guards >= 3", "gards >= 3"))
    assert check("--format", "github", "--lang", "zh") == 2
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("::error file=rules.yaml,line=8,title=unknown-")
    assert last == "::error title=eduplan-rules::规则库有 1 处错误，未作核查"


def test_a_wrong_options_file_is_annotated(capsys: pytest.CaptureFixture[str]) -> None:
    write("eduplan.toml", "bogus = 1\n")
    assert check("--format", "github") == 2
    assert capsys.readouterr().out.startswith("::error title=eduplan-rules::")


def test_what_could_not_be_judged_in_full_is_annotated(capsys: pytest.CaptureFixture[str]) -> None:
    write("feed/school.csv", "id,year,guards\n")
    assert check("--format", "github") == 3
    assert "::error title=eduplan-rules::INCOMPLETE: no facts matched" in capsys.readouterr().out


def test_a_workflow_sees_the_annotation_of_a_whole_process() -> None:
    write("feed/school.csv", BROKEN)
    command = [sys.executable, "-m", "eduplan_rules.cli", "check", "feed", "--rules", "rules.yaml", "--as-of"]
    done = subprocess.run(
        [*command, "2022-12-31", "--format", "github", "--lang", "en"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.count("::error ")) == (3, 1)
