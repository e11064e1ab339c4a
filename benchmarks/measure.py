"""How everything is measured: repeated runs of a job, and the memory of a process.

In: a job. Out: plain data for `results.json`, seconds rounded to four figures.
"""

from __future__ import annotations

import math
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

#: runs of a job after the first: at least, at most, and the seconds after which no further one begins
AT_LEAST, AT_MOST, ENOUGH = 3, 5, 2.0
#: a first run of so many seconds is as warm as it gets, and the only one
LONG = 5.0

Times = dict[str, list[float]]


def first(job: Callable[[], Any]) -> tuple[Any, Times]:
    """What a job gives, and the seconds of this run by the clock and by the processors."""
    started = time.perf_counter(), time.process_time()
    result = job()
    spent = time.perf_counter() - started[0], time.process_time() - started[1]
    return result, {"wall": [figures(spent[0])], "processor": [figures(spent[1])]}


def timed(job: Callable[[], object], before: Times, at_most: int = AT_MOST) -> Times:
    """Seconds of further runs of a job that ran before; those of the first run alone where they were many."""
    if before["wall"][0] > LONG:
        return before
    told: Times = {"wall": [], "processor": []}
    while len(told["wall"]) < AT_LEAST or (len(told["wall"]) < at_most and sum(told["wall"]) < ENOUGH):
        told = merged([told, first(job)[1]])
    return told


def figures(value: float, number: int = 4) -> float:
    """A number with so many significant figures."""
    return float(f"{value:.{number}g}")


def peak() -> int:
    """Megabytes that this process held at most.

    Where the system tells what the process itself held, that is taken: a new process may inherit the other number.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 1024)


def merged(ones: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Several measurements of the same as one: all runs, and the largest peak; one that could not be made stays."""
    failed = [one for one in ones if "cannot" in one]
    if failed:
        return dict(failed[0])
    told: dict[str, Any] = dict(ones[0])
    for name in ("wall", "processor"):
        told[name] = [seconds for one in ones for seconds in one[name]]
    if "peak" in told:
        told["peak"] = max(one["peak"] for one in ones)
    return told


def median(measured: Mapping[str, Any], clock: str = "wall") -> float:
    """The middle of the runs."""
    seconds: list[float] = measured[clock]
    return statistics.median(seconds)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The power of the size that the seconds grow with: the slope of a straight line through the logarithms."""
    return statistics.linear_regression(list(map(math.log, sizes)), list(map(math.log, seconds))).slope
