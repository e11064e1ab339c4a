"""A report as JUnit XML, read back by another program's reader."""

import io
from collections import Counter
from dataclasses import replace
from typing import Any

import junitparser
import pytest

import delivered
import eduplan_rules as er
from eduplan_rules.render.junit import JunitSink
from eduplan_rules.render.sink import pour
from eduplan_rules.render.tally import FailOn, Gate
from eduplan_rules.render.words import Language


def read(
    report: er.Report, language: Language = "en", *, strict: bool = False, fail_on: FailOn = "error"
) -> junitparser.JUnitXml:
    file = io.StringIO()
    pour(report, [JunitSink(report, *delivered.judged(report, Gate(fail_on, strict)), file, language)])
    return junitparser.JUnitXml.fromstring(file.getvalue().encode())


def suites(report: er.Report, language: Language = "en") -> dict[str, Any]:
    return {suite.name: suite for suite in read(report, language)}


def kinds(suite: Any) -> list[str]:
    return [case.result[0]._tag if case.result else "passed" for case in suite]


def test_a_suite_for_each_rule_and_one_for_the_findings() -> None:
    report = delivered.mixed()
    found = suites(report)
    assert list(found) == [*report.results, "data"]
    guards = found["safety.guards"]
    assert (guards.tests, guards.failures, guards.errors, guards.skipped) == (5, 2, 0, 2)
    assert kinds(guards) == ["failure", "failure", "passed", "skipped", "skipped"]
    assert [case.name for case in guards] == [
        "School S1 第1小学, County C1, 2022",
        "School S2 第2小学, County C1, 2022",
        "1 satisfied",
        "1 unknown",
        "1 not due",
    ]
    assert {case.classname for case in guards} == {"safety.guards"}


def test_what_a_suite_counts_is_what_the_rule_counts() -> None:
    report = delivered.accepted(delivered.mixed(), "waived")
    whole: Any = read(report)
    for suite in whole:
        if suite.name != "data":
            totals = report.totals[suite.name]
            assert suite.tests - suite.failures - suite.errors - suite.skipped == totals.satisfied
            assert suite.failures == kinds(suite).count("failure")
            told = {each.name: each.value for each in suite.properties()}
            assert {name: told[name] for name in ("satisfied", "unknown", "not_applicable")} == {
                name: str(getattr(totals, name)) for name in ("satisfied", "unknown", "not_applicable")
            }
    for name in ("tests", "failures", "errors", "skipped"):
        assert getattr(whole, name) == sum(getattr(suite, name) for suite in whole), name


def test_in_a_strict_run_each_unknown_outcome_fails_with_its_line() -> None:
    guards = next(suite for suite in read(delivered.mixed(), strict=True) if suite.name == "safety.guards")
    assert kinds(guards) == ["failure", "failure", "failure", "passed", "skipped"]
    assert (guards.failures, guards.skipped) == (3, 1)
    unknown = list(guards)[2]
    assert unknown.name == "School S4 第4小学, County C1, 2022"
    assert unknown._elem.attrib["line"] == "5"
    assert unknown.result[0].message.startswith("Enough guards: undecided: Guards (empty)")
    assert unknown.result[0].type == "error"


def test_in_a_strict_run_a_rule_without_data_fails() -> None:
    report = er.evaluate(delivered.book(), {"school": [delivered.school(1)]}, as_of="2022-12-31")
    silent = next(suite for suite in read(report, strict=True) if suite.name == "safety.all-guarded")
    assert (silent.tests, silent.failures, silent.skipped, kinds(silent)) == (1, 1, 0, ["failure"])


def test_a_failure_tells_all_and_where() -> None:
    case = next(iter(suites(delivered.mixed(), "zh")["safety.guards"]))
    (failure,) = case.result
    assert (failure.message, failure.type) == ("第1小学保安 1 人", "error")
    lines = failure.text.splitlines()
    assert lines[:4] == ["第1小学保安 1 人", "差距 1 人", "P14 四(九)，GB/T 29315-2022", "责任单位：教育局"]
    assert lines[4].endswith("school.csv:2")
    assert case._elem.get("file").endswith("school.csv")
    assert case._elem.get("line") == "2"


