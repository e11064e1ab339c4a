"""What changed between two rulebooks, in their verdicts, and between two reports.

The laws: a rulebook differs in nothing from itself written otherwise; what is told of a parameter is what is read of it
on each day; what was gained and lost adds up to the difference of the totals.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from markdown_it import MarkdownIt

from eduplan_rules.book import load_rulebook, resolved_rulebook
from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from eduplan_rules.source import Source
from eduplan_rules.tools.diff.change import Change
from eduplan_rules.tools.diff.rulebooks import compare_rulebooks
from eduplan_rules.tools.diff.told import Block, change_blocks, render_markdown, render_text
from eduplan_rules.tools.schema.published import schema_text

SCHEMA = Draft202012Validator(json.loads(schema_text("diff")), format_checker=FormatChecker())
RULES = """\
clauses:
  P14: {section: 四(九), anchor: 专职保安配备}
entities:
  city: {key: city_id, label: {zh: 市, en: City}, fields: {city_id: {type: text}}}
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    name: county_name
    belongs_to: {city: city_id}
    fields: {county_id: {type: text}, county_name: {type: text}, city_id: {type: text}}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      stage: {type: choice, label: {zh: 学段, en: Stage}, choices: {primary: {zh: 小学, en: primary}, junior: 初中}}
      students: {type: integer, unit: 人, min: 0, label: {zh: 学生数, en: Students}}
      guards: {type: integer, unit: 人, min: 0, label: {zh: 保安数, en: Guards}}
parameters:
  guards_minimum:
    unit: 人
    scale: students
    source: [{document: GB/T 29315-2022}]
    values:
      2022-01-01: [{below: 100, value: 1}, {value: 2}]
  share_minimum: {unit: "%", by: [stage], values: {2020-01-01: {primary: 50, junior: 60}}}
  least: {unit: 人, values: {2020-01-01: 3}}
values:
  school.needed: {is: guards_minimum(students), unit: 人}
rules:
  - id: safety.guards
    clause: P14
    title: {zh: 保安达标, en: Enough guards}
    for: school
    require: guards >= needed
    owner: {zh: 县教育局, en: County bureau}
    message: {zh: "{guards} 人", en: "{guards} guards"}
  - id: safety.list
    for: school
    require:
      at_least: 1
      of:
        - {id: a, that: guards > 1}
        - {id: b, measure: students, maximum: least * 1000}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changes(old: str, new: str) -> list[Change]:
    first, second = (resolved_rulebook(load_rulebook(Source("rules.yaml", text))) for text in (old, new))
    return compare_rulebooks(first, second)


def told(old: str, new: str, language: str = "en") -> list[str]:
    text = render_text(change_blocks(changes(old, new), "zh" if language == "zh" else "en", same_text=old == new))
    return [line.strip() for line in text.splitlines() if line.strip()[:2] in ("+ ", "- ", "~ ")]


def swap(*pairs: tuple[str, str]) -> str:
    text = RULES
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


