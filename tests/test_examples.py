"""The examples: what their README files say about them, in exact numbers."""

import csv
from pathlib import Path

import pytest

import eduplan_rules as er

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


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


@pytest.mark.parametrize("folder", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_an_example_says_where_its_figures_come_from(folder: str) -> None:
    assert (EXAMPLES / folder / "README.md").is_file()
