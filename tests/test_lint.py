"""Advice about rulebooks: what is told, where, in both languages and every form; what is turned off; what is certain.

The laws: a comparison is told as unguarded exactly where an absent field leaves a rule unknown; conditions are told to
exclude each other only where nothing satisfies both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduplan_rules.book import load_rulebook, resolved_rulebook
from eduplan_rules.checker import Checker
from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from eduplan_rules.errors import Diagnostic
from eduplan_rules.source import Source
from eduplan_rules.tools.lint.advice import ADVICE_CODES
from eduplan_rules.tools.lint.conflict import conflict
from eduplan_rules.tools.lint.lint import Linted, lint

ENTITIES = """\
entities:
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    period: year
    fields: {county_id: {type: text}, ended_on: {type: date, blank: none}}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      stage: {type: choice, choices: {primary: 小学, junior: 初中}}
      guards: {type: integer, unit: 人, min: 0, max: 500}
      money: {type: number, unit: 万元, min: 0, max: 100}
      built_on: {type: date, blank: none}
      closed_on: {type: date, blank: none}
      growth: {type: number, unit: "%", blank: none}
      spent: {type: number, blank: none}
"""


@pytest.fixture(autouse=True)
def raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RAISE, "1")


def advice_on(text: str, *layers: str) -> Linted:
    sources = [
        Source("rules.yaml", ENTITIES + text),
        *(Source(f"layer{n}.yaml", each) for n, each in enumerate(layers)),
    ]
    found = lint(sources, [])
    assert not found.refused, [str(each) for each in found.diagnostics]
    return found


def rule(require: str, where: str | None = None, more: str = "") -> str:
    asked = "" if where is None else f"    where: {where!r}\n"
    return f"  - id: t.rule\n    for: school\n{asked}    require: {require!r}\n{more}"


def codes(found: Linted, *, without: tuple[str, ...] = ("rule-without-case", "rule-without-owner")) -> list[str]:
    return sorted(each.code for each in found.advice if each.code not in without)


def told_of(found: Linted, code: str) -> list[Diagnostic]:
    return [each for each in found.told if str(each.code) == code]


UNGUARDED = [
    "built_on <= day",
    "guards > 1 and built_on <= day",
    "guards > 1 or built_on <= day",
    "not (built_on <= day)",
    "built_on is missing and built_on <= day or guards > 1 and built_on <= day",
    "closed_on is not missing and built_on <= day",
    "if(guards > 1, built_on <= day, true)",
    "days_between(built_on, day) > 30",
    "county.ended_on > day",
    "previous(built_on) <= day",
    "coalesce(built_on, closed_on) <= day",
    "built_on between 2020-01-01 and 2021-01-01",
    "spent + 1 > 2",
]
GUARDED = [
    "built_on is not missing and built_on <= day",
    "built_on <= day and built_on is not missing",
    "built_on is missing or built_on <= day",
    "built_on is missing or guards > 1 and built_on <= day",
    "if(built_on is missing, false, built_on <= day)",
    "coalesce(built_on, 2020-01-01) <= day",
    "not (built_on is missing) and built_on <= day",
    "county.ended_on is missing or county.ended_on > day",
    "previous(built_on) is missing or previous(built_on) <= day",
    "built_on is not missing and closed_on is not missing and built_on <= closed_on",
    "rises(guards, growth)",
    "built_on is not missing",
    "guards > 1",
]


@pytest.mark.parametrize("require", UNGUARDED)
def test_a_comparison_that_nothing_guards_is_an_error(require: str) -> None:
    found = advice_on("rules:\n" + rule(require))
    told = told_of(found, "unguarded-absence")
    assert told
    assert {each.severity for each in told} == {"error"}


@pytest.mark.parametrize("require", GUARDED)
def test_a_comparison_may_be_guarded_in_any_way(require: str) -> None:
    assert "unguarded-absence" not in codes(advice_on("rules:\n" + rule(require)))


def test_where_guards_what_is_required_and_needs_a_guard_itself() -> None:
    assert "unguarded-absence" not in codes(advice_on("rules:\n" + rule("built_on <= day", "built_on is not missing")))
    assert "unguarded-absence" in codes(advice_on("rules:\n" + rule("guards > 1", "built_on <= day")))


def test_inside_an_aggregate_its_own_where_guards() -> None:
    for where, expected in (("built_on is not missing", []), ("guards > 1", ["unguarded-absence"])):
        asked = f"share(built_on <= day for school where {where}) >= 50%"
        text = f"rules:\n  - {{id: t.rule, for: county, require: {asked!r}}}\n"
        assert codes(advice_on(text)) == expected
    skipping = "rules:\n  - {id: t.rule, for: county, require: sum(spent for school skip missing) >= 2}\n"
    assert codes(advice_on(skipping)) == []


def test_a_guard_of_the_subject_does_not_guard_the_rows_below_it() -> None:
    asked = "ended_on is missing or any(built_on <= this.ended_on for school where built_on is not missing)"
    assert codes(advice_on(f"rules:\n  - {{id: t.rule, for: county, require: {asked!r}}}\n")) == []
    other = "ended_on is missing or any(built_on <= day for school)"
    assert codes(advice_on(f"rules:\n  - {{id: t.rule, for: county, require: {other!r}}}\n")) == ["unguarded-absence"]


def test_the_advice_names_the_comparison_the_field_and_where_it_is_declared() -> None:
    (told,) = [each for each in advice_on("rules:\n" + rule("built_on <= day")).told if each.severity == "error"]
    assert (
        told.sentence.said("zh") == "`built_on` 可以为空（blank: none），为空时 `built_on <= day` 使 `t.rule` 无法判定"
    )
    assert told.span.text == "built_on <= day"
    assert [span.text for span, _ in told.also] == ["built_on"]


FREE = ("b0", "b1", "b2", "b3", "b4", "b5")
ABSENT = ("f is missing", "f is not missing", "f > 1", "f in [1, 2]")


@st.composite
def guarded_trees(draw: st.DrawFn) -> str:
    """Conditions over a field that may be absent and conditions that are free, each of these once."""
    spare = list(FREE)

    def tree(depth: int) -> str:
        kind = draw(st.sampled_from(["leaf", "and", "or", "not", "if"])) if depth else "leaf"
        if kind == "leaf":
            free: bool = draw(st.booleans())
            if spare and free:
                return spare.pop()
            return draw(st.sampled_from(ABSENT))
        if kind == "not":
            return f"not ({tree(depth - 1)})"
        if kind == "if":
            return f"if({tree(depth - 1)}, {tree(depth - 1)}, {tree(depth - 1)})"
        return f"({tree(depth - 1)}) {kind} ({tree(depth - 1)})"

    return tree(3)


@settings(max_examples=300, deadline=None)
@given(guarded_trees())
def test_a_rule_is_told_exactly_where_an_absent_field_can_leave_it_unknown(require: str) -> None:
    fields = ", ".join(f"{name}: {{type: boolean}}" for name in FREE)
    entity = (
        f"entities: {{row: {{key: id, fields: {{id: {{type: text}}, f: {{type: integer, blank: none}}, {fields}}}}}}}\n"
    )
    source = Source("rules.yaml", f"{entity}rules:\n  - {{id: t.rule, for: row, require: {require!r}}}\n")
    checker = Checker(load_rulebook(source), as_of="2022-12-31")
    verdicts = set()
    for number in range(2 ** len(FREE)):
        free = {name: bool(number >> place & 1) for place, name in enumerate(FREE)}
        (outcome,) = checker.check("row", {"id": "a", "f": None, **free})
        verdicts.add(outcome.verdict)
    told = {each.code for each in lint([source], []).advice}
    assert ("unguarded-absence" in told) == ("unknown" in verdicts)


CONTRADICTIONS: list[tuple[str, str]] = [
    ("guards < 2", "guards >= 2"),
    ("guards > 1", "guards < 2"),
    ("stage = 'primary'", "stage = 'junior'"),
    ("stage in ['primary']", "stage != 'primary'"),
    ("built_on is missing", "built_on is not missing"),
    ("guards >= money_cap", "guards < money_cap"),
    ("guards between 1 and 5", "guards > 5 or guards = 0"),
    ("not (guards >= 2)", "2 <= guards"),
    ("money < 1", "money >= 1 or money > 20 and guards < 0 and guards > 3"),
    ("few", "not few"),
]


@pytest.mark.parametrize(("where", "require"), CONTRADICTIONS)
def test_where_that_contradicts_require_is_an_error(where: str, require: str) -> None:
    text = "parameters: {money_cap: {unit: 人, value: 3}}\n"
    text += "values: {school.few: {is: guards < 3}}\nrules:\n"
    found = advice_on(text + rule(require.replace("'", '"'), where.replace("'", '"')))
    assert "where-contradicts-require" in codes(found)


def test_a_member_that_can_never_be_met_is_told() -> None:
    members = "{any: [{that: guards > 3}, {that: guards = 1}]}"
    text = f"rules:\n  - {{id: t.rule, for: school, where: guards < 2, require: {members}}}\n"
    (told,) = told_of(advice_on(text), "where-contradicts-require")
    assert told.message == "`guards < 2` and `guards > 3` cannot both hold, so nothing can satisfy `t.rule`"


@st.composite
def bounded(draw: st.DrawFn, depth: int = 2) -> str:
    if depth and draw(st.booleans()):
        kind = draw(st.sampled_from(["and", "or", "not"]))
        if kind == "not":
            return f"not ({draw(bounded(depth - 1))})"
        return f"({draw(bounded(depth - 1))}) {kind} ({draw(bounded(depth - 1))})"
    name = draw(st.sampled_from(["x", "y"]))
    op = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
    if draw(st.booleans()):
        return f"{name} {op} {draw(st.integers(0, 4))}"
    return draw(st.sampled_from([f"x {op} y", f"y {op} x", f"{name} in [1, 3]", f"{name} not in [1, 2]"]))


@settings(max_examples=300, deadline=None)
@given(bounded(), bounded())
def test_conditions_are_told_to_exclude_each_other_only_where_nothing_satisfies_both(where: str, require: str) -> None:
    text = "entities: {row: {key: id, fields: {id: {type: text}, x: {type: integer}, y: {type: integer}}}}\n"
    source = Source(
        "rules.yaml", f"{text}rules:\n  - {{id: t.rule, for: row, where: {where!r}, require: {require!r}}}\n"
    )
    resolved = resolved_rulebook(load_rulebook(source)).rules["t.rule"]
    assert resolved.where is not None
    found = conflict([resolved.where, resolved.require])  # type: ignore[list-item]
    meant = "(" + where + ") and (" + require + ")"
    holds: Callable[..., bool] = eval("lambda x, y: " + meant.replace(" = ", " == "))
    possible = any(holds(x, y) for x in range(-2, 8) for y in range(-2, 8))
    if found is not None:
        assert not possible
    if " or " not in meant and "not (" not in meant and "y" not in meant:
        assert (found is None) == possible


def test_what_is_said_twice_or_for_nobody_is_told_once() -> None:
    text = (
        "parameters: {least: {unit: 人, value: 2}, spare: {value: 3}, inner: {value: 1}}\n"
        "values: {school.low: {is: guards < least}, school.lower: {is: low and guards < inner}}\n"
        "rules:\n"
        "  - {id: t.one, for: school, where: guards > 0, require: guards >= 3 and built_on is not missing}\n"
        "  - {id: t.two, for: school, where: 0 < guards, require: built_on is not missing and 3 <= guards}\n"
        "  - {id: t.later, for: school, since: 2030, where: guards > 0, require: guards >= 3}\n"
        "  - {id: t.earlier, for: school, until: 2029, where: guards > 0, require: guards >= 3}\n"
    )
    assert codes(advice_on(text)) == ["same-condition", "unused-parameter", "unused-value"]


def test_messages_and_owners_are_asked_for() -> None:
    found = advice_on("rules:\n" + rule("guards > 1", more='    message: {en: "{guards} guards"}\n'))
    assert codes(found, without=()) == ["message-in-one-language", "rule-without-case", "rule-without-owner"]
    (told,) = told_of(found, "message-in-one-language")
    assert told.sentence.said("zh") == "`t.rule` 的提示语没有中文文本"


TITLED = "    title: {zh: 保安, en: Guards}\n"
ONE_TEXT: list[tuple[str, list[str]]] = [
    (
        "    title: 保安达标\n    owner: 教育局\n    message: 保安 {guards} 人\n",
        [
            "`t.rule` 的标题没有英文文本",
            "`t.rule` 的责任单位没有英文文本",
            "`t.rule` 的提示语没有英文文本",
        ],
    ),
    ("    owner: {zh: 教育局}\n", ["`t.rule` 的责任单位没有英文文本"]),
    (TITLED + "    owner: Bureau\n", ["`t.rule` 的责任单位没有中文文本"]),
    (TITLED + '    message: {zh: "{guards} 人"}\n', ["`t.rule` 的提示语没有英文文本"]),
    ("    title: Guards\n    owner: Bureau\n", []),
    (TITLED + "    message: '{guards} / {required}'\n", []),
    (TITLED + "    owner: {zh: ABC, en: ABC}\n", []),
]


@pytest.mark.parametrize(("more", "expected"), ONE_TEXT)
def test_one_text_for_both_languages_is_told(more: str, expected: list[str]) -> None:
    found = advice_on("rules:\n" + rule("guards > 1", more=more))
    assert [each.sentence.said("zh") for each in told_of(found, "message-in-one-language")] == expected


def test_a_share_is_not_compared_with_more_than_all() -> None:
    def told(require: str) -> list[str]:
        text = f"rules:\n  - {{id: t.rule, for: county, require: '{require}'}}\n"
        return [each.message for each in told_of(advice_on(text), "bound-outside-field")]

    assert told("share(guards > 1 for school) >= 150%") == [
        "150% is no share: `share(guards > 1 for school)` lies between 0% and 100%"
    ]
    assert len(told("-5% < share(guards > 1 for school)")) == 1
    assert told("share(guards > 1 for school) >= 100% and share(guards > 2 for school) > 0%") == []
    text = "parameters: {most: {unit: '%', value: 101}}\nvalues: {county.part: {is: share(guards > 1 for school)}}\n"
    found = advice_on(text + "rules:\n  - {id: t.rule, for: county, require: part <= most}\n")
    assert len(told_of(found, "bound-outside-field")) == 1


def test_two_steps_of_a_scale_that_say_the_same_are_told() -> None:
    def told(steps: str) -> int:
        text = f"parameters: {{least: {{unit: 人, scale: guards, value: [{steps}]}}}}\nrules:\n"
        return len(told_of(advice_on(text + rule("guards >= least(guards)")), "overlap-in-scale"))

    assert told("{below: 10, value: 2}, {value: 2}") == 1
    assert told("{below: 10, value: 2}, {value: 2, status: unverified}") == 0
    assert told("{below: 10, value: 2}, {below: 20, value: 3}, {value: 2}") == 0
    assert told("{below: 10, value: 2}, {value: 2, plus: 1, per: 10, above: 10}") == 0


def test_bounds_are_compared_in_the_unit_of_the_field() -> None:
    text = "parameters: {most: {unit: 元, values: {2020-01-01: 500000, 2022-01-01: 2000000}}}\nrules:\n"
    found = advice_on(text + rule("money <= most"))
    (told,) = told_of(found, "bound-outside-field")
    assert told.message == "2000000 (most) lies above the `max` of `money`, 100"
    assert codes(advice_on(text.replace("2000000", "1000000") + rule("money <= most"))) == []
    assert codes(advice_on("rules:\n" + rule("guards in [5, 501]"))) == ["bound-outside-field"]
    assert codes(advice_on("rules:\n" + rule("guards between 0 and 500"))) == []


def test_a_rule_that_holds_without_a_value_is_told() -> None:
    text = "parameters: {least: {unit: 人, values: {2020-06-01: 2}, ended: 2024-12-31}}\nrules:\n"
    found = advice_on(text + rule("guards >= least", more="    since: 2018\n"))
    assert sorted(each.message for each in told_of(found, "gap-in-values")) == [
        "`least` ended on 2024-12-31, but `t.rule` goes on without an end",
        "`t.rule` holds since 2018-01-01, but `least` has no value before 2020-06-01",
    ]
    # a year is reckoned on its last day
    assert codes(advice_on(text + rule("guards >= least", more="    since: 2020\n    until: 2024\n"))) == []


def test_scales_and_values_with_holes_or_overlaps_are_told() -> None:
    def steps(*written: str) -> list[str]:
        listed = ", ".join(f"{{{step}}}" for step in written)
        text = f"parameters: {{least: {{unit: 人, scale: guards, value: [{listed}]}}}}\nrules:\n"
        return codes(advice_on(text + rule("guards >= least(guards)")))

    assert steps("below: 10, value: 1", "value: 2, plus: 1, per: 5, above: 10") == []
    assert steps("below: 10, value: 1", "below: 20, value: 2") == ["gap-in-scale"]
    assert steps("below: 10, value: 1", "value: 2, plus: 1, per: 5, above: 12") == ["gap-in-scale"]
    assert steps("below: 10, value: 1", "value: 2, plus: 1, per: 5, above: 5") == ["overlap-in-scale"]
    source = "source: [{document: 某标准}]"
    for second, expected in (("2", ["overlap-in-values"]), ("3", []), (f"{{value: 2, {source}}}", [])):
        text = f"parameters: {{least: {{unit: 人, values: {{2020-01-01: 2, 2022-01-01: {second}}}}}}}\nrules:\n"
        assert codes(advice_on(text + rule("guards >= least"))) == expected


LAYERED = """\
parameters:
  least: {unit: 人, values: {2020-01-01: 2, 2022-01-01: 4}}
  most: {unit: 人, value: 9}
  odd: {unit: 人, value: 5}
  due_on: {type: date, value: 2022-12-31}
