"""The corpus of the language: case files with rulebooks of their own, in the format of the authors' tools."""

from __future__ import annotations

from pathlib import Path

from eduplan_rules.tools import cases
from eduplan_rules.tools.case import Case
from eduplan_rules.tools.changes import case_book
from eduplan_rules.tools.compare import compare
from eduplan_rules.tools.trial import Ran, reversed_rows, run_case

__all__ = ["Case", "Ran", "case_book", "compare", "read_cases", "reversed_rows", "run_case"]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file; raises what is wrong with the first that cannot be read."""
    file = cases.read_cases(path)
    for mistake in file.mistakes:
        raise mistake
    return list(file.cases)
