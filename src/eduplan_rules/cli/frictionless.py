"""The command `frictionless`: entities as Table Schemas of Frictionless Data, and back.

In: a direction, a rulebook or a descriptor, where to write. Out: an exit code (0 written, 2 rulebook, descriptor or
usage wrong, 3 not written). What is written goes to standard output or a file, all that is told about it to standard
error; a file that is there is never written over.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from eduplan_rules.cli.border import USAGE, Stop, prepare, put
from eduplan_rules.render.words import Language

Direction = Literal["export", "import"]


def convert(
    direction: Direction, descriptor: str | None, rules: Sequence[str] | None, to: str | None, *, language: Language
) -> int:
    """Export a rulebook's entities, or import those of a descriptor."""
    from eduplan_rules.tools.frictionless.words import say

    if direction == "import":
        if descriptor is None:
            raise Stop(USAGE, say("needs-file", language))
        if rules:
            raise Stop(USAGE, say("no-import-rules", language))
        text, told = _imported(Path(descriptor), language)
    else:
        if descriptor is not None:
            raise Stop(USAGE, say("no-export-file", language, name=descriptor))
        text, told = _exported(rules, language)
    if to is None:
        prepare(sys.stdout, exact=True)
        put(text, sys.stdout)
    else:
        from eduplan_rules.cli.template import write_texts

        write_texts({Path(to): text}, "--to", language)
    put("\n".join(told), sys.stderr)
    return 0


def _exported(rules: Sequence[str] | None, language: Language) -> tuple[str, list[str]]:
    """The descriptor of a rulebook's entities, and what stands in properties of ours."""
    from eduplan_rules.book import load_rulebook, pack_folder
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.tools.frictionless.export import extensions, to_package
    from eduplan_rules.tools.frictionless.words import say

    layers = rules_of(rules, language)
    book = load_rulebook(*layers)
    if not book.entities:
        raise Stop(USAGE, say("no-entities", language))
    folder = Path(layers[-1] if layers else pack_folder()).resolve()
    package = to_package(book, folder.stem, language)
    own = extensions(package)
    told = [say("exported" if own else "exported-whole", language, tables=_tables(len(book.entities), language))]
    told += [say("times", language, name=name, count=count) for name, count in own.items()]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n", told


def _imported(path: Path, language: Language) -> tuple[str, list[str]]:
    """The entities of a descriptor, and what was left out or changed."""
    from eduplan_rules.book import check_rulebook
    from eduplan_rules.errors import RulebookError
    from eduplan_rules.source import Source
    from eduplan_rules.tools.frictionless.descriptor import DescriptorError
    from eduplan_rules.tools.frictionless.read import read_entities
    from eduplan_rules.tools.frictionless.words import say

    try:
        found = read_entities(path)
    except DescriptorError as error:
        raise Stop(USAGE, error.told(language)) from None
    _, diagnostics = check_rulebook(Source(path.as_posix(), found.text))
    wrong = [each for each in diagnostics if each.severity == "error"]
    if wrong:
        raise RulebookError(wrong)
    notes = found.notes.lines(language)
    told = say("imported-lost" if notes else "imported", language, tables=_tables(found.count, language))
    return found.text, [told, *notes]


def _tables(count: int, language: Language) -> str:
    from eduplan_rules.tools.frictionless.words import say

    return say("one-table" if count == 1 else "tables", language, count=count)
