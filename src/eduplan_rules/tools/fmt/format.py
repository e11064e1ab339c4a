"""A rule or case file in its one layout.

In: a `Source`. Out: its text laid out, or the diagnostics of a file whose YAML cannot be read for certain, which is to
be left alone. Holds: the same keys and values in the same order, the same trees of expressions, every comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eduplan_rules.errors import Diagnostic
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.quoting import mend
from eduplan_rules.source import Mapping, Scalar, Sequence, Source
from eduplan_rules.tools.fmt.layout import lay_out
from eduplan_rules.tools.fmt.places import Path, role
from eduplan_rules.tools.fmt.spelling import spell, spell_message
from eduplan_rules.tools.fmt.tree import read_tree


def format_source(source: Source) -> str | list[Diagnostic]:
    """Lay out a file; the diagnostics of one that must be put right first."""
    tree, diagnostics = read_yaml(source)
    diagnostics += _cut_up(tree, ())
    if diagnostics:
        return diagnostics
    root = read_tree(source)
    text = lay_out(root)
    after = Source(source.name, text)
    again, wrong = read_yaml(after)
    comments = [list(root.comments()), list(read_tree(after).comments())]
    if wrong or _said(tree, ()) != _said(again, ()) or comments[0] != comments[1]:
        raise AssertionError(f"the layout of {source.name} would change what it says")
    return text


def _cut_up(tree: Any, path: Path) -> Iterator[Diagnostic]:
    """Tell of the expressions that YAML ends too early: whoever wrote them must say where they end."""
    if isinstance(tree, Mapping):
        found: list[Diagnostic] = []
        if any(role((*path, str(key))) == "expression" for key in tree):
            mend(tree, found)
        known = {each.span for each in found}
        yield from found
        for key, value in tree.items():
            yield from (each for each in _cut_up(value, (*path, str(key))) if each.span not in known)
    elif isinstance(tree, Sequence):
        for value in tree:
            yield from _cut_up(value, (*path, "-"))


def _said(tree: Any, path: Path) -> Any:
    """What a tree says, whatever its layout: keys in their order, texts, expressions as they are spelt."""
    if isinstance(tree, Mapping):
        return [(str(key), _said(value, (*path, str(key)))) for key, value in tree.items()]
    if isinstance(tree, Sequence):
        return [(_said(value, (*path, "-")),) for value in tree]
    if isinstance(tree, Scalar) and role(path) == "expression":
        spelt = spell(str(tree))
        return str(tree) if spelt is None else " ".join(spelt.split())
    return spell_message(str(tree)) if isinstance(tree, Scalar) and role(path) == "message" else tree
