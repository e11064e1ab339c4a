"""Tables in case files: variants of a case, other values of parameters, and where a mistake stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduplan_rules.source import Scalar, Source, Span
from eduplan_rules.tools.cases import read_cases
from eduplan_rules.tools.grid import read_table
from eduplan_rules.tools.suite import run_suite

RULES = """\
entities:
  county: {key: county_id, fields: {county_id: {type: text}, guards_promised: {type: integer, unit: 人}}}
  school:
    key: school_id
    period: year
    belongs_to: {county: county_id}
    fields:
      school_id: {type: text}
      county_id: {type: text}
      kind: {type: choice, choices: {primary: 小学, junior: 初中}}
      students: {type: integer, unit: 人, min: 0}
      guards: {type: integer, unit: 人, min: 0}
parameters:
  due: {type: date, value: 2021-12-31}
  extra: {unit: 人, by: [kind], value: {primary: 0, junior: 1}}
  minimum:
    unit: 人
    scale: students
    source: [{document: GB/T 29315-2022}]
    values:
      2020-01-01: [{below: 100, value: 1}, {value: 2}]
values:
  school.required: {is: minimum(students) + extra(kind), unit: 人}
rules:
  - {id: safety.guards, for: school, require: guards >= required, due: due, nature: binding}
  - {id: safety.promise, for: county, require: sum(guards for school) >= guards_promised}
"""
HEAD = """\
as_of: 2022-12-31
cases:
  - name: guards
    rule: safety.guards
"""
ROW = """\
    rows:
      school: |
        school_id, year, kind,    students, guards
        a,         2022, primary, 99,       1
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("safety.yaml").write_text(RULES, encoding="utf-8")


