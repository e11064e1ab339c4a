"""The command `template`: a workbook, or CSV files, for collecting the facts that a rulebook reads.

In: rules, entities, where to write. Out: an exit code (0 written, 2 rules or usage wrong, 3 not written). A file that
is there is never written over.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, put
from eduplan_rules.cli.words import say
from eduplan_rules.render.words import Language

if TYPE_CHECKING:
    from eduplan_rules.rulebook.model import Rulebook


def write_template(rules: Sequence[str] | None, to: str | None, entities: Sequence[str], *, language: Language) -> int:
    """Write a template; `to` is an `.xlsx` file, or a folder for CSV files."""
    from eduplan_rules.book import load_rulebook
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.feeds.excel import NOTES
    from eduplan_rules.tools.template.sheet import csv_text, make_sheets, notes_text
    from eduplan_rules.tools.template.workbook import write_workbook

    path = Path(to or say("template", language))
    if path.suffix and path.suffix.lower() != ".xlsx" and not path.is_dir():
        raise Stop(USAGE, say("to-what", language, value=to))
    layers = rules_of(rules, language)
    book = load_rulebook(*layers)
    sheets = make_sheets(book, language, _chosen(entities, book, language))
    if not sheets:
        raise Stop(USAGE, say("nothing-to-fill", language))
    name = "one-sheet" if len(sheets) == 1 else "tables"
    command = f"{path.as_posix()}{''.join(f' --rules {shlex.quote(each)}' for each in rules or ())}"
    told = say("sheets", language, file=path.as_posix(), sheets=say(name, language, count=len(sheets)), command=command)
    if path.suffix.lower() == ".xlsx":
        refuse_existing([path], "--to", language)
        try:
            write_workbook(path, sheets, language)
        except ModuleNotFoundError:
            raise Stop(USAGE, say("needs-extra", language)) from None
        except OSError as error:
            raise _not_written(path, error, language) from None
    else:
        texts = {path / f"{sheet.name}.csv": "\ufeff" + csv_text(sheet) for sheet in sheets}
        texts[path / f"{NOTES[language]}.md"] = notes_text(sheets, language)
        write_texts(texts, "--to", language)
    put(told, sys.stdout)
    return 0


def write_texts(texts: dict[Path, str], option: str, language: Language) -> None:
    """Write files, with the folders they lie in, unless one of them is there."""
    refuse_existing(list(texts), option, language)
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise _not_written(path, error, language) from None


def refuse_existing(paths: Sequence[Path], option: str, language: Language) -> None:
    """End the run if a file is there, or if that cannot be known."""
    there = []
    for path in paths:
        try:
            there += [path.as_posix()] if path.exists() else []
        except OSError as error:
            raise _not_written(path, error, language) from None
    if there:
        raise Stop(USAGE, say("exists", language, files=say("pause", language).join(there), option=option))


def _not_written(path: Path, error: OSError, language: Language) -> Stop:
    reason = error.strerror or type(error).__name__
    return Stop(NOT_JUDGED, say("not-written", language, file=path.as_posix(), reason=reason))


def _chosen(entities: Sequence[str], book: Rulebook, language: Language) -> list[str]:
    """Identifiers of the entities that are named by identifier or label."""
    from eduplan_rules.errors import did_you_mean
    from eduplan_rules.tables.facts import entity_names

    names = entity_names(book)
    wanted = [name.strip() for each in entities for name in each.replace("，", ",").replace("、", ",").split(",")]
    for name in wanted:
        if name not in names:
            near = did_you_mean(name, names)
            hint = say("did-you-mean", language, word=near) if near else ""
            known = say("pause", language).join(book.entities)
            raise Stop(USAGE, say("no-entity", language, name=name, hint=hint, known=known))
    return [names[name] for name in wanted]
