from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduplan_rules.book import check_rulebook, resolved_rulebook
from eduplan_rules.errors import Diagnostic, RulebookError, render_diagnostics
from eduplan_rules.language.parse import reserved_words
from eduplan_rules.operators import CHINESE, CONTEXT
from eduplan_rules.rulebook.check import RESERVED
from eduplan_rules.rulebook.load import Layer, read_rulebook
from eduplan_rules.rulebook.model import Body, Rulebook
from eduplan_rules.source import Scalar, Source

CASES = Path(__file__).parent / "cases"
SCHOOL = """
entities:
  school:
    key: school_id
    period: year
    fields: {school_id: {type: text}, guards: {type: integer}}
"""


def load(*layers: Layer) -> Rulebook:
    book, diagnostics = read_rulebook(*layers)
    assert render_diagnostics(diagnostics) == ""
    return book


def text(written: str, name: str = "x.yaml") -> Source:
    return Source(name, written)


def codes(*layers: Layer) -> list[str]:
    return [diagnostic.code for diagnostic in read_rulebook(*layers)[1]]


def test_the_example_of_the_design_loads_as_it_stands() -> None:
    book = load(CASES / "design-example.yaml")
    assert list(book.entities) == ["county", "school", "drill", "evidence"]
    assert list(book.values) == ["school.guards_required"]
    subjects = [str(rule.for_) for rule in book.rules.values()]
    assert subjects == ["school", "county", "county", "school", "school", "county"]
    quorum = book.rules["balance.quorum"].require
    assert isinstance(quorum, Body)
    assert (quorum.kind, quorum.at_least, quorum.others_reach) == ("at_least", 6, "quorum_floor")
    assert [(member.id, member.minimum) for member in quorum.members] == [("L4", "teaching_area_minimum(stage)")]
    assert book.rules["finance.spending-grows"].since == date(2021, 1, 1)
    assert book.parameters["safety_due"].values[0].date is None


def test_expressions_know_their_places() -> None:
    book = load(CASES / "design-example.yaml")
    require = book.rules["safety.guards"].require
    assert isinstance(require, Scalar)
    assert require.place(10, 25).text == "guards_required"


def test_words_speak_for_the_language_that_is_missing() -> None:
    book = load(text(SCHOOL + "rules: [{id: a.b, for: school, require: guards > 1, title: 保安, message: {en: x}}]"))
    rule = book.rules["a.b"]
    assert (rule.title, rule.message) == ({"zh": "保安", "en": "保安"}, {"en": "x"})


def test_short_forms_give_the_same_as_long_ones() -> None:
    short = load(text(SCHOOL + "rules: [{id: a.b, for: school, source: 教育法, require: {any: [guards > 1]}}]"))
    written = "rules: [{id: a.b, for: school, source: [{document: 教育法}], require: {any: [{that: guards > 1}]}}]"
    entities = SCHOOL.replace("school_id\n", "[school_id]\n").replace("year", "{is: year, column: year}")
    long = load(text(entities + written))
    assert short.model_dump(exclude={"sources"}) == long.model_dump(exclude={"sources"})


def test_a_quorum_of_all_is_all() -> None:
    book = load(text(SCHOOL + "rules: [{id: a.b, for: school, require: {at_least: all, of: [guards > 1]}}]"))
    require = book.rules["a.b"].require
    assert isinstance(require, Body)
    assert (require.kind, require.at_least) == ("all", None)


