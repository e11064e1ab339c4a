"""Thirty row rules over a million school-years: ours against hand-written Polars, in one run, as ratios.

Run: `python benchmarks/batch.py [rows]`. Each job ends with all violations in hand as columns (key, period, rule,
observed, required, gap); answers are compared before anything is timed.

Ours is timed twice: on facts that were read before, and from the raw frame, with all checks at the door. By hand is
timed twice as well: the thirty filters alone, and after the same checks of the contract. Wall-clock and processor time
are told; where other programs share the machine, the latter is the steadier one.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl
from schools import by_hand, checked_by_hand, frame, rulebook

import eduplan_rules as er

REPEATS = 9
COLUMNS = ["key", "period", "rule", "observed", "required", "gap"]


@dataclass(frozen=True)
class Times:
    """Seconds of each run of one job."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def main() -> None:
    """Compare answers, then time the jobs in turn and print medians, minima and ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data, book = frame(rows), rulebook()
    prepared = er.to_facts({"school": data}, book)

    def ours(facts: er.Facts | dict[str, pl.DataFrame]) -> pl.DataFrame:
        return er.evaluate(book, facts, as_of="2022-12-31", periods="all").violations.to_polars(COLUMNS)

    found = compared(ours(prepared), by_hand(data))
    assert found == compared(ours({"school": data}), checked_by_hand(data))
    print(f"{rows:,} rows, 30 rules, {found:,} violations; same answers")
    times = interleaved(
        {
            "filters by hand": lambda: by_hand(data),
            "checks and filters by hand": lambda: checked_by_hand(data),
            "ours, facts read before": lambda: ours(prepared),
            "ours, from the raw frame": lambda: ours({"school": data}),
        }
    )
    print(f"{'seconds':28}{'wall: median':>14}{'min':>8}{'processor: median':>20}{'min':>8}")
    for name, job in times.items():
        print(f"{name:28}{told(job.wall, 14)}{told(job.processor, 20)}")
    for theirs in ("filters by hand", "checks and filters by hand"):
        for mine in ("ours, facts read before", "ours, from the raw frame"):
            wall, processor = (
                ratio(getattr(times[mine], of), getattr(times[theirs], of)) for of in Times.__annotations__
            )
            print(f"{mine} / {theirs}: wall {wall}, processor {processor}")
    started = time.perf_counter()
    findings = er.evaluate(book, {"school": data}, as_of="2022-12-31", periods="all").findings
    print(f"the same once more with {len(findings):,} findings in words: {time.perf_counter() - started:.3f} s")


def compared(found: pl.DataFrame, expected: pl.DataFrame) -> int:
    """Count the violations; both must have found the same."""
    order = ["rule", "key", "period"]
    assert found.schema == expected.select(found.columns).schema, "the two do not give the same columns"
    found, expected = found.sort(order), expected.sort(order)
    assert found.select(order).equals(expected.select(order)), "the two do not find the same violations"
    for number in ("observed", "gap"):
        assert (found[number] - expected[number]).abs().max() < 1e-9  # type: ignore[operator]
    return found.height


def interleaved(jobs: dict[str, Callable[[], object]]) -> dict[str, Times]:
    """Run the jobs in turn, so that a slow moment of the machine hits all; the first turn does not count."""
    times = {name: Times() for name in jobs}
    for repeat in range(REPEATS + 1):
        for name, job in jobs.items():
            started = time.perf_counter(), time.process_time()
            job()
            wall, processor = time.perf_counter() - started[0], time.process_time() - started[1]
            if repeat:
                times[name].wall.append(wall)
                times[name].processor.append(processor)
    return times


def told(seconds: list[float], width: int) -> str:
    """The median, right-aligned, and the least."""
    return f"{statistics.median(seconds):{width}.3f}{min(seconds):8.3f}"


def ratio(ones: list[float], others: list[float]) -> str:
    """The median of the ratios turn by turn, and the ratio of the least."""
    each = statistics.median(one / other for one, other in zip(ones, others, strict=True))
    return f"{each:.2f} (of minima {min(ones) / min(others):.2f})"


if __name__ == "__main__":
    main()
