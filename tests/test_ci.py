"""What CI jobs call: the GitHub Action, its steps run by bash as they stand, and the hooks of pre-commit."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from eduplan_rules.cli import main
from eduplan_rules.feeds.files import FORMATS

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("eduplan-rules")
BASH = shutil.which("bash")
RULES = """\
entities:
  school:
    key: school_id
    period: year
    fields:
      school_id: {type: text}
      guards: {type: integer, unit: 人}

rules:
  - id: safety.guards
    for: school
    require: guards >= 2
"""
CASES = """\
cases:
  - name: two are enough
    rule: safety.guards
    rows: {school: [{school_id: a, year: 2022, guards: 2}]}
    expect: {satisfied: [a]}
"""
FEED = "school_id,year,guards\na,2022,2\nb,2022,0\n"
#: inputs of the first step
INSTALLED = {"version", "extras", "packages"}
HOSTILE = "$(touch pwned) `touch pwned`; touch pwned' \" && touch pwned #"


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return found


def step(name: str) -> dict[str, Any]:
    return next(each for each in action()["runs"]["steps"] if each["id"] == name)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    texts = {"rules/safety.yaml": RULES, "rules/safety.cases.yaml": CASES, "feed/school.csv": FEED}
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_step(name: str, folder: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Run a step as the runner does: exit code, what it printed, its outputs."""
    if BASH is None:
        pytest.skip("bash is not installed")
    given = {each: str(declared.get("default", "")) for each, declared in action()["inputs"].items()} | inputs
    own = {"steps.install.outputs.command": str(COMMAND), "github.action_path": str(ROOT)}
    known = own | {f"inputs.{each}": value for each, value in given.items()}
    declared = step(name)
    environment = {each: known[value.strip("${} ")] for each, value in declared["env"].items()}
    files = {each: str(folder / each.lower()) for each in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        Path(path).touch()
    script = folder / "step.sh"
    script.write_text(declared["run"], encoding="utf-8")
    done = subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        env={**os.environ, **environment, **files, "RUNNER_TEMP": str(folder / "temp"), "LANG": "C.UTF-8"},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    lines = (folder / "github_output").read_text("utf-8").splitlines()
    return done.returncode, done.stdout + done.stderr, dict(line.split("=", 1) for line in lines)


def test_no_input_becomes_a_part_of_a_script() -> None:
    declared = action()
    steps = declared["runs"]["steps"]
    assert [each["shell"] for each in steps] == ["bash", "bash"]
    assert not [each["id"] for each in steps if "${{" in each["run"]]
    values = [value for each in steps for value in each["env"].values()]
    assert set(re.findall(r"inputs\.([a-z-]+)", " ".join(values))) == declared["inputs"].keys()
    for output in declared["outputs"].values():
        assert re.fullmatch(r"\$\{\{ steps\.check\.outputs\.[a-z-]+ \}\}", output["value"])


def test_a_feed_that_fails_is_annotated_and_summed_up(project: Path) -> None:
    code, told, outputs = run_step("check", project, facts="feed\n", rules="rules\n", **{"as-of": "2022-12-31"})
    assert code == 1
    assert outputs.pop("exit-code") == "1"
    assert outputs == {name: f"eduplan-report/report.{end}" for name, end in
                       (("report", "json"), ("sarif", "sarif"), ("summary", "md"))}  # fmt: skip
    assert re.search(r"^::error file=feed/school\.csv,line=3.*safety\.guards", told, re.MULTILINE)
    (result,) = json.loads((project / outputs["sarif"]).read_text("utf-8"))["runs"][0]["results"]
    assert result["ruleId"] == "safety.guards"
    report = json.loads((project / outputs["report"]).read_text("utf-8"))
    assert [each["rule"] for each in report["violations"]] == ["safety.guards"]
    summary = (project / "github_step_summary").read_text("utf-8")
    assert summary == (project / outputs["summary"]).read_text("utf-8")
    assert "safety.guards" in summary


def test_a_feed_can_be_checked_without_failing_the_job(project: Path) -> None:
    inputs = {"facts": "feed", "rules": "rules", "as-of": "2022-12-31", "fail-on": "never", "lang": "zh"}
    code, _, outputs = run_step("check", project, **inputs, out="an/other folder")
    assert (code, outputs["exit-code"], outputs["sarif"]) == (0, "0", "an/other folder/report.sarif")


def test_several_facts_and_layers_are_lines(project: Path) -> None:
    (project / "more").mkdir()
    (project / "more/school.csv").write_text("school_id,year,guards\nc,2022,0\n", encoding="utf-8")
    (project / "strict.yaml").write_text(
        "replace:\n  rules:\n    safety.guards: {severity: warning}\n", encoding="utf-8"
    )
    inputs = {"facts": "feed\r\nmore\r\n", "rules": "rules\nstrict.yaml", "as-of": "2022-12-31"}
    code, _, outputs = run_step("check", project, **inputs)
    report = json.loads((project / outputs["report"]).read_text("utf-8"))
    assert (code, [each["severity"] for each in report["violations"]]) == (0, ["warning", "warning"])


def test_what_a_baseline_accepts_does_not_fail_the_job(project: Path) -> None:
    assert main(["baseline", "feed", "--rules", "rules", "--as-of", "2022-12-31", "--to", "known.json"]) == 0
    inputs = {"facts": "feed", "rules": "rules", "as-of": "2022-12-31", "baseline": "known.json"}
    assert run_step("check", project, **inputs)[0] == 0


@pytest.mark.parametrize("name", sorted(action()["inputs"].keys() - INSTALLED))
def test_no_input_is_run_as_a_command(project: Path, name: str) -> None:
    inputs = {"facts": "feed", "rules": "rules", "as-of": "2022-12-31"} | {name: HOSTILE}
    code, _, outputs = run_step("check", project, **inputs)
    assert not list(project.rglob("pwned"))
    assert outputs["exit-code"] == str(code)
    assert (code != 1) == (name != "out")


def test_no_input_becomes_an_output(project: Path) -> None:
    inputs = {"facts": "feed", "rules": "rules", "as-of": "2022-12-31", "out": "x\nexit-code=0"}
    code, _, outputs = run_step("check", project, **inputs)
    assert (code, outputs) == (1, {"exit-code": "1"})


@pytest.mark.parametrize("version", ["-r requirements.txt", "0.1; touch pwned", "https://example.org/x.whl", HOSTILE])
def test_what_is_no_version_is_not_installed(project: Path, version: str) -> None:
    code, told, outputs = run_step("install", project, version=version)
    assert (code, told, outputs) == (2, "::error title=eduplan_rules::version is not one such as 0.1.0\n", {})
    assert not list(project.rglob("pwned"))
    assert not (project / "temp").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"extras": HOSTILE}, "extras are not some such as excel,sql"),
        ({"extras": "excel]; touch pwned"}, "extras are not some such as excel,sql"),
        ({"extras": "excel,,sql"}, "extras are not some such as excel,sql"),
        ({"packages": HOSTILE}, "a line of packages is not one such as psycopg[binary]"),
        ({"packages": "psycopg[binary]\n--index-url=https://example.org"}, "a line of packages is not one such as"),
        ({"packages": "https://example.org/x.whl"}, "a line of packages is not one such as psycopg[binary]"),
    ],
)
def test_what_is_no_extra_and_no_package_is_not_installed(project: Path, given: dict[str, str], told: str) -> None:
    code, said, outputs = run_step("install", project, **given)
    assert (code, outputs) == (2, {})
    assert said.startswith(f"::error title=eduplan_rules::{told}")
    assert not list(project.rglob("pwned"))
    assert not (project / "temp").exists()


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, [f"{ROOT}[excel]"]),
        ({"extras": ""}, [str(ROOT)]),
        ({"extras": "excel, sql", "version": "0.1.0"}, ["eduplan-rules[excel,sql]==0.1.0"]),
        (
            {"extras": "sql", "packages": "psycopg[binary]\r\n\nPyMySQL>=1.1\n"},
            [f"{ROOT}[sql]", "psycopg[binary]", "PyMySQL>=1.1"],
        ),
    ],
)
def test_extras_and_packages_are_installed(
    project: Path, given: dict[str, str], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # a python that writes down what it is asked for
    (project / "temp/eduplan-rules/bin").mkdir(parents=True)
    for name in ("bin/python3", "temp/eduplan-rules/bin/python"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> asked.txt\n', encoding="utf-8")
        (project / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{project / 'bin'}:{os.environ['PATH']}")
    assert run_step("install", project, **given)[0] == 0
    lines = (project / "asked.txt").read_text("utf-8").splitlines()
    assert lines[lines.index("--disable-pip-version-check") + 1 :] == asked


def test_a_run_without_a_report_publishes_none_of_an_earlier_one(project: Path) -> None:
    inputs = {"facts": "feed", "rules": "rules", "as-of": "2022-12-31"}
    assert run_step("check", project, **inputs)[2].keys() == {"exit-code", "report", "sarif", "summary"}
    before = (project / "github_step_summary").read_text("utf-8")
    (project / "github_output").unlink()
    for code, change in ((2, {"rules": "nowhere"}), (2, {"periods": "soon"}), (3, {"facts": "nowhere"})):
        (project / "eduplan-report/report.md").write_text("old", encoding="utf-8")
        found, told, outputs = run_step("check", project, **(inputs | change))
        assert (found, outputs) == (code, {"exit-code": str(code)})
        assert re.search("^::error ", told, re.MULTILINE)
        (project / "github_output").unlink()
    assert (project / "github_step_summary").read_text("utf-8") == before


def test_facts_may_lie_around_the_folder_of_the_report(project: Path) -> None:
    inputs = {"facts": ".", "rules": "rules", "as-of": "2022-12-31", "fail-on": "never"}
    assert [run_step("check", project, **inputs)[0] for _ in range(2)] == [0, 0]


def hooks() -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def run_hook(name: str, *arguments: str) -> int:
    program, *words = shlex.split(hooks()[name]["entry"])
    assert program == "eduplan-rules"
    return main([*words, *arguments])


def test_every_hook_passes_where_all_is_well(project: Path) -> None:
    (project / "eduplan.toml").write_text('rules = ["rules"]\nfacts = ["feed"]\nas-of = 2022-12-31\n', "utf-8")
    (project / "feed/school.csv").write_text(FEED.replace("b,2022,0", "b,2022,3"), encoding="utf-8")
    changed = {"eduplan-rules-fmt": ["rules/safety.yaml"], "eduplan-rules-fmt-check": ["rules/safety.cases.yaml"]}
    assert {name: run_hook(name, *changed.get(name, [])) for name in hooks()} == dict.fromkeys(hooks(), 0)
    assert {name for name, hook in hooks().items() if hook.get("pass_filenames", True)} == changed.keys()


@pytest.mark.parametrize(
    ("name", "file", "old", "new"),
    [
        ("eduplan-rules-lint", "rules/safety.yaml", "guards >= 2", "gards >= 2"),
        ("eduplan-rules-fmt-check", "rules/safety.yaml", "guards >= 2", "guards>=2"),
        ("eduplan-rules-test", "rules/safety.cases.yaml", "guards: 2", "guards: 1"),
        ("eduplan-rules-check", "feed/school.csv", "a,2022,2", "a,2022,1"),
    ],
)
def test_a_hook_fails_where_something_is_wrong(project: Path, name: str, file: str, old: str, new: str) -> None:
    (project / "eduplan.toml").write_text('rules = ["rules"]\nfacts = ["feed"]\nas-of = 2022-12-31\n', "utf-8")
    text = (project / file).read_text("utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new, 1), "utf-8")
    assert run_hook(name, *(["rules/safety.yaml"] if name.endswith("fmt-check") else [])) != 0


def test_hooks_are_of_the_shape_that_pre_commit_reads() -> None:
    known = {"id", "name", "description", "entry", "language", "files", "pass_filenames", "additional_dependencies"}
    for name, hook in hooks().items():
        assert {"id", "name", "entry", "language", "files"} <= hook.keys() <= known, name
        assert hook["language"] == "python"
        assert re.search(hook["files"], "rules/safety.yaml")
        assert not re.search(hook["files"], "README.md")


def test_the_hook_that_checks_can_read_all_that_it_looks_at() -> None:
    hook = hooks()["eduplan-rules-check"]
    assert [ending for ending in FORMATS if not re.search(hook["files"], f"feed/学校{ending}")] == []
    (dependency,) = hook["additional_dependencies"]
    extras = re.fullmatch(r"\.\[([a-z,]+)\]", dependency)
    assert extras is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(extras[1].split(",")) <= project["optional-dependencies"].keys()
    assert "excel" in extras[1]
