"""Load a rulebook whole: YAML, shape and expressions.

In: files, folders or sources, layer by layer. Out: a `Rulebook` without a single mistake; or a `RulebookError` that
lists every one, sorted by place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from eduplan_rules.compiler.plan import Program
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
    return known_rulebook(book).resolved


def keep_resolved(resolved: Resolved) -> Rulebook:
    """The rulebook of resolved rules, which need not be resolved again."""
    _remember(resolved.book, resolved, [])
    return resolved.book


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is remembered of a rulebook."""

    book: Rulebook
    resolved: Resolved
    diagnostics: list[Diagnostic]
    #: what was compiled of it: by the entities whose rules are in it, None for all
    programs: dict[frozenset[str] | None, Program] = field(default_factory=dict)


def known_rulebook(book: Rulebook) -> Known:
    """What is remembered of a rulebook, resolved now if it is not. Raises RulebookError where it has mistakes."""
    known = next((each for each in _known if each.book is book), None)
    known = _remember(book, *((known.resolved, known.diagnostics) if known is not None else resolve(book)))
    if any(diagnostic.severity == "error" for diagnostic in known.diagnostics):
        raise RulebookError(known.diagnostics)
    return known


_known: list[Known] = []


def _remember(book: Rulebook, resolved: Resolved, diagnostics: list[Diagnostic]) -> Known:
    """Remember a rulebook as the newest; what was compiled of it stays if nothing of it has changed."""
    same = next((each for each in _known if each.book is book and each.resolved is resolved), None)
    known = same or Known(book, resolved, diagnostics)
    _known[:] = [*(each for each in _known if each.book is not book), known][-4:]
    return known


@cache
def pack_folder() -> Path:
    """The plan's own rule pack: inside the installed package, or beside its sources in a checkout."""
    inside = Path(__file__).parent / "pack"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "rules"
