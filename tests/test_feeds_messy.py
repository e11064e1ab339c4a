"""Untidy exports, checked where they lie: every problem is found, at its file, sheet and line, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import eduplan_rules as er
from eduplan_rules.feeds.feed import read_feeds

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "messy-feed"
WHERE = ("file", "sheet", "line")


@pytest.fixture(scope="module")
def expected() -> Mapping[str, list[dict[str, Any]]]:
    found: Mapping[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def report() -> er.Report:
    return reported(FOLDER)


def reported(folder: Path) -> er.Report:
    book = er.load_rulebook(folder / "rules.yaml")
    return er.evaluate(book, er.read_facts(folder, book), as_of="2022-12-31", keep="all")


def place(location: Any) -> dict[str, Any]:
    """A location as the list writes it."""
    told = location if isinstance(location, Mapping) else {name: getattr(location, name) for name in WHERE}
    named = {**told, "file": told["file"] and Path(told["file"]).name}
    return {name: named[name] for name in WHERE if named[name] is not None}


def sorted_rows(rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> list[str]:
    return sorted(yaml.safe_dump(row, sort_keys=True, allow_unicode=True) for row in rows)


def test_every_finding_points_into_the_file(report: er.Report, expected: Mapping[str, list[dict[str, Any]]]) -> None:
    found = (
        {"code": each.code, **({"field": each.field} if each.field else {}), **place(each.location)}
        for each in report.findings
    )
    assert sorted_rows(found) == sorted_rows(expected["findings"])


def test_every_violation_points_into_the_file(report: er.Report, expected: Mapping[str, list[dict[str, Any]]]) -> None:
    found = []
    for violation in report.violations:
        row = {"rule": violation.rule, "subject": violation.subject["key"][0], **place(violation.location)}
        offenders = [place(offender["location"]) for offender in violation.offenders]
        found.append(row | ({"offenders": offenders} if offenders else {}))
    assert sorted_rows(found) == sorted_rows(expected["violations"])


def test_what_is_unreadable_is_neither_kept_nor_broken(
    report: er.Report, expected: Mapping[str, list[dict[str, Any]]]
) -> None:
    found = (
        {"rule": outcome.rule, "subject": outcome.subject["key"][0]} for outcome in report.outcomes(verdict="unknown")
    )
    assert sorted_rows(found) == sorted_rows(expected["unknown"])


def test_what_was_delivered_in_yuan_is_judged_in_ten_thousands(report: er.Report) -> None:
    grown = next(each for each in report.outcomes(rule="finance.spending-grows") if each.subject["key"] == ["YX"])
    assert (grown.observed, grown.required, grown.unit) == (103881.98, 98359.23, "万元")


def test_without_a_feed_the_run_finds_the_same_and_says_what_it_guessed(tmp_path: Path) -> None:
    """The spending tables need their year from the feed; all else that is guessed is a finding.

    About the schools nothing can be decided, since no column has their year and stage.
    """
    shutil.copytree(FOLDER, tmp_path / "data")
    (tmp_path / "data" / "feeds.yaml").write_text(
        'feeds:\n  county:\n    files: 县区教育经费*.csv\n    from_name: "{year}年"\n', encoding="utf-8"
    )
    report = reported(tmp_path / "data")
    told = {found.code for found in report.findings if found.entity == "county"}
    assert told == {
        "encoding-guessed",
        "header-guessed",
        "nothing-decided",
        "row-left-out",
        "unit-converted",
        "unknown-column",
        "unreadable-cell",
    }
    spending = [found.location for found in report.findings if found.code == "row-left-out"]
    assert sorted((Path(str(each.file)).name, each.line) for each in spending if each) == [
        ("县区教育经费2021年.csv", 7),
        ("县区教育经费2021年.csv", 8),
        ("县区教育经费2022年.csv", 7),
        ("县区教育经费2022年.csv", 8),
    ]
    violated = [each for each in report.violations if each.rule == "finance.spending-grows"]
    assert [(each.subject["key"], place(each.location)["line"], each.observed) for each in violated] == [
        (["CH"], 5, 86120.0)
    ]


def test_a_feed_in_a_folder_below_is_about_the_files_there(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "data" / "2022" / "city")
    book = er.load_rulebook(FOLDER / "rules.yaml")
    assert er.read_facts(tmp_path / "data", book).digest() == er.read_facts(FOLDER, book).digest()


def test_a_feed_to_which_no_file_belongs_is_an_error(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "data")
    (tmp_path / "data" / "隐患台账.xls").unlink()
    told = [found for found in reported(tmp_path / "data").findings if found.code == "feed-without-file"]
    assert [(found.entity, found.severity) for found in told] == [("hazard", "error")]


def test_a_feed_may_be_handed_over(tmp_path: Path) -> None:
    """Patterns of files are then looked for from the folder of the feed, and else from the one that is given."""
    book = er.load_rulebook(FOLDER / "rules.yaml")
    shutil.copytree(FOLDER, tmp_path / "data")
    (tmp_path / "data" / "feeds.yaml").rename(tmp_path / "elsewhere.yaml")
    facts = er.read_facts(tmp_path / "data", book, feed=tmp_path / "elsewhere.yaml")
    again = er.read_facts(tmp_path / "data", book, feed=read_feeds(tmp_path / "elsewhere.yaml", book))
    assert facts.digest() == again.digest() == er.read_facts(FOLDER, book).digest()