def test_values_of_parameters_take_every_form() -> None:
    book = load(
        text(
            "parameters:\n"
            "  kinds: {value: [fire, flood]}\n"
            "  nested: {by: [stage, place], value: {primary: {city: 1, village: ~}}}\n"
            "  marked: {values: {2021-01-01: {value: 4, status: unverified, source: 教育法}, 2022-01-01: 5}}\n"
            "  stairs: {by: [stage], scale: students, value: {primary: [{below: 1_000, value: 1}, {value: 2}]}}\n"
        )
    )
    assert [book.parameters[name].values[0].value for name in ("kinds", "nested")] == [
        ("fire", "flood"),
        {"primary": {"city": "1", "village": None}},
    ]
    first, second = book.parameters["marked"].values
    assert (first.date, first.value, first.status) == (date(2021, 1, 1), "4", "unverified")
    assert first.source[0].document == "教育法"
    assert (second.date, second.value, second.status) == (date(2022, 1, 1), "5", None)
    assert [step.below for step in book.parameters["stairs"].values[0].value["primary"]] == [1000, None]


def test_one_wrong_declaration_hides_no_other() -> None:
    book, diagnostics = read_rulebook(
        text(
            SCHOOL.replace("{type: integer}", "{type: intger}, walls: {type: number}")
            + "parameters: {floor: {unit: 人}, other: {value: 1}}\n"
            + "rules:\n  - {id: a.b, for: school, requir: x}\n  - {id: a.c, for: school, require: walls > 1}\n"
        )
    )
    assert [each.code for each in diagnostics] == ["wrong-value", "missing-key", "unknown-key"]
    assert (list(book.entities), list(book.parameters), list(book.rules)) == ([], ["other"], [])
    remains = book.remains
    fields = remains.entities["school"].fields
    assert {name: sorted(field.lost) for name, field in fields.items()} == {
        "school_id": [],
        "guards": ["type"],
        "walls": [],
    }
    assert (list(remains.parameters), list(remains.rules)) == (["floor"], ["a.b", "a.c"])
    assert remains.rules["a.b"].require == "x"


def all_codes(*layers: Source) -> list[str]:
    return [diagnostic.code for diagnostic in check_rulebook(*layers)[1]]


def test_a_section_that_cannot_be_read_makes_no_noise_elsewhere() -> None:
    rules = "rules: [{id: a.b, for: school, require: guards > floor and gaurds > 1}]\n"
    assert all_codes(text("entities: [school: {guards: x}]\n" + rules)) == ["wrong-shape"]
    assert all_codes(text(SCHOOL + "parametres: {floor: {value: 1}}\n" + rules)) == ["unknown-key", "unknown-name"]
    assert all_codes(text(SCHOOL + "numbers: {floor: {value: 1}}\n" + rules)) == ["unknown-key", "unknown-name"]


def test_a_section_that_stands_twice_is_read_twice() -> None:
    first = "rules: [{id: a.b, for: school, require: guards > one}]\nparameters: {one: {value: 1}}\n"
    second = "rules: [{id: a.c, for: school, require: gaurds > two}]\nparameters: {two: {value: 1}}\n"
    assert all_codes(text(SCHOOL + first + second)) == ["duplicate-key", "unknown-name", "duplicate-key"]


def test_rules_under_their_ids_are_read() -> None:
    rules = "rules: {a.b: {for: school, require: gaurds > 1}, a.c: {for: school, require: guards > 1}}\n"
    assert all_codes(text(SCHOOL + rules)) == ["wrong-shape", "unknown-name"]


def test_a_replacement_with_a_mistake_is_looked_into() -> None:
    first = text(SCHOOL + "rules: [{id: a.b, for: school, require: guards > 1, nature: binding}]\n", "a.yaml")
    change = "replace: {rules: {a.b: {due: soon, severty: eror, tightens: yes}}}\n"
    assert all_codes(first, text(change, "b.yaml")) == ["unknown-name", "unknown-key", "wrong-value", "wrong-value"]
    assert check_rulebook(first, text(change, "b.yaml"))[0].broken == {"a.b"}


