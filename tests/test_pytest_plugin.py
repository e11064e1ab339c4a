"""The plugin for pytest: cases beside rules as tests."""

from __future__ import annotations

import pytest

from eduplan_rules.tools.suite import run_suite

pytest_plugins = "pytester"

RULES = """\
entities:
  school:
    key: school_id
    period: year
    fields: {school_id: {type: text}, guards: {type: integer, unit: 人}}
rules:
  - {id: safety.guards, for: school, require: guards >= 2}
"""
CASES = """\
cases:
  - name: two are enough
    rule: safety.guards
    rows: {school: [{school_id: a, year: 2022, guards: 2}]}
    expect: {satisfied: [a]}
  - name: known not to hold
    pending: to be measured
    rule: safety.guards
    rows: {school: [{school_id: a, year: 2022, guards: 2}]}
    expect: {violated: [a]}
  - name: lines
    rule: safety.guards
    rows: {school: [{school_id: a, year: 2022, guards: 2}]}
    variants: |
      guards, expect
      1,      violated
      2,      violated
"""


@pytest.fixture(autouse=True, scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """All modules that the plugin loads when it is used: a run of pytest within another one forgets what it loaded."""
    path = tmp_path_factory.mktemp("rules") / "safety.yaml"
    path.write_text(RULES, encoding="utf-8")
    path.with_name("safety.cases.yaml").write_text(CASES, encoding="utf-8")
    assert [file.passed for file in run_suite(path).files] == [2]


@pytest.fixture(autouse=True)
def files(pytester: pytest.Pytester) -> None:
    for name, text in {"rules/safety.yaml": RULES, "rules/safety.cases.yaml": CASES}.items():
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "eduplan_rules.pytest_plugin", "-rx", *arguments)


def test_every_case_is_a_test(pytester: pytest.Pytester) -> None:
    result = run(pytester, "rules")
    result.assert_outcomes(passed=2, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(
        [
            "*lines: guards 2*",
            "rules/safety.cases.yaml:17:7",
            "a@2022: expected violated, found satisfied (observed 2 people, required 2 people)",
            "XFAIL rules/safety.cases.yaml::known not to hold - to be measured",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_cases_are_chosen_by_name(pytester: pytest.Pytester) -> None:
    run(pytester, "rules", "-k", "enough").assert_outcomes(passed=1, deselected=3)


def test_case_files_may_lie_elsewhere_and_speak_chinese(pytester: pytest.Pytester) -> None:
    (pytester.path / "more").mkdir()
    text = CASES.replace("[safety.guards", "").replace("rule: safety.guards", "rule: safety.gards", 1)
    (pytester.path / "more/safety.cases.yaml").write_text(text, encoding="utf-8")
    pytester.makeini("[pytest]\neduplan_rules_rulebook = rules\neduplan_rules_lang = zh\n")
    result = run(pytester, "more")
    result.assert_outcomes(passed=1, failed=2, xfailed=1)
    result.stdout.fnmatch_lines(["*没有规则 `safety.gards`，是否应为 `safety.guards`？"])


def test_a_rule_that_is_said_to_be_never_unknown_is_not(pytester: pytest.Pytester) -> None:
    text = """\
never_unknown: {safety.guards: guards are always counted}
cases:
  - name: not counted
    rule: safety.guards
    rows: {school: [{school_id: a, year: 2022}]}
    expect: {unknown: [a]}
"""
    (pytester.path / "rules/safety.cases.yaml").write_text(text, encoding="utf-8")
    result = run(pytester, "rules")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*safety.guards is said to be never unknown*"])


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("safety.yaml", "guards >= 2", "gards >= 2", "*did you mean `guards`?*"),
        ("safety.cases.yaml", "pending:", "pendin:", "*rules/safety.cases.yaml:7:5: unknown key `pendin`*"),
        ("safety.cases.yaml", "cases:", "cases: [", "*the file cannot be read*"),
    ],
)
def test_what_is_wrong_in_a_file_is_an_error_of_collection(
    pytester: pytest.Pytester, file: str, old: str, new: str, told: str
) -> None:
    path = pytester.path / "rules" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    result = run(pytester, "rules")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
