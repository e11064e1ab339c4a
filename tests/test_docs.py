"""The README runs: its rule loads, its facts are read, its Python works, its table names modules that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import eduplan_rules as er
from eduplan_rules.source import Source
from eduplan_rules.tools.suite import run_suite

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    (tmp_path / "school.csv").write_text(blocks("csv")[0], encoding="utf-8")
    return tmp_path


def test_the_python_of_the_readme_runs(folder: Path) -> None:
    code = "\n".join(blocks("python"))
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "(['A1'], 2, '人'" in done.stdout


def test_the_command_of_the_readme_gives_what_the_readme_shows(folder: Path) -> None:
    command, *shown = blocks("console")[0].splitlines()
    program, *arguments = command.removeprefix("$ ").split()
    assert program == "eduplan-rules"
    done = subprocess.run(
        [sys.executable, "-m", "eduplan_rules.cli", *arguments], cwd=folder, capture_output=True, check=False
    )
    assert done.stdout.decode("utf-8").splitlines() == shown
    assert (done.stderr, done.returncode) == (b"", 1)


def test_the_case_of_the_readme_holds(folder: Path) -> None:
    (cases,) = (block for block in blocks("yaml") if block.startswith("cases:"))
    (folder / "rules.cases.yaml").write_text(cases, encoding="utf-8")
    (tried,) = run_suite(folder / "rules.yaml").files[0].tried
    assert tried.told == ()


def test_the_waiver_of_the_readme_takes_the_violation_it_names(folder: Path) -> None:
    (text,) = (block for block in blocks("yaml") if block.startswith("waivers:"))
    book = er.load_rulebook(folder / "rules.yaml")
    report = er.evaluate(book, er.read_facts(folder / "school.csv", book), as_of="2022-12-31")
    accepted = er.accept(report, waivers=er.read_waivers(Source("waivers.yaml", text), book))
    assert [each.standing for each in accepted.violations] == ["waived"]


def test_every_module_of_the_stage_table_exists() -> None:
    table = README[README.index("| value |") : README.index("One operator of the language")]
    rows = [row.split("|") for row in table.splitlines()[2:] if row.startswith("|")]
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row[3])}
    package = ROOT / "src" / "eduplan_rules"
    modules = {path.stem for path in package.rglob("*.py")} | {path.name for path in package.iterdir() if path.is_dir()}
    assert names
    assert names - modules == set()


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {"demo", "test"} <= targets
