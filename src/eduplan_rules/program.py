"""A rulebook compiled, and remembered.

In: a `Rulebook`. Out: its `Program`; the same object again for the same rulebook.
"""

from __future__ import annotations

from collections.abc import Iterable

from eduplan_rules.book import known_rulebook
from eduplan_rules.compiler.compile import compile_rulebook
from eduplan_rules.compiler.plan import Program
from eduplan_rules.rulebook.model import Rulebook

#: programs that are remembered of one rulebook
_MOST = 4


def compiled_program(book: Rulebook, entities: Iterable[str] | None = None) -> Program:
    """The rulebook compiled; the last few are remembered. Raises RulebookError where it has mistakes.

    With `entities`, rules about others are only named, which takes no time; such a program is for a run in which no
    others have rows.
    """
    known = known_rulebook(book)
    wanted = None if entities is None else frozenset(entities)
    found = known.programs.get(None) or known.programs.get(wanted)
    if found is None:
        found = known.programs[wanted] = compile_rulebook(known.resolved, wanted)
        for oldest in list(known.programs)[:-_MOST]:
            known.programs.pop(oldest, None)
    return found
