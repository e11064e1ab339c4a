"""Schemas of feeds, waivers and baselines: what is right is valid; what a schema refuses, the reader refuses too."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor import as_edited
from eduplan_rules.acceptance.baseline import Baseline, Entry, read_baseline, write_baseline
from eduplan_rules.acceptance.waivers import Waiver, read_waivers
from eduplan_rules.book import check_rulebook, load_rulebook
from eduplan_rules.cli import main
from eduplan_rules.errors import DataError, RulebookError
from eduplan_rules.feeds.feed import read_feeds
from eduplan_rules.feeds.form import FeedForm
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.source import Source
from eduplan_rules.tools.feeds import content
from eduplan_rules.tools.schema.keys import BESIDE, told
from eduplan_rules.tools.schema.names import names_of
from eduplan_rules.tools.schema.published import EDITED, NAMED, line_for, schema_text
from misshapen import changed, written

MESSY = Path(__file__).parent.parent / "examples" / "messy-feed"
BOOK = load_rulebook(MESSY / "rules.yaml")
RULE = next(iter(BOOK.rules.values()))
FEEDS: list[Any] = [
    {"feeds": [{"entity": "county", "database": {"env": "CITY"}, "table": "county", "timeout": 60}]},
    {"feeds": [{"entity": "county", "database": "sqlite:///city.db", "query": "SELECT 1 AS a"}]},
    {"feeds": [{"entity": "county", "columns": {"备注": None}, "booleans": {"true": "√", "false": ["×"]}}]},
    {"feeds": {"county": {"header_row": [3, 4]}, "school": [{"sheet": "小学"}, None], "drill": None}},
]
WAIVERS: list[Any] = [
    {"waivers": [{
        "rule": str(RULE.id), "subjects": ["A1", ["A2"]], "reason": {"zh": "并校", "en": "A merger"},
        "approved_by": "县教育局", "basis": {"document": "县教〔2022〕1号"}, "valid_from": "2022-09-01",
        "valid_until": "2023-08-31", "at_most": 3,
    }]},
    {"waivers": None},
]  # fmt: skip
ENTRIES = [
    Entry("s1", "a.b", "school", ("A1",), 2),
    Entry("s2", "a.c", "school", ("***", "x"), 1),
]


@cache
def validator(kind: str) -> Any:
    schema = json.loads(schema_text(kind, names_of(BOOK)))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def edited(text: str) -> Any:
    return as_edited(read_yaml(Source("x.yaml", text))[0])


def problems(kind: str, tree: Any) -> list[str]:
    return [error.message for error in validator(kind).iter_errors(tree)]


@cache
def feeds() -> list[Any]:
    """What people write about feeds, one at a time."""
    texts = [(MESSY / "feeds.yaml").read_text("utf-8"), content()["example"]]
    each = [feed for text in texts for feed in edited(text)["feeds"]]
    return [*FEEDS, *({"feeds": [feed]} for feed in each)]


def refused_feeds(text: str) -> bool:
    try:
        read_feeds(Source("feeds.yaml", text), BOOK)
    except RulebookError:
        return True
    return False


def refused_waivers(text: str) -> bool:
    try:
        read_waivers(Source("waivers.yaml", text), BOOK)
    except RulebookError:
        return True
    return False


def refused_baseline(text: str, folder: Path) -> bool:
    path = folder / "baseline.json"
    path.write_text(text, encoding="utf-8")
    try:
        read_baseline(path)
    except DataError:
        return True
    return False


# What is right


def test_what_people_write_about_feeds_is_valid() -> None:
    for tree in feeds():
        assert problems("feeds", tree) == []
        assert not refused_feeds(written(tree))


def test_waivers_are_valid_as_the_readme_has_them() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    shown = next(block for block in readme.split("```yaml\n") if block.startswith("waivers:")).split("```")[0]
    for tree in (*WAIVERS, edited(shown)):
        assert problems("waivers", tree) == []
    assert not any(refused_waivers(written(tree)) for tree in WAIVERS)


@pytest.mark.parametrize("entries", [[], ENTRIES])
def test_a_baseline_as_it_is_written_is_valid(entries: list[Entry], tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(Baseline("2022-12-31", {entry.series: entry for entry in entries}), path)
    assert problems("baseline", json.loads(path.read_text("utf-8"))) == []
    assert problems("baseline", json.loads(path.read_text("utf-8")) | {"$schema": "baseline.schema.json"}) == []


# Mistakes of shape


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("feeds", ""),
        ("feeds", "- entity: county"),
        ("feeds", "feed: []"),
        ("feeds", "feeds: [{files: a.csv}]"),
        ("feeds", "feeds: [{entity: county, encodings: gbk}]"),
        ("feeds", "feeds: [{entity: county, encoding: latin-1}]"),
        ("feeds", "feeds: [{entity: county, header_row: 0}]"),
        ("feeds", "feeds: [{entity: county, header_row: []}]"),
        ("feeds", "feeds: [{entity: county, booleans: {yes: 是}}]"),
        ("feeds", "feeds: [{entity: county, columns: [备注]}]"),
        ("feeds", "feeds: [{entity: county, database: city.db}]"),
        ("feeds", "feeds: [{entity: county, database: {url: x}}]"),
        ("feeds", "feeds: {county: a.csv}"),
        ("waivers", "waivers: {rule: a.b}"),
        ("waivers", f"waivers: [{{rule: {RULE.id}}}]"),
        ("waivers", written(WAIVERS[0]).replace("subjects:", "subject:")),
        ("waivers", written(WAIVERS[0]).replace("2022-09-01", "2022/9/1")),
        ("waivers", written(WAIVERS[0]).replace("at_most: 3", "at_most: 0")),
        ("waivers", written(WAIVERS[0]).replace("  reason:", "  reasons:")),
    ],
)
def test_a_mistake_is_refused_by_the_schema_and_by_the_reader(kind: str, text: str) -> None:
    assert problems(kind, edited(text))
    assert (refused_feeds if kind == "feeds" else refused_waivers)(text)


@settings(max_examples=250)
@given(st.data())
def test_what_the_schema_of_feeds_refuses_the_reader_refuses(data: st.DataObject) -> None:
    text = written(data.draw(changed(feeds())))
    wrong = problems("feeds", edited(text))
    if wrong:
        assert refused_feeds(text), (text, wrong)


@settings(max_examples=250)
@given(st.data())
def test_what_the_schema_of_waivers_refuses_the_reader_refuses(data: st.DataObject) -> None:
    text = written(data.draw(changed(WAIVERS[:1])))
    wrong = problems("waivers", edited(text))
    if wrong:
        assert refused_waivers(text), (text, wrong)


@settings(max_examples=250)
@given(data=st.data())
def test_what_the_schema_of_a_baseline_refuses_the_reader_refuses(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("baseline")
    write_baseline(Baseline("2022-12-31", {entry.series: entry for entry in ENTRIES}), folder / "baseline.json")
    tree = data.draw(changed([json.loads((folder / "baseline.json").read_text("utf-8"))]))
    wrong = problems("baseline", copy.deepcopy(tree))
    if wrong:
        assert refused_baseline(json.dumps(tree, ensure_ascii=False), folder), (tree, wrong)


# What an editor shows


def test_every_key_has_a_word_in_both_languages() -> None:
    keys = {part: list(told_of) for part, told_of in BESIDE.items()} | {"feed": FeedForm.keys()}
    assert keys["waiver"] == Waiver.keys()
    for part, names in keys.items():
        for key in names:
            assert told(part, key, "zh") != told(part, key, "en")


@pytest.mark.parametrize("kind", ["feeds", "waivers", "baseline"])
def test_every_key_of_a_schema_is_explained(kind: str) -> None:
    def unexplained(schema: Any) -> list[str]:
        if isinstance(schema, list):
            return [name for each in schema for name in unexplained(each)]
        if not isinstance(schema, dict):
            return []
        named = schema.get("properties")
        own = [] if not isinstance(named, dict) else [name for name, form in named.items() if not form["description"]]
        return own + [name for each in schema.values() for name in unexplained(each)]

    schema = json.loads(schema_text(kind))
    assert unexplained(schema) == []
    (key, form) = next(iter(schema["properties"].items()))
    assert "\n\n" in form["description"], key


def test_names_of_the_rulebook_are_suggested() -> None:
    feed = json.loads(schema_text("feeds", names_of(BOOK)))["definitions"]
    assert "county" in feed["entities"]["enum"]
    assert feed["feed"]["properties"]["entity"]["anyOf"][0] == {"$ref": "#/definitions/entities"}
    waiver = json.loads(schema_text("waivers", names_of(BOOK)))["definitions"]
    assert waiver["rules"]["enum"] == list(map(str, BOOK.rules))


# The line by which editors know a file


def test_a_draft_begins_with_the_line_where_the_schema_lies_beside_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--lang", "en"]) == 0
    assert sorted(path.name.partition(".")[0] for path in Path("rules/.schema").iterdir()) == sorted(EDITED)
    assert main(["feed", "data/school.csv", "--rules", "rules", "--to", "data/feeds.yaml", "--lang", "en"]) == 0
    text = Path("data/feeds.yaml").read_text("utf-8")
    first = text.partition("\n")[0]
    assert first == line_for("feeds", "../rules/.schema")
    schema = json.loads((Path("data") / first.partition("=")[2]).read_text("utf-8"))
    assert [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(edited(text))] == []
    book = check_rulebook("rules")[0]
    assert [feed.entity.id for feed in read_feeds("data/feeds.yaml", book).feeds] == ["school"]
    capsys.readouterr()
    assert main(["feed", "data/school.csv", "--rules", "rules", "--lang", "en"]) == 0
    assert capsys.readouterr().out.partition("\n")[0] == line_for("feeds", "rules/.schema")


def test_a_draft_names_no_schema_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--lang", "en"]) == 0
    (tmp_path / "rules" / ".schema" / "feeds.schema.json").unlink()
    rules, facts = str(tmp_path / "rules"), str(tmp_path / "data" / "school.csv")
    capsys.readouterr()
    assert main(["feed", facts, "--rules", rules, "--lang", "en"]) == 0
    assert "$schema" not in capsys.readouterr().out
    folder = tmp_path / "data" / ".schema"
    assert main(["schema", "feeds", "--rules", rules, "--to", str(folder), "--lang", "en"]) == 0
    capsys.readouterr()
    draft = str(tmp_path / "data" / "feeds.yaml")
    assert main(["feed", facts, "--rules", rules, "--to", draft, "--lang", "en"]) == 0
    assert Path(draft).read_text("utf-8").partition("\n")[0] == line_for("feeds")


def test_the_command_says_the_line_of_each_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schema", "--to", "rules/.schema", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert f"a feeds.yaml in this folder is:\n  {line_for('feeds', 'rules/.schema')}\n" in shown
    assert shown.count("# yaml-language-server") == len(NAMED)
