"""Waivers, baselines and tolerances: what they take, what they leave, what they say about themselves."""

import json
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import eduplan_rules as er
from eduplan_rules.acceptance.accept import Tolerance, accept
from eduplan_rules.acceptance.baseline import Baseline, make_baseline, read_baseline, write_baseline
from eduplan_rules.acceptance.waivers import Waiver, read_waivers
from eduplan_rules.render.tally import Gate, decide, tally
from eduplan_rules.source import Source

BOOK = """
language: 1
entities:
  school:
    key: id
    period: year
    fields:
      id: {type: text}
      rural: {type: boolean, optional: true}
      guards: {type: integer, optional: true, unit: 人, min: 0}
      staff: {type: integer, optional: true, unit: 人, min: 0}
rules:
  - {id: safety.guards, for: school, require: guards >= 3, message: {en: "guards: {guards}"}}
  - {id: safety.staff, for: school, severity: warning, require: staff >= 1}
"""
WAIVER = """
  - rule: safety.guards
    {subjects}
    reason: {{zh: 并校过渡期, en: The schools are being merged}}
    approved_by: {{zh: 县教育局, en: County education bureau}}
    basis: {{document: 县教〔2022〕1号}}
    valid_from: {first}
    valid_until: {last}
"""


def book(text: str = BOOK) -> er.Rulebook:
    return er.load_rulebook(Source("book.yaml", text))


def report(guards: dict[str, int | None], *, year: int = 2022, text: str = BOOK, **options: Any) -> er.Report:
    """One row per school; `a` lies in the country."""
    rows = [{"id": id, "year": year, "guards": number, "staff": 1, "rural": id == "a"} for id, number in guards.items()]
    return er.evaluate(book(text), {"school": rows}, **{"as_of": f"{year}-12-31", **options})


def waivers(subjects: str, first: str = "2022-01-01", last: str = "2022-12-31", more: str = "") -> tuple[Waiver, ...]:
    text = "waivers:" + WAIVER.format(subjects=subjects, first=first, last=last) + more
    return read_waivers(Source("waivers.yaml", text), book())


def standings(found: er.Report) -> dict[str, str | None]:
    """By subject of a violation."""
    return {each.subject["key"][0]: each.standing for each in found.violations}


def codes(found: er.Report) -> list[str]:
    return [each.code for each in found.findings]


def fails(found: er.Report) -> bool:
    return decide(found, tally(found), Gate()).exit_code == 1


def test_a_violation_is_open_and_other_outcomes_have_no_standing() -> None:
    found = report({"a": 1, "b": None})
    assert standings(found) == {"a": "open"}
    assert [each.standing for each in found.outcomes(verdict="unknown")] == [None]
    assert found.to_dict()["acceptance"] == {
        "waived": 0, "accepted": 0, "tolerated": 0, "waivers": [], "baseline": None, "tolerances": [],
    }  # fmt: skip


# -- waivers ----------------------------------------------------------------------------------------------------------


def test_a_waived_violation_stays_and_says_who_gave_leave_and_why() -> None:
    found = accept(report({"a": 1, "b": 1}), waivers=waivers("subjects: [a]"))
    assert standings(found) == {"a": "waived", "b": "open"}
    assert fails(found)
    (first, second) = found.violations
    assert second.waived is None
    assert first.waived == {
        "reason": {"zh": "并校过渡期", "en": "The schools are being merged"},
        "approved_by": {"zh": "县教育局", "en": "County education bureau"},
        "basis": [{"document": "县教〔2022〕1号"}],
        "valid_from": "2022-01-01",
        "valid_until": "2022-12-31",
    }
    assert not fails(accept(report({"a": 1}), waivers=waivers("subjects: [a]")))
    (told,) = found.to_dict()["acceptance"]["waivers"]
    assert (told["file"], told["line"], told["violations"]) == ("waivers.yaml", 2, 1)


def test_a_condition_takes_the_subjects_on_which_it_holds_and_no_others() -> None:
    rows = [
        {"id": "a", "year": 2022, "guards": 1, "rural": True},
        {"id": "b", "year": 2022, "guards": 1, "rural": False},
        {"id": "c", "year": 2022, "guards": 1, "rural": None},
    ]
    found = er.evaluate(book(), {"school": rows}, as_of="2022-12-31", select="safety.guards")
    assert standings(accept(found, waivers=waivers("where: rural"))) == {"a": "waived", "b": "open", "c": "open"}


@pytest.mark.parametrize(
    ("day", "standing", "told"),
    [
        ("2022-05-31", "open", []),
        ("2022-06-01", "waived", []),
        ("2022-09-30", "waived", []),
        ("2022-10-01", "open", ["waiver-expired"]),
    ],
)
def test_a_waiver_is_good_from_its_first_day_to_its_last(day: str, standing: str, told: list[str]) -> None:
    given = waivers("subjects: [a]", "2022-06-01", "2022-09-30")
    found = accept(report({"a": 1}, as_of=day), waivers=given)
    assert standings(found) == {"a": standing}
    assert codes(found) == told


