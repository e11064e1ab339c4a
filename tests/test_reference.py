"""The language reference: every example is computed, nothing of the language is left out, and the pages are fresh."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import get_args

import pytest
import yaml

from corpus import compare, read_cases, run_case
from eduplan_rules import Checker, load_rulebook
from eduplan_rules.engine.outcome import VERDICTS
from eduplan_rules.language.parse import reserved_words
from eduplan_rules.language.resolve import resolve
from eduplan_rules.operators import OPERATORS
from eduplan_rules.rulebook import model
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.rulebook.section import SECTIONS
from eduplan_rules.source import Source
from eduplan_rules.tables.facts import to_facts
from eduplan_rules.tools.reference.content import book_of_examples, content, examples, lines_of_examples
from eduplan_rules.tools.reference.page import (
    CLAUSES,
    LANGUAGES,
    UNITS,
    example_of_section,
    language_pages,
    signs_of_the_grammar,
)
from eduplan_rules.tools.schema.keys import KEYS
from eduplan_rules.tools.words import Language
from eduplan_rules.units import _SCALED
from expressions_corpus import Setting, answer, read_setting

DOCS = Path(__file__).parents[1] / "docs"
PAGES = language_pages()


def nested(text: str, depth: int = 2) -> str:
    return textwrap.indent(text, " " * depth)


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """The rulebook and the rows that the reference shows."""
    rows = "".join(f"  {entity}: |\n{nested(text, 4)}" for entity, text in content()["rows"].items())
    told = f"name: reference\nas_of: {content()['as_of']}\nrulebook:\n{nested(content()['rulebook'])}rows:\n{rows}"
    path = tmp_path_factory.mktemp("reference") / "row.yaml"
    path.write_text(told, encoding="utf-8")
    return read_setting(path)


@pytest.mark.parametrize("line", dict.fromkeys(lines_of_examples()))
def test_every_example_gives_its_result_in_both_languages_on_both_engines(line: str, setting: Setting) -> None:
    example = examples()[line]
    for text in example.text.values():
        kind, by_frame, by_python = answer(text, setting)
        unit = kind.partition(" in ")[2]
        bounds = re.sub(r"missing\.\.|\.\.missing", "..", by_frame)
        assert by_frame == by_python
        assert example.result == (f"{bounds} {unit}" if unit and bounds != "missing" else bounds)


def test_examples_are_chinese_on_the_chinese_page() -> None:
    assert examples()['stage in ["primary", "junior"] ; true'].text["zh"] == '学段 属于 ["小学", "初中"]'
    told = examples()["count(drill where people >= this.students) ; 1..2"]
    assert told.text["zh"] == "计数(演练 其中 参加人数 >= 本.学生数)"
    assert told.reads == (("drill", "people", ("1600", "", "1400")), ("school", "students", ("1600",)))


def test_every_operator_is_told_with_what_missing_values_do_to_it() -> None:
    told = content()["operators"]
    assert set(told) == set(OPERATORS)
    assert {row.missing for row in OPERATORS.values() if row.missing} == set(content()["missing"])
    for row in OPERATORS.values():
        assert row.name in told
        results = {line.rpartition(" ; ")[2] for line in told[row.name]["examples"]}
        known = {"context", "text"}  # no text of the examples is missing
        assert row.group in known or "missing" in results or any(".." in each for each in results), row.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_sign_and_section_stands_on_the_page(language: Language) -> None:
    page = PAGES[f"{language}/language.md"]
    lines = page[: page.rindex("## ")]
    words = {word for code in re.findall(r"`([^`\n]+)`", lines) for word in re.findall(r"\w+", code)}
    units = {"day", "days", "month", "months", "year", "years", "天", "日", "个月", "月", "年"}
    assert reserved_words() - words - units == set()
    assert [sign for signs in signs_of_the_grammar() for sign in signs if f"`{sign}`" not in lines] == []
    keys = {key for part in KEYS.values() for key in part}
    assert {key for key in keys if f"| `{key}`" not in lines and f"[`{key}`]" not in lines} == {"zh", "en"}
    for section in SECTIONS:
        assert f"### {section}\n" in lines
        for key in re.findall(r"^\s+(?:- )?(\w+):", content()["sections"].get(section, ""), flags=re.MULTILINE):
            assert key in lines


def test_signs_are_those_of_the_grammar() -> None:
    signs = {plain: others for plain, *others in signs_of_the_grammar()}
    assert signs["!="] == ["≠", "！=", "！＝"]
    assert signs["]"] == ["］", "】"]
    assert len(signs) == 16


def test_units_that_convert_are_all_told_together() -> None:
    told = [unit for row in UNITS for unit in row]
    assert sorted([*told, "1"]) == sorted(_SCALED)
    for row in UNITS:
        assert len({tuple(sorted(_SCALED[unit][1].items())) for unit in row}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sections_shown_are_a_rulebook(language: Language) -> None:
    base = Source("rules.yaml", content()["rulebook"])
    layers = [Source(f"{name}.yaml", example_of_section(name, language)) for name in SECTIONS]
    book = load_rulebook(base, *layers)
    assert {"safety.guards", "safety.gate"} <= set(book.rules)
    assert set(content()["sections"]) == set(SECTIONS) - {"language"}


def test_keys_that_are_required_are_marked_and_no_others() -> None:
    page = PAGES["en/language.md"]
    rule = page[page.index("**A rule**") : page.index("**A requirement")]
    assert re.findall(r"`(\w+)` \(required\)", rule) == ["id", "for", "require"]
    text = "\nrules:\n  - {id: t.t, for: school, require: guards > 1}\n"
    assert list(load_rulebook(Source("rules.yaml", content()["rulebook"] + text)).rules) == ["t.t"]


def test_aggregates_take_the_clauses_that_their_form_shows() -> None:
    values = {"share": "boarding", "all": "boarding", "any": "boarding", "count": "", "count_distinct": "name"}
    aggregates = [row.name for row in OPERATORS.values() if row.group == "aggregate"] + ["min", "max"]
    for clause, takers in CLAUSES.items():
        for name in aggregates:
            value = f"{values.get(name, 'students')} " if values.get(name, "students") else ""
            weight = " students" if clause == "weighted by" else ""
            text = json.dumps(f"{name}({value}for school {clause}{weight}) = {name}({value}for school)")
            rule = f"\nrules:\n  - {{id: t.t, for: county, require: {text}}}\n"
            book, _ = read_rulebook(Source("rules.yaml", content()["rulebook"] + rule))
            codes = [each.code for each in resolve(book)[1]]
            assert codes == ([] if name in takers else ["wrong-arguments"]), (name, clause)


def test_cells_are_read_as_the_page_says() -> None:
    declared = {
        "text": "{type: text}", "integer": "{type: integer}", "number": "{type: number}", "boolean": "{type: boolean}",
        "number, %": '{type: number, unit: "%"}', "date": "{type: date}",
        "choice": "{type: choice, choices: {primary: 小学, junior: 初中}}",
    }  # fmt: skip
    assert {each.partition(",")[0] for each in declared} == set(get_args(model.FieldType))
    for kind, cell, read in content()["cells"]:
        text = f"entities:\n  thing:\n    key: id\n    fields:\n      id: {{type: text}}\n      x: {declared[kind]}\n"
        facts = to_facts({"thing": [{"id": "a", "x": cell}]}, load_rulebook(Source("rules.yaml", text)))
        (value,) = facts.tables["thing"].frame["x"].to_list()
        shown = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        assert shown.removesuffix(".0") == read, (kind, cell)


def test_the_case_of_the_verdicts_holds(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.cases.yaml"
    path.write_text(f"name: verdicts\nrulebook:\n{nested(content()['rulebook'])}{content()['verdicts']}", "utf-8")
    (case,) = read_cases(path)
    assert list(case.said["expect"]) == list(VERDICTS)
    assert compare(run_case(case)).differences == ()


def test_every_row_of_the_examples_is_clean() -> None:
    book = book_of_examples()
    for entity, text in content()["rows"].items():
        header, *rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines()]
        facts = to_facts({entity: [dict(zip(header, row, strict=True)) for row in rows]}, book)
        assert {each.code for each in facts.findings if each.severity == "error"} == set()
    assert Checker(book, as_of=content()["as_of"]) is not None


def test_the_pages_are_fresh() -> None:
    for path, text in PAGES.items():
        assert (DOCS / path).read_text(encoding="utf-8") == text, "run `make docs`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_block_of_yaml_can_be_read_and_every_link_leads_somewhere(language: Language) -> None:
    page = PAGES[f"{language}/language.md"]
    for block in re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL):
        assert yaml.load(block, yaml.BaseLoader)
    targets = re.findall(r"\]\(([^)]+)\)", page)
    headings = set(re.findall(r"^### (\w+)$", page, flags=re.MULTILINE))
    for target in targets:
        assert target.removeprefix("#") in headings if target.startswith("#") else (DOCS / language / target).is_file()
