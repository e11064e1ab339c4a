"""The command `schema`: JSON Schema for editors and programs.

In: kinds, a rulebook whose names are to be suggested, a folder. Out: an exit code (0 written, 2 usage wrong, 3 not
written). Without a folder one schema goes to standard output.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from eduplan_rules.cli.border import NOT_JUDGED, USAGE, Stop, prepare, put
from eduplan_rules.cli.words import say
from eduplan_rules.render.words import Language


def write_schemas(kinds: Sequence[str], rules: Sequence[str] | None, to: str | None, *, language: Language) -> int:
    """Write schemas into the folder `to`, by default those that editors use; or print one."""
    from eduplan_rules.book import check_rulebook
    from eduplan_rules.cli.configuration import rules_of
    from eduplan_rules.tools.schema.names import names_of
    from eduplan_rules.tools.schema.published import EDITED, ENDING, NAMED, schema_text
    from eduplan_rules.tools.schema.published import kinds as all_kinds

    for kind in kinds:
        if kind not in all_kinds():
            known = say("pause", language).join(all_kinds())
            raise Stop(USAGE, say("no-schema", language, kind=kind, known=known))
    chosen = kinds or (EDITED if to is not None else EDITED[:1])
    if to is None and len(chosen) > 1:
        raise Stop(USAGE, say("several-schemas", language))
    layers = rules_of(rules, language)
    for layer in layers:
        if not Path(layer).exists():
            raise Stop(USAGE, say("no-rules", language, name=layer))
    # a rulebook with mistakes has names too
    names = names_of(check_rulebook(*layers)[0]) if layers else None
    if to is None:
        prepare(sys.stdout, exact=True)
        put(schema_text(chosen[0], names), sys.stdout)
        return 0
    for kind in chosen:
        path = Path(to) / f"{kind}{ENDING}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(schema_text(kind, names), encoding="utf-8", newline="\n")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Stop(NOT_JUDGED, say("not-written", language, file=path.as_posix(), reason=reason)) from None
        put(say("written", language, file=path.as_posix()), sys.stdout)
    _tell_use([kind for kind in chosen if kind in NAMED], Path(to), layers, language)
    return 0


def _tell_use(kinds: Sequence[str], folder: Path, layers: Sequence[str], language: Language) -> None:
    """Say with which first line files use the schemas, as seen from the folder of the rules or from the current one."""
    from eduplan_rules.tools.schema.published import line_for

    beside = Path(layers[-1]) if layers else folder.parent
    beside = beside if beside.is_dir() else beside.parent
    for kind in kinds:
        way = os.path.relpath(folder, beside if kind in ("rules", "cases") else Path()).replace(os.sep, "/")
        what = say(f"file-of-{kind}", language)
        put(say("use-schema", language, what=what, line=line_for(kind, way)), sys.stdout)
