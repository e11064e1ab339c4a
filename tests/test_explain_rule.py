"""A rule in plain sentences: golden texts of rules of the pack, and laws over generated rulebooks.

`ACCEPT=1 pytest tests/test_explain_rule.py` writes `explanations/pack.txt` anew; reading the difference is the author's
duty.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from jsonschema import Draft202012Validator, FormatChecker

import eduplan_rules
from eduplan_rules.book import load_rulebook
from eduplan_rules.cli.app import main
from eduplan_rules.language.resolve import Resolved
from eduplan_rules.language.typed import Typed
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.tools.explain.rule import LANGUAGES, Explanation, explain_rule
from eduplan_rules.tools.explain.show import explanation_record, explanation_text
from pack import PACK
from strategies import read_book, rulebooks

GOLDEN = Path(__file__).parent / "explanations" / "pack.txt"
SCHEMA = json.loads((Path(eduplan_rules.__file__).parent / "explanation.schema.json").read_text("utf-8"))
DAY = date(2022, 12, 31)
#: one of each shape
SHOWN = (
    "balance.composite-2012-primary",
    "balance.nearby-enrolment",
    "balance.quorum",
    "balance.small-school-funds",
    "balance.stages-reported",
    "finance.fee-evaluation",
    "finance.spending-grows",
    "finance.spending-outgrows-revenue",
    "implementation.adjustment",
    "implementation.policy-schedule",
    "inspection.government-inspected",
    "inspection.inspector-qualified",
    "inspection.training-hours",
    "party.theory-teachers",
    "safety.alarm-coverage",
    "safety.education-by-age",
    "safety.emergency-plan-reviewed",
    "safety.guards",
    "safety.hazard-closed",
    "safety.hazards-overdue",
    "safety.monthly-drill",
    "safety.protection-advances",
    "safety.psychology-teachers",
    "surroundings.internet-cafes",
)


@cache
def pack() -> Rulebook:
    return load_rulebook(PACK)


def golden() -> str:
    """All that is shown, each rule in both languages."""
    told = (explain_rule(pack(), rule, as_of=DAY) for rule in SHOWN)
    return "\n".join(explanation_text(each, language) for each in told for language in ("zh", "en"))


def texts(explanation: Explanation) -> str:
    return "\n".join(explanation_text(explanation, language) for language in LANGUAGES)


def test_rules_of_every_shape_are_told_in_these_words() -> None:
    if os.environ.get("ACCEPT"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(golden(), encoding="utf-8")
    assert golden() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", [str(rule) for rule in pack().rules])
def test_every_rule_of_the_pack_reads_as_sentences(rule: str) -> None:
    explanation = explain_rule(pack(), rule, as_of=DAY)
    record = explanation_record(explanation)
    assert [error.message for error in validator().iter_errors(record)] == []
    for language in LANGUAGES:
        text = explanation_text(explanation, language)
        assert slips(text, language) == []
        assert leaks(without_names(text), pack()) == []


def without_names(text: str) -> str:
    """Without the rule's id, and without what stands in quotes: labels and choices may be words of any kind."""
    return re.sub("“[^”]*”", "", text.partition("\n")[2])


def slips(text: str, language: str) -> list[str]:
    """What no sentence has."""
    body = "\n".join(line.strip() for line in text.splitlines()[1:])
    wrong = [
        "  ",
        " ,",
        " .",
        "..",
        "；；",
        "。。",
        "None",
        "{",
        "}",
        "()",
        "（）",
        "““",
        "””",
        "a inspection",
        "the the ",
    ]
    if language == "zh":
        wrong += ["，，", "， ", " ，", " 。", "的的", "应应"]
        body = re.sub(r"依据：.*", "", body)
        wrong += re.findall(r"[一-鿿][,;:?]", body)
    return [each for each in wrong if each in body]


def leaks(text: str, book: Rulebook) -> list[str]:
    """Identifiers that stand in a text although what they name has a label."""
    words = set(re.findall(r"[a-z]+_[a-z_]+", text))
    return sorted(word for word in words if word in identifiers(book))


def identifiers(book: Rulebook) -> set[str]:
    fields = {str(name) for entity in book.entities.values() for name in entity.fields}
    values = {str(value.id) for value in book.values.values()}
    return {*map(str, book.entities), *map(str, book.parameters), *fields, *values}


@cache
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(SCHEMA)
    return Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def test_the_schema_is_strict_and_names_what_is_written() -> None:
    record = explanation_record(explain_rule(pack(), "safety.guards", as_of=DAY))
    assert list(SCHEMA["properties"]) == [*record, "outcomes"]
    assert not validator().is_valid({**record, "more": 1})
    assert "fields may be added, and none is removed or changed in meaning" in SCHEMA["description"]