def test_a_calendar_is_found_however_its_period_is_written() -> None:
    days = (date(2021, 9, 1), date(2022, 1, 20))
    for label in ("2021-2022-1", "2021/2022/1"):
        book = load(text(SCHOOL + f"calendars: {{term: {{{label}: [2021-09-01, 2022-01-20]}}}}\n"))
        assert book.calendars == {"term": {"2021-2022-1": days}}
    twice = "calendars: {term: {2021-2022-1: [2021-09-01, 2022-01-20], 2021/2022/1: [2021-09-01, 2022-01-20]}}\n"
    assert codes(text(SCHOOL + twice)) == ["duplicate-id"]


def test_a_percent_sign_is_the_unit_of_a_parameter() -> None:
    entity = SCHOOL.replace("{type: integer}", '{type: number, unit: "%"}')
    rule = "rules: [{id: a.b, for: school, require: guards > floor}]\n"
    book, diagnostics = check_rulebook(text(entity + "parameters: {floor: {value: 85%}}\n" + rule))
    assert diagnostics == []
    assert str(resolved_rulebook(book).parameters["floor"].type.unit) == "%"


def test_a_file_that_cannot_be_read_makes_no_noise_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "entities.yaml").write_text("entities: {school: [", encoding="utf-8")
    (tmp_path / "rules.yaml").write_text("rules:\n  - {id: a.b, for: school, require: x, titel: y}", encoding="utf-8")
    book, diagnostics = read_rulebook(tmp_path)
    assert [each.code for each in diagnostics] == ["yaml-syntax", "unknown-key"]
    assert not book.complete


def test_a_folder_is_read_without_cases_and_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/z.yml", "a.yaml", "a.cases.yaml", ".git/c.yaml", "d.txt"):
        (tmp_path / name).write_text(f"clauses: {{{name[0]}1: {{section: 一}}}}", encoding="utf-8")
    book = load(tmp_path)
    assert [Path(source.name) for source in book.sources] == [tmp_path / "a.yaml", tmp_path / "b/z.yml"]
    assert list(book.clauses) == ["a1", "b1"]


def test_files_below_the_working_directory_are_named_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/a.yaml").write_text("clauses: {a: {}}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = {load(path).sources[0].name for path in ("rules", tmp_path / "rules", "./rules/a.yaml")}
    assert names == {"rules/a.yaml"}


