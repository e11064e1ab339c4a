"""Changes and their impact as plain data.

In: changes, an `Impact`. Out: dictionaries for JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eduplan_rules.tools.diff.change import Change
from eduplan_rules.tools.diff.impact import WAYS, Impact
from eduplan_rules.tools.diff.reports import Since

#: name and version of the JSON form: fields may be added within a version
FORMAT = "eduplan_rules.diff/1"
_SIDES = ("verdict", "severity", "gap", "unit")


def rulebooks_record(changes: Sequence[Change], impact: Impact | None, *, as_of: str | None) -> dict[str, Any]:
    """What changed between two rulebooks, and what that changes."""
    told = {"format": FORMAT, "of": "rulebooks", "changes": [change.to_dict() for change in changes]}
    return told if impact is None else told | {"as_of": as_of, "impact": impact_record(impact)}


def reports_record(since: Since) -> dict[str, Any]:
    """What changed from one report to the next."""
    names = ("as_of", "periods", "rulebook", "facts")
    heads = {word: {name: head.get(name) for name in names} for word, head in (("old", since.old), ("new", since.new))}
    return {"format": FORMAT, "of": "reports", **heads, "impact": impact_record(since.impact)}


def impact_record(impact: Impact) -> dict[str, Any]:
    """An impact with every outcome that differs."""
    return {
        "verdicts": {verdict: {"old": old, "new": new} for verdict, (old, new) in impact.verdicts.items()},
        "shifts": [
            {"rule": row["rule"], "old": row["old_verdict"], "new": row["verdict"], "count": row["count"]}
            for row in impact.shifts.to_dicts()
        ],
        "by_rule": _counts(impact, "rule"),
        "by_place": _counts(impact, "place"),
        "place_entity": impact.place_entity,
        "by_severity": _counts(impact, "weight"),
        "gaps": [_rounded(row) for row in impact.gaps.to_dicts()],
        "outcomes": list(_outcomes(impact)),
    }


def _counts(impact: Impact, column: str) -> list[dict[str, Any]]:
    return [{"name": row[column], **{way: row[way] for way in WAYS}} for row in impact.counts(column)]


def _outcomes(impact: Impact) -> Iterator[dict[str, Any]]:
    for row in impact.changed.iter_rows(named=True):
        told = {name: row[name] for name in ("rule", "entity", "key", "period", "place")}
        old, new = ({name: row[f"{before}{name}"] for name in _SIDES} for before in ("old_", ""))
        ways = [way for way in WAYS if row[way]]
        yield told | {"ways": ways, "old": _there(old), "new": _there(new)}


def _there(side: Mapping[str, Any]) -> dict[str, Any] | None:
    """One side of an outcome; None where there is none; in reports also where it is satisfied or does not apply."""
    return None if side["verdict"] is None else _rounded(side)


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers in records carry 12 significant digits."""
    return {name: float(f"{value:.12g}") if isinstance(value, float) else value for name, value in row.items()}
