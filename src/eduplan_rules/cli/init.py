"""The command `init`: a folder to start from.

In: a folder, a language. Out: an exit code (0 written, 2 a file is there already, 3 not written). Nothing that is
there is written over.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from eduplan_rules.cli.border import put
from eduplan_rules.cli.words import say
from eduplan_rules.render.words import Language


def make_starter(folder: str | None, *, language: Language) -> int:
    """Write the starting files into a folder, by default the current one."""
    from eduplan_rules.book import load_rulebook
    from eduplan_rules.cli.template import write_texts
    from eduplan_rules.source import Source
    from eduplan_rules.tools.schema.names import names_of
    from eduplan_rules.tools.schema.published import EDITED, ENDING, FOLDER, schema_text
    from eduplan_rules.tools.starter.files import FIRST, starter_files

    root = Path(folder or ".")
    files = starter_files(language)
    rules = [Source(path, text) for path, text in files.items() if path.startswith("rules/") and ".cases." not in path]
    names = names_of(load_rulebook(*rules))
    schemas = {f"rules/{FOLDER}/{kind}{ENDING}": schema_text(kind, names) for kind in EDITED}
    write_texts({root / path: text for path, text in {**files, **schemas}.items()}, say("a-folder", language), language)
    for path in files:
        put(say("written", language, file=(root / path).as_posix()), sys.stdout)
    enter = "" if root.resolve() == Path.cwd() else say("enter", language, folder=shlex.quote(root.as_posix()))
    put(say("started", language, enter=enter, file=(root / FIRST).as_posix()), sys.stdout)
    return 0
