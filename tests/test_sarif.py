"""What `lint` writes as SARIF is what the standard asks for, for every mistake that there is a case of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from eduplan_rules.cli import main
from sarif import LOG

ERRORS = sorted(path.parent for path in (Path(__file__).parent / "errors").glob("*/rulebook.yaml"))


def log_of(rulebook: Path, language: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["lint", str(rulebook), "--format", "sarif", "--lang", language])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("folder", ERRORS, ids=lambda path: path.name)
def test_every_mistake_is_told_as_the_standard_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("zh", "en"):
        log = log_of(folder / "rulebook.yaml", language, capsys)
        assert [error.message for error in Draft202012Validator(LOG).iter_errors(log)] == []
        (run,) = log["runs"]
        topics = [topic["id"] for topic in run["tool"]["driver"]["rules"]]
        assert run["results"]
        for result in run["results"]:
            assert topics[result["ruleIndex"]] == result["ruleId"]
            for location in result["locations"]:
                region = location["physicalLocation"]["region"]
                begin, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
                assert begin <= end


def test_a_name_with_spaces_and_chinese_is_an_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "我的 规则.yaml"
    path.write_text("language: 1\nrule: []\n", encoding="utf-8")
    log = log_of(path, "zh", capsys)
    assert [error.message for error in Draft202012Validator(LOG).iter_errors(log)] == []
    (place,) = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in log["runs"][0]["results"]
    }
    assert place.startswith("file:///")
    assert place.endswith("/%E6%88%91%E7%9A%84%20%E8%A7%84%E5%88%99.yaml")


def test_the_shape_refuses_what_the_standard_does_not_know() -> None:
    wrong = {"version": "2.1.0", "$schema": "sarif-2.1.0", "runs": [{"results": [{"level": "fatal"}]}]}
    assert list(Draft202012Validator(LOG).iter_errors(wrong))
