"""Rule and case files on disk: found, read, replaced.

In: files and folders. Out: a `Source` for each file, or the diagnostic of one that cannot be read. A file is replaced
whole or not at all.
"""

from __future__ import annotations

import codecs
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from eduplan_rules.errors import Diagnostic
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.keys import not_utf_8
from eduplan_rules.rulebook.section import SECTIONS
from eduplan_rules.source import Mapping, Source, Span

_ENDINGS = (".yaml", ".yml")


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List files as given, and the rule and case files of folders; each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            hidden = file != path and any(part.startswith(".") for part in file.relative_to(path).parts)
            if file == path or (file.suffix in _ENDINGS and not hidden and file.is_file() and _is_ours(file)):
                found.setdefault(file.resolve(), file)
    return list(found.values())


def is_case_file(path: Path) -> bool:
    """Whether a file has cases, and no rules that a rulebook would load."""
    return path.stem.endswith(".cases")


def read_file(path: Path) -> Source | Diagnostic:
    """Read a file; raises OSError."""
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        return Source(path.as_posix(), data.decode())
    except UnicodeDecodeError as error:
        before = len(data[: error.start].decode())
        span = Span(Source(path.as_posix(), data.decode(errors="replace")), before, before + 1)
        return not_utf_8(data[error.start], span)


def is_laid_out(path: Path, text: str) -> bool:
    """Whether a file has exactly this text, as bytes."""
    return path.read_bytes() == text.encode()


def replace_file(path: Path, text: str) -> None:
    """Put a text in the place of a file's; raises OSError."""
    path = path.resolve()
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(text.encode())
        shutil.copymode(path, name)
        Path(name).replace(path)
    finally:
        # gone where it took the file's place
        Path(name).unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    """Whether a file of a folder has rules or cases; one that cannot be read may have."""
    source = read_file(path) if not is_case_file(path) else None
    if not isinstance(source, Source):
        return True
    tree, diagnostics = read_yaml(source)
    return bool(diagnostics) or (isinstance(tree, Mapping) and not SECTIONS.keys().isdisjoint(map(str, tree)))
