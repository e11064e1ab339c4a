"""What SARIF 2.1.0 asks of the parts of a log that are written here, after the schema of the standard.

Holds: properties are those that the standard names; those that it requires are required. It is stricter than the
standard, which lets unknown properties pass.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 1}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return shape | {"required": required.split()}


def _list(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items} | more


_MESSAGE = _object("text", text=_TEXT, markdown=_TEXT)
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_BAG = {"type": "object", "properties": {"tags": _list(_TEXT, uniqueItems=True)}}
_REGION = _object("startLine", startLine=_COUNT, startColumn=_COUNT, endLine=_COUNT, endColumn=_COUNT)
_LOCATION = _object(
    id={"type": "integer", "minimum": -1},
    physicalLocation=_object(
        "artifactLocation",
        artifactLocation=_object("uri", uri={"type": "string", "pattern": r"^[A-Za-z0-9:/.%_~-]+$"}),
        region=_REGION,
    ),
    logicalLocations=_list(_object(fullyQualifiedName=_TEXT, name=_TEXT, kind=_TEXT), uniqueItems=True),
    message=_MESSAGE,
)
_RESULT = _object(
    "ruleId ruleIndex level message",
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION),
    relatedLocations=_list(_LOCATION, uniqueItems=True),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    suppressions=_list(
        _object(
            "kind",
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification=_TEXT,
        ),
        uniqueItems=True,
    ),
    properties=_BAG,
)
_TOPIC = _object(
    "id",
    id=_TEXT,
    name=_TEXT,
    deprecatedIds=_list(_TEXT, uniqueItems=True),
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_MESSAGE,
    helpUri={"type": "string", "pattern": "^https?://"},
    defaultConfiguration=_object(level=_LEVEL),
    properties=_BAG,
)
_DRIVER = _object(
    "name rules version", name=_TEXT, version=_TEXT, informationUri=_TEXT, rules=_list(_TOPIC, uniqueItems=True)
)
_RUN = _object(
    "tool results columnKind",
    tool=_object("driver", driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_list(_RESULT),
)
#: of a log that is written with what `lint` found
LOG: dict[str, Any] = _object("version runs $schema", version={"const": "2.1.0"}, runs=_list(_RUN, minItems=1)) | {}
LOG["properties"]["$schema"] = {"type": "string", "pattern": "sarif-2[.]1[.]0"}
