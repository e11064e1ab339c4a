"""The pages about the rules: what they say, that they are found again, and that those of the pack are fresh."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from eduplan_rules.tools.pages import make_pages, stale_pages

ROOT = Path(__file__).resolve().parent.parent
PACK, DOCS = ROOT / "rules", ROOT / "docs"

RULES = """\
clauses:
  P1: {section: 四(九), anchor: 专职保安, kind: measure, summary: {zh: 配备保安, en: There are guards}}
  P2: {section: 五(一), summary: {zh: 党建, en: Party}, context: {zh: 不考核, en: Not checked}}
  P3: {section: 五(二), summary: {zh: 经费, en: Money}}
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    fields:
      school_id: {type: text}
      stage: {type: choice, label: {zh: 学段, en: Stage}, choices: {primary: {zh: 小学, en: primary}, junior: 初中}}
      students: {type: integer, unit: 人, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, label: {zh: 保安数, en: Guards}}
parameters:
  minimum:
    label: {zh: 保安标准, en: Standard of guards}
    unit: 人
    scale: students
    source: [{document: GB 1-2022, title: 安全防范要求, url: "https://example.org/gb", note: 转引}]
    values:
      2013-06-01:
        value: [{below: 100, value: 1}, {value: 2}]
        source: [{document: GB 1-2012}]
        status: unverified
      2022-06-01: [{below: 100, value: 1}, {value: 3, plus: 1, per: 500, above: 1000}]
    ended: 2030-12-31
  area:
    by: [stage]
    unit: m²/人
    values: {2017-05-01: {primary: 4.5, junior: ~}}
  share: {unit: "%", value: 85}
  months: {value: [2, 7, 8]}
  unread: {value: 2021-12-31, type: date}
values:
  school.required: {is: minimum(students), label: {zh: 应配数, en: Guards required}}
rules:
  - id: safety.guards
    clause: P1
    title: {zh: 保安达标, en: Enough guards}
    source: [{document: GB 1-2022, section: "5.2"}]
    for: school
    where: stage = "primary" or stage = "junior"
    require: guards >= required
    since: 2020
    due: period + 1 day
    nature: binding
    owner: {zh: 教育局, en: Education bureau}
    message: {zh: "保安 {guards} 人", en: "{guards} guards | students"}
  - id: safety.of
    for: school
    every: month
    require:
      at_least: 1
      others_reach: share
      of:
        - {id: L1, title: {zh: 面积, en: Area}, measure: students, minimum: 3, where: guards > 0}
        - month(period) in months
        - {id: L3, measure: guards / students, maximum: 2}
"""
CASES = """\
cases:
  - name: guards | and "more"
    rule: safety.guards
    rows: {school: [{school_id: a, year: 2022, stage: primary, students: 10, guards: 2}]}
    expect: {satisfied: [a], violated: []}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules, as the current one; what is unforeseen is raised, texts are English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "safety.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "rules" / "safety.cases.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def made(page: str) -> str:
    return make_pages(Path("rules"), Path("docs"))[page]