def test_a_waiver_that_takes_nothing_is_a_finding_at_its_place() -> None:
    found = accept(report({"a": 1, "b": 5}), waivers=waivers("subjects: [a, b, nowhere]"))
    assert [(each.code, each.value) for each in found.findings] == [
        ("waiver-unused", "b"),
        ("waiver-unused", "nowhere"),
    ]
    assert found.findings[0].location == er.Location("waivers.yaml", None, 2)
    assert codes(accept(report({"b": 1}), waivers=waivers("where: rural"))) == ["waiver-unused-where"]


def test_a_waiver_that_would_take_more_than_its_number_takes_none() -> None:
    given = waivers("subjects: [a, b]", more="    at_most: 1\n")
    assert standings(accept(report({"a": 1, "b": 5}), waivers=given)) == {"a": "waived"}
    found = accept(report({"a": 1, "b": 1}), waivers=given)
    assert standings(found) == {"a": "open", "b": "open"}
    assert codes(found) == ["waiver-exceeded"]


def test_a_waiver_of_a_rule_that_did_not_run_says_nothing() -> None:
    found = report({"a": 1}, select="safety.staff")
    assert codes(accept(found, waivers=waivers("subjects: [a]"))) == []


def test_what_is_unknown_is_never_waived() -> None:
    found = accept(report({"a": None}), waivers=waivers("subjects: [a]"))
    assert [each.verdict for each in found.outcomes(rule="safety.guards")] == ["unknown"]
    assert found.totals["safety.guards"].unknown == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("rule: safety.guards", "rule: safety.guard"), "unknown-name"),
        (("subjects: [a]", "subject: [a]"), "unknown-key"),
        (("subjects: [a]", ""), "missing-key"),
        (("subjects: [a]", "subjects: [a]\n    where: rural"), "missing-key"),
        (("subjects: [a]", "subjects: [[a, b]]"), "wrong-shape"),
        (("subjects: [a]", "where: rurall"), "unknown-name"),
        (("subjects: [a]", "where: guards >="), "expression-syntax"),
        (("approved_by: {zh: 县教育局, en: County education bureau}", ""), "missing-key"),
        (("valid_until: 2022-12-31", "valid_until: 2021-12-31"), "date-order"),
        (("valid_until: 2022-12-31", "valid_until: soon"), "wrong-date"),
    ],
)
def test_mistakes_in_waivers_have_a_place(change: tuple[str, str], code: str) -> None:
    text = "waivers:" + WAIVER.format(subjects="subjects: [a]", first="2022-01-01", last="2022-12-31")
    with pytest.raises(er.RulebookError) as caught:
        read_waivers(Source("waivers.yaml", text.replace(*change)), book())
    assert code in [each.code for each in caught.value.diagnostics]
    assert {each.span.source.name for each in caught.value.diagnostics} == {"waivers.yaml"}


# -- the baseline -----------------------------------------------------------------------------------------------------


def test_an_empty_baseline_accepts_nothing() -> None:
    assert standings(accept(report({"a": 1}), baseline=Baseline("2022-12-31", {}))) == {"a": "open"}


def test_what_was_there_is_accepted_and_what_is_new_is_not() -> None:
    drawn = make_baseline(report({"a": 1, "b": 3}))
    found = accept(report({"a": 1, "b": 1}), baseline=drawn)
    assert standings(found) == {"a": "accepted", "b": "open"}
    assert fails(found)
    assert not fails(accept(report({"a": 0, "b": 3}), baseline=drawn))


def test_two_violations_that_swap_places_are_one_new_and_one_gone() -> None:
    drawn = make_baseline(report({"a": 1, "b": 3}))
    found = accept(report({"a": 3, "b": 1}), baseline=drawn)
    assert standings(found) == {"b": "open"}
    assert [(each.code, each.value) for each in found.findings] == [("baseline-gone", "a")]


@pytest.mark.parametrize(
    "change",
    [
        ('message: {en: "guards: {guards}"}', 'message: {en: "only {guards} guards"}'),
        ("- {id: safety.guards, for: school,", "- {id: safety.guards, for: school, severity: warning,"),
        ("- {id: safety.guards, for: school,", "- {id: safety.protection, formerly: safety.guards, for: school,"),
        ("require: guards >= 3", "require: guards >= 4"),
    ],
    ids=["message", "severity", "renamed", "number"],
)
def test_a_violation_is_known_again_after_a_change_of_its_rule(change: tuple[str, str]) -> None:
    drawn = make_baseline(report({"a": 1}))
    found = accept(report({"a": 1}, text=BOOK.replace(*change)), baseline=drawn)
    assert standings(found) == {"a": "accepted"}
    assert codes(found) == []


