"""The texts about codes: every code has one, every example gives what it says, and the pages are fresh.

`ACCEPT=1 pytest tests/test_lint_codes.py` writes the pages anew.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from eduplan_rules.cli import main
from eduplan_rules.tools.lint.codes import (
    LOADER_CODES,
    Example,
    about,
    code_pages,
    common_entities,
    explain,
    known_codes,
)
from eduplan_rules.tools.lint.lint import Linted, lint

DOCS = Path(__file__).parents[1] / "docs"


def linted(example: Example, folder: Path) -> Linted:
    """What `lint` says of an example, in a folder of its own."""
    rules = folder / "rules"
    rules.mkdir()
    if example.command is not None:
        (rules / "rules.yaml").write_text(common_entities(), encoding="utf-8")
        words = shlex.split(example.command)
        return lint([folder / words[words.index("--rules") + 1]])
    if not example.stands_alone:
        (rules / "entities.yaml").write_text(common_entities(), encoding="utf-8")
    (rules / "rules.yaml").write_bytes(example.rules.encode(example.encoding))
    if example.cases is not None:
        (rules / "rules.cases.yaml").write_text(example.cases, encoding="utf-8")
    layers = [rules]
    if example.layer is not None:
        layers.append(folder / "layer.yaml")
        layers[1].write_text(example.layer, encoding="utf-8")
    return lint(layers)


@pytest.mark.parametrize("code", known_codes())
def test_the_bad_example_gives_the_code_and_the_good_one_does_not(code: str, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "good").mkdir()
    bad, good = linted(about(code).bad, tmp_path / "bad"), linted(about(code).good, tmp_path / "good")
    assert code in {each.code for each in bad.told}
    assert good.diagnostics == ()
    assert code not in {each.code for each in good.told}
    if code in LOADER_CODES:
        # an example shows one mistake
        assert {each.code for each in bad.diagnostics} == {code}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_explanation_says_why_and_shows_both_examples(language: str) -> None:
    for code in known_codes():
        told = explain(code, "zh" if language == "zh" else "en")
        assert about(code).why[language] in told
        assert len(told.splitlines()) > 8


def test_the_pages_about_codes_are_fresh() -> None:
    for path, text in code_pages().items():
        if os.environ.get("ACCEPT"):
            (DOCS / path).write_text(text, encoding="utf-8", newline="\n")
        assert (DOCS / path).read_text(encoding="utf-8") == text


def test_explain_prints_a_code_as_messages_have_it_and_knows_slips(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--explain", "error[unknown-name]", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("unknown-name: there is no such name\n")
    assert main(["lint", "--explain", "unknwon-name", "--lang", "zh"]) == 2
    assert capsys.readouterr().err == "错误：没有代码 `unknwon-name`，是否应为 `unknown-name`？\n"
