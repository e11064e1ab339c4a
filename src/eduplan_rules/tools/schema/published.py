"""Schemas as texts, and the line by which a file names its own.

In: the names of a rulebook, or none. Out: JSON by kind: those of what people write and keep, made here, and those the
package holds for its records.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from eduplan_rules.tools.schema.acceptance import baseline_schema, waivers_schema
from eduplan_rules.tools.schema.cases import cases_schema
from eduplan_rules.tools.schema.feeds import feeds_schema
from eduplan_rules.tools.schema.forms import Schema
from eduplan_rules.tools.schema.names import Names
from eduplan_rules.tools.schema.rules import rules_schema

ENDING = ".schema.json"
#: the folder beside rules that holds the schemas of its files; what begins with a dot is not read as rules
FOLDER = ".schema"
_MADE: dict[str, Callable[[Names | None], Schema]] = {
    "rules": rules_schema, "cases": cases_schema, "feeds": feeds_schema, "waivers": waivers_schema,
    "baseline": baseline_schema,
}  # fmt: skip
#: the schemas that editors use
EDITED = tuple(_MADE)
#: those of YAML, whose first line may name its schema
NAMED = EDITED[:-1]
_PACKAGE = Path(__file__).parents[2]


def kinds() -> tuple[str, ...]:
    """All kinds of schemas."""
    return (*EDITED, *sorted(path.name.removesuffix(ENDING) for path in _PACKAGE.glob(f"*{ENDING}")))


def schema_text(kind: str, names: Names | None = None) -> str:
    """A schema as text; the names of a rulebook are suggested where editors use it."""
    if kind not in EDITED:
        return (_PACKAGE / f"{kind}{ENDING}").read_text(encoding="utf-8")
    return json.dumps(_MADE[kind](names), ensure_ascii=False, indent=1) + "\n"


def line_for(kind: str, folder: str = FOLDER) -> str:
    """The first line of a file in whose folder the schemas lie in `folder`."""
    return f"# yaml-language-server: $schema={folder}/{kind}{ENDING}"
