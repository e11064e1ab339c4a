"""The page about tests, CI and services: its Python runs, its YAML names what there is, both languages say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGES = {language: (ROOT / "docs" / language / "integration.md").read_text("utf-8") for language in ("en", "zh")}
RULES = """\
entities:
  school:
    key: school_id
    period: year
    fields: {school_id: {type: text}, guards: {type: integer, unit: 人}}
rules:
  - {id: safety.guards, for: school, require: guards >= 2}
"""

pytest_plugins = "pytester"


def blocks(language: str, page: str = PAGES["en"]) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def test_both_languages_show_the_same() -> None:
    for kind in ("python", "yaml"):
        assert blocks(kind, PAGES["zh"]) == blocks(kind, PAGES["en"]) != []
    names = [set(re.findall(r"`[^`\n]+`", re.sub("```.*?```", "", page, flags=re.DOTALL))) for page in PAGES.values()]
    assert names[0] == names[1]


@pytest.mark.parametrize(("number", "passed"), [(0, 1), (1, 1), (3, 2)])
def test_the_python_of_the_page_runs(pytester: pytest.Pytester, number: int, passed: int) -> None:
    for name, text in {"rules/r.yaml": RULES, "feed/school.csv": "school_id,year,guards\na,2022,2\n"}.items():
        path = pytester.path / name
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    pytester.makepyfile(blocks("python")[number])
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=passed)


def test_the_service_of_the_page_answers_record_by_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {}
    exec(blocks("python")[2], scope)
    records = [{"school_id": "a", "year": 2022, "guards": guards} for guards in (1, 2)]
    assert list(scope["told"]([*records, {"school_id": "b"}])) == [
        ["safety.guards: 1 person, must be at least 2 people, short by 1 person"],
        [],
        "a record of school needs `year`, a year, found None",
    ]


def test_the_yaml_of_the_page_names_what_there_is() -> None:
    workflow, hooks = (yaml.safe_load(block) for block in blocks("yaml"))
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    used = next(step for step in workflow["steps"] if step.get("id") == "facts")
    assert used["with"].keys() <= action["inputs"].keys()
    assert set(re.findall(r"steps\.facts\.outputs\.([a-z-]+)", blocks("yaml")[0])) <= action["outputs"].keys()
    known = {each["id"] for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} <= known
    assert set(re.findall("eduplan-rules-[a-z-]+", PAGES["en"])) <= known