# generated rulebooks


def labelled(book: dict[str, Any]) -> dict[str, str]:
    """Give everything a label that is no identifier; identifier -> label in English."""
    given: dict[str, str] = {}

    def label(name: str, thing: dict[str, Any]) -> None:
        given.setdefault(name, f"Thing {len(given) + 1001}")
        thing["label"] = {"en": given[name], "zh": f"{given[name]} 项"}

    for name, entity in book["entities"].items():
        label(name, entity)
        for inner, field in entity["fields"].items():
            label(inner, field)
            if "choices" in field:
                field["choices"] = {each: {"en": f"option {each}1", "zh": f"选项 {each}1"} for each in field["choices"]}
    for name, value in book["values"].items():
        label(name.partition(".")[2], value)
    for name, parameter in book["parameters"].items():
        label(name, parameter)
    for rule in book["rules"]:
        rule["title"] = {"en": "A rule", "zh": "一条规则"}
        rule.pop("message", None)
    return given


def shown_number(node: Typed) -> str:
    """The digits of a number, or of a duration that stands for one."""
    found = re.search(r"\d[\d.]*", node.text)
    assert found is not None
    return found.group()


@settings(max_examples=40)
@given(rulebooks())
def test_every_generated_rule_is_told_without_identifiers_and_with_all_its_numbers(plain: dict[str, Any]) -> None:
    given = labelled(plain)
    resolved: Resolved = read_book(plain)
    assume(len(resolved.rules) == len(plain["rules"]))
    for name, rule in resolved.rules.items():
        explanation = explain_rule(resolved.book, name, as_of=DAY)
        assert [error.message for error in validator().iter_errors(explanation_record(explanation))] == []
        for language in LANGUAGES:
            text = explanation_text(explanation, language)
            assert slips(text, language) == [], text
            words = set(re.findall(r"\w+", text.partition("\n")[2], flags=re.ASCII))
            assert {word for word in words & set(given) if "_" in word} == set(), text
            nodes = [node for tree in rule.expressions() for node in tree.walk()]
            # to no decimals is to a whole number
            whole = {id(node.args[1]) for node in nodes if node.op == "round" and len(node.args) > 1}
            lacking = [node.text for node in nodes if not (id(node) in whole or is_told(node, text, given))]
            assert lacking == [], text


def is_told(node: Typed, text: str, given: dict[str, str]) -> bool:
    """Whether a text has a node's number, or the label of what it reads."""
    match node.op:
        case "number":
            return re.search(rf"(?<![\d.]){re.escape(shown_number(node))}(?!\d)", text) is not None
        case "parameter":
            return given[node.data] in text
        case "field" | "value":
            return given[node.data[1]] in text
        case _:
            return True


# the command


def test_the_command_prints_the_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "safety.guards", "--rules", str(PACK), "--as-of", "2022-12-31", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == explanation_text(explain_rule(pack(), "safety.guards", as_of=DAY), "zh")


def test_the_command_writes_json_by_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "balance.quorum", "--rules", str(PACK), "--as-of", "2022-12-31", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert validator().is_valid(record)
    assert record == json.loads(json.dumps(explanation_record(explain_rule(pack(), "balance.quorum", as_of=DAY))))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["safety.guard", "--lang", "en"], "there is no rule `safety.guard`, did you mean `safety.guards`?"),
        (["safety.guard", "--lang", "zh"], "没有规则 `safety.guard`，是否应为 `safety.guards`？"),
        (["quite-other", "--lang", "en"], "there is no rule `quite-other`"),
        (["safety.guards", "--as-of", "2022", "--lang", "en"], "--as-of is `2022`, expected a day such as 2022-12-31"),
    ],
)
def test_a_wrong_usage_ends_with_2(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *arguments, "--rules", str(PACK)]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"{'错误：' if 'zh' in arguments else 'error: '}{told}\n")


def test_the_day_decides_which_values_are_told() -> None:
    before, after = (explain_rule(pack(), "safety.guards", as_of=date(year, 1, 1)) for year in (2016, 2024))
    (early,) = (each for each in before.standards if each.parameter == "guards_minimum")
    (late,) = (each for each in after.standards if each.parameter == "guards_minimum")
    assert (early.since, early.unverified, late.since) == (date(2015, 1, 1), True, date(2022, 6, 1))
    assert early.later is not None
    assert "2022-06-01" in early.later["en"]
    assert late.later is None
    assert [each.document for each in early.source] == ["公治〔2015〕168号"]
