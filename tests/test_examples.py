"""The examples: what their README files say about them, in exact numbers."""

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import eduplan_rules as er

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"

#: rule -> satisfied, violated, unknown, not due, not applicable
CITY = """
balance.quorum                      6  2  1  0   4
balance.variation-junior            3  0  0  0   0
balance.variation-primary           2  1  0  0   0
finance.per-student-does-not-fall   2  1  0  0   0
finance.per-student-grows           2  1  0  0   0
finance.spending-does-not-fall      3  0  0  0   0
finance.spending-grows              2  1  0  0   0
inspection.body                     1  2  0  0   0
inspection.responsible-inspectors   2  1  0  0   0
safety.alarm-coverage               2  1  0  0   0
safety.closed-campus               12  1  0  0   0
safety.drill-kinds                 11  2  0  0   0
safety.guards                      10  2  1  0   0
safety.guards-boarding              1  2  0  0  10
safety.hazard-closed                1  2  0  1   0
safety.monthly-drill               89  1  0  0  66
safety.platform                     0  0  0  1   0
safety.quarterly-drill             11  1  0  0  40
safety.three-year-standard          0  3  0  0   0
"""

#: what is violated: rule, subject, period, severity
CITY_VIOLATIONS = """
balance.quorum                     BH-J1   2022     warning
balance.quorum                     YL-J1   2022     error
balance.variation-primary          YL      2022     error
finance.per-student-does-not-fall  BH      2022     warning
finance.per-student-grows          BH      2022     error
finance.spending-grows             BH      2022     error
inspection.body                    BH      2022     error
inspection.body                    YL      2022     error
inspection.responsible-inspectors  YL      2022     error
safety.alarm-coverage              YL      2022     error
safety.closed-campus               YL-P2   2022     error
safety.drill-kinds                 QS-K1   2022     warning
safety.drill-kinds                 QS-P1   2022     warning
safety.guards                      BH-P1   2022     error
safety.guards                      QS-J1   2022     warning
safety.guards-boarding             QS-J1   2022     warning
safety.guards-boarding             YL-J1   2022     warning
safety.hazard-closed               YH-002  None     error
safety.hazard-closed               YH-003  None     error
safety.monthly-drill               BH-P1   2022-10  error
safety.quarterly-drill             QS-K1   2022-Q3  error
safety.three-year-standard         BH      2022     warning
safety.three-year-standard         QS      2022     warning
safety.three-year-standard         YL      2022     warning
"""


