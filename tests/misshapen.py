"""Documents with one mistake of shape each, for what is said of schemas: what they refuse, the reader refuses."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import strategies as st

from eduplan_rules.feeds.form import FeedForm
from eduplan_rules.tools.schema.keys import BESIDE, KEYS


def places(tree: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from places(item, (*way, key))


#: what stands in place of a value
OTHERS: tuple[Any, ...] = (
    None, [], {}, "text", "", "3", 3, -1.5, True, "2022-01-01", 2022, ["a"], ["a", "b"], {"a": 1}, {"zh": "学校"},
    [{"value": 1}], {"value": 1}, {"2022-01-01": 1}, {"all": ["true"]}, "unverified", "none",
)  # fmt: skip
_PARTS = [*KEYS.values(), *BESIDE.values(), FeedForm.keys()]
KEYS_SEEN = sorted({key for part in _PARTS for key in part} | {"nmae", "a b", "学校", "2022-01-01"})


@st.composite
def changed(draw: st.DrawFn, documents: list[Any]) -> Any:
    """A document with a key dropped, renamed, added or given another value."""
    tree = copy.deepcopy(draw(st.sampled_from(documents)))
    *way, last = draw(st.sampled_from([place for place in places(tree) if place]))
    holder = tree
    for key in way:
        holder = holder[key]
    how = draw(st.sampled_from(["drop", "change", "rename", "add"]))
    if how == "drop":
        del holder[last]
    elif how == "change" or isinstance(holder, list):
        holder[last] = draw(st.sampled_from(OTHERS))
    elif how == "rename":
        holder[draw(st.sampled_from(KEYS_SEEN))] = holder.pop(last)
    else:
        holder[draw(st.sampled_from(KEYS_SEEN))] = draw(st.sampled_from(OTHERS))
    return tree


def written(tree: Any) -> str:
    """A document as YAML."""
    return str(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
