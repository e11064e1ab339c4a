"""One record under thirty row rules: verdicts, and full violations; ours, by hand in Python, and in other programs.

In: the name of a contender. Out: microseconds a record. Verdicts are compared before anything is timed.
Run: `python benchmarks/record.py` for ours and by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import record_peers as peers
from measure import figures, first, median, timed
from schools import AS_OF, rulebook, school_frame

import eduplan_rules as er

RECORDS = 1_000
#: at most so many runs over all of them
RUNS = 25

#: contender -> the package it is, and how it is made
CONTENDERS: dict[str, tuple[str | None, Callable[[], peers.Judge]]] = {
    "ours": (None, lambda: ours()),
    "by hand": (None, peers.by_hand),
    "by hand, with checks": (None, peers.by_hand_with_checks),
    "zen-engine": ("zen-engine", peers.zen),
    "zen-engine, at once": ("zen-engine", peers.zen_at_once),
    "rule-engine": ("rule-engine", peers.rule_engine),
    "cel-python": ("cel-python", peers.cel_python),
    "common-expression-language": ("common-expression-language", peers.cel_rust),
    "common-expression-language, at once": ("common-expression-language", peers.cel_rust_at_once),
    "durable-rules": ("durable-rules", peers.durable_rules),
}


@cache
def records() -> list[dict[str, Any]]:
    """The records of all contenders."""
    return school_frame(RECORDS).to_dicts()


def ours() -> peers.Judge:
    """Verdicts of a `Checker`."""
    checker = er.Checker(rulebook("row"), as_of=AS_OF)
    return lambda record: [outcome.verdict for outcome in checker.check("school", record)]


def measure(contender: str) -> dict[str, Any]:
    """Microseconds a record that a contender needs for thirty verdicts."""
    judge, right = CONTENDERS[contender][1](), peers.by_hand()
    for record in records():
        found, expected = judge(record), right(record)
        if found != expected:
            raise AssertionError(f"{contender} finds {found}, expected {expected} in {record}")

    def job() -> None:
        for record in records():
            judge(record)

    return per(timed(job, first(job)[1], RUNS), RECORDS)


def objects() -> dict[str, Any]:
    """Microseconds that full violations take: all those of a failing record, from the record on."""
    checker, right = er.Checker(rulebook("row"), as_of=AS_OF), peers.by_hand()
    failing = [record for record in records() if "violated" in right(record)]
    violations = sum(right(record).count("violated") for record in failing)

    def whole() -> int:
        told = 0
        for record in failing:
            told += sum(bool(each.to_dict()) for each in checker.check("school", record) if each.verdict == "violated")
        return told

    def verdicts() -> None:
        for record in failing:
            [each.verdict for each in checker.check("school", record)]

    assert whole() == violations
    return {
        "records": len(failing),
        "violations": violations,
        "whole": per(timed(whole, first(whole)[1], RUNS), len(failing)),
        "verdicts": per(timed(verdicts, first(verdicts)[1], RUNS), len(failing)),
    }


def per(measured: dict[str, list[float]], number: int) -> dict[str, Any]:
    """Microseconds an item, of seconds for so many."""
    return {clock: [figures(second / number * 1e6) for second in seconds] for clock, seconds in measured.items()}


def main() -> None:
    """Print medians of ours and by hand."""
    for name in ("by hand", "by hand, with checks", "ours"):
        print(f"{name:24}{median(measure(name)):8.2f} us a record of 30 rules")
    told = objects()
    print(f"{'ours, full violations':24}{median(told['whole']):8.2f} us a failing record", end=" ")
    print(f"({told['violations'] / told['records']:.2f} violations in each)")


if __name__ == "__main__":
    main()
