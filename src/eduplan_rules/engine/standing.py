"""Whether a violation counts: it is open unless a waiver, a baseline or a tolerance takes it.

Holds: a violation that does not count stays in the report, and says why it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eduplan_rules.tables.finding import Finding

Standing = Literal["open", "waived", "accepted", "tolerated"]
#: in the order in which a violation is asked whether it counts
STANDINGS: tuple[Standing, ...] = ("open", "waived", "accepted", "tolerated")


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a violation does not count: the waiver, the baseline or the tolerance as plain data."""

    standing: Standing
    reason: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """What the record of the violation says of it."""
        return {"standing": self.standing, "waived": dict(self.reason) if self.standing == "waived" else None}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What of a report does not count. Where nothing was handed over, all of it counts."""

    #: rule -> `#i` of a violated row -> why it does not count
    marks: Mapping[str, Mapping[int, Mark]]
    #: about waivers and baselines that do not fit the report
    findings: tuple[Finding, ...]
    #: each waiver, the baseline and each tolerance, with the number of violations it takes
    waivers: tuple[Mapping[str, Any], ...] = ()
    baseline: Mapping[str, Any] | None = None
    tolerances: tuple[Mapping[str, Any], ...] = ()

    def of(self, rule: str) -> Mapping[int, Mark]:
        """The marks of a rule's violations, by `#i`."""
        return self.marks.get(rule, {})

    def __iter__(self) -> Iterator[tuple[str, Mark]]:
        """Every mark with its rule."""
        return ((rule, mark) for rule, marks in self.marks.items() for mark in marks.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the head of a report."""
        counts: dict[str, Any] = {str(standing): 0 for standing in STANDINGS[1:]}
        for _, mark in self:
            counts[mark.standing] += 1
        return {
            **counts,
            "waivers": [dict(each) for each in self.waivers],
            "baseline": None if self.baseline is None else dict(self.baseline),
            "tolerances": [dict(each) for each in self.tolerances],
        }


#: all counts
NOTHING = Acceptance(marks={}, findings=())
