"""Whether two conditions, or two parts of a rulebook, say the same, however and wherever they are written.

In: a typed tree. Out: a value that is equal for trees of one meaning: names are resolved, units are one, the sides of
`and`, `or`, `=` and of turned comparisons have one order. A derived value stays its name.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from eduplan_rules.language.typed import ResolvedBody, Rows, Typed
from eduplan_rules.rulebook.placed import Placed

_TURNED = {">": "<", ">=": "<="}


def shape(node: Typed | ResolvedBody | None) -> Hashable:
    """The form of an expression, or of a body with its members in order."""
    if node is None:
        return None
    if isinstance(node, ResolvedBody):
        members = tuple((shape(each.where), shape(each.condition)) for each in node.members)
        return node.kind, node.at_least, members, shape(node.floor)
    parts: tuple[Hashable, ...] = () if node.op == "value" else tuple(shape(arg) for arg in node.args)
    if node.op in _TURNED:
        return _TURNED[node.op], parts[::-1]
    if node.op in ("=", "!="):
        return node.op, frozenset(parts)
    if node.op in ("<", "<=", "in", "not in"):
        # the data of a comparison is only the unit it is shown in
        return node.op, parts
    if node.op in ("and", "or"):
        return node.op, frozenset(_flat(node.op, parts))
    if isinstance(node.data, Rows):
        rows = node.data
        over = shape(rows.over) if isinstance(rows.over, Typed) else rows.over
        around = (shape(rows.where), shape(rows.weight), over, rows.skip_missing)
        return rows.name, str(rows.entity.id), tuple(shape(value) for value in rows.values), around
    return node.op, parts, node.data


def data(value: Any) -> Any:
    """What a part of a rulebook says, wherever it stands."""
    if isinstance(value, Placed):
        return {name: data(getattr(value, name)) for name in type(value).model_fields if name not in ("span", "lost")}
    if isinstance(value, dict):
        return {str(key): data(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [data(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _flat(op: str, parts: tuple[Hashable, ...]) -> list[Hashable]:
    found: list[Hashable] = []
    for part in parts:
        if isinstance(part, tuple) and len(part) == 2 and part[0] == op and isinstance(part[1], frozenset):
            found += part[1]
        else:
            found.append(part)
    return found
