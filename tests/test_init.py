"""The folder to start from: it runs at once, in both languages, and writes over nothing."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE

LANGUAGES = ["zh", "en"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


@pytest.mark.parametrize("language", LANGUAGES)
def test_test_and_check_run_at_once(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "plan", "--lang", language]) == 0
    monkeypatch.chdir("plan")
    capsys.readouterr()
    assert main(["test", "--lang", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "rules/safety.cases.yaml: 6 of 6 hold"
    assert main(["test", "--coverage", "--lang", "en"]) == 0
    assert "Bounds tried at, just below and just above: 5 of 5" in capsys.readouterr().out
    assert main(["check", "--lang", "en", "--strict"]) == 1
    shown = capsys.readouterr().out
    assert "gap 2 people; GB/T 29315-2022; data/" in shown
    assert main(["check", "--lang", "en"]) == 1
    assert "FAILED: 1 violation at or above error" in capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_files_begin_with_the_line_for_editors_and_are_valid(language: str) -> None:
    assert main(["init", "--lang", language]) == 0
    for path in Path("rules").glob("*.yaml"):
        text = path.read_text("utf-8")
        line = text.partition("\n")[0]
        schema = path.parent / line.removeprefix("# yaml-language-server: $schema=")
        validator = jsonschema.Draft7Validator(yaml.safe_load(schema.read_text("utf-8")))
        assert [error.message for error in validator.iter_errors(yaml.load(text, yaml.BaseLoader))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_readme_names_is_there(language: str) -> None:
    assert main(["init", "--lang", language]) == 0
    text = Path("README.md").read_text("utf-8")
    named = {row.split("`")[1] for row in text.splitlines() if row.startswith("| `")}
    there = {path.as_posix() for path in Path().rglob("*") if path.is_file() and ".schema" not in path.parts}
    assert named == (there - {"README.md"}) | {"rules/.schema/"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_template_can_be_filled_in(language: str) -> None:
    assert main(["init", "--lang", language]) == 0
    assert main(["template", "--lang", language]) == 0
    assert Path("填报模板.xlsx" if language == "zh" else "template.xlsx").is_file()


def test_nothing_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("eduplan.toml").write_text("# mine\n", encoding="utf-8")
    assert main(["init", "--lang", "en"]) == 2
    told = "error: eduplan.toml would be written over; nothing was written, choose another folder\n"
    assert capsys.readouterr().err == told
    assert [path.name for path in Path().iterdir()] == ["eduplan.toml"]


def test_a_folder_that_cannot_be_made_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("plan").write_text("a file", encoding="utf-8")
    assert main(["init", "plan", "--lang", "en"]) == 3
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [["lint"], ["coverage"], ["docs", "--to", "pages"], ["explain", "safety.guards", "--as-of", "2022-12-31"]],
)
def test_every_command_reads_the_options_file(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "start"), "--lang", "zh"]) == 0
    capsys.readouterr()
    monkeypatch.chdir(tmp_path / "start")
    code = main(command)
    told = capsys.readouterr()
    assert code in (0, 1), told.err
    assert not any("balance" in text or "183" in text for text in (told.out, told.err))
    assert re.search("[\u4e00-\u9fff]", told.out)
