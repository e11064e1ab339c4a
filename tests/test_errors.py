"""The corpus `errors/<code>/`: rule files with a mistake, and the exact text printed about it.

`ACCEPT=1 pytest tests/test_errors.py` writes the text anew; reading the difference is the author's duty.
`rulebook.yaml` is the first layer, other files of the folder are later ones.
"""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path

import pytest

from eduplan_rules.errors import render_diagnostics
from eduplan_rules.load import read_rulebook

ERRORS = Path(__file__).parent / "errors"
FOLDERS = sorted(path for path in ERRORS.iterdir() if path.is_dir())


def diagnose(folder: Path) -> str:
    """Give the text printed about the rule files of a folder."""
    later = sorted(path.name for path in folder.glob("*.yaml") if path.name != "rulebook.yaml")
    with chdir(folder):
        _, diagnostics = read_rulebook("rulebook.yaml", *later)
    return render_diagnostics(diagnostics) + "\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_mistake_is_told_in_these_words(folder: Path) -> None:
    printed = diagnose(folder)
    expected = folder / "expected.txt"
    if os.environ.get("ACCEPT"):
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")
    assert f"[{folder.name}]" in printed
