"""One record under thirty row rules: ours against the same checks as hand-written Python, in one run.

Run: `python benchmarks/record.py`. Verdicts are compared before anything is timed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from schools import CHECKS, frame, rulebook

import eduplan_rules as er

RECORDS = 2_000
REPEATS = 15


def main() -> None:
    """Compare verdicts, then print microseconds a record."""
    data = frame(RECORDS)
    records = data.to_dicts()
    checker = er.Checker(rulebook(), as_of="2022-12-31")
    for record in records:
        assert [outcome.verdict for outcome in checker.check("school", record)] == by_hand(record)

    def ours() -> None:
        for record in records:
            checker.check("school", record)

    def hand() -> None:
        for record in records:
            by_hand(record)

    def objects() -> None:
        for record in records:
            for outcome in checker.check("school", record):
                if outcome.verdict == "violated":
                    outcome.to_dict()

    violations = sum(by_hand(record).count("violated") for record in records)
    print(f"{RECORDS:,} records, 30 rules, {violations:,} violations; same verdicts")
    verdicts = microseconds(ours, RECORDS)
    print(f"ours, verdicts            {verdicts:6.2f} us a record")
    print(f"by hand, verdicts         {microseconds(hand, RECORDS):6.2f} us a record")
    whole = microseconds(objects, RECORDS)
    print(f"ours, full records        {(whole - verdicts) * RECORDS / violations:6.2f} us a violation")


def by_hand(record: dict[str, Any]) -> list[str]:
    """The thirty checks as plain Python."""
    found = []
    for _, field, sign, bound, per_student in CHECKS:
        value = record[field]
        if value is not None and per_student:
            value = value / record["students"] if record["students"] else None
        if value is None:
            found.append("unknown")
        elif sign == ">=":
            found.append("satisfied" if value >= bound * (1 - 1e-9) else "violated")
        else:
            found.append("satisfied" if value <= bound / (1 - 1e-9) else "violated")
    return found


def microseconds(job: Callable[[], None], number: int) -> float:
    """Median time of a job per item."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return statistics.median(times) / number * 1e6


if __name__ == "__main__":
    main()
