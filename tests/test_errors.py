"""The corpus `errors/<code>/`: rule files with a mistake, and the exact text printed about it in both languages.

`ACCEPT=1 pytest tests/test_errors.py` writes the text anew; reading the difference is the author's duty.
`rulebook.yaml` is the first layer, other files of the folder are later ones; a folder without one is one layer.
"""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path
from typing import get_args

import pytest

from eduplan_rules.book import check_rulebook
from eduplan_rules.errors import Code, Diagnostic, render_diagnostics
from eduplan_rules.sentences import Language

ERRORS = Path(__file__).parent / "errors"
#: folders about several codes at once
SCENARIOS = (
    "declared-but-broken",
    "durations",
    "file-that-cannot-be-read",
    "full-width-colons",
    "habits-of-writing",
    "misspelt-keys",
    "named-bounds",
    "parameter-values",
    "signs-and-spaces",
    "twenty",
    "wrong-beside-wrong",
)
TEXTS: dict[Language, str] = {"en": "expected.txt", "zh": "expected.zh.txt"}
FOLDERS = sorted(path for path in ERRORS.iterdir() if path.is_dir() and path.name != "poor")
#: messages that should be better
POOR = sorted((ERRORS / "poor").iterdir()) if (ERRORS / "poor").is_dir() else []


def diagnose(folder: Path) -> list[Diagnostic]:
    """Give the diagnostics about the rule files of a folder."""
    later = sorted(path.name for path in folder.glob("*.yaml") if path.name != "rulebook.yaml")
    with chdir(folder):
        layers = (".",) if later and not Path("rulebook.yaml").exists() else ("rulebook.yaml", *later)
        _, diagnostics = check_rulebook(*layers)
    return diagnostics


@pytest.mark.parametrize("folder", [*FOLDERS, *POOR], ids=lambda folder: folder.name)
def test_every_mistake_is_told_in_these_words(folder: Path) -> None:
    diagnostics = diagnose(folder)
    for language, name in TEXTS.items():
        printed = render_diagnostics(diagnostics, language) + "\n"
        expected = folder / name
        if os.environ.get("ACCEPT"):
            expected.write_text(printed, encoding="utf-8")
        assert printed == expected.read_text(encoding="utf-8")
    if folder.name not in SCENARIOS and folder not in POOR:
        assert folder.name in {diagnostic.code for diagnostic in diagnostics}


def test_every_code_has_a_folder() -> None:
    assert sorted(folder.name for folder in FOLDERS) == sorted([*get_args(Code), *SCENARIOS])


def test_twenty_mistakes_of_twenty_kinds_are_told_in_one_run() -> None:
    diagnostics = diagnose(ERRORS / "twenty")
    assert len({diagnostic.code for diagnostic in diagnostics}) == len(diagnostics) == 20
    for diagnostic in diagnostics:
        planted = (ERRORS / "twenty" / diagnostic.span.source.name).read_text(encoding="utf-8").splitlines()
        line, column = diagnostic.span.line, diagnostic.span.column
        assert 1 <= column <= len(planted[line - 1]) + 1
        assert f"{diagnostic.span.source.name}:{line}:{column}: error[" in render_diagnostics([diagnostic])
