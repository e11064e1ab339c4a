"""What would satisfy it, in words: figures over rows, kinds, and what nobody should be asked to change."""

from __future__ import annotations

import json
from typing import Any

import pytest

import eduplan_rules as er
from eduplan_rules.source import Source

RULES = """
language: 1
entities:
  county:
    label: {zh: 县市区, en: County}
    key: county_id
    fields:
      county_id: {type: text}
      teachers: {type: integer, unit: 人, min: 0, label: {zh: 专任教师数, en: Teachers}}
      pupils: {type: integer, unit: 人, lever: false, label: {zh: 学生总数, en: Pupils}}
      spent: {type: number, unit: 万元, label: {zh: 支出, en: Spending}}
      budget: {type: number, unit: 万元, label: {zh: 预算, en: Budget}}
      due_on: {type: date, label: {zh: 期限, en: Due day}}
      done_on: {type: date, label: {zh: 办结日期, en: Closed on}}
      sent_on: {type: date, blank: none, label: {zh: 送达日期, en: Sent on}}
      document: {type: text, blank: none, form: document-number, label: {zh: 批文, en: Approval}}
      remark: {type: text, blank: none, label: {zh: 说明, en: Remark}}
  school:
    label: {zh: 学校, en: School}
    key: school_id
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      stage: {type: choice, label: {zh: 学段, en: Stage},
              choices: {a: {zh: 小学, en: primary}, b: {zh: 初中, en: junior}}}
      students: {type: integer, unit: 人, min: 0, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, min: 0, label: {zh: 保安数, en: Guards}}
      books: {type: integer, unit: 册, min: 0, label: {zh: 图书数, en: Books}}
      area: {type: number, unit: m², min: 0, max: 9, label: {zh: 生均面积, en: Area per student}}
  drill:
    label: {zh: 演练, en: Drill}
    key: drill_id
    day: held_on
    belongs_to: {county: county_id}
    fields:
      drill_id: {type: text}
      county_id: {type: text}
      held_on: {type: date, label: {zh: 日期, en: Held on}}
      minutes: {type: integer, unit: 分钟, min: 0, label: {zh: 时长, en: Minutes}}
      topic: {type: text, label: {zh: 主题, en: Topic}}
      kind:
        type: choice
        label: {zh: 演练种类, en: Kind of drill}
        choices: {fire: {zh: 消防, en: fire}, quake: {zh: 地震, en: earthquake}, other: {zh: 其他, en: other}}
  paper:
    label: {zh: 备案材料, en: Paper}
    key: paper_id
    valid: [issued_on, ends_on]
    belongs_to: {county: county_id}
    fields:
      paper_id: {type: text}
      county_id: {type: text}
      issued_on: {type: date, label: {zh: 印发日期, en: Issued on}}
      ends_on: {type: date, blank: none}
parameters:
  least: {by: [stage], unit: 人, value: {a: 3, b: 2}}
  quiet: {value: [fire, other], label: {zh: 不计的种类, en: Kinds left out}}
  heads: {unit: 人, scale: students, value: [{below: 100, value: 1}, {value: 3}]}
values:
  school.books_each: {is: books / students, unit: 册/人, label: {zh: 生均图书, en: Books per student}}
rules:
  - {id: t.rule, title: {zh: 规则, en: A rule}, for: ENTITY, require: REQUIRE}
"""
FACTS: dict[str, list[dict[str, Any]]] = {
    "county": [{"county_id": "C1", "teachers": 10, "pupils": 300, "spent": 12, "budget": 10,
                "due_on": "2022-06-30", "done_on": "2022-07-03", "sent_on": None, "document": None, "remark": None}],
    "school": [
        {"school_id": "S1", "county_id": "C1", "stage": "a", "students": 200, "guards": 1, "books": 2000, "area": 2},
        {"school_id": "S2", "county_id": "C1", "stage": "a", "students": 100, "guards": 4, "books": 3000, "area": 5},
        {"school_id": "S3", "county_id": "C1", "stage": "b", "students": 100, "guards": 4, "books": 3000, "area": 8},
    ],
    "drill": [{"drill_id": "D1", "county_id": "C1", "held_on": "2022-03-01",
               "minutes": 30, "topic": "避险", "kind": "fire"}],
    "paper": [{"paper_id": "P1", "county_id": "C1", "issued_on": "2019-12-31", "ends_on": None}],
}  # fmt: skip


