"""Feeds on the command line: `check --feed`, the draft of `feed`, and what is said of broken input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eduplan_rules.cli.app import main

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "messy-feed"
RULES = ["--rules", str(FOLDER / "rules.yaml")]


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def checked(*arguments: str) -> dict[str, object]:
    """The report of a check."""
    main(["check", *arguments, *RULES, "--as-of", "2022-12-31", "--quiet", "--out", "report.json"])
    report: dict[str, object] = json.loads(Path("report.json").read_text(encoding="utf-8"))
    return report


def test_one_command_checks_the_folder_by_its_feed_or_by_another_that_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    beside = checked(str(FOLDER))
    named = checked("--feed", str(FOLDER / "feeds.yaml"))
    assert beside["violations"] == named["violations"]
    assert len(list(named["violations"])) == 8  # type: ignore[call-overload]
    (tmp_path / "eduplan.toml").write_text(f'feed = "{FOLDER / "feeds.yaml"}"\n', encoding="utf-8")
    assert checked()["violations"] == named["violations"]


def test_a_feed_with_mistakes_ends_the_run_as_rules_do(capsys: pytest.CaptureFixture[str]) -> None:
    Path("feeds.yaml").write_text("feeds:\n  - entity: couny\n", encoding="utf-8")
    assert main(["check", "--feed", "feeds.yaml", *RULES, "--as-of", "2022-12-31", "--lang", "zh"]) == 2
    told = capsys.readouterr().err
    assert "feeds.yaml:2:13" in told
    assert "没有实体 `couny`" in told
    assert "是否应为 `County`" in told
    assert main(["check", "--feed", "nowhere.yaml", *RULES, "--as-of", "2022-12-31"]) == 2


@pytest.mark.parametrize(("language", "said"), [("zh", "无法读取"), ("en", "cannot be read")])
def test_broken_input_ends_the_run_with_a_sentence(
    language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("drill.xlsx").write_bytes(b"PK\x03\x04")
    assert main(["check", "drill.xlsx", *RULES, "--as-of", "2022-12-31", "--lang", language]) == 3
    output = capsys.readouterr()
    assert said in output.err
    assert "Traceback" not in output.err
    assert output.out == ""


def test_a_draft_is_written_and_used(capsys: pytest.CaptureFixture[str]) -> None:
    name = "县区教育经费2022年.csv"
    shutil.copy(FOLDER / name, name)
    assert main(["feed", name, *RULES, "--to", "feeds.yaml", "--lang", "zh"]) == 0
    assert "已写入 feeds.yaml" in capsys.readouterr().out
    assert main(["feed", name, *RULES, "--to", "feeds.yaml"]) == 2
    assert "would be written over" in capsys.readouterr().err
    findings = checked("--feed", "feeds.yaml")["findings"]
    assert isinstance(findings, list)
    assert {found["code"] for found in findings} >= {"unreadable-cell", "unknown-column"}
    assert not [found for found in findings if "guessed" in found["code"]]


def test_a_draft_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feed", str(FOLDER / "应急演练导出.csv"), *RULES]) == 0
    told = capsys.readouterr().out
    assert told.startswith("# drafted from 应急演练导出.csv: look through every line")
    assert 'decimal: ","' in told


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.csv"], 2, "nowhere.csv is no file"),
        (["x.csv"], 3, "no feed can be drafted from x.csv: none of its headers is known"),
        (["x.csv", "--entity", "shool"], 2, "--entity `shool` names no entity, did you mean `School`?"),
        (["x.json"], 3, "none of its headers is known"),
        (["x.xlsx"], 3, "no feed can be drafted from x.xlsx: the file is empty"),
    ],
)
def test_what_cannot_be_drafted_is_said(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    Path("x.json").write_text("[]", encoding="utf-8")
    Path("x.xlsx").touch()
    assert main(["feed", *arguments, *RULES]) == code
    assert said in capsys.readouterr().err
