"""Schemas as texts, and the line by which a file names its own.

In: the names of a rulebook, or none. Out: JSON by kind: rules and cases, made here, and those the package holds for
what it writes itself.
"""

from __future__ import annotations

import json
from pathlib import Path

from eduplan_rules.tools.schema.cases import cases_schema
from eduplan_rules.tools.schema.names import Names
from eduplan_rules.tools.schema.rules import rules_schema

ENDING = ".schema.json"
#: the folder beside rules that holds the schemas of its files; what begins with a dot is not read as rules
FOLDER = ".schema"
#: the schemas that editors use
EDITED = ("rules", "cases")
_PACKAGE = Path(__file__).parents[2]


def kinds() -> tuple[str, ...]:
    """All kinds of schemas."""
    return (*EDITED, *sorted(path.name.removesuffix(ENDING) for path in _PACKAGE.glob(f"*{ENDING}")))


def schema_text(kind: str, names: Names | None = None) -> str:
    """A schema as text; the names of a rulebook are suggested in rule files and case files."""
    if kind not in EDITED:
        return (_PACKAGE / f"{kind}{ENDING}").read_text(encoding="utf-8")
    schema = rules_schema(names) if kind == "rules" else cases_schema(names)
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def line_for(kind: str, folder: str = FOLDER) -> str:
    """The first line of a file in whose folder the schemas lie in `folder`."""
    return f"# yaml-language-server: $schema={folder}/{kind}{ENDING}"