def told(require: str, entity: str = "county", key: str = "C1", language: str = "en") -> list[str]:
    """What is offered for a requirement that is violated."""
    book = er.load_rulebook(Source("rules.yaml", RULES.replace("ENTITY", entity).replace("REQUIRE", f"'{require}'")))
    report = er.evaluate(book, FACTS, as_of="2022-12-31")
    (outcome,) = [each for each in report.violations if each.subject["key"] == [key]]
    return [each["text"][language] for each in report.explain(outcome).to_dict()["remedies"]]


@pytest.mark.parametrize(
    ("require", "english", "chinese"),
    [
        (
            "cv(area for school) <= 0.4",
            ["Area per student of School S1: 0.84743 m² more (2 m² → 2.84743 m²)"],
            ["学校 S1 的生均面积：增加 0.84743 m²（2 m² → 2.84743 m²）"],
        ),
        (
            "cv(area for school) <= 0.2",
            [
                "Area per student of School S1: 3.88267 m² more (2 m² → 5.88267 m²)",
                (
                    "School: Area per student of at least 5.35423 m² in the 2 of 3 that have less: S1, S2; "
                    "the coefficient of variation comes down from 0.4899 to 0.2"
                ),
            ],
            [
                "学校 S1 的生均面积：增加 3.88267 m²（2 m² → 5.88267 m²）",
                "学校：3 个中生均面积低于 5.35423 m² 的 2 个均应达到 5.35423 m²：S1、S2；差异系数由 0.4899 降至 0.2",
            ],
        ),
        (
            "min(area for school) >= 6",
            ["School: Area per student of at least 6 m² in the 2 of 3 that have less: S1, S2"],
            ["学校：3 个中生均面积低于 6 m² 的 2 个均应达到 6 m²：S1、S2"],
        ),
        (
            "min(area for school) > 3",
            ["Area per student of School S1: more than 3 m² (now 2 m²)"],
            ["学校 S1 的生均面积：应高于 3 m²（现为 2 m²）"],
        ),
        (
            "max(students for school) <= 90",
            ["School: Students of at most 90 people in the 3 of 3 that have more: S1, S3, S2"],
            ["学校：3 个中在校生数高于 90 人的 3 个均应降到 90 人：S1、S3、S2"],
        ),
        (
            "median(area for school) >= 7",
            ["Area per student of School S2: 2 m² more (5 m² → 7 m²)"],
            ["学校 S2 的生均面积：增加 2 m²（5 m² → 7 m²）"],
        ),
        (
            "median(area for school) >= 9",
            ["School: Area per student of at least 9 m² in 2 more of 3: S3, S2"],
            ["学校：3 个中还需 2 个的生均面积达到 9 m²：S3、S2"],
        ),
        (
            "mean(area for school weighted by students) >= 5",
            ["Area per student of School S1: 1.5 m² more (2 m² → 3.5 m²)"],
            ["学校 S1 的生均面积：增加 1.5 m²（2 m² → 3.5 m²）"],
        ),
        (
            "mean(area for school) >= 8.5",
            ["School: Area per student of at least 8.5 m² in the 3 of 3 that have less: S1, S2, S3"],
            ["学校：3 个中生均面积低于 8.5 m² 的 3 个均应达到 8.5 m²：S1、S2、S3"],
        ),
        (
            "min(books_each for school) >= 20",
            ["Books of School S1: 2000 volumes more (2000 volumes → 4000 volumes)"],
            ["学校 S1 的图书数：增加 2000 册（2000 册 → 4000 册）"],
        ),
        (
            "count_distinct(kind for drill) >= 3",
            ["Drill: 2 more with another Kind of drill (1 different now, 3 needed); such as earthquake, other"],
            ["演练：演练种类还需增加 2 种（现有 1 种，需 3 种），如地震、其他"],
        ),
        (
            "count_distinct(kind for drill where kind in [\"fire\", \"quake\"]) >= 2",
            [
                (
                    "Drill (Kind of drill is one of fire, earthquake): 1 more with another Kind of drill "
                    "(1 different now, 2 needed); such as earthquake"
                )
            ],
            ["演练（演练种类为消防、地震之一）：演练种类还需增加 1 种（现有 1 种，需 2 种），如地震"],
        ),
        (
            "count_distinct(topic for drill) >= 3",
            ["Drill: 2 more with another Topic (1 different now, 3 needed)"],
            ["演练：主题还需增加 2 种（现有 1 种，需 3 种）"],
        ),
        (
            "min(months_between(issued_on, this.day) for paper) <= 12",
            ["Paper: 1 more must meet: months from Issued on to the day of reckoning ≤ 12 (0 do now, 1 must)"],
            ["备案材料：还需 1 个满足：印发日期至核算日的月数 ≤ 12（现有 0 个，需 1 个）"],
        ),
        (
            "count(paper where year(issued_on) = 2022) >= 1",
            ["Paper: 1 more must meet: year of Issued on = 2022 (0 do now, 1 must)"],
            ["备案材料：还需 1 个满足：印发日期的年份 = 2022（现有 0 个，需 1 个）"],
        ),
        (
            "any(issued_on >= this.due_on - 1 month for paper)",
            ["Paper: 1 more must meet: Issued on ≥ Due day - 1 month (0 do now, 1 must)"],
            ["备案材料：还需 1 个满足：印发日期 ≥ 期限 - 1 个月（现有 0 个，需 1 个）"],
        ),
        (
            "count(drill where kind not in quiet) >= 1",
            ["Drill: 1 more must meet: Kind of drill is not in Kinds left out (0 do now, 1 must)"],
            ["演练：还需 1 个满足：演练种类不属于不计的种类（现有 0 个，需 1 个）"],
        ),
        (
            "document is not missing",
            ["Approval: fill in a document number"],
            ["批文：须填写文号"],
        ),
        (
            "spent <= 11.3456789",
            ["Spending: 0.65433 × 10,000 yuan less (12 × 10,000 yuan → 11.34567 × 10,000 yuan)"],
            ["支出：减少 0.65433 万元（12 万元 → 11.34567 万元）"],
        ),
        (
            "spent < 11.3456789",
            ["Spending: less than 11.34567 × 10,000 yuan (now 12 × 10,000 yuan)"],
            ["支出：应低于 11.34567 万元（现为 12 万元）"],
        ),
        (
            "spent between 3.14159265 and 3.14159266",
            ["Spending: 8.85840734 × 10,000 yuan less (12 × 10,000 yuan → 3.14159266 × 10,000 yuan)"],
            ["支出：减少 8.85840734 万元（12 万元 → 3.14159266 万元）"],
        ),
        (
            "spent / pupils >= 0.05 and budget / pupils >= 0.05",
            [
                (
                    "all of these: Spending: 3 × 10,000 yuan more (12 × 10,000 yuan → 15 × 10,000 yuan); "
                    "Budget: 5 × 10,000 yuan more (10 × 10,000 yuan → 15 × 10,000 yuan)"
                )
            ],
            [
                "以下各项须同时做到：支出：增加 3 万元（12 万元 → 15 万元）；预算：增加 5 万元（10 万元 → 15 万元）",
            ],
        ),
        (
            "due_on >= done_on + 2 days and due_on <= done_on + 9 days",
            ["Due day: between 2022-07-05 and 2022-07-12 (now 2022-06-30)"],
            ["期限：应在 2022-07-05 至 2022-07-12 之间（现为 2022-06-30）"],
        ),
        (
            "sent_on is not missing and sent_on > due_on and sent_on <= done_on",
            ["Sent on: fill in, between 2022-07-01 and 2022-07-03"],
            ["送达日期：须填写，应在 2022-07-01 至 2022-07-03 之间"],
        ),
        (
            "sum(minutes for drill where kind = \"quake\") >= 45",
            ["Minutes of Drill (Kind of drill = earthquake) in all: 45 minutes more"],
            ["演练（演练种类 = 地震）的时长合计增加 45 分钟"],
        ),
        (
            "any(held_on <= this.due_on - 1 year for drill)",
            ["Drill: 1 more must meet: Held on ≤ Due day - 1 year (0 do now, 1 must)"],
            ["演练：还需 1 个满足：日期 ≤ 期限 - 1 年（现有 0 个，需 1 个）"],
        ),
        ("remark is not missing", ["Remark: fill in"], ["说明：须填写"]),
    ],
)  # fmt: skip
def test_it_is_said_in_both_languages(require: str, english: list[str], chinese: list[str]) -> None:
    assert told(require) == english
    assert told(require, language="zh") == chinese


