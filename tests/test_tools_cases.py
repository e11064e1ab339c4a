"""The command `test`: which files it runs, what it tells, how it ends; and the cases of the plan's own pack."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eduplan_rules.book import load_rulebook
from eduplan_rules.cli import main
from eduplan_rules.cli.border import RAISE
from eduplan_rules.run import NoRuleError
from eduplan_rules.tools.cases import read_cases
from eduplan_rules.tools.changes import case_book
from eduplan_rules.tools.suite import case_files, run_suite
from eduplan_rules.tools.trial import run_case
from pack import pack_suite

RULES = """\
clauses:
  P1: {section: 四(一), anchor: 专职保安, kind: measure, summary: {zh: 配备保安, en: There are guards}}
entities:
  school:
    key: school_id
    period: year
    fields: {school_id: {type: text}, guards: {type: integer, unit: 人, min: 0, label: {zh: 保安数, en: Guards}}}
parameters:
  minimum: {unit: 人, value: 2}
rules:
  - {id: safety.guards, clause: P1, for: school, require: guards >= minimum, nature: binding}
  - {id: safety.guards-at-night, clause: P1, for: school, require: guards >= 1}
"""
GOOD = """\
about: Guards
cases:
  - name: two are enough
    rule: safety.guards
    rows:
      school: |
        school_id, year, guards
        at, 2022, 2
        below, 2022, 1
        gap, 2022,
    expect: {satisfied: [at], violated: [below], unknown: [gap]}
    records: {below: {gap: 1, unit: 人}}
"""
BAD = GOOD.replace("below, 2022, 1", "below, 2022, 3")
NO_GUARDS = "rows: {school: [{school_id: a, year: 2022, guards: 0}]}"
PENDING = f"pending: to be measured\nrule: safety.guards\n{NO_GUARDS}\nexpect: {{}}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules, as the current one; what is unforeseen is raised, texts are English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RAISE, "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    write("rules/safety.yaml", RULES)
    return tmp_path


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def added(body: str) -> str:
    """The good cases with another one, about the same rule."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return f"{GOOD}  - name: another\n{lines}"


def test_cases_beside_rules_are_no_rules() -> None:
    write("rules/safety.cases.yaml", GOOD)
    write("rules/more.cases.yml", GOOD)
    assert [source.name for source in load_rulebook("rules").sources] == ["rules/safety.yaml"]
    assert [path.name for path in case_files(Path("rules"))] == ["more.cases.yml", "safety.cases.yaml"]
    assert [path.name for path in case_files(Path("rules/safety.yaml"))] == ["safety.cases.yaml"]


