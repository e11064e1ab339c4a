"""The files of a folder to start from.

In: a language. Out: texts by path. Holds: `eduplan-rules test` and `eduplan-rules check` run in such a folder.
"""

from __future__ import annotations

from pathlib import Path

from eduplan_rules.tools.words import Language

#: what is read first
FIRST = "README.md"


def starter_files(language: Language) -> dict[str, str]:
    """Texts by path below the folder, in the order of reading; feeds with the mark by which spreadsheets know UTF-8."""
    root = Path(__file__).parent / language
    paths = sorted((path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()), key=_order)
    texts = {path: (root / path).read_text(encoding="utf-8") for path in paths}
    return {path: "\ufeff" + text if path.endswith(".csv") else text for path, text in texts.items()}


def _order(path: str) -> tuple[bool, bool, str]:
    return path != FIRST, "/" in path, path
