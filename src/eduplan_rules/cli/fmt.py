"""The command `fmt`: rule and case files in their one layout.

In: files and folders. Out: an exit code (0 laid out, 1 some would change and --check, 2 files or usage are wrong, 3 a
file cannot be written). A file with a mistake is left alone; nothing is written before all files were read.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, put
from eduplan_rules.errors import Diagnostic, render_diagnostics
from eduplan_rules.render.words import Language
from eduplan_rules.source import Source
from eduplan_rules.tools.words import say

Names = Literal["zh", "en"]
Edit = tuple[int, int, str]


def lay_out_files(
    paths: Sequence[str],
    rules: Sequence[str],
    *,
    names: Names | None,
    only_check: bool,
    diff: bool,
    language: Language,
) -> int:
    """Lay out files; with `only_check` or `diff` only tell what would change."""
    from eduplan_rules.tools.fmt.files import find_files, is_laid_out, replace_file

    given = [Path(path) for path in paths or (".",)]
    for path in (*given, *map(Path, rules)):
        if not path.exists():
            raise Stop(USAGE, say("no-file-there", language, name=path.as_posix()))
    try:
        files = find_files(given)
        if not files:
            raise Stop(USAGE, say("nothing-to-lay-out", language, names=" ".join(path.as_posix() for path in given)))
        edits = _name_edits(names, [Path(rule) for rule in rules] or given, language) if names else {}
        texts, wrong = _laid_out(files, edits)
        changed = [path for path, text in texts.items() if not is_laid_out(path, text)]
    except OSError as error:
        raise Stop(USAGE, _told("file-not-read", error, language)) from None
    for path in changed:
        if diff:
            put(_difference(path, texts[path]), sys.stdout)
            continue
        try:
            if not only_check:
                replace_file(path, texts[path])
        except OSError as error:
            raise Stop(NOT_JUDGED, _told("file-not-written", error, language, path)) from None
        put(say("would-lay-out" if only_check else "laid-out", language, file=path.as_posix()), sys.stdout)
    if wrong:
        put(render_diagnostics(wrong, language), sys.stderr)
        put(say("left-alone", language, files=len(files) - len(texts)), sys.stderr)
    if not diff:
        summary = "layout-checked" if only_check else "layout"
        counted = ("one-file" if len(files) == 1 else "several-files", {"count": len(files)})
        put(say(summary, language, changed=len(changed), files=counted), sys.stdout)
    return USAGE if wrong else int(only_check and bool(changed))


def _laid_out(files: Sequence[Path], edits: dict[Path, list[Edit]]) -> tuple[dict[Path, str], list[Diagnostic]]:
    """The texts of the files that have no mistake, and the diagnostics of the others."""
    from eduplan_rules.tools.fmt.files import read_file
    from eduplan_rules.tools.fmt.format import format_source
    from eduplan_rules.tools.fmt.names import edited

    texts: dict[Path, str] = {}
    wrong: list[Diagnostic] = []
    for path in files:
        source = read_file(path)
        if isinstance(source, Source):
            renamed = Source(source.name, edited(source.text, edits.get(path.resolve(), [])))
            text = format_source(renamed)
            if isinstance(text, str):
                texts[path] = text
            else:
                wrong += text
        else:
            wrong.append(source)
    return texts, wrong


def _name_edits(names: Names, layers: Sequence[Path], language: Language) -> dict[Path, list[Edit]]:
    """The edits of each file of a rulebook that has no mistake."""
    from eduplan_rules.tools.fmt.files import find_files, is_case_file, read_file
    from eduplan_rules.tools.fmt.names import rename

    read = [[read_file(file) for file in find_files([layer]) if not is_case_file(file)] for layer in layers]
    wrong = [source for layer in read for source in layer if isinstance(source, Diagnostic)]
    sources = [[source for source in layer if isinstance(source, Source)] for layer in read]
    edits = wrong or rename([layer for layer in sources if layer], names)
    if isinstance(edits, list):
        put(render_diagnostics(edits, language), sys.stderr)
        raise Stop(USAGE, say("names-need-rulebook", language))
    return {Path(name).resolve(): found for name, found in edits.items()}


def _difference(path: Path, text: str) -> str:
    before = path.read_bytes().decode().splitlines(keepends=True)
    lines = difflib.unified_diff(before, text.splitlines(keepends=True), path.as_posix(), path.as_posix())
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _told(name: str, error: OSError, language: Language, path: Path | None = None) -> str:
    file = path.as_posix() if path is not None else str(error.filename)
    return say(name, language, file=file, reason=error.strerror or type(error).__name__)