def test_cases_that_hold_pass(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/safety.cases.yaml", GOOD)
    write("rules/deeper/more.cases.yaml", GOOD)
    assert main(["test", "rules"]) == 0
    assert capsys.readouterr().out == (
        "rules/deeper/more.cases.yaml: 1 of 1 hold\n"
        "rules/safety.cases.yaml: 1 of 1 hold\n"
        "PASSED: every case holds (cases: 2, files: 2)\n"
    )


def test_a_case_that_fails_is_told_with_its_place_and_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/safety.cases.yaml", BAD)
    assert main(["test", "rules", "--lang", "en"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "rules/safety.cases.yaml: 0 of 1 hold",
        "  FAILED two are enough (rules/safety.cases.yaml:3)",
        "    below@2022: expected violated, found satisfied (observed 3 people, required 2 people)",
        "    below@2022.gap: expected 1, found None",
        "FAILED: 1 of 1 do not hold (files: 1)",
    ]


def test_a_case_that_fails_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/safety.cases.yaml", BAD)
    assert main(["test", "rules", "--lang", "zh"]) == 1
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "  未通过：two are enough（rules/safety.cases.yaml:3）",
        "    below@2022：预期不达标（violated），实际达标（satisfied）：实际值 3 人，要求 2 人",
    ]


def test_files_that_are_named_are_run_alone() -> None:
    write("rules/safety.cases.yaml", GOOD)
    write("elsewhere/bad.cases.yaml", BAD)
    assert main(["test", "rules", "rules/safety.cases.yaml"]) == 0
    assert main(["test", "elsewhere/bad.cases.yaml", "rules"]) == 1


def test_a_verdict_that_wants_attention_must_be_expected() -> None:
    write("rules/safety.cases.yaml", GOOD.replace("violated: [below], unknown: [gap]", "violated: [below]"))
    (file,) = run_suite(Path("rules")).files
    assert file.tried[0].told == (
        "gap@2022: found unknown (required 2 people, missing Guards (empty)), which was not expected",
    )


def test_a_rule_whose_id_begins_like_another_is_not_tried_with_it() -> None:
    (case,) = read_cases(write("rules/safety.cases.yaml", GOOD)).cases
    ran = run_case(case, load_rulebook("rules"))
    assert ran.report is not None
    assert list(ran.report.results) == ["safety.guards"]
    assert ran.judged == ("safety.guards",)


def test_a_column_that_nobody_knows_fails_a_case() -> None:
    write("rules/safety.cases.yaml", GOOD.replace("year, guards\n", "year, guardz\n"))
    (file,) = run_suite(Path("rules")).files
    (mistake,) = file.mistakes
    assert mistake.told("en") == ("rules/safety.cases.yaml:7:26: school has no field `guardz`, did you mean `guards`?")


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (GOOD.replace("safety.guards", "safety.gards"), "4:11", "there is no rule `safety.gards`, did you mean"),
        (GOOD.replace("expect:", "expects:"), "11:5", "unknown key `expects`"),
        (GOOD.replace("satisfied: [at]", "fine: [at]"), "11:14", "`fine` is no verdict"),
        (GOOD.replace("gap, 2022,", "gap, 2022, 2, 3"), "10:9", "the row `gap` of the table `school` has 4 cells"),
        (GOOD.replace("school: |", "schools: |"), "6:7", "there is no entity `schools`, did you mean `school`?"),
        (GOOD + "as_off: 2022-12-31\n", "13:1", "unknown key `as_off`"),
        ("as_of: ~\n" + GOOD.replace("rule:", "as_of: 2022-12-31\n    rule:"), "1:1", "`as_of` must be"),
        (GOOD + "never_unknown: {safety.gards: no gaps}\n", "13:17", "there is no rule `safety.gards`"),
        (GOOD + "never_unknown: {safety.guards: no gaps}\n", "13:17", "is said to be never unknown"),
        (added("name: two are enough"), "14:5", "the file cannot be read"),
        (f"{GOOD}  - name: two are enough\n", "13:11", "another case of this file is called"),
        (f"{GOOD}  - rule: safety.guards\n", "13:5", "a case is a mapping with a `name`"),
        ("cases: none\n", "1:1", "must be a list of cases"),
        ("rules: []\n", "1:1", "expected a mapping with `cases`"),
        ("cases: [\n", "2:1", "the file cannot be read"),
    ],
)  # fmt: skip
def test_a_case_file_that_is_wrong_says_where(
    text: str, place: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write("rules/safety.cases.yaml", text)
    assert main(["test", "rules"]) == 2
    written = capsys.readouterr().out
    assert told in written
    assert f"safety.cases.yaml:{place}" in written


def test_a_wrong_case_leaves_the_others_standing() -> None:
    write("rules/safety.cases.yaml", added("rule: safety.gards"))
    (file,) = run_suite(Path("rules")).files
    assert (file.passed, file.count, len(file.mistakes)) == (1, 2, 1)


def test_a_mistake_in_one_rule_leaves_the_cases_of_others_standing(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/size.yaml", "rules: [{id: size.small, for: school, require: pupils <= 10}]")
    write("rules/safety.cases.yaml", GOOD)
    write(
        "rules/size.cases.yaml",
        "cases: [{name: small, rule: size.small, rows: {school: [{school_id: a, year: 2022}]}}]",
    )
    assert main(["test", "rules", "rules/safety.cases.yaml"]) == 2
    told = capsys.readouterr()
    assert "rules/safety.cases.yaml: 1 of 1 hold" in told.out
    assert told.err.strip() == "rules/size.yaml has mistakes (1); what is wrong there is left out"
    assert main(["test", "rules"]) == 2
    told = capsys.readouterr()
    assert "the rule `size.small` has mistakes, so it cannot be tried" in told.out
    assert "school has no `pupils`" in told.err


@pytest.mark.parametrize(
    "more",
    [
        (
            "entities: {pupil: {key: pupil, fields: {pupil: {type: tekst}}}}\n"
            "rules: [{id: size.small, for: pupil, require: true}]"
        ),
        (
            "entities: {pupil: {key: pupil, belongs_to: {school: school_id}}}\n"
            "rules: [{id: size.small, for: school, require: count(pupil) > 1}]"
        ),
        "parameters: {most: {value: {a: 1}}}\nrules: [{id: size.small, for: school, require: guards < most}]",
        "rules: [{id: size.small, for: school, require: }]",
        "rules: [{id: size.small, for: school, require: guards > 1, message: {en: '{pupils}'}}]",
        "rules: [",
    ],
)
def test_whatever_is_wrong_in_one_file_leaves_the_cases_of_others_standing(more: str) -> None:
    write("rules/size.yaml", more)
    write("rules/safety.cases.yaml", GOOD)
    suite = run_suite(Path("rules"))
    assert any(each.severity == "error" for each in suite.diagnostics)
    assert sorted(suite.book.rules) == ["safety.guards", "safety.guards-at-night"]
    assert [file.passed for file in suite.files] == [1]


def test_what_a_broken_value_decides_is_left_out_with_it() -> None:
    write(
        "rules/size.yaml",
        "values: {school.small: {is: pupils <= 10}}\nrules: [{id: size.small, for: school, require: small}]",
    )
    suite = run_suite(Path("rules"))
    assert sorted(suite.book.rules) == ["safety.guards", "safety.guards-at-night"]


@pytest.mark.parametrize("arguments", [["nowhere"], ["rules"], ["rules", "more"]])
def test_nothing_to_run_is_an_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", *arguments]) == 2
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    "body",
    [
        "{parameters: {minimum: {unit: 人, value: 5}}, ROWS, expect: {violated: [a]}}",
        "{layers: [{replace: {parameters: {minimum: {value: 5, tightens: true}}}}], ROWS, expect: {violated: [a]}}",
        "{layers: [../overlay.yaml], ROWS, expect: {violated: [a]}}",
        "{layers: [{replace: {parameters: {minimum: {value: 5}}}}], ROWS, diagnostics: [loosening-not-marked]}",
        "{rules: [{id: safety.guards, for: school, require: guards >= 5}], ROWS, expect: {violated: [a]}}",
        "{entities: {school: {key: guards, fields: {guards: {type: text}}}}, diagnostics: [type-mismatch]}",
        "{calendars: {term: {2021-2022-1: [2021-09-01, 2022-01-20]}}, ROWS, expect: {satisfied: [a]}}",
    ],
)
def test_a_case_may_change_the_rulebook_for_itself(body: str, folder: Path) -> None:
    write("overlay.yaml", "replace: {parameters: {minimum: {value: 5, tightens: true}}}")
    rows = "rows: {school: [{school_id: a, year: 2022, guards: 4}]}"
    about = "name: changed" if "rules:" in body else "name: changed, rule: safety.guards"
    text = body.replace("ROWS", rows).replace("{", f"{{{about}, ", 1)
    write("rules/safety.cases.yaml", f"{GOOD}  - {text}\n")
    (file,) = run_suite(Path("rules")).files
    assert [each.told for each in file.tried] == [(), ()]
    assert file.mistakes == ()


def test_a_case_that_changes_nothing_is_judged_by_the_loaded_rulebook_itself() -> None:
    book = load_rulebook("rules")
    (case,) = read_cases(write("rules/safety.cases.yaml", GOOD)).cases
    part, diagnostics = case_book(case, book)
    assert (list(part.rules), list(part.parameters), diagnostics) == (["safety.guards"], ["minimum"], [])
    assert part.rules["safety.guards"] is book.rules["safety.guards"]


def test_a_pending_case_is_told_and_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/safety.cases.yaml", BAD.replace("    rule:", "    pending: to be measured\n    rule:"))
    assert main(["test", "rules"]) == 0
    assert "pending two are enough (rules/safety.cases.yaml:3): to be measured" in capsys.readouterr().out


def test_a_file_may_say_for_all_its_cases_what_they_share() -> None:
    text = (
        "as_of: 2021-12-31\nperiods: latest\nrows: {school: [{school_id: a, year: 2021, guards: 2},"
        " {school_id: a, year: 2022, guards: 1}]}\ncases:\n"
        "  - {name: by default, rule: safety.guards, expect: {satisfied: [a@2021]}}\n"
        "  - {name: a year later, rule: safety.guards, as_of: 2022-12-31, expect: {violated: [a@2022]}}\n"
    )
    write("rules/safety.cases.yaml", text)
    (file,) = run_suite(Path("rules")).files
    assert [each.told for each in file.tried] == [(), ()]


def test_mistakes_are_told_in_both_languages() -> None:
    (mistake,) = read_cases(write("x.cases.yaml", "cases: [{name: a, expect: 3}]")).mistakes
    assert mistake.told("en") == str(mistake) == "x.cases.yaml:1:19: `expect` must be a mapping"
    assert mistake.told("zh") == "x.cases.yaml:1:19：`expect` 应为映射"


def test_the_cases_of_the_pack_hold() -> None:
    failed = [(file.name, each.case.name, each.told) for file in pack_suite().files for each in file.failed]
    mistakes = [mistake.told("en") for file in pack_suite().files for mistake in file.mistakes]
    assert (failed, mistakes) == ([], [])


def test_cases_about_some_rules_are_run_alone(capsys: pytest.CaptureFixture[str]) -> None:
    night = f"rule: safety.guards-at-night\n{NO_GUARDS}\nexpect: {{violated: [a]}}"
    write("rules/safety.cases.yaml", added(night))
    assert main(["test", "rules", "--select", "safety.guards-at-night"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "rules/safety.cases.yaml: 1 of 1 hold"
    assert main(["test", "rules", "--select", "P1"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "rules/safety.cases.yaml: 2 of 2 hold"
    for command in (["test", "rules"], ["test", "rules", "--mutate"], ["coverage", "rules"]):
        assert main([*command, "--select", "safety.guards", "--select", "safety.gards"]) == 2
        assert capsys.readouterr().err.startswith("error: safety.gards: expected rule ids")
    with pytest.raises(NoRuleError, match=r"safety\.gards"):
        run_suite(Path("rules"), select=["safety.gards"])
    write("rules/safety.cases.yaml", GOOD)
    assert main(["test", "rules", "--select", "safety.guards-at-night"]) == 2
    assert capsys.readouterr().err == "error: no case is about safety.guards-at-night\n"


def test_results_are_data(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/safety.cases.yaml", added(PENDING) + "  - name: wrong\n    rule: safety.gards\n")
    assert main(["test", "rules", "--format", "json", "--coverage"]) == 2
    record = json.loads(capsys.readouterr().out)
    assert (record["holds"], record["counts"]) == (
        False,
        {"cases": 3, "passed": 1, "failed": 0, "pending": 1, "mistakes": 1},
    )
    (file,) = record["files"]
    assert [(case["name"], case["line"], case["outcome"], case["rules"]) for case in file["cases"]] == [
        ("two are enough", 3, "passed", ["safety.guards"]),
        ("another", 13, "pending", ["safety.guards"]),
    ]
    assert file["mistakes"] == [
        {"line": 19, "column": 11, "message": "there is no rule `safety.gards`, did you mean `safety.guards`?"}
    ]
    assert [(rule["id"], rule["lacks"]) for rule in record["rules"]] == [
        ("safety.guards", []),
        ("safety.guards-at-night", ["satisfied", "violated", "unknown"]),
    ]


def test_results_are_written_as_junit() -> None:
    bad = BAD.replace("two are enough", "two \\u0007 & <more>").replace("- name: two", '- name: "two')
    bad = bad.replace("<more>\n", '<more>"\n')
    write(
        "rules/safety.cases.yaml", bad + added(PENDING).removeprefix(GOOD) + "  - name: wrong\n    rule: safety.gards\n"
    )
    assert main(["test", "rules", "--junit", "out.xml"]) == 2
    root = ElementTree.parse("out.xml").getroot()
    (suite,) = root
    for each in (root, suite):
        counts = [each.get(name) for name in ("tests", "failures", "errors", "skipped")]
        assert counts == ["3", "1", "1", "1"]
    assert suite.get("name") == "rules/safety.cases.yaml"
    found = [(case.get("classname"), case.get("name"), case.get("line"), [each.tag for each in case]) for case in suite]
    assert found == [
        ("rules.safety", "two \ufffd & <more>", "3", ["failure"]),
        ("rules.safety", "another", "13", ["skipped"]),
        ("rules.safety", "19:11", "19", ["error"]),
    ]
    failure = suite[0][0]
    assert failure.get("message") == (
        "below@2022: expected violated, found satisfied (observed 3 people, required 2 people)"
    )
    assert (failure.text or "").splitlines()[1] == "below@2022.gap: expected 1, found None"
    assert all(float(case.get("time", "")) >= 0 for case in suite)


def test_junit_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/safety.cases.yaml", GOOD)
    assert main(["test", "rules", "--junit", "no/folder/out.xml"]) == 3
    assert capsys.readouterr().err == "error: no/folder/out.xml cannot be written: No such file or directory\n"


def test_a_cell_that_cannot_be_read_is_shown_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    write("rules/safety.cases.yaml", GOOD.replace("at, 2022, 2", "at, 2022, 九百"))
    assert main(["test", "rules"]) == 1
    assert 'rules/safety.cases.yaml:8:19: “Guards” is "九百", not an integer' in capsys.readouterr().out