def test_what_is_not_there_is_a_diagnostic(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere") == ["no-file"]
    assert codes(tmp_path / "null\0byte") == ["no-file"]
    assert codes(tmp_path) == ["empty-rulebook"]
    assert codes() == ["empty-rulebook"]
    assert codes([]) == ["empty-rulebook"]


def test_several_files_are_one_layer() -> None:
    book = load([text(SCHOOL, "a.yaml"), text("rules: [{id: a.b, for: school, require: guards > 1}]", "b.yaml")])
    assert list(book.rules) == ["a.b"]


def test_a_later_layer_replaces_and_the_fact_is_kept() -> None:
    national = text(
        SCHOOL
        + "parameters: {least: {by: [stage], source: 教育法, value: {primary: 1}}}\n"
        + "rules: [{id: a.b, for: school, require: guards > 1, nature: binding, owner: 教育部}]\n",
        "national.yaml",
    )
    county = text(
        "replace:\n"
        "  parameters: {least: {values: {2022-01-01: {primary: 2}}, tightens: true, source: 县发〔2022〕1号}}\n"
        "  rules: {a.b: {severity: warning, due: as_of, loosens: {reason: 乡村, source: 县发〔2022〕2号}}}\n"
        "rules: [{id: a.c, for: school, require: guards > 1}]\n",
        "county.yaml",
    )
    book = load(national, county)
    rule, least = book.rules["a.b"], book.parameters["least"]
    assert (rule.severity, rule.due, rule.off) == ("warning", "as_of", False)
    assert rule.owner == {"zh": "教育部", "en": "教育部"}
    assert (least.values[0].value, least.source[0].document) == ({"primary": "2"}, "县发〔2022〕1号")
    assert [(each.kind, each.id, each.tightens) for each in book.replaced] == [
        ("parameter", "least", True),
        ("rule", "a.b", False),
    ]
    assert book.replaced[1].loosens is not None
    assert book.replaced[1].loosens.reason == "乡村"


def test_an_owner_of_a_binding_rule_is_replaced_without_a_mark() -> None:
    first = text(SCHOOL + "rules: [{id: a.b, for: school, require: guards > 1, nature: binding}]", "a.yaml")
    assert codes(first, text("replace: {rules: {a.b: {owner: 县教育局}}}", "b.yaml")) == []
    assert codes(first, text("replace: {rules: {a.b: {off: true}}}", "b.yaml")) == ["loosening-not-marked"]


def test_an_id_may_not_be_declared_again_in_a_later_layer() -> None:
    first = text("parameters: {floor: {value: 1}}", "a.yaml")
    diagnostics = read_rulebook(first, text("parameters: {floor: {value: 2}}", "b.yaml"))[1]
    assert [(each.code, each.hint) for each in diagnostics] == [
        ("duplicate-id", "use `replace` to change it in a later layer")
    ]


def test_reserved_words_are_those_of_the_grammar() -> None:
    assert reserved_words() | CONTEXT | {zh for zh, name in CHINESE.items() if name in CONTEXT} == RESERVED


def test_an_error_prints_every_diagnostic_by_place() -> None:
    diagnostics = read_rulebook(text("rules: [{id: a.b}]\nruels: []\n"))[1]
    error = RulebookError(reversed(diagnostics))
    assert [each.span.line for each in error.diagnostics] == [1, 1, 2]
    assert str(error) == render_diagnostics(diagnostics)


WORDS = [
    *("language", "clauses", "entities", "parameters", "values", "calendars", "rules", "replace"),
    *("id", "for", "where", "require", "key", "fields", "type", "text", "period", "year", "by", "scale", "value", "is"),
    *("at_least", "of", "all", "school", "a.b", "guards", "1", "2021-01-01", "x", "~", "{}", "[]", "''"),
]
TREES = st.recursive(
    st.sampled_from(WORDS),
    lambda trees: st.one_of(
        st.lists(trees, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(WORDS[:-4]), trees, max_size=4).map(
            lambda items: f"{{{', '.join(f'{key}: {item}' for key, item in items.items())}}}"
        ),
    ),
    max_leaves=25,
)
SECTIONS = st.dictionaries(st.sampled_from(WORDS[:8]), TREES, max_size=4).map(
    lambda items: "".join(f"{key}: {item}\n" for key, item in items.items())
)
EXAMPLE = (CASES / "design-example.yaml").read_text(encoding="utf-8")


def check_law(written: str) -> list[Diagnostic]:
    book, diagnostics = read_rulebook(text(written), text(written, "again.yaml"))
    assert isinstance(book, Rulebook)
    assert diagnostics or book.rules or book.entities or book.parameters or book.clauses
    assert render_diagnostics(diagnostics) or not diagnostics
    return diagnostics


@given(st.one_of(st.text(), SECTIONS))
def test_any_text_is_a_rulebook_or_diagnostics(written: str) -> None:
    check_law(written)


SLIPS = st.text(alphabet=st.sampled_from(list("ab中\"' \n:#-{}[],~")), max_size=6)


@given(st.integers(0, len(EXAMPLE)), st.integers(0, 30), SLIPS)
def test_a_slip_of_the_pen_is_a_rulebook_or_diagnostics(start: int, length: int, slip: str) -> None:
    check_law(EXAMPLE[:start] + slip + EXAMPLE[start + length :])


def test_a_rulebook_is_pickled_and_written_as_json() -> None:
    book = load(CASES / "design-example.yaml")
    assert pickle.loads(pickle.dumps(book)) == book
    assert json.loads(book.model_dump_json(exclude={"sources"}))["rules"]["safety.guards"]["for_"] == "school"
