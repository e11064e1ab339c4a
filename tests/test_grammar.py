"""The parse tables beside the grammar: those of the grammar as it stands, made by the Lark that is installed.

`ACCEPT=1 pytest tests/test_grammar.py` makes them anew.
"""

import os
from pathlib import Path

import lark
import pytest
from lark import Lark

from eduplan_rules.language.parse import build_parser, tables_name

FOLDER = Path("src/eduplan_rules/language")


def test_the_tables_are_those_of_the_grammar() -> None:
    grammar = (FOLDER / "grammar.lark").read_text(encoding="utf-8")
    built, path = build_parser(grammar), FOLDER / tables_name(grammar)
    if os.environ.get("ACCEPT"):
        for old in FOLDER.glob("grammar-*.tables"):
            old.unlink()
        with path.open("wb") as file:
            built.save(file)
    (there,) = FOLDER.glob("grammar-*.tables")
    assert there.name.partition("-lark-")[0] == path.name.partition("-lark-")[0], "the grammar was changed since"
    if there.name != path.name:
        pytest.skip(f"{there.name} was made by another Lark than the one installed, {lark.__version__}")
    with path.open("rb") as file:
        ready = Lark.load(file)
    assert sorted(map(repr, ready.terminals)) == sorted(map(repr, built.terminals))
    assert sorted(map(str, ready.rules)) == sorted(map(str, built.rules))
    for text in ("a + 1 > 2", "share(school where 学生数 > 10) >= 95% and not (x in [1, 2])", "今天 - 3 个月 <= day"):
        assert ready.parse(text) == built.parse(text)
