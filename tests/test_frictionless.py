"""Entities as Table Schemas and back: nothing of ours is lost, all that is lost of others is told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eduplan_rules as er
from eduplan_rules.cli import main
from eduplan_rules.cli.border import Stop
from eduplan_rules.cli.frictionless import convert
from eduplan_rules.sentences import LANGUAGES, Language
from eduplan_rules.source import Source
from eduplan_rules.tools.fmt.format import format_source
from eduplan_rules.tools.frictionless.descriptor import DescriptorError
from eduplan_rules.tools.frictionless.export import to_package
from eduplan_rules.tools.frictionless.read import Imported, read_entities
from strategies import CALENDARS, entity
from writer import Draw

#: type -> what may constrain it, by the Data Package Standard 2.0
CONSTRAINTS = {
    "string": {"required", "unique", "pattern", "enum", "minLength", "maxLength"},
    "number": {"required", "unique", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "integer": {"required", "unique", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
    "boolean": {"required", "unique", "enum"},
    "date": {"required", "unique", "enum", "minimum", "maximum"},
    "year": {"required", "unique", "enum", "minimum", "maximum"},
    "yearmonth": {"required", "unique", "enum", "minimum", "maximum"},
}
#: properties that a field may have besides, by type
MORE = {"boolean": {"trueValues", "falseValues"}, "number": {"bareNumber", "groupChar"}, "integer": {"bareNumber"}}
LABELS = st.sampled_from(["学校", "School", "a: b", "#x", "yes", "1", "'q'", 'say "so"', "\x85", "tab\there", "🎒"])


def imported(descriptor: Any, folder: Path, name: str = "datapackage.json") -> Imported:
    (folder / name).write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")
    return read_entities(folder / name)


def declared(book: er.Rulebook) -> dict[str, Any]:
    """All that a rulebook says of its entities, fields in their order."""
    return {name: (made.model_dump(), list(made.fields)) for name, made in book.entities.items()}


def check_standard(package: dict[str, Any]) -> None:
    """The rules of the Data Package Standard 2.0 that its profile holds, as far as our descriptors have the parts."""
    assert re.fullmatch(r"[-a-z0-9._]+", package["name"])
    assert package["resources"]
    names = {resource["name"] for resource in package["resources"]}
    assert len(names) == len(package["resources"])
    for resource in package["resources"]:
        assert {"name", "type", "path", "schema"} <= resource.keys()
        assert resource["type"] == "table"
        assert re.match(r"(?=[^./~])(?!file:)", resource["path"])
        assert re.fullmatch(".+/.+", resource["mediatype"])
        schema = resource["schema"]
        columns = [field["name"] for field in schema["fields"]]
        assert len(set(columns)) == len(columns) > 0
        assert set(schema["primaryKey"]) <= set(columns)
        for field in schema["fields"]:
            check_field(field)
        for link in schema.get("foreignKeys", ()):
            assert set(link["fields"]) <= set(columns)
            assert link["reference"].get("resource", resource["name"]) in names
            assert len(link["fields"]) == len(link["reference"]["fields"])


def check_field(field: dict[str, Any]) -> None:
    kind, constraints = field["type"], field.get("constraints", {})
    assert constraints.keys() <= CONSTRAINTS[kind]
    known = {"name", "type", "title", "description", "constraints", *MORE.get(kind, ())}
    assert {key for key in field if not key.startswith("x-")} <= known
    if kind == "integer":
        assert all(isinstance(constraints.get(bound, 0), int) for bound in ("minimum", "maximum"))
    if "enum" in constraints:
        assert constraints["enum"]
        assert len(set(constraints["enum"])) == len(constraints["enum"])
    for key in ("trueValues", "falseValues"):
        assert all(isinstance(value, str) for value in field.get(key, ()))


@st.composite
def books(draw: Draw) -> er.Rulebook:
    """Entities of every shape, with labels, aliases and all that a field may say."""
    written: dict[str, Any] = {"entities": {}, "calendars": draw(st.sampled_from([{}, CALENDARS]))}
    for name in ("county", "school", *draw(st.lists(st.sampled_from(["drill", "permit"]), unique=True))):
        made = written["entities"][name] = entity(draw, name, written)
        if draw(st.booleans()):
            made["label"] = {"zh": f"{draw(LABELS)}{name}", "en": f"{name} {draw(LABELS)}"}
        if made.get("period") and draw(st.booleans()):
            made["period"] = {"is": made["period"], "column": draw(st.sampled_from(["时期", "p", "school_year"]))}
        if draw(st.booleans()):
            made["renamed"] = {"old": draw(LABELS)}
        if draw(st.booleans()):
            made["name"] = f"{name}_id"
        for number, (each, field) in enumerate(made["fields"].items()):
            more(draw, field, f"{each}{number}")
    return er.load_rulebook(Source("drawn.yaml", json.dumps(written, ensure_ascii=False)))


def more(draw: Draw, field: dict[str, Any], name: str) -> None:
    """What else a field may say."""
    chosen = draw(st.sets(st.sampled_from(["label", "aliases", "personal", "lever", "max", "text", "choices"])))
    field |= {"label": {"zh": f"{draw(LABELS)}{name}", "en": f"{name}{draw(LABELS)}"}} if "label" in chosen else {}
    field |= {"aliases": [f"{draw(LABELS)} {name}"]} if "aliases" in chosen else {}
    field |= {"personal": True} if "personal" in chosen else {}
    field |= {"lever": False} if "lever" in chosen else {}
    if field["type"] in ("number", "integer") and "max" in chosen:
        field["max"] = draw(st.sampled_from([10, 0.5, 1e6]))
    if field["type"] == "text" and "text" in chosen:
        field |= draw(st.sampled_from([{"placeholders": "kept"}, {"form": "document-number"}]))
    if field["type"] == "choice" and "choices" in chosen:
        field["choices"] = {"a": {"zh": "甲", "en": "A"}, "b": None, "c": draw(LABELS)}


@given(books(), st.sampled_from(LANGUAGES))
def test_export_then_import_gives_the_same_entities(
    tmp_path_factory: pytest.TempPathFactory, book: er.Rulebook, language: Language
) -> None:
    package = to_package(book, "rules", language)
    check_standard(package)
    found = imported(package, tmp_path_factory.getbasetemp())
    assert found.notes.lines("en") == []
    again = er.load_rulebook(Source("again.yaml", found.text))
    assert declared(again) == declared(book)
    assert format_source(Source("again.yaml", found.text)) == found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pack_goes_out_and_comes_back(tmp_path: Path, language: Language) -> None:
    book = er.load_rulebook()
    package = to_package(book, "Rules of 2021", language)
    check_standard(package)
    assert package["name"] == "rules-of-2021"
    again = er.load_rulebook(Source("again.yaml", imported(package, tmp_path).text))
    assert declared(again) == declared(book)
    school = next(each for each in package["resources"] if each["name"] == "school")
    assert school["title"] == {"zh": "学校", "en": "School"}[language]
    assert school["schema"]["primaryKey"] == ["school_id", "year"]
    reference = {"resource": "county", "fields": ["county_id"]}
    assert school["schema"]["foreignKeys"] == [{"fields": ["county_id"], "reference": reference}]


def test_a_period_whose_column_is_a_field_too_stays_both(tmp_path: Path) -> None:
    text = "entities:\n  a:\n    key: a_id\n    period: year\n    fields:\n      "
    text += "year: {type: integer}\n      a_id: {type: text}\n"
    book = er.load_rulebook(Source("a.yaml", text))
    assert imported(to_package(book, "a", "en"), tmp_path).text == text


FOREIGN = {
    "profile": "tabular-data-package",
    "resources": [
        {
            "name": "School roster",
            "title": "Schools",
            "path": "school.csv",
            "dialect": {"delimiter": ";"},
            "schema": {
                "primaryKey": ["School ID", "Year"],
                "missingValues": ["", "-"],
                "uniqueKeys": [["name"]],
                "foreignKeys": [
                    {"fields": "district", "reference": {"resource": "district", "fields": "code"}},
                    {"fields": "name", "reference": {"resource": "people", "fields": "name"}},
                ],
                "fields": [
                    {"name": "School ID", "type": "string", "description": "as registered"},
                    {"name": "Year", "type": "year"},
                    {"name": "name", "type": "string", "title": "district", "constraints": {"required": True}},
                    {"name": "district", "type": "string", "constraints": {"required": True, "pattern": "D.*"}},
                    {"name": "kind", "constraints": {"enum": ["public", "private"]}},
                    {"name": "where", "type": "geopoint"},
                    {"name": "2022", "type": "integer", "constraints": {"minimum": 0, "maximum": "99"}},
                    {"name": "founded", "type": "year"},
                    {"name": "open", "type": "boolean", "trueValues": ["ja"]},
                    {"name": "day", "type": "date", "format": "%d.%m.%Y"},
                ],
            },
        },
        {"name": "district", "schema": {"fields": [{"name": "code"}, {"name": "size", "type": "number"}]}},
        {"name": "pictures", "path": "pictures.zip"},
    ],
}
MADE = """\
entities:
  School_roster:
    label: Schools
    key: School_ID
    period: {is: year, column: Year}
    belongs_to: {district: district}
    fields:
      School_ID: {type: text, aliases: [School ID]}
      name: {type: text}
      district: {type: text}
      kind: {type: choice, optional: true, choices: [public, private]}
      where_: {type: text, optional: true}
      _2022: {type: integer, min: 0, max: 99, optional: true, aliases: ["2022"]}
      founded: {type: integer, optional: true}
      open: {type: boolean, optional: true}
      day_: {type: date, optional: true}
  district:
    key: code
    fields:
      code: {type: text, optional: true}
      size: {type: number, optional: true}
