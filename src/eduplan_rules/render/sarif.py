"""Results as SARIF 2.1.0, the form that code hosts show beside the lines of a file.

In: what the results are about, and results with places. Out: plain data, to be written as JSON. Lines and columns
begin at 1; the end is the character behind the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

Level = Literal["error", "warning", "note"]
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_DRIVE = re.compile(r"[A-Za-z]:/")


@dataclass(frozen=True)
class Place:
    """Characters of a file, a line of it, or the file as a whole."""

    file: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True)
class Topic:
    """What results of one code are about."""

    code: str
    short: str
    full: str = ""
    #: what helps: as plain text, and as Markdown
    help: tuple[str, str] = ("", "")
    address: str | None = None
    level: Level | None = None
    formerly: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """One thing told, at a place."""

    code: str
    level: Level
    message: str
    place: Place | None
    #: other places that matter, each with what stands there
    related: tuple[tuple[Place, str], ...] = ()
    #: what it is about, where that is no place of a file: kind, name
    logical: tuple[tuple[str, str], ...] = ()
    #: what stays the same from run to run
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    #: why it does not count
    suppressed: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


def sarif(results: Iterable[Result], about: Mapping[str, str], version: str) -> dict[str, Any]:
    """A log of one run; `about` has a short text for each code."""
    found = list(results)
    codes = sorted({each.code for each in found})
    run = {
        "tool": tool([Topic(code, about.get(code, code)) for code in codes], version),
        "columnKind": "unicodeCodePoints",
        "results": [result_record(each, codes.index(each.code)) for each in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def tool(topics: Sequence[Topic], version: str) -> dict[str, Any]:
    """This program, and all that its results may be about."""
    rules = [_topic_record(topic) for topic in topics]
    return {"driver": {"name": "eduplan-rules", "version": version, "rules": rules}}


def result_record(result: Result, index: int) -> dict[str, Any]:
    """A result as plain data; `index` is the place of its code among the topics."""
    record: dict[str, Any] = {
        "ruleId": result.code,
        "ruleIndex": index,
        "level": result.level,
        "message": {"text": result.message},
    }
    location = {} if result.place is None else _location(result.place)
    if result.logical:
        location["logicalLocations"] = [{"kind": kind, "fullyQualifiedName": name} for kind, name in result.logical]
    if location:
        record["locations"] = [location]
    if result.related:
        record["relatedLocations"] = [
            {"id": number, **_location(place), **({"message": {"text": label}} if label else {})}
            for number, (place, label) in enumerate(result.related)
        ]
    if result.fingerprints:
        record["partialFingerprints"] = dict(result.fingerprints)
    if result.suppressed is not None:
        suppression = {"kind": "external", "status": "accepted", "justification": result.suppressed}
        record["suppressions"] = [suppression]
    if result.properties:
        record["properties"] = dict(result.properties)
    return record


def _topic_record(topic: Topic) -> dict[str, Any]:
    text, markdown = topic.help
    told = {
        "id": topic.code,
        "deprecatedIds": list(topic.formerly),
        "shortDescription": {"text": topic.short},
        "fullDescription": {"text": topic.full} if topic.full else None,
        "help": {"text": text, "markdown": markdown} if text else None,
        "helpUri": topic.address,
        "defaultConfiguration": {"level": topic.level} if topic.level else None,
        "properties": dict(topic.properties),
    }
    return {name: value for name, value in told.items() if value}


def _location(place: Place) -> dict[str, Any]:
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    physical: dict[str, Any] = {"artifactLocation": {"uri": address_of(place.file)}}
    if place.line is not None:
        physical["region"] = {name: number for name, number in region.items() if number is not None}
    return {"physicalLocation": physical}


def address_of(file: str) -> str:
    """A file's name as an address: one may hold spaces and Chinese, the other not.

    Holds: no scheme but `file`; code hosts refuse a whole log for one address of another.
    """
    if file.startswith("/"):
        return f"file://{quote(file, safe='/.-_~')}"
    if _DRIVE.match(file):
        return f"file:///{quote(file, safe='/.-_~:')}"
    return quote(file, safe="/.-_~")
