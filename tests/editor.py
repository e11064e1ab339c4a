"""Rule files as an editor reads them: YAML 1.2 with its core schema, where the loader leaves every scalar a text."""

from __future__ import annotations

import re
from typing import Any

from eduplan_rules.source import Mapping, Scalar, Sequence

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def as_edited(tree: Any) -> Any:
    """The tree of `read_yaml` as JSON values."""
    if isinstance(tree, Mapping):
        return {str(key): as_edited(item) for key, item in tree.items()}
    if isinstance(tree, Sequence):
        return [as_edited(item) for item in tree]
    if not isinstance(tree, Scalar):
        return None
    if tree.style != "plain":
        return str(tree)
    if tree in _TRUTHS:
        return _TRUTHS[str(tree)]
    if _INTEGER.fullmatch(tree):
        return int(tree, 0) if tree.startswith("0") and tree[1:2] in ("x", "o") else int(tree)
    return float(tree) if _REAL.fullmatch(tree) else str(tree)
