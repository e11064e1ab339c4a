"""A feed of a million lines with 50,000 violations, checked from the command line and written in several forms at once.

Run: `python benchmarks/outputs.py [rows] [endings...]`, by default a million rows to `.sarif`, `.xml` and `.csv`. The
whole program is measured from its start to its end, on two cores: wall-clock time, processor time and the most memory
it held. Where other programs share the machine, the processor time is the steadier one. What is written is counted.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

#: what the job may take: seconds, and megabytes
SECONDS, MEGABYTES = 15, 2048
ROWS, ENDINGS = 1_000_000, (".sarif", ".xml", ".csv")
#: one row in so many breaks the rule
EVERY = 20

RULES = """\
language: 1
clauses: {P14: {section: 四(九), anchor: 专职保安配备}}
entities:
  school:
    label: {zh: 学校, en: School}
    key: school_id
    name: school_name
    period: year
    fields:
      school_id: {type: text, label: {zh: 学校代码, en: School id}}
      school_name: {type: text, label: {zh: 学校名称, en: Name of the school}}
      students: {type: integer, unit: 人, min: 0, label: {zh: 在校生数, en: Students}}
      guards: {type: integer, unit: 人, min: 0, label: {zh: 专职保安数, en: Full-time guards}}
parameters:
  guards_minimum:
    unit: 人
    scale: students
    source: [{document: GB/T 29315-2022}]
    values:
      2022-06-01:
        - {below: 100, value: 1}
        - {below: 1000, value: 2}
        - {value: 3, plus: 1, per: 500, above: 1000}
rules:
  - id: safety.guards
    clause: P14
    title: {zh: 专职保安配备达标, en: Full-time guards meet the standard}
    source: [{document: GB/T 29315-2022}]
    for: school
    require: guards >= guards_minimum(students)
    due: 2022-08-31
    message: {zh: "专职保安 {guards} 人，在校生 {students} 人", en: "guards: {guards}, students: {students}"}
"""


def main() -> None:
    """Tell what the job took, and what it wrote."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    told = measure(rows, sys.argv[2:] or ENDINGS)
    (wall,), (processor,), megabytes = told["wall"], told["processor"], told["megabytes"]
    print(
        f"{rows:,} lines, {told['feed']} MB; wall {wall:.1f} s, processor {processor:.1f} s, at most {megabytes:,} MB"
    )
    if rows == ROWS:
        print(f"bounds: {SECONDS} s {held(wall, SECONDS)}, {MEGABYTES:,} MB {held(megabytes, MEGABYTES)}")
    for name, (size, counted) in told["written"].items():
        print(f"{name:16}{size:8.1f} MB  {counted}")


def measure(rows: int = ROWS, endings: Sequence[str] = ENDINGS) -> dict[str, Any]:
    """Make the feed, run the command, count what it wrote."""
    with tempfile.TemporaryDirectory(prefix="eduplan-rules-") as folder:
        os.chdir(folder)
        Path("rules.yaml").write_text(RULES, encoding="utf-8")
        write_feed(Path("school.csv"), rows)
        feed = Path("school.csv").stat().st_size // 2**20
        wall, processor, memory = run(endings)
        written = {}
        for ending in endings:
            path = Path(f"report{ending}")
            counted = COUNTS[ending](path) if ending in COUNTS else ""
            written[path.name] = (round(path.stat().st_size / 2**20, 1), counted)
    spent = {"wall": [round(wall, 2)], "processor": [round(processor, 2)], "megabytes": memory // 2**20}
    return {"rows": rows, "feed": feed, **spent, "written": written}


def write_feed(path: Path, rows: int) -> None:
    """Schools of one year, in the headers of their labels; every twentieth lacks a guard."""
    draw = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("学校代码,学校名称,year,在校生数,专职保安数\n")
        for number in range(rows):
            students = draw.randint(20, 3000)
            enough = 1 if students < 100 else 2 if students < 1000 else 3 + (students - 1000) // 500
            guards = enough - 1 if number % EVERY == 0 else enough + draw.randint(0, 2)
            file.write(f"S{number:08},第{number}小学,2022,{students},{guards}\n")


def run(endings: Sequence[str]) -> tuple[float, float, int]:
    """Run the command; give seconds of the clock, seconds of the processors, and the bytes it held at most."""
    outs = [word for ending in endings for word in ("--out", f"report{ending}")]
    command = [sys.executable, "-m", "eduplan_rules.cli", "check", "school.csv", "--rules", "rules.yaml"]
    command += ["--as-of", "2022-12-31", "--lang", "zh", "--quiet", *outs]
    started = time.perf_counter()
    with subprocess.Popen(command, env={**os.environ, "POLARS_MAX_THREADS": "2"}, stderr=subprocess.PIPE) as job:
        assert job.stderr is not None
        told = job.stderr.read().decode()
        _, status, used = os.wait4(job.pid, 0)
        job.returncode = os.waitstatus_to_exitcode(status)
    if job.returncode != 1:
        raise SystemExit(told)
    # in kilobytes, but on macOS
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, memory


def held(value: float, bound: float) -> str:
    """Whether a bound is kept."""
    return "kept" if value <= bound else "NOT KEPT"


def count_sarif(path: Path) -> str:
    """Results, and what is said of the others."""
    (run,) = json.loads(path.read_text("utf-8"))["runs"]
    told = [each["message"]["text"] for each in run["invocations"][0].get("toolExecutionNotifications", ())]
    return f"{len(run['results']):,} results; {' '.join(told)}"


def count_junit(path: Path) -> str:
    """Test cases that fail, and what the suites count."""
    root = ElementTree.parse(path).getroot()
    return f"{len(root.findall('.//failure')):,} failures of {int(root.get('tests', 0)):,}"


def count_csv(path: Path) -> str:
    """Rows below the headers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return f"{sum(1 for _ in csv.DictReader(file)):,} rows"


COUNTS = {".sarif": count_sarif, ".xml": count_junit, ".csv": count_csv}


if __name__ == "__main__":
    main()