rules:
  - {id: t.least, for: school, require: guards >= least, due: due_on}
  - {id: t.most, for: school, require: guards <= most, severity: error}
  - {id: t.odd, for: school, require: guards >= odd and guards <= odd + 3}
"""
LOOSENED: list[tuple[str, str | None]] = [
    ("parameters: {least: {values: {2020-01-01: 2, 2022-01-01: 3}}}", "`least` goes from 4 to 3 from 2022-01-01 on"),
    ("parameters: {least: {values: {2020-01-01: 2, 2022-01-01: 5}}}", None),
    ("parameters: {most: {value: 10}}", "`most` goes from 9 to 10"),
    ("parameters: {most: {value: 8}}", None),
    ("parameters: {odd: {value: 1}}", None),
    ("parameters: {due_on: {value: 2023-12-31}}", "`due_on` goes from 2022-12-31 to 2023-12-31"),
    ("rules: {t.most: {severity: warning}}", "`t.most` goes from error to warning"),
    ("rules: {t.most: {off: true}}", "`t.most` is switched off"),
    ("rules: {t.least: {due: 2024-12-31}}", "`t.least` is due on 2024-12-31 instead of 2022-12-31"),
    ("rules: {t.least: {due: 2021-12-31}}", None),
    ("rules: {t.most: {severity: warning, loosens: {reason: 另行规定, source: [{document: 县发〔2022〕1号}]}}}", None),
]


@pytest.mark.parametrize(("replaced", "expected"), LOOSENED)
def test_a_layer_that_asks_for_less_must_say_so(replaced: str, expected: str | None) -> None:
    found = advice_on(LAYERED, f"replace:\n  {replaced}\n")
    told = [each.message for each in told_of(found, "silent-loosening")]
    assert told == ([] if expected is None else [f"{expected}, which asks for less and is not marked"])


def test_a_layer_that_says_it_tightens_and_does_not_is_told() -> None:
    found = advice_on(LAYERED, "replace:\n  parameters: {least: {values: {2020-01-01: 1}, tightens: true}}\n")
    (told,) = told_of(found, "silent-loosening")
    assert told.sentence.said("zh") == "`least` 由 2 改为 1（自 2020-01-01 起），写明 `tightens: true`，实际却是放宽"


def test_advice_is_turned_off_everywhere_or_about_one_name_and_in_vain_is_told() -> None:
    text = (
        "parameters: {one: {value: 1}, two: {value: 2}}\n"
        "lint:\n  off:\n    unused-parameter: {one: 待用, three: 待用}\n    rule-without-case: 试行\n"
        "    rule-without-owners: 试行\n    same-condition: 试行\n    unknown-name: 试行\n"
        "rules:\n"
    )
    found = advice_on(text + rule("guards > 1"))
    assert codes(found, without=()) == [
        "off-without-effect", "off-without-effect", "rule-without-owner", "unknown-code", "unknown-code",
        "unused-parameter",
    ]  # fmt: skip
    assert [each.about for each in found.advice if each.code == "unused-parameter"] == ["two"]
    assert sorted((each.code, each.about) for each in found.off) == [
        ("rule-without-case", "t.rule"),
        ("unused-parameter", "one"),
    ]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("lint: [unused-value]", "expected a mapping, found a list"),
        ("lint: {off: [unused-value]}", "expected reasons by code, found a list"),
        ("lint: {off: {unused-value: }}", "expected a reason, found nothing"),
        ("lint: {off: {unused-value: {school.idle: ''}}}", "expected a reason, found an empty text"),
        ("lint: {of: {unused-value: 待用}}", "unknown key `of`"),
    ],
)
def test_a_section_that_turns_nothing_off_is_refused_with_its_place(section: str, message: str) -> None:
    found = lint([Source("rules.yaml", f"{section}\n{ENTITIES}")], [])
    assert found.refused
    assert [each.message for each in found.diagnostics] == [message]
    assert found.diagnostics[0].span.line == 1


def test_every_sentence_is_told_in_both_languages() -> None:
    text = (
        "parameters: {least: {unit: 人, values: {2020-06-01: 2}, ended: 2024-12-31}, spare: {value: 1}}\n"
        "values: {school.idle: {is: guards < 1}}\nlint: {off: {same-condition: 试行, foo: 试行}}\nrules:\n"
    )
    found = advice_on(text + rule("guards >= least and built_on <= day and guards > 501", "guards < 0"))
    assert len(codes(found, without=())) > 8
    for told in found.told:
        assert told.message.isascii()
        assert not any(line.isascii() for line in told.said("zh").splitlines())


# the command


BROKEN = "rules:\n  - {id: t.rule, for: scholl, require: guards > 1}\n"


def written(folder: Path, text: str) -> str:
    (folder / "规则 一.yaml").write_text(ENTITIES + text, encoding="utf-8")
    return str(folder / "规则 一.yaml")


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (rule("guards > 1"), [], 0),
        (rule("guards > 1"), ["--fail-on", "warning"], 1),
        (rule("built_on <= day"), [], 1),
        (rule("built_on <= day"), ["--fail-on", "never"], 0),
        (rule("gaurds > 1"), ["--fail-on", "never"], 2),
    ],
)
def test_the_exit_code(tmp_path: Path, text: str, options: list[str], code: int) -> None:
    assert main(["lint", written(tmp_path, "rules:\n" + text), *options]) == code


def test_a_path_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "no-such-folder", "--lang", "en"]) == 2
    assert capsys.readouterr().err == "error: there is no rulebook `no-such-folder`\n"


def test_what_the_loader_refuses_is_told_in_chinese_in_every_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, message, hint = written(tmp_path, BROKEN), "没有实体 `scholl`", "是否应为 `school`？"
    assert main(["lint", path, "--lang", "zh"]) == 2
    told = capsys.readouterr().out
    assert f": 错误[unknown-entity]：{message}\n" in told
    assert f" = {hint}\n" in told
    assert told.endswith("未通过：规则库有 1 处错误，改正后再给出建议\n")
    assert main(["lint", path, "--lang", "zh", "--format", "github"]) == 2
    assert capsys.readouterr().out.endswith(f"::{message}%0A{hint}\n")
    assert main(["lint", path, "--lang", "zh", "--format", "sarif"]) == 2
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["message"]["text"] == f"{message}\n{hint}"
    assert main(["lint", path, "--lang", "zh", "--format", "json"]) == 2
    (record,) = json.loads(capsys.readouterr().out)["told"]
    assert record["message"] == {"zh": message, "en": "there is no entity `scholl`"}
    assert record["hint"] == {"zh": hint, "en": "did you mean `school`?"}


def test_json_has_everything_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lint", written(tmp_path, "rules:\n" + rule("built_on <= day")), "--format", "json"])
    record = json.loads(capsys.readouterr().out)
    assert (record["format"], record["rules"], record["refused"]) == ("eduplan_rules.lint/1", 1, False)
    assert {each["code"] for each in record["told"]} == {"rule-without-case", "rule-without-owner", "unguarded-absence"}
    (told,) = [each for each in record["told"] if each["severity"] == "error"]
    assert set(told["message"]) == set(told["hint"]) == {"zh", "en"}
    assert told["location"]["end_column"] - told["location"]["column"] == len("built_on <= day")


def test_github_commands_are_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a,b.yaml").write_text(ENTITIES + "rules:\n" + rule("guards > 5 and guards > 501"), encoding="utf-8")
    main(["lint", str(tmp_path / "a,b.yaml"), "--format", "github", "--lang", "en"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    (bound,) = [line for line in lines if "bound-outside-field" in line]
    assert bound.startswith("::warning file=")
    assert "a%2Cb.yaml,line=" in bound
    assert "%0A" in bound


def test_sarif_has_a_rule_for_each_code_and_a_region_for_each_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "rules:\n" + rule("built_on <= day"))
    main(["lint", path, "--format", "sarif", "--lang", "zh"])
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    known = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert log["version"] == "2.1.0"
    assert known == sorted(known)
    assert set(known) < set(ADVICE_CODES)
    for result in run["results"]:
        assert known[result["ruleIndex"]] == result["ruleId"]
        place: dict[str, Any] = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].isascii()
        assert place["region"]["endColumn"] > place["region"]["startColumn"]


def test_cases_beside_a_rule_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "rules:\n" + rule("guards > 1"))
    (tmp_path / "规则 一.cases.yaml").write_text(
        "cases:\n  - {name: one, rule: t.rule, rows: {school: []}, expect: {}}\n", encoding="utf-8"
    )
    main(["lint", path, "--format", "json"])
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["told"]] == ["rule-without-owner"]