def test_there_are_the_same_pages_in_both_languages() -> None:
    pages = make_pages(Path("rules"), Path("docs"))
    names = {"catalogue.md", "traceability.md", "parameters.md", "catalogue/safety.md"}
    assert set(pages) == {f"{language}/{name}" for language in ("zh", "en") for name in names}


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("en/catalogue/safety.md", [
            "# Catalogue of rules: Plan, section 四(九) (safety)",
            ("[中文](../../zh/catalogue/safety.md) · [Catalogue of rules](../catalogue.md) · "
             "[From clauses to cases](../traceability.md) · [Parameters](../parameters.md)"),
            '<a id="safety.guards"></a>',
            "## Enough guards",
            "| Clause | [P1](../traceability.md#P1) 四(九) “专职保安”: There are guards |",
            "| Source | GB 1-2022 5.2 |",
            "| About | School `school` |",
            '| Where | `stage = "primary" or stage = "junior"` |',
            "| Condition | `guards >= required` |",
            "| Values | `school.required` Guards required = `minimum(students)` |",
            "| Facts | School `school`: Stage `stage`, Guards `guards`, Students `students` |",
            "| In force | since 2020-01-01 |",
            "| Due | `period + 1 day` |",
            "| Weight | error, binding |",
            "| Owner | Education bureau |",
            "| Message | {guards} guards \\| students |",
            ("| [Standard of guards](../parameters.md#minimum) **unverified**<br>`minimum` | 2013-06-01 |"
             " below 100: 1 person<br>otherwise: 2 people | GB 1-2012 | **unverified** |"),
            "|   | ended 2030-12-31 |   |   |   |",
            '| [guards \\| and "more"](../../../rules/safety.cases.yaml) | satisfied |',
            "| Every | month |",
            ("| Condition | at least 1 of 3:<br>· L1 Area: `students` ≥ `3`, where `guards > 0`<br>"
             "· `month(period) in months`<br>· L3: `guards / students` ≤ `2`<br>"
             "the others reach `share` of their standard |"),
        ]),
        ("zh/catalogue/safety.md", [
            "# 规则目录：规划四(九)（safety）",
            "## 保安达标",
            "| 条款 | [P1](../traceability.md#P1) 四(九)“专职保安”：配备保安 |",
            '| 适用范围 | `学段 = "小学" 或 学段 = "初中"` |',
            "| 条件 | `保安数 >= 应配数` |",
            "| 数据 | 学校 `school`：学段 `stage`、保安数 `guards`、在校生数 `students` |",
            ("|   | 2022-06-01 | 不足 100：1 人<br>其余：3 人，超过 1000 的部分每满 500 再加 1 |"
             " [GB 1-2022](https://example.org/gb)《安全防范要求》（转引） |   |"),
        ]),
        ("zh/catalogue.md", [
            "3 条条款，2 条规则，5 个参数，1 个用例。",
            "有 1 个参数尚未核实：[`minimum`](parameters.md#minimum)。依据未经核实的数值作出的判定至多为警告。",
            "| [保安达标](catalogue/safety.md#safety.guards)<br>`safety.guards` | P1 | 错误，约束性 | 1 个：达标 |",
            "| [safety.of](catalogue/safety.md#safety.of)<br>`safety.of` |   | 错误，预期性 | 暂无 |",
        ]),
        ("en/traceability.md", [
            ('| <a id="P1"></a>**P1** | 四(九) “专职保安” | There are guards | '
             "[Enough guards](catalogue/safety.md#safety.guards)<br>`safety.guards` | "
             "[Standard of guards](parameters.md#minimum) **unverified** | 1: satisfied |"),
            '| <a id="P2"></a>**P2** | 五(一) | Party | context: Not checked |   |   |',
            '| <a id="P3"></a>**P3** | 五(二) | Money | no rule yet |   |   |',
            ("|   |   |   | [safety.of](catalogue/safety.md#safety.of)<br>`safety.of` | "
             "[`share`](parameters.md#share)<br>[`months`](parameters.md#months) | none yet |"),
        ]),
        ("zh/parameters.md", [
            '<a id="area"></a>',
            "## 保安标准",
            "`minimum`，按在校生数分档",
            "`area`，按学段区分",
            "| 2017-05-01 | 小学：4.5 m²/人<br>初中：不作要求 |   |   |",
            "| 始终 | 85% |   |   |",
            "| 始终 | 2、7、8 |   |   |",
            "| 始终 | 2021-12-31 |   |   |",
            "读取它的规则：[保安达标](catalogue/safety.md#safety.guards)",
            "没有规则读取它。",
        ]),
    ],
)  # fmt: skip
def test_a_page_says(page: str, lines: list[str]) -> None:
    written = made(page).splitlines()
    assert [line for line in lines if line not in written] == []


def test_pages_are_written_found_fresh_and_found_stale(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "rules", "--check"]) == 1
    assert not Path("docs").exists()
    assert main(["docs", "rules"]) == 0
    assert "14 pages, 14 of them stale" in capsys.readouterr().out
    assert main(["docs", "rules", "--check"]) == 0
    Path("docs/zh/catalogue/gone.md").write_text("", encoding="utf-8")
    Path("docs/en/parameters.md").write_text("", encoding="utf-8")
    Path("docs/en/of-another-kind.md").write_text("", encoding="utf-8")
    capsys.readouterr()
    assert main(["docs", "rules", "--check"]) == 1
    told = "stale: docs/en/parameters.md\nstale: docs/zh/catalogue/gone.md\n14 pages, 2 of them stale\n"
    assert capsys.readouterr().out == told
    assert main(["docs", "rules"]) == 0
    assert stale_pages(make_pages(Path("rules"), Path("docs")), Path("docs")) == []
    assert not Path("docs/zh/catalogue/gone.md").exists()
    assert Path("docs/en/of-another-kind.md").exists()