def table(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def outcomes(report: er.Report, rule: str) -> dict[tuple[str, str | None], er.Outcome]:
    return {(outcome.subject["key"][0], outcome.period): outcome for outcome in report.outcomes(rule=rule)}


@pytest.fixture(scope="module")
def book() -> er.Rulebook:
    return er.load_rulebook(ROOT / "rules")


@pytest.fixture(scope="module")
def national(book: er.Rulebook) -> er.Report:
    facts = er.read_facts(EXAMPLES / "national-spending", book)
    return er.evaluate(book, facts, as_of="2024-12-31", periods="all", keep="all")


@pytest.fixture(scope="module")
def city(book: er.Rulebook) -> er.Report:
    facts = er.read_facts(EXAMPLES / "city", book)
    return er.evaluate(book, facts, as_of="2022-12-31", keep="all")


@pytest.mark.parametrize("level", ["junior", "vocational"])
def test_a_level_that_falls_in_print_and_grows_like_for_like_grows(national: er.Report, level: str) -> None:
    outcome = outcomes(national, "finance.national-per-student-grows")[level, "2021"]
    assert (outcome.verdict, outcome.basis) == ("satisfied", "published")


def test_without_the_comparable_growth_the_printed_figures_decide(book: er.Rulebook) -> None:
    rows = rows_of(EXAMPLES / "national-spending" / "national_level.csv")
    printed = [{name: cell for name, cell in row.items() if name != "comparable_growth"} for row in rows]
    report = er.evaluate(book, {"national_level": printed}, as_of="2024-12-31", periods="all")
    falls = {
        (outcome.subject["key"][0], outcome.period, outcome.basis, outcome.observed, outcome.required, outcome.gap)
        for outcome in report.outcomes(rule="finance.national-per-student-grows", verdict="violated")
    }
    assert falls == {
        ("junior", "2021", "printed", 17772.06, 17803.6, 31.54),
        ("vocational", "2021", "printed", 17095.26, 17446.93, 351.67),
        ("higher", "2022", "printed", 22205.41, 22586.42, 381.01),
    }


def test_spending_per_student_of_higher_education_fell_in_2022(national: er.Report) -> None:
    for rule, severity in (("grows", "error"), ("does-not-fall", "warning")):
        outcome = outcomes(national, f"finance.national-per-student-{rule}")["higher", "2022"]
        assert (outcome.verdict, outcome.basis, outcome.gap) == ("violated", "printed", 381.01)
        assert outcome.severity == severity
    assert [outcome.period for outcome in national.violations] == ["2022", "2022"]


def test_national_spending_grows_every_year(national: er.Report) -> None:
    grows = outcomes(national, "finance.national-spending-grows")
    decided = {period: found for (_, period), found in grows.items() if found.verdict != "not_applicable"}
    assert {period: (found.verdict, found.basis) for period, found in decided.items()} == {
        "2021": ("satisfied", "published"),
        "2022": ("satisfied", "printed"),
    }
    kept = national.totals["finance.national-spending-does-not-fall"]
    assert (kept.satisfied, kept.violated, kept.unknown) == (6, 0, 0)


def test_the_security_target_was_missed_at_the_turn_of_2021(book: er.Rulebook) -> None:
    facts = er.read_facts(EXAMPLES / "security-rates", book)
    report = er.evaluate(book, facts, as_of="2022-06-30", periods="all")
    missed = {each.rule: (each.period, each.observed, each.gap, each.unit) for each in report.violations}
    assert missed == {
        "safety.guards-rate": ("2022-01", 95.74, 4.26, "%"),
        "safety.closed-campus-rate": ("2022-01", 99.71, 0.29, "%"),
    }
    assert {outcome.due for outcome in report.violations} == {"2021-12-31"}
    early = outcomes(report, "safety.guards-rate")["schools", "2021-03"]
    assert (early.verdict, early.gap) == ("not_due", 9)
    assert [found.code for found in report.findings if found.severity == "error"] == []


def test_the_other_reading_of_the_deadline_is_a_layer_away() -> None:
    folder = EXAMPLES / "security-rates"
    book = er.load_rulebook(ROOT / "rules", folder / "due-2022.yaml")
    report = er.evaluate(book, er.read_facts(folder, book), as_of="2022-06-30", periods="all")
    later = outcomes(report, "safety.guards-rate")["schools", "2022-01"]
    assert (later.verdict, later.gap, later.due) == ("not_due", 4.26, "2022-12-31")


def test_books_per_student_of_the_leaflet_vary_too_much() -> None:
    book = er.load_rulebook(EXAMPLES / "cv" / "rulebook.yaml")
    report = er.evaluate(book, er.read_facts(EXAMPLES / "cv", book), as_of="2022-12-31")
    (violation,) = report.violations
    assert round(violation.observed, 4) == 0.5153
    assert (violation.required, violation.subject["key"]) == (0.5, ["某县"])
    assert "0.5153" in violation.message["zh"]


def test_the_city_has_these_verdicts(city: er.Report) -> None:
    found = {
        name: [total.satisfied, total.violated, total.unknown, total.not_due, total.not_applicable]
        for name, total in city.totals.items()
        if total.in_scope
    }
    assert found == {name: [int(number) for number in numbers] for name, *numbers in table(CITY)}


def test_the_city_has_these_violations(city: er.Report) -> None:
    found = [[each.rule, each.subject["key"][0], str(each.period), each.severity] for each in city.violations]
    assert found == table(CITY_VIOLATIONS)


def test_no_unverified_number_makes_an_error(city: er.Report) -> None:
    unverified = [outcome for outcome in city.outcomes() if outcome.unverified]
    assert {outcome.rule for outcome in unverified} == {
        "balance.quorum",
        "safety.guards",
        "safety.guards-boarding",
        "safety.three-year-standard",
    }
    assert {outcome.severity for outcome in unverified} == {"warning"}


def test_what_the_city_lacks_is_named(city: er.Report) -> None:
    lacking = {(each.rule, each.subject["key"][0]): each.missing for each in city.outcomes(verdict="unknown")}
    area = {"zh": "教学及辅助用房面积", "en": "Teaching area"}
    guards = {"zh": "专职保安数", "en": "Full-time guards"}
    assert lacking == {
        ("balance.quorum", "YL-P1"): [{"fact": "teaching_area", "label": area, "reason": "unreadable"}],
        ("safety.guards", "QS-P2"): [{"fact": "guards", "label": guards, "reason": "blank"}],
    }
    found = {(each.code, each.field, each.key) for each in city.findings if each.entity == "school" and each.field}
    assert found == {("unreadable-cell", "teaching_area", ("YL-P1",)), ("empty-cell", "guards", ("QS-P2",))}


def test_the_city_s_numbers(city: er.Report) -> None:
    def numbers(rule: str, key: str, period: str | None = "2022") -> tuple[Any, ...]:
        outcome = outcomes(city, rule)[key, period]
        return outcome.observed, outcome.required, outcome.gap, outcome.unit

    assert numbers("safety.guards", "BH-P1") == (2, 3, 1, "人")
    assert numbers("safety.hazard-closed", "YH-002", None) == ("2022-06-02", "2022-05-18", 15, "天")
    assert numbers("safety.alarm-coverage", "YL") == (75, 100, 25, "%")
    assert numbers("finance.spending-grows", "BH") == (85200, 85200, 0, "万元")
    assert numbers("finance.per-student-grows", "BH") == (17005.988024, 17423.3128834, 417.324859483, "元/人")
    assert numbers("balance.quorum", "YL-J1") == (5, 6, 1, None)
    assert numbers("inspection.responsible-inspectors", "YL") == (0, 1, 1, None)
    kept = outcomes(city, "finance.spending-grows")["YL", "2022"]
    assert (kept.verdict, kept.basis) == ("satisfied", "published")


def test_a_hazard_closed_after_the_day_of_the_run_is_still_open(book: er.Rulebook) -> None:
    facts = er.read_facts(EXAMPLES / "city", book)
    report = er.evaluate(book, facts, as_of="2022-03-10", select=["safety.hazard-closed"])
    found = outcomes(report, "safety.hazard-closed")
    assert {key: outcome.verdict for key, outcome in found.items()} == {("YH-001", None): "not_due"}


def test_a_county_is_told_which_schools_miss_the_standard(city: er.Report) -> None:
    missing = {
        key: [offender["key"] for offender in outcome.offenders]
        for (key, _), outcome in outcomes(city, "safety.three-year-standard").items()
    }
    assert missing == {"BH": [["BH-P1"]], "QS": [["QS-J1"]], "YL": [["YL-P2"]]}


def test_the_city_s_files_are_what_the_script_makes(tmp_path: Path) -> None:
    script = tmp_path / "make.py"
    script.write_bytes((EXAMPLES / "city" / "make.py").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    assert made == {path.name: path.read_bytes() for path in (EXAMPLES / "city").glob("*.csv")}


@pytest.mark.parametrize("folder", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_an_example_says_where_its_figures_come_from(folder: str) -> None:
    assert (EXAMPLES / folder / "README.md").is_file()
