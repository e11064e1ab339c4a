"""The plugin for pytest: cases beside rules as tests."""

from __future__ import annotations

import pytest

import eduplan_rules as er
from eduplan_rules.render.tally import Gate, decide, tally
from eduplan_rules.render.text import render_text
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
    feed = path.with_name("school.csv")
    feed.write_text("school_id,year,guards\na,2022,1\n", encoding="utf-8")
    book = er.load_rulebook(path)
    report = er.evaluate(book, er.read_facts(feed, book), as_of="2022-12-31")
    tallies = tally(report)
    assert render_text(report, tallies, decide(report, tallies, Gate()), language="en")


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


FEED = """\
school_id,year,guards,head
a,2022,2,x
b,2022,0,x
c,2022,many,x
"""
FEED_TEST = """\
def test_the_feed_passes(eduplan):
    eduplan.assert_passes(eduplan.check({facts}, as_of="2022-12-31", rules="rules"){options})
"""


def check_feed(pytester: pytest.Pytester, facts: str, options: str = "", *arguments: str) -> pytest.RunResult:
    (pytester.path / "rules/safety.cases.yaml").unlink()
    (pytester.path / "school.csv").write_text(FEED, encoding="utf-8")
    pytester.makepyfile(FEED_TEST.format(facts=facts, options=options))
    return run(pytester, "-p", "no:cacheprovider", *arguments)


def test_a_feed_that_fails_is_told_with_file_and_line(pytester: pytest.Pytester) -> None:
    result = check_feed(pytester, "'school.csv'")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "FAILED: 1 violation and 1 finding at or above error (exit code 1)",
        "school.csv:3: error: safety.guards: school b, 2022: *0*",
        'school.csv:4: error: unreadable-cell: guards is "many", not an integer',
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*warning: unknown-column*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_warnings_count_where_they_are_asked_to(pytester: pytest.Pytester) -> None:
    result = check_feed(pytester, "'school.csv'", ", fail_on='warning'")
    result.stdout.fnmatch_lines(['*warning: unknown-column: column "head" is no field of school*'])


def test_a_strict_test_tells_what_is_unknown_and_what_has_no_data(pytester: pytest.Pytester) -> None:
    rules = pytester.path / "rules/safety.yaml"
    more = "  - {id: safety.drills, for: drill, require: 1 = 1}\n"
    drills = "entities:\n  drill: {key: drill_id, fields: {drill_id: {type: text}}}\n"
    rules.write_text(RULES.replace("entities:\n", drills) + more, encoding="utf-8")
    rows = (
        "{'school': [{'school_id': 'a', 'year': 2022, 'guards': 2}, {'school_id': 'b', 'year': 2022, 'guards': None}]}"
    )
    (pytester.path / "rules/safety.cases.yaml").unlink()
    pytester.makepyfile(FEED_TEST.format(facts=rows, options=""))
    run(pytester).assert_outcomes(passed=1)
    pytester.makepyfile(FEED_TEST.format(facts=rows, options=", strict=True"))
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "FAILED: 1 unknown outcome and 1 rule without data at or above error (exit code 1)",
        "error: safety.guards: school b, 2022: safety.guards: undecided: guards (empty)",
        "error: safety.drills: safety.drills: there is no data for this rule, so nothing was judged",
    ])  # fmt: skip


def test_a_feed_says_how_its_files_are_laid_out(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("delivery")
    (folder / "export.csv").write_text("代码;人数\na;2\n", encoding="utf-8")
    columns = "{代码: school_id, 人数: guards}"
    feed = f"feeds: [{{entity: school, files: export.csv, constants: {{year: 2022}}, columns: {columns}}}]"
    (pytester.path / "feeds.yaml").write_text(feed, encoding="utf-8")
    (folder / "feeds.yaml").write_text(feed, encoding="utf-8")
    (pytester.path / "rules/safety.cases.yaml").unlink()
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("given", [
            {"feed": "delivery/feeds.yaml"}, {"facts": "delivery", "feed": "feeds.yaml"}
        ])
        def test_passes(eduplan, given):
            report = eduplan.check(**given, as_of="2022-12-31", rules="rules")
            assert report.totals["safety.guards"].satisfied == 1
            eduplan.assert_passes(report)

        def test_tables_have_no_feed(eduplan):
            with pytest.raises(ValueError, match="`feed` is about files"):
                eduplan.check({"school": []}, feed="feeds.yaml", as_of="2022-12-31", rules="rules")
            with pytest.raises(ValueError, match="needs facts, or a feed"):
                eduplan.check(as_of="2022-12-31", rules="rules")
    """)
    run(pytester).assert_outcomes(passed=3)


def test_tables_are_checked_as_they_are(pytester: pytest.Pytester) -> None:
    rows = "{'school': [{'school_id': 'a', 'year': 2022, 'guards': 2}]}"
    check_feed(pytester, rows).assert_outcomes(passed=1)


def test_what_fails_is_told_in_the_language_of_the_setting(pytester: pytest.Pytester) -> None:
    result = check_feed(pytester, "'school.csv'", "", "-o", "eduplan_rules_lang=zh")
    result.stdout.fnmatch_lines(["school.csv:4: error: unreadable-cell: guards“many”不是整数"])


def test_the_rules_of_the_setting_are_those_of_the_fixture(pytester: pytest.Pytester) -> None:
    (pytester.path / "rules/safety.cases.yaml").unlink()
    pytester.makepyfile("def test_rules(eduplan):\n    assert list(eduplan.rulebook().rules) == ['safety.guards']\n")
    run(pytester, "-o", "eduplan_rules_rulebook=rules").assert_outcomes(passed=1)


def test_facts_that_nothing_was_judged_of_do_not_pass(pytester: pytest.Pytester) -> None:
    rows = "{'school': [{'school_id': 'a', 'year': 2024, 'guards': 2}]}"
    result = check_feed(pytester, rows, ", fail_on='never'")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*(exit code 3)"])


def test_a_feed_that_cannot_be_read_is_told_in_short(pytester: pytest.Pytester) -> None:
    (pytester.path / "rules/safety.cases.yaml").unlink()
    (pytester.path / "school.csv").write_bytes(b"\0")
    (pytester.path / "wrong.yaml").write_text("rules: 3\n", encoding="utf-8")
    pytester.makeini("[pytest]\neduplan_rules_lang = zh\n")
    pytester.makepyfile("""
        import pytest
        import eduplan_rules as er

        def test_unreadable(eduplan):
            eduplan.check("school.csv", rules="rules", as_of="2022-12-31")

        def test_wrong_rules(eduplan):
            eduplan.check("school.csv", rules="wrong.yaml", as_of="2022-12-31")

        def test_wrong_feed(eduplan):
            eduplan.check("school.csv", rules="rules", feed="wrong.yaml", as_of="2022-12-31")

        def test_they_can_be_expected(eduplan):
            with pytest.raises(er.DataError, match="NUL"):
                eduplan.check("school.csv", rules="rules", as_of="2022-12-31")
    """)
    result = run(pytester)
    result.assert_outcomes(failed=3, passed=1)
    told = [line for line in result.outlines if line.startswith("E ")]
    assert len(told) < 20
    result.stdout.fnmatch_lines(["E *DataError: school.csv 无法读取：*", "E *RulebookError: wrong.yaml:1:*"])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")
    result.stdout.no_fnmatch_line("*files.py*")
    result.stdout.no_fnmatch_line("*During handling*")
