"""Results as SARIF 2.1.0, the form that code hosts show beside the lines of a file.

In: results with places, and the texts about their codes. Out: plain data, to be written as JSON. Lines and columns
begin at 1; the end is the character behind the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["error", "warning", "note"]
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class Place:
    """Characters of a file."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Result:
    """One thing told, at a place."""

    code: str
    level: Level
    message: str
    place: Place
    #: other places that matter, each with what stands there
    related: tuple[tuple[Place, str], ...] = ()


def sarif(results: Iterable[Result], about: Mapping[str, str], version: str) -> dict[str, Any]:
    """A log of one run; `about` has a short text for each code."""
    found = list(results)
    codes = sorted({each.code for each in found})
    driver = {
        "name": "eduplan-rules",
        "version": version,
        "rules": [{"id": code, "shortDescription": {"text": about.get(code, code)}} for code in codes],
    }
    told = [_result(each, codes.index(each.code)) for each in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": told}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(result: Result, index: int) -> dict[str, Any]:
    record: dict[str, Any] = {
        "ruleId": result.code,
        "ruleIndex": index,
        "level": result.level,
        "message": {"text": result.message},
        "locations": [_location(result.place)],
    }
    if result.related:
        record["relatedLocations"] = [
            {"id": number, **_location(place), **({"message": {"text": label}} if label else {})}
            for number, (place, label) in enumerate(result.related)
        ]
    return record


def _location(place: Place) -> dict[str, Any]:
    # a file name may hold spaces and Chinese: an address may not
    from urllib.parse import quote

    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    address = quote(place.file, safe="/.-_~:")
    return {"physicalLocation": {"artifactLocation": {"uri": address}, "region": region}}
