"""What is paid before the first answer: the import, the command on ten rows, a rulebook of 300 rules.

In: nothing. Out: seconds of whole processes, and within one of loading, checking and planning. Each run is a new
process; the files it reads were read before. Run: `python benchmarks/start.py`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measure import figures, median

RUNS = 9
ROOT = Path(__file__).resolve().parents[1]

RULES = """\
language: 1
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    period: year
    fields:
      school_id: {type: text, label: {zh: 学校代码, en: School id}}
      students: {type: integer, unit: 人, min: 0, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, min: 0, label: {zh: 专职保安数, en: Full-time guards}}
rules:
  - id: safety.guards
    title: {zh: 专职保安配备达标, en: Full-time guards meet the standard}
    for: school
    require: guards >= 2
"""
FEED = "学校代码,year,在校生数,专职保安数\n" + "".join(f"A{at},2022,{at * 200},{at % 4}\n" for at in range(1, 11))

#: loads, checks and plans a rulebook in a new process, then once more; prints the seconds of both
PLAN = """
import sys, time
started = time.perf_counter(), time.process_time()
import eduplan_rules as er
from eduplan_rules.program import compiled_program
for turn in range(2):
    book = er.load_rulebook(sys.argv[1])
    assert len(book.rules) == 300
    compiled_program(book)
    print(time.perf_counter() - started[0], time.process_time() - started[1])
    started = time.perf_counter(), time.process_time()
"""


def measure() -> dict[str, Any]:
    """Seconds of each process by name, and of the rulebook of 300 rules."""
    from schools import rulebook_text

    with tempfile.TemporaryDirectory(prefix="eduplan-rules-") as name:
        folder = Path(name)
        rules, feed, large = folder / "rules.yaml", folder / "school.csv", folder / "large.yaml"
        rules.write_text(RULES, encoding="utf-8")
        feed.write_text(FEED, encoding="utf-8")
        large.write_text(rulebook_text("all", 290), encoding="utf-8")
        command = [sys.executable, "-m", "eduplan_rules.cli", "check"]
        asked: dict[str, tuple[Sequence[str], tuple[int, ...]]] = {
            "empty": ([sys.executable, "-c", "pass"], (0,)),
            "import": ([sys.executable, "-c", "import eduplan_rules"], (0,)),
            "ten rows": ([*command, str(feed), "--rules", str(rules), "--as-of", "2022-12-31"], (1,)),
            "whole pack": ([*command, str(ROOT / "examples/national-spending"), "--as-of", "2024-12-31"], (0, 1)),
        }
        seconds: dict[str, list[tuple[float, float]]] = {each: [] for each in asked}
        # in turn, so that a slow moment of the machine hits all; the first turn does not count
        for turn in range(RUNS + 1):
            for each, (words, codes) in asked.items():
                spent = _spent(words, codes)
                if turn:
                    seconds[each].append(spent)
        loads = [_planned(large) for _ in range(5)]
    seconds["300 rules, first"], seconds["300 rules, again"] = map(list, zip(*loads, strict=True))
    return {
        each: dict(zip(("wall", "processor"), zip(*spent, strict=True), strict=True)) for each, spent in seconds.items()
    }


def _spent(words: Sequence[str], codes: tuple[int, ...]) -> tuple[float, float]:
    started, before = time.perf_counter(), _of_children()
    done = subprocess.run(words, capture_output=True, check=False, text=True)
    spent = time.perf_counter() - started, _of_children() - before
    if done.returncode not in codes:
        raise AssertionError(f"{' '.join(words)}: {done.returncode}\n{done.stderr}")
    return figures(spent[0]), figures(spent[1])


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _planned(path: Path) -> list[tuple[float, float]]:
    done = subprocess.run([sys.executable, "-c", PLAN, str(path)], capture_output=True, check=True, text=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return [(figures(float(wall)), figures(float(processor))) for wall, processor in lines]


def main() -> None:
    """Print medians and least."""
    for name, measured in measure().items():
        print(f"{name:20}{median(measured) * 1000:8.1f} ms, at best {min(measured['wall']) * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