"""
TOLD = """\
  resources[2]: there is no schema; left out
  resources[0]: `dialect` is left out
  School roster: `School roster` is no name, now `School_roster`
  School roster: `Year` of the primary key is taken for the period
  School roster.School ID: `School ID` is no name, now `School_ID`
  School roster.School ID: `description` is left out
  School roster.district: `constraints.pattern` is left out
  School roster.where: `where` is a word of the language, now `where_`; feeds must name the column so
  School roster.where: type `geopoint` is read as text
  School roster.2022: `2022` is no name, now `_2022`
  School roster.founded: type `year` is read as an integer
  School roster.open: `trueValues` is left out
  School roster.day: `day` is a word of the language, now `day_`; feeds must name the column so
  School roster.day: `format` is left out
  School roster.name: the title `district` is another's name and is left out
  resources[0].schema: `uniqueKeys` is left out
  School roster: `missingValues` is left out
  district: there is no primary key; `code` is taken for the key
  School roster.foreignKeys[1]: the foreign key leads to no key of a table here; left out
"""


def test_a_package_of_others_becomes_entities_and_all_that_is_lost_is_told(tmp_path: Path) -> None:
    found = imported(FOREIGN, tmp_path)
    assert found.text == MADE
    assert sorted(found.notes.lines("en")) == sorted(TOLD.splitlines())
    assert len(found.notes.lines("zh")) == len(TOLD.splitlines())
    book = er.load_rulebook(Source("made.yaml", found.text))
    rows = {"School_roster": [{"School ID": "a", "Year": 2022, "name": "x", "district": "d", "2022": 3}]}
    facts = er.to_facts(rows | {"district": [{"code": "d", "size": 1.5}]}, book)
    assert facts.findings == ()


def test_a_table_schema_alone_is_named_after_its_file(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "constraints": {"unique": True}}], "primaryKey": "id"}
    (tmp_path / "drill.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    text = "entities:\n  drill:\n    key: id\n    fields:\n      id: {type: text}\n"
    found = read_entities(tmp_path / "drill.schema.json")
    assert found.text == text
    resource = {"name": "drill", "path": "drill.csv", "schema": "drill.schema.json"}
    assert imported(resource, tmp_path, "resource.json").text == text
    elsewhere = {"resources": [resource, {"name": "x", "schema": "https://example.org/x.json"}]}
    assert "lies at https://example.org/x.json" in "\n".join(imported(elsewhere, tmp_path).notes.lines("en"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "x.json:1:2: no JSON: Expecting property name"),
        ("[]", "x.json is no descriptor, expected a Data Package with `resources`"),
        ("{}", "x.json is no descriptor, expected a Data Package with `resources`"),
        ('{"resources": 1}', "x.json: resources is `1`, expected a list"),
        ('{"resources": [1]}', "x.json: resources[0] is `1`, expected an object"),
        ('{"fields": []}', "x.json: fields is `[]`, expected a list"),
        ('{"fields": [{"name": 1}]}', "x.json: fields[0].name is `1`, expected a text"),
        ('{"fields": [{"type": "string"}]}', "x.json: fields[0].name is not there, expected a text"),
        (
            '{"fields": [{"name": "a", "type": "number", "constraints": {"minimum": "low"}}]}',
            'x.json: fields[0].constraints.minimum is `"low"`, expected a number',
        ),
        ('{"fields": [{"name": "a", "title": "\\ud800"}]}', "x.json cannot be read: half of a surrogate pair"),
        ('{"fields": [{"name": "a", "constraints": {"minimum": NaN}}]}', "NaN is no number of JSON"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_descriptor_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.json").write_text(text, encoding="utf-8")
    with pytest.raises(DescriptorError) as caught:
        read_entities(Path("x.json"))
    assert told in caught.value.told("en")
    assert caught.value.told("zh")


KEYS = "fields name type resources schema constraints primaryKey foreignKeys enum title reference x-label categories"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4),
    max_leaves=12,
)


@given(JSON | st.fixed_dictionaries({"fields": st.lists(st.fixed_dictionaries({"name": st.text()}), min_size=1)}))
def test_any_json_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    try:
        found = imported(value, tmp_path_factory.getbasetemp(), "any.json")
    except DescriptorError as error:
        told = error.told("en")
    else:
        told = found.text
        er.check_rulebook(Source("any.yaml", found.text))
    assert told


def test_the_command_writes_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(MADE, encoding="utf-8")
    target = tmp_path / "datapackage.json"
    assert main(["frictionless", "export", "--rules", str(rules), "--to", str(target), "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[0].startswith("2 entities as Table Schemas; what the standard cannot say")
    assert "  x-aliases (2)" in told.err
    assert main(["frictionless", "import", str(target), "--lang", "zh"]) == 0
    told = capsys.readouterr()
    assert told.out == MADE
    assert told.err == "已读取 2 个实体\n"
    with pytest.raises(Stop, match="would be written over"):
        convert("export", None, [str(rules)], str(target), language="en")


@pytest.mark.parametrize(
    ("direction", "file", "rules", "told"),
    [
        ("import", None, None, "import reads a descriptor"),
        ("export", "rules", None, "frictionless export --rules rules"),
        ("import", "x.json", ["rules"], "do not go together"),
        ("import", "nowhere.json", None, "there is no file nowhere.json"),
    ],
)
def test_what_makes_no_sense_is_refused(direction: Any, file: str | None, rules: list[str] | None, told: str) -> None:
    with pytest.raises(Stop, match=told):
        convert(direction, file, rules, None, language="en")


def test_the_package_is_valid_where_frictionless_is_installed() -> None:
    frictionless = pytest.importorskip("frictionless", reason="frictionless is not installed; its rules are in here")
    report = frictionless.Package.validate_descriptor(to_package(er.load_rulebook(), "rules", "zh"))
    assert report.valid