@pytest.mark.parametrize(
    ("require", "entity", "key", "offered"),
    [
        ("guards >= heads(students)", "school", "S1", ["Guards"]),
        ("heads(students) <= guards", "school", "S1", ["Guards"]),
        ("guards >= least(stage)", "school", "S1", ["Guards"]),
        ("books / students >= 20", "school", "S1", ["Books"]),
        ("guards >= if(stage = \"a\", 3, 2)", "school", "S1", ["Guards"]),
        ("spent <= budget", "county", "C1", ["Spending"]),
        ("pupils / teachers <= 15", "county", "C1", ["Teachers"]),
        ("done_on <= due_on", "county", "C1", ["Closed on"]),
        ("sum(students for school) >= sum(guards for school) * 50", "county", "C1", ["Students of School in all"]),
        ("students <= 150 or stage = \"b\"", "school", "S1", ["Students", "Stage"]),
    ],
)  # fmt: skip
def test_the_base_of_a_standard_is_not_to_be_changed(require: str, entity: str, key: str, offered: list[str]) -> None:
    assert [text.split(":")[0] for text in told(require, entity, key)] == offered


def test_of_rows_too_the_measured_side_is_changed() -> None:
    book = er.load_rulebook(
        Source(
            "rules.yaml",
            RULES.replace("ENTITY", "county").replace("REQUIRE", "all(heads(students) <= guards for school)"),
        )
    )
    report = er.evaluate(book, FACTS, as_of="2022-12-31")
    (remedy,) = report.explain(report.violations[0]).to_dict()["remedies"]
    assert [(edit["field"], edit["to"]) for edit in remedy["edits"]] == [("guards", 3)]


