"""Thirty row rules over a million school-years: ours against hand-written Polars filters, in one run, as a ratio.

Run: `python benchmarks/batch.py [rows]`. Answers are compared before anything is timed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import polars as pl
from schools import by_hand, frame, rulebook

import eduplan_rules as er

REPEATS = 7


def main() -> None:
    """Compare answers, then time both in turn and print medians and their ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data, book = frame(rows), rulebook()
    started = time.perf_counter()
    facts = er.to_facts({"school": data}, book)
    door = time.perf_counter() - started

    def ours() -> pl.DataFrame:
        report = er.evaluate(book, facts, as_of="2022-12-31", periods="all")
        return report.violations.to_polars(["key", "period", "rule", "observed", "required", "gap"])

    found, expected = ours(), by_hand(data)
    order = ["rule", "key", "period"]
    expected = expected.select(
        "rule", pl.col("school_id").alias("key"), pl.col("year").cast(pl.String).alias("period"), "observed", "gap"
    ).sort(order)
    found = found.select(expected.columns).sort(order)
    assert found.select(order).equals(expected.select(order)), "the two do not find the same violations"
    assert (found["gap"] - expected["gap"]).abs().max() < 1e-9  # type: ignore[operator]
    print(f"{rows:,} rows, 30 rules, {expected.height:,} violations; same answers")
    times = interleaved({"ours": ours, "by hand": lambda: by_hand(data)})
    for name, seconds in times.items():
        print(f"{name:8} median {statistics.median(seconds):.3f} s  (min {min(seconds):.3f}, max {max(seconds):.3f})")
    ratios = [one / other for one, other in zip(times["ours"], times["by hand"], strict=True)]
    print(f"ratio    median {statistics.median(ratios):.2f}; reading the frame into facts once before: {door:.3f} s")


def interleaved(jobs: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Run the jobs in turn, so that a slow moment of the machine hits all."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for repeat in range(REPEATS + 1):
        for name, job in jobs.items():
            started = time.perf_counter()
            job()
            if repeat:
                times[name].append(time.perf_counter() - started)
    return times


if __name__ == "__main__":
    main()
