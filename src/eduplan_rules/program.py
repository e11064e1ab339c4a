"""A rulebook compiled, and remembered.

In: a `Rulebook`. Out: its `Program`; the same object again for the same rulebook.
"""

from __future__ import annotations

from eduplan_rules.book import resolved_rulebook
from eduplan_rules.compiler.compile import compile_rulebook
from eduplan_rules.compiler.plan import Program
from eduplan_rules.rulebook.model import Rulebook

_programs: list[tuple[Rulebook, Program]] = []


def compiled_program(book: Rulebook) -> Program:
    """The rulebook compiled; the last few are remembered. Raises RulebookError where it has mistakes."""
    for known, program in _programs:
        if known is book:
            return program
    program = compile_rulebook(resolved_rulebook(book))
    _programs.append((book, program))
    del _programs[:-4]
    return program
