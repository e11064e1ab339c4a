"""How time and memory grow with rows and with rules: from Parquet to violations in hand.

In: files of school-years, a number of rules. Out: seconds and megabytes. Ours once reads the files whole and once scans
them, so that the engine takes from them what it needs. By hand is the same in Polars, scanned: the limit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import hand_polars as hand
import polars as pl
from measure import first, peak, timed
from schools import AS_OF, COLUMNS, Kind, blocks, county_frame, rulebook

import eduplan_rules as er

Who = Literal["ours, read", "ours, scanned", "by hand"]
WHO: tuple[Who, ...] = ("ours, read", "ours, scanned", "by hand")

ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
RULES = (10, 30, 100, 300)
#: rows under which a growing number of rules is tried; rules under which a growing number of rows is
AT_ROWS, AT_RULES = 1_000_000, 30
#: from this size on the exponent of growth is fitted
FROM = 100_000


def write(folder: str, rows: int) -> dict[str, Any]:
    """Write so many school-years, a file for each million, and their counties."""
    place = Path(folder, f"rows-{rows}")
    place.mkdir(parents=True)
    for number, frame in enumerate(blocks(rows)):
        frame.write_parquet(place / f"school-{number:03}.parquet")
    county_frame(rows).write_parquet(place / "county.parquet")
    return {"megabytes": sum(path.stat().st_size for path in place.iterdir()) // 2**20}


def measure(who: Who, kind: Kind, rows: int, rules: int, folder: str) -> dict[str, Any]:
    """Seconds, megabytes and the number of violations."""
    place = Path(folder, f"rows-{rows}")
    of = pl.read_parquet if who == "ours, read" else pl.scan_parquet
    book = rulebook(kind, rules)

    def frames() -> dict[str, Any]:
        return {"school": of(place / "school-*.parquet"), "county": of(place / "county.parquet")}

    def ours() -> pl.DataFrame:
        return er.evaluate(book, frames(), as_of=AS_OF, periods="all").violations.to_polars(COLUMNS)

    def by_hand() -> pl.DataFrame:
        return hand.polars_by_hand(kind, frames()["school"])

    job = by_hand if who == "by hand" else ours
    before = peak()
    found, spent = first(job)
    violations, held = found.height, peak()
    del found
    return {**timed(job, spent), "before": before, "peak": held, "violations": violations}