def test_pages_are_the_same_wherever_they_are_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = make_pages(Path("rules"), Path("docs"))
    monkeypatch.chdir(ROOT)
    assert make_pages(folder / "rules", folder / "docs") == here


def test_wrong_rules_and_cases_are_errors(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules/safety.cases.yaml").write_text("cases: 1", encoding="utf-8")
    assert main(["docs", "rules"]) == 2
    assert "must be a list of cases" in capsys.readouterr().err
    Path("rules/safety.yaml").write_text("rule: 1", encoding="utf-8")
    assert main(["docs", "rules"]) == 2
    assert main(["docs", "nowhere"]) == 2


def test_the_pages_of_the_pack_are_fresh() -> None:
    assert stale_pages(make_pages(PACK, DOCS), DOCS) == [], "run `make docs`"


_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")


def test_every_link_of_the_pages_leads_somewhere() -> None:
    pages = make_pages(PACK, DOCS)
    broken = []
    for path, text in pages.items():
        for target, anchor in _LINK.findall(text):
            if target.startswith("http"):
                continue
            file = (DOCS / path).parent / target if target else DOCS / path
            other = (
                pages.get(file.resolve().relative_to(DOCS).as_posix()) if file.resolve().is_relative_to(DOCS) else None
            )
            if not (file.exists() and (not anchor or (other is not None and f'<a id="{anchor}"></a>' in other))):
                broken.append((path, target, anchor))
    assert broken == []


DURATIONS = """\
entities:
  case:
    key: id
    day: found_on
    fields:
      id: {type: text}
      found_on: {type: date}
      closed_on: {type: date}
      stage:
        type: choice
        choices: {primary: {zh: 小学, en: primary}, junior: {zh: 初中, en: junior}}
      size: {type: integer, label: {zh: 规模, en: Size}}
parameters:
  start: {type: date, value: 2021-09-01, label: {zh: 施行日期, en: First day}}
  closing: {type: duration, values: {2021-09-01: 60 日, 2023-01-01: 1 个月}}
  by_stage:
    type: duration
    by: [stage]
    value: {primary: {value: 30 days, status: unverified, source: {document: GB 1}}, junior: 3 years}
  by_size: {type: duration, scale: size, value: [{below: 100, value: 10 days}, {value: 1 year, status: unverified}]}
  area: {by: [stage], value: {primary: {value: 4.5, status: unverified}, junior: 5.8}}
rules:
  - id: safety.closed
    title: {zh: 办结, en: Closed}
    for: case
    require: closed_on <= found_on + closing and closed_on <= found_on + by_stage(stage) and size > area(stage)
    since: start
    until: 2025
"""


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("en/parameters.md", ["| 2021-09-01 | 60 days |   |   |", "| 2023-01-01 | 1 month |   |   |",
            "| always | primary: 30 days (GB 1) **unverified**<br>junior: 3 years |   |   |",
            "| always | below 100: 10 days<br>otherwise: 1 year **unverified** |   |   |",
            "| always | primary: 4.5 **unverified**<br>junior: 5.8 |   |   |"]),
        ("zh/parameters.md", ["| 2021-09-01 | 60 天 |   |   |", "| 2023-01-01 | 1 个月 |   |   |",
            "| 始终 | 小学：30 天（GB 1） **未经核实**<br>初中：3 年 |   |   |",
            "| 始终 | 不足 100：10 天<br>其余：1 年 **未经核实** |   |   |"]),
        ("en/catalogue/rules.md",
            ["| In force | since 2021-09-01 ([First day](../parameters.md#start)), until 2025-12-31 |"]),
        ("zh/catalogue/rules.md",
            ["| 适用时间 | 自 2021-09-01（[施行日期](../parameters.md#start)） 起，至 2025-12-31 止 |"]),
    ],
)  # fmt: skip
def test_a_page_tells_durations_marks_and_named_days(tmp_path: Path, page: str, lines: list[str]) -> None:
    (tmp_path / "rules.yaml").write_text(DURATIONS, encoding="utf-8")
    text = make_pages(tmp_path / "rules.yaml", tmp_path / "docs")[page]
    assert [line for line in lines if line not in text.splitlines()] == []