STEPS = (
    "~ guards_minimum from 2022-01-01: below 100: 1 person; otherwise: 2 people "
    "-> below 200: 1 person; otherwise: 2 people"
)
CHANGED: list[tuple[str, str, list[str]]] = [
    ("{2020-01-01: 3}", "{2020-01-01: 3, 2026-01-01: 4}", ["~ least from 2026-01-01: 3 people -> 4 people"]),
    ("{2020-01-01: 3}", "{2020-01-01: 3, 2024-01-01: 3}", []),
    ("{2020-01-01: 3}", "{2021-01-01: 3}", ["~ least from 2020-01-01: 3 people -> no value"]),
    ("{2020-01-01: 3}}", "{2020-01-01: 3}, ended: 2025-12-31}", ["~ least from 2026-01-01: 3 people -> no value"]),
    (
        "values: {2020-01-01: 3}}",
        "status: unverified, values: {2020-01-01: 3}}",
        ["~ least from 2020-01-01: 3 people -> 3 people (unverified)"],
    ),
    ("values: {2020-01-01: 3}", "value: 3", ["~ least: no value -> 3 people"]),
    ("junior: 60", "junior: 70", ["~ share_minimum from 2020-01-01, 初中: 60% -> 70%"]),
    ("primary: 50", "primary: ~", ["~ share_minimum from 2020-01-01, primary: 50% -> no value"]),
    (
        "{below: 100, value: 1}, {value: 2}",
        "{below: 100, value: 1}, {value: 3, plus: 1, per: 500, above: 100}",
        [
            "~ guards_minimum from 2022-01-01, otherwise: 2 people -> 3 people, plus 1 for every full 500 above 100",
        ],
    ),
    (
        "{below: 100, value: 1}, {value: 2}",
        "{below: 200, value: 1}, {value: 2}",
        [STEPS],
    ),
    (
        "GB/T 29315-2022",
        "GB/T 29315-2026",
        ["~ guards_minimum source from 2022-01-01: GB/T 29315-2022 -> GB/T 29315-2026"],
    ),
    ("guards >= needed", "guards > needed", ["~ safety.guards require: guards >= needed -> guards > needed"]),
    (
        "    require: guards >= needed",
        "    where: students > 10\n    require: guards >= needed\n    due: 2022-12-31\n    severity: warning",
        [
            "~ safety.guards severity: error -> warning",
            "~ safety.guards where: none -> students > 10",
            "~ safety.guards due: none -> 2022-12-31",
        ],
    ),
    ("en: County bureau", "en: City bureau", ["~ safety.guards owner: County bureau -> City bureau"]),
    ("guards_minimum(students), unit", "guards_minimum(students) + 1, unit", [
        "~ school.needed definition: guards_minimum(students) -> guards_minimum(students) + 1",
    ]),
    ("at_least: 1", "at_least: 2", ["~ safety.list require: at least 1 of -> at least 2 of"]),
    ("that: guards > 1", "that: guards > 2", ["~ safety.list require a: guards > 1 -> guards > 2"]),
    ("        - {id: a, that: guards > 1}\n", "", ["~ safety.list require a: guards > 1 -> none"]),
    ("id: safety.list", "id: safety.lists", ["+ safety.lists: new", "- safety.list: removed"]),
    (
        "id: safety.list",
        "id: safety.lists\n    formerly: [safety.list]",
        ["~ `safety.list` is now `safety.lists`"],
    ),
    ("guards: {type: integer, unit: 人, min: 0", "guards: {type: integer, unit: 人, min: 1", [
        "~ school.guards min: 0 -> 1",
    ]),
    ("      students:", "      boarders: {type: integer, label: {zh: 寄宿生, en: Boarders}}\n      students:", [
        "+ school.boarders (Boarders): new",
    ]),
    ("anchor: 专职保安配备", "anchor: 保安配备", ["~ P14 anchor: 专职保安配备 -> 保安配备"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CHANGED)
def test_a_change_is_told_in_words(old: str, new: str, expected: list[str]) -> None:
    found = told(RULES, swap((old, new)))
    # a rule without a title is called by its id
    titled = [line.replace(" (safety.lists)", "").replace(" (safety.list)", "") for line in found]
    assert [line for line in titled if " title: " not in line] == expected
    assert len(told(RULES, swap((old, new)), "zh")) == len(found)


def test_in_chinese_a_change_reads_as_chinese() -> None:
    assert told(RULES, swap(("{2020-01-01: 3}", "{2026-01-01: 4}")), "zh") == [
        "~ least 自 2020-01-01 起：3 人 -> 无数值",
        "~ least 自 2026-01-01 起：3 人 -> 4 人",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("guards >= needed", "保安数 ≥ needed"),
        ("guards >= needed", "needed   <= guards"),
        ("that: guards > 1", "that: 1 < guards"),
        (
            "    title: {zh: 保安达标, en: Enough guards}\n",
            "    # 说明\n    title: {en: Enough guards, zh: 保安达标}\n",
        ),
    ],
)
def test_what_is_only_written_otherwise_is_no_change(old: str, new: str) -> None:
    assert changes(RULES, swap((old, new))) == []


DAYS = st.dates(date(2019, 1, 1), date(2026, 1, 1))
SERIES = st.dictionaries(DAYS, st.integers(0, 3), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(SERIES, SERIES, DAYS)
def test_what_is_told_of_a_parameter_is_what_is_read_of_it(
    old: dict[date, int], new: dict[date, int], day: date
) -> None:
    def book(values: dict[date, int]) -> str:
        listed = ", ".join(f"{each}: {values[each]}" for each in sorted(values))
        return f"parameters: {{least: {{values: {{{listed}}}}}}}\n"

    tables = [
        resolved_rulebook(load_rulebook(Source("rules.yaml", book(each)))).parameters["least"] for each in (old, new)
    ]
    found = changes(book(old), book(new))
    told_on = {date.fromisoformat(each.since): each for each in found if each.since is not None}
    assert len(told_on) == len(found)
    one, other = (table.read(day).value for table in tables)
    if one != other:
        # the last difference that was told is the one that still holds
        change = told_on[max(since for since in told_on if since <= day)]
        words = ["no value" if value is None else str(value) for value in (one, other)]
        assert [(side or {}).get("en") for side in (change.old, change.new)] == words
    days = [*old, *new]
    same = all(tables[0].read(each).value == tables[1].read(each).value for each in days)
    assert same == (not found)


# with facts

CITY = "city_id\nX\n"
COUNTIES = "county_id,county_name,city_id\nA,甲县,X\nB,乙县,X\n"
SCHOOLS = """\
school_id,county_id,year,stage,students,guards
a1,A,2022,primary,50,1
a2,A,2022,primary,500,2
a3,A,2022,primary,500,
b1,B,2022,primary,500,1
b2,B,2022,primary,50,0
b3,B,2022,primary,500,5
"""


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def compared(folder: Path, capsys: pytest.CaptureFixture[str], new: str, *options: str) -> dict[str, Any]:
    write(folder, old__yaml=RULES, new__yaml=new, city__csv=CITY, county__csv=COUNTIES, school__csv=SCHOOLS)
    facts = ["city.csv", "county.csv", "school.csv"]
    assert main(["diff", "old.yaml", "new.yaml", *facts, "--as-of", "2022-12-31", "--format", "json", *options]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    SCHEMA.validate(record)
    return record


MORE = (("{below: 100, value: 1}, {value: 2}", "{below: 100, value: 1}, {value: 3}"),)


FEEDS = """\
feeds:
  - {entity: city, files: city.csv}
  - {entity: county, files: county.csv}
  - {entity: school, files: export.csv, constants: {year: 2022}, columns: {校: school_id, 县: county_id, 电话: phones}}
  - {entity: bus, files: bus.csv}
"""
BUS = ("entities:\n", "entities:\n  bus: {key: bus_id, fields: {bus_id: {type: text}, seats: {type: integer}}}\n")
PHONES = ("      guards: {type", "      phones: {type: integer, optional: true}\n      guards: {type")


def test_a_feed_says_how_the_facts_are_laid_out_for_both(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It speaks of an entity and of a field that only the new rulebook has; its own folder is read."""
    new = swap(*MORE, BUS, PHONES)
    expected = compared(folder, capsys, new)["impact"]
    data = folder / "delivery"
    data.mkdir()
    export = SCHOOLS.replace("school_id,county_id", "校,县").replace(",2022,", ",").replace(",year,", ",")
    write(
        data,
        city__csv=CITY,
        county__csv=COUNTIES,
        export__csv=export,
        feeds__yaml=FEEDS,
        bus__csv="bus_id,seats\n1,9\n",
    )
    asked = ["diff", "old.yaml", "new.yaml", "--as-of", "2022-12-31", "--format", "json"]
    for paths in (["--feed", "delivery/feeds.yaml"], ["delivery"], ["delivery", "--feed", "delivery/feeds.yaml"]):
        assert main([*asked, *paths]) == 0
        assert json.loads(capsys.readouterr().out)["impact"] == expected
    write(data, feeds__yaml=FEEDS.replace("entity: bus", "entity: buss").replace("phones", "phone"))
    assert main([*asked, "--feed", "delivery/feeds.yaml", "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert "there is no entity `buss`" in told
    assert "`school` has no field `phone`" in told


def test_the_impact_is_counted_by_rule_county_and_severity(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    impact = compared(folder, capsys, swap(*MORE))["impact"]
    assert impact["verdicts"]["violated"] == {"old": 2, "new": 3}
    ways = {"gained": 1, "lost": 0, "moved": 1, "reweighed": 0, "unclear": 0, "clear": 0, "shifted": 0}
    assert impact["by_rule"] == [{"name": "safety.guards", **ways}]
    assert [(each["name"], each["gained"], each["moved"]) for each in impact["by_place"]] == [
        ("乙县 B", 0, 1),
        ("甲县 A", 1, 0),
    ]
    assert impact["by_severity"] == [{"name": "error", **ways}]
    (gap,) = impact["gaps"]
    assert (gap["rule"], gap["period"], gap["unit"], gap["old_total"], gap["new_total"]) == (
        "safety.guards", "2022", "人", 2, 4,
    )  # fmt: skip
    assert [(each["key"], each["ways"]) for each in impact["outcomes"]] == [("a2", ["gained"]), ("b1", ["moved"])]


def test_a_renamed_rule_keeps_its_outcomes_and_a_new_one_gains_all(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = swap(("id: safety.guards", "id: safety.watch\n    formerly: [safety.guards]"))
    assert compared(folder, capsys, renamed)["impact"]["outcomes"] == []
    replaced = compared(folder, capsys, swap(("id: safety.guards", "id: safety.watch")))["impact"]
    assert {each["name"]: (each["gained"], each["lost"]) for each in replaced["by_rule"]} == {
        "safety.guards": (0, 2),
        "safety.watch": (2, 0),
    }


def test_what_becomes_unknown_and_another_severity_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = swap(("    owner: {zh: 县教育局", "    severity: info\n    owner: {zh: 县教育局"))
    ways = [each["ways"] for each in compared(folder, capsys, asked)["impact"]["outcomes"]]
    assert ways == [["reweighed"], ["reweighed"]]
    later = swap(("      2022-01-01: [", "      2023-01-01: ["))
    found = compared(folder, capsys, later)["impact"]
    assert sum(each["unclear"] for each in found["by_rule"]) == 5
    assert sum(each["lost"] for each in found["by_rule"]) == 2


def test_gained_less_lost_is_the_difference_of_the_totals(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for new in (swap(*MORE), swap(("guards >= needed", "guards > needed")), swap(("at_least: 1", "at_least: 2"))):
        impact = compared(folder, capsys, new)["impact"]
        for word, (more, fewer) in {"violated": ("gained", "lost"), "unknown": ("unclear", "clear")}.items():
            counts = impact["verdicts"][word]
            for part in ("by_rule", "by_place", "by_severity"):
                assert sum(each[more] - each[fewer] for each in impact[part]) == counts["new"] - counts["old"]


def shifts(impact: dict[str, Any]) -> dict[tuple[str, str | None, str | None], int]:
    return {(each["rule"], each["old"], each["new"]): each["count"] for each in impact["shifts"]}


GRACE = ("    owner: {zh: 县教育局", "    due: 2023-12-31\n    owner: {zh: 县教育局")
NARROW = ("    owner: {zh: 县教育局", "    where: students > 50\n    owner: {zh: 县教育局")


def test_every_change_of_verdict_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = compared(folder, capsys, swap(*MORE, GRACE))["impact"]
    assert shifts(later) == {
        ("safety.guards", "satisfied", "not_due"): 1,
        ("safety.guards", "violated", "not_due"): 2,
    }
    assert {each["key"]: (each["ways"], each["old"]["verdict"]) for each in later["outcomes"]} == {
        "a2": (["shifted"], "satisfied"),
        "b1": (["lost"], "violated"),
        "b2": (["lost"], "violated"),
    }
    assert [(each["name"], each["lost"], each["shifted"]) for each in later["by_rule"]] == [("safety.guards", 2, 1)]
    narrower = shifts(compared(folder, capsys, swap(NARROW))["impact"])
    assert narrower == {
        ("safety.guards", "satisfied", "not_applicable"): 1,
        ("safety.guards", "violated", "not_applicable"): 1,
    }
    arguments = ["diff", "old.yaml", "new.yaml", "school.csv", "--as-of", "2022-12-31", "--lang", "zh"]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "safety.guards    达标  不适用     1\n" in out
    assert "~ safety.guards  学校 a1 2022（原为达标；现为不适用）\n" in out


def test_the_changes_of_verdict_add_up_to_the_totals(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    watch = ("id: safety.guards", "id: safety.watch")
    for new in (swap(*MORE), swap(GRACE), swap(NARROW), swap(watch), swap(("at_least: 1", "at_least: 2"))):
        impact = compared(folder, capsys, new)["impact"]
        for verdict, counts in impact["verdicts"].items():
            more = sum(count for (_, old, now), count in shifts(impact).items() if now == verdict and old != now)
            fewer = sum(count for (_, old, now), count in shifts(impact).items() if old == verdict and old != now)
            assert more - fewer == counts["new"] - counts["old"]


def test_outcomes_of_a_new_rule_and_of_a_removed_one_are_told_as_such(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(folder, capsys, swap(("id: safety.guards", "id: safety.watch")))
    arguments = ["diff", "old.yaml", "new.yaml", "school.csv", "--as-of", "2022-12-31"]
    assert main([*arguments, "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "- safety.guards  学校 b1 2022（原为不达标；已删除的规则）\n" in out
    assert "+ safety.watch  学校 b1 2022（现为不达标；新增规则；差距 1 人）\n" in out
    assert "未作判定" not in out
    assert main([*arguments, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "+ safety.watch  School b1 2022 (now violated; new rule; gap 1 person)\n" in out
    assert "was violated; removed rule" in out
    assert "not judged" not in out


def test_the_entity_to_count_by_may_be_chosen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    impact = compared(folder, capsys, swap(*MORE), "--by", "市")["impact"]
    assert [each["name"] for each in impact["by_place"]] == ["X"]
    assert main(["diff", "old.yaml", "new.yaml", "school.csv", "--by", "contry", "--lang", "en"]) == 2
    assert "--by is `contry`, which is no entity, did you mean `County`?" in capsys.readouterr().err


def test_personal_keys_do_not_get_out_though_they_tell_subjects_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hide = ("school_id: {type: text}", "school_id: {type: text, personal: true}")
    write(folder, old__yaml=swap(hide), new__yaml=swap(hide, *MORE), school__csv=SCHOOLS)
    for form in ("json", "text", "markdown"):
        assert main(["diff", "old.yaml", "new.yaml", "school.csv", "--as-of", "2022-12-31", "--format", form]) == 0
        out = capsys.readouterr().out
        assert "a2" not in out
        assert "b1" not in out


def test_the_text_says_what_changed_and_what_that_changes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compared(folder, capsys, swap(*MORE))
    facts = ["city.csv", "county.csv", "school.csv"]
    assert main(["diff", "old.yaml", "new.yaml", *facts, "--as-of", "2022-12-31", "--lang", "en"]) == 0
    assert capsys.readouterr().out == TEXT


TEXT = """\
Changes of the rulebook

Parameters
  ~ guards_minimum from 2022-01-01, otherwise: 2 people -> 3 people

Impact on the facts as of 2022-12-31

  Verdict         before  after   ±
  satisfied            9      8  -1
  violated             2      3  +1
  unknown              1      1   0
  not due              0      0   0
  not applicable       0      0   0

Changes of verdict
  rule              before     after  outcomes
  safety.guards  satisfied  violated         1

By rule
                 gained  gap changed
  safety.guards       1            1

By County
          gained  gap changed
  乙县 B       -            1
  甲县 A       1            -

By severity
         gained  gap changed
  error       1            1

Gaps in all, of what is violated
  safety.guards 2022: 2 people -> 4 people

Subjects
  + safety.guards  School a2 2022 (now violated; was satisfied; gap 1 person)
  ~ safety.guards  School b1 2022 (gap 1 person -> 2 people)
"""


def test_markdown_has_tables_and_nothing_that_markdown_would_take_for_something_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = swap(("guards >= needed", "guards * 2 > needed * 2"))
    compared(folder, capsys, new)
    assert main(["diff", "old.yaml", "new.yaml", "school.csv", "--as-of", "2022-12-31", "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert "- safety.guards require: guards >= needed → guards \\* 2 > needed \\* 2\n" in out
    assert "|---|---:|---:|---:|" in out


def test_in_markdown_no_sign_opens_a_list_within_the_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compared(folder, capsys, swap(("id: safety.guards", "id: safety.watch")))
    arguments = ["diff", "old.yaml", "new.yaml", "school.csv", "--as-of", "2022-12-31", "--lang", "zh"]
    assert main([*arguments, "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    html = MarkdownIt("commonmark").enable("table").render(out)
    assert html.count("<ul>") == html.count("</h3>") - html.count("<table>") + 1
    assert "<li>safety.watch（保安达标）：新增</li>" in html
    assert "<li>safety.guards（保安达标）：删除</li>" in html
    assert "<li>safety.guards  学校 b1 2022（原为不达标；已删除的规则）</li>" in html
    assert "\\>" not in out


@pytest.mark.parametrize("line", ["- a", "+ a", "> a", "12. a", "3) a", "~~~ a", "a > b -> c", "a <b> | c"])
def test_a_line_of_markdown_says_what_it_said(line: str) -> None:
    tokens = MarkdownIt("commonmark").parse(render_markdown([Block(lines=(line,))]))
    (told,) = (token for token in tokens if token.type == "inline")
    assert [token.type for token in tokens].count("bullet_list_open") == 1
    assert "".join(each.content for each in told.children or ()) == line.replace("->", "→")


# reports


def report(folder: Path, name: str, text: str, *, as_of: str = "2022-12-31") -> None:
    write(folder, old__yaml=RULES, city__csv=CITY, county__csv=COUNTIES, school__csv=text)
    arguments = ["check", "city.csv", "county.csv", "school.csv", "--rules", "old.yaml", "--as-of", as_of]
    main([*arguments, "--out", name, "--quiet", "--fail-on", "never"])


NEXT = """\
school_id,county_id,year,stage,students,guards
a1,A,2023,primary,50,0
a2,A,2023,primary,500,2
a3,A,2023,primary,500,2
b1,B,2023,primary,500,0
b2,B,2023,primary,50,
b3,B,2023,primary,500,5
"""


@pytest.mark.parametrize("layout", ["lines", "compact"])
def test_two_reports_are_compared_by_series(folder: Path, capsys: pytest.CaptureFixture[str], layout: str) -> None:
    report(folder, "old.json", SCHOOLS)
    report(folder, "new.json", NEXT, as_of="2023-12-31")
    if layout == "compact":
        for name in ("old.json", "new.json"):
            (folder / name).write_text(json.dumps(json.loads((folder / name).read_text("utf-8"))), encoding="utf-8")
    assert main(["diff", "old.json", "new.json", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    SCHEMA.validate(record)
    assert (record["old"]["as_of"], record["new"]["as_of"]) == ("2022-12-31", "2023-12-31")
    found = {(each["rule"], each["key"]): each["ways"] for each in record["impact"]["outcomes"]}
    assert {key: ways for (rule, key), ways in found.items() if rule == "safety.guards"} == {
        "a1": ["gained"],
        "a3": ["clear"],
        "b1": ["moved"],
        "b2": ["lost", "unclear"],
    }
    assert {each["name"] for each in record["impact"]["by_place"]} == {"甲县 A", "乙县 B"}


def test_a_report_differs_in_nothing_from_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(folder, "old.json", SCHOOLS)
    assert main(["diff", "old.json", "old.json", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "The same rulebook." in out
    assert out.endswith("No verdict and no gap changes.\n")


MISTAKES: list[tuple[list[str], str]] = [
    (["old.yaml", "nwe.yaml"], "there is no file or folder `nwe.yaml`"),
    (
        ["old.yaml", "old.json"],
        "found a report and a rulebook, expected two rulebooks, or two reports that end in .json",
    ),
    (["old.json", "old.json", "school.csv"], "found facts beside two reports, expected reports alone"),
    (["old.json", "bad.json"], "`bad.json` is no report of eduplan-rules: it cannot be read as JSON"),
    (
        ["old.json", "other.json"],
        "`other.json` is no report of eduplan-rules: expected the format eduplan_rules.report/1, found -",
    ),
    (["old.json", "cut.json"], "`cut.json` is no report of eduplan-rules: it cannot be read as JSON"),
    (
        ["old.yaml", "old.yaml", "school.csv", "--as-of", "2022"],
        "--as-of is `2022`, expected a day such as 2022-12-31",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_wrong_usage_is_told_in_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    report(folder, "old.json", SCHOOLS)
    write(folder, bad__json="{", other__json="[1]")
    lines = (folder / "old.json").read_text("utf-8").splitlines()
    (folder / "cut.json").write_text("\n".join(lines[:-3])[:-40], encoding="utf-8")
    capsys.readouterr()
    assert main(["diff", *arguments, "--lang", "en"]) == 2
    assert capsys.readouterr().err == f"error: {message}\n"
