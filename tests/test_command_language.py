"""What every command says about a mistake in the rules, in the language of the command line or of the options file."""

from __future__ import annotations

from pathlib import Path

import pytest

from eduplan_rules.cli.app import main

RULES = """entities:
  school:
    key: id
    fields: {id: {type: text}, guards: {type: integer}}
rules:
  - {id: safety.guards, for: school, require: gaurds >= 2}
"""
CASES = """cases:
  - name: 满 2 人
    rule: safety.guards
    rows: {school: [{id: A1, guards: 2}]}
    expect: {satisfied: [A1]}
"""
CHINESE = "错误[unknown-name]：school 中没有 `gaurds` 这个名称"
ENGLISH = "error[unknown-name]: school has no `gaurds`"
COMMANDS = (
    ("check", "school.csv", "--rules", "rules.yaml", "--as-of", "2022-12-31"),
    ("lint", "rules.yaml"),
    ("lint", "rules.yaml", "--format", "github"),
    ("test", "rules.yaml"),
    ("test", "rules.yaml", "--mutate"),
    ("coverage", "rules.yaml"),
    ("docs", "rules.yaml", "--to", "docs"),
    ("explain", "safety.guards", "--rules", "rules.yaml"),
    ("explain", "safety.guards", "school.csv", "--rules", "rules.yaml", "--subject", "A1", "--as-of", "2022-12-31"),
    ("diff", "rules.yaml", "rules.yaml"),
    ("fmt", "rules.yaml", "--names", "zh"),
    ("template", "--rules", "rules.yaml", "--to", "tables"),
)


@pytest.fixture(autouse=True)
def _city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    Path("rules.cases.yaml").write_text(CASES, encoding="utf-8")
    Path("school.csv").write_text("id,guards\nA1,2\n", encoding="utf-8")


def told(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_mistake_is_told_in_the_language_that_is_asked_for(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    chinese, english = CHINESE, ENGLISH
    if "github" in command:
        chinese, english = (text.partition("：" if text is CHINESE else ": ")[2] for text in (CHINESE, ENGLISH))
    assert chinese in told((*command, "--lang", "zh"), capsys)
    assert english in told(command, capsys)
    Path("eduplan.toml").write_text('lang = "zh"\n', encoding="utf-8")
    assert chinese in told(command, capsys)
    assert english in told((*command, "--lang", "en"), capsys)


@pytest.mark.parametrize(
    "command", [("fmt", "rules.yaml"), ("lint", "rules.yaml"), ("check", "school.csv", "--rules", "rules.yaml")]
)
def test_a_file_that_is_no_text_is_told_in_chinese(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rules.yaml").write_bytes("rules: 规则".encode("gbk"))
    shown = told((*command, "--lang", "zh"), capsys)
    assert "错误[not-utf-8]：字节 0xB9 不是 UTF-8 编码的文本" in shown
    assert " = 请将文件另存为 UTF-8 编码" in shown


def test_a_case_file_that_is_no_yaml_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules.yaml").write_text(RULES.replace("gaurds", "guards"), encoding="utf-8")
    Path("rules.cases.yaml").write_text("cases: [", encoding="utf-8")
    for command, code in (("test", 2), ("lint", 1)):
        assert main((command, "rules.yaml", "--lang", "zh")) == code
        captured = capsys.readouterr()
        shown = captured.out + captured.err
        assert "文件无法读取：\nrules.cases.yaml:1:9: 错误[yaml-syntax]：此处应有内容\n" in shown
