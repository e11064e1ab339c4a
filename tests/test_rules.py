"""The plan's own rule pack: it loads without a word, cites its sources and speaks both languages."""

import re
from collections import Counter
from pathlib import Path

import pytest

import eduplan_rules as er
from eduplan_rules.book import check_rulebook, resolved_rulebook
from eduplan_rules.errors import render_diagnostics
from eduplan_rules.rulebook.model import Rule
from eduplan_rules.units import in_english

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "rules"
PLAN = ROOT.parent / "shared" / "plan" / "plan.zh.txt"

BOOK, DIAGNOSTICS = check_rulebook(RULES)
IDS = sorted(BOOK.rules)
LONGEST_ANCHOR = 15
_HAN = re.compile(r"[\u4e00-\u9fff]")

#: numbers that are believed, not verified; whoever verifies one takes it off this list
UNVERIFIED = {
    "adjustment_due",
    "age_groups",
    "age_groups_minimum",
    "checks_per_term",
    "emergency_plan_review",
    "fee_evaluation_cycle",
    "full_time_theory_teachers_primary",
    "full_time_theory_teachers_secondary",
    "guards_minimum",
    "guards_minimum_boarding",
    "inspector_degrees",
    "inspector_experience",
    "joint_meetings_minimum",
    "large_school_students",
    "listed_problems_minimum",
    "mixed_school_size_maximum",
    "monitoring_rounds",
    "monthly_visits",
    "public_funds_base",
    "quorum_floor",
    "small_school_students",
    "video_kept_minimum",
}


@pytest.fixture(params=IDS)
def rule(request: pytest.FixtureRequest) -> Rule:
    return BOOK.rules[request.param]


def test_the_pack_loads_without_errors_and_warnings() -> None:
    assert render_diagnostics(DIAGNOSTICS) == ""
    assert er.load_rulebook(RULES).rules.keys() == BOOK.rules.keys()


def test_every_rule_that_is_written_is_loaded_once() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(RULES.rglob("*.yaml"))]
    written = Counter(found for text in texts for found in re.findall(r"^  - id: (\S+)$", text, re.MULTILINE))
    assert written == Counter(IDS)


def test_the_theme_of_a_rule_is_the_name_of_its_file(rule: Rule) -> None:
    theme = str(rule.id).partition(".")[0]
    assert Path(rule.id.span.source.name).stem.split("-")[0] == theme


def test_a_rule_names_its_clause_source_and_owner(rule: Rule) -> None:
    assert rule.clause in BOOK.clauses
    assert [reference.document for reference in rule.source if reference.document]
    assert rule.owner


def test_a_rule_speaks_chinese_and_english(rule: Rule) -> None:
    assert rule.message is not None
    assert sorted(rule.message) == ["en", "zh"]
    for words in (rule.title, rule.message):
        assert _HAN.search(words["zh"])
        assert not _HAN.search(re.sub(r"\{[^{}]*\}|亿元|万元", "", words["en"]))


def test_chinese_texts_have_chinese_signs(rule: Rule) -> None:
    assert rule.message is not None
    for text in (rule.title["zh"], rule.message["zh"]):
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", text)


def test_every_clause_is_used_and_says_what_it_obliges_to() -> None:
    assert {str(rule.clause) for rule in BOOK.rules.values()} == set(BOOK.clauses)
    for clause in BOOK.clauses.values():
        assert re.fullmatch(r"P\d\d", clause.id)
        assert clause.section
        assert clause.kind
        assert clause.summary is not None
        assert clause.summary["zh"] != clause.summary["en"]


def test_an_anchor_is_a_short_phrase() -> None:
    lengths = {clause.id: len(clause.anchor or "") for clause in BOOK.clauses.values()}
    assert {name: length for name, length in lengths.items() if not 0 < length <= LONGEST_ANCHOR} == {}


@pytest.mark.skipif(not PLAN.is_file(), reason="the plan's text is not part of this repository")
def test_an_anchor_stands_in_the_plan_letter_for_letter() -> None:
    text = PLAN.read_text(encoding="utf-8")
    assert [clause.id for clause in BOOK.clauses.values() if str(clause.anchor) not in text] == []


@pytest.mark.skipif(not PLAN.is_file(), reason="the plan's text is not part of this repository")
def test_no_text_copies_the_plan() -> None:
    plan = "".join(_HAN.findall(PLAN.read_text(encoding="utf-8")))
    texts = {str(clause.id): (clause.summary or {})["zh"] for clause in BOOK.clauses.values()}
    texts |= {name: rule.title["zh"] for name, rule in BOOK.rules.items()}
    copied: dict[str, list[str]] = {}
    for name, text in texts.items():
        han = "".join(_HAN.findall(text))
        windows = [han[start : start + LONGEST_ANCHOR + 1] for start in range(len(han) - LONGEST_ANCHOR)]
        copied[name] = [window for window in windows if window in plan]
    assert {name: found for name, found in copied.items() if found} == {}


def test_every_parameter_has_a_source_and_a_label() -> None:
    for parameter in BOOK.parameters.values():
        assert parameter.label, parameter.id
        assert parameter.source, parameter.id


def test_every_unit_of_the_pack_has_an_english_name() -> None:
    fields = [field.unit for entity in BOOK.entities.values() for field in entity.fields.values()]
    units = {str(unit) for unit in (*fields, *(each.unit for each in BOOK.parameters.values())) if unit is not None}
    assert {unit for unit in units if _HAN.search(in_english(unit))} == set()


def test_the_unverified_numbers_are_these() -> None:
    assert {name for name, table in resolved_rulebook(BOOK).parameters.items() if table.unverified} == UNVERIFIED


def test_nothing_is_believed_because_somebody_typed_yes() -> None:
    """What is said to be done has a day and a document; the only plain yes or no says that a series has ended."""
    typed = {
        (str(entity.id), str(field.id))
        for entity in BOOK.entities.values()
        for field in entity.fields.values()
        if field.type == "boolean" and field.id != entity.closed
    }
    assert typed == set()
