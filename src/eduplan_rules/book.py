"""Load a rulebook whole: YAML, shape and expressions.

In: files, folders or sources, layer by layer. Out: a `Rulebook` without a single mistake; or a `RulebookError` that
lists every one, sorted by place.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from eduplan_rules.errors import Diagnostic, RulebookError, sort_diagnostics
from eduplan_rules.language.resolve import Resolved, resolve
from eduplan_rules.rulebook.load import read_rulebook
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.source import Source


def load_rulebook(*layers: str | Path | Source) -> Rulebook:
    """Read and check a rulebook.

    Each layer is a YAML file, a folder of them, or a `Source`; a later layer adds and may `replace:`. Without a layer,
    the plan's own pack is loaded. Raises `RulebookError`, whose `diagnostics` list every mistake of every layer.
    """
    book, diagnostics = check_rulebook(*layers)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise RulebookError(diagnostics)
    return book


def check_rulebook(*layers: str | Path | Source) -> tuple[Rulebook, list[Diagnostic]]:
    """Read a rulebook and give what is right of it, with all diagnostics by place, warnings included."""
    book, diagnostics = read_rulebook(*(layers or (pack_folder(),)))
    resolved, found = resolve(book)
    _remember(book, resolved, found)
    return book, list(sort_diagnostics([*diagnostics, *found]))


def resolved_rulebook(book: Rulebook) -> Resolved:
    """The rulebook with its expressions resolved; the last ones asked for are remembered."""
    known = next(((resolved, found) for each, resolved, found in _checked if each is book), None)
    resolved, diagnostics = known or resolve(book)
    _remember(book, resolved, diagnostics)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise RulebookError(diagnostics)
    return resolved


def keep_resolved(resolved: Resolved) -> Rulebook:
    """The rulebook of resolved rules, which need not be resolved again."""
    _remember(resolved.book, resolved, [])
    return resolved.book


_checked: list[tuple[Rulebook, Resolved, list[Diagnostic]]] = []


def _remember(book: Rulebook, resolved: Resolved, diagnostics: list[Diagnostic]) -> None:
    _checked[:] = [*(each for each in _checked if each[0] is not book), (book, resolved, diagnostics)][-4:]


@cache
def pack_folder() -> Path:
    """The plan's own rule pack: inside the installed package, or beside its sources in a checkout."""
    inside = Path(__file__).parent / "pack"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "rules"
