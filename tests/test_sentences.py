"""Every sentence is there in both languages, says the same with the same gaps, and is one that somebody says.

A sentence of a table is asked for by a name that stands in the source, so the source can be held against the table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eduplan_rules
from eduplan_rules import sentences
from eduplan_rules.errors import Diagnostic, render_diagnostic, render_diagnostics
from eduplan_rules.sentences import LANGUAGES, Sentences, Wording, word
from eduplan_rules.source import Source, Span

PACKAGE = Path(eduplan_rules.__file__).parent
#: the modules with a table
TABLES = sorted(
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if "Sentences = {" in path.read_text(encoding="utf-8")
)
#: tables of sentences about the rules, which only the modules of their own package ask -> that package
OWN = {
    "acceptance.words": "acceptance",
    "feeds.words": "feeds",
    "language.syntax_words": "language",
    "language.words": "language",
    "rulebook.words": "rulebook",
    "rulebook.yaml_words": "rulebook",
}
#: sentences whose names are made up, of a kind of period or of value, or that their own module says
MADE = {
    "rulebook.words": {"year", "school-year", "term", "quarter", "month", "one-of", "all-of"},
    "language.words": {"kind-number", "kind-date"},
}
CHINESE = "[\u4e00-\u9fff]"


def entries(name: str) -> Iterator[tuple[str, str, str]]:
    """Every sentence of a module's tables: its name and both texts."""
    module = import_module(f"eduplan_rules.{name}")
    for table in (vars(module)[each] for each, kind in module.__annotations__.items() if kind == "Sentences"):
        yield from ((sentence, *texts) for sentence, texts in table.items())


def gaps(text: str) -> set[str]:
    """The names of the gaps of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("table", TABLES)
def test_each_sentence_has_two_languages_with_the_same_gaps(table: str) -> None:
    found = list(entries(table))
    assert found
    for name, english, chinese in found:
        assert bool(english) == bool(chinese), name
        assert gaps(english) >= gaps(chinese), name


@pytest.mark.parametrize("table", sorted(OWN))
def test_chinese_says_all_that_english_says_in_its_own_punctuation(table: str) -> None:
    for name, english, chinese in entries(table):
        assert gaps(english) == gaps(chinese), name
        bare = re.sub(r"`[^`]*`|\{[^{}]*\}|\{\{.*?\}\}|'[^']*'", "x", chinese)
        assert not re.search(rf"{CHINESE} ?[,;:?!()]|[,;:?!()] ?{CHINESE}", bare), chinese
        assert not chinese.endswith(("。", ".")), chinese
        assert not re.match("[A-Z][a-z]", english), english


@pytest.mark.parametrize("table", sorted(OWN))
def test_the_sentences_asked_for_are_there_with_their_gaps_and_no_others(table: str) -> None:
    known = {name: gaps(texts[0]) for name, texts in import_module(f"eduplan_rules.{table}").SENTENCES.items()}
    asked = set()
    for call in calls(table):
        first, given_gaps = call.args[0], {each.arg for each in call.keywords}
        names = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
        for name in (each.value for each in names if isinstance(each, ast.Constant)):
            assert name in known
            asked.add(name)
            if None not in given_gaps:
                assert given_gaps == known[name], name
    mentioned = set(re.findall(r'"([a-z-]+)"', "".join(path.read_text(encoding="utf-8") for path in askers(table))))
    assert sorted(known.keys() - asked - mentioned - MADE.get(table, set())) == []


def askers(table: str) -> list[Path]:
    """The modules that say sentences of a table."""
    name = table.partition(".")[2]
    files = [path for path in (PACKAGE / OWN[table]).glob("*.py") if path.stem != name]
    return [
        path
        for path in files
        if f"{table} import" in path.read_text(encoding="utf-8") or "complaints" in path.read_text(encoding="utf-8")
    ]


def calls(table: str) -> Iterator[ast.Call]:
    """Every asking for a sentence of a table."""
    for path in askers(table):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            each.asname or each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == f"eduplan_rules.{table}"
            for each in node.names
            if each.name == "word"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node


def test_a_gap_may_be_a_sentence_or_several() -> None:
    table: Sentences = {
        "or": ("{some} or {last}", "{some}或{last}"),
        "a-day": ("a day", "日期"),
        "it": ("`{x}`", "`{x}`"),
    }
    told = word(table, "or", some=(word(table, "a-day"), word(table, "it", x="a")), last=("it", {"x": "b"}))
    assert [told.said(language) for language in ("en", "zh")] == ["a day, `a` or `b`", "日期、`a` 或 `b`"]
    assert sentences.say(table, "or", "zh", some="x", last=("a-day", {})) == "x或日期"


def test_chinese_and_backticks_stand_apart_but_not_what_an_author_wrote() -> None:
    table: Sentences = {"no": ("no {name} in {text}", "没有{name}在 `{text}` 中")}
    assert word(table, "no", name="`学校`", text="中`文").said("zh") == "没有 `学校` 在 `中`文` 中"


@given(st.text(), st.text())
def test_whatever_fills_a_gap_stays_as_it_is(one: str, other: str) -> None:
    told = Wording("{one}|{other}", "{one}|{other}", (("one", one), ("other", other)))
    for language in LANGUAGES:
        assert told.said(language) == f"{one}|{other}"


def test_a_diagnostic_is_the_same_value_in_both_languages() -> None:
    span = Span(Source("a.yaml", "学校: x\n"), 4, 5)
    table: Sentences = {"wrong": ("found {x}", "实际为{x}"), "do": ("write y", "写作 y"), "there": ("here", "在此")}
    told = Diagnostic("wrong-value", word(table, "wrong", x="`x`"), span, "warning", word(table, "do"))
    assert (told.message, told.hint, told.said("zh")) == ("found `x`", "write y", "实际为 `x`\n写作 y")
    also = Diagnostic("wrong-value", told.sentence, span, also=((Span(span.source, 0, 2), word(table, "there")),))
    assert render_diagnostic(also, "zh").splitlines() == [
        "a.yaml:1:5: 错误[wrong-value]：实际为 `x`",
        "  |",
        "1 | 学校: x",
        "  | ----  ^",
        "  | 在此",
    ]
    assert render_diagnostic(told, "zh").endswith("\n  = 写作 y")


def test_more_diagnostics_than_are_printed_are_counted_in_the_language() -> None:
    source = Source("a.yaml", "x" * 103)
    told = [Diagnostic("wrong-value", Wording("no", "错"), Span(source, at, at + 1)) for at in range(103)]
    assert render_diagnostics(told, "zh").endswith("\n另有 3 处")
    assert render_diagnostics(told).endswith("\nand 3 more")