def test_a_violation_is_known_again_in_another_file_and_period(tmp_path: Path) -> None:
    drawn = make_baseline(report({"a": 1}))
    (tmp_path / "school-renamed.csv").write_text("id,year,guards,staff\na,2023,2,1\n", encoding="utf-8")
    facts = er.read_facts(tmp_path / "school-renamed.csv", book())
    found = accept(er.evaluate(book(), facts, as_of="2023-12-31"), baseline=drawn)
    assert standings(found) == {"a": "accepted"}


def test_of_a_series_as_many_are_accepted_as_there_were() -> None:
    def run(until: int) -> er.Report:
        facts = {"school": [{"id": "a", "year": year, "guards": 1, "staff": 1} for year in range(2021, until + 1)]}
        return er.evaluate(book(), facts, as_of=date(until, 12, 31), periods="all")

    found = accept(run(2023), baseline=make_baseline(run(2022)))
    assert [(each.period, each.standing) for each in found.violations] == [
        ("2021", "accepted"), ("2022", "accepted"), ("2023", "open"),
    ]  # fmt: skip


def test_what_cannot_be_seen_is_not_said_to_be_gone() -> None:
    drawn = make_baseline(report({"a": 1}))
    assert codes(accept(report({"a": 1}, select="safety.staff"), baseline=drawn)) == []
    unknown = accept(report({"a": None, "b": 3}), baseline=drawn)
    assert "baseline-gone" not in codes(unknown)
    without = accept(report({"a": 1}, text=BOOK.replace("id: safety.guards,", "id: safety.other,")), baseline=drawn)
    assert codes(without) == ["baseline-gone"]


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    drawn = make_baseline(report({"a": 1, "学校": 2}))
    write_baseline(drawn, tmp_path / "baseline.json")
    path = (tmp_path / "baseline.json").as_posix()
    assert read_baseline(path) == replace(drawn, file=path)
    write_baseline(Baseline("2022-12-31", {}), path)
    assert read_baseline(path).entries == {}


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", '{"format": "eduplan_rules.report/1"}', '{"format": "eduplan_rules.baseline/1"}',
        '{"format": "eduplan_rules.baseline/1", "entries": [{}]}',
        '{"format": "eduplan_rules.baseline/1", "entries": [{"series": "s", "rule": "r", "entity": "e", "count": 0}]}',
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "baseline.json").write_text(content, encoding="utf-8")
    with pytest.raises(er.DataError, match=r"baseline\.json"):
        read_baseline(tmp_path / "baseline.json")


def test_waived_violations_need_no_baseline() -> None:
    found = accept(report({"a": 1, "b": 1}), waivers=waivers("subjects: [a]"))
    assert [entry.key for entry in make_baseline(found).entries.values()] == [("b",)]


# -- tolerances -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tolerance", "standing"),
    [({"count": 1}, "open"), ({"count": 2}, "tolerated"), ({"share": 0.49}, "open"), ({"share": 0.5}, "tolerated")],
)
def test_a_tolerance_takes_all_or_nothing(tolerance: dict[str, Any], standing: str) -> None:
    found = report({"a": 1, "b": 1, "c": 3, "d": 3, "e": None})
    found = accept(found, tolerances=[Tolerance("safety.guards", by="county", **tolerance)])
    assert standings(found) == {"a": standing, "b": standing}
    assert fails(found) is (standing == "open")
    (told,) = found.to_dict()["acceptance"]["tolerances"]
    assert (told["by"], told["open"], told["tolerated"]) == ("county", 2, 2 if standing == "tolerated" else 0)


def test_a_tolerance_needs_a_number_or_a_share() -> None:
    with pytest.raises(ValueError, match="either"):
        Tolerance("safety.guards", by="county")
    with pytest.raises(ValueError, match="either"):
        Tolerance("safety.guards", by="county", count=1, share=0.1)


# -- the order --------------------------------------------------------------------------------------------------------


def test_waivers_come_before_the_baseline_and_the_baseline_before_tolerances() -> None:
    drawn = make_baseline(report({"a": 1, "b": 1}))
    found = accept(
        report({"a": 1, "b": 1, "c": 1}),
        waivers=waivers("subjects: [a]"),
        baseline=drawn,
        tolerances=[Tolerance("safety.guards", by="county", count=1)],
    )
    assert standings(found) == {"a": "waived", "b": "accepted", "c": "tolerated"}
    assert not fails(found)
    head = found.to_dict()["acceptance"]
    assert [head[name] for name in ("waived", "accepted", "tolerated")] == [1, 1, 1]


def test_a_report_with_all_of_them_keeps_to_the_schema() -> None:
    found = accept(
        report({"a": 1, "b": 1, "c": 1}),
        waivers=waivers("subjects: [a]"),
        baseline=make_baseline(report({"b": 1})),
        tolerances=[Tolerance("safety.guards", by="county", count=1)],
    )
    schema = json.loads(resources.files("eduplan_rules").joinpath("report.schema.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(json.loads(found.to_json()))) == []
