"""Many outputs from one pass over a report, and the choice of the worst where an output has room for some only.

In: a report and `Sink`s. Out: nothing; each sink has been handed every record of the verdicts it takes, in the order of
the report, and has then been closed. Holds: a record is worked out once, however many sinks take it, and none is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from eduplan_rules.reports.report import Report

#: the verdicts that are told one by one, in this order
TOLD = ("violated", "unknown", "not_due")
Item = TypeVar("Item")


class Sink(Protocol):
    """An output that is being written."""

    @property
    def verdicts(self) -> Sequence[str]:
        """The verdicts whose records it takes, some of `TOLD`."""

    def add(self, record: Mapping[str, Any]) -> None:
        """Take one record."""

    def close(self) -> None:
        """Write what is left; the file itself stays open."""


def pour(report: Report, sinks: Sequence[Sink]) -> None:
    """Hand the records of a report to every sink that takes them, then close the sinks."""
    for verdict in TOLD:
        takers = [sink for sink in sinks if verdict in sink.verdicts]
        if takers:
            for outcome in report.outcomes(verdict=verdict):
                record = outcome.to_dict()
                for sink in takers:
                    sink.add(record)
    for sink in sinks:
        sink.close()


class Worst(Generic[Item]):
    """At most `limit` of what is added: the lowest ranks, and of one rank a fair share for each group."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[int, dict[str, list[Item]]] = {}
        self._count = 0
        #: rank -> how many were left out
        self.left: Counter[int] = Counter()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Item]:
        for rank in sorted(self._kept):
            for items in self._kept[rank].values():
                yield from items

    def add(self, rank: int, group: str, make: Callable[[], Item]) -> None:
        """Keep one more, if it is not itself the one to be left out; only then it is made."""
        if self._count >= self._limit and not self._gave_way(rank, group):
            self.left[rank] += 1
            return
        self._kept.setdefault(rank, {}).setdefault(group, []).append(make())
        self._count += 1

    def _gave_way(self, rank: int, group: str) -> bool:
        """Whether one of a higher rank, or of a larger group, was given up."""
        worst = max(self._kept)
        groups = self._kept[worst]
        largest = max(groups, key=lambda name: len(groups[name]))
        own = len(groups.get(group, ()))
        if rank > worst or (rank == worst and own + 1 >= len(groups[largest])):
            return False
        groups[largest].pop()
        if not groups[largest]:
            del groups[largest]
        if not groups:
            del self._kept[worst]
        self._count -= 1
        self.left[worst] += 1
        return True
