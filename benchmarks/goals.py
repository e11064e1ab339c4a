"""What is meant to hold, and what was measured of it.

In: `results.json`. Out: goals, each a bound and a value; a part that was not measured has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from measure import exponent, figures, median

Unit = Literal["times", "s", "ms", "µs", "MB", ""]

OURS, READ = "ours, from the raw frames", "ours, facts read before"
CLOCKS = ("wall", "processor")
HAND, CHECKED = "Polars by hand", "Polars by hand, with checks"


@dataclass(frozen=True)
class Goal:
    """A bound that a value keeps at most."""

    name: str
    limit: float
    value: float | None
    unit: Unit = ""
    #: the same by the time of the processors, which a busy machine disturbs less
    processor: float | None = None
    #: the other program that sets the bound
    peer: str = ""
    #: the size of the data, where it is told
    rows: int = 0
    cannot: str = ""

    @property
    def held(self) -> bool:
        """Whether the value keeps the bound."""
        return self.value is not None and self.value <= self.limit

    def told(self, number: float | None) -> str:
        """A number with its unit."""
        if number is None:
            return ""
        if self.unit == "times":
            return f"{number:.2f}×"
        shown = f"{number:,.0f}" if self.unit == "MB" or number >= 100 else f"{figures(number, 3):g}"
        return f"{shown} {self.unit}".rstrip()


def goals(results: Mapping[str, Any]) -> Iterator[Goal]:
    """All goals of the parts that were measured."""
    parts = {"batch": _batch, "record": _record, "growth": _growth, "start": _start}
    for name, told in parts.items():
        if name in results:
            yield from told(results[name])


def _batch(told: Mapping[str, Any]) -> Iterator[Goal]:
    for kind in ("row", "all"):
        found = told["measured"][kind]
        yield _ratio(f"{kind}-read", 1.3, found[READ], found[HAND])
        yield _ratio(f"{kind}-raw", 1.3, found[OURS], found[CHECKED])
        peers = {name: each for name, each in found.items() if told["packages"][name] and "by hand" not in name}
        yield from _ahead(f"{kind}-peer", found[OURS], peers, "s")


def _record(told: Mapping[str, Any]) -> Iterator[Goal]:
    found = told["measured"]
    yield _ratio("record", 5, found["ours"], found["by hand"])
    yield _ratio("record-checked", 5, found["ours"], found["by hand, with checks"])
    peers = {name: each for name, each in found.items() if told["packages"][name]}
    yield from _ahead("record-peer", found["ours"], peers, "µs")
    yield _one("objects", 60, told["objects"].get("whole", told["objects"]), "µs")


def _growth(told: Mapping[str, Any]) -> Iterator[Goal]:
    for who in ("read", "scanned"):
        for kind in ("row", "all"):
            found = [each for each in told["rows"] if (each["who"], each["kind"]) == (f"ours, {who}", kind)]
            yield _exponent(f"{who}-{kind}", found, "rows", told["from"])
    yield _exponent("rules", told["rules"], "rules", 0)
    largest = max(each["rows"] for each in told["rows"])
    for kind, megabytes in (("row", 1024), ("all", 4096)):
        spec = ("ours, scanned", kind, largest)
        (at,) = [each for each in told["rows"] if (each["who"], each["kind"], each["rows"]) == spec]
        yield Goal(f"memory-{kind}", megabytes, at.get("peak"), "MB", rows=largest, cannot=at.get("cannot", ""))


def _start(told: Mapping[str, Any]) -> Iterator[Goal]:
    found = told["measured"]
    if "cannot" in found:
        return
    yield _one("plan", 1, found["300 rules, first"], "s")
    yield _one("command", 1, found["ten rows"], "s")
    over = [(median(found["import"], clock) - median(found["empty"], clock)) * 1000 for clock in CLOCKS]
    yield Goal("import", 100, over[0], "ms", over[1])


def _one(name: str, limit: float, found: Mapping[str, Any], unit: Unit) -> Goal:
    if "cannot" in found:
        return Goal(name, limit, None, unit, cannot=found["cannot"])
    return Goal(name, limit, median(found), unit, median(found, "processor"))


def _ratio(name: str, limit: float, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Goal:
    for each in (ours, theirs):
        if "cannot" in each:
            return Goal(name, limit, None, "times", cannot=each["cannot"])
    wall, processor = (median(ours, clock) / median(theirs, clock) for clock in CLOCKS)
    return Goal(name, limit, wall, "times", processor)


def _ahead(name: str, ours: Mapping[str, Any], peers: Mapping[str, Mapping[str, Any]], unit: Unit) -> Iterator[Goal]:
    seconds = {peer: median(each) for peer, each in peers.items() if "wall" in each}
    if seconds and "wall" in ours:
        fastest = min(seconds, key=lambda peer: seconds[peer])
        yield Goal(name, seconds[fastest], median(ours), unit, peer=fastest)


def _exponent(name: str, found: Sequence[Mapping[str, Any]], of: str, start: int) -> Goal:
    used = [each for each in found if "wall" in each and each[of] >= start]
    if len(used) < 2:
        return Goal(name, 1.05, None, cannot="fewer than two sizes")
    wall, processor = (
        exponent([each[of] for each in used], [median(each, clock) for each in used]) for clock in CLOCKS
    )
    return Goal(name, 1.05, wall, "", processor)
