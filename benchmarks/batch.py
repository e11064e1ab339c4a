"""Forty rules over a million school-years: ours, by hand in Polars and in DuckDB SQL, and in other programs.

In: a contender, a kind of rules, what it is to give. Out: seconds and megabytes. Answers are compared with those of
hand-written Polars before anything is timed: which rule, which school or county, which year, and where a contender
tells them, the numbers.
Run: `python benchmarks/batch.py [rows] [kind]` for ours and Polars by hand, in turn in one process.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hand_polars as hand
import peers
import polars as pl
from measure import first, peak, timed
from peers import Data, Give, Job
from schools import AS_OF, COLUMNS, KINDS, Kind, county_frame, rulebook, school_frame

import eduplan_rules as er

ROWS = 1_000_000
ORDER = ["rule", "key", "period"]

Maker = Callable[[Kind, Give, Data], Job | str]


def ours(kind: Kind, give: Give, data: Data) -> Job:
    """From the raw frames, with all checks at the door."""
    return _evaluated(rulebook(kind), data._asdict(), give)


def ours_read_before(kind: Kind, give: Give, data: Data) -> Job:
    """On facts that were read before."""
    book = rulebook(kind)
    return _evaluated(book, er.to_facts(data._asdict(), book), give)


def _evaluated(book: er.Rulebook, facts: dict[str, Any] | er.Facts, give: Give) -> Job:
    def run() -> Any:
        report = er.evaluate(book, facts, as_of=AS_OF, periods="all")
        return report.violations.to_polars(COLUMNS) if give == "rows" else dict(report.totals)

    def answer(found: Any) -> pl.DataFrame:
        return found if give == "rows" else peers.counted({name: each.violated for name, each in found.items()})

    return Job(run, answer)


def polars_by_hand(kind: Kind, give: Give, data: Data) -> Job | str:
    """Filters, and nothing else."""
    if give == "counts":
        return Job(lambda: hand.polars_counts(data.school), peers.counted)
    return Job(lambda: hand.polars_by_hand(kind, data.school), lambda found: found)


def polars_checked_by_hand(kind: Kind, give: Give, data: Data) -> Job | str:
    """Filters after checks of the contract."""
    if give == "counts":
        return "the filters by hand say it"
    return Job(lambda: hand.polars_checked_by_hand(kind, *data), lambda found: found)


def duckdb_by_hand(kind: Kind, give: Give, data: Data) -> Job:
    """SQL on a table of DuckDB."""
    import hand_duckdb

    connection = hand_duckdb.connect(data.school)
    if give == "counts":
        return Job(lambda: hand_duckdb.duckdb_counts(connection), peers.counted)
    return Job(lambda: hand_duckdb.duckdb_by_hand(kind, connection), lambda found: found)


#: contender -> the package it is, and how its job is made
CONTENDERS: dict[str, tuple[str | None, Maker]] = {
    "ours, from the raw frames": (None, ours),
    "ours, facts read before": (None, ours_read_before),
    "Polars by hand": (None, polars_by_hand),
    "Polars by hand, with checks": (None, polars_checked_by_hand),
    "DuckDB by hand": ("duckdb", duckdb_by_hand),
    "dataframely": ("dataframely", peers.dataframely),
    "Pointblank": ("pointblank", peers.pointblank),
    "Pandera": ("pandera", peers.pandera),
    "Great Expectations": ("great-expectations", peers.great_expectations),
}


def prepare(folder: str, rows: int) -> dict[str, Any]:
    """Write the data set, and the answers of hand-written Polars; tell how many there are of each kind."""
    school, county = school_frame(rows), county_frame(rows)
    school.write_parquet(Path(folder, "school.parquet"))
    county.write_parquet(Path(folder, "county.parquet"))
    found = hand.polars_by_hand("all", school)
    found.write_parquet(Path(folder, "expected.parquet"))
    per_kind = dict(found.group_by(pl.col("rule").str.split(".").list.first()).len().rows())
    return {"rows": rows, "violations": {**per_kind, "all": found.height}}


def measure(contender: str, kind: Kind, give: Give, folder: str) -> dict[str, Any]:
    """Seconds and megabytes of a contender, or why it cannot say the rules."""
    data = Data(*(pl.read_parquet(Path(folder, f"{name}.parquet")) for name in Data._fields))
    job = CONTENDERS[contender][1](kind, give, data)
    if isinstance(job, str):
        return {"cannot": job}
    before = peak()
    result, spent = first(job.run)
    held = peak()
    expected = pl.read_parquet(Path(folder, "expected.parquet"))
    compare(contender, job.answer(result), expected if kind == "all" else expected.filter(_of(kind)))
    del result
    return {**timed(job.run, spent), "before": before, "peak": held}


def _of(kind: Kind) -> pl.Expr:
    return pl.col("rule").str.starts_with(f"{kind}.")


def compare(contender: str, found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Raise AssertionError where two answers differ: in counts, in what is violated, or in a number."""
    if "violations" in found.columns:
        counts = dict(expected.group_by("rule").len().rows())
        wrong = {rule: number for rule, number in found.rows() if counts.get(rule, 0) != number}
        if wrong or not counts.keys() <= set(found["rule"]):
            raise AssertionError(f"{contender} counts {wrong}, expected {counts}")
        return
    found, expected = found.sort(ORDER), expected.sort(ORDER)
    if not found.select(ORDER).equals(expected.select(ORDER)):
        more, fewer = (one.join(other, on=ORDER, how="anti") for one, other in ((found, expected), (expected, found)))
        raise AssertionError(
            f"{contender} finds {more.height:,} more and {fewer.height:,} fewer: {more[:3]} {fewer[:3]}"
        )
    for number in set(COLUMNS).difference(ORDER) & set(found.columns):
        apart = ((found[number] - expected[number]).abs() / (1 + expected[number].abs())).fill_null(float("inf")).max()
        if not isinstance(apart, float) or not apart < 1e-9:
            raise AssertionError(f"{contender} differs by {apart!r} in `{number}`")


def main() -> None:
    """Time ours and Polars by hand in turn, so that a slow moment of the machine hits all."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    data = Data(school_frame(rows), county_frame(rows))
    for kind in sys.argv[2:] or KINDS:
        jobs = {name: make(kind, "rows", data) for name, (_, make) in list(CONTENDERS.items())[:4]}  # type: ignore[arg-type]
        seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
        expected = hand.polars_by_hand(kind, data.school)  # type: ignore[arg-type]
        for repeat in range(10):
            for name, job in jobs.items():
                assert isinstance(job, Job)
                found, spent = first(job.run)
                seconds[name].append((spent["wall"][0], spent["processor"][0]))
                if not repeat:
                    compare(name, job.answer(found), expected)
        print(f"{kind}: {rows:,} rows, {expected.height:,} violations; same answers; seconds, median and least")
        for name, runs in seconds.items():
            wall, processor = ([run[clock] for run in runs[1:]] for clock in (0, 1))
            told = "".join(f"{statistics.median(each):9.3f}{min(each):8.3f}" for each in (wall, processor))
            print(f"  {name:28} clock, processors {told}")


if __name__ == "__main__":
    main()