@pytest.mark.parametrize("standing", ["waived", "accepted", "tolerated"])
def test_what_does_not_count_is_skipped_with_the_reason(standing: str) -> None:
    guards = suites(delivered.accepted(delivered.mixed(), standing))["safety.guards"]
    assert (guards.failures, guards.skipped) == (1, 3)
    case = next(iter(guards))
    (skipped,) = case.result
    expected = {
        "waived": "waived until 2022-12-31: the school is rebuilt (approved by the bureau)",
        "accepted": "accepted by the baseline",
        "tolerated": "within the tolerance",
    }
    assert (skipped._tag, skipped.message, skipped.text) == ("skipped", expected[standing], "guards of 第1小学: 1")


def test_findings_fail_when_they_are_errors_and_are_skipped_when_they_are_warnings() -> None:
    clean, twice = delivered.mixed(), delivered.report(*delivered.MIXED, delivered.school(1, guards=7))
    assert kinds(suites(clean)["data"]) == ["skipped"]
    data = suites(twice)["data"]
    assert (data.failures, data.skipped) == (kinds(data).count("failure"), kinds(data).count("skipped"))
    failed = [case for case in data if case.result[0]._tag == "failure"]
    assert [case.classname for case in failed] == ["data.conflicting-rows"]
    assert "data" not in suites(delivered.report(delivered.school(1)))


def test_a_rule_that_could_not_be_run_is_an_error_and_one_without_data_is_skipped() -> None:
    report = er.evaluate(delivered.book(), {"school": [delivered.school(1)]}, as_of="2022-12-31")
    silent = suites(report)["safety.all-guarded"]
    assert (silent.tests, silent.skipped, kinds(silent)) == (1, 1, ["skipped"])
    broken = report.results["safety.guards"]
    totals = type(broken.totals)(failed="the engine broke")
    results = dict(report.results) | {"safety.guards": replace(broken, totals=totals, kept=None)}
    guards = suites(replace(report, results=results, _memo={}))["safety.guards"]
    assert (guards.tests, guards.errors, kinds(guards)) == (1, 1, ["error"])
    assert next(iter(guards)).result[0].message == "the engine broke"


def test_signs_of_the_data_stay_data() -> None:
    name = '<a href="x">&amp; ]]>\'\x0b\ud7ff'
    (case, *_) = suites(
        delivered.report(delivered.school(1, school_name='"' + name.replace('"', '""') + '"', guards=1))
    )["safety.guards"]
    assert case.result[0].message == "guards of " + name.replace("\x0b", "\ufffd") + ": 1"


def test_a_report_without_rules_in_scope_is_still_well_formed() -> None:
    report = er.evaluate(delivered.book(), {"school": [delivered.school(1)]}, as_of="2022-12-31", select=["size"])
    assert [suite.name for suite in read(report)] == ["size.whole"]


@pytest.mark.parametrize(
    ("fail_on", "failed"),
    [
        ("error", ["safety.guards"] * 2),
        ("warning", ["safety.guards"] * 2 + ["safety.all-guarded", "data"]),
        ("info", ["safety.guards"] * 2 + ["safety.all-guarded", "size.whole", "data"]),
        ("never", []),
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_what_fails_is_what_fails_the_run(fail_on: FailOn, failed: list[str], *, strict: bool) -> None:
    report = delivered.mixed()
    found: Any = read(report, fail_on=fail_on, strict=strict)
    wanted = failed + ["safety.guards"] * (strict and fail_on != "never")
    told = [suite.name for suite in found for kind in kinds(suite) if kind == "failure"]
    assert sorted(told) == sorted(wanted)
    assert found.failures == len(wanted)
    assert {suite.name: suite.failures for suite in found if suite.failures} == dict(Counter(wanted))
    _, decision = delivered.judged(report, Gate(fail_on, strict))
    assert bool(wanted) == bool(decision.exit_code)


def test_a_violation_that_does_not_fail_the_run_says_why() -> None:
    (case,) = suites(delivered.mixed(), "zh")["safety.all-guarded"]
    assert (case.result[0]._tag, case.result[0].message) == ("skipped", "警告，按 --fail-on 放行")
    assert case.result[0].text.startswith("全部学校保安达标")
