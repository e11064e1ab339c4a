"""From rule files to a rulebook.

In: layers, each a file, a folder of YAML files, a `Source`, or a sequence of these. Out: a `Rulebook` with all that is
right, and every diagnostic of every file, sorted by place.
What holds: right shape, unique ids, names that exist; expressions are still text with a place.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable
from pathlib import Path

from eduplan_rules.errors import Code, Diagnostic, sort_diagnostics
from eduplan_rules.rulebook.check import check_draft
from eduplan_rules.rulebook.document import read_yaml
from eduplan_rules.rulebook.keys import not_utf_8
from eduplan_rules.rulebook.layers import replace
from eduplan_rules.rulebook.model import Rulebook
from eduplan_rules.rulebook.section import Draft, add_sections
from eduplan_rules.rulebook.words import word
from eduplan_rules.sentences import Wording
from eduplan_rules.source import Source, Span

File = str | os.PathLike[str] | Source
Layer = File | Iterable[File]


def read_rulebook(*layers: Layer) -> tuple[Rulebook, list[Diagnostic]]:
    """Read all layers; what is wrong is left out of the rulebook and is in the diagnostics."""
    draft = Draft()
    for layer in layers:
        earlier = set(draft.declared)
        replacements = [_add_file(draft, source) for source in _read_layer(layer, draft)]
        for raw in replacements:
            replace(draft, raw, earlier)
    check_draft(draft)
    if not draft.diagnostics and not (draft.rules or draft.entities or draft.parameters or draft.clauses):
        source = draft.sources[0] if draft.sources else Source("rulebook", "")
        draft.complain("empty-rulebook", word("no-rules"), Span(source, 0, 0))
    return draft.book(), list(sort_diagnostics(draft.diagnostics))


def _add_file(draft: Draft, source: Source) -> object:
    draft.sources.append(source)
    tree, diagnostics = read_yaml(source)
    draft.diagnostics += diagnostics
    if tree is None and diagnostics:
        draft.unread.append(source)
    return add_sections(draft, tree, source)


def _read_layer(layer: Layer, draft: Draft) -> list[Source]:
    files = [layer] if isinstance(layer, (str, os.PathLike, Source)) else list(layer)
    sources: list[Source] = []
    for file in files:
        if isinstance(file, Source):
            sources.append(file)
        else:
            path = Path(file)
            try:
                found = [path] if not path.is_dir() else _rule_files(path)
            except OSError as error:
                # a folder that may not be entered would be one of fewer rules
                reason = (error.strerror or type(error).__name__).lower()
                _complain(draft, Path(error.filename or path), "no-file", word("file-not-read", reason=reason))
                continue
            if not found:
                _complain(draft, path, "empty-rulebook", word("no-rule-files"))
            sources += [source for each in found if (source := read_source(each, draft)) is not None]
    return sources


def _rule_files(folder: Path) -> list[Path]:
    """List the rule files of a folder; cases lie beside their rules and are none."""
    found = []
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(place, name) for name in names if not name.startswith("."))
        found += [path for path in paths if path.suffix in (".yaml", ".yml") and not path.stem.endswith(".cases")]
    return sorted(filter(Path.is_file, found), key=lambda each: each.relative_to(folder).as_posix())


def _refuse(error: OSError) -> None:
    raise error


def read_source(path: Path, draft: Draft) -> Source | None:
    """Read a file of YAML; None with a complaint in the draft where it cannot be read."""
    try:
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        return Source(_shown(path), data.decode())
    except FileNotFoundError:
        _complain(draft, path, "no-file", word("no-file"))
    except UnicodeDecodeError as error:
        draft.unread.append(Source(_shown(path), ""))
        before = data[: error.start].decode()
        source = Source(_shown(path), data.decode(errors="replace"))
        span = Span(source, len(before), len(before) + 1)
        draft.diagnostics.append(not_utf_8(data[error.start], span))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _complain(draft, path, "no-file", word("file-not-read", reason=reason.lower()))
    return None


def _complain(draft: Draft, path: Path, code: Code, message: Wording) -> None:
    source = Source(_shown(path), "")
    draft.unread.append(source)
    draft.diagnostics.append(Diagnostic(code, message, Span(source, 0, 0)))


def _shown(path: Path) -> str:
    """Name a file as users see it: from the working directory where it lies below."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()
