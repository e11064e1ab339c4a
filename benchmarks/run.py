"""Measure everything, or some parts: `python benchmarks/run.py [PART]...`.

In: nothing but this machine. Out: `results.json` beside this file, and the pages made from it. Every contender runs in
a process of its own with a time limit, one after the other; a part that was not asked for keeps what it had.
A trial with fewer rows writes elsewhere: `python benchmarks/run.py --rows 20000 --to FOLDER`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from measure import figures, median, merged
from page import write_pages

HERE = Path(__file__).resolve().parent
ROOT, RESULTS = HERE.parent, HERE / "results.json"

#: at most so many rows, if it is a trial -> what is kept of a part
Part = Callable[[int | None], dict[str, Any] | None]

#: seconds that a child may take
LIMIT = 150
#: how often the contenders that the goals are about are started, in turn with each other
ROUNDS = 2
PACKAGES = (
    *("eduplan-rules", "polars", "narwhals", "numpy", "pyarrow", "duckdb", "dataframely", "pointblank", "pandera"),
    *("great-expectations", "pandas", "zen-engine", "rule-engine", "cel-python", "common-expression-language"),
    "durable-rules",
)


def main() -> None:
    """Run the parts asked for, write what they found, and fail if a contender broke."""
    parser = argparse.ArgumentParser(description="Measure, and write the page of the benchmarks.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rows", type=int, help="at most so many rows, for a trial")
    parser.add_argument("--to", type=Path, help="the folder of a trial")
    asked = parser.parse_args()
    if unknown := [name for name in asked.parts if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}, expected {', '.join(PARTS)}")
    if (asked.rows is None) != (asked.to is None):
        parser.error("a trial has both, --rows and --to")
    path = RESULTS if asked.to is None else asked.to / RESULTS.name
    results = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for name in asked.parts or PARTS:
        started, about = time.perf_counter(), about_this_machine()
        told = PARTS[name](asked.rows)
        if told is not None:
            results[name] = {"about": {**about, "seconds": round(time.perf_counter() - started)}, **told}
        path.write_text(compact(results), encoding="utf-8")
    write_pages(results, ROOT / "docs" if asked.to is None else asked.to)
    if broken := [text for text in _texts(results) if text.startswith("failed:")]:
        raise SystemExit("\n".join(broken))


def about_this_machine() -> dict[str, Any]:
    """The machine, the day, the versions, and how busy it was before."""
    cpuinfo = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", cpuinfo.read_text("utf-8")) if cpuinfo.exists() else None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    installed: dict[str, str | None] = {}
    for package in PACKAGES:
        try:
            installed[package] = version(package)
        except PackageNotFoundError:
            installed[package] = None
    return {
        "day": time.strftime("%Y-%m-%d"),
        "processor": named.group(1).strip() if named else platform.processor() or platform.machine(),
        "cores": cores,
        "gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": installed,
        "load": figures(os.getloadavg()[0], 2),
    }


def child(module: str, function: str, *, limit: int = LIMIT, **arguments: Any) -> dict[str, Any]:
    """What a function gives in a process of its own; `cannot` says why there is nothing."""
    words = [sys.executable, "-W", "ignore", str(HERE / "child.py"), module, function, json.dumps(arguments)]
    started = time.perf_counter()
    try:
        done = subprocess.run(words, capture_output=True, check=False, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        told: dict[str, Any] = {"cannot": f"stopped after {limit} s"}
    else:
        lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
        last = lines[-1] if lines else f"ended with {done.returncode}"
        told = json.loads(last) if done.returncode == 0 else {"cannot": f"failed: {last}"}
    shown = told.get("cannot") or (f"{figures(median(told), 3):g}" if "wall" in told else "")
    named = " ".join(str(value) for name, value in arguments.items() if name != "folder")
    print(f"{time.perf_counter() - started:6.1f} s  {module} {function} {named}: {shown}", flush=True)
    return told


@contextmanager
def folder() -> Iterator[str]:
    """A place for the data of one part."""
    with tempfile.TemporaryDirectory(prefix="eduplan-rules-") as name:
        yield name


def batch(rows: int | None) -> dict[str, Any]:
    """Every contender, every kind of rules; those of the goals in several rounds."""
    import batch as jobs
    from schools import KINDS

    core = list(jobs.CONTENDERS)[:4]
    with folder() as place:
        told = child("batch", "prepare", folder=place, rows=rows or jobs.ROWS)
        measured: dict[str, dict[str, Any]] = {}
        for kind in KINDS:
            runs: dict[str, list[dict[str, Any]]] = {name: [] for name in jobs.CONTENDERS}
            for turn in range(ROUNDS):
                for name in core if turn else jobs.CONTENDERS:
                    runs[name].append(child("batch", "measure", contender=name, kind=kind, give="rows", folder=place))
            measured[kind] = {name: merged(found) for name, found in runs.items()}
        measured["counts"] = {
            name: child("batch", "measure", contender=name, kind="row", give="counts", folder=place)
            for name in jobs.CONTENDERS
        }
    packages = {name: package for name, (package, _) in jobs.CONTENDERS.items()}
    return {**told, "packages": packages, "measured": measured}


def record(_: int | None) -> dict[str, Any]:
    """Every contender on the same records."""
    import record as jobs

    core = list(jobs.CONTENDERS)[:3]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in jobs.CONTENDERS}
    for turn in range(ROUNDS):
        for name in core if turn else jobs.CONTENDERS:
            runs[name].append(child("record", "measure", contender=name))
    measured = {name: merged(found) for name, found in runs.items()}
    packages = {name: package for name, (package, _) in jobs.CONTENDERS.items()}
    return {"packages": packages, "measured": measured, "objects": child("record", "objects")}


def growth(most: int | None) -> dict[str, Any]:
    """More rows under thirty rules, and more rules over a million rows."""
    import growth as jobs

    rows: list[dict[str, Any]] = []
    rules: list[dict[str, Any]] = []
    megabytes = {}
    sizes = [size for size in jobs.ROWS if most is None or size <= most]
    with folder() as place:
        for size in sizes:
            megabytes[str(size)] = child("growth", "write", folder=place, rows=size)["megabytes"]
            for kind in ("row", "all"):
                for who in jobs.WHO:
                    spec: dict[str, Any] = {"who": who, "kind": kind, "rows": size, "rules": jobs.AT_RULES}
                    rows.append({**spec, **child("growth", "measure", limit=2 * LIMIT, folder=place, **spec)})
        for number in jobs.RULES:
            spec = {"who": "ours, read", "kind": "row", "rows": min(jobs.AT_ROWS, sizes[-1]), "rules": number}
            rules.append({**spec, **child("growth", "measure", folder=place, **spec)})
    return {"megabytes": megabytes, "from": jobs.FROM, "rows": rows, "rules": rules}


def start(_: int | None) -> dict[str, Any]:
    """New processes."""
    return {"measured": child("start", "measure")}


def outputs(rows: int | None) -> dict[str, Any]:
    """The command on a feed of a million lines, written in several forms."""
    return child("outputs", "measure", **({} if rows is None else {"rows": rows}))


def script(name: str) -> Part:
    """A part that is a program of its own: what it prints is kept; none where there is no such file."""

    def run(_: int | None) -> dict[str, Any] | None:
        path = HERE / f"{name}.py"
        if not path.exists():
            return None
        print(f"          {path.name}", flush=True)
        try:
            done = subprocess.run(
                [sys.executable, str(path)], capture_output=True, check=False, text=True, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return {"lines": [f"stopped after {LIMIT} s"]}
        if done.returncode:
            return {"lines": [f"failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"]}
        return {"lines": done.stdout.strip().splitlines()}

    return run


#: in the order of the page
PARTS: dict[str, Part] = {
    "batch": batch,
    "record": record,
    "growth": growth,
    "start": start,
    "outputs": outputs,
    "session": script("session"),
}


def compact(results: dict[str, Any]) -> str:
    """As JSON, a list of numbers on one line."""
    text = json.dumps(results, ensure_ascii=False, indent=1)
    numbers = re.compile(r"\[\s+([-\d.e+,\s]+?)\s+\]")
    return numbers.sub(lambda found: "[" + re.sub(r"\s+", " ", found.group(1)) + "]", text) + "\n"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


if __name__ == "__main__":
    main()