def tried(body: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """What each case told, by name, and the mistakes."""
    Path("safety.cases.yaml").write_text(HEAD + body, encoding="utf-8")
    (file,) = run_suite(Path("safety.yaml")).files
    return {each.case.name: each.told for each in file.tried}, [each.told("en") for each in file.mistakes]


def test_every_line_of_variants_is_a_case() -> None:
    told, mistakes = tried(
        f"""{ROW}
    variants: |
      students, guards, expect,    records.gap, records.unit
      99,       1,      satisfied, ,
      100,      1,      violated,  1,           人
      100,      2,      satisfied, ~,
      ,         2,      unknown,   ,
"""
    )
    assert mistakes == []
    assert told == {
        "guards: students 99, guards 1": (),
        "guards: students 100, guards 1": (),
        "guards: students 100, guards 2": (),
        "guards: students ~, guards 2": (),
    }


def test_a_line_that_does_not_hold_is_told_with_its_own_place() -> None:
    body = f"{ROW}\n    variants: |\n      students, guards, expect\n      99, 1, satisfied\n      100, 1, satisfied\n"
    told, _ = tried(body)
    assert list(told.values()) == [
        (),
        (("a@2022: expected satisfied, found violated (observed 1 person, required 2 people, gap 1 person, "
         "due 2021-12-31)"),),
    ]  # fmt: skip
    (file,) = run_suite(Path("safety.yaml")).files
    assert [str(each.case.span) for each in file.tried] == ["safety.cases.yaml:12:7", "safety.cases.yaml:13:7"]
    assert {each.case.variant_of for each in file.tried} == {"guards"}


def test_a_line_may_change_the_day_the_parameters_and_its_name() -> None:
    told, mistakes = tried(
        f"""{ROW}
    variants: |
      name,      as_of,      parameters.due, parameters.minimum, guards, expect
      as it is,  ,           ,               ,                   1,      satisfied
      stricter,  ,           ,               3,                  2,      violated
      not yet,   2022-06-30, 2022-12-31,     ,                   0,      not_due
      due,       ,           2022-12-31,     ,                   0,      violated
"""
    )
    assert (told, mistakes) == (
        {"guards: as it is": (), "guards: stricter": (), "guards: not yet": (), "guards: due": ()},
        [],
    )


def test_lines_name_rows_and_subjects_by_their_keys() -> None:
    told, mistakes = tried(
        """
    rows:
      county: [{county_id: c}]
      school: |
        school_id, year, county_id, kind,    students, guards
        a,         2022, c,         primary, 99,       1
        b,         2022, c,         junior,  99,       1
        b,         2021, c,         junior,  99,       1
    periods: latest
    variants: |
      a.guards, b@2022.guards, expect.a,  expect.b
      1,        2,             satisfied, satisfied
      0,        1,             violated,  violated
      ,         2,             unknown,   satisfied
"""
    )
    assert mistakes == []
    assert set(told.values()) == {()}


def test_a_subject_of_a_line_that_wants_attention_must_be_expected() -> None:
    told, _ = tried(f"{ROW}\n    variants: |\n      guards, expect.b\n      1, satisfied\n      0,\n")
    assert [[sentence.split(" (")[0] for sentence in each] for each in told.values()] == [
        [
            "b: expected satisfied, but safety.guards gave no such outcome; there are a@2022",
            "a@2022: found satisfied",
        ],
        ["a@2022: found violated"],
    ]


def test_variants_may_share_what_they_expect() -> None:
    told, mistakes = tried(f"{ROW}    expect: {{satisfied: [a]}}\n    variants: [{{guards: 1}}, {{guards: 2}}]\n")
    assert (list(told), set(told.values()), mistakes) == (["guards: guards 1", "guards: guards 2"], {()}, [])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("gards, expect\n1, satisfied", "12:7: no table of the case has a column `gards`, did you mean `guards`?"),
        ("schol.guards, expect\n1, satisfied", ("12:7: `schol` is no entity of the case, and no row begins with it, "
         "did you mean `school`?")),
        ("guards, guards\n1, 1", "12:15: the table `variants` has two columns `guards`"),
        ("guards, expect\n1", "13:7: the row `1` of the table `variants` has 1 cells, expected 2 as its headers are"),
        ("guards, expect\n1, satisfyed", "13:10: `satisfyed` is no verdict, did you mean `satisfied`?"),
        ("guards, expect\n1, satisfied\n1, violated", ("14:7: this line changes the same as line 13; give both a "
         "`name` if both are wanted")),
        ("guards, expect\n1, 达标", "13:10: `达标` is no verdict, did you mean `satisfied`?"),
        ("as_of, expect\n2022, satisfied", "13:7: `2022` is no day, expected one such as 2022-12-31"),
        ("periods, expect\nlast, satisfied", ("13:7: `last` is no period, expected latest, all, one such as 2022, or "
         "a range such as 2021..2023")),
        ("parameters.deu, expect\n2022-12-31, satisfied", "12:18: there is no parameter `deu`, did you mean `due`?"),
        ("guards， expect\n1", "12:7: found a full-width comma in the headers, expected `,` between columns"),
        ("guards, expect\n1， satisfied",
         ("13:8: found a full-width comma in `1， satisfied`, expected `,` between cells; "
          "put a text with a comma in double quotes")),
        ("guards,, expect\n1,, satisfied", "12:7: the table `variants` has a column without a header"),
        ("guards, expect", "10:5: the table of variants has no lines"),
        ("school.gards, expect\n1, satisfied", "12:14: school has no field `gards`, did you mean `guards`?"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_table_of_variants_has_its_place(table: str, message: str) -> None:
    lines = "".join(f"      {line}\n" for line in table.splitlines())
    _, mistakes = tried(f"{ROW}    why: there\n    variants: |\n\n{lines}")
    assert mistakes == [f"safety.cases.yaml:{message}"]


def test_a_case_expects_in_one_place() -> None:
    _, mistakes = tried(f"{ROW}    expect: {{satisfied: [a]}}\n    variants: [{{guards: 1, expect: satisfied}}]\n")
    assert mistakes == ["safety.cases.yaml:10:28: the table of variants has `expect`, so the case must not have it too"]


def test_a_cell_of_several_rows_must_say_which() -> None:
    _, mistakes = tried(f"{ROW}        b, 2022, primary, 99, 1\n    variants: [{{guards: 1, expect: satisfied}}]\n")
    assert mistakes == [
        (
            "safety.cases.yaml:10:17: `guards` could be a cell of several rows; write ROW.guards, with what the row "
            "begins with for ROW"
        )
    ]


@pytest.mark.parametrize(
    ("parameters", "verdict"),
    [
        ("{due: 2023-12-31}", "not_due"),
        ("{due: {value: 2023-12-31}}", "not_due"),
        ("{minimum: [{below: 50, value: 0}, {value: 4}]}", "violated"),
        ("{minimum: {2020-01-01: [{value: 4}], 2022-06-01: [{value: 1}]}}", "satisfied"),
        ("{minimum: {values: {2020-01-01: [{value: 4}]}, source: [{document: 试行标准}]}}", "violated"),
        ("{extra: {primary: 3, junior: 0}}", "violated"),
        ("{extra: {value: {小学: 0, 初中: 5}}}", "satisfied"),
        ("{minimum: {unit: 人, value: 5}, extra: {unit: 人, by: [kind], value: {primary: 0, junior: 0}}}", None),
    ],
)
def test_a_case_may_give_a_parameter_another_value(parameters: str, verdict: str | None) -> None:
    guards = 0 if verdict == "not_due" else 1
    rows = ROW.replace("99,       1", f"99,       {guards}")
    expect = "diagnostics: [wrong-arguments]" if verdict is None else f"expect: {{{verdict}: [a]}}"
    told, mistakes = tried(f"    parameters: {parameters}\n    {expect}\n{rows}")
    assert (told, mistakes) == ({"guards": ()}, [])


def test_a_value_for_a_parameter_that_is_not_there_is_a_mistake() -> None:
    _, mistakes = tried(f"    parameters: {{minimun: [{{value: 5}}]}}\n    expect: {{violated: [a]}}\n{ROW}")
    assert mistakes == ["safety.cases.yaml:5:18: there is no parameter `minimun`, did you mean `minimum`?"]


def test_a_wrong_value_of_a_parameter_is_told_at_its_place() -> None:
    told, _ = tried(f"    parameters: {{due: soon}}\n    expect: {{violated: [a]}}\n{ROW}")
    (sentence,) = told["guards"]
    assert "safety.cases.yaml:5:23: error[type-mismatch]" in sentence


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("    rules: [safety.guards]\n", "5:5: found `rule` and `rules`, expected one of them"),
        ("    as_of: [2022]\n", "5:5: `as_of` must be a text"),
        ("    expects: {}\n", "5:5: unknown key `expects`, did you mean `expect`?"),
    ],
)
def test_a_case_that_is_written_wrong_says_where(body: str, message: str) -> None:
    _, mistakes = tried(body + ROW)
    assert mistakes == [f"safety.cases.yaml:{message}"]