@pytest.mark.parametrize(
    "require", ["cv(wage for school) <= 0.1", "min(wage for school) >= 5", "median(wage for school) >= 4"]
)
def test_personal_values_of_rows_stay_hidden(require: str) -> None:
    text = RULES.replace("ENTITY", "county").replace("REQUIRE", require)
    text = text.replace(
        "      area: {", "      wage: {type: number, personal: true, label: {zh: 工资, en: Wage}}\n      area: {"
    )
    book = er.load_rulebook(Source("rules.yaml", text))
    wages = [1.0625, 2.0625, 9.0625]
    schools = [row | {"wage": wage} for row, wage in zip(FACTS["school"], wages, strict=True)]
    report = er.evaluate(book, FACTS | {"school": schools}, as_of="2022-12-31")
    found = report.explain(report.violations[0]).to_dict()
    assert found["remedies"]
    assert {remedy["text"]["en"].partition(":")[2] for remedy in found["remedies"]} == {
        " another value (the values are personal)"
    }
    told = json.dumps(found["remedies"])
    assert not [wage for wage in wages if str(wage) in told]


def test_an_empty_personal_cell_is_only_to_be_filled_in() -> None:
    text = RULES.replace("ENTITY", "county").replace("REQUIRE", "phone is not missing")
    text = text.replace("      remark: {", "      phone: {type: text, blank: none, personal: true}\n      remark: {")
    book = er.load_rulebook(Source("rules.yaml", text))
    facts = FACTS | {"county": [FACTS["county"][0] | {"phone": None}]}
    report = er.evaluate(book, facts, as_of="2022-12-31")
    (remedy,) = report.explain(report.violations[0]).to_dict()["remedies"]
    assert remedy["text"] == {"zh": "phone：须填写", "en": "phone: fill in"}
    assert [(edit["to"], edit["placeholder"]) for edit in remedy["edits"]] == [(None, True)]


def test_what_is_given_is_named_where_nothing_else_would_do() -> None:
    assert told("pupils <= 250") == ["Pupils: 50 people less (300 people → 250 people)"]
    (together,) = told("pupils <= 250 and teachers >= 12")
    assert together.startswith(
        "all of these: Pupils: 50 people less (300 people → 250 people); Teachers: 2 people more"
    )
