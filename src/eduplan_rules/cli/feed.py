"""The command `feed`: draft a `feeds.yaml` from a file.

In: a file, rules, whose table it is. Out: an exit code (0 drafted, 2 rules or usage wrong, 3 the file cannot be read);
the draft goes to standard output, or to a file that is not there yet.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, put
from eduplan_rules.cli.words import say
from eduplan_rules.render.words import Language


def draft_feed(
    file: str, rules: Sequence[str] | None, entity: str | None, to: str | None, *, language: Language
) -> int:
    """Draft the feed of a file."""
    from eduplan_rules.book import load_rulebook
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.cli.template import refuse_existing, write_texts
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.feeds.propose import propose_feeds
    from eduplan_rules.feeds.text import UnreadableError
    from eduplan_rules.tables.facts import entity_names

    path = Path(file)
    try:
        if not path.is_file():
            raise Stop(USAGE, say("no-feed-file", language, file=path.as_posix()))
    except OSError as error:
        raise _no_draft(path, error, language) from None
    layers = rules_of(rules, language)
    book = load_rulebook(*layers)
    names = entity_names(book)
    if entity is not None and entity not in names:
        near = did_you_mean(entity, names)
        hint = say("did-you-mean", language, word=near) if near else ""
        known = say("pause", language).join(book.entities)
        raise Stop(USAGE, say("no-feed-entity", language, name=entity, hint=hint, known=known))
    try:
        text = propose_feeds(path, book, language, entity=None if entity is None else book.entities[names[entity]])
    except UnreadableError as error:
        reason = error.chinese if language == "zh" else error.english
        raise Stop(NOT_JUDGED, say("no-draft", language, file=path.as_posix(), reason=reason)) from None
    except OSError as error:
        raise _no_draft(path, error, language) from None
    if to is not None:
        refuse_existing([Path(to)], "--to", language)
    text = _line(layers, Path() if to is None else Path(to).parent) + text
    if to is None:
        put(text, sys.stdout)
    else:
        write_texts({Path(to): text}, "--to", language)
        put(say("written", language, file=to), sys.stdout)
    return 0


def _no_draft(path: Path, error: OSError, language: Language) -> Stop:
    from eduplan_rules.feeds.text import refused

    english, chinese = refused(error)
    reason = chinese if language == "zh" else english
    return Stop(NOT_JUDGED, say("no-draft", language, file=path.as_posix(), reason=reason))


def _line(layers: Sequence[str], beside: Path) -> str:
    """The line by which editors know a file in the folder `beside`, if the schema is there or beside the rules."""
    from eduplan_rules.tools.schema.published import ENDING, FOLDER, line_for

    homes = [*(Path(layer) for layer in reversed(layers)), beside]
    for home in homes:
        folder = (home if home.is_dir() else home.parent) / FOLDER
        if os.path.isfile(folder / f"feeds{ENDING}"):  # noqa: PTH113  a folder may be locked
            return line_for("feeds", os.path.relpath(folder, beside).replace(os.sep, "/")) + "\n"
    return ""