_CELL = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=6)


def _written(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"') or not cell else cell


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), min_size=1)))
def test_a_table_reads_back_as_it_was_written_and_knows_its_places(rows: list[list[str]]) -> None:
    headers = [f"h{number}" for number in range(len(rows[0]))]
    text = "\n".join("  " + " ,  ".join(map(_written, row)) + " " for row in [headers, *rows])
    source = Source("table", text)
    table = read_table(Scalar(text, Span(source, 0, len(text)), "literal"), "school", Span(source, 0, 0))
    assert list(table.columns) == headers
    assert [[cell or "" for cell in row] for row in table.rows] == rows
    places = [cell.span.text.replace('""', '"') for row in table.rows for cell in row if cell is not None]
    assert places == [cell for row in rows for cell in row if cell]


def test_the_cases_of_a_file_read_the_same_as_a_list_and_as_a_table() -> None:
    for name, rows in {"text": "|\n      a, b\n      1, 2\n", "list": "[{a: 1, b: 2}]\n"}.items():
        Path(f"{name}.cases.yaml").write_text(f"- name: x\n  rows:\n    school: {rows}", encoding="utf-8")
    first, second = (read_cases(Path(f"{name}.cases.yaml")).cases[0].rows["school"] for name in ("text", "list"))
    assert (first.columns, first.rows) == (second.columns, second.rows)
